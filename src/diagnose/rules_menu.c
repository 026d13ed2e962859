/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* What boot menus and scripts name (pxelinux, extlinux, GRUB, iPXE), and hosts that URLs name. */

static struct bytes base_of(struct bytes v)
{
	for (uint32_t i = v.n; i--;)
		if (v.p[i] == '/' || v.p[i] == '\\')
			return bytes_of(v.p + i + 1, v.n - i - 1);
	return v;
}

/* The menu or script that names the file; NULL: none that was seen. */
static const struct kept *named_by(const struct look *l, const struct transfer *t)
{
	struct bytes base = base_of(transfer_name(t));

	for (const struct kept *k = l->b->kept; base.n && k; k = k->next)
		if ((k->kind == KEPT_PXE_CONFIG || k->kind == KEPT_IPXE) && k->n &&
		    bytes_find(bytes_of(k->text, k->n), base) != UINT32_MAX)
			return k;
	return NULL;
}

/* A loader tries a name with several endings, and goes on to what it finds. */
static void named_file(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		const struct kept *k;
		struct finding *f;
		bool part = t->role == FILE_KERNEL || t->role == FILE_INITRAMFS;

		if (t->kind != TRANSFER_TFTP || t->outcome != TRANSFER_NOT_FOUND ||
		    t->role == FILE_PXE_CONFIG || transfer_done_after(t))
			continue;
		k = named_by(l, t);
		if (!k && !part)
			continue;
		f = raise_finding(l,
				  t->role == FILE_INITRAMFS ? F_TFTP_INITRAMFS_NOT_FOUND
							    : F_TFTP_KERNEL_NOT_FOUND,
				  k ? CERTAIN : LIKELY);
		if (!f)
			return;
		finding_set(l->d, f, P_FILE, transfer_name(t));
		finding_set(l->d, f, P_TEXT, transfer_name(t));
		finding_set_address(l->d, f, P_SERVER, t->server);
		if (k)
			finding_evidence(f, k->frame, "the menu or script that names it");
		finding_evidence(f, t->first_frame, "the request");
		finding_evidence(f, t->error_frame, "not found");
		return;
	}
}

/* iPXE looks for autoexec.ipxe beside itself, and goes on without. */
static bool may_be_missing(const struct transfer *t)
{
	return t->role == FILE_BOOT_SIG || bytes_is(base_of(transfer_name(t)), "autoexec.ipxe");
}

/* Firmware and iPXE stop at any status but 200; redirects have their own rule. */
static void http_status(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		struct finding *f;

		if (t->kind != TRANSFER_HTTP || t->status < 400 || t->status > 599 ||
		    transfer_done_after(t) || may_be_missing(t))
			continue;
		f = raise_finding(l, F_HTTP_FILE_NOT_FOUND, CERTAIN);
		if (!f)
			return;
		finding_set(l->d, f, P_FILE, transfer_name(t));
		finding_set_address(l->d, f, P_SERVER, t->server);
		finding_set_number(l->d, f, P_COUNT, t->status);
		finding_evidence(f, t->first_frame, "the request");
		finding_evidence(f, t->error_frame, "the answer");
		return;
	}
}

enum { PORT_RPCBIND = 111, PORT_NFS = 2049, SYNS_MIN = 2 };

/* A loader connects to what a URL names; there is nobody there. */
static void url_host(const struct look *l)
{
	for (const struct connection *c = l->b->connections; c; c = c->next) {
		struct finding *f;

		/* what was there before the loader's DHCP is of another life of the machine */
		if (!l->loader || c->first_ns < l->loader->first_ns)
			continue;
		if (c->port == PORT_RPCBIND || c->port == PORT_NFS || c->syn_acks ||
		    c->syns < SYNS_MIN || (!c->refused && !look_sees_from(l, c->server)))
			continue;
		f = raise_finding(l, F_BOOT_URL_NO_ANSWER, c->refused ? CERTAIN : LIKELY);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, c->server);
		finding_set_number(l->d, f, P_COUNT, c->port);
		finding_set_text(l->d, f, P_TEXT,
				 c->refused ? "refuses the connection" : "does not answer");
		for (const struct kept *k = l->b->kept; k; k = k->next)
			if (k->kind == KEPT_IPXE && k->n)
				finding_evidence(f, k->frame, "the script");
		finding_evidence(f, c->first_frame, "the first connection attempt");
		finding_evidence(f, c->refused ? c->reset_frame : c->last_frame,
				 c->refused ? "refused" : "tried again");
		return;
	}
}

void rules_menu(const struct look *l)
{
	if (!l->stuck || l->b->os_only || l->b->stage > STAGE_TFTP_KERNEL)
		return;
	http_status(l);
	if (l->loaded)
		return;
	/* of a Pi's own files other rules tell */
	if (!look_pi_boots(l))
		named_file(l);
	url_host(l);
}
