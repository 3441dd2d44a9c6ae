/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all probes share. A probe is a title, the id of its property, a
 * comment that says what a vulnerable hypervisor would do, and cases:
 *
 *	static const struct probe_case cases[] = { { "read", read_it }, … };
 *	PROBE("MEM-01", "another cell's RAM cannot be read", cases);
 *
 * `case=NAME` runs one; without it they run in order, as far as the probe
 * comes. Addresses, interrupts and CPUs of others come from the command line.
 * A case that should be parked says TRY before the act and FAIL after it; the
 * values that it may have read are never printed.
 */
#ifndef PROBE_H
#define PROBE_H

#include "inmate.h"
#include "report.h"

struct probe_case {
	const char *name;
	void (*run)(void);
};

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define PROBE(id, title, cases)						\
	CMDLINE_BUFFER(1024);						\
	void inmate_main(void)						\
	{								\
		probe_run(id, title, cases, ARRAY_SIZE(cases));		\
	}								\
	_Static_assert(1, "")

static inline void probe_run(const char *id, const char *title,
			     const struct probe_case *cases, unsigned int count)
{
	unsigned int n, ran = 0;
	char name[24];

	report_start(id, title);
	cmdline_str("case", name, sizeof(name), "");
	for (n = 0; n < count; n++) {
		if (name[0] && strcmp(name, cases[n].name))
			continue;
		report_note("case=%s", cases[n].name);
		cases[n].run();
		ran++;
	}
	if (!ran)
		report_error("there is no case=%s", name);
	report_end();
}

/* After an act that should have parked the CPU. */
static inline void probe_survived(uint64_t exception)
{
	if (exception)
		report_fail("survived: exception 0x%lx", exception);
	else
		report_fail("survived: no exception");
}

/* A parameter without which the probe makes no sense. */
static inline bool probe_param(const char *name, uint64_t *value)
{
	*value = cmdline_int(name, ~0ul);
	if (*value != ~0ul)
		return true;
	report_error("%s= is missing", name);
	return false;
}

/* BASE,SIZE */
static inline bool probe_range(const char *name, uint64_t *base,
			       uint64_t *size)
{
	uint64_t list[2];

	if (cmdline_list(name, list, 2) == 2) {
		*base = list[0];
		*size = list[1];
		return true;
	}
	report_error("%s=BASE,SIZE is missing", name);
	return false;
}

static inline uint64_t probe_read(uint64_t addr, unsigned int width)
{
	uint64_t value = 0;

	switch (width) {
	case 1:
		return try_read8(addr, (uint8_t *)&value);
	case 2:
		return try_read16(addr, (uint16_t *)&value);
	case 4:
		return try_read32(addr, (uint32_t *)&value);
	default:
		return try_read64(addr, &value);
	}
}

static inline uint64_t probe_write(uint64_t addr, unsigned int width,
				   uint64_t value)
{
	switch (width) {
	case 1:
		return try_write8(addr, value);
	case 2:
		return try_write16(addr, value);
	case 4:
		return try_write32(addr, value);
	default:
		return try_write64(addr, value);
	}
}

static inline uint64_t probe_exec(uint64_t addr)
{
	return try_call((void (*)(void *))addr, NULL);
}

/* Maps the place as RAM, then does what should park. */
static inline void park_read(uint64_t addr, unsigned int width)
{
	map_range(addr, width, MAP_RAM);
	report_try("read%u 0x%lx", width * 8, addr);
	probe_survived(probe_read(addr, width));
}

static inline void park_write(uint64_t addr, unsigned int width)
{
	map_range(addr, width, MAP_RAM);
	report_try("write%u 0x%lx", width * 8, addr);
	probe_survived(probe_write(addr, width, 0x6b6b6b6b6b6b6b6b));
}

static inline void park_exec(uint64_t addr)
{
	map_range(addr, 4, MAP_RAM);
	report_try("execute 0x%lx", addr);
	probe_survived(probe_exec(addr));
}

/* xorshift64: reproducible; `seed=` starts it. */
static inline uint64_t probe_random(void)
{
	static uint64_t state;

	if (!state)
		state = cmdline_int("seed", 0x9e3779b97f4a7c15) | 1;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

#endif
