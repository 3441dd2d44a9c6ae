/* SPDX-License-Identifier: GPL-2.0-only */
/* What the findings mean. */
#include <stddef.h>
#include <string.h>

#include "explain.h"

struct explanation {
	const char *id;
	const char *text;
};

static const struct explanation explanations[] = {
	{ "blob-invalid",
	  "The bytes are not what dtc writes: truncated, damaged, or of "
	  "another kind. Compile the source again and hand over the whole "
	  "file." },
	{ "version-mismatch",
	  "dtc writes version 17 since 2008. Compile with: dtc -V 17." },
	{ "blob-duplicate",
	  "Two children or two properties of a node have one name, so "
	  "readers would disagree about which one counts. dtc refuses "
	  "this; the blob was made by something else." },
	{ "limit-exceeded",
	  "More of something than the hypervisor can hold. Nothing is "
	  "ever cut off: lower the number, or raise the limit and build "
	  "anew." },
	{ "arch-mismatch",
	  "Cell and system do not belong together, or one stands in the "
	  "other's place, or the machine cannot do what is asked for." },
	{ "missing-node",
	  "The description lacks a node that the hypervisor cannot do "
	  "without." },
	{ "name-duplicate",
	  "Names are how cells are told apart, so each is used once; some "
	  "nodes may stand only once in a description." },
	{ "name-invalid",
	  "The name goes into sysfs, messages and command lines." },
	{ "unknown-property",
	  "A property that nothing reads is most often a spelling "
	  "mistake, and ignoring it would grant or deny something in "
	  "silence." },
	{ "unknown-node",
	  "A node that nothing reads is most often a spelling mistake, "
	  "and ignoring it would lose a region or a link in silence." },
	{ "missing-property",
	  "The property has no default that could be guessed safely." },
	{ "bad-value",
	  "The value has the wrong type or length, or lies outside what "
	  "the property can say." },
	{ "label-undefined",
	  "A cell refers to things of the board by the labels of the "
	  "system description. Compile both with dtc -@ and compare the "
	  "spelling." },
	{ "cells-mismatch",
	  "reg is read with #address-cells and #size-cells of the parent "
	  "node. If they do not fit, every number below is read wrongly." },
	{ "unit-address-mismatch",
	  "The part of a node's name behind @ repeats the first address "
	  "of reg in hexadecimal. One of the two was forgotten in an "
	  "edit." },
	{ "mem-empty",
	  "A region without size, or RAM of the board that its firmware "
	  "was to fill in." },
	{ "mem-wrap",
	  "Base plus size exceeds 64 bits or the address width of the "
	  "machine." },
	{ "mem-align",
	  "Memory is handed out in pages. Only register windows may be "
	  "smaller: then access-widths says which accesses are let "
	  "through, one by one." },
	{ "mem-overlap-hypervisor",
	  "Whoever can write the hypervisor's memory owns the machine. It "
	  "is never mapped into any cell." },
	{ "mem-overlap-cell",
	  "Two regions of one cell lie at the same addresses, so one "
	  "would hide the other." },
	{ "mem-overlap-cells",
	  "Two cells would own the same memory. If that is meant, mark it "
	  "shared in both." },
	{ "mem-alias-cell",
	  "One cell maps the same memory twice. With equal rights that is "
	  "odd, with different rights one mapping defeats the other." },
	{ "mem-outside-ram",
	  "The address is backed by no RAM of the board's memory nodes." },
	{ "mem-not-owned",
	  "A cell gets only what the root cell has: RAM, and registers of "
	  "enabled devices or of windows of the root cell." },
	{ "mem-hits-reserved",
	  "Reserved memory has a purpose: firmware, a coprocessor, "
	  "another cell. A cell says which one it is meant to use." },
	{ "mem-not-reserved",
	  "The root cell's kernel uses all RAM that nobody reserved, and "
	  "crashes when it is taken away." },
	{ "mmio-intercepted",
	  "Interrupt controllers, IOMMUs and PCI configuration space are "
	  "never mapped into a cell: through them it could reach the rest "
	  "of the machine." },
	{ "mmio-shared",
	  "One device's registers would have two masters. If that is "
	  "meant, mark the windows shared in both cells." },
	{ "mmio-unreachable",
	  "The device sits behind another one (I2C, SPI, PCI, …) or its "
	  "bus has no ranges: give the device in front of it." },
	{ "irq-shared",
	  "One interrupt line cannot be handled by two cells." },
	{ "irq-range",
	  "The interrupt controller has no such interrupt, or the "
	  "hypervisor needs it. In a specifier SPIs count from 0; "
	  "/proc/interrupts and manuals often add 32." },
	{ "irq-private",
	  "Private peripheral interrupts exist once per CPU, so there is "
	  "nothing to give away." },
	{ "irq-not-of-device",
	  "A device works only with its interrupt, and this one passes "
	  "through another controller." },
	{ "cpu-empty",
	  "A cell needs at least one CPU: cpus = <&cpu3>." },
	{ "cpu-unknown",
	  "cpus takes labels of enabled nodes below /cpus of the system "
	  "description." },
	{ "cpu-shared",
	  "A CPU runs one cell only." },
	{ "cpu-root-empty",
	  "The root cell manages the others and keeps at least one CPU." },
	{ "entry-unmapped",
	  "The cell's CPUs would fault at their first instruction. Where "
	  "entry is not given, it is 0 on Arm." },
	{ "comm-region-invalid",
	  "The communication region is exactly one page, shared with the "
	  "hypervisor, at an address of the cell where nothing else lies." },
	{ "vote-invalid",
	  "How long a silent cell may delay the others. Waiting for ever "
	  "would let one cell block the machine." },
	{ "console-unmapped",
	  "A console is a UART of a known kind, and one that its user can "
	  "reach." },
	{ "console-clash",
	  "The hypervisor writes to its console whatever a cell does with "
	  "it." },
	{ "link-section-rights",
	  "A link has at least two ends, and shared memory for each of "
	  "them." },
	{ "link-peer-id",
	  "Each end of a link has its own number below the number of "
	  "peers." },
	{ "link-dangling",
	  "Both ends of a link name one cellblock,ivshmem node of the "
	  "system description." },
	{ "link-unsupported",
	  "The description is understood and judged, but this hypervisor "
	  "does not provide links. Remove the node." },
};

const char *config_check_explain(const char *id)
{
	size_t i;

	for (i = 0; i < sizeof(explanations) / sizeof(explanations[0]); i++)
		if (!strcmp(id, explanations[i].id))
			return explanations[i].text;
	return NULL;
}
