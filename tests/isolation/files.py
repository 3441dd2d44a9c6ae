# SPDX-License-Identifier: GPL-2.0-only
"""The guest's file system with /iso: the suite's descriptions, the module
hcall.ko and its program, descriptions with a defect, and the fuzzer's."""

import os
import pathlib
import re
import struct
import subprocess

from machine import BUILD, SOURCE, kernel_dir

HERE = pathlib.Path(__file__).resolve().parent
CROSS = {"arm64": "aarch64-linux-gnu-", "x86": ""}
DEFECTS = SOURCE / "tests/config/defects"
CORPUS = SOURCE / "tests/fuzz/corpus/config"


def out(arch="arm64"):
    return BUILD / arch / "isolation"


def cross(arch):
    return os.environ.get("CROSS_COMPILE") or CROSS[arch]


def run(*command, **kwargs):
    return subprocess.run([str(c) for c in command], check=True, timeout=300,
                          **kwargs)


def newer(out, sources):
    return out.exists() and all(
        out.stat().st_mtime >= s.stat().st_mtime for s in sources)


def compile_dts(source, out, force=False):
    """As the Makefile does it; force: a defect that dtc sees, too."""
    sources = [source, *source.parent.glob("*.dtsi"),
               *SOURCE.glob("dts/**/*.dts*"), *SOURCE.glob("dts/include/*")]
    if newer(out, sources):
        return
    text = run("cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp",
               "-I", SOURCE / "dts/include", "-I", SOURCE / "dts",
               "-I", SOURCE / "tests/config/base", source,
               stdout=subprocess.PIPE).stdout
    run("dtc", "-@", "-q", "-q", *(["-f"] if force else []), "-I", "dts",
        "-O", "dtb", "-o", out, "-", input=text)


def module(directory, kernel, root, arch="arm64"):
    """DIRECTORY/NAME.c, with its Kbuild, as root/NAME.ko; NAME is the
    directory's. kbuild writes beside the sources, so it gets links to them."""
    name = directory.name
    build = out(arch) / f"{name}-{kernel}"
    build.mkdir(parents=True, exist_ok=True)
    sources = [s for s in directory.iterdir()
               if s.suffix == ".h" or s.name in (f"{name}.c", "Kbuild")]
    headers = kernel_dir(arch, kernel)
    stamp = headers / ".stamp"
    if not newer(build / f"{name}.ko", [*sources, stamp]):
        for source in sources:
            (build / source.name).unlink(missing_ok=True)
            (build / source.name).symlink_to(source)
        env = {k: v for k, v in os.environ.items() if k != "O"}
        run("make", "-s", "-C", headers / "build", f"ARCH={arch}",
            f"CROSS_COMPILE={cross(arch)}", f"M={build}",
            "KCFLAGS=-Werror", "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules",
            env=env)
    if not newer(root / f"{name}.ko", [build / f"{name}.ko"]):
        run(cross(arch) + "strip", "--strip-debug", "-o", root / f"{name}.ko",
            build / f"{name}.ko")


def program(root, arch="arm64"):
    """hcall in root"""
    source, tries = HERE / "hcall" / "user.c", f"user-{arch}.h"
    if newer(root / "hcall", [source, HERE / "hcall/hcall.h",
                              HERE / "hcall" / tries]):
        return
    run(cross(arch) + "gcc", "-O2", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
        "-I", SOURCE / "hv", f'-DTRIES="{tries}"', "-static", "-pthread", "-o", root / "hcall",
        source)


def _corpus(root):
    """The cell behind the system, as long as its header says."""
    root.mkdir(exist_ok=True)
    for path in CORPUS.iterdir():
        data = path.read_bytes()
        size = struct.unpack_from(">I", data, 4)[0]
        if size < len(data) and not newer(root / path.name, [path]):
            (root / path.name).write_bytes(data[size:])


def defects():
    """[(path, id of the first finding that is an error)]: those that are
    judged beside the board as it is and no other cell. The suite's system has
    no console (cells/system.dtsi) that a cell could take away."""
    found = []
    for source in sorted(DEFECTS.glob("*.dts")):
        text = source.read_text()
        first = re.search(r"^// EXPECT: error\|([\w-]+)", text, re.M)
        if first and not re.search(r"^// (SYSTEM|BESIDE|BOARD|IMAGE|FORCE):", text, re.M) and \
                not source.stem.startswith(("sys-", "mmio-console")):
            found.append((source, first.group(1)))
    return found


def initrd(kernel, variant="", arch="arm64"):
    """The archive for this kernel, made anew when something in it is."""
    root = out(arch) / kernel / "iso"
    (root / "defects").mkdir(parents=True, exist_ok=True)
    cells = HERE / "cells" if arch == "arm64" else HERE / "cells" / arch
    for source in cells.glob("*.dts"):
        compile_dts(source, root / f"{source.stem}.dtb")
    listed = ["iso", "iso/defects"]
    if arch == "arm64":
        _descriptions(root)
        listed.append("iso/corpus")
    module(HERE / "hcall", kernel, root, arch)
    program(root, arch)
    suffix = f"-{variant}" if variant else ""
    base = BUILD / f"{arch}/initramfs-{kernel}{suffix}.cpio"
    archive = out(arch) / f"{kernel}{suffix}.cpio"
    names = sorted(p for p in root.rglob("*") if p.is_file())
    if newer(archive, [base, *names]) and len(names) == _count(archive):
        return archive
    listed += [str(p.relative_to(root.parent)) for p in names]
    more = run("cpio", "--quiet", "-o", "-H", "newc", cwd=root.parent,
               input="\n".join(listed).encode(),
               stdout=subprocess.PIPE).stdout
    archive.write_bytes(base.read_bytes() + more)
    archive.with_suffix(".count").write_text(str(len(names)))
    return archive


def _descriptions(root):
    """Those of tests/config and of the fuzzer: of arm64's machines."""
    for old in root.glob("defects/*.dtb"):
        if not (DEFECTS / f"{old.stem}.dts").exists():
            old.unlink()
    for source, _ in defects():
        compile_dts(source, root / "defects" / f"{source.stem}.dtb", True)
    _corpus(root / "corpus")


def _count(out):
    count = out.with_suffix(".count")
    return int(count.read_text()) if count.exists() else -1
