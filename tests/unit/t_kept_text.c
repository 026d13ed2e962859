/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules that hold texts which crossed the wire against what was then asked for: each with what
 * comes near to it. */
#include "boots.h"
#include "unit.h"

#include <stdio.h>

static const char good[] = "console=tty1 root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw ip=dhcp";
static const char card[] = "console=tty1 root=PARTUUID=1-02 rootfstype=ext4 rootwait";

/* A Pi 4 up to its config.txt. */
static struct story *begun(const char *config)
{
	struct story *w = story_begin();

	leases(w, PI4, offering(PI4));
	reads(w, "start4.elf", "firmware");
	reads(w, "fixup4.dat", "fixup");
	reads(w, "config.txt", config);
	return w;
}

static bool raised(struct story *w, enum finding_id id)
{
	return raises(w, pi4, id);
}

/* Is that the cause, and the first thing said? */
static bool blamed(struct story *w, enum finding_id id)
{
	return blames(w, pi4, id);
}

static struct story *kernel_named(const char *config, const char *asked, const char *there)
{
	struct story *w = begun(config);

	reads(w, "cmdline.txt", good);
	reads(w, asked, NULL);
	if (there)
		reads(w, there, "kernel");
	return w;
}

static void a_kernel_of_any_name_is_a_kernel(void **state)
{
	(void)state;
	assert_true(blamed(kernel_named("kernel=mine.bin\n", "mine.bin", NULL),
			   F_TFTP_KERNEL_NOT_FOUND));
	/* with another name in config.txt that is no kernel */
	assert_false(raised(kernel_named("kernel=mine.bin\n", "other.bin", NULL),
			    F_TFTP_KERNEL_NOT_FOUND));
	/* the line is for other boards */
	assert_false(raised(kernel_named("[pi5]\nkernel=mine.bin\n", "mine.bin", NULL),
			    F_TFTP_KERNEL_NOT_FOUND));
	/* it is found in the root, after the board's folder */
	assert_false(raised(kernel_named("kernel=mine.bin\n", "1/mine.bin", "mine.bin"),
			    F_TFTP_KERNEL_NOT_FOUND));
}

static bool noted(const char *config, const char *asked, const char *note)
{
	struct story *w = kernel_named(config, asked, NULL);
	const struct finding *f;
	bool found = false;

	story_wait(w, 60 * one_second);
	f = story_diagnosis(w, pi4) ? story_said(w, F_TFTP_KERNEL_NOT_FOUND) : NULL;
	for (uint32_t i = 0; f && i < f->n_evidence; i++)
		found |= strstr(f->evidence[i].note, note) != NULL;
	story_end(w);
	return found;
}

/* Why this name was asked for stands in the evidence. */
static void the_line_that_names_a_kernel_is_shown(void **state)
{
	(void)state;
	assert_true(noted("kernel=mine.bin\n", "mine.bin", "which names it"));
	assert_true(noted("arm_64bit=0\n", "kernel7l.img", "32-bit"));
	assert_false(noted("arm_64bit=1\n", "kernel8.img", "config.txt"));
	assert_false(noted("[gpio4=1]\nkernel=a\n", "kernel8.img", "config.txt"));
}

static void another_command_line_is_read(void **state)
{
	struct story *w = begun("cmdline=nfs.txt\n");

	(void)state;
	reads(w, "nfs.txt", card);
	reads(w, "kernel8.img", "kernel");
	assert_true(blamed(w, F_CMDLINE_ROOT_NOT_NFS));
	/* its missing is that of cmdline.txt */
	w = begun("cmdline=nfs.txt\n");
	reads(w, "nfs.txt", NULL);
	reads(w, "kernel8.img", "kernel");
	assert_true(blamed(w, F_CMDLINE_MISSING));
	/* a note that lies there and is not named is none */
	w = begun("include nfs.txt\n");
	reads(w, "nfs.txt", card);
	reads(w, "kernel8.img", "kernel");
	assert_false(raised(w, F_CMDLINE_ROOT_NOT_NFS));
}

/* The kernel is named in a file that config.txt includes. */
static void an_included_file_counts(void **state)
{
	struct story *w = begun("include more.txt\n");

	(void)state;
	reads(w, "more.txt", "kernel=mine.bin\ninitramfs small.gz followkernel\n");
	reads(w, "small.gz", NULL);
	reads(w, "mine.bin", "kernel");
	reads(w, "cmdline.txt", good);
	assert_false(raised(w, F_TFTP_KERNEL_NOT_FOUND));
	w = begun("include more.txt\n");
	reads(w, "more.txt", "kernel=mine.bin\n");
	reads(w, "mine.bin", NULL);
	assert_true(blamed(w, F_TFTP_KERNEL_NOT_FOUND));
}

