/* SPDX-License-Identifier: BSD-2-Clause */
#include "messages.h"

#include <string.h>

#include "ui.h"

enum { DROPPED_AT_ONCE = MESSAGES_MAX / 4 };

const struct boot *messages_boot(const struct client *c, uint64_t number)
{
	for (uint32_t i = client_boots(c); i-- > 0;)
		if (client_boot(c, i)->started_frame <= number)
			return client_boot(c, i);
	return NULL;
}

const struct transfer *message_transfer(const struct client *c, const struct logged *e)
{
	uint16_t port = e->from_client ? e->sport : e->dport;
	const struct boot *b = messages_boot(c, e->number);

	if (e->record != RECORD_TFTP || !b)
		return NULL;
	for (const struct transfer *t = b->transfers; t; t = t->next)
		if (t->client_port == port && t->first_frame <= e->number &&
		    e->number <= t->last_frame)
			return t;
	return NULL;
}

static uint8_t peer_of(struct messages *m, struct address a)
{
	uint32_t i = 0;

	if (address_none(a))
		return PEER_ALL;
	while (i < m->n_peers && !address_equal(m->peer[i], a))
		i++;
	if (i == PEERS_MAX)
		return PEER_OTHER;
	if (i == m->n_peers)
		m->peer[m->n_peers++] = a;
	return (uint8_t)i;
}

/* The same message sent again. */
static bool again(const struct logged *a, const struct logged *b)
{
	/* with TFTP, a port is a file */
	if (a->record == RECORD_TFTP && (a->sport != b->sport || a->dport != b->dport))
		return false;
	return a->record == b->record && a->op == b->op && a->id == b->id &&
	       a->from_client == b->from_client && a->frames == 1 && b->frames == 1 &&
	       address_equal(a->peer, b->peer) && a->proc == b->proc;
}

static bool is_block(const struct logged *e)
{
	return e->record == RECORD_TFTP && (e->op == TFTP_DATA || e->op == TFTP_ACK);
}

/* Blocks and their acknowledgements; calls of a run and their answers. */
static bool belongs(const struct logged *a, const struct logged *b)
{
	if (a->from_client == b->from_client || !address_equal(a->peer, b->peer))
		return false;
	if (is_block(a) && is_block(b))
		return a->sport == b->dport && a->dport == b->sport;
	return a->record == RECORD_RPC && b->record == RECORD_RPC && a->prog == RPC_NFS &&
	       b->prog == RPC_NFS && a->frames + b->frames > 2 && !a->failed && !b->failed &&
	       a->proc == b->proc;
}

/* What findings say of a frame in the entry. */
static void evidence(const struct diagnosis *d, const struct logged *e, struct message_row *row)
{
	for (uint32_t i = 0; i < d->n; i++) {
		const struct finding *f = &d->finding[i];

		for (uint32_t k = 0; k < f->n_evidence; k++) {
			uint64_t n = f->evidence[k].frame;
			int severity = (int)findings[f->id].severity;

			if (n != e->number && (e->frames == 1 || n != e->last_number))
				continue;
			if (row->worst < 0 || severity < row->worst)
				row->worst = (int8_t)severity;
			row->cause |= f->cause;
		}
	}
}

static struct message_row *row_for(struct messages *m, const struct frame_log *l,
				   const struct logged *e, bool *fresh)
{
	struct message_row *last = m->n ? &m->row[m->n - 1] : NULL,
			   *before = m->n > 1 ? &m->row[m->n - 2] : NULL;

	*fresh = false;
	if (last &&
	    (again(frame_log_entry(l, last->id), e) || belongs(frame_log_entry(l, last->id), e)))
		return last;
	/* asked and answered, over and over */
	if (before && e->record != RECORD_RPC && last->times >= before->times &&
	    again(frame_log_entry(l, before->id), e))
		return before;
	*fresh = true;
	if (m->n == MESSAGES_MAX) {
		m->n -= DROPPED_AT_ONCE;
		m->left_out += DROPPED_AT_ONCE;
		memmove(m->row, m->row + DROPPED_AT_ONCE, (size_t)m->n * sizeof(m->row[0]));
		m->at -= DROPPED_AT_ONCE;
	}
	return &m->row[m->n++];
}

static void add(struct messages *m, const struct frame_log *l, uint64_t id,
		const struct diagnosis *d)
{
	const struct logged *e = frame_log_entry(l, id), *head;
	bool fresh;
	struct message_row *row = row_for(m, l, e, &fresh);

	if (fresh) {
		*row = (struct message_row) { .id = id, .worst = -1, .times = 1 };
		row->peer = peer_of(m, e->peer);
	}
	head = frame_log_entry(l, row->id);
	if (!fresh && again(head, e))
		row->times++;
	else if (!fresh && !head->bytes && e->bytes)
		row->id = id; /* the data, not what acknowledges it */
	row->frames += e->frames;
	row->bytes += e->bytes;
	row->last_ns = e->last_ns;
	evidence(d, e, row);
	if (id == m->id)
		m->at = (int)(row - m->row);
}

