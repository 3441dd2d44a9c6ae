# SPDX-License-Identifier: GPL-2.0-only
"""What rows do that is more than to run a probe: attacks of the root cell,
and sequences. Each function is named by rows of properties.tsv and raises what
is wrong; `spoils` marks those after which the machine is not used again."""

import json
import re
import time

import pytest

import files
import arena as machine
from arena import PATIENCE, RAM_SIZE
from descriptions import (cpus_in_use, description_races, fuzzed_descriptions,
    header_is_judged, limits_are_exact, refuses, refuses_defects,
    shipped_cells_are_accepted, too_many_regions)
from stage2 import PAGE
from steps import (CREATE, DESTROY, DISABLE, EBUSY, ENOENT, ENOSYS, EPERM,
    INFO, LOADABLE, NUM_CELLS, POOL_USED, START, STATE, command, linked, ready,
    root_tables, say, spoils, unharmed)


# ---- the root cell touches memory -------------------------------------------

def poke(arena, cpu, address, value):
    """Cached, as the driver's mapping of the ring is: beside that Linux for
    x86 allows no other. The CPU is the root cell's, or that is said here."""
    arena.run(f"taskset {1 << cpu:x} true")
    arena.send(f"taskset {1 << cpu:x} ./hcall poke {address:#x} {value:#x} &")


@spoils
def root_touches_hypervisor(arena, row, where):
    """The access parks the CPU that tried, and only it."""
    arena.become("attacker")
    before = arena.read_physical(arena.hv_base, 0x10000)
    since = arena.now()
    address = {"memory": arena.hv_base + 0x100000, "first": arena.hv_base,
               "ring": arena.ring}[where]
    why = "not permitted" if where == "ring" else "not mapped"
    poke(arena, 2, address, 0x6b6b6b6b6b6b6b6b)
    arena.hear(rf'^FATAL: invalid write of {address:#x}.*: {why}\n'
               r'(.*\n)*?Parking CPU 2 \(Cell: "linux"\)', row.seconds, since)
    assert arena.read_physical(arena.hv_base, 0x10000) == before, "changed"
    unharmed(arena, since)


@spoils
def root_writes_into_victim(arena, row):
    arena.become("attacker")
    since = arena.now()
    address = arena.victim_ram + 0xe000
    poke(arena, 2, address, 0x6b6b6b6b6b6b6b6b)
    arena.hear(rf'^FATAL: invalid write of {address:#x}, size 8: not mapped\n'
               r'(.*\n)*?Parking CPU 2 \(Cell: "linux"\)', row.seconds, since)
    unharmed(arena, since)


def split_keeps_neighbours(arena, row):
    """One page out of a block of the root cell's: of all that it reaches,
    this page is missing, and afterwards nothing is."""
    arena.become("attacker")
    since = arena.now()
    arena.run("cellblock cell destroy attacker")
    arena.cell = None
    before, page = root_tables(arena), arena.victim_ram + 0xb55000
    largest = max(leaf.size for leaf in leaves_of_root(arena)
                  if leaf.ip <= page < leaf.ip + leaf.size)
    assert largest > PAGE, "nothing to split"
    arena.run("cellblock cell create page.dtb")
    assert pages(arena.place, root_tables(arena)) == \
        pages(arena.place, before) - {(page, page)}
    arena.run("cellblock cell destroy page")
    assert root_tables(arena) == before
    assert max(leaf.size for leaf in leaves_of_root(arena)
               if leaf.ip <= page < leaf.ip + leaf.size) == largest
    unharmed(arena, since)


def leaves_of_root(arena):
    tables = arena.tables()
    return tables.leaves(tables.cells()["linux"])


def pages(place, ranges):
    """{(address in the cell, physical address)} of the cells' pages."""
    base, end = place.cells, place.cells + place.cells_size
    found = set()
    for ip, pa, size, _ in ranges:
        for at in range(max(ip, base), min(ip + size, end), PAGE):
            found.add((at, pa + at - ip))
    return found


def word_at(arena, address):
    return int.from_bytes(arena.read_physical(address, 8), "little")


def moves(arena, address):
    """Does somebody write there? Told by the victim's beats, not by a wait."""
    first = word_at(arena, address)
    arena.beats(3)
    return word_at(arena, address) != first


