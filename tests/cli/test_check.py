# SPDX-License-Identifier: GPL-2.0-only
"""config check: what it finds, how it says so, and what it lets pass."""
import json
import os
import re
import shutil
import subprocess

import pytest

import sarif
from conftest import TOP

BOARDS = TOP / "dts/arm64"
SYSTEM = BOARDS / "qemu-virt-gicv3.dts"
CELL = (BOARDS / "qemu-virt-gic-demo.dts").read_text()
HEX = "0x[0-9a-f]+"
OURS = len(list((TOP / "schemas").rglob("*.yaml")))


@pytest.fixture
def check(cli):
    """check(text of a cell, options…) -> the command's result"""
    cli.env["CELLBLOCK_INCLUDE"] = str(TOP / "dts/include")

    def run(cell=None, *options, system=SYSTEM, **env):
        cells = []
        if cell is not None:
            cli.write("x.dts", cell)
            cells = ["x.dts"]
        return cli("config", "check", *options, system, *cells, **env)
    run.cli = cli
    return run


def edited(old, new, text=CELL):
    assert old in text
    return text.replace(old, new, 1)


def found(result):
    """(file, line, severity, id) of each finding for people"""
    return re.findall(r"^(\S+?):(\d+):\d+: (error|warning|note): .*"
                      r" \[([\w-]+)\]$", result.stderr, re.M)


def closing(result):
    return result.stderr.splitlines()[-1]


def test_clean(check):
    r = check(CELL)
    assert r.returncode == 0, r.stderr
    assert not found(r) and r.stdout == ""
    assert re.fullmatch(
        rf"cellblock: 2 descriptions, \d\d+ checks and {OURS} schemas run; "
        r"0 errors, 0 warnings, \d+ notes?; 0 suppressed", closing(r))


@pytest.mark.parametrize("old, new, check_id, hint", [
    ("cell-name", "cell-nam", "unknown-property", "'cell-name'"),
    ("memory@0", "memroy@0", "unknown-node", "'memory'"),
    ("&cpu3", "&cpu33", "label-undefined", "'cpu3'"),
    ("&cell_ram", "&cell_rma", "label-undefined", "'cell_ram'"),
    ("memory-region", "memory-regoin", "unknown-property",
     "'memory-region'"),
])
def test_did_you_mean(check, old, new, check_id, hint):
    r = check(edited(old, new))
    assert r.returncode == 1
    assert f"did you mean {hint}?" in r.stderr
    assert check_id in [f[3] for f in found(r)]


def test_did_you_mean_a_value(check):
    text = subprocess.run(
        ["cpp", "-nostdinc", "-undef", "-P", "-x", "assembler-with-cpp",
         "-I", TOP / "dts/include", "-I", BOARDS, SYSTEM], check=True,
        text=True, stdout=subprocess.PIPE).stdout
    check.cli.write("s.dts", edited("memory-region = <", """
        interrupt-delivery = "list-register";
        memory-region = <""", text))
    r = check(system="s.dts")
    assert r.returncode == 1
    assert "did you mean 'list-registers'?" in r.stderr
    assert len(found(r)) == 1, r.stderr


@pytest.mark.parametrize("old, new", [
    ("cell-name", "cell-nam"), ("cpus = ", "cpu = "),
    ("cell-name = \"gic-demo\"", "cell-name = \"a b\""),
    ("memory-region = ", "read-only = <1>; memory-region = "),
])
def test_one_verdict_for_one_thing(check, old, new):
    r = check(edited(old, new), "--format", "json")
    issues = [json.loads(line) for line in r.stdout.splitlines()][:-1]
    places = [(i["node"], i.get("property"), i["id"]) for i in issues]
    assert places and len(places) == len(set(places))


def test_schema_alone_where_cells_are_not_judged(check):
    """The hypervisor stops at the system's errors; a schema does not."""
    broken = check.cli.write("s.dts", "/dts-v1/;\n/ { hypervisor { "
                             'compatible = "cellblock,hypervisor"; }; };\n')
    r = check(edited("cpus = ", "cpu = "), system=broken.name)
    assert r.returncode == 1
    assert ("x.dts", "unknown-property") in [(f[0], f[3]) for f in found(r)]
    assert "1 description not judged" in closing(r)


