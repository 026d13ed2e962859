/* SPDX-License-Identifier: BSD-2-Clause */
#include "phrase.h"

#include <string.h>

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_hex(uint8_t c)
{
	return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static bool is_alnum(uint8_t c)
{
	return is_digit(c) || is_letter(c);
}

/* What joins the parts of one label. */
static bool is_joint(uint8_t c)
{
	return c == '-' || c == '_';
}

static uint32_t hex_value(uint8_t c)
{
	return (uint32_t)(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

static uint64_t hex_number(const uint8_t *p, uint32_t n)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < n; i++)
		v = v << 4 | hex_value(p[i]);
	return v;
}

static uint8_t at(struct bytes v, uint32_t i)
{
	return i < v.n ? v.p[i] : 0;
}

static uint32_t run(struct bytes v, uint32_t from, bool (*is)(uint8_t))
{
	uint32_t n = 0;

	while (from + n < v.n && is(v.p[from + n]))
		n++;
	return n;
}

/* n digits of v over those at p, in the case that was there; a digit that was none has the case of
 * the first letter, small where there is no letter. */
static void put_hex(struct bytes as, uint64_t v, uint8_t *to)
{
	bool upper = false, known = false;

	for (uint32_t i = 0; i < as.n && !known; i++) {
		known = is_letter(as.p[i]);
		upper = known && as.p[i] < 'a';
	}
	for (uint32_t i = as.n; i-- > 0; v >>= 4)
		to[i] = (uint8_t)((upper ? "0123456789ABCDEF" : "0123456789abcdef")[v & 15]);
}

/*
 * Each of these looks for its kind of word at position i, where one begins. They give its length
 * and leave what stands for it in to (at position i too), or 0 and to untouched.
 */
typedef uint32_t word_fn(const struct phrases *w, struct bytes v, uint32_t i, uint8_t *to);

/* aa:bb:cc:dd:ee:ff, or with dashes. */
static uint32_t mac_word(const struct phrases *w, struct bytes v, uint32_t i, uint8_t *to)
{
	uint8_t sep = at(v, i + 2);
	struct mac m;
	uint32_t tail;

	if (v.n - i < 17 || (sep != ':' && sep != '-'))
		return 0;
	for (uint32_t k = 0; k < 17; k++)
		if (k % 3 == 2 ? v.p[i + k] != sep : !is_hex(v.p[i + k]))
			return 0;
	/* seven of them are a hardware type and a MAC (pxelinux.cfg/01-...): not here */
	if (is_alnum(at(v, i + 17)) || (at(v, i + 17) == sep && is_hex(at(v, i + 18))))
		return 0;
	for (uint32_t k = 0; k < 6; k++)
		m.b[k] = (uint8_t)hex_number(v.p + i + 3 * k, 2);
	tail = (uint32_t)m.b[3] << 16 | (uint32_t)m.b[4] << 8 | m.b[5];
	m = pseudonym_mac(&w->pseudonym, m, phrase_is_tail(w, tail));
	memcpy(to + i, v.p + i, 9);
	for (uint32_t k = 3; k < 6; k++) {
		/* the letters of the whole address say which case it is in */
		uint8_t digits[17];

		put_hex(bytes_of(v.p + i, 17), m.b[k], digits);
		to[i + 3 * k - 1] = v.p[i + 3 * k - 1];
		memcpy(to + i + 3 * k, digits + 15, 2);
	}
	return 17;
}

/* Decimal octet of at most three digits. */
static uint32_t octet(struct bytes v, uint32_t i, uint32_t *n)
{
	uint32_t value = 0;

	*n = run(v, i, is_digit);
	for (uint32_t k = 0; k < *n && k < 4; k++)
		value = value * 10 + (at(v, i + k) - '0');
	return *n >= 1 && *n <= 3 ? value : 256;
}

static void put_octet(uint32_t value, uint32_t n, uint8_t *to)
{
	for (; n-- > 0; value /= 10)
		to[n] = (uint8_t)('0' + value % 10);
}

/* Dotted quad; with two numbers more it is a universal address (RFC 5665 5.2.3.3). */
static uint32_t ip4_word(const struct phrases *w, struct bytes v, uint32_t i, uint8_t *to)
{
	uint32_t n[4], start[4], address = 0, end = i, more = 0;

	for (int k = 0; k < 4; k++) {
		uint32_t value = octet(v, end, &n[k]);

		if (value > 255 || (k < 3 && at(v, end + n[k]) != '.'))
			return 0;
		start[k] = end;
		end += n[k] + (k < 3);
		address = address << 8 | value;
	}
	for (uint32_t at_dot = end, k; at(v, at_dot) == '.' && is_digit(at(v, at_dot + 1));
	     at_dot += k + 1, more++)
		octet(v, at_dot + 1, &k);
	if ((more && more != 2) || is_letter(at(v, end)))
		return 0;
	if (i && v.p[i - 1] == '.')
		return 0;
	address = pseudonym_ip4(&w->pseudonym, address, 32);
	for (int k = 0; k < 4; k++) {
		memcpy(to + start[k], v.p + start[k], n[k] + (k < 3));
		put_octet(address >> (24 - 8 * k) & 255, n[k], to + start[k]);
	}
	return end - i;
}

static bool is_ip6(uint8_t c)
{
	return is_hex(c) || c == ':';
}

/* RFC 4291 2.2, forms 1 and 2. Each group is written over by as many digits. */
static uint32_t ip6_word(const struct phrases *w, struct bytes v, uint32_t i, uint8_t *to)
{
	uint32_t n = run(v, i, is_ip6), groups = 0, start[8], digits[8], gap = 8, end;
	uint8_t from[16] = { 0 }, as[16];

	/* a colon behind it is the sentence's */
	if (n > 2 && v.p[i + n - 1] == ':' && v.p[i + n - 2] != ':')
		n--;
	end = i + n;
	if (n < 3 || n > 39 || is_alnum(at(v, end)) || at(v, end) == '.')
		return 0;
	for (uint32_t k = i; k < end;) {
		uint32_t d = run(v, k, is_hex);

		if (d > 4 || groups == 8 || (d == 0 && (at(v, k + 1) != ':' || gap != 8)))
			return 0;
		if (d == 0) {
			gap = groups;
			k += 2;
			continue;
		}
		start[groups] = k;
		digits[groups++] = d;
		k += d;
		k += k < end && v.p[k] == ':' && at(v, k + 1) != ':';
	}
	if (groups == 0 || (gap == 8) != (groups == 8))
		return 0;
	for (uint32_t g = 0; g < groups; g++) {
		uint32_t place = g < gap ? g : 8 - groups + g;
		uint64_t value = hex_number(v.p + start[g], digits[g]);

		from[2 * place] = (uint8_t)(value >> 8);
		from[2 * place + 1] = (uint8_t)value;
	}
	pseudonym_ip6(
		&w->pseudonym, from, as,
		phrase_is_tail(w, (uint32_t)from[13] << 16 | (uint32_t)from[14] << 8 | from[15]));
	memcpy(to + i, v.p + i, n);
	for (uint32_t g = 0; g < groups; g++) {
		uint32_t place = g < gap ? g : 8 - groups + g;

		put_hex(bytes_of(v.p + start[g], digits[g]),
			(uint64_t)as[2 * place] << 8 | as[2 * place + 1], to + start[g]);
	}
	return n;
}

/* 8-4-4-4-12 hex digits. */
static uint32_t uuid_word(const struct phrases *w, struct bytes v, uint32_t i, uint8_t *to)
{
	if (v.n - i < 36 || is_alnum(at(v, i + 36)))
		return 0;
	for (uint32_t k = 0; k < 36; k++)
		if (k == 8 || k == 13 || k == 18 || k == 23 ? v.p[i + k] != '-'
							    : !is_hex(v.p[i + k]))
			return 0;
	pseudonym_digits(&w->pseudonym, bytes_of(v.p + i, 36), to + i);
	return 36;
}

/* In front of it stands what pxelinux and GRUB put before an address in hex, or a part of one. */
static bool behind_cfg(struct bytes v, uint32_t i)
{
	return i >= 4 && memcmp(v.p + i - 4, "cfg", 3) == 0 &&
	       (v.p[i - 1] == '/' || v.p[i - 1] == '-');
}

static bool small_hex(struct bytes v)
{
	for (uint32_t i = 0; i < v.n; i++)
		if (v.p[i] >= 'a')
			return true;
	return false;
}

/* The first n digits of an address. Of those that pxelinux tries one after the other the first is
 * whole; it says what becomes of the shorter ones. */
static uint32_t address_head(const struct phrases *w, uint32_t v, uint32_t n)
{
	uint32_t shift = 32 - 4 * n, width = 4 * n;

	v <<= shift;
	for (uint32_t k = 0; k < w->n_hex; k++) {
		if (w->hex[k] >> shift != v >> shift)
			continue;
		v = w->hex[k];
		width = 32;
		break;
	}
	return pseudonym_ip4(&w->pseudonym, v, width) >> shift;
}

/* A decimal number of eight digits may be a size or a date: a serial number is one where it is
 * known, or a folder. */
static bool is_serial(const struct phrases *w, struct bytes v, uint32_t i, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++)
		if (is_letter(v.p[i + k]))
			return true;
	return n == 16 || at(v, i + n) == '/' || (i && v.p[i - 1] == '/') ||
	       names_seen(&w->names, SEEN_SERIAL, hex_number(v.p + i, n));
}

