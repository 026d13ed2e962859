/* SPDX-License-Identifier: BSD-2-Clause */
/* What is told of two audits: what changed, once, and nothing that varies by itself. */
#include "audited.h"

static struct audit before, after;
static struct audit_brief a, b, c;
static struct audit_diff diff, other;
static struct brief_maker maker;

static void compare(void)
{
	brief_of(&before, &maker, &a);
	brief_of(&after, &maker, &b);
	audit_diff(&a, &b, &diff);
}

static void fresh(void)
{
	usual(&before);
	usual(&after);
}

static const struct change *told(enum change_kind kind, const char *what)
{
	for (uint32_t i = 0; i < diff.n; i++)
		if (diff.change[i].kind == kind && (!what || !strcmp(diff.change[i].what, what)))
			return &diff.change[i];
	return NULL;
}

static const char *text(void)
{
	struct report_style style = { .width = 200, .unicode = true, .fix_for = DIALECTS };

	n_written = 0;
	audit_diff_text(&diff, "", "old.json", &style, to);
	return written;
}

static void what_is_the_same_is_no_change(void **state)
{
	(void)state;
	fresh();
	compare();
	assert_int_equal(diff.n, 0);
	assert_false(audit_diff_any(&diff));
	assert_string_equal(text(), "✔ eth0: nothing changed since old.json\n");
}

/* Leases, times, speeds, repeated requests and answers, sizes. */
static void what_varies_is_no_change(void **state)
{
	struct said again = { .next_server = ROUTER, .vendor = "Raspberry Pi Boot" };
	struct audit_model *m;

	(void)state;
	fresh();
	m = &after.model[0];
	after.began_ns += 7000000000;
	m->address++;
	row(m, AUDIT_DHCP, AUDIT_PASSED, "10.9.0.51 from 10.9.0.1");
	row(m, AUDIT_KERNEL, AUDIT_PASSED, "kernel8.img: complete, 9.2 MB, asked 3 times");
	row(m, AUDIT_ROOT, AUDIT_PASSED, "mounted as 10.9.0.51, 12 ms");
	row(&before.model[0], AUDIT_ROOT, AUDIT_PASSED, "mounted as 10.9.0.50, 7 ms");
	offered(m, ROUTER, "another-taken", &again);
	compare();
	assert_int_equal(diff.n, 0);
}

static void a_dead_option_is_told_with_what_it_does(void **state)
{
	static const struct said bare = { .next_server = OTHER };
	const struct change *x;

	(void)state;
	fresh();
	for (int i = 0; i < 2; i++) {
		fails(&after.model[i]);
		after.model[i].n_offers = 0;
		offered(&after.model[i], ROUTER, "no-option43", &bare);
	}
	compare();
	x = told(CHANGE_VERDICT, NULL);
	assert_non_null(x);
	assert_int_equal(x->models, 3);
	assert_string_equal(x->before, "pass");
	assert_string_equal(x->after, "fail");
	x = told(CHANGE_OFFER, "option-43");
	assert_non_null(x);
	assert_int_equal(x->models, 3);
	assert_string_equal(x->server, "10.9.0.1");
	assert_string_equal(x->before, "with \"Raspberry Pi Boot\"");
	assert_string_equal(x->after, "");
	x = told(CHANGE_OFFER, "next-server");
	assert_non_null(x);
	assert_string_equal(x->after, "10.9.0.2");
	assert_non_null(told(CHANGE_STEP, "dhcp"));
	assert_null(told(CHANGE_STEP, "kernel")); /* it was not got to */
	assert_null(told(CHANGE_FILE, NULL));
	x = told(CHANGE_FINDING, "dhcp-no-option43");
	assert_non_null(x);
	assert_int_equal(x->models, 3);
	assert_non_null(strstr(text(), "now fail: all models"));
	assert_non_null(strstr(written, "10.9.0.1 to all models\n"));
	assert_non_null(strstr(written, "next-server: 10.9.0.2; before: 10.9.0.1"));
}

static void what_is_well_again_is_told(void **state)
{
	(void)state;
	fresh();
	fails(&before.model[1]);
	compare();
	assert_non_null(told(CHANGE_NO_FINDING, "dhcp-no-option43"));
	assert_non_null(strstr(text(), "✔ eth0: changes since old.json; now pass: pi5\n"));
	assert_non_null(strstr(written, "would boot now; before: no offer has boot data"));
}

static void what_still_fails_is_remembered(void **state)
{
	(void)state;
	fresh();
	fails(&before.model[1]);
	fails(&after.model[1]);
	compare();
	assert_false(audit_diff_any(&diff));
	assert_non_null(strstr(text(), "✖ eth0: nothing changed since old.json; "));
	assert_non_null(strstr(written, "; as before, these fail: pi5\n"));
}

