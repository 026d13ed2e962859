/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON that is read: a report comes back as it was told, and whatever else comes does no harm. */
#include "config.h"

#include "json_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audited.h"

static struct audit audit;
static struct audit_brief told, read_back;
static struct audit_diff diff;
static struct brief_maker maker;
static char why[160];

static void write_report(bool pretty)
{
	struct json json;

	n_written = 0;
	json_init(&json, to, pretty);
	audit_json(&audit, &json.sink);
}

static int take(const char *text, uint32_t n)
{
	why[0] = 0;
	brief_begin(&maker, &read_back);
	return json_file_text(bytes_of(text, n), &maker.sink, why, sizeof(why));
}

#ifdef HAVE_JANSSON

static void a_report_is_read_as_it_was_told(void **state)
{
	static const struct said odd = { .file = "a\033[31m\"\\\n", .name = "tftp\xff" };

	(void)state;
	for (int pretty = 0; pretty < 2; pretty++) {
		usual(&audit);
		fails(&audit.model[1]);
		offered(&audit.model[0], ROUTER, "no-option43", &odd);
		brief_of(&audit, &maker, &told);
		write_report(pretty);
		assert_int_equal(take(written, n_written), 0);
		assert_null(brief_fault(&read_back));
		assert_memory_equal(&told, &read_back, sizeof(told));
		assert_int_equal(read_back.n_offers, 3);
		assert_null(strchr(read_back.offer[1].fact[BRIEF_FILE], '\033'));
	}
}

static void half_a_report_is_no_json(void **state)
{
	(void)state;
	usual(&audit);
	write_report(false);
	for (uint32_t n = 0; n < n_written; n += 1 + n / 97) {
		char *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, written, n);
		assert_int_equal(take(exact, n), -EINVAL);
		assert_non_null(strstr(why, "is no JSON, or damaged, in line "));
		assert_int_equal(read_back.n_models, 0); /* nothing was told */
		free(exact);
	}
}

static void prints_safely(void)
{
	struct report_style style = { .width = 80, .fix_for = DIALECTS };
	struct json json;

	audit_diff(&told, &read_back, &diff);
	n_written = 0;
	audit_diff_text(&diff, "", "old.json", &style, to);
	for (uint32_t i = 0; i < n_written; i++)
		assert_true(written[i] == '\n' || (written[i] >= 0x20 && written[i] < 0x7f));
	json_init(&json, to, false);
	audit_diff_json(&diff, &json.sink);
	assert_int_equal(json.depth, 0);
	audit_diff(&read_back, &told, &diff);
}

/* Whatever a byte is made of: a digit for a digit, a quote, a bracket. */
static void a_damaged_report_does_no_harm(void **state)
{
	static const char bytes[] = "0\"[]{},:\\x9\xff";
	static char text[WRITTEN];
	uint32_t n, read = 0;

	(void)state;
	usual(&audit);
	fails(&audit.model[1]);
	brief_of(&audit, &maker, &told);
	write_report(false);
	n = n_written;
	memcpy(text, written, n);
	for (uint32_t i = 0; i < n; i += 3) {
		char was = text[i];

		text[i] = bytes[i / 3 % (sizeof(bytes) - 1)];
		if (take(text, n) == 0) {
			read++;
			prints_safely();
		}
		text[i] = was;
	}
	assert_true(read > n / 20);
}

