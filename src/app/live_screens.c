/* SPDX-License-Identifier: BSD-2-Clause */
/* The screens over a live capture. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "audit_live.h"
#include "commands.h"
#include "front.h"
#include "live_session.h"
#include "loop.h"
#include "report.h"
#include "stdout.h"

/* A frame waits in the kernel's buffer before it reaches us: the time told to the model stays
 * behind the clock by more than that, so that no frame comes from its past. */
enum { BEHIND_NS = 100000000, STEP_NS = 50000000, SECOND_NS = 1000000000 };

struct watch {
	struct front *front;
	struct live_session session;
	struct audit_live audit;
	struct loop loop;
	uint64_t left, second_ns, dropped;
	uint32_t steps;
	enum live_state state[LIVE_PORTS_MAX];
	bool more;  /* frames at hand that were not read */
	bool ended; /* as many were read as -c allows */
	char name[64], note[160];
	struct view_link link[LINKS_MAX];
};

static void say(struct watch *w, enum tone tone, const char *words)
{
	ui_say(&w->front->ui, tone, live_now(w->session.live), words);
	w->front->changed = true;
}

static bool on_keys(void *ctx)
{
	struct watch *w = ctx;

	if (!w->ended)
		w->front->about.now_ns = live_now(w->session.live);
	front_keys(w->front);
	if (w->front->quit)
		loop_stop(&w->loop);
	return false;
}

static bool on_end(void *ctx)
{
	struct watch *w = ctx;

	loop_stop(&w->loop);
	return false;
}

/* What the first screen says while nothing comes. */
static void note(struct watch *w)
{
	const struct link_list *list = links_list(w->session.links);
	struct text t = text_init(w->note, sizeof(w->note));

	for (uint32_t i = 0; i < live_ports(w->session.live); i++) {
		const struct live_port *p = live_port(w->session.live, i);
		const struct link *l = link_by_name(list, p->name);
		const char *words = !l            ? "is gone"
				    : !l->up      ? "is set down"
				    : !l->carrier ? "has no carrier: nothing is plugged in at the "
						    "other end, or it is switched off"
						  : NULL;

		if (words)
			text_fmt(&t, "%s%s %s", t.pos ? "; " : "", p->name, words);
	}
	w->front->about.note = t.pos ? w->note : NULL;
}

static void name_source(struct watch *w)
{
	struct text t = text_init(w->name, sizeof(w->name));

	for (uint32_t i = 0; i < live_ports(w->session.live); i++)
		text_fmt(&t, "%s%s", i ? "," : "", live_port(w->session.live, i)->name);
}

/* What is captured on, and was, into its row of the interfaces. */
static void show_capture(const struct watch *w, struct view_link *to)
{
	const struct live *live = w->session.live;

	to->port = -1;
	for (uint32_t i = 0; i < live_ports(live); i++)
		if (strcmp(live_port(live, i)->name, to->name) == 0 ||
		    strcmp(live_port(live, i)->name, "any") == 0)
			to->port = (int)i;
	for (uint32_t i = 0; i < live_seen_count(live); i++) {
		const struct live_port *seen = live_seen(live, i);

		if (strcmp(seen->name, to->name) != 0)
			continue;
		to->seen = true;
		to->frames = seen->frames;
		to->dropped = seen->dropped;
	}
}

_Static_assert((int)VIEW_LINK_NAME == (int)LINK_NAME_MAX &&
		       (int)VIEW_LINK_ADDRESSES == (int)LINK_ADDRESSES_MAX,
	       "what a link holds, a row shows");

