/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boards that boot load, and how: from a server that does its part, and one that does not.
 */
#include "probing.h"
#include "tftp.h"

/* ---- what they ask for ---- */

static const struct file {
	const char *name, *text; /* text NULL: 1000 bytes of anything */
} * served;
static uint32_t n_served;
static const char *mute; /* of this file nothing more than its size */
static char asked[8192]; /* names, a blank behind each; of a look with a question mark */

static void from_tftpd(const struct sent *to, const struct tftp *m)
{
	uint8_t buf[2048];
	struct writer w = writer_init(buf, sizeof(buf));
	struct probe_datagram d = {
		.src = to->d.dst, .dst = BOARD, .sport = 5000, .dport = to->d.sport
	};

	tftp_encode(m, &w);
	assert_int_equal(w.err, ERR_OK);
	d.data = writer_done(&w);
	probe_take(probe, &d, now);
}

static const struct file *file_named(struct bytes name)
{
	for (uint32_t i = 0; i < n_served; i++)
		if (bytes_is(name, served[i].name))
			return &served[i];
	return NULL;
}

static void answer_request(const struct sent *s, const struct tftp *q)
{
	struct tftp m = { .op = TFTP_OACK };
	const struct file *f = file_named(q->file);
	char size[16];
	struct text t = text_init(size, sizeof(size));
	uint32_t at = (uint32_t)strlen(asked);
	struct text all = text_init(asked + at, sizeof(asked) - at);

	if (mute && bytes_is(q->file, mute) && strstr(asked, mute))
		return;
	text_safe(&all, q->file);
	text_char(&all, ' ');
	if (!f) {
		m = (struct tftp) { .op = TFTP_ERROR,
				    .error_code = 1,
				    .message = bytes_str("no \x1bsuch file") };
	} else if (q->has & 1u << TFTP_TSIZE) {
		text_fmt(&t, "%u", f->text ? (unsigned)strlen(f->text) : 1000);
		tftp_add(&m, "tsize", size);
		if (q->has & 1u << TFTP_BLKSIZE)
			tftp_add(&m, "blksize", "1400");
	} else if (q->has & 1u << TFTP_BLKSIZE) {
		tftp_add(&m, "blksize", "1400");
	} else {
		static const uint8_t zeros[512];

		m = (struct tftp) { .op = TFTP_DATA, .block = 1, .data = bytes_of(zeros, 100) };
	}
	from_tftpd(s, &m);
}

/* Blocks as that profile negotiated them: 1400, or 512 without. */
static void answer_ack(const struct sent *s, const struct tftp *a, const struct file *f,
		       uint32_t size)
{
	static const uint8_t zeros[1400];
	struct bytes all = f->text ? bytes_str(f->text) : bytes_of(zeros, 1000);
	uint32_t at = a->block * size;
	struct tftp m = { .op = TFTP_DATA, .block = (uint16_t)(a->block + 1) };

	if (at > all.n)
		return; /* that was the last */
	m.data = bytes_of(all.p + at, all.n - at < size ? all.n - at : size);
	from_tftpd(s, &m);
}

static void serve(const struct file *files, uint32_t n)
{
	const struct file *f = NULL;
	uint32_t size = 512;

	served = files;
	n_served = n;
	asked[0] = 0;
	for (uint32_t i = n_sent - 1; i < n_sent && probe_result(probe)->verdict == PROBE_GOES_ON;
	     i++) {
		struct reader r = reader_init(sent[i].data, sent[i].d.data.n, sent[i].d.data.n);
		struct sent s = sent[i];
		struct tftp m;

		if (s.d.dport == 67)
			break; /* the next program */
		assert_int_equal(tftp_decode(&r, &m), ERR_OK);
		if (m.op == TFTP_RRQ) {
			f = file_named(m.file);
			size = m.has & 1u << TFTP_BLKSIZE ? 1400 : 512;
			answer_request(&s, &m);
		} else if (f && m.op == TFTP_ACK) {
			answer_ack(&s, &m, f, size);
		}
	}
}

