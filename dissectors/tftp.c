/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp.h"

#include <string.h>

#include "packet.h"

/* clang-format off */
const struct tftp_option_row tftp_options[TFTP_KNOWN] = {
	[TFTP_BLKSIZE]    = { "blksize",    "RFC 2348", 8, 65464,      TFTP_MAY_LOWER },
	[TFTP_TIMEOUT]    = { "timeout",    "RFC 2349", 1, 255,        TFTP_ECHO },
	[TFTP_TSIZE]      = { "tsize",      "RFC 2349", 0, UINT64_MAX, TFTP_SERVER_FILLS },
	[TFTP_WINDOWSIZE] = { "windowsize", "RFC 7440", 1, 65535,      TFTP_MAY_LOWER },
	[TFTP_MULTICAST]  = { "multicast",  "RFC 2090", 0, 0,          TFTP_SERVER_FILLS },
};
/* clang-format on */

/* RFC 1350 appendix, RFC 2347 (8) */
/* clang-format off */
const struct name tftp_errors[] = {
	{ 1, "file not found" },     { 2, "access violation" },	   { 3, "disk full" },	     { 4, "illegal operation" },
	{ 5, "unknown transfer ID" }, { 6, "file already exists" }, { 7, "no such user" }, { 8, "option refused" },
	{ 0, NULL },
};
/* clang-format on */

static const char *const op_names[] = { NULL, "RRQ", "WRQ", "DATA", "ACK", "ERROR", "OACK" };
static const char *const op_keys[] = { NULL, "rrq", "wrq", "data", "ack", "error", "oack" };

enum { OPS = sizeof(op_names) / sizeof(op_names[0]) };

const char *tftp_op_name(uint16_t op)
{
	return op < OPS ? op_names[op] : NULL;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* Option names compare without case (RFC 2347). */
static bool same_word(struct bytes a, const char *word)
{
	struct bytes b = bytes_str(word);

	if (a.n != b.n)
		return false;
	for (uint32_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != b.p[i])
			return false;
	return true;
}

static bool number(struct bytes v, uint64_t *out)
{
	uint64_t n = 0;

	if (v.n == 0 || v.n > 19)
		return false;
	for (uint32_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v.p[i] - '0');
	}
	*out = n;
	return true;
}

static void known_option(struct tftp *out, const struct tftp_option *o)
{
	for (uint32_t i = 0; i < TFTP_KNOWN; i++)
		if (same_word(o->key, tftp_options[i].key) && number(o->value, &out->value[i]))
			out->has |= 1u << i;
}

/* Pairs of strings to the end. A last string without its NUL is kept: it is what a cut request
 * still says. */
static void decode_options(struct reader *r, struct tftp *out)
{
	while (reader_left(r)) {
		struct tftp_option o = { reader_cstr(r), { NULL, 0 } };

		if (!r->err)
			o.value = reader_cstr(r);
		/* some clients pad with NULs */
		if (o.key.n == 0 && o.value.n == 0)
			continue;
		if (out->n_options == TFTP_OPTIONS_MAX)
			return;
		out->option[out->n_options++] = o;
		if (!r->err)
			known_option(out, &o);
	}
	if (!r->err && r->wire > r->len)
		r->err = ERR_CUT;
}

bool tftp_looks_like_request(struct bytes b)
{
	static const char *const modes[] = { "octet", "netascii", "mail" };
	struct reader r = reader_init(b.p, b.n, b.n);
	uint16_t op = reader_be16(&r);
	struct bytes file, mode;

	if (op != TFTP_RRQ && op != TFTP_WRQ)
		return false;
	file = reader_cstr(&r);
	mode = reader_cstr(&r);
	if (r.err || !file.n)
		return false;
	for (uint32_t i = 0; i < file.n; i++)
		if (file.p[i] < 0x20)
			return false;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (same_word(mode, modes[i]))
			return true;
	return false;
}

