/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "process_alone.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OPEN_MAX_LIKELY = 4096 };

pid_t process_beside(int *fd)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = fork();
	if (pid < 0) {
		pid = -errno;
		close(pair[0]);
		close(pair[1]);
		return pid;
	}
	close(pair[pid == 0 ? 0 : 1]);
	*fd = pair[pid == 0 ? 1 : 0];
	return pid;
}

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
