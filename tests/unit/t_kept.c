/* SPDX-License-Identifier: BSD-2-Clause */
#include "kept.h"

#include "board.h"
#include "transfer.h"
#include "unit.h"

#include <stdlib.h>

static struct bytes b(const char *s)
{
	return (struct bytes) { (const uint8_t *)s, (uint32_t)strlen(s) };
}

static void is(struct bytes v, const char *s)
{
	assert_int_equal(v.n, strlen(s));
	assert_memory_equal(v.p, s, v.n);
}

static void reads_an_nfs_root(void **state)
{
	struct cmdline c;

	(void)state;
	cmdline_parse(b("console=tty1 root=/dev/nfs nfsroot=10.0.0.1:/srv/pi,vers=3,proto=tcp rw "
			"ip=dhcp rootwait\n"),
		      &c);
	assert_true(c.root_is_nfs);
	assert_false(c.root_is_device);
	is(c.nfs_server, "10.0.0.1");
	is(c.nfs_path, "/srv/pi");
	is(c.nfs_options, "vers=3,proto=tcp");
	assert_int_equal(c.vers, 3);
	assert_true(c.proto_tcp && c.has_ip && c.rw && c.rootwait);
	assert_int_equal(c.lines, 1);
}

static void reads_a_card_root(void **state)
{
	struct cmdline c;

	(void)state;
	cmdline_parse(b("root=PARTUUID=6c586e13-02 rootfstype=ext4 "
			"init=/usr/lib/raspi-config/init_resize.sh"),
		      &c);
	assert_true(c.root_is_device);
	assert_false(c.root_is_nfs || c.has_ip);
	is(c.init, "/usr/lib/raspi-config/init_resize.sh");
}

static void counts_lines_and_reads_the_first(void **state)
{
	struct cmdline c;

	(void)state;
	cmdline_parse(b("\r\nroot=/dev/nfs\r\n\nip=dhcp\n"), &c);
	assert_int_equal(c.lines, 2);
	assert_true(c.root_is_nfs);
	assert_false(c.has_ip);
}

static void path_without_server(void **state)
{
	struct cmdline c;

	(void)state;
	cmdline_parse(b("nfsroot=/srv/x,v4"), &c);
	assert_int_equal(c.nfs_server.n, 0);
	is(c.nfs_path, "/srv/x");
	assert_int_equal(c.vers, 4);
}

static const struct config_for pi4 = { .family = FAMILY_PI4 }, pi3 = { .family = FAMILY_PI3B };

static void config_obeys_its_filters(void **state)
{
	static const char text[] = "kernel=one.img\n[pi4]\nkernel=four.img\n[pi5]\nkernel=five."
				   "img\n[all]\narm_64bit=1\n# kernel=no\n"
				   "initramfs initrd.img followkernel\nos_prefix=new/\n";
	struct config c;

	(void)state;
	config_parse(b(text), &pi4, NULL, &c);
	is(c.kernel, "four.img");
	is(c.initramfs, "initrd.img");
	is(c.os_prefix, "new/");
	assert_true(c.has_arm_64bit && c.arm_64bit);
	config_parse(b(text), &pi3, NULL, &c);
	is(c.kernel, "one.img");
}

static void takes(const char *text, const struct config_for *board, const char *kernel, bool unsure)
{
	struct config c;

	config_parse(b(text), board, NULL, &c);
	is(c.kernel, kernel);
	assert_int_equal(c.unsure, unsure);
}

/* config_txt/conditional.adoc: kinds of filters hold together, one of a kind replaces the other. */
static void filters_are_those_of_the_documentation(void **state)
{
	static const struct config_for cm4 = { .family = FAMILY_PI4, .revision = 0xc03141 },
				       b4 = { .family = FAMILY_PI4, .revision = 0xc03112 },
				       mine = { .family = FAMILY_PI4,
						.has_serial = true,
						.serial = 0x12345678 },
				       unsure = { .family = FAMILY_PI };

	(void)state;
	takes("[cm4]\nkernel=a\n", &cm4, "a", false);
	takes("[cm4]\nkernel=a\n", &b4, "", false);
	takes("[cm4]\nkernel=a\n", &pi4, "", true); /* which Pi 4 it is nobody said */
	takes("[cm4]\nkernel=a\n", &pi3, "", false);
	takes("[pi4]\nkernel=a\n", &cm4, "a", false);
	takes("[pi4]\nkernel=a\n", &unsure, "", true);
	takes("[board-type=0x14]\nkernel=a\n", &cm4, "a", false);
	takes("[board-type=0x14]\nkernel=a\n", &b4, "", false);
	takes("[0x12345678]\nkernel=a\n", &mine, "a", false);
	takes("[0x1000000012345678]\nkernel=a\n", &mine, "a", false);
	takes("[0x12345679]\nkernel=a\n", &mine, "", false);
	takes("[0x12345678]\nkernel=a\n", &pi4, "", true);
	takes("[EDID=VSC-TD2220]\nkernel=a\n", &pi4, "", true);
	takes("[gpio4=1]\nkernel=a\n[all]\nkernel=b\n", &pi4, "b", true);
	takes("[none]\nkernel=a\n[all]\nkernel=b\n", &pi4, "b", false);
	takes("[none]\nkernel=a\n", &pi4, "", false);
	/* a model and a serial number: both must hold */
	takes("[0x12345678]\n[pi5]\nkernel=a\n", &mine, "", false);
	takes("[0x12345678]\n[pi4]\nkernel=a\n", &mine, "a", false);
	takes("[pi5]\n[pi4]\nkernel=a\n", &pi4, "a", false);
	takes("[pi4]\nkernel=a\r\n", &pi4, "a", false);
	takes("[pi3+]\nkernel=a\n", &pi3, "", false);
}

