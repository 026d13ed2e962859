/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of settings, and the way of a line into it. */
#include "settings_form.h"

#include <stddef.h>
#include <string.h>

#include "letters.h"

#define TOP(member)    (uint32_t) offsetof(struct serve_config, member)
#define RANGE(member)  (uint32_t) offsetof(struct dhcp_range, member)
#define HOST(member)   (uint32_t) offsetof(struct dhcp_host, member)
#define CLASS(member)  (uint32_t) offsetof(struct dhcp_class, member)
#define AN_ADDRESS     "an address such as 192.168.1.2"
#define ADDRESSES      "addresses with commas between, such as 192.168.1.1,9.9.9.9"
#define YES_NO         "yes or no"
#define A_FILE         "the name of a file below the TFTP root, such as boot/grubx64.efi"
#define A_URL          "a URL without blanks, such as http://192.168.1.2/boot.ipxe"
#define A_FOLDER       "a folder such as /srv/tftp"
#define A_TIME         "a time of a minute or more, such as 3600, 90m, 12h, 7d or infinite"
#define EXPORT(member) (uint32_t) offsetof(struct nfs_export, member)
#define A_CLIENT       "clients as exports(5) has them, such as 192.168.1.0/24(rw,no_root_squash)"
#define A_PORT         "a port from 1 to 65535"
#define A_MAC          "a hardware address such as dc:a6:32:01:02:03"

static const struct name modes[] = {
	{ DHCP_MODE_PROXY, "proxy" },
	{ DHCP_MODE_FULL, "full" },
	{ DHCP_MODE_OFF, "off" },
	{ 0, NULL },
};
static const struct name portmaps[] = {
	{ PORTMAP_AUTO, "auto" },
	{ PORTMAP_YES, "yes" },
	{ PORTMAP_NO, "no" },
	{ 0, NULL },
};
static const struct name whom[] = {
	{ CLIENTS_PI, "pi" },
	{ CLIENTS_ALL, "all" },
	{ CLIENTS_LISTED, "listed" },
	{ 0, NULL },
};