def hammered_page_is_taken(arena, row):
    since = ready(arena, row)
    say(arena, row, "TRY", since)
    arena.beats(1)
    assert moves(arena, arena.attacker_ram + 0x80000)
    arena.run("cellblock cell destroy attacker")
    arena.cell = None
    after = arena.read_physical(arena.attacker_ram + 0x80000, PAGE)
    assert after == bytes(PAGE), "not wiped"
    arena.beats(3)
    assert arena.read_physical(arena.attacker_ram + 0x80000, PAGE) == after
    unharmed(arena, since)


def memory_is_wiped(arena, row):
    since = ready(arena, row)
    say(arena, row, "PASS", since)
    assert word_at(arena, arena.attacker_ram + 0x80000) == 0x5ec2e75ec2e75ec2
    arena.run("cellblock cell destroy attacker")
    arena.cell = None
    assert arena.read_physical(arena.attacker_ram, RAM_SIZE) == \
        bytes(RAM_SIZE)
    # what the root cell writes there, the next owner does not see either
    arena.run(f"busybox devmem {arena.attacker_ram + 0x90000:#x} 64 "
              "0x5ec2e75ec2e75ec2")
    arena.run("cellblock cell create heir.dtb")
    assert arena.read_physical(arena.attacker_ram, RAM_SIZE) == \
        bytes(RAM_SIZE)
    arena.attack("mem-15", "case=check", "heir")
    arena.hear(r"^\[heir\] PROBE MEM-15 PASS 2 of 2", row.seconds, since)
    arena.run("cellblock cell destroy heir")
    unharmed(arena, since)


# ---- interrupts, CPUs -------------------------------------------------------

def interrupts_are_inherited_clean(arena, row):
    """The heir enables what the attacker left; none comes."""
    since = ready(arena, row)
    say(arena, row, "PASS", since)
    arena.run("cellblock cell destroy attacker; "
              "cellblock cell create heir.dtb")
    arena.cell = None
    for words in ("quiet-spi=72 spi=74", "quiet-spi=74 spi=72"):
        at = arena.attack("victim", f"{words} period-ms=30", "heir")
        arena.hear(r"^\[heir\] VICTIM beat 5 ", row.seconds, at)
        text = arena.heard[at:]
        assert "[heir] VICTIM CORRUPT" not in text, text
        assert not re.search(r"^\[heir\] VICTIM beat \d+ bad", text, re.M)
    arena.run("cellblock cell destroy heir")
    unharmed(arena, since)


@spoils
def race_for_a_cpu(arena, row):
    """Three CPUs, the victim's among them."""
    arena.run("cellblock cell destroy victim; "
              "cellblock cell destroy attacker")
    arena.run("cellblock cell create trio.dtb")
    since = arena.attack(row.image, row.words)
    arena.hear(rf"^\[attacker\] PROBE {row.id} (PASS|FAIL) \d+ of",
               row.seconds, since)
    text = arena.heard[since:]
    assert "PROBE CPU-02 PASS" in text, text[-2000:]
    assert re.search(r"NOTE 300 rounds, 300 starts", text), text
    arena.isolation_holds()


def set_way_traps(arena, row):
    """Each line: the caches have some hundreds at the least."""
    since = ready(arena, row)
    say(arena, row, "PASS", since)
    stats = json.loads(
        arena.run("cellblock cell stats --json attacker"))["counters"]
    assert stats["vmexits_sysreg"]["sum"] > 1000, stats
    unharmed(arena, since)


def second_cpu_parks(arena, row):
    """... or is not started; the first goes on to its end either way."""
    since = ready(arena, row)
    say(arena, row, "PASS", since)
    text = arena.heard[since:]
    answer = int(re.search(r"CPU_ON returns (-?\d+)", text)[1])
    state, failed = arena.cells()["attacker"]
    assert state == "shut down", state
    if answer:
        assert failed == "" and "Parking" not in text
    elif re.search("case=(unaligned|all-ones)", row.words):
        # taken by its own vectors, at 0x200, or parked
        assert failed in ("", "2")
    else:
        arena.hear(r'^FATAL: (.*\n)*?Parking CPU 2 \(Cell: "attacker"\)', 5,
                   since)
        assert arena.cells()["attacker"] == ("shut down", "2")
        assert re.search(r"^FATAL: (invalid execute|unhandled trap)",
                         arena.heard[since:], re.M)
    unharmed(arena, since)


