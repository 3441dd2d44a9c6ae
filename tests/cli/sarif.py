# SPDX-License-Identifier: GPL-2.0-only
"""The objects of SARIF 2.1.0 (OASIS, sarif-schema-2.1.0.json) that the command
writes: every property that the schema gives them, what is required, and the
values that are enumerated or bounded. No property else is allowed."""

import re

LEVELS = {"none", "note", "warning", "error"}


def text(value):
    assert isinstance(value, str)


def flag(value):
    assert isinstance(value, bool)


def number(low):
    def check(value):
        assert type(value) is int and value >= low, value
    return check


def one_of(values):
    def check(value):
        assert value in values, value
    return check


def uri(value):
    """RFC 3986: a reference, in ASCII, with nothing left to be escaped."""
    assert re.fullmatch(r"(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=\[\]-]"
                        r"|%[0-9A-F]{2})+", value), value


def name_of(kind):
    return lambda value: validate(value, kind)


def list_of(kind, least=0, unique=False):
    def check(value):
        assert isinstance(value, list) and len(value) >= least
        assert not unique or all(a not in value[:n]
                                 for n, a in enumerate(value))
        for item in value:
            validate(item, kind)
    return check


def seldom(names):
    """Properties of the schema that the command never writes."""
    def check(value):
        raise AssertionError(f"add its check to the table: {value}")
    return dict.fromkeys(names.split(), check)


MESSAGE = name_of("message")
STRING = name_of("multiformatMessageString")

# {object: (required, or sets of which one is required, {property: check})}
OBJECTS = {
    "sarifLog": (({"version", "runs"},), {
        "$schema": uri, "version": one_of({"2.1.0"}), "runs": list_of("run"),
        **seldom("inlineExternalProperties properties")}),
    "run": (({"tool"},), {
        "tool": name_of("tool"), "invocations": list_of("invocation"),
        "results": list_of("result"),
        "columnKind": one_of({"utf16CodeUnits", "unicodeCodePoints"}),
        **seldom("conversion language versionControlProvenance "
                 "originalUriBaseIds artifacts logicalLocations graphs "
                 "automationDetails runAggregates baselineGuid "
                 "redactionTokens defaultEncoding defaultSourceLanguage "
                 "newlineSequences externalPropertyFileReferences "
                 "threadFlowLocations taxonomies addresses translations "
                 "policies webRequests webResponses specialLocations "
                 "properties")}),
    "tool": (({"driver"},), {
        "driver": name_of("toolComponent"),
        **seldom("extensions properties")}),
    "toolComponent": (({"name"},), {
        "name": text, "version": text, "semanticVersion": text,
        "informationUri": uri,
        "rules": list_of("reportingDescriptor", unique=True),
        **seldom("guid organization product productSuite shortDescription "
                 "fullDescription fullName dottedQuadFileVersion "
                 "releaseDateUtc downloadUri globalMessageStrings "
                 "notifications taxa locations language contents "
                 "isComprehensive localizedDataSemanticVersion "
                 "minimumRequiredLocalizedDataSemanticVersion "
                 "associatedComponent translationMetadata "
                 "supportedTaxonomies properties")}),
    "reportingDescriptor": (({"id"},), {
        "id": text, "name": text, "helpUri": uri,
        "shortDescription": STRING, "fullDescription": STRING, "help": STRING,
        "defaultConfiguration": name_of("reportingConfiguration"),
        **seldom("deprecatedIds guid deprecatedGuids deprecatedNames "
                 "messageStrings relationships properties")}),
    "reportingConfiguration": (({},), {
        "level": one_of(LEVELS), "enabled": flag,
        **seldom("rank parameters properties")}),
    "multiformatMessageString": (({"text"},), {
        "text": text, "markdown": text, **seldom("properties")}),
    "invocation": (({"executionSuccessful"},), {
        "executionSuccessful": flag, "exitCode": number(-2 ** 31),
        **seldom("commandLine arguments responseFiles startTimeUtc "
                 "endTimeUtc ruleConfigurationOverrides "
                 "notificationConfigurationOverrides "
                 "toolExecutionNotifications "
                 "toolConfigurationNotifications exitCodeDescription "
                 "exitSignalName exitSignalNumber processStartFailureMessage "
                 "machine account processId executableLocation "
                 "workingDirectory environmentVariables stdin stdout stderr "
                 "stdoutStderr properties")}),
    "result": (({"message"},), {
        "ruleId": text, "ruleIndex": number(-1), "level": one_of(LEVELS),
        "kind": one_of({"notApplicable", "pass", "fail", "review", "open",
                        "informational"}),
        "message": MESSAGE, "locations": list_of("location"),
        "relatedLocations": list_of("location", unique=True),
        "suppressions": list_of("suppression", unique=True),
        **seldom("rule analysisTarget guid correlationGuid occurrenceCount "
                 "partialFingerprints fingerprints stacks codeFlows graphs "
                 "graphTraversals baselineState rank attachments "
                 "hostedViewerUri workItemUris provenance fixes taxa "
                 "webRequest webResponse properties")}),
    "message": (({"text"}, {"id"}), {
        "text": text, "markdown": text, "id": text,
        **seldom("arguments properties")}),
    "location": (({},), {
        "id": number(-1), "message": MESSAGE,
        "physicalLocation": name_of("physicalLocation"),
        "logicalLocations": list_of("logicalLocation", unique=True),
        **seldom("annotations relationships properties")}),
    "physicalLocation": (({"artifactLocation"}, {"address"}), {
        "artifactLocation": name_of("artifactLocation"),
        "region": name_of("region"),
        **seldom("address contextRegion properties")}),
    "artifactLocation": (({},), {
        "uri": uri, "uriBaseId": text, "index": number(-1),
        **seldom("description properties")}),
    "region": (({},), {
        "startLine": number(1), "startColumn": number(1),
        "endLine": number(1), "endColumn": number(1),
        **seldom("charOffset charLength byteOffset byteLength snippet "
                 "message sourceLanguage properties")}),
    "logicalLocation": (({},), {
        "name": text, "index": number(-1), "fullyQualifiedName": text,
        "decoratedName": text, "parentIndex": number(-1), "kind": text,
        **seldom("properties")}),
    "suppression": (({"kind"},), {
        "kind": one_of({"inSource", "external"}), "justification": text,
        "status": one_of({"accepted", "underReview", "rejected"}),
        "location": name_of("location"), **seldom("guid properties")}),
}


def validate(value, kind="sarifLog"):
    """AssertionError: the value is no such object of SARIF."""
    needed, properties = OBJECTS[kind]
    assert isinstance(value, dict), kind
    assert any(set(some) <= value.keys() for some in needed), (kind, value)
    for name, item in value.items():
        assert name in properties, f"{kind} has no {name}"
        properties[name](item)
    return value
