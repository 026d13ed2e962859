/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 4 (RFC 7530, 8881, 7862): a COMPOUND is walked operation by operation, as far as
 * their shapes are known. */
#include "rpc_bodies.h"

enum { TAG_MAX = 1024, OPAQUE_MAX = 65536, BITMAP_MAX = 64, OPS_ABSURD = 4096, ENTRIES_MAX = 4096 };

/*
 * What an operation's arguments or results look like, a letter a part: u 32 bits, h 64 bits, s
 * stateid (16 bytes), x session id (16), v verifier (8), o opaque, n name (kept), f file handle
 * (kept), b bitmap, a attributes, d file data (passed over, or the walk ends there), c change info,
 * and the unions: C create type, O open, G open result, L lock, S security list, R directory
 * entries, T list of stateids, W list of words, P state protection, I implementation ids, K channel
 * attributes, N a list that the walk passes only when it is empty, . the walk cannot go on.
 */
struct shape {
	const char *name, *args, *results;
};

/* clang-format off */
static const struct shape ops[] = {
	[3] = { "ACCESS", "u", "uu" },
	[4] = { "CLOSE", "us", "s" },
	[5] = { "COMMIT", "hu", "v" },
	[6] = { "CREATE", "Cna", "cb" },
	[7] = { "DELEGPURGE", "h", "" },
	[8] = { "DELEGRETURN", "s", "" },
	[9] = { "GETATTR", "b", "a" },
	[10] = { "GETFH", "", "f" },
	[11] = { "LINK", "n", "c" },
	[12] = { "LOCK", "uuhhL", "s" },
	[13] = { "LOCKT", "uhhho", "" },
	[14] = { "LOCKU", "uushh", "s" },
	[15] = { "LOOKUP", "n", "" },
	[16] = { "LOOKUPP", "", "" },
	[17] = { "NVERIFY", "a", "" },
	[18] = { "OPEN", "uuuhoO", "scubG" },
	[19] = { "OPENATTR", "u", "" },
	[20] = { "OPEN_CONFIRM", "su", "s" },
	[21] = { "OPEN_DOWNGRADE", "suuu", "s" },
	[22] = { "PUTFH", "f", "" },
	[23] = { "PUTPUBFH", "", "" },
	[24] = { "PUTROOTFH", "", "" },
	[25] = { "READ", "shu", "ud" },
	[26] = { "READDIR", "hvuub", "vR" },
	[27] = { "READLINK", "", "o" },
	[28] = { "REMOVE", "n", "c" },
	[29] = { "RENAME", "nn", "cc" },
	[30] = { "RENEW", "h", "" },
	[31] = { "RESTOREFH", "", "" },
	[32] = { "SAVEFH", "", "" },
	[33] = { "SECINFO", "n", "S" },
	[34] = { "SETATTR", "sa", "b" },
	[35] = { "SETCLIENTID", "vouoou", "hv" },
	[36] = { "SETCLIENTID_CONFIRM", "hv", "" },
	[37] = { "VERIFY", "a", "" },
	[38] = { "WRITE", "shud", "uuv" },
	[39] = { "RELEASE_LOCKOWNER", "ho", "" },
	[40] = { "BACKCHANNEL_CTL", ".", "" },
	[41] = { "BIND_CONN_TO_SESSION", "xuu", "xuu" },
	[42] = { "EXCHANGE_ID", "vouPI", "huuPhooI" },
	[43] = { "CREATE_SESSION", "huuKKu.", "xuuKK" },
	[44] = { "DESTROY_SESSION", "x", "" },
	[45] = { "FREE_STATEID", "s", "" },
	[46] = { "GET_DIR_DELEGATION", ".", "." },
	[47] = { "GETDEVICEINFO", "xuub", "." },
	[48] = { "GETDEVICELIST", "uuhv", "." },
	[49] = { "LAYOUTCOMMIT", ".", "." },
	[50] = { "LAYOUTGET", "uuuhhhsu", "." },
	[51] = { "LAYOUTRETURN", ".", "." },
	[52] = { "SECINFO_NO_NAME", "u", "S" },
	[53] = { "SEQUENCE", "xuuuu", "xuuuuu" },
	[54] = { "SET_SSV", "oo", "o" },
	[55] = { "TEST_STATEID", "T", "W" },
	[56] = { "WANT_DELEGATION", ".", "." },
	[57] = { "DESTROY_CLIENTID", "h", "" },
	[58] = { "RECLAIM_COMPLETE", "u", "" },
	[59] = { "ALLOCATE", "shh", "" },
	[60] = { "COPY", ".", "." },
	[61] = { "COPY_NOTIFY", ".", "." },
	[62] = { "DEALLOCATE", "shh", "" },
	[63] = { "IO_ADVISE", "shhb", "b" },
	[64] = { "LAYOUTERROR", ".", "." },
	[65] = { "LAYOUTSTATS", ".", "." },
	[66] = { "OFFLOAD_CANCEL", "s", "" },
	[67] = { "OFFLOAD_STATUS", "s", "hW" },
	[68] = { "READ_PLUS", "shu", "." },
	[69] = { "SEEK", "shu", "uh" },
	[70] = { "WRITE_SAME", ".", "." },
	[71] = { "CLONE", "sshhh", "" },
	[72] = { "GETXATTR", "o", "o" },
	[73] = { "SETXATTR", "uoo", "c" },
	[74] = { "LISTXATTRS", "hu", "." },
	[75] = { "REMOVEXATTR", "o", "c" },
};
/* clang-format on */

