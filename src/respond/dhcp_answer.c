/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp_answer.h"

#include <string.h>

#include "pxe.h"
#include "text.h"

enum {
	HEADER = 240,     /* up to and with the cookie */
	ROOM_LEAST = 548, /* RFC 2131 2: 576 bytes of IP, less 28 */
	ROOM_MOST = 1472,
	FILE_FIELD = 128,
	SNAME_FIELD = 64,
	OPT_LEASE = 51,
	OPT_T1 = 58,
	OPT_T2 = 59,
	OPT_DNS = 6,
	OPT_DOMAIN = 15,
	OPT_BROADCAST = 28,
	OPT_PREFIX = 210,
};

static const char pi_text[] =
	"Raspberry Pi Boot   "; /* facts 2.2: the blanks are for the ROM of a Pi 3 */

/* ---- who asks ---- */

static bool begins(struct bytes v, struct bytes with)
{
	return v.n >= with.n && (!with.n || memcmp(v.p, with.p, with.n) == 0);
}

static uint32_t models_of(const struct pi_guid *g)
{
	switch (g->form) {
	case PI_GUID_ROM:
	case PI_GUID_SERIAL:
		return DHCP_PI3;
	case PI_GUID_PI4:
		return DHCP_PI4;
	case PI_GUID_PI5:
		return DHCP_PI5;
	case PI_GUID_UEFI:
	case PI_GUID_OTHER:
	case PI_GUID_NONE:
		break;
	}
	return DHCP_NO_PI;
}

/* The list of a Pi asks for the vendor's range 128 to 135, and for no DNS (facts 1.1). */
static bool asks_like_a_pi(struct bytes wants)
{
	uint32_t vendors = 0;

	for (uint32_t i = 0; i < wants.n; i++) {
		vendors += wants.p[i] >= 128 && wants.p[i] <= 135;
		if (wants.p[i] == OPT_DNS)
			return false;
	}
	return vendors == 8 && wants.n <= 14;
}

void dhcp_asker_of(struct dhcp *m, struct dhcp_asker *out)
{
	struct bytes arch = dhcp_option(m, DHCP_OPT_ARCH);
	struct pi_guid guid;
	uint32_t room = dhcp_option_u16(m, DHCP_OPT_MAX_SIZE);

	memset(out, 0, sizeof(*out));
	lease_client_set(&out->client, m->htype, m->chaddr, dhcp_option(m, DHCP_OPT_CLIENT_ID));
	out->mac = dhcp_mac(m);
	out->vendor = dhcp_option(m, DHCP_OPT_CLASS);
	out->user = dhcp_option(m, DHCP_OPT_USER_CLASS);
	out->wants = dhcp_option(m, DHCP_OPT_REQUEST_LIST);
	out->arch = arch.n >= 2 ? (uint16_t)((uint32_t)arch.p[0] << 8 | arch.p[1]) : UINT16_MAX;
	out->pxe = begins(out->vendor, bytes_str("PXEClient"));
	out->http = begins(out->vendor, bytes_str("HTTPClient"));
	pi_guid_decode(dhcp_option(m, DHCP_OPT_GUID), &guid);
	out->models = models_of(&guid);
	out->pi = out->models != DHCP_NO_PI || (out->pxe && asks_like_a_pi(out->wants));
	if (out->pi && out->models == DHCP_NO_PI)
		out->models = DHCP_PI3;
	/* the option counts the whole datagram (RFC 2132 9.10) */
	out->room = room > ROOM_LEAST + 28 ? room - 28 : ROOM_LEAST;
	out->room = out->room < ROOM_MOST ? out->room : ROOM_MOST;
}

/* RFC 3004 has lengths before each class; iPXE and others send the bare word. */
static bool has_class(struct bytes user, struct bytes word)
{
	uint32_t at = 0;

	if (user.n == word.n && begins(user, word))
		return true;
	while (at < user.n) {
		uint32_t n = user.p[at++];

		if (n > user.n - at)
			return false;
		if (n == word.n && memcmp(user.p + at, word.p, n) == 0)
			return true;
		at += n;
	}
	return false;
}

static bool fits(const struct dhcp_class *k, const struct dhcp_asker *a)
{
	bool arch = k->n_archs == 0;

	for (uint32_t i = 0; i < k->n_archs; i++)
		arch |= k->arch[i] == a->arch;
	return arch && begins(bytes_of(a->mac.b, sizeof(a->mac.b)), k->mac) &&
	       begins(a->vendor, k->vendor) && (!k->user.n || has_class(a->user, k->user)) &&
	       (!k->models || k->models & a->models);
}

/* What b has to load for who asks. A class that knows a URL alone means it for all of its clients;
 * said for everybody it is for HTTP clients. */
static struct bytes file_of(const struct dhcp_boot *b, const struct dhcp_asker *a, bool class)
{
	if (a->http && b->url.n)
		return b->url;
	return b->file.n || !class ? b->file : b->url;
}

