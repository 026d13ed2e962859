/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"

#include <string.h>

bool bytes_are(struct bytes v, const char *s)
{
	return v.n == strlen(s) && (v.n == 0 || memcmp(v.p, s, v.n) == 0);
}

bool bytes_begin(struct bytes v, const char *s)
{
	size_t n = strlen(s);

	return v.n >= n && (n == 0 || memcmp(v.p, s, n) == 0);
}

bool bytes_hold(struct bytes v, const char *s)
{
	size_t n = strlen(s);

	for (uint32_t i = 0; i + n <= v.n; i++)
		if (memcmp(v.p + i, s, n) == 0)
			return true;
	return false;
}

struct bytes base_name(struct bytes name)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == '\\')
			at = i + 1;
	return (struct bytes) { name.p ? name.p + at : NULL, name.n - at };
}

bool bytes_end(struct bytes v, const char *s)
{
	size_t n = strlen(s);

	return v.n && v.n >= n && memcmp(v.p + v.n - n, s, n) == 0;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == 0;
}

struct bytes bytes_line(struct bytes *rest)
{
	struct bytes line = { rest->p, 0 };

	while (line.n < rest->n && rest->p[line.n] != '\n')
		line.n++;
	rest->p += line.n + (line.n < rest->n);
	rest->n -= line.n + (line.n < rest->n);
	while (line.n && is_blank(line.p[line.n - 1]))
		line.n--;
	while (line.n && is_blank(line.p[0])) {
		line.p++;
		line.n--;
	}
	return line;
}

bool bytes_value(struct bytes word, const char *key, struct bytes *out)
{
	uint32_t n = (uint32_t)strlen(key);

	if (!bytes_begin(word, key))
		return false;
	*out = (struct bytes) { word.p + n, word.n - n };
	return true;
}

uint32_t bytes_until(struct bytes v, uint8_t c)
{
	uint32_t i = 0;

	while (i < v.n && v.p[i] != c)
		i++;
	return i;
}
