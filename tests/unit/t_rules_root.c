/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"

#include "unit.h"

/* Each finding of rules_root.c: a system on its NFS root that raises it, and beside it those that
 * come near. */

static const char line[] = "root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw ip=dhcp";

/* A root that is read, as a healthy boot has it. */
static struct story *at_root(bool tcp)
{
	struct story *t = kernel_up("kernel8.img", line);

	port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	port_of(t, RPC_NFS, 3, tcp ? 6 : 17, RPC_NFS_PORT);
	mounts(t, LOW_PORT, 0);
	if (tcp)
		rpc_connect(t, LOW_PORT + 1, RPC_NFS_PORT);
	does(t, NFS_LOOKUP, "sbin", 0);
	does(t, NFS_LOOKUP, "init", 0);
	for (int i = 0; i < 4; i++)
		does(t, NFS_READ, "", 0);
	return t;
}

static void a_healthy_root_is_quiet(void **state)
{
	(void)state;
	assert_true(quiet(at_root(false), pi4));
	assert_true(quiet(at_root(true), pi4));
}

/* Times over, with that answer. */
static struct story *writes(uint32_t uid, uint32_t status, int times)
{
	struct story *t = at_root(false);

	while (times--) {
		struct rpc m = nfs(t, NFS_WRITE, "");

		m.uid = uid;
		nfs_call(t, &m);
		nfs_reply(t, &m, status);
	}
	return t;
}

/* Of root only, and of changes only. */
static void squashed_root_is_told(void **state)
{
	struct story *t = at_root(false);

	(void)state;
	assert_true(raises(writes(0, STATUS_ACCES, 1), pi4, F_NFS_ROOT_SQUASH));
	assert_false(raises(writes(1000, STATUS_ACCES, 1), pi4, F_NFS_ROOT_SQUASH));
	assert_false(raises(writes(0, STATUS_ROFS, 1), pi4, F_NFS_ROOT_SQUASH));
	does(t, NFS_LOOKUP, "shadow", STATUS_ACCES);
	assert_false(raises(t, pi4, F_NFS_ROOT_SQUASH));
}

/* The first program's folder is closed to nobody: nothing is ever read. */
static void squashed_root_that_may_not_look_is_told(void **state)
{
	struct story *t =
		kernel_up("kernel8.img", "root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 ip=dhcp");

	(void)state;
	mounts(t, LOW_PORT, 0);
	does(t, NFS_LOOKUP, "sbin", 0);
	does(t, NFS_LOOKUP, "init", STATUS_ACCES);
	story_wait(t, 60 * one_second);
	assert_true(blames(t, pi4, F_NFS_ROOT_SQUASH));
}

static void a_read_only_root_is_told(void **state)
{
	(void)state;
	assert_true(raises(writes(0, STATUS_ROFS, 2), pi4, F_NFS_READ_ONLY));
	assert_false(raises(writes(0, STATUS_ROFS, 1), pi4, F_NFS_READ_ONLY));
	assert_false(raises(writes(0, 0, 2), pi4, F_NFS_READ_ONLY));
}

static struct story *stale(int times)
{
	struct story *t = at_root(false);

	while (times--)
		does(t, NFS_READ, "", STATUS_STALE);
	return t;
}

static void stale_handles_are_told_beyond_one_file(void **state)
{
	(void)state;
	assert_true(raises(stale(3), pi4, F_NFS_STALE_HANDLE));
	assert_false(raises(stale(2), pi4, F_NFS_STALE_HANDLE));
}

/* Calls sent again after so many milliseconds. */
static struct story *then_slow(struct story *t, int times, uint32_t ms)
{
	while (times--) {
		struct rpc m = nfs(t, NFS_READ, "");

		nfs_call(t, &m);
		story_wait(t, ms);
		nfs_call(t, &m);
		nfs_reply(t, &m, 0);
	}
	return t;
}

static struct story *slow(bool tcp, int times, uint32_t ms)
{
	return then_slow(at_root(tcp), times, ms);
}

static void calls_sent_again_too_soon_are_told(void **state)
{
	(void)state;
	assert_true(raises(slow(true, 3, 2000), pi4, F_NFS_RETRANSMISSIONS));
	assert_false(raises(slow(true, 3, 20000), pi4, F_NFS_RETRANSMISSIONS));
	assert_false(raises(slow(true, 2, 2000), pi4, F_NFS_RETRANSMISSIONS));
	assert_false(raises(slow(false, 3, 2000), pi4, F_NFS_RETRANSMISSIONS)); /* UDP does that */
}

