/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "loader.h"
#include "rules.h"

static bool is_pi_loader(const struct exchange *e)
{
	return e->agent == AGENT_ROM || e->agent == AGENT_BOOTCODE || e->agent == AGENT_BOOTLOADER;
}

static uint32_t count_offers(const struct exchange *e)
{
	uint32_t n = 0;

	for (const struct reply *r = e->replies; r; r = r->next)
		n += r->type == DHCP_OFFER || r->type == DHCP_BOOTP || r->type == DHCP_ACK;
	return n;
}

/* An OFFER that was broadcast would have been seen, and Kea broadcasts to the IP address only: on
 * the wire it goes to the client alone. */
static enum confidence no_offer_confidence(const struct look *l, const struct exchange *e)
{
	const struct vantage *v = scope_vantage(l->s);

	if (e->broadcast_flag && !v->dropped)
		return l->sees_replies ? CERTAIN : LIKELY;
	return l->sees_replies || (v->kind == VANTAGE_UNKNOWN && !v->dropped) ? LIKELY : POSSIBLE;
}

/* An OFFER goes by unicast unless the client asked for broadcast, and a Pi does not: a bystander
 * cannot say that there was none. */
static void no_offer(const struct look *l)
{
	const struct exchange *e = l->loader;
	struct finding *f;

	if (l->b->stage != STAGE_DHCP_DISCOVER || !l->stuck || !e || count_offers(e) ||
	    e->discovers < 2)
		return;
	f = raise_finding(l, F_DHCP_NO_OFFER, no_offer_confidence(l, e));
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, e->discovers);
	finding_evidence(f, e->first_frame, "first DISCOVER");
	finding_evidence(f, e->last_frame, "last DISCOVER, still unanswered");
}

static void offer_params(const struct look *l, struct finding *f, const struct reply *r)
{
	finding_set_address(l->d, f, P_DHCP, r->from);
	if (r->yiaddr)
		finding_set_ip4(l->d, f, P_ADDRESS, r->yiaddr);
	finding_evidence(f, r->first_frame, "the OFFER");
	finding_evidence(f, l->loader->last_frame, "the client asks again");
}

/* What is wrong with an option 43 that should have let a Pi boot; FINDINGS: nothing known.
 * Facts 2.1, 2.2: a ROM is content with the text anywhere, an EEPROM wants menu and option 60. */
static enum finding_id wrong_43(const struct look *l, const struct reply *r, const char **how)
{
	if (r->pi_item >= 0 && !family_is_eeprom_pi(l->c->family))
		return FINDINGS;
	switch (r->pxe_form) {
	case PXE_EMPTY:
		*how = "is there but empty";
		return F_DHCP_OPTION43_MALFORMED;
	case PXE_MALFORMED:
		*how = "ends in the middle of a sub-option";
		return F_DHCP_OPTION43_MALFORMED;
	case PXE_OTHER:
		*how = "holds neither PXE sub-options nor the text a Pi looks for";
		return F_DHCP_OPTION43_MALFORMED;
	case PXE_BARE_TEXT:
		return r->pi_item < 0 ? F_DHCP_OPTION43_WRONG_TEXT
				      : F_DHCP_OPTION43_NOT_ENCAPSULATED;
	case PXE_ENCAPSULATED:
		if (r->pi_item < 0)
			return F_DHCP_OPTION43_WRONG_TEXT;
		*how = "lacks the closing 255";
		if (!r->pxe_end)
			return F_DHCP_OPTION43_MALFORMED;
		return bytes_starts(r->class_id, "PXEClient") ? FINDINGS : F_DHCP_OPTION60_MISSING;
	case PXE_ABSENT:
		break;
	}
	return FINDINGS;
}

