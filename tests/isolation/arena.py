# SPDX-License-Identifier: GPL-2.0-only
"""The machines on which attacks are tried, and their witnesses.

Linux is the root cell, `victim` runs on CPU 3 and beats, `attacker` is there
to be loaded. Three witnesses judge each attack: what the attacker's console
and the hypervisor say, the victim's beats, and the root cell's list of cells;
a fourth is the stage-2 tables themselves. Console and tables are read from
outside, out of the machine's memory, so that no word of a cell or of the root
cell, which may be the attacker, is needed for it.
"""

import json
import re
import struct
import time

import stage2
from bochs import Bochs
from files import initrd
from machine import Guest, GuestError, PATIENCE
from places import PLACES

RAM_SIZE = 0x100000
BEAT_MS = 40
BEAT = re.compile(r"^\[victim\] VICTIM beat (\d+) (\w+) late (\d+) us", re.M)
BEAT_LINE = re.compile(r"^\[victim\] VICTIM beat .*\n", re.M)


class Witnesses:
    """Of a Console that has read_physical()."""

    def __init__(self, place, variant, **kwargs):
        super().__init__(variant=variant, append="iomem=relaxed", **kwargs)
        self.place = place
        self.hv_base = place.hv[0]
        self.victim_ram = place.victim_ram
        self.attacker_ram = place.attacker_ram
        self.variant = variant
        self.heard = ""         # all that the consoles have said
        self.tail_seen = 0
        self.cell = "attacker"  # the description that the attacker has now
        self.spoilt = False     # not as the snapshot has it

    # -- life ----------------------------------------------------------------

    def enable(self):
        self.run("dmesg -n 1; export NO_COLOR=1; cd /iso; "
                 "insmod /lib/modules/$(uname -r)/cellblock.ko; "
                 "insmod hcall.ko")
        self.run(f"cellblock enable {self.place.system}.dtb")
        self.run("cellblock cell create victim.dtb; "
                 "cellblock cell load victim /inmates/victim.bin -s "
                 f"'{self.place.victim.format(beat=BEAT_MS)}' -a 0x1000; "
                 "cellblock cell start victim; "
                 "cellblock cell create attacker.dtb")

    def start(self, timeout=90):
        super().start(timeout)
        if not self.place.restores:
            self.enable()
        header = self.read_physical(self.hv_base, 64)
        self.ring = self.hv_base + struct.unpack_from("<Q", header, 40)[0]
        self.listen()
        self.beats(2)
        return self

    # -- the consoles --------------------------------------------------------

    def listen(self):
        """Take what the consoles have said since; return all of it."""
        data = self.read_physical(self.ring, 8192)
        size, tail = struct.unpack_from("<II", data, 0)
        text = data[8:8 + size]
        new = (tail - self.tail_seen) & 0xffffffff
        if new > size:
            self.heard += "\n<lost>\n"
            new = size
        at = (tail - new) % size
        self.heard += (text + text)[at:at + new].decode("latin-1")
        self.tail_seen = tail
        return self.heard

    def hear(self, pattern, timeout, since):
        """Wait until the consoles have said this; return the match."""
        regex = re.compile(pattern, re.M)
        timeout *= PATIENCE
        deadline = time.monotonic() + timeout
        while True:
            match = regex.search(self.listen(), since)
            if match:
                return match
            if time.monotonic() > deadline or not self.child.isalive():
                said = re.sub(BEAT_LINE, "", self.heard[since:])
                raise GuestError(f"no {pattern!r} within {timeout} s; beside "
                                 f"the victim's beats:\n{said[-2000:]}")
            time.sleep(0.01)    # nothing outside the machine tells of it
            self._read(0)

    def now(self):
        """Where the consoles' text ends, a whole line."""
        self.listen()
        return self.heard.rfind("\n") + 1

    # -- the victim ----------------------------------------------------------

    def beats(self, count, since=None, timeout=20):
        """Wait for so many more beats; all of the text from `since`."""
        since = self.now() if since is None else since
        self.hear(rf"(^\[victim\] VICTIM beat .*\n(^.*\n)*?){{{count}}}",
                  timeout, self.now())
        return self.heard[since:]

    def victim_is_well(self, since, lost=False):
        """It beats on, has found nothing wrong, and missed no beat."""
        text = self.beats(2, since)
        wrong = re.findall(r"^\[victim\] VICTIM CORRUPT.*", text, re.M)
        assert not wrong, "\n".join(wrong)
        found = BEAT.findall(text)
        assert all(state == "ok" for _, state, _ in found), found
        numbers = [int(n) for n, _, _ in found]
        whole = list(range(numbers[0], numbers[-1] + 1))
        if "<lost>" not in text and "lines dropped" not in text and not lost:
            assert numbers == whole, f"beats {numbers}"
        return found

    # -- the root cell -------------------------------------------------------

    def cells(self):
        """{name: (state, failed CPUs)}"""
        listed = json.loads(self.run("cellblock cell list --json"))
        return {c["name"]: (c["state"], c["cpus_failed"]) for c in listed}

    def hcall(self, *words, timeout=30):
        return str(self.run(" ".join(["./hcall", *map(str, words)]),
                            timeout)).strip()

    def hypercall(self, code, *args):
        return int(self.hcall("call", code, *(hex(a) for a in args)))

    def refused(self, command, *expected):
        """A command that fails and says why."""
        result = self.run(f"cellblock {command} 2>&1", check=False)
        assert result.status == 1, f"{result.status}: {command}\n{result}"
        for words in expected:
            assert words in result, f"no {words!r} in: {result}"
        return result

    # -- the attacker --------------------------------------------------------

    def become(self, cell):
        """The attacker gets this description (cells/NAME.dts)."""
        if cell == self.cell:
            return
        if self.cell:
            self.run("cellblock cell destroy attacker")
        self.cell = None
        self.run(f"cellblock cell create {cell}.dtb")
        self.cell = cell

    def attack(self, image, words, name="attacker"):
        """Load and start; return where the consoles' text was."""
        since = self.now()
        self.run(f"cellblock cell load {name} /inmates/{image}.bin "
                 f"-s '{words}' -a 0x1000 && cellblock cell start {name}")
        return since

    # -- from outside --------------------------------------------------------

    def tables(self):
        return stage2.Tables(self.read_physical(*self.place.hv), self.place,
                             self.variant)

    def isolation_holds(self):
        """No cell reaches what is protected, no page has two owners."""
        bad = stage2.violations(self.tables())
        assert not bad, "\n".join(bad)


