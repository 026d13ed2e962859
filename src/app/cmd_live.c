/* SPDX-License-Identifier: BSD-2-Clause */
/* Live capture as lines: for logs, for grep, and for programs (--json-lines). */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "events.h"
#include "json.h"
#include "live_session.h"
#include "loop.h"
#include "report.h"
#include "room.h"
#include "seed.h"

enum { LINE = 4096, STEP_NS = 200000000, FLUSH_NS = 1000000000, DROPS_NS = 10 * 1000000000LL };

/* A frame waits in the kernel's buffer before it reaches us: the time told to the model stays
 * behind the clock by more than that, so that no frame comes from its past. */
enum { BEHIND_NS = 100000000 };

struct watch {
	const struct options *o;
	struct live_session session;
	struct scope *scope;
	struct news *news;
	struct loop loop;
	FILE *to; /* where lines go */
	uint64_t left, flushed_ns, looked_ns, drops_ns, dropped, held_ns;
	uint32_t steps;
	enum live_state state[LIVE_PORTS_MAX];
	bool more; /* frames at hand that were not read */
};

static void put(void *ctx, const char *p, uint32_t n)
{
	struct watch *w = ctx;

	fwrite(p, 1, n, w->to); /* ferror() remembers, and flush() looks */
}

static struct output output(struct watch *w)
{
	return (struct output) { w, put };
}

/* Everything said so far gets out; when nobody listens any more, it is over. */
static void flush(struct watch *w)
{
	if (fflush(w->to) == 0 && !ferror(w->to))
		return;
	if (errno == EPIPE)
		clearerr(w->to); /* had enough, as head has */
	loop_stop(&w->loop);
}

static void put_line(struct watch *w, struct text *t)
{
	put(w, t->buf, t->pos);
	put(w, "\n", 1);
}

static void tell(void *ctx, const struct news_item *item)
{
	struct watch *w = ctx;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	struct json json;
	bool finding = item->kind == NEWS_FINDING || item->kind == NEWS_CLEARED;

	if (finding && findings[item->id].severity == INFO && !w->o->on[OPT_VERBOSE])
		return;
	if (w->o->on[OPT_JSON_LINES]) {
		json_init(&json, output(w), false);
		event_json(item, &json.sink);
		put(w, "\n", 1);
		return;
	}
	event_line(item, &t);
	put_line(w, &t);
}

static void notice(struct watch *w, struct notice n)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	struct json json;

	n.time_ns = live_now(w->session.live);
	if (w->o->on[OPT_JSON_LINES]) {
		json_init(&json, output(w), false);
		notice_json(&n, &json.sink);
		put(w, "\n", 1);
		return;
	}
	notice_line(&n, &t);
	put_line(w, &t);
}

static bool on_frames(void *ctx)
{
	struct watch *w = ctx;

	w->more = live_session_read(&w->session, w->scope, &w->left);
	if (!w->left)
		loop_stop(&w->loop);
	return w->more;
}

static bool on_links(void *ctx)
{
	struct watch *w = ctx;

	live_session_links(&w->session);
	for (uint32_t i = 0; i < w->session.events.n; i++) {
		const struct link_event *e = &w->session.events.row[i];
		char buf[64];
		struct text t = text_init(buf, sizeof(buf));

		if (!live_session_concerns(&w->session, e))
			continue;
		if (!address_none(e->address))
			text_address(&t, e->address);
		notice(w, (struct notice) { .event = "link",
					    .interface = e->name,
					    .change = link_change_key(e->change),
					    .words = t.pos ? buf : NULL });
	}
	return false;
}

/* What the responders tell; when they are gone although nobody asked them to, it is over too. */
static bool on_serve(void *ctx)
{
	struct watch *w = ctx;
	struct serve_said said;

	while (serve_session_hear(&w->session.serve, &said))
		notice(w, (struct notice) {
				  .event = "serve", .change = said.key, .words = said.words });
	if (!w->session.serve.gone)
		return false;
	if (!w->session.serve.stopping)
		notice(w, (struct notice) { .event = "serve",
					    .change = "gone",
					    .words = "the process that keeps the responders ended: "
						     "nothing is served any more" });
	loop_stop(&w->loop);
	return false;
}

static void tell_states(struct watch *w)
{
	static const char *const words[] = { "capturing", "down", "gone" };

	for (uint32_t i = 0; i < live_ports(w->session.live); i++) {
		const struct live_port *p = live_port(w->session.live, i);

		if (p->state == w->state[i])
			continue;
		w->state[i] = p->state;
		notice(w, (struct notice) { .event = "capture",
					    .interface = p->name,
					    .change = words[p->state] });
	}
}

