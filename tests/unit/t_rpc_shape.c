/* SPDX-License-Identifier: BSD-2-Clause */
/* The bodies that are rows of letters: written and read back, cut anywhere, any bit turned; and
 * messages put together by hand from the RFCs, so that reader and writer do not only agree with
 * each other. */
#include "rpc_shape.h"

#include <stdlib.h>

#include "flat_sink.h"
#include "packet.h"
#include "rpc_write.h"
#include "unit.h"

static uint8_t buf[8192];
static struct rpc wrote, got;

static const struct program {
	uint32_t prog, vers, procs;
} programs[] = {
	{ RPC_PORTMAP, 2, 6 }, { RPC_PORTMAP, 3, 9 }, { RPC_PORTMAP, 4, 13 }, { RPC_MOUNT, 1, 7 },
	{ RPC_MOUNT, 2, 8 },   { RPC_MOUNT, 3, 6 },   { RPC_NFS, 2, 18 },     { RPC_NLM, 1, 16 },
	{ RPC_NLM, 3, 24 },    { RPC_NLM, 4, 24 },    { RPC_NSM, 1, 7 },      { RPC_NFS_ACL, 2, 5 },
};

static void fill(uint32_t prog, uint32_t vers, uint32_t proc)
{
	memset(&wrote, 0, sizeof(wrote));
	wrote.prog = prog;
	wrote.vers = vers;
	wrote.proc = proc;
	wrote.handle = bytes_str("a file handle of thirty-two byte");
	wrote.handle2 = bytes_str("another handle of thirty-two by.");
	wrote.name = bytes_str("kernel8.img");
	wrote.name2 = bytes_str("kernel8.old");
	wrote.path = bytes_str("/srv/nfs/pi4");
	wrote.host = bytes_str("pi4");
	wrote.offset = 70000;
	wrote.count = 5;
	wrote.body = bytes_str("hello");
	wrote.eof = wrote.result = true;
	wrote.file_type = 2;
	wrote.size = 4096;
	wrote.map_prog = RPC_MOUNT;
	wrote.map_vers = 3;
	wrote.map_proto = 6;
	wrote.map_port = 20048;
	wrote.map_proc = 1;
	wrote.state = 7;
	wrote.lock = (struct rpc_lock) { 10, 20, 4711, true, true, true };
	wrote.n_maps = 2;
	wrote.maps[0] = (struct rpc_map) { RPC_MOUNT, 3, 17, 20048 };
	wrote.maps[1] = (struct rpc_map) { RPC_NFS, 3, 6, 2049 };
	wrote.n_exports = 2;
	wrote.exports[0] =
		(struct rpc_export) { bytes_str("/srv/nfs"), bytes_str("10.0.0.0/8"), 1 };
	wrote.exports[1] = (struct rpc_export) { bytes_str("/srv/open"), bytes_of(NULL, 0), 0 };
	wrote.n_entries = 2;
	wrote.entry[0] = bytes_str(".");
	wrote.entry[1] = bytes_str("start4.elf");
}

static enum err decode(const uint8_t *p, uint32_t n, uint32_t wire, bool reply)
{
	struct reader r = reader_init(p, n, wire);

	memset(&got, 0, sizeof(got));
	got.known = true;
	got.type = reply ? RPC_REPLY : RPC_CALL;
	got.prog = wrote.prog;
	got.vers = wrote.vers;
	got.proc = wrote.proc;
	got.size = UINT64_MAX;
	return rpc_decode_body(&r, &got);
}

static uint32_t encode(const char *shape)
{
	struct writer w = writer_init(buf, sizeof(buf));

	rpc_shape_write(shape, &wrote, &w);
	assert_int_equal(w.err, ERR_OK);
	return w.pos;
}

static bool in(const char *shape, const char *letters)
{
	return shape[strcspn(shape, letters)] != 0;
}

