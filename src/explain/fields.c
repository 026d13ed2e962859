/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of screen lines and OTP rows in words (facts 6.1, 6.2, 7, 8). */
#include "board.h"
#include "dhcp.h"
#include "explain.h"
#include "pxe.h"
#include "screen.h"

enum { SERIAL_DIGITS = 8, REVISION_DIGITS = 6, DATE = 10, BIT_NETWORK = 29 };

/* Newer: "board: rev c03112 0000 serial 5b154510 dc:a6:..", older without those words. */
static void board_fields(const struct query *q, struct text *out)
{
	bool revision = false;
	uint32_t v;

	for (uint32_t i = 1; i < q->n; i++) {
		struct bytes w = q->word[i];

		if (!word_hex(w, &v))
			continue;
		if (!revision && w.n >= REVISION_DIGITS) {
			revision = true;
			text_str(out, "    Board: ");
			if (!revision_text(v, out))
				text_str(out, "a revision that is not known here");
			text_str(out, ".\n");
		} else if (w.n == SERIAL_DIGITS) {
			text_fmt(out, "    TFTP folder: %08x/ unless TFTP_PREFIX says otherwise.\n",
				 v);
		}
	}
}

static void rounds(struct bytes v, const char *what, struct text *out)
{
	text_fmt(out, "    %s: ", what);
	for (uint32_t i = 0; i < v.n; i++) {
		if (v.p[i] != '/') {
			text_safe(out, bytes_of(v.p + i, 1));
			continue;
		}
		text_str(out, " made, ");
		if (bytes_is(bytes_of(v.p + i + 1, v.n - i - 1), "-1")) {
			text_str(out, "no limit");
			break;
		}
	}
	text_str(out, bytes_find(v, bytes_str("/-1")) == UINT32_MAX ? " allowed.\n" : ".\n");
}

static void boot_fields(const struct query *q, struct text *out)
{
	for (uint32_t i = 1; i + 1 < q->n; i++) {
		struct bytes v = q->word[i + 1];
		char words[256];
		struct text t = text_init(words, sizeof(words));
		bool network;

		if (word_is(q->word[i], "order") && explain_boot_order(v, &t, &network))
			text_fmt(out, "    Order: %s%s.\n", words,
				 network ? "" : "; the network is not reached");
		else if (word_is(q->word[i], "retry"))
			rounds(v, "Retries of this mode", out);
		else if (word_is(q->word[i], "restart"))
			rounds(v, "Rounds of the order", out);
	}
}

static void update_fields(const struct query *q, struct text *out)
{
	char date[40];
	struct text t = text_init(date, sizeof(date));
	uint64_t v = 0;

	if (q->n < 2 || q->word[1].n > 10)
		return;
	for (uint32_t i = 0; i < q->word[1].n; i++) {
		if (q->word[1].p[i] < '0' || q->word[1].p[i] > '9')
			return;
		v = v * 10 + (uint64_t)(q->word[1].p[i] - '0');
	}
	text_time(&t, v * 1000000000u);
	date[DATE] = 0;
	text_fmt(out, "    That is %s.\n", date);
}

static void otp_fields(struct bytes line, struct text *out)
{
	uint32_t v;

	if (line.n < 4 || !word_hex(bytes_of(line.p + 3, line.n - 3), &v))
		return;
	if (bytes_starts(line, "17:")) {
		text_fmt(out, "    Booting from USB and network without a card is %s (bit 29).\n",
			 v >> BIT_NETWORK & 1 ? "on" : "off");
	} else if (bytes_starts(line, "28:")) {
		text_fmt(out, "    TFTP folder: %08x/\n", v);
	} else if (bytes_starts(line, "30:")) {
		text_str(out, "    Board: ");
		if (!revision_text(v, out))
			text_str(out, "a revision that is not known here");
		text_str(out, ".\n");
	}
}

static bool has(struct bytes line, const char *what)
{
	return bytes_find(line, bytes_str(what)) != UINT32_MAX;
}

/* The mode by its digit, which stands behind its name: facts 6.2. */
static void mode_field(const struct query *q, struct text *out)
{
	char words[64];
	struct text t = text_init(words, sizeof(words));
	bool network;

	if (q->n > 3 && !word_is(q->word[2], "NET-INSTALL") && !word_is(q->word[2], "RAMDISK") &&
	    q->word[3].n == 1 && explain_boot_order(q->word[3], &t, &network))
		text_fmt(out, "    Now at: %s.\n", words);
}

/* The word behind name; n 0: there is none. */
static struct bytes behind(const struct query *q, const char *name)
{
	for (uint32_t i = 0; i + 1 < q->n; i++)
		if (word_is(q->word[i], name))
			return q->word[i + 1];
	return bytes_of(NULL, 0);
}

/* "NET address mask gw router tftp server": facts 6.5. Frames to a server outside the subnet go to
 * the router, which must be there. */
