/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "kept.h"
#include "model.h"

/* The file is asked for below the same folder as config.txt. */
static bool included(const void *ctx, struct bytes name, struct bytes *out)
{
	const struct boot *b = ctx;

	for (const struct kept *k = b->kept; k; k = k->next) {
		struct bytes file = bytes_of(k->file, (uint32_t)strlen(k->file));

		if (k->kind == KEPT_OTHER && k->complete && !k->cut &&
		    bytes_equal(base_name(file), base_name(name))) {
			*out = bytes_of(k->text, k->n);
			return true;
		}
	}
	return false;
}

const struct kept *kept_config(const struct boot *b, const struct config_for *board,
			       struct config *out)
{
	const struct config_files files = { b, included };
	const struct kept *found = NULL;

	for (const struct kept *k = b->kept; k; k = k->next)
		if (k->kind == KEPT_CONFIG && k->complete && !k->cut)
			found = k;
	if (found)
		config_parse(bytes_of(found->text, found->n), board, &files, out);
	return found;
}

/* Is name one of a list with commas between? */
static bool is_one_of(struct bytes name, struct bytes list)
{
	while (list.n) {
		uint32_t n = bytes_until(list, ',');

		if (n && bytes_equal(name, base_name(bytes_of(list.p, n))))
			return true;
		n += n < list.n;
		list = bytes_of(list.p + n, list.n - n);
	}
	return false;
}

enum file_role config_role(const struct config *g, struct bytes name)
{
	struct bytes base = base_name(name);

	/* U-Boot and UEFI go in the kernel's place, and are none */
	if (is_one_of(base, g->kernel))
		return bytes_hold(base, "boot") ? FILE_LOADER : FILE_KERNEL;
	if (is_one_of(base, g->initramfs))
		return FILE_INITRAMFS;
	if (is_one_of(base, g->cmdline))
		return FILE_CMDLINE;
	if (is_one_of(base, g->device_tree))
		return FILE_DTB;
	if (is_one_of(base, g->start_file))
		return FILE_START;
	if (is_one_of(base, g->fixup_file))
		return FILE_FIXUP;
	return file_role(name);
}
