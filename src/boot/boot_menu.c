/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "kept.h"

/*
 * The kernel's command line where it does not come in cmdline.txt: behind APPEND (pxelinux,
 * extlinux), linux (GRUB), kernel and imgargs (iPXE). Which entry of a menu was taken is not seen
 * on the wire, so a text with more than one says nothing.
 */
static const struct {
	uint8_t kind; /* enum kept_kind */
	const char *word;
} commands[] = {
	{ KEPT_PXE_CONFIG, "append" },   { KEPT_PXE_CONFIG, "linux" },
	{ KEPT_PXE_CONFIG, "linuxefi" }, { KEPT_PXE_CONFIG, "linux16" },
	{ KEPT_IPXE, "kernel" },         { KEPT_IPXE, "imgargs" },
};

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

/* pxelinux takes its keywords in either case. */
static bool is_word(struct bytes v, const char *s)
{
	uint32_t i = 0;

	while (i < v.n && s[i] && lower(v.p[i]) == (uint8_t)s[i])
		i++;
	return i == v.n && !s[i];
}

static struct bytes line_of(struct bytes *rest)
{
	struct bytes line = *rest;
	uint32_t n = 0;

	while (n < rest->n && rest->p[n] != '\n')
		n++;
	line.n = n;
	n += n < rest->n;
	rest->p += n;
	rest->n -= n;
	while (line.n && blank(line.p[0])) {
		line.p++;
		line.n--;
	}
	return line;
}

/* What stands behind a command that takes a command line; n 0: the line is none. The name of the
 * kernel may still be in it, which no parameter looks like. */
static struct bytes arguments(enum kept_kind kind, struct bytes line)
{
	struct bytes word = { line.p, 0 };

	while (word.n < line.n && !blank(line.p[word.n]))
		word.n++;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (commands[i].kind == kind && is_word(word, commands[i].word))
			return bytes_of(line.p + word.n, line.n - word.n);
	return bytes_of(line.p, 0);
}

static bool menu_cmdline(enum kept_kind kind, struct bytes text, struct cmdline *out)
{
	struct cmdline line;
	uint32_t found = 0;

	while (text.n) {
		struct bytes args = arguments(kind, line_of(&text));

		if (!args.n)
			continue;
		cmdline_parse(args, &line);
		if (!line.root.n && !line.nfsroot.n)
			continue;
		if (!found++)
			*out = line;
	}
	return found == 1;
}

bool kept_cmdline(const struct kept *k, struct cmdline *out)
{
	if (!k->n)
		return false;
	if (k->kind == KEPT_CMDLINE) {
		cmdline_parse(bytes_of(k->text, k->n), out);
		return true;
	}
	/* of a menu that is not whole nobody knows how many entries it has */
	if (k->kind != KEPT_PXE_CONFIG && k->kind != KEPT_IPXE)
		return false;
	return k->complete && !k->cut && menu_cmdline(k->kind, bytes_of(k->text, k->n), out);
}
