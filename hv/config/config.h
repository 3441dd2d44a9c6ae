/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From device-tree blobs to checked descriptions.
 *
 * Three types, three levels of trust: a blob is unchecked, a cfg_* structure
 * is well formed (every number host-endian, no range wraps, every string
 * bounded), a plan is admissible against the system and all live cells.
 *
 * The code is pure: no globals, no allocation of its own, no architecture.
 * All structures it builds live in the caller's arena and stay valid as long
 * as the arena and the blobs do. Types are fixed-width so that all builds
 * (32 and 64 bit, hosted and freestanding) agree.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <config/finding.h>

#define CFG_NAME_LEN		32	/* with the terminating NUL */
#define CFG_MAX_CPUS		64
#define CFG_MAX_MEM		128	/* pieces of memory in one cell */
#define CFG_MAX_ROOT_MEM	512	/* … in the root cell */
#define CFG_MAX_DEPTH		16	/* nested nodes, with the root node */
#define CFG_MAX_IRQS		1024	/* INTIDs below the LPI range */
#define CFG_MAX_IOAPICS		8
#define CFG_IOAPIC_PINS		128	/* CFG_MAX_IRQS / CFG_MAX_IOAPICS */
#define CFG_MAX_PORTS		64	/* ranges of I/O ports in one cell */
#define CFG_PORTS		0x10000u
#define CFG_MAX_REDIST		8
#define CFG_MAX_PCI_HOSTS	4
#define CFG_MAX_PROTECTED	64
#define CFG_MAX_LINKS		16
#define CFG_MAX_CELLS		64
#define CFG_MAX_SYSTEM_BLOB	(1024 * 1024)
#define CFG_MAX_CELL_BLOB	(64 * 1024)
#define CFG_PAGE_SIZE		0x1000ull

struct cfg_range {
	uint64_t base;
	uint64_t size;		/* base + size never wraps */
};

/* An array as a set: sorted, disjoint, not touching. */
struct cfg_ranges {
	struct cfg_range *r;
	uint32_t count;
};

/*
 * Bump allocator over memory of the caller; running out is an error. What
 * loading takes at its peak is below CFG_ARENA_SYSTEM(size of the blob) and
 * CFG_ARENA_CELL for all boards and cells of the tests; afterwards, used says
 * what has to be kept.
 */
#define CFG_ARENA_SYSTEM(blob_size)	(0x4000u + 2u * (blob_size))
#define CFG_ARENA_CELL			0x3000u

struct cfg_arena {
	uint8_t *base;		/* 8-byte aligned */
	uint32_t size;
	uint32_t used;
};

enum cfg_mem_flags {
	CFG_MEM_READ	= 1 << 0,
	CFG_MEM_WRITE	= 1 << 1,
	CFG_MEM_EXEC	= 1 << 2,
	CFG_MEM_IO	= 1 << 3,	/* device registers */
	CFG_MEM_SHARED	= 1 << 4,	/* the root cell keeps access */
	CFG_MEM_LOADABLE = 1 << 5,	/* own RAM, the root's for loading */
	CFG_MEM_COMM	= 1 << 6,	/* the comm page; phys is meaningless */
	CFG_MEM_SUBPAGE	= 1 << 7,	/* trapped; part of a page, or pages */
	CFG_MEM_DMA	= 1 << 8,	/* reachable by the cell's devices */
	CFG_MEM_NOMAP	= 1 << 9,	/* reserved: no-map, not the kernel's */
};

/*
 * One piece of the address space that a cell sees. Whole words on i386, too,
 * as sort_by_base() moves them.
 */
struct cfg_mem {
	_Alignas(8) uint64_t virt; /* the cell's address */
	uint64_t phys;
	uint64_t size;
	uint32_t flags;		/* enum cfg_mem_flags */
	uint32_t widths;	/* SUBPAGE: 1|2|4|8, the widths permitted */
	int32_t node;		/* offset in the cell's (root: system's) blob */
	int32_t device;		/* offset of the device in the system, or -1 */
	int32_t region;		/* … of its memory-region, or 0 */
};

/*
 * Interrupts by number. GIC: the INTID, 32 and above. x86: pin p of IOAPIC i
 * is CFG_IOAPIC_PINS * i + p.
 */
