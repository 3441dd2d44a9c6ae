# SPDX-License-Identifier: GPL-2.0-only
"""Costs, beside the peer's (make bench).

    bench.py [--fast]

Jailhouse's figures were measured by the same method, in QEMU with
`-icount shift=0`, where the counter ticks once for each instruction; targets
are those of the project's plan. A missed target is marked and no failure; the
exit status is 1 only if a figure could not be measured. All figures go to
$(O)/bench.json. --fast leaves out what takes long: the second GIC version and
the developer's loop.
"""

import json
import os
import subprocess
import sys
import time

import checker
import guests
import source
from guests import (BUILD, CREATE, CPUS, DESTROY, DISABLE, ENTER, INFO,
                    LOADABLE, START, BenchError)
from machine import Guest, GuestError

sys.path.insert(0, str(source.ROOT / "tests/boards"))
import survey   # noqa: E402 (needs the path)

COLOR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
SYSTEM = "dts/arm64/qemu-virt-gicv3.dts"
CELL = "dts/arm64/qemu-virt-gic-demo.dts"

# id: text, unit, the peer's figure, what ours may be at most
FIGURES = {
    "hypercall": ("hypercall from the root cell, round trip", "instr",
                  142, 141),
    "gicd-id": ("trapped read of a GICD identification register", "instr",
                284, 142),
    "gicd-enable": ("trapped write of GICD_ISENABLER", "instr", 982, 491),
    "sgi": ("SGI sent", "instr", 1213, 300),
    "dir": ("ICC_DIR_EL1, once for each interrupt of Linux", "instr",
            None, None),
    "timer": ("timer interrupt of an inmate, added until its handler",
              "instr", 206, 0),
    "timer-end": ("the same, added until it is over", "instr", None, 0),
    "halted-exits": ("exits of a halted inmate", "1/s", 0, 0),
    "enable": ("enable, all CPUs", "k instr", 1083, 1082),
    "create": ("cell create (1 MiB, wiped)", "k instr", 91, 90),
    "loadable": ("cell made loadable", "k instr", None, None),
    "start": ("cell start", "k instr", None, None),
    "destroy": ("cell destroy (1 MiB, wiped)", "k instr", 427, 426),
    "disable": ("disable, all CPUs", "k instr", 29, 28),
    "memory": ("memory in use after enable, 4 CPUs", "KiB", 356, 300),
    "stack": ("deepest use of a CPU's stack of 8 KiB", "bytes", None, None),
    "lines": ("code lines in the image, headers included", "lines",
              9730, 6999),
    "lines-system": ("lines a user writes: system", "lines", 131, 40),
    "lines-cell": ("lines a user writes: demo cell", "lines", 105, 20),
    "check": ("config check of ten cells", "ms", None, 20),
    "check-memory": ("config check of ten cells", "MiB", None, 10),
    "check-dt": ("dt-validate of the same", "ms", None, None),
    "check-dt-memory": ("dt-validate of the same", "MiB", None, None),
    "check-1000": ("config check: 1000 regions, times 100", "", None, 13),
    "check-10000": ("config check: 10000 regions, times 1000", "", None, 13),
    "check-node": ("config check, for each region", "instr", None, None),
    "loop": ("edit, rebuild, boot, enable, cell runs", "s", None, None),
}


class Bench:
    def __init__(self):
        self.measured = {}      # (figure, variant) -> number
        self.details = {}
        self.failures = []

    def add(self, name, value, variant="gicv3"):
        self.measured[name, variant] = value

    def step(self, what, function, *arguments):
        """One source of figures; the others are measured without it too."""
        started = time.monotonic()
        try:
            function(self, *arguments)
        except (BenchError, GuestError, OSError, ValueError,
                subprocess.SubprocessError) as error:
            self.failures.append(f"{what}: {error}")
        print(f"  measured {what} ({time.monotonic() - started:.0f} s)",
              flush=True)

    # -- what comes out ------------------------------------------------------

    def rows(self):
        order = list(FIGURES)
        for (name, variant), value in sorted(
                self.measured.items(),
                key=lambda m: (m[0][1] != "gicv3", order.index(m[0][0]))):
            text, unit, peer, target = FIGURES[name]
            if variant == "gicv2":      # no figures of the peer for it
                text, peer, target = f"GICv2: {text}", None, None
            verdict = "" if target is None else \
                "ok" if value <= target else "MISSED"
            yield {"figure": name, "variant": variant, "text": text,
                   "unit": unit, "value": value, "peer": peer,
                   "target": target, "verdict": verdict}

    def show(self):
        print(f"\n{'':70}{'ours':>9}{'target':>8}{'peer':>7}")
        for row in self.rows():
            cells = [f"{row['text']}, {row['unit']}", *(
                "" if row[k] is None else f"{row[k]:g}"
                for k in ("value", "target", "peer"))]
            verdict = row["verdict"]
            if COLOR and verdict:
                code = "32" if verdict == "ok" else "1;31"
                verdict = f"\033[{code}m{verdict}\033[0m"
            print(f"{cells[0]:70}{cells[1]:>9}{cells[2]:>8}{cells[3]:>7}  "
                  f"{verdict}".rstrip())
        print("idle Linux cell, exits/s: not yet (needs cells with Linux)")
        for name, detail in self.details.items():
            print(f"{name}: {detail}")
        for failure in self.failures:
            print(f"NOT MEASURED: {failure}")

    def save(self):
        path = BUILD / "bench.json"
        path.write_text(json.dumps({
            "figures": list(self.rows()), "details": self.details,
            "failures": self.failures}, indent=1) + "\n")
        print(f"saved in {path}")


