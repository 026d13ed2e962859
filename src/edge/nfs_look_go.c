/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_look_call.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

/* first: the others need it */
#include <nfsc/libnfs.h>

#include <nfsc/libnfs-raw-mount.h>
#include <nfsc/libnfs-raw-nfs.h>
#include <nfsc/libnfs-raw-portmap.h>
#include <nfsc/libnfs-raw.h>

/* Programs (RFC 5531 section 8.1, RFC 1813), transports (RFC 1833 section 3), and how far links
 * and folders are followed. */
enum {
	RPCBIND_PORT = 111,
	NFS = 100003,
	MOUNT = 100005,
	TCP = 6,
	UDP = 17,
	STEP_MS = 3500, /* a SYN that is lost is sent again twice */
	DEPTH = 32,
	LINKS = 16,
	READ_MAX = 16 << 10,
	ROWS = 1000,
	ANY_X = 0111
};

/* One call under way: its answer is copied where it is wanted before libnfs frees it. */
struct call {
	bool done;
	int status;
	void (*take)(void *data, void *into);
	void *into;
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* What is late may still be answered while this process lives: hence static, and one for all. */
static struct call call;

void look_ended(struct rpc_context *rpc, int status, void *data, void *private)
{
	(void)rpc;
	(void)private;
	call.done = true;
	call.status = status;
	if (status == RPC_STATUS_SUCCESS && call.take)
		call.take(data, call.into);
}

void look_prepare(void (*take)(void *, void *), void *into)
{
	call = (struct call) { .take = take, .into = into };
}

/* Until the call has ended. 0, -ETIMEDOUT, what the socket says, or -EPROTO. */
int look_wait(const struct look *l, struct rpc_context *rpc, int queued)
{
	uint64_t end = now_ms() + STEP_MS;

	if (queued)
		return -EHOSTUNREACH;
	if (end > l->end_ms)
		end = l->end_ms;
	while (!call.done) {
		struct pollfd p = { rpc_get_fd(rpc), (short)rpc_which_events(rpc), 0 };
		uint64_t now = now_ms();
		socklen_t n = sizeof(int);
		int e = 0;

		if (now >= end)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)(end - now)) <= 0)
			continue;
		if (p.revents & POLLERR && getsockopt(p.fd, SOL_SOCKET, SO_ERROR, &e, &n) == 0 && e)
			return -e;
		if (rpc_service(rpc, p.revents) < 0)
			return -ECONNRESET;
	}
	return call.status == RPC_STATUS_SUCCESS ? 0 : -EPROTO;
}

int look_connect(const struct look *l, uint16_t port, struct rpc_context **out)
{
	struct rpc_context *rpc = rpc_init_context();
	int r;

	if (!rpc)
		return -ENOMEM;
	rpc_set_uid(rpc, 0); /* as the kernel of a board */
	rpc_set_gid(rpc, 0);
	look_prepare(NULL, NULL);
	r = look_wait(l, rpc, rpc_connect_async(rpc, l->server, port, look_ended, NULL));
	*out = rpc;
	return r;
}

bool look_end_step(struct look *l, enum nfs_look_step s, enum nfs_look_outcome o)
{
	l->out->outcome[s] = (uint8_t)o;
	return nfs_look_rows[o].grade != LOOK_FAILS;
}

enum nfs_look_outcome look_failure(int r, enum nfs_look_outcome refused,
				   enum nfs_look_outcome silent)
{
	return r == -ECONNREFUSED                        ? refused
	       : r == -EHOSTUNREACH || r == -ENETUNREACH ? LOOK_UNREACHABLE
							 : silent;
}

/* ---- rpcbind ---- */

static void take_port(void *data, void *into)
{
	uint32_t port = *(uint32_t *)data;

	*(uint16_t *)into = port <= UINT16_MAX ? (uint16_t)port : 0;
}

/* rpcbind names a port for a version that is not there when it has another: so its list is what
 * tells versions. */
