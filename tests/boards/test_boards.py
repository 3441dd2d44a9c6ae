# SPDX-License-Identifier: GPL-2.0-only
"""Real boards: all of arm64 through the checker, and systems around some.

NAME.dts is a system around the board whose blob it includes, decompiled;
NAME-demo.dts is a cell for it.
"""

import pathlib
import re
import struct
import subprocess

import pytest

from survey import BUILD, ROOT, boards, run, survey

HERE = pathlib.Path(__file__).parent
CELLS = sorted(HERE.glob("*-demo.dts"))
SYSTEMS = sorted(set(HERE.glob("*.dts")) - set(CELLS))
OUT = BUILD / "survey"
# a GIC without virtualization, or none: no hypervisor can run there
NO_GIC = {"missing-node", "arch-mismatch"}


@pytest.fixture(scope="module")
def blobs():
    return boards()


@pytest.fixture(scope="module")
def surveyed(blobs):
    return survey(blobs)


def test_all_boards_are_read_to_the_end(blobs, surveyed):
    """Without crash, leak or undefined behaviour: survey() would fail."""
    assert len(blobs) > 500
    assert {b.name for b in blobs} == set(surveyed[1])


def test_gate_and_schemas_have_nothing_to_say_of_boards(surveyed):
    assert [f for f in surveyed[0] if f.stage == "board"] == []


def test_no_advice(surveyed):
    """Real trees are messy; nothing of that is said unless a cell is in it.
    Nor does a tree contradict itself (--board)."""
    text = (ROOT / "tools/check/advice.def").read_text()
    ids = set(re.findall(r'^ADVICE\(\w+, "([\w-]+)"', text, re.M))
    assert len(ids) > 10
    assert [f for f in surveyed[0] if f.id in ids] == []


def test_boards_are_refused_for_their_gic_alone(blobs, surveyed):
    errors = [f for f in surveyed[0] if f.severity == "error"]
    assert {f.id for f in errors} <= NO_GIC
    assert all(re.search("interrupt.controller", f.text) for f in errors)
    assert 0 < len({f.board for f in errors}) < len(blobs) / 20


def test_arena_holds_every_board(surveyed):
    for board, (size, used) in surveyed[1].items():
        assert used < (0x4000 + 2 * size) / 2, board


def test_damage_is_seen(blobs, tmp_path):
    """A board cut short, one with two nodes of a name, one with a bus whose
    children's addresses have no size that makes sense."""
    data = blobs[0].read_bytes()
    cut = tmp_path / "cut.dtb"
    cut.write_bytes(data[:4] + struct.pack(">I", len(data) - 64) +
                    data[8:-64])
    text = run("dtc", "-q", "-I", "dtb", "-O", "dts", blobs[0],
               stdout=subprocess.PIPE).stdout
    bus = tmp_path / "bus.dtb"
    run("dtc", "-q", "-f", "-I", "dts", "-O", "dtb", "-o", bus, "-",
        input=re.sub(r"(\n\tsoc[^{]*\{)(.*?)#address-cells = <0x01>",
                     r"\1\2#address-cells = <0x0c>", text, count=1,
                     flags=re.S))
    findings, _ = survey([cut, bus])
    assert {(f.board, f.stage, f.id) for f in findings} == {
        ("cut.dtb", "board", "blob-invalid"),
        ("bus.dtb", "system", "cells-mismatch")}


@pytest.fixture(scope="module")
def command():
    run("make", "--no-print-directory", "-C", ROOT, f"O={BUILD}", "tools",
        stdout=subprocess.DEVNULL)
    return BUILD / "host/cellblock"


def compiled(source, blobs):
    """Of a system, with its board decompiled beside the result."""
    OUT.mkdir(parents=True, exist_ok=True)
    board = re.search(r'^/include/ "(.*)\.dts"', source.read_text(), re.M)
    if board:
        blob = next(b for b in blobs if b.stem == board.group(1))
        run("dtc", "-q", "-q", "-I", "dtb", "-O", "dts", "-o",
            OUT / f"{blob.stem}.dts", blob)
    out = OUT / f"{source.stem}.dtb"
    run("dtc", "-q", "-q", "-@", "-I", "dts", "-O", "dtb", "-i", OUT, "-o",
        out, source)
    return out


def checked(command, *files):
    done = subprocess.run([command, "config", "check", *files], check=False,
                          text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def test_boards_of_different_vendors():
    vendors = {re.search('include/ "(.*?)-', s.read_text()).group(1)
               for s in SYSTEMS}
    assert len(vendors) == len(SYSTEMS) >= 5
    assert [s.stem for s in CELLS] == [f"{s.stem}-demo" for s in SYSTEMS]


@pytest.mark.parametrize("source", SYSTEMS, ids=lambda p: p.stem)
def test_system_and_cell_are_clean(command, blobs, source):
    cell = source.with_name(f"{source.stem}-demo.dts")
    status, output = checked(command, compiled(source, blobs),
                             compiled(cell, blobs))
    assert status == 0, output
    assert "0 errors, 0 warnings" in output


@pytest.mark.parametrize("source", SYSTEMS, ids=lambda p: p.stem)
def test_cell_beyond_its_memory_is_refused(command, blobs, tmp_path, source):
    text = source.with_name(f"{source.stem}-demo.dts").read_text()
    spoilt = tmp_path / "spoilt.dts"
    spoilt.write_text(text.replace("0x100000>;\n\t\tmemory-region",
                                   "0x2000000>;\n\t\tmemory-region"))
    status, output = checked(command, compiled(source, blobs),
                             compiled(spoilt, blobs))
    assert status == 1
    assert "[mem-outside-ram]" in output
