/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp_check.h"

#include <string.h>

#include "text.h"
#include "tftp.h"

enum { LAST_BLOCK = 65535, PAUSE_MS = 20, FIRST_PORT = 49152, TTL = 64 };

static const uint64_t ms = 1000000;
static const char broken_off[] = "bootscope audit: seen enough";
static const char nobodys[] = "bootscope-audit-no-such-file";

/* How it is asked, as rows that fetch takes for a board's: impatient ones. */
#define ASKS(...) \
	.options = { __VA_ARGS__ }, .look_text = broken_off, .repeat_ms = 1000, .silence_ms = 3000

static const struct trial {
	bool look; /* the first answer says it */
	struct probe_profile how;
} trials[TRIALS] = {
	[TRIAL_SIZES] = { true, { ASKS({ "tsize", "0" }, { "blksize", "1468" }) } },
	[TRIAL_1428] = { true, { ASKS({ "blksize", "1428" }) } },
	[TRIAL_1024] = { true, { ASKS({ "tsize", "0" }, { "blksize", "1024" }) } },
	[TRIAL_WINDOW] = { false, { ASKS({ "windowsize", "16" }) } },
	[TRIAL_CASE] = { true, { ASKS({ "tsize", "0" }) } },
	[TRIAL_SLASH] = { true, { ASKS({ "tsize", "0" }) } },
	[TRIAL_SLASHES] = { true, { ASKS({ "tsize", "0" }) } },
	[TRIAL_MISSING] = { true, { ASKS({ "tsize", "0" }, { "blksize", "1468" }) } },
	[TRIAL_ROLLOVER] = { false, { ASKS({ "windowsize", "16" }) } },
};

/* ---- what is asked for ---- */

static const char *base_of(const char *name)
{
	const char *base = name;

	for (; *name; name++)
		if (*name == '/')
			base = name + 1;
	return base;
}

