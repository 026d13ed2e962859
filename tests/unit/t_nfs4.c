/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "rpc_bodies.h"
#include "unit.h"
#include "writer.h"

enum { GETFH = 10, READ_PLUS = 68 };

static uint8_t buf[1024];

static void words(struct writer *w, const char *shape, const uint32_t *v)
{
	for (; *shape; shape++) {
		switch (*shape) {
		case 'u':
			writer_be32(w, *v++);
			break;
		case 'h':
			writer_be32(w, 0);
			writer_be32(w, *v++);
			break;
		case 's':
			for (int i = 0; i < 4; i++)
				writer_be32(w, 7);
			break;
		default: /* o: eight bytes */
			writer_be32(w, 8);
			writer_be32(w, 1);
			writer_be32(w, 2);
			break;
		}
	}
}

/* One operation's results, and GETFH behind it, which is found only when the first was walked to
 * its end. */
static const struct {
	uint32_t op;
	const char *shape;
	uint32_t v[16];
} results[] = {
	{ 50, "usuhhuuo", { 1, 1, 0, 4096, 1, 1 } },    /* LAYOUTGET: one layout */
	{ 51, "us", { 1 } },                            /* LAYOUTRETURN: a stateid */
	{ 51, "u", { 0 } },                             /* ... and none */
	{ 47, "uouuu", { 1, 2, 3, 4 } },                /* GETDEVICEINFO */
	{ 48, "hhuuuuuu", { 1, 2, 1, 7, 7, 7, 7, 1 } }, /* GETDEVICELIST: one device */
	{ 60, "uhuhuu", { 0, 4096, 2, 9, 1, 1 } },      /* COPY done at once */
	{ 60, "ushuhuu", { 1, 4096, 2, 9, 1, 1 } },     /* COPY that goes on */
	{ 68, "uuuhouhh", { 1, 2, 0, 0, 1, 8, 100 } },  /* READ_PLUS: data and a hole */
	{ 69, "uh", { 1, 4096 } },                      /* SEEK */
	{ 74, "huou", { 3, 1, 1 } },                    /* LISTXATTRS */
	{ 67, "huu", { 4096, 1, 0 } },                  /* OFFLOAD_STATUS */
	{ 33, "uuu", { 2, 1, 390003 } },                /* SECINFO */
};

static struct bytes reply(size_t i)
{
	struct writer w = writer_init(buf, sizeof(buf));

	writer_be32(&w, 0); /* status */
	writer_be32(&w, 0); /* tag */
	writer_be32(&w, 2);
	writer_be32(&w, results[i].op);
	writer_be32(&w, 0);
	words(&w, results[i].shape, results[i].v);
	writer_be32(&w, GETFH);
	writer_be32(&w, 0);
	writer_be32(&w, 4);
	writer_be32(&w, 0x61626364);
	return bytes_of(buf, w.pos);
}

static enum err decode(struct bytes b, uint32_t wire, struct rpc *m)
{
	struct reader r = reader_init(b.p, b.n, wire);

	memset(m, 0, sizeof(*m));
	m->type = RPC_REPLY;
	m->prog = RPC_NFS;
	m->vers = 4;
	return nfs4_compound_reply(&r, m);
}

static void every_operation_is_walked_to_its_end(void **state)
{
	static struct rpc m;

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		struct bytes b = reply(i);

		if (decode(b, b.n, &m) != ERR_OK || m.n_ops != 2 || m.op[1].op != GETFH ||
		    m.handle2.n != 4)
			fail_msg("results %zu, operation %u: %u operations found", i, results[i].op,
				 m.n_ops);
	}
}

static void each_prefix_is_cut_or_short(void **state)
{
	static struct rpc m;

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		struct bytes b = reply(i);

		for (uint32_t n = 0; n < b.n; n++) {
			uint8_t *copy = malloc(n ? n : 1);

			memcpy(copy, b.p, n);
			/* where file data is not held the walk ends without fault */
			if (results[i].op != READ_PLUS || n < 40) {
				assert_int_equal(decode(bytes_of(copy, n), b.n, &m), ERR_CUT);
				assert_int_equal(decode(bytes_of(copy, n), n, &m), ERR_SHORT);
			}
			free(copy);
		}
	}
}

/* A flip may make another message of it, never a read outside of it (for the sanitizer). */
static void flips_stay_inside(void **state)
{
	static struct rpc m;

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		struct bytes b = reply(i);
		uint8_t *copy = malloc(b.n);

		for (uint32_t bit = 0; bit < b.n * 8; bit++) {
			memcpy(copy, b.p, b.n);
			copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
			(void)decode(bytes_of(copy, b.n), b.n, &m);
			assert_true(m.n_ops <= RPC_OPS_MAX);
		}
		free(copy);
	}
}

static void every_operation_has_its_name(void **state)
{
	(void)state;
	for (uint32_t op = 3; op <= 75; op++)
		assert_non_null(nfs4_op_name(RPC_NFS, op));
	assert_null(nfs4_op_name(RPC_NFS, 76));
	assert_string_equal(nfs4_op_name(RPC_NFS, 10044), "ILLEGAL");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_is_walked_to_its_end),
		cmocka_unit_test(each_prefix_is_cut_or_short),
		cmocka_unit_test(flips_stay_inside),
		cmocka_unit_test(every_operation_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
