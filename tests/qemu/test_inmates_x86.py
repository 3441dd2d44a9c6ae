# SPDX-License-Identifier: GPL-2.0-only
"""The library of the x86 inmates, without a hypervisor: each demo on a bare
machine, started by a ROM of ours as a cell is started."""

import contextlib
import os
import pathlib
import re
import select
import shutil
import struct
import subprocess
import time

import pytest

import qmp

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / (os.environ.get("O") or "build")
INMATES = BUILD / "x86/inmates"
PATIENCE = 120      # seconds, on a busy host

COMM = 0x100000
RESET, LOW = (0xf0000, 0xf000, 0xfff0), (0, 0, 0)
PM_TIMER = 0x608
COM1 = 0x3f8

pytestmark = pytest.mark.skipif(
    not shutil.which("qemu-system-x86_64"), reason="no QEMU for x86")


@pytest.fixture(scope="session", name="rom")
def rom_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rom")
    for command in (
            "gcc -m32 -c -o rom.o {source}",
            "ld -m elf_i386 -Ttext=0xffff0000 -e 0xfffffff0 -o rom.elf rom.o",
            "objcopy -O binary -j .text rom.elf rom.bin"):
        subprocess.run(command.format(source=SOURCE /
                                      "tests/qemu/inmate-rom.S").split(),
                       cwd=folder, check=True)
    return folder / "rom.bin"


def comm_region(**values):
    """struct cb_comm_page of hv/abi/comm.h"""
    v = {"revision": 2, "flags": 0, "console": COM1, "pm_timer": PM_TIMER,
         "cpus": 1, "tsc_khz": 0, "apic_khz": 0, **values}
    return struct.pack("<6sHIIIIQIHHIIQQHHII", b"JHCOMM", v["revision"], 0, 0,
                       0, v["flags"], v["console"], 8, 2, 0, 0, 0, 0, 0,
                       v["pm_timer"], v["cpus"], v["tsc_khz"], v["apic_khz"])


class Machine:
    def __init__(self, rom, folder, inmate, words="", place=RESET, smp=1,
                 machine=(), **comm):
        image = bytearray((INMATES / f"{inmate}.bin").read_bytes())
        if place == LOW:    # loaded after the image, so over it
            image[0x1000:0x1001 + len(words)] = words.encode() + b"\0"
        files = {0x200000: bytes(image), 0x1000: words.encode() + b"\0",
                 0x9f000: struct.pack("<IHH", place[0], place[2], place[1]),
                 COMM: comm_region(cpus=smp, **comm)}
        command = ["qemu-system-x86_64", "-M", "q35", "-m", "64", "-smp",
                   str(smp), "-bios", str(rom), "-nodefaults", "-display",
                   "none", "-serial", "stdio", "-no-reboot", *machine]
        for address, data in files.items():
            (folder / f"{address:x}").write_bytes(data)
            command += ["-device", f"loader,file={folder / f'{address:x}'},"
                        f"addr={address:#x},force-raw=on"]
        self.text = ""
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.communicate()

    def wait(self, text):
        """All that came, up to the line of that text."""
        end = time.monotonic() + PATIENCE
        while text not in self.text or not self.text.endswith("\n"):
            left = end - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [],
                                        max(left, 0))
            data = os.read(self.process.stdout.fileno(), 4096) if ready \
                else b""
            assert data, f"no {text!r} in:\n{self.text}"
            self.text += data.decode(errors="replace").replace("\r", "")
        return self.text


@pytest.fixture(name="start")
def start_of(rom, tmp_path):
    return lambda *words, **named: Machine(rom, tmp_path, *words, **named)


@pytest.mark.parametrize("place", (RESET, LOW), ids=("reset", "low"))
@pytest.mark.parametrize("name", ("tiny-demo", "32-bit-demo"))
def test_time_passes(start, name, place):
    with start(name, "lines=3 period-ms=100", place) as m:
        text = m.wait("done after 3 lines")
    times = [int(line.split()[2]) for line in text.splitlines()
             if line.startswith("PM Timer:")]
    assert len(times) == 3
    assert times == sorted(times) and times[2] >= 200_000_000


def test_apic_timer(start):
    with start("apic-demo", "ticks=5 period-us=20000") as m:
        text = m.wait("done after 5 ticks")
    khz = int(re.search(r"Calibrated APIC frequency: (\d+) kHz", text)[1])
    # QEMU's counts nanoseconds
    assert 950_000 < khz < 1_050_000
    assert len(re.findall(r"Timer fired, jitter: +\d+ ns, min: +\d+ ns, avg: "
                          r"+\d+ ns, max: +\d+ ns", text)) == 5


def test_rates_of_the_comm_region(start):
    """They count, and are not measured again."""
    with start("apic-demo", "ticks=1 period-us=20000", tsc_khz=2_000_000,
               apic_khz=500_000, pm_timer=0) as m:
        assert "APIC frequency: 500000 kHz" in m.wait("done after 1 ticks")


def test_no_clock(start):
    with start("apic-demo", pm_timer=0, machine=("-cpu", "qemu64")) as m:
        m.wait("no clock: neither tsc_khz nor a PM timer")


