/* SPDX-License-Identifier: BSD-2-Clause */
/* The responders as they run in processes of their own: opened, confined, and what they tell. */
#include "config.h"

#include "serve_tasks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "dhcp_worker.h"
#include "http_worker.h"
#include "loop.h"
#include "nfs_worker.h"
#include "respond_words.h"
#include "tftp_worker.h"

/* ---- DHCP ---- */

static bool wants_dhcp(const struct serve_config *c)
{
	return c->dhcp.mode != DHCP_MODE_OFF;
}

static bool gives_addresses(const struct serve_config *c)
{
	return c->dhcp.mode == DHCP_MODE_FULL;
}

static void dhcp_told(void *ctx, const struct dhcp_news *n)
{
	struct serve_task_context *t = ctx;
	char words[KEEPER_WORDS];
	struct text x = text_init(words, sizeof(words));

	if (dhcp_news_quiet(n) && !t->verbose)
		return;
	dhcp_news_words(n, &x);
	keeper_say(t->voice, (uint16_t)n->event, words);
}

static int open_dhcp(void *ctx, struct keeper_voice *voice, struct sandbox *box, char *why,
		     size_t n)
{
	struct serve_task_context *t = ctx;
	struct dhcp_worker *w;
	/* in a process of its own: the worker fills in addresses */
	static struct dhcp_config config;
	struct dhcp_worker_options o = {
		.interface = t->config->interface,
		.lease_path = gives_addresses(t->config) ? t->config->lease_file : NULL,
		.lease_sync = t->config->lease_sync,
		.config = &config,
		.leases = settings_leases(t->config),
		.dry = t->dry,
		.ctx = t,
		.news = dhcp_told,
	};
	int r = 0;

	config = t->config->dhcp;
	t->voice = voice;
	if (gives_addresses(t->config) && !config.authoritative && !t->dry)
		r = dhcp_rival_open(t->config->interface, &t->rivals, why, n);
	if (!r)
		r = dhcp_worker_open(&o, &w, why, n);
	if (r)
		return r;
	dhcp_worker_keeps(w, box);
	t->worker = w;
	return 0;
}

/* Two servers that give away addresses do not know of each other's leases. */
static int begin_dhcp(void *ctx, char *why, size_t n)
{
	struct serve_task_context *t = ctx;
	struct dhcp_rival_found found = { 0, false };
	char who[32 + sizeof(t->holders)];
	struct text x = text_init(who, sizeof(who));

	if (t->rivals)
		found = dhcp_rival_ask(t->rivals, SERVE_RIVAL_MS);
	dhcp_rival_free(t->rivals);
	t->rivals = NULL;
	if (!found.server)
		return 0;
	if (found.here)
		text_fmt(&x, "%s on this host", t->holders[0] ? t->holders : "another program");
	else
		text_ip4(&x, found.server);
	snprintf(why, n,
		 "%s gives addresses on %s already: stand beside it with --dhcp proxy (the "
		 "default), or start with --authoritative if it is to go",
		 who, t->config->interface);
	return -EADDRINUSE;
}

static void run_dhcp(void *ctx, int stop, int grace_ms)
{
	struct serve_task_context *t = ctx;

	(void)grace_ms; /* an answer is one datagram */
	dhcp_worker_run(t->worker, stop);
	dhcp_worker_free(t->worker);
}

/* ---- TFTP ---- */

static bool wants_tftp(const struct serve_config *c)
{
	return c->tftp.on;
}

static void tftp_told(void *ctx, const struct tftp_news *n)
{
	struct serve_task_context *t = ctx;
	char words[KEEPER_WORDS];
	struct text x = text_init(words, sizeof(words));

	if (tftp_news_quiet(n) && !t->verbose)
		return;
	tftp_news_words(n, loop_now(), &x);
	keeper_say(t->voice, (uint16_t)n->event, words);
}

static int open_tftp(void *ctx, struct keeper_voice *voice, struct sandbox *box, char *why,
		     size_t n)
{
	struct serve_task_context *t = ctx;
	const struct serve_config *c = t->config;
	struct tftp_worker *w;
	struct tftp_worker_options o = {
		.interface = c->interface,
		.root = c->tftp.root,
		.into = c->tftp.write_root,
		.single_port = c->tftp.single_port,
		.port = c->tftp.port,
		.dry = t->dry,
		.limits = c->tftp.limits,
		.cmdline = c->tftp.cmdline,
		.ctx = t,
		.news = tftp_told,
	};
	int r;

	t->voice = voice;
	r = tftp_worker_open(&o, &w, why, n);
	if (r)
		return r;
	tftp_worker_keeps(w, box);
	t->worker = w;
	return 0;
}

static void run_tftp(void *ctx, int stop, int grace_ms)
{
	struct serve_task_context *t = ctx;

	tftp_worker_run(t->worker, stop, grace_ms);
	tftp_worker_free(t->worker);
}

/* ---- HTTP ---- */

