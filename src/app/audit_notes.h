/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_NOTES_H
#define AUDIT_NOTES_H

#include "audit.h"
#include "links.h"

/* What of this very machine keeps an audit from being what a board there would see: as notes. */

/* Of the interface; what: that was named. mac: the one that is played, if there is one alone. */
void audit_notes_link(struct audit *a, const struct link_list *l, const struct link *what,
		      const struct mac *mac);
/* Whether somebody here listens where DHCP servers do. Reads /proc: before the sandbox. */
bool audit_notes_listens(void);
/* After the run. own: our address, 0: none. */
void audit_notes_server(struct audit *a, bool listens, uint32_t own);

#endif
