/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROCESS_ALONE_H
#define PROCESS_ALONE_H

#include <stdint.h>
#include <sys/types.h>

/* fork(2), with a SOCK_SEQPACKET socket between the two: each has its own end in *fd. A
 * negative errno: nothing is open. */
pid_t process_beside(int *fd);

/* In a helper that was just forked: of what was open for whoever forked it nothing stays open but
 * the socket to him and these, and it does not end by what the terminal tells him: he may still
 * have something to ask while he ends. */
void process_alone(int socket, const int *keep, uint32_t n);

#endif
