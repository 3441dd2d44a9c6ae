# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark measures every figure that does not take long."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

import checker

BENCH = pathlib.Path(__file__).with_name("bench.py")
BUILD = BENCH.parents[2] / (os.environ.get("O") or "build")


@pytest.fixture(scope="module")
def command():
    subprocess.run(["make", "--no-print-directory", f"O={BUILD}", "tools"],
                   cwd=BENCH.parents[2], check=True,
                   stdout=subprocess.DEVNULL)


def test_checking_costs_as_much_as_there_is(command):
    """In instructions, so that a busy machine is no failure."""
    ratios, node = checker.growth()
    assert all(8 < ratio < 13 for ratio in ratios), ratios
    assert 1000 < node < 100000


def test_ten_cells_are_cheap(command):
    """20 ms are more than 40 million instructions on any machine of today."""
    assert 1_000_000 < checker.instructions(checker.ten_cells()) < 40_000_000


@pytest.mark.parametrize("count", [1000, 10000])
def test_a_limit_is_told_once(command, count):
    status, text = checker.check([checker.devices(count, 0x2000)])
    assert status == 1
    assert text.count("[limit-exceeded]") == 1, text[-2000:]
    assert "1 error, 0 warnings" in text, text[-2000:]


FIGURES = {"hypercall", "timer", "timer-end", "halted-exits", "enable",
           "create", "loadable", "start", "destroy", "disable", "memory",
           "stack", "lines", "lines-system", "lines-cell"}
TRAPS = {"arm64": {"gicd-id", "gicd-enable", "sgi", "dir"},
         "x86": {"cpuid", "xapic", "xapic-new", "ipi"}}


@pytest.mark.parametrize("arch", TRAPS)
def test_fast_subset(arch):
    done = subprocess.run([sys.executable, "-B", BENCH, "--fast", arch],
                          check=False, text=True, timeout=300,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    result = json.loads((BUILD / f"bench-{arch}.json").read_text())
    value = {row["figure"]: row["value"] for row in result["figures"]}
    assert value.keys() == FIGURES | TRAPS[arch]
    # direct delivery, which any exit for an interrupt would show
    assert value["timer"] == 0
    assert (value["timer-end"] == 0) == (arch == "arm64")
    assert value["halted-exits"] == 0
    # a frame of 15 registers or more is saved and restored
    assert value["hypercall"] > 40
    assert 0 < value["stack"] < 8192
