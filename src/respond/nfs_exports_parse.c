/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients and options as exports(5) of Linux's nfs-utils writes them. */
#include <string.h>

#include "letters.h"
#include "nfs_exports.h"

enum { NOBODY = 65534 };

enum effect {
	WRITES,
	PORTS,
	SYNC,
	SQUASH,
	ANON_UID,
	ANON_GID,
	SEC,
	NOTHING, /* makes no difference here */
	NOT_DONE,
};

static const char mounts[] = "file systems mounted below an export are not shown, each has an "
			     "[export] of its own";
static const char no_tls[] = "there is no TLS here";

/* clang-format off */
static const struct option {
	const char *word;    /* with "=": a value follows */
	enum effect effect;
	uint32_t value;
	const char *why;     /* NOT_DONE */
} options[] = {
	{ "rw", WRITES, true, NULL },
	{ "ro", WRITES, false, NULL },
	{ "secure", PORTS, false, NULL },
	{ "insecure", PORTS, true, NULL },
	{ "root_squash", SQUASH, SQUASH_ROOT, NULL },
	{ "no_root_squash", SQUASH, SQUASH_NONE, NULL },
	{ "all_squash", SQUASH, SQUASH_ALL, NULL },
	{ "no_all_squash", SQUASH, SQUASH_ROOT, NULL },
	{ "anonuid=", ANON_UID, 0, NULL },
	{ "anongid=", ANON_GID, 0, NULL },
	{ "sec=", SEC, 0, NULL },
	{ "sync", SYNC, true, NULL },
	{ "async", SYNC, false, NULL },
	{ "wdelay", NOTHING, 0, NULL },
	{ "no_wdelay", NOTHING, 0, NULL },
	{ "subtree_check", NOTHING, 0, NULL },
	{ "no_subtree_check", NOTHING, 0, NULL },
	{ "hide", NOTHING, 0, NULL },
	{ "secure_locks", NOTHING, 0, NULL },
	{ "insecure_locks", NOTHING, 0, NULL },
	{ "auth_nlm", NOTHING, 0, NULL },
	{ "no_auth_nlm", NOTHING, 0, NULL },
	{ "acl", NOTHING, 0, NULL },
	{ "no_acl", NOTHING, 0, NULL },
	{ "no_pnfs", NOTHING, 0, NULL },
	{ "fsid=", NOTHING, 0, NULL },
	{ "nohide", NOT_DONE, 0, mounts },
	{ "crossmnt", NOT_DONE, 0, mounts },
	{ "mp", NOT_DONE, 0, "whether something is mounted there is not looked at" },
	{ "mp=", NOT_DONE, 0, "whether something is mounted there is not looked at" },
	{ "mountpoint", NOT_DONE, 0, "whether something is mounted there is not looked at" },
	{ "mountpoint=", NOT_DONE, 0, "whether something is mounted there is not looked at" },
	{ "refer=", NOT_DONE, 0, "referrals are of version 4, and 2 and 3 are served" },
	{ "replicas=", NOT_DONE, 0, "replicas are of version 4, and 2 and 3 are served" },
	{ "reexport=", NOT_DONE, 0, "other servers' exports are not served again" },
	{ "pnfs", NOT_DONE, 0, "pNFS is of version 4.1, and 2 and 3 are served" },
	{ "security_label", NOT_DONE, 0, "labels are of version 4.2, and 2 and 3 are served" },
	{ "xprtsec=none", NOTHING, 0, NULL },
	{ "xprtsec=", NOT_DONE, 0, no_tls },
};
/* clang-format on */

enum { OPTIONS = sizeof(options) / sizeof(options[0]) };

static void quote(struct text *t, struct bytes v)
{
	enum { MOST = 60 };

	text_char(t, '\'');
	text_safe(t, bytes_of(v.p, v.n < MOST ? v.n : MOST));
	text_str(t, v.n < MOST ? "'" : "...'");
}

/* Up to one of the letters, which stays. */
static struct bytes until(struct bytes *v, const char *ends)
{
	struct bytes first = bytes_of(v->p, 0), stop = bytes_str(ends);

	while (v->n && !memchr(stop.p, v->p[0], stop.n)) {
		v->p++;
		v->n--;
		first.n++;
	}
	return first;
}

