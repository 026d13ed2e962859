/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef VERDICT_H
#define VERDICT_H

#include "diagnose.h"
#include "scope.h"
#include "text.h"

/* The words that the reports for people share. */

/* "Raspberry Pi 4 Model B, serial 38c128c0, dc:a6:32:79:26:df, 192.168.1.23" */
void verdict_name(const struct client *c, struct text *out);

/* "is stuck at mount: The export is closed to this client" */
void verdict_words(const struct client *c, const struct boot *b, const struct diagnosis *d,
		   struct text *out);

/* A running system that only renewed its address: no boot to tell of. */
bool verdict_bystander(const struct client *c);

/* A missing file that a boot does not need, or a size probe. */
bool verdict_noise(const struct transfer *t);

#endif
