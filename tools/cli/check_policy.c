// SPDX-License-Identifier: GPL-2.0-only
/* Severities, checks that are off, and findings that are known. */
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define FILE_MAX	(1u << 20)

void policy_init(struct policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	memset(policy->level, -1, sizeof(policy->level));
	policy->threshold = CFG_ERROR;
}

void policy_free(struct policy *policy)
{
	struct allowance *a;

	while (policy->count) {
		a = &policy->allowance[--policy->count];
		free(a->id);
		free(a->reason);
		free(a->node);
		free(a->origin);
		free(a->source.file);
		free(a->comment.file);
	}
	free(policy->allowance);
	policy->allowance = NULL;
	while (policy->file_count)
		free(policy->file[--policy->file_count]);
	free(policy->file);
	policy->file = NULL;
}

static enum status refuse_enforced(const char *id)
{
	complain("%s is an error to the hypervisor, which would refuse in any case",
		 id);
	return STATUS_CANNOT;
}

enum status policy_level(struct policy *policy, const char *id,
			 uint32_t severity)
{
	int n = check_find_or_complain(id);
	uint32_t count;

	if (n < 0)
		return STATUS_CANNOT;
	if (check_ids(&count)[n].enforced && severity != CFG_ERROR)
		return refuse_enforced(id);
	policy->level[n] = (signed char)severity;
	policy->off[n] = false;
	return STATUS_OK;
}

enum status policy_off(struct policy *policy, const char *id)
{
	int n = check_find_or_complain(id);
	uint32_t count;

	if (n < 0)
		return STATUS_CANNOT;
	if (check_ids(&count)[n].enforced)
		return refuse_enforced(id);
	policy->off[n] = true;
	return STATUS_OK;
}

void policy_allow(struct policy *policy, const struct allowance *a)
{
	size_t n = policy->count++;

	policy->allowance = xrealloc(policy->allowance, policy->count *
				     sizeof(*policy->allowance));
	policy->allowance[n] = *a;
}

enum status policy_suppress(struct policy *policy, const char *text,
			    const char *origin)
{
	const char *at = strchr(text, '@');
	const char *is = at ? strchr(at, '=') : NULL;
	const char *reason = is ? is + 1 + strspn(is + 1, " \t") : "";
	struct allowance a = { 0 };

	if (!at || !is || at == text || is == at + 1) {
		complain("%s: '%s' is not ID@NODE=reason", origin, text);
		return STATUS_CANNOT;
	}
	if (!*reason) {
		complain("%s: '%s' gives no reason", origin, text);
		return STATUS_CANNOT;
	}
	a.id = strndup(text, (size_t)(at - text));
	if (!a.id || check_find_or_complain(a.id) < 0) {
		free(a.id);
		return STATUS_CANNOT;
	}
	a.node = strndup(at + 1, (size_t)(is - at - 1));
	a.reason = xstrdup(reason);
	a.origin = xstrdup(origin);
	policy_allow(policy, &a);
	return STATUS_OK;
}

enum status policy_suppress_file(struct policy *policy, const char *file)
{
	enum status worst = STATUS_OK, status;
	char *line, *save, *origin;
	unsigned int number = 0;
	struct bytes text;

	if (file_read_or_complain(file, FILE_MAX, &text))
		return STATUS_CANNOT;
	for (line = (char *)text.data; line; line = save) {
		save = strchr(line, '\n');
		if (save)
			*save++ = 0;
		number++;
		line += strspn(line, " \t");
		line[strcspn(line, "\r")] = 0;
		if (!*line || *line == '#')
			continue;
		origin = xasprintf("%s:%u", file, number);
		status = policy_suppress(policy, line, origin);
		worst = status > worst ? status : worst;
		free(origin);
	}
	bytes_free(&text);
	return worst;
}

static bool node_is(const char *path, const char *want)
{
	const char *slash = strrchr(path, '/');

	return !strcmp(path, want) || (slash && !strcmp(slash + 1, want));
}

static bool covers(const struct allowance *a, const struct issue *i)
{
	if (strcmp(a->id, i->id))
		return false;
	if (a->node && !node_is(i->where.path, a->node))
		return false;
	return !a->source.line || (a->source.line == i->where.source.line &&
				   !strcmp(a->source.file,
					   issue_file(&i->where)));
}

static void say_about(struct issues *all, const struct allowance *a,
		      const char *id, uint32_t severity, char *text)
{
	struct issue *i = issue_add(all, id, severity, ISSUE_CHECKER, text);

	free(text);
	if (!a->comment.line)
		return;
	i->where.source = a->comment;
	i->where.source.file = xstrdup(a->comment.file);
}

static const char *origin_of(const struct allowance *a)
{
	return a->origin ? a->origin : "the comment";
}

static void allow(struct policy *policy, struct issues *all, size_t n)
{
	struct issue *i = &all->issue[n];
	struct allowance *a;
	size_t k;

	for (k = 0; k < policy->count; k++) {
		a = &policy->allowance[k];
		if (!covers(a, i))
			continue;
		a->used = true;
		if (issue_is_enforced(i)) {
			say_about(all, a, ID_INVALID, CFG_ERROR,
				  xasprintf("%s: %s cannot be suppressed, for the hypervisor would refuse in any case",
					    origin_of(a), a->id));
			i = &all->issue[n];
		} else if (!i->allowed) {
			i->allowed = xstrdup(a->reason);
			i->in_source = a->comment.line != 0;
		}
	}
}

static bool is_on(const struct issue *i, void *arg)
{
	const struct policy *policy = arg;
	int n = check_find(i->id);

	return n < 0 || !policy->off[n] || issue_is_enforced(i);
}

static void set_level(const struct policy *policy, struct issue *i)
{
	int n = check_find(i->id);

	if (n >= 0 && policy->level[n] >= 0 && !issue_is_enforced(i))
		i->severity = (uint32_t)policy->level[n];
}

void policy_apply(struct policy *policy, struct issues *all, bool complete)
{
	const struct allowance *a;
	size_t n, before = all->count;
	int id;

	for (n = 0; n < before; n++)
		allow(policy, all, n);
	for (n = 0; n < policy->count && complete; n++) {
		a = &policy->allowance[n];
		id = check_find(a->id);
		if (!a->used && (id < 0 || !policy->off[id]))
			say_about(all, a, ID_UNUSED, CFG_WARNING,
				  xasprintf("%s suppresses %s, and there is none%s%s",
					    origin_of(a), a->id,
					    a->node ? " at " : "",
					    a->node ? a->node : ""));
	}
	for (n = 0; n < all->count; n++)
		set_level(policy, &all->issue[n]);
	issues_filter(all, is_on, policy);
}
