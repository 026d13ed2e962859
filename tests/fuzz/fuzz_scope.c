/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "nothing_sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every message that the log holds of c, read anew. */
static void look_again(const struct scope *s, const struct client *c)
{
	const struct frame_log *l = scope_log(s);
	const struct sink nothing = nothing_sink();
	static struct packet p;
	struct frame f;

	for (uint64_t id = frame_log_first(l, &c->frames); id; id = frame_log_next(l, id)) {
		if (!frame_log_packet(l, id, &f, &p))
			abort();
		packet_header_fields(&p, &nothing);
		protocols[p.record].fields(&p, &nothing);
	}
}

/* What the screens make of the work on a root. */
static void look_at_work(const struct boot *b, uint64_t now)
{
	uint32_t each[CAP_NFS_SECONDS];

	for (const struct nfs_use *n = b->nfs; n; n = n->next) {
		const struct work_file *f;
		const struct work_op *o;

		if (!n->work)
			continue;
		nfs_work_rate(n->work, now);
		nfs_work_history(n->work, now, each);
		for (uint32_t i = 0; (o = nfs_work_op(n->work, i)) != NULL; i++)
			assert(nfs_use_op_name(n, o->op) && o->timed <= o->count);
		for (uint32_t i = 0; (f = nfs_work_file(n->work, i)) != NULL; i++)
			assert(f->path[0] && memchr(f->path, 0, sizeof(f->path)));
	}
}

/*
 * Frames one after another: a length octet pair, a step of time in 10 ms, the bytes. Small tables
 * and arenas, so that eviction and refusal are the rule. The frame is copied to memory of its own
 * size.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct scope_limits limits = {
		.clients = 3,
		.boot_bytes = 9000,
		.log_bytes = 1,
		.wire = { .fragments = 4, .flows = 8, .connections = 4, .calls = 8 },
	};
	void *mem = calloc(1, scope_size(&limits));
	struct scope *s = scope_init(mem, &limits);
	struct frame f = { .link = 1, .time_ns = 1000000000 };
	size_t at = 0;

	while (at + 3 <= size) {
		size_t n = (size_t)data[at] << 8 | data[at + 1];
		uint8_t *copy;

		f.time_ns += data[at + 2] * UINT64_C(10000000);
		at += 3;
		n = n < size - at ? n : size - at;
		copy = malloc(n ? n : 1);
		memcpy(copy, data + at, n);
		f.data = copy;
		f.cap_len = (uint32_t)n;
		f.wire_len = (uint32_t)n;
		f.number++;
		scope_frame(s, &f);
		free(copy);
		at += n;
	}
	scope_tick(s, f.time_ns + UINT64_C(60000000000));
	scope_end(s);
	assert(scope_clients(s) <= limits.clients);
	for (uint32_t i = 0; i < scope_clients(s); i++) {
		const struct client *c = scope_client(s, i);

		look_again(s, c);
		for (uint32_t k = 0; k < client_boots(c); k++) {
			struct boot_params bp;

			assert(client_boot(c, k)->arena.used <=
			       sizeof(struct boot) + limits.boot_bytes);
			boot_params(c, client_boot(c, k), &bp);
			look_at_work(client_boot(c, k), f.time_ns);
		}
	}
	free(mem);
	return 0;
}
