/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_nfs.h"

#include <poll.h>
#include <string.h>

#include "audit_collect.h"
#include "audit_run.h"
#include "board_net.h"
#include "config_txt.h"
#include "lines.h"
#include "packet.h"
#include "scope.h"

enum {
	FRAME_MAX = 2048,
	STEP_MS = 100,
	LATE_MS = 2000,
	WIRE_LINK = 1,
	PI_VERSION = 2,
	NFS_PORT = 2049,
	TAKEN_MAX = 256, /* frames at a time: a storm of them does not keep it from the clock */
};

/* ---- what it would mount ---- */

static bool got(const struct probe_file *f)
{
	return f->end == FETCH_WHOLE;
}

/* Its name is in config.txt, or the usual one. */
static bool has_initramfs(const struct probe_result *p, const struct probe_profile *profile,
			  const struct probe_identity *who)
{
	const struct config_for board = { profile->family, who->revision, true, who->serial };
	struct config g;

	config_parse(p->config, &board, NULL, &g);
	for (uint32_t i = 0; i < p->n_files; i++) {
		struct bytes name = base_name(bytes_str(p->files[i].name));

		if (got(&p->files[i]) &&
		    (bytes_begin(name, "initramfs") || bytes_begin(name, "initrd") ||
		     (g.initramfs.n == name.n && memcmp(g.initramfs.p, name.p, name.n) == 0)))
			return true;
	}
	return false;
}

/* A client without a command line mounts what DHCP names, as its own would tell it to. */
static struct bytes usual_line(const struct probe_profile *p)
{
	return bytes_str(strcmp(p->key, "klibc") == 0 ? "boot=nfs nfsroot=auto"
						      : "root=/dev/nfs ip=dhcp");
}

static void find_root(struct audit_run *r, const struct probe_result *p)
{
	const struct audit_board *b = r->now;
	struct audit_nfs_look *l = &r->nfs;
	struct nfs_root_from from = { .cmdline = p->cmdline, .address = p->address };
	struct dhcp answer;

	if (p->address_offer >= 0) {
		const struct probe_offer *o = &p->offers[p->address_offer];
		struct reader at = reader_init(o->message, o->n, o->n);

		(void)dhcp_decode(&at, &answer);
		from.answer = &answer;
	}
	if (audit_is_pi(b->profile)) {
		l->wanted = true;
		from.initramfs = has_initramfs(p, b->profile, &b->identity);
		from.default_version = PI_VERSION; /* facts 5.3 */
	} else if (b->profile->reading == READS_HOST && from.answer) {
		l->wanted = dhcp_has(&answer, DHCP_OPT_ROOT_PATH);
		from.initramfs = strcmp(b->profile->key, "klibc") == 0;
		from.cmdline = usual_line(b->profile);
	}
	l->end = nfs_root_find(&from, &l->root);
}

/* ---- the look ---- */

static struct nfs_look_ask question(const struct audit_run *r, const struct probe_result *p)
{
	const struct nfs_root *root = &r->nfs.root;
	struct nfs_look_ask a = { .server = root->server,
				  .port = root->port,
				  .mount_port = root->mount_port,
				  .version = root->version,
				  .udp = root->udp };
	struct packet_port_facts facts;

	_Static_assert(sizeof(a.path) == sizeof(root->path), "one size");
	_Static_assert(sizeof(a.init) == sizeof(root->init), "one size");
	memcpy(a.path, root->path, sizeof(a.path));
	memcpy(a.init, root->init, sizeof(a.init));
	(void)packet_port_facts(r->now->port, &facts);
	a.who = (struct board_net_who) { r->now->identity.mac, p->address, p->mask, p->router,
					 root->server,         facts.mtu };
	return a;
}

/* What the board's kernel says beside (IPv6, IGMP) is not what a board would, at this point. */
static bool is_boards(const struct packet *p, const struct mac *mac, uint32_t address)
{
	if (!mac_equal(p->ether.src, *mac))
		return false;
	if (p->record == RECORD_ARP)
		return p->u.arp.sender_ip == address;
	return p->ip.version == 4 && address_to_ip4(p->ip.src) == address &&
	       !address_is_multicast(p->ip.dst);
}

