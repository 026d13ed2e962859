/* SPDX-License-Identifier: BSD-2-Clause */
#include "icmp.h"

#include <string.h>

#include "build.h"
#include "layers.h"

/* RFC 792 */
enum type4 {
	ECHO_REPLY = 0,
	UNREACHABLE = 3,
	QUENCH = 4,
	REDIRECT = 5,
	ECHO = 8,
	TIME_EXCEEDED = 11,
	PARAMETER = 12,
};

/* RFC 4443, RFC 4861 */
enum type6 {
	UNREACHABLE6 = 1,
	TOO_BIG6 = 2,
	PARAMETER6 = 4,
	ECHO6 = 128,
	ECHO_REPLY6 = 129,
	ROUTER_SOLICIT = 133,
	ROUTER_ADVERT = 134,
	NEIGHBOR_SOLICIT = 135,
	NEIGHBOR_ADVERT = 136,
	REDIRECT6 = 137,
};

enum {
	ANY = 0xff, /* code column: every code without a row of its own */
	OPTION_SOURCE_LINK = 1,
	OPTION_TARGET_LINK = 2,
	CODE_FRAGMENTATION_NEEDED = 4,
};

struct icmp_row {
	uint8_t version, type, code;
	const char *name, *ref;
};

/* clang-format off */
static const struct icmp_row rows[] = {
	{ 4, 0,  ANY, "echo reply",                               "RFC 792" },
	{ 4, 3,  0,   "network unreachable",                      "RFC 792" },
	{ 4, 3,  1,   "host unreachable",                         "RFC 792" },
	{ 4, 3,  2,   "protocol unreachable",                     "RFC 792" },
	{ 4, 3,  3,   "port unreachable",                         "RFC 792" },
	{ 4, 3,  4,   "fragmentation needed",                     "RFC 1191" },
	{ 4, 3,  5,   "source route failed",                      "RFC 792" },
	{ 4, 3,  6,   "network unknown",                          "RFC 1122 3.2.2.1" },
	{ 4, 3,  7,   "host unknown",                             "RFC 1122 3.2.2.1" },
	{ 4, 3,  9,   "network prohibited",                       "RFC 1122 3.2.2.1" },
	{ 4, 3,  10,  "host prohibited",                          "RFC 1122 3.2.2.1" },
	{ 4, 3,  11,  "network unreachable for this service",     "RFC 1122 3.2.2.1" },
	{ 4, 3,  12,  "host unreachable for this service",        "RFC 1122 3.2.2.1" },
	{ 4, 3,  13,  "administratively prohibited",              "RFC 1812 5.2.7.1" },
	{ 4, 3,  14,  "host precedence violation",                "RFC 1812 5.2.7.1" },
	{ 4, 3,  15,  "precedence cutoff",                        "RFC 1812 5.2.7.1" },
	{ 4, 3,  ANY, "destination unreachable",                  "RFC 792" },
	{ 4, 4,  ANY, "source quench",                            "RFC 792" },
	{ 4, 5,  ANY, "redirect",                                 "RFC 792" },
	{ 4, 8,  ANY, "echo request",                             "RFC 792" },
	{ 4, 9,  ANY, "router advertisement",                     "RFC 1256" },
	{ 4, 10, ANY, "router solicitation",                      "RFC 1256" },
	{ 4, 11, 0,   "time exceeded in transit",                 "RFC 792" },
	{ 4, 11, 1,   "reassembly time exceeded",                 "RFC 792" },
	{ 4, 11, ANY, "time exceeded",                            "RFC 792" },
	{ 4, 12, ANY, "parameter problem",                        "RFC 792" },
	{ 4, 13, ANY, "timestamp request",                        "RFC 792" },
	{ 4, 14, ANY, "timestamp reply",                          "RFC 792" },
	{ 4, 17, ANY, "address mask request",                     "RFC 950" },
	{ 4, 18, ANY, "address mask reply",                       "RFC 950" },
	{ 6, 1,  0,   "no route",                                 "RFC 4443 3.1" },
	{ 6, 1,  1,   "administratively prohibited",              "RFC 4443 3.1" },
	{ 6, 1,  2,   "beyond scope of source address",           "RFC 4443 3.1" },
	{ 6, 1,  3,   "address unreachable",                      "RFC 4443 3.1" },
	{ 6, 1,  4,   "port unreachable",                         "RFC 4443 3.1" },
	{ 6, 1,  5,   "source address failed policy",             "RFC 4443 3.1" },
	{ 6, 1,  6,   "route rejected",                           "RFC 4443 3.1" },
	{ 6, 1,  ANY, "destination unreachable",                  "RFC 4443 3.1" },
	{ 6, 2,  ANY, "packet too big",                           "RFC 4443 3.2" },
	{ 6, 3,  0,   "hop limit exceeded in transit",            "RFC 4443 3.3" },
	{ 6, 3,  1,   "reassembly time exceeded",                 "RFC 4443 3.3" },
	{ 6, 3,  ANY, "time exceeded",                            "RFC 4443 3.3" },
	{ 6, 4,  ANY, "parameter problem",                        "RFC 4443 3.4" },
	{ 6, 128, ANY, "echo request",                            "RFC 4443 4.1" },
	{ 6, 129, ANY, "echo reply",                              "RFC 4443 4.2" },
	{ 6, 130, ANY, "multicast listener query",                "RFC 2710" },
	{ 6, 131, ANY, "multicast listener report",               "RFC 2710" },
	{ 6, 132, ANY, "multicast listener done",                 "RFC 2710" },
	{ 6, 133, ANY, "router solicitation",                     "RFC 4861 4.1" },
	{ 6, 134, ANY, "router advertisement",                    "RFC 4861 4.2" },
	{ 6, 135, ANY, "neighbor solicitation",                   "RFC 4861 4.3" },
	{ 6, 136, ANY, "neighbor advertisement",                  "RFC 4861 4.4" },
	{ 6, 137, ANY, "redirect",                                "RFC 4861 4.5" },
	{ 6, 143, ANY, "multicast listener report v2",            "RFC 3810" },
};
/* clang-format on */

