/* SPDX-License-Identifier: BSD-2-Clause */
/* READDIR, READDIRPLUS, FSSTAT, FSINFO, PATHCONF (RFC 1813 3.3.16 to 3.3.20). */
#include <stdio.h>

#include "nfs_conform_parts.h"

static struct talk *const t = &conform.t;
static const struct talk_handle *const top = &conform.top;

enum { READDIR = 16, READDIRPLUS, MANY = 1500 };

/* A listing as it goes on. */
struct listing {
	uint64_t cookie, verifier;
	bool eof;
	uint32_t n, dots;
	uint8_t seen[MANY]; /* how often each n%04u came */
};

static void count_name(struct listing *l, struct bytes name)
{
	uint32_t v = 0;

	l->n++;
	if (bytes_is(name, ".") || bytes_is(name, "..")) {
		l->dots++;
		return;
	}
	assert_true(name.n == 5 && name.p[0] == 'n');
	for (int i = 1; i < 5; i++)
		v = 10 * v + (uint32_t)(name.p[i] - '0');
	assert_in_range(v, 0, MANY - 1);
	l->seen[v]++;
}

static void entries(struct listing *l, bool plus)
{
	struct nfs_attr a;

	l->verifier = reader_be64(&t->r);
	while (reader_be32(&t->r)) {
		uint64_t id = reader_be64(&t->r);
		struct bytes name = reader_xdr_opaque(&t->r, NFS_NAME_MAX);

		count_name(l, name);
		l->cookie = reader_be64(&t->r);
		if (!plus)
			continue;
		if (talk_post_op(t, &a) && !bytes_is(name, ".."))
			assert_int_equal(a.fileid, id);
		if (reader_be32(&t->r))
			(void)talk_handle_of(t);
	}
	l->eof = reader_be32(&t->r);
	talk_done(t);
}

/* One call; gives the status. */
static uint32_t list(struct listing *l, uint32_t proc, uint32_t names, uint32_t count)
{
	struct nfs_attr a;
	uint32_t status;

	talk_call(t, proc);
	talk_handle(t, top);
	writer_be64(&t->w, l->cookie);
	writer_be64(&t->w, l->verifier);
	if (proc == READDIRPLUS)
		writer_be32(&t->w, names);
	writer_be32(&t->w, count);
	status = talk_send(t);
	assert_true(t->out.w.pos <= RPC_REPLY_HEAD + 4 + (count < 104 ? 104 : count));
	if (status)
		return status;
	(void)talk_post_op(t, &a);
	entries(l, proc == READDIRPLUS);
	return status;
}

static void fill(uint32_t from, uint32_t to)
{
	char name[16];

	for (uint32_t i = from; i < to; i++) {
		(void)snprintf(name, sizeof(name), "n%04u", i % 10000);
		(void)talk_create(t, top, name, 0644);
	}
}

static void all_once(const struct listing *l, uint32_t n)
{
	assert_true(l->eof);
	assert_int_equal(l->dots, 2);
	assert_int_equal(l->n, n + 2);
	for (uint32_t i = 0; i < n; i++)
		assert_int_equal(l->seen[i], 1);
}

static void everything_is_listed_once(void **state)
{
	static const uint32_t counts[] = { 200, 512, 1000, 4096, 65536 };

	(void)state;
	fill(0, MANY);
	for (uint32_t proc = READDIR; proc <= READDIRPLUS; proc++)
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
			struct listing l = { .cookie = 0 };
			uint32_t calls = 0;

			/* one with all its attributes takes 32 + 88 + 4 + 68 bytes */
			while (!l.eof && calls++ < MANY + 3)
				assert_int_equal(list(&l, proc, counts[i],
						      counts[i] + (proc == READDIRPLUS ? 200 : 0)),
						 NFS_OK);
			all_once(&l, MANY);
		}
}

static void an_empty_folder_has_its_dots(void **state)
{
	struct listing l = { .cookie = 0 };

	(void)state;
	assert_int_equal(list(&l, READDIR, 0, 4096), NFS_OK);
	all_once(&l, 0);
	assert_int_equal(list(&l, READDIR, 0, 4096), NFS_OK);
	assert_true(l.eof && l.n == 2);
}

