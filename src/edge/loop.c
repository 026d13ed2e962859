/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>

/* Signals are a matter of the process. Blocked but while the loop waits, none is missed. */
static volatile sig_atomic_t came[LOOP_SIGNALS];
static int numbers[LOOP_SIGNALS];

static void on_signal(int number)
{
	for (int i = 0; i < LOOP_SIGNALS; i++)
		if (numbers[i] == number)
			came[i] = 1;
}

void loop_init(struct loop *l)
{
	memset(l, 0, sizeof(*l));
	l->timer_ns = UINT64_MAX;
	memset(numbers, 0, sizeof(numbers));
}

int loop_add(struct loop *l, int fd, loop_fn *fn, void *ctx)
{
	if (fd < 0)
		return 0;
	if (l->n_fds == LOOP_FDS)
		return -E2BIG;
	l->fd[l->n_fds].fd = fd;
	l->fd[l->n_fds].fn = fn;
	l->fd[l->n_fds].ctx = ctx;
	l->fd[l->n_fds++].more = true; /* something may have come before */
	return 0;
}

void loop_remove(struct loop *l, int fd)
{
	for (int i = 0; i < l->n_fds; i++)
		if (l->fd[i].fd == fd) {
			l->fd[i].fd = -1; /* which ppoll passes over */
			l->fd[i].more = false;
		}
}

int loop_signal(struct loop *l, int number, loop_fn *fn, void *ctx)
{
	struct sigaction a = { .sa_handler = on_signal };
	sigset_t set;

	if (l->n_signals == LOOP_SIGNALS)
		return -E2BIG;
	sigemptyset(&a.sa_mask);
	sigemptyset(&set);
	sigaddset(&set, number);
	if (sigprocmask(SIG_BLOCK, &set, NULL) || sigaction(number, &a, NULL))
		return -errno;
	came[l->n_signals] = 0;
	numbers[l->n_signals] = number;
	l->signal[l->n_signals].number = number;
	l->signal[l->n_signals].fn = fn;
	l->signal[l->n_signals++].ctx = ctx;
	return 0;
}

void loop_timer(struct loop *l, uint64_t at_ns, loop_timer_fn *fn, void *ctx)
{
	l->timer = fn;
	l->timer_ctx = ctx;
	l->timer_ns = at_ns;
}

uint64_t loop_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void loop_stop(struct loop *l)
{
	l->stop = true;
}

static void run_signals(struct loop *l)
{
	for (int i = 0; i < l->n_signals && !l->stop; i++) {
		if (!came[i])
			continue;
		came[i] = 0;
		(void)l->signal[i].fn(l->signal[i].ctx);
	}
}

static void run_timer(struct loop *l)
{
	uint64_t now = loop_now();

	if (!l->stop && l->timer && now >= l->timer_ns)
		l->timer_ns = l->timer(l->timer_ctx, now);
}

/* How long may be waited, ms at most (-1: any time); NULL: until something comes. */
static const struct timespec *patience(const struct loop *l, int ms, struct timespec *out)
{
	uint64_t now = loop_now(), at = ms < 0 ? UINT64_MAX : now + (uint64_t)ms * 1000000;
	bool more = false;

	for (int i = 0; i < l->n_fds; i++)
		more = more || l->fd[i].more;
	at = more ? 0 : l->timer_ns < at ? l->timer_ns : at;
	if (at == UINT64_MAX)
		return NULL;
	at = at > now ? at - now : 0;
	out->tv_sec = (time_t)(at / 1000000000);
	out->tv_nsec = (long)(at % 1000000000);
	return out;
}

/* Waits until something comes; 0, or a negative errno. p has fd behind those of the loop. */
static int wait_for(struct loop *l, struct pollfd *p, int fd, int ms)
{
	struct timespec left;
	sigset_t open, closed;
	int n;

	for (int i = 0; i < l->n_fds; i++)
		p[i] = (struct pollfd) { l->fd[i].fd, POLLIN, 0 };
	p[l->n_fds] = (struct pollfd) { fd, POLLIN, 0 }; /* -1 is passed over */
	sigprocmask(SIG_SETMASK, NULL, &open);
	for (int i = 0; i < l->n_signals; i++)
		sigdelset(&open, l->signal[i].number);
	n = ppoll(p, (nfds_t)l->n_fds + 1, patience(l, ms, &left), &open);
	if (n > 0) {
		/* ppoll lets signals in only when it has nothing else to tell: in a storm, never */
		sigprocmask(SIG_SETMASK, &open, &closed);
		sigprocmask(SIG_SETMASK, &closed, NULL);
	}
	if (n >= 0)
		return 0;
	for (int i = 0; i <= l->n_fds; i++)
		p[i].revents = 0;
	return errno == EINTR ? 0 : -errno;
}

int loop_turn(struct loop *l, int fd, int ms)
{
	struct pollfd p[LOOP_FDS + 1];
	int n = l->n_fds, r = wait_for(l, p, fd, ms);

	run_signals(l);
	for (int i = 0; i < n && !l->stop; i++) /* not those that are added meanwhile */
		if (l->fd[i].fd >= 0 && (p[i].revents || l->fd[i].more))
			l->fd[i].more = l->fd[i].fn(l->fd[i].ctx) && l->fd[i].fd >= 0;
	run_timer(l);
	return r < 0 ? r : p[n].revents != 0;
}

int loop_run(struct loop *l)
{
	int r = 0;

	l->stop = false;
	while (!l->stop && r >= 0)
		r = loop_turn(l, -1, -1);
	return r < 0 ? r : 0;
}
