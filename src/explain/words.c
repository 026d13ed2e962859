/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "board.h"
#include "dhcp.h"
#include "explain.h"
#include "finding.h"
#include "pxe.h"
#include "rpc.h"
#include "tftp.h"

enum { WORDS_MAX = 6, OPTION_BYTES = 255 };

struct words {
	uint32_t n;
	struct bytes word[WORDS_MAX];
	struct bytes all;
};

static struct words split(struct bytes v)
{
	struct words w = { .all = v };

	for (uint32_t i = 0; i < v.n && w.n < WORDS_MAX;) {
		uint32_t from = i;

		while (i < v.n && v.p[i] != ' ' && v.p[i] != '\t' && v.p[i] != '\n')
			i++;
		if (i > from)
			w.word[w.n++] = bytes_of(v.p + from, i - from);
		while (i < v.n && (v.p[i] == ' ' || v.p[i] == '\t' || v.p[i] == '\n'))
			i++;
	}
	return w;
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool is(struct bytes v, const char *word)
{
	uint32_t i = 0;

	while (i < v.n && word[i] && lower(v.p[i]) == lower((uint8_t)word[i]))
		i++;
	return i == v.n && !word[i];
}

static int hex(uint8_t c)
{
	c = lower(c);
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool number(struct bytes v, uint32_t *out)
{
	*out = 0;
	if (!v.n || v.n > 9)
		return false;
	for (uint32_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		*out = *out * 10 + (uint32_t)(v.p[i] - '0');
	}
	return true;
}

static bool finding(struct words w, struct text *out)
{
	for (int i = 0; w.n == 1 && i < FINDINGS; i++) {
		const struct finding_row *r = &findings[i];
		struct finding f;

		if (!is(w.word[0], r->id))
			continue;
		memset(&f, 0, sizeof(f));
		f.id = (enum finding_id)i;
		text_fmt(out, "%s: %s (%s, at %s)\n", r->id, r->title, severity_key(r->severity),
			 stage_label(r->stage));
		text_str(out, "  Seen: ");
		finding_expand(&f, r->what, out);
		text_str(out, "\n  Why: ");
		finding_expand(&f, r->why, out);
		text_str(out, "\n  To do: ");
		finding_expand(&f, r->fix, out);
		text_fmt(out, "\n  Rests on: %s.\n", finding_rests[i]);
		for (int d = 0; d < DIALECTS; d++) {
			char lines[2048];
			struct text t = text_init(lines, sizeof(lines));

			if (!finding_fix(&f, (enum dialect)d, &t))
				continue;
			text_fmt(out, "  %s:\n    ", dialect_keys[d]);
			for (const char *c = lines; *c; c++) {
				text_char(out, *c);
				if (*c == '\n')
					text_str(out, "    ");
			}
			text_char(out, '\n');
		}
		return true;
	}
	return false;
}

/* Hex digits of all words from i on, with or without ':' between; bytes written. */
static uint32_t bytes_in_hex(struct words w, uint8_t *to)
{
	struct bytes v =
		w.n > 1 ? bytes_of(w.word[1].p, (uint32_t)(w.all.p + w.all.n - w.word[1].p))
			: bytes_of(NULL, 0);
	uint32_t n = 0;
	int high = -1;

	if (v.n > 2 && v.p[0] == '0' && lower(v.p[1]) == 'x')
		v = bytes_of(v.p + 2, v.n - 2);
	for (uint32_t i = 0; i < v.n; i++) {
		int d = hex(v.p[i]);

		if (v.p[i] == ':' || v.p[i] == ' ' || v.p[i] == ',' || v.p[i] == '\n')
			continue;
		if (d < 0 || n == OPTION_BYTES)
			return 0;
		if (high < 0) {
			high = d;
		} else {
			to[n++] = (uint8_t)(high << 4 | d);
			high = -1;
		}
	}
	return high < 0 ? n : 0;
}

/* Facts 2.1 and 2.2: what each board makes of it. */
static void pi_verdict(const struct pxe *m, struct text *out)
{
	uint32_t at = pxe_find(m, "Raspberry Pi Boot");
	bool blanks = false;

	if (at != UINT32_MAX && m->form == PXE_ENCAPSULATED && at < m->n_items) {
		struct bytes t = m->item[at].text;

		blanks = t.n > 3 && memcmp(t.p + t.n - 3, "   ", 3) == 0;
	}
	if (at == UINT32_MAX) {
		text_str(out, "  No entry says \"Raspberry Pi Boot\": every Pi drops the offer, "
			      "unless option 66 is in it.\n");
		return;
	}
	if (m->form == PXE_BARE_TEXT) {
		text_str(out, "  Pi 3 and older: accepted (the text alone is enough for the ROM).\n"
			      "  Pi 4 and 5: not accepted; the text must be in sub-option 9.\n");
		return;
	}
	text_fmt(out, "  Pi 3 and older: accepted%s.\n",
		 blanks ? "" : "; without three blanks behind the text the Pi 3B ROM may miss it");
	text_fmt(out, "  Pi 4 and 5: accepted%s%s.\n",
		 at ? ", but bootloaders of 2019 look at the first entry only" : "",
		 m->end ? "" : "; the closing ff is missing, which some take amiss");
}

static bool option43(struct words w, struct text *out)
{
	static const char *const forms[] = { "absent",
					     "empty",
					     "PXE sub-options",
					     "bare text",
					     "PXE sub-options, cut short",
					     "somebody else's bytes" };
	uint8_t raw[OPTION_BYTES];
	uint32_t n;
	struct pxe m;

	if (w.n < 2 || !is(w.word[0], "43"))
		return false;
	n = bytes_in_hex(w, raw);
	if (!n)
		return false;
	pxe_decode(bytes_of(raw, n), true, &m);
	text_fmt(out, "Option 43, %u bytes: %s\n", n, forms[m.form]);
	for (uint32_t i = 0; i < m.n_subs; i++) {
		const struct field *f = &pxe_options[m.sub[i].code];

		text_fmt(out, "  %u %s: ", m.sub[i].code, f->label ? f->label : "not assigned");
		text_hex(out, m.sub[i].v);
		text_char(out, '\n');
	}
	for (uint32_t i = 0; i < m.n_items && m.form != PXE_BARE_TEXT; i++) {
		text_fmt(out, "  menu entry %u: \"", m.item[i].type);
		text_safe(out, m.item[i].text);
		text_str(out, "\"\n");
	}
	if (m.form == PXE_BARE_TEXT) {
		text_str(out, "  text: \"");
		text_safe(out, bytes_of(raw, n));
		text_str(out, "\"\n");
	}
	pi_verdict(&m, out);
	return true;
}

static const char *pi_use(uint32_t code)
{
	switch (code) {
	case 43:
		return "A Pi takes an offer for booting if this holds \"Raspberry Pi Boot\"; its "
		       "sender is then the TFTP server. Give the bytes in hex to have them read.";
	case 60:
		return "A server that sends boot data to PXE clients says PXEClient here; a Pi "
		       "does not insist.";
	case 66:
		return "The TFTP server as text (an address). Every Pi reads it; it is enough "
		       "without option 43.";
	case 67:
		return "PXE, UEFI and iPXE load this file. A Pi never reads it.";
	case 93:
		return "Architecture: a Pi says 0 like a BIOS PC; 7 and 9 are UEFI x64, 11 UEFI "
		       "arm64, 16 UEFI HTTP.";
	case 97:
		return "Machine id: a Pi 4 or 5 puts its revision and serial here.";
	case 17:
		return "Root path: Linux takes it for nfsroot when the command line names none.";
	case 3:
		return "Needed when the TFTP server is in another subnet.";
	default:
		return NULL;
	}
}

static bool dhcp_option_row(struct words w, struct text *out)
{
	uint32_t code;

	if (w.n != 2 || (!is(w.word[0], "option") && !is(w.word[0], "dhcp")))
		return false;
	if (!number(w.word[1], &code)) {
		for (code = 0; code < 255; code++)
			if (dhcp_options[code].key && is(w.word[1], dhcp_options[code].key))
				break;
		if (code == 255)
			return false;
	}
	if (code > 255)
		return false;
	text_fmt(out, "DHCP option %u: %s", code,
		 dhcp_options[code].label ? dhcp_options[code].label : "not assigned");
	if (dhcp_options[code].ref)
		text_fmt(out, " (%s)", dhcp_options[code].ref);
	text_char(out, '\n');
	if (pi_use(code))
		text_fmt(out, "  %s\n", pi_use(code));
	return true;
}

/* What the codes that stop a boot mean for it. */
static const struct {
	enum rpc_status_kind kind;
	uint32_t code;
	const char *meaning;
} meanings[] = {
	{ RPC_STATUS_NFS3, 1, "Not the owner: with root_squash root of the client is nobody." },
	{ RPC_STATUS_NFS3, 2,
	  "No such file or folder; most are asked for in vain in a healthy boot." },
	{ RPC_STATUS_NFS3, 13,
	  "Permission denied: no_root_squash is missing, or the file's mode." },
	{ RPC_STATUS_NFS3, 30, "The export is read-only (ro)." },
	{ RPC_STATUS_NFS3, 70,
	  "The file handle is not known any more: the file system was exported anew; a fixed fsid= "
	  "helps." },
	{ RPC_STATUS_MOUNT, 2,
	  "The path is not exported or does not exist: showmount -e SERVER tells." },
	{ RPC_STATUS_MOUNT, 13,
	  "This client may not mount it: its address is not in the export, or it asks from a port "
	  "above 1023." },
	{ RPC_STATUS_NFS4, 2,
	  "No such path below the server's root for version 4 (fsid=0 moves it)." },
	{ RPC_STATUS_NFS4, 10021, "The server does not have this minor version." },
};

static bool status(struct words w, struct text *out)
{
	static const struct {
		const char *word;
		enum rpc_status_kind kind;
	} kinds[] = { { "nfs", RPC_STATUS_NFS3 },
		      { "nfs3", RPC_STATUS_NFS3 },
		      { "nfs2", RPC_STATUS_NFS2 },
		      { "nfs4", RPC_STATUS_NFS4 },
		      { "mount", RPC_STATUS_MOUNT } };
	uint32_t code;

	if (w.n != 2 || !number(w.word[1], &code))
		return false;
	if (is(w.word[0], "tftp") && code < 9) {
		text_fmt(out, "TFTP error %u: %s (RFC 1350, 2347)\n", code,
			 name_of(tftp_errors, code));
		if (code == 0)
			text_str(out,
				 "  From a Pi \"Early terminate\": it only asked for the size.\n");
		if (code == 1)
			text_str(out, "  A Pi asks for many files that need not exist; what it "
				      "cannot do without is start*.elf (Pi 5: config.txt), the "
				      "kernel and the device tree.\n");
		if (code == 2)
			text_str(out, "  The file is there and not readable for the server: chmod "
				      "-R a+rX, no links out of the TFTP root.\n");
		if (code == 8)
			text_str(out, "  The OACK held something the client did not ask for, or "
				      "UEFI only asked for the size.\n");
		return true;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *name =
			is(w.word[0], kinds[i].word) ? rpc_status_name(kinds[i].kind, code) : NULL;

		if (!name)
			continue;
		text_fmt(out, "%s (%u)\n", name, code);
		for (size_t k = 0; k < sizeof(meanings) / sizeof(meanings[0]); k++)
			if (meanings[k].kind == kinds[i].kind && meanings[k].code == code)
				text_fmt(out, "  %s\n", meanings[k].meaning);
		return true;
	}
	return false;
}

/* RFC 5531 9: how a call can fail before the program looks at it. */
static const struct {
	const char *word, *meaning;
} rpc_words[] = {
	{ "prog_unavail", "The program does not run on that port." },
	{ "prog_mismatch", "The program runs, but not in the version asked for; the reply names "
			   "those it has. NFS: set vers= to one of them." },
	{ "proc_unavail", "The program has no such procedure." },
	{ "garbage_args", "The server could not read the arguments." },
	{ "system_err", "The server failed, for want of memory and the like." },
	{ "auth_error", "The credentials are not taken: check sec= and the export." },
	{ "rpc_mismatch", "Not version 2 of RPC." },
};

static bool rpc_word(struct words w, struct text *out)
{
	for (size_t i = 0; w.n && i < sizeof(rpc_words) / sizeof(rpc_words[0]); i++) {
		if (!is(w.word[w.n - 1], rpc_words[i].word))
			continue;
		text_fmt(out, "RPC %s (RFC 5531)\n  %s\n", rpc_words[i].word, rpc_words[i].meaning);
		return true;
	}
	return false;
}

/* "led 0/4", "2 long 4 short", "7 blinks" */
static bool led(struct words w, struct text *out)
{
	uint32_t longs = 0, shorts = 0, n = 0, got[2] = { 0, 0 };
	bool said = false;
	char key[16];
	struct text t = text_init(key, sizeof(key));
	const struct know *k;

	for (uint32_t i = 0; i < w.n; i++) {
		struct bytes v = w.word[i];
		const uint8_t *slash = memchr(v.p, '/', v.n);

		said |= is(v, "led") || is(v, "blinks") || is(v, "flashes") || is(v, "short") ||
			is(v, "long") || is(v, "blink") || is(v, "times");
		if (slash && number(bytes_of(v.p, (uint32_t)(slash - v.p)), &longs) &&
		    number(bytes_of(slash + 1, v.n - (uint32_t)(slash - v.p) - 1), &shorts))
			n = 3;
		else if (n < 2 && number(v, &got[n]))
			n++;
	}
	if (!said || !n)
		return false;
	if (n == 1)
		shorts = got[0];
	if (n == 2) {
		longs = got[0];
		shorts = got[1];
	}
	text_fmt(&t, "%u/%u", longs, shorts);
	k = know_find(KNOW_LED, bytes_str(key));
	if (!k || strcmp(k->begin, key) != 0)
		return false;
	text_fmt(out, "%u long, %u short: %s\n  %s\n", longs, shorts, k->title, k->meaning);
	return true;
}

static bool revision(struct words w, struct text *out)
{
	struct bytes v = w.n ? w.word[w.n - 1] : bytes_of(NULL, 0);
	uint32_t code = 0;

	if (!(w.n == 2 && (is(w.word[0], "revision") || is(w.word[0], "rev"))) &&
	    !(w.n == 1 && v.n == 6))
		return false;
	if (v.n > 2 && v.p[0] == '0' && lower(v.p[1]) == 'x')
		v = bytes_of(v.p + 2, v.n - 2);
	for (uint32_t i = 0; i < v.n; i++) {
		if (v.n > 8 || hex(v.p[i]) < 0)
			return false;
		code = code << 4 | (uint32_t)hex(v.p[i]);
	}
	text_fmt(out, "Board revision %x: ", code);
	if (!revision_text(code, out)) {
		text_clear(out);
		return false;
	}
	text_char(out, '\n');
	return true;
}

static bool setting(struct words w, struct text *out)
{
	const struct know *k = w.n == 1 ? know_find(KNOW_EEPROM, w.word[0]) : NULL;
	uint32_t n = k ? (uint32_t)strlen(k->begin) : 0;
	bool network;

	if (!k || (w.word[0].n > n && w.word[0].p[n] != '='))
		return false;
	text_fmt(out, "%s: %s\n  %s\n", k->begin, k->title, k->meaning);
	if (strcmp(k->begin, "BOOT_ORDER") == 0 && w.word[0].n > n + 1) {
		char words[256];
		struct text t = text_init(words, sizeof(words));

		if (explain_boot_order(bytes_of(w.word[0].p + n + 1, w.word[0].n - n - 1), &t,
				       &network))
			text_fmt(out, "  This one tries %s%s.\n", words,
				 network ? "" : "; the network is not among them");
	}
	return true;
}

bool explain_words(struct bytes v, struct text *out)
{
	struct words w = split(v);

	return finding(w, out) || setting(w, out) || option43(w, out) || dhcp_option_row(w, out) ||
	       status(w, out) || rpc_word(w, out) || led(w, out) || revision(w, out) ||
	       explain_paste(v, out);
}

/* Letters that differ, one after another, with one left out allowed on either side. */
static uint32_t apart(struct bytes a, const char *b)
{
	uint32_t i = 0, j = 0, d = 0;
	uint32_t n = (uint32_t)strlen(b);

	while (i < a.n && j < n) {
		if (lower(a.p[i]) == lower((uint8_t)b[j])) {
			i++;
			j++;
			continue;
		}
		d++;
		if (i + 1 < a.n && lower(a.p[i + 1]) == lower((uint8_t)b[j])) {
			i++;
		} else if (j + 1 < n && lower(a.p[i]) == lower((uint8_t)b[j + 1])) {
			j++;
		} else {
			i++;
			j++;
		}
	}
	return d + (a.n - i) + (n - j);
}

const char *explain_near(struct bytes v)
{
	const char *best = NULL;
	uint32_t least = v.n / 3 + 2;

	for (int i = 0; i < FINDINGS; i++) {
		uint32_t d = apart(v, findings[i].id);

		if (d < least) {
			least = d;
			best = findings[i].id;
		}
	}
	for (uint32_t i = 0; know_row(i); i++) {
		uint32_t d =
			know_row(i)->kind == KNOW_EEPROM ? apart(v, know_row(i)->begin) : least;

		if (d < least) {
			least = d;
			best = know_row(i)->begin;
		}
	}
	return best;
}
