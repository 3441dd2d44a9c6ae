# SPDX-License-Identifier: GPL-2.0-only
"""The life of a partitioned machine, from insmod to the end."""

import re

import pytest

from life import BOARDS, SYSFS, Cellblock, strange_log


def writable(g, address):
    value = f"0x{0x5a5a000000000000 | address:X}"
    g.run(f"busybox devmem {address:#x} 64 {value}")
    return g.run(f"busybox devmem {address:#x} 64").strip() == value


def all_cpus_work(g):
    cpus = BOARDS[g.machine].cpus
    online = g.run("cat /sys/devices/system/cpu/online").strip()
    assert online == f"0-{cpus - 1}"
    before = timer_ticks(g)
    for cpu in range(cpus):
        g.run(f"taskset {1 << cpu:x} sleep 0.05")
    after = timer_ticks(g)
    assert all(a > b for a, b in zip(after, before)), (before, after)


def timer_ticks(g):
    """Of the CPUs that are online."""
    name = BOARDS[g.machine].ticks
    line = g.run(f"grep {name} /proc/interrupts | head -n 1")
    return [int(n) for n in re.match(r".*?:((?: +\d+)+)", line)[1].split()]


@pytest.fixture
def on(shared):
    """on(kernel=, gic=, arch=, **system) -> an enabled machine, which afterwards is
    disabled, whole, and without strange messages in Linux' log."""
    used = []

    def get(kernel="6.1", gic=3, arch="arm64", **system):
        c = Cellblock(shared(kernel=kernel, gic=gic, arch=arch))
        used.append(c)
        c.enable(**system)
        return c

    yield get
    for c in used:
        if not c.guest.child:
            continue    # ended with the failed test
        if c.attr("enabled") == "1":
            c.disable()
        all_cpus_work(c.guest)
        assert strange_log(c.guest) == ""
        c.run("rmmod cellblock")


def live(c):
    """From no cell to none, and the hypervisor gone."""
    b, timer, last = c.board, c.board.timer, c.board.cpus - 1
    assert c.cells() == {"linux": ("running", f"0-{last}", "")}
    before = c.shape()
    c(f"cell create {b.cells}-{timer}.dts")
    left = f"0-{last - 1}" if last > 1 else "0"
    assert c.cells() == {"linux": ("running", left, ""),
                         timer: ("shut down", str(last), "")}
    assert c.run("nproc").strip() == str(last)
    c.start_timer(create=False)
    c.hear("^Started cell")
    c.ticks(timer, 3)
    assert c.state(timer) == "running"
    stats = c.stats(timer)
    assert stats["total"] > 50 and stats["hypercall"] > 50
    c.shut_timer()
    assert c.state(timer) == "shut down"
    c(f"cell start {timer}")
    c.ticks(timer, 2)
    c.end_timer()
    assert c.shape() == before
    assert writable(c.guest, b.memory[0])
    c.disable()
    assert writable(c.guest, b.memory[1])
    assert c.run("nproc").strip() == str(b.cpus)


def test_life(on, kernel, gic):
    live(on(kernel, gic))


def test_life_svm(on, kernel):
    live(on(kernel, arch="x86"))


def test_enable_again(on, gic):
    """After a disable all is as before the first enable; also twice."""
    c = on(gic=gic)
    first = c.shape()
    c.refused("enable qemu-virt-gicv3.dtb", "enabled already",
              "[driver-enabled]")
    c.disable()
    c.refused("disable", "not enabled")
    c.enable()
    assert c.shape() == first
    c.start("gic-demo")
    c.ticks("gic-demo", 2)


