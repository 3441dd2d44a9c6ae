# SPDX-License-Identifier: GPL-2.0-only
"""A QEMU arm64 machine under a stock Debian kernel, driven by its console.

    with Guest(kernel="6.12", gic=2) as g:
        print(g.run("uname -r"))

The console is one PL011 that Linux and the hypervisor share, so text of the
hypervisor may fall between any two characters of a command's output. Commands
are therefore framed by unique markers, the end marker (with the exit status)
is sent several times, and everything ever printed stays searchable in `text`.
"""

import os
import pathlib
import re
import shlex
import shutil
import tempfile
import time

import pexpect

import snapshot
from qmp import Qmp, QmpError

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("O") or "build")
if not BUILD.is_absolute():
    BUILD = SOURCE / BUILD

KERNELS = ("6.1", "6.12")
APPEND = "console=ttyAMA0 kvm-arm.mode=none mem=768M loglevel=4"
READY = "guest-is-ready"
# Times to wait are an idle host's, and only there so that nothing waits for
# ever: a busy host gets so many times as much.
PATIENCE = 4
COPIES = 5          # of the end of a command
RESTORED = 1000     # commands of a restored machine count from here
LINE_MAX = 4000     # the guest's tty takes 4095 bytes in one line
# Ctrl-Q, of which a program that reads the tty sees nothing. QEMU's GICv2 (7.2)
# forgets an interrupt that came again before the guest deactivated it through
# a list register, until any other interrupt comes: a timer may stay unheard.
NUDGE = "\x11"


class GuestError(Exception):
    """A step did not do what it was told; says which, with the console."""


class CommandError(GuestError):
    def __init__(self, command, status, output):
        super().__init__(f"exit status {status}: {command}\n{output}")
        self.command, self.status, self.output = command, status, output


class Result(str):
    """The output of a command, with its exit status."""
    status = 0


class Guest:
    """One machine.

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

    def __init__(self, kernel="6.1", gic=3, cpu="cortex-a57", smp=4,
                 mem="1G", machine="", extra=(), append="", cmdline=None,
                 variant="", gdb=0, stopped=False, limit=300, name="guest",
                 snapshot=False):
        self.kernel, self.gic, self.name = kernel, gic, name
        self.snapshot = snapshot and not stopped
        suffix = f"-{variant}" if variant else ""
        if cmdline is None:
            cmdline = f"{APPEND} {append}"
        self.limit = limit
        files = (BUILD / "kernels" / kernel / "Image",
                 BUILD / f"arm64/initramfs-{kernel}{suffix}.cpio")
        self.files = [str(f) for f in files]
        self.arguments = [
            "-M", ",".join(filter(None, (
                f"virt,virtualization=on,gic-version={gic},its=off",
                machine))),
            "-cpu", cpu, "-smp", str(smp), "-m", mem,
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
        self.text = ""
        self.position = 0
        self.count = 0
        self.child = None
        self.monitor = None
        self.directory = None

    # -- life ----------------------------------------------------------------

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

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
                        "qemu-system-aarch64", *self.arguments, *extra,
                        "-qmp", f"unix:{socket},server=on,wait=off"],
            encoding="utf-8", codec_errors="replace", echo=False)
        self.child.delaybeforesend = None
        self.monitor = Qmp(socket)
        return self

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
        self.launch()
        self.expect(READY, timeout)
        self.run("trap : INT")

    def _start_by_snapshot(self, timeout):
        booted_by = f"{type(self).__module__}.{type(self).__qualname__}"
        path = snapshot.path_of(BUILD / "snapshots", booted_by,
                                self.arguments, self.files)
        if path.exists():
            self.launch(snapshot.arguments(path))
            snapshot.resume(self.monitor)
            # the end of the last command before may be printed only now
            self.count = RESTORED
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

    # -- console -------------------------------------------------------------

    def _read(self, timeout):
        """Take what the console has; False at the end of QEMU."""
        try:
            chunk = self.child.read_nonblocking(65536, timeout)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        chunk = chunk.replace("\r", "")
        self.text += chunk
        self.log.write(chunk)
        self.log.flush()
        return True

    def mark(self):
        """The present end of the console's text, for expect(since=)."""
        self._read(0)
        return len(self.text)

    def tail(self, lines=40):
        return "\n".join(self.text.splitlines()[-lines:])

    def expect(self, pattern, timeout=10, since=None):
        """Wait for a regular expression on the console; return the match.

        The search starts at `since`, else after the last match, or where
        the output of the last command began.
        """
        start = self.position if since is None else since
        timeout *= PATIENCE
        regex = re.compile(pattern)
        deadline = time.monotonic() + timeout
        alive = True
        while True:
            match = regex.search(self.text, start)
            if match:
                self.position = match.end()
                return match
            left = deadline - time.monotonic()
            if left <= 0 or not alive:
                why = f"within {timeout} s" if alive else "before QEMU ended"
                raise GuestError(f"no {pattern!r} {why}; the console:\n"
                                 + self.tail())
            length = len(self.text)
            alive = self._read(min(left, 0.5))
            self._nudge(alive and length == len(self.text))

    def send(self, line):
        """Type a line; wait for nothing."""
        if len(line.encode()) > LINE_MAX:
            raise ValueError(f"line of {len(line)} characters")
        self.child.send(line + "\n")

    def interrupt(self):
        """Type Ctrl-C."""
        self.child.send("\x03")

    def run(self, command, timeout=30, check=True):
        """Run a shell command; return its output with .status.

        Raises CommandError on a non-zero status, unless check is False, and
        GuestError when the time is up (after a Ctrl-C, so that the machine
        stays usable).
        """
        self.count += 1
        n = self.count
        start = self.mark()     # before: a short command may be faster
        self.send(f"printf '@@B{n}@@\\n'; eval {shlex.quote(command)} "
                  f"</dev/null; __e=\"@@E{n}:$?@@\"; "
                  f"printf '\\n'; printf '%s\\n' {'$__e ' * COPIES}")
        try:
            end = self.expect(rf"@@E{n}:(\d+)@@", timeout, since=start)
        except GuestError as error:
            if self.child.isalive():
                self.interrupt()
            raise GuestError(f"{command}: {error}") from None
        begin = re.compile(rf"@@B{n}@@\n").search(self.text, start)
        start = begin.end() if begin else start
        self.position = start
        result = Result(self.text[start:end.start()].removesuffix("\n"))
        result.status = int(end.group(1))
        if check and result.status:
            raise CommandError(command, result.status, result)
        return result

    def status(self, command, timeout=30):
        """The exit status of a shell command."""
        return self.run(command, timeout, check=False).status

    # -- monitor -------------------------------------------------------------

    def read_physical(self, address, size):
        """Bytes of the machine's memory, past every translation."""
        path = f"{self.directory}/memory"
        self.monitor.command("pmemsave", val=address, size=size,
                             filename=path)
        return pathlib.Path(path).read_bytes()

    def power_button(self):
        self.monitor.command("system_powerdown")
