/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PORTMAP_H
#define PORTMAP_H

#include "rpc.h"

/* Mappings as portmap 2 (four words) and rpcbind 3 and 4 (netid, universal address, owner) write
 * them (RFC 1833 2.1, 3.1). */
void portmap_read(struct reader *r, struct rpc_map *out);
void portmap_write(const struct rpc_map *m, struct writer *w);

/* address: as it stood in the message, borrowed. When writing: NULL for one made of the port, which
 * is empty when there is none. */
void rpcbind_read(struct reader *r, struct rpc_map *out, struct bytes *address);
void rpcbind_write(const struct rpc_map *m, struct bytes address, struct writer *w);

/* A universal address (RFC 5665 5.2.3.3) and the port at its end. */
struct bytes universal_read(struct reader *r, uint32_t *port);
void universal_write(struct bytes address, uint32_t port, struct writer *w);

/* DUMP: a row goes into the record's list. Rows of NFS and MOUNT find room there when others would
 * not, and the first of NFS is the answer as a whole. */
void portmap_row(struct rpc *m, const struct rpc_map *row);

#endif
