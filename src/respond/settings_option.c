/* SPDX-License-Identifier: BSD-2-Clause */
/* option.NAME = VALUE: any option of the DHCP table, written as decode shows it. */
#include "settings_form.h"

#include <string.h>

#include "letters.h"

/* Options that the server makes of what it decides itself. */
static bool of_the_server(uint32_t code)
{
	static const uint8_t own[] = { 0, 50, 51, 52, 53, 54, 55, 57, 58, 59, 61, 82, 255 };

	return memchr(own, (int)code, sizeof(own)) != NULL;
}

static const char *nearest_option(struct bytes name)
{
	const char *near = NULL;
	uint32_t best = name.n > 5 ? 4 : 2;

	for (uint32_t i = 0; i < 256; i++) {
		uint32_t d = dhcp_options[i].key ? words_apart(name, dhcp_options[i].key) : best;

		if (d < best) {
			best = d;
			near = dhcp_options[i].key;
		}
	}
	return near;
}

static enum form_result no_option(struct settings *s, uint32_t line, struct bytes name)
{
	const char *near = nearest_option(name);
	struct settings_words w;

	settings_words(&w);
	text_str(&w.t, "there is no DHCP option ");
	settings_quote(&w, name);
	if (near)
		text_fmt(&w.t, "; did you mean '%s'?", near);
	else
		text_str(&w.t, "; 'bootscope explain options' lists them, and one without a name "
			       "is said by number and hex, such as option.224 = 01ff");
	settings_tell(s, line, &w);
	return FORM_TOLD;
}

/* What a row of the option table takes, with an example. */
static const char *option_wants(const struct field *f)
{
	bool list = f->flags & FIELD_LIST;

	switch (f->fmt) {
	case FMT_FLAG:
		return "no value";
	case FMT_U8:
	case FMT_U16:
	case FMT_U32:
	case FMT_SECS:
		return list ? "numbers with commas between, such as 1,2" : "a number";
	case FMT_BOOL:
		return "yes or no";
	case FMT_IP4:
		return list ? "addresses with commas between, such as 10.0.0.1,10.0.0.2"
			    : "an address such as 10.0.0.1";
	case FMT_IP4_PAIR:
		return "pairs of addresses, such as 10.1.0.0/10.0.0.1";
	case FMT_TEXT:
		return "text";
	case FMT_DOMAINS:
		return "names with blanks between, such as lab.example example";
	case FMT_ENUM8:
	case FMT_ENUM16:
		return "one of its words, or a number";
	case FMT_CODES:
		return "codes of options with commas between, such as 1,3,6";
	case FMT_HEX:
	case FMT_IP6:
	case FMT_SUB:
	case FMT_OWN:
		break;
	}
	return "bytes in hex, such as 01ff or 01:ff";
}

static enum form_result bad_option(struct settings *s, uint32_t line, uint32_t code,
				   const struct field *f, struct bytes value)
{
	struct settings_words w;

	settings_words(&w);
	if (f->key)
		text_fmt(&w.t, "option.%s", f->key);
	else
		text_fmt(&w.t, "option.%u", code);
	text_fmt(&w.t, " takes %s", option_wants(f));
	if (f->max && f->min == f->max)
		text_fmt(&w.t, " of %u bytes", f->max);
	else if (f->max)
		text_fmt(&w.t, ", %u to %u bytes", f->min, f->max);
	else if (f->min > 1)
		text_fmt(&w.t, ", %u bytes at least", f->min);
	text_str(&w.t, ", not ");
	settings_quote(&w, value);
	settings_tell(s, line, &w);
	return FORM_TOLD;
}

static uint8_t letter(uint8_t c)
{
	return c == '-' || c == ' ' ? '_' : lower_case(c);
}

/* root-path is root_path, and so is the label "root path", which explain lists. */
static bool same_name(struct bytes v, const char *name)
{
	uint32_t n = 0;

	while (n < v.n && name[n] && letter(v.p[n]) == letter((uint8_t)name[n]))
		n++;
	return n == v.n && !name[n];
}

/* The code of a name or number; 256: none. */
static uint32_t code_of(struct bytes name)
{
	uint64_t n;

	for (uint32_t i = 0; i < 256; i++)
		if (dhcp_options[i].key && same_name(name, dhcp_options[i].key))
			return i;
	for (uint32_t i = 0; i < 256; i++)
		if (dhcp_options[i].key && same_name(name, dhcp_options[i].label))
			return i;
	return settings_number(name, 255, &n) ? (uint32_t)n : 256;
}

enum form_result form_option(struct settings *s, struct dhcp_boot *boot, uint32_t line,
			     struct bytes name, struct bytes value)
{
	static const struct field hex = { NULL, NULL, NULL, FMT_HEX, 0, 255, 0, { NULL } };
	uint32_t code = code_of(name), at = 0;
	char text[512];
	uint8_t wire[512];
	struct writer w = writer_init(wire, 255);
	const struct field *f;
	struct bytes kept;

	if (code == 256)
		return no_option(s, line, name);
	f = dhcp_options[code].key ? &dhcp_options[code] : &hex;
	if (of_the_server(code)) {
		settings_fault(s, line, "this DHCP option is made by the server itself");
		return FORM_TOLD;
	}
	if (s->option[code]) {
		struct settings_words twice;

		settings_words(&twice);
		text_str(&twice.t, "this DHCP option was set already");
		if (!s->flag)
			text_fmt(&twice.t, " in line %u", s->option[code]);
		settings_tell(s, line, &twice);
		return FORM_TOLD;
	}
	s->option[code] = line ? line : 1;
	if (value.n >= sizeof(text) || !settings_printable(value))
		return bad_option(s, line, code, f, value);
	if (value.n)
		memcpy(text, value.p, value.n);
	text[value.n] = 0;
	if (field_parse(f, text, &w))
		return bad_option(s, line, code, f, value);
	while (at < boot->n_extras && boot->extra[at].code != code)
		at++;
	if (at == DHCP_EXTRAS_MAX)
		return FORM_FULL;
	kept = settings_keep(s->config, writer_done(&w));
	if (!kept.p)
		return FORM_FULL;
	/* somebody wrote it down: it is sent to who did not ask for it too */
	boot->extra[at] = (struct dhcp_extra) { (uint8_t)code, true, kept };
	if (at == boot->n_extras)
		boot->n_extras++;
	return FORM_FINE;
}
