/* SPDX-License-Identifier: BSD-2-Clause */
#include "guide.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* A question, or an advice when it has no answers. */
struct answer {
	const char *words;
	int next;
};

enum { ANSWERS = 6 };

static const struct {
	const char *words;
	struct answer answer[ANSWERS];
} steps[] = {
	{ "What does the board show?",
	  { { "A rainbow, or nothing at all, and no LED pattern", 1 },
	    { "The diagnostic screen of a Pi 4 or 5", 2 },
	    { "LED flashes", 3 },
	    { "Kernel messages, then it stops", 4 },
	    { "It boots, but slowly or not always", 5 } } },
	{ "Which board is it?",
	  { { "Pi 3 or older", 6 }, { "Pi 4 or 5", 7 }, { "A PC, or U-Boot", 8 } } },
	{ "What does the line 'net:' say?",
	  { { "net: down", 9 },
	    { "net: up ip: 0.0.0.0", 10 },
	    { "an address, and tftp with a MAC of zeros", 11 },
	    { "an address, and tftp with a real MAC", 12 } } },
	{ "Count long and short flashes and ask: bootscope explain led 0/4 (no long, four short).\n"
	  "There is no pattern for 'no network boot': four short flashes are what it looks like.",
	  { { NULL, 0 } } },
	{ "What is the last message about?",
	  { { "Waiting for root device", 13 },
	    { "IP-Config, DHCP", 14 },
	    { "VFS: Unable to mount root fs via NFS, or nothing after IP-Config", 15 },
	    { "init, or services that fail", 16 } } },
	{ "Capture a whole start and look: bootscope analyze boot.pcap. Causes that come and go:\n"
	  "  link-stp-delay, pi3-rom-offer-stall, dhcp-two-servers, dhcp-duplicate-address, "
	  "tftp-packet-loss.",
	  { { NULL, 0 } } },
	{ "Has the Pi 3 its network boot bit? On it: vcgencmd otp_dump | grep 17: must say "
	  "17:3020000a.\n"
	  "A Pi 1 or 2 needs bootcode.bin on a card. Take every other card and disk out. Then "
	  "capture on the\n"
	  "server: no DISCOVER from b8:27:eb:... means that it never asked; else bootscope analyze "
	  "says why.",
	  { { NULL, 0 } } },
	{ "Look at the boot order: rpi-eeprom-config | bootscope explain -   A 2 must be in "
	  "BOOT_ORDER.\n"
	  "A rainbow after files were loaded: firmware-silent-after-start-elf.",
	  { { NULL, 0 } } },
	{ "Capture its start on the server and ask bootscope analyze. Common causes: "
	  "pxe-no-bootfile,\n"
	  "pxe-arch-mismatch, ipxe-chainload-loop, tftp-reply-blocked.",
	  { { NULL, 0 } } },
	{ "There is no link: cable, switch port, energy-efficient Ethernet. Nothing is on the wire "
	  "yet.",
	  { { NULL, 0 } } },
	{ "No OFFER was taken. Either none came (dhcp-no-offer), or none lets a Pi boot "
	  "(dhcp-no-option43,\n"
	  "dhcp-option43-malformed). Capture on the server: tcpdump -w boot.pcap port 67 or port "
	  "68",
	  { { NULL, 0 } } },
	{ "The TFTP server is not found on the wire: arp-no-answer, arp-offlink-server.",
	  { { NULL, 0 } } },
	{ "The server is reached. If the log says TFTP 1: files are missing "
	  "(tftp-firmware-not-found;\n"
	  "Pi 5: tftp-config-missing). If it says nothing: tftp-reply-blocked.",
	  { { NULL, 0 } } },
	{ "The command line names a root on a card: cmdline-root-not-nfs, cmdline-missing.",
	  { { NULL, 0 } } },
	{ "The kernel asks for an address by itself: kernel-dhcp-no-offer, "
	  "kernel-dhcp-gave-up-before-link.",
	  { { NULL, 0 } } },
	{ "NFS: nfs-v2-default-refused (write vers=3 into nfsroot=), mount-access-denied,\n"
	  "mount-no-such-export, rpcbind-no-answer, nfs-port-unreachable.",
	  { { NULL, 0 } } },
	{ "The root is mounted and something in it fails: nfs-root-squash, nfs-read-only,\n"
	  "nfs-root-network-lost, nfs-init-not-found.",
	  { { NULL, 0 } } },
};

int guide(void)
{
	int at = 0;

	for (;;) {
		char line[64], *end;
		int n = 0;
		long k;

		printf("\n%s\n", steps[at].words);
		while (n < ANSWERS && steps[at].answer[n].words) {
			printf("  %d  %s\n", n + 1, steps[at].answer[n].words);
			n++;
		}
		if (!n) {
			printf("\nEach name in that form is explained by: bootscope explain "
			       "NAME\n");
			return EXIT_FINE;
		}
		printf("Number (q: quit, 0: from the beginning): ");
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin) || line[0] == 'q')
			return EXIT_FINE;
		k = strtol(line, &end, 10);
		if (end == line || k < 0 || k > n)
			printf("A number from 0 to %d, or q.\n", n);
		else
			at = k ? steps[at].answer[k - 1].next : 0;
	}
}
