/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <string.h>

#include "advice.h"
#include "audit_mac.h"
#include "compare.h"
#include "root_words.h"
#include "sheet.h"
#include "verdict.h"

enum { BAR = 12, NORMAL_SHOWN = 6 };

static const char *mark(const struct sheet *p, enum outcome o)
{
	switch (o) {
	case OUTCOME_BOOTED:
		return p->style->unicode ? "✔" : "ok";
	case OUTCOME_STUCK:
	case OUTCOME_GAVE_UP:
		return p->style->unicode ? "✖" : "!!";
	case OUTCOME_IN_PROGRESS:
		return p->style->unicode ? "▶" : "..";
	case OUTCOME_UNKNOWN:
		break;
	}
	return p->style->unicode ? "·" : " -";
}

/* One line a client, then what stopped it. */
static void verdict(struct sheet *p, const struct scope *s, const struct client *c)
{
	struct diagnosis d;
	const struct boot *b = diagnose_client(s, c, &d);
	char buf[SHEET_LINE];
	struct text t = text_init(buf, sizeof(buf));

	if (!b)
		return;
	sheet_role(p, b->outcome == OUTCOME_BOOTED                                   ? ROLE_GOOD
		      : b->outcome == OUTCOME_STUCK || b->outcome == OUTCOME_GAVE_UP ? ROLE_BAD
										     : ROLE_TITLE);
	text_fmt(&p->line, "%s ", mark(p, b->outcome));
	sheet_role(p, ROLE_PLAIN);
	sheet_role(p, ROLE_TITLE);
	verdict_name(c, &p->line);
	sheet_role(p, ROLE_PLAIN);
	sheet_flush(p);
	text_str(&p->line, "   ");
	verdict_words(c, b, &d, &p->line);
	if (b != client_last_boot(c))
		text_str(&p->line, "; it was at it again when the capture ended");
	sheet_flush(p);
	if (p->style->quiet)
		return;
	if (compare_text(s, c, b, &t))
		sheet_paragraph(p, 3, buf);
	for (uint32_t i = 0; i < d.n; i++) {
		const struct finding_row *row = &findings[d.finding[i].id];

		if (row->severity == INFO && !p->style->verbose)
			continue;
		if (i) {
			text_fmt(&p->line, "   Also (%s): %s", severity_key(row->severity),
				 row->title);
			sheet_flush(p);
		}
		sheet_finding(p, &d.finding[i]);
	}
}

static void clock_text(struct sheet *p, const struct boot *b, uint64_t ns)
{
	char buf[24];
	struct text t = text_init(buf, sizeof(buf));

	text_seconds(&t, ns > b->started_ns ? ns - b->started_ns : 0, 3);
	text_fmt(&p->line, "%9s s ", buf);
}

static void timeline(struct sheet *p, const struct boot *b)
{
	for (int i = 0; i < STAGES; i++) {
		if (!b->stage_frame[i])
			continue;
		text_str(&p->line, "   ");
		clock_text(p, b, b->stage_ns[i]);
		text_fmt(&p->line, " %-18s", stage_label((enum stage)i));
		sheet_role(p, ROLE_DIM);
		text_fmt(&p->line, " frame %llu", (unsigned long long)b->stage_frame[i]);
		sheet_role(p, ROLE_PLAIN);
		sheet_flush(p);
	}
}

static void bar(struct sheet *p, const struct transfer *t)
{
	uint64_t whole = t->has_size ? t->size : t->bytes;
	uint32_t full = whole ? (uint32_t)(t->bytes >= whole ? BAR : t->bytes * BAR / whole) : 0;

	for (uint32_t i = 0; i < BAR; i++)
		text_str(&p->line,
			 p->style->unicode ? (i < full ? "█" : "░") : (i < full ? "#" : "."));
}

