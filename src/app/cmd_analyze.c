/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands.h"
#include "input_files.h"
#include "json.h"
#include "report.h"
#include "scope.h"
#include "seed.h"
#include "stdout.h"

enum { WIDTH_MIN = 40, WIDTH_MAX = 500, WIDTH_PIPE = 100, ASK_PROGRESS = 8192 };

static uint32_t width(const struct options *o)
{
	struct winsize w;
	const char *env = getenv("COLUMNS");
	uint64_t n = WIDTH_PIPE;

	if (o->width)
		n = o->width;
	else if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		n = w.ws_col;
	else if (env)
		n = strtoul(env, NULL, 10);
	return (uint32_t)(n < WIDTH_MIN ? WIDTH_MIN : n > WIDTH_MAX ? WIDTH_MAX : n);
}

static int style_of(const struct options *o, struct report_style *s)
{
	const char *color = o->on[OPT_COLOR] ? o->value[OPT_COLOR] : "auto",
		   *no = getenv("NO_COLOR");

	setlocale(LC_CTYPE, "");
	memset(s, 0, sizeof(*s));
	s->width = width(o);
	s->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	s->verbose = o->on[OPT_VERBOSE];
	s->quiet = o->on[OPT_QUIET];
	s->fix_for = DIALECTS;
	if (strcmp(color, "always") == 0) {
		s->color = true;
	} else if (strcmp(color, "auto") == 0) {
		s->color = isatty(STDOUT_FILENO) && !(no && *no);
	} else if (strcmp(color, "never") != 0) {
		fprintf(stderr, "bootscope: --color takes auto, always or never, not '%s'\n",
			color);
		return EXIT_USAGE;
	}
	if (!o->on[OPT_FIX_FOR])
		return 0;
	s->fix_for = (int)dialect_named(o->value[OPT_FIX_FOR]);
	if (s->fix_for < DIALECTS)
		return 0;
	fprintf(stderr,
		"bootscope: --fix-for '%s' is not known; it takes one of:", o->value[OPT_FIX_FOR]);
	for (int i = 0; i < DIALECTS; i++)
		fprintf(stderr, " %s", dialect_keys[i]);
	fprintf(stderr, "\n");
	return EXIT_USAGE;
}

static void read_all(const struct options *o, const struct source *source, struct scope *scope)
{
	struct progress bar;
	struct frame f;
	uint64_t n = 0;

	progress_init(&bar);
	while (n < o->count && source->next(source->ctx, &f) == 1) {
		scope_frame(scope, &f);
		if (++n % ASK_PROGRESS == 0)
			progress_step(&bar, source, n);
	}
	progress_end(&bar);
}

/* Address space that is memory only where it is used. */
static void *space(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

int cmd_analyze(const struct options *o)
{
	struct report_source from = { .files = o->file, .n_files = (uint32_t)o->n_files };
	struct scope_limits limits = scope_default_limits;
	size_t size = scope_size(&limits);
	struct report_style style;
	struct source source;
	struct scope *scope;
	struct json json;
	void *mem;
	int r = style_of(o, &style);

	if (r)
		return r;
	r = input_files_open(o, &source);
	if (r)
		return r;
	mem = space(size);
	if (!mem) {
		fprintf(stderr, "bootscope: no address space of %zu MB for the model\n",
			size >> 20);
		source.close(source.ctx);
		return EXIT_SYSTEM;
	}
	limits.wire.seed = seed_word();
	scope = scope_init(mem, &limits);
	read_all(o, &source, scope);
	from.warning = source.warning(source.ctx);
	input_files_warn(&source);
	input_files_links(scope_wire_stats(scope)->unknown_link, scope_wire_stats(scope)->frames);
	scope_dropped(scope, source.dropped(source.ctx));
	scope_end(scope);
	if (o->on[OPT_JSON]) {
		json_init(&json, stdout_output(), true);
		report_json(scope, &from, &json.sink);
		json.out.write(json.out.ctx, "\n", 1);
	} else {
		report_text(scope, &from, &style, stdout_output());
	}
	r = stdout_end();
	if (!r && report_fatal(scope))
		r = EXIT_FOUND;
	source.close(source.ctx);
	munmap(mem, size);
	return r;
}
