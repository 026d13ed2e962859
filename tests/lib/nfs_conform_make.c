/* SPDX-License-Identifier: BSD-2-Clause */
/* CREATE, MKDIR, SYMLINK, MKNOD (RFC 1813 3.3.8 to 3.3.11). */
#include "nfs_conform_parts.h"

static struct talk *const t = &conform.t;
static const struct talk_handle *const top = &conform.top;

enum { CREATE = 8, MKDIR, SYMLINK, MKNOD };

static const struct nfs_set plain = { .what = NFS_SET_MODE, .mode = 0640 };

/* What the four answer. */
struct made {
	uint32_t status;
	struct talk_handle h;
	struct nfs_attr attr;
	struct nfs_wcc wcc;
};

static struct made answer(void)
{
	struct made m = { .status = talk_send(t) };

	if (!m.status) {
		m.h = talk_made(t);
		(void)talk_post_op(t, &m.attr);
	}
	talk_wcc(t, &m.wcc);
	talk_done(t);
	return m;
}

static void begin(uint32_t proc, const struct talk_handle *dir, struct bytes name)
{
	talk_call(t, proc);
	talk_handle(t, dir);
	writer_xdr_opaque(&t->w, name);
}

static struct made create(const char *name, uint32_t how, const struct nfs_set *s)
{
	begin(CREATE, top, bytes_str(name));
	writer_be32(&t->w, how);
	talk_set(t, s);
	return answer();
}

static struct made exclusive(const char *name, const char *verifier)
{
	begin(CREATE, top, bytes_str(name));
	writer_be32(&t->w, NFS_EXCLUSIVE);
	writer_bytes(&t->w, bytes_of(verifier, 8));
	return answer();
}

static struct made mkdir_of(const char *name)
{
	begin(MKDIR, top, bytes_str(name));
	talk_set(t, &plain);
	return answer();
}

/* A size is for files: there is no harm in one for others. */
static const struct nfs_set sized = { .what = NFS_SET_MODE | NFS_SET_SIZE,
				      .mode = 0640,
				      .size = 12345 };

static void a_size_is_for_files(void **state)
{
	struct made m;

	(void)state;
	begin(MKDIR, top, bytes_str("d"));
	talk_set(t, &sized);
	m = answer();
	assert_int_equal(m.status, NFS_OK);
	assert_int_not_equal(m.attr.size, 12345);
	begin(MKNOD, top, bytes_str("p"));
	writer_be32(&t->w, NFS_FIFO);
	talk_set(t, &sized);
	m = answer();
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.size, 0);
	begin(SYMLINK, top, bytes_str("l"));
	talk_set(t, &sized);
	talk_name(t, "text");
	m = answer();
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.size, 4);
	assert_int_equal(create("f", NFS_GUARDED, &sized).attr.size, 12345);
}

static struct made symlink_to(const char *name, struct bytes text)
{
	begin(SYMLINK, top, bytes_str(name));
	talk_set(t, &plain);
	writer_xdr_opaque(&t->w, text);
	return answer();
}

static struct made mknod_of(const char *name, uint32_t type, uint32_t major, uint32_t minor)
{
	begin(MKNOD, top, bytes_str(name));
	writer_be32(&t->w, type);
	if (type == NFS_CHR || type == NFS_BLK || type == NFS_SOCK || type == NFS_FIFO)
		talk_set(t, &plain);
	if (type == NFS_CHR || type == NFS_BLK) {
		writer_be32(&t->w, major);
		writer_be32(&t->w, minor);
	}
	return answer();
}

static void a_new_file_is_as_it_was_wanted(void **state)
{
	struct nfs_attr before = talk_getattr(t, top);
	struct made m = create("f", NFS_GUARDED, &plain);

	(void)state;
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.type, NFS_REG);
	assert_int_equal(m.attr.mode, 0640);
	assert_int_equal(m.attr.size, 0);
	assert_int_equal(m.attr.nlink, 1);
	if (m.wcc.before)
		assert_int_equal(m.wcc.ctime.ns, before.ctime.ns);
	assert_int_equal(m.wcc.after.type, NFS_DIR);
	assert_int_equal(talk_getattr(t, &m.h).fileid, m.attr.fileid);
}

