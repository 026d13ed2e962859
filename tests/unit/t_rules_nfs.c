/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"

#include "unit.h"

/* Each finding of rules_nfs.c: a kernel that raises it on its way to the root, and beside it those
 * that come near. */

static const char line[] = "root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw ip=dhcp";

static struct story *up(void)
{
	return kernel_up("kernel8.img", line);
}

/* The rest of a good boot. */
static struct story *mounts_well(struct story *t)
{
	mounts(t, LOW_PORT, 0);
	does(t, NFS_LOOKUP, "sbin", 0);
	does(t, NFS_LOOKUP, "init", 0);
	for (int i = 0; i < 4; i++)
		does(t, NFS_READ, "", 0);
	return t;
}

static void the_rest_of_a_good_boot_is_quiet(void **state)
{
	(void)state;
	assert_true(quiet(mounts_well(up()), pi4));
}

/* --- rpcbind --- */

static struct story *asks_rpcbind(int times, bool answered)
{
	struct story *t = up();

	for (int i = 0; i < times; i++, story_wait(t, 3 * one_second))
		port_of(t, RPC_MOUNT, 3, 17, UINT32_MAX);
	if (answered)
		port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	return t;
}

static void rpcbind_is_silent_when_nothing_was_answered(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(asks_rpcbind(3, false), pi4, F_RPCBIND_NO_ANSWER));
	assert_false(raises(asks_rpcbind(3, true), pi4, F_RPCBIND_NO_ANSWER));
	assert_false(raises(asks_rpcbind(1, false), pi4, F_RPCBIND_NO_ANSWER));
	t = mounts_well(asks_rpcbind(3, false)); /* mountd and NFS have fixed ports */
	assert_false(raises(t, pi4, F_RPCBIND_NO_ANSWER));
	t = asks_rpcbind(1, true); /* another host's, after this one's was answered */
	t->server = FILES;
	for (int i = 0; i < 3; i++, story_wait(t, 3 * one_second))
		port_of(t, RPC_MOUNT, 3, 17, UINT32_MAX);
	assert_true(blames(t, pi4, F_RPCBIND_NO_ANSWER));
	t = up(); /* asked of everybody: nobody need answer */
	t->server = STORY_ALL;
	for (int i = 0; i < 3; i++, story_wait(t, 3 * one_second))
		port_of(t, RPC_MOUNT, 3, 17, UINT32_MAX);
	assert_false(raises(t, pi4, F_RPCBIND_NO_ANSWER));
	t = up(); /* the capture ends while it asks */
	port_of(t, RPC_MOUNT, 3, 17, UINT32_MAX);
	port_of(t, RPC_MOUNT, 3, 17, UINT32_MAX);
	assert_false(story_found(t, pi4, F_RPCBIND_NO_ANSWER));
	story_end(t);
}

/* A SYN to port 111, and the RST that refuses it, or the SYN and ACK that does not. */
static struct story *connects(uint16_t service, int syns, uint8_t answer)
{
	struct story *t = up();
	struct build_ends e = rpc_ends(t, true, LOW_PORT, service), back = story_back(&e);

	for (int i = 0; i < syns; i++, story_wait(t, 2 * one_second))
		story_tcp(t, &e, TCP_SYN, 1000, "");
	if (answer)
		story_tcp(t, &back, answer, 0, "");
	return t;
}

static void rpcbind_that_refuses_says_so(void **state)
{
	struct story *t = asks_rpcbind(1, false);
	struct build_ends e = rpc_ends(t, true, LOW_PORT, RPC_PORTMAP_PORT);

	(void)state;
	story_refused(t, &e);
	assert_true(blames(t, pi4, F_RPCBIND_REFUSED));
	assert_true(
		blames(connects(RPC_PORTMAP_PORT, 1, TCP_RST | TCP_ACK), pi4, F_RPCBIND_REFUSED));
	assert_false(
		raises(connects(RPC_PORTMAP_PORT, 1, TCP_SYN | TCP_ACK), pi4, F_RPCBIND_REFUSED));
	t = asks_rpcbind(1, false); /* refused first, up at the second try */
	story_refused(t, &e);
	port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	assert_false(raises(t, pi4, F_RPCBIND_REFUSED));
	t = asks_rpcbind(1, false); /* another service of that host */
	e.dport = 998;
	story_refused(t, &e);
	assert_false(raises(t, pi4, F_RPCBIND_REFUSED));
}

