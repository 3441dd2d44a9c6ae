# SPDX-License-Identifier: GPL-2.0-only
"""Costs, beside the peer's (make bench).

    bench.py [--fast] [ARCH]

ARCH is arm64 or x86; $(ARCH), else arm64. Jailhouse's figures were measured by
the same method, in QEMU with `-icount shift=0`, where the counter ticks once
for each instruction; targets are those of the project's plan. A missed target
is marked and no failure; the exit status is 1 only if a figure could not be
measured. All figures go to $(O)/bench-ARCH.json. --fast leaves out what takes
long: the second GIC version, the developer's loop, the checker and the boards.
"""

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import time

import checker
import guests
import source
from guests import (BUILD, CREATE, CPUS, DESTROY, DISABLE, ENTER, INFO,
                    LOADABLE, MACHINES, START, BenchError)
from machine import Guest, GuestError

sys.path.insert(0, str(source.ROOT / "tests/boards"))
import survey   # noqa: E402 (needs the path)

COLOR = sys.stdout.isatty() and not os.environ.get("NO_COLOR")


@dataclasses.dataclass(frozen=True)
class Demo:
    """What a developer tries: descriptions, and what the inmate says."""
    system: str
    cell: str
    name: str           # of the cell and its inmate
    says: str


DEMOS = {
    "arm64": Demo("qemu-virt-gicv3", "qemu-virt-gic-demo", "gic-demo",
                  "Timer fired"),
    "x86": Demo("qemu-q35", "qemu-q35-apic-demo", "apic-demo", "Timer fired"),
}

SHOWN = (None, None)    # beside nothing
# id: text, unit; the peer's figure and what ours may be at most, for each
# architecture that has it
FIGURES = {
    "hypercall": ("hypercall from the root cell, round trip", "instr",
                  {"arm64": (142, 141), "x86": (162, 161)}),
    "cpuid": ("trapped CPUID", "instr", {"x86": SHOWN}),
    "xapic": ("trapped write of an xAPIC register", "instr",
              {"x86": (2852, 800)}),
    "xapic-new": ("the same, by an instruction not seen before", "instr",
                  {"x86": (2852, None)}),
    "ipi": ("IPI sent by the xAPIC", "instr", {"x86": SHOWN}),
    "gicd-id": ("trapped read of a GICD identification register", "instr",
                {"arm64": (284, 142)}),
    "gicd-enable": ("trapped write of GICD_ISENABLER", "instr",
                    {"arm64": (982, 491)}),
    "sgi": ("SGI sent", "instr", {"arm64": (1213, 300)}),
    "dir": ("ICC_DIR_EL1, once for each interrupt of Linux", "instr",
            {"arm64": SHOWN}),
    "timer": ("timer interrupt of an inmate, added until its handler",
              "instr", {"arm64": (206, 0), "x86": (0, 0)}),
    # on x86 with its end, a trapped write of an xAPIC register
    "timer-end": ("the same, added until it is over", "instr",
                  {"arm64": (None, 0), "x86": (2499, 800)}),
    "halted-exits": ("exits of a halted inmate", "1/s",
                     {"arm64": (0, 0), "x86": (0, 0)}),
    "enable": ("enable, all CPUs", "k instr",
               {"arm64": (1083, 1082), "x86": (22940, 22939)}),
    "create": ("cell create (1 MiB, wiped)", "k instr",
               {"arm64": (91, 90), "x86": (242, 241)}),
    "loadable": ("cell made loadable", "k instr",
                 {"arm64": SHOWN, "x86": SHOWN}),
    "start": ("cell start", "k instr", {"arm64": SHOWN, "x86": SHOWN}),
    "destroy": ("cell destroy (1 MiB, wiped)", "k instr",
                {"arm64": (427, 426), "x86": (623, 622)}),
    "disable": ("disable, all CPUs", "k instr",
                {"arm64": (29, 28), "x86": (48, 47)}),
    "memory": ("memory in use after enable, 4 CPUs", "KiB",
               {"arm64": (356, 300), "x86": (3021, 600)}),
    "stack": ("deepest use of a CPU's stack of 8 KiB", "bytes",
              {"arm64": SHOWN, "x86": SHOWN}),
    "lines": ("code lines in the image, headers included", "lines",
              {"arm64": (9730, 6999), "x86": (11446, 8499)}),
    "lines-system": ("lines a user writes: system", "lines",
                     {"arm64": (131, 40), "x86": SHOWN}),
    "lines-cell": ("lines a user writes: demo cell", "lines",
                   {"arm64": (105, 20), "x86": SHOWN}),
    "check": ("config check of ten cells", "ms", {"arm64": (None, 20)}),
    "check-memory": ("config check of ten cells", "MiB",
                     {"arm64": (None, 10)}),
    "check-dt": ("dt-validate of the same", "ms", {"arm64": SHOWN}),
    "check-dt-memory": ("dt-validate of the same", "MiB", {"arm64": SHOWN}),
    "check-1000": ("config check: 1000 regions, times 100", "",
                   {"arm64": (None, 13)}),
    "check-10000": ("config check: 10000 regions, times 1000", "",
                    {"arm64": (None, 13)}),
    "check-node": ("config check, for each region", "instr",
                   {"arm64": SHOWN}),
    "loop": ("edit, rebuild, boot, enable, cell runs", "s",
             {"arm64": SHOWN, "x86": SHOWN}),
}