static bool from_board(struct audit_run *r, const struct mac *mac, uint32_t address)
{
	static uint8_t buf[FRAME_MAX];
	bool any = false;

	for (int n = 0; n < TAKEN_MAX; n++) {
		struct bytes v = board_net_take(r->nfs.looker.tap, buf, sizeof(buf));
		struct frame f = {
			.link = WIRE_LINK, .data = v.p, .wire_len = v.n, .cap_len = v.n
		};
		struct packet p;

		if (!v.n)
			return any;
		packet_layers(&f, &p);
		if (!is_boards(&p, mac, address))
			continue;
		any = true;
		audit_run_send(r, v);
	}
	return any;
}

static bool from_wire(struct audit_run *r, const struct mac *mac)
{
	struct frame f;
	bool any = false;

	for (int n = 0; n < TAKEN_MAX && packet_port_take(r->now->port, &f); n++) {
		struct packet p;
		bool whole;

		f.time_ns = audit_run_clock(r);
		audit_run_saw(r, &f);
		packet_layers(&f, &p);
		whole = p.ip.version == 4 && !p.ip.fragment && mac_equal(p.ether.dst, *mac);
		if (p.record != RECORD_ARP && !(p.ip.version == 4 && mac_equal(p.ether.dst, *mac)))
			continue;
		any = true;
		if (r->nfs.looker.tap >= 0)
			board_net_give(r->nfs.looker.tap, bytes_of(f.data, f.cap_len),
				       whole ? p.transport : 0, p.ip.proto);
	}
	return any;
}

/* Frames both ways for that long at most; true: some went. */
static bool carry(struct audit_run *r, uint32_t address, int wait_ms)
{
	const struct mac *mac = &r->now->identity.mac;
	int tap = r->nfs.looker.tap;
	struct pollfd fd[] = { { packet_port_fd(r->now->port), POLLIN, 0 },
			       { r->nfs.looker.fd, POLLIN, 0 },
			       { tap, POLLIN, 0 } };
	bool any;

	(void)poll(fd, 3, wait_ms);
	any = from_wire(r, mac);
	return (tap >= 0 && from_board(r, mac, address)) || any;
}

static void look(struct audit_run *r, const struct probe_result *p,
		 const volatile sig_atomic_t *stop)
{
	const uint64_t ms = 1000000;
	struct audit_nfs_look *l = &r->nfs;
	struct nfs_look_ask ask = question(r, p);
	uint64_t end = audit_run_clock(r) + (NFS_LOOK_ALL_MS + LATE_MS) * ms;
	int heard = 0;

	(void)carry(r, 0, 0); /* what is left of the board before */
	if (nfs_look_ask(&l->looker, &ask))
		return;
	while (!heard && audit_run_goes_on(r, stop) && audit_run_clock(r) < end) {
		(void)carry(r, p->address, STEP_MS);
		heard = nfs_look_hear(&l->looker, &l->result, 0);
	}
	l->heard = heard == 1;
	end = audit_run_clock(r) + LATE_MS * ms;
	/* connections are ended by both sides */
	while (audit_run_goes_on(r, stop) && audit_run_clock(r) < end &&
	       carry(r, p->address, STEP_MS))
		;
}

/* Version 4 has one port, unless it is told another; that is not looked at. */
static bool is_elsewhere(const struct nfs_root *n)
{
	return n->version == 4 && n->port && n->port != NFS_PORT;
}

void audit_nfs(struct audit_run *r, const volatile sig_atomic_t *stop)
{
	struct audit_nfs_look *l = &r->nfs;
	const struct probe_result *p = probe_result(probe_wire_probe(r->now->wire));
	struct packet_port_facts facts;

	l->wanted = l->heard = l->no_address = false;
	l->end = NFS_ROOT_NO_CMDLINE;
	memset(&l->result, 0, sizeof(l->result));
	if (!audit_run_goes_on(r, stop) || p->verdict != PROBE_PASS || r->audit->no_request ||
	    !p->address)
		return;
	find_root(r, p);
	if (!l->wanted || l->end != NFS_ROOT_FOUND || is_elsewhere(&l->root))
		return;
	(void)packet_port_facts(r->now->port, &facts);
	l->no_address = l->looker.fd >= 0 && l->looker.tap < 0 && !facts.address;
	if (l->no_address)
		return;
	if (r->news)
		r->news(r->ctx, (uint32_t)(r->now - r->board), "looks at its root by NFS");
	look(r, p, stop);
}

