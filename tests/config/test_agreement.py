# SPDX-License-Identifier: GPL-2.0-only
"""One corpus through the hosted and the freestanding build: same listings.

hv/config and libfdt as the hypervisor's flags make them, on a bare arm64
machine in QEMU, against the hosted library with Debian's libfdt: every system
and cell of dts/, every defect, the seeds of the fuzzer, and each of those
with bytes changed.
"""

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
                "-mstrict-align", "-fno-stack-protector", "-fno-pie",
                "-fno-asynchronous-unwind-tables", "-Wall", "-Wextra",
                "-Werror", "-DFDT_ASSUME_MASK=0xff", "-ffunction-sections",
                "-Wl,--gc-sections"]


@pytest.fixture(scope="module")
def image():
    if not (LIBFDT / "fdt_ro.c").exists():
        run("make", "--no-print-directory", "-C", ROOT,
            os.path.relpath(LIBFDT, ROOT) + "/.stamp")
    BARE.mkdir(parents=True, exist_ok=True)
    sources = [HERE / "bare/start.S", HERE / "bare/main.c",
               HERE / "listing.c", *sorted(ROOT.glob("hv/config/*.c")),
               ROOT / "tools/lib/link.c", ROOT / "hv/core/string.c",
               *(LIBFDT / f"{n}.c" for n in ("fdt", "fdt_ro"))]
    out = BARE / "bare.elf"
    run("aarch64-linux-gnu-gcc", *FREESTANDING, "-Wno-sign-compare",
        "-Wno-unused-parameter", "-nostdlib", "-static",
        "-I", ROOT / "hv/config/freestanding", "-I", LIBFDT,
        "-I", ROOT / "hv", "-I", ROOT / "tools", "-I", HERE, "-idirafter", ROOT / "hv/include",
        "-T", HERE / "bare/bare.lds", *sources, "-lgcc", "-o", out)
    return out


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


def test_same_listings(judge, image):  # noqa: F811
    lines, expected = [], []
    for number, (system, cells) in enumerate(corpus()):
        names = []
        for n, data in enumerate([system, *cells]):
            names.append(f"{number}-{n}")
            (BARE / names[-1]).write_bytes(data)
        lines.append(" ".join(names))
        status, text = judge("-a", *(BARE / n for n in names))
        expected.append(f"{text}== {status}\n")
    (BARE / "list").write_text("".join(line + "\n" for line in lines))
    done = subprocess.run(
        ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a57", "-m",
         "128M", "-display", "none", "-serial", "none", "-monitor", "none",
         "-semihosting-config", "enable=on,target=native", "-kernel", image],
        cwd=BARE, check=True, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=120)
    bare = [f"{part}{status}\n" for part, status in
            zip(*[iter(split_runs(done.stdout))] * 2)]
    assert len(bare) == len(expected) > 200
    for line, a, b in zip(lines, expected, bare):
        assert a == b, line
    assert any(e.endswith("== 0\n") for e in expected)


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
