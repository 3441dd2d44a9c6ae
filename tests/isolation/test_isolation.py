# SPDX-License-Identifier: GPL-2.0-only
"""Every row of the tables, on every machine that it names."""

import re

import pytest

import actions
from arena import BEAT_LINE
from places import PLACES
from table import rows

RESULT = r"^\[attacker\] PROBE {id} (PASS|SKIP|ERROR|FAIL) (\d+) of (\d+) .*\n"
PARKED = r'^Parking CPU \d+ \(Cell: "attacker"\)\n'


def turn(case):
    """Machine by machine, and last what leaves one that is not used again."""
    row, place = case
    action = getattr(actions, row.detail.split()[0]) \
        if row.verdict == "do" else None
    return list(PLACES).index(place), hasattr(action, "spoils")


CASES = sorted(((row, place) for row in rows() for place in row.places),
               key=turn)


def attack(arena, row):
    """What the attacker's end was: "parked" or its result, and the text."""
    arena.become(row.cell)
    since = arena.attack(row.image, row.words)
    result = RESULT.format(id=row.probe)
    arena.hear(f"({result})|({PARKED})", row.seconds, since)
    text = BEAT_LINE.sub("", arena.heard[since:])
    found = re.findall(result, text, re.M)
    return found[-1][0] if found else "parked", text, since


def failures(text):
    return "\n".join(re.findall(r"^.*PROBE \S+ (?:FAIL|ERROR|SKIP) .*", text,
                                re.M))


def state_of(arena):
    return arena.cells()["attacker"]


def judge_pass(arena, row, end, text):
    assert end == "PASS", f"{end}\n{failures(text)}\n" + fatal(text)
    checks = re.search(rf"PROBE {row.id} PASS (\d+) of", text)
    tried = f"PROBE {row.id} TRY" in text
    assert tried or int(checks[1]), "nothing was checked"
    assert state_of(arena) == ("shut down", "")


def fatal(text):
    return "\n".join(re.findall(r"^FATAL: .*", text, re.M))


def judge_park(arena, row, end, text):
    assert end == "parked", f"{end}\n{failures(text)}"
    assert f"PROBE {row.id} TRY" in text, "parked before it tried"
    assert not failures(text), failures(text)
    assert re.search(f"^FATAL: {row.detail}", text, re.M), fatal(text)
    assert len(re.findall("^FATAL: ", text, re.M)) == 1, fatal(text)
    assert re.search(arena.place.pc, text, re.M)
    assert state_of(arena) == ("failed", "1")


def judge_any(arena, row, end, text):
    if end == "parked":
        assert not failures(text), failures(text)
        assert state_of(arena) == ("failed", "1")
    else:
        judge_pass(arena, row, end, text)


JUDGES = {"pass": judge_pass, "park": judge_park, "any": judge_any}


@pytest.mark.parametrize("row, place", CASES,
                         ids=[f"{row}-{place}" for row, place in CASES])
def test_row(arenas, request, row, place):
    arena = arenas(place)
    request.node.arena = arena
    if row.verdict == "do":
        name, *words = row.detail.split()
        getattr(actions, name)(arena, row, *words)
        return
    end, text, since = attack(arena, row)
    JUDGES[row.verdict](arena, row, end, text)
    arena.victim_is_well(since)
    arena.isolation_holds()
