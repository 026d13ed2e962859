/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe_wire.h"

#include <stdbool.h>
#include <string.h>

#include "build.h"
#include "packet.h"

enum {
	HOSTS = 4,
	FRAME = 1600,
	HELD = 1024,
	ARP_TRIES = 5,
	ARP_MS = 1000,
	ARP_REPLIES = 10, /* a second at most; ours */
	PORT_UNREACHABLE = 3,
	WRONG = 1
};

static const uint64_t ms = 1000000;
static const struct mac everybody = { { 255, 255, 255, 255, 255, 255 } };

struct host {
	uint32_t ip; /* 0: free */
	struct mac mac;
	bool known;
	uint32_t tries;
	uint64_t next_ns;
	struct probe_datagram held; /* its data below; n 0: none */
	uint8_t data[HELD];
};

struct probe_wire {
	struct probe_setup setup;
	struct probe_wire_out out;
	struct probe *probe;
	void (*heard)(void *ctx, const struct probe_datagram *d, uint64_t now_ns);
	void *borrower; /* of its address */
	uint64_t now_ns;
	struct host host[HOSTS];
	uint32_t n_hosts;    /* that were ever used: the next one takes host[n % HOSTS] */
	uint64_t replies_ns; /* the second that n_replies are of began then */
	uint32_t n_replies;
};

static void send_frame(struct probe_wire *w, const struct probe_datagram *d, struct mac to)
{
	struct build_ends ends = { .eth_src = w->setup.identity.mac,
				   .eth_dst = to,
				   .src = address_ip4(d->src),
				   .dst = address_ip4(d->dst),
				   .sport = d->sport,
				   .dport = d->dport,
				   .ttl = d->ttl,
				   .no_checksum = d->no_checksum,
				   .no_df = !d->dont_fragment };
	uint8_t buf[FRAME];
	struct writer out = writer_init(buf, sizeof(buf));

	build_udp(&out, &ends, d->data);
	if (!out.err)
		w->out.frame(w->out.ctx, writer_done(&out));
}

static void send_arp(struct probe_wire *w, uint16_t op, struct mac to, uint32_t ip)
{
	struct arp a = { .hardware = 1,
			 .protocol = ETHERTYPE_IP4,
			 .op = op,
			 .hardware_len = 6,
			 .protocol_len = 4,
			 .sender_mac = w->setup.identity.mac,
			 .sender_ip = probe_result(w->probe)->address,
			 .target_ip = ip };
	struct build_ends ends = { .eth_src = w->setup.identity.mac, .eth_dst = to };
	uint8_t buf[64];
	struct writer out = writer_init(buf, sizeof(buf));

	if (op == ARP_REPLY)
		a.target_mac = to;
	build_arp(&out, &ends, &a);
	w->out.frame(w->out.ctx, writer_done(&out));
}

static struct host *host_of(struct probe_wire *w, uint32_t ip)
{
	for (uint32_t i = 0; i < HOSTS; i++)
		if (w->host[i].ip == ip)
			return &w->host[i];
	return NULL;
}

static void ask(struct probe_wire *w, struct host *h)
{
	h->tries++;
	h->next_ns = w->now_ns + ARP_MS * ms / w->setup.hurry;
	send_arp(w, ARP_REQUEST, everybody, h->ip);
}

/* Outside its network it asks the router, when it was told of one. */
static uint32_t next_hop(const struct probe_result *r, uint32_t ip)
{
	return r->mask && r->router && !r->now->no_router && (ip ^ r->address) & r->mask ? r->router
											 : ip;
}

static void wire_send(void *ctx, const struct probe_datagram *d)
{
	struct probe_wire *w = ctx;
	uint32_t ip = next_hop(probe_result(w->probe), d->dst);
	struct host *h;

	if (d->dst == UINT32_MAX) {
		send_frame(w, d, everybody);
		return;
	}
	h = host_of(w, ip);
	if (h && h->known) {
		send_frame(w, d, h->mac);
		return;
	}
	if (!h) {
		h = &w->host[w->n_hosts++ % HOSTS];
		memset(h, 0, sizeof(*h));
		h->ip = ip;
		ask(w, h);
	}
	if (d->data.n > sizeof(h->data))
		return;
	h->held = *d;
	memcpy(h->data, d->data.p, d->data.n);
	h->held.data = bytes_of(h->data, d->data.n);
}

static void wire_news(void *ctx, const struct probe_news *n)
{
	struct probe_wire *w = ctx;

	/* another program: what the last one knew is gone */
	if (n->event == PROBE_BECOMES)
		memset(w->host, 0, sizeof(w->host));
	if (w->out.news)
		w->out.news(w->out.ctx, n);
}

size_t probe_wire_size(void)
{
	return sizeof(struct probe_wire) + probe_size();
}

