# SPDX-License-Identifier: GPL-2.0-only
"""cell list and cell stats from a made-up /sys."""
import json
import os
import re
import time

import pexpect
import pyte
import pytest

COUNTERS = {
    "": {"vmexits_total": 30, "vmexits_mmio": 10, "vmexits_psci": 20},
    "cpu2": {"vmexits_total": 18, "vmexits_mmio": 8, "vmexits_psci": 10},
    "cpu10": {"vmexits_total": 12, "vmexits_mmio": 2, "vmexits_psci": 10},
}


@pytest.fixture
def three(cli):
    cli.load_module()
    cli.cell(10, "last", "failed", "3", "3")
    cli.cell(0, "linux", "running", "0-1")
    cli.cell(2, "gic-demo", "running/locked", "2,10", "", COUNTERS)
    cli.write("sys/delivery", "direct\n")
    return cli


def test_list(three):
    r = three("cell", "list")
    assert r.returncode == 0 and r.stderr == ""
    assert r.stdout.splitlines() == [
        "ID      Name                    State             "
        "Assigned CPUs           Failed CPUs",
        "0       linux                   running           "
        "0-1                     ",
        "2       gic-demo                running/locked    "
        "2,10                    ",
        "10      last                    failed            "
        "3                       3"]


def test_list_json(three):
    r = three("cell", "list", "--json")
    cells = json.loads(r.stdout)
    assert [c["id"] for c in cells] == [0, 2, 10]
    assert cells[2] == {"id": 10, "name": "last", "state": "failed",
                        "cpus_assigned": "3", "cpus_failed": "3"}


def test_json_escapes(cli):
    cli.load_module()
    cli.cell(1, 'a"b\\c\td')
    (cli.sys / "cells/1/state").write_bytes(b"\xff\xc3\xa9\xe2\x82\n")
    c = json.loads(cli("cell", "list", "--json").stdout)[0]
    assert c["name"] == 'a"b\\c\td'
    assert c["state"] == "\ufffd\u00e9\ufffd\ufffd"


def test_list_not_enabled(cli):
    cli.load_module(enabled=False)
    r = cli("cell", "list")
    assert (r.returncode, r.stdout) == (0, "")
    assert r.stderr == "cellblock: the hypervisor is not enabled\n"
    assert json.loads(cli("cell", "list", "--json").stdout) == []


@pytest.mark.parametrize("cell", [["2"], ["gic-demo"],
                                  ["--name", "gic-demo"]])
def test_stats_once(three, cell):
    r = three("cell", "stats", *cell, "--once")
    assert r.returncode == 0
    rows = [line.split() for line in r.stdout.splitlines()]
    assert rows == [["COUNTER", "SUM", "CPU2", "CPU10"],
                    ["vmexits_total", "30", "18", "12"],
                    ["vmexits_mmio", "10", "8", "2"],
                    ["vmexits_psci", "20", "10", "10"]]


def test_stats_once_with_rates(three):
    r = three("cell", "stats", "2", "--once", "-i", "0.1")
    assert r.stdout.splitlines()[1].split() == \
        ["vmexits_total", "30", "0.0", "18", "12"]


def test_stats_json(three):
    s = json.loads(three("cell", "stats", "2", "--json").stdout)
    assert s["name"] == "gic-demo" and s["delivery"] == "direct"
    assert s["counters"]["vmexits_mmio"] == {"sum": 10}
    assert [c["cpu"] for c in s["cpus"]] == [2, 10]
    assert s["cpus"][1]["counters"]["vmexits_total"]["sum"] == 12
    s = json.loads(three("cell", "stats", "2", "--json", "-i", "0.1").stdout)
    assert s["counters"]["vmexits_mmio"] == {"sum": 10, "per_second": 0.0}


def test_stats_of_no_cell(three):
    r = three("cell", "stats", "5", "--once")
    assert r.returncode == 1 and "there is no cell 5" in r.stderr
    r = three("cell", "stats", "10", "--once")
    assert r.returncode == 1 and "no statistics" in r.stderr


def test_stats_needs_a_terminal(three):
    r = three("cell", "stats", "2")
    assert r.returncode == 2 and "--once" in r.stderr


class Live:
    """The live view on an emulated terminal of 80 columns."""

    def __init__(self, cli, *args, rows=24, term="linux"):
        self.screen = pyte.Screen(80, rows)
        self.stream = pyte.Stream(self.screen)
        self.raw = ""
        self.p = pexpect.spawn(cli.binary, ["cell", "stats", *args],
                               env={**cli.env, "TERM": term}, cwd=cli.dir,
                               dimensions=(rows, 80), encoding="utf-8")

    def text(self):
        return "\n".join(self.screen.display)

    def shows(self, pattern):
        """Waits until it stands on the screen."""
        end = time.monotonic() + 20
        while not re.search(pattern, self.text()):
            assert time.monotonic() < end, self.text()
            try:
                text = self.p.read_nonblocking(4096, timeout=1)
            except pexpect.TIMEOUT:
                continue
            self.raw += text
            self.stream.feed(text)

    def ends(self):
        self.raw += self.p.read()
        self.p.close()
        return self.p.exitstatus


def test_live_view(three):
    live = Live(three, "2", "-i", "0.2")
    live.shows('Cell 2 "gic-demo", running/locked, interrupts: direct')
    live.shows("COUNTER +SUM +PER SEC")
    live.shows("vmexits_total +30 +0 ")
    three.write("sys/cells/2/statistics/vmexits_total", "4444\n")
    live.shows("vmexits_total +4444 +[1-9]")
    live.p.send("c")
    live.shows(r"CPU 2 (.|\n)*vmexits_total +18(.|\n)*CPU 10 (.|\n)*"
               "vmexits_total +12")
    live.p.send("c")
    live.shows("vmexits_total +4444 +0 ")
    live.p.send("q")
    assert live.ends() == 0


def test_live_view_ctrl_c_restores_the_terminal(three):
    live = Live(three, "2", term="xterm")
    live.shows("vmexits_total")
    live.p.send("\x03")
    assert live.ends() == 0
    assert "\x1b[?1049l" in live.raw


def test_live_view_scrolls(three):
    live = Live(three, "2", "-i", "60", rows=6)
    live.shows("vmexits_total")
    live.p.send("c")
    live.shows("CPU 2 ")
    assert "CPU 10" not in live.text()
    live.p.send("\x1b[B" * 3)
    live.shows("CPU 10 ")
    live.p.send("\x1b[A" * 9)
    live.shows("CPU 2 ")
    live.p.send("q")
    assert live.ends() == 0


def test_live_view_of_a_cell_that_goes(three):
    live = Live(three, "2", "-i", "0.2")
    live.shows("vmexits_total")
    os.rename(three.sys / "cells/2", three.sys / "gone")
    assert live.ends() == 1
    assert "cell 2 is gone" in live.raw


def test_live_view_unknown_terminal(three):
    live = Live(three, "2", term="no-such-terminal")
    assert live.ends() == 2
    assert "unknown kind of terminal" in live.raw
