/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * At the first instruction of a function: the return address is on the stack,
 * which a probe cannot change. So it goes on at a return.
 */
#include <asm/ibt.h>
#include <asm/linkage.h>
#include <linux/objtool.h>

void just_return(void);
asm(".pushsection .text\n"
    ".type just_return, @function\n"
    ".globl just_return\n"
    "just_return:\n"
    ANNOTATE_NOENDBR
    ASM_RET
    ".size just_return, . - just_return\n"
    ".popsection\n");

static inline unsigned long called_from(const struct pt_regs *regs)
{
	return *(unsigned long *)regs->sp;
}

static inline void return_at_once(struct pt_regs *regs)
{
	instruction_pointer_set(regs, (unsigned long)just_return);
}