static void settled_fields(const struct query *q, struct text *out)
{
	uint32_t own = q->n > 2 ? address_read_ip4(q->word[1]) : 0,
		 mask = q->n > 2 ? address_read_ip4(q->word[2]) : 0;
	uint32_t server = address_read_ip4(behind(q, "tftp")),
		 router = address_read_ip4(behind(q, "gw"));

	if (!own || !mask || !server)
		return;
	if ((own & mask) == (server & mask))
		text_str(out, "    The TFTP server is in the board's own subnet.\n");
	else if (router)
		text_str(out, "    The TFTP server is in another subnet: its frames go to the "
			      "gateway.\n");
	else
		text_str(out,
			 "    The TFTP server is in another subnet and there is no gateway: it is "
			 "not reached (arp-offlink-server, dhcp-no-router-offlink-server).\n");
}

/* Facts 6.5, readings of the counters. */
static void counter_fields(const struct query *q, struct text *out)
{
	uint32_t rx, udp = 0, ip_bad = 0, udp_bad = 0;

	if (!word_number(behind(q, "RX:"), &rx))
		return;
	word_number(behind(q, "RECV:"), &udp);
	word_number(behind(q, "IP_CSUM_ERR:"), &ip_bad);
	word_number(behind(q, "UDP_CSUM_ERR:"), &udp_bad);
	if (ip_bad || udp_bad)
		text_str(out,
			 "    Frames with wrong checksums: damaged, or checksum offload on the "
			 "server (dhcp-offer-bad-checksum).\n");
	else if (!rx)
		text_str(out,
			 "    Nothing was received so far: no answer, another VLAN, or the switch "
			 "port is still closed.\n");
	else if (!udp)
		text_str(out, "    Frames arrive, and none is an answer to the board.\n");
	else
		text_str(out, "    Answers arrive.\n");
}

static void option_fields(const struct query *q, bool pxe, struct text *out)
{
	uint32_t code;

	if (!word_number(behind(q, "op:"), &code) || code > 255)
		return;
	if (pxe ? pxe_options[code].label != NULL : dhcp_options[code].label != NULL)
		text_fmt(out, "    %u is %s.\n", code,
			 pxe ? pxe_options[code].label : dhcp_options[code].label);
}

static void link_fields(struct bytes line, struct text *out)
{
	if (has(line, "half"))
		text_str(out, "    Half duplex: one end of the cable is set by hand; let both "
			      "negotiate.\n");
	else if (has(line, "speed: 10 "))
		text_str(out, "    10 Mb/s: a bad cable, or a port that is set so.\n");
}

static void tftp_ip_field(struct bytes line, struct text *out)
{
	text_str(out,
		 has(line, "TFTP: 0.0.0.0") || has(line, "(null)")
			 ? "    No TFTP_IP is set in the EEPROM: DHCP has to name the server.\n"
			 : "    The TFTP server is set in the EEPROM (TFTP_IP).\n");
}

static bool over_current(struct bytes line)
{
	return (has(line, "usb_oc=") && !has(line, "usb_oc=0")) ||
	       (has(line, "usb_over_current=") && !has(line, "usb_over_current=0"));
}

/* Of the log: what was taken for network boot. False: the line is none of it. */
static bool log_fields(struct bytes line, const struct query *q, struct text *out)
{
	if (bytes_starts(line, "NETWORK:") || bytes_starts(line, "NET_BOOT:"))
		tftp_ip_field(line, out);
	else if (bytes_starts(line, "NET "))
		settled_fields(q, out);
	else if (bytes_starts(line, "RX:"))
		counter_fields(q, out);
	else if (bytes_starts(line, "LINK STATUS"))
		link_fields(line, out);
	else if (bytes_starts(line, "op:") || bytes_starts(line, "PXE op:"))
		option_fields(q, line.p[0] == 'P', out);
	else if (bytes_starts(line, "Configuring (net") && has(line, "No configuration methods"))
		text_str(
			out,
			"    It got no address (dhcp-no-offer, link-stp-delay, ipxe-wrong-nic).\n");
	else if (has(line, "DHCP recv NACK"))
		text_str(out, "    The server takes its offer back (dhcp-nak).\n");
	else
		return false;
	return true;
}

void screen_fields(struct bytes line, struct text *out)
{
	struct query q = query_split(line);

	if (bytes_starts(line, "board:"))
		board_fields(&q, out);
	else if (bytes_starts(line, "boot: mode")) {
		mode_field(&q, out);
		boot_fields(&q, out);
	} else if (bytes_starts(line, "update-ts:"))
		update_fields(&q, out);
	else if (bytes_starts(line, "bootloader:") && has(line, " RO"))
		text_str(out,
			 "    RO: the EEPROM is write protected, an update will not be taken.\n");
	else if (bytes_starts(line, "fw:") && has(line, "star.elf"))
		text_str(out, "    Nothing was loaded yet.\n");
	else if (bytes_starts(line, "power:") && over_current(line))
		text_str(out, "    A USB device takes too much current.\n");
	else if (bytes_starts(line, "display:") && !has(line, "HPD=1"))
		text_str(out, "    No screen is plugged in.\n");
	else if (bytes_starts(line, "secure-boot:") && !has(line, "disabled") &&
		 !has(line, "flags 0"))
		text_str(out, "    It is on: boot.img and boot.sig are asked for.\n");
	else if (bytes_starts(line, "display:") && has(line, "err-crc"))
		text_str(out,
			 "    The screen's EDID is damaged: cable or screen; the boot does not "
			 "mind.\n");
	else if (log_fields(line, &q, out))
		;
	else if (line.n > 3 && line.p[2] == ':')
		otp_fields(line, out);
}