@pytest.mark.parametrize("gic, words, delivery", (
    (3, "", "direct"),
    (3, 'interrupt-delivery = "list-registers";', "list-registers"),
    (2, "", "list-registers"),
), ids=("gicv3-direct", "gicv3-list-registers", "gicv2"))
def test_delivery(on, gic, words, delivery):
    """Interrupts that come directly cost no exit; the others are counted."""
    c = on(gic=gic, hypervisor=words)
    assert c.attr("delivery") == delivery
    c.start("gic-demo")
    before = c.stats("gic-demo")["virt_irq"]
    c.ticks("gic-demo", 10)
    after = c.stats("gic-demo")["virt_irq"]
    if delivery == "direct":
        assert after == before == 0
    else:
        assert after - before >= 10
    # Linux' own interrupts and IPIs arrive, too
    ticks = timer_ticks(c.guest)
    c.run("for i in 1 2 4; do taskset $i sleep 0.05; done")
    assert all(a > b for a, b in zip(timer_ticks(c.guest), ticks))


@pytest.mark.parametrize("kernel", ("6.1", "6.12"))
def test_vhe_cpu(boot, kernel):
    """Linux itself runs at EL2: refused with advice that works."""
    c = Cellblock(boot(kernel=kernel, cpu="max"))
    c.refused(f"enable {c.system()}", "id_aa64mmfr1.vh=0")
    assert c.attr("enabled") == "0"
    assert strange_log(c.guest) == ""
    c.guest.stop()
    c = Cellblock(boot(kernel=kernel, cpu="max",
                       append="id_aa64mmfr1.vh=0"))
    c.enable()
    c.start("gic-demo")
    c.ticks("gic-demo", 3)
    c("cell destroy gic-demo")
    c.disable()
    all_cpus_work(c.guest)
    assert strange_log(c.guest) == ""


def test_cells_side_by_side(on, gic):
    """Two cells, and each goes on while the other comes and goes."""
    c = on(gic=gic)
    c.start("gic-demo")
    c.start("vote-demo", "locked=off")
    c.ticks("gic-demo", 5)
    c.hear(r"^\[vote-demo\] vote-demo: heartbeat [2-9]")
    c.refused("cell shutdown vote-demo", "[cell-denied]")
    c("cell destroy vote-demo")
    c.ticks("gic-demo", 3)
    c.start("vote-demo", "locked=off denials=0")
    c("cell destroy gic-demo")
    c.skip()
    c.hear(r"^\[vote-demo\] vote-demo: heartbeat")
    assert c.cells() == {"linux": ("running", "0-1,3", ""),
                         "vote-demo": ("running", "2", "")}


def test_memory_of_linux(on, kernel):
    """Refused with the place in the source, and what to do; nothing changed."""
    c = on(kernel)
    before = c.shape()
    c.run("sed 's/0x7fd00000/0x50000000/' overlap-demo.dts >/tmp/used.dts")
    line = c.run("grep -n 'reg = ' /tmp/used.dts").split(":")[0]
    c.refused("cell create /tmp/used.dts",
              f"/tmp/used.dts:{line}:", "error: memory@0 "
              "[0x50000000..0x50100000) meets RAM that Linux itself uses",
              "`mem=`", "no-map", "[driver-memory-not-reserved]")
    assert c.shape() == before


def test_disable_with_cells(on, gic):
    """Cells end with the partitioning; one that may say no is asked."""
    c = on(gic=gic)
    c.start("gic-demo")
    c.start("vote-demo")
    assert c.state("vote-demo") == "running/locked"
    # gic-demo would go first, which the lock forbids; then the vote
    c.refused("disable", "[cell-locked]")
    c.refused("cell shutdown vote-demo", "[cell-denied]")
    assert c.attr("enabled") == "1"
    c.ticks("gic-demo", 2)
    c.disable()
    assert c.attr("enabled") == "0"


def test_life_03_lock(on):
    c = on()
    c.start("fault-demo", image="gic-demo")
    c.start("vote-demo")
    assert c.state("vote-demo") == "running/locked"
    c.refused("cell create qemu-virt-gic-demo.dtb",
              'cell "vote-demo" has locked', "[cell-locked]")
    assert c.run("nproc").strip() == "2"
    c.refused("cell destroy fault-demo", "[cell-locked]")
    c.ticks("fault-demo", 2)
    c.refused("cell destroy vote-demo", "[cell-denied]")
    c("cell destroy vote-demo")
    c("cell destroy fault-demo")


