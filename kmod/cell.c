// SPDX-License-Identifier: GPL-2.0-only
/* The life of a cell, as far as Linux has a part in it. */

#include <linux/cpu.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "cellblock.h"

#define ASK_AGAIN_MS	10
#define POLL_EVERY	HZ
#define MAP_SIZE	(1u << 20)	/* of an image, mapped at a time */
#define COPY_SIZE	(64u << 10)	/* of an image, between two looks at
					 * signals and other tasks */

static void poll_states(struct work_struct *work);
static DECLARE_DELAYED_WORK(poll_work, poll_states);

/* ---- states */

static void note_state(struct cb_cell *cell)
{
	s64 state = cb_hypercall(CB_HC_CELL_GET_STATE, cell->id, 0);

	if (state < 0 || state == cell->state)
		return;
	cell->state = state;
	cb_sysfs_announce(cell);
}

/* Cells change their states by themselves, and tell nobody. */
static void poll_states(struct work_struct *work)
{
	struct cb_cell *cell;

	if (mutex_trylock(&cb.lock)) {
		list_for_each_entry(cell, &cb.cells, entry)
			note_state(cell);
		if (list_empty(&cb.cells)) {
			mutex_unlock(&cb.lock);
			return;
		}
		mutex_unlock(&cb.lock);
	}
	schedule_delayed_work(&poll_work, POLL_EVERY);
}

void cb_cells_stop_poll(void)
{
	cancel_delayed_work_sync(&poll_work);
}

/*
 * A request that a cell may have to agree to; the hypervisor bounds the time
 * that it has for its answer. A fatal signal ends the waiting: the cell stays
 * as it is, and the next request meets the vote where it stands.
 */
static s64 ask(u64 code, u64 id, u64 arg)
{
	s64 result;

	while ((result = cb_hypercall(code, id, arg)) == -CB_EAGAIN)
		if (schedule_timeout_killable(
				msecs_to_jiffies(ASK_AGAIN_MS)) &&
		    fatal_signal_pending(current))
			return -EINTR;
	return result;
}

static int ask_or_report(u64 code, struct cb_cell *cell, u64 arg,
			 const char *what, struct cb_report *rep)
{
	s64 err = ask(code, cell->id, arg);

	if (err < 0 && err != -EINTR)
		cb_report_hypervisor(rep, what, err);
	return err;
}

/* ---- which cell */

static struct cb_cell *find(const struct cb_cell_id *id)
{
	struct cb_cell *cell;

	list_for_each_entry(cell, &cb.cells, entry)
		if (id->id == CB_ID_BY_NAME ?
		    !strncmp(cell->name, id->name, sizeof(cell->name)) :
		    cell->id == id->id)
			return cell;
	return NULL;
}

static bool is_root(const struct cb_cell_id *id)
{
	return id->id == CB_ID_BY_NAME ?
	       !strncmp(cb.root->name, id->name, sizeof(cb.root->name)) :
	       !id->id;
}

static int find_or_report(const struct cb_cell_id *id, struct cb_cell **cell,
			  struct cb_report *rep)
{
	int err = cb_need_enabled(rep);

	if (err)
		return err;
	*cell = find(id);
	if (*cell)
		return 0;
	if (is_root(id))
		return cb_refuse(rep, -EINVAL, "driver-root-cell",
				 "this is the root cell, which Linux runs in; use disable");
	if (id->id != CB_ID_BY_NAME)
		return cb_refuse(rep, -ENOENT, "driver-no-such-cell",
				 "there is no cell with the id %d", id->id);
	return cb_refuse(rep, -ENOENT, "driver-no-such-cell",
			 "there is no cell with the name \"%.*s\"",
			 (int)sizeof(id->name), id->name);
}

/* ---- create */

static int take_blob(struct cb_cell *cell, const struct cb_cell_create *arg,
		     struct cb_report *rep)
{
	if (arg->size < CB_MIN_BLOB || arg->size > CB_MAX_CELL_BLOB)
		return cb_refuse(rep, -EINVAL, "driver-blob-size",
				 "a cell description has %u to %u bytes, not %u",
				 CB_MIN_BLOB, CB_MAX_CELL_BLOB, arg->size);
	cell->blob = alloc_pages_exact(arg->size, GFP_KERNEL | __GFP_ZERO);
	if (!cell->blob)
		return -ENOMEM;
	cell->blob_size = arg->size;
	cell->own_blob = true;
	if (copy_from_user(cell->blob, u64_to_user_ptr(arg->blob), arg->size))
		return -EFAULT;
	return 0;
}