/* --- versions --- */

/* NULL of that version, and the answer that it is another's. */
static void null_call(struct story *t, uint32_t version, bool refused)
{
	struct rpc m = nfs(t, 0, "");

	m.vers = version;
	nfs_call(t, &m);
	if (refused) {
		m.accept = RPC_PROG_MISMATCH;
		m.low = m.high = version == 3 ? 4 : 3;
	}
	nfs_reply(t, &m, 0);
}

static struct story *asks_version(uint32_t version, bool refused)
{
	struct story *t = up();

	null_call(t, version, refused);
	return t;
}

static void the_default_version_is_told_when_it_is_refused(void **state)
{
	struct story *t = up();

	(void)state;
	assert_true(blames(asks_version(2, true), pi4, F_NFS_V2_DEFAULT_REFUSED));
	assert_false(raises(asks_version(2, false), pi4, F_NFS_V2_DEFAULT_REFUSED));
	assert_false(raises(asks_version(3, true), pi4, F_NFS_V2_DEFAULT_REFUSED));
	port_of(t, RPC_NFS, 2, 17, 0);
	assert_true(blames(t, pi4, F_NFS_V2_DEFAULT_REFUSED));
	t = up();
	port_of(t, RPC_NFS, 2, 17, RPC_NFS_PORT);
	assert_false(raises(t, pi4, F_NFS_V2_DEFAULT_REFUSED));
	t = up(); /* version 2 of another service */
	port_of(t, RPC_MOUNT, 2, 17, 0);
	assert_false(raises(t, pi4, F_NFS_V2_DEFAULT_REFUSED));
	t = up(); /* it asks for 2 and takes 3 */
	port_of(t, RPC_NFS, 2, 17, 0);
	port_of(t, RPC_NFS, 3, 17, RPC_NFS_PORT);
	assert_false(raises(mounts_well(t), pi4, F_NFS_V2_DEFAULT_REFUSED));
}

static void a_version_that_is_off_is_told_unless_another_serves(void **state)
{
	struct story *t = asks_version(4, true);

	(void)state;
	assert_true(blames(asks_version(4, true), pi4, F_NFS_VERSION_REFUSED));
	assert_true(blames(asks_version(3, true), pi4, F_NFS_VERSION_REFUSED));
	assert_false(raises(asks_version(4, false), pi4, F_NFS_VERSION_REFUSED));
	assert_false(raises(asks_version(2, true), pi4, F_NFS_VERSION_REFUSED));
	/* mount.nfs tries 4, then 3: refused once, and well */
	assert_false(raises(mounts_well(t), pi4, F_NFS_VERSION_REFUSED));
	assert_true(quiet(mounts_well(asks_version(4, true)), pi4));
}

static void a_path_of_version_4_begins_at_its_root(void **state)
{
	struct story *t = up();

	(void)state;
	looks_up_v4(t, true, "srv", STATUS_NOENT);
	assert_true(blames(t, pi4, F_NFS4_PATH_NOT_FOUND));
	t = up();
	looks_up_v4(t, true, "srv", 0);
	assert_false(raises(t, pi4, F_NFS4_PATH_NOT_FOUND));
	t = up(); /* not there by 4, there by 3 */
	looks_up_v4(t, true, "srv", STATUS_NOENT);
	assert_false(raises(mounts_well(t), pi4, F_NFS4_PATH_NOT_FOUND));
	t = up();
	mounts(t, LOW_PORT, STATUS_NOENT);
	assert_false(raises(t, pi4, F_NFS4_PATH_NOT_FOUND));
	t = story_begin(); /* begun late: any name that a system at work looks for */
	looks_up_v4(t, false, "preload", STATUS_NOENT);
	assert_false(raises(t, pi4, F_NFS4_PATH_NOT_FOUND));
}

