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
from machine import BUILD, Guest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "isolation"))
import files
import stage2

HV_BASE, HV_SIZE = 0x7fc00000, 0x400000
IMAGE = "/lib/firmware/cellblock-arm64.bin"
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
	comm-region@80000000 {
		compatible = "cellblock,comm-region";
		reg = <0x0 0x80000000 0x0 0x1000>;
		passive;
	};
};
"""


class Machine(Guest):
    """The test build, with /iso (hcall) of the isolation suite."""

    def __init__(self, kernel, gic):
        archive = str(files.initrd(kernel, "test"))
        super().__init__(kernel=kernel, gic=gic, variant="test", limit=900,
                         append="iomem=relaxed", extra=("-initrd", archive),
                         name=f"failures-{kernel}-gicv{gic}", snapshot=True)
        self.files = [self.files[0], archive]


USUAL = (("6.1", 3), ("6.1", 2))
ALL = (*USUAL, ("6.12", 3))


def name_of(kind):
    return f"linux{kind[0]}-gicv{kind[1]}"


every_kind = pytest.mark.parametrize("machine", ALL, ids=name_of,
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
          f"test -e /tmp/image || cp {IMAGE} /tmp/image")
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
    symbols = stage2.symbols("test")
    offset = symbols["fail_after"] - symbols["image_header"]
    c.run(f"cp /tmp/image {IMAGE}; printf '\\{n:03o}' | dd of={IMAGE} bs=1 "
          f"seek={offset} conv=notrunc 2>/dev/null")


def interrupts(c):
    """What Linux has set up in the interrupt controller. Redistributors have
    groups, enabled, priorities; those of version 2 only their CPU sees."""
    if c.guest.gic == 2:
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
    tables = stage2.Tables(c.guest.read_physical(HV_BASE, HV_SIZE), HV_BASE,
                           "test")

    def bytes_at(symbol, size, offset=0):
        at = tables.phys(tables.symbols[symbol]) + offset - HV_BASE
        return tables.memory[at:at + size]

    cell = tables.phys(tables.symbols["root_cell"])
    root_at = stage2.offsets()["root"]
    pool = tables.phys(tables.word(
        tables.phys(tables.symbols["pool"]) + 8)) - HV_BASE
    return {
        "stage 2": stage_2(tables, tables.root_table(cell)),
        "cells": bytes_at("cells", 8 * stage2.offsets()["cells"]),
        # the lock, in front of the table's address, counts its holders
        "root cell": bytes_at("root_cell", root_at - 8) +
        bytes_at("root_cell", size_of("root_cell") - root_at, root_at),
        "pool": bytes_at("pool", size_of("pool")),
        "pages": tables.memory[pool:pool + 128],
    }


@functools.cache
def size_of(symbol):
    out = subprocess.run(
        ["aarch64-linux-gnu-nm", "-S",
         BUILD / "arm64-test/cellblock-arm64.elf"],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    return next(int(line.split()[1], 16) for line in out.splitlines()
                if line.split()[3:] == [symbol])


def stage_2(tables, root):
    """{address of a table: its bytes}"""
    found = {}

    def walk(table, level, count):
        at = table - HV_BASE
        found[table] = tables.memory[at:at + 8 * count]
        for n in range(count if level < 2 else 0):
            entry = tables.word(table + 8 * n)
            if entry & stage2.VALID and entry & stage2.TABLE:
                walk(entry & stage2.ADDRESS, level + 1, 512)

    walk(root, 0, 1024)
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
    c.run(f"cp /tmp/image {IMAGE}")
    c("disable")
    assert outside(c) == before
    c.enable()
    c.start("gic-demo")     # which works after all that
    c.ticks("gic-demo", 2)
    c.disable()
    assert outside(c) == before


def test_life_07_console(c):
    """No memory for the UART's mapping is no reason to stay away."""
    fail_from_start(c, 3)
    c(f"enable {c.system(uart=True)}")
    c.run(f"cp /tmp/image {IMAGE}")
    assert "console: no room to map the UART" in c("console")
    c("disable")


@every_kind
def test_life_02_create(on):
    on.put("/tmp/scattered.dts", SCATTERED.encode())
    creates(on, "scattered", "/tmp/scattered.dts")


def test_life_02_create_beside(on):
    """The same where another cell has split large pages before."""
    on("cell create qemu-virt-gic-demo.dtb")
    text = SCATTERED.replace("&cpu2 &cpu3", "&cpu1 &cpu2")
    text = text.replace("0x200000", "0x100000")
    on.put("/tmp/beside.dts", text.encode())
    creates(on, "scattered", "/tmp/beside.dts")
    on("cell destroy gic-demo")


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
    c(f"cell load {name} /inmates/gic-demo.bin")
    c(f"cell start {name}")
    c.ticks(name, 2)
    c(f"cell shutdown {name}")
    c(f"cell destroy {name}")
    c.refused(f"cell create {path}", "no memory for the cell",
              "[limit-exceeded]")
    check()


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
