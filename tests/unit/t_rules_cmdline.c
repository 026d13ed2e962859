/* SPDX-License-Identifier: BSD-2-Clause */
#include "boots.h"
#include "unit.h"

#include <stdio.h>

static const char good[] = "console=tty1 root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw ip=dhcp";

/* A boot that ends with the kernel's address, or before. */
static struct story *told(const char *cmdline, bool kernel_asks)
{
	struct story *t;

	if (kernel_asks)
		return kernel_up("kernel8.img", cmdline);
	t = story_begin();
	loads(t, "kernel8.img", cmdline);
	return t;
}

static void parameters_behind_the_first_line_are_lost(void **state)
{
	(void)state;
	assert_true(raises(told("console=tty1\nroot=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp\n", false),
			   pi4, F_CMDLINE_MULTILINE));
}

static void an_earlier_line_left_behind_is_no_fault(void **state)
{
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "%s\n\n# root=PARTUUID=1-02 rw ip=off\n", good);
	assert_false(raises(told(text, true), pi4, F_CMDLINE_MULTILINE));
	assert_false(raises(told("console=tty1 root=/dev/nfs ip=dhcp\nzip=1\n", true), pi4,
			    F_CMDLINE_MULTILINE));
}

static void the_program_for_the_card_is_told(void **state)
{
	(void)state;
	assert_true(raises(told("root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp "
				"init=/usr/lib/raspi-config/init_resize.sh",
				true),
			   pi4, F_CMDLINE_SDCARD_INIT));
	assert_false(raises(told("root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp init=/sbin/init", true),
			    pi4, F_CMDLINE_SDCARD_INIT));
}

/* Who the kernel was told to mount from, and is not there. */
static struct story *told_77(bool answers)
{
	struct story *t = told("root=/dev/nfs nfsroot=10.0.0.77:/srv/a,vers=3 ip=dhcp", true);

	for (int i = 0; i < 4; i++, story_wait(t, one_second))
		story_arp(t, pi4, CLIENT, 77);
	if (answers)
		story_arp_reply(t, 77, pi4, CLIENT);
	return t;
}

static void a_server_that_is_not_there_is_named(void **state)
{
	struct story *t = told(good, true);

	(void)state;
	assert_true(blames(told_77(false), pi4, F_CMDLINE_NFSROOT_WRONG_SERVER));
	assert_false(raises(told_77(true), pi4, F_CMDLINE_NFSROOT_WRONG_SERVER));
	/* the right one, slow to answer */
	for (int i = 0; i < 3; i++)
		port_of(t, RPC_MOUNT, 3, 17, UINT32_MAX);
	port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	assert_false(raises(t, pi4, F_CMDLINE_NFSROOT_WRONG_SERVER));
	/* not looked for: another host is asked on the wire */
	t = told("root=/dev/nfs nfsroot=10.0.0.77:/srv/a,vers=3 ip=dhcp", true);
	for (int i = 0; i < 4; i++, story_wait(t, one_second))
		story_arp(t, pi4, CLIENT, 78);
	assert_false(raises(t, pi4, F_CMDLINE_NFSROOT_WRONG_SERVER));
}

/* The host gave it its files: it is there, though others serve as well, and its portmapper is what
 * is missing. */
static struct story *served_and_silent(void)
{
	struct story *t = told(good, true);

	fetches(t, pi4, FILES, bytes_str("bootcfg.txt"), FETCH_WHOLE);
	for (int i = 0; i < 4; i++, story_wait(t, 2 * one_second))
		port_of(t, RPC_MOUNT, 3, 17, UINT32_MAX);
	return t;
}

