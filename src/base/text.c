/* SPDX-License-Identifier: BSD-2-Clause */
#include "text.h"

#include <assert.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

static const char hex_digits[] = "0123456789abcdef";

struct text text_init(char *buf, uint32_t cap)
{
	struct text t = { buf, 0, cap, false };

	assert(cap > 0);
	buf[0] = 0;
	return t;
}

void text_clear(struct text *t)
{
	t->pos = 0;
	t->cut = false;
	t->buf[0] = 0;
}

static void append(struct text *t, const char *s, uint32_t n)
{
	uint32_t room = t->cap - t->pos - 1;

	if (t->cut)
		return;
	if (n > room) {
		n = room;
		t->cut = true;
	}
	memcpy(t->buf + t->pos, s, n);
	t->pos += n;
	t->buf[t->pos] = 0;
}

/* All of it, or a cut. */
static void append_whole(struct text *t, const char *s, uint32_t n)
{
	if (n > t->cap - t->pos - 1)
		t->cut = true;
	else
		append(t, s, n);
}

void text_char(struct text *t, char c)
{
	if (!t->cut && t->cap - t->pos > 1) {
		t->buf[t->pos++] = c;
		t->buf[t->pos] = 0;
	} else {
		t->cut = true;
	}
}

void text_str(struct text *t, const char *s)
{
	if (s)
		append(t, s, (uint32_t)strlen(s));
}

void text_safe(struct text *t, struct bytes v)
{
	for (uint32_t i = 0, plain; i < v.n && !t->cut; i += plain + 1) {
		char esc[4] = { '\\', 'x' };

		for (plain = 0; i + plain < v.n; plain++)
			if (v.p[i + plain] < 0x20 || v.p[i + plain] >= 0x7f)
				break;
		if (plain)
			append(t, (const char *)v.p + i, plain);
		if (i + plain == v.n)
			return;
		esc[2] = hex_digits[v.p[i + plain] >> 4];
		esc[3] = hex_digits[v.p[i + plain] & 15];
		append_whole(t, esc, sizeof(esc));
	}
}

/* Digits of v in base 10 or 16, right-aligned in a field of width, filled with fill. */
static void number(struct text *t, uint64_t v, uint32_t base, uint32_t width, char fill, bool minus)
{
	char tmp[24];
	uint32_t n = sizeof(tmp), have, small;

	/* dividing by what the compiler knows is ten times quicker, and most of what is written is
	 * small */
	if (base == 16) {
		do {
			tmp[--n] = hex_digits[v & 15];
		} while (v >>= 4);
	} else {
		for (; v > UINT32_MAX; v /= 10)
			tmp[--n] = hex_digits[v % 10];
		small = (uint32_t)v;
		do {
			tmp[--n] = hex_digits[small % 10];
		} while (small /= 10);
	}
	if (minus && fill != '0')
		tmp[--n] = '-';
	else if (minus)
		text_char(t, '-');
	have = (uint32_t)sizeof(tmp) - n + (minus && fill == '0');
	for (; have < width && !t->cut; have++)
		text_char(t, fill);
	append(t, tmp + n, (uint32_t)sizeof(tmp) - n);
}

void text_u64(struct text *t, uint64_t v)
{
	number(t, v, 10, 0, ' ', false);
}

void text_hex(struct text *t, struct bytes v)
{
	for (uint32_t i = 0; i < v.n && !t->cut; i++) {
		char two[2] = { hex_digits[v.p[i] >> 4], hex_digits[v.p[i] & 15] };

		append_whole(t, two, sizeof(two));
	}
}

void text_ip4(struct text *t, uint32_t v)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		number(t, v >> shift & 255, 10, 0, ' ', false);
		if (shift)
			text_char(t, '.');
	}
}

static void text_ip6(struct text *t, struct address a)
{
	uint32_t g[8], best = 8, best_n = 1;

	for (uint32_t i = 0; i < 4; i++) {
		g[i] = (uint32_t)(a.hi >> (48 - 16 * i)) & 0xffff;
		g[i + 4] = (uint32_t)(a.lo >> (48 - 16 * i)) & 0xffff;
	}
	/* RFC 5952 4.2: the longest run of two zero groups and more, the first of equals */
	for (uint32_t i = 0; i < 8; i++) {
		uint32_t n = 0;

		while (i + n < 8 && g[i + n] == 0)
			n++;
		if (n > best_n) {
			best = i;
			best_n = n;
		}
	}
	for (uint32_t i = 0; i < 8; i++) {
		if (i == best) {
			text_str(t, "::");
			i += best_n - 1;
			continue;
		}
		if (i && i != best + best_n)
			text_char(t, ':');
		number(t, g[i], 16, 0, ' ', false);
	}
}

void text_address(struct text *t, struct address a)
{
	if (address_is_ip4(a))
		text_ip4(t, address_to_ip4(a));
	else if (address_none(a))
		text_char(t, '-');
	else
		text_ip6(t, a);
}

