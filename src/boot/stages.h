/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STAGES_H
#define STAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "stage.h"

enum outcome {
	OUTCOME_UNKNOWN,
	OUTCOME_IN_PROGRESS,
	OUTCOME_BOOTED,
	OUTCOME_STUCK,
	OUTCOME_GAVE_UP
};

const char *outcome_key(enum outcome o); /* static: "in-progress"     */

/* What a family does at a stage. */
struct stage_row {
	bool skipped;         /* never seen in this family's flow                           */
	uint8_t tries;        /* of what it sends here; 0: no fixed number                  */
	uint32_t again_ms;    /* it repeats itself after this long; 0: not known            */
	uint32_t patience_ms; /* silence after which it is stuck here (what we call stuck)  */
	uint32_t gives_up_ms; /* it gives up this long after reaching the stage; 0: unknown */
};

/* static */
const struct stage_row *stage_row(enum family f, enum stage s);
/* The next stage that this family's flow does not skip; STAGES at the end. */
enum stage stage_next(enum family f, enum stage s);

#endif
