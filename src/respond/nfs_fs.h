/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_FS_H
#define NFS_FS_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

/*
 * What an NFS server shows: file systems, as its procedures see them; directories at the edge,
 * memory in a test. What may be done is for whoever has the files to say (the kernel, as caller);
 * what a request may look like, names, squashing and read-only exports are the procedures' matter,
 * and were looked at before these are called. All of them may be called by several threads, each
 * with an nfs_fs of its own.
 */

/* nfsstat3 (RFC 1813 2.6). */
enum nfs_status {
	NFS_OK = 0,
	NFS_PERM = 1,
	NFS_NOENT = 2,
	NFS_IO = 5,
	NFS_NXIO = 6,
	NFS_ACCES = 13,
	NFS_EXIST = 17,
	NFS_XDEV = 18,
	NFS_NODEV = 19,
	NFS_NOTDIR = 20,
	NFS_ISDIR = 21,
	NFS_INVAL = 22,
	NFS_FBIG = 27,
	NFS_NOSPC = 28,
	NFS_ROFS = 30,
	NFS_MLINK = 31,
	NFS_NAMETOOLONG = 63,
	NFS_NOTEMPTY = 66,
	NFS_DQUOT = 69,
	NFS_STALE = 70,
	NFS_REMOTE = 71,
	NFS_BADHANDLE = 10001,
	NFS_NOT_SYNC = 10002,
	NFS_BAD_COOKIE = 10003,
	NFS_NOTSUPP = 10004,
	NFS_TOOSMALL = 10005,
	NFS_SERVERFAULT = 10006,
	NFS_BADTYPE = 10007,
	NFS_JUKEBOX = 10008,
};

enum {
	NFS_NAME_MAX = 255,
	NFS_PATH_MAX = 4096,    /* of a symbolic link's text */
	NFS_ID_MAX = 52,        /* 64 bytes of a v3 handle, less what seals it (nfs_handle.h) */
	NFS_ID_V2_MAX = 20,     /* the same of the 32 of v2 */
	NFS_GROUPS_MAX = 16,    /* AUTH_SYS (RFC 5531 appendix A) */
	NFS_IO_MAX = 1 << 20,   /* of one READ or WRITE over TCP */
	NFS_IO_UDP_MAX = 32768, /* the same in a datagram */
};

/* A file: the export it was found in, and what the file system calls it. Two with the same bytes
 * are the same file, and no other file ever has them. */
struct nfs_file {
	uint16_t export;
	uint8_t n; /* of id; 0: none */
	uint8_t id[NFS_ID_MAX];
};

/* As whom: after squashing. */
struct nfs_caller {
	bool sync; /* what changes is on the disk before the answer, names too (exports(5)) */
	uint32_t uid, gid;
	uint32_t n_groups;
	uint32_t group[NFS_GROUPS_MAX];
};

struct nfs_time {
	uint32_t s, ns;
};

/* ftype3 (RFC 1813 2.6) */
enum nfs_type { NFS_NONE, NFS_REG, NFS_DIR, NFS_BLK, NFS_CHR, NFS_LNK, NFS_SOCK, NFS_FIFO };

/* fattr3. type NFS_NONE: not known, the rest is unset. */
struct nfs_attr {
	uint32_t type; /* enum nfs_type */
	uint32_t mode; /* without the type: 07777 */
	uint32_t nlink, uid, gid;
	uint64_t size, used;
	uint32_t major, minor; /* of a device */
	uint64_t fileid;
	struct nfs_time atime, mtime, ctime;
};

/* wcc_data: pre_op_attr and post_op_attr. */
struct nfs_wcc {
	bool before; /* the next three are known */
	uint64_t size;
	struct nfs_time mtime, ctime;
	struct nfs_attr after;
};

enum nfs_set_what {
	NFS_SET_MODE = 1 << 0,
	NFS_SET_UID = 1 << 1,
	NFS_SET_GID = 1 << 2,
	NFS_SET_SIZE = 1 << 3,
	NFS_SET_ATIME = 1 << 4,     /* to atime below */
	NFS_SET_MTIME = 1 << 5,     /* to mtime below */
	NFS_SET_ATIME_NOW = 1 << 6, /* to the server's clock */
	NFS_SET_MTIME_NOW = 1 << 7,
};

/* sattr3 */
struct nfs_set {
	uint32_t what; /* enum nfs_set_what */
	uint32_t mode, uid, gid;
	uint64_t size;
	struct nfs_time atime, mtime;
};

/* createmode3 */
enum nfs_how { NFS_UNCHECKED, NFS_GUARDED, NFS_EXCLUSIVE };
/* stable_how */
enum nfs_stable { NFS_UNSTABLE, NFS_DATA_SYNC, NFS_FILE_SYNC };

