/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TALK_H
#define TALK_H

#include <stdlib.h>
#include <string.h>

#include "pi_guid.h"
#include "story.h"

/* A story of boards and their TFTP server. What a test does not say is as in a healthy boot. */
struct talk {
	struct story *y;
	struct build_ends board; /* from the board to the server, of the transfer at hand */
	struct address answers;  /* the server's address in its answers                   */
	struct mac mac;
	uint16_t port, server_port;
	bool options;    /* requests ask for tsize and blksize   */
	uint32_t ask;    /* that block size                      */
	uint32_t size;   /* agreed for the transfer at hand      */
	bool twice;      /* the capture has each frame two times */
	bool deaf;       /* ... and none of those to the board   */
	struct tftp rrq; /* the last request                     */
};

enum { TALK_SERVER = STORY_NET + 1, TALK_ELSEWHERE = STORY_NET + 2 };

/* Another board of the same family; serial is n four times. */
static inline void talk_board(struct talk *t, uint8_t n)
{
	t->mac = (struct mac) { { 0xdc, 0xa6, 0x32, 0, 0, n } };
	t->board = (struct build_ends) { .eth_src = t->mac,
					 .eth_dst = { { 2, 0, 0, 0, 0, 1 } },
					 .src = address_ip4(0x0a000000u + n),
					 .dst = address_ip4(TALK_SERVER) };
	t->answers = address_ip4(TALK_SERVER);
}

static inline struct talk *talk_begin(void)
{
	struct talk *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->y = story_begin();
	t->port = 20000;
	t->server_port = 40000;
	t->options = true;
	t->ask = 1024;
	t->size = 512;
	talk_board(t, 0x44);
	return t;
}

static inline void talk_end(struct talk *t)
{
	story_end(t->y);
	free(t);
}

static inline void talk_wait(struct talk *t, uint32_t ms)
{
	story_wait(t->y, ms);
	scope_tick(t->y->s, t->y->now);
}

/* What comes next follows the last frame at once, as a copy does. */
static inline void talk_at_once(struct talk *t)
{
	t->y->now -= 980000;
}

static inline void talk_frame(struct talk *t, const struct writer *w)
{
	story_frame(t->y, w);
	if (!t->twice)
		return;
	talk_at_once(t);
	story_frame(t->y, w);
}

static inline struct build_ends talk_back(const struct talk *t)
{
	return (struct build_ends) { .eth_src = t->board.eth_dst,
				     .eth_dst = t->mac,
				     .src = t->answers,
				     .dst = t->board.src,
				     .sport = t->board.dport,
				     .dport = t->board.sport };
}

static inline void talk_udp(struct talk *t, bool from_board, const struct writer *payload)
{
	static uint8_t room[4096];
	struct writer w = writer_init(room, sizeof(room));
	struct build_ends ends = from_board ? t->board : talk_back(t);

	if (!from_board && t->deaf)
		return;
	build_udp(&w, &ends, bytes_of(payload->buf, payload->pos));
	talk_frame(t, &w);
}

static inline void talk_dhcp_message(struct talk *t, uint8_t type)
{
	static const char menu[] =
		"\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11Raspberry Pi Boot\xff";
	static const char class[] = "PXEClient:Arch:00000:UNDI:002001";
	bool asks = type == DHCP_DISCOVER || type == DHCP_REQUEST;
	struct pi_guid g = { .form = PI_GUID_PI4, .revision = 0xc03112 };
	uint8_t room[600], wire[800], guid[17];
	struct writer id = writer_init(guid, sizeof(guid)), w = writer_init(room, sizeof(room)),
		      frame = writer_init(wire, sizeof(wire));
	struct build_ends ends = asks ? t->board : talk_back(t);
	struct dhcp m;

	memset(&m, 0, sizeof(m));
	g.serial = t->mac.b[5] * 0x01010101u;
	memcpy(g.mac_tail, t->mac.b + 2, 4);
	pi_guid_encode(&g, &id);
	m.op = asks ? 1 : 2;
	m.htype = 1;
	m.hlen = 6;
	m.xid = 0x1000u + t->mac.b[5];
	m.yiaddr = asks ? 0 : address_to_ip4(t->board.src);
	m.siaddr = asks ? 0 : (uint32_t)TALK_SERVER;
	m.chaddr = bytes_of(t->mac.b, 6);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	if (asks) {
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str(class));
		dhcp_add(&m, DHCP_OPT_ARCH, bytes_of((const uint8_t *)"\0\0", 2));
		dhcp_add(&m, DHCP_OPT_GUID, bytes_of(guid, id.pos));
	} else {
		dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of((const uint8_t *)"\x0a\0\0\1", 4));
		dhcp_add(&m, DHCP_OPT_MASK, bytes_of((const uint8_t *)"\xff\xff\xff\0", 4));
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str("PXEClient"));
		dhcp_add(&m, DHCP_OPT_VENDOR, bytes_of((const uint8_t *)menu, sizeof(menu) - 1));
	}
	dhcp_encode(&m, 322, &w);
	ends.sport = asks ? 68 : 67;
	ends.dport = asks ? 67 : 68;
	memset(ends.eth_dst.b, 255, 6);
	ends.dst = address_ip4(0xffffffff);
	if (asks)
		ends.src = address_ip4(0);
	else
		ends.src = address_ip4(TALK_SERVER);
	build_udp(&frame, &ends, bytes_of(w.buf, w.pos));
	talk_frame(t, &frame);
}

