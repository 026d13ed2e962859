/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp.h"

#include "layers.h"

enum { HEADER = 20 };

/* RFC 9293 3.1. */
void tcp_layer(struct packet *p)
{
	const uint8_t *h = reader_take(&p->payload, HEADER);
	uint32_t n;

	if (!h) {
		layer_failed(p);
		return;
	}
	p->sport = (uint16_t)load_be16(h);
	p->dport = (uint16_t)load_be16(h + 2);
	p->tcp.seq = load_be32(h + 4);
	p->tcp.ack = load_be32(h + 8);
	p->tcp.flags = h[13];
	p->tcp.window = (uint16_t)load_be16(h + 14);
	if (p->tcp.flags & (TCP_SYN | TCP_FIN | TCP_RST))
		p->record = RECORD_TCP;
	n = (h[12] >> 4) * 4U;
	if (n < HEADER)
		layer_forbidden(p);
	else if (n > HEADER && !reader_take(&p->payload, n - HEADER))
		layer_failed(p);
}

static const char flag_letters[] = "FSRP.UEW"; /* as tcpdump writes them, lowest bit first */

void tcp_line(const struct packet *p, struct text *out)
{
	text_str(out, "[");
	for (int i = 0; i < 8; i++)
		if (p->tcp.flags & 1 << i)
			text_char(out, flag_letters[i]);
	text_fmt(out, "] seq %u", (unsigned)p->tcp.seq);
	if (p->tcp.flags & TCP_ACK)
		text_fmt(out, " ack %u", (unsigned)p->tcp.ack);
	text_fmt(out, " win %u", (unsigned)p->tcp.window);
	if (p->tcp.flags & TCP_RST)
		text_fmt(out, " %s",
			 p->tcp.flags & TCP_ACK ? "connection refused or reset"
						: "connection reset");
}

const struct field_place tcp_places[] = {
	{ "flags", 13, 1 }, { "seq", 4, 4 }, { "ack", 8, 4 }, { "window", 14, 2 }, { NULL, 0, 0 }
};

void tcp_fields(const struct packet *p, const struct sink *out)
{
	static const char *const names[] = { "fin", "syn", "rst", "psh", "ack", "urg" };

	sink_list(out, "flags");
	for (int i = 0; i < 6; i++)
		if (p->tcp.flags & 1 << i)
			sink_text(out, NULL, names[i]);
	sink_close(out);
	sink_number(out, "seq", p->tcp.seq);
	sink_number(out, "ack", p->tcp.ack);
	sink_number(out, "window", p->tcp.window);
	sink_number(out, "bytes", p->payload.wire - p->payload.pos);
}
