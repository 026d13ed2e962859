/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * altered PARTS FILE...: what is made of each capture if it had been taken from another place,
 * begun late, cut early, or lost packets; at PARTS - 1 places each. One line a finding above info:
 * file, alteration, id, severity, confidence, and whether it is the cause. altered.tap judges them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture_file.h"
#include "diagnose.h"
#include "layers.h"
#include "scope.h"

enum { FRAMES_MAX = 1 << 20, BOARDS_MAX = 64 };

struct held {
	struct frame *frame;
	uint32_t n;
	struct mac board[BOARDS_MAX];
	uint32_t n_boards;
	const char *name;
};

/* Of what is kept: frames first to last, and of those what passes. */
struct alteration {
	char name[32];
	bool (*passes)(const struct held *h, uint32_t i, uint32_t seed);
	uint32_t first, last, seed;
};

static void *room(size_t n)
{
	void *p = calloc(1, n ? n : 1);

	if (!p)
		abort();
	return p;
}

static bool hold(const char *path, struct held *h)
{
	struct source from;
	struct frame f;
	char why[CAPTURE_WHY_MAX];

	memset(h, 0, sizeof(*h));
	h->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	if (capture_file_open(path, &from, why, sizeof(why)) < 0) {
		fprintf(stderr, "altered: %s\n", why);
		return false;
	}
	h->frame = room(FRAMES_MAX * sizeof(*h->frame));
	while (h->n < FRAMES_MAX && from.next(from.ctx, &f) == 1) {
		uint8_t *copy = room(f.cap_len);

		memcpy(copy, f.data, f.cap_len);
		h->frame[h->n] = f;
		h->frame[h->n++].data = copy;
	}
	from.close(from.ctx);
	return true;
}

static void drop(struct held *h)
{
	for (uint32_t i = 0; i < h->n; i++)
		free((void *)(uintptr_t)h->frame[i].data);
	free(h->frame);
}

static bool unicast(const struct frame *f)
{
	return f->link == LINK_ETHERNET && f->cap_len >= 12 && !(f->data[0] & 1);
}

static bool is_board(const struct held *h, const uint8_t *mac)
{
	for (uint32_t i = 0; i < h->n_boards; i++)
		if (memcmp(h->board[i].b, mac, 6) == 0)
			return true;
	return false;
}

static bool all(const struct held *h, uint32_t i, uint32_t seed)
{
	(void)h, (void)i, (void)seed;
	return true;
}

static bool to_everybody(const struct held *h, uint32_t i, uint32_t seed)
{
	(void)seed;
	return !unicast(&h->frame[i]);
}

static bool not_from_boards(const struct held *h, uint32_t i, uint32_t seed)
{
	(void)seed;
	return !unicast(&h->frame[i]) || !is_board(h, h->frame[i].data + 6);
}

static bool not_to_boards(const struct held *h, uint32_t i, uint32_t seed)
{
	(void)seed;
	return !unicast(&h->frame[i]) || !is_board(h, h->frame[i].data);
}

/* Three of a hundred are lost, others for each seed (Knuth's multiplicative hash). */
static bool not_lost(const struct held *h, uint32_t i, uint32_t seed)
{
	uint32_t x = (i + seed * 65537u + 1u) * 2654435761u;

	(void)h;
	return (x >> 16) % 100 >= 3;
}

static void tell(const struct held *h, const struct alteration *a, const struct scope *s)
{
	static struct diagnosis d;

	for (uint32_t i = 0; i < scope_clients(s); i++) {
		const struct client *c = scope_client(s, i);

		for (uint32_t k = 0; k < client_boots(c); k++) {
			diagnose_boot(s, c, client_boot(c, k), &d);
			for (uint32_t n = 0; n < d.n; n++) {
				const struct finding *f = &d.finding[n];
				const struct finding_row *row = &findings[f->id];

				if (row->severity == INFO)
					continue;
				printf("%s %s %s %s %s %s\n", h->name, a->name, row->id,
				       severity_key(row->severity), confidence_key(f->confidence),
				       f->cause ? "cause" : "aside");
			}
		}
	}
}

static void learn_boards(struct held *h, const struct scope *s)
{
	for (uint32_t i = 0; i < scope_clients(s) && h->n_boards < BOARDS_MAX; i++)
		h->board[h->n_boards++] = scope_client(s, i)->mac;
}

static void run(struct held *h, const struct alteration *a, bool first)
{
	void *mem = room(scope_size(&scope_default_limits));
	struct scope *s = scope_init(mem, &scope_default_limits);
	uint64_t number = 0;

	for (uint32_t i = a->first; i < a->last; i++) {
		struct frame f = h->frame[i];

		if (!a->passes(h, i, a->seed))
			continue;
		f.number = ++number;
		scope_frame(s, &f);
	}
	scope_end(s);
	if (first)
		learn_boards(h, s);
	tell(h, a, s);
	free(mem);
}

int main(int argc, char **argv)
{
	uint32_t parts = argc > 2 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;

	if (parts < 2) {
		fprintf(stderr, "usage: altered PARTS FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		struct held h;
		struct alteration whole = { "whole", all, 0, 0, 0 }, a;

		if (!hold(argv[i], &h))
			return 1;
		a = whole;
		a.last = h.n;
		run(&h, &a, true);
		a = (struct alteration) { "bystander", to_everybody, 0, h.n, 0 };
		run(&h, &a, false);
		a = (struct alteration) { "to-boards", not_from_boards, 0, h.n, 0 };
		run(&h, &a, false);
		a = (struct alteration) { "from-boards", not_to_boards, 0, h.n, 0 };
		run(&h, &a, false);
		for (uint32_t k = 1; k < parts; k++) {
			uint32_t at = (uint32_t)((uint64_t)h.n * k / parts);

			a = (struct alteration) { "late", all, at, h.n, 0 };
			run(&h, &a, false);
			a = (struct alteration) { "cut", all, 0, at, 0 };
			run(&h, &a, false);
			a = (struct alteration) { "lossy", not_lost, 0, h.n, k };
			run(&h, &a, false);
		}
		drop(&h);
	}
	return 0;
}
