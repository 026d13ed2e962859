/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOOTS_H
#define BOOTS_H

#include "offers.h"

#include "rpc_write.h"

/* A Pi 4 from its first DISCOVER to its root, in the forms of facts 3 and 5. */
enum { LOW_PORT = 800, MOUNTD_PORT = 20048, GETPORT = 3, MNT = 1 };
enum { NFS_LOOKUP = 3, NFS_READ = 6, NFS_WRITE = 7 };
enum { STATUS_NOENT = 2, STATUS_ACCES = 13, STATUS_ROFS = 30, STATUS_STALE = 70 };

/* A file of one block; text NULL: it is not there. */
static inline void reads(struct story *t, const char *file, const char *text)
{
	fetch_block(t, t->board, DHCPD, bytes_str(file), text ? FETCH_WHOLE : FETCH_REFUSED,
		    bytes_str(text ? text : ""));
}

/* Up to the kernel, with that command line (NULL: not asked for). */
static inline void loads(struct story *t, const char *kernel, const char *cmdline)
{
	leases(t, PI4, offering(PI4));
	reads(t, "start4.elf", "firmware");
	reads(t, "fixup4.dat", "fixup");
	reads(t, "config.txt", "arm_64bit=1\n");
	if (cmdline)
		reads(t, "cmdline.txt", cmdline);
	reads(t, kernel, "kernel");
}

/* ... and the kernel with its address. */
static inline struct story *kernel_up(const char *kernel, const char *cmdline)
{
	struct story *t = story_begin();

	loads(t, kernel, cmdline);
	story_wait(t, 3 * one_second);
	leases(t, KERNEL, offering(KERNEL));
	return t;
}

static inline struct build_ends rpc_ends(const struct story *t, bool up, uint16_t port,
					 uint16_t service)
{
	struct build_ends e = story_ends(t->board, CLIENT, t->server, port, service);

	return up ? e : story_back(&e);
}

static inline void rpc_segment(struct story *t, bool up, const struct build_ends *e, uint8_t flags,
			       struct bytes payload)
{
	struct tcp tcp = { .seq = t->seq[!up], .ack = t->seq[up], .flags = flags, .window = 65535 };
	uint8_t buf[4096];
	struct writer out = writer_init(buf, sizeof(buf));

	build_tcp(&out, e, &tcp, payload);
	t->seq[!up] += payload.n + ((flags & TCP_SYN) != 0);
	story_frame(t, &out);
}

static inline void rpc_connect(struct story *t, uint16_t port, uint16_t service)
{
	struct build_ends e = rpc_ends(t, true, port, service), back = story_back(&e);
	struct bytes none = bytes_of(NULL, 0);

	t->seq[0] = t->seq[1] = 1000;
	rpc_segment(t, true, &e, TCP_SYN, none);
	rpc_segment(t, false, &back, TCP_SYN | TCP_ACK, none);
	rpc_segment(t, true, &e, TCP_ACK, none);
	t->tcp = true;
}

static inline void rpc_says(struct story *t, bool up, uint16_t port, uint16_t service,
			    const struct rpc *m)
{
	struct build_ends e = rpc_ends(t, up, port, service);
	uint8_t buf[2048];
	struct writer out = writer_init(buf, sizeof(buf));
	uint32_t mark = t->tcp ? rpc_open_record(&out) : 0;

	if (up)
		rpc_write_call(m, &out);
	else
		rpc_write_reply(m, &out);
	if (t->tcp) {
		rpc_close_record(&out, mark);
		rpc_segment(t, up, &e, TCP_ACK, writer_done(&out));
	} else {
		story_udp(t, &e, writer_done(&out));
	}
}

/* port 0: not registered; UINT32_MAX: no answer. */
static inline void port_of(struct story *t, uint32_t prog, uint32_t vers, uint32_t proto,
			   uint32_t port)
{
	struct rpc m = { .xid = ++t->xid, .prog = RPC_PORTMAP, .vers = 2, .proc = GETPORT };

	m.map_prog = prog;
	m.map_vers = vers;
	m.map_proto = proto;
	rpc_says(t, true, LOW_PORT, RPC_PORTMAP_PORT, &m);
	m.map_port = port;
	if (port != UINT32_MAX)
		rpc_says(t, false, LOW_PORT, RPC_PORTMAP_PORT, &m);
}

static inline struct rpc mnt(struct story *t)
{
	struct rpc m = { .xid = ++t->xid, .prog = RPC_MOUNT, .vers = 3, .proc = MNT, .flavor = 1 };

	m.path = bytes_str("/srv/a");
	m.handle2 = bytes_str("the root's handle");
	return m;
}

static inline void mounts(struct story *t, uint16_t from, uint32_t status)
{
	struct rpc m = mnt(t);

	rpc_says(t, true, from, MOUNTD_PORT, &m);
	m.status = status;
	rpc_says(t, false, from, MOUNTD_PORT, &m);
}

static inline struct rpc nfs(struct story *t, uint32_t proc, const char *name)
{
	struct rpc m = { .xid = ++t->xid, .prog = RPC_NFS, .vers = 3, .proc = proc, .flavor = 1 };

	m.handle = m.handle2 = bytes_str("the root's handle");
	m.name = bytes_str(name);
	m.body = bytes_str("data");
	m.count = 4;
	m.file_type = 1;
	return m;
}

static inline void nfs_call(struct story *t, const struct rpc *m)
{
	rpc_says(t, true, LOW_PORT + 1, RPC_NFS_PORT, m);
}

static inline void nfs_reply(struct story *t, struct rpc *m, uint32_t status)
{
	m->status = status;
	rpc_says(t, false, LOW_PORT + 1, RPC_NFS_PORT, m);
}

static inline void does(struct story *t, uint32_t proc, const char *name, uint32_t status)
{
	struct rpc m = nfs(t, proc, name);

	nfs_call(t, &m);
	nfs_reply(t, &m, status);
}

/* A COMPOUND that looks one name up (RFC 7530 16), from the root or from where it is by now. */
static inline void looks_up_v4(struct story *t, bool from_root, const char *name, uint32_t status)
{
	enum { LOOKUP = 15, PUTROOTFH = 24 };
	struct rpc m = { .xid = ++t->xid, .prog = RPC_NFS, .vers = 4, .proc = 1, .flavor = 1 };
	uint32_t n = (uint32_t)strlen(name);
	uint8_t buf[128];
	struct writer w = writer_init(buf, sizeof(buf));

	writer_be32(&w, 0); /* no tag */
	writer_be32(&w, 0); /* minor version */
	writer_be32(&w, 1 + from_root);
	if (from_root)
		writer_be32(&w, PUTROOTFH);
	writer_be32(&w, LOOKUP);
	writer_be32(&w, n);
	writer_bytes(&w, bytes_of(name, n));
	writer_zero(&w, -n & 3);
	m.body = writer_done(&w);
	nfs_call(t, &m);
	w = writer_init(buf, sizeof(buf));
	writer_be32(&w, status);
	writer_be32(&w, 0);
	writer_be32(&w, 1 + from_root);
	if (from_root) {
		writer_be32(&w, PUTROOTFH);
		writer_be32(&w, 0);
	}
	writer_be32(&w, LOOKUP);
	writer_be32(&w, status);
	m.body = writer_done(&w);
	nfs_reply(t, &m, status);
}

#endif