static void unchecked_takes_what_is_there(void **state)
{
	struct nfs_set empty = { .what = NFS_SET_SIZE | NFS_SET_MODE, .mode = 0777 };
	struct made a = create("f", NFS_UNCHECKED, &plain), b;

	(void)state;
	talk_write(t, &a.h, 0, "something");
	b = create("f", NFS_UNCHECKED, &plain);
	assert_int_equal(b.status, NFS_OK);
	assert_int_equal(b.attr.fileid, a.attr.fileid);
	assert_int_equal(b.attr.size, 9);
	b = create("f", NFS_UNCHECKED, &empty);
	assert_int_equal(b.status, NFS_OK);
	assert_int_equal(b.attr.size, 0);
	assert_int_equal(talk_getattr(t, &a.h).size, 0);
}

static void guarded_does_not(void **state)
{
	(void)state;
	assert_int_equal(create("f", NFS_GUARDED, &plain).status, NFS_OK);
	assert_int_equal(create("f", NFS_GUARDED, &plain).status, NFS_EXIST);
	assert_int_equal(mkdir_of("d").status, NFS_OK);
	assert_int_equal(create("d", NFS_GUARDED, &plain).status, NFS_EXIST);
	assert_int_not_equal(create("d", NFS_UNCHECKED, &plain).status, NFS_OK);
}

static void exclusive_knows_itself_again(void **state)
{
	struct made a = exclusive("f", "12345678"), b = exclusive("f", "12345678");

	(void)state;
	assert_int_equal(a.status, NFS_OK);
	assert_int_equal(a.attr.type, NFS_REG);
	assert_int_equal(b.status, NFS_OK);
	assert_int_equal(b.attr.fileid, a.attr.fileid);
	assert_int_equal(exclusive("f", "12345679").status, NFS_EXIST);
	assert_int_equal(exclusive("f", "02345678").status, NFS_EXIST);
	assert_int_equal(create("g", NFS_GUARDED, &plain).status, NFS_OK);
	assert_int_equal(exclusive("g", "12345678").status, NFS_EXIST);
}

static void folders_are_made(void **state)
{
	uint32_t links = talk_getattr(t, top).nlink;
	struct made m = mkdir_of("d");

	(void)state;
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.type, NFS_DIR);
	assert_int_equal(m.attr.mode, 0640);
	if (links > 1)
		assert_int_equal(m.wcc.after.nlink, links + 1);
	assert_int_equal(mkdir_of("d").status, NFS_EXIST);
	assert_int_equal(create("f", NFS_GUARDED, &plain).status, NFS_OK);
	assert_int_equal(mkdir_of("f").status, NFS_EXIST);
}

static void links_to_anything_are_made(void **state)
{
	struct bytes text = bytes_str("nowhere/at all");
	struct made m = symlink_to("l", text);
	static const char longest[NFS_PATH_MAX + 1];
	char path[NFS_PATH_MAX];

	(void)state;
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.type, NFS_LNK);
	assert_int_equal(m.attr.size, text.n);
	assert_int_equal(symlink_to("l", text).status, NFS_EXIST);
	assert_int_equal(symlink_to("m", bytes_of("", 0)).status, NFS_INVAL);
	assert_int_equal(symlink_to("m", bytes_of("a\0b", 3)).status, NFS_INVAL);
	assert_int_equal(symlink_to("m", bytes_of(longest, sizeof(longest))).status,
			 NFS_NAMETOOLONG);
	memset(path, 'p', sizeof(path));
	assert_int_equal(symlink_to("m", bytes_of(path, sizeof(path))).status, NFS_NAMETOOLONG);
	assert_int_equal(symlink_to("m", bytes_of(path, 1000)).status, NFS_OK);
}

static void pipes_and_sockets_are_made(void **state)
{
	struct made m = mknod_of("p", NFS_FIFO, 0, 0);

	(void)state;
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.type, NFS_FIFO);
	assert_int_equal(m.attr.mode, 0640);
	m = mknod_of("s", NFS_SOCK, 0, 0);
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.type, NFS_SOCK);
	assert_int_equal(mknod_of("s", NFS_SOCK, 0, 0).status, NFS_EXIST);
}