def test_order_is_that_of_the_file(check):
    r = check(edited("cpus", "zzz", edited("memory-region", "aaa")))
    lines = [(f[0], int(f[1])) for f in found(r)]
    assert len(lines) > 2 and lines == sorted(lines)
    again = check(edited("cpus", "zzz", edited("memory-region", "aaa")))
    assert r.stderr == again.stderr


# ---- severities --------------------------------------------------------------

ALIAS = edited("	comm-region", """	memory@1000000 {
		device_type = "memory";
		reg = <0x0 0x1000000 0x0 0x100000>;
		memory-region = <&cell_ram>;
	};

	comm-region""")


def test_warnings_do_not_fail(check):
    r = check(ALIAS)
    assert r.returncode == 0
    assert [f[2:] for f in found(r)] == [("warning", "mem-alias-cell")]


def test_severity_threshold(check):
    assert check(ALIAS, "--severity", "warning").returncode == 1
    assert check(ALIAS, "--severity", "error").returncode == 0
    r = check(ALIAS, "--severity", "sever")
    assert r.returncode == 2 and "'sever' is no severity" in r.stderr


def test_warning_made_an_error(check):
    r = check(ALIAS, "-E", "mem-alias-cell")
    assert r.returncode == 1
    assert [f[2:] for f in found(r)] == [("error", "mem-alias-cell")]


@pytest.mark.parametrize("option", [["--no-mem-alias-cell"],
                                    ["--no", "mem-alias-cell"]])
def test_check_off(check, option):
    r = check(ALIAS, "--severity", "warning", *option)
    assert r.returncode == 0 and not found(r)
    assert "1 check off" in closing(r)


@pytest.mark.parametrize("option", [
    ["-W", "mem-overlap-hypervisor"], ["--no-mem-overlap-hypervisor"]])
def test_what_the_hypervisor_enforces_stays(check, option):
    r = check(ALIAS, *option)
    assert r.returncode == 2
    assert "mem-overlap-hypervisor is an error to the hypervisor" in r.stderr


def test_unknown_check_in_an_option(check):
    r = check(ALIAS, "-E", "mem-alias-cel")
    assert r.returncode == 2 and r.stderr == (
        "cellblock: no check is called 'mem-alias-cel'; "
        "did you mean 'mem-alias-cell'?\n")


# ---- suppression -------------------------------------------------------------

def commented(comment):
    return edited("reg = <0x0 0x1000000", f"{comment}reg = <0x0 0x1000000",
                  ALIAS)


ALLOW = "cellblock: allow mem-alias-cell: both ends of a ring"


@pytest.mark.parametrize("comment", [
    f"/* {ALLOW} */ ", f"/* {ALLOW} */\n\t\t", f"// {ALLOW}\n",
    f"/*\n\t\t * {ALLOW}\n\t\t */\n\n\t\t/* more */\n\t\t"])
def test_comment_suppresses(check, comment):
    lines = commented(comment)
    r = check(lines, "--severity", "warning")
    assert r.returncode == 0, r.stderr
    assert not found(r) and closing(r).endswith("; 1 suppressed")
    r = check(lines, "--format", "json")
    issue = json.loads(r.stdout.splitlines()[0])
    assert issue["suppressed"] == "both ends of a ring"


@pytest.mark.parametrize("comment", [
    f"/* {ALLOW} */ status = \"okay\";\n",
    f'compatible = "x", "/* {ALLOW} */"; ', f"/* {ALLOW} */\n#define X\n"])
def test_comment_elsewhere_does_not(check, comment):
    assert ("warning", "mem-alias-cell") in [
        f[2:] for f in found(check(commented(comment)))]


@pytest.mark.parametrize("comment, words", [
    ("cellblock: allow mem-alias-cell:", "gives no reason"),
    ("cellblock: allow mem-alias-cell", "gives no reason"),
    ("cellblock: allow mem-alias: why", "no check's id"),
    ("cellblock: permit mem-alias-cell: why", 'only "allow ID: reason"'),
])
def test_malformed_comment(check, comment, words):
    r = check(commented(f"/* {comment} */ "))
    assert r.returncode == 1
    assert words in r.stderr
    assert ("error", "suppression-invalid") in [f[2:] for f in found(r)]


