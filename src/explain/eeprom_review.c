/* SPDX-License-Identifier: BSD-2-Clause */
/* Is a board with this configuration of its boot EEPROM set up for network boot? Facts 3.6, 6.2, 7.
 */
#include "eeprom.h"

#include <string.h>

#include "explain.h"
#include "query.h"

enum { MODE_HTTP = 7, MODE_RESTART = 0xf };

/* The last value of key in the whole text: sections are not told apart. */
struct bytes eeprom_value(struct bytes lines, const char *key)
{
	struct bytes found = bytes_of(NULL, 0);
	uint32_t n = (uint32_t)strlen(key);

	while (lines.n) {
		struct bytes line = line_next(&lines);

		if (bytes_starts(line, key) && line.n > n && line.p[n] == '=')
			found = trimmed(bytes_of(line.p + n + 1, line.n - n - 1));
	}
	return found;
}

static bool order_is_fine(struct bytes lines, struct text *out)
{
	struct bytes order = eeprom_value(lines, "BOOT_ORDER");
	char words[256];
	struct text t = text_init(words, sizeof(words));
	bool network;

	if (!order.n) {
		text_str(out, "  BOOT_ORDER is not set. The default 0xf41 (card, USB, start over) "
			      "never asks the network: add BOOT_ORDER=0xf21.\n");
		return false;
	}
	if (!explain_boot_order(order, &t, &network)) {
		text_str(out, "  BOOT_ORDER is no number of up to 8 hex digits.\n");
		return false;
	}
	text_fmt(out, "  BOOT_ORDER tries %s.\n", words);
	if (!network)
		text_str(out, "  The network (2) is not reached in it, and not a frame will be "
			      "seen of this board: write BOOT_ORDER=0xf21.\n");
	return network;
}

/* Facts 3.6. */
static bool prefix_is_fine(struct bytes lines, struct text *out)
{
	struct bytes prefix = eeprom_value(lines, "TFTP_PREFIX"),
		     str = eeprom_value(lines, "TFTP_PREFIX_STR");
	bool own = bytes_is(prefix, "1");

	if (own && !str.n)
		text_str(out,
			 "  TFTP_PREFIX=1 without TFTP_PREFIX_STR: file names get no folder.\n");
	else if (str.n && !own)
		text_str(out, "  TFTP_PREFIX_STR has no effect without TFTP_PREFIX=1.\n");
	else if (str.n && str.p[str.n - 1] != '/')
		text_str(out, "  TFTP_PREFIX_STR does not end in a slash: it is glued to the file "
			      "names.\n");
	else
		return true;
	return false;
}

/* With fixed addresses: is there a way from the board to its server? */
static bool way_is_fine(struct bytes lines, struct text *out)
{
	uint32_t own = address_read_ip4(eeprom_value(lines, "CLIENT_IP")),
		 mask = address_read_ip4(eeprom_value(lines, "SUBNET")),
		 server = address_read_ip4(eeprom_value(lines, "TFTP_IP")),
		 gateway = address_read_ip4(eeprom_value(lines, "GATEWAY"));

	if (!own || !mask || !server) /* said where values are looked at */
		return true;
	if (gateway && (gateway & mask) != (own & mask))
		text_str(out, "  GATEWAY is not in the subnet of CLIENT_IP.\n");
	else if ((server & mask) != (own & mask) && !gateway)
		text_str(out,
			 "  TFTP_IP is in another subnet than CLIENT_IP and there is no GATEWAY: "
			 "the server is not reached.\n");
	else
		return true;
	return false;
}

/* Facts 7: CLIENT_IP, SUBNET and TFTP_IP together mean that no DHCP is sent. */
static bool addresses_are_fine(struct bytes lines, struct text *out)
{
	bool client = eeprom_value(lines, "CLIENT_IP").n, mask = eeprom_value(lines, "SUBNET").n,
	     server = eeprom_value(lines, "TFTP_IP").n;

	if (client && mask && server) {
		text_str(out,
			 "  CLIENT_IP, SUBNET and TFTP_IP are set: no DHCP is sent; on the wire "
			 "it begins with ARP.\n");
		return way_is_fine(lines, out);
	}
	if (client || mask) {
		text_fmt(out,
			 "  A fixed address takes CLIENT_IP, SUBNET and TFTP_IP; missing:%s%s%s.\n",
			 client ? "" : " CLIENT_IP", mask ? "" : " SUBNET",
			 server ? "" : " TFTP_IP");
		return false;
	}
	if (server)
		text_str(out, "  TFTP_IP is set: DHCP need only give an address.\n");
	else
		text_str(out,
			 "  No TFTP_IP: DHCP must name the server (option 66 with an address, or "
			 "option 43 \"Raspberry Pi Boot\" with option 60 PXEClient).\n");
	return true;
}

