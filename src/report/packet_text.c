/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_text.h"

void packet_end_text(const struct packet *p, bool source, struct text *out)
{
	struct address a = source ? p->ip.src : p->ip.dst;
	bool ports = p->ip.version && (p->ip.proto == IP_PROTO_UDP || p->ip.proto == IP_PROTO_TCP);

	if (ports && !address_is_ip4(a)) {
		text_char(out, '[');
		text_address(out, a);
		text_char(out, ']');
	} else {
		text_address(out, a);
	}
	if (ports)
		text_fmt(out, ":%u", source ? p->sport : p->dport);
}

void packet_text(const struct packet *p, struct text *out)
{
	if (p->ip.version) {
		packet_end_text(p, true, out);
		text_str(out, " > ");
		packet_end_text(p, false, out);
		text_char(out, ' ');
	} else if (p->ether.has_src) {
		text_mac(out, p->ether.src);
		text_char(out, ' ');
	}
	for (uint8_t i = 0; i < p->ether.n_tags; i++)
		text_fmt(out, "vlan %u ", p->ether.tag[i]);
	if (p->record == RECORD_NONE) {
		text_str(out, "nothing of a boot protocol");
	} else {
		text_fmt(out, "%s ", protocol_key(p));
		protocols[p->record].line(p, out);
	}
	if (p->err)
		text_fmt(out, " [%s at byte %u]", err_key(p->err), p->err_offset);
}
