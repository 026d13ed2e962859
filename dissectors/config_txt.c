/* SPDX-License-Identifier: BSD-2-Clause */
#include "config_txt.h"

#include <stddef.h>
#include <string.h>

#include "lines.h"

/* Of a condition the wire may not tell: then what stands below it may hold or not. */
enum holds { NO, MAYBE, YES };

/* Sections by model: raspberrypi/documentation, config_txt/conditional.adoc; types are those of
 * revision codes. */
static const struct {
	const char *name;
	uint8_t family, family2; /* of the boards that it is for */
	bool whole;              /* it is for all boards of the family */
	uint8_t type[5], types;
} models[] = {
	{ "pi1", FAMILY_PI1, FAMILY_PI1, true, { 0x00, 0x01, 0x02, 0x03, 0x06 }, 5 },
	{ "pi2", FAMILY_PI2, FAMILY_PI2, true, { 0x04 }, 1 },
	{ "pi3", FAMILY_PI3B, FAMILY_PI3B_PLUS, true, { 0x08, 0x0a, 0x0d, 0x0e, 0x10 }, 5 },
	{ "pi3+", FAMILY_PI3B_PLUS, FAMILY_PI3B_PLUS, true, { 0x0d, 0x0e }, 2 },
	{ "pi4", FAMILY_PI4, FAMILY_PI4, true, { 0x11, 0x13, 0x14, 0x15 }, 4 },
	{ "pi400", FAMILY_PI4, FAMILY_PI4, false, { 0x13 }, 1 },
	{ "cm4", FAMILY_PI4, FAMILY_PI4, false, { 0x14 }, 1 },
	{ "cm4s", FAMILY_PI4, FAMILY_PI4, false, { 0x15 }, 1 },
	{ "pi0", FAMILY_OTHER, FAMILY_OTHER, false, { 0x09, 0x0c, 0x12 }, 3 },
	{ "pi0w", FAMILY_OTHER, FAMILY_OTHER, false, { 0x0c }, 1 },
	{ "pi02", FAMILY_OTHER, FAMILY_OTHER, false, { 0x12 }, 1 },
	{ "pi5", FAMILY_PI5, FAMILY_PI5, true, { 0x17, 0x18, 0x19, 0x1a }, 4 },
	{ "pi500", FAMILY_PI5, FAMILY_PI5, false, { 0x19 }, 1 },
	{ "cm5", FAMILY_PI5, FAMILY_PI5, false, { 0x18, 0x1a }, 2 },
	{ "cm0", FAMILY_OTHER, FAMILY_OTHER, false, { 0x1b }, 1 },
};

/* Filters of one kind replace each other, those of different kinds hold together, [all] lifts them
 * (conditional.adoc). */
struct filters {
	enum holds model, serial, other, none;
};

struct reading {
	const struct config_for *board;
	const struct config_files *files;
	struct filters now;
	struct config *out;
	uint32_t depth;
};

static enum holds all_hold(const struct filters *f)
{
	enum holds least = f->model;

	least = f->serial < least ? f->serial : least;
	least = f->other < least ? f->other : least;
	return f->none < least ? f->none : least;
}

static bool number(struct bytes v, uint32_t *out)
{
	uint32_t n = 0;

	if (!bytes_value(v, "0x", &v) || !v.n || v.n > 16)
		return false;
	for (uint32_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i] | 0x20;
		bool letter = c >= 'a' && c <= 'f';

		if (!letter && (v.p[i] < '0' || v.p[i] > '9'))
			return false;
		n = n << 4 | (uint32_t)(letter ? c - 'a' + 10 : v.p[i] - '0');
	}
	*out = n; /* of a serial number the last eight digits */
	return true;
}

enum { REVISION_NEW = 1 << 23 };

static enum holds is_type(const struct config_for *b, const uint8_t *type, uint32_t n)
{
	if (!b->revision)
		return MAYBE;
	for (uint32_t i = 0; i < n; i++)
		if (b->revision & REVISION_NEW && (b->revision >> 4 & 0xff) == type[i])
			return YES;
	return NO;
}

static enum holds is_model(const struct config_for *b, size_t i)
{
	if (b->revision & REVISION_NEW)
		return is_type(b, models[i].type, models[i].types);
	if (b->family == FAMILY_PI || !family_is_pi(b->family))
		return MAYBE;
	if (b->family != (enum family)models[i].family &&
	    b->family != (enum family)models[i].family2)
		return NO;
	return models[i].whole ? YES : MAYBE;
}

