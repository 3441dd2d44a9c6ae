# SPDX-License-Identifier: GPL-2.0-only
"""Who owns what, as a map for the terminal."""
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import pytest

from conftest import CELL
from partitions import DTS, HOSTILE, V3, demo, hostile, many

DEMO_MAP = """\
qemu-virt-gicv3.dts: 4 CPUs, 3 cells

  H  hypervisor       4 MiB
  0  linux         1018 MiB  CPUs 0-1
  1  gic-demo         1 MiB  CPUs 3
  2  vote-demo        1 MiB  CPUs 2
  3  uart-demo        1 MiB  CPUs 3

     # its own  = shared  : gap  X clash  ? not to give

Memory                  H0123
          0    128 MiB  .#...  linux: flash@0
    8000000     64 KiB  #....  hypervisor: intc@8000000 (interrupt controller)
:   80a0000  ~15.4 MiB  #....  hypervisor: intc@8000000 (interrupt controller)
    9000000      4 KiB  .=..=  linux + uart-demo: window@9000000 (pl011@900000..
:   9010000      4 KiB  .#...  linux: pl031@9010000
:   9020000      4 KiB  .#...  linux: fw-cfg@9020000
:   9030000      4 KiB  .#...  linux: pl061@9030000
:   a000000     16 KiB  .#...  linux: virtio_mmio@a000000, virtio_mmio@a000200..
    a004000  ~96.0 MiB  .....  nobody's
   10000000    752 MiB  .#...  linux: pcie@10000000
   3f000000     16 MiB  .....  nobody's
   40000000    768 MiB  .#...  linux: RAM
   70000000      1 MiB  ..X.X  CLASH: gic-demo and uart-demo: memory@0 rwx at ..
   70100000      1 MiB  ...#.  vote-demo: memory@0 rwx at 0x0
   70200000    250 MiB  .#...  linux: RAM reserved as cells@70000000, no cell's
   7fc00000      4 MiB  #....  hypervisor: hypervisor (its own memory)
   80000000 ~254.2 GiB  .....  nobody's
 4010000000    256 MiB  #....  hypervisor: pcie@10000000 (PCI configuration)
 4020000000 ~255.5 GiB  .....  nobody's
 8000000000    512 GiB  .#...  linux: pcie@10000000

CPUs                    H0123
0 cpu@0                 .#...  linux
1 cpu@1                 .#...  linux
2 cpu@2                 ...#.  vote-demo
3 cpu@3                 ..X.X  CLASH: gic-demo and uart-demo

Interrupts              H0123
SPI 0-987               .#...  linux

The hypervisor would refuse this: 2 places are marked X or ?.
"""


def test_demos_exactly(cli):
    r = cli("config", "map", V3, demo("gic"), demo("vote"), demo("uart"))
    assert r.stdout == DEMO_MAP
    assert r.returncode == 1
    assert "[mem-overlap-cells]" in r.stderr and "[cpu-shared]" in r.stderr


def test_utf8_differs_in_marks_only(cli):
    r = cli("config", "map", V3, demo("gic"), demo("vote"), demo("uart"),
            LC_ALL="C.UTF-8")
    marks = {"█": "#", "▒": "=", "·": ".", "⋮": ":"}
    head = [line[:29] for line in DEMO_MAP.splitlines()[12:]]
    plain = "".join(marks.get(c, c) for c in r.stdout)
    assert [line[:29] for line in plain.splitlines()[12:]] == head
    assert set(marks) <= set(r.stdout) and "…" in r.stdout
    assert max(map(len, r.stdout.splitlines())) <= 80


def test_admissible_cells_are_status_0(cli):
    r = cli("config", "map", V3, demo("gic"), demo("vote"))
    assert r.returncode == 0 and r.stderr == ""
    assert "refuse" not in r.stdout and "clash" not in r.stdout
    assert "   70000000      1 MiB  ..#.  gic-demo" in r.stdout


def test_no_cell(cli):
    r = cli("config", "map", V3)
    assert r.returncode == 0
    assert "gicv3.dts: 4 CPUs, 0 cells\n" in r.stdout
    assert "  0  linux         1020 MiB  CPUs 0-3\n" in r.stdout


def test_interrupts_of_a_device(cli):
    cli.write("a.dts", CELL.replace("cpus = <&cpu1>;",
                                    "cpus = <&cpu1>; devices = <&rtc>;"))
    r = cli("config", "map", V3, "a.dts")
    rows = r.stdout[r.stdout.index("Interrupts"):].splitlines()
    assert [row.split() for row in rows[1:4]] == [
        ["SPI", "0-1", ".#.", "linux"], ["SPI", "2", "..#", "demo"],
        ["SPI", "3-987", ".#.", "linux"]]
    assert ":   9010000      4 KiB  ..#  demo: pl031@9010000 rw-\n" in r.stdout
    assert r.returncode == 0


