/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <stdlib.h>

#include "commands.h"
#include "serve_config.h"

int cmd_serve(const struct options *o)
{
	struct serve_config *c;
	int r = serve_config_load(o, &c);

	if (r)
		return r;
	if (o->on[OPT_CHECK_CONFIG]) {
		serve_config_show(c, o->value[OPT_CONFIG]);
	} else {
		struct options serving = *o;

		serving.serve = c;
		serving.value[OPT_USER] = c->user; /* of whoever may have said it */
		r = o->on[OPT_NO_WATCH] ? cmd_serve_lines(&serving)
					: cmd_screens_or_lines(&serving);
	}
	free(c);
	return r;
}
