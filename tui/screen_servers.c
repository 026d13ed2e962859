/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "page.h"
#include "words.h"

enum { LINE = 400, ADDRESS = 17 };

/* Roles that it was seen to play; those that it was only named for, or did not answer in, behind a
 * question mark. */
static void roles(const struct server *s, struct text *out)
{
	bool some = false;

	for (uint32_t k = 0; k < SERVER_ROLES; k++) {
		/* nobody asks a router anything that would show that it is one */
		bool plays = (s->roles | (s->named & ROLE_ROUTER)) & 1u << k;

		if (!plays && !(s->named & 1u << k))
			continue;
		text_fmt(out, "%s%s%s", some ? " " : "", server_role_key(k), plays ? "" : "?");
		some = true;
	}
	if (!some)
		text_str(out, "seen, but not as a server");
}

static bool silent(const struct server *s)
{
	return !s->roles && (s->named & ~(uint32_t)ROLE_ROUTER);
}

static void row(const struct view *v, const struct server *s, struct canvas *c, int y)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	int mac = c->w >= 72 ? 18 : 0, age = 8;

	canvas_put(c, 1, y,
		   silent(s)  ? ROLE_BAD
		   : s->roles ? ROLE_OK
			      : ROLE_DIM,
		   silent(s)  ? "✖"
		   : s->roles ? "✔"
			      : "·");
	text_address(&t, s->ip);
	canvas_fit(c, 3, y, ADDRESS - 1, ROLE_STRONG, buf);
	text_clear(&t);
	if (!mac_none(s->mac))
		text_mac(&t, s->mac);
	canvas_fit(c, 3 + ADDRESS, y, mac, ROLE_DIM, buf);
	text_clear(&t);
	roles(s, &t);
	canvas_fit(c, 3 + ADDRESS + mac, y, c->w - 4 - ADDRESS - mac - age,
		   silent(s) ? ROLE_BAD : ROLE_PLAIN, buf);
	text_clear(&t);
	words_age(v->now_ns > s->last_ns ? v->now_ns - s->last_ns : 0, &t);
	canvas_right(c, c->w - age, y, age - 1, ROLE_DIM, buf);
}

/* One line of the details, left out when there is nothing to count. */
static void line(struct page *p, const char *label, const char *words)
{
	if (!words[0])
		return;
	page_fit(p, 3, 13, ROLE_HEAD, label);
	page_wrap(p, 17, 0, ROLE_PLAIN, words);
}

static void part(struct text *t, uint32_t n, const char *one, const char *many)
{
	if (!n)
		return;
	text_str(t, t->pos ? ", " : "");
	words_plural(n, one, many, t);
}

static void counts(const struct server *s, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	part(&t, s->offers, "offer", "offers");
	part(&t, s->proxy_offers, "proxy offer", "proxy offers");
	part(&t, s->acks, "ACK", "ACKs");
	part(&t, s->naks, "NAK", "NAKs");
	if (s->offers || s->proxy_offers)
		text_str(&t, s->option43 ? "; with option 43" : "; never with option 43");
	line(p, "DHCP", buf);
	text_clear(&t);
	part(&t, s->tftp_requests, "request", "requests");
	part(&t, s->tftp_answers, "answered", "answered");
	part(&t, s->tftp_errors, "refused", "refused");
	line(p, "TFTP", buf);
	text_clear(&t);
	part(&t, s->rpc_calls, "call", "calls");
	part(&t, s->rpc_replies, "reply", "replies");
	line(p, "RPC and NFS", buf);
	text_clear(&t);
	part(&t, s->dns_queries, "query", "queries");
	part(&t, s->dns_answers, "answer", "answers");
	line(p, "DNS", buf);
	text_clear(&t);
	part(&t, s->unreachables, "time", "times");
	line(p, "port closed", buf);
}

static void exported(const struct view *v, const struct server *s, struct page *p)
{
	bool some = false;

	for (uint32_t i = 0; i < scope_exports(v->s); i++) {
		const struct export_seen *e = scope_export(v->s, i);
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));

		if (!address_equal(e->server, s->ip))
			continue;
		text_safe(&t, bytes_str(e->path));
		text_str(&t, " for ");
		if (e->groups)
			text_safe(&t, bytes_str(e->group));
		else
			text_str(&t, "everyone");
		if (e->groups > 1)
			text_fmt(&t, " and %u more", e->groups - 1);
		line(p, some ? "" : "exports", buf);
		some = true;
	}
}

static bool uses(const struct boot *b, struct address a)
{
	for (const struct exchange *e = b->exchanges; e; e = e->next)
		for (const struct reply *r = e->replies; r; r = r->next)
			if (address_equal(r->from, a))
				return true;
	for (const struct transfer *t = b->transfers; t; t = t->next)
		if (address_equal(t->server, a))
			return true;
	for (const struct mount *m = b->mounts; m; m = m->next)
		if (address_equal(m->server, a))
			return true;
	for (const struct nfs_use *n = b->nfs; n; n = n->next)
		if (address_equal(n->server, a))
			return true;
	return false;
}

