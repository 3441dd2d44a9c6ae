# SPDX-License-Identifier: GPL-2.0-only
"""config compile: the blob, and the way back to its source."""
import errno
import os
import stat

import pytest

from conftest import CELL, SYSTEM

OVERLAP = ["mem-overlap-hypervisor", "error", "self", "/memory@0", "reg",
           "system", "/reserved-memory/hypervisor@7fc00000", "reg",
           "memory@0 overlaps the hypervisor's memory"]
HEAD = "demo.dts:14:3: error: memory@0 overlaps"


@pytest.fixture
def made(ready):
    """demo.dtb compiled, and its map beside it."""
    r = ready("config", "compile", "demo.dts")
    assert r.returncode == 0 and r.stderr == r.stdout == ""
    ready.refuse(errno.EINVAL, OVERLAP)
    return ready


def test_the_hypervisors_findings_about_a_blob(made):
    r = made("cell", "create", "demo.dtb")
    assert r.returncode == 1
    assert r.stderr.startswith(
        f"{HEAD} the hypervisor's memory [mem-overlap-hypervisor]\n"
        "\t\treg = <0x0 0x0 0x0 0x100000>;\n\t\t^\n"), r.stderr


def test_check_of_a_blob(made):
    made.write("bad.dts", CELL.replace("cell-name", "cell-nam"))
    made.write("s.dts", SYSTEM)
    assert made("config", "compile", "bad.dts").returncode == 0
    r = made("config", "check", "s.dts", "bad.dtb", PATH=os.environ["PATH"])
    assert "bad.dts:6:2: error: / has no property cell-nam" in r.stderr


def test_comments_count_for_a_blob(made):
    made.write("bad.dts", CELL.replace(
        "ram:", "/* cellblock: allow mem-alias-cell */\n\tram:"))
    made.write("s.dts", SYSTEM)
    assert made("config", "compile", "bad.dts").returncode == 0
    r = made("config", "check", "s.dts", "bad.dtb")
    assert "bad.dts:12:2: error: " in r.stderr
    assert "[suppression-invalid]" in r.stderr


def test_output_elsewhere_and_moved_together(made):
    (made.dir / "out").mkdir()
    r = made("config", "compile", "-o", "out/x.dtb", "demo.dts")
    assert r.returncode == 0
    text = (made.dir / "out/x.dtb.map").read_text()
    assert "\t../demo.dts\n" in text and str(made.dir) not in text
    r = made("cell", "create", "out/x.dtb")
    assert r.stderr.startswith(HEAD)
    assert (made.dir / "out/x.dtb").read_bytes() == \
        (made.dir / "demo.dtb").read_bytes()


def test_source_that_changed_since(made):
    made.write("demo.dts", "\n" + CELL)
    r = made("cell", "create", "demo.dtb")
    assert r.stderr.startswith("demo.dtb: /memory@0 (&ram), reg: error: ")


def test_map_of_another_blob(made):
    made.write("other.dts", CELL.replace("demo", "other"))
    assert made("config", "compile", "other.dts").returncode == 0
    (made.dir / "other.dtb.map").rename(made.dir / "demo.dtb.map")
    r = made("cell", "create", "demo.dtb")
    assert r.stderr.startswith("demo.dtb: /memory@0 (&ram), reg: error: ")


def damages():
    yield "empty", lambda t: ""
    yield "cut", lambda t: t[:len(t) // 2]
    yield "no number", lambda t: t.replace("\n14\t", "\n-14\t")
    yield "too large", lambda t: t.replace("\n14\t", "\n99999999999\t")
    yield "no such file", lambda t: t.replace("\t0\t/", "\t7\t/")
    yield "no such line", lambda t: t.replace("\n14\t", "\n1400\t")
    yield "other version", lambda t: t.replace("map 1", "map 2")
    yield "bytes", lambda t: t + "\0\0"


@pytest.mark.parametrize("damage", [d for _, d in damages()],
                         ids=[n for n, _ in damages()])
def test_damaged_map(made, damage):
    path = made.dir / "demo.dtb.map"
    path.write_text(damage(path.read_text()))
    r = made("cell", "create", "demo.dtb")
    assert r.returncode == 1
    assert "memory@0 overlaps" in r.stderr.splitlines()[0]


def test_the_active_system_from_a_blob(cli):
    """Findings of a later command point into the source of the system."""
    cli.load_module(enabled=False)
    cli.write("s.dts", SYSTEM)
    assert cli("config", "compile", "s.dts").returncode == 0
    run = cli.dir / "run"
    assert cli("enable", "s.dtb", CELLBLOCK_RUN=str(run)).returncode == 0
    cli.enable()
    (cli.dir / "sys/system.dtb").write_bytes(
        (cli.dir / "s.dtb").read_bytes())
    cli.write("demo.dts", CELL)
    cli.refuse(errno.EINVAL, OVERLAP)
    r = cli("cell", "create", "demo.dts", CELLBLOCK_RUN=str(run))
    assert "s.dts:18:4: note: hypervisor@7fc00000 is here" in r.stderr


def test_what_cannot_be_compiled_or_written(made):
    (made.dir / "demo.dtb").unlink()
    made.write("bad.dts", CELL.replace("<&cpu1>;", "<&cpu1>"))
    r = made("config", "compile", "bad.dts")
    assert r.returncode == 1 and "syntax error" in r.stderr
    assert not (made.dir / "bad.dtb").exists()
    r = made("config", "compile", "-o", "none/x.dtb", "demo.dts")
    assert r.returncode == 2 and "none/x.dtb" in r.stderr
    (made.dir / "folder.dtb").mkdir()
    r = made("config", "compile", "-o", "folder.dtb", "demo.dts")
    assert r.returncode == 2 and len(r.stderr.splitlines()) == 1
    assert made("config", "compile", "demo.dts").returncode == 0
    r = made("config", "compile", "-o", "y.dtb", "demo.dtb")
    assert r.returncode == 2 and "a blob already" in r.stderr


def test_nothing_half_written_is_left(made):
    made("config", "compile", "demo.dts")
    assert {p.name for p in made.dir.iterdir() if "demo" in p.name} == {
        "demo.dts", "demo.dtb", "demo.dtb.map"}
    modes = {stat.S_IMODE((made.dir / name).stat().st_mode)
             for name in ("demo.dts", "demo.dtb", "demo.dtb.map")}
    assert len(modes) == 1