static void tell_losses(struct watch *w, uint64_t now)
{
	uint64_t dropped = w->session.source.dropped(w->session.source.ctx);
	const char *trouble = w->session.save ? save_trouble(w->session.save) : NULL;
	int64_t by;

	scope_dropped(w->scope, dropped);
	if (dropped > w->dropped && now - w->drops_ns >= DROPS_NS) {
		notice(w, (struct notice) { .event = "dropped",
					    .count = dropped - w->dropped,
					    .with_count = true,
					    .words = "frames that the kernel had no room for: give "
						     "it more with -B" });
		w->dropped = dropped;
		w->drops_ns = now;
	}
	if (trouble)
		notice(w,
		       (struct notice) { .event = "save", .change = "trouble", .words = trouble });
	if (live_steps(w->session.live, &by) != w->steps) {
		w->steps = live_steps(w->session.live, &by);
		notice(w, (struct notice) { .event = "clock",
					    .change = by > 0 ? "set-forward" : "set-back",
					    .count = (uint64_t)(by > 0 ? by : -by) / 1000000,
					    .with_count = true,
					    .words = "milliseconds; times here go on as before" });
	}
}

/* New clients are told of a few at a time. */
static void tell_held(struct watch *w, uint64_t now)
{
	uint32_t n = news_held(w->news);

	if (!n || now - w->held_ns < DROPS_NS)
		return;
	w->held_ns = now;
	notice(w, (struct notice) { .event = "held",
				    .count = n,
				    .with_count = true,
				    .words = "more new clients not shown: too many at once; the "
					     "report has them" });
}

static uint64_t on_time(void *ctx, uint64_t now)
{
	struct watch *w = ctx;

	/* where nothing tells of changes they are looked for */
	if (links_fd(w->session.links) < 0 && now - w->looked_ns >= FLUSH_NS) {
		w->looked_ns = now;
		on_links(w);
	}
	(void)live_follow(w->session.live, links_list(w->session.links));
	if (!w->more)
		scope_tick(w->scope, live_now(w->session.live) - BEHIND_NS);
	tell_states(w);
	news_look(w->news, w->scope, tell, w);
	tell_losses(w, now);
	tell_held(w, now);
	if (w->session.save && now - w->flushed_ns >= FLUSH_NS) {
		w->flushed_ns = now;
		if (save_flush(w->session.save) == -EPIPE)
			loop_stop(&w->loop);
	}
	flush(w);
	return now + STEP_NS;
}

static bool on_end(void *ctx)
{
	struct watch *w = ctx;

	/* what is under way finishes; who asks twice does not wait for it */
	if (live_session_serves(&w->session) && !w->session.serve.stopping) {
		serve_session_stop(&w->session.serve);
		return false;
	}
	loop_stop(&w->loop);
	return false;
}

/* SIGUSR1: how it stands, beside what else is said. */
static bool on_summary(void *ctx)
{
	struct watch *w = ctx;
	uint32_t by_outcome[OUTCOME_GAVE_UP + 1] = { 0 };

	for (uint32_t i = 0; i < scope_clients(w->scope); i++) {
		const struct boot *b = client_last_boot(scope_client(w->scope, i));

		if (b)
			by_outcome[b->outcome]++;
	}
	fprintf(stderr, "bootscope: %" PRIu64 " frames, %" PRIu64 " dropped, %u clients",
		scope_counts(w->scope)->frames, w->session.source.dropped(w->session.source.ctx),
		scope_clients(w->scope));
	for (int k = 0; k <= OUTCOME_GAVE_UP; k++)
		if (by_outcome[k])
			fprintf(stderr, ", %u %s", by_outcome[k], outcome_key((enum outcome)k));
	if (w->session.save)
		fprintf(stderr, "; %" PRIu64 " frames saved", save_told(w->session.save).frames);
	fprintf(stderr, "\n");
	return false;
}

static int prepare(struct watch *w)
{
	static const struct {
		int number;
		loop_fn *fn;
	} signals[] = {
		{ SIGINT, on_end }, { SIGTERM, on_end }, { SIGHUP, on_end }, { SIGUSR1, on_summary }
	};
	static const struct live_heard heard = { on_frames, on_links, on_serve, on_time };
	int r = 0;

	loop_init(&w->loop);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]) && !r; i++)
		r = loop_signal(&w->loop, signals[i].number, signals[i].fn, w);
	return r ? r : live_session_listen(&w->session, &w->loop, &heard, w);
}

