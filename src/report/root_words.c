/* SPDX-License-Identifier: BSD-2-Clause */
#include "root_words.h"

enum { OPS = 4, FILES = 3 };

void root_ops(const struct nfs_use *n, struct text *out)
{
	const struct work_op *o;

	for (uint32_t i = 0; n->work && i < OPS && (o = nfs_work_op(n->work, i)) != NULL; i++) {
		text_fmt(out, "%s%llu %s", i ? ", " : "", (unsigned long long)o->count,
			 nfs_use_op_name(n, o->op));
		if (o->timed) {
			text_str(out, " (");
			text_decimal(out, o->sum_ns / o->timed / 1000, 3);
			text_str(out, " ms)");
		}
	}
}

void root_files(const struct nfs_use *n, struct text *out)
{
	const struct work_file *f;

	for (uint32_t i = 0; n->work && i < FILES && (f = nfs_work_file(n->work, i)) != NULL; i++) {
		text_str(out, i ? ", " : "");
		text_safe(out, bytes_str(f->path));
		if (f->status)
			text_fmt(out, " (%s)", nfs_use_status(n, f->status));
	}
}
