/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CONFIGURED_H
#define CONFIGURED_H

/* A bootscope.conf as it is read, and what is said of it. */
#include <stdio.h>
#include <stdlib.h>

#include "settings.h"
#include "settings_file.h"
#include "unit.h"

enum { US = 0x0a000001, NET = 0xffffff00, TOLD_MAX = 64 };

static struct serve_config config;
static struct settings settings;
static struct {
	uint32_t line;
	char words[400];
} told[TOLD_MAX];
static uint32_t n_told;

static inline void tells(void *ctx, uint32_t line, const char *sentence)
{
	(void)ctx;
	assert_true(n_told < TOLD_MAX);
	told[n_told].line = line;
	snprintf(told[n_told].words, sizeof(told[n_told].words), "%s", sentence);
	n_told++;
}

static inline void begin(void)
{
	n_told = 0;
	settings_begin(&settings, &config, NULL, tells);
}

static inline void read_text(const char *text)
{
	begin();
	settings_file_text(bytes_str(text), &settings);
}

/* Read without a fault, on the interface 10.0.0.1/24. */
static inline void good(const char *text)
{
	read_text(text);
	if (!settings_end(&settings, US, NET))
		fail_msg("line %u: %s", told[0].line, told[0].words);
	assert_int_equal(n_told, 0);
}

static inline void is(struct bytes v, const char *words)
{
	if (!bytes_is(v, words))
		fail_msg("'%.*s', not '%s'", (int)v.n, (const char *)v.p, words);
}

#define HEAD "[serve]\ninterface = eth0\n"

/* What is wrong, where, and some words of what is said of it. */
struct fault {
	const char *text;
	uint32_t line;
	const char *words;
};

/* Each is told, with no more than so many in all. */
static inline void faulty(const struct fault *wrong, size_t n, uint32_t most)
{
	for (size_t i = 0; i < n; i++) {
		bool found = false;

		read_text(wrong[i].text);
		assert_false(settings_end(&settings, US, NET));
		for (uint32_t k = 0; k < n_told; k++)
			found |= told[k].line == wrong[i].line &&
				 strstr(told[k].words, wrong[i].words);
		if (!found || n_told > most)
			fail_msg("not line %u: %s, but %u faults, line %u: %s\n%s", wrong[i].line,
				 wrong[i].words, n_told, n_told ? told[0].line : 0,
				 n_told ? told[0].words : "", wrong[i].text);
	}
}

/* What is said of the configuration holds each of these. */
static inline void says(const char *const *words, size_t n)
{
	static char out[1 << 14];
	struct text t = text_init(out, sizeof(out));

	settings_text(&config, &t);
	for (size_t i = 0; i < n; i++)
		if (!strstr(out, words[i]))
			fail_msg("no '%s' in\n%s", words[i], out);
}

/* Whatever this is: it is read, or told of. */
static inline void any(const char *text, uint32_t n)
{
	static char out[1 << 18];
	struct text t = text_init(out, sizeof(out));
	uint8_t *exact = malloc(n ? n : 1);

	begin();
	memcpy(exact, text, n);
	settings_file_text(bytes_of(exact, n), &settings);
	free(exact);
	if (settings_end(&settings, US, NET)) {
		settings_text(&config, &t);
		assert_int_equal(n_told, 0);
	} else {
		assert_true(n_told > 0);
	}
}

/* Every prefix and every flip of a text. */
static inline void any_like(const char *text)
{
	const struct bytes whole = bytes_str(text);
	const uint32_t n = whole.n;
	char *copy = malloc(n);

	for (uint32_t i = 0; i <= n; i++)
		any(text, i);
	for (uint32_t bit = 0; bit < 8 * n; bit++) {
		memcpy(copy, whole.p, n);
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		any(copy, n);
	}
	free(copy);
}

/* The chain that people have in ISC dhcpd's configuration, `if exists user-class and ... elsif
 * option arch = 00:07`, as classes. */
static const char chain[] = "[serve]\n"
			    "interface = eth0\n"
			    "[dhcp]\n"
			    "mode = full\n"
			    "clients = all\n"
			    "range = 10.0.0.100-10.0.0.199,12h\n"
			    "next-server = 10.0.0.2\n"
			    "[class ipxe]\n"
			    "user-class = iPXE\n"
			    "http-url = http://10.0.0.3/menu.ipxe\n"
			    "[class efi-x64]\n"
			    "arch = 00:07, 9\n"
			    "boot-file = efi/grubx64.efi\n"
			    "[class efi-http]\n"
			    "arch = x64 UEFI HTTP\n"
			    "http-url = http://10.0.0.3/grubx64.efi\n"
			    "[class efi-arm64]\n"
			    "arch = 11\n"
			    "boot-file = grubaa64.efi\n"
			    "tftp-prefix = arm/\n"
			    "[class u-boot]\n"
			    "vendor-class = U-Boot\n"
			    "boot-file = boot.scr.uimg\n"
			    "next-server = 10.0.0.4\n"
			    "option.root_path = /srv/nfs/board\n"
			    "[class pi]\n"
			    "model = pi\n"
			    "option.vendor_specific = 06:01:03\n"
			    "[class else]\n"
			    "boot-file = pxelinux.0\n";

#endif
