/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LIVE_NET_H
#define LIVE_NET_H

/* A capture on interfaces that the test makes for itself, la and lb, and takes away. */
#include <sys/socket.h>
#include <unistd.h>

#include "capture_live.h"
#include "netns.h"
#include "unit.h"

static bool have_net;
static struct links *links;
static struct live *live;
static struct source source;
static char why[LIVE_WHY_MAX];
static int sender = -1;

static inline void need_net(void)
{
	if (!have_net)
		skip();
}

static inline int setup(void **state)
{
	(void)state;
	if (!have_net)
		return 0;
	sender = socket(AF_PACKET, SOCK_RAW, 0);
	if (sender < 0 || !netns_ip("link add la type veth peer name lb") ||
	    !netns_ip("link set la up") || !netns_ip("link set lb up"))
		return -1;
	return links_open(&links, why, sizeof(why));
}

static inline int teardown(void **state)
{
	(void)state;
	live_close(live);
	live = NULL;
	links_close(links);
	links = NULL;
	if (sender >= 0)
		close(sender);
	(void)netns_ip("link del la");
	(void)netns_ip("link del lc");
	return 0;
}

static inline int open_on(const struct live_options *o)
{
	int r = live_open(o, links, &live, why, sizeof(why));

	if (r == 0)
		source = live_source(live);
	return r;
}

static inline void open_one(const char *name)
{
	const char *const names[] = { name };
	const struct live_options o = { .interface = names, .n_interfaces = 1 };

	assert_int_equal(open_on(&o), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