def test_what_the_root_cell_does_not_have(cli):
    cli.write("a.dts", CELL.replace("memory-region = <&cell_ram>",
                                    "physical-address = <0x1 0x0>"))
    r = cli("config", "map", V3, "a.dts")
    assert r.returncode == 1 and "[mem-outside-ram]" in r.stderr
    assert ("  100000000      1 MiB  ..?  NOT TO GIVE: demo: memory@0 rwx at"
            in r.stdout)


def test_the_hypervisors_own(cli):
    cli.write("a.dts", CELL.replace("memory-region = <&cell_ram>",
                                    "physical-address = <0x0 0x7fc00000>"))
    r = cli("config", "map", V3, "a.dts")
    assert r.returncode == 1
    assert re.search(r"7fc00000 +1 MiB  X.X  CLASH: hypervisor and demo: ",
                     r.stdout)
    assert re.search(r"7fd00000 +3 MiB  #..  hypervisor: ", r.stdout)


def test_cells_of_a_system_that_is_refused(cli):
    bad = V3.read_text().replace("0x7fc00000 0x0 0x400000",
                                 "0x7fc00000 0x0 0x400001")
    cli.write("bad.dts", bad)
    r = cli("config", "map", "-I", DTS, "-I", DTS / "../include", "bad.dts",
            demo("gic"))
    assert r.returncode == 1 and "[mem-align]" in r.stderr
    assert "gic-demo: memory@0" in r.stdout


@pytest.mark.parametrize("system, cell, why", [
    (V3, "none.dts", "none.dts: No such file"),
    (V3, V3, "cell"),
    (demo("gic"), None, "system"),
])
def test_unreadable_is_status_2(cli, system, cell, why):
    r = cli("config", "map", system, *([cell] if cell else []))
    assert r.returncode == 2 and r.stdout == ""
    assert why in r.stderr


def test_cell_that_cannot_be_loaded_is_status_2(cli):
    cli.write("a.dts", CELL.replace("reg = <0x0 0x0 0x0 0x100000>;", ""))
    r = cli("config", "map", V3, "a.dts")
    assert r.returncode == 2 and r.stdout == ""
    assert "a.dts: cannot be shown with these errors" in r.stderr


@pytest.mark.parametrize("columns", [0, 20, 60, 100, 200])
@pytest.mark.parametrize("cells", [3, 20, 62])
@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
@pytest.mark.parametrize("binary", ["sanitized"], indirect=True)
def test_width(cli, cells, columns, locale):
    env = {"COLUMNS": str(columns)} if columns else {}
    r = cli("config", "map", V3, *many(cli, cells), LC_ALL=locale, **env)
    assert max(map(len, r.stdout.splitlines())) <= max(columns or 80, 60)
    for i in range(cells):
        if cells < 30 or columns >= 100:
            assert re.search(rf" {0x70000000 + (i << 20):x} +1 MiB +\S+ +"
                             rf"cell-{i}: memory@0", r.stdout)


def on_terminal(cli, *args, columns=70, **env):
    """Output and the status, with a terminal as standard output."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 50, columns,
                                                       0, 0))
    p = subprocess.Popen([cli.binary, *map(str, args)], stdout=slave,
                         stderr=subprocess.DEVNULL, cwd=cli.dir,
                         env={**cli.env, **env}, stdin=subprocess.DEVNULL)
    os.close(slave)
    out = b""
    try:
        while part := os.read(master, 65536):
            out += part
    except OSError:     # EIO: the other end is closed
        pass
    os.close(master)
    assert p.wait(timeout=60) in (0, 1)
    return out.decode()


def test_colours_on_a_terminal_only(cli):
    args = ("config", "map", V3, demo("gic"), demo("uart"))
    piped = cli(*args).stdout
    colour = on_terminal(cli, *args)
    plain = on_terminal(cli, *args, NO_COLOR="1")
    assert "\x1b" not in piped and "\x1b" not in plain
    assert "\x1b[1;31mX" in colour
    assert re.sub(r"\x1b\[[0-9;]*m", "", colour) == plain
    assert "\x1b" not in on_terminal(cli, *args, TERM="dumb")
    assert max(map(len, plain.splitlines())) <= 70


def test_hostile_names_are_harmless(cli):
    r = cli("config", "map", *hostile(cli), COLUMNS="200")
    assert r.returncode == 0, r.stderr
    assert r.stdout.startswith("?[31m<&?.dtb: 4 CPUs, 1 cell\n")
    assert f"linux: {HOSTILE}@9050000\n" in r.stdout
    assert "<b>&'x: memory@0" in r.stdout
    assert not set(r.stdout) - set(map(chr, range(32, 127))) - {"\n"}


def test_output_file(cli):
    args = ("config", "map", V3, demo("gic"))
    r = cli(*args, "-o", "map.txt")
    assert r.returncode == 0 and r.stdout == ""
    assert (cli.dir / "map.txt").read_text() == cli(*args).stdout
    r = cli(*args, "-o", "none/map.txt")
    assert r.returncode == 2 and "none/map.txt: No such file" in r.stderr
    r = cli(*args, "-o", "/dev/full")
    assert r.returncode == 2 and "cannot be written" in r.stderr
