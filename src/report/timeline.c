/* SPDX-License-Identifier: BSD-2-Clause */
#include "timeline.h"

#include <string.h>

#include "dhcp.h"

/* ---- the scale ---- */

void scale_add(struct scale *s, uint64_t ns)
{
	uint32_t i = s->n;

	if (!ns)
		return; /* not seen */
	while (i && s->ns[i - 1] > ns)
		i--;
	if (i && s->ns[i - 1] == ns)
		return;
	if (s->n == SCALE_MAX) {
		s->full = true;
		return;
	}
	memmove(&s->ns[i + 1], &s->ns[i], (s->n - i) * sizeof(s->ns[0]));
	s->ns[i] = ns;
	s->n++;
}

/* How long an interval is drawn: unit is a fortieth of the whole. At least a tenth of it; above one
 * unit a quarter more for each doubling. */
static uint64_t bent(uint64_t dt, uint64_t unit)
{
	uint64_t whole = unit, out = unit, step = unit / 4;

	if (dt < unit / 10)
		return unit / 10;
	if (dt <= unit)
		return dt;
	for (; whole <= dt / 2; whole *= 2)
		out += step;
	return out + step * ((dt - whole) * 16 / whole) / 16;
}

enum { WHOLE_BITS = 40, UNITS = 40 }; /* so that sums and products stay within 64 bits */

void scale_lay(struct scale *s)
{
	uint64_t whole = s->n ? s->ns[s->n - 1] - s->ns[0] : 0, unit, sum = 0, at = 0;
	uint32_t shift = 0;

	while (whole >> shift >> WHOLE_BITS)
		shift++;
	unit = (whole >> shift) / UNITS;
	unit = unit < 16 ? 16 : unit;
	for (uint32_t i = 1; i < s->n; i++)
		sum += bent((s->ns[i] - s->ns[i - 1]) >> shift, unit);
	for (uint32_t i = 0; i < s->n; i++) {
		if (i)
			at += bent((s->ns[i] - s->ns[i - 1]) >> shift, unit);
		s->at[i] = sum ? (uint32_t)(at * SCALE_FULL / sum) : 0;
	}
}

uint32_t scale_at(const struct scale *s, uint64_t ns)
{
	uint32_t lo = 0, hi = s->n;
	uint64_t dt, width;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (s->ns[mid] <= ns)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo)
		return 0;
	if (lo == s->n)
		return s->at[lo - 1];
	dt = ns - s->ns[lo - 1];
	width = s->at[lo] - s->at[lo - 1];
	for (hi = 0; dt >> hi >> WHOLE_BITS;)
		hi++;
	return s->at[lo - 1] + (uint32_t)((dt >> hi) * width / ((s->ns[lo] - s->ns[lo - 1]) >> hi));
}

/* ---- the drawing ---- */

enum { HEAD = 14, LANE_LABEL = 14, LANE_BAR = 18, LANE = 42, AXIS = 20, SILENCE_NS = 1000000000 };

enum lane { LANE_DHCP, LANE_FILES, LANE_ROOT, LANES };

static const char *const lane_labels[LANES] = { "DHCP", "Files", "Mount and NFS" };

struct drawing {
	const struct html *h;
	const struct boot *b;
	struct scale scale;
	int top[LANES]; /* of the lane; -1: nothing in it */
	int height;
};

static bool replied(const struct exchange *e)
{
	return e->n_replies > 0;
}

static void add_times(struct drawing *d)
{
	const struct boot *b = d->b;
	struct scale *s = &d->scale;

	scale_add(s, b->started_ns);
	scale_add(s, b->last_ns);
	for (int i = 0; i < STAGES; i++)
		scale_add(s, b->stage_ns[i]);
	for (const struct exchange *e = b->exchanges; e; e = e->next) {
		d->top[LANE_DHCP] = 0;
		scale_add(s, e->first_ns);
		scale_add(s, e->last_ns);
		for (const struct reply *r = e->replies; r; r = r->next)
			scale_add(s, r->first_ns);
	}
	for (const struct mount *m = mount_told(b->mounts); m; m = mount_told(m->next)) {
		d->top[LANE_ROOT] = 0;
		scale_add(s, m->first_ns);
		scale_add(s, m->last_ns);
	}
	for (const struct nfs_use *n = b->nfs; n; n = n->next) {
		d->top[LANE_ROOT] = 0;
		scale_add(s, n->first_ns);
		scale_add(s, n->last_ns);
	}
	for (const struct transfer *t = b->transfers; t; t = t->next) {
		d->top[LANE_FILES] = 0;
		scale_add(s, t->first_ns);
		scale_add(s, t->last_ns);
	}
}

static void attribute(const struct html *h, const char *name, uint32_t at)
{
	char buf[48];
	struct text t = text_init(buf, sizeof(buf));

	text_fmt(&t, " %s=\"", name);
	text_decimal(&t, at, 2);
	text_str(&t, "%\"");
	html_mark(h, buf);
}

