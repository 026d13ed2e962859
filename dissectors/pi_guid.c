/* SPDX-License-Identifier: BSD-2-Clause */
#include "pi_guid.h"

#include <string.h>

enum { LENGTH = 17 };

static uint32_t le32(const uint8_t *p)
{
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void put_le32(struct writer *w, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		writer_u8(w, (uint8_t)(v >> 8 * i));
}

static bool all(const uint8_t *p, uint32_t n, uint8_t v)
{
	while (n--)
		if (*p++ != v)
			return false;
	return true;
}

/* "RPi4" or "RPi5", forwards or backwards (facts 1.5). */
static bool magic(const uint8_t *p, struct pi_guid *out)
{
	static const char forwards[] = "RPi", backwards[] = "iPR";

	out->reversed = memcmp(p + 1, backwards, 3) == 0;
	if (!out->reversed && memcmp(p, forwards, 3) != 0)
		return false;
	switch (out->reversed ? p[0] : p[3]) {
	case '4':
		out->form = PI_GUID_PI4;
		return true;
	case '5':
		out->form = PI_GUID_PI5;
		return true;
	default:
		return false;
	}
}

void pi_guid_decode(struct bytes v, struct pi_guid *out)
{
	const uint8_t *p = v.p;

	memset(out, 0, sizeof(*out));
	if (!p || v.n != LENGTH)
		return;
	out->form = PI_GUID_OTHER;
	if (p[0] != 0)
		return;
	p++;
	if (magic(p, out)) {
		out->revision = le32(p + 4);
		memcpy(out->mac_tail, p + 8, 4);
		out->serial = le32(p + 12);
	} else if (all(p, 16, 0x44)) {
		out->form = PI_GUID_ROM;
	} else if (!all(p, 16, p[0]) && memcmp(p, p + 4, 4) == 0 && memcmp(p, p + 8, 8) == 0) {
		out->form = PI_GUID_SERIAL;
		out->serial = le32(p);
	} else if (all(p + 4, 6, 0) && !all(p, 4, 0) && le32(p) < 1u << 24) {
		out->form = PI_GUID_UEFI;
		out->revision = le32(p);
		memcpy(out->mac_tail, p + 12, 4);
	}
}

struct bytes pi_guid_at(const struct pi_guid *g, struct bytes v, enum pi_guid_part part)
{
	static const uint8_t at[][3] = {
		[PI_GUID_SERIAL] = { [PI_GUID_SERIAL_NUMBER] = 1 },
		[PI_GUID_PI4] = { 5, 13, 9 },
		[PI_GUID_PI5] = { 5, 13, 9 },
		[PI_GUID_UEFI] = { [PI_GUID_REVISION] = 1, [PI_GUID_MAC_TAIL] = 13 },
	};
	uint32_t from = v.n == LENGTH ? at[g->form][part] : 0;

	return from ? bytes_of(v.p + from, 4) : bytes_of(NULL, 0);
}

void pi_guid_encode(const struct pi_guid *g, struct writer *w)
{
	static const char *const magics[2][2] = { { "RPi4", "4iPR" }, { "RPi5", "5iPR" } };
	uint8_t *p;

	writer_u8(w, 0);
	switch (g->form) {
	case PI_GUID_PI4:
	case PI_GUID_PI5:
		writer_str(w, magics[g->form == PI_GUID_PI5][g->reversed]);
		put_le32(w, g->revision);
		writer_bytes(w, bytes_of(g->mac_tail, 4));
		put_le32(w, g->serial);
		break;
	case PI_GUID_SERIAL:
		for (int i = 0; i < 4; i++)
			put_le32(w, g->serial);
		break;
	case PI_GUID_UEFI:
		put_le32(w, g->revision);
		writer_zero(w, 8);
		writer_bytes(w, bytes_of(g->mac_tail, 4));
		break;
	case PI_GUID_ROM:
	case PI_GUID_NONE:
	case PI_GUID_OTHER:
		p = writer_room(w, 16);
		if (p)
			memset(p, g->form == PI_GUID_ROM ? 0x44 : 0, 16);
		break;
	}
}
