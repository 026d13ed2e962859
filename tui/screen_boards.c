/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "audit_mac.h"
#include "page.h"
#include "verdict_pane.h"
#include "words.h"

enum { BAR_MIN = 4, BAR_MAX = 18, NAME_MIN = 11 };
#define LONG_WAIT_NS UINT64_C(45000000000)

/* The columns of the table; a narrow screen has fewer. */
struct layout {
	int board, id, address, mac, stage, now, age; /* widths; 0: not shown */
};

static const struct {
	const char *head;
	int width;
} identities[IDENTITIES] = {
	[ID_SERIAL] = { "Serial", 9 },
	[ID_ADDRESS] = { "Address", 16 },
	[ID_MAC] = { "MAC", 18 },
	[ID_HOSTNAME] = { "Host name", 16 },
};

static struct layout layout_of(enum identity id, int w)
{
	struct layout l = { .board = 11, .stage = 2, .age = 7 };

	if (w >= 52)
		l.id = identities[id].width;
	if (w >= 72)
		l.stage = 5;
	if (w >= 96 && id != ID_ADDRESS)
		l.address = 16;
	if (w >= 128 && id != ID_MAC)
		l.mac = 18;
	/* NFS is a letter shorter than the other three */
	l.now = w - 3 - l.board - l.id - l.address - l.mac - 4 * l.stage + (l.stage > 2) - l.age;
	return l;
}

/* The four stretches of a boot, each with its last stage. */
enum { STRETCHES = 4 };
static const struct {
	const char *name, *letter;
	enum stage first, last;
} stretches[STRETCHES] = {
	{ "DHCP", "D", STAGE_DHCP_DISCOVER, STAGE_DHCP_ACK },
	{ "TFTP", "T", STAGE_TFTP_FIRST_FILE, STAGE_TFTP_FIRMWARE },
	{ "Kern", "K", STAGE_TFTP_KERNEL, STAGE_KERNEL_DHCP },
	{ "NFS", "N", STAGE_RPCBIND, STAGE_NFS_ROOT },
};

static bool was_seen(const struct boot *b, int i)
{
	for (int s = (int)stretches[i].first; s <= (int)stretches[i].last; s++)
		if (b->stage_frame[s])
			return true;
	return false;
}

static const char *stretch_mark(const struct boot *b, int i, enum role *role)
{
	*role = ROLE_DIM;
	if (b->stage > stretches[i].last || (b->outcome == OUTCOME_BOOTED && was_seen(b, i))) {
		*role = was_seen(b, i) ? ROLE_OK : ROLE_DIM;
		return was_seen(b, i) ? "✔" : "–";
	}
	if (b->stage < stretches[i].first)
		return b->outcome == OUTCOME_BOOTED ? "–" : "·";
	*role = words_role(b->outcome);
	return b->outcome == OUTCOME_UNKNOWN ? "▶" : words_mark(b->outcome);
}

/* A column's head, marked when the boards are sorted by it. */
static int head_cell(const struct ui *ui, struct canvas *c, int x, int w, const char *name,
		     enum sort by)
{
	int end;

	if (!w)
		return x;
	end = canvas_put(c, x, 0, ROLE_HEAD, name);
	if (ui->how.sort == by)
		canvas_put(c, end, 0, ROLE_HEAD, ui->how.reverse ? "↑" : "↓");
	return x + w;
}

static void head(const struct ui *ui, const struct layout *l, struct canvas *c)
{
	int x = 3;

	x = head_cell(ui, c, x, l->board, "Board", SORT_BOARD);
	x = head_cell(ui, c, x, l->id, identities[ui->identity].head,
		      ui->identity == ID_ADDRESS ? SORT_ADDRESS : SORTS);
	x = head_cell(ui, c, x, l->address, "Address", SORT_ADDRESS);
	x = head_cell(ui, c, x, l->mac, "MAC", SORTS);
	for (int i = 0; i < STRETCHES; i++)
		x = head_cell(ui, c, x, l->stage,
			      l->stage > 2 ? stretches[i].name : stretches[i].letter,
			      i ? SORTS : SORT_STAGE);
	x = head_cell(ui, c, x - (l->stage > 2), l->now, "Now", SORT_TROUBLE);
	if (ui->time == TIME_CLOCK)
		head_cell(ui, c, x + l->age - 6, 5, "Began", SORT_AGE);
	else
		head_cell(ui, c, x + l->age - 4, 3, "Age", SORT_AGE);
}

