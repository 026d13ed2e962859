/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_PLACE_H
#define RPC_PLACE_H

#include <stddef.h>

#include "reader.h"

struct rpc;

/* The bytes of its message that a number or a boolean of m's body was read from, by its offsetof
 * and size; n 0: from none. For the message that is looked at: it is read anew a few times. */
struct bytes rpc_place(const struct rpc *m, size_t offset, size_t size);

#endif
