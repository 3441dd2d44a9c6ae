/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Linux side of Cellblock: loads the hypervisor under the running kernel,
 * hands CPUs over to cells and takes them back.
 *
 * Locking: cb.lock serialises everything that changes something (ioctls, the
 * reboot notifier, the state poll). cb.alive is held for reading by sysfs
 * around hypercalls, and for writing only while the CPUs enter or leave the
 * hypervisor; sysfs must not take cb.lock, for entries are removed under it.
 *
 * Functions return 0 or a negative errno. Those that take a struct cb_report
 * have put a finding there when they fail for any reason other than memory,
 * a bad user pointer or a fatal signal.
 */
#ifndef KMOD_CELLBLOCK_H
#define KMOD_CELLBLOCK_H

#include <linux/cpumask.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include <abi/comm.h>
#include <abi/hypercall.h>
#include <abi/image.h>
#include <abi/ioctl.h>

#define CB_MAX_SYSTEM_BLOB	(1024 * 1024)
#define CB_MAX_CELL_BLOB	(64 * 1024)
#define CB_MIN_BLOB		40	/* a device tree's header */
#define CB_MAX_CPUS		256
#define CB_PAGE			4096ull

struct cb_report {
	u32 used;
	char text[2 * CB_REPORT_PAGE_SIZE];
};

/* A CPU of the system description, at its index there. */
struct cb_cpu {
	u64 hwid;		/* MPIDR affinity */
	int linux_cpu;		/* Linux' number; valid while enabled */
	u64 vectors;		/* EL2's vectors as Linux had set them */
	s64 result;		/* of the last enter or leave */
};

/* A piece of contiguous memory, as the description says. */
struct cb_region {
	u64 base;
	u64 size;
};

struct cb_stats;

struct cb_cell {
	struct kobject kobj;		/* cells/ID */
	struct list_head entry;		/* of cb.cells */
	u32 id;				/* 0: the root cell */
	u32 state;			/* as last announced */
	char name[32];
	struct cpumask cpus;		/* Linux' numbers */
	struct cpumask removed;		/* those that were online before */
	void *blob;			/* the root cell's is cb.blob */
	u32 blob_size;
	bool own_blob;			/* contiguous pages, freed with it */
	bool in_sysfs;
	struct cb_stats *stats;		/* cells/ID/statistics */
	struct bin_attribute description;
};

struct cb_system {
	struct mutex lock;
	struct rw_semaphore alive;
	bool enabled;
	bool broken;			/* CPUs disagree: only a reboot helps */
	struct cb_region mem;
	void *map;			/* of mem, while CPUs enter */
	struct cb_image_header header;
	const struct cb_report_page *report_page;
	void *blob;
	u32 blob_size;
	u32 cpu_count;
	struct cb_cpu cpus[CB_MAX_CPUS];
	s16 index[NR_CPUS];		/* Linux' number -> cpus[], or -1 */
	struct cb_cell *root;
	struct list_head cells;		/* without the root cell */
};

extern struct cb_system cb;

/* report.c */

/* Adds an error of the driver; returns err, for `return cb_refuse(…)`. */
int cb_refuse(struct cb_report *rep, int err, const char *id,
	      const char *fmt, ...) __printf(4, 5);
/* The same of a node below the root of the request's description; prop of it
 * or "". The command shows its line. */
int cb_refuse_at(struct cb_report *rep, int err, const char *id,
		 const char *node, const char *prop, const char *fmt, ...)
	__printf(6, 7);
void cb_warn(struct cb_report *rep, const char *id, const char *fmt, ...)
	__printf(3, 4);
/* Adds what the hypervisor says about its last refusal. */
void cb_report_hypervisor(struct cb_report *rep, const char *what, int err);
/* To the caller's buffer; buf->used says how much. -EFAULT. */
int cb_report_deliver(const struct cb_report *rep, struct cb_report_buf *buf);

/* fdt.c */

/* What the driver must know of a system: cb.mem, cb.cpus[].hwid, the name. */
int cb_fdt_system(const void *blob, u32 size, struct cb_report *rep);
/* cell->name and ->cpus. CPUs that cannot be found are left out: the
 * hypervisor, which judges the description, will refuse it and say why. */
int cb_fdt_cell(struct cb_cell *cell, struct cb_report *rep);
/* cb_memory_judge() for each piece of memory that the cell takes from the root
 * cell, which what it shares is not. What the hypervisor will refuse anyway is
 * left to it. */
int cb_fdt_memory(const struct cb_cell *cell, struct cb_report *rep);
/* Name of the root cell in the system description. 0 or -ENOMEM. */
int cb_fdt_root_name(const void *blob, u32 size, char name[32]);

/* memory.c */

/* The hypervisor's memory, cb.mem: in place, RAM, and not Linux'. */
int cb_memory_usable(struct cb_report *rep);
/* Refuses what is, or is in part, RAM that Linux uses. node: its name. */
int cb_memory_judge(const struct cb_region *mem, const char *node,
		    struct cb_report *rep);

/* load.c */

