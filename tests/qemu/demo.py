# SPDX-License-Identifier: GPL-2.0-only
"""The whole life cycle on a stock kernel, told step by step (make demo).

Every command is shown with what it printed, and what it is meant to do is
checked; the first thing that is not as told ends the demo with status 1.
ARCH=arm64|x86, MACHINE=qemu|bochs, KERNEL=6.1|6.12 and GIC=3|2 choose the
machine; NO_COLOR is respected.
"""

import dataclasses
import os
import re
import sys
import time
import typing

from bochs import Bochs
from life import strange_log
from machine import Guest, GuestError, PATIENCE

KERNEL = os.environ.get("KERNEL", "6.1")
GIC = int(os.environ.get("GIC", "3"))
COLOR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
SCREEN = 24             # lines of one command's output that are shown


class DemoError(Exception):
    """A step did not do what the story says."""


def paint(code, text):
    return f"\033[{code}m{text}\033[0m" if COLOR else text


def shorten(lines, limit=SCREEN):
    if len(lines) <= limit:
        return lines
    head = limit - limit // 3
    return [*lines[:head], f"... {len(lines) - limit} more lines ...",
            *lines[head - limit:]]


class Demo:
    """The guest, the story's voice, and the consoles' text so far."""

    def __init__(self, guest, stage):
        self.guest, self.stage = guest, stage
        self.read = 0
        self.checks = 0

    def tell(self, text):
        print(paint("1;34", f"\n-- {text}"), flush=True)

    def sh(self, command, *expected, status=0, timeout=30):
        """Show a command and its output, which has all `expected` in it."""
        print(paint("1", f"# {command}"), flush=True)
        result = self.guest.run(command, timeout, check=False)
        for line in shorten(result.rstrip("\n").splitlines()):
            print(line)
        sys.stdout.flush()
        if result.status != status:
            raise DemoError(f"exit status {result.status}, not {status}: "
                            f"{command}\n{result}")
        plain = re.sub(r"\033\[[\d;]*m", "", result)
        for pattern in expected:
            self.require(re.search(pattern, plain, re.M),
                         f"{pattern!r} is not in what `{command}` printed")
        return plain

    def require(self, condition, otherwise):
        if not condition:
            raise DemoError(otherwise)
        self.checks += 1

    def follow(self):
        """Collect from now on what all consoles say."""
        self.guest.run(": >/tmp/console; "
                       "cellblock console -f >>/tmp/console 2>&1 &")

    def hear(self, *expected, timeout=15):
        """Show what the consoles said since the last time, in the end a line
        with each of `expected`."""
        deadline = time.monotonic() + PATIENCE * timeout
        while True:
            heard = self.guest.run(f"tail -c +{self.read + 1} /tmp/console")
            missing = [p for p in expected
                       if not re.search(p, heard, re.M)]
            if heard.endswith("\n") and not missing:
                break
            if time.monotonic() > deadline:
                raise DemoError(f"no {missing} on the consoles:\n{heard}")
            self.guest.run("sleep 0.1")
        self.read += len(heard.encode())
        self.checks += len(expected)
        for line in shorten(heard.splitlines()):
            print(paint("36", f"  | {line}"))
        sys.stdout.flush()
        return heard


@dataclasses.dataclass(frozen=True)
class Stage:
    """A machine, and what the story calls by name on it."""
    what: str
    guest: typing.Callable
    board: str          # the system description
    cells: str          # the cell descriptions begin so
    reserved: str       # a word of the kernel's command line
    timer: str          # the cell with a timer, its words and its first line
    words: str
    first: str
    outside: int        # an address that cells do not have
    memory: tuple       # a page of the cells, one of the hypervisor
    chapters: tuple
    cpus: int = 4
    wrong: str = "overlap-demo"     # a description to be refused

    def description(self, cell):
        return f"{self.cells}-{cell}.dts"


# ---- the story, a function each chapter -------------------------------------

