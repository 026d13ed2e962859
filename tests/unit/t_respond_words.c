/* SPDX-License-Identifier: BSD-2-Clause */
/* What responders tell, in words. */
#include "respond_words.h"
#include "unit.h"

static const uint64_t s = 1000000000;
static const struct mac mac = { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
static char buf[512];

static const char *dhcp(enum dhcp_event e, uint32_t ip, const char *why)
{
	struct dhcp_news n = { .event = e, .mac = mac, .ip = ip, .why = why };
	struct text t = text_init(buf, sizeof(buf));

	dhcp_news_words(&n, &t);
	return buf;
}

static const char *tftp(struct tftp_news n, uint64_t now_ns)
{
	struct tftp_peer peer = { .ip = address_ip4(0x0a000009) };
	struct text t = text_init(buf, sizeof(buf));

	n.peer = &peer;
	n.path = n.path ? n.path : "kernel8.img";
	tftp_news_words(&n, now_ns, &t);
	return buf;
}

static const char *nfs(struct nfs_news n)
{
	struct text t = text_init(buf, sizeof(buf));

	n.ip = 0x0a000009;
	nfs_news_words(&n, &t);
	return buf;
}

static void an_address_and_where_to_boot_are_told_apart(void **state)
{
	(void)state;
	assert_string_equal(dhcp(DHCP_OFFERED, 0x0a000017, NULL),
			    "dc:a6:32:01:02:03 is offered 10.0.0.23");
	assert_string_equal(dhcp(DHCP_OFFERED, 0, NULL),
			    "dc:a6:32:01:02:03 is told where to boot from");
	assert_string_equal(dhcp(DHCP_NAKED, 0x0a000017, "it is of another network"),
			    "dc:a6:32:01:02:03 may not have 10.0.0.23: it is of another network");
}

static void a_transfer_is_told_with_its_numbers(void **state)
{
	struct tftp_news n = { .event = TFTP_DONE,
			       .bytes = 9100000,
			       .size = 9100000,
			       .blksize = 1468,
			       .windowsize = 1,
			       .begun_ns = s };

	(void)state;
	assert_string_equal(tftp(n, 3 * s),
			    "10.0.0.9 read kernel8.img: 9.1 MB in 2.0 s, blocks of 1468");
	n.windowsize = 4;
	n.resent = 3;
	assert_string_equal(tftp(n, 3 * s), "10.0.0.9 read kernel8.img: 9.1 MB in 2.0 s, blocks of "
					    "1468, 4 at once, 3 sent again");
	n.event = TFTP_SILENT;
	n.bytes = 1000;
	assert_string_equal(tftp(n, 3 * s),
			    "10.0.0.9 is silent in kernel8.img after 1.0 kB of 9.1 MB");
}

static void a_name_from_the_wire_is_made_safe(void **state)
{
	struct tftp_news n = { .event = TFTP_REFUSED, .path = "a\033[2J", .why = "File not found" };

	(void)state;
	assert_string_equal(tftp(n, s), "10.0.0.9 asked for a\\x1b[2J: File not found");
}

static void mounts_are_told_with_what_a_person_can_do(void **state)
{
	(void)state;
	assert_string_equal(nfs((struct nfs_news) { .event = NFS_MOUNTED,
						    .path = bytes_str("/srv/nfs"),
						    .own = bytes_str("38c128c0"),
						    .machine = bytes_str("pi\033"),
						    .version = 3 }),
			    "10.0.0.9 (pi\\x1b) mounted /srv/nfs, of that its own 38c128c0, by "
			    "version 3");
	assert_string_equal(nfs((struct nfs_news) { .event = NFS_REFUSED,
						    .path = bytes_str("/b"),
						    .why = "no export has that path" }),
			    "10.0.0.9 may not mount /b: no export has that path");
	assert_string_equal(nfs((struct nfs_news) { .event = NFS_UNMOUNTED }),
			    "10.0.0.9 unmounted all that it had");
	assert_non_null(strstr(nfs((struct nfs_news) { .event = NFS_LOCKS_WANTED }), "nolock"));
	assert_non_null(strstr(nfs((struct nfs_news) { .event = NFS_NEWER_WANTED }), "vers=3"));
}

static void what_happens_all_the_time_is_not_told_unless_asked_for(void **state)
{
	struct tftp_news probe = { .event = TFTP_ABORTED },
			 given_up = { .event = TFTP_ABORTED, .bytes = 512 };
	struct dhcp_news phone = { .event = DHCP_NOT_MEANT }, board = { .event = DHCP_OFFERED };

	(void)state;
	assert_true(tftp_news_quiet(&probe));
	assert_false(tftp_news_quiet(&given_up));
	assert_true(dhcp_news_quiet(&phone));
	assert_false(dhcp_news_quiet(&board));
}

static void every_event_has_a_key(void **state)
{
	(void)state;
	for (int i = 0; i < DHCP_EVENTS; i++)
		assert_non_null(dhcp_event_keys[i]);
	for (int i = 0; i < TFTP_EVENTS; i++)
		assert_non_null(tftp_event_keys[i]);
	for (int i = 0; i < NFS_EVENTS; i++)
		assert_non_null(nfs_event_keys[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_and_where_to_boot_are_told_apart),
		cmocka_unit_test(a_transfer_is_told_with_its_numbers),
		cmocka_unit_test(a_name_from_the_wire_is_made_safe),
		cmocka_unit_test(mounts_are_told_with_what_a_person_can_do),
		cmocka_unit_test(what_happens_all_the_time_is_not_told_unless_asked_for),
		cmocka_unit_test(every_event_has_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
