# SPDX-License-Identifier: GPL-2.0-only
"""The module over a hypervisor that partitions nothing: what it refuses, what
it undoes, and that requests of any kind leave the state before."""

import hashlib
import time

import pytest

from kmod_guest import IMAGE, KmodGuest, SYSFS

SYSTEM, CELL = "/kmod/system.dtb", "/kmod/cell.dtb"


@pytest.fixture(scope="module", params=("6.1", "6.12"),
                ids=lambda k: f"linux{k}")
def g(request):
    with KmodGuest(kernel=request.param, limit=900, snapshot=True,
                   name=f"kmod-{request.param}") as guest:
        yield guest


@pytest.fixture
def quiet(g):
    """A disabled machine; afterwards as before, and nothing in the log."""
    g.pristine()
    g.ctl("disable")    # of a test that failed
    g.run("for c in 1 2 3; do "
          "echo 1 >/sys/devices/system/cpu/cpu$c/online; done 2>/dev/null; "
          "dmesg -c >/dev/null")
    before = g.state()
    yield g
    assert g.state() == before
    assert g.splats() == ""


@pytest.fixture
def enabled(quiet):
    quiet.ok("enable", SYSTEM)
    yield quiet
    quiet.ok("disable")


def edit(g, offset, data):
    """A copy of the system description with other bytes."""
    g.run(f"cp {SYSTEM} /tmp/edited.dtb")
    g.patch(offset, data, "/tmp/edited.dtb")
    return "/tmp/edited.dtb"


def recompile(g, script, source=SYSTEM):
    """A copy of a description, its source changed by sed."""
    g.run(f"dtc -q -I dtb -O dts {source} | sed -E '{script}' | "
          "dtc -q -O dtb -o /tmp/edited.dtb -")
    return "/tmp/edited.dtb"


# -- life ---------------------------------------------------------------------

def test_life(quiet):
    g = quiet
    for _ in range(3):
        g.ok("enable", SYSTEM)
        assert g.attr("enabled") == "1"
        g.run(f"cmp {SYSFS}/system.dtb {SYSTEM}")
        assert g.attr("cells/0/name") == "linux"
        assert g.attr("cells/0/cpus_assigned_list") == "0-3"
        assert g.ok("create", CELL) == "ok\n"
        g.run(f"cmp {SYSFS}/cells/1/description.dtb {CELL}")
        assert g.attr("cells/1/name") == "demo"
        assert g.attr("cells/1/state") == "shut down"
        assert g.attr("cells/1/cpus_assigned_list") == "2-3"
        assert g.attr("cells/0/cpus_assigned_list") == "0-1"
        assert g.run("cat /sys/devices/system/cpu/online").strip() == "0-1"
        assert g.status(f"test -d {SYSFS}/cells/1/statistics/cpu3") == 0
        assert g.status(f"test -d {SYSFS}/cells/0/statistics/cpu3") == 1
        g.ok("load", "demo", CELL, "0")
        g.ok("start", "1")
        assert g.attr("cells/1/state") == "running"
        g.ok("destroy", "demo")
        assert g.run("cat /sys/devices/system/cpu/online").strip() == "0-3"
        assert g.status(f"test -d {SYSFS}/cells/0/statistics/cpu3") == 0
        g.ok("disable")
        assert g.attr("enabled") == "0"


def test_modes(quiet):
    assert quiet.run("stat -c %a /dev/cellblock").strip() == "600"
    quiet.ok("enable", SYSTEM)
    assert quiet.run(f"stat -c %a {SYSFS}/system.dtb").strip() == "400"
    got, rest = quiet.ctl("unprivileged")
    assert (got, rest) == ("EACCES", "EPERM\n")
    quiet.ok("disable")


def test_disable_destroys_cells(quiet):
    quiet.ok("enable", SYSTEM)
    quiet.ok("create", CELL)
    quiet.ok("disable")


def test_unload_while_enabled(enabled):
    assert enabled.status("rmmod cellblock") != 0
    assert enabled.attr("enabled") == "1"


def test_reload_and_enable(quiet):
    for _ in range(3):
        quiet.ok("enable", SYSTEM)
        quiet.ok("disable")
        quiet.run("rmmod cellblock; insmod /kmod/cellblock.ko")


