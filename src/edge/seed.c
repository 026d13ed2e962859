/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "seed.h"

#include <sys/random.h>
#include <time.h>
#include <unistd.h>

uint64_t seed_word(void)
{
	uint64_t word;
	struct timespec now;

	if (getrandom(&word, sizeof(word), GRND_NONBLOCK) == (ssize_t)sizeof(word))
		return word;
	/* a board that has just started, or an old kernel: better than none */
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec ^ (uint64_t)getpid() << 16;
}
