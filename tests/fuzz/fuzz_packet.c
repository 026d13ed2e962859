/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte 0: link type by its place below. Byte 1: how many bytes the capture cut off. Then the frame.
 */
#include "packet.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void nothing_open(void *ctx, const char *key, enum sink_group group)
{
	(void)ctx, (void)key, (void)group;
}

static void nothing_close(void *ctx)
{
	(void)ctx;
}

static void nothing_text(void *ctx, const char *key, const char *v)
{
	(void)ctx, (void)key, (void)v;
}

static void nothing_bytes(void *ctx, const char *key, struct bytes v)
{
	volatile uint8_t sum = 0;

	(void)ctx, (void)key;
	for (uint32_t i = 0; i < v.n; i++)
		sum = (uint8_t)(sum + v.p[i]);
}

static void nothing_number(void *ctx, const char *key, uint64_t v)
{
	(void)ctx, (void)key, (void)v;
}

static void nothing_boolean(void *ctx, const char *key, bool v)
{
	(void)ctx, (void)key, (void)v;
}

static void nothing_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	(void)ctx, (void)key, (void)v, (void)decimals;
}

static const struct sink nothing = {
	NULL,          nothing_open,   nothing_close,   nothing_text,
	nothing_bytes, nothing_number, nothing_boolean, nothing_decimal,
};

static void tell(const struct packet *p)
{
	static const struct protocol told[RECORDS] = {
		[RECORD_ARP] = { "arp", arp_line, arp_fields },
		[RECORD_ICMP] = { "icmp", icmp_line, icmp_fields },
		[RECORD_STP] = { "stp", stp_line, stp_fields },
		[RECORD_LLDP] = { "lldp", lldp_line, lldp_fields },
		[RECORD_TCP] = { "tcp", tcp_line, tcp_fields },
	};
	char line[300];
	struct text t = text_init(line, sizeof(line));

	if (!told[p->record].line)
		return;
	told[p->record].line(p, &t);
	told[p->record].fields(p, &nothing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t links[] = { 1,   0,   7,   9,   12,  14,  50,  51,  101, 104,
					  105, 107, 108, 113, 127, 129, 228, 229, 239, 276 };
	static struct packet p;
	struct frame f = { 0 };

	if (size < 2 || size > 65536)
		return 0;
	f.data = data + 2;
	f.cap_len = (uint32_t)size - 2;
	f.wire_len = f.cap_len + data[1];
	f.link = links[data[0] % (sizeof(links) / sizeof(links[0]))];
	packet_layers(&f, &p);
	if (p.payload.pos > p.payload.len || p.payload.len > p.payload.wire ||
	    p.payload.wire > f.wire_len)
		abort();
	tell(&p);
	if (p.ip.version && p.ip.proto == IP_PROTO_UDP && !p.ip.fragment)
		(void)packet_udp_checksum(&p, packet_udp(&p));
	return 0;
}
