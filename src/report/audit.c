/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit.h"

const char *audit_cut_key(enum audit_cut c)
{
	static const char *const keys[] = { NULL, "interrupted", "down", "no-carrier", "gone" };

	return (unsigned)c < sizeof(keys) / sizeof(keys[0]) ? keys[c] : NULL;
}

const char *audit_cut_words(enum audit_cut c)
{
	static const char *const words[] = {
		[AUDIT_WHOLE] = "",
		[AUDIT_INTERRUPTED] = "",
		[AUDIT_DOWN] = "was taken down",
		[AUDIT_NO_CARRIER] = "has lost its carrier: the cable, or what is at its other end",
		[AUDIT_GONE] = "is gone",
	};

	return words[c];
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

const char *audit_note_key(enum audit_note n)
{
	static const char *const keys[AUDIT_NOTES] = {
		[AUDIT_OWN_SERVER] = "own-server",
		[AUDIT_BRIDGE_PORT] = "bridge-port",
		[AUDIT_BOND_PORT] = "bond-port",
		[AUDIT_WIRELESS] = "wireless",
	};

	return (unsigned)n < AUDIT_NOTES ? keys[n] : "";
}

void audit_note_words(const struct audit *a, enum audit_note n, struct text *out)
{
	switch (n) {
	case AUDIT_OWN_SERVER:
		text_str(out,
			 "This host itself has a DHCP server or relay: something listens on UDP "
			 "port 67. It cannot be asked from here, for what is sent out of an "
			 "interface never reaches the host's own sockets. If that is the server "
			 "of this network, run the audit on another machine, or look through its "
			 "files: bootscope audit --files.");
		if (a->bridge)
			text_fmt(out,
				 " Or plug a cable of its own into the bridge: ip link add audit0 "
				 "type veth peer name audit1; ip link set audit1 master %s up; ip "
				 "link set audit0 up; then -i audit0.",
				 a->interface);
		break;
	case AUDIT_BRIDGE_PORT:
		text_fmt(out,
			 "%s is a port of the bridge %s: whoever is behind another port was not "
			 "asked. -i %s asks all of them.",
			 a->interface, a->master, a->master);
		break;
	case AUDIT_BOND_PORT:
		text_fmt(out,
			 "%s is a part of %s: answers that came in by another part were not "
			 "heard. -i %s hears all of them.",
			 a->interface, a->master, a->master);
		break;
	case AUDIT_WIRELESS:
		text_fmt(out,
			 "%s is wireless, and access points pass on no frames from other MACs "
			 "than its own: name one model and give it that by --mac, or use a cable.",
			 a->interface);
		break;
	case AUDIT_NOTES:
		break;
	}
}

bool audit_fails(const struct audit *a)
{
	for (uint32_t i = 0; i < a->n_models; i++)
		if (a->model[i].verdict == AUDIT_FAIL && !a->model[i].aside)
			return true;
	return false;
}
