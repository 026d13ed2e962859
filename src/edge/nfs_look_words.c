/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_look_parts.h"

#include <stdio.h>

#include "fstab.h"
#include "lines.h"

/* clang-format off */
const struct nfs_look_row nfs_look_rows[NFS_LOOK_OUTCOMES] = {
	[LOOK_NOT_TRIED] = { "not-tried", LOOK_SAYS_NOTHING, "", "It was not tried", "" },
	[LOOK_FINE] = { "fine", LOOK_PASSES, "", "It is as it should be", "" },
	[LOOK_NO_LIBNFS] = { "no-libnfs", LOOK_SAYS_NOTHING, "", "It was not tried: this build has no libnfs",
		"Build with libnfs (Debian: libnfs-dev)." },
	[LOOK_NO_NETWORK] = { "no-network", LOOK_SAYS_NOTHING, "", "It was not tried: no network could be set up for the board", "" },
	[LOOK_UNREACHABLE] = { "unreachable", LOOK_FAILS, "", "The server cannot be reached",
		"Correct the address in nfsroot=; is it in another network, let DHCP name a router." },
	[LOOK_RPCBIND_REFUSED] = { "rpcbind-refused", LOOK_FAILS, "rpcbind-refused", "Nothing listens on port 111",
		"Let rpcbind listen on all addresses, or mount with NFS v4." },
	[LOOK_RPCBIND_SILENT] = { "rpcbind-no-answer", LOOK_FAILS, "rpcbind-no-answer", "rpcbind (port 111) does not answer",
		"Start rpcbind and the NFS server, open ports 111, 2049 and mountd's in the firewall, and check the address in nfsroot=." },
	[LOOK_NFS_MISSING] = { "nfs-not-registered", LOOK_FAILS, "", "rpcbind knows of no NFS server there",
		"Start the NFS server there." },
	[LOOK_ONLY_V2] = { "only-version-2", LOOK_FAILS, "nfs-version-refused", "The server has NFS version 2 only",
		"Enable version 3 on the server." },
	[LOOK_ONLY_V4] = { "only-version-4", LOOK_FAILS, "nfs-version-refused", "The server has NFS version 4 only",
		"Enable version 3 on the server; the kernel's own nfsroot= wants it or a kernel with version 4 and vers=4." },
	[LOOK_NO_V2] = { "no-version-2", LOOK_FAILS, "nfs-v2-default-refused", "vers=2 is asked for, and the server does not have it",
		"Write vers=3 in nfsroot=." },
	[LOOK_OTHER_TRANSPORT] = { "other-transport", LOOK_FAILS, "nfs-transport-not-served",
		"The server has NFS version 3 over the other transport only", "Ask for the other one with proto= in nfsroot=." },
	[LOOK_MOUNTD_MISSING] = { "mountd-not-registered", LOOK_FAILS, "mountd-not-registered", "rpcbind has no port for mountd",
		"Start the NFS server (mountd) there." },
	[LOOK_MOUNTD_SILENT] = { "mountd-no-answer", LOOK_FAILS, "mount-no-answer", "The mount service does not answer on its port",
		"Give mountd a fixed port and open it, or use NFS version 4." },
	[LOOK_NO_V4] = { "no-version-4", LOOK_FAILS, "nfs-version-refused", "vers=4 is asked for, and the server does not have it",
		"Write vers=3 in nfsroot=, or enable version 4 on the server." },
	[LOOK_ONLY_V41] = { "only-version-4.1", LOOK_SAYS_NOTHING, "", "It was not tried: the server has no version 4.0, which is what is spoken here", "" },
	[LOOK_NO_PATH_V4] = { "no-such-path", LOOK_FAILS, "nfs4-path-not-found", "The path is not there in NFS version 4, whose paths begin at a root of the server's own; an export that is closed may look so",
		"Leave out the path of the fsid=0 export, or drop fsid=0 on the server." },
	[LOOK_NOT_LISTED] = { "not-listed", LOOK_WARNS, "", "No export in the server's list holds the path of nfsroot=",
		"Correct the path in nfsroot= or in /etc/exports, and run exportfs -ra." },
	[LOOK_NO_EXPORT] = { "no-such-export", LOOK_FAILS, "mount-no-such-export", "There is no such export",
		"Correct the path in nfsroot= or in /etc/exports, and run exportfs -ra." },
	[LOOK_DENIED] = { "mount-denied", LOOK_FAILS, "mount-access-denied",
		"The export is closed to the address that asks",
		"Add the boards' addresses to the export, and run exportfs -ra." },
	[LOOK_DENIED_UNLISTED] = { "mount-denied-unlisted", LOOK_FAILS, "mount-access-denied",
		"The server denies the path and does not list it: there is no such export, or it is closed to the address that asks",
		"Compare the path of nfsroot= with /etc/exports; add the boards' addresses, and run exportfs -ra." },
	[LOOK_NO_FOLDER] = { "not-a-folder", LOOK_FAILS, "", "The path of nfsroot= is no folder",
		"Let nfsroot= name the folder that holds the root file system." },
	[LOOK_MOUNT_FAILED] = { "mount-failed", LOOK_FAILS, "", "The server failed to mount it",
		"Look into the log of the server's mountd." },
	[LOOK_NFS_REFUSED] = { "nfs-refused", LOOK_FAILS, "nfs-port-unreachable", "The server refused the connection to NFS",
		"Start the NFS server, or correct the address in nfsroot=." },
	[LOOK_NFS_SILENT] = { "nfs-no-answer", LOOK_FAILS, "nfs-no-answer", "NFS does not answer on its port",
		"Open port 2049 (for version 3 also 111 and mountd's); check the address in nfsroot=." },
	[LOOK_NFS_FAILED] = { "nfs-failed", LOOK_FAILS, "", "The server mounted it, and answers with an error",
		"Export with no_root_squash, and let the server's files be read by root." },
	[LOOK_NO_INIT] = { "no-init", LOOK_FAILS, "nfs-init-not-found", "There is no first program to run",
		"Copy the root partition into the exported folder itself: rsync -aHAX, with the slash behind the source." },
	[LOOK_INIT_UNFIT] = { "init-unfit", LOOK_FAILS, "", "The first program is no file that can be run",
		"Copy the root partition anew with its modes: rsync -aHAX." },
	[LOOK_NO_FSTAB] = { "no-fstab", LOOK_WARNS, "", "There is no /etc/fstab",
		"Create it, with a line \"proc /proc proc defaults 0 0\", unless that system runs systemd." },
	[LOOK_FSTAB_CARD] = { "fstab-sd-card", LOOK_FAILS, "", "/etc/fstab waits for an SD card",
		"Put a # before that line: without the card the boot waits for it and ends in emergency mode." },
	[LOOK_FSTAB_SERVER] = { "fstab-other-server", LOOK_WARNS, "", "/etc/fstab names another server",
		"Let it name the server of nfsroot=, if that is not wanted." },
	[LOOK_ENDED] = { "ended", LOOK_FAILS, "", "The look did not come to its end: the server is too slow, or answers with nonsense",
		"Look at what the server says with rpcinfo -p and showmount -e." },
};
/* clang-format on */

