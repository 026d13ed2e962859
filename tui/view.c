/* SPDX-License-Identifier: BSD-2-Clause */
#include "view.h"

#include <string.h>

#include "audit_mac.h"
#include "words.h"

static const char *const sorts[SORTS] = {
	[SORT_SEEN] = "first seen", [SORT_TROUBLE] = "trouble first", [SORT_BOARD] = "board",
	[SORT_ADDRESS] = "address", [SORT_STAGE] = "stage",           [SORT_AGE] = "last heard",
};

const char *sort_name(enum sort s)
{
	return sorts[s];
}

const char *audit_choice_name(enum audit_choice c)
{
	static const char *const names[AUDIT_CHOICES] = { "pi", "usual", "all" };

	return names[c];
}

/* What a row can be found by. */
static void row_words(const struct board *r, const struct diagnosis *d, struct text *out)
{
	text_str(out, client_model(r->c));
	text_char(out, ' ');
	words_name(r->c, out);
	text_char(out, ' ');
	text_mac(out, r->c->mac);
	text_char(out, ' ');
	text_safe(out, bytes_str(r->c->hostname));
	for (uint32_t i = 0; i < r->c->n_addresses; i++) {
		text_char(out, ' ');
		text_address(out, r->c->address[i]);
	}
	text_fmt(out, " %s %s %s %s ", outcome_key(r->b->outcome), stage_key(r->b->stage),
		 stage_label(r->b->stage), family_key(r->c->family));
	for (uint32_t i = 0; i < d->n; i++)
		text_fmt(out, "%s %s ", findings[d->finding[i].id].id,
			 findings[d->finding[i].id].title);
}

/* Every word of the filter is there, and none of those behind a '!'. */
static bool passes(const char *filter, const char *words)
{
	char part[64];

	while (*filter) {
		size_t n = strcspn(filter, " ");
		bool without = n && *filter == '!';
		struct text t = text_init(part, sizeof(part));

		for (size_t i = without; i < n; i++)
			text_char(&t, filter[i]);
		if (t.pos && words_hold(words, part) == without)
			return false;
		filter += n + (filter[n] == ' ');
	}
	return true;
}

static bool wanted(const struct board *r, const struct diagnosis *d, const struct view_how *how)
{
	char buf[1536];
	struct text t = text_init(buf, sizeof(buf));

	if (!how->filter[0])
		return true;
	row_words(r, d, &t);
	return passes(how->filter, buf);
}

static uint64_t sort_key(const struct board *r, enum sort by)
{
	switch (by) {
	case SORT_TROUBLE:
		return (uint64_t)r->worst << 8 | (uint64_t)(STAGES - (int)r->b->stage);
	case SORT_BOARD:
		return (uint64_t)(FAMILIES - (int)r->c->family) << 32 | r->c->serial;
	case SORT_ADDRESS:
		return r->c->n_addresses ? r->c->address[0].hi ^ r->c->address[0].lo : UINT64_MAX;
	case SORT_STAGE:
		return (uint64_t)r->b->stage;
	case SORT_AGE:
		return UINT64_MAX - r->c->last_ns;
	case SORT_SEEN:
	case SORTS:
		break;
	}
	return 0;
}

/* Stable. Insertion by halving: the rows move, at most thousands of a few words each. */
static void put_in_order(struct view *v, const struct view_how *how)
{
	for (uint32_t i = 1; i < v->n; i++) {
		struct board r = v->board[i];
		uint64_t key = sort_key(&r, how->sort);
		uint32_t low = 0, high = i;

		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (sort_key(&v->board[mid], how->sort) <= key)
				low = mid + 1;
			else
				high = mid;
		}
		memmove(&v->board[low + 1], &v->board[low], (i - low) * sizeof(r));
		v->board[low] = r;
	}
	for (uint32_t i = 0; how->reverse && i < v->n / 2; i++) {
		struct board r = v->board[i];

		v->board[i] = v->board[v->n - 1 - i];
		v->board[v->n - 1 - i] = r;
	}
}

/* Runs its own system, only asked for an address, and nothing is wrong with it. */
static bool aside(const struct board *r)
{
	return r->b->os_only && r->b->outcome == OUTCOME_BOOTED && !r->c->pi && r->worst > DEGRADED;
}

/* Behind the rows, where keys that are about one board find them. */
static void add_played(struct view *v, const struct scope *s)
{
	uint32_t n = v->n;

	for (uint32_t i = 0; v->played && i < scope_clients(s) && n < CAP_CLIENTS; i++) {
		struct board r = { .c = scope_client(s, i), .cause = -1, .worst = INFO + 1 };

		r.b = mac_of_audit(r.c->mac) ? client_last_boot(r.c) : NULL;
		if (r.b)
			v->board[n++] = r;
	}
	v->played = n - v->n;
}

void view_take(struct view *v, const struct scope *s, const struct view_source *source,
	       const struct view_how *how)
{
	v->s = s;
	v->source = *source;
	v->now_ns = source->now_ns ? source->now_ns : scope_counts(s)->now_ns;
	v->n = v->hidden = v->asides = v->played = 0;
	for (uint32_t i = 0; i < scope_clients(s) && v->n < CAP_CLIENTS; i++) {
		struct diagnosis d = { .n = 0 };
		struct board r = { .c = scope_client(s, i), .cause = -1, .worst = INFO + 1 };

		if (mac_of_audit(r.c->mac) && !how->all) {
			v->played++;
			continue;
		}
		r.b = diagnose_client(s, r.c, &d);
		if (!r.b)
			continue;
		for (uint32_t k = 0; k < d.n; k++)
			if ((int)findings[d.finding[k].id].severity < r.worst)
				r.worst = (int)findings[d.finding[k].id].severity;
		if (aside(&r)) {
			v->asides++;
			if (!how->all)
				continue;
		}
		if (d.n && d.finding[0].cause)
			r.cause = (int)d.finding[0].id;
		if (wanted(&r, &d, how))
			v->board[v->n++] = r;
		else
			v->hidden++;
	}
	put_in_order(v, how);
	add_played(v, s);
}

int view_row(const struct view *v, struct mac m)
{
	for (uint32_t i = 0; i < v->n; i++)
		if (mac_equal(v->board[i].c->mac, m))
			return (int)i;
	return -1;
}

const struct board *view_board(const struct view *v, struct mac m)
{
	for (uint32_t i = 0; i < v->n + v->played; i++)
		if (mac_equal(v->board[i].c->mac, m))
			return &v->board[i];
	return NULL;
}
