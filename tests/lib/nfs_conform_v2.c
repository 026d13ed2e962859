/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 2 (RFC 1094 2.2). */
#include "nfs_conform_parts.h"

static struct talk *const t = &conform.t;
static const struct talk_handle *const top = &conform.top;

enum {
	SETATTR = 2,
	ROOT,
	LOOKUP,
	READLINK,
	READ,
	WRITECACHE,
	WRITE,
	CREATE,
	REMOVE,
	RENAME,
	LINK,
	SYMLINK,
	MKDIR,
	RMDIR,
	READDIR,
	STATFS,
	UNSET = 0xffffffff
};

static const struct nfs_set plain = { .what = NFS_SET_MODE, .mode = 0640 };

static void version_2_tells_types_in_modes(void **state)
{
	struct nfs_attr a = talk_getattr(t, top);
	struct talk_handle f = talk_create(t, top, "f", 0644), d = talk_mkdir(t, top, "d", 0711);

	(void)state;
	assert_int_equal(a.type, 2);
	assert_int_equal(a.mode, 0040755);
	a = talk_getattr(t, &f);
	assert_int_equal(a.type, 1);
	assert_int_equal(a.mode, 0100644);
	assert_int_equal(talk_getattr(t, &d).mode, 0040711);
	assert_int_equal(conform_named(LOOKUP, top, "none"), NFS_NOENT);
	f = talk_lookup(t, top, "f");
	talk_attr(t, &a);
	talk_done(t);
	assert_int_equal(a.mode, 0100644);
	d = talk_lookup(t, &d, "..");
	assert_memory_equal(d.b, top->b, NFS_HANDLE_V2);
}

static void version_2_reads_and_writes_8k(void **state)
{
	static const uint8_t zeros[8193];
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_attr a;
	uint32_t status;

	(void)state;
	talk_write(t, &f, 8190, "hello");
	talk_attr(t, &a);
	talk_done(t);
	assert_int_equal(a.size, 8195);
	talk_call(t, READ);
	talk_handle(t, &f);
	writer_be32(&t->w, 1);
	writer_be32(&t->w, 100000);
	writer_be32(&t->w, 0);
	assert_int_equal(talk_send(t), NFS_OK);
	talk_attr(t, &a);
	assert_int_equal(a.size, 8195);
	assert_int_equal(reader_be32(&t->r), 8192);
	reader_skip(&t->r, 8189);
	assert_true(bytes_is(reader_bytes(&t->r, 3), "hel"));
	talk_done(t);
	talk_call(t, WRITE);
	talk_handle(t, &f);
	writer_zero(&t->w, 12);
	writer_xdr_opaque(&t->w, bytes_of(zeros, sizeof(zeros)));
	assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
	assert_int_not_equal(conform_on(READLINK, &f), NFS_OK);
}

static void version_2_clips_what_is_too_large_for_it(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_set s = { .what = NFS_SET_SIZE, .size = UINT64_C(3) << 31 };

	(void)state;
	t->vers = 3;
	talk_call(t, 2);
	talk_handle(t, &f);
	talk_set(t, &s);
	writer_be32(&t->w, 0);
	assert_int_equal(talk_send(t), NFS_OK);
	t->vers = 2;
	assert_int_equal(talk_getattr(t, &f).size, INT32_MAX);
}

static uint32_t set_raw(const struct talk_handle *f, const uint32_t v[8], struct nfs_attr *a)
{
	uint32_t status;

	talk_call(t, SETATTR);
	talk_handle(t, f);
	for (int i = 0; i < 8; i++)
		writer_be32(&t->w, v[i]);
	status = talk_send(t);
	if (!status)
		talk_attr(t, a);
	talk_done(t);
	return status;
}

