/* SPDX-License-Identifier: BSD-2-Clause */
#include "tcp_stream.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool message(void *ctx, struct packet *p, struct reader m, bool final)
{
	static struct rpc r;

	(void)p;
	++*(uint32_t *)ctx;
	rpc_decode_header(&m, &r);
	if (m.err)
		return m.err == ERR_CUT && !final;
	if (r.type == RPC_REPLY) {
		r.known = true;
		r.prog = RPC_NFS;
		r.vers = 4;
		r.proc = 1;
	}
	return rpc_decode_body(&m, &r) == ERR_CUT && !final;
}

/* Segments: side and flags, a step of the sequence number (from 128), a length, how much of it was
 * captured, the bytes in memory of their own size. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct packet p;
	static const struct frame frame;
	struct streams *t = streams_init(calloc(1, streams_size(2)), 2, 7);
	uint32_t seq[2] = { 1000, 5000 }, told = 0;
	size_t at = 0;

	if (!t)
		return 0;
	while (at + 4 <= size) {
		uint8_t side = data[at] & 1;
		uint32_t n = data[at + 2], held;
		uint8_t *copy;

		seq[side] += data[at + 1] - 128U;
		n = n < size - at - 4 ? n : (uint32_t)(size - at - 4);
		held = data[at + 3] < n ? data[at + 3] : n;
		copy = malloc(held ? held : 1);
		memcpy(copy, data + at + 4, held);
		memset(&p, 0, sizeof(p));
		p.frame = &frame;
		p.ip.version = 4;
		p.ip.src = address_ip4(side ? 1 : 2);
		p.ip.dst = address_ip4(side ? 2 : 1);
		p.sport = side ? RPC_NFS_PORT : 700;
		p.dport = side ? 700 : RPC_NFS_PORT;
		p.tcp.seq = seq[side];
		p.tcp.ack = seq[!side];
		p.tcp.flags = (uint8_t)(data[at] >> 1 & 0x17);
		p.payload = reader_init(copy, held, n);
		streams_segment(t, &p, true, message, &told);
		seq[side] += n;
		free(copy);
		at += 4 + n;
	}
	free(t);
	return 0;
}
