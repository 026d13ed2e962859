/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_SHAPE_H
#define RPC_SHAPE_H

#include <stdbool.h>
#include <string.h>

#include "reader.h"
#include "rpc.h"
#include "writer.h"

/*
 * Arguments and results of portmap 2 and rpcbind 3 and 4 (RFC 1833), MOUNT (RFC 1094 appendix A,
 * RFC 1813 appendix I), NFS 2 (RFC 1094), NLM and NSM (X/Open XNFS 10 and 11), as strings of a
 * letter a part, in the rows of rpc_programs.c; reader and writer walk the same ones:
 *
 * u a word and U a hyper that nobody asks for, i an opaque of that kind; S status, the end when it
 * is not zero; y status that is not the end;
 * g mapping of portmap, G of rpcbind, P port, A universal address, r done or not, m procedure to be
 * called, I its arguments or results (last, passed over), L and K lists of g and G, Y list of
 * addresses; p path, n name, N the other name, f file handle of 32 bytes, F the other one, h handle
 * of MOUNT 3, w credentials it takes, E exports, D mounts; b attributes of NFS 2, s those to be
 * set, O offset, c count, d file data (its length is the count), e directory entries; k cookie, o
 * file handle, a host, x exclusive, B block, R reclaim, j state, l lock in 32 bits and q in 64, v
 * status in 32 and V in 64 with who holds the lock.
 */

/* Of portmap and rpcbind; of NLM and NSM. The others are MOUNT's and NFS 2's, or anybody's. */
static inline bool rpc_shape_maps(char c)
{
	static const char letters[] = { 'g', 'G', 'P', 'A', 'r', 'm', 'L', 'K', 'Y' };

	return memchr(letters, c, sizeof(letters)) != NULL;
}

static inline bool rpc_shape_locks(char c)
{
	static const char letters[] = { 'o', 'a', 'x', 'B', 'R', 'j', 'l', 'q', 'v', 'V' };

	return memchr(letters, c, sizeof(letters)) != NULL;
}

/* shape NULL: nothing is read. */
enum err rpc_shape_read(const char *shape, struct reader *r, struct rpc *out);

void rpc_shape_write(const char *shape, const struct rpc *m, struct writer *w);

#endif
