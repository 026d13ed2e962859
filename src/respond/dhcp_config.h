/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef DHCP_CONFIG_H
#define DHCP_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "leases.h"

/* What the DHCP responder is told to do. Everything is borrowed for its life. */

enum dhcp_mode { DHCP_MODE_OFF, DHCP_MODE_PROXY, DHCP_MODE_FULL };

enum {
	DHCP_RANGES_MAX = 16,
	DHCP_CLASSES_MAX = 64,
	DHCP_ARCHS_MAX = 8,
	DHCP_EXTRAS_MAX = 32,
	DHCP_DNS_MAX = 4,
	DHCP_ONLY_MAX = 64,
};

/* An option to send: its value as bytes of the wire, made by field_parse. */
struct dhcp_extra {
	uint8_t code;
	bool always; /* also to who did not ask for it */
	struct bytes v;
};

/* What a client is told of booting; empty or 0: not said here, the next one's word counts. */
struct dhcp_boot {
	struct bytes file;   /* file field and option 67 */
	struct bytes url;    /* the same for HTTP clients; of a class without file for all of it */
	uint32_t next;       /* siaddr and option 66 */
	struct bytes prefix; /* option 210, and before file when that is no URL */
	uint32_t n_extras;
	struct dhcp_extra extra[DHCP_EXTRAS_MAX];
};

enum dhcp_models {
	DHCP_PI3 = 1 << 0, /* and all that boot by ROM or bootcode.bin */
	DHCP_PI4 = 1 << 1,
	DHCP_PI5 = 1 << 2,
	DHCP_NO_PI = 1 << 3,
};

/* Whom a class is for: all that is set must hold. The first class that fits decides. */
struct dhcp_class {
	struct bytes mac;    /* its first bytes */
	struct bytes vendor; /* option 60 begins with it */
	struct bytes user;   /* option 77 has it as one of its classes, or is it */
	uint16_t arch[DHCP_ARCHS_MAX];
	uint32_t n_archs;
	uint32_t models; /* enum dhcp_models; 0: any */
	struct dhcp_boot boot;
};

struct dhcp_range {
	struct lease_range addresses;
	uint32_t mask, router;
	uint32_t dns[DHCP_DNS_MAX];
	uint32_t n_dns;
	struct bytes domain;
	uint32_t lease; /* s */
};

struct dhcp_host {
	struct lease_client client; /* an identifier, a hardware address or both */
	uint32_t ip;                /* 0: any of the range */
	struct bytes name;
};

struct dhcp_config {
	enum dhcp_mode mode;
	bool all_clients; /* else Raspberry Pis and the hosts below only */
	bool hosts_only;  /* not even Raspberry Pis that are none of the hosts */
	uint32_t n_only;  /* not 0: these and nobody else, whatever was said above */
	struct mac only[DHCP_ONLY_MAX];
	bool authoritative; /* says no to who asks for an address that is not ours to give */
	bool probe;         /* asks by ARP or ICMP before an address is offered */
	bool kick;          /* a broadcast after the offer: the ROM of a Pi 3 may wait for one */
	uint32_t delay_ms;  /* before an offer: ROMs that miss one which comes at once */
	uint32_t probe_ms;  /* how long an answer is waited for */
	uint32_t address;   /* ours on this interface: server identifier, next server */
	uint32_t mask;
	uint32_t n_ranges;
	struct dhcp_range range[DHCP_RANGES_MAX];
	uint32_t n_hosts;
	const struct dhcp_host *host;
	uint32_t n_classes;
	struct dhcp_class class[DHCP_CLASSES_MAX];
	struct dhcp_boot boot; /* of who is in no class, and what a class leaves out */
};

#endif
