/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef OFFERS_H
#define OFFERS_H

#include "story.h"

/* Boards that ask and servers that offer, in the forms of facts 1.1 and 2.2. Unless it is said
 * otherwise, everything is on one wire, the client is host 100 and the DHCP server host 1. */
/* KERNEL is ip=dhcp, KLIBC the initramfs of a Pi 4. */
enum asker {
	PI3B_ROM,
	PI3_BOOTCODE,
	PI4_OF_2019,
	PI4,
	PI5,
	BIOS,
	UEFI,
	UEFI_HTTP,
	IPXE,
	U_BOOT,
	LINUX,
	KERNEL,
	KLIBC
};

/* dnsmasq's pxe-service=0,"Raspberry Pi Boot", without and with the blanks, and the bare text. */
#define MENU(N, TEXT_N) "\x06\x01\x03\x0a\x04\x00PXE\x09" N "\x00\x00" TEXT_N
#define PI_43           MENU("\x14", "\x11") "Raspberry Pi Boot\xff"
#define PI_43_PADDED    MENU("\x17", "\x14") "Raspberry Pi Boot   \xff"
#define PI_43_SECOND    MENU("\x1a", "\x03") "x86\x00\x00\x11Raspberry Pi Boot\xff"
#define BYTES(LITERAL)  bytes_of(LITERAL, sizeof(LITERAL) - 1)

enum { ALL_ALIKE = 255 };

struct ask {
	struct mac mac;
	enum asker who;
	uint8_t type;   /* 0: DISCOVER */
	uint8_t server; /* whose offer a REQUEST takes */
	uint8_t address;
	uint8_t guid;          /* of a PC: another one */
	uint8_t serial;        /* of a Pi 4 or 5: this byte four times; 0: 06070809 */
	uint8_t relay, helper; /* a relay's copy, and where that goes */
	uint32_t xid;          /* 0: the asker's own             */
	bool no_class, no_guid;
	bool at_4011; /* of the boot server, with the address in ciaddr */
	uint16_t tag;
	struct bytes client_id;
};

struct answer {
	struct mac mac;
	enum asker to;
	uint8_t type;              /* 0: OFFER */
	uint8_t from, server_id;   /* 0: DHCPD; 0: from */
	uint8_t address, siaddr;   /* 0: none */
	uint8_t relay;             /* giaddr; the copy that the relay hands on */
	uint8_t to_relay;          /* what the server sends to it instead      */
	uint16_t port, tag, spoil; /* 0: 67; spoil: xor of the checksum       */
	bool no_mask, no_router, broadcast;
	bool offload; /* the checksum is left to the card: that of the pseudo-header only */
	uint32_t xid;
	const char *class_id, *file;
	struct bytes vendor, o66, o67;
	bool o66_last;
};

static inline uint32_t asker_xid(enum asker who, uint32_t xid)
{
	if (xid)
		return xid;
	return who <= PI3_BOOTCODE ? 0x26f30339 : 0x1230 + (uint32_t)who;
}

static inline void ask_guid(struct dhcp *m, const struct ask *a)
{
	static uint8_t v[17];
	static const uint8_t any[4] = { 9, 8, 7, 6 };
	uint8_t serial[4];
	static const char rpi4[] = "4iPR\x11\x31\xa0", rpi5[] = "5iPR\x70\x41\xc0";

	memset(v, 0, sizeof(v));
	memset(serial, a->serial, sizeof(serial));
	if (!a->serial)
		memcpy(serial, any, sizeof(serial));
	for (int i = 0; i < 16; i++)
		v[1 + i] = a->who == PI3B_ROM ? 0x44
			   : a->who > PI5     ? a->guid == ALL_ALIKE ? 3 : (uint8_t)(i + a->guid)
					      : serial[i & 3];
	if (a->who == PI4 || a->who == PI5) {
		memcpy(v + 1, a->who == PI4 ? rpi4 : rpi5, 8);
		memcpy(v + 9, a->mac.b + 2, 4);
		memcpy(v + 13, serial, 4);
	}
	dhcp_add(m, DHCP_OPT_GUID, bytes_of(v, 17));
}