/* clang-format off */
static const struct setting rows[] = {
	{ SECTION_SERVE, "interface", FORM_NAME, TOP(interface), 0, 0, NULL, "the name of an interface, such as eth0" },
	{ SECTION_SERVE, "user", FORM_NAME, TOP(user), 0, 0, NULL, "the name of a user" },

	{ SECTION_DHCP, "mode", FORM_WORD, TOP(dhcp.mode), 0, 0, modes, "proxy, full or off" },
	{ SECTION_DHCP, "clients", FORM_WORD, TOP(clients), 0, 0, whom, "pi, all or listed" },
	{ SECTION_DHCP, "only", FORM_ONLY, 0, 0, 0, NULL, "hardware addresses with commas between, such as dc:a6:32:01:02:03" },
	{ SECTION_DHCP, "authoritative", FORM_YES, TOP(dhcp.authoritative), 0, 0, NULL, YES_NO },
	{ SECTION_DHCP, "range", FORM_RANGE, 0, 0, 0, NULL, "A-B[,MASK][,LEASE], such as 192.168.1.50-192.168.1.99,255.255.255.0,12h" },
	{ SECTION_DHCP, "router", FORM_IP, TOP(net.router), 0, 0, NULL, AN_ADDRESS },
	{ SECTION_DHCP, "dns", FORM_DNS, TOP(net), 0, 0, NULL, ADDRESSES },
	{ SECTION_DHCP, "domain", FORM_DOMAIN, TOP(net.domain), 0, 0, NULL, "a domain such as lab.example" },
	{ SECTION_DHCP, "lease-time", FORM_SECONDS, TOP(net.lease), 0, 0, NULL, A_TIME },
	{ SECTION_DHCP, "lease-file", FORM_PATH, TOP(lease_file), 0, 0, NULL, "a file such as /var/lib/bootscope/leases" },
	{ SECTION_DHCP, "lease-sync", FORM_YES, TOP(lease_sync), 0, 0, NULL, YES_NO },
	{ SECTION_DHCP, "boot-file", FORM_FILE, TOP(dhcp.boot.file), 0, 0, NULL, A_FILE },
	{ SECTION_DHCP, "http-url", FORM_URL, TOP(dhcp.boot.url), 0, 0, NULL, A_URL },
	{ SECTION_DHCP, "next-server", FORM_IP, TOP(dhcp.boot.next), 0, 0, NULL, AN_ADDRESS },
	{ SECTION_DHCP, "tftp-prefix", FORM_FILE, TOP(dhcp.boot.prefix), 0, 0, NULL, "what stands before names of files, without blanks, such as boot/" },
	{ SECTION_DHCP, "probe", FORM_YES, TOP(dhcp.probe), 0, 0, NULL, YES_NO },
	{ SECTION_DHCP, "probe-ms", FORM_COUNT, TOP(dhcp.probe_ms), 1, 5000, NULL, "a number of milliseconds from 1 to 5000" },
	{ SECTION_DHCP, "delay-ms", FORM_COUNT, TOP(dhcp.delay_ms), 0, 5000, NULL, "a number of milliseconds from 0 to 5000" },
	{ SECTION_DHCP, "kick", FORM_YES, TOP(dhcp.kick), 0, 0, NULL, YES_NO },

	{ SECTION_RANGE, "addresses", FORM_ADDRESSES, RANGE(addresses), 0, 0, NULL, "the first and the last, such as 192.168.1.50-192.168.1.99" },
	{ SECTION_RANGE, "mask", FORM_MASK, RANGE(mask), 0, 0, NULL, "a mask such as 255.255.255.0 or /24" },
	{ SECTION_RANGE, "router", FORM_IP, RANGE(router), 0, 0, NULL, AN_ADDRESS },
	{ SECTION_RANGE, "dns", FORM_DNS, 0, 0, 0, NULL, ADDRESSES },
	{ SECTION_RANGE, "domain", FORM_DOMAIN, RANGE(domain), 0, 0, NULL, "a domain such as lab.example" },
	{ SECTION_RANGE, "lease-time", FORM_SECONDS, RANGE(lease), 0, 0, NULL, A_TIME },

	{ SECTION_HOST, "mac", FORM_CLIENT_MAC, 0, 0, 0, NULL, A_MAC },
	{ SECTION_HOST, "client-id", FORM_CLIENT_ID, 0, 0, 0, NULL, "text, or bytes such as 01:dc:a6:32:01:02:03" },
	{ SECTION_HOST, "address", FORM_IP, HOST(ip), 0, 0, NULL, AN_ADDRESS },
	{ SECTION_HOST, "host-name", FORM_DOMAIN, HOST(name), 0, 0, NULL, "a name such as pi4-kitchen" },

	{ SECTION_CLASS, "mac", FORM_MAC_BEGIN, CLASS(mac), 0, 0, NULL, "a hardware address or how it begins, such as dc:a6:32" },
	{ SECTION_CLASS, "arch", FORM_ARCHS, 0, 0, 0, NULL, "numbers or names of option 93 with commas between, such as 7, 9 or x64 UEFI" },
	{ SECTION_CLASS, "vendor-class", FORM_TEXT, CLASS(vendor), 0, 0, NULL, "how option 60 begins, such as U-Boot" },
	{ SECTION_CLASS, "user-class", FORM_TEXT, CLASS(user), 0, 0, NULL, "a word of option 77, such as iPXE" },
	{ SECTION_CLASS, "model", FORM_MODELS, CLASS(models), 0, 0, NULL, "pi3, pi4, pi5, pi or other, with commas between" },
	{ SECTION_CLASS, "boot-file", FORM_FILE, CLASS(boot.file), 0, 0, NULL, A_FILE },
	{ SECTION_CLASS, "http-url", FORM_URL, CLASS(boot.url), 0, 0, NULL, A_URL },
	{ SECTION_CLASS, "next-server", FORM_IP, CLASS(boot.next), 0, 0, NULL, AN_ADDRESS },
	{ SECTION_CLASS, "tftp-prefix", FORM_FILE, CLASS(boot.prefix), 0, 0, NULL, "what stands before names of files, without blanks, such as boot/" },

	{ SECTION_TFTP, "root", FORM_PATH, TOP(tftp.root), 0, 0, NULL, A_FOLDER },
	{ SECTION_TFTP, "write", FORM_PATH, TOP(tftp.write_root), 0, 0, NULL, "a folder such as /srv/tftp/logs" },
	{ SECTION_TFTP, "port", FORM_PORT, TOP(tftp.port), 1, 65535, NULL, A_PORT },
	{ SECTION_TFTP, "single-port", FORM_YES, TOP(tftp.single_port), 0, 0, NULL, YES_NO },
	{ SECTION_TFTP, "own-folders", FORM_YES, TOP(tftp.limits.own_folders), 0, 0, NULL, YES_NO },
	{ SECTION_TFTP, "own-folders-only", FORM_YES, TOP(tftp.limits.own_only), 0, 0, NULL, YES_NO },
	{ SECTION_TFTP, "generate-cmdline", FORM_EXPORT, TOP(tftp.cmdline.root), 0, 0, NULL, "an exported folder, such as /srv/nfs/{serial}" },
	{ SECTION_TFTP, "cmdline-server", FORM_ADDRESS, TOP(tftp.cmdline.server), 0, 0, NULL, AN_ADDRESS },
	{ SECTION_TFTP, "cmdline-words", FORM_WORDS, TOP(tftp.cmdline.more), 0, 0, NULL, "words of a kernel command line, such as console=serial0,115200" },
	{ SECTION_TFTP, "transfers", FORM_COUNT, TOP(tftp.limits.transfers), 1, 65535, NULL, "a number from 1 to 65535" },
	{ SECTION_TFTP, "transfers-per-client", FORM_COUNT, TOP(tftp.limits.per_client), 1, 65535, NULL, "a number from 1 to 65535" },
	{ SECTION_TFTP, "block-size", FORM_COUNT, TOP(tftp.limits.blksize_max), 512, 65464, NULL, "a number of bytes from 512 to 65464" },
	{ SECTION_TFTP, "window", FORM_COUNT, TOP(tftp.limits.window_max), 1, 64, NULL, "a number of blocks from 1 to 64" },
	{ SECTION_TFTP, "first-repeat-ms", FORM_COUNT, TOP(tftp.limits.first_ms), 10, 60000, NULL, "a number of milliseconds from 10 to 60000" },
	{ SECTION_TFTP, "tries", FORM_COUNT, TOP(tftp.limits.tries), 1, 100, NULL, "a number from 1 to 100" },
	{ SECTION_TFTP, "no-options", FORM_YES, TOP(tftp.limits.no_options), 0, 0, NULL, YES_NO },
	{ SECTION_TFTP, "rollover-to-one", FORM_YES, TOP(tftp.limits.rollover_to_one), 0, 0, NULL, YES_NO },

	{ SECTION_HTTP, "root", FORM_PATH, TOP(http.root), 0, 0, NULL, "a folder such as /srv/http" },
	{ SECTION_HTTP, "port", FORM_PORT, TOP(http.port), 1, 65535, NULL, A_PORT },
	{ SECTION_HTTP, "own-folders", FORM_YES, TOP(http.own_folders), 0, 0, NULL, YES_NO },

	{ SECTION_NFS, "root", FORM_NFS_ROOT, 0, 0, 0, NULL, "DIR[:/EXPORT], such as /srv/nfs/pi4 or /home/me/root:/pi4" },
	{ SECTION_NFS, "clients", FORM_CLIENTS, TOP(every), 0, 0, NULL, A_CLIENT },
	{ SECTION_NFS, "own-folders", FORM_YES, TOP(every.own_folders), 0, 0, NULL, YES_NO },
	{ SECTION_NFS, "port", FORM_PORT, TOP(nfs.port), 1, 65535, NULL, A_PORT },
	{ SECTION_NFS, "mount-port", FORM_PORT, TOP(nfs.mount_port), 1, 65535, NULL, A_PORT },
	{ SECTION_NFS, "portmap", FORM_WORD, TOP(nfs.portmap), 0, 0, portmaps, "auto, yes or no" },
	{ SECTION_NFS, "udp", FORM_YES, TOP(nfs.udp), 0, 0, NULL, YES_NO },
	{ SECTION_NFS, "state", FORM_PATH, TOP(nfs.state), 0, 0, NULL, "a folder such as /var/lib/bootscope/nfs" },

	{ SECTION_EXPORT, "root", FORM_PATH, EXPORT(root), 0, 0, NULL, "a folder such as /srv/nfs/pi4" },
	{ SECTION_EXPORT, "clients", FORM_CLIENTS, 0, 0, 0, NULL, A_CLIENT },
	{ SECTION_EXPORT, "own-folders", FORM_OWN, EXPORT(own_folders), 0, 0, NULL, YES_NO },
};
/* clang-format on */

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
_Static_assert(sizeof(rows) / sizeof(rows[0]) <= SETTINGS_ROWS_MAX,
	       "one place in seen for each row");
