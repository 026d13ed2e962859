/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* PXE ROMs, UEFI, iPXE, GRUB: boot data that leads nowhere, and loaders that lose their way. */

static struct bytes file_of(const struct reply *r)
{
	return r->bootfile.n ? r->bootfile : r->file;
}

static bool names_url(struct bytes name)
{
	return bytes_find(name, bytes_str("://")) != UINT32_MAX;
}

static const struct transfer *begun_between(const struct look *l, uint64_t from, uint64_t to)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->first_ns >= from && t->first_ns < to)
			return t;
	return NULL;
}

static const struct exchange *next_firmware(const struct exchange *e)
{
	for (e = e->next; e; e = e->next)
		if (agent_is_firmware(e->agent))
			return e;
	return NULL;
}

/* A file without a server, asked for of nobody before the client starts over. */
static void no_next_server(const struct look *l)
{
	for (const struct exchange *e = l->b->exchanges; e; e = e->next) {
		const struct exchange *after = next_firmware(e);
		const struct reply *named = NULL;
		bool server = false;
		struct finding *f;

		if (!agent_is_firmware(e->agent) || e->agent == AGENT_UEFI_HTTP ||
		    e->agent == AGENT_ROM || e->agent == AGENT_BOOTCODE ||
		    e->agent == AGENT_BOOTLOADER || !(after || l->stuck))
			continue;
		for (const struct reply *r = e->replies; r; r = r->next) {
			server |= r->siaddr || r->tftp_name.n || r->tftp_address || r->sname.n ||
				  r->has_43 || r->proxy;
			if (file_of(r).n && !names_url(file_of(r)))
				named = r;
		}
		if (!named || server ||
		    begun_between(l, named->first_ns, after ? after->first_ns : UINT64_MAX))
			continue;
		f = raise_finding(l, F_DHCP_NEXT_SERVER_MISSING, LIKELY);
		if (!f)
			return;
		finding_set_address(l->d, f, P_DHCP, named->from);
		finding_set(l->d, f, P_FILE, file_of(named));
		finding_evidence(f, named->first_frame, "a file name, but next server 0.0.0.0");
		finding_evidence(f, after ? after->first_frame : l->b->last_frame,
				 after ? "the client starts over" : "the last frame of the client");
		return;
	}
}

/* The loader that was fetched looks for its own files elsewhere: GRUB and shim take siaddr of the
 * address OFFER, whoever served the loader. */
static void second_stage(const struct look *l)
{
	const struct transfer *first = NULL, *last = l->b->last_transfer;
	const struct reply *r = l->params.address_reply;
	enum finding_id id;
	struct finding *f;

	for (const struct transfer *t = l->b->transfers; t && !first; t = t->next)
		if (t->outcome == TRANSFER_COMPLETE && t->role == FILE_LOADER)
			first = t;
	if (!first || !last || last == first || !l->stuck || last->kind != TRANSFER_TFTP ||
	    address_equal(first->server, last->server) || last->bytes || !r ||
	    l->b->stage > STAGE_TFTP_FIRMWARE)
		return;
	/* it went to the DHCP server or where siaddr of the address OFFER points */
	if (!address_equal(last->server, r->from) && address_to_ip4(last->server) != r->siaddr &&
	    address_to_ip4(last->server) != r->server_id)
		return;
	id = r->siaddr ? F_TFTP_WRONG_SERVER_SECOND_STAGE : F_DHCP_NEXT_SERVER_MISSING;
	f = raise_finding(l, id, LIKELY);
	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, r->from);
	finding_set_address(l->d, f, P_TFTP, first->server);
	finding_set_address(l->d, f, P_SERVER, last->server);
	finding_set(l->d, f, P_FILE, transfer_name(first));
	finding_set(l->d, f, P_TEXT, transfer_name(last));
	finding_evidence(f, r->first_frame, "the offer with the address");
	finding_evidence(f, first->first_frame, "the loader comes from here");
	finding_evidence(f, last->first_frame, "its next file is asked for there");
}

