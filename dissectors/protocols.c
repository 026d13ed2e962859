/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet.h"

/* clang-format off */
const struct protocol protocols[RECORDS] = {
	[RECORD_NONE]       = { "none",       NULL,            NULL,         NULL },
	[RECORD_ARP]        = { "arp",        arp_line,        arp_fields,   arp_places },
	[RECORD_ICMP]       = { "icmp",       icmp_line,       icmp_fields,  icmp_places },
	[RECORD_STP]        = { "stp",        stp_line,        stp_fields,   stp_places },
	[RECORD_LLDP]       = { "lldp",       lldp_line,       lldp_fields,  NULL },
	[RECORD_TCP]        = { "tcp",        tcp_line,        tcp_fields,   tcp_places },
	[RECORD_DHCP]       = { "dhcp",       dhcp_line,       dhcp_fields,  dhcp_places },
	[RECORD_DHCP6]      = { "dhcp6",      dhcp6_line,      dhcp6_fields, NULL },
	[RECORD_TFTP]       = { "tftp",       tftp_line,       tftp_fields,  tftp_places },
	[RECORD_RPC]        = { "rpc",        rpc_line,        rpc_fields,   rpc_places },
	[RECORD_HTTP]       = { "http",       http_line,       http_fields,  NULL },
	[RECORD_DNS]        = { "dns",        dns_line,        dns_fields,   dns_places },
	[RECORD_NETCONSOLE] = { "netconsole", netconsole_line, netconsole_fields, NULL },
};
/* clang-format on */

const char *protocol_key(const struct packet *p)
{
	if (p->record == RECORD_ICMP && p->u.icmp.version == 6)
		return "icmp6";
	return protocols[p->record].key;
}
