/* SPDX-License-Identifier: BSD-2-Clause */
#include "phrase.h"

#include <stdio.h>
#include <stdlib.h>

#include "unit.h"

static struct phrases *w;

static int setup(void **state)
{
	(void)state;
	w = calloc(1, sizeof(*w));
	if (!w)
		return -1;
	pseudonym_init(&w->pseudonym, UINT64_C(0xfeedfacecafebeef));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(w);
	return 0;
}

/* Maps text in blocks of its exact size. Static, until the next call. */
static const char *mapped(enum phrase_kind kind, const char *text)
{
	static char out[512];
	uint32_t n = (uint32_t)strlen(text);
	uint8_t *from = malloc(n ? n : 1), *to = malloc(n ? n : 1);

	assert_true(from && to && n < sizeof(out));
	for (uint32_t i = 0; i < n; i++)
		from[i] = (uint8_t)text[i];
	phrase_map(w, kind, bytes_of(from, n), to);
	memcpy(out, to, n);
	out[n] = 0;
	free(from);
	free(to);
	return out;
}

static void learn(const char *name)
{
	phrase_learn(w, PHRASE_NAME, bytes_str(name));
}

static void settle(void)
{
	names_settle(&w->names, &w->pseudonym);
}

static void stays(const char *text)
{
	assert_string_equal(mapped(PHRASE_TEXT, text), text);
}

static void booting_words_stay(void **state)
{
	(void)state;
	settle();
	stays("PXEClient:Arch:00000:UNDI:002001");
	stays("Raspberry Pi Boot   ");
	stays("start4.elf");
	stays("overlays/overlay_map.dtb");
	stays("root=/dev/nfs rw ip=dhcp rootwait console=tty1");
	stays("12:34:56 25165824 bytes");
	stays("dhcpcd-9.4.1:Linux-6.1.21-v8+:aarch64:BCM2711");
	stays("::");
	stays("a:b:c");
	stays("ip=::::host:eth0:dhcp");
	stays("255.255.254.0");
	stays("1.2.3.4.5");
	stays("1.2.3.4567");
	stays("");
}

static void an_address_in_text_is_the_one_in_bytes(void **state)
{
	char text[64];
	uint32_t v = pseudonym_ip4(&w->pseudonym, 0xc0a86417, 32);

	(void)state;
	settle();
	snprintf(text, sizeof(text), "nfsroot=%u.%u.%u.%u:/nfs/a", v >> 24, v >> 16 & 255,
		 v >> 8 & 255, v & 255);
	assert_string_equal(mapped(PHRASE_TEXT, "nfsroot=192.168.100.23:/nfs/a"), text);
	/* universal addresses have a port behind it (RFC 5665) */
	snprintf(text, sizeof(text), "%u.%u.%u.%u.8.1", v >> 24, v >> 16 & 255, v >> 8 & 255,
		 v & 255);
	assert_string_equal(mapped(PHRASE_TEXT, "192.168.100.23.8.1"), text);
	/* leading zeros are digits too */
	snprintf(text, sizeof(text), "%03u.%03u.%03u.%03u", v >> 24, v >> 16 & 255, v >> 8 & 255,
		 v & 255);
	assert_string_equal(mapped(PHRASE_TEXT, "192.168.100.023"), text);
}

static void macs_are_found_in_every_spelling(void **state)
{
	struct mac m = { { 0xdc, 0xa6, 0x32, 0xab, 0xcd, 0xef } };
	char text[64];

	(void)state;
	phrase_saw_mac(w, m);
	settle();
	m = pseudonym_mac(&w->pseudonym, m, true);
	snprintf(text, sizeof(text), "dc:a6:32:%02x:%02x:%02x", m.b[3], m.b[4], m.b[5]);
	assert_string_equal(mapped(PHRASE_TEXT, "dc:a6:32:ab:cd:ef"), text);
	snprintf(text, sizeof(text), "pxelinux.cfg/01-dc-a6-32-%02x-%02x-%02x", m.b[3], m.b[4],
		 m.b[5]);
	assert_string_equal(mapped(PHRASE_TEXT, "pxelinux.cfg/01-dc-a6-32-ab-cd-ef"), text);
	snprintf(text, sizeof(text), "DCA632%02X%02X%02X", m.b[3], m.b[4], m.b[5]);
	assert_string_equal(mapped(PHRASE_TEXT, "DCA632ABCDEF"), text);
	stays("0123456789ab");
}

static void serial_numbers_are_folders_and_words(void **state)
{
	char text[64];
	uint32_t v = pseudonym_serial(&w->pseudonym, 0x9ffefdef);

	(void)state;
	settle();
	snprintf(text, sizeof(text), "%08x/start4.elf", v);
	assert_string_equal(mapped(PHRASE_TEXT, "9ffefdef/start4.elf"), text);
	snprintf(text, sizeof(text), "10000000%08x", v);
	assert_string_equal(mapped(PHRASE_TEXT, "100000009ffefdef"), text);
	/* a number of eight digits is one where it was seen to be, or is a folder */
	stays("12345678");
	assert_string_not_equal(mapped(PHRASE_TEXT, "/12345678/x"), "/12345678/x");
	phrase_saw_serial(w, 0x12345678);
	assert_string_not_equal(mapped(PHRASE_TEXT, "12345678"), "12345678");
}