static void boot_to_files(const char *profile)
{
	start(profile);
	offer((struct offer) {
		.yiaddr = BOARD, .siaddr = TFTPD, .o66 = BYTES("10.9.0.9"), .file = "bootfile.0" });
	settle();
	if (probe_profile_find(profile)->request)
		ack();
}

static const struct file pi4_files[] = {
	{ "5b154510/start4.elf", NULL },     { "5b154510/config.txt", "arm_64bit=1\n" },
	{ "5b154510/fixup4.dat", NULL },     { "5b154510/bcm2711-rpi-4-b.dtb", NULL },
	{ "5b154510/cmdline.txt", "ip=on" }, { "5b154510/kernel8.img", NULL },
};

#define S "5b154510/"

static void pi4_asks_for_its_files_in_order(void **state)
{
	const struct probe_result *r;
	uint16_t first;

	(void)state;
	boot_to_files("pi4");
	first = last()->d.sport;
	/* facts 3.1: tsize before blksize */
	assert_memory_equal(last()->data + 2,
			    S "start4.elf\0octet\0tsize\0"
			      "0\0blksize\0"
			      "1468\0",
			    47);
	assert_int_equal(last()->d.dst, TFTPD);
	serve(pi4_files, 6);
	assert_string_equal(
		asked, S "start4.elf " S "config.txt " S "pieeprom.sig " S "recover4.elf " S
			 "recovery.elf " S "start4.elf " S "fixup4.dat " S "recovery.elf " S
			 "config.txt " S "config.txt " S "dt-blob.bin " S "recovery.elf " S
			 "config.txt " S "config.txt " S "bootcfg.txt " S "bcm2711-rpi-4-b.dtb " S
			 "bcm2711-rpi-4-b.dtb " S "overlays/overlay_map.dtb " S "config.txt " S
			 "config.txt " S "cmdline.txt " S "cmdline.txt " S "recovery8.img " S
			 "kernel8.img " S "armstub8-gic.bin " S "kernel8.img ");
	r = probe_result(probe);
	assert_int_equal(r->stage, STAGE_KERNEL_DHCP); /* ip=on */
	assert_string_equal(r->now->key, "linux");
	assert_int_equal(r->n_files, 26);
	assert_int_equal(r->files[0].end, FETCH_THERE);
	assert_int_equal(r->files[0].size, 1000);
	assert_int_equal(r->files[25].end, FETCH_WHOLE);
	assert_int_equal(r->files[25].bytes, 1000);
	assert_int_equal(r->files[25].blksize, 1400);
	assert_int_equal(r->files[2].end, FETCH_MISSING);
	assert_string_equal(r->files[2].error, "no \x1bsuch file");
	assert_true(bytes_is(r->config, "arm_64bit=1\n"));
	assert_true(bytes_is(r->cmdline, "ip=on"));
	assert_int_equal(last()->d.data.n, 548);                /* the kernel's DISCOVER */
	assert_int_equal(sent[n_sent - 2].d.sport - first, 25); /* a port for each, facts 3.1 */
	/* what the bootloader was offered is not the kernel's */
	offer((struct offer) {
		.yiaddr = BOARD, .siaddr = TFTPD, .o66 = BYTES("10.9.0.9"), .file = "bootfile.0" });
	assert_int_equal(r->n_offers, 2);
	assert_int_equal(r->offers[1].round, 1);
}

