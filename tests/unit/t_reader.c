/* SPDX-License-Identifier: BSD-2-Clause */
#include "reader.h"

#include "unit.h"

static void tells_cut_from_short(void **state)
{
	static const uint8_t msg[] = { 1, 2, 3 };
	struct reader cut = reader_init(msg, 3, 8), end = reader_init(msg, 3, 3);

	(void)state;
	assert_int_equal(reader_be32(&cut), 0);
	assert_int_equal(cut.err, ERR_CUT);
	assert_int_equal(reader_be32(&end), 0);
	assert_int_equal(end.err, ERR_SHORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_cut_from_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
