/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"

#include <string.h>

#include "model.h"

enum { PI_XID = 0x26f30339 }; /* facts 1.1: every ROM and bootcode.bin */

static const uint64_t second = UINT64_C(1000000000);

static const char *const agents[AGENTS] = { "unknown", "rom",  "bootcode",  "bootloader",
					    "pxe",     "uefi", "uefi-http", "ipxe",
					    "u-boot",  "grub", "kernel",    "initramfs",
					    "os" };

static const char *const sources[] = { "nothing",    "option 66", "the sender of option 43",
				       "siaddr",     "option 54", "server name field",
				       "option 150", "a URL" };

const char *agent_key(enum agent a)
{
	return (unsigned)a < AGENTS ? agents[a] : agents[0];
}

bool agent_is_firmware(enum agent a)
{
	return a >= AGENT_ROM && a <= AGENT_GRUB;
}

const char *server_from_text(enum server_from f)
{
	return (unsigned)f <= FROM_URL ? sources[f] : sources[0];
}

/* What follows what in one power cycle: an agent at or below the rank of one that got further
 * starts over. */
static int agent_rank(enum agent a)
{
	switch (a) {
	case AGENT_ROM:
	case AGENT_BOOTLOADER:
	case AGENT_PXE:
		return 1;
	case AGENT_BOOTCODE:
	case AGENT_UEFI:
	case AGENT_UEFI_HTTP:
	case AGENT_U_BOOT:
		return 2;
	case AGENT_IPXE:
	case AGENT_GRUB:
		return 3;
	case AGENT_KERNEL:
		return 4;
	case AGENT_INITRAMFS:
		return 5;
	case AGENT_OS:
		return 6;
	case AGENT_UNKNOWN:
	case AGENTS:
		break;
	}
	return 0;
}

static const struct transfer *transfer_of_role(const struct boot *b, enum file_role r)
{
	for (const struct transfer *t = b ? b->transfers : NULL; t; t = t->next)
		if (t->role == r)
			return t;
	return NULL;
}

/* The 322-byte DISCOVER is sent by the 3B+ ROM and by bootcode.bin: what was loaded before tells
 * them apart. */
static enum agent rom_or_bootcode(const struct boot *b, const struct pi_guid *g, uint32_t length)
{
	const struct transfer *code = transfer_of_role(b, FILE_BOOTCODE);

	if (g->form == PI_GUID_ROM || length == 320)
		return AGENT_ROM;
	if (!code)
		return b && transfer_of_role(b, FILE_START) ? AGENT_BOOTCODE : AGENT_ROM;
	if (code->outcome == TRANSFER_NOT_FOUND || code->outcome == TRANSFER_REFUSED ||
	    !code->bytes)
		return AGENT_ROM;
	return transfer_of_role(b, FILE_START) ? AGENT_ROM : AGENT_BOOTCODE;
}

static enum agent agent_of(struct dhcp *m, const struct client *c, const struct boot *b,
			   const struct pi_guid *g)
{
	struct bytes cls = dhcp_option(m, DHCP_OPT_CLASS),
		     user = dhcp_option(m, DHCP_OPT_USER_CLASS);
	uint16_t arch = dhcp_has(m, DHCP_OPT_ARCH) ? dhcp_option_u16(m, DHCP_OPT_ARCH) : UINT16_MAX;

	if (bytes_hold(user, "iPXE") ||
	    (dhcp_has(m, DHCP_OPT_IPXE) && bytes_begin(cls, "PXEClient")))
		return AGENT_IPXE;
	if (bytes_begin(cls, "U-Boot") || arch == 21 || arch == 22)
		return AGENT_U_BOOT;
	if (bytes_begin(cls, "HTTPClient"))
		return AGENT_UEFI_HTTP;
	if (bytes_hold(user, "grub") || bytes_begin(cls, "grub"))
		return AGENT_GRUB;
	if (m->xid == PI_XID)
		return rom_or_bootcode(b, g, m->length);
	if (g->form == PI_GUID_PI4 || g->form == PI_GUID_PI5)
		return AGENT_BOOTLOADER;
	if (bytes_begin(cls, "PXEClient")) {
		if (arch == UINT16_MAX)
			arch = bytes_begin(cls, "PXEClient:Arch:00000") ? 0
			       : bytes_begin(cls, "PXEClient:Arch:")    ? 7
									: 0;
		if (arch == 0 && (g->form == PI_GUID_SERIAL || mac_is_pi(c->mac)) &&
		    m->length == 322)
			return AGENT_BOOTLOADER;
		return arch == 0 ? AGENT_PXE : AGENT_UEFI;
	}
	if (bytes_begin(cls, "Linux ipconfig"))
		return AGENT_INITRAMFS;
	if (bytes_begin(cls, "udhcp"))
		return b && b->stage >= STAGE_TFTP_KERNEL && b->stage < STAGE_NFS_ROOT
			       ? AGENT_INITRAMFS
			       : AGENT_OS;
	/* KIC: 548 bytes, no client id, no size option; the class only when dhcpclass= says so */
	if (!dhcp_has(m, DHCP_OPT_CLIENT_ID) && !dhcp_has(m, DHCP_OPT_MAX_SIZE) && m->length == 548)
		return AGENT_KERNEL;
	return AGENT_OS;
}