static void pixels(const struct html *h, const char *name, int v)
{
	char buf[48];
	struct text t = text_init(buf, sizeof(buf));

	text_fmt(&t, " %s=\"%d\"", name, v);
	html_mark(h, buf);
}

/* Of the lane's height. */
enum part { PART_WHOLE, PART_UPPER, PART_LOWER };

/* A bar over a span of time, wide enough to be seen. words: what it is, shown on pointing at it. */
static void bar(const struct drawing *d, enum lane lane, enum part part, uint64_t from, uint64_t to,
		const char *class, const char *words)
{
	uint32_t x = scale_at(&d->scale, from), end = scale_at(&d->scale, to);

	html_mark(d->h, "<rect class=\"");
	html_mark(d->h, class);
	html_mark(d->h, "\"");
	attribute(d->h, "x", x);
	attribute(d->h, "width", end > x + 40 ? end - x : 40);
	pixels(d->h, "y", d->top[lane] + LANE_LABEL + 4 + (part == PART_LOWER) * LANE_BAR / 2);
	pixels(d->h, "height", part == PART_WHOLE ? LANE_BAR : LANE_BAR / 2 - 1);
	html_mark(d->h, "><title>");
	html_text(d->h, words);
	html_mark(d->h, "</title></rect>");
}

static void since(const struct boot *b, uint64_t ns, struct text *t)
{
	text_seconds(t, ns > b->started_ns ? ns - b->started_ns : 0, 3);
	text_str(t, " s ");
}

static void draw_dhcp(const struct drawing *d)
{
	char buf[160];

	for (const struct exchange *e = d->b->exchanges; e; e = e->next) {
		struct text t = text_init(buf, sizeof(buf));

		since(d->b, e->first_ns, &t);
		text_fmt(&t, "%s asks", agent_key(e->agent));
		if (!replied(e))
			text_str(&t, ", no reply");
		bar(d, LANE_DHCP, PART_UPPER, e->first_ns, e->last_ns,
		    replied(e) ? "ask" : "ask bad", buf);
		for (const struct reply *r = e->replies; r; r = r->next) {
			text_clear(&t);
			since(d->b, r->first_ns, &t);
			text_fmt(&t, "%s from ", dhcp_type_name(r->type));
			text_address(&t, r->from);
			bar(d, LANE_DHCP, PART_LOWER, r->first_ns, r->first_ns,
			    r->type == DHCP_NAK ? "reply bad" : "reply", buf);
		}
	}
}

const char *timeline_transfer_class(const struct transfer *t)
{
	switch ((enum transfer_outcome)t->outcome) {
	case TRANSFER_COMPLETE:
		return "good";
	case TRANSFER_PROBE:
		return "dim";
	case TRANSFER_NOT_FOUND:
		return t->role == FILE_OPTIONAL ? "dim" : "bad";
	case TRANSFER_REFUSED:
	case TRANSFER_STALLED:
		return "bad";
	case TRANSFER_IN_PROGRESS:
	case TRANSFER_CUT_OFF:
		break;
	}
	return "warn";
}

static void draw_files(const struct drawing *d)
{
	char buf[400];

	for (const struct transfer *f = d->b->transfers; f; f = f->next) {
		struct text t = text_init(buf, sizeof(buf));

		since(d->b, f->first_ns, &t);
		text_safe(&t, bytes_of(f->file, f->file_len < 80 ? f->file_len : 80));
		text_fmt(&t, ": %s", transfer_outcome_key((enum transfer_outcome)f->outcome));
		bar(d, LANE_FILES, PART_WHOLE, f->first_ns, f->last_ns, timeline_transfer_class(f),
		    buf);
	}
}

static void draw_root(const struct drawing *d)
{
	char buf[400];

	for (const struct nfs_use *n = d->b->nfs; n; n = n->next) {
		struct text t = text_init(buf, sizeof(buf));

		since(d->b, n->first_ns, &t);
		text_fmt(&t, "NFS v%u with ", n->version);
		text_address(&t, n->server);
		bar(d, LANE_ROOT, PART_LOWER, n->first_ns, n->last_ns, n->refused ? "bad" : "nfs",
		    buf);
	}
	for (const struct mount *m = mount_told(d->b->mounts); m; m = mount_told(m->next)) {
		struct text t = text_init(buf, sizeof(buf));

		since(d->b, m->first_ns, &t);
		text_str(&t, "mount ");
		text_safe(&t, bytes_str(m->path ? m->path : ""));
		text_fmt(&t, ": %s", mount_outcome_key(m->outcome));
		bar(d, LANE_ROOT, PART_UPPER, m->first_ns, m->last_ns,
		    m->outcome == MOUNT_OK ? "good" : "bad", buf);
	}
}

