/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows out of the walk that also prints and exports. */
#include "packet_tree.h"

#include <string.h>

#include "hash.h"
#include "text.h"

enum { NOWHERE = UINT32_MAX, LABEL_MAX = 64, VALUE_MAX = 512 };

/* A group that is open. */
struct level {
	uint32_t row;
	uint32_t items; /* in it so far */
	bool list;      /* of plain values, as far as it goes */
};

struct build {
	struct packet_tree *t;
	struct sink sink;
	const struct field_place *places; /* of the record's own members */
	struct bytes record;
	bool said; /* where holds for what comes next */
	struct bytes where;
	int depth;  /* groups open */
	int beyond; /* groups open that there was no room for */
	struct level level[TREE_DEPTH_MAX];
};

static struct text text_begin(struct packet_tree *t)
{
	uint32_t left = TREE_TEXT_MAX - t->used;

	return text_init(t->text + t->used, left < VALUE_MAX ? left : VALUE_MAX);
}

/* What was written stays; "" stays nothing. */
static uint32_t text_end(struct packet_tree *t, const struct text *x)
{
	uint32_t at = t->used;

	if (!x->pos)
		return 0;
	t->used += x->pos + 1;
	return at;
}

/* Names of fields as words. What comes from the wire was made safe by who printed it. */
static uint32_t label_text(struct packet_tree *t, const char *key)
{
	struct text x = text_begin(t);

	for (uint32_t i = 0; i < LABEL_MAX && key[i]; i++)
		text_char(&x, key[i] == '_' ? ' ' : key[i]);
	return text_end(t, &x);
}

/* Position of v in one of the sources; false: it is in none. */
static bool locate(const struct packet_tree *t, struct bytes v, struct tree_row *row)
{
	for (uint32_t i = 0; i < TREE_SOURCES; i++) {
		uintptr_t from = (uintptr_t)t->data[i].p, p = (uintptr_t)v.p;

		if (!v.n || p < from || p - from > t->data[i].n || v.n > t->data[i].n - (p - from))
			continue;
		row->source = (uint8_t)i;
		row->at = (uint32_t)(p - from);
		row->n = v.n;
		return true;
	}
	return false;
}

static const struct field_place *place_of(const struct build *b, const char *key)
{
	for (const struct field_place *p = b->depth == 1 ? b->places : NULL; p && p->key; p++)
		if (strcmp(p->key, key) == 0 && p->at + p->n <= b->record.n)
			return p;
	return NULL;
}

/* The place of what comes next: as said, as the record's table has it, or where its bytes are. */
static void place(struct build *b, const char *key, struct bytes own, struct tree_row *row)
{
	const struct field_place *p = key && !b->said ? place_of(b, key) : NULL;
	bool said = b->said;

	b->said = false;
	if (said && locate(b->t, b->where, row))
		return;
	if (said || locate(b->t, own, row) || !p)
		return;
	locate(b->t, bytes_of(b->record.p + p->at, p->n), row);
}

static uint32_t path_of(const struct build *b, const char *key, uint32_t index)
{
	uint32_t above = b->depth ? b->t->row[b->level[b->depth - 1].row].path : 0;

	return (uint32_t)hash_bytes(above + 1,
				    key ? bytes_str(key) : bytes_of(&index, sizeof(index)));
}

/* A new row under the group that is open; NULL: no room, or its group had none. */
static struct tree_row *add(struct build *b, const char *key, struct bytes own)
{
	struct packet_tree *t = b->t;
	struct tree_row *row = &t->row[t->n];
	struct level *in = b->depth ? &b->level[b->depth - 1] : NULL;

	if (t->n == TREE_ROWS_MAX || t->used + LABEL_MAX + 2 > TREE_TEXT_MAX)
		t->cut = true;
	if (t->cut || b->beyond) {
		b->said = false;
		return NULL;
	}
	memset(row, 0, sizeof(*row));
	place(b, key, own, row);
	row->depth = (uint8_t)b->depth;
	row->path = path_of(b, key, in ? in->items : 0);
	if (key)
		row->label = label_text(t, key);
	if (in)
		in->items++;
	t->n++;
	return row;
}