/* A reply of which only the first fragment comes. */
static void first_fragment(struct story *t)
{
	struct build_ends e = rpc_ends(t, false, LOW_PORT + 1, RPC_NFS_PORT);
	uint8_t datagram[2600], buf[2048];
	struct writer all = writer_init(datagram, sizeof(datagram)),
		      out = writer_init(buf, sizeof(buf));
	static const uint8_t big[2500];

	e.id = ++t->xid;
	build_udp_datagram(&all, &e, bytes_of(big, sizeof(big)));
	build_fragment(&out, &e, 17, writer_done(&all), 0, 1480);
	story_frame(t, &out);
}

static struct story *udp_reads(int times, bool fragments)
{
	struct story *t = at_root(false);

	while (times--) {
		struct rpc m = nfs(t, NFS_READ, "");

		nfs_call(t, &m);
		if (fragments)
			first_fragment(t);
		story_wait(t, 1100);
		nfs_call(t, &m);
		nfs_reply(t, &m, 0);
	}
	story_wait(t, 40 * one_second); /* what waits for its other fragments is given up */
	does(t, NFS_READ, "", 0);
	return t;
}

static void lost_fragments_are_told(void **state)
{
	(void)state;
	assert_true(raises(udp_reads(2, true), pi4, F_NFS_UDP_FRAGMENTS_LOST));
	assert_false(raises(udp_reads(1, true), pi4, F_NFS_UDP_FRAGMENTS_LOST));
	/* calls sent again, and whole replies: a slow disk */
	assert_false(raises(udp_reads(4, false), pi4, F_NFS_UDP_FRAGMENTS_LOST));
}

/* Calls sent again although they were answered. */
static struct story *deaf(int times)
{
	struct story *t = at_root(false);

	while (times--) {
		struct rpc m = nfs(t, NFS_READ, "");

		nfs_call(t, &m);
		nfs_reply(t, &m, 0);
		story_wait(t, 1100);
		nfs_call(t, &m);
		nfs_reply(t, &m, 0);
	}
	return t;
}

static void a_client_that_does_not_hear_is_told(void **state)
{
	(void)state;
	assert_true(raises(deaf(4), pi4, F_CLIENT_RX_BROKEN));
	assert_false(raises(deaf(3), pi4, F_CLIENT_RX_BROKEN));
	assert_false(raises(slow(false, 6, 1100), pi4, F_CLIENT_RX_BROKEN));
	/* most of what it repeats is what nobody answered */
	assert_false(raises(then_slow(deaf(4), 6, 1100), pi4, F_CLIENT_RX_BROKEN));
}

static struct story *silent_from(struct story *t, uint32_t after, int asked, bool answers)
{
	story_wait(t, after);
	for (; asked--; story_wait(t, one_second)) {
		struct mac server = story_mac(DHCPD);

		story_arp(t, server, DHCPD, CLIENT);
		if (answers)
			story_arp_answer(t, pi4, CLIENT, server, DHCPD);
	}
	return t;
}

static struct story *then_silent(uint32_t after, int asked, bool answers)
{
	return silent_from(at_root(false), after, asked, answers);
}

/* Something that has nothing to do with its root. */
static struct story *at_other_work(void)
{
	struct story *t = at_root(false);
	struct build_ends e = story_ends(pi4, CLIENT, FILES, 5000, 5001);

	story_wait(t, 20 * one_second);
	story_udp(t, &e, bytes_str("x"));
	return t;
}

static struct story *released(void)
{
	struct story *t = at_root(false);
	struct ask a = requesting(KERNEL, DHCPD);

	a.type = DHCP_RELEASE;
	asks(t, a);
	return t;
}

static struct story *at_mount(void)
{
	struct story *t = kernel_up("kernel8.img", line);

	mounts(t, LOW_PORT, 0);
	does(t, 0, "", 0);
	return t;
}

/* Silence alone is an idle system. */
static void a_network_that_is_lost_is_told(void **state)
{
	struct story *t;

	(void)state;
	assert_true(raises(then_silent(15000, 3, false), pi4, F_NFS_ROOT_NETWORK_LOST));
	assert_false(raises(then_silent(15000, 0, false), pi4, F_NFS_ROOT_NETWORK_LOST));
	assert_false(raises(then_silent(15000, 2, false), pi4, F_NFS_ROOT_NETWORK_LOST));
	assert_false(raises(then_silent(15000, 3, true), pi4, F_NFS_ROOT_NETWORK_LOST));
	assert_false(raises(then_silent(2000, 3, false), pi4, F_NFS_ROOT_NETWORK_LOST));
	assert_false(raises(silent_from(at_other_work(), 15000, 3, false), pi4,
			    F_NFS_ROOT_NETWORK_LOST));
	assert_false(
		raises(silent_from(released(), 15000, 3, false), pi4, F_NFS_ROOT_NETWORK_LOST));
	assert_false(
		raises(silent_from(at_mount(), 15000, 3, false), pi4, F_NFS_ROOT_NETWORK_LOST));
	t = then_silent(15000, 3, false); /* it came back */
	does(t, NFS_READ, "", 0);
	assert_false(raises(t, pi4, F_NFS_ROOT_NETWORK_LOST));
}

