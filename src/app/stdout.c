/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "stdout.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options.h"

enum { BUFFER = 1 << 18 };

/* 0 when whoever reads has had enough: that is no failure. */
static int failed(void)
{
	if (errno == EPIPE) {
		clearerr(stdout); /* asked once more at the end, it has nothing to tell */
		return EXIT_FINE;
	}
	fprintf(stderr, "bootscope: standard output: %s\n", strerror(errno));
	return EXIT_SYSTEM;
}

static void write_out(void *ctx, const char *p, uint32_t n)
{
	(void)ctx;
	if (fwrite(p, 1, n, stdout) != n)
		_exit(failed()); /* the rest could not be written either */
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
	/* printf may have failed where nobody looked: the flush finds nothing left to fail on */
	bool before = ferror(stdout) != 0;

	if (fflush(stdout) == 0) {
		if (!before)
			return 0;
		errno = EIO;
	}
	return failed();
}
