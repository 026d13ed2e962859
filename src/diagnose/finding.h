/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FINDING_H
#define FINDING_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"
#include "stages.h"
#include "text.h"

enum severity { FATAL, INTERMITTENT, DEGRADED, INFO };
enum confidence { POSSIBLE, LIKELY, CERTAIN };

enum finding_id {
#define FINDING(ID, id, severity, stage, title, what, why, fix) F_##ID,
#include "findings.def"
#undef FINDING
	FINDINGS,
};

struct finding_row {
	const char *id;
	enum severity severity;
	enum stage stage;
	const char *title, *what, *why, *fix; /* templates, but the title */
};

extern const struct finding_row findings[FINDINGS];

/* What it rests on: specifications, and threads in public trackers (owner/repository#number). */
extern const char *const finding_rests[FINDINGS];

/* Servers whose configuration fixes are written for; the keys are public (JSON "for", --fix-for).
 */
enum dialect {
	DNSMASQ,
	ISC_DHCPD,
	KEA,
	OPENWRT,
	PFSENSE, /* and OPNsense: what to fill in where */
	MIKROTIK,
	WINDOWS_DHCP, /* PowerShell, module DhcpServer */
	UNIFI,
	SYSTEMD_NETWORKD,
	LIBVIRT,
	TFTPD_HPA,
	EXPORTS, /* exports(5), or what to run on the NFS server */
	CMDLINE,
	RPI_EEPROM, /* rpi-eeprom-config, Pi 4 and 5 only */
	DIALECTS,
};

extern const char *const dialect_keys[DIALECTS];

/* The one whose key begins with word, or that goes by that name; DIALECTS: none, or several. */
enum dialect dialect_named(const char *word);

/* The words that templates may use: {client} and so on, in this order. */
enum param {
	P_CLIENT, /* "Pi 4 38c128c0", or its MAC       */
	P_MAC,
	P_OUI,     /* its first three bytes: dc:a6:32   */
	P_SERIAL,  /* eight hex digits; "SERIAL" when not known */
	P_ADDRESS, /* of the client; "CLIENT"           */
	P_DHCP,    /* who offered                       */
	P_TFTP,    /* the TFTP server to name: one seen here, else "TFTP-ADDRESS" */
	P_SERVER,  /* the host the finding is about     */
	P_NEXT,    /* siaddr                            */
	P_SUBNET,  /* network address                   */
	P_FILE,
	P_PATH,
	P_TEXT, /* what else the finding is about    */
	P_COUNT,
	P_ROUTER, /* as offered */
	P_MASK,
	P_ARCH,   /* of a PXE client, by option 93 */
	P_LOADER, /* iPXE's for that architecture  */
	PARAMS,
};

extern const char *const param_names[PARAMS];

enum { EVIDENCE_MAX = 8, FINDINGS_MAX = 16, DIAGNOSIS_POOL = 6144 };

struct evidence {
	uint64_t frame;
	const char *note; /* static */
};

/* One finding about one boot. */
struct finding {
	enum finding_id id;
	enum confidence confidence;
	bool cause; /* what stopped the boot; the others follow from it, or are asides */
	uint32_t n_evidence;
	struct evidence evidence[EVIDENCE_MAX];
	const char *param[PARAMS]; /* safe to show, borrowed from the diagnosis; NULL: not said */
};

/* What there is to say of one boot, the cause first. */
struct diagnosis {
	uint32_t n;
	struct finding finding[FINDINGS_MAX];
	uint32_t lost; /* findings beyond the cap */
	uint32_t pool_used;
	char pool[DIAGNOSIS_POOL];
};

const char *severity_key(enum severity s);     /* static: "fatal"   */
const char *confidence_key(enum confidence c); /* static: "certain" */

/* A template with its words filled in; a word that is not known stays as a name in capitals. */
void finding_expand(const struct finding *f, const char *template, struct text *out);
void finding_message(const struct finding *f, struct text *out); /* what and why */

/* The lines to paste for a dialect; false when there are none. What the wire said and a shell or a
 * parser would take for more than a word stays a name in capitals. */
bool finding_fix(const struct finding *f, enum dialect d, struct text *out);

/* Parameters as the rules set them: copied into the diagnosis, made safe. */
void finding_set(struct diagnosis *d, struct finding *f, enum param p, struct bytes wire);
void finding_set_text(struct diagnosis *d, struct finding *f, enum param p, const char *ours);
void finding_set_ip4(struct diagnosis *d, struct finding *f, enum param p, uint32_t v);
void finding_set_address(struct diagnosis *d, struct finding *f, enum param p, struct address a);
void finding_set_number(struct diagnosis *d, struct finding *f, enum param p, uint64_t v);
void finding_evidence(struct finding *f, uint64_t frame,
		      const char *note); /* frame 0 is left out */

#endif
