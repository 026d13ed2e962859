/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "redaction.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "capture_file.h"
#include "seed.h"
#include "spool.h"
#include "wire.h"

_Static_assert(sizeof(((struct redaction *)0)->kept[0]) == SPOOL_NAME_MAX, "names as spool gives");

enum { ASK_PROGRESS = 8192 };

const char redaction_note[] =
	"Redacted: MACs (but for the vendor), serial numbers, addresses and host names are others "
	"than they were, the same "
	"ones throughout; contents of files and of unknown packets are zeros. Still there: times, "
	"the "
	"prefixes of private networks, paths and file names, and the text of boot configurations.";

static int no_memory(char *why, size_t n)
{
	snprintf(why, n, "memory ran out");
	return EXIT_SYSTEM;
}

static int keep(struct redaction *r, char *why, size_t n)
{
	for (int i = 0; i < r->o.n_files; i++) {
		r->given[i] = r->o.file[i];
		if (spool(r->o.file[i], r->kept[i], why, n))
			return EXIT_SYSTEM;
		if (r->kept[i][0])
			r->o.file[i] = r->kept[i];
	}
	return 0;
}

/* The file's own name, without the folders that it is in. */
static int show(struct redaction *r, char *why, size_t size)
{
	for (int i = 0; i < r->o.n_files; i++) {
		const char *path = r->given[i], *slash = strrchr(path, '/'),
			   *name = slash ? slash + 1 : path;
		size_t n = strlen(name);

		r->shown[i] = calloc(1, n + 1);
		if (!r->shown[i])
			return no_memory(why, size);
		redact_text(r->redact, bytes_of(name, (uint32_t)n), (uint8_t *)r->shown[i]);
	}
	return 0;
}

int redaction_open(struct redaction *r, const struct options *o)
{
	char why[CAPTURE_WHY_MAX];
	void *mem;
	int e;

	memset(r, 0, sizeof(*r));
	r->o = *o;
	e = keep(r, why, sizeof(why));
	if (e)
		fprintf(stderr, "bootscope: %s\n", why);
	if (!e)
		e = input_files_open(&r->o, &r->files);
	if (e)
		return e;
	r->o.redaction = r;
	/* memory only where it is used */
	mem = mmap(NULL, redact_size(&wire_default_limits), PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	r->redact = redact_init(mem == MAP_FAILED ? NULL : mem, &wire_default_limits, seed_word());
	if (r->redact)
		return 0;
	fprintf(stderr, "bootscope: memory ran out\n");
	return EXIT_SYSTEM;
}

int redaction_learn(struct redaction *r, char *why, size_t size)
{
	struct progress bar;
	struct source source;
	struct frame f;
	uint64_t n = 0;
	int e = input_files_begin(&r->files, &source, why, size);

	if (e)
		return e;
	progress_init(&bar);
	while (n < r->o.count && source.next(source.ctx, &f) == 1) {
		redact_learn(r->redact, &f);
		if (++n % ASK_PROGRESS == 0)
			progress_step(&bar, &source, n);
	}
	progress_end(&bar);
	source.close(source.ctx);
	for (int i = 0; i < r->o.n_files; i++)
		if (strcmp(r->o.file[i], "-") == 0)
			spool_rewind();
	return show(r, why, size);
}

void redaction_end(struct redaction *r)
{
	input_files_drop(&r->files);
	for (int i = 0; i < r->o.n_files; i++)
		free(r->shown[i]);
	if (r->redact)
		munmap(r->redact, redact_size(&wire_default_limits));
}

void redaction_rename(const struct redaction *r, struct input_files *files)
{
	for (int i = 0; i < files->n; i++)
		files->file[i].name = r->shown[i];
}

struct veil {
	struct source below;
	struct redact *redact;
};

static int veil_next(void *ctx, struct frame *out)
{
	struct veil *v = ctx;
	struct frame f;
	int r = v->below.next(v->below.ctx, &f);

	if (r == 1)
		redact_frame(v->redact, &f, out);
	return r;
}

static const char *veil_warning(void *ctx)
{
	struct veil *v = ctx;

	return v->below.warning(v->below.ctx);
}

static void veil_progress(void *ctx, uint64_t *done, uint64_t *all)
{
	struct veil *v = ctx;

	v->below.progress(v->below.ctx, done, all);
}

static uint64_t veil_dropped(void *ctx)
{
	struct veil *v = ctx;

	return v->below.dropped(v->below.ctx);
}

static void veil_close(void *ctx)
{
	struct veil *v = ctx;

	v->below.close(v->below.ctx);
	free(v);
}

int redaction_source(struct redaction *r, struct source below, struct source *out, char *why,
		     size_t n)
{
	struct veil *v = calloc(1, sizeof(*v));

	if (!v) {
		below.close(below.ctx);
		return no_memory(why, n);
	}
	v->below = below;
	v->redact = r->redact;
	redact_begin(r->redact);
	*out = (struct source) { .ctx = v,
				 .next = veil_next,
				 .warning = veil_warning,
				 .progress = veil_progress,
				 .dropped = veil_dropped,
				 .close = veil_close };
	return 0;
}