/* A file that need not be there, and is not any more. */
static void a_step_without_its_file_is_told(void **state)
{
	const struct change *x;

	(void)state;
	fresh();
	row(&after.model[0], AUDIT_CONFIG, AUDIT_NOT_TRIED, "config.txt: not-found");
	row(&after.model[1], AUDIT_KERNEL, AUDIT_PASSED, "kernel7.img: complete, 9.1 MB");
	compare();
	x = told(CHANGE_STEP, "config.txt");
	assert_non_null(x);
	assert_string_equal(x->after, "not-tried: config.txt: not-found");
	x = told(CHANGE_STEP, "kernel");
	assert_non_null(x);
	assert_int_equal(x->models, 2);
	assert_int_equal(diff.n, 2);
}

static void servers_come_and_go(void **state)
{
	static const struct said rival = { .file = "pxelinux.0" };
	const struct change *x;

	(void)state;
	fresh();
	server(&after, OTHER);
	offered(&after.model[0], OTHER, "no-option43", &rival);
	offered(&after.model[1], OTHER, "no-option43", &rival);
	compare();
	x = told(CHANGE_NEW_SERVER, NULL);
	assert_non_null(x);
	assert_int_equal(x->models, 3);
	assert_string_equal(x->server, "10.9.0.2");
	assert_string_equal(x->after, "an address, file pxelinux.0");
	assert_int_equal(diff.n, 1);
	brief_of(&after, &maker, &a);
	brief_of(&before, &maker, &b);
	audit_diff(&a, &b, &diff);
	assert_non_null(told(CHANGE_NO_SERVER, NULL));
	assert_int_equal(diff.n, 1);
	/* one that loads were from, and that nobody asked now, did not go */
	fresh();
	server(&before, OTHER);
	compare();
	assert_int_equal(diff.n, 0);
}

static void another_machine_with_its_address_is_told(void **state)
{
	(void)state;
	fresh();
	after.server[0].mac.b[5] = 99;
	compare();
	assert_non_null(told(CHANGE_MAC, NULL));
	assert_int_equal(diff.n, 1);
	assert_non_null(strstr(text(), "is another machine: 02:00:00:00:00:63"));
}

static void a_server_may_answer_some_models_only(void **state)
{
	(void)state;
	fresh();
	after.model[1].n_offers = 0;
	compare();
	assert_non_null(told(CHANGE_SILENT, NULL));
	assert_int_equal(told(CHANGE_SILENT, NULL)->models, 2);
	fresh();
	before.model[1].n_offers = 0;
	compare();
	assert_non_null(told(CHANGE_ANSWERS, NULL));
}

static void trait(struct audit *x, const char *key, enum audit_grade grade)
{
	struct audit_trait *t = &x->tftp[0].trait[x->tftp[0].n++];

	x->n_tftp = 1;
	x->tftp[0].server = ROUTER;
	*t = (struct audit_trait) { .key = key, .grade = grade };
	memcpy(t->words, grade == AUDIT_FINE ? "good" : "poor", 5);
}

/* Measures have their ups and downs, and what was not seen both times is not compared. */
static void what_its_tftp_can_is_told(void **state)
{
	const struct change *x;

	(void)state;
	fresh();
	trait(&before, "sizes", AUDIT_FINE);
	trait(&after, "sizes", AUDIT_BAD);
	trait(&before, "speed", AUDIT_FINE);
	trait(&after, "speed", AUDIT_REMARK);
	trait(&after, "rollover", AUDIT_BAD);
	trait(&before, "case", AUDIT_REMARK);
	trait(&after, "case", AUDIT_REMARK);
	compare();
	x = told(CHANGE_TRAIT, "sizes");
	assert_non_null(x);
	assert_string_equal(x->before, "good");
	assert_string_equal(x->after, "poor");
	assert_int_equal(diff.n, 1);
	assert_non_null(strstr(text(), "10.9.0.1\n     TFTP sizes: poor; before: good\n"));
}

/* Both servers would do; which one is first is luck, and so is what it leads to. */
static void luck_is_no_change(void **state)
{
	static const struct said good = { .next_server = OTHER, .vendor = "Raspberry Pi Boot" };
	struct audit *both[] = { &before, &after };
	struct audit_model *m;

	(void)state;
	fresh();
	for (int i = 0; i < 2; i++) {
		server(both[i], OTHER);
		for (int k = 0; k < 2; k++)
			offered(&both[i]->model[k], OTHER, "another-taken", &good);
	}
	m = &after.model[0];
	m->offer[0].reason_key = "another-taken";
	m->offer[1].reason_key = "taken";
	m->accepted_from = m->boot_from = m->tftp_server = OTHER;
	row(m, AUDIT_CONFIG, AUDIT_NOT_TRIED, "config.txt: not-found");
	compare();
	assert_int_equal(diff.n, 0);
	/* whether it boots is not */
	fails(m);
	m->accepted_from = OTHER;
	compare();
	assert_non_null(told(CHANGE_VERDICT, NULL));
	/* and the other was not there before */
	fresh();
	server(&after, OTHER);
	offered(&after.model[0], OTHER, "taken", &good);
	after.model[0].accepted_from = OTHER;
	compare();
	assert_non_null(told(CHANGE_ACCEPTED, NULL));
}

