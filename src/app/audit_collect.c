/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_collect.h"

#include <string.h>

#include "diagnose.h"

static const char *base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

static bool begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

bool audit_is_pi(const struct probe_profile *p)
{
	return p->reading == READS_PI_ROM || p->reading == READS_PI_EEPROM;
}

static struct text words_of(struct audit_model *m, enum audit_step s)
{
	return text_init(m->row[s].words, sizeof(m->row[s].words));
}

/* ---- DHCP ---- */

static bool failed_by_dhcp(enum probe_reason r)
{
	return r == REASON_NO_OFFER || r == REASON_NO_ADDRESS_OFFERED || r == REASON_NO_BOOT_DATA ||
	       r == REASON_NO_ACK || r == REASON_NAK;
}

static void dhcp_row(struct audit_model *m, const struct probe_result *r)
{
	struct text t = words_of(m, AUDIT_DHCP);

	if (r->verdict == PROBE_FAIL && failed_by_dhcp(r->reason)) {
		if (strcmp(r->now->key, m->key) != 0) /* what it loaded asks anew */
			text_fmt(&t, "%s: ", r->now->title);
		text_str(&t, probe_reason_text(r->reason));
		m->row[AUDIT_DHCP].state = AUDIT_FAILED;
		return;
	}
	m->row[AUDIT_DHCP].state = AUDIT_PASSED;
	text_ip4(&t, r->address);
	if (m->accepted_from) {
		text_str(&t, " from ");
		text_ip4(&t, m->accepted_from);
	}
	if (m->boot_from && m->boot_from != m->accepted_from) {
		text_str(&t, ", boot data from ");
		text_ip4(&t, m->boot_from);
	}
}

static void boot_server_row(struct audit_model *m, const struct probe_result *r)
{
	struct text t = words_of(m, AUDIT_BOOT_SERVER);
	struct audit_row *row = &m->row[AUDIT_BOOT_SERVER];

	if (r->reason == REASON_NO_BOOT_REPLY)
		row->state = AUDIT_FAILED;
	for (uint32_t i = 0; i < r->n_offers; i++) {
		const struct probe_offer *o = &r->offers[i];

		if (o->from_port != DHCP_PROXY_PORT)
			continue;
		if (o->reason == REASON_BOOT_TAKEN)
			row->state = AUDIT_PASSED;
		text_clear(&t);
		text_ip4(&t, o->from);
		text_fmt(&t, ": %s", probe_reason_text(o->reason));
	}
	if (row->state == AUDIT_FAILED && !t.pos)
		text_str(&t, probe_reason_text(r->reason));
}

static void arp_row(struct audit_model *m, const struct probe_result *r)
{
	struct text t = words_of(m, AUDIT_ARP);

	if (r->reason == REASON_NO_ARP)
		m->row[AUDIT_ARP].state = AUDIT_FAILED;
	else if (r->n_files)
		m->row[AUDIT_ARP].state = AUDIT_PASSED;
	if (m->row[AUDIT_ARP].state > AUDIT_NOT_TRIED)
		text_ip4(&t, m->tftp_server);
}

/* ---- files ---- */

static void file_words(const struct probe_file *f, struct text *t)
{
	text_safe(t, bytes_str(f->name));
	text_fmt(t, ": %s", f->end == FETCH_THERE ? "it is there" : fetch_end_key(f->end));
	if (f->end == FETCH_WHOLE) {
		uint64_t took = f->ended_ns > f->begun_ns ? f->ended_ns - f->begun_ns : 0;

		text_str(t, ", ");
		text_bytes_count(t, f->bytes);
		if (f->bytes > 1000000 && took >= 1000000) {
			text_str(t, ", ");
			text_bytes_count(t, f->bytes * 1000 / (took / 1000000));
			text_str(t, "/s");
		}
	} else if (f->error[0]) {
		text_fmt(t, " (%u: ", f->error_code);
		text_safe(t, bytes_str(f->error));
		text_char(t, ')');
	}
	if (f->resent)
		text_fmt(t, ", asked %u times", f->resent + 1);
}

static bool got(const struct probe_file *f)
{
	return f->end == FETCH_WHOLE || f->end == FETCH_THERE;
}

