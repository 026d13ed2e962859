/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp_server.h"

#include <string.h>

#include "dhcp_answer.h"
#include "dhcp_choose.h"
#include "hash.h"

enum {
	WAITING_MAX = 4096, /* offers that wait for the answer to a probe */
	MESSAGE_MAX = 1500,
	HOLD = 30,        /* s: an offer is kept for its client */
	DECLINED = 600,   /* s: an address that somebody else uses is left alone */
	DECLINES_MAX = 8, /* of one client at a time: no client declines that often in earnest */
	CLIENTS = 1024,
	RATE = 50 /* messages a second of one client; a ROM sends one */
};

static const uint64_t second = UINT64_C(1000000000), ms = UINT64_C(1000000);

/* An offer whose address is being asked for. In order of time: all wait equally long. */
struct waiting {
	uint64_t due_ns;
	uint32_t ip; /* 0: answered, or taken */
	uint16_t n;
	struct mac mac; /* of the frame it came in */
	uint8_t message[576];
};

/* How often a client asked in this second: by a hash of its address, who comes later takes the
 * place. */
struct rate {
	struct mac mac;
	uint32_t n;
	uint64_t second;
};

struct dhcp_server {
	const struct dhcp_config *c;
	struct leases *leases;
	struct dhcp_out out;
	uint32_t first, n; /* of the ring */
	struct waiting waiting[WAITING_MAX];
	struct rate rates[CLIENTS];
	/* when there was no address left: until then a new client is not searched for one */
	uint64_t empty_until;
	uint32_t empty_link;
	/* the message at hand */
	struct dhcp q;
	struct dhcp_asker who;
	struct dhcp_choice at;
	struct dhcp_answer answer;
	struct dhcp_in in;
};

size_t dhcp_server_size(void)
{
	return sizeof(struct dhcp_server);
}

struct dhcp_server *dhcp_server_init(void *mem, const struct dhcp_config *config,
				     struct leases *leases, const struct dhcp_out *out)
{
	struct dhcp_server *s = mem;

	s->c = config;
	s->leases = leases;
	s->out = *out;
	for (uint32_t i = 0; leases && i < config->n_ranges; i++)
		leases_serve(leases, &config->range[i].addresses);
	for (uint32_t i = 0; leases && i < config->n_hosts; i++) {
		const struct dhcp_host *h = &config->host[i];
		struct lease *l = h->ip ? leases_by_ip(leases, h->ip) : NULL;

		if (h->ip && !l)
			l = leases_set(leases, h->ip, &h->client, LEASE_FREE, 0, 0);
		if (l) {
			if (!lease_same_client(&l->client, &h->client))
				l = leases_set(leases, h->ip, &h->client, LEASE_FREE, 0, 0);
			l->fixed = true;
		}
	}
	return s;
}

/* A message to be looked at now; false: no client's. */
static bool take(struct dhcp_server *s, const struct dhcp_in *in)
{
	struct reader r = reader_init(in->payload.p, in->payload.n, in->payload.n);

	if (dhcp_decode(&r, &s->q) || s->q.op != 1 || !s->q.cookie || !s->q.chaddr.n)
		return false;
	s->in = *in;
	dhcp_asker_of(&s->q, &s->who);
	s->at = (struct dhcp_choice) {
		.c = s->c,
		.leases = s->leases,
		.client = &s->who.client,
		.host = dhcp_host_of(s->c, &s->who.client),
		.link = dhcp_link_of(&s->q, s->in.unicast, s->c->address),
		.relay = s->q.giaddr,
		.asked = dhcp_option_ip4(&s->q, DHCP_OPT_ADDRESS),
		.now = s->in.now_ns / second,
	};
	return true;
}

static void tell(const struct dhcp_server *s, enum dhcp_event event, uint32_t ip, const char *why)
{
	struct dhcp_news n = { event, s->who.mac, ip, why };

	if (s->out.news)
		s->out.news(s->out.ctx, &n);
}