static void take_list(void *data, void *into)
{
	struct nfs_look_result *out = into;
	const void *at = ((pmap2_dump_result *)data)->list;
	pmap2_mapping_list m;

	for (int i = 0; at && i < ROWS; i++, at = m.next) {
		uint8_t bit;

		memcpy(&m, at, sizeof(m)); /* libnfs aligns no row of a list */
		bit = (uint8_t)(m.map.vers < 8 ? 1U << m.map.vers : 0);

		if (m.map.prog == NFS && m.map.prot == TCP)
			out->versions_tcp |= bit;
		else if (m.map.prog == NFS && m.map.prot == UDP)
			out->versions_udp |= bit;
	}
}

static int get_port(const struct look *l, struct rpc_context *rpc, int program, int protocol,
		    uint16_t *port)
{
	int version = program == NFS && l->ask->version == 2 ? 2 : 3;

	*port = 0;
	look_prepare(take_port, port);
	return look_wait(
		l, rpc, rpc_pmap2_getport_async(rpc, program, version, protocol, look_ended, NULL));
}

/* The other transport is asked for when there is need: a board would not. */
static int get_ports(const struct look *l, struct rpc_context *rpc, uint16_t *tcp, uint16_t *udp,
		     uint16_t *mount)
{
	bool over_udp = l->ask->udp;
	int r = get_port(l, rpc, NFS, over_udp ? UDP : TCP, over_udp ? udp : tcp);

	if (!r && (over_udp || !*tcp))
		r = get_port(l, rpc, NFS, over_udp ? TCP : UDP, over_udp ? tcp : udp);
	return r ? r : get_port(l, rpc, MOUNT, TCP, mount);
}

/* What the board's first call meets: the server says itself which versions it has. */
static void call_v2(const struct look *l, uint16_t port)
{
	struct rpc_context *rpc;
	int r = look_connect(l, port, &rpc);

	look_prepare(NULL, NULL);
	if (!r)
		(void)look_wait(l, rpc, rpc_nfs2_null_async(rpc, look_ended, NULL));
}

static enum nfs_look_outcome judge_versions(const struct look *l, uint16_t asked, uint16_t other)
{
	unsigned all = l->out->versions_tcp | l->out->versions_udp;
	unsigned ours = l->ask->udp ? l->out->versions_udp : l->out->versions_tcp;

	if (all && !(all & 1U << 3))
		return all & 1U << 4 ? LOOK_ONLY_V4 : LOOK_ONLY_V2;
	if (all && l->ask->version == 2 && !(all & 1U << 2))
		return LOOK_NO_V2;
	if (!asked && !other)
		return LOOK_NFS_MISSING;
	return !asked || (all && !(ours & 1U << 3)) ? LOOK_OTHER_TRANSPORT : LOOK_FINE;
}

static bool rpcbind(struct look *l)
{
	struct nfs_look_result *out = l->out;
	uint16_t tcp = 0, udp = 0, mount = 0;
	struct rpc_context *rpc = NULL;
	enum nfs_look_outcome o;
	int r;

	out->port = l->ask->port;
	out->mount_port = l->ask->mount_port;
	if (out->port && out->mount_port)
		return true;
	r = look_connect(l, RPCBIND_PORT, &rpc);
	if (!r)
		r = get_ports(l, rpc, &tcp, &udp, &mount);
	if (r)
		return look_end_step(l, NFS_LOOK_RPCBIND,
				     look_failure(r, LOOK_RPCBIND_REFUSED, LOOK_RPCBIND_SILENT));
	/* some answer questions, and keep the list for themselves */
	look_prepare(take_list, out);
	(void)look_wait(l, rpc, rpc_pmap2_dump_async(rpc, look_ended, NULL));
	out->mount_port = out->mount_port ? out->mount_port : mount;
	o = out->port ? LOOK_FINE
		      : judge_versions(l, l->ask->udp ? udp : tcp, l->ask->udp ? tcp : udp);
	out->port = out->port ? out->port : tcp;
	if (o == LOOK_FINE && !out->mount_port)
		o = LOOK_MOUNTD_MISSING;
	if (o == LOOK_NO_V2 && tcp)
		call_v2(l, tcp);
	return look_end_step(l, NFS_LOOK_RPCBIND, o) && out->port;
}

