# SPDX-License-Identifier: GPL-2.0-only
"""A Bochs machine, for VT-x, and for what QEMU lacks of SVM, under Debian's
cloud kernel.

    with Bochs() as g:
        print(g.run("uname -r"))

All that serves the emulator alone, and no machine, is in this file: settings,
words for the kernel, and how it is ended.
"""

import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import tty

from pexpect import fdpexpect

from console import PATIENCE, READY, Console, GuestError
from machine import BUILD, kernel_dir

# Lost wake-ups from MWAIT are Bochs' (2.7), and MWAITX knows no time; the rest
# saves time, of which it needs much: a guest's second is 20 million
# instructions (ips).
APPEND = " ".join((
    "console=ttyS0 loglevel=4 'memmap={reserved}'", "clearcpuid=monitor,mwaitx",
    "tsc=reliable no_timer_check mitigations=off nokaslr intel_iommu=off",
    "cryptomgr.notests", "initcall_blacklist=load_system_certificate_list,"
    "init_kprobe_trace,cubictcp_register,crypto_kdf108_init"))

GRUB = """\
serial --unit=0 --speed=115200
terminal_output serial
set timeout=0
linux /boot/Image {append} cellblock.test
initrd /boot/initrd
boot
"""

# Power off is a panic, and a panic the end.
BOCHSRC = """\
config_interface: textconfig
display_library: term
cpu: model={model}, count={cpus}, ips=20000000, \
reset_on_triple_fault=0, quantum=32
memory: guest={memory}, host={memory}
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path={directory}/cd.iso, status=inserted
boot: cdrom
clock: sync=none
sound: driver=dummy
com1: enabled=1, mode=socket-client, dev=127.0.0.1:{port}
com2: enabled=1, mode=file, dev={directory}/port1
log: {log}
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
"""


INTEL, AMD = "corei7_haswell_4770", "ryzen"

# Its memory comes in blocks, made at the first access: struct of 2.7.
BLOCK = 128 << 10
BLOCKS = 0x60       # bx_mem: where the pointers to them are


def bx_mem(pid):
    """Where the running emulator has what describes its memory."""
    path = os.readlink(f"/proc/{pid}/exe")
    names = subprocess.run(["nm", "-D", path], check=True, text=True,
                           stdout=subprocess.PIPE).stdout
    symbol = re.search(r"^([0-9a-f]+) B bx_mem$", names, re.M)[1]
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text()
    base = re.search(rf"^([0-9a-f]+)-.* 00000000 .*{re.escape(path)}$", maps,
                     re.M)[1]
    return int(base, 16) + int(symbol, 16)


class Line(fdpexpect.fdspawn):
    """COM1: a socket, alive as long as the emulator is."""

    def __init__(self, connection, process):
        super().__init__(connection, encoding="utf-8",
                         codec_errors="replace")
        self.delaybeforesend = None
        self.process = process

    def isalive(self):
        return self.process.poll() is None


