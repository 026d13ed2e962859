/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_TFTP_H
#define AUDIT_TFTP_H

#include <stdbool.h>
#include <stdint.h>

struct sheet;
struct sink;

/* What a TFTP server of an audited network can and cannot, as it was seen on the wire. */

enum { AUDIT_TRAITS = 12, AUDIT_TRAIT_WORDS = 200 };

enum audit_grade { AUDIT_FINE, AUDIT_REMARK, AUDIT_BAD }; /* bad: it costs a boot, or minutes */

const char *audit_grade_key(enum audit_grade g); /* static: "fine" */

struct audit_trait {
	const char *key; /* static, public: "sizes" */
	enum audit_grade grade;
	bool has_value;
	uint64_t value;                /* docs/json.md says of what */
	char words[AUDIT_TRAIT_WORDS]; /* safe to show */
	const char *fix;               /* static: what to do; NULL: nothing */
};

struct audit_tftp {
	uint32_t server; /* host order */
	uint32_t n;
	struct audit_trait trait[AUDIT_TRAITS];
};

/* One line of what is fine; what is not with what to do. */
void audit_tftp_text(struct sheet *p, const struct audit_tftp *t);
/* The list "tftp". */
void audit_tftp_json(const struct audit_tftp *t, const struct sink *out);

#endif