static void show_links(struct watch *w)
{
	const struct link_list *list = links_list(w->session.links);

	for (uint32_t i = 0; i < list->n; i++) {
		const struct link *l = &list->row[i];
		struct view_link *to = &w->link[i];

		*to = (struct view_link) { .index = l->index,
					   .master = l->master,
					   .lower = l->lower,
					   .vlan = l->vlan,
					   .n_addresses = l->n_addresses,
					   .up = l->up,
					   .carrier = l->carrier,
					   .loopback = l->loopback,
					   .speed = l->speed,
					   .mac = l->mac };
		memcpy(to->name, l->name, sizeof(to->name));
		memcpy(to->kind, l->kind, sizeof(to->kind));
		memcpy(to->address, l->address, sizeof(to->address));
		show_capture(w, to);
	}
	w->front->about.link = w->link;
	w->front->about.n_links = list->n;
	w->front->about.ports = live_ports(w->session.live);
}

/* Boards are played on what is captured on; of several, on the first. */
static void audit_place(struct watch *w)
{
	static const char all[] = "All interfaces are captured on at once: i chooses the one that "
				  "boards are played on.";
	struct view_audit *v = &w->audit.view;
	const char *name = live_port(w->session.live, 0)->name;

	if (v->state == VIEW_AUDIT_RUNS)
		return;
	if (!v->cannot && strcmp(name, "any") == 0)
		v->cannot = all;
	else if (v->cannot == all && strcmp(name, "any") != 0)
		v->cannot = NULL;
	memset(v->interface, 0, sizeof(v->interface));
	memcpy(v->interface, name, strnlen(name, sizeof(v->interface) - 1));
}

/* Somebody chose another interface. */
static void on_capture(void *ctx)
{
	struct watch *w = ctx;
	const struct ui *ui = &w->front->ui;
	char before[LINK_NAME_MAX], why[LIVE_WHY_MAX], buf[UI_LINE];
	struct text t = text_init(buf, sizeof(buf));

	memcpy(before, live_port(w->session.live, ui->port)->name, sizeof(before));
	if (live_session_switch(&w->session, ui->port, ui->link, why, sizeof(why))) {
		say(w, TONE_ERROR, why);
		return;
	}
	w->state[ui->port] = LIVE_ON;
	text_fmt(&t, "%s is captured on now, in place of %s", ui->link, before);
	say(w, TONE_SAID, buf);
	name_source(w);
	note(w);
	audit_place(w);
	show_links(w);
}

static const char *change_words(enum link_change c)
{
	static const char *const words[LINK_CHANGES] = {
		[LINK_APPEARED] = "is there now",
		[LINK_VANISHED] = "is gone",
		[LINK_CARRIER_UP] = "the link went up: something was plugged in or switched on",
		[LINK_CARRIER_DOWN] = "the link went down: unplugged or switched off",
		[LINK_ENABLED] = "was set up",
		[LINK_DISABLED] = "was set down",
		[LINK_ADDRESS_NEW] = "has a new address,",
		[LINK_ADDRESS_GONE] = "no longer has the address",
	};

	return words[c];
}

static bool on_links(void *ctx)
{
	struct watch *w = ctx;

	live_session_links(&w->session);
	for (uint32_t i = 0; i < w->session.events.n; i++) {
		const struct link_event *e = &w->session.events.row[i];
		char buf[UI_LINE];
		struct text t = text_init(buf, sizeof(buf));

		if (!live_session_concerns(&w->session, e))
			continue;
		text_fmt(&t, "%s: %s", e->name, change_words(e->change));
		if (!address_none(e->address)) {
			text_char(&t, ' ');
			text_address(&t, e->address);
		}
		say(w, e->change >= LINK_ADDRESS_NEW ? TONE_NOTED : TONE_SAID, buf);
	}
	note(w);
	show_links(w);
	return false;
}

static bool on_serve(void *ctx)
{
	struct watch *w = ctx;
	struct serve_said said;

	while (serve_session_hear(&w->session.serve, &said))
		say(w, said.trouble ? TONE_ERROR : TONE_NOTED, said.words);
	if (w->session.serve.gone) {
		loop_remove(&w->loop, w->session.serve.keeper.fd);
		say(w, TONE_ERROR,
		    "the process that keeps the responders ended: nothing is served "
		    "any more; start bootscope again");
	}
	return false;
}