def described(parts):
    return ", ".join(f"{name} {value}" for name, value in parts.items())


def of_the_source(bench):
    folders = source.image_lines(BUILD)
    bench.add("lines", sum(folders.values()))
    bench.details["code lines by folder"] = described(folders)
    bench.add("lines-system", source.code_lines(SYSTEM))
    bench.add("lines-cell", source.code_lines(CELL))
    bench.details["bytes of the image"] = described(source.image_bytes(BUILD))
    bench.details["largest stack frames"] = ", ".join(
        f"{function} {size}" for size, function, _ in
        source.stack_frames(BUILD))


def _life(bench, guest, variant):
    """Less what the probes add to each call, as GET_INFO shows."""
    least = guests.life_cycle(guest)
    probe = max(0, least[INFO] - bench.measured["hypercall", variant])
    for name, call, probes in (
            ("enable", ENTER, CPUS), ("create", CREATE, 1),
            ("loadable", LOADABLE, 1), ("start", START, 1),
            ("destroy", DESTROY, 1), ("disable", DISABLE, CPUS)):
        bench.add(name, round((least[call] - probes * probe) / 1000, 1),
                  variant)
    bench.details[f"instructions of a probe, {variant}"] = probe


def of_a_machine(bench, gic):
    variant = f"gicv{gic}"
    bare = guests.timer_bare(gic)
    with guests.BenchGuest(gic, f"bench-{variant}") as guest:
        guest.enable()
        for name, cost in guests.traps(guest).items():
            if name in FIGURES:
                bench.add(name, cost, variant)
        late, done = guests.timer_in_cell(guest)
        bench.add("timer", late - bare[0], variant)
        bench.add("timer-end", done - bare[1], variant)
        bench.add("halted-exits", round(guests.halted_exits(guest), 3),
                  variant)
        guest.run("cellblock disable", 60)
        guest.calls()
        guest.enable()
        bench.add("memory", guests.memory(guest) // 1024, variant)
        guest.run("cellblock disable", 60)
        guest.calls()
        _life(bench, guest, variant)
        bench.add("stack", guests.stack_used(guest), variant)


def of_a_developer(bench):
    """As after an edit of a core file, at full speed, without snapshot."""
    os.utime(source.ROOT / "hv/core/hypercall.c")
    started = time.monotonic()
    subprocess.run(["make", "--no-print-directory", f"O={BUILD}",
                    str(BUILD / "arm64/initramfs-6.1.cpio")], check=True,
                   cwd=source.ROOT, stdout=subprocess.DEVNULL)
    with Guest(name="bench-loop") as guest:
        guest.run("modprobe cellblock && cd /cells && "
                  "cellblock enable qemu-virt-gicv3.dtb && "
                  "cellblock cell create qemu-virt-gic-demo.dtb && "
                  "cellblock cell load gic-demo /inmates/gic-demo.bin && "
                  "cellblock cell start gic-demo", 60)
        guest.expect("Timer fired")
    bench.add("loop", round(time.monotonic() - started, 1))


def of_the_checker(bench):
    (ours, memory), (theirs, their_memory) = checker.ten()
    bench.add("check", ours)
    bench.add("check-memory", memory)
    bench.add("check-dt", theirs)
    bench.add("check-dt-memory", their_memory)
    (thousand, ten_thousand), node = checker.growth()
    bench.add("check-1000", thousand)
    bench.add("check-10000", ten_thousand)
    bench.add("check-node", node)


def of_boards(bench):
    """What the checker says of the boards that kernels come with."""
    for arch in ("arm64", "armhf"):
        bench.details[f"boards of {arch}"] = \
            "\n".join(survey.tables(survey.boards(arch)))


def main():
    fast = sys.argv[1:] == ["--fast"]
    if sys.argv[1:] and not fast:
        print(__doc__.strip())
        return 0 if sys.argv[1] in ("-h", "--help") else 2
    bench = Bench()
    bench.step("the source and the image", of_the_source)
    bench.step("GICv3, direct delivery", of_a_machine, 3)
    if not fast:
        bench.step("GICv2, list registers", of_a_machine, 2)
        bench.step("the developer's loop", of_a_developer)
        bench.step("the checker", of_the_checker)
        bench.step("the boards of Debian's kernels", of_boards)
    bench.show()
    bench.save()
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main())
