/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said to who may not capture: a command that can be typed as it stands. */
#include "config.h"

#include <stdbool.h>

#include "may_capture.h"
#include "unit.h"

static char why[MAY_CAPTURE_WHY_MAX];
static const char typed[] = "bootscope\0-i\0eth0\0port 67";

static const char *said(struct may_capture_facts f)
{
	if (!f.words) {
		f.words = typed;
		f.n_words = sizeof(typed);
	}
	may_capture_say(&f, "eth0", why, sizeof(why));
	assert_null(strchr(why, '\n'));
	return why;
}

static void says(struct may_capture_facts f, const char *words)
{
	if (!strstr(said(f), words))
		fail_msg("'%s' does not say '%s'", why, words);
}

static void the_command_as_it_was_typed_with_sudo_before_it(void **state)
{
	(void)state;
	says((struct may_capture_facts) { .has_sudo = true, .program = "/usr/bin/bootscope" },
	     "type: sudo bootscope -i eth0 'port 67' ");
	says((struct may_capture_facts) { .has_sudo = true, .program = "/usr/bin/bootscope" },
	     "sudo setcap cap_net_raw,cap_net_admin+ep /usr/bin/bootscope");
}

static void a_program_that_sudo_does_not_find_is_named_by_its_path(void **state)
{
	(void)state;
	says((struct may_capture_facts) { .has_sudo = true, .program = "/home/x y/bootscope" },
	     "type: sudo '/home/x y/bootscope' -i eth0 'port 67' ");
	says((struct may_capture_facts) { .has_sudo = true, .program = "/usr/bin/x/bootscope" },
	     "type: sudo /usr/bin/x/bootscope -i");
}

static void where_there_is_no_sudo_it_is_said_for_root(void **state)
{
	(void)state;
	says((struct may_capture_facts) { .program = "/usr/bin/bootscope" },
	     "as root, type: bootscope -i eth0 'port 67'");
}

static void where_sudo_does_not_help_it_is_not_advised(void **state)
{
	(void)state;
	says((struct may_capture_facts) { .root = true, .program = "/usr/bin/bootscope" },
	     "--cap-add=NET_RAW");
	assert_null(strstr(why, "sudo"));
	says((struct may_capture_facts) { .hemmed = true,
					  .has_sudo = true,
					  .program = "/usr/bin/bootscope" },
	     "from another shell, type: sudo bootscope -i eth0");
	assert_null(strstr(why, "setcap"));
}

static void quotes_and_control_characters_cannot_break_out(void **state)
{
	static const char odd[] = "bootscope\0it's\0$(reboot)\0\0a\033[2J\nb";

	(void)state;
	says((struct may_capture_facts) { .has_sudo = true,
					  .program = "/usr/bin/bootscope",
					  .words = odd,
					  .n_words = sizeof(odd) },
	     "sudo bootscope 'it'\\''s' '$(reboot)' '' 'a?[2J?b' ");
}

static void what_is_too_long_is_cut_between_two_words(void **state)
{
	char many[4096];
	size_t n = 0;

	(void)state;
	while (n + 12 < sizeof(many)) {
		memcpy(many + n, "0123456789", 11);
		n += 11;
	}
	says((struct may_capture_facts) { .has_sudo = true,
					  .program = "/usr/bin/bootscope",
					  .words = many,
					  .n_words = n },
	     " 0123456789 ... ");
	/* not ended by NUL, as a line that was cut is */
	said((struct may_capture_facts) {
		.program = "/usr/bin/bootscope", .words = "bootscope", .n_words = 4 });
	said((struct may_capture_facts) {
		.program = "/usr/bin/bootscope", .words = "", .n_words = 0 });
}

static void its_own_state_is_found_out(void **state)
{
	(void)state;
	may_capture_words("eth0", why, sizeof(why));
	assert_non_null(strstr(why, "eth0"));
	if (!may_capture())
		assert_true(strstr(why, "type: ") || strstr(why, "--cap-add"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_command_as_it_was_typed_with_sudo_before_it),
		cmocka_unit_test(a_program_that_sudo_does_not_find_is_named_by_its_path),
		cmocka_unit_test(where_there_is_no_sudo_it_is_said_for_root),
		cmocka_unit_test(where_sudo_does_not_help_it_is_not_advised),
		cmocka_unit_test(quotes_and_control_characters_cannot_break_out),
		cmocka_unit_test(what_is_too_long_is_cut_between_two_words),
		cmocka_unit_test(its_own_state_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
