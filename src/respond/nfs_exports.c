/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_exports.h"

#include <string.h>

#include "hash.h"

const struct nfs_export *exports_find(const struct nfs_exports *e, uint16_t id)
{
	for (uint32_t i = 0; i < e->n; i++) {
		if (e->export[i].id == id)
			return &e->export[i];
	}
	return NULL;
}

const struct export_client *exports_client(const struct nfs_export *x, uint32_t ip)
{
	const struct export_client *best = NULL;

	for (uint32_t i = 0; i < x->n_clients; i++) {
		const struct export_client *c = &x->client[i];

		/* a longer mask is a greater number */
		if ((ip & c->mask) == c->net && (!best || c->mask > best->mask))
			best = c;
	}
	return best;
}

/* The next component, past slashes and "."; empty: there is none. */
static struct bytes component(struct bytes *path)
{
	struct bytes c;

	do {
		while (path->n && path->p[0] == '/') {
			path->p++;
			path->n--;
		}
		c = bytes_of(path->p, 0);
		while (path->n && path->p[0] != '/') {
			path->p++;
			path->n--;
			c.n++;
		}
	} while (c.n == 1 && c.p[0] == '.');
	return c;
}

bool exports_below(const char *top, struct bytes path, struct bytes *rest)
{
	struct bytes of = bytes_str(top), want, here;

	for (want = component(&of); want.n; want = component(&of))
		if (!bytes_equal(component(&path), want))
			return false;
	here = component(&path);
	*rest = bytes_of(here.p, here.n + path.n);
	return true;
}

/* The longest leaves the shortest rest. */
const struct nfs_export *exports_path(const struct nfs_exports *e, struct bytes path,
				      struct bytes *rest)
{
	const struct nfs_export *best = NULL;
	struct bytes left;

	*rest = bytes_of(NULL, 0);
	if (!path.n || path.p[0] != '/')
		return NULL;
	for (uint32_t i = 0; i < e->n; i++) {
		if (!exports_below(e->export[i].path, path, &left) || (best && left.n >= rest->n))
			continue;
		best = &e->export[i];
		*rest = left;
	}
	return best;
}

/* setfsuid(2) and setgroups(2) take all ones for no change, or refuse it. */
static uint32_t squashed(uint32_t id, uint32_t anon, uint8_t squash)
{
	return id == UINT32_MAX || (id == 0 && squash != SQUASH_NONE) ? anon : id;
}

void exports_squash(const struct export_client *c, struct nfs_caller *who)
{
	who->sync = c->sync;
	if (c->squash == SQUASH_ALL) {
		who->uid = c->anon_uid;
		who->gid = c->anon_gid;
		who->n_groups = 0;
		return;
	}
	who->uid = squashed(who->uid, c->anon_uid, c->squash);
	who->gid = squashed(who->gid, c->anon_gid, c->squash);
	for (uint32_t i = 0; i < who->n_groups; i++)
		who->group[i] = squashed(who->group[i], c->anon_gid, c->squash);
}

/* Of the path, so that handles outlive a restart and changes of other exports; of two paths with
 * the same number the later has the next. */
void exports_number(struct nfs_exports *e)
{
	uint32_t n = e->n;

	for (e->n = 0; e->n < n; e->n++) {
		struct nfs_export *x = &e->export[e->n];

		x->id = (uint16_t)hash_bytes(0, bytes_str(x->path));
		while (exports_find(e, x->id))
			x->id++;
	}
}
