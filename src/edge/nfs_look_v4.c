/* SPDX-License-Identifier: BSD-2-Clause */
/* The look by NFS version 4 (RFC 7530): no rpcbind, no mount service; the path is looked up from
 * the server's root. Minor version 0, though a kernel may be told another: it is the same tree.
 * Nothing is opened, so that no state of ours stays there: one may read without (9.1.4.3). */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* first: the others need it */
#include <nfsc/libnfs.h>

#include <nfsc/libnfs-raw-nfs4.h>
#include <nfsc/libnfs-raw.h>

#include "nfs_look_call.h"

enum { NFS_PORT = 2049, OPS_MAX = 72, ACCESS_READ_LOOKUP = 3 };

/* Attributes that are asked for, by number (5.6, 5.7). */
enum { TYPE = 1, MAXREAD = 30, MAXWRITE = 31, MODE = 33 };

struct reply {
	uint32_t status;
	bool told;
	struct file file;
	uint64_t read_max, write_max;
	char *text; /* where a link's target, or a file's content, goes */
	uint32_t room, n;
};

static void take_attributes(const fattr4 *a, struct reply *to)
{
	struct reader r = reader_init((const uint8_t *)a->attr_vals.attrlist4_val,
				      a->attr_vals.attrlist4_len, a->attr_vals.attrlist4_len);
	uint32_t mask[2] = { 0, 0 };

	for (uint32_t i = 0; i < 2 && i < a->attrmask.bitmap4_len; i++)
		memcpy(&mask[i], (const char *)a->attrmask.bitmap4_val + i * sizeof(mask[0]),
		       sizeof(mask[0]));
	to->told = mask[0] & 1U << TYPE;
	if (to->told)
		to->file.type = reader_be32(&r);
	if (mask[0] & 1U << MAXREAD)
		to->read_max = reader_be64(&r);
	if (mask[0] & 1U << MAXWRITE)
		to->write_max = reader_be64(&r);
	if (mask[1] & 1U << (MODE - 32))
		to->file.mode = reader_be32(&r);
}

static void take_text(struct reply *to, uint32_t n, const char *data)
{
	to->n = n < to->room ? n : to->room;
	if (to->n)
		memcpy(to->text, data, to->n);
}

static void take_compound(void *data, void *into)
{
	const COMPOUND4res *r = data;
	struct reply *to = into;
	nfs_resop4 op;

	to->status = (uint32_t)r->status;
	for (uint32_t i = 0; i < r->resarray.resarray_len && r->status == NFS4_OK; i++) {
		/* libnfs aligns no row of a list */
		memcpy(&op, (const char *)r->resarray.resarray_val + i * sizeof(op), sizeof(op));
		if (op.resop == OP_GETFH) {
			const nfs_fh4 *h = &op.nfs_resop4_u.opgetfh.GETFH4res_u.resok4.object;

			look_keep_handle(&to->file.handle, h->nfs_fh4_len, h->nfs_fh4_val);
		} else if (op.resop == OP_GETATTR) {
			take_attributes(
				&op.nfs_resop4_u.opgetattr.GETATTR4res_u.resok4.obj_attributes, to);
		} else if (op.resop == OP_READLINK) {
			const linktext4 *t = &op.nfs_resop4_u.opreadlink.READLINK4res_u.resok4.link;

			take_text(to, t->utf8string_len, t->utf8string_val);
		} else if (op.resop == OP_READ) {
			const READ4resok *c = &op.nfs_resop4_u.opread.READ4res_u.resok4;

			take_text(to, c->data.data_len, c->data.data_val);
		}
	}
}

/* ---- what is asked ---- */

struct call {
	uint32_t n;
	nfs_argop4 op[OPS_MAX];
};

static nfs_argop4 *add(struct call *c, nfs_opnum4 what)
{
	nfs_argop4 *op = &c->op[c->n < OPS_MAX - 1 ? c->n++ : OPS_MAX - 1];

	memset(op, 0, sizeof(*op));
	op->argop = what;
	return op;
}

static void add_handle(struct call *c, const struct handle *h)
{
	nfs_fh4 *object = &add(c, OP_PUTFH)->nfs_argop4_u.opputfh.object;

	object->nfs_fh4_len = h->n;
	object->nfs_fh4_val = (char *)(uintptr_t)h->data;
}

static void add_lookup(struct call *c, const char *name, size_t n)
{
	component4 *v = &add(c, OP_LOOKUP)->nfs_argop4_u.oplookup.objname;

	v->utf8string_len = (u_int)n;
	v->utf8string_val = (char *)(uintptr_t)name;
}

static void add_attributes(struct call *c, uint32_t mask[2])
{
	bitmap4 *v = &add(c, OP_GETATTR)->nfs_argop4_u.opgetattr.attr_request;

	v->bitmap4_len = 2;
	v->bitmap4_val = mask;
}

static int ask(struct look *l, struct rpc_context *rpc, struct call *c, struct reply *to)
{
	COMPOUND4args args;

	memset(&args, 0, sizeof(args));
	args.argarray.argarray_len = c->n;
	args.argarray.argarray_val = c->op;
	look_prepare(take_compound, to);
	return look_wait(l, rpc, rpc_nfs4_compound_async(rpc, look_ended, &args, NULL));
}

