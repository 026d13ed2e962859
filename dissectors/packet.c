/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet.h"

#include "layers.h"

/* Every frame comes through here: what is set below is all that is set for a frame without layers;
 * struct packet is several kilobytes and is never cleared as a whole. */
void packet_layers(const struct frame *f, struct packet *p)
{
	p->frame = f;
	p->time_ns = f->time_ns;
	p->number = f->number;
	p->ether.has_src = p->ether.has_dst = false;
	p->ether.outgoing = f->way == FRAME_OUT;
	p->ether.incoming = f->way == FRAME_IN;
	p->ether.n_tags = 0;
	p->ether.type = 0;
	p->ip.version = 0;
	p->ip.proto = 0;
	p->ip.fragment = false;
	p->sport = p->dport = 0;
	p->reassembled = p->bad_checksum = p->partial_checksum = p->no_checksum = false;
	p->payload = reader_init(f->data, f->cap_len, f->wire_len);
	p->transport = 0;
	p->tunnels = 0;
	p->record = RECORD_NONE;
	p->err = ERR_OK;
	p->err_offset = 0;
	p->flow = NULL;
	if (f->link == LINK_ETHERNET)
		ether_layer(p);
	else
		link_layer(p);
}

void transport_layer(struct packet *p)
{
	p->transport = p->payload.pos;
	switch (p->ip.proto) {
	case IP_PROTO_UDP:
		udp_layer(p);
		break;
	case IP_PROTO_TCP:
		tcp_layer(p);
		break;
	case IP_PROTO_ICMP:
		record_done(p, RECORD_ICMP, icmp_decode(&p->payload, 4, &p->u.icmp));
		break;
	case IP_PROTO_ICMP6:
		record_done(p, RECORD_ICMP, icmp_decode(&p->payload, 6, &p->u.icmp));
		break;
	default:
		tunnel_layer(p);
		break;
	}
}

void packet_transport(struct packet *p)
{
	/* RFC 8200 4.5: extension headers may stand in the fragmented part */
	if (p->ip.version == 6)
		ip6_transport(p);
	else
		transport_layer(p);
}

struct bytes packet_record(const struct packet *p)
{
	const struct reader *r = &p->payload;
	uint32_t at = r->pos;

	switch (p->record) {
	case RECORD_RPC:
		return p->u.rpc.message;
	case RECORD_ARP:
	case RECORD_ICMP:
	case RECORD_STP:
	case RECORD_LLDP:
	case RECORD_TCP:
		at = p->transport;
		break;
	case RECORD_NONE:
	case RECORD_DHCP:
	case RECORD_DHCP6:
	case RECORD_TFTP:
	case RECORD_HTTP:
	case RECORD_DNS:
	case RECORD_NETCONSOLE:
	case RECORDS:
		break;
	}
	return at < r->len ? bytes_of(r->buf + at, r->len - at) : bytes_of(NULL, 0);
}

struct bytes packet_udp(const struct packet *p)
{
	if (p->ip.proto != IP_PROTO_UDP || p->payload.len < p->transport)
		return bytes_of(NULL, 0);
	return bytes_of(p->payload.buf + p->transport, p->payload.len - p->transport);
}

int packet_udp_checksum(const struct packet *p, struct bytes udp)
{
	uint32_t length, sum, pseudo;

	if (udp.n < 8)
		return -1;
	if (load_be16(udp.p + 6) == 0)
		return 0;
	length = load_be16(udp.p + 4);
	if (length == 0)
		length = udp.n;
	if (length > udp.n || length < 8)
		return -1;
	pseudo = ip_pseudo_sum(p->ip.src, p->ip.dst, IP_PROTO_UDP, length);
	sum = ip_sum(pseudo, bytes_of(udp.p, length));
	if (ip_sum_fold(sum) == 0)
		return 0;
	return load_be16(udp.p + 6) == (uint16_t)~ip_sum_fold(pseudo) ? 2 : 1;
}
