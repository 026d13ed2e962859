/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ERR_H
#define ERR_H

/* How a core function ended. Zero is success; the edges speak negative errno instead. */
enum err {
	ERR_OK = 0,
	ERR_SHORT, /* message ends before its own fields do: the sender's fault */
	ERR_CUT,   /* capture ends before the message does: our snaplen         */
	ERR_VALUE, /* bytes present, value forbidden by the protocol            */
	ERR_NOSPC, /* output buffer or fixed table is full                      */
	ERR_LIMIT, /* a configured budget was reached                           */
};

/* Static: "short", "cut", "value", "nospc", "limit"; NULL for ERR_OK. */
const char *err_key(enum err e);

#endif