/* clang-format off */
static const struct shape callback_ops[] = {
	[3] = { "CB_GETATTR", "fb", "a" },
	[4] = { "CB_RECALL", "suf", "" },
	[5] = { "CB_LAYOUTRECALL", ".", "" },
	[6] = { "CB_NOTIFY", ".", "" },
	[7] = { "CB_PUSH_DELEG", ".", "" },
	[8] = { "CB_RECALL_ANY", "ub", "" },
	[9] = { "CB_RECALLABLE_OBJ_AVAIL", "ub", "" },
	[10] = { "CB_RECALL_SLOT", "u", "" },
	[11] = { "CB_SEQUENCE", "xuuuuN", "xuuuu" },
	[12] = { "CB_WANTS_CANCELLED", "uu", "" },
	[13] = { "CB_NOTIFY_LOCK", "fho", "" },
	[14] = { "CB_NOTIFY_DEVICEID", ".", "" },
	[15] = { "CB_OFFLOAD", ".", "" },
};
/* clang-format on */

enum {
	OPS = sizeof(ops) / sizeof(ops[0]),
	CALLBACK_OPS = sizeof(callback_ops) / sizeof(callback_ops[0]),
	OP_ILLEGAL = 10044,
	OP_SETATTR = 34,
};

static const struct shape *shape_of(uint32_t prog, uint32_t op)
{
	if (prog == RPC_NFS)
		return op < OPS && ops[op].name ? &ops[op] : NULL;
	return op < CALLBACK_OPS && callback_ops[op].name ? &callback_ops[op] : NULL;
}

const char *nfs4_op_name(uint32_t prog, uint32_t op)
{
	const struct shape *s = shape_of(prog, op);

	return s ? s->name : op == OP_ILLEGAL ? "ILLEGAL" : NULL;
}

static struct bytes opaque(struct reader *r)
{
	return reader_xdr_opaque(r, OPAQUE_MAX);
}

static void bitmap(struct reader *r)
{
	uint32_t n = reader_be32(r);

	if (n > BITMAP_MAX)
		r->err = r->err ? r->err : ERR_VALUE;
	else
		reader_skip(r, n * 4);
}

static void list_of(struct reader *r, uint32_t size)
{
	uint32_t n = reader_be32(r);

	if (n > OPAQUE_MAX / size)
		r->err = r->err ? r->err : ERR_VALUE;
	else
		reader_skip(r, n * size);
}

static void open_args(struct reader *r, struct rpc *m, struct rpc_op *op)
{
	uint32_t mode, claim;

	if (reader_be32(r) == 1) {
		mode = reader_be32(r);
		if (mode >= 2)
			reader_skip(r, 8);
		if (mode != 2) {
			bitmap(r);
			opaque(r);
		}
	}
	claim = reader_be32(r);
	if (claim == 2 || claim == 5)
		reader_skip(r, 16);
	if (claim == 1)
		reader_skip(r, 4);
	if (claim == 0 || claim == 2 || claim == 3)
		op->name = m->name = opaque(r);
}

static void open_delegation(struct reader *r)
{
	uint32_t type = reader_be32(r), why;

	if (type == 1 || type == 2) {
		reader_skip(r, 20);
		if (type == 2)
			reader_skip(r, 12); /* limit: kind, then 8 bytes either way */
		reader_skip(r, 12);
		opaque(r);
	} else if (type == 3) {
		why = reader_be32(r);
		if (why == 1 || why == 2)
			reader_skip(r, 4);
	}
}

static void lock_owner(struct reader *r)
{
	if (reader_be32(r)) {
		reader_skip(r, 4 + 16 + 4 + 8);
		opaque(r);
	} else {
		reader_skip(r, 20);
	}
}

static void create_type(struct reader *r)
{
	uint32_t type = reader_be32(r);

	if (type == 5)
		opaque(r);
	else if (type == 3 || type == 4)
		reader_skip(r, 8);
}

