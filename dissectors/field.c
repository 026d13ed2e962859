/* SPDX-License-Identifier: BSD-2-Clause */
#include "field.h"

#include <stdbool.h>
#include <string.h>

#include "address.h"

const char *name_of(const struct name *names, uint32_t v)
{
	for (; names && names->s; names++)
		if (names->v == v)
			return names->s;
	return NULL;
}

/* Bytes of one element; 0: the value is not made of elements of a fixed size. */
static uint32_t element(enum field_format fmt)
{
	switch (fmt) {
	case FMT_U8:
	case FMT_BOOL:
	case FMT_ENUM8:
	case FMT_CODES:
		return 1;
	case FMT_U16:
	case FMT_ENUM16:
		return 2;
	case FMT_U32:
	case FMT_SECS:
	case FMT_IP4:
		return 4;
	case FMT_IP4_PAIR:
		return 8;
	case FMT_IP6:
		return 16;
	case FMT_HEX:
	case FMT_FLAG:
	case FMT_TEXT:
	case FMT_DOMAINS:
	case FMT_SUB:
	case FMT_OWN:
		return 0;
	}
	return 0;
}

enum err field_check(const struct field *f, struct bytes v, uint16_t from)
{
	uint32_t size = element(f->fmt);

	if (v.n < f->min || (f->max && v.n > f->max))
		return ERR_VALUE;
	if (size &&
	    (v.n % size || (v.n != size && !(f->flags & FIELD_LIST) && f->fmt != FMT_CODES)))
		return ERR_VALUE;
	if (from && (f->flags & (FIELD_CLIENT | FIELD_SERVER)) && !(f->flags & from))
		return ERR_VALUE;
	return ERR_OK;
}