def test_another_image_after_disable(quiet):
    """EL2's vectors are Linux' own again: the old image is not needed."""
    g = quiet
    g.ok("enable", SYSTEM)
    g.ok("disable")
    # as a careless kernel or the next image would: over the old stub
    g.run("dd if=/dev/zero of=/tmp/zeros bs=4096 count=8 2>/dev/null; "
          "for a in 0 400 800 c00; do busybox devmem 0x7fc01$a 64 0; done")
    for cpu in range(1, 4):
        g.run(f"echo 0 >/sys/devices/system/cpu/cpu{cpu}/online; "
              f"echo 1 >/sys/devices/system/cpu/cpu{cpu}/online")
    g.ok("enable", SYSTEM)
    g.ok("disable")


# -- enable refused -----------------------------------------------------------

def test_no_image(quiet):
    quiet.run(f"rm -f {IMAGE} /lib/firmware/cellblock-arm64.bin")
    assert "cellblock-arm64.bin" in quiet.refused(
        "ENOENT", "driver-no-image", "enable", SYSTEM)


@pytest.mark.parametrize("offset, data, finding", (
    (0, b"X", "driver-image-header"),
    (8, b"\x02", "driver-image-version"),
    (12, b"\x01", "driver-image-arch"),
    (16, b"\x01", "driver-image-header"),       # core_size not in pages
    (16, b"\0\0\0\0\0\0\0\x80", "driver-image-header"),
    (16, b"\0\x10\0\0\0\0\0\0", "driver-image-header"),     # < file
    (24, b"\0\0\0\0\0\0\0\0", "driver-image-header"),       # percpu_size
    (24, b"\0\0\0\0\0\0\0\x10", "driver-image-header"),
    (32, b"\x04", "driver-image-header"),       # entry not aligned
    (32, b"\0\0\0\x40", "driver-image-header"),
    (40, b"\0\xf0\xff\xff\xff\xff\xff\xff", "driver-image-header"),
    (48, b"\0\xf0\xff\xff\xff\xff\xff\xff", "driver-image-header"),
    (48, b"\0\0\0\0\0\0\0\0", "driver-image-header"),
    (56, b"\0\xf0\xff\xff\xff\xff\xff\xff", "driver-image-header"),
    (64, b"\x10", "driver-image-header"),       # stub not aligned
    (64, b"\0\0\0\x40", "driver-image-header"),
))
def test_bad_header(quiet, offset, data, finding):
    quiet.patch(offset, data)
    quiet.refused("EINVAL", finding, "enable", SYSTEM)


def test_short_image(quiet):
    quiet.run(f"head -c 100 /kmod/pristine >{IMAGE}")
    quiet.refused("EINVAL", "driver-image-header", "enable", SYSTEM)


@pytest.mark.parametrize("script, error, finding", (
    ("s/(reg = <0x00) 0x7fc00000/\\1 0x7fc01000/", "EINVAL",
     "driver-memory-place"),
    ("s/0x400000>/0x400001>/", "EINVAL", "driver-memory-place"),
    ("s/0x400000>/0x00>/", "EINVAL", "driver-memory-place"),
    ("s/0x00 0x7fc00000/0xffffff 0x7fc00000/", "EINVAL",
     "driver-memory-place"),
    ("s/0x00 0x400000>/0xffffffff 0xfffff000>/", "EINVAL",
     "driver-memory-place"),
    ("s/0x00 0x7fc00000/0x00 0x48000000/", "EBUSY",
     "driver-memory-not-reserved"),
    ("s/0x00 0x7fc00000/0x00 0x6fe00000/", "EBUSY",
     "driver-memory-not-reserved"),     # begins in Linux' RAM, ends outside
    ("s/0x00 0x7fc00000/0x01 0x00/", "EINVAL", "driver-memory-not-ram"),
    ("s/0x400000>/0x10000>/", "ENOMEM", "driver-memory-small"),
    ("s/memory-region = <0x20>/memory-region = <0x99>/", "EINVAL",
     "driver-no-memory-region"),
    ("/memory-region/d", "EINVAL", "driver-no-memory-region"),
    ("s/cellblock,hypervisor/cellblock,other/", "EINVAL",
     "driver-no-hypervisor-node"),
    ("s/cellblock,root-cell/cellblock,hypervisor/", "EINVAL",
     "driver-no-hypervisor-node"),
    ("s/reg = <0x03>/reg = <0x07>/", "EINVAL", "driver-cpu-offline"),
    ("s/reg = <0x03>/reg = <0x02>/", "EINVAL", "driver-cpu-unknown"),
    ("s/device_type/device_kind/", "EINVAL", "driver-cpu-count"),
    ("s/status = \"disabled\"/status = \"okay\"/", "EBUSY",
     "driver-cpu-offline"),
))
def test_bad_description(quiet, script, error, finding):
    blob = recompile(quiet, script)
    if finding == "driver-cpu-offline" and "0x07" in script:
        error = "EINVAL"        # the last word: CPU 3 is unknown
    quiet.refused(error, finding, "enable", blob)


