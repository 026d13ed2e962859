/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rpc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Byte 0: how many bytes the capture cut off. Bytes 1 to 3: program, version and procedure of the
 * call, for a reply. Then the message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint32_t programs[] = { RPC_PORTMAP, RPC_NFS, RPC_MOUNT, 100021, 100024 };
	static struct rpc m;
	struct reader r;

	if (size < 4 || size > 65536)
		return 0;
	r = reader_init(data + 4, (uint32_t)size - 4, (uint32_t)size - 4 + data[0]);
	rpc_decode_header(&r, &m);
	if (r.err)
		return 0;
	if (m.type == RPC_REPLY) {
		m.known = true;
		m.prog = programs[data[1] % 5];
		m.vers = data[2] % 5;
		m.proc = data[3] % 32;
	}
	rpc_decode_body(&r, &m);
	return 0;
}