/* Each count gives as many entries as fit and no more: 104 bytes around them, 28 of each dot, 32 of
 * each name. */
static void what_fits_is_told_to_the_byte(void **state)
{
	(void)state;
	fill(0, 3);
	for (uint32_t count = 0; count < 300; count++) {
		struct listing l = { .cookie = 0 };
		uint32_t status = list(&l, READDIR, 0, count);
		uint32_t room = count < 104 ? 0 : count - 104;

		if (room < 28) {
			assert_int_equal(status, NFS_TOOSMALL);
			continue;
		}
		assert_int_equal(status, NFS_OK);
		if (l.dots == 2 && l.n == 2 && !l.eof)
			assert_in_range(room, 56, 56 + 31);
		if (l.n == 5)
			assert_true(room >= 56 + 96 && l.eof);
		assert_int_equal(l.eof, room >= 56 + 96);
	}
}

/* One that does not fit is not passed over for a shorter one behind it. */
static void a_long_name_waits_and_so_do_those_behind_it(void **state)
{
	static const uint32_t rooms[] = { 104 + 400, 104 + 90, 104 + 24 + 100 };
	char name[101] = { 0 };

	(void)state;
	memset(name, 'l', 100);
	(void)talk_create(t, top, "a", 0644);
	(void)talk_create(t, top, name, 0644);
	(void)talk_create(t, top, "b", 0644);
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		uint64_t cookie = 0;
		uint32_t n = 0, status = NFS_OK;
		bool eof = false;

		while (!eof && !status && n < 10) {
			struct nfs_attr a;

			talk_call(t, READDIR);
			talk_handle(t, top);
			writer_be64(&t->w, cookie);
			writer_be64(&t->w, 0);
			writer_be32(&t->w, rooms[i]);
			status = talk_send(t);
			if (status)
				break;
			(void)talk_post_op(t, &a);
			reader_skip(&t->r, 8);
			for (; reader_be32(&t->r); n++) {
				reader_skip(&t->r, 8);
				(void)reader_xdr_opaque(&t->r, NFS_NAME_MAX);
				cookie = reader_be64(&t->r);
			}
			eof = reader_be32(&t->r);
		}
		assert_int_equal(status, rooms[i] == 104 + 90 ? NFS_TOOSMALL : NFS_OK);
		if (!status)
			assert_int_equal(n, 5);
	}
}

static void dircount_bounds_the_names(void **state)
{
	struct listing l = { .cookie = 0 };

	(void)state;
	fill(0, 20);
	assert_int_equal(list(&l, READDIRPLUS, 27, 65536), NFS_TOOSMALL);
	/* a file system may have the dots anywhere */
	for (uint32_t n = 32; n < 300; n++) {
		memset(&l, 0, sizeof(l));
		assert_int_equal(list(&l, READDIRPLUS, n, 65536), NFS_OK);
		assert_true(l.dots * 28 + (l.n - l.dots) * 32 <= n);
	}
}

static void removing_and_making_do_not_disturb(void **state)
{
	struct listing l = { .cookie = 0 };
	char name[16];

	(void)state;
	fill(0, 100);
	assert_int_equal(list(&l, READDIR, 0, 800), NFS_OK);
	/* what was told goes, as rm -r does it, and others come */
	for (uint32_t i = 0; i < 100; i++) {
		if (!l.seen[i])
			continue;
		(void)snprintf(name, sizeof(name), "n%04u", i);
		assert_int_equal(conform_named(12, top, name), NFS_OK);
	}
	fill(100, 120);
	while (!l.eof)
		assert_int_equal(list(&l, READDIR, 0, 800), NFS_OK);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(l.seen[i], 1);
	for (uint32_t i = 100; i < 120; i++)
		assert_in_range(l.seen[i], 0, 1);
}