static bool number(struct bytes v, uint32_t most, uint32_t *out)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(v.p[i] - '0');
		if (n > most)
			return false;
	}
	*out = (uint32_t)n;
	return v.n != 0;
}

/* ---- options ---- */

static const struct option *find(struct bytes word)
{
	for (uint32_t i = 0; i < OPTIONS; i++) {
		const char *s = options[i].word;

		if (s[strlen(s) - 1] == '=' ? bytes_starts(word, s) : bytes_is(word, s))
			return &options[i];
	}
	return NULL;
}

static bool unknown(struct bytes word, struct text *why)
{
	const char *near = NULL;
	uint32_t best = word.n > 4 ? 4 : 2;

	for (uint32_t i = 0; i < OPTIONS; i++) {
		uint32_t d = words_apart(word, options[i].word);

		if (d < best) {
			best = d;
			near = options[i].word;
		}
	}
	text_str(why, "exports have no option ");
	quote(why, word);
	if (near)
		text_fmt(why, "; did you mean %s?", near);
	return false;
}

/* One of several flavours that clients may choose from has to be AUTH_SYS. */
static bool has_sys(struct bytes flavors)
{
	while (flavors.n) {
		if (bytes_is(until(&flavors, ":"), "sys"))
			return true;
		if (flavors.n)
			flavors = bytes_of(flavors.p + 1, flavors.n - 1);
	}
	return false;
}

static bool take_id(struct bytes v, const char *word, uint32_t *out, struct text *why)
{
	if (number(v, UINT32_MAX - 1, out))
		return true;
	text_fmt(why, "%s takes the number of a user or group, such as 1000, not ", word);
	quote(why, v);
	return false;
}

static bool take_option(struct bytes word, struct export_client *c, struct text *why)
{
	const struct option *o = find(word);
	struct bytes v;

	if (!o)
		return unknown(word, why);
	v = bytes_of(word.p + strlen(o->word), word.n - (uint32_t)strlen(o->word));
	switch (o->effect) {
	case WRITES:
		c->writes = o->value;
		return true;
	case PORTS:
		c->high_ports = o->value;
		return true;
	case SYNC:
		c->sync = o->value;
		return true;
	case SQUASH:
		/* two switches: that of root does not undo that of all, nor the other way */
		if (bytes_is(word, "no_all_squash") == (c->squash == SQUASH_ALL))
			c->squash = (uint8_t)o->value;
		return true;
	case ANON_UID:
		return take_id(v, "anonuid", &c->anon_uid, why);
	case ANON_GID:
		return take_id(v, "anongid", &c->anon_gid, why);
	case SEC:
		if (has_sys(v))
			return true;
		text_str(why, "sec=sys is what is served, there is no Kerberos here");
		return false;
	case NOTHING:
		return true;
	case NOT_DONE:
		break;
	}
	quote(why, word);
	text_fmt(why, " is not done: %s", o->why);
	return false;
}

static bool take_options(struct bytes list, struct export_client *c, struct text *why)
{
	while (list.n) {
		struct bytes word = until(&list, ",");

		if (list.n)
			list = bytes_of(list.p + 1, list.n - 1);
		if (word.n && !take_option(word, c, why))
			return false;
	}
	return true;
}

/* ---- clients ---- */

static bool mask_of(struct bytes v, uint32_t *mask)
{
	uint32_t bits;

	if (number(v, 32, &bits)) {
		*mask = bits ? UINT32_MAX << (32 - bits) : 0;
		return true;
	}
	return address_parse_ip4(v, mask) && !(~*mask & (~*mask + 1));
}

static bool is_pattern(struct bytes v)
{
	return memchr(v.p, '*', v.n) || memchr(v.p, '?', v.n) || memchr(v.p, '[', v.n);
}

