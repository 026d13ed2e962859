/* SPDX-License-Identifier: BSD-2-Clause */
/* READ, WRITE, COMMIT (RFC 1813 3.3.6, 3.3.7, 3.3.21). */
#include <stdlib.h>

#include "nfs_conform_parts.h"

static struct talk *const t = &conform.t;
static const struct talk_handle *const top = &conform.top;

/* What READ said. */
struct got {
	uint32_t status, count;
	bool eof;
	struct bytes data; /* empty when it was put aside */
	struct nfs_attr attr;
};

static struct got read_at(const struct talk_handle *h, uint64_t offset, uint32_t count)
{
	struct got g = { .status = 0 };

	talk_call(t, 6);
	talk_handle(t, h);
	writer_be64(&t->w, offset);
	writer_be32(&t->w, count);
	g.status = talk_send(t);
	(void)talk_post_op(t, &g.attr);
	if (g.status)
		return g;
	g.count = reader_be32(&t->r);
	g.eof = reader_be32(&t->r);
	if (t->out.behind)
		assert_int_equal(reader_be32(&t->r), g.count);
	else
		g.data = reader_xdr_opaque(&t->r, NFS_IO_MAX);
	assert_int_equal(t->out.behind ? t->out.behind : g.data.n, g.count);
	talk_done(t);
	return g;
}

struct wrote {
	uint32_t status, count, stable;
	uint64_t verifier;
	struct nfs_wcc wcc;
};

static struct wrote write_at(const struct talk_handle *h, uint64_t offset, struct bytes data,
			     uint32_t count, uint32_t stable)
{
	struct wrote r = { .status = 0 };

	talk_call(t, 7);
	talk_handle(t, h);
	writer_be64(&t->w, offset);
	writer_be32(&t->w, count);
	writer_be32(&t->w, stable);
	writer_xdr_opaque(&t->w, data);
	r.status = talk_send(t);
	talk_wcc(t, &r.wcc);
	if (!r.status) {
		r.count = reader_be32(&t->r);
		r.stable = reader_be32(&t->r);
		r.verifier = reader_be64(&t->r);
	}
	talk_done(t);
	return r;
}

static struct wrote write_text(const struct talk_handle *h, uint64_t offset, const char *s)
{
	struct bytes b = bytes_str(s);

	return write_at(h, offset, b, b.n, NFS_FILE_SYNC);
}

static void what_is_written_is_read(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct wrote w = write_text(&f, 0, "hello, world");
	struct got g;

	(void)state;
	assert_int_equal(w.status, NFS_OK);
	assert_int_equal(w.count, 12);
	assert_int_equal(w.stable, NFS_FILE_SYNC);
	assert_int_equal(w.verifier, t->shared.verifier);
	assert_int_equal(w.wcc.after.size, 12);
	g = read_at(&f, 0, 100);
	assert_true(g.eof && bytes_is(g.data, "hello, world"));
	assert_int_equal(g.attr.size, 12);
	g = read_at(&f, 7, 3);
	assert_true(!g.eof && bytes_is(g.data, "wor"));
	g = read_at(&f, 7, 5);
	assert_true(g.eof && bytes_is(g.data, "world"));
}

static void reading_ends_where_the_file_does(void **state)
{
	static const uint64_t beyond[] = {
		12, 13, UINT64_C(1) << 40, INT64_MAX, UINT64_C(1) << 63, UINT64_MAX
	};
	struct talk_handle f = talk_create(t, top, "f", 0644), e = talk_create(t, top, "e", 0644);

	(void)state;
	(void)write_text(&f, 0, "hello, world");
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		struct got g = read_at(&f, beyond[i], 100);

		assert_int_equal(g.status, NFS_OK);
		assert_int_equal(g.count, 0);
		assert_true(g.eof);
	}
	assert_true(read_at(&e, 0, 1).eof);
	assert_int_equal(read_at(&f, 3, 0).count, 0);
	assert_false(read_at(&f, 3, 0).eof);
}

static void holes_are_zeros_and_files_large(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	uint64_t far = UINT64_C(5) << 32;
	struct got g;

	(void)state;
	assert_int_equal(write_text(&f, far, "end").status, NFS_OK);
	assert_int_equal(talk_getattr(t, &f).size, far + 3);
	g = read_at(&f, far - 2, 100);
	assert_true(g.eof && g.count == 5 && memcmp(g.data.p, "\0\0end", 5) == 0);
	g = read_at(&f, 1000, 4);
	assert_true(!g.eof && g.count == 4 && memcmp(g.data.p, "\0\0\0\0", 4) == 0);
}