static void rows(struct messages *m, const struct view *v, const struct board *b)
{
	const struct frame_log *l = scope_log(v->s);
	struct diagnosis d = { .n = 0 };

	m->n = m->left_out = 0;
	m->n_peers = 0;
	m->at = -1;
	if (!b)
		return;
	diagnose_boot(v->s, b->c, b->b, &d);
	for (uint64_t id = frame_log_first(l, &b->c->frames); id; id = frame_log_next(l, id))
		add(m, l, id, &d);
}

/* Where to look first: at what stopped the boot, or at its beginning. */
static uint64_t first_look(const struct view *v, const struct board *b)
{
	const struct frame_log *l = scope_log(v->s);
	struct diagnosis d = { .n = 0 };
	uint64_t id = 0;

	diagnose_boot(v->s, b->c, b->b, &d);
	if (d.n && d.finding[0].n_evidence && findings[d.finding[0].id].severity == FATAL)
		id = frame_log_find(l, d.finding[0].evidence[0].frame);
	if (!id)
		id = frame_log_find(l, b->b->started_frame);
	return id ? id : frame_log_first(l, &b->c->frames);
}

static bool of_board(const struct frame_log *l, uint64_t id, struct mac board)
{
	const struct logged *e = frame_log_entry(l, id);

	return e && mac_equal(e->mac, board);
}

/* Is the frame chosen elsewhere another than the one looked at? */
static bool elsewhere(const struct ui *ui, const struct logged *e)
{
	return ui->frame && (!e || ui->frame < e->number || ui->frame > e->last_number);
}

static void choose(struct ui *ui, const struct view *v, const struct board *b)
{
	struct messages *m = &ui->messages;
	const struct frame_log *l = scope_log(v->s);
	uint64_t id = m->id;

	if (!mac_equal(m->board, b->c->mac)) {
		m->board = b->c->mac;
		m->field = m->byte = 0;
		id = 0;
	}
	if (elsewhere(ui, frame_log_entry(l, id)))
		id = frame_log_find(l, ui->frame);
	if (!of_board(l, id, b->c->mac))
		id = first_look(v, b);
	m->id = of_board(l, id, b->c->mac) ? id : 0;
	ui->frame = m->id ? frame_log_entry(l, m->id)->number : 0;
}

/* The message's own first row: behind its headers. */
static uint32_t record_row(const struct packet_tree *t)
{
	uint32_t row = 0;

	for (uint32_t i = 0; i < t->n; i++)
		row = t->row[i].depth ? row : i;
	return row;
}

static void read_packet(struct messages *m, const struct view *v)
{
	if (!m->id || !frame_log_packet(scope_log(v->s), m->id, &m->frame, &m->packet)) {
		m->id = 0;
		m->tree.n = 0;
		return;
	}
	packet_tree_build(&m->tree, &m->packet);
	if (!m->field || m->field >= m->tree.n)
		m->field = record_row(&m->tree);
	m->field = m->open ? m->field : tree_seen(&m->tree, &m->turned, m->field);
}

void messages_follow(struct ui *ui, const struct view *v)
{
	struct messages *m = &ui->messages;
	const struct board *b = ui_board(ui, v);

	if (b && scope_log(v->s))
		choose(ui, v, b);
	else
		m->id = 0;
	rows(m, v, scope_log(v->s) ? b : NULL);
	if (m->tail && m->n && (v->source.live || v->source.reading)) {
		m->at = m->n - 1;
		m->id = m->row[m->at].id;
		ui->frame = frame_log_entry(scope_log(v->s), m->id)->number;
	}
	read_packet(m, v);
}

/* From now on at that entry; the field stays the same where there is one of its path. */
void messages_look(struct ui *ui, uint64_t id)
{
	struct messages *m = &ui->messages;
	uint32_t path = m->field < m->tree.n ? m->tree.row[m->field].path : 0;
	const struct logged *e = frame_log_entry(scope_log(ui->view->s), id);

	if (!e)
		return;
	m->tail = false;
	m->id = id;
	ui->frame = e->number;
	m->field = 0;
	read_packet(m, ui->view);
	for (uint32_t i = 0; i < m->tree.n; i++)
		if (m->tree.row[i].path == path)
			m->field = i;
	if (m->field < m->tree.n)
		m->byte = m->tree.row[m->field].at;
}

void messages_select(struct ui *ui, int row)
{
	struct messages *m = &ui->messages;

	if (row < 0 || row >= m->n)
		return;
	m->at = row;
	messages_look(ui, m->row[row].id);
	m->tail = row == m->n - 1;
}

void messages_go(struct ui *ui, uint64_t number)
{
	const struct frame_log *l = scope_log(ui->view->s);
	uint64_t id = frame_log_find(l, number);
	const struct logged *e = frame_log_entry(l, id);
	char buf[UI_LINE];
	struct text t = text_init(buf, sizeof(buf));

	if (!e) {
		text_fmt(&t, "frame %llu is no message of a board, or is no longer kept",
			 (unsigned long long)number);
		ui_say(ui, TONE_ERROR, 0, buf);
		return;
	}
	ui->board = ui->messages.board = e->mac;
	messages_look(ui, id);
	if (e->frames == 1)
		return;
	text_fmt(&t, "frame %llu may be one of the %u of which this is the first",
		 (unsigned long long)number, e->frames);
	ui_say(ui, TONE_SAID, 0, buf);
}
