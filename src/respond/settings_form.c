/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms that values of settings have: text to numbers, addresses, names, lists. */
#include "settings_form.h"

#include <string.h>

#include "letters.h"

/* ---- words ---- */

static bool blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

struct bytes settings_trim(struct bytes v)
{
	while (v.n && blank(v.p[0])) {
		v.p++;
		v.n--;
	}
	while (v.n && blank(v.p[v.n - 1]))
		v.n--;
	return v;
}

bool settings_word(struct bytes *list, struct bytes *word)
{
	uint32_t n = 0;

	while (list->n && (blank(list->p[0]) || list->p[0] == ',')) {
		list->p++;
		list->n--;
	}
	while (n < list->n && !blank(list->p[n]) && list->p[n] != ',')
		n++;
	*word = bytes_of(list->p, n);
	list->p += n;
	list->n -= n;
	return n != 0;
}

/* Up to the first c, which is taken away too; all when there is none. */
static struct bytes upto(struct bytes *v, uint8_t c)
{
	const uint8_t *at = v->n ? memchr(v->p, c, v->n) : NULL;
	uint32_t n = at ? (uint32_t)(at - v->p) : v->n;
	struct bytes first = bytes_of(v->p, n);

	v->p += at ? n + 1 : n;
	v->n -= at ? n + 1 : n;
	return settings_trim(first);
}

bool settings_is(struct bytes a, const char *b)
{
	uint32_t n = 0;

	while (n < a.n && b[n] && lower_case(a.p[n]) == lower_case((uint8_t)b[n]))
		n++;
	return n == a.n && !b[n];
}

struct bytes settings_keep(struct serve_config *c, struct bytes v)
{
	uint8_t *at = c->text + c->used;

	if (v.n >= sizeof(c->text) - c->used)
		return bytes_of(NULL, 0);
	if (v.n)
		memcpy(at, v.p, v.n);
	at[v.n] = 0;
	c->used += v.n + 1;
	return bytes_of(at, v.n);
}

bool settings_printable(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if (v.p[i] < ' ' || v.p[i] > '~')
			return false;
	return true;
}

/* ---- numbers and addresses ---- */

bool settings_number(struct bytes v, uint64_t most, uint64_t *out)
{
	bool hex = v.n > 2 && v.p[0] == '0' && lower_case(v.p[1]) == 'x';
	uint64_t n = 0;

	if (hex)
		v = bytes_of(v.p + 2, v.n - 2);
	if (!v.n)
		return false;
	for (uint32_t i = 0; i < v.n; i++) {
		uint8_t c = lower_case(v.p[i]);
		uint64_t digit = c <= '9' ? (uint64_t)c - '0' : (uint64_t)c - 'a' + 10;

		if (c < '0' || (c > '9' && c < 'a') || digit >= (hex ? 16 : 10))
			return false;
		n = n * (hex ? 16 : 10) + digit;
		if (n > most)
			return false;
	}
	*out = n;
	return true;
}

bool settings_seconds(struct bytes v, uint32_t *out)
{
	static const struct {
		char unit;
		uint32_t s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	uint32_t factor = 1;
	uint64_t n;

	if (settings_is(v, "infinite")) {
		*out = UINT32_MAX;
		return true;
	}
	for (uint32_t i = 0; v.n && i < sizeof(units) / sizeof(units[0]); i++)
		if (lower_case(v.p[v.n - 1]) == (uint8_t)units[i].unit) {
			factor = units[i].s;
			v = settings_trim(bytes_of(v.p, v.n - 1));
			break;
		}
	/* shorter ones would have the client ask all the time */
	if (!settings_number(v, (UINT32_MAX - 1) / factor, &n) || n * factor < 60)
		return false;
	*out = (uint32_t)(n * factor);
	return true;
}

static bool is_mask(uint32_t v)
{
	return v && !(~v & (~v + 1));
}

static bool mask(struct bytes v, uint32_t *out)
{
	uint64_t bits;
	uint32_t m;

	if (v.n && v.p[0] == '/') {
		if (!settings_number(bytes_of(v.p + 1, v.n - 1), 30, &bits) || bits < 8)
			return false;
		*out = UINT32_MAX << (32 - bits);
		return true;
	}
	if (!address_parse_ip4(v, &m) || !is_mask(m))
		return false;
	*out = m;
	return true;
}

/* dc:a6:32 or dc-a6-32; how many bytes, 0: none such, or more than max. */
static uint32_t hex_pairs(struct bytes v, uint8_t *out, uint32_t max)
{
	uint32_t n = 0;

	for (uint32_t at = 0; at < v.n;) {
		uint32_t b = 0;

		if (n && v.p[at] != ':' && v.p[at] != '-')
			return 0;
		at += n != 0;
		if (v.n - at < 2 || n == max)
			return 0;
		for (uint32_t end = at + 2; at < end; at++) {
			uint8_t c = lower_case(v.p[at]);

			if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
				return 0;
			b = b << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
		}
		out[n++] = (uint8_t)b;
	}
	return n;
}

/* ---- what one form each takes ---- */

static enum form_result text_into(struct settings *s, struct bytes v, bool fits, void *out)
{
	struct bytes kept;

	if (!fits || !v.n || !settings_printable(v))
		return FORM_BAD;
	kept = settings_keep(s->config, v);
	if (!kept.p)
		return FORM_FULL;
	memcpy(out, &kept, sizeof(kept));
	return FORM_FINE;
}

static enum form_result string_into(struct settings *s, struct bytes v, bool fits, void *out)
{
	struct bytes kept;
	enum form_result r = text_into(s, v, fits, &kept);
	const char *p;

	if (r)
		return r;
	p = (const char *)kept.p;
	memcpy(out, &p, sizeof(p));
	return FORM_FINE;
}

static bool has_blank(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if (blank(v.p[i]))
			return true;
	return false;
}

/* Names of hosts and domains: what a lease file and options may hold. */
static bool is_name(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++) {
		uint8_t c = lower_case(v.p[i]);

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.')
			return false;
	}
	return v.n && v.n < LEASE_NAME_MAX && v.p[0] != '.' && v.p[0] != '-';
}

