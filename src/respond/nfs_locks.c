/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NLM versions 1, 3 and 4 (X/Open XNFS 10), as a server that has no locks to give. It is there so
 * that this can be said: where the port mapper knows of no NLM, Linux asks it again every three
 * seconds, since 6.4 without end (call_bind_status of net/sunrpc/clnt.c), and whoever called
 * lockf(3) waits as long. "No locks" is ENOLCK at once (nlm_stat_to_errno of fs/lockd/clntproc.c).
 * To give up what was never given is granted: of a CANCEL that has no locks Linux asks again.
 */
#include "nfs_server.h"
#include "nfs_tell.h"

enum { TEST = 1, LOCK, CANCEL, UNLOCK, SHARE = 20, UNSHARE, NM_LOCK, FREE_ALL };
enum { GRANTED = 0, DENIED_NOLOCKS = 2, COOKIE_MAX = 1024 };

/* Those of asynchronous clients, 6 to 15, would be answered by calls of ours; the others are what a
 * server asks of a client. */
int locks_manner(void *ctx, uint32_t vers, uint32_t proc)
{
	(void)ctx;
	return proc <= UNLOCK || (vers >= 3 && proc >= SHARE && proc <= FREE_ALL) ? 0 : -1;
}

enum rpc_accept locks_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out)
{
	struct reader r = reader_init(c->args.p, c->args.n, c->args.n);
	bool wants = c->proc == LOCK || c->proc == NM_LOCK || c->proc == SHARE;

	if (wants)
		nfs_wanted(ctx, c, c->prog, c->vers);
	if (c->proc == FREE_ALL)
		return RPC_SUCCESS;
	writer_xdr_opaque(&out->w, reader_xdr_opaque(&r, COOKIE_MAX));
	writer_be32(&out->w, wants || c->proc == TEST ? DENIED_NOLOCKS : GRANTED);
	if (c->proc == SHARE || c->proc == UNSHARE)
		writer_be32(&out->w, 0); /* sequence */
	return r.err ? RPC_GARBAGE_ARGS : RPC_SUCCESS;
}