static void section(struct reading *r, struct bytes name)
{
	struct bytes value;
	uint32_t n;

	if (bytes_are(name, "all")) {
		r->now = (struct filters) { YES, YES, YES, YES };
		return;
	}
	if (bytes_are(name, "none")) {
		r->now.none = NO;
		return;
	}
	/* whether a section behind [none] holds again is not said anywhere */
	if (r->now.none == NO)
		r->now.none = MAYBE;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (bytes_are(name, models[i].name)) {
			r->now.model = is_model(r->board, i);
			return;
		}
	if (bytes_value(name, "board-type=", &value) && number(value, &n)) {
		uint8_t type = (uint8_t)n;

		r->now.model = n > 255 ? NO : is_type(r->board, &type, 1);
	} else if (number(name, &n)) {
		r->now.serial = !r->board->has_serial ? MAYBE : r->board->serial == n ? YES : NO;
	} else {
		r->now.other = MAYBE; /* EDID, GPIO, HDMI, tryboot and what is to come */
	}
}

static const struct {
	const char *key;
	size_t at;
} names[] = {
	{ "kernel=", offsetof(struct config, kernel) },
	{ "initramfs ", offsetof(struct config, initramfs) },
	{ "ramfsfile=", offsetof(struct config, initramfs) },
	{ "os_prefix=", offsetof(struct config, os_prefix) },
	{ "cmdline=", offsetof(struct config, cmdline) },
	{ "device_tree=", offsetof(struct config, device_tree) },
	{ "start_file=", offsetof(struct config, start_file) },
	{ "fixup_file=", offsetof(struct config, fixup_file) },
	{ "armstub=", offsetof(struct config, armstub) },
};

static bool is_set(struct bytes v)
{
	return v.n && v.p[0] != '0';
}

static void name_line(struct reading *r, struct bytes line, size_t i, struct bytes v)
{
	enum holds h = all_hold(&r->now);

	v.n = bytes_until(v, ' ');
	if (h == NO)
		r->out->elsewhere = line;
	else if (h == MAYBE)
		r->out->unsure = true;
	else
		memcpy((char *)r->out + names[i].at, &v, sizeof v);
}

static void switch_line(struct bytes line, struct config *out)
{
	struct bytes v;

	if (bytes_value(line, "arm_64bit=", &v)) {
		out->has_arm_64bit = true;
		out->arm_64bit = is_set(v);
	} else if (bytes_value(line, "start_x=", &v)) {
		out->start_x = is_set(v);
	} else if (bytes_value(line, "auto_initramfs=", &v)) {
		out->auto_initramfs = is_set(v);
	} else if (bytes_value(line, "boot_ramdisk=", &v)) {
		out->boot_ramdisk = is_set(v);
	}
}

static void read_text(struct reading *r, struct bytes text);

static void include(struct reading *r, struct bytes name)
{
	enum holds h = all_hold(&r->now);
	struct bytes text;

	if (h == NO)
		return;
	if (h == MAYBE || r->depth || !r->files || !r->files->text(r->files->ctx, name, &text)) {
		r->out->unsure = true;
		return;
	}
	r->depth++;
	read_text(r, text);
	r->depth--;
}

static void read_line(struct reading *r, struct bytes line)
{
	struct bytes v;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bytes_value(line, names[i].key, &v)) {
			name_line(r, line, i, v);
			return;
		}
	if (bytes_value(line, "include ", &v))
		include(r, v);
	else if (bytes_value(line, "upstream_kernel=1", &v) && !r->out->os_prefix.n)
		r->out->unsure = true; /* os_prefix becomes upstream/ if it is there */
	else if (all_hold(&r->now) == YES)
		switch_line(line, r->out);
}

static void read_text(struct reading *r, struct bytes text)
{
	while (text.n) {
		struct bytes line = bytes_line(&text);

		if (line.n == 0 || line.p[0] == '#')
			continue;
		r->out->lines++;
		if (line.p[0] == '[' && line.p[line.n - 1] == ']' && line.n > 2)
			section(r, bytes_of(line.p + 1, line.n - 2));
		else
			read_line(r, line);
	}
}

void config_parse(struct bytes text, const struct config_for *board,
		  const struct config_files *files, struct config *out)
{
	struct reading r = { board, files, { YES, YES, YES, YES }, out, 0 };

	memset(out, 0, sizeof *out);
	out->encoding = text_encoding(text);
	read_text(&r, text);
}
