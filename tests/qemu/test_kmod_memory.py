# SPDX-License-Identifier: GPL-2.0-only
"""LIFE-02, LIFE-07 on Linux' side: each call of the module that needs memory
fails in turn, from insmod to disable (kfail/kfail.c). The request says why and
all is as before, in Linux and in the hypervisor; then it works."""

import pathlib
import re
import subprocess
import sys

import pytest

from kmod_guest import CROSS, OUT, add
from life import Cellblock, strange_log
from machine import BUILD, Guest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "isolation"))
import files

HERE = pathlib.Path(__file__).resolve().parent
KFAIL = "/sys/module/kfail/parameters"
MOST = 60
# With the n-th such call failing, from this process and no other
SCRIPT = f"""echo $1 >{KFAIL}/$WHEN; shift; echo $$ >{KFAIL}/pid; exec "$@"
"""
# What is said where the want of memory has another face
REASONS = {
    "firmware_request_nowarn": "cannot be loaded (error 12)",
    "__request_region": "[driver-memory-claimed]",
    "remove_cpu": "does not take CPU 3 offline (error 12)",
}
OTHERWISE = re.compile("not enough memory|Cannot allocate memory|out of memory")
LEFT_OUT = "cellblock: no memory for statistics in sysfs"


class Machine(Guest):
    """With kfail.ko in /kfail; the hypervisor and the command are real."""

    def __init__(self, kernel):
        root = OUT / kernel / "kfail"
        root.mkdir(parents=True, exist_ok=True)
        files.module(HERE / "kfail", kernel, root)
        (root / "run").write_text(SCRIPT)
        archive = str(add(BUILD / f"arm64/initramfs-{kernel}.cpio", root,
                          OUT / f"{kernel}-kfail.cpio"))
        super().__init__(kernel=kernel, extra=("-initrd", archive), limit=600,
                         name=f"kmod-memory-{kernel}", snapshot=True)
        self.files = [self.files[0], archive]


@pytest.fixture(scope="module", params=("6.1", "6.12"),
                ids=lambda k: f"linux{k}")
def machine(request):
    with Machine(request.param) as guest:
        guest.run("dmesg -n 1; insmod /kfail/kfail.ko; cd /cells")
        yield guest


@pytest.fixture
def c(machine):
    """The module loaded, the hypervisor off; afterwards the same, and whole."""
    c = Cellblock(machine)
    before = outside(c)
    yield c
    if c.attr("enabled") == "1":
        c.disable()
    assert outside(c) == before
    strange = [line for line in strange_log(machine).splitlines()
               if LEFT_OUT not in line]
    assert strange == []


@pytest.fixture
def on(c):
    c.enable()
    return c


def outside(c):
    return c.shape() + c.run("awk '/^cellblock/ { print $3 }' /proc/modules")


def attempt(c, n, command, when="fail"):
    """With the n-th call failing; which one that was, or None if they were
    fewer, and how the command ended."""
    result = c.run(f"WHEN={when} sh /kfail/run {n} {command} 2>&1",
                   check=False)
    left, name = c.run(f"cd {KFAIL}; echo 0 >pid; echo 0 >at_load; "
                       "cat fail failed; cd /cells").splitlines()
    return name if left == "0" else None, result


def each_call(c, command, check, refused=True, when="fail"):
    """Until nothing fails any more; the functions that did."""
    names = []
    for n in range(1, MOST):
        name, result = attempt(c, n, command, when)
        if name is None:
            assert result.status == 0, result
            print(command, names)
            return names
        names.append(name)
        if refused:
            assert result.status in (1, 2, 12), f"{n}, {name}: {result}"
            said = re.search(re.escape(REASONS[name]), result) \
                if name in REASONS else OTHERWISE.search(result)
            assert said, f"{n}, {name}: {result}"
        check()
    raise AssertionError(f"{command}: still failing after {names}")


def test_all_are_probed(kernel):
    """Whatever the module calls that allocates is among kfail's targets."""
    source = (HERE / "kfail/kfail.c").read_text()
    targets = set(re.findall(r'^\t\{ "(\w+)", ', source, re.M))
    out = subprocess.run(
        [CROSS + "nm", "-u", BUILD / f"kmod/arm64-{kernel}/cellblock.ko"],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    wanted = {name for name in (line.split()[-1] for line in out.splitlines())
              if re.search("alloc|memdup|memremap|register|request|create|"
                           "_add$|add_groups|remove_cpu", name) and
              not re.search("unregister|deregister|caches$", name)}
    assert wanted <= targets, wanted - targets
    assert len(wanted) > 12


def test_insmod(c):
    module = c.run("echo /lib/modules/*/cellblock.ko").strip()
    c.run("rmmod cellblock")

    def check():
        assert c.run("ls -d /dev/cellblock /sys/devices/cellblock "
                     "/sys/module/cellblock 2>/dev/null",
                     check=False) == ""
    # busybox tries twice, and ends with the errno
    names = each_call(c, f"insmod {module}", check, when="at_load")
    assert len(names) == 6


def test_life_07_enable(c):
    system = c.system()
    before = outside(c)

    def check():
        assert c.attr("enabled") == "0"
        assert outside(c) == before
    names = each_call(c, f"cellblock enable {system}", check)
    assert len(names) > 15 and "sysfs_create_bin_file" in names
    c.follow()
    c.start("gic-demo")
    c.ticks("gic-demo", 2)
    c("cell destroy gic-demo")


def test_life_02_create_to_start(on):
    before = outside(on)

    def check():
        assert outside(on) == before
    names = each_call(on, "cellblock cell create qemu-virt-gic-demo.dtb",
                      check)
    assert len(names) > 10 and "remove_cpu" in names
    assert names.count("kobject_init_and_add") == 2
    before = outside(on)
    image = "/inmates/gic-demo.bin"
    names = each_call(on, f"cellblock cell load gic-demo {image}", check)
    assert "memremap" in names
    assert len(each_call(on, "cellblock cell start gic-demo", check)) == 2
    on.ticks("gic-demo", 2)


def test_life_02_destroy(on):
    """Destroying needs no memory but for the request, and for the CPU's
    statistics, which come back later."""
    before = outside(on)

    def create():
        if "gic-demo" not in on.cells():
            assert on.run("cat /sys/devices/system/cpu/online").strip() == \
                "0-3"
            on("cell create qemu-virt-gic-demo.dtb")
    create()
    with_cell = outside(on)

    def check():
        create()
        assert outside(on) == with_cell
    names = each_call(on, "cellblock cell destroy gic-demo", check,
                      refused=False)
    assert names.count("kobject_init_and_add") == 1 and len(names) >= 3
    assert outside(on) == before


def test_life_02_disable(on):
    """With a cell, which goes first."""
    on.start("gic-demo")

    def check():
        assert on.attr("enabled") == "1"
        assert on.attr("cells/1/state") == "running"
        on.ticks("gic-demo", 1)
    names = []
    for n in (1, 2):
        name, result = attempt(on, n, "cellblock disable")
        assert name and OTHERWISE.search(result) and result.status
        names.append(name)
        check()
    name, result = attempt(on, 3, "cellblock disable")
    assert (name, result.status) == ("__kmalloc_cache_noprof" if
                                     on.guest.kernel == "6.12" else
                                     "kmalloc_trace", 0)
    assert on.attr("enabled") == "0"
