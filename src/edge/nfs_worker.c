/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "nfs_worker.h"

#include <errno.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "neighbour.h"
#include "nfs_dir.h"
#include "nfs_mounts.h"
#include "rpc_worker.h"
#include "rpcbind_tell.h"

enum { MAPS_MAX = 14, TIDY_TICKS = 5, MOUNTS = 1024 };

struct nfs_hand {
	struct nfs_dir_thread *dir;
	struct nfs_server server;
	struct rpc_service service[NFS_SERVICES];
};

struct nfs_worker {
	struct nfs_worker_options o;
	struct nfs_shared shared;
	struct nfs_dir *dir;
	void *mounts;
	struct rpc_worker *rpc;
	struct nfs_hand hand[RPC_THREADS_MAX];
	struct rpc_map map[MAPS_MAX]; /* that rpcbind was told of */
	uint32_t n_maps;
	int rpcbind; /* -1: there is none */
	int asks;    /* a socket that the neighbour table is asked with */
	unsigned ticks;
	pthread_mutex_t news_lock, mounts_lock;
};

/* ---- what the services ask of us ---- */

static void news(void *ctx, const struct nfs_news *n)
{
	struct nfs_worker *w = ctx;

	pthread_mutex_lock(&w->news_lock);
	w->o.news(w->o.ctx, n);
	pthread_mutex_unlock(&w->news_lock);
}

static void who(void *ctx, uint32_t ip, struct boot_path_who *out)
{
	struct nfs_worker *w = ctx;

	memset(out, 0, sizeof(*out));
	out->ip = address_ip4(ip);
	if (w->o.interface)
		(void)neighbour_mac(w->asks, w->o.interface, out->ip, &out->mac);
}

static void lock_mounts(void *ctx, bool lock)
{
	struct nfs_worker *w = ctx;

	if (lock)
		pthread_mutex_lock(&w->mounts_lock);
	else
		pthread_mutex_unlock(&w->mounts_lock);
}

static bool crew(void *ctx, uint32_t i, struct rpc_hand *hand, struct rpc_services *out)
{
	struct nfs_worker *w = ctx;
	struct nfs_hand *h = &w->hand[i];
	const struct nfs_dir_lent lent = { rpc_hand_aside(hand), hand, rpc_hand_waits };

	h->dir = nfs_dir_thread_new(w->dir, &lent);
	if (!h->dir)
		return false;
	h->server = (struct nfs_server) { .shared = &w->shared, .fs = nfs_dir_fs(h->dir) };
	nfs_services(&h->server, h->service);
	*out = (struct rpc_services) { h->service, NFS_SERVICES };
	return true;
}

static void tick(void *ctx)
{
	struct nfs_worker *w = ctx;

	if (++w->ticks % TIDY_TICKS == 0)
		nfs_dir_tidy(w->dir);
}

/* ---- open ---- */

static void add_maps(struct nfs_worker *w, uint32_t prog, uint32_t vers, uint32_t port)
{
	w->map[w->n_maps++] = (struct rpc_map) { prog, vers, IPPROTO_TCP, port };
	if (w->o.udp)
		w->map[w->n_maps++] = (struct rpc_map) { prog, vers, IPPROTO_UDP, port };
}

/* The rpcbind that has port 111 is told of us. */
static int tell(struct nfs_worker *w, char *why, size_t n)
{
	uint32_t sure;
	int r;

	add_maps(w, RPC_MOUNT, 1, w->shared.mount_port);
	add_maps(w, RPC_MOUNT, 3, w->shared.mount_port);
	add_maps(w, RPC_NFS, 2, w->shared.nfs_port);
	add_maps(w, RPC_NFS, 3, w->shared.nfs_port);
	w->rpcbind = rpcbind_open(why, n);
	if (w->rpcbind < 0)
		return w->rpcbind;
	r = rpcbind_set(w->rpcbind, w->map, w->n_maps, why, n);
	if (r)
		return r;
	/* the kernel of this host may have locks of its own: it is a client, too */
	sure = w->n_maps;
	add_maps(w, RPC_NLM, 1, w->shared.nfs_port);
	add_maps(w, RPC_NLM, 3, w->shared.nfs_port);
	add_maps(w, RPC_NLM, 4, w->shared.nfs_port);
	w->n_maps = sure + rpcbind_offer(w->rpcbind, w->map + sure, w->n_maps - sure);
	return 0;
}

