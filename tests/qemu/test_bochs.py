# SPDX-License-Identifier: GPL-2.0-only
"""The emulator of Intel's machines, and what the harness makes of it."""

import pytest

from bochs import AMD, INTEL, Bochs
from life import Cellblock
from machine import kernel_dir
from test_life import all_cpus_work, live
from test_rounds import rounds


def test_cloud_kernel_boots(boot):
    g = boot(Bochs)
    release = (kernel_dir("x86", "cloud") / "release").read_text().strip()
    assert g.run("uname -r").strip() == release
    assert g.run("nproc").strip() == "2"
    assert "1a000000-1e1fffff : Reserved" in g.run("cat /proc/iomem")
    flags = g.run("grep -m1 '^vmx flags' /proc/cpuinfo").split()
    assert {"ept", "vpid", "unrestricted_guest", "preemption_timer",
            "vnmi"} <= set(flags)
    # what is typed arrives, as long as a line may be
    words = " ".join(map(str, range(900)))
    assert g.run(f"echo {words}") == words + "\n"
    g.run("echo by the other one >/dev/ttyS1")
    assert g.port() == "by the other one\r\n"
    g.send("poweroff -f")
    g.wait_exit()


@pytest.mark.parametrize("model, flag", ((INTEL, "vmx"), (AMD, "nrip_save")),
                         ids=("vmx", "svm"))
def test_life(boot, model, flag):
    """All of it in one boot, which takes half of the time."""
    c = Cellblock(boot(Bochs, limit=600, model=model))
    assert f" {flag} " in c.guest.run("grep -m1 ^flags /proc/cpuinfo")
    c.enable()
    before = c.shape()
    c.refused("cell create bochs-overlap-demo.dts", "[mem-overlap-hypervisor]")
    assert c.shape() == before
    live(c)
    rounds(c, 10, 3)
    all_cpus_work(c.guest)
    c.run("rmmod cellblock")
