/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model.h"
#include "nfs_ops.h"

/*
 * Version 4 has no MNT: the client looks the export's path up from the server's root on, a
 * component a COMPOUND, with ACCESS on each directory in between (RFC 8881 16.4;
 * fs/nfs/nfs4super.c). That walk is its mount.
 */

enum { V4_DENIED_WRONGSEC = 10016, V4_MINOR_VERS_MISMATCH = 10021 };

static struct mount *find(const struct boot *b, const struct nfs_use *n)
{
	struct mount *t = b->mounts;

	while (t && (t->version != 4 || !address_equal(t->server, n->server)))
		t = t->next;
	return t;
}

static struct mount *begin(struct boot *b, const struct nfs_use *n, const struct call *call)
{
	struct mount *t, **at = &b->mounts;

	while (*at)
		at = &(*at)->next;
	if (b->n_mounts >= CAP_MOUNTS || !(t = boot_get(b, sizeof *t)))
		return NULL;
	*at = t;
	b->n_mounts++;
	t->server = n->server;
	t->version = 4;
	t->minor = call->minor;
	t->tcp = n->tcp;
	t->first_frame = call->frame;
	t->first_ns = call->time_ns;
	t->server_port = call->server_port;
	t->source_port = call->client_port;
	t->walk = boot_get(b, CAP_PATH + 1);
	t->path = t->walk ? t->walk : "";
	return t;
}

/* One component further down. What failed is asked for again (NFS4ERR_DELAY) or was the last. */
static void step(struct mount *t, const char *name)
{
	size_t n = t->walk ? strlen(t->walk) : CAP_PATH, add = strlen(name);

	while (t->walk && t->status && n && t->walk[--n] != '/')
		;
	if (!add || n + 1 + add > CAP_PATH)
		return;
	t->walk[n] = '/';
	memcpy(t->walk + n + 1, name, add + 1);
}

/* The path that the command line has; p NULL: none was seen, or one with the %s that the kernel
 * fills in (nfsroot.rst). */
static struct bytes told(const struct boot *b)
{
	struct bytes path = bytes_of(NULL, 0);
	struct cmdline line;

	for (const struct kept *k = b->kept; k; k = k->next)
		if (kept_cmdline(k, &line) && line.nfs_path.n)
			path = line.nfs_path;
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return bytes_find(path, bytes_str("%")) < path.n ? bytes_of(NULL, 0) : path;
}

/* Is there a way to go still? What was told decides; else the first ACCESS below the server's root
 * is taken for the end, which with a path of several components is early. */
static bool arrived(const struct boot *b, const struct mount *t)
{
	struct bytes path = told(b);
	size_t n = strlen(t->path);

	if (!path.p)
		return n != 0;
	return n >= path.n || memcmp(t->path, path.p, n) != 0;
}

static enum mount_outcome outcome(const struct rpc *m)
{
	if (m->denied)
		return MOUNT_DENIED;
	switch (m->status) {
	case 0:
		return MOUNT_OK;
	case ERR_NOENT_N:
		return MOUNT_NO_SUCH_EXPORT;
	case ERR_PERM_N:
	case ERR_ACCES_N:
	case V4_DENIED_WRONGSEC:
		return MOUNT_DENIED;
	case V4_MINOR_VERS_MISMATCH:
		return MOUNT_VERSION_REFUSED;
	default:
		return MOUNT_FAILED;
	}
}

void nfs4_walk(struct boot *b, struct nfs_use *n, const struct packet *p, const struct call *call)
{
	const struct rpc *m = &p->u.rpc;
	bool first = op_find(m, O_PUTROOTFH) != NULL, lookup = op_find(m, O_LOOKUP) != NULL;
	struct mount *t = find(b, n);

	if (n->reads || !(first || lookup) || (!t && !(t = begin(b, n, call))))
		return;
	if (first) {
		t->at_root = false;
		if (t->walk) {
			t->walk[0] = 0;
			t->path = t->walk;
		}
	}
	if (t->at_root)
		return;
	t->calls++;
	t->answers++;
	if (lookup)
		step(t, call->name);
	t->status = m->status;
	t->outcome = outcome(m);
	if (t->outcome == MOUNT_DENIED && !t->denials++) {
		t->denied_port = call->client_port;
		t->denied_frame = p->number;
	}
	t->last_frame = t->answer_frame = p->number;
	t->last_ns = t->answer_ns = p->time_ns;
}

bool nfs4_at_root(struct boot *b, const struct nfs_use *n, bool opened)
{
	struct mount *t = find(b, n);

	if (!t)
		return true;
	if (!t->at_root)
		t->at_root = opened || arrived(b, t);
	if (t->at_root && !*t->path)
		t->path = "/";
	return t->at_root;
}
