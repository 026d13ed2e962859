/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"

#include "packet.h"

static void optional_ip(const struct sink *out, const char *key, uint32_t ip)
{
	if (ip)
		sink_ip4(out, key, ip);
	else
		sink_null(out, key);
}

static void json_offer(const struct audit_offer *o, const char *profile, const struct sink *out)
{
	struct reader r = reader_init(o->message, o->n, o->n);
	struct packet p = { .record = RECORD_DHCP };

	(void)dhcp_decode(&r, &p.u.dhcp);
	sink_object(out, NULL);
	sink_text(out, "profile", profile);
	sink_number(out, "round", o->round);
	sink_number(out, "port", o->from_4011 ? DHCP_PROXY_PORT : DHCP_SERVER_PORT);
	sink_text(out, "result", o->reason_key);
	sink_text(out, "words", o->reason);
	dhcp_fields(&p, out);
	sink_close(out);
}

static void json_server(const struct audit *a, const struct audit_server *v, const struct sink *out)
{
	const struct audit_tftp *tftp = audit_tftp_of(a, v->ip);

	sink_object(out, NULL);
	report_json_server(address_ip4(v->ip), v->mac, v->roles, out);
	sink_list(out, "offers");
	for (uint32_t i = 0; i < a->n_models; i++)
		for (uint32_t k = 0; k < a->model[i].n_offers; k++)
			if (a->model[i].offer[k].from == v->ip)
				json_offer(&a->model[i].offer[k], a->model[i].key, out);
	sink_close(out);
	if (tftp)
		audit_tftp_json(tftp, out);
	else
		sink_null(out, "tftp");
	sink_close(out);
}

static void json_steps(const struct audit_model *m, const struct sink *out)
{
	sink_list(out, "steps");
	for (int s = 0; s < AUDIT_STEPS; s++) {
		const struct audit_row *row = &m->row[s];

		sink_object(out, NULL);
		sink_text(out, "step", audit_step_key((enum audit_step)s));
		sink_text(out, "state", audit_state_key(row->state));
		sink_text(out, "words", row->words[0] ? row->words : NULL);
		sink_text(out, "fix", row->fix);
		sink_close(out);
	}
	sink_close(out);
}

static void json_versions(const char *key, uint8_t versions, const struct sink *out)
{
	sink_list(out, key);
	for (unsigned v = 0; v < 8; v++)
		if (versions & 1u << v)
			sink_number(out, NULL, v);
	sink_close(out);
}

static void json_paths(const char *paths, const struct sink *out)
{
	char path[AUDIT_EXPORTS];

	sink_list(out, "exports");
	while (*paths) {
		struct text t = text_init(path, sizeof(path));

		while (*paths && *paths != ' ')
			text_char(&t, *paths++);
		sink_text(out, NULL, path);
		paths += *paths == ' ';
	}
	sink_close(out);
}

static void json_nfs(const struct audit_nfs *n, const struct sink *out)
{
	static const char *const as[] = { NULL, "board", "host" };

	if (!n->server) {
		sink_null(out, "nfs");
		return;
	}
	sink_object(out, "nfs");
	sink_ip4(out, "server", n->server);
	sink_text(out, "path", n->path);
	sink_text(out, "asked_as", as[n->vantage]);
	if (n->version)
		sink_number(out, "version", n->version);
	else
		sink_null(out, "version");
	json_paths(n->exports, out);
	json_versions("versions_tcp", n->versions_tcp, out);
	json_versions("versions_udp", n->versions_udp, out);
	sink_number(out, "port", n->port);
	sink_number(out, "mount_port", n->mount_port);
	sink_number(out, "read_max", n->read_max);
	sink_number(out, "write_max", n->write_max);
	sink_close(out);
}

static void json_model(const struct audit_model *m, const struct sink *out)
{
	char buf[16];
	struct text t = text_init(buf, sizeof(buf));

	text_fmt(&t, "%08x", m->serial);
	sink_object(out, NULL);
	sink_text(out, "profile", m->key);
	sink_text(out, "title", m->title);
	sink_mac(out, "mac", m->mac);
	sink_text(out, "serial", buf);
	sink_text(out, "verdict", audit_verdict_key(m->verdict));
	sink_bool(out, "aside", m->aside);
	sink_text(out, "stage", stage_key(m->stage));
	sink_text(out, "reason", m->reason_key);
	sink_text(out, "words", m->reason);
	optional_ip(out, "address", m->address);
	optional_ip(out, "accepted_from", m->accepted_from);
	optional_ip(out, "boot_from", m->boot_from);
	optional_ip(out, "tftp_server", m->tftp_server);
	sink_text(out, "file", m->file[0] ? m->file : NULL);
	json_steps(m, out);
	json_nfs(&m->nfs, out);
	sink_list(out, "findings");
	for (uint32_t i = 0; i < m->found.n; i++)
		report_json_finding(NULL, &m->found.finding[i], out);
	sink_close(out);
	sink_close(out);
}

static void json_notes(const struct audit *a, const struct sink *out)
{
	char buf[AUDIT_NOTE_WORDS];
	struct text t = text_init(buf, sizeof(buf));

	sink_list(out, "notes");
	for (unsigned i = 0; i < AUDIT_NOTES; i++) {
		if (!(a->notes & 1u << i))
			continue;
		text_clear(&t);
		audit_note_words(a, (enum audit_note)i, &t);
		sink_object(out, NULL);
		sink_text(out, "note", audit_note_key((enum audit_note)i));
		sink_text(out, "words", buf);
		sink_close(out);
	}
	sink_close(out);
}

void audit_json(const struct audit *a, const struct sink *out)
{
	sink_object(out, NULL);
	sink_text(out, "schema", "bootscope-audit/1");
	sink_text(out, "interface", a->interface);
	sink_time(out, "began", a->began_ns);
	sink_time(out, "ended", a->ended_ns);
	sink_text(out, "verdict", audit_verdict_key(audit_fails(a) ? AUDIT_FAIL : AUDIT_PASS));
	sink_bool(out, "no_request", a->no_request);
	sink_bool(out, "patient", a->patient);
	sink_text(out, "cut_short", audit_cut_key(a->cut));
	sink_bool(out, "lease_kept", a->lease_kept);
	json_notes(a, out);
	sink_list(out, "servers");
	for (uint32_t i = 0; i < a->n_servers; i++)
		json_server(a, &a->server[i], out);
	sink_close(out);
	sink_list(out, "profiles");
	for (uint32_t i = 0; i < a->n_models; i++)
		json_model(&a->model[i], out);
	sink_close(out);
	sink_close(out);
}
