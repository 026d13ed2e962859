/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SITE_PARTS_H
#define SITE_PARTS_H

#include "cmdline_txt.h"
#include "site.h"

/* What the parts of the look share; for src/site alone. */

/* Words into the report's pool: begin, write, end. */
struct text site_words(struct site_report *r);
const char *site_keep(struct site_report *r, const struct text *t);

/* An item that failed, its title and severity those of the finding. NULL: no room, and counted. */
struct site_item *site_fail(struct site_report *r, enum finding_id id, const char *about);
/* One with an id of this folder's own. Both strings are static. */
struct site_item *site_fail_own(struct site_report *r, const char *id, enum severity severity,
				const char *title, const char *about);
void site_pass(struct site_report *r, const char *about, const char *title);

/* As a word of a shell; what it would take for more than a word becomes a name in capitals. */
void site_shell(struct text *t, struct bytes path);

/* "a/b"; a "": "b". False: too long. */
bool site_join(char to[SITE_PATH], const char *a, struct bytes b);

void site_boot(const struct site *s, struct site_report *r);
void site_exports(const struct site *s, struct site_report *r);
void site_dnsmasq(const struct site *s, struct site_report *r);
void site_eeprom(const struct site *s, struct site_report *r);
/* Of one folder: where its command line leads. False: the boot would not get there. */
bool site_cmdline(const struct site *s, const char *about, const struct cmdline *line,
		  bool initramfs, struct site_report *r);
/* Those in the NFS folder that no command line led to. */
void site_roots(const struct site *s, struct site_report *r);
/* Is path exported, and as a root? */
bool site_exported(const struct site *s, const char *about, struct bytes path, bool rw,
		   struct site_report *r);

#endif
