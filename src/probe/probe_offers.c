/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "lines.h"
#include "probe_state.h"
#include "pxe.h"
#include "text.h"

/* PXE 2.1 table 2-1: in sub-option 6 "use the file of this offer"; those of boot servers */
enum { SKIP_DISCOVERY = 8, DISCOVERY_FIRST = 6, DISCOVERY_LAST = 10 };

static void fill(struct probe_offer *o, struct dhcp *m, uint32_t from)
{
	struct bytes cls = dhcp_option(m, DHCP_OPT_CLASS);
	struct pxe x;

	o->type = m->type;
	o->yiaddr = m->yiaddr;
	o->siaddr = m->siaddr;
	o->hops = m->hops;
	o->server_id = dhcp_option_ip4(m, DHCP_OPT_SERVER_ID);
	o->mask = dhcp_option_ip4(m, DHCP_OPT_MASK);
	o->router = dhcp_option_ip4(m, DHCP_OPT_ROUTER);
	o->is_pxe = bytes_begin(cls, "PXEClient");
	o->is_http = bytes_begin(cls, "HTTPClient");
	o->has_66 = dhcp_has(m, DHCP_OPT_TFTP_NAME);
	o->has_43 = dhcp_has(m, DHCP_OPT_VENDOR);
	o->told_file = m->file.n || dhcp_option(m, DHCP_OPT_BOOTFILE).n;
	pi_offer_read(m, from, &o->pi);
	pxe_decode(dhcp_option(m, DHCP_OPT_VENDOR), o->is_pxe, &x);
	o->control = x.discovery_control;
	o->has_menu = x.n_items || x.n_servers;
	for (uint32_t i = 0; i < x.n_subs; i++)
		o->has_discovery |=
			x.sub[i].code >= DISCOVERY_FIRST && x.sub[i].code <= DISCOVERY_LAST;
}

struct probe_offer *offer_keep(struct probe *p, const struct probe_datagram *d, struct dhcp *m,
			       uint64_t now_ns)
{
	enum { XID_END = 8 };
	struct bytes v = d->data;
	struct probe_offer *o = p->offers;

	v.n = v.n < PROBE_MESSAGE ? v.n : PROBE_MESSAGE;
	for (; o < p->offers + p->result.n_offers; o++)
		if (o->round == p->round && o->from == d->src && o->from_port == d->sport &&
		    o->n == v.n && v.n > XID_END &&
		    memcmp(o->message + XID_END, v.p + XID_END, v.n - XID_END) == 0) {
			o->count++;
			return NULL;
		}
	if (o == p->offers + PROBE_OFFERS) {
		p->result.offers_lost++;
		return NULL;
	}
	memset(o, 0, sizeof(*o));
	o->from = d->src;
	o->from_port = d->sport;
	o->round = p->round;
	o->first_ns = now_ns;
	o->count = 1;
	o->n = v.n;
	memcpy(o->message, v.p, v.n);
	fill(o, m, d->src);
	p->result.n_offers++;
	return o;
}

/* The boot file that it names, without the NUL some servers add. */
static struct bytes file_of(const struct probe_offer *o, struct dhcp *m)
{
	struct reader r = reader_init(o->message, o->n, o->n);
	struct bytes v;

	(void)dhcp_decode(&r, m);
	v = dhcp_option(m, DHCP_OPT_BOOTFILE);
	if (!v.n)
		v = m->file;
	while (v.n && v.p[v.n - 1] == 0)
		v.n--;
	return v;
}

/* As far as it is a name: what is behind a NUL or too long is cut. */
static void copy_name(char *to, uint32_t cap, struct bytes v)
{
	uint32_t n = bytes_until(v, 0);

	n = n < cap - 1 ? n : cap - 1;
	if (n)
		memcpy(to, v.p, n);
	to[n] = 0;
}

static bool is_offer(const struct probe *p, const struct probe_offer *o)
{
	return o->round == p->round && (o->type == DHCP_OFFER || o->type == DHCP_BOOTP) &&
	       o->from_port != DHCP_PROXY_PORT;
}

/* ---- Raspberry Pis: facts 2.1 ---- */

