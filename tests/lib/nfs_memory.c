/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <string.h>

#include "nfs_memory_parts.h"

/* In every cookie that may be wide, so that none is cut on its way. */
static const uint64_t wide = UINT64_C(0x8000000100000000);

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

static int fs_root(void *ctx, uint16_t export, struct nfs_file *out)
{
	if (export >= NFS_MEMORY_EXPORTS)
		return NFS_STALE;
	memory_file_of(ctx, export, export, out);
	return NFS_OK;
}

static int fs_getattr(void *ctx, const struct nfs_file *f, struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = memory_open_node(m, f, &i);

	if (!status && m->wants.silent)
		status = NFS_IO;
	if (!status)
		*attr = m->nodes[i].attr;
	return status;
}

static int may_set(const struct node *x, const struct nfs_caller *who, const struct nfs_set *s)
{
	bool owner = !who->uid || who->uid == x->attr.uid;

	if (s->what & NFS_SET_SIZE && memory_may_data(x, who, MAY_WRITE))
		return memory_may_data(x, who, MAY_WRITE);
	if (s->what & (NFS_SET_MODE | NFS_SET_ATIME | NFS_SET_MTIME) && !owner)
		return NFS_PERM;
	if (s->what & NFS_SET_UID && who->uid && (!owner || s->uid != x->attr.uid))
		return NFS_PERM;
	if (s->what & NFS_SET_GID && who->uid && (!owner || !memory_in_group(who, s->gid)))
		return NFS_PERM;
	if (s->what & (NFS_SET_ATIME_NOW | NFS_SET_MTIME_NOW) && !owner)
		return memory_may(x, who, MAY_WRITE);
	return NFS_OK;
}

