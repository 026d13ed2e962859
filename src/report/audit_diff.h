/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDIT_DIFF_H
#define AUDIT_DIFF_H

#include "audit_brief.h"
#include "report.h"

/*
 * What changed between two audits. What follows from a change is left out where it says nothing of
 * its own: steps that were not got to any more, answers to what was not asked, and who of several
 * good servers was first.
 */

enum { CHANGES_MAX = 256 };

enum change_kind {
	CHANGE_VERDICT,    /* pass, fail, skipped                        */
	CHANGE_END,        /* how far it got and why not further         */
	CHANGE_ACCEPTED,   /* whose address it took                      */
	CHANGE_BOOT,       /* whose boot data                            */
	CHANGE_TFTP,       /* where it loads from                        */
	CHANGE_FILE,       /* what it loads first                        */
	CHANGE_STEP,       /* what: of the step                          */
	CHANGE_FINDING,    /* what: its id; after: its title             */
	CHANGE_NO_FINDING, /* before: its title                          */
	CHANGE_NEW_SERVER, /* that offers something                      */
	CHANGE_NO_SERVER,
	CHANGE_MAC,        /* another machine has its address            */
	CHANGE_TRAIT,      /* what: of its TFTP                          */
	CHANGE_ANSWERS,    /* now also these models                      */
	CHANGE_SILENT,     /* these no more                              */
	CHANGE_RESULT,     /* what a model makes of its offer            */
	CHANGE_OFFER,      /* what: of the fact                          */
	CHANGE_MORE_OFFER, /* beside the one before                      */
	CHANGE_NEW_MODEL,  /* played now, not before                      */
	CHANGE_NO_MODEL,   /* bits of models: of the earlier one          */
	CHANGE_KINDS,
};

struct change {
	enum change_kind kind;
	uint32_t models; /* bits: of the later audit's models; 0: about none */
	char server[BRIEF_IP];
	char what[48];
	char before[AUDIT_WORDS], after[AUDIT_WORDS]; /* "": none */
	char note[AUDIT_WORDS];
};

struct audit_diff {
	const struct audit_brief *before, *after; /* borrowed for the life of this */
	bool skipped;                             /* some models are in one of them only */
	uint32_t n, lost;                         /* lost: beyond the cap */
	struct change change[CHANGES_MAX];
};

/* Changes come in order: of models, of servers, of what was played. */
void audit_diff(const struct audit_brief *before, const struct audit_brief *after,
		struct audit_diff *out);
/* Keeps what other has too, of the same models: both against the same earlier audit, of the same
 * models. */
void audit_diff_keep(struct audit_diff *d, const struct audit_diff *other);
/* Did anything of the network change? Models that were not played in both are none. */
bool audit_diff_any(const struct audit_diff *d);

/* For people. stamp: what its first line begins with; since: how the earlier audit is called, such
 * as "old.json (14:02)". */
void audit_diff_text(const struct audit_diff *d, const char *stamp, const char *since,
		     const struct report_style *style, struct output out);
/* One object, as docs/json.md describes it. */
void audit_diff_json(const struct audit_diff *d, const struct sink *out);

/* Words without what varies on an unchanged network: numbers, the lease, speeds, repeats. */
void audit_diff_lasting(const char *words, const char *address, struct text *out);

#endif
