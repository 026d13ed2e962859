/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONCERNS_H
#define CONCERNS_H

#include "packet.h"
#include "scope.h"

/* Is this a packet of a machine that the reports tell of: from it, to it, or about it? */
bool concerns_boards(const struct scope *s, const struct packet *p);

#endif
