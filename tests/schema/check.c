/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The schema engine on the command line, for tests:
 *	check FOLDER… -- BLOB…
 * One line for each finding, class|path|property|schema|text, with "blob
 * FILE N" behind those of a blob; what is wrong with a schema goes to stderr.
 * Status 1 if anything was wrong with the schemas.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check/schema.h>

static void complain(void *arg, const char *message)
{
	(void)arg;
	fprintf(stderr, "%s\n", message);
}

static void emit(void *arg, const struct schema_finding *f)
{
	const char *id = strrchr(f->schema, '/');

	(void)arg;
	printf("%s|%s|%s|%s|%s\n", schema_class_id(f->class), f->path,
	       f->property ? f->property : "", id ? id + 1 : f->schema,
	       f->text);
}

/* From a heap block of exactly the size, for the sanitizer. */
static int check_file(struct schemas *set, const char *file)
{
	FILE *in = fopen(file, "rb");
	size_t size, got;
	void *blob;
	int n;

	if (!in)
		return -1;
	fseek(in, 0, SEEK_END);
	size = (size_t)ftell(in);
	rewind(in);
	blob = malloc(size + 1);
	got = fread(blob, 1, size, in);
	fclose(in);
	blob = realloc(blob, got ? got : 1);
	n = schema_check(set, blob, got, emit, NULL);
	free(blob);
	return n;
}

int main(int argc, char **argv)
{
	struct schemas *set = schemas_new();
	bool ok = true;
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		ok = schemas_add(set, argv[i], complain, NULL) && ok;
	ok = schemas_ready(set, complain, NULL) && ok;
	for (i++; i < argc; i++)
		printf("blob %s %d\n", argv[i], check_file(set, argv[i]));
	schemas_free(set);
	return !ok;
}
