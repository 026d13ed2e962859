/* SPDX-License-Identifier: BSD-2-Clause */
#include "diagnose.h"

#include <string.h>

#include "audit_mac.h"
#include "rules.h"

/* The first of each pair brings the second about: where both were raised, the second is no cause.
 */
static const struct {
	enum finding_id cause, effect;
} explains[] = {
	{ F_DHCP_OPTION43_MALFORMED, F_DHCP_NO_OPTION43 },
	{ F_DHCP_OPTION66_SIADDR_CONFLICT, F_TFTP_REPLY_BLOCKED },
	{ F_DHCP_OPTION66_SIADDR_CONFLICT, F_TFTP_PORT_UNREACHABLE },
	{ F_DHCP_OPTION66_SIADDR_CONFLICT, F_TFTP_BOOTFILE_NOT_FOUND },
	{ F_DHCP_OPTION66_SIADDR_CONFLICT, F_ARP_NO_ANSWER },
	{ F_ARP_NO_ANSWER, F_TFTP_REPLY_BLOCKED },
	{ F_ARP_OFFLINK_SERVER, F_TFTP_REPLY_BLOCKED },
	{ F_TFTP_ACCESS_VIOLATION, F_TFTP_FIRMWARE_NOT_FOUND },
	{ F_TFTP_ACCESS_VIOLATION, F_TFTP_CONFIG_MISSING },
	{ F_TFTP_ACCESS_VIOLATION, F_TFTP_KERNEL_NOT_FOUND },
	{ F_TFTP_CONFIG_MISSING, F_TFTP_KERNEL_NOT_FOUND },
	{ F_DHCP_NEXT_SERVER_MISSING, F_TFTP_REPLY_BLOCKED },
	{ F_DHCP_NEXT_SERVER_MISSING, F_TFTP_PORT_UNREACHABLE },
	{ F_TFTP_WRONG_SERVER_SECOND_STAGE, F_TFTP_PORT_UNREACHABLE },
	{ F_TFTP_WRONG_SERVER_SECOND_STAGE, F_TFTP_REPLY_BLOCKED },
	{ F_TFTP_WRONG_SERVER_SECOND_STAGE, F_TFTP_BOOTFILE_NOT_FOUND },
	{ F_PXE_URL_TO_TFTP_CLIENT, F_TFTP_PORT_UNREACHABLE },
	{ F_PXE_URL_TO_TFTP_CLIENT, F_TFTP_REPLY_BLOCKED },
	{ F_PXE_URL_TO_TFTP_CLIENT, F_TFTP_BOOTFILE_NOT_FOUND },
	{ F_PXE_URL_TO_TFTP_CLIENT, F_DHCP_OPTION66_SIADDR_CONFLICT },
	{ F_IPV6_NOT_ENABLED, F_DHCP_NO_OFFER },
	{ F_HTTP_OFFER_WITHOUT_HTTPCLIENT, F_PXE_NO_BOOTFILE },
	{ F_PXE_ARCH_MISMATCH, F_LOADER_SILENT_AFTER_NBP },
	{ F_PROXYDHCP_NO_ANSWER, F_PXE_NO_BOOTFILE },
	{ F_PXE_OPT60_WITHOUT_OPT43_4011, F_PXE_NO_BOOTFILE },
	{ F_PXE_4011_UNANSWERED, F_PXE_NO_BOOTFILE },
	{ F_DHCP_TWO_BOOT_SERVERS, F_LOADER_SILENT_AFTER_NBP },
	{ F_IPXE_CHAINLOAD_LOOP, F_LOADER_SILENT_AFTER_NBP },
	{ F_IPXE_WRONG_NIC, F_LOADER_SILENT_AFTER_NBP },
	{ F_IPXE_WRONG_NIC, F_PXE_ARCH_MISMATCH },
	{ F_ARP_FAILED_PLACEHOLDER_MAC, F_TFTP_REPLY_BLOCKED },
	{ F_ARP_FAILED_PLACEHOLDER_MAC, F_ARP_NO_ANSWER },
	{ F_DHCP_SIADDR_IGNORED, F_TFTP_PORT_UNREACHABLE },
	{ F_DHCP_SIADDR_IGNORED, F_TFTP_REPLY_BLOCKED },
	{ F_DHCP_SIADDR_IGNORED, F_TFTP_BOOTCODE_NOT_FOUND },
	{ F_DHCP_SIADDR_IGNORED, F_TFTP_FIRMWARE_NOT_FOUND },
	{ F_DHCP_BOOTFILE_UNTERMINATED, F_TFTP_BOOTFILE_NOT_FOUND },
	{ F_DHCP_NO_ROUTER_OFFLINK_SERVER, F_ARP_NO_ANSWER },
	{ F_DHCP_NO_ROUTER_OFFLINK_SERVER, F_ARP_OFFLINK_SERVER },
	{ F_PI4_OLD_EEPROM_OPTION66_PARSE, F_ARP_NO_ANSWER },
	{ F_DHCP_OPTION66_NOT_TEXT, F_DHCP_NO_OPTION43 },
	{ F_DHCP_OPTION66_NOT_TEXT, F_DHCP_NEXT_SERVER_MISSING },
	{ F_DHCP_OPTION66_NOT_TEXT, F_DHCP_OPTION66_SIADDR_CONFLICT },
	{ F_DHCP_OPTION66_NUL, F_TFTP_BOOTCODE_NOT_FOUND },
	{ F_DHCP_OPTION66_NUL, F_TFTP_FIRMWARE_NOT_FOUND },
	{ F_DHCP_OPTION66_NUL, F_TFTP_PORT_UNREACHABLE },
	{ F_DHCP_OPTION66_NUL, F_TFTP_REPLY_BLOCKED },
	{ F_DHCP_CLIENT_ID_MISMATCH, F_DHCP_NO_OFFER },
	{ F_LINK_VLAN_TAGGED, F_DHCP_NO_OFFER },
	{ F_DHCP_TWO_BOOT_SERVERS, F_PXE_ARCH_MISMATCH },
	{ F_DHCP_TWO_BOOT_SERVERS, F_TFTP_BOOTFILE_NOT_FOUND },
	{ F_PROXYDHCP_WITHOUT_DHCP_SERVER, F_DHCP_NO_OFFER },
	{ F_DHCP_OPTION43_PI_ENTRY_NOT_FIRST, F_DHCP_OPTION43_WRONG_TEXT },
	{ F_TFTP_PREFIX_WITHOUT_SLASH, F_TFTP_FIRMWARE_NOT_FOUND },
	{ F_TFTP_NAME_CASE_OR_BACKSLASH, F_TFTP_FIRMWARE_NOT_FOUND },
	{ F_TFTP_NAME_CASE_OR_BACKSLASH, F_TFTP_BOOTFILE_NOT_FOUND },
	{ F_TFTP_NAME_CASE_OR_BACKSLASH, F_TFTP_KERNEL_NOT_FOUND },
	{ F_TFTP_BLOCK_ROLLOVER, F_TFTP_NO_RETRANSMIT },
	{ F_TFTP_BLOCK_ROLLOVER, F_TFTP_PACKET_LOSS },
	{ F_TFTP_REPLY_FROM_WRONG_ADDRESS, F_TFTP_REPLY_BLOCKED },
	{ F_TFTP_OACK_INVALID, F_TFTP_CLIENT_ABORTS },
	{ F_TFTP_DUPLICATE_PACKETS, F_FIRMWARE_SILENT_AFTER_START_ELF },
	{ F_TFTP_FILE_CORRUPT, F_FIRMWARE_SILENT_AFTER_START_ELF },
	{ F_TFTP_FILE_CORRUPT, F_LOADER_SILENT_AFTER_NBP },
	{ F_TFTP_FILE_CORRUPT, F_KERNEL_WITHOUT_NFS_ROOT },
	{ F_CONFIG_OS_PREFIX_IGNORED, F_CMDLINE_ROOT_NOT_NFS },
	{ F_CONFIG_OS_PREFIX_IGNORED, F_CMDLINE_MISSING },
	{ F_CONFIG_OS_PREFIX_IGNORED, F_CMDLINE_NO_IP },
	{ F_CONFIG_OS_PREFIX_IGNORED, F_KERNEL_WITHOUT_NFS_ROOT },
	{ F_CMDLINE_NOT_PLAIN_TEXT, F_KERNEL_WITHOUT_NFS_ROOT },
	{ F_CMDLINE_TOO_LONG, F_CMDLINE_NO_IP },
	{ F_TFTP_BOOT_IMG_NOT_FOUND, F_TFTP_KERNEL_NOT_FOUND },
	{ F_CMDLINE_MISSING, F_CMDLINE_ROOT_NOT_NFS },
	{ F_CMDLINE_ROOT_NOT_NFS, F_TFTP_INITRAMFS_NOT_FOUND },
	{ F_CMDLINE_NFSROOT_WRONG_SERVER, F_ARP_NO_ANSWER },
	{ F_CMDLINE_NFSROOT_WRONG_SERVER, F_RPCBIND_NO_ANSWER },
	{ F_CMDLINE_NFSROOT_WRONG_SERVER, F_NFS_NO_ANSWER },
	{ F_KERNEL_WITHOUT_NFS_ROOT, F_TFTP_CLIENT_ABORTS },
	{ F_CMDLINE_ROOT_NOT_NFS, F_KERNEL_WITHOUT_NFS_ROOT },
	{ F_MOUNTD_NOT_REGISTERED, F_MOUNT_NO_ANSWER },
	{ F_NFS_V2_DEFAULT_REFUSED, F_MOUNTD_NOT_REGISTERED },
	{ F_NFS_V2_DEFAULT_REFUSED, F_NFS_TRANSPORT_NOT_SERVED },
	{ F_NFS_UDP_FRAGMENTS_LOST, F_CLIENT_RX_BROKEN },
	{ F_RPCBIND_REFUSED, F_RPCBIND_NO_ANSWER },
	{ F_RPCBIND_NO_ANSWER, F_NFS_NO_ANSWER },
	{ F_NFS_V2_DEFAULT_REFUSED, F_NFS_PORT_UNREACHABLE },
	{ F_NFS_V2_DEFAULT_REFUSED, F_NFS_NO_ANSWER },
	{ F_NFS_PORT_UNREACHABLE, F_NFS_NO_ANSWER },
	{ F_IPXE_CHAINLOAD_LOOP, F_PXE_ARCH_MISMATCH },
};

