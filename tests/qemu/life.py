# SPDX-License-Identifier: GPL-2.0-only
"""The hypervisor as an administrator uses it: the command in a guest, what
the consoles say, and what has to be the same before and after."""

import base64
import dataclasses
import gzip
import json
import re
import subprocess
import time
import zlib

from machine import PATIENCE, SOURCE

SYSFS = "/sys/devices/cellblock"
CONSOLE = "/tmp/console"
# What Linux says about CPUs that go and come, the module about itself, and
# an emulator whose host is busy brings about
KNOWN = re.compile(
    r"cellblock: (enabled|disabled|loading out-of-tree|module verification)|"
    r"(psci: )?CPU\d may not have shut down cleanly|"
    r"psci: CPU\d killed|CPU\d: shutdown|Detected \w+ I-cache on CPU\d|"
    r"GICv3: CPU\d: found redistributor|CPU\d: Booted secondary processor|"
    r"smpboot: (CPU \d is now offline|Booting Node 0 Processor \d APIC)|"
    r"x86: Booting SMP configuration|clocksource: Long readout interval|"
    r"Disabled fast string operations|"
    r"IRQ ?\d+: no longer affine|migrate all IRQs|"
    r"firmware: direct-loading|hrtimer: interrupt took|(CPU features|arch_timer): ")


def strange_log(guest):
    """The kernel's messages since the last time, less the known ones."""
    lines = guest.run("dmesg -c").splitlines()
    return "\n".join(line for line in lines if line and
                     not KNOWN.search(line))


@dataclasses.dataclass(frozen=True)
class Board:
    """The shipped descriptions of a machine, and its cell with a timer."""
    arch: str
    system: str         # {gic}: its version
    cells: str          # their names begin so
    uart: str           # the console, which is Linux'
    memory: tuple       # of the timer's cell, and of the hypervisor
    ticks: str          # the timer's line in Linux' /proc/interrupts
    timer: str
    words: str = ""     # without which the timer's cell has a say
    cpus: int = 4


BOARDS = {
    "arm64": Board("arm64", "qemu-virt-gicv{gic}", "qemu-virt", "uart0",
                   (0x70000000, 0x7fd00000), "arch_timer", "gic-demo"),
    "x86": Board("x86", "qemu-q35", "qemu-q35", "com1",
                 (0x3a600000, 0x3a100000), "LOC:", "apic-demo", "locked=off"),
    "bochs": Board("x86", "bochs", "bochs", "com1", (0x1a600000, 0x1a100000),
                   "LOC:", "apic-demo", "locked=off", 2),
}


def compile_system(source, uart, hypervisor, with_uart):
    """As make does it, from the shipped source with words added."""
    board = source.parent
    text = source.read_text()
    marker = "memory-region = <&hypervisor_ram>;"
    console = f"console = <&{uart}>;"
    assert marker in text and console in text
    text = text.replace(marker, f"{marker} {hypervisor}")
    if not with_uart:
        text = text.replace(console, "")
    data = text.encode()
    for command in (["cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp",
                     "-P", "-I", SOURCE / "dts/include", "-I", board, "-"],
                    ["dtc", "-q", "-@", "-O", "dtb"]):
        data = subprocess.run(command, input=data, check=True,
                              stdout=subprocess.PIPE).stdout
    return data


