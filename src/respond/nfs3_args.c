/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 3: arguments (RFC 1813 2.5, 2.6, 3.3). What is no XDR fails; what is, but makes no
 * sense, is for the procedure to refuse by its own words. */
#include <string.h>

#include "nfs_xdr.h"

static bool flag(struct reader *r)
{
	uint32_t v = reader_be32(r);

	if (v > 1 && !r->err)
		r->err = ERR_VALUE;
	return v == 1;
}

static uint32_t one_of(struct reader *r, uint32_t last)
{
	uint32_t v = reader_be32(r);

	if (v > last && !r->err)
		r->err = ERR_VALUE;
	return v;
}

static struct nfs_time time_of(struct reader *r)
{
	struct nfs_time t;

	t.s = reader_be32(r);
	t.ns = reader_be32(r);
	return t;
}

/* set_atime and set_mtime: not at all, to the server's time, to this one. */
static struct nfs_time time_how(struct reader *r, uint32_t now, uint32_t given, uint32_t *what)
{
	static const struct nfs_time none = { 0, 0 };
	uint32_t how = one_of(r, 2);

	if (how == 1)
		*what |= now;
	if (how != 2)
		return none;
	*what |= given;
	return time_of(r);
}

static void sattr(struct reader *r, struct nfs_set *s)
{
	s->what = 0;
	if (flag(r)) {
		s->what |= NFS_SET_MODE;
		s->mode = reader_be32(r) & 07777;
	}
	if (flag(r)) {
		s->what |= NFS_SET_UID;
		s->uid = reader_be32(r);
	}
	if (flag(r)) {
		s->what |= NFS_SET_GID;
		s->gid = reader_be32(r);
	}
	if (flag(r)) {
		s->what |= NFS_SET_SIZE;
		s->size = reader_be64(r);
	}
	s->atime = time_how(r, NFS_SET_ATIME_NOW, NFS_SET_ATIME, &s->what);
	s->mtime = time_how(r, NFS_SET_MTIME_NOW, NFS_SET_MTIME, &s->what);
}

/* createhow3 */
static void create_how(struct reader *r, struct nfs_make *m)
{
	const uint8_t *p;

	m->how = one_of(r, NFS_EXCLUSIVE);
	if (m->how != NFS_EXCLUSIVE) {
		sattr(r, &m->set);
		return;
	}
	p = reader_take(r, sizeof(m->verifier));
	if (p)
		memcpy(m->verifier, p, sizeof(m->verifier));
}

/* mknoddata3: nothing follows a type that MKNOD does not make. */
static void mknod_what(struct reader *r, struct nfs_make *m)
{
	m->type = one_of(r, NFS_FIFO);
	if (m->type < NFS_BLK || m->type == NFS_LNK) {
		if (m->type == NFS_NONE && !r->err)
			r->err = ERR_VALUE;
		return;
	}
	sattr(r, &m->set);
	if (m->type == NFS_BLK || m->type == NFS_CHR) {
		m->major = reader_be32(r);
		m->minor = reader_be32(r);
	}
}

static struct bytes handle(struct reader *r)
{
	return reader_xdr_opaque(r, NFS_HANDLE_MAX);
}

static struct bytes text(struct reader *r)
{
	return reader_xdr_opaque(r, UINT32_MAX);
}

enum err nfs3_read_args(const char *letters, struct reader *r, struct nfs_request *q)
{
	for (; *letters && !r->err; letters++)
		switch (*letters) {
		case 'h':
			q->handle = handle(r);
			break;
		case 'H':
			q->to_handle = handle(r);
			break;
		case 'n':
			q->name = text(r);
			break;
		case 'N':
			q->to_name = text(r);
			break;
		case 's':
			sattr(r, &q->make.set);
			break;
		case 'g':
			if (flag(r))
				q->guard = &q->guard_ctime;
			if (q->guard)
				q->guard_ctime = time_of(r);
			break;
		case 'a':
			q->asked = reader_be32(r);
			break;
		case 'o':
			q->offset = reader_be64(r);
			break;
		case 'k': /* with its verifier, which is zero: cookies hold for good */
			q->cookie = reader_be64(r);
			reader_skip(r, 8);
			break;
		case 'c':
			q->count = reader_be32(r);
			break;
		case 'C':
			q->names = reader_be32(r);
			break;
		case 't':
			q->stable = one_of(r, NFS_FILE_SYNC);
			break;
		case 'd':
			q->data = text(r);
			break;
		case 'p':
			q->make.text = text(r);
			break;
		case 'm':
			create_how(r, &q->make);
			break;
		case 'M':
			mknod_what(r, &q->make);
			break;
		default:
			break;
		}
	return r->err;
}
