# SPDX-License-Identifier: GPL-2.0-only
"""The machine on which attacks are tried, and its witnesses.

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
from files import initrd
from machine import Guest, GuestError, PATIENCE

HV_BASE, HV_SIZE = 0x7fc00000, 0x400000
VICTIM = 0x70000000
ATTACKER = 0x70200000
RAM_SIZE = 0x100000
BEAT_MS = 40
GIC = {2: [("the distributor", 0x8000000, 0x10000),
           ("the CPU interface", 0x8010000, 0x10000),
           ("the hypervisor's interface", 0x8030000, 0x10000)],
       3: [("the distributor", 0x8000000, 0x10000),
           ("the redistributors", 0x80a0000, 0xf60000)]}
BEAT = re.compile(r"^\[victim\] VICTIM beat (\d+) (\w+) late (\d+) us", re.M)
BEAT_LINE = re.compile(r"^\[victim\] VICTIM beat .*\n", re.M)


class Arena(Guest):
    """A Guest whose snapshot is taken when the victim runs."""

    def __init__(self, kernel="6.1", gic=3, variant="", **kwargs):
        archive = str(initrd(kernel, variant))
        super().__init__(kernel=kernel, gic=gic, variant=variant,
                         append="iomem=relaxed", snapshot=True,
                         extra=("-initrd", archive),
                         **{"limit": 900, **kwargs})
        self.files = [self.files[0], archive]
        self.variant = variant
        self.heard = ""         # all that the consoles have said
        self.tail_seen = 0
        self.cell = "attacker"  # the description that the attacker has now
        self.spoilt = False     # not as the snapshot has it

    # -- life ----------------------------------------------------------------

    def _boot(self, timeout):
        super()._boot(timeout)
        self.run("dmesg -n 1; export NO_COLOR=1; cd /iso; "
                 "insmod /lib/modules/$(uname -r)/cellblock.ko; "
                 "insmod hcall.ko")
        self.run(f"cellblock enable system-gicv{self.gic}.dtb")
        self.run("cellblock cell create victim.dtb; "
                 "cellblock cell load victim /inmates/victim.bin -s "
                 f"'spi=73 quiet-spi=75 period-ms={BEAT_MS}' -a 0x1000; "
                 "cellblock cell start victim; "
                 "cellblock cell create attacker.dtb")

    def start(self, timeout=90):
        super().start(timeout)
        header = self.read_physical(HV_BASE, 64)
        self.ring = HV_BASE + struct.unpack_from("<Q", header, 40)[0]
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
        return stage2.Tables(self.read_physical(HV_BASE, HV_SIZE), HV_BASE,
                             self.variant)

    def isolation_holds(self):
        """No cell reaches what is protected, no page has two owners."""
        protected = [("the hypervisor", HV_BASE, HV_SIZE), *GIC[self.gic],
                     ("PCI configuration", 0x4010000000, 0x10000000)]
        shared = [(0x9000000, 0x1000)]
        if self.gic == 2:
            shared.append((0x8040000, 0x20000))     # one for each CPU
        bad = stage2.violations(self.tables(), protected, shared)
        assert not bad, "\n".join(bad)
