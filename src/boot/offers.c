/* SPDX-License-Identifier: BSD-2-Clause */
/* What servers answered, and what a client makes of it. */
#include "exchange.h"

#include <string.h>

#include "model.h"
#include "pi_offer.h"

enum { CAP_FILE = 128, CAP_CLASS = 64 }; /* the size of the BOOTP field; ours */

static const char *const sources[] = { "nothing",    "option 66", "the sender of option 43",
				       "siaddr",     "option 54", "server name field",
				       "option 150", "a URL" };

const char *server_from_text(enum server_from f)
{
	return (unsigned)f <= FROM_URL ? sources[f] : sources[0];
}

static bool is_printable(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if ((v.p[i] < 0x20 || v.p[i] > 0x7e) && !(v.p[i] == 0 && i + 1 == v.n))
			return false;
	return true;
}

/* A NUL at the end is no part of a name (RFC 2132 2); dnsmasq adds one for old ROMs. */
static struct bytes without_nul(struct bytes v)
{
	if (v.n && v.p[v.n - 1] == 0)
		v.n--;
	return v;
}

static void reply_menu(struct boot *b, struct reply *r, struct bytes vendor, bool is_pxe)
{
	static const char pi_text[] = "Raspberry Pi Boot";
	struct pxe x;
	struct bytes text = { NULL, 0 };
	uint32_t at, n = sizeof pi_text - 1;

	pxe_decode(vendor, is_pxe, &x);
	r->pxe_form = x.form;
	r->pxe_end = x.end;
	r->discovery_control = x.discovery_control;
	r->n_items = (uint8_t)x.n_items;
	r->has_servers = x.n_servers != 0;
	for (uint32_t i = 0; i < x.n_subs; i++)
		r->has_menu |= x.sub[i].code == PXE_BOOT_MENU;
	at = pxe_find(&x, pi_text);
	r->pi_item = at == UINT32_MAX ? -1 : (int8_t)at;
	if (x.form == PXE_BARE_TEXT)
		text = vendor;
	else if (x.n_items)
		text = x.item[r->pi_item > 0 && at < x.n_items ? at : 0].text;
	r->menu_text = boot_keep(b, text, 96);
	if (r->pi_item < 0)
		return;
	for (uint32_t i = 0; i + n <= text.n; i++) {
		if (memcmp(text.p + i, pi_text, n) != 0)
			continue;
		for (i += n; i < text.n && text.p[i] == ' ' && r->pi_pad < 255; i++)
			r->pi_pad++;
		break;
	}
}