static void set_client(const struct look *l, struct finding *f)
{
	char buf[64];
	struct text t = text_init(buf, sizeof(buf));

	text_mac(&t, l->c->mac);
	finding_set_text(l->d, f, P_MAC, buf);
	text_clear(&t);
	text_mac(&t, l->c->mac);
	buf[8] = 0;
	finding_set_text(l->d, f, P_OUI, buf);
	if (l->c->has_serial) {
		text_clear(&t);
		text_fmt(&t, "%08x", l->c->serial);
		finding_set_text(l->d, f, P_SERIAL, buf);
	}
	text_clear(&t);
	text_str(&t, client_model(l->c));
	text_char(&t, ' ');
	if (l->c->has_serial)
		text_fmt(&t, "%08x", l->c->serial);
	else
		text_mac(&t, l->c->mac);
	finding_set_text(l->d, f, P_CLIENT, buf);
}

/* The host that serves files here: the one that answered, else the one that was named; else whom an
 * offer must have meant that did not say it right: its next server, or the sender of option 43. */
static uint32_t tftp_host(const struct look *l)
{
	uint32_t meant = 0;

	for (uint32_t i = 0; i < scope_servers(l->s); i++)
		if (scope_server(l->s, i)->roles & ROLE_TFTP)
			return address_to_ip4(scope_server(l->s, i)->ip);
	/* routers name themselves as next server, whether they serve files or not */
	if (l->params.tftp_server &&
	    (l->params.from != FROM_SIADDR || l->params.file.n || l->c->pi ||
	     l->params.tftp_server != address_to_ip4(l->params.boot_reply->from)))
		return l->params.tftp_server;
	for (const struct reply *r = l->loader ? l->loader->replies : NULL; r && !meant;
	     r = r->next) {
		uint32_t from = address_to_ip4(r->from);

		if (r->siaddr &&
		    ((r->siaddr != from && r->siaddr != r->router) || r->file.n || r->bootfile.n))
			meant = r->siaddr;
		else if (r->has_43)
			meant = r->siaddr ? r->siaddr : from;
	}
	return meant;
}

