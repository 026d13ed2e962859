/* SPDX-License-Identifier: BSD-2-Clause */
/* The NFS server over a file system in memory. */
#include "nfs_conform.h"
#include "nfs_memory.h"

static struct nfs_memory *memory;

static struct nfs_fs memory_open(void)
{
	memory = nfs_memory_new();
	return nfs_memory_fs(memory);
}

static void memory_close(void)
{
	nfs_memory_free(memory);
}

int main(void)
{
	const struct nfs_place place = { memory_open, memory_close, true, true, true };

	return nfs_conform(&place);
}
