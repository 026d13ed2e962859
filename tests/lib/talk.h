/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TALK_H
#define TALK_H

#include "offers.h"

/* A story of boards and their TFTP server. What a test does not say is as in a healthy boot. */
struct talk {
	struct story *y;
	struct build_ends board; /* from the board to the server, of the transfer at hand */
	struct address answers;  /* the server's address in its answers                   */
	struct mac mac;
	enum asker who;
	uint16_t port, server_port;
	bool options;           /* requests ask for tsize and blksize   */
	uint32_t ask;           /* that block size                      */
	uint32_t size;          /* agreed for the transfer at hand      */
	const uint8_t *content; /* of each block; NULL: zeros */
	struct tftp rrq;        /* the last request                     */
};

/* How long after the last frame the capture ends. */
enum { LONG = 120000, SHORT = 100 };

enum { TALK_SERVER = STORY_NET + 1, TALK_ELSEWHERE = STORY_NET + 2 };

/* Another board of the same family; serial is n four times. */
static inline void talk_board(struct talk *t, uint8_t n)
{
	t->mac = asking(t->who).mac;
	t->mac.b[5] = n;
	t->board = (struct build_ends) { .eth_src = t->mac,
					 .eth_dst = { { 2, 0, 0, 0, 0, 1 } },
					 .src = address_ip4(0x0a000000u + n),
					 .dst = address_ip4(TALK_SERVER) };
	t->answers = address_ip4(TALK_SERVER);
}

static inline struct talk *talk_begin(enum asker who)
{
	struct talk *t = calloc(1, sizeof(*t));

	if (!t)
		abort();
	t->y = story_begin();
	t->who = who;
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
}

/* What comes next follows the last frame at once, as a copy does. */
static inline void talk_at_once(struct talk *t)
{
	t->y->now -= 980000;
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

	build_udp(&w, &ends, bytes_of(payload->buf, payload->pos));
	story_frame(t->y, &w);
}

/* As offers.h has it; every answer is broadcast, so that a deaf place hears them as well. */
static inline void talk_dhcp(struct talk *t)
{
	struct ask a = asking(t->who);
	struct answer o = offering(t->who);

	a.mac = o.mac = t->mac;
	if (t->who > PI3_BOOTCODE)
		a.xid = o.xid = 0x1000000u * (uint32_t)t->who + t->mac.b[5] + t->port;
	a.serial = o.address = t->mac.b[5];
	o.broadcast = true;
	asks(t->y, a);
	answers(t->y, o);
	a.type = DHCP_REQUEST;
	a.server = DHCPD;
	a.address = o.address;
	o.type = DHCP_ACK;
	if (t->who > PI3_BOOTCODE) {
		asks(t->y, a);
		answers(t->y, o);
	}
	/* the server's MAC, and that unicast to the board is seen here */
	story_arp(t->y, t->mac, t->mac.b[5], DHCPD);
	story_arp_reply(t->y, DHCPD, t->mac, t->mac.b[5]);
}

/* The board starts over. */
static inline void talk_dhcp_again(struct talk *t)
{
	talk_wait(t, 1000);
	talk_dhcp(t);
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
	m.data = bytes_of(t->content ? t->content : zero, n);
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

/* The board's address refuses the server's last packet. */
static inline void talk_refuse(struct talk *t)
{
	struct build_ends e = talk_back(t);

	story_refused(t->y, &e);
}

/* The end of the capture, quiet ms after the last frame; what is then said of the board at hand. */
static inline void talk_judge(struct talk *t, uint32_t quiet)
{
	talk_wait(t, quiet);
	if (!story_diagnosis(t->y, t->mac))
		abort();
}

/* Is anything above info said? */
static inline bool talk_alarmed(const struct talk *t)
{
	for (uint32_t i = 0; i < t->y->d.n; i++)
		if (findings[t->y->d.finding[i].id].severity != INFO)
			return true;
	return false;
}

static inline struct talk *board_of(enum asker who)
{
	struct talk *t = talk_begin(who);

	talk_dhcp(t);
	return t;
}

static inline struct talk *board(void)
{
	return board_of(PI4);
}

/* Is it said of the board at hand? The talk is over with this. */
static inline bool said(struct talk *t, enum finding_id id, uint32_t quiet)
{
	bool yes;

	talk_judge(t, quiet);
	yes = story_said(t->y, id) != NULL;
	talk_end(t);
	return yes;
}

/* ... and as the cause? */
static inline bool halts(struct talk *t, enum finding_id id)
{
	const struct finding *f;
	bool yes;

	talk_judge(t, LONG);
	f = story_said(t->y, id);
	yes = f && f->cause;
	talk_end(t);
	return yes;
}

#endif
