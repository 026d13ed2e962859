/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings of the boot EEPROM, one or a whole configuration (facts 3.6, 6.2, 7). */
#include <string.h>

#include "eeprom.h"
#include "explain.h"
#include "query.h"

enum { ORDER_DIGITS = 8, NETWORK = 2, STOP = 0xe, RESTART = 0xf };

bool explain_boot_order(struct bytes v, struct text *out, bool *network)
{
	static const char *const modes[16] = {
		"SD card", "SD card", "network", "RPIBOOT",    "USB", "USB-C host",
		"NVMe",    "HTTP",    NULL,      NULL,         NULL,  NULL,
		NULL,      NULL,      "stop",    "start over",
	};
	bool some = false, reached = true;
	uint32_t order;

	*network = false;
	if (v.n > 2 && v.p[0] == '0' && lower_case(v.p[1]) == 'x')
		v = bytes_of(v.p + 2, v.n - 2);
	if (v.n > ORDER_DIGITS || !word_hex(v, &order))
		return false;
	for (uint32_t i = v.n; i--;) {
		int d = hex_digit(v.p[i]);

		if (d == 0 && some) /* leading zeros say nothing */
			continue;
		text_fmt(out, "%s%s",
			 !some     ? ""
			 : reached ? ", then "
				   : ", never ",
			 modes[d] ? modes[d] : "an unknown mode (SD is tried)");
		*network |= d == NETWORK && reached;
		reached &= d != STOP && d != RESTART;
		some = true;
	}
	return true;
}

enum value {
	VALUE_TEXT,
	VALUE_SWITCH,
	VALUE_IP4,
	VALUE_NUMBER,
	VALUE_PREFIX,
	VALUE_MAC,
	VALUE_CONSOLE
};

/* What a value can be; least is what the bootloader takes for the least. */
static const struct {
	const char *key;
	enum value kind;
	uint32_t least, most; /* of VALUE_TEXT: characters; most 0: no bound */
} checks[] = {
	{ "TFTP_IP", VALUE_IP4, 0, 0 },
	{ "CLIENT_IP", VALUE_IP4, 0, 0 },
	{ "SUBNET", VALUE_IP4, 0, 0 },
	{ "GATEWAY", VALUE_IP4, 0, 0 },
	{ "DNS_IP", VALUE_IP4, 0, 0 },
	{ "DHCP_TIMEOUT", VALUE_NUMBER, 5000, 0 },
	{ "DHCP_REQ_TIMEOUT", VALUE_NUMBER, 500, 0 },
	{ "TFTP_FILE_TIMEOUT", VALUE_NUMBER, 5000, 0 },
	{ "TFTP_PREFIX", VALUE_PREFIX, 0, 2 },
	{ "TFTP_PREFIX_STR", VALUE_TEXT, 0, 32 },
	{ "NETCONSOLE", VALUE_CONSOLE, 0, 32 },
	{ "MAC_ADDRESS", VALUE_MAC, 0, 0 },
	{ "BOOT_UART", VALUE_SWITCH, 0, 1 },
	{ "DISABLE_HDMI", VALUE_SWITCH, 0, 1 },
	{ "USE_IPV6", VALUE_SWITCH, 0, 1 },
	{ "ENABLE_SELF_UPDATE", VALUE_SWITCH, 0, 1 },
	{ "FREEZE_VERSION", VALUE_SWITCH, 0, 1 },
	{ "NET_INSTALL_ENABLED", VALUE_SWITCH, 0, 1 },
	{ "NET_INSTALL_AT_POWER_ON", VALUE_SWITCH, 0, 1 },
};

static bool is_mac(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if (i % 3 == 2 ? v.p[i] != ':' && v.p[i] != '-' : hex_digit(v.p[i]) < 0)
			return false;
	return v.n == 17;
}

