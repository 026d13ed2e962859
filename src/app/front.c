/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "front.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "room.h"
#include "save_boards.h"
#include "terminal.h"

uint64_t front_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

struct front *front_new(void)
{
	struct front *f = room(sizeof(*f));

	if (!f)
		fprintf(stderr, "bootscope: no memory for the screens\n");
	else
		f->helper.fd = -1;
	return f;
}

int front_prepare(struct front *f, const struct options *o)
{
	static const char *const here[] = { "./" };
	struct scope_limits limits = room_limits(o, true);
	char why[FILE_HELPER_WHY_MAX];
	void *mem;

	limits.audits_aside = true;
	f->scope_bytes = scope_size(&limits);
	mem = room(f->scope_bytes);
	if (!mem) {
		fprintf(stderr, "bootscope: no address space for the model\n");
		return EXIT_SYSTEM;
	}
	f->scope = scope_init(mem, &limits);
	ui_init(&f->ui, &screen_boards, false);
	/* without it all goes on but w, which says why */
	if (file_helper_start(here, 1, o->value[OPT_USER], &f->helper, why, sizeof(why))) {
		f->helper.fd = -1;
		ui_say(&f->ui, TONE_ERROR, 0, why);
	}
	return 0;
}

int front_open(struct front *f)
{
	const char *why = "";

	if (terminal_open(&why)) {
		fprintf(stderr, "bootscope: %s; 'bootscope analyze' needs no terminal\n", why);
		return EXIT_SYSTEM;
	}
	f->ui.ascii = terminal_ascii();
	return 0;
}

int front_listen(struct loop *l, loop_fn *end, loop_fn *keys, void *ctx)
{
	const struct {
		int number;
		loop_fn *fn;
	} signals[] = { { SIGINT, end },
			{ SIGTERM, end },
			{ SIGHUP, end },
			{ SIGWINCH, keys },
			{ SIGCONT, keys } };
	int r = 0;

	loop_init(l);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]) && !r; i++)
		r = loop_signal(l, signals[i].number, signals[i].fn, ctx);
	return r ? r : loop_add(l, terminal_fd(), keys, ctx);
}

void front_close(struct front *f)
{
	terminal_close();
	if (f->job)
		save_job_end(f->job);
	f->job = NULL;
	if (f->helper.fd >= 0)
		file_helper_end(&f->helper);
	f->helper.fd = -1;
}

/* Between the two what is looked at stands still, if it is paused, and nobody may write to it. */
static void look(struct front *f)
{
	f->swapped = f->still && room_swap(f->scope, f->still, f->scope_bytes);
}

static void look_away(struct front *f)
{
	if (f->swapped && !room_swap(f->scope, f->still, f->scope_bytes))
		abort();
	f->swapped = false;
}

/* p was pressed, or was not. */
static void hold(struct front *f)
{
	if (f->ui.paused && !f->still) {
		f->still = room_copy(f->scope, f->scope_bytes);
		f->still_about = f->about;
		if (!f->still)
			ui_say(&f->ui, TONE_ERROR, 0,
			       "there is no memory to hold all still: keys show what came since");
	} else if (!f->ui.paused && f->still) {
		room_free(f->still, f->scope_bytes);
		f->still = NULL;
	}
}

/* What the next key goes by, and what front_draw shows. */
static struct canvas lay_out(struct front *f)
{
	struct canvas c;
	int width, height;

	terminal_size(&width, &height);
	c = canvas_init(f->cells, width, height, f->ui.ascii);
	view_take(&f->view, f->scope, f->still ? &f->still_about : &f->about, &f->ui.how);
	ui_draw(&f->ui, &f->view, &c);
	return c;
}

void front_draw(struct front *f)
{
	struct canvas c;

	look(f);
	c = lay_out(f);
	look_away(f);
	terminal_show(&c);
	f->drawn_ns = front_now();
	f->changed = false;
}

void front_redraw(struct front *f)
{
	if (f->changed && !f->ui.paused && front_now() - f->drawn_ns >= FRONT_REDRAW_NS)
		front_draw(f);
}

static void say(struct front *f, bool good, const char *words)
{
	ui_say(&f->ui, good ? TONE_SAID : TONE_ERROR, f->view.now_ns, words);
}

static void save(struct front *f)
{
	struct mac boards[UI_MARKS];
	char said[UI_LINE];
	struct save_what what = { .helper = &f->helper,
				  .name = f->ui.line,
				  .scope = f->scope,
				  .boards = boards,
				  .n = ui_chosen(&f->ui, boards, UI_MARKS),
				  .said = said,
				  .size = sizeof(said) };

	if (!f->again) {
		bool good = save_boards(&what);

		say(f, good, said);
		return;
	}
	if (f->job) {
		say(f, false, "one file after the other: Esc gives up the one being written");
		return;
	}
	f->job = save_job_new(&what, f->again);
	if (f->job)
		snprintf(f->ui.doing, sizeof(f->ui.doing),
			 "it is written as soon as all is read; Esc gives it up");
	else
		say(f, false, said);
}

static void save_stop(struct front *f)
{
	char said[UI_LINE];

	save_job_stop(f->job, said, sizeof(said));
	f->job = NULL;
	f->ui.doing[0] = 0;
	say(f, true, said);
}

void front_work(struct front *f)
{
	char said[UI_LINE];
	enum save_step step = save_job_step(f->job, f->frames, said, sizeof(said));

	if (step == SAVE_MORE) {
		snprintf(f->ui.doing, sizeof(f->ui.doing), "%s", said);
		if (front_now() - f->drawn_ns < FRONT_REDRAW_NS)
			return;
	} else {
		save_job_end(f->job);
		f->job = NULL;
		f->ui.doing[0] = 0;
		say(f, step == SAVE_DONE, said);
	}
	front_draw(f);
}

/* Such a terminal is for ever ready. */
static bool terminal_gone(void)
{
	struct pollfd p = { .fd = terminal_fd(), .events = POLLIN };

	return poll(&p, 1, 0) > 0 && p.revents & (POLLHUP | POLLERR | POLLNVAL);
}

void front_keys(struct front *f)
{
	unsigned r;
	struct press p;

	while (!f->quit && (p = terminal_press()).key) {
		look(f);
		lay_out(f);
		r = ui_key(&f->ui, &f->view, p);
		if (r & UI_SAVE)
			save(f);
		look_away(f);
		hold(f);
		f->quit = r & UI_QUIT;
		if (r & UI_COPY)
			terminal_copy(f->ui.clip);
		if (r & UI_STOP)
			save_stop(f);
		if (r & UI_CAPTURE && f->capture)
			f->capture(f->ctx);
		if (r & (UI_AUDIT | UI_AUDIT_STOP) && f->audit)
			f->audit(f->ctx, r & UI_AUDIT_STOP);
	}
	front_draw(f);
	f->quit = f->quit || terminal_gone();
}