/* Both offers are good, none is taken (some UEFI builds do not merge them). */
static void proxy_ignored(const struct look *l, const struct exchange *e)
{
	const struct reply *address = NULL, *proxy = NULL;
	struct finding *f;

	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->bad_checksum || r->n_tags != e->n_tags)
			return;
		if (r->type == DHCP_OFFER && r->yiaddr && !file_of(r).n)
			address = r;
		else if (r->type == DHCP_OFFER && r->yiaddr)
			return;
		if (r->proxy && file_of(r).n)
			proxy = r;
	}
	if (!address || !proxy || e->requests || e->discovers < 3)
		return;
	f = raise_finding(l, F_PXE_CLIENT_IGNORES_PROXY_OFFER, LIKELY);
	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, address->from);
	finding_set_address(l->d, f, P_SERVER, proxy->from);
	finding_set(l->d, f, P_FILE, file_of(proxy));
	finding_evidence(f, address->first_frame, "the offer with the address");
	finding_evidence(f, proxy->first_frame, "the offer with the boot data");
	finding_evidence(f, e->last_frame, "the client asks again");
}

static const struct refusal *refused_4011(const struct look *l)
{
	for (const struct refusal *r = l->b->refusals; r; r = r->next)
		if (r->port == 4011 && !r->by_client)
			return r;
	return NULL;
}

/* PXE 2.1 2.2.3: PXEClient in the offer promises a boot server on port 4011, unless option 43 says
 * otherwise by discovery control. */
static void port_4011(const struct look *l, const struct exchange *e)
{
	const struct refusal *refused = refused_4011(l);
	const struct reply *promise = NULL;
	struct finding *f;

	if (!e->requests_4011)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->from_4011 || r->after_4011)
			return;
		if (bytes_starts(r->class_id, "PXEClient"))
			promise = r;
	}
	if (!refused && (e->requests_4011 < 2 || !l->sees_replies))
		return;
	if (l->b->transfers)
		return;
	f = raise_finding(l,
			  promise && !promise->has_43 ? F_PXE_OPT60_WITHOUT_OPT43_4011
						      : F_PXE_4011_UNANSWERED,
			  refused ? CERTAIN : LIKELY);
	if (!f)
		return;
	if (promise) {
		finding_set_address(l->d, f, P_DHCP, promise->from);
		finding_evidence(f, promise->first_frame, "the offer with PXEClient");
	}
	finding_set_number(l->d, f, P_COUNT, e->requests_4011);
	finding_evidence(f, e->last_frame, "the last request, to port 4011");
	if (refused)
		finding_evidence(f, refused->first_frame, "port unreachable");
}

/* The proxy answers others of the kind, and not this one. */
static void proxy_silent(const struct look *l, const struct exchange *e)
{
	const struct server *proxy = NULL;
	const struct reply *plain = NULL;
	struct finding *f;

	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->proxy || r->has_43 || file_of(r).n)
			return;
		plain = r->yiaddr ? r : plain;
	}
	for (uint32_t i = 0; i < scope_servers(l->s); i++)
		if (scope_server(l->s, i)->proxy_offers)
			proxy = scope_server(l->s, i);
	if (!plain || !proxy || e->has_guid || e->discovers < 2)
		return;
	f = raise_finding(l, F_PROXYDHCP_NO_ANSWER, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set_address(l->d, f, P_SERVER, proxy->ip);
	finding_evidence(f, e->first_frame, "a DISCOVER without option 97");
	finding_evidence(f, proxy->first_frame, "the proxy answers another client");
}

/* RFC 3986 in a TFTP request: the client knows no other way to fetch a file. */
static void url_by_tftp(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		struct finding *f;

		if (t->kind != TRANSFER_TFTP || t->bytes || !bytes_starts(transfer_name(t), "http"))
			continue;
		if (!names_url(transfer_name(t)))
			continue;
		f = raise_finding(l, F_PXE_URL_TO_TFTP_CLIENT, CERTAIN);
		if (!f)
			return;
		finding_set(l->d, f, P_FILE, transfer_name(t));
		finding_set_address(l->d, f, P_SERVER, t->server);
		finding_evidence(f, t->first_frame, "the URL as a TFTP file name");
		return;
	}
}

