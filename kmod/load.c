// SPDX-License-Identifier: GPL-2.0-only
/*
 * Enable and disable: the hypervisor's memory, its image, and the moment when
 * all CPUs go under it or come out of it.
 */

#include <linux/cpu.h>
#include <linux/firmware.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cellblock.h"

#define MAX_CORE	(64u << 20)
#define MAX_PERCPU	(1u << 20)
#define MIN_POOL	(16 * CB_PAGE)

int cb_need_enabled(struct cb_report *rep)
{
	if (cb.enabled)
		return 0;
	return cb_refuse(rep, -EINVAL, "driver-not-enabled",
			 "the hypervisor is not enabled");
}

s64 cb_query(u64 code, u64 arg1, u64 arg2)
{
	s64 result = -ENODEV;

	down_read(&cb.alive);
	if (cb.enabled)
		result = cb_hypercall(code, arg1, arg2);
	up_read(&cb.alive);
	return result;
}

static int take_blob(const struct cb_enable *arg, struct cb_report *rep)
{
	void *blob;

	if (arg->size < CB_MIN_BLOB || arg->size > CB_MAX_SYSTEM_BLOB)
		return cb_refuse(rep, -EINVAL, "driver-blob-size",
				 "a system description has %u to %u bytes, not %u",
				 CB_MIN_BLOB, CB_MAX_SYSTEM_BLOB, arg->size);
	blob = vmemdup_user(u64_to_user_ptr(arg->blob), arg->size);
	if (IS_ERR(blob))
		return PTR_ERR(blob);
	cb.blob = blob;
	cb.blob_size = arg->size;
	return 0;
}

static void drop_blob(void)
{
	kvfree(cb.blob);
	cb.blob = NULL;
	cb.blob_size = 0;
}

/* Sizes are bounded before they are added up, so that no sum wraps. */
static bool sizes_ok(const struct cb_image_header *h, size_t file_size)
{
	return h->core_size % CB_PAGE == 0 && h->core_size <= MAX_CORE &&
	       h->core_size >= file_size &&
	       h->percpu_size && h->percpu_size % CB_PAGE == 0 &&
	       h->percpu_size <= MAX_PERCPU &&
	       h->console_offset % CB_PAGE == 0 &&
	       h->console_size % CB_PAGE == 0 && h->console_size &&
	       h->console_offset <= h->core_size &&
	       h->console_size <= h->core_size - h->console_offset &&
	       h->report_offset % CB_PAGE == 0 &&
	       h->core_size >= CB_REPORT_PAGE_SIZE &&
	       h->report_offset <= h->core_size - CB_REPORT_PAGE_SIZE;
}

static int check_image(const struct firmware *fw, struct cb_report *rep)
{
	struct cb_image_header *h = &cb.header;

	if (fw->size < sizeof(*h) ||
	    memcmp(fw->data, CB_IMAGE_SIGNATURE, sizeof(h->signature)))
		return cb_refuse(rep, -EINVAL, "driver-image-header",
				 "%s is not a hypervisor image", cb_firmware);
	memcpy(h, fw->data, sizeof(*h));
	if (h->version != CB_IMAGE_VERSION)
		return cb_refuse(rep, -EINVAL, "driver-image-version",
				 "%s has version %u, this module needs %u; install both from one build",
				 cb_firmware, h->version, CB_IMAGE_VERSION);
	if (h->arch != cb_arch)
		return cb_refuse(rep, -EINVAL, "driver-image-arch",
				 "%s is for architecture %u, this machine is %u",
				 cb_firmware, h->arch, cb_arch);
	if (!sizes_ok(h, fw->size))
		return cb_refuse(rep, -EINVAL, "driver-image-header",
				 "%s: sizes or offsets in the header do not fit together",
				 cb_firmware);
	return cb_arch_check_header(h, rep);
}

static int load_firmware(const struct firmware **fw, struct cb_report *rep)
{
	int err = firmware_request_nowarn(fw, cb_firmware, cb_device());

	if (err)
		return cb_refuse(rep, err, "driver-no-image",
				 "the hypervisor's image %s cannot be loaded (error %d); install it in /lib/firmware",
				 cb_firmware, -err);
	err = check_image(*fw, rep);
	if (err)
		release_firmware(*fw);
	return err;
}

