# SPDX-License-Identifier: GPL-2.0-only
"""The module on x86 over a hypervisor that partitions nothing and ruins, when
it leaves, what Linux must get back: registers, descriptor tables, MSRs."""

import pathlib
import struct
import sys

import pytest

from kmod_guest import ARCHES, KmodGuest, SYSFS, add

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "isolation"))
import files

SYSTEM = "/kmod/system.dtb"
HV = 0x3a000000
CLOCKS = 136        # tsc_khz and apic_khz in struct cb_image_header
CELL = """/dts-v1/; / { compatible = "cellblock,cell"; cell-name = "demo"; };
"""
CONSOLE = "console=ttyS0 loglevel=4"


@pytest.fixture(scope="module", params=("6.1", "6.12", "cloud"),
                ids=lambda k: f"linux{k}")
def g(request):
    with KmodGuest(kernel=request.param, arch="x86", limit=600, snapshot=True,
                   name=f"kmod-x86-{request.param}") as guest:
        yield guest


@pytest.fixture
def quiet(g):
    """A disabled machine; afterwards as before, and nothing in the log."""
    g.pristine()
    g.ctl("disable")    # of a test that failed
    g.run("dmesg -c >/dev/null")
    before = g.state()
    yield g
    assert g.state() == before
    assert g.splats() == ""


def on_each_cpu(g, command):
    """A command's output on each CPU in turn."""
    return [g.run(f"taskset {1 << cpu:x} {command}").strip()
            for cpu in range(4)]


def works(g):
    """What a CPU needs for it: system calls of both kinds, faults, timers and
    interrupts from the others."""
    assert on_each_cpu(g, "sh -c 'sleep 0.05; echo $((6 * 7))'") == ["42"] * 4
    before = timer_ticks(g)
    g.run("sleep 0.2")
    assert all(a < b for a, b in zip(before, timer_ticks(g)))


def timer_ticks(g):
    line = g.run("grep LOC: /proc/interrupts")
    return [int(word) for word in line.split()[1:5]]


def cell(g):
    g.run(f"printf '%s' '{CELL.strip()}' | dtc -q -O dtb -o /tmp/cell.dtb -")
    return "/tmp/cell.dtb"


def test_rounds(quiet):
    for _ in range(20):
        quiet.ok("enable", SYSTEM)
        assert quiet.attr("enabled") == "1"
        quiet.ok("disable")
    works(quiet)


def test_guest_works(quiet):
    quiet.ok("enable", SYSTEM)
    works(quiet)
    quiet.ok("disable")
    works(quiet)


def test_reload(quiet):
    for _ in range(2):
        quiet.ok("enable", SYSTEM)
        assert quiet.status("rmmod cellblock") != 0
        quiet.ok("disable")
        quiet.run("rmmod cellblock; insmod /kmod/cellblock.ko")


def test_cell(quiet):
    quiet.ok("enable", SYSTEM)
    quiet.ok("create", cell(quiet))
    assert quiet.attr("cells/1/name") == "demo"
    assert "vmexits_xapic" in quiet.run(
        f"ls {SYSFS}/cells/0/statistics/cpu1").split()
    quiet.ok("destroy", "demo")
    quiet.ok("disable")


def test_cpus_come_and_go_between(quiet):
    """The hypervisor's memory is needed no more."""
    quiet.ok("enable", SYSTEM)
    quiet.ok("disable")
    quiet.run("for a in 00 08 10 18 20; do "
              "busybox devmem 0x3a0${a}000 64 0; done; for c in 1 2 3; do "
              "for on in 0 1; do "
              "echo $on >/sys/devices/system/cpu/cpu$c/online; done; done")
    quiet.ok("enable", SYSTEM)
    quiet.ok("disable")


@pytest.mark.parametrize("slot", range(5))
def test_enter_fails(quiet, slot):
    """On all CPUs: the state before, and enabling works afterwards."""
    if slot == 0:
        with quiet.knobs(ENTER_ERROR=12):
            got, report = quiet.ctl("enable", SYSTEM)
            assert got == "ENOMEM"
            assert report.startswith("driver-hypervisor-refused\terror")
            works(quiet)
    else:
        quiet.ok("enable", SYSTEM)
        quiet.ok("disable")


def test_disable_refused(quiet):
    with quiet.knobs(DISABLE_ERROR=16):
        quiet.ok("enable", SYSTEM)
        quiet.refused("EBUSY", "fake-refusal", "disable")
        assert quiet.attr("enabled") == "1"
        quiet.ok("disable")