static const struct transfer *loading(const struct boot *b)
{
	const struct transfer *last = NULL;

	for (const struct transfer *t = b->transfers; t; t = t->next)
		if (t->outcome == TRANSFER_IN_PROGRESS && t->bytes)
			last = t;
	return last;
}

/* "kernel8.img ####.... 52 % 9.1 MB/s": the name first, the bar in what is left. */
static void now_loading(const struct transfer *t, struct canvas *c, int y, int x, int w)
{
	const char *name = t->file;
	char buf[CAP_PATH + 1], count[40];
	struct text out = text_init(buf, sizeof(buf)), right = text_init(count, sizeof(count));
	int bar, taken, rest;

	for (const char *p = t->file; *p; p++)
		if (*p == '/')
			name = p + 1;
	text_safe(&out, bytes_str(name));
	if (t->has_size && t->size)
		text_fmt(&right, "%llu %%", (unsigned long long)(t->bytes * 100 / t->size));
	else
		text_bytes_count(&right, t->bytes);
	if (w >= 28) {
		text_char(&right, ' ');
		words_rate(t->bytes, t->last_ns - t->first_ns, &right);
	}
	rest = w - (int)right.pos - 2;
	if (rest - BAR_MIN - 1 >= NAME_MIN)
		rest -= BAR_MIN + 1;
	taken = (int)out.pos > rest ? rest : (int)out.pos;
	bar = w - taken - (int)right.pos - 3;
	bar = bar > BAR_MAX ? BAR_MAX : bar;
	x = canvas_fit(c, x, y, taken, ROLE_RUN, buf) + 1;
	if (bar >= BAR_MIN)
		x = canvas_bar(c, x, y, bar, t->bytes, t->has_size ? t->size : 0) + 1;
	canvas_put(c, x, y, ROLE_PLAIN, count);
}

static const struct nfs_use *root_use(const struct boot *b)
{
	const struct nfs_use *n = b->nfs;

	while (n && !n->replies)
		n = n->next;
	return n;
}

static void nfs_words(const struct boot *b, struct text *out)
{
	const struct nfs_use *n = root_use(b);
	const struct mount *m = n ? nfs_use_mount(b, n) : NULL;

	if (!n)
		return;
	text_fmt(out, " · nfs%u/%s ", n->version, n->tcp ? "tcp" : "udp");
	text_address(out, n->server);
	if (m) {
		text_char(out, ':');
		text_safe(out, bytes_str(m->path));
	}
}

/* "214 op/s", over all of its servers; nothing when it rests. */
static void rate_words(const struct view *v, const struct board *r, struct text *out)
{
	uint64_t tenths = 0;

	for (const struct nfs_use *n = r->b->nfs; n && r->cause < 0; n = n->next)
		tenths += n->work ? nfs_work_rate(n->work, v->now_ns) : 0;
	if (tenths)
		text_fmt(out, "%llu op/s", (unsigned long long)(tenths + 9) / 10);
}

/* What a board does that has got to this stage. */
static const char *const doing[STAGES] = {
	[STAGE_POWER_ON] = "is switched on",
	[STAGE_DHCP_DISCOVER] = "asks for an address",
	[STAGE_DHCP_OFFER] = "is offered an address",
	[STAGE_DHCP_ACK] = "has an address",
	[STAGE_TFTP_FIRST_FILE] = "asks for its first file",
	[STAGE_TFTP_FIRMWARE] = "loads its firmware",
	[STAGE_TFTP_KERNEL] = "loads the kernel",
	[STAGE_KERNEL_DHCP] = "kernel asks for an address",
	[STAGE_RPCBIND] = "looks for the NFS server",
	[STAGE_MOUNT] = "mounts its root",
	[STAGE_NFS_ROOT] = "starts from its root",
	[STAGE_BOOTED] = "up",
};

