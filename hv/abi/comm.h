/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The communication region: one page shared between the hypervisor and a
 * cell. Zeroed and filled at every start of the cell. The hypervisor reads
 * only cell_state and reply_from_cell, each once per decision.
 */
#ifndef ABI_COMM_H
#define ABI_COMM_H

#include <stdint.h>

#define CB_COMM_SIGNATURE	"JHCOMM"	/* 6 bytes, no NUL */
#define CB_COMM_REVISION	2

/* cell_state; 2 and above are final */
#define CB_CELL_RUNNING			0
#define CB_CELL_RUNNING_LOCKED		1
#define CB_CELL_SHUT_DOWN		2
#define CB_CELL_FAILED			3
#define CB_CELL_FAILED_COMM_REV		4

/* msg_to_cell */
#define CB_MSG_NONE			0
#define CB_MSG_SHUTDOWN_REQUEST		1
#define CB_MSG_RECONFIG_COMPLETED	2

/* reply_from_cell */
#define CB_REPLY_NONE			0
#define CB_REPLY_UNKNOWN		1
#define CB_REPLY_REQUEST_DENIED		2
#define CB_REPLY_REQUEST_APPROVED	3
#define CB_REPLY_RECEIVED		4

/* flags */
#define CB_COMM_DBG_PUTC_PERMITTED	1
#define CB_COMM_DBG_PUTC_ACTIVE		2

#define CB_CONSOLE_NONE		0
#define CB_CONSOLE_8250		2
#define CB_CONSOLE_PL011	3
#define CB_CONSOLE_MMIO		1	/* flags */
#define CB_CONSOLE_REGDIST_4	2

struct cb_comm_console {
	uint64_t address;
	uint32_t size;
	uint16_t type;
	uint16_t flags;
	uint32_t divider;
	uint32_t gate_nr;
	uint64_t clock_reg;
};

struct cb_comm_page {
	char signature[6];
	uint16_t revision;
	uint32_t cell_state;
	uint32_t msg_to_cell;
	uint32_t reply_from_cell;
	uint32_t flags;
	struct cb_comm_console console;
	uint64_t pci_mmconfig_base;
	union {				/* offset 64 */
		struct {		/* arm, arm64 */
			uint8_t gic_version;
			uint8_t pad[7];
			uint64_t gicd_base;
			uint64_t gicc_base;
			uint64_t gicr_base;
			uint32_t vpci_irq_base;
		};
		struct {		/* x86 */
			uint16_t pm_timer_address;
			uint16_t num_cpus;
			uint32_t tsc_khz;
			uint32_t apic_khz;
			uint8_t cpu_ids[64];	/* APIC ids, num_cpus of them */
		};
	};
};

#endif
