/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

static bool rpc_answered(const struct look *l, struct address server)
{
	for (const struct port_map *m = l->b->maps; m; m = m->next)
		if (address_equal(m->server, server) && m->answered)
			return true;
	for (const struct connection *c = l->b->connections; c; c = c->next)
		if (address_equal(c->server, server) && c->port == RPC_PORTMAP_PORT && c->syn_acks)
			return true;
	return false;
}

static void rpcbind_finding(const struct look *l, bool refused, struct address server,
			    uint32_t count, uint64_t first, uint64_t last)
{
	struct finding *f;

	/* a broadcast looks for any server, and need not find one */
	if ((!refused && count < 2) || address_is_multicast(server))
		return;
	f = raise_finding(l, refused ? F_RPCBIND_REFUSED : F_RPCBIND_NO_ANSWER,
			  refused || l->sees_replies ? CERTAIN : POSSIBLE);
	if (!f)
		return;
	finding_set_address(l->d, f, P_SERVER, server);
	finding_set_number(l->d, f, P_COUNT, count);
	finding_evidence(f, first, "port 111 is asked");
	finding_evidence(f, last, refused ? "refused" : "asked again, still unanswered");
}

static void rpcbind(const struct look *l)
{
	for (const struct port_map *m = l->b->maps; m; m = m->next)
		if (!rpc_answered(l, m->server))
			rpcbind_finding(l, m->refused, m->server, m->asked, m->first_frame,
					m->refused ? m->refused_frame : m->last_frame);
	for (const struct connection *c = l->b->connections; c; c = c->next)
		if (c->port == RPC_PORTMAP_PORT && !rpc_answered(l, c->server))
			rpcbind_finding(l, c->refused, c->server, c->syns, c->first_frame,
					c->refused ? c->reset_frame : c->last_frame);
}

/* Facts 5.3: the kernel's default is version 2, and it tries no other. */
static void version_2(const struct look *l)
{
	struct finding *f = NULL;
	char has[48];
	struct text t = text_init(has, sizeof(has));

	for (const struct nfs_use *n = l->b->nfs; n && !f; n = n->next) {
		if (n->version != 2 || !n->mismatch)
			continue;
		f = raise_finding(l, F_NFS_V2_DEFAULT_REFUSED, CERTAIN);
		if (!f)
			return;
		if (n->low && n->high)
			text_fmt(&t, " (it has %u to %u)", n->low, n->high);
		finding_set_text(l->d, f, P_TEXT, has);
		finding_set_address(l->d, f, P_SERVER, n->server);
		finding_evidence(f, n->first_frame, "NFS version 2 is called");
		finding_evidence(f, n->mismatch_frame, "refused: another version is there");
	}
	for (const struct port_map *m = l->b->maps; m && !f; m = m->next) {
		if (m->prog != RPC_NFS || m->vers != 2 || !m->answered || m->port)
			continue;
		f = raise_finding(l, F_NFS_V2_DEFAULT_REFUSED, CERTAIN);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, m->server);
		finding_evidence(f, m->first_frame, "the port of NFS version 2 is asked for");
		finding_evidence(f, m->answer_frame, "not registered");
	}
}

static bool mounted(const struct look *l)
{
	for (const struct mount *m = l->b->mounts; m; m = m->next)
		if (m->outcome == MOUNT_OK && m->path && *m->path)
			return true;
	return false;
}

/* NFS v4 looks up one name after the other: the last of them says less than the command line. */
static void set_path(const struct look *l, struct finding *f, const struct mount *m)
{
	char path[CAP_PATH + 2];
	struct text t = text_init(path, sizeof(path));

	if (m->path[0] == '/' || !m->path[0]) {
		finding_set(l->d, f, P_PATH, bytes_str(m->path));
	} else if (!f->param[P_PATH]) {
		text_fmt(&t, "/%s", m->path);
		finding_set(l->d, f, P_PATH, bytes_str(path));
	}
}

/* What is no export is denied as well, by Linux's mountd and NFS-Ganesha; the latter does not list
 * what is closed to who asks. */
static void unlisted(const struct look *l, struct finding *f, const struct mount *m)
{
	const struct server *v = scope_server_by_address(l->s, m->server);

	if (m->version != 4 && scope_export_listed(l->s, m->server, m->path) == EXPORT_NOT_LISTED)
		finding_evidence(f, v->exports_frame, "the server's list, without this path");
}

static void mount_refusal(const struct look *l, const struct mount *m, enum finding_id id)
{
	const char *status =
		rpc_status_name(m->version == 4 ? RPC_STATUS_NFS4 : RPC_STATUS_MOUNT, m->status);
	struct finding *f = raise_finding(l, id, CERTAIN);

	if (!f)
		return;
	finding_set_address(l->d, f, P_SERVER, m->server);
	set_path(l, f, m);
	finding_set_text(l->d, f, P_TEXT, status ? status : "refused");
	finding_set_number(l->d, f, P_COUNT, m->source_port);
	finding_evidence(f, m->first_frame, "the mount is asked for");
	finding_evidence(f, m->answer_frame, "the answer");
	unlisted(l, f, m);
}

