/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPCBIND_TELL_H
#define RPCBIND_TELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rpc.h"

/*
 * The rpcbind that runs on this host already: told which programs are served here, and told again
 * when they are not any more (portmap 2, RFC 1833 3). It takes that from loopback and a port below
 * 1024 only.
 */

/* A socket to it, to be closed by the caller. Its descriptor, or a negative errno and one sentence.
 */
int rpcbind_open(char *why, size_t n) __attribute__((warn_unused_result));
/* Each row in place of what was known of its program and version. 0, or a negative errno and one
 * sentence. */
int rpcbind_set(int fd, const struct rpc_map *row, uint32_t n_rows, char *why, size_t n)
	__attribute__((warn_unused_result));
/* Rows that another may have already: what is there stays. How many were new; they come first. */
uint32_t rpcbind_offer(int fd, struct rpc_map *row, uint32_t n_rows);
/* Waits for no answer. */
void rpcbind_unset(int fd, const struct rpc_map *row, uint32_t n_rows);

#endif