def test_clocks(quiet):
    """QEMU's TSC counts at what Linux says, its APIC at 1 GHz."""
    quiet.ok("enable", SYSTEM)
    tsc, apic = struct.unpack("<II", quiet.read_physical(HV + CLOCKS, 8))
    quiet.ok("disable")
    assert 0.99e6 < apic < 1.01e6
    said = quiet.run("dmesg -r | grep -o 'Detected .* MHz' || "
                     "awk '/cpu MHz/ { print \"Detected\", $4, \"MHz\" }' "
                     "/proc/cpuinfo")
    assert abs(float(said.split()[1]) * 1000 - tsc) < tsc / 50


@pytest.mark.parametrize("offset, data", (
    (12, b"\x02"),
    (32, b"\0\0\0\x40"),        # entry outside
    (64, b"\x10"),              # tables not in whole pages
    (64, b"\0\0\0\x40"),
))
def test_bad_header(quiet, offset, data):
    quiet.patch(offset, data)
    quiet.refused("EINVAL", "driver-image-arch" if offset == 12 else
                  "driver-image-header", "enable", SYSTEM)


@pytest.mark.parametrize("old, new, error, finding", (
    ("0x3a000000 0x00 0x400000", "0x3a001000 0x00 0x400000", "EINVAL",
     "driver-memory-place"),
    ("0x3a000000 0x00 0x400000", "0x3a000000 0x00 0x20001000", "EINVAL",
     "driver-memory-place"),
    ("0x3a000000 0x00 0x400000", "0x20000000 0x00 0x400000", "EBUSY",
     "driver-memory-not-reserved"),
    ("0x3a000000 0x00 0x400000", "0xb0000000 0x00 0x400000", "EINVAL",
     "driver-memory-not-ram"),
    ("0x3a000000 0x00 0x400000", "0x3a000000 0x00 0x10000", "ENOMEM",
     "driver-memory-small"),
    ("reg = <0x03>", "reg = <0x07>", "EINVAL", "driver-cpu-unknown"),
))
def test_bad_description(quiet, old, new, error, finding):
    quiet.run(f"dtc -q -I dtb -O dts {SYSTEM} | sed 's/{old}/{new}/' | "
              "dtc -q -O dtb -o /tmp/edited.dtb -")
    got, report = quiet.ctl("enable", "/tmp/edited.dtb")
    assert (got, finding) == (error, report.splitlines()[-1].split("\t")[0])
    if finding == "driver-memory-not-reserved":
        assert "memmap=" in report


# -- want of memory -----------------------------------------------------------

KFAIL = "/sys/module/kfail/parameters"
MOST = 60
# … the second: nor does /dev/cellblock open without memory
REFUSED = ("ENOMEM", "/dev/cellblock: Cannot allocate memory", "EBUSY")


class WithModule(KmodGuest):
    """With one more module, NAME here and /NAME/NAME.ko there."""

    def __init__(self, module, kernel="6.1"):
        super().__init__(kernel=kernel, arch="x86", limit=600,
                         name=f"x86-{module}-{kernel}")
        out = ARCHES["x86"].out("x86") / kernel
        root = out / module
        root.mkdir(parents=True, exist_ok=True)
        files.module(pathlib.Path(__file__).parent / module, kernel, root,
                     "x86")
        archive = add(pathlib.Path(self.files[1]), root,
                      out / f"{module}.cpio")
        self.arguments[self.arguments.index(self.files[1])] = str(archive)


class Forgetful(WithModule):
    """With kfail.ko, which makes calls of the module fail."""

    def __init__(self, kernel):
        super().__init__("kfail", kernel)

    def start(self, timeout=90):
        super().start(timeout)
        self.run("rmmod cellblock; insmod /kfail/kfail.ko; "
                 "insmod /kmod/cellblock.ko")
        return self

    def attempt(self, n, words):
        """With the n-th call failing; which one that was, or None if they
        were fewer, and what was said."""
        lines = self.run(
            f"echo {n} >{KFAIL}/fail; sh -c 'echo $$ >{KFAIL}/pid; "
            f"exec /kmod/kmodctl {words}'; echo 0 >{KFAIL}/pid; "
            f"cat {KFAIL}/fail {KFAIL}/failed").splitlines()
        return lines[-1] if lines[-2] == "0" else None, lines[:-2]


