/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 3: results (RFC 1813 2.5, 2.6, 3.3). */
#include "nfs_xdr.h"

enum {
	ATTRIBUTES = 84,
	LINKS_MAX = 65000, /* as ext4 has it; others have more or do not say */
	BLOCK = 4096,
	DTPREF = 65536,
	DTPREF_UDP = 16384,
	/* properties of FSINFO */
	FSF_LINK = 1,
	FSF_SYMLINK = 2,
	FSF_HOMOGENEOUS = 8,
	FSF_CANSETTIME = 16,
};

static uint8_t *put64(uint8_t *p, uint64_t v)
{
	return nfs_put(nfs_put(p, (uint32_t)(v >> 32)), (uint32_t)v);
}

static uint8_t *put_time(uint8_t *p, struct nfs_time t)
{
	return nfs_put(nfs_put(p, t.s), t.ns);
}

/* fattr3; fsid is the export's number: the same after a restart. */
static uint8_t *put_attributes(uint8_t *p, const struct nfs_attr *a, uint16_t fsid)
{
	p = nfs_put(p, a->type);
	p = nfs_put(p, a->mode);
	p = nfs_put(p, a->nlink);
	p = nfs_put(p, a->uid);
	p = nfs_put(p, a->gid);
	p = put64(p, a->size);
	p = put64(p, a->used);
	p = nfs_put(p, a->major);
	p = nfs_put(p, a->minor);
	p = put64(p, fsid);
	p = put64(p, a->fileid);
	p = put_time(p, a->atime);
	p = put_time(p, a->mtime);
	return put_time(p, a->ctime);
}

static void attributes(struct writer *w, const struct nfs_attr *a, uint16_t fsid)
{
	uint8_t *p = writer_room(w, ATTRIBUTES);

	if (p)
		(void)put_attributes(p, a, fsid);
}

static void post_op(struct writer *w, const struct nfs_attr *a, uint16_t fsid)
{
	uint8_t *p = writer_room(w, a->type ? 4 + ATTRIBUTES : 4);

	if (p) {
		p = nfs_put(p, a->type != NFS_NONE);
		if (a->type)
			(void)put_attributes(p, a, fsid);
	}
}

static void wcc(struct writer *w, const struct nfs_wcc *c, uint16_t fsid)
{
	uint8_t *p = writer_room(w, c->before ? 28 : 4);

	if (p) {
		p = nfs_put(p, c->before);
		if (c->before) {
			p = put64(p, c->size);
			p = put_time(p, c->mtime);
			(void)put_time(p, c->ctime);
		}
	}
	post_op(w, &c->after, fsid);
}

static void handle(const struct nfs_request *q, const struct nfs_file *f, struct writer *w)
{
	uint8_t h[NFS_HANDLE_MAX];

	writer_xdr_opaque(w, bytes_of(h, nfs_handle_seal(&q->server->shared->key, f, h)));
}

static void maybe_handle(const struct nfs_request *q, const struct nfs_file *f, struct writer *w)
{
	writer_be32(w, f->n != 0);
	if (f->n)
		handle(q, f, w);
}

void nfs3_entry(const struct nfs_request *q, const struct nfs_entry *e, bool plus, struct writer *w)
{
	writer_be32(w, 1);
	writer_be64(w, e->fileid);
	writer_xdr_opaque(w, e->name);
	writer_be64(w, e->cookie);
	if (plus) {
		post_op(w, &e->attr, q->file.export);
		maybe_handle(q, &e->file, w);
	}
}

/* FSSTAT3resok (RFC 1813 3.3.18); invarsec 0: it may change at any time. */
static void fsstat(const struct nfs_space *s, struct writer *w)
{
	writer_be64(w, s->bytes);
	writer_be64(w, s->free);
	writer_be64(w, s->available);
	writer_be64(w, s->files);
	writer_be64(w, s->files_free);
	writer_be64(w, s->files_available);
	writer_be32(w, 0);
}

/* FSINFO3resok (RFC 1813 3.3.19) */
static void fsinfo(const struct nfs_request *q, struct writer *w)
{
	uint32_t max = nfs_io_max(q);

	for (int i = 0; i < 2; i++) { /* reading, then writing: largest, best, its multiples */
		writer_be32(w, max);
		writer_be32(w, max);
		writer_be32(w, BLOCK);
	}
	writer_be32(w, q->call->peer.tcp ? DTPREF : DTPREF_UDP);
	writer_be64(w, INT64_MAX);
	writer_be32(w, 0); /* times are kept to the nanosecond */
	writer_be32(w, 1);
	writer_be32(w, FSF_LINK | FSF_SYMLINK | FSF_HOMOGENEOUS | FSF_CANSETTIME);
}

/* PATHCONF3resok (RFC 1813 3.3.20): no_trunc, chown_restricted, not case_insensitive,
 * case_preserving. */
static void pathconf(struct writer *w)
{
	writer_be32(w, LINKS_MAX);
	writer_be32(w, NFS_NAME_MAX);
	writer_be32(w, 1);
	writer_be32(w, 1);
	writer_be32(w, 0);
	writer_be32(w, 1);
}

void nfs3_write_results(const char *letters, struct nfs_request *q, struct writer *w)
{
	uint16_t fsid = q->file.export;

	for (; *letters; letters++)
		switch (*letters) {
		case 'A':
			attributes(w, &q->attr, fsid);
			break;
		case 'a':
			post_op(w, &q->attr, fsid);
			break;
		case 'b':
			post_op(w, &q->found_attr, fsid);
			break;
		case 'w':
			wcc(w, &q->wcc, fsid);
			break;
		case 'W':
			wcc(w, &q->to_wcc, q->to.export);
			break;
		case 'f':
			handle(q, &q->found, w);
			break;
		case 'F':
			maybe_handle(q, &q->found, w);
			break;
		case 'x':
			writer_be32(w, q->granted);
			break;
		case 'p':
			writer_xdr_opaque(w, q->body);
			break;
		case 'c':
			writer_be32(w, q->count);
			break;
		case 'e':
			writer_be32(w, q->eof);
			break;
		case 't':
			writer_be32(w, q->stable);
			break;
		case 'v':
			writer_be64(w, q->server->shared->verifier);
			break;
		case 'D':
			nfs_data(q, w);
			break;
		case 'E':
			writer_be64(w, 0); /* cookieverf: nothing to verify */
			nfs_body(q, w);
			writer_be32(w, 0);
			writer_be32(w, q->eof);
			break;
		case 'S':
			fsstat(&q->space, w);
			break;
		case 'I':
			fsinfo(q, w);
			break;
		case 'P':
			pathconf(w);
			break;
		default:
			break;
		}
}