/* ---- the steps ---- */

/* There is no rpcbind to ask, so the first call tells whether the version is there. */
static bool reach(struct look *l, struct rpc_context **rpc)
{
	int r = look_connect(l, NFS_PORT, rpc);

	l->out->port = NFS_PORT;
	look_prepare(NULL, NULL);
	if (!r)
		r = look_wait(l, *rpc, rpc_nfs4_null_async(*rpc, look_ended, NULL));
	if (!r)
		return true;
	return look_end_step(l, NFS_LOOK_MOUNT,
			     r == -EPROTO ? LOOK_NO_V4
					  : look_failure(r, LOOK_NFS_REFUSED, LOOK_NFS_SILENT));
}

static enum nfs_look_outcome outcome(uint32_t status)
{
	switch (status) {
	case NFS4_OK:
		return LOOK_FINE;
	case NFS4ERR_NOENT:
		return LOOK_NO_PATH_V4;
	case NFS4ERR_PERM:
	case NFS4ERR_ACCESS:
	case NFS4ERR_WRONGSEC:
		return LOOK_DENIED;
	case NFS4ERR_NOTDIR:
		return LOOK_NO_FOLDER;
	case NFS4ERR_MINOR_VERS_MISMATCH:
		return LOOK_ONLY_V41;
	default:
		return LOOK_MOUNT_FAILED;
	}
}

static bool find_root(struct look *l, struct rpc_context *rpc)
{
	struct reply to = { .status = NFS4_OK };
	struct call c = { 0 };
	int r;

	add(&c, OP_PUTROOTFH);
	for (const char *at = l->ask->path; *at;) {
		size_t n = strcspn(at, "/");

		if (n && c.n < OPS_MAX - 2)
			add_lookup(&c, at, n);
		at += n + (at[n] == '/');
	}
	add(&c, OP_GETFH);
	r = ask(l, rpc, &c, &to);
	if (r)
		return look_end_step(l, NFS_LOOK_MOUNT,
				     look_failure(r, LOOK_NFS_REFUSED, LOOK_NFS_SILENT));
	l->root = to.file.handle;
	if (to.status != NFS4_OK)
		snprintf(l->out->text[NFS_LOOK_MOUNT], NFS_LOOK_TEXT, "status %u", to.status);
	return look_end_step(l, NFS_LOOK_MOUNT, outcome(to.status)) && l->root.n;
}

/* As a kernel begins to work there. */
static bool enter_root(struct look *l, struct rpc_context *rpc)
{
	uint32_t mask[2] = { 1U << TYPE | 1U << MAXREAD | 1U << MAXWRITE, 0 };
	struct reply to = { .status = NFS4_OK };
	struct call c = { 0 };
	int r;

	add_handle(&c, &l->root);
	add(&c, OP_ACCESS)->nfs_argop4_u.opaccess.access = ACCESS_READ_LOOKUP;
	add_attributes(&c, mask);
	r = ask(l, rpc, &c, &to);
	if (r)
		return look_end_step(l, NFS_LOOK_FSINFO,
				     look_failure(r, LOOK_NFS_REFUSED, LOOK_NFS_SILENT));
	l->out->read_max = to.read_max < UINT32_MAX ? (uint32_t)to.read_max : UINT32_MAX;
	l->out->write_max = to.write_max < UINT32_MAX ? (uint32_t)to.write_max : UINT32_MAX;
	return look_end_step(l, NFS_LOOK_FSINFO,
			     to.status == NFS4_OK ? LOOK_FINE : LOOK_NFS_FAILED);
}

bool look_mount_v4(struct look *l, struct rpc_context **rpc)
{
	return reach(l, rpc) && find_root(l, *rpc) && enter_root(l, *rpc);
}

int look_step_v4(struct look *l, struct rpc_context *rpc, const struct handle *in, const char *name,
		 struct found *f)
{
	uint32_t mask[2] = { 1U << TYPE, 1U << (MODE - 32) };
	struct reply to = { .status = NFS4_OK };
	struct call c = { 0 };
	int r;

	add_handle(&c, in);
	add_lookup(&c, name, strlen(name));
	add(&c, OP_GETFH);
	add_attributes(&c, mask);
	r = ask(l, rpc, &c, &to);
	f->file = to.file;
	f->status = to.status;
	if (r || to.status != NFS4_OK || to.file.type != NF4LNK)
		return r;
	to = (struct reply) { .text = f->target, .room = sizeof(f->target) - 1 };
	c.n = 0;
	add_handle(&c, &f->file.handle);
	add(&c, OP_READLINK);
	r = ask(l, rpc, &c, &to);
	f->target[to.n] = 0;
	f->status = to.status;
	return r;
}

int look_read_v4(struct look *l, struct rpc_context *rpc, const struct handle *of, uint32_t max,
		 char *text, uint32_t *n, uint32_t *status)
{
	struct reply to = { .text = text, .room = max };
	struct call c = { 0 };
	int r;

	add_handle(&c, of);
	add(&c, OP_READ)->nfs_argop4_u.opread.count = max;
	r = ask(l, rpc, &c, &to);
	*n = to.n;
	*status = to.status;
	return r;
}
