/* SPDX-License-Identifier: BSD-2-Clause */
/* The TFTP responder against a client of our own over a wire that loses, doubles and swaps
 * datagrams. */
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

static int mem_open(void *ctx, const char *path, int *handle, uint64_t *size)
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

static int mem_create(void *ctx, const char *path, int *handle)
{
	(void)ctx;
	if (strcmp(path, "new") != 0)
		return STORE_EXISTS;
	files[n_files] = (struct file) { "new", calloc(1, ROOM), 0, false, true };
	*handle = (int)n_files++;
	handles++;
	return 0;
}

static int64_t mem_read(void *ctx, int handle, uint64_t offset, uint8_t *to, uint32_t size,
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

static int mem_write(void *ctx, int handle, const uint8_t *from, uint32_t n)
{
	struct file *f = &files[handle];

	(void)ctx;
	if (f->size + n > ROOM)
		return STORE_FULL;
	memcpy(f->data + f->size, from, n);
	f->size += n;
	return 0;
}

static int mem_close(void *ctx, int handle, int whole)
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

static uint32_t chance(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(random_state >> 33) % 100;
}

static void enqueue(bool to_client, uint16_t port, const uint8_t *p, uint32_t n, uint64_t delay)
{
	assert_true(queued < QUEUE && n <= sizeof(queue[0].data));
	queue[queued].due_ns = now + delay;
	queue[queued].to_client = to_client;
	queue[queued].port = port;
	queue[queued].n = n;
	memcpy(queue[queued++].data, p, n);
}

static void carry(bool to_client, uint16_t port, const uint8_t *p, uint32_t n)
{
	if (chance() < loss_percent)
		return;
	enqueue(to_client, port, p, n, ms + (chance() < swap_percent ? 3 * ms : 0));
	if (chance() < double_percent)
		enqueue(to_client, port, p, n, 2 * ms);
}

static uint32_t narrow; /* bytes of a datagram that gets there in one piece; 0: any */

static void server_sends(void *ctx, const struct tftp_peer *to, struct bytes data, uint32_t size)
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

static void server_tells(void *ctx, const struct tftp_news *n)
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

static void server_asks(void *ctx, const struct tftp_peer *peer, struct boot_path_who *out)
{
	(void)ctx;
	(void)peer;
	out->mac = asks.mac;
}

static uint32_t server_measures(void *ctx, const struct tftp_peer *peer)
{
	(void)ctx;
	(void)peer;
	return path_mtu;
}

static void begin(uint64_t seed)
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

static int setup(void **state)
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

static int teardown(void **state)
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

static struct tftp_peer peer_of(uint16_t port)
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

static void client_sends(struct client *c, const struct tftp *m)
{
	struct writer w = writer_init(c->last, sizeof(c->last));

	tftp_encode(m, &w);
	c->last_n = w.pos;
	c->sent_ns = now;
	carry(false, c->port, c->last, c->last_n);
}

static void client_asks(struct client *c, uint16_t op, const char *file, const char *mode,
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

static void client_acks(struct client *c, uint16_t block)
{
	client_sends(c, &(struct tftp) { .op = TFTP_ACK, .block = block });
	c->in_window = 0;
}

static uint16_t before(const struct client *c)
{
	return c->got == 0                            ? 0
	       : c->next == c->rolls_to && c->got > 1 ? 65535
						      : (uint16_t)(c->next - 1);
}

static void client_hears(struct client *c, const struct datagram *d)
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
static void run(struct client *c, uint32_t n, uint64_t seconds)
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

static struct client fresh(uint16_t port)
{
	return (struct client) { .port = port, .data = malloc(ROOM) };
}

static void whole(struct client *c, uint64_t size)
{
	assert_true(c->done);
	assert_false(c->failed);
	assert_int_equal(c->n, size);
	assert_memory_equal(c->data, files[0].data, size);
	free(c->data);
	assert_int_equal(tftp_server_transfers(server), 0);
	assert_int_equal(handles, closed);
}

static void get(uint64_t size, const char *const *options, uint64_t seed, uint32_t trouble)
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

static void files_of_every_length_arrive(void **state)
{
	static const uint64_t sizes[] = { 0, 1, 511, 512, 513, 1024, 1467, 1468, 1469, 100000 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		get(sizes[i], NULL, 1, 0);
		get(sizes[i], pi, 1, 0);
		get(sizes[i], windowed, 1, 0);
		assert_int_equal(last_resent, 0);
	}
}

static void they_arrive_over_a_bad_wire(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		get(60000, NULL, seed, 5);
		get(200000, pi, seed, 5);
		get(200000, windowed, seed, 5);
		get(50000, windowed, seed, 20);
	}
}

/* RFC 1123 4.2.3.1: a doubled ACK makes no second DATA, so that doubling does not go on for ever.
 */
static void a_doubled_ack_makes_no_second_block(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(3);
	double_percent = 100;
	files[0].size = 51200;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_int_equal(data_sent, 101);
	whole(&c, 51200);
}

static void only_options_that_were_asked_for_are_answered(void **state)
{
	static const char *const strange[] = { "saveas",     "x", "BLKSIZE", "99999999",
					       "windowsize", "0", NULL };
	struct client c = fresh(2000);

	(void)state;
	get(3000, NULL, 1, 0);
	begin(1);
	files[0].size = 3000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", strange);
	run(&c, 1, 60);
	assert_false(c.oacked);
	whole(&c, 3000);

	c = fresh(2001);
	begin(1);
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet",
		    (const char *const[]) { "BlkSize", "60000", "tsize", "0", NULL });
	run(&c, 1, 60);
	assert_true(c.oacked);
	assert_int_equal(c.blksize, 1468);
	assert_int_equal(c.tsize, 3000);
	assert_int_equal(c.window, 1);
	whole(&c, 3000);

	limits.no_options = true;
	c = fresh(2002);
	begin(1);
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", pi);
	run(&c, 1, 60);
	assert_false(c.oacked);
	whole(&c, 3000);
}

