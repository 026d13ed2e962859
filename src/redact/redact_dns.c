/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact_parts.h"

#include <string.h>

#include "dns.h"

enum { LABELS_MAX = 128 };

/* A domain name's labels as they stand, up to its end or a pointer. */
struct labels {
	uint32_t n, end; /* end: behind the name */
	uint32_t at[LABELS_MAX];
	bool whole; /* ends in the root, not in a pointer */
};

static void read_labels(const struct redact *r, uint32_t at, uint32_t end, struct labels *out)
{
	out->n = 0;
	out->whole = false;
	while (at < end) {
		uint32_t n = redact_u8(r, at);

		if (n >= 64) {
			at += 2; /* a pointer: what it points to was mapped where it stands */
			break;
		}
		if (n == 0) {
			out->whole = true;
			at++;
			break;
		}
		if (n >= end - at || out->n == LABELS_MAX) {
			at = end;
			break;
		}
		out->at[out->n++] = at;
		at += 1 + n;
	}
	out->end = at < end ? at : end;
}

static struct bytes label(const struct redact *r, const struct labels *l, uint32_t i)
{
	return redact_held(r, l->at[i] + 1, redact_u8(r, l->at[i]));
}

/* d.c.b.a.in-addr.arpa (RFC 1035 3.5): an address backwards, as many of its octets as there are. */
static uint32_t reverse(struct redact *r, const struct labels *l)
{
	uint32_t octets = l->n >= 3 ? l->n - 2 : 0;
	uint8_t text[16], to[16];
	uint32_t n = 0;

	if (!octets || octets > 4 || !bytes_is(label(r, l, l->n - 1), "arpa") ||
	    !bytes_is(label(r, l, l->n - 2), "in-addr"))
		return 0;
	for (uint32_t i = 0; i < 4; i++) {
		struct bytes v = i < octets ? label(r, l, octets - 1 - i) : bytes_str("0");

		if (v.n == 0 || v.n > 3)
			return 0;
		if (n)
			text[n++] = '.';
		memcpy(text + n, v.p, v.n);
		n += v.n;
	}
	if (r->learning)
		return octets;
	phrase_map(&r->phrases, PHRASE_TEXT, bytes_of(text, n), to);
	n = 0;
	for (uint32_t i = 0; i < octets; i++) {
		struct bytes v = label(r, l, octets - 1 - i);

		redact_pass(r, l->at[octets - 1 - i], 1);
		memcpy(r->out + l->at[octets - 1 - i] + 1, to + n, v.n);
		n += v.n + 1;
	}
	return octets;
}

/* Nibbles under ip6.arpa (RFC 3596 2.5) become zeros. */
static bool reverse6(const struct redact *r, const struct labels *l)
{
	return l->n > 2 && bytes_is(label(r, l, l->n - 1), "arpa") &&
	       bytes_is(label(r, l, l->n - 2), "ip6");
}

uint32_t redact_domain(struct redact *r, uint32_t at, uint32_t end)
{
	struct labels l;
	uint32_t i = 0;
	bool nibbles;

	read_labels(r, at, end, &l);
	nibbles = reverse6(r, &l);
	if (l.whole)
		i = reverse(r, &l);
	for (; i < l.n; i++) {
		uint32_t n = redact_u8(r, l.at[i]);

		redact_pass(r, l.at[i], 1);
		if (!nibbles || i + 2 >= l.n)
			redact_phrase(r, PHRASE_NAME, l.at[i] + 1, n);
		else if (!r->learning)
			memset(r->out + l.at[i] + 1, '0', label(r, &l, i).n);
	}
	/* the root, or a pointer */
	if (l.n)
		at = l.at[l.n - 1] + 1 + redact_u8(r, l.at[l.n - 1]);
	redact_pass(r, at, l.end > at ? l.end - at : 0);
	return l.end;
}

void redact_domains(struct redact *r, uint32_t at, uint32_t end)
{
	while (at < end)
		at = redact_domain(r, at, end);
}

static void data(struct redact *r, uint32_t type, uint32_t at, uint32_t n)
{
	enum { A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, MX = 15, AAAA = 28, SRV = 33 };
	uint32_t end = at + n;

	switch (type) {
	case A:
		redact_ip4(r, at);
		break;
	case AAAA:
		redact_ip6(r, at);
		break;
	case NS:
	case CNAME:
	case PTR:
		redact_domain(r, at, end);
		break;
	case SOA:
		at = redact_domain(r, at, end);
		at = redact_domain(r, at, end);
		redact_pass(r, at, end - at);
		break;
	case MX:
		redact_pass(r, at, 2);
		redact_domain(r, at + 2, end);
		break;
	case SRV:
		redact_pass(r, at, 6);
		redact_domain(r, at + 6, end);
		break;
	default:
		break;
	}
}

/* RFC 1035 4: header, questions, resource records of three kinds. */
void redact_dns(struct redact *r, uint32_t at, uint32_t end)
{
	uint32_t questions = redact_be16(r, at + 4), records;

	records =
		(uint32_t)redact_be16(r, at + 6) + redact_be16(r, at + 8) + redact_be16(r, at + 10);
	redact_pass(r, at, 12);
	at += 12;
	for (; questions && at < end; questions--) {
		at = redact_domain(r, at, end);
		redact_pass(r, at, 4);
		at += 4;
	}
	for (; records && at < end; records--) {
		uint32_t type, n;

		at = redact_domain(r, at, end);
		type = redact_be16(r, at);
		n = redact_be16(r, at + 8);
		redact_pass(r, at, 10);
		at += 10;
		if (at > end || n > end - at)
			return;
		data(r, type, at, n);
		at += n;
	}
}