static void devices_are_made_by_root(void **state)
{
	struct made m;

	(void)state;
	if (!conform.place->devices)
		return;
	m = mknod_of("c", NFS_CHR, 5, 300);
	assert_int_equal(m.status, NFS_OK);
	assert_int_equal(m.attr.type, NFS_CHR);
	assert_int_equal(m.attr.major, 5);
	assert_int_equal(m.attr.minor, 300);
	m = mknod_of("b", NFS_BLK, 179, 2);
	assert_int_equal(m.attr.type, NFS_BLK);
	assert_int_equal(m.attr.major, 179);
	assert_int_equal(m.attr.minor, 2);
	/* writing to it does not change the export */
	t->exports.export[0].client[0].writes = false;
	talk_call(t, 4);
	talk_handle(t, &m.h);
	writer_be32(&t->w, 0x3f);
	assert_int_equal(talk_send(t), NFS_OK);
	(void)talk_post_op(t, &m.attr);
	assert_int_equal(reader_be32(&t->r), 0x0d);
}

static void other_types_are_not_for_mknod(void **state)
{
	static const uint32_t none[] = { NFS_NONE, 8, 1000, UINT32_MAX };
	uint32_t status;

	(void)state;
	assert_int_equal(mknod_of("x", NFS_REG, 0, 0).status, NFS_BADTYPE);
	assert_int_equal(mknod_of("x", NFS_DIR, 0, 0).status, NFS_BADTYPE);
	assert_int_equal(mknod_of("x", NFS_LNK, 0, 0).status, NFS_BADTYPE);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		begin(MKNOD, top, bytes_str("x"));
		writer_be32(&t->w, none[i]);
		assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
	}
	begin(CREATE, top, bytes_str("x"));
	writer_be32(&t->w, 3);
	talk_set(t, &plain);
	assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
}

/* All four with any name. */
static uint32_t make_named(struct bytes name, uint32_t proc, const struct talk_handle *dir)
{
	begin(proc, dir, name);
	if (proc == CREATE)
		writer_be32(&t->w, NFS_UNCHECKED);
	if (proc == MKNOD)
		writer_be32(&t->w, NFS_FIFO);
	talk_set(t, &plain);
	if (proc == SYMLINK)
		talk_name(t, "text");
	return answer().status;
}

static uint32_t proc_now;

static uint32_t ask(struct bytes name)
{
	return make_named(name, proc_now, top);
}

static void names_are_looked_at_by_all(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);

	(void)state;
	for (proc_now = CREATE; proc_now <= MKNOD; proc_now++) {
		conform_bad_names(ask);
		assert_int_equal(ask(bytes_str(".")), NFS_EXIST);
		assert_int_equal(ask(bytes_str("..")), NFS_EXIST);
		assert_int_equal(make_named(bytes_str("x"), proc_now, &f), NFS_NOTDIR);
	}
	t->exports.export[0].client[0].writes = false;
	for (proc_now = CREATE; proc_now <= MKNOD; proc_now++)
		assert_int_equal(ask(bytes_str("new")), NFS_ROFS);
}

static void not_everyone_makes_everything(void **state)
{
	(void)state;
	if (!conform.place->users)
		return;
	conform_as(1000);
	assert_int_equal(create("f", NFS_UNCHECKED, &plain).status, NFS_ACCES);
	assert_int_equal(mkdir_of("d").status, NFS_ACCES);
	assert_int_equal(symlink_to("l", bytes_str("x")).status, NFS_ACCES);
	assert_int_equal(mknod_of("p", NFS_FIFO, 0, 0).status, NFS_ACCES);
}

uint32_t conform_make(const struct CMUnitTest **out)
{
	static const struct CMUnitTest tests[] = {
		CONFORM(a_new_file_is_as_it_was_wanted),
		CONFORM(unchecked_takes_what_is_there),
		CONFORM(guarded_does_not),
		CONFORM(exclusive_knows_itself_again),
		CONFORM(folders_are_made),
		CONFORM(a_size_is_for_files),
		CONFORM(links_to_anything_are_made),
		CONFORM(pipes_and_sockets_are_made),
		CONFORM(devices_are_made_by_root),
		CONFORM(other_types_are_not_for_mknod),
		CONFORM(names_are_looked_at_by_all),
		CONFORM(not_everyone_makes_everything),
	};

	*out = tests;
	return sizeof(tests) / sizeof(tests[0]);
}