static void reply_fill(struct boot *b, struct reply *r, struct packet *p)
{
	struct dhcp *m = &p->u.dhcp;
	struct bytes v;
	uint32_t at43 = UINT32_MAX, at66 = UINT32_MAX;

	r->type = m->type;
	r->from = p->ip.src;
	r->from_mac = p->ether.src;
	r->from_port = p->sport;
	r->from_4011 = p->sport == DHCP_PROXY_PORT;
	r->ttl = p->ip.ttl;
	r->hops = m->hops;
	r->bad_checksum = p->bad_checksum;
	r->partial_checksum = p->partial_checksum;
	r->outgoing = p->ether.outgoing;
	r->pad_inside = m->pad_inside;
	r->overloaded = m->overload;
	r->broadcast =
		p->ether.has_dst ? mac_is_group(p->ether.dst) : address_is_multicast(p->ip.dst);
	r->n_tags = p->ether.n_tags;
	memcpy(r->tag, p->ether.tag, sizeof r->tag);
	r->xid = m->xid;
	r->yiaddr = m->yiaddr;
	r->siaddr = m->siaddr;
	r->giaddr = m->giaddr;
	r->proxy = m->yiaddr == 0 && m->type != DHCP_NAK && m->ciaddr == 0;
	r->server_id = dhcp_option_ip4(m, DHCP_OPT_SERVER_ID);
	r->mask = dhcp_option_ip4(m, DHCP_OPT_MASK);
	r->router = dhcp_option_ip4(m, DHCP_OPT_ROUTER);
	r->dns = dhcp_option_ip4(m, 6);
	r->lease_s = dhcp_option_ip4(m, 51);
	r->tftp_address = dhcp_option_ip4(m, DHCP_OPT_TFTP_ADDRESS);
	r->has_97 = dhcp_has(m, DHCP_OPT_GUID);
	r->has_43 = dhcp_has(m, DHCP_OPT_VENDOR);
	r->length = m->length;
	v = dhcp_option(m, DHCP_OPT_ROUTER);
	if (v.n >= 8)
		r->router_2nd = (uint32_t)v.p[4] << 24 | (uint32_t)v.p[5] << 16 |
				(uint32_t)v.p[6] << 8 | v.p[7];
	r->sname = boot_keep(b, m->sname.n ? m->sname : (struct bytes) { NULL, 0 }, 64);
	r->file = boot_keep(b, m->file.n ? m->file : (struct bytes) { NULL, 0 }, CAP_FILE);
	v = dhcp_option(m, DHCP_OPT_BOOTFILE);
	r->bootfile_nul = v.n && v.p[v.n - 1] == 0;
	r->bootfile = boot_keep(b, without_nul(v), CAP_OPTION);
	v = dhcp_option(m, DHCP_OPT_TFTP_NAME);
	r->tftp_name = boot_keep(b, v, CAP_OPTION);
	r->tftp_name_text = v.n && is_printable(v);
	r->tftp_name_nul = v.n && v.p[v.n - 1] == 0;
	if (r->tftp_name_nul)
		v.n--;
	if (!v.n || !address_parse_ip4(v, &r->tftp_name_ip))
		r->tftp_name_ip = 0;
	r->class_id = boot_keep(b, dhcp_option(m, DHCP_OPT_CLASS), CAP_CLASS);
	r->root_path = boot_keep(b, dhcp_option(m, DHCP_OPT_ROOT_PATH), CAP_OPTION);
	r->message = boot_keep(b, dhcp_option(m, DHCP_OPT_MESSAGE), 96);
	v = dhcp_option(m, DHCP_OPT_VENDOR);
	r->vendor = boot_keep(b, v, CAP_OPTION);
	reply_menu(b, r, v,
		   bytes_begin(dhcp_option(m, DHCP_OPT_CLASS), "PXEClient") ||
			   b->last_exchange->wants_43);
	r->after_67 = 255;
	for (uint32_t i = m->n_options; i-- > 0;) {
		if (m->option[i].code == DHCP_OPT_BOOTFILE && i + 1 < m->n_options &&
		    m->option[i + 1].area == m->option[i].area)
			r->after_67 = m->option[i + 1].code;
		if (m->option[i].code == DHCP_OPT_VENDOR && at43 == UINT32_MAX)
			at43 = i;
		if (m->option[i].code == DHCP_OPT_TFTP_NAME && at66 == UINT32_MAX)
			at66 = i;
	}
	if (at43 != UINT32_MAX && at66 != UINT32_MAX)
		r->vendor_before_66 = at43 < at66 ? 1 : 2;
}

/* Is v what was kept of it, up to cap bytes? */
static bool kept_same(struct bytes kept, struct bytes v, uint32_t cap)
{
	return bytes_equal(kept, bytes_of(v.p, v.n < cap ? v.n : cap));
}

/* Somebody may mend the server while the board asks: what says something else is another reply. */
static bool same_reply(const struct reply *r, struct packet *p)
{
	struct dhcp *m = &p->u.dhcp;
	struct bytes v = dhcp_option(m, DHCP_OPT_VENDOR);

	return r->type == m->type && address_equal(r->from, p->ip.src) && r->yiaddr == m->yiaddr &&
	       r->siaddr == m->siaddr && r->has_43 == (v.p != NULL) && r->from_port == p->sport &&
	       r->length == m->length && r->bad_checksum == p->bad_checksum &&
	       r->n_tags == p->ether.n_tags && r->giaddr == m->giaddr &&
	       kept_same(r->vendor, v, CAP_OPTION) && kept_same(r->file, m->file, CAP_FILE) &&
	       kept_same(r->class_id, dhcp_option(m, DHCP_OPT_CLASS), CAP_CLASS) &&
	       kept_same(r->tftp_name, dhcp_option(m, DHCP_OPT_TFTP_NAME), CAP_OPTION) &&
	       kept_same(r->bootfile, without_nul(dhcp_option(m, DHCP_OPT_BOOTFILE)), CAP_OPTION);
}

static struct reply *reply_add(struct boot *b, struct exchange *e, struct packet *p)
{
	struct reply **at = &e->replies, *r;

	for (; (r = *at) != NULL; at = &r->next)
		if (same_reply(r, p))
			break;
	if (!r) {
		if (e->n_replies >= CAP_REPLIES || !(r = boot_get(b, sizeof *r))) {
			e->replies_lost++;
			return NULL;
		}
		*at = r;
		e->n_replies++;
		reply_fill(b, r, p);
		r->first_frame = p->number;
		r->first_ns = p->time_ns;
		r->after_4011 = e->requests_4011 > 0;
	}
	r->count++;
	r->last_frame = p->number;
	r->last_ns = p->time_ns;
	return r;
}

