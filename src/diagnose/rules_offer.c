/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* What the offers hold, and what this client makes of it. */

static const uint64_t second = UINT64_C(1000000000);

static bool offers(const struct reply *r)
{
	return r->type == DHCP_OFFER || r->type == DHCP_ACK || r->type == DHCP_BOOTP;
}

static bool pi_text(const struct reply *r)
{
	return r->has_43 && r->pi_item >= 0 &&
	       (r->pxe_form == PXE_ENCAPSULATED || r->pxe_form == PXE_BARE_TEXT);
}

static bool lets_a_pi_boot(const struct reply *r)
{
	return offers(r) && (pi_text(r) || r->tftp_name_ip);
}

static bool pi_agent(enum agent a)
{
	return a == AGENT_ROM || a == AGENT_BOOTCODE || a == AGENT_BOOTLOADER;
}

static struct finding *tell(const struct look *l, enum finding_id id, enum confidence confidence,
			    const struct reply *r, const char *note)
{
	struct finding *f = raise_finding(l, id, confidence);

	if (!f)
		return NULL;
	finding_set_address(l->d, f, P_DHCP, r->from);
	if (r->yiaddr)
		finding_set_ip4(l->d, f, P_ADDRESS, r->yiaddr);
	finding_set_ip4(l->d, f, P_NEXT, r->siaddr);
	finding_set(l->d, f, P_FILE, r->bootfile.n ? r->bootfile : r->file);
	finding_evidence(f, r->first_frame, note);
	return f;
}

/* It asks again although it was answered: the last DISCOVER came after the reply. */
static bool asks_again(const struct exchange *e, const struct reply *r)
{
	return e->discovers >= 2 && e->last_ns > r->first_ns + second / 2;
}

/* An EEPROM before 2020-03 (facts 1.5): later ones name the board in option 97. */
static bool eeprom_of_2019(const struct look *l, const struct exchange *e)
{
	return e->agent == AGENT_BOOTLOADER && l->c->family == FAMILY_PI4 &&
	       e->guid.form != PI_GUID_PI4 && e->guid.form != PI_GUID_PI5;
}

/* Facts 2.5: a relayed offer that would do is dropped by several ROMs, and by EEPROMs of the Pi 4
 * until 2020-06. Who asks for the address heard it; and where only the relay's copies are seen,
 * whatever the board did with it is not. */
static void relay(const struct look *l, const struct exchange *e)
{
	struct finding *f;

	if (e->requests || !e->direct || l->c->family == FAMILY_PI5)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (!(r->giaddr || r->hops) || !lets_a_pi_boot(r) || !asks_again(e, r) ||
		    l->b->arps || l->b->transfers)
			continue;
		f = tell(l, F_DHCP_RELAY_OFFER_IGNORED, LIKELY, r, "the relayed OFFER");
		if (!f)
			return;
		finding_set_ip4(l->d, f, P_SERVER, r->giaddr);
		finding_evidence(f, e->last_frame, "the board asks again");
		return;
	}
}

/* It was answered, and nothing came of it: not even the question who the server is. */
static bool silent_after(const struct look *l, const struct exchange *e, const struct reply *r)
{
	if (e->next || scope_counts(l->s)->now_ns < r->first_ns + 10 * second || !l->sees_replies)
		return false;
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->last_ns >= r->first_ns)
			return false;
	for (const struct arp_ask *a = l->b->arps; a; a = a->next)
		if (a->last_ns >= r->first_ns)
			return false;
	return true;
}

/* Facts 9: the Pi 3 ROM works on a reply only when a further packet comes in, and gives up within a
 * second or so; a menu text without blanks behind it is a hint more (facts 2.1). */
