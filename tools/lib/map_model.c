// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <lib/io.h>
#include <lib/map_model.h>

#define GIC_SHARED	32u	/* the first that is not a CPU's own */

static void set_remove(struct map_set *s, uint32_t owner)
{
	s->bits[owner / 64] &= ~(1ull << owner % 64);
}

uint32_t map_set_count(const struct map_set *s)
{
	uint32_t count = 0, i;

	for (i = 0; i < sizeof(s->bits) / sizeof(*s->bits); i++)
		count += (uint32_t)__builtin_popcountll(s->bits[i]);
	return count;
}

static const struct cfg_cell *owner_cell(const struct map *m, uint32_t owner)
{
	return owner == MAP_ROOT ? &m->system->root :
				   m->cell[owner - MAP_CELL];
}

/* ---- pieces ------------------------------------------------------------- */

static void add_piece(struct map *m, struct map_piece piece)
{
	if (piece.range.size)
		m->piece[m->piece_count++] = piece;
}

static void add_protected(struct map *m)
{
	static const uint8_t kinds[] = {
		[CFG_PROT_HYPERVISOR] = MAP_KIND_HYPERVISOR,
		[CFG_PROT_INTC] = MAP_KIND_INTC,
		[CFG_PROT_IOMMU] = MAP_KIND_IOMMU,
		[CFG_PROT_ECAM] = MAP_KIND_ECAM,
	};
	const struct cfg_region *r = m->system->prot;
	const struct cfg_region *end = r + m->system->prot_count;

	for (; r < end; r++)
		if (r->kind != CFG_PROT_ROOT)
			add_piece(m, (struct map_piece){
				.range = r->range, .owner = MAP_HYPERVISOR,
				.kind = kinds[r->kind], .virt = r->range.base,
				.fdt = m->system->fdt, .node = r->node,
			});
}

static void add_memory(struct map *m, uint32_t owner)
{
	const struct cfg_cell *cell = owner_cell(m, owner);
	const struct cfg_mem *mem = cell->mem;
	bool device, root = owner == MAP_ROOT;

	for (; mem < cell->mem + cell->mem_count; mem++) {
		if (mem->flags & CFG_MEM_COMM)
			continue;
		device = mem->device >= 0;
		add_piece(m, (struct map_piece){
			.range = { mem->phys, mem->size },
			.owner = owner,
			.kind = mem->flags & CFG_MEM_IO ? MAP_KIND_IO :
							  MAP_KIND_RAM,
			.flags = mem->flags, .virt = mem->virt,
			.fdt = device ? m->system->fdt : cell->fdt,
			.node = root ? -1 : device ? mem->device : mem->node,
		});
	}
}

/* An end of a link is a way to the memory that all its ends share. */
static void add_link_ends(struct map *m, uint32_t owner)
{
	const struct cfg_cell *cell = owner_cell(m, owner);
	const struct cfg_link *link;
	uint32_t i;

	for (i = 0; i < cell->link_count; i++) {
		link = &m->system->links[cell->links[i].link];
		add_piece(m, (struct map_piece){
			.range = link->range, .owner = owner,
			.kind = MAP_KIND_LINK,
			.flags = CFG_MEM_READ | CFG_MEM_WRITE | CFG_MEM_SHARED,
			.fdt = m->system->fdt, .node = link->node,
		});
	}
}

static int by_address(const void *a, const void *b)
{
	const struct map_piece *p = a, *q = b;

	if (p->range.base != q->range.base)
		return p->range.base < q->range.base ? -1 : 1;
	if (p->owner != q->owner)
		return p->owner < q->owner ? -1 : 1;
	return p->range.size < q->range.size ? -1 :
	       p->range.size > q->range.size;
}

static void collect_pieces(struct map *m)
{
	size_t room = m->system->prot_count;
	uint32_t owner;

	for (owner = MAP_ROOT; owner < m->owner_count; owner++)
		room += owner_cell(m, owner)->mem_count +
			owner_cell(m, owner)->link_count;
	m->piece = xmalloc((room + 1) * sizeof(*m->piece));
	add_protected(m);
	for (owner = MAP_ROOT; owner < m->owner_count; owner++) {
		add_memory(m, owner);
		add_link_ends(m, owner);
	}
	qsort(m->piece, m->piece_count, sizeof(*m->piece), by_address);
}