static void on_at(void *ctx, struct bytes where)
{
	struct build *b = ctx;

	if (b->said)
		return;
	b->said = true;
	b->where = where;
}

static void on_open(void *ctx, const char *key, enum sink_group group)
{
	struct build *b = ctx;
	struct tree_row *row = NULL;

	if (b->depth && b->depth < TREE_DEPTH_MAX)
		b->level[b->depth - 1].list = false;
	if (b->depth < TREE_DEPTH_MAX)
		row = add(b, key, bytes_of(NULL, 0));
	b->said = false;
	if (!row) {
		b->beyond++;
		return;
	}
	b->level[b->depth++] =
		(struct level) { (uint32_t)(row - b->t->row), 0, group == SINK_LIST };
}

static void value(struct build *b, const char *key, struct bytes own, const char *v)
{
	struct tree_row *row = add(b, key, own);
	struct text x;

	if (!row)
		return;
	x = text_begin(b->t);
	text_str(&x, v);
	row->value = text_end(b->t, &x);
}

static void on_text(void *ctx, const char *key, const char *v)
{
	struct build *b = ctx;

	if (v)
		value(b, key, bytes_of(NULL, 0), v);
	b->said = false;
}

static void on_bytes(void *ctx, const char *key, struct bytes v)
{
	struct build *b = ctx;
	struct tree_row *row = add(b, key, v);
	struct text x;

	if (!row)
		return;
	x = text_begin(b->t);
	if (v.n)
		text_safe(&x, v);
	else
		text_str(&x, "(empty)");
	row->value = text_end(b->t, &x);
}

static void on_decimal(void *ctx, const char *key, uint64_t v, int decimals)
{
	char buf[48];
	struct text x = text_init(buf, sizeof(buf));

	text_decimal(&x, v, decimals);
	value(ctx, key, bytes_of(NULL, 0), buf);
}

static void on_number(void *ctx, const char *key, uint64_t v)
{
	on_decimal(ctx, key, v, 0);
}

static void on_boolean(void *ctx, const char *key, bool v)
{
	value(ctx, key, bytes_of(NULL, 0), v ? "yes" : "no");
}

/* Behind the rows below row. */
static uint32_t end_of(const struct packet_tree *t, uint32_t row)
{
	uint32_t i = row + 1;

	while (i < t->n && t->row[i].depth > t->row[row].depth)
		i++;
	return i;
}

/* A child by its label; NOWHERE. */
static uint32_t child(const struct packet_tree *t, uint32_t row, const char *label)
{
	for (uint32_t i = row + 1; i < t->n; i++)
		if (t->row[i].depth == t->row[row].depth + 1 &&
		    strcmp(tree_label(t, i), label) == 0)
			return i;
	return NOWHERE;
}

static void drop(struct packet_tree *t, uint32_t row)
{
	t->n--;
	memmove(&t->row[row], &t->row[row + 1], (t->n - row) * sizeof(t->row[0]));
}

static void drop_child(struct packet_tree *t, uint32_t row, const char *label)
{
	uint32_t i = child(t, row, label);

	if (i != NOWHERE)
		drop(t, i);
}

static uint32_t pair_text(struct packet_tree *t, const char *a, const char *between, const char *b)
{
	struct text x = text_begin(t);

	text_str(&x, a);
	text_str(&x, between);
	for (; *b; b++)
		text_char(&x, *b == '_' ? ' ' : *b);
	return text_end(t, &x);
}

