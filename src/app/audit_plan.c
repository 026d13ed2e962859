/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "audit_plan.h"

#include <stdlib.h>
#include <string.h>

#include "audit_mac.h"
#include "audit_notes.h"
#include "capture_file.h"
#include "commands.h"
#include "hash.h"
#include "links.h"
#include "seed.h"

enum { ETHERNET = 1 }; /* ARPHRD_ETHER */

/* Whom it plays when nobody is named: these, and the others aside, for few networks boot all there
 * is. */
static const char pis[] = "pi3b,pi3b-plus,pi4,pi5";
static const char others[] = "pxe-bios,uefi-x64,uefi-arm64,ipxe,u-boot,linux";

static int refused(struct text *why, const char *words)
{
	text_str(why, words);
	return EXIT_USAGE;
}

/* ---- whom ---- */

static int no_model(const char *name, size_t n, struct text *why)
{
	text_str(why, "there is no model '");
	text_safe(why, bytes_of(name, (uint32_t)n));
	text_str(why, "'; all, pi, usual, or of these:");
	for (uint32_t i = 0; probe_profile_at(i); i++)
		text_fmt(why, " %s", probe_profile_at(i)->key);
	return EXIT_USAGE;
}

static int add(struct audit_run *r, const struct probe_profile *p, bool aside, struct text *why)
{
	for (uint32_t i = 0; i < r->n_boards; i++)
		if (r->board[i].profile == p) {
			r->board[i].aside &= aside;
			return 0;
		}
	if (r->n_boards == AUDIT_MODELS)
		return refused(why, "that are too many models at once");
	r->board[r->n_boards].aside = aside;
	r->board[r->n_boards++].profile = p;
	return 0;
}

static int add_list(struct audit_run *r, const char *list, bool aside, struct text *why);

static int add_usual(struct audit_run *r, struct text *why)
{
	int e = add_list(r, pis, false, why);

	return e ? e : add_list(r, others, true, why);
}

static int add_named(struct audit_run *r, const char *name, size_t n, bool aside, struct text *why)
{
	const struct probe_profile *p;
	int e = 0;

	if (n == 2 && memcmp(name, "pi", n) == 0)
		return add_list(r, pis, aside, why);
	if (n == 5 && memcmp(name, "usual", n) == 0)
		return add_usual(r, why);
	if (n == 3 && memcmp(name, "all", n) == 0) {
		for (uint32_t i = 0; !e && (p = probe_profile_at(i)) != NULL; i++)
			e = add(r, p, aside, why);
		return e;
	}
	for (uint32_t i = 0; (p = probe_profile_at(i)) != NULL; i++)
		if (strlen(p->key) == n && memcmp(p->key, name, n) == 0)
			return add(r, p, aside, why);
	return no_model(name, n, why);
}

static int add_list(struct audit_run *r, const char *list, bool aside, struct text *why)
{
	int e = 0;

	while (*list && !e) {
		size_t n = strcspn(list, ",");

		if (n)
			e = add_named(r, list, n, aside, why);
		list += n + (list[n] == ',');
	}
	return e;
}

int audit_plan_models(const struct options *o, struct audit_run *r, struct text *why)
{
	int e = 0;

	if (o->on[OPT_MODELS])
		e = add_list(r, o->value[OPT_MODELS], false, why);
	for (int i = 0; i < o->n_files && !e; i++)
		e = add_list(r, o->file[i], false, why);
	return e || r->n_boards ? e : add_usual(r, why);
}

/* ---- as whom ---- */

/* n bytes in hex, with colons or dashes between, or nothing. */
static bool take_bytes(const char *s, uint8_t *to, int n)
{
	for (int i = 0; i < n; i++) {
		char two[3] = { s[0], s[0] ? s[1] : 0, 0 }, *end;

		to[i] = (uint8_t)strtoul(two, &end, 16);
		if (!two[0] || end != two + 2)
			return false;
		s += 2;
		if (i + 1 < n && (*s == ':' || *s == '-'))
			s++;
	}
	return !*s;
}

static bool take_serial(const char *s, uint32_t *to)
{
	size_t n = strlen(s);

	if (n == 0 || n > 16 || strspn(s, "0123456789abcdefABCDEF") != n)
		return false;
	*to = (uint32_t)strtoull(s, NULL, 16); /* sixteen digits: the low eight name folders */
	return true;
}