static void same_lists(const char *shape)
{
	if (in(shape, "LKY")) {
		assert_int_equal(got.maps_total, 2);
		assert_int_equal(got.n_maps, 2);
		assert_int_equal(got.maps[1].port, 2049);
		assert_int_equal(got.maps[1].proto, 6);
		/* GETADDRLIST speaks of the program asked for */
		assert_int_equal(got.maps[0].prog, in(shape, "Y") ? 0 : RPC_MOUNT);
	}
	if (in(shape, "ED")) {
		assert_int_equal(got.exports_total, 2);
		assert_true(bytes_is(got.exports[0].path, "/srv/nfs"));
		assert_true(bytes_is(got.exports[0].group, "10.0.0.0/8"));
		assert_true(bytes_is(got.exports[1].path, "/srv/open"));
		assert_int_equal(got.exports[1].groups, in(shape, "D"));
	}
	if (in(shape, "e")) {
		assert_int_equal(got.entries_total, 2);
		assert_true(bytes_is(got.entry[1], "start4.elf"));
		assert_true(got.eof && (got.has & RPC_HAS_EOF));
	}
}

static void same_lock(const char *shape)
{
	if (in(shape, "lq") || (in(shape, "vV") && wrote.status == 1)) {
		assert_true(got.has & RPC_HAS_LOCK);
		assert_true(got.lock.offset == 10 && got.lock.length == 20);
		assert_int_equal(got.lock.owner, 4711);
	}
	if (in(shape, "x"))
		assert_true(got.lock.exclusive);
	if (in(shape, "B"))
		assert_true(got.lock.block);
	if (in(shape, "R"))
		assert_true(got.lock.reclaim);
	if (in(shape, "alq"))
		assert_true(bytes_is(got.host, "pi4"));
	if (in(shape, "j"))
		assert_int_equal(got.state, 7);
}

/* What stands in the shape was read as it was written. */
static void same(const char *shape)
{
	if (in(shape, "Syv"))
		assert_int_equal(got.status, wrote.status);
	same_lock(shape);
	if (in(shape, "S") && wrote.status)
		return;
	same_lists(shape);
	if (in(shape, "folq"))
		assert_true(bytes_equal(got.handle, wrote.handle));
	if (in(shape, "Fh"))
		assert_true(bytes_equal(got.handle2, wrote.handle2));
	if (in(shape, "p"))
		assert_true(bytes_equal(got.path, wrote.path));
	if (in(shape, "n"))
		assert_true(bytes_equal(got.name, wrote.name));
	if (in(shape, "N"))
		assert_true(bytes_equal(got.name2, wrote.name2));
	if (in(shape, "O"))
		assert_true(got.offset == wrote.offset && (got.has & RPC_HAS_OFFSET));
	if (in(shape, "cd"))
		assert_true(got.count == wrote.count && (got.has & RPC_HAS_COUNT));
	if (in(shape, "b"))
		assert_true(got.size == 4096 && got.file_type == 2);
	if (in(shape, "gGm"))
		assert_true(got.map_prog == RPC_MOUNT && got.map_vers == 3);
	if (in(shape, "gG"))
		assert_int_equal(got.map_proto, 6);
	if (in(shape, "gGPA"))
		assert_int_equal(got.map_port, 20048);
	if (in(shape, "m"))
		assert_int_equal(got.map_proc, 1);
	if (in(shape, "r"))
		assert_true(got.result && (got.has & RPC_HAS_RESULT));
}

typedef void each_fn(const char *shape, bool reply);

/* Arguments and results of every row that has letters; NFS 3 and 4 have none. */
static void each(each_fn *fn, uint32_t status)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		for (uint32_t proc = 0; proc < programs[i].procs; proc++) {
			const struct rpc_proc *row =
				rpc_proc_find(programs[i].prog, programs[i].vers, proc);

			if (!row)
				continue; /* NLM 16 to 19 */
			for (int reply = 0; reply < 2; reply++) {
				const char *shape = reply ? row->results : row->args;

				fill(row->prog, row->vers, row->proc);
				wrote.status = status;
				if (shape)
					fn(shape, reply);
				seen++;
			}
		}
	assert_true(seen > 250);
}