/* The loader of iPXE for the machine: the first thing to try where nothing is named. */
static const char *loader_for(uint16_t arch)
{
	switch (arch) {
	case 0:
		return "undionly.kpxe";
	case 7:
	case 9:
		return "ipxe.efi";
	case 11:
		return "ipxe-arm64.efi";
	default:
		return NULL;
	}
}

static void set_servers(const struct look *l, struct finding *f)
{
	uint32_t tftp = tftp_host(l);

	if (tftp)
		finding_set_ip4(l->d, f, P_TFTP, tftp);
	else
		finding_set_text(l->d, f, P_TFTP, "TFTP-ADDRESS");
	if (l->c->n_addresses)
		finding_set_address(l->d, f, P_ADDRESS, l->c->address[0]);
	else if (l->params.address)
		finding_set_ip4(l->d, f, P_ADDRESS, l->params.address);
	if (l->params.address && l->params.mask)
		finding_set_ip4(l->d, f, P_SUBNET, l->params.address & l->params.mask);
	if (l->params.router)
		finding_set_ip4(l->d, f, P_ROUTER, l->params.router);
	if (l->params.mask)
		finding_set_ip4(l->d, f, P_MASK, l->params.mask);
	if (l->params.address_reply)
		finding_set_address(l->d, f, P_DHCP, l->params.address_reply->from);
}

