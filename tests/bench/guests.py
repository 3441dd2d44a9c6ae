# SPDX-License-Identifier: GPL-2.0-only
"""The machines of the benchmark, whose counter counts instructions."""

import re
import struct
import subprocess
import sys

from source import ROOT

sys.path.insert(0, str(ROOT / "tests/qemu"))
from machine import BUILD, Guest     # noqa: E402 (needs the path)

# All CPUs in turn on one host thread; time is the number of instructions.
CPU = "cortex-a57,cntfrq=1000000000"
ICOUNT = ("-icount", "shift=0,sleep=off")
BASE = 0x40200000                   # of the inmate, bench.mk
LINE = 0x1000                       # where its command line is
PARAMETERS = "/sys/module/benchmod/parameters"
SYSFS = "/sys/devices/cellblock"
CREATE, START, LOADABLE, DESTROY, INFO, DISABLE, ENTER = 1, 2, 3, 4, 5, 0, 11
CPUS = 4
ROUNDS = 5
HALT_SECONDS = 5                    # of the guest
GICS = {3: "gic=3 gicd=0x8000000 gicr=0x80a0000",
        2: "gic=2 gicd=0x8000000 gicc=0x8010000"}


class BenchError(Exception):
    """A figure could not be measured."""


def figure(pattern, text, what):
    match = re.search(pattern, text)
    if not match:
        raise BenchError(f"no {what} in:\n{text}")
    return match


class BenchGuest(Guest):
    """Linux with the module loaded, not yet enabled."""

    def __init__(self, gic, name):
        super().__init__(gic=gic, cpu=CPU, extra=ICOUNT, name=name,
                         limit=150)
        archive = BUILD / "bench/initramfs-6.1.cpio"
        where = self.arguments.index("-initrd") + 1
        self.arguments[where] = self.files[1] = str(archive)

    def start(self, timeout=120):
        super().start(timeout)
        self.run("insmod /lib/modules/$(uname -r)/cellblock.ko && "
                 f"insmod /bench/benchmod.ko gic={self.gic}", 60)
        return self

    def parameter(self, name):
        return self.run(f"cat {PARAMETERS}/{name}", 60)

    def calls(self):
        """{row: (calls, least, all)} since the last time."""
        text = self.parameter("calls")
        if set(re.findall(r"missed (\d+)", text)) != {"0"}:
            raise BenchError(f"probes missed calls:\n{text}")
        return {int(row): (int(calls), int(least), int(whole))
                for row, calls, least, whole in re.findall(
                    r"(\d+) calls (\d+) least (\d+) all (\d+)", text)}

    def enable(self):
        self.run(f"cellblock enable /cells/qemu-virt-gicv{self.gic}.dtb", 60)


def traps(guest):
    """{name: instructions} of single traps, in the enabled root cell."""
    text = guest.parameter("traps")
    found = {name: int(cost) for name, cost
             in re.findall(r"^([\w-]+) (\d+)$", text, re.M)}
    if len(found) < 4 or min(found.values()) < 20:
        raise BenchError(f"traps that cost nothing:\n{text}")
    return found


def life_cycle(guest):
    """{call: instructions}; the guest is left disabled.

    The probe's own part is what it adds to a GET_INFO call. Create and
    destroy are calls of one CPU, enable and disable of all.
    """
    least = {}
    for _ in range(ROUNDS):
        guest.enable()
        guest.run("for i in 1 2 3 4 5 6 7 8; do "
                  f"cat {SYSFS}/mem_pool_used >/dev/null; done; "
                  "cellblock cell create /cells/qemu-virt-gic-demo.dtb && "
                  "cellblock cell load gic-demo /inmates/gic-demo.bin && "
                  "cellblock cell start gic-demo && "
                  "cellblock cell destroy gic-demo", 60)
        rows = guest.calls()
        guest.run("cellblock disable", 60)
        rows.update(guest.calls())
        for row, (_, one, whole) in rows.items():
            cost = whole if row in (ENTER, DISABLE) else one
            least[row] = min(cost, least.get(row, cost))
    missing = {CREATE, START, LOADABLE, DESTROY, INFO, DISABLE, ENTER} \
        - least.keys()
    if missing:
        raise BenchError(f"calls {sorted(missing)} were not seen")
    return least


