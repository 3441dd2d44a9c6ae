# SPDX-License-Identifier: GPL-2.0-only
"""One judge: the checker and the hypervisor agree on every description of the
test corpus, in verdict and ids. The hosted judge is that of tests/config; the
hypervisor gets each in one guest, a system by enabling it, a cell past the
driver and beside those that are to be there."""

import collections

import pytest

import one_judge
from machine import Guest

SECONDS = 300       # for all of them; on an idle machine it takes 30
EINVAL, EBUSY = -22, -16
BUSY = ("error", "cpu-busy")
# Labels are the command's matter. What they leave is no node's phandle.
LABEL, UNLINKED = ("error", "label-undefined"), ("error", "bad-value")
# What the command, the driver and the hypervisor's entry must know before
# anybody judges a system: the finding, None for one without id.
FIRST = {
    "few-cpus": "cpu-unknown",          # Linux runs on all
    "defects/sys-cpu-all-off": "driver-cpu-count",
    "defects/sys-cpu-reg": "driver-cpu-unknown",
    "defects/sys-memory-align": "driver-memory-place",
    "defects/sys-memory-behind": "driver-memory-not-ram",
    "defects/sys-memory-half-page": "driver-memory-place",
    "defects/sys-memory-none": "driver-no-memory-region",
    "defects/sys-memory-outside": "driver-memory-not-ram",
    "defects/sys-memory-phandle": "driver-no-memory-region",
    "defects/sys-memory-region-ram": "driver-memory-not-reserved",
    "defects/sys-memory-zero": "driver-memory-place",
    "defects/sys-no-hypervisor": None,
    "defects/sys-no-memory-region": "driver-no-memory-region",
    "defects/sys-two-hypervisors": "driver-no-hypervisor-node",
}


@pytest.fixture(scope="module")
def judged():
    """[(case, (status, findings) of the host, of the guest)]"""
    cases = one_judge.corpus()
    host = one_judge.by_host(cases)
    archive = one_judge.archive(cases)
    with Guest(extra=("-initrd", str(archive)), name="one-judge",
               append="iomem=relaxed", limit=SECONDS + 90) as guest:
        answers = one_judge.by_hypervisor(guest, cases, SECONDS)
    return list(zip(cases, host, answers))


def test_all_were_asked(judged):
    names = {case.name for case, *_ in judged}
    assert len(names) == len(judged) > 450 and FIRST.keys() < names
    refused = collections.Counter(
        (bool(case.cells), status) for case, (status, _), _ in judged)
    assert min(refused[cell, status] for cell in (False, True)
               for status in (0, 1)) >= 10


def test_systems(judged):
    """Of a system that it takes, the driver tells no warnings."""
    for case, (status, host), (answer, guest) in judged:
        if case.cells:
            continue
        if case.name not in FIRST:
            assert answer == status, case.name
            assert guest == (host if status else {}), case.name
            continue
        assert answer == 1, case.name
        first = FIRST[case.name]
        assert set(guest) == ({("error", first)} if first else set())


def test_cells(judged):
    """What is judged well is not made: Linux is on the cell's CPU."""
    for case, (status, host), (answer, guest) in judged:
        if case.cells:
            assert answer == (EINVAL if status else EBUSY), case.name
            guest = {k: n for k, n in guest.items() if status or k != BUSY}
            if LABEL in host:
                assert set(guest) == {UNLINKED}, case.name
            else:
                assert guest == host, case.name
