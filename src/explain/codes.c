/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP options and error codes: the names are the dissectors' tables, the meaning for a boot is
 * said here. */
#include <string.h>

#include "dhcp.h"
#include "explain.h"
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
	{ 6, "Name servers. Boot by TFTP needs none; boot by HTTP with a name in the URL does, and "
	     "a Pi "
	     "does not ask for it." },
	{ 12, "The host name. A boot loader does not ask for it; Linux takes it with ip=dhcp." },
	{ 17, "The root path. Linux takes it for nfsroot when the command line names none." },
	{ 26, "The MTU. A smaller one than the network's is of use when large TFTP blocks or NFS "
	      "over UDP "
	      "get lost." },
	{ 43, "\"Raspberry Pi Boot\" in it lets a board boot; Pi 4 and 5 want option 60 PXEClient "
	      "beside it. Without option 66 the TFTP server is then siaddr or the sender (Pi 3: "
	      "always the sender). Give the bytes in hex to have them read." },
	{ 50, "The address that the client wants again. A server that cannot give it says NAK." },
	{ 51, "How long the address is lent, in seconds. A Pi does not ask for it." },
	{ 52,
	  "The fields file and sname hold options as well. Whether a Pi reads them there is not "
	  "known: do not use it." },
	{ 53, "The kind of message: 1 DISCOVER, 2 OFFER, 3 REQUEST, 5 ACK, 6 NAK." },
	{ 54, "The server's address. Pi 4 and 5 need it for their REQUEST; the ROM of older ones "
	      "sends none." },
	{ 55, "What the client asks for. A Pi asks for 43, 60, 66, 67 and 128 to 135, never for 6 "
	      "or 51." },
	{ 60, "The class. A Pi says PXEClient:Arch:00000:UNDI:002001. In an offer, Pi 4 and 5 take "
	      "option 43 only if this says PXEClient; with option 66 they do not need it." },
	{ 61, "The client's identity. No Pi boot loader sends it, Linux may: one board can so hold "
	      "two leases." },
	{ 57, "The largest message that the client takes. No Pi boot loader sends it, dhcpcd and "
	      "NetworkManager do." },
	{ 66, "The TFTP server for every Pi, and enough without 43 and 60. It must be an address "
	      "with dots: a Pi looks up no name." },
	{ 67,
	  "The boot file of PXE, UEFI and iPXE. A Pi never reads it: its file names are fixed." },
	{ 77, "The user class. iPXE says iPXE in it: by that a server tells it from the ROM that "
	      "loaded "
	      "it." },
	{ 82, "What a relay adds: which port the client is on." },
	{ 93, "The architecture. Every Pi says 0, like a BIOS PC, also the ones of 64 bits; 7 and "
	      "9 are UEFI x64, 11 UEFI arm64, 16 UEFI HTTP." },
	{ 94, "The network interface. A Pi says 1.2.1." },
	{ 97, "The machine. Pi 4 and 5: RPi4 or RPi5, revision, MAC and serial; a Pi 3B ROM: "
	      "sixteen times 44; the others: the serial four times." },
	{ 121, "Routes. Where it is there, Linux takes no router from option 3." },
	{ 150, "TFTP servers for others, such as phones and GRUB. A Pi does not ask for it." },
	{ 175,
	  "Of iPXE: what it can do, and what the server wants of it. Its presence tells iPXE from "
	  "a ROM." },
	{ 208, "PXELINUX: the sign that options 209 to 211 are for it." },
	{ 209, "PXELINUX: the name of its configuration." },
	{ 210, "PXELINUX: the folder of its files." },
	{ 211, "PXELINUX: seconds until it starts over." },
};

enum { OPTIONS = 256, LETTERS_MIN = 2 };

static bool within(const char *s, struct bytes v)
{
	for (; *s; s++) {
		uint32_t i = 0;

		while (i < v.n && s[i] && lower_case((uint8_t)s[i]) == lower_case(v.p[i]))
			i++;
		if (i == v.n)
			return true;
	}
	return false;
}

/* Those whose name or label has the words in it. */
static bool options_named(struct bytes v, struct text *out)
{
	bool some = false;

	for (uint32_t code = 0; v.n >= LETTERS_MIN && code < OPTIONS; code++) {
		const struct field *f = &dhcp_options[code];

		if (!f->key || (!within(f->key, v) && !within(f->label, v)))
			continue;
		text_fmt(out, "option %u: %s\n", code, f->label);
		some = true;
	}
	return some;
}

bool explain_dhcp_option(const struct query *q, struct text *out)
{
	const struct field *f;
	uint32_t code;

	struct bytes name;
	bool asked = q->n > 1 && (word_is(q->word[0], "option") || word_is(q->word[0], "dhcp"));

	if (q->n != 1 && !asked)
		return false;
	if (q->n > 2)
		return options_named(query_from(q, 1), out);
	name = q->word[q->n - 1];
	if (!word_number(name, &code)) {
		for (code = 0; code < OPTIONS; code++)
			if (dhcp_options[code].key && word_is(name, dhcp_options[code].key))
				break;
		if (code == OPTIONS)
			return asked && options_named(query_from(q, 1), out);
	} else if (q->n == 1 && code != 43) { /* a number alone can be anything */
		return false;
	}
	if (code >= OPTIONS) {
		text_str(out, "DHCP options have numbers from 0 to 255.\n");
		return true;
	}
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

static const struct {
	enum rpc_status_kind kind;
	uint32_t code;
	const char *meaning;
} meanings[] = {
#define MEANING(KIND, code, text) { RPC_STATUS_##KIND, code, text },
#include "meanings.def"
#undef MEANING
};

enum { NFS_FIRST = 10000 };

const char *explain_status(uint32_t kind, uint32_t code)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if ((uint32_t)meanings[i].kind == kind && meanings[i].code == code)
			return meanings[i].meaning;
	return code < NFS_FIRST && (kind == RPC_STATUS_NFS2 || kind == RPC_STATUS_NFS4 ||
				    kind == RPC_STATUS_MOUNT)
		       ? explain_status(RPC_STATUS_NFS3, code)
		       : NULL;
}

