/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_LOOK_H
#define NFS_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board_net.h"

/*
 * Looks at a root file system by NFS version 3 over TCP, read only: rpcbind, the list of exports,
 * the mount, FSINFO, init, /etc/fstab; by version 4 where vers= says so, which has no rpcbind.
 * libnfs makes its sockets itself and reads what a stranger sends, so it runs in a process of its
 * own, one for each question, with its rights given up.
 *
 * An export that is closed to one address may be open to another, so it asks as the board itself,
 * in a network of its own (board_net.h): looker.tap is the other end, and whoever asks carries the
 * frames meanwhile. Where no such network can be made tap is -1, and it asks as this host.
 *
 * Use: nfs_look_start before the sandbox is entered; put looker.fd among sandbox.sender, and
 * poll it; nfs_look_ask when cmdline.txt is known; nfs_look_hear until it gives 1; nfs_look_end.
 */

enum { NFS_LOOK_PATH = 1024, NFS_LOOK_TEXT = 240, NFS_LOOK_LIST = 480, NFS_LOOK_ALL_MS = 10000 };

struct nfs_look_ask {
	struct board_net_who who;  /* peer: the server; read when it asks as a board */
	uint32_t server;           /* host order */
	uint16_t port, mount_port; /* port=, mountport=; 0: rpcbind is asked */
	uint8_t version;           /* vers=; 0: not said */
	bool udp;                  /* proto=udp: its ports are asked for, the look is over TCP */
	char path[NFS_LOOK_PATH];  /* of nfsroot= */
	char init[NFS_LOOK_PATH];  /* init=; "": the kernel's own */
};

enum nfs_look_step {
	NFS_LOOK_RPCBIND,
	NFS_LOOK_EXPORTS,
	NFS_LOOK_MOUNT,
	NFS_LOOK_FSINFO,
	NFS_LOOK_INIT,
	NFS_LOOK_FSTAB,
	NFS_LOOK_STEPS
};

enum nfs_look_outcome {
	LOOK_NOT_TRIED,
	LOOK_FINE,
	LOOK_NO_LIBNFS,
	LOOK_NO_NETWORK,
	LOOK_UNREACHABLE,
	LOOK_RPCBIND_REFUSED,
	LOOK_RPCBIND_SILENT,
	LOOK_NFS_MISSING,
	LOOK_ONLY_V2,
	LOOK_ONLY_V4,
	LOOK_NO_V2,
	LOOK_OTHER_TRANSPORT,
	LOOK_MOUNTD_MISSING,
	LOOK_MOUNTD_SILENT,
	LOOK_NO_V4,
	LOOK_ONLY_V41,
	LOOK_NO_PATH_V4,
	LOOK_NOT_LISTED,
	LOOK_NO_EXPORT,
	LOOK_DENIED,
	LOOK_DENIED_UNLISTED,
	LOOK_NO_FOLDER,
	LOOK_MOUNT_FAILED,
	LOOK_NFS_REFUSED,
	LOOK_NFS_SILENT,
	LOOK_NFS_FAILED,
	LOOK_NO_INIT,
	LOOK_INIT_UNFIT,
	LOOK_NO_FSTAB,
	LOOK_FSTAB_CARD,
	LOOK_FSTAB_SERVER,
	LOOK_ENDED,
	NFS_LOOK_OUTCOMES
};

enum nfs_look_grade { LOOK_SAYS_NOTHING, LOOK_PASSES, LOOK_WARNS, LOOK_FAILS };

struct nfs_look_row {
	const char *key; /* "mount-denied" */
	enum nfs_look_grade grade;
	const char *finding;     /* id of the one that says the same of a capture; "": none */
	const char *words, *fix; /* words without a full stop; fix "": none is needed */
};

extern const struct nfs_look_row nfs_look_rows[NFS_LOOK_OUTCOMES];
extern const char *const nfs_look_steps[NFS_LOOK_STEPS]; /* "rpcbind" */

/* Bounds are checked and texts are safe to show once it was heard. */
struct nfs_look_result {
	uint8_t outcome[NFS_LOOK_STEPS];          /* enum nfs_look_outcome */
	char text[NFS_LOOK_STEPS][NFS_LOOK_TEXT]; /* what it rests on; "": nothing to say */
	char exports[NFS_LOOK_LIST];              /* paths, with spaces between; cut at the end */
	uint16_t port, mount_port;                /* that were used; 0: none */
	uint8_t versions_tcp, versions_udp;       /* of NFS at rpcbind: 1 << version */
	uint32_t read_max, write_max;             /* of FSINFO */
};

struct nfs_looker {
	int fd, pid, tap; /* fd -1: none; tap -1: it asks as this host */
	bool asked;
};

bool nfs_look_known(void); /* there is libnfs */

/* The first step that fails; NFS_LOOK_STEPS: none does. Pure. */
enum nfs_look_step nfs_look_failed(const struct nfs_look_result *r);

/* user as in struct sandbox; as_board: if that can be. Without libnfs it starts nothing and still
 * gives 0: what is asked is answered by LOOK_NO_LIBNFS. 0, or a negative errno and one sentence. */
int nfs_look_start(const char *user, bool as_board, struct nfs_looker *out, char *why, size_t n)
	__attribute__((warn_unused_result));
/* One at a time: -EBUSY. */
int nfs_look_ask(struct nfs_looker *l, const struct nfs_look_ask *ask)
	__attribute__((warn_unused_result));
/* Waits that long at most. 1: heard; 0: not yet; -EPIPE: nobody is there to answer. An answer
 * comes within NFS_LOOK_ALL_MS and a second. */
int nfs_look_hear(struct nfs_looker *l, struct nfs_look_result *out, int wait_ms);
void nfs_look_end(struct nfs_looker *l);

#endif
