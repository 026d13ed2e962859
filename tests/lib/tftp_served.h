/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TFTP_SERVED_H
#define TFTP_SERVED_H

/* The TFTP responder with files in memory, and a client of our own over a wire that loses, doubles
 * and swaps datagrams. */
#include <stdio.h>
#include <stdlib.h>

#include "tftp.h"
#include "tftp_server.h"
#include "unit.h"

enum { ROOM = 4 << 20, QUEUE = 4096, FILES = 4 };

static const uint64_t ms = 1000000;

/* ---- files in memory ---- */

static struct file {
	const char *name;
	uint8_t *data;
	uint64_t size;
	bool changes, made;
} files[FILES];
static uint32_t n_files, handles, closed, dropped;
static const char *own_folder;

static inline int mem_open(void *ctx, const char *path, int *handle, uint64_t *size)
{
	(void)ctx;
	for (uint32_t i = 0; i < n_files; i++)
		if (strcmp(files[i].name, path) == 0) {
			*handle = (int)i;
			*size = files[i].size;
			handles++;
			return 0;
		}
	if (own_folder && strcmp(path, own_folder) == 0)
		return STORE_FOLDER;
	return strcmp(path, "folder") == 0 ? STORE_FOLDER : STORE_MISSING;
}

static inline int mem_create(void *ctx, const char *path, int *handle)
{
	(void)ctx;
	if (strcmp(path, "new") != 0)
		return STORE_EXISTS;
	files[n_files] = (struct file) { "new", calloc(1, ROOM), 0, false, true };
	*handle = (int)n_files++;
	handles++;
	return 0;
}

static inline int64_t mem_read(void *ctx, int handle, uint64_t offset, uint8_t *to, uint32_t size,
			       uint32_t gap, uint32_t n)
{
	struct file *f = &files[handle];
	int64_t all = 0;

	(void)ctx;
	if (f->changes && offset)
		return STORE_CHANGED;
	for (uint32_t i = 0; i < n && offset < f->size; i++) {
		uint64_t left = f->size - offset, take = left < size ? left : size;

		memcpy(to + (size_t)i * (size + gap), f->data + offset, take);
		offset += take;
		all += (int64_t)take;
	}
	return all;
}

static inline int mem_write(void *ctx, int handle, const uint8_t *from, uint32_t n)
{
	struct file *f = &files[handle];

	(void)ctx;
	if (f->size + n > ROOM)
		return STORE_FULL;
	memcpy(f->data + f->size, from, n);
	f->size += n;
	return 0;
}

static inline int mem_close(void *ctx, int handle, int whole)
{
	(void)ctx;
	(void)handle;
	closed++;
	dropped += !whole;
	return 0;
}

static struct store store = { NULL, mem_open, mem_create, mem_read, mem_write, mem_close, NULL };

/* ---- the wire ---- */

static struct datagram {
	uint64_t due_ns;
	bool to_client;
	uint16_t port;
	uint32_t n;
	uint8_t data[1500];
} * queue;
static uint32_t queued, sent_datagrams, data_sent;
static uint64_t now, random_state;
static uint32_t loss_percent, double_percent, swap_percent;
static struct tftp_server *server;
static enum tftp_event last_event;
static uint64_t last_resent;
static uint64_t last_turned;
static uint32_t told;
static char last_path[BOOT_PATH_MAX];

static inline uint32_t chance(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % 100;
}

static inline void enqueue(bool to_client, uint16_t port, const uint8_t *p, uint32_t n,
			   uint64_t delay)
{
	assert_true(queued < QUEUE && n <= sizeof(queue[0].data));
	queue[queued].due_ns = now + delay;
	queue[queued].to_client = to_client;
	queue[queued].port = port;
	queue[queued].n = n;
	memcpy(queue[queued++].data, p, n);
}

static inline void carry(bool to_client, uint16_t port, const uint8_t *p, uint32_t n)
{
	if (chance() < loss_percent)
		return;
	enqueue(to_client, port, p, n, ms + (chance() < swap_percent ? 3 * ms : 0));
	if (chance() < double_percent)
		enqueue(to_client, port, p, n, 2 * ms);
}

static uint32_t narrow; /* bytes of a datagram that gets there in one piece; 0: any */

