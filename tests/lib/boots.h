/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOOTS_H
#define BOOTS_H

#include "frames.h"

#include "dhcp.h"
#include "diagnose.h"
#include "rpc_write.h"
#include "tftp.h"

/*
 * A Pi 4 and its server, frame by frame through the whole program's inside: what a rule's test
 * needs to tell a boot, and to ask what is made of it.
 */
enum { PLAY_SERVER = 0x0a000001, PLAY_BOARD = 0x0a000064, PLAY_SECOND = 1000000000 };

struct play {
	struct scope *s;
	struct diagnosis d;
	uint64_t now, number;
	uint32_t xid, seq[2]; /* of the board, of the server */
	uint16_t port;        /* of the board's next conversation */
	bool tcp;             /* RPC goes over TCP */
	bool deaf_place;      /* the capture misses unicast towards the board */
	uint32_t server;      /* whom RPC goes to */
};

static const struct mac play_board = { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
static const struct mac play_host = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac play_all = { { 255, 255, 255, 255, 255, 255 } };

static inline struct play *play_begin(void)
{
	struct play *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	w->s = scope_init(calloc(1, scope_size(&scope_default_limits)), &scope_default_limits);
	w->now = UINT64_C(1700000000) * PLAY_SECOND;
	w->port = 1000;
	w->xid = 100;
	w->server = PLAY_SERVER;
	return w;
}

static inline void play_end(struct play *w)
{
	free(w->s);
	free(w);
}

static inline void play_wait(struct play *w, uint64_t ms)
{
	w->now += ms * 1000000;
	scope_tick(w->s, w->now);
}

static inline void play_frame(struct play *w, struct writer *built)
{
	struct bytes b = writer_done(built);
	struct frame f = frame_copy(b.p, b.n, b.n, 1);

	if (!w->deaf_place || (b.p[0] & 1) || memcmp(b.p, play_board.b, 6) != 0) {
		f.time_ns = w->now;
		f.number = ++w->number;
		scope_frame(w->s, &f);
	}
	frame_drop(&f);
	w->now += 1000000;
}

static inline struct build_ends play_ends(struct play *w, bool up, uint16_t port, uint16_t service)
{
	struct build_ends e = {
		.eth_src = up ? play_board : play_host,
		.eth_dst = up ? play_host : play_board,
		.src = address_ip4(up ? PLAY_BOARD : w->server),
		.dst = address_ip4(up ? w->server : PLAY_BOARD),
		.sport = up ? port : service,
		.dport = up ? service : port,
	};

	return e;
}

static inline void play_udp(struct play *w, struct build_ends e, struct writer *payload)
{
	uint8_t buf[4096];
	struct writer out = writer_init(buf, sizeof(buf));

	build_udp(&out, &e, writer_done(payload));
	play_frame(w, &out);
}

static inline void play_dhcp(struct play *w, bool up, uint8_t type, uint32_t xid, const char *class,
			     uint32_t length)
{
	static const char text[] =
		"\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11Raspberry Pi Boot\xff";
	static const uint8_t here[] = { 10, 0, 0, 1 }, mask[] = { 255, 255, 255, 0 };
	struct build_ends e = play_ends(w, up, 68, 67);
	struct dhcp m;
	uint8_t buf[1024];
	struct writer out = writer_init(buf, sizeof(buf));

	memset(&m, 0, sizeof(m));
	m.op = up ? 1 : 2;
	m.htype = 1;
	m.hlen = 6;
	m.xid = xid;
	m.chaddr = bytes_of(play_board.b, 6);
	m.yiaddr = up ? 0 : PLAY_BOARD;
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	if (up && class)
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str(class));
	if (up && class && class[0] == 'P')
		dhcp_add(&m, DHCP_OPT_ARCH, bytes_of("\0\0", 2));
	if (!up) {
		dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(here, 4));
		dhcp_add(&m, DHCP_OPT_MASK, bytes_of(mask, 4));
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str("PXEClient"));
		dhcp_add(&m, DHCP_OPT_VENDOR, bytes_of(text, sizeof(text) - 1));
		dhcp_add(&m, DHCP_OPT_TFTP_NAME, bytes_str("10.0.0.1"));
	}
	if (up) {
		e.eth_dst = play_all;
		e.src = address_ip4(0);
		e.dst = address_ip4(0xffffffff);
	}
	dhcp_encode(&m, length, &out);
	play_udp(w, e, &out);
}

/* All four messages; class NULL and 548 bytes: the kernel. */
static inline void play_lease(struct play *w, const char *class, uint32_t length)
{
	uint32_t xid = ++w->xid;

	play_dhcp(w, true, DHCP_DISCOVER, xid, class, length);
	play_dhcp(w, false, DHCP_OFFER, xid, NULL, 300);
	play_dhcp(w, true, DHCP_REQUEST, xid, class, length);
	play_dhcp(w, false, DHCP_ACK, xid, NULL, 300);
}

