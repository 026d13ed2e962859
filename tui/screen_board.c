/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include <string.h>

#include "board_parts.h"
#include "page.h"
#include "verdict.h"
#include "verdict_pane.h"
#include "words.h"

enum { LINE = 512, WHEN = BOARD_WHEN, NAME_MIN = 20 };

/* The boot that is shown: side counts back from the one to tell of. */
static const struct boot *boot_of(const struct ui *ui, const struct board *b)
{
	uint32_t n = client_boots(b->c), back = (uint32_t)ui_here(ui)->side;

	for (uint32_t i = 0; i < n; i++)
		if (client_boot(b->c, i) == b->b)
			return client_boot(b->c, back > i ? 0 : i - back);
	return b->b;
}

void board_when(const struct ui *ui, const struct boot *b, uint64_t ns, uint64_t *before,
		struct page *p)
{
	uint64_t from = ui->time == TIME_DELTA && *before ? *before : b->started_ns;
	char buf[40];
	struct text t = text_init(buf, sizeof(buf));

	*before = ns;
	if (ui->time == TIME_CLOCK) {
		text_time(&t, ns);
		buf[23] = 0;
		page_put(p, 1, ROLE_DIM, buf + 11);
		return;
	}
	text_char(&t, '+');
	text_seconds(&t, ns > from ? ns - from : 0, 3);
	text_str(&t, " s");
	canvas_right(p->c, 1, p->y - p->top, WHEN - 1, ROLE_DIM, buf);
}

static void who(const struct client *c, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	if (!c->revision || !revision_text(c->revision, &t))
		text_str(&t, client_model(c));
	if (c->has_serial)
		text_fmt(&t, " · serial %08x", c->serial);
	text_str(&t, " · ");
	text_mac(&t, c->mac);
	for (uint32_t i = 0; i < c->n_addresses && i < 2; i++) {
		text_str(&t, i ? ", " : " · ");
		text_address(&t, c->address[i]);
	}
	if (c->hostname[0]) {
		text_str(&t, " · ");
		text_safe(&t, bytes_str(c->hostname));
	}
	if (c->known_by)
		text_fmt(&t, " (known by %s)", known_by_text(c->known_by));
	page_wrap(p, 1, 2, ROLE_STRONG, buf);
}

static void which(const struct client *c, const struct boot *b, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	uint32_t n = client_boots(c);

	if (c->n_boots < 2)
		return;
	text_fmt(&t, "Boot %u of %u", b->attempt, c->n_boots);
	if (n < c->n_boots)
		text_fmt(&t, ", the last %u of which are kept", n);
	text_str(&t, "; left and right show the others.");
	page_wrap(p, 1, 0, ROLE_DIM, buf);
}

/* How long the next stage took to come, as a bar beside the longest of them. */
static void stages(const struct ui *ui, const struct boot *b, struct page *p)
{
	uint64_t longest = 1000000000, before = 0; /* less is no wait */
	int bar = p->c->w >= 72 ? 16 : 0;

	for (int i = 0, last = -1; i < STAGES; i++) {
		if (!b->stage_frame[i])
			continue;
		if (last >= 0 && b->stage_ns[i] > b->stage_ns[last] &&
		    b->stage_ns[i] - b->stage_ns[last] > longest)
			longest = b->stage_ns[i] - b->stage_ns[last];
		last = i;
	}
	page_head(p, bar ? "Stages, and how long until the next" : "Stages");
	for (int i = 0; i < STAGES; i++) {
		bool here = b->stage == (enum stage)i;
		uint64_t next = 0;
		char buf[40];
		struct text t = text_init(buf, sizeof(buf));

		if (!b->stage_frame[i])
			continue;
		for (int k = i + 1; k < STAGES && !next; k++)
			next = b->stage_ns[k];
		board_when(ui, b, b->stage_ns[i], &before, p);
		page_put(p, WHEN + 1, here ? words_role(b->outcome) : ROLE_OK,
			 here && b->outcome != OUTCOME_BOOTED ? words_mark(b->outcome) : "✔");
		page_fit(p, WHEN + 3, 16, here ? ROLE_STRONG : ROLE_PLAIN,
			 stage_label((enum stage)i));
		text_fmt(&t, "frame %llu", (unsigned long long)b->stage_frame[i]);
		page_fit(p, WHEN + 20, 14, ROLE_DIM, buf);
		if (bar && next > b->stage_ns[i]) {
			int w = (int)((next - b->stage_ns[i]) * (uint64_t)bar / longest);

			for (int k = 0; k < w; k++)
				canvas_char(p->c, WHEN + 35 + k, p->y - p->top, ROLE_BAR, 0x2588);
			text_clear(&t);
			text_seconds(&t, next - b->stage_ns[i], 3);
			text_str(&t, " s");
			page_put(p, WHEN + 36 + w, ROLE_DIM, buf);
		}
		page_next(p);
	}
}

