/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "listing.h"

static void put(struct listing *l, const char *s)
{
	l->put(l, s);
}

static void put_hex(struct listing *l, uint64_t v)
{
	char buf[19] = "0x";
	int shift = 60;
	int n = 2;

	while (shift > 0 && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		buf[n++] = "0123456789abcdef"[v >> shift & 15];
	buf[n] = '\0';
	put(l, buf);
}

static void put_num(struct listing *l, const char *name, uint64_t v)
{
	put(l, " ");
	put(l, name);
	put(l, " ");
	put_hex(l, v);
}

static void put_range(struct listing *l, const char *name, struct cfg_range r)
{
	put(l, name);
	put(l, " [");
	put_hex(l, r.base);
	put(l, "..");
	put_hex(l, r.base + r.size);
	put(l, ")");
}

static void put_place(struct listing *l, const struct cfg_place *p)
{
	put(l, "\t");
	put(l, p->fdt ? p->path : "-");
	put(l, "\t");
	put(l, p->fdt && p->prop[0] ? p->prop : "-");
}

void list_finding(struct listing *l, const struct cfg_finding *f)
{
	static const char *const severity[] = { "note", "warning", "error" };

	put(l, severity[f->severity]);
	put(l, "\t");
	put(l, f->id);
	put_place(l, &f->where);
	put_place(l, &f->other);
	put(l, "\t");
	put(l, f->text);
	put(l, "\n");
}

static void list_irqs(struct listing *l, const struct cfg_irq_set *set)
{
	uint32_t irq, first;

	put(l, "  irqs");
	for (irq = 0; irq < CFG_MAX_IRQS; irq++) {
		if (!cfg_irq_test(set, irq))
			continue;
		first = irq;
		while (cfg_irq_test(set, irq + 1))
			irq++;
		put(l, " ");
		put_hex(l, first);
		put(l, "-");
		put_hex(l, irq);
	}
	put(l, "\n");
}

static void list_uart(struct listing *l, const struct cfg_uart *u)
{
	static const char *const kinds[] = {
		[CFG_UART_NONE] = "none", [CFG_UART_8250] = "8250",
		[CFG_UART_PL011] = "pl011",
	};

	put(l, "  console ");
	put(l, kinds[u->kind]);
	if (u->kind) {
		put_num(l, "shift", u->reg_shift);
		put_num(l, "width", u->io_width);
		if (u->is_port)
			put_num(l, "port: divider", u->divider);
		put_range(l, " at", (struct cfg_range){ u->base, u->size });
	}
	put(l, "\n");
}

static void list_ports(struct listing *l, const struct cfg_cell *cell)
{
	uint32_t i;

	for (i = 0; i < cell->ports.count; i++) {
		put_range(l, "  ports", cell->ports.r[i]);
		put(l, "\n");
	}
}

static void list_mem(struct listing *l, const struct cfg_mem *m)
{
	static const char *const names[] = {
		"read", "write", "exec", "io", "shared", "loadable", "comm",
		"subpage", "dma", "no-map",
	};
	uint32_t i;

	put_range(l, "  mem", (struct cfg_range){ m->virt, m->size });
	put_num(l, "phys", m->phys);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(m->flags >> i & 1))
			continue;
		put(l, " ");
		put(l, names[i]);
	}
	if (m->widths)
		put_num(l, "widths", m->widths);
	put(l, "\n");
}

void list_cell(struct listing *l, const struct cfg_cell *cell)
{
	uint32_t i;

	put(l, "cell ");
	put(l, cell->name);
	put_num(l, "cpus", cell->cpus.bits);
	put_num(l, "entry", cell->entry);
	put_num(l, "virtual-console", cell->virtual_console);
	put_num(l, "active", cell->virtual_console &&
			     cell->console.kind == CFG_UART_NONE);
	put_num(l, "links", cell->link_count);
	put(l, "\n");
	if (cell->comm.node) {
		put(l, "  comm");
		put_num(l, "at", cell->comm.virt);
		put_num(l, "passive", !cell->comm.timeout_ms);
		put_num(l, "timeout", cell->comm.timeout_ms);
		put(l, "\n");
	}
	list_uart(l, &cell->console);
	list_irqs(l, &cell->irqs);
	list_ports(l, cell);
	for (i = 0; i < cell->mem_count; i++)
		list_mem(l, &cell->mem[i]);
}

