/* SPDX-License-Identifier: BSD-2-Clause */
/* Handles, exports, GETATTR, SETATTR, LOOKUP, ACCESS, READLINK (RFC 1813 3.3.1 to 3.3.5). */
#include "nfs_conform_parts.h"

static struct talk *const t = &conform.t;
static const struct talk_handle *const top = &conform.top;

static void a_folder_is_told_as_one(void **state)
{
	struct nfs_attr a = talk_getattr(t, top);

	(void)state;
	assert_int_equal(a.type, NFS_DIR);
	assert_int_equal(a.mode, 0755);
	if (conform.place->users)
		assert_int_equal(a.uid, 0);
	assert_in_range(a.nlink, 1, 2);
}

static void lookup_finds_what_was_made(void **state)
{
	struct talk_handle f = talk_create(t, top, "a.txt", 0644), g;
	struct nfs_attr a = talk_getattr(t, &f), b;

	(void)state;
	assert_int_equal(a.type, NFS_REG);
	assert_int_equal(a.mode, 0644);
	g = talk_lookup(t, top, "a.txt");
	assert_true(talk_post_op(t, &b));
	assert_int_equal(b.fileid, a.fileid);
	assert_true(talk_post_op(t, &b));
	assert_int_equal(b.type, NFS_DIR);
	talk_done(t);
	assert_int_equal(f.n, g.n);
	assert_memory_equal(f.b, g.b, f.n);
}

static uint64_t id_of(const struct talk_handle *dir, const char *name)
{
	struct talk_handle h = talk_lookup(t, dir, name);

	return talk_getattr(t, &h).fileid;
}

static void dots_lead_up_to_the_top_and_no_further(void **state)
{
	struct talk_handle d = talk_mkdir(t, top, "d", 0755);
	uint64_t up = talk_getattr(t, top).fileid, down = talk_getattr(t, &d).fileid;

	(void)state;
	assert_int_equal(id_of(&d, "."), down);
	assert_int_equal(id_of(&d, ".."), up);
	assert_int_equal(id_of(top, "."), up);
	assert_int_equal(id_of(top, ".."), up);
}

static uint32_t look(struct bytes name)
{
	talk_call(t, 3);
	talk_handle(t, top);
	writer_xdr_opaque(&t->w, name);
	return talk_send(t);
}

static void names_that_cannot_be_are_refused(void **state)
{
	char longest[NFS_NAME_MAX + 1];

	(void)state;
	conform_bad_names(look);
	memset(longest, 'y', sizeof(longest) - 1);
	longest[NFS_NAME_MAX] = 0;
	(void)talk_create(t, top, longest, 0600);
	(void)talk_lookup(t, top, longest);
	(void)talk_create(t, top, "\xff\x01\n\\", 0600);
	(void)talk_lookup(t, top, "\xff\x01\n\\");
	(void)talk_create(t, top, "...", 0600);
	(void)talk_lookup(t, top, "...");
}

static void what_is_not_there_is_told_with_the_folder(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_attr a;

	(void)state;
	assert_int_equal(conform_named(3, top, "none"), NFS_NOENT);
	assert_true(talk_post_op(t, &a));
	assert_int_equal(a.type, NFS_DIR);
	assert_int_equal(conform_named(3, &f, "x"), NFS_NOTDIR);
}

static void handles_of_others_are_none(void **state)
{
	struct talk_handle h = *top;

	(void)state;
	for (uint32_t bit = 0; bit < 8 * h.n; bit++) {
		h.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(conform_on(1, &h), NFS_BADHANDLE);
		h.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (h.n = 0; h.n < top->n; h.n++)
		assert_int_equal(conform_on(1, &h), NFS_BADHANDLE);
}

static void what_is_gone_is_stale(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644), again;

	(void)state;
	assert_int_equal(conform_named(12, top, "f"), NFS_OK);
	assert_int_equal(conform_on(1, &f), NFS_STALE);
	again = talk_create(t, top, "f", 0644);
	assert_int_equal(conform_on(1, &f), NFS_STALE);
	assert_int_equal(conform_on(1, &again), NFS_OK);
}