static struct story *prefixed(const char *config, bool kernel_there, const char *cmdline)
{
	struct story *w = begun(config);

	reads(w, "nfs/kernel8.img", kernel_there ? "kernel" : NULL);
	reads(w, "nfs/bcm2711-rpi-4-b.dtb", kernel_there ? "tree" : NULL);
	if (kernel_there) {
		reads(w, "nfs/cmdline.txt", cmdline);
		return w;
	}
	reads(w, "bcm2711-rpi-4-b.dtb", "tree");
	reads(w, "cmdline.txt", cmdline);
	reads(w, "kernel8.img", "kernel");
	return w;
}

static void a_prefix_that_is_not_used_is_the_cause(void **state)
{
	struct story *w;

	(void)state;
	assert_true(blamed(prefixed("os_prefix=nfs/\n", false, card), F_CONFIG_OS_PREFIX_IGNORED));
	/* it is used: what stops the boot is another thing */
	assert_false(raised(prefixed("os_prefix=nfs/\n", true, card), F_CONFIG_OS_PREFIX_IGNORED));
	/* nobody set it */
	assert_false(raised(prefixed("arm_64bit=1\n", false, card), F_CONFIG_OS_PREFIX_IGNORED));
	assert_false(raised(prefixed("os_prefix=nfs/\n[gpio4=1]\nos_prefix=b/\n", false, card),
			    F_CONFIG_OS_PREFIX_IGNORED));
	/* a kernel of the root, on purpose */
	assert_false(raised(prefixed("os_prefix=nfs/\nkernel=/kernel8.img\n", false, card),
			    F_CONFIG_OS_PREFIX_IGNORED));
	/* a name that is tried before the one that is there */
	w = begun("os_prefix=nfs/\n");
	reads(w, "nfs/kernel_2712.img", NULL);
	reads(w, "nfs/kernel8.img", "kernel");
	reads(w, "nfs/cmdline.txt", card);
	reads(w, "kernel8.img", "another's, served to it all the same");
	assert_false(raised(w, F_CONFIG_OS_PREFIX_IGNORED));
	/* one of the two is enough to lose it */
	w = begun("os_prefix=nfs/\n");
	reads(w, "nfs/kernel8.img", NULL);
	reads(w, "nfs/bcm2711-rpi-4-b.dtb", "tree");
	reads(w, "cmdline.txt", card);
	reads(w, "kernel8.img", "kernel");
	assert_true(blamed(w, F_CONFIG_OS_PREFIX_IGNORED));
	/* it may be another, below a condition that is not known */
	assert_false(raised(prefixed("[gpio4=1]\nos_prefix=nfs/\n", false, card),
			    F_CONFIG_OS_PREFIX_IGNORED));
	/* the boot went on */
	w = prefixed("os_prefix=nfs/\n", false, good);
	story_wait(w, 3 * one_second);
	leases(w, KERNEL, offering(KERNEL));
	rpc_connect(w, LOW_PORT, RPC_NFS_PORT);
	assert_false(story_found(w, pi4, F_CONFIG_OS_PREFIX_IGNORED));
	story_end(w);
}

static void a_section_of_other_boards_is_told(void **state)
{
	(void)state;
	assert_true(raised(kernel_named("[pi5]\nkernel=mine.img\n", "kernel8.img", NULL),
			   F_CONFIG_SECTION_NOT_FOR_BOARD));
	assert_true(blamed(kernel_named("[pi5]\nkernel=mine.img\n", "kernel8.img", NULL),
			   F_TFTP_KERNEL_NOT_FOUND));
	/* the section is left again */
	assert_false(raised(kernel_named("[pi5]\n[all]\nkernel=mine.img\n", "mine.img", NULL),
			    F_CONFIG_SECTION_NOT_FOR_BOARD));
	/* each board has its line, and this one's is its own */
	assert_false(raised(kernel_named("[pi5]\nkernel=a.img\n[pi4]\nkernel=kernel8.img\n",
					 "kernel8.img", NULL),
			    F_CONFIG_SECTION_NOT_FOR_BOARD));
	/* the kernel is there */
	assert_false(
		raised(kernel_named("[pi5]\nkernel=mine.img\n", "1/kernel8.img", "kernel8.img"),
		       F_CONFIG_SECTION_NOT_FOR_BOARD));
}

