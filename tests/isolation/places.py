# SPDX-License-Identifier: GPL-2.0-only
"""The machines on which attacks are tried, and where things are there."""

import dataclasses
import os

from machine import BUILD

VALID = 1


@dataclasses.dataclass(frozen=True)
class Format:
    """Entries of a cell's tables."""
    shifts: tuple       # of what an entry maps, from the root on
    root: int           # entries of the root
    address: int
    leaf: int           # bits of an entry above the last level: a leaf is
    leaf_value: int     # one with these bits of them
    writable: int
    kind: int           # bits that say nothing about access
    cpus: int = 0       # that the CPU itself sets


ARM64 = Format((30, 21, 12), 1024, 0x0000fffffffff000, 2, 0, 1 << 7, 2)
# AMD64 volume 2, 5.3 and 15.25: accessed and dirty are the CPU's
NPT = Format((39, 30, 21, 12), 512, 0x000ffffffffff000, 1 << 7, 1 << 7,
             1 << 1, 1 << 7 | 3 << 5, 3 << 5)
# SDM volume 3, 28.3: read, write, execute; the memory type says nothing
EPT = Format((39, 30, 21, 12), 512, 0x000ffffffffff000, 1 << 7, 1 << 7,
             1 << 1, 1 << 7 | 7 << 3)


@dataclasses.dataclass(frozen=True)
class Place:
    name: str           # of the row's machine
    arch: str
    system: str         # cells/NAME.dts
    format: Format
    link: int           # HV_BASE of the architecture's layout.h
    hv: tuple           # (base, size) of the hypervisor's memory
    cells: int          # the cells' memory
    cells_size: int
    victim: str         # words of the victim
    protected: tuple    # (what, base, size) that no cell may reach
    shared: tuple       # (base, size) that several may
    pc: str             # first line of the registers of a violation
    machine: str = "qemu"       # of arena.py
    kernel: str = "6.1"
    gic: int = 0
    shipped: str = ""   # beginning of the names of its cells' descriptions
    device: int = 0     # pages of registers, of which cells may get windows
    # QEMU 7.2 does not take back what was a guest of SVM when it was saved
    restores: bool = True

    @property
    def victim_ram(self):
        return self.cells

    @property
    def attacker_ram(self):
        return self.cells + 0x200000

    @property
    def cross(self):
        return os.environ.get("CROSS_COMPILE") or \
            {"arm64": "aarch64-linux-gnu-", "x86": ""}[self.arch]

    @property
    def cells_folder(self):
        return "cells" if self.arch == "arm64" else f"cells/{self.arch}"

    def build(self, variant=""):
        """Where the hypervisor is."""
        return BUILD / f"{self.arch}{'-' + variant if variant else ''}"


_ARM64_PC = r"^ PC: [0-9a-f]{16} .*\n( x\d+: .*\n)+"
_ARM64 = {
    "arch": "arm64", "format": ARM64, "link": 0x7f80000000,
    "hv": (0x7fc00000, 0x400000), "cells": 0x70000000,
    "cells_size": 0xfc00000,
    "victim": "spi=73 quiet-spi=75 period-ms={beat}", "pc": _ARM64_PC,
    "shipped": "qemu-virt", "device": 0x10001000}
_X86 = {
    "arch": "x86", "link": 0x40000000, "hv": (0x3a000000, 0x600000),
    "cells": 0x3a600000, "cells_size": 0x4c00000,
    "victim": "period-ms={beat}", "restores": False,
    # reads of each CPU's own local APIC; the tables forbid writes
    "shared": ((0xfee00000, 0x1000),),
    "pc": r"^ RIP: [0-9a-f]{16} .*\n( \w+: .*\n)+"}
_VIRT = (("the distributor", 0x8000000, 0x10000),
         ("PCI configuration", 0x4010000000, 0x10000000))

PLACES = {place.name: place for place in (
    Place(name="gicv3", system="system-gicv3", gic=3, protected=(
        *_VIRT, ("the redistributors", 0x80a0000, 0xf60000)),
        shared=((0x9000000, 0x1000),), **_ARM64),
    Place(name="gicv2", system="system-gicv2", gic=2, protected=(
        *_VIRT, ("the CPU interface", 0x8010000, 0x10000),
        ("the hypervisor's interface", 0x8030000, 0x10000)),
        # one for each CPU: its virtual interface
        shared=((0x9000000, 0x1000), (0x8040000, 0x20000)), **_ARM64),
    Place(name="svm", system="system", format=NPT, protected=(
        ("the IOAPIC", 0xfec00000, 0x1000),
        ("PCI configuration", 0xb0000000, 0x10000000)), shipped="qemu-q35",
        device=0xfd000000, **_X86),
    Place(name="vmx", system="system-vmx", format=EPT, machine="bochs",
          kernel="cloud", protected=(
              ("the IOAPIC", 0xfec00000, 0x1000),), **_X86),
)}