static void block_numbers_roll_over(void **state)
{
	static const char *const small[] = { "blksize", "8", "windowsize", "16", NULL };

	(void)state;
	for (int to_one = 0; to_one < 2; to_one++) {
		struct client c = fresh(2000);

		limits.rollover_to_one = to_one != 0;
		begin(9);
		loss_percent = 1;
		c.rolls_to = (uint16_t)to_one;
		files[0].size = 70000 * 8 + 3;
		client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", small);
		run(&c, 1, 3600);
		assert_int_equal(c.got, 70001);
		/* what a client hears twice it acknowledges twice: that must not feed itself */
		assert_in_range(data_sent, 70001, 2 * 70001);
		whole(&c, files[0].size);
	}
}

static void names_lead_to_files_or_to_an_error(void **state)
{
	static const struct {
		const char *name;
		int error; /* -1: served */
	} tries[] = { { "/kernel8.img", -1 },
		      { "38c128c0//kernel8.img", -1 },
		      { "\\kernel8.img", -1 },
		      { "./a/../kernel8.img", -1 },
		      { "../kernel8.img", 2 },
		      { "a/../../kernel8.img", 2 },
		      { "", 2 },
		      { "nothing", 1 },
		      { "folder", 2 } };

	(void)state;
	files[0].size = 100;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct client c = fresh(2000);

		begin(1);
		client_asks(&c, TFTP_RRQ, tries[i].name, "octet", pi);
		run(&c, 1, 60);
		assert_int_equal(c.failed, tries[i].error >= 0);
		if (c.failed) {
			assert_int_equal(c.error, tries[i].error);
			assert_int_equal(last_event, TFTP_REFUSED);
			assert_int_equal(sent_datagrams, 1);
		}
		assert_int_equal(tftp_server_transfers(server), 0);
		free(c.data);
	}
}

