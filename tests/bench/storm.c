/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm FILE INTERFACE RATE SECONDS: sends the frames of a pcap file, over and over, at RATE a
 * second (0: as fast as it goes). Prints how many went out, and how many a second. For a veth pair
 * in a namespace of its own.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64 };

static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int main(int argc, char **argv)
{
	static struct mmsghdr m[BATCH];
	static struct iovec v[BATCH];
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	struct stat st;
	const uint8_t *p;
	size_t at = 24;
	uint64_t sent = 0, begun, end;
	double rate;
	int file, fd, size = 8 << 20;

	if (argc != 5) {
		fprintf(stderr, "storm FILE INTERFACE RATE SECONDS\n");
		return 2;
	}
	file = open(argv[1], O_RDONLY);
	if (file < 0 || fstat(file, &st) || st.st_size < 40) {
		fprintf(stderr, "storm: %s: %s\n", argv[1], strerror(errno));
		return 3;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = (int)if_nametoindex(argv[2]);
	if (p == MAP_FAILED || fd < 0 || bind(fd, (struct sockaddr *)&to, sizeof(to))) {
		fprintf(stderr, "storm: %s: %s\n", argv[2], strerror(errno));
		return 3;
	}
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	rate = strtod(argv[3], NULL);
	begun = now();
	end = begun + (uint64_t)(strtod(argv[4], NULL) * 1e9);
	while (now() < end) {
		unsigned n = 0;
		int r;

		if (rate > 0 && (double)sent > (double)(now() - begun) * rate / 1e9)
			continue;
		for (; n < BATCH; n++) {
			uint32_t len;

			if (at + 16 > (size_t)st.st_size)
				at = 24;
			memcpy(&len, p + at + 8, 4);
			if (at + 16 + len > (size_t)st.st_size) {
				at = 24;
				memcpy(&len, p + at + 8, 4);
			}
			v[n] = (struct iovec) { (void *)(uintptr_t)(p + at + 16), len };
			m[n].msg_hdr.msg_iov = &v[n];
			m[n].msg_hdr.msg_iovlen = 1;
			at += 16 + len;
		}
		r = sendmmsg(fd, m, n, 0);
		if (r > 0)
			sent += (unsigned)r;
	}
	printf("%llu %.0f\n", (unsigned long long)sent,
	       (double)sent / ((double)(now() - begun) / 1e9));
	return 0;
}
