/* SPDX-License-Identifier: BSD-2-Clause */
/* MOUNT as clients ask it, over a few folders in memory. */
#include "nfs_mounts.h"
#include "nfs_server.h"
#include "rpc_ask.h"
#include "unit.h"

/* ---- folders: a path without slashes around it, what it is, where a link leads ---- */

static const struct node {
	const char *path;
	uint32_t type;
	const char *to;
} nodes[] = {
	{ "", NFS_DIR, NULL },
	{ "pi4", NFS_DIR, NULL },
	{ "pi4/boot", NFS_DIR, NULL },
	{ "pi4/etc", NFS_DIR, NULL },
	{ "file", NFS_REG, NULL },
	{ "38c128c0", NFS_LNK, "pi4" },
	{ "dc-a6-32-00-00-01", NFS_DIR, NULL },
	{ "10.0.0.9", NFS_LNK, "/srv/nfs//pi4/../pi4" },
	{ "out", NFS_LNK, "/etc" },
	{ "loop", NFS_LNK, "./loop" },
	{ "pi4/up", NFS_LNK, "../../.." },
	{ "none", NFS_LNK, "nowhere" },
};

enum { NODES = sizeof(nodes) / sizeof(nodes[0]) };

static int looked_up;
static uint32_t id_bytes = 4;

static void make(uint16_t export, uint32_t i, struct nfs_file *out)
{
	memset(out, 0, sizeof(*out));
	out->export = export;
	out->n = (uint8_t)id_bytes;
	out->id[0] = (uint8_t)i;
}

static int root_of(void *ctx, uint16_t export, struct nfs_file *out)
{
	(void)ctx;
	make(export, 0, out);
	return NFS_OK;
}

static int getattr_of(void *ctx, const struct nfs_file *f, struct nfs_attr *attr)
{
	(void)ctx;
	attr->type = nodes[f->id[0]].type;
	return NFS_OK;
}

static int lookup_of(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		     struct bytes name, struct nfs_file *out, struct nfs_attr *attr,
		     struct nfs_attr *dir_attr)
{
	char path[600];
	struct text t = text_init(path, sizeof(path));
	const char *at = nodes[dir->id[0]].path, *slash = strrchr(at, '/');

	(void)ctx;
	(void)dir_attr;
	looked_up++;
	assert_true(who->uid == 0 && name.n > 0 && name.n <= NFS_NAME_MAX);
	assert_null(memchr(name.p, '/', name.n));
	assert_null(memchr(name.p, 0, name.n));
	if (bytes_is(name, ".."))
		text_safe(&t, bytes_of(at, slash ? (uint32_t)(slash - at) : 0));
	else if (bytes_is(name, "."))
		text_str(&t, at);
	else {
		text_fmt(&t, "%s%s", at, *at ? "/" : "");
		text_safe(&t, name);
	}
	for (uint32_t i = 0; i < NODES; i++) {
		if (strcmp(nodes[i].path, path) != 0)
			continue;
		make(dir->export, i, out);
		attr->type = i & 1 ? nodes[i].type : NFS_NONE; /* not always known at once */
		return NFS_OK;
	}
	return NFS_NOENT;
}

static int readlink_of(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		       char to[NFS_PATH_MAX], uint32_t *n, struct nfs_attr *attr)
{
	(void)ctx;
	(void)who;
	(void)attr;
	assert_int_equal(nodes[f->id[0]].type, NFS_LNK);
	*n = (uint32_t)strlen(nodes[f->id[0]].to);
	memcpy(to, nodes[f->id[0]].to, *n);
	return NFS_OK;
}

/* ---- the server ---- */

static struct nfs_news told;
static char told_path[64], told_own[64], told_machine[64];
static uint32_t n_told;
static int locked;
static struct boot_path_who known;

static void news(void *ctx, const struct nfs_news *n)
{
	struct text t = text_init(told_path, sizeof(told_path));

	(void)ctx;
	assert_true(n->event < NFS_EVENTS && !locked);
	told = *n;
	text_safe(&t, n->path);
	t = text_init(told_own, sizeof(told_own));
	text_safe(&t, n->own);
	t = text_init(told_machine, sizeof(told_machine));
	text_safe(&t, n->machine);
	n_told++;
}

