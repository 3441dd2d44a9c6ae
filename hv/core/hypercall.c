/* SPDX-License-Identifier: GPL-2.0-only */
/* Hypercalls: who may ask what. */
#include <arch/mem.h>
#include "core.h"
#include "page.h"
#include "pcpu.h"

#define GATHER_TIMEOUT_S	1

static uint32_t gathered;	/* CPUs that want to leave: all or none do */

/* Who has waited too long counts itself out, unless all are here by then. */
static bool all_gathered(void)
{
	uint64_t end = arch_time() + GATHER_TIMEOUT_S * arch_time_hz();
	uint32_t count = atomic_add32(&gathered, 1) + 1;

	for (; count < system_cfg.cpu_count; count = READ_ONCE(gathered)) {
		if (arch_time() > end &&
		    atomic_cas32(&gathered, count, count - 1))
			return false;
		arch_cpu_relax();
	}
	return true;
}

/* Every root CPU calls this; none leaves before all are here. */
static int64_t hc_disable(struct pcpu *cpu)
{
	if (cell_count || !all_gathered())
		return -CB_EBUSY;
	core_leave(cpu->slot);
	if (cpu->slot == 0)
		printk("The partitioning has ended.\n");
	return CORE_LEAVE;
}

static int64_t hc_get_info(const struct pcpu *cpu, uint64_t type)
{
	static const uint32_t *const numbers[] = {
		[CB_INFO_MEM_POOL_SIZE] = &page_pool_size,
		[CB_INFO_MEM_POOL_USED] = &page_pool_used,
		[CB_INFO_REMAP_POOL_SIZE] = &arch_map_size,
		[CB_INFO_REMAP_POOL_USED] = &arch_map_used,
		[CB_INFO_NUM_CELLS] = &cell_count,
		[CB_INFO_DELIVERY] = &arch_delivery,
	};

	if (type < ARRAY_SIZE(numbers) && numbers[type])
		return *numbers[type];
	if (type == CB_INFO_MEM_TOTAL)
		return (int64_t)(image_header.mem_size >> PAGE_SHIFT) -
		       page_pool_size + page_pool_used;
	if (cpu->cell == &root_cell &&
	    type - CB_INFO_TEST_FAIL_ALLOC < CB_INFO_TEST_FAIL_ALLOC &&
	    page_fail_after((uint32_t)type - CB_INFO_TEST_FAIL_ALLOC))
		return 0;
	return -CB_EINVAL;
}

/* A cell may ask about its own CPUs, the root cell about all. */
static int64_t hc_cpu_info(const struct pcpu *caller, uint64_t id,
			   uint64_t type)
{
	const struct pcpu *cpu;

	if (id >= system_cfg.cpu_count)
		return -CB_EINVAL;
	cpu = &pcpus[id];
	if (caller->cell != &root_cell && cpu->cell != caller->cell)
		return -CB_EPERM;
	if (type == CB_CPU_INFO_STATE)
		return cpu->state >= CPU_FAILED ? CB_CPU_FAILED :
						  CB_CPU_RUNNING;
	if (type - CB_CPU_INFO_STAT_BASE >= CB_STAT_COUNT)
		return -CB_EINVAL;
	return cpu->stats[type - CB_CPU_INFO_STAT_BASE] & 0x7fffffff;
}

/* The calls about a cell that is not the root cell. */
static int64_t (*const cell_calls[CB_HC_COUNT])(struct cell *, uint64_t) = {
	[CB_HC_CELL_START] = cell_start,
	[CB_HC_CELL_SET_LOADABLE] = cell_set_loadable,
	[CB_HC_CELL_DESTROY] = cell_destroy,
	[CB_HC_CELL_LOAD_ADDRESS] = cell_load_address,
	[CB_HC_CELL_LOAD_ROOM] = cell_load_room,
};

static int64_t call_of_root(uint32_t code, uint64_t arg1, uint64_t arg2)
{
	struct cell *cell = arg1 < CELL_MAX ? cells[arg1] : NULL;

	if (code == CB_HC_CELL_GET_STATE)
		return cell ? (int64_t)cell_state(cell) : -CB_ENOENT;
	report_begin();
	if (code == CB_HC_CELL_CREATE)
		return cell_create(paddr(arg1), arg2);
	if (cell && cell != &root_cell)
		return cell_calls[code](cell, arg2);
	return refuse(-CB_ENOENT, "cell-unknown", cell ?
		      "the root cell (%u) cannot be managed" :
		      "there is no cell %u", (uint32_t)arg1);
}

/* First the calls that any cell may make: they change nothing shared. */
int64_t core_hypercall(struct pcpu *cpu, uint64_t code, uint64_t arg1,
		       uint64_t arg2)
{
	int64_t result;

	switch ((uint32_t)code) {
	case CB_HC_HYPERVISOR_GET_INFO:
		return hc_get_info(cpu, arg1);
	case CB_HC_CPU_GET_INFO:
		return hc_cpu_info(cpu, arg1, arg2);
	case CB_HC_DEBUG_CONSOLE_PUTC:
		return console_cell_putc(cpu->cell, (char)arg1);
	}
	if ((uint32_t)code >= CB_HC_COUNT)
		return -CB_ENOSYS;
	if (cpu->cell != &root_cell)
		return -CB_EPERM;
	if ((uint32_t)code == CB_HC_DISABLE)
		return hc_disable(cpu);
	spin_lock(&control_lock);
	result = call_of_root((uint32_t)code, arg1, arg2);
	spin_unlock(&control_lock);
	return result;
}
