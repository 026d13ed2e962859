/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit_collect.h"
#include "audit_notes.h"
#include "dhcp.h"

enum {
	SHORTER = 8,
	PAUSE_MS = 300, /* between two boards */
	SILENCE_S = 90, /* behind a board that failed: what did not come by then never will */
	WIRE_LINK = 1,  /* Ethernet */
	ETHER_HEADER = 14,
	TAKEN_MAX = 256, /* frames, before the board is asked what it wants */
	STALE_MAX = 4096,
	TRIAL_BYTES = 256, /* that are kept of a frame: what files hold does not matter then */
};

static const uint64_t second = 1000000000, millisecond = 1000000;

static uint64_t ns_of(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * second + (uint64_t)t.tv_nsec;
}

/* That of the day when it began; nobody sets it meanwhile. */
uint64_t audit_run_clock(const struct audit_run *r)
{
	return r->base_ns + ns_of(CLOCK_MONOTONIC) + r->skipped_ns;
}

void audit_run_saw(struct audit_run *r, struct frame *f)
{
	struct frame tagged;

	f->number = ++r->frames;
	tagged = packet_port_on_wire(r->now->port, f);
	if (r->check && tagged.cap_len > TRIAL_BYTES)
		tagged.cap_len = TRIAL_BYTES;
	scope_frame(r->scope, &tagged);
	if (r->saves)
		save_pcapng_frame(&r->save, &tagged, NULL, 0);
}

void audit_run_send(struct audit_run *r, struct bytes frame)
{
	struct frame f = { .time_ns = audit_run_clock(r),
			   .link = WIRE_LINK,
			   .way = FRAME_OUT,
			   .data = frame.p,
			   .wire_len = frame.n,
			   .cap_len = frame.n };

	audit_run_saw(r, &f);
	packet_port_send(r->now->port, frame);
}

static void on_frame(void *ctx, struct bytes frame)
{
	audit_run_send(ctx, frame);
}

/* Ethernet type 88b5 (IEEE 802, for local experiments): in the file and the model only. */
static void mark(struct audit_run *r, const char *comment)
{
	uint8_t data[ETHER_HEADER] = { [12] = 0x88, [13] = 0xb5 };
	struct frame f = {
		.link = WIRE_LINK, .data = data, .wire_len = sizeof(data), .cap_len = sizeof(data)
	};

	f.time_ns = audit_run_clock(r);
	f.number = ++r->frames;
	scope_frame(r->scope, &f);
	if (r->saves)
		save_pcapng_frame(&r->save, &f, &comment, 1);
}

static void time_passes(struct audit_run *r)
{
	r->skipped_ns += SILENCE_S * second;
	mark(r, "not sent: nothing came up to here");
}

static void news_words(const struct audit_board *b, const struct probe_news *n, struct text *t)
{
	const struct probe_result *result = probe_result(probe_wire_probe(b->wire));

	switch (n->event) {
	case PROBE_SENDS:
		text_fmt(t, "sends %s", dhcp_type_name(n->type));
		break;
	case PROBE_HEARS:
	case PROBE_TAKES:
	case PROBE_ADDRESS:
		text_fmt(t, "%u offer%s", result->n_offers, result->n_offers == 1 ? "" : "s");
		break;
	case PROBE_FETCHED:
		text_safe(t, bytes_str(n->file->name)); /* config.txt may have named it */
		text_fmt(t, ": %s", fetch_end_key(n->file->end));
		break;
	case PROBE_BECOMES:
		text_fmt(t, "goes on as %s", result->now->title);
		break;
	case PROBE_ENDS:
		break;
	}
}

static void on_news(void *ctx, const struct probe_news *n)
{
	struct audit_run *r = ctx;
	char buf[AUDIT_WORDS];
	struct text t = text_init(buf, sizeof(buf));

	news_words(r->now, n, &t);
	if (!r->news || !t.pos || r->now == &r->guest)
		return;
	memcpy(r->words, buf, sizeof(buf));
	r->news(r->ctx, (uint32_t)(r->now - r->board), buf);
}

static void tell_wait(const struct audit_run *r, uint64_t left_ns)
{
	char buf[AUDIT_WORDS + 32];
	struct text t = text_init(buf, sizeof(buf));

	if (!r->news || r->now == &r->guest)
		return;
	text_fmt(&t, "%s, waits %u s", r->words, (unsigned)((left_ns + second - 1) / second));
	r->news(r->ctx, (uint32_t)(r->now - r->board), buf);
}