static void reply_server(struct scope *s, const struct reply *r, const struct packet *p)
{
	struct address who = r->server_id && r->giaddr ? address_ip4(r->server_id) : r->from;
	struct server *v = server_played(s, who, r->proxy ? ROLE_PROXY_DHCP : ROLE_DHCP, p);

	if (v) {
		v->offers += r->type == DHCP_OFFER;
		v->acks += r->type == DHCP_ACK;
		v->naks += r->type == DHCP_NAK;
		v->proxy_offers += r->proxy;
		v->option43 |= r->has_43;
		if (r->mask)
			v->mask = r->mask;
	}
	if (r->router)
		server_named(s, address_ip4(r->router), ROLE_ROUTER, p);
	if (r->giaddr)
		server_named(s, address_ip4(r->giaddr), ROLE_RELAY, p);
}

void offer_packet(struct scope *s, struct boot *b, struct exchange *e, struct packet *p)
{
	struct reply *r = reply_add(b, e, p);

	if (r)
		reply_server(s, r, p);
}

/* Who reads replies: the ROM of a Pi 3 and bootcode.bin, the bootloader of a Pi 4 or 5, others. */
enum reading { BY_ROM, BY_EEPROM, BY_PXE };

/* r as its reader sees it. */
static struct pi_offer as_pi_offer(const struct reply *r)
{
	struct pi_offer o = { .text = r->pi_item >= 0,
			      .text_behind = r->vendor_before_66 == 2,
			      .option66 = r->tftp_name_ip,
			      .siaddr = r->siaddr,
			      .from = address_to_ip4(r->from) };

	o.menu = o.text && r->pxe_form != PXE_BARE_TEXT && r->has_menu &&
		 bytes_begin(r->class_id, "PXEClient");
	return o;
}

static void params_pi(const struct exchange *e, const struct pi_wants *w, struct boot_params *out)
{
	static const enum server_from names[] = { FROM_NOTHING, FROM_OPTION66, FROM_OPTION43,
						  FROM_SIADDR };
	enum pi_server_from from = PI_SERVER_NONE;

	for (const struct reply *r = e->replies; r; r = r->next) {
		struct pi_offer o = as_pi_offer(r);

		if ((r->type == DHCP_OFFER || r->type == DHCP_BOOTP) &&
		    pi_offer_take(&o, w, &out->tftp_server, &from))
			out->boot_reply = r;
	}
	out->from = names[from];
}

static void params_other(const struct exchange *e, struct boot_params *out)
{
	for (const struct reply *r = e->replies; r; r = r->next) {
		struct bytes file = r->bootfile.n ? r->bootfile : r->file;

		if (r->type == DHCP_NAK || (!file.n && !r->siaddr && !r->tftp_name_ip))
			continue;
		/* a proxy's boot data and those of 4011 come before the DHCP server's */
		if (out->boot_reply && !r->proxy && !r->from_4011)
			continue;
		out->boot_reply = r;
		out->file = file;
		out->file_used = true;
		if (bytes_begin(file, "http") || bytes_begin(file, "tftp:")) {
			out->from = FROM_URL;
			out->tftp_server = 0;
		} else if (r->siaddr) {
			out->tftp_server = r->siaddr;
			out->from = FROM_SIADDR;
		} else if (r->tftp_name_ip) {
			out->tftp_server = r->tftp_name_ip;
			out->from = FROM_OPTION66;
		}
	}
}

static void params(const struct exchange *e, enum reading by, struct boot_params *out)
{
	memset(out, 0, sizeof *out);
	if (!e)
		return;
	for (const struct reply *r = e->replies; r; r = r->next)
		if (r->yiaddr && r->type != DHCP_NAK &&
		    (!out->address_reply || r->type == DHCP_ACK)) {
			out->address_reply = r;
			out->address = r->yiaddr;
			out->mask = r->mask ? r->mask : out->mask;
			out->router = r->router ? r->router : out->router;
		}
	if (by == BY_PXE)
		params_other(e, out);
	else
		params_pi(e, &pi_wants[by == BY_ROM ? PI_READER_ROM : PI_READER_EEPROM], out);
	if (out->boot_reply && !out->file.n)
		out->file = out->boot_reply->bootfile.n ? out->boot_reply->bootfile
							: out->boot_reply->file;
}

void boot_params_of(const struct exchange *e, int family, struct boot_params *out)
{
	enum agent agent = e ? (enum agent)e->agent : AGENT_UNKNOWN;

	if (agent == AGENT_ROM || agent == AGENT_BOOTCODE)
		params(e, BY_ROM, out);
	else if (agent == AGENT_BOOTLOADER ||
		 (agent == AGENT_UNKNOWN && family_is_pi((enum family)family)))
		params(e, BY_EEPROM, out);
	else
		params(e, BY_PXE, out);
}

void boot_params_as(const struct exchange *e, int family, struct boot_params *out)
{
	enum family f = (enum family)family;

	params(e,
	       f == FAMILY_PI4 || f == FAMILY_PI5 ? BY_EEPROM
	       : family_is_pi(f)                  ? BY_ROM
						  : BY_PXE,
	       out);
}
