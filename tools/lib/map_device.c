// SPDX-License-Identifier: GPL-2.0-only
#include <libfdt.h>
#include <stdlib.h>

#include <lib/io.h>
#include <lib/map_device.h>

#define BLOB_SIZE	512

static void silent(struct cfg_report *report, const struct cfg_finding *f)
{
	(void)report;
	(void)f;
}

/* 0 or an error of libfdt. */
static int make_cell(void *blob, uint32_t cpu, uint32_t device)
{
	int err = fdt_create(blob, BLOB_SIZE);

	err = err ? err : fdt_finish_reservemap(blob);
	err = err ? err : fdt_begin_node(blob, "");
	err = err ? err : fdt_property_string(blob, "compatible",
					      "cellblock,cell");
	err = err ? err : fdt_property_string(blob, "cell-name", "one-device");
	err = err ? err : fdt_property_u32(blob, "#address-cells", 2);
	err = err ? err : fdt_property_u32(blob, "#size-cells", 2);
	err = err ? err : fdt_property_u32(blob, "cpus", cpu);
	err = err ? err : fdt_property_u32(blob, "devices", device);
	err = err ? err : fdt_end_node(blob);
	return err ? err : fdt_finish(blob);
}

bool map_device_irqs(const struct cfg_system *system, int32_t node,
		     struct cfg_irq_set *irqs)
{
	struct cfg_arena arena = { .size = CFG_ARENA_CELL };
	struct cfg_report report = { .emit = silent };
	uint32_t device = fdt_get_phandle(system->fdt, node), cpu = 0, i;
	struct cfg_cell cell;
	void *blob;
	bool ok;

	for (i = 0; i < system->cpu_count && !cpu; i++)
		cpu = fdt_get_phandle(system->fdt, system->cpus[i].node);
	if (!device || !cpu)
		return false;
	blob = xmalloc(BLOB_SIZE);
	arena.base = xmalloc(arena.size);
	ok = !make_cell(blob, cpu, device) &&
	     !config_load_cell(blob, fdt_totalsize(blob), system, &arena,
			       &report, &cell);
	if (ok)
		*irqs = cell.irqs;
	free(arena.base);
	free(blob);
	return ok;
}
