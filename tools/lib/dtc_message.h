/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dtc's diagnostics in the form of our findings: file:line:col, severity,
 * text, [dtc-CHECK], then the source line. What does not have a known form
 * is passed on as it is, and all that cpp says. With opts->tell what has a
 * place goes there and is not printed.
 */
#ifndef TOOLS_DTC_MESSAGE_H
#define TOOLS_DTC_MESSAGE_H

#include <lib/compile.h>

void dtc_messages(const struct bytes *text,
		  const struct compile_options *opts);
void cpp_messages(const struct bytes *text,
		  const struct compile_options *opts);

#endif