/* What CREATE, MKDIR, SYMLINK and MKNOD make. */
struct nfs_make {
	uint32_t type;       /* enum nfs_type */
	uint32_t how;        /* of a regular file: enum nfs_how */
	uint8_t verifier[8]; /* of NFS_EXCLUSIVE: the same one again is no NFS_EXIST (RFC
				1813 3.3.8) */
	struct nfs_set set;
	struct bytes text;     /* of a symbolic link */
	uint32_t major, minor; /* of a device */
};

/* One name of a directory. */
struct nfs_entry {
	struct bytes name;
	uint64_t fileid;
	uint64_t cookie;      /* the listing goes on behind it with this; never 0 */
	struct nfs_attr attr; /* with all that is known, if they were asked for */
	struct nfs_file file; /* n 0: not known */
};

/* What a listing should be like. */
struct nfs_list {
	uint64_t cookie; /* 0: from the beginning */
	bool plus;       /* with attributes and files */
	bool narrow;     /* cookies are to fit into 32 bits (v2) */
	uint32_t bytes;  /* of names and 24 bytes for each, about: more is not asked for */
	void *ctx;
	/* False: there was no room, this entry comes again with the next call. */
	bool (*entry)(void *ctx, const struct nfs_entry *e);
};

/* FSSTAT (RFC 1813 3.3.18), bytes and files. */
struct nfs_space {
	uint64_t bytes, free, available; /* available: to the caller */
	uint64_t files, files_free, files_available;
};

struct nfs_fs {
	void *ctx; /* borrowed; of one thread */

	/* All give an enum nfs_status. attr, wcc: filled in as far as known whatever the outcome;
	 * they come with type NFS_NONE and before false. */

	/* The top of an export. */
	int (*root)(void *ctx, uint16_t export, struct nfs_file *out);
	int (*getattr)(void *ctx, const struct nfs_file *f, struct nfs_attr *attr);
	/* guard: its ctime has to be this one, else NFS_NOT_SYNC; NULL: any. */
	int (*setattr)(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		       const struct nfs_set *set, const struct nfs_time *guard,
		       struct nfs_wcc *wcc);
	/* name: "." and ".." too; the top of an export is its own "..". */
	int (*lookup)(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		      struct bytes name, struct nfs_file *out, struct nfs_attr *attr,
		      struct nfs_attr *dir_attr);
	/* Of the bits of ACCESS (RFC 1813 3.3.4) in asked those that are granted. */
	int (*access)(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		      uint32_t asked, uint32_t *granted, struct nfs_attr *attr);
	/* NFS_INVAL: no symbolic link. */
	int (*readlink)(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
			char to[NFS_PATH_MAX], uint32_t *n, struct nfs_attr *attr);
	/* *n: at most that many bytes; what was read. to NULL: it is put aside by whoever runs this
	 * (ctx knows where), to be sent behind the answer. */
	int (*read)(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		    uint64_t offset, uint8_t *to, uint32_t *n, bool *eof, struct nfs_attr *attr);
	/* *stable: at least that; what it became. All of data is written, or it fails. */
	int (*write)(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		     uint64_t offset, struct bytes data, uint32_t *n, uint32_t *stable,
		     struct nfs_wcc *wcc);
	int (*make)(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		    struct bytes name, const struct nfs_make *how, struct nfs_file *out,
		    struct nfs_attr *attr, struct nfs_wcc *wcc);
	/* directory: RMDIR, else REMOVE. */
	int (*remove)(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		      struct bytes name, bool directory, struct nfs_wcc *wcc);
	int (*rename)(void *ctx, const struct nfs_caller *who, const struct nfs_file *from,
		      struct bytes name, const struct nfs_file *to, struct bytes new_name,
		      struct nfs_wcc *from_wcc, struct nfs_wcc *to_wcc);
	int (*link)(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		    const struct nfs_file *dir, struct bytes name, struct nfs_attr *attr,
		    struct nfs_wcc *wcc);
	int (*readdir)(void *ctx, const struct nfs_caller *who, const struct nfs_file *dir,
		       const struct nfs_list *list, bool *eof, struct nfs_attr *attr);
	int (*space)(void *ctx, const struct nfs_file *f, struct nfs_space *out,
		     struct nfs_attr *attr);
	/* What was written is on the disk: count 0 is all of the file behind offset. */
	int (*commit)(void *ctx, const struct nfs_caller *who, const struct nfs_file *f,
		      uint64_t offset, uint32_t count, struct nfs_wcc *wcc);
};

#endif
