/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "ether.h"
#include "pi_guid.h"
#include "pxe.h"

/* Who on the client speaks DHCP. */
enum agent {
	AGENT_UNKNOWN,
	AGENT_ROM,        /* Pi 3 boot ROM                       */
	AGENT_BOOTCODE,   /* bootcode.bin, second stage of Pi 0-3 */
	AGENT_BOOTLOADER, /* Pi 4/5 EEPROM                       */
	AGENT_PXE,        /* BIOS PXE ROM                        */
	AGENT_UEFI,
	AGENT_UEFI_HTTP, /* class HTTPClient                    */
	AGENT_IPXE,
	AGENT_U_BOOT,
	AGENT_GRUB,
	AGENT_KERNEL,    /* Linux ip=dhcp                       */
	AGENT_INITRAMFS, /* klibc ipconfig, udhcpc and the like */
	AGENT_OS,
	AGENTS,
};

const char *agent_key(enum agent a);  /* static: "bootcode" */
bool agent_is_firmware(enum agent a); /* ROM .. GRUB: before any kernel */

/* One kind of message that came for an exchange, from one sender. Repeats are counted. Addresses in
 * host order, 0: not said. Texts are bytes of the wire, unsafe to show, borrowed from the boot; p
 * NULL, n 0: option absent (p not NULL, n 0: empty). */
struct reply {
	struct reply *next;
	uint8_t type;              /* enum dhcp_type: OFFER, ACK, NAK; 0 BOOTP          */
	bool proxy : 1;            /* yiaddr 0: boot data only (or from port 4011)      */
	bool from_4011 : 1;        /* sent from UDP 4011                                */
	bool after_4011 : 1;       /* answers a request that went to 4011               */
	bool bad_checksum : 1;     /* UDP checksum wrong                                */
	bool partial_checksum : 1; /* not filled in: seen at its sender, or never filled in */
	bool outgoing : 1;         /* sent by the capturing host (cooked captures)      */
	bool pad_inside : 1;       /* pad octets between options                        */
	bool broadcast : 1;        /* to the broadcast MAC or IP                        */
	bool has_43 : 1, has_97 : 1;
	bool overloaded : 1; /* option 52                                         */
	struct address from; /* IP source                                         */
	struct mac from_mac; /* Ethernet source: may be the relay's               */
	uint16_t from_port;
	uint8_t ttl, hops;
	uint8_t n_tags; /* VLAN tags it came with                            */
	uint16_t tag[ETHER_TAGS_MAX];
	uint32_t xid;
	uint32_t server_id;                                               /* option 54 */
	uint32_t yiaddr, siaddr, giaddr, mask, router, dns, tftp_address; /* 150 */
	uint32_t router_2nd;                                              /* 0: only one given */
	uint32_t lease_s;                                                 /* option 51 */
	struct bytes sname;        /* BOOTP field            */
	struct bytes file;         /* BOOTP field            */
	struct bytes bootfile;     /* option 67, without its NUL */
	struct bytes tftp_name;    /* option 66              */
	struct bytes class_id;     /* option 60              */
	struct bytes vendor;       /* option 43, joined      */
	struct bytes root_path;    /* option 17              */
	struct bytes message;      /* option 56              */
	bool bootfile_nul : 1;     /* option 67 has its NUL  */
	bool tftp_name_text : 1;   /* 66 is printable (a NUL at the end apart)           */
	bool tftp_name_nul : 1;    /* 66 ends in NUL                                     */
	uint32_t tftp_name_ip;     /* 66 as dotted quad; 0: it is none                   */
	uint8_t after_67;          /* code of the option behind 67 on the wire, 255 at its end */
	uint8_t vendor_before_66;  /* order on the wire: 0 unknown, 1: 43 first, 2: 66 first */
	enum pxe_form pxe_form;    /* of option 43 */
	bool pxe_end : 1;          /* closed by 255 */
	uint8_t discovery_control; /* sub-option 6, 0: absent */
	bool has_menu : 1;         /* sub-option 9 */
	bool has_servers : 1;      /* sub-option 8 names some */
	uint8_t n_items;           /* menu entries */
	int8_t pi_item; /* index of the entry with "Raspberry Pi Boot"; -1: none. Bare text: 0 */
	uint8_t pi_pad; /* blanks behind the Pi text */
	struct bytes menu_text; /* text of the first entry, or the bare text */
	uint32_t length;        /* UDP payload */
	uint32_t count;
	uint64_t first_frame, last_frame, first_ns, last_ns;
};

