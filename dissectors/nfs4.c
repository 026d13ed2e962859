/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 4 (RFC 7530, 8881, 7862): a COMPOUND is walked operation by operation, as far as
 * their shapes are known. */
#include "rpc_bodies.h"

enum { TAG_MAX = 1024, OPAQUE_MAX = 65536, BITMAP_MAX = 64, OPS_ABSURD = 4096 };

/*
 * What an operation's arguments or results look like, a letter a part: u 32 bits, h 64 bits, t time
 * (12 bytes), s stateid (16), x session or device id (16), v verifier (8), o opaque, n name (kept),
 * f file handle (kept), F offset (kept), z count (kept), e end of file (kept), b bitmap, a
 * attributes, d file data (passed over, or the walk ends there), c change info; [...] a list, {...}
 * what a boolean says is there; and the unions: C create type, O open, G delegation, L lock, S
 * security flavor, R directory entries, P and p state protection asked and given, B callback
 * security, D directory delegation, Y layout return, J layout recall, W delegation claim, M network
 * location, X hole or data, Z end of an offload.
 */
struct shape {
	const char *name, *args, *results;
};

#define CHANNEL        "uuuuuu[u]"
#define IMPLEMENTATION "[oot]"
#define WRITE_RESPONSE "[s]huv"

/* clang-format off */
static const struct shape ops[] = {
	[3] = { "ACCESS", "u", "uu" },
	[4] = { "CLOSE", "us", "s" },
	[5] = { "COMMIT", "Fz", "v" },
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
	[25] = { "READ", "sFz", "ed" },
	[26] = { "READDIR", "hvuub", "vR" },
	[27] = { "READLINK", "", "o" },
	[28] = { "REMOVE", "n", "c" },
	[29] = { "RENAME", "nn", "cc" },
	[30] = { "RENEW", "h", "" },
	[31] = { "RESTOREFH", "", "" },
	[32] = { "SAVEFH", "", "" },
	[33] = { "SECINFO", "n", "[S]" },
	[34] = { "SETATTR", "sa", "b" },
	[35] = { "SETCLIENTID", "vouoou", "hv" },
	[36] = { "SETCLIENTID_CONFIRM", "hv", "" },
	[37] = { "VERIFY", "a", "" },
	[38] = { "WRITE", "sFud", "zuv" },
	[39] = { "RELEASE_LOCKOWNER", "ho", "" },
	/* RFC 8881 18, its XDR in RFC 5662 */
	[40] = { "BACKCHANNEL_CTL", "u[B]", "" },
	[41] = { "BIND_CONN_TO_SESSION", "xuu", "xuu" },
	[42] = { "EXCHANGE_ID", "vouP" IMPLEMENTATION, "huuphoo" IMPLEMENTATION },
	[43] = { "CREATE_SESSION", "huu" CHANNEL CHANNEL "u[B]", "xuu" CHANNEL CHANNEL },
	[44] = { "DESTROY_SESSION", "x", "" },
	[45] = { "FREE_STATEID", "s", "" },
	[46] = { "GET_DIR_DELEGATION", "ubttbb", "D" },
	[47] = { "GETDEVICEINFO", "xuub", "uob" },
	[48] = { "GETDEVICELIST", "uuhv", "hv[x]u" },
	[49] = { "LAYOUTCOMMIT", "hhus{h}{t}uo", "{h}" },
	[50] = { "LAYOUTGET", "uuuhhhsu", "us[hhuuo]" },
	[51] = { "LAYOUTRETURN", "uuuY", "{s}" },
	[52] = { "SECINFO_NO_NAME", "u", "[S]" },
	[53] = { "SEQUENCE", "xuuuu", "xuuuuu" },
	[54] = { "SET_SSV", "oo", "o" },
	[55] = { "TEST_STATEID", "[s]", "[u]" },
	[56] = { "WANT_DELEGATION", "uW", "G" },
	[57] = { "DESTROY_CLIENTID", "h", "" },
	[58] = { "RECLAIM_COMPLETE", "u", "" },
	/* RFC 7862 15, its XDR in RFC 7863 */
	[59] = { "ALLOCATE", "shh", "" },
	[60] = { "COPY", "sshhhuu[M]", WRITE_RESPONSE "uu" },
	[61] = { "COPY_NOTIFY", "sM", "ts[M]" },
	[62] = { "DEALLOCATE", "shh", "" },
	[63] = { "IO_ADVISE", "shhb", "b" },
	[64] = { "LAYOUTERROR", "hhs[xuu]", "" },
	[65] = { "LAYOUTSTATS", "hhshhhhxuo", "" },
	[66] = { "OFFLOAD_CANCEL", "s", "" },
	[67] = { "OFFLOAD_STATUS", "s", "h[u]" },
	[68] = { "READ_PLUS", "sFz", "e[X]" },
	[69] = { "SEEK", "sFu", "eh" },
	[70] = { "WRITE_SAME", "suhhhhuho", WRITE_RESPONSE },
	[71] = { "CLONE", "sshhh", "" },
	/* RFC 8276 8.4 */
	[72] = { "GETXATTR", "n", "o" },
	[73] = { "SETXATTR", "uno", "c" },
	[74] = { "LISTXATTRS", "hu", "h[o]u" },
	[75] = { "REMOVEXATTR", "n", "c" },
};

