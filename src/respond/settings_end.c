/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings as a whole: what holds when nothing is said, and what does not go together. */
#include "settings_form.h"

#include <string.h>

static const char lease_file[] = "/var/lib/bootscope/leases";
enum { LEASE_TIME = 12 * 3600 };

void settings_begin(struct settings *s, struct serve_config *c, void *ctx,
		    void (*fault)(void *ctx, uint32_t line, const char *sentence))
{
	memset(s, 0, sizeof(*s));
	memset(c, 0, sizeof(*c));
	s->config = c;
	s->ctx = ctx;
	s->fault = fault;
	c->dhcp.mode = DHCP_MODE_PROXY;
	c->dhcp.probe = true;
	c->dhcp.probe_ms = 500;
	c->dhcp.kick = true;
	c->dhcp.host = c->host;
	c->tftp.port = 69;
	c->tftp.limits = tftp_default_limits;
	c->tftp.limits.own_folders = true;
	c->http.port = 80;
	c->http.own_folders = true;
	c->nfs.port = 2049;
	c->nfs.mount_port = 20048;
	c->nfs.udp = true;
	c->every.own_folders = true;
	c->net.lease = LEASE_TIME;
}

void settings_close(struct settings *s)
{
	struct serve_config *c = s->config;

	if (s->section == SECTION_HOST)
		lease_client_set(&c->host[c->dhcp.n_hosts - 1].client, 1, s->mac, s->id);
	s->mac = s->id = bytes_of(NULL, 0);
	s->section = SECTION_NONE;
}

/* ---- ranges ---- */

static bool apart(const struct lease_range *a, const struct lease_range *b)
{
	return a->last < b->first || b->last < a->first;
}

static bool within(const struct dhcp_range *r, uint32_t address)
{
	return !((r->addresses.first ^ address) & r->mask);
}

static void say_range(struct settings_words *w, const struct lease_range *a)
{
	text_ip4(&w->t, a->first);
	text_char(&w->t, '-');
	text_ip4(&w->t, a->last);
}

static void check_range(struct settings *s, uint32_t i, uint32_t address, uint32_t mask)
{
	struct serve_config *c = s->config;
	struct dhcp_range *r = &c->dhcp.range[i];
	uint32_t line = c->range_name[i].line;
	bool ours = !r->mask; /* one with a mask of its own may be meant for relays */
	struct settings_words w;

	settings_words(&w);
	if (!r->addresses.first && !r->addresses.last) {
		settings_fault(s, line,
			       "a range needs 'addresses', such as 192.168.1.50-192.168.1.99");
		return;
	}
	say_range(&w, &r->addresses);
	if (r->addresses.first > r->addresses.last) {
		text_str(&w.t, " runs backwards: the lower address comes first");
		settings_tell(s, line, &w);
		return;
	}
	r->mask = ours ? mask : r->mask;
	if ((ours && address && ((r->addresses.first ^ address) & mask)) ||
	    !within(r, r->addresses.last)) {
		text_str(&w.t, ours && address ? " is outside of the interface's net "
					       : " does not lie in one net of ");
		if (ours && address) {
			text_ip4(&w.t, address & mask);
			text_char(&w.t, '/');
		}
		text_ip4(&w.t, r->mask);
		settings_tell(s, line, &w);
		return;
	}
	for (uint32_t k = 0; k < i; k++)
		if (!apart(&r->addresses, &c->dhcp.range[k].addresses)) {
			text_str(&w.t, " and ");
			say_range(&w, &c->dhcp.range[k].addresses);
			text_str(&w.t, " share addresses");
			settings_tell(s, line, &w);
			return;
		}
	if (r->router && r->mask && !within(r, r->router)) {
		text_str(&w.t, " has its router in another net: ");
		text_ip4(&w.t, r->router);
		settings_tell(s, line, &w);
	}
}

static void fill_range(struct settings *s, struct dhcp_range *r)
{
	const struct dhcp_range *net = &s->config->net;

	r->router = r->router ? r->router : net->router;
	r->domain = r->domain.n ? r->domain : net->domain;
	r->lease = r->lease ? r->lease : net->lease;
	if (!r->n_dns) {
		memcpy(r->dns, net->dns, sizeof(r->dns));
		r->n_dns = net->n_dns;
	}
}