_Static_assert(sizeof(enum dhcp_mode) == sizeof(uint32_t), "words are kept as 32 bits");

static const struct {
	const char *name;
	const char *named; /* what follows, in any number of them; NULL: there is one */
} sections[SECTIONS] = {
	[SECTION_NONE] = { "", NULL },        [SECTION_SERVE] = { "serve", NULL },
	[SECTION_DHCP] = { "dhcp", NULL },    [SECTION_TFTP] = { "tftp", NULL },
	[SECTION_HTTP] = { "http", NULL },    [SECTION_RANGE] = { "range", " NAME" },
	[SECTION_HOST] = { "host", " NAME" }, [SECTION_CLASS] = { "class", " NAME" },
	[SECTION_NFS] = { "nfs", NULL },      [SECTION_EXPORT] = { "export", " /PATH" },
};

bool settings_row(uint32_t i, const char **section, const char **key, const char **wants)
{
	if (i >= ROWS)
		return false;
	*section = sections[rows[i].section].name;
	*key = rows[i].key;
	*wants = rows[i].wants;
	return true;
}

/* ---- faults ---- */

void settings_words(struct settings_words *w)
{
	w->t = text_init(w->buf, sizeof(w->buf));
}

/* Of long values the beginning. */
void settings_quote(struct settings_words *w, struct bytes v)
{
	enum { MOST = 60 };

	text_char(&w->t, '\'');
	text_safe(&w->t, bytes_of(v.p, v.n > MOST ? MOST : v.n));
	text_str(&w->t, v.n > MOST ? "...'" : "'");
}

