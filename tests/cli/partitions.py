# SPDX-License-Identifier: GPL-2.0-only
"""Systems and cells that the tests of maps and of words share."""
import subprocess

from conftest import CELL, TOP

DTS = TOP / "dts/arm64"
V3 = DTS / "qemu-virt-gicv3.dts"


def demo(name):
    return DTS / f"qemu-virt-{name}-demo.dts"


def many(cli, count):
    files = []
    for i in range(count):
        text = CELL.replace('"demo"', f'"cell-{i}"').replace(
            "memory-region = <&cell_ram>;",
            f"memory-region = <&cell_ram>; offset = <0x0 {i << 20:#x}>;")
        files.append(cli.write(f"{i}.dts", text))
    return files


HOSTILE = "\"'<script>&]]><!--${IFS}"


def hostile(cli):
    """Blobs with names that want to be more than names."""
    text = subprocess.run(
        ["cpp", "-nostdinc", "-undef", "-x", "assembler-with-cpp", "-P",
         "-I", DTS, "-I", DTS / "../include", V3], check=True, text=True,
        capture_output=True).stdout
    text += f"/ {{ {'A' * 24}@9050000 {{ reg = <0 0x9050000 0 4096>; }}; }};"
    out = []
    for name, source in (("s", text), ("c", CELL.replace("demo", "<b>&'x"))):
        cli.write(f"{name}.dts", source)
        subprocess.run(["dtc", "-q", "-f", "-@", "-O", "dtb", "-o",
                        cli.dir / f"{name}.dtb", cli.dir / f"{name}.dts"],
                       check=True)
        out.append(cli.dir / f"{name}.dtb")
    blob = out[0].read_bytes().replace(b"A" * 24, HOSTILE.encode())
    # the gate lets printable names in only, but a file's may be anything
    out[0] = cli.dir / "\x1b[31m<&\x07.dtb"
    out[0].write_bytes(blob)
    return out