/* False, and a line that says what: no value that can be. */
static bool value_is_sane(const char *key, struct bytes v, const char *indent, struct text *out)
{
	uint32_t n;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (strcmp(checks[i].key, key) != 0)
			continue;
		switch (checks[i].kind) {
		case VALUE_IP4:
			if (word_ip4(v))
				return true;
			text_fmt(out, "%s%s is no address of four numbers.\n", indent, key);
			return false;
		case VALUE_NUMBER:
			if (word_number(v, &n) && n >= checks[i].least)
				return true;
			text_fmt(out, "%s%s takes milliseconds, %u at least.\n", indent, key,
				 checks[i].least);
			return false;
		case VALUE_SWITCH:
		case VALUE_PREFIX:
			if (word_number(v, &n) && n <= checks[i].most)
				return true;
			text_fmt(out, "%s%s takes 0 to %u.\n", indent, key, checks[i].most);
			return false;
		case VALUE_MAC:
			if (is_mac(v))
				return true;
			text_fmt(out, "%s%s is no MAC of six bytes in hex.\n", indent, key);
			return false;
		case VALUE_CONSOLE:
			if (v.n <= checks[i].most && memchr(v.p, '@', v.n) && memchr(v.p, ',', v.n))
				return true;
			text_fmt(out,
				 "%s%s takes PORT@ADDRESS/,PORT@ADDRESS/ such as "
				 "6665@169.254.1.1/,6666@/, %u characters at most.\n",
				 indent, key, checks[i].most);
			return false;
		case VALUE_TEXT:
			if (v.n <= checks[i].most)
				return true;
			text_fmt(out, "%s%s takes %u characters at most.\n", indent, key,
				 checks[i].most);
			return false;
		}
	}
	return true;
}

/* The row of a line KEY=VALUE or of a KEY alone, in any case; value: what is behind the sign. */
static const struct know *row_of(struct bytes line, struct bytes *value)
{
	const uint8_t *eq = line.n ? memchr(line.p, '=', line.n) : NULL;
	uint32_t n = eq ? (uint32_t)(eq - line.p) : line.n;
	struct bytes key = trimmed(bytes_of(line.p, n));
	const struct know *k;

	*value = eq ? trimmed(bytes_of(eq + 1, line.n - n - 1)) : bytes_of(NULL, 0);
	for (uint32_t i = 0; (k = know_row(i)) != NULL; i++)
		if (k->kind == KNOW_EEPROM && word_is(key, k->begin))
			return k;
	return NULL;
}

bool explain_setting(const struct query *q, struct text *out)
{
	struct bytes value;
	const struct know *k = row_of(q->all, &value);
	bool network;

	if (!k)
		return false;
	text_fmt(out, "%s: %s\n  %s\n", k->begin, k->title, k->meaning);
	if (!value.n)
		return true;
	if (strcmp(k->begin, "BOOT_ORDER") == 0) {
		char words[256];
		struct text t = text_init(words, sizeof(words));

		if (explain_boot_order(value, &t, &network))
			text_fmt(out, "  This one tries %s%s.\n", words,
				 network ? "" : "; the network is not reached");
		else
			text_str(out, "  This is no number of up to 8 hex digits.\n");
	} else {
		(void)value_is_sane(k->begin, value, "  ", out);
	}
	return true;
}

bool eeprom_values_are_sane(struct bytes lines, struct text *out)
{
	bool fine = true;

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct bytes v = eeprom_value(lines, checks[i].key);

		if (v.n)
			fine &= value_is_sane(checks[i].key, v, "  ", out);
	}
	return fine;
}

bool explain_is_eeprom(struct bytes lines)
{
	struct bytes value;

	while (lines.n) {
		struct bytes line = line_next(&lines);

		if (line.n && memchr(line.p, '=', line.n) && row_of(line, &value))
			return true;
	}
	return false;
}

enum { LINES_SHOWN = 200, LINE_SHOWN = 160 };

bool explain_eeprom(struct bytes lines, struct text *out)
{
	struct bytes rest = lines;
	uint32_t shown = 0;

	if (!explain_is_eeprom(lines))
		return false;
	while (rest.n && shown < LINES_SHOWN) {
		struct bytes line = line_next(&rest), value;
		const struct know *k = line.n ? row_of(line, &value) : NULL;
		const char *near;

		if (!line.n || line.p[0] == '#')
			continue;
		shown++;
		text_safe(out, bytes_of(line.p, line.n < LINE_SHOWN ? line.n : LINE_SHOWN));
		text_char(out, '\n');
		if (line.p[0] == '[') {
			if (!bytes_is(line, "[all]"))
				text_str(out,
					 "    = a condition. What follows holds only where it is "
					 "true, up to [all]; the review takes it as true.\n");
		} else if (k) {
			text_fmt(out, "    = %s. %s\n", k->title, k->meaning);
		} else {
			near = explain_near_setting(line);
			text_fmt(out, "    = no setting that is known here.%s%s%s\n",
				 near ? " Is " : "", near ? near : "", near ? " meant?" : "");
		}
	}
	if (rest.n)
		text_fmt(out, "The lines behind the first %u are not listed.\n", shown);
	eeprom_review(lines, out);
	return true;
}
