# SPDX-License-Identifier: GPL-2.0-only
"""LIFE-02, LIFE-07, MEM-18: every allocation of the hypervisor fails in turn,
while it starts and while it creates a cell. Each request that fails says why,
and leaves what was before: bit for bit inside, as Linux sees it outside.

The hypervisor is a test build, which counts its allocations (page.h); the CPUs
that have come in count, too."""

import functools
import pathlib
import subprocess
import sys

import pytest

from life import Cellblock, strange_log
from machine import Guest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "isolation"))
import files
import stage2
from places import PLACES

FAIL_ALLOC = 0x1000     # CB_INFO_TEST_FAIL_ALLOC
GET_INFO = 5            # CB_HC_HYPERVISOR_GET_INFO
MOST = 80               # more allocations than any request makes

# Pieces that split three large pages of the root cell, two of them twice
SCATTERED = """/dts-v1/;
/plugin/;
/ {
	compatible = "cellblock,cell";
	cell-name = "scattered";
	#address-cells = <2>;
	#size-cells = <2>;
	cpus = <&cpu2 &cpu3>;
	entry = <0x0>;
	virtual-console;
	memory@0 {
		reg = <0x0 0x0 0x0 0x100000>;
		memory-region = <&cell_ram>;
		offset = <0x0 0x200000>;
	};
	memory@40000000 {
		reg = <0x0 0x40000000 0x0 0x1000>;
		memory-region = <&cell_ram>;
		offset = <0x0 0x555000>;
	};
	memory@a0000000 {
		reg = <0x0 0xa0000000 0x0 0x3000>;
		memory-region = <&cell_ram>;
		offset = <0x0 0x557000>;
	};
	memory@c0000000 {
		reg = <0x0 0xc0000000 0x0 0x402000>;
		memory-region = <&cell_ram>;
		offset = <0x0 0xbff000>;
	};
	comm-region@COMM {
		compatible = "cellblock,comm-region";
		reg = <0x0 0xCOMM 0x0 0x1000>;
		passive;
	};
};
"""


COMM = {"arm64": "80000000", "x86": "100000"}   # as the inmates expect it


class Machine(Guest):
    """The test build, with /iso (hcall) of the isolation suite."""

    def __init__(self, kernel, place):
        self.place = PLACES[place]
        arch = self.place.arch
        archive = str(files.initrd(kernel, "test", arch))
        super().__init__(kernel=kernel, gic=self.place.gic, arch=arch,
                         variant="test", limit=900, append="iomem=relaxed",
                         extra=("-initrd", archive), snapshot=True,
                         name=f"failures-{kernel}-{place}")
        self.files = [self.files[0], archive]
        self.image = f"/lib/firmware/cellblock-{arch}.bin"


USUAL = (("6.1", "gicv3"), ("6.1", "gicv2"), ("6.1", "svm"))
ALL = (*USUAL, ("6.12", "gicv3"))


def name_of(kind):
    return f"linux{kind[0]}-{kind[1]}"


every_kind = pytest.mark.parametrize("machine", ALL, ids=name_of,
                                     indirect=True, scope="module")


arm64_only = pytest.mark.parametrize("machine", USUAL[:2], ids=name_of,
                                     indirect=True, scope="module")


@pytest.fixture(scope="module", params=USUAL, ids=name_of)
def machine(request):
    with Machine(*request.param) as guest:
        guest.run("dmesg -n 1")
        yield guest


@pytest.fixture
def c(machine):
    c = Cellblock(machine)
    c.run(f"test -d /sys/module/hcall || insmod /iso/hcall.ko; "
          f"test -e /tmp/image || cp {machine.image} /tmp/image")
    yield c
    # a busy host makes the emulator slow
    strange = [line for line in strange_log(machine).splitlines()
               if "hrtimer: interrupt took" not in line]
    assert strange == []


@pytest.fixture
def on(c):
    """Enabled, and disabled again."""
    c.enable()
    yield c
    fail(c, 0)
    c.disable()