def test_cut_blobs(quiet):
    """Every length and every header field: refused, nothing else."""
    size = int(quiet.run(f"stat -c %s {SYSTEM}"))
    for length in range(40, size, 97):
        quiet.run(f"head -c {length} {SYSTEM} >/tmp/edited.dtb")
        quiet.refused("EINVAL", "driver-not-a-tree", "enable",
                      "/tmp/edited.dtb")
    for field in (0, 4, 8, 12, 32, 36):
        quiet.refused("EINVAL", "driver-not-a-tree", "enable",
                      edit(quiet, field, b"\xff\xff\xff\xff"))


def test_cpu_offline(quiet):
    quiet.run("echo 0 >/sys/devices/system/cpu/cpu3/online")
    text = quiet.refused("EBUSY", "driver-cpu-offline", "enable", SYSTEM)
    assert "0x3" in text
    quiet.run("echo 1 >/sys/devices/system/cpu/cpu3/online")


@pytest.mark.parametrize("slot", range(1, 5))
def test_enter_fails(quiet, slot):
    """On all CPUs: the state before, and enabling works afterwards."""
    with quiet.knobs(ENTER_ERROR=12):
        got, report = quiet.ctl("enable", SYSTEM)
        assert got == "ENOMEM"
        assert report.startswith("driver-hypervisor-refused\terror")
    if slot == 4:
        quiet.ok("enable", SYSTEM)
        quiet.ok("disable")


def test_twice(enabled):
    enabled.refused("EBUSY", "driver-enabled", "enable", SYSTEM)


# -- cells --------------------------------------------------------------------

def test_not_enabled(quiet):
    for words in (("disable",), ("create", CELL), ("load", "demo"),
                  ("start", "demo"), ("destroy", "demo")):
        quiet.refused("EINVAL", "driver-not-enabled", *words)


def test_create_refused(quiet):
    with quiet.knobs(CREATE_ERROR=16):
        quiet.ok("enable", SYSTEM)
        text = quiet.refused("EBUSY", "fake-refusal", "create", CELL)
        assert text == "not today"
        assert quiet.run("cat /sys/devices/system/cpu/online").strip() == "0-3"
        assert quiet.attr("cells/0/cpus_assigned_list") == "0-3"
        quiet.ok("disable")
    with quiet.knobs(CREATE_ERROR=16, SILENT=1):
        quiet.ok("enable", SYSTEM)
        assert "create" in quiet.refused(
            "EBUSY", "driver-hypervisor-refused", "create", CELL)
        quiet.ok("disable")


def test_create_all_cpus(enabled):
    """The last CPU stays with Linux: the others come back."""
    blob = recompile(enabled, "s/cpus = <.*>/cpus = <0x10 0x11 0x12 0x13>/",
                     CELL)
    assert "last" in enabled.refused("EBUSY", "driver-cpu-busy", "create",
                                     blob)
    assert enabled.run("cat /sys/devices/system/cpu/online").strip() == "0-3"


def with_memory(g, *nodes):
    """The cell with memory nodes, each (reg, more properties)."""
    text = "".join(f" memory@{n} {{ reg = <{reg}>; {more} }};"
                   for n, (reg, more) in enumerate(nodes))
    return recompile(g, f"s/cpus = .*/& #address-cells = <2>; "
                     f"#size-cells = <2>;{text}/", CELL)


HERE = "0x0 0x0 0x0 0x100000"       # in the cell; `mem=` ends at 0x70000000