static int model(struct watch *w)
{
	struct scope_limits limits = room_limits(w->o, false);
	void *mem, *news = room(news_size(limits.clients));

	limits.audits_aside = true;
	mem = room(scope_size(&limits));

	if (!mem || !news)
		return -ENOMEM;
	w->scope = scope_init(mem, &limits);
	w->news = news_init(news, limits.clients, seed_word());
	return 0;
}

/* What was saved and lost, then the report. */
static void finish(struct watch *w, const struct report_style *style)
{
	struct report_source from = { .files = w->o->interface,
				      .n_files = (uint32_t)w->o->n_interfaces,
				      .live = true };
	char *one[] = { w->session.chosen };
	char words[160];
	struct text t = text_init(words, sizeof(words));
	struct json json;

	scope_dropped(w->scope, w->session.source.dropped(w->session.source.ctx));
	scope_end(w->scope);
	news_look(w->news, w->scope, tell, w);
	if (w->session.save) {
		struct save_told s;
		unsigned long long saved, not ;

		save_flush(w->session.save);
		s = save_told(w->session.save);
		saved = s.frames - s.waiting;
		not = s.lost + s.waiting;
		text_fmt(&t, "%llu frames saved in %u file%s", saved, s.files,
			 s.files == 1 ? "" : "s");
		if (not )
			text_fmt(&t, ", %llu not: there was no room", not );
	}
	notice(w, (struct notice) { .event = "end",
				    .count = scope_counts(w->scope)->frames,
				    .with_count = true,
				    .words = t.pos ? words : NULL });
	if (!from.n_files)
		from = (struct report_source) { .files = one, .n_files = 1, .live = true };
	if (w->o->on[OPT_JSON_LINES]) {
		json_init(&json, output(w), false);
		report_json(w->scope, &from, &json.sink);
		put(w, "\n", 1);
	} else {
		put(w, "\n", 1);
		report_text(w->scope, &from, style, output(w));
	}
	flush(w);
}

static void start(struct watch *w)
{
	for (uint32_t i = 0; i < live_ports(w->session.live); i++) {
		const char *name = live_port(w->session.live, i)->name;
		const struct link *l = link_by_name(links_list(w->session.links), name);

		notice(w, (struct notice) { .event = "start",
					    .interface = name,
					    .words = "bootscope " PACKAGE_VERSION });
		if (l && !l->carrier)
			notice(w, (struct notice) {
					  .event = "link",
					  .interface = name,
					  .change = link_change_key(LINK_CARRIER_DOWN),
					  .words = "no cable, or nothing at its other end" });
	}
	if (live_session_serves(&w->session)) {
		char words[LINE];
		struct text t = text_init(words, sizeof(words));

		serve_session_words(&w->session.serve, &t);
		notice(w, (struct notice) { .event = "serve", .change = "ready", .words = words });
	}
	flush(w);
}

static int run(struct watch *w)
{
	struct report_style style;
	char why[LIVE_WHY_MAX];
	int r = style_of(w->o, &style);

	if (!r)
		r = live_session_open(w->o, &w->session);
	if (r)
		return r;
	if (model(w) || prepare(w)) {
		fprintf(stderr, "bootscope: no memory for the model\n");
		return EXIT_SYSTEM;
	}
	r = live_session_confine(w->o, &w->session, -1, false, why, sizeof(why));
	if (r) {
		fprintf(stderr, "bootscope: %s\n", why);
		return r;
	}
	style.quiet = false; /* -q chose the lines */
	start(w);
	r = loop_run(&w->loop);
	if (r)
		fprintf(stderr, "bootscope: waiting for frames: %s\n", strerror(-r));
	finish(w, &style);
	if (w->session.serve.gone && !w->session.serve.stopping)
		r = -EPIPE;
	return r                                                                  ? EXIT_SYSTEM
	       : report_fatal(w->scope, &(struct report_source) { .live = true }) ? EXIT_FOUND
										  : EXIT_FINE;
}

int cmd_live(const struct options *o)
{
	struct watch *w = room(sizeof(*w));
	int r;

	if (o->on[OPT_LIST_INTERFACES])
		return live_list();
	if (o->on[OPT_LIST_LINKS] || o->on[OPT_SHOW_FILTER])
		return live_show(o);
	if (!w) {
		fprintf(stderr, "bootscope: memory ran out\n");
		return EXIT_SYSTEM;
	}
	live_session_init(&w->session);
	w->o = o;
	w->left = o->count;
	/* standard output may be taken by the frames */
	w->to = o->on[OPT_WRITE] && strcmp(o->value[OPT_WRITE], "-") == 0 ? stderr : stdout;
	r = run(w);
	live_session_close(&w->session);
	return r;
}
