# SPDX-License-Identifier: GPL-2.0-only
"""A QEMU machine under a stock Debian kernel, driven by its console.

    with Guest(kernel="6.12", gic=2) as g:
        print(g.run("uname -r"))
    with Guest(arch="x86") as g:
        …
"""

import dataclasses
import os
import pathlib
import shutil
import tempfile
import time

import pexpect

import snapshot
from console import PATIENCE, READY, CommandError, Console, GuestError
from qmp import Qmp, QmpError

__all__ = ["BOARDS", "BUILD", "CommandError", "Guest", "GuestError", "KERNELS",
           "PATIENCE", "READY", "SOURCE", "kernel_dir"]

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("O") or "build")
if not BUILD.is_absolute():
    BUILD = SOURCE / BUILD

KERNELS = ("6.1", "6.12")
# QEMU's TCG (7.2) may run an instruction that Linux is patching on another CPU
# as neither the old nor the new one: x86 kernels then end while they boot.
PANIC = "Kernel panic"
BOOTS = 3
RESTORED = 1000     # commands of a restored machine count from here
# Ctrl-Q, of which a program that reads the tty sees nothing. QEMU's GICv2 (7.2)
# forgets an interrupt that came again before the guest deactivated it through
# a list register, until any other interrupt comes: a timer may stay unheard.
NUDGE = "\x11"


@dataclasses.dataclass(frozen=True)
class Board:
    """A machine of QEMU; {gic} in `machine` is the version of the GIC."""
    emulator: str
    machine: str
    cpu: str
    append: str         # the kernel's command line
    extra: tuple = ()
    ports: int = 1      # serial ones: the console, and others for cells


BOARDS = {
    "arm64": Board("qemu-system-aarch64",
                   "virt,virtualization=on,gic-version={gic},its=off",
                   "cortex-a57",
                   "console=ttyAMA0 kvm-arm.mode=none mem=768M loglevel=4"),
    "x86": Board("qemu-system-x86_64", "q35", "EPYC,+svm,+npt",
                 "console=ttyS0 memmap=82M$0x3a000000 loglevel=4",
                 ("-accel", "tcg,thread=multi"), ports=2),
}


def kernel_dir(arch, kernel):
    """Where `make kernels` puts Image, config and release."""
    return BUILD / "kernels" / (kernel if arch == "arm64"
                                else f"{arch}-{kernel}")


