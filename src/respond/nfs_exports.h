/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_EXPORTS_H
#define NFS_EXPORTS_H

#include "address.h"
#include "nfs_fs.h"
#include "text.h"

/*
 * What is exported to whom: exports(5) as far as it bears on one server without Kerberos. Unlike
 * there sync is not the default: a root file system that waits for the disk at every name is slow,
 * and without it nothing is lost that the client was told to be on the disk (struct export_client).
 */

enum {
	EXPORTS_MAX = 64,
	EXPORT_CLIENTS_MAX = 16,
};

enum export_squash { SQUASH_ROOT, SQUASH_NONE, SQUASH_ALL };

/* One client specification with its options. */
struct export_client {
	uint32_t net, mask; /* mask 0: everyone */
	bool writes;        /* rw */
	bool high_ports;    /* insecure: from ports of 1024 and above too */
	/* Each change, names too, is on the disk before its answer. Without it a write is as stable
	 * as the client asked for, and a name as the file system's journal makes it: in seconds,
	 * and never after what was done later. */
	bool sync;
	uint8_t squash; /* enum export_squash */
	uint32_t anon_uid, anon_gid;
};

struct nfs_export {
	uint16_t id;      /* of its path: the same after a restart; differs from all others */
	const char *path; /* what clients mount: absolute, clean, no slash at its end */
	const char *root; /* the folder of this machine that is shown */
	/* A client that has a folder of its own in it (serial, MAC, address) is given that one. */
	bool own_folders;
	uint32_t n_clients;
	struct export_client client[EXPORT_CLIENTS_MAX];
};

struct nfs_exports {
	uint32_t n;
	struct nfs_export export[EXPORTS_MAX];
};

/* By number; NULL: none. */
const struct nfs_export *exports_find(const struct nfs_exports *e, uint16_t id);
/* What that export says of a client: the narrowest specification that fits. NULL: not for it. */
const struct export_client *exports_client(const struct nfs_export *x, uint32_t ip);
/* Does path begin with the components of top? Repeated slashes and "." are none. *rest: what
 * follows, without slashes before it. */
bool exports_below(const char *top, struct bytes path, struct bytes *rest);
/* The export that a path is in: the longest of those it begins with. NULL: none. */
const struct nfs_export *exports_path(const struct nfs_exports *e, struct bytes path,
				      struct bytes *rest);
/* Root and others become who they are to be here, and so does the number that means "no change" to
 * the calls that would make a thread somebody; sync is taken over. */
void exports_squash(const struct export_client *c, struct nfs_caller *who);
/* Gives each export its number. */
void exports_number(struct nfs_exports *e);

/* The words of one line of exports(5), "192.168.1.0/24(rw,no_root_squash) 10.0.0.2" or a star, into
 * x. False: why has a sentence, without a full stop. Options that are unknown, or not done here,
 * are told and not passed over. */
bool exports_clients_parse(struct bytes words, struct nfs_export *x, struct text *why);
/* The same the other way: what it is, defaults left out. */
void exports_client_text(const struct export_client *c, struct text *out);
/* How showmount shows it: "*", an address, or network and mask, "192.168.1.0/24". */
void exports_group_text(const struct export_client *c, struct text *out);

#endif
