/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp_transfer.h"

#include <string.h>

enum { NOT_DEFINED = 0, DISK_FULL = 3, NO_FORGERY_TRIES = 4 };

static const uint64_t ms = UINT64_C(1000000);
static const uint64_t rto_min_ns = UINT64_C(20000000), rto_max_ns = UINT64_C(8000000000);

/* ---- block numbers: 16 bits on the wire, counted on here ---- */

static uint16_t wire_block(const struct tftp_server *s, uint64_t block)
{
	if (s->limits.rollover_to_one && block)
		return (uint16_t)((block - 1) % 65535 + 1);
	return (uint16_t)block;
}

/* How far the block that k names is behind acked; one before it comes out far ahead. */
static uint32_t ahead(const struct tftp_server *s, const struct tftp_transfer *t, uint16_t k)
{
	uint16_t from = wire_block(s, t->acked);

	if (s->limits.rollover_to_one && t->acked)
		return k ? (uint32_t)(k + 65535 - from) % 65535 : UINT32_MAX;
	return (uint16_t)(k - from);
}

/* ---- time ---- */

/* RFC 6298, over a whole window; what was sent again is no measure (Karn). */
static void measure(struct tftp_transfer *t, uint64_t now_ns)
{
	uint64_t rtt = now_ns > t->sent_ns ? now_ns - t->sent_ns : 0, off;

	t->tries = 0;
	if (t->repeated || t->fixed_timeout)
		return;
	if (!t->srtt_ns) {
		t->srtt_ns = rtt ? rtt : 1;
		t->var_ns = rtt / 2;
	} else {
		off = rtt > t->srtt_ns ? rtt - t->srtt_ns : t->srtt_ns - rtt;
		t->var_ns = t->var_ns - t->var_ns / 4 + off / 4;
		t->srtt_ns = t->srtt_ns - t->srtt_ns / 8 + rtt / 8;
	}
	t->rto_ns = t->srtt_ns + 4 * t->var_ns + rto_min_ns;
	if (t->rto_ns < 10 * rto_min_ns)
		t->rto_ns = 10 * rto_min_ns; /* boards write to flash and parse in between */
	if (t->rto_ns > rto_max_ns)
		t->rto_ns = rto_max_ns;
}

static void sent(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns, bool again)
{
	t->sent_ns = now_ns;
	t->repeated = again;
	tftp_due(s, t, now_ns + t->rto_ns);
}

/* ---- what goes out ---- */

static void send_message(struct tftp_server *s, const struct tftp_peer *to, const struct tftp *m)
{
	struct writer w = writer_init(s->buffer, sizeof(s->buffer));

	tftp_encode(m, &w);
	s->out.send(s->out.ctx, to, writer_done(&w), w.pos);
}

static void send_oack(struct tftp_server *s, const struct tftp_transfer *t)
{
	struct tftp m = { .op = TFTP_OACK, .n_options = t->n_echo };

	memcpy(m.option, t->echo, sizeof(t->echo));
	send_message(s, &t->peer, &m);
}

static void send_ack(struct tftp_server *s, const struct tftp_transfer *t)
{
	struct tftp m = { .op = TFTP_ACK, .block = wire_block(s, t->acked) };

	send_message(s, &t->peer, &m);
}

static void broken(struct tftp_server *s, struct tftp_transfer *t, int64_t r)
{
	const char *why = r == STORE_CHANGED ? "the file changed while it was sent"
			  : r == STORE_FULL  ? "no room left"
					     : "the file cannot be read any more";

	if (t->writes && r != STORE_FULL)
		why = "the file cannot be written";
	tftp_error(s, &t->peer, r == STORE_FULL ? DISK_FULL : NOT_DEFINED, why);
	tftp_end(s, t, TFTP_BROKEN, why, false);
}

static void put_header(const struct tftp_server *s, uint8_t *at, uint64_t block)
{
	uint16_t k = wire_block(s, block);

	at[0] = 0;
	at[1] = TFTP_DATA;
	at[2] = (uint8_t)(k >> 8);
	at[3] = (uint8_t)k;
}

/* n blocks of the file from block on into the buffer. Bytes of data, or an error. */
static int64_t read_octet(struct tftp_server *s, struct tftp_transfer *t, uint64_t block,
			  uint32_t n)
{
	uint64_t offset = (block - 1) * t->blksize, left = t->size - offset;
	uint64_t want = (uint64_t)n * t->blksize < left ? (uint64_t)n * t->blksize : left;
	int64_t got = 0;

	if (want)
		got = s->store.read(s->store.ctx, t->handle, offset, s->buffer + 4, t->blksize, 4,
				    n);
	return got < 0 ? got : (uint64_t)got < want ? STORE_CHANGED : (int64_t)want;
}

