# SPDX-License-Identifier: GPL-2.0-only
"""A guest with the module's own tools: kmodctl, and a hypervisor that
partitions nothing (guest/fakehv.*), whose knobs provoke each failure."""

import contextlib
import functools
import os
import pathlib
import shlex
import subprocess

from machine import BUILD, Guest, SOURCE

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

BARE = ("-ffreestanding -O2 -fno-pic -mgeneral-regs-only -mstrict-align "
        "-fno-stack-protector -fno-asynchronous-unwind-tables").split()
WARN = ["-Wall", "-Wextra", "-Werror", "-I", str(SOURCE / "hv")]


def _run(*command):
    subprocess.run([str(c) for c in command], check=True)


def _compile(root):
    gcc = CROSS + "gcc"
    _run(gcc, "-O2", "-D_GNU_SOURCE", *WARN, "-static", "-o",
         root / "kmodctl", FILES / "kmodctl.c")
    for name in ("fakehv.S", "fakehv.c"):
        _run(gcc, *BARE, *WARN, "-c", "-o", OUT / f"{name}.o", FILES / name)
    _run(CROSS + "ld", "--no-warn-rwx-segments", "-nostdlib", "-T",
         FILES / "fakehv.lds", "-o", OUT / "fakehv.elf", OUT / "fakehv.S.o",
         OUT / "fakehv.c.o")
    _run(CROSS + "objcopy", "-O", "binary", OUT / "fakehv.elf",
         root / "cellblock-arm64.bin")
    for name in ("system", "cell"):
        _run("dtc", "-q", "-O", "dtb", "-o", root / f"{name}.dtb",
             FILES / f"minimal-{name}.dts")


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
def _initrd(kernel):
    root = OUT / kernel / "kmod"
    root.mkdir(parents=True, exist_ok=True)
    _compile(root)
    module = BUILD / f"kmod/arm64-{kernel}/cellblock.ko"
    _run(CROSS + "strip", "--strip-debug", "-o", root / "cellblock.ko",
         os.environ.get("CELLBLOCK_KO", "").replace("%", kernel) or module)
    return add(BUILD / f"arm64/initramfs-{kernel}.cpio", root,
               OUT / f"{kernel}.cpio")


@functools.cache
def _kexec_initrd(kernel):
    first = _initrd(kernel)
    following = OUT / kernel / "next"
    following.mkdir(exist_ok=True)
    for name, path in (("Image", BUILD / "kernels" / kernel / "Image"),
                       ("initrd", first)):
        (following / name).unlink(missing_ok=True)
        (following / name).symlink_to(path.resolve())
    return add(first, following, OUT / f"{kernel}-kexec.cpio")


def initrd(kernel, kexec=False):
    """The guest's file system with /kmod added; for kexec with a kernel and
    such a file system in /next. Made once in a run of tests, so that machines
    of one kind can come from one snapshot."""
    return _kexec_initrd(kernel) if kexec else _initrd(kernel)


class KmodGuest(Guest):
    """A machine with the module loaded and the fake image as its firmware."""

    def __init__(self, kernel="6.1", extra=(), kexec=False, **kwargs):
        archive = str(initrd(kernel, kexec))
        super().__init__(kernel=kernel, extra=(*extra, "-initrd", archive),
                         **kwargs)
        self.files = [self.files[0], archive]

    def start(self, timeout=90):
        super().start(timeout)
        self.run("dmesg -n 1; dmesg -c >/dev/null; cd /kmod; "
                 "cp cellblock-arm64.bin pristine; "
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

    def patch(self, offset, data, path=IMAGE):
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
        self.run(f"cp /kmod/pristine {IMAGE}")

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
