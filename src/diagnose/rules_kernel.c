/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

static bool nfs_seen(const struct look *l)
{
	return l->b->stage >= STAGE_RPCBIND;
}

/* Where the NFS root would be served from, as far as this capture tells: who served the files. */
static void set_nfs_server(const struct look *l, struct finding *f)
{
	for (uint32_t i = 0; i < scope_servers(l->s); i++) {
		if (scope_server(l->s, i)->roles & ROLE_NFS) {
			finding_set_address(l->d, f, P_SERVER, scope_server(l->s, i)->ip);
			return;
		}
	}
	if (l->b->last_transfer)
		finding_set_address(l->d, f, P_SERVER, l->b->last_transfer->server);
}

void rules_kernel(const struct look *l)
{
	const struct transfer *missing = NULL;
	struct finding *f;

	if (!l->stuck || !l->loaded || nfs_seen(l))
		return;
	for (const struct kept *k = l->b->kept; k; k = k->next) {
		struct cmdline line;

		if (k->kind != KEPT_CMDLINE || !k->n)
			continue;
		cmdline_parse(bytes_of(k->text, k->n), &line);
		if (line.root_is_nfs && !line.has_ip && l->b->stage < STAGE_KERNEL_DHCP) {
			f = raise_finding(l, F_CMDLINE_NO_IP, k->complete ? CERTAIN : LIKELY);
			if (f) {
				finding_set(l->d, f, P_TEXT, line.first_line);
				finding_evidence(f, k->frame, "cmdline.txt");
			}
			return;
		}
		if (!line.root_is_device)
			continue;
		f = raise_finding(l, F_CMDLINE_ROOT_NOT_NFS, k->complete ? CERTAIN : LIKELY);
		if (!f)
			return;
		finding_set(l->d, f, P_TEXT, line.root);
		set_nfs_server(l, f);
		finding_evidence(f, k->frame, "cmdline.txt");
		return;
	}
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->role == FILE_CMDLINE && t->outcome == TRANSFER_NOT_FOUND)
			missing = t;
		else if (t->role == FILE_CMDLINE && t->outcome == TRANSFER_COMPLETE)
			return;
	}
	if (!missing)
		return;
	f = raise_finding(l, F_CMDLINE_MISSING, LIKELY);
	if (!f)
		return;
	finding_set(l->d, f, P_FILE, transfer_name(missing));
	finding_set_address(l->d, f, P_SERVER, missing->server);
	finding_evidence(f, missing->error_frame, "not found");
}