/* --- ports --- */

static void mountd_that_is_not_there_is_told(void **state)
{
	struct story *t = up();

	(void)state;
	port_of(t, RPC_MOUNT, 3, 17, 0);
	assert_true(blames(t, pi4, F_MOUNTD_NOT_REGISTERED));
	t = up(); /* asked for by UDP, then by TCP, and found */
	port_of(t, RPC_MOUNT, 3, 17, 0);
	port_of(t, RPC_MOUNT, 3, 6, MOUNTD_PORT);
	assert_false(raises(t, pi4, F_MOUNTD_NOT_REGISTERED));
	t = up();
	port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	assert_false(raises(t, pi4, F_MOUNTD_NOT_REGISTERED));
	t = up(); /* other services need not be there */
	port_of(t, RPC_NLM, 4, 17, 0);
	assert_false(raises(t, pi4, F_MOUNTD_NOT_REGISTERED));
}

static struct story *one_transport(uint32_t served)
{
	struct story *t = up();

	port_of(t, RPC_NFS, 3, 17, 0);
	port_of(t, RPC_NFS, 3, 6, served);
	return t;
}

static void a_transport_that_is_not_served_is_told(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(one_transport(RPC_NFS_PORT), pi4, F_NFS_TRANSPORT_NOT_SERVED));
	assert_false(raises(one_transport(0), pi4, F_NFS_TRANSPORT_NOT_SERVED));
	/* the capture ends before it uses what there is */
	t = one_transport(RPC_NFS_PORT);
	assert_false(story_found(t, pi4, F_NFS_TRANSPORT_NOT_SERVED));
	story_end(t);
	t = up(); /* another version of it is not there */
	port_of(t, RPC_NFS, 4, 17, 0);
	port_of(t, RPC_NFS, 3, 17, RPC_NFS_PORT);
	assert_false(raises(t, pi4, F_NFS_TRANSPORT_NOT_SERVED));
	t = up(); /* another service has the other transport */
	port_of(t, RPC_NFS, 3, 17, 0);
	port_of(t, RPC_MOUNT, 3, 6, MOUNTD_PORT);
	assert_false(raises(t, pi4, F_NFS_TRANSPORT_NOT_SERVED));
	assert_false(
		raises(mounts_well(one_transport(RPC_NFS_PORT)), pi4, F_NFS_TRANSPORT_NOT_SERVED));
}

static void nothing_listens_on_the_nfs_port(void **state)
{
	struct story *t = up();
	struct build_ends e = rpc_ends(t, true, LOW_PORT + 1, RPC_NFS_PORT);
	struct rpc m = nfs(t, 0, "");

	(void)state;
	assert_true(
		blames(connects(RPC_NFS_PORT, 1, TCP_RST | TCP_ACK), pi4, F_NFS_PORT_UNREACHABLE));
	nfs_call(t, &m);
	story_refused(t, &e);
	assert_true(blames(t, pi4, F_NFS_PORT_UNREACHABLE));
	assert_false(
		raises(connects(RPC_NFS_PORT, 2, TCP_SYN | TCP_ACK), pi4, F_NFS_PORT_UNREACHABLE));
	t = connects(RPC_NFS_PORT, 1, TCP_RST | TCP_ACK); /* no TCP, but UDP */
	assert_false(raises(mounts_well(t), pi4, F_NFS_PORT_UNREACHABLE));
	/* an end of a connection that stood */
	t = connects(RPC_NFS_PORT, 1, TCP_SYN | TCP_ACK);
	e = story_back(&e);
	e.dport = LOW_PORT;
	story_tcp(t, &e, TCP_RST | TCP_ACK, 1, "");
	assert_false(raises(t, pi4, F_NFS_PORT_UNREACHABLE));
}