static bool take_host(struct bytes word, struct export_client *c, struct text *why)
{
	struct bytes rest = word, host = until(&rest, "/");

	if (bytes_is(word, "*")) {
		c->net = c->mask = 0;
		return true;
	}
	if (!address_parse_ip4(host, &c->net)) {
		quote(why, word);
		if (word.p[0] == '@')
			text_str(why, " is a netgroup, and those are not looked up: ");
		else if (memchr(word.p, ':', word.n))
			text_str(why, " is an IPv6 address, and NFS is served over IPv4: ");
		else if (is_pattern(word))
			text_str(why, " is a pattern, and those are of names, which are not looked "
				      "up: ");
		else
			text_str(why, " is no address, and names are not looked up: ");
		text_str(why, "clients are an address, a network such as 192.168.1.0/24, or *");
		return false;
	}
	c->mask = UINT32_MAX;
	if (rest.n && !mask_of(bytes_of(rest.p + 1, rest.n - 1), &c->mask)) {
		text_str(why, "a network is an address and a mask, such as 192.168.1.0/24, not ");
		quote(why, word);
		return false;
	}
	c->net &= c->mask;
	return true;
}

static bool known_already(const struct nfs_export *x, const struct export_client *c,
			  struct text *why)
{
	for (uint32_t i = 0; i < x->n_clients; i++) {
		if (x->client[i].net != c->net || x->client[i].mask != c->mask)
			continue;
		exports_group_text(c, why);
		text_str(why, " is there twice");
		return true;
	}
	return false;
}

/* One client with its options; the cursor moves past it. */
static bool take_client(struct bytes *words, struct nfs_export *x, struct text *why)
{
	struct export_client c = { .anon_uid = NOBODY, .anon_gid = NOBODY };
	struct bytes host = until(words, "( \t"), list;

	if (!host.n) {
		text_str(why, "a blank before '(' would give what is in it to everybody: write it "
			      "without the blank, or *(...) if everybody is meant");
		return false;
	}
	if (host.p[0] == '-') {
		text_str(why, "options for all clients that follow are not done: each client has "
			      "its own, such as 192.168.1.0/24(rw)");
		return false;
	}
	if (!take_host(host, &c, why))
		return false;
	if (words->n && words->p[0] == '(') {
		*words = bytes_of(words->p + 1, words->n - 1);
		list = until(words, ") \t");
		if (!words->n || words->p[0] != ')') {
			text_str(why, "options stand between ( and ) with commas and no blanks, "
				      "such as (rw,no_root_squash)");
			return false;
		}
		*words = bytes_of(words->p + 1, words->n - 1);
		if (!take_options(list, &c, why))
			return false;
	}
	if (known_already(x, &c, why))
		return false;
	if (x->n_clients == EXPORT_CLIENTS_MAX) {
		text_fmt(why, "an export has %d clients at most: take networks",
			 EXPORT_CLIENTS_MAX);
		return false;
	}
	x->client[x->n_clients++] = c;
	return true;
}

bool exports_clients_parse(struct bytes words, struct nfs_export *x, struct text *why)
{
	uint32_t before = x->n_clients;

	for (;;) {
		while (words.n && (words.p[0] == ' ' || words.p[0] == '\t'))
			words = bytes_of(words.p + 1, words.n - 1);
		if (!words.n)
			break;
		if (!take_client(&words, x, why))
			return false;
	}
	if (x->n_clients == before)
		text_str(why, "clients are an address, a network such as 192.168.1.0/24(rw), or *");
	return x->n_clients > before;
}

/* ---- as text ---- */

void exports_group_text(const struct export_client *c, struct text *out)
{
	uint32_t bits = 0;

	if (!c->mask) {
		text_char(out, '*');
		return;
	}
	text_ip4(out, c->net);
	while (bits < 32 && c->mask << bits)
		bits++;
	if (bits < 32)
		text_fmt(out, "/%u", bits);
}

void exports_client_text(const struct export_client *c, struct text *out)
{
	exports_group_text(c, out);
	text_str(out, c->writes ? "(rw" : "(ro");
	text_str(out, c->high_ports ? ",insecure" : "");
	text_str(out, c->sync ? ",sync" : "");
	text_str(out, c->squash == SQUASH_NONE  ? ",no_root_squash"
		      : c->squash == SQUASH_ALL ? ",all_squash"
						: "");
	if (c->anon_uid != NOBODY)
		text_fmt(out, ",anonuid=%u", c->anon_uid);
	if (c->anon_gid != NOBODY)
		text_fmt(out, ",anongid=%u", c->anon_gid);
	text_char(out, ')');
}