const char *icmp_name(const struct icmp *m)
{
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].version == m->version && rows[i].type == m->type &&
		    (rows[i].code == m->code || rows[i].code == ANY))
			return rows[i].name;
	return NULL;
}

bool icmp_is_error(const struct icmp *m)
{
	if (m->version == 6)
		return m->type >= UNREACHABLE6 && m->type <= PARAMETER6;
	return m->type == UNREACHABLE || m->type == QUENCH || m->type == REDIRECT ||
	       m->type == TIME_EXCEEDED || m->type == PARAMETER;
}

static bool is_echo(const struct icmp *m)
{
	if (m->version == 6)
		return m->type == ECHO6 || m->type == ECHO_REPLY6;
	return m->type == ECHO || m->type == ECHO_REPLY;
}

static bool is_discovery(const struct icmp *m)
{
	return m->version == 6 && m->type >= ROUTER_SOLICIT && m->type <= REDIRECT6;
}

/* Whatever of the packet is there: RFC 792 asks for 64 bits behind the header only, so an end in
 * or behind the transport header is no error. */
static void quote(struct reader *r, struct icmp_quote *out)
{
	uint32_t need = 8;

	out->present = ip_quoted(r, &out->ip);
	if (!out->present)
		return;
	if (!out->ip.fragment_offset &&
	    (out->ip.proto == IP_PROTO_UDP || out->ip.proto == IP_PROTO_TCP) &&
	    reader_left(r) >= 4) {
		out->sport = reader_be16(r);
		out->dport = reader_be16(r);
		need = 4;
		if (out->ip.proto == IP_PROTO_TCP) {
			need = 16;
			if (reader_left(r) > 8)
				need = (uint32_t)(r->buf[r->pos + 8] >> 4) * 4 - 4;
		}
		if (need > reader_left(r))
			need = reader_left(r);
		reader_skip(r, need);
	}
	out->payload_wire = reader_wire_left(r);
	out->payload = reader_bytes(r, reader_left(r));
}

/* RFC 4884 4: with extensions behind it the quote's length is in the header, in words of 32 bits
 * (octet 5), for IPv6 of 64 bits (octet 4). */
