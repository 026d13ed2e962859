/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_ROOT_H
#define NFS_ROOT_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp.h"
#include "reader.h"

/*
 * Which root a client would mount by NFS: what its command line and its DHCP answer come to,
 * together, for the kernel (facts 5.1, 5.3) or for an initramfs (5.2). Pure.
 */

enum { NFS_ROOT_PATH = 1024 };

struct nfs_root_from {
	struct bytes cmdline; /* p NULL: there was none */
	bool initramfs;       /* it mounts the root */
	/* the answer that gave the address; NULL: there was none. Not const: options are joined in
	 * place. */
	struct dhcp *answer;
	uint32_t address;        /* its own, for %s */
	uint8_t default_version; /* that the kernel was built with; 0: not known */
};

enum nfs_root_end {
	NFS_ROOT_FOUND,
	/* nothing to be mounted */
	NFS_ROOT_NO_CMDLINE,
	NFS_ROOT_ELSEWHERE, /* on a card, or nowhere that is said */
	/* it cannot be mounted */
	NFS_ROOT_NO_IP,
	NFS_ROOT_NO_SERVER,
	NFS_ROOT_NAMED_SERVER, /* neither looks names up */
	NFS_ROOT_NO_HOST,      /* 127.0.0.1, a group, ... */
	NFS_ROOT_NO_PATH,
	NFS_ROOT_V4_INITRAMFS, /* klibc's nfsmount has versions 2 and 3 */
	NFS_ROOT_ENDS,
};

struct nfs_root {
	uint32_t server;           /* host order */
	uint16_t port, mount_port; /* 0: not said */
	uint8_t version;           /* 0: not said, and no default known */
	bool udp;
	char path[NFS_ROOT_PATH]; /* unsafe to show, as init is */
	char init[NFS_ROOT_PATH]; /* "": the usual */
};

enum nfs_root_end nfs_root_find(const struct nfs_root_from *from, struct nfs_root *out);

const char *nfs_root_key(enum nfs_root_end e);  /* static: "no-nfs-server" */
const char *nfs_root_text(enum nfs_root_end e); /* static, for people */
const char *nfs_root_fix(enum nfs_root_end e);  /* static; NULL: nothing is wrong */

#endif