static void the_ladder_of_pxelinux_stays_one(void **state)
{
	char all[9], name[32], want[32];
	uint32_t v = pseudonym_ip4(&w->pseudonym, 0xc0a80117, 32);

	(void)state;
	phrase_learn(w, PHRASE_TEXT, bytes_str("pxelinux.cfg/C0A80117"));
	settle();
	snprintf(all, sizeof(all), "%08X", v);
	for (int n = 8; n > 0; n--) {
		snprintf(name, sizeof(name), "pxelinux.cfg/%.*s", n, "C0A80117");
		snprintf(want, sizeof(want), "pxelinux.cfg/%.*s", n, all);
		assert_string_equal(mapped(PHRASE_TEXT, name), want);
	}
	stays("pxelinux.cfg/default");
}

static void ip6_in_text_is_the_one_in_bytes(void **state)
{
	static const uint8_t from[16] = { 0xfd, 0x12, 0x34, 0x56, 0, 0, 0, 0,
					  0,    0,    0,    0,    0, 0, 0, 0x23 };
	uint8_t to[16];
	char text[64];

	(void)state;
	settle();
	pseudonym_ip6(&w->pseudonym, from, to, false);
	snprintf(text, sizeof(text), "tftp://[%02x%02x:%x::%x]/a: b", to[0], to[1],
		 to[2] << 8 | to[3], to[15]);
	assert_string_equal(mapped(PHRASE_TEXT, "tftp://[fd12:3456::23]/a: b"), text);
	snprintf(text, sizeof(text), "%02x%02x:%x::%x: gone", to[0], to[1], to[2] << 8 | to[3],
		 to[15]);
	assert_string_equal(mapped(PHRASE_TEXT, "fd12:3456::23: gone"), text);
	stays("fe80::1");
}

static void a_name_is_one_in_either_case_and_keeps_its_shape(void **state)
{
	char a[64], b[64];

	(void)state;
	learn("pihole-7.my-home.lan");
	settle();
	snprintf(a, sizeof(a), "%s", mapped(PHRASE_TEXT, "nfsroot=pihole-7:/srv"));
	snprintf(b, sizeof(b), "%s", mapped(PHRASE_TEXT, "nfsroot=PIHOLE-7:/srv"));
	assert_memory_equal(a, "nfsroot=", 8);
	assert_string_equal(a + 16, ":/srv");
	assert_int_equal(a[14], '-');
	assert_true(a[15] >= '0' && a[15] <= '9');
	assert_memory_not_equal(a + 8, "pihole", 6);
	for (int i = 8; i < 14; i++)
		assert_int_equal(a[i], b[i] | 0x20);
	/* in a longer word, between dashes; not inside of another word */
	assert_memory_equal(mapped(PHRASE_TEXT, "boot-pihole-7-img") + 5, a + 8, 8);
	stays("xpihole-7");
	assert_memory_equal(mapped(PHRASE_TEXT, "x.my-home.lan") + 9, ".lan", 4);
	assert_memory_not_equal(mapped(PHRASE_TEXT, "x.my-home.lan") + 2, "my-home", 7);
}

static void names_are_learned_where_hosts_stand(void **state)
{
	static const char *const texts[] = {
		"kernel http://pingu.example.org/vmlinuz",
		"root=/dev/nfs nfsroot=pingu:/srv",
		"ip=::::pingu:eth0:dhcp",
		"hostname=pingu rw",
		"Linux NFSv4.1 pingu",
		"http://pingu:secret@10.0.0.1/a",
		"GET / HTTP/1.1\r\nHost: pingu\r\n",
	};

	for (uint32_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		teardown(state);
		assert_int_equal(setup(state), 0);
		phrase_learn(w, PHRASE_TEXT, bytes_str(texts[i]));
		settle();
		if (strcmp(mapped(PHRASE_TEXT, "pingu"), "pingu") == 0)
			fail_msg("nothing learned from %s", texts[i]);
	}
	teardown(state);
	assert_int_equal(setup(state), 0);
	phrase_learn(w, PHRASE_TEXT, bytes_str("/srv/pingu/root a pingu b"));
	settle();
	stays("pingu");
}

static void no_two_names_become_one(void **state)
{
	static char to[400][8];
	char name[8];

	(void)state;
	for (int i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "%c%c", 'a' + i % 26, 'a' + i / 26);
		learn(name);
	}
	settle();
	for (int i = 0; i < 400; i++) {
		snprintf(name, sizeof(name), "%c%c", 'a' + i % 26, 'a' + i / 26);
		if (names_common(bytes_str(name)))
			continue;
		snprintf(to[i], sizeof(to[i]), "%s", mapped(PHRASE_NAME, name));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(to[i], to[k]);
	}
}