static struct bytes pattern(uint32_t n)
{
	uint8_t *p = malloc(n);

	assert_non_null(p);
	for (uint32_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 7 + i / 251);
	return bytes_of(p, n);
}

static void a_megabyte_goes_at_once_over_tcp_32k_over_udp(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct bytes all = pattern(NFS_IO_MAX);
	struct got g;

	(void)state;
	assert_int_equal(write_at(&f, 0, all, all.n, NFS_UNSTABLE).count, NFS_IO_MAX);
	(void)write_text(&f, NFS_IO_MAX, "more");
	g = read_at(&f, 0, UINT32_MAX);
	assert_int_equal(g.count, NFS_IO_MAX);
	assert_false(g.eof);
	assert_memory_equal(g.data.p, all.p, all.n);
	g = read_at(&f, 4, NFS_IO_MAX);
	assert_true(g.eof && g.count == NFS_IO_MAX);
	t->peer.tcp = false;
	g = read_at(&f, 1, NFS_IO_MAX);
	assert_int_equal(g.count, NFS_IO_UDP_MAX);
	assert_memory_equal(g.data.p, all.p + 1, g.count);
	free((void *)(uintptr_t)all.p);
}

/* However little room the answer has, it is one. */
static void an_answer_fits_its_room(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct got g;

	(void)state;
	(void)write_text(&f, 0, "0123456789abcdef");
	for (uint32_t more = 0; more < 24; more++) {
		t->cap = RPC_REPLY_HEAD + 104 + more;
		g = read_at(&f, 0, 100);
		assert_int_equal(g.count, (more & ~3u) < 16 ? more & ~3u : 16);
		assert_int_equal(g.eof, g.count == 16);
	}
}

static void data_may_be_put_aside(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);

	(void)state;
	(void)write_text(&f, 0, "0123456789abcdef");
	t->aside = 5;
	t->cap = RPC_SMALL;
	assert_int_equal(read_at(&f, 0, 7).count, 7);
	assert_int_equal(t->out.behind, 7);
	assert_int_equal(t->out.w.pos, RPC_REPLY_HEAD + 104);
	assert_int_equal(read_at(&f, 0, 4).data.n, 4);
	assert_true(read_at(&f, 1, NFS_IO_MAX).eof);
	assert_int_equal(t->out.behind, 15);
	assert_int_equal(read_at(&f, UINT64_MAX, 7).count, 0);
	assert_int_equal(t->out.behind, 0);
	assert_int_not_equal(read_at(top, 0, 7).status, NFS_OK);
	assert_int_equal(t->out.behind, 0);
}

static void what_cannot_be_written_is_not(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct bytes b = bytes_str("0123456789");
	struct wrote w;

	(void)state;
	assert_int_equal(write_at(&f, 0, b, 9, NFS_FILE_SYNC).status, NFS_INVAL);
	assert_int_equal(write_at(&f, 0, b, 11, NFS_FILE_SYNC).status, NFS_INVAL);
	assert_int_equal(write_at(&f, UINT64_C(1) << 63, b, 10, NFS_FILE_SYNC).status, NFS_FBIG);
	assert_int_equal(write_at(&f, INT64_MAX - 9, b, 10, NFS_FILE_SYNC).status, NFS_FBIG);
	assert_int_equal(write_at(&f, UINT64_MAX, b, 10, NFS_FILE_SYNC).status, NFS_FBIG);
	assert_int_not_equal(write_text(top, 0, "x").status, NFS_OK);
	w = write_text(&f, 0, "");
	assert_int_equal(w.status, NFS_OK);
	assert_int_equal(w.count, 0);
	assert_int_equal(talk_getattr(t, &f).size, 0);
	t->exports.export[0].client[0].writes = false;
	w = write_text(&f, 0, "x");
	assert_int_equal(w.status, NFS_ROFS);
	assert_int_equal(w.wcc.after.type, NFS_REG);
	assert_int_not_equal(read_at(top, 0, 10).status, NFS_OK);
}

