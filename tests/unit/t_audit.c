/* SPDX-License-Identifier: BSD-2-Clause */
/* What an audit found, as text and as JSON: told once for models that end alike, safe to show. */
#include "audit.h"

#include "dhcp.h"
#include "json.h"
#include "unit.h"

enum { SERVER = 0x0a090001, OTHER = 0x0a090002, BOARD = 0x0a090032 };

static struct audit audit;
static char out[32768];
static uint32_t used;
static uint8_t message[600];

static void keep(void *ctx, const char *p, uint32_t n)
{
	(void)ctx;
	assert_true(used + n < sizeof(out));
	memcpy(out + used, p, n);
	used += n;
	out[used] = 0;
}

static const struct output to = { NULL, keep };

/* An offer with that boot file. */
static struct bytes offer(const char *file)
{
	static const uint8_t type[] = { DHCP_OFFER }, vendor[] = { 6, 1, 3, 255 };
	struct dhcp m = { .op = 2, .htype = 1, .hlen = 6, .yiaddr = BOARD, .siaddr = SERVER };
	struct writer w = writer_init(message, sizeof(message));

	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(type, 1));
	dhcp_add(&m, DHCP_OPT_BOOTFILE, bytes_str(file));
	dhcp_add(&m, DHCP_OPT_VENDOR, bytes_of(vendor, sizeof(vendor)));
	dhcp_encode(&m, 300, &w);
	assert_int_equal(w.err, ERR_OK);
	return writer_done(&w);
}

static struct audit_model *model(const char *key, const char *title, enum audit_verdict v)
{
	struct audit_model *m = &audit.model[audit.n_models++];

	m->key = key;
	m->title = title;
	m->verdict = v;
	m->stage = v == AUDIT_PASS ? STAGE_TFTP_KERNEL : STAGE_DHCP_OFFER;
	m->reason_key = v == AUDIT_PASS ? "done" : "no-boot-data";
	m->reason = v == AUDIT_PASS ? "all came" : "no offer has boot data";
	m->row[AUDIT_DHCP].state = v == AUDIT_PASS ? AUDIT_PASSED : AUDIT_FAILED;
	return m;
}

static void offered(struct audit_model *m, uint32_t from, const char *reason, struct bytes v)
{
	struct audit_offer *o = &m->offer[m->n_offers++];

	*o = (struct audit_offer) { .from = from, .reason_key = "key", .reason = reason };
	o->n = (uint16_t)v.n;
	memcpy(o->message, v.p, v.n);
}

static void fresh(void)
{
	memset(&audit, 0, sizeof(audit));
	used = 0;
	out[0] = 0;
	memcpy(audit.interface, "eth0", 5);
	audit.server[audit.n_servers++] = (struct audit_server) { .ip = SERVER, .roles = 1 };
}

static const char *text(bool unicode, bool quiet)
{
	struct report_style style = {
		.width = 100, .unicode = unicode, .quiet = quiet, .fix_for = DIALECTS
	};

	audit_text(&audit, &style, to);
	return out;
}

static uint32_t count(const char *word)
{
	uint32_t n = 0;

	for (const char *at = out; (at = strstr(at, word)) != NULL; at++)
		n++;
	return n;
}

static void models_that_end_alike_are_told_of_once(void **state)
{
	static const char reason[] = "no boot file";
	struct bytes v = offer("pxelinux.0");

	(void)state;
	fresh();
	offered(model("pi4", "Raspberry Pi 4", AUDIT_FAIL), SERVER, reason, v);
	offered(model("pi5", "Raspberry Pi 5", AUDIT_FAIL), SERVER, reason, v);
	offered(model("ipxe", "iPXE", AUDIT_PASS), SERVER, "taken", v);
	text(true, false);
	assert_non_null(strstr(out, "eth0: 2 of 3 models would not boot"));
	assert_non_null(strstr(out, "✖ Raspberry Pi 4, Raspberry Pi 5\n"));
	assert_int_equal(count("no offer has boot data"), 1);
	assert_non_null(strstr(out, "pi4, pi5: no boot file"));
	assert_non_null(strstr(out, "ipxe: taken"));
	assert_null(strstr(out, "iPXE\n")); /* it is well */
}

static void without_unicode_signs_are_ascii(void **state)
{
	(void)state;
	fresh();
	model("pi4", "Raspberry Pi 4", AUDIT_FAIL);
	text(false, false);
	assert_non_null(strstr(out, "!! eth0: Raspberry Pi 4 would not boot"));
	for (uint32_t i = 0; i < used; i++)
		assert_true(out[i] == '\n' || (out[i] >= 0x20 && out[i] < 0x7f));
}