static void names_follow_config_txt(void **state)
{
	static const struct file files[] = {
		{ S "config.txt", "[pi4]\nkernel=four.img\n[pi5]\nkernel=five.img\n[all]\n"
				  "os_prefix=new/\ninitramfs rd.gz followkernel\ncmdline=c.txt\n" },
		{ S "new/bcm2712-rpi-5-b.dtb", NULL },
		{ S "/config.txt",
		  "kernel=five.img\nos_prefix=new/\ninitramfs rd.gz\ncmdline=c.txt\n" },
		{ S "new/five.img", NULL },
		{ S "five.img", NULL },
	};

	(void)state;
	boot_to_files("pi5");
	serve(files, 5);
	assert_string_equal(asked, S "config.txt " S "pieeprom.sig " S "new/bcm2712-rpi-5-b.dtb " S
				     "/config.txt " S "/config.txt " S "new/five.img " S
				     "new/rd.gz " S "new/bcm2712-rpi-5-b.dtb " S
				     "/overlays/overlay_map.dtb " S "/config.txt " S "/new/c.txt " S
				     "armstub8-2712.bin " S "new/five.img ");
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_KERNEL);
	/* without the folder of os_prefix */
	boot_to_files("pi5");
	serve(files + 2, 3);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	assert_string_equal(asked, S "config.txt config.txt ");
}

static void a_missing_folder_means_the_root(void **state)
{
	static const struct file root[] = { { "start4.elf", NULL },
					    { "kernel7l.img", NULL },
					    { "config.txt", "arm_64bit=0\n" } };

	(void)state;
	boot_to_files("pi4");
	serve(root, 0);
	assert_string_equal(asked, S "start4.elf " S "start.elf config.txt pieeprom.sig "
				     "recover4.elf recovery.elf start4.elf start.elf ");
	assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_FIRST_FILE);
	assert_string_equal(probe_result(probe)->prefix, "");
	boot_to_files("pi4");
	serve(root, 3);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_KERNEL);
}

static bool asks_for(const char *name)
{
	return strstr(asked, name) != NULL;
}

static void a_kernel_of_another_name_will_do(void **state)
{
	static const struct file five[] = { { S "config.txt", "arm_64bit=1\n" },
					    { S "kernel8.img", NULL } },
				 four[] = { { S "start4.elf", NULL },
					    { S "config.txt", "arm_64bit=0\n" },
					    { S "kernel8.img", NULL } },
				 wide[] = { { S "start4.elf", NULL },
					    { S "config.txt", "arm_64bit=1\nauto_initramfs=1\n" },
					    { S "kernel7l.img", NULL } };

	(void)state;
	boot_to_files("pi5");
	serve(five, 2);
	assert_true(asks_for(S "kernel_2712.img " S "kernel8.img "));
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	boot_to_files("pi4");
	serve(four, 3);
	assert_true(asks_for("kernel7l.img"));
	assert_false(asks_for("kernel8.img"));
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	boot_to_files("pi4");
	serve(wide, 3);
	assert_false(asks_for("kernel7l.img"));
	assert_true(asks_for("initramfs8"));
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_FIRMWARE);
}

static void the_camera_firmware_has_names_of_its_own(void **state)
{
	static const struct file files[] = { { S "start4.elf", NULL },
					     { S "config.txt", "start_x=1\n" },
					     { S "start4x.elf", NULL },
					     { S "kernel8.img", NULL } };

	(void)state;
	boot_to_files("pi4");
	serve(files, 4);
	assert_true(asks_for(S "start4x.elf " S "fixup4x.dat "));
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
}