static void rom_stall(const struct look *l, const struct exchange *e)
{
	const struct reply *good = NULL, *address = NULL, *proxy = NULL;
	enum finding_id id = F_PI3_ROM_OFFER_STALL;
	struct finding *f;

	if ((e->agent != AGENT_ROM && e->agent != AGENT_BOOTCODE) || (e->relayed && !e->direct))
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->giaddr || r->hops || r->n_tags != e->n_tags || r->bad_checksum)
			return;
		if (r->yiaddr && !address)
			address = r;
		if (r->proxy && pi_text(r) && !proxy)
			proxy = r;
		if (lets_a_pi_boot(r) && !good)
			good = r;
	}
	if (!good || !address ||
	    !(silent_after(l, e, good) || (asks_again(e, good) && asks_again(e, address))))
		return;
	/* it acted on the OFFER before it asked again: the fault lies behind */
	for (const struct arp_ask *q = l->b->arps; q; q = q->next)
		if (q->last_ns > good->first_ns && q->first_ns < e->last_ns && !q->answers)
			return;
	if (pi_text(good) && good->pxe_form == PXE_ENCAPSULATED && good->pi_pad == 0)
		id = F_DHCP_OPTION43_UNPADDED;
	else if (proxy && proxy != address && proxy->first_ns < e->first_ns + 2 * second)
		id = F_PI3_ROM_PROXY_REPLY_TOO_FAST; /* facts 2.4: a second or two would help */
	f = tell(l, id, l->stuck || e->discovers > 2 ? LIKELY : POSSIBLE, good, "the OFFER");
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, e->discovers);
	finding_evidence(f, e->last_frame, "the board asks again");
}

/* Did all that was asked of that host fail? */
static const struct transfer *failed_at(const struct look *l, uint32_t server)
{
	const struct transfer *failed = NULL;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (address_to_ip4(t->server) != server)
			continue;
		if (t->bytes || t->outcome == TRANSFER_COMPLETE)
			return NULL;
		failed = t;
	}
	return failed;
}

/* Facts 2.3: the Pi 3 ROM goes to whom option 43 or 66 makes the server; siaddr is not read. */
static void siaddr_ignored(const struct look *l, const struct exchange *e)
{
	if (!family_is_rom_pi(l->c->family))
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		uint32_t from = address_to_ip4(r->from);
		const struct transfer *t = failed_at(l, from);
		struct finding *f;

		/* some servers fill in themselves or the router, whoever serves the files */
		if (!offers(r) || !r->siaddr || r->siaddr == from || r->siaddr == r->server_id ||
		    r->siaddr == r->router || r->tftp_name.n || !pi_text(r) || !t)
			continue;
		f = tell(l, F_DHCP_SIADDR_IGNORED, address_none(t->answered_by) ? CERTAIN : LIKELY,
			 r, "the OFFER with its next server");
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, r->from);
		finding_evidence(f, t->first_frame, "the request goes to the sender of the OFFER");
		return;
	}
}

/* Behind the name stands what stood behind it in the offer: the code of the next option. */
static bool reads_on(const struct transfer *t, const struct reply *r)
{
	struct bytes want = r->bootfile;
	static const uint32_t far = 8;

	return want.n && !r->bootfile_nul && t->file_len > want.n && t->file_len <= want.n + far &&
	       bytes_equal(bytes_of(t->file, want.n), want) &&
	       (uint8_t)t->file[want.n] == r->after_67;
}

/* RFC 2132 9.5 says nothing of a NUL; some ROMs read on until they find one. */
static void unterminated(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->outcome != TRANSFER_NOT_FOUND)
			continue;
		for (const struct exchange *e = l->b->exchanges; e; e = e->next) {
			for (const struct reply *r = e->replies; r; r = r->next) {
				struct finding *f;

				if (!reads_on(t, r))
					continue;
				f = tell(l, F_DHCP_BOOTFILE_UNTERMINATED, CERTAIN, r,
					 "the name as offered");
				if (!f)
					return;
				finding_set(l->d, f, P_TEXT, transfer_name(t));
				finding_evidence(f, t->first_frame, "the name as asked for");
				return;
			}
		}
	}
}

/* Facts 2.1: a Pi knows its file names itself. */
static void bootfile_ignored(const struct look *l, const struct exchange *e)
{
	for (const struct reply *r = e->replies; r; r = r->next) {
		struct bytes name = r->bootfile.n ? r->bootfile : r->file;
		const struct transfer *t = l->b->transfers;
		struct finding *f;

		if (!name.n || !t)
			continue;
		for (; t; t = t->next)
			if (bytes_equal(transfer_name(t), name))
				return;
		f = tell(l, F_DHCP_BOOTFILE_IGNORED_BY_PI, CERTAIN, r, "the file that DHCP names");
		if (f)
			finding_evidence(f, l->b->transfers->first_frame, "what is asked for");
		return;
	}
}

