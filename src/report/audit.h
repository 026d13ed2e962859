/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_H
#define AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "audit_tftp.h"
#include "finding.h"
#include "report.h"
#include "sink.h"
#include "stage.h"
#include "text.h"

/*
 * What each kind of board made of a network that it was played on: plain data, filled by who plays,
 * that borrows from nobody. Findings are those of the observer, which saw the same frames.
 */

enum {
	AUDIT_MODELS = 16,
	AUDIT_SERVERS = 32,
	AUDIT_TFTP_SERVERS = 4, /* that trials were made with */
	AUDIT_OFFERS = 16,
	AUDIT_NAME = 32, /* of an interface */
	AUDIT_WORDS = 160,
	AUDIT_NOTE_WORDS = 700,
	AUDIT_MESSAGE = 1500, /* bytes of an offer that are kept */
	AUDIT_EXPORTS = 480,
};

enum audit_step {
	AUDIT_LINK,
	AUDIT_DHCP,
	AUDIT_BOOT_SERVER, /* port 4011 */
	AUDIT_ARP,
	AUDIT_FIRST_FILE,
	AUDIT_FIRMWARE,
	AUDIT_CONFIG,
	AUDIT_CMDLINE,
	AUDIT_KERNEL,
	AUDIT_RPCBIND,
	AUDIT_MOUNT,
	AUDIT_ROOT,
	AUDIT_STEPS,
};

enum audit_state { AUDIT_NOT_FOR_MODEL, AUDIT_NOT_TRIED, AUDIT_PASSED, AUDIT_FAILED };

enum audit_verdict { AUDIT_SKIPPED, AUDIT_PASS, AUDIT_FAIL };

/* What ended an audit before all models were played. */
enum audit_cut { AUDIT_WHOLE, AUDIT_INTERRUPTED, AUDIT_DOWN, AUDIT_NO_CARRIER, AUDIT_GONE };

/* What of the machine that audits has to be known of its outcome. */
enum audit_note {
	AUDIT_OWN_SERVER, /* somebody here listens on UDP port 67, and is not heard */
	AUDIT_BRIDGE_PORT,
	AUDIT_BOND_PORT,
	AUDIT_WIRELESS,
	AUDIT_NOTES,
};

const char *audit_cut_key(enum audit_cut c);         /* static: "no-carrier"; NULL: it is whole */
const char *audit_cut_words(enum audit_cut c);       /* static: what the interface did */
const char *audit_step_key(enum audit_step s);       /* static: "first-file" */
const char *audit_step_head(enum audit_step s);      /* static: of its column; NULL: has none */
const char *audit_state_key(enum audit_state s);     /* static: "not-for-model" */
const char *audit_verdict_key(enum audit_verdict v); /* static: "pass" */

struct audit_row {
	enum audit_state state;
	char words[AUDIT_WORDS]; /* what was seen, safe to show; "": nothing to say */
	const char *fix;         /* static: what to do where no finding says it, also of what
				    passed so far; NULL: nothing */
};

/* An answer by DHCP, as the model read it. */
struct audit_offer {
	uint32_t from; /* host order, as all addresses here */
	uint8_t round; /* in which DHCP of the boot: 0 the first program's */
	bool from_4011;
	const char *reason_key, *reason; /* static: what became of it */
	uint16_t n;                      /* of message */
	uint8_t message[AUDIT_MESSAGE];  /* all that was said: dhcp_decode reads it */
};

enum audit_vantage { AUDIT_NFS_NOT_ASKED, AUDIT_NFS_AS_BOARD, AUDIT_NFS_AS_HOST };

/* The root that it would mount, and what its server said. Texts are safe to show. */
struct audit_nfs {
	uint32_t server; /* 0: there is no such root, and nothing else is set */
	enum audit_vantage vantage;
	char path[AUDIT_WORDS];
	uint8_t version;             /* that is asked for; 0: not said */
	char exports[AUDIT_EXPORTS]; /* paths, with spaces between; cut at the end */
	uint16_t port, mount_port;
	uint8_t versions_tcp, versions_udp; /* that there are: 1 << version */
	uint32_t read_max, write_max;
};

struct audit_model {
	const char *key, *title; /* static */
	struct mac mac;          /* that it was played with */
	uint32_t serial;
	enum audit_verdict verdict;
	bool aside;                        /* nobody asked for it: the network may do without */
	enum stage stage;                  /* furthest reached */
	const char *reason_key, *reason;   /* static: how it ended */
	uint32_t address;                  /* it was given; 0: none */
	uint32_t accepted_from, boot_from; /* who sent the offers that it took; 0: none */
	uint32_t tftp_server;              /* 0: none */
	char file[AUDIT_WORDS];            /* first file or URL, safe to show; "": none */
	struct audit_row row[AUDIT_STEPS];
	struct audit_nfs nfs;
	uint32_t n_offers;
	struct audit_offer offer[AUDIT_OFFERS];
	struct diagnosis found;
};

struct audit_server {
	uint32_t ip;
	struct mac mac; /* zero: not seen */
	uint32_t roles; /* enum server_role */
};

struct audit {
	char interface[AUDIT_NAME];
	char master[AUDIT_NAME]; /* bridge or bond that it is a port of; "": none */
	bool bridge;             /* it is one */
	uint32_t notes;          /* 1 << enum audit_note */
	uint64_t began_ns, ended_ns;
	bool no_request; /* offers were asked for, and nothing taken */
	bool patient;    /* no wait was cut */
	enum audit_cut cut;
	bool lease_kept; /* one could not be given back */
	bool saved;      /* the frames that findings name are in a file */
	uint32_t n_servers;
	struct audit_server server[AUDIT_SERVERS];
	uint32_t n_tftp;
	struct audit_tftp tftp[AUDIT_TFTP_SERVERS];
	uint32_t n_models;
	struct audit_model model[AUDIT_MODELS];
};

/* Would a model not boot that is not played aside? */
bool audit_fails(const struct audit *a);

/* NULL: no trials were made with that server. */
const struct audit_tftp *audit_tftp_of(const struct audit *a, uint32_t server);

const char *audit_note_key(enum audit_note n); /* static: "own-server" */
void audit_note_words(const struct audit *a, enum audit_note n, struct text *out);

/* "eth0: 3 of 10 models would not boot" */
void audit_headline(const struct audit *a, struct text *out);
/* What was offered, as a board that reads it. */
void audit_offer_words(const struct audit_offer *o, struct text *out);
/* For people: models and steps as a table, the servers, then what fails and what to do. */
void audit_text(const struct audit *a, const struct report_style *style, struct output out);
/* One object, as docs/json.md describes it. */
void audit_json(const struct audit *a, const struct sink *out);

#endif
