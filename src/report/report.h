/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnose.h"
#include "scope.h"
#include "sink.h"

struct exhibits;

/* Where the frames came from. Borrowed for the call. */
struct report_source {
	char *const *files; /* names as given: our user's, shown as they are safe */
	uint32_t n_files;
	const char *warning;  /* NULL: it was read to its end */
	const char *redacted; /* what was replaced and what was not; NULL: nothing was */
	bool live;            /* boards that an audit played are no machines to tell of */
};

/* One object, as docs/json.md describes it. */
void report_json(const struct scope *s, const struct report_source *source, const struct sink *out);

/* One finding of such an object, as a member or (key NULL) in a list. */
void report_json_finding(const char *key, const struct finding *f, const struct sink *out);
/* What the objects of clients and servers begin with, wherever they stand. */
void report_json_client(const struct client *c, const struct sink *out);
void report_json_server(struct address ip, struct mac mac, uint32_t roles, const struct sink *out);

struct report_style {
	uint32_t width; /* columns                              */
	bool color;     /* ANSI sequences                       */
	bool unicode;   /* else ASCII                           */
	bool verbose;   /* what was normal, servers, each frame */
	bool quiet;     /* verdicts only                        */
	int fix_for;    /* enum dialect; DIALECTS: the first few that there are */
};

/* For people, top down: the verdict, then each board's way. */
void report_text(const struct scope *s, const struct report_source *source,
		 const struct report_style *style, struct output out);

/* The same as one HTML file that needs nothing else: no scripts, no images, no fonts. exhibits:
 * what is in the frames that findings point to; NULL leaves their contents out. Of style: verbose,
 * fix_for. */
void report_html(const struct scope *s, const struct report_source *source,
		 const struct report_style *style, const struct exhibits *exhibits,
		 struct output out);

/* Is there a fatal finding in a boot that no later boot of the same client got past? */
bool report_fatal(const struct scope *s, const struct report_source *source);

#endif