enum err tftp_decode(struct reader *r, struct tftp *out)
{
	out->op = reader_be16(r);
	out->block = out->error_code = 0;
	out->data_len = out->blksize = 0;
	out->data = out->file = out->mode = out->message = bytes_of(NULL, 0);
	out->n_options = out->has = 0;
	if (r->err)
		return r->err;
	switch (out->op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		out->file = reader_cstr(r);
		out->mode = reader_cstr(r);
		decode_options(r, out);
		break;
	case TFTP_DATA:
		out->block = reader_be16(r);
		out->data_len = reader_wire_left(r);
		out->data = bytes_of(r->buf + r->pos, reader_left(r));
		break;
	case TFTP_ACK:
		out->block = reader_be16(r);
		break;
	case TFTP_ERROR:
		out->error_code = reader_be16(r);
		/* the text's NUL is left out by some */
		if (!r->err)
			out->message = reader_cstr(r);
		if (r->err == ERR_SHORT && out->message.n)
			r->err = ERR_OK;
		break;
	case TFTP_OACK:
		decode_options(r, out);
		break;
	default:
		r->err = ERR_VALUE;
		break;
	}
	return r->err;
}

enum { HEADER = 4 }; /* of DATA */

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)((uint32_t)p[0] << 8 | p[1]);
}

bool tftp_follows(uint16_t next, uint16_t block)
{
	return next == (uint16_t)(block + 1) || (block == UINT16_MAX && next == 1);
}

void tftp_burst(struct tftp *m, uint32_t blksize, bool window)
{
	const uint8_t *head = m->data.p;

	if (m->op != TFTP_DATA || m->data_len < blksize + HEADER || m->data_len > UINT16_MAX)
		return;
	if (m->data.n < blksize + HEADER)
		m->blksize = window ? blksize : 0;
	else if (be16(head + blksize) == TFTP_DATA &&
		 tftp_follows(be16(head + blksize + 2), m->block))
		m->blksize = blksize;
}

uint32_t tftp_blocks(const struct tftp *m)
{
	return m->blksize ? m->data_len / (m->blksize + HEADER) + 1 : 1;
}

uint32_t tftp_bytes(const struct tftp *m)
{
	return m->data_len - (tftp_blocks(m) - 1) * HEADER;
}

struct tftp_block tftp_block(const struct tftp *m, uint32_t i)
{
	uint32_t at = m->blksize ? i * (m->blksize + HEADER) : 0,
		 held = m->data.n > at ? m->data.n - at : 0;
	struct tftp_block b = { (uint16_t)(m->block + i), m->data_len - at, { NULL, 0 } };

	if (m->blksize && b.len > m->blksize)
		b.len = m->blksize;
	b.data = bytes_of(m->data.p + (held ? at : 0), held < b.len ? held : b.len);
	if (at && at <= m->data.n)
		b.number = be16(m->data.p + at - 2);
	return b;
}

void tftp_encode(const struct tftp *m, struct writer *w)
{
	writer_be16(w, m->op);
	if (m->op == TFTP_RRQ || m->op == TFTP_WRQ) {
		writer_bytes(w, m->file);
		writer_u8(w, 0);
		writer_bytes(w, m->mode);
		writer_u8(w, 0);
	} else if (m->op == TFTP_DATA || m->op == TFTP_ACK) {
		writer_be16(w, m->block);
		writer_bytes(w, m->data);
	} else if (m->op == TFTP_ERROR) {
		writer_be16(w, m->error_code);
		writer_bytes(w, m->message);
		writer_u8(w, 0);
	}
	for (uint32_t i = 0; i < m->n_options; i++) {
		writer_bytes(w, m->option[i].key);
		writer_u8(w, 0);
		writer_bytes(w, m->option[i].value);
		writer_u8(w, 0);
	}
}