/* ---- the mount service ---- */

/* Is the path of nfsroot= this export, or below it? */
static bool holds(const char *export, const char *path)
{
	size_t n = strlen(export);

	while (n && export[n - 1] == '/')
		n--;
	return strncmp(export, path, n) == 0 && (path[n] == 0 || path[n] == '/');
}

static void take_exports(void *data, void *into)
{
	struct look *l = into;
	const void *at = *(exports *)data;
	exportnode e;
	char *list = l->out->exports;
	bool found = false;
	size_t n = 0;

	for (int i = 0; at && i < ROWS; i++, at = e.ex_next) {
		const char *dir;

		memcpy(&e, at, sizeof(e));
		dir = e.ex_dir ? e.ex_dir : "";
		found = found || holds(dir, l->ask->path);
		if (n + strlen(dir) + 2 < NFS_LOOK_LIST)
			n += (size_t)snprintf(list + n, NFS_LOOK_LIST - n, "%s%s", n ? " " : "",
					      dir);
	}
	look_end_step(l, NFS_LOOK_EXPORTS, found ? LOOK_FINE : LOOK_NOT_LISTED);
}

void look_keep_handle(struct handle *h, uint32_t n, const char *data)
{
	h->n = n <= sizeof(h->data) ? n : 0;
	memcpy(h->data, data, h->n);
}

static const struct {
	uint32_t status;
	const char *name;
	enum nfs_look_outcome outcome;
} refusals[] = {
	{ MNT3ERR_PERM, "MNT3ERR_PERM", LOOK_DENIED },
	{ MNT3ERR_NOENT, "MNT3ERR_NOENT", LOOK_NO_EXPORT },
	{ MNT3ERR_IO, "MNT3ERR_IO", LOOK_MOUNT_FAILED },
	{ MNT3ERR_ACCES, "MNT3ERR_ACCES", LOOK_DENIED },
	{ MNT3ERR_NOTDIR, "MNT3ERR_NOTDIR", LOOK_NO_FOLDER },
	{ MNT3ERR_INVAL, "MNT3ERR_INVAL", LOOK_MOUNT_FAILED },
	{ MNT3ERR_NAMETOOLONG, "MNT3ERR_NAMETOOLONG", LOOK_NO_EXPORT },
	{ MNT3ERR_NOTSUPP, "MNT3ERR_NOTSUPP", LOOK_MOUNT_FAILED },
	{ MNT3ERR_SERVERFAULT, "MNT3ERR_SERVERFAULT", LOOK_MOUNT_FAILED },
};

/* Linux's mountd and NFS-Ganesha say MNT3ERR_ACCES of what is no export at all; the one lists what
 * is closed to the client, the other does not. */
static enum nfs_look_outcome refused_as(const struct look *l, enum nfs_look_outcome o)
{
	bool unlisted = l->out->outcome[NFS_LOOK_EXPORTS] == LOOK_NOT_LISTED;

	return o == LOOK_DENIED && unlisted ? LOOK_DENIED_UNLISTED : o;
}

static void take_mount(void *data, void *into)
{
	const mountres3 *m = data;
	struct look *l = into;
	char *text = l->out->text[NFS_LOOK_MOUNT];

	if (m->fhs_status == MNT3_OK) {
		look_keep_handle(&l->root, m->mountres3_u.mountinfo.fhandle.fhandle3_len,
				 m->mountres3_u.mountinfo.fhandle.fhandle3_val);
		look_end_step(l, NFS_LOOK_MOUNT, l->root.n ? LOOK_FINE : LOOK_MOUNT_FAILED);
		return;
	}
	look_end_step(l, NFS_LOOK_MOUNT, LOOK_MOUNT_FAILED);
	snprintf(text, NFS_LOOK_TEXT, "status %u", (unsigned)m->fhs_status);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].status == (uint32_t)m->fhs_status) {
			look_end_step(l, NFS_LOOK_MOUNT, refused_as(l, refusals[i].outcome));
			snprintf(text, NFS_LOOK_TEXT, "%s", refusals[i].name);
		}
}