static uint32_t choose(struct dhcp_server *s, const struct dhcp_range **range)
{
	uint32_t ip = dhcp_reserved(&s->at, range);

	if (ip)
		return ip;
	/* looking through a full range takes long, and who forges many clients has it done often */
	if (s->empty_link == s->at.link && s->in.now_ns < s->empty_until &&
	    s->empty_until - s->in.now_ns <= second && !dhcp_known(&s->at))
		return 0;
	ip = dhcp_choose(&s->at, range);
	if (ip)
		return ip;
	s->empty_link = s->at.link;
	s->empty_until = s->in.now_ns + second;
	tell(s, DHCP_EMPTY, 0, "no address is left for this network");
	return 0;
}

/* ---- sending ---- */

/* RFC 2131 4.1 */
static void reply(struct dhcp_server *s, bool to_all)
{
	uint8_t buf[MESSAGE_MAX];
	struct writer w = writer_init(buf, sizeof(buf));
	struct dhcp_to to = { 0xffffffff, 67, 68, s->who.mac };
	bool offer = s->answer.m.option[0].v.p[0] == DHCP_OFFER;

	answer_end(&s->answer, &s->q, &s->who, &w);
	if (s->q.giaddr) {
		to.to = s->q.giaddr;
		to.port = 67;
		to.mac = s->in.mac;
	} else if (!to_all && s->q.ciaddr) {
		to.to = s->q.ciaddr;
		if (s->in.unicast && !mac_none(s->in.mac))
			to.mac = s->in.mac; /* perhaps a router's */
	} else if (!to_all && !(s->q.flags & 0x8000) && s->answer.m.yiaddr) {
		to.to = s->answer.m.yiaddr;
	}
	s->out.send(s->out.ctx, &to, writer_done(&w), offer ? s->c->delay_ms : 0);
}

static void nak(struct dhcp_server *s, const char *why)
{
	answer_begin(&s->answer, &s->q, DHCP_NAK, s->c->address);
	answer_bytes(&s->answer, DHCP_OPT_MESSAGE, bytes_str(why));
	if (s->q.giaddr)
		s->answer.m.flags |= 0x8000; /* the relay is to broadcast it (RFC 2131 4.3.2) */
	reply(s, true);
	tell(s, DHCP_NAKED, s->at.asked, why);
}

static void begin(struct dhcp_server *s, uint8_t type, uint32_t ip, const struct dhcp_range *r,
		  uint32_t lease)
{
	const struct dhcp_host *h = s->at.host;

	answer_begin(&s->answer, &s->q, type, s->c->address);
	s->answer.m.yiaddr = ip;
	s->answer.m.ciaddr = type == DHCP_ACK ? s->q.ciaddr : 0;
	if (r)
		answer_network(&s->answer, r, &s->who, lease);
	if (h && h->name.n)
		answer_bytes(&s->answer, DHCP_OPT_HOST_NAME, h->name);
}

static void offer(struct dhcp_server *s, uint32_t ip, const struct dhcp_range *r)
{
	begin(s, DHCP_OFFER, ip, r, r->lease);
	answer_boot(&s->answer, s->c, &s->q, &s->who, false);
	reply(s, false);
	tell(s, DHCP_OFFERED, ip, NULL);
}

/* ---- probes ---- */

static bool ask_first(struct dhcp_server *s, uint32_t ip)
{
	struct lease *l = leases_by_ip(s->leases, ip);
	struct waiting *w;
	uint32_t i;

	/* who had it and still has it will answer itself */
	if (!s->c->probe || !l || (l->state == LEASE_BOUND && l->until > s->at.now))
		return false;
	if (s->n == WAITING_MAX || s->in.payload.n > sizeof(w->message))
		return false;
	i = (s->first + s->n++) % WAITING_MAX;
	l->asked_for = (uint16_t)(i + 1);
	w = &s->waiting[i];
	w->due_ns = s->in.now_ns + s->c->probe_ms * ms;
	w->ip = ip;
	w->n = (uint16_t)s->in.payload.n;
	w->mac = s->in.mac;
	memcpy(w->message, s->in.payload.p, w->n);
	s->out.probe(s->out.ctx, ip, s->q.giaddr ? &w->mac : NULL);
	return true;
}

/* Who waits for the answer about an address; NULL: nobody. */
static struct waiting *waiting_for(struct dhcp_server *s, const struct lease *l)
{
	struct waiting *w = l && l->asked_for ? &s->waiting[l->asked_for - 1] : NULL;

	return w && w->ip == l->ip ? w : NULL;
}

