# SPDX-License-Identifier: GPL-2.0-only
"""Who owns what, as SVG and as a page: well-formed, complete, harmless."""
import re
import xml.etree.ElementTree as ET

import pytest

from conftest import CELL
from partitions import DTS, HOSTILE, V3, demo, hostile, many

SVG = "{http://www.w3.org/2000/svg}"
HTML = "{http://www.w3.org/1999/xhtml}"
CELLS = (demo("gic"), demo("vote"), demo("uart"))


def draw(cli, form, *args, status=0, **env):
    r = cli("config", "map", "--format", form, *args, **env)
    assert r.returncode == status, r.stderr
    # one that a browser would forgive is refused here
    return ET.fromstring(r.stdout), r.stdout


def text_of(element):
    return "".join(element.itertext())


def titles(svg):
    return [t.text for t in svg.iter(f"{SVG}title")]


def rows(page, heading):
    """Texts of the cells of the table below a heading."""
    for section in page.iter(f"{HTML}section"):
        if section.get("aria-labelledby") == heading:
            return [[text_of(c) for c in tr]
                    for tr in section.iter(f"{HTML}tr")][1:]
    return None


def test_svg_has_every_segment(cli):
    svg, _ = draw(cli, "svg", V3, *CELLS, status=1)
    assert svg.tag == f"{SVG}svg" and svg.get("role") == "group"
    for line in ["Who owns what: qemu-virt-gicv3.dts", "hypervisor", "linux",
                 "gic-demo", "vote-demo", "uart-demo",
                 "0x0, 128 MiB: linux: flash@0",
                 "0x9000000, 4 KiB: linux + uart-demo: "
                 "window@9000000 (pl011@9000000) rw-",
                 "0x70000000, 1 MiB: CLASH: gic-demo and uart-demo: "
                 "memory@0 rwx at 0x0 (gic-demo), "
                 "memory@0 rwx at 0x0 (uart-demo)",
                 "0x70100000, 1 MiB: vote-demo: memory@0 rwx at 0x0",
                 "0x7fc00000, 4 MiB: hypervisor: hypervisor (its own memory)",
                 "0x80000000, ~254.2 GiB: nobody's",
                 "3 cpu@3: CLASH: gic-demo and uart-demo",
                 "SPI 0-987: linux"]:
        assert titles(svg).count(line) == 1, line


def test_svg_marks_clash_and_sharing(cli):
    svg, _ = draw(cli, "svg", V3, *CELLS, status=1)
    marked = {}
    for g in svg.iter(f"{SVG}g"):
        title = g.find(f"{SVG}title")
        boxes = [r.get("class").split() for r in g.iter(f"{SVG}rect")
                 if re.match(r"o\d", r.get("class") or "")]
        if title is not None and boxes:
            marked[title.text.split(", ")[0]] = boxes
    assert marked["0x70000000"] == [["o2", "cl"], ["o4", "cl"]]
    assert marked["0x9000000"] == [["o1", "io", "sh"], ["o4", "io", "sh"]]
    assert marked["0x70100000"] == [["o3"]]


def inside(svg):
    """Everything lies in the view box, and rows do not lie over another."""
    _, _, width, height = map(int, svg.get("viewBox").split())
    end = 0
    for r in svg.iter(f"{SVG}rect"):
        x, y, w, h = (int(r.get(k)) for k in ("x", "y", "width", "height"))
        assert y + h <= height and x + w <= width
        if r.get("class") == "row":
            assert y >= end
            end = y + h


