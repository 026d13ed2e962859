/* SPDX-License-Identifier: BSD-2-Clause */
/* REMOVE, RMDIR, RENAME, LINK (RFC 1813 3.3.12 to 3.3.15). */
#include "nfs_conform_parts.h"

static struct talk *const t = &conform.t;
static const struct talk_handle *const top = &conform.top;

enum { LOOKUP = 3, REMOVE = 12, RMDIR, RENAME, LINK };

static struct nfs_wcc wcc, to_wcc;

static uint32_t take_away_bytes(uint32_t proc, const struct talk_handle *dir, struct bytes name)
{
	uint32_t status;

	talk_call(t, proc);
	talk_handle(t, dir);
	writer_xdr_opaque(&t->w, name);
	status = talk_send(t);
	talk_wcc(t, &wcc);
	talk_done(t);
	return status;
}

static uint32_t take_away(uint32_t proc, const char *name)
{
	return take_away_bytes(proc, top, bytes_str(name));
}

static uint32_t rename_bytes(const struct talk_handle *from, struct bytes name,
			     const struct talk_handle *to, struct bytes new_name)
{
	uint32_t status;

	talk_call(t, RENAME);
	talk_handle(t, from);
	writer_xdr_opaque(&t->w, name);
	talk_handle(t, to);
	writer_xdr_opaque(&t->w, new_name);
	status = talk_send(t);
	talk_wcc(t, &wcc);
	talk_wcc(t, &to_wcc);
	talk_done(t);
	return status;
}

static uint32_t rename_to(const char *name, const struct talk_handle *to, const char *new_name)
{
	return rename_bytes(top, bytes_str(name), to, bytes_str(new_name));
}

static uint32_t link_bytes(const struct talk_handle *f, const struct talk_handle *dir,
			   struct bytes name)
{
	struct nfs_attr a;
	uint32_t status;

	talk_call(t, LINK);
	talk_handle(t, f);
	talk_handle(t, dir);
	writer_xdr_opaque(&t->w, name);
	status = talk_send(t);
	(void)talk_post_op(t, &a);
	talk_wcc(t, &to_wcc);
	talk_done(t);
	return status;
}

static uint32_t link_to(const struct talk_handle *f, const char *name)
{
	return link_bytes(f, top, bytes_str(name));
}

static void files_go(void **state)
{
	(void)state;
	(void)talk_create(t, top, "f", 0644);
	assert_int_equal(take_away(REMOVE, "f"), NFS_OK);
	assert_int_equal(wcc.after.type, NFS_DIR);
	assert_int_equal(conform_named(LOOKUP, top, "f"), NFS_NOENT);
	assert_int_equal(take_away(REMOVE, "f"), NFS_NOENT);
	assert_int_equal(take_away(RMDIR, "f"), NFS_NOENT);
}

static void folders_go_when_they_are_empty(void **state)
{
	struct talk_handle d = talk_mkdir(t, top, "d", 0755);

	(void)state;
	(void)talk_create(t, &d, "f", 0644);
	assert_int_equal(take_away(RMDIR, "d"), NFS_NOTEMPTY);
	assert_int_equal(take_away_bytes(REMOVE, &d, bytes_str("f")), NFS_OK);
	assert_int_equal(take_away(RMDIR, "d"), NFS_OK);
	assert_int_equal(conform_on(1, &d), NFS_STALE);
}

static void each_takes_away_its_own_kind(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);

	(void)state;
	(void)talk_mkdir(t, top, "d", 0755);
	assert_int_equal(take_away(RMDIR, "f"), NFS_NOTDIR);
	assert_int_equal(take_away(REMOVE, "d"), NFS_ISDIR);
	assert_int_equal(take_away_bytes(REMOVE, &f, bytes_str("x")), NFS_NOTDIR);
	assert_int_equal(take_away_bytes(RMDIR, &f, bytes_str("x")), NFS_NOTDIR);
}

static uint32_t remove_named(struct bytes name)
{
	return take_away_bytes(REMOVE, top, name);
}

static uint32_t rmdir_named(struct bytes name)
{
	return take_away_bytes(RMDIR, top, name);
}

static uint32_t rename_from(struct bytes name)
{
	return rename_bytes(top, name, top, bytes_str("x"));
}

