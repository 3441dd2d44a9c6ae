/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All CPUs come in, the first one sets up what they share, each sets up
 * itself, and all go on or none does.
 */
#include "core.h"
#include "page.h"
#include "pcpu.h"

/* Pages for the structures that a system description becomes. */
#define SYSTEM_ARENA_PAGES	32

struct cfg_system system_cfg;

static uint32_t error;		/* the first one, as a positive number */

/* What the image, the slots and the description leave. */
static int pool_init(void)
{
	const struct cb_image_header *h = &image_header;
	uint64_t used = page_up(h->blob_offset + h->blob_size);

	if (h->mem_size > CB_MEM_LIMIT || h->blob_offset > h->mem_size ||
	    h->blob_size > CFG_MAX_SYSTEM_BLOB || used > h->mem_size ||
	    h->blob_offset < h->core_size + h->cpu_slots * h->percpu_size)
		return -CB_EINVAL;
	page_pool_init((uint8_t *)&image_header + used,
		       page_count(h->mem_size - used));
	return 0;
}

static int load_system(void)
{
	struct cfg_arena arena = { .size = SYSTEM_ARENA_PAGES * PAGE_SIZE };
	int err;

	arena.base = page_alloc(SYSTEM_ARENA_PAGES);
	if (!arena.base)
		return -CB_ENOMEM;
	err = config_load_system((uint8_t *)&image_header +
				 image_header.blob_offset,
				 image_header.blob_size, &arena,
				 &report_sink, &system_cfg) ?:
	      config_judge_system(&system_cfg, &report_sink);
	page_free(arena.base + page_up(arena.used),
		  SYSTEM_ARENA_PAGES - page_count(arena.used));
	if (err)
		return err;
	if (system_cfg.hv_mem.base != image_header.phys_base ||
	    system_cfg.hv_mem.size != image_header.mem_size)
		return refuse(-CB_EINVAL, "mem-overlap-hypervisor", "loaded at "
			      "0x%llx, the description says 0x%llx",
			      (ull)image_header.phys_base,
			      (ull)system_cfg.hv_mem.base);
	return 0;
}

static int pcpus_init(void)
{
	uint32_t i;

	if (system_cfg.cpu_count != image_header.cpu_slots)
		return refuse(-CB_EINVAL, "cpu-unknown", "the description has "
			      "%u CPUs, %u are online", system_cfg.cpu_count,
			      image_header.cpu_slots);
	pcpus = page_alloc(page_count(system_cfg.cpu_count * sizeof(*pcpus)));
	if (!pcpus)
		return -CB_ENOMEM;
	for (i = 0; i < system_cfg.cpu_count; i++) {
		pcpus[i].id = i;
		pcpus[i].hwid = system_cfg.cpus[i].hwid;
		pcpus[i].cell = &root_cell;
	}
	root_cell.cfg = system_cfg.root;
	return 0;
}

/* The part that is done once. Order: what reports first, then what it needs. */
static int shared_init(void)
{
	int err;

	err = pool_init() ?: load_system() ?: pcpus_init();
	if (err)
		return err;
	console_init(&system_cfg.console);
	printk("Initializing %s on %u CPUs\n", image_header.build_id,
	       system_cfg.cpu_count);
	return arch_early_init() ?: pci_init() ?: root_cell_init();
}

/* The first error counts. One without a finding is mostly about memory. */
static void set_error(int err)
{
	if (err && atomic_cas32(&error, 0, (uint32_t)-err) &&
	    !report_sink.errors)
		refuse(err, "limit-exceeded", "the hypervisor cannot start "
		       "(error %u): %u of %u pages in use", -err,
		       page_pool_used, page_pool_size);
}

static int cpu_init(uint32_t slot, uint64_t hwid)
{
	struct pcpu *cpu = cpu_by_hwid(&root_cell, hwid);

	if (!cpu)
		return refuse(-CB_EINVAL, "cpu-unknown", "CPU with id 0x%llx is "
			      "online but not in the description", (ull)hwid);
	cpu->slot = slot;
	return arch_cpu_init(cpu) ?: page_must_fail() ? -CB_ENOMEM : 0;
}

/* Each CPU counts itself; bounded by the CPUs that the loader sent in. */
static void rendezvous(void)
{
	static uint32_t count;
	uint32_t slots = image_header.cpu_slots;
	uint32_t all = (atomic_add32(&count, 1) / slots + 1) * slots;

	while (READ_ONCE(count) < all)
		arch_cpu_relax();
	smp_mb();
}

void core_leave(uint32_t slot)
{
	if (this_cpu())
		arch_cpu_restore(this_cpu());
	rendezvous();
	if (slot == 0)
		arch_shutdown();
	rendezvous();
}

int core_enter(uint32_t slot, uint64_t hwid)
{
	if (slot == 0)
		set_error(shared_init());
	rendezvous();
	if (!READ_ONCE(error))
		set_error(cpu_init(slot, hwid));
	rendezvous();
	if (error)
		core_leave(slot);
	else if (slot == 0)
		printk("The partitioning begins: cell \"%s\" has %u CPUs.\n",
		       root_cell.cfg.name, system_cfg.cpu_count);
	return -(int)error;
}
