/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor image as the loader sees it, and how a CPU enters it.
 *
 * The loader copies the image to the start of the hypervisor's memory, zeroes
 * the rest, fills in the loader's half of the header, copies the system
 * description to `blob_offset`, cleans everything to the point of coherency
 * and lets every online CPU enter.
 *
 *	base                     header, text, data, bss   core_size
 *	base + core_size         a slot for each CPU    cpu_slots * percpu_size
 *	base + blob_offset       system description        blob_size
 *	up to mem_size           page pool
 *
 * arm64: HVC_SET_VECTORS of Linux' stub (x0 = 0, x1 = base + entry), then
 * HVC #0 with x0 = CB_ENTER_MAGIC, x1 = physical base, x2 = slot (0 to
 * cpu_slots - 1, each once). On return x0 is 0 or a negative CB_E* number;
 * after an error the stub left in place is the hypervisor's own (CB_STUB_*).
 *
 * x86: image-x86.h.
 */
#ifndef ABI_IMAGE_H
#define ABI_IMAGE_H

#include <stdint.h>

#define CB_IMAGE_SIGNATURE	"CELLBLK"	/* with the NUL: 8 bytes */
#define CB_IMAGE_VERSION	1

#define CB_ENTER_MAGIC		0x43454c4c424c4b31ull	/* "CELLBLK1" */

/* Base of the hypervisor's memory: a multiple of this (arm64). */
#define CB_MEM_ALIGN		0x200000ull
/* … and below this, so that the boot code can map itself 1:1 (arm64). */
#define CB_MEM_LIMIT		(510ull << 30)

struct cb_image_header {
	/* the image's half */
	char signature[8];
	uint32_t version;		/* CB_IMAGE_VERSION */
	uint32_t arch;			/* CB_ARCH_* */
	uint64_t core_size;		/* page multiple, bss included */
	uint64_t percpu_size;		/* page multiple */
	uint64_t entry;			/* offset (arm64: of vectors) */
	uint64_t console_offset;	/* struct cb_console_ring */
	uint64_t console_size;		/* page multiple */
	uint64_t report_offset;		/* struct cb_report_page */
	uint64_t stub_offset;		/* arm64: vectors left after disable;
					   x86: the loader's tables */
	char build_id[32];
	/* the loader's half */
	uint64_t phys_base;
	uint64_t mem_size;
	uint64_t blob_offset;		/* 8-byte aligned */
	uint32_t blob_size;
	uint32_t cpu_slots;
	uint32_t tsc_khz;		/* x86: as Linux measured them */
	uint32_t apic_khz;
};

#define CB_ARCH_X86		0
#define CB_ARCH_ARM		1
#define CB_ARCH_ARM64		2

/*
 * arm64: calls that Linux' EL2 stub answers and so does the one that is left
 * behind (HVC #0, x0; Documentation/virt/kvm/arm/hyp-abi.rst of Linux).
 */
#define CB_STUB_SET_VECTORS	0	/* x1: physical address */
#define CB_STUB_SOFT_RESTART	1	/* x1: address, x2..x4 to x0..x2 */
#define CB_STUB_ERROR		0xbadca11

/*
 * The console: text of the hypervisor and of the cells' hypercall consoles.
 * The root cell may read it. `tail` counts all bytes ever written; the byte
 * with number n is at n modulo size. The writer stores the byte first.
 */
struct cb_console_ring {
	uint32_t size;			/* bytes in text, a power of two */
	uint32_t tail;
	uint8_t text[];
};

/*
 * Why the last request was refused, one line per finding, readable by the
 * root cell: id TAB severity TAB blob TAB path TAB property TAB other-blob TAB
 * other-path TAB other-property TAB text NL. blob is "system", "self" (the
 * description of the request), a cell's name, or empty. severity is error,
 * warning or note. `lost` counts findings that did not fit.
 */
#define CB_REPORT_PAGE_SIZE	4096

struct cb_report_page {
	uint32_t used;
	uint32_t lost;
	char text[CB_REPORT_PAGE_SIZE - 8];
};

#endif