static void text_goes_as_netascii(void **state)
{
	static const char text[] = "a\nb\rc\r\nd\n";
	static const char wire[] = "a\r\nb\r\0c\r\0\r\nd\r\n";
	struct client c = fresh(2000);
	static uint8_t lines[5000];

	(void)state;
	begin(1);
	files[1] = (struct file) { "text", (uint8_t *)(uintptr_t)text, sizeof(text) - 1, false,
				   false };
	n_files = 2;
	client_asks(&c, TFTP_RRQ, "text", "NetASCII", pi);
	run(&c, 1, 60);
	assert_true(c.done);
	assert_int_equal(c.tsize, 0); /* not known before it is converted: not said */
	assert_int_equal(c.n, sizeof(wire) - 1);
	assert_memory_equal(c.data, wire, c.n);
	free(c.data);

	/* a pair never falls between two blocks, wherever they end, whatever is lost */
	for (uint32_t i = 0; i < sizeof(lines); i++)
		lines[i] = i % 3 ? 'x' : '\n';
	files[1] = (struct file) { "text", lines, sizeof(lines), false, false };
	for (uint64_t seed = 1; seed < 30; seed++) {
		uint64_t n = 0;

		c = fresh(2000);
		begin(seed);
		loss_percent = 10;
		client_asks(&c, TFTP_RRQ, "text", "netascii",
			    (const char *const[]) { "windowsize", "4", NULL });
		run(&c, 1, 600);
		assert_true(c.done);
		for (uint32_t i = 0; i < sizeof(lines); i++) {
			if (lines[i] == '\n')
				assert_int_equal(c.data[n++], '\r');
			assert_int_equal(c.data[n++], lines[i]);
		}
		assert_int_equal(n, c.n);
		free(c.data);
	}
}

static void who_says_nothing_is_given_up(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	c.done = true; /* and is switched off */
	run(&c, 1, 600);
	assert_int_equal(last_event, TFTP_SILENT);
	assert_int_equal(sent_datagrams, 4); /* forged requests are worth no more */
	assert_int_equal(tftp_server_transfers(server), 0);
	assert_int_equal(handles, closed);
	free(c.data);
}

static void a_file_that_changes_ends_with_an_error(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 200000;
	files[0].changes = true;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_true(c.failed);
	assert_int_equal(last_event, TFTP_BROKEN);
	assert_int_equal(handles, closed);
	files[0].changes = false;
	free(c.data);
}

/* A Pi asks for a file to learn its size, and says no. */
static void a_size_probe_ends_at_once(void **state)
{
	struct tftp_peer from = peer_of(2000);
	static const uint8_t no[] = { 0, 5, 0, 0, 'n', 'o', 0 };
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", pi);
	loss_percent = 100; /* of its ACK */
	run(&c, 1, 1);
	tftp_server_packet(server, &from, bytes_of(no, sizeof(no)), now);
	assert_int_equal(last_event, TFTP_ABORTED);
	assert_int_equal(tftp_server_transfers(server), 0);
	free(c.data);
}

static void the_next_file_may_come_to_the_same_port(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	free(c.data);
	c = fresh(2000);
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	whole(&c, 5000);
}

static void many_are_served_at_once(void **state)
{
	enum { CLIENTS = 200 };
	static struct client c[CLIENTS];

	(void)state;
	limits.per_client = CLIENTS;
	begin(5);
	loss_percent = 2;
	files[0].size = 30000;
	for (uint32_t i = 0; i < CLIENTS; i++) {
		c[i] = fresh((uint16_t)(2000 + i));
		client_asks(&c[i], TFTP_RRQ, "kernel8.img", "octet", i & 1 ? pi : NULL);
	}
	run(c, CLIENTS, 600);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		assert_true(c[i].done);
		assert_int_equal(c[i].n, 30000);
		assert_memory_equal(c[i].data, files[0].data, 30000);
		free(c[i].data);
	}
	assert_int_equal(handles, closed);
}

/* Requests with forged addresses fill the table: who asks after them is served all the same. */
static void forged_requests_lock_nobody_out(void **state)
{
	static const uint8_t rrq[] = "\0\1kernel8.img\0octet";
	struct client c = fresh(2000);

	(void)state;
	limits.transfers = 32;
	begin(1);
	files[0].size = 5000;
	for (uint32_t i = 0; i < 500; i++) {
		struct tftp_peer from = peer_of(9);

		from.ip = address_ip4(0x0b000000 + i);
		tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
	}
	assert_int_equal(tftp_server_transfers(server), 32);
	queued = 0;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_true(c.done);
	assert_int_equal(c.n, 5000);
	free(c.data);
}

