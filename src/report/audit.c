/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"

const char *audit_cut_key(enum audit_cut c)
{
	static const char *const keys[] = { NULL, "interrupted", "down", "no-carrier", "gone" };

	return (unsigned)c < sizeof(keys) / sizeof(keys[0]) ? keys[c] : NULL;
}

const char *audit_step_key(enum audit_step s)
{
	static const char *const keys[AUDIT_STEPS] = {
		[AUDIT_LINK] = "link",
		[AUDIT_DHCP] = "dhcp",
		[AUDIT_BOOT_SERVER] = "boot-server",
		[AUDIT_ARP] = "arp",
		[AUDIT_FIRST_FILE] = "first-file",
		[AUDIT_FIRMWARE] = "firmware",
		[AUDIT_CONFIG] = "config.txt",
		[AUDIT_CMDLINE] = "cmdline.txt",
		[AUDIT_KERNEL] = "kernel",
		[AUDIT_RPCBIND] = "rpcbind",
		[AUDIT_MOUNT] = "mount",
		[AUDIT_ROOT] = "root",
	};

	return (unsigned)s < AUDIT_STEPS ? keys[s] : "";
}

const char *audit_state_key(enum audit_state s)
{
	static const char *const keys[] = { "not-for-model", "not-tried", "passed", "failed" };

	return (unsigned)s < sizeof(keys) / sizeof(keys[0]) ? keys[s] : "";
}

const char *audit_verdict_key(enum audit_verdict v)
{
	static const char *const keys[] = { "skipped", "pass", "fail" };

	return (unsigned)v < sizeof(keys) / sizeof(keys[0]) ? keys[v] : "";
}

const struct audit_tftp *audit_tftp_of(const struct audit *a, uint32_t server)
{
	for (uint32_t i = 0; i < a->n_tftp; i++)
		if (a->tftp[i].server == server)
			return &a->tftp[i];
	return NULL;
}