/* A Pi that drops its offers: none of them lets it boot. */
static void offer_without_permission(const struct look *l)
{
	const struct exchange *e = l->loader;
	const struct reply *plain = NULL, *bad = NULL;
	enum finding_id id = FINDINGS;
	const char *how = "";
	struct finding *f;

	if (l->b->stage != STAGE_DHCP_OFFER || !l->stuck || !e || !is_pi_loader(e) || e->relayed)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->type != DHCP_OFFER)
			continue;
		/* it was told all it needs, or what cannot be judged: another cause */
		if (r->tftp_name_ip || r->n_tags != e->n_tags || r->bad_checksum ||
		    (r->has_43 && wrong_43(l, r, &how) == FINDINGS))
			return;
		if (r->has_43 && !bad) {
			bad = r;
			id = wrong_43(l, r, &how);
		} else if (r->yiaddr && !r->has_43 && !plain) {
			plain = r;
		}
	}
	if (bad && id != FINDINGS) {
		f = raise_finding(l, id,
				  id == F_DHCP_OPTION43_MALFORMED && bad->pi_item >= 0 ? LIKELY
										       : CERTAIN);
		if (!f)
			return;
		offer_params(l, f, bad);
		if (id == F_DHCP_OPTION43_MALFORMED)
			finding_set_text(l->d, f, P_TEXT, how);
		else
			finding_set(l->d, f, P_TEXT, bad->menu_text);
	} else if (!bad && plain) {
		f = raise_finding(l, F_DHCP_NO_OPTION43, CERTAIN);
		if (f)
			offer_params(l, f, plain);
	}
}

static const struct transfer *asked_of(const struct look *l, uint32_t server)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (address_to_ip4(t->server) == server)
			return t;
	return NULL;
}

static bool any_complete(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->outcome == TRANSFER_COMPLETE)
			return true;
	return false;
}

static bool has_file(const struct reply *r)
{
	return r->file.n || r->bootfile.n;
}

static struct bytes file_of(const struct reply *r)
{
	return r->bootfile.n ? r->bootfile : r->file;
}

/* Requests to a server that led to nothing: refused, or sent again and again. */
static bool in_vain(const struct look *l, uint32_t server)
{
	uint32_t rrqs = 0;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (address_to_ip4(t->server) != server)
			continue;
		if (!address_none(t->answered_by))
			return false;
		rrqs += t->unreachables ? 3 : t->rrqs;
	}
	return rrqs > 2;
}

/* PXE ROMs and UEFI go to siaddr (PXE 2.1 table 2-4), many servers' user interfaces fill in option
 * 66 only. */
static void two_tftp_servers(const struct look *l, const struct reply *r)
{
	const struct transfer *t = r->siaddr ? asked_of(l, r->siaddr) : NULL;
	struct finding *f;

	if (!r->tftp_name.n || r->tftp_name_ip == r->siaddr || any_complete(l))
		return;
	if (!l->stuck && !(r->siaddr && in_vain(l, r->siaddr)))
		return;
	/* a name that cannot be compared counts only when what siaddr names did not serve */
	if (!r->tftp_name_ip && r->siaddr && !t)
		return;
	f = raise_finding(l, F_DHCP_OPTION66_SIADDR_CONFLICT,
			  r->tftp_name_ip && (t || !r->siaddr) ? CERTAIN : LIKELY);
	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, r->from);
	if (r->tftp_name_ip) /* without the NUL that dnsmasq puts behind it */
		finding_set_ip4(l->d, f, P_TEXT, r->tftp_name_ip);
	else
		finding_set(l->d, f, P_TEXT, r->tftp_name);
	finding_set_ip4(l->d, f, P_NEXT, r->siaddr);
	finding_set(l->d, f, P_FILE, file_of(r));
	if (t)
		finding_set_address(l->d, f, P_SERVER, t->server);
	else
		finding_set_text(l->d, f, P_SERVER, "nobody");
	finding_evidence(f, r->first_frame, "the offer with both");
	if (t)
		finding_evidence(f, t->first_frame, "the request goes to siaddr");
}

/* Option 43 may still lead on, as may another message of a proxy: but not PXE options (2.1 of that
 * specification) with neither a menu nor a server in them, as dnsmasq sends them to an architecture
 * without a pxe-service. */