/* As consoles show it: without a file name in the offer, and with one that is not there. */
static void u_boot_knows_names_of_its_own(void **state)
{
	static const struct file script[] = { { "boot.scr.uimg", NULL } },
				 menu[] = { { "pxelinux.cfg/01-dc-a6-32-2e-f8-ed", NULL } },
				 group[] = { { "pxelinux.cfg/0A09", NULL } };
	static const char ladder[] = "pxelinux.cfg/01-dc-a6-32-2e-f8-ed pxelinux.cfg/0A090032 "
				     "pxelinux.cfg/0A09003 pxelinux.cfg/0A0900 pxelinux.cfg/0A090 "
				     "pxelinux.cfg/0A09 pxelinux.cfg/0A0 pxelinux.cfg/0A "
				     "pxelinux.cfg/0 pxelinux.cfg/default-arm-bcm283x-rpi "
				     "pxelinux.cfg/default-arm-bcm283x pxelinux.cfg/default-arm "
				     "pxelinux.cfg/default boot.scr.uimg ";
	struct offer bare = { .yiaddr = BOARD, .siaddr = TFTPD };

	(void)state;
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(script, 1);
	assert_int_equal(strncmp(asked, "0A090032.img ", 13), 0);
	assert_string_equal(asked + 13, ladder);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(group, 1);
	assert_true(asks_for("pxelinux.cfg/0A09 "));
	assert_false(asks_for("pxelinux.cfg/0A0 "));
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	bare.file = "u.img";
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(menu, 1);
	assert_string_equal(asked, "u.img pxelinux.cfg/01-dc-a6-32-2e-f8-ed ");
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	start("u-boot");
	offer(bare);
	settle();
	ack();
	serve(NULL, 0);
	assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
}

static void what_is_empty_cannot_be_run(void **state)
{
	static const struct file files[] = { { S "config.txt", "" },
					     { S "bcm2712-rpi-5-b.dtb", "" },
					     { S "kernel_2712.img", "" } };
	const struct probe_result *r;

	(void)state;
	boot_to_files("pi5");
	serve(files, 3);
	r = probe_result(probe);
	assert_int_equal(r->verdict, PROBE_FAIL);
	assert_int_equal(r->reason, REASON_FILE_FAILED);
	assert_string_equal(fetch_end_key(r->files[r->n_files - 1].end), "empty");
}

static void long_texts_are_kept_as_far_as_there_is_room(void **state)
{
	static char text[PROBE_TEXT + 2000];
	const struct file files[] = { { S "start4.elf", NULL }, { S "config.txt", text } };
	const struct probe_result *r;

	(void)state;
	memset(text, '#', sizeof(text) - 1);
	boot_to_files("pi4");
	serve(files, 2);
	r = probe_result(probe);
	assert_int_equal(r->config.n, PROBE_TEXT);
	assert_true(r->config_cut);
	assert_int_equal(r->files[1].bytes, sizeof(text) - 1);
	assert_null(r->cmdline.p);
}

static void pi3_loads_bootcode_and_becomes_it(void **state)
{
	static const struct file files[] = { { "bootcode.bin", NULL } };

	(void)state;
	boot_to_files("pi3b");
	assert_int_equal(last()->d.sport, 49152);
	assert_memory_equal(last()->data, "\0\1bootcode.bin\0octet", 21);
	assert_int_equal(last()->d.data.n, 21);
	serve(files, 0);
	assert_string_equal(asked, "bootcode.bin ");
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_MISSING);
	boot_to_files("pi3b");
	serve(files, 1);
	assert_string_equal(asked, "bootcode.bin bootsig.bin ");
	assert_string_equal(probe_result(probe)->now->key, "bootcode");
	assert_int_equal(last()->d.data.n, 322);
	offer((struct offer) { .yiaddr = BOARD, .o43 = BYTES(MENU) });
	settle();
	/* tsize and nothing else */
	assert_memory_equal(last()->data + 2,
			    S "start.elf\0octet\0tsize\0"
			      "0",
			    33);
	assert_int_equal(last()->d.data.n, 35);
}

/* ---- when the server does not do its part ---- */

static void a_silent_server_is_asked_every_two_seconds(void **state)
{
	uint32_t first;

	(void)state;
	boot_to_files("pi4");
	first = n_sent - 1;
	wait_until(UINT64_MAX);
	assert_int_equal(n_sent - first, 15);
	for (uint32_t i = first; i < n_sent; i++) {
		assert_int_equal(sent[i].at_ns - sent[first].at_ns, (i - first) * 2000 * ms);
		assert_int_equal(sent[i].d.sport, sent[first].d.sport);
	}
	assert_int_equal(now - sent[first].at_ns, 30000 * ms);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_SILENT);
}

