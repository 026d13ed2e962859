/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"
#include "unit.h"

enum { LOW = 800, MOUNTD = 20048, GETPORT = 3, MNT = 1, LOOKUP = 3, READ = 6, WRITE = 7 };
enum { ACCES = 13, ROFS = 30, NOENT = 2, STALE = 70 };

static const char line[] = "root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw ip=dhcp";

static struct play *kernel_up(const char *kernel)
{
	struct play *w = play_begin();

	play_load(w, kernel, line);
	play_kernel_lease(w);
	return w;
}

static bool raised(struct play *w, enum finding_id id)
{
	bool found;

	play_judge(w);
	found = play_found(w, id) != NULL;
	play_end(w);
	return found;
}

static bool quiet(struct play *w)
{
	bool q;

	play_judge(w);
	q = play_quiet(w);
	if (!q)
		print_message("# %s\n", findings[w->d.finding[0].id].id);
	play_end(w);
	return q;
}

static void port_of(struct play *w, uint32_t prog, uint32_t vers, uint32_t proto, uint32_t port)
{
	struct rpc m = { .xid = ++w->xid, .prog = RPC_PORTMAP, .vers = 2, .proc = GETPORT };

	m.map_prog = prog;
	m.map_vers = vers;
	m.map_proto = proto;
	play_rpc(w, true, LOW, RPC_PORTMAP_PORT, &m);
	m.map_port = port;
	play_rpc(w, false, LOW, RPC_PORTMAP_PORT, &m);
}

static void mount(struct play *w, uint16_t from, uint32_t status)
{
	struct rpc m = { .xid = ++w->xid, .prog = RPC_MOUNT, .vers = 3, .proc = MNT, .flavor = 1 };

	m.path = bytes_str("/srv/a");
	play_rpc(w, true, from, MOUNTD, &m);
	m.status = status;
	m.handle2 = bytes_str("the root's handle");
	play_rpc(w, false, from, MOUNTD, &m);
}

static struct rpc nfs(struct play *w, uint32_t proc, const char *name)
{
	struct rpc m = { .xid = ++w->xid, .prog = RPC_NFS, .vers = 3, .proc = proc, .flavor = 1 };

	m.handle = m.handle2 = bytes_str("the root's handle");
	m.name = bytes_str(name);
	m.body = bytes_str("data");
	m.count = 4;
	m.file_type = 1;
	return m;
}

static void call(struct play *w, const struct rpc *m)
{
	play_rpc(w, true, LOW + 1, RPC_NFS_PORT, m);
}

static void reply(struct play *w, struct rpc *m, uint32_t status)
{
	m->status = status;
	play_rpc(w, false, LOW + 1, RPC_NFS_PORT, m);
}

static void does(struct play *w, uint32_t proc, const char *name, uint32_t status)
{
	struct rpc m = nfs(w, proc, name);

	call(w, &m);
	reply(w, &m, status);
}

/* Up to a root that is read, as a healthy boot has it. */
static struct play *at_root(bool tcp)
{
	struct play *w = kernel_up("kernel8.img");

	port_of(w, RPC_MOUNT, 3, 17, MOUNTD);
	port_of(w, RPC_NFS, 3, tcp ? 6 : 17, RPC_NFS_PORT);
	mount(w, LOW, 0);
	if (tcp)
		play_connect(w, LOW + 1, RPC_NFS_PORT);
	does(w, LOOKUP, "sbin", 0);
	does(w, LOOKUP, "init", 0);
	for (int i = 0; i < 4; i++)
		does(w, READ, "", 0);
	return w;
}

static void a_healthy_root_is_quiet(void **state)
{
	(void)state;
	assert_true(quiet(at_root(false)));
	assert_true(quiet(at_root(true)));
}

static struct play *version_2(bool refused)
{
	struct play *w = kernel_up("kernel8.img");
	struct rpc m = nfs(w, 0, "");

	m.vers = 2;
	call(w, &m);
	if (refused) {
		m.accept = RPC_PROG_MISMATCH;
		m.low = 3;
		m.high = 4;
	}
	reply(w, &m, 0);
	return w;
}

static void the_default_version_is_told_when_it_is_refused(void **state)
{
	(void)state;
	assert_true(raised(version_2(true), F_NFS_V2_DEFAULT_REFUSED));
	assert_false(raised(version_2(false), F_NFS_V2_DEFAULT_REFUSED));
}

