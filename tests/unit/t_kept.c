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

static void config_obeys_its_filters(void **state)
{
	static const char text[] = "kernel=one.img\n[pi4]\nkernel=four.img\n[pi5]\nkernel=five."
				   "img\n[all]\narm_64bit=1\n# kernel=no\n"
				   "initramfs initrd.img followkernel\nos_prefix=new/\n";
	struct config c;

	(void)state;
	config_parse(b(text), FAMILY_PI4, &c);
	is(c.kernel, "four.img");
	is(c.initramfs, "initrd.img");
	is(c.os_prefix, "new/");
	assert_true(c.has_arm_64bit && c.arm_64bit);
	config_parse(b(text), FAMILY_PI3B, &c);
	is(c.kernel, "one.img");
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
	static const char text[] = "[pi4]\nkernel=a\nroot=/dev/nfs "
				   "nfsroot=1.2.3.4:/p,vers=4.1,proto=udp ip=dhcp\ninitramfs x y\n";

	(void)state;
	for (uint32_t n = 0; n < sizeof text; n++) {
		uint8_t *p = malloc(n ? n : 1);
		struct cmdline c;
		struct config g;
		enum kept_kind k;

		memcpy(p, text, n);
		cmdline_parse((struct bytes) { p, n }, &c);
		config_parse((struct bytes) { p, n }, FAMILY_PI4, &g);
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
		cmocka_unit_test(names_tell_the_role),
		cmocka_unit_test(reads_no_prefix_past_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
