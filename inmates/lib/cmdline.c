/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmdline.h"
#include "string.h"

/* Weak, so that CMDLINE_BUFFER() of an inmate takes their place. */
char cmdline[CMDLINE_SIZE]
	__attribute__((weak, section(".cmdline.default"))) = "";
const size_t cmdline_size __attribute__((weak)) = CMDLINE_SIZE;

/*
 * Finds the last word of that name. Returns the start of the value (which
 * may be empty) and its length, or NULL.
 */
static const char *find(const char *name, size_t *len)
{
	const char *found = NULL, *end = cmdline + cmdline_size, *p, *word;
	size_t name_len = strlen(name);

	for (p = cmdline; p < end && *p; ) {
		while (p < end && *p == ' ')
			p++;
		word = p;
		while (p < end && *p && *p != ' ')
			p++;
		if ((size_t)(p - word) < name_len ||
		    strncmp(word, name, name_len))
			continue;
		word += name_len;
		if (word < p && *word != '=')
			continue;
		found = word < p ? word + 1 : word;
		*len = p - found;
	}
	return found;
}

static unsigned int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return 16;
}

static bool parse_int(const char *s, size_t len, uint64_t *value)
{
	unsigned int base = 10;

	if (len > 2 && s[0] == '0' && (s[1] | 0x20) == 'x') {
		base = 16;
		s += 2;
		len -= 2;
	}
	if (!len)
		return false;
	for (*value = 0; len; len--, s++) {
		if (digit_value(*s) >= base)
			return false;
		*value = *value * base + digit_value(*s);
	}
	return true;
}

uint64_t cmdline_int(const char *name, uint64_t def)
{
	const char *s;
	uint64_t value;
	size_t len;

	s = find(name, &len);
	if (!s || !parse_int(s, len, &value))
		return def;
	return value;
}

static bool word_is(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && !strncmp(s, word, len);
}

bool cmdline_bool(const char *name, bool def)
{
	const char *s;
	size_t len;

	s = find(name, &len);
	if (!s)
		return def;
	if (!len || word_is(s, len, "1") || word_is(s, len, "true") ||
	    word_is(s, len, "on") || word_is(s, len, "yes"))
		return true;
	if (word_is(s, len, "0") || word_is(s, len, "false") ||
	    word_is(s, len, "off") || word_is(s, len, "no"))
		return false;
	return def;
}

char *cmdline_str(const char *name, char *buf, size_t size, const char *def)
{
	const char *s;
	size_t len;

	s = find(name, &len);
	if (!s) {
		s = def;
		len = strlen(def);
	}
	if (len > size - 1)
		len = size - 1;
	memcpy(buf, s, len);
	buf[len] = 0;
	return buf;
}

unsigned int cmdline_list(const char *name, uint64_t *list, unsigned int max)
{
	unsigned int count = 0;
	size_t len, item;
	const char *s;

	s = find(name, &len);
	while (s && len && count < max) {
		for (item = 0; item < len && s[item] != ','; item++)
			;
		if (parse_int(s, item, &list[count]))
			count++;
		s += item;
		len -= item;
		if (len) {
			s++;
			len--;
		}
	}
	return count;
}
