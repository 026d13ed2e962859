/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SERVE_CONFIG_H
#define SERVE_CONFIG_H

#include "options.h"
#include "settings.h"

/*
 * What serve is told: defaults, then the file of --config, then the options, which win. *out is to
 * be freed by free(), and points into itself. The interface's address and mask are in it when it
 * has one now. 0, or EXIT_USAGE or EXIT_SYSTEM after a sentence on standard error for each fault.
 */
int serve_config_load(const struct options *o, struct serve_config **out);

/* What it says, on standard output. */
void serve_config_show(const struct serve_config *c, const char *file);

#endif
