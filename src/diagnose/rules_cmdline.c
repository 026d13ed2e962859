/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rules.h"

/* What the command line says, held against what then was on the wire. */

static bool rpc_seen(const struct look *l)
{
	return l->b->n_nfs || l->b->n_mounts || l->b->n_maps || l->b->n_connections;
}

/* Is the host there? Whatever it serves or refuses, and be it ARP alone, says so: what it does not
 * serve is another finding's. */
static bool answered(const struct look *l, uint32_t ip)
{
	struct address a = address_ip4(ip);
	const struct server *v = scope_server_by_address(l->s, a);

	if (v && v->roles)
		return true;
	for (const struct arp_ask *k = l->b->arps; k; k = k->next)
		if (k->target == ip && k->answers)
			return true;
	for (const struct port_map *m = l->b->maps; m; m = m->next)
		if (address_equal(m->server, a) && (m->answered || m->refused))
			return true;
	for (const struct connection *c = l->b->connections; c; c = c->next)
		if (address_equal(c->server, a) && (c->syn_acks || c->refused))
			return true;
	for (const struct nfs_use *n = l->b->nfs; n; n = n->next)
		if (address_equal(n->server, a) && (n->replies || n->refused))
			return true;
	return false;
}

/* Is there a sign that it was tried at all? */
static uint64_t tried(const struct look *l, uint32_t ip)
{
	for (const struct arp_ask *a = l->b->arps; a; a = a->next)
		if (a->target == ip && !a->answers && a->requests >= 2)
			return a->first_frame;
	for (const struct port_map *m = l->b->maps; m; m = m->next)
		if (address_to_ip4(m->server) == ip)
			return m->first_frame;
	for (const struct connection *c = l->b->connections; c; c = c->next)
		if (address_to_ip4(c->server) == ip)
			return c->first_frame;
	return 0;
}

static const struct server *another(const struct look *l, uint32_t ip)
{
	const struct server *tftp = NULL;

	for (uint32_t i = 0; i < scope_servers(l->s); i++) {
		const struct server *v = scope_server(l->s, i);

		if (address_to_ip4(v->ip) == ip)
			continue;
		if (v->roles & ROLE_NFS)
			return v;
		if (v->roles & ROLE_TFTP)
			tftp = v;
	}
	return tftp;
}

static void wrong_server(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	uint32_t ip = address_read_ip4(line->nfs_server);
	const struct server *other = ip ? another(l, ip) : NULL;
	uint64_t frame = ip ? tried(l, ip) : 0;
	struct finding *f;

	if (!frame || answered(l, ip) || !other)
		return;
	f = raise_finding(l, F_CMDLINE_NFSROOT_WRONG_SERVER, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set_ip4(l->d, f, P_SERVER, ip);
	finding_set_address(l->d, f, P_NEXT, other->ip);
	finding_set(l->d, f, P_PATH, line->nfs_path);
	finding_evidence(f, k->frame, "the command line");
	finding_evidence(f, frame, "the board looks for that server");
	finding_evidence(f, other->first_frame, "another host serves here");
}

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Does a word of v begin with key? "root=" is not in "nfsroot=". */
static bool has_word(struct bytes v, const char *key)
{
	uint32_t n = (uint32_t)strlen(key);

	for (uint32_t i = 0; i + n <= v.n; i++)
		if ((i == 0 || blank(v.p[i - 1])) && memcmp(v.p + i, key, n) == 0)
			return true;
	return false;
}

/* Facts 5.1: the firmware hands on one line. What stands on that line already is missed by nobody:
 * people keep their earlier lines behind it. */
static void several_lines(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	static const char *const words[] = { "root=", "nfsroot=", "ip=", "rootwait" };
	struct bytes rest;
	struct finding *f;

	if (line->lines < 2 || !line->first_line.p)
		return;
	rest = bytes_of(line->first_line.p + line->first_line.n,
			(uint32_t)(k->text + k->n - (line->first_line.p + line->first_line.n)));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!has_word(rest, words[i]) || has_word(line->first_line, words[i]))
			continue;
		f = raise_finding(l, F_CMDLINE_MULTILINE, LIKELY);
		if (!f)
			return;
		finding_set_text(l->d, f, P_TEXT, words[i]);
		finding_set_number(l->d, f, P_COUNT, line->lines);
		finding_evidence(f, k->frame, "cmdline.txt");
		return;
	}
}

/* Raspberry Pi OS grows its card at the first boot; there is none. */
static void card_init(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	struct finding *f;

	if (bytes_find(line->init, bytes_str("init_resize")) == UINT32_MAX &&
	    bytes_find(line->init, bytes_str("firstboot")) == UINT32_MAX)
		return;
	f = raise_finding(l, F_CMDLINE_SDCARD_INIT, CERTAIN);
	if (!f)
		return;
	finding_set(l->d, f, P_TEXT, line->init);
	finding_evidence(f, k->frame, "cmdline.txt");
}

static const struct exchange *late_exchange(const struct look *l)
{
	const struct exchange *last = NULL;

	for (const struct exchange *e = l->b->exchanges; e; e = e->next)
		if (e->agent == AGENT_KERNEL || e->agent == AGENT_INITRAMFS)
			last = e;
	return last;
}