/* What is so for this host, and may be otherwise for a board. */
static bool is_hosts_own(const struct audit_nfs_look *l, enum nfs_look_outcome o)
{
	return l->looker.tap < 0 &&
	       (o == LOOK_DENIED || o == LOOK_DENIED_UNLISTED || o == LOOK_UNREACHABLE);
}

static enum nfs_look_step failed_step(const struct audit_nfs_look *l)
{
	enum nfs_look_step s = nfs_look_failed(&l->result);

	return s < NFS_LOOK_STEPS && is_hosts_own(l, l->result.outcome[s]) ? NFS_LOOK_STEPS : s;
}

bool audit_nfs_failed(const struct audit_run *r)
{
	const struct audit_nfs_look *l = &r->nfs;

	return l->wanted && (nfs_root_fix(l->end) || failed_step(l) < NFS_LOOK_STEPS);
}

/* ---- what is said of it ---- */

static const struct {
	enum audit_step row;
	enum stage stage;
} places[NFS_LOOK_STEPS] = {
	[NFS_LOOK_RPCBIND] = { AUDIT_RPCBIND, STAGE_RPCBIND },
	[NFS_LOOK_EXPORTS] = { AUDIT_MOUNT, STAGE_MOUNT },
	[NFS_LOOK_MOUNT] = { AUDIT_MOUNT, STAGE_MOUNT },
	[NFS_LOOK_FSINFO] = { AUDIT_ROOT, STAGE_NFS_ROOT },
	[NFS_LOOK_INIT] = { AUDIT_ROOT, STAGE_NFS_ROOT },
	[NFS_LOOK_FSTAB] = { AUDIT_ROOT, STAGE_NFS_ROOT },
};

static bool found(const struct audit_model *m, const char *id)
{
	for (uint32_t i = 0; i < m->found.n; i++)
		if (strcmp(findings[m->found.finding[i].id].id, id) == 0)
			return true;
	return false;
}

static void say(struct text *t, const char *words)
{
	text_fmt(t, "%s%s", t->pos ? "; " : "", words);
}

static void say_versions(struct text *t, uint8_t versions)
{
	text_str(t, ": NFS");
	for (unsigned v = 2; v < 8; v++)
		if (versions & 1u << v)
			text_fmt(t, " %u", v);
}

/* What is fine is told with what there is. */
static void passed_words(const struct audit_nfs_look *l, enum nfs_look_step s, struct text *t)
{
	const struct nfs_look_result *q = &l->result;

	switch (s) {
	case NFS_LOOK_RPCBIND:
		text_ip4(t, l->root.server);
		if (q->versions_tcp | q->versions_udp)
			say_versions(t, q->versions_tcp | q->versions_udp);
		text_fmt(t, ", mountd on port %u", q->mount_port);
		break;
	case NFS_LOOK_EXPORTS:
		break;
	case NFS_LOOK_MOUNT:
		say(t, "");
		text_safe(t, bytes_str(l->root.path));
		text_fmt(t, " is open %s", l->looker.tap >= 0 ? "to the board" : "to this host");
		break;
	case NFS_LOOK_FSINFO:
		if (q->read_max) {
			text_str(t, "reads of ");
			text_bytes_count(t, q->read_max);
		}
		break;
	case NFS_LOOK_INIT:
	case NFS_LOOK_FSTAB:
	case NFS_LOOK_STEPS:
		if (q->text[s][0])
			say(t, q->text[s]);
		break;
	}
}

/* One step's words into its row, whose state is the worst of its steps. */
static void step(const struct audit_nfs_look *l, enum nfs_look_step s, struct audit_model *m)
{
	const struct nfs_look_row *o = &nfs_look_rows[l->result.outcome[s]];
	struct audit_row *row = &m->row[places[s].row];
	char words[AUDIT_WORDS];
	struct text t = text_init(words, sizeof(words));

	if (row->state == AUDIT_FAILED || o->grade == LOOK_SAYS_NOTHING)
		return;
	row->state = o->grade != LOOK_FAILS                  ? AUDIT_PASSED
		     : is_hosts_own(l, l->result.outcome[s]) ? AUDIT_NOT_TRIED
							     : AUDIT_FAILED;
	if (o->grade != LOOK_FAILS)
		text_str(&t, row->words);
	if (o->grade == LOOK_PASSES) {
		passed_words(l, s, &t);
	} else {
		say(&t, o->words);
		if (l->result.text[s][0])
			text_fmt(&t, " (%s)", l->result.text[s]);
		if (row->state == AUDIT_NOT_TRIED)
			say(&t, "so it is for this host, a board may fare otherwise");
		else if (!o->finding[0] || !found(m, o->finding))
			row->fix = o->fix;
	}
	memcpy(row->words, words, sizeof(words));
}

