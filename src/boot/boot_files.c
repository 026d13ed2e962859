/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "model.h"

/* What the names and the texts of boot files say. */

bool bytes_are(struct bytes v, const char *s)
{
	return v.n == strlen(s) && (v.n == 0 || memcmp(v.p, s, v.n) == 0);
}

bool bytes_begin(struct bytes v, const char *s)
{
	size_t n = strlen(s);

	return v.n >= n && (n == 0 || memcmp(v.p, s, n) == 0);
}

bool bytes_hold(struct bytes v, const char *s)
{
	size_t n = strlen(s);

	for (uint32_t i = 0; i + n <= v.n; i++)
		if (memcmp(v.p + i, s, n) == 0)
			return true;
	return false;
}

struct bytes base_name(struct bytes name)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < name.n; i++)
		if (name.p[i] == '/' || name.p[i] == '\\')
			at = i + 1;
	return (struct bytes) { name.p ? name.p + at : NULL, name.n - at };
}

bool bytes_end(struct bytes v, const char *s)
{
	size_t n = strlen(s);

	return v.n && v.n >= n && memcmp(v.p + v.n - n, s, n) == 0;
}

static const struct {
	const char *text;
	uint8_t how; /* 0 equal, 1 begins, 2 ends */
	uint8_t role;
} roles[] = {
	{ "bootcode.bin", 0, FILE_BOOTCODE },
	{ "config.txt", 0, FILE_CONFIG },
	{ "cmdline.txt", 0, FILE_CMDLINE },
	{ "boot.img", 0, FILE_BOOT_IMG },
	{ "boot.sig", 0, FILE_BOOT_SIG },
	/* findings.md, normal noise; facts 3 */
	{ "bootsig.bin", 0, FILE_OPTIONAL },
	{ "autoboot.txt", 0, FILE_OPTIONAL },
	{ "recovery.elf", 0, FILE_OPTIONAL },
	{ "recover4.elf", 0, FILE_OPTIONAL },
	{ "dt-blob.bin", 0, FILE_OPTIONAL },
	{ "bootcfg.txt", 0, FILE_OPTIONAL },
	{ "armstub", 1, FILE_OPTIONAL },
	{ "recovery", 1, FILE_OPTIONAL },
	{ "pieeprom", 1, FILE_OPTIONAL },
	{ "vl805", 1, FILE_OPTIONAL },
	{ "start", 1, FILE_START },
	{ "fixup", 1, FILE_FIXUP },
	{ "pxelinux.0", 0, FILE_LOADER },
	{ ".efi", 2, FILE_LOADER },
	{ ".EFI", 2, FILE_LOADER },
	{ ".kpxe", 2, FILE_LOADER },
	{ ".kkpxe", 2, FILE_LOADER },
	{ ".pxe", 2, FILE_LOADER },
	{ ".0", 2, FILE_LOADER },
	{ ".com", 2, FILE_LOADER },
	{ ".n12", 2, FILE_LOADER },
	{ ".ipxe", 2, FILE_PXE_CONFIG },
	{ "grub.cfg", 1, FILE_PXE_CONFIG },
	{ "extlinux.conf", 0, FILE_PXE_CONFIG },
	{ ".cfg", 2, FILE_PXE_CONFIG },
	{ ".dtbo", 2, FILE_OVERLAY },
	{ "overlay_map.dtb", 0, FILE_OPTIONAL },
	{ ".dtb", 2, FILE_DTB },
	{ "kernel", 1, FILE_KERNEL },
	{ "vmlinuz", 1, FILE_KERNEL },
	{ "vmlinux", 1, FILE_KERNEL },
	{ "linux", 0, FILE_KERNEL },
	{ "Image", 1, FILE_KERNEL },
	{ "zImage", 1, FILE_KERNEL },
	{ "uImage", 1, FILE_KERNEL },
	{ "bzImage", 1, FILE_KERNEL },
	{ "initramfs", 1, FILE_INITRAMFS },
	{ "initrd", 1, FILE_INITRAMFS },
};

enum file_role file_role(struct bytes name)
{
	struct bytes b = base_name(name);

	if (bytes_hold(name, "pxelinux.cfg/"))
		return FILE_PXE_CONFIG;
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
		if (roles[i].how == 0   ? bytes_are(b, roles[i].text)
		    : roles[i].how == 1 ? bytes_begin(b, roles[i].text)
					: bytes_end(b, roles[i].text)) {
			/* start.elf and its kind, not startup.nsh */
			if (roles[i].role == FILE_START && !bytes_end(b, ".elf"))
				continue;
			if (roles[i].role == FILE_FIXUP && !bytes_end(b, ".dat"))
				continue;
			return (enum file_role)roles[i].role;
		}
	}
	return FILE_OTHER;
}

bool transfer_is_program(const struct transfer *t)
{
	return t->role == FILE_KERNEL || t->role == FILE_INITRAMFS || t->role == FILE_LOADER ||
	       t->role == FILE_START || t->role == FILE_FIXUP || t->role == FILE_BOOTCODE ||
	       t->role == FILE_DTB || t->role == FILE_BOOT_IMG;
}

bool kept_wanted(struct bytes name, enum kept_kind *out)
{
	struct bytes b = base_name(name);

	if (bytes_are(b, "config.txt"))
		*out = KEPT_CONFIG;
	else if (bytes_begin(b, "cmdline") && bytes_end(b, ".txt"))
		*out = KEPT_CMDLINE;
	else if (bytes_are(b, "autoboot.txt"))
		*out = KEPT_AUTOBOOT;
	else if (file_role(name) == FILE_PXE_CONFIG)
		*out = bytes_end(b, ".ipxe") ? KEPT_IPXE : KEPT_PXE_CONFIG;
	else if (bytes_end(b, ".txt")) /* config.txt may include it */
		*out = KEPT_OTHER;
	else
		return false;
	return true;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == 0;
}

struct bytes bytes_line(struct bytes *rest)
{
	struct bytes line = { rest->p, 0 };

	while (line.n < rest->n && rest->p[line.n] != '\n')
		line.n++;
	rest->p += line.n + (line.n < rest->n);
	rest->n -= line.n + (line.n < rest->n);
	while (line.n && is_blank(line.p[line.n - 1]))
		line.n--;
	while (line.n && is_blank(line.p[0])) {
		line.p++;
		line.n--;
	}
	return line;
}

bool bytes_value(struct bytes word, const char *key, struct bytes *out)
{
	uint32_t n = (uint32_t)strlen(key);

	if (!bytes_begin(word, key))
		return false;
	*out = (struct bytes) { word.p + n, word.n - n };
	return true;
}

uint32_t bytes_until(struct bytes v, uint8_t c)
{
	uint32_t i = 0;

	while (i < v.n && v.p[i] != c)
		i++;
	return i;
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
