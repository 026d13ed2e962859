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

struct bytes trim(struct bytes v)
{
	while (v.n && blank(v.p[0])) {
		v.p++;
		v.n--;
	}
	while (v.n && blank(v.p[v.n - 1]))
		v.n--;
	return v;
}

bool next_word(struct bytes *list, struct bytes *word)
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
	return trim(first);
}

static bool same(struct bytes a, const char *b)
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

static bool printable(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if (v.p[i] < ' ' || v.p[i] > '~')
			return false;
	return true;
}

/* ---- numbers and addresses ---- */

/* Decimal, or hexadecimal behind 0x. */
static bool number(struct bytes v, uint64_t most, uint64_t *out)
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

/* "3600", "90s", "30m", "12h", "7d", "infinite". RFC 2131 3.3: all ones is for ever. */
static bool seconds(struct bytes v, uint32_t *out)
{
	static const struct {
		char unit;
		uint32_t s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	uint32_t factor = 1;
	uint64_t n;

	if (same(v, "infinite")) {
		*out = UINT32_MAX;
		return true;
	}
	for (uint32_t i = 0; v.n && i < sizeof(units) / sizeof(units[0]); i++)
		if (lower_case(v.p[v.n - 1]) == (uint8_t)units[i].unit) {
			factor = units[i].s;
			v = trim(bytes_of(v.p, v.n - 1));
			break;
		}
	/* shorter ones would have the client ask all the time */
	if (!number(v, (UINT32_MAX - 1) / factor, &n) || n * factor < 60)
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
		if (!number(bytes_of(v.p + 1, v.n - 1), 30, &bits) || bits < 8)
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

	if (!fits || !v.n || !printable(v))
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
		if (same(v, words[i])) {
			*out = i & 1;
			return true;
		}
	return false;
}

static enum form_result addresses(struct bytes v, struct lease_range *out)
{
	struct bytes first = upto(&v, '-');
	struct lease_range r;

	if (!address_parse_ip4(first, &r.first) || !address_parse_ip4(trim(v), &r.last))
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
		    !(!r.lease && seconds(part, &r.lease)))
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

	while (next_word(&v, &word)) {
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

	while (next_word(&v, &word)) {
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

		if (name && same(v, name)) {
			*out = i;
			return true;
		}
	}
	if (hex_pairs(v, pair, 2) == 2) {
		*out = (uint16_t)((uint32_t)pair[0] << 8 | pair[1]);
		return true;
	}
	if (!number(v, UINT16_MAX - 1, &n))
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

	while (next_word(&v, &word)) {
		const struct name *n = names;

		while (n->s && !same(word, n->s))
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

	if (!v.n || v.n > 255 || !printable(v))
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
		if (same(v, n->s)) {
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

	if (!number(v, row->most, &n) || n < row->least)
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
		return fine(seconds(v, to));
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
	}
	return FORM_BAD;
}

/* ---- DHCP options ---- */

/* Options that the server makes of what it decides itself. */
static bool of_the_server(uint32_t code)
{
	static const uint8_t own[] = { 0, 50, 51, 52, 53, 54, 55, 57, 58, 59, 61, 82, 255 };

	return memchr(own, (int)code, sizeof(own)) != NULL;
}

static const char *nearest_option(struct bytes name)
{
	const char *near = NULL;
	uint32_t best = name.n > 5 ? 4 : 2;

	for (uint32_t i = 0; i < 256; i++) {
		uint32_t d = dhcp_options[i].key ? words_apart(name, dhcp_options[i].key) : best;

		if (d < best) {
			best = d;
			near = dhcp_options[i].key;
		}
	}
	return near;
}

static enum form_result no_option(struct settings *s, uint32_t line, struct bytes name)
{
	const char *near = nearest_option(name);
	struct settings_words w;

	settings_words(&w);
	text_str(&w.t, "there is no DHCP option ");
	settings_quote(&w, name);
	if (near)
		text_fmt(&w.t, "; did you mean '%s'?", near);
	else
		text_str(&w.t, "; 'bootscope explain options' lists them, and one without a name "
			       "is said by number and hex, such as option.224 = 01ff");
	settings_tell(s, line, &w);
	return FORM_TOLD;
}

/* What a row of the option table takes, with an example. */
static const char *option_wants(const struct field *f)
{
	bool list = f->flags & FIELD_LIST;

	switch (f->fmt) {
	case FMT_FLAG:
		return "no value";
	case FMT_U8:
	case FMT_U16:
	case FMT_U32:
	case FMT_SECS:
		return list ? "numbers with commas between, such as 1,2" : "a number";
	case FMT_BOOL:
		return "yes or no";
	case FMT_IP4:
		return list ? "addresses with commas between, such as 10.0.0.1,10.0.0.2"
			    : "an address such as 10.0.0.1";
	case FMT_IP4_PAIR:
		return "pairs of addresses, such as 10.1.0.0/10.0.0.1";
	case FMT_TEXT:
		return "text";
	case FMT_DOMAINS:
		return "names with blanks between, such as lab.example example";
	case FMT_ENUM8:
	case FMT_ENUM16:
		return "one of its words, or a number";
	case FMT_CODES:
		return "codes of options with commas between, such as 1,3,6";
	case FMT_HEX:
	case FMT_IP6:
	case FMT_SUB:
	case FMT_OWN:
		break;
	}
	return "bytes in hex, such as 01ff or 01:ff";
}

static enum form_result bad_option(struct settings *s, uint32_t line, uint32_t code,
				   const struct field *f, struct bytes value)
{
	struct settings_words w;

	settings_words(&w);
	if (f->key)
		text_fmt(&w.t, "option.%s", f->key);
	else
		text_fmt(&w.t, "option.%u", code);
	text_fmt(&w.t, " takes %s", option_wants(f));
	if (f->max && f->min == f->max)
		text_fmt(&w.t, " of %u bytes", f->max);
	else if (f->max)
		text_fmt(&w.t, ", %u to %u bytes", f->min, f->max);
	text_str(&w.t, ", not ");
	settings_quote(&w, value);
	settings_tell(s, line, &w);
	return FORM_TOLD;
}

/* The code of a name or number; 256: none. */
static uint32_t code_of(struct bytes name)
{
	uint64_t n;

	for (uint32_t i = 0; i < 256; i++)
		if (dhcp_options[i].key && same(name, dhcp_options[i].key))
			return i;
	return number(name, 255, &n) ? (uint32_t)n : 256;
}

enum form_result form_option(struct settings *s, struct dhcp_boot *boot, uint32_t line,
			     struct bytes name, struct bytes value)
{
	static const struct field hex = { NULL, NULL, NULL, FMT_HEX, 0, 255, 0, { NULL } };
	uint32_t code = code_of(name), at = 0;
	char text[512];
	uint8_t wire[512];
	struct writer w = writer_init(wire, 255);
	const struct field *f;
	struct bytes kept;

	if (code == 256)
		return no_option(s, line, name);
	f = dhcp_options[code].key ? &dhcp_options[code] : &hex;
	if (of_the_server(code)) {
		settings_fault(s, line, "this DHCP option is made by the server itself");
		return FORM_TOLD;
	}
	if (s->option[code]) {
		struct settings_words twice;

		settings_words(&twice);
		text_str(&twice.t, "this DHCP option was set already");
		if (!s->flag)
			text_fmt(&twice.t, " in line %u", s->option[code]);
		settings_tell(s, line, &twice);
		return FORM_TOLD;
	}
	s->option[code] = line ? line : 1;
	if (value.n >= sizeof(text) || !printable(value))
		return bad_option(s, line, code, f, value);
	if (value.n)
		memcpy(text, value.p, value.n);
	text[value.n] = 0;
	if (field_parse(f, text, &w))
		return bad_option(s, line, code, f, value);
	while (at < boot->n_extras && boot->extra[at].code != code)
		at++;
	if (at == DHCP_EXTRAS_MAX)
		return FORM_FULL;
	kept = settings_keep(s->config, writer_done(&w));
	if (!kept.p)
		return FORM_FULL;
	/* somebody wrote it down: it is sent to who did not ask for it too */
	boot->extra[at] = (struct dhcp_extra) { (uint8_t)code, true, kept };
	if (at == boot->n_extras)
		boot->n_extras++;
	return FORM_FINE;
}