def fail(c, n):
    """The n-th allocation from now will fail; 0: none."""
    said = c.run(f"/iso/hcall call {GET_INFO} {FAIL_ALLOC + n:#x}")
    assert said.strip() == "0"


def fail_from_start(c, n):
    """The same, for a hypervisor that is yet to start."""
    image = c.guest.image
    symbols = stage2.symbols(c.guest.place, "test")
    offset = symbols["fail_after"] - symbols["image_header"]
    c.run(f"cp /tmp/image {image}; printf '\\{n:03o}' | dd of={image} bs=1 "
          f"seek={offset} conv=notrunc 2>/dev/null")


def interrupts(c):
    """What Linux has set up in the interrupt controller. Redistributors have
    groups, enabled, priorities; those of version 2 only their CPU sees."""
    if c.guest.gic != 3:
        return c.distributor()
    words = [(0x8000000 + at, count) for at, count in
             ((0x104, 1), (0x304, 1), (0x420, 8), (0xc08, 2), (0x6100, 64))]
    words += [(frame + at, count)
              for frame in range(0x80b0000, 0x80b0000 + 4 * 0x20000, 0x20000)
              for at, count in ((0x80, 1), (0x100, 1), (0x400, 8))]
    return "".join(c.guest.monitor.human(f"xp /{count}wx {at:#x}")
                   for at, count in words)


def outside(c):
    """The machine as Linux sees it."""
    return c.shape() + interrupts(c) + c.run(
        "awk '/^cellblock/ { print $3 }' /proc/modules")


def inside(c):
    """The hypervisor's memory, as far as it says who has what."""
    place = c.guest.place
    tables = stage2.Tables(c.guest.read_physical(*place.hv), place, "test")

    def bytes_at(symbol, size, offset=0):
        at = tables.phys(tables.symbols[symbol]) + offset - place.hv[0]
        return tables.memory[at:at + size]

    def size_of(symbol):
        return sizes(place)[symbol]

    cell = tables.phys(tables.symbols["root_cell"])
    root_at = tables.offsets["root"]
    pages = tables.phys(tables.word(
        tables.phys(tables.symbols["pool"]))) - place.hv[0]
    count = int.from_bytes(bytes_at("page_pool_size", 4), "little")
    assert count * stage2.PAGE <= place.hv[1]
    return {
        "stage 2": stage_2(tables, tables.root_table(cell)),
        "cells": bytes_at("cells", 8 * tables.offsets["cells"]),
        # the lock, in front of the table's address, counts its holders
        "root cell": bytes_at("root_cell", root_at - 8) +
        bytes_at("root_cell", size_of("root_cell") - root_at, root_at),
        "pool": [bytes_at(name, size_of(name)) for name in
                 ("page_pool_size", "page_pool_used", "first_free")],
        "pages": tables.memory[pages:pages + count],
    }