/* Serial numbers of 8 or 16 digits, addresses as pxelinux writes them, MACs without separators,
 * machine ids. */
static uint32_t hex_word(const struct phrases *w, struct bytes v, uint32_t i, uint8_t *to)
{
	uint32_t n = run(v, i, is_hex);
	struct bytes word = bytes_of(v.p + i, n);
	uint64_t value = n <= 16 ? hex_number(v.p + i, n) : 0;
	struct mac m;

	if (!n || is_alnum(at(v, i + n)))
		return 0;
	if (n <= 8 && behind_cfg(v, i) && !small_hex(word) && at(v, i + n) != '-') {
		put_hex(word, address_head(w, (uint32_t)value, n), to + i);
		/* always capitals: these have none to go by */
		for (uint32_t k = 0; k < n; k++)
			to[i + k] = (uint8_t)(to[i + k] >= 'a' ? to[i + k] - 32 : to[i + k]);
		return n;
	}
	if (n == 8 && is_serial(w, v, i, n)) {
		put_hex(word, pseudonym_serial(&w->pseudonym, (uint32_t)value), to + i);
		return n;
	}
	if (n == 16 && is_serial(w, v, i, n)) {
		put_hex(word, pseudonym_serial_long(&w->pseudonym, value), to + i);
		return n;
	}
	if (n == 12 && names_seen(&w->names, SEEN_MAC, value)) {
		for (int k = 0; k < 6; k++)
			m.b[k] = (uint8_t)(value >> (40 - 8 * k));
		m = pseudonym_mac(&w->pseudonym, m, true);
		put_hex(word, mac_number(m), to + i);
		return n;
	}
	if (n != 32)
		return 0;
	pseudonym_digits(&w->pseudonym, word, to + i);
	return n;
}