/* Where the client's TFTP server comes from. */
enum server_from {
	FROM_NOTHING,
	FROM_OPTION66,
	FROM_OPTION43,
	FROM_SIADDR,
	FROM_SERVER_ID,
	FROM_SNAME,
	FROM_OPTION150,
	FROM_URL
};

const char *server_from_text(enum server_from f); /* static: "option 66" */

/* What the client will make of the replies (facts 2.1): its boot parameters. */
struct boot_params {
	uint32_t address; /* 0: no acceptable OFFER            */
	uint32_t mask, router;
	uint32_t tftp_server; /* 0: none                           */
	enum server_from from;
	struct bytes file;                              /* that it was told; a Pi ignores it */
	bool file_used;                                 /* the family asks for that file     */
	const struct reply *address_reply, *boot_reply; /* NULL: none */
};

/* DISCOVER to ACK by one agent: retries of one attempt are one exchange. */
struct exchange {
	struct exchange *next; /* later one */
	enum agent agent;
	uint32_t xid;  /* of the last message */
	uint32_t xids; /* distinct xids in a row, 1: one */
	uint32_t discovers, requests, informs, releases, declines;
	uint32_t requests_4011; /* REQUESTs to the boot server port */
	uint32_t bootp;         /* BOOTP requests                   */
	uint16_t first_secs, last_secs;
	bool relayed : 1; /* its requests were seen behind a relay */
	bool direct : 1;  /* and on its own network: what it does next can be seen */
	uint32_t giaddr;  /* of the relayed copy */
	/* whom the relay asked; all ones: everybody; the same twice: more than two */
	uint32_t helper[2];
	uint8_t hops;
	uint8_t n_tags; /* VLAN tags of the client's own frames */
	uint16_t tag[ETHER_TAGS_MAX];
	bool broadcast_flag : 1, wants_43 : 1, wants_66 : 1, wants_router : 1;
	bool has_guid : 1, has_client_id : 1, client_id_is_mac : 1, has_ipxe : 1; /* 97, 61, 175 */
	bool request_lacks_class : 1; /* a REQUEST without option 60 after a DISCOVER with it */
	bool renewal : 1;             /* REQUEST only: confirms or renews an address */
	uint16_t arch;                /* option 93; UINT16_MAX: absent */
	uint32_t length;              /* UDP payload of the first message */
	uint32_t ciaddr;
	uint32_t asked_address;            /* option 50 of the last REQUEST or DISCOVER */
	uint32_t asked_server;             /* option 54 of the last REQUEST             */
	struct bytes class_id, user_class; /* options 60 and 77 */
	struct pi_guid guid;
	struct bytes machine; /* option 97 as it is */
	uint64_t first_frame, last_frame, first_ns, last_ns;
	uint64_t first_request_frame, first_request_ns; /* 0: none */
	uint64_t last_request_frame, last_request_ns;
	uint64_t first_offer_ns, first_ack_ns, ack_frame; /* 0: none */
	uint32_t n_replies;
	struct reply *replies; /* in order of arrival */
	uint32_t replies_lost; /* beyond the cap      */
};

struct boot;
/* The parameters that follow from e for a client of that family; e NULL gives none. */
void boot_params_of(const struct exchange *e, int family, struct boot_params *out);
/* ... if a board of another family had been told the same. */
void boot_params_as(const struct exchange *e, int family, struct boot_params *out);

#endif
