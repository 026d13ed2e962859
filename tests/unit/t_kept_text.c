/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules that hold texts which crossed the wire against what was then asked for: each with what
 * comes near to it. */
#include "boots.h"
#include "unit.h"

#include <stdio.h>

static const char good[] = "console=tty1 root=/dev/nfs nfsroot=10.0.0.1:/srv/a,vers=3 rw ip=dhcp";
static const char card[] = "console=tty1 root=PARTUUID=1-02 rootfstype=ext4 rootwait";

/* A Pi 4 up to its config.txt. */
static struct play *begun(const char *config)
{
	struct play *w = play_begin();

	play_lease(w, "PXEClient:Arch:00000:UNDI:002001", 322);
	play_file(w, "start4.elf", "firmware");
	play_file(w, "fixup4.dat", "fixup");
	play_file(w, "config.txt", config);
	return w;
}

static const struct finding *said(struct play *w, enum finding_id id)
{
	play_judge(w);
	return play_found(w, id);
}

static bool raised(struct play *w, enum finding_id id)
{
	bool found = said(w, id) != NULL;

	play_end(w);
	return found;
}

/* Is that the cause, and the first thing said? */
static bool blamed(struct play *w, enum finding_id id)
{
	const struct finding *f = said(w, id);
	bool cause = f && f == &w->d.finding[0] && f->cause;

	play_end(w);
	return cause;
}

static struct play *kernel_named(const char *config, const char *asked, const char *there)
{
	struct play *w = begun(config);

	play_file(w, "cmdline.txt", good);
	play_file(w, asked, NULL);
	if (there)
		play_file(w, there, "kernel");
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

static void another_command_line_is_read(void **state)
{
	struct play *w = begun("cmdline=nfs.txt\n");

	(void)state;
	play_file(w, "nfs.txt", card);
	play_file(w, "kernel8.img", "kernel");
	assert_true(blamed(w, F_CMDLINE_ROOT_NOT_NFS));
	/* its missing is that of cmdline.txt */
	w = begun("cmdline=nfs.txt\n");
	play_file(w, "nfs.txt", NULL);
	play_file(w, "kernel8.img", "kernel");
	assert_true(blamed(w, F_CMDLINE_MISSING));
	/* a note that lies there and is not named is none */
	w = begun("include nfs.txt\n");
	play_file(w, "nfs.txt", card);
	play_file(w, "kernel8.img", "kernel");
	assert_false(raised(w, F_CMDLINE_ROOT_NOT_NFS));
}

/* The kernel is named in a file that config.txt includes. */
static void an_included_file_counts(void **state)
{
	struct play *w = begun("include more.txt\n");

	(void)state;
	play_file(w, "more.txt", "kernel=mine.bin\ninitramfs small.gz followkernel\n");
	play_file(w, "small.gz", NULL);
	play_file(w, "mine.bin", "kernel");
	play_file(w, "cmdline.txt", good);
	play_judge(w);
	assert_null(play_found(w, F_TFTP_KERNEL_NOT_FOUND));
	play_end(w);
	w = begun("include more.txt\n");
	play_file(w, "more.txt", "kernel=mine.bin\n");
	play_file(w, "mine.bin", NULL);
	assert_true(blamed(w, F_TFTP_KERNEL_NOT_FOUND));
}

static struct play *prefixed(const char *config, bool kernel_there, const char *cmdline)
{
	struct play *w = begun(config);

