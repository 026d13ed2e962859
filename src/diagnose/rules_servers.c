/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* Several DHCP servers, and what one of them takes from another. */

static const uint64_t second = UINT64_C(1000000000);

static bool same_sender(const struct reply *a, const struct reply *b)
{
	if (a->server_id && b->server_id)
		return a->server_id == b->server_id;
	return address_equal(a->from, b->from);
}

static struct bytes file_of(const struct reply *r)
{
	return r->bootfile.n ? r->bootfile : r->file;
}

static struct finding *tell_two(const struct look *l, enum finding_id id,
				enum confidence confidence, const struct reply *a,
				const struct reply *b)
{
	struct finding *f = raise_finding(l, id, confidence);

	if (!f)
		return NULL;
	finding_set_address(l->d, f, P_DHCP, a->from);
	finding_set_address(l->d, f, P_SERVER, b->from);
	finding_set(l->d, f, P_FILE, file_of(a));
	finding_set(l->d, f, P_TEXT, file_of(b));
	finding_evidence(f, a->first_frame, "the one server");
	finding_evidence(f, b->first_frame, "the other server");
	return f;
}

/* Did the client heed the NAK? It asks again, or says nothing more. */
static bool heeds(const struct look *l, const struct exchange *e, const struct reply *nak)
{
	if (e->last_ns > nak->first_ns || (e->next && e->next->agent == e->agent))
		return true;
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->last_ns > nak->first_ns)
			return false;
	return l->stuck;
}

/* One REQUEST, an ACK here and a NAK there (RFC 2131 4.3.2: a server that was not chosen stays
 * silent). */
static void stray_nak(const struct look *l)
{
	for (const struct exchange *e = l->b->exchanges; e; e = e->next)
		for (const struct reply *no = e->replies; no; no = no->next)
			for (const struct reply *r = e->replies; r; r = r->next)
				if (no->type == DHCP_NAK &&
				    (r->type == DHCP_ACK ||
				     (r->type == DHCP_OFFER && e->asked_server &&
				      r->server_id == e->asked_server)) &&
				    !same_sender(no, r) && r->xid == no->xid && heeds(l, e, no)) {
					tell_two(l, F_DHCP_NAK_FROM_OTHER_SERVER,
						 r->type == DHCP_ACK ? CERTAIN : LIKELY, r, no);
					return;
				}
}

/* PXE 2.1 2.2: with two sets of boot data it is chance, or the menu, that chooses. */
static void two_boot_servers(const struct look *l, const struct exchange *e)
{
	if (e->agent != AGENT_PXE && e->agent != AGENT_UEFI)
		return;
	for (const struct reply *a = e->replies; a; a = a->next)
		for (const struct reply *b = a->next; b; b = b->next)
			if (a->type != DHCP_NAK && b->type != DHCP_NAK && !same_sender(a, b) &&
			    file_of(a).n && file_of(b).n && !bytes_equal(file_of(a), file_of(b))) {
				tell_two(l, F_DHCP_TWO_BOOT_SERVERS, LIKELY, a, b);
				return;
			}
}

static bool boot_data(const struct look *l, const struct reply *r)
{
	return l->c->pi ? r->pi_item >= 0 || r->tftp_name_ip : file_of(r).n > 0;
}

/* Two whole offers; the one that was taken has no boot data, the other has. Boot data without an
 * address are a proxy's, and join any offer. */
static void two_servers(const struct look *l, const struct exchange *e)
{
	const struct reply *taken = NULL, *other = NULL;

	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->proxy && boot_data(l, r))
			return;
		if (r->type != DHCP_OFFER || !r->yiaddr)
			continue;
		if (boot_data(l, r))
			other = r;
		else if (r->server_id && r->server_id == e->asked_server)
			taken = r;
	}
	if (taken && other && !same_sender(taken, other) && !l->b->transfers)
		tell_two(l, F_DHCP_TWO_SERVERS, LIKELY, taken, other);
}

/* Boot data without an address: a proxy beside no DHCP server (RFC 4578 has none of its own). */
static void proxy_alone(const struct look *l, const struct exchange *e)
{
	const struct reply *proxy = NULL;
	struct finding *f;

	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->yiaddr || r->type == DHCP_NAK)
			return;
		proxy = r->proxy ? r : proxy;
	}
	/* a client that acts has an address: its server spoke to it alone, and was not heard here
	 */
	if (!proxy || e->discovers < 2 || e->requests || l->b->arps || l->b->transfers)
		return;
	f = raise_finding(l, F_PROXYDHCP_WITHOUT_DHCP_SERVER,
			  e->broadcast_flag || l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, proxy->from);
	finding_set_number(l->d, f, P_COUNT, e->discovers);
	finding_evidence(f, proxy->first_frame, "an OFFER without an address");
	finding_evidence(f, e->last_frame, "the client asks again");
}

