# SPDX-License-Identifier: GPL-2.0-only
"""LIFE-09: Linux ends, or starts another kernel, while it has cells."""

import pytest

from kmod_guest import initrd
from life import Cellblock
from machine import READY

ENDS = {
    "poweroff": ("poweroff -f", True),
    "reboot": ("reboot -f", True),
    # without telling the module: the hypervisor sees the firmware's call
    "emergency": ("echo b >/proc/sysrq-trigger", False),
}


def said_at_the_end(g, command):
    """Until the machine is off, without a fault of the hypervisor or Linux."""
    since = g.mark()
    g.send(command)
    g.wait_exit(30)
    said = g.text[since:]
    assert "FATAL" not in said and "panic" not in said
    return said


@pytest.mark.parametrize("cells", (0, 2), ids=("no-cells", "cells"))
@pytest.mark.parametrize("end", ENDS)
def test_end(boot, gic, end, cells):
    command, orderly = ENDS[end]
    if gic == 2 and not cells:
        pytest.skip("the same as with GICv3")
    g = boot(gic=gic)
    c = Cellblock(g)
    c("enable " + c.system(uart=True))
    if cells:
        c.start("gic-demo")
        c.start("vote-demo")    # which nobody asks this time
        # not the first: Linux may be speaking on the same UART then
        g.expect(r"\[vote-demo\] vote-demo: heartbeat \d+\n")
    said = said_at_the_end(g, command)
    assert ("The partitioning has ended" in said) == orderly
    assert ("The root cell ends the machine" in said) != orderly
    if cells and orderly:
        assert 'Destroyed cell "vote-demo"' in said


@pytest.mark.parametrize("end", ENDS)
def test_end_svm(boot, end):
    """The emergency is the board's own reset, of which nobody is told."""
    command, orderly = ENDS[end]
    g = boot(arch="x86")
    c = Cellblock(g)
    c("enable " + c.system(uart=True))
    c.start_timer()
    g.expect(r"\[apic-demo\] Timer fired")
    said = said_at_the_end(g, command)
    assert ("The partitioning has ended" in said) == orderly
    assert ('Destroyed cell "apic-demo"' in said) == orderly


def test_kexec(boot):
    """The next kernel finds EL2 and all CPUs as the first one did."""
    g = boot(snapshot=False, extra=("-initrd", str(initrd("6.1", True))))
    c = Cellblock(g)
    c("enable " + c.system(uart=True))
    c.start("gic-demo")
    c.start("vote-demo")    # locked, and denying
    since = g.mark()
    g.send("/kmod/kmodctl kexec /next/Image /next/initrd")
    g.expect("The partitioning has ended", 60, since=since)
    g.expect(READY, 120, since=since)
    g.run("trap : INT")
    assert g.run("nproc").strip() == "4"
    c = Cellblock(g)
    c.enable()
    c.start("gic-demo")
    c.ticks("gic-demo", 3)
    c.disable()
