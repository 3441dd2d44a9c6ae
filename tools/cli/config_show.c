// SPDX-License-Identifier: GPL-2.0-only
/* Descriptions as the hypervisor understands them, in words. */
#include <inttypes.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include <lib/map_device.h>
#include <lib/map_names.h>

#include "cli.h"
#include "config_show.h"
#include "describe.h"

#define LABEL_WIDTH	22

static const struct {
	uint32_t flag;
	const char *word;
} flag_words[] = {
	{ CFG_MEM_READ, "read" },
	{ CFG_MEM_WRITE, "write" },
	{ CFG_MEM_EXEC, "execute" },
	{ CFG_MEM_DMA, "DMA" },
	{ CFG_MEM_LOADABLE, "loadable" },
	{ CFG_MEM_SHARED, "shared" },
	{ CFG_MEM_SUBPAGE, "moderated" },
};
#define NR_FLAGS	(sizeof(flag_words) / sizeof(*flag_words))

const char *show_flag(uint32_t flags, uint32_t i)
{
	uint32_t n;

	for (n = 0; n < NR_FLAGS; n++)
		if ((flags & flag_words[n].flag) && !i--)
			return flag_words[n].word;
	return NULL;
}

int32_t show_device(const struct map_source *s, const struct cfg_cell *cell,
		    uint32_t i)
{
	int len;
	const fdt32_t *devices = fdt_getprop(cell->fdt, 0, "devices", &len);

	if (!devices || i >= (uint32_t)len / 4)
		return -1;
	return fdt_node_offset_by_phandle(s->part.system.fdt,
					  fdt32_ld(&devices[i]));
}

const char *show_board_word(const struct map_source *s, const char *prop)
{
	int len;
	const char *word = fdt_getprop(s->part.system.fdt, 0, prop, &len);

	return word && len > 0 && !word[len - 1] ? word : "";
}

const char *show_uart_word(const struct cfg_uart *uart)
{
	return uart->kind == CFG_UART_PL011 ? "PL011" :
	       uart->kind == CFG_UART_8250 ? "8250" : "none";
}

const char *show_intc_word(const struct cfg_intc *intc)
{
	return intc->kind == CFG_INTC_GICV2 ? "GICv2" :
	       intc->kind == CFG_INTC_GICV3 ? "GICv3" :
	       intc->kind == CFG_INTC_APIC ? "APIC" : "none";
}

bool show_admitted(const struct map_source *s, uint32_t n)
{
	return s->part.state[1 + n] == PART_ADMITTED;
}

/* Names of blobs and files are not to be trusted on a terminal. */
static void put_plain(FILE *out, const char *text)
{
	char *plain = map_plain(text);

	fputs(plain, out);
	free(plain);
}

/* Starts a line; label "" continues the fact before. */
static void put_label(FILE *out, const char *label)
{
	char *plain = map_plain(label);

	fprintf(out, "  %-*s ", LABEL_WIDTH, plain);
	free(plain);
}

static void put_range(FILE *out, struct cfg_range r)
{
	char size[MAP_SIZE_LEN];

	fprintf(out, "0x%" PRIx64 "-0x%" PRIx64 ", %s", r.base,
		cfg_range_end(r) - 1, map_size_words(size, r.size));
}

static void put_region(FILE *out, const char *label, struct cfg_range range,
		       const void *fdt, int32_t node, const char *kind)
{
	put_label(out, label);
	put_range(out, range);
	fputs(": ", out);
	put_plain(out, map_node_name(fdt, node));
	fprintf(out, "%s%s%s\n", *kind ? " (" : "", kind, *kind ? ")" : "");
}

static void put_intc(FILE *out, const struct cfg_intc *intc)
{
	uint32_t i;

	put_label(out, "interrupt controller");
	fprintf(out, "%s\n", show_intc_word(intc));
	for (i = 0; i < intc->ioapic_count; i++) {
		put_label(out, "");
		fputs("IOAPIC ", out);
		put_range(out, intc->ioapic[i]);
		fputc('\n', out);
	}
	if (intc->kind == CFG_INTC_NONE || intc->kind == CFG_INTC_APIC)
		return;
	put_label(out, "");
	fputs("distributor ", out);
	put_range(out, intc->dist);
	fputc('\n', out);
	for (i = 0; i < intc->redist_count; i++) {
		put_label(out, "");
		fputs("redistributors ", out);
		put_range(out, intc->redist[i]);
		fputc('\n', out);
	}
	if (intc->maint_irq) {
		put_label(out, "");
		fprintf(out, "maintenance interrupt: INTID %u\n",
			intc->maint_irq);
	}
}

