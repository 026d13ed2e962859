/* SPDX-License-Identifier: BSD-2-Clause */
#include "packet_tree.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture_file.h"
#include "unit.h"
#include "wire.h"

static struct packet_tree tree;

static void one_capture(const char *path, wire_packet_fn *fn, void *ctx)
{
	char why[CAPTURE_WHY_MAX];
	struct wire *w =
		wire_init(calloc(1, wire_size(&wire_default_limits)), &wire_default_limits);
	struct source s;
	struct frame f;

	assert_int_equal(capture_file_open(path, &s, why, sizeof(why)), 0);
	while (s.next(s.ctx, &f) == 1)
		wire_frame(w, &f, fn, ctx);
	s.close(s.ctx);
	free(w);
}

/* All captures of the tree through fn. */
static void each_packet(wire_packet_fn *fn, void *ctx)
{
	const char *top = getenv("top_srcdir");
	const struct dirent *e;
	char path[512];
	DIR *d;
	int n = 0;

	snprintf(path, sizeof(path), "%s/captures", top ? top : "..");
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d))) {
		if (!strstr(e->d_name, ".pcap"))
			continue;
		snprintf(path, sizeof(path), "%s/captures/%.200s", top ? top : "..", e->d_name);
		one_capture(path, fn, ctx);
		n++;
	}
	closedir(d);
	assert_true(n > 20);
}

static void fail_row(const struct packet *p, uint32_t i, const char *why)
{
	printf("# frame %llu: ", (unsigned long long)p->number);
	for (uint32_t k = tree_parent(&tree, i); k != i; k = tree_parent(&tree, k)) {
		printf("%s < ", tree_label(&tree, k));
		if (k == tree_parent(&tree, k))
			break;
	}
	printf("row %u '%s' = '%s' at %u, %u bytes: %s\n", i, tree_label(&tree, i),
	       tree_value(&tree, i), tree.row[i].at, tree.row[i].n, why);
	fail();
}

static bool inside(const struct tree_row *a, const struct tree_row *b)
{
	return a->source == b->source && a->at >= b->at && a->at + a->n <= b->at + b->n;
}

static void nothing_overlaps(void *ctx, struct packet *p, const struct call *call)
{
	(void)ctx;
	(void)call;
	packet_tree_build(&tree, p);
	assert_false(tree.cut);
	for (uint32_t i = 0; i < tree.n; i++) {
		const struct tree_row *r = &tree.row[i], *up = &tree.row[tree_parent(&tree, i)];

		if (!r->n)
			continue;
		if (r->at + r->n > tree.data[r->source].n)
			fail_row(p, i, "outside of the packet");
		if (r->depth && up->n && up->source == r->source && !inside(r, up))
			fail_row(p, i, "outside of its group");
		for (uint32_t k = i + 1; k < tree.n && tree.row[k].depth >= r->depth; k++) {
			const struct tree_row *o = &tree.row[k];

			if (o->depth == r->depth && o->n && o->source == r->source &&
			    o->at < r->at + r->n && r->at < o->at + o->n)
				fail_row(p, k, tree_label(&tree, i));
		}
	}
}

static void fields_lie_beside_each_other_in_their_group(void **state)
{
	(void)state;
	each_packet(nothing_overlaps, NULL);
}

/* A number of those bytes, big endian. */
static uint64_t be(const uint8_t *b, uint32_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | *b++;
	return v;
}

static uint64_t le(const uint8_t *b, uint32_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | b[n];
	return v;
}

/* The bytes as the walk's own formats would print them. */
static bool spells(const uint8_t *b, uint32_t n, const char *value)
{
	char hex[2 * 64 + 3] = "", text[256] = "", name[80];
	char *end;
	uint64_t number = strtoull(value, &end, 0);
	bool whole = *value && !*end;

	for (uint32_t i = 0; i < n && i < 64; i++)
		snprintf(hex + 2 * i, 3, "%02x", b[i]);
	if (n == 16) {
		struct text t = text_init(text, sizeof(text));

		text_address(&t, address_ip6(b));
		if (strcmp(text, value) == 0)
			return true;
		text_clear(&t);
	}
	if (n < 64 && strcmp(hex, value) == 0)
		return true;
	if (whole && n <= 8 && (number == be(b, n) || number == le(b, n)))
		return true;
	/* decimal digits of a TFTP option */
	if (whole && n < 20 && strtoull((const char *)memcpy(name, b, n), NULL, 10) == number &&
	    b[0] >= '0' && b[0] <= '9')
		return true;
	if (n == 4 || n == 6) {
		struct text t = text_init(text, sizeof(text));
		struct mac m;

		memcpy(m.b, b, n);
		if (n == 4)
			text_ip4(&t, (uint32_t)be(b, n));
		else
			text_mac(&t, m);
		if (strcmp(text, value) == 0)
			return true;
		text_clear(&t);
	}
	for (uint32_t i = 0; i < n && strlen(text) + 5 < sizeof(text); i++)
		snprintf(text + strlen(text), 5, b[i] >= ' ' && b[i] < 0x7f ? "%c" : "\\x%02x",
			 b[i]);
	return strncmp(text, value, 200) == 0;
}

