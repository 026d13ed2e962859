/* SPDX-License-Identifier: BSD-2-Clause */
/* Every procedure of the NFS server with calls that are cut and damaged, with little room, and with
 * a file system that fails. What is answered nfs_talk.c looks at. */
#include "nfs_memory.h"
#include "nfs_samples.h"
#include "unit.h"

static struct nfs_memory *memory;
static struct nfs_fs fs;
static struct talk t;

static void begin(void)
{
	memory = nfs_memory_new();
	fs = nfs_memory_fs(memory);
	talk_begin(&t, &fs);
	nfs_samples_tree(&t);
}

static void end(void)
{
	talk_end(&t);
	nfs_memory_free(memory);
}

/* A server anew and a sample as a call to it, in the order of i; false: there are no more. */
static bool begin_with(uint32_t i)
{
	begin();
	if (nfs_sample(&t, i))
		return true;
	end();
	return false;
}

static bool has_status(void)
{
	return t.proc && (t.vers == 3 || (t.proc != 3 && t.proc != 7));
}

static void every_sample_is_served(void **state)
{
	uint32_t status;

	(void)state;
	for (uint32_t i = 0; begin_with(i); i++) {
		assert_int_equal(talk_send_any(&t, &status), RPC_SUCCESS);
		/* but for MKNOD of a regular file, and a guard of another time */
		if (status != NFS_BADTYPE && status != NFS_NOT_SYNC)
			assert_int_equal(status, NFS_OK);
		end();
	}
}

static void what_is_cut_is_garbage(void **state)
{
	uint32_t status;

	(void)state;
	begin();
	for (uint32_t i = 0; nfs_sample(&t, i); i++)
		while (t.w.pos > t.head) {
			t.w.pos--;
			if (has_status())
				assert_int_equal(talk_send_any(&t, &status), RPC_GARBAGE_ARGS);
		}
	end();
}

/* Of arguments and of credentials. */
static void what_is_damaged_is_answered(void **state)
{
	static uint8_t keep[4096];
	uint32_t status;

	(void)state;
	for (uint32_t i = 0; begin_with(i); i++) {
		memcpy(keep, t.call, t.w.pos);
		for (uint32_t bit = 8 * 24; bit < 8 * t.w.pos; bit++) {
			memcpy(t.call, keep, t.w.pos);
			t.call[bit / 8] ^= (uint8_t)(1 << bit % 8);
			(void)talk_send_any(&t, &status);
		}
		end();
	}
}

/* Lengths and counts that are the largest there are. */
static void no_word_is_too_large(void **state)
{
	static const uint32_t words[] = { 0, 1, INT32_MAX, 0x80000000, 0xfffffffc, UINT32_MAX };
	static uint8_t keep[4096];
	uint32_t status;

	(void)state;
	for (uint32_t i = 0; begin_with(i); i++) {
		memcpy(keep, t.call, t.w.pos);
		for (uint32_t at = t.head; at < t.w.pos; at += 4)
			for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
				memcpy(t.call, keep, t.w.pos);
				writer_put_be32(&t.w, at, words[k]);
				(void)talk_send_any(&t, &status);
			}
		end();
	}
}

static void little_room_is_enough_or_an_error(void **state)
{
	uint32_t status;

	(void)state;
	for (uint32_t i = 0; begin_with(i); i++) {
		uint32_t whole = 0;

		end();
		for (uint32_t cap = 600; cap >= RPC_REPLY_HEAD; cap--) {
			uint32_t accept;

			assert_true(begin_with(i));
			t.cap = cap;
			accept = talk_send_any(&t, &status);
			assert_true(accept == RPC_SUCCESS || accept == RPC_SYSTEM_ERR);
			if (cap == 600)
				whole = t.out.w.pos;
			if (cap >= whole)
				assert_int_equal(accept, RPC_SUCCESS);
			end();
		}
	}
}

