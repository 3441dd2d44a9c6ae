# SPDX-License-Identifier: GPL-2.0-only
"""The machines of the benchmark, whose counter counts instructions."""

import dataclasses
import re
import struct
import subprocess
import sys

from source import ROOT, constant

sys.path.insert(0, str(ROOT / "tests/qemu"))
from machine import BOARDS, BUILD, Guest     # noqa: E402 (needs the path)

# All CPUs in turn on one host thread; time is the number of instructions.
ICOUNT = ("-icount", "shift=0,sleep=off")
LINE = 0x1000                       # where the inmate's command line is
PARAMETERS = "/sys/module/benchmod/parameters"
SYSFS = "/sys/devices/cellblock"
CREATE, START, LOADABLE, DESTROY, INFO, DISABLE, ENTER = 1, 2, 3, 4, 5, 0, 11
CPUS = 4
ROUNDS = 5
HALT_SECONDS = 5                    # of the guest


@dataclasses.dataclass(frozen=True)
class Machine:
    """One on which figures are measured."""
    name: str
    arch: str
    cpu: str
    system: str         # in dts/ARCH, without .dts
    cell: str           # one that is passive, and its inmate
    cell_file: str      # its description, there too
    hv: int             # the hypervisor's memory
    base: int           # of the bench inmate
    words: str          # for it, here
    bare_words: str     # and without a hypervisor
    bare: tuple         # QEMU's arguments for that; {bench}: the build's folder
    gic: int = 3
    parameters: str = ""    # of the module
    # Linux does not bring CPUs up while instructions are counted
    boots_counted: bool = True

    @property
    def folder(self):
        return BUILD / "bench" / self.arch

    @property
    def arguments(self):
        """QEMU's, that make it count."""
        return ["-cpu", self.cpu, *ICOUNT]


def _virt(gic, words):
    return Machine(
        name=f"gicv{gic}", arch="arm64", cpu="cortex-a57,cntfrq=1000000000",
        system=f"qemu-virt-gicv{gic}", cell="gic-demo",
        cell_file="qemu-virt-gic-demo", hv=0x7fc00000, base=0x40200000,
        words=words, bare_words=f"{words} con-type=pl011 con-base=0x9000000",
        bare=("qemu-system-aarch64", "-M", f"virt,gic-version={gic}", "-m",
              "256M", "-device", "loader,file={image},addr=0x40200000,"
              "force-raw=on,cpu-num=0"),
        gic=gic, parameters=f"gic={gic}")


# QEMU's TSC and APIC timer then count nanoseconds.
_RATES = "tsc-khz=1000000 apic-khz=1000000"
MACHINES = {
    "arm64": (
        _virt(3, "gic=3 gicd=0x8000000 gicr=0x80a0000"),
        _virt(2, "gic=2 gicd=0x8000000 gicc=0x8010000")),
    "x86": (Machine(
        name="svm", arch="x86", cpu=BOARDS["x86"].cpu, system="qemu-q35",
        cell="tiny-demo", cell_file="qemu-q35-tiny-demo", hv=0x3a000000,
        base=0, words=_RATES,
        bare_words=f"{_RATES} con-type=8250 con-base=0x3f8",
        bare=("qemu-system-x86_64", "-M", "q35", "-m", "64M", "-bios",
              "{bench}/rom.bin", "-device",
              "loader,file={image},addr=0x200000,force-raw=on"),
        boots_counted=False),),
}


class BenchError(Exception):
    """A figure could not be measured."""


def figure(pattern, text, what):
    match = re.search(pattern, text)
    if not match:
        raise BenchError(f"no {what} in:\n{text}")
    return match