static void error(struct reader *r, struct icmp *out)
{
	const uint8_t *rest = reader_take(r, 4);
	uint32_t length;

	if (!rest)
		return;
	if (out->version == 4 && out->type == UNREACHABLE && out->code == CODE_FRAGMENTATION_NEEDED)
		out->mtu = (uint16_t)load_be16(rest + 2);
	if (out->version == 6 && out->type == TOO_BIG6)
		out->mtu = load_be32(rest) > UINT16_MAX ? UINT16_MAX : (uint16_t)load_be32(rest);
	if (out->version == 4 && out->type == REDIRECT)
		out->target = address_ip4(load_be32(rest));
	length = out->version == 4 ? rest[1] * 4U : rest[0] * 8U;
	if (length && (out->version == 4 ? out->type == UNREACHABLE || out->type == TIME_EXCEEDED ||
						   out->type == PARAMETER
					 : out->type == UNREACHABLE6 || out->type == 3))
		layer_trim(r, length);
	quote(r, &out->quote);
}

static void link_options(struct reader *r, struct icmp *out)
{
	while (reader_wire_left(r)) {
		uint32_t type = reader_u8(r), units = reader_u8(r);
		struct reader v;

		if (!r->err && units == 0)
			r->err = ERR_VALUE; /* RFC 4861 4.6: such a packet is to be dropped */
		if (r->err)
			return;
		v = reader_sub(r, units * 8 - 2);
		if ((type == OPTION_SOURCE_LINK || type == OPTION_TARGET_LINK) &&
		    reader_left(&v) >= 6)
			memcpy(out->link.b, reader_take(&v, 6), 6);
	}
}

static void discovery(struct reader *r, struct icmp *out)
{
	const uint8_t *p;

	if (out->type == ROUTER_ADVERT) {
		reader_skip(r, 1);
		out->ra_flags = reader_u8(r);
		reader_skip(r, 10);
	} else {
		reader_skip(r, 4);
	}
	if (out->type == NEIGHBOR_SOLICIT || out->type == NEIGHBOR_ADVERT ||
	    out->type == REDIRECT6) {
		p = reader_take(r, 16);
		if (p)
			out->target = address_ip6(p);
	}
	if (out->type == REDIRECT6)
		reader_skip(r, 16);
	link_options(r, out);
}

enum err icmp_decode(struct reader *r, uint8_t version, struct icmp *out)
{
	memset(out, 0, sizeof(*out));
	out->version = version;
	out->type = reader_u8(r);
	out->code = reader_u8(r);
	reader_skip(r, 2);
	if (icmp_is_error(out)) {
		error(r, out);
	} else if (is_echo(out)) {
		out->id = reader_be16(r);
		out->seq = reader_be16(r);
		out->data = reader_rest(r);
	} else if (is_discovery(out)) {
		discovery(r, out);
	}
	return r->err;
}

static void quote_encode(const struct icmp_quote *q, struct writer *w)
{
	struct build_ends ends = { .src = q->ip.src, .dst = q->ip.dst, .ttl = q->ip.ttl };
	uint32_t transport = q->ip.proto == IP_PROTO_TCP ? 20 : q->ip.proto == IP_PROTO_UDP ? 8 : 0;

	build_ip_header(w, &ends, q->ip.proto, transport + q->payload.n);
	if (transport) {
		writer_be16(w, q->sport);
		writer_be16(w, q->dport);
	}
	if (q->ip.proto == IP_PROTO_UDP) {
		writer_be16(w, (uint16_t)(8 + q->payload.n));
		writer_be16(w, 0);
	} else if (q->ip.proto == IP_PROTO_TCP) {
		writer_zero(w, 8);
		writer_be16(w, 0x5000);
		writer_zero(w, 6);
	}
	writer_bytes(w, q->payload);
}

static void address_encode(struct address a, struct writer *w)
{
	writer_be64(w, a.hi);
	writer_be64(w, a.lo);
}

static void discovery_encode(const struct icmp *m, struct writer *w)
{
	if (m->type == ROUTER_ADVERT) {
		writer_u8(w, 0);
		writer_u8(w, m->ra_flags);
		writer_zero(w, 10);
	} else {
		writer_zero(w, 4);
	}
	if (m->type >= NEIGHBOR_SOLICIT)
		address_encode(m->target, w);
	if (m->type == REDIRECT6)
		writer_zero(w, 16);
	if (!mac_none(m->link)) {
		bool source = m->type == ROUTER_SOLICIT || m->type == ROUTER_ADVERT ||
			      m->type == NEIGHBOR_SOLICIT;

		writer_u8(w, source ? OPTION_SOURCE_LINK : OPTION_TARGET_LINK);
		writer_u8(w, 1);
		writer_bytes(w, bytes_of(m->link.b, 6));
	}
}