static bool is_url(struct bytes v)
{
	return (bytes_starts(v, "http://") && v.n > 7) || (bytes_starts(v, "https://") && v.n > 8);
}

static bool yes_or_no(struct bytes v, bool *out)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

	for (uint32_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (settings_is(v, words[i])) {
			*out = i & 1;
			return true;
		}
	return false;
}

static enum form_result addresses(struct bytes v, struct lease_range *out)
{
	struct bytes first = upto(&v, '-');
	struct lease_range r;

	if (!address_parse_ip4(first, &r.first) || !address_parse_ip4(settings_trim(v), &r.last))
		return FORM_BAD;
	*out = r;
	return FORM_FINE;
}

static enum form_result range_row(struct settings *s, struct bytes v)
{
	struct lease_range a;
	struct bytes part = upto(&v, ',');
	struct dhcp_range r = { .lease = 0 }, *row;

	if (addresses(part, &a))
		return FORM_BAD;
	while (v.n) {
		part = upto(&v, ',');
		if (!(!r.mask && !r.lease && mask(part, &r.mask)) &&
		    !(!r.lease && settings_seconds(part, &r.lease)))
			return FORM_BAD;
	}
	row = settings_range(s, "", s->line);
	if (!row)
		return FORM_FULL;
	*row = r;
	row->addresses = a;
	return FORM_FINE;
}

static enum form_result dns(struct bytes v, struct dhcp_range *out)
{
	uint32_t n = 0, ip[DHCP_DNS_MAX];
	struct bytes word;

	while (settings_word(&v, &word)) {
		if (n == DHCP_DNS_MAX)
			return FORM_FULL;
		if (!address_parse_ip4(word, &ip[n++]))
			return FORM_BAD;
	}
	if (!n)
		return FORM_BAD;
	memcpy(out->dns, ip, sizeof(ip[0]) * n);
	out->n_dns = n;
	return FORM_FINE;
}

static enum form_result only(struct dhcp_config *c, struct bytes v)
{
	struct bytes word;
	bool any = false;

	while (settings_word(&v, &word)) {
		struct mac m;

		if (hex_pairs(word, m.b, sizeof(m.b)) != sizeof(m.b))
			return FORM_BAD;
		if (c->n_only == DHCP_ONLY_MAX)
			return FORM_FULL;
		c->only[c->n_only++] = m;
		any = true;
	}
	return any ? FORM_FINE : FORM_BAD;
}

/* By number, as ISC dhcpd writes it (00:07), or by the name that decode shows. */
static bool arch(struct bytes v, uint16_t *out)
{
	uint8_t pair[2];
	uint64_t n;

	for (uint16_t i = 0; i < 256; i++) {
		const char *name = dhcp_arch_name(i);

		if (name && settings_is(v, name)) {
			*out = i;
			return true;
		}
	}
	if (hex_pairs(v, pair, 2) == 2) {
		*out = (uint16_t)((uint32_t)pair[0] << 8 | pair[1]);
		return true;
	}
	if (!settings_number(v, UINT16_MAX - 1, &n))
		return false;
	*out = (uint16_t)n;
	return true;
}

static enum form_result archs(struct bytes v, struct dhcp_class *out)
{
	uint16_t list[DHCP_ARCHS_MAX];
	uint32_t n = 0;

	while (v.n) {
		if (n == DHCP_ARCHS_MAX)
			return FORM_FULL;
		if (!arch(upto(&v, ','), &list[n++]))
			return FORM_BAD;
	}
	if (!n)
		return FORM_BAD;
	memcpy(out->arch, list, sizeof(list[0]) * n);
	out->n_archs = n;
	return FORM_FINE;
}

static enum form_result models(struct bytes v, uint32_t *out)
{
	static const struct name names[] = { { DHCP_PI3, "pi3" },
					     { DHCP_PI4, "pi4" },
					     { DHCP_PI5, "pi5" },
					     { DHCP_NO_PI, "other" },
					     { DHCP_PI3 | DHCP_PI4 | DHCP_PI5, "pi" },
					     { 0, NULL } };
	struct bytes word;
	uint32_t all = 0;