static void put_uart(FILE *out, const struct cfg_uart *uart)
{
	put_label(out, "console");
	if (uart->kind == CFG_UART_NONE)
		fputs("none\n", out);
	else
		fprintf(out, "%s at 0x%" PRIx64 "\n", show_uart_word(uart),
			uart->base);
}

static void put_regions(FILE *out, const struct cfg_system *sys)
{
	static const char *const kinds[] = {
		[CFG_PROT_HYPERVISOR] = "hypervisor",
		[CFG_PROT_INTC] = "interrupt controller",
		[CFG_PROT_IOMMU] = "IOMMU",
		[CFG_PROT_ECAM] = "PCI configuration",
		[CFG_PROT_ROOT] = "root cell only",
	};
	const struct cfg_region *r;

	for (r = sys->reserved; r < sys->reserved + sys->reserved_count; r++)
		put_region(out, r == sys->reserved ? "reserved" : "", r->range,
			   sys->fdt, r->node,
			   r->kind & CFG_MEM_NOMAP ? "no-map" : "");
	for (r = sys->prot; r < sys->prot + sys->prot_count; r++)
		put_region(out, r == sys->prot ? "never a cell's" : "",
			   r->range, sys->fdt, r->node, kinds[r->kind]);
}

static void put_links(FILE *out, const struct map_source *s)
{
	const struct cfg_system *sys = &s->part.system;
	const struct cfg_link *link = sys->links;
	struct map_set owners;
	char *ends;
	uint32_t i;

	for (i = 0; i < sys->link_count; i++, link++) {
		memset(&owners, 0, sizeof(owners));
		put_region(out, "link", link->range, sys->fdt, link->node, "");
		put_label(out, "");
		fprintf(out, "%u peers; ", link->peers);
		ends = map_link_text(&s->map, i, &owners);
		put_plain(out, ends);
		free(ends);
		fputc('\n', out);
	}
}

static void put_system(FILE *out, const struct map_source *s)
{
	const struct cfg_system *sys = &s->part.system;
	uint32_t i;

	fputs("System ", out);
	put_plain(out, s->part.d[0].file);
	fputc('\n', out);
	put_label(out, "board");
	put_plain(out, show_board_word(s, "model"));
	fputc('\n', out);
	put_label(out, "hypervisor's memory");
	put_range(out, sys->hv_mem);
	fputc('\n', out);
	put_uart(out, &sys->console);
	for (i = 0; i < sys->ram.count; i++) {
		put_label(out, i ? "" : "RAM");
		put_range(out, sys->ram.r[i]);
		fputc('\n', out);
	}
	put_label(out, "addresses");
	fprintf(out, "%u bits\n", sys->addr_bits);
	put_intc(out, &sys->intc);
	put_label(out, "interrupt delivery");
	fputs(sys->list_registers ?
	      "through list registers\n" :
	      "direct where the hardware can\n", out);
	for (i = 0; i < sys->pci_count; i++) {
		put_label(out, "PCI host");
		fprintf(out, "domain %u, buses %u-%u\n", sys->pci[i].domain,
			sys->pci[i].bus_first, sys->pci[i].bus_last);
	}
	put_regions(out, sys);
	put_links(out, s);
}

static void put_cpus(FILE *out, const struct map_source *s, uint32_t owner)
{
	const struct cfg_system *sys = &s->part.system;
	const char *label = "CPUs";
	uint32_t i;

	for (i = 0; i < sys->cpu_count; i++) {
		if (!map_set_test(&s->map.cpu[i].owners, owner))
			continue;
		put_label(out, label);
		fprintf(out, "%u: ", i);
		put_plain(out, map_node_name(sys->fdt, sys->cpus[i].node));
		fprintf(out, ", hardware id 0x%" PRIx64 "\n",
			sys->cpus[i].hwid);
		label = "";
	}
}

