/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What is left to this process once everything is open and before the first byte of a stranger is
 * looked at: read and write what is open, ask for memory, tell the time, end. Root becomes somebody
 * else, no capability stays, no file can be opened, no socket made, no program run.
 */

enum sandbox_mode {
	SANDBOX_ON,     /* what is not needed fails; what only an intruder does ends us      */
	SANDBOX_REPORT, /* what is not needed fails and is counted; sandbox_report() tells   */
	SANDBOX_OFF,    /* root and its capabilities are given up, the system calls stay     */
	SANDBOX_MODES,
};

extern const char *const sandbox_modes[SANDBOX_MODES]; /* as typed */

enum { SANDBOX_FDS = 32, SANDBOX_FOLDERS = 80, SANDBOX_WHY_MAX = 256 };

/* What stays reachable of the file system: files below fd can be read; makes: also made, written
 * to, renamed and removed; all: whatever there is to do with files and folders of any kind, by
 * several threads and as several users. */
struct sandbox_folder {
	int fd;
	bool reads, makes, all;
};

struct sandbox {
	enum sandbox_mode mode;
	/* beside files that were opened, standard input and output */
	bool terminal;    /* screens and keys */
	bool packets;     /* packet sockets, netlink, timers */
	bool serves;      /* sockets that answer; files of the folders below */
	bool insist;      /* asked for: a part that this system lacks is an error */
	const char *user; /* borrowed; -Z; NULL: who called sudo, or nobody       */
	/* Sockets that requests go out on (the file helper, netlink), and descriptors on which
	 * nothing may go out (packet sockets). */
	int sender[SANDBOX_FDS], silent[SANDBOX_FDS];
	int n_senders, n_silent;
	struct sandbox_folder folder[SANDBOX_FOLDERS];
	int n_folders;
	uint64_t caps; /* 1 << CAP_X: capabilities of root that are kept */
};

/* Files of the folders above whoever owns them. */
extern const uint64_t sandbox_cap_any_file;
/* A file by its handle, wherever it is. */
extern const uint64_t sandbox_cap_find_file;
/* All of these, as any user; device nodes, owners. */
extern const uint64_t sandbox_caps_any_user;
/* What opening ports, files and packets of others takes, and no longer being root. */
extern const uint64_t sandbox_caps_to_open;
/* A network of one's own, and interfaces in it. */
extern const uint64_t sandbox_caps_own_network;

/* Enters it, for good. 0, or a negative errno and one sentence in why: -ENOENT when there is no
 * such user, -ENOTSUP when a part is missing and insisted on. */
int sandbox_enter(const struct sandbox *s, char *why, size_t n) __attribute__((warn_unused_result));

/* SANDBOX_REPORT: one sentence on what was refused since, NULL: nothing. Static. */
const char *sandbox_report(void);

/* For --version: which parts this build and this kernel have. Static. */
const char *sandbox_words(void);

#endif
