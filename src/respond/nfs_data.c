/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS: reading and writing. */
#include "nfs_request.h"

enum {
	/* What stands before the data of READ: status, attributes, count, eof, length. */
	READ3_HEAD = 4 + 88 + 4 + 4 + 4,
	READ2_HEAD = 4 + 68 + 4,
};

/* How much of the file the answer has room for. */
static uint32_t room(const struct writer *w, uint32_t head)
{
	uint32_t left = w->cap - w->pos;

	return left > head ? (left - head) & ~3u : 0;
}

int nfs_read(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	const struct writer *w = &q->out->w;
	uint32_t head = q->vers == 2 ? READ2_HEAD : READ3_HEAD;
	uint32_t n = nfs_io_max(q), most = room(w, head);
	uint8_t *to = most ? w->buf + w->pos + head : (uint8_t *)q->text;
	bool beyond = q->offset > INT64_MAX;
	int status = nfs_enter(q, q->handle, &q->file);

	if (status)
		return status;
	n = q->count < n ? q->count : n;
	if (q->out->aside && n >= q->out->aside)
		to = NULL;
	else
		n = n < most ? n : most;
	if (beyond) {
		q->offset = INT64_MAX;
		n = 0;
	} else if (n > INT64_MAX - q->offset)
		n = (uint32_t)(INT64_MAX - q->offset);
	status = fs->read(fs->ctx, &q->who, &q->file, q->offset, to, &n, &q->eof, &q->attr);
	q->count = n;
	q->eof |= beyond;
	q->body = bytes_of(to, n);
	return status;
}

int nfs_write(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter_change(q);

	if (status)
		return status;
	if (q->count != q->data.n)
		return NFS_INVAL;
	/* RFC 1813 3.3.7: the rest comes again */
	if (q->data.n > NFS_IO_MAX)
		q->data.n = NFS_IO_MAX;
	if (q->offset > INT64_MAX || q->data.n > INT64_MAX - q->offset)
		return NFS_FBIG;
	if (q->who.sync)
		q->stable = NFS_FILE_SYNC;
	return fs->write(fs->ctx, &q->who, &q->file, q->offset, q->data, &q->count, &q->stable,
			 &q->wcc);
}

int nfs_commit(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter_change(q);

	if (status)
		return status;
	/* a range that no file has ends where files do */
	if (q->offset > INT64_MAX || q->count > INT64_MAX - q->offset)
		q->count = 0;
	if (q->offset > INT64_MAX)
		q->offset = 0;
	return fs->commit(fs->ctx, &q->who, &q->file, q->offset, q->count, &q->wcc);
}
