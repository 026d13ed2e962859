/* SPDX-License-Identifier: BSD-2-Clause */
#include "query.h"

#include <string.h>

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct query query_split(struct bytes v)
{
	struct query q = { .all = v };

	for (uint32_t i = 0; i < v.n && q.n < WORDS_MAX;) {
		uint32_t from = i;

		while (i < v.n && !blank(v.p[i]))
			i++;
		if (i > from)
			q.word[q.n++] = bytes_of(v.p + from, i - from);
		while (i < v.n && blank(v.p[i]))
			i++;
	}
	return q;
}

struct bytes query_from(const struct query *q, uint32_t i)
{
	return i < q->n ? bytes_of(q->word[i].p, (uint32_t)(q->all.p + q->all.n - q->word[i].p))
			: bytes_of(NULL, 0);
}

int hex_digit(uint8_t c)
{
	c = lower_case(c);
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool word_begins(struct bytes v, const char *word)
{
	uint32_t i = 0;

	while (i < v.n && word[i] && lower_case(v.p[i]) == lower_case((uint8_t)word[i]))
		i++;
	return !word[i];
}

bool word_is(struct bytes v, const char *word)
{
	return v.n == strlen(word) && word_begins(v, word);
}

bool word_within(struct bytes v, const char *s)
{
	for (; *s; s++) {
		uint32_t i = 0;

		while (i < v.n && s[i] && lower_case((uint8_t)s[i]) == lower_case(v.p[i]))
			i++;
		if (i == v.n)
			return true;
	}
	return false;
}

bool word_number(struct bytes v, uint32_t *out)
{
	uint32_t n = 0;

	if (!v.n || v.n > 9)
		return false;
	for (uint32_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		n = n * 10 + (uint32_t)(v.p[i] - '0');
	}
	*out = n;
	return true;
}

bool word_hex(struct bytes v, uint32_t *out)
{
	uint32_t n = 0;

	if (v.n > 2 && v.p[0] == '0' && lower_case(v.p[1]) == 'x')
		v = bytes_of(v.p + 2, v.n - 2);
	if (!v.n || v.n > 8)
		return false;
	for (uint32_t i = 0; i < v.n; i++) {
		if (hex_digit(v.p[i]) < 0)
			return false;
		n = n << 4 | (uint32_t)hex_digit(v.p[i]);
	}
	*out = n;
	return true;
}

bool word_ip4(struct bytes v)
{
	uint32_t ip;

	return address_parse_ip4(v, &ip);
}

struct bytes trimmed(struct bytes v)
{
	while (v.n && blank(v.p[0]))
		v = bytes_of(v.p + 1, v.n - 1);
	while (v.n && blank(v.p[v.n - 1]))
		v.n--;
	return v;
}

struct bytes line_next(struct bytes *rest)
{
	const uint8_t *nl = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	uint32_t n = nl ? (uint32_t)(nl - rest->p) : rest->n;
	struct bytes line = bytes_of(rest->p, n);

	*rest = nl ? bytes_of(nl + 1, rest->n - n - 1) : bytes_of(NULL, 0);
	return trimmed(line);
}