const struct map_piece *map_piece_meeting(const struct map *m,
					  const struct map_piece *p,
					  struct cfg_range range)
{
	const struct map_piece *end = m->piece + m->piece_count;

	for (; p < end && p->range.base < cfg_range_end(range); p++)
		if (cfg_range_meets(p->range, range))
			return p;
	return NULL;
}

bool map_piece_counts(const struct map_piece *p, const struct map_segment *s)
{
	return map_set_test(&s->owners, p->owner);
}

/* ---- segments ----------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* What is known of the pieces that lie over a segment. */
struct claims {
	struct map_set owners;
	uint32_t cells;		/* different ones */
	bool alone;		/* a cell wants it for itself */
	bool hypervisor, root, link;
};

static void claim(struct claims *c, const struct map_piece *p)
{
	if (p->owner >= MAP_CELL && !map_set_test(&c->owners, p->owner))
		c->cells++;
	map_set_add(&c->owners, p->owner);
	c->hypervisor |= p->owner == MAP_HYPERVISOR;
	c->link |= p->kind == MAP_KIND_LINK;
	c->root |= p->owner == MAP_ROOT && p->kind != MAP_KIND_LINK;
	c->alone |= p->owner >= MAP_CELL && !(p->flags & CFG_MEM_SHARED);
}

static enum map_state state_of(struct claims *c)
{
	/* Given away, or set aside for the ends of a link. */
	if (c->alone || (c->link && c->cells))
		set_remove(&c->owners, MAP_ROOT);
	if (c->cells && c->hypervisor)
		return MAP_CLASH;
	if (c->cells > 1 && c->alone)
		return MAP_CLASH;
	if (c->cells && !c->root && !c->link)
		return MAP_STRAY;
	if (!map_set_count(&c->owners))
		return MAP_FREE;
	return map_set_count(&c->owners) > 1 ? MAP_SHARED : MAP_ALONE;
}

static const struct cfg_region *reserved_at(const struct cfg_system *sys,
					    struct cfg_range range)
{
	const struct cfg_region *r = sys->reserved;

	for (; r < sys->reserved + sys->reserved_count; r++)
		if (cfg_range_meets(r->range, range))
			return r;
	return NULL;
}

static void add_segment(struct map *m, uint64_t base, uint64_t end)
{
	struct map_segment *s = &m->segment[m->segment_count++];
	const struct map_piece *p;
	struct claims c = { .cells = 0 };

	*s = (struct map_segment){ .range = { base, end - base } };
	for (p = m->piece; (p = map_piece_meeting(m, p, s->range)); p++) {
		claim(&c, p);
		/* the most special one: a link's memory is RAM, too */
		if (p->kind > (uint32_t)s->kind)
			s->kind = p->kind;
	}
	s->state = state_of(&c);
	s->owners = c.owners;
	s->reserved = reserved_at(m->system, s->range);
	/* a reservation cuts what it does not reserve only on the picture */
	if (s->state == MAP_FREE && s > m->segment && s[-1].state == MAP_FREE) {
		s[-1].range.size += s->range.size;
		m->segment_count--;
	}
}

static uint64_t *add_cut(uint64_t *cut, struct cfg_range range)
{
	*cut++ = range.base;
	*cut++ = cfg_range_end(range);
	return cut;
}

static void cut_segments(struct map *m)
{
	const struct cfg_system *sys = m->system;
	size_t room = 2 * (1 + (size_t)m->piece_count + sys->reserved_count);
	uint64_t *cuts = xmalloc(room * sizeof(*cuts)), *end = cuts, *cut;
	uint64_t top = sys->addr_bits < 64 ? 1ull << sys->addr_bits : 0;
	uint32_t i;

	end = add_cut(end, (struct cfg_range){ 0, top });
	for (i = 0; i < m->piece_count; i++)
		end = add_cut(end, m->piece[i].range);
	for (i = 0; i < sys->reserved_count; i++)
		end = add_cut(end, sys->reserved[i].range);
	qsort(cuts, (size_t)(end - cuts), sizeof(*cuts), by_value);
	m->segment = xmalloc(room * sizeof(*m->segment));
	for (cut = cuts; cut + 1 < end; cut++)
		if (cut[0] != cut[1])
			add_segment(m, cut[0], cut[1]);
	free(cuts);
}

