/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "board.h"
#include "explain.h"

enum { LINES_MAX = 400 };

static struct bytes trim(struct bytes v)
{
	while (v.n && (v.p[0] == ' ' || v.p[0] == '\t' || v.p[0] == '\r'))
		v = bytes_of(v.p + 1, v.n - 1);
	while (v.n && (v.p[v.n - 1] == ' ' || v.p[v.n - 1] == '\t' || v.p[v.n - 1] == '\r'))
		v.n--;
	return v;
}

static struct bytes next_line(struct bytes *rest)
{
	const uint8_t *nl = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	uint32_t n = nl ? (uint32_t)(nl - rest->p) : rest->n;
	struct bytes line = bytes_of(rest->p, n);

	*rest = nl ? bytes_of(nl + 1, rest->n - n - 1) : bytes_of(NULL, 0);
	return trim(line);
}

/* Newer logs have seconds and hundredths in front of each line (release notes 2024-05-17). */
static struct bytes without_time(struct bytes v)
{
	uint32_t i = 0;

	while (i < v.n && ((v.p[i] >= '0' && v.p[i] <= '9') || v.p[i] == '.' || v.p[i] == ' '))
		i++;
	return i && i < v.n && memchr(v.p, '.', i) ? bytes_of(v.p + i, v.n - i) : v;
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool explain_boot_order(struct bytes v, struct text *out, bool *network)
{
	static const char *const modes[16] = {
		"SD card", "SD card", "network", "RPIBOOT",    "USB", "USB-C host",
		"NVMe",    "HTTP",    NULL,      NULL,         NULL,  NULL,
		NULL,      NULL,      "stop",    "start over",
	};
	bool some = false;

	*network = false;
	if (v.n > 2 && v.p[0] == '0' && (v.p[1] | 0x20) == 'x')
		v = bytes_of(v.p + 2, v.n - 2);
	if (!v.n || v.n > 8)
		return false;
	for (uint32_t i = 0; i < v.n; i++)
		if (digit(v.p[i]) < 0)
			return false;
	for (uint32_t i = v.n; i--;) {
		int d = digit(v.p[i]);

		/* leading zeros say nothing */
		if (d == 0 && some)
			continue;
		text_fmt(out, "%s%s", some ? ", then " : "",
			 modes[d] ? modes[d] : "an unknown mode (SD is tried)");
		*network |= d == 2;
		some = true;
	}
	return true;
}

static struct bytes setting(struct bytes lines, const char *key)
{
	struct bytes found = bytes_of(NULL, 0);
	uint32_t n = (uint32_t)strlen(key);

