/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP options and error codes: the names are the dissectors' tables, the meaning for a boot is
 * said here. */
#include <string.h>

#include "dhcp.h"
#include "query.h"
#include "rpc.h"
#include "tftp.h"

/* What boards make of an option (facts 1.5, 2.1 to 2.3, 5.1, 5.3). */
static const struct {
	uint8_t code;
	const char *meaning;
} option_uses[] = {
	{ 1, "A Pi 3B does not ask for it; a server that answers only what is asked leaves it "
	     "without." },
	{ 3, "The router. Pi 4 and 5 need it when the TFTP server is in another subnet; the Pi 3B "
	     "ROM cannot use it." },
	{ 12, "The host name. A boot loader does not ask for it; Linux takes it with ip=dhcp." },
	{ 17, "The root path. Linux takes it for nfsroot when the command line names none." },
	{ 43, "\"Raspberry Pi Boot\" in it lets a board boot; Pi 4 and 5 want option 60 PXEClient "
	      "beside it. Without option 66 the TFTP server is then siaddr or the sender (Pi 3: "
	      "always the sender). Give the bytes in hex to have them read." },
	{ 54, "The server's address. Pi 4 and 5 need it for their REQUEST; the ROM of older ones "
	      "sends none." },
	{ 55, "What the client asks for. A Pi asks for 43, 60, 66, 67 and 128 to 135, never for 6 "
	      "or 51." },
	{ 60, "The class. A Pi says PXEClient:Arch:00000:UNDI:002001. In an offer, Pi 4 and 5 take "
	      "option 43 only if this says PXEClient; with option 66 they do not need it." },
	{ 61, "The client's identity. No Pi boot loader sends it, Linux may: one board can so hold "
	      "two leases." },
	{ 66, "The TFTP server for every Pi, and enough without 43 and 60. It must be an address "
	      "with dots: a Pi looks up no name." },
	{ 67,
	  "The boot file of PXE, UEFI and iPXE. A Pi never reads it: its file names are fixed." },
	{ 93, "The architecture. Every Pi says 0, like a BIOS PC, also the ones of 64 bits; 7 and "
	      "9 are UEFI x64, 11 UEFI arm64, 16 UEFI HTTP." },
	{ 94, "The network interface. A Pi says 1.2.1." },
	{ 97, "The machine. Pi 4 and 5: RPi4 or RPi5, revision, MAC and serial; a Pi 3B ROM: "
	      "sixteen times 44; the others: the serial four times." },
	{ 150, "TFTP servers for others, such as phones and GRUB. A Pi does not ask for it." },
};

bool explain_dhcp_option(const struct query *q, struct text *out)
{
	const struct field *f;
	uint32_t code;

	struct bytes name;

	if (q->n != 1 &&
	    (q->n != 2 || (!word_is(q->word[0], "option") && !word_is(q->word[0], "dhcp"))))
		return false;
	name = q->word[q->n - 1];
	if (!word_number(name, &code)) {
		for (code = 0; code < 256; code++)
			if (dhcp_options[code].key && word_is(name, dhcp_options[code].key))
				break;
	} else if (q->n == 1 && code != 43) { /* a number alone can be anything */
		return false;
	}
	if (code > 255)
		return false;
	f = &dhcp_options[code];
	text_fmt(out, "DHCP option %u: %s", code,
		 f->label      ? f->label
		 : code == 0   ? "pad, a byte that says nothing"
		 : code == 255 ? "end of the options"
		 : code >= 224 ? "free for private use"
			       : "not assigned");
	if (f->ref)
		text_fmt(out, " (%s)", f->ref);
	text_char(out, '\n');
	for (size_t i = 0; i < sizeof(option_uses) / sizeof(option_uses[0]); i++)
		if (option_uses[i].code == code)
			text_fmt(out, "  %s\n", option_uses[i].meaning);
	if (code >= 128 && code <= 135)
		text_str(out, "  A Pi asks for it and makes no known use of it.\n");
	if (f->min || f->max) {
		text_fmt(out, "  Its value has %s%u", f->min == f->max ? "" : "at least ", f->min);
		if (f->max && f->max != f->min)
			text_fmt(out, " and at most %u", f->max);
		text_fmt(out, " byte%s.\n", f->max == 1 || (!f->max && f->min == 1) ? "" : "s");
	}
	return true;
}

