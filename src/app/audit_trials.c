/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_trials.h"

#include <string.h>

#include "audit_mac.h"
#include "audit_run.h"

enum {
	ROLLOVER_MS = 8000, /* what takes longer is not tried */
	LARGE = 1000000,    /* what is smaller says nothing of the speed */
	LAST_BLOCK = 65535,
};

/* ---- what boards have seen ---- */

static struct audit_trials_server *server_of(struct audit_trials *t, uint32_t ip)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->server[i].ip == ip)
			return &t->server[i];
	if (t->n == AUDIT_TFTP_SERVERS)
		return NULL;
	t->server[t->n] = (struct audit_trials_server) { .ip = ip };
	return &t->server[t->n++];
}

static void note_file(struct audit_trials_server *s, const struct probe_file *f, bool can)
{
	bool whole = f->end == FETCH_WHOLE, there = whole || f->end == FETCH_THERE;
	uint64_t size = f->size > f->bytes ? f->size : f->bytes;
	uint64_t turn = (uint64_t)f->blksize * LAST_BLOCK;

	s->answered |= f->end != FETCH_SILENT && f->end != FETCH_CLOSED;
	s->elsewhere |= f->end == FETCH_SILENT && f->strangers;
	s->closed |= f->end == FETCH_CLOSED;
	if (there && (!s->name[0] || size > s->size)) {
		memcpy(s->name, f->name, sizeof(s->name));
		s->size = size;
	}
	if (whole && f->bytes > s->bytes && f->bytes >= LARGE && f->ended_ns > f->begun_ns) {
		s->bytes = f->bytes;
		s->ns = f->ended_ns - f->begun_ns;
		s->blksize = f->blksize;
	}
	if (whole && f->bytes >= turn)
		s->rollover = ROLLOVER_DONE;
	else if (can && !there && turn && f->bytes == turn)
		s->rollover = ROLLOVER_STUCK;
}

void audit_trials_note(struct audit_trials *t, const struct probe_result *r)
{
	for (uint32_t i = 0; i < r->n_files; i++) {
		struct audit_trials_server *s = server_of(t, r->files[i].server);

		if (s)
			note_file(s, &r->files[i], !r->now->old_blocks);
	}
}

/* ---- what is tried ---- */

/* An address is all it wants; where none comes soon, nothing is tried. Servers that ping an address
 * before they offer it take up to three seconds. */
static void ask_as(struct audit_trials *t, const char *key)
{
	t->profile = *probe_profile_find(key);
	memset(t->profile.gaps_ms, 0, sizeof(t->profile.gaps_ms));
	t->profile.gaps_ms[0] = t->profile.gaps_ms[1] = 4000;
	t->profile.window_ms = 0;
	t->profile.reading = READS_HOST;
	t->profile.steps = NULL;
	t->profile.then = NULL;
}

void audit_trials_client(struct audit_run *r)
{
	ask_as(&r->trials, "linux");
	r->guest.profile = &r->trials.profile;
	r->guest.identity = r->board[0].identity;
	r->guest.identity.seed++;
	r->guest.identity.mac.b[0] = 0x02;
	r->guest.identity.mac.b[1] = 0xb5;
	r->guest.identity.mac.b[2] = AUDIT_MAC_GUEST;
}

static void send(void *ctx, const struct probe_datagram *d)
{
	const struct audit_run *r = ctx;

	probe_wire_send(r->guest.wire, d);
}

static void heard(void *ctx, const struct probe_datagram *d, uint64_t now_ns)
{
	struct audit_run *r = ctx;

	if (r->check)
		tftp_check_take(r->check, d, now_ns);
}

static void try_server(struct audit_run *r, const struct audit_trials_server *s,
		       const volatile sig_atomic_t *stop)
{
	struct audit_trials *t = &r->trials;
	struct tftp_check_setup setup = {
		.own = probe_result(probe_wire_probe(r->guest.wire))->address,
		.server = s->ip,
		.size = s->size,
		.no_rollover = s->rollover != ROLLOVER_UNSEEN,
		.block_ns = s->bytes ? s->ns * s->blksize / s->bytes + 1 : 0,
		.rollover_ms = ROLLOVER_MS,
		.port = (uint16_t)(49152 + (r->guest.identity.seed & 0x1fff)),
	};

	memcpy(setup.name, s->name, sizeof(setup.name));
	tftp_check_init(&t->check, &setup, send, r);
	r->check = &t->check;
	audit_run_turn(r, UINT64_MAX, stop);
	r->check = NULL;
}

static bool wanted(const struct audit_trials *t)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->server[i].name[0])
			return true;
	return false;
}

static bool boots_as(struct audit_run *r, const char *key, const volatile sig_atomic_t *stop)
{
	ask_as(&r->trials, key);
	audit_run_boot(r, &r->guest, stop);
	return probe_result(probe_wire_probe(r->guest.wire))->verdict == PROBE_PASS;
}

/* As whoever has an address or, where only boards are answered, as one; false: nobody gave it one.
 */
static bool get_address(struct audit_run *r, const volatile sig_atomic_t *stop)
{
	bool has = boots_as(r, "linux", stop) || (!*stop && boots_as(r, "pi4", stop));

	probe_wire_lend(r->guest.wire, heard, r);
	return has;
}

void audit_trials(struct audit_run *r, const volatile sig_atomic_t *stop)
{
	struct audit_trials *t = &r->trials;
	bool boots = wanted(t) && !*stop, may = boots && get_address(r, stop);

	for (uint32_t i = 0; i < t->n && !*stop; i++) {
		const struct audit_trials_server *s = &t->server[i];
		bool tries = may && s->name[0];

		if (tries)
			try_server(r, s, stop);
		if (!*stop)
			audit_traits(&r->audit->tftp[r->audit->n_tftp++], s,
				     tries ? &t->check : NULL);
	}
	if (boots)
		audit_run_release(r);
}
