/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONCERNS_H
#define CONCERNS_H

#include "packet.h"
#include "scope.h"

/* Machines whose packets are looked for: the n named, or with n 0 all that the reports tell of. */
struct concerned {
	const struct scope *s;   /* borrowed */
	const struct mac *board; /* borrowed */
	int n;
};

/* Is this a packet of one of them: from it, to it, or about it? */
bool concerns_boards(const struct concerned *who, const struct packet *p);

#endif