void dhcp_boot_for(const struct dhcp_config *c, const struct dhcp_asker *a, struct dhcp_boot *out)
{
	*out = c->boot;
	out->file = file_of(&c->boot, a, false);
	for (uint32_t i = 0; i < c->n_classes; i++) {
		const struct dhcp_boot *b = &c->class[i].boot;
		struct bytes file;

		if (!fits(&c->class[i], a))
			continue;
		file = file_of(b, a, true);
		out->file = file.n ? file : out->file;
		out->next = b->next ? b->next : out->next;
		out->prefix = b->prefix.n ? b->prefix : out->prefix;
		for (uint32_t k = 0; k < b->n_extras; k++) {
			uint32_t at = 0;

			while (at < out->n_extras && out->extra[at].code != b->extra[k].code)
				at++;
			if (at < DHCP_EXTRAS_MAX)
				out->extra[at] = b->extra[k];
			if (at == out->n_extras && at < DHCP_EXTRAS_MAX)
				out->n_extras++;
		}
		break;
	}
	if (!out->next)
		out->next = c->address;
}

const struct dhcp_host *dhcp_host_of(const struct dhcp_config *c, const struct lease_client *who)
{
	for (uint32_t i = 0; i < c->n_hosts; i++)
		if (lease_same_client(&c->host[i].client, who))
			return &c->host[i];
	return NULL;
}

/* ---- the answer ---- */

void answer_begin(struct dhcp_answer *a, const struct dhcp *q, uint8_t type, uint32_t server)
{
	memset(a, 0, sizeof(*a));
	a->m.op = 2;
	a->m.htype = q->htype;
	a->m.hlen = q->hlen;
	a->m.xid = q->xid;
	a->m.flags = q->flags;
	a->m.giaddr = q->giaddr;
	a->m.chaddr = q->chaddr_field;
	answer_bytes(a, DHCP_OPT_TYPE, bytes_of(&type, 1));
	answer_u32(a, DHCP_OPT_SERVER_ID, server);
}

static bool there(const struct dhcp_answer *a, uint8_t code)
{
	for (uint32_t i = 0; i < a->m.n_options; i++)
		if (a->m.option[i].code == code)
			return true;
	return false;
}

void answer_bytes(struct dhcp_answer *a, uint8_t code, struct bytes v)
{
	uint8_t *at = a->buf + a->used;

	if (there(a, code))
		return;
	if (v.n > sizeof(a->buf) - a->used) {
		a->short_of = true;
		return;
	}
	if (v.n)
		memcpy(at, v.p, v.n);
	a->used += v.n;
	if (!dhcp_add(&a->m, code, bytes_of(at, v.n)))
		a->short_of = true;
}

