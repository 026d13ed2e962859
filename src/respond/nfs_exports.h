/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_EXPORTS_H
#define NFS_EXPORTS_H

#include "address.h"
#include "nfs_fs.h"

/* What is exported to whom: exports(5) as far as it bears on one server without Kerberos. */

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
/* The export that a path is in: the longest of those it begins with, component by component; *rest:
 * what follows, without slashes before it. NULL: none. */
const struct nfs_export *exports_path(const struct nfs_exports *e, struct bytes path,
				      struct bytes *rest);
/* Root and others become who they are to be here; sync is taken over. */
void exports_squash(const struct export_client *c, struct nfs_caller *who);
/* One word or several of exports(5), "192.168.1.0/24(rw,no_root_squash)" or a star. False: *why is
 * a static sentence on what is wrong. Unknown and unsupported options are told, not passed over. */
bool exports_client_parse(struct bytes word, struct export_client *out, const char **why);

#endif
