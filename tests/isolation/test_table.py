# SPDX-License-Identifier: GPL-2.0-only
"""The table itself: every property that is promised has a row, every row
names things that exist."""

import re

import pytest

import actions
import mutations
from machine import SOURCE
from table import HERE, rows


def ids(*groups):
    return {f"{group}-{n:02}" for group, numbers in groups for n in numbers}


PROMISED = ids(
    ("MEM", range(1, 16)), ("MMIO", (1, 6, 9, 10)),
    ("IRQ", (1, 2, 3, 4, 5, 8, 10, 11, 12)),
    ("CPU", (1, 2, 3, 4, 5, 6, 7, 8, 10, 12)), ("HC", range(1, 9)),
    ("CFG", (*range(1, 12), 13)), ("LIFE", (*range(1, 7), 8, 9, 10)),
    ("PARK", (1, 2)), ("COMM", range(1, 5)), ("KMOD", range(1, 9)),
    ("LOG", (1,)))
# memory, registers, ports, MSRs and interrupts, by the vendor's own means
PROMISED_ON = {place: ids(
    ("MEM", range(1, 16)),
    ("MMIO", (1, 2, 4, 9)), ("PIO", range(1, 5)), ("MSR", range(1, 5)),
    ("IRQ", (9, *range(12, 17)))) for place in ("svm", "vmx")}
ROWS = rows()


def probe(row):
    """Its source: the architecture's own, or one for all."""
    own = SOURCE / f"inmates/probes/{row.place.arch}/{row.image}.c"
    return own if own.exists() else SOURCE / f"inmates/probes/{row.image}.c"


def test_all_promised_have_rows():
    assert PROMISED <= {row.id for row in ROWS}


@pytest.mark.parametrize("place", PROMISED_ON)
def test_promised_on_each_vendors(place):
    have = {row.id for row in ROWS if place in row.places}
    assert PROMISED_ON[place] <= have, PROMISED_ON[place] - have


def test_rows_are_distinct():
    names = [f"{row}-{place}" for row in ROWS for place in row.places]
    assert len(names) == len(set(names)), \
        sorted({n for n in names if names.count(n) > 1})


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_row_names_what_exists(row):
    assert row.verdict in ("pass", "park", "any", "do")
    assert bool(row.detail) == (row.verdict in ("park", "do"))
    if row.cell:
        assert (HERE / row.place.cells_folder / f"{row.cell}.dts").exists()
    if row.image:
        source = probe(row).read_text()
        assert f'PROBE("{row.probe}"' in source
        case = re.search(r"case=([\w-]+)", row.words)
        assert not case or f'{{ "{case[1]}"' in source
    if row.verdict == "do":
        assert callable(getattr(actions, row.detail.split()[0]))
    if row.host:
        path, test = row.host.split(":")
        assert re.search(rf"\b{test}\b", (SOURCE / path).read_text()), row.host


@pytest.mark.parametrize("name", mutations.MUTATIONS)
def test_mutation_has_one_place(name):
    """What mutations.py spoils is still there, so that it can be run."""
    file, old, new, _ = mutations.MUTATIONS[name]
    assert (SOURCE / file).read_text().count(old) == 1
    assert old != new