static void version_2_sets_what_is_not_all_ones(void **state)
{
	static const uint32_t none[] = { UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, UNSET },
			      half[] = { 0xffff, UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, UNSET },
			      some[] = { 0104711, UNSET, UNSET, 77, 1000, 5, 1000000000, 999999 },
			      now[] = { UNSET, UNSET, UNSET, UNSET, 0, 0, 0, 1000000 },
			      owner[] = { UNSET, 1000, 2000, UNSET, UNSET, UNSET, UNSET, UNSET },
			      wrong[] = { UNSET, UNSET, UNSET, UNSET, UNSET, UNSET, 0, 1000001 };
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_attr a;

	(void)state;
	assert_int_equal(set_raw(&f, some, &a), NFS_OK);
	assert_int_equal(a.mode, 0104711);
	assert_int_equal(a.size, 77);
	assert_int_equal(a.atime.s, 1000);
	assert_int_equal(a.mtime.s, 1000000000);
	if (conform.place->nanoseconds) {
		assert_int_equal(a.atime.ns, 5);
		assert_int_equal(a.mtime.ns, 999999);
	}
	assert_int_equal(set_raw(&f, none, &a), NFS_OK);
	assert_true(a.mode == 0104711 && a.size == 77 && a.mtime.s == 1000000000);
	assert_int_equal(set_raw(&f, half, &a), NFS_OK);
	assert_int_equal(a.mode, 0104711);
	assert_int_equal(set_raw(&f, now, &a), NFS_OK);
	assert_true(a.atime.s > 1600000000 && a.mtime.s > 1600000000);
	assert_int_equal(set_raw(&f, wrong, &a), NFS_IO);
	if (conform.place->users) {
		assert_int_equal(set_raw(&f, owner, &a), NFS_OK);
		assert_int_equal(a.uid, 1000);
		assert_int_equal(a.gid, 2000);
	}
	t->exports.export[0].client[0].writes = false;
	assert_int_equal(set_raw(&f, some, &a), NFS_ROFS);
}

static uint32_t create_raw(const char *name, uint32_t mode, uint32_t size, struct nfs_attr *a)
{
	uint32_t status;

	talk_call(t, CREATE);
	talk_handle(t, top);
	talk_name(t, name);
	writer_be32(&t->w, mode);
	writer_be64(&t->w, UINT64_MAX);
	writer_be32(&t->w, size);
	writer_be64(&t->w, UINT64_MAX);
	writer_be64(&t->w, UINT64_MAX);
	status = talk_send(t);
	if (status)
		return status;
	(void)talk_handle_of(t);
	talk_attr(t, a);
	talk_done(t);
	return status;
}

static void version_2_creates_and_empties(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_attr a = { .type = NFS_NONE };

	(void)state;
	talk_write(t, &f, 0, "hello");
	assert_int_equal(create_raw("f", 0100600, UNSET, &a), NFS_OK);
	assert_int_equal(a.size, 5);
	assert_int_equal(a.mode, 0100644);
	assert_int_equal(create_raw("f", 0644, 0, &a), NFS_OK);
	assert_int_equal(a.size, 0);
	assert_int_equal(create_raw(".", 0644, 0, &a), NFS_EXIST);
	assert_int_equal(create_raw("d", 0040755, 0, &a), NFS_IO);
	assert_int_equal(create_raw("d", 0120755, 0, &a), NFS_IO);
	assert_int_equal(create_raw("d", 0170755, 0, &a), NFS_IO);
}