static void transfer_line(struct sheet *p, const struct transfer *t, const struct boot *b)
{
	uint64_t took = t->last_ns > t->first_ns ? t->last_ns - t->first_ns : 0;
	uint32_t from;

	text_str(&p->line, "   ");
	clock_text(p, b, t->first_ns);
	text_char(&p->line, ' ');
	from = p->line.pos;
	text_safe(&p->line, bytes_of(t->file, t->file_len < 60 ? t->file_len : 60));
	while (p->line.pos - from < 34)
		text_char(&p->line, ' ');
	text_char(&p->line, ' ');
	if (t->bytes || t->outcome == TRANSFER_COMPLETE) {
		bar(p, t);
		text_char(&p->line, ' ');
		text_bytes_count(&p->line, t->bytes);
	}
	if (t->outcome == TRANSFER_COMPLETE && took >= 1000000) {
		text_str(&p->line, "  ");
		text_bytes_count(&p->line, t->bytes * 1000 / (took / 1000000));
		text_str(&p->line, "/s");
	}
	if (t->outcome != TRANSFER_COMPLETE)
		text_fmt(&p->line, "%s%s", t->bytes ? "  " : "",
			 transfer_outcome_key((enum transfer_outcome)t->outcome));
	if (t->has_error && t->error && t->outcome != TRANSFER_PROBE) {
		text_fmt(&p->line, " (error %u: ", t->error_code);
		text_safe(&p->line, bytes_str(t->error));
		text_char(&p->line, ')');
	}
	if (transfer_retransmissions(t))
		text_fmt(&p->line, "  %u sent again", transfer_retransmissions(t));
	sheet_flush(p);
}

static void transfers(struct sheet *p, const struct boot *b)
{
	uint32_t noise = 0;

	if (!b->transfers)
		return;
	text_str(&p->line, "   Files");
	sheet_flush(p);
	for (const struct transfer *t = b->transfers; t; t = t->next) {
		noise += verdict_noise(t);
		if (!verdict_noise(t) || p->style->verbose)
			transfer_line(p, t, b);
	}
	if (noise && !p->style->verbose) {
		text_fmt(&p->line,
			 "   (and %u requests that are normal noise: optional files, size probes; "
			 "-v shows them)",
			 noise);
		sheet_flush(p);
	}
	if (b->transfers_lost) {
		text_fmt(&p->line, "   (and %u more that were not kept)", b->transfers_lost);
		sheet_flush(p);
	}
}

/* What it did most, and to which files last. */
static void work(struct sheet *p, const struct nfs_use *n)
{
	text_str(&p->line, "              ");
	root_ops(n, &p->line);
	sheet_flush(p);
	if (!n->work->n_files)
		return;
	text_str(&p->line, "              last: ");
	root_files(n, &p->line);
	sheet_flush(p);
}

static void mounts(struct sheet *p, const struct boot *b)
{
	for (const struct mount *m = mount_told(b->mounts); m; m = mount_told(m->next)) {
		text_str(&p->line, "   ");
		clock_text(p, b, m->first_ns);
		text_fmt(&p->line, " mount v%u/%s ", m->version, m->tcp ? "tcp" : "udp");
		text_address(&p->line, m->server);
		text_char(&p->line, ':');
		text_safe(&p->line, bytes_str(m->path ? m->path : ""));
		text_fmt(&p->line, "  %s", mount_outcome_key(m->outcome));
		sheet_flush(p);
	}
	for (const struct nfs_use *n = b->nfs; n; n = n->next) {
		text_str(&p->line, "   ");
		clock_text(p, b, n->first_ns);
		text_fmt(&p->line, " NFS v%u/%s ", n->version, n->tcp ? "tcp" : "udp");
		text_address(&p->line, n->server);
		text_fmt(&p->line, "  %llu calls, %llu replies", (unsigned long long)n->calls,
			 (unsigned long long)n->replies);
		if (n->read_bytes) {
			text_str(&p->line, ", read ");
			text_bytes_count(&p->line, n->read_bytes);
		}
		if (n->retransmissions)
			text_fmt(&p->line, ", %llu sent again",
				 (unsigned long long)n->retransmissions);
		if (n->errors)
			text_fmt(&p->line, ", %llu errors", (unsigned long long)n->errors);
		sheet_flush(p);
		if (n->work)
			work(p, n);
	}
}

static void way(struct sheet *p, const struct client *c)
{
	for (uint32_t i = 0; i < client_boots(c); i++) {
		const struct boot *b = client_boot(c, i);
		char when[40];
		struct text t = text_init(when, sizeof(when));

		text_time(&t, b->started_ns);
		when[19] = 0;
		sheet_flush(p);
		sheet_role(p, ROLE_TITLE);
		text_mac(&p->line, c->mac);
		text_fmt(&p->line, "  boot %u, from %s UTC, frame %llu: %s", b->attempt, when,
			 (unsigned long long)b->started_frame, outcome_key(b->outcome));
		sheet_role(p, ROLE_PLAIN);
		sheet_flush(p);
		timeline(p, b);
		transfers(p, b);
		mounts(p, b);
	}
}

