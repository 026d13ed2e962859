/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc.h"

#include <stdlib.h>

#include "unit.h"

enum { PUTROOTFH = 24, SETCLIENTID_CONFIRM = 36, CB_RECALL_SLOT = 10, FIRST = 3, LAST = 75 };

/* How many words the arguments and the results of an operation take when every number in them is
 * zero, every list empty: counted by hand in RFC 7531, 5662, 7863 and 8276. */
/* clang-format off */
static const struct words {
	uint8_t args, results;
} words[] = {
	[3] = { 1, 2 },    [4] = { 5, 4 },    [5] = { 3, 2 },	 [6] = { 4, 6 },    [7] = { 2, 0 },
	[8] = { 4, 0 },    [9] = { 1, 2 },    [10] = { 0, 1 },	 [11] = { 1, 5 },   [12] = { 12, 4 },
	[13] = { 8, 0 },   [14] = { 10, 4 },  [15] = { 1, 0 },	 [16] = { 0, 0 },   [17] = { 2, 0 },
	[18] = { 9, 12 },  [19] = { 1, 0 },   [20] = { 5, 4 },	 [21] = { 7, 4 },   [22] = { 1, 0 },
	[23] = { 0, 0 },   [24] = { 0, 0 },   [25] = { 7, 2 },	 [26] = { 7, 4 },   [27] = { 0, 1 },
	[28] = { 1, 5 },   [29] = { 2, 10 },  [30] = { 2, 0 },	 [31] = { 0, 0 },   [32] = { 0, 0 },
	[33] = { 1, 1 },   [34] = { 6, 1 },   [35] = { 7, 4 },	 [36] = { 4, 0 },   [37] = { 2, 0 },
	[38] = { 8, 4 },   [39] = { 3, 0 },   [40] = { 2, 0 },	 [41] = { 6, 6 },   [42] = { 6, 10 },
	[43] = { 20, 20 }, [44] = { 4, 0 },   [45] = { 4, 0 },	 [46] = { 10, 10 }, [47] = { 7, 3 },
	[48] = { 6, 6 },   [49] = { 13, 1 },  [50] = { 14, 6 },	 [51] = { 4, 1 },   [52] = { 1, 1 },
	[53] = { 8, 9 },   [54] = { 2, 1 },   [55] = { 1, 1 },	 [56] = { 2, 1 },   [57] = { 2, 0 },
	[58] = { 1, 0 },   [59] = { 8, 0 },   [60] = { 17, 8 },	 [61] = { 6, 8 },   [62] = { 8, 0 },
	[63] = { 9, 1 },   [64] = { 9, 0 },   [65] = { 22, 0 },	 [66] = { 4, 0 },   [67] = { 4, 3 },
	[68] = { 7, 2 },   [69] = { 7, 3 },   [70] = { 17, 6 },	 [71] = { 14, 0 },  [72] = { 1, 1 },
	[73] = { 3, 5 },   [74] = { 3, 4 },   [75] = { 1, 5 },
};

static const struct words callback_words[] = {
	[3] = { 2, 2 }, [4] = { 6, 0 },	 [5] = { 4, 0 },  [6] = { 6, 0 },  [7] = { 2, 0 },
	[8] = { 2, 0 }, [9] = { 2, 0 },	 [10] = { 1, 0 }, [11] = { 9, 8 }, [12] = { 2, 0 },
	[13] = { 4, 0 }, [14] = { 1, 0 }, [15] = { 12, 0 },
};

/* Operations with what the unions and lists in them can hold, as words: an
 * opaque is its length and its bytes, padded. Zeros at the end are left out. */
