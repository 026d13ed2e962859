/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "client.h"
#include "finding.h"
#include "scope.h"

/*
 * What a boot's course means. Pure: reads the model only. out is written anew: the cause
 * first (none when the boot is not stuck), then what else is fatal, intermittent, degraded,
 * and what is normal but looks odd.
 */
void diagnose_boot(const struct scope *s, const struct client *c, const struct boot *b,
		   struct diagnosis *out);

/*
 * The boot to tell of a client: its last one, unless that is only just under way and an earlier one
 * of those kept shows what stops it. out is that boot's diagnosis. NULL, out untouched: no boot.
 */
const struct boot *diagnose_client(const struct scope *s, const struct client *c,
				   struct diagnosis *out);

/* Does it hold a fatal finding that is likely or certain? */
bool diagnosis_fatal(const struct diagnosis *d);

#endif
