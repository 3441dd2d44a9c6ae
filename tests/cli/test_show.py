# SPDX-License-Identifier: GPL-2.0-only
"""What descriptions mean, in words and as JSON."""
import json

from conftest import CELL
from partitions import DTS, HOSTILE, V3, demo, hostile

FULL = """\
/dts-v1/;
/plugin/;
/ {
	compatible = "cellblock,cell";
	cell-name = "full";
	#address-cells = <2>;
	#size-cells = <2>;
	cpus = <&cpu1 &cpu2>;
	devices = <&rtc &virtio3>;
	console = <&uart0>;
	entry = <0x1000>;
	memory@0 {
		reg = <0x0 0x0 0x0 0x100000>;
		memory-region = <&cell_ram>;
	};
	memory@20000000 {
		reg = <0x0 0x20000000 0x0 0x100000>;
		memory-region = <&cell_ram>;
		offset = <0x0 0x200000>;
		read-only;
		no-dma;
		shared;
	};
	window@9000000 { reg = <0x0 0x9000000 0x0 0x1000>; shared; };
	window@9030000 {
		reg = <0x0 0x9030000 0x0 0x100>;
		access-widths = <1 4>;
	};
	comm-region@80000000 {
		compatible = "cellblock,comm-region";
		reg = <0x0 0x80000000 0x0 0x1000>;
		message-timeout-ms = <250>;
	};
};
"""

FULL_WORDS = """\
Cell full, from full.dts
  CPUs                   1: cpu@1, hardware id 0x1
                         2: cpu@2, hardware id 0x2
  entry                  0x1000
  console                PL011 at 0x9000000
  hypervisor's console   not permitted
  comm region            at 0x80000000, votes; silent for 250 ms counts as failed
  memory@0               0x0-0xfffff, 1 MiB
                         physically at 0x70000000, in cells@70000000
                         read, write, execute, DMA, loadable
  window@9000000         0x9000000-0x9000fff, 4 KiB
                         the same physically
                         read, write, shared
  window@9030000         0x9030000-0x90300ff, 256 B
                         the same physically
                         read, write, moderated; accesses of bytes: 1 4
  memory@20000000        0x20000000-0x200fffff, 1 MiB
                         physically at 0x70200000, in cells@70000000
                         read, execute, shared
  device                 pl031@9010000
                         0x9010000-0x9010fff, 4 KiB
                         the same physically
                         read, write
                         interrupt SPI 2
  device                 virtio_mmio@a000600
                         0xa000600-0xa0007ff, 512 B
                         the same physically
                         read, write, moderated; accesses of bytes: 1 2 4 8
                         interrupt SPI 19
  interrupts             SPI 2
                         SPI 19
"""

SYSTEM_WORDS = """\
System SYSTEM
  board                  linux,dummy-virt
  hypervisor's memory    0x7fc00000-0x7fffffff, 4 MiB
  console                PL011 at 0x9000000
  RAM                    0x40000000-0x7fffffff, 1 GiB
  addresses              40 bits
  interrupt controller   GICv3
                         distributor 0x8000000-0x800ffff, 64 KiB
                         redistributors 0x80a0000-0x8ffffff, ~15.4 MiB
                         maintenance interrupt: INTID 25
  interrupt delivery     direct where the hardware can
  PCI host               domain 0, buses 0-255
  reserved               0x7fc00000-0x7fffffff, 4 MiB: hypervisor@7fc00000 (no-map)
                         0x70000000-0x7fbfffff, 252 MiB: cells@70000000 (no-map)
  never a cell's         0x8000000-0x800ffff, 64 KiB: intc@8000000 (interrupt controller)
                         0x80a0000-0x8ffffff, ~15.4 MiB: intc@8000000 (interrupt controller)
                         0x7fc00000-0x7fffffff, 4 MiB: hypervisor (hypervisor)
                         0x4010000000-0x401fffffff, 256 MiB: pcie@10000000 (PCI configuration)
"""


def sections(text):
    """The paragraphs, by their first words."""
    return {p.split("\n")[0]: p + "\n"
            for p in text.rstrip("\n").split("\n\n")}


def test_system_exactly(cli):
    r = cli("config", "show", V3)
    assert r.returncode == 0 and r.stderr == ""
    assert r.stdout.startswith(SYSTEM_WORDS.replace("SYSTEM", str(V3)) +
                               "\nRoot cell linux\n")


def test_cell_exactly(cli):
    cli.write("full.dts", FULL)
    r = cli("config", "show", V3, "full.dts", demo("gic"))
    found = sections(r.stdout)
    assert found["Cell full, from full.dts"] == FULL_WORDS
    # both lie at the start of the pool; the first keeps it
    assert f"Cell gic-demo, from {demo('gic')}: NOT ADMITTED" in found
    assert r.returncode == 1 and "[mem-overlap-cells]" in r.stderr


