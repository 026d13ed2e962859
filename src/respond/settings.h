/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "dhcp_config.h"
#include "field.h"
#include "nfs_exports.h"
#include "store_cmdline.h"
#include "tftp_server.h"

/*
 * What `serve` is told, by bootscope.conf and by options of the command line alike. Every setting
 * is a row of one table: section, key, form of the value, where it goes. Pure: rows come in as
 * text, faults go out as sentences, nothing is asked of the system.
 */

enum {
	SETTINGS_HOSTS_MAX = 1024,
	SETTINGS_TEXT_MAX = 1 << 17, /* bytes of all values together */
	SETTINGS_FAULTS_MAX = 20,    /* told of one configuration */
	SETTINGS_ROWS_MAX = 96,
	SETTINGS_ADDRESSES_MAX = 65536, /* of all ranges together */
};

struct serve_tftp {
	bool on; /* root is set */
	const char *root;
	const char *write_root; /* NULL: read only */
	bool single_port;
	uint16_t port;
	struct cmdline_options cmdline; /* root NULL: no cmdline.txt is made */
	struct tftp_limits limits;
};

struct serve_http {
	bool on; /* root is set */
	bool own_folders;
	const char *root;
	uint16_t port;
};

/* Whether we answer on port 111: auto is when nobody else does. */
enum serve_portmap { PORTMAP_AUTO, PORTMAP_YES, PORTMAP_NO };

struct serve_nfs {
	bool on; /* there is an export */
	uint16_t port, mount_port;
	uint32_t portmap; /* enum serve_portmap */
	bool udp;
	const char *state; /* the folder of what outlives a restart */
};

/* Where a row of a list stands in the file; line 0: the command line. */
struct serve_name {
	const char *s; /* "" has none */
	uint32_t line;
};

/* What an export's lines said, besides what is in it. */
struct export_said {
	uint32_t line; /* 0: the command line */
	bool own;      /* own_folders */
};

/* Everything in it points into itself: it must not be moved. */
struct serve_config {
	const char *interface; /* NULL: not said */
	const char *user;      /* NULL: not said */
	struct dhcp_config dhcp;
	const char *lease_file; /* NULL: in memory only */
	bool lease_sync;
	struct serve_tftp tftp;
	struct serve_http http;
	struct serve_nfs nfs;
	struct nfs_exports exports;

	/* Of the making of it. */
	uint32_t clients;        /* enum settings_clients */
	struct dhcp_range net;   /* what ranges leave out */
	struct nfs_export every; /* what exports leave out: clients, own_folders */
	struct export_said export_said[EXPORTS_MAX];
	struct dhcp_host host[SETTINGS_HOSTS_MAX];
	struct serve_name host_name[SETTINGS_HOSTS_MAX], class_name[DHCP_CLASSES_MAX],
		range_name[DHCP_RANGES_MAX];
	uint32_t used;
	uint8_t text[SETTINGS_TEXT_MAX];
};

enum settings_clients { CLIENTS_PI, CLIENTS_ALL, CLIENTS_LISTED };

enum settings_section {
	SECTION_NONE, /* before the first, and after a heading that is none: keys pass unread */
	SECTION_SERVE,
	SECTION_DHCP,
	SECTION_TFTP,
	SECTION_HTTP,
	SECTION_RANGE,
	SECTION_HOST,
	SECTION_CLASS,
	SECTION_NFS,
	SECTION_EXPORT,
	SECTIONS
};

/* The state of reading. */
struct settings {
	struct serve_config *config; /* borrowed */
	void *ctx;
	/* One sentence without a full stop, or "--range: ..."; line 0: no line. */
	void (*fault)(void *ctx, uint32_t line, const char *sentence);
	uint32_t faults;
	enum settings_section section;
	uint32_t heading_line[SECTIONS];  /* of the sections that stand once; 0: not seen */
	uint32_t begun, line;             /* of the heading of this section, of the key in hand */
	uint32_t seen[SETTINGS_ROWS_MAX]; /* line of each key of this section */
	uint32_t option[256];             /* line of each option of this section */
	struct bytes mac, id;             /* of the host in hand */
	const char *flag; /* the option of the command line in hand; NULL: the file */
	/* one came: those of the file are gone */
	bool range_flag, only_flag, root_flag;
};

/* Both are filled in; defaults into config. */
void settings_begin(struct settings *s, struct serve_config *config, void *ctx,
		    void (*fault)(void *ctx, uint32_t line, const char *sentence));
void settings_section(struct settings *s, uint32_t line, struct bytes heading);
void settings_key(struct settings *s, uint32_t line, struct bytes key, struct bytes value);
/* An option of the command line, behind the file: what it says replaces what the file said. */
void settings_flag(struct settings *s, const char *flag, const char *section, const char *key,
		   struct bytes value);
/* A line that is neither heading nor setting, told by who cuts lines. */
void settings_fault(struct settings *s, uint32_t line, const char *sentence);

/* After the last: fills in what was left out, and holds all against each other and against the
 * interface (address 0: not known yet). False: there was a fault. */
bool settings_end(struct settings *s, uint32_t address, uint32_t mask);

/* Exports whose clients nobody named are for this network, where root is root: settings_end does it
 * when it knows the address. False: there are such, and address is 0. */
bool settings_exports_network(struct serve_config *c, uint32_t address, uint32_t mask);

/* How many leases there can be at once. */
uint32_t settings_leases(const struct serve_config *c);

/* What it says, for a person to check: one line, and one for each range, host,
 * class and export. */
void settings_text(const struct serve_config *c, struct text *out);

/* For the pages: row i as section, key and what it takes; false: there is none. */
bool settings_row(uint32_t i, const char **section, const char **key, const char **wants);

#endif
