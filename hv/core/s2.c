/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stage-2 walker.
 *
 * A mapping is changed in two steps. The first makes room: it turns entries
 * into tables of the same meaning wherever the range ends inside of them, may
 * run out of memory and is undone by joining the tables again. The second
 * writes leaves into the tables that there are and cannot fail.
 *
 * Recursion goes one level down each time, at most four; each loop is bounded
 * by the entries of its table.
 */
#include "s2.h"
#include <abi/hypercall.h>
#include <arch/pte.h>
#include "console.h"
#include "page.h"

#define ENTRIES	(PAGE_SIZE / sizeof(pte_t))

struct job {
	struct s2 *s2;
	uint64_t delta;		/* physical address less the cell's */
	uint32_t attr;		/* of the leaves; 0: there are to be none */
};

static uint64_t entry_size(unsigned lvl)
{
	return 1ull << arch_s2_shift(lvl);
}

static unsigned entry_count(unsigned lvl)
{
	return ENTRIES * (lvl ? 1 : arch_s2_root_pages());
}

static unsigned entry_index(unsigned lvl, uint64_t ip)
{
	return (ip >> arch_s2_shift(lvl)) & (entry_count(lvl) - 1);
}

/* Where the part of [ip, end) ends that an entry of that size is about. */
static uint64_t entry_end(uint64_t size, uint64_t ip, uint64_t end)
{
	uint64_t last = ip | (size - 1);

	return last < end ? last + 1 : end;
}

static pte_t *table_at(pte_t pte)
{
	return arch_phys_to_virt(arch_pte_addr(pte));
}

static uint64_t address_limit(void)
{
	return entry_count(0) * entry_size(0);
}

/*
 * Break before make: no CPU may see the old and the new translation at once.
 * One that needs the entry meanwhile faults and waits for s2->lock.
 */
static void set_entry(const struct s2 *s2, pte_t *pte, pte_t new)
{
	if (*pte == new)
		return;
	if (arch_pte_present(*pte)) {
		WRITE_ONCE(*pte, 0);
		arch_pte_publish(pte, 1);
		arch_s2_flush(s2);
	}
	WRITE_ONCE(*pte, new);
	arch_pte_publish(pte, 1);
}

/*
 * Makes an entry a table of the same meaning, unless a leaf fits. What is
 * mapped is split if the job has no mapping of its own; else it is in the way
 * (-CB_EEXIST), unless it is a leaf in the place of one.
 */
static int make_room(const struct job *job, unsigned lvl, pte_t *pte,
		     uint64_t ip, uint64_t end)
{
	bool present = arch_pte_present(*pte);
	uint64_t size = entry_size(lvl);
	pte_t *table, leaf = 0;
	unsigned i;

	if (arch_pte_is_table(lvl, *pte) || (!present && !job->attr) ||
	    (end - ip == size && arch_pte_block_ok(lvl) &&
	     !(job->delta & (size - 1))))
		return 0;
	if (present && job->attr)
		return -CB_EEXIST;
	table = page_alloc(1);
	if (!table)
		return -CB_ENOMEM;
	if (present)
		leaf = arch_pte_leaf(lvl + 1, arch_pte_addr(*pte),
				     arch_pte_attr(*pte));
	/* leaves of one level differ by their addresses alone */
	for (i = 0; leaf && i < ENTRIES; i++)
		table[i] = leaf + i * entry_size(lvl + 1);
	arch_pte_publish(table, ENTRIES);
	set_entry(job->s2, pte, arch_pte_table(arch_virt_to_phys(table)));
	return 0;
}

/* Everything is ready for it, or an end is inside a block: that goes whole. */
static void write_leaves(const struct job *job, pte_t *table, unsigned lvl,
			 uint64_t ip, uint64_t end)
{
	pte_t *pte = &table[entry_index(lvl, ip)], *first = pte;
	uint64_t next, size = entry_size(lvl);
	bool last = size == PAGE_SIZE, mapping = job->attr;
	pte_t leaf = arch_pte_leaf(lvl, paddr((ip & -size) + job->delta),
				   job->attr);

	for (; ip < end; ip = next, pte++, leaf += size) {
		next = entry_end(size, ip, end);
		if (!last && arch_pte_is_table(lvl, *pte)) {
			write_leaves(job, table_at(*pte), lvl + 1, ip, next);
		} else if (mapping && *pte) {
			set_entry(job->s2, pte, leaf);
		} else {
			if (*pte && next - ip < size)
				printk("internal error: stage 2 of cell %u is "
				       "not split on level %u\n",
				       job->s2->id - 1, lvl);
			WRITE_ONCE(*pte, mapping ? leaf : 0);
		}
	}
	arch_pte_publish(first, (unsigned)(pte - first));
}

