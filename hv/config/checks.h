/* SPDX-License-Identifier: GPL-2.0-only */
/* A name for each row of checks.def. */
#ifndef CONFIG_CHECKS_H
#define CONFIG_CHECKS_H

enum check {
#define CHECK(name, id, text) name,
#define WARNING CHECK
#include "checks.def"
	CHECK_COUNT
};

extern const struct cfg_check config_checks[CHECK_COUNT];

#endif
