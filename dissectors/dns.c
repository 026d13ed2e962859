/* SPDX-License-Identifier: BSD-2-Clause */
#include "dns.h"

#include <string.h>

#include "packet.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, FLAG_RESPONSE = 0x8000, POINTERS_MAX = 16 };

/* A name (RFC 1035 4.1.4) into to, dots between its labels; the cursor ends behind it. Compression
 * is followed backwards only, so that it ends. */
static void read_name(struct reader *r, char *to, uint32_t cap)
{
	struct reader at = *r;
	uint32_t n = 0;
	bool jumped = false;

	for (int pointers = 0;;) {
		uint32_t here = at.pos;
		uint8_t len = reader_u8(&at);
		const uint8_t *label;

		if (at.err || len == 0)
			break;
		if (len >= 0xc0) {
			uint32_t to_pos = (len & 0x3fu) << 8 | reader_u8(&at);

			if (!jumped && !at.err) {
				*r = at;
				jumped = true;
			}
			if (at.err || to_pos >= here || ++pointers > POINTERS_MAX) {
				at.err = at.err ? at.err : ERR_VALUE;
				break;
			}
			at.pos = to_pos;
			continue;
		}
		label = len < 64 ? reader_take(&at, len) : NULL;
		if (!label) {
			at.err = at.err ? at.err : ERR_VALUE;
			break;
		}
		if (n + len + 2 < cap) {
			if (n)
				to[n++] = '.';
			memcpy(to + n, label, len);
			n += len;
		}
	}
	to[n < cap ? n : cap - 1] = 0;
	if (!jumped)
		*r = at;
	else if (at.err)
		r->err = at.err;
}

static void read_answer(struct reader *r, struct dns *out)
{
	char skip[DNS_NAME_MAX];
	struct reader data;
	uint16_t type;

	read_name(r, skip, sizeof(skip));
	type = reader_be16(r);
	reader_skip(r, 6); /* class, TTL */
	data = reader_sub(r, reader_be16(r));
	if (out->n_addresses == DNS_ANSWERS_MAX)
		return;
	if (type == TYPE_A && data.len == 4) {
		out->address[out->n_addresses++] = address_ip4(reader_be32(&data));
	} else if (type == TYPE_AAAA && data.len == 16) {
		const uint8_t *p = reader_take(&data, 16);

		if (p)
			out->address[out->n_addresses++] = address_ip6(p);
	}
}

enum err dns_decode(struct reader *r, struct dns *out)
{
	struct reader whole = *r;

	/* compression counts from the message's first byte */
	whole.buf = r->buf + r->pos;
	whole.len = r->len - r->pos;
	whole.wire = r->wire - r->pos;
	whole.base = r->base + r->pos;
	whole.pos = 0;
	out->name[0] = 0;
	out->n_addresses = 0;
	out->type = 0;
	out->id = reader_be16(&whole);
	out->flags = reader_be16(&whole);
	out->response = out->flags & FLAG_RESPONSE;
	out->rcode = out->flags & 15;
	out->questions = reader_be16(&whole);
	out->answers = reader_be16(&whole);
	reader_skip(&whole, 4);
	for (uint16_t i = 0; i < out->questions && i < 4 && !whole.err; i++) {
		char name[DNS_NAME_MAX];
		uint16_t type;

		read_name(&whole, i ? name : out->name, DNS_NAME_MAX);
		type = reader_be16(&whole);
		if (i == 0)
			out->type = type;
		reader_skip(&whole, 2);
	}
	for (uint16_t i = 0; i < out->answers && i < 64 && !whole.err; i++)
		read_answer(&whole, out);
	reader_skip(r, whole.pos);
	if (!r->err)
		r->err = whole.err;
	return r->err;
}

void dns_encode(const struct dns *m, struct writer *w)
{
	const char *label = m->name;

	writer_be16(w, m->id);
	writer_be16(w, m->flags);
	writer_be16(w, 1);
	writer_be16(w, (uint16_t)m->n_addresses);
	writer_be32(w, 0);
	while (*label) {
		size_t n = strcspn(label, ".");

		writer_u8(w, (uint8_t)(n & 63));
		writer_bytes(w, bytes_of(label, (uint32_t)n & 63));
		label += n;
		label += *label == '.';
	}
	writer_u8(w, 0);
	writer_be16(w, m->type);
	writer_be16(w, 1);
	for (uint32_t i = 0; i < m->n_addresses; i++) {
		bool v4 = address_is_ip4(m->address[i]);

		writer_be16(w, 0xc00c); /* the question's name */
		writer_be16(w, v4 ? TYPE_A : TYPE_AAAA);
		writer_be16(w, 1);
		writer_be32(w, 60);
		writer_be16(w, v4 ? 4 : 16);
		if (!v4)
			writer_be64(w, m->address[i].hi);
		if (v4)
			writer_be32(w, address_to_ip4(m->address[i]));
		else
			writer_be64(w, m->address[i].lo);
	}
}

static const char *type_name(uint16_t type)
{
	return type == TYPE_A ? "A" : type == TYPE_AAAA ? "AAAA" : NULL;
}

static const char *const rcodes[] = { "ok",           "format error",    "server failure",
				      "no such name", "not implemented", "refused" };

void dns_line(const struct packet *p, struct text *out)
{
	const struct dns *m = &p->u.dns;

	text_str(out, m->response ? "answer " : "query ");
	if (type_name(m->type))
		text_str(out, type_name(m->type));
	else
		text_fmt(out, "type %u", m->type);
	text_str(out, " \"");
	text_safe(out, bytes_str(m->name));
	text_char(out, '"');
	for (uint32_t i = 0; i < m->n_addresses; i++) {
		text_char(out, ' ');
		text_address(out, m->address[i]);
	}
	if (m->response && m->rcode)
		text_fmt(out, " %s",
			 m->rcode < sizeof(rcodes) / sizeof(rcodes[0]) ? rcodes[m->rcode]
								       : "error");
}

const struct field_place dns_places[] = { { "id", 0, 2 }, { NULL, 0, 0 } };

void dns_fields(const struct packet *p, const struct sink *out)
{
	const struct dns *m = &p->u.dns;

	sink_number(out, "id", m->id);
	sink_text(out, "type", m->response ? "answer" : "query");
	sink_number(out, "rcode", m->rcode);
	sink_number(out, "question_type", m->type);
	sink_bytes(out, "name", bytes_str(m->name));
	sink_list(out, "addresses");
	for (uint32_t i = 0; i < m->n_addresses; i++)
		sink_address(out, NULL, m->address[i]);
	sink_close(out);
}