/* A second loader's comes after the firmware's. */
const struct kept *look_command_line(const struct look *l, struct cmdline *out)
{
	const struct kept *found = NULL;
	struct cmdline line;

	for (const struct kept *k = l->b->kept; k; k = k->next) {
		if (!kept_cmdline(k, &line))
			continue;
		found = k;
		*out = line;
	}
	return found;
}

static void set_root(const struct look *l, struct finding *f)
{
	struct cmdline line;

	if (!look_command_line(l, &line))
		return;
	if (line.nfs_path.n)
		finding_set(l->d, f, P_PATH, line.nfs_path);
	if (line.nfs_server.n)
		finding_set(l->d, f, P_SERVER, line.nfs_server);
}

static void set_machine(const struct look *l, struct finding *f)
{
	const struct exchange *e = l->loader;

	/* a Pi says 0 to all, and runs nothing that a server names */
	if (!e || e->arch == UINT16_MAX || e->agent == AGENT_ROM || e->agent == AGENT_BOOTCODE ||
	    e->agent == AGENT_BOOTLOADER)
		return;
	finding_set_number(l->d, f, P_ARCH, e->arch);
	if (loader_for(e->arch))
		finding_set_text(l->d, f, P_LOADER, loader_for(e->arch));
}

struct finding *raise_finding(const struct look *l, enum finding_id id, enum confidence confidence)
{
	struct diagnosis *d = l->d;
	struct finding *f;

	/* the absence of what could not have been seen is no finding */
	if ((confidence == POSSIBLE && !l->sees_replies) ||
	    (!l->sees_requests && findings[id].severity <= INTERMITTENT))
		return NULL;
	/* what was lost, or was before the capture, may hold another cause */
	if (confidence == CERTAIN && (l->b->begun_before || l->misses_replies || l->misses_offer ||
				      scope_vantage(l->s)->dropped))
		confidence = LIKELY;
	for (uint32_t i = 0; i < d->n; i++)
		if (d->finding[i].id == id)
			return NULL; /* said already; the first sight of it is the better evidence
				      */
	if (d->n == FINDINGS_MAX) {
		d->lost++;
		return NULL;
	}
	f = &d->finding[d->n++];
	memset(f, 0, sizeof(*f));
	f->id = id;
	f->confidence = confidence;
	set_client(l, f);
	set_servers(l, f);
	set_machine(l, f);
	set_root(l, f);
	return f;
}

struct finding *raise_of_file(const struct look *l, enum finding_id id, enum confidence confidence,
			      const struct transfer *t)
{
	struct finding *f = raise_finding(l, id, confidence);

	if (!f)
		return NULL;
	finding_set(l->d, f, P_FILE, transfer_name(t));
	finding_set_address(l->d, f, P_SERVER, t->server);
	finding_evidence(f, t->first_frame, "the request");
	if (t->has_error)
		finding_evidence(f, t->error_frame, "not found");
	return f;
}

static bool raised(const struct diagnosis *d, enum finding_id id)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (d->finding[i].id == id)
			return true;
	return false;
}

static bool explained(const struct diagnosis *d, enum finding_id id)
{
	for (size_t i = 0; i < sizeof(explains) / sizeof(explains[0]); i++)
		if (explains[i].effect == id && raised(d, explains[i].cause))
			return true;
	return false;
}

/* Smaller comes first: severity, then what nothing else explains, then how sure, then how early in
 * the boot. */
static uint32_t rank(const struct diagnosis *d, const struct finding *f)
{
	const struct finding_row *row = &findings[f->id];

	return (uint32_t)row->severity << 16 | (uint32_t)explained(d, f->id) << 15 |
	       (uint32_t)(CERTAIN - f->confidence) << 8 | (uint32_t)row->stage;
}