def started_cpu_parks(arena, row):
    """The other CPU has been sent to where there is nothing of the cell's."""
    since = ready(arena, row)
    say(arena, row, "PASS", since)
    arena.hear(r'^FATAL: invalid execute of (.*\n)*?'
               r'Parking CPU 2 \(Cell: "attacker"\)', row.seconds, since)
    assert arena.cells()["attacker"] == ("shut down", "2")
    unharmed(arena, since)


def code_changes(arena, row):
    """All rounds end, or the CPU is parked in one; the one that changes the
    code goes on then. What was read is the register's or the own memory's."""
    since = ready(arena, row)
    arena.hear(rf"^\[attacker\] PROBE {row.id} (PASS|FAIL|ERROR|SKIP)|"
               "^Parking CPU 1", row.seconds, since)
    text = arena.heard[since:]
    assert not re.search("PROBE .* (FAIL|ERROR|SKIP)", text), text[-2000:]
    state = arena.cells()["attacker"]
    assert state == (("running", "1") if "Parking" in text else
                     ("shut down", "")), state
    unharmed(arena, since)


def registers_are_inherited_clean(arena, row):
    since = ready(arena, row)
    say(arena, row, "PASS", since)
    arena.run("cellblock cell destroy attacker; "
              "cellblock cell create heir.dtb")
    arena.cell = None
    at = arena.attack(row.image, "case=check", "heir")
    arena.hear(r"^\[heir\] PROBE CPU-10 (PASS|FAIL|ERROR) \d+ of",
               row.seconds, at)
    text = arena.heard[at:]
    assert "PROBE CPU-10 PASS" in text, re.findall(r".*FAIL.*", text)
    arena.run("cellblock cell destroy heir")
    unharmed(arena, since)


def deaf_cpus_are_taken(arena, row):
    since = ready(arena, row)
    say(arena, row, "TRY", since)
    arena.beats(1)
    status, text, seconds = command(arena, "cell shutdown attacker")
    assert status == 0 and seconds < 2 * PATIENCE, (seconds, text)
    assert arena.cells()["attacker"] == ("shut down", "")
    unharmed(arena, since)


def looping_cpu_is_taken(arena, row):
    """Exceptions in exceptions: an end by a triple fault, or none."""
    since = ready(arena, row)
    say(arena, row, "TRY", since)
    arena.beats(2)
    status, text, seconds = command(arena, "cell destroy attacker")
    arena.cell = None
    assert status == 0 and seconds < 2 * PATIENCE, (seconds, text)
    fatal = re.findall("^FATAL: (.*)", arena.heard[since:], re.M)
    assert fatal in ([], ["triple fault"]) or \
        re.match("invalid (read|execute)", fatal[0]), fatal
    unharmed(arena, since)


# UC, EN and VAL of bank 0; RIPV and MCIP (SDM 3, 16.3.2)
MACHINE_CHECK = "mce {cpu} 0 0xb000000000000134 5 0 0"


# The machine is spoilt: the check stays in progress.

@spoils
def machine_check_in_the_cell(arena, row):
    """It knows what to do. Past the hypervisor's intercept, in QEMU."""
    since = ready(arena, row)
    say(arena, row, "TRY", since)
    arena.monitor.human(MACHINE_CHECK.format(cpu=1))
    say(arena, row, "NOTE exception 0x[^0]", since)
    say(arena, row, "PASS", since)
    unharmed(arena, since)


@spoils
def machine_check_while_parked(arena, row):
    since = ready(arena, row)
    arena.hear(r"^Parking CPU 1", row.seconds, since)
    arena.monitor.human(MACHINE_CHECK.format(cpu=1))
    arena.hear("^FATAL: exception 18 in the hypervisor", row.seconds, since)
    arena.hear("^Stopping CPU 1 ", row.seconds, since)
    unharmed(arena, since)


# ---- hypercalls of the root cell --------------------------------------------

def root_pointers_are_judged(arena, row):
    """CREATE with a description anywhere: an error each time, and the same
    memory of the hypervisor in use."""
    arena.become("attacker")
    since, used = arena.now(), arena.hypercall(INFO, POOL_USED)
    top = 1 << 64
    victim = arena.victim_ram
    for base in (0, 0x8000000, 0x9000000, arena.hv_base,
                 sum(arena.place.hv) - 8, arena.ring, victim,
                 arena.attacker_ram, victim - 8, 1 << 40, 1 << 47, top - 8, top - PAGE, 0x6ffffff8):
        for size in (0, 1, 40, PAGE, 0x10000, 0x10001, 1 << 32, top - 1):
            assert arena.hypercall(CREATE, base, size) < 0, (base, size)
    assert arena.hypercall(INFO, POOL_USED) == used
    for code in (START, LOADABLE, DESTROY, STATE):
        for cell in (3, 63, 64, 0x7fffffff, 0xffffffff):
            assert arena.hypercall(code, cell) == ENOENT, (code, cell)
    for code in (START, LOADABLE, DESTROY):
        assert arena.hypercall(code, 0) < 0
    unharmed(arena, since)