static bool mount_root(struct look *l)
{
	char path[NFS_LOOK_PATH];
	struct rpc_context *rpc = NULL;
	int r = look_connect(l, l->out->mount_port, &rpc);

	memcpy(path, l->ask->path, sizeof(path));
	if (!r) {
		/* the list may be kept back: the mount is what counts */
		look_prepare(take_exports, l);
		(void)look_wait(l, rpc, rpc_mount3_export_async(rpc, look_ended, NULL));
		look_prepare(take_mount, l);
		r = look_wait(l, rpc, rpc_mount3_mnt_async(rpc, look_ended, path, NULL));
	}
	if (r)
		return look_end_step(l, NFS_LOOK_MOUNT,
				     look_failure(r, LOOK_MOUNTD_SILENT, LOOK_MOUNTD_SILENT));
	if (!l->root.n)
		return false;
	/* no line of ours stays in the server's list of mounts; its handles are good without */
	look_prepare(NULL, NULL);
	(void)look_wait(l, rpc, rpc_mount3_umnt_async(rpc, look_ended, path, NULL));
	return true;
}

/* ---- the file system ---- */

struct fsinfo {
	uint32_t status, read_max, write_max;
};

static void take_fsinfo(void *data, void *into)
{
	const FSINFO3res *r = data;
	struct fsinfo *f = into;

	f->status = (uint32_t)r->status;
	if (r->status != NFS3_OK)
		return;
	f->read_max = r->FSINFO3res_u.resok.rtmax;
	f->write_max = r->FSINFO3res_u.resok.wtmax;
}

static bool fsinfo(struct look *l, struct rpc_context **rpc)
{
	FSINFO3args args = { .fsroot = { { l->root.n, l->root.data } } };
	struct fsinfo f = { .status = NFS3_OK };
	int r = look_connect(l, l->out->port, rpc);

	look_prepare(take_fsinfo, &f);
	if (!r)
		r = look_wait(l, *rpc, rpc_nfs3_fsinfo_async(*rpc, look_ended, &args, NULL));
	if (r)
		return look_end_step(l, NFS_LOOK_FSINFO,
				     look_failure(r, LOOK_NFS_REFUSED, LOOK_NFS_SILENT));
	l->out->read_max = f.read_max;
	l->out->write_max = f.write_max;
	if (f.status != NFS3_OK)
		snprintf(l->out->text[NFS_LOOK_FSINFO], NFS_LOOK_TEXT, "FSINFO: status %u",
			 f.status);
	return look_end_step(l, NFS_LOOK_FSINFO, f.status == NFS3_OK ? LOOK_FINE : LOOK_NFS_FAILED);
}

static void take_lookup(void *data, void *into)
{
	const LOOKUP3res *r = data;
	const LOOKUP3resok *ok = &r->LOOKUP3res_u.resok;
	struct found *f = into;

	f->status = (uint32_t)r->status;
	if (r->status != NFS3_OK)
		return;
	look_keep_handle(&f->file.handle, ok->object.data.data_len, ok->object.data.data_val);
	f->told = ok->obj_attributes.attributes_follow;
	f->file.type = (uint32_t)ok->obj_attributes.post_op_attr_u.attributes.type;
	f->file.mode = ok->obj_attributes.post_op_attr_u.attributes.mode;
}