def linux_alone(d):
    s = d.stage
    d.tell("Debian's own kernel. Some memory is kept away from it by "
           f"{s.reserved}.")
    d.sh("uname -r; nproc; cat /proc/cmdline", f"^{s.cpus}$",
         re.escape(s.reserved))
    d.tell("The module, and the hypervisor put under the running Linux. "
           "Linux and the\n   hypervisor would share the board's first UART: "
           "here its console stays in memory.")
    d.guest.run("dmesg -c")
    d.sh("insmod /lib/modules/$(uname -r)/cellblock.ko")
    d.sh(f"cd /cells && sed '/console = /d' {s.board}.dts >system.dts")
    d.sh("cellblock enable system.dts")
    d.follow()
    d.hear(f"^Initializing .* on {s.cpus} CPUs$", r"^The partitioning begins")
    d.sh("cellblock cell list", rf"^0 +linux +running +0-{s.cpus - 1} *$")


def start(d, cell, words=""):
    d.sh(f"cellblock cell load {cell} /inmates/{cell}.bin"
         + (f" -s {words} -a 0x1000" if words else ""))
    d.sh(f"cellblock cell start {cell}")


def first_cell(d):
    s, last = d.stage, d.stage.cpus - 1
    d.tell("A cell: one CPU, 1 MiB of memory, a periodic timer.")
    d.sh(f"sed 1,/dts-v1/d {s.description(s.timer)}", f"cpus = <&cpu{last}>;")
    d.sh(f"cellblock cell create {s.description(s.timer)}")
    d.sh("nproc", f"^{last}$")
    start(d, s.timer, s.words)
    d.hear(rf'^Created cell "{s.timer}"$', rf'^Started cell "{s.timer}"$',
           rf"^\[{s.timer}\] {s.first}$",
           rf"(^\[{s.timer}\] Timer fired, jitter: +\d+ ns, min: .*\n){{3}}")
    d.sh("cellblock cell list",
         rf"^0 +linux +running +{cpu_range(last)} *$",
         rf"^1 +{s.timer} +running +{last} *$")
    stats = d.sh(f"cellblock cell stats {s.timer} --once",
                 r"^vmexits_total +[1-9]")
    d.require(re.search(r"^vmexits_hypercall +[1-9]", stats, re.M),
              "the cell's console made no hypercalls")


def cpu_range(count):
    return f"0-{count - 1}" if count > 1 else "0"


def refused(d):
    d.tell("A wrong description: it asks for the hypervisor's memory.")
    wrong = d.stage.wrong
    d.sh(f"cellblock cell create {wrong}.dts",
         rf"^{wrong}\.dts:\d+:\d+: error: memory@0 .*overlaps the "
         r"hypervisor's memory .*\[mem-overlap-hypervisor\]$",
         r"^\t+\^$", status=1)
    d.sh("cellblock cell list", r"\A(.*\n){3}\Z")


def fault(d):
    s = d.stage
    d.tell("A cell that reads what it does not own is parked; "
           f"{s.timer}'s timer goes on.")
    d.sh(f"cellblock cell create {s.description('fault-demo')}")
    start(d, "fault-demo", f"addr={s.outside:#x}")
    heard = d.hear(f"^FATAL: invalid read of {s.outside:#x}",
                   r'^Parking CPU 1 \(Cell: "fault-demo"\)$',
                   rf"Parking CPU 1 .*\n(^\[{s.timer}\] Timer fired.*\n){{3}}")
    d.require("survived" not in heard, "the faulting cell ran on")
    d.sh("cellblock cell list",
         rf"^1 +{s.timer} +running +{s.cpus - 1} *$",
         r"^2 +fault-demo +failed +1 +1$")


def lone_fault(d):
    """As fault(), where the other cell's CPU is needed for it."""
    s = d.stage
    d.tell("A cell that reads what it does not own is parked; Linux goes on.")
    d.sh(f"cellblock cell create {s.description('fault-demo')}")
    start(d, "fault-demo", f"addr={s.outside:#x}")
    heard = d.hear(f"^FATAL: invalid read of {s.outside:#x}",
                   r'^Parking CPU 1 \(Cell: "fault-demo"\)$')
    d.require("survived" not in heard, "the faulting cell ran on")
    d.sh("cellblock cell list", r"^\d+ +fault-demo +failed +1 +1$")
    d.sh("cellblock cell destroy fault-demo")


