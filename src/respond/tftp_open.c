/* SPDX-License-Identifier: BSD-2-Clause */
/* Which file a request means: it depends on who asks. */
#include <string.h>

#include "hash.h"
#include "tftp_transfer.h"

/* ---- who asks ---- */

/* A board names its serial in front of most files, and drops it where that folder has none. */
static void remember(struct tftp_server *s, struct boot_path_who *who)
{
	struct tftp_board *b =
		&s->boards[hash_three(s->seed, who->ip.hi, who->ip.lo) % TFTP_BOARDS];

	if (who->has_serial) {
		*b = (struct tftp_board) { who->ip, who->mac, who->serial };
	} else if (!address_none(b->ip) && address_equal(b->ip, who->ip) &&
		   mac_equal(b->mac, who->mac)) {
		who->serial = b->serial;
		who->has_serial = true;
	}
}

static void learn(struct tftp_server *s, struct tftp_transfer *t, const char *path)
{
	t->who.ip = t->peer.ip;
	t->who.local = t->peer.local;
	if (s->out.who)
		s->out.who(s->out.ctx, &t->peer, &t->who);
	boot_path_board(path, &t->who);
	remember(s, &t->who);
}

/* ---- where it is ---- */

static int open_path(struct tftp_server *s, struct tftp_transfer *t, const char *path)
{
	memcpy(t->path, path, strlen(path) + 1);
	return s->store.open(s->store.ctx, path, &t->handle, &t->size);
}

/* The folder that is all this client sees: the first of its own that is there. */
static bool own_root(struct tftp_server *s, struct tftp_transfer *t,
		     char folder[BOOT_FOLDERS_MAX][BOOT_FOLDER_MAX], uint32_t *which)
{
	uint32_t n = boot_path_folders(&t->who, folder);

	for (*which = 0; *which < n; ++*which) {
		int r = open_path(s, t, folder[*which]);

		if (r == STORE_FOLDER)
			return true;
		if (!r)
			s->store.close(s->store.ctx, t->handle, 1);
	}
	return false;
}

int tftp_open_asked(struct tftp_server *s, struct tftp_transfer *t, const char *path)
{
	char places[BOOT_PATHS_MAX][BOOT_PATH_MAX], folder[BOOT_FOLDERS_MAX][BOOT_FOLDER_MAX];
	uint32_t n, own;
	int r = STORE_MISSING;

	learn(s, t, path);
	if (s->limits.own_only && own_root(s, t, folder, &own))
		n = boot_path_below(folder[own], path, places);
	else
		n = boot_path_places(path, &t->who, s->limits.own_folders && !s->limits.own_only,
				     places);
	for (uint32_t i = 0; i < n && r == STORE_MISSING; i++)
		r = open_path(s, t, places[i]);
	if (r != STORE_MISSING)
		return r;
	memcpy(t->path, path, strlen(path) + 1);
	return s->store.make ? s->store.make(s->store.ctx, path, &t->who, &t->handle, &t->size) : r;
}

int tftp_open_new(struct tftp_server *s, struct tftp_transfer *t, const char *path)
{
	int r = STORE_READ_ONLY;

	if (s->store.create)
		r = s->limits.dry ? 0 : s->store.create(s->store.ctx, path, &t->handle);

	memcpy(t->path, path, strlen(path) + 1);
	return r;
}
