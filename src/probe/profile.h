/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "pi_guid.h"
#include "reader.h"
#include "stage.h"

/*
 * How each board and firmware boots: what it sends, when, what it takes, which files it asks for.
 * One row a program that speaks DHCP; a board that loads another program goes on as that one.
 */

enum { PROBE_GAPS = 8, PROBE_STEPS = 40 };

enum probe_xid {
	XID_PI_ROM,    /* 26f30339, always */
	XID_RANDOM,    /* another one each time it starts over */
	XID_MAC_TRIES, /* end of the MAC, the try added to its first octet */
};

/* How the answers are read. */
enum probe_reading {
	READS_PI_ROM,
	READS_PI_EEPROM,
	READS_PXE,  /* next server and file, of a proxy as well; port 4011 */
	READS_HTTP, /* a URL, under class HTTPClient */
	READS_HOST, /* an address is enough */
};

/* Of option 97. */
enum probe_guid { GUID_NONE, GUID_PI_ROM, GUID_PI_SERIAL, GUID_PI4, GUID_PI5, GUID_EDK2, GUID_MAC };

/* Where the name of a file comes from. */
enum probe_name {
	NAME_FIXED,
	NAME_OFFERED, /* by DHCP */
	NAME_IMAGE,   /* when DHCP named none: the address in hex, ".img" */
	NAME_OF_MAC,  /* behind the row's name: 01 and the MAC, with dashes */
	NAME_OF_IP,   /* likewise: the address in hex, then one digit less, down to one */
	/* by config.txt, else the row */
	NAME_CMDLINE,
	NAME_ARMSTUB,
	/* by config.txt, else the board (boot_names.h) */
	NAME_START,
	NAME_FIXUP,
	NAME_DTB,
	NAME_INITRAMFS,
	NAME_KERNEL,
};

enum probe_step_flags {
	STEP_LOOK = 1 << 0,   /* ask, and stop at the first answer: is it there, how large is it */
	STEP_TWICE = 1 << 1,  /* that, and then the whole file */
	STEP_NEEDED = 1 << 2, /* without it the boot ends */
	STEP_OR = 1 << 3,     /* not there: the next row; there: that one is left out */
	STEP_PREFIX = 1 << 4, /* not there, and no other of its STEP_OR: no folder from now on */
	STEP_AGAIN = 1 << 5,  /* without the folder it is asked for again in the root */
	STEP_CONFIG = 1 << 6, /* its text is config.txt's */
	STEP_CMDLINE = 1 << 7,
	STEP_SLASH = 1 << 8, /* the name begins with a slash */
	STEP_LARGE = 1 << 9, /* may be large: its bytes are not kept */
};

/* A file asked for; one that is not there and not needed is passed over. */
struct probe_step {
	const char *name; /* NAME_FIXED: of the file; else its default */
	uint8_t from;     /* enum probe_name */
	uint8_t stage;    /* reached when it is there; the first file's by asking */
	uint16_t flags;
};

struct probe_profile {
	const char *key;    /* public: audit's profile names, and those of what they load */
	const char *title;  /* for people */
	const char *then;   /* goes on as, once all is loaded; NULL: this is the end of it */
	enum family family; /* what the observer makes of it */

	/* frames */
	uint8_t ttl;
	bool no_checksum, dont_fragment;

	/* DHCP */
	enum probe_xid xid;
	enum probe_guid guid;
	bool guid_reversed;
	uint16_t flags;
	bool yiaddr_too;        /* a REQUEST has the address there as well */
	uint16_t secs;          /* of the first try, and what each adds; 1: seconds gone by */
	uint16_t length;        /* padded to this; 0: not */
	uint16_t arch;          /* option 93 */
	uint16_t max_size;      /* option 57 */
	uint16_t request_size;  /* the same in a REQUEST; 0: no other */
	uint8_t undi[3];        /* option 94 */
	const char *class_id;   /* option 60 */
	const char *user_class; /* option 77 */
	struct bytes list;      /* option 55 */
	const uint8_t *discover,
		*request;    /* options in order, 0 ends; request NULL: none is sent */
	struct bytes own175; /* option 175: what iPXE says of itself */

	/* waiting: gaps between DISCOVERs, 0 ends; after the last it gives up */
	uint32_t gaps_ms[PROBE_GAPS];
	uint8_t last_gap_again; /* so often the last of them is waited for once more */
	uint32_t window_ms;     /* it goes on listening so long, though it has all it needs */
	uint32_t request_ms;    /* for an ACK */
	uint8_t request_tries;

	/* what it takes */
	enum probe_reading reading;
	bool no_relay;       /* offers with hops are overlooked */
	bool no_router;      /* whoever is outside its network is asked for by ARP all the same */
	bool no_boot_server; /* port 4011 is never asked */
	bool binl;           /* it is, where class PXEClient comes without PXE's sub-options */
	bool siaddr_only;    /* option 66 is not looked at */
	bool urls;           /* a file may be a URL */
	bool own_names;      /* no file need be named: it knows some to ask for */

	/* TFTP */
	const char *options[4][2]; /* of a request, in order; NULL ends */
	const char *look[4][2];    /* of one for the size, where that is another; none: the same */
	uint16_t look_error;       /* the code that ends it */
	const char *look_text;
	uint32_t repeat_ms;             /* of a request or block without an answer */
	uint32_t silence_ms;            /* given up after */
	uint32_t file_ms;               /* given up after, however it goes; 0: never */
	bool old_blocks;                /* a repeated one is overlooked, and 65535 is the last */
	bool serial_prefix;             /* names begin with the serial number and a slash */
	const struct probe_step *steps; /* name NULL and NAME_FIXED ends; NULL: none */
};

/* static; NULL: there is none of that name */
const struct probe_profile *probe_profile_find(const char *key);
/* The i-th; NULL behind the last. */
const struct probe_profile *probe_profile_at(uint32_t i);

#endif
