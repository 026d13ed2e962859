/* SPDX-License-Identifier: BSD-2-Clause */
/* The HTTP worker alone, for http_clients.py: "ROOT [LIMIT=VALUE]...". Says its port on a line,
 * then, in the sandbox, what it has to tell; ends when standard input does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http_worker.h"
#include "sandbox.h"

static void tell(void *ctx, const struct http_news *n)
{
	char line[4096];
	struct text t = text_init(line, sizeof(line));

	(void)ctx;
	http_news_text(n, &t);
	puts(line);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	struct http_worker_options o = { .root = argv[1],
					 .limits = http_limits_usual,
					 .news = tell };
	int grace_ms = 1000;
	const struct {
		const char *name;
		uint32_t *to;
	} limits[] = {
		{ "connections", &o.limits.connections }, { "per_client", &o.limits.per_client },
		{ "head_ms", &o.limits.head_ms },         { "idle_ms", &o.limits.idle_ms },
		{ "stall_ms", &o.limits.stall_ms },
	};
	struct sandbox box = { .serves = true };
	struct http_worker *w;
	char why[SANDBOX_WHY_MAX];

	for (int i = 2; i < argc; i++) {
		char *v = strchr(argv[i], '=');

		if (!v)
			return 2;
		*v++ = 0;
		for (size_t k = 0; k < sizeof(limits) / sizeof(limits[0]); k++)
			if (strcmp(argv[i], limits[k].name) == 0)
				*limits[k].to = (uint32_t)strtoul(v, NULL, 10);
		if (strcmp(argv[i], "interface") == 0)
			o.interface = v;
		else if (strcmp(argv[i], "port") == 0)
			o.port = (uint16_t)strtoul(v, NULL, 10);
		else if (strcmp(argv[i], "grace_ms") == 0)
			grace_ms = (int)strtoul(v, NULL, 10);
		else if (strcmp(argv[i], "own_folders") == 0)
			o.limits.own_folders = *v == '1';
		else if (strcmp(argv[i], "sandbox") == 0)
			box.mode = strcmp(v, "report") == 0 ? SANDBOX_REPORT : SANDBOX_ON;
	}
	if (argc < 2 || http_worker_open(&o, &w, why, sizeof(why))) {
		(void)fprintf(stderr, "%s\n", argc < 2 ? "ROOT" : why);
		return 3;
	}
	box.folder[box.n_folders++] =
		(struct sandbox_folder) { .fd = http_worker_root(w), .reads = true };
	if (sandbox_enter(&box, why, sizeof(why))) {
		(void)fprintf(stderr, "%s\n", why);
		return 3;
	}
	printf("%u\n", http_worker_port(w));
	(void)fflush(stdout);
	http_worker_run(w, STDIN_FILENO, grace_ms);
	http_worker_free(w);
	if (sandbox_report())
		(void)fprintf(stderr, "%s\n", sandbox_report());
	return 0;
}