/* An option is printed as code, bytes, name and value: one row says it all. */
static bool merge_option(struct packet_tree *t, uint32_t row)
{
	uint32_t code = child(t, row, "code"), hex = child(t, row, "hex"), v, name;

	if (code == NOWHERE || hex == NOWHERE)
		return false;
	name = child(t, row, "name");
	v = child(t, row, "value");
	t->row[row].label = name == NOWHERE
				    ? t->row[code].value
				    : pair_text(t, tree_value(t, code), " ", tree_value(t, name));
	t->row[row].value = t->row[v == NOWHERE ? hex : v].value;
	if (v != NOWHERE) {
		t->row[row].closed = t->row[v].closed;
		for (uint32_t i = v + 1; i < end_of(t, row); i++)
			t->row[i].depth--;
		drop(t, v);
	}
	/* behind the value there is none of them: their rows come before it */
	drop_child(t, row, "code");
	drop_child(t, row, "hex");
	drop_child(t, row, "name");
	return true;
}

/* The values of the children, as far as they go: what a folded row says. */
static uint32_t joined(struct packet_tree *t, uint32_t row, const char *between, uint32_t most)
{
	struct text x = text_begin(t);
	uint32_t n = 0;

	for (uint32_t i = row + 1; i < t->n && n < most; i++) {
		if (t->row[i].depth != t->row[row].depth + 1 || !tree_value(t, i)[0])
			continue;
		if (n++)
			text_str(&x, between);
		text_str(&x, tree_value(t, i));
	}
	return text_end(t, &x);
}

/* "from > to" of a header. */
static void name_ends(struct packet_tree *t, uint32_t row)
{
	static const char *const ends[][2] = { { "src", "dst" }, { "sport", "dport" } };

	for (uint32_t i = 0; i < 2; i++) {
		uint32_t from = child(t, row, ends[i][0]), to = child(t, row, ends[i][1]);

		if (from == NOWHERE || to == NOWHERE)
			continue;
		t->row[row].value = pair_text(t, tree_value(t, from), " > ", tree_value(t, to));
	}
}

/* Does a row beside it stand in the same bytes? */
static bool beside(const struct packet_tree *t, uint32_t row)
{
	const struct tree_row *r = &t->row[row];

	for (uint32_t i = row; i-- > 0 && t->row[i].depth >= r->depth;) {
		const struct tree_row *o = &t->row[i];

		if (o->depth == r->depth && o->n && o->source == r->source &&
		    o->at < r->at + r->n && r->at < o->at + o->n)
			return true;
	}
	return false;
}

/* A group stands where its children stand, when nobody said it, and when nothing that was told
 * apart from it stands between them. */
static void span(struct packet_tree *t, uint32_t row)
{
	struct tree_row *r = &t->row[row];

	if (r->n)
		return;
	for (uint32_t i = row + 1; i < t->n; i++) {
		const struct tree_row *c = &t->row[i];
		uint32_t end;

		if (!c->n || (r->n && c->source != r->source))
			continue;
		end = r->n ? r->at + r->n : c->at + c->n;
		end = end > c->at + c->n ? end : c->at + c->n;
		r->at = r->n && r->at < c->at ? r->at : c->at;
		r->n = end - r->at;
		r->source = c->source;
	}
	if (r->n && beside(t, row))
		r->n = 0;
}

static void reverse(struct tree_row *from, struct tree_row *end)
{
	while (from < end && from < --end) {
		struct tree_row x = *from;

		*from++ = *end;
		*end = x;
	}
}

/* The least row above row that holds its bytes and is not the group it is in; NOWHERE. */
static uint32_t host_of(const struct packet_tree *t, uint32_t row)
{
	const struct tree_row *r = &t->row[row];
	uint32_t host = NOWHERE;

	for (uint32_t i = 0; r->n && i < row; i++) {
		const struct tree_row *h = &t->row[i];

		if (h->depth > r->depth && h->source == r->source && h->at <= r->at &&
		    h->at + h->n >= r->at + r->n && (host == NOWHERE || h->n <= t->row[host].n))
			host = i;
	}
	return host;
}