static word_fn *const word_fns[] = { mac_word, ip4_word, ip6_word, uuid_word, hex_word };

enum { WORD_FNS = sizeof(word_fns) / sizeof(word_fns[0]), SHORTEST = 3, HOST_MAX = 256 };

static uint32_t number_word(const struct phrases *w, struct bytes v, uint32_t i, uint8_t *to)
{
	for (uint32_t k = 0; k < WORD_FNS; k++) {
		uint32_t n = word_fns[k](w, v, i, to);

		if (n)
			return n;
	}
	return 0;
}

static bool is_label(uint8_t c)
{
	return is_alnum(c) || is_joint(c);
}

/* The longest name that begins at i and ends where a part of the label ends. */
static uint32_t name_word(const struct phrases *w, struct bytes v, uint32_t i, uint32_t end,
			  uint8_t *to)
{
	for (uint32_t last = end; end > i; end--) {
		struct bytes name = bytes_of(v.p + i, end - i);

		if ((is_joint(v.p[end - 1]) && end < last) || (is_alnum(at(v, end)) && end < v.n))
			continue;
		if (name.n >= SHORTEST && names_map(&w->names, name, to + i))
			return name.n;
	}
	return 0;
}

/* Settings that end so have a value that is nobody's business; the first of them also without a
 * sign between ("password hash $h$..." of a switch, "MENU PASSWD"). */
enum { SECRETS = 9, SECRETS_WITH_BLANK = 4 };

