# SPDX-License-Identifier: GPL-2.0-only
"""The benchmark measures every figure that does not take long."""

import json
import os
import pathlib
import subprocess
import sys

BENCH = pathlib.Path(__file__).with_name("bench.py")
BUILD = BENCH.parents[2] / (os.environ.get("O") or "build")


def test_fast_subset():
    done = subprocess.run([sys.executable, "-B", BENCH, "--fast"],
                          check=False, text=True, timeout=150,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    result = json.loads((BUILD / "bench.json").read_text())
    value = {row["figure"]: row["value"] for row in result["figures"]}
    assert value.keys() == {
        "hypercall", "gicd-id", "gicd-enable", "sgi", "dir", "timer",
        "timer-end", "halted-exits", "enable", "create", "loadable", "start",
        "destroy", "disable", "memory", "stack", "lines", "lines-system",
        "lines-cell"}
    # direct delivery, which any exit for an interrupt would show
    assert value["timer"] == 0
    assert value["timer-end"] == 0
    assert value["halted-exits"] == 0
    # a frame of 31 registers is saved and restored, whatever else is done
    assert value["hypercall"] > 40
    assert 0 < value["stack"] < 8192