/* Text of which every second byte is zero, as Windows writes it. */
static void reads_wide(struct story *w, const char *name, const char *text)
{
	uint8_t wide[510] = { 0xff, 0xfe };
	uint32_t n = 2;

	for (; *text && n + 2 <= sizeof(wide); text++, n += 2) {
		wide[n] = (uint8_t)*text;
		wide[n + 1] = 0;
	}
	fetch_block(w, pi4, DHCPD, bytes_str(name), FETCH_WHOLE, bytes_of(wide, n));
}

static void what_windows_saves_is_no_plain_text(void **state)
{
	struct story *w = begun("arm_64bit=1\n");
	char line[200];

	(void)state;
	reads_wide(w, "cmdline.txt", good);
	reads(w, "kernel8.img", "kernel");
	assert_true(blamed(w, F_CMDLINE_NOT_PLAIN_TEXT));
	/* only the mark in front: it hides the first word */
	w = begun("arm_64bit=1\n");
	snprintf(line, sizeof(line), "\xef\xbb\xbf%s", "ip=dhcp root=/dev/nfs nfsroot=10.0.0.1:/a");
	reads(w, "cmdline.txt", line);
	reads(w, "kernel8.img", "kernel");
	assert_true(raised(w, F_CMDLINE_NOT_PLAIN_TEXT));
	/* ... which may be one that is not missed: nfsroot= means root=/dev/nfs */
	w = begun("arm_64bit=1\n");
	reads(w, "cmdline.txt", "\xef\xbb\xbfroot=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp");
	reads(w, "kernel8.img", "kernel");
	assert_false(raised(w, F_CMDLINE_NOT_PLAIN_TEXT));
	w = begun("arm_64bit=1\n");
	snprintf(line, sizeof(line), "\xef\xbb\xbf%s", good);
	reads(w, "cmdline.txt", line);
	reads(w, "kernel8.img", "kernel");
	assert_false(raised(w, F_CMDLINE_NOT_PLAIN_TEXT));
	/* ends of lines of Windows do no harm: the kernel takes CR for a blank */
	w = begun("arm_64bit=1\r\n[all]\r\n");
	snprintf(line, sizeof(line), "%s\r\n", good);
	reads(w, "cmdline.txt", line);
	reads(w, "kernel8.img", "kernel");
	assert_false(story_found(w, pi4, F_CMDLINE_MULTILINE));
	assert_false(raised(w, F_CMDLINE_NOT_PLAIN_TEXT));
}

static void a_config_in_utf16_is_told(void **state)
{
	struct story *w = story_begin();

	(void)state;
	leases(w, PI4, offering(PI4));
	reads(w, "start4.elf", "firmware");
	reads_wide(w, "config.txt", "kernel=mine.img\n");
	reads(w, "kernel8.img", NULL);
	assert_true(raised(w, F_CONFIG_NOT_PLAIN_TEXT));
	assert_false(raised(kernel_named("# caf\xc3\xa9\nkernel=mine.img\n", "mine.img", NULL),
			    F_CONFIG_NOT_PLAIN_TEXT));
}

/* n characters of words that nobody needs, and then the root. */
static struct story *long_line(const char *kernel, int n)
{
	static char line[3000];
	struct story *w = begun("arm_64bit=1\n");
	struct build_ends e = story_ends(pi4, CLIENT, DHCPD, 30000, TFTP_PORT), back;
	struct tftp rrq = { .op = TFTP_RRQ,
			    .file = bytes_str("cmdline.txt"),
			    .mode = bytes_str("octet") };
	int all = snprintf(line, sizeof(line), "%0*d %s", n, 7, good);

	story_tftp(w, &e, &rrq);
	e.dport = 40000;
	back = story_back(&e);
	for (int at = 0, block = 1; at <= all; at += 512, block++) {
		uint32_t left = (uint32_t)(all - at < 512 ? all - at : 512);
		struct tftp data = { .op = TFTP_DATA,
				     .block = (uint16_t)block,
				     .data_len = left,
				     .data = bytes_of(line + at, left) };
		struct tftp ack = { .op = TFTP_ACK, .block = (uint16_t)block };

		story_tftp(w, &back, &data);
		story_tftp(w, &e, &ack);
	}
	reads(w, kernel, "kernel");
	return w;
}

