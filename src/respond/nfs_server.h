/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_SERVER_H
#define NFS_SERVER_H

#include "boot_path.h"
#include "nfs_exports.h"
#include "nfs_handle.h"
#include "rpc_server.h"

/*
 * NFS versions 2 (RFC 1094) and 3 (RFC 1813), MOUNT versions 1 and 3, portmap 2 with rpcbind 3 and
 * 4 (RFC 1833), and an NLM without locks, as services of rpc_server.h. What a thread needs of its
 * own is its nfs_fs; the rest is shared and does not change, but for the list of mounts.
 */

enum nfs_event {
	NFS_MOUNTED,
	NFS_UNMOUNTED,
	NFS_REFUSED,      /* a mount: why says it */
	NFS_LOCKS_WANTED, /* and there are none: mount with nolock */
	NFS_NEWER_WANTED, /* version 4 was asked for */
	NFS_NOTED,        /* of the folders themselves: why says it */
	NFS_EVENTS
};

/* Something worth a line; all borrowed. */
struct nfs_news {
	enum nfs_event event;
	uint32_t ip;
	struct bytes path, machine; /* machine: what AUTH_SYS says */
	struct bytes own;           /* the folder of the client's own that it got; empty: none */
	const char *why;            /* static; NULL: nothing more to say */
	uint32_t version;           /* of the protocol asked for; 0: none */
};

struct nfs_mounts; /* nfs_mounts.h */

/* Shared by all threads, and constant once they run. */
struct nfs_shared {
	const struct nfs_exports *exports;
	struct nfs_key key;
	uint64_t verifier; /* another one with each start (RFC 1813 3.3.7) */
	uint16_t nfs_port, mount_port;
	bool udp;
	struct nfs_mounts *mounts;
	void *ctx; /* of the following, which any thread may call */
	void (*news)(void *ctx, const struct nfs_news *n);
	/* What is known of a client, for its own folder. */
	void (*who)(void *ctx, uint32_t ip, struct boot_path_who *out);
	/* Since 1970, for rpcbind's GETTIME. NULL: that is not served. */
	uint32_t (*seconds)(void *ctx);
	/* Around each use of mounts. */
	void (*lock)(void *ctx, bool lock);
};

/* Of one thread. */
struct nfs_server {
	const struct nfs_shared *shared;
	struct nfs_fs fs;
};

/* Rows of rpc_services, with s as their context. */
enum { NFS_SERVICES = 4 };
void nfs_services(struct nfs_server *s, struct rpc_service out[NFS_SERVICES]);

/* Each of them alone. */
int nfs_manner(void *ctx, uint32_t vers, uint32_t proc);
enum rpc_accept nfs_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out);
int mount_manner(void *ctx, uint32_t vers, uint32_t proc);
enum rpc_accept mount_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out);
int portmap_manner(void *ctx, uint32_t vers, uint32_t proc);
enum rpc_accept portmap_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out);
int locks_manner(void *ctx, uint32_t vers, uint32_t proc);
enum rpc_accept locks_serve(void *ctx, const struct rpc_call *c, struct rpc_answer *out);

#endif