static bool timeouts_are_fine(struct bytes lines, struct text *out)
{
	uint32_t n, step = 4000;
	bool fine = true;

	word_number(eeprom_value(lines, "DHCP_REQ_TIMEOUT"), &step);
	if (!word_number(eeprom_value(lines, "DHCP_TIMEOUT"), &n))
		n = 45000;
	if (step >= n) {
		text_str(out,
			 "  DHCP_REQ_TIMEOUT is not below DHCP_TIMEOUT: there is one request and "
			 "no second one.\n");
		fine = false;
	}

	if (word_number(eeprom_value(lines, "DHCP_TIMEOUT"), &n) && n < 30000) {
		text_str(out,
			 "  DHCP_TIMEOUT is short for a network with spanning tree (30 s until a "
			 "port opens).\n");
		fine = false;
	}
	if (word_number(eeprom_value(lines, "TFTP_FILE_TIMEOUT"), &n) && n < 30000) {
		text_str(out,
			 "  TFTP_FILE_TIMEOUT is shorter than its default of 30000: large kernels "
			 "may not arrive in time.\n");
		fine = false;
	}
	return fine;
}

static bool is_on(struct bytes lines, const char *key)
{
	struct bytes v = eeprom_value(lines, key);

	return v.n && !bytes_is(v, "0");
}

static uint32_t last_digit(uint32_t order)
{
	uint32_t n = 0;

	while (order >>= 4)
		n++;
	return n;
}

/* What goes with the order of the modes, or gets in its way. */
static bool modes_are_fine(struct bytes lines, struct text *out)
{
	struct bytes order = eeprom_value(lines, "BOOT_ORDER");
	uint32_t digits = 0;
	bool fine = true;

	/* the leftmost digit comes last */
	if (order.n && word_hex(order, &digits) &&
	    digits >> (4 * last_digit(digits)) != MODE_RESTART &&
	    !is_on(lines, "NET_BOOT_MAX_RETRIES"))
		text_str(out,
			 "  BOOT_ORDER does not end in f, its leftmost digit (start over): the "
			 "network is tried once. Put an f in front, or set "
			 "NET_BOOT_MAX_RETRIES=-1.\n");
	for (; digits; digits >>= 4)
		if ((digits & 15) == MODE_HTTP && !eeprom_value(lines, "HTTP_HOST").n)
			text_str(out, "  Mode 7 (HTTP) without HTTP_HOST asks Raspberry Pi's own "
				      "server for "
				      "network install.\n");
	if (is_on(lines, "NET_INSTALL_AT_POWER_ON"))
		text_str(out,
			 "  NET_INSTALL_AT_POWER_ON=1: network install is offered first, at each "
			 "cold start.\n");
	if (is_on(lines, "SIGNED_BOOT"))
		text_str(out, "  SIGNED_BOOT: the server must have boot.img and boot.sig; single "
			      "files are "
			      "not asked for.\n");
	if (is_on(lines, "USE_IPV6")) {
		text_str(out, "  USE_IPV6=1: it boots over IPv6 and needs router advertisements "
			      "and a boot "
			      "file URL by DHCPv6 (experimental); for IPv4 leave it at 0.\n");
		fine = false;
	}
	return fine;
}

void eeprom_review(struct bytes lines, struct text *out)
{
	struct bytes text43 = eeprom_value(lines, "PXE_OPTION43");
	bool fine = true;

	text_str(out, "For network boot:\n");
	fine &= order_is_fine(lines, out);
	fine &= prefix_is_fine(lines, out);
	fine &= addresses_are_fine(lines, out);
	fine &= timeouts_are_fine(lines, out);
	fine &= modes_are_fine(lines, out);
	fine &= eeprom_values_are_sane(lines, out);
	if (text43.n && !bytes_is(text43, "Raspberry Pi Boot")) {
		text_str(out, "  PXE_OPTION43: the menu of option 43 must hold \"");
		text_safe(out, text43);
		text_str(out, "\" instead of \"Raspberry Pi Boot\".\n");
	}
	if (!bytes_is(eeprom_value(lines, "BOOT_UART"), "1") &&
	    !eeprom_value(lines, "NETCONSOLE").n)
		text_str(out,
			 "  To see its log add BOOT_UART=1, or NETCONSOLE=6665@169.254.1.1/,6666@/ "
			 "and listen on UDP 6666.\n");
	if (fine)
		text_str(out, "  Nothing in it stands against network boot.\n");
	text_str(out, "  A changed configuration holds from the next boot on.\n");
}
