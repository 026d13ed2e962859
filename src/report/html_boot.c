/* SPDX-License-Identifier: BSD-2-Clause */
#include "html_boot.h"

#include "dhcp.h"
#include "root_words.h"
#include "timeline.h"
#include "verdict.h"

enum { WORDS = 1024 };

static void since_cell(const struct html *h, const struct boot *b, uint64_t ns)
{
	char buf[32];
	struct text t = text_init(buf, sizeof(buf));

	text_seconds(&t, ns > b->started_ns ? ns - b->started_ns : 0, 3);
	text_str(&t, " s");
	html_element(h, "td", "class=\"num dim\"", buf);
}

static void table_open(const struct html *h, const char *caption, const char *head)
{
	html_element(h, "h4", "", caption);
	html_mark(h, "<table><thead><tr>");
	html_mark(h, head);
	html_mark(h, "</tr></thead><tbody>");
}

static void table_close(const struct html *h)
{
	html_mark(h, "</tbody></table>\n");
}

/* ---- stages ---- */

static void stage_item(const struct html *h, const struct boot *b, enum stage s)
{
	bool halted = b->outcome == OUTCOME_STUCK || b->outcome == OUTCOME_GAVE_UP;
	char buf[64];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, !b->stage_frame[s]        ? "<li class=\"no\">"
		     : halted && b->stage == s ? "<li class=\"end\">"
					       : "<li class=\"yes\">");
	html_text(h, stage_label(s));
	if (b->stage_frame[s]) {
		text_seconds(
			&t, b->stage_ns[s] > b->started_ns ? b->stage_ns[s] - b->started_ns : 0, 3);
		text_fmt(&t, " s, frame %llu", (unsigned long long)b->stage_frame[s]);
		if (halted && b->stage == s)
			text_str(&t, ": no further");
	} else {
		text_str(&t, "not reached");
	}
	html_element(h, "span", "", buf);
	html_mark(h, "</li>");
}

static void stages(const struct html *h, const struct client *c, const struct boot *b)
{
	html_mark(h, "<ol class=\"stages\">");
	for (int i = 0; i < STAGES; i++) {
		const struct stage_row *row = stage_row(c->family, (enum stage)i);

		/* what was passed by without a frame of its own was no stage of this boot */
		if (b->stage_frame[i] || (!row->skipped && (enum stage)i > b->stage && !b->os_only))
			stage_item(h, b, (enum stage)i);
	}
	html_mark(h, "</ol>\n");
}

/* ---- DHCP ---- */

static void said(struct text *t, const char *what, struct bytes v)
{
	if (!v.p)
		return;
	text_fmt(t, "%s%s \"", t->pos ? ", " : "", what);
	text_safe(t, bytes_of(v.p, v.n < 80 ? v.n : 80));
	text_char(t, '"');
}

static void said_ip4(struct text *t, const char *what, uint32_t v)
{
	if (!v)
		return;
	text_fmt(t, "%s%s ", t->pos ? ", " : "", what);
	text_ip4(t, v);
}

static const char *const pxe_forms[] = {
	[PXE_ABSENT] = "absent",           [PXE_EMPTY] = "empty",
	[PXE_ENCAPSULATED] = "a PXE menu", [PXE_BARE_TEXT] = "bare text",
	[PXE_MALFORMED] = "broken",        [PXE_OTHER] = "not PXE",
};

static void reply_row(const struct html *h, const struct boot *b, const struct reply *r)
{
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<tr>");
	since_cell(h, b, r->first_ns);
	text_fmt(&t, "%s%s", dhcp_type_name(r->type), r->proxy ? " (proxy)" : "");
	if (r->count > 1)
		text_fmt(&t, ", %u times", r->count);
	html_element(h, "td", "class=\"in\"", buf);
	text_clear(&t);
	text_address(&t, r->from);
	html_element(h, "td", "class=\"in\"", buf);
	text_clear(&t);
	if (r->yiaddr)
		text_ip4(&t, r->yiaddr);
	html_element(h, "td", "class=\"in\"", buf);
	text_clear(&t);
	if (r->has_43) {
		text_fmt(&t, "option 43: %s", pxe_forms[r->pxe_form]);
		if (r->menu_text.n) {
			text_str(&t, " \"");
			text_safe(&t, r->menu_text);
			text_char(&t, '"');
		}
	}
	said(&t, "option 66", r->tftp_name);
	said_ip4(&t, "option 150", r->tftp_address);
	said_ip4(&t, "next server", r->siaddr);
	said(&t, "option 67", r->bootfile);
	said(&t, "file", r->file.n ? r->file : bytes_of(NULL, 0));
	said(&t, "root path", r->root_path);
	said(&t, "message", r->message);
	html_element(h, "td", "class=\"wide\"", buf);
	html_mark(h, "<td class=\"num dim frame\">");
	html_u64(h, r->first_frame);
	html_mark(h, "</td></tr>\n");
}

