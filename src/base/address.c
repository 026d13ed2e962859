/* SPDX-License-Identifier: BSD-2-Clause */
#include "address.h"

struct address address_ip6(const uint8_t *p)
{
	struct address a = { 0, 0 };

	for (int i = 0; i < 8; i++) {
		a.hi = a.hi << 8 | p[i];
		a.lo = a.lo << 8 | p[i + 8];
	}
	return a;
}

bool address_is_multicast(struct address a)
{
	if (address_is_ip4(a))
		return a.lo >> 28 == 0xffffe || (uint32_t)a.lo == UINT32_MAX;
	return a.hi >> 56 == 0xff;
}

bool address_parse_ip4(struct bytes text, uint32_t *out)
{
	uint32_t v = 0, part = 0, digits = 0, dots = 0;

	for (uint32_t i = 0; i < text.n; i++) {
		if (text.p[i] >= '0' && text.p[i] <= '9') {
			part = part * 10 + (uint32_t)(text.p[i] - '0');
			if (++digits > 3 || part > 255)
				return false;
		} else if (text.p[i] == '.' && digits && dots < 3) {
			v = v << 8 | part;
			part = digits = 0;
			dots++;
		} else {
			return false;
		}
	}
	if (dots != 3 || !digits)
		return false;
	*out = v << 8 | part;
	return true;
}