class Guest(Console):
    """One machine.

    arch     "arm64" or "x86": a row of BOARDS
    kernel   "6.1" or "6.12"; gic 2 or 3; cpu, smp, mem as QEMU takes them
    machine  more properties of -M, e.g. "iommu=smmuv3"
    extra    more arguments for QEMU
    append   more words for the kernel's command line
    cmdline  the whole command line instead (then append is ignored)
    variant  "" or "test": the hypervisor built with TEST_BUILD=1
    gdb      port of QEMU's gdb stub, 0 for none; stopped: wait for gdb
    limit    seconds after which QEMU is killed, whatever happens (PATIENCE)
    name     of the transcript, $(O)/logs/NAME.log
    snapshot restore the booted machine if it was booted before
    """

    def __init__(self, kernel="6.1", gic=3, cpu=None, smp=4,
                 mem="1G", machine="", extra=(), append="", cmdline=None,
                 variant="", gdb=0, stopped=False, limit=300, name="guest",
                 snapshot=False, arch="arm64"):
        super().__init__()
        self.board = board = BOARDS[arch]
        self.arch = self.machine = arch
        self.kernel, self.name = kernel, name
        self.gic = gic if arch == "arm64" else None
        self.snapshot = snapshot and not stopped
        suffix = f"-{variant}" if variant else ""
        if cmdline is None:
            cmdline = f"{board.append} {append}"
        self.limit = limit
        files = (kernel_dir(arch, kernel) / "Image",
                 BUILD / arch / f"initramfs-{kernel}{suffix}.cpio")
        self.files = [str(f) for f in files]
        self.arguments = [
            "-M", ",".join(filter(None, (
                board.machine.format(gic=gic), machine))),
            *board.extra,
            "-cpu", cpu or board.cpu, "-smp", str(smp), "-m", mem,
            "-kernel", self.files[0], "-initrd", self.files[1],
            "-append", f"{cmdline} cellblock.test",
            "-display", "none", "-monitor", "none", "-no-reboot",
            "-nic", "none",
            "-chardev", "stdio,id=console,signal=off",
            "-serial", "chardev:console",
            *extra]
        if gdb:
            self.arguments += ["-gdb", f"tcp:127.0.0.1:{gdb}"]
        if stopped:
            self.arguments.append("-S")
        self.monitor = None
        self.directory = None

    # -- life ----------------------------------------------------------------

    def launch(self, extra=()):
        """Start QEMU and return at once."""
        self.directory = tempfile.mkdtemp(prefix="cellblock-")
        socket = f"{self.directory}/qmp"
        logs = BUILD / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.log_path = logs / f"{self.name}.log"
        self.log = open(self.log_path, "w", encoding="utf-8")
        self.child = pexpect.spawn(
            "timeout", ["--foreground", "-k", "2",
                        str(PATIENCE * self.limit),
                        self.board.emulator, *self.arguments, *extra,
                        *self._other_ports(),
                        "-qmp", f"unix:{socket},server=on,wait=off"],
            encoding="utf-8", codec_errors="replace", echo=False)
        self.child.delaybeforesend = None
        self.monitor = Qmp(socket)
        return self

    def _port(self, n):
        return pathlib.Path(self.directory) / f"port{n}"

    def _other_ports(self):
        for n in range(1, self.board.ports):
            yield from ("-serial", f"file:{self._port(n)}")

    def port(self, n=1):
        """What the serial port n said since this QEMU started; the
        console, 0, is not among them."""
        return self._port(n).read_bytes().decode(errors="replace")

    def start(self, timeout=90):
        """Start QEMU and wait for the shell."""
        try:
            if self.snapshot:
                self._start_by_snapshot(timeout)
            else:
                self._boot(timeout)
        except BaseException:
            self.stop()
            raise
        return self

    def _boot(self, timeout):
        for left in range(BOOTS - 1, -1, -1):
            self.launch()
            if self.expect(f"{READY}|{PANIC}", timeout)[0] == READY:
                break
            if not left:
                raise GuestError("Linux panics at each boot\n" + self.tail())
            self.stop()
            self.position = len(self.text)
        self.run("trap : INT")

    def snapshot_path(self):
        """Of the booted machine; there may be none."""
        booted_by = f"{type(self).__module__}.{type(self).__qualname__}"
        return snapshot.path_of(BUILD / "snapshots", booted_by,
                                self.arguments,
                                [*self.files,
                                 shutil.which(self.board.emulator)])

    def restore(self, path):
        """Start QEMU as the machine that was saved there."""
        self.launch(snapshot.arguments(path))
        snapshot.resume(self.monitor)
        # the end of the last command before may be printed only now
        self.count = RESTORED

    def _start_by_snapshot(self, timeout):
        path = self.snapshot_path()
        if path.exists():
            self.restore(path)
        else:
            self._boot(timeout)
            snapshot.save(self.monitor, path)

    def stop(self):
        """End QEMU, whatever state it is in. May be called twice."""
        if self.child is None:
            return
        try:
            self.monitor.command("quit")
        except (QmpError, OSError, AttributeError, ValueError):
            pass
        self._drain_until_exit(3)
        self.child.close(force=True)
        self.child = None
        if self.monitor:
            self.monitor.close()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def wait_exit(self, timeout=60):
        """Wait until QEMU ends by itself (power off, or a reset)."""
        if not self._drain_until_exit(PATIENCE * timeout):
            raise GuestError(f"QEMU still runs after {PATIENCE * timeout} s\n"
                             + self.tail())

    def wait_shutdown(self, timeout=60):
        """Wait until the machine is off, and QEMU told to stay (set-action)."""
        deadline = time.monotonic() + PATIENCE * timeout
        while self.monitor.command("query-status")["status"] != "shutdown":
            if time.monotonic() > deadline:
                raise GuestError("the machine is not off\n" + self.tail())
            self._read_or_nudge()

    def _drain_until_exit(self, timeout):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if not self._read_or_nudge() and not self.child.isalive():
                return True
        return False

    def _read_or_nudge(self):
        length = len(self.text)
        alive = self._read(0.2)
        self._nudge(alive and length == len(self.text))
        return alive

    def _nudge(self, silent):
        if self.gic == 2 and silent and self.child.isalive():
            self.child.send(NUDGE)

    # -- monitor -------------------------------------------------------------

    def read_physical(self, address, size):
        """Bytes of the machine's memory, past every translation."""
        path = f"{self.directory}/memory"
        self.monitor.command("pmemsave", val=address, size=size,
                             filename=path)
        return pathlib.Path(path).read_bytes()

    def power_button(self):
        self.monitor.command("system_powerdown")
