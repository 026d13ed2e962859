/* SPDX-License-Identifier: BSD-2-Clause */
/* The messages, option by option as the profile's row has them. */
#include <string.h>

#include "build.h"
#include "probe_state.h"

enum {
	PI_XID = 0x26f30339,
	GUID = 17,
	ASK_MAX = 1024,
};

struct values {
	uint8_t type, quad[2][4], guid[GUID], u16[2][2], item[8], client[7];
};

static struct bytes put16(uint8_t *to, uint16_t v)
{
	to[0] = (uint8_t)(v >> 8);
	to[1] = (uint8_t)v;
	return bytes_of(to, 2);
}

static struct bytes put32(uint8_t *to, uint32_t v)
{
	put16(to, (uint16_t)(v >> 16));
	put16(to + 2, (uint16_t)v);
	return bytes_of(to, 4);
}

/* The board that the profile usually is, when none was named: 3B 1.2, 3B+ 1.3, 4B 1.1, 5 1.0. */
uint32_t probe_revision(const struct probe *p)
{
	static const uint32_t usual[FAMILIES] = { [FAMILY_PI3B] = 0xa02082,
						  [FAMILY_PI3B_PLUS] = 0xa020d3,
						  [FAMILY_PI] = 0xa02082,
						  [FAMILY_PI4] = 0xb03111,
						  [FAMILY_PI5] = 0xd04170 };

	return p->setup.identity.revision ? p->setup.identity.revision
					  : usual[p->setup.profile->family];
}

static struct bytes guid(const struct probe *p, uint8_t *to)
{
	static const enum pi_guid_form forms[] = {
		[GUID_PI_ROM] = PI_GUID_ROM, [GUID_PI_SERIAL] = PI_GUID_SERIAL,
		[GUID_PI4] = PI_GUID_PI4,    [GUID_PI5] = PI_GUID_PI5,
		[GUID_EDK2] = PI_GUID_UEFI,
	};
	const struct probe_identity *who = &p->setup.identity;
	struct pi_guid g = { .reversed = p->profile->guid_reversed,
			     .revision = probe_revision(p),
			     .serial = who->serial };
	struct writer w = writer_init(to, GUID);

	if (p->profile->guid == GUID_MAC) {
		memset(to, 0, GUID);
		memcpy(to + GUID - sizeof(who->mac.b), who->mac.b, sizeof(who->mac.b));
		to[1] = 0x42; /* a UUID of nobody, the node as in version 1 */
		return bytes_of(to, GUID);
	}
	g.form = forms[p->profile->guid];
	memcpy(g.mac_tail, who->mac.b + 2, sizeof(g.mac_tail));
	pi_guid_encode(&g, &w);
	return writer_done(&w);
}

static struct bytes value(const struct probe *p, uint8_t code, uint8_t type, struct values *v)
{
	const struct probe_profile *f = p->profile;

	switch (code) {
	case DHCP_OPT_TYPE:
		v->type = type;
		return bytes_of(&v->type, 1);
	case DHCP_OPT_ADDRESS:
		return put32(v->quad[0], p->result.address);
	case DHCP_OPT_SERVER_ID:
		return put32(v->quad[1], p->result.server_id);
	case DHCP_OPT_REQUEST_LIST:
		return f->list;
	case DHCP_OPT_MAX_SIZE:
		return put16(v->u16[0], type == DHCP_REQUEST && f->request_size ? f->request_size
										: f->max_size);
	case DHCP_OPT_CLASS:
		return bytes_str(f->class_id);
	case DHCP_OPT_USER_CLASS:
		return bytes_str(f->user_class);
	case DHCP_OPT_ARCH:
		return put16(v->u16[1], f->arch);
	case DHCP_OPT_UNDI:
		return bytes_of(f->undi, sizeof(f->undi));
	case DHCP_OPT_GUID:
		return guid(p, v->guid);
	case DHCP_OPT_CLIENT_ID:
		v->client[0] = 1;
		memcpy(v->client + 1, p->setup.identity.mac.b, sizeof(v->client) - 1);
		return bytes_of(v->client, sizeof(v->client));
	case DHCP_OPT_IPXE:
		return f->own175;
	default:
		return bytes_of(NULL, 0);
	}
}

static uint16_t secs(const struct probe *p, uint64_t now_ns)
{
	uint64_t gone = (now_ns - p->round_ns) / 1000000000 * p->setup.hurry;

	if (p->profile->secs > 1)
		return (uint16_t)(p->profile->secs * (p->tries ? p->tries : 1));
	return p->profile->secs ? (uint16_t)gone : 0;
}

