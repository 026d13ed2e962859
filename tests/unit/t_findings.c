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
		cmocka_unit_test(dialects_go_by_their_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