/* One block as netascii, from where a stands. */
static int64_t read_text(struct tftp_server *s, struct tftp_transfer *t, struct netascii *a,
			 uint8_t *to)
{
	uint8_t piece[512];
	uint32_t used = 0;

	while (used < t->blksize) {
		int64_t got = s->store.read(s->store.ctx, t->handle, a->offset, piece,
					    sizeof(piece), 0, 1);

		if (got < 0)
			return got;
		if (!got && a->waits < 0)
			break;
		used += netascii_out(a, piece, (uint32_t)got, to + used, t->blksize - used);
	}
	return used;
}

static int64_t read_texts(struct tftp_server *s, struct tftp_transfer *t, struct netascii *a,
			  uint64_t block, uint32_t *n)
{
	int64_t all = 0;

	for (uint32_t i = 0; i < *n; i++) {
		int64_t got = read_text(s, t, a, s->buffer + (size_t)i * (t->blksize + 4u) + 4);

		if (got < 0)
			return got;
		all += got;
		if (got < t->blksize) {
			t->last = block + i;
			*n = i + 1;
		}
	}
	return all;
}

/* The window behind what was acknowledged, in as many bursts as it takes. */
static void send_window(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns, bool again)
{
	uint32_t fits = TFTP_BUFFER / (t->blksize + 4u);
	uint64_t block = t->acked + 1, end = t->acked + t->window;
	struct netascii a = t->text;

	if (fits > TFTP_BURST)
		fits = TFTP_BURST;
	while (block <= end && block <= t->last) {
		uint64_t stop = end < t->last ? end : t->last;
		uint32_t n = stop - block + 1 < fits ? (uint32_t)(stop - block + 1) : fits;
		int64_t got =
			t->netascii ? read_texts(s, t, &a, block, &n) : read_octet(s, t, block, n);

		if (got < 0) {
			broken(s, t, got);
			return;
		}
		for (uint32_t i = 0; i < n; i++)
			put_header(s, s->buffer + (size_t)i * (t->blksize + 4u), block + i);
		s->out.send(s->out.ctx, &t->peer, bytes_of(s->buffer, (uint32_t)got + 4 * n),
			    t->blksize + 4u);
		if (block + n - 1 > t->sent)
			t->sent = block + n - 1;
		if (again)
			t->resent += n;
		block += n;
	}
	sent(s, t, now_ns, again);
}

/* ---- what comes in ---- */

/* d blocks arrived: where does the text of the next begin? */
static bool text_moves(struct tftp_server *s, struct tftp_transfer *t, uint32_t d)
{
	for (uint32_t i = 0; t->netascii && i < d; i++)
		if (read_text(s, t, &t->text, s->buffer) < 0)
			return false;
	return true;
}

static void on_ack(struct tftp_server *s, struct tftp_transfer *t, uint16_t k, uint64_t now_ns)
{
	uint32_t d = ahead(s, t, k);

	if (t->state == TFTP_OFFERED) {
		if (k)
			return;
		t->state = TFTP_SENDS;
		measure(t, now_ns);
		send_window(s, t, now_ns, false);
		return;
	}
	if (t->state != TFTP_SENDS || d > t->sent - t->acked)
		return;
	if (!d) {
		/* One after the other a second ACK must not make a second DATA (the Sorcerer's
		 * Apprentice, RFC 1123 4.2.3.1). In a window it says that its first block was lost
		 * (RFC 7440 4): once it has had time to come, for what a client hears twice it
		 * acknowledges twice. */
		uint64_t wait = t->srtt_ns ? t->srtt_ns - t->srtt_ns / 4 : rto_min_ns;

		if (t->window > 1 && now_ns - t->sent_ns >= wait)
			send_window(s, t, now_ns, true);
		return;
	}
	if (d == t->sent - t->acked)
		measure(t, now_ns);
	t->tries = 0;
	if (!text_moves(s, t, d)) {
		broken(s, t, STORE_BROKEN);
		return;
	}
	t->acked += d;
	if (t->acked >= t->last) {
		t->bytes = t->netascii ? t->text.offset : t->size;
		tftp_end(s, t, TFTP_DONE, NULL, true);
		return;
	}
	t->bytes = t->acked * t->blksize;
	send_window(s, t, now_ns, t->sent > t->acked);
}

static void arrived(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns)
{
	int handle = t->handle, r;

	t->handle = -1;
	r = s->store.close(s->store.ctx, handle, true);
	if (r) {
		broken(s, t, r);
		return;
	}
	send_ack(s, t);
	tftp_news(s, t, TFTP_DONE, NULL);
	t->state = TFTP_LINGERS;
	tftp_due(s, t, now_ns + 2 * t->rto_ns);
}

