/* SPDX-License-Identifier: BSD-2-Clause */
/* nfs_look SERVER PATH [init=PATH] [vers=N] [port=N] [mountport=N] [proto=udp]: what
 * src/edge/nfs_look.h makes of a root, a line for each step: "step key finding | text". */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nfs_look.h"

static void option(struct nfs_look_ask *a, const char *s)
{
	const char *v = strchr(s, '=') ? strchr(s, '=') + 1 : "";

	if (strncmp(s, "init=", 5) == 0)
		snprintf(a->init, sizeof(a->init), "%s", v);
	else if (strncmp(s, "vers=", 5) == 0)
		a->version = (uint8_t)strtoul(v, NULL, 10);
	else if (strncmp(s, "port=", 5) == 0)
		a->port = (uint16_t)strtoul(v, NULL, 10);
	else if (strncmp(s, "mountport=", 10) == 0)
		a->mount_port = (uint16_t)strtoul(v, NULL, 10);
	else if (strcmp(s, "proto=udp") == 0)
		a->udp = true;
}

int main(int argc, char **argv)
{
	struct nfs_look_ask ask;
	struct nfs_look_result r;
	struct nfs_looker l;
	struct in_addr in;
	char why[256] = "";
	int heard;

	memset(&ask, 0, sizeof(ask));
	if (argc < 3 || inet_pton(AF_INET, argv[1], &in) != 1)
		return 2;
	ask.server = ntohl(in.s_addr);
	snprintf(ask.path, sizeof(ask.path), "%s", argv[2]);
	for (int i = 3; i < argc; i++)
		option(&ask, argv[i]);
	if (nfs_look_start(NULL, false, &l, why, sizeof(why)) || nfs_look_ask(&l, &ask)) {
		fprintf(stderr, "%s\n", why);
		return 3;
	}
	do
		heard = nfs_look_hear(&l, &r, 1000);
	while (!heard);
	if (heard < 0)
		return 3;
	for (int i = 0; i < NFS_LOOK_STEPS; i++) {
		const struct nfs_look_row *o = &nfs_look_rows[r.outcome[i]];

		printf("%s %s %s | %s\n", nfs_look_steps[i], o->key,
		       o->finding[0] ? o->finding : "-", r.text[i]);
	}
	printf("list %s\nports %u %u versions %#x %#x sizes %u %u\n", r.exports, r.port,
	       r.mount_port, r.versions_tcp, r.versions_udp, r.read_max, r.write_max);
	nfs_look_end(&l);
	return nfs_look_failed(&r) < NFS_LOOK_STEPS;
}