class Bench:
    def __init__(self, arch):
        self.arch = arch
        self.variants = [at.name for at in MACHINES[arch]]
        self.measured = {}      # (figure, variant) -> number
        self.details = {}
        self.failures = []

    def add(self, name, value, variant=None):
        """variant: the name of a machine, the first one if none."""
        self.measured[name, variant or self.variants[0]] = value

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
                key=lambda m: (self.variants.index(m[0][1]),
                               order.index(m[0][0]))):
            text, unit, of = FIGURES[name]
            peer, target = of[self.arch]
            if variant != self.variants[0]:     # no figures of the peer for it
                text, peer, target = f"{variant}: {text}", None, None
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
        path = BUILD / f"bench-{self.arch}.json"
        path.write_text(json.dumps({
            "figures": list(self.rows()), "details": self.details,
            "failures": self.failures}, indent=1) + "\n")
        print(f"saved in {path}")


def described(parts):
    return ", ".join(f"{name} {value}" for name, value in parts.items())


def of_the_source(bench):
    arch, demo = bench.arch, DEMOS[bench.arch]
    folders = source.image_lines(BUILD, arch)
    bench.add("lines", sum(folders.values()))
    bench.details["code lines by folder"] = described(folders)
    bench.add("lines-system",
              source.code_lines(f"dts/{arch}/{demo.system}.dts"))
    bench.add("lines-cell",
              source.code_lines(f"dts/{arch}/{demo.cell}.dts"))
    bench.details["bytes of the image"] = \
        described(source.image_bytes(BUILD, arch))
    bench.details["largest stack frames"] = ", ".join(
        f"{function} {size}" for size, function, _ in
        source.stack_frames(BUILD, arch))


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


def of_a_machine(bench, at):
    bare = guests.timer_bare(at)
    with guests.BenchGuest(at, f"bench-{at.name}") as guest:
        guest.enable()
        for name, cost in guests.traps(guest).items():
            if name in FIGURES:
                bench.add(name, cost, at.name)
        late, done = guests.timer_in_cell(guest)
        bench.add("timer", late - bare[0], at.name)
        bench.add("timer-end", done - bare[1], at.name)
        bench.add("halted-exits", round(guests.halted_exits(guest), 3),
                  at.name)
        guest.disable()
        guest.calls()
        guest.enable()
        bench.add("memory", guests.memory(guest) // 1024, at.name)
        guest.disable()
        guest.calls()
        _life(bench, guest, at.name)
        bench.add("stack", guests.stack_used(guest), at.name)


def of_a_developer(bench):
    """As after an edit of a core file, at full speed, without snapshot."""
    arch, demo = bench.arch, DEMOS[bench.arch]
    os.utime(source.ROOT / "hv/core/hypercall.c")
    started = time.monotonic()
    subprocess.run(["make", "--no-print-directory", f"O={BUILD}",
                    f"ARCH={arch}", str(BUILD / arch / "initramfs-6.1.cpio")],
                   check=True, cwd=source.ROOT, stdout=subprocess.DEVNULL)
    with Guest(arch=arch, name="bench-loop") as guest:
        guest.run("modprobe cellblock && cd /cells && "
                  f"cellblock enable {demo.system}.dtb && "
                  f"cellblock cell create {demo.cell}.dtb && cellblock cell "
                  f"load {demo.name} /inmates/{demo.name}.bin && "
                  f"cellblock cell start {demo.name}", 60)
        guest.expect(demo.says)
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


def steps(bench, fast):
    """What is measured for all architectures, or for arm64 alone."""
    bench.step("the source and the image", of_the_source)
    for at in MACHINES[bench.arch][:1 if fast else None]:
        bench.step(f"the machine {at.name}", of_a_machine, at)
    if fast:
        return
    bench.step("the developer's loop", of_a_developer)
    if bench.arch == "arm64":
        bench.step("the checker", of_the_checker)
        bench.step("the boards of Debian's kernels", of_boards)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("arch", metavar="ARCH", nargs="?", choices=MACHINES,
                        default=os.environ.get("ARCH") or "arm64")
    arguments = parser.parse_args()
    bench = Bench(arguments.arch)
    steps(bench, arguments.fast)
    bench.show()
    bench.save()
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.exit(main())