static bool leads_on(const struct reply *r)
{
	return r->proxy ||
	       (r->has_43 && (r->pxe_form != PXE_ENCAPSULATED || r->has_menu || r->has_servers));
}

/* Boot data for a PXE, UEFI or U-Boot client that lead nowhere. */
static void pxe_boot_data(const struct look *l)
{
	const struct exchange *e = l->loader;
	const struct reply *boot = NULL, *address = NULL;
	bool menu = false;
	struct finding *f;

	for (const struct reply *r = e ? e->replies : NULL; r; r = r->next)
		if (r->siaddr && r->tftp_name_ip && in_vain(l, r->siaddr))
			two_tftp_servers(l, r);
	if (!e || !l->stuck || is_pi_loader(e) || e->agent == AGENT_UEFI_HTTP ||
	    l->b->stage > STAGE_TFTP_FIRST_FILE)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->type == DHCP_NAK)
			continue;
		if (has_file(r) && !boot)
			boot = r;
		if (r->yiaddr && !address)
			address = r;
		menu = menu || leads_on(r);
	}
	if (boot && boot->tftp_name.n) {
		two_tftp_servers(l, boot);
	} else if (boot && !boot->siaddr && !boot->tftp_address && !boot->sname.n && !menu &&
		   !any_complete(l) && bytes_find(file_of(boot), bytes_str("://")) == UINT32_MAX) {
		f = raise_finding(l, F_DHCP_NEXT_SERVER_MISSING, LIKELY);
		if (!f)
			return;
		finding_set_address(l->d, f, P_DHCP, boot->from);
		finding_set(l->d, f, P_FILE, file_of(boot));
		finding_evidence(f, boot->first_frame, "a file name, but next server 0.0.0.0");
	} else if (!boot && address && !menu && !l->b->transfers &&
		   (e->agent == AGENT_PXE || e->agent == AGENT_UEFI ||
		    (e->agent == AGENT_U_BOOT && !address->siaddr))) {
		f = raise_finding(l, F_PXE_NO_BOOTFILE, LIKELY);
		if (f)
			offer_params(l, f, address);
	}
}

/* The server that offered says NAK, and nobody else gives an address. */
static void nak(const struct look *l)
{
	const struct exchange *e = l->loader;
	const struct reply *no = NULL, *offer = NULL;
	struct finding *f;
	char said[160];
	struct text t = text_init(said, sizeof(said));

	if (!e || !l->stuck || l->b->stage > STAGE_DHCP_ACK || e->ack_frame)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->type == DHCP_NAK)
			no = r;
		if (r->type == DHCP_OFFER && r->yiaddr && !offer)
			offer = r;
	}
	if (!no || !offer || no->server_id != offer->server_id)
		return;
	f = raise_finding(l, F_DHCP_NAK, CERTAIN);
	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, no->from);
	finding_set_ip4(l->d, f, P_ADDRESS, offer->yiaddr);
	if (no->message.n) {
		text_str(&t, ": ");
		text_safe(&t, no->message);
		finding_set_text(l->d, f, P_TEXT, said);
	}
	finding_evidence(f, offer->first_frame, "the OFFER");
	finding_evidence(f, e->last_request_frame, "the REQUEST");
	finding_evidence(f, no->first_frame, "the NAK");
}

static int transfer_arch(const struct transfer *t)
{
	return loader_arch(t->machine, bytes_str(t->file));
}