void settings_tell(struct settings *s, uint32_t line, struct settings_words *w)
{
	char whole[400];
	struct text t = text_init(whole, sizeof(whole));

	if (s->flag)
		text_fmt(&t, "--%s: ", s->flag);
	text_str(&t, w->buf);
	if (++s->faults <= SETTINGS_FAULTS_MAX)
		s->fault(s->ctx, line, whole);
}

void settings_fault(struct settings *s, uint32_t line, const char *sentence)
{
	struct settings_words w;

	settings_words(&w);
	text_str(&w.t, sentence);
	settings_tell(s, line, &w);
}

/* ---- headings ---- */

static void no_section(struct settings *s, uint32_t line, struct bytes word)
{
	const char *near = NULL, *name = "";
	uint32_t best = 4;
	struct settings_words w;

	for (uint32_t i = SECTION_SERVE; i < SECTIONS; i++) {
		uint32_t d = words_apart(word, sections[i].name);

		if (d < best) {
			best = d;
			near = sections[i].name;
			name = sections[i].named ? sections[i].named : "";
		}
	}
	settings_words(&w);
	text_str(&w.t, "there is no section ");
	settings_quote(&w, word);
	if (near)
		text_fmt(&w.t, "; did you mean [%s%s]?", near, name);
	else
		text_str(&w.t, "; there are [serve], [dhcp], [tftp], [http], [nfs], [range NAME], "
			       "[host NAME], [class NAME] and [export /PATH]");
	settings_tell(s, line, &w);
}