static void what_is_listed_can_be_used(void **state)
{
	struct talk_handle f = talk_create(t, top, "n0000", 0644), h;
	struct nfs_attr a;

	(void)state;
	talk_call(t, READDIRPLUS);
	talk_handle(t, top);
	writer_zero(&t->w, 16);
	writer_be32(&t->w, 4096);
	writer_be32(&t->w, 4096);
	assert_int_equal(talk_send(t), NFS_OK);
	assert_true(talk_post_op(t, &a));
	reader_skip(&t->r, 8);
	while (reader_be32(&t->r)) {
		struct bytes name;
		bool known;

		reader_skip(&t->r, 8);
		name = reader_xdr_opaque(&t->r, NFS_NAME_MAX);
		reader_skip(&t->r, 8);
		known = talk_post_op(t, &a);
		assert_int_equal(reader_be32(&t->r), 1);
		h = talk_handle_of(t);
		if (!bytes_is(name, "n0000"))
			continue;
		assert_true(known);
		assert_int_equal(a.mode, 0644);
		assert_int_equal(h.n, f.n);
		assert_memory_equal(h.b, f.b, f.n);
	}
}

static void files_have_no_entries(void **state)
{
	struct talk_handle f = talk_create(t, top, "n0000", 0644), d;

	(void)state;
	for (uint32_t proc = READDIR; proc <= READDIRPLUS; proc++) {
		talk_call(t, proc);
		talk_handle(t, &f);
		writer_zero(&t->w, 16);
		writer_be32(&t->w, 4096);
		writer_be32(&t->w, 4096);
		assert_int_equal(talk_send(t), NFS_NOTDIR);
	}
	if (!conform.place->users)
		return;
	d = talk_mkdir(t, top, "d", 0711);
	conform_as(1000);
	talk_call(t, READDIR);
	talk_handle(t, &d);
	writer_zero(&t->w, 16);
	writer_be32(&t->w, 4096);
	assert_int_equal(talk_send(t), NFS_ACCES);
}

static void fsstat_says_how_much_there_is(void **state)
{
	uint64_t all, spare, available;
	struct nfs_attr a;

	(void)state;
	assert_int_equal(conform_on(18, top), NFS_OK);
	assert_true(talk_post_op(t, &a));
	all = reader_be64(&t->r);
	spare = reader_be64(&t->r);
	available = reader_be64(&t->r);
	assert_true(all >= spare && spare >= available && all);
}

static void fsinfo_says_what_is_best(void **state)
{
	struct nfs_attr a;

	(void)state;
	for (int tcp = 0; tcp < 2; tcp++) {
		uint32_t max = tcp ? NFS_IO_MAX : NFS_IO_UDP_MAX;

		t->peer.tcp = tcp;
		assert_int_equal(conform_on(19, top), NFS_OK);
		assert_true(talk_post_op(t, &a));
		for (int i = 0; i < 2; i++) {
			assert_int_equal(reader_be32(&t->r), max);
			assert_in_range(reader_be32(&t->r), 4096, max);
			assert_int_equal(reader_be32(&t->r), 4096);
		}
		assert_in_range(reader_be32(&t->r), 4096, max);
		assert_int_equal(reader_be64(&t->r), INT64_MAX);
		assert_int_equal(reader_be64(&t->r), 1);
		assert_int_equal(reader_be32(&t->r), 0x1b);
		talk_done(t);
	}
}

static void pathconf_says_what_names_are(void **state)
{
	struct nfs_attr a;

	(void)state;
	assert_int_equal(conform_on(20, top), NFS_OK);
	assert_true(talk_post_op(t, &a));
	assert_true(reader_be32(&t->r) >= 255);
	assert_int_equal(reader_be32(&t->r), NFS_NAME_MAX);
	assert_int_equal(reader_be64(&t->r), UINT64_C(0x100000001));
	assert_int_equal(reader_be64(&t->r), 1);
	talk_done(t);
}

uint32_t conform_list(const struct CMUnitTest **out)
{
	static const struct CMUnitTest tests[] = {
		CONFORM(everything_is_listed_once),
		CONFORM(an_empty_folder_has_its_dots),
		CONFORM(what_fits_is_told_to_the_byte),
		CONFORM(a_long_name_waits_and_so_do_those_behind_it),
		CONFORM(dircount_bounds_the_names),
		CONFORM(removing_and_making_do_not_disturb),
		CONFORM(what_is_listed_can_be_used),
		CONFORM(files_have_no_entries),
		CONFORM(fsstat_says_how_much_there_is),
		CONFORM(fsinfo_says_what_is_best),
		CONFORM(pathconf_says_what_names_are),
	};

	*out = tests;
	return sizeof(tests) / sizeof(tests[0]);
}