static void meaning(enum rpc_status_kind kind, uint32_t code, struct text *out)
{
	const char *m = explain_status((uint32_t)kind, code);

	if (m)
		text_fmt(out, "  %s\n", m);
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
enum { STATUS_END = 10096, ERRNO_END = 100 };

static bool status_named(struct bytes word, struct text *out)
{
	static const enum rpc_status_kind kinds[] = { RPC_STATUS_NFS3, RPC_STATUS_MOUNT,
						      RPC_STATUS_NFS4, RPC_STATUS_NFS2,
						      RPC_STATUS_NLM };

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

/* RFC 5531 9: why credentials are not taken; 13 and 14 are RFC 2203 5.3.3.3. */
static const struct {
	uint32_t code;
	const char *word, *meaning;
} auth_words[] = {
	{ 0, "auth_ok", "The credentials are taken." },
	{ 1, "auth_badcred",
	  "The server does not take the credentials; Linux says so to clients that are in none of "
	  "its exports (exportfs -v)." },
	{ 2, "auth_rejectedcred", "The client must begin a new session." },
	{ 3, "auth_badverf", "The server could not read the verifier." },
	{ 4, "auth_rejectedverf", "The verifier was used before, or is too old." },
	{ 5, "auth_tooweak",
	  "The server wants another kind of credentials: check sec= in the export and in "
	  "nfsroot=." },
	{ 6, "auth_invalidresp", "The server's verifier is not valid." },
	{ 7, "auth_failed", "The reason is not said." },
	{ 13, "rpcsec_gss_credproblem", "No Kerberos credentials for this user." },
	{ 14, "rpcsec_gss_ctxproblem", "The Kerberos context ended; the client makes a new one." },
};

/* "rpc auth 5", "auth_tooweak" */
static bool auth_code(const struct query *q, struct text *out)
{
	bool named = q->n == 1;
	bool numbered = q->n >= 2 && q->n <= 3 && word_is(q->word[q->n - 2], "auth");
	uint32_t code = UINT32_MAX;

	if (!named && !(numbered && word_number(q->word[q->n - 1], &code)))
		return false;
	for (size_t i = 0; i < sizeof(auth_words) / sizeof(auth_words[0]); i++) {
		if (named ? !word_is(q->word[0], auth_words[i].word) : auth_words[i].code != code)
			continue;
		text_fmt(out, "RPC %s (%u, RFC 5531 9)\n  %s\n", auth_words[i].word,
			 auth_words[i].code, auth_words[i].meaning);
		return true;
	}
	return false;
}

/* "arch 7": option 93 */
static bool architecture(const struct query *q, struct text *out)
{
	uint32_t code;

	if (q->n != 2 || !(word_is(q->word[0], "arch") || word_is(q->word[0], "architecture")) ||
	    !word_number(q->word[1], &code) || code > UINT16_MAX || !dhcp_arch_name((uint16_t)code))
		return false;
	text_fmt(out, "Architecture %u of option 93: %s\n", code, dhcp_arch_name((uint16_t)code));
	text_str(out, code == 0 ? "  Every Raspberry Pi says this too, also the ones of 64 bits.\n"
		      : code == 41
			      ? "  What a Pi says over IPv6 (option 61 of DHCPv6); over IPv4 it "
				"says 0.\n"
			      : "  The boot file must be made for it; a Raspberry Pi says 0.\n");
	return true;
}

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

static bool no_such_code(struct bytes kind, uint32_t code, struct text *out)
{
	static const struct {
		const char *word, *says;
	} kinds[] = {
		{ "tftp", "TFTP has errors from 0 to 8 (RFC 1350, 2347)" },
		{ "mount", "MOUNT has 0, 1, 2, 5, 13, 20, 22, 63, 10004 and 10006 (RFC 1813)" },
		{ "nfs", "those of NFS are below 100, or from 10001 on" },
		{ "nfs2", "those of version 2 are below 100 (RFC 1094)" },
		{ "nfs3", "those of version 3 are below 100, or from 10001 to 10008 (RFC 1813)" },
		{ "nfs4", "those of version 4 are below 100, or from 10001 on (RFC 8881, 7862)" },
		{ "rpc", "a call can end in 0 to 5 (RFC 5531 9)" },
		{ "nlm", "NLM has 0 to 9" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (word_is(kind, kinds[i].word)) {
			text_fmt(out, "%s %u: no such code\n  %s.\n", kinds[i].word, code,
				 kinds[i].says);
			return true;
		}
	return false;
}

bool explain_code(const struct query *q, struct text *out)
{
	static const struct {
		const char *word;
		enum rpc_status_kind kind;
	} kinds[] = { { "nfs", RPC_STATUS_NFS3 },    { "nfs2", RPC_STATUS_NFS2 },
		      { "nfs3", RPC_STATUS_NFS3 },   { "nfs4", RPC_STATUS_NFS4 },
		      { "mount", RPC_STATUS_MOUNT }, { "nlm", RPC_STATUS_NLM } };
	struct bytes digits;
	uint32_t code;

	if (!q->n)
		return false;
	if ((q->n == 1 && status_named(q->word[0], out)) || auth_code(q, out) ||
	    architecture(q, out))
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
	       rpc_code(q, out) || no_such_code(q->word[0], code, out);
}
