/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTTP_DATE_H
#define HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"
#include "text.h"

/* "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7), seconds since 1970. */
void http_date_text(struct text *t, uint64_t s);
/* That form only; the two old ones are no dates here, and a condition with them is passed over. */
bool http_date_read(struct bytes v, uint64_t *out);

#endif
