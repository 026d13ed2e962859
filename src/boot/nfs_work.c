/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_work.h"

#include <string.h>

#include "hash.h"

enum {
	DEPTH = 32,          /* of folders, at most: names may be told in circles */
	FOLDER_STAYS = 4096, /* so many uses of others longer than a file */
	RATE_SECONDS = 5
};

#define SECOND UINT64_C(1000000000)

_Static_assert(sizeof(struct nfs_work) <= 4500, "a client's share of memory");

/* ---- how many, how fast ---- */

static uint32_t at_second(const struct nfs_work *w, uint64_t second)
{
	if (second > w->second || w->second - second >= CAP_NFS_SECONDS)
		return 0;
	return w->per_second[second % CAP_NFS_SECONDS];
}

static void count(struct nfs_work *w, uint64_t now)
{
	uint64_t second = now / SECOND;
	uint32_t *n = &w->per_second[second % CAP_NFS_SECONDS];

	if (!w->first_ns)
		w->first_ns = now;
	if (second > w->second) {
		uint64_t gap = second - w->second;

		for (uint64_t i = 0; i < gap && i < CAP_NFS_SECONDS; i++)
			w->per_second[(second - i) % CAP_NFS_SECONDS] = 0;
		w->second = second;
	}
	if (w->second - second >= CAP_NFS_SECONDS)
		return; /* the clock went back */
	*n += *n < UINT32_MAX;
	w->peak = *n > w->peak ? *n : w->peak;
}

static struct work_op *op_of(struct nfs_work *w, uint32_t op)
{
	for (uint32_t i = 0; i < w->n_ops; i++)
		if (w->op[i].op == op)
			return &w->op[i];
	if (w->n_ops == CAP_NFS_OPS)
		return NULL;
	w->op[w->n_ops].op = op;
	return &w->op[w->n_ops++];
}

