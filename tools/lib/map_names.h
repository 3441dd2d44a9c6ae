/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of a map: whose, what, how much. */
#ifndef TOOLS_MAP_NAMES_H
#define TOOLS_MAP_NAMES_H

#include <stdio.h>

#include <lib/map_model.h>

/* Untrusted, except for "hypervisor". */
const char *map_owner_name(const struct map *m, uint32_t owner);
/* One character for a narrow column. */
char map_owner_key(uint32_t owner);
/* "a", "a + b"; untrusted. */
void map_put_owners(FILE *out, const struct map *m, const struct map_set *set,
		    const char *between);
/* Of MAP_ROOT or one behind it. */
const struct cfg_cell *map_owner_cell(const struct map *m, uint32_t owner);
/* Name of a node, or ""; untrusted. */
const char *map_node_name(const void *fdt, int32_t node);

const char *map_kind_word(enum map_kind kind);
/* "" for what is alone or nobody's. */
const char *map_state_word(enum map_state state);

/* "4 MiB", "~1.5 GiB" if there is no short exact form. */
#define MAP_SIZE_LEN	24
const char *map_size_words(char *buf, uint64_t size);
/* "rwx", with "-" for what is missing. */
#define MAP_RIGHTS_LEN	4
const char *map_rights(char *buf, uint32_t flags);
/* "SPI 1", "SPI 0-987" for the GIC, else "interrupt 32"; to be freed. */
char *map_irqs_text(const struct map *m, uint32_t first, uint32_t last);
/* "2", "0-1, 3"; the numbers are those of the order in the description. */
void map_put_cpus(FILE *out, const struct map *m, uint32_t owner);

/*
 * What lies in a segment: names of memory and devices, rights, where the
 * cell sees it. At most `max` names of devices of the root cell. Untrusted,
 * to be freed.
 */
char *map_what_text(const struct map *m, const struct map_segment *s,
		    uint32_t max);
/*
 * Whole lines; untrusted, to be freed. A segment: whose it is, what is wrong
 * with that, and what it is. Others: whose they are, and what is wrong. A
 * link: its ends, and *owners has who has them.
 */
char *map_segment_text(const struct map *m, const struct map_segment *s,
		       uint32_t max);
char *map_whose_text(const struct map *m, const struct map_set *owners,
		     enum map_state state);
char *map_link_text(const struct map *m, uint32_t link,
		    struct map_set *owners);

/* The text with what is not printable ASCII as "?"; to be freed. */
char *map_plain(const char *text);
/* For text and for attribute values of XML and HTML. */
void map_put_xml(FILE *out, const char *text);

#endif