static void who(void *ctx, uint32_t ip, struct boot_path_who *out)
{
	(void)ctx;
	(void)ip;
	*out = known;
}

static void lock(void *ctx, bool on)
{
	(void)ctx;
	assert_int_equal(locked, !on);
	locked = on;
}

static struct nfs_exports exports;
static struct nfs_shared shared = {
	.exports = &exports, .key = { "0123456789abcde" }, .news = news, .who = who, .lock = lock
};
static struct nfs_server server = { .shared = &shared,
				    .fs = { .root = root_of,
					    .getattr = getattr_of,
					    .lookup = lookup_of,
					    .readlink = readlink_of } };
static const struct rpc_service row = { RPC_MOUNT, 1, 3, &server, mount_manner, mount_serve, NULL };
static const struct rpc_services services = { &row, 1 };
static struct rpc_ask asking = { .services = &services };

static void export(const char *path, const char *words)
{
	char why[200];
	struct text t = text_init(why, sizeof(why));
	struct nfs_export *x = &exports.export[exports.n++];

	memset(x, 0, sizeof(*x));
	x->path = path;
	x->root = "/srv/nfs";
	if (!exports_clients_parse(bytes_str(words), x, &t))
		fail_msg("%s", why);
	exports_number(&exports);
}

static int begin(void **state)
{
	exports.n = 0;
	export("/srv/nfs", "10.0.0.0/24(rw) 10.0.1.0/24(insecure)");
	export("/srv/all", "*");
	shared.mounts = nfs_mounts_init(malloc(nfs_mounts_bytes(40)), 40);
	*state = shared.mounts;
	asking.peer = (struct rpc_peer) { 0x0a000002, 0x0a000001, 900, true };
	memset(&known, 0, sizeof(known));
	memset(&told, 0, sizeof(told));
	id_bytes = 4;
	n_told = 0;
	return 0;
}

static int end(void **state)
{
	free(*state);
	return 0;
}

static void ask(uint32_t vers, uint32_t proc, const char *path)
{
	struct rpc c = { .xid = 7, .prog = RPC_MOUNT, .vers = vers, .proc = proc, .flavor = 1 };

	c.machine = bytes_str("pi4");
	c.path = bytes_str(path);
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	assert_false(locked);
}

/* Which folder a handle that was given leads to. */
static const char *given(void)
{
	struct nfs_file f;

	assert_int_equal(asking.reply.status, 0);
	assert_true(nfs_handle_open(&shared.key, asking.reply.handle2, &f));
	assert_int_equal(f.export, exports.export[0].id);
	return nodes[f.id[0]].path;
}

static void mounts(const char *path, const char *folder)
{
	for (uint32_t vers = 1; vers <= 3; vers++) {
		ask(vers, 1, path);
		assert_string_equal(given(), folder);
		assert_int_equal(told.event, NFS_MOUNTED);
		assert_int_equal(told.version, vers);
		assert_int_equal(told.ip, asking.peer.ip);
		assert_string_equal(told_machine, "pi4");
		assert_string_equal(told_path, path);
		assert_null(told.why);
		assert_int_equal(asking.reply.handle2.n, vers == 3 ? 16 : 32);
	}
}

static void refuses(const char *path, uint32_t status, const char *why)
{
	for (uint32_t vers = 1; vers <= 3; vers++) {
		told.why = NULL;
		ask(vers, 1, path);
		assert_int_equal(asking.reply.status, status);
		assert_int_equal(asking.n, RPC_REPLY_HEAD + 4);
		assert_int_equal(told.event, NFS_REFUSED);
		if (!told.why || !strstr(told.why, why))
			fail_msg("%s: %s", path, told.why);
	}
}

static void mounts_an_export_and_what_is_below(void **state)
{
	(void)state;
	mounts("/srv/nfs", "");
	mounts("/srv/nfs/", "");
	mounts("//srv//nfs//pi4/./boot//", "pi4/boot");
	mounts("/srv/nfs/pi4/../pi4/etc", "pi4/etc");
}

