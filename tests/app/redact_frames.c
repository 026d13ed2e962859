/* SPDX-License-Identifier: BSD-2-Clause */
/* redact_frames IN OUT: every frame of a capture as --redact would show it, in a pcap file. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_file.h"
#include "redact.h"
#include "wire.h"

static void put32(FILE *to, uint32_t v)
{
	fwrite(&v, sizeof(v), 1, to);
}

static int copy(struct redact *r, const char *in, FILE *to)
{
	char why[CAPTURE_WHY_MAX];
	struct source s;
	struct frame f, out;
	uint32_t link = 0;
	bool head = false;

	if (capture_file_open(in, &s, why, sizeof(why))) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	if (to)
		redact_begin(r);
	while (s.next(s.ctx, &f) == 1) {
		if (!to) {
			redact_learn(r, &f);
			continue;
		}
		redact_frame(r, &f, &out);
		if (!head) { /* of one link type, the first */
			link = f.link;
			put32(to, 0xa1b23c4d);
			put32(to, 4 << 16 | 2);
			put32(to, 0);
			put32(to, 0);
			put32(to, 1 << 18);
			put32(to, link);
			head = true;
		}
		if (f.link != link)
			continue;
		put32(to, (uint32_t)(out.time_ns / 1000000000));
		put32(to, (uint32_t)(out.time_ns % 1000000000));
		put32(to, out.cap_len);
		put32(to, out.wire_len);
		fwrite(out.data, 1, out.cap_len, to);
	}
	s.close(s.ctx);
	return 0;
}

int main(int argc, char **argv)
{
	struct redact *r = redact_init(calloc(1, redact_size(&wire_default_limits)),
				       &wire_default_limits, 0x1badc0ffee0ddf00);
	FILE *to = argc == 3 ? fopen(argv[2], "wb") : NULL;
	int e;

	if (!to || !r)
		return 2;
	e = copy(r, argv[1], NULL);
	if (!e)
		e = copy(r, argv[1], to);
	free(r);
	return fclose(to) ? 2 : e;
}