static const struct sample {
	uint32_t op;
	bool reply;
	uint8_t n;
	uint32_t word[40];
} samples[] = {
	/* LAYOUTGET: two layouts, of 4 and 0 bytes */
	{ 50, true, 21, { 1, 1, 2, 3, 4, 2, 0, 0, 0, 9, 1, 1, 4, 0xffffffff, 0, 9, 0, 9, 2, 1, 0 } },
	/* GETDEVICEINFO: 8 bytes of address, one word of bitmap */
	{ 47, true, 6, { 1, 8, 0xffffffff, 0xffffffff, 1, 0xffffffff } },
	/* GETDEVICELIST: one device, end */
	{ 48, true, 10, { 0, 1, 0, 2, 1, 1, 2, 3, 4, 1 } },
	/* LAYOUTCOMMIT: new offset and time */
	{ 49, false, 18, { 0, 0, 0, 9, 0, 1, 2, 3, 4, 1, 0, 9, 1, 0, 7, 7, 1, 0 } },
	{ 49, true, 3, { 1, 0, 4096 } },
	/* LAYOUTRETURN of a file, and its stateid */
	{ 51, false, 13, { 0, 1, 2, 1, 0, 0, 0, 9, 1, 2, 3, 4, 0 } },
	{ 51, true, 5, { 1, 1, 2, 3, 4 } },
	/* COPY from a server by name, URL and address */
	{ 60, false, 26,
	  { 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 0, 2, 0, 3, 1, 1, 3, 1, 1, 'a' << 24, 2, 0, 3, 3, 0x75647000, 0 } },
	{ 60, true, 12, { 1, 9, 9, 9, 9, 0, 5, 2, 1, 1, 1, 1 } },
	/* READ_PLUS: 4 bytes of data, a hole */
	{ 68, true, 12, { 1, 2, 0, 0, 0, 4, 0xffffffff, 1, 0, 4, 0, 4092 } },
	/* LAYOUTERROR: one device */
	{ 64, false, 15, { 0, 0, 0, 9, 1, 2, 3, 4, 1, 1, 2, 3, 4, 5, 25 } },
	/* EXCHANGE_ID with SSV, asked and given */
	{ 42, false, 16, { 1, 2, 0, 3, 2, 1, 0xffff, 1, 0xffff, 1, 4, 0xffffffff, 0, 9 } },
	{ 42, true, 21, { 1, 2, 3, 4, 2, 1, 0xffff, 1, 0xffff, 1, 2, 3, 4, 1, 4, 0xffffffff, 0, 9, 0, 0 } },
	/* CREATE_SESSION with AUTH_SYS for the callbacks */
	{ 43, false, 28, { 0, 1, 2, 3, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 1, 9, 0x40000000, 2, 0,
			   1, 7, 0, 0, 0, 0 } },
	/* GET_DIR_DELEGATION: not to be had */
	{ 46, true, 2, { 1, 0 } },
	/* OPEN: a delegation with a limit in blocks */
	{ 18, true, 24, { 1, 2, 3, 4, 1, 0, 1, 0, 2, 4, 0, 2, 1, 2, 3, 4, 0, 2, 8, 4096, 0, 0, 0 } },
	/* OPEN: a delegation with attributes (RFC 9754) */
	{ 18, true, 21, { 1, 2, 3, 4, 1, 0, 1, 0, 2, 4, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0, 0 } },
	/* LISTXATTRS: one name */
	{ 74, true, 6, { 0, 9, 1, 1, 'a' << 24, 1 } },
};

/* clang-format on */

static uint8_t buf[1024];
static struct rpc got;

static enum err decode(const uint8_t *p, uint32_t n, uint32_t wire, uint32_t prog, bool reply)
{
	struct reader r = reader_init(p, n, wire);

	memset(&got, 0, sizeof(got));
	got.known = true;
	got.type = reply ? RPC_REPLY : RPC_CALL;
	got.prog = prog;
	got.vers = prog == RPC_NFS ? 4 : 1;
	got.proc = 1;
	return rpc_decode_body(&r, &got);
}

/* A COMPOUND of op with n words of arguments or results (zero when word is NULL), and one more
 * operation behind it, which is reached only when the first was walked to its end. */
static uint32_t compound(uint32_t prog, bool reply, uint32_t op, const uint32_t *word, uint32_t n)
{
	struct writer w = writer_init(buf, sizeof(buf));

	if (reply)
		writer_be32(&w, 0);
	writer_be32(&w, 0); /* tag */
	if (!reply)
		writer_be32(&w, 2);
	if (!reply && prog != RPC_NFS)
		writer_be32(&w, 1);
	writer_be32(&w, 2);
	writer_be32(&w, op);
	if (reply)
		writer_be32(&w, 0);
	for (uint32_t i = 0; i < n; i++)
		writer_be32(&w, word ? word[i] : 0);
	writer_be32(&w, prog == RPC_NFS ? SETCLIENTID_CONFIRM : CB_RECALL_SLOT);
	if (reply)
		writer_be32(&w, 0);
	else
		writer_zero(&w, prog == RPC_NFS ? 16 : 4);
	assert_int_equal(w.err, ERR_OK);
	return w.pos;
}