static void a_line_for_others_is_kept_in_mind(void **state)
{
	struct config c;

	(void)state;
	config_parse(b("[pi5]\nkernel=five.img\narm_64bit=1\n"), &pi4, NULL, &c);
	is(c.elsewhere, "kernel=five.img");
	assert_false(c.has_arm_64bit);
	assert_int_equal(c.kernel.n, 0);
}

static void config_gives_files_their_parts(void **state)
{
	struct config c;

	(void)state;
	config_parse(b("kernel=mine.bin\ninitramfs a.gz,sub/b.gz followkernel\ncmdline=nfs.txt\n"
		       "device_tree=board.blob\nstart_file=fw.elf\nfixup_file=fw.dat\n"),
		     &pi4, NULL, &c);
	assert_int_equal(config_role(&c, b("1234abcd/mine.bin")), FILE_KERNEL);
	assert_int_equal(config_role(&c, b("a.gz")), FILE_INITRAMFS);
	assert_int_equal(config_role(&c, b("1/sub/b.gz")), FILE_INITRAMFS);
	assert_int_equal(config_role(&c, b("nfs.txt")), FILE_CMDLINE);
	assert_int_equal(config_role(&c, b("board.blob")), FILE_DTB);
	assert_int_equal(config_role(&c, b("fw.elf")), FILE_START);
	assert_int_equal(config_role(&c, b("fw.dat")), FILE_FIXUP);
	assert_int_equal(config_role(&c, b("kernel8.img")), FILE_KERNEL);
	assert_int_equal(config_role(&c, b("c.gz")), FILE_OTHER);
	config_parse(b("kernel=u-boot.bin\n"), &pi4, NULL, &c);
	assert_int_equal(config_role(&c, b("u-boot.bin")), FILE_LOADER);
}

static void encodings_are_told_apart(void **state)
{
	(void)state;
	assert_int_equal(text_encoding(b("root=/dev/nfs")), ENCODING_PLAIN);
	assert_int_equal(text_encoding(b("")), ENCODING_PLAIN);
	assert_int_equal(text_encoding(b("\xef\xbb\xbfroot=")), ENCODING_BOM);
	assert_int_equal(text_encoding(bytes_of("\xff\xfer\0", 4)), ENCODING_UTF16);
	assert_int_equal(text_encoding(bytes_of("\xfe\xff\0r", 4)), ENCODING_UTF16);
	assert_int_equal(text_encoding(bytes_of("r\0o\0", 4)), ENCODING_UTF16);
	assert_int_equal(text_encoding(bytes_of("\0\0\0\0", 4)), ENCODING_PLAIN);
}

static void names_tell_the_role(void **state)
{
	static const struct {
		const char *name;
		enum file_role role;
	} rows[] = {
		{ "bootcode.bin", FILE_BOOTCODE },
		{ "5b154510/start4.elf", FILE_START },
		{ "x//config.txt", FILE_CONFIG },
		{ "x/overlays/overlay_map.dtb", FILE_OPTIONAL },
		{ "x/overlays/vc4.dtbo", FILE_OVERLAY },
		{ "bcm2711-rpi-4-b.dtb", FILE_DTB },
		{ "kernel_2712.img", FILE_KERNEL },
		{ "initramfs_2712", FILE_INITRAMFS },
		{ "pxelinux.cfg/default", FILE_PXE_CONFIG },
		{ "boot\\x64\\pxeboot.n12", FILE_LOADER },
		{ "startup.nsh", FILE_OTHER },
		{ "", FILE_OTHER },
		{ "armstub8-2712.bin", FILE_OPTIONAL },
		{ "ipxe.efi", FILE_LOADER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(file_role(b(rows[i].name)), rows[i].role);
}

/* Every prefix in memory of its own size: nothing is read past its end. */
static void reads_no_prefix_past_its_end(void **state)
{
	static const char text[] =
		"[0x1234]\n[board-type=0x11]\n[pi4]\nkernel=a\ninclude x.txt\nroot=/dev/nfs "
		"nfsroot=1.2.3.4:/p,vers=4.1,proto=udp ip=dhcp\ninitramfs x y\n";

	(void)state;
	for (uint32_t n = 0; n < sizeof text; n++) {
		uint8_t *p = malloc(n ? n : 1);
		struct cmdline c;
		struct config g;
		enum kept_kind k;

		memcpy(p, text, n);
		cmdline_parse((struct bytes) { p, n }, &c);
		config_parse((struct bytes) { p, n }, &pi4, NULL, &g);
		(void)config_role(&g, b("overlays/a"));
		(void)file_role((struct bytes) { p, n });
		(void)kept_wanted((struct bytes) { p, n }, &k);
		free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_nfs_root),
		cmocka_unit_test(reads_a_card_root),
		cmocka_unit_test(counts_lines_and_reads_the_first),
		cmocka_unit_test(path_without_server),
		cmocka_unit_test(config_obeys_its_filters),
		cmocka_unit_test(filters_are_those_of_the_documentation),
		cmocka_unit_test(a_line_for_others_is_kept_in_mind),
		cmocka_unit_test(config_gives_files_their_parts),
		cmocka_unit_test(encodings_are_told_apart),
		cmocka_unit_test(names_tell_the_role),
		cmocka_unit_test(reads_no_prefix_past_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
