/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Address types that do not mix, and the few helpers every file needs.
 */
#ifndef TYPES_H
#define TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef unsigned long long ull;	/* what %llx takes, whatever uint64_t is */

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1ull << PAGE_SHIFT)
#define PAGE_MASK	(PAGE_SIZE - 1)

typedef struct { uint64_t v; } paddr_t;		/* physical */
typedef struct { uint64_t v; } ipaddr_t;	/* a cell's physical */

static inline paddr_t paddr(uint64_t v) { return (paddr_t){ v }; }
static inline ipaddr_t ipaddr(uint64_t v) { return (ipaddr_t){ v }; }

static inline uint64_t page_down(uint64_t v) { return v & ~PAGE_MASK; }

/* The caller has checked that v + PAGE_MASK does not wrap. */
static inline uint64_t page_up(uint64_t v)
{
	return (v + PAGE_MASK) & ~PAGE_MASK;
}

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		(1u << (n))
#define BIT64(n)	(1ull << (n))

#define __noreturn	__attribute__((noreturn))
#define __printf(f, a)	__attribute__((format(printf, f, a)))

/* One access, never repeated or torn by the compiler. */
#define READ_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#endif
