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
					  "file",   "path", "text",   "count",  "router",
					  "mask",   "arch", "loader" };

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

/* In sentences everything may stand. In lines to paste it is a word, so that a file name from the
 * wire does not become a command of a router; a kernel command line is pasted into a file. */
static bool may_stand(const char *value, enum dialect d)
{
	if (d == DIALECTS || d == CMDLINE)
		return true;
	for (const char *c = value; *c; c++) {
		bool word = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
			    (*c >= 'a' && *c <= 'z') || strchr("._-/:+=@%,~", *c);

		if (!word && !(*c == '\\' && d == WINDOWS_DHCP))
			return false;
	}
	return true;
}

/* The n characters of a template, for a dialect; DIALECTS: a sentence. */
static void expand(const struct finding *f, const char *s, uint32_t n, enum dialect d,
		   struct text *out)
{
	for (const char *end = s + n; s < end; s++) {
		enum param p = PARAMS;
		uint32_t w = 0;

		if (*s == '{') {
			while (s + 1 + w < end && s[1 + w] != '}' && w < 16)
				w++;
			if (s + 1 + w < end && s[1 + w] == '}')
				p = word_at(s + 1, w);
		}
		if (p == PARAMS) {
			text_char(out, *s);
			continue;
		}
		if (f->param[p] && may_stand(f->param[p], d))
			text_str(out, f->param[p]);
		else if (f->param[p] || p != P_TEXT || d != DIALECTS)
			put_missing(p, out);
		s += w + 1;
	}
}

void finding_expand(const struct finding *f, const char *template, struct text *out)
{
	expand(f, template, (uint32_t)strlen(template), DIALECTS, out);
}

void finding_message(const struct finding *f, struct text *out)
{
	finding_expand(f, findings[f->id].what, out);
	text_char(out, ' ');
	finding_expand(f, findings[f->id].why, out);
}

static const char *lines_for(enum finding_id id, enum dialect d)
{
	for (size_t i = 0; i < sizeof(fixes) / sizeof(fixes[0]); i++)
		if (fixes[i].id == id && fixes[i].dialect == d)
			return fixes[i].lines;
	return NULL;
}

/* OpenWrt reads /etc/dnsmasq.conf beside what uci holds (its init script of dnsmasq); lines that
 * are a remark only, or for another host, begin with one. */
static bool openwrt_by_dnsmasq(const struct finding *f, const char *lines, struct text *out)
{
	text_str(out, "# into /etc/dnsmasq.conf, then: service dnsmasq restart\n");
	expand(f, lines, (uint32_t)strlen(lines), OPENWRT, out);
	return true;
}

/* libvirt hands options of this namespace to its dnsmasq as they are (libvirt.org/formatnetwork).
 */
static bool libvirt_by_dnsmasq(const struct finding *f, const char *lines, struct text *out)
{
	text_str(out, "<!-- virsh net-edit default; in its first line: <network "
		      "xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'> -->\n"
		      "<dnsmasq:options>\n");
	while (*lines) {
		uint32_t n = (uint32_t)strcspn(lines, "\n");

		bool remark = lines[0] == '#' && lines[1] == ' ';

		text_str(out, remark ? "  <!-- " : "  <dnsmasq:option value='");
		expand(f, lines + 2 * remark, n - 2 * remark, LIBVIRT, out);
		text_str(out, remark ? " -->\n" : "'/>\n");
		lines += n + (lines[n] == '\n');
	}
	text_str(out, "</dnsmasq:options>");
	return true;
}

bool finding_fix(const struct finding *f, enum dialect d, struct text *out)
{
	const char *lines = lines_for(f->id, d), *dnsmasq = lines_for(f->id, DNSMASQ);

	if (!lines && dnsmasq && *dnsmasq != '#') {
		if (d == OPENWRT)
			return openwrt_by_dnsmasq(f, dnsmasq, out);
		if (d == LIBVIRT)
			return libvirt_by_dnsmasq(f, dnsmasq, out);
	}
	if (lines)
		expand(f, lines, (uint32_t)strlen(lines), d, out);
	return lines != NULL;
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
