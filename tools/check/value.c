/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "value.h"

struct val *val_new(struct pool *pool, const struct val *place,
		    enum val_kind kind)
{
	struct val *v = pool_alloc(pool, sizeof(*v));

	v->kind = kind;
	if (place) {
		v->line = place->line;
		v->doc = place->doc;
	}
	return v;
}

struct val *val_bool(struct pool *pool, const struct val *place, bool truth)
{
	struct val *v = val_new(pool, place, VAL_BOOL);

	v->truth = truth;
	return v;
}

struct val *val_int(struct pool *pool, const struct val *place, uint64_t n)
{
	struct val *v = val_new(pool, place, VAL_INT);

	v->number = n;
	return v;
}

struct val *val_text(struct pool *pool, const struct val *place,
		     const char *text)
{
	struct val *v = val_new(pool, place, VAL_TEXT);

	v->text = pool_text(pool, text, strlen(text));
	return v;
}

static void make_room(struct pool *pool, struct val *v)
{
	uint32_t room = v->room ? 2 * v->room : 4;
	struct val **items;
	const char **keys;

	if (v->count < v->room)
		return;
	items = pool_alloc(pool, room * sizeof(void *));
	keys = pool_alloc(pool, room * sizeof(void *));
	if (v->count) {
		memcpy(items, v->items, v->count * sizeof(void *));
		memcpy(keys, v->keys, v->count * sizeof(void *));
	}
	v->items = items;
	v->keys = keys;
	v->room = room;
}

void list_push(struct pool *pool, struct val *list, struct val *item)
{
	make_room(pool, list);
	list->items[list->count++] = item;
}

static uint32_t find(const struct val *map, const char *key)
{
	uint32_t i;

	for (i = 0; i < map->count; i++)
		if (!strcmp(map->keys[i], key))
			break;
	return i;
}

struct val *map_get(const struct val *map, const char *key)
{
	uint32_t i;

	if (!val_is(map, VAL_MAP))
		return NULL;
	i = find(map, key);
	return i < map->count ? map->items[i] : NULL;
}

void map_set(struct pool *pool, struct val *map, const char *key,
	     struct val *item)
{
	uint32_t i;

	if (!val_is(map, VAL_MAP))
		return;
	i = find(map, key);
	if (i == map->count) {
		make_room(pool, map);
		map->keys[map->count++] = pool_text(pool, key, strlen(key));
	}
	map->items[i] = item;
}

struct val *map_take(struct val *map, const char *key)
{
	struct val *item;
	uint32_t i;

	if (!val_is(map, VAL_MAP))
		return NULL;
	i = find(map, key);
	if (i == map->count)
		return NULL;
	item = map->items[i];
	for (map->count--; i < map->count; i++) {
		map->items[i] = map->items[i + 1];
		map->keys[i] = map->keys[i + 1];
	}
	return item;
}

struct val *val_copy(struct pool *pool, const struct val *v)
{
	struct val *copy = val_new(pool, v, v->kind);
	uint32_t i;

	*copy = *v;
	copy->count = copy->room = 0;
	for (i = 0; i < v->count; i++)
		if (v->kind == VAL_MAP)
			map_set(pool, copy, v->keys[i],
				val_copy(pool, v->items[i]));
		else
			list_push(pool, copy, val_copy(pool, v->items[i]));
	return copy;
}
