# SPDX-License-Identifier: GPL-2.0-only
"""What checking costs: a system with ten cells, beside dt-validate, and how
the cost grows with the nodes. Instructions are counted by valgrind."""

import re
import subprocess
import time

from guests import BUILD, BenchError
from source import ROOT

OUT = BUILD / "bench/checker"
COMMAND = BUILD / "host/cellblock"
CELLS = 10
ROUNDS = 5
BUS = 100           # nodes on one bus
NODES = (100, 1000, 10000)
SYSTEM = '#include <arm64/qemu-virt-gicv3.dts>\n/ {{ cpus {{\n{} }};\n{} }};\n'
CPU = '\tcpu{0}: cpu@{0} {{ device_type = "cpu"; compatible = ' \
      '"arm,cortex-a57"; reg = <{0}>; enable-method = "psci"; }};\n'
CELL = """/dts-v1/;
/plugin/;
/ {{
	compatible = "cellblock,cell";
	cell-name = "cell{0}";
	#address-cells = <2>;
	#size-cells = <2>;
	cpus = <&cpu{1}>;
	virtual-console;
	memory@0 {{
		reg = <0x0 0x0 0x0 0x100000>;
		memory-region = <&cell_ram>;
		offset = <0x0 {2:#x}>;
	}};
	comm-region@80000000 {{
		compatible = "cellblock,comm-region";
		reg = <0x0 0x80000000 0x0 0x1000>;
		passive;
	}};
}};
"""


def run(*command, **kwargs):
    return subprocess.run([str(c) for c in command], check=True, text=True,
                          stdout=subprocess.PIPE, **kwargs).stdout


def compiled(name, text):
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.dts").write_text(text)
    pre = run("cpp", "-nostdinc", "-undef", "-P", "-x", "assembler-with-cpp",
              "-I", ROOT / "dts/include", "-I", ROOT / "dts",
              OUT / f"{name}.dts")
    run("dtc", "-q", "-q", "-@", "-I", "dts", "-O", "dtb", "-o",
        OUT / f"{name}.dtb", "-", input=pre)
    return OUT / f"{name}.dtb"


def ten_cells():
    """The blobs of a system of four CPUs and one for each cell, and of the
    cells."""
    cpus = "".join(CPU.format(n) for n in range(4, 4 + CELLS))
    return [compiled("system", SYSTEM.format(cpus, ""))] + [
        compiled(f"cell{n}", CELL.format(n, 4 + n, n << 20))
        for n in range(CELLS)]


def devices(count, stride=0x1000):
    """A system with so many more registers, on buses of a hundred; stride:
    from one to the next, a page or more."""
    text = ""
    for first in range(0, count, BUS):
        text += f"\tbus{first} {{\n\t\t#address-cells = <1>;\n" \
            "\t\t#size-cells = <1>;\n" \
            f"\t\tranges = <0x0 0x100 {first * stride:#x} " \
            f"{BUS * stride:#x}>;\n"
        for n in range(BUS):
            text += f"\t\td@{n * stride:x} {{ reg = <{n * stride:#x} " \
                "0x1000>; };\n"
        text += "\t};\n"
    return compiled(f"devices-{count}-{stride:x}", SYSTEM.format("", text))


def check(blobs, prefix=()):
    done = subprocess.run([*map(str, prefix), str(COMMAND), "config", "check",
                           *map(str, blobs)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def instructions(blobs):
    status, text = check(blobs, (
        "valgrind", "--tool=cachegrind", "--cache-sim=no",
        "--cachegrind-out-file=/dev/null"))
    refs = re.search(r"I\s+refs:\s+([\d,]+)", text)
    if status or not refs:
        raise BenchError(f"config check under valgrind: {text[-500:]}")
    return int(refs.group(1).replace(",", ""))


def least(command):
    """(milliseconds, MiB) of the fastest of some runs, alone in memory."""
    best, size = None, None
    for _ in range(ROUNDS):
        started = time.monotonic()
        done = subprocess.run(
            ["/usr/bin/time", "-f", "%M", *map(str, command)], check=False,
            text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        took = (time.monotonic() - started) * 1000
        if done.returncode:
            raise BenchError(f"{command[0]}: {done.stderr[-500:]}")
        size = int(done.stderr.split()[-1]) / 1024
        best = took if best is None else min(best, took)
    return round(best, 1), round(size, 1)


def ten():
    """(ms, MiB) of ours and of dt-validate, its schemas processed before."""
    blobs = ten_cells()
    processed = OUT / "schemas.json"
    run("dt-mk-schema", "-j", "-o", processed, ROOT / "schemas")
    return least([COMMAND, "config", "check", *blobs]), \
        least(["dt-validate", "-s", processed, *blobs])


def growth():
    """How many times more each tenfold of the nodes costs, what a system
    without them costs taken away, and instructions for one node. It is not
    exactly ten: in a blob that is large, the gate looks for more twins."""
    none = instructions([devices(0)])
    cost = [instructions([devices(n)]) - none for n in NODES]
    return [round(b / a, 2) for a, b in zip(cost, cost[1:])], \
        round(cost[-1] / NODES[-1])
