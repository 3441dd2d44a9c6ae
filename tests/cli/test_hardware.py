# SPDX-License-Identifier: GPL-2.0-only
"""hardware check on made-up machines: each feature found, then taken away."""
import json

import pytest

FLAGS = "lm constant_tsc x2apic "
AMD = ("processor\t: 0\nvendor_id\t: AuthenticAMD\nflags\t\t: " + FLAGS +
       "svm npt nrip_save decodeassists flushbyasid\n\n")
INTEL = ("processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: " + FLAGS +
         "vmx ept vpid\nvmx flags\t: unrestricted_guest preemption_timer "
         "flexpriority vpid ept_1gb\n\n")
ARM = "processor\t: 0\nCPU architecture: 8\n\n"
LOG = ("6,1,0,-;CPU: All CPU(s) started at EL2\n"
       "6,2,0,-;CPU features: detected: CRC32 instructions\n")
COMMON = {
    "proc/cmdline": "quiet memmap=66M$0x3a000000 splash\n",
    "proc/sys/kernel/osrelease": "6.1.0-56-amd64\n",
    "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
}
X86 = {**COMMON, "sys/firmware/acpi/tables/MCFG": ""}
MACHINES = {
    "amd": {**X86, "proc/cpuinfo": AMD + AMD.replace(": 0", ": 1"),
            "sys/firmware/acpi/tables/IVRS": ""},
    "intel": {**X86, "proc/cpuinfo": INTEL + INTEL.replace(": 0", ": 1"),
              "sys/firmware/acpi/tables/DMAR": ""},
    "arm64": {**COMMON, "proc/cpuinfo": ARM + ARM.replace(": 0", ": 1"),
              "dev/kmsg": LOG, "proc/device-tree/psci/method": "smc",
              "proc/interrupts": " 11: 5 GICv3 27 Level arch_timer\n",
              "sys/class/iommu/smmu3.0": ""},
}
# machine, feature, importance, what to change: file -> (old, new), or a file
# that is there or is gone
LOST = [
    ("amd", "svm", "needed", ("proc/cpuinfo", "svm ", "")),
    ("amd", "npt", "needed", ("proc/cpuinfo", "npt ", "")),
    ("amd", "next-rip", "useful", ("proc/cpuinfo", "nrip_save ", "")),
    ("amd", "decode-assists", "useful", ("proc/cpuinfo", "decodeassists", "")),
    ("amd", "flush-by-asid", "useful", ("proc/cpuinfo", "flushbyasid", "")),
    ("amd", "64-bit", "needed", ("proc/cpuinfo", "lm ", "lmx ")),
    ("amd", "x2apic", "useful", ("proc/cpuinfo", "x2apic", "")),
    ("amd", "steady-tsc", "useful", ("proc/cpuinfo", "constant_tsc", "")),
    ("amd", "ecam", "useful", ("sys/firmware/acpi/tables/MCFG",)),
    ("amd", "iommu", "useful", ("sys/firmware/acpi/tables/IVRS",)),
    ("amd", "iommu-unused", "needed", ("+sys/class/iommu/ivhd0",)),
    ("amd", "cpus", "needed", ("proc/cpuinfo", "processor\t: 1", "")),
    ("amd", "no-kvm", "needed", ("+dev/kvm",)),
    ("amd", "reserved-memory", "needed", ("proc/cmdline", "$", "@")),
    ("amd", "kernel", "useful", ("proc/sys/kernel/osrelease", "6.1.", "5.10.")),
    ("amd", "modules", "useful", ("sys/kernel/security/lockdown",
                                  "[none] integrity", "none [integrity]")),
    ("intel", "vmx", "needed", ("proc/cpuinfo", "vmx ept", "ept")),
    ("intel", "ept", "needed", ("proc/cpuinfo", " ept ", " ")),
    ("intel", "unrestricted-guest", "needed",
     ("proc/cpuinfo", "unrestricted_guest", "")),
    ("intel", "preemption-timer", "useful",
     ("proc/cpuinfo", "preemption_timer", "")),
    ("intel", "apic-access", "useful", ("proc/cpuinfo", "flexpriority", "")),
    ("intel", "invvpid", "useful", ("proc/cpuinfo", "vpid ept_1gb", "ept_1gb")),
    ("intel", "large-pages", "useful", ("proc/cpuinfo", "ept_1gb", "")),
    ("intel", "iommu", "useful", ("sys/firmware/acpi/tables/DMAR",)),
    ("arm64", "el2", "needed", ("dev/kmsg", "EL2", "EL1")),
    ("arm64", "no-vhe", "needed", ("dev/kmsg", "CRC32 instructions",
                                   "Virtualization Host Extensions")),
    ("arm64", "psci", "needed", ("proc/device-tree/psci/method", "smc",
                                 "hvc")),
    ("arm64", "gic", "needed", ("proc/interrupts", "GICv3", "AIC")),
    ("arm64", "iommu", "useful", ("sys/class/iommu/smmu3.0",)),
]