static uint32_t be(const uint8_t *p, uint32_t n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

/* One RFC 1035 name without regard to pointers out of v; false at the end or when it does not fit.
 */
static bool next_domain(struct bytes v, uint32_t *at, struct text *out)
{
	uint32_t pos = *at, after = 0, hops = 0, from = out->pos;

	if (pos >= v.n)
		return false;
	while (pos < v.n && v.p[pos]) {
		uint8_t len = v.p[pos];

		if (len >= 0xc0) {
			uint32_t to = pos + 1 < v.n ? (len & 0x3fu) << 8 | v.p[pos + 1] : v.n;

			after = after ? after : pos + 2;
			if (to >= pos || ++hops > 8)
				break;
			pos = to;
			continue;
		}
		if (len > v.n - pos - 1)
			len = (uint8_t)(v.n - pos - 1);
		if (out->pos > from)
			text_char(out, '.');
		text_safe(out, bytes_of(v.p + pos + 1, len));
		pos += len + 1u;
	}
	*at = after ? after : pos + 1;
	return true;
}

static void one_text(const struct field *f, const uint8_t *p, struct text *out)
{
	const char *name = NULL;

	switch (f->fmt) {
	case FMT_U8:
	case FMT_CODES:
		text_u64(out, p[0]);
		break;
	case FMT_BOOL:
		text_str(out, p[0] ? "yes" : "no");
		break;
	case FMT_U16:
		text_u64(out, be(p, 2));
		break;
	case FMT_U32:
		text_u64(out, be(p, 4));
		break;
	case FMT_SECS:
		text_fmt(out, "%u s", be(p, 4));
		break;
	case FMT_ENUM8:
	case FMT_ENUM16:
		name = name_of(f->u.names, be(p, f->fmt == FMT_ENUM8 ? 1 : 2));
		if (name)
			text_str(out, name);
		else
			text_u64(out, be(p, f->fmt == FMT_ENUM8 ? 1 : 2));
		break;
	case FMT_IP4:
		text_ip4(out, be(p, 4));
		break;
	case FMT_IP4_PAIR:
		text_ip4(out, be(p, 4));
		text_char(out, '/');
		text_ip4(out, be(p + 4, 4));
		break;
	case FMT_IP6:
		text_address(out, address_ip6(p));
		break;
	case FMT_HEX:
	case FMT_FLAG:
	case FMT_TEXT:
	case FMT_DOMAINS:
	case FMT_SUB:
	case FMT_OWN:
		break;
	}
}

/* Without the NULs that servers put behind texts. */
static struct bytes trimmed(struct bytes v)
{
	while (v.n && v.p[v.n - 1] == 0)
		v.n--;
	return v;
}

static void sub_text(const struct field *sub, struct bytes v, struct text *out)
{
	bool first = true;

	for (uint32_t at = 0; at + 2 <= v.n;) {
		uint8_t code = v.p[at], n = v.p[at + 1];

		if (n > v.n - at - 2)
			n = (uint8_t)(v.n - at - 2);
		if (!first)
			text_char(out, ' ');
		first = false;
		if (sub && sub[code].key) {
			text_fmt(out, "%s=", sub[code].key);
			field_text(&sub[code], bytes_of(v.p + at + 2, n), out);
		} else {
			text_fmt(out, "%u=", code);
			text_hex(out, bytes_of(v.p + at + 2, n));
		}
		at += 2u + n;
	}
}

void field_text(const struct field *f, struct bytes v, struct text *out)
{
	uint32_t size = element(f->fmt), at = 0;

	if (field_check(f, v, 0)) {
		text_hex(out, v);
		return;
	}
	switch (f->fmt) {
	case FMT_FLAG:
		text_str(out, "yes");
		return;
	case FMT_TEXT:
		text_safe(out, trimmed(v));
		return;
	case FMT_DOMAINS:
		while (next_domain(v, &at, out) && at < v.n)
			text_char(out, ' ');
		return;
	case FMT_SUB:
		sub_text(f->u.sub, v, out);
		return;
	case FMT_HEX:
	case FMT_OWN:
		text_hex(out, v);
		return;
	case FMT_U8:
	case FMT_U16:
	case FMT_U32:
	case FMT_SECS:
	case FMT_BOOL:
	case FMT_IP4:
	case FMT_IP4_PAIR:
	case FMT_IP6:
	case FMT_ENUM8:
	case FMT_ENUM16:
	case FMT_CODES:
		break;
	}
	for (at = 0; at < v.n; at += size) {
		if (at)
			text_char(out, ',');
		one_text(f, v.p + at, out);
	}
}

static void one_json(const struct field *f, const char *key, const uint8_t *p, uint32_t size,
		     const struct sink *out)
{
	char buf[64];
	struct text t = text_init(buf, sizeof(buf));

	sink_at(out, bytes_of(p, size));
	if (f->fmt == FMT_BOOL) {
		sink_bool(out, key, p[0] != 0);
	} else if (f->fmt == FMT_U8 || f->fmt == FMT_CODES || f->fmt == FMT_U16 ||
		   f->fmt == FMT_U32 || f->fmt == FMT_SECS) {
		sink_number(out, key, be(p, size));
	} else {
		one_text(f, p, &t);
		sink_text(out, key, buf);
	}
}

static void domains_json(const char *key, struct bytes v, const struct sink *out)
{
	char buf[512];
	uint32_t at = 0;

	sink_list(out, key);
	for (int n = 0; n < 32; n++) {
		struct text t = text_init(buf, sizeof(buf));

		if (!next_domain(v, &at, &t))
			break;
		sink_text(out, NULL, buf);
	}
	sink_close(out);
}

static void sub_json(const struct field *sub, const char *key, struct bytes v,
		     const struct sink *out)
{
	sink_list(out, key);
	for (uint32_t at = 0; at + 2 <= v.n;) {
		uint8_t code = v.p[at], n = v.p[at + 1];
		struct bytes value;

		if (n > v.n - at - 2)
			n = (uint8_t)(v.n - at - 2);
		value = bytes_of(v.p + at + 2, n);
		sink_at(out, bytes_of(v.p + at, 2u + n));
		sink_object(out, NULL);
		sink_at(out, bytes_of(v.p + at, 1));
		sink_number(out, "code", code);
		sink_hex(out, "hex", value);
		if (sub && sub[code].key) {
			sink_text(out, "name", sub[code].key);
			field_json(&sub[code], "value", value, out);
		}
		sink_close(out);
		at += 2u + n;
	}
	sink_close(out);
}

void field_json(const struct field *f, const char *key, struct bytes v, const struct sink *out)
{
	uint32_t size = element(f->fmt);

	sink_at(out, v);
	if (field_check(f, v, 0)) {
		sink_hex(out, key, v);
	} else if (f->fmt == FMT_FLAG) {
		sink_bool(out, key, true);
	} else if (f->fmt == FMT_TEXT) {
		sink_bytes(out, key, trimmed(v));
	} else if (f->fmt == FMT_DOMAINS) {
		domains_json(key, v, out);
	} else if (f->fmt == FMT_SUB) {
		sub_json(f->u.sub, key, v, out);
	} else if (f->fmt == FMT_OWN) {
		sink_object(out, key);
		f->u.own(v, out);
		sink_close(out);
	} else if (f->fmt == FMT_HEX) {
		sink_hex(out, key, v);
	} else if (f->flags & FIELD_LIST || f->fmt == FMT_CODES) {
		sink_list(out, key);
		for (uint32_t at = 0; at < v.n; at += size)
			one_json(f, NULL, v.p + at, size, out);
		sink_close(out);
	} else {
		one_json(f, key, v.p, size, out);
	}
}

/* One hex digit; -1: none. */
static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static enum err parse_hex(const char *s, struct writer *out)
{
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		s += 2;
	while (*s) {
		if (*s == ':' || *s == ' ') {
			s++;
			continue;
		}
		if (digit(s[0]) < 0 || digit(s[1]) < 0)
			return ERR_VALUE;
		writer_u8(out, (uint8_t)(digit(s[0]) << 4 | digit(s[1])));
		s += 2;
	}
	return out->err;
}

static enum err parse_number(struct bytes word, const struct field *f, uint32_t size,
			     struct writer *out)
{
	uint64_t v = 0, max = size == 4 ? UINT32_MAX : (UINT64_C(1) << 8 * size) - 1;

	for (const struct name *n = f->fmt == FMT_ENUM8 || f->fmt == FMT_ENUM16 ? f->u.names : NULL;
	     n && n->s; n++) {
		if (bytes_is(word, n->s)) {
			word.n = 0;
			v = n->v;
		}
	}
	for (uint32_t i = 0; i < word.n; i++) {
		if (word.p[i] < '0' || word.p[i] > '9' || v > max)
			return ERR_VALUE;
		v = v * 10 + (uint64_t)(word.p[i] - '0');
	}
	if (v > max)
		return ERR_VALUE;
	for (uint32_t i = size; i--;)
		writer_u8(out, (uint8_t)(v >> 8 * i));
	return out->err;
}

static struct bytes without_blanks(struct bytes v)
{
	while (v.n && v.p[0] == ' ') {
		v.p++;
		v.n--;
	}
	while (v.n && v.p[v.n - 1] == ' ')
		v.n--;
	return v;
}

static enum err parse_ip4(struct bytes word, struct writer *out)
{
	uint32_t ip;

	if (!address_parse_ip4(word, &ip))
		return ERR_VALUE;
	writer_be32(out, ip);
	return out->err;
}

static enum err parse_pair(struct bytes word, struct writer *out)
{
	uint32_t slash = bytes_find(word, bytes_of("/", 1));
	enum err e;

	if (slash >= word.n)
		return ERR_VALUE;
	e = parse_ip4(bytes_of(word.p, slash), out);
	return e ? e : parse_ip4(bytes_of(word.p + slash + 1, word.n - slash - 1), out);
}

static enum err parse_bool(struct bytes word, struct writer *out)
{
	bool yes = bytes_is(word, "1") || bytes_is(word, "yes") || bytes_is(word, "true");

	if (!yes && !bytes_is(word, "0") && !bytes_is(word, "no") && !bytes_is(word, "false"))
		return ERR_VALUE;
	writer_u8(out, yes);
	return out->err;
}

static enum err parse_word(struct bytes word, const struct field *f, struct writer *out)
{
	word = without_blanks(word);
	if (!word.n)
		return ERR_VALUE;
	if (f->fmt == FMT_IP4)
		return parse_ip4(word, out);
	if (f->fmt == FMT_IP4_PAIR)
		return parse_pair(word, out);
	if (f->fmt == FMT_BOOL)
		return parse_bool(word, out);
	if (f->fmt == FMT_SECS && word.n > 2 && word.p[word.n - 1] == 's' &&
	    word.p[word.n - 2] == ' ')
		word = without_blanks(bytes_of(word.p, word.n - 1));
	return parse_number(word, f, element(f->fmt), out);
}

/* Names with blanks between, each as labels (RFC 1035 3.1), not compressed. */
static enum err parse_domains(const char *arg, struct writer *out)
{
	while (*arg == ' ')
		arg++;
	while (*arg) {
		uint32_t label = out->pos, name = label;

		writer_u8(out, 0);
		for (; *arg && *arg != ' '; arg++) {
			uint32_t n = out->pos - label - 1;

			if (out->err)
				return out->err;
			if (*arg != '.') {
				writer_u8(out, (uint8_t)*arg);
				continue;
			}
			if (!n || n > 63)
				return ERR_VALUE;
			out->buf[label] = (uint8_t)n;
			label = out->pos;
			writer_u8(out, 0);
		}
		if (out->err)
			return out->err;
		if (out->pos - label - 1 > 63 || out->pos == name + 1)
			return ERR_VALUE;
		/* without a dot at its end the last label has a length still to be said */
		if (out->pos > label + 1) {
			out->buf[label] = (uint8_t)(out->pos - label - 1);
			writer_u8(out, 0);
		}
		while (*arg == ' ')
			arg++;
	}
	return out->err;
}

enum err field_parse(const struct field *f, const char *arg, struct writer *out)
{
	uint32_t from = out->pos;
	enum err e;

	if (f->fmt == FMT_TEXT) {
		writer_str(out, arg);
		e = out->err;
	} else if (f->fmt == FMT_FLAG) {
		e = *arg && strcmp(arg, "yes") != 0 ? ERR_VALUE : ERR_OK;
	} else if (f->fmt == FMT_DOMAINS) {
		e = parse_domains(arg, out);
	} else if (!element(f->fmt) || f->fmt == FMT_IP6) {
		e = parse_hex(arg, out);
	} else {
		const char *end;

		do {
			end = strchr(arg, ',');
			e = parse_word(
				bytes_of(arg, (uint32_t)(end ? (size_t)(end - arg) : strlen(arg))),
				f, out);
			arg = end ? end + 1 : NULL;
		} while (arg && !e);
	}
	return e ? e : field_check(f, bytes_of(out->buf + from, out->pos - from), 0);
}
