/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS: what did not exist before. */
#include "nfs_request.h"

#include <string.h>

/* wrong: what is wrong with the request; of that whoever may change nothing hears last. */
static int make(struct nfs_request *q, int wrong)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter_change(q);

	if (!status)
		status = wrong;
	if (!status)
		status = nfs_name(q->name);
	if (!status && nfs_name_dots(q->name))
		status = NFS_EXIST;
	if (!status)
		status = nfs_set_check(&q->make.set);
	if (status)
		return status;
	return fs->make(fs->ctx, &q->who, &q->file, q->name, &q->make, &q->found, &q->found_attr,
			&q->wcc);
}

int nfs_create(struct nfs_request *q)
{
	/* version 2 says it in the mode, as old clients make device nodes */
	if (q->vers == 3)
		q->make.type = NFS_REG;
	return make(q,
		    q->make.type == NFS_NONE || q->make.type == NFS_DIR || q->make.type == NFS_LNK
			    ? NFS_INVAL
			    : NFS_OK);
}

int nfs_mkdir(struct nfs_request *q)
{
	q->make.type = NFS_DIR;
	q->make.set.what &= ~(uint32_t)NFS_SET_SIZE;
	return make(q, NFS_OK);
}

static int text_check(struct bytes text, uint32_t most)
{
	if (text.n > most)
		return NFS_NAMETOOLONG;
	return !text.n || memchr(text.p, 0, text.n) ? NFS_INVAL : NFS_OK;
}

int nfs_symlink(struct nfs_request *q)
{
	q->make.type = NFS_LNK;
	q->make.set.what &= ~(uint32_t)NFS_SET_SIZE;
	return make(q, text_check(q->make.text, nfs_path_max(q)));
}

int nfs_mknod(struct nfs_request *q)
{
	uint32_t type = q->make.type;

	q->make.set.what &= ~(uint32_t)NFS_SET_SIZE;
	return make(q, type < NFS_BLK || type == NFS_LNK ? NFS_BADTYPE : NFS_OK);
}
