/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <string.h>

#include "advice.h"
#include "audit_mac.h"
#include "compare.h"

static void optional_text(const struct sink *out, const char *key, const char *wire)
{
	if (wire && *wire)
		sink_bytes(out, key, bytes_str(wire));
	else
		sink_null(out, key);
}

static void json_source(const struct scope *s, const struct report_source *source,
			const struct sink *out)
{
	const struct scope_counts *n = scope_counts(s);
	const struct vantage *v = scope_vantage(s);
	struct advice advice;

	sink_object(out, "source");
	sink_list(out, "files");
	for (uint32_t i = 0; i < source->n_files; i++)
		sink_bytes(out, NULL, bytes_str(source->files[i]));
	sink_close(out);
	sink_number(out, "frames", n->frames);
	if (n->frames) {
		sink_time(out, "first", n->first_ns);
		sink_time(out, "last", n->last_ns);
	} else {
		sink_null(out, "first");
		sink_null(out, "last");
	}
	sink_number(out, "cut_frames", v->cut_frames);
	sink_number(out, "dropped", v->dropped);
	if (source->warning)
		sink_bytes(out, "warning", bytes_str(source->warning));
	else
		sink_null(out, "warning");
	if (source->redacted)
		sink_text(out, "redacted", source->redacted);
	sink_close(out);
	sink_object(out, "vantage");
	sink_text(out, "kind", vantage_key(v->kind));
	sink_text(out, "why", v->why);
	advice_of(s, &advice);
	sink_list(out, "see_more");
	for (uint32_t i = 0; i < advice.n; i++)
		sink_text(out, NULL, advice.line[i]);
	sink_close(out);
	sink_close(out);
}

static void json_stages(const struct boot *b, const struct sink *out)
{
	sink_list(out, "stages");
	for (int i = 0; i < STAGES; i++) {
		if (!b->stage_frame[i])
			continue;
		sink_object(out, NULL);
		sink_text(out, "stage", stage_key((enum stage)i));
		sink_time(out, "time", b->stage_ns[i]);
		sink_number(out, "frame", b->stage_frame[i]);
		sink_close(out);
	}
	sink_close(out);
}

static void json_transfer(const struct transfer *t, const struct sink *out)
{
	sink_object(out, NULL);
	sink_bytes(out, "file", transfer_name(t));
	sink_text(out, "protocol", t->kind == TRANSFER_HTTP ? "http" : "tftp");
	sink_address(out, "server", t->server);
	sink_text(out, "outcome", transfer_outcome_key((enum transfer_outcome)t->outcome));
	sink_number(out, "bytes", t->bytes);
	if (t->has_size)
		sink_number(out, "size", t->size);
	else
		sink_null(out, "size");
	sink_number(out, "blksize", t->blksize);
	sink_number(out, "windowsize", t->windowsize);
	sink_number(out, "retransmissions", transfer_retransmissions(t));
	sink_number(out, "duplicates", t->duplicates);
	sink_number(out, "gaps", t->gaps);
	sink_decimal(out, "seconds",
		     t->last_ns > t->first_ns ? (t->last_ns - t->first_ns) / 1000 : 0, 6);
	if (t->has_error) {
		sink_object(out, "error");
		sink_number(out, "code", t->error_code);
		optional_text(out, "text", t->error);
		sink_text(out, "by", t->error_by_client ? "client" : "server");
		sink_close(out);
	} else {
		sink_null(out, "error");
	}
	sink_number(out, "frame", t->first_frame);
	sink_close(out);
}

static void json_mount(const struct mount *m, const struct sink *out)
{
	sink_object(out, NULL);
	sink_address(out, "server", m->server);
	sink_number(out, "version", m->version);
	sink_text(out, "transport", m->tcp ? "tcp" : "udp");
	optional_text(out, "export", m->path);
	sink_text(out, "outcome", mount_outcome_key(m->outcome));
	sink_number(out, "status_code", m->status);
	sink_number(out, "frame", m->first_frame);
	sink_close(out);
}

