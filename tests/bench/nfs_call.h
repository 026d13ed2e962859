/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_CALL_H
#define NFS_CALL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* Calls of MOUNT and NFS v3 over TCP (RFC 1813, RFC 5531), for nfs_load. What goes wrong before the
 * clock runs ends the program. */

enum {
	NFS = 100003,
	MOUNT = 100005,
	MNT = 1,
	GETATTR = 1,
	LOOKUP = 3,
	READ = 6,
	WRITE = 7,
	CREATE = 8,
	MKDIR = 9,
	REMOVE = 12,
	COMMIT = 21
};

enum { ROOM = 16384 };

struct handle {
	uint32_t n;
	uint8_t b[64];
};

struct out {
	uint8_t b[ROOM];
	uint32_t n;
};

extern struct sockaddr_in nfs_server;
/* Of the next call; another in each run: servers remember what they answered, and to whom. */
extern uint32_t nfs_xid;

void die(const char *what) __attribute__((noreturn));

void put(struct out *o, uint32_t v);
void put64(struct out *o, uint64_t v);
void put_opaque(struct out *o, const void *p, uint32_t n);
void put_handle(struct out *o, const struct handle *h);
void put_mode(struct out *o, uint32_t mode);
uint32_t get(const uint8_t *p);

/* A call's record mark and header, as root by AUTH_SYS. Returns where the mark is, which close_call
 * fills in; more: bytes that come after what is in o. */
uint32_t call(struct out *o, uint32_t xid, uint32_t prog, uint32_t proc);
void close_call(struct out *o, uint32_t at, uint32_t more);
/* Status of an accepted reply (without its mark), and where what follows it is; -1: it was not. */
int64_t status_of(const uint8_t *p, uint32_t n, uint32_t *at);

/* A connection from a port below 1024, as kernels do. */
int dial(uint16_t port);
void mount_root(uint16_t port, const char *path, struct handle *root);
bool look(int fd, const struct handle *dir, const char *name, struct handle *found);
/* dir/name, made when it is not there: proc is CREATE or MKDIR. */
void make(int fd, const struct handle *dir, const char *name, uint32_t proc, struct handle *made);

#endif
