/* SPDX-License-Identifier: BSD-2-Clause */
/* Which interface is captured on, what is said of those that cannot be, and what is shown of it. */
#include "config.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "live_net.h"

static void a_filter_that_is_none_is_told_before_anything_is_read(void **state)
{
	const char *const names[] = { "la" };
	const struct live_options o = { .interface = names,
					.n_interfaces = 1,
					.filter = "porto 67" };

	(void)state;
	need_net();
	assert_int_equal(open_on(&o), -EINVAL);
	assert_non_null(strstr(why, "porto 67"));
}

static void a_name_that_is_none_is_told_with_the_one_meant(void **state)
{
	const char *const names[] = { "lla" };
	const struct live_options o = { .interface = names, .n_interfaces = 1 };

	(void)state;
	need_net();
	assert_int_equal(open_on(&o), -ENODEV);
	assert_non_null(strstr(why, "'lla'"));
	assert_non_null(strstr(why, "did you mean la?"));
	assert_non_null(strstr(why, "lb ("));
}

static void an_interface_that_is_down_is_told_with_what_to_type(void **state)
{
	const char *const names[] = { "la" };
	const struct live_options o = { .interface = names, .n_interfaces = 1 };

	(void)state;
	need_net();
	assert_true(netns_ip("link set la down"));
	assert_int_equal(open_on(&o), -ENETDOWN);
	assert_non_null(strstr(why, "ip link set la up"));
}

static void without_privileges_it_says_what_to_type(void **state)
{
	const char *const names[] = { "la" };
	const struct live_options o = { .interface = names, .n_interfaces = 1 };
	pid_t child;
	int status;

	(void)state;
	need_net();
	child = fork();
	if (child == 0) {
		/* no capability is left, whoever we are */
		if (prctl(PR_SET_SECUREBITS, 1 << 0, 0, 0, 0) || setuid(65534))
			_exit(77);
		if (open_on(&o) != -EPERM)
			_exit(1);
		_exit(strstr(why, "la may not be captured on") && strstr(why, "type: ") &&
				      strstr(why, "setcap cap_net_raw,cap_net_admin+ep /")
			      ? 0
			      : 2);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void the_interface_of_the_default_route_is_chosen(void **state)
{
	char name[LINK_NAME_MAX];
	struct link_events events = { 0 };

	(void)state;
	need_net();
	assert_true(netns_ip("link set la down"));
	assert_int_equal(links_refresh(links, &events), 0);
	assert_int_equal(live_choose(links, name, why, sizeof(why)), -ENODEV);
	assert_non_null(strstr(why, "la (down)"));
	assert_true(netns_ip("link set la up"));
	assert_int_equal(links_refresh(links, &events), 0);
	assert_int_equal(live_choose(links, name, why, sizeof(why)), 0);
	assert_true(strcmp(name, "la") == 0 || strcmp(name, "lb") == 0);
	assert_true(netns_ip("address add 10.1.2.3/24 dev lb"));
	assert_true(netns_ip("route add default via 10.1.2.1"));
	assert_int_equal(links_refresh(links, &events), 0);
	assert_int_equal(live_choose(links, name, why, sizeof(why)), 0);
	assert_string_equal(name, "lb");
}

struct shown {
	char text[200000];
	uint32_t n;
};

static void collect(void *ctx, const char *p, uint32_t n)
{
	struct shown *s = ctx;

	assert_true(s->n + n < sizeof(s->text));
	memcpy(s->text + s->n, p, n);
	s->n += n;
	s->text[s->n] = 0;
}

static void the_filter_and_the_link_types_can_be_shown(void **state)
{
	static struct shown shown;
	struct output out = { &shown, collect };

	(void)state;
	need_net();
	open_one("la");
	live_show_filter(live, out);
	assert_non_null(strstr(shown.text, "# whole   udp    # "));
	assert_non_null(strstr(shown.text, "\n(000) "));
	assert_non_null(strstr(shown.text, "ret      #128\n"));
	shown.n = 0;
	live_show_links(live, 0, out);
	assert_non_null(strstr(shown.text, "EN10MB (Ethernet)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_filter_that_is_none_is_told_before_anything_is_read),
		TEST(a_name_that_is_none_is_told_with_the_one_meant),
		TEST(an_interface_that_is_down_is_told_with_what_to_type),
		TEST(without_privileges_it_says_what_to_type),
		TEST(the_interface_of_the_default_route_is_chosen),
		TEST(the_filter_and_the_link_types_can_be_shown),
	};

	have_net = netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
