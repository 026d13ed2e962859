/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS version 3 as written (RFC 1813 3.3): each procedure as a shape, so that there is one table
 * and no switch. */
#include "rpc_write.h"

/*
 * A letter a part. h handle, H handle2, n name, N name2, o offset, c count, u a zero word, U a zero
 * hyper, s no attributes to set (sattr3 of six words), p post-operation attributes, w weak cache
 * consistency data, O optional handle2, d data of count bytes from body, e eof, t path, a
 * attributes that must be there, A all access asked for, z entries, Z those of READDIRPLUS, then
 * eof.
 */
/* clang-format off */
static const struct {
	const char *call, *reply, *failed;
} shapes[] = {
	[0] = { "", "", "" },		 /* NULL        */
	[1] = { "h", "a", "" },		 /* GETATTR     */
	[2] = { "hsu", "w", "w" },	 /* SETATTR     */
	[3] = { "hn", "Hpp", "p" },	 /* LOOKUP      */
	[4] = { "hA", "pA", "p" },	 /* ACCESS      */
	[5] = { "h", "pt", "p" },	 /* READLINK    */
	[6] = { "hoc", "pced", "p" },	 /* READ        */
	[7] = { "hocud", "wcuU", "w" },	 /* WRITE       */
	[8] = { "hnus", "Opw", "w" },	 /* CREATE      */
	[9] = { "hns", "Opw", "w" },	 /* MKDIR       */
	[10] = { "hnst", "Opw", "w" },	 /* SYMLINK     */
	[11] = { "hnu", "Opw", "w" },	 /* MKNOD       */
	[12] = { "hn", "w", "w" },	 /* REMOVE      */
	[13] = { "hn", "w", "w" },	 /* RMDIR       */
	[14] = { "hnHN", "ww", "ww" },	 /* RENAME      */
	[15] = { "hHN", "pw", "pw" },	 /* LINK        */
	[16] = { "hUUc", "pUz", "p" },	 /* READDIR     */
	[17] = { "hUUuc", "pUZ", "p" },	 /* READDIRPLUS */
	[18] = { "h", "pUUUUUUu", "p" }, /* FSSTAT      */
	[19] = { "h", "puuuuuuuUUu", "p" }, /* FSINFO   */
	[20] = { "h", "puuuuuu", "p" },	 /* PATHCONF    */
	[21] = { "hoc", "wU", "w" },	 /* COMMIT      */
};
/* clang-format on */

enum { PROCS = sizeof(shapes) / sizeof(shapes[0]), ACCESS_ALL = 0x3f, ATTRIBUTES = 84 };

static void attributes(const struct rpc *m, struct writer *w)
{
	writer_be32(w, m->file_type);
	writer_zero(w, 16);
	writer_be64(w, m->size == UINT64_MAX ? 0 : m->size);
	writer_zero(w, ATTRIBUTES - 28);
}

static void post_attributes(const struct rpc *m, struct writer *w)
{
	writer_be32(w, m->file_type != 0);
	if (m->file_type)
		attributes(m, w);
}

/* File ids and cookies count from one; attributes are not said. */
static void entries(const struct rpc *m, struct writer *w, bool plus)
{
	for (uint32_t i = 0; i < m->n_entries; i++) {
		writer_be32(w, 1);
		writer_be64(w, i + 1);
		writer_xdr_opaque(w, m->entry[i]);
		writer_be64(w, i + 1);
		if (plus) {
			writer_be32(w, 0);
			writer_be32(w, m->entry_handle[i].n != 0);
			if (m->entry_handle[i].n)
				writer_xdr_opaque(w, m->entry_handle[i]);
		}
	}
	writer_be32(w, 0);
	writer_be32(w, m->eof);
}

static void part(char c, const struct rpc *m, struct writer *w)
{
	switch (c) {
	case 'h':
		writer_xdr_opaque(w, m->handle);
		break;
	case 'O':
		writer_be32(w, m->handle2.n != 0);
		if (m->handle2.n)
			writer_xdr_opaque(w, m->handle2);
		break;
	case 'H':
		writer_xdr_opaque(w, m->handle2);
		break;
	case 'n':
		writer_xdr_opaque(w, m->name);
		break;
	case 'N':
		writer_xdr_opaque(w, m->name2);
		break;
	case 't':
		writer_xdr_opaque(w, m->path);
		break;
	case 'o':
		writer_be64(w, m->offset);
		break;
	case 'c':
		writer_be32(w, m->count);
		break;
	case 'e':
		writer_be32(w, m->eof);
		break;
	case 'd':
		writer_xdr_opaque(w, m->body);
		break;
	case 'a':
		attributes(m, w);
		break;
	case 'p':
		post_attributes(m, w);
		break;
	case 'w':
		writer_be32(w, 0); /* attributes before: not said */
		post_attributes(m, w);
		break;
	case 'A':
		writer_be32(w, ACCESS_ALL);
		break;
	case 's':
		writer_zero(w, 24);
		break;
	case 'z':
	case 'Z':
		entries(m, w, c == 'Z');
		break;
	case 'U':
		writer_be64(w, 0);
		break;
	default:
		writer_be32(w, 0);
		break;
	}
}

static void walk(const char *shape, const struct rpc *m, struct writer *w)
{
	for (; *shape; shape++)
		part(*shape, m, w);
}

void nfs3_encode_call(const struct rpc *m, struct writer *w)
{
	if (m->proc < PROCS)
		walk(shapes[m->proc].call, m, w);
}

void nfs3_encode_reply(const struct rpc *m, struct writer *w)
{
	if (m->proc == 0 || m->proc >= PROCS)
		return;
	writer_be32(w, m->status);
	walk(m->status ? shapes[m->proc].failed : shapes[m->proc].reply, m, w);
}