static int open_ports(struct nfs_worker *w, char *why, size_t n)
{
	struct rpc_worker_options o = {
		.interface = w->o.interface,
		.port = { w->o.port, w->o.mount_port, RPC_PORTMAP_PORT },
		.n_ports = w->o.portmap ? 3 : 2,
		.udp = w->o.udp,
		.limits = rpc_limits_usual,
		.ctx = w,
		.crew = crew,
		.tick = tick,
	};
	uint16_t taken = 0;
	int r = rpc_worker_open(&o, &w->rpc, &taken, why, n);
	bool tells = r == -EADDRINUSE && taken == RPC_PORTMAP_PORT && w->o.tells;

	if (tells) {
		o.n_ports = 2;
		r = rpc_worker_open(&o, &w->rpc, &taken, why, n);
	}
	if (r)
		return r;
	w->shared.nfs_port = rpc_worker_port(w->rpc, 0);
	w->shared.mount_port = rpc_worker_port(w->rpc, 1);
	return tells ? tell(w, why, n) : 0;
}

static struct timespec now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t;
}

/* Another one with each start: what was not committed before it may be lost. */
static uint64_t verifier(void)
{
	struct timespec t = now();

	return (uint64_t)t.tv_sec << 32 | (uint64_t)t.tv_nsec;
}

static uint32_t seconds(void *ctx)
{
	(void)ctx;
	return (uint32_t)now().tv_sec;
}

static int fill_in(struct nfs_worker *w, char *why, size_t n)
{
	int r = nfs_dir_open(w->o.exports, w->o.state, &w->dir, why, n);

	if (r)
		return r;
	w->mounts = malloc(nfs_mounts_bytes(MOUNTS));
	w->asks = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (!w->mounts || w->asks < 0) {
		snprintf(why, n, "memory or descriptors ran out");
		return -ENOMEM;
	}
	w->shared = (struct nfs_shared) {
		.exports = w->o.exports,
		.key = *nfs_dir_key(w->dir),
		.verifier = verifier(),
		.udp = w->o.udp,
		.mounts = nfs_mounts_init(w->mounts, MOUNTS),
		.ctx = w,
		.news = news,
		.who = who,
		.seconds = seconds,
		.lock = lock_mounts,
	};
	return open_ports(w, why, n);
}

int nfs_worker_open(const struct nfs_worker_options *o, struct nfs_worker **out, char *why,
		    size_t n)
{
	struct nfs_worker *w = calloc(1, sizeof(*w));
	int r;

	if (!w) {
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
#ifdef M_ARENA_MAX
	/* one for each thread would keep what long calls took */
	(void)mallopt(M_ARENA_MAX, 1);
#endif
	w->o = *o;
	w->rpcbind = w->asks = -1;
	pthread_mutex_init(&w->news_lock, NULL);
	pthread_mutex_init(&w->mounts_lock, NULL);
	r = fill_in(w, why, n);
	if (r) {
		nfs_worker_free(w);
		return r;
	}
	*out = w;
	return 0;
}

const char *nfs_worker_note(const struct nfs_worker *w, unsigned i)
{
	return nfs_dir_note(w->dir, i);
}

void nfs_worker_keeps(const struct nfs_worker *w, struct sandbox *box)
{
	nfs_dir_keeps(w->dir, box);
}

/* ---- run ---- */

void nfs_worker_run(struct nfs_worker *w, int stop)
{
	(void)rpc_worker_run(w->rpc, stop);
	if (w->rpcbind >= 0)
		rpcbind_unset(w->rpcbind, w->map, w->n_maps);
}

void nfs_worker_free(struct nfs_worker *w)
{
	if (!w)
		return;
	rpc_worker_free(w->rpc);
	for (int i = 0; i < RPC_THREADS_MAX; i++)
		nfs_dir_thread_free(w->hand[i].dir);
	nfs_dir_free(w->dir);
	free(w->mounts);
	if (w->rpcbind >= 0)
		close(w->rpcbind);
	if (w->asks >= 0)
		close(w->asks);
	pthread_mutex_destroy(&w->news_lock);
	pthread_mutex_destroy(&w->mounts_lock);
	free(w);
}
