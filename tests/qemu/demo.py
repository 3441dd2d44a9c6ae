# SPDX-License-Identifier: GPL-2.0-only
"""The whole life cycle on a stock kernel, told step by step (make demo).

Every command is shown with what it printed, and what it is meant to do is
checked; the first thing that is not as told ends the demo with status 1.
KERNEL=6.1|6.12 and GIC=3|2 choose the machine; NO_COLOR is respected.
"""

import os
import re
import sys
import time

from life import strange_log
from machine import Guest, GuestError, PATIENCE

KERNEL = os.environ.get("KERNEL", "6.1")
GIC = int(os.environ.get("GIC", "3"))
BOARD = f"qemu-virt-gicv{GIC}"
REGION = 0x70000000     # where the demo cells' memory lies
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

    def __init__(self, guest):
        self.guest = guest
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


# ---- the story, a function each chapter -------------------------------------

def linux_alone(d):
    d.tell("Debian's own kernel. Memory above 768 MiB is kept away from it "
           "by mem=768M.")
    d.sh("uname -r; nproc; cat /proc/cmdline", "^4$", "mem=768M")
    d.tell("The module, and the hypervisor put under the running Linux. "
           "Linux and the\n   hypervisor would share the board's only UART: "
           "here its console stays in memory.")
    d.guest.run("dmesg -c")
    d.sh("insmod /lib/modules/$(uname -r)/cellblock.ko")
    d.sh(f"cd /cells && sed '/console = /d' {BOARD}.dts >system.dts")
    d.sh("cellblock enable system.dts")
    d.follow()
    d.hear("^Initializing .* on 4 CPUs$", r"^The partitioning begins")
    d.sh("cellblock cell list", r"^0 +linux +running +0-3 *$")


def first_cell(d):
    d.tell("A cell: one CPU, 1 MiB of memory, a periodic timer.")
    d.sh("sed 1,/dts-v1/d qemu-virt-gic-demo.dts", "cpus = <&cpu3>;")
    d.sh("cellblock cell create qemu-virt-gic-demo.dts")
    d.sh("nproc", "^3$")
    d.sh("cellblock cell load gic-demo /inmates/gic-demo.bin "
         "-s period-us=250000 -a 0x1000")
    d.sh("cellblock cell start gic-demo")
    d.hear(r'^Created cell "gic-demo"$', r'^Started cell "gic-demo"$',
           r"^\[gic-demo\] gic-demo: one interrupt every 2[45]\d{4} us$",
           r"(^\[gic-demo\] Timer fired, jitter: +\d+ ns, min: .*\n){3}")
    d.sh("cellblock cell list", r"^0 +linux +running +0-2 *$",
         r"^1 +gic-demo +running +3 *$")
    stats = d.sh("cellblock cell stats gic-demo --once",
                 r"^vmexits_total +[1-9]")
    d.require(re.search(r"^vmexits_hypercall +[1-9]", stats, re.M),
              "the cell's console made no hypercalls")


def refused(d):
    d.tell("A wrong description: it asks for the hypervisor's memory.")
    d.sh("cellblock cell create overlap-demo.dts",
         r"^overlap-demo\.dts:\d+:\d+: error: memory@0 .*overlaps the "
         r"hypervisor's memory .*\[mem-overlap-hypervisor\]$",
         r"^\t+\^$", status=1)
    d.sh("cellblock cell list", r"\A(.*\n){3}\Z")


def fault(d):
    d.tell("A cell that reads what it does not own is parked; "
           "gic-demo's timer goes on.")
    d.sh("cellblock cell create qemu-virt-fault-demo.dts")
    d.sh("cellblock cell load fault-demo /inmates/fault-demo.bin")
    d.sh("cellblock cell start fault-demo")
    heard = d.hear(r"^FATAL: invalid read of 0x100000",
                   r'^Parking CPU 1 \(Cell: "fault-demo"\)$',
                   r"Parking CPU 1 .*\n(^\[gic-demo\] Timer fired.*\n){3}")
    d.require("survived" not in heard, "the faulting cell ran on")
    d.sh("cellblock cell list", r"^1 +gic-demo +running +3 *$",
         r"^2 +fault-demo +failed +1 +1$")


def vote(d):
    d.tell("A cell that has a say: it locks the partitioning, and refuses "
           "its first shutdown.")
    d.sh("cellblock cell create qemu-virt-vote-demo.dts")
    d.sh("cellblock cell load vote-demo /inmates/vote-demo.bin")
    d.sh("cellblock cell start vote-demo")
    d.hear(r"^\[vote-demo\] vote-demo: heartbeat 1$")
    d.sh("cellblock cell list", r"^3 +vote-demo +running/locked +2 *$")
    d.sh("cellblock cell destroy gic-demo", r"\[cell-locked\]$", status=1)
    d.sh("cellblock cell shutdown vote-demo", r"\[cell-denied\]$", status=1)
    d.sh("cellblock cell list", r"^1 +gic-demo +running",
         r"^3 +vote-demo +running +2 *$")
    d.sh("cellblock cell shutdown vote-demo")
    d.sh("cellblock cell list", r"^3 +vote-demo +shut down +2 *$")
    d.hear(r"^\[vote-demo\] .*: denied; unlocked now$",
           r"^\[vote-demo\] .*: approved$",
           r"^\[gic-demo\] Timer fired")


def give_back(d):
    d.tell("Everything back: cells destroyed, the hypervisor gone, Linux "
           "with all its CPUs.")
    for name in ("gic-demo", "fault-demo", "vote-demo"):
        d.sh(f"cellblock cell destroy {name}")
    d.sh("cellblock cell list", r"\AID.*\n0 +linux +running +0-3 *\n\Z")
    d.sh("cellblock disable")
    d.hear("^The partitioning has ended")
    d.sh("nproc; cat /sys/devices/system/cpu/online", r"\A4\n0-3\n")
    for cpu in range(4):
        d.guest.run(f"taskset {1 << cpu:x} true")
    d.tell("Neither the hypervisor's nor the cells' memory is under "
           "protection any more.")
    for address in (REGION, 0x7fd00000):
        value = f"0x{0x1122334400000000 | address:X}"
        d.sh(f"busybox devmem {address:#x} 64 {value} && "
             f"busybox devmem {address:#x} 64", f"^{value}$")
    d.sh("rmmod cellblock; ls -d /sys/devices/cellblock; true",
         "No such file")
    strange = strange_log(d.guest)
    d.require(not strange, f"the kernel's log:\n{strange}")


def main():
    started = time.monotonic()
    print(paint("1", f"Cellblock on QEMU's arm64 board, GICv{GIC}, Debian's "
                f"kernel {KERNEL}; booting ..."), flush=True)
    guest = Guest(kernel=KERNEL, gic=GIC, limit=180, name="demo")
    try:
        guest.start()
        if not COLOR:
            guest.run("export NO_COLOR=1")
        demo = Demo(guest)
        for chapter in (linux_alone, first_cell, refused, fault, vote,
                        give_back):
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
