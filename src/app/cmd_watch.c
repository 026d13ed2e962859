/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "confine.h"
#include "input.h"
#include "input_files.h"
#include "save_boards.h"
#include "scope.h"
#include "screens.h"
#include "seed.h"
#include "terminal.h"

enum {
	FRAMES_AT_ONCE = 4096,
	REDRAW_MS = 50,
	SECOND_MS = 1000,
	REDRAW_NS = REDRAW_MS * 1000000,
	NAME_MAX_SHOWN = 40,
	LOG_BYTES = 32 << 20
};

/* Everything that is in memory while somebody looks. */
struct watch {
	struct ui ui;
	struct view view;
	struct view_source about;
	struct cell cells[CANVAS_W_MAX * CANVAS_H_MAX];
	char name[NAME_MAX_SHOWN + 8];
	struct source source;
	struct scope *scope;
	struct file_helper helper;  /* makes what w writes; fd -1: it cannot */
	uint64_t left;              /* frames that -c still allows */
	uint64_t drawn_ns, came_ns; /* came: when the last frame did */
	bool quit, changed;         /* changed: since it was drawn */
};

static volatile sig_atomic_t asked_to_end;

static void on_end(int sig)
{
	(void)sig;
	asked_to_end = 1;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void *space(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void take(struct watch *w)
{
	if (w->source.ctx) {
		w->source.progress(w->source.ctx, &w->about.done, &w->about.all);
		w->about.dropped = w->source.dropped(w->source.ctx);
	}
	w->about.started_ns = scope_counts(w->scope)->first_ns;
	view_take(&w->view, w->scope, &w->about, &w->ui.how);
}

/* What the next key goes by, and what draw() shows. */
static struct canvas lay_out(struct watch *w)
{
	struct canvas c;
	int width, height;

	terminal_size(&width, &height);
	c = canvas_init(w->cells, width, height, w->ui.ascii);
	take(w);
	ui_draw(&w->ui, &w->view, &c);
	return c;
}

static void draw(struct watch *w)
{
	struct canvas c = lay_out(w);

	terminal_show(&c);
	w->drawn_ns = now_ns();
	w->changed = false;
}

/* Some frames; at the end, what the end means. */
static void read_some(struct watch *w)
{
	const char *warning;
	struct frame f;

	for (int i = 0; i < FRAMES_AT_ONCE; i++) {
		if (w->left && w->source.next(w->source.ctx, &f) == 1) {
			scope_frame(w->scope, &f);
			w->left--;
			w->changed = true;
			continue;
		}
		w->about.reading = w->about.live = false;
		w->about.now_ns = 0;
		scope_dropped(w->scope, w->source.dropped(w->source.ctx));
		scope_end(w->scope);
		warning = w->source.warning(w->source.ctx);
		if (warning)
			ui_say(&w->ui, TONE_ERROR, 0, warning);
		break;
	}
}

static void save(struct watch *w)
{
	struct mac boards[UI_MARKS];
	char said[UI_LINE];
	int n = ui_chosen(&w->ui, boards, UI_MARKS);
	bool good = save_boards(&w->helper, w->ui.line, w->scope, boards, n, said, sizeof(said));

	ui_say(&w->ui, good ? TONE_SAID : TONE_ERROR, w->view.now_ns, said);
}

/* Keys that wait, and a window that may have another size. */
static void take_keys(struct watch *w)
{
	unsigned r;
	struct press p;

	while (!w->quit && (p = terminal_press()).key) {
		lay_out(w);
		r = ui_key(&w->ui, &w->view, p);
		w->quit = r & UI_QUIT;
		if (r & UI_COPY)
			terminal_copy(w->ui.clip);
		if (r & UI_SAVE)
			save(w);
	}
	draw(w);
}

/* Until there is something on the terminal, on fd (-1: nothing else), or ms are over. True: fd can
 * be read. */
static bool wait_for(struct watch *w, int fd, int ms)
{
	struct pollfd fds[2] = { { .fd = terminal_fd(), .events = POLLIN },
				 { .fd = fd, .events = POLLIN } };
	int n = poll(fds, 2, ms);

	w->quit = w->quit || asked_to_end || (n > 0 && (fds[0].revents & (POLLHUP | POLLERR)));
	/* a signal wakes us too */
	if (!w->quit && (n < 0 || fds[0].revents))
		take_keys(w);
	return n > 0 && fds[1].revents;
}

/* Time goes on while a pipe is silent: by the clock of what comes from it. */
static void tick(struct watch *w)
{
	uint64_t last = scope_counts(w->scope)->last_ns;

	if (!last)
		return;
	w->about.now_ns = last + (now_ns() - w->came_ns);
	scope_tick(w->scope, w->about.now_ns);
}

/* A pipe is read: comes back when it can be, or when nothing more is wanted. A pipe that lets us
 * wait is watched as it is written. */
static bool wait_for_pipe(void *ctx, int fd)
{
	struct watch *w = ctx;

	if (w->changed && !w->ui.paused && now_ns() - w->drawn_ns >= REDRAW_NS)
		draw(w);
	for (int ms = 0; !w->quit; ms = w->changed ? REDRAW_MS : SECOND_MS) {
		if (wait_for(w, fd, ms)) {
			w->came_ns = now_ns();
			return true;
		}
		if (ms == SECOND_MS) {
			w->about.live = true;
			tick(w);
		}
		if (ms && !w->quit && !w->ui.paused)
			draw(w);
	}
	return false;
}

static void watch(struct watch *w)
{
	while (!w->quit) {
		wait_for(w, -1, w->about.reading ? 0 : -1);
		if (w->quit || !w->about.reading)
			continue;
		read_some(w);
		if (!w->quit && !w->ui.paused &&
		    (!w->about.reading || now_ns() - w->drawn_ns >= REDRAW_NS))
			draw(w);
	}
}

static void name_source(struct watch *w, const struct options *o)
{
	const char *base = strrchr(o->file[0], '/');
	struct text t = text_init(w->name, NAME_MAX_SHOWN);

	if (strcmp(o->file[0], "-") == 0)
		text_str(&t, "standard input");
	else
		text_safe(&t, bytes_str(base ? base + 1 : o->file[0]));
	t.cap = sizeof(w->name);
	t.cut = false;
	if (o->n_files > 1)
		text_fmt(&t, " +%d", o->n_files - 1);
	w->about.name = w->name;
	w->about.reading = true;
}

static int start(struct watch *w)
{
	struct scope_limits limits = scope_default_limits;
	struct sigaction end = { .sa_handler = on_end };
	const char *why = "";
	void *mem;

	limits.log_bytes = LOG_BYTES;
	mem = space(scope_size(&limits));
	if (!mem) {
		fprintf(stderr, "bootscope: no address space for the model\n");
		return EXIT_SYSTEM;
	}
	limits.wire.seed = seed_word();
	w->scope = scope_init(mem, &limits);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	if (terminal_open(&why)) {
		fprintf(stderr, "bootscope: %s; 'bootscope analyze' needs no terminal\n", why);
		return EXIT_SYSTEM;
	}
	ui_init(&w->ui, &screen_boards, terminal_ascii());
	return 0;
}

/* All is open, the terminal too: now the first byte may be read. */
static int begin(struct watch *w, const struct options *o, struct input_files *files)
{
	static const char *const here[] = { "./" };
	struct sandbox s = { .terminal = true };
	char why[CAPTURE_WHY_MAX];
	int r;

	/* without it all goes on but w, which says why */
	if (file_helper_start(here, 1, o->value[OPT_USER], &w->helper, why, sizeof(why))) {
		w->helper.fd = -1;
		ui_say(&w->ui, TONE_ERROR, 0, why);
	} else {
		s.sender[s.n_senders++] = w->helper.fd;
	}
	r = confine(o, &s, why, sizeof(why));
	/* the first screen is up before the first byte */
	input_waited_for((struct input_waiter) { wait_for_pipe, w });
	if (!r)
		draw(w);
	if (!r)
		r = input_files_begin(files, &w->source, why, sizeof(why));
	if (!r)
		return 0;
	terminal_close();
	fprintf(stderr, "bootscope: %s\n", why);
	return r;
}

int cmd_watch(const struct options *o)
{
	struct watch *w = space(sizeof(*w));
	struct input_files files;
	int r;

	if (!w) {
		fprintf(stderr, "bootscope: no memory for the screens\n");
		return EXIT_SYSTEM;
	}
	r = input_files_open(o, &files);
	if (r)
		return r;
	w->left = o->count;
	name_source(w, o);
	r = start(w);
	if (r == 0)
		r = begin(w, o, &files);
	if (r == 0) {
		watch(w);
		terminal_close();
		w->source.close(w->source.ctx);
		file_helper_end(&w->helper);
	}
	input_files_drop(&files);
	return r;
}