int audit_plan_identities(const struct options *o, struct audit_run *r, struct mac own,
			  struct text *why)
{
	uint32_t serial = (uint32_t)hash_two(mac_number(own), 0x62736175) & 0x0fffffff;
	uint8_t oui[3];

	if (o->on[OPT_SERIAL] && !take_serial(o->value[OPT_SERIAL], &serial))
		return refused(why, "--serial takes the hex digits of a board's serial number");
	if (o->on[OPT_OUI] && !take_bytes(o->value[OPT_OUI], oui, sizeof(oui)))
		return refused(why, "--oui takes the first half of a MAC, such as dc:a6:32");
	if (o->on[OPT_MAC] && r->n_boards > 1)
		return refused(why, "--mac is of one board: name the model that it is");
	for (uint32_t i = 0; i < r->n_boards; i++) {
		struct probe_identity *who = &r->board[i].identity;
		uint32_t tail = serial + (o->on[OPT_OUI] && !o->on[OPT_SERIAL] ? i << 16 : 0);

		who->serial = o->on[OPT_SERIAL] ? serial : tail;
		who->seed = seed_word();
		who->mac = audit_mac(i, tail);
		if (o->on[OPT_OUI])
			memcpy(who->mac.b, oui, sizeof(oui));
		if (o->on[OPT_OUI] && o->on[OPT_SERIAL])
			who->mac.b[5] = (uint8_t)(who->mac.b[5] + i);
		if (o->on[OPT_MAC] &&
		    (!take_bytes(o->value[OPT_MAC], who->mac.b, sizeof(who->mac.b)) ||
		     who->mac.b[0] & 1))
			return refused(why, "--mac takes a board's MAC, such as dc:a6:32:12:34:56");
	}
	return 0;
}

/* ---- where ---- */

static int no_link(struct text *why, const char *name, const char *words)
{
	text_safe(why, bytes_str(name));
	text_fmt(why, " %s", words);
	return EXIT_SYSTEM;
}

static int usable(const struct link *l, struct text *why)
{
	if (l->hardware != ETHERNET || l->loopback)
		return no_link(why, l->name, "is no Ethernet: boards boot over that only");
	if (!l->up)
		return no_link(why, l->name,
			       "is down: nothing can be asked there; 'ip link set' up "
			       "brings it up");
	if (!l->carrier)
		return no_link(why, l->name,
			       "has no carrier: no cable, or what is at its other end is "
			       "off");
	return 0;
}

/* eth0.20 is VLAN 20 of eth0 where nothing else has that name. NULL: said why not, with a status.
 */
static const struct link *named(const struct link_list *l, const char *name, struct text *why,
				int *status)
{
	const struct link *found = link_by_name(l, name);
	char lower[PACKET_PORT_NAME];
	uint32_t vlan;

	if (!found && packet_port_vlan(name, lower, &vlan)) {
		if (vlan < 1 || vlan > PACKET_PORT_VLAN_MAX) {
			*status = refused(why, "a VLAN has a number from 1 to 4094, as in -i "
					       "eth0.20");
			return NULL;
		}
		found = link_by_name(l, lower);
	}
	if (!found)
		*status = no_link(why, name,
				  "is no interface of this machine; 'bootscope -D' lists them");
	return found;
}

int audit_plan_link(const struct options *o, struct audit *a, struct mac *own, struct text *why)
{
	char words[CAPTURE_WHY_MAX];
	struct mac as = { { 0 } };
	struct links *links;
	const struct link *l;
	int e = 0;

	if (o->on[OPT_MAC])
		(void)take_bytes(o->value[OPT_MAC], as.b, sizeof(as.b));

	if (o->n_interfaces > 1)
		return refused(why, "one interface at a time is audited: -i IF");
	if (links_open(&links, words, sizeof(words))) {
		text_str(why, words);
		return EXIT_SYSTEM;
	}
	l = o->n_interfaces ? named(links_list(links), o->interface[0], why, &e)
			    : links_default(links);
	if (!l && !e)
		e = refused(why, "which interface? -i IF; 'bootscope -D' lists them");
	if (!e)
		e = usable(l, why);
	if (!e) {
		snprintf(a->interface, sizeof(a->interface), "%s",
			 o->n_interfaces ? o->interface[0] : l->name);
		*own = l->mac;
		audit_notes_link(a, links_list(links), l, o->on[OPT_MAC] ? &as : NULL);
	}
	links_close(links);
	return e;
}
