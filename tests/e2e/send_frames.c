/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send_frames IF FILE [MAX_GAP_MS] [COUNT]: the frames of a capture out of an interface, one by
 * one, no further apart than that.
 */
#include "config.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "capture_file.h"

static void wait_ns(uint64_t ns)
{
	struct timespec t = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };

	nanosleep(&t, NULL);
}

int main(int argc, char **argv)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	uint64_t last = 0, gap = argc > 3 ? strtoull(argv[3], NULL, 10) * 1000000 : 1000000;
	uint64_t count = argc > 4 ? strtoull(argv[4], NULL, 10) : UINT64_MAX, sent = 0;
	char why[CAPTURE_WHY_MAX];
	struct source s;
	struct frame f;
	int fd;

	if (argc < 3) {
		fprintf(stderr, "send_frames IF FILE [MAX_GAP_MS] [COUNT]\n");
		return 2;
	}
	fd = socket(AF_PACKET, SOCK_RAW, 0);
	to.sll_ifindex = (int)if_nametoindex(argv[1]);
	if (fd < 0 || !to.sll_ifindex) {
		fprintf(stderr, "send_frames: %s: %s\n", argv[1], strerror(errno));
		return 3;
	}
	if (capture_file_open(argv[2], &s, why, sizeof(why))) {
		fprintf(stderr, "send_frames: %s\n", why);
		return 3;
	}
	while (sent < count && s.next(s.ctx, &f) == 1) {
		uint64_t step = last && f.time_ns > last ? f.time_ns - last : 0;

		last = f.time_ns;
		if (step)
			wait_ns(step < gap ? step : gap);
		if (sendto(fd, f.data, f.cap_len, 0, (const struct sockaddr *)&to, sizeof(to)) >= 0)
			sent++;
	}
	printf("%llu frames sent\n", (unsigned long long)sent);
	s.close(s.ctx);
	close(fd);
	return 0;
}
