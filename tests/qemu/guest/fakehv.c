// SPDX-License-Identifier: GPL-2.0-only
/* The calls of the hypervisor that partitions nothing; see ARCH/fakehv.S. */

#include <abi/comm.h>
#include <abi/hypercall.h>
#include <abi/image.h>

#include "fakehv.h"

#define CELLS		8

extern struct {
	uint32_t size, tail;
	char text[];
} console;
extern struct cb_report_page report;

static struct {
	uint32_t used, state;
} cells[CELLS];
static uint32_t asked, refused, disables[8];

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

static int64_t call(uint64_t code, uint64_t a, uint64_t b, uint32_t cpu)
{
	switch (code) {
	case CB_HC_DISABLE:
		return disables[cpu & 7]++ ? 0 : -knobs[DISABLE_ERROR];
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
		return b < 0x100000 ? load_base + (int64_t)b : -CB_EINVAL;
	case CB_HC_CELL_LOAD_ROOM:
		return b < 0x100000 ? 0x100000 - (int64_t)b : -CB_EINVAL;
	case CB_HC_HYPERVISOR_GET_INFO:
	case CB_HC_CPU_GET_INFO:
		return (a << 4 | b) & 0x7fff;
	}
	return -CB_ENOSYS;
}

int64_t answer(uint64_t code, uint64_t a, uint64_t b, uint32_t cpu)
{
	int64_t result = call(code, a, b, cpu);

	if (result < 0 && result != -CB_EAGAIN)
		find("fake-refusal\terror\tself\t/\t\t\t\t\tnot today\n");
	return result;
}