static void stability_is_at_least_what_was_asked(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct bytes b = bytes_str("0123456789");
	uint32_t status;

	(void)state;
	for (uint32_t how = NFS_UNSTABLE; how <= NFS_FILE_SYNC; how++) {
		struct wrote w = write_at(&f, 0, b, b.n, how);

		assert_int_equal(w.status, NFS_OK);
		assert_in_range(w.stable, how, NFS_FILE_SYNC);
	}
	t->exports.export[0].client[0].sync = true;
	assert_int_equal(write_at(&f, 0, b, b.n, NFS_UNSTABLE).stable, NFS_FILE_SYNC);
	talk_call(t, 7);
	talk_handle(t, &f);
	writer_be64(&t->w, 0);
	writer_be32(&t->w, 0);
	writer_be32(&t->w, 3);
	writer_be32(&t->w, 0);
	assert_int_equal(talk_send_any(t, &status), RPC_GARBAGE_ARGS);
}

static uint32_t commit(const struct talk_handle *f, uint64_t offset, uint32_t count)
{
	struct nfs_wcc wcc;
	uint32_t status;

	talk_call(t, 21);
	talk_handle(t, f);
	writer_be64(&t->w, offset);
	writer_be32(&t->w, count);
	status = talk_send(t);
	talk_wcc(t, &wcc);
	if (!status)
		assert_int_equal(reader_be64(&t->r), t->shared.verifier);
	talk_done(t);
	return status;
}

static void commit_takes_any_range(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0644);
	struct bytes b = bytes_str("0123456789");

	(void)state;
	(void)write_at(&f, 0, b, b.n, NFS_UNSTABLE);
	assert_int_equal(commit(&f, 0, 0), NFS_OK);
	assert_int_equal(commit(&f, 5, 3), NFS_OK);
	assert_int_equal(commit(&f, 5, UINT32_MAX), NFS_OK);
	assert_int_equal(commit(&f, INT64_MAX, UINT32_MAX), NFS_OK);
	assert_int_equal(commit(&f, UINT64_MAX, UINT32_MAX), NFS_OK);
	assert_int_equal(commit(&f, UINT64_C(1) << 63, 0), NFS_OK);
	t->exports.export[0].client[0].writes = false;
	assert_int_equal(commit(&f, 0, 0), NFS_ROFS);
}

static void who_may_not_read_or_write_does_not(void **state)
{
	struct talk_handle f = talk_create(t, top, "f", 0600), x = talk_create(t, top, "x", 0711);

	(void)state;
	if (!conform.place->users)
		return;
	(void)write_text(&f, 0, "secret");
	(void)write_text(&x, 0, "#!/bin/sh");
	conform_as(1000);
	assert_int_equal(read_at(&f, 0, 10).status, NFS_ACCES);
	assert_int_equal(write_text(&f, 0, "x").status, NFS_ACCES);
	/* what may be run may be read for that (RFC 1813 4.4) */
	assert_int_equal(read_at(&x, 0, 100).status, NFS_OK);
	assert_int_equal(write_text(&x, 0, "x").status, NFS_ACCES);
}

/* A file that was opened before its mode was taken away goes on (RFC 1813 4.4). */
static void the_owner_reads_and_writes_whatever_the_mode(void **state)
{
	struct nfs_set s = { .what = NFS_SET_MODE | NFS_SET_UID, .mode = 0, .uid = 1000 };
	struct talk_handle f = talk_create(t, top, "f", 0600);

	(void)state;
	if (!conform.place->users)
		return;
	talk_call(t, 2);
	talk_handle(t, &f);
	talk_set(t, &s);
	writer_be32(&t->w, 0);
	assert_int_equal(talk_send(t), NFS_OK);
	conform_as(1000);
	assert_int_equal(write_text(&f, 0, "mine").status, NFS_OK);
	assert_true(bytes_is(read_at(&f, 0, 10).data, "mine"));
}

uint32_t conform_data(const struct CMUnitTest **out)
{
	static const struct CMUnitTest tests[] = {
		CONFORM(what_is_written_is_read),
		CONFORM(reading_ends_where_the_file_does),
		CONFORM(holes_are_zeros_and_files_large),
		CONFORM(a_megabyte_goes_at_once_over_tcp_32k_over_udp),
		CONFORM(an_answer_fits_its_room),
		CONFORM(data_may_be_put_aside),
		CONFORM(what_cannot_be_written_is_not),
		CONFORM(stability_is_at_least_what_was_asked),
		CONFORM(commit_takes_any_range),
		CONFORM(who_may_not_read_or_write_does_not),
		CONFORM(the_owner_reads_and_writes_whatever_the_mode),
	};

	*out = tests;
	return sizeof(tests) / sizeof(tests[0]);
}