static bool waits(struct dhcp_server *s)
{
	const struct waiting *w =
		waiting_for(s, leases_by_client(s->leases, &s->who.client, 0, UINT32_MAX));

	return w && w->n == s->in.payload.n && memcmp(w->message, s->in.payload.p, w->n) == 0;
}

static void discover(struct dhcp_server *s)
{
	const struct dhcp_range *r = NULL;
	const struct lease *l;
	uint32_t ip;

	if (waits(s))
		return; /* sent again meanwhile */
	ip = choose(s, &r);
	if (!ip)
		return;
	l = leases_by_ip(s->leases, ip);
	if (!l || l->state != LEASE_BOUND || l->until <= s->at.now ||
	    !lease_same_client(&l->client, &s->who.client))
		leases_set(s->leases, ip, &s->who.client, LEASE_OFFERED, s->at.now + HOLD,
			   s->at.now);
	if (!ask_first(s, ip))
		offer(s, ip, r);
}

/* The message that waits. */
static struct dhcp_in waited(const struct waiting *w, uint64_t now_ns)
{
	return (struct dhcp_in) { bytes_of(w->message, w->n), 67, 0, now_ns, w->mac, 68, false };
}

void dhcp_server_in_use(struct dhcp_server *s, uint32_t ip, uint64_t now_ns)
{
	struct lease *l = s->leases ? leases_by_ip(s->leases, ip) : NULL;
	struct waiting *w = waiting_for(s, l);
	struct dhcp_in in;

	if (!w)
		return;
	in = waited(w, now_ns);
	w->ip = 0;
	leases_turn(s->leases, l, LEASE_DECLINED, now_ns / second + DECLINED, now_ns / second);
	if (take(s, &in))
		tell(s, DHCP_IN_USE, ip, "somebody answers at this address");
	/* another one for its client */
	dhcp_server_message(s, &in);
}

/* ---- requests ---- */

static void note_name(struct dhcp_server *s, struct lease *l)
{
	struct bytes name = dhcp_option(&s->q, DHCP_OPT_HOST_NAME);
	const struct dhcp_host *h = s->at.host;
	uint32_t n = 0;

	if (h && h->name.n)
		name = h->name;
	for (uint32_t i = 0; i < name.n && n + 1 < LEASE_NAME_MAX; i++) {
		uint8_t c = name.p[i];

		if ((c | 0x20) >= 'a' ? (c | 0x20) <= 'z'
				      : (c >= '0' && c <= '9') || c == '-' || c == '.')
			l->name[n++] = (char)c;
	}
	l->name[n] = 0;
}

static void ack(struct dhcp_server *s, uint32_t ip, const struct dhcp_range *r)
{
	uint32_t time = r->lease;
	uint64_t until = time == UINT32_MAX ? UINT64_MAX : s->at.now + time;
	struct lease *l = leases_set(s->leases, ip, &s->who.client, LEASE_BOUND, until, s->at.now);

	if (!l)
		return;
	note_name(s, l);
	/* on the disk before the client knows (RFC 2131 2.2): else a crash gives it away again */
	if (s->out.keep && !s->out.keep(s->out.ctx, l)) {
		tell(s, DHCP_NOT_KEPT, ip, NULL);
		return;
	}
	begin(s, DHCP_ACK, ip, r, time);
	answer_boot(&s->answer, s->c, &s->q, &s->who, false);
	reply(s, false);
	tell(s, DHCP_ACKED, ip, NULL);
}

static bool may_have(struct dhcp_server *s, uint32_t ip)
{
	struct lease *l = leases_by_ip(s->leases, ip);

	return l && lease_available(l, &s->who.client, s->at.now) &&
	       lease_same_client(&l->client, &s->who.client);
}

/* It took another server's offer: ours is free again. */
static void not_ours(struct dhcp_server *s)
{
	for (const struct dhcp_range *r = dhcp_range_next(&s->at, NULL); r;
	     r = dhcp_range_next(&s->at, r)) {
		struct lease *l = leases_by_client(s->leases, &s->who.client, r->addresses.first,
						   r->addresses.last);

		if (l && l->state == LEASE_OFFERED)
			leases_turn(s->leases, l, LEASE_FREE, l->until, l->seen);
	}
}

