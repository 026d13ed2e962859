/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "savefile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

int savefile_cut(struct savefile *f, const char *what)
{
	if (f->in.trouble)
		snprintf(f->warning, sizeof(f->warning),
			 "%s, in %s %" PRIu64 "; what came before was read", f->in.trouble, what,
			 f->frames + 1);
	else
		snprintf(f->warning, sizeof(f->warning),
			 "the file ends in the middle of %s %" PRIu64
			 " (cut off while copying?); what came before was read",
			 what, f->frames + 1);
	f->in.end = true;
	input_pass(&f->in, f->in.have);
	return 0;
}

int savefile_lost(struct savefile *f)
{
	f->in.trouble = "the file became shorter while it was read";
	return savefile_cut(f, "packet");
}

int savefile_damaged(struct savefile *f, const char *why)
{
	snprintf(f->warning, sizeof(f->warning),
		 "damaged at byte %" PRIu64 " after frame %" PRIu64
		 ": %s; what came before was read",
		 f->in.at, f->frames, why);
	f->in.end = true;
	input_pass(&f->in, f->in.have);
	return 0;
}

int savefile_open(struct savefile *f)
{
	static int (*const formats[])(struct savefile *) = { pcap_open_file, pcapng_open_file,
							     snoop_open_file };

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i](f) == 0)
			return 0;
	return -EINVAL;
}
