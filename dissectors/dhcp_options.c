/* SPDX-License-Identifier: BSD-2-Clause */
/* Every option of RFC 2132 and its successors, as the IANA registry lists them. */
#include "dhcp.h"

#include <string.h>

/* clang-format off */
static const struct name types[] = {
	{ 1, "discover" }, { 2, "offer" }, { 3, "request" }, { 4, "decline" }, { 5, "ack" }, { 6, "nak" }, { 7, "release" },
	{ 8, "inform" }, { 9, "forcerenew" }, { 10, "leasequery" }, { 11, "leaseunassigned" }, { 12, "leaseunknown" },
	{ 13, "leaseactive" }, { 14, "bulkleasequery" }, { 15, "leasequerydone" }, { 16, "activeleasequery" },
	{ 17, "leasequerystatus" }, { 18, "tls" }, { 0, NULL },
};
static const char *const type_names[] = { "BOOTP", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM" };
static const struct name node_types[] = { { 1, "B-node" }, { 2, "P-node" }, { 4, "M-node" }, { 8, "H-node" }, { 0, NULL } };
static const struct name overloads[] = { { 1, "file" }, { 2, "sname" }, { 3, "file and sname" }, { 0, NULL } };

/* RFC 4578 2.1 as corrected by the IANA registry of processor architecture types (RFC 5970 6.2). */
static const struct name archs[] = {
	{ 0, "x86 BIOS" }, { 1, "NEC PC98" }, { 2, "Itanium" }, { 3, "DEC Alpha" }, { 4, "Arc x86" }, { 5, "Intel Lean Client" },
	{ 6, "x86 UEFI" }, { 7, "x64 UEFI" }, { 8, "Xscale UEFI" }, { 9, "EBC" }, { 10, "ARM 32-bit UEFI" },
	{ 11, "ARM 64-bit UEFI" }, { 12, "PowerPC Open Firmware" }, { 13, "PowerPC ePAPR" }, { 14, "POWER OPAL v3" },
	{ 15, "x86 UEFI HTTP" }, { 16, "x64 UEFI HTTP" }, { 17, "EBC HTTP" }, { 18, "ARM 32-bit UEFI HTTP" },
	{ 19, "ARM 64-bit UEFI HTTP" }, { 20, "x86 BIOS HTTP" }, { 21, "ARM 32-bit U-Boot" }, { 22, "ARM 64-bit U-Boot" },
	{ 23, "ARM 32-bit U-Boot HTTP" }, { 24, "ARM 64-bit U-Boot HTTP" }, { 25, "RISC-V 32-bit UEFI" },
	{ 26, "RISC-V 32-bit UEFI HTTP" }, { 27, "RISC-V 64-bit UEFI" }, { 28, "RISC-V 64-bit UEFI HTTP" },
	{ 29, "RISC-V 128-bit UEFI" }, { 30, "RISC-V 128-bit UEFI HTTP" }, { 31, "s390 basic" }, { 32, "s390 extended" },
	{ 33, "MIPS 32-bit UEFI" }, { 34, "MIPS 64-bit UEFI" }, { 35, "Sunway 32-bit UEFI" }, { 36, "Sunway 64-bit UEFI" },
	{ 37, "LoongArch 32-bit UEFI" }, { 38, "LoongArch 32-bit UEFI HTTP" }, { 39, "LoongArch 64-bit UEFI" },
	{ 40, "LoongArch 64-bit UEFI HTTP" }, { 41, "ARM rpiboot" }, { 0, NULL },
};

static const struct field relay_subs[256] = {
	[1]   = { "circuit_id",        "circuit id",        "RFC 3046 3.1", FMT_HEX,  1, 0, 0, { NULL } },
	[2]   = { "remote_id",         "remote id",         "RFC 3046 3.2", FMT_HEX,  1, 0, 0, { NULL } },
	[4]   = { "docsis_class",      "DOCSIS class",      "RFC 3256",     FMT_U32,  4, 4, 0, { NULL } },
	[5]   = { "link_selection",    "link selection",    "RFC 3527",     FMT_IP4,  4, 4, 0, { NULL } },
	[6]   = { "subscriber_id",     "subscriber id",     "RFC 3993",     FMT_TEXT, 1, 0, 0, { NULL } },
	[7]   = { "radius",            "RADIUS attributes", "RFC 4014",     FMT_HEX,  1, 0, 0, { NULL } },
	[8]   = { "authentication",    "authentication",    "RFC 4030",     FMT_HEX,  1, 0, 0, { NULL } },
	[9]   = { "vendor_specific",   "vendor specific",   "RFC 4243",     FMT_HEX,  1, 0, 0, { NULL } },
	[10]  = { "flags",             "flags",             "RFC 5010",     FMT_U8,   1, 1, 0, { NULL } },
	[11]  = { "server_override",   "server override",   "RFC 5107",     FMT_IP4,  4, 4, 0, { NULL } },
	[12]  = { "relay_id",          "relay id",          "RFC 6925",     FMT_HEX,  1, 0, 0, { NULL } },
	[151] = { "virtual_subnet",    "virtual subnet",    "RFC 6607",     FMT_HEX,  1, 0, 0, { NULL } },
	[152] = { "virtual_subnet_control", "virtual subnet control", "RFC 6607", FMT_FLAG, 0, 0, 0, { NULL } },
};

/* Numbers of iPXE's own, read off its public option registry. */
static const struct field ipxe_subs[256] = {
	[1]   = { "priority",   "priority",   "iPXE", FMT_U8,   1, 1, 0, { NULL } },
	[8]   = { "keep_san",   "keep SAN",   "iPXE", FMT_U8,   1, 1, 0, { NULL } },
	[16]  = { "pxe_ext",    "PXE API extensions", "iPXE", FMT_HEX, 1, 0, 0, { NULL } },
	[17]  = { "iscsi",      "iSCSI",      "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[18]  = { "aoe",        "AoE",        "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[19]  = { "http",       "HTTP",       "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[20]  = { "https",      "HTTPS",      "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[21]  = { "tftp",       "TFTP",       "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[22]  = { "ftp",        "FTP",        "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[23]  = { "dns",        "DNS",        "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[24]  = { "bzimage",    "bzImage",    "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[25]  = { "multiboot",  "Multiboot",  "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[36]  = { "efi",        "EFI",        "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[176] = { "no_pxedhcp", "no ProxyDHCP wait", "iPXE", FMT_U8, 1, 1, 0, { NULL } },
	[177] = { "bus_id",     "bus id",     "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
	[189] = { "bios_drive", "BIOS drive", "iPXE", FMT_U8,   1, 1, 0, { NULL } },
	[190] = { "username",   "user name",  "iPXE", FMT_TEXT, 1, 0, 0, { NULL } },
	[191] = { "password",   "password",   "iPXE", FMT_TEXT, 1, 0, 0, { NULL } },
	[235] = { "version",    "version",    "iPXE", FMT_HEX,  1, 0, 0, { NULL } },
};
/* clang-format on */

/* RFC 3004: instances with a length each; or the bare text that iPXE and others send. */
static void user_class(struct bytes v, const struct sink *out)
{
	uint32_t at = 0;

	while (at < v.n && v.p[at] && v.p[at] < v.n - at)
		at += v.p[at] + 1u;
	if (at != v.n) {
		sink_bytes(out, "text", v);
		return;
	}
	sink_list(out, "classes");
	for (at = 0; at < v.n; at += v.p[at] + 1u)
		sink_bytes(out, NULL, bytes_of(v.p + at + 1, v.p[at]));
	sink_close(out);
}

/* RFC 4702 2: flags, two result codes, the name as text or (flag E) in wire form. */
static void fqdn(struct bytes v, const struct sink *out)
{
	static const struct field domain = { "name", "name", "RFC 4702", FMT_DOMAINS,
					     0,      0,      0,          { NULL } };
	char buf[300];
	struct text t = text_init(buf, sizeof(buf));
	struct bytes name = bytes_of(v.p + 3, v.n - 3);

	sink_at(out, bytes_of(v.p, 1));
	sink_number(out, "flags", v.p[0]);
	sink_at(out, name);
	if (v.p[0] & 4) {
		field_text(&domain, name, &t);
		sink_text(out, "name", buf);
	} else {
		sink_bytes(out, "name", name);
	}
}

/* RFC 4578 2.2: type, major, minor. */
static void undi(struct bytes v, const struct sink *out)
{
	static const char *const keys[] = { "type", "major", "minor" };

	for (uint32_t i = 0; i < 3; i++) {
		sink_at(out, bytes_of(v.p + i, 1));
		sink_number(out, keys[i], v.p[i]);
	}
}

/* RFC 3442: prefix length, as many octets of the destination as it needs, router. */
static void routes(struct bytes v, const struct sink *out)
{
	struct reader r = reader_init(v.p, v.n, v.n);

	sink_list(out, "routes");
	while (reader_left(&r)) {
		char buf[48];
		struct text t = text_init(buf, sizeof(buf));
		uint8_t width = reader_u8(&r);
		uint32_t from = r.pos - 1, to = 0, n = (width + 7u) / 8;
		const uint8_t *p = width <= 32 ? reader_take(&r, n) : NULL;

		for (uint32_t i = 0; p && i < n; i++)
			to |= (uint32_t)p[i] << (24 - 8 * i);
		text_ip4(&t, to);
		text_fmt(&t, "/%u via ", width);
		text_ip4(&t, reader_be32(&r));
		if (!p || r.err)
			break;
		sink_at(out, bytes_of(v.p + from, r.pos - from));
		sink_text(out, NULL, buf);
	}
	sink_close(out);
}

/* clang-format off */
const struct field dhcp_options[256] = {
	[1] = { "subnet_mask", "subnet mask", "RFC 2132 3.3", FMT_IP4, 4, 4, FIELD_SERVER, { NULL } },
	[2] = { "time_offset", "time offset", "RFC 2132 3.4", FMT_U32, 4, 4, FIELD_SERVER, { NULL } },
	[3] = { "router", "router", "RFC 2132 3.5", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[4] = { "time_server", "time server", "RFC 2132 3.6", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[5] = { "name_server", "IEN 116 name server", "RFC 2132 3.7", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[6] = { "dns", "DNS server", "RFC 2132 3.8", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[7] = { "log_server", "log server", "RFC 2132 3.9", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[8] = { "cookie_server", "cookie server", "RFC 2132 3.10", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[9] = { "lpr_server", "LPR server", "RFC 2132 3.11", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[10] = { "impress_server", "Impress server", "RFC 2132 3.12", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[11] = { "resource_location_server", "resource location server", "RFC 2132 3.13", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[12] = { "host_name", "host name", "RFC 2132 3.14", FMT_TEXT, 1, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[13] = { "boot_file_size", "boot file size", "RFC 2132 3.15", FMT_U16, 2, 2, FIELD_SERVER, { NULL } },
	[14] = { "merit_dump_file", "merit dump file", "RFC 2132 3.16", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[15] = { "domain_name", "domain name", "RFC 2132 3.17", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[16] = { "swap_server", "swap server", "RFC 2132 3.18", FMT_IP4, 4, 4, FIELD_SERVER, { NULL } },
	[17] = { "root_path", "root path", "RFC 2132 3.19", FMT_TEXT, 1, 0, FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[18] = { "extensions_path", "extensions path", "RFC 2132 3.20", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[19] = { "ip_forwarding", "IP forwarding", "RFC 2132 4.1", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[20] = { "source_routing", "source routing", "RFC 2132 4.2", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[21] = { "policy_filter", "policy filter", "RFC 2132 4.3", FMT_IP4_PAIR, 8, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[22] = { "max_reassembly", "maximum reassembly size", "RFC 2132 4.4", FMT_U16, 2, 2, FIELD_SERVER, { NULL } },
	[23] = { "default_ttl", "default TTL", "RFC 2132 4.5", FMT_U8, 1, 1, FIELD_SERVER, { NULL } },
	[24] = { "mtu_aging_timeout", "path MTU aging timeout", "RFC 2132 4.6", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[25] = { "mtu_plateau", "path MTU plateau table", "RFC 2132 4.7", FMT_U16, 2, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[26] = { "mtu", "interface MTU", "RFC 2132 5.1", FMT_U16, 2, 2, FIELD_SERVER, { NULL } },
	[27] = { "all_subnets_local", "all subnets local", "RFC 2132 5.2", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[28] = { "broadcast_address", "broadcast address", "RFC 2132 5.3", FMT_IP4, 4, 4, FIELD_SERVER, { NULL } },
	[29] = { "mask_discovery", "mask discovery", "RFC 2132 5.4", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[30] = { "mask_supplier", "mask supplier", "RFC 2132 5.5", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[31] = { "router_discovery", "router discovery", "RFC 2132 5.6", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[32] = { "router_solicitation", "router solicitation address", "RFC 2132 5.7", FMT_IP4, 4, 4, FIELD_SERVER, { NULL } },
	[33] = { "static_route", "static route", "RFC 2132 5.8", FMT_IP4_PAIR, 8, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[34] = { "trailer_encapsulation", "trailer encapsulation", "RFC 2132 6.1", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[35] = { "arp_timeout", "ARP cache timeout", "RFC 2132 6.2", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[36] = { "ethernet_encapsulation", "802.3 encapsulation", "RFC 2132 6.3", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[37] = { "tcp_ttl", "TCP default TTL", "RFC 2132 7.1", FMT_U8, 1, 1, FIELD_SERVER, { NULL } },
	[38] = { "tcp_keepalive", "TCP keepalive interval", "RFC 2132 7.2", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[39] = { "tcp_keepalive_garbage", "TCP keepalive garbage", "RFC 2132 7.3", FMT_BOOL, 1, 1, FIELD_SERVER, { NULL } },
	[40] = { "nis_domain", "NIS domain", "RFC 2132 8.1", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[41] = { "nis_server", "NIS server", "RFC 2132 8.2", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[42] = { "ntp_server", "NTP server", "RFC 2132 8.3", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[43] = { "vendor_specific", "vendor specific", "RFC 2132 8.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[44] = { "netbios_name_server", "NetBIOS name server", "RFC 2132 8.5", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[45] = { "netbios_datagram_server", "NetBIOS datagram server", "RFC 2132 8.6", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[46] = { "netbios_node_type", "NetBIOS node type", "RFC 2132 8.7", FMT_ENUM8, 1, 1, FIELD_SERVER, { .names = node_types } },
	[47] = { "netbios_scope", "NetBIOS scope", "RFC 2132 8.8", FMT_TEXT, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[48] = { "x_font_server", "X font server", "RFC 2132 8.9", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[49] = { "x_display_manager", "X display manager", "RFC 2132 8.10", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[50] = { "requested_address", "requested address", "RFC 2132 9.1", FMT_IP4, 4, 4, FIELD_CLIENT, { NULL } },
	[51] = { "lease_time", "lease time", "RFC 2132 9.2", FMT_SECS, 4, 4, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[52] = { "overload", "option overload", "RFC 2132 9.3", FMT_ENUM8, 1, 1, FIELD_CLIENT | FIELD_SERVER, { .names = overloads } },
	[53] = { "message_type", "message type", "RFC 2132 9.6", FMT_ENUM8, 1, 1, FIELD_CLIENT | FIELD_SERVER, { .names = types } },
	[54] = { "server_identifier", "server identifier", "RFC 2132 9.7", FMT_IP4, 4, 4, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[55] = { "request_list", "requested options", "RFC 2132 9.8", FMT_CODES, 1, 0, FIELD_CLIENT | FIELD_CONCAT, { NULL } },
	[56] = { "message", "message", "RFC 2132 9.9", FMT_TEXT, 1, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[57] = { "max_message_size", "maximum message size", "RFC 2132 9.10", FMT_U16, 2, 2, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[58] = { "renewal_time", "renewal time", "RFC 2132 9.11", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[59] = { "rebinding_time", "rebinding time", "RFC 2132 9.12", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[60] = { "vendor_class", "vendor class", "RFC 2132 9.13", FMT_TEXT, 1, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[61] = { "client_identifier", "client identifier", "RFC 2132 9.14", FMT_HEX, 2, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[62] = { "netware_domain", "NetWare/IP domain", "RFC 2242", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[63] = { "netware_options", "NetWare/IP options", "RFC 2242", FMT_HEX, 2, 0, FIELD_SERVER, { NULL } },
	[64] = { "nisplus_domain", "NIS+ domain", "RFC 2132 8.11", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[65] = { "nisplus_server", "NIS+ server", "RFC 2132 8.12", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[66] = { "tftp_server_name", "TFTP server name", "RFC 2132 9.4", FMT_TEXT, 1, 0, FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[67] = { "bootfile", "boot file name", "RFC 2132 9.5", FMT_TEXT, 1, 0, FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[68] = { "mobile_ip_home_agent", "mobile IP home agent", "RFC 2132 8.13", FMT_IP4, 0, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[69] = { "smtp_server", "SMTP server", "RFC 2132 8.14", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[70] = { "pop3_server", "POP3 server", "RFC 2132 8.15", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[71] = { "nntp_server", "NNTP server", "RFC 2132 8.16", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[72] = { "www_server", "WWW server", "RFC 2132 8.17", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[73] = { "finger_server", "finger server", "RFC 2132 8.18", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[74] = { "irc_server", "IRC server", "RFC 2132 8.19", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[75] = { "streettalk_server", "StreetTalk server", "RFC 2132 8.20", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[76] = { "stda_server", "STDA server", "RFC 2132 8.21", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[77] = { "user_class", "user class", "RFC 3004", FMT_OWN, 1, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { .own = user_class } },
	[78] = { "slp_agent", "SLP directory agent", "RFC 2610", FMT_HEX, 1, 0, FIELD_SERVER, { NULL } },
	[79] = { "slp_scope", "SLP service scope", "RFC 2610", FMT_HEX, 1, 0, FIELD_SERVER, { NULL } },
	[80] = { "rapid_commit", "rapid commit", "RFC 4039", FMT_FLAG, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[81] = { "client_fqdn", "client FQDN", "RFC 4702", FMT_OWN, 3, 0, FIELD_CLIENT | FIELD_SERVER, { .own = fqdn } },
	[82] = { "relay_agent", "relay agent information", "RFC 3046", FMT_SUB, 2, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { .sub = relay_subs } },
	[83] = { "isns", "iSNS", "RFC 4174", FMT_HEX, 14, 0, FIELD_SERVER, { NULL } },
	[85] = { "nds_server", "NDS server", "RFC 2241", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[86] = { "nds_tree", "NDS tree", "RFC 2241", FMT_TEXT, 0, 0, FIELD_SERVER, { NULL } },
	[87] = { "nds_context", "NDS context", "RFC 2241", FMT_TEXT, 0, 0, FIELD_SERVER, { NULL } },
	[88] = { "bcmcs_domain", "BCMCS controller domain", "RFC 4280", FMT_DOMAINS, 1, 0, FIELD_SERVER, { NULL } },
	[89] = { "bcmcs_address", "BCMCS controller address", "RFC 4280", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[90] = { "authentication", "authentication", "RFC 3118", FMT_HEX, 11, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[91] = { "last_transaction", "time since last transaction", "RFC 4388", FMT_SECS, 4, 4, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[92] = { "associated_ip", "associated addresses", "RFC 4388", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[93] = { "client_arch", "client architecture", "RFC 4578 2.1", FMT_ENUM16, 2, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_LIST, { .names = archs } },
	[94] = { "client_interface", "client network interface", "RFC 4578 2.2", FMT_OWN, 3, 3, FIELD_CLIENT | FIELD_SERVER, { .own = undi } },
	[95] = { "ldap", "LDAP", "RFC 3679", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[97] = { "client_guid", "client machine identifier", "RFC 4578 2.3", FMT_HEX, 1, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[98] = { "user_auth", "user authentication", "RFC 2485", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[99] = { "geoconf_civic", "civic location", "RFC 4776", FMT_HEX, 3, 0, FIELD_SERVER, { NULL } },
	[100] = { "tz_posix", "time zone, POSIX", "RFC 4833", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[101] = { "tz_name", "time zone, name", "RFC 4833", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[108] = { "ipv6_only_preferred", "IPv6-only preferred", "RFC 8925", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[109] = { "dhcp4o6_source", "DHCP4o6 source address", "RFC 8539", FMT_IP6, 16, 16, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[112] = { "netinfo_address", "NetInfo address", "RFC 3679", FMT_HEX, 1, 0, FIELD_SERVER, { NULL } },
	[113] = { "netinfo_tag", "NetInfo tag", "RFC 3679", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[114] = { "captive_portal", "captive portal", "RFC 8910", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[116] = { "auto_configure", "auto-configure", "RFC 2563", FMT_BOOL, 1, 1, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[117] = { "name_service_search", "name service search", "RFC 2937", FMT_U16, 2, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[118] = { "subnet_selection", "subnet selection", "RFC 3011", FMT_IP4, 4, 4, FIELD_CLIENT, { NULL } },
	[119] = { "domain_search", "domain search", "RFC 3397", FMT_DOMAINS, 1, 0, FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[120] = { "sip_servers", "SIP servers", "RFC 3361", FMT_HEX, 1, 0, FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[121] = { "classless_routes", "classless static routes", "RFC 3442", FMT_OWN, 5, 0, FIELD_SERVER | FIELD_CONCAT, { .own = routes } },
	[122] = { "cablelabs", "CableLabs client configuration", "RFC 3495", FMT_HEX, 1, 0, FIELD_SERVER, { NULL } },
	[123] = { "geoconf", "geographic location", "RFC 6225", FMT_HEX, 16, 16, FIELD_SERVER, { NULL } },
	[124] = { "vendor_class_vi", "vendor-identifying class", "RFC 3925", FMT_HEX, 4, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[125] = { "vendor_specific_vi", "vendor-identifying information", "RFC 3925", FMT_HEX, 4, 0, FIELD_CLIENT | FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[128] = { "pxe_128", "PXE vendor specific 128", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[129] = { "pxe_129", "PXE vendor specific 129", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[130] = { "pxe_130", "PXE vendor specific 130", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[131] = { "pxe_131", "PXE vendor specific 131", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[132] = { "pxe_132", "PXE vendor specific 132", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[133] = { "pxe_133", "PXE vendor specific 133", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[134] = { "pxe_134", "PXE vendor specific 134", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[135] = { "pxe_135", "PXE vendor specific 135", "RFC 4578 2.4", FMT_HEX, 0, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[136] = { "pana_agent", "PANA agent", "RFC 5192", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[137] = { "lost_server", "LoST server", "RFC 5223", FMT_DOMAINS, 1, 0, FIELD_SERVER, { NULL } },
	[138] = { "capwap_ac", "CAPWAP access controller", "RFC 5417", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[139] = { "mos_address", "MoS address", "RFC 5678", FMT_HEX, 1, 0, FIELD_SERVER, { NULL } },
	[140] = { "mos_fqdn", "MoS FQDN", "RFC 5678", FMT_HEX, 1, 0, FIELD_SERVER, { NULL } },
	[141] = { "sip_ua_domains", "SIP UA configuration domains", "RFC 6011", FMT_DOMAINS, 1, 0, FIELD_SERVER, { NULL } },
	[142] = { "andsf_address", "ANDSF address", "RFC 6153", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[143] = { "sztp_redirect", "SZTP redirect", "RFC 8572", FMT_HEX, 2, 0, FIELD_SERVER, { NULL } },
	[144] = { "geoloc", "geospatial location", "RFC 6225", FMT_HEX, 16, 16, FIELD_SERVER, { NULL } },
	[145] = { "forcerenew_nonce", "forcerenew nonce capable", "RFC 6704", FMT_HEX, 1, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[146] = { "rdnss_selection", "RDNSS selection", "RFC 6731", FMT_HEX, 9, 0, FIELD_SERVER, { NULL } },
	[147] = { "dots_ri", "DOTS reference identifier", "RFC 8973", FMT_DOMAINS, 1, 0, FIELD_SERVER, { NULL } },
	[148] = { "dots_address", "DOTS address", "RFC 8973", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[150] = { "tftp_server_address", "TFTP server address", "RFC 5859", FMT_IP4, 4, 0, FIELD_SERVER | FIELD_LIST, { NULL } },
	[151] = { "status_code", "status code", "RFC 6926", FMT_HEX, 1, 0, FIELD_SERVER, { NULL } },
	[152] = { "base_time", "base time", "RFC 6926", FMT_U32, 4, 4, FIELD_SERVER, { NULL } },
	[153] = { "start_time_of_state", "start time of state", "RFC 6926", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[154] = { "query_start_time", "query start time", "RFC 6926", FMT_U32, 4, 4, FIELD_CLIENT, { NULL } },
	[155] = { "query_end_time", "query end time", "RFC 6926", FMT_U32, 4, 4, FIELD_CLIENT, { NULL } },
	[156] = { "dhcp_state", "DHCP state", "RFC 6926", FMT_U8, 1, 1, FIELD_SERVER, { NULL } },
	[157] = { "data_source", "data source", "RFC 6926", FMT_U8, 1, 1, FIELD_SERVER, { NULL } },
	[158] = { "pcp_server", "PCP server", "RFC 7291", FMT_HEX, 5, 0, FIELD_SERVER, { NULL } },
	[159] = { "port_params", "port parameters", "RFC 7618", FMT_HEX, 4, 4, FIELD_SERVER, { NULL } },
	[161] = { "mud_url", "MUD URL", "RFC 8520", FMT_TEXT, 1, 0, FIELD_CLIENT, { NULL } },
	[162] = { "dnr", "encrypted DNS servers", "RFC 9463", FMT_HEX, 1, 0, FIELD_SERVER | FIELD_CONCAT, { NULL } },
	[175] = { "ipxe", "iPXE encapsulated options", "iPXE project, src/include/ipxe/dhcp.h", FMT_SUB, 0, 0, FIELD_CLIENT | FIELD_SERVER, { .sub = ipxe_subs } },
	[177] = { "etherboot", "Etherboot", "IANA BOOTP and DHCP parameters", FMT_HEX, 1, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[208] = { "pxelinux_magic", "PXELINUX magic", "RFC 5071 3", FMT_HEX, 4, 4, FIELD_SERVER, { NULL } },
	[209] = { "pxelinux_config", "PXELINUX configuration file", "RFC 5071 4", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[210] = { "pxelinux_prefix", "PXELINUX path prefix", "RFC 5071 5", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
	[211] = { "pxelinux_reboot_time", "PXELINUX reboot time", "RFC 5071 6", FMT_SECS, 4, 4, FIELD_SERVER, { NULL } },
	[212] = { "6rd", "6rd", "RFC 5969", FMT_HEX, 18, 0, FIELD_SERVER, { NULL } },
	[213] = { "access_domain", "access network domain", "RFC 5986", FMT_DOMAINS, 1, 0, FIELD_SERVER, { NULL } },
	[220] = { "subnet_allocation", "subnet allocation", "RFC 6656", FMT_HEX, 1, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[221] = { "vss", "virtual subnet selection", "RFC 6607", FMT_HEX, 1, 0, FIELD_CLIENT | FIELD_SERVER, { NULL } },
	[249] = { "ms_classless_routes", "classless routes (Microsoft)", "MS-DHCPE 2.2.8", FMT_OWN, 5, 0, FIELD_SERVER | FIELD_CONCAT, { .own = routes } },
	[252] = { "wpad", "web proxy auto-discovery", "draft-ietf-wrec-wpad", FMT_TEXT, 1, 0, FIELD_SERVER, { NULL } },
};
/* clang-format on */

const char *dhcp_type_name(uint8_t type)
{
	return type < sizeof(type_names) / sizeof(type_names[0]) ? type_names[type] : "OTHER";
}

const char *dhcp_arch_name(uint16_t arch)
{
	return name_of(archs, arch);
}
