/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Byte 0: how many bytes the capture cut off. Then the message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tftp m;
	struct reader r;

	if (size < 1 || size > 65536)
		return 0;
	r = reader_init(data + 1, (uint32_t)size - 1, (uint32_t)size - 1 + data[0]);
	(void)tftp_looks_like_request(bytes_of(data + 1, (uint32_t)size - 1));
	(void)tftp_decode(&r, &m);
	return 0;
}