static void a_program_for_another_machine_does_not_run(void **state)
{
	static const struct file files[] = { { "undionly.kpxe", NULL } };
	const struct {
		const char *who;
		enum probe_verdict end;
	} each[] = { { "pxe-bios", PROBE_PASS },
		     { "ipxe", PROBE_PASS },
		     { "uefi-x64", PROBE_FAIL },
		     { "uefi-arm64", PROBE_FAIL } };

	(void)state;
	for (int i = 0; i < 4; i++) {
		start(each[i].who);
		offer((struct offer) { .yiaddr = BOARD, .siaddr = TFTPD, .file = "undionly.kpxe" });
		settle();
		ack();
		serve(files, 1);
		assert_int_equal(probe_result(probe)->verdict, each[i].end);
		assert_int_equal(probe_result(probe)->reason,
				 each[i].end == PROBE_PASS ? REASON_DONE : REASON_FILE_ARCH);
		assert_int_equal(probe_result(probe)->stage, STAGE_TFTP_FIRST_FILE);
	}
}

static void blocks_of_a_window_are_acknowledged_together(void **state)
{
	static const uint8_t block[1468];
	static const uint16_t acks[] = { 0, 4, 5, 8 };
	struct tftp m = { .op = TFTP_OACK };
	struct sent asks;
	uint32_t first;

	(void)state;
	boot_to_files("uefi-x64");
	assert_memory_equal(last()->data,
			    "\0\1bootfile.0\0octet\0tsize\0"
			    "0\0blksize\0"
			    "1468\0windowsize\0"
			    "4",
			    52);
	asks = *last();
	tftp_add(&m, "tsize", "10000");
	from_tftpd(&asks, &m);
	assert_memory_equal(sent[n_sent - 2].data, "\0\5\0\x08User", 8);
	assert_memory_equal(last()->data,
			    "\0\1bootfile.0\0octet\0blksize\0"
			    "1468\0windowsize\0"
			    "4",
			    44);
	asks = *last();
	first = n_sent;
	m = (struct tftp) { .op = TFTP_OACK };
	tftp_add(&m, "blksize", "1468");
	tftp_add(&m, "windowsize", "4");
	from_tftpd(&asks, &m);
	for (uint16_t i = 1; i <= 8; i++) {
		m = (struct tftp) { .op = TFTP_DATA,
				    .block = i,
				    .data = { block, i < 8 ? 1468 : 9 } };
		from_tftpd(&asks, &m);
		/* one is lost: what came before it is said at once */
		if (i == 5) {
			m.block = 7;
			from_tftpd(&asks, &m);
		}
	}
	assert_int_equal(n_sent - first, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(sent[first + i].data[3], acks[i]);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->files[1].bytes, 7 * 1468 + 9);
}

static void what_comes_twice_or_not_is_made_good(void **state)
{
	static const uint8_t block[1400];
	struct tftp m = { .op = TFTP_DATA, .data = { block, sizeof(block) } };
	struct tftp oack = { .op = TFTP_OACK };
	struct sent asks;
	uint32_t n;

	(void)state;
	boot_to_files("ipxe");
	asks = *last();
	tftp_add(&oack, "blksize", "1400");
	from_tftpd(&asks, &oack);
	from_tftpd(&asks, &oack); /* fw#1041: two OACKs */
	m.block = 1;
	from_tftpd(&asks, &m);
	n = n_sent;
	from_tftpd(&asks, &m);
	assert_int_equal(n_sent, n + 1);
	assert_memory_equal(last()->data, "\0\4\0\1", 4);
	/* silence: the same once more, and it goes on where it was */
	wait_until(now + 1000 * ms);
	assert_int_equal(n_sent, n + 2);
	assert_memory_equal(last()->data, "\0\4\0\1", 4);
	m.block = 2;
	m.data.n = 5;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->files[0].bytes, 1405);
	assert_int_equal(probe_result(probe)->files[0].resent, 1);
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	/* it stops in the middle */
	boot_to_files("ipxe");
	asks = *last();
	from_tftpd(&asks, &oack);
	wait_until(UINT64_MAX);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_STALLED);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
}

