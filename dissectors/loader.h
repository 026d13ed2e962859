/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>
#include <stdint.h>

#include "reader.h"

/* Which machine the boot loader is for that a client is given, in the numbers of option 93
 * (RFC 4578 2.1 with its erratum). */

enum { LOADER_BIOS = 0, LOADER_X64 = 7, LOADER_ARM64 = 11, LOADER_UNKNOWN = -1 };

/* The machine type of a PE image, from its head; 0: it is none, or the head is cut. */
uint16_t loader_machine(struct bytes head);
/* What the program itself says; else, machine 0, what its name says. */
int loader_arch(uint16_t machine, struct bytes name);
/* Can a client of this architecture run it? True where one of both is not known. */
bool loader_suits(uint16_t client, int loader);

#endif
