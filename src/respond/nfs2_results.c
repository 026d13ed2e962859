/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 2: results (RFC 1094 2.3). */
#include "nfs_xdr.h"

enum { ATTRIBUTES = 68, TRANSFER = 8192, BLOCK = 4096, SECTOR = 512, NO_DEVICE = 0xffffffff };

/* What does not fit is the most that does: half of a large file's size would be worse. */
static uint32_t clip(uint64_t v)
{
	return v > INT32_MAX ? INT32_MAX : (uint32_t)v;
}

static uint32_t number(uint64_t fileid)
{
	return (uint32_t)(fileid ^ fileid >> 32);
}

static uint8_t *put_time(uint8_t *p, struct nfs_time t)
{
	return nfs_put(nfs_put(p, t.s), t.ns / 1000);
}

/* By enum nfs_type: ftype and the bits of the mode (RFC 1094 2.3.2, 2.3.5). A pipe is a character
 * device that is none. */
static const struct {
	uint8_t type;
	uint32_t mode;
} kinds[] = { [NFS_REG] = { 1, 0100000 }, [NFS_DIR] = { 2, 0040000 }, [NFS_BLK] = { 3, 0060000 },
	      [NFS_CHR] = { 4, 0020000 }, [NFS_LNK] = { 5, 0120000 }, [NFS_SOCK] = { 0, 0140000 },
	      [NFS_FIFO] = { 4, 0010000 } };

static void attributes(struct writer *w, const struct nfs_attr *a, uint16_t fsid)
{
	bool device = a->type == NFS_BLK || a->type == NFS_CHR;
	uint8_t *p = writer_room(w, ATTRIBUTES);

	if (!p)
		return;
	p = nfs_put(p, kinds[a->type].type);
	p = nfs_put(p, kinds[a->type].mode | a->mode);
	p = nfs_put(p, a->nlink);
	p = nfs_put(p, a->uid);
	p = nfs_put(p, a->gid);
	p = nfs_put(p, clip(a->size));
	p = nfs_put(p, BLOCK);
	p = nfs_put(p, device ? (a->minor & 0xff) | a->major << 8 | (a->minor & ~0xffu) << 12
			      : NO_DEVICE);
	p = nfs_put(p, clip(a->used / SECTOR + (a->used % SECTOR != 0)));
	p = nfs_put(p, fsid);
	p = nfs_put(p, number(a->fileid));
	p = put_time(p, a->atime);
	p = put_time(p, a->mtime);
	(void)put_time(p, a->ctime);
}

void nfs2_entry(const struct nfs_entry *e, struct writer *w)
{
	writer_be32(w, 1);
	writer_be32(w, number(e->fileid));
	writer_xdr_opaque(w, e->name);
	writer_be32(w, (uint32_t)e->cookie);
}

/* In blocks as large as it takes for their number to fit. */
static void statfs(const struct nfs_space *s, struct writer *w)
{
	uint32_t block = BLOCK;

	while (s->bytes / block > INT32_MAX && block < 1u << 30)
		block *= 2;
	writer_be32(w, TRANSFER);
	writer_be32(w, block);
	writer_be32(w, clip(s->bytes / block));
	writer_be32(w, clip(s->free / block));
	writer_be32(w, clip(s->available / block));
}

uint32_t nfs2_status(int status)
{
	switch (status) {
	case NFS_BADHANDLE:
		return NFS_STALE;
	case NFS_XDEV:
	case NFS_MLINK:
	case NFS_REMOTE:
		return NFS_ACCES;
	case NFS_INVAL:
	case NFS_NOT_SYNC:
	case NFS_BAD_COOKIE:
	case NFS_NOTSUPP:
	case NFS_TOOSMALL:
	case NFS_SERVERFAULT:
	case NFS_BADTYPE:
	case NFS_JUKEBOX:
		return NFS_IO;
	default:
		return (uint32_t)status;
	}
}

void nfs2_write_results(const char *letters, struct nfs_request *q, struct writer *w)
{
	uint16_t fsid = q->file.export;
	uint8_t h[NFS_HANDLE_V2] = { 0 };

	for (; *letters; letters++)
		switch (*letters) {
		case 'a':
			attributes(w, &q->attr, fsid);
			break;
		case 'b':
			attributes(w, &q->found_attr, fsid);
			break;
		case 'w':
			attributes(w, &q->wcc.after, fsid);
			break;
		case 'f':
			(void)nfs_handle_seal_v2(&q->server->shared->key, &q->found, h);
			writer_bytes(w, bytes_of(h, sizeof(h)));
			break;
		case 'p':
			writer_xdr_opaque(w, q->body);
			break;
		case 'D':
			nfs_data(q, w);
			break;
		case 'E':
			nfs_body(q, w);
			writer_be32(w, 0);
			writer_be32(w, q->eof);
			break;
		case 'S':
			statfs(&q->space, w);
			break;
		default:
			break;
		}
}