static void a_line_is_cut_where_the_kernel_cuts_it(void **state)
{
	(void)state;
	assert_true(blamed(long_line("kernel8.img", 2100), F_CMDLINE_TOO_LONG));
	assert_true(blamed(long_line("kernel7l.img", 1100), F_CMDLINE_TOO_LONG));
	assert_false(raised(long_line("kernel8.img", 1100), F_CMDLINE_TOO_LONG));
	assert_false(raised(long_line("kernel7l.img", 700), F_CMDLINE_TOO_LONG));
}

static void a_missing_boot_image_is_told(void **state)
{
	struct story *w = begun("boot_ramdisk=1\n");

	(void)state;
	reads(w, "boot.img", NULL);
	assert_true(blamed(w, F_TFTP_BOOT_IMG_NOT_FOUND));
	/* looked for, and done without */
	w = begun("arm_64bit=1\n");
	reads(w, "boot.img", NULL);
	reads(w, "cmdline.txt", good);
	reads(w, "kernel8.img", "kernel");
	assert_false(raised(w, F_TFTP_BOOT_IMG_NOT_FOUND));
}

static void pc_reads(struct story *w, const char *file, const char *text)
{
	fetch_block(w, pc, DHCPD, bytes_str(file), text ? FETCH_WHOLE : FETCH_REFUSED,
		    bytes_str(text ? text : ""));
}

/* A BIOS PC with PXELINUX. */
static struct story *menu(const char *text)
{
	struct answer o = offering(BIOS);
	struct story *w = story_begin();

	o.siaddr = DHCPD;
	o.file = "pxelinux.0";
	leases(w, BIOS, o);
	pc_reads(w, "pxelinux.0", "loader");
	pc_reads(w, "pxelinux.cfg/01-52-54-00-00-00-64", NULL);
	pc_reads(w, "pxelinux.cfg/default", text);
	return w;
}

static const char two_files[] =
	"DEFAULT a\nLABEL a\n  KERNEL images/linux-a\n  INITRD images/small\n"
	"  APPEND root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp\n";

static void what_a_menu_names_and_is_missing_is_told(void **state)
{
	struct story *w = menu(two_files);

	(void)state;
	pc_reads(w, "images/linux-a", NULL);
	pc_reads(w, "images/linux-a.c32", NULL);
	assert_true(blames(w, pc, F_TFTP_KERNEL_NOT_FOUND));
	/* found with an ending */
	w = menu(two_files);
	pc_reads(w, "images/linux-a", NULL);
	pc_reads(w, "images/linux-a.c32", "kernel");
	assert_false(raises(w, pc, F_TFTP_KERNEL_NOT_FOUND));
	/* nobody names it */
	w = menu("DEFAULT a\nLABEL a\n  LOCALBOOT 0\n");
	pc_reads(w, "images/splash.png", NULL);
	assert_false(raises(w, pc, F_TFTP_KERNEL_NOT_FOUND));
}

enum { AWAY = 99 };

static struct story *script(bool deaf)
{
	struct answer o = offering(BIOS), second = offering(IPXE);
	struct story *w = story_begin();

	w->deaf = deaf;
	o.siaddr = second.siaddr = DHCPD;
	o.file = "undionly.kpxe";
	second.file = "boot.ipxe";
	o.broadcast = second.broadcast = true;
	leases(w, BIOS, o);
	pc_reads(w, "undionly.kpxe", "loader");
	leases(w, IPXE, second);
	pc_reads(w, "boot.ipxe", "#!ipxe\nkernel http://10.0.0.99:8080/vmlinuz ip=dhcp\nboot\n");
	return w;
}

static void connects(struct story *w, int times, const char *how)
{
	struct build_ends e = story_ends(pc, CLIENT, AWAY, 4000, 8080), back = story_back(&e);

	story_arp(w, pc, CLIENT, AWAY);
	story_arp_reply(w, AWAY, pc, CLIENT);
	for (int i = 0; i < times; i++, story_wait(w, one_second)) {
		story_tcp(w, &e, TCP_SYN, 1000, "");
		if (*how)
			story_tcp(w, &back, (uint8_t)(TCP_ACK | (*how == 'R' ? TCP_RST : TCP_SYN)),
				  1, "");
	}
}

