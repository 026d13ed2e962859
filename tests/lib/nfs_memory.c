/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, MAY_READ = 4, MAY_WRITE = 2, MAY_EXECUTE = 1, ID = 8, FIRST_COOKIE = 3 };

/* In every cookie that may be wide, so that none is cut on its way. */
static const uint64_t wide = UINT64_C(0x8000000100000000);

struct page {
	struct page *next;
	uint64_t at; /* of the file, a multiple of PAGE */
	uint8_t data[PAGE];
};

/* A name of a folder. Cookies grow: those of names that went are not given again. */
struct name {
	uint64_t cookie;
	uint32_t node;
	uint8_t n;
	char text[NFS_NAME_MAX];
};

struct node {
	struct nfs_attr attr; /* type NFS_NONE: free */
	uint32_t generation, parent;
	struct page *pages;
	char *link;
	bool exclusive;
	uint8_t verifier[8];
	struct name *names;
	uint32_t n_names, max_names;
	uint64_t next_cookie;
};

struct nfs_memory {
	struct node *nodes;
	uint32_t n, max, calls;
	uint64_t clock;
	struct nfs_memory_wants wants;
	uint8_t aside[NFS_IO_MAX];
	uint32_t n_aside;
};

static void *more(void *old, size_t n)
{
	void *p = realloc(old, n);

	if (!p)
		abort();
	return p;
}

static struct nfs_time tick(struct nfs_memory *m)
{
	struct nfs_time t;

	m->clock += 1001;
	t.s = (uint32_t)(1700000000 + m->clock / 1000000000);
	t.ns = (uint32_t)(m->clock % 1000000000);
	return t;
}

static void touch(struct nfs_memory *m, struct node *x)
{
	x->attr.mtime = x->attr.ctime = tick(m);
}