static void take_attributes(void *data, void *into)
{
	const GETATTR3res *r = data;
	struct found *f = into;

	f->status = (uint32_t)r->status;
	if (r->status != NFS3_OK)
		return;
	f->file.type = (uint32_t)r->GETATTR3res_u.resok.obj_attributes.type;
	f->file.mode = r->GETATTR3res_u.resok.obj_attributes.mode;
}

static void take_link(void *data, void *into)
{
	const READLINK3res *r = data;
	struct found *f = into;

	f->status = (uint32_t)r->status;
	if (r->status == NFS3_OK)
		snprintf(f->target, sizeof(f->target), "%s",
			 r->READLINK3res_u.resok.data ? r->READLINK3res_u.resok.data : "");
}

/* One name in one folder, and where it leads when it is a link. 0, -errno, or the status. */
static int step_to(struct look *l, struct rpc_context *rpc, struct handle *in, char *name,
		   struct found *f)
{
	LOOKUP3args what = { { { { in->n, in->data } }, name } };
	int r;

	memset(f, 0, sizeof(*f));
	if (l->ask->version == 4) {
		r = look_step_v4(l, rpc, in, name, f);
		return r ? r : (int)f->status;
	}
	look_prepare(take_lookup, f);
	r = look_wait(l, rpc, rpc_nfs3_lookup_async(rpc, look_ended, &what, NULL));
	if (!r && !f->status && !f->told) {
		GETATTR3args of = { { { f->file.handle.n, f->file.handle.data } } };

		look_prepare(take_attributes, f);
		r = look_wait(l, rpc, rpc_nfs3_getattr_async(rpc, look_ended, &of, NULL));
	}
	if (!r && !f->status && f->file.type == NF3LNK) {
		READLINK3args of = { { { f->file.handle.n, f->file.handle.data } } };

		look_prepare(take_link, f);
		r = look_wait(l, rpc, rpc_nfs3_readlink_async(rpc, look_ended, &of, NULL));
	}
	return r ? r : (int)f->status;
}

enum { WAY = 2 * NFS_LOOK_PATH };

/* A link's target and what stood behind the link. */
static bool put_before(char way[WAY], const char *target, const char *rest)
{
	int n = snprintf(way, WAY, "%s/", target), room = WAY - n;

	return room > 0 && snprintf(way + n, (size_t)room, "%s", rest) < room;
}

/* What a path is inside of the root, which no link leads out of. 0, -errno, or the status. */
static int walk(struct look *l, struct rpc_context *rpc, const char *path, struct file *out)
{
	struct handle way[DEPTH] = { l->root };
	char rest[WAY], next[WAY];
	int depth = 0, links = 0;
	struct found f;

	*out = (struct file) { l->root, NF3DIR, 0 };
	snprintf(rest, sizeof(rest), "%s", path);
	for (;;) {
		char *name = rest + strspn(rest, "/");
		size_t n = strcspn(name, "/");
		bool last = !name[n];
		int r;

		if (!n)
			return 0;
		snprintf(next, sizeof(next), "%s", last ? "" : name + n + 1);
		name[n] = 0;
		if (strcmp(name, "..") == 0)
			depth -= depth > 0;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
			*out = (struct file) { way[depth], NF3DIR, 0 };
		} else {
			r = step_to(l, rpc, &way[depth], name, &f);
			if (r)
				return r;
			if (f.file.type == NF3LNK) {
				if (++links > LINKS || !put_before(rest, f.target, next))
					return NFS3ERR_INVAL;
				depth = f.target[0] == '/' ? 0 : depth;
				continue;
			}
			*out = f.file;
			if (depth + 1 == DEPTH)
				return NFS3ERR_INVAL;
			way[++depth] = f.file.handle;
		}
		memcpy(rest, next, sizeof(rest));
	}
}

