/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_samples.h"

#include "unit.h"

void nfs_samples_tree(struct talk *t)
{
	const struct nfs_set s = { .what = 0 };
	struct talk_handle top, d, f;

	t->vers = 3;
	top = talk_root(t, 1);
	d = talk_mkdir(t, &top, "d", 0755);
	f = talk_create(t, &top, "f", 0644);
	(void)talk_create(t, &d, "in d", 0600);
	(void)talk_mkdir(t, &top, "empty", 0755);
	talk_write(t, &f, 0, "what stands in f");
	talk_call(t, 10);
	talk_handle(t, &top);
	talk_name(t, "l");
	talk_set(t, &s);
	talk_name(t, "d/in d");
	assert_int_equal(talk_send(t), NFS_OK);
}

/* By letters: T D F L handle of the top, of d, of f and of l, n name of f, e of d, x of nothing
 * yet, s attributes, S the same with all of them, g guard, 0 1 2 words, p a number to be patient
 * with, U hyper, o opaque of 16 bytes with its length, v verifier. */
static const struct {
	uint32_t vers, proc;
	const char *args;
} samples[] = {
	{ 3, 0, "" },        { 3, 1, "F" },      { 3, 2, "FS0" },   { 3, 2, "Fs1U" },
	{ 3, 3, "Tn" },      { 3, 4, "Fp" },     { 3, 5, "L" },     { 3, 6, "FUp" },
	{ 3, 7, "FUq2o" },   { 3, 7, "FUq0o" },  { 3, 8, "Tx0s" },  { 3, 8, "Tx1S" },
	{ 3, 8, "Tx2v" },    { 3, 8, "Tn0S" },   { 3, 9, "TxS" },   { 3, 10, "Txsn" },
	{ 3, 11, "Tx4S11" }, { 3, 11, "Tx7s" },  { 3, 11, "Tx1" },  { 3, 12, "Tn" },
	{ 3, 13, "Tk" },     { 3, 14, "TnDx" },  { 3, 14, "TeTx" }, { 3, 15, "FDx" },
	{ 3, 16, "TUUp" },   { 3, 17, "TUUpp" }, { 3, 18, "T" },    { 3, 19, "T" },
	{ 3, 20, "T" },      { 3, 21, "FUp" },   { 2, 0, "" },      { 2, 1, "F" },
	{ 2, 2, "FS" },      { 2, 3, "" },       { 2, 4, "Tn" },    { 2, 5, "L" },
	{ 2, 6, "F0p0" },    { 2, 7, "" },       { 2, 8, "F000o" }, { 2, 9, "Txs" },
	{ 2, 9, "TnS" },     { 2, 10, "Tn" },    { 2, 11, "TnDx" }, { 2, 12, "FDx" },
	{ 2, 13, "Txns" },   { 2, 14, "Txs" },   { 2, 15, "Tk" },   { 2, 16, "T0p" },
	{ 2, 17, "T" },
};

static void handle(struct talk *t, const char *name)
{
	struct talk_handle top = talk_root(t, 1), h = top;
	struct writer w = t->w;
	uint32_t proc = t->proc, head = t->head, xid = t->xid;

	/* what is being put together waits behind */
	if (name) {
		uint8_t *was = t->call;
		static uint8_t other[4096];

		t->call = other;
		h = talk_lookup(t, &top, name);
		t->call = was;
	}
	t->w = w;
	t->proc = proc;
	t->head = head;
	t->xid = xid;
	talk_handle(t, &h);
}

static void part(struct talk *t, char c)
{
	const struct nfs_set some = { .what = NFS_SET_MODE, .mode = 0640 },
			     all = { .what = 0x3f,
				     .mode = 04755,
				     .uid = 5,
				     .gid = 6,
				     .size = 7,
				     .atime = { 8, 9000 },
				     .mtime = { 10, 11000 } };
	struct writer *w = &t->w;

	switch (c) {
	case 'T':
		handle(t, NULL);
		break;
	case 'D':
		handle(t, "d");
		break;
	case 'F':
		handle(t, "f");
		break;
	case 'L':
		handle(t, "l");
		break;
	case 'n':
		talk_name(t, "f");
		break;
	case 'e':
		talk_name(t, "d");
		break;
	case 'k':
		talk_name(t, "empty");
		break;
	case 'x':
		talk_name(t, "new");
		break;
	case 's':
		talk_set(t, &some);
		break;
	case 'S':
		talk_set(t, &all);
		break;
	case 'U':
		writer_be64(w, 0);
		break;
	case 'v':
		writer_bytes(w, bytes_str("verifier"));
		break;
	case 'p':
		writer_be32(w, 1000);
		break;
	case 'q':
		writer_be32(w, 16);
		break;
	case 'o':
		talk_name(t, "sixteen bytes...");
		break;
	default:
		writer_be32(w, (uint32_t)(c - '0'));
		break;
	}
}

bool nfs_sample(struct talk *t, uint32_t i)
{
	if (i >= sizeof(samples) / sizeof(samples[0]))
		return false;
	t->vers = samples[i].vers;
	talk_call(t, samples[i].proc);
	for (const char *c = samples[i].args; *c; c++)
		part(t, *c);
	return true;
}