/* Members of other kinds and places than ours, and more of them than there is room for. */
static void strange_reports_do_no_harm(void **state)
{
	static const char *const texts[] = {
		"null",
		"[]",
		"\"x\"",
		"{\"schema\":7,\"servers\":{},\"profiles\":[[],1,null,{\"steps\":{}}]}",
		"{\"servers\":[{\"offers\":[{\"options\":[{\"code\":43,\"hex\":\"0\"},"
		"{\"code\":-1,\"hex\":\"zz\"},{\"code\":1e300}]}],\"roles\":[{},[],1]}]}",
		"{\"profiles\":[{\"findings\":[{\"id\":{\"id\":[]}}],\"steps\":[{\"step\":\"dhcp\","
		"\"state\":\"passed\",\"state\":\"failed\"}]}]}",
		"{\"no_request\":\"yes\",\"interface\":\"\\u001b[31m\\u20ac\"}",
	};
	char *many = malloc(WRITTEN);
	uint32_t n = 0;

	(void)state;
	usual(&audit);
	brief_of(&audit, &maker, &told);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		(void)take(texts[i], (uint32_t)strlen(texts[i]));
		prints_safely();
	}
	assert_non_null(many);
	n += (uint32_t)snprintf(many, WRITTEN, "{\"servers\":[");
	for (int i = 0; i < 400; i++)
		n += (uint32_t)snprintf(
			many + n, WRITTEN - n,
			"%s{\"ip\":\"%d\",\"roles\":[\"a\",\"aaaaaaaaaaaaaaaaaaaaa\"],"
			"\"offers\":[{\"profile\":\"pi4\",\"port\":67,\"file\":\"%d\"}]}",
			i ? "," : "", i, i);
	n += (uint32_t)snprintf(many + n, WRITTEN - n, "],\"profiles\":[");
	for (int i = 0; i < 400; i++)
		n += (uint32_t)snprintf(
			many + n, WRITTEN - n,
			"%s{\"profile\":\"%d\",\"findings\":[{\"id\":\"%d\"},{},{}]}", i ? "," : "",
			i, i);
	n += (uint32_t)snprintf(many + n, WRITTEN - n, "]}");
	assert_int_equal(take(many, n), 0);
	assert_int_equal(read_back.n_servers, AUDIT_SERVERS);
	assert_int_equal(read_back.n_models, AUDIT_MODELS);
	prints_safely();
	free(many);
}

static void what_is_too_deep_or_too_long_is_refused(void **state)
{
	char name[] = "/tmp/t_json_file.XXXXXX";
	static char text[1 << 16];
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	unlink(name);
	memset(text, '[', sizeof(text));
	assert_int_equal(take(text, sizeof(text)), -EINVAL);
	/* deeper than any report, and whole */
	for (uint32_t i = 0; i < 1000; i++)
		text[1000 + i] = ']';
	assert_int_equal(take(text, 2000), 0);
	assert_int_equal(ftruncate(fd, JSON_FILE_MAX + 1), 0);
	assert_int_equal(json_file_read(fd, &maker.sink, why, sizeof(why)), -EFBIG);
	assert_non_null(strstr(why, "larger"));
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	usual(&audit);
	write_report(true);
	assert_int_equal(write(fd, written, n_written), n_written);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	brief_begin(&maker, &read_back);
	assert_int_equal(json_file_read(fd, &maker.sink, why, sizeof(why)), 0);
	assert_int_equal(read_back.n_models, 2);
	close(fd);
	assert_int_equal(json_file_read(-1, &maker.sink, why, sizeof(why)), -EBADF);
	assert_non_null(strstr(why, "cannot be read: "));
}

#else

static void without_the_library_it_says_so(void **state)
{
	(void)state;
	usual(&audit);
	brief_of(&audit, &maker, &told);
	audit_diff(&told, &told, &diff);
	write_report(true);
	assert_false(json_file_known());
	assert_int_equal(take(written, n_written), -ENOSYS);
	assert_non_null(strstr(why, "libjansson-dev"));
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
#ifdef HAVE_JANSSON
		cmocka_unit_test(a_report_is_read_as_it_was_told),
		cmocka_unit_test(half_a_report_is_no_json),
		cmocka_unit_test(a_damaged_report_does_no_harm),
		cmocka_unit_test(strange_reports_do_no_harm),
		cmocka_unit_test(what_is_too_deep_or_too_long_is_refused),
#else
		cmocka_unit_test(without_the_library_it_says_so),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
