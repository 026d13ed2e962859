/* SPDX-License-Identifier: BSD-2-Clause */
/* count_loop FILE: what libpcap alone costs: read each packet, count it. */
#include "config.h"

#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *p = argc == 2 ? pcap_open_offline(argv[1], why) : NULL;
	struct pcap_pkthdr *h;
	const u_char *data;
	unsigned long n = 0;

	if (!p) {
		fprintf(stderr, "count_loop: %s\n", argc == 2 ? why : "usage: count_loop FILE");
		return 2;
	}
	while (pcap_next_ex(p, &h, &data) == 1)
		n++;
	printf("%lu\n", n);
	pcap_close(p);
	return 0;
}