/* UEFI 2.5 24.7.2.1: an HTTP boot client takes offers only that echo its class and name a URL. */
static void no_httpclient(const struct look *l, const struct exchange *e)
{
	const struct reply *offer = NULL;
	struct finding *f;

	if (e->agent != AGENT_UEFI_HTTP || e->discovers < 2)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		if (bytes_starts(r->class_id, "HTTPClient") && names_url(file_of(r)))
			return;
		offer = r;
	}
	if (!offer)
		return;
	/* a bystander may miss the right offer, sent to the client alone */
	f = raise_finding(l, F_HTTP_OFFER_WITHOUT_HTTPCLIENT,
			  l->sees_replies     ? CERTAIN
			  : e->broadcast_flag ? LIKELY
					      : POSSIBLE);
	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, offer->from);
	finding_set(l->d, f, P_FILE, file_of(offer));
	finding_evidence(f, offer->first_frame, "the OFFER");
	finding_evidence(f, e->last_frame, "the client asks again");
}

/* A connection opened after the redirect may be the client at the new place: https is not read. */
static bool went_elsewhere(const struct look *l, const struct transfer *t)
{
	for (const struct connection *c = l->b->connections; c; c = c->next)
		if (c->syn_acks && c->last_syn_ns > t->first_ns &&
		    (c->port != t->server_port || !address_equal(c->server, t->server)))
			return true;
	return false;
}

/* Facts 4: the Pi's and most UEFI clients do not follow a redirect. */
static void redirect(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		struct finding *f;
		bool followed = false;

		if (t->kind != TRANSFER_HTTP || t->status < 300 || t->status > 399 ||
		    t->status == 304)
			continue;
		for (const struct transfer *x = t->next; x; x = x->next)
			followed |=
				x->outcome == TRANSFER_COMPLETE ||
				(x->kind == TRANSFER_HTTP && x->status >= 200 && x->status < 300);
		if (followed || went_elsewhere(l, t))
			continue;
		f = raise_finding(l, F_HTTP_REDIRECT, CERTAIN);
		if (!f)
			return;
		finding_set(l->d, f, P_FILE, transfer_name(t));
		finding_set_address(l->d, f, P_SERVER, t->server);
		finding_set_number(l->d, f, P_COUNT, t->status);
		finding_set(l->d, f, P_TEXT, bytes_str(t->location ? t->location : "elsewhere"));
		finding_evidence(f, t->first_frame, "the request");
		finding_evidence(f, t->answer_frame, "the redirect");
		return;
	}
}