static void what_is_green_says_so(void **state)
{
	(void)state;
	fresh();
	model("pi4", "Raspberry Pi 4", AUDIT_PASS);
	text(true, true);
	assert_non_null(strstr(out, "✔ eth0: Raspberry Pi 4 gets what it boots from"));
	fresh();
	audit.n_servers = 0;
	model("pi4", "Raspberry Pi 4", AUDIT_FAIL);
	assert_non_null(strstr(text(true, false), "Nobody answers here"));
}

/* Servers say what they like, and say it short. */
static void what_a_server_says_is_safe(void **state)
{
	struct json json;
	struct bytes v = offer("a\033[31m\"\\\n");

	(void)state;
	fresh();
	offered(model("pi4", "Raspberry Pi 4", AUDIT_FAIL), SERVER, "no", v);
	text(true, false);
	assert_null(strchr(out, '\033'));
	assert_non_null(strstr(out, "a\\x1b[31m"));
	for (uint32_t n = 0; n < v.n; n++) {
		used = 0;
		audit.model[0].offer[0].n = (uint16_t)n;
		text(true, false);
		used = 0;
		json_init(&json, to, true);
		audit_json(&audit, &json.sink);
		assert_int_equal(json.depth, 0);
		assert_null(strchr(out, '\033'));
	}
}

/* Where no finding has one. */
static void a_step_says_what_to_do(void **state)
{
	struct audit_row *row;

	(void)state;
	fresh();
	row = &model("pi4", "Raspberry Pi 4", AUDIT_PASS)->row[AUDIT_ROOT];
	*row = (struct audit_row) { AUDIT_FAILED, "it waits for a card", "Take the line out." };
	text(true, false);
	assert_non_null(strstr(out, "root: it waits for a card"));
	assert_non_null(strstr(out, "To do: Take the line out."));
	row->state = AUDIT_PASSED;
	text(true, false);
	assert_int_equal(count("To do: Take the line out."), 2);
	row->fix = NULL;
	used = 0;
	text(true, false);
	assert_null(strstr(out, "it waits for a card"));
}

/* No line of the table is longer than the page: what does not fit stands below. */
static void a_narrow_page_has_whole_lines(void **state)
{
	struct report_style style = { .width = 80, .unicode = true, .fix_for = DIALECTS };
	static const char *const keys[] = { "pi4", "pi5", "linux" };

	(void)state;
	fresh();
	for (int i = 0; i < 3; i++) {
		struct audit_model *m = model(keys[i], "A board", AUDIT_PASS);

		for (int s = AUDIT_DHCP; s < AUDIT_STEPS; s++)
			m->row[s].state = AUDIT_PASSED;
		m->tftp_server = i < 2 ? SERVER : 0;
		memcpy(m->file, i < 2 ? "38c128c0/start4.elf" : "", i < 2 ? 20 : 1);
	}
	audit_text(&audit, &style, to);
	assert_int_equal(count("  pi4, pi5 from 10.9.0.1 38c128c0/start4.elf\n"), 1);
	assert_int_equal(count("start4.elf"), 1);
	assert_null(strstr(out, "linux from"));
	used = 0;
	style.width = 120;
	audit_text(&audit, &style, to);
	assert_int_equal(count("10.9.0.1 38c128c0/start4.elf\n"), 2);
	assert_null(strstr(out, "pi4, pi5 from"));
}

/* Each once, with who would mount it, and what there is. */
static void roots_are_told_of_once(void **state)
{
	struct audit_nfs *n;

	(void)state;
	fresh();
	n = &model("pi4", "Raspberry Pi 4", AUDIT_PASS)->nfs;
	*n = (struct audit_nfs) { .server = SERVER, .version = 3 };
	memcpy(n->path, "/srv/pi", 8);
	memcpy(n->exports, "/srv/pi /srv/x", 15);
	model("pi5", "Raspberry Pi 5", AUDIT_PASS)->nfs = *n;
	model("linux", "Linux", AUDIT_PASS);
	text(true, true);
	assert_null(strstr(out, "/srv/pi"));
	used = 0;
	text(true, false);
	assert_int_equal(count("Roots by NFS"), 1);
	assert_int_equal(count("10.9.0.1:/srv/pi, version 3, for pi4, pi5\n"), 1);
	assert_int_equal(count("exported there: /srv/pi /srv/x\n"), 1);
	audit.model[1].nfs.path[1] = 'x';
	used = 0;
	text(true, false);
	assert_non_null(strstr(out, "10.9.0.1:/xrv/pi, version 3, for pi5\n"));
}

