/* SPDX-License-Identifier: BSD-2-Clause */
/* A capture file of any format in memory; every frame of it goes through the whole reading of the
 * wire. */
#include <stdlib.h>

#include "savefile.h"
#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void seen(void *ctx, struct packet *p, const struct call *call)
{
	char line[512];
	struct text t = text_init(line, sizeof(line));

	(void)ctx, (void)call;
	if (p->record != RECORD_NONE)
		protocols[p->record].line(p, &t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct wire_limits small = { 4, 16, 8, 32, 7 };
	struct savefile *file = calloc(1, sizeof(*file));
	struct wire *wire = wire_init(calloc(1, wire_size(&small)), &small);
	struct frame f;

	if (file && wire) {
		input_memory(data, size, &file->in);
		if (savefile_open(file) == 0)
			for (uint64_t n = 1; file->next(file, &f) == 1; n++) {
				f.number = n;
				wire_frame(wire, &f, seen, NULL);
			}
	}
	free(file);
	free(wire);
	return 0;
}
