/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages in few words, for a line of the ladder. */
#include "glyph.h"
#include "messages.h"
#include "ui.h"
#include "words.h"

static void quoted(struct bytes v, struct text *out)
{
	if (!v.n)
		return;
	text_char(out, ' ');
	text_safe(out, v);
}

static void dhcp_words(const struct dhcp *m, struct text *out)
{
	text_str(out, dhcp_type_name(m->type));
	if (m->yiaddr) {
		text_char(out, ' ');
		text_ip4(out, m->yiaddr);
	}
	quoted(m->file, out);
}

static void tftp_words(const struct tftp *m, struct text *out)
{
	const char *name = tftp_op_name(m->op);

	text_str(out, name ? name : "TFTP");
	switch (m->op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		quoted(m->file, out);
		break;
	case TFTP_DATA:
	case TFTP_ACK:
		text_fmt(out, " %u", m->block);
		if (m->blksize)
			text_fmt(out, "..%u", tftp_block(m, tftp_blocks(m) - 1).number);
		break;
	case TFTP_ERROR:
		text_fmt(out, " %u", m->error_code);
		quoted(m->message, out);
		break;
	default:
		for (uint32_t i = 0; i < m->n_options; i++) {
			quoted(m->option[i].key, out);
			quoted(m->option[i].value, out);
		}
		break;
	}
}

static void reply_words(const struct rpc *m, struct text *out)
{
	const char *status = rpc_status_name(m->status_kind, m->status),
		   *state = rpc_accept_key(m->accept);

	if (m->denied)
		text_str(out, m->reject == RPC_AUTH_ERROR ? ": credentials refused" : ": refused");
	else if (m->accept)
		text_fmt(out, ": %s", state ? state : "refused");
	else if (m->status_kind && m->status)
		text_fmt(out, ": %s", status ? status : "failed");
	else
		text_str(out, ": ok");
	if (m->prog == RPC_PORTMAP && m->known && !m->denied && !m->accept)
		text_fmt(out, ", port %u", m->map_port);
	if (m->has & RPC_HAS_COUNT)
		text_fmt(out, ", %u bytes", m->count);
}

/* Operations that only lead to the one that matters (RFC 8881 18). */
static bool leads_on(uint32_t op)
{
	enum { GETATTR = 9, GETFH = 10, PUTFH = 22, RESTOREFH = 31, SAVEFH = 32, SEQUENCE = 53 };

	return op == GETATTR || op == GETFH || op == PUTFH || op == RESTOREFH || op == SAVEFH ||
	       op == SEQUENCE;
}

/* "NFS4 PUTROOTFH LOOKUP pi5" */
static void compound_words(const struct rpc *m, struct text *out)
{
	uint32_t told = 0;

	text_str(out, "NFS4");
	for (uint32_t i = 0; i < m->n_ops; i++) {
		const struct rpc_op *op = &m->op[i];
		const char *name = nfs4_op_name(m->prog, op->op);

		if (leads_on(op->op) && (told || i + 1 < m->n_ops) && !op->status)
			continue;
		told++;
		text_fmt(out, " %s", name ? name : "?");
		quoted(op->name, out);
	}
}

static void rpc_words(const struct rpc *m, struct text *out)
{
	if (m->prog == RPC_NFS && m->n_ops) {
		compound_words(m, out);
		if (m->type == RPC_REPLY)
			reply_words(m, out);
		return;
	}
	rpc_name(m, out);
	if (m->type == RPC_REPLY) {
		reply_words(m, out);
		return;
	}
	quoted(m->path, out);
	quoted(m->name, out);
	quoted(m->name2, out);
	if (m->prog == RPC_PORTMAP && m->map_prog)
		text_fmt(out,
			 m->map_prog == RPC_NFS     ? " of NFS v%u"
			 : m->map_prog == RPC_MOUNT ? " of MOUNT v%u"
						    : " of another v%u",
			 m->map_vers);
	if (m->has & RPC_HAS_OFFSET && m->has & RPC_HAS_COUNT)
		text_fmt(out, " %u bytes at %llu", m->count, (unsigned long long)m->offset);
}

/* Who calls, who takes the call, who does not. */
static void tcp_words(const struct packet *p, struct text *out)
{
	if (p->tcp.flags & TCP_RST)
		text_fmt(out, "TCP refused or reset, port %u", p->sport);
	else if (p->tcp.flags & TCP_ACK)
		text_fmt(out, "TCP connected, port %u", p->sport);
	else
		text_fmt(out, "TCP connect to port %u", p->dport);
}

