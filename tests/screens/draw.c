/* SPDX-License-Identifier: BSD-2-Clause */
/* draw CAPTURE WIDTHxHEIGHT KEYS [FRAMES [AUDIT]]: what the screens show after these keys, as text.
 * Keys are as typed; <Enter>, <Down>, <C-d> and the like name the others. "-" for KEYS presses
 * none. With FRAMES: as it is seen live after so many of them; with AUDIT also one of
 * audit_sample.h. draw --keys FORMAT: every key of every screen, for docs/screens.md (md) or the
 * manual (mdoc). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_sample.h"
#include "capture_file.h"
#include "glyph.h"
#include "screens.h"

static void write_out(void *ctx, const char *p, uint32_t n)
{
	fwrite(p, 1, n, ctx);
}

static uint32_t named(const char *name, size_t n)
{
	static const struct {
		const char *name;
		uint32_t key;
	} rows[] = {
		{ "Enter", PRESS_ENTER },
		{ "Esc", PRESS_ESC },
		{ "Tab", PRESS_TAB },
		{ "Up", PRESS_UP },
		{ "Down", PRESS_DOWN },
		{ "Left", PRESS_LEFT },
		{ "Right", PRESS_RIGHT },
		{ "Home", PRESS_HOME },
		{ "End", PRESS_END },
		{ "PageUp", PRESS_PAGE_UP },
		{ "PageDown", PRESS_PAGE_DOWN },
		{ "BS", PRESS_BACKSPACE },
		{ "Space", ' ' },
		{ "lt", '<' },
	};

	if (n == 3 && name[0] == 'C' && name[1] == '-')
		return (uint32_t)name[2] & 31;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strlen(rows[i].name) == n && memcmp(rows[i].name, name, n) == 0)
			return rows[i].key;
	fprintf(stderr, "draw: there is no key <%.*s>\n", (int)n, name);
	exit(2);
}

static uint32_t next_key(const char **keys)
{
	const char *p = *keys, *end;

	if (*p == '<' && (end = strchr(p, '>'))) {
		*keys = end + 1;
		return named(p + 1, (size_t)(end - p) - 1);
	}
	*keys = p + 1;
	return (uint32_t)(unsigned char)*p;
}

/* What a machine has, as it is seen live. */
static const struct view_link links[] = {
	{ .name = "lo",
	  .index = 1,
	  .up = true,
	  .carrier = true,
	  .loopback = true,
	  .n_addresses = 2,
	  .address = { { 0, 0xffff7f000001 }, { 0, 1 } },
	  .port = -1 },
	{ .name = "eth0",
	  .index = 2,
	  .up = true,
	  .carrier = true,
	  .speed = 1000,
	  .n_addresses = 2,
	  .mac = { { 0xb8, 0x27, 0xeb, 0, 0, 1 } },
	  .address = { { 0, 0xffffac120401 }, { 0xfe80000000000000, 1 } },
	  .port = 0,
	  .seen = true,
	  .frames = 14233 },
	{ .name = "eth1",
	  .index = 3,
	  .master = 5,
	  .up = true,
	  .mac = { { 0xb8, 0x27, 0xeb, 0, 0, 2 } },
	  .port = -1,
	  .seen = true,
	  .frames = 12,
	  .dropped = 3 },
	{ .name = "wlan0", .index = 4, .mac = { { 0xb8, 0x27, 0xeb, 0, 0, 3 } }, .port = -1 },
	{ .name = "br0",
	  .kind = "bridge",
	  .index = 5,
	  .up = true,
	  .carrier = true,
	  .mac = { { 0xb8, 0x27, 0xeb, 0, 0, 2 } },
	  .n_addresses = 1,
	  .address = { { 0, 0xffff0a000001 } },
	  .port = -1 },
	{ .name = "eth0.10",
	  .kind = "vlan",
	  .index = 6,
	  .lower = 2,
	  .vlan = 10,
	  .up = true,
	  .carrier = true,
	  .speed = 1000,
	  .mac = { { 0xb8, 0x27, 0xeb, 0, 0, 1 } },
	  .port = -1 },
};

