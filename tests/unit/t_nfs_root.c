/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_root.h"

#include "unit.h"
#include "writer.h"

enum { OWN = 0x0a000033, TOLD = 0x0a000001, BOOT = 0x0a000002, LINE = 0x0a000009 };

/* An answer with these options, read as a client does. */
static struct dhcp *answer(const char *path, const char *host)
{
	static uint8_t buf[1024];
	static struct dhcp m;
	struct writer w = writer_init(buf, sizeof(buf));
	struct reader r;

	writer_u8(&w, 2);
	writer_zero(&w, 19);
	writer_be32(&w, BOOT); /* siaddr */
	writer_zero(&w, 212);
	writer_be32(&w, 0x63825363);
	writer_u8(&w, DHCP_OPT_SERVER_ID);
	writer_u8(&w, 4);
	writer_be32(&w, TOLD);
	for (int i = 0; i < 2; i++) {
		const char *v = i ? host : path;

		if (!v)
			continue;
		writer_u8(&w, i ? DHCP_OPT_HOST_NAME : DHCP_OPT_ROOT_PATH);
		writer_u8(&w, (uint8_t)strlen(v));
		writer_bytes(&w, bytes_str(v));
	}
	writer_u8(&w, 255);
	r = reader_init(buf, w.pos, w.pos);
	assert_int_equal(dhcp_decode(&r, &m), ERR_OK);
	return &m;
}

struct row {
	const char *line, *path17, *host;
	enum nfs_root_end end;
	uint32_t server;
	const char *path;
	uint8_t version;
};

static void check(const struct row *row, bool initramfs)
{
	struct nfs_root_from from = { .cmdline = bytes_str(row->line),
				      .initramfs = initramfs,
				      .answer = answer(row->path17, row->host),
				      .address = OWN,
				      .default_version = 2 };
	struct nfs_root out;

	assert_int_equal(nfs_root_find(&from, &out), row->end);
	if (row->end != NFS_ROOT_FOUND)
		return;
	assert_int_equal(out.server, row->server);
	assert_string_equal(out.path, row->path);
	assert_int_equal(out.version, row->version);
}

static void a_kernel_takes_its_line_and_then_dhcp(void **state)
{
	static const struct row rows[] = {
		{ "root=/dev/nfs nfsroot=10.0.0.9:/srv/pi,vers=3 ip=dhcp", NULL, NULL,
		  NFS_ROOT_FOUND, LINE, "/srv/pi", 3 },
		{ "nfsroot=10.0.0.9:/srv/pi ip=dhcp", NULL, NULL, NFS_ROOT_FOUND, LINE, "/srv/pi",
		  2 },
		{ "root=/dev/nfs ip=dhcp", NULL, NULL, NFS_ROOT_FOUND, TOLD, "/tftpboot/10.0.0.51",
		  2 },
		{ "root=/dev/nfs ip=dhcp", "10.0.0.9:/x/%s/y%s,v3", "pi", NFS_ROOT_FOUND, LINE,
		  "/x/pi/y%s", 3 },
		{ "root=/dev/nfs nfsroot=/here ip=dhcp", "10.0.0.9:/there,vers=3", NULL,
		  NFS_ROOT_FOUND, LINE, "/here", 3 },
		{ "root=/dev/nfs nfsroot=,vers=4 ip=dhcp", "/there", NULL, NFS_ROOT_FOUND, TOLD,
		  "/there", 4 },
		{ "root=/dev/nfs nfsroot=10.0.0.9:default ip=dhcp", "/there", NULL, NFS_ROOT_FOUND,
		  LINE, "/there", 2 },
		{ "root=/dev/nfs nfsroot=pis ip=dhcp", NULL, NULL, NFS_ROOT_FOUND, TOLD,
		  "/tftpboot/pis", 2 },
		{ "root=/dev/nfs nfsroot=nas:/srv ip=dhcp", NULL, NULL, NFS_ROOT_NAMED_SERVER, 0,
		  NULL, 0 },
		{ "root=/dev/nfs nfsroot=127.0.0.1:/srv ip=dhcp", NULL, NULL, NFS_ROOT_NO_HOST, 0,
		  NULL, 0 },
		{ "root=/dev/nfs nfsroot=224.0.0.9:/srv ip=dhcp", NULL, NULL, NFS_ROOT_NO_HOST, 0,
		  NULL, 0 },
		{ "root=/dev/nfs ip=dhcp", "0.0.0.9:/srv", NULL, NFS_ROOT_NO_HOST, 0, NULL, 0 },
		{ "root=/dev/nfs nfsroot=10.0.0.9:/srv", NULL, NULL, NFS_ROOT_NO_IP, 0, NULL, 0 },
		{ "root=/dev/mmcblk0p2 nfsroot=10.0.0.9:/srv ip=dhcp", NULL, NULL,
		  NFS_ROOT_ELSEWHERE, 0, NULL, 0 },
		{ "console=tty1 ip=dhcp", "/there", NULL, NFS_ROOT_ELSEWHERE, 0, NULL, 0 },
		{ "", NULL, NULL, NFS_ROOT_ELSEWHERE, 0, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], false);
}