static void learn_board(struct client *c, struct dhcp *m, enum agent a, const struct pi_guid *g)
{
	uint16_t arch = dhcp_has(m, DHCP_OPT_ARCH) ? dhcp_option_u16(m, DHCP_OPT_ARCH) : UINT16_MAX;

	if (c->arch == UINT16_MAX && agent_is_firmware(a))
		c->arch = arch;
	if (g->serial && (g->form == PI_GUID_PI4 || g->form == PI_GUID_PI5 ||
			  (g->form == PI_GUID_SERIAL && (m->xid == PI_XID || c->pi)))) {
		c->serial = g->serial;
		c->has_serial = true;
	}
	if (g->revision && revision_family(g->revision) != FAMILY_OTHER &&
	    g->form != PI_GUID_OTHER) {
		c->revision = g->revision;
		client_learn_family(c, revision_family(g->revision), BY_GUID);
		return;
	}
	switch (a) {
	case AGENT_ROM:
		if (g->form == PI_GUID_ROM || m->length == 320)
			client_learn_family(c, FAMILY_PI3B, BY_FINGERPRINT);
		else /* bootcode.bin of an SD card looks the same, until it asks for its first file
		      */
			client_learn_family(c, FAMILY_PI3B_PLUS, BY_VENDOR_CLASS);
		break;
	case AGENT_BOOTCODE:
		client_learn_family(c, FAMILY_PI, BY_FINGERPRINT);
		break;
	case AGENT_BOOTLOADER:
		client_learn_family(c, g->form == PI_GUID_PI5 ? FAMILY_PI5 : FAMILY_PI4,
				    g->form == PI_GUID_PI5 || g->form == PI_GUID_PI4
					    ? BY_GUID
					    : BY_VENDOR_CLASS);
		break;
	case AGENT_PXE:
		client_learn_family(c, FAMILY_PXE_BIOS, BY_VENDOR_CLASS);
		break;
	case AGENT_UEFI:
	case AGENT_UEFI_HTTP:
		if (!c->pi || !family_is_pi(c->family))
			client_learn_family(
				c, arch == 11 || arch == 19 ? FAMILY_UEFI_ARM64 : FAMILY_UEFI_X64,
				BY_VENDOR_CLASS);
		break;
	case AGENT_IPXE:
		if (c->known_by < BY_VENDOR_CLASS && !c->pi)
			client_learn_family(c, FAMILY_IPXE, BY_VENDOR_CLASS);
		break;
	case AGENT_U_BOOT:
		if (!c->pi)
			client_learn_family(c, FAMILY_U_BOOT, BY_VENDOR_CLASS);
		break;
	case AGENT_KERNEL:
	case AGENT_INITRAMFS:
	case AGENT_OS:
		if (a != AGENT_OS || bytes_begin(dhcp_option(m, DHCP_OPT_CLASS), "dhcpcd") ||
		    bytes_begin(dhcp_option(m, DHCP_OPT_CLASS), "udhcp"))
			client_learn_family(c, FAMILY_LINUX, BY_OS_CLASS);
		break;
	case AGENT_GRUB:
	case AGENT_UNKNOWN:
	case AGENTS:
		break;
	}
}

