/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_WRITE_H
#define RPC_WRITE_H

#include "rpc.h"
#include "writer.h"

/*
 * RPC messages for responders, the audit and tests, from the same record that the decoder fills in:
 * what rpc_write_call and rpc_write_reply write, rpc_decode_header and rpc_decode_body read back.
 * The bodies are those of portmap 2, rpcbind 3 and 4, MOUNT, NFS 2, NLM and NSM, by the letters of
 * rpc_shape.h, and those of NFS 3; other procedures get the bytes of m->body as they are. Lists
 * (DUMP, EXPORT, READDIR) are written from m->maps, m->exports and m->entry.
 */

/* xid, prog, vers, proc; flavor AUTH_NONE (0) or AUTH_SYS (1) with machine, uid and gid; then the
 * arguments. */
void rpc_write_call(const struct rpc *m, struct writer *w);

/* xid and how the call ended (denied, accept, reject, auth_stat, low, high), then the results by
 * prog, vers, proc. */
void rpc_write_reply(const struct rpc *m, struct writer *w);

/* Record mark for a message over TCP (RFC 5531 11): open before it, close behind it. */
uint32_t rpc_open_record(struct writer *w);
void rpc_close_record(struct writer *w, uint32_t mark);

/* Bodies of NFS 3 (RFC 1813): arguments and results of m->proc. */
void nfs3_encode_call(const struct rpc *m, struct writer *w);
void nfs3_encode_reply(const struct rpc *m, struct writer *w);

#endif