static void said(const struct reply *r, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	text_str(&t, r->type == 2   ? "OFFER"
		     : r->type == 5 ? "ACK"
		     : r->type == 6 ? "NAK"
				    : "reply");
	text_str(&t, " from ");
	text_address(&t, r->from);
	text_str(&t, r->proxy ? " (proxy)" : "");
	if (r->yiaddr) {
		text_str(&t, ": ");
		text_ip4(&t, r->yiaddr);
	}
	if (r->siaddr) {
		text_str(&t, ", next-server ");
		text_ip4(&t, r->siaddr);
	}
	if (r->tftp_name.p) {
		text_str(&t, ", option 66 \"");
		text_safe(&t, r->tftp_name);
		text_char(&t, '"');
	}
	if (r->bootfile.p) {
		text_str(&t, ", option 67 \"");
		text_safe(&t, r->bootfile);
		text_char(&t, '"');
	}
	if (r->has_43)
		text_str(&t, r->pi_item >= 0 ? ", 43 with the Pi's text"
					     : ", 43 without the Pi's text");
	if (r->count > 1)
		text_fmt(&t, " (%u times)", r->count);
	page_wrap(p, WHEN + 3, 2, ROLE_PLAIN, buf);
}

static void dhcp(const struct ui *ui, const struct boot *b, struct page *p)
{
	uint64_t before = 0;

	if (!b->exchanges)
		return;
	page_head(p, "DHCP");
	for (const struct exchange *e = b->exchanges; e; e = e->next) {
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));

		board_when(ui, b, e->first_ns, &before, p);
		text_fmt(&t, "%s asks", words_agent(e->agent));
		if (e->discovers)
			text_fmt(&t, ", DISCOVER %u×", e->discovers);
		if (e->requests)
			text_fmt(&t, ", REQUEST %u×", e->requests);
		if (!e->replies)
			text_str(&t, ": no reply was seen");
		page_wrap(p, WHEN + 1, 2, e->replies ? ROLE_PLAIN : ROLE_WARN, buf);
		for (const struct reply *r = e->replies; r; r = r->next)
			said(r, p);
	}
}

static enum role transfer_role(const struct transfer *t)
{
	switch ((enum transfer_outcome)t->outcome) {
	case TRANSFER_COMPLETE:
		return ROLE_OK;
	case TRANSFER_IN_PROGRESS:
		return ROLE_RUN;
	case TRANSFER_NOT_FOUND:
		return t->role == FILE_OPTIONAL ? ROLE_DIM : ROLE_WARN;
	case TRANSFER_REFUSED:
	case TRANSFER_STALLED:
		return ROLE_BAD;
	case TRANSFER_PROBE:
	case TRANSFER_CUT_OFF:
		break;
	}
	return ROLE_DIM;
}

/* What became of it, in few words. */
static void outcome(const struct transfer *t, struct text *out)
{
	uint64_t took = t->last_ns > t->first_ns ? t->last_ns - t->first_ns : 0;

	switch ((enum transfer_outcome)t->outcome) {
	case TRANSFER_COMPLETE:
		text_bytes_count(out, t->bytes);
		text_str(out, "  ");
		words_rate(t->bytes, took, out);
		break;
	case TRANSFER_IN_PROGRESS:
		text_bytes_count(out, t->bytes);
		if (t->has_size && t->size)
			text_fmt(out, " %llu %%", (unsigned long long)(t->bytes * 100 / t->size));
		text_str(out, "  ");
		words_rate(t->bytes, took, out);
		break;
	case TRANSFER_NOT_FOUND:
		text_str(out, t->role == FILE_OPTIONAL ? "not there (need not be)" : "not found");
		break;
	case TRANSFER_PROBE:
		text_str(out, "is there (only asked)");
		break;
	case TRANSFER_REFUSED:
	case TRANSFER_STALLED:
	case TRANSFER_CUT_OFF:
		text_str(out, transfer_outcome_key((enum transfer_outcome)t->outcome));
		if (t->bytes) {
			text_str(out, " at ");
			text_bytes_count(out, t->bytes);
		}
		break;
	}
	if (transfer_retransmissions(t))
		text_fmt(out, "  %u sent again", transfer_retransmissions(t));
}

static void file_line(const struct ui *ui, const struct boot *b, const struct transfer *t,
		      uint64_t *before, struct page *p)
{
	int w = p->c->w, bar = w >= 72 ? 10 : 0, rest = bar ? 25 : 22,
	    name = w - WHEN - 2 - rest - bar - (bar > 0) - 1;
	bool moved = t->bytes || t->outcome == TRANSFER_COMPLETE;
	char buf[LINE];
	struct text out = text_init(buf, sizeof(buf));
	int x = WHEN + 1, y = p->y - p->top;

	name = name > 52 ? 52 : name;
	board_when(ui, b, t->first_ns, before, p);
	text_safe(&out, transfer_name(t));
	page_put(p, w, ROLE_PLAIN, buf); /* behind the edge: for who looks for all of it */
	x = canvas_fit_tail(p->c, x, y, name, ROLE_PLAIN, buf) + 1;
	if (bar && moved)
		canvas_bar(p->c, x, y, bar, t->bytes,
			   t->has_size                       ? t->size
			   : t->outcome == TRANSFER_COMPLETE ? t->bytes
							     : 0);
	x += bar ? bar + 1 : 0;
	text_clear(&out);
	outcome(t, &out);
	page_fit(p, x, w - x - 1, transfer_role(t), buf);
	page_next(p);
	if (!t->has_error || !t->error || t->outcome == TRANSFER_PROBE ||
	    (t->role == FILE_OPTIONAL && !ui->how.all))
		return;
	text_clear(&out);
	text_fmt(&out, "error %u: ", t->error_code);
	text_safe(&out, bytes_str(t->error));
	page_wrap(p, WHEN + 3, 2, ROLE_DIM, buf);
}

