/* SPDX-License-Identifier: BSD-2-Clause */
/* dnsmasq's configuration: the lines that make a Raspberry Pi take its offer and find its files. */
#include <string.h>

#include "lines.h"
#include "site_parts.h"

static const char pi_text[] = "Raspberry Pi Boot";

struct conf {
	bool tftp, range, proxy, pxe, pi_entry, pi_padded, other_arch, option66, boot, follows,
		secure, unique;
	struct bytes root;
	uint32_t odd; /* the first line with bytes that are none of ASCII */
};

/* Behind the n-th comma; quotes stay. */
static struct bytes field(struct bytes v, uint32_t n)
{
	uint32_t end;

	for (; n; n--) {
		end = bytes_until(v, ',');
		if (end == v.n)
			return bytes_of(NULL, 0);
		v = bytes_of(v.p + end + 1, v.n - end - 1);
	}
	v.n = bytes_until(v, ',');
	return bytes_line(&v);
}

/* pxe-service=[tag:..,]CSA,"text"[,..]: what is read as option 43 goes to clients that say this
 * architecture, and a Raspberry Pi says 0 (facts 1.3). */
static void pxe_service(struct bytes v, struct conf *c)
{
	uint32_t at = 0;
	struct bytes csa;

	while (bytes_begin(field(v, at), "tag:") || bytes_begin(field(v, at), "net:"))
		at++;
	csa = field(v, at);
	c->pxe = true;
	if (!bytes_hold(v, pi_text))
		return;
	if (!bytes_are(csa, "0") && !bytes_are(csa, "x86PC")) {
		c->other_arch = true;
		return;
	}
	c->pi_entry = true;
	c->pi_padded |= bytes_hold(v, "Raspberry Pi Boot   ");
}

static void dhcp_option(struct bytes v, struct conf *c)
{
	uint32_t at = 0;
	struct bytes name;

	while (bytes_begin(field(v, at), "tag:") || bytes_begin(field(v, at), "set:"))
		at++;
	name = field(v, at);
	c->option66 |= bytes_are(name, "66") || bytes_are(name, "option:tftp-server") ||
		       bytes_are(name, "option:66");
	/* option 43 as bytes of the user's own: it may be right */
	if (bytes_are(name, "43") || bytes_are(name, "option:vendor-encapsulated-options"))
		c->pi_entry = c->pi_padded = true;
}

static void ranges(struct bytes v, struct conf *c)
{
	c->range = true;
	for (uint32_t i = 0; i < 8; i++)
		c->proxy |= bytes_are(field(v, i), "proxy");
}

static void setting(struct bytes line, struct conf *c)
{
	uint32_t n = bytes_until(line, '=');
	struct bytes key = bytes_of(line.p, n), v = bytes_of(NULL, 0);

	key = bytes_line(&key);
	if (n < line.n) {
		v = bytes_of(line.p + n + 1, line.n - n - 1);
		v = bytes_line(&v);
	}
	if (bytes_are(key, "enable-tftp"))
		c->tftp = true;
	else if (bytes_are(key, "tftp-root"))
		c->root = field(v, 0);
	else if (bytes_are(key, "tftp-secure"))
		c->secure = true;
	else if (bytes_are(key, "tftp-unique-root"))
		c->unique = true;
	else if (bytes_are(key, "dhcp-range"))
		ranges(v, c);
	else if (bytes_are(key, "pxe-service"))
		pxe_service(v, c);
	else if (bytes_are(key, "dhcp-option") || bytes_are(key, "dhcp-option-force"))
		dhcp_option(v, c);
	else if (bytes_are(key, "dhcp-boot"))
		c->boot = true;
	else if (bytes_are(key, "conf-dir") || bytes_are(key, "conf-file"))
		c->follows = true;
}

/* '#' begins a comment at the beginning of a line or behind a blank, not in quotes. */
static struct bytes no_comment(struct bytes line)
{
	bool quoted = false;

	for (uint32_t i = 0; i < line.n; i++) {
		quoted ^= line.p[i] == '"';
		if (line.p[i] == '#' && !quoted &&
		    (!i || line.p[i - 1] == ' ' || line.p[i - 1] == '\t')) {
			line.n = i;
			break;
		}
	}
	return bytes_line(&line);
}

static void read_conf(struct bytes text, struct conf *c)
{
	*c = (struct conf) { 0 };
	for (uint32_t number = 1; text.n; number++) {
		struct bytes line = bytes_line(&text);

		line = no_comment(line);
		for (uint32_t i = 0; i < line.n && !c->odd; i++)
			if (line.p[i] > '~')
				c->odd = number;
		if (line.n)
			setting(line, c);
	}
}

static struct site_item *fail(struct site_report *r, enum finding_id id, const char *message,
			      const char *fix)
{
	struct site_item *i = site_fail(r, id, "dnsmasq");

	if (i) {
		i->message = message;
		i->fix = fix;
	}
	return i;
}

static struct site_item *fail_own(struct site_report *r, const char *id, enum severity severity,
				  const char *title, const char *message, const char *fix)
{
	struct site_item *i = site_fail_own(r, id, severity, title, "dnsmasq");

	if (i) {
		i->message = message;
		i->fix = fix;
	}
	return i;
}

