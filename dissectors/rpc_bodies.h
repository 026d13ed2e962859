/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_BODIES_H
#define RPC_BODIES_H

#include "rpc.h"

/* An entry of a directory, with its handle where one is given: counted, kept while there is room */
void rpc_entry(struct rpc *m, struct bytes name, struct bytes handle);

/* The end of a list that may be longer than anybody holds: what is missing behind RPC_HELD_MAX
 * bytes is no fault of the capture. False: it goes on beyond what is held. */
bool rpc_list_ends(struct reader *r);

/* One function for the arguments and one for the results of a procedure; the rows of rpc_programs.c
 * name them. */
enum err nfs3_handle(struct reader *r, struct rpc *out);
enum err nfs3_name(struct reader *r, struct rpc *out);
enum err nfs3_rename(struct reader *r, struct rpc *out);
enum err nfs3_link(struct reader *r, struct rpc *out);
enum err nfs3_read(struct reader *r, struct rpc *out);
enum err nfs3_status(struct reader *r, struct rpc *out);
enum err nfs3_readdir(struct reader *r, struct rpc *out);
enum err nfs3_readdirplus(struct reader *r, struct rpc *out);
enum err nfs3_readdir_reply(struct reader *r, struct rpc *out);
enum err nfs3_readdirplus_reply(struct reader *r, struct rpc *out);
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