static void what_it_cannot_use_ends_a_file(void **state)
{
	struct tftp m = { .op = TFTP_OACK };
	struct sent asks;

	(void)state;
	boot_to_files("pi4");
	asks = *last();
	tftp_add(&m, "blksize", "1469");
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_BAD);
	/* ICMP: that port is closed; another's is nothing to it */
	boot_to_files("pi4");
	probe_port_closed(probe, TFTPD, 70, now);
	probe_port_closed(probe, SERVER, 69, now);
	assert_int_equal(probe_result(probe)->verdict, PROBE_GOES_ON);
	probe_port_closed(probe, TFTPD, 69, now);
	assert_int_equal(probe_result(probe)->reason, REASON_FILE_FAILED);
	assert_int_equal(probe_result(probe)->files[0].end, FETCH_CLOSED);
	/* nobody there */
	boot_to_files("pi4");
	probe_no_arp(probe, TFTPD, now);
	assert_int_equal(probe_result(probe)->reason, REASON_NO_ARP);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_ACK);
}

static void strangers_do_not_disturb_a_file(void **state)
{
	struct tftp m = { .op = TFTP_ERROR, .error_code = 1 };
	struct sent asks;

	(void)state;
	boot_to_files("pi4");
	asks = *last();
	asks.d.dst = PROXY;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->n_files, 0);
	asks.d.dst = TFTPD;
	from_tftpd(&asks, &m);
	assert_int_equal(probe_result(probe)->n_files, 1);
	assert_int_equal(probe_result(probe)->files[0].strangers, 1);
}

/* ---- when it never ends ---- */

static void a_server_that_repeats_itself_is_answered_so_often(void **state)
{
	static const uint8_t block[512];
	static const char *const boards[] = { "pi3b", "u-boot", "ipxe" };

	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct tftp m = { .op = TFTP_DATA, .block = 1, .data = { block, sizeof(block) } };
		struct sent asks;

		if (i == 2) {
			m = (struct tftp) { .op = TFTP_OACK };
			tftp_add(&m, "tsize", "10000");
		}
		boot_to_files(boards[i]);
		asks = *last();
		n_sent = 0;
		for (int k = 0; k < 100; k++)
			from_tftpd(&asks, &m);
		assert_in_range(n_sent, 2, 40);
		/* nothing new: given up as if nothing came, though U-Boot has other names to try */
		while (!probe_result(probe)->n_files) {
			assert_in_range(now, 0, 60000 * ms);
			now += 100 * ms;
			from_tftpd(&asks, &m);
			probe_tick(probe, now);
		}
		assert_int_equal(probe_result(probe)->files[0].end, FETCH_STALLED);
		assert_in_range(n_sent, 2, 100);
	}
}

static void a_file_without_an_end_is_left_after_ten_minutes(void **state)
{
	static const uint8_t block[512];

	(void)state;
	for (uint32_t i = 0; probe_profile_at(i); i++) {
		const struct probe_profile *f = probe_profile_at(i);
		struct tftp m = { .op = TFTP_DATA, .data = { block, sizeof(block) } };
		uint64_t end = (uint64_t)PROBE_LONGEST_S * 1000 * ms;

		if (!f->steps || f->file_ms)
			continue;
		boot_to_files(f->key);
		while (now < end + 1000 * ms && probe_result(probe)->verdict == PROBE_GOES_ON) {
			struct sent asks = *last();

			/* each file from its beginning, once it is asked for */
			m.block = asks.data[1] == TFTP_ACK
					  ? (uint16_t)((uint32_t)asks.data[2] << 8 |
						       (asks.data[3] + 1u))
					  : 1;
			from_tftpd(&asks, &m);
			now += 100 * ms;
			if (n_sent > 200) {
				sent[0] = *last();
				n_sent = 1;
			}
		}
		assert_int_equal(probe_result(probe)->verdict, PROBE_FAIL);
		assert_int_equal(probe_result(probe)->reason, REASON_TOO_LONG);
		assert_in_range(now, end, end + 1000 * ms);
		assert_int_equal(probe_next(probe), UINT64_MAX);
	}
}

