/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_notes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dhcp.h"

static bool is_wireless(const char *name)
{
	char path[64 + LINK_NAME_MAX];

	snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211", name);
	return access(path, F_OK) == 0;
}

void audit_notes_link(struct audit *a, const struct link_list *l, const struct link *what,
		      const struct mac *mac)
{
	const struct link *master = what->master ? link_by_index(l, what->master) : NULL;

	a->bridge = strcmp(what->kind, "bridge") == 0;
	if (is_wireless(what->name) && (!mac || !mac_equal(*mac, what->mac)))
		a->notes |= 1u << AUDIT_WIRELESS;
	if (!master)
		return;
	snprintf(a->master, sizeof(a->master), "%s", master->name);
	if (strcmp(master->kind, "bridge") == 0)
		a->notes |= 1u << AUDIT_BRIDGE_PORT;
	else if (strcmp(master->kind, "bond") == 0 || strcmp(master->kind, "team") == 0)
		a->notes |= 1u << AUDIT_BOND_PORT;
}

/* Rows of /proc/net/udp: number, local address and port in hex, behind a head. */
static bool holds_port(const char *path, unsigned port)
{
	FILE *f = fopen(path, "re");
	char line[256];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		const char *address = strchr(line, ':');
		const char *at = address ? strchr(address + 1, ':') : NULL;

		found = at && strtoul(at + 1, NULL, 16) == port;
	}
	if (f)
		fclose(f);
	return found;
}

bool audit_notes_listens(void)
{
	return holds_port("/proc/net/udp", DHCP_SERVER_PORT) ||
	       holds_port("/proc/net/udp6", DHCP_SERVER_PORT);
}

void audit_notes_server(struct audit *a, bool listens, uint32_t own)
{
	bool bad = false;

	for (uint32_t i = 0; i < a->n_models; i++)
		bad |= a->model[i].verdict == AUDIT_FAIL;
	for (uint32_t i = 0; i < a->n_servers; i++)
		listens = listens && a->server[i].ip != own;
	a->notes &= ~(1u << AUDIT_OWN_SERVER);
	if (bad && listens)
		a->notes |= 1u << AUDIT_OWN_SERVER;
}
