# SPDX-License-Identifier: GPL-2.0-only
"""LIFE-01: many lives of cells and of the partitioning leave nothing behind.

The loops run in the guest: rounds of create, load, start, shutdown, destroy,
and of enable and disable.
"""

import pytest

from life import Cellblock, strange_log

# Stops where a command fails, and says in which round; x86's timer refuses its
# first shutdown. The cell has called the
# hypervisor, for its console, before it is shut down: it really ran.
CELL_LOOP = """
CALLS=/sys/devices/cellblock/cells/1/statistics/vmexits_hypercall
n=0
while test $n -lt $ROUNDS; do
	n=$((n + 1))
	cellblock cell create $CELLS-$CELL.dtb &&
	cellblock cell load $CELL /inmates/$CELL.bin \\
		-s "$WORDS period-us=1000" -a 0x1000 &&
	cellblock cell start $CELL &&
	until test $(cat $CALLS) -gt 0; do :; done &&
	{ cellblock cell shutdown $CELL 2>/dev/null ||
		cellblock cell shutdown $CELL; } &&
	cellblock cell destroy $CELL ||
		{ echo stopped in round $n; break; }
done
"""

SYSTEM_LOOP = """
n=0
while test $n -lt %d; do
	n=$((n + 1))
	cellblock enable %s && cellblock disable ||
		{ echo stopped in round $n; break; }
done
"""


def script(c, name, text):
    c.put(f"/tmp/{name}", text.encode())
    return f"sh /tmp/{name}"


def rounds(c, cells, systems):
    """So many of each, from disabled to disabled."""
    b = c.board
    interrupts = c.distributor()
    c.enable()
    # one life first: what is allocated once and kept
    c.start_timer()
    c.end_timer()
    before = c.shape(), c.distributor(), c.stat_files()
    names = (f"CELLS={b.cells} CELL={b.timer} WORDS={b.words} "
             f"ROUNDS={cells}\n")
    assert c.run(script(c, "cells", names + CELL_LOOP), timeout=300) == ""
    assert (c.shape(), c.distributor(), c.stat_files()) == before
    # the last one came as far as the first
    c.skip()
    c.ticks(c.start_timer("period-us=10000"), 5)
    c.end_timer()
    c.disable()
    path = c.system()
    loop = SYSTEM_LOOP % (systems, path)
    assert c.run(script(c, "systems", loop), timeout=300) == ""
    assert c.distributor() == interrupts
    c.enable()
    assert (c.shape(), c.distributor()) == before[:2]
    c.disable()
    assert strange_log(c.guest) == ""


@pytest.mark.parametrize("machine", (
    {"gic": 3}, {"gic": 2}, {"arch": "x86"}), ids=("gicv3", "gicv2", "svm"))
def test_rounds(boot, machine):
    g = boot(append="iomem=relaxed", limit=600, **machine)
    rounds(Cellblock(g), 200, 20)
