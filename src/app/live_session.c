/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "live_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine.h"
#include "input_files.h"
#include "stdout.h"

enum { FRAMES_AT_ONCE = 4096 };

static int status_of(int r)
{
	return r == -EINVAL || r == -ENODEV || r == -E2BIG ? EXIT_USAGE : EXIT_SYSTEM;
}

static int choose(const struct options *o, struct live_session *s, char *why, size_t n)
{
	int r;

	if (o->serve)
		s->interface[s->n_interfaces++] = o->serve->interface;
	for (int i = 0; i < o->n_interfaces && !o->serve; i++)
		s->interface[s->n_interfaces++] = o->interface[i];
	if (s->n_interfaces)
		return 0;
	r = live_choose(s->links, s->chosen, why, n);
	if (r)
		return EXIT_SYSTEM;
	s->interface[s->n_interfaces++] = s->chosen;
	return 0;
}

static struct live_options how(const struct options *o, const struct live_session *s)
{
	return (struct live_options) {
		.interface = s->interface,
		.n_interfaces = s->n_interfaces,
		.filter = s->filter,
		.snaplen = o->on[OPT_SNAPLEN] && !o->snaplen ? UINT32_MAX : (uint32_t)o->snaplen,
		.buffer_kib = (uint32_t)o->buffer_kib,
		.not_promiscuous = o->on[OPT_NO_PROMISCUOUS],
		.immediate = o->on[OPT_IMMEDIATE],
		.all = o->on[OPT_ALL_FRAMES],
	};
}

/* Devices and pipes are opened now, and once; files are made by the helper whenever one is due. */
static bool made_by_helper(const char *name)
{
	struct stat st;

	return strcmp(name, "-") != 0 && (stat(name, &st) || S_ISREG(st.st_mode));
}

