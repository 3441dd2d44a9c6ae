# SPDX-License-Identifier: GPL-2.0-only
"""hardware check tells on real kernels what enable will say."""

import json

import pytest

from machine import Guest

NEEDED = {"el2": "found", "no-vhe": "found", "psci": "found", "gic": "found",
          "cpus": "found", "no-kvm": "found", "reserved-memory": "found"}

AMD = {"svm": "found", "npt": "found", "64-bit": "found",
       "iommu-unused": "found", "cpus": "found", "no-kvm": "found",
       "reserved-memory": "found"}


def look(**kwargs):
    with Guest(name="hardware", **kwargs) as g:
        result = g.run("cellblock hardware check --json", check=False)
    told = json.loads(str(result))
    return result.status, {f["id"]: f["answer"] for f in told["features"]
                           if f["importance"] == "needed"}


@pytest.mark.parametrize("kernel, gic", [("6.1", 3), ("6.1", 2), ("6.12", 3)])
def test_this_will_do(kernel, gic):
    assert look(kernel=kernel, gic=gic) == (0, NEEDED)


def test_svm_will_do(kernel):
    assert look(arch="x86", kernel=kernel) == (0, AMD)


def test_no_svm_one_cpu_an_iommu_and_no_memory():
    assert look(arch="x86", cpu="EPYC,-svm,-npt", smp=1,
                machine="kernel-irqchip=split",
                extra=("-device", "intel-iommu,intremap=on"),
                cmdline="console=ttyS0 loglevel=4 intel_iommu=on "
                        "cellblock.test") == \
        (1, {**AMD, "svm": "missing", "npt": "missing", "cpus": "missing",
             "iommu-unused": "missing", "reserved-memory": "missing"})


def test_linux_at_el2():
    assert look(cpu="neoverse-n1") == (1, {**NEEDED, "no-vhe": "missing"})


def test_no_el2_one_cpu_kvm_and_no_memory():
    line = "console=ttyAMA0 loglevel=4 cellblock.test"
    assert look(machine="virtualization=off", smp=1, cmdline=line) == \
        (1, {**NEEDED, "el2": "missing", "psci": "missing",
             "cpus": "missing", "reserved-memory": "missing"})
    status, told = look(cmdline=line)
    assert status == 1 and told["no-kvm"] == "missing"
