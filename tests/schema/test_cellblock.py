# SPDX-License-Identifier: GPL-2.0-only
"""The schemas of our own nodes: with dt-schema, hv/config and dts/."""

import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
FILES = sorted(SCHEMAS.glob("cellblock/*.yaml"))
SOURCES = sorted((ROOT / "dts").glob("*/*.dts"))
TYPES = {"HYPERVISOR": "hypervisor", "ROOT": "root-cell",
         "ROOT_WINDOW": "root-window", "LINK": "link", "CELL": "cell",
         "MEMORY": "memory", "WINDOW": "window", "COMM": "comm-region",
         "LINKS": "links", "LINK_END": "link-end"}
# Of the board, for the checker alone.
BOARD = {"pci-function", "pm-timer"}
GROUPS = {"REGIONS": ("MEMORY", "WINDOW"), "CELLS": ("ROOT", "CELL")}


def compiled(source, out, edit=lambda text: text):
    text = subprocess.run(
        ["cpp", "-nostdinc", "-undef", "-P", "-x", "assembler-with-cpp",
         "-I", ROOT / "dts/include", "-I", source.parent, source],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    changed = edit(text)
    blob = out / f"{source.stem}.dtb"
    subprocess.run(["dtc", "-@", "-f", "-q", "-q", "-I", "dts", "-O", "dtb",
                    "-o", blob, "-"], input=changed, text=True, check=True)
    return blob


def known_to_config():
    """{schema: properties} and the standard ones, of hv/config"""
    table = {name: set() for name in TYPES.values()}
    standard = set()
    rows = re.findall(r'PROP\(P_\w+,\s*"([^"]+)",\s*FORM_\w+,'
                      r'((?:[^()]|\(\w+\))*)\)',
                      (ROOT / "hv/config/props.def").read_text())
    for name, types in rows:
        for group in re.findall(r"\b(REGIONS|CELLS)\b", types):
            for one in GROUPS[group]:
                table[TYPES[one]].add(name)
        for one in re.findall(r"ON\((\w+)\)", types):
            if one != "BOARD":      # no node of ours
                table[TYPES[one]].add(name)
        if re.search(r"\bALL\b", types):
            standard.add(name)
    assert len(rows) > 20 and len(standard) > 8
    return table, standard


def properties_of(path):
    """The keys of the schema's "properties", read as text."""
    block = re.search(r"^properties:\n((?:  .*\n|\n)*)", path.read_text(),
                      re.M).group(1)
    return dict(re.findall(
        r'^  "?([\w#,$-]+)"?:(.*(?:\n(?:   .*)?)*)', block, re.M))


@pytest.mark.parametrize("path", [p for p in FILES if p.stem not in BOARD],
                         ids=lambda p: p.stem)
def test_properties_are_those_of_config(path):
    table, standard = known_to_config()
    schema = {name for name, body in properties_of(path).items()
              if "type: object" not in body} - {"$nodename"}
    assert schema - standard == table[path.stem]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_property_of_ours_has_a_description(path):
    _, standard = known_to_config()
    for name, body in properties_of(path).items():
        if name not in standard and name != "$nodename" \
                and "type: object" not in body:
            assert "description:" in body, name


def test_one_schema_for_each_type():
    assert {p.stem for p in FILES} - BOARD == set(TYPES.values())


def test_dt_doc_validate_accepts_every_file():
    done = subprocess.run(["dt-doc-validate", "-u", SCHEMAS, *FILES],
                          check=False, text=True, capture_output=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_all_descriptions_are_clean(check, tmp_path):
    blobs = [compiled(s, tmp_path) for s in SOURCES]
    result = check([SCHEMAS], blobs)
    assert result.errors == [] and result.findings == []
    assert len(result.blobs) == len(SOURCES) >= 6


def demo(old, new):
    """An edit of a demo cell that must apply."""
    def edit(text):
        assert old in text
        return text.replace(old, new, 1)
    return edit


CELL, SYSTEM = "arm64/qemu-virt-vote-demo.dts", "arm64/qemu-virt-gicv3.dts"
MEM, COMM = "/memory@0", "/comm-region@80000000"
HV = "/hypervisor"
BROKEN = [
    (CELL, "virtual-console;", "virtual-konsole;",
     [("unknown-property", "/", "virtual-konsole")]),
    (CELL, "virtual-console;", "virtual-console = <1>;",
     [("bad-value", "/", "virtual-console")]),
    (CELL, 'cell-name = "vote-demo";', "",
     [("missing-property", "/", "cell-name")]),
    (CELL, '"vote-demo"', '"vote demo"', [("bad-value", "/", "cell-name")]),
    (CELL, '"vote-demo"', '"a", "b"', [("bad-value", "/", "cell-name")]),
    (CELL, "memory@0 {", "memory@0 { read-only = <0>;",
     [("bad-value", MEM, "read-only")]),
    (CELL, "memory@0 {", "memory@0 { physical-address = <0 0>;",
     [("bad-value", MEM, "physical-address")]),
    (CELL, "memory-region = <&cell_ram>;", "",
     [("missing-property", MEM, "memory-region")]),
    (CELL, "reg = <0x0 0x80000000 0x0 0x1000>;", "",
     [("missing-property", COMM, "reg")]),
    (CELL, "comm-region@80000000 {",
     "comm-region@80000000 { message-timeout-ms = <0>;",
     [("bad-value", COMM, "message-timeout-ms")]),
    (CELL, "comm-region@80000000 {",
     "comm-region@80000000 { message-timeout-ms = <5>; passive;",
     [("bad-value", COMM, "message-timeout-ms")]),
    (CELL, "#size-cells = <2>;", "#size-cells = <3>;",
     [("bad-value", "/", "#size-cells")]),
    (CELL, "memory@0 {", "ram@1 { reg = <0 0 0 0>; }; memory@0 {",
     [("unknown-node", "/", "ram@1")]),
    (CELL, "memory@0 {", "window@0 { reg = <0 0 0 0>; "
     "access-widths = <1 3>; }; memory@0 {",
     [("bad-value", "/window@0", "access-widths")]),
    (SYSTEM, "memory-region = <&hypervisor_ram>;", "",
     [("missing-property", HV, "memory-region")]),
    (SYSTEM, "console = <&uart0>;", "console = <&uart0 &uart0>;",
     [("bad-value", HV, "console")]),
    (SYSTEM, "console = <&uart0>;", 'interrupt-delivery = "fast";',
     [("bad-value", HV, "interrupt-delivery")]),
    (SYSTEM, "root-cell {", "root-cell { virtual-console;",
     [("unknown-property", f"{HV}/root-cell", "virtual-console")]),
    (SYSTEM, "root-cell {", "link@0 { compatible = \"cellblock,ivshmem\"; "
     "reg = <0 0 0>; peers = <17>; }; root-cell {",
     [("bad-value", f"{HV}/link@0", "peers")]),
    (SYSTEM, "pcie@10000000 {",
     "pcie@10000000 { cellblock,msix-table = <6 0 1>;",
     [("bad-value", "/pcie@10000000", "cellblock,msix-table")]),
]
IDS = [f"{n}-{places[0][0]}-{places[0][2]}"
       for n, (*_, places) in enumerate(BROKEN)]


@pytest.mark.parametrize("source, old, new, places", BROKEN, ids=IDS)
def test_broken(check, tmp_path, source, old, new, places):
    path = compiled(ROOT / "dts" / source, tmp_path, demo(old, new))
    assert check([SCHEMAS], [path]).places() == places


@pytest.fixture(scope="session")
def processed(tmp_path_factory):
    out = tmp_path_factory.mktemp("dt-schema") / "processed.json"
    subprocess.run(["dt-mk-schema", "-j", "-o", out, SCHEMAS], check=True)
    return out


def dt_validate(processed, blobs, *options):
    done = subprocess.run(["dt-validate", "-s", processed, *options, *blobs],
                          check=True, text=True, capture_output=True)
    return done.stdout + done.stderr


def test_dt_validate_is_silent_on_systems(processed, tmp_path):
    blobs = [compiled(s, tmp_path) for s in SOURCES if "gicv" in s.name]
    assert blobs and dt_validate(processed, blobs) == ""


def test_dt_validate_is_silent_on_cells(processed, tmp_path):
    """With our schemas alone: a cell is no board, which has a model."""
    blobs = [compiled(s, tmp_path) for s in SOURCES if "demo" in s.name]
    assert blobs and dt_validate(processed, blobs, "-l", SCHEMAS) == ""


def nodes_of(output, blob):
    """Paths of the nodes in which dt-validate found something."""
    found = set()
    for node, rest in re.findall(rf"^{re.escape(str(blob))}: (\S+): (.*)$",
                                 output, re.M):
        # what comes before the text: children's and properties' names
        below = [p for p in re.split(r":", rest.split(" ")[0])
                 if ("@" in p and "'" not in p) or p == "root-cell"]
        base = "" if node == "/" else f"/{node}"
        found.add("/".join([base, *below]) or "/")
    return found


def test_dt_validate_agrees_on_broken_ones(check, processed, tmp_path):
    blobs = []
    for n, (source, old, new, _) in enumerate(BROKEN):
        folder = tmp_path / str(n)
        folder.mkdir()
        blobs.append(compiled(ROOT / "dts" / source, folder, demo(old, new)))
    output = dt_validate(processed, blobs, "-l", SCHEMAS)
    for blob, (*_, places) in zip(blobs, BROKEN):
        assert nodes_of(output, blob) == {p[1] for p in places}, \
            (places, output)