def test_unused_comment(check):
    r = check(edited("cpus = ", f"/* {ALLOW} */\n\tcpus = "))
    assert r.returncode == 0
    assert [f[2:] for f in found(r)] == [("warning", "suppression-unused")]
    r = check(edited("cpus = ", f"/* {ALLOW} */\n\tcpus = "),
              "--no-mem-alias-cell")
    assert not found(r)


def test_enforced_errors_cannot_be_suppressed(check):
    r = check(edited("cpus = ", "/* cellblock: allow cpu-unknown: no */\n"
                     "\tcpus = <&gic>; //"))
    assert r.returncode == 1
    assert {"cpu-unknown", "suppression-invalid"} <= {
        f[3] for f in found(r)}


@pytest.mark.parametrize("node", ["/memory@1000000", "memory@1000000"])
def test_suppress_option_and_file(check, node):
    text = f"mem-alias-cell@{node}=a ring"
    r = check(ALIAS, "--severity", "warning", "--suppress", text)
    assert r.returncode == 0 and "1 suppressed" in closing(r)
    check.cli.write("known", f"# what we know\n\n  {text}\r\n")
    r = check(ALIAS, "--severity", "warning", "--suppressions", "known")
    assert r.returncode == 0 and "1 suppressed" in closing(r)
    r = check(CELL, "--suppressions", "known")
    assert "known:3 suppresses mem-alias-cell" in r.stderr
    assert "[suppression-unused]" in r.stderr


@pytest.mark.parametrize("text, words", [
    ("mem-alias-cell@/memory@0=", "gives no reason"),
    ("mem-alias-cell=why", "is not ID@NODE=reason"),
    ("mem-alias-cel@/memory@0=why", "did you mean 'mem-alias-cell'?"),
])
def test_malformed_suppress_option(check, text, words):
    r = check(ALIAS, "--suppress", text)
    assert r.returncode == 2 and words in r.stderr
    assert len(r.stderr.splitlines()) == 1


# ---- input that cannot be judged ---------------------------------------------

def blob(cli, name, text):
    cli.write("in.dts", text)
    subprocess.run(["dtc", "-q", "-@", "-O", "dtb", "-o", cli.dir / name,
                    cli.dir / "in.dts"], check=True)
    return (cli.dir / name).read_bytes()


PLAIN = '/dts-v1/;\n/ { model = "a board"; };\n'


