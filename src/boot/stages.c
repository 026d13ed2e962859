/* SPDX-License-Identifier: BSD-2-Clause */
#include "stages.h"

static const char *const outcomes[] = {
	[OUTCOME_UNKNOWN] = "unknown", [OUTCOME_IN_PROGRESS] = "in-progress",
	[OUTCOME_BOOTED] = "booted",   [OUTCOME_STUCK] = "stuck",
	[OUTCOME_GAVE_UP] = "gave-up",
};

const char *outcome_key(enum outcome o)
{
	return (unsigned)o <= OUTCOME_GAVE_UP ? outcomes[o] : "unknown";
}

enum flow_kind { FLOW_ROM, FLOW_EEPROM, FLOW_PXE, FLOW_OS, FLOWS };

/*
 * Timers: facts 1.4 (five DISCOVERs 5 s apart from ROM; 45 s for DHCP and 30 s a file on Pi
 * 4/5), 6.x for Linux. What they do not say is 0; patience is ours: longer than any healthy pause
 * seen.
 */
#define LATER                                                                                   \
	[STAGE_KERNEL_DHCP] = { false, 0, 10000, 25000, 120000 },                               \
	[STAGE_RPCBIND] = { false, 0, 0, 10000, 0 }, [STAGE_MOUNT] = { false, 0, 0, 10000, 0 }, \
	[STAGE_NFS_ROOT] = { false, 0, 0, 30000, 0 }, [STAGE_BOOTED] = { false, 0, 0, 0, 0 }

static const struct stage_row rows[FLOWS][STAGES] = {
	[FLOW_ROM] = { [STAGE_POWER_ON] = { false, 0, 0, 30000, 0 },
		       [STAGE_DHCP_DISCOVER] = { false, 5, 5000, 12000, 26000 },
		       [STAGE_DHCP_OFFER] = { false, 5, 5000, 12000, 26000 },
		       [STAGE_DHCP_ACK] = { true, 0, 0, 12000, 0 },
		       [STAGE_TFTP_FIRST_FILE] = { false, 0, 0, 12000, 0 },
		       [STAGE_TFTP_FIRMWARE] = { false, 0, 5000, 15000, 0 },
		       [STAGE_TFTP_KERNEL] = { false, 0, 5000, 30000, 0 },
		       LATER },
	[FLOW_EEPROM] = { [STAGE_POWER_ON] = { false, 0, 0, 30000, 0 },
			  [STAGE_DHCP_DISCOVER] = { false, 0, 8000, 20000, 45000 },
			  [STAGE_DHCP_OFFER] = { false, 0, 8000, 20000, 45000 },
			  [STAGE_DHCP_ACK] = { false, 0, 4000, 12000, 45000 },
			  [STAGE_TFTP_FIRST_FILE] = { false, 0, 2000, 12000, 30000 },
			  [STAGE_TFTP_FIRMWARE] = { false, 0, 2000, 15000, 30000 },
			  [STAGE_TFTP_KERNEL] = { false, 0, 2000, 30000, 0 },
			  LATER },
	[FLOW_PXE] = { [STAGE_POWER_ON] = { false, 0, 0, 30000, 0 },
		       [STAGE_DHCP_DISCOVER] = { false, 4, 4000, 15000, 60000 },
		       [STAGE_DHCP_OFFER] = { false, 4, 4000, 15000, 60000 },
		       [STAGE_DHCP_ACK] = { false, 0, 4000, 15000, 0 },
		       [STAGE_TFTP_FIRST_FILE] = { false, 0, 4000, 15000, 60000 },
		       [STAGE_TFTP_FIRMWARE] = { false, 0, 0, 20000, 0 },
		       [STAGE_TFTP_KERNEL] = { false, 0, 0, 30000, 0 },
		       LATER },
	[FLOW_OS] = { [STAGE_POWER_ON] = { false, 0, 0, 30000, 0 },
		      [STAGE_DHCP_DISCOVER] = { true, 0, 0, 20000, 0 },
		      [STAGE_DHCP_OFFER] = { true, 0, 0, 20000, 0 },
		      [STAGE_DHCP_ACK] = { true, 0, 0, 20000, 0 },
		      [STAGE_TFTP_FIRST_FILE] = { true, 0, 0, 20000, 0 },
		      [STAGE_TFTP_FIRMWARE] = { true, 0, 0, 20000, 0 },
		      [STAGE_TFTP_KERNEL] = { true, 0, 0, 30000, 0 },
		      LATER },
};

static enum flow_kind flow_of(enum family f)
{
	switch (f) {
	case FAMILY_OTHER:
	case FAMILY_LINUX:
		return FLOW_OS;
	case FAMILY_PI1:
	case FAMILY_PI2:
	case FAMILY_PI3B:
	case FAMILY_PI3B_PLUS:
		return FLOW_ROM;
	case FAMILY_PI:
	case FAMILY_PI4:
	case FAMILY_PI5:
		return FLOW_EEPROM;
	case FAMILY_PXE_BIOS:
	case FAMILY_UEFI_X64:
	case FAMILY_UEFI_ARM64:
	case FAMILY_IPXE:
	case FAMILY_U_BOOT:
	case FAMILIES:
		break;
	}
	return FLOW_PXE;
}

const struct stage_row *stage_row(enum family f, enum stage s)
{
	return &rows[flow_of(f)][(unsigned)s < STAGES ? s : STAGE_POWER_ON];
}

enum stage stage_next(enum family f, enum stage s)
{
	do {
		s = (enum stage)(s + 1);
	} while (s < STAGES && stage_row(f, s)->skipped);
	return s < STAGES ? s : STAGES;
}
