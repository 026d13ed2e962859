/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCOPE_H
#define SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "frame.h"
#include "server.h"
#include "vantage.h"
#include "wire.h"

/*
 * The observer: frames in, what is known of every booting machine out. Pure; asks
 * for no memory after scope_init. Time enters with frames and ticks only, so that
 * a capture gives live the same answer as from a file.
 *
 * Walking: for (i = 0; i < scope_clients(s); i++) { c = scope_client(s, i); ... } in order of first
 * appearance; client_boot(c, j) for its boots; the lists of a boot by next. All of it is borrowed
 * until the next scope_frame, scope_packet or scope_tick.
 */
struct scope;

struct scope_limits {
	uint32_t clients;
	uint32_t boot_bytes; /* most that one boot may take */
	uint32_t all_bytes;  /* most that all boots may take together: the longest idle client goes
				when it is spent. Raised to what one client can take. */
	uint32_t log_bytes;  /* for messages to be looked at again (frame_log.h); 0: none */
	/* Boards that an audit plays (audit_mac.h) tell nothing of what this place can see: it may
	 * be here that they are played. */
	bool audits_aside;
	struct wire_limits wire;
};

extern const struct scope_limits scope_default_limits;

size_t scope_size(const struct scope_limits *limits);
/* mem is zeroed, scope_size(limits) bytes, borrowed for the life of the scope. */
struct scope *scope_init(void *mem, const struct scope_limits *limits);

void scope_frame(struct scope *s, const struct frame *f);
/* A packet that wire has read: for those that show packets as well (decode beside the model). */
void scope_packet(struct scope *s, struct packet *p, const struct call *call);
/* Time went on without a frame. Outcomes are judged against the latest time heard. */
void scope_tick(struct scope *s, uint64_t now_ns);
/* When scope_tick would change something; UINT64_MAX: no timer. */
uint64_t scope_next_tick(const struct scope *s);
/* No more frames will come: transfers and boots that are open are judged as the capture's end
 * leaves them. Call before reading a finished capture. */
void scope_end(struct scope *s);
/* The capture lost n frames in all so far. */
void scope_dropped(struct scope *s, uint64_t n);

uint32_t scope_clients(const struct scope *s);
const struct client *scope_client(const struct scope *s, uint32_t i);
const struct client *scope_client_by_mac(const struct scope *s, struct mac m); /* NULL: none */
const struct client *scope_client_by_address(const struct scope *s, struct address a);

uint32_t scope_servers(const struct scope *s); /* in order of first appearance */
const struct server *scope_server(const struct scope *s, uint32_t i);
const struct server *scope_server_by_address(const struct scope *s, struct address a); /* NULL */

/* What servers listed as their exports, each server's in its order. Nobody who boots asks for it;
 * showmount does. */
uint32_t scope_exports(const struct scope *s);
const struct export_seen *scope_export(const struct scope *s, uint32_t i);
/* Is path (as MNT asks for it) among what the server listed last? */
enum export_listed scope_export_listed(const struct scope *s, struct address server,
				       const char *path);

/* The messages that are held, a chain each client; NULL: no log was asked for. */
const struct frame_log *scope_log(const struct scope *s);

/* The MAC that an address was last heard with, of any machine that serves or boots. */
bool scope_mac_of(const struct scope *s, struct address a, struct mac *out);

const struct vantage *scope_vantage(const struct scope *s);
const struct wire_stats *scope_wire_stats(const struct scope *s);

/* One port of a bridge that sends BPDUs into the capture's segment. */
struct bridge {
	uint64_t bridge_id;
	uint16_t port_id;
	struct mac from;
	uint8_t version; /* 0 STP, 2 RSTP, 3 MSTP */
	bool pvst;
	uint8_t flags;          /* of the last BPDU: 0x20 forwarding, 0x10 learning */
	uint16_t forward_delay; /* 1/256 s */
	uint32_t count, topology_changes;
	uint64_t first_frame, last_frame, first_ns, last_ns;
	bool seen_forwarding, seen_not_forwarding; /* RSTP says so */
};

uint32_t scope_bridges(const struct scope *s);
const struct bridge *scope_bridge(const struct scope *s, uint32_t i);

/* An LLDP neighbour: which switch, which port. */
struct switch_port {
	struct mac from;
	char system[CAP_NAME], port[CAP_NAME], description[CAP_NAME]; /* unsafe to show */
	uint16_t vlan;                                                /* 0: not said */
	uint64_t frame, time_ns;
};

uint32_t scope_switch_ports(const struct scope *s);
const struct switch_port *scope_switch_port(const struct scope *s, uint32_t i);

struct scope_counts {
	uint64_t frames;
	uint64_t first_ns, last_ns;                 /* of all frames           */
	uint64_t now_ns;                            /* latest time, ticks too  */
	uint64_t clients_evicted;                   /* for want of room        */
	uint64_t details_dropped;                   /* requests that arenas turned away */
	uint64_t router_advertisements, ra_managed; /* IPv6 RAs, those with the M flag */
	uint64_t ra_frame;                          /* first; 0: none */
	uint64_t ip4_frames, ip6_frames; /* from a host with an address of its own; ARP is IPv4's */
	bool ended;                      /* scope_end was called    */
};

const struct scope_counts *scope_counts(const struct scope *s);

#endif