static void list_intc(struct listing *l, const struct cfg_intc *gic)
{
	uint32_t i;

	put(l, "  intc");
	put_num(l, "kind", gic->kind);
	for (i = 0; i < gic->ioapic_count; i++)
		put_range(l, " ioapic", gic->ioapic[i]);
	put_num(l, "maintenance", gic->maint_irq);
	put_num(l, "stride", gic->redist_stride);
	put_range(l, " dist", gic->dist);
	for (i = 0; i < gic->redist_count; i++)
		put_range(l, " redist", gic->redist[i]);
	put_range(l, " cpu", gic->cpu);
	put_range(l, " hyp", gic->hyp);
	put_range(l, " vcpu", gic->vcpu);
	put(l, "\n");
}

void list_system(struct listing *l, const struct cfg_system *sys)
{
	static const char *const kinds[] = { "hypervisor", "intc", "iommu",
					     "ecam", "root" };
	uint32_t i;

	put(l, "system");
	put_num(l, "bits", sys->addr_bits);
	put_num(l, "delivery", sys->list_registers);
	put_num(l, "links", sys->link_count);
	put_range(l, " hypervisor", sys->hv_mem);
	put(l, "\n");
	for (i = 0; i < sys->cpu_count; i++) {
		put(l, "  cpu");
		put_num(l, "id", sys->cpus[i].hwid);
		put(l, "\n");
	}
	for (i = 0; i < sys->ram.count; i++) {
		put_range(l, "  ram", sys->ram.r[i]);
		put(l, "\n");
	}
	for (i = 0; i < sys->reserved_count; i++)
		list_mem(l, &(struct cfg_mem){
			.virt = sys->reserved[i].range.base,
			.phys = sys->reserved[i].range.base,
			.size = sys->reserved[i].range.size,
			.flags = sys->reserved[i].kind });
	for (i = 0; i < sys->prot_count; i++) {
		put(l, "  protected ");
		put_range(l, kinds[sys->prot[i].kind], sys->prot[i].range);
		put(l, "\n");
	}
	for (i = 0; i < sys->pci_count; i++) {
		put_range(l, "  pci", sys->pci[i].ecam);
		put_num(l, "first", sys->pci[i].bus_first);
		put_num(l, "last", sys->pci[i].bus_last);
		put_num(l, "domain", sys->pci[i].domain);
		put(l, "\n");
	}
	list_intc(l, &sys->intc);
	if (sys->pm_timer.size) {
		put_range(l, "  pm-timer", sys->pm_timer);
		put(l, "\n");
	}
	list_uart(l, &sys->console);
	list_cell(l, &sys->root);
}

void list_plan(struct listing *l, const struct plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->take.count; i++) {
		put_range(l, "  take", plan->take.r[i]);
		put(l, "\n");
	}
}

struct sink {
	struct cfg_report report;
	struct listing *listing;
};

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	list_finding(((struct sink *)report)->listing, f);
}

int list_all(struct listing *l, struct blob system, const struct blob *cells,
	     uint32_t count, struct cfg_arena *arena, bool force)
{
	struct sink sink = { .report = { .emit = emit }, .listing = l };
	struct cfg_report *report = &sink.report;
	const struct cfg_cell *live[LIST_MAX_CELLS];
	struct cfg_cell cell[LIST_MAX_CELLS];
	struct cfg_system sys;
	struct plan plan;
	uint32_t n = 0;
	uint32_t i;
	int err;

	err = config_load_system(system.data, system.size, arena, report,
				 &sys);
	if (err)
		return err;
	err = config_judge_system(&sys, report);
	if (err && !force)
		return err;
	list_system(l, &sys);
	for (i = 0; i < count && i < LIST_MAX_CELLS; i++) {
		int e = config_load_cell(cells[i].data, cells[i].size, &sys,
					 arena, report, &cell[n]);

		if (!e)
			e = config_judge_cell(&sys, live, n, &cell[n], arena,
					      report, &plan);
		err = e ? e : err;
		if (e && !force)
			continue;
		if (!e) {
			list_cell(l, &cell[n]);
			list_plan(l, &plan);
		}
		live[n] = &cell[n];
		n++;
	}
	return err;
}