/* The loader's half of the header; the order is that of abi/image.h. */
static int lay_out(struct cb_report *rep)
{
	struct cb_image_header *h = &cb.header;
	u64 blob_end;

	h->phys_base = cb.mem.base;
	h->mem_size = cb.mem.size;
	h->cpu_slots = cb.cpu_count;
	h->blob_offset = h->core_size + cb.cpu_count * h->percpu_size;
	h->blob_size = cb.blob_size;
	blob_end = h->blob_offset + PAGE_ALIGN(cb.blob_size);
	if (blob_end + MIN_POOL <= cb.mem.size)
		return 0;
	return cb_refuse(rep, -ENOMEM, "driver-memory-small",
			 "the hypervisor's memory has 0x%llx bytes and needs at least 0x%llx: image 0x%llx, %u CPUs of 0x%llx each, description 0x%x, pool 0x%llx",
			 cb.mem.size, blob_end + MIN_POOL, h->core_size,
			 cb.cpu_count, h->percpu_size, cb.blob_size, MIN_POOL);
}

static void copy_image(u8 *mem, const struct firmware *fw)
{
	memset(mem, 0, cb.mem.size);
	memcpy(mem, fw->data, fw->size);
	memcpy(mem, &cb.header, sizeof(cb.header));
	memcpy(mem + cb.header.blob_offset, cb.blob, cb.blob_size);
}

/* Leaves the memory mapped, as cb.map. */
static int place_image(const struct firmware *fw, struct cb_report *rep)
{
	int err;

	cb.map = memremap(cb.mem.base, cb.mem.size, MEMREMAP_WB);
	if (!cb.map)
		return -ENOMEM;
	copy_image(cb.map, fw);
	err = cb_arch_prepare(cb.map, rep);
	if (err) {
		memunmap(cb.map);
		return err;
	}
	cb_arch_flush(cb.map, cb.mem.size);
	cb_arch_sync_code();
	return 0;
}

/* What the root cell may see of the hypervisor, which takes the rest away. */
static int attach(void)
{
	int err;

	cb.report_page = memremap(cb.mem.base + cb.header.report_offset,
				  CB_REPORT_PAGE_SIZE, MEMREMAP_WB);
	if (!cb.report_page)
		return -ENOMEM;
	err = cb_console_attach(cb.mem.base + cb.header.console_offset,
				cb.header.console_size);
	if (err)
		memunmap((void *)cb.report_page);
	return err;
}

static void detach(void)
{
	cb_console_detach();
	memunmap((void *)cb.report_page);
	cb.report_page = NULL;
}

/* Never seen, and no way back: touch nothing any more. */
static void disagree(bool mixed)
{
	if (!mixed || cb.broken)
		return;
	cb.broken = true;
	__module_get(THIS_MODULE);
	pr_crit("cellblock: only some CPUs are under the hypervisor, reboot\n");
}

static int enter(struct cb_report *rep)
{
	bool mixed;
	s64 err;

	down_write(&cb.alive);
	err = cb_cpus_at_once(cb_arch_enter, &mixed);
	cb.enabled = !err;
	up_write(&cb.alive);
	if (!err)
		return 0;
	disagree(mixed);
	cb_report_hypervisor(rep, "start", err);
	return err;
}

static int leave(struct cb_report *rep)
{
	bool mixed;
	s64 err;

	down_write(&cb.alive);
	err = cb_cpus_at_once(cb_arch_leave, &mixed);
	cb.enabled = err;
	up_write(&cb.alive);
	if (!err)
		return 0;
	disagree(mixed);
	cb_report_hypervisor(rep, "end", err);
	return err;
}

/* Everything that sysfs shows, made before the CPUs enter where possible. */
static int add_root_cell(void)
{
	struct cb_cell *root = cb.root;
	int err;

	cpumask_copy(&root->cpus, cpu_online_mask);
	root->blob = cb.blob;
	root->blob_size = cb.blob_size;
	err = cb_sysfs_add_system();
	if (err)
		return err;
	err = cb_sysfs_add_cell(root);
	if (err)
		cb_sysfs_remove_system();
	return err;
}

static void remove_root_cell(void)
{
	cb_sysfs_remove_cell(cb.root);
	cb_sysfs_remove_system();
}

