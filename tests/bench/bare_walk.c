/* SPDX-License-Identifier: BSD-2-Clause */
/* bare_walk FILE: the floor: map a little-endian pcap file and step from header to header. */
#include "config.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
	int fd = argc == 2 ? open(argv[1], O_RDONLY) : -1;
	struct stat st;
	const uint8_t *p;
	unsigned long n = 0, sum = 0;

	if (fd < 0 || fstat(fd, &st) || st.st_size < 24) {
		fprintf(stderr, "usage: bare_walk FILE\n");
		return 2;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return 3;
	for (size_t at = 24, size = (size_t)st.st_size; at + 16 <= size; n++) {
		uint32_t len;

		memcpy(&len, p + at + 8, 4);
		at += 16;
		if (len > size - at)
			break;
		sum += len > 13 ? p[at + 12] : 0; /* the frame's own header is read too */
		at += len;
	}
	printf("%lu %lu\n", n, sum);
	return 0;
}