/* What version 2 makes of each status of version 3 (RFC 1094 2.3.1 has no others). */
static const struct {
	int v3;
	uint32_t v2;
} statuses[] = { { NFS_PERM, 1 },         { NFS_NOENT, 2 },       { NFS_IO, 5 },
		 { NFS_NXIO, 6 },         { NFS_ACCES, 13 },      { NFS_EXIST, 17 },
		 { NFS_XDEV, 13 },        { NFS_NODEV, 19 },      { NFS_NOTDIR, 20 },
		 { NFS_ISDIR, 21 },       { NFS_INVAL, 5 },       { NFS_FBIG, 27 },
		 { NFS_NOSPC, 28 },       { NFS_ROFS, 30 },       { NFS_MLINK, 13 },
		 { NFS_NAMETOOLONG, 63 }, { NFS_NOTEMPTY, 66 },   { NFS_DQUOT, 69 },
		 { NFS_STALE, 70 },       { NFS_REMOTE, 13 },     { NFS_BADHANDLE, 70 },
		 { NFS_NOT_SYNC, 5 },     { NFS_BAD_COOKIE, 5 },  { NFS_NOTSUPP, 5 },
		 { NFS_TOOSMALL, 5 },     { NFS_SERVERFAULT, 5 }, { NFS_BADTYPE, 5 },
		 { NFS_JUKEBOX, 5 } };

static void whatever_a_file_system_says_is_told(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof(statuses) / sizeof(statuses[0]); k++) {
		begin();
		for (uint32_t i = 0; nfs_sample(&t, i); i++) {
			uint32_t status, want = (uint32_t)statuses[k].v3;

			if (!has_status())
				continue;
			nfs_memory_wants(memory)->fail = statuses[k].v3;
			assert_int_equal(talk_send_any(&t, &status), RPC_SUCCESS);
			nfs_memory_wants(memory)->fail = NFS_OK;
			if (t.vers == 2)
				want = statuses[k].v2;
			if (status != NFS_BADTYPE || t.proc != 11)
				assert_int_equal(status, want);
		}
		end();
	}
}

/* Version 3 leaves them out, or asks again; version 2 cannot do without. */
static void attributes_may_be_missing(void **state)
{
	uint32_t status;

	(void)state;
	for (uint32_t i = 0; begin_with(i); i++) {
		nfs_memory_wants(memory)->shy = true;
		assert_int_equal(talk_send_any(&t, &status), RPC_SUCCESS);
		if (t.vers == 2)
			assert_int_equal(status, NFS_OK);
		end();
		assert_true(begin_with(i));
		nfs_memory_wants(memory)->silent = true;
		assert_int_equal(talk_send_any(&t, &status), RPC_SUCCESS);
		if (t.vers == 2 && t.proc == 4)
			assert_int_equal(status, NFS_IO);
		end();
	}
}

static void read_data_moves_up_where_attributes_are_missing(void **state)
{
	(void)state;
	assert_true(begin_with(7));
	assert_int_equal(t.proc, 6);
	nfs_memory_wants(memory)->silent = true;
	assert_int_equal(talk_send(&t), NFS_OK);
	assert_int_equal(reader_be32(&t.r), 0);
	assert_int_equal(reader_be32(&t.r), 16);
	assert_int_equal(reader_be32(&t.r), 1);
	assert_true(bytes_is(reader_xdr_opaque(&t.r, 16), "what stands in f"));
	talk_done(&t);
	end();
}

static void nothing_is_asked_for_garbage_or_for_strangers(void **state)
{
	uint32_t status;

	(void)state;
	begin();
	for (uint32_t i = 0; nfs_sample(&t, i); i++) {
		uint32_t calls;

		t.exports.export[0].client[0].net = 0x0b000000;
		t.exports.export[0].client[0].mask = 0xff000000;
		calls = nfs_memory_calls(memory);
		assert_int_equal(talk_send_any(&t, &status), RPC_SUCCESS);
		if (has_status())
			assert_int_equal(status, NFS_ACCES);
		assert_int_equal(nfs_memory_calls(memory), calls);
		t.exports.export[0].client[0].net = t.exports.export[0].client[0].mask = 0;
	}
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sample_is_served),
		cmocka_unit_test(what_is_cut_is_garbage),
		cmocka_unit_test(what_is_damaged_is_answered),
		cmocka_unit_test(no_word_is_too_large),
		cmocka_unit_test(little_room_is_enough_or_an_error),
		cmocka_unit_test(whatever_a_file_system_says_is_told),
		cmocka_unit_test(attributes_may_be_missing),
		cmocka_unit_test(read_data_moves_up_where_attributes_are_missing),
		cmocka_unit_test(nothing_is_asked_for_garbage_or_for_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