def user_mode_is_refused(arena, row):
    since = arena.now()
    assert arena.hcall("el0").split() == ["undefined", "undefined"]
    unharmed(arena, since)


def upper_halves_are_ignored(arena, row):
    since = arena.now()
    for bit in range(32, 64):
        assert arena.hypercall(1 << bit | INFO, NUM_CELLS) == \
            arena.hypercall(INFO, NUM_CELLS), bit
        assert arena.hypercall(1 << bit | 11) == ENOSYS
    assert arena.hypercall(0xffffffff) == ENOSYS
    unharmed(arena, since)


@spoils
def management_storm(arena, row):
    """From all root CPUs at once, for some seconds: all return. Of x86 the
    hypervisor cannot see that Linux uses a CPU, so that one is off."""
    path = linked(arena, "third", "third")
    if arena.place.arch == "x86":
        arena.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
    since = arena.now()
    done = arena.run(f"taskset f ./hcall storm {path} 4", row.seconds)
    calls = [int(n) for n in re.findall(r"(\d+) calls", done)]
    assert len(calls) >= 2 and all(calls), done
    arena.victim_is_well(since, lost=True)
    arena.isolation_holds()
    arena.run("cellblock cell create attacker.dtb; "
              "cellblock cell destroy attacker")


# ---- consoles ---------------------------------------------------------------

def port_said(arena, pattern, since, seconds):
    """What the serial port of a cell has said, when it has said this."""
    deadline = time.monotonic() + PATIENCE * seconds
    while not re.search(pattern, arena.port()[since:]):
        assert time.monotonic() < deadline, arena.port()[since:]
        arena.beats(1)
    return arena.port()[since:]


def console_needs_permission(arena, row):
    """Its console is a UART: Linux' own where the machine has no other."""
    arena.become(row.cell)
    mark, since = arena.mark(), arena.now()
    port = None if arena.place.arch == "arm64" else len(arena.port())
    # behind the shell's back, which says nothing there meanwhile
    arena.send(f"(cellblock cell load attacker /inmates/{row.image}.bin "
               f"-s '{row.words}' -a 0x1000 && cellblock cell start attacker) "
               ">/tmp/started 2>&1 &")
    if port is None:
        arena.expect(r"PROBE HC-06 (PASS|FAIL) (\d+) of .*\n", row.seconds,
                     since=mark)
        said = arena.text[mark:]
    else:
        said = port_said(arena, r"PROBE HC-06 (PASS|FAIL) .*\n", port,
                         row.seconds)
    assert "permitted: no" in said
    assert re.search("PROBE HC-06 PASS 1 of 1", said)
    assert "[attacker]" not in arena.heard[since:]
    unharmed(arena, since)


def control_characters_are_masked(arena, row):
    """No line that is not tagged, no character that a terminal obeys."""
    since = ready(arena, row)
    say(arena, row, "PASS", since)
    text = arena.heard[since:arena.now()]
    known = re.compile(r"\[(attacker|victim)\] |(Cell|Started cell) \"attacker"
                       r"\"|$")
    strange = [n for n in text.split("\n") if not known.match(n)]
    assert not strange, strange
    assert not re.search(r"[^\n\t -~]", text)
    assert re.search(r"^\[attacker\] x{60,}$", text, re.M)
    unharmed(arena, since)


def flood_is_limited(arena, row):
    """40000 characters are 625 lines: some get through, 100 in a second after
    the first 400; the victim misses nothing and the rest is counted."""
    since, started = ready(arena, row), time.monotonic()
    while arena.cells()["attacker"][0] == "running":
        arena.listen()
        assert time.monotonic() - started < PATIENCE * row.seconds, \
            "never ends"
    took = time.monotonic() - started
    lines = len(re.findall(r"^\[attacker\] f", arena.listen()[since:], re.M))
    assert 10 < lines <= 402 + 100 * took, (lines, took)
    assert lines < 620 or took > 2, (lines, took)   # else a host so slow
    arena.victim_is_well(since, lost=True)
    arena.isolation_holds()


