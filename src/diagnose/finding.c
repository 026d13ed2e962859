/* SPDX-License-Identifier: BSD-2-Clause */
#include "finding.h"

#include <string.h>

const struct finding_row findings[FINDINGS] = {
#define FINDING(ID, id, severity, stage, title, what, why, fix) \
	[F_##ID] = { id, severity, stage, title, what, why, fix },
#include "findings.def"
#undef FINDING
};

const char *const finding_rests[FINDINGS] = {
#define REST(ID, sources) [F_##ID] = (sources),
#include "rests.def"
#undef REST
};

static const struct {
	enum finding_id id;
	enum dialect dialect;
	const char *lines;
} fixes[] = {
#define FIX(ID, DIALECT, lines) { F_##ID, DIALECT, lines },
#include "fixes.def"
#undef FIX
};

const char *const dialect_keys[DIALECTS] = {
	[DNSMASQ] = "dnsmasq",
	[ISC_DHCPD] = "isc-dhcpd",
	[KEA] = "kea",
	[OPENWRT] = "openwrt",
	[PFSENSE] = "pfsense",
	[MIKROTIK] = "mikrotik",
	[WINDOWS_DHCP] = "windows-dhcp",
	[UNIFI] = "unifi",
	[SYSTEMD_NETWORKD] = "systemd-networkd",
	[LIBVIRT] = "libvirt",
	[TFTPD_HPA] = "tftpd-hpa",
	[EXPORTS] = "exports",
	[CMDLINE] = "cmdline.txt",
	[RPI_EEPROM] = "rpi-eeprom-config",
};

/* Names that people use instead. */
static const struct {
	const char *name;
	enum dialect dialect;
} dialect_aliases[] = {
	{ "opnsense", PFSENSE },          { "routeros", MIKROTIK }, { "dhcpd", ISC_DHCPD },
	{ "networkd", SYSTEMD_NETWORKD }, { "eeprom", RPI_EEPROM }, { "nfs", EXPORTS },
};

enum dialect dialect_named(const char *word)
{
	enum dialect found = DIALECTS;
	size_t n = strlen(word);

	for (size_t i = 0; i < sizeof(dialect_aliases) / sizeof(dialect_aliases[0]); i++)
		if (strcmp(dialect_aliases[i].name, word) == 0)
			return dialect_aliases[i].dialect;
	for (int i = 0; i < DIALECTS && n; i++) {
		if (strncmp(dialect_keys[i], word, n) != 0)
			continue;
		if (found != DIALECTS)
			return DIALECTS;
		found = (enum dialect)i;
	}
	return found;
}

const char *const param_names[PARAMS] = { "client", "mac",  "oui",    "serial", "address",
					  "dhcp",   "tftp", "server", "next",   "subnet",
					  "file",   "path", "text",   "count" };

static const char *const severities[] = { "fatal", "intermittent", "degraded", "info" };
static const char *const confidences[] = { "possible", "likely", "certain" };

const char *severity_key(enum severity s)
{
	return severities[s];
}

const char *confidence_key(enum confidence c)
{
	return confidences[c];
}

/* The parameter that the word at s names, up to '}'; PARAMS when it is none: braces of the dialect
 * itself. */
static enum param word_at(const char *s, uint32_t n)
{
	for (int i = 0; i < PARAMS; i++)
		if (strlen(param_names[i]) == n && memcmp(param_names[i], s, n) == 0)
			return (enum param)i;
	return PARAMS;
}

static void put_missing(enum param p, struct text *out)
{
	for (const char *c = param_names[p]; *c; c++)
		text_char(out, (char)(*c - 'a' + 'A'));
}

void finding_expand(const struct finding *f, const char *template, struct text *out)
{
	for (const char *s = template; *s; s++) {
		uint32_t n = 0;
		enum param p = PARAMS;

		if (*s == '{') {
			while (s[1 + n] && s[1 + n] != '}' && n < 16)
				n++;
			if (s[1 + n] == '}')
				p = word_at(s + 1, n);
		}
		if (p == PARAMS) {
			text_char(out, *s);
			continue;
		}
		if (f->param[p])
			text_str(out, f->param[p]);
		else if (p != P_TEXT)
			put_missing(p, out);
		s += n + 1;
	}
}

void finding_message(const struct finding *f, struct text *out)
{
	finding_expand(f, findings[f->id].what, out);
	text_char(out, ' ');
	finding_expand(f, findings[f->id].why, out);
}

bool finding_fix(const struct finding *f, enum dialect d, struct text *out)
{
	for (size_t i = 0; i < sizeof(fixes) / sizeof(fixes[0]); i++) {
		if (fixes[i].id == f->id && fixes[i].dialect == d) {
			finding_expand(f, fixes[i].lines, out);
			return true;
		}
	}
	return false;
}

static struct text pool(struct diagnosis *d)
{
	return text_init(d->pool + d->pool_used, DIAGNOSIS_POOL - d->pool_used);
}

/* What was written becomes the parameter; without room it is left out rather than cut. */
static void keep(struct diagnosis *d, struct finding *f, enum param p, const struct text *t)
{
	if (t->cut || d->pool_used + t->pos + 1 >= DIAGNOSIS_POOL)
		return;
	f->param[p] = t->buf;
	d->pool_used += t->pos + 1;
}

void finding_set(struct diagnosis *d, struct finding *f, enum param p, struct bytes wire)
{
	struct text t = pool(d);

	text_safe(&t, bytes_of(wire.p, wire.n < 200 ? wire.n : 200));
	keep(d, f, p, &t);
}

void finding_set_text(struct diagnosis *d, struct finding *f, enum param p, const char *ours)
{
	struct text t = pool(d);

	text_str(&t, ours);
	keep(d, f, p, &t);
}

void finding_set_ip4(struct diagnosis *d, struct finding *f, enum param p, uint32_t v)
{
	finding_set_address(d, f, p, address_ip4(v));
}

void finding_set_address(struct diagnosis *d, struct finding *f, enum param p, struct address a)
{
	struct text t = pool(d);

	text_address(&t, a);
	keep(d, f, p, &t);
}

void finding_set_number(struct diagnosis *d, struct finding *f, enum param p, uint64_t v)
{
	struct text t = pool(d);

	text_u64(&t, v);
	keep(d, f, p, &t);
}

void finding_evidence(struct finding *f, uint64_t frame, const char *note)
{
	if (frame && f->n_evidence < EVIDENCE_MAX)
		f->evidence[f->n_evidence++] = (struct evidence) { frame, note };
}
