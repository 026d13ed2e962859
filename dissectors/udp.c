/* SPDX-License-Identifier: BSD-2-Clause */
#include "layers.h"

enum { HEADER = 8 };

/* RFC 768. */
void udp_layer(struct packet *p)
{
	const uint8_t *h = reader_take(&p->payload, HEADER);
	uint32_t length;

	if (!h) {
		layer_failed(p);
		return;
	}
	p->sport = (uint16_t)load_be16(h);
	p->dport = (uint16_t)load_be16(h + 2);
	p->no_checksum = load_be16(h + 6) == 0;
	length = load_be16(h + 4);
	if (length >= HEADER && length - HEADER > p->payload.wire - p->payload.pos)
		layer_short(p);
	else if (length >= HEADER)
		layer_trim(&p->payload, length - HEADER);
	else if (length) /* 0: a jumbogram, or segmentation left to the card */
		layer_forbidden(p);
	if (p->dport == PORT_VXLAN || p->dport == PORT_GENEVE || p->dport == PORT_L2TP ||
	    p->dport == PORT_GTP)
		tunnel_udp(p);
}
