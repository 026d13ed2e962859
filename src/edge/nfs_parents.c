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

_Static_assert(sizeof(struct record) == 32, "two records a cache line, and the file's format");

struct nfs_parents {
	pthread_mutex_t lock;
	struct record (*set)[WAYS];
	uint32_t turn;
};

enum { SIZE = (int)sizeof(struct record) * WAYS * SETS };

/* All of it is there from the beginning: a full disk must not end us in the middle. */
static void *map(int folder, const char *name)
{
	struct stat st;
	void *p = MAP_FAILED;
	int fd = openat(folder, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return p;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    (st.st_size == SIZE || ftruncate(fd, 0) == 0) && posix_fallocate(fd, 0, SIZE) == 0)
		p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p;
}

struct nfs_parents *nfs_parents_open(int folder, const char *name, bool *kept)
{
	struct nfs_parents *p = calloc(1, sizeof(*p));
	void *m = folder >= 0 ? map(folder, name) : MAP_FAILED;

	*kept = m != MAP_FAILED;
	if (!*kept)
		m = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!p || m == MAP_FAILED || pthread_mutex_init(&p->lock, NULL)) {
		if (m != MAP_FAILED)
			munmap(m, SIZE);
		free(p);
		return NULL;
	}
	p->set = m;
	return p;
}

static uint64_t tag_of(const struct nfs_file *f)
{
	uint64_t tag = hash_bytes(f->export, (struct bytes) { f->id, f->n });

	return tag ? tag : 1;
}

static struct record *way_of(struct nfs_parents *p, uint64_t tag)
{
	struct record *r = p->set[tag % SETS];

	for (int i = 0; i < WAYS; i++)
		if (r[i].tag == tag)
			return &r[i];
	return NULL;
}

static struct record *room_for(struct nfs_parents *p, uint64_t tag)
{
	struct record *r = p->set[tag % SETS];

	for (int i = 0; i < WAYS; i++)
		if (!r[i].tag)
			return &r[i];
	return &r[p->turn++ % WAYS];
}

void nfs_parents_note(struct nfs_parents *p, const struct nfs_file *f,
		      const struct nfs_file *parent)
{
	uint64_t tag = tag_of(f);
	struct record *r;

	if (parent->n > NFS_PARENT_ID_MAX)
		return;
	pthread_mutex_lock(&p->lock);
	r = way_of(p, tag);
	if (!r) {
		r = room_for(p, tag);
		r->tag = tag;
		r->n = 0;
	}
	if (r->n != parent->n || memcmp(r->id, parent->id, r->n) != 0) {
		memcpy(r->id, parent->id, parent->n);
		r->n = parent->n;
	}
	pthread_mutex_unlock(&p->lock);
}

bool nfs_parents_find(struct nfs_parents *p, const struct nfs_file *f, struct nfs_file *out)
{
	const struct record *r;
	bool found;

	pthread_mutex_lock(&p->lock);
	r = way_of(p, tag_of(f));
	/* the file may be of somebody else's making */
	found = r && r->n && r->n <= NFS_PARENT_ID_MAX;
	if (found) {
		*out = (struct nfs_file) { .export = f->export, .n = r->n };
		memcpy(out->id, r->id, r->n);
	}
	pthread_mutex_unlock(&p->lock);
	return found;
}

void nfs_parents_free(struct nfs_parents *p)
{
	if (!p)
		return;
	munmap(p->set, SIZE);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
