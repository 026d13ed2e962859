/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_WORKER_H
#define NFS_WORKER_H

#include <stdbool.h>
#include <stddef.h>

#include "nfs_server.h"
#include "sandbox.h"

/* The NFS responder with its sockets and directories: what one worker process runs. */
struct nfs_worker;

struct nfs_worker_options {
	const char *interface;             /* NULL: all, and no client's MAC is known; borrowed */
	const struct nfs_exports *exports; /* borrowed */
	const char *state;                 /* NULL: handles end with this process */
	uint16_t port, mount_port;         /* 2049, 20048; 0: any that is free */
	bool portmap;                      /* answers on port 111 too */
	bool tells; /* when another program has that port, it is told of ours */
	bool udp;
	void *ctx;
	/* Never by two threads at once. */
	void (*news)(void *ctx, const struct nfs_news *n);
};

/* 0, or a negative errno and one sentence in why. */
int nfs_worker_open(const struct nfs_worker_options *o, struct nfs_worker **out, char *why,
		    size_t n) __attribute__((warn_unused_result));
/* One sentence on what is not as one might expect; NULL: no more of them. */
const char *nfs_worker_note(const struct nfs_worker *w, unsigned i);
/* What it needs once it is open: into box. */
void nfs_worker_keeps(const struct nfs_worker *w, struct sandbox *box);
/* Serves until fd stop can be read. */
void nfs_worker_run(struct nfs_worker *w, int stop);
void nfs_worker_free(struct nfs_worker *w);

#endif