static inline void ask_options(struct dhcp *m, const struct ask *a)
{
	static const uint8_t undi[3] = { 1, 2, 1 };
	static const uint8_t arch[][2] = {
		[UEFI] = { 0, 7 }, [UEFI_HTTP] = { 0, 16 }, [U_BOOT] = { 0, 22 }, [LINUX] = { 0, 0 }
	};
	static const uint8_t rom[] = { 43, 60, 67, 128, 129, 130, 131, 132, 133, 134, 135, 66 },
			     bootcode[] = { 43,  60,  67,  128, 129, 130, 131,
					    132, 133, 134, 135, 66,  1,   3 },
			     eeprom[] = { 1,   3,   43,  60,  66,  67,  128,
					  129, 130, 131, 132, 133, 134, 135 };

	if (a->who == PI3B_ROM)
		dhcp_add(m, DHCP_OPT_REQUEST_LIST, bytes_of(rom, sizeof(rom)));
	else if (a->who == PI3_BOOTCODE)
		dhcp_add(m, DHCP_OPT_REQUEST_LIST, bytes_of(bootcode, sizeof(bootcode)));
	else
		dhcp_add(m, DHCP_OPT_REQUEST_LIST, bytes_of(eeprom, sizeof(eeprom)));
	if (a->who == KLIBC)
		dhcp_add(m, DHCP_OPT_CLASS, bytes_str("Linux ipconfig"));
	if (a->who >= LINUX)
		return;
	dhcp_add(m, DHCP_OPT_ARCH, bytes_of(arch[a->who], 2));
	dhcp_add(m, DHCP_OPT_UNDI, bytes_of(undi, 3));
	if (!a->no_guid)
		ask_guid(m, a);
	if (a->who == IPXE)
		dhcp_add(m, DHCP_OPT_USER_CLASS, bytes_str("iPXE"));
	if (!a->no_class)
		dhcp_add(m, DHCP_OPT_CLASS,
			 bytes_str(a->who == UEFI        ? "PXEClient:Arch:00007:UNDI:003016"
				   : a->who == UEFI_HTTP ? "HTTPClient:Arch:00016:UNDI:003001"
				   : a->who == U_BOOT    ? "U-Boot.armv8"
							 : "PXEClient:Arch:00000:UNDI:002001"));
}

static inline void asks(struct story *t, struct ask a)
{
	uint8_t id[4] = { 10, 0, 0, a.server }, address[4] = { 10, 0, 0, a.address };
	struct build_ends e = story_ends(a.mac, 0, STORY_ALL, 68, 67);
	struct dhcp m = { .op = 1, .htype = 1, .hlen = 6, .xid = asker_xid(a.who, a.xid) };

	if (a.relay) {
		e = story_ends(story_mac(a.relay), a.relay, a.helper, 67, 67);
		m.giaddr = STORY_NET + (uint32_t)a.relay;
		m.hops = 1;
	}
	if (a.at_4011) {
		e = story_ends(a.mac, CLIENT, a.server, 68, 4011);
		m.ciaddr = STORY_NET + CLIENT;
	}
	e.n_tags = a.tag != 0;
	e.tag[0] = a.tag;
	m.type = a.type ? a.type : DHCP_DISCOVER;
	m.chaddr = bytes_of(a.mac.b, 6);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&m.type, 1));
	if (a.server)
		dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(id, 4));
	if (a.address)
		dhcp_add(&m, DHCP_OPT_ADDRESS, bytes_of(address, 4));
	if (a.client_id.n)
		dhcp_add(&m, DHCP_OPT_CLIENT_ID, a.client_id);
	ask_options(&m, &a);
	story_dhcp(t, &e, &m, a.who == KERNEL ? 548 : 300);
}

static inline void answer_options(struct dhcp *m, const struct answer *a)
{
	static const uint8_t mask[4] = { 255, 255, 255, 0 }, router[4] = { 10, 0, 0, 1 };

	if (!a->no_mask)
		dhcp_add(m, DHCP_OPT_MASK, bytes_of(mask, 4));
	if (!a->no_router)
		dhcp_add(m, DHCP_OPT_ROUTER, bytes_of(router, 4));
	if (a->class_id)
		dhcp_add(m, DHCP_OPT_CLASS, bytes_str(a->class_id));
	if (a->o66.n && !a->o66_last)
		dhcp_add(m, DHCP_OPT_TFTP_NAME, a->o66);
	if (a->o67.n)
		dhcp_add(m, DHCP_OPT_BOOTFILE, a->o67);
	if (a->vendor.p)
		dhcp_add(m, DHCP_OPT_VENDOR, a->vendor);
	if (a->o66.n && a->o66_last)
		dhcp_add(m, DHCP_OPT_TFTP_NAME, a->o66);
}

/* w holds a frame with n bytes in its datagram. */
static inline void answer_checksum(struct writer *w, const struct build_ends *e, uint32_t n,
				   const struct answer *a)
{
	uint32_t at = w->pos - n - 2;
	uint32_t sum = (uint32_t)w->buf[at] << 8 | w->buf[at + 1];

	if (a->offload)
		sum = (uint16_t)~ip_sum_fold(ip_pseudo_sum(e->src, e->dst, IP_PROTO_UDP, n + 8));
	writer_put_be16(w, at, (uint16_t)(sum ^ a->spoil));
}

