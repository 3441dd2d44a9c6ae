# SPDX-License-Identifier: GPL-2.0-only
"""Each place that reports a finding, made silent: then some test must fail.

The mutants' build (mute.h) is the judge with a switch at every config_say()
and advice_say(). A first run of all defects tells which of them reach which
place. Then each place is made silent, and of those defects at least one must
come out otherwise than expected.
"""

import collections
import os
import re
import subprocess

import pytest

from harness import ADVICE, BASES, CELLS, CONFIG, DEFECTS, HERE, OUT, OWN, \
    ROOT, SYSTEMS, Case, blob, build, comments, in_parallel

# Blobs that dtc does not write: tests/unit/test_config_gate.c.
UNIT = ("hv/config/gate.c",)


def mutable(source):
    """What comes in front of a source."""
    if source == ROOT / "hv/config/finding.c" or \
            source == ROOT / "tools/check/advice.c":
        return []
    if source in CONFIG:
        return ["-include", HERE / "mute.h", "-DMUTE_CONFIG"]
    if source in ADVICE and source.name.startswith("advice"):
        return ["-include", HERE / "mute.h", "-DMUTE_ADVICE"]
    return []


@pytest.fixture(scope="module")
def program():
    return build("mutants", ["-O1"], [*OWN, HERE / "mute.c"], mutable)


def judge(program, case, **env):
    done = subprocess.run([program, *case.arguments()], check=False,
                          text=True, stdout=subprocess.PIPE, timeout=60,
                          env={**os.environ, **env})
    assert done.returncode in (0, 1), (case.source, env)
    return [line.replace("\t", "|") for line in done.stdout.splitlines()]


def sites(program):
    """{place: check as it stands there}"""
    out = subprocess.run([program, "-S", "-"], check=True, text=True,
                         stdout=subprocess.PIPE).stdout
    rows = dict(line.split("\t", 1) for line in out.splitlines())
    assert rows
    return rows


@pytest.fixture(scope="module")
def reached(program):
    """{place: [case]}, the ones with the least to say first"""
    where = OUT / "mutants"
    cases = [Case(s) for s in DEFECTS]
    in_parallel(blob, [*SYSTEMS, *CELLS, *BASES, *DEFECTS])

    def trace(case):
        log = where / f"{case.source.stem}.reached"
        log.unlink(missing_ok=True)
        assert judge(program, case, REACHED=str(log)) == case.expected
        return set(log.read_text().split()) if log.exists() else set()

    found = collections.defaultdict(list)
    for case, places in zip(cases, in_parallel(trace, cases)):
        for place in places:
            found[place].append(case)
    for place in found:
        found[place].sort(key=lambda c: len(c.expected))
    return found


def survives(program, place, cases):
    """Not one of the defects shows that the place is silent."""
    return all(judge(program, case, MUTE=place) == case.expected
               for case in cases)


def test_every_place_is_covered(program, reached):
    places = {p: check for p, check in sites(program).items()
              if p.removeprefix(f"{ROOT}/").split(":")[0] not in UNIT}
    alive = in_parallel(lambda p: survives(program, p, reached.get(p, [])),
                        places)
    survivors = [f"{p.removeprefix(f'{ROOT}/')}: {places[p]}"
                 for p, a in zip(places, alive) if a]
    assert not survivors, "\n".join(survivors)


def rows():
    """(name, id) of each row of the tables."""
    for table in ("hv/config/checks.def", "tools/lib/link.def",
                  "tools/check/advice.def"):
        text = (ROOT / table).read_text()
        yield from re.findall(
            r'^(?:CHECK|WARNING|ADVICE)\((\w+),\s*"([\w-]+)"', text, re.M)


def test_every_row_has_a_place(program):
    """A row of the tables that no place uses is a check that is not there."""
    used = " ".join(sites(program).values())
    source = "".join(p.read_text() for p in [*CONFIG, *ADVICE])
    unused = [name for name, _ in rows()
              if not re.search(rf"\b{name}\b", used + source)]
    assert not unused


def test_every_id_has_a_defect(program):
    seen = {e.split("|")[1] for d in DEFECTS for e in comments(d, "EXPECT")}
    unit = "".join(p.read_text()
                   for p in (ROOT / "tests/unit").glob("test_config*.c"))
    missing = {i for _, i in rows() if i not in seen and f'"{i}' not in unit}
    assert not missing