class Bochs(Console):
    """One machine, COM1 the console.

    append   more words for the kernel's command line
    model    of the CPUs: with VT-x, or AMD, with SVM that saves the next RIP
    cpus     of which each takes time, even asleep
    memory   in MiB; reserved: what the kernel leaves alone of it
    variant  "" or "test": the hypervisor built with TEST_BUILD=1
    limit    seconds after which Bochs is killed, whatever happens (PATIENCE)
    name     of the transcript, $(O)/logs/NAME.log; NAME.bochs is Bochs' own
             log, with why a VM entry failed, and NAME.screen its screen
    """

    arch, machine, kernel, gic = "x86", "bochs", "cloud", None

    def __init__(self, append="", variant="", limit=300, name="bochs", cpus=2,
                 memory=512, reserved="66M$0x1a000000", model=INTEL):
        super().__init__()
        self.append = f"{APPEND.format(reserved=reserved)} {append}"
        self.limit, self.name = limit, name
        self.cpus, self.memory, self.model = cpus, memory, model
        suffix = f"-{variant}" if variant else ""
        self.initrd = BUILD / "x86" / f"initramfs-{self.kernel}{suffix}.cpio"
        self.directory = self.connection = self.process = None
        self.bx_mem = None
        logs = BUILD / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.log_path = logs / f"{name}.log"

    def start(self, timeout=90):
        """Start Bochs and wait for the shell."""
        try:
            self._launch()
            self.expect(READY, timeout)
            self._empty_screen()
            self.run("trap : INT")
        except BaseException:
            self.stop()
            raise
        return self

    def _iso(self):
        boot = self.directory / "iso/boot"
        (boot / "grub").mkdir(parents=True)
        shutil.copy(kernel_dir("x86", self.kernel) / "Image", boot)
        shutil.copy(self.initrd, boot / "initrd")
        (boot / "grub/grub.cfg").write_text(GRUB.format(append=self.append))
        done = subprocess.run(
            ["grub-mkrescue", "-o", self.directory / "cd.iso",
             "--directory=/usr/lib/grub/i386-pc", "--fonts=", "--locales=",
             "--themes=",
             self.directory / "iso"],
            check=False, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise GuestError(f"grub-mkrescue: {done.stdout}")

    def _launch(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="cellblock-"))
        self.log = open(self.log_path, "w", encoding="utf-8")
        self._iso()
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(60)
            self._spawn(server.getsockname()[1])
            try:
                self.connection, _ = server.accept()
            except TimeoutError:
                screen = self.log_path.with_suffix(".screen").read_text(
                    encoding="utf-8", errors="replace")
                raise GuestError(f"Bochs does not start: {screen}") from None
        self.child = Line(self.connection, self.process)

    def _spawn(self, port):
        """It is the build with a debugger, which is told to continue (c), on
        a terminal of its own. SIGTERM it ignores."""
        rc, commands = self.directory / "bochsrc", self.directory / "commands"
        rc.write_text(BOCHSRC.format(
            directory=self.directory, port=port, cpus=self.cpus,
            model=self.model, memory=self.memory,
            log=self.log_path.with_suffix(".bochs")))
        commands.write_text("c\n")
        master, terminal = os.openpty()
        self.process = subprocess.Popen(
            ["timeout", "--foreground", "-s", "KILL",
             str(PATIENCE * self.limit),
             "bochs-bin", "-q", "-f", rc, "-rc", commands],
            stdin=terminal, stdout=terminal, stderr=terminal,
            cwd=self.directory, env={**os.environ, "TERM": "xterm"},
            start_new_session=True)
        os.close(terminal)
        threading.Thread(target=self._record, args=(master,),
                         daemon=True).start()

    def _empty_screen(self):
        """With a debugger, Bochs' screen is a terminal that it has opened and
        that nobody reads: after some minutes it is full, and Bochs waits."""
        pid = self._pid()
        for path in pathlib.Path(f"/proc/{pid}/fd").iterdir():
            if os.readlink(path) != "/dev/ptmx":
                continue
            info = pathlib.Path(f"/proc/{pid}/fdinfo/{path.name}").read_text()
            index = re.search(r"tty-index:\s*(\d+)", info)[1]
            screen = os.open(f"/dev/pts/{index}", os.O_RDWR | os.O_NOCTTY)
            tty.setraw(screen)
            threading.Thread(target=self._record,
                             args=(screen, ".shown"), daemon=True).start()

    def _record(self, master, suffix=".screen"):
        """What the screen shows, or it fills and Bochs waits."""
        with open(master, "rb", buffering=0) as screen, \
                open(self.log_path.with_suffix(suffix), "wb",
                     buffering=0) as log:
            try:
                while data := screen.read(65536):
                    log.write(data)
            except OSError:
                pass        # the end of a terminal

    def stop(self):
        """End Bochs, whatever state it is in. May be called twice."""
        if self.process:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = self.bx_mem = None
        if self.connection:
            self.connection.close()
            self.connection = None
        self.child = None
        if self.log:
            self.log.close()
            self.log = None
        if self.directory:
            shutil.rmtree(self.directory, ignore_errors=True)
            self.directory = None

    def wait_exit(self, timeout=60):
        """Wait until the machine is off."""
        deadline = time.monotonic() + PATIENCE * timeout
        while self._read(0.2) or self.child.isalive():
            if time.monotonic() > deadline:
                raise GuestError("the machine is not off\n" + self.tail())

    # -- its memory ----------------------------------------------------------

    def _pid(self):
        """Of the emulator itself, which timeout has started."""
        pid = self.process.pid
        path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
        return int(path.read_text().split()[0])

    def _stopped(self, pid):
        """Waits until it is."""
        while True:
            stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
            if stat.rpartition(")")[2].split()[0] in "tT":
                return
            time.sleep(0.001)   # it is no child of ours

    def read_physical(self, address, size):
        """Bytes of the machine's RAM at one moment, past every
        translation."""
        pid = self._pid()
        self.bx_mem = self.bx_mem or bx_mem(pid)
        os.kill(pid, signal.SIGSTOP)
        try:
            self._stopped(pid)
            with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
                return self._blocks(memory, address, size)
        finally:
            os.kill(pid, signal.SIGCONT)

    def _blocks(self, memory, address, size):
        def peek(at, length):
            return os.pread(memory.fileno(), length, at)

        table, = struct.unpack("<Q", peek(self.bx_mem + BLOCKS, 8))
        found = b""
        while len(found) < size:
            block, offset = divmod(address + len(found), BLOCK)
            length = min(BLOCK - offset, size - len(found))
            at, = struct.unpack("<Q", peek(table + 8 * block, 8))
            found += peek(at + offset, length) if at else bytes(length)
        return found

    def port(self, n=1):
        """What the serial port n (1) said; the console, 0, is not among
        them."""
        path = self.directory / f"port{n}"
        return path.read_bytes().decode(errors="replace")