# ---- the life of a cell -----------------------------------------------------

def counts(arena):
    return ([arena.hypercall(INFO, n) for n in (POOL_USED, 3, NUM_CELLS)],
            root_tables(arena))


def rounds_leave_no_trace(arena, row):
    arena.run("cellblock cell destroy attacker 2>/dev/null", check=False)
    arena.cell = None
    before, since = counts(arena), arena.now()
    for _ in range(5):
        arena.run("cellblock cell create attacker.dtb && cellblock cell load "
                  "attacker /inmates/victim.bin -s period-ms=30 -a 0x1000 && "
                  "cellblock cell start attacker && "
                  "cellblock cell shutdown attacker && "
                  "cellblock cell start attacker && "
                  "cellblock cell destroy attacker")
    assert counts(arena) == before
    arena.victim_is_well(since, lost=True)
    arena.isolation_holds()


def allocations_fail(arena, row):
    """The n-th allocation of a create fails, for every n; each time all is
    as before, to the bit, and at last none is left that could."""
    image = arena.place.build("test") / f"cellblock-{arena.place.arch}.bin"
    archive = arena.place.build() / "initramfs-6.1-test.cpio"
    if not image.exists() or not archive.exists():
        pytest.skip("make guest-test has not been run")
    with machine.arena(arena.place.name, "test",
                       name="isolation-test") as test:
        path = linked(test, "third", "third")
        test.run("echo 0 >/sys/devices/system/cpu/cpu2/online")
        before = counts(test)
        for n in range(1, 100):
            assert test.hypercall(INFO, 0x1000 + n) == 0
            answer = int(test.hcall("create", path))
            test.hypercall(INFO, 0x1000)
            if answer > 0:
                break
            assert answer == -12, (n, answer)
            assert counts(test) == before, n
            test.isolation_holds()
        assert 4 < n < 99, n
        test.hypercall(DESTROY, answer)
        assert counts(test) == before


def lock_is_kept(arena, row):
    """A locked cell forbids to create and to destroy others, not itself."""
    arena.become("attacker")
    since = arena.attack("victim", "lock=1 period-ms=50")
    arena.hear(r"^\[attacker\] VICTIM beat 2", row.seconds, since)
    assert arena.cells()["attacker"][0] == "running/locked"
    arena.refused("cell create third.dtb", "[cell-locked]", "attacker")
    arena.refused("cell destroy victim", "[cell-locked]", "attacker")
    assert set(arena.cells()) == {"linux", "victim", "attacker"}
    arena.run("cellblock cell destroy attacker")
    arena.cell = None
    arena.run("cellblock cell create third.dtb; cellblock cell destroy third")
    unharmed(arena, since)


def silent_cell_times_out(arena, row):
    since = ready(arena, row)
    say(arena, row, "NOTE silent", since)
    # the root cell is not held up: it counts meanwhile
    arena.run(": >/tmp/ticks; (while :; do echo; sleep 0.01; done) "
              ">>/tmp/ticks & echo $! >/tmp/pid")
    ticks = int(arena.run("wc -l </tmp/ticks"))
    status, text, seconds = command(arena, "cell shutdown attacker")
    ticks = int(arena.run("kill $(cat /tmp/pid); wc -l </tmp/ticks")) - ticks
    assert status == 0, text
    assert seconds >= 0.4 and ticks > 1, (seconds, ticks)
    arena.hear(r'^Cell "attacker" did not answer within 400 ms', 5, since)
    assert not moves(arena, arena.attacker_ram + 0x80000)
    unharmed(arena, since)


def liar_is_stopped(arena, row):
    since = ready(arena, row)
    if "approve" in row.words:
        say(arena, row, "NOTE waiting", since)
    else:
        say(arena, row, "TRY", since)
        assert moves(arena, arena.attacker_ram + 0x80000)
        assert arena.cells()["attacker"][0] == "shut down"
    arena.run("cellblock cell destroy attacker")
    arena.cell = None
    assert not moves(arena, arena.attacker_ram + 0x80000), "still running"
    assert word_at(arena, arena.attacker_ram + 0x80000) == 0
    unharmed(arena, since)