/* Nobody named them. */
static void what_is_played_aside_does_not_count(void **state)
{
	(void)state;
	fresh();
	model("pi4", "Raspberry Pi 4", AUDIT_PASS);
	model("pi5", "Raspberry Pi 5", AUDIT_PASS);
	model("pxe-bios", "BIOS PXE", AUDIT_FAIL)->aside = true;
	assert_false(audit_fails(&audit));
	text(false, false);
	assert_non_null(strstr(out, "ok eth0: all 2 Raspberry Pis get what they boot from; "
				    "1 other model would not boot\n"));
	audit.model[1].verdict = AUDIT_FAIL;
	assert_true(audit_fails(&audit));
	used = 0;
	text(false, false);
	assert_non_null(strstr(out, "!! eth0: 2 of 3 models would not boot\n"));
}

static void json_has_each_offer_under_its_server(void **state)
{
	struct json json;

	(void)state;
	fresh();
	audit.server[audit.n_servers++] = (struct audit_server) { .ip = OTHER, .roles = 2 };
	offered(model("pi4", "Raspberry Pi 4", AUDIT_PASS), OTHER, "taken", offer("x"));
	json_init(&json, to, false);
	audit_json(&audit, &json.sink);
	assert_non_null(strstr(out, "\"schema\":\"bootscope-audit/1\""));
	assert_non_null(
		strstr(out, "\"ip\":\"10.9.0.1\",\"mac\":null,\"roles\":[\"dhcp\"],\"offers\":[]"));
	assert_non_null(strstr(out, "\"roles\":[\"proxy-dhcp\"],\"offers\":[{\"profile\":\"pi4\""));
	assert_non_null(strstr(out, "\"step\":\"dhcp\",\"state\":\"passed\",\"words\":null"));
	assert_non_null(strstr(out,
			       "\"verdict\":\"pass\",\"aside\":false,\"stage\":\"tftp-kernel\","
			       "\"reason\":\"done\""));
}

/* What a TFTP server can stands below it: what is fine in one line, the rest with what to do. */
static void a_root_by_nfs_has_what_its_server_said(void **state)
{
	struct json json;
	struct audit_model *m;

	(void)state;
	fresh();
	m = model("pi4", "Raspberry Pi 4", AUDIT_PASS);
	m->nfs = (struct audit_nfs) { .server = 0x0a000001,
				      .vantage = AUDIT_NFS_AS_BOARD,
				      .path = "/srv/pi",
				      .exports = "/srv /home",
				      .port = 2049,
				      .versions_tcp = 1 << 3 | 1 << 4 };
	model("pi5", "Raspberry Pi 5", AUDIT_PASS);
	json_init(&json, to, false);
	audit_json(&audit, &json.sink);
	assert_int_equal(json.depth, 0);
	assert_non_null(strstr(out, "\"nfs\":{\"server\":\"10.0.0.1\",\"path\":\"/srv/pi\","
				    "\"asked_as\":\"board\",\"version\":null,"
				    "\"exports\":[\"/srv\",\"/home\"],\"versions_tcp\":[3,4],"
				    "\"versions_udp\":[],\"port\":2049,"));
	assert_int_equal(count("\"nfs\":null"), 1);
}

static void tftp_is_told_of_below_its_server(void **state)
{
	struct audit_tftp *t = &audit.tftp[0];
	struct json json;

	(void)state;
	fresh();
	model("pi4", "Raspberry Pi 4", AUDIT_PASS);
	json_init(&json, to, false);
	audit_json(&audit, &json.sink);
	assert_non_null(strstr(out, "\"offers\":[],\"tftp\":null"));
	audit.n_tftp = 1;
	*t = (struct audit_tftp) {
		.server = SERVER,
		.n = 4,
		.trait = { { "blocks", AUDIT_FINE, true, 1468, "1468-byte blocks", NULL },
			   { "missing", AUDIT_BAD, false, 0, "no answer", "Answer." },
			   { "sizes", AUDIT_REMARK, false, 0, "sizes are not told", NULL },
			   { "case", AUDIT_FINE, false, 0, "names differ by case", NULL } },
	};
	used = 0;
	json_init(&json, to, false);
	audit_json(&audit, &json.sink);
	assert_non_null(strstr(out, "{\"trait\":\"blocks\",\"grade\":\"fine\",\"value\":1468,"
				    "\"words\":\"1468-byte blocks\",\"fix\":null}"));
	assert_non_null(strstr(out, "\"grade\":\"bad\",\"value\":null,\"words\":\"no answer\","
				    "\"fix\":\"Answer.\"}"));
	used = 0;
	text(true, false);
	assert_non_null(strstr(out, "TFTP: 1468-byte blocks; names differ by case\n"));
	assert_non_null(strstr(out, "TFTP, bad: no answer\n       To do: Answer.\n"));
	assert_non_null(strstr(out, "TFTP, remark: sizes are not told\n"));
	used = 0;
	text(true, true);
	assert_null(strstr(out, "TFTP"));
}

