/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the NFS server: which programs there are, and what is said of those that are not. */
#include "nfs_memory.h"
#include "nfs_talk.h"
#include "unit.h"

static struct nfs_memory *memory;
static struct talk t;
static struct rpc_service rows[NFS_SERVICES];
static const struct rpc_services services = { rows, NFS_SERVICES };

static struct nfs_news news;
static uint32_t told;

static void tell(void *ctx, const struct nfs_news *n)
{
	(void)ctx;
	news = *n;
	told++;
}

static int begin(void **state)
{
	struct nfs_fs fs;

	(void)state;
	memory = nfs_memory_new();
	fs = nfs_memory_fs(memory);
	talk_begin(&t, &fs);
	t.shared.news = tell;
	nfs_services(&t.server, rows);
	told = 0;
	return 0;
}

static int end(void **state)
{
	(void)state;
	talk_end(&t);
	nfs_memory_free(memory);
	return 0;
}

/* Procedure 0 of a version: gives how it was accepted. */
static uint32_t null_of(uint32_t prog, uint32_t vers)
{
	static uint8_t out[RPC_SMALL];
	struct rpc_answer a = { .w = writer_init(out, sizeof(out)) };
	struct rpc_call c;
	int manner;

	talk_call(&t, 0);
	writer_put_be32(&t.w, 12, prog);
	writer_put_be32(&t.w, 16, vers);
	if (rpc_take(&services, &t.peer, writer_done(&t.w), &c, &manner, &a) == RPC_SERVE)
		rpc_serve(&services, &c, &a);
	assert_true(a.w.pos >= RPC_REPLY_HEAD);
	return out[RPC_REPLY_HEAD - 1];
}

static void every_version_that_is_served_is_there(void **state)
{
	static const struct {
		uint32_t prog, low, high;
	} all[] = {
		{ RPC_NFS, 2, 3 }, { RPC_MOUNT, 1, 3 }, { RPC_PORTMAP, 2, 4 }, { RPC_NLM, 1, 4 }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (uint32_t v = 0; v < 6; v++)
			assert_int_equal(null_of(all[i].prog, v),
					 v >= all[i].low && v <= all[i].high ? RPC_SUCCESS
									     : RPC_PROG_MISMATCH);
	assert_int_equal(null_of(RPC_NSM, 1), RPC_PROG_UNAVAIL);
	assert_int_equal(null_of(RPC_NFS_ACL, 3), RPC_PROG_UNAVAIL);
}

static void whoever_wants_version_4_is_told_of(void **state)
{
	(void)state;
	(void)null_of(RPC_NFS, 1);
	assert_int_equal(told, 0);
	(void)null_of(RPC_NFS, 4);
	assert_int_equal(told, 1);
	assert_int_equal(news.event, NFS_NEWER_WANTED);
	assert_int_equal(news.version, 4);
	assert_int_equal(news.ip, t.peer.ip);
	assert_true(bytes_is(news.machine, "pi"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_version_that_is_served_is_there, begin, end),
		cmocka_unit_test_setup_teardown(whoever_wants_version_4_is_told_of, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