/* A machine that names itself by something other than its MAC, and is not known by it. */
static void client_id(const struct look *l)
{
	const struct exchange *e = l->b->exchanges;
	const struct server *dhcp = NULL;
	struct finding *f;

	while (e && e->next)
		e = e->next;
	if (!e || !l->stuck || l->b->stage != STAGE_DHCP_DISCOVER || !e->has_client_id ||
	    e->client_id_is_mac || e->n_replies || e->discovers < 3)
		return;
	for (uint32_t i = 0; i < scope_servers(l->s); i++)
		if (scope_server(l->s, i)->offers)
			dhcp = scope_server(l->s, i);
	if (!dhcp)
		return; /* nobody is answered: nothing says that it is the id */
	f = raise_finding(l, F_DHCP_CLIENT_ID_MISMATCH, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, dhcp->ip);
	finding_set_number(l->d, f, P_COUNT, e->discovers);
	finding_evidence(f, e->first_frame, "a DISCOVER with a client id of its own");
	finding_evidence(f, dhcp->first_frame, "the server answers others");
}

static uint32_t offered(const struct client *c, const struct boot *b)
{
	struct boot_params p;

	if (!b)
		return 0;
	boot_params(c, b, &p);
	return p.address;
}

/* Both at it at one time: an address that was given back in between is nobody's twice. */
static bool at_once(const struct boot *a, const struct boot *b)
{
	return a->transfers && b->transfers && a->started_ns <= b->last_ns &&
	       b->started_ns <= a->last_ns;
}

/* A server that sees no REQUEST holds no address for long (facts 2.1), or picks it by a hash. The
 * model noticed when the address went from one MAC to another. */
static void duplicate_address(const struct look *l)
{
	const struct client *o =
		l->c->address_conflicts ? scope_client_by_mac(l->s, l->c->conflict_mac) : NULL;
	uint32_t mine = o ? offered(l->c, l->b) : 0;

	for (uint32_t k = 0; mine && k < client_boots(o); k++) {
		const struct boot *b = client_boot(o, k);
		struct finding *f;
		char mac[24];
		struct text t = text_init(mac, sizeof(mac));

		if (offered(o, b) != mine || !at_once(l->b, b))
			continue;
		f = raise_finding(l, F_DHCP_DUPLICATE_ADDRESS, LIKELY);
		if (!f)
			return;
		text_mac(&t, o->mac);
		finding_set_text(l->d, f, P_TEXT, mac);
		finding_set_ip4(l->d, f, P_ADDRESS, mine);
		if (l->params.address_reply)
			finding_evidence(f, l->params.address_reply->first_frame, "offered here");
		finding_evidence(f, b->started_frame, "the other board, told the same");
		finding_evidence(f, l->c->conflict_frame, "the address goes to the other MAC");
		return;
	}
}

static void wrong_sender(const struct look *l, const struct exchange *e, const struct reply *r,
			 const char *how)
{
	struct finding *f = raise_finding(l, F_DHCP_REPLY_FROM_WRONG_ADDRESS, LIKELY);

	if (!f)
		return;
	finding_set_address(l->d, f, P_DHCP, r->from);
	finding_set_text(l->d, f, P_TEXT, how);
	finding_evidence(f, r->first_frame, "the reply");
	finding_evidence(f, e->last_frame, "the client asks again");
}

/* Clients take replies from port 67 (or 4011) only. */
static void odd_port(const struct look *l, const struct exchange *e)
{
	const struct reply *odd = NULL;
	char how[64];
	struct text t = text_init(how, sizeof(how));

	for (const struct reply *r = e->replies; r; r = r->next) {
		if (r->from_port == 67 || r->from_port == 4011)
			return;
		odd = r;
	}
	if (!odd || e->discovers < 2)
		return;
	text_fmt(&t, "from UDP port %u instead of 67", odd->from_port);
	wrong_sender(l, e, odd, how);
}

/* Relays, and firewalls beside them, take the answer of the host that was asked. What the relay
 * itself hands on it has taken. */
static void odd_address(const struct look *l, const struct exchange *e)
{
	const struct reply *odd = NULL;
	char how[64];
	struct text t = text_init(how, sizeof(how));

	if (!e->helper[0] || e->helper[0] == e->helper[1] || e->helper[0] == UINT32_MAX ||
	    e->helper[1] == UINT32_MAX)
		return;
	for (const struct reply *r = e->replies; r; r = r->next) {
		uint32_t from = address_to_ip4(r->from);

		if (from == e->helper[0] || from == e->helper[1] || from == e->giaddr || !r->giaddr)
			return;
		odd = r;
	}
	if (!odd || e->requests || e->last_ns < odd->first_ns + second)
		return;
	text_str(&t, "though the relay asked ");
	text_ip4(&t, e->helper[0]);
	wrong_sender(l, e, odd, how);
}

void rules_servers(const struct look *l)
{
	const struct exchange *e = l->loader;

	if (l->b->outcome != OUTCOME_BOOTED) {
		stray_nak(l);
		client_id(l);
		duplicate_address(l);
	}
	if (!e || l->b->outcome == OUTCOME_BOOTED || !(l->stuck || l->b->done_by_next))
		return;
	if (l->b->stage <= STAGE_DHCP_ACK) {
		proxy_alone(l, e);
		two_servers(l, e);
		odd_port(l, e);
		odd_address(l, e);
	}
	/* once a kernel came across the choice of the loader was no harm */
	for (const struct exchange *x = l->b->exchanges; x && !l->loaded; x = x->next)
		two_boot_servers(l, x);
}