static void a_relay_is_named(void **state)
{
	struct bytes v = offer("x");

	(void)state;
	fresh();
	message[3] = 1; /* hops */
	message[24] = 10;
	message[25] = 9;
	message[27] = 254;
	offered(model("pi3b", "Raspberry Pi 3B (ROM)", AUDIT_FAIL), SERVER, "relayed", v);
	assert_non_null(strstr(text(true, false), "an address by the relay 10.9.0.254, next"));
	memset(message + 24, 0, 4);
	fresh();
	offered(model("pi3b", "Raspberry Pi 3B (ROM)", AUDIT_FAIL), SERVER, "relayed", v);
	assert_non_null(strstr(text(true, false), "an address by a relay, next"));
}

static void notes_are_of_the_machine_that_audits(void **state)
{
	struct json json;

	(void)state;
	fresh();
	model("pi4", "Raspberry Pi 4", AUDIT_FAIL);
	memcpy(audit.master, "br0", 4);
	for (unsigned i = 0; i < AUDIT_NOTES; i++)
		audit.notes |= 1u << i;
	text(true, false);
	assert_non_null(strstr(out, "This host itself has a DHCP server or relay"));
	assert_non_null(strstr(out, "eth0 is a port of the bridge br0"));
	assert_non_null(strstr(out, "eth0 is a part of br0"));
	assert_non_null(strstr(out, "eth0 is wireless"));
	assert_null(strstr(out, "audit0"));
	audit.bridge = true;
	assert_non_null(strstr(text(true, false), "master eth0 up"));
	used = 0;
	json_init(&json, to, false);
	audit_json(&audit, &json.sink);
	assert_non_null(strstr(out, "\"notes\":[{\"note\":\"own-server\",\"words\":\"This host"));
	assert_non_null(strstr(out, "{\"note\":\"wireless\","));
	fresh();
	json_init(&json, to, false);
	audit_json(&audit, &json.sink);
	assert_non_null(strstr(out, "\"notes\":[],"));
}

static void what_was_cut_short_is_not_green(void **state)
{
	struct json json;

	(void)state;
	fresh();
	audit.cut = AUDIT_NO_CARRIER;
	audit.lease_kept = true;
	text(true, false);
	assert_non_null(strstr(out, "eth0: no model was played to its end"));
	assert_null(strstr(out, "✔"));
	used = 0;
	json_init(&json, to, false);
	audit_json(&audit, &json.sink);
	assert_non_null(strstr(out, "\"cut_short\":\"no-carrier\",\"lease_kept\":true"));
	fresh();
	audit.cut = AUDIT_INTERRUPTED;
	model("pi4", "Raspberry Pi 4", AUDIT_PASS);
	assert_non_null(strstr(text(true, false), "eth0: Raspberry Pi 4 gets what it boots from "
						  "(cut short)\n"));
}

static void every_key_is_there_once(void **state)
{
	(void)state;
	for (int i = 0; i < AUDIT_STEPS; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(audit_step_key((enum audit_step)i),
						audit_step_key((enum audit_step)k));
	assert_string_equal(audit_state_key(AUDIT_FAILED), "failed");
	assert_string_equal(audit_verdict_key(AUDIT_SKIPPED), "skipped");
	assert_string_equal(audit_step_key(AUDIT_STEPS), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_that_end_alike_are_told_of_once),
		cmocka_unit_test(without_unicode_signs_are_ascii),
		cmocka_unit_test(what_is_green_says_so),
		cmocka_unit_test(what_a_server_says_is_safe),
		cmocka_unit_test(a_step_says_what_to_do),
		cmocka_unit_test(a_narrow_page_has_whole_lines),
		cmocka_unit_test(roots_are_told_of_once),
		cmocka_unit_test(what_is_played_aside_does_not_count),
		cmocka_unit_test(json_has_each_offer_under_its_server),
		cmocka_unit_test(a_root_by_nfs_has_what_its_server_said),
		cmocka_unit_test(tftp_is_told_of_below_its_server),
		cmocka_unit_test(a_relay_is_named),
		cmocka_unit_test(notes_are_of_the_machine_that_audits),
		cmocka_unit_test(what_was_cut_short_is_not_green),
		cmocka_unit_test(every_key_is_there_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
