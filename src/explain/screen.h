/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCREEN_H
#define SCREEN_H

#include "query.h"

/* What the lines of a screen or of a log say together: counts are those of the last attempt to boot
 * from the network. */
struct story {
	bool screen, down, up, address, no_server_mac, server_mac; /* lines net: and tftp: */
	bool moved_on;                                             /* boot: mode is another */
	bool no_network;                                           /* ... and order has none */
	bool attempt, link, accepted, arp, no_firmware, no_tree, failed, silent, denied, bad_oack,
		too_large, kernel, later;
	uint32_t offers, your_address, next_server, option66, menu, missing, read;
	uint32_t lines;         /* that told something */
	const char *linux_says; /* what the kernel ended with, NULL: nothing. Static */
};

void story_line(struct story *s, struct bytes line);
/* known: how many lines were known at all */
void story_end(const struct story *s, uint32_t known, struct text *out);

/* The values of a line of the screen or of otp_dump, said in words. */
void screen_fields(struct bytes line, struct text *out);

#endif
