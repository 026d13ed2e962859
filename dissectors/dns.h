/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DNS_H
#define DNS_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "field.h"
#include "reader.h"
#include "writer.h"

enum { DNS_PORT = 53, DNS_NAME_MAX = 256, DNS_ANSWERS_MAX = 8 };

/* RFC 1035: the first question and the addresses answered. */
struct dns {
	uint16_t id, flags;
	bool response;
	uint8_t rcode;
	uint16_t questions, answers, type; /* type of the first question */
	char name[DNS_NAME_MAX]; /* of the first question, dots between labels, bytes as they are */
	uint32_t n_addresses;
	struct address address[DNS_ANSWERS_MAX]; /* A and AAAA answers */
};

enum err dns_decode(struct reader *r, struct dns *out);
void dns_encode(const struct dns *m, struct writer *w);

#endif