/* Does anything go on all the time between two moments? */
static bool busy(const struct boot *b, uint64_t from, uint64_t to)
{
	for (const struct transfer *t = b->transfers; t; t = t->next)
		if (t->first_ns <= from && t->last_ns >= to && t->outcome != TRANSFER_STALLED)
			return true;
	for (const struct nfs_use *n = b->nfs; n; n = n->next)
		if (n->first_ns <= from && n->last_ns >= to && n->replies)
			return true;
	for (const struct exchange *e = b->exchanges; e; e = e->next)
		if (e->first_ns <= from && e->last_ns >= to && e->discovers + e->bootp > 2)
			return true;
	return false;
}

static void label(const struct drawing *d, const char *class, uint32_t x, int y, const char *words)
{
	html_mark(d->h, "<text class=\"");
	html_mark(d->h, class);
	html_mark(d->h, x < 1000 ? "\"" : x > SCALE_FULL - 1000 ? " end\"" : " mid\"");
	attribute(d->h, "x", x);
	pixels(d->h, "y", y);
	html_mark(d->h, ">");
	html_text(d->h, words);
	html_mark(d->h, "</text>");
}

enum { SILENCE_WIDTH = 500, TICK_APART = 1700, TICK_END = 700 };

static void draw_silence(const struct drawing *d)
{
	const struct scale *s = &d->scale;
	char buf[32];

	for (uint32_t i = 1; i < s->n; i++) {
		uint64_t dt = s->ns[i] - s->ns[i - 1];
		struct text t = text_init(buf, sizeof(buf));

		if (dt < SILENCE_NS || s->at[i] - s->at[i - 1] < SILENCE_WIDTH ||
		    busy(d->b, s->ns[i - 1], s->ns[i]))
			continue;
		html_mark(d->h, "<rect class=\"silence\"");
		attribute(d->h, "x", s->at[i - 1]);
		attribute(d->h, "width", s->at[i] - s->at[i - 1]);
		pixels(d->h, "y", HEAD);
		pixels(d->h, "height", d->height - AXIS - HEAD);
		html_mark(d->h, "><title>");
		text_seconds(&t, dt, dt < UINT64_C(10000000000) ? 1 : 0);
		text_str(&t, " s");
		html_text(d->h, buf);
		html_mark(d->h, " of silence</title></rect>");
		if (s->at[i] - s->at[i - 1] >= SILENCE_WIDTH * 2)
			label(d, "mid", (s->at[i] + s->at[i - 1]) / 2, 10, buf);
	}
}

/* Ticks with room for their words; the two ends always. */
static void draw_axis(const struct drawing *d)
{
	const struct scale *s = &d->scale;
	char buf[32], before[32] = "";
	uint32_t last = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		struct text t = text_init(buf, sizeof(buf));

		if (i && i + 1 < s->n &&
		    (s->at[i] < last + TICK_APART || s->at[i] > SCALE_FULL - TICK_APART))
			continue;
		text_seconds(&t, s->ns[i] > d->b->started_ns ? s->ns[i] - d->b->started_ns : 0, 1);
		text_str(&t, " s");
		if (strcmp(buf, before) == 0)
			continue;
		memcpy(before, buf, sizeof(before));
		last = s->at[i];
		html_mark(d->h, "<line class=\"tick\"");
		attribute(d->h, "x1", s->at[i]);
		attribute(d->h, "x2", s->at[i]);
		pixels(d->h, "y1", HEAD);
		pixels(d->h, "y2", d->height - AXIS + 4);
		html_mark(d->h, "/>");
		label(d, "time", s->at[i], d->height - 4, buf);
	}
}

void timeline_svg(const struct html *h, const struct boot *b)
{
	struct drawing d = { .h = h, .b = b, .top = { -1, -1, -1 }, .height = HEAD };

	add_times(&d);
	scale_lay(&d.scale);
	for (int i = 0; i < LANES; i++) {
		if (d.top[i] < 0)
			continue;
		d.top[i] = d.height;
		d.height += LANE;
	}
	if (d.height == HEAD || d.scale.n < 2)
		return;
	d.height += AXIS;
	html_mark(h, "<svg class=\"timeline\" role=\"img\" aria-label=\"Timeline of the boot\" "
		     "width=\"100%\"");
	pixels(h, "height", d.height);
	html_mark(h, "><svg x=\"1%\" width=\"98%\">");
	draw_axis(&d);
	draw_silence(&d);
	for (int i = 0; i < LANES; i++)
		if (d.top[i] >= 0)
			label(&d, "lane", 0, d.top[i] + LANE_LABEL - 2, lane_labels[i]);
	draw_dhcp(&d);
	draw_files(&d);
	draw_root(&d);
	html_mark(h, "</svg></svg>");
}