static void now_words(const struct board *r, struct text *out)
{
	const struct boot *b = r->b;

	if (mac_of_audit(r->c->mac))
		text_str(out, "(audit) ");
	if (r->cause >= 0) {
		text_str(out, findings[r->cause].title);
		return;
	}
	switch (b->outcome) {
	case OUTCOME_BOOTED:
		text_str(out, "up");
		if (b->os_only)
			text_str(out, ", not booted from here");
		nfs_words(b, out);
		break;
	case OUTCOME_STUCK:
		text_fmt(out, "stuck at %s", stage_label(b->stage));
		break;
	case OUTCOME_GAVE_UP:
		text_fmt(out, "gave up at %s", stage_label(b->stage));
		break;
	case OUTCOME_IN_PROGRESS:
		text_str(out, doing[b->stage]);
		nfs_words(b, out);
		break;
	case OUTCOME_UNKNOWN:
		text_fmt(out, "got to %s", stage_label(b->stage));
		break;
	}
}

static void age_words(const struct ui *ui, const struct view *v, const struct boot *b,
		      struct text *t)
{
	uint64_t s = b->started_ns / 1000000000;

	if (ui->time == TIME_CLOCK)
		text_fmt(t, "%02llu:%02llu", (unsigned long long)(s / 3600 % 24),
			 (unsigned long long)(s / 60 % 60));
	else
		words_age(v->now_ns > b->last_ns ? v->now_ns - b->last_ns : 0, t);
}

static void identity_words(enum identity id, const struct client *c, struct text *t)
{
	if (id == ID_MAC)
		text_mac(t, c->mac);
	else if (id == ID_HOSTNAME && c->hostname[0])
		text_safe(t, bytes_str(c->hostname));
	else if (id == ID_ADDRESS && c->n_addresses)
		text_address(t, c->address[0]);
	else if (id != ID_SERIAL)
		text_str(t, "–");
	else if (c->has_serial)
		text_fmt(t, "%08x", c->serial);
	else
		text_fmt(t, "..%02x%02x%02x", c->mac.b[3], c->mac.b[4], c->mac.b[5]);
}

static void row(const struct ui *ui, const struct view *v, const struct layout *l, int i,
		struct canvas *c, int y)
{
	const struct board *r = &v->board[i];
	const struct transfer *t = r->b->outcome == OUTCOME_IN_PROGRESS ? loading(r->b) : NULL;
	char buf[256], per_second[32];
	struct text out = text_init(buf, sizeof(buf)),
		    rate = text_init(per_second, sizeof(per_second));
	int x = 3;

	if (ui_marked(ui, r->c->mac))
		canvas_put(c, 0, y, ROLE_STRONG, "●");
	canvas_put(c, 1, y, words_role(r->b->outcome), words_mark(r->b->outcome));
	words_model(r->c, &out);
	x = canvas_fit(c, x, y, l->board - 1, ROLE_PLAIN, buf) + 1;
	text_clear(&out);
	identity_words(ui->identity, r->c, &out);
	x = canvas_fit(c, x, y, l->id ? l->id - 1 : 0, ROLE_PLAIN, buf) + !!l->id;
	text_clear(&out);
	identity_words(ID_ADDRESS, r->c, &out);
	x = canvas_fit(c, x, y, l->address ? l->address - 1 : 0, ROLE_PLAIN, buf) + !!l->address;
	text_clear(&out);
	text_mac(&out, r->c->mac);
	x = canvas_fit(c, x, y, l->mac, ROLE_DIM, buf);
	for (int k = 0; k < STRETCHES; k++, x += l->stage) {
		enum role role;
		const char *mark = stretch_mark(r->b, k, &role);

		canvas_put(c, x + (l->stage > 2), y, role, mark);
	}
	x -= l->stage > 2;
	text_clear(&out);
	now_words(r, &out);
	rate_words(v, r, &rate);
	if (t)
		now_loading(t, c, y, x, l->now);
	else
		canvas_fit(c, x, y, l->now - 1 - (rate.pos ? (int)rate.pos + 1 : 0),
			   r->cause >= 0 ? words_severity_role(FATAL) : ROLE_PLAIN, buf);
	if (!t)
		canvas_right(c, x, y, l->now - 1, ROLE_RUN, per_second);
	text_clear(&out);
	age_words(ui, v, r->b, &out);
	canvas_right(c, x + l->now, y, l->age - 1, ROLE_DIM, buf);
}