/* What the codes that stop a boot mean for it. kind 0: a TFTP error code. */
static const struct {
	enum rpc_status_kind kind;
	uint32_t code;
	const char *meaning;
} meanings[] = {
	{ RPC_STATUS_NONE, 0,
	  "The text says what. From a Pi \"Early terminate\": it only wanted to know whether the "
	  "file is there, which is normal." },
	{ RPC_STATUS_NONE, 1,
	  "A Pi asks for many files that need not exist. It cannot do without start*.elf (Pi 5: "
	  "config.txt) and the kernel." },
	{ RPC_STATUS_NONE, 2,
	  "The file is there and the server may not read it: chmod -R a+rX, and no links out of "
	  "the TFTP root." },
	{ RPC_STATUS_NONE, 3, "Of a server that is written to; not of a boot." },
	{ RPC_STATUS_NONE, 4, "The server took the packet for no TFTP request." },
	{ RPC_STATUS_NONE, 5,
	  "A packet came from or for another port than the transfer's: two servers, or a firewall "
	  "that changes ports." },
	{ RPC_STATUS_NONE, 8,
	  "The client does not take what the OACK says, or UEFI only asked for the size." },
	{ RPC_STATUS_NFS3, 1, "Not the owner: with root_squash the client's root is nobody." },
	{ RPC_STATUS_NFS3, 2,
	  "No such file or folder; most are asked for in vain in a healthy boot." },
	{ RPC_STATUS_NFS3, 13,
	  "Not permitted: no_root_squash is missing in the export, or it is the file's mode." },
	{ RPC_STATUS_NFS3, 28, "The server's file system is full." },
	{ RPC_STATUS_NFS3, 30, "The export is read-only (ro); a root is exported rw." },
	{ RPC_STATUS_NFS3, 70,
	  "The file is gone or the file system was exported anew; a fixed fsid= in the export "
	  "helps." },
	{ RPC_STATUS_NFS3, 10008,
	  "The server asks for patience; the client tries again by itself." },
	{ RPC_STATUS_NFS2, 13,
	  "Not permitted: no_root_squash is missing in the export, or it is the file's mode." },
	{ RPC_STATUS_NFS2, 70,
	  "The file is gone or the file system was exported anew; a fixed fsid= in the export "
	  "helps." },
	{ RPC_STATUS_MOUNT, 1, "The server takes this client for nobody who may mount." },
	{ RPC_STATUS_MOUNT, 2,
	  "The path does not exist on the server or is not exported: showmount -e SERVER tells." },
	{ RPC_STATUS_MOUNT, 13,
	  "The client's address is not in the export, or it asks from a port above 1023 (insecure "
	  "allows that)." },
	{ RPC_STATUS_MOUNT, 20, "The path is a file." },
	{ RPC_STATUS_MOUNT, 10004, "The server does not speak this version of MOUNT." },
	{ RPC_STATUS_NFS4, 2,
	  "No such path below the server's root for version 4 (fsid=0 moves it)." },
	{ RPC_STATUS_NFS4, 13,
	  "Not permitted: no_root_squash is missing in the export, or it is the file's mode." },
	{ RPC_STATUS_NFS4, 70, "The file is gone or the file system was exported anew." },
	{ RPC_STATUS_NFS4, 10008,
	  "The server asks for patience; the client tries again by itself." },
	{ RPC_STATUS_NFS4, 10013,
	  "The server came up lately and waits for its old clients, 90 seconds as a rule." },
	{ RPC_STATUS_NFS4, 10016, "The export wants another kind of credentials: check sec=." },
	{ RPC_STATUS_NFS4, 10021,
	  "The server does not have this minor version: write vers=4.1, 4.0 or 3." },
};

static void meaning(enum rpc_status_kind kind, uint32_t code, struct text *out)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].kind == kind && meanings[i].code == code)
			text_fmt(out, "  %s\n", meanings[i].meaning);
}