/* lib/modules is there, this kernel's folder in it is not. */
static struct story *modules(const char *name, uint32_t status)
{
	struct story *t = at_root(false);
	struct rpc m = nfs(t, NFS_LOOKUP, "modules");

	nfs_call(t, &m);
	m.handle2 = bytes_str("of lib/modules");
	nfs_reply(t, &m, 0);
	m = nfs(t, NFS_LOOKUP, name);
	m.handle = bytes_str("of lib/modules");
	nfs_call(t, &m);
	nfs_reply(t, &m, status);
	return t;
}

static void modules_of_another_kernel_are_told(void **state)
{
	(void)state;
	assert_true(raises(modules("6.6.31-v8+", STATUS_NOENT), pi4, F_KERNEL_MODULES_MISMATCH));
	/* a folder of that name that is not the kernel's */
	assert_false(raises(modules("__init__.so", STATUS_NOENT), pi4, F_KERNEL_MODULES_MISMATCH));
	assert_false(raises(modules("6.6.31-v8+", 0), pi4, F_KERNEL_MODULES_MISMATCH));
}

enum { GOES_ON = 1, NOT_THERE = 2 };

static struct story *loader_64(const char *kernel, const char *loader, int how)
{
	struct story *t = kernel_up(kernel, line);

	mounts(t, LOW_PORT, 0);
	does(t, NFS_LOOKUP, "sbin", 0);
	does(t, NFS_LOOKUP, "init", 0);
	does(t, NFS_READ, "", 0);
	does(t, NFS_LOOKUP, loader, how == NOT_THERE ? STATUS_NOENT : 0);
	for (int i = 0; i < 3 && how == GOES_ON; i++)
		does(t, NFS_LOOKUP, i ? "libc.so.6" : "libsystemd-core.so", 0);
	does(t, NFS_READ, "", 0);
	return t;
}

static void a_64_bit_root_under_a_32_bit_kernel_is_told(void **state)
{
	static const char wide[] = "ld-linux-aarch64.so.1", narrow[] = "ld-linux-armhf.so.3";
	const enum finding_id id = F_KERNEL_ROOT_ARCH_MISMATCH;
	struct story *t = loader_64("kernel7l.img", wide, 0);

	(void)state;
	assert_true(raises(loader_64("kernel7l.img", wide, 0), pi4, F_KERNEL_ROOT_ARCH_MISMATCH));
	assert_true(raises(loader_64("kernel.img", wide, 0), pi4, F_KERNEL_ROOT_ARCH_MISMATCH));
	assert_false(story_found(t, pi4, F_KERNEL_ROOT_ARCH_MISMATCH)); /* it may go on */
	story_end(t);
	assert_false(raises(loader_64("kernel8.img", wide, 0), pi4, id));
	assert_false(raises(loader_64("kernel7l.img", wide, GOES_ON), pi4, id));
	assert_false(raises(loader_64("kernel7l.img", narrow, 0), pi4, id));
	/* 64-bit programs are not all that is there: this one looks, and does without */
	assert_false(raises(loader_64("kernel7l.img", wide, NOT_THERE), pi4, id));
}

/* The board comes up on its link: its link-local address is looked for, in case another has it. */
static void link_comes_up(struct story *t)
{
	enum { NS = 135 };
	struct build_ends e = { .eth_src = pi4, .eth_dst = { { 0x33, 0x33, 0, 0, 0, 1 } } };

	e.src = (struct address) { 0, 0 };
	e.dst = (struct address) { UINT64_C(0xff02) << 48, 1 };
	story_neighbour(t, &e, NS, (struct address) { UINT64_C(0xfe80) << 48, CLIENT });
}

enum outage { UNHEARD, IDLE, STAYS_UP };

/* times over the board is silent for ms, while the server repeats itself (or not), comes back and
 * goes on. */
static struct story *drops(int times, uint32_t ms, enum outage how)
{
	struct story *t = at_root(true);
	struct build_ends e = rpc_ends(t, false, LOW_PORT + 1, RPC_NFS_PORT);