static void a_flood_is_told_and_counted(void **state)
{
	static const uint8_t rrq[] = "\0\1kernel8.img\0octet";
	struct tftp_peer from = peer_of(2000);

	(void)state;
	begin(1);
	files[0].size = 5000;
	told = 0;
	for (uint32_t i = 0; i < 1000; i++) {
		from.port = (uint16_t)(2000 + i);
		tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
	}
	assert_int_equal(tftp_server_transfers(server), limits.per_client);
	assert_int_equal(sent_datagrams, limits.per_client);
	assert_int_equal(told, limits.per_client + 1);
	assert_int_equal(last_event, TFTP_REFUSED);
	now += 2000 * ms;
	tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
	assert_int_equal(told, limits.per_client + 2);
	assert_int_equal(last_turned, 1000 - limits.per_client + 1);

	/* asking again and again from one port is not answered each time: nobody asked, perhaps */
	begin(1);
	from.port = 2000;
	for (uint32_t i = 0; i < 1000; i++) {
		tftp_server_request(server, &from, bytes_of(rrq, sizeof(rrq)), now);
		now += ms;
	}
	assert_in_range(sent_datagrams, 2, 6);
}

static void no_block_is_longer_than_the_path_has_room_for(void **state)
{
	static const struct {
		uint32_t mtu, limit, blksize;
	} rows[] = {
		{ 0, 65464, 1468 },    { 1500, 65464, 1468 },   { 1400, 65464, 1368 },
		{ 9000, 65464, 8968 }, { 65536, 65464, 65464 }, { 1500, 1024, 1024 },
		{ 576, 65464, 544 },   { 68, 65464, 512 },
	};
	static const char *const much[] = { "blksize", "65464", NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct client c = fresh(2000);

		limits.blksize_max = rows[i].limit;
		path_mtu = rows[i].mtu;
		begin(1);
		files[0].size = 10;
		client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", much);
		run(&c, 1, 60);
		assert_true(c.done);
		assert_int_equal(c.blksize, rows[i].blksize);
		free(c.data);
	}
}

/* A router says so: what was lost is sent again at once, for each router on the way once. */
static void what_was_too_long_for_a_link_is_sent_again_at_once(void **state)
{
	static const uint32_t told_mtu[] = { 1400, 1400, 1300, 1400, 1200, 1100, 1000, 900 };
	static const uint32_t sends[] = { 1, 0, 1, 0, 1, 1, 0, 0 };
	struct client c = fresh(2000);
	struct tftp_peer peer = peer_of(2000);

	(void)state;
	begin(1);
	files[0].size = 100;
	client_asks(&c, TFTP_RRQ, "kernel8.img", "octet", NULL);
	tftp_server_packet(server, &peer, bytes_of(c.last, c.last_n), now);
	for (size_t i = 0; i < sizeof(sends) / sizeof(sends[0]); i++) {
		uint32_t before_it = data_sent;

		tftp_server_too_long(server, &peer, told_mtu[i], now);
		assert_int_equal(data_sent - before_it, sends[i]);
	}
	peer.port++;
	tftp_server_too_long(server, &peer, 500, now);
	run(&c, 1, 60);
	whole(&c, 100);
}

/* And where no router says anything, what is sent again may go in pieces. */
static void a_link_that_takes_less_and_does_not_say_so_ends_no_transfer(void **state)
{
	(void)state;
	narrow = 1000;
	get(100000, pi, 1, 0);
	get(100000, windowed, 1, 0);
}

static void a_dry_run_tells_and_says_nothing(void **state)
{
	static const char *const names[] = { "kernel8.img", "nothing", "../x" };

	(void)state;
	limits.dry = true;
	for (size_t i = 0; i < 3; i++) {
		struct client c = fresh(2000);

		begin(1);
		client_asks(&c, TFTP_RRQ, names[i], "octet", pi);
		run(&c, 1, 1);
		assert_int_equal(last_event, i ? TFTP_REFUSED : TFTP_BEGUN);
		assert_int_equal(sent_datagrams, 0);
		assert_int_equal(tftp_server_transfers(server), 0);
		assert_int_equal(handles, closed);
		free(c.data);
	}
	{
		struct client c = fresh(2000);

		begin(1);
		client_asks(&c, TFTP_WRQ, "new", "octet", NULL);
		run(&c, 1, 1);
		assert_int_equal(last_event, TFTP_BEGUN);
		assert_int_equal(n_files, 1);
		free(c.data);
	}
}

