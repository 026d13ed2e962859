/* SPDX-License-Identifier: BSD-2-Clause */
/* Values of screen lines and OTP rows in words (facts 6.1, 6.2, 7, 8). */
#include "board.h"
#include "explain.h"
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

void screen_fields(struct bytes line, struct text *out)
{
	struct query q = query_split(line);

	if (bytes_starts(line, "board:"))
		board_fields(&q, out);
	else if (bytes_starts(line, "boot: mode"))
		boot_fields(&q, out);
	else if (bytes_starts(line, "update-ts:"))
		update_fields(&q, out);
	else if (bytes_starts(line, "bootloader:") && has(line, " RO"))
		text_str(out,
			 "    RO: the EEPROM is write protected, an update will not be taken.\n");
	else if (bytes_starts(line, "fw:") && has(line, "star.elf"))
		text_str(out, "    Nothing was loaded yet.\n");
	else if (bytes_starts(line, "power:") &&
		 ((has(line, "usb_oc=") && !has(line, "usb_oc=0")) ||
		  (has(line, "usb_over_current=") && !has(line, "usb_over_current=0"))))
		text_str(out, "    A USB device takes too much current.\n");
	else if (bytes_starts(line, "display:") && !has(line, "HPD=1"))
		text_str(out, "    No screen is plugged in.\n");
	else if (bytes_starts(line, "NETWORK:") || bytes_starts(line, "NET_BOOT:"))
		text_str(out, has(line, "TFTP: 0.0.0.0")
				      ? "    No TFTP_IP is set in the EEPROM: DHCP has to name the "
					"server.\n"
				      : "    The TFTP server is set in the EEPROM (TFTP_IP).\n");
	else if (line.n > 3 && line.p[2] == ':')
		otp_fields(line, out);
}