/* Does this request begin a new boot? Gaps: facts 1.4. */
static bool starts_over(const struct boot *b, enum agent a, const struct dhcp *m, uint64_t now)
{
	uint64_t gap = now > b->last_ns ? now - b->last_ns : 0;
	int top = 0;

	if (m->type == DHCP_REQUEST && b->last_exchange && b->last_exchange->xid == m->xid)
		return false;
	if (!agent_is_firmware(a)) {
		/* a running system starts over by itself */
		if (b->os_only)
			return b->stage == STAGE_BOOTED && agent_rank(a) < agent_rank(AGENT_OS);
		/* net boot got nowhere and an OS speaks: it came from elsewhere */
		return b->stage < STAGE_TFTP_FIRST_FILE && b->exchanges && a != AGENT_KERNEL;
	}
	if (m->type == DHCP_REQUEST || m->type == DHCP_INFORM)
		return b->os_only;
	for (const struct exchange *e = b->exchanges; e; e = e->next)
		if (agent_rank(e->agent) > top)
			top = agent_rank(e->agent);
	if (b->os_only || (b->begun_before && agent_rank(a) == 1))
		return true;
	if (b->stage < STAGE_TFTP_FIRST_FILE)
		return gap > 120 * second;
	if (agent_rank(a) > top)
		return false;
	if (a == AGENT_IPXE && top <= 3)
		return gap > 60 * second;
	if (a == AGENT_BOOTCODE && top == 2)
		return b->stage >= STAGE_KERNEL_DHCP || gap > 25 * second;
	/* a loader that asks again before it has got any file */
	if (b->last_exchange && b->last_exchange->agent == a &&
	    b->stage_ns[STAGE_TFTP_FIRST_FILE] && b->last_exchange->xid == m->xid &&
	    b->stage_ns[STAGE_TFTP_FIRST_FILE] < b->last_exchange->first_ns)
		return false;
	return true;
}

static struct exchange *exchange_add(struct boot *b, enum agent a, struct dhcp *m,
				     const struct packet *p)
{
	struct exchange *e;

	if (b->n_exchanges >= CAP_EXCHANGES || !(e = boot_get(b, sizeof *e))) {
		b->exchanges_lost++;
		return NULL;
	}
	if (b->last_exchange)
		b->last_exchange->next = e;
	else
		b->exchanges = e;
	b->last_exchange = e;
	b->n_exchanges++;
	e->agent = a;
	e->arch = dhcp_has(m, DHCP_OPT_ARCH) ? dhcp_option_u16(m, DHCP_OPT_ARCH) : UINT16_MAX;
	e->xid = m->xid;
	e->xids = 1;
	e->first_secs = m->secs;
	e->length = m->length;
	e->ciaddr = m->ciaddr;
	e->first_frame = p->number;
	e->first_ns = p->time_ns;
	e->class_id = boot_keep(b, dhcp_option(m, DHCP_OPT_CLASS), 64);
	e->user_class = boot_keep(b, dhcp_option(m, DHCP_OPT_USER_CLASS), 64);
	pi_guid_decode(dhcp_option(m, DHCP_OPT_GUID), &e->guid);
	e->has_guid = dhcp_has(m, DHCP_OPT_GUID);
	e->has_ipxe = dhcp_has(m, DHCP_OPT_IPXE);
	e->broadcast_flag = m->flags & 0x8000;
	return e;
}

static void exchange_options(struct exchange *e, struct dhcp *m, const struct client *c)
{
	struct bytes list = dhcp_option(m, DHCP_OPT_REQUEST_LIST),
		     id = dhcp_option(m, DHCP_OPT_CLIENT_ID);

	for (uint32_t i = 0; i < list.n; i++) {
		e->wants_43 |= list.p[i] == DHCP_OPT_VENDOR;
		e->wants_66 |= list.p[i] == DHCP_OPT_TFTP_NAME;
		e->wants_router |= list.p[i] == DHCP_OPT_ROUTER;
	}
	if (id.n) {
		e->has_client_id = true;
		e->client_id_is_mac =
			id.n == 7 && id.p[0] == 1 && memcmp(id.p + 1, c->mac.b, 6) == 0;
	}
	if (dhcp_has(m, DHCP_OPT_ADDRESS))
		e->asked_address = dhcp_option_ip4(m, DHCP_OPT_ADDRESS);
}

