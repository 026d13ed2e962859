/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_PROGRAMS_H
#define RPC_PROGRAMS_H

#include "rpc.h"

extern const struct rpc_proc rpc_procs[];
extern const struct name rpc_program_names[];

#endif