static bool wants_http(const struct serve_config *c)
{
	return c->http.on;
}

enum { HTTP_DONE, HTTP_REFUSED, HTTP_EVENTS };

static const char *const http_event_keys[HTTP_EVENTS] = { "http-done", "http-refused" };

static void http_told(void *ctx, const struct http_news *n)
{
	struct serve_task_context *t = ctx;
	char words[KEEPER_WORDS];
	struct text x = text_init(words, sizeof(words));

	http_news_text(n, &x);
	keeper_say(t->voice, n->status < 400 && !n->why ? HTTP_DONE : HTTP_REFUSED, words);
}

static int open_http(void *ctx, struct keeper_voice *voice, struct sandbox *box, char *why,
		     size_t n)
{
	struct serve_task_context *t = ctx;
	const struct serve_config *c = t->config;
	struct http_worker *w;
	struct http_worker_options o = {
		.interface = c->interface,
		.root = c->http.root,
		.port = c->http.port,
		.limits = http_limits_usual,
		.ctx = t,
		.news = http_told,
	};
	int r;

	o.limits.own_folders = c->http.own_folders;
	t->voice = voice;
	r = http_worker_open(&o, &w, why, n);
	if (r)
		return r;
	box->folder[box->n_folders++] =
		(struct sandbox_folder) { .fd = http_worker_root(w), .reads = true };
	t->worker = w;
	return 0;
}

static void run_http(void *ctx, int stop, int grace_ms)
{
	struct serve_task_context *t = ctx;

	http_worker_run(t->worker, stop, grace_ms);
	http_worker_free(t->worker);
}

/* ---- NFS ---- */

static bool wants_nfs(const struct serve_config *c)
{
	return c->nfs.on;
}

static void nfs_told(void *ctx, const struct nfs_news *n)
{
	struct serve_task_context *t = ctx;
	char words[KEEPER_WORDS];
	struct text x = text_init(words, sizeof(words));

	nfs_news_words(n, &x);
	keeper_say(t->voice, (uint16_t)n->event, words);
}

static int open_nfs(void *ctx, struct keeper_voice *voice, struct sandbox *box, char *why, size_t n)
{
	struct serve_task_context *t = ctx;
	const struct serve_config *c = t->config;
	struct nfs_worker *w;
	struct nfs_worker_options o = {
		.interface = c->interface,
		.exports = &c->exports,
		.state = c->nfs.state,
		.port = c->nfs.port,
		.mount_port = c->nfs.mount_port,
		.portmap = c->nfs.portmap != PORTMAP_NO,
		.tells = c->nfs.portmap == PORTMAP_AUTO,
		.udp = c->nfs.udp,
		.ctx = t,
		.news = nfs_told,
	};
	int r;

	t->voice = voice;
	for (uint32_t i = 0; i < c->exports.n; i++) {
		if (c->exports.export[i].n_clients)
			continue;
		snprintf(why, n,
			 "%s has no IPv4 address, so the network that %s is for is not known: give "
			 "it one, or say clients = 192.168.1.0/24(rw,no_root_squash) in [nfs]",
			 c->interface, c->exports.export[i].path);
		return -EADDRNOTAVAIL;
	}
	r = nfs_worker_open(&o, &w, why, n);
	if (r)
		return r;
	nfs_worker_keeps(w, box);
	t->worker = w;
	for (unsigned i = 0; nfs_worker_note(w, i); i++)
		keeper_say(voice, NFS_NOTED, nfs_worker_note(w, i));
	return 0;
}

static void run_nfs(void *ctx, int stop, int grace_ms)
{
	struct serve_task_context *t = ctx;

	(void)grace_ms; /* what was begun is answered, and what was not is asked for again */
	nfs_worker_run(t->worker, stop);
	nfs_worker_free(t->worker);
}

const struct serve_kind serve_kinds[SERVE_KINDS] = {
	[SERVE_DHCP] = { .name = "dhcp",
			 .wanted = wants_dhcp,
			 .keys = dhcp_event_keys,
			 .n_keys = DHCP_EVENTS,
			 .open = open_dhcp,
			 .begin = begin_dhcp,
			 .run = run_dhcp },
	[SERVE_TFTP] = { .name = "tftp",
			 .wanted = wants_tftp,
			 .keys = tftp_event_keys,
			 .n_keys = TFTP_EVENTS,
			 .open = open_tftp,
			 .run = run_tftp },
	/* of a connection that is not answered nothing can be decided */
	[SERVE_HTTP] = { .name = "http",
			 .wanted = wants_http,
			 .keys = http_event_keys,
			 .n_keys = HTTP_EVENTS,
			 .open = open_http,
			 .run = run_http,
			 .not_dry = true },
	[SERVE_NFS] = { .name = "nfs",
			.wanted = wants_nfs,
			.keys = nfs_event_keys,
			.n_keys = NFS_EVENTS,
			.open = open_nfs,
			.run = run_nfs,
			.caps = &sandbox_caps_any_user,
			.not_dry = true },
};
