/* SPDX-License-Identifier: GPL-2.0-only */
/* At the first instruction of a function. */
static inline unsigned long called_from(const struct pt_regs *regs)
{
	return regs->regs[30];
}

static inline void return_at_once(struct pt_regs *regs)
{
	regs->pc = regs->regs[30];
}