static void on_audit(void *ctx, bool stop)
{
	struct watch *w = ctx;

	audit_place(w);
	if (stop)
		audit_live_stop(&w->audit, &w->session.errand);
	else
		audit_live_begin(&w->audit, &w->session.errand, w->front->ui.models,
				 w->front->ui.patient, live_now(w->session.live));
}

static bool on_audit_told(void *ctx)
{
	struct watch *w = ctx;
	char buf[ERRAND_WORDS];
	struct text said = text_init(buf, sizeof(buf));
	enum audit_live_told told;

	while ((told = audit_live_hear(&w->audit, &w->session.errand, live_now(w->session.live),
				       &said)) != AUDIT_LIVE_NOTHING)
		if (told != AUDIT_LIVE_MORE)
			say(w, told == AUDIT_LIVE_TROUBLE ? TONE_ERROR : TONE_SAID, buf);
	if (w->audit.gone)
		loop_remove(&w->loop, w->session.errand.fd);
	w->front->changed = true;
	if (w->ended) /* no timer draws any more */
		front_draw(w->front);
	return false;
}

static void tell_states(struct watch *w)
{
	static const char *const words[] = { "is captured on again", "is down; it is waited for",
					     "is gone; it is waited for" };

	for (uint32_t i = 0; i < live_ports(w->session.live); i++) {
		const struct live_port *p = live_port(w->session.live, i);
		char buf[UI_LINE];
		struct text t = text_init(buf, sizeof(buf));

		if (p->state == w->state[i])
			continue;
		w->state[i] = p->state;
		text_fmt(&t, "%s %s", p->name, words[p->state]);
		say(w, p->state == LIVE_ON ? TONE_SAID : TONE_ERROR, buf);
	}
}

static void tell_losses(struct watch *w)
{
	uint64_t dropped = w->session.source.dropped(w->session.source.ctx);
	const char *trouble = w->session.save ? save_trouble(w->session.save) : NULL;
	int64_t by;

	scope_dropped(w->front->scope, dropped);
	w->front->about.dropped = dropped;
	if (dropped && !w->dropped)
		say(w, TONE_ERROR,
		    "frames are lost: the kernel's buffer is too small for this traffic (-B)");
	w->dropped = dropped;
	if (trouble)
		say(w, TONE_ERROR, trouble);
	if (live_steps(w->session.live, &by) != w->steps) {
		w->steps = live_steps(w->session.live, &by);
		say(w, TONE_SAID, "the system's clock was set; times here go on as before");
	}
}

static void flush(struct watch *w)
{
	if (w->session.save && save_flush(w->session.save) < 0)
		say(w, TONE_ERROR, "what is seen can no longer be saved");
}

/* What was seen stays to be looked at, as that of a file. */
static void end_reading(struct watch *w)
{
	struct view_source *about = &w->front->about;
	int fds[LIVE_PORTS_MAX];
	uint32_t n = w->session.source.fds(w->session.source.ctx, fds, LIVE_PORTS_MAX);

	for (uint32_t i = 0; i < n; i++)
		loop_remove(&w->loop, fds[i]);
	loop_remove(&w->loop, links_fd(w->session.links));
	tell_losses(w);
	flush(w);
	scope_end(w->front->scope);
	w->ended = true;
	w->more = false;
	w->front->capture = NULL;
	about->n_links = 0;
	about->live = false;
	about->now_ns = 0;
	say(w, TONE_SAID, "these are all the frames that -c asked for: no more are read");
	front_draw(w->front);
}

static bool on_frames(void *ctx)
{
	struct watch *w = ctx;

	w->more = live_session_read(&w->session, w->front->scope, &w->left);
	w->front->changed = true;
	if (!w->left)
		end_reading(w);
	return w->more;
}