static void boards(const struct view *v, const struct server *s, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->n; i++) {
		if (!uses(v->board[i].b, s->ip))
			continue;
		if (n++ < 6) {
			text_str(&t, n > 1 ? ", " : "");
			words_name(v->board[i].c, &t);
		}
	}
	if (n > 6)
		text_fmt(&t, " and %u more", n - 6);
	line(p, "boards", buf);
}

/* Who else shapes the network: bridges, and the switch port by LLDP. */
static void network(const struct view *v, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	for (uint32_t i = 0; i < scope_switch_ports(v->s); i++) {
		const struct switch_port *s = scope_switch_port(v->s, i);

		text_clear(&t);
		text_safe(&t, bytes_str(s->system));
		text_str(&t, " port ");
		text_safe(&t, bytes_str(s->port));
		if (s->vlan)
			text_fmt(&t, ", VLAN %u", s->vlan);
		line(p, "switch", buf);
	}
	for (uint32_t i = 0; i < scope_bridges(v->s); i++) {
		const struct bridge *b = scope_bridge(v->s, i);

		text_clear(&t);
		text_fmt(&t, "%s from ", b->version >= 2 ? "RSTP" : "STP");
		text_mac(&t, b->from);
		text_fmt(&t, ", forward delay %u s", b->forward_delay / 256);
		line(p, "spanning tree", buf);
	}
}

static void details(const struct view *v, const struct server *s, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	text_address(&t, s->ip);
	if (!mac_none(s->mac)) {
		text_str(&t, " at ");
		text_mac(&t, s->mac);
	}
	page_line(p, 1, ROLE_STRONG, buf);
	if (silent(s))
		page_wrap(p, 3, 0, ROLE_BAD,
			  s->arp_seen
				  ? "It is named as a server or asked, and it is there, but it "
				    "does not answer as one."
				  : "It is named as a server or asked, and nothing ever came from "
				    "it.");
	counts(s, p);
	exported(v, s, p);
	boards(v, s, p);
	network(v, p);
}

static void draw(const struct ui *ui, const struct view *v, struct canvas *c, struct drawn *out)
{
	const struct visit *at = ui_here(ui);
	int n = (int)scope_servers(v->s), h = c->h - 10 < 3 ? c->h / 2 : c->h - 10, first,
	    pos = at->pos[0] < n ? at->pos[0] : n - 1;
	struct canvas low;
	struct page p = page_init(c, 0);

	if (!n) {
		page_next(&p);
		page_wrap(&p, 3, 0, ROLE_PLAIN,
			  "No server was seen so far: nobody answered DHCP, TFTP, NFS or DNS.");
		return;
	}
	h = h > n ? n : h;
	first = list_first(pos, n, h);
	canvas_put(c, 3, 0, ROLE_HEAD, "Server");
	canvas_put(c, 3 + ADDRESS + (c->w >= 72 ? 18 : 0), 0, ROLE_HEAD,
		   c->w >= 72 ? "Plays (?: never answered)" : "Plays");
	canvas_right(c, c->w - 8, 0, 7, ROLE_HEAD, " Age");
	for (int i = 0; i < h; i++)
		row(v, scope_server(v->s, (uint32_t)(first + i)), c, 1 + i);
	canvas_light(c, 0, 1 + pos - first, c->w, 1, LIT_SELECTED);
	canvas_put(c, 0, 1 + pos - first, ROLE_STRONG, "›");
	canvas_rule(c, 1 + h);
	low = canvas_sub(c, 0, h + 2, c->w, c->h - h - 2);
	p = page_init(&low, at->pos[1]);
	details(v, scope_server(v->s, (uint32_t)pos), &p);
	out->n = 2;
	out->pane[0] = (struct pane) { 0, 1, c->w, h, n, first, true };
	out->pane[1] = (struct pane) { 0, h + 2, c->w, low.h, p.y, at->pos[1], false };
}

static void row_words(const struct ui *ui, const struct view *v, int i, struct text *out)
{
	const struct server *s = scope_server(v->s, (uint32_t)i);

	(void)ui;
	if (!s)
		return;
	text_address(out, s->ip);
	text_char(out, ' ');
	text_mac(out, s->mac);
	text_char(out, ' ');
	roles(s, out);
}

static void moved(struct ui *ui, const struct view *v)
{
	struct visit *at = ui_visit(ui);

	if (at->pane == 0 && at->pos[0] < (int)scope_servers(v->s)) {
		ui->server = scope_server(v->s, (uint32_t)at->pos[0])->ip;
		at->pos[1] = 0;
	}
}

static void follow(struct ui *ui, const struct view *v)
{
	for (uint32_t i = 0; i < scope_servers(v->s); i++)
		if (address_equal(scope_server(v->s, i)->ip, ui->server))
			ui_visit(ui)->pos[0] = (int)i;
}

const struct screen screen_servers = {
	.name = "servers",
	.about = "who answers DHCP, TFTP and NFS, and who is named but silent",
	.draw = draw,
	.row = row_words,
	.follow = follow,
	.moved = moved,
};
