/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model.h"

static void copy(char *to, uint32_t room, struct bytes v)
{
	uint32_t n = v.n < room ? v.n : room - 1;

	if (n)
		memcpy(to, v.p, n);
	to[n] = 0;
}

static void forget(struct scope *s, struct address server)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n_exports; i++)
		if (!address_equal(s->exports[i].server, server))
			s->exports[n++] = s->exports[i];
	s->n_exports = n;
}

/* A path that is cut would be taken for another one: such a row, and such a list, is not whole. */
static bool keep(struct scope *s, const struct packet *p, const struct rpc_export *row)
{
	struct export_seen *e;

	if (s->n_exports == CAP_EXPORTS || row->path.n >= sizeof e->path) {
		s->counts.details_dropped++;
		return false;
	}
	e = &s->exports[s->n_exports++];
	e->server = p->ip.src;
	e->frame = p->number;
	e->groups = row->groups;
	copy(e->group, sizeof e->group, row->group);
	copy(e->path, sizeof e->path, row->path);
	return true;
}

void exports_packet(struct scope *s, const struct packet *p)
{
	const struct rpc *m = &p->u.rpc;
	struct server *v = server_played(s, p->ip.src, ROLE_MOUNTD, p);

	if (!v || m->denied || m->accept != RPC_SUCCESS)
		return;
	forget(s, p->ip.src);
	v->exports_frame = p->number;
	v->exports_whole = !p->err && m->n_exports == m->exports_total;
	for (uint32_t i = 0; i < m->n_exports; i++)
		if (!keep(s, p, &m->exports[i]))
			v->exports_whole = false;
}

uint32_t scope_exports(const struct scope *s)
{
	return s->n_exports;
}

const struct export_seen *scope_export(const struct scope *s, uint32_t i)
{
	return i < s->n_exports ? &s->exports[i] : NULL;
}

/* Trailing slashes say nothing. */
static size_t length(const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return n;
}

/* A directory below an export can be mounted as well (exports(5)). */
static bool holds(const char *listed, const char *path)
{
	size_t n = length(listed);

	if (n == 1 && listed[0] == '/')
		return path[0] == '/';
	return strncmp(listed, path, n) == 0 && (path[n] == 0 || path[n] == '/');
}

enum export_listed scope_export_listed(const struct scope *s, struct address server,
				       const char *path)
{
	const struct server *v = scope_server_by_address(s, server);

	for (uint32_t i = 0; i < s->n_exports; i++)
		if (address_equal(s->exports[i].server, server) && holds(s->exports[i].path, path))
			return EXPORT_LISTED;
	return v && v->exports_frame && v->exports_whole ? EXPORT_NOT_LISTED : EXPORTS_UNKNOWN;
}