/* Which step a file belongs to, by its name; AUDIT_STEPS: none. The first that a board gets is its
 * first file, and all that who is no Pi asks for. */
static enum audit_step step_of(const struct audit_model *m, const struct probe_file *f, bool first)
{
	const char *name = base_name(f->name);

	if (first || m->row[AUDIT_KERNEL].state == AUDIT_NOT_FOR_MODEL)
		return AUDIT_FIRST_FILE;
	if (strcmp(name, "config.txt") == 0)
		return AUDIT_CONFIG;
	if (begins(name, "cmdline"))
		return AUDIT_CMDLINE;
	if (begins(name, "kernel"))
		return AUDIT_KERNEL;
	if (begins(name, "start") || begins(name, "bootcode"))
		return AUDIT_FIRMWARE;
	return AUDIT_STEPS;
}

/* The last word on a step is that of the file which came, or which was needed. */
static void file_rows(struct audit_model *m, const struct probe_result *r)
{
	bool first = true;

	for (uint32_t i = 0; i < r->n_files; i++) {
		const struct probe_file *f = &r->files[i];
		enum audit_step s = step_of(m, f, first);
		struct text t;

		if (first && got(f)) {
			t = text_init(m->file, sizeof(m->file));
			text_safe(&t, bytes_str(f->name));
		}
		if (s < AUDIT_STEPS && (got(f) || m->row[s].state != AUDIT_PASSED)) {
			t = words_of(m, s);
			file_words(f, &t);
			m->row[s].state = got(f) ? AUDIT_PASSED : AUDIT_NOT_TRIED;
		}
		first = first && !got(f);
	}
}

/* The file that it could not do without. */
static void failed_file(struct audit_model *m, const struct probe_result *r)
{
	const struct probe_file *f = r->n_files ? &r->files[r->n_files - 1] : NULL;
	enum audit_step s;
	struct text t;

	if (!f || r->verdict != PROBE_FAIL ||
	    (r->reason != REASON_FILE_MISSING && r->reason != REASON_FILE_FAILED &&
	     r->reason != REASON_FILE_ARCH && r->reason != REASON_TOO_LONG))
		return;
	s = step_of(m, f, m->row[AUDIT_FIRST_FILE].state != AUDIT_PASSED);
	if (s == AUDIT_STEPS)
		s = r->stage < STAGE_TFTP_KERNEL && m->row[AUDIT_FIRMWARE].state ? AUDIT_FIRMWARE
										 : AUDIT_KERNEL;
	t = words_of(m, s);
	file_words(f, &t);
	if (r->reason == REASON_FILE_ARCH)
		text_str(&t, ", for another machine");
	m->row[s].state = AUDIT_FAILED;
}

static void rows(struct audit_model *m, const struct probe_profile *p, const struct probe_result *r,
		 bool files)
{
	for (int s = 0; s < AUDIT_STEPS; s++) {
		bool ours = s <= AUDIT_DHCP || (files && s >= AUDIT_ARP && s <= AUDIT_FIRST_FILE) ||
			    (audit_is_pi(p) && s >= AUDIT_FIRMWARE);

		m->row[s].state = ours ? AUDIT_NOT_TRIED : AUDIT_NOT_FOR_MODEL;
	}
	if (p->family == FAMILY_PI5) /* its firmware is in the EEPROM: facts 3.5 */
		m->row[AUDIT_FIRMWARE].state = AUDIT_NOT_FOR_MODEL;
	m->row[AUDIT_LINK].state = AUDIT_PASSED;
	dhcp_row(m, r);
	boot_server_row(m, r);
	arp_row(m, r);
	file_rows(m, r);
	failed_file(m, r);
}

/* ---- what the observer says ---- */

/* Of several boards that it saw share something: an audit's boards do so by being one audit's. */
static void leave_out_shared(struct diagnosis *d)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->n; i++)
		if (d->finding[i].id != F_TFTP_SERIAL_DIR_MISSING)
			d->finding[n++] = d->finding[i];
	d->n = n;
}

