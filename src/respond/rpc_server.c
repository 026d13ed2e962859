/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_server.h"

#include <string.h>

#include "rpc.h"

enum {
	VERSION = 2,
	AUTH_NONE = 0,
	AUTH_SYS = 1,
	AUTH_SHORT = 2,
	AUTH_BODY_MAX = 400, /* RFC 5531 8.2 */
	MACHINE_MAX = 255,   /* appendix A of it */
	NOBODY = 65534,
};

/* auth_stat (RFC 5531 9) */
enum auth_stat { GOOD = 0, BADCRED = 1, REJECTEDCRED = 2, BADVERF = 3 };

static void head(const struct rpc_call *c, uint32_t denied, struct writer *w)
{
	writer_be32(w, c->xid);
	writer_be32(w, RPC_REPLY);
	writer_be32(w, denied);
}

static void accepted(const struct rpc_call *c, enum rpc_accept state, struct writer *w)
{
	head(c, 0, w);
	writer_be64(w, AUTH_NONE); /* verifier */
	writer_be32(w, state);
}

static enum rpc_next mismatch(const struct rpc_call *c, struct writer *w)
{
	head(c, 1, w);
	writer_be32(w, RPC_MISMATCH);
	writer_be32(w, VERSION);
	writer_be32(w, VERSION);
	return RPC_SEND;
}

static enum rpc_next auth_error(const struct rpc_call *c, enum auth_stat why, struct writer *w)
{
	head(c, 1, w);
	writer_be32(w, RPC_AUTH_ERROR);
	writer_be32(w, why);
	return RPC_SEND;
}

static const struct rpc_service *find(const struct rpc_services *s, uint32_t prog)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->row[i].prog == prog)
			return &s->row[i];
	}
	return NULL;
}

static void refuse(const struct rpc_services *s, const struct rpc_call *c, enum rpc_accept state,
		   struct writer *w)
{
	const struct rpc_service *row = find(s, c->prog);

	accepted(c, state, w);
	if (state == RPC_PROG_MISMATCH) {
		writer_be32(w, row->low);
		writer_be32(w, row->high);
	}
}

/* The body of AUTH_SYS (RFC 5531 appendix A). */
static enum auth_stat sys_credentials(struct bytes body, struct rpc_call *c)
{
	struct reader r = reader_init(body.p, body.n, body.n);

	reader_skip(&r, 4); /* stamp: any number */
	c->machine = reader_xdr_opaque(&r, MACHINE_MAX);
	c->who.uid = reader_be32(&r);
	c->who.gid = reader_be32(&r);
	c->who.n_groups = reader_be32(&r);
	if (c->who.n_groups > NFS_GROUPS_MAX)
		return BADCRED;
	for (uint32_t i = 0; i < c->who.n_groups; i++)
		c->who.group[i] = reader_be32(&r);
	return r.err ? BADCRED : GOOD;
}

/* Credentials and verifier. A flavour that is not served is refused for procedure 0 as well: there
 * RPCSEC_GSS and TLS begin what could not be gone on with (RFC 2203 5.2.2, RFC 9289 4.1). What the
 * body of AUTH_NONE holds is not looked at (RFC 5531 10.1). */
static enum auth_stat credentials(struct reader *r, struct rpc_call *c)
{
	struct bytes body;
	enum auth_stat said = GOOD;
	uint32_t verifier;

	c->flavor = reader_be32(r);
	body = reader_xdr_opaque(r, AUTH_BODY_MAX);
	if (r->err)
		return BADCRED;
	if (c->flavor == AUTH_SYS)
		said = sys_credentials(body, c);
	else if (c->flavor == AUTH_SHORT) /* no shorthand was ever given out: begin anew */
		said = REJECTEDCRED;
	else if (c->flavor != AUTH_NONE)
		said = BADCRED;
	verifier = reader_be32(r);
	reader_xdr_opaque(r, AUTH_BODY_MAX);
	if (said == GOOD && (r->err || verifier != AUTH_NONE))
		said = BADVERF;
	return said;
}

static enum rpc_next route(const struct rpc_services *s, const struct rpc_call *c, int *manner,
			   struct rpc_answer *out)
{
	const struct rpc_service *row = find(s, c->prog);
	enum rpc_accept state;

	if (!row || !row->serve) {
		state = RPC_PROG_UNAVAIL;
	} else if (c->vers < row->low || c->vers > row->high) {
		state = RPC_PROG_MISMATCH;
	} else {
		*manner = c->proc ? row->manner(row->ctx, c->vers, c->proc) : 0;
		if (*manner >= 0)
			return RPC_SERVE;
		state = RPC_PROC_UNAVAIL;
	}
	if (row && row->not_served && state != RPC_PROC_UNAVAIL)
		row->not_served(row->ctx, c);
	refuse(s, c, state, &out->w);
	return RPC_SEND;
}

enum rpc_next rpc_take(const struct rpc_services *s, const struct rpc_peer *peer,
		       struct bytes message, struct rpc_call *call, int *manner,
		       struct rpc_answer *out)
{
	struct reader r = reader_init(message.p, message.n, message.n);
	enum auth_stat said;
	uint32_t type, version;

	memset(call, 0, sizeof(*call));
	call->peer = *peer;
	call->who.uid = call->who.gid = NOBODY;
	*manner = 0;
	out->behind = 0;
	call->xid = reader_be32(&r);
	type = reader_be32(&r);
	version = reader_be32(&r);
	if (r.err || type != RPC_CALL)
		return RPC_IGNORE;
	if (version != VERSION)
		return mismatch(call, &out->w);
	call->prog = reader_be32(&r);
	call->vers = reader_be32(&r);
	call->proc = reader_be32(&r);
	if (r.err)
		return RPC_IGNORE;
	said = credentials(&r, call);
	if (said != GOOD)
		return auth_error(call, said, &out->w);
	call->args = reader_rest(&r);
	return route(s, call, manner, out);
}

/* Procedure 0 has neither arguments nor results, in every program (RFC 5531 12.1). */
void rpc_serve(const struct rpc_services *s, const struct rpc_call *call, struct rpc_answer *out)
{
	const struct rpc_service *row = find(s, call->prog);
	uint32_t from = out->w.pos;
	enum rpc_accept state = RPC_SUCCESS;

	out->behind = 0;
	accepted(call, RPC_SUCCESS, &out->w);
	if (!row || !row->serve)
		state = RPC_PROG_UNAVAIL;
	else if (call->proc != 0)
		state = row->serve(row->ctx, call, out);
	if (state == RPC_SUCCESS && out->w.err)
		state = RPC_SYSTEM_ERR;
	if (state == RPC_SUCCESS)
		return;
	out->w.pos = from;
	out->w.err = ERR_OK;
	out->behind = 0;
	refuse(s, call, state, &out->w);
}
