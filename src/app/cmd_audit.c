/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "audit_print.h"
#include "audit_session.h"
#include "audit_watch.h"
#include "capture_file.h"
#include "commands.h"
#include "may_capture.h"
#include "room.h"

static volatile sig_atomic_t stop;
static int columns = 80; /* of the terminal that is told how it goes */

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static int refused(const char *why)
{
	fprintf(stderr, "bootscope: %s\n", why);
	return EXIT_USAGE;
}

static int save_open(const struct options *o, struct audit_run *r)
{
	char why[CAPTURE_WHY_MAX];
	const char *name = o->value[OPT_SAVE];

	if (!name)
		return 0;
	if (strcmp(name, "-") == 0)
		return refused("--save needs the name of a file to write");
	if (out_file_open(name, o->value[OPT_USER], &r->file, why, sizeof(why))) {
		fprintf(stderr, "bootscope: %s\n", why);
		return EXIT_SYSTEM;
	}
	r->saves = r->audit->saved = true;
	return 0;
}

static void save_begin(struct audit_run *r)
{
	char words[300];
	struct text t = text_init(words, sizeof(words));

	if (!r->saves)
		return;
	text_fmt(&t, "bootscope audit on %s", r->audit->interface);
	if (!r->audit->patient)
		text_str(&t, "; waits were cut, and the times are those of boards that wait in "
			     "full");
	text_str(&t, ". Frames of Ethernet type 88b5 were not sent: they mark that time went by.");
	save_pcapng_begin(&r->save, out_file_output(&r->file), PACKAGE_STRING, words);
}

static int save_end(struct audit_run *r)
{
	char why[CAPTURE_WHY_MAX];

	if (!r->saves || !out_file_close(&r->file, why, sizeof(why)))
		return 0;
	fprintf(stderr, "bootscope: %s\n", why);
	return EXIT_SYSTEM;
}

/* One report. */
static int once(const struct options *o, struct audit_run *r, const struct report_style *style)
{
	if (!audit_run(r, &stop))
		audit_say_cut(r);
	return audit_print(o, r->audit, style, false) ? EXIT_SYSTEM : audit_status(r->audit);
}

/* Who is patient wants to know how long. */
static void say_patience(const struct audit_run *r)
{
	static const uint64_t minute = 60000000000;
	uint64_t all = 0;

	for (uint32_t i = 0; i < r->n_boards; i++)
		all += probe_patience_ns(r->board[i].profile);
	if (r->news && r->audit->patient)
		fprintf(stderr, "Where nobody answers this takes %u min.\n",
			(unsigned)((all + minute - 1) / minute));
}

static int run(const struct options *o, struct audit_watch *w)
{
	const struct sigaction end = { .sa_handler = on_signal };
	struct audit_run *r = w->run;
	int e = audit_watch_read(w), saved;

	if (e)
		return e;

	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	save_begin(r);
	say_patience(r);
	e = audit_watch_wanted(w) ? audit_watch_go(w) : once(o, r, w->style);
	saved = save_end(r);
	return saved ? saved : e;
}

/* One line, written over and over: it must not wrap. */
static void progress(void *ctx, uint32_t board, const char *words)
{
	enum { HEAD = 32 };
	const struct audit_run *r = ctx;
	char head[HEAD];

	if (words) {
		int n = snprintf(head, sizeof(head), "%u of %u  %s  ", board + 1, r->n_boards,
				 r->board[board].profile->key);

		n = n < HEAD ? n : HEAD - 1;
		fprintf(stderr, "\r\033[K%s%.*s", head, columns > n ? columns - 1 - n : 0, words);
	} else {
		fprintf(stderr, "\r\033[K");
	}
	(void)fflush(stderr);
}

static void progress_begin(struct audit_run *r)
{
	struct winsize w;

	r->news = progress;
	r->ctx = r;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		columns = w.ws_col;
}

int cmd_audit(const struct options *o)
{
	static struct audit_run r; /* large */
	char buf[MAY_CAPTURE_WHY_MAX];
	struct text why = text_init(buf, sizeof(buf));
	struct audit *a = room(sizeof(*a));
	struct report_style style;
	struct audit_watch w = { .o = o, .style = &style, .run = &r, .stop = &stop };
	int e = style_of(o, &style);

	r.file.helper.fd = -1;
	if (!o->on[OPT_QUIET] && isatty(STDERR_FILENO))
		progress_begin(&r);
	if (!e && !a) {
		text_str(&why, "memory ran out");
		e = EXIT_SYSTEM;
	}
	if (!e)
		e = audit_watch_open(o, &w);
	if (!e)
		e = audit_session_open(o, a, &r, &why);
	if (!e)
		e = save_open(o, &r);
	if (!e)
		e = audit_session_confine(o, &r, &why);
	if (why.pos)
		fprintf(stderr, "bootscope: %s\n", buf);
	if (!e)
		e = run(o, &w);
	audit_watch_close(&w);
	out_file_drop(&r.file);
	audit_run_close(&r);
	return e;
}