@pytest.mark.parametrize("kernel", ("6.1", "6.12"))
def test_each_call_fails(kernel):
    """From enable to disable: an error each time, and all is as before."""
    seen = set()
    with Forgetful(kernel) as g:
        blob = cell(g)
        g.run("head -c 5000 /dev/urandom >/tmp/image")
        for words in (f"enable {SYSTEM}", f"create {blob}",
                      "load demo /tmp/image 0x1000", "start demo",
                      "destroy demo", "disable"):
            before = g.state()
            for n in range(1, MOST):
                name, said = g.attempt(n, words)
                if name is None:
                    assert "ok" in said, words
                    break
                seen.add(name)
                assert said[0] in REFUSED, f"{words}: {name}: {said}"
                assert g.state() == before, f"{words}: {name}"
            else:
                raise AssertionError(f"{words}: still failing")
        works(g)
        assert g.splats() == ""
    assert {"memremap", "__request_region", "sysfs_create_bin_file",
            "kobject_init_and_add", "firmware_request_nowarn"} <= seen


# -- machines on which it cannot work -----------------------------------------

@pytest.mark.parametrize("kwargs, error, finding, advice", (
    ({"cpu": "EPYC,-svm"}, "ENODEV", "driver-no-virtualisation", "svm"),
    ({"cmdline": CONSOLE}, "EBUSY", "driver-memory-not-reserved", "memmap="),
    ({"machine": "kernel-irqchip=split",
      "extra": ("-device", "intel-iommu,intremap=on"),
      "append": "intel_iommu=on"}, "EBUSY", "driver-iommu",
     "intel_iommu=off"),
    ({"append": "nolapic"}, "ENODEV", "driver-no-apic", "nolapic"),
), ids=("no-svm", "no-memmap", "iommu", "no-apic"))
def test_refused(kwargs, error, finding, advice, request):
    name = request.node.name.replace("[", "-").strip("]")
    with KmodGuest(arch="x86", name=f"x86-{name}", **kwargs) as g:
        before = g.state()
        assert advice in g.refused(error, finding, "enable", SYSTEM)
        assert g.state() == before
        assert g.splats() == ""
        g.run("rmmod cellblock")


@pytest.mark.parametrize("how, finding, advice", (
    ("kvm", "driver-kvm", "rmmod kvm_amd"),
    ("svm", "driver-virt-busy", "SVM on 4 CPUs"),
))
def test_occupied(how, finding, advice):
    """By another hypervisor; until it has gone."""
    with WithModule("occupy") as g:
        before = g.state()
        g.run(f"insmod /occupy/occupy.ko how={how}")
        assert advice in g.refused("EBUSY", finding, "enable", SYSTEM)
        g.run("rmmod occupy")
        assert g.state() == before
        g.ok("enable", SYSTEM)
        works(g)
        g.ok("disable")
        assert g.splats() == ""


def test_iommu_unused():
    with KmodGuest(arch="x86", machine="kernel-irqchip=split",
                   extra=("-device", "intel-iommu,intremap=on"),
                   append="intel_iommu=off intremap=off",
                   name="x86-iommu-unused") as g:
        g.ok("enable", SYSTEM)
        works(g)
        g.ok("disable")
        assert g.splats() == ""


@pytest.mark.parametrize("how", ("disabled", "enabled"))
def test_kexec(how):
    """The next kernel finds the CPUs as the first one did."""
    with KmodGuest(arch="x86", kexec=True, name=f"x86-kexec-{how}") as g:
        g.ok("enable", SYSTEM)
        if how == "disabled":
            g.ok("disable")
        mark = g.mark()
        g.send("/kmod/kmodctl kexec-file /next/Image /next/initrd")
        g.expect("guest-is-ready", 120, since=mark)
        g.send("trap : INT")
        g.run("dmesg -n 1; insmod /kmod/cellblock.ko; "
              "printf /kmod >/sys/module/firmware_class/parameters/path")
        g.ok("enable", SYSTEM)
        works(g)
        g.ok("disable")


def test_reboot():
    """Reset with the hypervisor enabled: an orderly end."""
    with KmodGuest(arch="x86", snapshot=True, name="x86-reboot") as g:
        g.ok("enable", SYSTEM)
        mark = g.mark()
        g.run("dmesg -n 7")
        g.send("reboot -f")
        g.wait_exit(30)
        assert "cellblock: disabled" in g.text[mark:]