/* What is shown otherwise than as its bytes: bits of them, a name for the number, octets counted
 * in fours, an option with its head. */
static bool shown_otherwise(const char *label, const char *value)
{
	static const char *const labels[] = { "header length", "id",     "type",          "op",
					      "accept",        "reject", "result",        "eof",
					      "bytes",         "flags",  "class and flow" };

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(label, labels[i]) == 0)
			return true;
	/* "53 message type", of which the value is behind the head, and members of lists that have
	 * names */
	return (label[0] >= '0' && label[0] <= '9') || strcmp(value, "(empty)") == 0 || !label[0];
}

/* Options whose numbers have names, or that are read into parts, or into several values. */
static bool option_shown_otherwise(uint8_t code)
{
	enum field_format f = dhcp_options[code].fmt;

	return f != FMT_HEX && f != FMT_U8 && f != FMT_U16 && f != FMT_U32 && f != FMT_SECS &&
	       f != FMT_IP4 && f != FMT_TEXT;
}

/* Servers end texts in NULs, which are not shown. */
static uint32_t without_nuls(const uint8_t *b, uint32_t n)
{
	while (n > 3 && dhcp_options[b[0]].fmt == FMT_TEXT && b[n - 1] == 0)
		n--;
	return n;
}

static uint64_t proven, in_options;

static void bytes_spell(void *ctx, struct packet *p, const struct call *call)
{
	(void)ctx;
	(void)call;
	packet_tree_build(&tree, p);
	for (uint32_t i = 0; i < tree.n; i++) {
		const struct tree_row *r = &tree.row[i];
		const uint8_t *b = tree.data[r->source].p + r->at;
		const char *label = tree_label(&tree, i), *value = tree_value(&tree, i);

		if (!r->n || tree_has_children(&tree, i))
			continue;
		/* an option: of one value, and behind its code and length */
		if (strstr(tree_label(&tree, tree_parent(&tree, i)), "options") && r->n > 2 &&
		    b[0] == (uint8_t)strtoul(label, NULL, 10) && b[1] == r->n - 2) {
			if (!option_shown_otherwise(b[0]) &&
			    !spells(b + 2, without_nuls(b, r->n) - 2, value))
				fail_row(p, i, "the option's bytes say something else");
			in_options += !option_shown_otherwise(b[0]);
			continue;
		}
		if (shown_otherwise(label, value))
			continue;
		if (!spells(b, r->n, value))
			fail_row(p, i, "the bytes say something else");
		proven++;
	}
}

static void the_bytes_of_a_field_spell_its_value(void **state)
{
	(void)state;
	proven = in_options = 0;
	each_packet(bytes_spell, NULL);
	print_message("# %llu fields, %llu options\n", (unsigned long long)proven,
		      (unsigned long long)in_options);
	assert_true(proven > 10000 && in_options > 500);
}

/* Of the headers and of DHCP, ARP, TFTP and RPC: which fields have a place. */
static void placed_label(const char *layer, const char *label, uint32_t *wanted)
{
	static const char *const must[][2] = {
		{ "dhcp", "xid" },        { "dhcp", "secs" },     { "dhcp", "flags" },
		{ "dhcp", "hops" },       { "dhcp", "chaddr" },   { "dhcp", "siaddr" },
		{ "arp", "op" },          { "arp", "target ip" }, { "tftp", "op" },
		{ "tftp", "file" },       { "tftp", "block" },    { "rpc", "xid" },
		{ "rpc", "type" },        { "rpc", "program" },   { "rpc", "accept" },
		{ "rpc", "status code" }, { "rpc", "uid" },       { "rpc", "port" },
		{ "rpc", "count" },       { "rpc", "size" },      { "ipv4", "ttl" },
		{ "udp", "checksum" },    { "tcp", "seq" },       { "ethernet", "type" },
	};

	for (uint32_t i = 0; i < sizeof(must) / sizeof(must[0]); i++)
		if (strcmp(must[i][0], layer) == 0 && strcmp(must[i][1], label) == 0)
			*wanted |= 1u << i;
	assert_true(sizeof(must) / sizeof(must[0]) == 24);
}

