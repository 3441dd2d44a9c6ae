/* SPDX-License-Identifier: GPL-2.0-only */
#include "layout.h"

OUTPUT_FORMAT("elf64-x86-64")
ENTRY(image_header)

SECTIONS
{
	. = HV_BASE;
	.header : { KEEP(*(.header)) }
	. = ALIGN(4096);
	__text = .;
	.text : { *(.text .text.*) }
	. = ALIGN(4096);
	__rodata = .;
	.rodata : { *(.rodata .rodata.*) }
	/* Instructions that may be refused: insn.h. */
	fixups : { KEEP(*(fixups)) }
	. = ALIGN(4096);
	__data = .;
	/* What the root cell may read: whole pages. */
	__root_ro = .;
	.root_ro : { *(.root_ro) }
	. = ALIGN(4096);
	__root_ro_end = .;
	.data : { *(.data .data.*) }
	.bss (NOLOAD) : {
		*(EXCLUDE_FILE(*early.o) .bss EXCLUDE_FILE(*early.o) .bss.*)
	}
	/* Tables: apart, so that the rest shares a page. */
	.tables (NOLOAD) : { *early.o(.bss .bss.*) }
	. = ALIGN(4096);
	__core_end = .;

	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
}
