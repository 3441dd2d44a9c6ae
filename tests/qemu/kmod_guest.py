# SPDX-License-Identifier: GPL-2.0-only
"""A guest with the module's own tools: kmodctl, and a hypervisor that
partitions nothing (guest/fakehv.*), whose knobs provoke each failure."""

import contextlib
import dataclasses
import functools
import os
import pathlib
import shlex
import subprocess

from machine import BUILD, Guest, SOURCE, kernel_dir

FILES = pathlib.Path(__file__).resolve().parent / "guest"
OUT = BUILD / "arm64" / "guest"
CROSS = os.environ.get("CROSS_COMPILE") or "aarch64-linux-gnu-"
IMAGE = "/kmod/cellblock-arm64.bin"
SYSFS = "/sys/devices/cellblock"
BUILD_ID = 72       # offset in struct cb_image_header
# enum of fakehv.c
(ENTER_ERROR, ENTER_SLOT, DISABLE_ERROR, CREATE_ERROR, START_ERROR,
 LOADABLE_ERROR, DESTROY_ERROR, ASK_TIMES, SILENT, NO_CPU_ON,
 ERROR_TIMES, CHATTY) = range(12)

BARE = ("-ffreestanding -O2 -fno-pic -mgeneral-regs-only "
        "-fno-stack-protector -fno-asynchronous-unwind-tables").split()
WARN = ["-Wall", "-Wextra", "-Werror", "-I", str(SOURCE / "hv")]


@dataclasses.dataclass(frozen=True)
class Arch:
    cross: str
    flags: tuple        # for what runs without an operating system
    base: int           # where the hypervisor's image is linked
    system: str         # its description

    def out(self, arch):
        return BUILD / arch / "guest"


ARCHES = {
    "arm64": Arch(CROSS, ("-mstrict-align",), 0, "minimal-system.dts"),
    "x86": Arch("x86_64-linux-gnu-", ("-mno-red-zone", "-fcf-protection=none"),
                0x40000000, "x86/minimal-system.dts"),
}


def _run(*command):
    subprocess.run([str(c) for c in command], check=True)


def _compile(arch, root):
    a = ARCHES[arch]
    out = a.out(arch)
    gcc = a.cross + "gcc"
    _run(gcc, "-O2", "-D_GNU_SOURCE", *WARN, "-static", "-o",
         root / "kmodctl", FILES / "kmodctl.c")
    objects = []
    for name in (f"{arch}/fakehv.S", f"{arch}/fakehv-arch.c", "fakehv.c"):
        objects.append(out / f"{pathlib.Path(name).name}.o")
        _run(gcc, *BARE, *a.flags, *WARN, "-c", "-o", objects[-1],
             FILES / name)
    _run(a.cross + "ld", "--no-warn-rwx-segments", "-z", "noexecstack",
         "-nostdlib", "--defsym", f"base={a.base}", "-T",
         FILES / "fakehv.lds", "-o", out / "fakehv.elf", *objects)
    _run(a.cross + "objcopy", "-O", "binary", out / "fakehv.elf",
         root / f"cellblock-{arch}.bin")
    for name, source in (("system", a.system), ("cell", "minimal-cell.dts")):
        _run("dtc", "-q", "-O", "dtb", "-o", root / f"{name}.dtb",
             FILES / source)


def add(base, directory, out):
    """The archive base with a directory added, into out."""
    names = "\n".join([directory.name] + [
        f"{directory.name}/{p.name}" for p in directory.iterdir()])
    more = subprocess.run(
        ["cpio", "--quiet", "-o", "-L", "-H", "newc"], input=names.encode(),
        cwd=directory.parent, check=True, stdout=subprocess.PIPE).stdout
    out.write_bytes(base.read_bytes() + more)
    return out


