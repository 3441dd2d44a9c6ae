/* SPDX-License-Identifier: GPL-2.0-only */
#include "layout.h"

OUTPUT_FORMAT("elf64-littleaarch64")
ENTRY(image_header)

SECTIONS
{
	. = HV_BASE;
	.header : { KEEP(*(.header)) }
	. = ALIGN(4096);
	__text = .;
	/* The first page: code that runs with the MMU off, mapped 1:1. */
	.boot : { KEEP(*(.boot)) }
	. = ALIGN(4096);
	.text : {
		__device_access = .;
		*(.text.device_access)
		__device_access_end = .;
		*(.text .text.*)
	}
	. = ALIGN(4096);
	__rodata = .;
	.rodata : { *(.rodata .rodata.*) }
	. = ALIGN(4096);
	__data = .;
	/* What the root cell may read: whole pages. */
	__root_ro = .;
	.root_ro : { *(.root_ro) }
	. = ALIGN(4096);
	__root_ro_end = .;
	.data : { *(.data .data.*) }
	__image_end = .;
	.bss (NOLOAD) : {
		*(EXCLUDE_FILE(*early.o) .bss EXCLUDE_FILE(*early.o) .bss.*)
	}
	/* Tables: apart, so that the rest shares a page. */
	.tables (NOLOAD) : { *early.o(.bss .bss.*) }
	. = ALIGN(4096);
	__core_end = .;

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
}
