/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TFTP_SERVER_H
#define TFTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "boot_path.h"
#include "reader.h"
#include "store.h"

/*
 * A TFTP server as a function of datagrams and time (RFC 1350, 2347, 2348, 2349, 7440): what to
 * send and when to be asked again. It knows no socket: datagrams come with whom they are from, and
 * go out through struct tftp_out. Many transfers at once, told apart by the client's address and
 * port. Pure; asks for no memory after tftp_server_init.
 */

/* One end of a transfer: who asks, and the address of ours that was asked, so that the answer comes
 * from there. */
struct tftp_peer {
	struct address ip, local;
	uint16_t port;
	uint32_t interface; /* index; 0: not known */
	bool usual;         /* what goes there leaves from local by itself */
	bool in_pieces;     /* out: what goes there may be cut into fragments on the way */
};

enum tftp_event {
	TFTP_BEGUN,
	TFTP_DONE,    /* the last block was acknowledged, or the last of a write arrived */
	TFTP_REFUSED, /* answered with an error, or with nothing when there are too many */
	TFTP_ABORTED, /* the client sent an error: a size probe when nothing had been sent */
	TFTP_SILENT,  /* given up: nothing was heard any more */
	TFTP_BROKEN,  /* the file could not be read or written any more */
	TFTP_EVENTS
};

/* What became of a transfer. Strings are borrowed for the call and unsafe to show. */
struct tftp_news {
	enum tftp_event event;
	const struct tftp_peer *peer;
	const char *path; /* below the root; of a refused one the name as it was asked */
	const char *why;  /* ours, static; NULL: none */
	bool writes;
	uint32_t blksize, windowsize;
	uint64_t bytes, size, resent; /* resent: blocks sent again */
	uint64_t begun_ns;
	uint64_t turned_away; /* requests that got no answer so far: too many at once */
};

struct tftp_out {
	void *ctx;
	/* data as datagrams of size bytes each, the last one may be shorter; 64 at most. first: it
	 * answers a request, from the transfer port on. */
	void (*send)(void *ctx, const struct tftp_peer *to, struct bytes data, uint32_t size);
	void (*news)(void *ctx, const struct tftp_news *n); /* NULL: not wanted */
	/* What is known of the client; NULL: nothing. out is zero but for its address. */
	void (*who)(void *ctx, const struct tftp_peer *peer, struct boot_path_who *out);
	/* Bytes of the longest IP packet that gets there whole; NULL, or 0: as on Ethernet. */
	uint32_t (*mtu)(void *ctx, const struct tftp_peer *peer);
};

struct tftp_limits {
	uint32_t transfers;   /* at once, 1 to 65535; the longest unacknowledged gives way */
	uint32_t per_client;  /* at once from one address */
	uint32_t blksize_max; /* 512 to 65464; never more than the path has room for (RFC 2348) */
	uint32_t window_max;  /* 1: the option is declined (RFC 7440: 65535 at most) */
	uint32_t first_ms;    /* until the first repeat, while nothing is known of the way */
	uint32_t tries;       /* of a block, before it is given up */
	bool own_folders;     /* look below a folder of the client's own first */
	bool own_only;        /* if it has one, look nowhere else (dnsmasq's tftp-unique-root) */
	bool rollover_to_one; /* block 65535 is followed by 1, not 0 */
	bool no_options;      /* answer as RFC 1350 does */
	bool dry;             /* decide and tell, but send nothing: ends when it begins */
};

extern const struct tftp_limits tftp_default_limits;

struct tftp_server;

size_t tftp_server_size(const struct tftp_limits *limits);
/* mem is zeroed and borrowed; store and out are copied, what they point to is borrowed. seed: for
 * hashing, a number nobody can guess. */
struct tftp_server *tftp_server_init(void *mem, const struct tftp_limits *limits,
				     const struct store *store, const struct tftp_out *out,
				     uint64_t seed);

/* A datagram for the request port. */
void tftp_server_request(struct tftp_server *s, const struct tftp_peer *from, struct bytes datagram,
			 uint64_t now_ns);
/* A datagram for the transfer port (with one port for all: any), from->local and interface need not
 * be known. A request is one here too. */
void tftp_server_packet(struct tftp_server *s, const struct tftp_peer *from, struct bytes datagram,
			uint64_t now_ns);
/* ICMP said that the client's port is closed. */
void tftp_server_unreachable(struct tftp_server *s, const struct tftp_peer *peer);

/* ICMP said that what was sent was longer than a link on the way takes, mtu bytes of IP packet.
 * What is sent again gets there in fragments: the block size was agreed on (RFC 2348). */
void tftp_server_too_long(struct tftp_server *s, const struct tftp_peer *peer, uint32_t mtu,
			  uint64_t now_ns);

void tftp_server_tick(struct tftp_server *s, uint64_t now_ns);
uint64_t tftp_server_next(const struct tftp_server *s); /* when to tick; UINT64_MAX: no timer */

/* No new transfers; those that run go on. */
void tftp_server_stop(struct tftp_server *s);
uint32_t tftp_server_transfers(const struct tftp_server *s);

#endif