static inline void server_sends(void *ctx, const struct tftp_peer *to, struct bytes data,
				uint32_t size)
{
	(void)ctx;
	assert_true(data.n && data.n <= size * 64);
	if (narrow && size > narrow && !to->in_pieces)
		return;
	for (uint32_t at = 0; at < data.n; at += size) {
		sent_datagrams++;
		data_sent += data.p[at + 1] == TFTP_DATA;
		carry(true, to->port, data.p + at, data.n - at < size ? data.n - at : size);
	}
}

static inline void server_tells(void *ctx, const struct tftp_news *n)
{
	(void)ctx;
	last_event = n->event;
	last_resent = n->resent;
	last_turned = n->turned_away;
	told++;
	snprintf(last_path, sizeof(last_path), "%s", n->path);
}

static struct tftp_limits limits;
static struct boot_path_who asks;
static uint32_t path_mtu;

static inline void server_asks(void *ctx, const struct tftp_peer *peer, struct boot_path_who *out)
{
	(void)ctx;
	(void)peer;
	out->mac = asks.mac;
}

static inline uint32_t server_measures(void *ctx, const struct tftp_peer *peer)
{
	(void)ctx;
	(void)peer;
	return path_mtu;
}

static inline void begin(uint64_t seed)
{
	struct tftp_out out = { NULL, server_sends, server_tells, server_asks, server_measures };

	free(server);
	server = tftp_server_init(calloc(1, tftp_server_size(&limits)), &limits, &store, &out, 7);
	now = 1000 * ms;
	random_state = seed;
	queued = sent_datagrams = data_sent = 0;
	handles = closed = dropped = 0;
	last_event = TFTP_EVENTS;
	loss_percent = double_percent = swap_percent = 0;
}

static inline int setup(void **state)
{
	(void)state;
	queue = calloc(QUEUE, sizeof(*queue));
	limits = tftp_default_limits;
	memset(&asks, 0, sizeof(asks));
	path_mtu = narrow = 0;
	store.make = NULL;
	n_files = 1;
	files[0] = (struct file) { "kernel8.img", malloc(ROOM), 0, false, false };
	for (uint32_t i = 0; i < ROOM; i++)
		files[0].data[i] = (uint8_t)(i * 7 + i / 251);
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < n_files; i++)
		if (i == 0 || files[i].made)
			free(files[i].data);
	free(queue);
	free(server);
	server = NULL;
	return 0;
}

static inline struct tftp_peer peer_of(uint16_t port)
{
	return (struct tftp_peer) { .ip = address_ip4(0x0a000064),
				    .local = address_ip4(0x0a000001),
				    .port = port,
				    .interface = 2 };
}

/* ---- a client: RFC 1350 with the options, as a loader does it ---- */

struct client {
	uint16_t port;
	uint32_t blksize, window, in_window;
	uint64_t got; /* blocks */
	uint16_t next;
	bool oacked, done, failed;
	uint16_t error;
	uint64_t tsize, n, sent_ns;
	uint8_t *data, last[1500];
	uint32_t last_n;
	uint16_t rolls_to;
};

static inline void client_sends(struct client *c, const struct tftp *m)
{
	struct writer w = writer_init(c->last, sizeof(c->last));

	tftp_encode(m, &w);
	c->last_n = w.pos;
	c->sent_ns = now;
	carry(false, c->port, c->last, c->last_n);
}

static inline void client_asks(struct client *c, uint16_t op, const char *file, const char *mode,
			       const char *const *options)
{
	struct tftp m = { .op = op, .file = bytes_str(file), .mode = bytes_str(mode) };

	c->blksize = 512;
	c->window = 1;
	c->next = 1;
	for (; options && options[0]; options += 2)
		tftp_add(&m, options[0], options[1]);
	client_sends(c, &m);
}

static inline void client_acks(struct client *c, uint16_t block)
{
	client_sends(c, &(struct tftp) { .op = TFTP_ACK, .block = block });
	c->in_window = 0;
}

static inline uint16_t before(const struct client *c)
{
	return c->got == 0                            ? 0
	       : c->next == c->rolls_to && c->got > 1 ? 65535
						      : (uint16_t)(c->next - 1);
}

