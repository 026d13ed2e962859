/* SPDX-License-Identifier: BSD-2-Clause */
#include "exchange.h"

#include <string.h>

#include "model.h"

enum {
	PI_XID = 0x26f30339, /* facts 1.1: every ROM and bootcode.bin */
	BOOTP_LENGTH = 300,
};

static const uint64_t second = UINT64_C(1000000000);

static const char *const agents[AGENTS] = { "unknown", "rom",  "bootcode",  "bootloader",
					    "pxe",     "uefi", "uefi-http", "ipxe",
					    "u-boot",  "grub", "kernel",    "initramfs",
					    "os" };

const char *agent_key(enum agent a)
{
	return (unsigned)a < AGENTS ? agents[a] : agents[0];
}

bool agent_is_firmware(enum agent a)
{
	return a >= AGENT_ROM && a <= AGENT_GRUB;
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

/* The 3B ROM names itself by 320 bytes: whatever asks in 322 after it is bootcode.bin, though the
 * file itself went by unseen. */
static bool asked_by_3b_rom(const struct boot *b)
{
	for (const struct exchange *e = b->exchanges; e; e = e->next)
		if (e->agent == AGENT_ROM && e->guid.form == PI_GUID_ROM)
			return true;
	return false;
}

/* The 322-byte DISCOVER is sent by the 3B+ ROM and by bootcode.bin: what was loaded before tells
 * them apart. */
static enum agent rom_or_bootcode(const struct boot *b, const struct pi_guid *g, uint32_t length)
{
	const struct transfer *code = transfer_of_role(b, FILE_BOOTCODE);

	if (g->form == PI_GUID_ROM || length == 320)
		return AGENT_ROM;
	if (!code)
		return b && (transfer_of_role(b, FILE_START) || asked_by_3b_rom(b)) ? AGENT_BOOTCODE
										    : AGENT_ROM;
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
	e->machine = boot_keep(b, dhcp_option(m, DHCP_OPT_GUID), 17);
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

/* A relay may ask by broadcast: then anybody may answer. */
static void exchange_helper(struct exchange *e, uint32_t to)
{
	if ((to & 0xff) == 0xff)
		to = 0xffffffff;
	if (!e->helper[0])
		e->helper[0] = to;
	else if (!e->helper[1] && to != e->helper[0])
		e->helper[1] = to;
	else if (to != e->helper[0] && to != e->helper[1])
		e->helper[1] = e->helper[0];
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
		exchange_helper(e, address_to_ip4(p->ip.dst));
	} else {
		e->direct = true;
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

static void from_server(struct scope *s, struct packet *p)
{
	struct dhcp *m = &p->u.dhcp;
	struct mac mac = dhcp_mac(m);
	struct slot *c;
	struct boot *b;
	struct exchange *e;

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
	offer_packet(s, b, e, p);
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

/* Is it what its port says? These ports are anybody's, and what stands here makes clients. */
static bool plausible(const struct packet *p)
{
	static const uint8_t nothing[10];
	const struct dhcp *m = &p->u.dhcp;

	if (m->hlen != 6)
		return false;
	/* RFC 2131 4.1: servers listen on 67, PXE's on 4011; a reply may come from any port */
	if (m->op == 1 && p->dport != DHCP_SERVER_PORT && p->dport != DHCP_PROXY_PORT)
		return false;
	if (m->op == 2 && p->dport != DHCP_CLIENT_PORT && p->sport != DHCP_SERVER_PORT &&
	    p->sport != DHCP_PROXY_PORT)
		return false;
	if (m->cookie || m->type || (p->err == ERR_CUT && m->chaddr_field.n))
		return true;
	/* RFC 951 3: 300 bytes, the vendor's own at their end */
	return m->length >= BOOTP_LENGTH && m->htype == 1 && m->chaddr_field.n == 16 &&
	       memcmp(m->chaddr_field.p + 6, nothing, sizeof(nothing)) == 0;
}

/* Who only looks for servers is no machine that boots, and its interface may be that of one. Of the
 * answers the servers are worth knowing. */
static bool is_question(struct scope *s, struct packet *p)
{
	struct dhcp *m = &p->u.dhcp;

	if (m->op == 1) {
		if (!bytes_equal(dhcp_option(m, DHCP_OPT_CLASS), bytes_str(DHCP_QUESTION_CLASS)))
			return false;
		s->asked = true;
		s->question = m->xid;
		s->asker = dhcp_mac(m);
		return true;
	}
	if (!s->asked || m->xid != s->question || !mac_equal(dhcp_mac(m), s->asker))
		return false;
	server_played(s, p->ip.src, m->yiaddr ? ROLE_DHCP : ROLE_PROXY_DHCP, p);
	return true;
}

void exchange_packet(struct scope *s, struct packet *p)
{
	if (!plausible(p) || is_question(s, p))
		return;
	if (p->u.dhcp.op == 1)
		from_client(s, p);
	else if (p->u.dhcp.op == 2)
		from_server(s, p);
}
