/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What somebody pastes, or types. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char buf[1 << 20];
	struct text t = text_init(buf, sizeof(buf));

	if (size > 65536)
		return 0;
	(void)explain_words(bytes_of(data, (uint32_t)size), &t);
	text_clear(&t);
	(void)explain_paste(bytes_of(data, (uint32_t)size), &t);
	(void)explain_near_setting(bytes_of(data, (uint32_t)size));
	(void)explain_near(bytes_of(data, (uint32_t)(size < 64 ? size : 64)));
	return 0;
}