void text_mac(struct text *t, struct mac m)
{
	text_fmt(t, "%02x:%02x:%02x:%02x:%02x:%02x", m.b[0], m.b[1], m.b[2], m.b[3], m.b[4],
		 m.b[5]);
}

void text_time(struct text *t, uint64_t ns)
{
	uint64_t s = ns / 1000000000, days = s / 86400, of_day = s % 86400;
	/* days since 0000-03-01 to a civil date, after H. Hinnant's public derivation */
	uint64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
	uint32_t day = (uint32_t)(doy - (153 * mp + 2) / 5 + 1);
	uint32_t month = (uint32_t)(mp < 10 ? mp + 3 : mp - 9);
	uint32_t year = (uint32_t)(yoe + era * 400 + (month <= 2));

	text_fmt(t, "%04u-%02u-%02uT%02u:%02u:%02u.%09uZ", year, month, day,
		 (uint32_t)(of_day / 3600), (uint32_t)(of_day / 60 % 60), (uint32_t)(of_day % 60),
		 (uint32_t)(ns % 1000000000));
}

void text_seconds(struct text *t, uint64_t ns, int decimals)
{
	for (int i = decimals; i < 9; i++)
		ns /= 10;
	text_decimal(t, ns, decimals);
}

void text_decimal(struct text *t, uint64_t v, int decimals)
{
	uint64_t unit = 1;

	for (int i = 0; i < decimals; i++)
		unit *= 10;
	text_u64(t, v / unit);
	if (decimals > 0) {
		text_char(t, '.');
		number(t, v % unit, 10, (uint32_t)decimals, '0', false);
	}
}

void text_bytes_count(struct text *t, uint64_t n)
{
	static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	uint64_t div = 1;
	uint32_t u = 0;

	while (n / div >= 1000) {
		div *= 1000;
		u++;
	}
	text_u64(t, n / div);
	if (u && n / div < 100)
		text_fmt(t, ".%u", (uint32_t)(n % div * 10 / div));
	text_fmt(t, " %s", units[u]);
}

void text_pad(struct text *t, uint32_t column)
{
	while (t->pos < column && !t->cut)
		text_char(t, ' ');
}

struct spec {
	uint32_t width, precision, longs;
	char fill;
	bool left;
};

static const char *read_spec(const char *f, struct spec *s)
{
	s->width = s->longs = 0;
	s->precision = UINT32_MAX;
	s->fill = ' ';
	s->left = false;
	for (; *f == '-' || *f == '0'; f++) {
		if (*f == '-')
			s->left = true;
		else
			s->fill = '0';
	}
	while (*f >= '0' && *f <= '9')
		s->width = s->width * 10 + (uint32_t)(*f++ - '0');
	if (*f == '.')
		for (s->precision = 0, f++; *f >= '0' && *f <= '9'; f++)
			s->precision = s->precision * 10 + (uint32_t)(*f - '0');
	for (; *f == 'l' || *f == 'z'; f++)
		s->longs++;
	return f;
}

static void put_string(struct text *t, const char *s, const struct spec *p)
{
	uint32_t n = 0, from = t->pos;

	while (s && n < p->precision && s[n])
		n++;
	for (uint32_t have = n; !p->left && have < p->width; have++)
		text_char(t, ' ');
	if (n)
		append(t, s, n);
	while (p->left && t->pos - from < p->width && !t->cut)
		text_char(t, ' ');
}

void text_fmt(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	for (const char *f = fmt; *f; f++) {
		struct spec p;
		uint64_t u;
		int64_t d;

		if (*f != '%') {
			const char *from = f;

			while (f[1] && f[1] != '%')
				f++;
			append(t, from, (uint32_t)(f - from) + 1);
			continue;
		}
		f = read_spec(f + 1, &p);
		switch (*f) {
		case 's':
			put_string(t, va_arg(ap, const char *), &p);
			break;
		case 'c':
			text_char(t, (char)va_arg(ap, int));
			break;
		case 'd':
			d = p.longs > 1 ? va_arg(ap, long long)
			    : p.longs   ? va_arg(ap, long)
					: va_arg(ap, int);
			u = d < 0 ? 0 - (uint64_t)d : (uint64_t)d;
			number(t, u, 10, p.width, p.fill, d < 0);
			break;
		case 'u':
		case 'x':
			u = p.longs > 1 ? va_arg(ap, unsigned long long)
			    : p.longs   ? va_arg(ap, unsigned long)
					: va_arg(ap, unsigned int);
			number(t, u, *f == 'u' ? 10 : 16, p.width, p.fill, false);
			break;
		case '%':
			text_char(t, '%');
			break;
		default:
			assert(0 && "text_fmt: a format it does not have");
			break;
		}
	}
	va_end(ap);
}
