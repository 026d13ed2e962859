/* SPDX-License-Identifier: BSD-2-Clause */
/* serve --no-watch: the responders and what they tell, a line each; nobody looks at the wire. */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "confine.h"
#include "events.h"
#include "json.h"
#include "loop.h"
#include "serve_session.h"
#include "stdout.h"

enum { LINE = 1280 };

struct lines {
	const struct options *o;
	struct serve_session serve;
	struct loop loop;
};

static void line(struct lines *l, const char *change, const char *words)
{
	struct timespec now;
	struct notice n = { .event = "serve", .change = change, .words = words };
	const struct output to = stdout_output();
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	struct json json;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	n.time_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	if (l->o->on[OPT_JSON_LINES]) {
		json_init(&json, to, false);
		notice_json(&n, &json.sink);
	} else {
		notice_line(&n, &t);
		to.write(to.ctx, t.buf, t.pos);
	}
	to.write(to.ctx, "\n", 1);
	if (stdout_end())
		loop_stop(&l->loop);
}

static bool on_serve(void *ctx)
{
	struct lines *l = ctx;
	struct serve_said said;

	while (serve_session_hear(&l->serve, &said))
		line(l, said.key, said.words);
	if (!l->serve.gone)
		return false;
	if (!l->serve.stopping)
		line(l, "gone",
		     "the process that keeps the responders ended: nothing is served any more");
	loop_stop(&l->loop);
	return false;
}

/* What is under way finishes; who asks twice does not wait for it. */
static bool on_end(void *ctx)
{
	struct lines *l = ctx;

	if (l->serve.stopping)
		loop_stop(&l->loop);
	else
		serve_session_stop(&l->serve);
	return false;
}

static int prepare(struct lines *l)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	int r = 0;

	loop_init(&l->loop);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]) && !r; i++)
		r = loop_signal(&l->loop, signals[i], on_end, l);
	return r ? r : loop_add(&l->loop, l->serve.keeper.fd, on_serve, l);
}

static int run(struct lines *l)
{
	struct sandbox box = { 0 };
	char why[SANDBOX_WHY_MAX], words[LINE];
	struct text t = text_init(words, sizeof(words));
	int r = serve_session_go(&l->serve);

	if (!r && prepare(l))
		r = EXIT_SYSTEM;
	if (r)
		return r;
	r = confine(l->o, &box, why, sizeof(why));
	if (r) {
		fprintf(stderr, "bootscope: %s\n", why);
		return r;
	}
	serve_session_words(&l->serve, &t);
	line(l, "ready", words);
	r = loop_run(&l->loop);
	return r || (l->serve.gone && !l->serve.stopping) ? EXIT_SYSTEM : EXIT_FINE;
}

int cmd_serve_lines(const struct options *o)
{
	struct lines l = { .o = o };
	int r = serve_session_start(o, o->serve, &l.serve);

	if (!r)
		r = run(&l);
	serve_session_end(&l.serve);
	return r;
}