void icmp_encode(const struct icmp *m, struct writer *w)
{
	uint32_t start = w->pos;

	writer_u8(w, m->type);
	writer_u8(w, m->code);
	writer_be16(w, 0);
	if (is_echo(m)) {
		writer_be16(w, m->id);
		writer_be16(w, m->seq);
		writer_bytes(w, m->data);
	} else if (is_discovery(m)) {
		discovery_encode(m, w);
	} else if (icmp_is_error(m)) {
		if (m->version == 4 && m->type == REDIRECT)
			writer_be32(w, address_to_ip4(m->target));
		else
			writer_be32(w, m->mtu);
		quote_encode(&m->quote, w);
	} else {
		writer_be32(w, 0);
	}
	if (m->version == 4 && !w->err)
		writer_put_be16(w, start + 2,
				ip_sum_fold(ip_sum(0, bytes_of(w->buf + start, w->pos - start))));
}

static void name(const struct icmp *m, struct text *out)
{
	if (icmp_name(m))
		text_str(out, icmp_name(m));
	else
		text_fmt(out, "type %u code %u", (unsigned)m->type, (unsigned)m->code);
}

static void end(struct text *out, struct address a, uint16_t port)
{
	text_address(out, a);
	if (port)
		text_fmt(out, ":%u", (unsigned)port);
}

void icmp_line(const struct packet *p, struct text *out)
{
	const struct icmp *m = &p->u.icmp;
	const struct icmp_quote *q = &m->quote;

	name(m, out);
	if (m->mtu)
		text_fmt(out, ", mtu %u", (unsigned)m->mtu);
	if (is_echo(m))
		text_fmt(out, " id %u seq %u", (unsigned)m->id, (unsigned)m->seq);
	if (!address_none(m->target)) {
		text_char(out, ' ');
		text_address(out, m->target);
	}
	if (!mac_none(m->link)) {
		text_str(out, " at ");
		text_mac(out, m->link);
	}
	if (q->present) {
		text_str(out, ", was ");
		if (ip_proto_key(q->ip.proto))
			text_str(out, ip_proto_key(q->ip.proto));
		else
			text_fmt(out, "protocol %u", (unsigned)q->ip.proto);
		text_char(out, ' ');
		end(out, q->ip.src, q->sport);
		text_str(out, " > ");
		end(out, q->ip.dst, q->dport);
	}
}

static void quote_fields(const struct icmp_quote *q, const struct sink *out)
{
	sink_object(out, "quoted");
	sink_address(out, "src", q->ip.src);
	sink_address(out, "dst", q->ip.dst);
	if (ip_proto_key(q->ip.proto))
		sink_text(out, "proto", ip_proto_key(q->ip.proto));
	else
		sink_number(out, "proto", q->ip.proto);
	if (q->sport || q->dport) {
		sink_number(out, "sport", q->sport);
		sink_number(out, "dport", q->dport);
	}
	sink_number(out, "bytes", q->payload_wire);
	sink_close(out);
}

const struct field_place icmp_places[] = {
	{ "type", 0, 1 }, { "code", 1, 1 }, { "id", 4, 2 }, { "seq", 6, 2 }, { NULL, 0, 0 }
};

void icmp_fields(const struct packet *p, const struct sink *out)
{
	const struct icmp *m = &p->u.icmp;

	sink_number(out, "type", m->type);
	sink_number(out, "code", m->code);
	sink_text(out, "name", icmp_name(m));
	if (is_echo(m)) {
		sink_number(out, "id", m->id);
		sink_number(out, "seq", m->seq);
		sink_number(out, "bytes", m->data.n);
	}
	if (m->mtu)
		sink_number(out, "mtu", m->mtu);
	if (!address_none(m->target))
		sink_address(out, "target", m->target);
	if (!mac_none(m->link))
		sink_mac(out, "link", m->link);
	if (m->version == 6 && m->type == ROUTER_ADVERT)
		sink_number(out, "flags", m->ra_flags);
	if (m->quote.present)
		quote_fields(&m->quote, out);
}