/* The next block. False: it could not be written, and t is gone. */
static bool take(struct tftp_server *s, struct tftp_transfer *t, struct bytes data, bool last)
{
	struct bytes v = data;
	int r;

	if (t->netascii) {
		v.p = s->buffer;
		v.n = netascii_in(&t->text, data.p, data.n, s->buffer, last);
	}
	r = v.n ? s->store.write(s->store.ctx, t->handle, v.p, v.n) : 0;
	if (r) {
		broken(s, t, r);
		return false;
	}
	t->acked++;
	t->bytes += v.n;
	return true;
}

static void on_data(struct tftp_server *s, struct tftp_transfer *t, const struct tftp *m,
		    uint64_t now_ns)
{
	uint32_t d = ahead(s, t, m->block);
	bool last = m->data.n < t->blksize;

	if (!t->writes || m->data.n > t->blksize)
		return;
	if (t->state == TFTP_LINGERS) {
		if (!d)
			send_ack(s, t);
		return;
	}
	if (t->state == TFTP_OFFERED)
		t->state = TFTP_TAKES;
	if (d == 1) {
		t->tries = 0;
		if (!take(s, t, m->data, last))
			return;
		if (last) {
			arrived(s, t, now_ns);
			return;
		}
		t->again_used = false;
		if (t->acked - t->sent <
		    t->window) { /* sent: the last block that was acknowledged */
			tftp_due(s, t, now_ns + t->rto_ns);
			return;
		}
		measure(t, now_ns);
	} else if (d >= 2 * (uint32_t)t->window && d) {
		return; /* of long ago */
	} else if (t->again_used && d) {
		return; /* the rest of a window with a gap */
	}
	t->again_used = d > 1;
	t->sent = t->acked;
	send_ack(s, t);
	sent(s, t, now_ns, d != 1);
}

void tftp_transfer_packet(struct tftp_server *s, struct tftp_transfer *t, const struct tftp *m,
			  uint64_t now_ns)
{
	switch ((enum tftp_op)m->op) {
	case TFTP_ACK:
		t->heard = true;
		on_ack(s, t, m->block, now_ns);
		break;
	case TFTP_DATA:
		t->heard = true;
		on_data(s, t, m, now_ns);
		break;
	case TFTP_ERROR:
		if (t->state == TFTP_LINGERS)
			tftp_end(s, t, TFTP_EVENTS, NULL, true);
		else
			tftp_end(s, t, TFTP_ABORTED, "the client sent an error", false);
		break;
	case TFTP_RRQ:
	case TFTP_WRQ:
	case TFTP_OACK:
		break;
	}
}

/* ---- begin, and again ---- */

static void say(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns, bool again)
{
	if (t->state == TFTP_SENDS) {
		send_window(s, t, now_ns, again);
		return;
	}
	if (t->state == TFTP_OFFERED)
		send_oack(s, t);
	else
		send_ack(s, t);
	sent(s, t, now_ns, again);
}

void tftp_transfer_begin(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns)
{
	t->begun_ns = now_ns;
	t->text.waits = -1;
	t->state = t->n_echo ? TFTP_OFFERED : t->writes ? TFTP_TAKES : TFTP_SENDS;
	t->last = t->netascii ? UINT64_MAX : t->size / t->blksize + 1;
	t->rto_ns = t->fixed_timeout ? t->rto_ns : s->limits.first_ms * ms;
	say(s, t, now_ns, false);
}

void tftp_transfer_again(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns)
{
	say(s, t, now_ns, true);
}

void tftp_transfer_due(struct tftp_server *s, struct tftp_transfer *t, uint64_t now_ns)
{
	/* one that was never heard may never have asked: its address can be forged */
	uint32_t tries =
		t->heard || s->limits.tries < NO_FORGERY_TRIES ? s->limits.tries : NO_FORGERY_TRIES;

	if (t->state == TFTP_LINGERS) {
		tftp_end(s, t, TFTP_EVENTS, NULL, true);
		return;
	}
	if (++t->tries >= tries) {
		tftp_end(s, t, TFTP_SILENT, "nothing was heard any more", false);
		return;
	}
	if (!t->fixed_timeout)
		t->rto_ns = 2 * t->rto_ns < rto_max_ns ? 2 * t->rto_ns : rto_max_ns;
	t->again_used = false;
	/* routers that drop what is too long for a link, and do not say so, are many (RFC 2923) */
	t->peer.in_pieces = true;
	say(s, t, now_ns, true);
}