static void an_initramfs_takes_one_or_the_other(void **state)
{
	static const struct row rows[] = {
		{ "root=/dev/nfs nfsroot=10.0.0.9:/srv/pi", "/no", NULL, NFS_ROOT_FOUND, LINE,
		  "/srv/pi", 3 },
		{ "root=/dev/nfs nfsroot=/srv/%s", NULL, NULL, NFS_ROOT_FOUND, BOOT, "/srv/%s", 3 },
		{ "boot=nfs nfsroot=auto", "10.0.0.9:/there", NULL, NFS_ROOT_FOUND, LINE, "/there",
		  3 },
		{ "root=/dev/nfs ip=dhcp", "/there", NULL, NFS_ROOT_FOUND, BOOT, "/there", 3 },
		{ "root=/dev/nfs ip=dhcp", NULL, NULL, NFS_ROOT_NO_PATH, 0, NULL, 0 },
		{ "root=/dev/nfs nfsroot=nas:/srv", NULL, NULL, NFS_ROOT_NAMED_SERVER, 0, NULL, 0 },
		{ "root=/dev/nfs nfsroot=10.0.0.9:/srv,vers=4.1", NULL, NULL, NFS_ROOT_V4_INITRAMFS,
		  0, NULL, 0 },
		{ "nfsroot=10.0.0.9:/srv ip=dhcp", NULL, NULL, NFS_ROOT_ELSEWHERE, 0, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], true);
}

static void ports_and_the_transport_are_options(void **state)
{
	struct nfs_root_from from = {
		.cmdline = bytes_str("root=/dev/nfs nfsroot=10.0.0.9:/s,port=2050,mountport=99999,"
				     "proto=udp ip=dhcp init=/bin/sh"),
	};
	struct nfs_root out;

	(void)state;
	assert_int_equal(nfs_root_find(&from, &out), NFS_ROOT_FOUND);
	assert_int_equal(out.port, 2050);
	assert_int_equal(out.mount_port, 0);
	assert_true(out.udp);
	assert_int_equal(out.version, 0);
	assert_string_equal(out.init, "/bin/sh");
}

static void without_a_line_there_is_nothing(void **state)
{
	struct nfs_root_from from = { .initramfs = false };
	struct nfs_root out;

	(void)state;
	assert_int_equal(nfs_root_find(&from, &out), NFS_ROOT_NO_CMDLINE);
}

/* What fails says what to do. */
static void every_end_is_told(void **state)
{
	(void)state;
	for (int i = 0; i < NFS_ROOT_ENDS; i++) {
		enum nfs_root_end e = (enum nfs_root_end)i;

		assert_true(nfs_root_key(e)[0]);
		assert_int_equal(nfs_root_fix(e) != NULL, i >= NFS_ROOT_NO_IP);
		assert_int_equal(nfs_root_text(e)[0] != 0, i > NFS_ROOT_FOUND);
	}
}

/* Lines are a server's: every one is read within its bounds. */
static void any_line_is_borne(void **state)
{
	static const char line[] = "root=/dev/nfs nfsroot=10.0.0.9:/s%s,port=1,vers=3,udp ip=dhcp";
	uint64_t seed = 1;

	(void)state;
	for (uint32_t n = 0; n < sizeof(line); n++)
		for (int k = 0; k < 40; k++) {
			uint8_t *copy = test_malloc(n + 1);
			struct nfs_root_from from = { .answer = answer(line + n % 20, "h%s"),
						      .initramfs = k & 1 };
			struct nfs_root out;

			memcpy(copy, line, n);
			seed = seed * 6364136223846793005U + 1442695040888963407U;
			if (n && k)
				copy[(seed >> 33) % n] ^= (uint8_t)(seed >> 40);
			from.cmdline = bytes_of(copy, n);
			(void)nfs_root_find(&from, &out);
			assert_non_null(memchr(out.path, 0, sizeof(out.path)));
			test_free(copy);
		}
}

/* A path of the whole room is cut, not run over. */
static void a_long_path_is_cut(void **state)
{
	static char line[3000] = "root=/dev/nfs ip=dhcp nfsroot=10.0.0.9:/";
	struct nfs_root_from from;
	struct nfs_root out;

	(void)state;
	memset(line + strlen(line), 'x', sizeof(line) - strlen(line) - 1);
	from = (struct nfs_root_from) { .cmdline = bytes_str(line) };
	assert_int_equal(nfs_root_find(&from, &out), NFS_ROOT_FOUND);
	assert_int_equal(strlen(out.path), sizeof(out.path) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_takes_its_line_and_then_dhcp),
		cmocka_unit_test(an_initramfs_takes_one_or_the_other),
		cmocka_unit_test(ports_and_the_transport_are_options),
		cmocka_unit_test(without_a_line_there_is_nothing),
		cmocka_unit_test(every_end_is_told),
		cmocka_unit_test(any_line_is_borne),
		cmocka_unit_test(a_long_path_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
