/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_TALK_H
#define NFS_TALK_H

#include "nfs_server.h"

/*
 * A client of the NFS server for tests: calls are put together from parts, go through rpc_take and
 * rpc_serve into any struct nfs_fs, and every answer is looked at before a test sees it: by our
 * own dissector, and to its last byte by the shape that its RFC gives it.
 */

enum { TALK_ANSWER = NFS_IO_MAX + 4096 };

struct talk_handle {
	uint8_t b[NFS_HANDLE_MAX];
	uint32_t n;
};

struct talk {
	struct nfs_exports exports; /* 1: /a, read and write; 2: /b, another; 3: /ro, read only */
	struct nfs_shared shared;
	struct nfs_server server;
	struct rpc_service service;
	struct rpc_peer peer;
	uint32_t vers, proc, xid, flavor;
	struct nfs_caller who;
	uint32_t aside; /* of struct rpc_answer */
	uint32_t cap;   /* of the answer's room; TALK_ANSWER at first */
	/* the call as it is put together; the answer without the head; its results are read by r */
	uint8_t *call, *answer;
	struct writer w;
	struct rpc_answer out;
	struct reader r;
	uint32_t head; /* bytes of the call before its arguments */
};

/* Over TCP from port 700 of 10.0.0.7, as root; exits without memory. */
void talk_begin(struct talk *t, const struct nfs_fs *fs);
void talk_end(struct talk *t);
/* The top of an export. */
struct talk_handle talk_root(struct talk *t, uint16_t id);

/* A call: begun, then its arguments are written to t->w, then it is sent. */
void talk_call(struct talk *t, uint32_t proc);
void talk_handle(struct talk *t, const struct talk_handle *h);
void talk_name(struct talk *t, const char *name);
void talk_set(struct talk *t, const struct nfs_set *s); /* of the version */
/* Gives the status; asserts that it was accepted. Results follow in t->r. */
uint32_t talk_send(struct talk *t);
/* The same, but gives the enum rpc_accept, or 100 and what it was rejected with. */
uint32_t talk_send_any(struct talk *t, uint32_t *status);

/* Parts of results. */
bool talk_post_op(struct talk *t, struct nfs_attr *a); /* version 3: may be missing */
void talk_attr(struct talk *t, struct nfs_attr *a);    /* fattr3 or fattr, by the version */
void talk_wcc(struct talk *t, struct nfs_wcc *wcc);
struct talk_handle talk_handle_of(struct talk *t);
struct talk_handle talk_made(struct talk *t); /* post_op_fh3: asserts that it is there */
/* Asserts that nothing follows. */
void talk_done(struct talk *t);

/* What most tests do on their way. All assert that it works. */
struct talk_handle talk_lookup(struct talk *t, const struct talk_handle *dir, const char *name);
struct talk_handle talk_create(struct talk *t, const struct talk_handle *dir, const char *name,
			       uint32_t mode);
struct talk_handle talk_mkdir(struct talk *t, const struct talk_handle *dir, const char *name,
			      uint32_t mode);
void talk_write(struct talk *t, const struct talk_handle *f, uint64_t offset, const char *text);
struct nfs_attr talk_getattr(struct talk *t, const struct talk_handle *f);

#endif