static int make(void *ctx, const char *name)
{
	struct live_session *s = ctx;
	const char *base = strrchr(name, '/');
	int fd;

	if (s->helper.fd >= 0)
		return file_helper_make(&s->helper, 0, base ? base + 1 : name, true);
	fd = open(name, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Before there are sockets, of which it shall have none. */
static int start_helper(const struct options *o, struct live_session *s, char *why, size_t n)
{
	const char *name = o->value[OPT_WRITE];

	if (!name || !made_by_helper(name))
		return 0;
	return file_helper_start(&name, 1, o->value[OPT_USER], &s->helper, why, n) ? EXIT_SYSTEM
										   : 0;
}

static int open_save(const struct options *o, struct live_session *s, char *why, size_t n)
{
	const char *name = o->value[OPT_WRITE];
	struct save_how save = {
		.name = name,
		.rotate_bytes = o->rotate_mb * 1000000,
		.files = (uint32_t)o->rotate_files,
		.names = s->seen,
		.n_names = LIVE_SEEN_MAX,
		.application = "bootscope " PACKAGE_VERSION,
		.make = make,
		.ctx = s,
	};

	if (!name)
		return 0;
	return save_open(&save, &s->save, why, n) ? EXIT_SYSTEM : 0;
}

/* Those that are captured on later are added as they come. */
static void note_seen(struct live_session *s)
{
	for (uint32_t i = 0; i < live_seen_count(s->live); i++)
		s->seen[i] = live_seen(s->live, i)->name;
}

static int open_capture(const struct options *o, struct live_session *s, char *why, size_t n)
{
	struct live_options live = how(o, s);
	int r = live_open(&live, s->links, &s->live, why, n);

	if (r)
		return status_of(r);
	note_seen(s);
	return 0;
}

void live_session_init(struct live_session *s)
{
	memset(s, 0, sizeof(*s));
	s->helper.fd = s->serve.keeper.fd = s->errand.fd = -1;
}

int live_session_open(const struct options *o, struct live_session *s)
{
	char why[LIVE_WHY_MAX];
	int r = input_filter(o, &s->filter);

	if (r)
		return r;
	r = start_helper(o, s, why, sizeof(why));
	if (!r && o->serve) {
		r = serve_session_start(o, o->serve, &s->serve);
		if (r) {
			live_session_close(s);
			return r;
		}
	}
	/* last of them: the others inherit nothing of it. Without it all goes on but what it does
	 */
	if (!r && s->aside &&
	    errand_start(s->aside, &s->errand, s->errand_why, sizeof(s->errand_why)))
		s->errand.fd = -1;
	if (!r && links_open(&s->links, why, sizeof(why)))
		r = EXIT_SYSTEM;
	if (!r)
		r = choose(o, s, why, sizeof(why));
	if (!r)
		r = open_capture(o, s, why, sizeof(why));
	if (!r)
		r = open_save(o, s, why, sizeof(why));
	if (r) {
		fprintf(stderr, "bootscope: %s\n", why);
		live_session_close(s);
		return r;
	}
	s->source = live_source(s->live);
	/* from the first frame on it is seen what they answer */
	if (o->serve)
		r = serve_session_go(&s->serve);
	if (r)
		live_session_close(s);
	return r;
}

bool live_session_serves(const struct live_session *s)
{
	return s->serve.keeper.fd >= 0 && !s->serve.gone;
}

int live_session_confine(const struct options *o, const struct live_session *s, int helper,
			 bool terminal, char *why, size_t n)
{
	struct sandbox box = { .packets = true, .terminal = terminal };
	int fds[LIVE_PORTS_MAX];

	if (s->helper.fd >= 0)
		box.sender[box.n_senders++] = s->helper.fd;
	if (s->errand.fd >= 0)
		box.sender[box.n_senders++] = s->errand.fd;
	if (helper >= 0)
		box.sender[box.n_senders++] = helper;
	if (links_ask_fd(s->links) >= 0)
		box.sender[box.n_senders++] = links_ask_fd(s->links);
	box.n_silent = (int)s->source.fds(s->source.ctx, fds, LIVE_PORTS_MAX);
	memcpy(box.silent, fds, (size_t)box.n_silent * sizeof(fds[0]));
	return confine(o, &box, why, n);
}

bool live_session_read(struct live_session *s, struct scope *scope, uint64_t *left)
{
	struct frame f;

	for (int i = 0; i < FRAMES_AT_ONCE; i++) {
		if (!*left || s->source.next(s->source.ctx, &f) != 1)
			return false;
		scope_frame(scope, &f);
		if (s->save)
			save_frame(s->save, &f);
		--*left;
	}
	return true;
}

void live_session_links(struct live_session *s)
{
	s->events.n = s->events.lost = 0;
	if (links_refresh(s->links, &s->events))
		s->events.n = 0; /* asked again when there is more to hear */
	(void)live_follow(s->live, links_list(s->links));
}

int live_session_switch(struct live_session *s, uint32_t port, const char *name, char *why,
			size_t n)
{
	const struct link *to = link_by_name(links_list(s->links), name);
	int r = -ENODEV;

	if (to)
		r = live_switch(s->live, port, to, why, n);
	else
		snprintf(why, n, "%s is gone", name);
	note_seen(s);
	return r;
}

bool live_session_concerns(const struct live_session *s, const struct link_event *e)
{
	const struct link_list *list = links_list(s->links);
	const struct link *l = link_by_index(list, e->index);

	for (uint32_t i = 0; i < live_ports(s->live); i++) {
		const char *name = live_port(s->live, i)->name;
		const struct link *port = link_by_name(list, name);

		if (strcmp(e->name, name) == 0)
			return true;
		if (port && l && l->master == port->index)
			return true;
	}
	return false;
}

int live_session_listen(const struct live_session *s, struct loop *loop,
			const struct live_heard *to, void *ctx)
{
	int fds[LIVE_PORTS_MAX], r = 0;
	uint32_t n = s->source.fds(s->source.ctx, fds, LIVE_PORTS_MAX);

	for (uint32_t i = 0; i < n && !r; i++)
		r = loop_add(loop, fds[i], to->frames, ctx);
	if (!r)
		r = loop_add(loop, links_fd(s->links), to->links, ctx);
	if (!r)
		r = loop_add(loop, s->serve.keeper.fd, to->serve, ctx);
	loop_timer(loop, 0, to->time, ctx);
	return r;
}

void live_session_close(struct live_session *s)
{
	uint64_t dropped[LIVE_SEEN_MAX] = { 0 }, now = 0;

	if (s->live) {
		now = live_now(s->live);
		(void)s->source.dropped(s->source.ctx);
		for (uint32_t i = 0; i < live_seen_count(s->live); i++)
			dropped[i] = live_seen(s->live, i)->dropped;
	}
	save_close(s->save, s->live ? dropped : NULL, now);
	errand_end(&s->errand);
	serve_session_end(&s->serve);
	live_close(s->live);
	links_close(s->links);
	if (s->helper.fd >= 0)
		file_helper_end(&s->helper);
	free(s->filter);
	live_session_init(s);
}