	while (times--) {
		struct rpc m = nfs(t, NFS_READ, "");

		nfs_call(t, &m);
		for (int i = 0; i < 4; i++, story_wait(t, ms / 4))
			if (!i || how != IDLE)
				story_tcp(t, &e, TCP_ACK | TCP_PSH, t->seq[1], "reply");
		if (how != STAYS_UP)
			link_comes_up(t);
		nfs_reply(t, &m, 0);
		does(t, NFS_READ, "", 0);
	}
	return t;
}

static void a_link_that_goes_down_and_up_is_told(void **state)
{
	struct story *t;

	(void)state;
	assert_true(raises(drops(2, 3000, UNHEARD), pi4, F_LINK_EEE_FLAPS));
	assert_false(raises(drops(1, 3000, UNHEARD), pi4, F_LINK_EEE_FLAPS));
	/* nothing was sent to it: it had nothing to do */
	assert_false(raises(drops(3, 3000, IDLE), pi4, F_LINK_EEE_FLAPS));
	/* it was slow, and its link stayed */
	assert_false(raises(drops(3, 3000, STAYS_UP), pi4, F_LINK_EEE_FLAPS));
	assert_false(raises(drops(3, 400, UNHEARD), pi4, F_LINK_EEE_FLAPS));
	t = drops(2, 3000, UNHEARD); /* the capture may have lost what it said */
	scope_dropped(t->s, 1);
	assert_false(raises(t, pi4, F_LINK_EEE_FLAPS));
}

/* U-Boot loads the kernel, and a device tree or not; the kernel's first program stops where its
 * loader is read, or goes on. */
static struct story *u_boot(struct mac board, const char *before, const char *dtb, bool goes_on)
{
	struct story *t = story_begin();
	struct answer o = offering(KERNEL);
	struct ask a = asking(KERNEL);

	t->board = a.mac = o.mac = board;
	if (before)
		reads(t, before, "text");
	reads(t, "Image", "kernel");
	if (dtb)
		reads(t, dtb, "device tree");
	story_wait(t, 3 * one_second);
	asks(t, a);
	answers(t, o);
	mounts(t, LOW_PORT, 0);
	does(t, NFS_LOOKUP, "sbin", 0);
	does(t, NFS_LOOKUP, "init", 0);
	does(t, NFS_READ, "", 0);
	does(t, NFS_LOOKUP, "ld-linux-aarch64.so.1", 0);
	does(t, NFS_READ, "", 0);
	for (int i = 0; i < 3 && goes_on; i++)
		does(t, NFS_LOOKUP, i ? "libc.so.6" : "libsystemd-core.so", 0);
	return t;
}

static void a_device_tree_of_u_boots_may_be_what_stops_the_kernel(void **state)
{
	static const char dtb[] = "bcm2711-rpi-4-b.dtb";
	static const char *const firmware[] = { "bootcode.bin", "start4.elf", "fixup4.dat",
						"config.txt", "cmdline.txt" };

	(void)state;
	assert_true(raises(u_boot(pi4, NULL, dtb, false), pi4, F_UBOOT_DTB_OVERRIDES_FIRMWARE));
	assert_false(raises(u_boot(pi4, NULL, NULL, false), pi4, F_UBOOT_DTB_OVERRIDES_FIRMWARE));
	assert_false(raises(u_boot(pi4, NULL, dtb, true), pi4, F_UBOOT_DTB_OVERRIDES_FIRMWARE));
	/* others have no tree but this */
	assert_false(
		raises(u_boot(pc, NULL, "rk3399.dtb", false), pc, F_UBOOT_DTB_OVERRIDES_FIRMWARE));
	/* the firmware itself asked for it */
	for (int i = 0; i < 5; i++)
		assert_false(raises(u_boot(pi4, firmware[i], dtb, false), pi4,
				    F_UBOOT_DTB_OVERRIDES_FIRMWARE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_root_is_quiet),
		cmocka_unit_test(squashed_root_is_told),
		cmocka_unit_test(squashed_root_that_may_not_look_is_told),
		cmocka_unit_test(a_read_only_root_is_told),
		cmocka_unit_test(stale_handles_are_told_beyond_one_file),
		cmocka_unit_test(calls_sent_again_too_soon_are_told),
		cmocka_unit_test(lost_fragments_are_told),
		cmocka_unit_test(a_client_that_does_not_hear_is_told),
		cmocka_unit_test(a_network_that_is_lost_is_told),
		cmocka_unit_test(modules_of_another_kernel_are_told),
		cmocka_unit_test(a_64_bit_root_under_a_32_bit_kernel_is_told),
		cmocka_unit_test(a_link_that_goes_down_and_up_is_told),
		cmocka_unit_test(a_device_tree_of_u_boots_may_be_what_stops_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