static struct scope *read_capture(const char *path, uint64_t most)
{
	struct scope_limits limits = scope_default_limits;
	char why[CAPTURE_WHY_MAX];
	struct scope *s;
	struct source source;
	struct frame f;
	void *mem;

	if (capture_file_open(path, &source, why, sizeof(why))) {
		fprintf(stderr, "draw: %s\n", why);
		exit(2);
	}
	limits.clients = 64;
	limits.all_bytes = 8 << 20;
	limits.log_bytes = 4 << 20;
	mem = calloc(1, scope_size(&limits));
	if (!mem)
		exit(3);
	s = scope_init(mem, &limits);
	for (uint64_t n = 0; n < most && source.next(source.ctx, &f) == 1; n++)
		scope_frame(s, &f);
	if (most == UINT64_MAX)
		scope_end(s);
	source.close(source.ctx);
	return s;
}

static void print_row(const struct key *k, bool mdoc)
{
	if (!k->name)
		return;
	if (!mdoc) {
		printf("| `%s` | %s |\n", k->name, k->help);
		return;
	}
	/* the manual is ASCII */
	printf(".It Ic \"");
	for (const char *p = k->name; *p;) {
		uint32_t ch = glyph_next(&p);

		if (ch == 0x2190 || ch == 0x2192)
			printf("%s", ch == 0x2190 ? "Left" : "Right");
		else if (ch == 0x2191 || ch == 0x2193)
			printf("%s", ch == 0x2191 ? "Up" : "Down");
		else
			putchar((int)ch);
	}
	printf("\"\n%s\n", k->help);
}

static int print_keys(bool mdoc)
{
	for (int i = -1; i < 0 || screens[i]; i++) {
		const struct key *k = i < 0 ? ui_keys : screens[i]->keys;

		if (!k || !k->act)
			continue;
		if (mdoc)
			printf(".Ss %s\n.Bl -tag -width \"PgDn ^F\" -compact\n",
			       i < 0 ? "On every screen" : screens[i]->name);
		else
			printf("\n### %s\n\n| key | what it does |\n| --- | --- |\n",
			       i < 0 ? "on every screen" : screens[i]->name);
		for (; k->act; k++)
			print_row(k, mdoc);
		if (mdoc)
			printf(".El\n");
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct cell cells[CANVAS_W_MAX * CANVAS_H_MAX];
	static struct view view;
	static struct ui ui;
	struct view_source about = { .name = "capture.pcap" };
	const char *keys = argc > 3 && strcmp(argv[3], "-") != 0 ? argv[3] : "";
	char *x;
	int w, h;
	struct canvas c;
	struct scope *s;

	if (argc < 3)
		return 2;
	if (strcmp(argv[1], "--keys") == 0)
		return print_keys(strcmp(argv[2], "mdoc") == 0);
	w = (int)strtol(argv[2], &x, 10);
	h = *x == 'x' ? (int)strtol(x + 1, NULL, 10) : 0;
	if (w < 1 || w > CANVAS_W_MAX || h < 1 || h > CANVAS_H_MAX)
		return 2;
	about.live = argc > 4 && argv[4][0];
	if (about.live) {
		about.name = "eth0";
		about.link = links;
		about.n_links = sizeof(links) / sizeof(links[0]);
		about.ports = 1;
	}
	s = read_capture(argv[1], about.live ? strtoull(argv[4], NULL, 10) : UINT64_MAX);
	about.started_ns = scope_counts(s)->first_ns;
	if (argc > 5 && argv[5][0])
		about.audit = audit_sample(argv[5], scope_counts(s)->now_ns);
	c = canvas_init(cells, w, h, getenv("ASCII") != NULL);
	ui_init(&ui, &screen_boards, c.ascii);
	for (;;) {
		view_take(&view, s, &about, &ui.how);
		ui_draw(&ui, &view, &c);
		if (!*keys ||
		    ui_key(&ui, &view, (struct press) { .key = next_key(&keys) }) & UI_QUIT)
			break;
	}
	canvas_dump(&c, (struct output) { stdout, write_out });
	free(s);
	return 0;
}