/* ---- the interface ---- */

static void look_at_link(struct audit_run *r)
{
	struct packet_port_facts f;

	if (!packet_port_facts(r->now->port, &f) || f.index != r->link.index)
		r->audit->cut = AUDIT_GONE;
	else if (!f.up)
		r->audit->cut = AUDIT_DOWN;
	else if (r->link.carrier && !f.carrier)
		r->audit->cut = AUDIT_NO_CARRIER;
}

bool audit_run_goes_on(struct audit_run *r, const volatile sig_atomic_t *stop)
{
	if (*stop && !r->audit->cut)
		r->audit->cut = AUDIT_INTERRUPTED;
	return !r->audit->cut;
}

/* ---- time ---- */

/* So long in earnest, of a wait of the board. */
static uint64_t cut(const struct audit_run *r, uint64_t wait_ns)
{
	if (r->audit->patient || wait_ns <= second)
		return wait_ns;
	return second + (wait_ns - second) / SHORTER;
}

/* Until the board wants to be called, or frames came, or it is over. What comes and is nothing to
 * the board, which wants to be called when it did before, makes the wait no longer. */
static void wait_for(struct audit_run *r, uint64_t next)
{
	struct pollfd fd = { packet_port_fd(r->now->port), POLLIN, 0 };
	uint64_t now = audit_run_clock(r), awake = ns_of(CLOCK_MONOTONIC);

	if (now >= next)
		return;
	if (next != r->next_ns) {
		r->next_ns = next;
		r->awake_ns = awake + cut(r, next - now);
	}
	for (; awake < r->awake_ns; awake = ns_of(CLOCK_MONOTONIC)) {
		uint64_t real = r->awake_ns - awake, step = real < second ? real : second;

		if (real > second)
			tell_wait(r, real);
		/* a board is asked again within the hour, whatever it says */
		if (poll(&fd, 1, (int)((step + millisecond - 1) / millisecond)) != 0) {
			if (fd.revents & (POLLERR | POLLHUP | POLLNVAL))
				look_at_link(r);
			return;
		}
		look_at_link(r);
		if (r->audit->cut)
			return;
	}
	now = audit_run_clock(r);
	r->skipped_ns += next > now ? next - now : 0;
}

static void drop_stale(struct audit_run *r)
{
	struct frame f;

	for (int n = 0; n < STALE_MAX && packet_port_take(r->now->port, &f); n++)
		;
}

static uint64_t next_call(const struct audit_run *r)
{
	uint64_t board = probe_wire_next(r->now->wire);
	uint64_t check = r->check ? tftp_check_next(r->check) : UINT64_MAX;

	return board < check ? board : check;
}

void audit_run_turn(struct audit_run *r, uint64_t until_ns, const volatile sig_atomic_t *stop)
{
	struct probe_wire *w = r->now->wire;
	int taken = 0;

	for (uint64_t next; audit_run_goes_on(r, stop) && (next = next_call(r)) != UINT64_MAX &&
			    audit_run_clock(r) < until_ns;) {
		struct frame f;

		if (taken < TAKEN_MAX) /* else more may be there */
			wait_for(r, next);
		for (taken = 0; taken < TAKEN_MAX && packet_port_take(r->now->port, &f); taken++) {
			f.time_ns = audit_run_clock(r);
			audit_run_saw(r, &f);
			probe_wire_take(w, &f);
		}
		probe_wire_tick(w, audit_run_clock(r));
		if (r->check)
			tftp_check_tick(r->check, audit_run_clock(r));
	}
}

/* No lease is kept, also when it was interrupted. */
void audit_run_release(struct audit_run *r)
{
	static const volatile sig_atomic_t no_stop;
	struct probe *p = probe_wire_probe(r->now->wire);
	enum audit_cut cut = r->audit->cut;

	if (!probe_result(p)->n_leases)
		return;
	if (cut > AUDIT_INTERRUPTED) {
		r->audit->lease_kept = true;
		return;
	}
	r->audit->cut = AUDIT_WHOLE;
	probe_release(p);
	audit_run_turn(r, audit_run_clock(r) + second,
		       &no_stop); /* ARP may have to be asked first */
	r->audit->cut = r->audit->cut ? r->audit->cut : cut;
}