static bool status(enum rpc_status_kind kind, uint32_t code, struct text *out)
{
	const char *name = rpc_status_name(kind, code);

	if (!name)
		return false;
	text_fmt(out, "%s (%u)\n", name, code);
	meaning(kind, code, out);
	return true;
}

/* The highest status any table has, RFC 7862 11.1. */
enum { STATUS_END = 10096, ERRNO_END = 100, NFS_FIRST = 10000 };

static bool status_named(struct bytes word, struct text *out)
{
	static const enum rpc_status_kind kinds[] = { RPC_STATUS_NFS3, RPC_STATUS_MOUNT,
						      RPC_STATUS_NFS4, RPC_STATUS_NFS2 };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		for (uint32_t code = 0; code < STATUS_END; code++) {
			const char *name = rpc_status_name(kinds[i], code);

			if (name && word_is(word, name))
				return status(kinds[i], code, out);
			if (code == ERRNO_END)
				code = NFS_FIRST;
		}
	}
	return false;
}

/* RFC 5531 9: how a call can fail before the program looks at it. */
static const struct {
	const char *word, *meaning;
} rpc_words[] = {
	{ "success", "The call was carried out; the program's own status says how it went." },
	{ "prog_unavail", "The program does not run on that port." },
	{ "prog_mismatch", "The program runs, but not in the version asked for; the reply names "
			   "those it has. NFS: set vers= to one of them." },
	{ "proc_unavail", "The program has no such procedure." },
	{ "garbage_args", "The server could not read the arguments." },
	{ "system_err", "The server failed, for want of memory and the like." },
	{ "rpc_mismatch", "The server does not speak version 2 of RPC." },
	{ "auth_error", "The credentials are not taken: check sec= and the export." },
};

enum { ACCEPTS = 6 };

static bool rpc_code(const struct query *q, struct text *out)
{
	struct bytes word = q->word[q->n - 1];
	uint32_t code = UINT32_MAX;

	if (q->n > 2 || (q->n == 2 && !word_is(q->word[0], "rpc")))
		return false;
	if (q->n == 2 && word_number(word, &code) && code >= ACCEPTS)
		return false;
	for (uint32_t i = 0; i < sizeof(rpc_words) / sizeof(rpc_words[0]); i++) {
		if (i != code && !word_is(word, rpc_words[i].word))
			continue;
		if (q->n == 1 && i == 0) /* too plain a word by itself */
			continue;
		text_fmt(out, "RPC %s (RFC 5531 9)\n  %s\n", rpc_words[i].word,
			 rpc_words[i].meaning);
		return true;
	}
	return false;
}

bool explain_code(const struct query *q, struct text *out)
{
	static const struct {
		const char *word;
		enum rpc_status_kind kind;
	} kinds[] = { { "nfs", RPC_STATUS_NFS3 },
		      { "nfs2", RPC_STATUS_NFS2 },
		      { "nfs3", RPC_STATUS_NFS3 },
		      { "nfs4", RPC_STATUS_NFS4 },
		      { "mount", RPC_STATUS_MOUNT } };
	struct bytes digits;
	uint32_t code;

	if (!q->n)
		return false;
	if (q->n == 1 && status_named(q->word[0], out))
		return true;
	digits = q->word[q->n - 1];
	if (digits.n > 1 && digits.p[0] == '-') /* as Linux prints them */
		digits = bytes_of(digits.p + 1, digits.n - 1);
	if (!word_number(digits, &code) ||
	    (q->n != 2 && !(q->n == 3 && word_is(q->word[1], "error"))))
		return rpc_code(q, out);
	if (word_is(q->word[0], "tftp") && (!code || name_of(tftp_errors, code))) {
		text_fmt(out, "TFTP error %u: %s (RFC 1350, 2347)\n", code,
			 code ? name_of(tftp_errors, code) : "not one of the numbered kinds");
		meaning(RPC_STATUS_NONE, code, out);
		return true;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (word_is(q->word[0], kinds[i].word) && status(kinds[i].kind, code, out))
			return true;
	/* version 4 has numbers that version 3 has not */
	return (word_is(q->word[0], "nfs") && status(RPC_STATUS_NFS4, code, out)) ||
	       rpc_code(q, out);
}