static uint32_t rename_into(struct bytes name)
{
	return rename_bytes(top, bytes_str("f"), top, name);
}

static struct talk_handle linked;

static uint32_t link_named(struct bytes name)
{
	return link_bytes(&linked, top, name);
}

static void names_are_looked_at(void **state)
{
	(void)state;
	linked = talk_create(t, top, "f", 0644);
	conform_bad_names(remove_named);
	conform_bad_names(rmdir_named);
	conform_bad_names(rename_from);
	conform_bad_names(rename_into);
	conform_bad_names(link_named);
	assert_int_equal(take_away(REMOVE, "."), NFS_ACCES);
	assert_int_equal(take_away(REMOVE, ".."), NFS_ACCES);
	assert_int_equal(take_away(RMDIR, "."), NFS_INVAL);
	assert_int_equal(take_away(RMDIR, ".."), NFS_EXIST);
	assert_int_equal(rename_to(".", top, "x"), NFS_INVAL);
	assert_int_equal(rename_to("..", top, "x"), NFS_INVAL);
	assert_int_equal(rename_to("f", top, "."), NFS_INVAL);
	assert_int_equal(rename_to("f", top, ".."), NFS_INVAL);
	assert_int_equal(link_to(&linked, "."), NFS_EXIST);
	assert_int_equal(link_to(&linked, ".."), NFS_EXIST);
	assert_int_equal(conform_named(LOOKUP, top, "f"), NFS_OK);
}

static uint64_t id_of(const struct talk_handle *dir, const char *name)
{
	struct talk_handle h = talk_lookup(t, dir, name);

	return talk_getattr(t, &h).fileid;
}

static void a_file_moves(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644), d = talk_mkdir(t, top, "d", 0755);
	uint64_t id = talk_getattr(t, &f).fileid;

	(void)state;
	assert_int_equal(rename_to("f", top, "g"), NFS_OK);
	assert_int_equal(conform_named(LOOKUP, top, "f"), NFS_NOENT);
	assert_int_equal(id_of(top, "g"), id);
	assert_int_equal(rename_to("g", &d, "h"), NFS_OK);
	assert_int_equal(wcc.after.fileid, talk_getattr(t, top).fileid);
	assert_int_equal(to_wcc.after.fileid, talk_getattr(t, &d).fileid);
	assert_int_equal(id_of(&d, "h"), id);
	assert_int_equal(talk_getattr(t, &f).fileid, id);
	assert_int_equal(rename_to("none", top, "x"), NFS_NOENT);
	assert_int_equal(rename_bytes(&d, bytes_str("h"), &d, bytes_str("h")), NFS_OK);
	assert_int_equal(id_of(&d, "h"), id);
}

static void it_moves_over_another(void **state)
{
	struct talk_handle a = talk_create(t, top, "a", 0644), b = talk_create(t, top, "b", 0644);
	struct talk_handle d = talk_mkdir(t, top, "d", 0755), e = talk_mkdir(t, top, "e", 0755);
	uint64_t id = talk_getattr(t, &a).fileid;

	(void)state;
	assert_int_equal(rename_to("a", top, "b"), NFS_OK);
	assert_int_equal(id_of(top, "b"), id);
	assert_int_equal(conform_on(1, &b), NFS_STALE);
	/* RFC 1813 3.3.14: EXIST where the kinds differ; servers say which one is the folder */
	assert_int_not_equal(rename_to("b", top, "d"), NFS_OK);
	assert_int_not_equal(rename_to("d", top, "b"), NFS_OK);
	(void)talk_create(t, &e, "x", 0644);
	assert_int_equal(rename_to("d", top, "e"), NFS_NOTEMPTY);
	assert_int_equal(take_away_bytes(REMOVE, &e, bytes_str("x")), NFS_OK);
	assert_int_equal(rename_to("d", top, "e"), NFS_OK);
	assert_int_equal(id_of(top, "e"), talk_getattr(t, &d).fileid);
}