/* RFC 7531 and 5662, RFC 7863 for CB_OFFLOAD */
static const struct shape callback_ops[] = {
	[3] = { "CB_GETATTR", "fb", "a" },
	[4] = { "CB_RECALL", "suf", "" },
	[5] = { "CB_LAYOUTRECALL", "uuuJ", "" },
	[6] = { "CB_NOTIFY", "sf[bo]", "" },
	[7] = { "CB_PUSH_DELEG", "fG", "" },
	[8] = { "CB_RECALL_ANY", "ub", "" },
	[9] = { "CB_RECALLABLE_OBJ_AVAIL", "ub", "" },
	[10] = { "CB_RECALL_SLOT", "u", "" },
	[11] = { "CB_SEQUENCE", "xuuuu[x[uu]]", "xuuuu" },
	[12] = { "CB_WANTS_CANCELLED", "uu", "" },
	[13] = { "CB_NOTIFY_LOCK", "fho", "" },
	[14] = { "CB_NOTIFY_DEVICEID", "[bo]", "" },
	[15] = { "CB_OFFLOAD", "fsZ", "" },
};

static const struct shape illegal = { "ILLEGAL", "", "" };
/* clang-format on */

enum {
	OPS = sizeof(ops) / sizeof(ops[0]),
	CALLBACK_OPS = sizeof(callback_ops) / sizeof(callback_ops[0]),
	OP_ILLEGAL = 10044,
	OP_SETATTR = 34,
};

static const struct shape *shape_of(uint32_t prog, uint32_t op)
{
	if (op == OP_ILLEGAL)
		return &illegal;
	if (prog == RPC_NFS)
		return op < OPS && ops[op].name ? &ops[op] : NULL;
	return op < CALLBACK_OPS && callback_ops[op].name ? &callback_ops[op] : NULL;
}

