/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings in words, for a person to check. */
#include "settings_form.h"

#include <string.h>

static void count(struct text *out, uint32_t n, const char *one, const char *more)
{
	if (n)
		text_fmt(out, ", %u %s", n, n == 1 ? one : more);
}

static void clients(const struct serve_config *c, struct text *out)
{
	const struct dhcp_config *d = &c->dhcp;

	if (d->n_only)
		text_fmt(out, "%u client%s alone", d->n_only, d->n_only == 1 ? "" : "s");
	else if (d->all_clients)
		text_str(out, "all clients");
	else if (d->hosts_only)
		text_str(out, "the hosts listed alone");
	else
		text_str(out, "Raspberry Pis");
	if (!d->n_only && !d->all_clients && !d->hosts_only && d->n_hosts)
		text_str(out, " and the hosts listed");
}

static void summary(const struct serve_config *c, struct text *out)
{
	static const char *const modes[] = { [DHCP_MODE_OFF] = "no DHCP",
					     [DHCP_MODE_PROXY] = "proxy DHCP",
					     [DHCP_MODE_FULL] = "full DHCP" };

	text_str(out, modes[c->dhcp.mode]);
	text_fmt(out, " on %s", c->interface);
	if (c->dhcp.mode != DHCP_MODE_OFF) {
		text_str(out, " for ");
		clients(c, out);
	}
	if (c->tftp.on)
		text_fmt(out, ", TFTP from %s", c->tftp.root);
	if (c->tftp.write_root)
		text_fmt(out, " (writes to %s)", c->tftp.write_root);
	if (c->tftp.cmdline.root)
		text_fmt(out, " (makes cmdline.txt for NFS root %s)", c->tftp.cmdline.root);
	if (c->http.on)
		text_fmt(out, ", HTTP from %s by port %u", c->http.root, c->http.port);
	if (c->nfs.on)
		text_fmt(out, ", NFS by port %u", c->nfs.port);
	if (c->nfs.on && !c->nfs.udp)
		text_str(out, " over TCP alone");
	count(out, c->dhcp.n_ranges, "range", "ranges");
	count(out, c->dhcp.n_hosts, "host", "hosts");
	count(out, c->dhcp.n_classes, "class", "classes");
	count(out, c->exports.n, "export", "exports");
	text_char(out, '\n');
}

static void options(const struct dhcp_boot *b, struct text *out)
{
	for (uint32_t i = 0; i < b->n_extras; i++) {
		const struct field *f = &dhcp_options[b->extra[i].code];

		if (f->key) {
			text_fmt(out, ", %s=", f->key);
			field_text(f, b->extra[i].v, out);
		} else {
			text_fmt(out, ", option %u=", b->extra[i].code);
			text_hex(out, b->extra[i].v);
		}
	}
}

/* What b sends, and behind it what it leaves to all. */
static void boot(const struct dhcp_boot *b, struct text *out)
{
	uint32_t from = out->pos;

	if (b->file.n) {
		text_str(out, ", boots ");
		text_safe(out, b->file);
	}
	if (b->url.n) {
		text_str(out, b->file.n ? ", by HTTP " : ", boots ");
		text_safe(out, b->url);
	}
	if (b->prefix.n) {
		text_str(out, ", files below ");
		text_safe(out, b->prefix);
	}
	if (b->next) {
		text_str(out, ", from ");
		text_ip4(out, b->next);
	}
	options(b, out);
	if (out->pos == from)
		text_str(out, ", with what it looks for by itself");
}

static void bytes_of_mac(struct bytes mac, struct text *out)
{
	for (uint32_t i = 0; i < mac.n; i++) {
		if (i)
			text_char(out, ':');
		text_hex(out, bytes_of(mac.p + i, 1));
	}
}

