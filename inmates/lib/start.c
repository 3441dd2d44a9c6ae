/* SPDX-License-Identifier: BSD-2-Clause */
/* From the first C line to inmate_main(), and the end. */
#include "inmate.h"

#define RAM_DEFAULT	0x100000

uint64_t ram_end(void)
{
	return (uintptr_t)inmate_base + cmdline_int("ram", RAM_DEFAULT);
}

void inmate_stop(uint32_t cell_state)
{
	comm_set_state(cell_state);
	cpu_stop();
}

/* Called by entry.S with MMU and caches on. */
void inmate_start(void);
void inmate_start(void)
{
	if (inmate_uses_comm)
		comm_init();
	console_init();
	inmate_main();
	inmate_stop(CB_CELL_SHUT_DOWN);
}