/* False: nobody answers any more, or the kernel would end here and read nothing. */
static bool look_for_init(struct look *l, struct rpc_context *rpc)
{
	char *text = l->out->text[NFS_LOOK_INIT];
	bool named = l->ask->init[0], v4 = l->ask->version == 4;
	struct file f;

	look_end_step(l, NFS_LOOK_INIT, LOOK_NO_INIT);
	for (size_t i = 0; i < (named ? 1 : NFS_LOOK_PROGRAMS); i++) {
		const char *path = named ? l->ask->init : nfs_look_programs[i];
		int r = walk(l, rpc, path, &f);

		if (r < 0)
			return look_end_step(l, NFS_LOOK_INIT, LOOK_NFS_SILENT);
		if (r == NFS3ERR_ACCES || r == NFS3ERR_PERM)
			look_end_step(l, NFS_LOOK_INIT, LOOK_NFS_FAILED);
		if (r && !text[0])
			snprintf(text, NFS_LOOK_TEXT, "%.200s: %s", path,
				 r == NFS3ERR_NOENT   ? v4 ? "NFS4ERR_NOENT" : "NFS3ERR_NOENT"
				 : r == NFS3ERR_ACCES ? v4 ? "NFS4ERR_ACCESS" : "NFS3ERR_ACCES"
						      : "not to be found");
		if (r)
			continue;
		snprintf(text, NFS_LOOK_TEXT, "%.200s", path);
		look_end_step(l, NFS_LOOK_INIT,
			      f.type == NF3REG && f.mode & ANY_X ? LOOK_FINE : LOOK_INIT_UNFIT);
		break;
	}
	return nfs_look_rows[l->out->outcome[NFS_LOOK_INIT]].grade != LOOK_FAILS;
}

struct content {
	uint32_t status, n;
	char data[READ_MAX];
};

static void take_content(void *data, void *into)
{
	const READ3res *r = data;
	struct content *c = into;

	c->status = (uint32_t)r->status;
	if (r->status != NFS3_OK)
		return;
	c->n = r->READ3res_u.resok.data.data_len;
	c->n = c->n < READ_MAX ? c->n : READ_MAX;
	memcpy(c->data, r->READ3res_u.resok.data.data_val, c->n);
}

static void look_at_fstab(struct look *l, struct rpc_context *rpc)
{
	static struct content c;
	READ3args args;
	struct file f = { .type = 0 };
	int r = walk(l, rpc, "/etc/fstab", &f);

	if (!r && f.type != NF3REG)
		r = NFS3ERR_NOENT;
	if (!r && l->ask->version == 4) {
		r = look_read_v4(l, rpc, &f.handle, READ_MAX, c.data, &c.n, &c.status);
		r = r ? r : (int)c.status;
	} else if (!r) {
		args = (READ3args) { { { f.handle.n, f.handle.data } }, 0, READ_MAX };
		look_prepare(take_content, &c);
		r = look_wait(l, rpc, rpc_nfs3_read_async(rpc, look_ended, &args, NULL));
		r = r ? r : (int)c.status;
	}
	look_end_step(l, NFS_LOOK_FSTAB,
		      r < 0                ? LOOK_NFS_SILENT
		      : r == NFS3ERR_NOENT ? LOOK_NO_FSTAB
		      : r                  ? LOOK_NFS_FAILED
					   : nfs_look_fstab(bytes_of(c.data, c.n), l->ask->server,
							    l->out->text[NFS_LOOK_FSTAB]));
}

void nfs_look_go(const struct nfs_look_ask *ask, struct nfs_look_result *out)
{
	static struct look l;
	uint32_t s = ask->server;
	struct rpc_context *rpc = NULL;

	l = (struct look) { .ask = ask, .out = out, .end_ms = now_ms() + NFS_LOOK_ALL_MS };
	snprintf(l.server, sizeof(l.server), "%u.%u.%u.%u", s >> 24, s >> 16 & 255, s >> 8 & 255,
		 s & 255);
	if ((ask->version == 4 ? look_mount_v4(&l, &rpc)
			       : rpcbind(&l) && mount_root(&l) && fsinfo(&l, &rpc)) &&
	    look_for_init(&l, rpc))
		look_at_fstab(&l, rpc);
}
