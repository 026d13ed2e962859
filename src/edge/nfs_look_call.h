/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_LOOK_CALL_H
#define NFS_LOOK_CALL_H

#include "nfs_look_parts.h"

/* What both versions of the look share: one call after the other, by libnfs. */

struct rpc_context;

enum { HANDLE_MAX = 128, TARGET_MAX = NFS_LOOK_PATH }; /* RFC 7530 2.1; RFC 1813 has 64 */

struct handle {
	uint32_t n;
	char data[HANDLE_MAX];
};

struct file {
	struct handle handle;
	uint32_t type, mode; /* types have the same numbers in both */
};

struct found {
	uint32_t status; /* as has what statuses here are for */
	bool told;       /* its type came with it */
	struct file file;
	char target[TARGET_MAX];
};

struct look {
	const struct nfs_look_ask *ask;
	struct nfs_look_result *out;
	char server[16];
	uint64_t end_ms;
	struct handle root;
};

/* nfs_look_go.c. Before a call: who copies what is wanted of its answer. */
void look_prepare(void (*take)(void *data, void *into), void *into);
void look_ended(struct rpc_context *rpc, int status, void *data, void *private);
/* queued: what libnfs said of the call. 0, -ETIMEDOUT, what the socket says, or -EPROTO: it was
 * answered by a refusal. */
int look_wait(const struct look *l, struct rpc_context *rpc, int queued);
int look_connect(const struct look *l, uint16_t port, struct rpc_context **out);
/* True: the look goes on. */
bool look_end_step(struct look *l, enum nfs_look_step s, enum nfs_look_outcome o);
enum nfs_look_outcome look_failure(int r, enum nfs_look_outcome refused,
				   enum nfs_look_outcome silent);
void look_keep_handle(struct handle *h, uint32_t n, const char *data);

/* nfs_look_v4.c. Up to FSINFO. */
bool look_mount_v4(struct look *l, struct rpc_context **rpc);
/* As what they stand for by version 3: 0, or -errno. */
int look_step_v4(struct look *l, struct rpc_context *rpc, const struct handle *in, const char *name,
		 struct found *f);
int look_read_v4(struct look *l, struct rpc_context *rpc, const struct handle *of, uint32_t max,
		 char *text, uint32_t *n, uint32_t *status);

#endif