static void a_version_that_is_off_is_told_unless_another_serves(void **state)
{
	struct play *w = kernel_up("kernel8.img");
	struct rpc m = nfs(w, 0, "");

	(void)state;
	m.vers = 4;
	call(w, &m);
	m.accept = RPC_PROG_MISMATCH;
	m.low = m.high = 3;
	reply(w, &m, 0);
	assert_true(raised(w, F_NFS_VERSION_REFUSED));
	/* mount.nfs tries 4, then 3: refused once, and well */
	w = kernel_up("kernel8.img");
	call(w, &m);
	reply(w, &m, 0);
	mount(w, LOW, 0);
	does(w, LOOKUP, "sbin", 0);
	does(w, READ, "", 0);
	assert_true(quiet(w));
}

static void mountd_that_is_not_there_is_told(void **state)
{
	struct play *w = kernel_up("kernel8.img");

	(void)state;
	port_of(w, RPC_MOUNT, 3, 17, 0);
	assert_true(raised(w, F_MOUNTD_NOT_REGISTERED));
	/* asked for by UDP, then by TCP, and found */
	w = kernel_up("kernel8.img");
	port_of(w, RPC_MOUNT, 3, 17, 0);
	port_of(w, RPC_MOUNT, 3, 6, MOUNTD);
	mount(w, LOW, 0);
	does(w, LOOKUP, "sbin", 0);
	does(w, READ, "", 0);
	assert_true(quiet(w));
}

static void a_transport_that_is_not_served_is_told(void **state)
{
	struct play *w = kernel_up("kernel8.img");

	(void)state;
	port_of(w, RPC_NFS, 3, 17, 0);
	port_of(w, RPC_NFS, 3, 6, RPC_NFS_PORT);
	assert_true(raised(w, F_NFS_TRANSPORT_NOT_SERVED));
}

static void mountd_that_does_not_answer_is_told(void **state)
{
	struct play *w = kernel_up("kernel8.img");
	struct rpc m = { .xid = 9, .prog = RPC_MOUNT, .vers = 3, .proc = MNT, .flavor = 1 };

	(void)state;
	m.path = bytes_str("/srv/a");
	port_of(w, RPC_MOUNT, 3, 17, MOUNTD);
	for (int i = 0; i < 3; i++, play_wait(w, 3000))
		play_rpc(w, true, LOW, MOUNTD, &m);
	assert_true(raised(w, F_MOUNT_NO_ANSWER));
	/* one that comes late is an answer */
	w = kernel_up("kernel8.img");
	play_rpc(w, true, LOW, MOUNTD, &m);
	play_wait(w, 3000);
	play_rpc(w, true, LOW, MOUNTD, &m);
	m.handle2 = bytes_str("the root's handle");
	play_rpc(w, false, LOW, MOUNTD, &m);
	does(w, LOOKUP, "sbin", 0);
	does(w, READ, "", 0);
	assert_false(raised(w, F_MOUNT_NO_ANSWER));
}

