/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte 0: link type by its place below. Byte 1: how many bytes the capture cut off. Then the frame.
 */
#include "packet.h"

#include <stdlib.h>
#include <string.h>

#include "nothing_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(const struct packet *p)
{
	const struct sink s = nothing_sink();
	char line[300];
	struct text t = text_init(line, sizeof(line));

	packet_header_fields(p, &s);
	if (!protocols[p->record].line)
		return;
	protocols[p->record].line(p, &t);
	protocols[p->record].fields(p, &s);
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