static void waiting(const struct view *v, struct page *p)
{
	char buf[400];
	struct text t = text_init(buf, sizeof(buf));

	page_next(p);
	if (v->hidden || v->asides) {
		text_str(&t, "Nothing to show.");
		if (v->hidden)
			text_fmt(&t, " %u board%s left out by the filter: Esc takes it back.",
				 v->hidden, v->hidden == 1 ? " is" : "s are");
		if (v->asides)
			text_fmt(&t, " %u machine%s only asked for an address: a shows %s.",
				 v->asides, v->asides == 1 ? "" : "s",
				 v->asides == 1 ? "it" : "them");
		page_wrap(p, 3, 0, ROLE_PLAIN, buf);
		return;
	}
	if (v->source.live || v->source.reading) {
		text_fmt(&t, "Waiting for a board to ask for an address on %s.", v->source.name);
		page_wrap(p, 3, 0, ROLE_STRONG, buf);
		page_next(p);
		page_wrap(p, 3, 0, ROLE_PLAIN,
			  v->source.live
				  ? "Switch a board on. It shows up here with its first DHCP "
				    "packet, some 5 to 20 seconds later; after that, each step "
				    "of its boot, and what stops it."
				  : "The capture is being read.");
		if (v->source.note) {
			page_next(p);
			page_wrap(p, 3, 0, ROLE_WARN, v->source.note);
		} else if (v->source.live && v->now_ns > v->source.started_ns + LONG_WAIT_NS) {
			page_next(p);
			page_wrap(
				p, 3, 0, ROLE_WARN,
				"Nothing yet. If a board is on: are its link lights on? Is network "
				"boot in its BOOT_ORDER (a 2; on a Pi 3 the OTP bit)? Does this "
				"machine see its broadcasts: same switch, same VLAN?");
		}
		if (v->source.n_links > 1) {
			page_next(p);
			page_wrap(p, 3, 0, ROLE_DIM,
				  "i lists the other interfaces: the capture can go on there.");
		}
		return;
	}
	page_wrap(p, 3, 0, ROLE_STRONG, "Nobody in this capture asks to boot from the network.");
	page_next(p);
	page_wrap(
		p, 3, 0, ROLE_PLAIN,
		"If a board was switched on meanwhile, nothing of what it sent reached this place: "
		"check its link lights, its boot order (BOOT_ORDER with a 2; the OTP bit of a "
		"Pi 3), and that the capture runs on the server or on the board's own segment.");
}

static void left_out(const struct view *v, struct page *p)
{
	char buf[120];
	struct text t = text_init(buf, sizeof(buf));

	if (!v->played)
		return;
	page_next(p);
	text_fmt(&t, "%u board%s played by an audit: A tells of %s.", v->played,
		 v->played == 1 ? " was" : "s were", v->played == 1 ? "it" : "them");
	page_wrap(p, 3, 0, ROLE_DIM, buf);
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	struct layout l = layout_of(ui->identity, c->w);
	const struct visit *at = ui_here(ui);
	int n = (int)v->n, below = c->h >= 16 ? 9 : c->h / 2, h = c->h - 2 - below, first;
	const struct board *b = n ? &v->board[at->pos[0] < n ? at->pos[0] : n - 1] : NULL;
	struct canvas low;
	struct page p;

	if (!n) {
		p = page_init(c, 0);
		waiting(v, &p);
		left_out(v, &p);
		return;
	}
	h = h > n ? n : h;
	first = list_first(at->pos[0], n, h);
	head(ui, &l, c);
	for (int i = 0; i < h; i++)
		row(ui, v, &l, first + i, c, 1 + i);
	canvas_light(c, 0, 1 + at->pos[0] - first, c->w, 1, LIT_SELECTED);
	if (!ui_marked(ui, b->c->mac))
		canvas_put(c, 0, 1 + at->pos[0] - first, ROLE_STRONG, "›");
	canvas_rule(c, 1 + h);
	low = canvas_sub(c, 0, h + 2, c->w, c->h - h - 2);
	p = page_init(&low, at->pos[1]);
	verdict_pane(ui, v, b, &p);
	out->n = 2;
	out->pane[0] = (struct pane) { 0, 1, c->w, h, n, first, true };
	out->pane[1] = (struct pane) { 0, h + 2, c->w, low.h, p.y, at->pos[1], false };
}

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	const struct board *r = &v->board[i];

	(void)ui;
	if (i >= (int)v->n) /* there were more when it was drawn */
		return;
	words_name(r->c, out);
	text_char(out, ' ');
	text_mac(out, r->c->mac);
	text_char(out, ' ');
	if (r->c->n_addresses)
		text_address(out, r->c->address[0]);
	text_char(out, ' ');
	text_safe(out, bytes_str(r->c->hostname));
	text_char(out, ' ');
	now_words(r, out);
}

