// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines "MODE HEX" in, one line out for each: len op size reg_size reg high
 * sign to_reg has_imm imm reads writes; or 0 where it is refused.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arch/x86/decode.h>

static uint32_t bytes_of(const char *hex, uint8_t *bytes)
{
	uint32_t count;
	unsigned int byte;

	for (count = 0; count < X86_INSN_MAX; count++) {
		if (sscanf(hex + 2 * count, "%2x", &byte) != 1)
			break;
		bytes[count] = (uint8_t)byte;
	}
	return count;
}

int main(void)
{
	uint8_t bytes[X86_INSN_MAX], *exact;
	unsigned int mode;
	struct x86_insn i;
	char hex[64];
	uint32_t count;
	bool known;

	while (scanf("%u %63s", &mode, hex) == 2) {
		count = bytes_of(hex, bytes);
		exact = malloc(count ? count : 1);
		if (!exact)
			return 2;
		memcpy(exact, bytes, count);
		known = x86_decode(exact, count, mode, &i);
		free(exact);
		if (!known) {
			puts("0");
			continue;
		}
		printf("%u %u %u %u %u %u %u %u %u %" PRIu64 " %u %u\n", i.len,
		       i.op, i.size, i.reg_size, i.reg, i.high, i.sign,
		       i.to_reg, i.has_imm, i.imm, i.reads, i.writes);
	}
	return 0;
}
