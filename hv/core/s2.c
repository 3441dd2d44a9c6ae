/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stage-2 walker.
 *
 * Every change is one pass over the entries of a range; a step function says
 * what is to happen to each. Passes that may need tables run twice: first they
 * count, then, with the tables reserved, they change entries and cannot fail.
 *
 * Recursion goes one level down each time, at most four; each loop is bounded
 * by the entries of its table.
 */
#include "s2.h"
#include <abi/hypercall.h>
#include <arch/pte.h>
#include "console.h"
#include "core.h"
#include "page.h"

#define ENTRIES	(PAGE_SIZE / sizeof(pte_t))

enum step {
	KEEP,		/* nothing to do here */
	WRITE,		/* becomes the leaf that the job asks for */
	DESCEND,	/* is a table: look there */
	GROW,		/* becomes a table of the same meaning, then as above */
	CLASH,		/* something else is here */
};

struct job {
	struct s2 *s2;
	/* whole: the job is about all that the entry is about */
	enum step (*step)(const struct job *job, unsigned lvl, pte_t pte,
			  bool whole);
	bool tables_only;	/* leaves on the last level stay as they are */
	uint64_t delta;		/* physical address less the cell's */
	uint32_t attr;		/* 0: the leaf is to be none */
	void **spare;		/* reserved tables; each points to the next */
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

static bool is_last(unsigned lvl)
{
	return lvl == arch_s2_levels() - 1;
}

static pte_t *table_at(unsigned lvl, pte_t pte)
{
	return arch_phys_to_virt(arch_pte_addr(lvl, pte));
}

static uint64_t address_limit(void)
{
	return entry_count(0) * entry_size(0);
}

static bool in_reach(ipaddr_t ip, uint64_t size)
{
	uint64_t limit = address_limit();

	return size && ip.v < limit && size <= limit - ip.v &&
	       !((ip.v | size) & PAGE_MASK);
}

/* Entry i of the table that means what the entry `pte` of lvl means. */
static pte_t grown(unsigned lvl, pte_t pte, unsigned i)
{
	if (!arch_pte_present(pte))
		return 0;
	return arch_pte_leaf(lvl + 1, paddr(arch_pte_addr(lvl, pte).v +
					    i * entry_size(lvl + 1)),
			     arch_pte_attr(pte));
}

/*
 * Break before make: no CPU may see the old and the new translation at once.
 * One that needs the entry meanwhile faults and waits for s2->lock.
 */
static void set_entry(struct s2 *s2, unsigned lvl, pte_t *pte, uint64_t ip,
		      pte_t new)
{
	if (*pte == new)
		return;
	if (arch_pte_present(*pte)) {
		WRITE_ONCE(*pte, 0);
		arch_pte_publish(pte, 1);
		arch_s2_flush(s2, ipaddr(ip & ~(entry_size(lvl) - 1)),
			      entry_size(lvl));
	}
	WRITE_ONCE(*pte, new);
	arch_pte_publish(pte, 1);
}

/*
 * Tables that a job needs below [ip, end), or -CB_EEXIST. table is NULL where
 * there is none yet; above is then the entry that it grows from.
 */
static int tables_needed(const struct job *job, const pte_t *table,
			 pte_t above, unsigned lvl, uint64_t ip, uint64_t end)
{
	uint64_t next, size = entry_size(lvl);
	int below, count = 0;

	if (is_last(lvl))
		return 0;
	for (; ip < end; ip = next) {
		unsigned i = entry_index(lvl, ip);
		pte_t pte = table ? table[i] : grown(lvl - 1, above, i);
		enum step step;

		next = entry_end(size, ip, end);
		step = job->step(job, lvl, pte, next - ip == size);
		if (step == CLASH)
			return -CB_EEXIST;
		if (step != DESCEND && step != GROW)
			continue;
		below = tables_needed(job, step == DESCEND ?
				      table_at(lvl, pte) : NULL, pte, lvl + 1,
				      ip, next);
		if (below < 0)
			return below;
		count += below + (step == GROW);
	}
	return count;
}

static void *take_spare(struct job *job)
{
	void **page = job->spare;

	if (!page)
		core_panic("stage 2: a table was not counted");
	job->spare = *page;
	*page = NULL;
	return page;
}

static int reserve(struct job *job, int count)
{
	while (count--) {
		void **page = page_alloc(1);

		if (!page) {
			while (job->spare)
				page_free(take_spare(job), 1);
			return -CB_ENOMEM;
		}
		*page = job->spare;
		job->spare = page;
	}
	return 0;
}

static void grow(struct job *job, unsigned lvl, pte_t *pte, uint64_t ip)
{
	pte_t *table = take_spare(job), leaf = grown(lvl, *pte, 0);
	uint64_t size = entry_size(lvl + 1);
	unsigned i;

	/* leaves of one level differ by their addresses alone */
	for (i = 0; leaf && i < ENTRIES; i++)
		table[i] = leaf + i * size;
	arch_pte_publish(table, ENTRIES);
	set_entry(job->s2, lvl, pte, ip,
		  arch_pte_table(arch_virt_to_phys(table)));
}

static void apply(struct job *job, pte_t *table, unsigned lvl, uint64_t ip,
		  uint64_t end)
{
	pte_t *pte = &table[entry_index(lvl, ip)], *first = pte;
	uint64_t next, size = entry_size(lvl);
	pte_t leaf = arch_pte_leaf(lvl, paddr((ip & -size) + job->delta),
				   job->attr);

	if (job->tables_only && is_last(lvl))
		return;
	for (; ip < end; ip = next, pte++, leaf += size) {
		next = entry_end(size, ip, end);
		switch (job->step(job, lvl, *pte, next - ip == size)) {
		case GROW:
			grow(job, lvl, pte, ip);
			/* fall through */
		case DESCEND:
			apply(job, table_at(lvl, *pte), lvl + 1, ip, next);
			break;
		case WRITE:
			if (job->attr)
				set_entry(job->s2, lvl, pte, ip, leaf);
			else
				WRITE_ONCE(*pte, 0);
			break;
		case KEEP:
		case CLASH:
			break;
		}
	}
	arch_pte_publish(first, (unsigned)(pte - first));
}

static int run(struct job *job, ipaddr_t ip, uint64_t size)
{
	struct s2 *s2 = job->s2;
	int err;

	if (!in_reach(ip, size))
		return -CB_ERANGE;
	err = tables_needed(job, s2->root, 0, 0, ip.v, ip.v + size);
	if (err > 0)
		err = reserve(job, err);
	if (err)
		return err;
	spin_lock(&s2->lock);
	apply(job, s2->root, 0, ip.v, ip.v + size);
	spin_unlock(&s2->lock);
	return 0;
}

static enum step map_step(const struct job *job, unsigned lvl, pte_t pte,
			  bool whole)
{
	if (arch_pte_is_table(lvl, pte))
		return DESCEND;
	if (whole && arch_pte_block_ok(lvl) &&
	    !(job->delta & (entry_size(lvl) - 1)))
		return WRITE;
	return arch_pte_present(pte) ? CLASH : GROW;
}

int s2_map(struct s2 *s2, ipaddr_t ip, paddr_t pa, uint64_t size,
	   uint32_t attr)
{
	struct job job = {
		.s2 = s2,
		.step = map_step,
		.delta = pa.v - ip.v,
		.attr = attr,
	};

	if (!attr || pa.v & PAGE_MASK || pa.v + size < pa.v)
		return -CB_ERANGE;
	return run(&job, ip, size);
}

static enum step split_step(const struct job *job, unsigned lvl, pte_t pte,
			    bool whole)
{
	(void)job;
	if (!arch_pte_present(pte) || whole)
		return KEEP;
	return arch_pte_is_table(lvl, pte) ? DESCEND : GROW;
}

int s2_split(struct s2 *s2, ipaddr_t ip, uint64_t size)
{
	struct job job = { .s2 = s2, .step = split_step, .tables_only = true };

	return run(&job, ip, size);
}

static enum step unmap_step(const struct job *job, unsigned lvl, pte_t pte,
			    bool whole)
{
	if (!arch_pte_present(pte))
		return KEEP;
	if (arch_pte_is_table(lvl, pte))
		return DESCEND;
	if (!whole)
		printk("internal error: stage 2 of cell %u is not split on "
		       "level %u\n", job->s2->id - 1, lvl);
	return WRITE;
}

void s2_unmap(struct s2 *s2, ipaddr_t ip, uint64_t size)
{
	struct job job = { .s2 = s2, .step = unmap_step };

	if (!in_reach(ip, size))
		return;
	spin_lock(&s2->lock);
	apply(&job, s2->root, 0, ip.v, ip.v + size);
	spin_unlock(&s2->lock);
}

/* Can an entry of lvl say all that the table below it says? */
static bool joined(unsigned lvl, const pte_t *table, pte_t *entry)
{
	pte_t pte = table[0];
	paddr_t pa = arch_pte_addr(lvl + 1, pte);
	uint64_t size = pte ? entry_size(lvl + 1) : 0;
	unsigned i;

	*entry = 0;
	if (arch_pte_present(pte)) {
		if (arch_pte_is_table(lvl + 1, pte) ||
		    !arch_pte_block_ok(lvl) || pa.v & (entry_size(lvl) - 1))
			return false;
		*entry = arch_pte_leaf(lvl, pa, arch_pte_attr(pte));
	}
	for (i = 0; i < ENTRIES; i++)
		if (table[i] != pte + i * size)
			return false;
	return true;
}

static void merge(struct s2 *s2, pte_t *table, unsigned lvl, uint64_t ip,
		  uint64_t end)
{
	uint64_t next, size = entry_size(lvl);

	for (; ip < end; ip = next) {
		pte_t *pte = &table[entry_index(lvl, ip)], entry;
		pte_t *below;

		next = entry_end(size, ip, end);
		if (!arch_pte_is_table(lvl, *pte))
			continue;
		below = table_at(lvl, *pte);
		merge(s2, below, lvl + 1, ip, next);
		if (!joined(lvl, below, &entry))
			continue;
		set_entry(s2, lvl, pte, ip, entry);
		page_free(below, 1);
	}
}

void s2_merge(struct s2 *s2, ipaddr_t ip, uint64_t size)
{
	if (!in_reach(ip, size))
		return;
	spin_lock(&s2->lock);
	merge(s2, s2->root, 0, ip.v, ip.v + size);
	spin_unlock(&s2->lock);
}

bool s2_query(const struct s2 *s2, ipaddr_t ip, paddr_t *pa, uint32_t *attr)
{
	const pte_t *table = s2->root;
	unsigned lvl;
	pte_t pte = 0;

	if (ip.v >= address_limit())
		return false;
	for (lvl = 0; lvl < arch_s2_levels(); lvl++) {
		pte = READ_ONCE(table[entry_index(lvl, ip.v)]);
		if (!arch_pte_is_table(lvl, pte))
			break;
		table = table_at(lvl, pte);
	}
	if (!arch_pte_present(pte))
		return false;
	if (pa)
		*pa = paddr(arch_pte_addr(lvl, pte).v |
			    (ip.v & (entry_size(lvl) - 1)));
	if (attr)
		*attr = arch_pte_attr(pte);
	return true;
}

void s2_hide(struct s2 *s2, bool hidden)
{
	pte_t *table = s2->root;
	unsigned i;

	spin_lock(&s2->lock);
	for (i = 0; i < entry_count(0); i++)
		if (table[i])
			table[i] = arch_pte_hide(table[i], hidden);
	arch_pte_publish(table, entry_count(0));
	arch_s2_flush(s2, ipaddr(0), address_limit());
	spin_unlock(&s2->lock);
}

/* Counts the tables below, or frees them. */
static uint32_t tables_below(pte_t *table, unsigned lvl, bool free)
{
	uint32_t count = 0;
	unsigned i;

	for (i = 0; !is_last(lvl) && i < entry_count(lvl); i++) {
		pte_t *below;

		if (!arch_pte_is_table(lvl, table[i]))
			continue;
		below = table_at(lvl, table[i]);
		count += 1 + tables_below(below, lvl + 1, free);
		if (free)
			page_free(below, 1);
	}
	return count;
}

uint32_t s2_pages(const struct s2 *s2)
{
	return arch_s2_root_pages() + tables_below(s2->root, 0, false);
}

int s2_init(struct s2 *s2, uint32_t id)
{
	*s2 = (struct s2){ .id = id };
	s2->root = page_alloc_aligned(arch_s2_root_pages());
	if (!s2->root)
		return -CB_ENOMEM;
	/* the tag may have been another cell's */
	arch_s2_flush(s2, ipaddr(0), address_limit());
	return 0;
}

void s2_free(struct s2 *s2)
{
	tables_below(s2->root, 0, true);
	page_free(s2->root, arch_s2_root_pages());
	s2->root = NULL;
}