bool tftp_add(struct tftp *m, const char *key, const char *value)
{
	if (m->n_options == TFTP_OPTIONS_MAX)
		return false;
	m->option[m->n_options++] = (struct tftp_option) { bytes_str(key), bytes_str(value) };
	return true;
}

static void options_text(const struct tftp *m, struct text *out)
{
	for (uint32_t i = 0; i < m->n_options; i++) {
		text_char(out, ' ');
		text_safe(out, m->option[i].key);
		text_char(out, ' ');
		text_safe(out, m->option[i].value);
	}
}

void tftp_line(const struct packet *p, struct text *out)
{
	const struct tftp *m = &p->u.tftp;
	const char *name = tftp_op_name(m->op);
	uint32_t blocks = tftp_blocks(m);

	if (name)
		text_str(out, name);
	else
		text_fmt(out, "opcode %u", m->op);
	switch (m->op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		text_str(out, " \"");
		text_safe(out, m->file);
		text_str(out, "\" ");
		text_safe(out, m->mode);
		options_text(m, out);
		break;
	case TFTP_DATA:
		if (blocks > 1)
			text_fmt(out, " blocks %u..%u (%u of %u), %u bytes", m->block,
				 tftp_block(m, blocks - 1).number, blocks, m->blksize,
				 tftp_bytes(m));
		else
			text_fmt(out, " block %u, %u bytes", m->block, m->data_len);
		break;
	case TFTP_ACK:
		text_fmt(out, " block %u", m->block);
		break;
	case TFTP_ERROR:
		text_fmt(out, " %u \"", m->error_code);
		text_safe(out, m->message);
		text_char(out, '"');
		break;
	case TFTP_OACK:
		options_text(m, out);
		break;
	default:
		break;
	}
}

/* The option's name as a JSON key: what a stranger wrote, made safe and short. */
static void option_field(const struct tftp_option *o, const struct sink *out)
{
	char key[64];
	uint8_t low[15];
	struct text t = text_init(key, sizeof(key));
	uint32_t n = o->key.n < sizeof(low) ? o->key.n : (uint32_t)sizeof(low);

	for (uint32_t i = 0; i < n; i++) {
		uint8_t c = lower(o->key.p[i]);

		low[i] = c == '"' || c == '\\' ? '?' : c;
	}
	text_safe(&t, bytes_of(low, n));
	for (uint32_t i = 0; i < t.pos; i++)
		if (key[i] == '\\')
			key[i] = '?';
	sink_bytes(out, key, o->value);
}

const struct field_place tftp_places[] = {
	{ "op", 0, 2 }, { "block", 2, 2 }, { "error_code", 2, 2 }, { NULL, 0, 0 }
};

void tftp_fields(const struct packet *p, const struct sink *out)
{
	const struct tftp *m = &p->u.tftp;
	uint32_t blocks = tftp_blocks(m);

	sink_text(out, "op", m->op < OPS ? op_keys[m->op] : NULL);
	switch (m->op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		sink_bytes(out, "file", m->file);
		sink_bytes(out, "mode", m->mode);
		break;
	case TFTP_DATA:
		sink_number(out, "block", m->block);
		if (blocks > 1) {
			sink_number(out, "last_block", tftp_block(m, blocks - 1).number);
			sink_number(out, "blocks", blocks);
		}
		sink_at(out, m->data);
		sink_number(out, "bytes", tftp_bytes(m));
		break;
	case TFTP_ACK:
		sink_number(out, "block", m->block);
		break;
	case TFTP_ERROR:
		sink_number(out, "error_code", m->error_code);
		sink_bytes(out, "error", m->message);
		break;
	default:
		break;
	}
	if (m->op != TFTP_RRQ && m->op != TFTP_WRQ && m->op != TFTP_OACK)
		return;
	sink_object(out, "options");
	for (uint32_t i = 0; i < m->n_options; i++)
		option_field(&m->option[i], out);
	sink_close(out);
}