static void a_denial_is_told_by_the_port_it_came_from(void **state)
{
	struct play *w = kernel_up("kernel8.img");

	(void)state;
	mount(w, LOW, ACCES);
	play_judge(w);
	assert_non_null(play_found(w, F_MOUNT_ACCESS_DENIED));
	assert_null(play_found(w, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
	play_end(w);
	w = kernel_up("kernel8.img");
	mount(w, 40001, ACCES);
	play_judge(w);
	assert_null(play_found(w, F_MOUNT_ACCESS_DENIED));
	assert_non_null(play_found(w, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
	play_end(w);
	w = kernel_up("kernel8.img");
	mount(w, 40001, 0);
	assert_false(raised(w, F_MOUNT_DENIED_UNPRIVILEGED_PORT));
}

/* Of root only, and of changes only. */
static void squashed_root_is_told(void **state)
{
	struct play *w = at_root(false);
	struct rpc m;

	(void)state;
	does(w, WRITE, "", ACCES);
	assert_true(raised(w, F_NFS_ROOT_SQUASH));
	w = at_root(false);
	m = nfs(w, WRITE, "");
	m.uid = 1000;
	call(w, &m);
	reply(w, &m, ACCES);
	assert_false(raised(w, F_NFS_ROOT_SQUASH));
	w = at_root(false);
	does(w, LOOKUP, "shadow", ACCES);
	assert_false(raised(w, F_NFS_ROOT_SQUASH));
}

static void a_read_only_root_is_told(void **state)
{
	struct play *w = at_root(false);

	(void)state;
	does(w, WRITE, "", ROFS);
	does(w, WRITE, "", ROFS);
	assert_true(raised(w, F_NFS_READ_ONLY));
	w = at_root(false);
	does(w, WRITE, "", 0);
	assert_false(raised(w, F_NFS_READ_ONLY));
}

static void stale_handles_are_told_beyond_one_file(void **state)
{
	struct play *w = at_root(false);

	(void)state;
	for (int i = 0; i < 4; i++)
		does(w, READ, "", STALE);
	assert_true(raised(w, F_NFS_STALE_HANDLE));
	w = at_root(false);
	does(w, READ, "", STALE);
	assert_false(raised(w, F_NFS_STALE_HANDLE));
}

/* times calls, each sent again after so many milliseconds. */
static struct play *slow(int times, uint64_t ms)
{
	struct play *w = at_root(true);

	for (int i = 0; i < times; i++) {
		struct rpc m = nfs(w, READ, "");

		call(w, &m);
		play_wait(w, ms);
		call(w, &m);
		reply(w, &m, 0);
	}
	return w;
}

static void calls_sent_again_too_soon_are_told(void **state)
{
	(void)state;
	assert_true(raised(slow(4, 2000), F_NFS_RETRANSMISSIONS));
	assert_false(raised(slow(4, 20000), F_NFS_RETRANSMISSIONS));
	assert_false(raised(slow(1, 2000), F_NFS_RETRANSMISSIONS));
}

/* A reply of which only the first fragment comes. */
static void first_fragment(struct play *w)
{
	struct build_ends e = play_ends(w, false, LOW + 1, RPC_NFS_PORT);
	uint8_t datagram[2600], buf[2048];
	struct writer all = writer_init(datagram, sizeof(datagram)),
		      out = writer_init(buf, sizeof(buf));
	static const uint8_t big[2500];

	e.id = ++w->xid;
	build_udp_datagram(&all, &e, bytes_of(big, sizeof(big)));
	build_fragment(&out, &e, 17, writer_done(&all), 0, 1480);
	play_frame(w, &out);
}

static struct play *udp_reads(int times, bool fragments, bool answered)
{
	struct play *w = at_root(false);

	for (int i = 0; i < times; i++) {
		struct rpc m = nfs(w, READ, "");

		call(w, &m);
		if (fragments)
			first_fragment(w);
		play_wait(w, 1100);
		call(w, &m);
		if (answered)
			reply(w, &m, 0);
	}
	play_wait(w, 40000); /* what waits for its other fragments is given up */
	does(w, READ, "", 0);
	return w;
}

static void lost_fragments_are_told(void **state)
{
	(void)state;
	assert_true(raised(udp_reads(4, true, true), F_NFS_UDP_FRAGMENTS_LOST));
	/* calls sent again, and whole replies: a slow disk */
	assert_false(raised(udp_reads(4, false, true), F_NFS_UDP_FRAGMENTS_LOST));
}

static struct play *deaf(int times)
{
	struct play *w = at_root(false);

	for (int i = 0; i < times; i++) {
		struct rpc m = nfs(w, READ, "");

		call(w, &m);
		reply(w, &m, 0);
		play_wait(w, 1100);
		call(w, &m);
		reply(w, &m, 0);
	}
	return w;
}

static void a_client_that_does_not_hear_is_told(void **state)
{
	(void)state;
	assert_true(raised(deaf(6), F_CLIENT_RX_BROKEN));
	assert_false(raised(deaf(1), F_CLIENT_RX_BROKEN));
}

static struct play *then_silent(bool looked_for, bool answers)
{
	struct play *w = at_root(false);

	play_wait(w, 15000);
	for (int i = 0; i < 4 && looked_for; i++, play_wait(w, 1000)) {
		play_arp(w, false, ARP_REQUEST, PLAY_BOARD);
		if (answers)
			play_arp(w, true, ARP_REPLY, PLAY_SERVER);
	}
	return w;
}

/* Silence alone is an idle system. */
static void a_network_that_is_lost_is_told(void **state)
{
	(void)state;
	assert_true(raised(then_silent(true, false), F_NFS_ROOT_NETWORK_LOST));
	assert_false(raised(then_silent(false, false), F_NFS_ROOT_NETWORK_LOST));
	assert_false(raised(then_silent(true, true), F_NFS_ROOT_NETWORK_LOST));
}

static void a_root_without_init_is_told(void **state)
{
	struct play *w = kernel_up("kernel8.img");

	(void)state;
	mount(w, LOW, 0);
	for (int i = 0; i < 4; i++)
		does(w, LOOKUP, i < 3 ? "init" : "sh", NOENT);
	assert_true(raised(w, F_NFS_INIT_NOT_FOUND));
	/* /sbin/init missing and /etc/init too, /bin/init there */
	w = kernel_up("kernel8.img");
	mount(w, LOW, 0);
	for (int i = 0; i < 3; i++)
		does(w, LOOKUP, "init", i < 2 ? NOENT : 0);
	does(w, READ, "", 0);
	assert_false(raised(w, F_NFS_INIT_NOT_FOUND));
}

/* lib/modules is there, this kernel's folder in it is not. */
static struct play *modules(const char *name, uint32_t status)
{
	struct play *w = at_root(false);
	struct rpc m = nfs(w, LOOKUP, "modules");

	call(w, &m);
	m.handle2 = bytes_str("of lib/modules");
	reply(w, &m, 0);
	m = nfs(w, LOOKUP, name);
	m.handle = bytes_str("of lib/modules");
	call(w, &m);
	reply(w, &m, status);
	return w;
}

static void modules_of_another_kernel_are_told(void **state)
{
	(void)state;
	assert_true(raised(modules("6.6.31-v8+", NOENT), F_KERNEL_MODULES_MISMATCH));
	/* a folder of that name that is not the kernel's */
	assert_false(raised(modules("__init__.so", NOENT), F_KERNEL_MODULES_MISMATCH));
	assert_false(raised(modules("6.6.31-v8+", 0), F_KERNEL_MODULES_MISMATCH));
}

static struct play *loader_64(const char *kernel, bool goes_on)
{
	struct play *w = kernel_up(kernel);

	mount(w, LOW, 0);
	does(w, LOOKUP, "sbin", 0);
	does(w, LOOKUP, "init", 0);
	does(w, READ, "", 0);
	does(w, LOOKUP, "ld-linux-aarch64.so.1", 0);
	for (int i = 0; i < 3 && goes_on; i++)
		does(w, LOOKUP, i ? "libc.so.6" : "libsystemd-core.so", 0);
	does(w, READ, "", 0);
	return w;
}

static void a_64_bit_root_under_a_32_bit_kernel_is_told(void **state)
{
	(void)state;
	assert_true(raised(loader_64("kernel7l.img", false), F_KERNEL_ROOT_ARCH_MISMATCH));
	assert_false(raised(loader_64("kernel8.img", false), F_KERNEL_ROOT_ARCH_MISMATCH));
	assert_false(raised(loader_64("kernel7l.img", true), F_KERNEL_ROOT_ARCH_MISMATCH));
}

/* A cause stays before its consequence, whatever was raised between them. */
static void a_cause_comes_before_what_it_explains(void **state)
{
	struct play *w = kernel_up("kernel8.img");

	(void)state;
	port_of(w, RPC_NFS, 2, 17, 0);
	port_of(w, RPC_MOUNT, 1, 17, 0);
	play_judge(w);
	assert_true(w->d.n >= 2);
	assert_int_equal(w->d.finding[0].id, F_NFS_V2_DEFAULT_REFUSED);
	assert_true(w->d.finding[0].cause);
	play_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_root_is_quiet),
		cmocka_unit_test(the_default_version_is_told_when_it_is_refused),
		cmocka_unit_test(a_version_that_is_off_is_told_unless_another_serves),
		cmocka_unit_test(mountd_that_is_not_there_is_told),
		cmocka_unit_test(a_transport_that_is_not_served_is_told),
		cmocka_unit_test(mountd_that_does_not_answer_is_told),
		cmocka_unit_test(a_denial_is_told_by_the_port_it_came_from),
		cmocka_unit_test(squashed_root_is_told),
		cmocka_unit_test(a_read_only_root_is_told),
		cmocka_unit_test(stale_handles_are_told_beyond_one_file),
		cmocka_unit_test(calls_sent_again_too_soon_are_told),
		cmocka_unit_test(lost_fragments_are_told),
		cmocka_unit_test(a_client_that_does_not_hear_is_told),
		cmocka_unit_test(a_network_that_is_lost_is_told),
		cmocka_unit_test(a_root_without_init_is_told),
		cmocka_unit_test(modules_of_another_kernel_are_told),
		cmocka_unit_test(a_64_bit_root_under_a_32_bit_kernel_is_told),
		cmocka_unit_test(a_cause_comes_before_what_it_explains),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