/* A client drops what its UDP checksum says is damaged. A sum that was left to the card is one only
 * where it should have been filled in: at the client, or between (a virtual machine's own server
 * and client may share a host, and no card). */
static void bad_checksum(const struct look *l, const struct exchange *e)
{
	const struct vantage *v = scope_vantage(l->s);
	const struct reply *bad = NULL;
	struct finding *f;

	for (const struct reply *r = e->replies; r; r = r->next) {
		if ((!r->bad_checksum && !r->partial_checksum) || r->outgoing)
			return;
		if (!r->bad_checksum && v->kind != VANTAGE_CLIENT)
			return;
		bad = r;
	}
	/* it may have been heard after all, and lack what this client wants */
	if (!bad || !asks_again(e, bad) || e->requests ||
	    (!bad->bad_checksum && l->c->pi && !l->params.tftp_server))
		return;
	f = tell(l, F_DHCP_OFFER_BAD_CHECKSUM,
		 !mac_none(v->own) && mac_equal(v->own, bad->from_mac) ? POSSIBLE : LIKELY, bad,
		 "an OFFER with a wrong UDP checksum");
	if (f)
		finding_evidence(f, e->last_frame, "the client asks again");
}

/* Facts 2.2: EEPROMs until 2020-01-09 look at the first entry of the menu only. */
static void not_first(const struct look *l, const struct exchange *e)
{
	struct finding *f;

	if (e->requests || !eeprom_of_2019(l, e))
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (!pi_text(r) || r->pi_item <= 0 || !asks_again(e, r))
			continue;
		f = tell(l, F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST, LIKELY, r, "the menu");
		if (!f)
			return;
		finding_set(l->d, f, P_TEXT, r->menu_text);
		finding_evidence(f, e->last_frame, "the board asks again");
		return;
	}
}

static bool asked_for_file(const struct look *l, uint32_t host)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (address_to_ip4(t->server) == host)
			return true;
	for (const struct arp_ask *a = l->b->arps; a; a = a->next)
		if (a->target == host)
			return true;
	return false;
}

/* With a NUL behind the address an old bootcode.bin reads no address (facts 2.3), and takes the
 * sender of the menu although option 66 stood last. dnsmasq sends that NUL to all, and most boot.
 */
static bool nul_lost_it(const struct look *l, const struct reply *r)
{
	uint32_t from = address_to_ip4(r->from);

	return r->tftp_name_nul && r->tftp_name_ip && family_is_rom_pi(l->c->family) &&
	       r->vendor_before_66 == 1 && r->tftp_name_ip != from && asked_for_file(l, from) &&
	       !asked_for_file(l, r->tftp_name_ip);
}

/* Option 66 is text (RFC 2132 9.4): four raw bytes name nobody. Whoever was told a server otherwise
 * does not miss it. */
static void option66(const struct look *l, const struct exchange *e)
{
	if (l->b->tftp_bytes)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		struct finding *f;

		if (!offers(r) || !r->tftp_name.n)
			continue;
		if (!r->tftp_name_text && l->params.from == FROM_NOTHING) {
			f = tell(l, F_DHCP_OPTION66_NOT_TEXT, CERTAIN, r, "option 66 is no text");
		} else if (nul_lost_it(l, r)) {
			f = tell(l, F_DHCP_OPTION66_NUL, LIKELY, r, "option 66 ends in a NUL");
		} else {
			continue;
		}
		if (f)
			finding_set(l->d, f, P_TEXT, r->tftp_name);
		return;
	}
}

/* EEPROMs before 2020-01-09 read past the end of option 66 (facts 2.3): a last number of two digits
 * grows by one that is not there. */