class QemuArena(Witnesses, Guest):
    """A Guest whose snapshot is taken when the victim runs, if it can be."""

    def __init__(self, place, variant, **kwargs):
        archive = str(initrd(place.kernel, variant, place.arch))
        super().__init__(place, variant, kernel=place.kernel, arch=place.arch,
                         gic=place.gic, snapshot=True,
                         extra=("-initrd", archive), **kwargs)
        self.files = [self.files[0], archive]

    def _boot(self, timeout):
        super()._boot(timeout)
        if self.place.restores:
            self.enable()

    def enable(self):
        """On x86 from CPU 0, which no cell has. QEMU's APIC (7.2) never takes
        back an error that ESR has shown; a cell may cause one by reading what
        is no register, and Linux starts no CPU from where it sees any."""
        if self.place.arch == "x86":
            self.run("taskset -p 1 $$")
        super().enable()


class BochsArena(Witnesses, Bochs):
    """With CPUs and memory as the other x86 machine has them."""

    def __init__(self, place, variant, **kwargs):
        super().__init__(place, variant, cpus=4, memory=1024,
                         reserved="82M$0x3a000000", **kwargs)
        self.initrd = initrd(place.kernel, variant, place.arch)


MACHINES = {"qemu": QemuArena, "bochs": BochsArena}


def arena(place="gicv3", variant="", **kwargs):
    place = PLACES[place]
    return MACHINES[place.machine](place, variant, **{"limit": 900, **kwargs})
