/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp_answer.h"
#include "settings.h"
#include "settings_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void tells(void *ctx, uint32_t line, const char *sentence)
{
	(void)ctx;
	(void)line;
	(void)sentence;
}

/* The text of a file of settings, and what a client would be told of them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct serve_config config;
	static struct settings settings;
	static char buf[1 << 18];
	static struct dhcp q;
	struct text t = text_init(buf, sizeof(buf));
	struct dhcp_asker who;
	struct dhcp_boot boot;

	if (size > 65536)
		return 0;
	settings_begin(&settings, &config, NULL, tells);
	settings_file_text(bytes_of(data, (uint32_t)size), &settings);
	if (!settings_end(&settings, 0x0a000001, 0xffffff00))
		return 0;
	settings_text(&config, &t);
	q.op = 1;
	dhcp_asker_of(&q, &who);
	dhcp_boot_for(&config.dhcp, &who, &boot);
	return 0;
}
