/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls. arm64 and arm: HVC #CB_HVC_IMM, code and result in x0/r0,
 * arguments in x1/r1 and x2/r2, other registers preserved. x86: VMCALL or
 * VMMCALL at CPL 0, code and result in RAX, arguments in RDI and RSI, 32 bits
 * of them outside long mode. Numbers and
 * conventions 0 to 8 are those that inmates of Jailhouse use.
 */
#ifndef ABI_HYPERCALL_H
#define ABI_HYPERCALL_H

#define CB_HVC_IMM			0x4a48

#define CB_HC_DISABLE			0	/* on every root CPU */
#define CB_HC_CELL_CREATE		1	/* address, size -> id > 0 */
#define CB_HC_CELL_START		2	/* id */
#define CB_HC_CELL_SET_LOADABLE		3	/* id; also: shut down */
#define CB_HC_CELL_DESTROY		4	/* id, 0 or CB_DESTROY_FORCE */
#define CB_HC_HYPERVISOR_GET_INFO	5	/* CB_INFO_* */
#define CB_HC_CELL_GET_STATE		6	/* id -> CB_CELL_* */
#define CB_HC_CPU_GET_INFO		7	/* cpu, CB_CPU_INFO_* */
#define CB_HC_DEBUG_CONSOLE_PUTC	8	/* character */
/*
 * Only while the cell is loadable: where an address of the cell lies in
 * physical memory (identical to the root cell's address), and how many bytes
 * follow there in the same loadable region. Negative: -CB_EINVAL, not loadable.
 */
#define CB_HC_CELL_LOAD_ADDRESS		9	/* id, cell address */
#define CB_HC_CELL_LOAD_ROOM		10	/* id, cell address */
#define CB_HC_COUNT			11

/*
 * START, SET_LOADABLE and DESTROY ask the cell first. While its answer is
 * out they return -CB_EAGAIN: call again later, the root cell meanwhile runs.
 */

/* Do not ask: Linux reboots, powers off or starts another kernel. */
#define CB_DESTROY_FORCE		0x464f5243	/* "FORC" */

#define CB_INFO_MEM_POOL_SIZE		0	/* pages */
#define CB_INFO_MEM_POOL_USED		1
#define CB_INFO_REMAP_POOL_SIZE		2	/* pages of device mappings */
#define CB_INFO_REMAP_POOL_USED		3
#define CB_INFO_NUM_CELLS		4	/* without the root cell */
#define CB_INFO_MEM_TOTAL		5	/* pages, with the image */
#define CB_INFO_DELIVERY		6	/* 0 list registers, 1 direct */
/* Test builds only: fail the n-th allocation from now on, 0 = never. */
#define CB_INFO_TEST_FAIL_ALLOC		0x1000	/* 0x1000 + n */

#define CB_CPU_INFO_STATE		0	/* CB_CPU_RUNNING, _FAILED */
#define CB_CPU_INFO_STAT_BASE		1000	/* + CB_STAT_* */

#define CB_CPU_RUNNING			0
#define CB_CPU_FAILED			2

/* Counters keep 31 bits. */
#define CB_STAT_TOTAL			0
#define CB_STAT_MMIO			1
#define CB_STAT_MANAGEMENT		2
#define CB_STAT_HYPERCALL		3
/* arm and arm64 */
#define CB_STAT_MAINTENANCE		4
#define CB_STAT_VIRT_IRQ		5
#define CB_STAT_VIRT_SGI		6
#define CB_STAT_PSCI			7
#define CB_STAT_SMCCC			8
#define CB_STAT_SYSREG			9
/* x86 */
#define CB_STAT_PIO			4
#define CB_STAT_XAPIC			5
#define CB_STAT_CR			6
#define CB_STAT_MSR			7
#define CB_STAT_CPUID			8
#define CB_STAT_XSETBV			9
#define CB_STAT_EXCEPTION		10
#define CB_STAT_COUNT			11

#define CB_EPERM	1
#define CB_ENOENT	2
#define CB_EIO		5
#define CB_E2BIG	7
#define CB_EAGAIN	11
#define CB_ENOMEM	12
#define CB_EFAULT	14
#define CB_EBUSY	16
#define CB_EEXIST	17
#define CB_ENODEV	19
#define CB_EINVAL	22
#define CB_ERANGE	34
#define CB_ENOSYS	38

#endif
