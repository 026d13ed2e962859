/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "build.h"
#include "probe_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SERVER = 0x0a090001, ROOM = 65536, FRAME = 2048, STEPS = 4000, XID = 4, CHADDR = 28 };

/* What the board said last: an answer needs its numbers. */
static struct {
	uint8_t xid[4];
	uint16_t port;
	uint32_t address;
} heard;

static const struct mac own = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } };

static void listen(void *ctx, struct bytes frame)
{
	enum { UDP = 34, DHCP = 42 };

	(void)ctx;
	if (frame.n < DHCP + 8 || frame.p[23] != 17)
		return;
	heard.port = (uint16_t)(frame.p[UDP] << 8 | frame.p[UDP + 1]);
	if (heard.port == 68)
		memcpy(heard.xid, frame.p + DHCP + XID, sizeof(heard.xid));
}

static uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void hand_over(struct probe_wire *w, struct bytes v, uint64_t now)
{
	struct frame f = {
		.data = v.p, .cap_len = v.n, .wire_len = v.n, .time_ns = now, .link = 1
	};

	probe_wire_take(w, &f);
}

/* Kind 0: a DHCP message, its xid and client put right; 1: a TFTP datagram; 2: ARP for all hosts;
 * 3: the bytes as a frame. From a host of the network, which the kind's upper bits choose. */
static void message(struct probe_wire *w, uint8_t kind, struct bytes v, uint64_t now)
{
	struct build_ends ends = { .eth_src = { { 2, 0, 0, 0, 0, kind } }, .eth_dst = own };
	struct arp arp = { .hardware = 1,
			   .protocol = 0x0800,
			   .op = 2,
			   .hardware_len = 6,
			   .protocol_len = 4,
			   .target_mac = own };
	uint8_t body[FRAME], buf[FRAME + 64];
	struct writer out = writer_init(buf, sizeof(buf));

	ends.src = address_ip4(SERVER + (kind >> 4));
	ends.dst = address_ip4(probe_result(probe_wire_probe(w))->address);
	v.n = v.n < FRAME ? v.n : FRAME;
	if (v.n)
		memcpy(body, v.p, v.n);
	switch (kind & 3) {
	case 0:
		if (v.n >= CHADDR + 6) {
			memcpy(body + XID, heard.xid, sizeof(heard.xid));
			memcpy(body + CHADDR, own.b, sizeof(own.b));
		}
		ends.sport = kind & 4 ? 4011 : 67;
		ends.dport = 68;
		break;
	case 1:
		ends.sport = kind & 4 ? 5000 : 69;
		ends.dport = heard.port;
		break;
	case 2:
		arp.sender_mac = ends.eth_src;
		arp.sender_ip = v.n >= 4 ? (uint32_t)be16(body) << 16 | be16(body + 2)
					 : address_to_ip4(ends.src);
		build_arp(&out, &ends, &arp);
		hand_over(w, writer_done(&out), now);
		return;
	default:
		hand_over(w, v, now);
		return;
	}
	build_udp(&out, &ends, bytes_of(body, v.n));
	hand_over(w, writer_done(&out), now);
}

/* Byte 0: the profile; then messages: kind, two bytes of length, the message. Kinds from 0xf0 on
 * let the next timer run. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t mem[ROOM];
	struct probe_setup setup = { .identity = { own, 0x5b154510, 0, 7 },
				     .hurry = 4,
				     .until = STAGES };
	struct probe_wire_out out = { NULL, listen, NULL };
	struct probe_wire *w;
	uint64_t now = 0;
	size_t at = 1;

	if (!size || size > 65536 || probe_wire_size() > sizeof(mem))
		return 0;
	for (uint32_t i = 0; probe_profile_at(i) && i <= data[0]; i++)
		setup.profile = probe_profile_at(i);
	w = probe_wire_init(mem, &setup, &out);
	probe_wire_tick(w, now);
	while (at < size) {
		uint8_t kind = data[at++];
		uint32_t n;

		if (kind >= 0xf0) {
			now = probe_wire_next(w);
			if (now == UINT64_MAX)
				break;
			probe_wire_tick(w, now);
			continue;
		}
		if (size - at < 2)
			break;
		n = be16(data + at);
		at += 2;
		n = n < size - at ? n : (uint32_t)(size - at);
		message(w, kind, bytes_of(data + at, n), now);
		at += n;
	}
	/* left alone it comes to an end */
	for (uint32_t i = 0; (now = probe_wire_next(w)) != UINT64_MAX; i++) {
		if (i == STEPS)
			__builtin_trap();
		probe_wire_tick(w, now);
	}
	probe_release(probe_wire_probe(w));
	return 0;
}
