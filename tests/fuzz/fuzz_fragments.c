/* SPDX-License-Identifier: BSD-2-Clause */
/* Fragments of six bytes each: offset and more bit, length in eights and trim, bytes cut off, id
 * and version, what fills it, seconds since the one before. */
#include "fragments.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SLOTS = 3, STEP = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t payload[256 * 8];
	static struct packet p;
	static void *mem;
	struct fragments *t;
	uint64_t now = 1;

	if (!mem)
		mem = malloc(fragments_size(SLOTS));
	if (!mem)
		return 0;
	t = fragments_init(mem, SLOTS);
	for (; size >= STEP; data += STEP, size -= STEP) {
		uint32_t wire = data[1] * 8U, held;

		if (!(data[0] & 1))
			wire += data[2] & 7;
		held = wire - (data[2] >> 3 < wire ? data[2] >> 3 : 0);
		memset(payload, data[4], sizeof(payload));
		now += data[5] * UINT64_C(1000000000);
		memset(&p.ip, 0, sizeof(p.ip));
		p.time_ns = now;
		p.err = ERR_OK;
		p.ip.version = data[3] & 1 ? 6 : 4;
		p.ip.proto = data[3] & 2 ? IP_PROTO_UDP : IP_PROTO_DESTINATION;
		p.ip.id = data[3] >> 2;
		p.ip.src = p.ip.dst = address_ip4(1);
		p.ip.fragment = true;
		p.ip.more_fragments = data[0] & 1;
		p.ip.fragment_offset = (data[0] >> 1) * (data[3] & 0x80 ? 512U : 8U);
		p.payload =
			reader_init(payload, held < sizeof(payload) ? held : sizeof(payload), wire);
		if (!fragments_add(t, &p))
			continue;
		if (p.payload.len > p.payload.wire || p.payload.wire > 65535)
			abort();
		packet_transport(&p);
		if (p.payload.pos > p.payload.len || p.payload.len > p.payload.wire)
			abort();
		if (p.ip.fragment)
			(void)fragments_add(t, &p);
	}
	return 0;
}