@pytest.mark.parametrize("cells", [0, 3, 20, 62])
def test_any_number_of_cells(cli, cells):
    files = many(cli, cells)
    status = int(cells > 1)   # they all want the same CPU
    svg, _ = draw(cli, "svg", V3, *files, status=status)
    inside(svg)
    page, _ = draw(cli, "html", V3, *files, status=status)
    assert len(rows(page, "owners")) == 2 + cells
    pictures = list(page.iter(f"{SVG}svg"))
    for picture in pictures:
        inside(picture)
    for i in range(cells):
        line = (f"0x{0x70000000 + (i << 20):x}, 1 MiB: cell-{i}: "
                "memory@0 rwx at 0x0")
        assert titles(svg).count(line) == 1
        assert sum(titles(p).count(line) for p in pictures) == 1
        assert [f"cell-{i}" in row for row in rows(page, "memory")].count(
            True) == 1
    ids = re.findall(r' id="([^"]*)"', ET.tostring(page, "unicode"))
    assert len(ids) == len(set(ids))


def test_a_wide_address_space_is_no_wider(cli):
    text = f'#include "{V3}"\n/ {{ far@ffffff000000 {{ reg = <0xffff ' \
        "0xff000000 0x0 0x1000000>; }; };\n"
    cli.write("far.dts", text)
    inc = ("-I", DTS, "-I", DTS / "../include")
    svg, _ = draw(cli, "svg", *inc, "far.dts")
    near, _ = draw(cli, "svg", V3)
    inside(svg)
    assert ("0x10000000000, ~255.0 TiB: nobody's" in titles(svg) and
            "0xffffff000000, 16 MiB: linux: far@ffffff000000" in titles(svg))
    heights = [int(s.get("viewBox").split()[3]) for s in (near, svg)]
    assert heights[1] - heights[0] < 100


def test_page_has_everything(cli):
    cli.write("a.dts", CELL.replace("cpus = <&cpu1>;",
                                    "cpus = <&cpu1>; devices = <&rtc>;"))
    page, _ = draw(cli, "html", V3, demo("gic"), "a.dts", status=1)
    assert rows(page, "owners")[2][:4] == ["gic-demo", "3", "1 MiB", ""]
    assert rows(page, "owners")[3][:4] == ["demo", "1", "1 MiB", "SPI 2"]
    memory = rows(page, "memory")
    assert ["0x70000000", "0x700fffff", "1 MiB", "CLASH: gic-demo and demo",
            "RAM", "memory@0 rwx at 0x0 (gic-demo), "
            "memory@0 rwx at 0x0 (demo)"] in memory
    assert ["0x9010000", "0x9010fff", "4 KiB", "demo", "registers",
            "pl031@9010000 rw-"] in memory
    assert sum(text.count("virtio_mmio@") for *_, text in memory) == 32
    assert ["3", "cpu@3", "0x3", "gic-demo"] in rows(page, "cpus")
    assert ["SPI 2", "34", "demo"] in rows(page, "interrupts")
    devices = rows(page, "devices")
    assert ["pl031@9010000", "0x9010000", "4 KiB", "SPI 2", "demo"] in devices
    assert ["intc@8000000", "0x8000000", "64 KiB", "not for cells",
            "hypervisor"] in devices
    assert rows(page, "findings")[0][3] == "mem-overlap-cells"
    assert "a.dts: /memory@0" in rows(page, "findings")[0][2]


def linked(cli):
    link = """
	#address-cells = <2>; #size-cells = <2>; ranges;
	net0: link@7fb00000 {
		compatible = "cellblock,ivshmem"; peers = <2>;
		reg = <0x0 0x7fb00000 0x0 0x100000>;
	};
	net1: link@7fa00000 {
		compatible = "cellblock,ivshmem"; peers = <2>;
		reg = <0x0 0x7fa00000 0x0 0x100000>;
	};
"""
    cli.write("s.dts", f'#include "{V3}"\n/ {{ hypervisor {{ {link} }}; }};')
    end = """
	links {
		#address-cells = <1>; #size-cells = <0>;
		link@0 {
			compatible = "cellblock,link";
			reg = <0>; link = <&net0>; peer-id = <PEER>;
		};
	};
};"""
    for i, name in enumerate("ab"):
        text = CELL.replace('"demo"', f'"{name}"').replace(
            "memory-region = <&cell_ram>;", "memory-region = <&cell_ram>; "
            f"offset = <0x0 {i << 20:#x}>;").replace("cpu1", f"cpu{i + 1}")
        cli.write(f"{name}.dts", text[:text.rindex("};")] +
                  end.replace("PEER", str(i)))
    return ("-I", DTS, "-I", DTS / "../include", "s.dts", "a.dts", "b.dts")