void nfs_work_answered(struct nfs_work *w, uint32_t op, uint64_t now, uint64_t took_ns)
{
	struct work_op *o = op_of(w, op);
	uint64_t us = took_ns / 1000;

	count(w, now);
	if (!o)
		return;
	o->count++;
	if (took_ns == UINT64_MAX)
		return;
	o->timed++;
	o->sum_ns += took_ns;
	if (us > o->max_us)
		o->max_us = us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

uint32_t nfs_work_rate(const struct nfs_work *w, uint64_t now)
{
	uint64_t second = now / SECOND, from, ms, sum = 0;

	for (uint64_t i = 0; i < RATE_SECONDS && i <= second; i++)
		sum += at_second(w, second - i);
	from = second < RATE_SECONDS ? 0 : (second - RATE_SECONDS + 1) * SECOND;
	from = from < w->first_ns ? w->first_ns : from;
	ms = now > from ? (now - from) / 1000000 : 0;
	sum = sum * 10000 / (ms < 1000 ? 1000 : ms);
	return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

void nfs_work_history(const struct nfs_work *w, uint64_t now, uint32_t out[CAP_NFS_SECONDS])
{
	uint64_t second = now / SECOND;

	for (uint64_t i = 0; i < CAP_NFS_SECONDS; i++)
		out[CAP_NFS_SECONDS - 1 - i] = second >= i ? at_second(w, second - i) : 0;
}

const struct work_op *nfs_work_op(const struct nfs_work *w, uint32_t i)
{
	for (uint32_t k = 0; k < w->n_ops; k++) {
		uint32_t before = 0;

		for (uint32_t j = 0; j < w->n_ops; j++)
			before += w->op[j].count > w->op[k].count ||
				  (j < k && w->op[j].count == w->op[k].count);
		if (before == i)
			return &w->op[k];
	}
	return NULL;
}

/* ---- names ---- */

/* Its place, or CAP_HANDLES. Few enough to look at all of them: no names that are chosen to fall
 * together push others out. */
static uint32_t find(const struct nfs_work *w, uint64_t hash)
{
	uint32_t i = 0;

	while (i < CAP_HANDLES && (w->hash[i] != hash || !hash))
		i++;
	return i;
}

const char *nfs_work_name_of(const struct nfs_work *w, uint64_t hash)
{
	uint32_t i = find(w, hash);

	return i < CAP_HANDLES ? w->handle[i].name : "";
}

static bool is_dots(struct bytes name)
{
	return (name.n == 1 && name.p[0] == '.') ||
	       (name.n == 2 && name.p[0] == '.' && name.p[1] == '.');
}

/* The folders above are in use as well; a file's handle is soon done with, theirs come again. */
static void used(struct nfs_work *w, uint64_t hash, bool folder)
{
	w->clock++;
	for (uint32_t depth = 0, i; depth < DEPTH && (i = find(w, hash)) < CAP_HANDLES; depth++) {
		uint32_t until = w->clock + (folder ? FOLDER_STAYS : 0);

		if (w->used[i] < until)
			w->used[i] = until;
		folder = true;
		hash = w->handle[i].folder;
	}
}

void nfs_work_name(struct nfs_work *w, uint64_t hash, uint64_t folder, struct bytes name)
{
	uint32_t i = find(w, hash);
	struct work_handle *h;

	if (!hash || hash == folder || !name.n || is_dots(name))
		return;
	if (i == CAP_HANDLES) {
		i = 0;
		for (uint32_t k = 1; k < CAP_HANDLES; k++)
			if (w->used[k] < w->used[i])
				i = k;
	}
	h = &w->handle[i];
	if (w->hash[i] != hash)
		w->used[i] = 0;
	w->hash[i] = hash;
	h->folder = folder;
	memset(h->name, 0, sizeof(h->name));
	memcpy(h->name, name.p, name.n < sizeof(h->name) ? name.n : sizeof(h->name) - 1);
	used(w, hash, false);
}

void nfs_work_rename(struct nfs_work *w, uint64_t folder, struct bytes name, uint64_t to_folder,
		     struct bytes to)
{
	uint32_t n = name.n < sizeof(w->handle[0].name) ? name.n : sizeof(w->handle[0].name) - 1;

	for (uint32_t i = 0; i < CAP_HANDLES && n; i++) {
		const struct work_handle *h = &w->handle[i];

		if (w->hash[i] && h->folder == folder && memcmp(h->name, name.p, n) == 0 &&
		    !h->name[n]) {
			nfs_work_name(w, w->hash[i], to_folder, to);
			return;
		}
	}
}

/* Writes a part before what is at at, with a slash between them. What there is no room for is cut
 * at its beginning, and 0 returned. */
static uint32_t before(char *path, uint32_t at, const char *part, uint32_t n)
{
	uint32_t room = at ? at - 1 : 0, held = n < room ? n : room;

	if (!at)
		return 0;
	path[at - 1] = '/';
	memcpy(path + room - held, part + n - held, held);
	return n < room ? room - n : 0;
}

/* The path of an object, or of name in it, from its end on. True: all of it, from the root. */
static bool path_of(const struct nfs_work *w, uint64_t hash, uint64_t root, struct bytes name,
		    char out[CAP_NFS_PATH])
{
	char path[CAP_NFS_PATH];
	uint32_t at = sizeof(path) - 1, end = at, n;
	bool whole = false;

	if (name.n) {
		n = name.n < end ? name.n : end;
		memcpy(path + end - n, name.p + name.n - n, n);
		at = end - n;
	}
	for (uint32_t depth = 0, i; depth < DEPTH && at; depth++) {
		whole = root && hash == root;
		if (whole || (i = find(w, hash)) == CAP_HANDLES)
			break;
		n = (uint32_t)strlen(w->handle[i].name);
		if (at == end) {
			memcpy(path + end - n, w->handle[i].name, n);
			at = end - n;
		} else {
			at = before(path, at, w->handle[i].name, n);
		}
		hash = w->handle[i].folder;
	}
	if (whole && at)
		path[--at] = '/';
	memset(out, 0, CAP_NFS_PATH);
	memcpy(out, path + at, end - at);
	return whole;
}

/* ---- the last files ---- */

/* The file's place, or one for it: held says which. */
static struct work_file *file_of(struct nfs_work *w, uint64_t key, bool *held)
{
	struct work_file *oldest = &w->file[0];

	*held = true;
	for (uint32_t i = 0; i < w->n_files; i++) {
		if (w->file[i].key == key)
			return &w->file[i];
		if (w->file[i].frame < oldest->frame)
			oldest = &w->file[i];
	}
	*held = false;
	return w->n_files < CAP_NFS_FILES ? &w->file[w->n_files] : oldest;
}

void nfs_work_touch(struct nfs_work *w, const struct work_touch *t)
{
	uint64_t by_name = t->name.n ? hash_two(t->hash, hash_bytes(0, t->name)) : t->hash,
		 key = t->made ? t->made : by_name;
	char path[CAP_NFS_PATH];
	bool held, whole;
	struct work_file *f;

	if (!key)
		return;
	f = file_of(w, key, &held);
	if (!held && t->made) /* it was missed before it was made */
		f = file_of(w, by_name, &held);
	if (!held || t->name.n) {
		whole = path_of(w, t->hash, t->root, t->name, path);
		if (!path[0])
			return; /* without a name it tells nothing */
		w->n_files += f == &w->file[w->n_files];
		f->key = key;
		f->whole = whole;
		memcpy(f->path, path, sizeof(path));
	}
	f->op = t->op;
	f->status = t->status;
	f->frame = t->frame;
	f->time_ns = t->time_ns;
	used(w, t->made ? t->made : t->hash, t->name.n && !t->made);
}

const struct work_file *nfs_work_file(const struct nfs_work *w, uint32_t i)
{
	for (uint32_t k = 0; k < w->n_files; k++) {
		uint32_t later = 0;

		for (uint32_t j = 0; j < w->n_files; j++)
			later += w->file[j].frame > w->file[k].frame ||
				 (j < k && w->file[j].frame == w->file[k].frame);
		if (later == i)
			return &w->file[k];
	}
	return NULL;
}
