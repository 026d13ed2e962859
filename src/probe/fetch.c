/* SPDX-License-Identifier: BSD-2-Clause */
#include "fetch.h"

#include <string.h>

#include "text.h"
#include "tftp.h"

enum {
	ILLEGAL_OPERATION = 4,
	OPTIONS_REFUSED = 8,
	REPEATS = 32, /* of the server that are answered while the file gets no further; ours */
};

static const uint64_t ms = 1000000;

static const char *const ends[FETCH_ENDS] = {
	[FETCH_GOES_ON] = "in-progress", [FETCH_WHOLE] = "complete",
	[FETCH_THERE] = "probe",         [FETCH_MISSING] = "not-found",
	[FETCH_REFUSED] = "refused",     [FETCH_SILENT] = "no-answer",
	[FETCH_STALLED] = "stalled",     [FETCH_SLOW] = "too-slow",
	[FETCH_CLOSED] = "port-closed",  [FETCH_BAD] = "bad-answer",
	[FETCH_EMPTY] = "empty",
};

const char *fetch_end_key(enum fetch_end e)
{
	return (unsigned)e < FETCH_ENDS ? ends[e] : ends[FETCH_BAD];
}

/* Something came, or was said: the wait begins anew. */
static void put_off(struct fetch *f, uint64_t now_ns)
{
	f->again_ns = now_ns + f->profile->repeat_ms * ms / f->hurry;
}

static void put(struct fetch *f, const struct tftp *m, uint16_t port, uint64_t now_ns)
{
	struct writer w = writer_init(f->out.data, sizeof(f->out.data));

	tftp_encode(m, &w);
	f->out.n = w.err ? 0 : w.pos;
	f->out.port = port;
	put_off(f, now_ns);
}

static void put_ack(struct fetch *f, uint64_t now_ns)
{
	struct tftp m = { .op = TFTP_ACK, .block = f->block };

	f->unacked = 0;
	put(f, &m, f->their, now_ns);
}

static void put_error(struct fetch *f, uint16_t port, uint16_t code, const char *text,
		      uint64_t now_ns)
{
	struct tftp m = { .op = TFTP_ERROR, .error_code = code, .message = bytes_str(text) };

	put(f, &m, port, now_ns);
}

void fetch_begin(struct fetch *f, const struct probe_profile *profile, const char *name, bool look,
		 uint32_t server, uint16_t port, uint32_t hurry, uint64_t now_ns)
{
	const char *const(*option)[2] =
		look && profile->look[0][0] ? profile->look : profile->options;
	struct tftp m = { .op = TFTP_RRQ, .mode = bytes_str("octet") };
	struct text t;

	memset(f, 0, sizeof(*f));
	f->profile = profile;
	t = text_init(f->name, sizeof(f->name));
	text_str(&t, name);
	f->look = look;
	f->server = server;
	f->port = port;
	f->hurry = hurry ? hurry : 1;
	f->blksize = TFTP_DEFAULT_BLKSIZE;
	f->window = 1;
	f->begun_ns = f->heard_ns = now_ns;
	m.file = bytes_str(f->name);
	for (; (*option)[0]; option++)
		tftp_add(&m, (*option)[0], (*option)[1]);
	put(f, &m, TFTP_PORT, now_ns);
}

/* What was asked for as that option; 0: nothing. */
static uint64_t asked(const struct fetch *f, const char *key)
{
	const char *const(*option)[2] =
		f->look && f->profile->look[0][0] ? f->profile->look : f->profile->options;
	uint64_t v = 0;

	for (; (*option)[0]; option++)
		if (strcmp((*option)[0], key) == 0)
			for (const char *c = (*option)[1]; *c; c++)
				v = v * 10 + (uint64_t)(*c - '0');
	return v;
}

static enum fetch_end there(struct fetch *f, uint64_t now_ns)
{
	put_error(f, f->their, f->profile->look_error, f->profile->look_text, now_ns);
	return FETCH_THERE;
}

/* It did not hear the last answer; or it never stops. */
static bool again(struct fetch *f)
{
	return ++f->repeats <= REPEATS;
}

static void gets_on(struct fetch *f, uint64_t now_ns)
{
	f->heard_ns = now_ns;
	f->repeats = 0;
}

/* RFC 2347: an option that was not asked for, or a size above the one asked for, is no answer. */
static enum fetch_end take_oack(struct fetch *f, const struct tftp *m, uint64_t now_ns,
				bool *answer)
{
	bool sized = m->has & 1u << TFTP_BLKSIZE;

	*answer = !f->sized || again(f);
	if (!*answer || f->block || f->bytes)
		return FETCH_GOES_ON;
	if (sized && (m->value[TFTP_BLKSIZE] > asked(f, "blksize") || m->value[TFTP_BLKSIZE] < 8)) {
		put_error(f, f->their, OPTIONS_REFUSED, "BAD OACK", now_ns);
		return FETCH_BAD;
	}
	if (m->has & 1u << TFTP_WINDOWSIZE && m->value[TFTP_WINDOWSIZE] >= 1 &&
	    m->value[TFTP_WINDOWSIZE] <= asked(f, "windowsize"))
		f->window = (uint32_t)m->value[TFTP_WINDOWSIZE];
	if (sized)
		f->blksize = (uint32_t)m->value[TFTP_BLKSIZE];
	f->has_size = m->has & 1u << TFTP_TSIZE;
	f->size = f->has_size ? m->value[TFTP_TSIZE] : 0;
	if (!f->sized)
		gets_on(f, now_ns);
	f->sized = true;
	if (f->look)
		return there(f, now_ns);
	put_ack(f, now_ns);
	return FETCH_GOES_ON;
}

