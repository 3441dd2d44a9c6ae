# SPDX-License-Identifier: GPL-2.0-only
"""Findings of a request at their source lines."""
import errno

from conftest import CELL, SYSTEM

OVERLAP = ["mem-overlap-hypervisor", "error", "self", "/memory@0", "reg",
           "system", "/reserved-memory/hypervisor@7fc00000", "reg",
           "memory@0 overlaps the hypervisor's memory"]


def lines_after(text, start):
    lines = text.splitlines()
    n = next(i for i, line in enumerate(lines) if line.startswith(start))
    return lines[n:]


def test_property_and_caret(ready):
    ready.refuse(errno.EINVAL, OVERLAP)
    r = ready("cell", "create", "demo.dts")
    assert r.returncode == 1
    assert lines_after(r.stderr, "demo.dts")[:3] == [
        "demo.dts:14:3: error: memory@0 overlaps the hypervisor's memory "
        "[mem-overlap-hypervisor]",
        "\t\treg = <0x0 0x0 0x0 0x100000>;",
        "\t\t^"]


def test_warnings_of_an_accepted_request(ready):
    warning = ["mem-not-reserved", "warning", *OVERLAP[2:5], "", "", "",
               "memory@0 is the root cell's ordinary RAM"]
    ready.report.write_text("\t".join(warning) + "\n")
    r = ready("cell", "create", "demo.dts")
    assert r.returncode == 0
    assert ("demo.dts:14:3: warning: memory@0 is the root cell's ordinary "
            "RAM [mem-not-reserved]\n" in r.stderr)
    assert "cannot" not in r.stderr


def test_other_party_as_blob(ready):
    ready.refuse(errno.EINVAL, OVERLAP)
    r = ready("cell", "create", "demo.dts")
    assert ("the active system: /reserved-memory/hypervisor@7fc00000 "
            "(&hypervisor_ram), reg: note: hypervisor@7fc00000 is here\n"
            in r.stderr)


def test_other_party_in_its_source(cli):
    cli.load_module(enabled=False)
    cli.write("board/s.dts", SYSTEM)
    cli.write("demo.dts", CELL)
    assert cli("enable", "board/s.dts").returncode == 0
    cli.load_module()
    (cli.sys / "system.dtb").write_bytes(cli.blob.read_bytes())
    cli.refuse(errno.EINVAL, OVERLAP)
    r = cli("cell", "create", "demo.dts")
    assert lines_after(r.stderr, "board")[:2] == [
        "board/s.dts:18:4: note: hypervisor@7fc00000 is here",
        "\t\t\treg = <0x0 0x7fc00000 0x0 0x400000>;"]
    # a source that was changed since no longer counts
    cli.write("board/s.dts", SYSTEM.replace("made up", "another"))
    r = cli("cell", "create", "demo.dts")
    assert "board/s.dts" not in r.stderr
    assert "the active system: /reserved-memory" in r.stderr


def test_other_cell_in_its_source(ready):
    assert ready("cell", "create", "demo.dts").returncode == 0
    ready.cell(1, "demo")
    (ready.sys / "cells/1/description.dtb").write_bytes(
        ready.blob.read_bytes())
    ready.write("two.dts", CELL.replace('"demo"', '"two"'))
    ready.refuse(errno.EINVAL, [
        "cpu-shared", "error", "self", "/", "cpus", "demo", "/", "cpus",
        "cpu 1 is in two cells"])
    r = ready("cell", "create", "two.dts")
    assert "two.dts:10:2: error: cpu 1 is in two cells [cpu-shared]" \
        in r.stderr
    assert "demo.dts:10:2: note: the other one is here" in r.stderr


def test_node_without_the_property(ready):
    ready.refuse(errno.EINVAL, [
        "missing-property", "error", "self", "/memory@0", "offset", "", "",
        "", "no offset"])
    r = ready("cell", "create", "demo.dts")
    assert lines_after(r.stderr, "demo.dts")[:3] == [
        "demo.dts:12:7: error: no offset [missing-property]",
        "\tram: memory@0 {", "\t     ^"]


def test_path_that_was_cut(ready):
    ready.refuse(errno.EINVAL, [
        "x", "error", "self", "\u2026mory@0", "reg", "", "", "", "cut"])
    r = ready("cell", "create", "demo.dts")
    assert "demo.dts:14:3: error: cut [x]" in r.stderr


