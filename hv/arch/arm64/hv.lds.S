/* SPDX-License-Identifier: GPL-2.0-only */
#include "layout.h"

OUTPUT_FORMAT("elf64-littleaarch64")
ENTRY(image_header)

SECTIONS
{
	. = HV_BASE;
	.header : { KEEP(*(.header)) }
	/* The first page: code that runs with the MMU off, mapped 1:1. */
	.boot ALIGN(4096) : { __text = .; KEEP(*(.boot)) }
	.text ALIGN(4096) : {
		__may_fault = .;
		*(.text.may_fault)
		__may_fault_end = .;
		*(.text .text.*)
	}
	.rodata ALIGN(4096) : { __rodata = .; *(.rodata .rodata.*) }
	/* What the root cell may read: whole pages; with it, data begin. */
	.root_ro ALIGN(4096) : { __root_ro = .; *(.root_ro) }
	. = ALIGN(4096);
	__root_ro_end = .;
	.data : { *(.data .data.*) }
	.bss (NOLOAD) : { EXCLUDE_FILE(*early.o) *(.bss .bss.*) }
	/* Tables: apart, so that the rest shares a page. */
	.tables (NOLOAD) : { *(.bss .bss.*) }
	. = ALIGN(4096);
	__core_end = .;

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
}
