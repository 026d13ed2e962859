/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_mounts.h"

#include <string.h>

struct row {
	uint32_t ip;
	uint16_t n;
	uint8_t path[NFS_MOUNTS_PATH];
};

/* In the order they came, without gaps: mounts are rare, and a few hundred are soon moved. */
struct nfs_mounts {
	uint32_t n, most;
	struct row row[];
};

uint32_t nfs_mounts_bytes(uint32_t n)
{
	return (uint32_t)(sizeof(struct nfs_mounts) + n * sizeof(struct row));
}

struct nfs_mounts *nfs_mounts_init(void *mem, uint32_t n)
{
	struct nfs_mounts *m = mem;

	m->n = 0;
	m->most = n;
	return m;
}

static void drop(struct nfs_mounts *m, uint32_t i)
{
	m->n--;
	memmove(&m->row[i], &m->row[i + 1], (m->n - i) * sizeof(m->row[0]));
}

static bool is(const struct row *r, uint32_t ip, struct bytes path)
{
	return r->ip == ip && bytes_equal(bytes_of(r->path, r->n), path);
}

/* The oldest of a client that has as many as it may have. */
static void make_room(struct nfs_mounts *m, uint32_t ip)
{
	uint32_t of_it = 0, oldest = 0;

	for (uint32_t i = m->n; i-- > 0;) {
		if (m->row[i].ip != ip)
			continue;
		of_it++;
		oldest = i;
	}
	if (of_it >= NFS_MOUNTS_EACH)
		drop(m, oldest);
	else if (m->n == m->most)
		drop(m, 0);
}

void nfs_mounts_add(struct nfs_mounts *m, uint32_t ip, struct bytes path)
{
	struct row *r;

	if (path.n > NFS_MOUNTS_PATH || !path.n)
		return;
	nfs_mounts_remove(m, ip, path);
	make_room(m, ip);
	r = &m->row[m->n++];
	r->ip = ip;
	r->n = (uint16_t)path.n;
	memcpy(r->path, path.p, path.n);
}

bool nfs_mounts_remove(struct nfs_mounts *m, uint32_t ip, struct bytes path)
{
	for (uint32_t i = 0; i < m->n; i++) {
		if (!is(&m->row[i], ip, path))
			continue;
		drop(m, i);
		return true;
	}
	return false;
}

uint32_t nfs_mounts_remove_all(struct nfs_mounts *m, uint32_t ip)
{
	uint32_t had = m->n;

	for (uint32_t i = m->n; i-- > 0;) {
		if (m->row[i].ip == ip)
			drop(m, i);
	}
	return had - m->n;
}

bool nfs_mounts_row(const struct nfs_mounts *m, uint32_t i, struct nfs_mount *out)
{
	if (i >= m->n)
		return false;
	out->ip = m->row[i].ip;
	out->path = bytes_of(m->row[i].path, m->row[i].n);
	return true;
}
