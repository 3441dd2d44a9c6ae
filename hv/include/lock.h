/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ticket locks and atomic words, by the compiler's built-ins; full order but
 * where a lock needs less. Sections are short and never wait for a guest.
 */
#ifndef LOCK_H
#define LOCK_H

#include "types.h"

struct spinlock {
	uint16_t next;
	uint16_t owner;
};

/* A spin loop's breath (the architecture's). */
void arch_cpu_relax(void);

#define smp_mb()	__atomic_thread_fence(__ATOMIC_SEQ_CST)

static inline void spin_lock(struct spinlock *lock)
{
	uint16_t ticket = __atomic_fetch_add(&lock->next, 1, __ATOMIC_RELAXED);

	while (__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) != ticket)
		arch_cpu_relax();
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->owner, lock->owner + 1, __ATOMIC_RELEASE);
}

/* The old value, all three but the last. p: (uint32_t *) */
#define atomic_or32(p, bits)	__atomic_fetch_or(p, bits, __ATOMIC_SEQ_CST)
#define atomic_add32(p, n)	__atomic_fetch_add(p, n, __ATOMIC_SEQ_CST)
#define atomic_and32(p, bits)	__atomic_fetch_and(p, bits, __ATOMIC_SEQ_CST)

/* Did *p hold `from`, and holds `to` now? */
static inline bool atomic_cas32(uint32_t *p, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(p, &from, to, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#endif