static void files(const struct ui *ui, const struct boot *b, struct page *p)
{
	uint64_t before = 0;
	uint32_t noise = 0;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	if (!b->transfers)
		return;
	page_head(p, "Files");
	for (const struct transfer *x = b->transfers; x; x = x->next) {
		if (verdict_noise(x) && !ui->how.all)
			noise++;
		else
			file_line(ui, b, x, &before, p);
	}
	if (noise) {
		text_fmt(&t, "and %u that are normal: optional files, probes (a shows them)",
			 noise);
		page_wrap(p, WHEN + 1, 0, ROLE_DIM, buf);
	}
	if (b->transfers_lost) {
		text_clear(&t);
		text_fmt(&t, "and %u more that were not kept", b->transfers_lost);
		page_wrap(p, WHEN + 1, 0, ROLE_DIM, buf);
	}
}

static void kept(const struct boot *b, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	for (const struct kept *k = b->kept; k; k = k->next) {
		struct bytes rest = { k->text, k->n };

		if (k->kind != KEPT_CMDLINE && k->kind != KEPT_CONFIG)
			continue;
		text_clear(&t);
		text_safe(&t, bytes_str(k->file));
		text_str(&t, k->cut || !k->complete ? " (in part)" : "");
		page_head(p, buf);
		while (rest.n) {
			const uint8_t *end = memchr(rest.p, '\n', rest.n);
			uint32_t n = end ? (uint32_t)(end - rest.p) : rest.n;

			text_clear(&t);
			text_safe(&t, (struct bytes) { rest.p, n });
			page_wrap(p, 3, 2, ROLE_PLAIN, buf);
			n += end != NULL;
			rest = (struct bytes) { rest.p + n, rest.n - n };
		}
	}
}

static void console(const struct ui *ui, const struct boot *b, struct page *p)
{
	uint64_t before = 0;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	if (!b->lines)
		return;
	page_head(p, "Netconsole");
	for (uint32_t i = b->n_lines > CAP_LINES ? b->n_lines - CAP_LINES : 0; i < b->n_lines;
	     i++) {
		const struct log_line *l = &b->lines[i % CAP_LINES];

		board_when(ui, b, l->time_ns, &before, p);
		text_clear(&t);
		text_safe(&t, bytes_str(l->text));
		page_wrap(p, WHEN + 1, 2, ROLE_PLAIN, buf);
	}
}

static void fill(const struct ui *ui, const struct view *v, struct page *p)
{
	const struct board *row = ui_board(ui, v);
	struct board b;

	if (!row) {
		page_wrap(p, 3, 0, ROLE_PLAIN, "This board is not among those shown any more.");
		return;
	}
	b = *row;
	b.b = boot_of(ui, row);
	who(b.c, p);
	which(b.c, b.b, p);
	verdict_pane(ui, v, &b, p);
	stages(ui, b.b, p);
	dhcp(ui, b.b, p);
	files(ui, b.b, p);
	board_root(ui, v, b.b, p);
	kept(b.b, p);
	console(ui, b.b, p);
}

static unsigned act_earlier(struct ui *ui)
{
	const struct board *b = ui_board(ui, ui->view);

	if (b && ui_visit(ui)->side + 1 < (int)client_boots(b->c))
		ui_visit(ui)->side++;
	return UI_DRAW;
}

static unsigned act_later(struct ui *ui)
{
	const struct board *b = ui_board(ui, ui->view);

	if (b && (ui_visit(ui)->side > 0 || boot_of(ui, b) != client_last_boot(b->c)))
		ui_visit(ui)->side--;
	return UI_DRAW;
}

static unsigned act_all(struct ui *ui)
{
	ui->how.all = !ui->how.all;
	return UI_DRAW;
}

/* clang-format off */
static const struct key keys[] = {
	{ PRESS_LEFT,  'h', "← h", NULL, "the boot before this one", act_earlier },
	{ PRESS_RIGHT, 0,   "→",   NULL, "the boot after it", act_later },
	{ 'a',         0,   "a",   NULL, "show what is normal too: optional files, probes", act_all },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_board = {
	.name = "board",
	.about = "one board: why it stopped, each stage with its time, DHCP, files, mounts",
	.of_board = true,
	.keys = keys,
	.fill = fill,
};