@pytest.mark.parametrize("reg, more, where", (
    (HERE, "physical-address = <0x0 0x50000000>;",
     "[0x50000000..0x50100000)"),
    ("0x0 0x6ffff000 0x0 0x1000", "", "[0x6ffff000..0x70000000)"),
    ("0x0 0x6ffff000 0x0 0x2000", "", "[0x6ffff000..0x70001000)"),
    ("0x0 0x3ffff000 0x0 0x2000", "", "[0x3ffff000..0x40001000)"),
    ("0x0 0x0 0x1 0x0", "", "[0x0..0x100000000)"),
    (HERE, "memory-region = <0x22>; offset = <0x100000>;",
     "[0x50100000..0x50200000)"),
    (HERE, "read-only; physical-address = <0x40210000>;",   # the kernel's text
     "[0x40210000..0x40310000)"),
))
def test_create_on_linux_ram(enabled, reg, more, where):
    """What Linux uses itself cannot be taken from it, whoever describes it."""
    g = enabled
    before = g.state()
    blob = with_memory(g, ("0x0 0x70000000 0x0 0x1000", ""), (reg, more))
    got, report = g.ctl("create", blob)
    fields = report.rstrip("\n").split("\t")
    assert got == "EBUSY" and report.count("\n") <= 1
    assert fields[:5] == ["driver-memory-not-reserved", "error", "self",
                          "/memory@1", "reg"]
    assert fields[8].startswith(f"memory@1 {where} meets RAM that Linux")
    assert "`mem=`" in fields[8] and "no-map" in fields[8]
    assert g.state() == before
    assert g.run(f"ls {SYSFS}/cells").split() == ["0"]


def test_create_names_all_of_it(enabled):
    ram = ("0x0 0x50000000 0x0 0x1000", "")
    lost = (HERE, "memory-region = <0x99>;")
    got, report = enabled.ctl("create", with_memory(enabled, ram, lost, ram))
    lines = [line.split("\t") for line in report.splitlines()]
    assert got == "EBUSY"
    assert [(f[0], f[3], f[4]) for f in lines] == [
        ("driver-memory-not-reserved", "/memory@0", "reg"),
        ("driver-no-memory-region", "/memory@1", "memory-region"),
        ("driver-memory-not-reserved", "/memory@2", "reg")]
    got, report = enabled.ctl("create", with_memory(enabled, lost))
    assert got == "EINVAL" and "phandle 153" in report


def test_create_on_other_memory(enabled):
    """Memory that Linux was kept away from; and what it shares freely."""
    enabled.ok("create", with_memory(
        enabled, ("0x0 0x70000000 0x0 0x100000", ""),
        (HERE, "memory-region = <0x21>; offset = <0x0 0x100000>;"),
        (HERE, "physical-address = <0x0 0x7f000000>;"),
        (HERE, "shared; physical-address = <0x0 0x50000000>;")))
    enabled.ok("destroy", "demo")


def test_create_many_pieces(enabled):
    pieces = [(f"0x0 {0x70000000 + n * 4096:#x} 0x0 0x1000", "")
              for n in range(129)]
    enabled.run("dtc -q -I dtb -O dts " + CELL + " | sed '$d' >/tmp/many.dts;"
                "echo '#address-cells = <2>; #size-cells = <2>;' "
                ">>/tmp/many.dts")
    for n in range(0, 129, 32):
        text = "".join(f"memory@{n + i} {{ reg = <{reg}>; }};\n" for
                       i, (reg, _) in enumerate(pieces[n:n + 32]))
        enabled.run(f"printf '{text}' >>/tmp/many.dts")
    enabled.run("echo '};' >>/tmp/many.dts; "
                "dtc -q -O dtb -o /tmp/many.dtb /tmp/many.dts")
    text = enabled.refused("EINVAL", "limit-exceeded", "create",
                           "/tmp/many.dtb")
    assert "128" in text


def test_create_with_offline_cpu(enabled):
    """A CPU that the user had switched off is off again afterwards."""
    enabled.run("echo 0 >/sys/devices/system/cpu/cpu3/online")
    enabled.ok("create", CELL)
    enabled.ok("destroy", "demo")
    assert enabled.run("cat /sys/devices/system/cpu/online").strip() == "0-2"
    enabled.refused("EBUSY", "driver-cpu-offline", "disable")
    enabled.run("echo 1 >/sys/devices/system/cpu/cpu3/online")


