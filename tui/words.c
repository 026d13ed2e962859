/* SPDX-License-Identifier: BSD-2-Clause */
#include "words.h"

#include <string.h>

#define SECOND UINT64_C(1000000000)

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool words_hold(const char *text, const char *part)
{
	for (;; text++) {
		size_t i = 0;

		while (part[i] && folded(text[i]) == folded(part[i]))
			i++;
		if (!part[i])
			return true;
		if (!*text)
			return false;
	}
}

/* "Raspberry Pi 4 Model B" as "Pi 4B", "Raspberry Pi Compute Module 4" as "CM4". */
static void shorter(const char *model, struct text *out)
{
	static const struct {
		const char *is, *as;
	} rows[] = { { "Raspberry ", "" },
		     { "Pi Compute Module ", "CM" },
		     { " Model ", "" },
		     { " client", "" },
		     { " machine", "" } };

	while (*model) {
		size_t i = 0, n = sizeof(rows) / sizeof(rows[0]);

		while (i < n && strncmp(model, rows[i].is, strlen(rows[i].is)) != 0)
			i++;
		if (i == n) {
			text_char(out, *model++);
			continue;
		}
		text_str(out, rows[i].as);
		model += strlen(rows[i].is);
	}
}

void words_model(const struct client *c, struct text *out)
{
	/* memory: bits 20 to 22 of a new-style revision, 256 MB and up */
	uint32_t memory = c->revision >> 20 & 7;

	shorter(client_model(c), out);
	if (c->revision & 1u << 23 && memory >= 2)
		text_fmt(out, " %uG", 1u << (memory - 2));
	else if (c->revision & 1u << 23)
		text_fmt(out, " %uM", 256u << memory);
}

void words_name(const struct client *c, struct text *out)
{
	words_model(c, out);
	text_char(out, ' ');
	if (c->has_serial)
		text_fmt(out, "%08x", c->serial);
	else
		text_mac(out, c->mac);
}

void words_age(uint64_t ns, struct text *out)
{
	uint64_t s = ns / SECOND;

	if (s < 120)
		text_fmt(out, "%llu s", (unsigned long long)s);
	else if (s < 7200)
		text_fmt(out, "%llu min", (unsigned long long)(s / 60));
	else if (s < 172800)
		text_fmt(out, "%llu h", (unsigned long long)(s / 3600));
	else
		text_fmt(out, "%llu d", (unsigned long long)(s / 86400));
}

void words_count(uint64_t n, struct text *out)
{
	if (n >= 1000) {
		words_count(n / 1000, out);
		text_fmt(out, " %03llu", (unsigned long long)(n % 1000));
	} else {
		text_u64(out, n);
	}
}

void words_rate(uint64_t bytes, uint64_t ns, struct text *out)
{
	if (ns < 1000000)
		return;
	text_bytes_count(out, bytes / (ns / 1000000) * 1000 +
				      bytes % (ns / 1000000) * 1000 / (ns / 1000000));
	text_str(out, "/s");
}

void words_plural(uint64_t n, const char *one, const char *many, struct text *out)
{
	words_count(n, out);
	text_fmt(out, " %s", n == 1 ? one : many);
}

const char *words_agent(enum agent a)
{
	static const char *const names[AGENTS] = {
		[AGENT_UNKNOWN] = "the machine",   [AGENT_ROM] = "the boot ROM",
		[AGENT_BOOTCODE] = "bootcode.bin", [AGENT_BOOTLOADER] = "the bootloader",
		[AGENT_PXE] = "the PXE ROM",       [AGENT_UEFI] = "UEFI",
		[AGENT_UEFI_HTTP] = "UEFI (HTTP)", [AGENT_IPXE] = "iPXE",
		[AGENT_U_BOOT] = "U-Boot",         [AGENT_GRUB] = "GRUB",
		[AGENT_KERNEL] = "the kernel",     [AGENT_INITRAMFS] = "the initramfs",
		[AGENT_OS] = "the system",
	};

	return names[a];
}

const char *words_mark(enum outcome o)
{
	switch (o) {
	case OUTCOME_BOOTED:
		return "✔";
	case OUTCOME_STUCK:
	case OUTCOME_GAVE_UP:
		return "✖";
	case OUTCOME_IN_PROGRESS:
		return "▶";
	case OUTCOME_UNKNOWN:
		break;
	}
	return "·";
}

enum role words_role(enum outcome o)
{
	switch (o) {
	case OUTCOME_BOOTED:
		return ROLE_OK;
	case OUTCOME_STUCK:
	case OUTCOME_GAVE_UP:
		return ROLE_BAD;
	case OUTCOME_IN_PROGRESS:
		return ROLE_RUN;
	case OUTCOME_UNKNOWN:
		break;
	}
	return ROLE_DIM;
}

const char *words_severity_mark(int severity)
{
	return severity == FATAL          ? "✖"
	       : severity == INTERMITTENT ? "?"
	       : severity == DEGRADED     ? "!"
					  : "·";
}

enum role words_severity_role(int severity)
{
	return severity == FATAL ? ROLE_BAD : severity < INFO ? ROLE_WARN : ROLE_DIM;
}

static bool has_lines(const struct finding *f, enum dialect d)
{
	char buf[8];
	struct text t = text_init(buf, sizeof(buf));

	return finding_fix(f, d, &t);
}

enum dialect words_dialect(const struct finding *f, enum dialect wanted)
{
	if (wanted < DIALECTS && has_lines(f, wanted))
		return wanted;
	for (int d = 0; d < DIALECTS; d++)
		if (has_lines(f, (enum dialect)d))
			return (enum dialect)d;
	return DIALECTS;
}

enum dialect words_dialect_step(const struct finding *f, enum dialect from, int step)
{
	int d = (int)words_dialect(f, from), first = d;

	if (d == DIALECTS)
		return from;
	do
		d = (d + step + DIALECTS) % DIALECTS;
	while (d != first && !has_lines(f, (enum dialect)d));
	return (enum dialect)d;
}
