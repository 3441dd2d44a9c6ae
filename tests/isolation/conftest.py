# SPDX-License-Identifier: GPL-2.0-only
"""One machine of each kind, used by many rows. It is restored
from its snapshot after a row that failed, or that spoilt it (see spoils())."""

import pytest

import arena as machine
from arena import BEAT_LINE


@pytest.fixture(scope="session")
def arenas():
    machines = {}

    def get(place):
        arena = machines.get(place)
        if arena and (arena.spoilt or not arena.child):
            arena.stop()
            arena = None
        if not arena:
            for other in machines.values():
                other.stop()    # rows come sorted by machine
            machines.clear()
            arena = machine.arena(place, name=f"isolation-{place}").start()
            machines[place] = arena
        return arena

    yield get
    for arena in machines.values():
        arena.stop()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if call.when != "call" or not report.failed:
        return
    arena = getattr(item, "arena", None)
    if arena:
        report.sections.append(("consoles",
        BEAT_LINE.sub("", arena.heard[-12000:])[-3000:]))
        arena.spoilt = True