static void check_ranges(struct settings *s, uint32_t address, uint32_t mask)
{
	struct dhcp_config *c = &s->config->dhcp;
	uint64_t all = 0;

	for (uint32_t i = 0; i < c->n_ranges; i++) {
		fill_range(s, &c->range[i]);
		check_range(s, i, address, mask);
		all += (uint64_t)c->range[i].addresses.last - c->range[i].addresses.first + 1;
	}
	if (!s->faults && all > SETTINGS_ADDRESSES_MAX)
		settings_fault(s, 0, "the ranges have more than 65536 addresses together");
	if (c->mode != DHCP_MODE_FULL && c->n_ranges)
		settings_fault(
			s, s->config->range_name[0].line,
			"a range is for full DHCP, and this is not: mode = full, or --dhcp full");
	if (c->mode == DHCP_MODE_FULL && !c->n_ranges && !s->faults)
		settings_fault(
			s, 0,
			"full DHCP needs addresses to give: range = A-B in [dhcp], or --range A-B");
}

/* ---- hosts ---- */

static bool has_net(const struct serve_config *c, uint32_t ip)
{
	for (uint32_t i = 0; i < c->dhcp.n_ranges; i++)
		if (within(&c->dhcp.range[i], ip))
			return true;
	return false;
}

static void check_host(struct settings *s, uint32_t i, uint32_t address)
{
	const struct dhcp_host *h = &s->config->host[i];
	uint32_t line = s->config->host_name[i].line;
	struct settings_words w;

	settings_words(&w);
	if (!h->client.hlen && !h->client.id_len) {
		settings_fault(s, line,
			       "a host is known by its 'mac' or its 'client-id'; this has neither");
		return;
	}
	if (h->ip && h->ip == address) {
		text_fmt(&w.t, "host %s is to have the address of this machine",
			 s->config->host_name[i].s);
		settings_tell(s, line, &w);
	}
	if (h->ip && s->config->dhcp.mode == DHCP_MODE_FULL && !s->faults &&
	    !has_net(s->config, h->ip)) {
		text_fmt(&w.t, "host %s is to have ", s->config->host_name[i].s);
		text_ip4(&w.t, h->ip);
		text_str(&w.t, ", which is in the net of no range");
		settings_tell(s, line, &w);
		return;
	}
	for (uint32_t k = 0; k < i; k++) {
		const struct dhcp_host *o = &s->config->host[k];
		bool same = lease_same_client(&h->client, &o->client);

		if (!same && !(h->ip && h->ip == o->ip))
			continue;
		text_fmt(&w.t, "hosts %s and %s ", s->config->host_name[k].s,
			 s->config->host_name[i].s);
		if (same) {
			text_str(&w.t, "are the same client");
		} else {
			text_str(&w.t, "have one address: ");
			text_ip4(&w.t, h->ip);
		}
		settings_tell(s, line, &w);
		return;
	}
}

static void check_hosts(struct settings *s, uint32_t address)
{
	struct serve_config *c = s->config;

	for (uint32_t i = 0; i < c->dhcp.n_hosts; i++) {
		check_host(s, i, address);
		if (!c->host[i].name.n)
			c->host[i].name = bytes_str(c->host_name[i].s);
	}
}

/* ---- classes ---- */

static bool begins(struct bytes v, struct bytes with)
{
	return v.n >= with.n && (!with.n || memcmp(v.p, with.p, with.n) == 0);
}

/* Does every client of b fit a too? */
static bool takes_all(const struct dhcp_class *a, const struct dhcp_class *b)
{
	for (uint32_t i = 0; a->n_archs && i < b->n_archs; i++) {
		uint32_t k = 0;

		while (k < a->n_archs && a->arch[k] != b->arch[i])
			k++;
		if (k == a->n_archs)
			return false;
	}
	if ((a->n_archs && !b->n_archs) || (a->models && !b->models) ||
	    (a->models & b->models) != b->models)
		return false;
	return begins(b->mac, a->mac) && begins(b->vendor, a->vendor) &&
	       (!a->user.n || bytes_equal(a->user, b->user));
}

static void check_boot(struct settings *s, uint32_t line, const struct dhcp_boot *b,
		       const struct dhcp_boot *all)
{
	struct bytes prefix = b->prefix.n ? b->prefix : all->prefix;
	struct bytes file = b->file.n ? b->file : all->file;

	if (prefix.n + file.n > 255)
		settings_fault(s, line, "boot file and prefix have more than 255 letters together");
}