static void version_2_makes_devices_by_their_mode(void **state)
{
	struct nfs_attr a = { .type = NFS_NONE };

	(void)state;
	assert_int_equal(create_raw("p", 0010600, UNSET, &a), NFS_OK);
	assert_int_equal(a.mode, 0010600);
	assert_int_equal(a.type, 4);
	assert_int_equal(create_raw("q", 0020600, UNSET, &a), NFS_OK);
	assert_int_equal(a.mode, 0010600);
	assert_int_equal(create_raw("s", 0140600, UNSET, &a), NFS_OK);
	assert_int_equal(a.mode, 0140600);
	assert_int_equal(a.type, 0);
	assert_int_equal(create_raw("r", UNSET, UNSET, &a), NFS_OK);
	assert_int_equal(a.type, 1);
	if (!conform.place->devices)
		return;
	assert_int_equal(create_raw("c", 0020600, 5 << 8 | 1, &a), NFS_OK);
	assert_int_equal(a.type, 4);
	assert_int_equal(a.mode, 0020600);
	assert_int_equal(a.major, 5 << 8 | 1);
	assert_int_equal(create_raw("b", 0060600, 1 << 20 | 179 << 8 | 2, &a), NFS_OK);
	assert_int_equal(a.type, 3);
	assert_int_equal(a.major, 1 << 20 | 179 << 8 | 2);
}

static uint32_t two_names(uint32_t proc, const struct talk_handle *from, const char *name,
			  const struct talk_handle *to, const char *new_name)
{
	uint32_t status;

	talk_call(t, proc);
	talk_handle(t, from);
	if (proc != LINK)
		talk_name(t, name);
	talk_handle(t, to);
	talk_name(t, new_name);
	status = talk_send(t);
	talk_done(t);
	return status;
}

static void version_2_renames_and_removes(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644), d = talk_mkdir(t, top, "d", 0755),
			   other = talk_root(t, 2), bad = *top;

	(void)state;
	bad.b[7] ^= 1;
	assert_int_equal(two_names(RENAME, top, "f", &d, "g"), NFS_OK);
	assert_int_equal(two_names(LINK, &f, "", top, "h"), NFS_OK);
	assert_int_equal(talk_getattr(t, &f).nlink, 2);
	assert_int_equal(two_names(RENAME, top, "h", &other, "h"), NFS_ACCES);
	assert_int_equal(two_names(RENAME, top, "h", &bad, "h"), NFS_STALE);
	assert_int_equal(two_names(RENAME, top, ".", top, "h"), NFS_IO);
	assert_int_equal(conform_named(RMDIR, top, "d"), NFS_NOTEMPTY);
	assert_int_equal(conform_named(REMOVE, &d, "g"), NFS_OK);
	assert_int_equal(conform_named(RMDIR, top, "d"), NFS_OK);
	assert_int_equal(conform_named(REMOVE, top, "h"), NFS_OK);
	assert_int_equal(conform_named(REMOVE, top, "h"), NFS_NOENT);
	assert_int_equal(conform_on(1, &f), NFS_STALE);
}

static uint32_t link_to(const char *name, struct bytes text)
{
	talk_call(t, SYMLINK);
	talk_handle(t, top);
	talk_name(t, name);
	writer_xdr_opaque(&t->w, text);
	talk_set(t, &plain);
	return talk_send(t);
}

static void version_2_links_to_1024_bytes(void **state)
{
	struct nfs_set s = { .what = 0 };
	struct talk_handle l;
	char longest[1025];

	(void)state;
	memset(longest, 'l', sizeof(longest));
	assert_int_equal(link_to("l", bytes_of(longest, 1024)), NFS_OK);
	assert_int_equal(link_to("m", bytes_of(longest, 1025)), NFS_NAMETOOLONG);
	assert_int_equal(link_to("m", bytes_of(longest, 0)), NFS_IO);
	l = talk_lookup(t, top, "l");
	assert_int_equal(conform_on(READLINK, &l), NFS_OK);
	assert_int_equal(reader_xdr_opaque(&t->r, 1024).n, 1024);
	t->vers = 3;
	talk_call(t, 10);
	talk_handle(t, top);
	talk_name(t, "m");
	talk_set(t, &s);
	writer_xdr_opaque(&t->w, bytes_of(longest, sizeof(longest)));
	assert_int_equal(talk_send(t), NFS_OK);
	t->vers = 2;
	l = talk_lookup(t, top, "m");
	assert_int_equal(conform_on(READLINK, &l), NFS_NAMETOOLONG);
}

