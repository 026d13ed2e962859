/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_BRIEF_H
#define AUDIT_BRIEF_H

#include <stdbool.h>
#include <stdint.h>

#include "audit.h"
#include "finding.h"
#include "sink.h"

/*
 * What two audits of the same network have in common: no times, no transaction ids, no leases. It
 * is made of what audit_json says, by an audit itself or by an older one's file: whatever that
 * holds, and it may be anything. All texts are safe to show; "": not said.
 */

enum {
	BRIEF_KEY = 32, /* of a model, a stage, a reason */
	BRIEF_IP = 16,
	BRIEF_FACT = 128,
	BRIEF_OFFERS = 192,
};

/* Of an offer, what a board can boot by. */
enum brief_fact {
	BRIEF_ADDRESS,
	BRIEF_RELAY,
	BRIEF_NEXT_SERVER,
	BRIEF_SERVER_NAME,
	BRIEF_FILE,
	BRIEF_CLASS,
	BRIEF_OPTION43,
	BRIEF_ROOT_PATH,
	BRIEF_FACTS,
};

/* What the board thought of its boot data. Whose offer came first is luck: NOT_SAID when it took
 * another's. */
enum brief_use { BRIEF_NOT_SAID, BRIEF_WOULD_DO, BRIEF_USELESS };

/* Of the first DHCP of a boot: those of what it loaded depend on how far it got. */
struct brief_offer {
	uint32_t server; /* of the brief */
	char profile[BRIEF_KEY];
	uint64_t port;
	enum brief_use use;
	char result[BRIEF_KEY], words[AUDIT_WORDS];
	char fact[BRIEF_FACTS][BRIEF_FACT];
};

/* Of its TFTP; what it could not be asked is not there. */
struct brief_trait {
	char key[BRIEF_KEY], grade[BRIEF_KEY], words[AUDIT_WORDS];
};

struct brief_server {
	char ip[BRIEF_IP], mac[18];
	uint32_t n_traits;
	struct brief_trait trait[AUDIT_TRAITS];
};

struct brief_step {
	bool told;
	enum audit_state state;
	char words[AUDIT_WORDS];
};

struct brief_finding {
	char id[48], severity[16], title[AUDIT_WORDS];
};

struct brief_model {
	char key[BRIEF_KEY], title[64], verdict[BRIEF_KEY], stage[BRIEF_KEY], reason[BRIEF_KEY];
	char words[AUDIT_WORDS], address[BRIEF_IP], accepted_from[BRIEF_IP], boot_from[BRIEF_IP];
	char tftp_server[BRIEF_IP], file[AUDIT_WORDS];
	struct brief_step step[AUDIT_STEPS];
	uint32_t n_findings;
	struct brief_finding finding[FINDINGS_MAX];
};

struct audit_brief {
	char schema[BRIEF_KEY], interface[AUDIT_NAME], began[BRIEF_KEY], verdict[BRIEF_KEY];
	bool no_request;
	uint32_t n_servers;
	struct brief_server server[AUDIT_SERVERS];
	uint32_t n_offers;
	struct brief_offer offer[BRIEF_OFFERS];
	uint32_t n_models;
	struct brief_model model[AUDIT_MODELS];
};

enum { BRIEF_DEPTH = 8 };

/* Makes a brief of what its sink is told. */
struct brief_maker {
	struct sink sink; /* hand this to those who tell */
	struct audit_brief *brief;
	uint32_t depth, outside; /* outside: groups that are open and of no interest */
	uint8_t place[BRIEF_DEPTH];
	/* what is not known to be wanted before it is whole */
	struct brief_server server;
	struct brief_trait trait;
	struct brief_offer offer;
	struct {
		uint64_t code;
		char hex[2 * 256 + 1];
	} option;
	struct {
		char step[BRIEF_KEY], state[BRIEF_KEY], words[AUDIT_WORDS];
	} step;
	struct brief_model model;
	struct brief_finding finding;
	uint64_t hops, round;
	char next_server[BRIEF_IP], address[BRIEF_IP], file[BRIEF_FACT];
};

/* The maker stays where it is until all was told. Both are borrowed. */
void brief_begin(struct brief_maker *m, struct audit_brief *out);
/* Of an audit of our own; m is room to work in. */
void brief_of(const struct audit *a, struct brief_maker *m, struct audit_brief *out);

/* NULL; or why it can be compared with nothing, as the sentence "FILE ..." ends. Static. */
const char *brief_fault(const struct audit_brief *b);

const char *brief_fact_key(enum brief_fact f);   /* static: "next-server" */
const char *brief_fact_label(enum brief_fact f); /* static: "next server" */

#endif
