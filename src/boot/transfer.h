/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "reader.h"

enum transfer_outcome {
	TRANSFER_IN_PROGRESS,
	TRANSFER_COMPLETE,
	TRANSFER_NOT_FOUND, /* TFTP ERROR 1, HTTP 404                                   */
	TRANSFER_REFUSED,   /* any other ERROR by the server, HTTP status, ICMP         */
	TRANSFER_PROBE,     /* client broke it off at once: existence or size was asked */
	TRANSFER_STALLED,   /* silence in the middle, or no answer at all               */
	TRANSFER_CUT_OFF,   /* capture ended, or began a new file without an end seen   */
};

enum transfer_kind { TRANSFER_TFTP, TRANSFER_HTTP };

const char *transfer_outcome_key(enum transfer_outcome o); /* static */

/* Which part a file plays in a boot. */
enum file_role {
	FILE_OTHER,
	FILE_BOOTCODE, /* bootcode.bin                                            */
	FILE_OPTIONAL, /* bootsig.bin, autoboot.txt, recovery.elf, ...: may be missing */
	FILE_START,    /* start*.elf                                              */
	FILE_FIXUP,    /* fixup*.dat                                              */
	FILE_CONFIG,   /* config.txt                                              */
	FILE_CMDLINE,  /* cmdline.txt                                             */
	FILE_DTB,
	FILE_OVERLAY,
	FILE_KERNEL, /* kernel*.img, vmlinuz*, Image*                           */
	FILE_INITRAMFS,
	FILE_BOOT_IMG,   /* boot.img */
	FILE_BOOT_SIG,   /* boot.sig */
	FILE_PXE_CONFIG, /* pxelinux.cfg/..., grub.cfg, *.ipxe, extlinux.conf      */
	FILE_LOADER,     /* NBP: pxelinux.0, *.efi, *.kpxe                          */
	FILE_ROLES,
};

enum file_role file_role(struct bytes name); /* of the last path element; case as asked */

/* One file asked for. Times are 0 when not seen. Texts borrowed from the boot, unsafe to show. */
struct transfer {
	struct transfer *next; /* later one */
	const char *file;      /* name as asked (HTTP: target), NUL-terminated */
	uint16_t file_len;
	uint8_t kind;    /* enum transfer_kind    */
	uint8_t outcome; /* enum transfer_outcome */
	uint8_t role;    /* enum file_role        */
	uint8_t agent;   /* enum agent that last spoke DHCP before it */
	bool write : 1;  /* WRQ                                       */
	bool netascii : 1;
	bool asked_options : 1;    /* RRQ carried options                       */
	bool oack : 1;             /* an OACK was seen                          */
	bool oack_unrequested : 1; /* ... with an option that was not asked for */
	bool has_tsize_ask : 1, has_size : 1, has_blksize_ask : 1;
	bool fetched_later : 1;      /* the same name was asked again afterwards  */
	bool begun : 1;              /* DATA 1 or OACK seen: its beginning is in the capture */
	bool hole : 1;               /* blocks missing in the capture, left out of gaps */
	bool rolled_to_one : 1;      /* block after 65535 was 1, not 0            */
	bool from_port_69 : 1;       /* server answers from port 69               */
	bool dst_placeholder_aa : 1; /* RRQ to aa:aa:aa:aa:aa:aa                  */
	bool dst_placeholder_00 : 1; /* RRQ to 00:00:00:00:00:00                  */
	bool acked_after_data : 1;   /* client ACKed a DATA block                 */
	bool error_by_client : 1;    /* who sent the ERROR below                  */
	bool has_error : 1;
	bool error_after_oack : 1;      /* server's ERROR came after its OACK        */
	bool error_to_error : 1;        /* an ERROR was answered by an ERROR         */
	bool fragmented : 1;            /* DATA came as IP fragments                 */
	bool seen_twice : 1;            /* its RRQ came again within 1 ms: no client does that, the
					 * capture has every packet twice */
	bool unreachable_to_client : 1; /* the refused packet was the client's (else the server's)
					 */
	uint32_t feeds, crlfs; /* line feeds in the first blocks of a program; behind a return */
	uint16_t machine;      /* PE/COFF machine type of an EFI program, 0: none, or not held */
	uint16_t error_code;   /* TFTP ERROR, or HTTP status                */
	uint16_t status;       /* HTTP status, 0: none                      */
	const char *error;     /* its text; NULL: none                      */
	const char *location;  /* HTTP: Location of a redirect; NULL        */
	const char *host;      /* HTTP: Host header; NULL                   */
	struct address server; /* asked                                     */
	struct address answered_by;        /* none: no answer                          */
	struct mac server_mac;             /* destination MAC of the RRQ                */
	uint16_t client_port, server_port; /* server_port 0: no answer          */
	uint64_t first_frame, answer_frame, last_frame, error_frame, last_data_frame;
	uint64_t first_ns, answer_ns, last_ns;
	uint64_t last_client_ns, last_server_ns;
	uint64_t max_gap_ns;          /* longest pause between its packets          */
	uint64_t bytes;               /* of DATA, without repeats                   */
	uint64_t size;                /* tsize or Content-Length, when has_size     */
	uint32_t blksize;             /* agreed: 512 without OACK                   */
	uint32_t blksize_ask;         /* 0: not asked                               */
	uint32_t windowsize;          /* agreed: 1 without option                   */
	uint32_t blocks;              /* highest block, rollover counted in         */
	uint32_t rrqs;                /* 1: asked once                              */
	uint32_t acks, repeated_acks; /* repeated: same block acknowledged again, later than 1 ms */
	uint32_t repeated_data;       /* DATA of a block that was already seen, later than 1 ms  */
	uint32_t duplicates;          /* same packet again at once (< 1 ms)         */
	uint32_t oacks;               /* OACKs seen                                 */
	uint32_t gaps;                /* blocks jumped over and never seen          */
	uint32_t live;                /* the model's own */
	uint32_t unreachables;        /* ICMP unreachable about it, by anybody      */
	struct address unreachable_from; /* none: none                           */
	uint64_t unreachable_frame;
	uint32_t repeats_elsewhere; /* same file, same refusal, beyond CAP_TRANSFERS */
	uint16_t last_block;        /* the model's own */
	uint16_t last_server_port;  /* the model's own */
	uint16_t last_ack;          /* the model's own */
	struct kept *kept;          /* its text when it is kept, or NULL */
};

/* As it was asked for. */
static inline struct bytes transfer_name(const struct transfer *t)
{
	return bytes_of(t->file, t->file_len);
}

/* Is it one that a machine runs or unpacks, no text? */
bool transfer_is_program(const struct transfer *t);

/* Requests and data packets sent more than once. */
static inline uint32_t transfer_retransmissions(const struct transfer *t)
{
	return t->rrqs - (t->rrqs > 0) + t->repeated_acks + t->repeated_data;
}

#endif