/* Joins a table again if one entry of lvl can say all that it says. */
static void join(const struct s2 *s2, unsigned lvl, pte_t *pte)
{
	pte_t *table = table_at(*pte), first = table[0], entry = 0;
	paddr_t pa = arch_pte_addr(first);
	uint64_t size = first ? entry_size(lvl + 1) : 0;
	unsigned i;

	if (arch_pte_present(first)) {
		if (arch_pte_is_table(lvl + 1, first) ||
		    !arch_pte_block_ok(lvl) || pa.v & (entry_size(lvl) - 1))
			return;
		entry = arch_pte_leaf(lvl, pa, arch_pte_attr(first));
	}
	for (i = 0; i < ENTRIES; i++)
		if (table[i] != first + i * size)
			return;
	set_entry(s2, pte, entry);
	page_free(table, 1);
}

/* Makes room down to where leaves fit, or joins from there up. */
static int reshape(const struct job *job, uint32_t step, pte_t *table,
		   unsigned lvl, uint64_t ip, uint64_t end)
{
	uint64_t next, size = entry_size(lvl);
	int err = 0;

	for (; size > PAGE_SIZE && ip < end && !err; ip = next) {
		pte_t *pte = &table[entry_index(lvl, ip)];

		next = entry_end(size, ip, end);
		if (step == S2_SPLIT)
			err = make_room(job, lvl, pte, ip, next);
		if (err || !arch_pte_is_table(lvl, *pte))
			continue;
		err = reshape(job, step, table_at(*pte), lvl + 1, ip, next);
		if (step == S2_MERGE)
			join(job->s2, lvl, pte);
	}
	return err;
}

/*
 * Without room, everything is as it was. What the job maps is written in the
 * step that otherwise removes.
 */
static int run(struct s2 *s2, ipaddr_t ip, uint64_t size, struct job job,
	       uint32_t steps)
{
	uint64_t end = ip.v + size, limit = address_limit();
	int err = 0;

	if (!size || (ip.v | size) & PAGE_MASK || ip.v >= limit ||
	    size > limit - ip.v)
		return -CB_ERANGE;
	job.s2 = s2;
	spin_lock(&s2->lock);
	s2->changes++;
	if (steps & S2_SPLIT)
		err = reshape(&job, S2_SPLIT, s2->root, 0, ip.v, end);
	if (!err && steps & S2_UNMAP)
		write_leaves(&job, s2->root, 0, ip.v, end);
	if (steps & S2_UNMAP && !job.attr)
		arch_s2_flush(s2);
	if (err || steps & S2_MERGE)
		reshape(&job, S2_MERGE, s2->root, 0, ip.v, end);
	spin_unlock(&s2->lock);
	return err;
}

int s2_map(struct s2 *s2, ipaddr_t ip, paddr_t pa, uint64_t size,
	   uint32_t attr)
{
	struct job job = { .delta = pa.v - ip.v, .attr = attr };

	if (!attr || pa.v & PAGE_MASK || pa.v + size < pa.v)
		return -CB_ERANGE;
	return run(s2, ip, size, job, S2_SPLIT | S2_UNMAP);
}

int s2_change(struct s2 *s2, uint32_t steps, ipaddr_t ip, uint64_t size)
{
	return run(s2, ip, size, (struct job){ 0 }, steps);
}

/* The last level has no tables. */
uint32_t s2_query(const struct s2 *s2, ipaddr_t ip, paddr_t *pa)
{
	const pte_t *table = s2->root;
	unsigned lvl = 0;
	pte_t pte = 0;

	if (ip.v < address_limit())
		pte = READ_ONCE(table[entry_index(0, ip.v)]);
	while (arch_pte_is_table(lvl, pte)) {
		table = table_at(pte);
		lvl++;
		pte = READ_ONCE(table[entry_index(lvl, ip.v)]);
	}
	if (pa)
		*pa = paddr(arch_pte_addr(pte).v |
			    (ip.v & (entry_size(lvl) - 1)));
	return arch_pte_present(pte) ? arch_pte_attr(pte) : 0;
}

void s2_hide(struct s2 *s2, bool hidden)
{
	pte_t *table = s2->root;
	unsigned i;

	if (s2->hidden == hidden)
		return;
	spin_lock(&s2->lock);
	s2->changes++;
	s2->hidden = hidden;
	/* the complement is absent, and its own is what was there */
	for (i = 0; i < entry_count(0); i++)
		if (table[i])
			table[i] = ~table[i];
	arch_pte_publish(table, entry_count(0));
	arch_s2_flush(s2);
	spin_unlock(&s2->lock);
}

int s2_init(struct s2 *s2, uint32_t id)
{
	*s2 = (struct s2){ .id = id };
	s2->root = page_alloc(arch_s2_root_pages());
	if (!s2->root)
		return -CB_ENOMEM;
	/* the tag may have been another cell's */
	arch_s2_flush(s2);
	return 0;
}

void s2_free(struct s2 *s2)
{
	s2_change(s2, S2_UNMAP | S2_MERGE, ipaddr(0), address_limit());
	page_free(s2->root, arch_s2_root_pages());
}
