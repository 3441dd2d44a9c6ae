# SPDX-License-Identifier: GPL-2.0-only
"""One machine for each version of the GIC, used by many rows. It is restored
from its snapshot after a row that failed, or that spoilt it (see spoils())."""

import pytest

from arena import BEAT_LINE, Arena


@pytest.fixture(scope="session")
def arenas():
    machines = {}

    def get(gic):
        arena = machines.get(gic)
        if arena and (arena.spoilt or not arena.child):
            arena.stop()
            arena = None
        if not arena:
            arena = Arena(gic=gic, name=f"isolation-gicv{gic}").start()
            machines[gic] = arena
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