static void exports_are_for_whom_they_are_for(void **state)
{
	struct nfs_export *x = &t->exports.export[0];

	(void)state;
	x->client[0].net = 0x0a000000;
	x->client[0].mask = 0xffffff00;
	assert_int_equal(conform_on(1, top), NFS_OK);
	t->peer.ip = 0x0a000107;
	assert_int_equal(conform_on(1, top), NFS_ACCES);
	t->peer.ip = 0x0a000007;
	t->peer.port = 1024;
	assert_int_equal(conform_on(1, top), NFS_PERM);
	x->client[0].high_ports = true;
	assert_int_equal(conform_on(1, top), NFS_OK);
	x->id = 99;
	assert_int_equal(conform_on(1, top), NFS_STALE);
}

static uint32_t access_of(const struct talk_handle *h, uint32_t asked)
{
	struct nfs_attr a;

	talk_call(t, 4);
	talk_handle(t, h);
	writer_be32(&t->w, asked);
	assert_int_equal(talk_send(t), NFS_OK);
	(void)talk_post_op(t, &a);
	return reader_be32(&t->r);
}

static void access_is_what_the_mode_says(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0640), d = talk_mkdir(t, top, "d", 0750);

	(void)state;
	assert_int_equal(access_of(&f, 0x3f), 0x0d);
	assert_int_equal(access_of(&d, 0x3f), 0x1f);
	assert_int_equal(access_of(&d, 0x02), 0x02);
	assert_int_equal(access_of(&d, 0), 0);
	if (!conform.place->users)
		return;
	conform_as(1000);
	assert_int_equal(access_of(&f, 0x3f), 0);
	assert_int_equal(access_of(&d, 0x3f), 0);
	assert_int_equal(access_of(top, 0x3f), 0x03);
	/* a further group of the caller's */
	t->who.n_groups = 3;
	t->who.group[2] = 0;
	assert_int_equal(access_of(&f, 0x3f), 0x01);
	assert_int_equal(access_of(&d, 0x3f), 0x03);
}

/* The same files through an export that is read-only. */
static void what_is_read_only_grants_no_change(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0755);

	(void)state;
	t->exports.export[0].client[0].writes = false;
	assert_int_equal(access_of(&f, 0x3f), 0x21);
	assert_int_equal(access_of(top, 0x3f), 0x03);
}

static void links_are_read_and_nothing_else(void **state)
{
	struct nfs_set s = { .what = 0 };
	struct talk_handle l, f = talk_create(t, top, "f", 0644);
	struct nfs_attr a;

	(void)state;
	talk_call(t, 10);
	talk_handle(t, top);
	talk_name(t, "l");
	talk_set(t, &s);
	talk_name(t, "../some where");
	assert_int_equal(talk_send(t), NFS_OK);
	l = talk_made(t);
	assert_int_equal(conform_on(5, &l), NFS_OK);
	assert_true(talk_post_op(t, &a));
	assert_int_equal(a.type, NFS_LNK);
	assert_int_equal(a.size, 13);
	assert_true(bytes_is(reader_xdr_opaque(&t->r, 100), "../some where"));
	assert_int_equal(conform_on(5, &f), NFS_INVAL);
	assert_int_equal(conform_on(5, top), NFS_INVAL);
}

static uint32_t set_with(const struct talk_handle *h, const struct nfs_set *s,
			 const struct nfs_time *guard, struct nfs_wcc *wcc)
{
	uint32_t status;

	talk_call(t, 2);
	talk_handle(t, h);
	talk_set(t, s);
	writer_be32(&t->w, guard != NULL);
	if (guard) {
		writer_be32(&t->w, guard->s);
		writer_be32(&t->w, guard->ns);
	}
	status = talk_send(t);
	talk_wcc(t, wcc);
	talk_done(t);
	return status;
}

