/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture_file.h"
#include "commands.h"
#include "confine.h"
#include "json_file.h"
#include "nfs_look.h"
#include "options.h"
#include "stdout.h"

static int version(void)
{
	printf("bootscope %s\n%s\ncompressed captures: %s\nearlier reports: %s\nroots by NFS: %s\n"
	       "sandbox: %s\n",
	       PACKAGE_VERSION, capture_library(), capture_unpacks(),
	       json_file_known() ? "yes" : "no (configure found no jansson)",
	       nfs_look_known() ? "yes" : "no (configure found no libnfs)", sandbox_words());
	return EXIT_FINE;
}

#ifdef HAVE_TUI
/* bootscope -r FILE and bootscope -i IF show the screens where somebody looks at them. */
static bool screens_wanted(const struct options *o)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0 &&
	       !o->on[OPT_QUIET] && !o->on[OPT_JSON] && !o->on[OPT_JSON_LINES] &&
	       !o->on[OPT_LIST_INTERFACES] && !o->on[OPT_LIST_LINKS] && !o->on[OPT_SHOW_FILTER];
}
#endif

int cmd_screens_or_lines(const struct options *o)
{
#ifdef HAVE_TUI
	if (screens_wanted(o))
		return cmd_watch_live(o);
#endif
	return cmd_live(o);
}

static int run(const struct options *o)
{
	if (o->on[OPT_VERSION])
		return version();
	if (o->on[OPT_COMPLETIONS]) {
		if (options_completions(o->value[OPT_COMPLETIONS], stdout))
			return EXIT_FINE;
		fprintf(stderr,
			"bootscope: completions are there for bash, zsh and fish, not for '%s'\n",
			o->value[OPT_COMPLETIONS]);
		return EXIT_USAGE;
	}
	if (o->on[OPT_HELP]) {
		options_usage(o->command, stdout);
		return EXIT_FINE;
	}
	switch (o->command) {
	case CMD_ANALYZE:
#ifdef HAVE_TUI
		if (o->bare && screens_wanted(o))
			return cmd_watch(o);
#endif
		return cmd_analyze(o);
	case CMD_DECODE:
		return cmd_decode(o);
	case CMD_EXPLAIN:
		return cmd_explain(o);
	case CMD_AUDIT:
		return o->on[OPT_FILES] ? cmd_audit_files(o) : cmd_audit(o);
	case CMD_SERVE:
		return cmd_serve(o);
	case CMD_WATCH:
		return cmd_screens_or_lines(o);
	case CMD_ALL:
		break;
	}
	options_usage(CMD_WATCH, stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	struct options o;
	int r;

	signal(SIGPIPE, SIG_IGN);
	r = options_parse(argc, argv, &o);
	if (r == 0) {
		if (!isatty(STDOUT_FILENO))
			(void)stdout_output(); /* one buffer for printf too: it fails in one place
						*/
		r = run(&o);
		/* what could not be written was not said */
		if (r <= EXIT_FOUND && stdout_end())
			r = EXIT_SYSTEM;
		confine_report();
	}
	options_free(&o);
	return r;
}
