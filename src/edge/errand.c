/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "errand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "process_alone.h"
#include "sandbox_parts.h"

enum { LATE_MS = 1000 };

enum what { BEGIN = 'b', STOP = 's', END = 'e' };

struct question {
	uint8_t what, run;
	uint8_t body[ERRAND_BODY];
};

/* What the process that keeps the rights knows. */
struct waiting {
	const struct errand_how *how;
	int fd;
	pid_t child; /* 0: nothing is under way */
	uint8_t run;
	uint64_t kill_ms; /* when it is ended by force; 0: it was not asked to end */
	bool over;        /* nobody will ask for more */
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static bool tell(int fd, const struct errand_news *m, bool must)
{
	return send(fd, m, sizeof(*m), MSG_NOSIGNAL | (must ? 0 : MSG_DONTWAIT)) > 0 ||
	       errno != EPIPE;
}

bool errand_say(const struct errand_voice *v, uint16_t what, bool must, const char *words)
{
	struct errand_news m;

	memset(&m, 0, sizeof(m));
	m.kind = ERRAND_SAID;
	m.run = v->run;
	m.what = what;
	snprintf(m.words, sizeof(m.words), "%s", words);
	return tell(v->fd, &m, must);
}

/* ---- the one that works ---- */

static void work(const struct waiting *w, const struct question *q)
{
	static const int usual[] = { SIGTERM, SIGCHLD, SIGPIPE };
	struct errand_voice voice = { w->fd, q->run };
	struct rlimit none = { 0, 0 };
	char name[16];
	sigset_t open;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		signal(usual[i], SIG_DFL);
	sigemptyset(&open);
	sigprocmask(SIG_SETMASK, &open, NULL);
	snprintf(name, sizeof(name), "bootscope-%s", w->how->name);
	(void)prctl(PR_SET_NAME, name, 0, 0, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
	w->how->work(w->how->ctx, q->body, &voice);
	_exit(0);
}

/* ---- the one that keeps the rights ---- */

static void begin(struct waiting *w, const struct question *q)
{
	pid_t pid;

	if (w->child)
		return;
	pid = fork();
	if (pid == 0)
		work(w, q);
	w->run = q->run;
	w->kill_ms = 0;
	w->child = pid > 0 ? pid : 0;
	if (pid < 0) {
		struct errand_news m = { .kind = ERRAND_ENDED, .run = q->run };

		snprintf(m.words, sizeof(m.words), "no process can be started: %s",
			 strerror(errno));
		(void)tell(w->fd, &m, false);
	}
}

static void stop(struct waiting *w)
{
	if (!w->child || w->kill_ms)
		return;
	kill(w->child, SIGTERM);
	w->kill_ms = now_ms() + (uint64_t)w->how->grace_ms;
}

static void reap(struct waiting *w)
{
	struct errand_news m = { .kind = ERRAND_ENDED, .run = w->run };
	int status;

	if (!w->child || waitpid(w->child, &status, WNOHANG) != w->child)
		return;
	if (WIFSIGNALED(status))
		snprintf(m.words, sizeof(m.words), "it was ended by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
	w->child = 0;
	(void)tell(w->fd, &m, false);
}

static void hear(struct waiting *w)
{
	struct question q;
	ssize_t n = recv(w->fd, &q, sizeof(q), MSG_DONTWAIT | MSG_TRUNC);

	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		w->over = true; /* whoever asked is gone */
	else if (n != (ssize_t)sizeof(q))
		return;
	else if (q.what == BEGIN)
		begin(w, &q);
	else if (q.what == STOP)
		stop(w);
	else if (q.what == END)
		w->over = true;
}

/* Until there is something to read, a child ended, or it is time to end it. True: to read. */
static bool wait_for(const struct waiting *w)
{
	struct pollfd p = { w->over ? -1 : w->fd, POLLIN, 0 };
	uint64_t now = now_ms(), ms = w->kill_ms > now ? w->kill_ms - now : 0;
	struct timespec t = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
	sigset_t open;

	sigemptyset(&open);
	return ppoll(&p, 1, w->child && w->kill_ms ? &t : NULL, &open) > 0;
}

/* Words that somebody writes to the terminal would stand in the screens of whoever asks. */
static void keep_only(int fd)
{
	static const int words = STDERR_FILENO;
	int nothing;

	process_alone(fd, &words, !isatty(words));
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; i <= STDERR_FILENO && nothing >= 0; i++)
		if (fcntl(i, F_GETFD) < 0 || i == nothing)
			(void)dup2(nothing, i);
	if (nothing > STDERR_FILENO)
		close(nothing);
}

static void on_child(int number)
{
	(void)number;
}

static void be_waiting(const struct errand_how *how, int fd)
{
	struct sigaction child = { .sa_handler = on_child };
	struct waiting w = { .how = how, .fd = fd };
	sigset_t set;

	sigemptyset(&child.sa_mask);
	sigaction(SIGCHLD, &child, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	keep_only(fd);
	(void)sandbox_caps_clear(sandbox_caps_to_open | (how->caps ? *how->caps : 0));
	while (!w.over || w.child) {
		if (wait_for(&w))
			hear(&w);
		if (w.over)
			stop(&w);
		if (w.child && w.kill_ms && now_ms() >= w.kill_ms)
			kill(w.child, SIGKILL);
		reap(&w);
	}
	_exit(0);
}

/* ---- who asks ---- */

int errand_start(const struct errand_how *how, struct errand *out, char *why, size_t n)
{
	int fd = -1;
	pid_t pid;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	out->grace_ms = how->grace_ms;
	pid = process_beside(&fd);
	if (pid == 0)
		be_waiting(how, fd);
	if (pid < 0) {
		snprintf(why, n, "no process can be started: %s", strerror(-pid));
		return pid;
	}
	out->fd = fd;
	out->pid = pid;
	return 0;
}

static int ask(const struct errand *e, enum what what, const uint8_t *body)
{
	struct question q;
	struct iovec iov = { &q, sizeof(q) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	memset(&q, 0, sizeof(q));
	q.what = (uint8_t)what;
	q.run = e->run;
	if (body)
		memcpy(q.body, body, sizeof(q.body));
	if (e->fd < 0)
		return -EPIPE;
	return sendmsg(e->fd, &m, MSG_NOSIGNAL) == (ssize_t)sizeof(q) ? 0 : -EPIPE;
}

int errand_begin(struct errand *e, const uint8_t body[ERRAND_BODY])
{
	e->run++;
	return ask(e, BEGIN, body);
}

void errand_stop(struct errand *e)
{
	(void)ask(e, STOP, NULL);
}

int errand_hear(struct errand *e, struct errand_news *out)
{
	struct pollfd p = { e->fd, POLLIN, 0 };

	for (;;) {
		ssize_t n;

		if (e->fd < 0)
			return -EPIPE;
		if (poll(&p, 1, 0) <= 0)
			return 0;
		n = read(e->fd, out, sizeof(*out));
		if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
			return -EPIPE;
		if (n != (ssize_t)sizeof(*out) || out->kind >= ERRAND_KINDS || out->run != e->run)
			continue; /* of a run that nobody waits for any more */
		out->words[ERRAND_WORDS - 1] = 0;
		return 1;
	}
}

void errand_end(struct errand *e)
{
	uint64_t end = now_ms() + (uint64_t)e->grace_ms + LATE_MS;
	struct errand_news m;

	if (e->fd < 0)
		return;
	(void)ask(e, END, NULL); /* its own end is closed when all are gone */
	for (uint64_t now = now_ms(); now < end; now = now_ms()) {
		struct pollfd p = { e->fd, POLLIN, 0 };

		if (poll(&p, 1, (int)(end - now)) > 0 && errand_hear(e, &m) < 0)
			break;
	}
	close(e->fd);
	e->fd = -1;
}