static void say(struct probe *p, uint8_t type, const uint8_t *options, uint32_t server,
		uint64_t now_ns)
{
	const struct mac *mac = &p->setup.identity.mac;
	struct dhcp m = { .op = 1, .htype = 1, .hlen = sizeof(mac->b) };
	struct probe_news news = { .event = PROBE_SENDS, .type = type };
	struct values v;
	uint8_t buf[ASK_MAX];
	struct writer w = writer_init(buf, sizeof(buf));

	m.xid = p->xid;
	m.secs = secs(p, now_ns);
	m.flags = p->profile->flags;
	m.chaddr = bytes_of(mac->b, sizeof(mac->b));
	memset(&v, 0, sizeof(v));
	if (type == DHCP_REQUEST && p->profile->yiaddr_too)
		m.yiaddr = p->result.address;
	if (server)
		m.ciaddr = p->result.address;
	for (; *options; options++)
		if (!server || (*options != DHCP_OPT_ADDRESS && *options != DHCP_OPT_SERVER_ID))
			dhcp_add(&m, *options, value(p, *options, type, &v));
	if (server && p->boot_item[0] | p->boot_item[1]) {
		/* PXE 2.1 table 2-1, sub-option 71: the item of the menu, layer 0 */
		uint8_t item[] = { 71, 4, p->boot_item[0], p->boot_item[1], 0, 0, 255 };

		memcpy(v.item, item, sizeof(item));
		dhcp_add(&m, DHCP_OPT_VENDOR, bytes_of(v.item, sizeof(item)));
	}
	dhcp_encode(&m, p->profile->length, &w);
	p->sent_ns = now_ns;
	probe_tell(p, &news);
	if (!w.err)
		probe_send(p, server ? server : UINT32_MAX, DHCP_CLIENT_PORT,
			   server ? DHCP_PROXY_PORT : DHCP_SERVER_PORT, writer_done(&w));
}

void ask_discover(struct probe *p, uint64_t now_ns)
{
	const struct mac *mac = &p->setup.identity.mac;

	p->tries++;
	switch (p->profile->xid) {
	case XID_PI_ROM:
		p->xid = PI_XID;
		break;
	case XID_RANDOM:
		if (p->tries == 1)
			p->xid = probe_random(p);
		break;
	case XID_MAC_TRIES:
		p->xid = ((uint32_t)mac->b[2] + p->tries) << 24 | (uint32_t)mac->b[3] << 16 |
			 (uint32_t)mac->b[4] << 8 | mac->b[5];
		break;
	}
	say(p, DHCP_DISCOVER, p->profile->discover, 0, now_ns);
}

void ask_request(struct probe *p, uint64_t now_ns)
{
	p->tries++;
	say(p, DHCP_REQUEST, p->profile->request, 0, now_ns);
}

/* PXE 2.1, 2.2.3: the request of the boot server has the address, and what the DISCOVER had. */
void ask_boot_server(struct probe *p, uint64_t now_ns)
{
	p->tries++;
	say(p, DHCP_REQUEST, p->profile->discover, p->boot_server, now_ns);
}

static void release(struct probe *p)
{
	static const uint8_t id[] = { DHCP_OPT_TYPE, DHCP_OPT_SERVER_ID };
	const struct mac *mac = &p->setup.identity.mac;
	struct dhcp m = { .op = 1, .htype = 1, .hlen = sizeof(mac->b) };
	struct values v;
	uint8_t buf[ASK_MAX];
	struct writer w = writer_init(buf, sizeof(buf));

	m.xid = probe_random(p);
	m.ciaddr = p->result.address;
	m.chaddr = bytes_of(mac->b, sizeof(mac->b));
	for (uint32_t i = 0; i < sizeof(id); i++)
		dhcp_add(&m, id[i], value(p, id[i], DHCP_RELEASE, &v));
	dhcp_encode(&m, 300, &w);
	if (!w.err)
		probe_send(p, p->result.server_id, DHCP_CLIENT_PORT, DHCP_SERVER_PORT,
			   writer_done(&w));
}

void probe_release(struct probe *p)
{
	struct probe_result *r = &p->result;
	uint32_t address = r->address, server = r->server_id;

	while (r->n_leases) {
		r->n_leases--;
		r->address = p->lease[r->n_leases].address;
		r->server_id = p->lease[r->n_leases].server;
		release(p);
	}
	if (!address) /* it asks anew: answers to ARP are to the one given back */
		return;
	r->address = address;
	r->server_id = server;
}
