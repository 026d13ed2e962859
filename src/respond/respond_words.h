/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RESPOND_WORDS_H
#define RESPOND_WORDS_H

#include "dhcp_server.h"
#include "nfs_server.h"
#include "text.h"
#include "tftp_server.h"

/* What responders tell, for people: one line without its end. The keys are public (docs/json.md).
 */

extern const char *const dhcp_event_keys[DHCP_EVENTS]; /* "dhcp-offered" */
extern const char *const tftp_event_keys[TFTP_EVENTS]; /* "tftp-done" */
extern const char *const nfs_event_keys[NFS_EVENTS];   /* "nfs-mounted" */

void dhcp_news_words(const struct dhcp_news *n, struct text *out);
/* now_ns: of the clock that begun_ns is of. */
void tftp_news_words(const struct tftp_news *n, uint64_t now_ns, struct text *out);

void nfs_news_words(const struct nfs_news *n, struct text *out);

/* What is told only when more is asked for: it happens all the time where all is well. */
bool dhcp_news_quiet(const struct dhcp_news *n);
bool tftp_news_quiet(const struct tftp_news *n);

#endif
