# SPDX-License-Identifier: GPL-2.0-only
"""The ground that all other machine tests stand on."""

import pytest

import snapshot
from machine import BUILD, CommandError, GuestError, kernel_dir


def test_stock_kernel_boots(boot, kernel, gic):
    guest = boot(kernel=kernel, gic=gic, snapshot=False)
    release = (BUILD / "kernels" / kernel / "release").read_text().strip()
    assert guest.run("uname -r").strip() == release
    assert guest.run("nproc").strip() == "4"
    assert "All CPU(s) started at EL2" in guest.run("dmesg")


def test_stock_kernel_boots_x86(boot, kernel):
    guest = boot(arch="x86", kernel=kernel, snapshot=False)
    release = (kernel_dir("x86", kernel) / "release").read_text().strip()
    assert guest.run("uname -r").strip() == release
    assert guest.run("nproc").strip() == "4"
    assert " svm " in guest.run("grep -m1 ^flags /proc/cpuinfo")
    # the memory that the hypervisor and its cells get is not Linux'
    assert "3a000000-3f1fffff : Reserved" in guest.run("cat /proc/iomem")


def test_x86_snapshot_and_second_port(boot):
    """A restored machine runs on, on all CPUs, with both its UARTs."""
    boot(arch="x86").stop()
    g = boot(arch="x86")
    before, after = (float(g.run("cut -d' ' -f1 /proc/uptime; sleep 0.2")
                           .split()[0]) for _ in range(2))
    assert before < after < 120
    for cpu in range(4):
        g.run(f"taskset {1 << cpu:x} true")
    g.run("echo by the other one >/dev/ttyS1")
    assert g.port() == "by the other one\r\n"


def test_snapshot_is_the_same_machine(boot):
    """A restored machine is where its original was, and runs on by itself."""
    identity = "dmesg | head -n 150"     # its time stamps differ by boot
    original = boot().run(identity)
    g = boot()
    assert g.run(identity) == original
    before, after = (float(g.run("cut -d' ' -f1 /proc/uptime; sleep 0.2")
                           .split()[0]) for _ in range(2))
    assert before < after < 120
    for cpu in range(4):
        g.run(f"taskset {1 << cpu:x} true")


def test_old_ends_are_not_taken_for_new_ones(boot):
    """What a command before the snapshot still prints ends no other one."""
    boot().stop()
    g = boot()
    g.send("sleep 0.1; printf '@@E%s:7@@\\n' 1 2 3")
    assert g.run("sleep 0.3; echo mine") == "mine\n"


def test_harness_reports(boot):
    """Status, output and time-outs of commands come back as they are."""
    g = boot()
    assert g.run("printf 'a b\\nc'") == "a b\nc"
    assert g.run("exit_with() { return $1; }; exit_with 3",
                 check=False).status == 3
    with pytest.raises(CommandError, match="exit status 1: false"):
        g.run("false")
    with pytest.raises(GuestError, match="sleep 60"):
        g.run("sleep 60", timeout=1)
    assert g.run("echo still here") == "still here\n"
    g.send("poweroff -f")
    g.wait_exit()


def test_physical_memory_is_readable(shared):
    """Memory that Linux left alone, written there and read from outside."""
    g = shared()
    g.run("busybox devmem 0x70001000 64 0x1122334455667788")
    word = g.read_physical(0x70001000, 8)
    assert int.from_bytes(word, "little") == 0x1122334455667788


def test_a_snapshot_is_for_those_who_booted_it(tmp_path):
    """Two suites with the same arguments leave machines in other states."""
    def path(booted_by, argument):
        return snapshot.path_of(tmp_path, booted_by, [argument], [__file__])
    assert path("a.Machine", "-x") == path("a.Machine", "-x")
    assert len({path("a.Machine", "-x"), path("b.Machine", "-x"),
                path("a.Machine", "-y")}) == 3
