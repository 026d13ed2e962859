/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The responders alone, for tests with real clients: respond tftp INTERFACE FOLDER, respond dhcp
 * INTERFACE FIRST LAST, respond rival INTERFACE; then words, see main. Says "ready", then a line
 * for each thing that is told, until SIGTERM.
 */
#include "config.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dhcp_rival.h"
#include "dhcp_worker.h"
#include "tftp_worker.h"

static int stop[2];

static void on_term(int signal)
{
	(void)signal;
	if (write(stop[1], "", 1) < 0)
		_exit(1);
}

static void tell_tftp(void *ctx, const struct tftp_news *n)
{
	static const char *const words[TFTP_EVENTS] = { "begun",   "done",   "refused",
							"aborted", "silent", "broken" };

	(void)ctx;
	printf("%s %s bytes=%llu blksize=%u window=%u resent=%llu %s\n", words[n->event], n->path,
	       (unsigned long long)n->bytes, n->blksize, n->windowsize,
	       (unsigned long long)n->resent, n->why ? n->why : "");
}

static void tell_dhcp(void *ctx, const struct dhcp_news *n)
{
	static const char *const words[DHCP_EVENTS] = { "offered",  "acked",     "naked",
							"released", "declined",  "in-use",
							"empty",    "not-meant", "too-often" };
	struct in_addr a = { htonl(n->ip) };

	(void)ctx;
	printf("%s %02x:%02x:%02x:%02x:%02x:%02x %s %s\n", words[n->event], n->mac.b[0],
	       n->mac.b[1], n->mac.b[2], n->mac.b[3], n->mac.b[4], n->mac.b[5], inet_ntoa(a),
	       n->why ? n->why : "");
}

/* The rest of the word among them that begins so; NULL: there is none. */
static const char *word(char **words, const char *begins)
{
	size_t n = strlen(begins);

	for (; *words; words++)
		if (strncmp(*words, begins, n) == 0)
			return *words + n;
	return NULL;
}

static uint32_t address(const char *s)
{
	struct in_addr a = { 0 };

	return s && inet_pton(AF_INET, s, &a) == 1 ? ntohl(a.s_addr) : 0;
}

static int fail(const char *why)
{
	fprintf(stderr, "%s\n", why);
	return 3;
}

static int tftp(const char *interface, char **words)
{
	struct tftp_worker_options o = { .interface = interface,
					 .root = words[0],
					 .into = word(words, "into="),
					 .single_port = word(words, "single") != NULL,
					 .dry = word(words, "dry") != NULL,
					 .port = 69,
					 .limits = tftp_default_limits,
					 .cmdline = { .root = word(words, "nfs=") },
					 .news = tell_tftp };
	struct tftp_worker *w;
	char why[256];

	o.limits.own_folders = word(words, "own") != NULL;
	o.limits.own_only = word(words, "own-only") != NULL;
	if (word(words, "many"))
		o.limits.per_client = o.limits.transfers;
	if (word(words, "quiet"))
		o.news = NULL;
	if (tftp_worker_open(&o, &w, why, sizeof(why)))
		return fail(why);
	printf("ready %u\n", tftp_worker_port(w));
	tftp_worker_run(w, stop[0], 2000);
	tftp_worker_free(w);
	return 0;
}

static int dhcp(const char *interface, char **words)
{
	static struct dhcp_config c;
	struct dhcp_worker_options o = { .interface = interface,
					 .lease_path = word(words, "leases="),
					 .config = &c,
					 .leases = 65536,
					 .dry = word(words, "dry") != NULL,
					 .news = word(words, "quiet") ? NULL : tell_dhcp };
	struct dhcp_worker *w;
	const char *file = word(words, "file=");
	char why[256];

	c.mode = word(words, "proxy") ? DHCP_MODE_PROXY : DHCP_MODE_FULL;
	c.all_clients = word(words, "all") != NULL;
	c.authoritative = true;
	c.probe = word(words, "probe") != NULL;
	c.probe_ms = 300;
	c.kick = word(words, "kick") != NULL;
	c.n_ranges = 1;
	c.range[0].addresses = (struct lease_range) { address(words[0]), address(words[1]) };
	c.range[0].mask = word(words, "mask=") ? address(word(words, "mask=")) : 0xffffff00;
	c.range[0].router = address(word(words, "router="));
	c.range[0].lease =
		word(words, "lease=") ? (uint32_t)strtoul(word(words, "lease="), NULL, 10) : 3600;
	if (word(words, "far=")) { /* a network behind a relay: its first address, 50 of them */
		c.range[1] = c.range[0];
		c.range[1].addresses.first = address(word(words, "far="));
		c.range[1].addresses.last = c.range[1].addresses.first + 49;
		c.range[1].router = 0;
		c.n_ranges = 2;
	}
	if (file)
		c.boot.file = bytes_of((const uint8_t *)file, (uint32_t)strlen(file));
	if (dhcp_worker_open(&o, &w, why, sizeof(why)))
		return fail(why);
	printf("ready\n");
	dhcp_worker_run(w, stop[0]);
	dhcp_worker_free(w);
	return 0;
}

static int rival(const char *interface)
{
	struct dhcp_rival *r;
	struct in_addr a = { 0 };
	char why[256];

	if (dhcp_rival_open(interface, &r, why, sizeof(why)))
		return fail(why);
	a.s_addr = htonl(dhcp_rival_ask(r, 1000).server);
	dhcp_rival_free(r);
	printf("%s\n", a.s_addr ? inet_ntoa(a) : "none");
	return 0;
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 3 || pipe(stop))
		return fail("respond tftp|dhcp|rival INTERFACE ...");
	signal(SIGTERM, on_term);
	if (strcmp(argv[1], "tftp") == 0 && argc > 3)
		return tftp(argv[2], argv + 3);
	if (strcmp(argv[1], "dhcp") == 0 && argc > 4)
		return dhcp(argv[2], argv + 3);
	if (strcmp(argv[1], "rival") == 0)
		return rival(argv[2]);
	return fail("respond tftp INTERFACE FOLDER | dhcp INTERFACE FIRST LAST | rival INTERFACE");
}