static void put_irqs(FILE *out, const struct map *m, uint32_t owner)
{
	const struct map_irqs *irqs = m->irqs;
	const char *label = "interrupts";
	char *text;

	for (; irqs < m->irqs + m->irqs_count; irqs++) {
		if (!map_set_test(&irqs->owners, owner))
			continue;
		put_label(out, label);
		text = map_irqs_text(m, irqs->first, irqs->last);
		fprintf(out, "%s\n", text);
		free(text);
		label = "";
	}
}

static void put_ports(FILE *out, const struct cfg_cell *cell)
{
	const struct cfg_range *p = cell->ports.r;

	for (; p < cell->ports.r + cell->ports.count; p++) {
		put_label(out, p == cell->ports.r ? "I/O ports" : "");
		put_range(out, *p);
		fputc('\n', out);
	}
}

static void put_root(FILE *out, const struct map_source *s)
{
	const struct map *m = &s->map;
	const struct map_segment *seg;
	const char *label = "memory";
	char *text;

	fputs("\nRoot cell ", out);
	put_plain(out, s->part.system.root.name);
	fputs(m->owner_count == MAP_CELL ? "\n" :
	      ", with what the cells leave of the board\n", out);
	put_cpus(out, s, MAP_ROOT);
	for (seg = m->segment; seg < m->segment + m->segment_count; seg++) {
		if (!map_set_test(&seg->owners, MAP_ROOT))
			continue;
		put_label(out, label);
		put_range(out, seg->range);
		fputs(": ", out);
		text = map_what_text(m, seg, UINT32_MAX);
		put_plain(out, text);
		free(text);
		if (seg->state == MAP_SHARED) {
			fputs(", shared by ", out);
			map_put_owners(out, m, &seg->owners, " and ");
		}
		fputc('\n', out);
		label = "";
	}
	put_ports(out, &s->part.system.root);
	put_irqs(out, m, MAP_ROOT);
}

static void put_flags(FILE *out, const struct cfg_mem *mem)
{
	const char *word;
	uint32_t i, width;

	for (i = 0; (word = show_flag(mem->flags, i)); i++)
		fprintf(out, "%s%s", i ? ", " : "", word);
	if (mem->widths)
		fputs("; accesses of bytes:", out);
	for (width = 1; width <= 8; width *= 2)
		if (mem->widths & width)
			fprintf(out, " %u", width);
	fputc('\n', out);
}

/* Where the cell sees it, where it is, what the cell may do with it. */
static void put_mem(FILE *out, const struct map_source *s,
		    const struct cfg_mem *mem, const char *label)
{
	const void *fdt = s->part.system.fdt;

	put_label(out, label);
	put_range(out, (struct cfg_range){ mem->virt, mem->size });
	fputc('\n', out);
	put_label(out, "");
	if (mem->virt == mem->phys)
		fputs("the same physically", out);
	else
		fprintf(out, "physically at 0x%" PRIx64, mem->phys);
	if (mem->region > 0) {
		fputs(", in ", out);
		put_plain(out, map_node_name(fdt, mem->region));
	}
	fputc('\n', out);
	put_label(out, "");
	put_flags(out, mem);
}

static void put_device_irqs(FILE *out, const struct map_source *s,
			    int32_t node)
{
	struct cfg_irq_set set;
	uint32_t irq;
	char *text;

	if (!map_device_irqs(&s->part.system, node, &set))
		return;
	for (irq = 0; irq < CFG_MAX_IRQS; irq++) {
		if (!cfg_irq_test(&set, irq))
			continue;
		text = map_irqs_text(&s->map, irq, irq);
		put_label(out, "");
		fprintf(out, "interrupt %s\n", text);
		free(text);
	}
}

