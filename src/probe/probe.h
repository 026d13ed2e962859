/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "fetch.h"
#include "pi_offer.h"
#include "profile.h"
#include "reader.h"

/*
 * A board that boots, as a function of datagrams and time: what it sends, whom it believes, how far
 * it gets. It knows no socket and no clock; what it has collected stays to be read. Pure; asks for
 * no memory.
 */

enum {
	PROBE_OFFERS = 16,
	PROBE_FILES = 64,
	PROBE_MESSAGE = 1500, /* bytes of an answer that are kept */
	PROBE_TEXT = 8192,    /* of config.txt and cmdline.txt, each */
	PROBE_URL = 256,
	PROBE_LEASES = 4,
	PROBE_LONGEST_S = 600, /* ours: then it is over, whatever a server makes of it */
};

struct probe_identity {
	struct mac mac;
	uint32_t serial;   /* low 32 bits */
	uint32_t revision; /* board revision code; 0: the profile's usual one */
	uint64_t seed;     /* of xids and ports; two boards want two */
};

struct probe_setup {
	const struct probe_profile *profile; /* static */
	struct probe_identity identity;
	uint32_t hurry;   /* waits are divided by this; 1: as the board does it */
	enum stage until; /* stop once this is reached and done; STAGES: when all is loaded */
};

/* Of an offer, and of the end. */
enum probe_reason {
	REASON_NONE,
	/* offers */
	REASON_TAKEN,
	REASON_ADDRESS_TAKEN,  /* the boot data came from another */
	REASON_BOOT_TAKEN,     /* the address came from another */
	REASON_BOOT_ONLY,      /* good boot data, and nobody offers an address */
	REASON_ANOTHER_TAKEN,  /* it would have done */
	REASON_RELAYED,        /* this ROM overlooks what came through a relay */
	REASON_NO_ADDRESS,     /* yiaddr 0 and nothing to boot from */
	REASON_NO_SERVER_ID,   /* option 54 is missing: nobody to ask */
	REASON_NO_OPTION43,    /* nor option 66 */
	REASON_OPTION43_TEXT,  /* "Raspberry Pi Boot" is not in option 43 */
	REASON_OPTION43_PLACE, /* it is, but not in a menu under class PXEClient */
	REASON_OPTION66_NAME,  /* option 66 is no address */
	REASON_NO_FILE,        /* no boot file, and no boot server to ask for one */
	REASON_NO_NEXT_SERVER, /* a file, but nobody to ask for it */
	REASON_NO_CLASS,       /* option 60 is not the one wanted */
	/* ends */
	REASON_DONE,
	REASON_NO_OFFER,
	REASON_NO_ADDRESS_OFFERED,
	REASON_NO_BOOT_DATA, /* what is wrong with it is said of each offer */
	REASON_NO_ACK,
	REASON_NAK,
	REASON_NO_BOOT_REPLY, /* from port 4011 */
	REASON_NO_ARP,
	REASON_FILE_MISSING,
	REASON_FILE_FAILED, /* the last of the files says how */
	REASON_FILE_ARCH,   /* likewise, which file */
	REASON_TOO_LONG,    /* PROBE_LONGEST_S are over */
	REASONS,
};

const char *probe_reason_key(enum probe_reason r);  /* static: "no-option43" */
const char *probe_reason_text(enum probe_reason r); /* static, for people */

/* One answer to a DISCOVER, or to what was asked of port 4011. Repeats are counted. */
struct probe_offer {
	uint32_t from; /* host order, as all addresses here */
	uint16_t from_port;
	uint8_t type;  /* enum dhcp_type; 0: BOOTP */
	uint8_t round; /* in which DHCP round of the boot: 0 the first program's */
	uint32_t yiaddr, siaddr, server_id, mask, router;
	uint8_t hops;
	struct pi_offer pi;
	bool is_pxe, is_http; /* class begins with PXEClient, HTTPClient */
	bool has_66, has_43;
	bool told_file;  /* a boot file is named */
	uint8_t control; /* PXE discovery control */
	bool has_menu;
	bool has_discovery; /* any of PXE's sub-options 6 to 10 */
	uint64_t first_ns;
	uint32_t count;
	enum probe_reason reason;
	uint8_t message[PROBE_MESSAGE]; /* all that was said: dhcp_decode reads it */
	uint32_t n;
};