def test_cpu_does_not_come_back(quiet):
    with quiet.knobs(NO_CPU_ON=2):
        quiet.ok("enable", SYSTEM)
        quiet.ok("create", CELL)
        got, report = quiet.ctl("destroy", "demo")
        assert got == "ok" and report.count("driver-cpu-lost\twarning") == 2
        for cpu in (2, 3):
            quiet.run(f"echo 1 >/sys/devices/system/cpu/cpu{cpu}/online")
        quiet.ok("disable")
    quiet.run("dmesg -c >/dev/null")


def test_cell_ids(enabled):
    enabled.ok("create", CELL)
    for name, error, finding in (
            ("0", "EINVAL", "driver-root-cell"),
            ("linux", "EINVAL", "driver-root-cell"),
            ("7", "ENOENT", "driver-no-such-cell"),
            ("-2", "ENOENT", "driver-no-such-cell"),
            ("dem", "ENOENT", "driver-no-such-cell"),
            ("demo2", "ENOENT", "driver-no-such-cell"),
            ("x" * 40, "ENOENT", "driver-no-such-cell")):
        for verb in ("load", "start", "destroy"):
            enabled.refused(error, finding, verb, name)


def test_load_bounds(enabled):
    g = enabled
    g.ok("create", CELL)
    g.run("head -c 4096 /dev/zero >/tmp/page; : >/tmp/empty")
    g.ok("load", "demo", "/tmp/page", "0xff000")
    g.ok("load", "demo", "/tmp/empty", "0xff000")
    g.ok("load", "demo")
    for address in ("0xff001", "0x100000", "0x70000000",
                    "0xfffffffffffff000", "0xffffffffffffffff"):
        text = g.refused("EINVAL", "image-outside", "load", "demo",
                         "/tmp/page", address)
        assert address in text
    # none is copied when one is wrong
    before = g.read_physical(0x70000000, 16)
    text = g.refused("EINVAL", "image-outside", "load", "demo", CELL, "0",
                     "/tmp/page", "0x200000")
    assert text.startswith("image 1:")
    assert g.read_physical(0x70000000, 16) == before
    many = [a for i in range(17) for a in ("/tmp/page", hex(i << 12))]
    g.refused("EINVAL", "driver-image-count", "load", "demo", *many)


def test_load_content(enabled):
    enabled.ok("create", CELL)
    enabled.run("head -c 300001 /dev/urandom >/tmp/image")
    enabled.ok("load", "demo", "/tmp/image", "0x123", CELL, "0x80001")
    image = enabled.read_physical(0x70000123, 300001)
    want = enabled.run("md5sum </tmp/image").split()[0]
    assert hashlib.md5(image).hexdigest() == want
    assert enabled.read_physical(0x70080001, 4) == b"\xd0\x0d\xfe\xed"


def test_votes(quiet):
    """Requests wait for an answer, pass a refusal on, and can be killed."""
    with quiet.knobs(ASK_TIMES=20, LOADABLE_ERROR=1, START_ERROR=1,
                     DESTROY_ERROR=1, ERROR_TIMES=5):
        g = quiet
        g.ok("enable", SYSTEM)
        g.ok("create", CELL)
        for verb in ("load", "start", "destroy"):
            begin = time.monotonic()
            g.refused("EPERM", "fake-refusal", verb, "demo")
            assert time.monotonic() - begin > 0.2
        g.refused("EPERM", "fake-refusal", "disable")
        assert g.attr("enabled") == "1"
        g.run("/kmod/kmodctl destroy demo & sleep 0.05; kill -9 $!; wait; "
              "true")
        assert g.attr("cells/1/state") == "shut down"
        g.refused("EPERM", "fake-refusal", "destroy", "demo")
        g.ok("disable")


def test_disable_refused(quiet):
    with quiet.knobs(DISABLE_ERROR=16):
        quiet.ok("enable", SYSTEM)
        quiet.refused("EBUSY", "fake-refusal", "disable")
        assert quiet.attr("enabled") == "1"
        assert quiet.attr("cells/0/name") == "linux"
        quiet.ok("disable")