static void comes_back(const char *shape, bool reply)
{
	uint32_t n = encode(shape);

	assert_int_equal(decode(buf, n, n, reply), ERR_OK);
	same(shape);
}

static void is_cut_or_short_at_every_prefix(const char *shape, bool reply)
{
	uint32_t whole = encode(shape);

	for (uint32_t n = 0; n < whole; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		enum err cut, low;

		assert_non_null(copy);
		memcpy(copy, buf, n);
		cut = decode(copy, n, whole, reply);
		low = decode(copy, n, n, reply);
		/* file data need not be held */
		assert_true(cut == ERR_CUT || (cut == ERR_OK && in(shape, "dI")));
		assert_true(low == ERR_SHORT || (low == ERR_OK && in(shape, "dI")));
		free(copy);
	}
}

static void takes_any_flip(const char *shape, bool reply)
{
	uint32_t n = encode(shape);
	uint8_t *copy = malloc(n ? n : 1);

	assert_non_null(copy);
	memcpy(copy, buf, n);
	for (uint32_t bit = 0; bit < n * 8; bit++) {
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		(void)decode(copy, n, n, reply);
		copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	free(copy);
}

static void every_body_comes_back(void **state)
{
	(void)state;
	each(comes_back, 0);
	each(comes_back, 1);
	each(comes_back, 13);
}

static void every_prefix_is_cut_or_short(void **state)
{
	(void)state;
	each(is_cut_or_short_at_every_prefix, 0);
	each(is_cut_or_short_at_every_prefix, 1);
}

static void survives_any_flipped_bit(void **state)
{
	(void)state;
	each(takes_any_flip, 0);
	each(takes_any_flip, 1);
}

/* Words put together by hand. */
static enum err words(uint32_t prog, uint32_t vers, uint32_t proc, bool reply, const uint32_t *word,
		      uint32_t n)
{
	struct writer w = writer_init(buf, sizeof(buf));

	fill(prog, vers, proc);
	for (uint32_t i = 0; i < n; i++)
		writer_be32(&w, word[i]);
	return decode(buf, w.pos, w.pos, reply);
}

#define WORDS(prog, vers, proc, reply, ...)                                \
	words(prog, vers, proc, reply, (const uint32_t[]) { __VA_ARGS__ }, \
	      sizeof((const uint32_t[]) { __VA_ARGS__ }) / 4)

static uint32_t four(const char *s)
{
	return (uint32_t)s[0] << 24 | (uint32_t)s[1] << 16 | (uint32_t)s[2] << 8 | (uint8_t)s[3];
}

static void reads_exports_with_their_groups(void **state)
{
	(void)state;
	assert_int_equal(WORDS(RPC_MOUNT, 3, 5, true, 1, 4, four("/pi4"), 1, 4, four("pi-1"), 1, 4,
			       four("pi-2"), 0, 1, 4, four("/pub"), 0, 0),
			 ERR_OK);
	assert_int_equal(got.exports_total, 2);
	assert_int_equal(got.exports[0].groups, 2);
	assert_true(bytes_is(got.exports[0].group, "pi-1"));
	assert_true(bytes_is(got.exports[1].path, "/pub") && got.exports[1].groups == 0);
}

static void reads_all_rows_of_a_portmap_dump(void **state)
{
	(void)state;
	assert_int_equal(WORDS(RPC_PORTMAP, 2, 4, true, 1, 100000, 2, 17, 111, 1, 100005, 3, 6,
			       20048, 1, 100003, 3, 6, 2049, 1, 100003, 4, 6, 2050, 0),
			 ERR_OK);
	assert_int_equal(got.maps_total, 4);
	assert_int_equal(got.maps[1].port, 20048);
	assert_int_equal(got.maps[3].port, 2050);
	assert_true(got.map_prog == RPC_NFS && got.map_vers == 3 && got.map_port == 2049);
}

static void a_long_dump_keeps_room_for_nfs(void **state)
{
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	fill(RPC_PORTMAP, 2, 4);
	for (uint32_t i = 0; i < 200; i++) {
		writer_be32(&w, 1);
		writer_be32(&w, i == 180 ? RPC_NFS : 200000 + i);
		writer_be32(&w, 3);
		writer_be32(&w, 6);
		writer_be32(&w, 1000 + i);
	}
	writer_be32(&w, 0);
	assert_int_equal(decode(buf, w.pos, w.pos, true), ERR_OK);
	assert_int_equal(got.maps_total, 200);
	assert_int_equal(got.n_maps, RPC_MAPS_MAX / 2 + 1);
	assert_int_equal(got.maps[got.n_maps - 1].port, 1180);
}

static void reads_an_rpcbind_address(void **state)
{
	(void)state;
	/* "10.0.0.2.8.1": port 2049 */
	assert_int_equal(
		WORDS(RPC_PORTMAP, 4, 3, true, 12, four("10.0"), four(".0.2"), four(".8.1")),
		ERR_OK);
	assert_int_equal(got.map_port, 2049);
	assert_int_equal(WORDS(RPC_PORTMAP, 3, 3, true, 0), ERR_OK);
	assert_int_equal(got.map_port, 0);
}

static void reads_a_lock_and_who_holds_it(void **state)
{
	(void)state;
	/* cookie, block, exclusive; caller, file handle, owner, svid, offset, length; reclaim,
	 * state */
	assert_int_equal(WORDS(RPC_NLM, 4, 2, false, 4, 1, 0, 1, 4, four("pi-4"), 4, 9, 4, 8, 321,
			       0, 5, 1, 0, 0, 3),
			 ERR_OK);
	assert_true(bytes_is(got.host, "pi-4") && got.lock.exclusive && !got.lock.block);
	assert_true(got.lock.offset == 5 && got.lock.length == UINT64_C(1) << 32);
	assert_int_equal(got.state, 3);
	/* cookie, DENIED; exclusive, svid, owner, offset, length */
	assert_int_equal(WORDS(RPC_NLM, 4, 1, true, 0, 1, 1, 77, 0, 0, 1, 0, 2), ERR_OK);
	assert_true(got.status_kind == RPC_STATUS_NLM && got.lock.owner == 77);
	assert_string_equal(rpc_status_name(RPC_STATUS_NLM, got.status), "NLM4_DENIED");
	assert_int_equal(WORDS(RPC_NSM, 1, 1, true, 1, 9), ERR_OK);
	assert_string_equal(rpc_status_name(got.status_kind, got.status), "STAT_FAIL");
}

static void reads_directories_of_every_version(void **state)
{
	(void)state;
	assert_int_equal(WORDS(RPC_NFS, 2, 16, true, 0, 1, 5, 1, four(".\0\0"), 1, 1, 6, 4,
			       four("boot"), 2, 0, 1),
			 ERR_OK);
	assert_true(got.entries_total == 2 && bytes_is(got.entry[1], "boot") && got.eof);
	/* RFC 1813 3.3.16: no attributes, verifier; file id, name, cookie */
	assert_int_equal(
		WORDS(RPC_NFS, 3, 16, true, 0, 0, 0, 0, 1, 0, 6, 4, four("boot"), 0, 2, 0, 0),
		ERR_OK);
	assert_true(got.entries_total == 1 && !got.eof && (got.has & RPC_HAS_EOF));
	/* 3.3.17: and a handle */
	assert_int_equal(WORDS(RPC_NFS, 3, 17, true, 0, 0, 0, 0, 1, 0, 6, 4, four("boot"), 0, 2, 0,
			       1, 4, 99, 1, 0, 7, 4, four("etc2"), 0, 3, 0, 0, 0, 1),
			 ERR_OK);
	assert_true(got.entries_total == 2 && bytes_is(got.entry[1], "etc2") && got.eof);
}

static void nfs3_directories_come_back(void **state)
{
	(void)state;
	for (uint32_t proc = 16; proc <= 17; proc++) {
		struct writer w = writer_init(buf, sizeof(buf));
		uint32_t whole;

		fill(RPC_NFS, 3, proc);
		nfs3_encode_call(&wrote, &w);
		assert_int_equal(decode(buf, w.pos, w.pos, false), ERR_OK);
		assert_int_equal(got.count, wrote.count);
		w = writer_init(buf, sizeof(buf));
		nfs3_encode_reply(&wrote, &w);
		whole = w.pos;
		assert_int_equal(decode(buf, whole, whole, true), ERR_OK);
		same_lists("e");
		for (uint32_t n = 0; n < whole; n++) {
			uint8_t *copy = malloc(n ? n : 1);

			assert_non_null(copy);
			memcpy(copy, buf, n);
			assert_int_equal(decode(copy, n, whole, true), ERR_CUT);
			assert_int_equal(decode(copy, n, n, true), ERR_SHORT);
			free(copy);
		}
	}
}

/* What nobody could hold is no fault of the capture. */
static void a_list_beyond_what_is_held_ends_without_fault(void **state)
{
	uint8_t *big = calloc(1, RPC_HELD_MAX);
	struct writer w;

	(void)state;
	assert_non_null(big);
	w = writer_init(big, RPC_HELD_MAX);
	fill(RPC_NFS, 3, 16);
	writer_zero(&w, 16);
	while (!w.err) {
		writer_be32(&w, 1);
		writer_be64(&w, 1);
		writer_xdr_opaque(&w, bytes_str("file"));
		writer_be64(&w, 1);
	}
	assert_int_equal(decode(big, RPC_HELD_MAX, RPC_HELD_MAX + 1000, true), ERR_OK);
	assert_true(got.entries_total > 2000 && got.n_entries == RPC_ENTRIES_MAX);
	assert_int_equal(got.has & RPC_HAS_EOF, 0);
	assert_int_equal(decode(big, RPC_HELD_MAX - 4, RPC_HELD_MAX + 1000, true), ERR_CUT);
	free(big);
}

static void tells_lists_in_fields_of_their_own(void **state)
{
	static struct packet p;
	static struct flat f;
	struct sink s = flat_sink(&f);

	(void)state;
	WORDS(RPC_NFS, 2, 6, false, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0);
	p.u.rpc = got;
	rpc_fields(&p, &s);
	assert_non_null(strstr(f.buf, "offset=0"));
	assert_non_null(strstr(f.buf, "count=0"));
	WORDS(RPC_MOUNT, 3, 5, true, 1, 4, four("/pi4"), 0, 0);
	p.u.rpc = got;
	s = flat_sink(&f);
	rpc_fields(&p, &s);
	assert_non_null(strstr(f.buf, "exports[{path=/pi4 groups=0}]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_body_comes_back),
		cmocka_unit_test(every_prefix_is_cut_or_short),
		cmocka_unit_test(survives_any_flipped_bit),
		cmocka_unit_test(reads_exports_with_their_groups),
		cmocka_unit_test(reads_all_rows_of_a_portmap_dump),
		cmocka_unit_test(a_long_dump_keeps_room_for_nfs),
		cmocka_unit_test(reads_an_rpcbind_address),
		cmocka_unit_test(reads_a_lock_and_who_holds_it),
		cmocka_unit_test(reads_directories_of_every_version),
		cmocka_unit_test(nfs3_directories_come_back),
		cmocka_unit_test(a_list_beyond_what_is_held_ends_without_fault),
		cmocka_unit_test(tells_lists_in_fields_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