static void servers(struct sheet *p, const struct scope *s)
{
	bool any = false;

	for (uint32_t i = 0; i < scope_servers(s); i++) {
		const struct server *v = scope_server(s, i);

		if (!v->roles)
			continue;
		if (!any) {
			sheet_flush(p);
			text_str(&p->line, "Servers");
			sheet_flush(p);
		}
		any = true;
		text_str(&p->line, "   ");
		text_address(&p->line, v->ip);
		text_pad(&p->line, 20);
		for (uint32_t k = 0; k < SERVER_ROLES; k++)
			if (v->roles & 1u << k)
				text_fmt(&p->line, " %s", server_role_key(k));
		sheet_flush(p);
	}
}

static void summary(struct sheet *p, const struct scope *s, const struct report_source *source)
{
	const struct scope_counts *n = scope_counts(s);
	const struct vantage *v = scope_vantage(s);
	struct advice advice;

	sheet_role(p, ROLE_DIM);
	text_fmt(&p->line, "%llu frames in ", (unsigned long long)n->frames);
	text_seconds(&p->line, n->last_ns > n->first_ns ? n->last_ns - n->first_ns : 0, 1);
	text_fmt(&p->line, " s, %u client%s. ", scope_clients(s), scope_clients(s) == 1 ? "" : "s");
	if (v->why)
		text_fmt(&p->line, "What was seen: %s (%s).", vantage_key(v->kind), v->why);
	sheet_role(p, ROLE_PLAIN);
	sheet_flush(p);
	advice_of(s, &advice);
	for (uint32_t i = 0; i < advice.n; i++)
		sheet_paragraph(p, 0, advice.line[i]);
	if (n->clients_evicted) {
		text_fmt(&p->line,
			 "%llu clients were left out for want of room: the longest idle first.",
			 (unsigned long long)n->clients_evicted);
		sheet_flush(p);
	}
	if (source->warning) {
		text_str(&p->line, "Note: ");
		text_safe(&p->line, bytes_str(source->warning));
		text_char(&p->line, '.');
		sheet_flush(p);
	}
	if (source->redacted)
		sheet_paragraph(p, 0, source->redacted);
	sheet_flush(p);
}

static bool left_out(const struct report_source *source, const struct client *c)
{
	return source->live && mac_of_audit(c->mac);
}

static void count_of(struct sheet *p, uint32_t n, const char *one, const char *many)
{
	if (!n)
		return;
	text_fmt(&p->line, "  %u %s (-v shows them).", n, n == 1 ? one : many);
	sheet_flush(p);
}

void report_text(const struct scope *s, const struct report_source *source,
		 const struct report_style *style, struct output out)
{
	struct sheet p;
	uint32_t bystanders = 0, played = 0;

	sheet_init(&p, style, out);
	if (!style->quiet)
		summary(&p, s, source);
	if (!scope_clients(s)) {
		text_str(&p.line, "No client of DHCP, TFTP or NFS boot is in this capture.");
		sheet_flush(&p);
		if (!style->quiet)
			sheet_paragraph(
				&p, 0,
				"If a board was switched on meanwhile, it sent nothing that "
				"reached this place: check link lights, the boot order "
				"(BOOT_ORDER with a 2, or the OTP bit of a Pi 3), and that the "
				"capture runs on the server or on the board's own segment.");
		return;
	}
	for (uint32_t i = 0; i < scope_clients(s); i++) {
		if (!style->verbose && left_out(source, scope_client(s, i)))
			played++;
		else if (!style->verbose && verdict_bystander(scope_client(s, i)))
			bystanders++;
		else
			verdict(&p, s, scope_client(s, i));
	}
	count_of(&p, bystanders, "machine did not boot here, only asked for an address",
		 "machines did not boot here, only asked for an address");
	count_of(&p, played, "board was played by an audit", "boards were played by an audit");
	if (style->quiet)
		return;
	for (uint32_t i = 0; i < scope_clients(s); i++)
		if (style->verbose || (!verdict_bystander(scope_client(s, i)) &&
				       !left_out(source, scope_client(s, i))))
			way(&p, scope_client(s, i));
	servers(&p, s);
}

bool report_fatal(const struct scope *s, const struct report_source *source)
{
	for (uint32_t i = 0; i < scope_clients(s); i++) {
		struct diagnosis d;

		if (!left_out(source, scope_client(s, i)) &&
		    diagnose_client(s, scope_client(s, i), &d) && diagnosis_fatal(&d))
			return true;
	}
	return false;
}
