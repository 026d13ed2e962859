/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit_print.h"
#include "audit_session.h"
#include "json.h"
#include "json_file.h"
#include "room.h"
#include "settings_form.h"
#include "stdout.h"

enum {
	TRIES = 3,   /* audits of one cycle at most */
	PAUSE_S = 1, /* between two of them */
	REST_S = 10, /* behind a cycle that took longer than its period */
	STAMP_MAX = 32,
	NAME_SHOWN = 160, /* of the file of --diff */
};

/* All there is to remember of audits. */
struct audit_memory {
	struct brief_maker maker;
	struct audit_brief base, now[TRIES];
	struct audit_diff diff[TRIES], between;
};

/* ---- signals ---- */

static volatile sig_atomic_t at_once;

static void on_signal(int number)
{
	(void)number;
	at_once = 1;
}

/* So that none comes between looking for it and waiting. */
static void hold_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, before);
}

static uint64_t seconds_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec;
}

/* Until then, a signal, or the end of who reads what we print: false. */
static bool wait_until(const struct audit_watch *w, uint64_t then)
{
	struct pollfd out = { STDOUT_FILENO, 0, 0 };
	sigset_t before;

	hold_signals(&before);
	while (!*w->stop && !at_once && !out.revents && seconds_now() < then) {
		struct timespec left = { (time_t)(then - seconds_now()), 0 };

		(void)ppoll(&out, 1, &left, &before);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	at_once = 0;
	return !*w->stop && !out.revents;
}

/* ---- words ---- */

enum { TO_MINUTE = 16, TO_SECOND = 19, OF_DAY = 11 }; /* letters of it; where the hour stands */

static void stamp(time_t when, int letters, char out[STAMP_MAX])
{
	struct tm tm;

	out[0] = 0;
	if (localtime_r(&when, &tm) && strftime(out, STAMP_MAX, "%Y-%m-%d %H:%M:%S", &tm))
		out[letters] = 0;
}

static void call_base(struct audit_watch *w, time_t when)
{
	stamp(when, TO_MINUTE, w->since);
}

/* "old.json (2026-11-21 14:02)" */
static void call_file(struct audit_watch *w, const char *name)
{
	const struct audit_brief *b = &w->memory->base;
	struct tm tm = { 0 };
	char when[STAMP_MAX] = "";
	bool other;

	if (strptime(b->began, "%Y-%m-%dT%H:%M:%S", &tm))
		stamp(timegm(&tm), TO_MINUTE, when);
	other = strcmp(b->interface, w->run->audit->interface) != 0;
	snprintf(w->since, sizeof(w->since), "%.*s%s%s%s%s%s", NAME_SHOWN, name,
		 other ? " of " : "", other ? b->interface : "", when[0] ? " (" : "", when,
		 when[0] ? ")" : "");
}

/* ---- what is printed ---- */

static int print_diff(const struct audit_watch *w, const struct audit_diff *d, time_t when)
{
	struct json json;
	char words[STAMP_MAX] = "";

	if (w->period_s)
		stamp(when, TO_SECOND, words);
	if (w->o->on[OPT_JSON]) {
		json_init(&json, stdout_output(), !w->period_s);
		audit_diff_json(d, &json.sink);
		json.out.write(json.out.ctx, "\n", 1);
	} else {
		audit_diff_text(d, words, w->since, w->style, stdout_output());
	}
	return stdout_end();
}

/* On a terminal one line, written over and over, says that it is at work. */
static void tell_state(const struct audit_watch *w, uint64_t next)
{
	char then[STAMP_MAX];
	uint64_t now = seconds_now();

	if (!w->run->news)
		return;
	stamp(time(NULL) + (time_t)(next > now ? next - now : 0), TO_MINUTE, then);
	fprintf(stderr, "\r\033[K%s: unchanged since %s; next audit at %s",
		w->run->audit->interface, w->since, then + (then[0] ? OF_DAY : 0));
	(void)fflush(stderr);
}

static void clear_state(const struct audit_watch *w)
{
	if (w->run->news)
		fprintf(stderr, "\r\033[K");
	(void)fflush(stderr);
}

/* ---- the older report ---- */

static int say(const char *name, const char *why, int e)
{
	fprintf(stderr, "bootscope: %s %s\n", name, why);
	return e;
}

int audit_watch_open(const struct options *o, struct audit_watch *w)
{
	const char *name = o->value[OPT_DIFF];
	int e;

	w->fd = -1;
	if (o->on[OPT_AGAIN] && (!settings_seconds(bytes_str(o->value[OPT_AGAIN]), &w->period_s) ||
				 w->period_s == UINT32_MAX)) {
		fprintf(stderr,
			"bootscope: --watch takes a time of a minute or more, such as 90s, 10m, 1h "
			"or 1d, not '%s'\n",
			o->value[OPT_AGAIN]);
		return EXIT_USAGE;
	}
	if (!audit_watch_wanted(w) && !name)
		return 0;
	tzset(); /* its file cannot be opened later */
	w->memory = room(sizeof(*w->memory));
	if (!w->memory)
		return say("audit", "has no memory for what it compares", EXIT_SYSTEM);
	if (!name)
		return 0;
	if (!json_file_known()) {
		char why[160];

		e = json_file_read(-1, &w->memory->maker.sink, why, sizeof(why));
		return say(name, why, e ? EXIT_SYSTEM : 0);
	}
	w->fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO)
				       : open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (w->fd < 0) {
		fprintf(stderr, "bootscope: %s cannot be read: %s\n", name, strerror(errno));
		return EXIT_SYSTEM;
	}
	return 0;
}

