/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RULES_H
#define RULES_H

#include "diagnose.h"

/* Other clients that one is held against: a rack of thousands must not cost their square. */
enum { OTHERS_MAX = 128 };

/* What every rule looks at: one boot, and what follows from it at a glance. */
struct look {
	const struct scope *s;
	const struct client *c;
	const struct boot *b;
	const struct exchange *loader; /* last exchange of a firmware agent; NULL: none */
	struct boot_params params;     /* by that exchange                              */
	bool stuck;          /* it came to a halt: stuck or gave up                          */
	bool loaded;         /* a kernel (or a whole loader, for those without) came across  */
	bool misses_replies; /* it acts on answers that the capture does not hold        */
	bool misses_offer;   /* ... an OFFER among them: what it was told is not known     */
	bool sees_replies;   /* unicast towards the client would have been seen here      */
	bool sees_requests;  /* ... and from it                                           */
	struct diagnosis *d;
};

/* Would unicast from host to the client have been seen here? Where all unicast is one machine's, as
 * on a server, nobody else's is. */
bool look_sees_from(const struct look *l, struct address host);

/* Is it the Pi's own boot code that loads, and not something that it loaded? */
bool look_pi_boots(const struct look *l);
/* Did a later file come across, or begin to? */
bool transfer_done_after(const struct transfer *t);

/* The last text that gives a kernel's command line; NULL, out undefined: none did. */
const struct kept *look_command_line(const struct look *l, struct cmdline *out);

/* A finding with the parameters that all share (client, mac, serial, address, tftp server). NULL:
 * no room. */
struct finding *raise_finding(const struct look *l, enum finding_id id, enum confidence confidence);

/* The same of a file that a client asked for: what it is called, the server, the request and how
 * that was refused. */
struct finding *raise_of_file(const struct look *l, enum finding_id id, enum confidence confidence,
			      const struct transfer *t);

/* The rules of one stretch of the boot. Each raises what it sees; which of it is the cause is
 * decided after. */
void rules_dhcp(const struct look *l);
void rules_offer(const struct look *l);
void rules_servers(const struct look *l);
void rules_pxe(const struct look *l);
void rules_ipv6(const struct look *l);
void rules_link(const struct look *l);
void rules_tftp(const struct look *l);
void rules_transfer(const struct look *l);
void rules_files(const struct look *l);
void rules_kernel(const struct look *l);
void rules_cmdline(const struct look *l);
void rules_config(const struct look *l);
void rules_menu(const struct look *l);
void rules_nfs(const struct look *l);
void rules_root(const struct look *l);

#endif