def test_includes_and_macros(ready):
    ready.write("ram.dtsi",
                "/ {\n"
                "\tmemory@80000000 {\n"
                "\t\tread-only; reg = <0x0 0x80000000 0x0 0x1000>;\n"
                "\t};\n"
                "};\n")
    ready.write("names.h", "#define PAGES(n) 0x0 (n * 0x1000)\n"
                "#define EXTRA memory@90000000\n")
    ready.write("demo.dts", CELL.replace("/plugin/;", '/plugin/;\n'
                '#include "names.h"\n#include "ram.dtsi"').replace(
        "0x0 0x100000>;", "PAGES(7)>; read-only;").replace(
        "\tram:", "\tEXTRA { reg = <0x0 0x90000000 0x0 0x1000>; };\n\tram:"))
    ready.refuse(errno.EINVAL,
                 ["a", "error", "self", "/memory@80000000", "read-only", "",
                  "", "", "in an include"],
                 ["b", "error", "self", "/memory@0", "read-only", "", "", "",
                  "behind a macro"],
                 ["c", "error", "self", "/memory@90000000", "", "", "", "",
                  "named by a macro"],
                 ["d", "error", "self", "/", "cell-name", "", "", "",
                  "in the main file"],
                 ["e", "error", "self", "/", "", "", "", "", "the root"])
    r = ready("cell", "create", "demo.dts")
    text = "\t\treg = <0x0 0x0 PAGES(7)>; read-only;"
    col = text.index("read-only") + 1
    assert "ram.dtsi:3:3: error: in an include" in r.stderr
    assert lines_after(r.stderr, f"demo.dts:17:{col}: error: behind")[1:3] \
        == [text, "\t\t" + " " * (col - 3) + "^"]
    assert "demo.dts:14:" in r.stderr and "named by a macro" in r.stderr
    assert "demo.dts:8:2: error: in the main file" in r.stderr
    assert "demo.dts:6:1: error: the root [e]" in r.stderr
    assert r.stderr.endswith("see the errors above\n")


def test_blob_names_node_and_label(ready):
    import subprocess
    subprocess.run(["dtc", "-q", "-@", "-O", "dtb", "-o", "demo.dtb",
                    "demo.dts"], cwd=ready.dir, check=True)
    ready.refuse(errno.EINVAL, OVERLAP)
    r = ready("cell", "create", "demo.dtb")
    assert r.stderr.startswith("demo.dtb: /memory@0 (&ram), reg: error: ")


def test_undefined_label(ready):
    ready.write("demo.dts", CELL.replace("&cell_ram", "&cel_ram"))
    r = ready("cell", "create", "demo.dts")
    assert r.returncode == 1 and ready.requests() == []
    assert "demo.dts:15:3: error: " in r.stderr
    assert "[label-undefined]" in r.stderr
    assert "demo.dts:15:3: note: 'cel_ram': did you mean 'cell_ram'?" \
        in r.stderr


def test_colour(ready):
    ready.refuse(errno.EINVAL, OVERLAP)
    import pexpect

    def output(**env):
        text, status = pexpect.run(
            f"{ready.binary} cell create demo.dts", env={**ready.env, **env},
            cwd=str(ready.dir), withexitstatus=True, timeout=30)
        assert status == 1
        return text

    assert b"\x1b[1;31merror:\x1b[0m" in output()
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert b"\x1b" not in output(**env)
    assert "\x1b" not in ready("cell", "create", "demo.dts").stderr


def test_words_of_other_files_with_odd_names(ready):
    name = 'we "ird, d:1.dts'
    ready.write(name, CELL)
    ready.refuse(errno.EINVAL, OVERLAP)
    r = ready("cell", "create", name)
    assert f"{name}:14:3: error: memory@0" in r.stderr


def test_preprocessor_with_full_paths(ready):
    """As mcpp does; the includes must not win over the main file."""
    script = ready.write("cpp.sh", """#!/bin/sh
for last; do :; done
printf '#line 1 "%s/%s"\\n' "$PWD" "$last"
grep -v include "$last" | sed '1a\\
'
""")
    script.chmod(0o755)
    ready.write("demo.dts", CELL.replace("/plugin/;",
                                         '/plugin/;\n#include "none"'))
    ready.refuse(errno.EINVAL, OVERLAP)
    r = ready("cell", "create", "demo.dts", CPP=str(script))
    assert r.stderr.startswith("demo.dts:15:3: error: memory@0 overlaps")