/* RFC 2131 4.3.2: which state the client is in is told by what is in its REQUEST. */
static void request(struct dhcp_server *s)
{
	uint32_t server = dhcp_option_ip4(&s->q, DHCP_OPT_SERVER_ID);
	uint32_t asked = s->at.asked;
	uint32_t ip = asked ? asked : s->q.ciaddr;
	const struct dhcp_range *r = dhcp_range_for(&s->at, ip);

	if (server && server != s->c->address) {
		not_ours(s);
		return;
	}
	if (!ip)
		return;
	if (server) { /* SELECTING */
		if (r && may_have(s, ip))
			ack(s, ip, r);
		else
			nak(s, "this address was not offered");
	} else if (asked) { /* INIT-REBOOT: whoever does not know the client stays silent */
		if (!dhcp_range_has(dhcp_range_next(&s->at, NULL) ? dhcp_range_next(&s->at, NULL)
								  : &s->c->range[0],
				    ip))
			nak(s, "this address is of another network");
		else if (r && may_have(s, ip))
			ack(s, ip, r);
		else if (s->c->authoritative || (r && leases_by_ip(s->leases, ip)))
			nak(s, "this address is not yours");
	} else { /* RENEWING by unicast, REBINDING by broadcast */
		struct lease *l = r ? leases_by_ip(s->leases, ip) : NULL;

		if (r && (may_have(s, ip) || (l && lease_available(l, &s->who.client, s->at.now)) ||
			  (!l && s->c->authoritative && !dhcp_taken(&s->at, ip))))
			ack(s, ip, r);
		else if (l || (s->c->authoritative && dhcp_range_next(&s->at, NULL)))
			nak(s, "this lease is over");
	}
}

static void decline(struct dhcp_server *s)
{
	uint32_t ip = s->at.asked;
	struct lease *l = leases_by_ip(s->leases, ip);
	bool many;

	if (dhcp_option_ip4(&s->q, DHCP_OPT_SERVER_ID) != s->c->address || !l ||
	    !lease_same_client(&l->client, &s->who.client))
		return;
	many = leases_declined(s->leases, &s->who.client, s->at.now) >= DECLINES_MAX;
	leases_turn(s->leases, l, many ? LEASE_FREE : LEASE_DECLINED,
		    many ? s->at.now : s->at.now + DECLINED, s->at.now);
	if (s->out.keep)
		s->out.keep(s->out.ctx, l);
	tell(s, DHCP_DECLINED_ADDRESS, ip,
	     many ? "this client finds every address in use: that is not believed"
		  : "the client found it in use");
}

static void release(struct dhcp_server *s)
{
	struct lease *l = leases_by_ip(s->leases, s->q.ciaddr);

	if (dhcp_option_ip4(&s->q, DHCP_OPT_SERVER_ID) != s->c->address || !l ||
	    !lease_same_client(&l->client, &s->who.client))
		return;
	leases_turn(s->leases, l, LEASE_FREE, s->at.now, s->at.now);
	if (s->out.keep)
		s->out.keep(s->out.ctx, l);
	tell(s, DHCP_RELEASED, s->q.ciaddr, NULL);
}

/* Has its address from elsewhere and wants the rest (RFC 2131 4.3.5). */
static void inform(struct dhcp_server *s)
{
	if (!s->q.ciaddr)
		s->q.ciaddr = s->in.from;
	if (!s->q.ciaddr)
		return;
	s->at.link = dhcp_link_of(&s->q, s->in.unicast, s->c->address);
	begin(s, DHCP_ACK, 0, dhcp_range_next(&s->at, NULL), 0);
	answer_boot(&s->answer, s->c, &s->q, &s->who, false);
	reply(s, false);
}

/* ---- proxy ---- */

static void proxy_offer(struct dhcp_server *s)
{
	if (!s->who.pi && !s->who.pxe && !s->who.http)
		return; /* boots nothing */
	answer_begin(&s->answer, &s->q, DHCP_OFFER, s->c->address);
	answer_boot(&s->answer, s->c, &s->q, &s->who, true);
	reply(s, true);
	tell(s, DHCP_OFFERED, 0, NULL);
}

