/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_print.h"

#include "audit_plan.h"
#include "capture_file.h"
#include "json.h"
#include "stdout.h"

void audit_say_cut(const struct audit_run *r)
{
	const struct audit *a = r->audit;
	char buf[CAPTURE_WHY_MAX];
	struct text t = text_init(buf, sizeof(buf));

	if (a->cut > AUDIT_INTERRUPTED)
		text_fmt(&t, "%s %s", a->interface, audit_cut_words(a->cut));
	else
		text_str(&t, "interrupted");
	text_fmt(&t, "; this is of the models before, %u of %u", a->n_models, r->n_boards);
	if (a->lease_kept)
		text_str(&t, ", and a lease could not be given back");
	fprintf(stderr, "%sbootscope: %s\n", r->news ? "\r\033[K" : "", buf);
}

int audit_status(const struct audit *a)
{
	if (a->cut > AUDIT_INTERRUPTED)
		return EXIT_SYSTEM;
	return audit_fails(a) ? EXIT_FOUND : EXIT_FINE;
}

int audit_print(const struct options *o, const struct audit *a, const struct report_style *style,
		bool line)
{
	struct json json;

	if (o->on[OPT_JSON]) {
		json_init(&json, stdout_output(), !line);
		audit_json(a, &json.sink);
		json.out.write(json.out.ctx, "\n", 1);
	} else {
		audit_text(a, style, stdout_output());
	}
	return stdout_end();
}
