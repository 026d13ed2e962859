/* SPDX-License-Identifier: BSD-2-Clause */
/* DHCP options: the names are the dissector's table, the meaning for a boot is said here. */
#include "dhcp.h"
#include "query.h"

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

/* Those whose name or label has the words in it. */
static bool options_named(struct bytes v, struct text *out)
{
	bool some = false;

	for (uint32_t code = 0; v.n >= LETTERS_MIN && code < OPTIONS; code++) {
		const struct field *f = &dhcp_options[code];

		if (!f->key || (!word_within(v, f->key) && !word_within(v, f->label)))
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

/* "arch 7": option 93 */
bool explain_architecture(const struct query *q, struct text *out)
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