/*
 * Linux must not bring a CPU back between its unplugging and the hypervisor's
 * verdict, which takes the CPU away for good.
 */
static s64 hypervisor_create(struct cb_cell *cell, struct cb_report *rep)
{
	s64 id;

	cpu_hotplug_disable();
	if (cpumask_intersects(&cell->cpus, cpu_online_mask))
		id = cb_refuse(rep, -EBUSY, "driver-cpu-busy",
			       "CPUs %*pbl were brought online meanwhile",
			       cpumask_pr_args(&cell->cpus));
	else
		id = cb_hypercall(CB_HC_CELL_CREATE,
				  virt_to_phys(cell->blob), cell->blob_size);
	cpu_hotplug_enable();
	return id;
}

static void give_back(struct cb_cell *cell, struct cb_report *rep)
{
	cpumask_or(&cb.root->cpus, &cb.root->cpus, &cell->cpus);
	cb_sysfs_to_root();
	cb_cpus_give_back(&cell->removed, rep);
}

/* The hypervisor has the cell: make it known. */
static int announce(struct cb_cell *cell, struct cb_report *rep)
{
	s64 state = cb_hypercall(CB_HC_CELL_GET_STATE, cell->id, 0);
	int err;

	cell->state = state < 0 ? CB_CELL_SHUT_DOWN : state;
	list_add_tail(&cell->entry, &cb.cells);
	cpumask_andnot(&cb.root->cpus, &cb.root->cpus, &cell->cpus);
	err = cb_sysfs_add_cell(cell);
	if (!err) {
		schedule_delayed_work(&poll_work, POLL_EVERY);
		return 0;
	}
	if (!ask(CB_HC_CELL_DESTROY, cell->id, 0)) {
		list_del(&cell->entry);
		return err;
	}
	pr_warn("cellblock: cell %u has no entry in sysfs\n", cell->id);
	return 0;
}

static int create(struct cb_cell *cell, struct cb_report *rep)
{
	s64 id;
	int err;

	err = cb_fdt_cell(cell, rep);
	if (err)
		return err;
	err = cb_fdt_memory(cell, rep);
	if (err)
		return err;
	err = cb_cpus_take(&cell->cpus, &cell->removed, rep);
	if (err)
		return err;
	id = hypervisor_create(cell, rep);
	if (id <= 0) {
		if (!rep->used)
			cb_report_hypervisor(rep, "create the cell", id);
		err = id < 0 ? id : -EIO;
		goto undo_cpus;
	}
	cell->id = id;
	err = announce(cell, rep);
	if (!err)
		return 0;
undo_cpus:
	give_back(cell, rep);
	return err;
}

int cb_cell_create(struct cb_cell_create *arg, struct cb_report *rep)
{
	struct cb_cell *cell;
	int err;

	err = cb_need_enabled(rep);
	if (err)
		return err;
	cell = cb_cell_alloc();
	if (!cell)
		return -ENOMEM;
	err = take_blob(cell, arg, rep);
	if (!err)
		err = create(cell, rep);
	if (err) {
		cb_cell_free(cell);
		return err;
	}
	arg->id = cell->id;
	return 0;
}

/* ---- load */

/* An image, and where it goes in physical memory. */
struct load {
	struct cb_image image;
	u64 phys;
};

static int locate(const struct cb_cell *cell, u32 index, struct load *load,
		  struct cb_report *rep)
{
	const struct cb_image *image = &load->image;
	s64 phys, room = 0;
	u64 end;

	if (check_add_overflow(image->target, image->size, &end))
		return cb_refuse(rep, -EINVAL, "image-outside",
				 "image %u: 0x%llx bytes at 0x%llx go beyond the end of all addresses",
				 index, image->size, image->target);
	phys = cb_hypercall(CB_HC_CELL_LOAD_ADDRESS, cell->id, image->target);
	if (phys >= 0)
		room = cb_hypercall(CB_HC_CELL_LOAD_ROOM, cell->id,
				    image->target);
	if (phys < 0 || room <= 0)
		return cb_refuse(rep, -EINVAL, "image-outside",
				 "image %u: 0x%llx is not in memory of the cell \"%s\" that Linux may load",
				 index, image->target, cell->name);
	if (image->size > room)
		return cb_refuse(rep, -EINVAL, "image-outside",
				 "image %u: 0x%llx bytes at 0x%llx, but only 0x%llx bytes follow there in memory of the cell \"%s\" that Linux may load",
				 index, image->size, image->target, room,
				 cell->name);
	load->phys = phys;
	return 0;
}

