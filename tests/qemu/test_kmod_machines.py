# SPDX-License-Identifier: GPL-2.0-only
"""Machines and kernels on which the module cannot work: each refused with the
advice that helps, and Linux goes on. And kexec, which starts over."""

import pytest

from kmod_guest import BUILD_ID, DESTROY_ERROR, ERROR_TIMES, KmodGuest

SYSTEM, CELL = "/kmod/system.dtb", "/kmod/cell.dtb"
QUIET = "console=ttyAMA0 loglevel=4"


def refuses(g, error, finding, advice):
    before = g.state()
    assert advice in g.refused(error, finding, "enable", SYSTEM)
    assert g.state() == before
    assert g.splats() == ""
    g.run("rmmod cellblock")


@pytest.fixture
def machine(kernel, request):
    guests = []

    def start(**kwargs):
        name = request.node.name.replace("[", "-").strip("]")
        guests.append(KmodGuest(kernel=kernel, name=name, **kwargs).start())
        return guests[-1]

    yield start
    for g in guests:
        g.stop()


def test_no_el2(machine):
    g = machine(machine="virtualization=off")
    refuses(g, "ENODEV", "driver-no-el2", "virtualization=on")


def test_vhe(machine):
    g = machine(cpu="neoverse-n1")
    refuses(g, "ENODEV", "driver-vhe", "id_aa64mmfr1.vh=0")


def test_vhe_switched_off(machine):
    g = machine(cpu="neoverse-n1", append="id_aa64mmfr1.vh=0")
    for _ in range(2):
        g.ok("enable", SYSTEM)
        g.ok("create", CELL)
        g.ok("disable")
    assert g.splats() == ""


def test_kvm(machine):
    g = machine(cmdline=f"{QUIET} mem=768M")
    refuses(g, "EBUSY", "driver-kvm", "kvm-arm.mode=none")


def test_memory_not_reserved(machine):
    g = machine(cmdline=f"{QUIET} kvm-arm.mode=none")
    refuses(g, "EBUSY", "driver-memory-not-reserved", "mem=")


def test_gicv2(machine):
    g = machine(gic=2)
    g.ok("enable", SYSTEM)
    g.ok("create", CELL)
    g.ok("destroy", "demo")
    g.ok("disable")
    assert g.splats() == ""


@pytest.mark.parametrize("how", ("disabled", "enabled", "denying", "late"))
def test_kexec(machine, how):
    """The next kernel finds EL2 as the first one did, and enables again."""
    g = machine(kexec=True, snapshot=True)
    if how == "denying":
        # a cell that never agrees: it is ended all the same
        g.patch(BUILD_ID + DESTROY_ERROR, [1])
        g.patch(BUILD_ID + ERROR_TIMES, [255])
    g.ok("enable", SYSTEM)
    if how == "disabled":
        g.ok("disable")
    if how in ("denying", "late"):
        g.ok("create", CELL)
    if how == "late":
        g.ok("destroy", "demo")
    load_and_kexec(g)
    g.run("dmesg -n 1; insmod /kmod/cellblock.ko; "
          "printf /kmod >/sys/module/firmware_class/parameters/path")
    if how == "late":
        # loaded when CPUs had come back at EL1, see README.md of the module
        g.refused("ENODEV", "driver-no-el2", "enable", SYSTEM)
        return
    g.ok("enable", SYSTEM)
    g.ok("disable")


def load_and_kexec(g):
    mark = g.mark()
    g.send("/kmod/kmodctl kexec /next/Image /next/initrd")
    g.expect("guest-is-ready", 120, since=mark)
    g.send("trap : INT")


def test_reboot(machine):
    """Reset with the hypervisor enabled and a cell: an orderly end."""
    g = machine(snapshot=True)
    g.ok("enable", SYSTEM)
    g.ok("create", CELL)
    mark = g.mark()
    g.run("dmesg -n 7")
    g.send("reboot -f")
    g.wait_exit(30)
    assert "cellblock: disabled" in g.text[mark:]