const char *const nfs_look_steps[NFS_LOOK_STEPS] = { "rpcbind", "exports", "mount",
						     "fsinfo",  "init",    "fstab" };

const char *const nfs_look_programs[NFS_LOOK_PROGRAMS] = { "/sbin/init", "/etc/init", "/bin/init",
							   "/bin/sh" };

enum nfs_look_step nfs_look_failed(const struct nfs_look_result *r)
{
	int i = 0;

	while (i < NFS_LOOK_STEPS && nfs_look_rows[r->outcome[i]].grade != LOOK_FAILS)
		i++;
	return (enum nfs_look_step)i;
}

static void keep(char text[NFS_LOOK_TEXT], struct bytes line)
{
	snprintf(text, NFS_LOOK_TEXT, "%.*s", (int)line.n, (const char *)line.p);
}

enum nfs_look_outcome nfs_look_fstab(struct bytes fstab, uint32_t server, char text[NFS_LOOK_TEXT])
{
	enum nfs_look_outcome found = LOOK_FINE;
	struct fstab f;
	char own[16];

	snprintf(own, sizeof(own), "%u.%u.%u.%u", server >> 24, server >> 16 & 255,
		 server >> 8 & 255, server & 255);
	while (fstab_next(&fstab, &f)) {
		struct bytes from = fstab_server(&f);

		if (fstab_wants_card(&f)) {
			keep(text, f.line);
			return LOOK_FSTAB_CARD;
		}
		if (found == LOOK_FINE && from.n && !bytes_are(from, own)) {
			keep(text, f.line);
			found = LOOK_FSTAB_SERVER;
		}
	}
	return found;
}
