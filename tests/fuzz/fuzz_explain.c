/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"
#include "symptoms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES = 12 };

/* Line by line to the guide. */
static void answer(struct bytes lines, struct text *out)
{
	struct walk w;
	uint32_t from = 0, taken = 0;

	walk_begin(&w);
	for (uint32_t i = 0; i < lines.n && taken < LINES; i++) {
		if (lines.p[i] != '\n')
			continue;
		taken++;
		text_clear(out);
		if (!walk_take(&w, bytes_of(lines.p + from, i - from), out))
			walk_begin(&w);
		walk_show(&w, out);
		from = i + 1;
	}
	(void)walk_begins_with(lines);
}

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
	answer(bytes_of(data, (uint32_t)size), &t);
	return 0;
}