static void both_are_listed(uint32_t prog, bool reply, uint32_t op, uint32_t n)
{
	assert_int_equal(decode(buf, n, n, prog, reply), ERR_OK);
	assert_int_equal(got.ops_total, 2);
	assert_int_equal(got.n_ops, 2);
	assert_int_equal(got.op[0].op, op);
	assert_int_equal(got.op[1].op, prog == RPC_NFS ? SETCLIENTID_CONFIRM : CB_RECALL_SLOT);
	assert_non_null(nfs4_op_name(prog, op));
	/* and nothing was left over: one byte less would not have been enough */
	assert_int_equal(decode(buf, n - 1, n, prog, reply), ERR_CUT);
	assert_int_equal(decode(buf, n - 1, n - 1, prog, reply), ERR_SHORT);
}

static void walks_every_operation_to_its_end(void **state)
{
	(void)state;
	for (uint32_t op = FIRST; op <= LAST; op++)
		for (int reply = 0; reply < 2; reply++)
			both_are_listed(RPC_NFS, reply, op,
					compound(RPC_NFS, reply, op, NULL,
						 reply ? words[op].results : words[op].args));
}

static void walks_every_callback_to_its_end(void **state)
{
	(void)state;
	for (uint32_t op = FIRST; op < sizeof(callback_words) / sizeof(callback_words[0]); op++)
		for (int reply = 0; reply < 2; reply++)
			both_are_listed(RPC_NFS4_CALLBACK, reply, op,
					compound(RPC_NFS4_CALLBACK, reply, op, NULL,
						 reply ? callback_words[op].results
						       : callback_words[op].args));
}

static void walks_what_lists_and_unions_hold(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];

		both_are_listed(RPC_NFS, s->reply, s->op,
				compound(RPC_NFS, s->reply, s->op, s->word, s->n));
	}
}

static void tells_every_prefix_as_cut_or_short(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		uint32_t whole = compound(RPC_NFS, s->reply, s->op, s->word, s->n);

		for (uint32_t n = 0; n < whole; n++) {
			uint8_t *copy = malloc(n ? n : 1);
			enum err cut, low;

			assert_non_null(copy);
			memcpy(copy, buf, n);
			cut = decode(copy, n, whole, RPC_NFS, s->reply);
			low = decode(copy, n, n, RPC_NFS, s->reply);
			/* file data need not be held: the walk ends there */
			assert_true(cut == ERR_CUT || (s->op == 68 && cut == ERR_OK));
			assert_true(low == ERR_SHORT || (s->op == 68 && low == ERR_OK));
			free(copy);
		}
	}
}

static void survives_any_flipped_bit(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		uint32_t n = compound(RPC_NFS, s->reply, s->op, s->word, s->n);
		uint8_t *copy = malloc(n);

		assert_non_null(copy);
		memcpy(copy, buf, n);
		for (uint32_t bit = 0; bit < n * 8; bit++) {
			copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
			(void)decode(copy, n, n, RPC_NFS, s->reply);
			copy[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		free(copy);
	}
}

static void keeps_what_a_read_asks_for_and_gives(void **state)
{
	static const uint32_t asked[] = { 1, 2, 3, 4, 0, 0, 0 }, given[] = { 1, 4, 0xffffffff };
	uint32_t n;

	(void)state;
	n = compound(RPC_NFS, false, 25, asked, 7);
	assert_int_equal(decode(buf, n, n, RPC_NFS, false), ERR_OK);
	assert_int_equal(got.has, RPC_HAS_OFFSET | RPC_HAS_COUNT);
	n = compound(RPC_NFS, true, 25, given, 3);
	assert_int_equal(decode(buf, n, n, RPC_NFS, true), ERR_OK);
	assert_true(got.eof && got.count == 4 && got.has == (RPC_HAS_EOF | RPC_HAS_COUNT));
}

static void ends_at_the_operation_that_failed(void **state)
{
	uint32_t n;

	(void)state;
	n = compound(RPC_NFS, true, PUTROOTFH, NULL, 0);
	buf[3] = buf[8 + 4 + 4 + 3] = 13;
	assert_int_equal(decode(buf, n, n, RPC_NFS, true), ERR_OK);
	assert_int_equal(got.n_ops, 1);
	assert_int_equal(got.op[0].status, 13);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_every_operation_to_its_end),
		cmocka_unit_test(walks_every_callback_to_its_end),
		cmocka_unit_test(walks_what_lists_and_unions_hold),
		cmocka_unit_test(tells_every_prefix_as_cut_or_short),
		cmocka_unit_test(survives_any_flipped_bit),
		cmocka_unit_test(keeps_what_a_read_asks_for_and_gives),
		cmocka_unit_test(ends_at_the_operation_that_failed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