/* Is the class for what is answered at all? NULL, or why not. */
static const char *not_answered(const struct serve_config *c, const struct dhcp_class *k)
{
	static const uint16_t pi_archs[] = { 0, 41 }; /* ROMs and rpiboot */
	struct bytes pxe = bytes_str("PXEClient"), http = bytes_str("HTTPClient");
	bool pi = !k->n_archs && k->models != DHCP_NO_PI;

	if (c->dhcp.mode == DHCP_MODE_PROXY && !begins(pxe, k->vendor) && !begins(k->vendor, pxe) &&
	    !begins(http, k->vendor) && !begins(k->vendor, http))
		return "proxy DHCP is for PXEClient and HTTPClient alone; mode = full answers it "
		       "too";
	for (uint32_t i = 0; i < k->n_archs && k->models != DHCP_NO_PI; i++)
		pi |= k->arch[i] == pi_archs[0] || k->arch[i] == pi_archs[1];
	if (c->clients == CLIENTS_PI && !c->dhcp.n_hosts && !c->dhcp.n_only && !pi)
		return "only Raspberry Pis are answered; clients = all answers it too";
	return NULL;
}

static void check_classes(struct settings *s)
{
	struct serve_config *c = s->config;

	check_boot(s, 0, &c->dhcp.boot, &c->dhcp.boot);
	for (uint32_t i = 0; i < c->dhcp.n_classes; i++) {
		const struct dhcp_class *b = &c->dhcp.class[i];
		const char *why = not_answered(c, b);
		struct settings_words w;

		if (why && c->dhcp.mode != DHCP_MODE_OFF) {
			settings_words(&w);
			text_fmt(&w.t, "class %s never matches: %s", c->class_name[i].s, why);
			settings_tell(s, c->class_name[i].line, &w);
			continue;
		}
		check_boot(s, c->class_name[i].line, &b->boot, &c->dhcp.boot);
		for (uint32_t k = 0; k < i; k++) {
			if (!takes_all(&c->dhcp.class[k], b))
				continue;
			settings_words(&w);
			text_fmt(&w.t,
				 "class %s never matches: class %s in line %u takes all of its "
				 "clients; "
				 "the first that fits decides",
				 c->class_name[i].s, c->class_name[k].s, c->class_name[k].line);
			settings_tell(s, c->class_name[i].line, &w);
			break;
		}
	}
}

/* ---- all of it ---- */

bool settings_end(struct settings *s, uint32_t address, uint32_t mask)
{
	struct serve_config *c = s->config;

	settings_close(s);
	c->tftp.on = c->tftp.root != NULL;
	c->http.on = c->http.root != NULL;
	c->dhcp.all_clients = c->clients == CLIENTS_ALL;
	c->dhcp.hosts_only = c->clients == CLIENTS_LISTED;
	if (c->dhcp.mode == DHCP_MODE_FULL && !c->lease_file)
		c->lease_file = lease_file;
	if (!c->interface)
		settings_fault(s, 0, "which interface? -i eth0, or interface = eth0 in [serve]");
	check_ranges(s, address, mask);
	check_hosts(s, address);
	check_classes(s);
	if (c->dhcp.hosts_only && !c->dhcp.n_hosts && !c->dhcp.n_only)
		settings_fault(s, 0, "clients = listed, and no host is listed");
	if (c->tftp.write_root && !c->tftp.on)
		settings_fault(s, 0, "TFTP that takes files needs a root too: --tftp-root DIR");
	if (!c->tftp.cmdline.root &&
	    (c->tftp.cmdline.more || !address_none(c->tftp.cmdline.server)))
		settings_fault(s, 0,
			       "cmdline-server and cmdline-words are of generate-cmdline, which is "
			       "not set");
	if (c->tftp.limits.per_client > c->tftp.limits.transfers)
		c->tftp.limits.per_client = c->tftp.limits.transfers;
	settings_exports_end(s, address, mask);
	if (c->dhcp.mode == DHCP_MODE_OFF && !c->tftp.on && !c->http.on && !c->nfs.on && !s->faults)
		settings_fault(
			s, 0,
			"nothing is to be served: DHCP is off, and neither TFTP nor HTTP nor "
			"NFS has a root");
	c->dhcp.address = address;
	c->dhcp.mask = mask;
	return !s->faults;
}

uint32_t settings_leases(const struct serve_config *c)
{
	uint32_t n = c->dhcp.n_hosts + 16;

	for (uint32_t i = 0; i < c->dhcp.n_ranges; i++)
		n += c->dhcp.range[i].addresses.last - c->dhcp.range[i].addresses.first + 1;
	return n;
}
