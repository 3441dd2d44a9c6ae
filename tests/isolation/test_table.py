# SPDX-License-Identifier: GPL-2.0-only
"""The table itself: every property that is promised has a row, every row
names things that exist."""

import re

import pytest

import actions
from machine import SOURCE
from table import HERE, rows

PROMISED = [f"{group}-{n:02}" for group, numbers in (
    ("MEM", range(1, 16)), ("MMIO", (1, 6, 9, 10)),
    ("IRQ", (1, 2, 3, 4, 5, 8, 10, 11, 12)),
    ("CPU", (1, 2, 3, 4, 5, 6, 7, 8, 10, 12)), ("HC", range(1, 9)),
    ("CFG", (*range(1, 12), 13)), ("LIFE", (*range(1, 7), 8, 9, 10)),
    ("PARK", (1, 2)), ("COMM", range(1, 5)), ("KMOD", range(1, 9)),
    ("LOG", (1,))) for n in numbers]
ROWS = rows()


def test_all_promised_have_rows():
    assert set(PROMISED) <= {row.id for row in ROWS}


def test_rows_are_distinct():
    names = [f"{row}" for row in ROWS]
    assert len(names) == len(set(names)), \
        sorted({n for n in names if names.count(n) > 1})


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_row_names_what_exists(row):
    assert row.verdict in ("pass", "park", "any", "do")
    assert bool(row.detail) == (row.verdict in ("park", "do"))
    if row.cell:
        assert (HERE / f"cells/{row.cell}.dts").exists()
    if row.image:
        source = (SOURCE / f"inmates/probes/{row.image}.c").read_text()
        assert f'PROBE("{row.probe}"' in source
        case = re.search(r"case=([\w-]+)", row.words)
        assert not case or f'{{ "{case[1]}"' in source
    if row.verdict == "do":
        assert callable(getattr(actions, row.detail.split()[0]))
    if row.host:
        path, test = row.host.split(":")
        assert re.search(rf"\b{test}\b", (SOURCE / path).read_text()), row.host
