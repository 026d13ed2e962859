/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SITE_H
#define SITE_H

#include <stdbool.h>
#include <stdint.h>

#include "finding.h"
#include "reader.h"
#include "sink.h"
#include "text.h"

/*
 * A boot server's own files, looked at where they lie: would a board that loads from this TFTP
 * folder and mounts that export get to its root file system? Nothing is asked of the network.
 */

enum {
	SITE_ITEMS = 256,
	SITE_POOL = 96 << 10,
	SITE_LINE = 16 << 10, /* of config.txt, cmdline.txt, fstab: what is read at most */
	SITE_PATH = 1024,
	SITE_PLACES = 128, /* boot folders */
};

enum site_kind {
	SITE_MISSING,
	SITE_FILE,
	SITE_FOLDER,
	SITE_OTHER,   /* a device, a pipe */
	SITE_OUTSIDE, /* a link leads out of what may be looked at */
	SITE_DENIED,
};

struct site_facts {
	enum site_kind kind;
	uint32_t mode; /* permission bits */
	uint64_t size, modified_s;
};

/* Files as whoever has top as his root sees them. Paths are relative, "": the folder itself. */
struct site_tree {
	const void *ctx; /* borrowed */
	void (*look)(const void *ctx, const char *top, const char *path, struct site_facts *out);
	/* The first n bytes; fewer: all of it. Negative: not to be read. */
	int64_t (*read)(const void *ctx, const char *top, const char *path, uint8_t *to,
			uint32_t n);
	/* The i-th name of all in the tree's own folder and, of a TFTP folder, in those in it,
	 * "38c128c0/config.txt"; borrowed. NULL: no more. */
	const char *(*name)(const void *ctx, uint32_t i);
};

/* What there is to look at. All is borrowed. */
struct site {
	const struct site_tree *tftp, *nfs; /* NULL: not given */
	const char *tftp_path, *nfs_path;   /* as they are named on this machine, whole */
	const char *nfs_name;               /* as clients name that folder */
	const char *closed;                 /* a folder above the TFTP root that not everybody may
					       enter; NULL: none */
	struct bytes exports, dnsmasq, eeprom; /* p NULL: not given */
};

enum site_state { SITE_PASSED, SITE_FAILED };

/* What one look gave. Texts are borrowed from the report or static, and safe to show. */
struct site_item {
	enum site_state state;
	enum severity severity; /* of one that failed */
	const char *id;         /* public: one of the findings', or of this file's own */
	const char *about;      /* "tftp/38c128c0, Pi 4"; "exports, line 3" */
	const char *title, *message;
	const char *fix; /* lines to paste; NULL: none */
};

enum site_verdict { VERDICT_SKIPPED, VERDICT_PASS, VERDICT_FAIL };

enum { SITE_MODELS = 3 };

/* A folder that boards load from. */
struct site_place {
	const char *folder; /* "": the root itself */
	enum site_verdict verdict[SITE_MODELS];
};

struct site_report {
	uint32_t n, lost; /* lost: beyond the caps */
	struct site_item item[SITE_ITEMS];
	uint32_t n_places;
	struct site_place place[SITE_PLACES];
	uint32_t n_roots; /* that were looked at, below the NFS folder */
	const char *root[SITE_PLACES];
	uint32_t pool_used;
	char pool[SITE_POOL];
};

const char *site_model_key(uint32_t model);   /* static: "pi4" */
const char *site_model_title(uint32_t model); /* static: "Pi 4" */

void site_look(const struct site *s, struct site_report *out);
bool site_is_fatal(const struct site_report *r);

void site_json(const struct site *s, const struct site_report *r, const struct sink *to);
/* ascii: no signs beyond it. all: what is as it should be, too. */
void site_text(const struct site_report *r, bool ascii, bool all, struct output to);

#endif