static void models_of_one_audit_are_no_change(void **state)
{
	(void)state;
	fresh();
	after.model[0].key = "ipxe";
	compare();
	assert_non_null(told(CHANGE_NEW_MODEL, NULL));
	assert_non_null(told(CHANGE_NO_MODEL, NULL));
	assert_int_equal(diff.n, 2);
	assert_false(audit_diff_any(&diff));
	assert_non_null(strstr(text(), "   pi4\n     played in the earlier audit only\n"));
}

static void only_what_two_have_is_kept(void **state)
{
	(void)state;
	fresh();
	fails(&after.model[0]);
	row(&after.model[1], AUDIT_KERNEL, AUDIT_FAILED, "kernel8.img: no answer, asked 5 times");
	compare();
	usual(&before);
	row(&before.model[1], AUDIT_KERNEL, AUDIT_FAILED, "kernel8.img: no answer, asked 4 times");
	brief_of(&before, &maker, &c);
	audit_diff(&a, &c, &other);
	audit_diff_keep(&diff, &other);
	assert_int_equal(diff.n, 1);
	assert_non_null(told(CHANGE_STEP, "kernel"));
	audit_diff(&a, &a, &other);
	audit_diff_keep(&diff, &other);
	assert_int_equal(diff.n, 0);
}

static void words_last_without_their_numbers(void **state)
{
	static const char *const cases[][2] = {
		{ "a.txt: complete, 9.1 MB, 20.0 MB/s", "a.txt: complete, # MB" },
		{ "a.txt: complete, 9.1 MB, asked 2 times", "a.txt: complete, # MB" },
		{ "10.9.0.50 from 10.9.0.1", "lease from 10.9.0.1" },
		{ "10.9.0.500 12ab/x 4.elf", "10.9.0.500 12ab/x 4.elf" },
		{ "on port 4712; on port 47.", "on port # on port #" },
		{ "", "" },
		{ ", , 1", "#" },
		{ "\x1b[31m", "\\x1b[31m" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char buf[AUDIT_WORDS];
		struct text t = text_init(buf, sizeof(buf));

		audit_diff_lasting(cases[i][0], "10.9.0.50", &t);
		assert_string_equal(buf, cases[i][1]);
	}
}

static void json_says_each_change(void **state)
{
	struct json json;

	(void)state;
	fresh();
	fails(&after.model[0]);
	compare();
	n_written = 0;
	json_init(&json, to, false);
	audit_diff_json(&diff, &json.sink);
	assert_non_null(
		strstr(written, "\"schema\":\"bootscope-audit-diff/1\",\"interface\":\"eth0\""));
	assert_non_null(strstr(written, "\"changed\":true,\"failing\":[\"pi4\"],\"changes\":[{"));
	assert_non_null(strstr(written,
			       "{\"change\":\"verdict\",\"profiles\":[\"pi4\"],\"server\":null,"
			       "\"what\":null,\"before\":\"pass\",\"after\":\"fail\","));
	assert_int_equal(json.depth, 0);
}

static void what_is_no_report_is_told_from_a_newer_one(void **state)
{
	(void)state;
	fresh();
	compare();
	assert_null(brief_fault(&a));
	memcpy(a.schema, "bootscope-audit/2", 18);
	assert_non_null(strstr(brief_fault(&a), "newer"));
	memcpy(a.schema, "bootscope-audit-diff/1", 23);
	assert_non_null(strstr(brief_fault(&a), "no report"));
	memset(a.schema, 0, sizeof(a.schema));
	assert_non_null(strstr(brief_fault(&a), "no report"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_the_same_is_no_change),
		cmocka_unit_test(what_varies_is_no_change),
		cmocka_unit_test(a_dead_option_is_told_with_what_it_does),
		cmocka_unit_test(what_is_well_again_is_told),
		cmocka_unit_test(what_still_fails_is_remembered),
		cmocka_unit_test(a_step_without_its_file_is_told),
		cmocka_unit_test(servers_come_and_go),
		cmocka_unit_test(another_machine_with_its_address_is_told),
		cmocka_unit_test(a_server_may_answer_some_models_only),
		cmocka_unit_test(what_its_tftp_can_is_told),
		cmocka_unit_test(luck_is_no_change),
		cmocka_unit_test(models_of_one_audit_are_no_change),
		cmocka_unit_test(only_what_two_have_is_kept),
		cmocka_unit_test(words_last_without_their_numbers),
		cmocka_unit_test(json_says_each_change),
		cmocka_unit_test(what_is_no_report_is_told_from_a_newer_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