static inline void answers(struct story *t, struct answer a)
{
	uint8_t from = a.from ? a.from : DHCPD, carrier = a.relay ? a.relay : from;
	uint8_t id[4] = { 10, 0, 0, a.server_id ? a.server_id : from };
	struct build_ends e = story_ends(story_mac(carrier), carrier,
					 a.address && !a.broadcast ? a.address : STORY_ALL,
					 a.port ? a.port : 67, 68);
	struct dhcp m = { .op = 2, .htype = 1, .hlen = 6, .xid = asker_xid(a.to, a.xid) };
	uint8_t buf[1500], payload[1500];
	struct writer w = writer_init(buf, sizeof(buf)), p = writer_init(payload, sizeof(payload));

	if (!a.broadcast)
		e.eth_dst = a.mac;
	if (a.to_relay)
		e = story_ends(story_mac(from), from, a.to_relay, a.port ? a.port : 67, 67);
	e.n_tags = a.tag != 0;
	e.tag[0] = a.tag;
	m.type = a.type ? a.type : DHCP_OFFER;
	m.chaddr = bytes_of(a.mac.b, 6);
	m.yiaddr = a.address ? STORY_NET + (uint32_t)a.address : 0;
	m.siaddr = a.siaddr ? STORY_NET + (uint32_t)a.siaddr : 0;
	if (a.relay || a.to_relay) {
		m.giaddr = STORY_NET + (uint32_t)(a.relay ? a.relay : a.to_relay);
		m.hops = a.relay ? 1 : 0;
	}
	if (a.file)
		m.file = bytes_str(a.file);
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&m.type, 1));
	dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(id, 4));
	answer_options(&m, &a);
	dhcp_encode(&m, 300, &p);
	build_udp(&w, &e, bytes_of(payload, p.pos));
	answer_checksum(&w, &e, p.pos, &a);
	story_frame(t, &w);
}

static inline struct ask asking(enum asker who)
{
	struct mac m = who <= PI3_BOOTCODE ? pi3 : who <= PI5 || who >= KERNEL ? pi4 : pc;

	return (struct ask) { .mac = m, .who = who };
}

/* An OFFER with an address and all that a Pi needs. */
static inline struct answer offering(enum asker who)
{
	return (struct answer) { .mac = asking(who).mac,
				 .to = who,
				 .address = CLIENT,
				 .class_id = "PXEClient",
				 .vendor = who <= PI5 ? BYTES(PI_43_PADDED) : bytes_of(NULL, 0) };
}

static inline struct ask requesting(enum asker who, uint8_t server)
{
	struct ask a = asking(who);

	a.type = DHCP_REQUEST;
	a.server = server;
	a.address = CLIENT;
	return a;
}

/* The OFFER that came is taken: REQUEST and ACK. */
static inline void takes(struct story *t, enum asker who, struct answer o)
{
	struct ask a = requesting(who, o.from ? o.from : DHCPD);

	a.xid = o.xid;
	asks(t, a);
	o.type = DHCP_ACK;
	answers(t, o);
}

static inline void leases(struct story *t, enum asker who, struct answer o)
{
	asks(t, asking(who));
	answers(t, o);
	takes(t, who, o);
}

/* The board asks and is answered, times over, gap seconds between. */
static inline void asked_and_answered(struct story *t, struct ask a, struct answer o, int times,
				      uint32_t gap)
{
	for (int i = 0; i < times; i++) {
		asks(t, a);
		story_wait(t, 2);
		answers(t, o);
		story_wait(t, gap * one_second);
	}
}

/* A request for a file, and its refusal or its one block. */
enum fetched { FETCH_SILENCE, FETCH_REFUSED, FETCH_WHOLE };

static inline void fetch_block(struct story *t, struct mac m, uint8_t server, struct bytes name,
			       enum fetched how, struct bytes block)
{
	static uint16_t port = 49152;
	struct build_ends e = story_ends(m, CLIENT, server, ++port, 69), back;
	struct tftp rrq = { .op = TFTP_RRQ, .file = name, .mode = bytes_str("octet") };
	struct tftp data = { .op = TFTP_DATA, .block = 1, .data_len = block.n, .data = block };
	struct tftp ack = { .op = TFTP_ACK, .block = 1 };
	struct tftp error = { .op = TFTP_ERROR,
			      .error_code = 1,
			      .message = bytes_str("File not found") };

	story_tftp(t, &e, &rrq);
	if (how == FETCH_SILENCE)
		return;
	e.dport = 40000;
	back = story_back(&e);
	story_tftp(t, &back, how == FETCH_WHOLE ? &data : &error);
	if (how == FETCH_WHOLE)
		story_tftp(t, &e, &ack);
}

static inline void fetches(struct story *t, struct mac m, uint8_t server, struct bytes name,
			   enum fetched how)
{
	static const uint8_t block[100];

	fetch_block(t, m, server, name, how, bytes_of(block, sizeof(block)));
}

/* The board asks, is answered, and that is all. */
static inline struct story *only_answered(struct ask a, struct answer o, int times, uint32_t gap)
{
	struct story *t = mirror();

	asked_and_answered(t, a, o, times, gap);
	return t;
}

/* The board asks, takes what it is offered and fetches a file. */
static inline void takes_file(struct story *t, enum asker who, struct answer o, uint8_t server,
			      const char *file, enum fetched how)
{
	asks(t, asking(who));
	answers(t, o);
	if (who > PI3_BOOTCODE) /* a ROM sends no REQUEST */
		takes(t, who, o);
	if (file)
		fetches(t, asking(who).mac, server, bytes_str(file), how);
}

#endif
