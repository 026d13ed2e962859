/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SEED_H
#define SEED_H

#include <stdint.h>

/* A word that nobody who sends packets can know: the core's hash tables begin from it. */
uint64_t seed_word(void);

#endif