static void put_devices(FILE *out, const struct map_source *s,
			const struct cfg_cell *cell)
{
	const struct cfg_mem *mem;
	const char *name;
	int32_t node;
	uint32_t i;

	for (i = 0; (node = show_device(s, cell, i)) >= 0; i++) {
		name = map_node_name(s->part.system.fdt, node);
		put_label(out, "device");
		put_plain(out, name);
		fputc('\n', out);
		for (mem = cell->mem; mem < cell->mem + cell->mem_count; mem++)
			if (mem->device == node)
				put_mem(out, s, mem, "");
		put_device_irqs(out, s, node);
	}
}

static void put_comm(FILE *out, const struct cfg_comm *comm)
{
	put_label(out, "comm region");
	if (!comm->node)
		fputs("none\n", out);
	else if (!comm->timeout_ms)
		fprintf(out, "at 0x%" PRIx64 ", passive: no votes\n",
			comm->virt);
	else
		fprintf(out, "at 0x%" PRIx64 ", votes; silent for %u ms counts as failed\n",
			comm->virt, comm->timeout_ms);
}

static void put_link_ends(FILE *out, const struct map_source *s,
			  const struct cfg_cell *cell)
{
	const struct cfg_system *sys = &s->part.system;
	const struct cfg_link_end *end = cell->links;

	for (; end < cell->links + cell->link_count; end++) {
		put_label(out, "link");
		put_plain(out, map_node_name(sys->fdt,
					     sys->links[end->link].node));
		fprintf(out, ": peer %u, virtual PCI device %u\n",
			end->peer_id, end->device);
	}
}

static void put_cell(FILE *out, const struct map_source *s, uint32_t n)
{
	const struct cfg_cell *cell = &s->part.cell[n];
	const struct cfg_mem *mem;

	fputs("\nCell ", out);
	put_plain(out, cell->name);
	fputs(", from ", out);
	put_plain(out, s->part.d[1 + n].file);
	fputs(show_admitted(s, n) ? "\n" : ": NOT ADMITTED\n", out);
	put_cpus(out, s, MAP_CELL + n);
	put_label(out, "entry");
	fprintf(out, "0x%" PRIx64 "\n", cell->entry);
	put_uart(out, &cell->console);
	put_label(out, "hypervisor's console");
	fputs(!cell->virtual_console ? "not permitted\n" :
	      cell->console.kind == CFG_UART_NONE ? "permitted, and used\n" :
					     "permitted\n", out);
	put_comm(out, &cell->comm);
	for (mem = cell->mem; mem < cell->mem + cell->mem_count; mem++)
		if (mem->device < 0 && !(mem->flags & CFG_MEM_COMM))
			put_mem(out, s, mem,
				map_node_name(cell->fdt, mem->node));
	put_ports(out, cell);
	put_devices(out, s, cell);
	put_irqs(out, &s->map, MAP_CELL + n);
	put_link_ends(out, s, cell);
}

static void show_text(FILE *out, const struct map_source *s)
{
	uint32_t n;

	put_system(out, s);
	put_root(out, s);
	for (n = 0; n + 1 < s->part.count; n++)
		put_cell(out, s, n);
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "include", required_argument, NULL, 'I' },
		HELP_OPTION
	};
	struct compile_options opts = { .count = 0 };
	struct map_source *s;
	enum status status;
	bool json = false;
	int c;

	while ((c = next_option(argc, argv, ":I:h", options)) != -1) {
		if (c == 'j')
			json = true;
		else if (compile_add_folder(&opts, optarg) != STATUS_OK)
			return STATUS_CANNOT;
	}
	if (optind == argc)
		return usage_error("no SYSTEM given");
	s = xmalloc(sizeof(*s));
	status = map_source_read(s, argc - optind, argv + optind, &opts);
	if (status != STATUS_CANNOT)
		(json ? show_json : show_text)(stdout, s);
	map_source_free(s);
	free(s);
	return status;
}

const struct command cmd_config_show = {
	.name = "config show",
	.args = "[--json] [-I DIR]... SYSTEM [CELL]...",
	.summary = "Say what descriptions mean",
	.help = "Labels are resolved, defaults are filled in. What the hypervisor would refuse is\n"
		"shown, too, and marked.\n\n"
		"      --json            print a JSON object\n"
		INCLUDE_HELP,
	.run = run,
};