static void collect(void *ctx, struct packet *p, const struct call *call)
{
	(void)call;
	packet_tree_build(&tree, p);
	for (uint32_t i = 0; i < tree.n; i++)
		if (tree.row[i].n)
			placed_label(tree_label(&tree, tree_parent(&tree, i)), tree_label(&tree, i),
				     ctx);
}
static void every_kind_of_field_has_its_place(void **state)
{
	uint32_t wanted = 0;

	(void)state;
	each_packet(collect, &wanted);
	assert_int_equal(wanted, 0xffffff);
}

static uint32_t row_of(const char *label)
{
	for (uint32_t i = 0; i < tree.n; i++)
		if (strcmp(tree_label(&tree, i), label) == 0)
			return i;
	return UINT32_MAX;
}

/* Pi boards only: the offers that have option 43 as PXE, and their GUIDs. */
static void hangs_below(void *ctx, struct packet *p, const struct call *call)
{
	uint32_t *seen = ctx, menu, revision;

	(void)call;
	if (p->record != RECORD_DHCP)
		return;
	packet_tree_build(&tree, p);
	menu = row_of("9 boot menu");
	if (menu != UINT32_MAX) {
		uint32_t host = tree_parent(&tree, menu);

		assert_string_equal(tree_label(&tree, host), "43 vendor specific");
		assert_true(tree_has_children(&tree, menu) ||
			    strstr(tree_value(&tree, menu), "Raspberry Pi Boot"));
		*seen |= 1;
	}
	revision = row_of("revision");
	if (revision != UINT32_MAX && row_of("serial") != UINT32_MAX) {
		assert_string_equal(tree_label(&tree, tree_parent(&tree, revision)),
				    "97 client guid");
		*seen |= 2;
	}
	assert_int_equal(row_of("pxe"), UINT32_MAX);
	assert_int_equal(row_of("guid"), UINT32_MAX);
}

static void what_an_option_turns_out_to_be_hangs_below_it(void **state)
{
	uint32_t seen = 0;

	(void)state;
	each_packet(hangs_below, &seen);
	assert_int_equal(seen, 3);
}

static uint32_t count_seen(const struct tree_turned *turned)
{
	uint32_t n = 1;

	for (uint32_t i = 0; tree_next(&tree, turned, i) != i; i = tree_next(&tree, turned, i))
		n++;
	return n;
}

static void first_two(void *ctx, struct packet *p, const struct call *call)
{
	struct tree_turned *turned = ctx;
	uint32_t folded, open, udp;

	(void)call;
	if (p->record != RECORD_DHCP)
		return;
	packet_tree_build(&tree, p);
	udp = row_of("udp");
	assert_true(tree_is_folded(&tree, turned, udp) == (turned->n == 0));
	folded = count_seen(turned);
	tree_turn(&tree, turned, udp);
	open = count_seen(turned);
	assert_int_equal(open > folded ? open - folded : folded - open, 4);
	if (turned->n == 0) /* open in the packets after it */
		tree_turn(&tree, turned, udp);
	/* there and back */
	for (uint32_t i = 0; i != tree_next(&tree, turned, i); i = tree_next(&tree, turned, i))
		assert_int_equal(tree_prev(&tree, turned, tree_next(&tree, turned, i)), i);
}

static void rows_fold_and_stay_folded_in_the_next_packet(void **state)
{
	struct tree_turned turned = { .n = 0 };

	(void)state;
	each_packet(first_two, &turned);
	assert_int_equal(turned.n, 1);
}

static void look_up(void *ctx, struct packet *p, const struct call *call)
{
	(void)ctx;
	(void)call;
	packet_tree_build(&tree, p);
	for (uint32_t at = 0; at < tree.data[TREE_FRAME].n; at++) {
		uint32_t i = tree_at(&tree, TREE_FRAME, at);

		if (i == UINT32_MAX)
			continue;
		assert_true(at >= tree.row[i].at && at < tree.row[i].at + tree.row[i].n);
	}
	if (p->record != RECORD_DHCP)
		return;
	assert_int_equal(tree_search(&tree, 0, "XID"), row_of("dhcp")); /* its line says it */
	assert_int_equal(tree_search(&tree, row_of("dhcp") + 1, "Xid"), row_of("xid"));
	assert_int_equal(tree_search(&tree, 0, "no such words"), UINT32_MAX);
	assert_int_equal(tree_at(&tree, TREE_FRAME, tree.row[row_of("xid")].at + 3), row_of("xid"));
}

static void a_byte_finds_its_row_and_a_word_too(void **state)
{
	(void)state;
	each_packet(look_up, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_lie_beside_each_other_in_their_group),
		cmocka_unit_test(the_bytes_of_a_field_spell_its_value),
		cmocka_unit_test(every_kind_of_field_has_its_place),
		cmocka_unit_test(what_an_option_turns_out_to_be_hangs_below_it),
		cmocka_unit_test(rows_fold_and_stay_folded_in_the_next_packet),
		cmocka_unit_test(a_byte_finds_its_row_and_a_word_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