static bool is_secret(struct bytes key, uint32_t n_words)
{
	static const char *const words[SECRETS] = { "password", "passwd", "passphrase",
						    "secret",   "token",  "psk",
						    "pwd",      "apikey", "key" };

	for (uint32_t k = 0; k < n_words; k++) {
		uint32_t n = (uint32_t)strlen(words[k]), i = 0;

		while (i < n && n <= key.n && (key.p[key.n - n + i] | 0x20) == words[k][i])
			i++;
		if (i == n)
			return true;
	}
	return false;
}

/* What stands behind key=, at i, up to a blank, or behind the word alone, to the end of the line:
 * more may be hidden than the value, not less. */
static uint32_t secret(struct bytes v, uint32_t i, bool line, uint8_t *to)
{
	uint32_t n = 0;

	for (; i + n < v.n && v.p[i + n] < 0x7f; n++) {
		uint8_t c = v.p[i + n];

		if (c < ' ' || (c == ' ' && !line))
			break;
		to[i + n] = c == ' ' ? c : 'x';
	}
	return n;
}

/* A run of letters, digits, dashes and underlines, [i, end) of v; gives where it was left: numbers
 * may go on behind it. */
static uint32_t label(const struct phrases *w, enum phrase_kind kind, struct bytes v, uint32_t i,
		      uint32_t end, uint8_t *to)
{
	if (kind == PHRASE_NAME) {
		names_make(&w->names, &w->pseudonym, bytes_of(v.p + i, end - i), to + i);
		return end;
	}
	while (i < end) {
		uint32_t n = name_word(w, v, i, end, to);

		if (!n)
			n = number_word(w, v, i, to);
		if (!n) {
			n = run(v, i, is_alnum);
			memcpy(to + i, v.p + i, n);
		}
		i += n;
		for (; i < end && is_joint(v.p[i]); i++)
			to[i] = v.p[i];
	}
	return i;
}

void phrase_map(const struct phrases *w, enum phrase_kind kind, struct bytes v, uint8_t *to)
{
	for (uint32_t i = 0; i < v.n;) {
		uint32_t n = is_label(v.p[i]) || v.p[i] == ':' ? number_word(w, v, i, to) : 0;

		if (n) {
			i += n;
		} else if (is_label(v.p[i])) {
			uint32_t end = i + run(v, i, is_label);
			struct bytes key = bytes_of(v.p + i, end - i);
			bool hide = at(v, end) == '=' && is_secret(key, SECRETS),
			     line = at(v, end) == ' ' && is_secret(key, SECRETS_WITH_BLANK);

			i = label(w, kind, v, i, end, to);
			if ((hide || line) && i == end) {
				to[i] = v.p[i];
				i += 1 + secret(v, i + 1, line, to);
			}
		} else {
			to[i] = v.p[i];
			i++;
		}
	}
}

static bool is_part(uint8_t c)
{
	return is_label(c) || c == '.' || c == ':';
}

/* [from, from + n) touches the edge where its word is cut off. Of a number too little is there to
 * say what it is: its digits go. */
static void edge(const struct phrases *w, bool head, struct bytes v, uint32_t from, uint32_t n,
		 uint8_t *to)
{
	uint32_t digits = 0, others = 0, label = 0;

	while (label < n && is_label(v.p[head ? from + label : from + n - 1 - label]))
		label++;
	if (label >= SHORTEST &&
	    names_map_part(&w->names, head, bytes_of(v.p + (head ? from : from + n - label), label),
			   to + (head ? from : from + n - label)))
		return;
	for (uint32_t i = from; i < from + n; i++) {
		digits += is_hex(v.p[i]);
		others += !is_hex(v.p[i]) && v.p[i] != '.' && v.p[i] != ':' && v.p[i] != '-';
	}
	if (others || (digits == n && n < 4))
		return;
	for (uint32_t i = from; i < from + n; i++)
		to[i] = is_hex(v.p[i]) ? '0' : v.p[i];
}

void phrase_map_edges(const struct phrases *w, bool head, struct bytes v, uint8_t *to)
{
	uint32_t n = run(bytes_of(v.p, v.n < LABEL_MAX ? v.n : LABEL_MAX), 0, is_part);

	if (head && n && to[0])
		edge(w, true, v, 0, n, to);
	for (n = 0; n < v.n && n < LABEL_MAX && is_part(v.p[v.n - 1 - n]);)
		n++;
	if (n && to[v.n - 1])
		edge(w, false, v, v.n - n, n, to);
}

