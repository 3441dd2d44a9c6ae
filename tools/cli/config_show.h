/* SPDX-License-Identifier: GPL-2.0-only */
/* The two forms of config show, and what they have in common. */
#ifndef CLI_CONFIG_SHOW_H
#define CLI_CONFIG_SHOW_H

#include "config_map.h"

void show_json(FILE *out, const struct map_source *s);

/*
 * Words for the flags of a piece of memory that are set, one after the
 * other: i counts from 0; NULL ends them.
 */
const char *show_flag(uint32_t flags, uint32_t i);

/* The device that a cell lists at place i, as a node of the system, or -1. */
int32_t show_device(const struct map_source *s, const struct cfg_cell *cell,
		    uint32_t i);

/* A string property of the system's root node, or "". */
const char *show_board_word(const struct map_source *s, const char *prop);

const char *show_uart_word(const struct cfg_uart *uart);
const char *show_intc_word(const struct cfg_intc *intc);

/* Was the n-th cell admitted? */
bool show_admitted(const struct map_source *s, uint32_t n);

#endif
