# SPDX-License-Identifier: GPL-2.0-only
"""The corpus of descriptions, to the hosted judge and to the hypervisor."""

import collections
import pathlib
import re
import shutil
import subprocess
import sys

import files
from machine import BUILD, SOURCE, GuestError

sys.path.insert(0, str(SOURCE / "tests/config"))
import harness      # noqa: E402 (needs the path)

HERE = pathlib.Path(__file__).resolve().parent
OUT = BUILD / "arm64" / "one-judge"
IMAGE = BUILD / "arm64/cellblock-arm64.bin"
CPUS = 4
HV_BASE = 0x7fc00000
REPORT_OFFSET = 56      # of its place, in struct cb_image_header

# system, cells: sources; what is judged is the last of them
Case = collections.namedtuple("Case", "name system cells")


def elsewhere(source):
    """It is another machine's."""
    text = source.read_text()
    return "qemu-virt-gicv2" in text or source.stem == "qemu-virt-gicv2" or \
        "x86" in source.stem or source.parent.name == "x86" or \
        re.search(r"#include.*(x86|q35|bochs)", text)


def stands(case):
    """The cells beside it can be made: what is refused is alone."""
    if len(case.cells) < 2:
        return True
    blobs = [harness.blob(s) for s in (case.system, *case.cells[:-1])]
    return not subprocess.run([harness.judge_program(), "-q", *blobs],
                              check=False,
                              stdout=subprocess.DEVNULL).returncode


def corpus():
    """Every system and cell of tests/config and dts/ that fits this machine.

    Against a system that is refused, no cell is judged; nor against one whose
    root cell lacks CPUs on which Linux runs. Labels are the command's part,
    how much memory the judge gets is the host's, and cells need CPUs.
    """
    cases = [harness.Case(s) for s in [*harness.DEFECTS, *harness.VALID]
             if not s.stem.startswith("label-bad")]
    cases = [c for c in cases if not elsewhere(c.system) and
             not (c.is_system and c.board) and not c.arena and
             len(c.cells) < CPUS]
    found = [Case(s.stem, s, [])
             for s in sorted({c.system for c in cases if not c.is_system})]
    cells = harness.cells_of(harness.SYSTEMS[0])
    found += [Case(s.stem, harness.SYSTEMS[0], [s]) for s in cells]
    found += [Case("side by side", harness.SYSTEMS[0], cells[:3])]
    found += [Case(f"{c.source.parent.name}/{c.source.stem}", c.system,
                   [] if c.force else c.cells) for c in cases]
    found = [c for c in found
             if not (c.cells and c.system.stem == "few-cpus")]
    harness.judge_program()     # built by one, not by all at once
    harness.in_parallel(harness.blob, {s for c in found
                                       for s in (c.system, *c.cells)})
    kept = harness.in_parallel(stands, found)
    return [c for c, keep in zip(found, kept) if keep]


def linked(case):
    """Where its last cell is as the hypervisor gets it."""
    return OUT / "linked" / f"{case.name.replace('/', '-')}.dtb"


def by_host(cases):
    """[(status, {(severity, id): count})] of the judge of tests/config."""
    program = harness.judge_program()
    harness.in_parallel(harness.blob, {s for c in cases
                                       for s in (c.system, *c.cells)})
    (OUT / "linked").mkdir(parents=True, exist_ok=True)

    def judge(case):
        blobs = [harness.blob(s) for s in (case.system, *case.cells)]
        done = subprocess.run([program, "-q", "-w", linked(case), *blobs],
                              check=False, text=True, stdout=subprocess.PIPE)
        return done.returncode, collections.Counter(
            tuple(line.split("\t")[:2]) for line in done.stdout.splitlines())
    return harness.in_parallel(judge, cases)


def fill(folder, cases):
    """All that the guest's judge.sh reads."""
    groups = {}
    systems = []
    for number, case in enumerate(cases):
        beside = [harness.blob(s) for s in (case.system, *case.cells[:-1])]
        for blob in beside:
            shutil.copy(blob, folder)
        if not case.cells:
            systems.append(f"{number} {beside[0].name}\n")
            continue
        beside = " ".join(b.name for b in beside)
        group = folder / f"group-{len(groups):02}"
        group = groups.setdefault(beside, group)
        group.mkdir(exist_ok=True)
        shutil.copy(linked(case), group / f"{number:04}.dtb")
    (folder / "systems").write_text("".join(systems))
    (folder / "groups").write_text("".join(
        f"{group.name} {beside}\n" for beside, group in groups.items()))
    shutil.copy(HERE / "judge.sh", folder)
    files.module(HERE / "hcall", "6.1", folder)
    files.program(folder)


def archive(cases):
    """The guest's file system with /judge behind it."""
    folder = OUT / "judge"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fill(folder, cases)
    listed = ["judge", *(str(p.relative_to(OUT))
                         for p in sorted(folder.rglob("*")))]
    more = subprocess.run(["cpio", "--quiet", "-o", "-H", "newc"], cwd=OUT,
                          input="\n".join(listed).encode(), check=True,
                          stdout=subprocess.PIPE).stdout
    out = OUT / "initramfs.cpio"
    out.write_bytes((BUILD / "arm64/initramfs-6.1.cpio").read_bytes() + more)
    return out


def findings(text):
    """{(severity, id): count} in the command's words, or the report's."""
    said = re.findall(r"\b(error|warning|note): .*\[([\w-]+)\]$", text, re.M)
    said += [(severity, name) for name, severity in re.findall(
        r"^([\w-]+)\t(error|warning|note)\t", text, re.M)]
    return collections.Counter(said)


def by_hypervisor(guest, cases, seconds):
    """[(status, findings)] of the cases, in one guest."""
    header = IMAGE.read_bytes()[:REPORT_OFFSET + 8]
    report = HV_BASE + int.from_bytes(header[REPORT_OFFSET:], "little")
    guest.run("dmesg -n 1; modprobe cellblock; insmod /judge/hcall.ko; "
              f"sh /judge/judge.sh {report:#x} >/tmp/out", seconds)
    text = str(guest.run("cat /tmp/out", 60)).rstrip()
    found = {}
    for name, said, status in re.findall(
            r"^@case (\S+)\n(.*?)^@status (-?\d+)$", text, re.M | re.S):
        found[int(pathlib.Path(name).stem)] = int(status), findings(said)
    if not text.endswith("@end") or len(found) != len(cases):
        raise GuestError(f"{len(found)} of {len(cases)} were judged:\n"
                         f"{text[-3000:]}")
    return [found[n] for n in range(len(cases))]
