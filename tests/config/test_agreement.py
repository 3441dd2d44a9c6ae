# SPDX-License-Identifier: GPL-2.0-only
"""CFG-12: one corpus through the hosted and the freestanding builds: same
listings.

hv/config and libfdt as a hypervisor's flags make them, for four architectures
of both sizes, against the hosted library with Debian's libfdt: every system
and cell of dts/, every defect, the seeds of the fuzzer, and each of those
with bytes changed. Those for Arm run on bare machines in QEMU, with the MMU
off, those for x86 as programs that need nothing but four system calls.
"""

import dataclasses
import os
import pathlib
import random
import subprocess

import pytest

from harness import DEFECTS, HERE, OUT, PAIRS, ROOT, Case, blob, run
from test_config import judge  # noqa: F401 (a fixture)

BARE = OUT / "bare"
LIBFDT = pathlib.Path(os.environ.get("LIBFDT_DIR") or
                      OUT.parent / "libfdt")
FREESTANDING = ["-std=gnu11", "-O2", "-ffreestanding", "-mgeneral-regs-only",
                "-fno-stack-protector", "-fno-pie",
                "-fno-asynchronous-unwind-tables", "-Wall", "-Wextra",
                "-Werror", "-DFDT_ASSUME_MASK=0xff", "-ffunction-sections",
                "-Wl,--gc-sections", "-Wl,--build-id=none"]
SEMIHOSTING = ["-display", "none", "-serial", "none", "-monitor", "none",
               "-semihosting-config", "enable=on,target=native"]


@dataclasses.dataclass(frozen=True)
class Target:
    """A build, and the command before its path that runs it."""
    name: str
    compiler: tuple
    host: str
    run: tuple = ()

    def build(self):
        out = BARE / f"{self.name}.elf"
        link = ["-T", HERE / "bare/bare.lds"] if self.run else []
        sources = [HERE / f"bare/start-{self.name}.S", HERE / self.host,
                   HERE / "bare/main.c", HERE / "listing.c",
                   *sorted(ROOT.glob("hv/config/*.c")),
                   ROOT / "tools/lib/link.c", ROOT / "hv/core/string.c",
                   *(LIBFDT / f"{n}.c" for n in ("fdt", "fdt_ro"))]
        own = run(self.compiler[0], "-print-file-name=include").strip()
        run(*self.compiler, *FREESTANDING, "-Wno-sign-compare",
            "-Wno-unused-parameter", "-nostdlib", "-static",
            "-nostdinc", "-isystem", own, "-include", HERE / "bare/host.h",
            "-I", ROOT / "hv/config/freestanding", "-I", LIBFDT,
            "-I", ROOT / "hv", "-I", ROOT / "tools", "-I", HERE,
            "-idirafter", ROOT / "hv/include", *link, *sources, "-lgcc",
            "-o", out)
        return out


TARGETS = (
    Target("arm64", ("aarch64-linux-gnu-gcc", "-mstrict-align"),
           "bare/semihost.c",
           ("qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m",
            "128M", *SEMIHOSTING, "-kernel")),
    Target("arm", ("arm-linux-gnueabihf-gcc", "-march=armv7-a+fp", "-marm",
                   "-mno-unaligned-access"),
           "bare/semihost.c",
           ("qemu-system-arm", "-M", "virt", "-cpu", "cortex-a15", "-m",
            "128M", *SEMIHOSTING, "-kernel")),
    Target("x86", ("gcc", "-m64", "-march=x86-64", "-mno-red-zone"),
           "bare/linux.c"),
    Target("i386", ("gcc", "-m32", "-march=i686"), "bare/linux.c"),
)


@pytest.fixture(scope="module")
def folder():
    if not (LIBFDT / "fdt_ro.c").exists():
        run("make", "--no-print-directory", "-C", ROOT,
            os.path.relpath(LIBFDT, ROOT) + "/.stamp")
    BARE.mkdir(parents=True, exist_ok=True)
    return BARE


def split(data):
    """A seed is a system and a cell, as long as their headers say."""
    size = min(int.from_bytes(data[4:8], "big"), len(data))
    return data[:size], data[size:]


def corpus():
    for source, cell in PAIRS:
        yield blob(source).read_bytes(), [blob(cell).read_bytes()]
    for case in map(Case, DEFECTS):
        yield (blob(case.system).read_bytes(),
               [(c if c.suffix == ".dtb" else blob(c)).read_bytes()
                for c in case.cells])
    seeds = sorted((ROOT / "tests/fuzz/corpus/config").iterdir())
    rng = random.Random(1)
    for seed in seeds:
        yield split(seed.read_bytes())[0], [split(seed.read_bytes())[1]]
        for _ in range(20):
            data = bytearray(seed.read_bytes())
            for _ in range(rng.randrange(1, 4)):
                data[rng.randrange(len(data))] = rng.randrange(256)
            first, second = split(bytes(data))
            yield first, [second]


@pytest.fixture(scope="module", name="hosted")
def hosted_of(judge, folder):  # noqa: F811
    """(lines of the list, the listing of each)"""
    lines, expected = [], []
    for number, (system, cells) in enumerate(corpus()):
        names = []
        for n, data in enumerate([system, *cells]):
            names.append(f"{number}-{n}")
            (folder / names[-1]).write_bytes(data)
        lines.append(" ".join(names))
        status, text = judge("-a", *(folder / n for n in names))
        expected.append(f"{text}== {status}\n")
    (folder / "list").write_text("".join(line + "\n" for line in lines))
    assert len(expected) > 200
    assert any(e.endswith("== 0\n") for e in expected)
    return lines, expected


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_same_listings(hosted, target, folder):
    done = subprocess.run([*target.run, target.build()], cwd=folder,
                          check=True, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120)
    bare = [f"{part}{status}\n" for part, status in
            zip(*[iter(split_runs(done.stdout))] * 2)]
    lines, expected = hosted
    assert len(bare) == len(expected)
    for line, a, b in zip(lines, expected, bare):
        assert a == b, line


def split_runs(text):
    """Listing and verdict in turn."""
    part = ""
    for line in text.splitlines(keepends=True):
        if line.startswith("== "):
            yield part
            yield line.strip()
            part = ""
        else:
            part += line
