/* SPDX-License-Identifier: BSD-2-Clause */
/* Error codes: the names are the dissectors' tables, the meaning for a boot is said here. */
#include <string.h>

#include "explain.h"
#include "query.h"
#include "rpc.h"
#include "tftp.h"

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

static const enum rpc_status_kind status_kinds[] = { RPC_STATUS_NFS3, RPC_STATUS_MOUNT,
						     RPC_STATUS_NFS4, RPC_STATUS_NFS2,
						     RPC_STATUS_NLM };

enum {
	KINDS = sizeof(status_kinds) / sizeof(status_kinds[0]),
	MEANINGS = sizeof(meanings) / sizeof(meanings[0])
};

/* The name of row i / KINDS in kind i % KINDS; NULL: it is none of that kind's. */
static const char *status_word(uint32_t i)
{
	enum rpc_status_kind kind = status_kinds[i % KINDS];
	uint32_t row = i / KINDS;

	if (meanings[row].kind != kind &&
	    (meanings[row].kind != RPC_STATUS_NFS3 || meanings[row].code >= NFS_FIRST))
		return NULL;
	return rpc_status_name(kind, meanings[row].code);
}

static bool status_named(struct bytes word, struct text *out)
{
	for (uint32_t i = 0; i < KINDS * MEANINGS; i++) {
		const char *name = status_word(i);

		if (name && word_is(word, name))
			return status(status_kinds[i % KINDS], meanings[i / KINDS].code, out);
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

/* As Linux prints them while it boots, with a minus: include/uapi/asm-generic/errno-base.h,
 * errno.h. */
static const struct {
	uint32_t code;
	const char *word, *meaning;
} linux_errors[] = {
	{ 1, "EPERM", "not permitted: the export, or root_squash" },
	{ 2, "ENOENT",
	  "no such file or folder: the path of nfsroot= is not there or not exported" },
	{ 5, "EIO", "the server or the network failed" },
	{ 6, "ENXIO", "no such device: root= names a disk, or NFS was not tried" },
	{ 13, "EACCES", "permission denied: the client is not in the exports" },
	{ 19, "ENODEV", "no such device, or a file system that the kernel lacks" },
	{ 22, "EINVAL", "an option of nfsroot= is wrong" },
	{ 30, "EROFS", "read-only: the export is ro" },
	{ 93, "EPROTONOSUPPORT", "the server does not have this NFS version: vers=3 in nfsroot=" },
	{ 101, "ENETUNREACH", "no way to the server: no address, or no router" },
	{ 103, "ECONNABORTED", "the connection was cut" },
	{ 104, "ECONNRESET", "the server cut the connection" },
	{ 110, "ETIMEDOUT", "the server does not answer: firewall, or the wrong address" },
	{ 111, "ECONNREFUSED", "nothing listens on the server's port: the service does not run" },
	{ 112, "EHOSTDOWN", "the server is not on the wire" },
	{ 113, "EHOSTUNREACH", "the server is not on the wire: ARP was not answered" },
	{ 116, "ESTALE", "a file handle that the server does not know any more" },
};

/* "error -13", "errno 13", "ENOENT" */
static bool linux_error(const struct query *q, struct text *out)
{
	struct bytes v = q->word[q->n - 1];
	bool numbered = q->n == 2 && (word_is(q->word[0], "error") || word_is(q->word[0], "errno"));
	uint32_t code = 0;

	if (v.n > 1 && v.p[0] == '-')
		v = bytes_of(v.p + 1, v.n - 1);
	if (q->n != 1 && !numbered)
		return false;
	if (numbered)
		word_number(v, &code);
	for (size_t i = 0; i < sizeof(linux_errors) / sizeof(linux_errors[0]); i++) {
		if (numbered && code ? linux_errors[i].code != code
				     : !word_is(v, linux_errors[i].word))
			continue;
		text_fmt(out, "Linux error %u, %s\n  As it boots: %s.\n", linux_errors[i].code,
			 linux_errors[i].word, linux_errors[i].meaning);
		return true;
	}
	return false;
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

const char *explain_code_word(uint32_t i)
{
	const uint32_t rpc = KINDS * MEANINGS,
		       auth = rpc + sizeof(rpc_words) / sizeof(rpc_words[0]),
		       end = auth + sizeof(auth_words) / sizeof(auth_words[0]);

	if (i < rpc)
		return status_word(i) ? status_word(i) : "";
	return i < auth ? rpc_words[i - rpc].word : i < end ? auth_words[i - auth].word : NULL;
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
	    linux_error(q, out))
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
