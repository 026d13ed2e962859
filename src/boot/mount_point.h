/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MOUNT_POINT_H
#define MOUNT_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "caps.h"
#include "nfs_work.h"
#include "rpc.h"

/* A question to portmap or rpcbind (GETPORT, GETADDR), or a NULL call to it: one a server, program,
 * version and transport. */
struct port_map {
	struct port_map *next;
	struct address server;
	bool tcp;                   /* the question itself went over TCP */
	uint32_t prog, vers, proto; /* asked for; prog 0: NULL or DUMP   */
	uint32_t asked, answered;
	uint16_t port; /* answered; 0 with answered > 0: not registered */
	bool refused;  /* ICMP port unreachable or RST from 111 */
	uint64_t first_frame, last_frame, answer_frame, refused_frame;
	uint64_t first_ns, last_ns, answer_ns;
};

/* TCP connection attempts of the client to a server's port (111, 2049, mountd, 80, 443). */
struct connection {
	struct connection *next;
	struct address server;
	uint16_t port;
	uint16_t last_source_port;
	uint32_t syns, syn_acks, resets, client_resets, fins;
	bool refused; /* a RST answered a SYN */
	uint64_t first_frame, last_frame, syn_ack_frame, reset_frame;
	uint64_t first_ns, last_ns, syn_ack_ns, last_syn_ns;
	uint32_t unreachables; /* ICMP */
};

enum mount_outcome {
	MOUNT_NO_ANSWER,
	MOUNT_OK,
	MOUNT_DENIED,          /* MNT3ERR_ACCES, PERM; RPC auth error */
	MOUNT_NO_SUCH_EXPORT,  /* NOENT, NOTDIR                       */
	MOUNT_VERSION_REFUSED, /* PROG_MISMATCH, PROG_UNAVAIL         */
	MOUNT_REFUSED,         /* ICMP or RST                         */
	MOUNT_FAILED,          /* any other status                    */
};

const char *mount_outcome_key(enum mount_outcome o); /* static: "no-such-export" */

/* A MNT of one path (v1-v3), or the first walk to the root by NFS v4 (version 4): outcome by its
 * last answer. */
struct mount {
	struct mount *next;
	struct address server;
	uint16_t server_port, source_port;
	uint32_t version, minor;
	bool tcp;
	const char *path; /* export asked for, "" when unknown; unsafe to show */
	enum mount_outcome outcome;
	uint32_t status;    /* MNT or NFS4 status of the last answer */
	uint64_t root;      /* the handle that MNT gave, as calls know it; 0: none */
	uint32_t low, high; /* of a PROG_MISMATCH                    */
	uint32_t calls, answers;
	bool refused;          /* ICMP or RST */
	uint32_t denials;      /* answers that denied it, whatever the last one said */
	uint16_t denied_port;  /* source port of the first call that was denied      */
	uint64_t denied_frame; /* of that answer */
	uint64_t first_frame, last_frame, answer_frame;
	uint64_t first_ns, last_ns, answer_ns;
};

/* m, or the first behind it that is an attempt to mount, or failed: mountd's good answer to a mere
 * ping (procedure NULL, no path) is neither. NULL: none. */
static inline const struct mount *mount_told(const struct mount *m)
{
	while (m && m->version != 4 && !*m->path && m->outcome == MOUNT_OK)
		m = m->next;
	return m;
}

/* One kind of NFS failure. */
struct nfs_error {
	struct nfs_error *next;
	uint8_t status_kind; /* enum rpc_status_kind */
	uint32_t status;
	uint32_t proc; /* NFS v4: operation that failed */
	uint32_t uid;  /* of the first; UINT32_MAX: unknown */
	uint32_t count;
	uint64_t frame, call_frame, time_ns; /* first */
	const char *name; /* name or path worked on, "" unknown; unsafe to show */
};

struct nfs_name {
	char name[40]; /* cut, unsafe to show, NUL-terminated */
	uint64_t frame;
	bool found, answered;
};

/* NFS as used with one server in one version over one transport. */
struct nfs_use {
	struct nfs_use *next;
	struct address server;
	uint16_t port, source_port;
	uint32_t version, minor;
	bool tcp;
	uint64_t calls, replies, errors, retransmissions, unanswered_now;
	uint64_t nulls, null_replies;
	uint64_t reads, writes, read_bytes, write_bytes, lookups;
	uint64_t latency_sum_ns, latency_max_ns, latencies;
	bool refused;  /* ICMP or RST */
	bool mismatch; /* PROG_MISMATCH (or PROG_UNAVAIL with low = high = 0) */
	uint32_t low, high;
	uint64_t mismatch_frame;
	bool from_root; /* v4: a COMPOUND began at the root, so that names lead down to it */
	bool exchange_id, session; /* v4: EXCHANGE_ID or SETCLIENTID, CREATE_SESSION answered OK */
	uint64_t first_frame, last_frame, last_call_frame, last_reply_frame,
		first_retransmission_frame;
	uint64_t first_ns, last_ns, last_call_ns, last_reply_ns;
	uint64_t retransmission_gap_ns;    /* shortest time to a repeat; 0: none */
	uint32_t init_lookups, init_found; /* init, sh looked up below sbin, etc, bin */
	uint64_t init_frame;
	uint64_t modules_missing_frame; /* LOOKUP of lib/modules/<version> failed; 0: no */
	uint32_t writes_denied;         /* ACCES or PERM on a change by uid 0 */
	uint32_t looks_denied;          /* the same on what changes nothing, before version 4 */
	uint32_t writes_read_only;      /* ROFS on a change */
	uint32_t reads_again;           /* READ calls sent again over UDP, unanswered so far */
	uint32_t again_after_reply;     /* calls sent again although the reply was seen */
	uint32_t stale;                 /* replies that say that the file handle is not known */
	/* first of each */
	uint64_t denied_frame, look_denied_frame, read_only_frame, again_frame, stale_frame;
	uint32_t n_names; /* looked up in all; the last CAP_NFS_NAMES are held, name[i % CAP] */
	struct nfs_name name[CAP_NFS_NAMES];
	struct nfs_error *first_error; /* kinds, in order of appearance */
	uint32_t n_errors;
	uint32_t read_size, write_size; /* the largest asked for so far: rsize, wsize */
	struct nfs_work *work;          /* NULL: nothing was answered, or there was no room */
};

struct boot;
/* The good MNT that this work stands on; NULL: was not seen. */
const struct mount *nfs_use_mount(const struct boot *b, const struct nfs_use *n);
/* "READ"; static. "?" for what has no name. */
const char *nfs_use_op_name(const struct nfs_use *n, uint32_t op);
/* "NFS3ERR_NOENT"; static. */
const char *nfs_use_status(const struct nfs_use *n, uint32_t status);

#endif