static void exchange_message(struct exchange *e, struct dhcp *m, const struct packet *p)
{
	if (e->xid != m->xid) {
		e->xid = m->xid;
		e->xids++;
	}
	e->last_secs = m->secs;
	if (m->giaddr || m->hops) {
		e->relayed = true;
		e->giaddr = m->giaddr;
		e->hops = m->hops;
	} else {
		e->n_tags = p->ether.n_tags;
		memcpy(e->tag, p->ether.tag, sizeof e->tag);
	}
	switch (m->type) {
	case DHCP_BOOTP:
		e->bootp++;
		break;
	case DHCP_DISCOVER:
		e->discovers++;
		break;
	case DHCP_REQUEST:
		if (p->dport == DHCP_PROXY_PORT) {
			e->requests_4011++;
			break;
		}
		e->requests++;
		if (!e->first_request_ns) {
			e->first_request_frame = p->number;
			e->first_request_ns = p->time_ns;
		}
		e->last_request_frame = p->number;
		e->last_request_ns = p->time_ns;
		e->asked_server = dhcp_option_ip4(m, DHCP_OPT_SERVER_ID);
		if (e->class_id.n && !dhcp_has(m, DHCP_OPT_CLASS))
			e->request_lacks_class = true;
		break;
	case DHCP_INFORM:
		e->informs++;
		break;
	case DHCP_RELEASE:
		e->releases++;
		break;
	case DHCP_DECLINE:
		e->declines++;
		break;
	default:
		break;
	}
	e->last_frame = p->number;
	e->last_ns = p->time_ns;
}

static struct exchange *exchange_find(const struct boot *b, enum agent a, const struct dhcp *m,
				      uint64_t now)
{
	struct exchange *last = b->last_exchange;

	if (!last)
		return NULL;
	if (m->xid == last->xid && (m->xid != PI_XID || last->agent == a))
		return last;
	if (m->type == DHCP_REQUEST || m->type == DHCP_DISCOVER) {
		/* a new xid of the same agent before anything came of the old one: a retry */
		if (last->agent == a && !last->first_ack_ns && now - last->last_ns < 60 * second &&
		    (!b->last_transfer || b->last_transfer->first_ns < last->first_ns) &&
		    (m->type == DHCP_DISCOVER || last->discovers == 0))
			return last;
	}
	/* PXE's second REQUEST, to the boot server, has an xid of its own */
	if (m->type == DHCP_REQUEST && last->agent == a && agent_is_firmware(a) &&
	    now - last->last_ns < 30 * second)
		return last;
	return NULL;
}

static void request_stage(struct boot *b, const struct exchange *e, const struct dhcp *m,
			  const struct packet *p)
{
	if (agent_is_firmware(e->agent)) {
		boot_reach(b, STAGE_DHCP_DISCOVER, p);
		return;
	}
	if (m->type != DHCP_DISCOVER && m->type != DHCP_REQUEST && m->type != DHCP_BOOTP)
		return;
	if (b->os_only && e->agent == AGENT_OS) {
		boot_reach(b, STAGE_DHCP_DISCOVER, p);
		return;
	}
	if (b->stage >= STAGE_TFTP_FIRST_FILE || b->os_only)
		boot_reach(b, STAGE_KERNEL_DHCP, p);
}

static void from_client(struct scope *s, struct packet *p)
{
	struct dhcp *m = &p->u.dhcp;
	struct slot *c;
	struct boot *b;
	struct exchange *e;
	struct pi_guid g;
	struct bytes name;
	enum agent a;
	struct mac mac = dhcp_mac(m);

	if (mac_none(mac) || mac_is_group(mac))
		return;
	c = slot_make(s, p, mac);
	if (!c)
		return;
	pi_guid_decode(dhcp_option(m, DHCP_OPT_GUID), &g);
	b = slot_boot(c);
	a = agent_of(m, &c->c, b, &g);
	/* the REQUEST of an early Pi 4 carries no class (facts 1.3): the exchange says whose it is
	 */
	if (b && b->last_exchange && b->last_exchange->xid == m->xid && m->xid != PI_XID &&
	    (m->type == DHCP_REQUEST || m->type == DHCP_RELEASE || m->type == DHCP_DECLINE))
		a = b->last_exchange->agent;
	learn_board(&c->c, m, a, &g);
	if (m->type == DHCP_RELEASE || m->type == DHCP_DECLINE) {
		b = slot_need_boot(s, c, p);
	} else if (!b || starts_over(b, a, m, p->time_ns)) {
		b = slot_new_boot(s, c, p);
		b->os_only = !agent_is_firmware(a);
	}
	if (c->c.family == FAMILY_PI && a == AGENT_BOOTCODE && !transfer_of_role(b, FILE_BOOTCODE))
		c->c.pi = true;
	slot_touch(s, c, p->time_ns);
	c->c.last_frame = p->number;
	b->last_ns = p->time_ns;
	b->last_frame = p->number;
	name = dhcp_option(m, DHCP_OPT_HOST_NAME);
	if (name.n) {
		uint32_t n = name.n < CAP_NAME - 1 ? name.n : CAP_NAME - 1;

		memset(c->c.hostname, 0, sizeof c->c.hostname);
		memcpy(c->c.hostname, name.p, n);
	}
	if (m->type == DHCP_RELEASE) {
		b->released = true;
		b->release_ns = p->time_ns;
	}
	e = exchange_find(b, a, m, p->time_ns);
	if (!e)
		e = exchange_add(b, a, m, p);
	if (!e)
		return;
	if (m->type == DHCP_REQUEST && e->discovers == 0 && e->requests == 0)
		e->renewal = true;
	exchange_options(e, m, &c->c);
	exchange_message(e, m, p);
	if (m->ciaddr)
		slot_address(s, c, address_ip4(m->ciaddr), p);
	request_stage(b, e, m, p);
}