static void nfs_does_not_answer_where_answers_are_seen(void **state)
{
	struct story *t = up();
	struct build_ends e = rpc_ends(t, true, LOW_PORT, RPC_NFS_PORT);
	struct rpc m = nfs(t, 0, "");

	(void)state;
	story_end(t);
	assert_true(blames(connects(RPC_NFS_PORT, 4, 0), pi4, F_NFS_NO_ANSWER));
	assert_false(raises(connects(RPC_NFS_PORT, 4, TCP_SYN | TCP_ACK), pi4, F_NFS_NO_ANSWER));
	assert_false(raises(connects(RPC_NFS_PORT, 1, 0), pi4, F_NFS_NO_ANSWER));
	t = connects(RPC_NFS_PORT, 4, 0); /* the capture ends while it tries */
	story_tcp(t, &e, TCP_SYN, 1000, "");
	assert_false(story_found(t, pi4, F_NFS_NO_ANSWER));
	story_end(t);
	t = up();
	for (int i = 0; i < 2; i++, story_wait(t, 3 * one_second))
		nfs_call(t, &m);
	assert_true(blames(t, pi4, F_NFS_NO_ANSWER));
	t = up(); /* the second try is answered */
	nfs_call(t, &m);
	story_wait(t, 3 * one_second);
	nfs_call(t, &m);
	nfs_reply(t, &m, 0);
	assert_false(raises(t, pi4, F_NFS_NO_ANSWER));
	t = connects(RPC_NFS_PORT, 4, 0);
	scope_dropped(t->s, 3);
	assert_false(raises(t, pi4, F_NFS_NO_ANSWER));
	t = connects(RPC_NFS_PORT, 4, 0); /* then by UDP */
	assert_false(raises(mounts_well(t), pi4, F_NFS_NO_ANSWER));
}

/* --- mountd --- */

static void mountd_that_does_not_answer_is_told(void **state)
{
	struct story *t = up();
	struct rpc m = mnt(t);

	(void)state;
	port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	for (int i = 0; i < 3; i++, story_wait(t, 3 * one_second))
		rpc_says(t, true, LOW_PORT, MOUNTD_PORT, &m);
	assert_true(blames(t, pi4, F_MOUNT_NO_ANSWER));
	/* one that comes late is an answer */
	t = up();
	rpc_says(t, true, LOW_PORT, MOUNTD_PORT, &m);
	story_wait(t, 3 * one_second);
	rpc_says(t, true, LOW_PORT, MOUNTD_PORT, &m);
	rpc_says(t, false, LOW_PORT, MOUNTD_PORT, &m);
	assert_false(raises(t, pi4, F_MOUNT_NO_ANSWER));
}

/* The port is known, and connected to. */
static struct story *connects_to_mountd(int syns, uint8_t answer)
{
	struct story *t = up();
	struct build_ends e = rpc_ends(t, true, LOW_PORT, MOUNTD_PORT), back = story_back(&e);

	port_of(t, RPC_MOUNT, 3, 6, MOUNTD_PORT);
	for (int i = 0; i < syns; i++, story_wait(t, 3 * one_second))
		story_tcp(t, &e, TCP_SYN, 1000, "");
	if (answer)
		story_tcp(t, &back, answer, 0, "");
	return t;
}

static void mountd_that_takes_no_connection_is_told(void **state)
{
	struct story *t = up();
	struct rpc m = mnt(t);

	(void)state;
	assert_true(blames(connects_to_mountd(3, 0), pi4, F_MOUNT_NO_ANSWER));
	assert_false(raises(connects_to_mountd(2, 0), pi4, F_MOUNT_NO_ANSWER));
	assert_false(raises(connects_to_mountd(3, TCP_SYN | TCP_ACK), pi4, F_MOUNT_NO_ANSWER));
	assert_false(raises(connects_to_mountd(3, TCP_RST | TCP_ACK), pi4, F_MOUNT_NO_ANSWER));
	/* that is NFS, not mountd */
	assert_false(raises(connects(RPC_NFS_PORT, 4, 0), pi4, F_MOUNT_NO_ANSWER));
	rpc_says(t, true, LOW_PORT, MOUNTD_PORT, &m); /* once */
	assert_false(raises(t, pi4, F_MOUNT_NO_ANSWER));
}

