/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_file.h"
#include "commands.h"
#include "input_files.h"
#include "json.h"
#include "out_file.h"
#include "redaction.h"
#include "report.h"
#include "room.h"
#include "save_pcapng.h"
#include "scope.h"
#include "second_pass.h"
#include "stdout.h"
#include "verdict.h"

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

int style_of(const struct options *o, struct report_style *s)
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

/* What needs the input a second time. */
struct extras {
	bool html, pcapng;
	struct out_file pcapng_file;
	struct second_pass again;
	struct exhibits *exhibits;
	struct save_pcapng save;
};

static int told(const char *why)
{
	fprintf(stderr, "bootscope: %s\n", why);
	return EXIT_SYSTEM;
}

static int refused(const char *why)
{
	fprintf(stderr, "bootscope: %s\n", why);
	return EXIT_USAGE;
}

static bool among_inputs(const struct options *o, const char *name)
{
	struct stat in, out;

	if (stat(name, &out) || !S_ISREG(out.st_mode))
		return false;
	for (int i = 0; i < o->n_files; i++) {
		int r = strcmp(o->file[i], "-") ? stat(o->file[i], &in) : fstat(STDIN_FILENO, &in);

		if (r == 0 && in.st_dev == out.st_dev && in.st_ino == out.st_ino)
			return true;
	}
	return false;
}

/* Before anything is read: what cannot be written is better known at once. */
static int extras_open(const struct options *o, struct extras *e)
{
	char why[CAPTURE_WHY_MAX];
	int r;

	e->html = o->on[OPT_HTML];
	e->pcapng = o->on[OPT_PCAPNG];
	if (e->html && o->on[OPT_JSON])
		return refused("--json and --html both want standard output: ask for one of them");
	if (e->pcapng && strcmp(o->value[OPT_PCAPNG], "-") == 0)
		return refused("--pcapng needs the name of a file to write");
	if (e->pcapng && among_inputs(o, o->value[OPT_PCAPNG]))
		return refused("--pcapng would write over the capture that is read: give it "
			       "another name");
	if (!e->html && !e->pcapng)
		return 0;
	e->exhibits = room(sizeof(*e->exhibits));
	if (!e->exhibits)
		return told("memory ran out");
	r = second_pass_open(o, &e->again);
	if (r)
		return r;
	if (e->pcapng && out_file_open(o->value[OPT_PCAPNG], o->value[OPT_USER], &e->pcapng_file,
				       why, sizeof(why)))
		return told(why);
	return 0;
}

/* A line for each board at the head of the capture. */
static void pcapng_begin(const struct options *o, struct extras *e, const struct scope *scope)
{
	char buf[8192];
	struct text t = text_init(buf, sizeof(buf));
	struct diagnosis d;

	for (uint32_t i = 0; i < scope_clients(scope); i++) {
		const struct client *c = scope_client(scope, i);
		const struct boot *b = diagnose_client(scope, c, &d);

		if (!b || verdict_bystander(c))
			continue;
		text_str(&t, t.pos ? "\n" : "");
		verdict_name(c, &t);
		text_char(&t, ' ');
		verdict_words(c, b, &d, &t);
	}
	if (o->redaction)
		text_fmt(&t, "%s%s", t.pos ? "\n" : "", redaction_note);
	save_pcapng_begin(&e->save, out_file_output(&e->pcapng_file), PACKAGE_STRING, buf);
}

/* Reads again for the exhibits, and saves. 0, or an exit status after one sentence. */
static int extras_read(const struct options *o, const struct scope *scope, struct extras *e)
{
	char why[CAPTURE_WHY_MAX];
	int r;

	if (!e->exhibits)
		return 0;
	exhibits_find(scope, e->exhibits);
	if (e->pcapng)
		pcapng_begin(o, e, scope);
	r = second_pass(&e->again, scope, e->exhibits, e->pcapng ? &e->save : NULL);
	if (!r && e->pcapng && out_file_close(&e->pcapng_file, why, sizeof(why)))
		r = told(why);
	return r;
}

static void extras_end(struct extras *e)
{
	out_file_drop(&e->pcapng_file);
	input_files_drop(&e->again.files);
	if (e->exhibits)
		munmap(e->exhibits, sizeof(*e->exhibits));
}

static void print(const struct options *o, const struct scope *scope,
		  const struct report_source *from, const struct report_style *style,
		  const struct exhibits *exhibits)
{
	struct json json;

	if (o->on[OPT_HTML]) {
		report_html(scope, from, style, exhibits, stdout_output());
	} else if (o->on[OPT_JSON]) {
		json_init(&json, stdout_output(), true);
		report_json(scope, from, &json.sink);
		json.out.write(json.out.ctx, "\n", 1);
	} else {
		report_text(scope, from, style, stdout_output());
	}
}

/* Reads, reports, and gives the exit status. source is closed by the caller. */
static int analyze(const struct options *o, const struct report_style *style, struct source *source,
		   struct scope *scope, struct extras *e)
{
	struct report_source from = { .files = o->redaction ? o->redaction->shown : o->file,
				      .n_files = (uint32_t)o->n_files,
				      .redacted = o->redaction ? redaction_note : NULL };
	int r;

	read_all(o, source, scope);
	from.warning = source->warning(source->ctx);
	input_files_warn(source);
	input_files_links(scope_wire_stats(scope)->unknown_link, scope_wire_stats(scope)->frames);
	scope_dropped(scope, source->dropped(source->ctx));
	scope_end(scope);
	r = extras_read(o, scope, e);
	print(o, scope, &from, style, e->exhibits);
	if (stdout_end())
		r = EXIT_SYSTEM;
	return r ? r : report_fatal(scope, &from) ? EXIT_FOUND : EXIT_FINE;
}

int cmd_analyze(const struct options *o)
{
	static struct extras extras; /* large */
	static struct input_files files;
	static struct redaction redaction;
	struct scope_limits limits = room_limits(o, false);
	size_t size = scope_size(&limits);
	struct report_style style;
	struct source source;
	void *mem;
	int r = style_of(o, &style);

	if (r)
		return r;
	if (o->on[OPT_REDACT]) {
		r = redaction_open(&redaction, o);
		o = &redaction.o;
	}
	if (!r)
		r = extras_open(o, &extras);
	if (!r)
		r = input_files_open(extras.exhibits ? &extras.again.o : o, &files);
	if (!r)
		r = input_files_start(o, &files,
				      extras.pcapng_file.f ? extras.pcapng_file.helper.fd : -1,
				      &source);
	if (r) {
		extras_end(&extras);
		redaction_end(&redaction);
		return r;
	}
	mem = room(size);
	if (mem) {
		r = analyze(o, &style, &source, scope_init(mem, &limits), &extras);
		munmap(mem, size);
	} else {
		fprintf(stderr, "bootscope: no address space of %zu MB for the model\n",
			size >> 20);
		r = EXIT_SYSTEM;
	}
	source.close(source.ctx);
	extras_end(&extras);
	redaction_end(&redaction);
	return r;
}
