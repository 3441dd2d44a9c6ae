# SPDX-License-Identifier: GPL-2.0-only
"""One-defect descriptions, and those in which there is nothing to find.

defects/*.dts: each a valid description with one thing spoilt; sys-*.dts are
systems, the others cells. valid/*.dts: near misses, of which nothing is said.
base/: what they include and stand beside. Comments say what goes with a
description, and all that is expected, in order:

    // SYSTEM: narrow.dts             instead of qemu-virt-gicv3.dts
    // BESIDE: other-cell.dts         a cell that is there already
    // MANY: many-cell.dts            63 cells that are there already
    // BOARD: board.dts               another tree of the board
    // IMAGE: kernel@0x1000:0x200     a file for the cell: address and size
    // PATCH: -t x /node prop 1       of fdtput, to the blob: dtc knows better
    // ARENA: 4096                    bytes for all structures
    // FORCE: the reason              cells against a system with errors
    // EXPECT: severity|id|path|property|other path|other property|text

listings/*.txt: the model that hv/config makes of each system and cell under
dts/. After a wanted change: UPDATE=1 pytest tests/config.
"""

import os
import re
import subprocess

import pytest

from harness import BASES, CELLS, DEFECTS, DTS, HERE, PAIRS, ROOT, SYSTEMS, \
    VALID, Case, blob, comments, in_parallel, judge_program

LISTINGS = HERE / "listings"


@pytest.fixture(scope="session")
def judge():
    """judge(options and blobs…) -> (exit status, output)"""
    program = judge_program()

    def start(*arguments):
        done = subprocess.run([program, *arguments], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, done.stdout
    return start


@pytest.fixture(scope="session", autouse=True)
def compiled():
    in_parallel(blob, [*SYSTEMS, *CELLS, *BASES, *DEFECTS, *VALID])


def update(source, findings):
    kept = [line for line in source.read_text().splitlines()
            if not line.startswith("// EXPECT: ")]
    at = next(i for i, line in enumerate(kept) if line.startswith("#include"))
    kept[at:at] = [f"// EXPECT: {f}" for f in findings]
    text = "\n".join(kept) + "\n"
    if text != source.read_text():
        source.write_text(text)


@pytest.mark.parametrize("source", DEFECTS, ids=lambda p: p.stem)
def test_defect(judge, source):
    case = Case(source)
    status, output = judge(*case.arguments())
    findings = [line.replace("\t", "|") for line in output.splitlines()]
    if os.environ.get("UPDATE"):
        update(source, findings)
        case = Case(source)
    assert findings == case.expected
    assert findings, "a defect without a finding"
    assert status == any(f.startswith("error|") for f in findings)


@pytest.mark.parametrize("source", VALID, ids=lambda p: p.stem)
def test_silent(judge, source):
    assert judge(*Case(source).arguments()) == (0, "")


@pytest.mark.parametrize("board, source", PAIRS, ids=lambda p: p.stem)
def test_delivered_is_silent(judge, board, source):
    """What dts/ has gives no advice either, nor against its own board."""
    assert judge("-q", "-A", "-b", blob(board), blob(board), blob(source)) \
        == (0, "")


def golden(name, output):
    file = LISTINGS / f"{name}.txt"
    if os.environ.get("UPDATE"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(output)
    assert output == file.read_text()


def test_unlinked(judge):
    """What the hypervisor says when nobody linked the labels."""
    system = blob(SYSTEMS[0])
    cell = blob(DTS / "arm64/qemu-virt-gic-demo.dts")
    status, output = judge("-qr", system, cell)
    assert status == 1
    assert output.splitlines() == [
        f"error\tbad-value\t{node}\t{prop}\t-\t-\t{prop} refers to phandle "
        "0xffffffff, which no node of the system has"
        for node, prop in (("/", "cpus"), ("/memory@0", "memory-region"))]


@pytest.mark.parametrize("source", SYSTEMS, ids=lambda p: p.stem)
def test_system_listing(judge, source):
    status, output = judge("-s", blob(source))
    assert status == 0
    golden(source.stem, output)


@pytest.mark.parametrize("board, source", PAIRS, ids=lambda p: p.stem)
def test_cell_listing(judge, board, source):
    """The same cell on both boards: nothing in it depends on the GIC."""
    status, output = judge("-c", blob(board), blob(source))
    assert status == 0
    golden(source.stem, output)


def test_cells_side_by_side(judge):
    system = blob(SYSTEMS[0])
    names = ("gic-demo", "vote-demo", "fault-demo")
    cells = [blob(DTS / f"arm64/qemu-virt-{n}.dts") for n in names]
    assert judge("-qA", system, *cells) == (0, "")


def code_lines(source):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", source.read_text(), flags=re.S)
    return sum(1 for line in text.splitlines() if line.strip())


@pytest.mark.parametrize("source", SYSTEMS + CELLS, ids=lambda p: p.stem)
def test_short_to_write(source):
    assert code_lines(source) <= (40 if source in SYSTEMS else 20)
