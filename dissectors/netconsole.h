/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NETCONSOLE_H
#define NETCONSOLE_H

#include "field.h"
#include "reader.h"

enum { NETCONSOLE_FROM_PORT = 6665, NETCONSOLE_TO_PORT = 6666 };

/* One datagram of the bootloader's or kernel's log (facts 6.6): text without its NUL and line end.
 */
struct netconsole {
	struct bytes line; /* borrowed */
};

enum err netconsole_decode(struct reader *r, struct netconsole *out);

#endif
