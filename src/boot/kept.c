/* SPDX-License-Identifier: BSD-2-Clause */
#include "kept.h"

#include <string.h>

#include "model.h"

struct kept *kept_open(struct boot *b, const struct transfer *t, enum kept_kind kind)
{
	struct kept **at = &b->kept, *k;

	for (; (k = *at) != NULL; at = &k->next)
		if (strcmp(k->file, t->file) == 0)
			break;
	if (!k) {
		if (b->n_kept >= CAP_KEPT)
			return NULL;
		k = boot_get(b, sizeof *k);
		if (!k)
			return NULL;
		k->kind = kind;
		k->file = t->file;
		*at = k;
		b->n_kept++;
	}
	return k;
}

/* Room for n more bytes: the text moves within the arena as it grows, so it grows by the size said.
 */
static void kept_room(struct boot *b, struct kept *k, uint32_t n)
{
	uint32_t want = k->n + n > CAP_KEPT_BYTES ? CAP_KEPT_BYTES : k->n + n;
	uint8_t *p;

	if (want <= k->cap)
		return;
	p = arena_get(&b->arena, want, 1);
	if (!p)
		return;
	if (k->n)
		memcpy(p, k->text, k->n);
	k->text = p;
	k->cap = want;
}

void kept_block(struct boot *b, struct transfer *t, uint32_t block, struct bytes data,
		uint32_t wire_len, bool last, uint64_t frame)
{
	struct kept *k = t->kept;
	uint32_t n;

	if (block == 1 && !(k->complete && !k->cut && data.n < wire_len)) {
		k->n = 0;
		k->next_block = 1;
		k->complete = k->cut = false;
		k->frame = frame;
	}
	if (block != k->next_block) {
		if (block > k->next_block)
			k->cut = true;
		return;
	}
	k->next_block++;
	kept_room(b, k, data.n);
	n = data.n < k->cap - k->n ? data.n : k->cap - k->n;
	if (n)
		memcpy(k->text + k->n, data.p, n);
	k->n += n;
	if (n < wire_len) {
		k->cut = true;
		k->next_block = UINT32_MAX; /* what follows has no place any more */
	}
	if (last)
		k->complete = !k->cut;
}