static void option66_digits(const struct look *l)
{
	uint32_t named = l->params.boot_reply ? l->params.boot_reply->tftp_name_ip : 0;

	if (!named || !eeprom_of_2019(l, l->loader) || (named & 0xff) < 10 || (named & 0xff) > 25)
		return;
	for (const struct arp_ask *a = l->b->arps; a; a = a->next) {
		struct finding *f;

		if (a->answers || (a->target & 0xffffff00) != (named & 0xffffff00) ||
		    (a->target & 0xff) / 10 != (named & 0xff) || a->target == l->params.router)
			continue;
		f = tell(l, F_PI4_OLD_EEPROM_OPTION66_PARSE, LIKELY, l->params.boot_reply,
			 "option 66");
		if (!f)
			return;
		finding_set_ip4(l->d, f, P_SERVER, a->target);
		finding_evidence(f, a->first_frame, "who is asked for");
		return;
	}
}

/* The request for the server leaves for an address that is not on the wire, since the offer tells
 * of no network (facts 2.3). */
static void no_router(const struct look *l)
{
	const struct reply *r = l->params.address_reply;
	uint32_t address = l->params.address, mask = l->params.mask;

	if (!r || !l->c->pi || !address || (mask && l->params.router))
		return;
	for (const struct arp_ask *a = l->b->arps; a; a = a->next) {
		struct finding *f;

		/* without a mask: another /24 is no neighbour in any common plan */
		if (a->answers || a->requests < 2 || a->target != l->params.tftp_server ||
		    ((a->target ^ address) & (mask ? mask : 0xffffff00)) == 0)
			continue;
		f = tell(l, F_DHCP_NO_ROUTER_OFFLINK_SERVER,
			 look_sees_from(l, address_ip4(a->target)) ? CERTAIN : LIKELY, r,
			 mask ? "the OFFER has no router"
			      : "the OFFER has no netmask and no router");
		if (!f)
			return;
		finding_set_ip4(l->d, f, P_SERVER, a->target);
		finding_evidence(f, a->first_frame, "the server is looked for on the wire");
		return;
	}
}

/* Facts 1.3: some EEPROMs leave option 60 out of the REQUEST. */
static void class_filter(const struct look *l, const struct exchange *e)
{
	const struct reply *offer = NULL;
	struct finding *f;

	if (!e->request_lacks_class || e->requests < 2 || e->ack_frame)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->type == DHCP_NAK || r->type == DHCP_ACK)
			return;
		if (r->type == DHCP_OFFER && r->yiaddr)
			offer = r;
	}
	if (!offer)
		return;
	f = tell(l, F_DHCP_REQUEST_UNANSWERED_CLASS_FILTER, l->sees_replies ? LIKELY : POSSIBLE,
		 offer, "the OFFER");
	if (f)
		finding_evidence(f, e->last_request_frame,
				 "a REQUEST without option 60, unanswered");
}

/* Boot ROMs do not speak 802.1Q (facts 2.5): what comes tagged is not for them. Who acts on the
 * answer got it without: some mirror ports show the tags of one direction only. */
static void tagged(const struct look *l, const struct exchange *e)
{
	const struct reply *first = e->replies;
	struct finding *f;

	for (const struct reply *r = e->replies; r; r = r->next)
		if (r->n_tags == e->n_tags)
			return;
	if (!first || e->discovers < 2 || e->requests || l->b->arps || l->b->transfers)
		return;
	f = tell(l, F_LINK_VLAN_TAGGED, LIKELY, first,
		 first->n_tags ? "the answer is tagged" : "the answer is not tagged");
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, first->n_tags ? first->tag[0] : e->tag[0]);
	finding_evidence(f, e->first_frame,
			 e->n_tags ? "the request is tagged" : "the request is not tagged");
}

void rules_offer(const struct look *l)
{
	const struct exchange *e = l->loader;
	bool before_files = l->b->stage <= STAGE_DHCP_ACK;

	if (!e)
		return;
	unterminated(l);
	if (l->stuck && before_files) {
		tagged(l, e);
		bad_checksum(l, e);
		class_filter(l, e);
		no_router(l);
		option66_digits(l);
	}
	if (l->stuck || l->b->done_by_next) {
		option66(l, e);
		siaddr_ignored(l, e);
	}
	if (!l->c->pi || !pi_agent(e->agent))
		return;
	if (l->stuck && before_files) {
		relay(l, e);
		not_first(l, e);
	}
	for (const struct exchange *x = l->b->exchanges; x; x = x->next)
		rom_stall(l, x);
	bootfile_ignored(l, e);
}
