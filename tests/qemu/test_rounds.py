# SPDX-License-Identifier: GPL-2.0-only
"""LIFE-01: many lives of cells and of the partitioning leave nothing behind.

The loops run in the guest: 200 rounds of create, load, start, shutdown,
destroy, and 20 of enable and disable.
"""

import pytest

from life import Cellblock, strange_log

CELL_ROUNDS, SYSTEM_ROUNDS = 200, 20

# Stops where a command fails, and says in which round. The cell has called the
# hypervisor, for its console, before it is shut down: it really ran.
CELL_LOOP = f"""
CALLS=/sys/devices/cellblock/cells/1/statistics/vmexits_hypercall
n=0
while test $n -lt {CELL_ROUNDS}; do
	n=$((n + 1))
	cellblock cell create qemu-virt-gic-demo.dtb &&
	cellblock cell load gic-demo /inmates/gic-demo.bin \\
		-s period-us=1000 -a 0x1000 &&
	cellblock cell start gic-demo &&
	until test $(cat $CALLS) -gt 0; do :; done &&
	cellblock cell shutdown gic-demo &&
	cellblock cell destroy gic-demo ||
		{{ echo stopped in round $n; break; }}
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


@pytest.mark.parametrize("gic", (3, 2), ids=("gicv3", "gicv2"))
def test_rounds(boot, gic):
    g = boot(gic=gic, append="iomem=relaxed", limit=600)
    c = Cellblock(g)
    interrupts = c.distributor()
    c.enable()
    # one life first: what is allocated once and kept
    c.start("gic-demo")
    c("cell destroy gic-demo")
    before = c.shape(), c.distributor(), c.stat_files()
    assert c.run(script(c, "cells", CELL_LOOP), timeout=300) == ""
    assert (c.shape(), c.distributor(), c.stat_files()) == before
    # the last one came as far as the first
    c.skip()
    c.start("gic-demo", "period-us=10000")
    c.ticks("gic-demo", 5)
    c("cell destroy gic-demo")
    c.disable()
    path = c.system()
    loop = SYSTEM_LOOP % (SYSTEM_ROUNDS, path)
    assert c.run(script(c, "systems", loop), timeout=300) == ""
    assert c.distributor() == interrupts
    c.enable()
    assert (c.shape(), c.distributor()) == before[:2]
    c.disable()
    assert strange_log(g) == ""
