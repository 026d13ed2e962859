/* SPDX-License-Identifier: BSD-2-Clause */
#include "verdict.h"

#include "compare.h"

void verdict_name(const struct client *c, struct text *out)
{
	text_str(out, client_model(c));
	if (c->has_serial)
		text_fmt(out, ", serial %08x", c->serial);
	text_str(out, ", ");
	text_mac(out, c->mac);
	if (c->n_addresses) {
		text_str(out, ", ");
		text_address(out, c->address[0]);
	}
	if (c->hostname[0]) {
		text_str(out, ", \"");
		text_safe(out, bytes_str(c->hostname));
		text_char(out, '"');
	}
}

void verdict_words(const struct client *c, const struct boot *b, const struct diagnosis *d,
		   struct text *out)
{
	uint32_t attempts = compare_attempts(c, b);

	if (b->outcome == OUTCOME_IN_PROGRESS && d->n && d->finding[0].cause) {
		text_fmt(out, "does not get past %s: %s", stage_label(b->stage),
			 findings[d->finding[0].id].title);
		return;
	}
	switch (b->outcome) {
	case OUTCOME_BOOTED:
		text_str(out,
			 b->os_only ? "is up, and did not boot from the network here" : "booted");
		break;
	case OUTCOME_STUCK:
	case OUTCOME_GAVE_UP:
		text_fmt(out, "%s at %s", b->outcome == OUTCOME_STUCK ? "is stuck" : "gave up",
			 stage_label(b->stage));
		if (d->n && d->finding[0].cause)
			text_fmt(out, ": %s", findings[d->finding[0].id].title);
		break;
	case OUTCOME_IN_PROGRESS:
		text_fmt(out, "was still booting (%s) when the capture ended",
			 stage_label(b->stage));
		break;
	case OUTCOME_UNKNOWN:
		text_fmt(out, "got to %s; the capture does not show more", stage_label(b->stage));
		break;
	}
	if (attempts > 1)
		text_fmt(out, " (%u attempts, same place)", attempts);
}

bool verdict_bystander(const struct client *c)
{
	const struct boot *b = client_last_boot(c);

	return b && b->os_only && b->outcome == OUTCOME_BOOTED && !c->pi;
}

bool verdict_noise(const struct transfer *t)
{
	return t->outcome == TRANSFER_PROBE ||
	       (t->outcome == TRANSFER_NOT_FOUND && t->role == FILE_OPTIONAL);
}
