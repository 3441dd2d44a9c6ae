# SPDX-License-Identifier: GPL-2.0-only
"""Builds of the judge, and descriptions compiled in one go."""

import concurrent.futures
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/config"
OUT = ROOT / (os.environ.get("O") or "build") / "config"
DTS = ROOT / "dts"
DEFECTS = sorted((HERE / "defects").glob("*.dts"))
VALID = sorted((HERE / "valid").glob("*.dts"))
BASES = sorted((HERE / "base").glob("*.dts"))
SYSTEMS = [DTS / f"{name}.dts" for name in (
    "arm64/qemu-virt-gicv3", "arm64/qemu-virt-gicv2", "x86/qemu-q35",
    "x86/bochs")]
CELLS = sorted(p for p in DTS.glob("*/*.dts") if p not in SYSTEMS)


def cells_of(system):
    """Those of the board: nothing in them depends on the GIC."""
    board = system.stem.split("-gicv")[0]
    return [c for c in CELLS if c.parent == system.parent
            and c.stem.startswith(f"{board}-")]


PAIRS = [(s, c) for s in SYSTEMS for c in cells_of(s)]
INCLUDED = [*DTS.rglob("*.*"), *(HERE / "base").iterdir()]
FLAGS = ["-std=gnu11", "-g", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
         "-I", ROOT / "hv", "-I", ROOT / "tools", "-I", HERE]
ASAN = ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
CONFIG = [*sorted(ROOT.glob("hv/config/*.c")), ROOT / "tools/lib/link.c"]
ADVICE = [*sorted(ROOT.glob("tools/check/advice*.c")),
          ROOT / "tools/check/pool.c"]
OWN = [HERE / "judge.c", HERE / "listing.c"]
WORKERS = 2


def run(*arguments, **kwargs):
    return subprocess.run([str(a) for a in arguments], check=True, text=True,
                          stdout=subprocess.PIPE, timeout=120,
                          **kwargs).stdout


def newer(out, sources):
    return out.exists() and all(out.stat().st_mtime > s.stat().st_mtime
                                for s in sources)


def in_parallel(function, items):
    """Lists the results; the first exception counts."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(function, items))


def build(name, flags, own, extra=lambda source: []):
    """A program from the sources, object by object; only what changed."""
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    headers = [*ROOT.glob("hv/config/*.[hd]*"), *HERE.glob("*.h"),
               *ROOT.glob("tools/check/*.[hd]*")]

    def compile_one(source):
        name = "-".join(source.relative_to(ROOT).with_suffix(".o").parts)
        out = folder / name
        if not newer(out, [source, *headers]):
            run("gcc", *FLAGS, *flags, *extra(source), "-c", source, "-o", out)
        return out

    objects = in_parallel(compile_one, [*CONFIG, *ADVICE, *own])
    out = folder / name
    if not newer(out, objects):
        run("gcc", *flags, *objects, "-lfdt", "-o", out)
    return out


def judge_program():
    return build("judge", ASAN, [*OWN, HERE / "mute_none.c"])


def blob(source, number=None):
    """Compiled as the command does it, but forced: defects are wanted.
    number: of a source that is many cells."""
    name = f"{source.parent.name}-{source.stem}"
    out = OUT / "dtb" / f"{name}{number or ''}.dtb"
    if newer(out, [source, *INCLUDED]):
        return out
    part = out.with_suffix(".part")
    out.parent.mkdir(parents=True, exist_ok=True)
    text = run("cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp",
               "-I", DTS / "include", "-I", DTS, "-I", HERE / "base",
               *([f"-DNUMBER={number}"] if number else []), source)
    run("dtc", "-@", "-f", "-q", "-q", "-I", "dts", "-O", "dtb", "-o", part,
        "-", input=text)
    for patch in comments(source, "PATCH"):
        options = patch.split()
        at = next(i for i, o in enumerate(options) if o.startswith("/"))
        run("fdtput", *options[:at], part, *options[at:])
    part.rename(out)
    return out


def comments(source, key):
    prefix = f"// {key}: "
    return [line[len(prefix):] for line in source.read_text().splitlines()
            if line.startswith(prefix)]


def named(name):
    """base/NAME or dts/*/NAME"""
    own = HERE / "base" / name
    return own if own.exists() else next(DTS.glob(f"*/{name}"))


class Case:
    """What a description is judged with; see test_config.py."""

    def __init__(self, source):
        def files(key):
            return [named(name) for name in comments(source, key)]
        self.source = source
        self.is_system = source.stem.startswith("sys-")
        self.system = source if self.is_system else \
            (files("SYSTEM") or [SYSTEMS[0]])[0]
        self.cells = files("BESIDE") + [
            blob(named(name), number) for name in comments(source, "MANY")
            for number in range(10, 73)] + ([] if self.is_system else [source])
        self.board = (files("BOARD") or [None])[0]
        self.images = comments(source, "IMAGE")
        self.arena = comments(source, "ARENA")
        self.force = bool(comments(source, "FORCE"))
        self.expected = comments(source, "EXPECT")

    def arguments(self):
        """For judge, of blobs that exist."""
        options = ["-q", "-A", *(["-f"] if self.force else [])]
        for size in self.arena:
            options += ["-m", size]
        for image in self.images:
            options += ["-i", image]
        if self.board:
            options += ["-b", blob(self.board)]
        return [*options, blob(self.system),
                *(c if c.suffix == ".dtb" else blob(c) for c in self.cells)]