static void each_second(struct watch *w)
{
	if (!w->more)
		scope_tick(w->front->scope, live_now(w->session.live) - BEHIND_NS);
	if (links_fd(w->session.links) < 0)
		on_links(w);
	else
		(void)live_follow(w->session.live, links_list(w->session.links));
	tell_states(w);
	tell_losses(w);
	note(w);
	audit_place(w);
	show_links(w);
	flush(w);
	w->front->changed = true; /* the clock and the ages */
}

static uint64_t on_time(void *ctx, uint64_t now)
{
	struct watch *w = ctx;

	if (w->ended)
		return UINT64_MAX;
	if (now - w->second_ns >= SECOND_NS) {
		w->second_ns = now;
		each_second(w);
	}
	w->front->about.now_ns = live_now(w->session.live);
	front_redraw(w->front);
	return now + STEP_NS;
}

static int prepare(struct watch *w)
{
	static const struct live_heard heard = { on_frames, on_links, on_serve, on_time };
	int r = front_listen(&w->loop, on_end, on_keys, w);

	if (!r)
		r = live_session_listen(&w->session, &w->loop, &heard, w);
	return r ? r : loop_add(&w->loop, w->session.errand.fd, on_audit_told, w);
}

static void begin(struct watch *w)
{
	w->front->about.name = w->name;
	w->front->about.live = true;
	w->front->about.started_ns = w->front->about.now_ns = live_now(w->session.live);
	w->front->about.audit = &w->audit.view;
	if (w->session.errand.fd < 0 && !w->audit.view.cannot)
		w->audit.view.cannot = w->session.errand_why;
	audit_place(w);
	w->front->capture = on_capture;
	w->front->audit = on_audit;
	w->front->ctx = w;
	name_source(w);
	note(w);
	show_links(w);
}

static int run(struct watch *w, const struct options *o)
{
	char why[LIVE_WHY_MAX];
	int r = front_prepare(w->front, o);

	audit_live_init(&w->audit, o);
	w->session.aside = w->audit.shared ? &w->audit.how : NULL;
	if (!r)
		r = live_session_open(o, &w->session);
	if (r)
		return r;
	begin(w);
	r = front_open(w->front);
	if (r)
		return r;
	r = live_session_confine(o, &w->session, w->front->helper.fd, true, why, sizeof(why));
	if (!r && prepare(w)) {
		snprintf(why, sizeof(why), "memory ran out");
		r = EXIT_SYSTEM;
	}
	if (!r && live_session_serves(&w->session)) {
		char buf[UI_LINE];
		struct text t = text_init(buf, sizeof(buf));

		text_str(&t, "serving ");
		serve_session_words(&w->session.serve, &t);
		say(w, TONE_SAID, buf);
	}
	if (!r) {
		front_draw(w->front);
		if (loop_run(&w->loop)) {
			snprintf(why, sizeof(why), "waiting for frames failed");
			r = EXIT_SYSTEM;
		}
	}
	front_close(w->front);
	if (r)
		fprintf(stderr, "bootscope: %s\n", why);
	return r;
}

/* What stays to be said when the screens are gone: a verdict a board, and what was saved. */
static void farewell(const struct watch *w, const struct options *o)
{
	struct report_source from = { .live = true };
	struct report_style style;
	struct save_told s;

	scope_end(w->front->scope);
	if (scope_clients(w->front->scope) && style_of(o, &style) == 0) {
		style.quiet = true;
		report_text(w->front->scope, &from, &style, stdout_output());
		(void)stdout_end(); /* asked again at the end of the program */
	}
	if (!w->session.save)
		return;
	s = save_told(w->session.save);
	fprintf(stderr, "bootscope: %llu frames saved in %u file%s\n", (unsigned long long)s.frames,
		s.files, s.files == 1 ? "" : "s");
}

int cmd_watch_live(const struct options *o)
{
	static struct watch w;
	int r;

	w.front = front_new();
	if (!w.front)
		return EXIT_SYSTEM;
	w.left = o->count;
	live_session_init(&w.session);
	r = run(&w, o);
	if (w.session.live)
		farewell(&w, o);
	live_session_close(&w.session);
	return r;
}
