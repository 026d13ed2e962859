/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet.h"

/* clang-format off */
const struct protocol protocols[RECORDS] = {
	[RECORD_NONE]       = { "none",       NULL,            NULL },
	[RECORD_ARP]        = { "arp",        arp_line,        arp_fields },
	[RECORD_ICMP]       = { "icmp",       icmp_line,       icmp_fields },
	[RECORD_STP]        = { "stp",        stp_line,        stp_fields },
	[RECORD_LLDP]       = { "lldp",       lldp_line,       lldp_fields },
	[RECORD_TCP]        = { "tcp",        tcp_line,        tcp_fields },
	[RECORD_DHCP]       = { "dhcp",       dhcp_line,       dhcp_fields },
	[RECORD_DHCP6]      = { "dhcp6",      dhcp6_line,      dhcp6_fields },
	[RECORD_TFTP]       = { "tftp",       tftp_line,       tftp_fields },
	[RECORD_RPC]        = { "rpc",        rpc_line,        rpc_fields },
	[RECORD_HTTP]       = { "http",       http_line,       http_fields },
	[RECORD_DNS]        = { "dns",        dns_line,        dns_fields },
	[RECORD_NETCONSOLE] = { "netconsole", netconsole_line, netconsole_fields },
};
/* clang-format on */

const char *protocol_key(const struct packet *p)
{
	if (p->record == RECORD_ICMP && p->u.icmp.version == 6)
		return "icmp6";
	return protocols[p->record].key;
}
