/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS: what is in a folder, and how much a file system holds. */
#include "nfs_request.h"

#include "nfs_xdr.h"

enum {
	/* What stands before the entries (status; of version 3 attributes and verifier), and behind
	 * them: none follows, eof. */
	LIST3_HEAD = 4 + 88 + 8,
	LIST2_HEAD = 4,
	LIST_END = 8,
};

struct listing {
	struct nfs_request *q;
	struct writer w;
	bool plus, refused;
	uint32_t names; /* bytes that may still be written of names, numbers and cookies */
};

static uint32_t name_size(const struct nfs_entry *e)
{
	return 24 + ((e->name.n + 3) & ~3u); /* RFC 1813 3.3.16: entry3, and that one follows */
}

static bool one(void *ctx, const struct nfs_entry *e)
{
	struct listing *l = ctx;
	struct writer before = l->w;

	if (l->plus && name_size(e) > l->names) {
		l->refused = true;
		return false;
	}
	if (l->q->vers == 2)
		nfs2_entry(e, &l->w);
	else
		nfs3_entry(l->q, e, l->plus, &l->w);
	if (l->w.err) {
		l->w = before;
		l->refused = true;
		return false;
	}
	l->names -= l->plus ? name_size(e) : 0;
	return true;
}

static int list(struct nfs_request *q, bool plus)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	const struct writer *w = &q->out->w;
	uint32_t head = q->vers == 2 ? LIST2_HEAD : LIST3_HEAD, left = w->cap - w->pos;
	struct listing l = { .q = q, .plus = plus, .names = q->names };
	struct nfs_list how = { .cookie = q->cookie,
				.plus = plus,
				.narrow = q->vers == 2,
				.bytes = plus && q->names < q->count ? q->names : q->count,
				.ctx = &l,
				.entry = one };
	int status = nfs_enter(q, q->handle, &q->file);

	if (status)
		return status;
	/* count is of all behind the status */
	if (q->count < left - 4 && left >= 4)
		left = q->count + 4;
	if (left < head + LIST_END)
		return NFS_TOOSMALL;
	l.w = writer_init(w->buf + w->pos + head, left - head - LIST_END);
	status = fs->readdir(fs->ctx, &q->who, &q->file, &how, &q->eof, &q->attr);
	if (!status && l.refused) {
		q->eof = false;
		status = l.w.pos ? NFS_OK : NFS_TOOSMALL;
	}
	q->body = writer_done(&l.w);
	return status;
}

int nfs_readdir(struct nfs_request *q)
{
	return list(q, false);
}

int nfs_readdirplus(struct nfs_request *q)
{
	return list(q, true);
}

int nfs_fsstat(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter(q, q->handle, &q->file);

	return status ? status : fs->space(fs->ctx, &q->file, &q->space, &q->attr);
}
