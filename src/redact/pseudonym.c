/* SPDX-License-Identifier: BSD-2-Clause */
#include "pseudonym.h"

#include <string.h>

#include "hash.h"

/* What the function below is asked about: so that no two kinds of things share their answers. */
enum domain { MAC_TAIL, SERIAL_HEAD, SERIAL_LONG, IP4_BIT, IP4_OCTET, IP6_BIT, TAIL_BIT, TEXT };

static uint64_t rotate(uint64_t v, unsigned n)
{
	return v << n | v >> (64 - n);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

/* SipHash-2-4 (Aumasson, Bernstein 2012) of two words and the domain: who has many of its answers
 * knows neither the key nor another. */
static uint64_t keyed(const struct pseudonym *p, enum domain domain, uint64_t a, uint64_t b)
{
	const uint64_t word[3] = { a, b, (uint64_t)domain };
	uint64_t v[4] = { p->key[0] ^ UINT64_C(0x736f6d6570736575),
			  p->key[1] ^ UINT64_C(0x646f72616e646f6d),
			  p->key[0] ^ UINT64_C(0x6c7967656e657261),
			  p->key[1] ^ UINT64_C(0x7465646279746573) };

	for (int i = 0; i < 3; i++) {
		v[3] ^= word[i];
		sip_round(v);
		sip_round(v);
		v[0] ^= word[i];
	}
	v[2] ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void pseudonym_init(struct pseudonym *p, uint64_t key)
{
	p->key[0] = key;
	p->key[1] = hash_mix(key ^ UINT64_C(0x9e3779b97f4a7c15));
	p->n_nets = 0;
}

void pseudonym_net(struct pseudonym *p, uint32_t address, uint32_t mask)
{
	uint8_t width = 0;

	while (width < 32 && mask << width)
		width++;
	if (width == 0 || mask != UINT32_MAX << (32 - width))
		return;
	for (uint32_t i = 0; i < p->n_nets; i++)
		if (p->nets[i].first == (address & mask) && p->nets[i].width == width)
			return;
	if (p->n_nets == PSEUDONYM_NETS_MAX)
		return;
	p->nets[p->n_nets].first = address & mask;
	p->nets[p->n_nets++].width = width;
}

/* A Feistel network over 24 bits: one to one whatever the function inside. */
static uint32_t tail_of_mac(const struct pseudonym *p, uint32_t v)
{
	uint32_t left = v >> 12 & 0xfff, right = v & 0xfff;

	for (uint32_t i = 0; i < 6; i++) {
		uint32_t next = left ^ (uint32_t)(keyed(p, MAC_TAIL, i, right) & 0xfff);

		left = right;
		right = next;
	}
	return left << 12 | right;
}

/* n bits of which the leading zeros and the first one stay, so that as many digits are written;
 * the others are turned or not by what stands before them. */
static uint32_t turn(const struct pseudonym *p, enum domain domain, uint64_t before, uint32_t v,
		     uint32_t n)
{
	uint32_t out = 0;

	for (uint32_t i = n; i-- > 0;) {
		uint32_t head = i + 1 < 32 ? v >> (i + 1) : 0, bit = v >> i & 1;

		if (head)
			bit ^= (uint32_t)keyed(p, domain, before, (uint64_t)i << 32 | head) & 1;
		out |= bit << i;
	}
	return out;
}

/* The last 24 bits of an IPv6 address that is not made from a MAC. */
static uint32_t tail_of_ip6(const struct pseudonym *p, uint32_t v)
{
	return turn(p, TAIL_BIT, 1, v >> 16 & 0xff, 8) << 16 |
	       turn(p, TAIL_BIT, 2 + (v >> 16 & 0xff), v & 0xffff, 16);
}

static uint32_t load24(const uint8_t *b)
{
	return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2];
}

static void store24(uint8_t *b, uint32_t v)
{
	b[0] = (uint8_t)(v >> 16);
	b[1] = (uint8_t)(v >> 8);
	b[2] = (uint8_t)v;
}

struct mac pseudonym_mac(const struct pseudonym *p, struct mac m, bool tail_is_macs)
{
	uint32_t tail = load24(m.b + 3);

	if (m.b[0] == 0x33 && m.b[1] == 0x33 && m.b[2] == 0xff)
		store24(m.b + 3, tail_is_macs ? tail_of_mac(p, tail) : tail_of_ip6(p, tail));
	else if (!mac_none(m) && !mac_is_group(m))
		store24(m.b + 3, tail_of_mac(p, tail));
	return m;
}

uint32_t pseudonym_serial(const struct pseudonym *p, uint32_t v)
{
	/* none, and what the first ROMs say in its place (facts 1.5) */
	if (v == 0 || v == UINT32_MAX || v == 0x44444444)
		return v;
	return (v ^ (uint32_t)keyed(p, SERIAL_HEAD, v & 0xffffff, 0) << 24) >> 24 << 24 |
	       tail_of_mac(p, v & 0xffffff);
}

uint64_t pseudonym_serial_long(const struct pseudonym *p, uint64_t v)
{
	uint32_t head = (uint32_t)(v >> 32), low = (uint32_t)v;

	/* the upper half of boards up to the Pi 4 */
	if (head && head != 0x10000000)
		head ^= (uint32_t)keyed(p, SERIAL_LONG, low, 0);
	return (uint64_t)head << 32 | pseudonym_serial(p, low);
}

/* Of these stays what is beneath the width; of whole ones all. */
static const struct {
	uint32_t first;
	uint8_t width;
	bool whole;
} kept[] = {
	{ 0x00000000, 8, true },   { 0x0a000000, 8, false },  { 0x64400000, 10, false },
	{ 0x7f000000, 8, true },   { 0xa9fe0000, 16, false }, { 0xac100000, 12, false },
	{ 0xc0a80000, 16, false }, { 0xe0000000, 3, true },
};

static uint32_t head_of(uint32_t v, uint32_t width)
{
	return width ? v >> (32 - width) : 0;
}

static uint32_t digits(uint32_t octet)
{
	return octet < 10 ? 1 : octet < 100 ? 2 : 3;
}

/* May the two halves of what shares v's first n bits change places? Not when one of the addresses
 * there has to stay, nor when they are written with different numbers of digits. */
static bool may_turn(const struct pseudonym *p, uint32_t v, uint32_t n)
{
	uint32_t shift = 24 - n / 8 * 8, rest = 0xffU >> n % 8, low = (v >> shift & 0xff) & ~rest,
		 high = low | rest;

	if (low == 0 || high == 255 || digits(low) != digits(high))
		return false;
	for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (n < kept[i].width && head_of(v, n) == head_of(kept[i].first, n))
			return false;
	for (uint32_t i = 0; i < p->n_nets; i++) {
		uint32_t width = p->nets[i].width, all, host;

		if (n < width || head_of(v, width) != head_of(p->nets[i].first, width))
			continue;
		/* the subnet's own address or its broadcast is there */
		all = (uint32_t)((UINT64_C(1) << (n - width)) - 1);
		host = head_of(v, n) & all;
		if (host == 0 || host == all)
			return false;
	}
	return true;
}

/* A mask that ends inside of octet i of v's network: bit by bit there. */
static bool divided(const struct pseudonym *p, uint32_t v, uint32_t i)
{
	for (uint32_t k = 0; k < p->n_nets; k++)
		if (p->nets[k].width > 8 * i && p->nets[k].width < 8 * i + 8 &&
		    head_of(p->nets[k].first, 8 * i) == head_of(v, 8 * i))
			return true;
	return false;
}

static uint32_t octet_of(uint32_t v, uint32_t i)
{
	return v >> (24 - 8 * i) & 0xff;
}

/* Octets that may stand for each other at place i of v: written with as many digits, and in the
 * same of the ranges that are kept. What is alone in its class stays. */
static uint32_t class_of(uint32_t v, uint32_t i, uint32_t octet)
{
	uint32_t class = digits(octet);

	if (octet == 0 || octet == 255)
		return 0x100 | octet;
	for (uint32_t k = 0; k < sizeof(kept) / sizeof(kept[0]); k++) {
		uint32_t width = kept[k].width, own = octet_of(kept[k].first, i), shift;

		if (width <= 8 * i || head_of(v, 8 * i) != head_of(kept[k].first, 8 * i))
			continue;
		shift = width >= 8 * i + 8 ? 0 : 8 * i + 8 - width;
		if (octet >> shift == own >> shift)
			class |= (k + 1) << 16 | (shift ? 0 : octet << 8);
	}
	return class;
}

/* One to one over 8 bits. */
static uint32_t octet_turned(const struct pseudonym *p, uint64_t before, uint32_t octet)
{
	uint32_t left = octet >> 4, right = octet & 15;

	for (uint32_t i = 0; i < 6; i++) {
		uint32_t next = left ^ (uint32_t)(keyed(p, IP4_OCTET, before, i << 8 | right) & 15);

		left = right;
		right = next;
	}
	return left << 4 | right;
}

/* Over and over until one of its class comes up: one to one within that. */
static uint32_t octet_other(const struct pseudonym *p, uint32_t v, uint32_t i)
{
	uint64_t before = (uint64_t)i << 32 | head_of(v, 8 * i);
	uint32_t octet = octet_of(v, i), class = class_of(v, i, octet);

	do
		octet = octet_turned(p, before, octet);
	while (class_of(v, i, octet) != class);
	return octet;
}

uint32_t pseudonym_ip4(const struct pseudonym *p, uint32_t v, uint32_t width)
{
	uint32_t out = v;

	for (uint32_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (kept[i].whole &&
		    head_of(v, kept[i].width) == head_of(kept[i].first, kept[i].width))
			return v;
	for (uint32_t i = 0; i < 4 && 8 * i < width; i++) {
		if (width >= 8 * i + 8 && !divided(p, v, i)) {
			out ^= (octet_of(v, i) ^ octet_other(p, v, i)) << (24 - 8 * i);
			continue;
		}
		for (uint32_t n = 8 * i; n < 8 * i + 8 && n < width; n++)
			if (may_turn(p, v, n) && (keyed(p, IP4_BIT, n, head_of(v, n)) & 1))
				out ^= UINT32_C(1) << (31 - n);
	}
	return out;
}

static uint64_t be64(const uint8_t *b)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | b[i];
	return v;
}

static void ip4_inside(const struct pseudonym *p, const uint8_t from[16], uint8_t to[16])
{
	uint32_t v = pseudonym_ip4(p, (uint32_t)be64(from + 8), 32);

	memcpy(to, from, 12);
	for (int i = 12; i < 16; i++)
		to[i] = (uint8_t)(v >> (120 - 8 * i));
}

/* Group i (16 bits), turned by itself and all before it. */
static void group(const struct pseudonym *p, const uint8_t from[16], uint8_t to[16], uint32_t i)
{
	uint64_t before = i > 4   ? hash_two(be64(from), be64(from + 8) >> (8 - i) * 16)
			  : i > 0 ? be64(from) >> (4 - i) * 16
				  : 0; /* the shift of nothing at all would be one too many */
	uint32_t v = (uint32_t)from[2 * i] << 8 | from[2 * i + 1], stay = 0;

	if (i == 0 && (v & 0xfe00) == 0xfc00)
		stay = 0xff00; /* RFC 4193: unique and local */
	v = (v & stay) | (turn(p, IP6_BIT, before ^ (uint64_t)i << 56, v, 16) & ~stay & 0xffff);
	to[2 * i] = (uint8_t)(v >> 8);
	to[2 * i + 1] = (uint8_t)v;
}

void pseudonym_ip6(const struct pseudonym *p, const uint8_t from[16], uint8_t to[16],
		   bool tail_is_macs)
{
	static const uint8_t solicited[13] = { 0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff };
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
	static const uint8_t translated[12] = { 0, 0x64, 0xff, 0x9b }; /* RFC 6052 */
	uint32_t tail = load24(from + 13);

	memcpy(to, from, 16);
	if (memcmp(from, mapped, 12) == 0 || memcmp(from, translated, 12) == 0) {
		ip4_inside(p, from, to);
		return;
	}
	if (from[0] == 0xff) {
		if (memcmp(from, solicited, 13) == 0)
			store24(to + 13,
				tail_is_macs ? tail_of_mac(p, tail) : tail_of_ip6(p, tail));
		return;
	}
	if (from[0] != 0xfe || (from[1] & 0xc0) != 0x80)
		for (uint32_t i = 0; i < 4; i++)
			group(p, from, to, i);
	if (from[11] == 0xff && from[12] == 0xfe) {
		store24(to + 13, tail_of_mac(p, tail));
		return;
	}
	for (uint32_t i = 4; i < 6; i++)
		group(p, from, to, i);
	to[12] = (uint8_t)turn(p, IP6_BIT, hash_two(be64(from), be64(from + 8) >> 32), from[12], 8);
	store24(to + 13, tail_of_ip6(p, tail));
}

uint64_t pseudonym_word(const struct pseudonym *p, struct bytes text, uint32_t i)
{
	uint64_t h = 0;

	for (uint32_t at = 0; at < text.n; at += 8) {
		uint64_t part = 0;

		for (uint32_t k = at; k < text.n && k < at + 8; k++)
			part = part << 8 | text.p[k];
		h = keyed(p, TEXT, h, part);
	}
	return keyed(p, TEXT, h, (uint64_t)text.n << 32 | i);
}

void pseudonym_bytes(const struct pseudonym *p, struct bytes v, uint8_t *to)
{
	for (uint32_t i = 0; i < v.n; i++)
		to[i] = (uint8_t)(pseudonym_word(p, v, i));
}

void pseudonym_digits(const struct pseudonym *p, struct bytes v, uint8_t *to)
{
	static const char small[] = "abcdef", large[] = "ABCDEF", decimal[] = "0123456789";

	for (uint32_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];
		uint32_t d = (uint32_t)(pseudonym_word(p, v, i) >> 32);
		char other = (char)c;

		if (c >= '0' && c <= '9')
			other = decimal[d % 10];
		else if (c >= 'A' && c <= 'F')
			other = large[d % 6];
		else if (c >= 'a' && c <= 'f')
			other = small[d % 6];
		to[i] = (uint8_t)other;
	}
}
