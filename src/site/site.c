/* SPDX-License-Identifier: BSD-2-Clause */
#include "site.h"

#include <string.h>

#include "eeprom.h"
#include "lines.h"
#include "site_parts.h"

/* One byte of the pool is always left: a cursor needs its NUL. */
struct text site_words(struct site_report *r)
{
	return text_init(r->pool + r->pool_used, SITE_POOL - r->pool_used);
}

const char *site_keep(struct site_report *r, const struct text *t)
{
	if (t->cut || r->pool_used + t->pos + 1 >= SITE_POOL) {
		r->lost++;
		return "";
	}
	r->pool_used += t->pos + 1;
	return t->buf;
}

struct site_item *site_fail_own(struct site_report *r, const char *id, enum severity severity,
				const char *title, const char *about)
{
	struct site_item *i;

	if (r->n == SITE_ITEMS) {
		r->lost++;
		return NULL;
	}
	i = &r->item[r->n++];
	*i = (struct site_item) { .state = SITE_FAILED,
				  .severity = severity,
				  .id = id,
				  .about = about,
				  .title = title,
				  .message = "" };
	return i;
}

struct site_item *site_fail(struct site_report *r, enum finding_id id, const char *about)
{
	const struct finding_row *row = &findings[id];

	return site_fail_own(r, row->id, row->severity, row->title, about);
}

void site_pass(struct site_report *r, const char *about, const char *title)
{
	struct site_item *i = site_fail_own(r, NULL, INFO, title, about);

	if (i)
		i->state = SITE_PASSED;
}

void site_shell(struct text *t, struct bytes path)
{
	bool plain = path.n != 0;

	for (uint32_t i = 0; i < path.n; i++) {
		uint8_t c = path.p[i];

		plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			 (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.' || c == '+' ||
			 c == ',' || c == '@' || (c == '-' && i);
	}
	if (plain)
		text_safe(t, path);
	else
		text_str(t, "PATH");
}

bool site_join(char to[SITE_PATH], const char *a, struct bytes b)
{
	size_t n = strlen(a);
	bool slash = n != 0;

	while (b.n && b.p[0] == '/')
		b = bytes_of(b.p + 1, b.n - 1);
	if (n + slash + b.n >= SITE_PATH || memchr(b.p ? b.p : (const void *)"", 0, b.n))
		return false;
	memcpy(to, a, n);
	if (slash)
		to[n++] = '/';
	if (b.n)
		memcpy(to + n, b.p, b.n);
	to[n + b.n] = 0;
	return true;
}

bool site_is_fatal(const struct site_report *r)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->item[i].state == SITE_FAILED && r->item[i].severity == FATAL)
			return true;
	return false;
}

/* ---- the boot EEPROM's configuration: src/explain knows what is in its way ---- */

void site_eeprom(const struct site *s, struct site_report *r)
{
	static const char fine[] = "Nothing in it stands against network boot";
	struct text t = site_words(r);
	struct bytes review;
	struct site_item *i;
	const char *words;

	eeprom_review(s->eeprom, &t);
	review = bytes_of(t.buf, t.pos);
	if (bytes_hold(review, fine)) {
		site_pass(r, "EEPROM", fine);
		return;
	}
	words = site_keep(r, &t);
	i = site_fail_own(r, "eeprom-config", DEGRADED, "The boot EEPROM's configuration",
			  "EEPROM");
	if (i)
		i->message = words;
	if (i && bytes_hold(review, "The network (2) is not reached"))
		i->severity = FATAL;
	if (i && (bytes_hold(review, "BOOT_ORDER is not set") || i->severity == FATAL)) {
		i->severity = FATAL;
		i->title = "The boot EEPROM never asks the network";
		i->fix = "sudo rpi-eeprom-config --edit\nBOOT_ORDER=0xf21";
	}
}

void site_look(const struct site *s, struct site_report *out)
{
	out->n = out->lost = out->n_places = out->n_roots = out->pool_used = 0;
	if (s->tftp)
		site_boot(s, out);
	if (s->nfs)
		site_roots(s, out);
	if (s->exports.p)
		site_exports(s, out);
	if (s->dnsmasq.p)
		site_dnsmasq(s, out);
	if (s->eeprom.p)
		site_eeprom(s, out);
}