void message_words(const struct packet *p, struct text *out)
{
	if (p->record == RECORD_DHCP) {
		dhcp_words(&p->u.dhcp, out);
	} else if (p->record == RECORD_TFTP) {
		tftp_words(&p->u.tftp, out);
	} else if (p->record == RECORD_RPC) {
		rpc_words(&p->u.rpc, out);
	} else if (p->record == RECORD_TCP) {
		tcp_words(p, out);
	} else {
		for (const char *k = protocol_key(p); *k; k++)
			text_char(out, *k >= 'a' && *k <= 'z' ? (char)(*k - 32) : *k);
		text_char(out, ' ');
		if (protocols[p->record].line)
			protocols[p->record].line(p, out);
	}
	if (p->err)
		text_fmt(out, " [%s]", err_key(p->err));
}

/* "DATA start4.elf, 2.2 MB in 1542 blocks". */
static void run_words(const struct message_row *r, const struct client *c, const struct logged *e,
		      const struct packet *p, struct text *out)
{
	const struct transfer *t = message_transfer(c, e);
	const char *name = t ? t->file : "";

	for (const char *s = name; *s; s++)
		if (*s == '/')
			name = s + 1;
	if (e->record == RECORD_TFTP) {
		text_str(out, e->op == TFTP_DATA ? "DATA" : "ACK");
		quoted(bytes_str(name), out);
		if (!r->bytes)
			text_fmt(out, " to block %u", e->id);
	} else {
		rpc_name(&p->u.rpc, out);
		text_fmt(out, e->bytes || !r->bytes ? " ×%llu" : " and others ×%llu",
			 (unsigned long long)(r->bytes ? e->frames : r->frames));
	}
	if (r->bytes) {
		text_str(out, ", ");
		text_bytes_count(out, r->bytes);
	}
	if (r->bytes && e->record == RECORD_TFTP && e->blocks > 1)
		text_fmt(out, " in %u blocks", e->blocks);
}

void message_row_words(const struct ui *ui, const struct view *v, int row, struct text *out)
{
	const struct messages *m = &ui->messages;
	const struct message_row *r = &m->row[row];
	const struct logged *e = frame_log_entry(scope_log(v->s), r->id);
	const struct client *c = scope_client_by_mac(v->s, m->board);
	struct packet p;
	struct frame f;

	if (!e || !c || !frame_log_packet(scope_log(v->s), r->id, &f, &p))
		return;
	if (r->frames > r->times && (e->frames > 1 || r->bytes)) {
		run_words(r, c, e, &p, out);
		return;
	}
	message_words(&p, out);
}

enum role message_role(const struct message_row *r, const struct logged *e)
{
	if (!e->failed)
		return ROLE_PLAIN;
	if (r->worst >= 0 && r->worst < INFO)
		return ROLE_BAD;
	return e->record == RECORD_TFTP ? ROLE_DIM : ROLE_BAD;
}

int message_times(const struct message_row *r, struct canvas *c, int end, int y)
{
	char buf[16];
	struct text t = text_init(buf, sizeof(buf));

	if (r->times < 2)
		return end;
	text_fmt(&t, " ×%u", r->times);
	canvas_put(c, end - glyph_columns(buf), y, ROLE_STRONG, buf);
	return end - glyph_columns(buf);
}

static void clock_words(uint64_t ns, struct text *out)
{
	uint64_t s = ns / 1000000000;

	text_fmt(out, "%02llu:%02llu:%02llu.%03llu", (unsigned long long)(s / 3600 % 24),
		 (unsigned long long)(s / 60 % 60), (unsigned long long)(s % 60),
		 (unsigned long long)(ns / 1000000 % 1000));
}

void message_time(const struct ui *ui, const struct view *v, int row, struct text *out)
{
	const struct messages *m = &ui->messages;
	const struct frame_log *l = scope_log(v->s);
	const struct logged *e = frame_log_entry(l, m->row[row].id),
			    *before = frame_log_entry(l, row ? m->row[row - 1].id : 0);
	const struct client *c = scope_client_by_mac(v->s, m->board);
	const struct boot *b = e && c ? messages_boot(c, e->number) : NULL;
	uint64_t from = ui->time == TIME_DELTA ? (before ? before->time_ns : 0)
			: b                    ? b->started_ns
					       : 0;

	if (!e)
		return;
	if (ui->time == TIME_SINCE_BOOT && b && b->attempt > 1 && b->started_frame == e->number)
		text_fmt(out, "boot %u", b->attempt);
	else if (ui->time == TIME_CLOCK)
		clock_words(e->time_ns, out);
	else
		text_seconds(out, from && e->time_ns > from ? e->time_ns - from : 0, 3);
}