def test_ioapic(start):
    with start("ioapic-demo", "irqs=2") as m:
        text = m.wait("done after 2 interrupts")
    assert text.count("ACPI IRQ received, status: 0001") == 2


@pytest.mark.parametrize("cpus", (1, 2, 4))
def test_smp(start, cpus):
    with start("smp-demo", "rounds=5", smp=cpus) as m:
        text = m.wait("smp-demo: done")
    assert f"smp-demo: {cpus} CPUs, this one's APIC id is 0" in text
    ids = re.findall(r"CPU \d: APIC id (\d), hello", text)
    assert sorted(map(int, ids)) == list(range(1, cpus))
    assert text.count("5 IPIs answered") == cpus - 1


def test_missing_cpu(start):
    """The comm region promises one more than there is: not for ever."""
    with start("smp-demo", "cpus=3", smp=2) as m:
        text = m.wait("smp-demo: done")
    assert "not all CPUs came" in text
    assert "smp-demo: 2 CPUs" in text


def test_portable_demos(start):
    with start("uart-demo", "lines=3 period-ms=50") as m:
        m.wait("uart-demo: done after 3 lines")
    with start("vote-demo") as m:
        assert "vote-demo: locked\n" in m.wait("heartbeat 2")


@pytest.mark.parametrize("words, vector", (
    ("op=exec addr=0x50000000", None),
    ("op=read addr=0x8000000000000000", 13)))
def test_exception_is_reported(start, words, vector):
    """A bare machine has no hypervisor that would park: the library says it."""
    with start("fault-demo", words) as m:
        text = m.wait(" ss ")
    found = re.search(r"EXCEPTION vector (\d+) error 0x\w+ ip 0x\w+", text)
    assert vector in (None, int(found[1]))
    assert "survived" not in text


# What each does on a machine that refuses nothing
HELD, BROKEN = "PASS", "FAIL"


@pytest.mark.parametrize("name, words, verdict", (
    ("mem-01", "case=first victim=0x400000,0x1000", BROKEN),
    ("mem-02", "case=string victim=0x400000,0x1000", BROKEN),
    ("mem-07", "case=inside region=0x20000,0x3000", HELD),
    ("mem-08", "case=locked ro=0x30000", BROKEN),
    ("mem-09", "case=execute nx=0x30000", BROKEN),
    ("mem-15", "case=check ram=0x90000", HELD),
    ("mmio-02", "case=mov-imm-sib", HELD),
    ("mmio-02", "case=string", HELD),
    ("mmio-04", "", HELD),
    ("mmio-09", "own=5", HELD),
    ("pio-01", "case=own own=0x3f8,8", HELD),
    ("pio-01", "case=outs port=0x70", BROKEN),
    ("pio-03", "case=scan", BROKEN),
    ("msr-01", "case=listed", HELD),
    ("msr-01", "case=read msr=0x79", BROKEN),
    ("msr-04", "case=mtrr", BROKEN),
    ("irq-13", "case=physical", HELD),
    ("irq-13", "case=smi", BROKEN),
    ("irq-14", "case=nmi-own", HELD),
    ("irq-15", "case=foreign foreign=6", BROKEN),
    ("irq-16", "case=move", BROKEN),
    ("cpu-15", "case=iret", HELD),
    ("cpu-16", "case=hidden", BROKEN)))
def test_probe_judges(start, name, words, verdict):
    with start(name, words) as m:
        text = m.wait("checks hold")
    assert f"PROBE {name.upper()} {verdict} " in text.splitlines()[-1]


@pytest.mark.parametrize("name, words, verdict", (
    ("mmio-03", "case=direction rounds=500", HELD),
    ("irq-09", "case=others ms=100", HELD),
    ("irq-14", "case=restart-own", HELD),
    ("irq-14", "case=startup-foreign foreign-cpus=1", BROKEN),
    ("cpu-01", "case=named foreign-cpus=1 cpus=1", BROKEN)))
def test_probe_judges_with_two_cpus(start, name, words, verdict):
    with start(name, words, smp=2) as m:
        text = m.wait("checks hold")
    assert f"PROBE {name.upper()} {verdict} " in text.splitlines()[-1]


def test_victim_beats(start):
    with start("victim", "beats=3 period-ms=50 pin=5") as m:
        text = m.wait("VICTIM end after 3 beats")
    assert len(re.findall(r"VICTIM beat \d ok late", text)) == 3


def state_of(machine, folder):
    """cell_state, once it is final."""
    end = time.monotonic() + PATIENCE
    with contextlib.closing(qmp.Qmp(str(folder / "qmp"))) as q:
        while time.monotonic() < end and machine.process.poll() is None:
            said = q.human(f"xp /1wx {COMM + 8:#x}")
            state = int(said.split()[-1], 16)
            if state >= 2:
                return state
    raise AssertionError("the state is never final")


def test_revision_is_checked(start, tmp_path):
    """State 4, and not a word."""
    with start("tiny-demo", revision=3,
               machine=("-qmp", f"unix:{tmp_path}/qmp,server,wait=off")) as m:
        assert state_of(m, tmp_path) == 4
        assert not m.text
