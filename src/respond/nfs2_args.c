/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 2: arguments (RFC 1094 2.3). */
#include "nfs_xdr.h"

enum { UNSET = 0xffffffff, DATA_MAX = 8192, SERVER_TIME = 1000000, TYPE_SHIFT = 12 };

/* A time that is set is one whose seconds are: to its microseconds, or by a convention of Sun's,
 * of the modification time and for both, to the server's clock. */
static void times(struct reader *r, struct nfs_set *s)
{
	uint32_t as = reader_be32(r), au = reader_be32(r);
	uint32_t ms = reader_be32(r), mu = reader_be32(r);

	if (mu == SERVER_TIME) {
		s->what |= NFS_SET_MTIME_NOW | NFS_SET_ATIME_NOW;
		return;
	}
	if (as != UNSET && au != UNSET) {
		s->what |= NFS_SET_ATIME;
		s->atime.s = as;
		s->atime.ns = au < SERVER_TIME ? au * 1000 : UNSET;
	}
	if (ms != UNSET && mu != UNSET) {
		s->what |= NFS_SET_MTIME;
		s->mtime.s = ms;
		s->mtime.ns = mu < SERVER_TIME ? mu * 1000 : UNSET;
	}
}

/* sattr (RFC 1094 2.3.6): all ones is not set. Gives the type that is in the mode; some clients
 * leave its upper half out when they do not set it. */
static uint32_t sattr(struct reader *r, struct nfs_set *s)
{
	uint32_t mode = reader_be32(r), size;

	s->what = 0;
	if (mode != UNSET && mode != 0xffff) {
		s->what |= NFS_SET_MODE;
		s->mode = mode & 07777;
	}
	s->uid = reader_be32(r);
	s->what |= s->uid != UNSET ? NFS_SET_UID : 0;
	s->gid = reader_be32(r);
	s->what |= s->gid != UNSET ? NFS_SET_GID : 0;
	size = reader_be32(r);
	s->size = size;
	s->what |= size != UNSET ? NFS_SET_SIZE : 0;
	times(r, s);
	return s->what & NFS_SET_MODE ? mode >> TYPE_SHIFT & 15 : 0;
}

/* CREATE makes other files than regular ones, too, though no document says it: the type is in the
 * mode, the device in the size, and a character device of all ones is a pipe. */
static void create(struct reader *r, struct nfs_make *m)
{
	static const uint8_t types[16] = {
		[0] = NFS_REG, [1] = NFS_FIFO, [2] = NFS_CHR,  [4] = NFS_DIR,
		[6] = NFS_BLK, [8] = NFS_REG,  [10] = NFS_LNK, [12] = NFS_SOCK
	};
	uint32_t type = sattr(r, &m->set), device = (uint32_t)m->set.size;

	m->type = types[type];
	m->how = NFS_UNCHECKED;
	if (m->type == NFS_REG)
		return;
	if (m->type == NFS_CHR && device == UNSET)
		m->type = NFS_FIFO;
	m->set.what &= ~(uint32_t)NFS_SET_SIZE;
	m->major = device >> 8 & 0xfff;
	m->minor = (device & 0xff) | (device >> 12 & 0xfff00);
}

enum err nfs2_read_args(const char *letters, struct reader *r, struct nfs_request *q)
{
	for (; *letters && !r->err; letters++)
		switch (*letters) {
		case 'h':
			q->handle = reader_bytes(r, NFS_HANDLE_V2);
			break;
		case 'H':
			q->to_handle = reader_bytes(r, NFS_HANDLE_V2);
			break;
		case 'n':
			q->name = reader_xdr_opaque(r, UINT32_MAX);
			break;
		case 'N':
			q->to_name = reader_xdr_opaque(r, UINT32_MAX);
			break;
		case 's':
			(void)sattr(r, &q->make.set);
			break;
		case 'm':
			create(r, &q->make);
			break;
		case 'o':
			q->offset = reader_be32(r);
			break;
		case 'k':
			q->cookie = reader_be32(r);
			break;
		case 'c':
			q->count = reader_be32(r);
			break;
		case 'd':
			q->data = reader_xdr_opaque(r, DATA_MAX);
			q->count = q->data.n;
			break;
		case 'p':
			q->make.text = reader_xdr_opaque(r, UINT32_MAX);
			break;
		default:
			reader_skip(r, 4);
			break;
		}
	return r->err;
}