static int open_board(const struct audit_run *r, struct audit_board *b, char *why, size_t n)
{
	int e = packet_port_open_as(r->audit->interface, b->identity.mac, &b->port, why, n);

	b->wire = e ? NULL : calloc(1, probe_wire_size());
	if (!e && !b->wire) {
		snprintf(why, n, "memory ran out");
		e = -ENOMEM;
	}
	return e;
}

int audit_run_open(struct audit_run *r, char *why, size_t n)
{
	int e = 0;

	for (uint32_t i = 0; i < r->n_boards && !e; i++)
		e = open_board(r, &r->board[i], why, n);
	if (!e && !r->audit->no_request) {
		audit_trials_client(r);
		e = open_board(r, &r->guest, why, n);
	}
	return e;
}

static void begin(struct audit_run *r, struct audit_board *b)
{
	struct probe_setup setup = { .profile = b->profile,
				     .identity = b->identity,
				     .hurry = 1,
				     .until = r->audit->no_request ? STAGE_DHCP_OFFER : STAGES };
	struct probe_wire_out out = { r, on_frame, on_news };

	r->now = b;
	probe_wire_init(b->wire, &setup, &out);
}

void audit_run_boot(struct audit_run *r, struct audit_board *b, const volatile sig_atomic_t *stop)
{
	begin(r, b);
	drop_stale(r);
	audit_run_turn(r, UINT64_MAX, stop);
}

static void play(struct audit_run *r, uint32_t board, const volatile sig_atomic_t *stop)
{
	struct audit *a = r->audit;
	struct probe *p;

	audit_run_boot(r, &r->board[board], stop);
	audit_nfs(r, stop);
	if (!a->cut)
		look_at_link(r); /* what a lost cable spoiled is no verdict */
	audit_run_release(r);
	if (a->cut)
		return;
	p = probe_wire_probe(r->now->wire);
	if (probe_result(p)->verdict != PROBE_PASS || audit_nfs_failed(r))
		time_passes(r);
	scope_tick(r->scope, audit_run_clock(r));
	a->model[a->n_models].aside = r->now->aside;
	audit_collect(&a->model[a->n_models], r->now->profile, &r->now->identity, probe_result(p),
		      r->scope);
	audit_nfs_rows(r, &a->model[a->n_models++]);
	audit_trials_note(&r->trials, probe_result(p));
	if (r->news)
		r->news(r->ctx, board, NULL);
}

/* The clock stands where the audit before left it, until the real one has caught up with that: what
 * is saved never goes back in time. */
static void anew(struct audit_run *r)
{
	struct audit *a = r->audit;
	uint64_t before = a->ended_ns, real;

	r->base_ns = ns_of(CLOCK_REALTIME) - ns_of(CLOCK_MONOTONIC);
	r->skipped_ns = 0;
	real = audit_run_clock(r);
	if (before > real)
		r->skipped_ns = before - real;
	r->now = r->board;
	memset(a->model, 0, sizeof(a->model));
	a->n_models = a->n_servers = a->n_tftp = 0;
	a->cut = AUDIT_WHOLE;
	a->lease_kept = false;
	r->trials.n = 0;
	a->began_ns = audit_run_clock(r);
	if (before) {
		mark(r, "not sent: another audit begins");
		look_at_link(r); /* is it still what it was when the first began? */
	} else {
		(void)packet_port_facts(r->now->port, &r->link);
	}
}

bool audit_run(struct audit_run *r, const volatile sig_atomic_t *stop)
{
	struct audit *a = r->audit;

	anew(r);
	for (uint32_t i = 0; i < r->n_boards && audit_run_goes_on(r, stop); i++) {
		if (i)
			(void)poll(NULL, 0, PAUSE_MS);
		play(r, i, stop);
	}
	if (!a->no_request && !a->cut)
		audit_trials(r, stop);
	audit_collect_servers(a, r->scope);
	audit_notes_server(a, r->listens, r->link.address);
	a->ended_ns = audit_run_clock(r);
	return !a->cut;
}

static void close_board(struct audit_board *b)
{
	packet_port_free(b->port);
	free(b->wire);
	*b = (struct audit_board) { 0 };
}

void audit_run_close(struct audit_run *r)
{
	for (uint32_t i = 0; i < r->n_boards; i++)
		close_board(&r->board[i]);
	close_board(&r->guest);
	if (r->nfs.looker.pid > 0)
		nfs_look_end(&r->nfs.looker);
	if (r->alone > 0)
		close(r->alone);
	r->alone = 0;
	r->n_boards = 0;
}