static void attributes_are_set(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_set s = { .what = NFS_SET_MODE | NFS_SET_SIZE | NFS_SET_ATIME | NFS_SET_MTIME,
			     .mode = 04711,
			     .size = 5000,
			     .atime = { 1000000000, 1000 },
			     .mtime = { 1111111111, 999999999 } };
	struct nfs_wcc wcc;

	(void)state;
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_OK);
	assert_int_equal(wcc.after.mode, 04711);
	assert_int_equal(wcc.after.size, 5000);
	assert_int_equal(wcc.after.atime.s, 1000000000);
	assert_int_equal(wcc.after.mtime.s, 1111111111);
	if (conform.place->nanoseconds)
		assert_int_equal(wcc.after.mtime.ns, 999999999);
	s.what = NFS_SET_MTIME_NOW | NFS_SET_ATIME_NOW;
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_OK);
	assert_true(wcc.after.mtime.s > 1600000000 && wcc.after.atime.s > 1600000000);
	s.what = 0;
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_OK);
	assert_int_equal(wcc.after.mode, 04711);
	s.what = NFS_SET_SIZE;
	s.size = 3;
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_OK);
	assert_int_equal(talk_getattr(t, &f).size, 3);
}

static void consistency_data_says_before_and_after(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_attr a = talk_getattr(t, &f);
	struct nfs_set s = { .what = NFS_SET_SIZE, .size = 77 };
	struct nfs_wcc wcc;

	(void)state;
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_OK);
	if (wcc.before) {
		assert_int_equal(wcc.size, 0);
		assert_int_equal(wcc.ctime.ns, a.ctime.ns);
		assert_int_equal(wcc.mtime.s, a.mtime.s);
	}
	assert_int_equal(wcc.after.size, 77);
}

static void the_guard_is_minded(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_time c = talk_getattr(t, &f).ctime, wrong = { c.s - 1, c.ns };
	struct nfs_set s = { .what = NFS_SET_MODE, .mode = 0600 };
	struct nfs_wcc wcc;

	(void)state;
	assert_int_equal(set_with(&f, &s, &wrong, &wcc), NFS_NOT_SYNC);
	assert_int_equal(wcc.after.mode, 0644);
	assert_int_equal(set_with(&f, &s, &c, &wcc), NFS_OK);
	assert_int_equal(wcc.after.mode, 0600);
}

static void what_no_file_can_have_is_not_set(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct nfs_set s = { .what = NFS_SET_MTIME, .mtime = { 1, 1000000000 } };
	struct nfs_wcc wcc;

	(void)state;
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_INVAL);
	assert_int_equal(wcc.after.type, NFS_REG);
	s = (struct nfs_set) { .what = NFS_SET_ATIME, .atime = { 1, 2000000000 } };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_INVAL);
	s = (struct nfs_set) { .what = NFS_SET_SIZE, .size = UINT64_C(1) << 63 };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_FBIG);
	s.size = 0;
	assert_int_not_equal(set_with(top, &s, NULL, &wcc), NFS_OK);
	t->exports.export[0].client[0].writes = false;
	s = (struct nfs_set) { .what = NFS_SET_MODE, .mode = 0600 };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_ROFS);
	assert_int_equal(wcc.after.mode, 0644);
}

static void owners_and_root_set(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0664);
	struct nfs_set s = { .what = NFS_SET_UID | NFS_SET_GID, .uid = 1000, .gid = 2000 };
	struct nfs_wcc wcc;

	(void)state;
	if (!conform.place->users)
		return;
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_OK);
	assert_int_equal(wcc.after.uid, 1000);
	assert_int_equal(wcc.after.gid, 2000);
	conform_as(1001);
	s = (struct nfs_set) { .what = NFS_SET_MODE, .mode = 0666 };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_PERM);
	s = (struct nfs_set) { .what = NFS_SET_SIZE };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_ACCES);
	s = (struct nfs_set) { .what = NFS_SET_UID, .uid = 1001 };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_PERM);
	conform_as(1000);
	s = (struct nfs_set) { .what = NFS_SET_MODE, .mode = 0600 };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_OK);
	s = (struct nfs_set) { .what = NFS_SET_UID, .uid = 0 };
	assert_int_equal(set_with(&f, &s, NULL, &wcc), NFS_PERM);
}

