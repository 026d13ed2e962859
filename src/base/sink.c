/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink.h"

#include "text.h"

void sink_hex(const struct sink *s, const char *key, struct bytes v)
{
	char buf[4097];
	struct text t = text_init(buf, sizeof(buf));

	text_hex(&t, v);
	sink_at(s, v);
	sink_text(s, key, buf);
}

void sink_hex_u32(const struct sink *s, const char *key, uint32_t v, uint32_t digits)
{
	uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
	uint32_t n = digits < 8 ? digits / 2 : 4;
	char buf[16];
	struct text t = text_init(buf, sizeof(buf));

	text_str(&t, "0x");
	text_hex(&t, bytes_of(b + 4 - n, n));
	sink_text(s, key, buf);
}

void sink_ip4(const struct sink *s, const char *key, uint32_t v)
{
	char buf[16];
	struct text t = text_init(buf, sizeof(buf));

	text_ip4(&t, v);
	sink_text(s, key, buf);
}

void sink_address(const struct sink *s, const char *key, struct address a)
{
	char buf[48];
	struct text t = text_init(buf, sizeof(buf));

	if (a.hi == 0 && a.lo == 0) {
		sink_null(s, key);
		return;
	}
	text_address(&t, a);
	sink_text(s, key, buf);
}

void sink_mac(const struct sink *s, const char *key, struct mac m)
{
	char buf[18];
	struct text t = text_init(buf, sizeof(buf));

	text_mac(&t, m);
	sink_text(s, key, buf);
}

void sink_time(const struct sink *s, const char *key, uint64_t ns)
{
	char buf[40];
	struct text t = text_init(buf, sizeof(buf));

	text_time(&t, ns);
	sink_text(s, key, buf);
}
