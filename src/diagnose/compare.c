/* SPDX-License-Identifier: BSD-2-Clause */
#include "compare.h"

#include "rules.h"

static bool halted(const struct boot *b)
{
	return b->outcome == OUTCOME_STUCK || b->outcome == OUTCOME_GAVE_UP;
}

static const struct exchange *loader_of(const struct boot *b)
{
	const struct exchange *last = NULL;

	for (const struct exchange *e = b->exchanges; e; e = e->next)
		if (agent_is_firmware(e->agent))
			last = e;
	return last;
}

/* A loader that starts over within one boot: rounds of DHCP that led to the same place. */
static uint32_t rounds(const struct boot *b)
{
	const struct exchange *last = loader_of(b);
	uint32_t n = 0;

	if (!last || b->stage > STAGE_TFTP_FIRST_FILE)
		return 0;
	for (const struct exchange *e = b->exchanges; e; e = e->next)
		n += e->agent == last->agent && e->discovers;
	return n;
}

uint32_t compare_attempts(const struct client *c, const struct boot *b)
{
	uint32_t n = 1, inside = halted(b) ? rounds(b) : 0, i = client_boots(c);

	while (i && client_boot(c, i - 1) != b)
		i--;
	for (; halted(b) && i > 1; i--, n++) {
		const struct boot *before = client_boot(c, i - 2);

		/* one that was ended by the next was halted there as well: it started over */
		if (before->stage != b->stage || before->outcome == OUTCOME_BOOTED)
			break;
	}
	return inside > n ? inside : n;
}

static struct boot_params params_of(const struct client *c, const struct boot *b)
{
	struct boot_params p;

	boot_params_of(loader_of(b), (int)c->family, &p);
	return p;
}

static const struct boot *best_boot(const struct client *c)
{
	const struct boot *best = NULL;

	for (uint32_t i = 0; i < client_boots(c); i++) {
		const struct boot *b = client_boot(c, i);

		if (loader_of(b) && !b->begun_before && (!best || b->stage >= best->stage))
			best = b;
	}
	return best;
}

static bool same_kind(const struct client *a, const struct client *b)
{
	if (a->family == b->family)
		return true;
	return family_is_eeprom_pi(a->family) && family_is_eeprom_pi(b->family);
}

static bool same_dhcp(const struct boot_params *a, const struct boot_params *b)
{
	return a->address_reply && b->address_reply &&
	       address_equal(a->address_reply->from, b->address_reply->from);
}

const struct client *compare_with(const struct scope *s, const struct client *c,
				  const struct boot *b)
{
	struct boot_params mine = params_of(c, b);
	const struct client *found = NULL;

	if (!halted(b) || !loader_of(b) || b->stage > STAGE_TFTP_KERNEL)
		return NULL;
	for (uint32_t i = 0; i < scope_clients(s) && i < OTHERS_MAX; i++) {
		const struct client *o = scope_client(s, i);
		const struct boot *best = o == c ? NULL : best_boot(o);
		struct boot_params theirs;

		if (!best || best->stage <= STAGE_TFTP_KERNEL || !same_kind(c, o))
			continue;
		theirs = params_of(o, best);
		if (same_dhcp(&mine, &theirs))
			return o;
		if (!found)
			found = o;
	}
	return found;
}

static void put_client(struct text *t, const struct client *c)
{
	text_str(t, client_model(c));
	text_char(t, ' ');
	if (c->has_serial)
		text_fmt(t, "%08x", c->serial);
	else
		text_mac(t, c->mac);
}

static bool has_43(const struct exchange *e)
{
	for (const struct reply *r = e ? e->replies : NULL; r; r = r->next)
		if (r->has_43)
			return true;
	return false;
}

/* In the order in which a boot loader needs it. */
static bool difference(const struct boot *b, const struct boot *best,
		       const struct boot_params *mine, const struct boot_params *theirs,
		       struct text *t)
{
	const struct exchange *e = loader_of(b), *o = loader_of(best);

	if (!e->n_replies && o->n_replies) {
		text_str(t, "is answered by ");
		text_address(t, o->replies->from);
		text_str(t, ", this board by nobody");
	} else if (has_43(o) && !has_43(e)) {
		text_str(t, "is sent option 43, this board is not");
	} else if (theirs->tftp_server && theirs->tftp_server != mine->tftp_server) {
		text_str(t, "is sent to the TFTP server ");
		text_ip4(t, theirs->tftp_server);
		if (mine->tftp_server) {
			text_str(t, ", this board to ");
			text_ip4(t, mine->tftp_server);
		} else {
			text_str(t, ", this board to none");
		}
	} else if (theirs->file_used && theirs->file.n && !bytes_equal(theirs->file, mine->file)) {
		text_str(t, "is told to load \"");
		text_safe(t, theirs->file);
		text_str(t, "\", this one \"");
		text_safe(t, mine->file);
		text_char(t, '"');
	} else if (theirs->mask && mine->mask && theirs->address && mine->address &&
		   (theirs->address & theirs->mask) != (mine->address & mine->mask)) {
		text_str(t, "is given an address in another subnet, ");
		text_ip4(t, theirs->address);
	} else {
		return false;
	}
	return true;
}

bool compare_text(const struct scope *s, const struct client *c, const struct boot *b,
		  struct text *out)
{
	const struct client *o = compare_with(s, c, b);
	const struct boot *best = o ? best_boot(o) : NULL;
	struct boot_params mine, theirs;
	char buf[400];
	struct text t = text_init(buf, sizeof(buf));

	if (!best)
		return false;
	mine = params_of(c, b);
	theirs = params_of(o, best);
	if (!difference(b, best, &mine, &theirs, &t))
		return false;
	put_client(out, o);
	text_fmt(out, " got further (%s): it %s.", stage_label(best->stage), buf);
	return true;
}