struct probe_wire *probe_wire_init(void *mem, const struct probe_setup *setup,
				   const struct probe_wire_out *out)
{
	struct probe_out to = { mem, wire_send, wire_news };
	struct probe_wire *w = mem;

	memset(w, 0, sizeof(*w));
	w->setup = *setup;
	if (!w->setup.hurry)
		w->setup.hurry = 1;
	w->out = *out;
	w->probe = probe_init(w + 1, setup, &to);
	return w;
}

struct probe *probe_wire_probe(struct probe_wire *w)
{
	return w->probe;
}

static bool may_reply(struct probe_wire *w)
{
	if (w->now_ns >= w->replies_ns + 1000 * ms) {
		w->replies_ns = w->now_ns;
		w->n_replies = 0;
	}
	return w->n_replies++ < ARP_REPLIES;
}

static void take_arp(struct probe_wire *w, const struct arp *a)
{
	uint32_t own = probe_result(w->probe)->address;
	struct host *h;

	if (!own || mac_equal(a->sender_mac, w->setup.identity.mac))
		return;
	if (a->op == ARP_REQUEST && a->target_ip == own && may_reply(w))
		send_arp(w, ARP_REPLY, a->sender_mac, a->sender_ip);
	h = a->sender_ip ? host_of(w, a->sender_ip) : NULL;
	if (!h || h->known || a->op != ARP_REPLY)
		return;
	h->known = true;
	h->mac = a->sender_mac;
	if (h->held.data.n)
		send_frame(w, &h->held, h->mac);
	h->held.data.n = 0;
}

static void take_icmp(struct probe_wire *w, const struct icmp *m)
{
	const struct icmp_quote *q = &m->quote;

	if (m->version == 4 && m->type == 3 && m->code == PORT_UNREACHABLE && q->present &&
	    address_to_ip4(q->ip.src) == probe_result(w->probe)->address)
		probe_port_closed(w->probe, address_to_ip4(q->ip.dst), q->dport, w->now_ns);
}

void probe_wire_take(struct probe_wire *w, const struct frame *f)
{
	struct probe_datagram d = { 0 };
	struct packet p;

	if (f->time_ns > w->now_ns)
		w->now_ns = f->time_ns;
	packet_layers(f, &p);
	if (p.ether.n_tags || p.tunnels || !p.ether.has_dst ||
	    (!mac_equal(p.ether.dst, w->setup.identity.mac) && !mac_equal(p.ether.dst, everybody)))
		return;
	if (p.record == RECORD_ARP) {
		take_arp(w, &p.u.arp);
	} else if (p.record == RECORD_ICMP) {
		take_icmp(w, &p.u.icmp);
	} else if (p.ip.version == 4 && p.ip.proto == IP_PROTO_UDP && !p.ip.fragment && p.dport &&
		   packet_udp_checksum(&p, packet_udp(&p)) != WRONG) {
		d.src = address_to_ip4(p.ip.src);
		d.dst = address_to_ip4(p.ip.dst);
		d.sport = p.sport;
		d.dport = p.dport;
		d.data = bytes_of(p.payload.buf + p.payload.pos, reader_left(&p.payload));
		if (w->heard && d.dst == probe_result(w->probe)->address)
			w->heard(w->borrower, &d, w->now_ns);
		probe_take(w->probe, &d, w->now_ns);
	}
}

void probe_wire_tick(struct probe_wire *w, uint64_t now_ns)
{
	if (now_ns > w->now_ns)
		w->now_ns = now_ns;
	for (uint32_t i = 0; i < HOSTS; i++) {
		struct host *h = &w->host[i];

		if (!h->ip || h->known || w->now_ns < h->next_ns)
			continue;
		if (h->tries < ARP_TRIES) {
			ask(w, h);
		} else {
			uint32_t ip = h->held.data.n ? h->held.dst : h->ip;

			memset(h, 0, sizeof(*h));
			probe_no_arp(w->probe, ip, w->now_ns);
		}
	}
	if (w->now_ns >= probe_next(w->probe))
		probe_tick(w->probe, w->now_ns);
}

uint64_t probe_wire_next(const struct probe_wire *w)
{
	uint64_t next = probe_next(w->probe);
	bool over = next == UINT64_MAX; /* then only a RELEASE may wait for ARP still */

	for (uint32_t i = 0; i < HOSTS; i++) {
		const struct host *h = &w->host[i];

		if (h->ip && !h->known && h->next_ns < next && (!over || h->held.data.n))
			next = h->next_ns;
	}
	return next;
}

void probe_wire_lend(struct probe_wire *w,
		     void (*heard)(void *ctx, const struct probe_datagram *d, uint64_t now_ns),
		     void *ctx)
{
	w->heard = heard;
	w->borrower = ctx;
}

void probe_wire_send(struct probe_wire *w, const struct probe_datagram *d)
{
	wire_send(w, d);
}