static void security_list(struct reader *r)
{
	uint32_t n = reader_be32(r);

	for (uint32_t i = 0; i < n && i < 64 && !r->err; i++) {
		if (reader_be32(r) == 6) {
			opaque(r);
			reader_skip(r, 8);
		}
	}
}

static void directory(struct reader *r)
{
	for (int i = 0; i < ENTRIES_MAX && reader_be32(r) == 1; i++) {
		reader_skip(r, 8);
		opaque(r);
		bitmap(r);
		opaque(r);
	}
	reader_skip(r, 4);
}

/* state_protect: none, or two bitmaps; what SSV adds ends the walk. */
static bool protection(struct reader *r)
{
	uint32_t how = reader_be32(r);

	if (how == 1) {
		bitmap(r);
		bitmap(r);
	}
	return how <= 1;
}

static void implementation(struct reader *r)
{
	if (reader_be32(r) == 1) {
		opaque(r);
		opaque(r);
		reader_skip(r, 12);
	}
}

/* File data: jumped over when it is here, else the end of what can be walked. */
static bool data(struct reader *r, struct rpc *m)
{
	uint32_t n = reader_be32(r), padded = (n + 3) & ~3u;

	m->count = n;
	if (r->err || padded < n || padded > reader_left(r))
		return false;
	reader_skip(r, padded);
	return true;
}

/* One letter; false: the walk ends here, without fault. */
static bool part(char c, struct reader *r, struct rpc *m, struct rpc_op *op)
{
	switch (c) {
	case 'u':
		reader_skip(r, 4);
		return true;
	case 'h':
	case 'v':
		reader_skip(r, 8);
		return true;
	case 's':
	case 'x':
		reader_skip(r, 16);
		return true;
	case 'c':
		reader_skip(r, 20);
		return true;
	case 'o':
		opaque(r);
		return true;
	case 'n':
		op->name = m->name = opaque(r);
		return true;
	case 'f':
		if (m->type == RPC_CALL)
			m->handle = opaque(r);
		else
			m->handle2 = opaque(r);
		return true;
	case 'b':
		bitmap(r);
		return true;
	case 'a':
		bitmap(r);
		opaque(r);
		return true;
	case 'd':
		return data(r, m);
	case 'C':
		create_type(r);
		return true;
	case 'O':
		open_args(r, m, op);
		return true;
	case 'G':
		open_delegation(r);
		return true;
	case 'L':
		lock_owner(r);
		return true;
	case 'S':
		security_list(r);
		return true;
	case 'R':
		directory(r);
		return true;
	case 'T':
		list_of(r, 16);
		return true;
	case 'W':
		list_of(r, 4);
		return true;
	case 'P':
		return protection(r);
	case 'I':
		implementation(r);
		return true;
	case 'K':
		reader_skip(r, 24);
		list_of(r, 4);
		return true;
	case 'N':
		return reader_be32(r) == 0;
	default:
		return false;
	}
}

static bool walk(const char *shape, struct reader *r, struct rpc *m, struct rpc_op *op)
{
	for (; *shape && !r->err; shape++)
		if (!part(*shape, r, m, op))
			return false;
	return true;
}

static void operations(struct reader *r, struct rpc *out, bool reply)
{
	out->ops_total = reader_be32(r);
	if (out->ops_total > OPS_ABSURD)
		r->err = r->err ? r->err : ERR_VALUE;
	for (uint32_t i = 0; i < out->ops_total && i < RPC_OPS_MAX && !r->err; i++) {
		struct rpc_op *op = &out->op[out->n_ops];
		const struct shape *shape;

		op->op = reader_be32(r);
		op->status = reply ? reader_be32(r) : 0;
		op->name = bytes_of(NULL, 0);
		if (r->err)
			return;
		out->n_ops++;
		/* a failed operation is the last, and has no results but SETATTR's */
		if (op->status && op->op != OP_SETATTR)
			return;
		shape = shape_of(out->prog, op->op);
		if (!shape || !walk(reply ? shape->results : shape->args, r, out, op))
			return;
	}
}

enum err nfs4_compound_call(struct reader *r, struct rpc *out)
{
	out->tag = reader_xdr_opaque(r, TAG_MAX);
	out->minor = reader_be32(r);
	operations(r, out, false);
	return r->err;
}

enum err nfs4_compound_reply(struct reader *r, struct rpc *out)
{
	out->status_kind = RPC_STATUS_NFS4;
	out->status = reader_be32(r);
	out->tag = reader_xdr_opaque(r, TAG_MAX);
	operations(r, out, true);
	return r->err;
}

/* RFC 8881 20: as a COMPOUND, with the callback's number behind the minor version. */
enum err nfs4_callback_call(struct reader *r, struct rpc *out)
{
	out->tag = reader_xdr_opaque(r, TAG_MAX);
	out->minor = reader_be32(r);
	reader_skip(r, 4);
	operations(r, out, false);
	return r->err;
}
