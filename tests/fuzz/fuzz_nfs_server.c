/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "nfs_memory.h"
#include "nfs_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * A conversation with the NFS server over a file system in memory. Byte 0: over TCP (bit 0), data
 * aside (1); after the first calls, which made something to work on, read-only (2), from a high
 * port (3), root squashed (4), little room (5). Then calls, each with its length in two bytes. The
 * key is always the same, and so are the handles: those of the corpus open.
 */

enum { ROOM = 65536, LITTLE = 300, FIRST = 6 };

static void ignore_news(void *ctx, const struct nfs_news *n)
{
	(void)ctx;
	(void)n;
}

static void ask(const struct rpc_services *all, const struct rpc_peer *peer, struct bytes call,
		bool aside, uint32_t room)
{
	uint8_t *out = malloc(room);
	struct rpc_answer a = { .w = writer_init(out, room), .aside = aside };
	struct rpc_call c;
	int manner;

	assert(out);
	switch (rpc_take(all, peer, call, &c, &manner, &a)) {
	case RPC_SERVE:
		assert(manner >= 0);
		rpc_serve(all, &c, &a);
		assert(a.w.pos >= RPC_REPLY_HEAD && !a.w.err);
		break;
	case RPC_SEND:
		assert(a.w.pos && !a.w.err);
		break;
	case RPC_IGNORE:
		break;
	}
	assert(a.w.pos <= room && a.behind <= NFS_IO_MAX && (aside || !a.behind));
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nfs_exports exports;
	struct nfs_memory *memory;
	struct nfs_shared shared = { .exports = &exports, .news = ignore_news, .verifier = 1 };
	struct nfs_server server = { .shared = &shared };
	const struct rpc_service row = { RPC_NFS, 2, 3, &server, nfs_manner, nfs_serve, NULL };
	const struct rpc_services all = { &row, 1 };
	struct rpc_peer peer = { 0x0a000007, 0x0a000001, 700, true };

	if (size < 1 || size > 65536)
		return 0;
	memset(&exports, 0, sizeof(exports));
	exports.n = 2;
	for (uint16_t i = 0; i < 2; i++) {
		struct nfs_export *x = &exports.export[i];

		x->id = i + 1;
		x->path = x->root = i ? "/b" : "/a";
		x->n_clients = 1;
		x->client[0].writes = true;
		x->client[0].squash = SQUASH_NONE;
		x->client[0].anon_uid = x->client[0].anon_gid = 65534;
	}
	memcpy(shared.key.k, "sixteen bytes...", NFS_KEY);
	memory = nfs_memory_new();
	nfs_memory_wants(memory)->left = 1000;
	server.fs = nfs_memory_fs(memory);
	peer.tcp = data[0] & 1;
	for (size_t at = 1, i = 0; at + 2 <= size; i++) {
		uint32_t n = (uint32_t)data[at] << 8 | data[at + 1];
		uint8_t how = i < FIRST ? data[0] & 3 : data[0];

		exports.export[0].client[0].writes = !(how & 4);
		exports.export[0].client[0].squash = how & 16 ? SQUASH_ROOT : SQUASH_NONE;
		peer.port = how & 8 ? 7000 : 700;

		at += 2;
		n = n < size - at ? n : (uint32_t)(size - at);
		ask(&all, &peer, bytes_of(data + at, n), how & 2, how & 32 ? LITTLE : ROOM);
		at += n;
	}
	nfs_memory_free(memory);
	return 0;
}
