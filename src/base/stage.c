/* SPDX-License-Identifier: BSD-2-Clause */
#include "stage.h"

static const struct {
	const char *key, *label;
} stages[STAGES] = {
	[STAGE_POWER_ON] = { "power-on", "power on" },
	[STAGE_DHCP_DISCOVER] = { "dhcp-discover", "DHCP asked" },
	[STAGE_DHCP_OFFER] = { "dhcp-offer", "DHCP offered" },
	[STAGE_DHCP_ACK] = { "dhcp-ack", "address" },
	[STAGE_TFTP_FIRST_FILE] = { "tftp-first-file", "first file" },
	[STAGE_TFTP_FIRMWARE] = { "tftp-firmware", "firmware" },
	[STAGE_TFTP_KERNEL] = { "tftp-kernel", "kernel" },
	[STAGE_KERNEL_DHCP] = { "kernel-dhcp", "kernel's DHCP" },
	[STAGE_RPCBIND] = { "rpcbind", "rpcbind" },
	[STAGE_MOUNT] = { "mount", "mount" },
	[STAGE_NFS_ROOT] = { "nfs-root", "NFS root" },
	[STAGE_BOOTED] = { "booted", "booted" },
};

const char *stage_key(enum stage s)
{
	return (unsigned)s < STAGES ? stages[s].key : "unknown";
}

const char *stage_label(enum stage s)
{
	return (unsigned)s < STAGES ? stages[s].label : "unknown";
}