struct dhcp_range *settings_range(struct settings *s, const char *name, uint32_t line)
{
	struct dhcp_config *c = &s->config->dhcp;

	if (c->n_ranges == DHCP_RANGES_MAX)
		return NULL;
	s->config->range_name[c->n_ranges] = (struct serve_name) { name, line };
	memset(&c->range[c->n_ranges], 0, sizeof(c->range[0]));
	return &c->range[c->n_ranges++];
}

/* The rows of a list, their number and most. */
static struct serve_name *names_of(struct serve_config *c, enum settings_section which, uint32_t *n,
				   uint32_t *most)
{
	if (which == SECTION_RANGE) {
		*n = c->dhcp.n_ranges;
		*most = DHCP_RANGES_MAX;
		return c->range_name;
	}
	if (which == SECTION_HOST) {
		*n = c->dhcp.n_hosts;
		*most = SETTINGS_HOSTS_MAX;
		return c->host_name;
	}
	*n = c->dhcp.n_classes;
	*most = DHCP_CLASSES_MAX;
	return c->class_name;
}

/* Another row under its name; false: told why not. */
static bool begin_row(struct settings *s, enum settings_section which, uint32_t line,
		      struct bytes name)
{
	struct serve_config *c = s->config;
	uint32_t n, most;
	struct serve_name *names = names_of(c, which, &n, &most);
	struct settings_words w;
	struct bytes kept;

	settings_words(&w);
	for (uint32_t i = 0; i < n; i++)
		if (name.n && bytes_is(name, names[i].s)) {
			text_fmt(&w.t, "there is a [%s %s] in line %u already",
				 sections[which].name, names[i].s, names[i].line);
			settings_tell(s, line, &w);
			return false;
		}
	for (uint32_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~' || i >= 63) {
			text_fmt(&w.t, "names are of 63 letters at most, without blanks, not ");
			settings_quote(&w, name);
			settings_tell(s, line, &w);
			return false;
		}
	if (!name.n) {
		text_fmt(&w.t, "a [%s] has a name: [%s NAME]", sections[which].name,
			 sections[which].name);
		settings_tell(s, line, &w);
		return false;
	}
	kept = n < most ? settings_keep(c, name) : bytes_of(NULL, 0);
	if (!kept.p) {
		text_fmt(&w.t, "there is room for %u sections [%s NAME]", most,
			 sections[which].name);
		settings_tell(s, line, &w);
		return false;
	}
	names[n] = (struct serve_name) { (const char *)kept.p, line };
	if (which == SECTION_RANGE)
		memset(&c->dhcp.range[c->dhcp.n_ranges++], 0, sizeof(c->dhcp.range[0]));
	else if (which == SECTION_HOST)
		memset(&c->host[c->dhcp.n_hosts++], 0, sizeof(c->host[0]));
	else
		memset(&c->dhcp.class[c->dhcp.n_classes++], 0, sizeof(c->dhcp.class[0]));
	return true;
}

static bool begin_once(struct settings *s, enum settings_section which, uint32_t line,
		       struct bytes name)
{
	struct settings_words w;