static void set(struct nfs_memory *m, struct node *x, const struct nfs_set *s)
{
	struct nfs_time now = memory_tick(m);

	if (s->what & NFS_SET_SIZE) {
		memory_resize(x, s->size);
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
	int status = memory_open_node(m, f, &i);
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
	int status = memory_open_folder(m, dir, &d);
	const struct name *n;

	if (status)
		return status;
	tell(m, d, dir_attr);
	status = memory_may(&m->nodes[d], who, MAY_EXECUTE);
	if (status)
		return status;
	found = bytes_is(name, ".") ? d : m->nodes[d].parent;
	if (!bytes_is(name, ".") && !bytes_is(name, "..")) {
		n = memory_find(&m->nodes[d], name);
		if (!n)
			return NFS_NOENT;
		found = n->node;
	}
	memory_file_of(m, dir->export, found, out);
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
	int status = memory_open_node(m, f, &i);

	if (status)
		return status;
	*out = 0;
	for (uint32_t bit = 0; bit < sizeof(need); bit++)
		if (asked >> bit & 1 && !memory_may(&m->nodes[i], who, need[bit]))
			*out |= 1u << bit;
	tell(m, i, attr);
	return NFS_OK;
}

static int fs_readlink(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		       char to[NFS_PATH_MAX], uint32_t *n, struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = memory_open_node(m, f, &i);

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
	int status = memory_open_node(m, f, &i);
	struct node *x;

	assert(offset <= INT64_MAX && *n <= INT64_MAX - offset && *n <= NFS_IO_MAX);
	if (status)
		return status;
	x = &m->nodes[i];
	tell(m, i, attr);
	status = memory_granted(x, who) & MAY_EXECUTE ? memory_may_data(x, who, 0)
						      : memory_may_data(x, who, MAY_READ);
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
	memory_move_data(x, offset, to, NULL, *n);
	return NFS_OK;
}

static int fs_write(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		    uint64_t offset, struct bytes data, uint32_t *n, uint32_t *stable,
		    struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t i;
	int status = memory_open_node(m, f, &i);
	struct node *x;

	if (status)
		return status;
	x = &m->nodes[i];
	before(m, i, wcc);
	status = memory_may_data(x, who, MAY_WRITE);
	if (!status && data.n) {
		if (offset + data.n > x->attr.size)
			x->attr.size = offset + data.n;
		memory_move_data(x, offset, NULL, data.p, data.n);
		memory_touch(m, x);
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
	if (memory_may_data(x, who, MAY_WRITE))
		return NFS_ACCES;
	memory_resize(x, how->set.size);
	memory_touch(m, x);
	return NFS_OK;
}

static uint32_t made_now(struct nfs_memory *m, uint32_t d, const struct nfs_caller *who,
			 struct bytes name, const struct nfs_make *how)
{
	struct nfs_set rest = how->set;
	uint32_t i = memory_node_new(m, how->type, d);
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
		x->link = memory_more(NULL, how->text.n);
		memcpy(x->link, how->text.p, how->text.n);
		x->attr.size = how->text.n;
		rest.what &= ~(uint32_t)NFS_SET_MODE;
	}
	if (who->uid) /* nobody gives files away */
		rest.what &= ~(uint32_t)(NFS_SET_UID | NFS_SET_GID);
	set(m, x, &rest);
	if (how->type == NFS_DIR)
		m->nodes[d].attr.nlink++;
	memory_name_add(m, d, name, i);
	return i;
}

static int fs_make(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		   struct bytes name, const struct nfs_make *how, struct nfs_file *out,
		   struct nfs_attr *attr, struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t d, i;
	int status = memory_open_folder(m, dir, &d);
	const struct name *n;

	if (status)
		return status;
	before(m, d, wcc);
	n = memory_find(&m->nodes[d], name);
	if (n && !memory_may(&m->nodes[d], who, MAY_EXECUTE)) {
		i = n->node;
		status = made_before(m, i, who, how);
	} else {
		status = memory_may(&m->nodes[d], who, MAY_WRITE | MAY_EXECUTE);
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
	memory_file_of(m, dir->export, i, out);
	tell(m, i, attr);
	return NFS_OK;
}

static int fs_remove(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		     struct bytes name, bool directory, struct nfs_wcc *wcc)
{
	struct nfs_memory *m = ctx;
	uint32_t d;
	int status = memory_open_folder(m, dir, &d);
	struct name *n;

	if (status)
		return status;
	before(m, d, wcc);
	n = memory_find(&m->nodes[d], name);
	status = memory_may(&m->nodes[d], who, MAY_WRITE | MAY_EXECUTE);
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
			memory_unlinked(m, n->node);
			m->nodes[d].attr.nlink -= is;
			memory_name_drop(m, d, n);
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
	struct name *over = memory_find(&m->nodes[t], to);
	uint32_t i = memory_find(&m->nodes[f], name)->node;
	bool is = m->nodes[i].attr.type == NFS_DIR;

	if (over && over->node == i)
		return; /* two names of one file: nothing happens (POSIX) */
	if (over) {
		memory_unlinked(m, over->node);
		m->nodes[t].attr.nlink -= is;
		memory_name_drop(m, t, over);
	}
	memory_name_drop(m, f, memory_find(&m->nodes[f], name));
	memory_name_add(m, t, to, i);
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
	int status = memory_open_folder(m, from, &f), other = memory_open_folder(m, to, &t);
	const struct name *n;

	if (status || other)
		return status ? status : other;
	before(m, f, from_wcc);
	before(m, t, to_wcc);
	n = memory_find(&m->nodes[f], name);
	status = memory_may(&m->nodes[f], who, MAY_WRITE | MAY_EXECUTE);
	if (!status)
		status = memory_may(&m->nodes[t], who, MAY_WRITE | MAY_EXECUTE);
	if (!status)
		status = n ? may_rename(m, n->node, memory_find(&m->nodes[t], new_name), t)
			   : NFS_NOENT;
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
	int status = memory_open_node(m, f, &i), other = memory_open_folder(m, dir, &d);

	if (status || other)
		return status ? status : other;
	before(m, d, wcc);
	status = memory_may(&m->nodes[d], who, MAY_WRITE | MAY_EXECUTE);
	if (!status && memory_find(&m->nodes[d], name))
		status = NFS_EXIST;
	if (!status && m->nodes[i].attr.type == NFS_DIR)
		status = NFS_PERM;
	if (!status) {
		m->nodes[i].attr.nlink++;
		m->nodes[i].attr.ctime = memory_tick(m);
		memory_name_add(m, d, name, i);
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
		memory_file_of(m, export, i, &e->file);
	}
}

static int fs_readdir(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		      const struct nfs_list *list, bool *eof, struct nfs_attr *attr)
{
	struct nfs_memory *m = ctx;
	uint64_t from = list->cookie & ~wide, all = list->narrow ? 0 : wide;
	uint32_t d;
	int status = memory_open_folder(m, dir, &d);
	const struct node *x;
	struct nfs_entry e;

	if (status)
		return status;
	x = &m->nodes[d];
	tell(m, d, attr);
	status = memory_may(x, who, MAY_READ);
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
	int status = memory_open_node(m, f, &i);

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
	int status = memory_open_node(m, f, &i);

	assert(offset <= INT64_MAX && count <= INT64_MAX - offset);
	if (status)
		return status;
	before(m, i, wcc);
	tell(m, i, &wcc->after);
	return memory_may_data(&m->nodes[i], who, MAY_WRITE);
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