/* ---- whose files ---- */

static struct boot_path_who last_who;

static int mem_make(void *ctx, const char *path, const struct boot_path_who *who, int *handle,
		    uint64_t *size)
{
	(void)ctx;
	last_who = *who;
	*handle = 0;
	*size = 10;
	handles++;
	return strcmp(path, "made") == 0 || strcmp(path, "38c128c0/made") == 0 ? 0 : STORE_MISSING;
}

static void gets(const char *name, const char *path)
{
	struct client c = fresh(2000);

	client_asks(&c, TFTP_RRQ, name, "octet", NULL);
	run(&c, 1, 60);
	assert_int_equal(c.done, path != NULL);
	if (path)
		assert_string_equal(last_path, path);
	free(c.data);
}

static void a_client_may_have_a_folder_of_its_own(void **state)
{
	asks.mac = (struct mac) { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
	(void)state;
	files[0].size = 10;
	files[1] = (struct file) { "dc-a6-32-01-02-03/x", files[0].data, 10, false, false };
	files[2] = (struct file) { "x", files[0].data, 10, false, false };
	n_files = 3;
	begin(1);
	gets("x", "x");
	limits.own_folders = true;
	begin(1);
	gets("x", "dc-a6-32-01-02-03/x");
	gets("38c128c0/kernel8.img", "kernel8.img");
	/* dnsmasq's tftp-unique-root: a folder that is there is the root, one that is not is not
	 * missed */
	limits.own_only = true;
	begin(1);
	gets("kernel8.img", "kernel8.img");
	own_folder = "dc-a6-32-01-02-03";
	gets("kernel8.img", NULL);
	gets("x", "dc-a6-32-01-02-03/x");
	gets("38c128c0/x", "dc-a6-32-01-02-03/x");
	assert_int_equal(handles, closed);
	own_folder = NULL;
	n_files = 1;
}

static void what_is_made_for_a_board_knows_its_serial(void **state)
{
	(void)state;
	store.make = mem_make;
	files[0].size = 10;
	begin(1);
	gets("38c128c0/made", "38c128c0/made");
	assert_int_equal(last_who.serial, 0x38c128c0);
	assert_int_equal(address_to_ip4(last_who.local), 0x0a000001);
	gets("made", "made");
	assert_true(last_who.has_serial); /* it said so before */
	gets("other", NULL);
	/* another board has come to that address */
	asks.mac = (struct mac) { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
	gets("made", "made");
	assert_false(last_who.has_serial);
}

/* ---- writing ---- */

static void put_file(const char *mode, const char *const *options, const uint8_t *data, uint32_t n,
		     uint64_t seed, uint32_t trouble)
{
	struct tftp_peer from = peer_of(2000);
	struct client c = fresh(2000);
	uint32_t at = 0, guard = 0;
	uint16_t block = 0;
	bool over = false;

	begin(seed);
	n_files = 1;
	client_asks(&c, TFTP_WRQ, "new", mode, options);
	/* lock step, block by block; what is lost is sent again after a second */
	while (!over && guard++ < 20000) {
		bool heard = false;

		if (chance() >= trouble)
			tftp_server_packet(server, &from, bytes_of(c.last, c.last_n), now);
		queued = 0;
		now += ms;
		if (tftp_server_next(server) <= now)
			tftp_server_tick(server, now);
		(void)heard;
		if (last_event == TFTP_DONE)
			over = true;
		/* what the server said is in its own count: the client asks by sending on */
		if (n_files == 2 &&
		    files[1].size >= (uint64_t)block * 512 -
					     (block && block * 512u > n ? block * 512u - n : 0) &&
		    !over) {
			uint32_t len = n - at < 512 ? n - at : 512;
			struct tftp m = { .op = TFTP_DATA,
					  .block = ++block,
					  .data = bytes_of(data + at, len) };
			struct writer w = writer_init(c.last, sizeof(c.last));

			tftp_encode(&m, &w);
			c.last_n = w.pos;
			at += len;
		}
	}
	assert_true(over);
	assert_int_equal(files[1].size, n);
	assert_memory_equal(files[1].data, data, n);
	assert_int_equal(dropped, 0);
	assert_int_equal(closed, 1);
	now += 60000 * ms;
	tftp_server_tick(server, now);
	assert_int_equal(tftp_server_transfers(server), 0);
	free(files[1].data);
	n_files = 1;
	free(c.data);
}

static void files_can_be_written(void **state)
{
	(void)state;
	put_file("octet", NULL, files[0].data, 5000, 1, 0);
	put_file("octet", NULL, files[0].data, 512 * 4, 1, 0);
	put_file("octet", NULL, files[0].data, 0, 1, 0);
	put_file("octet", NULL, files[0].data, 20000, 4, 20);
}

static void what_is_there_is_not_written_over(void **state)
{
	struct client c = fresh(2000);

	(void)state;
	begin(1);
	client_asks(&c, TFTP_WRQ, "kernel8.img", "octet", NULL);
	run(&c, 1, 60);
	assert_true(c.failed);
	assert_int_equal(c.error, 6);
	free(c.data);
}

/* Anything may come to an open port. */
static void no_datagram_does_harm(void **state)
{
	static const uint8_t good[] = "\0\1kernel8.img\0octet\0blksize\0001024\0windowsize\0004";
	uint8_t bad[sizeof(good)];

	(void)state;
	begin(1);
	files[0].size = 5000;
	for (uint32_t n = 0; n <= sizeof(good); n++)
		for (uint32_t bit = 0; bit < 8 * (n ? n : 1); bit++) {
			struct tftp_peer from = peer_of((uint16_t)(2000 + bit));

			memcpy(bad, good, sizeof(good));
			bad[bit / 8 % sizeof(good)] ^= (uint8_t)(1u << (bit & 7));
			tftp_server_packet(server, &from, bytes_of(bad, n), now);
			queued = 0;
			now += ms;
			tftp_server_tick(server, now);
		}
	for (int i = 0; i < 100; i++) {
		now += 5000 * ms;
		queued = 0;
		tftp_server_tick(server, now);
	}
	assert_int_equal(tftp_server_transfers(server), 0);
	assert_int_equal(handles, closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files_of_every_length_arrive, setup, teardown),
		cmocka_unit_test_setup_teardown(they_arrive_over_a_bad_wire, setup, teardown),
		cmocka_unit_test_setup_teardown(a_doubled_ack_makes_no_second_block, setup,
						teardown),
		cmocka_unit_test_setup_teardown(only_options_that_were_asked_for_are_answered,
						setup, teardown),
		cmocka_unit_test_setup_teardown(block_numbers_roll_over, setup, teardown),
		cmocka_unit_test_setup_teardown(names_lead_to_files_or_to_an_error, setup,
						teardown),
		cmocka_unit_test_setup_teardown(text_goes_as_netascii, setup, teardown),
		cmocka_unit_test_setup_teardown(who_says_nothing_is_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_changes_ends_with_an_error, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_size_probe_ends_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(the_next_file_may_come_to_the_same_port, setup,
						teardown),
		cmocka_unit_test_setup_teardown(many_are_served_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(forged_requests_lock_nobody_out, setup, teardown),
		cmocka_unit_test_setup_teardown(a_flood_is_told_and_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(no_block_is_longer_than_the_path_has_room_for,
						setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_too_long_for_a_link_is_sent_again_at_once,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_link_that_takes_less_and_does_not_say_so_ends_no_transfer, setup,
			teardown),
		cmocka_unit_test_setup_teardown(a_dry_run_tells_and_says_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_client_may_have_a_folder_of_its_own, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_is_made_for_a_board_knows_its_serial, setup,
						teardown),
		cmocka_unit_test_setup_teardown(files_can_be_written, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_there_is_not_written_over, setup, teardown),
		cmocka_unit_test_setup_teardown(no_datagram_does_harm, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