@functools.cache
def _initrd(kernel, arch):
    out = ARCHES[arch].out(arch)
    root = out / kernel / "kmod"
    root.mkdir(parents=True, exist_ok=True)
    _compile(arch, root)
    module = BUILD / f"kmod/{arch}-{kernel}/cellblock.ko"
    _run(ARCHES[arch].cross + "strip", "--strip-debug", "-o",
         root / "cellblock.ko",
         os.environ.get("CELLBLOCK_KO", "").replace("%", kernel) or module)
    return add(BUILD / f"{arch}/initramfs-{kernel}.cpio", root,
               out / f"{kernel}.cpio")


@functools.cache
def _kexec_initrd(kernel, arch):
    first = _initrd(kernel, arch)
    out = ARCHES[arch].out(arch)
    following = out / kernel / "next"
    following.mkdir(exist_ok=True)
    for name, path in (("Image", kernel_dir(arch, kernel) / "Image"),
                       ("initrd", first)):
        (following / name).unlink(missing_ok=True)
        (following / name).symlink_to(path.resolve())
    return add(first, following, out / f"{kernel}-kexec.cpio")


def initrd(kernel, kexec=False, arch="arm64"):
    """The guest's file system with /kmod added; for kexec with a kernel and
    such a file system in /next. Made once in a run of tests, so that machines
    of one kind can come from one snapshot."""
    return (_kexec_initrd if kexec else _initrd)(kernel, arch)


class KmodGuest(Guest):
    """A machine with the module loaded and the fake image as its firmware."""

    def __init__(self, kernel="6.1", extra=(), kexec=False, arch="arm64",
                 **kwargs):
        archive = str(initrd(kernel, kexec, arch))
        super().__init__(kernel=kernel, arch=arch,
                         extra=(*extra, "-initrd", archive), **kwargs)
        self.files = [self.files[0], archive]
        self.image = f"/kmod/cellblock-{arch}.bin"

    def start(self, timeout=90):
        super().start(timeout)
        self.run("dmesg -n 1; dmesg -c >/dev/null; cd /kmod; "
                 f"cp {self.image} pristine; "
                 "printf /kmod >/sys/module/firmware_class/parameters/path; "
                 "insmod cellblock.ko")
        return self

    def ctl(self, *args, timeout=30):
        """kmodctl: (first line, the rest)"""
        command = " ".join(["/kmod/kmodctl", *map(shlex.quote, args)])
        lines = str(self.run(command, timeout, check=False)).split("\n", 1)
        return lines[0], lines[1] if len(lines) > 1 else ""

    def refused(self, error, finding, *args):
        """kmodctl fails with this errno and this finding."""
        got, report = self.ctl(*args)
        assert (got, report.split("\t")[0]) == (error, finding), report
        fields = report.splitlines()[0].split("\t")
        assert len(fields) == 9 and fields[1] == "error" and fields[8]
        return fields[8]

    def ok(self, *args):
        got, rest = self.ctl(*args)
        assert "ok" in (got, rest.strip()), got + "\n" + rest
        return rest

    def patch(self, offset, data, path=None):
        path = path or self.image
        octal = "".join(f"\\{b:03o}" for b in data)
        self.run(f"printf '{octal}' | dd of={path} bs=1 seek={offset} "
                 "conv=notrunc 2>/dev/null")

    @contextlib.contextmanager
    def knobs(self, **values):
        """The image as it is, but for these knobs (enum of fakehv.c)."""
        self.pristine()
        for name, value in values.items():
            self.patch(BUILD_ID + globals()[name], [value])
        yield
        self.pristine()

    def pristine(self):
        self.run(f"cp /kmod/pristine {self.image}")

    def attr(self, name):
        return str(self.run(f"cat {SYSFS}/{name}")).strip()

    def splats(self):
        """What the kernel says that it should never say."""
        return str(self.run(
            "dmesg | grep -E 'BUG|WARNING|Oops|Call trace|stall|hung|Unable|"
            "not online|refcount|sysfs: cannot|kobject' || true")).strip()

    def state(self):
        """What must be as before after everything that failed."""
        return str(self.run(
            "cat /sys/devices/system/cpu/online; grep -c Cellblock /proc/iomem;"
            f"ls -R {SYSFS} | sort | md5sum; "
            "awk '/^cellblock/ { print $3 }' /proc/modules"))