/* Ranks are taken before anything moves: what explains a finding must be in the list to count. */
static void order(struct diagnosis *d)
{
	uint32_t ranks[FINDINGS_MAX];

	for (uint32_t i = 0; i < d->n; i++)
		ranks[i] = rank(d, &d->finding[i]);
	for (uint32_t i = 1; i < d->n; i++) {
		struct finding f = d->finding[i];
		uint32_t r = ranks[i], at = i;

		while (at && ranks[at - 1] > r) {
			d->finding[at] = d->finding[at - 1];
			ranks[at] = ranks[at - 1];
			at--;
		}
		d->finding[at] = f;
		ranks[at] = r;
	}
}

/* Who sends unicast has had an ARP reply, which is unicast: where none was seen, none would be. */
static bool sees_replies(const struct vantage *v, const struct client *c)
{
	if (v->dropped)
		return false;
	if (c->frames_to || (v->outgoing && (v->incoming || v->outgoing_of_clients)))
		return true;
	return !c->unicast_from && (v->unicast_to_clients || v->third_party ||
				    v->kind == VANTAGE_SERVER || v->kind == VANTAGE_CLIENT);
}

static void look_at(const struct scope *s, const struct client *c, const struct boot *b,
		    struct diagnosis *d, struct look *l)
{
	const struct vantage *v = scope_vantage(s);

	memset(l, 0, sizeof(*l));
	l->s = s;
	l->c = c;
	l->b = b;
	l->d = d;
	for (const struct exchange *e = b->exchanges; e; e = e->next)
		if (agent_is_firmware(e->agent))
			l->loader = e;
	boot_params_of(l->loader, (int)c->family, &l->params);
	l->stuck = b->outcome == OUTCOME_STUCK || b->outcome == OUTCOME_GAVE_UP;
	for (const struct transfer *t = b->transfers; t; t = t->next) {
		if (t->role == FILE_KERNEL && t->outcome == TRANSFER_COMPLETE)
			l->loaded = true;
		/* it acknowledges what is not in the capture */
		l->misses_replies |= t->kind == TRANSFER_TFTP && t->acks && !t->answer_ns;
	}
	l->misses_offer =
		l->loader && !l->params.address_reply && (l->b->transfers || l->loader->requests);
	l->sees_replies = sees_replies(v, c) && !l->misses_replies;
	/* answers to boards that ask nothing: their requests go another way */
	l->sees_requests = v->unicast_from_clients || !v->answers_to_clients;
}

bool look_sees_from(const struct look *l, struct address host)
{
	const struct vantage *v = scope_vantage(l->s);
	struct mac m;

	if (!l->sees_replies || !l->c->frames_to)
		return false;
	if (v->kind != VANTAGE_SERVER || mac_none(v->own))
		return true;
	return scope_mac_of(l->s, host, &m) && mac_equal(m, v->own);
}

/* A boot that halted has a cause even when the fault lets others through. */
static bool stops(const struct look *l, enum severity s)
{
	return (s == FATAL && l->b->outcome != OUTCOME_BOOTED) || (s == INTERMITTENT && l->stuck);
}

void diagnose_boot(const struct scope *s, const struct client *c, const struct boot *b,
		   struct diagnosis *out)
{
	struct look l;

	out->n = out->lost = out->pool_used = 0;
	if (mac_of_audit_guest(c->mac))
		return;
	look_at(s, c, b, out, &l);
	rules_dhcp(&l);
	rules_offer(&l);
	rules_servers(&l);
	rules_pxe(&l);
	rules_menu(&l);
	rules_ipv6(&l);
	rules_link(&l);
	rules_tftp(&l);
	rules_transfer(&l);
	rules_files(&l);
	rules_kernel(&l);
	rules_config(&l);
	rules_cmdline(&l);
	rules_nfs(&l);
	rules_root(&l);
	order(out);
	if (out->n && stops(&l, findings[out->finding[0].id].severity))
		out->finding[0].cause = true;
}

static bool has_cause(const struct diagnosis *d)
{
	return d->n && d->finding[0].cause;
}

const struct boot *diagnose_client(const struct scope *s, const struct client *c,
				   struct diagnosis *out)
{
	const struct boot *last = client_last_boot(c);

	for (uint32_t i = client_boots(c); last && i--;) {
		const struct boot *b = client_boot(c, i);

		diagnose_boot(s, c, b, out);
		if (has_cause(out) || b->outcome == OUTCOME_BOOTED)
			return b;
	}
	if (last)
		diagnose_boot(s, c, last, out);
	return last;
}

bool diagnosis_fatal(const struct diagnosis *d)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (findings[d->finding[i].id].severity == FATAL &&
		    d->finding[i].confidence >= LIKELY)
			return true;
	return false;
}