def answers_out_of_order(arena, row, case):
    since = ready(arena, row)
    if case == "locked-crash":
        arena.hear(r"^Parking CPU 1", row.seconds, since)
        assert arena.cells()["attacker"] == ("failed", "1")
        arena.run("cellblock cell create third.dtb; "
                  "cellblock cell destroy third")     # the lock is gone
    elif case == "late":
        say(arena, row, "NOTE case", since)
        status, text, seconds = command(arena, "cell shutdown attacker")
        assert status == 0 and seconds < 3 * PATIENCE, (seconds, text)
        arena.hear("did not answer within 400 ms", 5, since)
    else:
        denied(arena, row, case, since)
    arena.run("cellblock cell load attacker /inmates/mem-15.bin -s case=fill "
              "-a 0x1000" if case in ("late", "locked-crash", "deny-crash")
              else "true")
    unharmed(arena, since)
    arena.spoilt = case in ("wrong", "early", "twice")     # never agree


def denied(arena, row, case, since):
    """What is no approval of this very request is none."""
    waiting = {"deny-crash": "NOTE waiting", "early": "NOTE an approval"}
    say(arena, row, waiting.get(case, "NOTE case"), since)
    status, text, _ = command(arena, "cell shutdown attacker")
    if case in ("twice", "deny-crash") and status == 0:
        return      # which of the two was seen first is chance
    assert status == 1 and "[cell-denied]" in text, text
    if case == "deny-crash":
        arena.hear(r"^Parking CPU 1", row.seconds, since)
        assert arena.cells()["attacker"] == ("failed", "1")
    else:
        assert arena.cells()["attacker"][0] == "running"


def all_cpus_online(arena):
    online = arena.run("cat /sys/devices/system/cpu/online").strip()
    assert online == "0-3", online


@spoils
def disable_is_orderly(arena, row):
    """Not with cells, not from one CPU; then by the driver, and twice."""
    since = arena.now()
    arena.become("attacker")
    assert arena.hypercall(DISABLE) == EBUSY
    arena.run("cellblock cell destroy attacker; "
              "cellblock cell destroy victim")
    assert arena.hypercall(DISABLE) == EBUSY     # one CPU of four
    arena.run("cellblock disable", 60)
    arena.hear("The partitioning has ended", 5, since)
    arena.refused("disable", "not enabled")
    all_cpus_online(arena)
    arena.run(f"cellblock enable {arena.place.system}.dtb; "
              "cellblock disable", 60)


@spoils
def machine_ends(arena, row):
    """Linux powers off; the victim is stopped, and nothing hangs. QEMU stays,
    so that it is not asked for memory while it ends: it may hang then."""
    since = arena.now()
    arena.monitor.command("set-action", shutdown="pause")
    arena.send("poweroff -f")
    arena.wait_shutdown(row.seconds)
    arena.listen()
    arena.stop()
    assert "VICTIM CORRUPT" not in arena.heard[since:]


def restart_after_failure(arena, row):
    arena.become("attacker")
    since = arena.attack("mem-01", "case=first victim=0x70000000,0x100000")
    arena.hear(r"^Parking CPU 1", row.seconds, since)
    assert arena.cells()["attacker"] == ("failed", "1")
    at = arena.attack("victim", "spi=72 quiet-spi=74 period-ms=30")
    arena.hear(r"^\[attacker\] VICTIM beat 5 ok", row.seconds, at)
    assert arena.cells()["attacker"] == ("running", "")
    assert "[attacker] VICTIM CORRUPT" not in arena.heard[at:]
    arena.run("cellblock cell shutdown attacker")
    unharmed(arena, since)


def parks_are_local(arena, row):
    """Eight parks in a row, and no beat of the victim's is missing; that they
    are late at most by one beat is a matter of the machine's load."""
    since = arena.now()
    for _ in range(8):
        at = ready(arena, row)
        arena.hear(r"^Parking CPU 1", row.seconds, at)
    found = arena.victim_is_well(since)
    assert len(found) >= 8
    arena.isolation_holds()


# ---- the comm region --------------------------------------------------------

def comm_page_is_overwritten(arena, row):
    since = ready(arena, row)
    say(arena, row, "NOTE waiting", since)
    arena.run("cellblock cell shutdown attacker")
    text = arena.heard[since:]
    assert "PROBE COMM-02 FAIL" not in text, text
    # the page is anew at the next start
    at = arena.attack("comm-01", "case=rest")
    arena.hear("PROBE COMM-01 PASS", row.seconds, at)
    unharmed(arena, since)


