/* SPDX-License-Identifier: BSD-2-Clause */
/* /etc/exports as exportfs reads it (exports(5)): the slips that it takes for something else. */
#include <string.h>

#include "lines.h"
#include "site_parts.h"

/* The words of a line one after another: a path, then who may mount it and how. */
struct export_line {
	uint32_t number;
	struct bytes path, clients;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static struct bytes skip(struct bytes v)
{
	while (v.n && (is_blank(v.p[0]) || v.p[0] == '\\' || v.p[0] == '\n' || v.p[0] == '\r'))
		v = bytes_of(v.p + 1, v.n - 1);
	return v;
}

static struct bytes take_word(struct bytes *rest)
{
	struct bytes w;
	bool quoted;

	*rest = skip(*rest);
	quoted = rest->n && rest->p[0] == '"';
	w = bytes_of(rest->p, 0);
	while (w.n < rest->n &&
	       (quoted ? !(w.n && w.p[w.n] == '"') : !is_blank(w.p[w.n]) && w.p[w.n] != '\n'))
		w.n++;
	*rest = bytes_of(rest->p + w.n, rest->n - w.n);
	if (quoted) {
		w = bytes_of(w.p + 1, w.n - 1);
		if (rest->n)
			*rest = bytes_of(rest->p + 1, rest->n - 1);
	}
	return w;
}

/* A line goes on behind a backslash at its end. False: no more. */
static bool next_line(struct bytes *rest, uint32_t *number, struct export_line *out)
{
	while (rest->n) {
		struct bytes line = bytes_of(rest->p, 0);
		uint32_t first = *number, hash;

		while (line.n < rest->n &&
		       (rest->p[line.n] != '\n' || (line.n && rest->p[line.n - 1] == '\\'))) {
			*number += rest->p[line.n] == '\n';
			line.n++;
		}
		*rest = bytes_of(rest->p + line.n, rest->n - line.n);
		if (rest->n) {
			*rest = bytes_of(rest->p + 1, rest->n - 1);
			(*number)++;
		}
		hash = bytes_until(line, '#');
		line.n = hash;
		while (line.n && (line.p[line.n - 1] == '\r' || is_blank(line.p[line.n - 1])))
			line.n--;
		line = skip(line);
		if (!line.n)
			continue;
		out->number = first;
		out->path = take_word(&line);
		out->clients = line;
		return true;
	}
	return false;
}

static const char *where(struct site_report *r, uint32_t number)
{
	struct text t = site_words(r);

	text_fmt(&t, "exports, line %u", number);
	return site_keep(r, &t);
}

/* With what the line would have to be. */
static struct site_item *slip(struct site_report *r, const struct export_line *e, const char *id,
			      const char *title, const char *message)
{
	struct site_item *i = site_fail_own(r, id, FATAL, title, where(r, e->number));

	if (i)
		i->message = message;
	return i;
}

/* "192.168.1.0/24 (rw)": two clients to exports(5), the network with the defaults and everybody
 * else with these options. */
static bool options_strayed(struct bytes before, struct bytes w)
{
	return w.p[0] == '(' && before.n && before.p[before.n - 1] != ')';
}

/* A line to paste as it has to be: with its slash, and no blanks before options. Nothing in it but
 * what exports are written with. */
static void put_line(struct text *t, const struct export_line *e)
{
	struct bytes rest = e->clients, w, before = bytes_of(NULL, 0);

	for (uint32_t i = 0; i < e->path.n + e->clients.n; i++) {
		uint8_t c = i < e->path.n ? e->path.p[i] : e->clients.p[i - e->path.n];

		if (c < ' ' || c > '~')
			return;
	}
	if (!e->path.n || e->path.p[0] != '/')
		text_char(t, '/');
	text_safe(t, e->path);
	while ((w = take_word(&rest)).n) {
		if (!options_strayed(before, w))
			text_char(t, ' ');
		text_safe(t, w);
		before = w;
	}
}

static bool stray_options(struct site_report *r, const struct export_line *e)
{
	struct bytes rest = e->clients, w, before = bytes_of(NULL, 0);
	struct site_item *i;
	struct text t;

	while ((w = take_word(&rest)).n) {
		if (options_strayed(before, w)) {
			i = slip(r, e, "exports-blank-before-options", "A blank before the options",
				 "To exportfs these are two clients: the named one with the "
				 "defaults "
				 "(ro, root_squash), and everybody with the options.");
			if (!i)
				return true;
			t = site_words(r);
			put_line(&t, e);
			i->fix = site_keep(r, &t);
			return true;
		}
		before = w;
	}
	return false;
}

/* "rw, sync": a blank inside of the parentheses ends the word. */
static bool torn_options(struct site_report *r, const struct export_line *e)
{
	struct bytes rest = e->clients, w;

	while ((w = take_word(&rest)).n) {
		bool opens = bytes_until(w, '(') < w.n, closes = bytes_until(w, ')') < w.n;

		if (opens == closes)
			continue;
		{
			struct site_item *i = slip(
				r, e, "exports-parenthesis", "Options that are torn apart",
				"A parenthesis is missing, or there is a blank inside of them: "
				"exportfs stops there, and exports neither this line nor those "
				"behind it.");

			if (i)
				i->fix = "# no blanks inside: (rw,no_root_squash,no_subtree_check)";
		}
		return true;
	}
	return false;
}

static void absolute(struct site_report *r, const struct export_line *e)
{
	struct site_item *i;
	struct text t;

	if (e->path.n && e->path.p[0] == '/')
		return;
	i = slip(r, e, "exports-path-slash", "An export without its slash",
		 "The path does not begin with a slash: exportfs does not export it.");
	if (!i)
		return;
	t = site_words(r);
	put_line(&t, e);
	i->fix = site_keep(r, &t);
}

static void nobody(struct site_report *r, const struct export_line *e)
{
	struct bytes rest = e->clients;
	struct site_item *i;
	struct text t;

	if (take_word(&rest).n)
		return;
	i = site_fail_own(r, "exports-no-client", DEGRADED, "An export for everybody",
			  where(r, e->number));
	if (!i)
		return;
	i->message = "No client is named: everybody may mount it, read-only and without root's "
		     "rights.";
	t = site_words(r);
	put_line(&t, e);
	text_str(&t, " 192.168.1.0/24(rw,no_root_squash,no_subtree_check)");
	i->fix = site_keep(r, &t);
}

void site_exports(const struct site *s, struct site_report *r)
{
	struct bytes rest = s->exports;
	uint32_t number = 1, before = r->n, n = 0;
	struct export_line e;

	while (next_line(&rest, &number, &e)) {
		n++;
		absolute(r, &e);
		if (!torn_options(r, &e) && !stray_options(r, &e))
			nobody(r, &e);
	}
	if (!n) {
		struct site_item *i = site_fail(r, F_MOUNT_NO_SUCH_EXPORT, "exports");

		if (i)
			i->message = "There is no export in it.";
	} else if (r->n == before) {
		site_pass(r, "exports", "its lines are as they have to be");
	}
}

/* ---- one path ---- */

static struct bytes no_slash(struct bytes v)
{
	while (v.n > 1 && v.p[v.n - 1] == '/')
		v.n--;
	return v;
}

static bool covers(struct bytes top, struct bytes path)
{
	top = no_slash(top);
	path = no_slash(path);
	if (top.n == 1 && top.p[0] == '/')
		return true;
	return path.n >= top.n && memcmp(path.p, top.p, top.n) == 0 &&
	       (path.n == top.n || path.p[top.n] == '/');
}

/* Does some client of the line have this option? exports(5): "-" words are defaults for those
 * behind them. */
static bool option(const struct export_line *e, const char *name)
{
	struct bytes rest = e->clients, w;

	while ((w = take_word(&rest)).n) {
		uint32_t from = bytes_until(w, '(');
		struct bytes list = from < w.n ? bytes_of(w.p + from + 1, w.n - from - 1) : w;

		if (from == w.n && w.p[0] == '-')
			list = bytes_of(w.p + 1, w.n - 1);
		else if (from == w.n)
			continue;
		while (list.n) {
			uint32_t n = 0;

			while (n < list.n && list.p[n] != ',' && list.p[n] != ')')
				n++;
			if (bytes_are(bytes_of(list.p, n), name))
				return true;
			n += n < list.n;
			list = bytes_of(list.p + n, list.n - n);
		}
	}
	return false;
}

static void better(struct site_report *r, struct site_item *i, struct bytes path)
{
	struct text t = site_words(r);

	if (!i)
		return;
	site_shell(&t, path);
	text_str(&t, " 192.168.1.0/24(rw,no_root_squash,no_subtree_check)\n"
		     "# then: sudo exportfs -ra");
	i->fix = site_keep(r, &t);
}

/* Of several boards' command lines that lead to it. */
static bool said(const struct site_report *r, enum finding_id id, const char *about)
{
	for (uint32_t i = 0; i < r->n; i++)
		if (r->item[i].id == findings[id].id && strcmp(r->item[i].about, about) == 0)
			return true;
	return false;
}

bool site_exported(const struct site *s, const char *about, struct bytes path, bool rw,
		   struct site_report *r)
{
	struct bytes rest = s->exports;
	struct export_line e, best = { 0, { NULL, 0 }, { NULL, 0 } };
	uint32_t number = 1;
	struct site_item *i;
	struct text t;
	bool renamed = false;