def bad(cli, kind):
    """Arguments of which one is bad."""
    whole = blob(cli, "whole.dtb", PLAIN)
    path = cli.dir / "bad.dtb"
    if kind == "folder":
        path.mkdir()
    elif kind == "dangling link":
        path.symlink_to("nothing")
    elif kind != "missing":
        path.write_bytes({"empty": b"", "text": b"hello\n",
                          "truncated": whole[:len(whole) // 2],
                          "header only": whole[:40],
                          "binary": bytes(range(256)) * 8,
                          "magic only": whole[:4]}[kind])
    return path.name


@pytest.mark.parametrize("kind", ["folder", "dangling link", "missing",
                                  "empty", "text", "truncated",
                                  "header only", "binary", "magic only"])
@pytest.mark.parametrize("place", ["system", "cell", "board"])
def test_bad_file(check, kind, place):
    name = bad(check.cli, kind)
    if place == "system":
        r = check(system=name)
    elif place == "cell":
        r = check.cli("config", "check", SYSTEM, name)
    else:
        r = check(None, "--board", name)
    assert r.returncode == 2, r.stderr
    about = [line for line in r.stderr.splitlines() if "bad.dtb" in line]
    assert len(about) == 1, r.stderr


@pytest.mark.parametrize("arguments, words", [
    (["x.dts"], "x.dts: describes a cell; the system it is for comes first"),
    ([SYSTEM, SYSTEM], "describes a second system"),
    (["plain.dts"], "plain.dts: no system"),
    ([SYSTEM, "plain.dts"], "plain.dts: no cell"),
    ([], "no SYSTEM given"),
    ([SYSTEM] + 65 * ["x.dts"], "65 cells; more than 64 cannot be"),
    (["--schemas", "none", SYSTEM], "none: no schemas here"),
    (["--format", "xml", SYSTEM], "'xml' is no format"),
])
def test_wrong_arguments(check, arguments, words):
    check.cli.write("x.dts", CELL)
    check.cli.write("plain.dts", PLAIN)
    r = check.cli("config", "check", *arguments)
    assert r.returncode == 2
    lines = [line for line in r.stderr.splitlines()
             if not re.search(r"\d+ descriptions?,", line)]
    assert len(lines) == 1 and words in lines[0], r.stderr


def test_unreadable_file(check):
    path = check.cli.write("x.dts", CELL)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("root reads everything")
    r = check.cli("config", "check", SYSTEM, "x.dts")
    assert r.returncode == 2 and "Permission denied" in r.stderr


def test_schemas_missing(check):
    r = check(CELL, CELLBLOCK_SCHEMAS=str(check.cli.dir))
    assert r.returncode == 2
    assert len(r.stderr.splitlines()) == 1 and "no schemas here" in r.stderr


def test_schemas_of_an_installed_command(check):
    prefix = check.cli.dir / "usr"
    (prefix / "sbin").mkdir(parents=True)
    shutil.copy(check.cli.binary, prefix / "sbin/cellblock")
    check.cli.binary = str(prefix / "sbin/cellblock")
    r = check(CELL, CELLBLOCK_SCHEMAS="")
    assert r.returncode == 2 and "share/cellblock/schemas: no schemas" \
        in r.stderr
    shutil.copytree(TOP / "schemas", prefix / "share/cellblock/schemas")
    assert check(CELL, CELLBLOCK_SCHEMAS="").returncode == 0


def test_neither_module_nor_privileges(check):
    r = check(CELL, CELLBLOCK_SYSFS="/nonexistent",
              CELLBLOCK_DEV="/nonexistent")
    assert r.returncode == 0 and check.cli.requests() == []


# ---- forms of output ---------------------------------------------------------

def two_findings():
    return edited("cell-name", "cell-nam", ALIAS)


def test_json_lines(check):
    r = check(two_findings(), "--format", "json")
    *issues, end = [json.loads(line) for line in r.stdout.splitlines()]
    text = check(two_findings())
    assert [(i["file"], str(i["line"]), i["severity"], i["id"])
            for i in issues] == found(text)
    assert end["summary"]["errors"] == sum(
        i["severity"] == "error" for i in issues)
    assert end["summary"]["exit"] == r.returncode == 1
    r = check(ALIAS, "--format", "json")
    issue = json.loads(r.stdout.splitlines()[0])
    assert issue["other"]["node"].startswith("/memory@")


def sarif_of(r):
    """The one run of a log that keeps to the published schema."""
    log = sarif.validate(json.loads(r.stdout))
    assert len(log["runs"]) == 1
    for result in log["runs"][0]["results"]:
        rule = log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
    return log["runs"][0]


@pytest.mark.parametrize("kind, value", [
    ("sarifLog", {"version": "2.1.0"}), ("sarifLog", []),
    ("sarifLog", {"version": "2.0", "runs": []}), ("run", {"results": []}),
    ("run", {"tool": {"driver": {"name": "x"}}, "columnKind": "bytes"}),
    ("result", {"ruleId": "x"}), ("message", {}),
    ("result", {"message": {"text": "x"}, "level": "fatal"}),
    ("result", {"message": {"text": "x"}, "line": 1}),
    ("region", {"startLine": 0}), ("region", {"startLine": "1"}),
    ("physicalLocation", {"region": {}}), ("artifactLocation", {"uri": "a b"}),
    ("artifactLocation", {"uri": "\u00e4"}), ("suppression", {"kind": "no"}),
    ("invocation", {"executionSuccessful": 1})])
def test_table_of_sarif_refuses(kind, value):
    with pytest.raises(AssertionError):
        sarif.validate(value, kind)


@pytest.mark.parametrize("cell", [
    None, edited("<&cpu3>;", "<&cpu3>"), edited("cpus", "cpux"),
    edited("<&cpu3>", "<&cpu33>"), edited("memory@0 {", "ram@0 {"),
    edited("cell_ram", "hypervisor_ram"), ""], ids=range(7))
def test_sarif_of_all_kinds_of_findings(check, cell):
    """Of none, the compiler's, the schemas', the linker's, the judge's."""
    r = check(cell, "--format", "sarif")
    results = sarif_of(r)["results"]
    assert bool(results) == (cell is not None)
    assert {x["level"] for x in results} <= {"error", "warning", "note"}


def test_sarif(check):
    run = sarif_of(check(ALIAS, "--format", "sarif"))
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "cellblock"
    assert len({rule["id"] for rule in rules}) == len(rules) > 40
    for rule in rules:
        assert rule["defaultConfiguration"]["level"] in (
            "note", "warning", "error")
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
    assert run["results"]
    for result in run["results"]:
        assert result["message"]["text"]
        for where in result["locations"] + result["relatedLocations"]:
            physical = where["physicalLocation"]
            assert physical["artifactLocation"]["uri"] == "x.dts"
            assert physical["region"]["startLine"] > 0
            assert physical["region"]["startColumn"] > 0
    assert run["invocations"] == [
        {"executionSuccessful": True, "exitCode": 0}]


def test_sarif_suppressions(check):
    run = sarif_of(check(commented(f"/* {ALLOW} */ "), "--format", "sarif"))
    assert run["results"][0]["suppressions"] == [
        {"kind": "inSource", "justification": "both ends of a ring"}]


def test_sarif_of_odd_file_names_and_characters(check):
    name = "ä b%.dts"
    check.cli.write(name, edited("cpus", "/* äöü */ cpux"))
    r = check.cli("config", "check", "--format", "sarif", SYSTEM, name)
    where = [x["locations"][0]["physicalLocation"]
             for x in sarif_of(r)["results"]]
    assert {w["artifactLocation"]["uri"] for w in where} == {
        "%C3%A4%20b%25.dts"}
    line = next(n for n, text in enumerate(
        (check.cli.dir / name).read_text().splitlines(), 1)
        if "cpux" in text)
    text = (check.cli.dir / name).read_text().splitlines()[line - 1]
    assert [w["region"]["startColumn"] for w in where
            if w["region"]["startLine"] == line] == [
                text.index("cpux") + 1]


def test_github(check):
    r = check(edited("cell-name", "cell-nam"), "--format", "github")
    assert re.search(r"^::error file=x\.dts,line=\d+,col=2,"
                     r"title=unknown-property::/ has no "
                     r"property cell-nam%0Adid you mean 'cell-name'\?$",
                     r.stdout, re.M)


def test_github_escapes(check):
    name = "a,b:c%.dts"
    check.cli.write(name, edited("cell-name", "cell-nam"))
    r = check.cli("config", "check", "--format", "github", SYSTEM, name)
    assert "file=a%2Cb%3Ac%25.dts," in r.stdout


@pytest.mark.parametrize("count, shown", [(3, 3), (10, 10), (11, 9),
                                          (40, 9)])
def test_github_limits(check, count, shown):
    more = "".join(f"\tzz{n:02};\n" for n in range(count))
    r = check(edited("\tcell-name", f"{more}\tcell-name"), "--format",
              "github")
    commands = [line for line in r.stdout.splitlines()
                if line.startswith("::error ")]
    summary = [c for c in commands if "more of this severity" in c]
    assert len(commands) - len(summary) == shown
    assert len(commands) <= 10 and len(summary) == (count > 10)
    if summary:
        assert f"::{count - shown} more" in summary[0]
    assert sum("unknown-property" in line
               for line in r.stdout.splitlines()) == count


def test_no_color_without_terminal(check):
    assert "\x1b" not in check(two_findings()).stderr


# ---- the list of checks ------------------------------------------------------

def listed(check):
    r = check.cli("config", "check", "--format", "json", "--list-checks")
    assert r.returncode == 0
    return [json.loads(line) for line in r.stdout.splitlines()]


def test_list_and_explain(check):
    rows = listed(check)
    ids = {row["id"] for row in rows}
    table = set(re.findall(r'(?:CHECK|WARNING)\(\w+,\s*"([\w-]+)"',
                           (TOP / "hv/config/checks.def").read_text()))
    assert table <= ids and len(ids) == len(rows)
    assert {"suppression-unused", "suppression-invalid"} <= ids
    text = check.cli("config", "check", "--list-checks").stdout
    assert [line.split()[0] for line in text.splitlines()] == sorted(ids)
    r = check.cli("config", "check", "--explain", "mem-overlap-hypervisor")
    assert r.returncode == 0 and r.stderr == ""
    assert "enforced by the hypervisor" in r.stdout
    r = check.cli("config", "check", "--explain", "mem-overlap-hyper")
    assert r.returncode == 2 and len(r.stderr.splitlines()) == 1


def test_every_id_is_explained(check):
    explained = (TOP / "tools/lib/explain.def").read_text()
    ids = re.findall(r'^EXPLAIN\("([\w-]+)"', explained, re.M)
    assert len(ids) == len(set(ids))
    assert set(ids) == {row["id"] for row in listed(check)}


def test_nothing_that_a_terminal_obeys(check):
    check.cli.write("bindings/thing.yaml", BINDING)
    check.cli.write("board.dts", BOARD.replace("lound", "\\x1b[31m\\n"))
    r = check(None, "--schemas", "bindings", system="board.dts")
    assert "but is \"?[31m?\"" in r.stderr and "\x1b" not in r.stderr


# ---- schemas of others -------------------------------------------------------

BINDING = """\
%YAML 1.2
---
$id: http://devicetree.org/schemas/test,thing.yaml#
$schema: http://devicetree.org/meta-schemas/core.yaml#
title: A thing
maintainers: [ Nobody <nobody@localhost> ]
properties:
  compatible:
    const: test,thing
  reg:
    maxItems: 1
  volume:
    $ref: /schemas/types.yaml#/definitions/string
    enum: [ loud, quiet ]
required: [ compatible, reg ]
additionalProperties: false
"""

BOARD = """\
/dts-v1/;
/ {
	#address-cells = <1>;
	#size-cells = <1>;
	thing {
		compatible = "test,thing";
		volume = "lound";
		extra;
	};
};
"""


def test_board_by_schemas_alone(check):
    check.cli.write("bindings/thing.yaml", BINDING)
    check.cli.write("board.dts", BOARD)
    r = check(None, "--schemas", "bindings", system="board.dts")
    assert r.returncode == 1
    assert [f[3] for f in found(r)] == [
        "missing-property", "bad-value", "unknown-property"]
    assert "did you mean 'loud'?" in r.stderr
    assert "so says test,thing.yaml, line 16" in r.stderr
    assert "1 description (a board alone: schemas only)" in closing(r)
    assert f"{OURS + 1} schemas" in closing(r)
    r = check.cli("config", "check", "--schemas", "bindings", "board.dts",
                  SYSTEM)
    assert r.returncode == 2 and "board.dts: no system" in r.stderr


def test_system_by_schemas_of_others(check):
    check.cli.write("bindings/thing.yaml", BINDING)
    check.cli.write("s.dts", SYSTEM.read_text() + BOARD.replace(
        "/dts-v1/;\n", "").replace("<1>", "<2>"))
    check.cli.env["CELLBLOCK_INCLUDE"] += f":{BOARDS}"
    assert check(CELL, system="s.dts").returncode == 0
    r = check(CELL, "--schemas", "bindings", system="s.dts")
    assert {("s.dts", "bad-value"), ("s.dts", "unknown-property")} <= {
        (f[0], f[3]) for f in found(r)}


def test_schemas_that_are_left_out(check):
    check.cli.write("bindings/thing.yaml", BINDING)
    check.cli.write("bindings/bad.yaml", BINDING.replace(
        "test,thing", "test,bad").replace("enum:", "enumeration:"))
    check.cli.write("bindings/no.yaml", "a: b: c\n")
    r = check(CELL, "--schemas", "bindings")
    assert r.returncode == 0 and "2 problems with schemas" in closing(r)
    r = check(CELL, "--schemas", "bindings", "-v")
    assert "bad.yaml" in r.stderr and "no.yaml" in r.stderr


def test_explanations_are_whole(check):
    """What, why, an example and a remedy, for every id."""
    for row in listed(check):
        text = check.cli("config", "check", "--explain", row["id"]).stdout
        head, why, title, *rest = text.split("\n\n")
        assert head.startswith(row["id"]) and len(why) > 40, row["id"]
        assert title == "Example:" and rest[1] == "Remedy:", row["id"]
        assert rest[0].strip() and len(rest[2]) > 10, row["id"]
        assert max(map(len, text.splitlines())) < 80


# ---- what does not compile ---------------------------------------------------

def test_syntax_error_is_a_finding(check):
    bad = edited("<&cpu3>;", "<&cpu3>")
    r = check(bad)
    assert r.returncode == 1
    assert found(r) == [("x.dts", "11", "error", "source-error")]
    assert "1 error," in closing(r) and "not judged" in closing(r)
    r = check(bad, "--format", "github")
    assert r.stdout.startswith(
        "::error file=x.dts,line=11,col=2,title=source-error::syntax error")
    run = sarif_of(check(bad, "--format", "sarif"))
    assert [x["ruleId"] for x in run["results"]] == ["source-error"]
    assert run["invocations"][0]["exitCode"] == 1


def test_warning_with_more_lines_is_one_finding(check):
    """dtc adds "also defined at" to what it says of a node."""
    r = check(CELL + "/ { comm-region { reg = <0 0 0 0>; }; };\n"
              "/ { comm-region { }; };\n")
    odd = [f for f in found(r) if f[3].startswith("source-")]
    assert len(odd) == 1 and odd[0][2] == "warning", r.stderr
    assert "also defined" not in r.stderr


def test_missing_include_is_a_finding(check):
    r = check(edited("/plugin/;", '/plugin/;\n#include "none.h"'))
    assert r.returncode == 1
    assert found(r) == [("x.dts", "5", "error", "source-error")]
    assert "none.h: No such file" in r.stderr


def test_warning_of_the_compiler_can_be_suppressed(check):
    odd = edited("	virtual-console;", "	virtual-console;\n"
                 "	comm-region { status = \"disabled\"; reg = <0 0 0 0>; };")
    ids = [f[3] for f in found(check(odd))]
    assert "source-warning" in ids
    quiet = edited("	comm-region {", "	/* cellblock: allow "
                   "source-warning: to be filled in */\n	comm-region {", odd)
    assert "source-warning" not in [f[3] for f in found(check(quiet))]


def with_images(check, *images, cell=CELL):
    for name, size in (("program", 0x1000), ("data@2", 0x800)):
        check.cli.write(name, "x" * size)
    options = [word for image in images for word in ("--image", image)]
    return check(cell, *options)


@pytest.mark.parametrize("images", [
    [], ["gic-demo=program"], ["gic-demo=program", "gic-demo=data@2@0x1000"],
    ["gic-demo=program", "gic-demo=data@2@0xff800"]])
def test_images_that_fit(check, images):
    r = with_images(check, *images)
    assert r.returncode == 0 and not found(r), r.stderr


@pytest.mark.parametrize("images, check_id", [
    (["gic-demo=program", "gic-demo=data@2@0x100000"], "image-outside"),
    (["gic-demo=program", "gic-demo=data@2@0xff801"], "image-outside"),
    (["gic-demo=program", "gic-demo=data@2@0xffffffffffffffff"],
     "image-outside"),
    (["gic-demo=program", "gic-demo=data@2@0xfff"], "image-overlap"),
    (["gic-demo=data@2@0x1000"], "entry-unmapped"),
])
def test_images_that_do_not(check, images, check_id):
    r = with_images(check, *images)
    assert [f[3] for f in found(r) if f[2] != "note"] == [check_id], r.stderr
    assert r.returncode == (check_id != "entry-unmapped")


@pytest.mark.parametrize("image, reason", [
    ("gic-demo=absent", "absent: No such file or directory"),
    ("gic-demo=.", ".: not a file"),
    ("other=program", '--image program: no cell "other" is given'),
    ("program", "'program' is not CELL=FILE[@ADDRESS]"),
    ("=program", "'=program' is not CELL=FILE[@ADDRESS]"),
    ("gic-demo=", "'gic-demo=' is not CELL=FILE[@ADDRESS]"),
])
def test_images_that_are_none(check, image, reason):
    r = with_images(check, image)
    assert r.returncode == 2 and reason in r.stderr
