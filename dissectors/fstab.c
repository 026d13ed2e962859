/* SPDX-License-Identifier: BSD-2-Clause */
#include "fstab.h"

#include <string.h>

#include "lines.h"

/* The first word, up to any of the signs in ends, or a NUL; rest moves on behind it. */
static struct bytes word(struct bytes *rest, const char *ends)
{
	struct bytes w;

	while (rest->n && strchr(ends, rest->p[0]))
		*rest = bytes_of(rest->p + 1, rest->n - 1);
	w = bytes_of(rest->p, 0);
	while (w.n < rest->n && !strchr(ends, w.p[w.n]))
		w.n++;
	*rest = bytes_of(rest->p + w.n, rest->n - w.n);
	return w;
}

bool fstab_next(struct bytes *text, struct fstab *out)
{
	while (text->n) {
		struct bytes rest = bytes_line(text);

		*out = (struct fstab) { .line = rest };
		out->from = word(&rest, " \t");
		out->on = word(&rest, " \t");
		out->type = word(&rest, " \t");
		out->options = word(&rest, " \t");
		/* fstab(5): '#' begins a comment; a boot does not wait for swap to the end */
		if (out->type.n && !bytes_begin(out->from, "#") && !bytes_are(out->type, "swap"))
			return true;
	}
	return false;
}

/* systemd.mount(5): what is not there ends the boot in emergency mode, but for these. */
static bool may_be_missing(struct bytes options)
{
	while (options.n) {
		struct bytes o = word(&options, ",");

		if (bytes_are(o, "nofail") || bytes_are(o, "noauto") ||
		    bytes_are(o, "x-systemd.automount"))
			return true;
	}
	return false;
}

bool fstab_wants_card(const struct fstab *f)
{
	bool card = bytes_begin(f->from, "/dev/mmcblk") || bytes_begin(f->from, "PARTUUID=") ||
		    bytes_begin(f->from, "/dev/disk/");

	return card && !may_be_missing(f->options);
}

struct bytes fstab_server(const struct fstab *f)
{
	uint32_t n = bytes_until(f->from, ':');

	return bytes_begin(f->type, "nfs") && n < f->from.n ? bytes_of(f->from.p, n)
							    : bytes_of(f->from.p, 0);
}