	settings_words(&w);
	if (name.n) {
		text_fmt(&w.t, "[%s] has no name, so not ", sections[which].name);
		settings_quote(&w, name);
	} else if (s->heading_line[which]) {
		text_fmt(&w.t, "there is a [%s] in line %u already: one is enough",
			 sections[which].name, s->heading_line[which]);
	} else {
		s->heading_line[which] = line;
		return true;
	}
	settings_tell(s, line, &w);
	return false;
}

void settings_section(struct settings *s, uint32_t line, struct bytes heading)
{
	struct bytes word, name;
	enum settings_section which = SECTION_NONE;

	settings_close(s);
	heading = settings_trim(heading);
	word = heading;
	for (word.n = 0;
	     word.n < heading.n && heading.p[word.n] != ' ' && heading.p[word.n] != '\t';)
		word.n++;
	name = settings_trim(bytes_of(heading.p + word.n, heading.n - word.n));
	for (uint32_t i = SECTION_SERVE; i < SECTIONS; i++)
		if (bytes_is(word, sections[i].name))
			which = (enum settings_section)i;
	s->begun = line;
	memset(s->seen, 0, sizeof(s->seen));
	memset(s->option, 0, sizeof(s->option));
	if (which == SECTION_NONE)
		no_section(s, line, word);
	else if (!(which == SECTION_EXPORT ? settings_export(s, line, name, bytes_of(NULL, 0))
		   : sections[which].named ? begin_row(s, which, line, name)
					   : begin_once(s, which, line, name)))
		which = SECTION_NONE;
	s->section = which;
}

/* ---- keys ---- */

/* What rows of the section count their places from. */
static void *object_of(struct settings *s)
{
	struct serve_config *c = s->config;

	switch (s->section) {
	case SECTION_RANGE:
		return &c->dhcp.range[c->dhcp.n_ranges - 1];
	case SECTION_HOST:
		return &c->host[c->dhcp.n_hosts - 1];
	case SECTION_CLASS:
		return &c->dhcp.class[c->dhcp.n_classes - 1];
	case SECTION_EXPORT:
		return &c->exports.export[c->exports.n - 1];
	case SECTION_NFS:
	case SECTION_NONE:
	case SECTION_SERVE:
	case SECTION_DHCP:
	case SECTION_TFTP:
	case SECTION_HTTP:
	case SECTIONS:
		break;
	}
	return c;
}

static const char *nearest_key(enum settings_section section, struct bytes key)
{
	const char *near = NULL;
	uint32_t best = key.n > 4 ? 4 : 3;

	for (uint32_t i = 0; i < ROWS; i++) {
		uint32_t d = rows[i].section == section ? words_apart(key, rows[i].key) : best;

		if (d < best) {
			best = d;
			near = rows[i].key;
		}
	}
	return near;
}

static void no_key(struct settings *s, uint32_t line, struct bytes key)
{
	const char *near = nearest_key(s->section, key);
	uint32_t n = 0;
	struct settings_words w;

	settings_words(&w);
	text_str(&w.t, "there is no ");
	settings_quote(&w, key);
	text_fmt(&w.t, " in [%s]", sections[s->section].name);
	if (near) {
		text_fmt(&w.t, "; did you mean '%s'?", near);
		settings_tell(s, line, &w);
		return;
	}
	/* it may stand under the wrong heading */
	for (uint32_t i = 0; i < ROWS; i++)
		if (bytes_is(key, rows[i].key))
			text_fmt(&w.t, "%s[%s%s]", n++ ? ", " : "; it is a key of ",
				 sections[rows[i].section].name,
				 sections[rows[i].section].named ? sections[rows[i].section].named
								 : "");
	if (!n)
		text_str(&w.t, "; bootscope.conf(5) lists the keys");
	settings_tell(s, line, &w);
}

static bool takes_options(enum settings_section s)
{
	return s == SECTION_DHCP || s == SECTION_CLASS;
}

static enum form_result take_option(struct settings *s, uint32_t line, struct bytes name,
				    struct bytes value)
{
	struct dhcp_boot *boot = s->section == SECTION_CLASS
					 ? &((struct dhcp_class *)object_of(s))->boot
					 : &s->config->dhcp.boot;

