/* SPDX-License-Identifier: BSD-2-Clause */
/* Work that a process does for one that gave up the rights for it. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "errand.h"
#include "unit.h"

enum { TOLD_BODY = 7, TOLD_END, LATE_MS = 20000 };

static volatile sig_atomic_t asked_to_end;

static void on_signal(int number)
{
	(void)number;
	asked_to_end = 1;
}

/* The first byte of an order says how it ends: 'd' at once, 'k' by a signal, 'h' does not listen.
 */
static void work(void *ctx, const uint8_t body[ERRAND_BODY], struct errand_voice *voice)
{
	const struct sigaction end = { .sa_handler = on_signal };
	char words[16];

	(void)ctx;
	if (body[0] != 'h')
		sigaction(SIGTERM, &end, NULL);
	else
		signal(SIGTERM, SIG_IGN);
	snprintf(words, sizeof(words), "%c %d", body[0], (int)getpid());
	(void)errand_say(voice, TOLD_BODY, true, words);
	if (body[0] == 'k')
		raise(SIGKILL);
	while (body[0] != 'd' && !asked_to_end)
		(void)poll(NULL, 0, 20);
	(void)errand_say(voice, TOLD_END, true, "");
}

static const struct errand_how how = { .name = "test", .work = work, .grace_ms = 300 };

static struct errand begin(void)
{
	struct errand e;
	char why[256];

	assert_int_equal(errand_start(&how, &e, why, sizeof(why)), 0);
	return e;
}

static void order(struct errand *e, char what)
{
	uint8_t body[ERRAND_BODY] = { (uint8_t)what };

	assert_int_equal(errand_begin(e, body), 0);
}

/* The next thing told; waits for it. */
static struct errand_news heard(struct errand *e)
{
	struct errand_news m = { .kind = ERRAND_KINDS };
	struct pollfd p = { e->fd, POLLIN, 0 };
	int r;

	while ((r = errand_hear(e, &m)) == 0)
		assert_true(poll(&p, 1, LATE_MS) > 0);
	assert_int_equal(r, 1);
	return m;
}

static void ends(struct errand *e, const char *words)
{
	struct errand_news m = heard(e);

	assert_int_equal(m.kind, ERRAND_ENDED);
	assert_non_null(strstr(m.words, words));
}

static void an_order_is_done_and_told_of_and_can_be_given_again(void **state)
{
	struct errand e = begin();

	(void)state;
	for (int i = 0; i < 2; i++) {
		order(&e, 'd');
		assert_int_equal(heard(&e).what, TOLD_BODY);
		assert_int_equal(heard(&e).what, TOLD_END);
		ends(&e, "");
	}
	errand_end(&e);
}

static void a_stop_lets_it_finish(void **state)
{
	struct errand e = begin();

	(void)state;
	order(&e, 'w');
	assert_int_equal(heard(&e).what, TOLD_BODY);
	errand_stop(&e);
	assert_int_equal(heard(&e).what, TOLD_END);
	ends(&e, "");
	errand_end(&e);
}

static void who_does_not_listen_is_ended(void **state)
{
	struct errand e = begin();

	(void)state;
	order(&e, 'h');
	assert_int_equal(heard(&e).what, TOLD_BODY);
	errand_stop(&e);
	ends(&e, "signal 9");
	errand_end(&e);
}

static void of_what_it_died_is_told(void **state)
{
	struct errand e = begin();

	(void)state;
	order(&e, 'k');
	assert_int_equal(heard(&e).what, TOLD_BODY);
	ends(&e, "signal 9");
	errand_end(&e);
}

static void there_are_never_two(void **state)
{
	struct errand e = begin();
	uint8_t first;

	(void)state;
	order(&e, 'w');
	assert_int_equal(heard(&e).what, TOLD_BODY);
	first = e.run;
	order(&e, 'd'); /* passed over: of it nothing is heard */
	e.run = first;
	errand_stop(&e);
	assert_int_equal(heard(&e).what, TOLD_END);
	ends(&e, "");
	errand_end(&e);
}

static void what_is_no_order_is_passed_over(void **state)
{
	struct errand e = begin();
	char junk[2 * ERRAND_BODY];

	(void)state;
	memset(junk, 'x', sizeof(junk));
	for (size_t n = 1; n <= sizeof(junk); n++)
		assert_true(send(e.fd, junk, n, 0) > 0);
	memset(junk, 'b', sizeof(junk)); /* as long as none is */
	assert_true(send(e.fd, junk, 1, 0) > 0);
	assert_true(send(e.fd, junk, sizeof(junk), 0) > 0);
	order(&e, 'd');
	assert_int_equal(heard(&e).what, TOLD_BODY);
	assert_int_equal(heard(&e).what, TOLD_END);
	ends(&e, "");
	errand_end(&e);
}

/* Closing one's end is all that a process which is killed can do. */
static void all_is_over_when_whoever_asked_is_gone(void **state)
{
	struct errand e = begin();
	struct errand_news m;
	pid_t pid;

	(void)state;
	order(&e, 'w');
	m = heard(&e);
	assert_memory_equal(m.words, "w ", 2);
	pid = (pid_t)strtol(m.words + 2, NULL, 10);
	assert_true(pid > 1);
	close(e.fd);
	for (int i = 0; i < LATE_MS / 20 && kill(pid, 0) == 0; i++)
		(void)poll(NULL, 0, 20);
	assert_int_equal(kill(pid, 0), -1); /* the process that forked it has waited for it */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_is_done_and_told_of_and_can_be_given_again),
		cmocka_unit_test(a_stop_lets_it_finish),
		cmocka_unit_test(who_does_not_listen_is_ended),
		cmocka_unit_test(of_what_it_died_is_told),
		cmocka_unit_test(there_are_never_two),
		cmocka_unit_test(what_is_no_order_is_passed_over),
		cmocka_unit_test(all_is_over_when_whoever_asked_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