static void mounts(const struct look *l)
{
	for (const struct mount *m = l->b->mounts; m; m = m->next) {
		if (m->outcome == MOUNT_DENIED)
			mount_refusal(l, m,
				      m->source_port >= 1024 ? F_MOUNT_DENIED_UNPRIVILEGED_PORT
							     : F_MOUNT_ACCESS_DENIED);
		else if (m->outcome == MOUNT_NO_SUCH_EXPORT && m->version != 4)
			mount_refusal(l, m, F_MOUNT_NO_SUCH_EXPORT);
	}
}

/* It was let in from a port below 1024 only, as exports(5) has it without "insecure". */
static void unprivileged(const struct look *l)
{
	for (const struct mount *m = l->b->mounts; m; m = m->next) {
		struct finding *f;

		if (!m->denials || m->denied_port < 1024 || m->outcome != MOUNT_OK ||
		    m->source_port >= 1024)
			continue;
		f = raise_finding(l, F_MOUNT_DENIED_UNPRIVILEGED_PORT, LIKELY);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, m->server);
		finding_set(l->d, f, P_PATH, bytes_str(m->path));
		finding_set_number(l->d, f, P_COUNT, m->denied_port);
		finding_evidence(f, m->denied_frame, "denied, asked from a high port");
		finding_evidence(f, m->answer_frame, "allowed, asked from a low one");
		return;
	}
}

/* RFC 7530 7.3: version 4 looks names up from the pseudo root; with fsid=0 the export itself is
 * that root. */
static void path_v4(const struct look *l)
{
	for (const struct mount *m = l->b->mounts; m; m = m->next)
		if (m->version == 4 && m->outcome == MOUNT_NO_SUCH_EXPORT)
			mount_refusal(l, m, F_NFS4_PATH_NOT_FOUND);
}

/* Versions 3 and 4 switched off on the server (rpc.nfsd -N, nfs.conf vers4=n). */
static void versions(const struct look *l)
{
	for (const struct nfs_use *n = l->b->nfs; n; n = n->next) {
		char has[48];
		struct text t = text_init(has, sizeof(has));
		struct finding *f;

		if (n->version < 3 || !n->mismatch)
			continue;
		f = raise_finding(l, F_NFS_VERSION_REFUSED, CERTAIN);
		if (!f)
			return;
		if (n->low && n->high)
			text_fmt(&t, " (it has %u to %u)", n->low, n->high);
		finding_set_text(l->d, f, P_TEXT, has);
		finding_set_number(l->d, f, P_COUNT, n->version);
		finding_set_address(l->d, f, P_SERVER, n->server);
		finding_evidence(f, n->first_frame, "the call");
		finding_evidence(f, n->mismatch_frame, "the version is refused");
		return;
	}
}

static const struct port_map *map_with_port(const struct look *l, const struct port_map *like)
{
	for (const struct port_map *m = l->b->maps; m; m = m->next)
		if (address_equal(m->server, like->server) && m->prog == like->prog && m->port)
			return m;
	return NULL;
}

/* RFC 1833 3.2: port 0 says that the program is not registered for this version and transport. */
static void not_registered(const struct look *l)
{
	for (const struct port_map *m = l->b->maps; m; m = m->next) {
		const struct port_map *other = map_with_port(l, m);
		enum finding_id id;
		struct finding *f;

		if (!m->answered || m->port || (m->prog == RPC_NFS && m->vers == 2))
			continue;
		if (m->prog == RPC_MOUNT && !other)
			id = F_MOUNTD_NOT_REGISTERED;
		else if ((m->prog == RPC_NFS || m->prog == RPC_MOUNT) && other &&
			 other->proto != m->proto && l->stuck)
			id = F_NFS_TRANSPORT_NOT_SERVED;
		else
			continue;
		f = raise_finding(l, id, CERTAIN);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, m->server);
		finding_set_text(l->d, f, P_TEXT, m->proto == 6 ? "TCP" : "UDP");
		finding_evidence(f, m->first_frame, "the port is asked for");
		finding_evidence(f, m->answer_frame, "port 0: not registered");
		return;
	}
}

