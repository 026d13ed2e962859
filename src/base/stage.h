/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef STAGE_H
#define STAGE_H

/* The boot's stages; names public and permanent. Each means: attempted, the client got to it. */
enum stage {
	STAGE_POWER_ON,        /* any frame of the client                              */
	STAGE_DHCP_DISCOVER,   /* it asks                                              */
	STAGE_DHCP_OFFER,      /* an OFFER for it was seen                             */
	STAGE_DHCP_ACK,        /* it has an address: ACK, or acts on the OFFER (ARP)   */
	STAGE_TFTP_FIRST_FILE, /* first RRQ or boot URL                               */
	STAGE_TFTP_FIRMWARE,   /* the loader or its files are loading                  */
	STAGE_TFTP_KERNEL,     /* kernel, device tree, cmdline.txt, initramfs          */
	STAGE_KERNEL_DHCP,     /* DHCP by kernel, initramfs or OS after the loading    */
	STAGE_RPCBIND,         /* portmap asked                                        */
	STAGE_MOUNT,           /* MOUNT call, or connection to NFS                     */
	STAGE_NFS_ROOT,        /* NFS calls on the root answered                       */
	STAGE_BOOTED,          /* the OS is up                                         */
	STAGES,
};

const char *stage_key(enum stage s);   /* static: "tftp-first-file" */
const char *stage_label(enum stage s); /* static: "first file"      */

#endif
