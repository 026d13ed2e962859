/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_conform_parts.h"

struct conform conform;

enum { TESTS_MAX = 200 };

int conform_begin(void **state)
{
	(void)state;
	conform.fs = conform.place->open();
	talk_begin(&conform.t, &conform.fs);
	conform.top = talk_root(&conform.t, 1);
	return 0;
}

int conform_begin2(void **state)
{
	conform_begin(state);
	conform.t.vers = 2;
	conform.top = talk_root(&conform.t, 1);
	return 0;
}

int conform_end(void **state)
{
	(void)state;
	talk_end(&conform.t);
	conform.place->close();
	return 0;
}

uint32_t conform_on(uint32_t proc, const struct talk_handle *h)
{
	talk_call(&conform.t, proc);
	talk_handle(&conform.t, h);
	return talk_send(&conform.t);
}

uint32_t conform_named(uint32_t proc, const struct talk_handle *dir, const char *name)
{
	talk_call(&conform.t, proc);
	talk_handle(&conform.t, dir);
	talk_name(&conform.t, name);
	return talk_send(&conform.t);
}

void conform_as(uint32_t uid)
{
	conform.t.who.uid = conform.t.who.gid = uid;
	conform.t.who.n_groups = 0;
}

void conform_bad_names(uint32_t (*ask)(struct bytes name))
{
	char longest[NFS_NAME_MAX + 1];

	memset(longest, 'x', sizeof(longest));
	assert_int_equal(ask(bytes_of("", 0)), NFS_ACCES);
	assert_int_equal(ask(bytes_of("a/b", 3)), NFS_ACCES);
	assert_int_equal(ask(bytes_of("/", 1)), NFS_ACCES);
	assert_int_equal(ask(bytes_of("../x", 4)), NFS_ACCES);
	assert_int_equal(ask(bytes_of("a\0b", 3)), NFS_ACCES);
	assert_int_equal(ask(bytes_of(longest, sizeof(longest))), NFS_NAMETOOLONG);
}

int nfs_conform(const struct nfs_place *place)
{
	static uint32_t (*const files[])(const struct CMUnitTest **) = {
		conform_look, conform_data, conform_make, conform_names, conform_list, conform_v2
	};
	static struct CMUnitTest nfs_conformance[TESTS_MAX];
	size_t n = 0;

	conform.place = place;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const struct CMUnitTest *tests;
		uint32_t some = files[i](&tests);

		assert_true(n + some <= TESTS_MAX);
		memcpy(&nfs_conformance[n], tests, some * sizeof(*tests));
		n += some;
	}
	return _cmocka_run_group_tests("nfs_conformance", nfs_conformance, n, NULL, NULL);
}