static bool is_printable(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if ((v.p[i] < 0x20 || v.p[i] > 0x7e) && !(v.p[i] == 0 && i + 1 == v.n))
			return false;
	return true;
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
	r->file = boot_keep(b, m->file.n ? m->file : (struct bytes) { NULL, 0 }, 128);
	v = dhcp_option(m, DHCP_OPT_BOOTFILE);
	r->bootfile = boot_keep(b, v, CAP_OPTION);
	r->bootfile_nul = v.n && v.p[v.n - 1] == 0;
	v = dhcp_option(m, DHCP_OPT_TFTP_NAME);
	r->tftp_name = boot_keep(b, v, CAP_OPTION);
	r->tftp_name_text = v.n && is_printable(v);
	r->tftp_name_nul = v.n && v.p[v.n - 1] == 0;
	if (r->tftp_name_nul)
		v.n--;
	if (!v.n || !address_parse_ip4(v, &r->tftp_name_ip))
		r->tftp_name_ip = 0;
	r->class_id = boot_keep(b, dhcp_option(m, DHCP_OPT_CLASS), 64);
	r->root_path = boot_keep(b, dhcp_option(m, DHCP_OPT_ROOT_PATH), CAP_OPTION);
	r->message = boot_keep(b, dhcp_option(m, DHCP_OPT_MESSAGE), 96);
	v = dhcp_option(m, DHCP_OPT_VENDOR);
	r->vendor = boot_keep(b, v, CAP_OPTION);
	reply_menu(b, r, v,
		   bytes_begin(dhcp_option(m, DHCP_OPT_CLASS), "PXEClient") ||
			   b->last_exchange->wants_43);
	for (uint32_t i = m->n_options; i-- > 0;) {
		if (m->option[i].code == DHCP_OPT_VENDOR && at43 == UINT32_MAX)
			at43 = i;
		if (m->option[i].code == DHCP_OPT_TFTP_NAME && at66 == UINT32_MAX)
			at66 = i;
	}
	if (at43 != UINT32_MAX && at66 != UINT32_MAX)
		r->vendor_before_66 = at43 < at66 ? 1 : 2;
}

