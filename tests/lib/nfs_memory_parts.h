/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_MEMORY_PARTS_H
#define NFS_MEMORY_PARTS_H

#include "nfs_memory.h"

/* The tree of a file system in memory, and what its calls are made of. */

enum { PAGE = 4096, MAY_READ = 4, MAY_WRITE = 2, MAY_EXECUTE = 1, ID = 8, FIRST_COOKIE = 3 };

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

/* realloc that does not fail. */
void *memory_more(void *old, size_t n);

/* The clock goes on with each look at it. */
struct nfs_time memory_tick(struct nfs_memory *m);
void memory_touch(struct nfs_memory *m, struct node *x);

/* Nodes are named by their numbers: pointers hold until the next is made. */
uint32_t memory_node_new(struct nfs_memory *m, uint32_t type, uint32_t parent);
void memory_file_of(const struct nfs_memory *m, uint16_t export, uint32_t i, struct nfs_file *out);
/* The node of a file, or what is wrong with it. */
int memory_open_node(struct nfs_memory *m, const struct nfs_file *f, uint32_t *out);
int memory_open_folder(struct nfs_memory *m, const struct nfs_file *f, uint32_t *out);

/* What a caller may: MAY_READ and so on. Data belongs to its owner whatever the mode says. */
bool memory_in_group(const struct nfs_caller *who, uint32_t gid);
uint32_t memory_granted(const struct node *x, const struct nfs_caller *who);
int memory_may(const struct node *x, const struct nfs_caller *who, uint32_t what);
int memory_may_data(const struct node *x, const struct nfs_caller *who, uint32_t what);

/* Names of a folder; NULL: none. */
struct name *memory_find(const struct node *dir, struct bytes name);
void memory_name_add(struct nfs_memory *m, uint32_t d, struct bytes name, uint32_t i);
void memory_name_drop(struct nfs_memory *m, uint32_t d, struct name *n);
/* One name less: the last takes the file with it. */
void memory_unlinked(struct nfs_memory *m, uint32_t i);

/* Between a file and memory, one of to and from: holes are zeros, and filled when written. */
void memory_move_data(struct node *x, uint64_t offset, uint8_t *to, const uint8_t *from,
		      uint32_t n);
void memory_resize(struct node *x, uint64_t size);

#endif
