/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* Life on the NFS root: what is refused there, what is lost on the way. */

static const uint64_t second = UINT64_C(1000000000);

static struct finding *tell(const struct look *l, enum finding_id id, enum confidence confidence,
			    const struct nfs_use *n, uint64_t frame, const char *note)
{
	struct finding *f = raise_finding(l, id, confidence);

	if (!f)
		return NULL;
	finding_set_address(l->d, f, P_SERVER, n->server);
	for (const struct mount *m = l->b->mounts; m; m = m->next)
		if (address_equal(m->server, n->server) && m->path && *m->path &&
		    (*m->path == '/' || !f->param[P_PATH]))
			finding_set(l->d, f, P_PATH, bytes_str(m->path));
	finding_evidence(f, frame, note);
	return f;
}

/* exports(5): root of the client is nobody unless no_root_squash says otherwise. That one file is
 * closed to it is no matter to a system that could read others. */
static void squash(const struct look *l, const struct nfs_use *n)
{
	bool looks = !n->writes_denied && n->looks_denied && !n->reads && l->stuck;
	struct finding *f;

	if (!n->writes_denied && !looks)
		return;
	f = tell(l, F_NFS_ROOT_SQUASH, LIKELY, n, looks ? n->look_denied_frame : n->denied_frame,
		 looks ? "root may not look at it" : "root may not write");
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, looks ? n->looks_denied : n->writes_denied);
	finding_set_text(l->d, f, P_TEXT, looks ? "looks at files" : "changes");
}

static void read_only(const struct look *l, const struct nfs_use *n)
{
	struct finding *f;

	if (n->writes_read_only < 2)
		return;
	f = tell(l, F_NFS_READ_ONLY, CERTAIN, n, n->read_only_frame, "a read-only file system");
	if (f)
		finding_set_number(l->d, f, P_COUNT, n->writes_read_only);
}

/* RFC 1813 2.6: the file of this handle is gone, or the server knows its file system by another
 * number now. One file that was replaced under a reader is no fault. */
static void stale(const struct look *l, const struct nfs_use *n)
{
	struct finding *f;

	if (n->stale < 3)
		return;
	f = tell(l, F_NFS_STALE_HANDLE, LIKELY, n, n->stale_frame, "a stale file handle");
	if (f)
		finding_set_number(l->d, f, P_COUNT, n->stale);
}

/* nfs(5): over TCP a call is sent again after 60 s unless timeo= says otherwise; sooner means that
 * it does, and that the server or the line is slower than that. */
static void retransmissions(const struct look *l, const struct nfs_use *n)
{
	struct finding *f;

	if (!n->tcp || n->retransmissions < 3 || n->retransmission_gap_ns > 10 * second ||
	    !n->replies)
		return;
	f = tell(l, F_NFS_RETRANSMISSIONS, LIKELY, n, n->first_retransmission_frame,
		 "the first call that was sent again");
	if (f)
		finding_set_number(l->d, f, P_COUNT, n->retransmissions);
}

/* Large answers are cut into IP fragments over UDP; one that is lost loses the answer. */
static void fragments(const struct look *l, const struct nfs_use *n)
{
	struct finding *f;

	if (n->reads_again < 2 || !l->b->fragments)
		return;
	f = tell(l, F_NFS_UDP_FRAGMENTS_LOST, LIKELY, n, n->first_retransmission_frame,
		 "READ is called again");
	if (f)
		finding_set_number(l->d, f, P_COUNT, l->b->fragments);
}

/* The reply passed here, and the client asks again, and again. */
static void deaf(const struct look *l, const struct nfs_use *n)
{
	struct finding *f;

	if (n->again_after_reply < 4 || n->again_after_reply * 2 < n->retransmissions)
		return;
	f = tell(l, F_CLIENT_RX_BROKEN, LIKELY, n, n->again_frame,
		 "called again although it was answered");
	if (f)
		finding_set_number(l->d, f, P_COUNT, n->again_after_reply);
}

/* The modules of another kernel: the boot folder and the root are not of one release. */
static void modules(const struct look *l, const struct nfs_use *n)
{
	if (n->modules_missing_frame)
		tell(l, F_KERNEL_MODULES_MISMATCH, LIKELY, n, n->modules_missing_frame,
		     "no folder for this kernel in /lib/modules");
}

static const struct nfs_use *last_use(const struct look *l)
{
	const struct nfs_use *last = NULL;

	for (const struct nfs_use *n = l->b->nfs; n; n = n->next)
		if (n->replies && (!last || n->last_ns >= last->last_ns))
			last = n;
	return last;
}

/* The board was at work on its root, and from one moment on does not even answer ARP. Soon after
 * the start that is the system's network set-up; later somebody may have switched it off. */