static void follow(struct ui *ui, const struct view *v)
{
	int i = mac_none(ui->board) ? -1 : view_row(v, ui->board);
	struct visit *at = ui_visit(ui);

	if (i >= 0)
		at->pos[0] = i;
	else if (v->n)
		ui->board = v->board[at->pos[0] < (int)v->n ? at->pos[0] : (int)v->n - 1].c->mac;
}

static void moved(struct ui *ui, const struct view *v)
{
	const struct visit *at = ui_here(ui);

	if (at->pane == 0 && at->pos[0] < (int)v->n) {
		if (!mac_equal(ui->board, v->board[at->pos[0]].c->mac))
			ui_visit(ui)->pos[1] = 0;
		ui->board = v->board[at->pos[0]].c->mac;
	}
}

static unsigned act_open(struct ui *ui)
{
	return mac_none(ui->board) ? 0 : ui_push(ui, &screen_board);
}

static unsigned act_mark(struct ui *ui)
{
	int i = 0;

	if (mac_none(ui->board))
		return 0;
	while (i < ui->marks && !mac_equal(ui->mark[i], ui->board))
		i++;
	if (i < ui->marks)
		ui->mark[i] = ui->mark[--ui->marks];
	else if (ui->marks < UI_MARKS)
		ui->mark[ui->marks++] = ui->board;
	ui_move(ui, 1);
	return UI_DRAW;
}

static unsigned act_filter(struct ui *ui)
{
	return ui_prompt(ui, PROMPT_FILTER, ui->how.filter);
}

static unsigned sort_said(struct ui *ui)
{
	char buf[80];
	struct text t = text_init(buf, sizeof(buf));

	text_fmt(&t, "sorted by %s%s", sort_name(ui->how.sort),
		 ui->how.reverse ? ", reversed" : "");
	ui_say(ui, TONE_SAID, 0, buf);
	return UI_DRAW;
}

static unsigned act_sort(struct ui *ui)
{
	ui->how.sort = (enum sort)(((int)ui->how.sort + 1) % SORTS);
	return sort_said(ui);
}

static unsigned act_sort_back(struct ui *ui)
{
	ui->how.sort = (enum sort)(((int)ui->how.sort + SORTS - 1) % SORTS);
	return sort_said(ui);
}

static unsigned act_reverse(struct ui *ui)
{
	ui->how.reverse = !ui->how.reverse;
	return sort_said(ui);
}

static unsigned act_columns(struct ui *ui)
{
	ui->identity = (enum identity)(((int)ui->identity + 1) % IDENTITIES);
	return UI_DRAW;
}

static unsigned act_all(struct ui *ui)
{
	ui->how.all = !ui->how.all;
	ui_say(ui, TONE_SAID, 0,
	       ui->how.all ? "shown too: who only asked for an address, and an audit's boards"
			   : "left out: who only asked for an address, and an audit's boards");
	return UI_DRAW;
}

/* clang-format off */
static const struct key keys[] = {
	{ PRESS_ENTER, PRESS_RIGHT, "Enter", "details", "all of this board: stages, files, mounts, findings", act_open },
	{ ' ', 0,   "Space", NULL,     "choose this board, for w", act_mark },
	{ 'f', 0,   "f",     "filter", "show only boards that hold these words (!word: that do not)", act_filter },
	{ 's', '>', "s >",   NULL,     "sort by the next column: first seen, trouble, board, address, stage, age", act_sort },
	{ '<', 0,   "<",     NULL,     "sort by the column before", act_sort_back },
	{ 'z', 0,   "z",     NULL,     "reverse the order", act_reverse },
	{ 'c', 0,   "c",     NULL,     "the column beside the board: serial, address, MAC, host name", act_columns },
	{ 'a', 0,   "a",     NULL,     "show machines too that only asked for an address here, and boards that an audit played", act_all },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_boards = {
	.name = "boards",
	.about = "a line for each board: how far it got, what it does now; below, what stops it",
	.keys = keys,
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
