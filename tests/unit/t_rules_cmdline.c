/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"
#include "unit.h"

#include <stdio.h>

static const char good[] = "console=tty1 root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw ip=dhcp";

/* A boot that ends with the kernel's address, or before. */
static struct play *told(const char *cmdline, bool kernel_asks)
{
	struct play *w = play_begin();

	play_load(w, "kernel8.img", cmdline);
	if (kernel_asks)
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

static void parameters_behind_the_first_line_are_lost(void **state)
{
	(void)state;
	assert_true(raised(told("console=tty1\nroot=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp\n", false),
			   F_CMDLINE_MULTILINE));
}

static void an_earlier_line_left_behind_is_no_fault(void **state)
{
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%s\n\n# root=PARTUUID=1-02 rw ip=off\n", good);
	assert_false(raised(told(text, true), F_CMDLINE_MULTILINE));
	assert_false(raised(told("console=tty1 root=/dev/nfs ip=dhcp\nzip=1\n", true),
			    F_CMDLINE_MULTILINE));
}

static void the_program_for_the_card_is_told(void **state)
{
	(void)state;
	assert_true(raised(told("root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp "
				"init=/usr/lib/raspi-config/init_resize.sh",
				true),
			   F_CMDLINE_SDCARD_INIT));
	assert_false(raised(told("root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp init=/sbin/init", true),
			    F_CMDLINE_SDCARD_INIT));
}

/* The kernel looks for the host it was told, and it is not there. */
static void a_server_that_is_not_there_is_named(void **state)
{
	struct play *w = told("root=/dev/nfs nfsroot=10.0.0.77:/srv/a,vers=3 ip=dhcp", true);
	const struct finding *f;

	(void)state;
	for (int i = 0; i < 4; i++, play_wait(w, 1000))
		play_arp(w, true, ARP_REQUEST, 0x0a00004d);
	play_judge(w);
	f = play_found(w, F_CMDLINE_NFSROOT_WRONG_SERVER);
	assert_non_null(f);
	assert_true(f->cause);
	play_end(w);
}

static void a_server_that_answers_is_not_wrong(void **state)
{
	struct play *w = told(good, true);
	struct rpc m = { .xid = 7, .prog = RPC_PORTMAP, .vers = 2, .proc = 3 };

	(void)state;
	m.map_prog = RPC_MOUNT;
	m.map_vers = 3;
	m.map_proto = 17;
	play_rpc(w, true, 800, RPC_PORTMAP_PORT, &m);
	play_rpc(w, false, 800, RPC_PORTMAP_PORT, &m);
	assert_false(raised(w, F_CMDLINE_NFSROOT_WRONG_SERVER));
}

/* The host gave it its files, or answers ARP: it is there, and its portmapper is what is missing.
 */
static void a_server_that_is_there_is_not_wrong(void **state)
{
	struct rpc m = { .xid = 7, .prog = RPC_PORTMAP, .vers = 2, .proc = 3 };

	(void)state;
	m.map_prog = RPC_MOUNT;
	m.map_vers = 3;
	m.map_proto = 17;
	for (int k = 0; k < 2; k++) {
		struct play *w = told(
			k ? "root=/dev/nfs nfsroot=10.0.0.77:/srv/a,vers=3 ip=dhcp" : good, true);

		if (k) {
			w->server = 0x0a00004d;
			play_arp(w, true, ARP_REQUEST, 0x0a00004d);
			play_arp(w, false, ARP_REPLY, PLAY_BOARD);
		} else {
			w->server = 0x0a000058; /* another serves here as well */
			play_file(w, "bootcfg.txt", "x");
			w->server = PLAY_SERVER;
		}
		for (int i = 0; i < 4; i++, play_wait(w, 2000))
			play_rpc(w, true, 800, RPC_PORTMAP_PORT, &m);
		play_judge(w);
		assert_null(play_found(w, F_CMDLINE_NFSROOT_WRONG_SERVER));
		assert_non_null(play_found(w, F_RPCBIND_NO_ANSWER));
		play_end(w);
	}
}

/* A menu's line counts like cmdline.txt, if there is only one. */
static void a_boot_menu_is_a_command_line(void **state)
{
	static const char *const menus[] = {
		"DEFAULT a\nLABEL a\n  KERNEL Image\n  Append root=/dev/nfs "
		"nfsroot=10.0.0.77:/a ip=dhcp\n",
		"menuentry a {\n\tlinux /Image root=/dev/nfs nfsroot=10.0.0.77:/a ip=dhcp\n}\n",
		"LABEL a\n append root=/dev/nfs nfsroot=10.0.0.77:/a\nLABEL b\n append "
		"root=/dev/sda1\n",
		"# append root=/dev/nfs nfsroot=10.0.0.77:/a ip=dhcp\n",
		"LABEL a\n APPENDIX root=/dev/nfs nfsroot=10.0.0.77:/a\n",
	};

	(void)state;
	for (int k = 0; k < 5; k++) {
		struct play *w = play_begin();

		play_load(w, "kernel8.img", NULL);
		play_file(w, "pxelinux.cfg/default", menus[k]);
		play_kernel_lease(w);
		for (int i = 0; i < 4; i++, play_wait(w, 1000))
			play_arp(w, true, ARP_REQUEST, 0x0a00004d);
		assert_int_equal(raised(w, F_CMDLINE_NFSROOT_WRONG_SERVER), k < 2);
	}
}

static void an_ipxe_script_is_read(void **state)
{
	static uint8_t text[] = "#!ipxe\nkernel tftp://10.0.0.1/vmlinuz initrd=i root=/dev/nfs "
				"nfsroot=10.0.0.9:/b,vers=4.1\ninitrd i\nboot\n";
	struct kept k = {
		.kind = KEPT_IPXE, .text = text, .n = sizeof(text) - 1, .complete = true
	};
	struct cmdline line;

	(void)state;
	assert_true(kept_cmdline(&k, &line));
	assert_true(line.root_is_nfs);
	assert_int_equal(line.vers, 4);
	assert_true(bytes_is(line.nfs_path, "/b"));
	/* of half a script nobody knows */
	k.complete = false;
	assert_false(kept_cmdline(&k, &line));
	k.complete = k.cut = true;
	assert_false(kept_cmdline(&k, &line));
	/* every beginning of it, at its exact size */
	for (uint32_t n = 0; n < sizeof(text); n++) {
		struct kept part = { .kind = KEPT_IPXE, .n = n, .complete = true };

		part.text = malloc(n ? n : 1);
		assert_non_null(part.text);
		memcpy(part.text, text, n);
		kept_cmdline(&part, &line);
		part.kind = KEPT_PXE_CONFIG;
		kept_cmdline(&part, &line);
		free(part.text);
	}
}

/* klibc's nfsmount is what the class "Linux ipconfig" comes with. */
static struct play *klibc(const char *options)
{
	char line[160];
	struct play *w;