@functools.cache
def sizes(place):
    """{symbol: bytes}"""
    out = subprocess.run(
        [f"{place.cross}nm", "-S",
         place.build("test") / f"cellblock-{place.arch}.elf"],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    lines = [line.split() for line in out.splitlines()]
    return {words[3]: int(words[1], 16) for words in lines if words[3:]}


def stage_2(tables, root):
    """{address of a table: its bytes, without what the CPU writes}"""
    found = {}
    form = tables.place.format
    last = len(form.shifts) - 1

    def walk(table, level, count):
        words = [tables.word(table + 8 * n) & ~form.cpus
                 for n in range(count)]
        found[table] = words
        for entry in words if level < last else ():
            if entry & 1 and entry & form.leaf != form.leaf_value:
                walk(entry & form.address, level + 1, 512)

    walk(root, 0, form.root)
    return found


def assert_same(now, before):
    """As ==, without pages of bytes in the message."""
    for name, value in before.items():
        if name == "stage 2":
            assert len(now[name]) == len(value), "tables of the root cell"
            assert now[name].keys() == value.keys()
        assert now[name] == value, name


def each_allocation(attempt, check):
    """attempt(n) with the n-th failing, until it succeeds; how many fail."""
    for n in range(1, MOST):
        result = attempt(n)
        if result.status == 0:
            return n - 1
        assert result.status == 1, result
        assert "[limit-exceeded]" in result and "pages" in result, result
        check()
    raise AssertionError(f"still refused with allocation {n}:\n{result}")


@every_kind
def test_life_07_enable(c):
    system = c.system()
    before = outside(c)

    def enable(n):
        fail_from_start(c, n)
        return c.run(f"cellblock enable {system} 2>&1", check=False)

    def check():
        assert c.attr("enabled") == "0"
        assert outside(c) == before

    count = each_allocation(enable, check)
    print(count, "failures while enabling")
    assert count > 8, "too few for tables and four CPUs"
    c.run(f"cp /tmp/image {c.guest.image}")
    c("disable")
    assert outside(c) == before
    c.enable()
    c.ticks(c.start_timer(), 2)     # which works after all that
    c.end_timer()
    c.disable()
    assert outside(c) == before


@every_kind
def test_life_02_create(on):
    on.put("/tmp/scattered.dts", scattered(on).encode())
    creates(on, "scattered", "/tmp/scattered.dts")


def test_life_02_create_beside(on):
    """The same where another cell has split large pages before."""
    board = on.board
    on(f"cell create {board.cells}-{board.timer}.dtb")
    text = scattered(on).replace("&cpu2 &cpu3", "&cpu1 &cpu2")
    text = text.replace("0x200000", "0x100000")
    on.put("/tmp/beside.dts", text.encode())
    creates(on, "scattered", "/tmp/beside.dts")
    on(f"cell destroy {board.timer}")


def scattered(c):
    return SCATTERED.replace("COMM", COMM[c.board.arch])


def creates(c, name, path):
    before_in, before_out = inside(c), outside(c)

    def create(n):
        fail(c, n)
        return c.run(f"cellblock cell create {path} 2>&1", check=False)

    def check():
        assert_same(inside(c), before_in)
        assert outside(c) == before_out
        assert name not in c.cells()

    count = each_allocation(create, check)
    print(count, "failures while creating", name)
    assert count > 6, "too few for the cell, its tables and those of root"
    # from here on nothing is allocated: the next allocation would fail
    fail(c, 1)
    c.start(name, c.board.words, image=c.board.timer, create=False)
    c.ticks(name, 2)
    c(f"cell shutdown {name}")
    c(f"cell destroy {name}")
    c.refused(f"cell create {path}", "no memory for the cell",
              "[limit-exceeded]")
    check()


@arm64_only
def test_mem_18_pool_exhausted(c):
    """The same by nature: the least memory that will do holds few cells."""
    before = outside(c)
    for pages in range(80, 160, 2):
        if not small(c, pages).status:
            break
        assert outside(c) == before
    assert pages > 80
    for name in ("gic-demo", "fault-demo", "vote-demo"):
        before_in, before = inside(c), outside(c)
        result = c.run(f"cellblock cell create qemu-virt-{name}.dtb 2>&1",
                       check=False)
        if result.status:
            break
    assert "no memory for" in result and "[limit-exceeded]" in result
    assert_same(inside(c), before_in)
    assert outside(c) == before
    c.disable()


def small(c, pages):
    """Enable with so many pages, or be told that they are too few."""
    c.run(f"dtc -q -I dtb -O dts {c.system()} | sed 's/0x7fc00000 0x00 "
          f"0x400000>/0x7fc00000 0x00 {pages * 4096:#x}>/' | "
          "dtc -q -O dtb -o /tmp/small.dtb")
    result = c.run("cellblock enable /tmp/small.dtb 2>&1", check=False)
    if result.status:
        assert "[driver-memory-small]" in result or \
            "[limit-exceeded]" in result, result
    else:
        c.follow()
    return result
