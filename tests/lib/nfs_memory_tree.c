/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_memory_parts.h"

#include <stdlib.h>
#include <string.h>

void *memory_more(void *old, size_t n)
{
	void *p = realloc(old, n);

	if (!p)
		abort();
	return p;
}

struct nfs_time memory_tick(struct nfs_memory *m)
{
	struct nfs_time t;

	m->clock += 1001;
	t.s = (uint32_t)(1700000000 + m->clock / 1000000000);
	t.ns = (uint32_t)(m->clock % 1000000000);
	return t;
}

void memory_touch(struct nfs_memory *m, struct node *x)
{
	x->attr.mtime = x->attr.ctime = memory_tick(m);
}

uint32_t memory_node_new(struct nfs_memory *m, uint32_t type, uint32_t parent)
{
	struct node *x;
	uint32_t i = 0, generation;

	while (i < m->n && m->nodes[i].attr.type)
		i++;
	if (i == m->n) {
		if (m->n == m->max) {
			m->max = m->max ? 2 * m->max : 64;
			m->nodes = memory_more(m->nodes, m->max * sizeof(*m->nodes));
		}
		memset(&m->nodes[m->n++], 0, sizeof(*m->nodes));
	}
	x = &m->nodes[i];
	generation = x->generation + 1;
	memset(x, 0, sizeof(*x));
	x->generation = generation;
	x->parent = parent;
	x->next_cookie = FIRST_COOKIE;
	x->attr.type = type;
	x->attr.nlink = type == NFS_DIR ? 2 : 1;
	x->attr.size = type == NFS_DIR ? PAGE : 0;
	x->attr.fileid = i + 100;
	memory_touch(m, x);
	x->attr.atime = x->attr.mtime;
	return i;
}

static void node_free(struct node *x)
{
	while (x->pages) {
		struct page *next = x->pages->next;

		free(x->pages);
		x->pages = next;
	}
	free(x->link);
	free(x->names);
	x->link = NULL;
	x->names = NULL;
	x->attr.type = NFS_NONE;
}

struct nfs_memory *nfs_memory_new(void)
{
	struct nfs_memory *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	m->wants.left = UINT32_MAX;
	for (uint32_t i = 0; i < NFS_MEMORY_EXPORTS; i++) {
		(void)memory_node_new(m, NFS_DIR, i);
		m->nodes[i].attr.mode = 0755;
	}
	return m;
}

void nfs_memory_free(struct nfs_memory *m)
{
	for (uint32_t i = 0; i < m->n; i++)
		node_free(&m->nodes[i]);
	free(m->nodes);
	free(m);
}

struct nfs_memory_wants *nfs_memory_wants(struct nfs_memory *m)
{
	return &m->wants;
}

struct bytes nfs_memory_aside(const struct nfs_memory *m)
{
	return bytes_of(m->aside, m->n_aside);
}

uint32_t nfs_memory_calls(const struct nfs_memory *m)
{
	return m->calls;
}

void memory_file_of(const struct nfs_memory *m, uint16_t export, uint32_t i, struct nfs_file *out)
{
	uint32_t generation = m->nodes[i].generation;

	out->export = export;
	out->n = ID;
	for (int b = 0; b < 4; b++) {
		out->id[b] = (uint8_t)(i >> 8 * b);
		out->id[4 + b] = (uint8_t)(generation >> 8 * b);
	}
}

int memory_open_node(struct nfs_memory *m, const struct nfs_file *f, uint32_t *out)
{
	uint32_t i = 0, generation = 0;

	m->calls++;
	for (int b = 0; b < 4 && f->n == ID; b++) {
		i |= (uint32_t)f->id[b] << 8 * b;
		generation |= (uint32_t)f->id[4 + b] << 8 * b;
	}
	if (f->n != ID || i >= m->n || !m->nodes[i].attr.type ||
	    m->nodes[i].generation != generation)
		return NFS_STALE;
	*out = i;
	return m->wants.fail;
}

bool memory_in_group(const struct nfs_caller *who, uint32_t gid)
{
	bool in = who->gid == gid;

	for (uint32_t i = 0; i < who->n_groups; i++)
		in |= who->group[i] == gid;
	return in;
}