/* clang-format off */
static const char *const advice[REASONS] = {
	[REASON_NO_OFFER] = "Start a DHCP server here, or look why it does not answer this client.",
	[REASON_NO_ADDRESS_OFFERED] = "Run a DHCP server that gives addresses beside the one that gives boot data.",
	[REASON_NO_BOOT_DATA] = "Let the DHCP server, or a proxyDHCP beside it, name a boot file and its server to this client.",
	[REASON_NO_ACK] = "Look into the DHCP server's log: it offered an address, and does not answer the REQUEST.",
	[REASON_NAK] = "Look into the DHCP server's log: it offered an address, and refuses it.",
	[REASON_NO_BOOT_REPLY] = "Open UDP port 4011 of the boot server, or let the offer name the file.",
	[REASON_NO_ARP] = "Correct the TFTP server's address in the offer, or switch that server on.",
	[REASON_FILE_MISSING] = "Put the file there under that name, or let the offer name another.",
	[REASON_FILE_FAILED] = "Look into the TFTP server's log for that file.",
};
/* clang-format on */

/* Where no finding says what to do, the step that failed does. */
static void advise(struct audit_model *m, enum probe_reason reason)
{
	for (uint32_t i = 0; i < m->found.n; i++)
		if (m->found.finding[i].cause)
			return;
	for (int s = 0; s < AUDIT_STEPS && m->verdict == AUDIT_FAIL; s++)
		if (m->row[s].state == AUDIT_FAILED) {
			m->row[s].fix = advice[reason];
			return;
		}
}

static void keep_offer(struct audit_offer *to, const struct probe_offer *o)
{
	to->from = o->from;
	to->round = o->round;
	to->from_4011 = o->from_port == DHCP_PROXY_PORT;
	to->reason_key = probe_reason_key(o->reason);
	to->reason = probe_reason_text(o->reason);
	to->n = (uint16_t)(o->n < sizeof(to->message) ? o->n : sizeof(to->message));
	memcpy(to->message, o->message, to->n);
}

void audit_collect(struct audit_model *m, const struct probe_profile *profile,
		   const struct probe_identity *who, const struct probe_result *r,
		   const struct scope *s)
{
	const struct client *c = scope_client_by_mac(s, who->mac);
	struct text t;

	m->key = profile->key;
	m->title = profile->title;
	m->mac = who->mac;
	m->serial = who->serial;
	m->verdict = r->verdict == PROBE_PASS ? AUDIT_PASS : AUDIT_FAIL;
	m->stage = r->stage;
	m->reason_key = probe_reason_key(r->reason);
	m->reason = probe_reason_text(r->reason);
	m->address = r->address;
	/* the kernel, which comes after, has none */
	m->tftp_server = r->n_files ? r->files[0].server : r->tftp_server;
	for (uint32_t i = 0; i < r->n_offers && m->n_offers < AUDIT_OFFERS; i++) {
		const struct probe_offer *o = &r->offers[i];

		keep_offer(&m->offer[m->n_offers++], o);
		if (o->reason == REASON_TAKEN || o->reason == REASON_ADDRESS_TAKEN)
			m->accepted_from = m->accepted_from ? m->accepted_from : o->from;
		if (o->reason == REASON_TAKEN || o->reason == REASON_BOOT_TAKEN)
			m->boot_from = m->boot_from ? m->boot_from : o->from;
	}
	rows(m, profile, r, profile->steps && !r->url[0]);
	if (r->url[0]) {
		t = text_init(m->file, sizeof(m->file));
		text_safe(&t, bytes_str(r->url));
	}
	if (c)
		(void)diagnose_client(s, c, &m->found);
	leave_out_shared(&m->found);
	advise(m, r->reason);
}

void audit_collect_servers(struct audit *a, const struct scope *s)
{
	for (uint32_t i = 0; i < scope_servers(s) && a->n_servers < AUDIT_SERVERS; i++) {
		const struct server *v = scope_server(s, i);
		struct audit_server *to = &a->server[a->n_servers];

		/* who answered; or was to, and there is something to say of how it does not */
		if (!address_is_ip4(v->ip) ||
		    (!v->roles && !audit_tftp_of(a, address_to_ip4(v->ip))))
			continue;
		to->ip = address_to_ip4(v->ip);
		to->mac = v->mac;
		to->roles = v->roles;
		a->n_servers++;
	}
}
