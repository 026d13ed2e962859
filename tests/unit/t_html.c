/* SPDX-License-Identifier: BSD-2-Clause */
#include "html.h"

#include "outline.h"
#include "unit.h"

static char page[4096];
static uint32_t used;

static void write_page(void *ctx, const char *p, uint32_t n)
{
	(void)ctx;
	assert_true(used + n < sizeof(page));
	memcpy(page + used, p, n);
	used += n;
	page[used] = 0;
}

static struct html fresh(void)
{
	used = 0;
	page[0] = 0;
	return html_init((struct output) { NULL, write_page });
}

static void words_cannot_become_markup(void **state)
{
	struct html h = fresh();

	(void)state;
	html_text(&h, "<script>alert('1')</script> & \"x\"");
	assert_string_equal(page, "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; "
				  "&quot;x&quot;");
}

static void every_byte_of_the_wire_is_safe(void **state)
{
	struct html h = fresh();
	uint8_t all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	html_wire(&h, bytes_of(all, sizeof(all)));
	for (uint32_t i = 0; i < used; i++) {
		assert_true(page[i] >= 0x20 && page[i] < 0x7f);
		assert_true(page[i] != '<' && page[i] != '>' && page[i] != '"' && page[i] != '\'');
	}
	assert_non_null(strstr(page, "\\x00\\x01"));
	assert_non_null(strstr(page, "&lt;=&gt;?"));
	assert_non_null(strstr(page, "\\xff"));
}

static void line_ends_of_the_wire_stay_line_ends(void **state)
{
	struct html h = fresh();

	(void)state;
	html_wire_lines(&h, bytes_str("a<b\r\nc\td\n\x1b[31m"));
	assert_string_equal(page, "a&lt;b\nc d\n\\x1b[31m");
}

static void elements_escape_what_is_in_them(void **state)
{
	struct html h = fresh();

	(void)state;
	html_element(&h, "td", "class=\"num\"", "1 < 2");
	html_element(&h, "p", "", NULL);
	html_u64(&h, 18446744073709551615u);
	assert_string_equal(page, "<td class=\"num\">1 &lt; 2</td><p></p>18446744073709551615");
}

static void an_outline_has_a_line_for_each_member_and_each_row(void **state)
{
	struct html h = fresh();
	struct outline o;

	(void)state;
	outline_init(&o, h.out);
	sink_number(&o.plain.sink, "op", 2);
	sink_text(&o.plain.sink, "gone", NULL);
	sink_list(&o.plain.sink, "vlan");
	sink_number(&o.plain.sink, NULL, 10);
	sink_number(&o.plain.sink, NULL, 20);
	sink_close(&o.plain.sink);
	sink_list(&o.plain.sink, "options");
	for (int i = 0; i < 2; i++) {
		sink_object(&o.plain.sink, NULL);
		sink_number(&o.plain.sink, "code", 3);
		sink_list(&o.plain.sink, "value");
		sink_text(&o.plain.sink, NULL, "10.0.0.1");
		sink_text(&o.plain.sink, NULL, "10.0.0.2");
		sink_close(&o.plain.sink);
		sink_bool(&o.plain.sink, "last", i == 1);
		sink_close(&o.plain.sink);
	}
	sink_close(&o.plain.sink);
	sink_object(&o.plain.sink, "guid");
	sink_bytes(&o.plain.sink, "form", bytes_str("pi4"));
	sink_decimal(&o.plain.sink, "seconds", 1500, 3);
	sink_close(&o.plain.sink);
	assert_string_equal(page, "    op: 2\n"
				  "    vlan: 10, 20\n"
				  "    options: \n"
				  "        code: 3, value: [10.0.0.1, 10.0.0.2], last: no\n"
				  "        code: 3, value: [10.0.0.1, 10.0.0.2], last: yes\n"
				  "    guid: form: \"pi4\", seconds: 1.500\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_cannot_become_markup),
		cmocka_unit_test(every_byte_of_the_wire_is_safe),
		cmocka_unit_test(line_ends_of_the_wire_stay_line_ends),
		cmocka_unit_test(elements_escape_what_is_in_them),
		cmocka_unit_test(an_outline_has_a_line_for_each_member_and_each_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
