/* SPDX-License-Identifier: BSD-2-Clause */
#include "arena.h"

#include <stdlib.h>

#include "unit.h"

static void gives_zeroed_aligned_memory(void **state)
{
	_Alignas(16) uint8_t mem[64];
	struct arena a;
	uint8_t *p;

	(void)state;
	memset(mem, 0xee, sizeof(mem));
	arena_init(&a, mem, sizeof(mem));
	p = arena_get(&a, 3, 1);
	assert_memory_equal(p, "\0\0\0", 3);
	p = arena_get(&a, 8, 8);
	assert_int_equal((uintptr_t)p % 8, 0);
	assert_memory_equal(p, "\0\0\0\0\0\0\0\0", 8);
	assert_int_equal(a.used, 16);
}

static void aligns_memory_that_is_not(void **state)
{
	_Alignas(16) uint8_t mem[64];
	struct arena a;

	(void)state;
	arena_init(&a, mem + 1, sizeof(mem) - 1);
	assert_int_equal((uintptr_t)arena_get(&a, 8, 16) % 16, 0);
}

/* Every budget: never more than it holds, in a block of exactly that size. */
static void every_budget_is_kept(void **state)
{
	(void)state;
	for (uint32_t cap = 0; cap <= 64; cap++) {
		uint8_t *mem = malloc(cap ? cap : 1);
		struct arena a;
		uint32_t got = 0;

		assert_non_null(mem);
		arena_init(&a, mem, cap);
		for (uint32_t i = 0; i < 20; i++) {
			void *p = arena_get(&a, 5, 4);

			if (p) {
				memset(p, 0xff, 5);
				got++;
			}
		}
		assert_true(a.used <= cap);
		assert_int_equal(a.refused, 20 - got);
		assert_int_equal(a.high, a.used);
		free(mem);
	}
}

static void a_refusal_costs_nothing(void **state)
{
	uint8_t mem[8];
	struct arena a;

	(void)state;
	arena_init(&a, mem, sizeof(mem));
	assert_non_null(arena_get(&a, 1, 1));
	assert_null(arena_get(&a, 8, 1));
	assert_null(arena_get(&a, UINT32_MAX, 8));
	assert_int_equal(a.refused, 2);
	assert_int_equal(a.used, 1);
	assert_non_null(arena_get(&a, 7, 1));
}

static void reset_keeps_the_counters(void **state)
{
	uint8_t mem[8];
	struct arena a;

	(void)state;
	arena_init(&a, mem, sizeof(mem));
	assert_non_null(arena_get(&a, 6, 1));
	assert_null(arena_get(&a, 6, 1));
	arena_reset(&a);
	assert_int_equal(a.used, 0);
	assert_int_equal(a.high, 6);
	assert_int_equal(a.refused, 1);
	assert_non_null(arena_get(&a, 8, 1));
}

/* Also for the sanitizer: no arithmetic on NULL, no memset of it. */
static void no_memory_refuses_politely(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, NULL, 0);
	assert_null(arena_get(&a, 1, 1));
	assert_string_equal(arena_text(&a, bytes_str("x")), "");
	(void)arena_get(&a, 0, 1);
	assert_int_equal(a.used, 0);
}

static void text_is_copied_and_ended(void **state)
{
	uint8_t mem[8];
	char word[] = "abc";
	struct arena a;
	const char *s;

	(void)state;
	memset(mem, 0xee, sizeof(mem));
	arena_init(&a, mem, sizeof(mem));
	s = arena_text(&a, bytes_str(word));
	word[0] = 'x';
	assert_string_equal(s, "abc");
	assert_string_equal(arena_text(&a, bytes_str("abcd")), "");
	assert_string_equal(arena_text(&a, bytes_of(NULL, 0)), "");
	assert_int_equal(a.refused, 1);
	assert_int_equal(a.used, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_memory),
		cmocka_unit_test(aligns_memory_that_is_not),
		cmocka_unit_test(every_budget_is_kept),
		cmocka_unit_test(a_refusal_costs_nothing),
		cmocka_unit_test(reset_keeps_the_counters),
		cmocka_unit_test(no_memory_refuses_politely),
		cmocka_unit_test(text_is_copied_and_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
