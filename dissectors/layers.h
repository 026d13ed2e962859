/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAYERS_H
#define LAYERS_H

#include "packet.h"

/*
 * How the layers call each other, top down. Each reads its header at
 * p->payload, fills its part of *p and goes on to the next layer; where a header
 * is not whole it stops there and says so in p->err.
 */
void link_layer(struct packet *p);                   /* by p->frame->link       */
void ether_layer(struct packet *p);                  /* Ethernet from dst on    */
void ether_payload(struct packet *p, uint32_t type); /* behind an EtherType     */
void llc_layer(struct packet *p);                    /* IEEE 802.2 LLC and SNAP */
void ppp_layer(struct packet *p);                    /* protocol field first    */
void ppp_frame_layer(struct packet *p);              /* with or without 0xff 03 */
void ip_layer(struct packet *p);                     /* either, by its version  */
void ip4_layer(struct packet *p);
void ip6_layer(struct packet *p);
void ip6_transport(struct packet *p); /* extension headers from ip.proto on, then transport */
void transport_layer(struct packet *p);
bool tunnel_enter(struct packet *p); /* counts; false when there were too many */
void tunnel_layer(struct packet *p); /* by ip.proto */
void tunnel_udp(struct packet *p);   /* by dport: what is no tunnel is left as it is */
void nsh_layer(struct packet *p);
void cisco_meta_layer(struct packet *p);
void udp_layer(struct packet *p);
void tcp_layer(struct packet *p);

enum { PORT_L2TP = 1701, PORT_GTP = 2152, PORT_VXLAN = 4789, PORT_GENEVE = 6081 };

/* The IP header an ICMP error quotes, r left behind it and its extension headers; false when it
 * is not whole. */
bool ip_quoted(struct reader *r, struct ip *out);
bool ip6_quoted(struct reader *r, struct ip *out);

/* A header did not read: remember how and where. */
static inline void layer_failed(struct packet *p)
{
	p->err = p->payload.err;
	p->err_offset = reader_offset(&p->payload);
}

static inline void layer_forbidden(struct packet *p)
{
	p->payload.err = ERR_VALUE;
	layer_failed(p);
}

/* A length field promises more than there was; reading goes on as far as it goes. */
static inline void layer_short(struct packet *p)
{
	p->err = ERR_SHORT;
	p->err_offset = reader_offset(&p->payload);
}

/* End of a record's decoding; an earlier complaint about lengths stays. */
static inline void record_done(struct packet *p, enum record record, enum err err)
{
	p->record = record;
	if (err) {
		p->err = err;
		p->err_offset = reader_offset(&p->payload);
	}
}

/* The message ends n bytes from here: what is behind it is padding. */
static inline void layer_trim(struct reader *r, uint32_t n)
{
	if (n < r->wire - r->pos) {
		r->wire = r->pos + n;
		if (r->len > r->wire)
			r->len = r->wire;
	}
}

static inline uint32_t load_be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static inline uint32_t load_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

#endif