def memory(guest):
    """Bytes in use by the enabled hypervisor, image included."""
    return int(guest.parameter("memory")) * 4096


def stack_used(guest):
    """The most that any CPU's stack held since enable; it began as zeros."""
    system = (BUILD / f"dts/arm64/qemu-virt-gicv{guest.gic}.dtb").read_bytes()
    base = 0x7fc00000
    if struct.pack(">I", base) not in system:
        raise BenchError("the hypervisor's memory is not where it was")
    header = guest.read_physical(base, 128)
    core, percpu = struct.unpack_from("<QQ", header, 16)
    if header[:8] != b"CELLBLK\0" or percpu != 5 * 4096:
        raise BenchError("another layout of the CPUs' memory")
    deepest = 0
    for slot in range(CPUS):
        stack = guest.read_physical(base + core + slot * percpu + 3 * 4096,
                                    2 * 4096)
        deepest = max(deepest, len(stack.lstrip(b"\0")))
    return deepest


def _inmate(guest, arguments):
    """The bench inmate started in its cell; what it said in the end."""
    mark = guest.mark()
    guest.run("cellblock cell create /bench/cell.dtb && "
              f"cellblock cell load bench /bench/inmate.bin -a {BASE:#x} "
              f"-s '{GICS[guest.gic]} con-virtual=on {arguments}' "
              f"-a {BASE + LINE:#x} && cellblock cell start bench", 60)
    guest.expect("BENCH halted", 60, since=mark)
    return guest.run("cellblock console", 30)


def timer_in_cell(guest):
    text = _inmate(guest, "mode=timer")
    guest.run("cellblock cell destroy bench", 60)
    late, done = figure(r"BENCH timer late (\d+) done (\d+) hz 1000000000",
                        text, "timer").groups()
    return int(late), int(done)


def halted_exits(guest):
    """Exits each second of an inmate that sleeps with nothing enabled."""
    _inmate(guest, "mode=halt")
    cell = guest.run("grep -l '^bench$' "
                     f"{SYSFS}/cells/*/name").rsplit("/", 1)[0]
    sample = f"cat {cell}/statistics/vmexits_total /proc/uptime"
    first, last = (guest.run(f"sleep {pause}; {sample}", 60).split()
                   for pause in (1, HALT_SECONDS))
    guest.run("cellblock cell destroy bench", 60)
    seconds = float(last[1]) - float(first[1])
    if int(first[0]) == 0 or seconds < HALT_SECONDS:
        raise BenchError(f"no statistics: {first}, {last}")
    return (int(last[0]) - int(first[0])) / seconds


def timer_bare(gic):
    """The same inmate at EL1 of a machine without a hypervisor."""
    line = (f"{GICS[gic]} con-type=pl011 con-base=0x9000000 "
            "mode=timer").encode() + b"\0"
    image = bytearray((BUILD / "bench/inmate.bin").read_bytes())
    image[LINE:LINE + len(line)] = line
    path = BUILD / f"bench/inmate-bare-gicv{gic}.bin"
    path.write_bytes(image)
    child = subprocess.Popen(
        ["timeout", "-k", "2", "60", "qemu-system-aarch64",
         "-M", f"virt,gic-version={gic}", "-cpu", CPU, "-m", "256M",
         *ICOUNT, "-display", "none", "-serial", "stdio", "-monitor", "none",
         "-nic", "none", "-device",
         f"loader,file={path},addr={BASE:#x},force-raw=on,cpu-num=0"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True)
    text = ""
    try:
        for row in child.stdout:
            text += row
            if "BENCH halted" in row:
                break
    finally:
        child.terminate()
        child.wait()
    late, done = figure(r"BENCH timer late (\d+) done (\d+)", text,
                        "timer").groups()
    return int(late), int(done)
