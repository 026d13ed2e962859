/* SPDX-License-Identifier: BSD-2-Clause */
/* Screen and log read as the state machine that they come from (facts 6.3, 6.5). */
#include <string.h>

#include "explain.h"
#include "screen.h"

static bool has(struct bytes line, const char *what)
{
	return bytes_find(line, bytes_str(what)) != UINT32_MAX;
}

static void begin_attempt(struct story *s)
{
	s->attempt = true;
	s->link = s->accepted = s->arp = s->no_firmware = s->no_tree = s->failed = false;
	s->silent = s->denied = s->bad_oack = s->too_large = s->kernel = s->later = false;
	s->offers = s->your_address = s->next_server = s->option66 = s->menu = 0;
	s->missing = s->read = 0;
	s->linux_says = NULL;
}

/* The lines net:, tftp:, boot: of the screen; they stand above the log. */
static bool screen_line(struct story *s, struct bytes line)
{
	if (bytes_starts(line, "net:")) {
		s->screen = true;
		s->down = has(line, "down");
		s->up = !s->down;
		s->address = has(line, "ip: ") && !has(line, "ip: 0.0.0.0");
		return true;
	}
	if (bytes_starts(line, "tftp:")) {
		bool zeros = has(line, "00:00:00:00:00:00");

		s->no_server_mac = zeros;
		s->server_mac = !zeros && !has(line, " 0.0.0.0");
		return true;
	}
	if (bytes_starts(line, "boot: mode ")) {
		struct query q = query_split(line);

		s->moved_on = !has(line, "mode NETWORK") && !has(line, "mode RESTART");
		for (uint32_t i = 0; i + 1 < q.n; i++) {
			char words[256];
			struct text t = text_init(words, sizeof(words));
			bool network = true;

			if (word_is(q.word[i], "order") &&
			    explain_boot_order(q.word[i + 1], &t, &network))
				s->no_network = !network;
		}
		return true;
	}
	return false;
}

static bool dhcp_line(struct story *s, struct bytes line)
{
	if (bytes_starts(line, "DHCP src:"))
		s->offers++;
	else if (bytes_starts(line, "YI_ADDR"))
		s->your_address++;
	else if (bytes_starts(line, "SI_ADDR"))
		s->next_server++;
	else if (bytes_starts(line, "[66]:"))
		s->option66++;
	else if (bytes_starts(line, "PXE op:") && (has(line, " 9 len") || has(line, ":9 len")))
		s->menu++;
	else if (bytes_starts(line, "NET ") && has(line, "tftp"))
		s->accepted = true;
	else if (bytes_starts(line, "NETBOOT init failed"))
		s->failed = true;
	else
		return false;
	return true;
}

static bool file_line(struct story *s, struct bytes line)
{
	struct query q = query_split(line);

	/* "ARP 192.168.0.108 00:0c:29:8d:33:61"; other lines begin so and say less */
	if ((q.n > 1 && word_is(q.word[0], "ARP") && word_ip4(q.word[1])) ||
	    bytes_starts(line, "Done ARP"))
		s->arp = true;
	else if (bytes_starts(line, "No response from ARP"))
		s->no_server_mac = s->address = true;
	else if (bytes_starts(line, "TFTP 1:"))
		s->missing++;
	else if (bytes_starts(line, "TFTP 2:"))
		s->denied = true;
	else if (bytes_starts(line, "TFTP: disconnect: timeouts"))
		s->silent = true;
	else if (bytes_starts(line, "BAD OACK"))
		s->bad_oack = true;
	else if (bytes_starts(line, "File is too large"))
		s->too_large = true;
	else if (bytes_starts(line, "Firmware not found"))
		s->no_firmware = true;
	else if (bytes_starts(line, "Device-tree file") && has(line, "not found"))
		s->no_tree = true;
	else if (bytes_starts(line, "Read ") || bytes_starts(line, "Read File:")) {
		s->read++;
		s->kernel |= has(line, "kernel") && has(line, ".img");
	} else {
		return false;
	}
	return true;
}

