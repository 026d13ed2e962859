/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOOT_PATH_H
#define BOOT_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"

enum { BOOT_PATH_MAX = 512, BOOT_PATHS_MAX = 6, BOOT_FOLDERS_MAX = 3, BOOT_FOLDER_MAX = 64 };

/*
 * A name as boot clients ask for it, as a path below the root: backslashes are slashes (Windows
 * loaders), leading and repeated slashes and "." components go (a Pi asks for
 * "SERIAL//config.txt"), ".." takes the component before it away. False: it is empty, too long, has
 * a NUL or leads above the root.
 */
bool boot_path_clean(struct bytes name, char out[BOOT_PATH_MAX]);

/* Who asks, as far as that is known; addresses and serial by 0 or none when not. */
struct boot_path_who {
	struct address ip, local; /* local: of ours, that it asks */
	struct mac mac;
	uint32_t serial;
	bool has_serial;
};

/* The folder of a board that a path begins with: a serial of 8 or 16 hex digits, of which the last
 * 8 count, or a MAC with dashes (facts 1.6, 3.6: TFTP_PREFIX 0 and 2). What who does not know yet
 * is taken from it. Returns the bytes before its '/', 0: there is none. */
uint32_t boot_path_board(const char *path, struct boot_path_who *who);

/* The folders that may be a client's own: serial, MAC with dashes, address. Returns how many. */
uint32_t boot_path_folders(const struct boot_path_who *who,
			   char out[BOOT_FOLDERS_MAX][BOOT_FOLDER_MAX]);

/* The places below one folder that is all a client sees: as it is, and without a board's folder. */
uint32_t boot_path_below(const char *folder, const char *path,
			 char out[BOOT_PATHS_MAX][BOOT_PATH_MAX]);

/*
 * Where to look for a clean path, first to last: below a folder of the client's own (serial, MAC
 * with dashes, address: tftp-unique-root of dnsmasq has the last two), then as it is, and without a
 * leading folder named by a board, which is how one common folder serves all. Returns how many.
 */
uint32_t boot_path_places(const char *path, const struct boot_path_who *who, bool own_folders,
			  char out[BOOT_PATHS_MAX][BOOT_PATH_MAX]);

#endif
