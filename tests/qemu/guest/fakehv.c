// SPDX-License-Identifier: GPL-2.0-only
/* The calls of the hypervisor that partitions nothing; see fakehv.S. */

#include <abi/comm.h>
#include <abi/hypercall.h>
#include <abi/image.h>

#define EC_HVC		0x16
#define EC_SMC		0x17
#define PSCI_CPU_ON	0xc4000003u
#define CELLS		8

/* Set by the test in the image's build_id, 0 to 31; 0 and 1 in fakehv.S */
enum {
	DISABLE_ERROR = 2,	/* the first time, on each CPU */
	CREATE_ERROR,
	START_ERROR,
	LOADABLE_ERROR,
	DESTROY_ERROR,		/* unless forced */
	ASK_TIMES,		/* so often the answer is "again" */
	SILENT,			/* no findings */
	NO_CPU_ON,		/* so many times a CPU does not start */
	ERROR_TIMES,		/* so many times an answer is an error */
	CHATTY,			/* so many more lines at a creation */
};
extern const volatile uint8_t knobs[32];

static struct start {
	uint64_t entry, arg, slot;
} starts[8];
extern const uint8_t secondary[];

extern struct {
	uint32_t size, tail;
	char text[];
} console;
extern struct cb_report_page report;

static struct {
	uint32_t used, state;
} cells[CELLS];
static uint32_t asked, refused, not_started, disables[8];

static void print(const char *s)
{
	console.size = 4096;
	for (; *s; s++)
		console.text[console.tail++ % 4096] = *s;
}

static void find(const char *text)
{
	report.lost = 0;
	report.used = 0;
	if (knobs[SILENT])
		return;
	while (*text)
		report.text[report.used++] = *text++;
}

static int64_t create(void)
{
	uint64_t i;
	uint32_t n;

	if (knobs[CREATE_ERROR])
		return -knobs[CREATE_ERROR];
	for (i = 1; i < CELLS && cells[i].used; i++)
		;
	if (i == CELLS)
		return -CB_ENOMEM;
	cells[i].used = 1;
	cells[i].state = CB_CELL_SHUT_DOWN;
	for (n = 0; n <= knobs[CHATTY]; n++)
		print("cell created\n");
	return i;
}

static int64_t ask(uint64_t id, uint32_t knob, uint32_t state)
{
	if (!id || id >= CELLS || !cells[id].used)
		return -CB_ENOENT;
	if (asked++ < knobs[ASK_TIMES])
		return -CB_EAGAIN;
	asked = 0;
	if (knob && knobs[knob] && refused++ < knobs[ERROR_TIMES])
		return -knobs[knob];
	cells[id].state = state;
	return 0;
}

static int64_t destroy(uint64_t id, uint64_t force)
{
	int64_t err = ask(id, force == CB_DESTROY_FORCE ? 0 : DESTROY_ERROR,
			  CB_CELL_SHUT_DOWN);

	if (!err)
		cells[id].used = 0;
	return err;
}

static int64_t disable(void)
{
	uint64_t mpidr;

	__asm__ volatile("mrs %0, mpidr_el1" : "=r" (mpidr));
	return disables[mpidr & 7]++ ? 0 : -knobs[DISABLE_ERROR];
}

static int64_t call(uint64_t code, uint64_t a, uint64_t b)
{
	switch (code) {
	case CB_HC_DISABLE:
		return disable();
	case CB_HC_CELL_CREATE:
		return create();
	case CB_HC_CELL_START:
		return ask(a, START_ERROR, CB_CELL_RUNNING);
	case CB_HC_CELL_SET_LOADABLE:
		return ask(a, LOADABLE_ERROR, CB_CELL_SHUT_DOWN);
	case CB_HC_CELL_DESTROY:
		return destroy(a, b);
	case CB_HC_CELL_GET_STATE:
		return a < CELLS ? (int64_t)cells[a].state : -CB_ENOENT;
	case CB_HC_CELL_LOAD_ADDRESS:
		return b < 0x100000 ? 0x70000000 + (int64_t)b : -CB_EINVAL;
	case CB_HC_CELL_LOAD_ROOM:
		return b < 0x100000 ? 0x100000 - (int64_t)b : -CB_EINVAL;
	case CB_HC_HYPERVISOR_GET_INFO:
	case CB_HC_CPU_GET_INFO:
		return (a << 4 | b) & 0x7fff;
	}
	return -CB_ENOSYS;
}

static void smc(uint64_t *x)
{
	register uint64_t x0 __asm__("x0") = x[0];
	register uint64_t x1 __asm__("x1") = x[1];
	register uint64_t x2 __asm__("x2") = x[2];
	register uint64_t x3 __asm__("x3") = x[3];

	if (x0 == PSCI_CPU_ON && not_started < knobs[NO_CPU_ON]) {
		not_started++;
		x[0] = -3;	/* DENIED */
		return;
	}
	if (x0 == PSCI_CPU_ON) {
		struct start *s = &starts[x1 & 7];

		*s = (struct start){ x2, x3, x1 & 7 };
		x2 = (uintptr_t)secondary;
		x3 = (uintptr_t)s;
	}
	__asm__ volatile("smc #0" : "+r" (x0), "+r" (x1), "+r" (x2), "+r" (x3) :
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
			 "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	x[0] = x0;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
}

/* Returns not 0 to leave the hypervisor on this CPU. */
uint64_t handle(uint64_t *x, uint64_t esr);
uint64_t handle(uint64_t *x, uint64_t esr)
{
	uint64_t code = x[0], elr;
	int64_t result;

	if (esr >> 26 == EC_SMC) {
		__asm__ volatile("mrs %0, elr_el2" : "=r" (elr));
		__asm__ volatile("msr elr_el2, %0" : : "r" (elr + 4));
		smc(x);
		return 0;
	}
	if (esr >> 26 != EC_HVC || (esr & 0xffff) != CB_HVC_IMM)
		for (;;)
			;
	result = call(code, x[1], x[2]);
	if (result < 0 && result != -CB_EAGAIN)
		find("fake-refusal\terror\tself\t/\t\t\t\t\tnot today\n");
	x[0] = result;
	return code == CB_HC_DISABLE && !result;
}