static enum probe_reason pi_why_not(const struct probe_offer *o, const struct pi_wants *w)
{
	if (o->pi.option66 || pi_offer_has_text(&o->pi, w))
		return REASON_ANOTHER_TAKEN;
	if (o->pi.text)
		return REASON_OPTION43_PLACE;
	if (o->has_66)
		return REASON_OPTION66_NAME;
	if (o->has_43)
		return REASON_OPTION43_TEXT;
	return o->yiaddr ? REASON_NO_OPTION43 : REASON_NO_ADDRESS;
}

static void pi_settle(struct probe *p)
{
	struct probe_result *r = &p->result;
	const struct pi_wants *w =
		&pi_wants[p->profile->reading == READS_PI_EEPROM ? PI_READER_EEPROM
								 : PI_READER_ROM];

	for (uint32_t i = 0; i < r->n_offers; i++) {
		struct probe_offer *o = &p->offers[i];

		if (!is_offer(p, o))
			continue;
		o->reason = pi_why_not(o, w);
		if (p->profile->no_relay && o->hops) {
			o->reason = REASON_RELAYED;
			continue;
		}
		if (o->yiaddr && p->profile->request && !o->server_id)
			o->reason = REASON_NO_SERVER_ID;
		else if (o->yiaddr && r->address_offer < 0)
			r->address_offer = (int32_t)i;
		if (pi_offer_take(&o->pi, w, &r->tftp_server, &r->from))
			r->boot_offer = (int32_t)i;
	}
}

/* ---- PXE and UEFI: PXE 2.1, 2.4; UEFI 2.10, 24.7 for URLs ---- */

static bool has_url(struct bytes file)
{
	return bytes_begin(file, "http://") || bytes_begin(file, "https://");
}

/* edk2, PxeBcDhcp4.c: a file in such an offer does not count before port 4011 has named it. */
static bool is_binl(const struct probe *p, const struct probe_offer *o)
{
	return p->profile->binl && o->is_pxe && !o->has_discovery;
}

/* Boot data without a file: the boot server has it, which port 4011 of the proxy is. */
static bool has_boot_server(const struct probe *p, const struct probe_offer *o)
{
	return o->is_pxe && !p->profile->no_boot_server && !(o->control & SKIP_DISCOVERY) &&
	       (!o->told_file || o->has_menu || is_binl(p, o));
}

static uint32_t server_of(const struct probe *p, const struct probe_offer *o)
{
	return o->siaddr || p->profile->siaddr_only ? o->siaddr : o->pi.option66;
}

static enum probe_reason pxe_good(const struct probe *p, const struct probe_offer *o)
{
	struct dhcp m;

	if (p->profile->reading == READS_HTTP) {
		if (!o->is_http)
			return REASON_NO_CLASS;
		return has_url(file_of(o, &m)) ? REASON_NONE : REASON_NO_FILE;
	}
	if (has_boot_server(p, o))
		return REASON_NONE;
	if (!o->told_file && !p->profile->own_names)
		return REASON_NO_FILE;
	if (p->profile->urls && has_url(file_of(o, &m)))
		return REASON_NONE;
	return server_of(p, o) ? REASON_NONE : REASON_NO_NEXT_SERVER;
}

static void pxe_settle(struct probe *p)
{
	struct probe_result *r = &p->result;

	for (uint32_t i = 0; i < r->n_offers; i++) {
		struct probe_offer *o = &p->offers[i];

		if (!is_offer(p, o))
			continue;
		if (o->yiaddr && !o->server_id) {
			o->reason = REASON_NO_SERVER_ID;
			continue;
		}
		o->reason = pxe_good(p, o);
		/* an address with boot data goes before one without */
		if (o->yiaddr &&
		    (r->address_offer < 0 || (o->reason == REASON_NONE &&
					      p->offers[r->address_offer].reason != REASON_NONE)))
			r->address_offer = (int32_t)i;
		/* and a proxy's boot data before the DHCP server's */
		if (o->reason == REASON_NONE &&
		    (r->boot_offer < 0 || (!o->yiaddr && p->offers[r->boot_offer].yiaddr)))
			r->boot_offer = (int32_t)i;
		if (o->reason == REASON_NONE)
			o->reason = REASON_ANOTHER_TAKEN;
	}
}