	snprintf(line, sizeof(line), "root=/dev/nfs nfsroot=10.0.0.1:/srv/a,%s ip=dhcp", options);
	w = told(line, false);
	play_wait(w, 4000);
	play_lease(w, "Linux ipconfig", 300);
	return w;
}

static void options_that_klibc_cannot_are_told(void **state)
{
	(void)state;
	assert_true(raised(klibc("vers=4.1,proto=tcp"), F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS));
	assert_false(raised(klibc("vers=3"), F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS));
	assert_true(raised(klibc("vers=3"), F_NFS_INITRAMFS_SILENT));
}

static void an_initramfs_that_mounts_is_not_silent(void **state)
{
	struct play *w = klibc("vers=4.1");
	struct rpc m = { .xid = 7, .prog = RPC_PORTMAP, .vers = 2, .proc = 3 };

	(void)state;
	m.map_prog = RPC_MOUNT;
	m.map_vers = 3;
	m.map_proto = 6;
	play_rpc(w, true, 800, RPC_PORTMAP_PORT, &m);
	play_judge(w);
	assert_null(play_found(w, F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS));
	assert_null(play_found(w, F_NFS_INITRAMFS_SILENT));
	play_end(w);
}

static void udp_that_the_kernel_has_not_is_told(void **state)
{
	static const char udp[] = "root=/dev/nfs nfsroot=10.0.0.1:/a,vers=3,proto=udp ip=dhcp";
	struct play *w;

	(void)state;
	assert_true(raised(told(udp, true), F_NFS_CLIENT_UDP_DISABLED));
	assert_false(raised(told(good, true), F_NFS_CLIENT_UDP_DISABLED));
	/* no address, no mount: that is DHCP's matter */
	assert_false(raised(told(udp, false), F_NFS_CLIENT_UDP_DISABLED));
	/* it looks for the server, so it does not mind */
	w = told(udp, true);
	play_arp(w, true, ARP_REQUEST, PLAY_SERVER);
	assert_false(raised(w, F_NFS_CLIENT_UDP_DISABLED));
}

static void asks(struct play *w, int times)
{
	play_wait(w, 3000);
	for (int i = 0; i < times; i++, play_wait(w, 4000))
		play_dhcp(w, true, DHCP_DISCOVER, 77, NULL, 548);
}

static void a_kernel_without_an_offer_is_told_by_its_patience(void **state)
{
	struct play *w = told(good, false);

	(void)state;
	asks(w, 5);
	assert_true(raised(w, F_KERNEL_DHCP_NO_OFFER));
	w = told(good, false);
	asks(w, 1);
	play_judge(w);
	assert_null(play_found(w, F_KERNEL_DHCP_NO_OFFER));
	assert_non_null(play_found(w, F_KERNEL_DHCP_GAVE_UP_BEFORE_LINK));
	play_end(w);
	w = told(good, true);
	play_judge(w);
	assert_null(play_found(w, F_KERNEL_DHCP_NO_OFFER));
	assert_null(play_found(w, F_KERNEL_DHCP_GAVE_UP_BEFORE_LINK));
	play_end(w);
}

/* A place that sees no unicast to the board cannot say that no OFFER came. */
static void who_cannot_see_offers_is_not_sure(void **state)
{
	struct play *w = play_begin();
	const struct finding *f;

	(void)state;
	w->deaf_place = true;
	play_load(w, "kernel8.img", NULL);
	asks(w, 5);
	play_judge(w);
	f = play_found(w, F_KERNEL_DHCP_NO_OFFER);
	assert_true(!f || f->confidence == POSSIBLE);
	play_end(w);
}

static void a_kernel_without_a_root_is_told(void **state)
{
	(void)state;
	assert_true(raised(told(NULL, false), F_KERNEL_WITHOUT_NFS_ROOT));
	assert_false(raised(told(NULL, true), F_KERNEL_WITHOUT_NFS_ROOT));
	assert_false(raised(told(good, true), F_KERNEL_WITHOUT_NFS_ROOT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_behind_the_first_line_are_lost),
		cmocka_unit_test(an_earlier_line_left_behind_is_no_fault),
		cmocka_unit_test(the_program_for_the_card_is_told),
		cmocka_unit_test(a_server_that_is_not_there_is_named),
		cmocka_unit_test(a_server_that_answers_is_not_wrong),
		cmocka_unit_test(a_server_that_is_there_is_not_wrong),
		cmocka_unit_test(a_boot_menu_is_a_command_line),
		cmocka_unit_test(an_ipxe_script_is_read),
		cmocka_unit_test(options_that_klibc_cannot_are_told),
		cmocka_unit_test(an_initramfs_that_mounts_is_not_silent),
		cmocka_unit_test(udp_that_the_kernel_has_not_is_told),
		cmocka_unit_test(a_kernel_without_an_offer_is_told_by_its_patience),
		cmocka_unit_test(who_cannot_see_offers_is_not_sure),
		cmocka_unit_test(a_kernel_without_a_root_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