/* PXE 2.1, 2.2.3: the boot server's answer goes back to where the question came from. */
static void boot_server(struct dhcp_server *s)
{
	uint8_t buf[MESSAGE_MAX];
	struct writer w = writer_init(buf, sizeof(buf));
	struct dhcp_to to = { s->q.ciaddr ? s->q.ciaddr : s->in.from, DHCP_PROXY_PORT,
			      s->in.from_port ? s->in.from_port : DHCP_PROXY_PORT, s->in.mac };

	if (s->q.type != DHCP_REQUEST && s->q.type != DHCP_DISCOVER && s->q.type != DHCP_INFORM)
		return;
	if (!to.to || !(s->who.pi || s->who.pxe))
		return;
	answer_begin(&s->answer, &s->q, DHCP_ACK, s->c->address);
	s->answer.m.ciaddr = s->q.ciaddr;
	answer_boot(&s->answer, s->c, &s->q, &s->who, true);
	answer_end(&s->answer, &s->q, &s->who, &w);
	s->out.send(s->out.ctx, &to, writer_done(&w), 0);
	tell(s, DHCP_ACKED, 0, NULL);
}

/* ---- the door ---- */

/* Another of our kind that wants to know whether we are here: else two servers for Raspberry Pis
 * alone would not find each other. */
static bool is_question(const struct dhcp_server *s)
{
	return s->c->mode == DHCP_MODE_FULL && s->q.type == DHCP_DISCOVER &&
	       bytes_equal(s->who.vendor, bytes_str(DHCP_QUESTION_CLASS));
}

static bool meant(struct dhcp_server *s)
{
	for (uint32_t i = 0; i < s->c->n_only; i++)
		if (mac_equal(s->c->only[i], s->who.mac))
			return true;
	return !s->c->n_only &&
	       (s->c->all_clients || (s->who.pi && !s->c->hosts_only) || s->at.host);
}

static void full(struct dhcp_server *s)
{
	switch ((enum dhcp_type)s->q.type) {
	case DHCP_DISCOVER:
		discover(s);
		break;
	case DHCP_REQUEST:
		request(s);
		break;
	case DHCP_DECLINE:
		decline(s);
		break;
	case DHCP_RELEASE:
		release(s);
		break;
	case DHCP_INFORM:
		inform(s);
		break;
	case DHCP_BOOTP:
	case DHCP_OFFER:
	case DHCP_ACK:
	case DHCP_NAK:
		break;
	}
}

/* More than any client sends: forged, or a loop in the network. */
static bool too_often(struct dhcp_server *s)
{
	struct rate *r = &s->rates[hash_mix(mac_number(s->who.mac)) % CLIENTS];

	if (r->second != s->at.now || !mac_equal(r->mac, s->who.mac)) {
		*r = (struct rate) { s->who.mac, 1, s->at.now };
		return false;
	}
	if (++r->n == RATE + 1)
		tell(s, DHCP_TOO_OFTEN, 0, "it asks more than 50 times a second");
	return r->n > RATE;
}

void dhcp_server_message(struct dhcp_server *s, const struct dhcp_in *in)
{
	if (s->c->mode == DHCP_MODE_OFF || !take(s, in))
		return;
	if (!meant(s) && !dhcp_known(&s->at) && !is_question(s)) {
		tell(s, DHCP_NOT_MEANT, 0, NULL);
		return;
	}
	if (too_often(s))
		return;
	if (in->port == DHCP_PROXY_PORT)
		boot_server(s);
	else if (s->c->mode == DHCP_MODE_FULL)
		full(s);
	else if (s->q.type == DHCP_DISCOVER)
		proxy_offer(s);
}

void dhcp_server_tick(struct dhcp_server *s, uint64_t now_ns)
{
	/* far ahead: the clock was set back meanwhile */
	while (s->n && (s->waiting[s->first].due_ns <= now_ns ||
			s->waiting[s->first].due_ns > now_ns + s->c->probe_ms * ms)) {
		struct waiting *w = &s->waiting[s->first];
		struct dhcp_in in = waited(w, now_ns);
		const struct dhcp_range *range;
		uint32_t ip = w->ip;

		s->first = (s->first + 1) % WAITING_MAX;
		s->n--;
		w->ip = 0;
		if (!ip || !take(s, &in))
			continue;
		range = dhcp_range_for(&s->at, ip);
		if (range && may_have(s, ip))
			offer(s, ip, range);
	}
}

uint64_t dhcp_server_next(const struct dhcp_server *s)
{
	return s->n ? s->waiting[s->first].due_ns : UINT64_MAX;
}