static bool same_reply(const struct reply *r, struct packet *p)
{
	struct dhcp *m = &p->u.dhcp;
	struct bytes v = dhcp_option(m, DHCP_OPT_VENDOR), f = dhcp_option(m, DHCP_OPT_BOOTFILE);

	return r->type == m->type && address_equal(r->from, p->ip.src) && r->yiaddr == m->yiaddr &&
	       r->siaddr == m->siaddr && r->has_43 == (v.p != NULL) &&
	       r->vendor.n == (v.n < CAP_OPTION ? v.n : CAP_OPTION) &&
	       r->bootfile.n == (f.n < CAP_OPTION ? f.n : CAP_OPTION) && r->from_port == p->sport &&
	       r->length == m->length && r->bad_checksum == p->bad_checksum &&
	       r->n_tags == p->ether.n_tags && r->giaddr == m->giaddr;
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

static void from_server(struct scope *s, struct packet *p)
{
	struct dhcp *m = &p->u.dhcp;
	struct mac mac = dhcp_mac(m);
	struct slot *c;
	struct boot *b;
	struct exchange *e;
	struct reply *r;

	if (mac_none(mac))
		return;
	c = slot_by_mac(s, mac);
	if (!c) {
		/* requests not seen, only what comes back: one-way captures */
		c = slot_make(s, p, mac);
		if (!c)
			return;
	}
	b = slot_need_boot(s, c, p);
	e = b->last_exchange;
	if (!e || (e->xid != m->xid && m->type != DHCP_NAK)) {
		struct exchange *x = b->exchanges;

		while (x && x->xid != m->xid)
			x = x->next;
		if (x)
			e = x;
		else if (!e)
			e = exchange_add(b, AGENT_UNKNOWN, m, p);
	}
	if (!e)
		return;
	r = reply_add(b, e, p);
	if (r)
		reply_server(s, r, p);
	if (m->type == DHCP_OFFER || m->type == DHCP_BOOTP) {
		if (!e->first_offer_ns)
			e->first_offer_ns = p->time_ns;
		/* boot data alone are no offer, and a tag that the client does not send keeps it
		 * from hearing this one */
		if ((agent_is_firmware(e->agent) || e->agent == AGENT_UNKNOWN || b->os_only) &&
		    m->yiaddr && (!e->discovers || e->relayed || e->n_tags == p->ether.n_tags))
			boot_reach(b, STAGE_DHCP_OFFER, p);
	} else if (m->type == DHCP_ACK) {
		if (!e->first_ack_ns) {
			e->first_ack_ns = p->time_ns;
			e->ack_frame = p->number;
			boot_progress(b, p);
		}
		if (m->yiaddr)
			slot_address(s, c, address_ip4(m->yiaddr), p);
		if (agent_is_firmware(e->agent) || e->agent == AGENT_UNKNOWN ||
		    (b->os_only && e->agent == AGENT_OS))
			boot_reach(b, STAGE_DHCP_ACK, p);
		if (b->os_only && e->agent == AGENT_OS && b->stage < STAGE_RPCBIND)
			boot_reach(b, STAGE_BOOTED, p);
		else if (e->agent == AGENT_OS && b->stage >= STAGE_NFS_ROOT)
			boot_reach(b, STAGE_BOOTED, p);
	}
}

void exchange_packet(struct scope *s, struct packet *p)
{
	if (p->u.dhcp.op == 1)
		from_client(s, p);
	else if (p->u.dhcp.op == 2)
		from_server(s, p);
}

/* Facts 2.1: who is taken for what. */
static bool has_pi_text(const struct reply *r, bool eeprom)
{
	if (r->pi_item < 0)
		return false;
	/* Pi 4/5 look for sub-option 9 and for option 60; the ROM for the text anywhere */
	return !eeprom || (r->pxe_form != PXE_BARE_TEXT && r->has_menu &&
			   bytes_begin(r->class_id, "PXEClient"));
}

static void params_pi(const struct exchange *e, bool eeprom, struct boot_params *out)
{
	for (const struct reply *r = e->replies; r; r = r->next) {
		bool text = has_pi_text(r, eeprom);

		if (r->type != DHCP_OFFER && r->type != DHCP_BOOTP)
			continue;
		if (r->tftp_name_ip && (!text || eeprom || r->vendor_before_66 != 2)) {
			out->tftp_server = r->tftp_name_ip;
			out->from = FROM_OPTION66;
			out->boot_reply = r;
		} else if (text && !(eeprom && out->from == FROM_OPTION66)) {
			bool sia = eeprom && r->siaddr;

			out->tftp_server = sia ? r->siaddr : address_to_ip4(r->from);
			out->from = sia ? FROM_SIADDR : FROM_OPTION43;
			out->boot_reply = r;
		}
	}
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

void boot_params_of(const struct exchange *e, int family, struct boot_params *out)
{
	enum family f = (enum family)family;

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
	if (e->agent == AGENT_ROM || e->agent == AGENT_BOOTCODE)
		params_pi(e, false, out);
	else if (e->agent == AGENT_BOOTLOADER || (e->agent == AGENT_UNKNOWN && family_is_pi(f)))
		params_pi(e, true, out);
	else
		params_other(e, out);
	if (out->boot_reply && !out->file.n)
		out->file = out->boot_reply->bootfile.n ? out->boot_reply->bootfile
							: out->boot_reply->file;
}