static uint32_t node_new(struct nfs_memory *m, uint32_t type, uint32_t parent)
{
	struct node *x;
	uint32_t i = 0, generation;

	while (i < m->n && m->nodes[i].attr.type)
		i++;
	if (i == m->n) {
		if (m->n == m->max) {
			m->max = m->max ? 2 * m->max : 64;
			m->nodes = more(m->nodes, m->max * sizeof(*m->nodes));
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
	touch(m, x);
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
		(void)node_new(m, NFS_DIR, i);
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

static void file_of(const struct nfs_memory *m, uint16_t export, uint32_t i, struct nfs_file *out)
{
	uint32_t generation = m->nodes[i].generation;

	out->export = export;
	out->n = ID;
	for (int b = 0; b < 4; b++) {
		out->id[b] = (uint8_t)(i >> 8 * b);
		out->id[4 + b] = (uint8_t)(generation >> 8 * b);
	}
}

/* The node of a file, or what is wrong with it. */
static int open_node(struct nfs_memory *m, const struct nfs_file *f, uint32_t *out)
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

static bool in_group(const struct nfs_caller *who, uint32_t gid)
{
	bool in = who->gid == gid;

	for (uint32_t i = 0; i < who->n_groups; i++)
		in |= who->group[i] == gid;
	return in;
}

static uint32_t granted(const struct node *x, const struct nfs_caller *who)
{
	if (!who->uid)
		return x->attr.type == NFS_DIR || x->attr.mode & 0111 ? 7 : 6;
	if (who->uid == x->attr.uid)
		return x->attr.mode >> 6 & 7;
	return (in_group(who, x->attr.gid) ? x->attr.mode >> 3 : x->attr.mode) & 7;
}

static int may(const struct node *x, const struct nfs_caller *who, uint32_t what)
{
	return (granted(x, who) & what) == what ? NFS_OK : NFS_ACCES;
}

/* What belongs to the caller is read and written whatever its mode: it was opened before. */
static int may_data(const struct node *x, const struct nfs_caller *who, uint32_t what)
{
	if (x->attr.type != NFS_REG)
		return x->attr.type == NFS_DIR ? NFS_ISDIR : NFS_INVAL;
	return who->uid == x->attr.uid ? NFS_OK : may(x, who, what);
}

/* Attributes go out through here. */
static void tell(const struct nfs_memory *m, uint32_t i, struct nfs_attr *out)
{
	if (m->wants.shy || m->wants.silent)
		return;
	*out = m->nodes[i].attr;
}

static void before(const struct nfs_memory *m, uint32_t i, struct nfs_wcc *wcc)
{
	wcc->before = !m->wants.shy && !m->wants.silent;
	wcc->size = m->nodes[i].attr.size;
	wcc->mtime = m->nodes[i].attr.mtime;
	wcc->ctime = m->nodes[i].attr.ctime;
}

static int open_folder(struct nfs_memory *m, const struct nfs_file *f, uint32_t *out)
{
	int status = open_node(m, f, out);

	return status ? status : m->nodes[*out].attr.type == NFS_DIR ? NFS_OK : NFS_NOTDIR;
}

static struct name *find(const struct node *dir, struct bytes name)
{
	for (uint32_t i = 0; i < dir->n_names; i++) {
		struct name *n = &dir->names[i];

		if (n->n == name.n && memcmp(n->text, name.p, name.n) == 0)
			return n;
	}
	return NULL;
}

static void name_add(struct nfs_memory *m, uint32_t d, struct bytes name, uint32_t i)
{
	struct node *dir = &m->nodes[d];
	struct name *n;

	if (dir->n_names == dir->max_names) {
		dir->max_names = dir->max_names ? 2 * dir->max_names : 8;
		dir->names = more(dir->names, dir->max_names * sizeof(*dir->names));
	}
	n = &dir->names[dir->n_names++];
	n->cookie = dir->next_cookie++;
	n->node = i;
	n->n = (uint8_t)name.n;
	memcpy(n->text, name.p, name.n);
	touch(m, dir);
}

static void name_drop(struct nfs_memory *m, uint32_t d, struct name *n)
{
	struct node *dir = &m->nodes[d];
	uint32_t at = (uint32_t)(n - dir->names);

	memmove(n, n + 1, (dir->n_names - at - 1) * sizeof(*n));
	dir->n_names--;
	touch(m, dir);
}

/* One name less: the last takes the file with it. */
static void unlinked(struct nfs_memory *m, uint32_t i)
{
	struct node *x = &m->nodes[i];

	x->attr.nlink = x->attr.type == NFS_DIR ? 0 : x->attr.nlink - 1;
	x->attr.ctime = tick(m);
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

/* Between a file and memory; holes are read as zeros and filled when written. */
static void move_data(struct node *x, uint64_t offset, uint8_t *to, const uint8_t *from, uint32_t n)
{
	while (n) {
		uint32_t in = (uint32_t)(offset % PAGE), take = PAGE - in < n ? PAGE - in : n;
		struct page **p = page_of(x, offset - in);

		if (from && !*p) {
			*p = more(NULL, sizeof(**p));
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

static void resize(struct node *x, uint64_t size)
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

static int fs_root(void *ctx, uint16_t export, struct nfs_file *out)
{
	if (export >= NFS_MEMORY_EXPORTS)
		return NFS_STALE;
	file_of(ctx, export, export, out);
	return NFS_OK;
}

static int fs_getattr(void *ctx, const struct nfs_file *f, struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);

	if (!status && m->wants.silent)
		status = NFS_IO;
	if (!status)
		*attr = m->nodes[i].attr;
	return status;
}

static int may_set(const struct node *x, const struct nfs_caller *who, const struct nfs_set *s)
{
	bool owner = !who->uid || who->uid == x->attr.uid;

	if (s->what & NFS_SET_SIZE && may_data(x, who, MAY_WRITE))
		return may_data(x, who, MAY_WRITE);
	if (s->what & (NFS_SET_MODE | NFS_SET_ATIME | NFS_SET_MTIME) && !owner)
		return NFS_PERM;
	if (s->what & NFS_SET_UID && who->uid && (!owner || s->uid != x->attr.uid))
		return NFS_PERM;
	if (s->what & NFS_SET_GID && who->uid && (!owner || !in_group(who, s->gid)))
		return NFS_PERM;
	if (s->what & (NFS_SET_ATIME_NOW | NFS_SET_MTIME_NOW) && !owner)
		return may(x, who, MAY_WRITE);
	return NFS_OK;
}

static void set(struct nfs_memory *m, struct node *x, const struct nfs_set *s)
{
	struct nfs_time now = tick(m);

	if (s->what & NFS_SET_SIZE) {
		resize(x, s->size);
		x->attr.mtime = now;
	}
	if (s->what & NFS_SET_MODE)
		x->attr.mode = s->mode & 07777;
	if (s->what & NFS_SET_UID)
		x->attr.uid = s->uid;
	if (s->what & NFS_SET_GID)
		x->attr.gid = s->gid;
	if (s->what & (NFS_SET_ATIME | NFS_SET_ATIME_NOW))
		x->attr.atime = s->what & NFS_SET_ATIME ? s->atime : now;
	if (s->what & (NFS_SET_MTIME | NFS_SET_MTIME_NOW))
		x->attr.mtime = s->what & NFS_SET_MTIME ? s->mtime : now;
	x->attr.ctime = now;
}

static int fs_setattr(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		      const struct nfs_set *s, const struct nfs_time *guard, struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);
	struct node *x;

	if (status)
		return status;
	x = &m->nodes[i];
	before(m, i, wcc);
	if (guard && (guard->s != x->attr.ctime.s || guard->ns != x->attr.ctime.ns))
		status = NFS_NOT_SYNC;
	else
		status = may_set(x, who, s);
	if (!status)
		set(m, x, s);
	tell(m, i, &wcc->after);
	return status;
}

static int fs_lookup(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		     struct bytes name, struct nfs_file *out, struct nfs_attr *attr,
		     struct nfs_attr *dir_attr)
{
	struct nfs_memory *m = ctx;
	uint32_t d, found;
	int status = open_folder(m, dir, &d);
	const struct name *n;

	if (status)
		return status;
	tell(m, d, dir_attr);
	status = may(&m->nodes[d], who, MAY_EXECUTE);
	if (status)
		return status;
	found = bytes_is(name, ".") ? d : m->nodes[d].parent;
	if (!bytes_is(name, ".") && !bytes_is(name, "..")) {
		n = find(&m->nodes[d], name);
		if (!n)
			return NFS_NOENT;
		found = n->node;
	}
	file_of(m, dir->export, found, out);
	tell(m, found, attr);
	return NFS_OK;
}

/* RFC 1813 3.3.4: the bits of a folder and of a file, by what they need. */
static int fs_access(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		     uint32_t asked, uint32_t *out, struct nfs_attr *attr)
{
	static const uint8_t need[] = {
		MAY_READ, MAY_EXECUTE, MAY_WRITE, MAY_WRITE, MAY_WRITE | MAY_EXECUTE, MAY_EXECUTE
	};
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);

	if (status)
		return status;
	*out = 0;
	for (uint32_t bit = 0; bit < sizeof(need); bit++)
		if (asked >> bit & 1 && !may(&m->nodes[i], who, need[bit]))
			*out |= 1u << bit;
	tell(m, i, attr);
	return NFS_OK;
}

static int fs_readlink(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		       char to[NFS_PATH_MAX], uint32_t *n, struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);

	(void)who;
	if (status)
		return status;
	tell(m, i, attr);
	if (m->nodes[i].attr.type != NFS_LNK)
		return NFS_INVAL;
	*n = (uint32_t)m->nodes[i].attr.size;
	memcpy(to, m->nodes[i].link, *n);
	return NFS_OK;
}

static int fs_read(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		   uint64_t offset, uint8_t *to, uint32_t *n, bool *eof, struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);
	struct node *x;

	assert(offset <= INT64_MAX && *n <= INT64_MAX - offset && *n <= NFS_IO_MAX);
	if (status)
		return status;
	x = &m->nodes[i];
	tell(m, i, attr);
	status = granted(x, who) & MAY_EXECUTE ? may_data(x, who, 0) : may_data(x, who, MAY_READ);
	if (status)
		return status;
	if (offset >= x->attr.size)
		*n = 0;
	else if (*n > x->attr.size - offset)
		*n = (uint32_t)(x->attr.size - offset);
	*eof = offset >= x->attr.size || offset + *n == x->attr.size;
	if (!to) {
		assert(*n <= sizeof(m->aside));
		m->n_aside = *n;
		to = m->aside;
	}
	move_data(x, offset, to, NULL, *n);
	return NFS_OK;
}

static int fs_write(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		    uint64_t offset, struct bytes data, uint32_t *n, uint32_t *stable,
		    struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);
	struct node *x;

	if (status)
		return status;
	x = &m->nodes[i];
	before(m, i, wcc);
	status = may_data(x, who, MAY_WRITE);
	if (!status && data.n) {
		if (offset + data.n > x->attr.size)
			x->attr.size = offset + data.n;
		move_data(x, offset, NULL, data.p, data.n);
		touch(m, x);
	}
	*n = data.n;
	if (who->sync)
		*stable = NFS_FILE_SYNC;
	tell(m, i, &wcc->after);
	return status;
}

/* CREATE of what is there already (RFC 1813 3.3.8). */
static int made_before(struct nfs_memory *m, uint32_t i, const struct nfs_caller *who,
		       const struct nfs_make *how)
{
	struct node *x = &m->nodes[i];

	if (how->type != NFS_REG || how->how == NFS_GUARDED || x->attr.type != NFS_REG)
		return NFS_EXIST;
	if (how->how == NFS_EXCLUSIVE)
		return x->exclusive && memcmp(x->verifier, how->verifier, 8) == 0 ? NFS_OK
										  : NFS_EXIST;
	if (!(how->set.what & NFS_SET_SIZE))
		return NFS_OK;
	if (may_data(x, who, MAY_WRITE))
		return NFS_ACCES;
	resize(x, how->set.size);
	touch(m, x);
	return NFS_OK;
}

static uint32_t made_now(struct nfs_memory *m, uint32_t d, const struct nfs_caller *who,
			 struct bytes name, const struct nfs_make *how)
{
	struct nfs_set rest = how->set;
	uint32_t i = node_new(m, how->type, d);
	struct node *x = &m->nodes[i];

	rest.what &= how->how == NFS_EXCLUSIVE && how->type == NFS_REG ? 0 : ~0u;
	x->attr.uid = who->uid;
	x->attr.gid = who->gid;
	x->attr.mode = how->type == NFS_LNK ? 0777 : 0;
	x->attr.major = how->major;
	x->attr.minor = how->minor;
	x->exclusive = how->type == NFS_REG && how->how == NFS_EXCLUSIVE;
	memcpy(x->verifier, how->verifier, 8);
	if (how->type == NFS_LNK) {
		x->link = more(NULL, how->text.n);
		memcpy(x->link, how->text.p, how->text.n);
		x->attr.size = how->text.n;
		rest.what &= ~(uint32_t)NFS_SET_MODE;
	}
	if (who->uid) /* nobody gives files away */
		rest.what &= ~(uint32_t)(NFS_SET_UID | NFS_SET_GID);
	set(m, x, &rest);
	if (how->type == NFS_DIR)
		m->nodes[d].attr.nlink++;
	name_add(m, d, name, i);
	return i;
}

static int fs_make(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		   struct bytes name, const struct nfs_make *how, struct nfs_file *out,
		   struct nfs_attr *attr, struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t d, i;
	int status = open_folder(m, dir, &d);
	const struct name *n;

	if (status)
		return status;
	before(m, d, wcc);
	n = find(&m->nodes[d], name);
	if (n && !may(&m->nodes[d], who, MAY_EXECUTE)) {
		i = n->node;
		status = made_before(m, i, who, how);
	} else {
		status = may(&m->nodes[d], who, MAY_WRITE | MAY_EXECUTE);
		if (!status && !m->wants.left)
			status = NFS_NOSPC;
		if (!status && (how->type == NFS_BLK || how->type == NFS_CHR) && who->uid)
			status = NFS_PERM;
		if (!status) {
			m->wants.left--;
			i = made_now(m, d, who, name, how);
		}
	}
	tell(m, d, &wcc->after);
	if (status)
		return status;
	file_of(m, dir->export, i, out);
	tell(m, i, attr);
	return NFS_OK;
}

static int fs_remove(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		     struct bytes name, bool directory, struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t d;
	int status = open_folder(m, dir, &d);
	struct name *n;

	if (status)
		return status;
	before(m, d, wcc);
	n = find(&m->nodes[d], name);
	status = may(&m->nodes[d], who, MAY_WRITE | MAY_EXECUTE);
	if (!status && !n)
		status = NFS_NOENT;
	if (!status) {
		struct node *x = &m->nodes[n->node];
		bool is = x->attr.type == NFS_DIR;

		if (is != directory)
			status = is ? NFS_ISDIR : NFS_NOTDIR;
		else if (is && x->n_names)
			status = NFS_NOTEMPTY;
		else {
			unlinked(m, n->node);
			m->nodes[d].attr.nlink -= is;
			name_drop(m, d, n);
		}
	}
	tell(m, d, &wcc->after);
	return status;
}

/* Is folder i in folder under, or the same? */
static bool inside(const struct nfs_memory *m, uint32_t i, uint32_t under)
{
	while (i != under && m->nodes[i].parent != i)
		i = m->nodes[i].parent;
	return i == under;
}

static int may_rename(const struct nfs_memory *m, uint32_t i, const struct name *over, uint32_t t)
{
	const struct node *x = &m->nodes[i], *y;
	bool is = x->attr.type == NFS_DIR;

	if (is && inside(m, t, i))
		return NFS_INVAL;
	if (!over || over->node == i)
		return NFS_OK;
	y = &m->nodes[over->node];
	if (is != (y->attr.type == NFS_DIR))
		return is ? NFS_NOTDIR : NFS_ISDIR;
	return y->n_names ? NFS_NOTEMPTY : NFS_OK;
}

static void rename_now(struct nfs_memory *m, uint32_t f, struct bytes name, uint32_t t,
		       struct bytes to)
{
	struct name *over = find(&m->nodes[t], to);
	uint32_t i = find(&m->nodes[f], name)->node;
	bool is = m->nodes[i].attr.type == NFS_DIR;

	if (over && over->node == i)
		return; /* two names of one file: nothing happens (POSIX) */
	if (over) {
		unlinked(m, over->node);
		m->nodes[t].attr.nlink -= is;
		name_drop(m, t, over);
	}
	name_drop(m, f, find(&m->nodes[f], name));
	name_add(m, t, to, i);
	m->nodes[f].attr.nlink -= is;
	m->nodes[t].attr.nlink += is;
	if (is)
		m->nodes[i].parent = t;
}

static int fs_rename(void *ctx, const struct nfs_caller *who, const struct nfs_file *from,
		     struct bytes name, const struct nfs_file *to, struct bytes new_name,
		     struct nfs_wcc *from_wcc, struct nfs_wcc *to_wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t f, t;
	int status = open_folder(m, from, &f), other = open_folder(m, to, &t);
	const struct name *n;

	if (status || other)
		return status ? status : other;
	before(m, f, from_wcc);
	before(m, t, to_wcc);
	n = find(&m->nodes[f], name);
	status = may(&m->nodes[f], who, MAY_WRITE | MAY_EXECUTE);
	if (!status)
		status = may(&m->nodes[t], who, MAY_WRITE | MAY_EXECUTE);
	if (!status)
		status = n ? may_rename(m, n->node, find(&m->nodes[t], new_name), t) : NFS_NOENT;
	if (!status)
		rename_now(m, f, name, t, new_name);
	tell(m, f, &from_wcc->after);
	tell(m, t, &to_wcc->after);
	return status;
}

static int fs_link(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		   const struct nfs_file *dir, struct bytes name, struct nfs_attr *attr,
		   struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t i, d;
	int status = open_node(m, f, &i), other = open_folder(m, dir, &d);

	if (status || other)
		return status ? status : other;
	before(m, d, wcc);
	status = may(&m->nodes[d], who, MAY_WRITE | MAY_EXECUTE);
	if (!status && find(&m->nodes[d], name))
		status = NFS_EXIST;
	if (!status && m->nodes[i].attr.type == NFS_DIR)
		status = NFS_PERM;
	if (!status) {
		m->nodes[i].attr.nlink++;
		m->nodes[i].attr.ctime = tick(m);
		name_add(m, d, name, i);
	}
	tell(m, i, attr);
	tell(m, d, &wcc->after);
	return status;
}

static void entry_of(const struct nfs_memory *m, uint16_t export, bool plus, uint32_t i,
		     struct nfs_entry *e)
{
	e->fileid = m->nodes[i].attr.fileid;
	e->attr.type = NFS_NONE;
	e->file.n = 0;
	if (plus) {
		tell(m, i, &e->attr);
		file_of(m, export, i, &e->file);
	}
}

static int fs_readdir(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		      const struct nfs_list *list, bool *eof, struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint64_t from = list->cookie & ~wide, all = list->narrow ? 0 : wide;
	uint32_t d;
	int status = open_folder(m, dir, &d);
	const struct node *x;
	struct nfs_entry e;

	if (status)
		return status;
	x = &m->nodes[d];
	tell(m, d, attr);
	status = may(x, who, MAY_READ);
	if (!status && (from >= x->next_cookie || (from && list->cookie - from != all)))
		status = NFS_BAD_COOKIE;
	if (status)
		return status;
	*eof = false;
	for (uint64_t c = from + 1; c < FIRST_COOKIE; c++) {
		entry_of(m, dir->export, list->plus, c == 1 ? d : x->parent, &e);
		e.name = bytes_of("..", (uint32_t)c);
		e.cookie = c | all;
		if (!list->entry(list->ctx, &e))
			return NFS_OK;
	}
	for (uint32_t i = 0; i < x->n_names; i++) {
		const struct name *n = &x->names[i];

		if (n->cookie <= from)
			continue;
		entry_of(m, dir->export, list->plus, n->node, &e);
		e.name = bytes_of(n->text, n->n);
		e.cookie = n->cookie | all;
		if (!list->entry(list->ctx, &e))
			return NFS_OK;
	}
	*eof = true;
	return NFS_OK;
}

static int fs_space(void *ctx, const struct nfs_file *f, struct nfs_space *out,
		    struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);

	if (status)
		return status;
	*out = (struct nfs_space) {
		UINT64_C(20) << 40, UINT64_C(10) << 40, UINT64_C(9) << 40, 1000000, 900000, 800000
	};
	tell(m, i, attr);
	return NFS_OK;
}

static int fs_commit(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		     uint64_t offset, uint32_t count, struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = open_node(m, f, &i);

	assert(offset <= INT64_MAX && count <= INT64_MAX - offset);
	if (status)
		return status;
	before(m, i, wcc);
	tell(m, i, &wcc->after);
	return may_data(&m->nodes[i], who, MAY_WRITE);
}

struct nfs_fs nfs_memory_fs(struct nfs_memory *m)
{
	const struct nfs_fs fs = { .ctx = m,
				   .root = fs_root,
				   .getattr = fs_getattr,
				   .setattr = fs_setattr,
				   .lookup = fs_lookup,
				   .access = fs_access,
				   .readlink = fs_readlink,
				   .read = fs_read,
				   .write = fs_write,
				   .make = fs_make,
				   .remove = fs_remove,
				   .rename = fs_rename,
				   .link = fs_link,
				   .readdir = fs_readdir,
				   .space = fs_space,
				   .commit = fs_commit };

	return fs;
}
