/* SPDX-License-Identifier: BSD-2-Clause */
#include "letters.h"

#include <string.h>

uint8_t lower_case(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

enum { LETTERS = 40 };

uint32_t words_apart(struct bytes a, const char *b)
{
	uint32_t row[3][LETTERS + 1], n = (uint32_t)strlen(b);

	if (a.n > LETTERS || n > LETTERS)
		return UINT32_MAX;
	for (uint32_t j = 0; j <= n; j++)
		row[0][j] = j;
	for (uint32_t i = 1; i <= a.n; i++) {
		uint32_t *now = row[i % 3], *was = row[(i - 1) % 3], *before = row[(i + 1) % 3];

		now[0] = i;
		for (uint32_t j = 1; j <= n; j++) {
			uint8_t x = lower_case(a.p[i - 1]), y = lower_case((uint8_t)b[j - 1]);
			uint32_t least = was[j - 1] + (x != y);

			least = was[j] + 1 < least ? was[j] + 1 : least;
			least = now[j - 1] + 1 < least ? now[j - 1] + 1 : least;
			if (i > 1 && j > 1 && x == lower_case((uint8_t)b[j - 2]) &&
			    y == lower_case(a.p[i - 2]) && before[j - 2] + 1 < least)
				least = before[j - 2] + 1;
			now[j] = least;
		}
	}
	return row[a.n % 3][n];
}
