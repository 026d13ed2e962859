/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PSEUDONYM_H
#define PSEUDONYM_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"

enum { PSEUDONYM_NETS_MAX = 64 };

/*
 * What stands for an address or a number when a capture is given away. The same for the same key,
 * another for another; nothing that is mapped comes out of two different things. Texts of it keep
 * their length: an octet keeps its number of digits, a group of IPv6 its own.
 */
struct pseudonym {
	uint64_t key[2];
	uint32_t n_nets;
	struct {
		uint32_t first;
		uint8_t width;
	} nets[PSEUDONYM_NETS_MAX]; /* subnets whose own and broadcast address stay such */
};

void pseudonym_init(struct pseudonym *p, uint64_t key);

/* Told before the first address is mapped. A mask with holes is passed over. */
void pseudonym_net(struct pseudonym *p, uint32_t address, uint32_t mask);

/* The vendor's half stays; what is for a group, and zero, stays whole but for the tail that IPv6
 * puts into it (RFC 2464 7). */
struct mac pseudonym_mac(const struct pseudonym *p, struct mac m, bool tail_is_macs);

/* A Raspberry Pi's serial number; low 24 bits as those of a MAC, since up to the Pi 3 they are. */
uint32_t pseudonym_serial(const struct pseudonym *p, uint32_t v);
uint64_t pseudonym_serial_long(const struct pseudonym *p, uint64_t v);

/* Two addresses in one network are so still, whatever its mask: they share as many leading octets
 * as before, and as many bits in an octet that a mask told of before ends in. Kept: 0/8, 127/8,
 * 224/3, octets 0 and 255, what makes an address private (RFC 1918, 3927, 6598). width: of v only
 * so many bits are there. */
uint32_t pseudonym_ip4(const struct pseudonym *p, uint32_t v, uint32_t width);

/* As ip4; a MAC inside (RFC 4291 appendix A) is mapped as one. Kept: the kind of address (RFC 4291
 * 2.4, RFC 4193) and groups. The low 24 bits depend on nothing else, so that those of a
 * solicited-node address follow; tail_is_macs: they are known to be a MAC's. */
void pseudonym_ip6(const struct pseudonym *p, const uint8_t from[16], uint8_t to[16],
		   bool tail_is_macs);

/* Bytes that only have to be told apart; as hex digits, of which only these are replaced. */
void pseudonym_bytes(const struct pseudonym *p, struct bytes v, uint8_t *to);
void pseudonym_digits(const struct pseudonym *p, struct bytes v, uint8_t *to);

/* The i-th word that goes with a text. */
uint64_t pseudonym_word(const struct pseudonym *p, struct bytes text, uint32_t i);

#endif