static inline void talk_dhcp(struct talk *t)
{
	talk_dhcp_message(t, DHCP_DISCOVER);
	talk_dhcp_message(t, DHCP_OFFER);
	talk_dhcp_message(t, DHCP_REQUEST);
	talk_dhcp_message(t, DHCP_ACK);
	/* the server's MAC, and that unicast to the board is seen here */
	story_arp(t->y, t->mac, t->mac.b[5], TALK_SERVER - STORY_NET);
	if (!t->deaf)
		story_arp_reply(t->y, TALK_SERVER - STORY_NET, t->mac, t->mac.b[5]);
}

static inline void talk_tftp(struct talk *t, bool from_board, const struct tftp *m)
{
	static uint8_t room[2048];
	struct writer w = writer_init(room, sizeof(room));

	tftp_encode(m, &w);
	talk_udp(t, from_board, &w);
}

/* The last request once more, from the same port. */
static inline void talk_again(struct talk *t)
{
	t->board.dport = TFTP_PORT;
	talk_tftp(t, true, &t->rrq);
	t->board.dport = t->server_port;
}

static inline void talk_ask(struct talk *t, const char *file)
{
	memset(&t->rrq, 0, sizeof(t->rrq));
	t->rrq.op = TFTP_RRQ;
	t->rrq.file = bytes_str(file);
	t->rrq.mode = bytes_str("octet");
	if (t->options) {
		tftp_add(&t->rrq, "tsize", "0");
		tftp_add(&t->rrq, "blksize", t->ask == 1024 ? "1024" : "1468");
	}
	t->size = 512;
	t->board.sport = ++t->port;
	t->server_port++;
	talk_again(t);
}

/* tsize as text; NULL: the option is left out. */
static inline void talk_oack(struct talk *t, const char *tsize)
{
	struct tftp m;

	memset(&m, 0, sizeof(m));
	m.op = TFTP_OACK;
	if (tsize)
		tftp_add(&m, "tsize", tsize);
	tftp_add(&m, "blksize", t->ask == 1024 ? "1024" : "1468");
	t->size = t->ask;
	talk_tftp(t, false, &m);
}

static inline void talk_data(struct talk *t, uint32_t block, uint32_t n)
{
	static uint8_t zero[1500];
	struct tftp m;

	memset(&m, 0, sizeof(m));
	m.op = TFTP_DATA;
	m.block = (uint16_t)block;
	m.data = bytes_of(zero, n);
	talk_tftp(t, false, &m);
}

static inline void talk_ack(struct talk *t, uint32_t block)
{
	struct tftp m;

	memset(&m, 0, sizeof(m));
	m.op = TFTP_ACK;
	m.block = (uint16_t)block;
	talk_tftp(t, true, &m);
}

static inline void talk_error(struct talk *t, bool from_board, uint16_t code, const char *text)
{
	struct tftp m;

	memset(&m, 0, sizeof(m));
	m.op = TFTP_ERROR;
	m.error_code = code;
	m.message = bytes_str(text);
	talk_tftp(t, from_board, &m);
}

static inline void talk_missing(struct talk *t, const char *file)
{
	talk_ask(t, file);
	talk_error(t, false, 1, "File not found");
}

/* Existence and size are asked for, and no more. */
static inline void talk_probe(struct talk *t, const char *file)
{
	talk_ask(t, file);
	talk_oack(t, "2148");
	talk_error(t, true, 0, "Early terminate");
}

/* 2148 bytes, whole. */
static inline void talk_get(struct talk *t, const char *file)
{
	uint32_t left = 2148, block = 0, n;

	talk_ask(t, file);
	if (t->options) {
		talk_oack(t, "2148");
		talk_ack(t, 0);
	}
	do {
		n = left < t->size ? left : t->size;
		left -= n;
		talk_data(t, ++block, n);
		talk_ack(t, block);
	} while (n == t->size);
}

/* An ICMP port unreachable from the board's address about the server's last packet. */
static inline void talk_refuse(struct talk *t)
{
	struct icmp m;
	uint8_t room[200];
	struct writer w = writer_init(room, sizeof(room));
	struct build_ends ends = t->board;

	memset(&m, 0, sizeof(m));
	m.version = 4;
	m.type = 3;
	m.code = 3;
	m.quote.present = true;
	m.quote.ip.version = 4;
	m.quote.ip.proto = IP_PROTO_UDP;
	m.quote.ip.src = t->answers;
	m.quote.ip.dst = t->board.src;
	m.quote.sport = t->server_port;
	m.quote.dport = t->board.sport;
	build_icmp(&w, &ends, &m);
	talk_frame(t, &w);
}

/* The end of the capture, quiet ms after the last frame; what is then said of the board at hand. */
static inline void talk_judge(struct talk *t, uint32_t quiet)
{
	talk_wait(t, quiet);
	if (!story_diagnosis(t->y, t->mac))
		abort();
}

/* NULL: not raised. */
static inline const struct finding *talk_said(const struct talk *t, enum finding_id id)
{
	for (uint32_t i = 0; i < t->y->d.n; i++)
		if (t->y->d.finding[i].id == id)
			return &t->y->d.finding[i];
	return NULL;
}

/* Is anything above info said? */
static inline bool talk_alarmed(const struct talk *t)
{
	for (uint32_t i = 0; i < t->y->d.n; i++)
		if (findings[t->y->d.finding[i].id].severity != INFO)
			return true;
	return false;
}

#endif
