/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_STATE_H
#define PROBE_STATE_H

#include "config_txt.h"
#include "dhcp.h"
#include "probe.h"

/* What the files of src/probe share. */

enum probe_phase {
	PHASE_BEGIN,
	PHASE_OFFERS,      /* DISCOVER sent */
	PHASE_REQUEST,     /* for an ACK */
	PHASE_BOOT_SERVER, /* of port 4011 */
	PHASE_FILES,
	PHASE_OVER,
};

struct kept_file {
	uint8_t text[PROBE_TEXT];
	uint32_t n;
	bool has, cut;
};

struct probe {
	struct probe_setup setup;
	struct probe_out out;
	const struct probe_profile *profile; /* static; whom it is now */
	struct probe_result result;
	enum probe_phase phase;
	uint64_t begun_ns, round_ns, sent_ns, next_ns;
	bool enough; /* to go on with; next_ns: when it does */
	uint64_t random;
	uint32_t xid;
	uint32_t tries;  /* of the message of this phase */
	uint32_t cycles; /* rounds begun anew after a NAK */
	uint8_t round;
	uint16_t port;
	struct {
		uint32_t address, server;
	} lease[PROBE_LEASES];
	uint32_t boot_server; /* port 4011 of */
	uint8_t boot_item[2];

	/* files */
	uint32_t step;
	bool second; /* the look of STEP_TWICE is done */
	bool fetching;
	bool server_answered;           /* in this round, at least once */
	bool os_prefixed, no_os_prefix; /* the name asked for; it is given up */
	uint8_t kernel;                 /* which of the default names */
	uint8_t digits;                 /* of the address, in NAME_OF_IP */
	char prefix[16];
	char file[FETCH_NAME]; /* told by DHCP */
	char url[PROBE_URL];
	struct fetch fetch;
	uint8_t incoming[PROBE_TEXT];
	struct kept_file config, cmdline;

	struct probe_offer offers[PROBE_OFFERS];
	struct probe_file files[PROBE_FILES];
};

static inline uint64_t probe_wait(const struct probe *p, uint32_t wait_ms)
{
	return (uint64_t)wait_ms * 1000000 / p->setup.hurry;
}

uint32_t probe_random(struct probe *p);
/* The board's, or that of the profile's usual board. */
uint32_t probe_revision(const struct probe *p);
void probe_tell(struct probe *p, const struct probe_news *n);
void probe_send(struct probe *p, uint32_t dst, uint16_t sport, uint16_t dport, struct bytes data);
void probe_reach(struct probe *p, enum stage s);
void probe_end(struct probe *p, enum probe_verdict v, enum probe_reason r);

/* probe_ask.c: what it says in DHCP */
void ask_discover(struct probe *p, uint64_t now_ns);
void ask_request(struct probe *p, uint64_t now_ns);
void ask_boot_server(struct probe *p, uint64_t now_ns);

/* probe_offers.c: what it makes of the answers */
struct probe_offer *offer_keep(struct probe *p, const struct probe_datagram *d, struct dhcp *m,
			       uint64_t now_ns);
/* Settles address, server and file from the offers of this round, with the reason of each. True:
 * they are enough to go on with. */
bool offers_settle(struct probe *p);
/* The answer of port 4011: true when it names a file and a server. */
bool offers_settle_boot(struct probe *p, const struct probe_offer *o);

/* probe_files.c: what it asks for */
void files_begin(struct probe *p, uint64_t now_ns);
void files_take(struct probe *p, const struct probe_datagram *d, uint64_t now_ns);
void files_tick(struct probe *p, uint64_t now_ns);
void files_ended(struct probe *p, enum fetch_end end, uint64_t now_ns);
/* What is under way, if anything, is left there. */
void files_give_up(struct probe *p, uint64_t now_ns);
/* All is loaded: it goes on as the next program, or is done. */
void probe_loaded(struct probe *p, uint64_t now_ns);

#endif