static enum fetch_end take_data(struct fetch *f, const struct tftp *m, uint64_t now_ns,
				bool *answer)
{
	if (f->look)
		return there(f, now_ns);
	if (m->block != (uint16_t)(f->block + 1) || (f->profile->old_blocks && !m->block)) {
		*answer = !f->profile->old_blocks && again(f); /* or we missed one */
		if (*answer)
			put_ack(f, now_ns);
		return FETCH_GOES_ON;
	}
	if (m->data_len > f->blksize) {
		put_error(f, f->their, ILLEGAL_OPERATION, "block too large", now_ns);
		return FETCH_BAD;
	}
	if (f->keep) {
		uint32_t room = f->bytes < f->cap ? f->cap - (uint32_t)f->bytes : 0;

		if (m->data.n)
			memcpy(f->keep + (f->cap - room), m->data.p,
			       m->data.n < room ? m->data.n : room);
		f->cut |= m->data.n > room;
	}
	gets_on(f, now_ns);
	f->block = m->block;
	f->bytes += m->data_len;
	f->unacked++;
	*answer = m->data_len < f->blksize || f->unacked >= f->window;
	if (*answer)
		put_ack(f, now_ns);
	else
		put_off(f, now_ns);
	return m->data_len < f->blksize ? FETCH_WHOLE : FETCH_GOES_ON;
}

/* A sender on this host may leave it to its card to cut a window into datagrams. */
static enum fetch_end take_blocks(struct fetch *f, struct tftp *m, uint64_t now_ns, bool *answer)
{
	enum fetch_end end = FETCH_GOES_ON;
	bool any = false;

	tftp_burst(m, f->blksize, f->window > 1);
	for (uint32_t i = 0; i < tftp_blocks(m) && end == FETCH_GOES_ON; i++) {
		struct tftp_block b = tftp_block(m, i);
		const struct tftp one = {
			.op = TFTP_DATA, .block = b.number, .data_len = b.len, .data = b.data
		};

		*answer = true;
		end = take_data(f, &one, now_ns, answer);
		any |= *answer;
	}
	*answer = any;
	return end;
}

static enum fetch_end take_error(struct fetch *f, const struct tftp *m)
{
	uint32_t n = m->message.n < sizeof(f->error) - 1 ? m->message.n : sizeof(f->error) - 1;

	if (n)
		memcpy(f->error, m->message.p, n);
	f->error[n] = 0;
	f->error_code = m->error_code;
	return m->error_code == 1 ? FETCH_MISSING : FETCH_REFUSED;
}

enum fetch_end fetch_take(struct fetch *f, uint32_t from, uint16_t port, struct bytes datagram,
			  uint64_t now_ns, bool *answer)
{
	struct reader r = reader_init(datagram.p, datagram.n, datagram.n);
	struct tftp m;

	*answer = false;
	if (from != f->server) {
		f->strangers++;
		f->stranger = from;
		return FETCH_GOES_ON;
	}
	if (tftp_decode(&r, &m) && m.op != TFTP_ERROR && m.op != TFTP_OACK)
		return FETCH_GOES_ON;
	/* RFC 1350 4: another port is told so, and disturbs nothing */
	if (f->their && port != f->their) {
		f->strangers++;
		return FETCH_GOES_ON;
	}
	if (m.op != TFTP_OACK && m.op != TFTP_DATA && m.op != TFTP_ERROR)
		return FETCH_GOES_ON;
	if (m.op == TFTP_DATA && !f->their && m.block != 1)
		return FETCH_GOES_ON;
	f->their = port;
	f->answered = true;
	if (m.op == TFTP_ERROR)
		return take_error(f, &m);
	*answer = true;
	return m.op == TFTP_OACK ? take_oack(f, &m, now_ns, answer)
				 : take_blocks(f, &m, now_ns, answer);
}

static uint64_t limit(const struct fetch *f)
{
	uint64_t silent = f->heard_ns + f->profile->silence_ms * ms / f->hurry;
	uint64_t slow = f->profile->file_ms ? f->begun_ns + f->profile->file_ms * ms : UINT64_MAX;

	return silent < slow ? silent : slow;
}

uint64_t fetch_next(const struct fetch *f)
{
	uint64_t end = limit(f);

	return f->again_ns < end ? f->again_ns : end;
}

enum fetch_end fetch_tick(struct fetch *f, uint64_t now_ns, bool *again)
{
	*again = false;
	if (now_ns >= limit(f)) {
		if (!f->answered)
			return FETCH_SILENT;
		return now_ns - f->heard_ns < f->profile->silence_ms * ms / f->hurry
			       ? FETCH_SLOW
			       : FETCH_STALLED;
	}
	if (now_ns < f->again_ns)
		return FETCH_GOES_ON;
	if (f->unacked)
		put_ack(f, now_ns); /* what came of the window */
	put_off(f, now_ns);
	f->resent++;
	*again = true;
	return FETCH_GOES_ON;
}

void fetch_stop(struct fetch *f, const char *text, uint64_t now_ns)
{
	f->out.n = 0;
	if (f->their)
		put_error(f, f->their, 0, text, now_ns);
}
