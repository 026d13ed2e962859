/* SPDX-License-Identifier: BSD-2-Clause */
#include "cmdline_txt.h"

#include <string.h>

#include "lines.h"

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == 0;
}

static void nfsroot_parse(struct bytes v, struct cmdline *out)
{
	uint32_t comma, colon;
	struct bytes opts;

	out->nfsroot = v;
	comma = bytes_until(v, ',');
	if (comma < v.n)
		out->nfs_options = (struct bytes) { v.p + comma + 1, v.n - comma - 1 };
	v.n = comma;
	colon = bytes_until(v, ':');
	/* nfsroot=[server:]path (kernel's nfsroot.rst) */
	if (colon < v.n) {
		out->nfs_server = (struct bytes) { v.p, colon };
		v.p += colon + 1;
		v.n -= colon + 1;
	}
	out->nfs_path = v;
	opts = out->nfs_options;
	while (opts.n) {
		uint32_t n = bytes_until(opts, ',');
		struct bytes o = { opts.p, n }, x;

		if ((bytes_value(o, "vers=", &x) || bytes_value(o, "nfsvers=", &x)) && x.n &&
		    x.p[0] >= '2' && x.p[0] <= '4')
			out->vers = (uint8_t)(x.p[0] - '0');
		else if (bytes_are(o, "v3"))
			out->vers = 3;
		else if (bytes_begin(o, "v4"))
			out->vers = 4;
		else if (bytes_are(o, "v2"))
			out->vers = 2;
		else if (bytes_are(o, "proto=udp") || bytes_are(o, "udp"))
			out->proto_udp = true;
		else if (bytes_are(o, "proto=tcp") || bytes_are(o, "tcp"))
			out->proto_tcp = true;
		n += n < opts.n;
		opts.p += n;
		opts.n -= n;
	}
}

static void cmdline_word(struct bytes w, struct cmdline *out)
{
	struct bytes v;

	if (bytes_value(w, "root=", &v))
		out->root = v;
	else if (bytes_value(w, "nfsroot=", &v))
		nfsroot_parse(v, out);
	else if (bytes_value(w, "ip=", &v) || bytes_value(w, "nfsaddrs=", &v)) {
		out->ip = v;
		out->has_ip = true;
	} else if (bytes_value(w, "init=", &v))
		out->init = v;
	else if (bytes_value(w, "boot=", &v))
		out->boot = v;
	else if (bytes_are(w, "rw"))
		out->rw = true;
	else if (bytes_are(w, "ro"))
		out->ro = true;
	else if (bytes_are(w, "rootwait"))
		out->rootwait = true;
}

enum encoding text_encoding(struct bytes v)
{
	if (v.n >= 2 && ((v.p[0] == 0xff && v.p[1] == 0xfe) || (v.p[0] == 0xfe && v.p[1] == 0xff)))
		return ENCODING_UTF16;
	if (v.n >= 3 && v.p[0] == 0xef && v.p[1] == 0xbb && v.p[2] == 0xbf)
		return ENCODING_BOM;
	/* the same without its mark: every other byte of Latin letters is zero */
	if (v.n >= 4 &&
	    ((!v.p[0] && v.p[1] && !v.p[2] && v.p[3]) || (v.p[0] && !v.p[1] && v.p[2] && !v.p[3])))
		return ENCODING_UTF16;
	return ENCODING_PLAIN;
}

void cmdline_parse(struct bytes text, struct cmdline *out)
{
	static const char *const devices[] = { "PARTUUID=",   "UUID=",   "LABEL=",    "PARTLABEL=",
					       "/dev/mmcblk", "/dev/sd", "/dev/nvme", "/dev/disk" };
	struct bytes line;

	memset(out, 0, sizeof *out);
	out->encoding = text_encoding(text);
	while (text.n) {
		line = bytes_line(&text);
		if (line.n && out->lines++ == 0)
			out->first_line = line;
	}
	line = out->first_line;
	while (line.n) {
		struct bytes w = { line.p, 0 };

		while (w.n < line.n && !is_blank(w.p[w.n]))
			w.n++;
		cmdline_word(w, out);
		while (w.n < line.n && is_blank(line.p[w.n]))
			w.n++;
		line.p += w.n;
		line.n -= w.n;
	}
	out->root_is_nfs =
		bytes_are(out->root, "/dev/nfs") || (out->nfsroot.n && bytes_are(out->boot, "nfs"));
	for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
		out->root_is_device |= bytes_begin(out->root, devices[i]);
}
