/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTML_BOOT_H
#define HTML_BOOT_H

#include "client.h"
#include "html.h"

/* The course of one boot: timeline, stages, DHCP, files, mounts, texts that were loaded. */
void html_boot(const struct html *h, const struct client *c, const struct boot *b);

#endif