static void fails(struct audit_model *m, const char *key, const char *words, enum stage stage)
{
	m->verdict = AUDIT_FAIL;
	m->reason_key = key;
	m->reason = words;
	m->stage = stage > m->stage ? stage : m->stage;
}

static void remark(struct audit_model *m, enum audit_state state, const char *words)
{
	struct text t = text_init(m->row[AUDIT_RPCBIND].words, sizeof(m->row[0].words));

	m->row[AUDIT_RPCBIND].state = state;
	text_str(&t, words);
}

static void keep_facts(const struct audit_run *r, struct audit_model *m)
{
	const struct audit_nfs_look *l = &r->nfs;
	const struct nfs_look_result *q = &l->result;
	struct audit_nfs *n = &m->nfs;
	struct text t = text_init(n->path, sizeof(n->path));

	n->vantage = !l->heard            ? AUDIT_NFS_NOT_ASKED
		     : l->looker.tap >= 0 ? AUDIT_NFS_AS_BOARD
					  : AUDIT_NFS_AS_HOST;
	n->server = l->root.server;
	text_safe(&t, bytes_str(l->root.path));
	n->version = l->root.version;
	_Static_assert(sizeof(n->exports) == sizeof(q->exports), "one size");
	memcpy(n->exports, q->exports, sizeof(n->exports));
	n->port = q->port;
	n->mount_port = q->mount_port;
	n->versions_tcp = q->versions_tcp;
	n->versions_udp = q->versions_udp;
	n->read_max = q->read_max;
	n->write_max = q->write_max;
}

static void result_rows(const struct audit_run *r, struct audit_model *m)
{
	const struct audit_nfs_look *l = &r->nfs;
	const struct client *c = scope_client_by_mac(r->scope, m->mac);
	const struct boot *b = c ? client_last_boot(c) : NULL;
	enum nfs_look_step failed = failed_step(l);

	if (b && b->stage > m->stage && l->looker.tap >= 0)
		m->stage = b->stage;
	if (l->root.version == 4)
		remark(m, AUDIT_NOT_TRIED, "version 4 needs none");
	else if (l->result.outcome[0] == LOOK_NOT_TRIED)
		remark(m, AUDIT_NOT_TRIED, "nfsroot= names the ports");
	else if (nfs_look_rows[l->result.outcome[0]].grade == LOOK_SAYS_NOTHING)
		remark(m, AUDIT_NOT_TRIED, nfs_look_rows[l->result.outcome[0]].words);
	for (int s = 0; s < NFS_LOOK_STEPS; s++)
		step(l, (enum nfs_look_step)s, m);
	if (failed < NFS_LOOK_STEPS) {
		const struct nfs_look_row *o = &nfs_look_rows[l->result.outcome[failed]];

		fails(m, o->key, o->words, places[failed].stage);
	}
}

void audit_nfs_rows(const struct audit_run *r, struct audit_model *m)
{
	const struct audit_nfs_look *l = &r->nfs;

	if (!l->wanted)
		return;
	for (int s = AUDIT_RPCBIND; s <= AUDIT_ROOT; s++)
		m->row[s].state = AUDIT_NOT_TRIED;
	if (l->end != NFS_ROOT_FOUND) {
		const char *fix = nfs_root_fix(l->end);

		remark(m, fix ? AUDIT_FAILED : AUDIT_NOT_TRIED, nfs_root_text(l->end));
		m->row[AUDIT_RPCBIND].fix = fix;
		if (fix)
			fails(m, nfs_root_key(l->end), nfs_root_text(l->end), m->stage);
		return;
	}
	keep_facts(r, m);
	if (l->heard)
		result_rows(r, m);
	else if (l->no_address)
		remark(m, AUDIT_NOT_TRIED,
		       "no network could be made for the board (it takes "
		       "/dev/net/tun), and this host has no address here");
	else if (is_elsewhere(&l->root))
		remark(m, AUDIT_NOT_TRIED, "version 4 on a port of its own is not looked at");
	else
		remark(m, AUDIT_NOT_TRIED, "the process that looks at NFS gave no answer");
}
