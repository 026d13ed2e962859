/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_write.h"

enum { VERSION = 2, AUTH_NONE = 0, AUTH_SYS = 1, GETPORT = 3, MNT = 1, UMNT = 3, HANDLE_V1 = 32 };

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

static void call_body(const struct rpc *m, struct writer *w)
{
	if (m->prog == RPC_PORTMAP && m->vers == 2 && m->proc == GETPORT) {
		writer_be32(w, m->map_prog);
		writer_be32(w, m->map_vers);
		writer_be32(w, m->map_proto);
		writer_be32(w, m->map_port);
	} else if (m->prog == RPC_MOUNT && (m->proc == MNT || m->proc == UMNT)) {
		writer_xdr_opaque(w, m->path);
	} else if (m->prog == RPC_NFS && m->vers == 3) {
		nfs3_encode_call(m, w);
	} else {
		writer_bytes(w, m->body);
	}
}

/* MOUNT 3 gives the handle and the credentials it takes: AUTH_SYS. */
static void mount_reply(const struct rpc *m, struct writer *w)
{
	writer_be32(w, m->status);
	if (m->status)
		return;
	if (m->vers != 3) {
		writer_fixed(w, m->handle2, HANDLE_V1);
		return;
	}
	writer_xdr_opaque(w, m->handle2);
	writer_be32(w, 1);
	writer_be32(w, AUTH_SYS);
}

static void reply_body(const struct rpc *m, struct writer *w)
{
	if (m->prog == RPC_PORTMAP && m->vers == 2 && m->proc == GETPORT)
		writer_be32(w, m->map_port);
	else if (m->prog == RPC_MOUNT && m->proc == MNT)
		mount_reply(m, w);
	else if (m->prog == RPC_NFS && m->vers == 3)
		nfs3_encode_reply(m, w);
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
	call_body(m, w);
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
		reply_body(m, w);
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