static void json_nfs_work(const struct nfs_use *n, const struct sink *out)
{
	const struct work_op *o;
	const struct work_file *f;

	sink_list(out, "operations");
	for (uint32_t i = 0; n->work && (o = nfs_work_op(n->work, i)) != NULL; i++) {
		sink_object(out, NULL);
		sink_text(out, "name", nfs_use_op_name(n, o->op));
		sink_number(out, "count", o->count);
		sink_number(out, "mean_us", o->timed ? o->sum_ns / o->timed / 1000 : 0);
		sink_number(out, "max_us", o->max_us);
		sink_close(out);
	}
	sink_close(out);
	sink_list(out, "last_files");
	for (uint32_t i = 0; n->work && (f = nfs_work_file(n->work, i)) != NULL; i++) {
		sink_object(out, NULL);
		sink_bytes(out, "path", bytes_str(f->path));
		sink_bool(out, "whole", f->whole);
		sink_text(out, "operation", nfs_use_op_name(n, f->op));
		sink_text(out, "status", f->status ? nfs_use_status(n, f->status) : NULL);
		sink_number(out, "frame", f->frame);
		sink_close(out);
	}
	sink_close(out);
}

static void json_nfs_errors(const struct nfs_use *n, const struct sink *out)
{
	sink_list(out, "error_kinds");
	for (const struct nfs_error *e = n->first_error; e; e = e->next) {
		sink_object(out, NULL);
		sink_text(out, "status",
			  rpc_status_name((enum rpc_status_kind)e->status_kind, e->status));
		sink_number(out, "status_code", e->status);
		sink_text(out, "operation", nfs_use_op_name(n, e->proc));
		sink_number(out, "count", e->count);
		optional_text(out, "file", e->name);
		sink_number(out, "frame", e->frame);
		sink_close(out);
	}
	sink_close(out);
}

static void json_nfs(const struct boot *b, const struct nfs_use *n, const struct sink *out)
{
	const struct mount *m = nfs_use_mount(b, n);

	sink_object(out, NULL);
	sink_address(out, "server", n->server);
	sink_number(out, "version", n->version);
	sink_number(out, "minor", n->minor);
	sink_text(out, "transport", n->tcp ? "tcp" : "udp");
	optional_text(out, "export", m ? m->path : NULL);
	sink_number(out, "calls", n->calls);
	sink_number(out, "replies", n->replies);
	sink_number(out, "errors", n->errors);
	sink_number(out, "retransmissions", n->retransmissions);
	sink_number(out, "read_bytes", n->read_bytes);
	sink_number(out, "write_bytes", n->write_bytes);
	sink_number(out, "read_size", n->read_size);
	sink_number(out, "write_size", n->write_size);
	sink_number(out, "latency_us", n->latencies ? n->latency_sum_ns / n->latencies / 1000 : 0);
	sink_number(out, "latency_max_us", n->latency_max_ns / 1000);
	sink_number(out, "peak_per_second", n->work ? n->work->peak : 0);
	json_nfs_work(n, out);
	json_nfs_errors(n, out);
	sink_close(out);
}

void report_json_finding(const char *key, const struct finding *f, const struct sink *out)
{
	char buf[2048];
	struct text t = text_init(buf, sizeof(buf));

	sink_object(out, key);
	sink_text(out, "id", findings[f->id].id);
	sink_text(out, "severity", severity_key(findings[f->id].severity));
	sink_text(out, "confidence", confidence_key(f->confidence));
	sink_bool(out, "cause", f->cause);
	sink_text(out, "title", findings[f->id].title);
	finding_message(f, &t);
	sink_text(out, "message", buf);
	text_clear(&t);
	finding_expand(f, findings[f->id].fix, &t);
	sink_text(out, "advice", buf);
	sink_list(out, "evidence");
	for (uint32_t i = 0; i < f->n_evidence; i++) {
		sink_object(out, NULL);
		sink_number(out, "frame", f->evidence[i].frame);
		sink_text(out, "note", f->evidence[i].note);
		sink_close(out);
	}
	sink_close(out);
	sink_list(out, "fixes");
	for (int d = 0; d < DIALECTS; d++) {
		text_clear(&t);
		if (!finding_fix(f, (enum dialect)d, &t))
			continue;
		sink_object(out, NULL);
		sink_text(out, "for", dialect_keys[d]);
		sink_text(out, "text", buf);
		sink_close(out);
	}
	sink_close(out);
	sink_close(out);
}

static void json_boot(const struct scope *s, const struct client *c, const struct boot *b,
		      const struct sink *out)
{
	struct diagnosis d;
	char buf[600];
	struct text words = text_init(buf, sizeof(buf));

	diagnose_boot(s, c, b, &d);
	sink_object(out, NULL);
	sink_time(out, "started", b->started_ns);
	sink_number(out, "attempt", b->attempt);
	sink_text(out, "stage", stage_key(b->stage));
	sink_text(out, "outcome", outcome_key(b->outcome));
	sink_number(out, "attempts_here", compare_attempts(c, b));
	sink_text(out, "comparison", compare_text(s, c, b, &words) ? buf : NULL);
	json_stages(b, out);
	sink_list(out, "transfers");
	for (const struct transfer *t = b->transfers; t; t = t->next)
		json_transfer(t, out);
	sink_close(out);
	sink_list(out, "mounts");
	for (const struct mount *m = mount_told(b->mounts); m; m = mount_told(m->next))
		json_mount(m, out);
	sink_close(out);
	sink_list(out, "nfs");
	for (const struct nfs_use *n = b->nfs; n; n = n->next)
		json_nfs(b, n, out);
	sink_close(out);
	sink_list(out, "findings");
	for (uint32_t i = 0; i < d.n; i++)
		report_json_finding(NULL, &d.finding[i], out);
	sink_close(out);
	sink_close(out);
}