static void take_file(struct probe *p, const struct probe_offer *o)
{
	struct dhcp m;
	struct bytes file = file_of(o, &m);

	copy_name(p->file, sizeof(p->file), file);
	if (has_url(file) && (p->profile->urls || p->profile->reading == READS_HTTP))
		copy_name(p->url, sizeof(p->url), file);
	p->result.tftp_server = server_of(p, o);
}

/* Which item of the menu: the first one, asked of its own server when option 43 names that. */
static void choose_item(struct probe *p, const struct probe_offer *o)
{
	struct reader r = reader_init(o->message, o->n, o->n);
	struct dhcp m;
	struct pxe x;

	(void)dhcp_decode(&r, &m);
	pxe_decode(dhcp_option(&m, DHCP_OPT_VENDOR), true, &x);
	p->boot_server = o->server_id ? o->server_id : o->from;
	if (is_binl(p, o) && o->siaddr)
		p->boot_server = o->siaddr;
	if (!x.n_items)
		return;
	p->boot_item[0] = (uint8_t)(x.item[0].type >> 8);
	p->boot_item[1] = (uint8_t)x.item[0].type;
	for (uint32_t i = 0; i < x.n_servers; i++)
		if (x.server[i].type == x.item[0].type && x.server[i].addresses.n >= 4) {
			const uint8_t *a = x.server[i].addresses.p;

			p->boot_server = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 |
					 (uint32_t)a[2] << 8 | a[3];
		}
}

bool offers_settle_boot(struct probe *p, const struct probe_offer *o)
{
	if (!o->told_file)
		return false;
	take_file(p, o);
	if (!p->result.tftp_server)
		p->result.tftp_server = o->from;
	p->result.boot_offer = (int32_t)(o - p->offers);
	return true;
}

/* ---- all ---- */

static void host_settle(struct probe *p)
{
	struct probe_result *r = &p->result;

	for (uint32_t i = 0; i < r->n_offers; i++) {
		struct probe_offer *o = &p->offers[i];

		if (!is_offer(p, o))
			continue;
		o->reason = !o->yiaddr      ? REASON_NO_ADDRESS
			    : !o->server_id ? REASON_NO_SERVER_ID
					    : REASON_ANOTHER_TAKEN;
		if (o->reason == REASON_ANOTHER_TAKEN && r->address_offer < 0)
			r->address_offer = (int32_t)i;
	}
}

static void name_taken(struct probe *p)
{
	struct probe_result *r = &p->result;

	if (r->boot_offer >= 0)
		p->offers[r->boot_offer].reason = REASON_BOOT_TAKEN;
	if (r->address_offer >= 0)
		p->offers[r->address_offer].reason =
			r->boot_offer == r->address_offer || p->profile->reading == READS_HOST
				? REASON_TAKEN
				: REASON_ADDRESS_TAKEN;
}

static void none_taken(struct probe *p)
{
	for (uint32_t i = 0; i < p->result.n_offers; i++)
		if (is_offer(p, &p->offers[i]) && p->offers[i].reason == REASON_ANOTHER_TAKEN)
			p->offers[i].reason = REASON_BOOT_ONLY;
}

bool offers_settle(struct probe *p)
{
	struct probe_result *r = &p->result;
	const struct probe_offer *a;

	r->address_offer = r->boot_offer = -1;
	r->tftp_server = 0;
	r->from = PI_SERVER_NONE;
	p->boot_server = 0;
	memset(p->boot_item, 0, sizeof(p->boot_item));
	switch (p->profile->reading) {
	case READS_PI_ROM:
	case READS_PI_EEPROM:
		pi_settle(p);
		break;
	case READS_PXE:
	case READS_HTTP:
		pxe_settle(p);
		break;
	case READS_HOST:
		host_settle(p);
		break;
	}
	if (r->address_offer < 0 || (r->boot_offer < 0 && p->profile->reading != READS_HOST)) {
		none_taken(p);
		return false;
	}
	name_taken(p);
	a = &p->offers[r->address_offer];
	r->address = a->yiaddr;
	r->mask = a->mask;
	r->router = a->router;
	r->server_id = a->server_id;
	if (p->profile->reading == READS_PXE || p->profile->reading == READS_HTTP) {
		const struct probe_offer *b = &p->offers[r->boot_offer];

		if (p->profile->reading == READS_PXE && has_boot_server(p, b))
			choose_item(p, b);
		else
			take_file(p, b);
	}
	return true;
}