static void version_3_says_which_flavours_are_taken(void **state)
{
	static const uint8_t flavors[] = { 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0 };

	(void)state;
	ask(3, 1, "/srv/nfs");
	assert_memory_equal(asking.answer + asking.n - sizeof(flavors), flavors, sizeof(flavors));
}

static void links_are_followed_within_the_export(void **state)
{
	(void)state;
	mounts("/srv/nfs/38c128c0/boot", "pi4/boot");
	mounts("/srv/nfs/10.0.0.9/etc", "pi4/etc");
	mounts("/srv/nfs/pi4/up", ""); /* no further up than the export */
	refuses("/srv/nfs/out", NFS_ACCES, "a symbolic link leads out of the export");
	refuses("/srv/nfs/none", NFS_NOENT, "there is no such folder");
	refuses("/srv/nfs/loop", NFS_IO, "lead in a circle");
}

static void long_path(char *to, uint32_t n)
{
	struct text t = text_init(to, n);

	text_str(&t, "/srv/nfs/");
	while (t.pos + 1 < n)
		text_char(&t, 'a');
}

static void says_why_a_mount_is_refused(void **state)
{
	static char path[1100], name[300];

	(void)state;
	long_path(path, sizeof(path));
	long_path(name, sizeof(name));
	refuses("/srv", NFS_NOENT, "showmount -e");
	refuses("srv/nfs", NFS_NOENT, "showmount -e");
	refuses("", NFS_NOENT, "showmount -e");
	refuses("/srv/nfs2", NFS_NOENT, "showmount -e");
	refuses("/srv/nfs/pi5", NFS_NOENT, "there is no such folder");
	refuses("/srv/nfs/file", NFS_NOTDIR, "no folder");
	refuses("/srv/nfs/file/x", NFS_NOTDIR, "no folder");
	refuses(path, NFS_NAMETOOLONG, "1024 bytes");
	refuses(name, NFS_NAMETOOLONG, "too long");
	asking.peer.ip = 0x0a000202;
	refuses("/srv/nfs", NFS_ACCES, "do not include this address");
	asking.peer.ip = 0x0a000002;
	asking.peer.port = 1024;
	refuses("/srv/nfs", NFS_ACCES, "a port above 1023");
	asking.peer.ip = 0x0a000102;
	mounts("/srv/nfs", "");
	exports.n = 0;
	refuses("/srv/nfs", NFS_NOENT, "nothing is exported");
}

static void a_zero_in_a_path_goes_nowhere(void **state)
{
	struct rpc c = { .prog = RPC_MOUNT, .vers = 3, .proc = 1, .flavor = 0 };

	(void)state;
	c.path = bytes_of("/srv/nfs/pi4\0x", 14);
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.status, NFS_INVAL);
}

static void what_version_2_cannot_name_is_refused_to_it(void **state)
{
	(void)state;
	id_bytes = NFS_ID_V2_MAX + 1;
	ask(1, 1, "/srv/nfs");
	assert_int_equal(asking.reply.status, NFS_IO);
	assert_non_null(strstr(told.why, "vers=3"));
	ask(3, 1, "/srv/nfs");
	assert_int_equal(asking.reply.status, NFS_OK);
}

static void a_client_gets_the_folder_that_is_its_own(void **state)
{
	(void)state;
	exports.export[0].own_folders = true;
	mounts("/srv/nfs", "");
	assert_string_equal(told_own, "");
	known.has_serial = true;
	known.serial = 0x38c128c0;
	mounts("/srv/nfs", "pi4");
	assert_string_equal(told_own, "38c128c0");
	mounts("/srv/nfs/boot", "pi4/boot");
	mounts("/srv/nfs/pi4/etc", "pi4/etc"); /* not below its own: as it is */
	assert_string_equal(told_own, "");
	known.serial = 0x12345678;
	known.mac = (struct mac) { { 0xdc, 0xa6, 0x32, 0, 0, 1 } };
	mounts("/srv/nfs", "dc-a6-32-00-00-01");
	memset(&known, 0, sizeof(known));
	asking.peer.ip = 0x0a000009;
	mounts("/srv/nfs", "pi4");
	exports.export[0].own_folders = false;
	mounts("/srv/nfs", "");
}

