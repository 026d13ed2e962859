/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "serve_config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings_file.h"

/* Options that are settings. */
static const struct {
	enum option_id id;
	const char *section, *key;
} flags[] = {
	{ OPT_USER, "serve", "user" },
	{ OPT_DHCP, "dhcp", "mode" },
	{ OPT_RANGE, "dhcp", "range" },
	{ OPT_ROUTER, "dhcp", "router" },
	{ OPT_DNS, "dhcp", "dns" },
	{ OPT_DOMAIN, "dhcp", "domain" },
	{ OPT_LEASE_FILE, "dhcp", "lease-file" },
	{ OPT_AUTHORITATIVE, "dhcp", "authoritative" },
	{ OPT_CLIENTS, "dhcp", "clients" },
	{ OPT_ONLY, "dhcp", "only" },
	{ OPT_BOOT_FILE, "dhcp", "boot-file" },
	{ OPT_NEXT_SERVER, "dhcp", "next-server" },
	{ OPT_TFTP_ROOT, "tftp", "root" },
	{ OPT_TFTP_WRITE, "tftp", "write" },
	{ OPT_TFTP_SINGLE_PORT, "tftp", "single-port" },
	{ OPT_GENERATE_CMDLINE, "tftp", "generate-cmdline" },
	{ OPT_HTTP_ROOT, "http", "root" },
	{ OPT_HTTP_PORT, "http", "port" },
	{ OPT_NFS_ROOT, "nfs", "root" },
};

struct teller {
	const char *file; /* NULL: the command line */
};

static void tell(void *ctx, uint32_t line, const char *sentence)
{
	const struct teller *t = ctx;

	if (line)
		fprintf(stderr, "%s:%u: %s\n", t->file, line, sentence);
	else
		fprintf(stderr, "bootscope: %s\n", sentence);
}

static struct bytes words(const char *s)
{
	return bytes_of(s, (uint32_t)strlen(s));
}

/* --option NAME=VALUE is the setting option.NAME. */
static void take_option(struct settings *s, const char *value)
{
	const char *equals = strchr(value, '=');
	size_t n = equals ? (size_t)(equals - value) : strlen(value);
	char key[64];

	if (!equals) {
		fprintf(stderr,
			"bootscope: --option takes NAME=VALUE, such as "
			"ntp_server=10.0.0.1, not '%s'\n",
			value);
		s->faults++;
		return;
	}
	snprintf(key, sizeof(key), "option.%.*s", (int)(n < 48 ? n : 48), value);
	settings_flag(s, "option", "dhcp", key, words(equals + 1));
}

static void take_flags(struct settings *s, const struct options *o)
{
	for (int i = 0; i < o->n_given; i++) {
		const struct given *g = &o->given[i];

		if (g->id == OPT_DHCP_OPTION)
			take_option(s, g->value);
		for (size_t k = 0; k < sizeof(flags) / sizeof(flags[0]); k++)
			if (flags[k].id == g->id)
				settings_flag(s, option_name(g->id), flags[k].section, flags[k].key,
					      g->value ? words(g->value) : bytes_str("yes"));
	}
	if (o->n_interfaces)
		settings_flag(s, "interface", "serve", "interface", words(o->interface[0]));
	if (o->n_interfaces > 1) {
		fprintf(stderr, "bootscope: serve answers on one interface; start another for %s\n",
			o->interface[1]);
		s->faults++;
	}
}

/* The address and mask that an interface has now. */
static void look(const char *name, uint32_t *address, uint32_t *mask)
{
	struct ifaddrs *all = NULL;

	*address = *mask = 0;
	if (!name || getifaddrs(&all) < 0)
		return;
	for (const struct ifaddrs *a = all; a && !*address; a = a->ifa_next) {
		struct sockaddr_in in;

		if (strcmp(a->ifa_name, name) != 0 || !a->ifa_addr || !a->ifa_netmask ||
		    a->ifa_addr->sa_family != AF_INET)
			continue;
		memcpy(&in, a->ifa_addr, sizeof(in));
		*address = ntohl(in.sin_addr.s_addr);
		memcpy(&in, a->ifa_netmask, sizeof(in));
		*mask = ntohl(in.sin_addr.s_addr);
	}
	freeifaddrs(all);
}

int serve_config_load(const struct options *o, struct serve_config **out)
{
	struct serve_config *c = malloc(sizeof(*c));
	struct settings *s = malloc(sizeof(*s));
	struct teller t = { o->value[OPT_CONFIG] };
	uint32_t address, mask;
	char why[320];
	int r = EXIT_SYSTEM;

	if (!c || !s) {
		fprintf(stderr, "bootscope: no memory\n");
		goto out;
	}
	settings_begin(s, c, &t, tell);
	if (t.file && settings_file_read(t.file, s, why, sizeof(why)) < 0) {
		fprintf(stderr, "bootscope: %s\n", why);
		r = EXIT_USAGE;
		goto out;
	}
	take_flags(s, o);
	look(c->interface, &address, &mask);
	r = settings_end(s, address, mask) ? 0 : EXIT_USAGE;
	if (s->faults > SETTINGS_FAULTS_MAX)
		fprintf(stderr, "bootscope: and %u more\n", s->faults - SETTINGS_FAULTS_MAX);
out:
	free(s);
	if (r)
		free(c);
	else
		*out = c;
	return r;
}

static void note(const char *folder)
{
	if (folder && access(folder, R_OK | X_OK) < 0)
		printf("  note: %s: %s\n", folder, strerror(errno));
}

void serve_config_show(const struct serve_config *c, const char *file)
{
	static char buf[1 << 18];
	struct text t = text_init(buf, sizeof(buf));

	settings_text(c, &t);
	printf("%s%schecks out: %s", file ? file : "", file ? " " : "", buf);
	note(c->tftp.root);
	note(c->tftp.write_root);
	note(c->http.root);
	for (uint32_t i = 0; i < c->exports.n; i++)
		note(c->exports.export[i].root);
}
