/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_REQUEST_H
#define NFS_REQUEST_H

#include "nfs_server.h"

/*
 * One call of NFS while it is served, in three steps: the arguments are read by the letters of its
 * row, its procedure does it, the results are written by letters again. Versions 2 and 3 have the
 * procedures in common and differ in letters.
 */
struct nfs_request {
	const struct nfs_server *server;
	const struct rpc_call *call;
	struct rpc_answer *out;
	uint32_t vers;

	/* Arguments, as far as the procedure has them; borrowed from the call. */
	struct bytes handle, name; /* a file; or a folder and a name in it */
	struct bytes to_handle, to_name;
	uint64_t offset, cookie;
	uint32_t count;  /* bytes asked for, or said to be in data */
	uint32_t names;  /* READDIRPLUS: dircount */
	uint32_t asked;  /* ACCESS */
	uint32_t stable; /* enum nfs_stable: asked for, then what it became */
	struct bytes data;
	const struct nfs_time *guard; /* NULL, or the next */
	struct nfs_time guard_ctime;
	struct nfs_make make; /* its set is that of SETATTR too */

	/* From nfs_enter on: as whom, and what is said of the client. */
	const struct export_client *client;
	struct nfs_caller who;

	/* Results. Of attributes that are not set the type is NFS_NONE. */
	struct nfs_file file, to, found;  /* of handle, of to_handle, and what the call found or
					     made; n 0: none */
	struct nfs_attr attr, found_attr; /* of file; of found */
	struct nfs_wcc wcc, to_wcc;       /* of file, of to */
	uint32_t granted;
	bool eof;
	/* READ, READDIR: lies in the writer's room already, where it comes to be if all attributes
	 * are known; p NULL: put aside (struct rpc_answer). READLINK: in text. */
	struct bytes body;
	struct nfs_space space;
	char text[NFS_PATH_MAX];
};

/* A procedure: gives enum nfs_status. */
typedef int nfs_procedure(struct nfs_request *q);

nfs_procedure nfs_getattr, nfs_setattr, nfs_lookup, nfs_access, nfs_readlink;
nfs_procedure nfs_read, nfs_write, nfs_commit;
nfs_procedure nfs_create, nfs_mkdir, nfs_symlink, nfs_mknod;
nfs_procedure nfs_remove, nfs_rmdir, nfs_rename, nfs_link;
nfs_procedure nfs_readdir, nfs_readdirplus;
nfs_procedure nfs_fsstat;

/* The file of a handle, for this client, as whoever it is to be here (q->who, q->client). */
int nfs_enter(struct nfs_request *q, struct bytes handle, struct nfs_file *f);
/* The same of q->handle, to be changed: not where the export is read-only. */
int nfs_enter_change(struct nfs_request *q);
/* What RFC 1813 3.2 says of names: ACCES, NAMETOOLONG, or NFS_OK. */
int nfs_name(struct bytes name);
/* "." or "..": they are there, and can neither be made nor taken away. */
bool nfs_name_dots(struct bytes name);
/* Times and sizes that no file system has. */
int nfs_set_check(const struct nfs_set *set);
/* Of one READ or WRITE; of a symbolic link's text. */
uint32_t nfs_io_max(const struct nfs_request *q);
uint32_t nfs_path_max(const struct nfs_request *q);

static inline const struct nfs_fs *nfs_fs_of(const struct nfs_request *q)
{
	return &q->server->fs;
}

#endif
