/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_XDR_H
#define NFS_XDR_H

#include "nfs_request.h"

/*
 * Arguments and results as strings of a letter a part, in the rows of nfs3.c and nfs2.c.
 *
 * Arguments: h handle and H the other one, n name and N the other one, s attributes to be set, o
 * offset, k cookie, c count, d data, p text of a link; of version 3 g guard, a access, t stable, m
 * how to create, M what to make, C dircount; of version 2 u a word that nobody asks for.
 *
 * Results: a attributes of the file and b of what was found (of version 3 those that may be
 * missing), f its handle, w weak cache consistency data or what attributes became, p text, D data,
 * E entries and eof, S FSSTAT or STATFS; of version 3 A attributes that are there, W consistency
 * data of the other one, F a handle that may be missing, x access, c count, e eof, t stable, v
 * verifier, I FSINFO, P PATHCONF.
 */
enum err nfs3_read_args(const char *letters, struct reader *r, struct nfs_request *q);
void nfs3_write_results(const char *letters, struct nfs_request *q, struct writer *w);
enum err nfs2_read_args(const char *letters, struct reader *r, struct nfs_request *q);
void nfs2_write_results(const char *letters, struct nfs_request *q, struct writer *w);

/* As version 2 has it (RFC 1094 2.3.1). */
uint32_t nfs2_status(int status);

/* One of a folder; fails with ERR_NOSPC where there is no room for it. */
void nfs3_entry(const struct nfs_request *q, const struct nfs_entry *e, bool plus,
		struct writer *w);
void nfs2_entry(const struct nfs_entry *e, struct writer *w);

/* q->body as the writer's next bytes, from wherever it lies. */
void nfs_body(const struct nfs_request *q, struct writer *w);
/* Data with its length: q->body, or what was put aside. */
void nfs_data(struct nfs_request *q, struct writer *w);

/* Words put down one after the other, where room for all of them was made at once. */
static inline uint8_t *nfs_put(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
	return p + 4;
}

#endif
