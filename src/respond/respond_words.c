/* SPDX-License-Identifier: BSD-2-Clause */
#include "respond_words.h"

#include <string.h>

const char *const dhcp_event_keys[DHCP_EVENTS] = {
	[DHCP_OFFERED] = "dhcp-offered",
	[DHCP_ACKED] = "dhcp-acked",
	[DHCP_NAKED] = "dhcp-refused",
	[DHCP_RELEASED] = "dhcp-released",
	[DHCP_DECLINED_ADDRESS] = "dhcp-declined",
	[DHCP_IN_USE] = "dhcp-in-use",
	[DHCP_EMPTY] = "dhcp-no-address",
	[DHCP_NOT_MEANT] = "dhcp-not-meant",
	[DHCP_TOO_OFTEN] = "dhcp-too-often",
	[DHCP_NOT_KEPT] = "dhcp-not-kept",
};

const char *const tftp_event_keys[TFTP_EVENTS] = {
	[TFTP_BEGUN] = "tftp-begun",     [TFTP_DONE] = "tftp-done",
	[TFTP_REFUSED] = "tftp-refused", [TFTP_ABORTED] = "tftp-aborted",
	[TFTP_SILENT] = "tftp-silent",   [TFTP_BROKEN] = "tftp-broken",
};

const char *const nfs_event_keys[NFS_EVENTS] = {
	[NFS_MOUNTED] = "nfs-mounted",           [NFS_UNMOUNTED] = "nfs-unmounted",
	[NFS_REFUSED] = "nfs-refused",           [NFS_LOCKS_WANTED] = "nfs-locks-wanted",
	[NFS_NEWER_WANTED] = "nfs-newer-wanted", [NFS_NOTED] = "nfs-note",
};

/* Around the address, when there is one: without one it was a proxy's answer. */
static const struct {
	const char *before, *after, *without;
} dhcp_words[DHCP_EVENTS] = {
	[DHCP_OFFERED] = { "is offered ", "", "is told where to boot from" },
	[DHCP_ACKED] = { "has ", "", "is told its boot file" },
	[DHCP_NAKED] = { "may not have ", "", "may not have an address" },
	[DHCP_RELEASED] = { "gave back ", "", "gave back its address" },
	[DHCP_DECLINED_ADDRESS] = { "did not take ", "", "did not take its address" },
	[DHCP_IN_USE] = { "is not offered ", "", "is not offered an address" },
	[DHCP_EMPTY] = { "is not offered ", "", "is not offered an address" },
	[DHCP_TOO_OFTEN] = { "", "", "asks faster than any client would: not answered" },
	[DHCP_NOT_KEPT] = { "does not get ", ", whose lease cannot be written: is the disk full?",
			    "gets no address: its lease cannot be written" },
	[DHCP_NOT_MEANT] = { "", "", "is no Raspberry Pi for sure and not listed: not answered" },
};

void dhcp_news_words(const struct dhcp_news *n, struct text *out)
{
	text_mac(out, n->mac);
	text_char(out, ' ');
	if (n->ip) {
		text_str(out, dhcp_words[n->event].before);
		text_ip4(out, n->ip);
		text_str(out, dhcp_words[n->event].after);
	} else {
		text_str(out, dhcp_words[n->event].without);
	}
	if (n->why)
		text_fmt(out, ": %s", n->why);
}

static void path(const struct tftp_news *n, struct text *out)
{
	text_safe(out, bytes_of(n->path, (uint32_t)strlen(n->path)));
}

static void numbers(const struct tftp_news *n, uint64_t now_ns, struct text *out)
{
	text_str(out, ": ");
	text_bytes_count(out, n->bytes);
	text_str(out, " in ");
	text_seconds(out, now_ns > n->begun_ns ? now_ns - n->begun_ns : 0, 1);
	text_fmt(out, " s, blocks of %u", n->blksize);
	if (n->windowsize > 1)
		text_fmt(out, ", %u at once", n->windowsize);
	if (n->resent)
		text_fmt(out, ", %llu sent again", (unsigned long long)n->resent);
}

void tftp_news_words(const struct tftp_news *n, uint64_t now_ns, struct text *out)
{
	static const char *const verbs[TFTP_EVENTS][2] = {
		[TFTP_BEGUN] = { "reads ", "writes " },
		[TFTP_DONE] = { "read ", "wrote " },
		[TFTP_REFUSED] = { "asked for ", "wants to write " },
		[TFTP_ABORTED] = { "gave up ", "gave up writing " },
		[TFTP_SILENT] = { "is silent in ", "is silent in " },
		[TFTP_BROKEN] = { "cannot go on with ", "cannot go on with " },
	};

	text_address(out, n->peer->ip);
	text_char(out, ' ');
	text_str(out, verbs[n->event][n->writes]);
	path(n, out);
	if (n->event == TFTP_DONE)
		numbers(n, now_ns, out);
	else if (n->event == TFTP_BEGUN && n->size)
		text_fmt(out, ", %llu bytes", (unsigned long long)n->size);
	else if (n->event == TFTP_SILENT) {
		text_str(out, " after ");
		text_bytes_count(out, n->bytes);
		text_str(out, " of ");
		text_bytes_count(out, n->size);
	}
	if (n->why)
		text_fmt(out, ": %s", n->why);
	if (n->turned_away)
		text_fmt(out, " (%llu got no answer so far)", (unsigned long long)n->turned_away);
}

void nfs_news_words(const struct nfs_news *n, struct text *out)
{
	static const char *const verbs[NFS_EVENTS] = {
		[NFS_MOUNTED] = " mounted ",
		[NFS_UNMOUNTED] = " unmounted ",
		[NFS_REFUSED] = " may not mount ",
		[NFS_LOCKS_WANTED] = " asks for locks (NLM), and there are none: mount with the "
				     "option nolock",
		[NFS_NEWER_WANTED] = " asks for version 4 of NFS, which is not served: mount with "
				     "the option vers=3",
	};

	text_ip4(out, n->ip);
	if (n->machine.n) {
		text_str(out, " (");
		text_safe(out, n->machine);
		text_char(out, ')');
	}
	text_str(out, verbs[n->event]);
	if (n->event == NFS_UNMOUNTED && !n->path.n)
		text_str(out, "all that it had");
	text_safe(out, n->path);
	if (n->own.n) {
		text_str(out, ", of that its own ");
		text_safe(out, n->own);
		text_char(out, ',');
	}
	if (n->event == NFS_MOUNTED && n->version)
		text_fmt(out, " by version %u", n->version);
	if (n->why)
		text_fmt(out, ": %s", n->why);
}

bool dhcp_news_quiet(const struct dhcp_news *n)
{
	return n->event == DHCP_NOT_MEANT;
}

bool tftp_news_quiet(const struct tftp_news *n)
{
	/* sizes are asked for by beginning and giving up */
	return n->event == TFTP_BEGUN || (n->event == TFTP_ABORTED && !n->bytes);
}
