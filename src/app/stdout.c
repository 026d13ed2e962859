/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "stdout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

enum { BUFFER = 1 << 18 };

static void write_out(void *ctx, const char *p, uint32_t n)
{
	(void)ctx;
	if (fwrite(p, 1, n, stdout) != n && errno == EPIPE)
		exit(EXIT_FINE);
}

struct output stdout_output(void)
{
	static bool buffered;

	if (!buffered)
		setvbuf(stdout, NULL, _IOFBF, BUFFER);
	buffered = true;
	return (struct output) { NULL, write_out };
}

int stdout_end(void)
{
	if (fflush(stdout) == 0 || errno == EPIPE)
		return 0;
	fprintf(stderr, "bootscope: standard output: %s\n", strerror(errno));
	return EXIT_SYSTEM;
}