static void learn_name(struct phrases *w, struct bytes v)
{
	uint8_t aside[HOST_MAX];

	v.n = v.n < sizeof(aside) ? v.n : (uint32_t)sizeof(aside);
	for (uint32_t i = 0; i < v.n;) {
		uint32_t n = is_label(v.p[i]) || v.p[i] == ':' ? number_word(w, v, i, aside) : 0;

		if (!n && is_label(v.p[i])) {
			n = run(v, i, is_label);
			names_learn(&w->names, bytes_of(v.p + i, n));
		}
		i += n ? n : 1;
	}
}

static bool is_host(uint8_t c)
{
	return is_label(c) || c == '.';
}

static bool ends_host(uint8_t c)
{
	return c <= ' ' || c >= 0x7f || c == '/' || c == '"' || c == '\'' || c == ',' || c == ';';
}

/* What stands from here to where a host's name would end. */
static struct bytes host_at(struct bytes v, uint32_t i)
{
	uint32_t n = 0;

	while (i + n < v.n && n < HOST_MAX && !ends_host(v.p[i + n]))
		n++;
	return bytes_of(v.p + i, n);
}

static bool behind(struct bytes v, uint32_t i, const char *word)
{
	uint32_t n = (uint32_t)strlen(word);

	return i >= n && memcmp(v.p + i - n, word, n) == 0;
}

/* ip=client:server:gateway:mask:HOST:device:... (the kernel's nfsroot.rst) */
static struct bytes host_of_ip(struct bytes v, uint32_t i)
{
	struct bytes all = host_at(v, i);
	uint32_t colons = 0, from = 0;

	while (from < all.n && colons < 4)
		colons += all.p[from++] == ':';
	all = bytes_of(all.p + from, all.n - from);
	for (uint32_t n = 0; n < all.n; n++)
		if (all.p[n] == ':')
			all.n = n;
	return all;
}

/* Is a host named at i, by what stands in front of it or behind? */
static void learn_at(struct phrases *w, struct bytes v, uint32_t i)
{
	static const char *const fronts[] = { "://",      "host=",    "hostname=", "NFSv4.0 ",
					      "NFSv4.1 ", "NFSv4.2 ", "Host: " };
	uint32_t back = 0;

	for (uint32_t k = 0; k < sizeof(fronts) / sizeof(fronts[0]); k++)
		if (behind(v, i, fronts[k]))
			learn_name(w, host_at(v, i));
	if (behind(v, i, "ip="))
		learn_name(w, host_of_ip(v, i));
	if (behind(v, i, ":/") && at(v, i) != '/') {
		while (back + 2 < i && is_host(v.p[i - 3 - back]))
			back++;
		if (back >= SHORTEST)
			learn_name(w, bytes_of(v.p + i - 2 - back, back));
	}
	if (i >= 8 && behind_cfg(v, i - 8) && run(bytes_of(v.p + i - 8, 8), 0, is_hex) == 8 &&
	    !is_alnum(at(v, i)) && w->n_hex < PHRASE_HEX_MAX)
		w->hex[w->n_hex++] = (uint32_t)hex_number(v.p + i - 8, 8);
	/* a folder of eight digits: the board's serial number (facts 1.6) */
	if (at(v, i) == '/' && i >= 8 && (i == 8 || !is_label(v.p[i - 9])) &&
	    run(bytes_of(v.p + i - 8, 8), 0, is_hex) == 8)
		phrase_saw_serial(w, (uint32_t)hex_number(v.p + i - 8, 8));
}

void phrase_learn(struct phrases *w, enum phrase_kind kind, struct bytes v)
{
	if (kind == PHRASE_NAME) {
		learn_name(w, v);
		return;
	}
	for (uint32_t i = 1; i <= v.n; i++)
		learn_at(w, v, i);
}

void phrase_saw_mac(struct phrases *w, struct mac m)
{
	if (mac_none(m) || mac_is_group(m))
		return;
	names_saw(&w->names, SEEN_MAC, mac_number(m));
	names_saw(&w->names, SEEN_TAIL, mac_number(m) & 0xffffff);
}

void phrase_saw_serial(struct phrases *w, uint32_t v)
{
	names_saw(&w->names, SEEN_SERIAL, v);
}

bool phrase_is_tail(const struct phrases *w, uint32_t v)
{
	return names_seen(&w->names, SEEN_TAIL, v);
}
