/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "arena.h"
#include "board.h"
#include "caps.h"
#include "exchange.h"
#include "frame_log.h"
#include "kept.h"
#include "mount_point.h"
#include "stages.h"
#include "transfer.h"

/*
 * What is known of one machine and of its boots. All lists are in order of first appearance, linked
 * by next, NULL at the end. Times are nanoseconds since 1970 and frames are numbers from 1; 0: not
 * seen. Strings and bytes come from the wire and are unsafe to show (text_safe).
 */

/* A who-has of the client for one address, in one boot. Probes for its own address are left out. */
struct arp_ask {
	struct arp_ask *next;
	uint32_t target; /* host order */
	uint32_t requests, answers;
	struct mac answered_mac; /* zero: none */
	uint64_t first_frame, last_frame, answer_frame;
	uint64_t first_ns, last_ns, answer_ns;
};

/* ICMP errors of one kind about packets of, or to, the client. */
struct refusal {
	struct refusal *next;
	uint8_t version, type, code; /* as in struct icmp */
	uint8_t proto;               /* of the refused packet */
	uint16_t port;               /* destination port of the refused packet */
	bool by_client;              /* the client sent the error */
	struct address from;         /* who sent the error    */
	struct address about;        /* where the refused packet was going */
	uint32_t count;
	uint64_t first_frame, last_frame, first_ns;
};

struct log_line {
	char text[120]; /* cut, NUL-terminated */
	uint64_t frame, time_ns;
};

struct dns_lookup {
	struct dns_lookup *next;
	const char *name;
	struct address server;
	uint16_t type;
	uint32_t asked, answered;
	uint8_t rcode;         /* of the last answer */
	struct address answer; /* none: no address   */
	uint64_t first_frame, last_frame, answer_frame, first_ns;
};

/* IPv6: neighbour solicitations for an address, by the client or for the client. */
struct neighbour_ask {
	struct neighbour_ask *next;
	struct address target;
	bool by_client; /* else: somebody asks for the client */
	bool on_link;   /* target shares the /64 of a client's address, or is link-local */
	uint32_t asked, answered;
	uint64_t first_frame, last_frame;
};

/* DHCPv6 of a boot; all zero: none. */
struct dhcp6_talk {
	uint32_t solicits, advertises, requests, replies, informs;
	uint16_t status;
	const char *url; /* option 59; NULL */
	struct address address;
	uint64_t first_frame, reply_frame;
};

struct boot {
	uint32_t attempt; /* from 1, over the client's life           */
	enum stage stage; /* furthest reached                         */
	enum outcome outcome;
	bool gives_up_known;  /* gives_up_ns below holds                  */
	uint64_t gives_up_ns; /* when the client will give up             */
	uint64_t stage_ns[STAGES], stage_frame[STAGES]; /* first; 0: not reached or skipped */
	uint64_t started_ns, started_frame;
	uint64_t last_ns, last_frame; /* last frame from the client          */
	uint64_t last_progress_ns;    /* last time anything new happened     */
	bool begun_before;            /* its beginning is not in the capture      */
	bool os_only;                 /* no firmware traffic at all: boots from elsewhere */
	bool done_by_next;            /* a later boot ended it                    */
	bool released;                /* DHCPRELEASE sent                         */
	uint64_t release_ns;

	uint32_t n_exchanges, exchanges_lost;
	struct exchange *exchanges, *last_exchange;
	uint32_t n_transfers, transfers_lost;
	struct transfer *transfers, *last_transfer;
	uint64_t tftp_bytes;
	uint32_t n_kept;
	struct kept *kept; /* a later copy of the same file replaces the text of the earlier */
	uint32_t n_arps;
	struct arp_ask *arps;
	uint32_t n_maps;
	struct port_map *maps;
	uint32_t n_connections;
	struct connection *connections;
	uint32_t n_mounts;
	struct mount *mounts;
	uint32_t n_nfs;
	struct nfs_use *nfs;
	uint32_t n_refusals;
	struct refusal *refusals;
	uint32_t n_lookups;
	struct dns_lookup *lookups;
	uint32_t n_neighbours;
	struct neighbour_ask *neighbours;
	struct dhcp6_talk dhcp6;
	uint32_t
		n_lines; /* netconsole, in all: the last CAP_LINES are held, lines[i % CAP_LINES] */
	struct log_line *lines; /* NULL: none */
	uint32_t other_frames;  /* of the client to others, after DHCP: the OS at work */
	uint32_t fragments;     /* to the client, of datagrams that were never whole */
	uint32_t looked_for;    /* ARP requests of others for it since it last spoke, unanswered */
	uint64_t looked_for_ns, looked_for_frame; /* the last of them */
	uint64_t last_os_ns;                      /* of those */
	uint32_t link_drops; /* silences that it came back from as if its link had been down */
	uint64_t first_drop_frame, last_drop_frame;
	uint64_t router_advertisement_frame; /* IPv6 RA seen during this boot; 0: none */
	bool ra_managed;
	struct arena arena; /* refused > 0: detail was dropped */
};

struct client {
	struct mac mac; /* zero: the capture has no link layer, known by address */
	uint32_t n_addresses;
	struct address address[CAP_ADDRESSES]; /* latest first */
	char hostname[CAP_NAME];               /* option 12; "": not known   */
	enum family family;
	enum known_by known_by;
	enum family first_agent_family; /* of the firmware before iPXE, U-Boot or UEFI took over */
	bool pi; /* proven or likely a Raspberry Pi, whichever loader it runs now */
	bool has_serial;
	uint32_t serial;   /* low 32 bits                */
	uint32_t revision; /* board revision code, 0: not known */
	uint16_t arch;     /* option 93 of the first firmware exchange; UINT16_MAX: not said */
	uint64_t first_ns, first_frame, last_ns, last_frame;
	uint64_t frames_from, frames_to; /* unicast and broadcast from; unicast to */
	uint64_t unicast_from;
	uint32_t n_boots;           /* in all, the last CAP_BOOTS are held */
	uint32_t unheard;           /* unicast to it since it last said anything */
	uint64_t said_ns, back_ns;  /* when that was; its first word after a silence that others
				     * talked into */
	uint32_t address_conflicts; /* another MAC was seen with one of its addresses */
	uint64_t conflict_frame;
	struct mac conflict_mac;
	struct log_chain frames; /* those in the log */
};

/* Kept boots, i from 0 (oldest kept) to client_boots() - 1 (newest). */
uint32_t client_boots(const struct client *c);
struct boot *client_boot(const struct client *c, uint32_t i); /* borrowed; NULL outside */
struct boot *client_last_boot(const struct client *c);        /* NULL: none */

/* The name to show: "Raspberry Pi 4 Model B" from revision or family; static */
const char *client_model(const struct client *c);
/* The boot parameters by the last firmware exchange of b that has replies. */
void boot_params(const struct client *c, const struct boot *b, struct boot_params *out);

#endif