/* What was told of another row's bytes goes below that row. */
static void graft(struct packet_tree *t, uint32_t row)
{
	uint32_t host = host_of(t, row), to = host + 1;

	if (host == NOWHERE || end_of(t, host) != host + 1)
		return;
	for (uint32_t i = row + 1; i < t->n; i++)
		t->row[i].depth =
			(uint8_t)(t->row[i].depth - t->row[row].depth + t->row[host].depth);
	drop(t, row);
	/* two runs change places */
	reverse(&t->row[to], &t->row[row]);
	reverse(&t->row[row], &t->row[t->n]);
	reverse(&t->row[to], &t->row[t->n]);
}

static void on_close(void *ctx)
{
	struct build *b = ctx;
	struct packet_tree *t = b->t;
	const struct level *l;
	uint32_t row;

	b->said = false;
	if (b->beyond) {
		b->beyond--;
		return;
	}
	l = &b->level[--b->depth];
	row = l->row;
	span(t, row);
	if (l->list) {
		t->row[row].value = joined(t, row, ", ", UINT32_MAX);
		t->row[row].closed = true;
		if (t->n == row + 2) /* one says it all */
			t->n--;
	} else if (t->row[row].label) {
		name_ends(t, row);
	} else if (merge_option(t, row)) {
		if (!t->row[row].value)
			t->row[row].value = joined(t, row, " ", 4);
	} else {
		t->row[row].value = joined(t, row, "  ", 4);
	}
	if (b->depth == 1)
		graft(t, row);
}

static void sources(struct packet_tree *t, const struct packet *p)
{
	struct bytes record = packet_record(p);
	struct tree_row at;

	t->data[TREE_FRAME] = bytes_of(p->frame->data, p->frame->cap_len);
	t->data[TREE_MESSAGE] = bytes_of(NULL, 0);
	if (p->reassembled)
		t->data[TREE_MESSAGE] = bytes_of(p->payload.buf, p->payload.len);
	else if (record.n && !locate(t, record, &at))
		t->data[TREE_MESSAGE] = record;
}

/* The options that a client asks for, by name too. */
static void name_codes(struct packet_tree *t, uint32_t from)
{
	for (uint32_t i = from; i < t->n; i++) {
		const struct tree_row *r = &t->row[i];
		uint32_t up = tree_parent(t, i);
		const uint8_t *code = t->data[r->source].p + r->at;

		if (r->label || r->n != 1 || t->row[up].source != r->source ||
		    t->data[r->source].p[t->row[up].at] != DHCP_OPT_REQUEST_LIST ||
		    !dhcp_options[*code].key)
			continue;
		t->row[i].value = pair_text(t, tree_value(t, i), " ", dhcp_options[*code].key);
	}
}

static void record_rows(struct build *b, const struct packet *p)
{
	const struct protocol *row = &protocols[p->record];
	uint32_t at = b->t->n;
	struct text x;

	b->record = packet_record(p);
	b->places = row->places;
	sink_at(&b->sink, b->record);
	sink_object(&b->sink, protocol_key(p));
	row->fields(p, &b->sink);
	sink_close(&b->sink);
	if (at >= b->t->n)
		return;
	if (p->record == RECORD_DHCP)
		name_codes(b->t, at);
	b->t->row[at].closed = false;
	x = text_begin(b->t);
	row->line(p, &x);
	b->t->row[at].value = text_end(b->t, &x);
}

void packet_tree_build(struct packet_tree *t, const struct packet *p)
{
	struct build b = { .t = t };

	b.sink = (struct sink) { &b,        on_open,    on_close,   on_text, on_bytes,
				 on_number, on_boolean, on_decimal, on_at };
	t->n = 0;
	t->cut = false;
	t->text[0] = 0;
	t->used = 1;
	sources(t, p);
	packet_header_fields(p, &b.sink);
	for (uint32_t i = 0; i < t->n; i++)
		t->row[i].closed = t->row[i].depth == 0;
	if (p->record != RECORD_NONE && (p->record != RECORD_TCP))
		record_rows(&b, p);
}
