/* SPDX-License-Identifier: BSD-2-Clause */
/* A live capture from within the sandbox: on the loopback of a network of its own. */
#include "config.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "capture_live.h"
#include "links.h"
#include "sandbox.h"
#include "unit.h"

/* How far the child came. */
enum { WELL, NO_NETWORK, NO_CAPTURE, NO_SANDBOX_HERE, NO_FRAME, NO_LINKS, SENT, REFUSED };

static char why[LIVE_WHY_MAX];

static bool own_network(void)
{
	struct ifreq q;
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	memset(&q, 0, sizeof(q));
	memcpy(q.ifr_name, "lo", 3);
	q.ifr_flags = IFF_UP;
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &q))
		return false;
	close(fd);
	return true;
}

/* Somebody on that network asks for a file, again and again. */
static void ask_for_ever(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(69),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < 1000; i++) {
		(void)!sendto(fd, "\0\1start4.elf\0octet", 19, 0, (struct sockaddr *)&to,
			      sizeof(to));
		usleep(10000);
	}
	_exit(0);
}

static bool hears(const struct source *s, int fd)
{
	struct frame f;

	for (int i = 0; i < 200; i++) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		(void)poll(&p, 1, 20);
		if (s->next(s->ctx, &f) == 1 && f.wire_len > 42)
			return true;
	}
	return false;
}

static int capture_in_the_sandbox(enum sandbox_mode mode)
{
	static const char *const lo = "lo";
	struct live_options o = { .interface = &lo, .n_interfaces = 1 };
	struct sandbox box = { .mode = mode, .terminal = true, .packets = true };
	static struct link_events events;
	bool filtered = strstr(sandbox_words(), "seccomp") != NULL;
	struct links *links;
	struct live *live;
	struct source s;

	if (!own_network())
		return NO_NETWORK;
	if (links_open(&links, why, sizeof(why)) || live_open(&o, links, &live, why, sizeof(why)))
		return NO_CAPTURE;
	if (fork() == 0)
		ask_for_ever();
	s = live_source(live);
	if (s.fds(s.ctx, box.silent, 1) != 1)
		return NO_CAPTURE;
	box.n_silent = 1;
	box.sender[0] = links_ask_fd(links);
	box.n_senders = box.sender[0] >= 0;
	if (sandbox_enter(&box, why, sizeof(why)))
		return NO_SANDBOX_HERE;
	if (!hears(&s, box.silent[0]))
		return NO_FRAME;
	(void)s.dropped(s.ctx);
	(void)live_now(live);
	if (links_ask_fd(links) >= 0 && (links_refresh(links, &events) || !links_list(links)->n))
		return NO_LINKS;
	(void)live_follow(live, links_list(links));
	if (!hears(&s, box.silent[0]))
		return NO_FRAME;
	if (mode == SANDBOX_ON && filtered &&
	    (write(box.silent[0], "a frame of our own making, padded out", 37) >= 0 ||
	     send(box.silent[0], "a frame of our own making, padded out", 37, 0) >= 0))
		return SENT;
	live_close(live);
	links_close(links);
	if (mode == SANDBOX_REPORT && sandbox_report()) {
		(void)fprintf(stderr, "%s\n", sandbox_report());
		return REFUSED;
	}
	return WELL;
}

static void tried(enum sandbox_mode mode)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0)
		_exit(capture_in_the_sandbox(mode));
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == NO_NETWORK)
		return; /* a machine that lets nobody have one */
	assert_int_equal(WEXITSTATUS(status), WELL);
}

static void frames_are_read_and_links_followed_and_nothing_is_sent(void **state)
{
	(void)state;
	tried(SANDBOX_ON);
}

static void nothing_is_refused_that_a_capture_needs(void **state)
{
	(void)state;
	tried(SANDBOX_REPORT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_read_and_links_followed_and_nothing_is_sent),
		cmocka_unit_test(nothing_is_refused_that_a_capture_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
