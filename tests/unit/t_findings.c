/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding.h"

#include <ctype.h>

#include "unit.h"

static bool sentence(const char *s)
{
	size_t n = strlen(s);

	return n > 3 &&
	       (isupper((unsigned char)s[0]) || s[0] == '{' || s[0] == '"' ||
		islower((unsigned char)s[0])) &&
	       (s[n - 1] == '.' || s[n - 1] == ')');
}

/* Each word in braces is a parameter, unless the dialect uses braces itself. */
static void words_are_known(const char *id, const char *s)
{
	for (; (s = strchr(s, '{')) != NULL; s++) {
		size_t n = strcspn(s + 1, "}");
		bool word = n > 0 && n < 16, known = false;

		for (size_t i = 0; i < n && word; i++)
			word = islower((unsigned char)s[1 + i]) != 0;
		for (int i = 0; i < PARAMS; i++)
			known |= strlen(param_names[i]) == n &&
				 memcmp(param_names[i], s + 1, n) == 0;
		if (word && !known)
			fail_msg("%s: {%.*s} is no parameter", id, (int)n, s + 1);
	}
}

static void rows_are_whole(void **state)
{
	(void)state;
	for (int i = 0; i < FINDINGS; i++) {
		const struct finding_row *r = &findings[i];

		assert_non_null(r->id);
		if (!finding_rests[i] || !finding_rests[i][0])
			fail_msg("%s: rests.def does not say what it rests on", r->id);
		for (const char *c = r->id; *c; c++)
			assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) ||
				    *c == '-');
		if (!sentence(r->what) || !sentence(r->why) || !sentence(r->fix))
			fail_msg("%s: what, why and fix are sentences", r->id);
		assert_true(r->title[0] && r->title[strlen(r->title) - 1] != '.');
		words_are_known(r->id, r->what);
		words_are_known(r->id, r->why);
		words_are_known(r->id, r->fix);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(r->id, findings[k].id);
	}
}

/* Where nothing was found out, the templates still make whole lines, with names in capitals. */
static void fixes_are_whole(void **state)
{
	uint32_t by_dialect[DIALECTS] = { 0 };
	char buf[4096];

	(void)state;
	for (int i = 0; i < FINDINGS; i++) {
		struct finding f;

		memset(&f, 0, sizeof(f));
		f.id = (enum finding_id)i;
		for (int d = 0; d < DIALECTS; d++) {
			struct text t = text_init(buf, sizeof(buf));

			if (!finding_fix(&f, (enum dialect)d, &t))
				continue;
			by_dialect[d]++;
			assert_false(t.cut);
			assert_true(buf[0] && buf[0] != '\n' && buf[strlen(buf) - 1] != '\n');
			words_are_known(findings[i].id, buf);
		}
	}
	for (int d = 0; d < DIALECTS; d++)
		if (!by_dialect[d])
			fail_msg("nothing is written for %s", dialect_keys[d]);
}

/*
 * What a DHCP server's configuration brings about, and the servers that can be told otherwise. Not
 * all can: UniFi, networkd and libvirt's own elements know one answer for all clients, and only
 * dnsmasq, ISC dhcpd and Kea send what was not asked for.
 */
enum {
	EXACT = 1 << DNSMASQ | 1 << ISC_DHCPD | 1 << KEA | 1 << OPENWRT | 1 << LIBVIRT,
	FORKS = EXACT | 1 << MIKROTIK | 1 << WINDOWS_DHCP,
	EVERY = FORKS | 1 << PFSENSE | 1 << UNIFI | 1 << SYSTEMD_NETWORKD,
};