	play_file(w, "nfs/kernel8.img", kernel_there ? "kernel" : NULL);
	play_file(w, "nfs/bcm2711-rpi-4-b.dtb", kernel_there ? "tree" : NULL);
	if (kernel_there) {
		play_file(w, "nfs/cmdline.txt", cmdline);
		return w;
	}
	play_file(w, "bcm2711-rpi-4-b.dtb", "tree");
	play_file(w, "cmdline.txt", cmdline);
	play_file(w, "kernel8.img", "kernel");
	return w;
}

static void a_prefix_that_is_not_used_is_the_cause(void **state)
{
	struct play *w;

	(void)state;
	assert_true(blamed(prefixed("os_prefix=nfs/\n", false, card), F_CONFIG_OS_PREFIX_IGNORED));
	/* it is used: what stops the boot is another thing */
	assert_false(raised(prefixed("os_prefix=nfs/\n", true, card), F_CONFIG_OS_PREFIX_IGNORED));
	/* nobody set it */
	assert_false(raised(prefixed("arm_64bit=1\n", false, card), F_CONFIG_OS_PREFIX_IGNORED));
	/* it may be another, below a condition that is not known */
	assert_false(raised(prefixed("[gpio4=1]\nos_prefix=nfs/\n", false, card),
			    F_CONFIG_OS_PREFIX_IGNORED));
	/* the boot went on */
	w = prefixed("os_prefix=nfs/\n", false, good);
	play_kernel_lease(w);
	play_connect(w, 800, RPC_NFS_PORT);
	scope_end(w->s);
	diagnose_client(w->s, scope_client_by_mac(w->s, play_board), &w->d);
	assert_null(play_found(w, F_CONFIG_OS_PREFIX_IGNORED));
	play_end(w);
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
static void play_wide(struct play *w, const char *name, const char *text)
{
	uint16_t port = ++w->port;
	struct tftp rrq = { .op = TFTP_RRQ, .file = bytes_str(name), .mode = bytes_str("octet") };
	struct tftp data = { .op = TFTP_DATA, .block = 1 };
	struct tftp ack = { .op = TFTP_ACK, .block = 1 };
	uint8_t buf[1024], wide[510] = { 0xff, 0xfe };
	struct writer out = writer_init(buf, sizeof(buf));
	uint32_t n = 2;

	for (; *text && n + 2 <= sizeof(wide); text++, n += 2) {
		wide[n] = (uint8_t)*text;
		wide[n + 1] = 0;
	}
	tftp_encode(&rrq, &out);
	play_udp(w, play_ends(w, true, port, TFTP_PORT), &out);
	data.data = bytes_of(wide, n);
	out = writer_init(buf, sizeof(buf));
	tftp_encode(&data, &out);
	play_udp(w, play_ends(w, false, port, 40000), &out);
	out = writer_init(buf, sizeof(buf));
	tftp_encode(&ack, &out);
	play_udp(w, play_ends(w, true, port, 40000), &out);
}

static void what_windows_saves_is_no_plain_text(void **state)
{
	struct play *w = begun("arm_64bit=1\n");
	char line[200];

	(void)state;
	play_wide(w, "cmdline.txt", good);
	play_file(w, "kernel8.img", "kernel");
	assert_true(blamed(w, F_CMDLINE_NOT_PLAIN_TEXT));
	/* only the mark in front: it hides the first word */
	w = begun("arm_64bit=1\n");
	snprintf(line, sizeof(line), "\xef\xbb\xbf%s", "root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp");
	play_file(w, "cmdline.txt", line);
	play_file(w, "kernel8.img", "kernel");
	assert_true(raised(w, F_CMDLINE_NOT_PLAIN_TEXT));
	/* ... which may be one that is not missed */
	w = begun("arm_64bit=1\n");
	snprintf(line, sizeof(line), "\xef\xbb\xbf%s", good);
	play_file(w, "cmdline.txt", line);
	play_file(w, "kernel8.img", "kernel");
	assert_false(raised(w, F_CMDLINE_NOT_PLAIN_TEXT));
	/* ends of lines of Windows do no harm: the kernel takes CR for a blank */
	w = begun("arm_64bit=1\r\n[all]\r\n");
	snprintf(line, sizeof(line), "%s\r\n", good);
	play_file(w, "cmdline.txt", line);
	play_file(w, "kernel8.img", "kernel");
	play_judge(w);
	assert_null(play_found(w, F_CMDLINE_NOT_PLAIN_TEXT));
	assert_null(play_found(w, F_CMDLINE_MULTILINE));
	play_end(w);
}

static void a_config_in_utf16_is_told(void **state)
{
	struct play *w = play_begin();

	(void)state;
	play_lease(w, "PXEClient:Arch:00000:UNDI:002001", 322);
	play_file(w, "start4.elf", "firmware");
	play_wide(w, "config.txt", "kernel=mine.img\n");
	play_file(w, "kernel8.img", NULL);
	play_judge(w);
	assert_non_null(play_found(w, F_CONFIG_NOT_PLAIN_TEXT));
	assert_non_null(play_found(w, F_TFTP_KERNEL_NOT_FOUND));
	play_end(w);
	assert_false(raised(kernel_named("# caf\xc3\xa9\nkernel=mine.img\n", "mine.img", NULL),
			    F_CONFIG_NOT_PLAIN_TEXT));
}

/* n characters of words that nobody needs, and then the root. */
static struct play *long_line(const char *kernel, int n)
{
	static char line[3000];
	struct play *w = begun("arm_64bit=1\n");
	struct tftp rrq = { .op = TFTP_RRQ,
			    .file = bytes_str("cmdline.txt"),
			    .mode = bytes_str("octet") };
	uint16_t port = ++w->port;
	uint8_t buf[1024];
	struct writer out = writer_init(buf, sizeof(buf));
	int all = snprintf(line, sizeof(line), "%0*d %s", n, 7, good);

	tftp_encode(&rrq, &out);
	play_udp(w, play_ends(w, true, port, TFTP_PORT), &out);
	for (int at = 0, block = 1; at <= all; at += 512, block++) {
		struct tftp data = { .op = TFTP_DATA, .block = (uint16_t)block };
		struct tftp ack = { .op = TFTP_ACK, .block = (uint16_t)block };

		data.data = bytes_of(line + at, (uint32_t)(all - at < 512 ? all - at : 512));
		out = writer_init(buf, sizeof(buf));
		tftp_encode(&data, &out);
		play_udp(w, play_ends(w, false, port, 40000), &out);
		out = writer_init(buf, sizeof(buf));
		tftp_encode(&ack, &out);
		play_udp(w, play_ends(w, true, port, 40000), &out);
	}
	play_file(w, kernel, "kernel");
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
	struct play *w = begun("boot_ramdisk=1\n");

	(void)state;
	play_file(w, "boot.img", NULL);
	assert_true(blamed(w, F_TFTP_BOOT_IMG_NOT_FOUND));
	/* looked for, and done without */
	w = begun("arm_64bit=1\n");
	play_file(w, "boot.img", NULL);
	play_file(w, "cmdline.txt", good);
	play_file(w, "kernel8.img", "kernel");
	assert_false(raised(w, F_TFTP_BOOT_IMG_NOT_FOUND));
}

/* A BIOS PC with PXELINUX. */
static struct play *menu(const char *text)
{
	struct play *w = play_begin();

	play_lease(w, "PXEClient:Arch:00000:UNDI:002001", 548);
	play_file(w, "pxelinux.0", "loader");
	play_file(w, "pxelinux.cfg/01-dc-a6-32-01-02-03", NULL);
	play_file(w, "pxelinux.cfg/default", text);
	return w;
}

static const char two_files[] =
	"DEFAULT a\nLABEL a\n  KERNEL images/linux-a\n  INITRD images/small\n"
	"  APPEND root=/dev/nfs nfsroot=10.0.0.1:/a ip=dhcp\n";

static void what_a_menu_names_and_is_missing_is_told(void **state)
{
	struct play *w = menu(two_files);
	const struct finding *f;

	(void)state;
	play_file(w, "images/linux-a", NULL);
	play_file(w, "images/linux-a.c32", NULL);
	f = said(w, F_TFTP_KERNEL_NOT_FOUND);
	assert_non_null(f);
	assert_string_equal(f->param[P_FILE], "images/linux-a");
	play_end(w);
	/* found with an ending */
	w = menu(two_files);
	play_file(w, "images/linux-a", NULL);
	play_file(w, "images/linux-a.c32", "kernel");
	assert_false(raised(w, F_TFTP_KERNEL_NOT_FOUND));
	/* nobody names it */
	w = menu("DEFAULT a\nLABEL a\n  LOCALBOOT 0\n");
	play_file(w, "images/splash.png", NULL);
	assert_false(raised(w, F_TFTP_KERNEL_NOT_FOUND));
}

static const uint32_t away = 0x0a000063;

static struct play *script(bool deaf)
{
	struct play *w = play_begin();

	w->deaf_place = deaf;
	play_lease(w, "PXEClient:Arch:00000:UNDI:002001", 548);
	play_file(w, "undionly.kpxe", "loader");
	play_file(w, "boot.ipxe", "#!ipxe\nkernel http://10.0.0.99:8080/vmlinuz ip=dhcp\nboot\n");
	w->server = away;
	return w;
}

static void connect_in_vain(struct play *w, int times, bool refused)
{
	struct bytes none = bytes_of(NULL, 0);

	play_arp(w, true, ARP_REQUEST, away);
	play_arp(w, false, ARP_REPLY, PLAY_BOARD);
	w->seq[0] = w->seq[1] = 1000;
	for (int i = 0; i < times; i++, play_wait(w, 1000)) {
		w->seq[0] = 1000;
		play_segment(w, true, 4000, 8080, TCP_SYN, none);
		if (refused)
			play_segment(w, false, 4000, 8080, TCP_RST | TCP_ACK, none);
	}
}

static void a_url_of_a_host_that_is_not_there_is_told(void **state)
{
	struct play *w = script(false);

	(void)state;
	connect_in_vain(w, 4, false);
	assert_true(blamed(w, F_BOOT_URL_NO_ANSWER));
	w = script(false);
	connect_in_vain(w, 2, true);
	assert_true(blamed(w, F_BOOT_URL_NO_ANSWER));
	/* tried once, just before the capture ends */
	w = script(false);
	connect_in_vain(w, 1, false);
	assert_false(raised(w, F_BOOT_URL_NO_ANSWER));
	/* it answers */
	w = script(false);
	play_connect(w, 4000, 8080);
	assert_false(raised(w, F_BOOT_URL_NO_ANSWER));
	/* what comes back to the client is not seen here */
	w = script(true);
	connect_in_vain(w, 4, false);
	play_judge(w);
	assert_null(play_found(w, F_BOOT_URL_NO_ANSWER));
	play_end(w);
}

static struct play *fetched(const char *status)
{
	struct play *w = script(false);
	static const char ask[] = "GET /vmlinuz HTTP/1.1\r\nHost: 10.0.0.99\r\n"
				  "User-Agent: iPXE/1.21\r\n\r\n";
	char reply[200];

	play_connect(w, 4001, 80);
	play_segment(w, true, 4001, 80, TCP_ACK, bytes_str(ask));
	snprintf(reply, sizeof(reply), "HTTP/1.1 %s\r\nContent-Length: 4\r\n\r\nbody", status);
	play_segment(w, false, 4001, 80, TCP_ACK, bytes_str(reply));
	return w;
}

static void a_page_that_is_not_there_is_told(void **state)
{
	(void)state;
	assert_true(blamed(fetched("404 Not Found"), F_HTTP_FILE_NOT_FOUND));
	assert_true(blamed(fetched("403 Forbidden"), F_HTTP_FILE_NOT_FOUND));
	assert_true(raised(fetched("500 Oops"), F_HTTP_FILE_NOT_FOUND));
	assert_false(raised(fetched("200 OK"), F_HTTP_FILE_NOT_FOUND));
	assert_false(raised(fetched("302 Found"), F_HTTP_FILE_NOT_FOUND));
}

/* console=tty1 and no more. */
static void a_command_line_without_a_root_is_told(void **state)
{
	static const char *const lines[] = { "console=tty1 quiet\n",
					     "console=tty1 root=/dev/ram0\n",
					     "console=tty1\nroot=/dev/nfs ip=dhcp\n" };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct play *w = begun("arm_64bit=1\n");

		play_file(w, "cmdline.txt", lines[i]);
		play_file(w, "kernel8.img", "kernel");
		assert_int_equal(raised(w, F_KERNEL_WITHOUT_NFS_ROOT), i == 0);
	}
	/* the root is in the initramfs */
	for (int i = 0; i < 2; i++) {
		struct play *w = begun("initramfs all.gz followkernel\n");

		play_file(w, "all.gz", i ? "the whole system" : NULL);
		play_file(w, "cmdline.txt", lines[0]);
		play_file(w, "kernel8.img", "kernel");
		assert_int_equal(raised(w, F_KERNEL_WITHOUT_NFS_ROOT), i == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_of_any_name_is_a_kernel),
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