/* NULL; or why this audit cannot be compared with it. Static. */
static const char *incomparable(const struct audit_watch *w)
{
	const struct audit_brief *b = &w->memory->base;
	const struct audit_run *r = w->run;

	if (b->no_request && !r->audit->no_request)
		return "was made with --no-request: that option is needed here, too";
	if (!b->no_request && r->audit->no_request)
		return "was made without --no-request: there is more in it than offers";
	for (uint32_t i = 0; i < r->n_boards; i++)
		for (uint32_t k = 0; k < b->n_models; k++)
			if (strcmp(r->board[i].profile->key, b->model[k].key) == 0)
				return NULL;
	return "has none of the models that are to be played";
}

int audit_watch_read(struct audit_watch *w)
{
	const char *name = w->o->value[OPT_DIFF], *fault;
	struct audit_memory *m = w->memory;
	char why[160];
	int e;

	if (w->fd < 0)
		return 0;
	brief_begin(&m->maker, &m->base);
	e = json_file_read(w->fd, &m->maker.sink, why, sizeof(why));
	if (e)
		return say(name, why, e == -EINVAL || e == -EFBIG ? EXIT_USAGE : EXIT_SYSTEM);
	fault = brief_fault(&m->base);
	if (!fault)
		fault = incomparable(w);
	if (fault)
		return say(name, fault, EXIT_USAGE);
	call_file(w, name);
	return 0;
}

bool audit_watch_wanted(const struct audit_watch *w)
{
	return w->period_s || w->fd >= 0;
}

void audit_watch_close(struct audit_watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

/* ---- audits ---- */

/* One audit into now[n]. */
static bool play(struct audit_watch *w, int n)
{
	struct audit_memory *m = w->memory;

	if (w->run->frames)
		audit_session_again(w->run);
	if (!audit_run(w->run, w->stop))
		return false;
	brief_of(w->run->audit, &m->maker, &m->now[n]);
	audit_diff(&m->base, &m->now[n], &m->diff[n]);
	return true;
}

/* The first: all of it, or against the file. */
static int first(struct audit_watch *w)
{
	struct audit_memory *m = w->memory;
	time_t when = time(NULL);
	bool whole = play(w, 0);
	int e;

	if (!whole)
		audit_say_cut(w->run);
	if (!whole && w->fd >= 0) {
		brief_of(w->run->audit, &m->maker, &m->now[0]);
		audit_diff(&m->base, &m->now[0], &m->diff[0]);
	}
	e = w->fd >= 0 ? print_diff(w, &m->diff[0], when)
		       : audit_print(w->o, w->run->audit, w->style, w->period_s > 0);
	m->base = m->now[0];
	call_base(w, when);
	return e;
}

/* Audits until two in a row agree. The diff to tell of; NULL: nothing changed, or it was
 * interrupted. */
static const struct audit_diff *look_again(struct audit_watch *w, int *last)
{
	struct audit_memory *m = w->memory;

	for (int n = 0; n < TRIES; n++) {
		if (n && !wait_until(w, seconds_now() + PAUSE_S))
			return NULL;
		if (!play(w, n) || !audit_diff_any(&m->diff[n]))
			return NULL;
		*last = n;
		if (!n)
			continue;
		audit_diff(&m->now[n - 1], &m->now[n], &m->between);
		if (!audit_diff_any(&m->between))
			return &m->diff[n];
	}
	/* no two are alike: what all of them have holds */
	for (int n = 0; n < TRIES - 1; n++)
		audit_diff_keep(&m->diff[TRIES - 1], &m->diff[n]);
	return audit_diff_any(&m->diff[TRIES - 1]) ? &m->diff[TRIES - 1] : NULL;
}

/* Without a cable nothing can be compared: that is said once, and the watch goes on. */
static int cut_short(struct audit_watch *w)
{
	enum audit_cut cut = w->run->audit->cut;

	if (w->cut != cut)
		fprintf(stderr, "%sbootscope: %s %s%s\n", w->run->news ? "\r\033[K" : "",
			w->run->audit->interface, audit_cut_words(cut),
			cut == AUDIT_GONE ? "" : "; the watch goes on");
	w->cut = cut;
	return cut == AUDIT_GONE ? EXIT_SYSTEM : 0; /* its name may come back, its ports will not */
}

static int cycle(struct audit_watch *w, int *status)
{
	struct audit_memory *m = w->memory;
	time_t when = time(NULL);
	int last = 0, e = 0;
	const struct audit_diff *d = look_again(w, &last);

	if (*w->stop)
		return 0;
	*status = audit_status(w->run->audit);
	if (w->run->audit->cut != AUDIT_WHOLE)
		return cut_short(w);
	w->cut = AUDIT_WHOLE;
	if (!d)
		return 0;
	clear_state(w);
	e = print_diff(w, d, when);
	m->base = m->now[last];
	call_base(w, when);
	return e;
}

int audit_watch_go(struct audit_watch *w)
{
	const struct sigaction now = { .sa_handler = on_signal };
	uint64_t next = seconds_now() + w->period_s;
	int e, status;

	if (w->period_s)
		sigaction(SIGUSR1, &now, NULL); /* the next one begins */
	e = first(w);
	status = audit_status(w->run->audit);
	if (!w->period_s || w->run->audit->cut != AUDIT_WHOLE)
		return e ? e : status; /* there is nothing to compare with */
	while (!e && !*w->stop) {
		tell_state(w, next);
		if (!wait_until(w, next))
			break;
		next = seconds_now() + w->period_s;
		e = cycle(w, &status);
		if (next < seconds_now())
			next = seconds_now() + REST_S;
	}
	clear_state(w);
	return e ? e : status;
}