static void every_server_that_can_be_mended_has_its_fix(void **state)
{
	static const struct {
		enum finding_id id;
		unsigned servers;
	} want[] = {
		{ F_DHCP_NO_OFFER, EVERY },
		{ F_DHCP_NO_OPTION43, EVERY },
		{ F_DHCP_OPTION43_MALFORMED, EVERY },
		{ F_DHCP_OPTION43_WRONG_TEXT, EVERY },
		{ F_DHCP_OPTION43_NOT_ENCAPSULATED, EVERY },
		{ F_DHCP_OPTION43_UNPADDED, EVERY },
		{ F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST, EVERY },
		{ F_DHCP_OPTION60_MISSING, EVERY },
		{ F_DHCP_OPTION66_SIADDR_CONFLICT, EVERY },
		{ F_DHCP_OPTION66_NOT_TEXT, EVERY },
		{ F_DHCP_NEXT_SERVER_MISSING, EVERY },
		{ F_DHCP_SIADDR_IGNORED, EVERY },
		{ F_DHCP_DUPLICATE_ADDRESS, EVERY },
		{ F_ARP_NO_ANSWER, EVERY },
		{ F_PXE_NO_BOOTFILE, EVERY },
		{ F_PXE_CLIENT_IGNORES_PROXY_OFFER, EVERY },
		{ F_TFTP_WRONG_SERVER_SECOND_STAGE, EVERY },
		{ F_PXE_ARCH_MISMATCH, FORKS | 1 << PFSENSE },
		{ F_HTTP_OFFER_WITHOUT_HTTPCLIENT, FORKS | 1 << PFSENSE },
		{ F_IPXE_CHAINLOAD_LOOP, FORKS },
		{ F_PXE_URL_TO_TFTP_CLIENT, FORKS },
		{ F_PXE_OPT60_WITHOUT_OPT43_4011, FORKS },
		{ F_DHCP_BOOTFILE_UNTERMINATED, EXACT | 1 << MIKROTIK },
		{ F_DHCP_CLIENT_ID_MISMATCH, EXACT },
		{ F_DHCP_NO_ROUTER_OFFLINK_SERVER, EXACT },
		{ F_KERNEL_DHCP_NO_OFFER, EXACT },
		/* dnsmasq ends the option in a NUL whatever one does */
		{ F_DHCP_OPTION66_NUL, 1 << ISC_DHCPD | 1 << KEA },
	};
	char buf[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		for (int d = 0; d < DIALECTS; d++) {
			struct finding f = { .id = want[i].id };
			struct text t = text_init(buf, sizeof(buf));
			bool have = finding_fix(&f, (enum dialect)d, &t);

			if ((want[i].servers & 1u << d) && !have)
				fail_msg("%s has nothing for %s", findings[want[i].id].id,
					 dialect_keys[d]);
		}
	}
}

/* A file name from the wire is no command of the machine that the lines are pasted into. */
static void what_is_more_than_a_word_is_not_pasted(void **state)
{
	static const char *const names[] = { "x'; reboot; '", "a b", "$(reboot)", "x\"",
					     "a`b`",          "x#",  "<x>",       "a&b" };
	char buf[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (int d = 0; d < DIALECTS; d++) {
			struct finding f = { .id = F_DHCP_NEXT_SERVER_MISSING };
			struct text t = text_init(buf, sizeof(buf));

			f.param[P_FILE] = names[i];
			f.param[P_TFTP] = "192.0.2.1";
			if (!finding_fix(&f, (enum dialect)d, &t))
				continue;
			assert_null(strstr(buf, names[i]));
			assert_non_null(strstr(buf, "FILE"));
			assert_non_null(strstr(buf, "192.0.2.1"));
		}
	}
}

static void dialects_go_by_their_beginning(void **state)
{
	(void)state;
	assert_int_equal(dialect_named("kea"), KEA);
	assert_int_equal(dialect_named("win"), WINDOWS_DHCP);
	assert_int_equal(dialect_named("opnsense"), PFSENSE);
	assert_int_equal(dialect_named(""), DIALECTS);
	assert_int_equal(dialect_named("x"), DIALECTS);
	for (int d = 0; d < DIALECTS; d++)
		assert_int_equal(dialect_named(dialect_keys[d]), d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(fixes_are_whole),
		cmocka_unit_test(every_server_that_can_be_mended_has_its_fix),
		cmocka_unit_test(what_is_more_than_a_word_is_not_pasted),
		cmocka_unit_test(dialects_go_by_their_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