# -- events, console ----------------------------------------------------------

def test_uevents(quiet):
    g = quiet
    g.run("/kmod/kmodctl uevents /tmp/events & echo $! >/tmp/pid; "
          "until grep -qs listening /tmp/events; do sleep 0.1; done")
    g.ok("enable", SYSTEM)
    g.ok("create", CELL)
    g.ok("start", "demo")
    g.ok("destroy", "demo")
    g.ok("disable")
    g.run("until grep -q 'remove@.*CELL=linux' /tmp/events; do sleep 0.1; "
          "done; kill $(cat /tmp/pid)")
    blocks = [set(line.split("|"))
              for line in g.run("cat /tmp/events").splitlines()]

    def seen(**want):
        return any({f"{k}={v}" for k, v in want.items()} <= b for b in blocks)
    for action, state in (("add", "shut down"), ("change", "running"),
                          ("remove", "running")):
        assert seen(ACTION=action, SUBSYSTEM="cellblock", CELL="demo", ID="1",
                    STATE=state), action
    assert seen(ACTION="add", SUBSYSTEM="cellblock", CELL="linux", ID="0")
    assert seen(ACTION="remove", SUBSYSTEM="cellblock", CELL="linux", ID="0")


def test_console(quiet):
    g = quiet
    line, end = "cell created\n", "[EAGAIN]\n"
    g.ok("enable", SYSTEM)
    assert g.ctl("console", "200") == ("poll 0", end)
    g.ok("create", CELL)
    assert g.ctl("console", "0") == ("poll 1", line + end)
    assert g.attr("console") == line.strip()
    g.run("cat /dev/cellblock >/tmp/all & echo $! >/tmp/pid")
    g.ok("destroy", "demo")
    g.ok("create", CELL)
    g.run("while test $(grep -c created /tmp/all) -lt 2; do sleep 0.1; done")
    g.ok("disable")
    g.run("wait $(cat /tmp/pid); true")
    assert g.run("cat /tmp/all") == 2 * line
    # what was said last stays
    assert g.ctl("console", "0") == ("poll 1", 2 * line + "[end]\n")
    assert g.attr("console") == (2 * line).strip()


def test_console_overtakes(quiet):
    """4096 bytes are kept, of which the oldest is never trusted."""
    g = quiet
    with g.knobs(CHATTY=199):
        g.ok("enable", SYSTEM)
        g.ok("create", CELL)
        g.ok("destroy", "demo")
        g.ok("create", CELL)
        got, text = g.ctl("console", "0")
        g.ok("disable")
    note = f"<missed {400 * 13 - 4095} bytes of console log>\n"
    whole = 400 * "cell created\n"
    assert (got, text) == ("poll 1", note + whole[-4095:] + "[EAGAIN]\n")


# -- abuse --------------------------------------------------------------------

def test_bad_requests(quiet):
    got, rest = quiet.ctl("bad", SYSTEM)
    assert (got, rest) == ("0 failures", ""), got + rest


@pytest.mark.parametrize("start", ("disabled", "enabled"))
def test_fuzz(quiet, start):
    """Four processes send nonsense and are killed in the middle of it."""
    if start == "enabled":
        quiet.ok("enable", SYSTEM)
    quiet.run(f"/kmod/kmodctl fuzz {SYSTEM} 15", timeout=120)
    quiet.ctl("disable")
    quiet.ok("enable", SYSTEM)
    quiet.ok("disable")


def test_hotplug_race(enabled):
    """A user switches the cell's CPU on and off all the time (CPU-14)."""
    g = enabled
    g.run("(while test ! -e /tmp/stop; do for n in 0 1; do echo $n "
          ">/sys/devices/system/cpu/cpu3/online; done; done) 2>/dev/null & "
          "echo $! >/tmp/pid; rm -f /tmp/stop")
    g.run("for i in $(seq 20); do /kmod/kmodctl create /kmod/cell.dtb; "
          "/kmod/kmodctl destroy demo; done >/tmp/log", timeout=120)
    g.run(": >/tmp/stop; wait $(cat /tmp/pid); rm /tmp/stop; "
          "echo 1 >/sys/devices/system/cpu/cpu3/online; true")
    assert g.run("cat /sys/devices/system/cpu/online").strip() == "0-3"
