/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp_netascii.h"

enum { CR = '\r', LF = '\n', NOTHING = -1 };

uint32_t netascii_out(struct netascii *a, const uint8_t *from, uint32_t n, uint8_t *to,
		      uint32_t room)
{
	uint32_t used = 0, taken = 0;

	while (used < room) {
		if (a->waits != NOTHING) {
			to[used++] = (uint8_t)a->waits;
			a->waits = NOTHING;
			continue;
		}
		if (taken == n)
			break;
		to[used] = from[taken++];
		if (to[used] == LF) {
			to[used] = CR;
			a->waits = LF;
		} else if (to[used] == CR) {
			a->waits = 0;
		}
		used++;
	}
	a->offset += taken;
	return used;
}

uint32_t netascii_in(struct netascii *a, const uint8_t *from, uint32_t n, uint8_t *to, int last)
{
	uint32_t used = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (a->waits == CR) {
			a->waits = NOTHING;
			if (from[i] == LF || from[i] == 0) {
				to[used++] = from[i] ? LF : CR;
				continue;
			}
			to[used++] = CR; /* of no known kind: as it came */
		}
		if (from[i] == CR)
			a->waits = CR;
		else
			to[used++] = from[i];
	}
	if (last && a->waits == CR) {
		to[used++] = CR;
		a->waits = NOTHING;
	}
	return used;
}
