/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <stdlib.h>

#include "unit.h"

enum { CHUNKS = 16 };

struct room {
	_Alignas(64) uint8_t mem[CHUNKS * POOL_CHUNK];
	struct pool pool;
	struct arena a;
};

static struct room *room(uint32_t chunks, uint32_t cap)
{
	static struct room r;

	memset(r.mem, 0xee, sizeof(r.mem));
	pool_init(&r.pool, r.mem, chunks);
	arena_init(&r.a, &r.pool, cap);
	return &r;
}

static void gives_zeroed_aligned_memory(void **state)
{
	struct arena *a = &room(CHUNKS, 100)->a;
	uint8_t *p;

	(void)state;
	p = arena_get(a, 3, 1);
	assert_memory_equal(p, "\0\0\0", 3);
	p = arena_get(a, 8, 8);
	assert_int_equal((uintptr_t)p % 8, 0);
	assert_memory_equal(p, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(a->used, 11);
}

static void every_budget_is_kept(void **state)
{
	(void)state;
	for (uint32_t cap = 0; cap <= 64; cap++) {
		struct arena *a = &room(CHUNKS, cap)->a;
		uint32_t got = 0;

		for (uint32_t i = 0; i < 20; i++)
			got += arena_get(a, 5, 4) != NULL;
		assert_true(a->used <= cap);
		assert_int_equal(got, cap / 5 < 20 ? cap / 5 : 20);
		assert_int_equal(a->refused, 20 - got);
	}
}

static void a_refusal_costs_nothing(void **state)
{
	struct arena *a = &room(CHUNKS, 8)->a;

	(void)state;
	assert_non_null(arena_get(a, 1, 1));
	assert_null(arena_get(a, 8, 1));
	assert_null(arena_get(a, UINT32_MAX, 8));
	assert_int_equal(a->refused, 2);
	assert_int_equal(a->used, 1);
	assert_non_null(arena_get(a, 7, 1));
}

static void reset_gives_all_back_and_keeps_the_count(void **state)
{
	struct room *r = room(CHUNKS, 9000);

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_non_null(arena_get(&r->a, 2500, 1));
	assert_null(arena_get(&r->a, 2500, 1));
	arena_reset(&r->a);
	assert_int_equal(r->a.used, 0);
	assert_int_equal(r->a.refused, 1);
	assert_int_equal(r->pool.left, CHUNKS);
	assert_non_null(arena_get(&r->a, 2500, 1));
}

static void what_was_got_does_not_overlap(void **state)
{
	struct room *r = room(CHUNKS, sizeof(r->mem));
	uint8_t *got[200];
	uint32_t n = 0, size = 1;

	(void)state;
	for (; n < 200 && (got[n] = arena_get(&r->a, size, 8)); n++, size = size * 7 % 1999)
		memset(got[n], (int)n, size);
	assert_true(n > 10);
	assert_true(r->a.refused == 1);
	size = 1;
	for (uint32_t i = 0; i < n; i++, size = size * 7 % 1999)
		for (uint32_t k = 0; k < size; k++)
			assert_int_equal(got[i][k], (uint8_t)i);
}

/* Also for the sanitizer: no arithmetic on NULL, no memset of it. */
static void no_memory_refuses_politely(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 10);
	assert_null(arena_get(&a, 1, 1));
	assert_string_equal(arena_text(&a, bytes_str("x")), "");
	assert_null(arena_get(&a, 0, 1));
	assert_int_equal(a.used, 0);
}

static void text_is_copied_and_ended(void **state)
{
	struct arena *a = &room(CHUNKS, 8)->a;
	char word[] = "abc";
	const char *s;

	(void)state;
	s = arena_text(a, bytes_str(word));
	word[0] = 'x';
	assert_string_equal(s, "abc");
	assert_string_equal(arena_text(a, bytes_str("abcd")), "");
	assert_string_equal(arena_text(a, bytes_of(NULL, 0)), "");
	assert_int_equal(a->refused, 1);
	assert_int_equal(a->used, 5);
}

static void a_pool_takes_runs_back(void **state)
{
	struct room *r = room(6, 0);
	void *three = pool_get(&r->pool, 3), *two = pool_get(&r->pool, 2);

	(void)state;
	assert_non_null(three);
	assert_non_null(two);
	assert_null(pool_get(&r->pool, 2)); /* one chunk is left */
	assert_null(pool_get(&r->pool, 0));
	assert_null(pool_get(&r->pool, POOL_RUN_MAX + 1));
	pool_put(&r->pool, three, 3);
	assert_int_equal(r->pool.left, 4);
	assert_ptr_equal(pool_get(&r->pool, 2), three); /* the longer run is cut */
	assert_non_null(pool_get(&r->pool, 1));
	assert_non_null(pool_get(&r->pool, 1));
	assert_null(pool_get(&r->pool, 1));
	assert_int_equal(r->pool.left, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(every_budget_is_kept),
		cmocka_unit_test(a_refusal_costs_nothing),
		cmocka_unit_test(reset_gives_all_back_and_keeps_the_count),
		cmocka_unit_test(what_was_got_does_not_overlap),
		cmocka_unit_test(no_memory_refuses_politely),
		cmocka_unit_test(text_is_copied_and_ended),
		cmocka_unit_test(a_pool_takes_runs_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
