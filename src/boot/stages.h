/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STAGES_H
#define STAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "board.h"

/* The boot's stages; names public and permanent. Each means: attempted, the client got to it. */
enum stage {
	STAGE_POWER_ON,        /* any frame of the client                              */
	STAGE_DHCP_DISCOVER,   /* it asks                                              */
	STAGE_DHCP_OFFER,      /* an OFFER for it was seen                             */
	STAGE_DHCP_ACK,        /* it has an address: ACK, or acts on the OFFER (ARP)   */
	STAGE_TFTP_FIRST_FILE, /* first RRQ or boot URL                               */
	STAGE_TFTP_FIRMWARE,   /* the loader or its files are loading                  */
	STAGE_TFTP_KERNEL,     /* kernel, device tree, cmdline.txt, initramfs          */
	STAGE_KERNEL_DHCP,     /* DHCP by kernel, initramfs or OS after the loading    */
	STAGE_RPCBIND,         /* portmap asked                                        */
	STAGE_MOUNT,           /* MOUNT call, or connection to NFS                     */
	STAGE_NFS_ROOT,        /* NFS calls on the root answered                       */
	STAGE_BOOTED,          /* the OS is up                                         */
	STAGES,
};

enum outcome {
	OUTCOME_UNKNOWN,
	OUTCOME_IN_PROGRESS,
	OUTCOME_BOOTED,
	OUTCOME_STUCK,
	OUTCOME_GAVE_UP
};

const char *stage_key(enum stage s);     /* static: "tftp-first-file" */
const char *stage_label(enum stage s);   /* static: "first file"      */
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
