/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RPC_H
#define RPC_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "field.h"
#include "reader.h"
#include "writer.h"

enum {
	RPC_PORTMAP_PORT = 111,
	RPC_NFS_PORT = 2049,
	RPC_OPS_MAX = 64,
	RPC_ENTRIES_MAX = 16,
	RPC_EXPORTS_MAX = 32,
	RPC_MAPS_MAX = 64,
	RPC_HELD_MAX = 65536, /* of one message, at most: longer lists are read as far as that */
	RPC_HANDLE_MAX = 128,
};

enum rpc_program {
	RPC_PORTMAP = 100000,
	RPC_NFS = 100003,
	RPC_MOUNT = 100005,
	RPC_NLM = 100021,
	RPC_NSM = 100024,
	RPC_NFS_ACL = 100227,
	RPC_NFS4_CALLBACK = 0x40000000,
};

enum rpc_type { RPC_CALL = 0, RPC_REPLY = 1 };
enum rpc_accept {
	RPC_SUCCESS,
	RPC_PROG_UNAVAIL,
	RPC_PROG_MISMATCH,
	RPC_PROC_UNAVAIL,
	RPC_GARBAGE_ARGS,
	RPC_SYSTEM_ERR,
};
/* How the body is wrapped: RPCSEC_GSS (RFC 2203 5.3.1) by its service; context set-up carries
 * tokens. */
enum rpc_wrap { RPC_PLAIN, RPC_INTEGRITY, RPC_OPAQUE };
enum rpc_reject { RPC_MISMATCH = 0, RPC_AUTH_ERROR = 1 };

/* Which table a status comes from. */
enum rpc_status_kind {
	RPC_STATUS_NONE,
	RPC_STATUS_MOUNT,
	RPC_STATUS_NFS2,
	RPC_STATUS_NFS3,
	RPC_STATUS_NFS4,
	RPC_STATUS_NLM,
	RPC_STATUS_NSM
};

/* Which numbers a message said: zero is an answer too. */
enum rpc_has {
	RPC_HAS_OFFSET = 1 << 0,
	RPC_HAS_COUNT = 1 << 1,
	RPC_HAS_EOF = 1 << 2,
	RPC_HAS_RESULT = 1 << 3,
	RPC_HAS_STATE = 1 << 4,
	RPC_HAS_LOCK = 1 << 5,
};

/* A row of portmap's DUMP, or of rpcbind's. proto 0: neither TCP nor UDP. */
struct rpc_map {
	uint32_t prog, vers, proto, port;
};

/* A row of MOUNT's EXPORT: the first of the groups that may mount it, none for everyone. Of its
 * DUMP: the host that mounted it. Borrowed. */
struct rpc_export {
	struct bytes path, group;
	uint32_t groups;
};

/* What NLM locks (X/Open XNFS 10). */
struct rpc_lock {
	uint64_t offset, length; /* length 0: to the end     */
	uint32_t owner;          /* process on the client   */
	bool exclusive, block, reclaim;
};

/* One operation of an NFS v4 COMPOUND. */
struct rpc_op {
	uint32_t op;
	uint32_t status;   /* replies */
	struct bytes name; /* LOOKUP, OPEN, CREATE, REMOVE ... borrowed */
};

/*
 * An RPC message (RFC 5531) with what the boot cares for of its arguments or
 * results. Everything in bytes is borrowed from the message. A reply's
 * program, version and procedure come from its call: known is false when the
 * call was not seen.
 */