/* The initramfs has its address and does not mount: klibc's nfsmount knows versions 2 and 3 and few
 * options (facts 5.2), others say no more. */
static void initramfs(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	const struct exchange *e = late_exchange(l);
	struct finding *f;
	bool options = line && (line->vers >= 4 ||
				bytes_find(line->nfs_options, bytes_str("proto=")) != UINT32_MAX);

	if (!e || e->agent != AGENT_INITRAMFS || !e->ack_frame || rpc_seen(l))
		return;
	f = raise_finding(l, options ? F_NFS_INITRAMFS_BAD_MOUNT_OPTIONS : F_NFS_INITRAMFS_SILENT,
			  options && l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	if (line) {
		finding_set(l->d, f, P_TEXT, line->nfs_options);
		finding_set(l->d, f, P_PATH, line->nfs_path);
		finding_set(l->d, f, P_SERVER, line->nfs_server);
		finding_evidence(f, k->frame, "the command line");
	}
	finding_evidence(f, e->ack_frame, "the initramfs gets its address");
	finding_evidence(f, l->b->last_frame, "the last frame of the board");
}

/* Facts 5.1: kernel and initramfs ask by themselves, with another id and no PXE class. */
static void late_dhcp(const struct look *l)
{
	const struct exchange *e = late_exchange(l);
	struct finding *f;

	if (!e || e->n_replies || l->b->stage != STAGE_KERNEL_DHCP)
		return;
	if (e->discovers >= 3)
		f = raise_finding(l, F_KERNEL_DHCP_NO_OFFER,
				  l->sees_replies || e->broadcast_flag ? LIKELY : POSSIBLE);
	else
		f = raise_finding(l, F_KERNEL_DHCP_GAVE_UP_BEFORE_LINK, POSSIBLE);
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, e->discovers);
	finding_evidence(f, e->first_frame, "the first DISCOVER of the system");
	finding_evidence(f, e->last_frame, "the last one, unanswered");
}

/* One plain line that was read whole and names no root. What has an initramfs may do without. */
static bool rootless(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->role == FILE_INITRAMFS && t->bytes)
			return false;
	return k->complete && !k->cut && line->lines <= 1 && line->encoding == ENCODING_PLAIN &&
	       !line->root.n && !line->nfsroot.n;
}

/* The kernel came across whole and the network was not used again, with no command line that would
 * say why. */
static void no_root(const struct look *l, const struct kept *k, const struct cmdline *said)
{
	bool none = k && k->kind == KEPT_CMDLINE && rootless(l, k, said);
	const struct transfer *line = NULL, *kernel = NULL;
	struct finding *f;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->role == FILE_CMDLINE && (t->outcome == TRANSFER_NOT_FOUND ||
						(t->outcome == TRANSFER_COMPLETE && !none)))
			return;
		if (t->role == FILE_CMDLINE)
			line = t;
		if (t->role == FILE_KERNEL && t->outcome == TRANSFER_COMPLETE)
			kernel = t;
	}
	if (!kernel || l->b->stage != STAGE_TFTP_KERNEL || rpc_seen(l) || !l->c->pi)
		return;
	f = raise_finding(l, F_KERNEL_WITHOUT_NFS_ROOT, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set(l->d, f, P_FILE, transfer_name(kernel));
	finding_set_address(l->d, f, P_SERVER, kernel->server);
	finding_evidence(f, kernel->first_frame, "the kernel");
	if (line)
		finding_evidence(f, line->first_frame,
				 none ? "cmdline.txt" : "cmdline.txt, not read to its end");
	finding_evidence(f, l->b->last_frame, "the last frame of the board");
}

/* Linux drops NFS over UDP unless built with it (fs/nfs/Kconfig, NFS_DISABLE_UDP_SUPPORT) and
 * refuses proto=udp before it sends anything: it does not even look for the server. */
static void udp_off(const struct look *l, const struct kept *k, const struct cmdline *line)
{
	const struct exchange *e = late_exchange(l);
	struct finding *f;

	if (!e || e->agent != AGENT_KERNEL || !e->ack_frame || !line->proto_udp || rpc_seen(l))
		return;
	for (const struct arp_ask *a = l->b->arps; a; a = a->next)
		if (a->last_frame > e->ack_frame)
			return;
	f = raise_finding(l, F_NFS_CLIENT_UDP_DISABLED, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	finding_set(l->d, f, P_TEXT, line->nfs_options);
	finding_set(l->d, f, P_PATH, line->nfs_path);
	finding_set(l->d, f, P_SERVER, line->nfs_server);
	finding_evidence(f, k->frame, "the command line");
	finding_evidence(f, e->ack_frame, "the kernel gets its address");
	finding_evidence(f, l->b->last_frame, "the last frame of the board");
}

void rules_cmdline(const struct look *l)
{
	struct cmdline line;
	const struct kept *k = look_command_line(l, &line);

	if (k && k->kind == KEPT_CMDLINE) {
		several_lines(l, k, &line);
		card_init(l, k, &line);
	}
	if (!l->stuck)
		return;
	if (k && line.root_is_nfs) {
		wrong_server(l, k, &line);
		udp_off(l, k, &line);
	}
	initramfs(l, k, k ? &line : NULL);
	late_dhcp(l);
	no_root(l, k, &line);
}
