/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"
#include "unit.h"

/* A kernel that mounts its root by version 4: which path, and when it is at the root. */

enum {
	LOW = 801,
	ACCESS = 3,
	LOOKUP = 15,
	OPEN = 18,
	PUTFH = 22,
	PUTROOTFH = 24,
	NOENT = 2,
	ACCES = 13,
	DELAY = 10008
};

/* The COMPOUND's operations: PUTROOTFH alone, or PUTFH and one more. */
static void arguments(struct writer *w, uint32_t op, const char *name)
{
	writer_be32(w, 0); /* tag */
	writer_be32(w, 1); /* minor version */
	writer_be32(w, op == PUTROOTFH ? 1 : 2);
	if (op == PUTROOTFH) {
		writer_be32(w, op);
		return;
	}
	writer_be32(w, PUTFH);
	writer_be32(w, 4);
	writer_be32(w, 0x61626364);
	writer_be32(w, op);
	if (op == ACCESS) {
		writer_be32(w, 0x1f);
		return;
	}
	writer_be32(w, (uint32_t)strlen(name));
	writer_bytes(w, bytes_str(name));
	while (w->pos & 3)
		writer_u8(w, 0);
}

static void results(struct writer *w, uint32_t op, uint32_t status)
{
	writer_be32(w, status);
	writer_be32(w, 0); /* tag */
	writer_be32(w, op == PUTROOTFH ? 1 : 2);
	if (op != PUTROOTFH) {
		writer_be32(w, PUTFH);
		writer_be32(w, 0);
	}
	writer_be32(w, op);
	writer_be32(w, status);
	if (op == ACCESS && !status) {
		writer_be32(w, 0x1f);
		writer_be32(w, 0x1f);
	}
}

static void does(struct play *w, uint32_t op, const char *name, uint32_t status)
{
	struct rpc m = { .xid = ++w->xid, .prog = RPC_NFS, .vers = 4, .proc = 1, .flavor = 1 };
	uint8_t buf[256];
	struct writer out = writer_init(buf, sizeof(buf));

	arguments(&out, op, name);
	m.body = writer_done(&out);
	play_rpc(w, true, LOW, RPC_NFS_PORT, &m);
	out = writer_init(buf, sizeof(buf));
	results(&out, op, status);
	m.body = writer_done(&out);
	m.status = 0;
	play_rpc(w, false, LOW, RPC_NFS_PORT, &m);
}

static struct play *kernel_up(const char *line)
{
	struct play *w = play_begin();

	play_load(w, "kernel8.img", line);
	play_kernel_lease(w);
	play_connect(w, LOW, RPC_NFS_PORT);
	return w;
}

static const struct boot *boot(struct play *w)
{
	return client_last_boot(scope_client_by_mac(w->s, play_board));
}

static const char *path(struct play *w)
{
	assert_non_null(boot(w)->mounts);
	assert_int_equal(boot(w)->mounts->version, 4);
	return boot(w)->mounts->path;
}

static bool at_root(struct play *w)
{
	return boot(w)->stage_frame[STAGE_NFS_ROOT] != 0;
}

static void the_path_is_what_was_looked_up_one_by_one(void **state)
{
	struct play *w = kernel_up("root=/dev/nfs nfsroot=10.0.0.1:/srv/nfs/pi,vers=4.1 ip=dhcp");

	(void)state;
	does(w, PUTROOTFH, "", 0);
	does(w, ACCESS, "", 0);
	does(w, LOOKUP, "srv", 0);
	does(w, ACCESS, "", 0);
	does(w, LOOKUP, "nfs", 0);
	does(w, ACCESS, "", 0);
	assert_false(at_root(w));
	does(w, LOOKUP, "pi", DELAY);
	does(w, LOOKUP, "pi", 0);
	assert_false(at_root(w));
	does(w, ACCESS, "", 0);
	assert_true(at_root(w));
	does(w, LOOKUP, "sbin", NOENT);
	assert_string_equal(path(w), "/srv/nfs/pi");
	assert_int_equal(boot(w)->mounts->outcome, MOUNT_OK);
	play_end(w);
}

static void a_walk_that_fails_begins_anew(void **state)
{
	struct play *w = kernel_up("root=/dev/nfs nfsroot=10.0.0.1:/srv/pi,vers=4.1 ip=dhcp");

	(void)state;
	for (int i = 0; i < 2; i++) {
		does(w, PUTROOTFH, "", 0);
		does(w, LOOKUP, "srv", 0);
		does(w, LOOKUP, "pi", ACCES);
		assert_string_equal(path(w), "/srv/pi");
		assert_int_equal(boot(w)->mounts->outcome, MOUNT_DENIED);
	}
	assert_int_equal(boot(w)->mounts->denials, 2);
	assert_null(boot(w)->mounts->next);
	assert_false(at_root(w));
	play_end(w);
}

static void the_servers_root_can_be_the_root(void **state)
{
	struct play *w = kernel_up("root=/dev/nfs nfsroot=10.0.0.1:/,vers=4.1 ip=dhcp");

	(void)state;
	does(w, PUTROOTFH, "", 0);
	does(w, ACCESS, "", 0);
	assert_true(at_root(w));
	does(w, LOOKUP, "sbin", 0);
	assert_string_equal(path(w), "/");
	play_end(w);
}

/* ... and where it ends when no command line was seen. */
static void without_a_command_line_access_ends_the_walk(void **state)
{
	struct play *w = kernel_up("root=/dev/nfs nfsroot=10.0.0.1:/nfs/%s,vers=4.1 ip=dhcp");

	(void)state;
	does(w, PUTROOTFH, "", 0);
	does(w, ACCESS, "", 0);
	assert_false(at_root(w));
	does(w, LOOKUP, "nfs", 0);
	does(w, LOOKUP, "pi", 0);
	does(w, ACCESS, "", 0);
	assert_true(at_root(w));
	does(w, LOOKUP, "sbin", 0);
	assert_string_equal(path(w), "/nfs/pi");
	play_end(w);
}

static void names_without_end_are_cut(void **state)
{
	struct play *w = kernel_up("root=/dev/nfs nfsroot=10.0.0.1:/a,vers=4.1 ip=dhcp");

	(void)state;
	does(w, PUTROOTFH, "", 0);
	for (int i = 0; i < 100; i++)
		does(w, LOOKUP, "component", 0);
	assert_true(strlen(path(w)) <= CAP_PATH);
	play_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_path_is_what_was_looked_up_one_by_one),
		cmocka_unit_test(a_walk_that_fails_begins_anew),
		cmocka_unit_test(the_servers_root_can_be_the_root),
		cmocka_unit_test(without_a_command_line_access_ends_the_walk),
		cmocka_unit_test(names_without_end_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