/* A file of one block, or with text NULL one that is not there. */
static inline void play_file(struct play *w, const char *name, const char *text)
{
	uint16_t port = ++w->port;
	struct tftp rrq = { .op = TFTP_RRQ, .file = bytes_str(name), .mode = bytes_str("octet") };
	struct tftp data = { .op = TFTP_DATA, .block = 1, .data = bytes_str(text ? text : "") };
	struct tftp error = { .op = TFTP_ERROR, .error_code = 1, .message = bytes_str("none") };
	struct tftp ack = { .op = TFTP_ACK, .block = 1 };
	uint8_t buf[1024];
	struct writer out = writer_init(buf, sizeof(buf));

	tftp_encode(&rrq, &out);
	play_udp(w, play_ends(w, true, port, TFTP_PORT), &out);
	out = writer_init(buf, sizeof(buf));
	tftp_encode(text ? &data : &error, &out);
	play_udp(w, play_ends(w, false, port, 40000), &out);
	if (!text)
		return;
	out = writer_init(buf, sizeof(buf));
	tftp_encode(&ack, &out);
	play_udp(w, play_ends(w, true, port, 40000), &out);
}

/* A Pi 4 up to its kernel, with that command line (NULL: not asked for). */
static inline void play_load(struct play *w, const char *kernel, const char *cmdline)
{
	play_lease(w, "PXEClient:Arch:00000:UNDI:002001", 322);
	play_file(w, "start4.elf", "firmware");
	play_file(w, "fixup4.dat", "fixup");
	play_file(w, "config.txt", "arm_64bit=1\n");
	if (cmdline)
		play_file(w, "cmdline.txt", cmdline);
	play_file(w, kernel, "kernel");
}

static inline void play_kernel_lease(struct play *w)
{
	play_wait(w, 3000);
	play_lease(w, NULL, 548);
}

static inline void play_arp(struct play *w, bool up, uint16_t op, uint32_t target)
{
	struct build_ends e = play_ends(w, up, 0, 0);
	struct arp m = { .hardware = 1, .protocol = 0x800, .hardware_len = 6, .protocol_len = 4 };
	uint8_t buf[128];
	struct writer out = writer_init(buf, sizeof(buf));

	m.op = op;
	m.sender_mac = e.eth_src;
	m.sender_ip = up ? PLAY_BOARD : w->server;
	m.target_ip = target;
	if (op == ARP_REQUEST)
		e.eth_dst = play_all;
	build_arp(&out, &e, &m);
	play_frame(w, &out);
}

static inline void play_segment(struct play *w, bool up, uint16_t port, uint16_t service,
				uint8_t flags, struct bytes payload)
{
	struct build_ends e = play_ends(w, up, port, service);
	struct tcp t = { .seq = w->seq[!up], .ack = w->seq[up], .flags = flags, .window = 65535 };
	uint8_t buf[4096];
	struct writer out = writer_init(buf, sizeof(buf));

	build_tcp(&out, &e, &t, payload);
	w->seq[!up] += payload.n + ((flags & TCP_SYN) != 0);
	play_frame(w, &out);
}

static inline void play_connect(struct play *w, uint16_t port, uint16_t service)
{
	struct bytes none = bytes_of(NULL, 0);

	w->seq[0] = w->seq[1] = 1000;
	play_segment(w, true, port, service, TCP_SYN, none);
	play_segment(w, false, port, service, TCP_SYN | TCP_ACK, none);
	play_segment(w, true, port, service, TCP_ACK, none);
	w->tcp = true;
}

/* One message of a conversation from board port 800 (or as said) to the service. */
static inline void play_rpc(struct play *w, bool up, uint16_t port, uint16_t service,
			    const struct rpc *m)
{
	uint8_t buf[2048];
	struct writer out = writer_init(buf, sizeof(buf));
	uint32_t mark = w->tcp ? rpc_open_record(&out) : 0;

	if (up)
		rpc_write_call(m, &out);
	else
		rpc_write_reply(m, &out);
	if (w->tcp) {
		rpc_close_record(&out, mark);
		play_segment(w, up, port, service, TCP_ACK, writer_done(&out));
	} else {
		play_udp(w, play_ends(w, up, port, service), &out);
	}
}

/* Time passes in silence, and the capture ends: what is made of it? */
static inline void play_judge(struct play *w)
{
	play_wait(w, 60000);
	scope_end(w->s);
	if (!diagnose_client(w->s, scope_client_by_mac(w->s, play_board), &w->d))
		w->d.n = 0;
}

static inline const struct finding *play_found(const struct play *w, enum finding_id id)
{
	for (uint32_t i = 0; i < w->d.n; i++)
		if (w->d.finding[i].id == id)
			return &w->d.finding[i];
	return NULL;
}

/* Nothing that is called a fault: what is normal and looks odd may be told. */
static inline bool play_quiet(const struct play *w)
{
	for (uint32_t i = 0; i < w->d.n; i++)
		if (findings[w->d.finding[i].id].severity != INFO)
			return false;
	return true;
}

#endif