def crash_stories(d):
    d.tell("The same by port and by MSR: what was touched, where, and which "
           "line is missing.")
    for words, told in (("op=out", "port 0x70"), ("op=rdmsr", "MSR 0x79")):
        d.sh("cellblock cell shutdown fault-demo")
        start(d, "fault-demo", words)
        d.hear(rf"^FATAL: invalid .*{told}\b", r'^Parking CPU 1 \(Cell: "fault-demo"\)$')
    d.sh("cellblock cell list", r"^2 +fault-demo +failed +1 +1$")


def vote(d):
    s = d.stage
    d.tell("A cell that has a say: it locks the partitioning, and refuses "
           "its first shutdown.")
    d.sh(f"cellblock cell create {s.description('vote-demo')}")
    start(d, "vote-demo")
    d.hear(r"^\[vote-demo\] vote-demo: heartbeat 1$")
    d.sh("cellblock cell list", r"^3 +vote-demo +running/locked +2 *$")
    d.sh(f"cellblock cell destroy {s.timer}", r"\[cell-locked\]$", status=1)
    d.sh("cellblock cell shutdown vote-demo", r"\[cell-denied\]$", status=1)
    d.sh("cellblock cell list", rf"^1 +{s.timer} +running",
         r"^3 +vote-demo +running +2 *$")
    d.sh("cellblock cell shutdown vote-demo")
    d.sh("cellblock cell list", r"^3 +vote-demo +shut down +2 *$")
    d.hear(r"^\[vote-demo\] .*: denied; unlocked now$",
           r"^\[vote-demo\] .*: approved$",
           rf"^\[{s.timer}\] Timer fired")


def timer_votes(d):
    """vote(), by the cell with the timer itself: x86's has a say."""
    s, last = d.stage, d.stage.cpus - 1
    d.tell(f"{s.timer} has a say: it refuses its first shutdown, and when "
           "started anew\n   it locks the partitioning.")
    d.sh(f"cellblock cell shutdown {s.timer}", r"\[cell-denied\]$", status=1)
    d.sh(f"cellblock cell shutdown {s.timer}")
    d.hear(rf"^\[{s.timer}\] .*: denied; unlocked now$",
           rf"^\[{s.timer}\] .*: approved$")
    d.sh("cellblock cell list", rf"^1 +{s.timer} +shut down +{last} *$")
    start(d, s.timer)
    d.hear(rf"^\[{s.timer}\] Timer fired")
    d.sh("cellblock cell list", rf"^1 +{s.timer} +running/locked +{last} *$")
    if last > 1:    # a CPU for one more cell
        d.sh(f"cellblock cell create {s.description('tiny-demo')}",
             r"\[cell-locked\]$", status=1)
    d.sh(f"cellblock cell destroy {s.timer}", r"\[cell-denied\]$", status=1)
    d.sh(f"cellblock cell destroy {s.timer}")


def tiny(d):
    s = d.stage
    d.tell("The least of cells, and one that stays in 32-bit mode.")
    for cell in ("tiny-demo", "32-bit-demo"):
        d.sh(f"cellblock cell create {s.description(cell)}")
        start(d, cell, "lines=2")
        d.hear(rf"^\[{cell}\] Hello from this",
               rf"(^\[{cell}\] PM Timer: .*\n(.*\n)*?){{2}}",
               rf"^\[{cell}\] .*: done after 2 lines$")
        d.sh(f"cellblock cell destroy {cell}")


