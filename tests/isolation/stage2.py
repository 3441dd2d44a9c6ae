# SPDX-License-Identifier: GPL-2.0-only
"""Who can reach what, read from outside: the stage-2 tables of all cells as
they lie in the machine's memory, and the rules that hold for them always.

Nothing of the hypervisor's code is used, only where its structures are (from
the debug information) and the table format (places.py).
"""

import dataclasses
import functools
import re
import struct
import subprocess

from machine import SOURCE
from places import VALID

PAGE = 4096
OFFSETS = """
#include "cell.h"
#include "pcpu.h"
#define SHOW(name, value) \
    __asm__ volatile(".ascii \\"@" name " %c0\\\\n\\"" : : "i"(value))
void offsets(void);
void offsets(void)
{
    SHOW("root", __builtin_offsetof(struct cell, s2.root));
    SHOW("comm", __builtin_offsetof(struct cell, comm));
    SHOW("loadable", __builtin_offsetof(struct cell, loadable));
    SHOW("name", __builtin_offsetof(struct cell, cfg.name));
    SHOW("cells", CELL_MAX);
}
"""


@dataclasses.dataclass(frozen=True)
class Leaf:
    ip: int
    pa: int
    size: int
    attr: int       # the entry's bits that are no address


@functools.cache
def offsets(arch, cross):
    include = subprocess.run([f"{cross}gcc", "-print-file-name=include"],
                             check=True, text=True,
                             stdout=subprocess.PIPE).stdout.strip()
    out = subprocess.run(
        [f"{cross}gcc", "-S", "-O2", "-ffreestanding", "-nostdinc",
         "-mgeneral-regs-only", "-I", "hv/include", "-I", "hv", "-I",
         f"hv/arch/{arch}", "-I", "hv/arch/arm-common", "-isystem", include,
         "-xc", "-", "-o", "-"],
        input=OFFSETS, cwd=SOURCE, text=True, check=True,
        stdout=subprocess.PIPE).stdout
    return {n: int(v) for n, v in re.findall(r"@(\w+) (\d+)", out)}


@functools.cache
def symbols(place, variant=""):
    elf = place.build(variant) / f"cellblock-{place.arch}.elf"
    out = subprocess.run([f"{place.cross}nm", elf], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    found = {n: int(a, 16) for a, _, n in
             (line.split() for line in out.splitlines()
              if len(line.split()) == 3)}
    return found


class Tables:
    """The hypervisor's memory at one moment, and what is in it."""

    def __init__(self, memory, place, variant=""):
        self.memory, self.base = memory, place.hv[0]
        self.place = place
        self.symbols = symbols(place, variant)
        self.offsets = offsets(place.arch, place.cross)

    def word(self, phys):
        at = phys - self.base
        assert 0 <= at <= len(self.memory) - 8, f"{phys:#x} is elsewhere"
        return struct.unpack_from("<Q", self.memory, at)[0]

    def phys(self, virt):
        return virt - self.place.link + self.base

    def cells(self):
        """{name: physical address of struct cell}"""
        array = self.phys(self.symbols["cells"])
        found = {}
        for n in range(self.offsets["cells"]):
            pointer = self.word(array + 8 * n)
            if pointer:
                cell = self.phys(pointer)
                at = cell + self.offsets["name"] - self.base
                name = self.memory[at:at + 32].split(b"\0")[0].decode()
                found[name] = cell
        return found

    def comm(self, cell):
        pointer = self.word(cell + self.offsets["comm"])
        return self.phys(pointer) if pointer else None

    def loadable(self, cell):
        """The root cell has its RAM as well, by design."""
        return bool(self.memory[cell + self.offsets["loadable"] - self.base])

    def root_table(self, cell):
        return self.phys(self.word(cell + self.offsets["root"]))

    def leaves(self, cell):
        """All leaves, neighbours of one kind not joined."""
        found = []
        self._walk(self.root_table(cell), 0, 0, self.place.format.root,
                   found)
        return found

    def _walk(self, table, level, ip, count, found):
        form = self.place.format
        last = level == len(form.shifts) - 1
        shift = form.shifts[level]
        for n in range(count):
            entry = self.word(table + 8 * n)
            at = ip + (n << shift)
            if not entry & VALID:
                continue
            if last or entry & form.leaf == form.leaf_value:
                found.append(Leaf(at, entry & form.address, 1 << shift,
                                  entry & ~form.address & ~form.kind))
            else:
                self._walk(entry & form.address, level + 1, at, 512, found)

    def ranges(self, cell):
        """Leaves joined to (ip, pa, size, attr)."""
        joined = []
        for leaf in sorted(self.leaves(cell), key=lambda f: f.ip):
            last = joined[-1] if joined else None
            if last and last[0] + last[2] == leaf.ip and \
                    last[1] + last[2] == leaf.pa and last[3] == leaf.attr:
                last[2] += leaf.size
            else:
                joined.append([leaf.ip, leaf.pa, leaf.size, leaf.attr])
        return [tuple(j) for j in joined]


def overlap(a, a_size, b, b_size):
    return a < b + b_size and b < a + a_size


def violations(tables):
    """What must never be: each a line of text."""
    place = tables.place
    write, shared = place.format.writable, place.shared
    protected = [("the hypervisor", *place.hv), *place.protected]
    bad, owners = [], []
    ring = tables.phys(tables.symbols["__root_ro"])
    ring_end = tables.phys(tables.symbols["__root_ro_end"])
    for name, cell in tables.cells().items():
        comm = tables.comm(cell)
        for ip, pa, size, attr in tables.ranges(cell):
            if pa == comm and size == PAGE:
                continue
            if (pa, pa + size) == (ring, ring_end) and name == "linux" and \
                    not attr & write:
                continue
            for what, base, length in protected:
                if overlap(pa, size, base, length):
                    bad.append(f"{name} reaches {what} by {ip:#x}: "
                               f"{pa:#x}+{size:#x}")
            owners.append((pa, size, name))
    lent = {name for name, cell in tables.cells().items()
            if tables.loadable(cell)}
    for n, (pa, size, name) in enumerate(owners):
        for other_pa, other_size, other in owners[n + 1:]:
            if name == "linux" and other in lent:
                continue
            if other != name and overlap(pa, size, other_pa, other_size) and \
                    not any(base <= max(pa, other_pa) and
                            min(pa + size, other_pa + other_size) <=
                            base + length for base, length in shared):
                bad.append(f"{name} and {other} both have "
                           f"{max(pa, other_pa):#x}")
    return bad
