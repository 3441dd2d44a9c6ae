# SPDX-License-Identifier: GPL-2.0-only
"""What the actions of all kinds are made of."""

import functools
import re
import time

import files

EPERM, ENOENT, EFAULT, EBUSY, EINVAL, ENOSYS = -1, -2, -14, -16, -22, -38
DISABLE, CREATE, START, LOADABLE, DESTROY, INFO, STATE, CPU_INFO = range(8)
POOL_USED, NUM_CELLS = 1, 4


def spoils(function):
    @functools.wraps(function)
    def wrapper(arena, row, *words):
        arena.spoilt = True
        function(arena, row, *words)
    wrapper.spoils = True
    return wrapper


def unharmed(arena, since):
    """After whatever was done: the victim, and the tables."""
    arena.victim_is_well(since)
    arena.isolation_holds()


def ready(arena, row):
    """Load and start the row's probe; where the consoles' text was."""
    arena.become(row.cell)
    return arena.attack(row.image, row.words)


def say(arena, row, kind, since, timeout=None):
    return arena.hear(rf"^\[attacker\] PROBE {row.probe} {kind}.*\n",
                      timeout or row.seconds, since)


def command(arena, words):
    """(exit status, what it printed, seconds)"""
    started = time.monotonic()
    result = arena.run(f"cellblock {words} 2>&1", check=False)
    return result.status, result, time.monotonic() - started


def root_tables(arena):
    tables = arena.tables()
    return tables.ranges(tables.cells()["linux"])


def linked(arena, cell, name):
    """The description as the hypervisor gets it, in a file of its own."""
    arena.run("cellblock cell destroy attacker 2>/dev/null", check=False)
    arena.cell = None
    arena.run(f"cellblock cell create {cell}.dtb; "
              "for d in /sys/devices/cellblock/cells/*; do "
              f"test $(cat $d/name) = {name} && "
              f"cat $d/description.dtb >/tmp/{cell}.dtb; done; "
              f"cellblock cell destroy {name}; test -s /tmp/{cell}.dtb")
    return f"/tmp/{cell}.dtb"