int cb_enable(struct cb_enable *arg, struct cb_report *rep);
/* force: cells are ended without asking, missing CPUs are brought back. */
int cb_disable(struct cb_report *rep, bool force);
/* -EINVAL and a finding while not enabled. */
int cb_need_enabled(struct cb_report *rep);
/* A hypercall for sysfs; -ENODEV while not enabled. */
s64 cb_query(u64 code, u64 arg1, u64 arg2);

/* cpu.c */

/* Online CPUs and those of the description are the same; fills the maps. */
int cb_cpus_match(struct cb_report *rep);
/* Unplugs CPUs; all or none. *removed: those that were online. */
int cb_cpus_take(const struct cpumask *cpus, struct cpumask *removed,
		 struct cb_report *rep);
/* Plugs them in again; CPUs that do not come are named in the report. */
void cb_cpus_give_back(const struct cpumask *cpus, struct cb_report *rep);
/*
 * fn on every online CPU at once, in a thread with interrupts off, so that no
 * interrupt is being handled anywhere. Needs CPU hotplug disabled. Returns the
 * first result that is not 0; *mixed: the CPUs do not agree.
 */
s64 cb_cpus_at_once(s64 (*fn)(struct cb_cpu *cpu), bool *mixed);

/* cell.c */

int cb_cell_create(struct cb_cell_create *arg, struct cb_report *rep);
int cb_cell_load(struct cb_cell_load *arg, struct cb_report *rep);
int cb_cell_start(struct cb_cell_op *arg, struct cb_report *rep);
int cb_cell_destroy(struct cb_cell_op *arg, struct cb_report *rep);
int cb_cells_destroy_all(struct cb_report *rep, bool force);
/* The state poll runs while there are cells. */
void cb_cells_stop_poll(void);

/* console.c */

int cb_console_attach(u64 phys, u64 size);
/* Keeps a copy of the text, then drops the mapping. */
void cb_console_detach(void);
void cb_console_exit(void);
/* The last bytes of the console, at most size; for sysfs. */
size_t cb_console_last(char *buf, size_t size);
int cb_console_open(struct inode *inode, struct file *file);
int cb_console_release(struct inode *inode, struct file *file);
ssize_t cb_console_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos);
__poll_t cb_console_poll(struct file *file, struct poll_table_struct *wait);

/* sysfs.c */

int cb_sysfs_init(void);
void cb_sysfs_exit(void);
/* Initialises the kobject; from then on cb_cell_free() frees. */
struct cb_cell *cb_cell_alloc(void);
void cb_cell_free(struct cb_cell *cell);
/* Entry of a cell, with uevent; CPUs' statistics move to it. */
int cb_sysfs_add_cell(struct cb_cell *cell);
void cb_sysfs_remove_cell(struct cb_cell *cell);
/* Statistics of all CPUs that are the root cell's move back to it. */
void cb_sysfs_to_root(void);
int cb_sysfs_add_system(void);		/* system.dtb */
void cb_sysfs_remove_system(void);
const char *cb_state_name(s64 state);
void cb_sysfs_announce(struct cb_cell *cell);	/* uevent: state changed */

/* A file of cells/ID/statistics/[cpuN/]; vmexits_ before its name. */
struct cb_stat_attribute {
	struct attribute attr;
	u32 stat;			/* CB_STAT_* */
};

#define CB_STAT(name_, number) \
	static const struct cb_stat_attribute stat_##name_ = { \
		.attr = { .name = "vmexits_" #name_, .mode = 0444 }, \
		.stat = CB_STAT_##number, \
	}
#define CB_STAT_ATTR(name) ((struct attribute *)&stat_##name.attr)

/* The architecture (arm64.c, x86.c) */

extern const struct attribute_group cb_arch_stats;	/* its own counters */

extern const char cb_firmware[];
extern const u32 cb_arch;			/* CB_ARCH_* */
u64 cb_arch_hwid(void);				/* of this CPU */
/* Is the hypervisor's mode there, and free? */
int cb_arch_usable(struct cb_report *rep);
int cb_arch_check_header(const struct cb_image_header *h,
			 struct cb_report *rep);
struct cb_arch_memory {
	u64 end, max;			/* address and size have to be below */
	const char *keep_away;		/* advice: how Linux leaves memory */
};
/* What may be the hypervisor's memory. */
extern const struct cb_arch_memory cb_arch_memory;
/* All of it is RAM, as firmware describes the machine. */
bool cb_arch_is_ram(u64 base, u64 size);
/*
 * With the image in the hypervisor's memory, mapped at mem: what entering and
 * coming back need.
 */
int cb_arch_prepare(void *mem, struct cb_report *rep);
/* Each CPU, see cb_cpus_at_once(). Entering has cb.map. */
s64 cb_arch_enter(struct cb_cpu *cpu);
s64 cb_arch_leave(struct cb_cpu *cpu);
s64 cb_hypercall(u64 code, u64 arg1, u64 arg2);
/* Writes back and forgets; then seen by CPUs whose caches are off. */
void cb_arch_flush(void *mem, size_t size);
void cb_arch_sync_code(void);			/* after flushing code */

/* main.c */
struct device *cb_device(void);			/* the misc device */
/* KVM's module is there. */
bool cb_has_kvm(void);

#endif
