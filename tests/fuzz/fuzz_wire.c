/* SPDX-License-Identifier: BSD-2-Clause */
#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "nothing_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tell(void *ctx, struct packet *p, const struct call *call)
{
	const struct sink s = nothing_sink();
	char line[300];
	struct text t = text_init(line, sizeof(line));

	(void)call;
	++*(uint64_t *)ctx;
	packet_header_fields(p, &s);
	if (!protocols[p->record].line)
		return;
	protocols[p->record].line(p, &t);
	protocols[p->record].fields(p, &s);
}

/* Byte 0: Ethernet or raw IP. Then frames, each behind its length in two bytes, in memory of its
 * own size. Small tables, so that eviction is the rule. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct wire_limits limits = {
		.fragments = 4, .flows = 8, .connections = 4, .calls = 8
	};
	void *mem = calloc(1, wire_size(&limits));
	struct wire *w = wire_init(mem, &limits);
	struct frame f = { .time_ns = 1000000000 };
	size_t at = 1;

	if (!w)
		return 0;
	f.link = size && data[0] & 1 ? 101 : 1;
	while (at + 2 <= size) {
		size_t n = (size_t)data[at] << 8 | data[at + 1];
		uint64_t told = 0;
		uint8_t *copy;

		at += 2;
		n = n < size - at ? n : size - at;
		copy = malloc(n ? n : 1);
		if (!copy)
			abort();
		memcpy(copy, data + at, n);
		f.data = copy;
		f.cap_len = f.wire_len = (uint32_t)n;
		f.number++;
		f.time_ns += 1000000;
		wire_frame(w, &f, tell, &told);
		if (!told)
			abort();
		free(copy);
		at += n;
	}
	free(mem);
	return 0;
}
