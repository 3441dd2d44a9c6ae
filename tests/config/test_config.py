# SPDX-License-Identifier: GPL-2.0-only
"""One-defect descriptions, and every description of dts/.

defects/*.dts: each a valid description with one thing spoilt. Its comments
name what is expected, all of it, in order:

    // SYSTEM: narrow.dts             instead of qemu-virt-gicv3
    // BESIDE: other-cell.dts         a cell that is there already
    // EXPECT: severity|id|path|property|other path|other property|text

listings/*.txt: the model that hv/config makes of each system and cell under
dts/. After a wanted change: UPDATE=1 pytest tests/config.
"""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/config"
OUT = ROOT / (os.environ.get("O") or "build") / "config"
DTS = ROOT / "dts"
LISTINGS = HERE / "listings"
DEFECTS = sorted(p for p in (HERE / "defects").glob("*.dts")
                 if p.name not in ("other-cell.dts", "narrow.dts"))
SYSTEMS = [DTS / f"arm64/qemu-virt-gicv{v}.dts" for v in (3, 2)]
CELLS = sorted(p for p in DTS.glob("arm64/*.dts") if p not in SYSTEMS)
FLAGS = ["-std=gnu11", "-O1", "-g", "-Wall", "-Wextra", "-Werror",
         "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]


def run(*arguments):
    return subprocess.run([str(a) for a in arguments], check=True, text=True,
                          stdout=subprocess.PIPE, timeout=60).stdout


def newer(out, sources):
    return out.exists() and all(out.stat().st_mtime > s.stat().st_mtime
                                for s in sources)


@pytest.fixture(scope="session")
def judge():
    """judge(system, cells…, option) -> (exit status, output)"""
    program = OUT / "judge"
    OUT.mkdir(parents=True, exist_ok=True)
    sources = [*ROOT.glob("hv/config/*.c"), ROOT / "tools/lib/link.c",
               HERE / "judge.c", HERE / "listing.c"]
    if not newer(program, [*sources, *ROOT.glob("hv/config/*.[hd]*")]):
        run("gcc", *FLAGS, "-I", ROOT / "hv", "-I", ROOT / "tools", "-I", HERE,
            *sources, "-lfdt", "-o", program)

    def start(*blobs, option="-q"):
        done = subprocess.run([program, option, *blobs], check=False,
                              text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, done.stdout
    return start


def blob(source, name=None):
    """Compiled as the command does it, but forced: defects are wanted."""
    out = OUT / f"{name or source.stem}.dtb"
    if newer(out, [source, *DTS.rglob("*.*"), HERE / "defects/cell.dtsi"]):
        return out
    OUT.mkdir(parents=True, exist_ok=True)
    text = run("cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp",
               "-I", DTS / "include", "-I", DTS, "-I", HERE / "defects",
               source)
    subprocess.run(["dtc", "-@", "-f", "-q", "-q", "-I", "dts", "-O", "dtb",
                    "-o", out, "-"], input=text, text=True, check=True,
                   timeout=60)
    return out


@pytest.fixture(scope="session")
def system():
    return blob(SYSTEMS[0])


def comments(source, key):
    prefix = f"// {key}: "
    return [line[len(prefix):] for line in source.read_text().splitlines()
            if line.startswith(prefix)]


def update(source, findings):
    kept = [line for line in source.read_text().splitlines()
            if not line.startswith("// EXPECT: ")]
    at = next(i for i, line in enumerate(kept) if line.startswith("#include"))
    kept[at:at] = [f"// EXPECT: {f}" for f in findings]
    source.write_text("\n".join(kept) + "\n")


@pytest.mark.parametrize("source", DEFECTS, ids=lambda p: p.stem)
def test_defect(judge, system, source):
    spoilt = blob(source, f"defect-{source.stem}")
    beside = [blob(HERE / "defects" / name)
              for name in comments(source, "BESIDE")]
    for name in comments(source, "SYSTEM"):
        system = blob(HERE / "defects" / name)
    if source.stem.startswith("sys-"):
        status, output = judge(spoilt)
    else:
        status, output = judge(system, *beside, spoilt)
    findings = [line.replace("\t", "|") for line in output.splitlines()]
    if os.environ.get("UPDATE"):
        update(source, findings)
    assert findings == comments(source, "EXPECT")
    assert findings, "a defect without a finding"
    assert status == any(f.startswith("error|") for f in findings)


def test_every_row_is_expected():
    """Each wording of checks.def is met by some test, here or in tests/unit."""
    rows = (ROOT / "hv/config/checks.def").read_text().split("\nCHECK(")[1:]
    ids = {row.split('"')[1] for row in rows}
    seen = {e.split("|")[1] for d in DEFECTS for e in comments(d, "EXPECT")}
    unit = "".join(p.read_text()
                   for p in (ROOT / "tests/unit").glob("test_config*.c"))
    missing = {i for i in ids - seen if f'"{i}' not in unit}
    assert not missing


def golden(name, output):
    file = LISTINGS / f"{name}.txt"
    if os.environ.get("UPDATE"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(output)
    assert output == file.read_text()


def test_unlinked(judge, system):
    """What the hypervisor says when nobody linked the labels."""
    cell = blob(DTS / "arm64/qemu-virt-gic-demo.dts")
    status, output = judge(system, cell, option="-qr")
    assert status == 1
    assert output.splitlines() == [
        "error\tlabel-undefined\t/\tcpus\t-\t-\tthe label cpu3 in cpus is "
        "not defined by the system description",
        "error\tlabel-undefined\t/memory@0\tmemory-region\t-\t-\tthe label "
        "cell_ram in memory-region is not defined by the system description"]


@pytest.mark.parametrize("source", SYSTEMS, ids=lambda p: p.stem)
def test_system_listing(judge, source):
    status, output = judge(blob(source), option="-s")
    assert status == 0
    golden(source.stem, output)


@pytest.mark.parametrize("board", SYSTEMS, ids=lambda p: p.stem)
@pytest.mark.parametrize("source", CELLS, ids=lambda p: p.stem)
def test_cell_listing(judge, board, source):
    """The same cell on both boards: nothing in it depends on the GIC."""
    status, output = judge(blob(board), blob(source), option="-c")
    assert status == 0
    golden(source.stem, output)


def test_cells_side_by_side(judge, system):
    names = ("gic-demo", "vote-demo", "fault-demo")
    cells = [blob(DTS / f"arm64/qemu-virt-{n}.dts") for n in names]
    assert judge(system, *cells) == (0, "")


def code_lines(source):
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", source.read_text(), flags=re.S)
    return sum(1 for line in text.splitlines() if line.strip())


@pytest.mark.parametrize("source", SYSTEMS + CELLS, ids=lambda p: p.stem)
def test_short_to_write(source):
    assert code_lines(source) <= (40 if source in SYSTEMS else 20)
