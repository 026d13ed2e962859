/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_mount_walk.h"

#include <string.h>

#include "text.h"

enum {
	LINKS_MAX = 8,
	AGAIN = UINT32_MAX, /* no status: a link was put in, begin anew */
};

struct walk {
	const struct nfs_server *s;
	const struct nfs_export *x;
	const char *why; /* static */
	uint32_t n, links;
	char path[NFS_PATH_MAX]; /* below the export */
};

static const struct nfs_caller root; /* all zero */

struct bytes mount_path_clean(struct bytes path, char out[NFS_MOUNTS_PATH])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < path.n; i++) {
		if (path.p[i] == '/' && n && out[n - 1] == '/')
			continue;
		if (n == NFS_MOUNTS_PATH)
			return bytes_of(out, 0);
		out[n++] = (char)path.p[i];
	}
	return bytes_of(out, n > 1 && out[n - 1] == '/' ? n - 1 : n);
}

static bool add(struct walk *w, struct bytes part)
{
	if (part.n >= sizeof(w->path) - w->n)
		return false;
	if (part.n)
		memcpy(w->path + w->n, part.p, part.n);
	w->n += part.n;
	w->path[w->n++] = '/';
	return true;
}

/* The link at w->path[from..to) by its text. */
static uint32_t splice(struct walk *w, const struct nfs_file *link, uint32_t from, uint32_t to)
{
	const struct nfs_fs *fs = &w->s->fs;
	char rest[NFS_PATH_MAX], said[NFS_PATH_MAX];
	uint32_t n_rest = w->n - to, n;
	struct nfs_attr attr = { 0 };
	struct bytes text;
	int status = fs->readlink(fs->ctx, &root, link, said, &n, &attr);

	if (status)
		return (uint32_t)status;
	if (w->links++ == LINKS_MAX) {
		w->why = "its symbolic links lead in a circle";
		return NFS_IO;
	}
	text = bytes_of(said, n);
	if (n && said[0] == '/') {
		from = 0;
		if (!exports_below(w->x->root, text, &text)) {
			w->why = "a symbolic link leads out of the export";
			return NFS_ACCES;
		}
	}
	memcpy(rest, w->path + to, n_rest);
	w->n = from;
	return add(w, text) && add(w, bytes_of(rest, n_rest)) ? (uint32_t)AGAIN : NFS_NAMETOOLONG;
}

/* One component, w->path[from..to), of the folder at. */
static uint32_t step(struct walk *w, struct nfs_file *at, uint32_t from, uint32_t to)
{
	const struct nfs_fs *fs = &w->s->fs;
	struct bytes name = bytes_of(w->path + from, to - from);
	struct nfs_attr attr = { 0 }, dir = { 0 };
	struct nfs_file next;
	int status;

	if (name.n > NFS_NAME_MAX)
		return NFS_NAMETOOLONG;
	status = fs->lookup(fs->ctx, &root, at, name, &next, &attr, &dir);
	if (!status && attr.type == NFS_NONE)
		status = fs->getattr(fs->ctx, &next, &attr);
	if (status)
		return (uint32_t)status;
	if (attr.type == NFS_LNK)
		return splice(w, &next, from, to);
	*at = next;
	return attr.type == NFS_DIR ? NFS_OK : NFS_NOTDIR;
}

static uint32_t from_the_top(struct walk *w, struct nfs_file *at)
{
	const struct nfs_fs *fs = &w->s->fs;
	struct nfs_attr attr = { 0 };
	int status = fs->root(fs->ctx, w->x->id, at);

	if (!status)
		status = fs->getattr(fs->ctx, at, &attr);
	if (status)
		return (uint32_t)status;
	if (attr.type != NFS_DIR)
		return NFS_NOTDIR;
	for (uint32_t from = 0, to; from < w->n; from = to) {
		uint32_t r;

		while (from < w->n && w->path[from] == '/')
			from++;
		for (to = from; to < w->n && w->path[to] != '/';)
			to++;
		if (to == from)
			break;
		r = step(w, at, from, to);
		if (r)
			return r;
	}
	return NFS_OK;
}

static uint32_t below(struct walk *w, struct bytes folder, struct bytes path, struct nfs_file *top)
{
	uint32_t status = AGAIN;

	w->n = w->links = 0;
	w->why = NULL;
	if ((folder.n && !add(w, folder)) || !add(w, path))
		return NFS_NAMETOOLONG;
	while (status == AGAIN)
		status = from_the_top(w, top);
	return status;
}

/* In a folder that is this client's own. */
static bool in_own(struct walk *w, const struct rpc_call *c, struct bytes path,
		   char own[BOOT_FOLDER_MAX], struct nfs_file *top)
{
	const struct nfs_shared *shared = w->s->shared;
	char folder[BOOT_FOLDERS_MAX][BOOT_FOLDER_MAX];
	struct boot_path_who who = { 0 };
	uint32_t n;

	if (shared->who)
		shared->who(shared->ctx, c->peer.ip, &who);
	if (address_none(who.ip))
		who.ip = address_ip4(c->peer.ip);
	n = boot_path_folders(&who, folder);
	for (uint32_t i = 0; i < n; i++) {
		if (below(w, bytes_str(folder[i]), path, top))
			continue;
		memcpy(own, folder[i], BOOT_FOLDER_MAX);
		return true;
	}
	return false;
}

/* Bytes of a folder named by a board (its serial, its MAC) that the path begins with, and the slash
 * behind it; 0: there is none. */
static uint32_t names_board(struct bytes path)
{
	char first[BOOT_FOLDER_MAX];
	struct boot_path_who who = { 0 };
	uint32_t n = 0;

	while (n < path.n && n < sizeof(first) - 2 && path.p[n] != '/') {
		first[n] = (char)path.p[n];
		n++;
	}
	first[n] = '/';
	first[n + 1] = 0;
	if (boot_path_board(first, &who) != n)
		return 0;
	return n && n < path.n ? n + 1 : n;
}

static const char *reason(uint32_t status)
{
	switch (status) {
	case NFS_NOENT:
		return "there is no such folder in that export";
	case NFS_NOTDIR:
		return "it is no folder";
	case NFS_NAMETOOLONG:
		return "the path is too long";
	case NFS_INVAL:
		return "there is a zero in the path";
	case NFS_ACCES:
	case NFS_PERM:
		return "this server may not look into that folder: it does not run as root";
	default:
		return "the folder that is exported cannot be read";
	}
}

uint32_t mount_walk(const struct nfs_server *s, const struct rpc_call *c,
		    const struct nfs_export *x, struct bytes path, char own[BOOT_FOLDER_MAX],
		    struct nfs_file *top, const char **why)
{
	struct walk w = { .s = s, .x = x };
	uint32_t status = NFS_INVAL, board;

	*own = 0;
	if (!path.n || !memchr(path.p, 0, path.n)) {
		if (x->own_folders && in_own(&w, c, path, own, top))
			return NFS_OK;
		status = below(&w, bytes_of(NULL, 0), path, top);
		board = status == NFS_NOENT && x->own_folders ? names_board(path) : 0;
		/* as TFTP has it: what a board has not of its own is the one for all */
		if (board)
			status = below(&w, bytes_of(NULL, 0),
				       bytes_of(path.p + board, path.n - board), top);
	}
	if (status)
		*why = w.why ? w.why : reason(status);
	return status;
}