static void exchange_row(const struct html *h, const struct boot *b, const struct exchange *e)
{
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<tr>");
	since_cell(h, b, e->first_ns);
	text_str(&t, e->bootp ? "BOOTP request" : e->discovers ? "DISCOVER" : "REQUEST");
	if (e->discovers + e->bootp > 1)
		text_fmt(&t, ", %u times", e->discovers + e->bootp);
	if (e->discovers && e->requests)
		text_str(&t, ", REQUEST");
	html_element(h, "td", "class=\"in\"", buf);
	text_clear(&t);
	text_fmt(&t, "the board's %s", agent_key(e->agent));
	html_element(h, "td", "class=\"in\"", e->agent == AGENT_UNKNOWN ? "the board" : buf);
	html_mark(h, "<td></td>");
	html_element(h, "td", "class=\"bad\"", e->n_replies || e->releases ? "" : "no reply seen");
	html_mark(h, "<td class=\"num dim frame\">");
	html_u64(h, e->first_frame);
	html_mark(h, "</td></tr>\n");
}

static void dhcp(const struct html *h, const struct boot *b)
{
	if (!b->exchanges)
		return;
	table_open(h, "DHCP",
		   "<th class=\"num\">since start</th><th>message</th><th>from</th><th>address</th>"
		   "<th>boot data</th><th class=\"num\">frame</th>");
	for (const struct exchange *e = b->exchanges; e; e = e->next) {
		exchange_row(h, b, e);
		for (const struct reply *r = e->replies; r; r = r->next)
			reply_row(h, b, r);
	}
	table_close(h);
}

/* ---- files ---- */

static void progress_cell(const struct html *h, const struct transfer *t)
{
	uint64_t whole = t->has_size ? t->size : t->bytes;
	uint64_t done = !whole ? 0 : t->bytes >= whole ? 100 : t->bytes / (whole / 100 + 1);
	char buf[160];
	struct text words = text_init(buf, sizeof(buf));

	if (!t->bytes) {
		html_mark(h, "<td class=\"bar\"></td>");
		return;
	}
	text_fmt(&words,
		 "<td class=\"bar\"><svg height=\"8\" aria-hidden=\"true\">"
		 "<rect width=\"100%%\" height=\"8\"/><rect class=\"%s\" width=\"%llu%%\" "
		 "height=\"8\"/></svg></td>",
		 timeline_transfer_class(t), (unsigned long long)done);
	html_mark(h, buf);
}

static void transfer_row(const struct html *h, const struct boot *b, const struct transfer *t)
{
	uint64_t took = t->last_ns > t->first_ns ? t->last_ns - t->first_ns : 0;
	char buf[WORDS];
	struct text words = text_init(buf, sizeof(buf));

	html_mark(h, verdict_noise(t) ? "<tr class=\"noise\">" : "<tr>");
	since_cell(h, b, t->first_ns);
	html_mark(h, "<td class=\"mono\">");
	html_wire(h, transfer_name(t));
	html_mark(h, "</td>");
	progress_cell(h, t);
	if (t->bytes || t->outcome == TRANSFER_COMPLETE)
		text_bytes_count(&words, t->bytes);
	html_element(h, "td", "class=\"num\"", buf);
	text_clear(&words);
	if (t->outcome == TRANSFER_COMPLETE && took >= 1000000) {
		text_bytes_count(&words, t->bytes * 1000 / (took / 1000000));
		text_str(&words, "/s");
	}
	html_element(h, "td", "class=\"num\"", buf);
	text_clear(&words);
	text_str(&words, transfer_outcome_key((enum transfer_outcome)t->outcome));
	if (t->has_error && t->error && t->outcome != TRANSFER_PROBE) {
		text_fmt(&words, " (error %u: ", t->error_code);
		text_safe(&words, bytes_str(t->error));
		text_char(&words, ')');
	}
	if (transfer_retransmissions(t))
		text_fmt(&words, ", %u sent again", transfer_retransmissions(t));
	html_element(h, "td",
		     t->outcome == TRANSFER_COMPLETE || verdict_noise(t) ? "" : "class=\"bad\"",
		     buf);
	html_mark(h, "<td class=\"num dim frame\">");
	html_u64(h, t->first_frame);
	html_mark(h, "</td></tr>\n");
}

#define FILES_HEAD                                                                            \
	"<th class=\"num\">since start</th><th>file</th><th></th><th class=\"num\">size</th>" \
	"<th class=\"num\">rate</th><th>outcome</th><th class=\"num\">frame</th>"

