/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FD_PASS_H
#define FD_PASS_H

#include <stdbool.h>

/*
 * What a helper process answers, over a SOCK_SEQPACKET pair: one number, and with it a descriptor
 * for whoever could not open it himself.
 */

/* fd: -1 when there is none; it stays the caller's. False: nobody hears any more. */
bool fd_pass_send(int socket, int result, int fd);

/* The descriptor that came with a 0, else the number. -EPIPE: the helper is gone; -EMFILE: no room
 * for a descriptor here. */
int fd_pass_hear(int socket);

#endif