void report_json_client(const struct client *c, const struct sink *out)
{
	char buf[16];
	struct text t = text_init(buf, sizeof(buf));

	sink_mac(out, "mac", c->mac);
	if (c->n_addresses)
		sink_address(out, "ip", c->address[0]);
	else
		sink_null(out, "ip");
	optional_text(out, "hostname", c->hostname);
	text_fmt(&t, "%08x", c->serial);
	sink_text(out, "serial", c->has_serial ? buf : NULL);
	sink_text(out, "family", family_key(c->family));
	sink_text(out, "model", client_model(c));
}

static void json_client(const struct scope *s, const struct client *c, const struct sink *out)
{
	char buf[16];
	struct text t = text_init(buf, sizeof(buf));

	sink_object(out, NULL);
	report_json_client(c, out);
	sink_text(out, "known_by", known_by_text(c->known_by));
	text_fmt(&t, "%x", c->revision);
	sink_text(out, "board_revision", c->revision ? buf : NULL);
	if (c->arch != UINT16_MAX)
		sink_number(out, "arch", c->arch);
	else
		sink_null(out, "arch");
	if (mac_of_audit(c->mac))
		sink_bool(out, "audit", true);
	sink_list(out, "boots");
	for (uint32_t i = 0; i < client_boots(c); i++)
		json_boot(s, c, client_boot(c, i), out);
	sink_close(out);
	sink_close(out);
}

void report_json_server(struct address ip, struct mac mac, uint32_t roles, const struct sink *out)
{
	sink_address(out, "ip", ip);
	if (mac_none(mac))
		sink_null(out, "mac");
	else
		sink_mac(out, "mac", mac);
	sink_list(out, "roles");
	for (uint32_t i = 0; i < SERVER_ROLES; i++)
		if (roles & 1u << i)
			sink_text(out, NULL, server_role_key(i));
	sink_close(out);
}

static void json_exports(const struct scope *s, const struct server *v, const struct sink *out)
{
	sink_list(out, "exports");
	for (uint32_t i = 0; i < scope_exports(s); i++) {
		const struct export_seen *e = scope_export(s, i);

		if (!address_equal(e->server, v->ip))
			continue;
		sink_object(out, NULL);
		sink_bytes(out, "path", bytes_str(e->path));
		sink_number(out, "groups", e->groups);
		if (e->groups)
			sink_bytes(out, "group", bytes_str(e->group));
		sink_close(out);
	}
	sink_close(out);
}

static void json_server(const struct scope *s, const struct server *v, const struct sink *out)
{
	sink_object(out, NULL);
	report_json_server(v->ip, v->mac, v->roles, out);
	sink_number(out, "offers", v->offers);
	sink_number(out, "proxy_offers", v->proxy_offers);
	sink_number(out, "acks", v->acks);
	sink_number(out, "naks", v->naks);
	sink_number(out, "tftp_requests", v->tftp_requests);
	sink_number(out, "tftp_errors", v->tftp_errors);
	sink_number(out, "rpc_calls", v->rpc_calls);
	sink_number(out, "rpc_replies", v->rpc_replies);
	if (v->exports_frame)
		json_exports(s, v, out);
	sink_close(out);
}

void report_json(const struct scope *s, const struct report_source *source, const struct sink *out)
{
	sink_object(out, NULL);
	sink_text(out, "schema", "bootscope/1");
	json_source(s, source, out);
	sink_list(out, "clients");
	for (uint32_t i = 0; i < scope_clients(s); i++)
		json_client(s, scope_client(s, i), out);
	sink_close(out);
	sink_list(out, "servers");
	for (uint32_t i = 0; i < scope_servers(s); i++)
		if (scope_server(s, i)->roles)
			json_server(s, scope_server(s, i), out);
	sink_close(out);
	/* none of the rules so far speaks of the network as a whole */
	sink_list(out, "findings");
	sink_close(out);
	sink_close(out);
}