struct cfg_irq_set {
	uint32_t bits[CFG_MAX_IRQS / 32];	/* bit n of w: 32w+n */
};

struct cfg_cpu_set {
	uint64_t bits;		/* bit n: cfg_system.cpus[n] */
};

/* A UART as the console of the hypervisor or of a cell: CB_CONSOLE_*. */
enum cfg_uart_kind { CFG_UART_NONE, CFG_UART_8250 = 2, CFG_UART_PL011 };

struct cfg_uart {
	uint32_t kind;		/* enum cfg_uart_kind */
	uint32_t reg_shift;	/* 8250: log2 of the register distance */
	uint32_t io_width;	/* bytes of one access: 1 or 4 */
	uint32_t is_port;	/* x86: base is an I/O port */
	uint32_t divider;	/* of the clock; 0: leave it as it is */
	uint64_t base;		/* physical; in a cell, the cell's address */
	uint64_t size;
};

struct cfg_comm {
	uint64_t virt;
	/*
	 * Until a silent cell counts as failed. 0: passive, no vote over
	 * shutdown and reconfiguration.
	 */
	uint32_t timeout_ms;
	int32_t node;		/* 0: there is none */
};

struct cfg_link_end {
	uint32_t link;		/* index into cfg_system.links */
	uint32_t device;	/* device number on the virtual bus */
	uint32_t peer_id;
	int32_t node;
};

struct cfg_cell {
	char name[CFG_NAME_LEN];
	const void *fdt;	/* the gated blob; the system's for the root */
	struct cfg_cpu_set cpus;
	struct cfg_irq_set irqs;
	struct cfg_ranges ports;	/* x86 */
	struct cfg_mem *mem;	/* sorted by virt, disjoint in virt */
	uint32_t mem_count;
	struct cfg_comm comm;
	struct cfg_uart console;	/* what the comm page announces */
	bool virtual_console;	/* permitted; the default without console */
	uint64_t entry;
	struct cfg_link_end *links;
	uint32_t link_count;
};

struct cfg_cpu {
	uint64_t hwid;		/* reg of the node: MPIDR affinity, APIC id */
	int32_t node;
};

enum cfg_intc_kind {
	CFG_INTC_NONE, CFG_INTC_GICV2, CFG_INTC_GICV3,
	CFG_INTC_APIC,		/* x86: IOAPICs and local APICs */
};

struct cfg_node;	/* of the system's index; hv/config's own */

/* The interrupt controller, from its standard binding. */
struct cfg_intc {
	uint32_t kind;		/* enum cfg_intc_kind */
	struct cfg_range dist;
	struct cfg_range redist[CFG_MAX_REDIST];	/* v3, in order */
	uint32_t redist_count;
	uint64_t redist_stride;	/* v3: 0 = the hardware's own */
	struct cfg_range cpu;	/* GICC, in v3 the legacy view; local APIC */
	struct cfg_range hyp;	/* GICH: v2 */
	struct cfg_range vcpu;	/* GICV: v2 */
	uint32_t maint_irq;	/* INTID of the maintenance interrupt, or 0 */
	struct cfg_range ioapic[CFG_MAX_IOAPICS];
	uint32_t ioapic_count;
	const struct cfg_node *node[CFG_MAX_IOAPICS];	/* [0]: the GIC */
};

/* An ECAM window: moderated, never mapped. */
struct cfg_pci_host {
	struct cfg_range ecam;
	uint32_t bus_first;
	uint32_t bus_last;
	uint32_t domain;
};

/*
 * Ranges that no stage 2 ever maps, whoever asks; those of kind ROOT are in
 * the root cell's: devices that write where they are told, without an IOMMU.
 */
enum cfg_protected_kind {
	CFG_PROT_HYPERVISOR, CFG_PROT_INTC, CFG_PROT_IOMMU, CFG_PROT_ECAM,
	CFG_PROT_ROOT,
};

/* One range that a node of the system describes, as the CPU sees it. */
struct cfg_region {
	struct cfg_range range;
	uint32_t kind;		/* of protected, reserved ones: see there */
	int32_t node;
};

struct cfg_link {
	struct cfg_range range;	/* shared memory of the link */
	uint32_t peers;
	int32_t node;
};