static void a_table_that_is_full_still_hides(void **state)
{
	char name[16];

	(void)state;
	for (int i = 0; i < NAMES_MAX + 10; i++) {
		snprintf(name, sizeof(name), "host%d", i);
		learn(name);
	}
	assert_true(w->names.full);
	settle();
	assert_string_not_equal(mapped(PHRASE_NAME, "host2055"), "host2055");
	for (uint32_t i = 0; i < 3 * SEEN_MAX; i++)
		phrase_saw_serial(w, i * 7);
	assert_int_equal(w->names.n_seen, SEEN_MAX);
}

static void passwords_are_hidden(void **state)
{
	(void)state;
	settle();
	assert_string_equal(mapped(PHRASE_TEXT, "rd.iscsi.password=Tr0ub4dor&3 rw psk=a,b key="),
			    "rd.iscsi.password=xxxxxxxxxxx rw psk=xxx key=");
	assert_string_equal(mapped(PHRASE_TEXT, "menu passwd $4$Ab c\nlabel a"),
			    "menu passwd xxxxx x\nlabel a");
	stays("keymap=de monkey");
}

static const char *edged(const char *text, bool head)
{
	static uint8_t to[128];
	uint32_t n = (uint32_t)strlen(text);

	phrase_map(w, PHRASE_TEXT, bytes_str(text), to);
	phrase_map_edges(w, head, bytes_str(text), to);
	to[n] = 0;
	return (const char *)to;
}

static void words_that_go_on_in_another_block_are_hidden_too(void **state)
{
	char whole[64];

	(void)state;
	learn("graf-zahl");
	settle();
	snprintf(whole, sizeof(whole), "%s", mapped(PHRASE_TEXT, "graf-zahl"));
	assert_memory_equal(edged("nfsroot=graf-z", false) + 8, whole, 6);
	assert_memory_equal(edged("-zahl:/srv", true), whole + 4, 5);
	assert_string_equal(edged("nfsroot=192.168.", false), "nfsroot=000.000.");
	assert_string_equal(edged("1.23:/srv nfs", true), "0.00:/srv nfs");
	assert_string_equal(edged("dc:a6:32:a", false), "00:00:00:0");
	assert_string_equal(edged("rootwait rw", false), "rootwait rw");
	assert_string_equal(edged("vers=3", false), "vers=3");
}

/* Whatever bytes: as many, and whole reads only (blocks of exact size, under the sanitizer). */
static void any_bytes_are_gone_through(void **state)
{
	static const char text[] = "//[fe80::1%eth0]:69/9ffefdef/pxelinux.cfg/01-dc-a6-32-ab-cd-ef "
				   "10.1.2.3.8.1 ip=a:b:c:d:host 6ba7b810-9dad-11d1-80b4-"
				   "00c04fd430c8 a.b:/x\xff\x00 255.255.255.255";
	char changed[sizeof(text)];

	(void)state;
	learn("host");
	for (uint32_t n = 0; n < sizeof(text); n++) {
		for (uint32_t bit = 0; bit < 8; bit++) {
			uint8_t *from = malloc(n + 1), *to = malloc(n + 1);

			assert_true(from && to);
			memcpy(changed, text, sizeof(text));
			changed[n] = (char)(changed[n] ^ 1 << bit);
			memcpy(from, changed, n + 1);
			phrase_learn(w, PHRASE_TEXT, bytes_of(from, n + 1));
			phrase_map(w, PHRASE_TEXT, bytes_of(from, n + 1), to);
			phrase_map(w, PHRASE_NAME, bytes_of(from, n + 1), to);
			free(from);
			free(to);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(booting_words_stay, setup, teardown),
		cmocka_unit_test_setup_teardown(an_address_in_text_is_the_one_in_bytes, setup,
						teardown),
		cmocka_unit_test_setup_teardown(macs_are_found_in_every_spelling, setup, teardown),
		cmocka_unit_test_setup_teardown(serial_numbers_are_folders_and_words, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_ladder_of_pxelinux_stays_one, setup, teardown),
		cmocka_unit_test_setup_teardown(ip6_in_text_is_the_one_in_bytes, setup, teardown),
		cmocka_unit_test_setup_teardown(a_name_is_one_in_either_case_and_keeps_its_shape,
						setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_learned_where_hosts_stand, setup,
						teardown),
		cmocka_unit_test_setup_teardown(no_two_names_become_one, setup, teardown),
		cmocka_unit_test_setup_teardown(a_table_that_is_full_still_hides, setup, teardown),
		cmocka_unit_test_setup_teardown(passwords_are_hidden, setup, teardown),
		cmocka_unit_test_setup_teardown(words_that_go_on_in_another_block_are_hidden_too,
						setup, teardown),
		cmocka_unit_test_setup_teardown(any_bytes_are_gone_through, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