def unknown_state_is_running(arena, row):
    """It is asked, its denial counts, and its approval."""
    since = ready(arena, row)
    say(arena, row, "TRY", since)
    assert arena.cells()["attacker"][0] == "running"
    status, text, _ = command(arena, "cell shutdown attacker")
    assert status == 1 and "[cell-denied]" in text, text
    arena.run("cellblock cell shutdown attacker")
    say(arena, row, "NOTE shutdown requested and approved", since)
    unharmed(arena, since)


@spoils
def states_flip(arena, row):
    """Requests end one way or the other, each with a state that exists."""
    since = ready(arena, row)
    say(arena, row, "NOTE flipping on 2 CPUs", since)
    states, ended = set(), set()
    for n in range(12):
        states.add(arena.cells()["attacker"][0])
        status, text, seconds = command(arena, "cell shutdown attacker")
        assert status == 0 or "[cell-denied]" in text, text
        assert seconds < 5 * PATIENCE
        ended.add(status)
        if status == 0:
            assert arena.cells()["attacker"][0] == "shut down"
            arena.run("cellblock cell start attacker")
    assert states <= {"running", "running/locked", "shut down", "failed",
                      "failed (comm. revision)"}, states
    unharmed(arena, since)


# ---- the driver -------------------------------------------------------------

@spoils
def ioctls_are_fuzzed(arena, row):
    """Random requests, killed at any point, over the real hypervisor."""
    path = linked(arena, "third", "third")
    since = arena.now()
    arena.run("dmesg -c >/dev/null")
    arena.run(f"taskset f timeout -s KILL 30 kmodctl fuzz {path} 4",
              row.seconds, check=False)
    bad = arena.run("dmesg | grep -E 'BUG|WARNING|Oops|Call trace|rcu:|"
                    "refcount' || true")
    assert not bad, bad
    assert "CORRUPT" not in arena.listen()[since:]
    if arena.run("cat /sys/devices/cellblock/enabled").strip() == "1":
        arena.isolation_holds()


@spoils
def bad_requests(arena, row):
    """While disabled: a good request among them would do it."""
    path = linked(arena, "third", "third")
    arena.run("cellblock disable", 60)
    result = arena.run(f"kmodctl bad {path}", row.seconds, check=False)
    wrong = [n for n in result.splitlines() if n.startswith("FAIL")]
    assert not wrong, result


@spoils
def bad_images(arena, row):
    """Architecture and version of the image, one byte each."""
    arena.run("cellblock disable; mkdir /tmp/fw; cp /lib/firmware/cellblock* "
              "/tmp/fw; printf /tmp/fw >/sys/module/firmware_class/"
              "parameters/path", 60)
    name = f"cellblock-{arena.place.arch}.bin"
    for offset in (0, 8, 12):
        arena.run(f"cp /lib/firmware/{name} /tmp/fw/; "
                  f"printf '\\007' | dd of=/tmp/fw/{name} bs=1 "
                  f"seek={offset} conv=notrunc 2>/dev/null")
        arena.refused(f"enable {arena.place.system}.dtb", "[driver-image")
        all_cpus_online(arena)
    arena.run(f"cp /lib/firmware/{name} /tmp/fw/; "
              f"cellblock enable {arena.place.system}.dtb", 60)


def unload_is_refused(arena, row):
    since = arena.now()
    assert arena.run("rmmod cellblock 2>&1", check=False).status
    unharmed(arena, since)


def images_are_bounded(arena, row):
    """Only whole, into loadable memory: not behind it, not around the end,
    not into a window, not into a page that is the hypervisor's."""
    arena.become("attacker")
    since = arena.now()
    for address in (0xffff0, 0x100000, 0x1fffff, 0x203000, 0x80000000,
                    0xa000200, 1 << 40, (1 << 64) - 8):
        result = arena.run("cellblock cell load attacker "
                           f"/inmates/mem-01.bin -a {address:#x} 2>&1",
                           check=False)
        assert result.status == 1, (address, result)
        assert "[image-outside]" in result or "run over the end" in result
    unharmed(arena, since)


def users_are_refused(arena, row):
    since = arena.now()
    result = arena.run("kmodctl unprivileged", check=False)
    assert "EACCES" in result and "EPERM" in result, result
    assert arena.run("ls -l /dev/cellblock").startswith("crw-------")
    assert arena.hypercall(INFO, NUM_CELLS) >= 1
    unharmed(arena, since)
