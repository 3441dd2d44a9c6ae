// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses are strings ("0x70000000"): a JSON number may lose digits beyond
 * 2^53. Interrupts are INTIDs.
 */
#include <inttypes.h>
#include <stdlib.h>

#include <lib/json.h>
#include <lib/map_device.h>
#include <lib/map_names.h>

#include "config_show.h"

static void put_address(struct json *j, const char *key, uint64_t address)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, address);
	json_string(j, key, text);
}

static void put_range(struct json *j, struct cfg_range r)
{
	put_address(j, "address", r.base);
	json_number(j, "size", r.size);
}

static void put_region(struct json *j, const char *key, struct cfg_range r,
		       const char *name)
{
	json_open(j, key, '{');
	if (name)
		json_string(j, "name", name);
	put_range(j, r);
	json_close(j, '}');
}

static void put_uart(struct json *j, const struct cfg_uart *uart)
{
	if (uart->kind == CFG_UART_NONE)
		return;
	json_open(j, "console", '{');
	json_string(j, "kind", show_uart_word(uart));
	put_address(j, "address", uart->base);
	json_close(j, '}');
}

static void put_intc(struct json *j, const struct cfg_intc *intc)
{
	uint32_t i;

	json_open(j, "interrupt_controller", '{');
	json_string(j, "kind", show_intc_word(intc));
	json_open(j, "ioapics", '[');
	for (i = 0; i < intc->ioapic_count; i++)
		put_region(j, NULL, intc->ioapic[i], NULL);
	json_close(j, ']');
	if (intc->dist.size)
		put_region(j, "distributor", intc->dist, NULL);
	json_open(j, "redistributors", '[');
	for (i = 0; i < intc->redist_count; i++)
		put_region(j, NULL, intc->redist[i], NULL);
	json_close(j, ']');
	json_number(j, "maintenance_interrupt", intc->maint_irq);
	json_close(j, '}');
}