static void network_lost(const struct look *l)
{
	const struct nfs_use *n = last_use(l);
	uint64_t silent =
		l->b->looked_for_ns > l->b->last_ns ? l->b->looked_for_ns - l->b->last_ns : 0;
	uint64_t lived = l->b->last_ns - l->b->started_ns;
	struct finding *f;

	if (!n || l->b->stage < STAGE_NFS_ROOT || l->b->looked_for < 3 || silent < 10 * second ||
	    n->last_ns + 5 * second < l->b->last_ns || l->b->released)
		return;
	f = tell(l, F_NFS_ROOT_NETWORK_LOST, lived < 300 * second ? LIKELY : POSSIBLE, n,
		 l->b->last_frame, "the last frame of the board");
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, l->b->looked_for);
	finding_evidence(f, l->b->looked_for_frame, "the server looks for it, in vain");
}

/* Silences that the server talked into, each ended by the board looking for its own link-local
 * address (RFC 4862 5.4.2), as an interface does whose link came up. A system that sets up its
 * network does that once. */
static void drops(const struct look *l)
{
	const struct boot *b = l->b;
	struct finding *f;

	if (b->link_drops < 2 || !b->nfs || !l->c->unicast_from || !l->sees_replies)
		return;
	f = tell(l, F_LINK_EEE_FLAPS, LIKELY, b->nfs, b->first_drop_frame,
		 "back after a silence, its interface comes up");
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, b->link_drops);
	finding_evidence(f, b->last_drop_frame, "the last time");
}

/* The loader of the first program is among the last things that were looked up, and nothing was
 * written: a system that runs goes on to a library, and writes; one that cannot start a program
 * falls silent. */
static const struct nfs_name *stops_at_loader(const struct look *l, const char *loader)
{
	if (scope_counts(l->s)->now_ns < l->b->last_ns + 10 * second)
		return NULL;
	for (const struct nfs_use *n = l->b->nfs; n && !n->writes; n = n->next)
		for (uint32_t k = 0; k < 2 && k < n->n_names; k++) {
			const struct nfs_name *x = &n->name[(n->n_names - 1 - k) % CAP_NFS_NAMES];

			if (x->found &&
			    bytes_find(bytes_str(x->name), bytes_str(loader)) != UINT32_MAX)
				return x;
		}
	return NULL;
}

static const struct transfer *loaded(const struct look *l, enum file_role role)
{
	const struct transfer *last = NULL;

	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->role == role && t->outcome == TRANSFER_COMPLETE)
			last = t;
	return last;
}

static void stopped(const struct look *l, enum finding_id id, enum confidence confidence,
		    const struct nfs_name *name, const struct transfer *t, const char *note)
{
	struct finding *f = tell(l, id, confidence, l->b->nfs, name->frame,
				 "the program loader in the root, and little after it");

	if (!f)
		return;
	finding_set(l->d, f, P_FILE, transfer_name(t));
	finding_evidence(f, t->first_frame, note);
}

/* 64-bit programs on a 32-bit kernel do not start. The other way round they do. */
static void word_size(const struct look *l)
{
	const struct transfer *kernel = loaded(l, FILE_KERNEL);
	const struct nfs_name *name = stops_at_loader(l, "aarch64");
	struct bytes file = kernel ? transfer_name(kernel) : bytes_of(NULL, 0);

	if (l->c->pi && name &&
	    (bytes_find(file, bytes_str("kernel7")) != UINT32_MAX ||
	     bytes_find(file, bytes_str("kernel.img")) != UINT32_MAX))
		stopped(l, F_KERNEL_ROOT_ARCH_MISMATCH, LIKELY, name, kernel, "the 32-bit kernel");
}

/* A loader that fetches kernel and device tree on a Pi, where nothing of the firmware's own was
 * asked for: what the firmware fills in (memory, MAC, serial) is not in that tree. */
static void device_tree(const struct look *l)
{
	const struct transfer *dtb = loaded(l, FILE_DTB);
	const struct nfs_name *name = stops_at_loader(l, "ld-");

	if (!l->c->pi || !dtb || !name)
		return;
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->role == FILE_START || t->role == FILE_FIXUP || t->role == FILE_CONFIG ||
		    t->role == FILE_CMDLINE || t->role == FILE_BOOTCODE)
			return;
	stopped(l, F_UBOOT_DTB_OVERRIDES_FIRMWARE, POSSIBLE, name, dtb, "the device tree");
}

void rules_root(const struct look *l)
{
	for (const struct nfs_use *n = l->b->nfs; n; n = n->next) {
		squash(l, n);
		read_only(l, n);
		stale(l, n);
		deaf(l, n);
		retransmissions(l, n);
		fragments(l, n);
		modules(l, n);
	}
	network_lost(l);
	drops(l);
	word_size(l);
	device_tree(l);
}
