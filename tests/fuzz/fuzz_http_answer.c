/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>

#include "http_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes 0 and 1: the size of the file. Then what a client sent. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_file f = { NULL, 0, UINT64_C(784111777000000000) };
	char path[BOOT_PATH_MAX], out[HTTP_ANSWER_MAX];
	struct text t = text_init(out, sizeof(out));
	struct http_request q;
	struct http_answer a;
	struct bytes b;

	if (size < 2 || size > HTTP_HEAD_MAX)
		return 0;
	f.size = (uint64_t)data[0] << 8 | data[1];
	b = bytes_of(data + 2, http_head_size(bytes_of(data + 2, (uint32_t)size - 2)));
	if (!b.n)
		return 0;
	a = http_answer_refuse(&q, http_request_read(b, &q));
	if (a.outcome == HTTP_WHOLE)
		a.outcome = http_answer_path(q.target, path);
	if (a.outcome == HTTP_WHOLE) {
		f.path = path;
		a = http_answer_file(&q, &f, 784200000);
	}
	assert(a.from <= f.size && a.n <= f.size - a.from);
	http_answer_text(&a, f.path ? &f : NULL, 784200000, &t);
	assert(http_head_size(bytes_of(out, t.pos)));
	return 0;
}
