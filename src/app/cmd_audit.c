/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "audit_plan.h"
#include "audit_run.h"
#include "capture_file.h"
#include "commands.h"
#include "confine.h"
#include "json.h"
#include "room.h"
#include "stdout.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

static int refused(const char *why)
{
	fprintf(stderr, "bootscope: %s\n", why);
	return EXIT_USAGE;
}

static int save_open(const struct options *o, struct audit_run *r)
{
	char why[CAPTURE_WHY_MAX];
	const char *name = o->value[OPT_SAVE];

	if (!name)
		return 0;
	if (strcmp(name, "-") == 0)
		return refused("--save needs the name of a file to write");
	if (out_file_open(name, o->value[OPT_USER], &r->file, why, sizeof(why))) {
		fprintf(stderr, "bootscope: %s\n", why);
		return EXIT_SYSTEM;
	}
	r->saves = true;
	return 0;
}

static void save_begin(struct audit_run *r)
{
	char words[300];
	struct text t = text_init(words, sizeof(words));

	if (!r->saves)
		return;
	text_fmt(&t, "bootscope audit on %s", r->audit->interface);
	if (!r->patient)
		text_str(&t, "; waits were cut, and the times are those of boards that wait in "
			     "full");
	text_str(&t, ". Frames of Ethernet type 88b5 were not sent: they mark that time went by.");
	save_pcapng_begin(&r->save, out_file_output(&r->file), PACKAGE_STRING, words);
}

static int save_end(struct audit_run *r)
{
	char why[CAPTURE_WHY_MAX];

	if (!r->saves || !out_file_close(&r->file, why, sizeof(why)))
		return 0;
	fprintf(stderr, "bootscope: %s\n", why);
	return EXIT_SYSTEM;
}

static int confined(const struct options *o, const struct audit_run *r)
{
	struct sandbox box = { .serves = true };
	char why[SANDBOX_WHY_MAX];
	int e;

	if (r->saves && r->file.helper.fd >= 0)
		box.sender[box.n_senders++] = r->file.helper.fd;
	e = confine(o, &box, why, sizeof(why));
	if (e)
		fprintf(stderr, "bootscope: %s\n", why);
	return e;
}

static int print(const struct options *o, const struct audit *a, const struct report_style *style)
{
	struct json json;
	int e = EXIT_FINE;

	if (o->on[OPT_JSON]) {
		json_init(&json, stdout_output(), true);
		audit_json(a, &json.sink);
		json.out.write(json.out.ctx, "\n", 1);
	} else {
		audit_text(a, style, stdout_output());
	}
	for (uint32_t i = 0; i < a->n_models; i++)
		if (a->model[i].verdict == AUDIT_FAIL && audit_plan_counts(o, &a->model[i]))
			e = EXIT_FOUND;
	return stdout_end() ? EXIT_SYSTEM : e;
}

static int run(const struct options *o, struct audit_run *r, const struct report_style *style)
{
	const struct sigaction end = { .sa_handler = on_signal };
	int e = confined(o, r), saved;

	if (e)
		return e;
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	save_begin(r);
	if (!audit_run(r, &stop))
		fprintf(stderr, "bootscope: interrupted; this is of the models before\n");
	saved = save_end(r);
	e = print(o, r->audit, style);
	return saved ? saved : e;
}

int cmd_audit(const struct options *o)
{
	static struct audit_run r; /* large */
	struct scope_limits limits = room_limits(o, false);
	size_t size = scope_size(&limits);
	struct report_style style;
	char interface[LINK_NAME_MAX], why[CAPTURE_WHY_MAX];
	void *mem = room(size);
	struct mac own = { { 0 } };
	int e = style_of(o, &style);

	r.audit = room(sizeof(*r.audit));
	r.file.helper.fd = -1;
	r.patient = o->on[OPT_PATIENT];
	r.progress = !o->on[OPT_QUIET] && isatty(STDERR_FILENO);
	if (!e && (!mem || !r.audit)) {
		fprintf(stderr, "bootscope: no address space of %zu MB for the model\n",
			size >> 20);
		e = EXIT_SYSTEM;
	}
	if (!e)
		e = audit_plan_models(o, &r);
	if (!e)
		e = audit_plan_link(o, interface, &own);
	if (!e)
		e = audit_plan_identities(o, &r, own);
	if (!e) {
		snprintf(r.audit->interface, sizeof(r.audit->interface), "%s", interface);
		r.audit->no_request = o->on[OPT_NO_REQUEST];
		r.scope = scope_init(mem, &limits);
		if (audit_run_open(&r, why, sizeof(why))) {
			fprintf(stderr, "bootscope: %s\n", why);
			e = EXIT_SYSTEM;
		}
	}
	if (!e)
		e = save_open(o, &r);
	if (!e)
		e = run(o, &r, &style);
	out_file_drop(&r.file);
	audit_run_close(&r);
	return e;
}