/* Denied from one port, let in from another. */
static struct story *denied_then_mounted(uint16_t first, uint16_t second)
{
	struct story *t = up();

	mounts(t, first, STATUS_ACCES);
	mounts(t, second, 0);
	return t;
}

static void who_is_let_in_from_a_low_port_only_is_told(void **state)
{
	enum { HIGH = 40001 };

	(void)state;
	assert_true(
		raises(denied_then_mounted(HIGH, LOW_PORT), pi4, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
	assert_false(raises(denied_then_mounted(LOW_PORT, LOW_PORT + 2), pi4,
			    F_MOUNT_DENIED_UNPRIVILEGED_PORT));
	/* the export was opened meanwhile: the port was not it */
	assert_false(
		raises(denied_then_mounted(HIGH, HIGH + 1), pi4, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
}

static struct story *denied(uint16_t from, uint32_t status)
{
	struct story *t = up();

	mounts(t, from, status);
	return t;
}

static void a_denial_is_told_by_the_port_it_came_from(void **state)
{
	enum { HIGH_PORT = 40001 };
	struct story *t;

	(void)state;
	assert_true(blames(denied(LOW_PORT, STATUS_ACCES), pi4, F_MOUNT_ACCESS_DENIED));
	assert_false(raises(denied(HIGH_PORT, STATUS_ACCES), pi4, F_MOUNT_ACCESS_DENIED));
	assert_false(raises(denied(LOW_PORT, 0), pi4, F_MOUNT_ACCESS_DENIED));
	t = denied(LOW_PORT, STATUS_ACCES); /* exportfs -ra in time */
	assert_false(raises(mounts_well(t), pi4, F_MOUNT_ACCESS_DENIED));
	assert_true(blames(denied(HIGH_PORT, STATUS_ACCES), pi4, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
	assert_false(raises(denied(LOW_PORT, STATUS_ACCES), pi4, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
	assert_false(raises(denied(HIGH_PORT, 0), pi4, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
}

static void an_export_that_is_not_there_is_told(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(denied(LOW_PORT, STATUS_NOENT), pi4, F_MOUNT_NO_SUCH_EXPORT));
	assert_false(raises(denied(LOW_PORT, STATUS_ACCES), pi4, F_MOUNT_NO_SUCH_EXPORT));
	t = denied(LOW_PORT, STATUS_NOENT); /* made in time */
	assert_false(raises(mounts_well(t), pi4, F_MOUNT_NO_SUCH_EXPORT));
	t = denied(LOW_PORT, 0); /* a name in the root that is not there */
	does(t, NFS_LOOKUP, "etc", STATUS_NOENT);
	assert_false(raises(t, pi4, F_MOUNT_NO_SUCH_EXPORT));
}

/* The frames that tell of a denial, once the server has listed that path. */
static uint32_t denied_beside(const char *path)
{
	enum { EXPORT = 5 };
	struct story *t = up();
	struct rpc m = mnt(t);
	uint32_t n;

	m.proc = EXPORT;
	rpc_says(t, true, LOW_PORT + 2, MOUNTD_PORT, &m);
	m.exports[m.n_exports++] = (struct rpc_export) { bytes_str(path), bytes_str(""), false };
	rpc_says(t, false, LOW_PORT + 2, MOUNTD_PORT, &m);
	mounts(t, LOW_PORT, STATUS_ACCES);
	assert_true(story_found(t, pi4, F_MOUNT_ACCESS_DENIED));
	n = story_said(t, F_MOUNT_ACCESS_DENIED)->n_evidence;
	story_end(t);
	return n;
}

static void a_list_without_the_path_is_evidence(void **state)
{
	(void)state;
	assert_int_equal(denied_beside("/srv"), 2);
	assert_int_equal(denied_beside("/srv/b"), 3);
}

/* --- the root --- */

static struct story *looks_for_init(const uint32_t *status, int n)
{
	struct story *t = up();

	mounts(t, LOW_PORT, 0);
	for (int i = 0; i < n; i++)
		does(t, NFS_LOOKUP, i < 3 ? "init" : "sh", status[i]);
	return t;
}

static void a_root_without_init_is_told(void **state)
{
	static const uint32_t none[] = { STATUS_NOENT, STATUS_NOENT, STATUS_NOENT, STATUS_NOENT },
			      third[] = { STATUS_NOENT, STATUS_NOENT, 0 };

	(void)state;
	assert_true(raises(looks_for_init(none, 4), pi4, F_NFS_INIT_NOT_FOUND));
	assert_false(raises(looks_for_init(third, 3), pi4, F_NFS_INIT_NOT_FOUND));
	assert_false(raises(looks_for_init(none, 2), pi4, F_NFS_INIT_NOT_FOUND));
}

/* /sbin and /etc without an init, and whether there is a /bin. */
static struct story *without_init(uint32_t bin)
{
	struct story *t = up();

	mounts(t, LOW_PORT, 0);
	does(t, NFS_LOOKUP, "sbin", 0);
	does(t, NFS_LOOKUP, "init", STATUS_NOENT);
	does(t, NFS_LOOKUP, "etc", 0);
	does(t, NFS_LOOKUP, "init", STATUS_NOENT);
	does(t, NFS_LOOKUP, "bin", bin);
	return t;
}

static void a_folder_that_is_missing_has_no_init(void **state)
{
	(void)state;
	assert_true(raises(without_init(STATUS_NOENT), pi4, F_NFS_INIT_NOT_FOUND));
	assert_false(raises(without_init(0), pi4, F_NFS_INIT_NOT_FOUND));
}

/* A cause stays before its consequence, whatever was raised between them. */
static void a_cause_comes_before_what_it_explains(void **state)
{
	struct story *t = up();

	(void)state;
	port_of(t, RPC_NFS, 2, 17, 0);
	port_of(t, RPC_MOUNT, 1, 17, 0);
	story_wait(t, 60 * one_second);
	assert_true(story_diagnosis(t, pi4)->n >= 2);
	assert_true(blames(t, pi4, F_NFS_V2_DEFAULT_REFUSED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rest_of_a_good_boot_is_quiet),
		cmocka_unit_test(rpcbind_is_silent_when_nothing_was_answered),
		cmocka_unit_test(rpcbind_that_refuses_says_so),
		cmocka_unit_test(the_default_version_is_told_when_it_is_refused),
		cmocka_unit_test(a_version_that_is_off_is_told_unless_another_serves),
		cmocka_unit_test(a_path_of_version_4_begins_at_its_root),
		cmocka_unit_test(mountd_that_is_not_there_is_told),
		cmocka_unit_test(a_transport_that_is_not_served_is_told),
		cmocka_unit_test(nothing_listens_on_the_nfs_port),
		cmocka_unit_test(nfs_does_not_answer_where_answers_are_seen),
		cmocka_unit_test(mountd_that_does_not_answer_is_told),
		cmocka_unit_test(mountd_that_takes_no_connection_is_told),
		cmocka_unit_test(who_is_let_in_from_a_low_port_only_is_told),
		cmocka_unit_test(a_denial_is_told_by_the_port_it_came_from),
		cmocka_unit_test(a_list_without_the_path_is_evidence),
		cmocka_unit_test(an_export_that_is_not_there_is_told),
		cmocka_unit_test(a_root_without_init_is_told),
		cmocka_unit_test(a_folder_that_is_missing_has_no_init),
		cmocka_unit_test(a_cause_comes_before_what_it_explains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
