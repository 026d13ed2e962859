/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Frames one after another: the link type in an octet, a length octet pair, the bytes. They are
 * learned, then rewritten: as long as they were, within their own memory, and the same again when
 * they come again.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct wire_limits limits = {
		.fragments = 2, .flows = 4, .connections = 2, .calls = 4
	};
	static const uint32_t links[] = { 1, 0, 9, 101, 105, 113, 127, 239, 276 };
	struct redact *r = redact_init(calloc(1, redact_size(&limits)), &limits, 42);
	uint32_t sums[2] = { 0 };

	if (!r)
		abort();
	for (int reading = 0; reading < 3; reading++) {
		struct frame f = { .time_ns = 1 }, out;
		size_t at = 0;

		if (reading)
			redact_begin(r);
		while (at + 3 <= size) {
			size_t n = (size_t)data[at + 1] << 8 | data[at + 2];
			uint8_t *copy;

			f.link = links[data[at] % (sizeof(links) / sizeof(links[0]))];
			at += 3;
			n = n < size - at ? n : size - at;
			copy = malloc(n ? n : 1);
			if (!copy)
				abort();
			memcpy(copy, data + at, n);
			f.data = copy;
			f.cap_len = (uint32_t)n;
			f.wire_len = (uint32_t)n + (data[at - 3] & 0x80);
			f.number++;
			if (reading == 0) {
				redact_learn(r, &f);
			} else {
				redact_frame(r, &f, &out);
				assert(out.cap_len == f.cap_len && out.wire_len == f.wire_len);
				for (size_t i = 0; i < n; i++)
					sums[reading - 1] = sums[reading - 1] * 31 + out.data[i];
			}
			free(copy);
			at += n;
		}
	}
	assert(sums[0] == sums[1]);
	free(r);
	return 0;
}