static inline void client_hears(struct client *c, const struct datagram *d)
{
	struct reader r = reader_init(d->data, d->n, d->n);
	struct tftp m;

	assert_int_equal(tftp_decode(&r, &m), ERR_OK);
	if (m.op == TFTP_ERROR) {
		c->failed = true;
		c->error = m.error_code;
	} else if (m.op == TFTP_OACK && !c->got) {
		c->oacked = true;
		c->blksize = m.has >> TFTP_BLKSIZE & 1 ? (uint32_t)m.value[TFTP_BLKSIZE] : 512;
		c->window = m.has >> TFTP_WINDOWSIZE & 1 ? (uint32_t)m.value[TFTP_WINDOWSIZE] : 1;
		if (m.has & 1U << TFTP_TSIZE)
			c->tsize = m.value[TFTP_TSIZE];
		client_acks(c, 0);
	} else if (m.op == TFTP_DATA && m.block == c->next) {
		if (c->done)
			return;
		assert_true(c->n + m.data.n <= ROOM);
		memcpy(c->data + c->n, m.data.p, m.data.n);
		c->n += m.data.n;
		c->got++;
		c->next = c->next == 65535 ? c->rolls_to : (uint16_t)(c->next + 1);
		c->done = m.data.n < c->blksize;
		if (++c->in_window == c->window || c->done)
			client_acks(c, before(c));
	} else if (m.op == TFTP_DATA) {
		client_acks(c, before(c));
	}
}

/* Until nothing is on its way and nothing due, or the time is over. */
static inline void run(struct client *c, uint32_t n, uint64_t seconds)
{
	uint64_t end = now + seconds * 1000 * ms;

	while (now < end) {
		uint64_t at = tftp_server_next(server);
		uint32_t first = QUEUE;

		for (uint32_t i = 0; i < queued; i++)
			if (queue[i].due_ns < at &&
			    (first == QUEUE || queue[i].due_ns < queue[first].due_ns))
				first = i;
		for (uint32_t i = 0; i < n; i++)
			if (!c[i].done && !c[i].failed && c[i].sent_ns + 1500 * ms < at &&
			    first == QUEUE)
				at = c[i].sent_ns + 1500 * ms;
		if (first == QUEUE && at == UINT64_MAX)
			return;
		if (first != QUEUE) {
			static struct datagram d;
			struct tftp_peer from;

			d = queue[first];
			memmove(&queue[first], &queue[first + 1], (--queued - first) * sizeof(d));
			now = d.due_ns > now ? d.due_ns : now;
			from = peer_of(d.port);
			if (!d.to_client)
				tftp_server_packet(server, &from, bytes_of(d.data, d.n), now);
			for (uint32_t i = 0; d.to_client && i < n; i++)
				if (c[i].port == d.port)
					client_hears(&c[i], &d);
			continue;
		}
		now = at > now ? at : now;
		tftp_server_tick(server, now);
		for (uint32_t i = 0; i < n; i++)
			if (!c[i].done && !c[i].failed && c[i].sent_ns + 1500 * ms <= now) {
				c[i].sent_ns = now;
				carry(false, c[i].port, c[i].last, c[i].last_n);
			}
	}
}

static inline struct client fresh(uint16_t port)
{
	return (struct client) { .port = port, .data = malloc(ROOM) };
}

static inline void whole(struct client *c, uint64_t size)
{
	assert_true(c->done);
	assert_false(c->failed);
	assert_int_equal(c->n, size);
	assert_memory_equal(c->data, files[0].data, size);
	free(c->data);
	assert_int_equal(tftp_server_transfers(server), 0);
	assert_int_equal(handles, closed);
}

static inline void get(uint64_t size, const char *const *options, uint64_t seed, uint32_t trouble)
{
	struct client c = fresh(2000);

	begin(seed);
	loss_percent = double_percent = swap_percent = trouble;
	files[0].size = size;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", options);
	run(&c, 1, 600);
	whole(&c, size);
	if (!trouble)
		assert_int_equal(last_event, TFTP_DONE);
}

static const char *const pi[] = { "tsize", "0", "blksize", "1468", NULL };
static const char *const windowed[] = { "blksize", "1024", "windowsize", "8", NULL };

#endif