static void range(const struct serve_config *c, uint32_t i, struct text *out)
{
	const struct dhcp_range *r = &c->dhcp.range[i];

	text_str(out, "  range ");
	if (*c->range_name[i].s)
		text_fmt(out, "%s: ", c->range_name[i].s);
	text_ip4(out, r->addresses.first);
	text_char(out, '-');
	text_ip4(out, r->addresses.last);
	if (r->mask) {
		text_str(out, ", mask ");
		text_ip4(out, r->mask);
	}
	if (r->router) {
		text_str(out, ", router ");
		text_ip4(out, r->router);
	}
	for (uint32_t k = 0; k < r->n_dns; k++) {
		text_str(out, k ? "," : ", DNS ");
		text_ip4(out, r->dns[k]);
	}
	if (r->domain.n) {
		text_str(out, ", domain ");
		text_safe(out, r->domain);
	}
	if (r->lease == UINT32_MAX)
		text_str(out, ", for ever");
	else
		text_fmt(out, ", for %u s", r->lease);
	if (c->dhcp.mask && ((r->addresses.first ^ c->dhcp.address) & r->mask))
		text_str(out, ", for relays");
	text_char(out, '\n');
}

static void host(const struct serve_config *c, uint32_t i, struct text *out)
{
	const struct dhcp_host *h = &c->host[i];

	text_fmt(out, "  host %s:", c->host_name[i].s);
	if (h->client.hlen) {
		text_char(out, ' ');
		bytes_of_mac(bytes_of(h->client.chaddr, h->client.hlen), out);
	}
	if (h->client.id_len) {
		text_str(out, " client id ");
		bytes_of_mac(bytes_of(h->client.id, h->client.id_len), out);
	}
	if (h->ip) {
		text_str(out, ", ");
		text_ip4(out, h->ip);
	}
	text_char(out, '\n');
}

static void who(const struct dhcp_class *k, struct text *out)
{
	static const struct name models[] = { { DHCP_PI3, "pi3" },
					      { DHCP_PI4, "pi4" },
					      { DHCP_PI5, "pi5" },
					      { DHCP_NO_PI, "other" } };
	uint32_t from = out->pos;

	if (k->mac.n) {
		text_str(out, " mac ");
		bytes_of_mac(k->mac, out);
	}
	for (uint32_t i = 0; i < k->n_archs; i++)
		text_fmt(out, "%s%u", i ? "," : " arch ", k->arch[i]);
	if (k->vendor.n) {
		text_str(out, " vendor class ");
		text_safe(out, k->vendor);
	}
	if (k->user.n) {
		text_str(out, " user class ");
		text_safe(out, k->user);
	}
	for (uint32_t i = 0; i < 4; i++)
		if (k->models & models[i].v)
			text_fmt(out, " %s", models[i].s);
	if (out->pos == from)
		text_str(out, " everybody");
}

static void export(const struct nfs_export *x, struct text *out)
{
	text_fmt(out, "  export %s: ", x->path);
	if (strcmp(x->path, x->root) != 0)
		text_fmt(out, "%s, ", x->root);
	text_str(out, "for");
	for (uint32_t i = 0; i < x->n_clients; i++) {
		text_char(out, ' ');
		exports_client_text(&x->client[i], out);
	}
	if (!x->n_clients)
		text_str(out, " the interface's own network");
	if (x->own_folders)
		text_str(out, ", to each its own folder where there is one");
	text_char(out, '\n');
}

void settings_text(const struct serve_config *c, struct text *out)
{
	summary(c, out);
	for (uint32_t i = 0; i < c->dhcp.n_ranges; i++)
		range(c, i, out);
	for (uint32_t i = 0; i < c->dhcp.n_hosts; i++)
		host(c, i, out);
	for (uint32_t i = 0; i < c->dhcp.n_classes; i++) {
		text_fmt(out, "  class %s:", c->class_name[i].s);
		who(&c->dhcp.class[i], out);
		boot(&c->dhcp.class[i].boot, out);
		text_char(out, '\n');
	}
	for (uint32_t i = 0; i < c->exports.n; i++)
		export(&c->exports.export[i], out);
	if (c->dhcp.mode != DHCP_MODE_OFF) {
		text_str(out, c->dhcp.n_classes ? "  any other client" : "  any client");
		boot(&c->dhcp.boot, out);
		text_char(out, '\n');
	}
}