def make(cli, name, change=()):
    files = dict(MACHINES[name])
    if len(change) == 3:
        assert change[1] in files[change[0]]
        files[change[0]] = files[change[0]].replace(change[1], change[2])
    elif change and change[0][0] == "+":
        files[change[0][1:]] = ""
    elif change:
        del files[change[0]]
    for path, text in files.items():
        cli.write(f"root/{path}", text)
    return cli


def check(cli, *options):
    return cli("hardware", "check", "--root", "root", *options)


@pytest.mark.parametrize("name", MACHINES)
def test_whole(cli, name):
    r = check(make(cli, name))
    assert (r.returncode, r.stderr) == (0, "")
    assert "missing" not in r.stdout and "unknown" not in r.stdout
    assert r.stdout.endswith("Cellblock can run here.\n")


@pytest.mark.parametrize("name, feature, importance, change", LOST,
                         ids=[f"{c[0]}-{c[1]}" for c in LOST])
def test_lost(cli, name, feature, importance, change):
    make(cli, name, change)
    r = check(cli, "--json")
    told = json.loads(r.stdout)
    missing = [f for f in told["features"] if f["answer"] != "found"]
    assert [(f["id"], f["importance"], f["answer"]) for f in missing] == \
        [(feature, importance, "missing")]
    assert r.returncode == (importance == "needed")
    assert told["needed_missing"] == r.returncode
    text = check(cli).stdout
    assert f"missing  {importance}  {feature}" in text
    assert missing[0]["without"] in text


@pytest.mark.parametrize("name", MACHINES)
def test_every_feature_has_its_case(cli, name):
    told = json.loads(check(make(cli, name), "--json").stdout)
    common = {c[1] for c in LOST if c[0] == "amd"}
    mine = {c[1] for c in LOST if c[0] == name}
    assert {f["id"] for f in told["features"]} <= mine | common


def test_reserved_memory_of_the_tree(cli):
    make(cli, "arm64", ("proc/cmdline", "memmap=66M$0x3a000000", ""))
    base = "root/proc/device-tree/reserved-memory"
    cli.write(f"{base}/#address-cells", "")
    cli.write(f"{base}/cma@1000/reusable", "")
    assert check(cli).returncode == 1
    cli.write(f"{base}/hypervisor@2000/no-map", "")
    r = check(cli)
    assert r.returncode == 0 and "hypervisor@2000" in r.stdout


def test_a_log_that_tells_nothing(cli):
    make(cli, "arm64", ("dev/kmsg",))
    r = check(cli)
    assert r.returncode == 2
    assert "unknown  needed  el2" in r.stdout
    assert "Nothing needed is missing; 2 could not be told" in r.stdout


def test_an_old_kernel_does_not_list_vmx_flags(cli):
    make(cli, "intel", ("proc/cpuinfo", "vmx flags", "other"))
    r = check(cli)
    assert r.returncode == 2
    assert "unknown  needed  unrestricted-guest" in r.stdout


def test_other_machines(cli):
    cli.write("root/proc/cpuinfo", "processor\t: 0\nisa\t: rv64imafdc\n")
    r = check(cli)
    assert (r.returncode, r.stdout) == (2, "")
    assert "neither x86-64 of AMD or Intel nor arm64" in r.stderr


def test_no_such_folder(cli):
    r = check(cli)
    assert (r.returncode, r.stdout) == (2, "")
    assert r.stderr == \
        "cellblock: root/proc/cpuinfo: No such file or directory\n"


def test_usage(cli):
    assert cli("hardware", "check", "x").returncode == 2
    assert "hardware check" in cli("hardware", "--help").stdout