/* RN11 2019-09-25 */
static void start_elf_does_not_stand_in_for_one_that_stalls(void **state)
{
	const struct probe_result *r;

	(void)state;
	boot_to_files("pi4");
	mute = S "start4.elf";
	serve(pi4_files, 6);
	mute = NULL;
	wait_until(now + 40000 * ms);
	r = probe_result(probe);
	assert_int_equal(r->verdict, PROBE_FAIL);
	assert_int_equal(r->reason, REASON_FILE_FAILED);
	assert_string_equal(r->files[r->n_files - 1].name, S "start4.elf");
	assert_int_equal(r->files[r->n_files - 1].end, FETCH_SILENT);
	/* what is not there is another matter */
	boot_to_files("pi4");
	serve(pi4_files + 1, 5);
	assert_non_null(strstr(asked, " start4.elf start.elf "));
}

static void it_stops_where_it_is_told(void **state)
{
	static const struct probe_out out = { NULL, keep, NULL };
	struct probe_setup setup = {
		.profile = probe_profile_find("pi4"),
		.identity = { .mac = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } } },
		.until = STAGE_DHCP_ACK
	};

	(void)state;
	begin("pi4", 1);
	probe_init(probe, &setup, &out);
	wait_until(0);
	offer((struct offer) { .yiaddr = BOARD, .o66 = BYTES("10.9.0.9") });
	settle();
	ack();
	assert_int_equal(probe_result(probe)->verdict, PROBE_PASS);
	assert_int_equal(probe_result(probe)->stage, STAGE_DHCP_ACK);
	assert_int_equal(n_sent, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(pi4_asks_for_its_files_in_order, teardown),
		cmocka_unit_test_teardown(u_boot_knows_names_of_its_own, teardown),
		cmocka_unit_test_teardown(names_follow_config_txt, teardown),
		cmocka_unit_test_teardown(a_missing_folder_means_the_root, teardown),
		cmocka_unit_test_teardown(a_kernel_of_another_name_will_do, teardown),
		cmocka_unit_test_teardown(the_camera_firmware_has_names_of_its_own, teardown),
		cmocka_unit_test_teardown(what_is_empty_cannot_be_run, teardown),
		cmocka_unit_test_teardown(long_texts_are_kept_as_far_as_there_is_room, teardown),
		cmocka_unit_test_teardown(pi3_loads_bootcode_and_becomes_it, teardown),
		cmocka_unit_test_teardown(a_silent_server_is_asked_every_two_seconds, teardown),
		cmocka_unit_test_teardown(a_program_for_another_machine_does_not_run, teardown),
		cmocka_unit_test_teardown(blocks_of_a_window_are_acknowledged_together, teardown),
		cmocka_unit_test_teardown(what_comes_twice_or_not_is_made_good, teardown),
		cmocka_unit_test_teardown(what_it_cannot_use_ends_a_file, teardown),
		cmocka_unit_test_teardown(strangers_do_not_disturb_a_file, teardown),
		cmocka_unit_test_teardown(a_server_that_repeats_itself_is_answered_so_often,
					  teardown),
		cmocka_unit_test_teardown(a_file_without_an_end_is_left_after_ten_minutes,
					  teardown),
		cmocka_unit_test_teardown(start_elf_does_not_stand_in_for_one_that_stalls,
					  teardown),
		cmocka_unit_test_teardown(it_stops_where_it_is_told, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
