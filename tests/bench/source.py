# SPDX-License-Identifier: GPL-2.0-only
"""Figures of the source and of the built image, without running it."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECTIONS = (".header", ".boot", ".text", ".rodata", "fixups", ".data",
            ".root_ro", ".bss", ".tables")


def output(*command, text=None):
    return subprocess.run(command, check=True, text=True, cwd=ROOT,
                          input=text, stdout=subprocess.PIPE).stdout


def code_lines(path):
    """Lines that are left when comments are gone and that are not blank.

    Properties as "#size-cells" must not look like directives.
    """
    text = re.sub(r"#([a-z-]+-cells)", r"\1", (ROOT / path).read_text())
    text = output("gcc", "-w", "-fpreprocessed", "-dD", "-E", "-P", "-x", "c",
                  "-", text=text)
    return sum(1 for line in text.splitlines() if line.strip())


def constant(path, name):
    """A #define that is a plain number."""
    match = re.search(rf"^#define {name}\s+(\d+|0x[0-9a-f]+)\b",
                      (ROOT / path).read_text(), re.M)
    if not match:
        raise ValueError(f"no number {name} in {path}")
    return int(match.group(1), 0)


def _image(build, arch):
    return build / arch / f"cellblock-{arch}.elf"


def _linked_sources(build, arch):
    """What the linker took, as the debug information names it."""
    text = output("readelf", "--debug-dump=info", "--dwarf-depth=1",
                  str(_image(build, arch)))
    names = re.findall(r"DW_AT_name .*?: (?:\(.*\): )?(\S+)$", text, re.M)
    return sorted({n for n in names if n.startswith("hv/")})


def _headers(build, arch, sources):
    """The project's headers that those sources include."""
    found = set()
    for source in sources:
        depends = build / arch / pathlib.Path(source).with_suffix(".d")
        found.update(re.findall(r"\bhv/[\w./-]+\.h\b", depends.read_text()))
    return {str((ROOT / h).resolve().relative_to(ROOT)) for h in found}


def image_lines(build, arch):
    """{folder: lines} of one image, its headers and linker script included."""
    sources = _linked_sources(build, arch)
    if not sources:
        raise ValueError("no source of hv/ is named in the image")
    files = {*sources, *_headers(build, arch, sources),
             f"hv/arch/{arch}/hv.lds.S"}
    folders = {}
    for name in sorted(files):
        folder = str(pathlib.Path(name).parent)
        if folder.startswith("hv/include"):
            folder = "hv/include"
        folders[folder] = folders.get(folder, 0) + code_lines(ROOT / name)
    return folders


def image_bytes(build, arch):
    """{section: bytes} of the image, and what of it is libfdt."""
    text = output("readelf", "-SW", str(_image(build, arch)))
    sizes = {name: int(size, 16) for name, size in re.findall(
        r"\] (\.?\w+) +\w+ +[0-9a-f]+ [0-9a-f]+ ([0-9a-f]+)", text)}
    result = {name: sizes[name] for name in SECTIONS if name in sizes}
    result["libfdt"] = sum(
        int(size) for size in re.findall(
            r"^ +(\d+)\t", output("size", *map(
                str, (build / arch / "libfdt").glob("*.o"))), re.M))
    return result


def stack_frames(build, arch, count=5):
    """The largest stack frames: [(bytes, function, file)]."""
    frames = []
    for source in _linked_sources(build, arch):
        if not source.endswith(".c"):
            continue
        path = build / arch / pathlib.Path(source).with_suffix(".su")
        for line in path.read_text().splitlines():
            place, size, _ = line.split("\t")
            name, _, _, function = place.rsplit(":", 3)
            frames.append((int(size), function, name))
    if not frames:
        raise ValueError("the build left no stack usage")
    return sorted(frames, reverse=True)[:count]