static bool linux_line(struct story *s, struct bytes line)
{
	static const struct {
		const char *what, *says;
	} ends[] = {
		{ "VFS: Mounted root (nfs",
		  "the root is mounted over NFS: the network boot worked. If it stops later, "
		  "the cause is in the root file system (nfs-root-squash, nfs-read-only)" },
		{ "VFS: Unable to mount root fs via NFS",
		  "Linux is up and the NFS root is not given. Write vers=3 into nfsroot=, "
		  "and look at the export (nfs-v2-default-refused, mount-access-denied, "
		  "mount-no-such-export)" },
		{ "mount call failed",
		  "the server refuses the mount: path or client is not in its exports "
		  "(mount-access-denied, mount-no-such-export)" },
		{ "Waiting for root device",
		  "the command line names a root on a card or disk (cmdline-root-not-nfs)" },
		{ "VFS: Cannot open root device",
		  "the command line names a root on a card or disk (cmdline-root-not-nfs)" },
		{ "Auto-configuration of network failed",
		  "Linux is up and gets no address (kernel-dhcp-no-offer)" },
		{ "not responding, still trying", "the NFS server went silent while the root was "
						  "in use, or the link was taken down" },
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (has(line, ends[i].what)) {
			s->linux_says = ends[i].says;
			return true;
		}
	return false;
}

void story_line(struct story *s, struct bytes line)
{
	bool told = true;

	if (bytes_starts(line, "Boot mode: NETWORK") || bytes_starts(line, "NETWORK:") ||
	    bytes_starts(line, "NET_BOOT:"))
		begin_attempt(s);
	else if (bytes_starts(line, "Boot mode:"))
		s->later = s->attempt || s->missing || s->offers;
	else if (bytes_starts(line, "Link ready") || bytes_starts(line, "LINK STATUS"))
		s->link = true;
	else
		told = screen_line(s, line) || dhcp_line(s, line) || file_line(s, line) ||
		       linux_line(s, line);
	s->lines += told;
}

/* Facts 2.1, 2.4: what the log says of offers that were not taken. */
static void no_offer_taken(const struct story *s, struct text *out)
{
	if (!s->offers && (s->attempt || s->failed))
		text_str(out, "the link is up and no DHCP server answers, as far as these lines go "
			      "(dhcp-no-offer). If one should: same VLAN? spanning tree on the "
			      "switch port (link-stp-delay)?\n");
	else if (!s->offers)
		text_str(out,
			 "link, and no offer was taken: none came (dhcp-no-offer), or none lets "
			 "a Pi boot (dhcp-no-option43). A capture of DHCP tells which.\n");
	else if (!s->your_address)
		text_str(out,
			 "offers come and none has an address in it: only a proxy answers. The "
			 "DHCP server that gives addresses is missing.\n");
	else
		text_fmt(out,
			 "offers come with an address and are not taken: %s. Send option 66 with "
			 "the TFTP server's address, or option 43 \"Raspberry Pi Boot\" with "
			 "option 60 PXEClient (dhcp-no-option43).\n",
			 s->next_server && !s->option66 && !s->menu
				 ? "a next server (SI_ADDR) alone is not enough"
				 : "nothing in them says where to boot from");
}

/* False: nothing of TFTP to tell. */
static bool files(const struct story *s, struct text *out)
{
	if (s->denied)
		text_str(out, "the TFTP server may not read a file: check its rights "
			      "(tftp-access-violation).\n");
	else if (s->bad_oack)
		text_str(out, "the TFTP server answers its options wrongly; use another one.\n");
	else if (s->too_large)
		text_str(out, "a file is larger than what the board sets aside for it.\n");
	else if (s->silent)
		text_str(out, "data stopped coming: server, firewall or network lose packets "
			      "(tftp-reply-blocked, tftp-packet-loss).\n");
	else if (s->no_tree)
		text_str(out,
			 "the device tree of this board is not on the server: its boot files are "
			 "older than the board, or copied in part.\n");
	else if (s->kernel)
		text_str(out,
			 "the kernel was read whole: the network and the TFTP server are fine. If "
			 "it stops now, look at the kernel's own messages and at cmdline.txt.\n");
	else if (s->no_firmware || (s->missing && !s->read && (s->later || s->missing > 1)))
		text_str(out,
			 "the TFTP server answers and does not have the files: neither in the "
			 "board's folder nor above it is there a start*.elf (Pi 5: config.txt) "
			 "(tftp-firmware-not-found, tftp-config-missing).\n");
	else if (s->read)
		text_str(out, "files are being read, nothing in these lines is wrong. A 'TFTP 1' "
			      "between files that are read is normal.\n");
	else
		return false;
	return true;
}

static void state(const struct story *s, struct text *out)
{
	if (s->linux_says)
		text_fmt(out, "%s.\n", s->linux_says);
	else if (files(s, out))
		;
	else if (s->down)
		text_str(out, "there is no link, or network boot has not begun. Look at cable and "
			      "switch; on the wire there is nothing.\n");
	else if (s->server_mac || s->arp)
		text_str(out,
			 "address and TFTP server are settled and the server answers ARP; files "
			 "are next. If nothing follows: tftp-port-unreachable, "
			 "tftp-reply-blocked.\n");
	else if (s->no_server_mac && s->address)
		text_str(out, "the offer was taken, and the TFTP server does not answer ARP: wrong "
			      "address, host down, or another subnet (arp-no-answer, "
			      "arp-offlink-server).\n");
	else if (s->accepted || s->address)
		text_str(out,
			 "the offer was taken. Whether the TFTP server answers ARP is not in these "
			 "lines; if nothing follows, it does not (arp-no-answer, "
			 "arp-offlink-server).\n");
	else if (s->up || s->link || s->offers || s->failed)
		no_offer_taken(s, out);
	else if (s->attempt)
		text_str(out, "it waits for the link: cable, switch port, negotiation.\n");
	else
		text_str(out, "network boot has not begun in these lines.\n");
}

void story_end(const struct story *s, uint32_t known, struct text *out)
{
	if (!s->screen && (!s->lines || known < 2)) /* one line is no story */
		return;
	text_str(out, "So: ");
	if (s->no_network && !s->attempt) {
		text_str(out,
			 "the boot order has no network in it: add a 2 to BOOT_ORDER. Not a frame "
			 "of this board will be on the wire.\n");
		return;
	}
	state(s, out);
	if (s->screen && s->moved_on && !s->down)
		text_str(out,
			 "The board has moved on to another boot mode; the lines net: and tftp: "
			 "are left from its try of the network.\n");
}
