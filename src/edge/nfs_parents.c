/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_parents.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hash.h"

/* WAYS records stand where one may be; when all are taken they make room in turn. */
enum { WAYS = 4, SETS = 1 << 15 };

struct record {
	uint64_t tag; /* of export and file; 0: empty */
	uint8_t n;
	uint8_t id[NFS_PARENT_ID_MAX];
};

_Static_assert(sizeof(struct record) == 32, "the file's format");

/* Read and written, not mapped: a full disk does not end us, and what is not used takes no memory.
 */
struct nfs_parents {
	pthread_mutex_t lock;
	int fd;
	uint32_t turn;
};

struct set {
	struct record way[WAYS];
};

enum { SIZE = (int)sizeof(struct set) * SETS };

static int open_file(int folder, const char *name)
{
	struct stat st;
	int fd = openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_size == SIZE || (ftruncate(fd, 0) == 0 && ftruncate(fd, SIZE) == 0)))
		return fd;
	close(fd);
	return -1;
}

struct nfs_parents *nfs_parents_open(int folder, const char *name, bool *kept)
{
	struct nfs_parents *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->fd = folder >= 0 ? open_file(folder, name) : -1;
	*kept = p->fd >= 0;
	if (p->fd < 0)
		p->fd = memfd_create("nfs-parents", MFD_CLOEXEC);
	if (p->fd < 0 || (!*kept && ftruncate(p->fd, SIZE)) || pthread_mutex_init(&p->lock, NULL)) {
		if (p->fd >= 0)
			close(p->fd);
		free(p);
		return NULL;
	}
	return p;
}

static uint64_t tag_of(const struct nfs_file *f)
{
	uint64_t tag = hash_bytes(f->export, (struct bytes) { f->id, f->n });

	return tag ? tag : 1;
}

static off_t place_of(uint64_t tag)
{
	return (off_t)(tag % SETS * sizeof(struct set));
}

static void read_set(const struct nfs_parents *p, uint64_t tag, struct set *out)
{
	if (pread(p->fd, out, sizeof(*out), place_of(tag)) != (ssize_t)sizeof(*out))
		*out = (struct set) { 0 };
}

/* What cannot be kept will have to be looked for. */
static void write_way(const struct nfs_parents *p, uint64_t tag, ptrdiff_t i,
		      const struct record *r)
{
	ssize_t n = pwrite(p->fd, r, sizeof(*r), place_of(tag) + (off_t)i * (off_t)sizeof(*r));

	(void)n;
}

static struct record *way_of(struct set *s, uint64_t tag)
{
	for (int i = 0; i < WAYS; i++)
		if (s->way[i].tag == tag)
			return &s->way[i];
	return NULL;
}

static struct record *room_for(struct nfs_parents *p, struct set *s)
{
	for (int i = 0; i < WAYS; i++)
		if (!s->way[i].tag)
			return &s->way[i];
	return &s->way[p->turn++ % WAYS];
}

void nfs_parents_note(struct nfs_parents *p, const struct nfs_file *f,
		      const struct nfs_file *parent)
{
	uint64_t tag = tag_of(f);
	struct record *r;
	struct set s;

	if (parent->n > NFS_PARENT_ID_MAX)
		return;
	pthread_mutex_lock(&p->lock);
	read_set(p, tag, &s);
	r = way_of(&s, tag);
	if (!r || r->n != parent->n || memcmp(r->id, parent->id, r->n) != 0) {
		if (!r)
			r = room_for(p, &s);
		*r = (struct record) { .tag = tag, .n = parent->n };
		memcpy(r->id, parent->id, parent->n);
		write_way(p, tag, r - s.way, r);
	}
	pthread_mutex_unlock(&p->lock);
}

bool nfs_parents_find(struct nfs_parents *p, const struct nfs_file *f, struct nfs_file *out)
{
	uint64_t tag = tag_of(f);
	const struct record *r;
	struct set s;
	bool found;

	read_set(p, tag, &s);
	r = way_of(&s, tag);
	/* the file may be of somebody else's making */
	found = r && r->n && r->n <= NFS_PARENT_ID_MAX;
	if (found) {
		*out = (struct nfs_file) { .export = f->export, .n = r->n };
		memcpy(out->id, r->id, r->n);
	}
	return found;
}

void nfs_parents_free(struct nfs_parents *p)
{
	if (!p)
		return;
	close(p->fd);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