/* nfsroot=SERVER:/srv/nfs/SERIAL, as a cmdline.txt for all boards may say it. */
static void a_board_that_has_no_folder_of_its_name_gets_the_one_for_all(void **state)
{
	(void)state;
	exports.export[0].own_folders = true;
	mounts("/srv/nfs/38c128c0", "pi4"); /* has one */
	mounts("/srv/nfs/12345678", "");
	mounts("/srv/nfs/10000000abcdef01/pi4/etc", "pi4/etc");
	mounts("/srv/nfs/dc-a6-32-77-00-01/pi4", "pi4");
	refuses("/srv/nfs/1234567", NFS_NOENT, "there is no such folder");
	refuses("/srv/nfs/12345678/nothing", NFS_NOENT, "there is no such folder");
	refuses("/srv/nfs/nothing/12345678", NFS_NOENT, "there is no such folder");
	exports.export[0].own_folders = false;
	refuses("/srv/nfs/12345678", NFS_NOENT, "there is no such folder");
}

static void dump_shows_who_mounted_what(void **state)
{
	(void)state;
	ask(3, 1, "/srv/nfs/pi4/");
	asking.peer.ip++;
	ask(1, 1, "/srv//nfs");
	ask(3, 1, "/srv/nfs");
	for (uint32_t vers = 1; vers <= 3; vers++) {
		ask(vers, 2, "");
		assert_int_equal(asking.reply.exports_total, 2);
		assert_true(bytes_is(asking.reply.exports[0].group, "10.0.0.2"));
		assert_true(bytes_is(asking.reply.exports[0].path, "/srv/nfs/pi4"));
		assert_true(bytes_is(asking.reply.exports[1].group, "10.0.0.3"));
		assert_true(bytes_is(asking.reply.exports[1].path, "/srv/nfs"));
	}
	n_told = 0;
	ask(3, 3, "/srv/nfs/pi4"); /* of another client */
	assert_int_equal(n_told, 0);
	ask(3, 3, "/srv/nfs/");
	assert_int_equal(told.event, NFS_UNMOUNTED);
	asking.peer.ip--;
	ask(3, 1, "/srv/nfs");
	ask(1, 4, "");
	assert_int_equal(told.event, NFS_UNMOUNTED);
	assert_int_equal(n_told, 3);
	ask(1, 4, "");
	assert_int_equal(n_told, 3);
	ask(3, 2, "");
	assert_int_equal(asking.reply.exports_total, 0);
}

static void export_shows_what_there_is_for_whom(void **state)
{
	(void)state;
	for (uint32_t vers = 1; vers <= 3; vers++) {
		ask(vers, 5, "");
		assert_int_equal(asking.reply.exports_total, 2);
		assert_true(bytes_is(asking.reply.exports[0].path, "/srv/nfs"));
		assert_true(bytes_is(asking.reply.exports[0].group, "10.0.0.0/24"));
		assert_int_equal(asking.reply.exports[0].groups, 2);
		assert_true(bytes_is(asking.reply.exports[1].path, "/srv/all"));
		assert_int_equal(asking.reply.exports[1].groups, 0);
	}
	ask(1, 6, "");
	assert_int_equal(asking.reply.exports_total, 2);
}

static void there_are_no_other_procedures(void **state)
{
	struct rpc c = { .prog = RPC_MOUNT, .vers = 3, .proc = 6 };

	(void)state;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROC_UNAVAIL);
	c.vers = 2;
	c.proc = 7;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROC_UNAVAIL);
	c.vers = 4;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROG_MISMATCH);
	for (uint32_t vers = 1; vers <= 3; vers++) {
		c.vers = vers;
		c.proc = 0;
		rpc_ask(&asking, &c);
		assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	}
}

