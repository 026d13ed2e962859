/* SPDX-License-Identifier: BSD-2-Clause */
/* NFS: what a file is, what may be done with it, where a name and a link lead. */
#include "nfs_request.h"

/* RFC 1813 3.3.4 */
enum {
	ACCESS_READ = 1 << 0,
	ACCESS_LOOKUP = 1 << 1,
	ACCESS_MODIFY = 1 << 2,
	ACCESS_EXTEND = 1 << 3,
	ACCESS_DELETE = 1 << 4,
	ACCESS_EXECUTE = 1 << 5,
	ACCESS_CHANGE = ACCESS_MODIFY | ACCESS_EXTEND | ACCESS_DELETE,
};

int nfs_getattr(struct nfs_request *q)
{
	int status = nfs_enter(q, q->handle, &q->file);

	return status ? status : nfs_fs_of(q)->getattr(nfs_fs_of(q)->ctx, &q->file, &q->attr);
}

int nfs_setattr(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter_change(q);

	if (!status)
		status = nfs_set_check(&q->make.set);
	if (status)
		return status;
	return fs->setattr(fs->ctx, &q->who, &q->file, &q->make.set, q->guard, &q->wcc);
}

int nfs_lookup(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter(q, q->handle, &q->file);

	if (!status)
		status = nfs_name(q->name);
	if (status)
		return status;
	return fs->lookup(fs->ctx, &q->who, &q->file, q->name, &q->found, &q->found_attr, &q->attr);
}

/* What has a meaning for that kind of file; the others are not granted. */
static uint32_t meant(uint32_t type)
{
	if (type == NFS_DIR)
		return ACCESS_READ | ACCESS_LOOKUP | ACCESS_CHANGE;
	return ACCESS_READ | ACCESS_EXECUTE | ACCESS_MODIFY | ACCESS_EXTEND;
}

/* Writing to a device or a pipe does not change the file system that it is in. */
static bool changes_nothing(uint32_t type)
{
	return type == NFS_BLK || type == NFS_CHR || type == NFS_SOCK || type == NFS_FIFO;
}

int nfs_access(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter(q, q->handle, &q->file);

	if (status)
		return status;
	status = fs->access(fs->ctx, &q->who, &q->file, q->asked, &q->granted, &q->attr);
	q->granted &= q->asked & meant(q->attr.type);
	if (!q->client->writes && !changes_nothing(q->attr.type))
		q->granted &= ~(uint32_t)ACCESS_CHANGE;
	return status;
}

int nfs_readlink(struct nfs_request *q)
{
	const struct nfs_fs *fs = nfs_fs_of(q);
	int status = nfs_enter(q, q->handle, &q->file);
	uint32_t n = 0;

	if (status)
		return status;
	status = fs->readlink(fs->ctx, &q->who, &q->file, q->text, &n, &q->attr);
	q->body = bytes_of(q->text, n);
	return !status && n > nfs_path_max(q) ? NFS_NAMETOOLONG : status;
}
