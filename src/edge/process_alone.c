/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "process_alone.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

enum { OPEN_MAX_LIKELY = 4096 };

void process_alone(int socket, const int *keep, uint32_t n)
{
	static const int ignored[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGUSR1, SIGPIPE
	};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	for (int fd = 0; fd < OPEN_MAX_LIKELY; fd++) {
		bool ours = fd == socket;

		for (uint32_t i = 0; i < n; i++)
			ours = ours || fd == keep[i];
		if (!ours)
			close(fd);
	}
}
