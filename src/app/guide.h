/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GUIDE_H
#define GUIDE_H

#include <stdio.h>

/* Asks what is seen, takes the answers from in, and leads to what it can be. The program's exit
 * status. */
int guide(FILE *in);

#endif
