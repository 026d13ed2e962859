/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef ARP_H
#define ARP_H

#include <stdint.h>

#include "address.h"
#include "reader.h"
#include "sink.h"
#include "text.h"
#include "writer.h"

enum arp_op { ARP_REQUEST = 1, ARP_REPLY = 2 };

/* RFC 826; also RARP (RFC 903) opcodes 3 and 4. IPv4 over 6-byte addresses is what is read in
 * full: other hardware keeps its length, addresses zero. */
struct arp {
	uint16_t hardware, protocol, op;
	uint8_t hardware_len, protocol_len;
	struct mac sender_mac, target_mac;
	uint32_t sender_ip, target_ip; /* host order */
};

enum err arp_decode(struct reader *r, struct arp *out);
void arp_encode(const struct arp *m, struct writer *w);

#endif