/* SETATTR without its guard, and what is no XDR: neither is a status of NFS. */
static void garbage_is_called_that(void **state)
{
	struct nfs_set s = { .what = 0 };
	uint32_t status;

	(void)state;
	talk_call(t, 2);
	talk_handle(t, top);
	talk_set(t, &s);
	assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
	talk_call(t, 2);
	talk_handle(t, top);
	writer_be32(&t->w, 2);
	writer_zero(&t->w, 100);
	assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
	talk_call(t, 1);
	writer_be32(&t->w, NFS_HANDLE_MAX + 1);
	writer_zero(&t->w, 100);
	assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
	talk_call(t, 22);
	assert_int_equal(talk_send_any(t, &status), RPC_PROC_UNAVAIL);
	talk_call(t, 0);
	assert_int_equal(talk_send_any(t, &status), RPC_SUCCESS);
}

static void root_is_nobody_where_it_is_squashed(void **state)
{
	struct nfs_set s = { .what = NFS_SET_MODE, .mode = 0777 };
	struct talk_handle f;
	struct nfs_wcc wcc;

	(void)state;
	if (!conform.place->users)
		return;
	assert_int_equal(set_with(top, &s, NULL, &wcc), NFS_OK);
	t->exports.export[0].client[0].squash = SQUASH_ROOT;
	f = talk_create(t, top, "f", 0644);
	assert_int_equal(talk_getattr(t, &f).uid, 65534);
	s.mode = 0700;
	assert_int_equal(set_with(top, &s, NULL, &wcc), NFS_PERM);
	conform_as(1000);
	f = talk_create(t, top, "g", 0644);
	assert_int_equal(talk_getattr(t, &f).uid, 1000);
	t->exports.export[0].client[0].squash = SQUASH_ALL;
	t->exports.export[0].client[0].anon_uid = 99;
	f = talk_create(t, top, "h", 0644);
	assert_int_equal(talk_getattr(t, &f).uid, 99);
	/* who does not say who it is */
	t->exports.export[0].client[0].squash = SQUASH_NONE;
	t->flavor = 0;
	f = talk_create(t, top, "i", 0644);
	assert_int_equal(talk_getattr(t, &f).uid, 65534);
}

uint32_t conform_look(const struct CMUnitTest **out)
{
	static const struct CMUnitTest tests[] = {
		CONFORM(a_folder_is_told_as_one),
		CONFORM(lookup_finds_what_was_made),
		CONFORM(dots_lead_up_to_the_top_and_no_further),
		CONFORM(names_that_cannot_be_are_refused),
		CONFORM(what_is_not_there_is_told_with_the_folder),
		CONFORM(handles_of_others_are_none),
		CONFORM(what_is_gone_is_stale),
		CONFORM(exports_are_for_whom_they_are_for),
		CONFORM(access_is_what_the_mode_says),
		CONFORM(what_is_read_only_grants_no_change),
		CONFORM(links_are_read_and_nothing_else),
		CONFORM(attributes_are_set),
		CONFORM(consistency_data_says_before_and_after),
		CONFORM(the_guard_is_minded),
		CONFORM(what_no_file_can_have_is_not_set),
		CONFORM(owners_and_root_set),
		CONFORM(garbage_is_called_that),
		CONFORM(root_is_nobody_where_it_is_squashed),
	};

	*out = tests;
	return sizeof(tests) / sizeof(tests[0]);
}