struct cfg_system {
	const void *fdt;
	const struct cfg_node *nodes;	/* index of the tree */
	uint32_t node_count;
	struct cfg_region *devs;	/* exact registers, sorted by base */
	uint32_t dev_count;
	struct cfg_range hv_mem;	/* page-aligned */
	struct cfg_cpu *cpus;
	uint32_t cpu_count;
	struct cfg_ranges ram;		/* the board's */
	struct cfg_region *reserved;	/* kind: CFG_MEM_NOMAP or 0 */
	uint32_t reserved_count;
	struct cfg_region *prot;	/* sorted by base; cfg_protected_kind */
	uint32_t prot_count;
	struct cfg_intc intc;
	struct cfg_pci_host *pci;
	uint32_t pci_count;
	struct cfg_link *links;
	uint32_t link_count;
	struct cfg_uart console;
	/* x86: ports of the ACPI PM timer, which every cell may read */
	struct cfg_range pm_timer;	/* size 0: none */
	bool list_registers;	/* also where direct delivery is possible */
	uint32_t addr_bits;	/* every address above fits in; 40 or more */
	struct cfg_cell root;		/* mem is identity-mapped */
};

/*
 * An admissible request: what a new cell takes from the root cell. Ranges
 * are physical, whole pages, sorted, disjoint; shared memory and the comm
 * page are not in them. The page around a sub-page window is in them if the
 * root cell has it mapped: the core unmaps it and moderates what the root
 * keeps of it (everything in the page that no cell has).
 */
struct plan {
	struct cfg_ranges take;
};

/*
 * Judges the bytes of a blob before libfdt sees them: sizes, versions, block
 * bounds, termination, one unnamed root node, bounded depth, no sibling twice.
 * Returns 0, or -EINVAL with the finding reported.
 */
int config_gate(const void *blob, uint32_t size, uint32_t max_size,
		struct cfg_report *report);

/*
 * Both pass the blob through the gate first.
 * blob: 8-byte aligned, not to change while the result is in use.
 * Return 0, -EINVAL (findings reported) or -ENOMEM (arena too small, also
 * reported). All findings are collected, not only the first. A cell with
 * findings holds what was understood of it.
 */
int config_load_system(const void *blob, uint32_t size,
		       struct cfg_arena *arena, struct cfg_report *report,
		       struct cfg_system *system);
int config_load_cell(const void *blob, uint32_t size,
		     const struct cfg_system *system, struct cfg_arena *arena,
		     struct cfg_report *report, struct cfg_cell *cell);

/* The system against itself: root cell, hypervisor memory, links. */
int config_judge_system(const struct cfg_system *system,
			struct cfg_report *report);

/*
 * A cell against the system and every live cell (root not among them).
 * On 0, *plan is filled from the arena.
 */
int config_judge_cell(const struct cfg_system *system,
		      const struct cfg_cell *const *live, uint32_t live_count,
		      const struct cfg_cell *cell, struct cfg_arena *arena,
		      struct cfg_report *report, struct plan *plan);

/*
 * A shared interrupt in its controller's words: *number is which "SPI" it is,
 * or which "pin" of its IOAPIC.
 */
const char *config_irq_name(const struct cfg_system *system, uint32_t irq,
			    uint32_t *number);

static inline bool cfg_irq_test(const struct cfg_irq_set *set, uint32_t irq)
{
	return irq < CFG_MAX_IRQS && (set->bits[irq / 32] >> irq % 32 & 1);
}

static inline bool cfg_cpu_test(struct cfg_cpu_set set, uint32_t cpu)
{
	return cpu < CFG_MAX_CPUS && (set.bits >> cpu & 1);
}

static inline uint64_t cfg_range_end(struct cfg_range r)
{
	return r.base + r.size;
}

static inline bool cfg_range_meets(struct cfg_range a, struct cfg_range b)
{
	return a.size && b.size && a.base < b.base + b.size &&
	       b.base < a.base + a.size;
}

/* Does a hold all of b? */
static inline bool cfg_range_holds(struct cfg_range a, struct cfg_range b)
{
	return a.base <= b.base && cfg_range_end(b) <= cfg_range_end(a);
}

#endif
