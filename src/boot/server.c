/* SPDX-License-Identifier: BSD-2-Clause */
#include "model.h"

static const char *const roles[SERVER_ROLES] = {
	"dhcp", "proxy-dhcp", "tftp", "nfs", "http", "dns", "router", "rpcbind", "relay", "mountd"
};

const char *server_role_key(uint32_t bit)
{
	return bit < SERVER_ROLES ? roles[bit] : "unknown";
}

struct server *server_find(struct scope *s, struct address ip)
{
	for (uint32_t i = 0; i < s->n_servers; i++)
		if (address_equal(s->server[i].ip, ip))
			return &s->server[i];
	return NULL;
}

struct server *server_get(struct scope *s, struct address ip, const struct packet *p)
{
	struct server *v = server_find(s, ip);

	if (v || address_none(ip) || address_is_multicast(ip))
		return v;
	if (s->n_servers == CAP_SERVERS) {
		s->counts.details_dropped++;
		return NULL;
	}
	v = &s->server[s->n_servers++];
	v->ip = ip;
	v->first_frame = p->number;
	v->first_ns = p->time_ns;
	return v;
}

struct server *server_played(struct scope *s, struct address ip, uint32_t role,
			     const struct packet *p)
{
	struct server *v = server_get(s, ip, p);

	if (!v)
		return NULL;
	v->roles |= role;
	v->last_frame = p->number;
	v->last_ns = p->time_ns;
	if (p->ether.has_src && p->ip.version && address_equal(p->ip.src, ip))
		v->mac = p->ether.src;
	return v;
}

struct server *server_named(struct scope *s, struct address ip, uint32_t role,
			    const struct packet *p)
{
	struct server *v = server_get(s, ip, p);

	if (v)
		v->named |= role;
	return v;
}
