/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes that serve, and the one that keeps them. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keeper.h"
#include "unit.h"

/* A responder of a test: what it does is in its context, which is shared by fork only. */
struct task {
	int fails;     /* opening: as errno */
	int refuses;   /* in its sandbox: as errno */
	int crashes;   /* runs: by this signal, at the first start only, see mark */
	bool hangs;    /* does not care about stop */
	bool confined; /* tells what it may still do */
	const char *mark;
	const char *folder;
	struct keeper_voice *voice;
	int fd;
};

static char dir[] = "/tmp/t_keeper.XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[4][256];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
	return path[next];
}

static int open_task(void *ctx, struct keeper_voice *voice, struct sandbox *box, char *why,
		     size_t n)
{
	struct task *t = ctx;

	t->voice = voice;
	if (t->fails) {
		snprintf(why, n, "port 69 is taken");
		return -t->fails;
	}
	if (!t->confined) {
		box->mode = SANDBOX_OFF;
		return 0;
	}
	t->fd = open(t->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	box->folder[box->n_folders++] = (struct sandbox_folder) { .fd = t->fd, .reads = true };
	return 0;
}

static void attempt(struct task *t)
{
	int fd = open(in_dir("beside"), O_RDONLY);
	int made = openat(t->fd, "new", O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);
	int wire = socket(AF_INET, SOCK_DGRAM, 0);
	char words[64];

	snprintf(words, sizeof(words), "%d %d %d", fd >= 0, made >= 0, wire >= 0);
	keeper_say(t->voice, 7, words);
}

static int begin_task(void *ctx, char *why, size_t n)
{
	struct task *t = ctx;

	if (t->refuses)
		snprintf(why, n, "somebody else serves here");
	return -t->refuses;
}

static void run_task(void *ctx, int stop, int grace_ms)
{
	struct task *t = ctx;
	struct pollfd p = { stop, POLLIN, 0 };

	(void)grace_ms;
	if (t->crashes && access(t->mark, F_OK)) {
		close(open(t->mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
		raise(t->crashes);
	}
	if (t->confined)
		attempt(t);
	else
		keeper_say(t->voice, 42, "served");
	while (poll(&p, 1, -1) <= 0 || t->hangs)
		;
}

static struct keeper start(struct task *a, struct task *b, int grace_ms)
{
	static struct keeper_task rows[2];
	static struct keeper_how how;
	struct keeper k;
	char why[KEEPER_WHY_MAX];

	rows[0] = (struct keeper_task) { "first", a, open_task, begin_task, run_task, NULL };
	rows[1] = (struct keeper_task) { "second", b, open_task, begin_task, run_task, NULL };
	how = (struct keeper_how) {
		.task = rows, .n_tasks = b ? 2 : 1, .mode = SANDBOX_ON, .grace_ms = grace_ms
	};
	assert_int_equal(keeper_start(&how, &k, why, sizeof(why)), 0);
	return k;
}

/* The next word, within seconds. */
static struct keeper_news hear(struct keeper *k)
{
	struct keeper_news m = { .kind = KEEPER_KINDS };
	struct pollfd p = { k->fd, POLLIN, 0 };

	if (poll(&p, 1, 5000) > 0)
		(void)keeper_hear(k, &m);
	return m;
}

static void responders_start_and_tell(void **state)
{
	struct task a = { 0 }, b = { 0 };
	struct keeper k = start(&a, &b, 100);
	char why[KEEPER_WHY_MAX] = "";
	struct keeper_news m;
	unsigned heard = 0;

	(void)state;
	assert_int_equal(keeper_go(&k, why, sizeof(why)), 0);
	for (int i = 0; i < 2; i++) {
		m = hear(&k);
		if (m.kind == KEEPER_SAID && m.what == 42)
			heard |= 1U << m.task;
	}
	assert_int_equal(heard, 3);
	keeper_end(&k);
	assert_int_equal(k.fd, -1);
	keeper_end(&k);
}

static void one_that_cannot_be_opened_says_why_and_nothing_serves(void **state)
{
	struct task a = { 0 }, b = { .fails = EADDRINUSE };
	struct keeper k = start(&a, &b, 100);
	char why[KEEPER_WHY_MAX] = "";

	(void)state;
	assert_int_equal(keeper_go(&k, why, sizeof(why)), -EADDRINUSE);
	assert_string_equal(why, "port 69 is taken");
	assert_int_equal(k.fd, -1);
}

static void one_that_finds_out_in_its_sandbox_that_it_must_not_says_so(void **state)
{
	struct task a = { .refuses = EADDRINUSE };
	struct keeper k = start(&a, NULL, 100);
	char why[KEEPER_WHY_MAX] = "";

	(void)state;
	assert_int_equal(keeper_go(&k, why, sizeof(why)), -EADDRINUSE);
	assert_string_equal(why, "somebody else serves here");
}

static void ended_before_it_began_nothing_serves(void **state)
{
	struct task a = { .crashes = SIGKILL, .mark = in_dir("never") };
	struct keeper k = start(&a, NULL, 100);

	(void)state;
	keeper_end(&k);
	assert_int_not_equal(access(in_dir("never"), F_OK), 0);
}

static void one_that_dies_is_started_again(void **state)
{
	struct task a = { .crashes = SIGKILL, .mark = in_dir("mark") }, b = { 0 };
	struct keeper k = start(&a, &b, 100);
	char why[KEEPER_WHY_MAX] = "";
	struct keeper_news m;
	bool died = false, back = false;

	(void)state;
	assert_int_equal(keeper_go(&k, why, sizeof(why)), 0);
	for (int i = 0; i < 6 && !back; i++) {
		m = hear(&k);
		if (m.task == 0 && m.kind == KEEPER_ENDED) {
			assert_non_null(strstr(m.words, "signal 9"));
			died = true;
		}
		back = died && m.task == 0 && m.kind == KEEPER_READY;
		if (m.task == 1) /* the other goes on */
			assert_int_not_equal(m.kind, KEEPER_ENDED);
	}
	assert_true(died);
	assert_true(back);
	keeper_end(&k);
}

static void one_that_does_not_finish_is_not_waited_for_for_ever(void **state)
{
	struct task a = { .hangs = true };
	struct keeper k = start(&a, NULL, 0);
	char why[KEEPER_WHY_MAX] = "";

	(void)state;
	assert_int_equal(keeper_go(&k, why, sizeof(why)), 0);
	keeper_end(&k);
	/* whoever is left of them would hold the other end open */
	assert_int_equal(kill(k.pid, 0), 0); /* not waited for yet: a zombie */
}

/* A stranger who has a responder tell the same a thousand times. */
static void one_kind_of_news_does_not_fill_a_log(void **state)
{
	enum { FLOOD = 3000 };
	struct keeper_voice v = { 0 };
	struct keeper_news m;
	uint32_t heard = 0, unheard = 0;
	int pair[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	v.fd = pair[1];
	for (int i = 0; i < FLOOD; i++) {
		keeper_say(&v, 2, "10.0.0.7 may not mount /");
		if (recv(pair[0], &m, sizeof(m), MSG_DONTWAIT) == (ssize_t)sizeof(m)) {
			heard++;
			unheard += m.unheard;
		}
	}
	assert_in_range(heard, 100, FLOOD / 2);
	/* what else there is comes through, and says how much did not */
	keeper_say(&v, 3, "10.0.0.8 mounted /");
	assert_int_equal(recv(pair[0], &m, sizeof(m), MSG_DONTWAIT), sizeof(m));
	assert_int_equal(m.what, 3);
	assert_int_equal(heard + unheard + m.unheard, FLOOD);
	usleep(200000);
	keeper_say(&v, 2, "10.0.0.9 may not mount /");
	assert_int_equal(recv(pair[0], &m, sizeof(m), MSG_DONTWAIT), sizeof(m));
	close(pair[0]);
	close(pair[1]);
}

#ifndef NO_SANDBOX
static void a_responder_reads_its_folder_and_nothing_beside(void **state)
{
	struct task a = { .confined = true, .folder = in_dir("root") };
	struct keeper k = start(&a, NULL, 0);
	char why[KEEPER_WHY_MAX] = "";
	struct keeper_news m;

	(void)state;
	assert_int_equal(keeper_go(&k, why, sizeof(why)), 0);
	m = hear(&k);
	assert_int_equal(m.what, 7);
	/* without a filter of calls a socket can be made, and without Landlock too files be read */
	if (strstr(sandbox_words(), "seccomp"))
		assert_string_equal(m.words, "0 0 0");
	else if (strstr(sandbox_words(), "Landlock"))
		assert_string_equal(m.words, "0 0 1");
	keeper_end(&k);
}
#endif

static int make_folder(void **state)
{
	(void)state;
	/* whoever serves becomes somebody else */
	return !mkdtemp(dir) || chmod(dir, 0777) || mkdir(in_dir("root"), 0755) ||
	       close(open(in_dir("beside"), O_WRONLY | O_CREAT, 0644));
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(in_dir("mark"));
	unlink(in_dir("beside"));
	rmdir(in_dir("root"));
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(responders_start_and_tell),
		cmocka_unit_test(one_that_cannot_be_opened_says_why_and_nothing_serves),
		cmocka_unit_test(one_that_finds_out_in_its_sandbox_that_it_must_not_says_so),
		cmocka_unit_test(ended_before_it_began_nothing_serves),
		cmocka_unit_test(one_that_dies_is_started_again),
		cmocka_unit_test(one_that_does_not_finish_is_not_waited_for_for_ever),
		cmocka_unit_test(one_kind_of_news_does_not_fill_a_log),
#ifndef NO_SANDBOX
		cmocka_unit_test(a_responder_reads_its_folder_and_nothing_beside),
#endif
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
