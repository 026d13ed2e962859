/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 2 (RFC 1094 2.2). */
#include "nfs_conform_parts.h"

static struct talk *const t = &conform.t;
static const struct talk_handle *const top = &conform.top;

static void version_2_tells_a_folder_as_one(void **state)
{
	struct nfs_attr a = talk_getattr(t, top);

	(void)state;
	assert_int_equal(a.type, NFS_DIR);
	assert_int_equal(a.mode, 0040755);
}

uint32_t conform_v2(const struct CMUnitTest **out)
{
	static const struct CMUnitTest tests[] = {
		CONFORM2(version_2_tells_a_folder_as_one),
	};

	*out = tests;
	return sizeof(tests) / sizeof(tests[0]);
}
