# SPDX-License-Identifier: GPL-2.0-only
"""Each keyword, and what dt-schema means by it, on the smallest of trees.

A case is a schema for the root node, a tree that fits and one that does not.
"""

import textwrap

import pytest

HEAD = """\
$id: http://devicetree.org/schemas/t.yaml#
$schema: http://devicetree.org/meta-schemas/core.yaml#
title: t
maintainers: [ t ]
select: true
"""
TYPE = "$ref: /schemas/types.yaml#/definitions/"

# name: (schema, fitting bodies, others)
CASES = {
    "const": ("properties: { a: { const: 5 } }", ["a = <5>;", ""],
              ["a = <6>;", "a = <5 5>;", "a;", 'a = "5";']),
    "const text": ("properties: { a: { const: yes } }", ['a = "yes";'],
                   ['a = "no";', 'a = "yes", "yes";', "a;"]),
    "enum": ("properties: { a: { enum: [ 1, 0x10 ] } }", ["a = <16>;"],
             ["a = <10>;"]),
    "octal is decimal": ("properties: { a: { const: 010 } }", ["a = <10>;"],
                         ["a = <8>;"]),
    "0o is octal": ("properties: { a: { const: 0o10 } }", ["a = <8>;"],
                    ["a = <10>;"]),
    "off is a text": ("properties: { a: { enum: [ on, off, no ] } }",
                      ['a = "off";', 'a = "no";'], ['a = "false";', "a;"]),
    "flag": ("properties: { a: { type: boolean } }", ["a;"], ["a = <1>;"]),
    "flag type": (f"properties: {{ a: {{ {TYPE}flag }} }}", ["a;"],
                  ["a = <1>;"]),
    "uint32": (f"properties: {{ a: {{ {TYPE}uint32 }} }}", ["a = <1>;"],
               ["a = <1 2>;", "a;", "a = [00 01];", 'a = "abcd";']),
    "uint8": (f"properties: {{ a: {{ {TYPE}uint8, maximum: 3 }} }}",
              ["a = [03];"], ["a = [04];", "a = [01 02];", "a = <1>;"]),
    "uint64": (f"properties: {{ a: {{ {TYPE}uint64 }} }}", ["a = <1 2>;"],
               ["a = <1>;", "a = <1 2 3>;"]),
    "string": (f"properties: {{ a: {{ {TYPE}string }} }}", ['a = "x";'],
               ['a = "x", "y";', "a;", "a = <1>;"]),
    "strings once": (f"properties: {{ a: {{ {TYPE}string-array }} }}",
                     ['a = "x", "y";'], ['a = "x", "x";']),
    "array": (f"properties: {{ a: {{ {TYPE}uint32-array, minItems: 2, "
              "maxItems: 3 } }", ["a = <1 2>;", "a = <1>, <2>, <3>;"],
              ["a = <1>;", "a = <1 2 3 4>;"]),
    "array items": (f"properties: {{ a: {{ {TYPE}uint32-array, minItems: 1, "
                    "maxItems: 4, items: { enum: [ 1, 2 ] } } }",
                    ["a = <1 2>;"], ["a = <1 3>;", "a = <1 1 1 1 1>;"]),
    "items list": (f"properties: {{ a: {{ {TYPE}uint32-array, items: "
                   "[ { const: 1 }, { maximum: 5 } ] } }", ["a = <1 5>;"],
                   ["a = <1>;", "a = <1 6>;", "a = <1 2 3>;"]),
    "matrix": (f"properties: {{ a: {{ {TYPE}uint32-matrix, maxItems: 2, "
               "minItems: 1, items: { items: [ { const: 1 }, {} ] } } }",
               ["a = <1 2>;", "a = <1 2 1 3>;"],
               ["a = <1 2 3>;", "a = <1 2 2 3>;", "a = <1 2 1 2 1 2>;"]),
    "described items": ("properties: { a: { items: [ { description: x }, "
                        "{ description: y } ] } }", ['a = "x", "y";'],
                        ['a = "x";']),
    "max is min": ("properties: { a-names: { maxItems: 2 } }",
                   ['a-names = "x", "y";'], ['a-names = "x";']),
    "minimum": ("properties: { a: { minimum: 2, maximum: 0x80000000 } }",
                ["a = <2>;", "a = <0x80000000>;"],
                ["a = <1>;", "a = <0x80000001>;"]),
    "exclusive": (f"properties: {{ a: {{ {TYPE}uint32-array, items: {{ "
                  "exclusiveMinimum: 2, exclusiveMaximum: 4 } } }",
                  ["a = <3>;"], ["a = <2>;", "a = <4>;"]),
    "multipleOf": (f"properties: {{ a: {{ {TYPE}uint32-array, items: {{ "
                   "multipleOf: 4 } } }", ["a = <8 0>;"], ["a = <8 6>;"]),
    "negative": ("properties: { a: { minimum: -1 } }", ["a = <0>;"], []),
    "pattern anywhere": ("properties: { a: { pattern: 'b+' } }",
                         ['a = "abbc";'], ['a = "ac";']),
    "pattern escapes": (r"properties: { a: { pattern: '^[\w\-\]\[.]+\d$' } }",
                        ['a = "a-][.5";', 'a = "-1";'],
                        ['a = "a+5";', 'a = "-x";']),
    "pattern ranges": (r"properties: { a: { pattern: '^[d-fw-z\d-]$' } }",
                       ['a = "e";', 'a = "y";', 'a = "-";', 'a = "7";'],
                       ['a = "g";', 'a = "a";']),
    "pattern lazy": ("properties: { a: { pattern: '^a+?b$' } }",
                     ['a = "aab";'], ['a = "b";']),
    "pattern group": ("properties: { a: { pattern: '^(?:ab|c)$' } }",
                      ['a = "ab";'], ['a = "a";']),
    "required": ("required: [ a ]", ["a;"], [""]),
    "additional": ("properties: { a: true }\nadditionalProperties: false",
                   ["a;", 'a; status = "okay";', "pinctrl-0 = <1>;"],
                   ["b;", "b { };"]),
    "additional schema": ("properties: { a: true }\nadditionalProperties: "
                          "{ type: boolean }", ["a = <1>; b;"],
                          ["b = <1>;"]),
    "patternProperties": ("patternProperties: { '^a': { type: boolean }, "
                          "'b$': false }\nadditionalProperties: false",
                          ["a;", "ac;"], ["a = <1>;", "ab;", "b;", "c;"]),
    "dependencies": ("dependencies: { a: [ b ], c: { required: [ d ] } }",
                     ["b;", "a; b;", "c; d;"], ["a;", "c;"]),
    "dependentRequired": ("dependentRequired: { a: [ b ] }", ["a; b;", "b;"],
                          ["a;"]),
    "not": ("not: { required: [ a ] }", ["b;"], ["a;"]),
    "anyOf": ("anyOf: [ { required: [ a ] }, { required: [ b ] } ]",
              ["a;", "b;", "a; b;"], ["c;"]),
    "oneOf": ("oneOf: [ { required: [ a ] }, { required: [ b ] } ]",
              ["a;", "b;"], ["c;", "a; b;"]),
    "allOf": ("allOf: [ { required: [ a ] }, { required: [ b ] } ]",
              ["a; b;"], ["a;", "b;"]),
    "if then else": ("if: { required: [ a ] }\nthen: { required: [ b ] }\n"
                     "else: { required: [ c ] }", ["a; b;", "c;"],
                     ["a;", "b;", "a; c;"]),
    "contains": ("properties: { a: { contains: { const: x } } }",
                 ['a = "y", "x";'], ['a = "y";']),
    "$defs": ("properties: { a: { $ref: '#/$defs/two' } }\n"
              "$defs: { two: { const: 2 } }", ["a = <2>;"], ["a = <3>;"]),
    "child": ("patternProperties: { '^c@': { type: object, properties: "
              "{ x: { const: 1 } }, required: [ x ] } }",
              ["c@0 { x = <1>; };"], ["c@0 { x = <2>; };", "c@0 { };",
                                      "c@ = <1>;"]),
    "reg": ("properties: { '#address-cells': { const: 1 }, "
            "'#size-cells': { const: 1 } }\npatternProperties: { '^c': "
            "{ type: object, properties: { reg: { minItems: 1, maxItems: 2 } "
            "} } }",
            ["#address-cells = <1>; #size-cells = <1>; "
             "c { reg = <1 2 3 4>; };"],
            ["#address-cells = <1>; #size-cells = <1>; "
             "c { reg = <1 2 3 4 5 6>; };"]),
    "interrupts": ("properties: { interrupts: { maxItems: 1 } }\n"
                   "required: [ interrupts ]\nadditionalProperties: false",
                   ["interrupts = <1>;", "interrupts-extended = <0xffffffff 1>;"],
                   ["", "interrupts = <1 2>;"]),
    "disabled": ("required: [ a ]\nanyOf: [ { required: [ b ] }, "
                 "{ required: [ c ] } ]", ['status = "disabled";'],
                 ['status = "okay";']),
    # unevaluatedProperties: what was judged, by whom
    "unevaluated $ref": ("$ref: '#/$defs/base'\n$defs: { base: { properties: "
                         "{ a: true } } }\nproperties: { b: true }\n"
                         "unevaluatedProperties: false", ["a; b;"], ["c;"]),
    "unevaluated allOf": ("allOf: [ { properties: { a: { type: boolean } } "
                          "} ]\nunevaluatedProperties: false", ["a;"],
                          ["b;", "a; b;"]),
    "unevaluated if": ("if: { properties: { a: { const: 1 } }, required: "
                       "[ a ] }\nthen: { properties: { b: true } }\nelse: "
                       "{ properties: { c: true } }\n"
                       "unevaluatedProperties: false",
                       ["a = <1>; b;", "c;"],
                       ["a = <2>; c;", "a = <1>; c;", "b;"]),
    "unevaluated not": ("not: { properties: { a: { const: 1 } }, required: "
                        "[ a ] }\nunevaluatedProperties: false", [""],
                        ["a = <2>;", "a = <1>;"]),
    "unevaluated anyOf": ("anyOf: [ { properties: { a: { const: 1 } }, "
                          "required: [ a ] }, { properties: { b: true }, "
                          "required: [ b ] } ]\nunevaluatedProperties: false",
                          ["a = <1>;", "b;", "a = <1>; b;"],
                          ["a = <2>; b;", "a = <1>; c;"]),
    "unevaluated oneOf": ("oneOf: [ { properties: { a: true }, required: "
                          "[ a ] }, { properties: { b: true }, required: "
                          "[ b ] } ]\nunevaluatedProperties: false",
                          ["a;", "b;"], ["a; b;", "a; c;"]),
    "unevaluated dependent": ("dependentSchemas: { a: { properties: { a: "
                              "true, b: true } } }\n"
                              "unevaluatedProperties: false", ["a; b;"],
                              ["b;"]),
    "unevaluated sees additional": ("allOf: [ { properties: { a: true }, "
                                    "additionalProperties: { type: boolean } "
                                    "} ]\nunevaluatedProperties: false",
                                    ["a; b;"], ["b = <1>;"]),
    "unevaluated cousins": ("allOf: [ { properties: { a: true } }, "
                            "{ properties: { b: true }, "
                            "unevaluatedProperties: false } ]", ["b;"],
                            ["a; b;"]),
    "unevaluated schema": ("properties: { a: true }\nunevaluatedProperties: "
                           "{ type: boolean }", ["a = <1>; b;"],
                           ["b = <1>;"]),
    "nested if": ("if: { if: { required: [ a ] }, then: { properties: { b: "
                  "true } }, properties: { a: true } }\n"
                  "unevaluatedProperties: false", ["a; b;"], ["b;"]),
}
# reported when the schemas are read: (schema, in the message)
REFUSED = {
    "duplicate": ("required: [ a ]\nrequired: [ b ]",
                  't.yaml:7: duplicate key "required"'),
    "look-ahead": ("patternProperties: { '^(?!a)': true }",
                   't.yaml:6: the pattern "^(?!a)": look-around'),
    "look-behind": ("properties: { a: { pattern: '(?<!x)y' } }",
                    "look-around is not supported"),
    "back-reference": ("properties: { a: { pattern: '(x)\\1' } }",
                       "back-references are not supported"),
    "bracket": ("properties: { a: { pattern: '[a' } }",
                "a bracket is not closed"),
    "keyword": ("requird: [ a ]",
                "keyword that is not supported: requird"),
    "reference": ("$ref: /schemas/none.yaml#", "no such schema"),
    "pointer": ("$ref: '#/$defs/none'", "nothing there in the schema"),
    "type": ("properties: { a: { " + TYPE + "uint33 } }", "no such type"),
    "number": ("properties: { a: { maximum: many } }",
               "maximum: not an integer"),
    "zero": ("properties: { a: { multipleOf: 0 } }", "multipleOf: zero"),
    "yaml": ("properties: { a: [ }", "t.yaml:6: "),
    "alias": ("properties: *none", "t.yaml:6: "),
}


