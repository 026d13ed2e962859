/* SPDX-License-Identifier: BSD-2-Clause */
/* Exports: sections of their own, and the roots of [nfs]. */
#include <string.h>

#include "settings_form.h"

enum { PATH_MOST = 255 };

static const char state[] = "/var/lib/bootscope/nfs";

/* Without the slashes at its end; "/" stays. */
static struct bytes without_end(struct bytes v)
{
	while (v.n > 1 && v.p[v.n - 1] == '/')
		v.n--;
	return v;
}

/* From the root on, one slash between names, and none of them a way up; no blank, for it stands on
 * kernel command lines. */
static bool is_path(struct bytes v)
{
	uint32_t from = 1;

	if (!v.n || v.p[0] != '/' || v.n > PATH_MOST || !settings_printable(v) ||
	    memchr(v.p, ' ', v.n))
		return false;
	for (uint32_t i = 1; v.n > 1 && i <= v.n; i++) {
		if (i < v.n && v.p[i] != '/')
			continue;
		if (i == from || bytes_is(bytes_of(v.p + from, i - from), ".") ||
		    bytes_is(bytes_of(v.p + from, i - from), ".."))
			return false;
		from = i + 1;
	}
	return true;
}

bool settings_export(struct settings *s, uint32_t line, struct bytes path, struct bytes root)
{
	struct serve_config *c = s->config;
	struct nfs_export *x = &c->exports.export[c->exports.n];
	struct settings_words w;

	settings_words(&w);
	path = without_end(path);
	if (!is_path(path)) {
		text_str(&w.t, "an export is a path from the root on, without blanks, such as "
			       "/srv/nfs, not ");
		settings_quote(&w, path);
		settings_tell(s, line, &w);
		return false;
	}
	for (uint32_t i = 0; i < c->exports.n; i++) {
		if (!bytes_is(path, c->exports.export[i].path))
			continue;
		text_fmt(&w.t, "there is an export %s", c->exports.export[i].path);
		if (c->export_said[i].line)
			text_fmt(&w.t, " in line %u", c->export_said[i].line);
		text_str(&w.t, " already");
		settings_tell(s, line, &w);
		return false;
	}
	if (c->exports.n == EXPORTS_MAX) {
		text_fmt(&w.t, "there is room for %d exports", EXPORTS_MAX);
		settings_tell(s, line, &w);
		return false;
	}
	memset(x, 0, sizeof(*x));
	x->path = (const char *)settings_keep(c, path).p;
	x->root = root.n ? (const char *)settings_keep(c, root).p : x->path;
	if (!x->path || !x->root) {
		settings_fault(s, line, "there is no room for more of these");
		return false;
	}
	c->export_said[c->exports.n++] = (struct export_said) { line, false };
	return true;
}

/* "DIR[:/EXPORT]"; the last ":/" counts. */
enum form_result form_nfs_root(struct settings *s, struct bytes v)
{
	struct bytes root = v, path = v;

	for (uint32_t i = 1; i + 1 < v.n; i++) {
		if (v.p[i] != ':' || v.p[i + 1] != '/')
			continue;
		root = bytes_of(v.p, i);
		path = bytes_of(v.p + i + 1, v.n - i - 1);
	}
	if (!v.n || root.n > 1023 || !settings_printable(v))
		return FORM_BAD;
	return settings_export(s, s->line, path, root) ? FORM_FINE : FORM_TOLD;
}

enum form_result form_clients(struct settings *s, struct nfs_export *x, struct bytes v)
{
	struct settings_words w;

	if (!v.n || !settings_printable(v))
		return FORM_BAD;
	settings_words(&w);
	if (exports_clients_parse(v, x, &w.t))
		return FORM_FINE;
	settings_tell(s, s->line, &w);
	return FORM_TOLD;
}

void form_own(struct settings *s, struct nfs_export *x)
{
	s->config->export_said[x - s->config->exports.export].own = true;
}

/* A root file system belongs to root: without no_root_squash it mounts, and then nothing of it
 * starts (facts 5.3). */
bool settings_exports_network(struct serve_config *c, uint32_t address, uint32_t mask)
{
	struct text nothing;
	char none[4];

	for (uint32_t i = 0; i < c->exports.n; i++) {
		struct nfs_export *x = &c->exports.export[i];

		if (x->n_clients)
			continue;
		if (!address)
			return false;
		nothing = text_init(none, sizeof(none));
		exports_clients_parse(bytes_str("*(rw,no_root_squash)"), x, &nothing);
		x->client[0].net = address & mask;
		x->client[0].mask = mask;
	}
	return true;
}

void settings_exports_end(struct settings *s, uint32_t address, uint32_t mask)
{
	struct serve_config *c = s->config;

	c->nfs.on = c->exports.n != 0;
	if (!c->nfs.state)
		c->nfs.state = state;
	if (c->nfs.on && c->nfs.port == c->nfs.mount_port)
		settings_fault(s, 0, "NFS and MOUNT have one port: mount-port = 20048 in [nfs]");
	for (uint32_t i = 0; i < c->exports.n; i++) {
		struct nfs_export *x = &c->exports.export[i];

		if (!c->export_said[i].own)
			x->own_folders = c->every.own_folders;
		if (x->n_clients)
			continue;
		x->n_clients = c->every.n_clients;
		memcpy(x->client, c->every.client, sizeof(x->client));
	}
	exports_number(&c->exports);
	settings_exports_network(c, address, mask);
}