struct probe_file {
	char name[FETCH_NAME];
	uint32_t server;
	bool look; /* for its size only */
	bool needed;
	enum fetch_end end;
	uint64_t bytes, size; /* size: as the server said; 0: it did not */
	uint32_t blksize, resent, strangers;
	uint64_t begun_ns, ended_ns;
	uint16_t error_code;
	char error[FETCH_ERROR]; /* unsafe to show */
};

enum probe_verdict { PROBE_GOES_ON, PROBE_PASS, PROBE_FAIL };

/* All that is known, borrowed from the probe until its next call. */
struct probe_result {
	enum probe_verdict verdict;
	enum stage stage; /* furthest reached */
	enum probe_reason reason;
	const struct probe_profile *now; /* static: whom it boots as at the moment */
	uint32_t address, mask, router, server_id, tftp_server;
	enum pi_server_from from;          /* Pis: how the TFTP server was told */
	int32_t address_offer, boot_offer; /* of offers; -1: none */
	const char *url;                   /* HTTP boot: told, not fetched; else "" */
	uint32_t n_leases; /* asked for and not refused: polite is to release them */
	uint32_t n_offers, offers_lost;
	const struct probe_offer *offers;
	uint32_t n_files, files_lost;
	const struct probe_file *files;
	struct bytes config, cmdline; /* texts; p NULL: not got */
	bool config_cut, cmdline_cut; /* longer than what is kept */
	const char *prefix;           /* of names, "" when there is none */
};

/* A UDP datagram over IPv4. */
struct probe_datagram {
	uint32_t src, dst; /* host order; to all ones: broadcast */
	uint16_t sport, dport;
	uint8_t ttl;                     /* of what is sent */
	bool no_checksum, dont_fragment; /* likewise */
	struct bytes data;               /* borrowed for the call */
};

enum probe_event {
	PROBE_SENDS,   /* a DHCP message: type says which */
	PROBE_HEARS,   /* an offer that is new */
	PROBE_TAKES,   /* address and TFTP server are settled */
	PROBE_ADDRESS, /* it has its address */
	PROBE_FETCHED, /* a file ended, well or not */
	PROBE_BECOMES, /* what it loaded takes over */
	PROBE_ENDS,
};

struct probe_news {
	enum probe_event event;
	uint8_t type;                    /* PROBE_SENDS */
	const struct probe_offer *offer; /* PROBE_HEARS */
	const struct probe_file *file;   /* PROBE_FETCHED */
};

struct probe_out {
	void *ctx;
	void (*send)(void *ctx, const struct probe_datagram *d);
	void (*news)(void *ctx, const struct probe_news *n); /* NULL: not wanted */
};

struct probe;

size_t probe_size(void);
/* So long it asks where nobody answers. */
uint64_t probe_patience_ns(const struct probe_profile *f);
/* mem is borrowed; setup and out are copied. It sends its first DISCOVER at the first tick. */
struct probe *probe_init(void *mem, const struct probe_setup *setup, const struct probe_out *out);

/* A datagram to the probe's MAC, or to all. */
void probe_take(struct probe *p, const struct probe_datagram *d, uint64_t now_ns);
/* ICMP said that nobody listens on that port; nobody has this address by ARP. */
void probe_port_closed(struct probe *p, uint32_t ip, uint16_t port, uint64_t now_ns);
void probe_no_arp(struct probe *p, uint32_t ip, uint64_t now_ns);

void probe_tick(struct probe *p, uint64_t now_ns);
uint64_t probe_next(const struct probe *p); /* when to tick; UINT64_MAX: it is over */

const struct probe_result *probe_result(struct probe *p);

/* DHCPRELEASE of each address that it asked for, of whichever server (RFC 2131 4.4.6): for the
 * polite, after the end. Also where no ACK came: it may be under way. */
void probe_release(struct probe *p);

#endif
