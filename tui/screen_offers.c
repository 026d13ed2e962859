/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include <string.h>

#include "page.h"
#include "words.h"

enum { LABEL = 13, CELL_MIN = 22, CELL_MAX = 40, CELL_TEXT = 300, LINE = 400 };

/* Columns of a reply on a page of this width when there are n of them. */
static int cell_width(int w, int n)
{
	int cell = n ? (w - LABEL - 3) / n : CELL_MAX;

	return cell < CELL_MIN ? CELL_MIN : cell > CELL_MAX ? CELL_MAX : cell;
}

static void safe(struct bytes v, struct text *t)
{
	if (v.p && !v.n)
		text_str(t, "(empty)");
	text_safe(t, v);
}

static void ip(uint32_t v, struct text *t)
{
	if (v)
		text_ip4(t, v);
}

static void of_type(const struct reply *r, struct text *t)
{
	text_str(t, r->type == 2   ? "OFFER"
		    : r->type == 5 ? "ACK"
		    : r->type == 6 ? "NAK"
				   : "BOOTP reply");
	text_str(t, r->proxy ? ", proxy" : "");
	if (r->count > 1)
		text_fmt(t, ", %u×", r->count);
}

static void of_server(const struct reply *r, struct text *t)
{
	text_address(t, r->from);
}

static void of_id(const struct reply *r, struct text *t)
{
	ip(r->server_id, t);
}

static void of_address(const struct reply *r, struct text *t)
{
	ip(r->yiaddr, t);
}

static void of_next(const struct reply *r, struct text *t)
{
	ip(r->siaddr, t);
}

static void of_66(const struct reply *r, struct text *t)
{
	safe(r->tftp_name, t);
}

static void of_67(const struct reply *r, struct text *t)
{
	safe(r->bootfile, t);
}

static void of_file(const struct reply *r, struct text *t)
{
	text_safe(t, r->file);
}

static void of_sname(const struct reply *r, struct text *t)
{
	text_safe(t, r->sname);
}

static void of_60(const struct reply *r, struct text *t)
{
	safe(r->class_id, t);
}

static void of_43(const struct reply *r, struct text *t)
{
	if (!r->has_43)
		return;
	if (r->menu_text.n) {
		text_char(t, '"');
		text_safe(t, r->menu_text);
		text_char(t, '"');
	} else if (!r->vendor.n) {
		text_str(t, "(empty)");
	} else {
		text_hex(t, r->vendor);
	}
}

static void of_150(const struct reply *r, struct text *t)
{
	ip(r->tftp_address, t);
}

static void of_17(const struct reply *r, struct text *t)
{
	safe(r->root_path, t);
}

static void of_mask(const struct reply *r, struct text *t)
{
	ip(r->mask, t);
}

static void of_router(const struct reply *r, struct text *t)
{
	ip(r->router, t);
}

static void of_dns(const struct reply *r, struct text *t)
{
	ip(r->dns, t);
}

static void of_lease(const struct reply *r, struct text *t)
{
	if (r->lease_s)
		words_age((uint64_t)r->lease_s * 1000000000, t);
}

static void of_message(const struct reply *r, struct text *t)
{
	text_safe(t, r->message);
}

static void of_frame(const struct reply *r, struct text *t)
{
	text_u64(t, r->first_frame);
}

/* What booting hangs on is shown even where nobody says it. */
static const struct {
	const char *label;
	void (*text)(const struct reply *r, struct text *t);
	bool always, alike; /* alike: that replies differ in it is worth a mark */
} rows[] = {
	{ "server", of_server, true, false },   { "reply", of_type, true, false },
	{ "address", of_address, true, false }, { "option 66", of_66, true, true },
	{ "option 43", of_43, true, true },     { "option 60", of_60, true, true },
	{ "next-server", of_next, true, true }, { "option 67", of_67, false, true },
	{ "file field", of_file, false, true }, { "sname field", of_sname, false, true },
	{ "option 150", of_150, false, true },  { "option 17", of_17, false, true },
	{ "server id", of_id, false, false },   { "netmask", of_mask, false, true },
	{ "router", of_router, false, true },   { "DNS", of_dns, false, true },
	{ "lease", of_lease, false, true },     { "message", of_message, false, true },
	{ "frame", of_frame, true, false },
};

static void cell(int row, const struct reply *r, char *buf)
{
	struct text t = text_init(buf, CELL_TEXT);

	rows[row].text(r, &t);
}

static bool said_by_any(int row, const struct exchange *e)
{
	char buf[CELL_TEXT];

	for (const struct reply *r = e->replies; r; r = r->next) {
		cell(row, r, buf);
		if (buf[0])
			return true;
	}
	return false;
}

static void matrix_row(int row, const struct exchange *e, int side, struct page *p)
{
	char first[CELL_TEXT], buf[CELL_TEXT];
	int x = LABEL + 3, n = 0, width = cell_width(p->c->w, (int)e->n_replies);

	page_fit(p, 3, LABEL - 1, ROLE_HEAD, rows[row].label);
	cell(row, e->replies, first);
	for (const struct reply *r = e->replies; r; r = r->next, n++) {
		bool differs;

		if (n < side)
			continue;
		cell(row, r, buf);
		/* what hardly anybody says differs only where both say something */
		differs = rows[row].alike && strcmp(buf, first) != 0 &&
			  (rows[row].always || (buf[0] && first[0])) &&
			  (buf[0] || r->type == e->replies->type); /* an ACK may say less */
		if (differs)
			page_put(p, x - 1, ROLE_WARN, "≠");
		page_fit(p, x, width - 2,
			 differs    ? ROLE_WARN
			 : !buf[0]  ? ROLE_DIM
			 : row == 0 ? ROLE_STRONG
				    : ROLE_PLAIN,
			 buf[0] ? buf : "–");
		x += width;
	}
	page_next(p);
}