static void put_cpus(struct json *j, const struct map_source *s, uint32_t owner)
{
	const struct cfg_system *sys = &s->part.system;
	uint32_t i;

	json_open(j, "cpus", '[');
	for (i = 0; i < sys->cpu_count; i++) {
		if (owner && !map_set_test(&s->map.cpu[i].owners, owner))
			continue;
		json_open(j, NULL, '{');
		json_number(j, "number", i);
		json_string(j, "name",
			    map_node_name(sys->fdt, sys->cpus[i].node));
		put_address(j, "hardware_id", sys->cpus[i].hwid);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_regions(struct json *j, const char *key, const void *fdt,
			const struct cfg_region *r, uint32_t count)
{
	const struct cfg_region *end = r + count;

	json_open(j, key, '[');
	for (; r < end; r++)
		put_region(j, NULL, r->range, map_node_name(fdt, r->node));
	json_close(j, ']');
}

static void put_links(struct json *j, const struct cfg_system *sys)
{
	const struct cfg_link *link = sys->links;

	json_open(j, "links", '[');
	for (; link < sys->links + sys->link_count; link++) {
		json_open(j, NULL, '{');
		json_string(j, "name", map_node_name(sys->fdt, link->node));
		put_range(j, link->range);
		json_number(j, "peers", link->peers);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_pci_hosts(struct json *j, const struct cfg_system *sys)
{
	const struct cfg_pci_host *host = sys->pci;

	json_open(j, "pci_hosts", '[');
	for (; host < sys->pci + sys->pci_count; host++) {
		json_open(j, NULL, '{');
		json_number(j, "domain", host->domain);
		json_number(j, "first_bus", host->bus_first);
		json_number(j, "last_bus", host->bus_last);
		put_region(j, "ecam", host->ecam, NULL);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_system(struct json *j, const struct map_source *s)
{
	const struct cfg_system *sys = &s->part.system;
	uint32_t i;

	json_open(j, "system", '{');
	json_string(j, "file", s->part.d[0].file);
	json_string(j, "board", show_board_word(s, "model"));
	put_region(j, "hypervisor_memory", sys->hv_mem, NULL);
	put_uart(j, &sys->console);
	put_cpus(j, s, MAP_HYPERVISOR);
	json_open(j, "ram", '[');
	for (i = 0; i < sys->ram.count; i++)
		put_region(j, NULL, sys->ram.r[i], NULL);
	json_close(j, ']');
	json_number(j, "address_bits", sys->addr_bits);
	put_intc(j, &sys->intc);
	put_pci_hosts(j, sys);
	put_regions(j, "reserved", sys->fdt, sys->reserved,
		    sys->reserved_count);
	put_regions(j, "protected", sys->fdt, sys->prot, sys->prot_count);
	put_links(j, sys);
	json_close(j, '}');
}

static void put_irqs(struct json *j, const struct map *m, uint32_t owner)
{
	const struct map_irqs *irqs = m->irqs;

	json_open(j, "interrupts", '[');
	for (; irqs < m->irqs + m->irqs_count; irqs++) {
		if (!map_set_test(&irqs->owners, owner))
			continue;
		json_open(j, NULL, '{');
		json_number(j, "first", irqs->first);
		json_number(j, "last", irqs->last);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_root(struct json *j, const struct map_source *s)
{
	const struct map_segment *seg = s->map.segment;
	char *what;

	json_open(j, "root_cell", '{');
	json_string(j, "name", s->part.system.root.name);
	put_cpus(j, s, MAP_ROOT);
	json_open(j, "memory", '[');
	for (; seg < s->map.segment + s->map.segment_count; seg++) {
		if (!map_set_test(&seg->owners, MAP_ROOT))
			continue;
		what = map_what_text(&s->map, seg, UINT32_MAX);
		put_region(j, NULL, seg->range, what);
		free(what);
	}
	json_close(j, ']');
	put_irqs(j, &s->map, MAP_ROOT);
	json_close(j, '}');
}

static void put_mem(struct json *j, const struct map_source *s,
		    const struct cfg_mem *mem, const char *name)
{
	const char *word;
	uint32_t i, width;

	json_open(j, NULL, '{');
	if (name)
		json_string(j, "name", name);
	put_range(j, (struct cfg_range){ mem->virt, mem->size });
	put_address(j, "physical", mem->phys);
	if (mem->region > 0)
		json_string(j, "region", map_node_name(s->part.system.fdt,
						       mem->region));
	json_open(j, "flags", '[');
	for (i = 0; (word = show_flag(mem->flags, i)); i++)
		json_string(j, NULL, word);
	json_close(j, ']');
	json_open(j, "access_widths", '[');
	for (width = 1; width <= 8; width *= 2)
		if (mem->widths & width)
			json_number(j, NULL, width);
	json_close(j, ']');
	json_close(j, '}');
}

static void put_device(struct json *j, const struct map_source *s,
		       const struct cfg_cell *cell, int32_t node)
{
	const struct cfg_mem *mem = cell->mem;
	struct cfg_irq_set set;
	uint32_t irq = CFG_MAX_IRQS;

	json_open(j, NULL, '{');
	json_string(j, "name", map_node_name(s->part.system.fdt, node));
	json_open(j, "registers", '[');
	for (; mem < cell->mem + cell->mem_count; mem++)
		if (mem->device == node)
			put_mem(j, s, mem, NULL);
	json_close(j, ']');
	json_open(j, "interrupts", '[');
	if (map_device_irqs(&s->part.system, node, &set))
		irq = 0;
	for (; irq < CFG_MAX_IRQS; irq++)
		if (cfg_irq_test(&set, irq))
			json_number(j, NULL, irq);
	json_close(j, ']');
	json_close(j, '}');
}

static void put_comm(struct json *j, const struct cfg_comm *comm)
{
	if (!comm->node)
		return;
	json_open(j, "comm_region", '{');
	put_address(j, "address", comm->virt);
	json_bool(j, "passive", !comm->timeout_ms);
	json_number(j, "message_timeout_ms", comm->timeout_ms);
	json_close(j, '}');
}

static void put_link_ends(struct json *j, const struct map_source *s,
			  const struct cfg_cell *cell)
{
	const struct cfg_system *sys = &s->part.system;
	const struct cfg_link_end *end = cell->links;

	json_open(j, "links", '[');
	for (; end < cell->links + cell->link_count; end++) {
		json_open(j, NULL, '{');
		json_string(j, "name", map_node_name(sys->fdt,
						sys->links[end->link].node));
		json_number(j, "peer_id", end->peer_id);
		json_number(j, "device", end->device);
		json_close(j, '}');
	}
	json_close(j, ']');
}

static void put_memory(struct json *j, const struct map_source *s,
		       const struct cfg_cell *cell)
{
	const struct cfg_mem *mem = cell->mem;

	json_open(j, "memory", '[');
	for (; mem < cell->mem + cell->mem_count; mem++)
		if (mem->device < 0 && !(mem->flags & CFG_MEM_COMM))
			put_mem(j, s, mem,
				map_node_name(cell->fdt, mem->node));
	json_close(j, ']');
}

static void put_ports(struct json *j, const struct cfg_cell *cell)
{
	uint32_t i;

	json_open(j, "io_ports", '[');
	for (i = 0; i < cell->ports.count; i++)
		put_region(j, NULL, cell->ports.r[i], NULL);
	json_close(j, ']');
}

static void put_cell(struct json *j, const struct map_source *s, uint32_t n)
{
	const struct cfg_cell *cell = &s->part.cell[n];
	int32_t node;
	uint32_t i;

	json_open(j, NULL, '{');
	json_string(j, "name", cell->name);
	json_string(j, "file", s->part.d[1 + n].file);
	json_bool(j, "admitted", show_admitted(s, n));
	put_cpus(j, s, MAP_CELL + n);
	put_address(j, "entry", cell->entry);
	put_uart(j, &cell->console);
	json_bool(j, "virtual_console", cell->virtual_console);
	put_comm(j, &cell->comm);
	put_memory(j, s, cell);
	json_open(j, "devices", '[');
	for (i = 0; (node = show_device(s, cell, i)) >= 0; i++)
		put_device(j, s, cell, node);
	json_close(j, ']');
	put_ports(j, cell);
	put_irqs(j, &s->map, MAP_CELL + n);
	put_link_ends(j, s, cell);
	json_close(j, '}');
}

void show_json(FILE *out, const struct map_source *s)
{
	struct json j = { .out = out };
	uint32_t n;

	json_open(&j, NULL, '{');
	json_bool(&j, "admitted", !s->errors);
	put_system(&j, s);
	put_root(&j, s);
	json_open(&j, "cells", '[');
	for (n = 0; n + 1 < s->part.count; n++)
		put_cell(&j, s, n);
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