def give_back(d):
    s = d.stage
    d.tell("Everything back: cells destroyed, the hypervisor gone, Linux "
           "with all its CPUs.")
    cells = d.guest.run("cellblock cell list").splitlines()[2:]
    for name in (line.split()[1] for line in cells):
        d.sh(f"cellblock cell destroy {name}")
    d.sh("cellblock cell list",
         rf"\AID.*\n0 +linux +running +0-{s.cpus - 1} *\n\Z")
    d.sh("cellblock disable")
    d.hear("^The partitioning has ended")
    d.sh("nproc; cat /sys/devices/system/cpu/online",
         rf"\A{s.cpus}\n0-{s.cpus - 1}\n")
    for cpu in range(s.cpus):
        d.guest.run(f"taskset {1 << cpu:x} true")
    d.tell("Neither the hypervisor's nor the cells' memory is under "
           "protection any more.")
    for address in s.memory:
        value = f"0x{0x1122334400000000 | address:X}"
        d.sh(f"busybox devmem {address:#x} 64 {value} && "
             f"busybox devmem {address:#x} 64", f"^{value}$")
    d.sh("rmmod cellblock; ls -d /sys/devices/cellblock; true",
         "No such file")
    strange = strange_log(d.guest)
    d.require(not strange, f"the kernel's log:\n{strange}")


# ---- the machines -----------------------------------------------------------

APIC = {"timer": "apic-demo", "words": "'locked=off period-us=250000'",
        "first": r"Calibrated APIC frequency: \d+ kHz"}

STAGES = {
    ("arm64", "qemu"): Stage(
        what=f"QEMU's arm64 board, GICv{GIC}, Debian's kernel {KERNEL}",
        guest=lambda: Guest(kernel=KERNEL, gic=GIC, limit=180, name="demo"),
        board=f"qemu-virt-gicv{GIC}", cells="qemu-virt",
        reserved="mem=768M", timer="gic-demo", words="period-us=250000",
        first=r"gic-demo: one interrupt every 2[45]\d{4} us", outside=0x100000,
        memory=(0x70000000, 0x7fd00000),
        chapters=(linux_alone, first_cell, refused, fault, vote, give_back)),
    ("x86", "qemu"): Stage(
        what=f"QEMU's PC with AMD's SVM, Debian's kernel {KERNEL}",
        guest=lambda: Guest(arch="x86", kernel=KERNEL, limit=180,
                            name="demo-x86"),
        board="qemu-q35", cells="qemu-q35", reserved="memmap=82M$0x3a000000",
        **APIC, outside=0x200000, memory=(0x3a600000, 0x3a100000),
        chapters=(linux_alone, first_cell, refused, fault, crash_stories,
                  tiny, timer_votes, give_back)),
    ("x86", "bochs"): Stage(
        what="Bochs, a PC with Intel's VT-x, Debian's cloud kernel",
        guest=lambda: Bochs(name="demo-bochs"),
        board="bochs", cells="bochs", reserved="memmap=66M$0x1a000000",
        **APIC, outside=0x200000, memory=(0x1a600000, 0x1a100000), cpus=2,
        wrong="bochs-overlap-demo",
        chapters=(linux_alone, first_cell, refused, timer_votes, lone_fault,
                  give_back)),
}


def main():
    key = os.environ.get("ARCH", "arm64"), os.environ.get("MACHINE", "qemu")
    if key not in STAGES:
        sys.exit(f"no demo for ARCH={key[0]} MACHINE={key[1]}")
    stage = STAGES[key]
    started = time.monotonic()
    print(paint("1", f"Cellblock on {stage.what}; booting ..."), flush=True)
    guest = stage.guest()
    try:
        guest.start()
        if not COLOR:
            guest.run("export NO_COLOR=1")
        demo = Demo(guest, stage)
        for chapter in stage.chapters:
            chapter(demo)
    except (DemoError, GuestError) as error:
        print(paint("1;31", f"\nFAILED: {error}"), flush=True)
        print(f"The machine's console is in {guest.log_path}.")
        return 1
    finally:
        guest.stop()
    seconds = time.monotonic() - started
    print(paint("1;32", f"\nDone: {demo.checks} checks in {seconds:.0f} s."))
    return 0


if __name__ == "__main__":
    sys.exit(main())