	while (lines.n) {
		struct bytes line = next_line(&lines);

		if (bytes_starts(line, key) && line.n > n && line.p[n] == '=')
			found = trim(bytes_of(line.p + n + 1, line.n - n - 1));
	}
	return found;
}

static uint32_t number(struct bytes v)
{
	uint32_t out = 0;

	for (uint32_t i = 0; i < v.n && i < 9 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
		out = out * 10 + (uint32_t)(v.p[i] - '0');
	return out;
}

static void advise(struct text *out, struct bytes lines)
{
	struct bytes order = setting(lines, "BOOT_ORDER"), prefix = setting(lines, "TFTP_PREFIX"),
		     str = setting(lines, "TFTP_PREFIX_STR"), client = setting(lines, "CLIENT_IP"),
		     dhcp = setting(lines, "DHCP_TIMEOUT"),
		     file = setting(lines, "TFTP_FILE_TIMEOUT");
	char words[256];
	struct text t = text_init(words, sizeof(words));
	bool network = false, fine = true;

	text_str(out, "For network boot:\n");
	if (!order.n) {
		text_str(out, "  BOOT_ORDER is not set: 0xf41 (card, USB, start over), no network. "
			      "Add BOOT_ORDER=0xf21.\n");
		fine = false;
	} else if (!explain_boot_order(order, &t, &network)) {
		text_str(out, "  BOOT_ORDER is no number of up to 8 hex digits.\n");
		fine = false;
	} else {
		text_fmt(out, "  BOOT_ORDER tries %s.\n", words);
		if (!network) {
			text_str(out, "  The network (2) is not in it: add BOOT_ORDER=0xf21.\n");
			fine = false;
		}
	}
	if (bytes_is(prefix, "1") && !str.n) {
		text_str(out,
			 "  TFTP_PREFIX=1 without TFTP_PREFIX_STR: file names get no folder.\n");
		fine = false;
	}
	if (str.n && str.p[str.n - 1] != '/') {
		text_str(out, "  TFTP_PREFIX_STR does not end in a slash: it is glued to the file "
			      "names.\n");
		fine = false;
	}
	if (str.n && !bytes_is(prefix, "1")) {
		text_str(out, "  TFTP_PREFIX_STR has no effect without TFTP_PREFIX=1.\n");
		fine = false;
	}
	if (client.n && (!setting(lines, "TFTP_IP").n || !setting(lines, "SUBNET").n)) {
		text_str(out, "  CLIENT_IP needs TFTP_IP and SUBNET beside it.\n");
		fine = false;
	}
	if (dhcp.n && number(dhcp) < 30000) {
		text_str(out, "  DHCP_TIMEOUT is short for a network with spanning tree (30 s "
			      "until a port opens).\n");
		fine = false;
	}
	if (file.n && number(file) < 30000) {
		text_str(out, "  TFTP_FILE_TIMEOUT is shorter than its default: large kernels may "
			      "not arrive in time.\n");
		fine = false;
	}
	if (!setting(lines, "TFTP_IP").n)
		text_str(out, "  No TFTP_IP: DHCP must name the server (option 43 \"Raspberry Pi "
			      "Boot\", or option 66).\n");
	if (fine)
		text_str(out, "  Nothing in it stands against network boot.\n");
}

bool explain_eeprom(struct bytes lines, struct text *out)
{
	struct bytes rest = lines;
	uint32_t known = 0;

	for (uint32_t i = 0; rest.n && i < LINES_MAX; i++) {
		struct bytes line = next_line(&rest);
		const uint8_t *eq = line.n ? memchr(line.p, '=', line.n) : NULL;
		const struct know *k = eq ? know_find(KNOW_EEPROM, line) : NULL;

		if (!eq || line.p[0] == '#')
			continue;
		text_safe(out, line);
		text_char(out, '\n');
		if (k && bytes_starts(line, k->begin) && line.p[strlen(k->begin)] == '=') {
			text_fmt(out, "    = %s. %s\n", k->title, k->meaning);
			known++;
		} else {
			text_str(out, "    Not known here, or not of network boot.\n");
		}
	}
	if (!known)
		return false;
	advise(out, lines);
	return true;
}

static bool zero_mac(struct bytes v)
{
	return bytes_find(v, bytes_str("00:00:00:00:00:00")) != UINT32_MAX;
}

/* What the net and tftp lines say together (the screen as a state machine). */
static void conclude(struct text *out, struct bytes net, struct bytes tftp, bool missing)
{
	if (!net.n)
		return;
	text_str(out, "So: ");
	if (bytes_starts(net, "net: down"))
		text_str(out, "there is no link, or network boot has not begun. Look at cable and "
			      "switch; the wire shows nothing.\n");
	else if (bytes_starts(net, "net: up ip: 0.0.0.0"))
		text_str(out, "no OFFER was taken. Capture DHCP: bootscope names what the offers "
			      "lack (dhcp-no-offer, dhcp-no-option43).\n");
	else if (tftp.n && zero_mac(tftp))
		text_str(out, "the TFTP server does not answer ARP (arp-no-answer, "
			      "arp-offlink-server).\n");
	else if (missing)
		text_str(out, "the TFTP server answers, and files are missing "
			      "(tftp-firmware-not-found, tftp-config-missing).\n");
	else
		text_str(out, "address and server are settled; what follows is TFTP.\n");
}

static void otp_value(struct text *out, struct bytes line)
{
	uint32_t code = 0;

	for (uint32_t i = 3; i < line.n && digit(line.p[i]) >= 0 && i < 11; i++)
		code = code << 4 | (uint32_t)digit(line.p[i]);
	if (bytes_starts(line, "30:")) {
		text_str(out, "    ");
		if (!revision_text(code, out))
			text_str(out, "not a code known here");
		text_char(out, '\n');
	} else if (bytes_starts(line, "28:")) {
		text_fmt(out, "    TFTP folder: %08x\n", code);
	} else if (bytes_starts(line, "17:")) {
		text_fmt(out, "    Booting from the network without a card is %s (bit 29).\n",
			 code >> 29 & 1 ? "on" : "off");
	}
}

bool explain_paste(struct bytes lines, struct text *out)
{
	static const enum know_kind kinds[] = { KNOW_SCREEN, KNOW_LOG, KNOW_OTP };
	struct bytes rest = lines, net = bytes_of(NULL, 0), tftp = net;
	bool any = false, missing = false;

	if (bytes_find(lines, bytes_str("BOOT_ORDER=")) != UINT32_MAX ||
	    bytes_find(lines, bytes_str("[all]")) != UINT32_MAX)
		return explain_eeprom(lines, out);
	for (uint32_t i = 0; rest.n && i < LINES_MAX; i++) {
		struct bytes line = without_time(next_line(&rest));
		const struct know *k = NULL;

		for (size_t j = 0; j < sizeof(kinds) / sizeof(kinds[0]) && !k; j++)
			k = know_find(kinds[j], line);
		if (!k)
			continue;
		any = true;
		if (bytes_starts(line, "net:"))
			net = line;
		if (bytes_starts(line, "tftp:"))
			tftp = line;
		missing |=
			bytes_starts(line, "TFTP 1:") || bytes_starts(line, "Firmware not found");
		text_safe(out, line);
		text_fmt(out, "\n    = %s. %s\n", k->title, k->meaning);
		if (k->kind == KNOW_OTP)
			otp_value(out, line);
	}
	if (any)
		conclude(out, net, tftp, missing);
	return any;
}
