/* SPDX-License-Identifier: BSD-2-Clause */
#include "http_date.h"

#include <string.h>

static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970 began with a Thursday */
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static uint32_t number(const uint8_t *p, uint32_t n)
{
	uint32_t v = 0;

	while (n--)
		v = v * 10 + (uint32_t)(*p++ - '0');
	return v;
}

void http_date_text(struct text *t, uint64_t s)
{
	char buf[40];
	struct text iso = text_init(buf, sizeof(buf));
	const char *day = days + s / 86400 % 7 * 3;
	uint32_t month;

	/* "1994-11-06T08:49:37...": the same, in another order */
	text_time(&iso, s <= UINT64_MAX / 1000000000 ? s * 1000000000 : 0);
	month = number((const uint8_t *)buf + 5, 2) - 1;
	text_fmt(t, "%.3s, %.2s %.3s %.4s %.8s GMT", day, buf + 8, months + month * 3, buf,
		 buf + 11);
}

/* Days from 1970-01-01 to a civil date, after H. Hinnant's public derivation. */
static uint64_t days_to(uint32_t year, uint32_t month, uint32_t day)
{
	uint32_t y = month <= 2 ? year - 1 : year, era = y / 400, yoe = y - era * 400;
	uint32_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return (uint64_t)era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

bool http_date_read(struct bytes v, uint64_t *out)
{
	static const char form[] = "aaa, 00 aaa 0000 00:00:00 GMT";
	uint32_t month = 0, day, year, h, m, s;

	if (v.n != sizeof(form) - 1)
		return false;
	for (uint32_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];

		if (form[i] == '0' ? c < '0' || c > '9' : form[i] != 'a' && c != (uint8_t)form[i])
			return false;
	}
	while (month < 12 && memcmp(months + month * 3, v.p + 8, 3) != 0)
		month++;
	day = number(v.p + 5, 2);
	year = number(v.p + 12, 4);
	h = number(v.p + 17, 2);
	m = number(v.p + 20, 2);
	s = number(v.p + 23, 2);
	if (month == 12 || !day || day > 31 || year < 1970 || h > 23 || m > 59 || s > 60)
		return false;
	*out = days_to(year, month + 1, day) * 86400 + h * 3600 + m * 60 + s;
	return true;
}
