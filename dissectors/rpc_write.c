/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_write.h"

#include "rpc_shape.h"

enum { VERSION = 2, AUTH_NONE = 0, AUTH_SYS = 1 };

static void credentials(const struct rpc *m, struct writer *w)
{
	uint32_t mark, from;

	writer_be32(w, m->flavor);
	mark = w->pos;
	writer_be32(w, 0);
	from = w->pos;
	if (m->flavor == AUTH_SYS) {
		writer_be32(w, 0); /* stamp */
		writer_xdr_opaque(w, m->machine);
		writer_be32(w, m->uid);
		writer_be32(w, m->gid);
		writer_be32(w, 0); /* no further groups */
	}
	writer_put_be32(w, mark, w->pos - from);
	writer_be64(w, AUTH_NONE); /* verifier */
}

/* By the row's letters; NFS 3 has its own; of other procedures the bytes as they are. */
static void body(const struct rpc *m, bool reply, struct writer *w)
{
	const struct rpc_proc *row = rpc_proc_find(m->prog, m->vers, m->proc);
	const char *shape = !row ? NULL : reply ? row->results : row->args;

	if (shape)
		rpc_shape_write(shape, m, w);
	else if (m->prog == RPC_NFS && m->vers == 3 && reply)
		nfs3_encode_reply(m, w);
	else if (m->prog == RPC_NFS && m->vers == 3)
		nfs3_encode_call(m, w);
	else
		writer_bytes(w, m->body);
}

void rpc_write_call(const struct rpc *m, struct writer *w)
{
	writer_be32(w, m->xid);
	writer_be32(w, RPC_CALL);
	writer_be32(w, VERSION);
	writer_be32(w, m->prog);
	writer_be32(w, m->vers);
	writer_be32(w, m->proc);
	credentials(m, w);
	body(m, false, w);
}

void rpc_write_reply(const struct rpc *m, struct writer *w)
{
	writer_be32(w, m->xid);
	writer_be32(w, RPC_REPLY);
	writer_be32(w, m->denied);
	if (m->denied) {
		writer_be32(w, m->reject);
		if (m->reject == RPC_AUTH_ERROR) {
			writer_be32(w, m->auth_stat);
		} else {
			writer_be32(w, m->low);
			writer_be32(w, m->high);
		}
		return;
	}
	writer_be64(w, AUTH_NONE); /* verifier */
	writer_be32(w, m->accept);
	if (m->accept == RPC_PROG_MISMATCH) {
		writer_be32(w, m->low);
		writer_be32(w, m->high);
	}
	if (m->accept == RPC_SUCCESS)
		body(m, true, w);
}

uint32_t rpc_open_record(struct writer *w)
{
	uint32_t mark = w->pos;

	writer_be32(w, 0);
	return mark;
}

void rpc_close_record(struct writer *w, uint32_t mark)
{
	writer_put_be32(w, mark, 0x80000000u | (w->pos - mark - 4));
}
