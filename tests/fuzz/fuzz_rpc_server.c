/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "nfs_memory.h"
#include "nfs_mounts.h"
#include "nfs_server.h"
#include "rpc_once.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Calls one after the other to all that the NFS server serves, over a small tree in memory: two
 * bytes, how many there are of it, then so many. Byte 0 of all: over TCP (bit 0), what is read
 * goes behind the answer (1), from a high port (2), little room (3), a client that may only read
 * (4). What is answered is read by our own dissectors, and they find nothing wrong in it.
 */

enum { ROOM = 32768, LITTLE = 300, MOUNTS = 4, ONCE = 4 };

static const struct nfs_caller root; /* all zero */

static void news(void *ctx, const struct nfs_news *n)
{
	(void)ctx;
	assert(n->event < NFS_EVENTS && (n->event != NFS_REFUSED || n->why));
}

static void who(void *ctx, uint32_t ip, struct boot_path_who *out)
{
	(void)ctx;
	out->ip = address_ip4(ip);
	out->has_serial = true;
	out->serial = 0x38c128c0;
}

static void lock(void *ctx, bool on)
{
	bool *locked = ctx;

	assert(*locked != on);
	*locked = on;
}

static uint32_t seconds(void *ctx)
{
	(void)ctx;
	return 1700000000;
}

static void put(const struct nfs_fs *fs, const struct nfs_file *dir, const char *name,
		uint32_t type, const char *text, struct nfs_file *out)
{
	struct nfs_make how = { .type = type, .text = bytes_str(text) };
	struct nfs_attr attr = { 0 };
	struct nfs_wcc wcc = { .before = false };
	int r;

	how.set.what = NFS_SET_MODE;
	how.set.mode = 0755;
	r = fs->make(fs->ctx, &root, dir, bytes_str(name), &how, out, &attr, &wcc);
	assert(r == NFS_OK);
}

/* d with a file in it, f, an empty folder, l to what is in d: what the corpus's handles are of. */
static void plant(const struct nfs_fs *fs)
{
	static const char text[] = "what stands in f";
	struct nfs_file top, d, f, x;
	struct nfs_wcc wcc = { .before = false };
	uint32_t n, stable = NFS_FILE_SYNC;

	fs->root(fs->ctx, 1, &top);
	put(fs, &top, "d", NFS_DIR, "", &d);
	put(fs, &top, "f", NFS_REG, "", &f);
	put(fs, &d, "in d", NFS_REG, "", &x);
	put(fs, &top, "empty", NFS_DIR, "", &x);
	fs->write(fs->ctx, &root, &f, 0, bytes_str(text), &n, &stable, &wcc);
	put(fs, &top, "l", NFS_LNK, "d/in d", &x);
	put(fs, &top, "38c128c0", NFS_LNK, "d", &x);
}

/* A reply to that call, whole; what is behind it is counted. */
static void looks_right(const struct rpc_call *c, const struct rpc_answer *out)
{
	static struct rpc m;
	uint32_t behind = (out->behind + 3) & ~3u;
	struct reader r = reader_init(out->w.buf, out->w.pos, out->w.pos + behind);
	enum err e;

	assert(!out->w.err && (out->aside || !out->behind));
	assert(rpc_looks_like_reply(bytes_of(out->w.buf, out->w.pos)));
	e = rpc_decode_header(&r, &m);
	assert(!e && m.type == RPC_REPLY && m.xid == c->xid);
	m.known = true;
	m.prog = c->prog;
	m.vers = c->vers;
	m.proc = c->proc;
	e = rpc_decode_body(&r, &m);
	assert(e == ERR_OK || (e == ERR_CUT && behind));
}

struct side {
	struct rpc_services services;
	struct rpc_peer peer;
	struct rpc_once *once;
	bool aside;
	uint32_t room;
};

static void ask(const struct side *s, struct bytes message, uint64_t now)
{
	static uint8_t to[ROOM];
	struct rpc_answer out = { writer_init(to, s->room), s->aside, 0 };
	struct rpc_call c;
	struct bytes kept;
	uint32_t slot;
	int manner;
	enum rpc_next next = rpc_take(&s->services, &s->peer, message, &c, &manner, &out);

	if (next == RPC_IGNORE) {
		assert(!out.w.pos);
		return;
	}
	if (next == RPC_SERVE && manner & RPC_ONCE) {
		enum rpc_once_seen seen = rpc_once_begin(s->once, &c, now, &slot, &kept);

		assert(seen != RPC_ONCE_BUSY);
		if (seen == RPC_ONCE_DONE) {
			assert(kept.n >= RPC_REPLY_HEAD);
			return;
		}
	}
	if (next == RPC_SERVE)
		rpc_serve(&s->services, &c, &out);
	if (next == RPC_SERVE && manner & RPC_ONCE)
		rpc_once_done(s->once, slot, writer_done(&out.w));
	looks_right(&c, &out);
}

static struct nfs_exports *exports(bool writes)
{
	static struct nfs_exports e;
	struct export_client *c = &e.export[0].client[0];

	e.n = 1;
	e.export[0].id = 1;
	e.export[0].path = "/a";
	e.export[0].root = "/srv/a";
	e.export[0].own_folders = true;
	e.export[0].n_clients = 1;
	c->writes = writes;
	c->squash = writes ? SQUASH_NONE : SQUASH_ROOT;
	c->anon_uid = c->anon_gid = 65534;
	return &e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool locked = false;
	uint8_t how = size ? data[0] : 0;
	struct nfs_memory *memory = nfs_memory_new();
	struct nfs_shared shared = { .exports = exports(!(how & 16)),
				     .verifier = 7,
				     .nfs_port = 2049,
				     .mount_port = 20048,
				     .udp = true,
				     .ctx = &locked,
				     .news = news,
				     .who = who,
				     .seconds = seconds,
				     .lock = lock };
	struct nfs_server server = { &shared, nfs_memory_fs(memory) };
	struct rpc_service rows[NFS_SERVICES];
	struct side s = { { rows, NFS_SERVICES },
			  { 0x0a000007, 0x0a000001, how & 4 ? 2000 : 700, how & 1 },
			  rpc_once_init(calloc(1, rpc_once_bytes(ONCE)), ONCE, 5),
			  how & 2,
			  how & 8 ? LITTLE : ROOM };

	memcpy(shared.key.k, "sixteen bytes...", NFS_KEY);
	shared.mounts = nfs_mounts_init(calloc(1, nfs_mounts_bytes(MOUNTS)), MOUNTS);
	nfs_services(&server, rows);
	plant(&server.fs);
	nfs_memory_wants(memory)->left = 64;
	for (size_t at = 1; at + 2 <= size;) {
		size_t n = (size_t)data[at] << 8 | data[at + 1];

		at += 2;
		n = n < size - at ? n : size - at;
		ask(&s, bytes_of(data + at, (uint32_t)n), at);
		assert(!locked);
		at += n;
	}
	free(shared.mounts);
	free(s.once);
	nfs_memory_free(memory);
	return 0;
}