class BenchGuest(Guest):
    """Linux with the module loaded, not yet enabled."""

    def __init__(self, at, name):
        super().__init__(arch=at.arch, gic=at.gic, name=name, limit=150,
                         snapshot=True)
        self.at = at
        where = self.arguments.index("-initrd") + 1
        self.arguments[where] = self.files[1] = \
            str(at.folder / "initramfs-6.1.cpio")

    def start(self, timeout=120):
        try:
            if self.at.boots_counted:
                self._count()
                self._boot(timeout)
            else:
                self._continue(timeout)
            self.run("insmod /lib/modules/$(uname -r)/cellblock.ko && insmod "
                     f"/bench/benchmod.ko {self.at.parameters}", 60)
        except BaseException:
            self.stop()
            raise
        return self

    def _count(self):
        """The last of -cpu counts; one host thread is for all CPUs then."""
        single = [a.replace("thread=multi", "thread=single")
                  for a in self.arguments]
        self.arguments = [*single, *self.at.arguments]

    def _continue(self, timeout):
        """Counting from the end of a boot on."""
        path = self.snapshot_path()
        if not path.exists():
            super().start(timeout)
            self.stop()
            self.position = len(self.text)
        self._count()
        self.restore(path)

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
        self.run(f"cellblock enable /cells/{self.at.system}.dtb", 60)

    def disable(self):
        self.run("cellblock disable", 60)


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
    cell = guest.at.cell
    for _ in range(ROUNDS):
        guest.enable()
        guest.run("for i in 1 2 3 4 5 6 7 8; do "
                  f"cat {SYSFS}/mem_pool_used >/dev/null; done; "
                  f"cellblock cell create /cells/{guest.at.cell_file}.dtb && "
                  f"cellblock cell load {cell} /inmates/{cell}.bin && "
                  f"cellblock cell start {cell} && "
                  f"cellblock cell destroy {cell}", 60)
        rows = guest.calls()
        guest.disable()
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
    at = guest.at
    system = (BUILD / f"dts/{at.arch}/{at.system}.dtb").read_bytes()
    if struct.pack(">I", at.hv) not in system:
        raise BenchError("the hypervisor's memory is not where it was")
    header = guest.read_physical(at.hv, 128)
    core, percpu = struct.unpack_from("<QQ", header, 16)
    layout = f"hv/arch/{at.arch}/layout.h"
    if header[:8] != b"CELLBLK\0" or \
            percpu != constant(layout, "SLOT_PAGES") * 4096:
        raise BenchError("another layout of the CPUs' memory")
    first = at.hv + core + constant(layout, "SLOT_STACK") * 4096
    deepest = 0
    for slot in range(CPUS):
        stack = guest.read_physical(first + slot * percpu, 2 * 4096)
        deepest = max(deepest, len(stack.lstrip(b"\0")))
    return deepest


def _inmate(guest, arguments):
    """The bench inmate started in its cell; what it said in the end."""
    at = guest.at
    mark = guest.mark()
    guest.run("cellblock cell create /bench/cell.dtb && "
              f"cellblock cell load bench /bench/inmate.bin -a {at.base:#x} "
              f"-s '{at.words} con-virtual=on {arguments}' "
              f"-a {at.base + LINE:#x} && cellblock cell start bench", 60)
    guest.expect("BENCH halted", 60, since=mark)
    return guest.run("cellblock console", 30)


def _timer(text):
    found = figure(r"BENCH timer late (\d+) done (\d+) hz 1000000000", text,
                   "timer")
    return tuple(map(int, found.groups()))


def timer_in_cell(guest):
    text = _inmate(guest, "mode=timer")
    guest.run("cellblock cell destroy bench", 60)
    return _timer(text)


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


def timer_bare(at):
    """The same inmate on a machine without a hypervisor."""
    line = f"{at.bare_words} mode=timer".encode() + b"\0"
    image = bytearray((at.folder / "inmate.bin").read_bytes())
    image[LINE:LINE + len(line)] = line
    path = at.folder / f"inmate-bare-{at.name}.bin"
    path.write_bytes(image)
    child = subprocess.Popen(
        ["timeout", "-k", "2", "60",
         *(a.format(bench=at.folder, image=path) for a in at.bare),
         *at.arguments, "-display", "none", "-serial", "stdio",
         "-monitor", "none", "-nic", "none"],
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
    return _timer(text)