static void files(const struct html *h, const struct boot *b)
{
	uint32_t noise = 0, rest = 0;

	for (const struct transfer *t = b->transfers; t; t = t->next) {
		noise += verdict_noise(t);
		rest += !verdict_noise(t);
	}
	if (rest) {
		table_open(h, "Files", FILES_HEAD);
		for (const struct transfer *t = b->transfers; t; t = t->next)
			if (!verdict_noise(t))
				transfer_row(h, b, t);
		table_close(h);
	}
	if (noise) {
		html_mark(h, "<details><summary class=\"dim\">");
		html_u64(h, noise);
		html_text(h, noise == 1 ? " request that is normal noise"
					: " requests that are normal noise");
		html_mark(h, ": optional files, size probes</summary>");
		table_open(h, "Normal noise", FILES_HEAD);
		for (const struct transfer *t = b->transfers; t; t = t->next)
			if (verdict_noise(t))
				transfer_row(h, b, t);
		table_close(h);
		html_mark(h, "</details>\n");
	}
	if (b->transfers_lost) {
		html_mark(h, "<p class=\"dim\">");
		html_u64(h, b->transfers_lost);
		html_text(h, " more were not kept.");
		html_mark(h, "</p>");
	}
}

/* ---- the root ---- */

static void mount_row(const struct html *h, const struct boot *b, const struct mount *m)
{
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<tr>");
	since_cell(h, b, m->first_ns);
	text_fmt(&t, "mount v%u/%s", m->version, m->tcp ? "tcp" : "udp");
	html_element(h, "td", "class=\"in\"", buf);
	text_clear(&t);
	text_address(&t, m->server);
	text_char(&t, ':');
	text_safe(&t, bytes_str(m->path ? m->path : ""));
	html_element(h, "td", "class=\"mono\"", buf);
	html_element(h, "td", m->outcome == MOUNT_OK ? "" : "class=\"bad\"",
		     mount_outcome_key(m->outcome));
	html_mark(h, "<td class=\"num dim frame\">");
	html_u64(h, m->first_frame);
	html_mark(h, "</td></tr>\n");
}

static void nfs_row(const struct html *h, const struct boot *b, const struct nfs_use *n)
{
	char buf[WORDS];
	struct text t = text_init(buf, sizeof(buf));

	html_mark(h, "<tr>");
	since_cell(h, b, n->first_ns);
	text_fmt(&t, "NFS v%u/%s", n->version, n->tcp ? "tcp" : "udp");
	html_element(h, "td", "class=\"in\"", buf);
	text_clear(&t);
	text_address(&t, n->server);
	html_element(h, "td", "class=\"mono\"", buf);
	text_clear(&t);
	text_fmt(&t, "%llu calls, %llu replies", (unsigned long long)n->calls,
		 (unsigned long long)n->replies);
	if (n->read_bytes) {
		text_str(&t, ", read ");
		text_bytes_count(&t, n->read_bytes);
	}
	if (n->retransmissions)
		text_fmt(&t, ", %llu sent again", (unsigned long long)n->retransmissions);
	if (n->errors)
		text_fmt(&t, ", %llu errors", (unsigned long long)n->errors);
	if (n->work) {
		text_str(&t, ": ");
		root_ops(n, &t);
		text_str(&t, n->work->n_files ? "; last " : "");
		root_files(n, &t);
	}
	html_element(h, "td", n->calls && !n->replies ? "class=\"bad\"" : "", buf);
	html_mark(h, "<td class=\"num dim frame\">");
	html_u64(h, n->first_frame);
	html_mark(h, "</td></tr>\n");
}

static void root(const struct html *h, const struct boot *b)
{
	if (!b->mounts && !b->nfs)
		return;
	table_open(h, "Mounts and NFS",
		   "<th class=\"num\">since start</th><th>what</th><th>where</th><th>outcome</th>"
		   "<th class=\"num\">frame</th>");
	for (const struct mount *m = mount_told(b->mounts); m; m = mount_told(m->next))
		mount_row(h, b, m);
	for (const struct nfs_use *n = b->nfs; n; n = n->next)
		nfs_row(h, b, n);
	table_close(h);
}

/* ---- what was said in words ---- */

static void kept(const struct html *h, const struct boot *b)
{
	for (const struct kept *k = b->kept; k; k = k->next) {
		if (!k->n)
			continue;
		html_mark(h, "<details><summary>");
		html_wire(h, bytes_str(k->file));
		html_text(h, " as it was served, frame ");
		html_u64(h, k->frame);
		html_text(h, k->complete && !k->cut ? "" : " (a part of it)");
		html_mark(h, "</summary><pre>");
		html_wire_lines(h, bytes_of(k->text, k->n));
		html_mark(h, "</pre></details>\n");
	}
}

static void console(const struct html *h, const struct boot *b)
{
	uint32_t first = b->n_lines > CAP_LINES ? b->n_lines - CAP_LINES : 0;

	if (!b->lines || !b->n_lines)
		return;
	html_mark(h, "<details><summary>The board's own log (netconsole), the last "
		     "lines</summary><pre>");
	for (uint32_t i = first; i < b->n_lines; i++) {
		html_wire(h, bytes_str(b->lines[i % CAP_LINES].text));
		html_mark(h, "\n");
	}
	html_mark(h, "</pre></details>\n");
}

void html_boot(const struct html *h, const struct client *c, const struct boot *b)
{
	stages(h, c, b);
	timeline_svg(h, b);
	dhcp(h, b);
	files(h, b);
	root(h, b);
	kept(h, b);
	console(h, b);
}