const char *nfs4_op_name(uint32_t prog, uint32_t op)
{
	const struct shape *s = shape_of(prog, op);

	return s ? s->name : NULL;
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

	/* read, write; the same with attributes (RFC 9754); none, and why */
	if (type == 1 || type == 2 || type == 4 || type == 5) {
		reader_skip(r, 20);
		if (type == 2 || type == 5)
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

static void security_flavor(struct reader *r)
{
	if (reader_be32(r) == 6) { /* RPCSEC_GSS: mechanism, quality, service */
		opaque(r);
		reader_skip(r, 8);
	}
}

/* False: the list goes on beyond what is held, and the walk ends in it. */
static bool directory(struct reader *r, struct rpc *m)
{
	while (reader_be32(r) == 1) {
		reader_skip(r, 8);
		rpc_entry(m, opaque(r), (struct bytes) { NULL, 0 });
		bitmap(r);
		opaque(r);
	}
	if (!rpc_list_ends(r))
		return false;
	m->eof = reader_be32(r) != 0;
	m->has |= RPC_HAS_EOF;
	return true;
}

static void opaques(struct reader *r)
{
	uint32_t n = reader_be32(r);

	for (uint32_t i = 0; i < n && !r->err; i++)
		opaque(r);
}

/* state_protect4_a and _r (RFC 5662): nothing, two bitmaps, or what SSV adds to them. */
static void protection(struct reader *r, bool given)
{
	uint32_t how = reader_be32(r);

	if (how == 0)
		return;
	bitmap(r);
	bitmap(r);
	if (how == 1)
		return;
	if (given) {
		reader_skip(r, 16); /* algorithms, length, window */
		opaques(r);
	} else {
		opaques(r);
		opaques(r);
		reader_skip(r, 8);
	}
}

/* callback_sec_parms4 */
static void callback_security(struct reader *r)
{
	uint32_t flavor = reader_be32(r), n;

	if (flavor == 1) {
		reader_skip(r, 4);
		opaque(r);
		reader_skip(r, 8);
		n = reader_be32(r);
		if (n > BITMAP_MAX)
			r->err = r->err ? r->err : ERR_VALUE;
		else
			reader_skip(r, n * 4);
	} else if (flavor == 6) {
		reader_skip(r, 4);
		opaque(r);
		opaque(r);
	}
}

/* GET_DIR_DELEGATION4res_non_fatal */
static void directory_delegation(struct reader *r)
{
	if (reader_be32(r) == 1) {
		reader_skip(r, 4);
		return;
	}
	reader_skip(r, 24);
	bitmap(r);
	bitmap(r);
	bitmap(r);
}

/* layoutreturn4: of a file, or of all */
static void layout_return(struct reader *r)
{
	if (reader_be32(r) == 1) {
		reader_skip(r, 32);
		opaque(r);
	}
}

/* layoutrecall4: of a file, a file system, or all */
static void layout_recall(struct reader *r)
{
	uint32_t type = reader_be32(r);

	if (type == 1) {
		opaque(r);
		reader_skip(r, 32);
	} else if (type == 2) {
		reader_skip(r, 16);
	}
}

/* netloc4: a name, a URL, or netid and address */
static void location(struct reader *r)
{
	uint32_t type = reader_be32(r);

	opaque(r);
	if (type == 3)
		opaque(r);
}

/* offload_info4: a write response, or how far it came */
static void offload_end(struct reader *r)
{
	uint32_t n;

	if (reader_be32(r) == 0) {
		n = reader_be32(r);
		if (n > 1)
			r->err = r->err ? r->err : ERR_VALUE;
		else
			reader_skip(r, n * 16 + 20);
	} else {
		reader_skip(r, 8);
	}
}

/* File data: jumped over when it is here, else the end of what can be walked. */
static bool data(struct reader *r, struct rpc *m)
{
	uint32_t n = reader_be32(r), padded = (n + 3) & ~3u;

	m->count += n; /* READ_PLUS gives several runs */
	m->has |= RPC_HAS_COUNT;
	if (r->err || padded < n || padded > reader_left(r))
		return false;
	if (!m->data.n)
		m->data.p = r->buf + r->pos;
	reader_skip(r, padded);
	m->data.n = (uint32_t)(r->buf + r->pos - m->data.p);
	return true;
}

/* read_plus_content: a run of data, or a hole */
static bool content(struct reader *r, struct rpc *m)
{
	uint32_t type = reader_be32(r);

	reader_skip(r, 8);
	if (type == 0)
		return data(r, m);
	reader_skip(r, 8);
	return true;
}

/* What is kept of an operation. */
static void kept(char c, struct reader *r, struct rpc *m, struct rpc_op *op)
{
	switch (c) {
	case 'n':
		op->name = m->name = opaque(r);
		break;
	case 'f':
		*(m->type == RPC_CALL ? &m->handle : &m->handle2) = opaque(r);
		break;
	case 'F':
		m->offset = reader_be64(r);
		m->has |= RPC_HAS_OFFSET;
		break;
	case 'z':
		m->count = reader_be32(r);
		m->has |= RPC_HAS_COUNT;
		break;
	default:
		m->eof = reader_be32(r) != 0;
		m->has |= RPC_HAS_EOF;
		break;
	}
}

/* Unions, by their letter. */
static void choice(char c, struct reader *r, struct rpc *m, struct rpc_op *op)
{
	switch (c) {
	case 'C':
		create_type(r);
		break;
	case 'O':
		open_args(r, m, op);
		break;
	case 'G':
		open_delegation(r);
		break;
	case 'L':
		lock_owner(r);
		break;
	case 'S':
		security_flavor(r);
		break;
	case 'P':
	case 'p':
		protection(r, c == 'p');
		break;
	case 'B':
		callback_security(r);
		break;
	case 'D':
		directory_delegation(r);
		break;
	case 'Y':
		layout_return(r);
		break;
	case 'J':
		layout_recall(r);
		break;
	case 'W':
		if (reader_be32(r) == 1) /* what a server before its restart had given */
			reader_skip(r, 4);
		break;
	case 'M':
		location(r);
		break;
	default:
		offload_end(r);
		break;
	}
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
	case 't':
		reader_skip(r, 12);
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
	case 'b':
		bitmap(r);
		return true;
	case 'a':
		bitmap(r);
		opaque(r);
		return true;
	case 'd':
		return data(r, m);
	case 'X':
		return content(r, m);
	case 'R':
		return directory(r, m);
	case 'n':
	case 'f':
	case 'F':
	case 'z':
	case 'e':
		kept(c, r, m, op);
		return true;
	default:
		choice(c, r, m, op);
		return true;
	}
}

/* Behind the bracket that closes the one at s. */
static const char *behind(const char *s)
{
	int depth = 0;

	do {
		depth += *s == '[' || *s == '{';
		depth -= *s == ']' || *s == '}';
		s++;
	} while (depth);
	return s;
}

/* A shape up to its end or a closing bracket. A list is walked as often as it says, and no longer
 * than there are bytes: each of its rows takes some. */
static bool walk(const char *shape, struct reader *r, struct rpc *m, struct rpc_op *op)
{
	while (*shape && *shape != ']' && *shape != '}' && !r->err) {
		uint32_t n;

		if (*shape != '[' && *shape != '{') {
			if (!part(*shape++, r, m, op))
				return false;
			continue;
		}
		n = reader_be32(r);
		if (*shape == '{')
			n = n != 0;
		for (uint32_t i = 0; i < n && !r->err; i++)
			if (!walk(shape + 1, r, m, op))
				return false;
		shape = behind(shape);
	}
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
