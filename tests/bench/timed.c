/* SPDX-License-Identifier: BSD-2-Clause */
/* timed COMMAND...: runs it and ends standard error with "NANOSECONDS KILOBYTES": wall clock and
 * largest resident set. */
#include "config.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage use;
	int status = 0;
	pid_t pid;

	if (argc < 2)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &use) < 0)
		return 3;
	clock_gettime(CLOCK_MONOTONIC, &b);
	fprintf(stderr, "%lld %ld\n",
		(long long)(b.tv_sec - a.tv_sec) * 1000000000 + (b.tv_nsec - a.tv_nsec),
		use.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