/* What a board of that family takes of these replies. */
static void made_of(const struct exchange *e, enum family f, bool own, struct page *p)
{
	struct boot_params b;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	bool pi = family_is_pi(f);

	if (own)
		boot_params_of(e, (int)f, &b);
	else
		boot_params_as(e, (int)f, &b);
	page_put(p, 1, b.address && b.tftp_server ? ROLE_OK : ROLE_BAD,
		 b.address && b.tftp_server ? "✔" : "✖");
	text_str(&t, family_model(f) + (pi ? sizeof("Raspberry ") - 1 : 0));
	page_fit(p, 3, LABEL + 2, own ? ROLE_STRONG : ROLE_PLAIN, buf);
	text_clear(&t);
	if (!b.address && pi)
		text_str(&t, "takes none: it needs option 66 with an address, or option 43 with "
			     "\"Raspberry Pi Boot\"");
	else if (!b.address)
		text_str(&t, "takes none of them");
	else {
		text_str(&t, "takes ");
		text_ip4(&t, b.address);
		if (b.address_reply) {
			text_str(&t, " from ");
			text_address(&t, b.address_reply->from);
		}
		if (b.tftp_server) {
			text_str(&t, ", asks ");
			text_ip4(&t, b.tftp_server);
			text_fmt(&t, " for files (%s)", server_from_text(b.from));
		} else {
			text_str(&t, ", but is told no TFTP server");
		}
		if (b.file_used && b.file.n) {
			text_str(&t, ", first ");
			text_safe(&t, b.file);
		}
	}
	if (own)
		text_str(&t, "  (this board)");
	page_wrap(p, LABEL + 6, 0, ROLE_PLAIN, buf);
}

static void models(const struct exchange *e, enum family own, struct page *p)
{
	static const enum family pis[] = { FAMILY_PI3B, FAMILY_PI3B_PLUS, FAMILY_PI4, FAMILY_PI5 };
	bool listed = false;

	page_next(p);
	page_line(p, 3, ROLE_HEAD, "What each model makes of it");
	for (size_t i = 0; i < sizeof(pis) / sizeof(pis[0]); i++) {
		made_of(e, pis[i], pis[i] == own, p);
		listed |= pis[i] == own;
	}
	if (!listed && own != FAMILY_OTHER && own != FAMILY_LINUX)
		made_of(e, own, true, p);
}

static void exchange(const struct ui *ui, const struct board *b, const struct exchange *e,
		     struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	int side = ui_here(ui)->side, n = (int)e->n_replies, shown;

	text_fmt(&t, "Frame %llu: %s asks", (unsigned long long)e->first_frame,
		 words_agent(e->agent));
	page_head(p, buf);
	if (!e->replies) {
		page_wrap(p, 3, 0, ROLE_WARN, "No reply was seen.");
		return;
	}
	side = side >= n ? n - 1 : side;
	for (int i = 0; i < (int)(sizeof(rows) / sizeof(rows[0])); i++)
		if (rows[i].always || said_by_any(i, e))
			matrix_row(i, e, side, p);
	shown = (p->c->w - LABEL - 1) / cell_width(p->c->w, n);
	if (shown < n) {
		text_clear(&t);
		text_fmt(&t, "replies %d to %d of %d; left and right show the others", side + 1,
			 side + shown < n ? side + shown : n, n);
		page_line(p, 3, ROLE_DIM, buf);
	}
	if (agent_is_firmware(e->agent) || e->agent == AGENT_UNKNOWN)
		models(e, b->c->family, p);
}

static void fill(const struct ui *ui, const struct view *v, struct page *p)
{
	const struct board *b = ui_board(ui, v);

	if (!b || !b->b->exchanges) {
		page_next(p);
		page_wrap(p, 3, 0, ROLE_PLAIN,
			  b ? "This board was not seen to ask for an address."
			    : "There is no board yet whose offers could be shown.");
		return;
	}
	for (const struct exchange *e = b->b->exchanges; e; e = e->next)
		exchange(ui, b, e, p);
	page_next(p);
	page_line(p, 1, ROLE_DIM, "–  not said    ≠  not as in the first reply");
}

static unsigned act_left(struct ui *ui)
{
	if (ui_visit(ui)->side > 0)
		ui_visit(ui)->side--;
	return UI_DRAW;
}

static unsigned act_right(struct ui *ui)
{
	const struct board *b = ui_board(ui, ui->view);
	uint32_t most = 0;

	for (const struct exchange *e = b ? b->b->exchanges : NULL; e; e = e->next)
		most = e->n_replies > most ? e->n_replies : most;
	if (ui_visit(ui)->side + 1 < (int)most)
		ui_visit(ui)->side++;
	return UI_DRAW;
}

/* clang-format off */
static const struct key keys[] = {
	{ PRESS_LEFT,  'h', "← h", NULL, "the replies further left", act_left },
	{ PRESS_RIGHT, 'l', "→ l", NULL, "the replies further right", act_right },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_offers = {
	.name = "offers",
	.about =
		"every DHCP reply to this board side by side, and what each Pi model makes of them",
	.of_board = true,
	.keys = keys,
	.fill = fill,
};