static void a_folder_moves_with_what_is_in_it_but_not_into_itself(void **state)
{
	struct talk_handle d = talk_mkdir(t, top, "d", 0755), e = talk_mkdir(t, &d, "e", 0755);
	struct talk_handle other = talk_mkdir(t, top, "other", 0755);

	(void)state;
	assert_int_equal(rename_to("d", &e, "x"), NFS_INVAL);
	assert_int_equal(rename_to("d", &d, "x"), NFS_INVAL);
	assert_int_equal(rename_to("d", &other, "d"), NFS_OK);
	assert_int_equal(id_of(&d, ".."), talk_getattr(t, &other).fileid);
	assert_int_equal(id_of(&d, "e"), talk_getattr(t, &e).fileid);
}

static void a_file_has_several_names(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644), d = talk_mkdir(t, top, "d", 0755);

	(void)state;
	assert_int_equal(link_to(&f, "g"), NFS_OK);
	assert_int_equal(to_wcc.after.type, NFS_DIR);
	assert_int_equal(talk_getattr(t, &f).nlink, 2);
	assert_int_equal(id_of(top, "g"), talk_getattr(t, &f).fileid);
	assert_int_equal(link_to(&f, "g"), NFS_EXIST);
	assert_int_equal(link_to(&f, "d"), NFS_EXIST);
	assert_int_not_equal(link_to(&d, "x"), NFS_OK);
	assert_int_equal(link_bytes(&f, &f, bytes_str("x")), NFS_NOTDIR);
	/* two names of one file: nothing happens */
	assert_int_equal(rename_to("f", top, "g"), NFS_OK);
	assert_int_equal(take_away(REMOVE, "f"), NFS_OK);
	assert_int_equal(talk_getattr(t, &f).nlink, 1);
	assert_int_equal(take_away(REMOVE, "g"), NFS_OK);
	assert_int_equal(conform_on(1, &f), NFS_STALE);
}

static void nothing_crosses_exports(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644), other = talk_root(t, 2), bad = other;

	(void)state;
	assert_int_equal(rename_to("f", &other, "f"), NFS_XDEV);
	assert_int_equal(wcc.after.type, NFS_DIR);
	assert_int_equal(to_wcc.after.type, NFS_DIR);
	assert_int_equal(link_bytes(&f, &other, bytes_str("f")), NFS_XDEV);
	bad.b[5] ^= 1;
	assert_int_equal(rename_to("f", &bad, "f"), NFS_BADHANDLE);
	assert_int_equal(link_bytes(&f, &bad, bytes_str("f")), NFS_BADHANDLE);
	assert_int_equal(rename_bytes(&bad, bytes_str("f"), top, bytes_str("f")), NFS_BADHANDLE);
	assert_int_equal(link_bytes(&bad, top, bytes_str("g")), NFS_BADHANDLE);
}

static void nothing_goes_where_it_is_read_only_or_forbidden(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);

	(void)state;
	(void)talk_mkdir(t, top, "d", 0755);
	if (conform.place->users) {
		conform_as(1000);
		assert_int_equal(take_away(REMOVE, "f"), NFS_ACCES);
		assert_int_equal(take_away(RMDIR, "d"), NFS_ACCES);
		assert_int_equal(rename_to("f", top, "g"), NFS_ACCES);
		assert_int_not_equal(link_to(&f, "g"), NFS_OK);
		conform_as(0);
	}
	t->exports.export[0].client[0].writes = false;
	assert_int_equal(take_away(REMOVE, "f"), NFS_ROFS);
	assert_int_equal(wcc.after.type, NFS_DIR);
	assert_int_equal(take_away(RMDIR, "d"), NFS_ROFS);
	assert_int_equal(rename_to("f", top, "g"), NFS_ROFS);
	assert_int_equal(link_to(&f, "g"), NFS_ROFS);
}

uint32_t conform_names(const struct CMUnitTest **out)
{
	static const struct CMUnitTest tests[] = {
		CONFORM(files_go),
		CONFORM(folders_go_when_they_are_empty),
		CONFORM(each_takes_away_its_own_kind),
		CONFORM(names_are_looked_at),
		CONFORM(a_file_moves),
		CONFORM(it_moves_over_another),
		CONFORM(a_folder_moves_with_what_is_in_it_but_not_into_itself),
		CONFORM(a_file_has_several_names),
		CONFORM(nothing_crosses_exports),
		CONFORM(nothing_goes_where_it_is_read_only_or_forbidden),
	};

	*out = tests;
	return sizeof(tests) / sizeof(tests[0]);
}
