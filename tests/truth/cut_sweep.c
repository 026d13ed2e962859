/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cut_sweep FILE...: each file cut at every 97th byte, in memory of just that size, through reader,
 * model and diagnosis. Says how many cuts there were; a sanitizer says the rest. Part of
 * `make check-slow'.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose.h"
#include "savefile.h"
#include "scope.h"

enum { STEP = 97 };

static const struct scope_limits small = {
	.clients = 64,
	.boot_bytes = 16384,
	.all_bytes = 1 << 20,
	.wire = { .fragments = 4, .flows = 64, .connections = 16, .calls = 64 },
};

static void read_cut(const uint8_t *data, size_t n)
{
	static struct diagnosis d;
	struct savefile *file = calloc(1, sizeof(*file));
	void *mem = calloc(1, scope_size(&small));
	struct scope *s = scope_init(mem, &small);
	uint8_t *copy = malloc(n ? n : 1);
	struct frame f;

	if (!file || !mem || !copy)
		abort();
	memcpy(copy, data, n);
	input_memory(copy, n, &file->in);
	if (input_unpack(&file->in) == 0 && savefile_open(file) == 0)
		for (uint64_t k = 1; file->next(file, &f) == 1; k++) {
			f.number = k;
			scope_frame(s, &f);
		}
	scope_end(s);
	for (uint32_t i = 0; i < scope_clients(s); i++)
		(void)diagnose_client(s, scope_client(s, i), &d);
	file->in.close(&file->in);
	free(copy);
	free(mem);
	free(file);
}

int main(int argc, char **argv)
{
	unsigned long cuts = 0;

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		uint8_t *data;
		long size;

		if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0) {
			fprintf(stderr, "cut_sweep: %s cannot be read\n", argv[i]);
			return 1;
		}
		rewind(f);
		data = malloc((size_t)size + 1);
		if (!data || fread(data, 1, (size_t)size, f) != (size_t)size)
			return 1;
		fclose(f);
		for (size_t n = 0; n < (size_t)size; n += STEP, cuts++)
			read_cut(data, n);
		read_cut(data, (size_t)size);
		free(data);
	}
	printf("%d files, %lu cuts\n", argc - 1, cuts);
	return 0;
}
