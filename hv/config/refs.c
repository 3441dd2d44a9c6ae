/* SPDX-License-Identifier: GPL-2.0-only */
/* References by phandle from nodes of ours to nodes of the system. */
#include <string.h>

#include "internal.h"

const struct cfg_node *ref_get(struct ctx *c, struct at where,
			       const struct prop *prop, uint32_t i)
{
	uint32_t phandle = prop_u32(prop, i);
	const struct cfg_node *node = index_phandle(c->sys, phandle);

	if (!node && phandle == PHANDLE_UNRESOLVED)
		say_at(c, LABEL_UNDEFINED, where, fixup_label(where, 4 * i));
	else if (!node)
		say_at(c, BAD_PHANDLE, where, (uint64_t)phandle);
	return node;
}

const struct cfg_node *ref_one(struct ctx *c, const struct props *props,
			       enum prop_id id)
{
	if (!props->p[id].val)
		return NULL;
	return ref_get(c, prop_at(c, props, id), &props->p[id], 0);
}

const struct cfg_region *ref_reserved(struct ctx *c, const struct props *props)
{
	const struct cfg_node *node = ref_one(c, props, P_MEMORY_REGION);
	const struct cfg_region *found = NULL;
	const struct cfg_region *r;
	uint32_t count = 0;

	if (!node)
		return NULL;
	for_each(r, c->sys->reserved, c->sys->reserved_count) {
		if (r->node != node->off)
			continue;
		found = r;
		count++;
	}
	if (count == 1)
		return found;
	say_vs(c, BAD_TARGET, prop_at(c, props, P_MEMORY_REGION),
	       board(c, node->off, NULL),
	       "a node of /reserved-memory with one range in reg");
	return NULL;
}

void ref_cpus(struct ctx *c, const struct props *props)
{
	struct at where = prop_at(c, props, P_CPUS);
	struct cfg_cpu_set *cpus = &c->cell->cpus;
	const struct cfg_node *node;
	uint32_t i, cpu;

	for (i = 0; i < props->p[P_CPUS].len / 4; i++) {
		node = ref_get(c, where, &props->p[P_CPUS], i);
		for (cpu = 0; node && cpu < c->sys->cpu_count; cpu++)
			if (c->sys->cpus[cpu].node == node->off)
				break;
		if (!node)
			continue;
		if (cpu == c->sys->cpu_count)
			say_vs(c, CPU_UNKNOWN, where,
			       board(c, node->off, NULL));
		else if (cfg_cpu_test(*cpus, cpu))
			say_vs(c, CPU_TWICE, where, board(c, node->off, NULL));
		else
			cpus->bits |= 1ull << cpu;
	}
}

void ref_console(struct ctx *c, const struct props *props,
		 struct cfg_uart *uart)
{
	const struct cfg_node *node = ref_one(c, props, P_CONSOLE);

	if (!node || board_uart(c, node, uart))
		return;
	memset(uart, 0, sizeof(*uart));
	say_vs(c, CONSOLE_KIND, prop_at(c, props, P_CONSOLE),
	       board(c, node->off, NULL));
}