static void version_2_lists(void **state)
{
	uint32_t cookie = 0, n = 0, calls = 0;
	char name[] = "n00";
	bool eof = false;

	(void)state;
	for (char i = 0; i < 100; i++) {
		name[1] = (char)('0' + i / 10);
		name[2] = (char)('0' + i % 10);
		(void)talk_create(t, top, name, 0644);
	}
	while (!eof && calls++ < 100) {
		talk_call(t, READDIR);
		talk_handle(t, top);
		writer_be32(&t->w, cookie);
		writer_be32(&t->w, 300);
		assert_int_equal(talk_send(t), NFS_OK);
		assert_true(t->out.w.pos <= RPC_REPLY_HEAD + 4 + 300);
		while (reader_be32(&t->r)) {
			assert_true(reader_be32(&t->r));
			(void)reader_xdr_opaque(&t->r, NFS_NAME_MAX);
			cookie = reader_be32(&t->r);
			n++;
		}
		eof = reader_be32(&t->r);
		talk_done(t);
	}
	assert_true(eof);
	assert_int_equal(n, 102);
	talk_call(t, READDIR);
	talk_handle(t, top);
	writer_be32(&t->w, 0);
	writer_be32(&t->w, 20);
	assert_int_equal(talk_send(t), NFS_IO);
}

static void version_2_counts_in_blocks_that_fit(void **state)
{
	uint32_t block, all;

	(void)state;
	assert_int_equal(conform_on(STATFS, top), NFS_OK);
	assert_int_equal(reader_be32(&t->r), 8192);
	block = reader_be32(&t->r);
	all = reader_be32(&t->r);
	assert_true(block >= 4096 && (block & (block - 1)) == 0);
	assert_in_range(all, 1, INT32_MAX);
	assert_in_range(reader_be32(&t->r), 0, all);
	assert_in_range(reader_be32(&t->r), 0, all);
}

static uint32_t look(struct bytes name)
{
	talk_call(t, LOOKUP);
	talk_handle(t, top);
	writer_xdr_opaque(&t->w, name);
	return talk_send(t);
}

static void version_2_has_names_and_handles_like_3(void **state)
{
	struct talk_handle h = *top;
	uint32_t status;

	(void)state;
	conform_bad_names(look);
	for (uint32_t bit = 0; bit < 8 * h.n; bit++) {
		h.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(conform_on(1, &h), NFS_STALE);
		h.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	t->peer.port = 40000;
	assert_int_equal(conform_on(1, top), NFS_PERM);
	talk_call(t, ROOT);
	assert_int_equal(talk_send_any(t, &status), RPC_SUCCESS);
	talk_call(t, WRITECACHE);
	assert_int_equal(talk_send_any(t, &status), RPC_SUCCESS);
	talk_call(t, STATFS + 1);
	assert_int_equal(talk_send_any(t, &status), RPC_PROC_UNAVAIL);
	talk_call(t, 1);
	writer_zero(&t->w, NFS_HANDLE_V2 - 4);
	assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
}

uint32_t conform_v2(const struct CMUnitTest **out)
{
	static const struct CMUnitTest tests[] = {
		CONFORM2(version_2_tells_types_in_modes),
		CONFORM2(version_2_reads_and_writes_8k),
		CONFORM2(version_2_clips_what_is_too_large_for_it),
		CONFORM2(version_2_sets_what_is_not_all_ones),
		CONFORM2(version_2_creates_and_empties),
		CONFORM2(version_2_makes_devices_by_their_mode),
		CONFORM2(version_2_renames_and_removes),
		CONFORM2(version_2_links_to_1024_bytes),
		CONFORM2(version_2_lists),
		CONFORM2(version_2_counts_in_blocks_that_fit),
		CONFORM2(version_2_has_names_and_handles_like_3),
	};

	*out = tests;
	return sizeof(tests) / sizeof(tests[0]);
}