class Cellblock:
    """The command in a guest, with the module loaded.

    A system description is the shipped one of the guest's board, less the
    UART, which is Linux' console here and would mix its text with ours; what
    the hypervisor and the cells say is collected in CONSOLE instead.
    """

    def __init__(self, guest):
        self.guest = guest
        self.board = BOARDS[guest.machine]
        self.read = 0
        self.run = guest.run
        self.run("cd /cells; export NO_COLOR=1; dmesg -c >/dev/null; "
                 f"test -d {SYSFS} || modprobe cellblock")

    def __call__(self, command, **kwargs):
        return self.run(f"cellblock {command}", **kwargs)

    def refused(self, command, *expected):
        """A request that fails and says why, in these words."""
        result = self.run(f"cellblock {command} 2>&1", check=False)
        assert result.status == 1, f"{command}: {result.status}\n{result}"
        for words in expected:
            assert words in result, f"no {words!r} in:\n{result}"
        return result

    # -- the system ----------------------------------------------------------

    def system(self, hypervisor="", uart=False):
        """A description with more words in /hypervisor; its path."""
        path = f"/tmp/system-{zlib.crc32(hypervisor.encode()):x}-{uart:d}.dtb"
        if self.run(f"test -e {path}", check=False).status:
            name = self.board.system.format(gic=self.guest.gic)
            self.put(path, compile_system(
                SOURCE / f"dts/{self.board.arch}/{name}.dts",
                self.board.uart, hypervisor, uart))
        return path

    def put(self, path, data):
        """A small file into the guest, compressed: it is typed."""
        text = base64.b64encode(gzip.compress(data)).decode()
        self.run(f": >{path}.gz")
        for n in range(0, len(text), 3000):
            self.run(f"echo {text[n:n + 3000]} | base64 -d >>{path}.gz")
        self.run(f"gunzip -f {path}.gz")

    def enable(self, **kwargs):
        self(f"enable {self.system(**kwargs)}")
        self.follow()

    def follow(self):
        self.read = 0
        self.run(f": >{CONSOLE}; "
                 f"cellblock console -f >>{CONSOLE} 2>/dev/null &")

    def disable(self):
        self("disable")
        self.hear("The partitioning has ended")

    def attr(self, name):
        return self.run(f"cat {SYSFS}/{name}").strip()

    # -- cells ---------------------------------------------------------------

    def start(self, name, words="", image=None, create=True):
        """From nothing to a running cell of the demo description `name`."""
        if create:
            self(f"cell create {self.board.cells}-{name}.dtb")
        command = f" -s '{words}' -a 0x1000" if words else ""
        self(f"cell load {name} /inmates/{image or name}.bin{command}")
        self(f"cell start {name}")

    def cells(self):
        """{name: (state, CPUs, failed CPUs)}"""
        return {c["name"]: (c["state"], c["cpus_assigned"], c["cpus_failed"])
                for c in json.loads(self("cell list --json"))}

    def state(self, name):
        return self.cells()[name][0]

    def stats(self, name):
        counters = json.loads(self(f"cell stats {name} --json"))["counters"]
        return {k.removeprefix("vmexits_"): v["sum"]
                for k, v in counters.items()}

    # -- consoles ------------------------------------------------------------

    def skip(self):
        """Forget what was said until now."""
        self.read = int(self.run(f"wc -c <{CONSOLE}"))

    def hear(self, *patterns, timeout=20):
        """Wait until all these were said since the last hear() or skip();
        return all that was."""
        deadline = time.monotonic() + PATIENCE * timeout
        while True:
            heard = self.run(f"tail -c +{self.read + 1} {CONSOLE}")
            missing = [p for p in patterns
                       if not re.search(p, heard, re.M)]
            if not missing and heard.endswith("\n"):
                self.read += len(heard.encode())
                return heard
            assert time.monotonic() < deadline, \
                f"no {missing} in:\n{heard[-3000:]}"
            self.run("sleep 0.05")

    def start_timer(self, words="", **kwargs):
        """The cell with a timer, and without a say."""
        self.start(self.board.timer, f"{self.board.words} {words}".strip(),
                   **kwargs)
        return self.board.timer

    def shut_timer(self):
        """It may refuse once."""
        name = self.board.timer
        if self(f"cell shutdown {name}", check=False).status:
            self(f"cell shutdown {name}")

    def end_timer(self):
        self.shut_timer()
        self(f"cell destroy {self.board.timer}")

    def ticks(self, name, count, timeout=20):
        """Wait for so many more interrupts of a cell with a timer; their
        jitters."""
        self.skip()
        line = rf"^\[{name}\] Timer fired, jitter: +(\d+) ns, min: .* ns\n"
        heard = self.hear(rf"({line}(^[^\n]*\n)*?){{{count}}}",
                          timeout=timeout)
        return [int(ns) for ns in re.findall(line, heard, re.M)]

    # -- before and after ----------------------------------------------------

    def shape(self):
        """What is equal whenever the same cells are there: pools, CPUs, the
        tree in sysfs, and who has which interrupt."""
        return self.run(
            f"cd {SYSFS}; cat mem_pool_size mem_pool_used remap_pool_used "
            "mem_total; find . ! -path '*/power*' | sort; cd /cells; "
            "cat /sys/devices/system/cpu/online; grep -v '^ *$' /proc/iomem; "
            "awk '{ print $1, $NF }' /proc/interrupts")

    def stat_files(self):
        """Names of all counters; their values go on in the root cell."""
        return self.run(f"find {SYSFS}/cells -name 'vmexits_*' | sort")

    def distributor(self):
        """Enabled, active, priority, target or route and configuration of
        the interrupts that Linux sees in the distributor, SPI 32 to 63. Needs
        a kernel that was started with iomem=relaxed. Nothing on x86, where
        two accesses make one, between which Linux has its own."""
        if self.board.arch != "arm64":
            return ""
        words = [0x104, 0x304, *range(0x420, 0x440, 4), 0xc08, 0xc0c]
        if self.guest.gic == 2:
            words += range(0x820, 0x840, 4)
        else:
            words += range(0x6100, 0x6200, 8)
        return self.run("; ".join(f"busybox devmem {0x8000000 + w:#x}"
                                  for w in words))
