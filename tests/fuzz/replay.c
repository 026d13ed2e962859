/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main() of a fuzz target that is not linked with libFuzzer: runs every file of the corpus, then
 * prefixes and bit flips of it, each in a block of exactly its size so that a sanitizer sees a read
 * past the end. TAP, one line a file. Arguments: folders or files; none: the target's own corpus.
 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	SWEEP_RUNS = 400, /* prefixes, and flips, of one file */
	SWEEP_SIZE = 65536,
	RUN_SECONDS = 20, /* of one file with its sweeps: more is a hang, and SIGALRM ends it */
};

struct names {
	char **v;
	size_t n;
};

static void *need(void *p)
{
	if (!p) {
		puts("Bail out! no memory");
		exit(1);
	}
	return p;
}

static char *join(const char *a, const char *b, const char *c)
{
	size_t n = strlen(a) + strlen(b) + strlen(c) + 1;
	char *s = need(malloc(n));

	(void)snprintf(s, n, "%s%s%s", a, b, c);
	return s;
}

static void run(const uint8_t *data, size_t n, size_t flip)
{
	uint8_t *copy = need(malloc(n ? n : 1));

	if (n)
		memcpy(copy, data, n);
	if (flip < n * 8)
		copy[flip / 8] = (uint8_t)(copy[flip / 8] ^ 1U << flip % 8);
	(void)LLVMFuzzerTestOneInput(n ? copy : (const uint8_t *)"", n);
	free(copy);
}

static void sweep(const uint8_t *data, size_t n)
{
	size_t bits = n * 8, step = n / SWEEP_RUNS + 1, bit_step = bits / SWEEP_RUNS + 1;

	run(data, n, SIZE_MAX);
	if (n > SWEEP_SIZE)
		return;
	for (size_t i = 0; i < n; i += step)
		run(data, i, SIZE_MAX);
	/* odd, so that every bit of a byte has its turn */
	for (size_t i = 0; i < bits; i += bit_step | 1)
		run(data, n, i);
}

static uint8_t *load(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t have = 0, room = 0, got;

	if (!f)
		return NULL;
	do {
		if (have == room) {
			room = room ? room * 2 : 65536;
			data = need(realloc(data, room));
		}
		got = fread(data + have, 1, room - have, f);
		have += got;
	} while (got);
	(void)fclose(f);
	*n = have;
	return data;
}

static void names_add(struct names *all, char *path)
{
	all->v = need(realloc(all->v, (all->n + 1) * sizeof(*all->v)));
	all->v[all->n++] = path;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect(struct names *all, const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (!d) {
		if (errno == ENOTDIR)
			names_add(all, join(path, "", ""));
		return;
	}
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			names_add(all, join(path, "/", e->d_name));
	(void)closedir(d);
}

/* tests/fuzz/fuzz_x reads tests/fuzz/corpus/x of the source tree. */
static char *own_corpus(const char *argv0)
{
	const char *top = getenv("top_srcdir"), *name = strrchr(argv0, '/');

	name = name ? name + 1 : argv0;
	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	return join(top ? top : ".", "/tests/fuzz/corpus/", name);
}

int main(int argc, char **argv)
{
	struct names all = { NULL, 0 };
	char *own = own_corpus(argv[0]);

	for (int i = 1; i < argc; i++)
		collect(&all, argv[i]);
	if (argc < 2)
		collect(&all, own);
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_name);
	printf("1..%zu\n", all.n ? all.n : 1);
	if (!all.n)
		printf("not ok 1 - no files in %s\n", argc < 2 ? own : argv[1]);
	for (size_t i = 0; i < all.n; i++) {
		const char *base = strrchr(all.v[i], '/');
		size_t n = 0;
		uint8_t *data = load(all.v[i], &n);

		printf("# %s, %zu bytes\n", all.v[i], n);
		(void)fflush(stdout);
		(void)alarm(RUN_SECONDS);
		if (data)
			sweep(data, n);
		printf("%sok %zu - %s\n", data ? "" : "not ", i + 1, base ? base + 1 : all.v[i]);
		free(data);
		free(all.v[i]);
	}
	free(all.v);
	free(own);
	return 0;
}