def test_links(cli):
    args = linked(cli)
    # whether the hypervisor can do links by now is not the question here
    r = cli("config", "map", *args)
    assert r.returncode in (0, 1)
    assert "   7fb00000      1 MiB  ..==  a + b: link@7fb00000 rw-" in r.stdout
    assert r.stdout[r.stdout.index("Links"):].splitlines()[:3] == [
        "Links                   H0ab".replace("ab", "12"),
        "link@7fb00000           ..==  a (peer 0), b (peer 1)",
        "link@7fa00000           ....  no cell has an end of it"]
    page, _ = draw(cli, "html", *args, status=r.returncode)
    assert rows(page, "links")[0] == ["link@7fb00000", "0x7fb00000", "1 MiB",
                                      "2", "a (peer 0), b (peer 1)"]
    svg, _ = draw(cli, "svg", *args, status=r.returncode)
    assert "link@7fb00000: a (peer 0), b (peer 1)" in titles(svg)


@pytest.mark.parametrize("form", ["svg", "html"])
def test_hostile_names_are_harmless(cli, form):
    tree, text = draw(cli, form, *hostile(cli))
    assert "<script" not in text and "<b>" not in text
    assert "&quot;&#39;&lt;script&gt;&amp;]]&gt;&lt;!--${IFS}@9050000" in text
    assert "<!--" not in text and "]]>" not in text
    assert not set(text) - set(map(chr, range(32, 127))) - {"\n"}
    names = {e.tag.partition("}")[2] for e in tree.iter()}
    assert not names & {"script", "b", "iframe", "image", "img", "object"}
    everything = text_of(tree)
    assert f"{HOSTILE}@9050000" in everything
    assert "<b>&'x" in everything and "\ufffd[31m<&\ufffd.dtb" in everything
    for e in tree.iter():
        assert not any(a.startswith("on") for a in e.attrib)


@pytest.mark.parametrize("form", ["svg", "html"])
def test_self_contained(cli, form):
    tree, text = draw(cli, form, V3, *CELLS, status=1)
    assert "http" not in re.sub(r"""xmlns=(["']).*?\1|http-equiv""", "", text)
    assert "@import" not in text and not re.search(r"url\((?!#)", text)
    assert all(v.startswith("#") for e in tree.iter()
               for k, v in e.attrib.items() if k.endswith(("href", "src")))
    assert "prefers-color-scheme:dark" in text and "@media print" in text


def test_page_is_accessible(cli):
    page, text = draw(cli, "html", V3, *CELLS, status=1)
    assert text.startswith("<!DOCTYPE html>\n<html ")
    assert page.get("lang") == "en"
    assert page.find(f"{HTML}head/{HTML}title").text
    ids = {e.get("id") for e in page.iter()} - {None}
    for e in page.iter():
        for name in (e.get("aria-labelledby") or "").split():
            assert name in ids
        if (e.get("href") or "").startswith("#"):
            assert e.get("href")[1:] in ids
        if e.tag == f"{HTML}th":
            assert e.get("scope") in ("col", "row")
    for svg in page.iter(f"{SVG}svg"):
        assert svg.find(f"{SVG}title").text and svg.find(f"{SVG}desc").text


def test_verdict(cli):
    _, good = draw(cli, "html", V3, demo("gic"))
    _, bad = draw(cli, "html", V3, *CELLS, status=1)
    assert "would accept this" in good and "would refuse" not in good
    assert "would refuse this" in bad and "would accept" not in bad