static void a_server_that_is_there_is_not_wrong(void **state)
{
	(void)state;
	assert_false(raises(served_and_silent(), pi4, F_CMDLINE_NFSROOT_WRONG_SERVER));
	assert_true(blames(served_and_silent(), pi4, F_RPCBIND_NO_ANSWER));
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
		struct story *t = story_begin();

		loads(t, "kernel8.img", NULL);
		reads(t, "pxelinux.cfg/default", menus[k]);
		story_wait(t, 3 * one_second);
		leases(t, KERNEL, offering(KERNEL));
		for (int i = 0; i < 4; i++, story_wait(t, one_second))
			story_arp(t, pi4, CLIENT, 77);
		assert_int_equal(raises(t, pi4, F_CMDLINE_NFSROOT_WRONG_SERVER), k < 2);
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
static struct story *klibc(const char *options)
{
	char line[160];
	struct story *t;

	snprintf(line, sizeof(line), "root=/dev/nfs nfsroot=10.0.0.1:/srv/a,%s ip=dhcp", options);
	t = told(line, false);
	story_wait(t, 4 * one_second);
	leases(t, KLIBC, offering(KLIBC));
	return t;
}

static void options_that_klibc_cannot_are_told(void **state)
{
	(void)state;
	assert_true(raises(klibc("vers=4.1,proto=tcp"), pi4, F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS));
	assert_false(raises(klibc("vers=3"), pi4, F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS));
	assert_true(raises(klibc("vers=3"), pi4, F_NFS_INITRAMFS_SILENT));
}

static void an_initramfs_that_mounts_is_not_silent(void **state)
{
	struct story *t = klibc("vers=4.1");

	(void)state;
	port_of(t, RPC_MOUNT, 3, 6, UINT32_MAX);
	assert_false(raises(t, pi4, F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS));
	t = klibc("vers=3");
	port_of(t, RPC_MOUNT, 3, 6, UINT32_MAX);
	assert_false(raises(t, pi4, F_NFS_INITRAMFS_SILENT));
}

static void udp_that_the_kernel_has_not_is_told(void **state)
{
	static const char udp[] = "root=/dev/nfs nfsroot=10.0.0.1:/a,vers=3,proto=udp ip=dhcp";
	struct story *t;

	(void)state;
	assert_true(raises(told(udp, true), pi4, F_NFS_CLIENT_UDP_DISABLED));
	assert_false(raises(told(good, true), pi4, F_NFS_CLIENT_UDP_DISABLED));
	/* no address, no mount: that is DHCP's matter */
	assert_false(raises(told(udp, false), pi4, F_NFS_CLIENT_UDP_DISABLED));
	/* it looks for the server, so it does not mind */
	t = told(udp, true);
	story_arp(t, pi4, CLIENT, DHCPD);
	assert_false(raises(t, pi4, F_NFS_CLIENT_UDP_DISABLED));
}

/* The kernel asks, in vain. */
static struct story *kernel_asks(struct story *t, int times)
{
	story_wait(t, 3 * one_second);
	while (times--) {
		asks(t, asking(KERNEL));
		story_wait(t, 4 * one_second);
	}
	return t;
}

static void a_kernel_without_an_offer_is_told_by_its_patience(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(kernel_asks(told(good, false), 3), pi4, F_KERNEL_DHCP_NO_OFFER));
	assert_false(raises(kernel_asks(told(good, false), 2), pi4, F_KERNEL_DHCP_NO_OFFER));
	assert_true(
		raises(kernel_asks(told(good, false), 2), pi4, F_KERNEL_DHCP_GAVE_UP_BEFORE_LINK));
	assert_false(
		raises(kernel_asks(told(good, false), 3), pi4, F_KERNEL_DHCP_GAVE_UP_BEFORE_LINK));
	t = kernel_asks(told(good, false), 3); /* late, but it comes */
	answers(t, offering(KERNEL));
	assert_false(raises(t, pi4, F_KERNEL_DHCP_NO_OFFER));
	t = kernel_asks(told(good, false), 1);
	leases(t, KERNEL, offering(KERNEL));
	assert_false(raises(t, pi4, F_KERNEL_DHCP_GAVE_UP_BEFORE_LINK));
}

/* A place that sees no unicast to the board cannot say that no OFFER came. */
static void who_cannot_see_offers_says_nothing_of_them(void **state)
{
	struct story *t = story_begin();

	(void)state;
	t->deaf = true;
	loads(t, "kernel8.img", NULL);
	assert_false(raises(kernel_asks(t, 5), pi4, F_KERNEL_DHCP_NO_OFFER));
}

static void a_kernel_without_a_root_is_told(void **state)
{
	(void)state;
	assert_true(raises(told(NULL, false), pi4, F_KERNEL_WITHOUT_NFS_ROOT));
	assert_false(raises(told(NULL, true), pi4, F_KERNEL_WITHOUT_NFS_ROOT));
	assert_false(raises(told(good, true), pi4, F_KERNEL_WITHOUT_NFS_ROOT));
}

/* --- what the command line lacks (rules_kernel.c) --- */