/* The loader came across whole and then nothing more: it cannot run here. */
static void arch_mismatch(const struct look *l)
{
	const struct exchange *e = l->loader;
	const struct transfer *t = l->b->last_transfer;
	char arch[48];
	struct text x = text_init(arch, sizeof(arch));
	struct finding *f;
	int file;

	if (!e || !l->stuck || is_pi_loader(e) || e->arch == UINT16_MAX || !t ||
	    t->outcome != TRANSFER_COMPLETE)
		return;
	file = transfer_arch(t);
	/* over HTTP no head is kept: the same file as came by TFTP in another try of this client */
	for (uint32_t i = 0;
	     t->kind == TRANSFER_HTTP && file == LOADER_UNKNOWN && i < client_boots(l->c); i++)
		for (const struct transfer *o = client_boot(l->c, i)->transfers; o; o = o->next)
			if (o->machine && t->size == o->bytes)
				file = transfer_arch(o);
	if (loader_suits(e->arch, file))
		return;
	f = raise_finding(l, F_PXE_ARCH_MISMATCH, t->machine ? CERTAIN : LIKELY);
	if (!f)
		return;
	text_fmt(&x, "%u", e->arch);
	if (dhcp_arch_name(e->arch))
		text_fmt(&x, " (%s)", dhcp_arch_name(e->arch));
	finding_set_text(l->d, f, P_TEXT, arch);
	finding_set(l->d, f, P_FILE, bytes_str(t->file));
	finding_evidence(f, e->first_frame, "the client names its architecture");
	finding_evidence(f, t->first_frame, "the file it was given");
	finding_evidence(f, t->last_frame, "complete, then silence");
}

static uint32_t fetched(const struct look *l, struct bytes name, uint64_t from_ns)
{
	uint32_t n = 0;

	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->first_ns >= from_ns && t->outcome == TRANSFER_COMPLETE &&
		    bytes_equal(transfer_name(t), name))
			n++;
	return n;
}

/* An iPXE may load another one that gets its script: no loop when anything else came behind it. */
static bool went_on(const struct look *l, struct bytes loader, uint64_t from_ns)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->first_ns >= from_ns && t->outcome == TRANSFER_COMPLETE &&
		    !bytes_equal(transfer_name(t), loader))
			return true;
	return false;
}

static void chainload_loop(const struct look *l)
{
	for (const struct exchange *e = l->b->exchanges; e; e = e->next) {
		if (e->agent != AGENT_IPXE)
			continue;
		for (const struct reply *r = e->replies; r; r = r->next) {
			struct bytes name = file_of(r);
			uint32_t again = name.n ? fetched(l, name, e->first_ns) : 0;
			struct finding *f;

			/* told to load what it is: it did, and came back as iPXE */
			if (!again || !e->next || e->next->agent != AGENT_IPXE ||
			    went_on(l, name, e->next->first_ns))
				continue;
			f = raise_finding(l, F_IPXE_CHAINLOAD_LOOP, again > 1 ? CERTAIN : LIKELY);
			if (!f)
				return;
			finding_set(l->d, f, P_FILE, name);
			finding_set_number(l->d, f, P_COUNT, again);
			finding_set_address(l->d, f, P_DHCP, r->from);
			finding_evidence(f, e->first_frame, "iPXE asks");
			finding_evidence(f, r->first_frame, "and is told to load the loader again");
			finding_evidence(f, e->next->first_frame, "it asks again");
			return;
		}
	}
}

/* Facts 1.3: these boards never send one. Said only when the boot went on, so that nobody looks for
 * it. */
static void no_request_is_normal(const struct look *l)
{
	struct finding *f;

	if (!l->loader || !l->b->transfers ||
	    (l->loader->agent != AGENT_ROM && l->loader->agent != AGENT_BOOTCODE) ||
	    l->loader->requests)
		return;
	f = raise_finding(l, F_INFO_PI3_NO_DHCP_REQUEST, CERTAIN);
	if (f && l->params.boot_reply)
		finding_evidence(f, l->params.boot_reply->first_frame, "the OFFER");
	if (f)
		finding_evidence(f, l->b->transfers->first_frame, "the first file is asked for");
}

void rules_dhcp(const struct look *l)
{
	no_offer(l);
	offer_without_permission(l);
	pxe_boot_data(l);
	nak(l);
	chainload_loop(l);
	arch_mismatch(l);
	no_request_is_normal(l);
}
