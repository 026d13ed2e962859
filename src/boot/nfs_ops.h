/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_OPS_H
#define NFS_OPS_H

#include <stddef.h>

#include "rpc.h"

/* NFS v3 procedures (RFC 1813) and v2's (RFC 1094) that the boot cares for; v4 operations (RFC
 * 7530, 8881). */
enum {
	N3_NULL = 0,
	N3_LOOKUP = 3,
	N3_READ = 6,
	N3_WRITE = 7,
	N3_FSSTAT = 18,
	N2_LOOKUP = 4,
	N2_READ = 6,
	N2_WRITE = 8,
	N2_STATFS = 17
};
enum {
	N4_COMPOUND = 1,
	O_ACCESS = 3,
	O_GETFH = 10,
	O_LOOKUP = 15,
	O_OPEN = 18,
	O_PUTROOTFH = 24,
	O_READ = 25,
	O_READDIR = 26,
	O_READLINK = 27,
	O_SETCLIENTID = 35,
	O_WRITE = 38,
	O_EXCHANGE_ID = 42,
	O_CREATE_SESSION = 43,
	O_CREATE = 6,
	O_LINK = 11,
	O_REMOVE = 28,
	O_RENAME = 29,
	O_SETATTR = 34
};
enum { ERR_PERM_N = 1, ERR_NOENT_N = 2, ERR_ACCES_N = 13, ERR_ROFS_N = 30, ERR_STALE_N = 70 };

/* NULL: the COMPOUND has none. */
static inline const struct rpc_op *op_find(const struct rpc *m, uint32_t op)
{
	uint32_t n = m->n_ops < RPC_OPS_MAX ? m->n_ops : RPC_OPS_MAX;

	for (uint32_t i = 0; i < n; i++)
		if (m->op[i].op == op)
			return &m->op[i];
	return NULL;
}

#endif