enum map_state map_owners(const struct map *m, struct cfg_range range,
			  struct map_set *owners)
{
	const struct map_segment *s = m->segment;
	enum map_state worst = MAP_FREE;
	uint32_t i;

	memset(owners, 0, sizeof(*owners));
	for (; s < m->segment + m->segment_count; s++) {
		if (!cfg_range_meets(s->range, range))
			continue;
		for (i = 0; i < sizeof(owners->bits) / 8; i++)
			owners->bits[i] |= s->owners.bits[i];
		if (s->state > worst)
			worst = s->state;
	}
	return worst;
}

uint64_t map_ram_of(const struct map *m, uint32_t owner)
{
	const struct map_segment *s = m->segment;
	uint64_t sum = 0;

	for (; s < m->segment + m->segment_count; s++)
		if (map_set_test(&s->owners, owner) &&
		    (s->kind == MAP_KIND_RAM ||
		     s->kind == MAP_KIND_HYPERVISOR))
			sum += s->range.size;
	return sum;
}

/* ---- CPUs and interrupts ------------------------------------------------ */

/* Of a thing that cannot be shared: the root cell has what no cell wants. */
static enum map_state sole_owner(struct map_set *cells, bool root)
{
	uint32_t count = map_set_count(cells);

	if (!count && root) {
		map_set_add(cells, MAP_ROOT);
		return MAP_ALONE;
	}
	if (count > 1)
		return MAP_CLASH;
	if (!count)
		return MAP_FREE;
	return root ? MAP_ALONE : MAP_STRAY;
}

static void own_cpus(struct map *m)
{
	const struct cfg_system *sys = m->system;
	struct map_cpu *cpu;
	uint32_t i, n;

	for (n = 0; n < sys->cpu_count; n++) {
		cpu = &m->cpu[n];
		for (i = MAP_CELL; i < m->owner_count; i++)
			if (cfg_cpu_test(owner_cell(m, i)->cpus, n))
				map_set_add(&cpu->owners, i);
		cpu->state = sole_owner(&cpu->owners,
					cfg_cpu_test(sys->root.cpus, n));
	}
}

static void own_irqs(struct map *m)
{
	struct map_irqs *last = NULL, now;
	uint32_t i, irq;

	m->irqs = xmalloc(CFG_MAX_IRQS * sizeof(*m->irqs));
	irq = m->system->intc.kind == CFG_INTC_APIC ? 0 : GIC_SHARED;
	for (; irq < CFG_MAX_IRQS; irq++) {
		now = (struct map_irqs){ .first = irq, .last = irq };
		for (i = MAP_CELL; i < m->owner_count; i++)
			if (cfg_irq_test(&owner_cell(m, i)->irqs, irq))
				map_set_add(&now.owners, i);
		now.state = sole_owner(&now.owners,
			cfg_irq_test(&m->system->root.irqs, irq));
		if (now.state == MAP_FREE)
			continue;
		if (last && last->last + 1 == irq && last->state == now.state &&
		    !memcmp(&last->owners, &now.owners, sizeof(now.owners))) {
			last->last = irq;
			continue;
		}
		last = &m->irqs[m->irqs_count++];
		*last = now;
	}
}

uint32_t map_trouble(const struct map *m)
{
	uint32_t count = 0, i;

	for (i = 0; i < m->segment_count; i++)
		count += m->segment[i].state >= MAP_STRAY;
	for (i = 0; i < m->system->cpu_count; i++)
		count += m->cpu[i].state >= MAP_STRAY;
	for (i = 0; i < m->irqs_count; i++)
		count += m->irqs[i].state >= MAP_STRAY;
	return count;
}

void map_build(struct map *m, const struct cfg_system *system,
	       const struct cfg_cell *const *cells, uint32_t count)
{
	uint32_t i;

	memset(m, 0, sizeof(*m));
	m->system = system;
	m->owner_count = MAP_CELL + count;
	for (i = 0; i < count; i++)
		m->cell[i] = cells[i];
	collect_pieces(m);
	cut_segments(m);
	own_cpus(m);
	own_irqs(m);
}

void map_free(struct map *m)
{
	free(m->piece);
	free(m->segment);
	free(m->irqs);
	memset(m, 0, sizeof(*m));
}