/* Memory claimed and image in hand: to the last step. */
static int start(const struct firmware *fw, struct cb_report *rep)
{
	int err;

	err = place_image(fw, rep);
	if (err)
		return err;
	err = attach();
	if (err)
		goto undo_map;
	err = enter(rep);
	memunmap(cb.map);
	if (err)
		goto undo_attach;
	err = add_root_cell();
	if (!err)
		return 0;
	if (leave(rep))
		return 0;	/* it stays enabled, with less in sysfs */
undo_attach:
	if (!cb.broken)
		detach();
	return err;
undo_map:
	memunmap(cb.map);
	return err;
}

static int claim_and_start(struct cb_report *rep)
{
	const struct firmware *fw;
	int err;

	err = load_firmware(&fw, rep);
	if (err)
		return err;
	err = lay_out(rep);
	if (err)
		goto undo_fw;
	if (!request_mem_region(cb.mem.base, cb.mem.size, "Cellblock")) {
		err = cb_refuse(rep, -EBUSY, "driver-memory-claimed",
				"the hypervisor's memory [0x%llx, +0x%llx) is in use by another driver, see /proc/iomem",
				cb.mem.base, cb.mem.size);
		goto undo_fw;
	}
	err = start(fw, rep);
	if (err && !cb.broken)
		release_mem_region(cb.mem.base, cb.mem.size);
undo_fw:
	release_firmware(fw);
	return err;
}

/* CPUs stay as they are from the comparison until all have entered. */
static int with_cpus(struct cb_report *rep)
{
	int err;

	cpu_hotplug_disable();
	err = cb_cpus_match(rep);
	if (!err)
		err = claim_and_start(rep);
	cpu_hotplug_enable();
	return err;
}

int cb_enable(struct cb_enable *arg, struct cb_report *rep)
{
	int err;

	if (cb.enabled)
		return cb_refuse(rep, -EBUSY, "driver-enabled",
				 "the hypervisor is enabled already");
	err = cb_arch_usable(rep);
	if (err)
		return err;
	err = take_blob(arg, rep);
	if (err)
		return err;
	cb.root = cb_cell_alloc();
	if (!cb.root) {
		err = -ENOMEM;
		goto undo_blob;
	}
	err = cb_fdt_system(cb.blob, cb.blob_size, rep);
	if (!err)
		err = cb_fdt_root_name(cb.blob, cb.blob_size, cb.root->name);
	if (!err)
		err = cb_memory_usable(rep);
	if (!err)
		err = with_cpus(rep);
	if (err)
		goto undo_root;
	__module_get(THIS_MODULE);
	pr_info("cellblock: enabled\n");
	return 0;

undo_root:
	cb_cell_free(cb.root);
	cb.root = NULL;
undo_blob:
	drop_blob();
	return err;
}

static int bring_all_online(struct cb_report *rep, bool force)
{
	struct cpumask offline = { };
	int cpu;
	u32 i;

	for (i = 0; i < cb.cpu_count; i++) {
		cpu = cb.cpus[i].linux_cpu;
		if (!cpu_online(cpu))
			cpumask_set_cpu(cpu, &offline);
	}
	if (force)
		cb_cpus_give_back(&offline, rep);
	else if (!cpumask_empty(&offline))
		return cb_refuse(rep, -EBUSY, "driver-cpu-offline",
				 "CPUs %*pbl are offline; the hypervisor leaves all CPUs at once, bring them online under /sys/devices/system/cpu",
				 cpumask_pr_args(&offline));
	return 0;
}

/* All CPUs have to take part, and stay plugged in meanwhile. */
static int leave_all(struct cb_report *rep, bool force)
{
	int err;

	err = bring_all_online(rep, force);
	if (err)
		return err;
	cpu_hotplug_disable();
	if (num_online_cpus() == cb.cpu_count)
		err = leave(rep);
	else
		err = cb_refuse(rep, -EBUSY, "driver-cpu-offline",
				"%u of %u CPUs are online; the hypervisor leaves all CPUs at once",
				num_online_cpus(), cb.cpu_count);
	cpu_hotplug_enable();
	return err;
}

int cb_disable(struct cb_report *rep, bool force)
{
	int err;

	err = cb_need_enabled(rep);
	if (err)
		return err;
	err = cb_cells_destroy_all(rep, force);
	if (err)
		return err;
	err = leave_all(rep, force);
	if (err)
		return err;
	remove_root_cell();
	detach();
	release_mem_region(cb.mem.base, cb.mem.size);
	cb_cell_free(cb.root);
	cb.root = NULL;
	drop_blob();
	module_put(THIS_MODULE);
	pr_info("cellblock: disabled\n");
	return 0;
}