	while (settings_word(&v, &word)) {
		const struct name *n = names;

		while (n->s && !settings_is(word, n->s))
			n++;
		if (!n->s)
			return FORM_BAD;
		all |= n->v;
	}
	*out = all;
	return all ? FORM_FINE : FORM_BAD;
}

static enum form_result mac_begin(struct settings *s, struct bytes v, struct bytes *out)
{
	uint8_t mac[6];
	uint32_t n = hex_pairs(v, mac, sizeof(mac));
	struct bytes kept;

	if (!n)
		return FORM_BAD;
	kept = settings_keep(s->config, bytes_of(mac, n));
	if (!kept.p)
		return FORM_FULL;
	*out = kept;
	return FORM_FINE;
}

/* Bytes as 01:dc:a6:.., else the text itself. */
static enum form_result client_id(struct settings *s, struct bytes v)
{
	uint8_t id[255];
	uint32_t n = hex_pairs(v, id, sizeof(id));
	struct bytes kept;

	if (!v.n || v.n > 255 || !settings_printable(v))
		return FORM_BAD;
	kept = settings_keep(s->config, n > 1 ? bytes_of(id, n) : v);
	if (!kept.p)
		return FORM_FULL;
	s->id = kept;
	return FORM_FINE;
}

static enum form_result word_of(const struct setting *row, struct bytes v, uint32_t *out)
{
	for (const struct name *n = row->names; n->s; n++)
		if (settings_is(v, n->s)) {
			*out = n->v;
			return FORM_FINE;
		}
	return FORM_BAD;
}

static enum form_result take_number(const struct setting *row, struct bytes v, void *to)
{
	uint64_t n;
	uint32_t n32;
	uint16_t n16;

	if (!settings_number(v, row->most, &n) || n < row->least)
		return FORM_BAD;
	n32 = (uint32_t)n;
	n16 = (uint16_t)n;
	if (row->form == FORM_PORT)
		memcpy(to, &n16, sizeof(n16));
	else
		memcpy(to, &n32, sizeof(n32));
	return FORM_FINE;
}

static enum form_result fine(bool yes)
{
	return yes ? FORM_FINE : FORM_BAD;
}

static enum form_result address(struct bytes v, struct address *out)
{
	uint32_t ip;

	if (!address_parse_ip4(v, &ip))
		return FORM_BAD;
	*out = address_ip4(ip);
	return FORM_FINE;
}

enum form_result form_take(struct settings *s, const struct setting *row, void *object,
			   struct bytes v)
{
	void *to = (char *)object + row->at;

	switch (row->form) {
	case FORM_YES:
		return fine(yes_or_no(v, to));
	case FORM_COUNT:
	case FORM_PORT:
		return take_number(row, v, to);
	case FORM_WORD:
		return word_of(row, v, to);
	case FORM_SECONDS:
		return fine(settings_seconds(v, to));
	case FORM_IP:
		return fine(address_parse_ip4(v, to));
	case FORM_ADDRESS:
		return address(v, to);
	case FORM_MASK:
		return fine(mask(v, to));
	case FORM_DNS:
		return dns(v, to);
	case FORM_NAME:
		return string_into(s, v, !has_blank(v) && v.n < 64, to);
	case FORM_PATH:
		return string_into(s, v, v.n && v.n < 1024, to);
	case FORM_EXPORT:
		return string_into(s, v, bytes_starts(v, "/") && !has_blank(v) && v.n < 256, to);
	case FORM_WORDS:
		return string_into(s, v, v.n < 256, to);
	case FORM_TEXT:
		return text_into(s, v, v.n < 256, to);
	case FORM_FILE:
		return text_into(s, v, v.n < 256 && !has_blank(v), to);
	case FORM_URL:
		return text_into(s, v, v.n < 256 && !has_blank(v) && is_url(v), to);
	case FORM_DOMAIN:
		return text_into(s, v, is_name(v), to);
	case FORM_MAC_BEGIN:
		return mac_begin(s, v, to);
	case FORM_ARCHS:
		return archs(v, to);
	case FORM_MODELS:
		return models(v, to);
	case FORM_ADDRESSES:
		return addresses(v, to);
	case FORM_RANGE:
		return range_row(s, v);
	case FORM_ONLY:
		return only(&s->config->dhcp, v);
	case FORM_CLIENT_MAC: {
		enum form_result r = mac_begin(s, v, &s->mac);

		return !r && s->mac.n != 6 ? FORM_BAD : r;
	}
	case FORM_CLIENT_ID:
		return client_id(s, v);
	case FORM_NFS_ROOT:
		return form_nfs_root(s, v);
	case FORM_CLIENTS:
		return form_clients(s, to, v);
	case FORM_OWN:
		form_own(s, object);
		return fine(yes_or_no(v, to));
	}
	return FORM_BAD;
}