static void a_root_on_a_card_is_told_where_no_nfs_follows(void **state)
{
	static const char card[] = "console=tty1 root=PARTUUID=1234-02 rootwait";
	struct story *t;

	(void)state;
	assert_true(blames(told(card, false), pi4, F_CMDLINE_ROOT_NOT_NFS));
	assert_false(raises(told(good, false), pi4, F_CMDLINE_ROOT_NOT_NFS));
	/* on the second line, which nobody reads */
	assert_false(
		raises(told("root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp\nroot=PARTUUID=1-02", false),
		       pi4, F_CMDLINE_ROOT_NOT_NFS));
	t = told(card, true); /* an initramfs that mounts what it likes */
	port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	mounts(t, LOW_PORT, 0);
	assert_false(raises(t, pi4, F_CMDLINE_ROOT_NOT_NFS));
	t = story_begin(); /* the kernel did not come: that is what stops it */
	leases(t, PI4, offering(PI4));
	reads(t, "start4.elf", "firmware");
	reads(t, "cmdline.txt", card);
	reads(t, "kernel8.img", NULL);
	assert_false(raises(t, pi4, F_CMDLINE_ROOT_NOT_NFS));
	t = story_begin(); /* what config.txt says is no command line */
	leases(t, PI4, offering(PI4));
	reads(t, "start4.elf", "firmware");
	reads(t, "config.txt", card);
	reads(t, "kernel8.img", "kernel");
	assert_false(raises(t, pi4, F_CMDLINE_ROOT_NOT_NFS));
}

static void an_nfs_root_wants_an_address(void **state)
{
	static const char none[] = "root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw";

	(void)state;
	assert_true(blames(told(none, false), pi4, F_CMDLINE_NO_IP));
	assert_false(raises(told(good, false), pi4, F_CMDLINE_NO_IP));
	/* set without DHCP */
	assert_false(raises(told("root=/dev/nfs nfsroot=10.0.0.1:/a rw "
				 "ip=10.0.0.9:10.0.0.1:10.0.0.1:255.255.255.0::eth0:off",
				 false),
			    pi4, F_CMDLINE_NO_IP));
	/* an initramfs that asks all the same */
	assert_false(raises(told(none, true), pi4, F_CMDLINE_NO_IP));
}

/* cmdline.txt is asked for and refused; then the kernel comes. */
static struct story *without_cmdline(const char *instead)
{
	struct story *t = story_begin();

	loads(t, "armstub8-gic.bin", NULL);
	reads(t, "44/cmdline.txt", NULL);
	if (instead)
		reads(t, "cmdline.txt", instead);
	reads(t, "kernel8.img", "kernel");
	return t;
}

static void a_command_line_that_is_not_there_is_told(void **state)
{
	struct story *t = without_cmdline(NULL);

	(void)state;
	assert_true(blames(without_cmdline(NULL), pi4, F_CMDLINE_MISSING));
	assert_false(raises(without_cmdline(good), pi4, F_CMDLINE_MISSING));
	leases(t, KERNEL, offering(KERNEL)); /* the kernel has one inside */
	port_of(t, RPC_MOUNT, 3, 17, MOUNTD_PORT);
	mounts(t, LOW_PORT, 0);
	assert_false(raises(t, pi4, F_CMDLINE_MISSING));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_behind_the_first_line_are_lost),
		cmocka_unit_test(an_earlier_line_left_behind_is_no_fault),
		cmocka_unit_test(the_program_for_the_card_is_told),
		cmocka_unit_test(a_server_that_is_not_there_is_named),
		cmocka_unit_test(a_server_that_is_there_is_not_wrong),
		cmocka_unit_test(a_boot_menu_is_a_command_line),
		cmocka_unit_test(an_ipxe_script_is_read),
		cmocka_unit_test(options_that_klibc_cannot_are_told),
		cmocka_unit_test(an_initramfs_that_mounts_is_not_silent),
		cmocka_unit_test(udp_that_the_kernel_has_not_is_told),
		cmocka_unit_test(a_kernel_without_an_offer_is_told_by_its_patience),
		cmocka_unit_test(who_cannot_see_offers_says_nothing_of_them),
		cmocka_unit_test(a_kernel_without_a_root_is_told),
		cmocka_unit_test(a_root_on_a_card_is_told_where_no_nfs_follows),
		cmocka_unit_test(an_nfs_root_wants_an_address),
		cmocka_unit_test(a_command_line_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
