/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TOOLS_VERSION_H
#define TOOLS_VERSION_H

#ifndef CELLBLOCK_VERSION
#define CELLBLOCK_VERSION	"0.1"
#endif

#endif
