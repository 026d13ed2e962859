/* SPDX-License-Identifier: BSD-2-Clause */
#include "netconsole.h"

#include "packet.h"

enum err netconsole_decode(struct reader *r, struct netconsole *out)
{
	out->line = reader_rest(r);
	while (out->line.n &&
	       (out->line.p[out->line.n - 1] == 0 || out->line.p[out->line.n - 1] == '\n' ||
		out->line.p[out->line.n - 1] == '\r'))
		out->line.n--;
	return r->err;
}

void netconsole_line(const struct packet *p, struct text *out)
{
	text_safe(out, p->u.netconsole.line);
}

void netconsole_fields(const struct packet *p, const struct sink *out)
{
	sink_bytes(out, "line", p->u.netconsole.line);
}
