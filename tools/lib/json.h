/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A writer of JSON: commas, quotes and escapes. `key` is NULL inside arrays.
 * Text that is not UTF-8 is written with its odd bytes as U+FFFD.
 */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool comma;		/* something stands before at this level */
};

void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
void json_real(struct json *j, const char *key, double value);
void json_end(struct json *j);

#endif