/* The loader was fetched whole and does not speak, not even to give its address back. */
static void silent_loader(const struct look *l)
{
	const struct transfer *last = l->b->last_transfer;
	struct finding *f;

	if (!l->stuck || l->c->pi || !l->loader || !last || last->role != FILE_LOADER ||
	    last->outcome != TRANSFER_COMPLETE || l->loader->last_ns > last->last_ns ||
	    l->b->stage > STAGE_TFTP_FIRMWARE || l->b->released)
		return;
	f = raise_finding(l, F_LOADER_SILENT_AFTER_NBP, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set(l->d, f, P_FILE, transfer_name(last));
	finding_set_address(l->d, f, P_SERVER, last->server);
	finding_evidence(f, last->first_frame, "the loader is asked for");
	finding_evidence(f, last->last_frame, "its last packet; nothing follows");
}

/* A UUID that tells machines apart: some vendors leave all of it alike. */
static bool names_machine(const struct exchange *e)
{
	uint32_t differ = 0;

	for (uint32_t i = 2; i < e->machine.n; i++)
		differ += e->machine.p[i] != e->machine.p[1];
	return e->guid.form == PI_GUID_OTHER && differ > 4;
}

/* iPXE of the same machine (RFC 4578 2.3) that first asked after since_ns; NULL when it got a file,
 * asked before, or when several share this UUID. */
static const struct client *asks_elsewhere(const struct look *l, uint64_t since_ns, uint64_t *frame)
{
	const struct client *found = NULL;

	for (uint32_t i = 0; i < scope_clients(l->s) && i < OTHERS_MAX; i++) {
		const struct client *o = scope_client(l->s, i);
		const struct boot *b = client_last_boot(o);

		for (const struct exchange *e = b ? b->exchanges : NULL; e && o != l->c;
		     e = e->next) {
			if (e->agent != AGENT_IPXE || !bytes_equal(e->machine, l->loader->machine))
				continue;
			if (found || o->first_ns < since_ns || b->transfers)
				return NULL;
			found = o;
			*frame = e->first_frame;
			break;
		}
	}
	return found;
}

/* ipxe.efi opens the interfaces in its own order; only undionly and snponly keep to theirs. Where
 * the capture has both networks, that is the loader that says no more. */
static void wrong_interface(const struct look *l)
{
	const struct transfer *last = l->b->last_transfer;
	const struct client *other;
	uint64_t frame = 0;
	char mac[24];
	struct text t = text_init(mac, sizeof(mac));
	struct finding *f;

	if (!l->stuck || !l->loader || l->loader->agent == AGENT_IPXE ||
	    !names_machine(l->loader) || !last || last->role != FILE_LOADER ||
	    last->outcome != TRANSFER_COMPLETE || l->loader->last_ns > last->last_ns)
		return;
	other = asks_elsewhere(l, last->last_ns, &frame);
	f = other ? raise_finding(l, F_IPXE_WRONG_NIC, LIKELY) : NULL;
	if (!f)
		return;
	text_mac(&t, other->mac);
	finding_set_text(l->d, f, P_TEXT, mac);
	finding_set(l->d, f, P_FILE, transfer_name(last));
	finding_evidence(f, last->last_frame, "the loader is complete");
	finding_evidence(f, frame, "iPXE asks with the same machine id, from another MAC");
}

/* The name of the boot server leads to no address. */
static void names(const struct look *l)
{
	for (const struct dns_lookup *q = l->b->lookups; q; q = q->next) {
		bool dead = q->asked >= 2 && !q->answered;
		struct finding *f;

		if (!address_none(q->answer) || (q->type != 1 && q->type != 28) ||
		    !(q->rcode || dead) || (dead && !l->sees_replies))
			continue;
		/* another question for the same name had an answer */
		for (const struct dns_lookup *x = l->b->lookups; x; x = x->next)
			if (!address_none(x->answer) &&
			    bytes_equal(bytes_str(x->name), bytes_str(q->name)))
				return;
		f = raise_finding(l, q->rcode ? F_DNS_NAME_NOT_RESOLVED : F_DNS_FIRST_SERVER_DEAD,
				  q->rcode ? CERTAIN : LIKELY);
		if (!f)
			return;
		finding_set(l->d, f, P_TEXT, bytes_str(q->name));
		finding_set_address(l->d, f, P_SERVER, q->server);
		finding_set_number(l->d, f, P_COUNT, q->asked);
		finding_evidence(f, q->first_frame, "the question");
		finding_evidence(f, q->rcode ? q->answer_frame : q->last_frame,
				 q->rcode ? "no such name" : "asked again");
		return;
	}
}

void rules_pxe(const struct look *l)
{
	const struct exchange *e = l->loader;
	bool halted = l->stuck || l->b->done_by_next;

	if (l->b->outcome == OUTCOME_BOOTED)
		return;
	url_by_tftp(l);
	redirect(l);
	if (l->loaded || l->b->stage > STAGE_TFTP_KERNEL)
		return;
	if (l->stuck)
		names(l);
	no_next_server(l);
	second_stage(l);
	silent_loader(l);
	wrong_interface(l);
	if (!e || l->c->pi)
		return;
	port_4011(l, e);
	if (!halted || l->b->stage > STAGE_DHCP_ACK)
		return;
	proxy_ignored(l, e);
	proxy_silent(l, e);
	no_httpclient(l, e);
}
