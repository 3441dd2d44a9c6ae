// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <lib/json.h>

/* Length of the well-formed UTF-8 sequence at s, 0 if it is none. */
static int utf8_len(const unsigned char *s)
{
	int len, n;

	if (s[0] < 0x80)
		return 1;
	len = s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : s[0] >= 0xe0 ? 3 :
	      s[0] >= 0xc2 ? 2 : 0;
	if (!len || s[0] >= 0xf5)
		return 0;
	for (n = 1; n < len; n++)
		if ((s[n] & 0xc0) != 0x80)
			return 0;
	return len;
}

static void quoted(struct json *j, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	int len;

	fputc('"', j->out);
	for (; *s; s += len ? len : 1) {
		len = utf8_len(s);
		if (!len)
			fputs("\\ufffd", j->out);
		else if (*s == '"' || *s == '\\')
			fprintf(j->out, "\\%c", *s);
		else if (*s < 0x20)
			fprintf(j->out, "\\u%04x", *s);
		else
			fwrite(s, 1, (size_t)len, j->out);
	}
	fputc('"', j->out);
}

static void before(struct json *j, const char *key)
{
	if (j->comma)
		fputs(", ", j->out);
	j->comma = true;
	if (!key)
		return;
	quoted(j, key);
	fputs(": ", j->out);
}

void json_open(struct json *j, const char *key, char bracket)
{
	before(j, key);
	fputc(bracket, j->out);
	j->comma = false;
}

void json_close(struct json *j, char bracket)
{
	fputc(bracket, j->out);
	j->comma = true;
}

void json_string(struct json *j, const char *key, const char *value)
{
	before(j, key);
	quoted(j, value);
}

void json_number(struct json *j, const char *key, uint64_t value)
{
	before(j, key);
	fprintf(j->out, "%" PRIu64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	before(j, key);
	fputs(value ? "true" : "false", j->out);
}

void json_real(struct json *j, const char *key, double value)
{
	before(j, key);
	fprintf(j->out, "%.1f", isfinite(value) ? value : 0.0);
}

void json_end(struct json *j)
{
	fputc('\n', j->out);
	j->comma = false;
}