def test_life_08_disable_from_few_cpus(on, gic):
    c = on(gic=gic)
    c.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
    c.refused("disable", "CPUs 2 are offline", "[driver-cpu-offline]")
    assert c.attr("enabled") == "1"
    c.run("echo 1 >/sys/devices/system/cpu/cpu2/online")
    all_cpus_work(c.guest)


def test_life_08_under_load(on):
    """The CPUs meet in the hypervisor whatever Linux is busy with."""
    c = on()
    c.run("for i in 1 2 3 4; do (while :; do dd if=/dev/zero of=/tmp/load$i "
          "bs=64k count=8; done 2>/dev/null) & echo $!; done >/tmp/pids")
    try:
        for _ in range(3):
            c.disable()
            c.enable()
        c.start("gic-demo")
        c.ticks("gic-demo", 3)
        c("cell destroy gic-demo")
        c.disable()
    finally:
        c.run("kill $(cat /tmp/pids); rm -f /tmp/load*")


def test_life_10_restart_after_failure(on, gic):
    """A parked cell is loaded and started like a new one."""
    c = on(gic=gic)
    for _ in range(2):
        c.start("fault-demo", create=_ == 0)
        c.hear('^Parking CPU 1 .Cell: "fault-demo".$')
        assert c.cells()["fault-demo"] == ("failed", "1", "1")
    c.start("fault-demo", image="gic-demo", create=False)
    c.ticks("fault-demo", 3)
    assert c.cells()["fault-demo"] == ("running", "1", "")
    c("cell shutdown fault-demo")
    c("cell start fault-demo")
    c.ticks("fault-demo", 2)


FAULTS = ("op=read", "op=write", "op=exec", "op=read addr=0x7fd00000",
          "op=sysreg", "op=hvc")


@pytest.mark.parametrize("gic", (3, 2))
def test_park_01_is_local(on, gic):
    """A fault of one cell costs another not one tick of its timer. How late
    one comes is the emulator's and its host's matter; half a second would be
    the hypervisor's."""
    c = on(gic=gic)
    c.start("gic-demo", "period-us=50000")
    c.ticks("gic-demo", 2)
    for n, words in enumerate(FAULTS):
        c.start("fault-demo", words, create=n == 0)
        heard = c.hear(r"^(Parking CPU 1|"
                       r"\[fault-demo\] .*(survived|EXCEPTION))",
                       r"^\[gic-demo\] Timer fired")
        late = c.ticks("gic-demo", 4)
        assert max(late) < 500_000_000
        if words in ("op=sysreg", "op=hvc"):
            continue    # may be undefined for the cell instead
        assert "survived" not in heard
        assert c.cells()["fault-demo"] == ("failed", "1", "1")
        assert c.state("gic-demo") == "running"


def test_park_message(on):
    """What the seeds show: cause, registers, CPU and cell; all once."""
    c = on()
    c.start("fault-demo")
    heard = c.hear("^Parking CPU")
    assert heard.count("FATAL: invalid read of 0x100000, size 4") == 1
    assert heard.count('Parking CPU 1 (Cell: "fault-demo")') == 1
    for register in (" PC: ", " SPSR: ", " ESR: ", " FAR: ", " x0: ",
                     " x30: ", " SP_EL1: "):
        assert heard.count(register) == 1


def test_uart_is_shared(boot):
    """The shipped description as it is: the UART shows what is said."""
    g = boot()
    c = Cellblock(g)
    since = g.mark()
    c("enable qemu-virt-gicv3.dts")
    c.start("gic-demo")
    g.expect('cell "linux" has 4 CPUs', since=since)
    g.expect(r"(?s)\[gic-demo\] Timer fired(.*Timer fired){5}", since=since)
    c("disable")
    g.expect("The partitioning has ended", since=since)


def test_rmmod_while_enabled(on):
    c = on()
    assert c.run("rmmod cellblock", check=False).status
    c.start("gic-demo")
    assert c.run("rmmod cellblock", check=False).status
    assert c.run(f"ls {SYSFS}/cells").split() == ["0", "1"]
    c.ticks("gic-demo", 1)
