/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_session.h"

#include <errno.h>

#include "audit_notes.h"
#include "audit_plan.h"
#include "confine.h"
#include "hash.h"
#include "may_capture.h"
#include "only_one.h"
#include "room.h"

static int model(const struct options *o, struct audit_run *r, struct text *why)
{
	size_t size;

	r->limits = room_limits(o, false);
	size = scope_size(&r->limits);
	r->room = room(size);
	if (!r->room) {
		text_fmt(why, "no address space of %u MB for the model", (unsigned)(size >> 20));
		return EXIT_SYSTEM;
	}
	r->scope = scope_init(r->room, &r->limits);
	return 0;
}

void audit_session_again(struct audit_run *r)
{
	room_clear(r->room, scope_size(&r->limits));
	r->scope = scope_init(r->room, &r->limits);
	/* what still comes for the boards before is not meant for these */
	for (uint32_t i = 0; i < r->n_boards; i++)
		r->board[i].identity.seed = hash_two(r->board[i].identity.seed, i);
	r->guest.identity.seed = r->board[0].identity.seed + 1;
}

/* Two audits of one host would answer for one another: their boards have the same addresses. */
static int take_boards(const struct audit *a, struct audit_run *r, struct text *why)
{
	char name[100];
	struct text t = text_init(name, sizeof(name));
	int fd;

	text_fmt(&t, "bootscope audit %s ", a->interface);
	text_mac(&t, r->board[0].identity.mac);
	fd = only_one(name);
	if (fd >= 0)
		r->alone = fd;
	if (fd != -EADDRINUSE)
		return 0; /* where there are no such sockets nobody can tell */
	text_fmt(why,
		 "another audit plays these boards on %s: wait until it is over, or give --serial "
		 "for others",
		 a->interface);
	return EXIT_SYSTEM;
}

int audit_session_open(const struct options *o, struct audit *a, struct audit_run *r,
		       struct text *why)
{
	char words[MAY_CAPTURE_WHY_MAX];
	struct mac own = { { 0 } };
	int e = audit_plan_models(o, r, why);

	if (!e)
		e = audit_plan_link(o, a, &own, why);
	if (!e)
		e = audit_plan_identities(o, r, own, why);
	if (!e)
		e = model(o, r, why);
	if (e)
		return e;
	if (!may_capture()) {
		may_capture_words(a->interface, words, sizeof(words));
		text_str(why, words);
		return EXIT_SYSTEM;
	}
	e = take_boards(a, r, why);
	if (e)
		return e;
	r->listens = audit_notes_listens();
	a->no_request = o->on[OPT_NO_REQUEST];
	r->audit = a;
	a->patient = o->on[OPT_PATIENT];
	if ((a->no_request ||
	     !nfs_look_start(o->value[OPT_USER], true, &r->nfs.looker, words, sizeof(words))) &&
	    !audit_run_open(r, words, sizeof(words)))
		return 0;
	text_str(why, words);
	return EXIT_SYSTEM;
}

int audit_session_confine(const struct options *o, const struct audit_run *r, struct text *why)
{
	struct sandbox box = { .serves = true };
	char words[SANDBOX_WHY_MAX];
	int e;

	if (r->saves && r->file.helper.fd >= 0)
		box.sender[box.n_senders++] = r->file.helper.fd;
	if (r->nfs.looker.pid > 0)
		box.sender[box.n_senders++] = r->nfs.looker.fd;
	e = confine(o, &box, words, sizeof(words));
	if (e)
		text_str(why, words);
	return e;
}
