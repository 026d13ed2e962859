/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PI_GUID_H
#define PI_GUID_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"
#include "writer.h"

/* Option 97 (RFC 4578 2.3) as Raspberry Pis fill it in: facts 1.5. */
enum pi_guid_form {
	PI_GUID_NONE,   /* absent, or not 17 bytes          */
	PI_GUID_OTHER,  /* a plain UUID: not a Pi's         */
	PI_GUID_ROM,    /* 16 times 0x44: Pi 3B/2B 1.2 ROM  */
	PI_GUID_SERIAL, /* serial, little endian, four times: 3B+ ROM, bootcode.bin, Pi 4 before
			   2020-03 */
	PI_GUID_PI4,    /* magic RPi4 (either byte order), revision, MAC tail, serial */
	PI_GUID_PI5,    /* magic RPi5                       */
	PI_GUID_UEFI,   /* revision, six zeros, MAC: the EDK2 stage of a Pi */
};

struct pi_guid {
	enum pi_guid_form form;
	bool reversed;       /* magic in the byte order of 2021-10 and later */
	uint32_t revision;   /* board revision code, 0: not said */
	uint32_t serial;     /* low 32 bits, 0: not said         */
	uint8_t mac_tail[4]; /* bytes 3..6 of the MAC           */
};

/* v is option 97 whole, the type octet included; p NULL gives PI_GUID_NONE. */
void pi_guid_decode(struct bytes v, struct pi_guid *out);

enum pi_guid_part { PI_GUID_REVISION, PI_GUID_SERIAL_NUMBER, PI_GUID_MAC_TAIL };

/* Where in v, which decoded to g, that part stands; nothing where g has none. */
struct bytes pi_guid_at(const struct pi_guid *g, struct bytes v, enum pi_guid_part part);
void pi_guid_encode(const struct pi_guid *g, struct writer *w);

#endif