static int copy_mapped(u8 *to, u64 from, u32 size)
{
	u32 n;

	for (; size; size -= n, to += n, from += n) {
		n = min(size, COPY_SIZE);
		if (copy_from_user(to, u64_to_user_ptr(from), n))
			return -EFAULT;
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}

static int copy_image(const struct load *load)
{
	u64 done, n;
	void *map;
	int err = 0;

	for (done = 0; done < load->image.size && !err; done += n) {
		n = min_t(u64, load->image.size - done, MAP_SIZE);
		map = memremap(load->phys + done, n, MEMREMAP_WB);
		if (!map)
			return -ENOMEM;
		err = copy_mapped(map, load->image.source + done, n);
		cb_arch_flush(map, n);
		memunmap(map);
	}
	return err;
}

/* All images are judged before the first byte is copied. */
static int load_images(const struct cb_cell *cell, struct load *loads,
		       u32 count, struct cb_report *rep)
{
	u32 i;
	int err = 0, bad;

	for (i = 0; i < count; i++) {
		bad = locate(cell, i, &loads[i], rep);
		err = err ?: bad;
	}
	for (i = 0; i < count && !err; i++)
		err = copy_image(&loads[i]);
	cb_arch_sync_code();
	return err;
}

static int take_images(const struct cb_cell_load *arg, struct load **loads)
{
	const struct cb_image __user *from = u64_to_user_ptr(arg->images);
	u32 i;

	*loads = kcalloc(arg->image_count, sizeof(**loads), GFP_KERNEL);
	if (!*loads)
		return -ENOMEM;
	for (i = 0; i < arg->image_count; i++)
		if (copy_from_user(&(*loads)[i].image, &from[i],
				   sizeof(*from))) {
			kfree(*loads);
			return -EFAULT;
		}
	return 0;
}

int cb_cell_load(struct cb_cell_load *arg, struct cb_report *rep)
{
	struct load *loads;
	struct cb_cell *cell;
	int err;

	err = find_or_report(&arg->cell, &cell, rep);
	if (err)
		return err;
	if (arg->image_count > CB_MAX_IMAGES)
		return cb_refuse(rep, -EINVAL, "driver-image-count",
				 "%u images; one request takes at most %u",
				 arg->image_count, CB_MAX_IMAGES);
	err = take_images(arg, &loads);
	if (err)
		return err;
	err = ask_or_report(CB_HC_CELL_SET_LOADABLE, cell, 0,
			    "make the cell loadable", rep);
	if (!err)
		err = load_images(cell, loads, arg->image_count, rep);
	note_state(cell);
	kfree(loads);
	return err;
}

/* ---- start, destroy */

int cb_cell_start(struct cb_cell_op *arg, struct cb_report *rep)
{
	struct cb_cell *cell;
	int err;

	err = find_or_report(&arg->cell, &cell, rep);
	if (err)
		return err;
	err = ask_or_report(CB_HC_CELL_START, cell, 0, "start the cell", rep);
	note_state(cell);
	return err;
}

static int destroy(struct cb_cell *cell, u64 force, struct cb_report *rep)
{
	int err;

	err = ask_or_report(CB_HC_CELL_DESTROY, cell, force,
			    "destroy the cell", rep);
	if (err) {
		note_state(cell);
		return err;
	}
	list_del(&cell->entry);
	cb_sysfs_remove_cell(cell);
	give_back(cell, rep);
	cb_cell_free(cell);
	return 0;
}

int cb_cell_destroy(struct cb_cell_op *arg, struct cb_report *rep)
{
	struct cb_cell *cell;
	int err;

	err = find_or_report(&arg->cell, &cell, rep);
	if (err)
		return err;
	return destroy(cell, 0, rep);
}

int cb_cells_destroy_all(struct cb_report *rep, bool force)
{
	struct cb_cell *cell, *next;
	int err;

	list_for_each_entry_safe(cell, next, &cb.cells, entry) {
		err = destroy(cell, 0, rep);
		if (err && force) {
			pr_warn("cellblock: cell \"%s\" is ended unasked: %d\n",
				cell->name, err);
			err = destroy(cell, CB_DESTROY_FORCE, rep);
		}
		if (err)
			return err;
	}
	return 0;
}