static char other_case(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The file's own name, the folder as it is; false: there is no letter in it. */
static bool name_in_other_case(const char *name, struct text *t)
{
	bool letters = false;

	for (const char *base = base_of(name); *name; name++) {
		char c = name < base ? *name : other_case(*name);

		letters |= c != *name;
		text_char(t, c);
	}
	return letters;
}

static bool name_with_slashes(const char *name, struct text *t)
{
	const char *base = base_of(name);

	if (base < name + 2 || base[-2] == '/')
		return false;
	for (; *name; name++) {
		if (name == base)
			text_char(t, '/');
		text_char(t, *name);
	}
	return true;
}

/* Enough blocks of 512 for it, and in time: one round trip for each window. */
static bool rolls(struct tftp_check *c)
{
	const struct tftp_tried *s = &c->tried[TRIAL_SIZES], *w = &c->tried[TRIAL_WINDOW];
	uint64_t size = s->has_size ? s->size : c->setup.size;
	uint32_t window = w->asked && w->burst > 1 ? w->burst : 1;
	uint64_t turn = c->setup.block_ns && c->setup.block_ns < c->quickest_ns ? c->setup.block_ns
										: c->quickest_ns;

	if (c->setup.no_rollover || size < (uint64_t)LAST_BLOCK * TFTP_DEFAULT_BLKSIZE)
		return false;
	c->too_slow = turn * LAST_BLOCK / window > c->setup.rollover_ms * ms;
	return !c->too_slow;
}

/* False: there is nothing to ask. */
static bool trial_name(struct tftp_check *c, enum tftp_trial i, struct text *t)
{
	const char *name = c->setup.name;

	switch (i) {
	case TRIAL_CASE:
		return name_in_other_case(name, t) && !t->cut;
	case TRIAL_SLASH:
		if (name[0] != '/')
			text_char(t, '/');
		text_str(t, name[0] == '/' ? name + 1 : name);
		return !t->cut;
	case TRIAL_SLASHES:
		return name_with_slashes(name, t) && !t->cut;
	case TRIAL_MISSING:
		text_str(t, nobodys);
		return true;
	case TRIAL_ROLLOVER:
		text_str(t, name);
		return rolls(c);
	case TRIAL_SIZES:
	case TRIAL_1428:
	case TRIAL_1024:
	case TRIAL_WINDOW:
	case TRIALS:
		break;
	}
	text_str(t, name);
	return true;
}

/* ---- asking ---- */

static void put(struct tftp_check *c)
{
	struct probe_datagram d = { .src = c->setup.own,
				    .dst = c->setup.server,
				    .sport = c->fetch.port,
				    .dport = c->fetch.out.port,
				    .ttl = TTL };

	d.data = bytes_of(c->fetch.out.data, c->fetch.out.n);
	if (d.data.n)
		c->send(c->ctx, &d);
}

static void ask(struct tftp_check *c, uint64_t now_ns)
{
	const struct trial *trial = &trials[c->now];
	struct tftp_tried *t = &c->tried[c->now];
	struct text name = text_init(t->name, sizeof(t->name));

	if (!trial_name(c, c->now, &name)) {
		c->now++;
		return;
	}
	t->asked = c->asking = true;
	fetch_begin(&c->fetch, &trial->how, t->name, trial->look, c->setup.server, c->setup.port++,
		    1, now_ns);
	if (c->setup.port < FIRST_PORT)
		c->setup.port = FIRST_PORT;
	put(c);
}

/* Nobody answers, or not with the file that is said to be there: the others would say the same. */
static bool in_vain(const struct tftp_check *c)
{
	const struct tftp_tried *t = &c->tried[c->now];

	return c->now == TRIAL_SIZES &&
	       (t->end == FETCH_SILENT || t->end == FETCH_MISSING || !t->port);
}

static void ended(struct tftp_check *c, enum fetch_end end, uint64_t now_ns)
{
	const struct fetch *f = &c->fetch;
	struct tftp_tried *t = &c->tried[c->now];

	t->end = end;
	t->oack = f->sized;
	t->has_size = f->has_size;
	t->size = f->size;
	t->blksize = f->blksize;
	t->window = f->window;
	t->error_code = f->error_code;
	memcpy(t->error, f->error, sizeof(t->error));
	t->stranger = f->stranger;
	t->port = f->their;
	t->resent = f->resent;
	c->asking = false;
	c->now = in_vain(c) ? TRIALS : c->now + 1;
	c->next_ns = now_ns + PAUSE_MS * ms;
}

static void break_off(struct tftp_check *c, uint64_t now_ns)
{
	fetch_stop(&c->fetch, broken_off, now_ns);
	put(c);
	ended(c, FETCH_GOES_ON, now_ns);
}

/* The number behind the last one, before fetch sees it: it goes on with 0 only. */
static bool turned_over(struct tftp_check *c, struct bytes datagram)
{
	struct reader r = reader_init(datagram.p, datagram.n, datagram.n);
	struct tftp m;

	if (c->fetch.bytes < (uint64_t)LAST_BLOCK * c->fetch.blksize || tftp_decode(&r, &m) ||
	    m.op != TFTP_DATA || !tftp_follows(m.block, LAST_BLOCK))
		return false;
	c->tried[c->now].wrapped = true;
	c->tried[c->now].next = m.block;
	return true;
}

/* ---- what is called ---- */

void tftp_check_init(struct tftp_check *c, const struct tftp_check_setup *setup,
		     void (*to)(void *ctx, const struct probe_datagram *d), void *ctx)
{
	memset(c, 0, sizeof(*c));
	c->setup = *setup;
	c->send = to;
	c->ctx = ctx;
	c->quickest_ns = UINT64_MAX;
	if (c->setup.port < FIRST_PORT)
		c->setup.port = FIRST_PORT;
}

static void answered(struct tftp_check *c, uint64_t now_ns)
{
	uint64_t took = now_ns > c->fetch.begun_ns ? now_ns - c->fetch.begun_ns : 1;

	c->tried[c->now].took_ns = took;
	c->quickest_ns = took < c->quickest_ns ? took : c->quickest_ns;
}

void tftp_check_take(struct tftp_check *c, const struct probe_datagram *d, uint64_t now_ns)
{
	struct fetch *f = &c->fetch;
	struct tftp_tried *t = &c->tried[c->now];
	bool answer, before = f->answered;
	enum fetch_end end;

	if (!c->asking || d->dport != f->port)
		return;
	if (c->now == TRIAL_ROLLOVER && d->src == f->server && d->sport == f->their &&
	    turned_over(c, d->data)) {
		break_off(c, now_ns);
		return;
	}
	end = fetch_take(f, d->src, d->sport, d->data, now_ns, &answer);
	if (f->answered && !before)
		answered(c, now_ns);
	if (c->now == TRIAL_WINDOW && f->block && (answer || end != FETCH_GOES_ON)) {
		t->burst = f->block;
		if (end == FETCH_GOES_ON) {
			break_off(c, now_ns);
			return;
		}
	}
	if (answer)
		put(c);
	if (end != FETCH_GOES_ON)
		ended(c, end, now_ns);
}

void tftp_check_tick(struct tftp_check *c, uint64_t now_ns)
{
	enum fetch_end end;
	bool again;

	while (!c->asking && c->now < TRIALS && now_ns >= c->next_ns)
		ask(c, now_ns);
	if (!c->asking || now_ns < tftp_check_next(c))
		return;
	/* the rest of the window does not come; or it takes longer than it was to */
	if (c->now == TRIAL_WINDOW && c->fetch.block)
		c->tried[c->now].burst = c->fetch.block;
	if ((c->now == TRIAL_WINDOW && c->fetch.block) ||
	    (c->now == TRIAL_ROLLOVER && now_ns >= c->fetch.begun_ns + c->setup.rollover_ms * ms)) {
		c->too_slow = c->now == TRIAL_ROLLOVER;
		break_off(c, now_ns);
		return;
	}
	end = fetch_tick(&c->fetch, now_ns, &again);
	if (again)
		put(c);
	if (end != FETCH_GOES_ON)
		ended(c, end, now_ns);
}

uint64_t tftp_check_next(const struct tftp_check *c)
{
	uint64_t next, end;

	if (c->now == TRIALS)
		return UINT64_MAX;
	if (!c->asking)
		return c->next_ns;
	next = fetch_next(&c->fetch);
	end = c->fetch.begun_ns + c->setup.rollover_ms * ms;
	return c->now == TRIAL_ROLLOVER && end < next ? end : next;
}