static void lists_end_where_the_room_does(void **state)
{
	static char path[NFS_MOUNTS_PATH + 1];
	struct rpc c = { .prog = RPC_MOUNT, .vers = 3, .proc = 2 };
	uint8_t message[100];
	struct writer w = writer_init(message, sizeof(message));

	(void)state;
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	for (uint32_t i = 0; i < 40; i++)
		nfs_mounts_add(shared.mounts, i, bytes_str(path));
	rpc_write_call(&c, &w);
	for (uint32_t room = RPC_REPLY_HEAD + 4; room < 3000; room += 7) {
		struct reader r;

		rpc_ask_bytes(&asking, writer_done(&w), room);
		r = reader_init(asking.answer, asking.n, asking.n);
		assert_int_equal(rpc_decode_header(&r, &asking.reply), ERR_OK);
		assert_int_equal(asking.reply.accept, RPC_SUCCESS);
		asking.reply.known = true;
		asking.reply.prog = RPC_MOUNT;
		asking.reply.vers = 3;
		asking.reply.proc = 2;
		assert_int_equal(rpc_decode_body(&r, &asking.reply), ERR_OK);
		assert_int_equal(r.pos, r.len);
		/* 276 bytes a row, and 4 at the end */
		if (room > 800)
			assert_true(asking.reply.exports_total >=
				    (room - RPC_REPLY_HEAD - 4) / 280);
	}
}

static void survives_every_prefix_and_flip(void **state)
{
	struct rpc c = { .prog = RPC_MOUNT, .flavor = 1 };

	(void)state;
	exports.export[0].own_folders = true;
	c.path = bytes_str("/srv/nfs/38c128c0/boot");
	for (c.vers = 1; c.vers <= 3; c.vers += 2)
		for (c.proc = 0; c.proc <= 6; c.proc++)
			rpc_ask_sweep(&asking, &c);
}

/* ---- the list itself ---- */

static uint32_t rows(void)
{
	struct nfs_mount m;
	uint32_t n = 0;

	while (nfs_mounts_row(shared.mounts, n, &m))
		n++;
	return n;
}

static void the_list_is_bounded_as_a_whole_and_for_each(void **state)
{
	struct nfs_mount m;
	static char path[NFS_MOUNTS_PATH + 2];

	(void)state;
	nfs_mounts_add(shared.mounts, 1, bytes_str("/first"));
	for (uint8_t i = 0; i < 100; i++) {
		uint8_t name[2] = { '/', i };

		nfs_mounts_add(shared.mounts, 2, bytes_of(name, 2));
	}
	assert_int_equal(rows(), 1 + NFS_MOUNTS_EACH);
	assert_true(nfs_mounts_row(shared.mounts, 0, &m) && m.ip == 1);
	assert_true(nfs_mounts_row(shared.mounts, 1, &m) && m.path.p[1] == 100 - NFS_MOUNTS_EACH);
	for (uint32_t ip = 3; ip < 100; ip++)
		nfs_mounts_add(shared.mounts, ip, bytes_str("/x"));
	assert_int_equal(rows(), 40);
	assert_true(nfs_mounts_row(shared.mounts, 39, &m) && m.ip == 99);
	memset(path, 'a', sizeof(path) - 1);
	nfs_mounts_add(shared.mounts, 7, bytes_str(path));
	assert_true(nfs_mounts_row(shared.mounts, 39, &m) && m.ip == 99);
	nfs_mounts_add(shared.mounts, 98, bytes_str("/x"));
	assert_true(nfs_mounts_row(shared.mounts, 39, &m) && m.ip == 98);
	assert_int_equal(rows(), 40);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mounts_an_export_and_what_is_below),
		TEST(version_3_says_which_flavours_are_taken),
		TEST(links_are_followed_within_the_export),
		TEST(says_why_a_mount_is_refused),
		TEST(a_zero_in_a_path_goes_nowhere),
		TEST(what_version_2_cannot_name_is_refused_to_it),
		TEST(a_client_gets_the_folder_that_is_its_own),
		TEST(a_board_that_has_no_folder_of_its_name_gets_the_one_for_all),
		TEST(dump_shows_who_mounted_what),
		TEST(export_shows_what_there_is_for_whom),
		TEST(there_are_no_other_procedures),
		TEST(lists_end_where_the_room_does),
		TEST(survives_every_prefix_and_flip),
		TEST(the_list_is_bounded_as_a_whole_and_for_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