struct rpc {
	uint32_t xid;
	uint8_t type; /* enum rpc_type */
	bool tcp;
	bool known;
	uint32_t prog, vers, proc;
	/* call */
	uint32_t flavor, uid, gid;
	uint8_t wrap;         /* enum rpc_wrap; of a reply as of its call */
	struct bytes machine; /* AUTH_SYS host name */
	bool retransmission;  /* the same call again */
	/* reply */
	bool denied;
	uint8_t accept; /* enum rpc_accept, when not denied */
	uint8_t reject; /* enum rpc_reject, when denied     */
	uint32_t auth_stat;
	uint32_t low, high;  /* versions of a mismatch */
	uint64_t call_frame; /* 0: not seen           */
	uint64_t call_time_ns;
	/* what it says: filled in by the procedure's row */
	enum rpc_status_kind status_kind;
	uint32_t status;
	struct bytes path;    /* MNT, UMNT: directory. SYMLINK: text. READLINK: answer */
	struct bytes name;    /* LOOKUP and the like: entry name                       */
	struct bytes name2;   /* RENAME, LINK: new name                                */
	struct bytes handle;  /* call: the object or directory worked on               */
	struct bytes handle2; /* reply: the handle given; RENAME, LINK call: the other */
	uint64_t offset;
	uint32_t count; /* READ, WRITE: bytes asked or given                     */
	bool eof;
	bool result;        /* SET, UNSET: done                                      */
	uint8_t has;        /* enum rpc_has                                      */
	uint32_t file_type; /* of the object answered, 0: not said                   */
	uint64_t size;      /* of the object answered, UINT64_MAX: not said          */
	/* portmap and rpcbind */
	uint32_t map_prog, map_vers, map_proto, map_port;
	struct bytes address; /* rpcbind universal address */
	uint32_t map_proc;    /* CALLIT, BCAST, INDIRECT: procedure called */
	/* NLM, NSM */
	struct bytes host; /* NLM: who locks; NSM: who is watched, or came up again */
	struct rpc_lock lock;
	uint32_t state; /* of NSM: odd while the host is up */
	/* READDIR, READDIRPLUS; DUMP of portmap and rpcbind; EXPORT and DUMP of MOUNT: the first,
	 * and how many were read */
	uint32_t n_entries, entries_total;
	uint32_t n_maps, maps_total;
	uint32_t n_exports, exports_total;
	/* NFS v4 */
	struct bytes data; /* READ, WRITE: of the file, as far as held */
	uint32_t minor;
	struct bytes tag;
	uint32_t n_ops, ops_total; /* held here, and said by the message */
	/* all of it that is held, and of that the arguments or results; borrowed, for showing */
	struct bytes message, body;
	/* from here on only as far as their counts say */
	struct rpc_op op[RPC_OPS_MAX];
	struct bytes entry[RPC_ENTRIES_MAX];
	struct bytes entry_handle[RPC_ENTRIES_MAX]; /* READDIRPLUS; n 0: not given */
	struct rpc_map maps[RPC_MAPS_MAX];
	struct rpc_export exports[RPC_EXPORTS_MAX];
};

struct rpc_proc {
	uint32_t prog, vers, proc;
	const char *name; /* static: "LOOKUP" */
	const char *ref;
	enum err (*call)(struct reader *r, struct rpc *out); /* NULL: by args */
	enum err (*reply)(struct reader *r, struct rpc *out);
	bool idempotent; /* a repeat may be sent again without harm */
	/* What they look like, in the letters of rpc_shape.h: read and written by it. NULL: not
	 * looked into. */
	const char *args, *results;
};

/* NULL when the procedure is not in the table. */
const struct rpc_proc *rpc_proc_find(uint32_t prog, uint32_t vers, uint32_t proc);
/* "NFS3 LOOKUP", "MOUNT3 MNT", "PORTMAP2 GETPORT"; numbers where there is no name. */
void rpc_name(const struct rpc *m, struct text *out);
const char *rpc_status_name(enum rpc_status_kind kind, uint32_t status); /* "NFS3ERR_NOENT"; NULL */
const char *rpc_accept_key(uint8_t accept);                              /* "prog_mismatch"; NULL */
const char *nfs4_op_name(uint32_t prog, uint32_t op); /* prog: RPC_NFS or a callback program */

/* Could these bytes be an RPC call, or a reply? Header only: program and credentials are held to
 * what real ones look like, so that other protocols are not mistaken for RPC. */
bool rpc_looks_like_call(struct bytes message);
bool rpc_looks_like_reply(struct bytes message);

/* Two steps, since a reply needs its call: the header (xid, type; of a call also program, version,
 * procedure and credentials; of a reply its state), then the body by its row, with prog, vers
 * and proc set. The reader stays between them. */
enum err rpc_decode_header(struct reader *r, struct rpc *out);
enum err rpc_decode_body(struct reader *r, struct rpc *out);

#endif
