/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store_cmdline.h"
#include "tftp_server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Datagrams one after the other: two bytes, then as many of it as the second says. The first: of
 * which of four clients (bits 0, 1), to the request port or the transfers' (2), an ICMP error in
 * its place (3), and how long after the one before (4 to 7: 2^n ms). Byte 0 of all: the limits.
 */

enum { FILE_SIZE = 3000 };

static int open_one(void *ctx, const char *path, int *handle, uint64_t *size)
{
	uint32_t *opened = ctx;

	if (strcmp(path, "config.txt") != 0 && strcmp(path, "38c128c0/start.elf") != 0)
		return strcmp(path, "folder") == 0 ? STORE_FOLDER : STORE_MISSING;
	*handle = 1;
	*size = FILE_SIZE;
	++*opened;
	return 0;
}

static int create_one(void *ctx, const char *path, int *handle)
{
	uint32_t *opened = ctx;

	if (strcmp(path, "new") != 0)
		return STORE_EXISTS;
	*handle = 2;
	++*opened;
	return 0;
}

static int64_t read_one(void *ctx, int handle, uint64_t offset, uint8_t *to, uint32_t size,
			uint32_t gap, uint32_t n)
{
	int64_t all = 0;

	(void)ctx;
	(void)handle;
	for (uint32_t i = 0; i < n && offset < FILE_SIZE; i++) {
		uint64_t left = FILE_SIZE - offset;
		uint32_t take = left < size ? (uint32_t)left : size;

		memset(to + (size_t)i * (size + gap), '\n', take);
		offset += take;
		all += take;
	}
	return all;
}

static int write_one(void *ctx, int handle, const uint8_t *from, uint32_t n)
{
	(void)ctx;
	(void)from;
	assert(handle == 2 && n);
	return 0;
}

static int close_one(void *ctx, int handle, int whole)
{
	uint32_t *opened = ctx;

	(void)handle;
	(void)whole;
	--*opened;
	return 0;
}

/* What goes out is TFTP, and never more at once than was asked for. */
static void sends(void *ctx, const struct tftp_peer *to, struct bytes data, uint32_t size)
{
	(void)ctx;
	assert(to->port >= 2000 && to->port < 2004);
	assert(data.n >= 4 && size <= 65468 && data.n <= 64 * size);
	for (uint32_t at = 0; at < data.n; at += size)
		assert(data.p[at] == 0 && data.p[at + 1] >= 3 && data.p[at + 1] <= 6);
}

static void tells(void *ctx, const struct tftp_news *n)
{
	(void)ctx;
	assert(n->event < TFTP_EVENTS && n->path && n->peer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct store_cmdline cmdline;
	uint32_t opened = 0;
	struct tftp_limits limits = tftp_default_limits;
	struct store files = {
		&opened, open_one, create_one, read_one, write_one, close_one, NULL
	};
	struct cmdline_options line = { .root = "/r/{serial}" };
	struct tftp_out out = { NULL, sends, tells, NULL, NULL };
	uint64_t now = UINT64_C(1000000000);
	struct tftp_server *s;

	if (size < 1 || size > 65536)
		return 0;
	limits.transfers = 3;
	limits.per_client = 2 + (data[0] & 1);
	limits.rollover_to_one = data[0] >> 1 & 1;
	limits.own_folders = data[0] >> 2 & 1;
	limits.own_only = data[0] >> 3 & 1;
	limits.dry = data[0] >> 4 & 1;
	limits.no_options = data[0] >> 5 & 1;
	memset(&cmdline, 0, sizeof(cmdline));
	files = store_cmdline_over(&cmdline, &files, &line);
	s = tftp_server_init(calloc(1, tftp_server_size(&limits)), &limits, &files, &out, 7);
	for (size_t at = 1; at + 2 <= size;) {
		uint8_t how = data[at];
		uint32_t n = data[at + 1];
		struct tftp_peer p = { .ip = address_ip4(0x0a000064u + (how & 1)),
				       .local = address_ip4(0x0a000001),
				       .port = (uint16_t)(2000 + (how & 3)) };
		struct bytes d;

		at += 2;
		n = n < size - at ? n : (uint32_t)(size - at);
		d = bytes_of(data + at, n);
		at += n;
		now += UINT64_C(1000000) << (how >> 4);
		tftp_server_tick(s, now);
		if (how & 8)
			tftp_server_unreachable(s, &p);
		else if (how & 4)
			tftp_server_request(s, &p, d, now);
		else
			tftp_server_packet(s, &p, d, now);
	}
	/* whatever was said, all of it ends, and nothing stays open */
	for (int i = 0; i < 1000 && tftp_server_transfers(s); i++) {
		now = tftp_server_next(s);
		tftp_server_tick(s, now);
	}
	assert(!tftp_server_transfers(s) && !opened);
	free(s);
	return 0;
}