uint32_t memory_granted(const struct node *x, const struct nfs_caller *who)
{
	if (!who->uid)
		return x->attr.type == NFS_DIR || x->attr.mode & 0111 ? 7 : 6;
	if (who->uid == x->attr.uid)
		return x->attr.mode >> 6 & 7;
	return (memory_in_group(who, x->attr.gid) ? x->attr.mode >> 3 : x->attr.mode) & 7;
}

int memory_may(const struct node *x, const struct nfs_caller *who, uint32_t what)
{
	return (memory_granted(x, who) & what) == what ? NFS_OK : NFS_ACCES;
}

/* What belongs to the caller is read and written whatever its mode: it was opened before. */
int memory_may_data(const struct node *x, const struct nfs_caller *who, uint32_t what)
{
	if (x->attr.type != NFS_REG)
		return x->attr.type == NFS_DIR ? NFS_ISDIR : NFS_INVAL;
	return who->uid == x->attr.uid ? NFS_OK : memory_may(x, who, what);
}

int memory_open_folder(struct nfs_memory *m, const struct nfs_file *f, uint32_t *out)
{
	int status = memory_open_node(m, f, out);

	return status ? status : m->nodes[*out].attr.type == NFS_DIR ? NFS_OK : NFS_NOTDIR;
}

struct name *memory_find(const struct node *dir, struct bytes name)
{
	for (uint32_t i = 0; i < dir->n_names; i++) {
		struct name *n = &dir->names[i];

		if (n->n == name.n && memcmp(n->text, name.p, name.n) == 0)
			return n;
	}
	return NULL;
}

void memory_name_add(struct nfs_memory *m, uint32_t d, struct bytes name, uint32_t i)
{
	struct node *dir = &m->nodes[d];
	struct name *n;

	if (dir->n_names == dir->max_names) {
		dir->max_names = dir->max_names ? 2 * dir->max_names : 8;
		dir->names = memory_more(dir->names, dir->max_names * sizeof(*dir->names));
	}
	n = &dir->names[dir->n_names++];
	n->cookie = dir->next_cookie++;
	n->node = i;
	n->n = (uint8_t)name.n;
	memcpy(n->text, name.p, name.n);
	memory_touch(m, dir);
}

void memory_name_drop(struct nfs_memory *m, uint32_t d, struct name *n)
{
	struct node *dir = &m->nodes[d];
	uint32_t at = (uint32_t)(n - dir->names);

	memmove(n, n + 1, (dir->n_names - at - 1) * sizeof(*n));
	dir->n_names--;
	memory_touch(m, dir);
}

void memory_unlinked(struct nfs_memory *m, uint32_t i)
{
	struct node *x = &m->nodes[i];

	x->attr.nlink = x->attr.type == NFS_DIR ? 0 : x->attr.nlink - 1;
	x->attr.ctime = memory_tick(m);
	if (!x->attr.nlink)
		node_free(x);
}

static struct page **page_of(struct node *x, uint64_t at)
{
	struct page **p = &x->pages;

	while (*p && (*p)->at != at)
		p = &(*p)->next;
	return p;
}

void memory_move_data(struct node *x, uint64_t offset, uint8_t *to, const uint8_t *from, uint32_t n)
{
	while (n) {
		uint32_t in = (uint32_t)(offset % PAGE), take = PAGE - in < n ? PAGE - in : n;
		struct page **p = page_of(x, offset - in);

		if (from && !*p) {
			*p = memory_more(NULL, sizeof(**p));
			memset(*p, 0, sizeof(**p));
			(*p)->at = offset - in;
			x->attr.used += PAGE;
		}
		if (from)
			memcpy((*p)->data + in, from, take);
		else if (*p)
			memcpy(to, (*p)->data + in, take);
		else
			memset(to, 0, take);
		from = from ? from + take : NULL;
		to = to ? to + take : NULL;
		offset += take;
		n -= take;
	}
}

void memory_resize(struct node *x, uint64_t size)
{
	struct page **p = &x->pages;

	while (*p) {
		struct page *gone = *p;

		if (gone->at < size) {
			if (size - gone->at < PAGE)
				memset(gone->data + (size - gone->at), 0, PAGE - (size - gone->at));
			p = &gone->next;
			continue;
		}
		*p = gone->next;
		free(gone);
		x->attr.used -= PAGE;
	}
	x->attr.size = size;
}
