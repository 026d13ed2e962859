/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
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

/* How long one is waited for: at the start, beyond the grace, and before one that ended begins
 * anew, which doubles while it does not last. */
enum {
	OPEN_MS = 10000,
	LATE_MS = 1000,
	AGAIN_MS = 100,
	AGAIN_MAX_MS = 10000,
	LASTS_MS = 60000,
	LOOK_MS = 1000
};

struct child {
	pid_t pid; /* 0: does not run */
	uint64_t since_ms, due_ms;
	uint32_t wait_ms;
	bool started;
	bool moved;  /* was ended because of the interface */
	bool failed; /* to open: told the first time only */
};

/* What it is told, a byte each. */
enum { GO = 'g', STOP = 's' };

/* What the process that keeps them knows. */
struct keeping {
	const struct keeper_how *how;
	int fd, stop[2];
	unsigned index; /* of the interface; 0: there is none */
	bool stopping;
	struct child child[KEEPER_TASKS];
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* ---- what they tell ---- */

static void tell(struct keeper_voice *v, enum keeper_kind kind, uint16_t what, const char *words)
{
	struct keeper_news m;

	memset(&m, 0, sizeof(m));
	m.task = v->task;
	m.kind = (uint8_t)kind;
	m.what = what;
	m.unheard = v->unheard;
	snprintf(m.words, sizeof(m.words), "%s", words);
	/* who does not listen must not hold up who serves */
	if (send(v->fd, &m, sizeof(m), MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof(m))
		v->unheard = 0;
	else
		v->unheard++;
}

/* Strangers have a responder tell things: of each kind so many at once, and then so many a second,
 * lest they fill a log. */
static bool too_often(struct keeper_voice *v, uint16_t what)
{
	enum { AT_ONCE = 200, A_SECOND = 20, EACH_MS = 1000 / A_SECOND };
	uint64_t now = now_ms(), *busy = &v->busy_ms[what % KEEPER_SAYINGS];

	if (*busy < now)
		*busy = now;
	if (*busy - now > (AT_ONCE - 1) * EACH_MS)
		return true;
	*busy += EACH_MS;
	return false;
}

void keeper_say(struct keeper_voice *v, uint16_t what, const char *words)
{
	if (too_often(v, what))
		v->unheard++;
	else
		tell(v, KEEPER_SAID, what, words);
}

/* ---- one that serves ---- */

static void serve(const struct keeping *k, int i, const struct child *c)
{
	const struct keeper_task *t = &k->how->task[i];
	struct keeper_voice voice = { .fd = k->fd, .task = (uint8_t)i };
	struct sandbox box = { .mode = k->how->mode, .user = k->how->user, .serves = true };
	struct rlimit none = { 0, 0 };
	char why[KEEPER_WHY_MAX] = "", name[16];
	int r, nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	close(k->stop[1]); /* whoever holds it keeps all going */
	snprintf(name, sizeof(name), "bootscope-%s", t->name);
	(void)prctl(PR_SET_NAME, name, 0, 0, 0); /* what ps -e and top show */
	(void)setrlimit(RLIMIT_CORE, &none);
	if (nothing >= 0) {
		(void)dup2(nothing, 0);
		(void)dup2(nothing, 1); /* who reads our output waits for its end */
	}
	r = t->open(t->ctx, &voice, &box, why, sizeof(why));
	if (!r)
		r = sandbox_enter(&box, why, sizeof(why));
	if (!r && t->begin && !c->started)
		r = t->begin(t->ctx, why, sizeof(why));
	if (r) {
		if (!c->failed)
			tell(&voice, KEEPER_FAILED, (uint16_t)-r, why);
		_exit(1);
	}
	tell(&voice, KEEPER_READY, 0, "");
	t->run(t->ctx, k->stop[0], k->how->grace_ms);
	if (sandbox_report())
		tell(&voice, KEEPER_SAID, UINT16_MAX, sandbox_report());
	_exit(0);
}

/* ---- the one that keeps them ---- */

static void start(struct keeping *k, int i)
{
	struct child *c = &k->child[i];
	pid_t pid = fork();

	if (pid == 0)
		serve(k, i, c);
	c->started = true;
	c->pid = pid > 0 ? pid : 0;
	c->since_ms = now_ms();
	c->due_ms = c->since_ms + AGAIN_MAX_MS; /* no process could be made */
}

static void ended(struct keeping *k, int i, int status)
{
	struct child *c = &k->child[i];
	struct keeper_voice voice = { .fd = k->fd, .task = (uint8_t)i };
	uint64_t now = now_ms();
	char words[64] = "it could not go on";

	c->pid = 0;
	c->failed = WIFEXITED(status) && WEXITSTATUS(status) == 1;
	c->wait_ms = now - c->since_ms >= LASTS_MS || !c->wait_ms ? AGAIN_MS
		     : c->wait_ms < AGAIN_MAX_MS / 2              ? 2 * c->wait_ms
								  : AGAIN_MAX_MS;
	c->due_ms = now + c->wait_ms;
	if (c->failed || (k->stopping && WIFEXITED(status)))
		return; /* it said so itself, or was told to */
	if (c->moved)
		snprintf(words, sizeof(words), "another interface has the name");
	else if (WIFSIGNALED(status))
		snprintf(words, sizeof(words), "ended by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	c->moved = false;
	tell(&voice, KEEPER_ENDED, 0, words);
}

/* True: one of them still runs. */
static bool reap(struct keeping *k)
{
	bool any = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < k->how->n_tasks; i++)
			if (k->child[i].pid == pid)
				ended(k, i, status);
	for (int i = 0; i < k->how->n_tasks; i++)
		any = any || k->child[i].pid;
	return any;
}

/* Whoever is bound to an interface that is no more hears nothing, and does not know. */
static void look(struct keeping *k)
{
	unsigned index = k->how->interface ? if_nametoindex(k->how->interface) : 0;

	if (!index || index == k->index)
		return;
	for (int i = 0; k->index && i < k->how->n_tasks; i++)
		if (k->child[i].pid) {
			k->child[i].moved = true;
			kill(k->child[i].pid, SIGKILL);
		}
	k->index = index;
}

/* Starts what is due, and gives how long there is nothing to do; -1: nothing is due. */
static int start_due(struct keeping *k)
{
	uint64_t now = now_ms(), next = UINT64_MAX;

	for (int i = 0; i < k->how->n_tasks; i++) {
		struct child *c = &k->child[i];

		if (!c->pid && c->due_ms <= now)
			start(k, i);
		if (!c->pid && c->due_ms < next)
			next = c->due_ms;
	}
	return next == UINT64_MAX ? -1 : next > now ? (int)(next - now) : 0;
}

/* Until somebody speaks on fd (which only closing does), a child ends, or ms are over. True: it was
 * fd. */
static bool wait_for(const struct keeping *k, int ms)
{
	struct pollfd p = { k->fd, POLLIN, 0 };
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };
	sigset_t open;

	sigemptyset(&open);
	return ppoll(&p, 1, ms < 0 ? NULL : &t, &open) > 0;
}

static void finish(struct keeping *k)
{
	uint64_t end = now_ms() + (uint64_t)k->how->grace_ms + LATE_MS;

	k->stopping = true;
	close(k->stop[1]);
	while (reap(k) && now_ms() < end) {
		struct timespec t = { 0, 50000000 };
		sigset_t open;

		sigemptyset(&open);
		(void)ppoll(NULL, 0, &t, &open);
	}
	for (int i = 0; i < k->how->n_tasks; i++)
		if (k->child[i].pid)
			kill(k->child[i].pid, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

static void on_child(int number)
{
	(void)number;
}

static void give_up_the_rest(const struct keeper_how *how)
{
	uint64_t keep = sandbox_caps_to_open;

	for (int i = 0; i < how->n_tasks; i++)
		keep |= how->task[i].caps ? *how->task[i].caps : 0;
	(void)sandbox_caps_clear(keep);
}

static void be_keeper(const struct keeper_how *how, int fd)
{
	/* the terminal's signals are for who started us: he closes his end when it is time */
	static const int ignored[] = { SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
				       SIGTSTP, SIGUSR1, SIGPIPE, SIGWINCH };
	struct sigaction child = { .sa_handler = on_child };
	struct keeping k = { .how = how, .fd = fd };
	sigset_t set;
	char go;

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&child.sa_mask);
	sigaction(SIGCHLD, &child, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	give_up_the_rest(how);
	if (recv(fd, &go, 1, 0) != 1 || go != GO || pipe2(k.stop, O_CLOEXEC))
		_exit(0);
	for (;;) {
		int ms = start_due(&k);

		look(&k);
		if (how->interface && (ms < 0 || ms > LOOK_MS))
			ms = LOOK_MS;
		if (wait_for(&k, ms))
			break;
		reap(&k);
	}
	finish(&k);
	_exit(0);
}

/* ---- who started it ---- */

int keeper_start(const struct keeper_how *how, struct keeper *out, char *why, size_t n)
{
	int fd = -1;
	pid_t pid;

	memset(out, 0, sizeof(*out));
	out->fd = -1;
	out->n_tasks = how->n_tasks;
	out->grace_ms = how->grace_ms;
	pid = process_beside(&fd);
	if (pid == 0)
		be_keeper(how, fd);
	if (pid < 0) {
		snprintf(why, n, "no process can be started: %s", strerror(-pid));
		return pid;
	}
	out->fd = fd;
	out->pid = pid;
	return 0;
}

static int hear(struct keeper *k, struct keeper_news *out)
{
	struct pollfd p = { k->fd, POLLIN, 0 };
	ssize_t n;

	if (k->fd < 0)
		return -EPIPE;
	if (poll(&p, 1, 0) <= 0)
		return 0;
	n = read(k->fd, out, sizeof(*out));
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		return -EPIPE;
	if (n != (ssize_t)sizeof(*out) || out->task >= k->n_tasks || out->kind >= KEEPER_KINDS)
		return 0;
	out->words[KEEPER_WORDS - 1] = 0;
	return 1;
}

int keeper_hear(struct keeper *k, struct keeper_news *out)
{
	if (!k->n_early)
		return hear(k, out);
	*out = k->early[0];
	memmove(k->early, k->early + 1, (size_t)--k->n_early * sizeof(k->early[0]));
	return 1;
}

int keeper_go(struct keeper *k, char *why, size_t n)
{
	uint64_t end = now_ms() + OPEN_MS;
	static const char begin = GO;
	struct keeper_news m;
	int ready = 0, r = 0;

	if (send(k->fd, &begin, 1, MSG_NOSIGNAL) != 1)
		r = -EPIPE;
	while (!r && ready < k->n_tasks) {
		struct pollfd p = { k->fd, POLLIN, 0 };
		uint64_t now = now_ms();

		if (now >= end || (poll(&p, 1, (int)(end - now)) < 0 && errno != EINTR))
			r = -ETIMEDOUT;
		else if (p.revents)
			r = hear(k, &m);
		if (r <= 0)
			continue;
		r = 0;
		ready += m.kind == KEEPER_READY;
		if (m.kind != KEEPER_READY && m.kind != KEEPER_FAILED && k->n_early < KEEPER_EARLY)
			k->early[k->n_early++] = m;
		if (m.kind != KEEPER_FAILED)
			continue;
		snprintf(why, n, "%s", m.words);
		keeper_end(k);
		return m.what ? -(int)m.what : -EIO;
	}
	if (!r)
		return 0;
	snprintf(why, n, "a responder did not start: %s", strerror(-r));
	keeper_end(k);
	return r;
}

void keeper_stop(struct keeper *k)
{
	static const char stop = STOP;

	/* a word ends it as closing would; its own end is closed when all are gone */
	if (k->fd >= 0 && !k->stopped)
		(void)!write(k->fd, &stop, 1);
	k->stopped = true;
}

void keeper_end(struct keeper *k)
{
	uint64_t end = now_ms() + (uint64_t)k->grace_ms + 2 * (uint64_t)LATE_MS;
	struct keeper_news m;

	if (k->fd < 0)
		return;
	keeper_stop(k);
	for (uint64_t now = now_ms(); now < end; now = now_ms()) {
		struct pollfd p = { k->fd, POLLIN, 0 };

		if (poll(&p, 1, (int)(end - now)) > 0 && hear(k, &m) < 0)
			break;
	}
	close(k->fd);
	k->fd = -1;
}
