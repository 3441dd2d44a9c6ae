# SPDX-License-Identifier: GPL-2.0-only
"""Actions: descriptions that are to be refused, or to be taken."""

import base64
import pathlib
import re
import subprocess
import tempfile

import files
from stage2 import PAGE
from steps import (EBUSY, EFAULT, EINVAL, INFO, NUM_CELLS, POOL_USED, linked,
    root_tables, spoils, unharmed)


def refuses(arena, row, cell, finding):
    before, since = arena.cells(), arena.now()
    used = arena.hypercall(INFO, POOL_USED)
    arena.refused(f"cell create {cell}.dtb", f"[{finding}]")
    assert arena.cells() == before
    assert arena.hypercall(INFO, POOL_USED) == used
    unharmed(arena, since)


def fdt(*words):
    done = files.run(*words, stdout=subprocess.PIPE)
    return done.stdout.decode().replace("\0", " ").strip()


def link(cell, system):
    """As the command does it: the labels' phandles written into the blob."""
    for label in fdt("fdtget", "-p", cell, "/__fixups__").split():
        target = fdt("fdtget", system, "/__symbols__", label)
        phandle = fdt("fdtget", "-t", "u", system, target, "phandle")
        for place in fdt("fdtget", cell, "/__fixups__", label).split():
            node, prop, offset = place.split(":")
            cells = fdt("fdtget", "-t", "u", cell, node, prop).split()
            cells[int(offset) // 4] = phandle
            fdt("fdtput", "-t", "u", cell, node, prop, *cells)


def past_the_driver(arena, name, finding):
    """The hypervisor's own verdict on memory that the driver, which knows what
    Linux uses, refuses before. It is on the console."""
    iso = files.out(arena.place.arch) / arena.kernel / "iso"
    with tempfile.TemporaryDirectory() as directory:
        cell = pathlib.Path(directory, "cell.dtb")
        cell.write_bytes((iso / f"defects/{name}.dtb").read_bytes())
        link(cell, iso / f"{arena.place.system}.dtb")
        text = base64.b64encode(cell.read_bytes()).decode()
    arena.run(": >/tmp/cell.b64")
    for at in range(0, len(text), 3000):
        arena.run(f"echo {text[at:at + 3000]} >>/tmp/cell.b64")
    since = arena.now()
    arena.run("base64 -d </tmp/cell.b64 >/tmp/cell.dtb")
    assert int(arena.hcall("create", "/tmp/cell.dtb")) < 0, name
    arena.hear(rf"^error: .*\[{finding}\]\n", 15, since)


@spoils
def refuses_defects(arena, row, *prefixes):
    """Each one-defect description whose name begins so, with the finding that
    its first line names; nothing is left of any. They want the victim's place:
    it ends before."""
    wanted = [(source.stem, finding) for source, finding in files.defects()
              if source.stem.startswith(prefixes)]
    assert len(wanted) >= len(prefixes)
    arena.run("cellblock cell destroy attacker; "
              "cellblock cell destroy victim")
    before, tables = arena.cells(), root_tables(arena)
    used = arena.hypercall(INFO, POOL_USED)
    for name, finding in wanted:
        # Linux itself does not give up its last CPU
        finding = "driver-cpu-busy" if "root-empty" in name else finding
        said = arena.refused(f"cell create defects/{name}.dtb")
        if "[driver-memory-not-reserved]" in said:
            past_the_driver(arena, name, finding)
        else:
            assert f"[{finding}]" in said, said
    assert arena.cells() == before
    assert arena.hypercall(INFO, POOL_USED) == used
    assert root_tables(arena) == tables
    arena.isolation_holds()


@spoils
def fuzzed_descriptions(arena, row):
    """Past the driver: the fuzzer's corpus, and a good one with a few bytes
    changed. CPU 2 is off for it, so that some are even created."""
    path = linked(arena, "third", "third")
    before, since = root_tables(arena), arena.now()
    used = arena.hypercall(INFO, POOL_USED)
    arena.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
    answers = arena.hcall("corpus", "/iso/corpus").splitlines()
    assert answers
    done = arena.hcall("fuzz", path, 1500, timeout=row.seconds)
    made = int(re.search(r"made (\d+)", done)[1])
    assert 0 < made < 1500, done
    assert arena.hypercall(INFO, POOL_USED) == used
    assert arena.hypercall(INFO, NUM_CELLS) == 1
    assert root_tables(arena) == before
    arena.victim_is_well(since, lost=True)
    arena.isolation_holds()


def header_is_judged(arena, row):
    """One word of the header changed at a time; all refused."""
    path = linked(arena, "third", "third")
    since = arena.now()
    for word, values in enumerate((
            (0, 0xedfe0dd0), (0, 39, 0xffffffff), (0, 0xfffffff8),
            (0, 0xfffffffc), (0, 0xffffffff), (0, 16, 18), (18, 0xffffffff),
            (), (0xffffffff,), (0, 0xffffffff))):
        for value in values:
            octal = "".join(f"\\{b:03o}" for b in value.to_bytes(4, "big"))
            arena.run(f"cp {path} /tmp/bad.dtb; printf '{octal}' | dd "
                      f"of=/tmp/bad.dtb bs=1 seek={4 * word} conv=notrunc "
                      "2>/dev/null")
            answer = int(arena.hcall("create", "/tmp/bad.dtb"))
            assert answer in (EINVAL, EFAULT), (word, hex(value), answer)
    assert int(arena.hcall("create", path)) == EBUSY, "the good one is bad"
    unharmed(arena, since)


@spoils
def description_races(arena, row):
    """Two good descriptions, swapped under the call. What was judged is what
    is applied: no page has two owners at the end, and nothing is left."""
    one = linked(arena, "third", "third")
    two = linked(arena, "third-b", "thurd")
    before, since = root_tables(arena), arena.now()
    used = arena.hypercall(INFO, POOL_USED)
    arena.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
    done = arena.hcall("race", one, two, 150, timeout=row.seconds)
    made, refused = map(int, re.findall(r"\d+", done))
    assert made and made + refused == 150, done
    names = set(re.findall(r'^Created cell "(.*)"', arena.heard[since:], re.M))
    assert names <= {"third", "thurd"} | {
        n for n in names if len(n) == 5}, names
    assert arena.hypercall(INFO, POOL_USED) == used
    assert root_tables(arena) == before
    arena.victim_is_well(since, lost=True)
    arena.isolation_holds()


def shipped_cells_are_accepted(arena, row):
    """With the victim in their place they are refused, so it makes room."""
    arena.run("cellblock cell destroy attacker 2>/dev/null; "
              "cellblock cell destroy victim", check=False)
    arena.spoilt = True
    before = root_tables(arena)
    board = arena.place.shipped
    names = [p.stem for p in
             files.SOURCE.glob(f"dts/{arena.place.arch}/{board}-*-demo.dts")]
    assert len(names) >= 4
    for name in names:
        arena.run(f"cellblock cell create /cells/{name}.dtb")
        arena.isolation_holds()
        arena.run(f"cellblock cell destroy {name.removeprefix(board)[1:]}")
    assert root_tables(arena) == before


def cpus_in_use(arena, row):
    """Past the driver, which would take the CPUs away from Linux first."""
    path = linked(arena, "third", "third")
    since = arena.now()
    assert int(arena.hcall("create", path)) == EBUSY
    assert int(arena.run(f"taskset 4 ./hcall create {path}")) == EBUSY
    assert arena.hypercall(INFO, NUM_CELLS) == 1
    unharmed(arena, since)


def windows(base, count):
    """Nodes of that many windows, each of 16 bytes in a page of its own."""
    nodes = "".join(
        f"window@{at:x} {{ reg = <0x0 {at:#x} 0x0 0x10>; "
        "access-widths = <4>; };" for at in
        (base + n * PAGE for n in range(count)))
    return "/ {" + nodes + "};"


def third(place, extra):
    folder = files.HERE / place.cells_folder
    lines = (folder / "third.dts").read_text().splitlines()
    defines = [n for n in lines if n.startswith("#define")]
    body = (folder / "cell.dtsi").read_text()
    return "\n".join([*defines, body, extra, ""])


def put(arena, path, text):
    """A file in the guest, in pieces that its terminal takes."""
    arena.run(f": >{path}")
    for at in range(0, len(text), 1500):
        piece = text[at:at + 1500].replace("\\", "\\\\").replace("%", "%%")
        piece = piece.replace("\n", "\\n").replace("'", "'\\''")
        arena.run(f"printf '{piece}' >>{path}")


def limits_are_exact(arena, row, *_):
    """CFG_MAX_MEM pieces of memory, RAM and comm region included."""
    most = 128
    arena.run("cellblock cell destroy attacker 2>/dev/null", check=False)
    arena.cell = None
    since = arena.now()
    for count, fits in ((most - 3, True), (most - 2, True), (most - 1, False)):
        put(arena, "/tmp/many.dts", third(arena.place,
            windows(arena.place.device, count)))
        if fits:
            arena.run("cellblock cell create -I /cells/include /tmp/many.dts; "
                      "cellblock cell destroy third", 60)
        else:
            arena.refused("cell create -I /cells/include /tmp/many.dts",
                          "[limit-exceeded]")
    unharmed(arena, since)


def too_many_regions(arena, row):
    limits_are_exact(arena, row)