def test_the_rest_of_the_root_cell(cli):
    cli.write("full.dts", FULL)
    root = cli("config", "show", V3, "full.dts").stdout.split("\n\n")[1]
    assert root.startswith("Root cell linux, with what the cells leave of")
    lines = [line.split(None, 1) for line in root.splitlines()]
    assert ["CPUs", "0: cpu@0, hardware id 0x0"] in lines
    assert "3: cpu@3, hardware id 0x3" in [" ".join(x) for x in lines]
    assert "cpu@1" not in root and "cpu@2" not in root
    assert "pl031@9010000" not in root
    assert "0x9000000-0x9000fff, 4 KiB: window@9000000 (pl011@9000000) " \
        "rw-, shared by linux and full\n" in root
    assert "0x9030100-0x9030fff, 3840 B: pl061@9030000\n" in root
    assert root.endswith("  interrupts             SPI 0-1\n"
                         "                         SPI 3-18\n"
                         "                         SPI 20-987")


def test_json(cli):
    cli.write("full.dts", FULL)
    cli.write("small.dts", CELL.replace(
        "cpus = <&cpu1>;", "cpus = <&cpu3>; virtual-console;").replace(
        "<&cell_ram>;", "<&cell_ram>; offset = <0x0 0x400000>;"))
    r = cli("config", "show", "--json", V3, "full.dts", "small.dts")
    everything = json.loads(r.stdout)
    assert r.returncode == 0 and everything["admitted"] is True
    system = everything["system"]
    assert system["hypervisor_memory"] == {"address": "0x7fc00000",
                                           "size": 0x400000}
    assert [c["name"] for c in system["cpus"]] == [
        f"cpu@{i}" for i in range(4)]
    assert system["interrupt_controller"]["kind"] == "GICv3"
    assert system["pci_hosts"][0]["last_bus"] == 255
    assert {"name": "cells@70000000", "address": "0x70000000",
            "size": 0xfc00000} in system["reserved"]
    root = everything["root_cell"]
    assert [c["number"] for c in root["cpus"]] == [0]
    assert root["interrupts"] == [{"first": 32, "last": 33},
                                  {"first": 35, "last": 50},
                                  {"first": 52, "last": 1019}]
    full, small = everything["cells"]
    assert full["name"] == "full" and full["file"] == "full.dts"
    assert full["admitted"] and full["entry"] == "0x1000"
    assert full["console"] == {"kind": "PL011", "address": "0x9000000"}
    assert full["comm_region"] == {"address": "0x80000000", "passive": False,
                                   "message_timeout_ms": 250}
    assert full["memory"][3] == {
        "name": "memory@20000000", "address": "0x20000000", "size": 0x100000,
        "physical": "0x70200000", "region": "cells@70000000",
        "flags": ["read", "execute", "shared"], "access_widths": []}
    assert full["memory"][2]["access_widths"] == [1, 4]
    assert [(d["name"], d["interrupts"]) for d in full["devices"]] == [
        ("pl031@9010000", [34]), ("virtio_mmio@a000600", [51])]
    assert small["virtual_console"] and "console" not in small


def test_json_of_what_is_refused(cli):
    r = cli("config", "show", "--json", V3, demo("gic"), demo("uart"))
    everything = json.loads(r.stdout)
    assert r.returncode == 1 and everything["admitted"] is False
    assert [c["admitted"] for c in everything["cells"]] == [True, False]


def test_links(cli):
    text = f'#include "{V3}"\n' + """/ { hypervisor {
	#address-cells = <2>; #size-cells = <2>; ranges;
	net0: link@7fb00000 {
		compatible = "cellblock,ivshmem"; peers = <2>;
		reg = <0x0 0x7fb00000 0x0 0x100000>;
	};
}; };"""
    cli.write("s.dts", text)
    end = """
	links {
		#address-cells = <1>; #size-cells = <0>;
		link@3 {
			compatible = "cellblock,link";
			reg = <3>; link = <&net0>; peer-id = <1>;
		};
	};
};"""
    cli.write("a.dts", CELL[:CELL.rindex("};")] + end)
    args = ("-I", DTS, "-I", DTS / "../include", "s.dts", "a.dts")
    r = cli("config", "show", *args)
    assert ("  link                   0x7fb00000-0x7fbfffff, 1 MiB: "
            "link@7fb00000\n"
            "                         2 peers; demo (peer 1)\n") in r.stdout
    assert ("  link                   link@7fb00000: peer 1, virtual PCI "
            "device 3\n") in r.stdout
    everything = json.loads(cli("config", "show", "--json", *args).stdout)
    assert everything["cells"][0]["links"] == [
        {"name": "link@7fb00000", "peer_id": 1, "device": 3}]


def test_hostile_names_are_harmless(cli):
    files = hostile(cli)
    r = cli("config", "show", *files)
    assert r.returncode == 0, r.stderr
    assert f": {HOSTILE}@9050000\n" in r.stdout
    assert "Cell <b>&'x, from " in r.stdout
    assert not set(r.stdout) - set(map(chr, range(32, 127))) - {"\n"}
    everything = json.loads(cli("config", "show", "--json", *files).stdout)
    assert everything["cells"][0]["name"] == "<b>&'x"


def test_unreadable_is_status_2(cli):
    cli.write("a.dts", CELL.replace("cpus = <&cpu1>", "cpus = <&nowhere>"))
    for args in ([V3, "none.dts"], [V3, "a.dts"], [demo("gic")]):
        r = cli("config", "show", *args)
        assert r.returncode == 2 and r.stdout == "" and r.stderr
