# SPDX-License-Identifier: GPL-2.0-only
"""From source to blob: cpp, dtc, their errors, and what is no description."""
import errno
import subprocess
import time

from conftest import CELL, SYSTEM


def test_enable_compiles(cli):
    cli.load_module(enabled=False)
    cli.write("s.dts", SYSTEM)
    r = cli("enable", "s.dts")
    assert r.returncode == 0, r.stderr
    assert cli.requests() == ["enable"]
    assert cli.blob.read_bytes()[:4] == b"\xd0\x0d\xfe\xed"


def test_blob_as_it_is(cli):
    cli.load_module(enabled=False)
    cli.write("s.dts", SYSTEM)
    subprocess.run(["dtc", "-q", "-@", "-O", "dtb", "-o", "s.dtb", "s.dts"],
                   cwd=cli.dir, check=True)
    assert cli("enable", "s.dtb", PATH="/none").returncode == 0
    assert cli.blob.read_bytes() == (cli.dir / "s.dtb").read_bytes()


def test_labels_are_linked(ready):
    r = ready("cell", "create", "demo.dts")
    assert r.returncode == 0, r.stderr
    assert ready.requests() == ["create"]
    text = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts"],
                          input=ready.blob.read_bytes(),
                          capture_output=True, check=True).stdout.decode()
    body = text[:text.index("__symbols__")]
    assert "0xffffffff" not in body and "cpus = <" in body


def test_syntax_error(ready):
    ready.write("bad.dts", CELL.replace("<&cpu1>;", "<&cpu1>"))
    r = ready("cell", "create", "bad.dts")
    assert r.returncode == 1
    assert r.stderr.startswith("bad.dts:12:7: error: syntax error [dtc]\n"
                               "\tram: memory@0 {\n\t     ^\n")
    assert ready.requests() == []


def test_syntax_error_in_an_include(ready):
    ready.write("inc/part.dtsi", "/ {\n\tx = <1>\n};\n")
    ready.write("bad.dts", CELL.replace("\n/ {", '#include "part.dtsi"\n/ {'))
    r = ready("cell", "create", "-I", "inc", "bad.dts")
    assert r.returncode == 1
    assert "inc/part.dtsi:3:1: error: syntax error" in r.stderr


def test_dtc_check(ready):
    ready.write("bad.dts", CELL.replace("/plugin/;", ""))
    r = ready("cell", "create", "bad.dts")
    assert r.returncode == 1
    assert "[dtc-phandle_references]" in r.stderr
    assert "bad.dts:4:3: error:" in r.stderr


def test_include_folders(ready):
    ready.write("lib/base.h", "#define SIZE 0x100000\n")
    ready.write("cells/demo.dts", CELL.replace("0x100000", "SIZE").replace(
        "/dts-v1/;", '/dts-v1/;\n#include "base.h"'))
    r = ready("cell", "create", "cells/demo.dts")
    assert r.returncode == 1
    assert "cells/demo.dts:2:10: fatal error: base.h" in r.stderr
    assert ready("cell", "create", "-I", "lib",
                 "cells/demo.dts").returncode == 0
    assert ready("cell", "create", "cells/demo.dts",
                 CELLBLOCK_INCLUDE="none:lib").returncode == 0
    ready.write("include/base.h", "#define SIZE 0x200000\n")
    assert ready("cell", "create", "cells/demo.dts").returncode == 0
    ready.write("cells/base.h", "#define SIZE 0x200000\n")
    assert ready("cell", "create", "cells/demo.dts").returncode == 0


def test_own_include_statement_of_dtc(ready):
    ready.write("cells/part.dtsi", "/ { entry = <0 0>; };\n")
    ready.write("cells/demo.dts", CELL + '/include/ "part.dtsi"\n')
    assert ready("cell", "create", "cells/demo.dts").returncode == 0


def test_cpp_is_needed_only_for_directives(ready, without):
    path = without("dtc")
    assert ready("cell", "create", "demo.dts", PATH=path).returncode == 0
    ready.write("inc.dts", CELL.replace("/plugin/;", "/plugin/;\n # define X"))
    r = ready("cell", "create", "inc.dts", PATH=path)
    assert r.returncode == 2
    assert "inc.dts:3: this line is for the C preprocessor" in r.stderr
    assert "apt install cpp" in r.stderr


def test_dtc_missing(ready, without):
    r = ready("cell", "create", "demo.dts", PATH=without())
    assert r.returncode == 2
    assert "apt install device-tree-compiler" in r.stderr


def test_cpp_with_arguments(ready):
    ready.write("d.dts", CELL.replace("/plugin/;", "/plugin/;\n#define X"))
    assert ready("cell", "create", "d.dts", CPP="gcc -E").returncode == 0


def test_hung_dtc(ready):
    script = ready.write("dtc.sh", "#!/bin/sh\nsleep 1000 & wait\n")
    script.chmod(0o755)
    before = time.monotonic()
    r = ready("cell", "create", "demo.dts", DTC=str(script),
              CELLBLOCK_TIME_LIMIT="1")
    assert time.monotonic() - before < 20
    assert r.returncode == 2
    assert "did not end within 1 seconds" in r.stderr
    assert ready.requests() == []


def test_crashed_dtc(ready):
    script = ready.write("dtc.sh", "#!/bin/sh\nkill -SEGV $$\n")
    script.chmod(0o755)
    r = ready("cell", "create", "demo.dts", DTC=str(script))
    assert r.returncode == 1 and "crashed on it (signal 11)" in r.stderr


def test_endless_output_of_dtc(ready):
    script = ready.write("dtc.sh", "#!/bin/sh\nexec cat /dev/zero\n")
    script.chmod(0o755)
    r = ready("cell", "create", "demo.dts", DTC=str(script))
    assert r.returncode == 2 and "more than 64 MiB" in r.stderr


def test_no_description(ready):
    ready.write("noise.txt", "hello\n")
    (ready.dir / "cut.dtb").write_bytes(b"\xd0\x0d\xfe\xed" + b"\0" * 100)
    ready.write("s.dts", SYSTEM)
    for args, status, text in [
            (["cell", "create", "missing.dts"], 2, "No such file"),
            (["cell", "create", "noise.txt"], 2, "neither a device-tree"),
            (["cell", "create", "cut.dtb"], 2, "cut.dtb: "),
            (["cell", "create", "s.dts"], 1,
             "describes a system, and a cell is wanted"),
            (["enable", "demo.dts"], 1,
             "describes a cell, and a system is wanted")]:
        r = ready(*args)
        assert r.returncode == status, r.stderr
        assert text in r.stderr
    assert ready.requests() == []


def test_blob_too_large(ready):
    rows = "".join(f"\tp{n} = <{' 1' * 1000}>;\n" for n in range(20))
    ready.write("big.dts", CELL.replace("\tcpus =", rows + "\tcpus ="))
    r = ready("cell", "create", "big.dts")
    assert r.returncode == 2 and "the limit is 65536" in r.stderr


def test_enable_shows_the_advice_of_the_driver(cli):
    cli.load_module(enabled=False)
    cli.write("s.dts", SYSTEM)
    cli.refuse(errno.ENODEV, ["no-el2", "error", "", "", "", "", "", "",
                              "Linux runs at EL2: boot with "
                              "id_aa64mmfr1.vh=0"])
    r = cli("enable", "s.dts")
    assert r.returncode == 1
    assert "id_aa64mmfr1.vh=0 [no-el2]" in r.stderr