void answer_u32(struct dhcp_answer *a, uint8_t code, uint32_t v)
{
	uint8_t b[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	answer_bytes(a, code, bytes_of(b, sizeof(b)));
}

static bool wanted(const struct dhcp_asker *who, uint8_t code)
{
	for (uint32_t i = 0; i < who->wants.n; i++)
		if (who->wants.p[i] == code)
			return true;
	return who->wants.n == 0; /* no list: all there is */
}

void answer_network(struct dhcp_answer *a, const struct dhcp_range *r, const struct dhcp_asker *who,
		    uint32_t lease)
{
	uint8_t dns[4 * DHCP_DNS_MAX];

	if (lease) {
		answer_u32(a, OPT_LEASE, lease);
		if (lease != UINT32_MAX) {
			answer_u32(a, OPT_T1, lease / 2);
			answer_u32(a, OPT_T2, lease / 8 * 7);
		}
	}
	/* asked for or not: the list of a Pi 3 has neither, and it wants both (facts 1.1) */
	answer_u32(a, DHCP_OPT_MASK, r->mask);
	if (r->router)
		answer_u32(a, DHCP_OPT_ROUTER, r->router);
	for (uint32_t i = 0; i < r->n_dns; i++)
		for (uint32_t k = 0; k < 4; k++)
			dns[4 * i + k] = (uint8_t)(r->dns[i] >> (24 - 8 * k));
	if (r->n_dns && wanted(who, OPT_DNS))
		answer_bytes(a, OPT_DNS, bytes_of(dns, 4 * r->n_dns));
	if (r->domain.n && wanted(who, OPT_DOMAIN))
		answer_bytes(a, OPT_DOMAIN, r->domain);
	if (wanted(who, OPT_BROADCAST))
		answer_u32(a, OPT_BROADCAST, r->addresses.first | ~r->mask);
}

/* Option 43 for who boots from the answer itself: a menu of one entry (facts 2.2), or, to PXE
 * clients that are no Pi, "take the file named here" (PXE 2.1, discovery control bit 3). */
static void answer_pxe(struct dhcp_answer *a, const struct dhcp_asker *who)
{
	struct pxe m = { .form = PXE_ENCAPSULATED, .end = true };
	uint8_t buf[128];
	struct writer w = writer_init(buf, sizeof(buf));

	m.discovery_control = who->pi ? 3 : 8;
	m.prompt = bytes_str("PXE");
	if (who->pi)
		m.item[m.n_items++] = (struct pxe_item) { 0, bytes_str(pi_text) };
	pxe_encode(&m, &w);
	answer_bytes(a, DHCP_OPT_VENDOR, writer_done(&w));
}

static bool is_url(struct bytes file)
{
	return bytes_find(file, bytes_str("://")) != UINT32_MAX;
}

/* In the place of what we would have said. */
static void answer_instead(struct dhcp_answer *a, uint8_t code, struct bytes v)
{
	for (uint32_t i = 0; i < a->m.n_options; i++)
		if (a->m.option[i].code == code) {
			a->m.option[i].v = v;
			return;
		}
	answer_bytes(a, code, v);
}

void answer_boot(struct dhcp_answer *a, const struct dhcp_config *c, struct dhcp *q,
		 const struct dhcp_asker *who, bool proxy)
{
	char quad[16], file[256];
	struct text t = text_init(quad, sizeof(quad)), f = text_init(file, sizeof(file));
	struct dhcp_boot b;

	dhcp_boot_for(c, who, &b);
	if (!proxy && !who->pi && !who->pxe && !who->http && !b.file.n && !b.n_extras)
		return; /* who boots nothing is told nothing of it */
	text_ip4(&t, b.next);
	a->m.siaddr = b.next;
	if (who->pi || wanted(who, DHCP_OPT_TFTP_NAME))
		answer_bytes(a, DHCP_OPT_TFTP_NAME, bytes_str(quad));
	if (b.file.n) {
		/* names are our configuration's: printable */
		if (!is_url(b.file))
			text_safe(&f, b.prefix);
		text_safe(&f, b.file);
		if (f.pos < FILE_FIELD) {
			uint8_t *at = a->buf + a->used;

			if (f.pos + 1 <= sizeof(a->buf) - a->used) {
				memcpy(at, file, f.pos);
				a->m.file = bytes_of(at, f.pos);
				a->used += f.pos;
			}
		}
		if (wanted(who, DHCP_OPT_BOOTFILE) || f.pos >= FILE_FIELD)
			answer_bytes(a, DHCP_OPT_BOOTFILE, bytes_of(file, f.pos));
	}
	if (b.prefix.n && wanted(who, OPT_PREFIX))
		answer_bytes(a, OPT_PREFIX, b.prefix);
	if (who->http)
		answer_bytes(a, DHCP_OPT_CLASS, bytes_str("HTTPClient"));
	if (who->pi || who->pxe) {
		answer_bytes(a, DHCP_OPT_CLASS, bytes_str("PXEClient"));
		answer_pxe(a, who);
	}
	if (dhcp_has(q, DHCP_OPT_GUID))
		answer_bytes(a, DHCP_OPT_GUID, dhcp_option(q, DHCP_OPT_GUID)); /* RFC 4578 2.3 */
	for (uint32_t i = 0; i < b.n_extras; i++)
		if (b.extra[i].always || wanted(who, b.extra[i].code))
			answer_instead(a, b.extra[i].code, b.extra[i].v);
}

/* ---- room ---- */

static uint32_t size_of(const struct dhcp_option *o)
{
	return o->v.n + 2 * (o->v.n ? (o->v.n + 254) / 255 : 1);
}

static uint32_t size_in(const struct dhcp *m, uint8_t area)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n_options; i++)
		n += m->option[i].area == area ? size_of(&m->option[i]) : 0;
	return n;
}

/* Moves the last options that fit into a field of ours. */
static bool move(struct dhcp *m, uint8_t area, uint32_t size, uint32_t limit)
{
	uint32_t used = 1;
	bool any = false;

	for (uint32_t i = m->n_options; i-- > 2 && size_in(m, DHCP_AREA_OPTIONS) > limit;) {
		struct dhcp_option *o = &m->option[i];

		if (o->area != DHCP_AREA_OPTIONS || used + size_of(o) > size)
			continue;
		o->area = area;
		used += size_of(o);
		any = true;
	}
	return any;
}

bool answer_end(struct dhcp_answer *a, struct dhcp *q, const struct dhcp_asker *who,
		struct writer *w)
{
	struct bytes relay = dhcp_option(q, DHCP_OPT_RELAY);
	uint32_t limit = who->room - HEADER - 1 - (relay.p ? relay.n + 4 : 0);
	bool all = !a->short_of;
	uint8_t overload = 0;

	if (size_in(&a->m, DHCP_AREA_OPTIONS) > limit) {
		limit -= 3; /* option 52 itself */
		if (!a->m.file.n && move(&a->m, DHCP_AREA_FILE, FILE_FIELD, limit))
			overload |= 1;
		if (move(&a->m, DHCP_AREA_SNAME, SNAME_FIELD, limit))
			overload |= 2;
		while (a->m.n_options > 2 && size_in(&a->m, DHCP_AREA_OPTIONS) > limit) {
			a->m.n_options--;
			all = false;
		}
	}
	if (overload)
		answer_bytes(a, DHCP_OPT_OVERLOAD, bytes_of(&overload, 1));
	if (relay.p)
		answer_bytes(a, DHCP_OPT_RELAY, relay); /* RFC 3046 2.2: as it came, at the end */
	dhcp_encode(&a->m, 300, w);
	return all && !w->err;
}
