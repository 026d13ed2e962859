/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS: names that go away, and others for what is there. */
#include "nfs_request.h"

static int take_away(struct nfs_request *q, bool directory)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter_change(q);

	if (!status)
		status = nfs_name(q->name);
	/* RFC 1813 3.3.12 knows no INVAL and no EXIST, 3.3.13 both */
	if (!status && nfs_name_dots(q->name))
		status = !directory ? NFS_ACCES : q->name.n == 1 ? NFS_INVAL : NFS_EXIST;
	if (status)
		return status;
	return fs->remove(fs->ctx, &q->who, &q->file, q->name, directory, &q->wcc);
}

int nfs_remove(struct nfs_request *q)
{
	return take_away(q, false);
}

int nfs_rmdir(struct nfs_request *q)
{
	return take_away(q, true);
}

/* Both handles: to_handle first, since who and client are to be those of the first. */
static int enter_both(struct nfs_request *q)
{
	int to_status = nfs_enter(q, q->to_handle, &q->to), status = nfs_enter_change(q);

	if (!status)
		status = to_status;
	if (!status && q->file.export != q->to.export)
		status = NFS_XDEV;
	return status;
}

int nfs_rename(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = enter_both(q);

	if (!status)
		status = nfs_name(q->name);
	if (!status)
		status = nfs_name(q->to_name);
	if (!status && (nfs_name_dots(q->name) || nfs_name_dots(q->to_name)))
		status = NFS_INVAL;
	if (status)
		return status;
	return fs->rename(fs->ctx, &q->who, &q->file, q->name, &q->to, q->to_name, &q->wcc,
			  &q->to_wcc);
}

int nfs_link(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = enter_both(q);

	if (!status)
		status = nfs_name(q->to_name);
	if (!status && nfs_name_dots(q->to_name))
		status = NFS_EXIST;
	if (status)
		return status;
	return fs->link(fs->ctx, &q->who, &q->file, &q->to, q->to_name, &q->attr, &q->to_wcc);
}