	return form_option(s, boot, line, name, value);
}

/* May stand more than once: each adds to the list. */
static bool repeats(const struct setting *row)
{
	return row->form == FORM_RANGE || row->form == FORM_ONLY || row->form == FORM_NFS_ROOT ||
	       row->form == FORM_CLIENTS;
}

static enum form_result take_row(struct settings *s, uint32_t line, uint32_t i, struct bytes value)
{
	enum form_result r;
	struct settings_words w;

	settings_words(&w);
	if (s->seen[i] && !repeats(&rows[i])) {
		text_fmt(&w.t, "'%s' was set in line %u already", rows[i].key, s->seen[i]);
		settings_tell(s, line, &w);
		return FORM_TOLD;
	}
	s->seen[i] = line;
	r = form_take(s, &rows[i], object_of(s), value);
	if (r == FORM_BAD) {
		if (!s->flag)
			text_fmt(&w.t, "'%s' ", rows[i].key);
		text_fmt(&w.t, "takes %s, not ", rows[i].wants);
		settings_quote(&w, value);
		settings_tell(s, line, &w);
		return FORM_TOLD;
	}
	return r;
}

/* "between quotes", as other configurations have it. False: they do not end. */
static bool unquote(struct bytes *v)
{
	if (!v->n || v->p[0] != '"')
		return true;
	if (v->n < 2 || v->p[v->n - 1] != '"')
		return false;
	*v = bytes_of(v->p + 1, v->n - 2);
	return true;
}

void settings_key(struct settings *s, uint32_t line, struct bytes key, struct bytes value)
{
	static const char prefix[] = "option.";
	enum form_result r = FORM_TOLD;
	uint32_t i = 0;

	if (s->section == SECTION_NONE) {
		if (!s->begun)
			settings_fault(s, line, "settings stand below a heading such as [dhcp]");
		return;
	}
	s->line = line;
	key = settings_trim(key);
	value = settings_trim(value);
	if (!unquote(&value)) {
		settings_fault(s, line,
			       "a value that begins with '\"' ends with it too; ';' behind a blank "
			       "begins a comment");
		return;
	}
	while (i < ROWS && !(rows[i].section == s->section && bytes_is(key, rows[i].key)))
		i++;
	if (i < ROWS)
		r = take_row(s, line, i, value);
	else if (takes_options(s->section) && bytes_starts(key, prefix))
		r = take_option(
			s, line,
			bytes_of(key.p + sizeof(prefix) - 1, key.n - (uint32_t)sizeof(prefix) + 1),
			value);
	else
		no_key(s, line, key);
	if (r == FORM_FULL)
		settings_fault(s, line, "there is no room for more of these");
}

void settings_flag(struct settings *s, const char *flag, const char *section, const char *key,
		   struct bytes value)
{
	settings_close(s);
	s->flag = flag;
	s->section = SECTION_NONE;
	for (uint32_t i = SECTION_SERVE; i < SECTIONS; i++)
		if (strcmp(section, sections[i].name) == 0)
			s->section = (enum settings_section)i;
	memset(s->seen, 0, sizeof(s->seen));
	memset(s->option, 0, sizeof(s->option));
	s->begun = 0;
	if (strcmp(key, "range") == 0 && !s->range_flag) {
		s->range_flag = true;
		s->config->dhcp.n_ranges = 0;
	}
	if (strcmp(key, "only") == 0 && !s->only_flag) {
		s->only_flag = true;
		s->config->dhcp.n_only = 0;
	}
	if (s->section == SECTION_NFS && strcmp(key, "root") == 0 && !s->root_flag) {
		s->root_flag = true;
		s->config->exports.n = 0;
	}
	settings_key(s, 0, bytes_str(key), value);
	s->section = SECTION_NONE;
	s->flag = NULL;
}
