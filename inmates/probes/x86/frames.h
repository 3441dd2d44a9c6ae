/* SPDX-License-Identifier: GPL-2.0-only */
/* Emulated frames: lapic (as xAPIC), ioapic. */
#ifndef FRAMES_H
#define FRAMES_H

#define FRAME_DEFAULT	"lapic"

/* false without a local APIC; a base of 0: there is no such frame */
static bool frame_find(const char *name, uint64_t *base, uint64_t *bytes)
{
	*bytes = PAGE_SIZE;
	if (!apic_init()) {
		report_skip("no local APIC");
		return false;
	}
	if (!strcmp(name, "lapic") && !apic_is_x2apic())
		*base = apic_base();
	else if (!strcmp(name, "ioapic"))
		*base = cmdline_int("ioapic", IOAPIC_BASE);
	return true;
}

#endif