def write(folder, text, head=HEAD):
    path = folder / "t.yaml"
    path.write_text(head + textwrap.dedent(text) + "\n")
    return path


@pytest.mark.parametrize("name", CASES)
def test_keyword(check, blob, tmp_path, name):
    schema, good, bad = CASES[name]
    path = write(tmp_path, schema)
    blobs = [blob(body, f"good{n}") for n, body in enumerate(good)]
    blobs += [blob(body, f"bad{n}") for n, body in enumerate(bad)]
    result = check([path], blobs)
    assert result.errors == []
    counts = [int(n) > 0 for *_, n in result.blobs]
    assert counts == [False] * len(good) + [True] * len(bad), \
        (result.blobs, result.findings)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(check, blob, tmp_path, name):
    schema, message = REFUSED[name]
    result = check([write(tmp_path, schema)], [blob("x;")])
    assert result.status == 1 and result.findings == []
    assert len(result.errors) == 1 and message in result.errors[0]


def test_reference_to_another_file(check, blob, tmp_path):
    write(tmp_path, "$ref: /schemas/sub/u.yaml#\n"
          "unevaluatedProperties: false")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/u.yaml").write_text(
        HEAD.replace("t.yaml", "sub/u.yaml").replace("true", "false") +
        "properties: { a: { $ref: ../t.yaml#/$defs/one } }\n")
    (tmp_path / "t.yaml").write_text(
        (tmp_path / "t.yaml").read_text() + "$defs: { one: { const: 1 } }\n")
    result = check([tmp_path], [blob("a = <1>;"), blob("a = <2>; b;", "u")])
    assert result.errors == []
    assert [f[:4] for f in result.findings] == [
        ["bad-value", "/", "a", "t.yaml"],
        ["unknown-property", "/", "b", "t.yaml"]]


def test_select_by_compatible_and_by_name(check, blob, tmp_path):
    head = HEAD.replace("select: true\n", "")
    write(tmp_path, "properties: { compatible: { contains: { const: 'x,y' } "
          "} }\n"
          "required: [ a ]", head)
    (tmp_path / "u.yaml").write_text(
        head.replace("t.yaml", "u.yaml") +
        "properties: { $nodename: { pattern: '^n@' } }\nrequired: [ b ]\n")
    result = check([tmp_path], [blob(
        'm { compatible = "q", "x,y"; }; n@0 { }; o { compatible = "q"; };')])
    assert result.places() == [("missing-property", "/m", "a"),
                               ("missing-property", "/n@0", "b")]


@pytest.mark.parametrize("data", [b"", b"x" * 100, b"\xd0\x0d\xfe\xed" * 9])
def test_no_blob(check, tmp_path, data):
    path = write(tmp_path, "required: [ a ]")
    (tmp_path / "no.dtb").write_bytes(data)
    result = check([path], [tmp_path / "no.dtb"])
    assert int(result.blobs[0][2]) < 0


def test_no_schemas(check, tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        result = check([path])
        assert result.status == 1 and len(result.errors) == 1