static void a_url_of_a_host_that_is_not_there_is_told(void **state)
{
	struct story *w = script(false);

	(void)state;
	connects(w, 4, "");
	assert_true(blames(w, pc, F_BOOT_URL_NO_ANSWER));
	w = script(false);
	connects(w, 2, "RST");
	assert_true(blames(w, pc, F_BOOT_URL_NO_ANSWER));
	/* tried once, just before the capture ends */
	w = script(false);
	connects(w, 1, "");
	assert_false(raises(w, pc, F_BOOT_URL_NO_ANSWER));
	/* it answers */
	w = script(false);
	connects(w, 3, "SYN");
	assert_false(raises(w, pc, F_BOOT_URL_NO_ANSWER));
	/* what comes back to the client is not seen here */
	w = script(true);
	connects(w, 4, "");
	assert_false(raises(w, pc, F_BOOT_URL_NO_ANSWER));
}

static const char *file = "vmlinuz";

static struct story *fetched(const char *status)
{
	struct story *w = script(false);
	struct build_ends e = story_ends(pc, CLIENT, AWAY, 4001, 80), back = story_back(&e);
	char reply[200], ask[200];

	snprintf(ask, sizeof(ask),
		 "GET /%s HTTP/1.1\r\nHost: 10.0.0.99\r\nUser-Agent: iPXE/1.21\r\n\r\n", file);
	story_tcp(w, &e, TCP_SYN, 999, "");
	story_tcp(w, &back, TCP_SYN | TCP_ACK, 1, "");
	story_tcp(w, &e, TCP_ACK, 1000, ask);
	snprintf(reply, sizeof(reply), "HTTP/1.1 %s\r\nContent-Length: 4\r\n\r\nbody", status);
	story_tcp(w, &back, TCP_ACK, 2, reply);
	return w;
}

static void a_page_that_is_not_there_is_told(void **state)
{
	(void)state;
	assert_true(blames(fetched("404 Not Found"), pc, F_HTTP_FILE_NOT_FOUND));
	assert_true(blames(fetched("403 Forbidden"), pc, F_HTTP_FILE_NOT_FOUND));
	assert_true(raises(fetched("500 Oops"), pc, F_HTTP_FILE_NOT_FOUND));
	assert_false(raises(fetched("200 OK"), pc, F_HTTP_FILE_NOT_FOUND));
	assert_false(raises(fetched("302 Found"), pc, F_HTTP_FILE_NOT_FOUND));
	/* iPXE does without that one */
	file = "autoexec.ipxe";
	assert_false(raises(fetched("404 Not Found"), pc, F_HTTP_FILE_NOT_FOUND));
}

/* console=tty1 and no more. */
static void a_command_line_without_a_root_is_told(void **state)
{
	static const char *const lines[] = { "console=tty1 quiet\n",
					     "console=tty1 root=/dev/ram0\n",
					     "console=tty1\nroot=/dev/nfs ip=dhcp\n" };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct story *w = begun("arm_64bit=1\n");

		reads(w, "cmdline.txt", lines[i]);
		reads(w, "kernel8.img", "kernel");
		assert_int_equal(raised(w, F_KERNEL_WITHOUT_NFS_ROOT), i == 0);
	}
	/* the root is in the initramfs */
	for (int i = 0; i < 2; i++) {
		struct story *w = begun("initramfs all.gz followkernel\n");

		reads(w, "all.gz", i ? "the whole system" : NULL);
		reads(w, "cmdline.txt", lines[0]);
		reads(w, "kernel8.img", "kernel");
		assert_int_equal(raised(w, F_KERNEL_WITHOUT_NFS_ROOT), i == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_of_any_name_is_a_kernel),
		cmocka_unit_test(the_line_that_names_a_kernel_is_shown),
		cmocka_unit_test(another_command_line_is_read),
		cmocka_unit_test(an_included_file_counts),
		cmocka_unit_test(a_prefix_that_is_not_used_is_the_cause),
		cmocka_unit_test(a_section_of_other_boards_is_told),
		cmocka_unit_test(what_windows_saves_is_no_plain_text),
		cmocka_unit_test(a_config_in_utf16_is_told),
		cmocka_unit_test(a_line_is_cut_where_the_kernel_cuts_it),
		cmocka_unit_test(a_missing_boot_image_is_told),
		cmocka_unit_test(a_command_line_without_a_root_is_told),
		cmocka_unit_test(what_a_menu_names_and_is_missing_is_told),
		cmocka_unit_test(a_url_of_a_host_that_is_not_there_is_told),
		cmocka_unit_test(a_page_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