static void mount_silent(const struct look *l)
{
	for (const struct mount *m = l->b->mounts; m; m = m->next) {
		struct finding *f;

		if (m->version == 4 || m->outcome != MOUNT_NO_ANSWER || m->calls < 2)
			continue;
		f = raise_finding(l, F_MOUNT_NO_ANSWER, l->sees_replies ? LIKELY : POSSIBLE);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, m->server);
		finding_set(l->d, f, P_PATH, bytes_str(m->path));
		finding_set_number(l->d, f, P_COUNT, m->server_port);
		finding_evidence(f, m->first_frame, "MNT is called");
		finding_evidence(f, m->last_frame, "called again, still unanswered");
		return;
	}
	/* a SYN to mountd's port */
	for (const struct connection *c = l->b->connections; c; c = c->next) {
		struct finding *f;

		if (c->port == RPC_PORTMAP_PORT || c->port == RPC_NFS_PORT || c->syn_acks ||
		    c->refused || c->syns < 3 || !rpc_answered(l, c->server))
			continue;
		f = raise_finding(l, F_MOUNT_NO_ANSWER, l->sees_replies ? LIKELY : POSSIBLE);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, c->server);
		finding_set_number(l->d, f, P_COUNT, c->port);
		finding_evidence(f, c->first_frame, "a connection to mountd's port");
		finding_evidence(f, c->last_frame, "tried again, still unanswered");
		return;
	}
}

static void nfs_port(const struct look *l, enum finding_id id, enum confidence confidence,
		     struct address server, uint32_t count, uint64_t first, uint64_t last)
{
	struct finding *f = raise_finding(l, id, confidence);

	if (!f)
		return;
	finding_set_address(l->d, f, P_SERVER, server);
	finding_set_number(l->d, f, P_COUNT, count);
	finding_evidence(f, first, "NFS is called");
	finding_evidence(f, last,
			 id == F_NFS_PORT_UNREACHABLE ? "refused"
						      : "called again, still unanswered");
}

static void nfs_reach(const struct look *l)
{
	enum confidence silent = l->sees_replies ? LIKELY : POSSIBLE;

	for (const struct connection *c = l->b->connections; c; c = c->next) {
		if (c->port != RPC_NFS_PORT || c->syn_acks)
			continue;
		if (c->refused)
			nfs_port(l, F_NFS_PORT_UNREACHABLE, CERTAIN, c->server, c->syns,
				 c->first_frame, c->reset_frame);
		else if (l->stuck && c->syns > 1)
			nfs_port(l, F_NFS_NO_ANSWER, silent, c->server, c->syns, c->first_frame,
				 c->last_frame);
	}
	for (const struct nfs_use *n = l->b->nfs; n; n = n->next) {
		if (n->refused && !n->replies)
			nfs_port(l, F_NFS_PORT_UNREACHABLE, CERTAIN, n->server, (uint32_t)n->calls,
				 n->first_frame, n->last_frame);
		else if (l->stuck && !n->replies && n->calls > 1)
			nfs_port(l, F_NFS_NO_ANSWER, silent, n->server, (uint32_t)n->calls,
				 n->first_frame, n->last_frame);
	}
}

/* Of the folders that the first three names lie in, how many were looked up and are not there. */
static uint32_t missing_folders(const struct nfs_use *n)
{
	static const char *const folders[] = { "sbin", "etc", "bin" };
	uint32_t missing = 0;

	for (size_t k = 0; k < sizeof(folders) / sizeof(folders[0]); k++) {
		bool gone = false, there = false;

		for (uint32_t i = 0; i < n->n_names && i < CAP_NFS_NAMES; i++) {
			if (!bytes_is(bytes_str(n->name[i].name), folders[k]) ||
			    !n->name[i].answered)
				continue;
			gone |= !n->name[i].found;
			there |= n->name[i].found;
		}
		missing += gone && !there;
	}
	return missing;
}

/* init/main.c tries /sbin/init, /etc/init, /bin/init and /bin/sh; one of them missing means
 * nothing. */
static void init_program(const struct look *l)
{
	for (const struct nfs_use *n = l->b->nfs; n; n = n->next) {
		struct finding *f;

		if (n->init_found || n->init_lookups + missing_folders(n) < 3)
			continue;
		f = raise_finding(l, F_NFS_INIT_NOT_FOUND, LIKELY);
		if (!f)
			return;
		finding_set_address(l->d, f, P_SERVER, n->server);
		finding_evidence(f, n->init_frame ? n->init_frame : n->first_frame,
				 "the first look into the root");
		finding_evidence(f, n->last_frame, "the last call");
	}
}

void rules_nfs(const struct look *l)
{
	if (l->b->outcome == OUTCOME_BOOTED)
		return;
	if (l->b->stage >= STAGE_NFS_ROOT) {
		init_program(l);
		return;
	}
	/* what a server says is so whether the client went silent after it or not */
	version_2(l);
	if (!mounted(l)) {
		mounts(l);
		path_v4(l);
		versions(l);
		not_registered(l);
	}
	unprivileged(l);
	nfs_reach(l);
	if (!l->stuck)
		return;
	mount_silent(l);
	rpcbind(l);
}