static bool same_path(struct bytes a, struct bytes b)
{
	while (a.n > 1 && a.p[a.n - 1] == '/')
		a.n--;
	while (b.n > 1 && b.p[b.n - 1] == '/')
		b.n--;
	return bytes_equal(a, b);
}

static void files(const struct site *s, const struct conf *c, struct site_report *r)
{
	struct site_item *i;
	struct text t;

	if (!c->tftp) {
		t = site_words(r);
		text_str(&t, "enable-tftp\ntftp-root=");
		site_shell(&t, bytes_str(s->tftp_path ? s->tftp_path : "/srv/tftp"));
		i = fail_own(r, "dnsmasq-tftp-off", c->option66 ? INFO : DEGRADED,
			     "dnsmasq serves no files",
			     "There is no enable-tftp: another TFTP server has to serve them.",
			     NULL);
		if (i)
			i->fix = site_keep(r, &t);
		return;
	}
	if (s->tftp && c->root.n && !same_path(c->root, bytes_str(s->tftp_path))) {
		i = fail_own(r, "dnsmasq-other-root", FATAL, "dnsmasq serves another folder", "",
			     NULL);
		if (i) {
			t = site_words(r);
			text_str(&t, "tftp-root is ");
			text_safe(&t, c->root);
			text_str(&t, ", and the boot files were looked at in ");
			text_safe(&t, bytes_str(s->tftp_path));
			text_char(&t, '.');
			i->message = site_keep(r, &t);
			t = site_words(r);
			text_str(&t, "tftp-root=");
			site_shell(&t, bytes_str(s->tftp_path));
			i->fix = site_keep(r, &t);
		}
	}
	if (c->secure)
		fail_own(r, "dnsmasq-tftp-secure", DEGRADED, "Files of dnsmasq's own user alone",
			 "tftp-secure: only files that belong to dnsmasq's user are served, "
			 "whoever may read them.",
			 "# take tftp-secure out, or: chown -R dnsmasq /srv/tftp");
	if (c->unique)
		fail_own(r, "dnsmasq-unique-root", INFO, "A root of its own for each board",
			 "tftp-unique-root: boards that have a folder by their address or MAC are "
			 "served from it, before their own folder's name.",
			 NULL);
}

static void offers(const struct conf *c, struct site_report *r)
{
	static const char entry[] = "pxe-service=0,\"Raspberry Pi Boot   \"";

	if (!c->range) {
		fail(r, F_DHCP_NO_OFFER, "Without dhcp-range dnsmasq answers nobody by DHCP.",
		     "# beside another DHCP server, with this network's address:\n"
		     "dhcp-range=192.168.1.0,proxy");
		return;
	}
	if (c->pi_entry && !c->pi_padded)
		fail(r, F_DHCP_OPTION43_UNPADDED,
		     "The text ends right behind \"Boot\"; the ROM of a Pi 3 may miss it without "
		     "three "
		     "blanks.",
		     entry);
	if (c->pi_entry || c->option66)
		return;
	if (c->other_arch)
		fail(r, F_DHCP_OPTION43_WRONG_TEXT,
		     "\"Raspberry Pi Boot\" is offered to another architecture; a Raspberry Pi "
		     "says "
		     "0.",
		     entry);
	else if (c->pxe)
		fail(r, F_DHCP_OPTION43_WRONG_TEXT,
		     "No pxe-service has the text \"Raspberry Pi Boot\", and there is no option "
		     "66: a "
		     "Raspberry Pi drops the offer.",
		     entry);
	else if (c->boot)
		fail(r, F_DHCP_NO_OPTION43,
		     "dhcp-boot alone: a Raspberry Pi reads neither next-server nor the file's "
		     "name.",
		     entry);
	else
		fail(r, F_DHCP_NO_OPTION43,
		     "There is no pxe-service and no option 66: a Raspberry Pi drops the offer.",
		     entry);
}

void site_dnsmasq(const struct site *s, struct site_report *r)
{
	uint32_t before = r->n;
	struct conf c;

	read_conf(s->dnsmasq, &c);
	if (c.odd) {
		struct site_item *i = fail_own(r, "dnsmasq-odd-letters", DEGRADED,
					       "A line that is not plain text", "", NULL);
		struct text t = site_words(r);

		if (i) {
			text_fmt(&t,
				 "Line %u holds letters beyond ASCII, such as curly quotes that "
				 "a web page made of plain ones: dnsmasq takes them as they are.",
				 c.odd);
			i->message = site_keep(r, &t);
		}
	}
	/* what is said in a file that was not read is not missing */
	if (c.follows) {
		fail_own(r, "dnsmasq-more-files", INFO, "More files belong to it",
			 "conf-dir or conf-file names others, which were not read; what is missing "
			 "here may be there.",
			 "# all of it in one: cat /etc/dnsmasq.conf /etc/dnsmasq.d/* >all.conf");
		return;
	}
	files(s, &c, r);
	offers(&c, r);
	if (r->n == before)
		site_pass(r, "dnsmasq",
			  "it offers what a Raspberry Pi takes, and serves its files");
}
