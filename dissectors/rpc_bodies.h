/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_BODIES_H
#define RPC_BODIES_H

#include "rpc.h"

/* An entry of a directory: counted, and kept while there is room. */
void rpc_entry(struct rpc *m, struct bytes name);

/* One function for the arguments and one for the results of a procedure; the rows of rpc_programs.c
 * name them. */
enum err portmap_call(struct reader *r, struct rpc *out);
enum err portmap_port(struct reader *r, struct rpc *out);
enum err portmap_dump(struct reader *r, struct rpc *out);
enum err rpcbind_call(struct reader *r, struct rpc *out);
enum err rpcbind_address(struct reader *r, struct rpc *out);
enum err mount_path(struct reader *r, struct rpc *out);
enum err mount1_reply(struct reader *r, struct rpc *out);
enum err mount3_reply(struct reader *r, struct rpc *out);
enum err nfs2_handle(struct reader *r, struct rpc *out);
enum err nfs2_name(struct reader *r, struct rpc *out);
enum err nfs2_two_names(struct reader *r, struct rpc *out);
enum err nfs2_read(struct reader *r, struct rpc *out);
enum err nfs2_write(struct reader *r, struct rpc *out);
enum err nfs2_status(struct reader *r, struct rpc *out);
enum err nfs2_object(struct reader *r, struct rpc *out);
enum err nfs3_handle(struct reader *r, struct rpc *out);
enum err nfs3_name(struct reader *r, struct rpc *out);
enum err nfs3_rename(struct reader *r, struct rpc *out);
enum err nfs3_link(struct reader *r, struct rpc *out);
enum err nfs3_read(struct reader *r, struct rpc *out);
enum err nfs3_status(struct reader *r, struct rpc *out);
enum err nfs3_getattr_reply(struct reader *r, struct rpc *out);
enum err nfs3_lookup_reply(struct reader *r, struct rpc *out);
enum err nfs3_create_reply(struct reader *r, struct rpc *out);
enum err nfs3_read_reply(struct reader *r, struct rpc *out);
enum err nfs3_write_reply(struct reader *r, struct rpc *out);
enum err nfs3_readlink_reply(struct reader *r, struct rpc *out);
enum err nfs4_compound_call(struct reader *r, struct rpc *out);
enum err nfs4_compound_reply(struct reader *r, struct rpc *out);
enum err nfs4_callback_call(struct reader *r, struct rpc *out);

#endif