	while (next_line(&rest, &number, &e)) {
		renamed |= option(&e, "fsid=0") || option(&e, "fsid=root");
		if (e.path.n && e.path.p[0] == '/' && covers(e.path, path) &&
		    e.path.n >= best.path.n)
			best = e;
	}
	/* version 4 knows paths from that export on */
	if (!best.path.n && renamed)
		return true;
	if (!best.path.n) {
		i = site_fail(r, F_MOUNT_NO_SUCH_EXPORT, about);
		if (i) {
			t = site_words(r);
			text_str(&t, "nfsroot= in cmdline.txt names ");
			text_safe(&t, path);
			text_str(&t, ", and no line of the exports covers it.");
			i->message = site_keep(r, &t);
		}
		better(r, i, path);
		return false;
	}
	if (!option(&best, "no_root_squash")) {
		const char *line = where(r, best.number);

		if (said(r, F_NFS_ROOT_SQUASH, line))
			return false;
		i = site_fail(r, F_NFS_ROOT_SQUASH, line);
		if (i)
			i->message =
				"It is a root file system, and root is made nobody: nothing of "
				"root's can be read or written.";
		better(r, i, path);
		return false;
	}
	if (rw && !option(&best, "rw")) {
		i = site_fail(r, F_NFS_READ_ONLY, where(r, best.number));
		if (i)
			i->message = "cmdline.txt mounts it rw, and it is exported read-only.";
		better(r, i, path);
	}
	return true;
}
