/* SPDX-License-Identifier: BSD-2-Clause */
#include "frame_log.h"

#include <stdio.h>
#include <stdlib.h>

#include "boots.h"
#include "capture_file.h"
#include "unit.h"

static const char *const captures[] = {
	"pi4-healthy-dnsmasq-nfs3",       "pi5-mount-denied",      "pi4-rpcbind-silent",
	"three-pis-denied-and-no-kernel", "uefi-x64-healthy-ipxe", "pi3bplus-healthy",
};

static struct scope *scope_with(uint32_t bytes)
{
	struct scope_limits limits = scope_default_limits;

	limits.log_bytes = bytes;
	return scope_init(calloc(1, scope_size(&limits)), &limits);
}

struct told {
	struct scope *s;
	struct wire *w;
	uint32_t n, other;
	uint64_t messages;
};

static void lines(const struct packet *p, char *out, uint32_t n)
{
	struct text t = text_init(out, n);

	text_fmt(&t, "%lu %s ", (unsigned long)p->number, protocol_key(p));
	protocols[p->record].line(p, &t);
	text_fmt(&t, " %d %d:%d", (int)p->err, p->sport, p->dport);
}

/* Is the packet, as it is read from the wire, in the log in the same words? */
static void compare(void *ctx, struct packet *p, const struct call *call)
{
	static struct packet again;
	struct told *t = ctx;
	char a[600], b[600] = "";
	uint64_t id = frame_log_find(scope_log(t->s), p->number);
	const struct logged *e = frame_log_entry(scope_log(t->s), id);
	struct frame f;

	(void)call;
	if (!e || e->number != p->number || p->record == RECORD_NONE || p->record == RECORD_TCP)
		return;
	lines(p, a, sizeof(a));
	for (; e && e->number == p->number; e = frame_log_entry(scope_log(t->s), ++id)) {
		assert_true(frame_log_packet(scope_log(t->s), id, &f, &again));
		lines(&again, b, sizeof(b));
		if (strcmp(a, b) == 0)
			break;
	}
	assert_string_equal(a, b);
	t->n++;
}

static void read_capture(struct told *t, const char *name)
{
	const char *top = getenv("top_srcdir");
	char path[512], why[CAPTURE_WHY_MAX];
	struct source src;
	struct frame f;

	snprintf(path, sizeof(path), "%s/captures/%s.pcap", top ? top : "..", name);
	assert_int_equal(capture_file_open(path, &src, why, sizeof(why)), 0);
	while (src.next(src.ctx, &f) == 1)
		scope_frame(t->s, &f);
	src.close(src.ctx);
	assert_int_equal(capture_file_open(path, &src, why, sizeof(why)), 0);
	while (src.next(src.ctx, &f) == 1)
		wire_frame(t->w, &f, compare, t);
	src.close(src.ctx);
}

static void entries_read_as_their_packets_did(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(captures) / sizeof(captures[0]); i++) {
		struct told t = { .s = scope_with(4 << 20) };

		t.w = wire_init(calloc(1, wire_size(&wire_default_limits)), &wire_default_limits);
		read_capture(&t, captures[i]);
		print_message("# %s: %u of %llu\n", captures[i], t.n,
			      (unsigned long long)frame_log_stats(scope_log(t.s)).messages);
		assert_true(t.n > 10);
		free(t.w);
		free(t.s);
	}
}

/* From first to last and back, and each found by its number. */
static uint32_t walk(const struct scope *s, const struct client *c)
{
	const struct frame_log *l = scope_log(s);
	uint64_t id = frame_log_first(l, &c->frames), number = 0;
	uint32_t n = 0;

	for (; id; id = frame_log_next(l, id), n++) {
		const struct logged *e = frame_log_entry(l, id);

		assert_non_null(e);
		assert_true(e->number >= number && e->last_number >= e->number);
		assert_memory_equal(&e->mac, &c->mac, sizeof(c->mac));
		assert_true(frame_log_find(l, e->number) > 0);
		assert_true(frame_log_entry(l, frame_log_find(l, e->number))->number == e->number);
		number = e->number;
		if (!frame_log_next(l, id))
			assert_true(id == frame_log_last(l, &c->frames));
	}
	for (id = frame_log_last(l, &c->frames); id; id = frame_log_prev(l, id))
		n--;
	assert_int_equal(n, 0);
	return number > 0;
}

static void the_oldest_go_first_and_the_rest_hangs_together(void **state)
{
	static const uint32_t sizes[] = { 1, 20000, 40000, 100000, 1 << 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct told t = { .s = scope_with(sizes[i]) };
		struct log_stats st;
		uint32_t clients = 0;

		t.w = wire_init(calloc(1, wire_size(&wire_default_limits)), &wire_default_limits);
		read_capture(&t, "three-pis-denied-and-no-kernel");
		st = frame_log_stats(scope_log(t.s));
		for (uint32_t k = 0; k < scope_clients(t.s); k++)
			clients += walk(t.s, scope_client(t.s, k));
		assert_true(clients > 0 && st.held > 0);
		assert_true((st.gone > 0) == (sizes[i] < 1 << 20));
		assert_true(st.first_number > 0 && st.first_ns > 0);
		assert_true(frame_log_find(scope_log(t.s), st.first_number) == st.gone + 1);
		if (st.gone)
			assert_int_equal(frame_log_find(scope_log(t.s), 1), 0);
		assert_int_equal(frame_log_find(scope_log(t.s), UINT64_MAX), 0);
		free(t.w);
		free(t.s);
	}
}

static struct story *logged(void)
{
	struct story *w = story_begin();

	free(w->s);
	w->s = scope_with(1 << 20);
	return w;
}

enum { FROM = 30000 };

static void block(struct story *w, uint16_t op, uint16_t number)
{
	struct tftp m = {
		.op = op, .block = number, .data_len = 16, .data = bytes_of("0123456789abcdef", 16)
	};
	struct build_ends e = story_ends(pi4, CLIENT, DHCPD, FROM, 40000), back = story_back(&e);

	if (op == TFTP_ACK)
		m.data_len = m.data.n = 0;
	story_tftp(w, op == TFTP_ACK ? &e : &back, &m);
}

/* The request and block 1. */
static void begins(struct story *w)
{
	struct build_ends e = story_ends(pi4, CLIENT, DHCPD, FROM, TFTP_PORT);
	struct tftp rrq = { .op = TFTP_RRQ,
			    .file = bytes_str("start4.elf"),
			    .mode = bytes_str("octet") };

	leases(w, PI4, offering(PI4));
	story_tftp(w, &e, &rrq);
	block(w, TFTP_DATA, 1);
	block(w, TFTP_ACK, 1);
}

static uint32_t chain(const struct story *w, char *out, uint32_t n)
{
	const struct client *c = scope_client_by_mac(w->s, pi4);
	const struct frame_log *l = scope_log(w->s);
	struct text t = text_init(out, n);
	uint32_t count = 0;

	for (uint64_t id = frame_log_first(l, &c->frames); id; id = frame_log_next(l, id)) {
		const struct logged *e = frame_log_entry(l, id);

		text_fmt(&t, " %s%u", e->from_client ? ">" : "<", e->frames);
		count += e->frames;
	}
	return count;
}

static void blocks_in_order_are_one_entry_each_way(void **state)
{
	struct story *w = logged();
	char seen[200];

	(void)state;
	begins(w);
	for (uint16_t i = 2; i < 100; i++) {
		block(w, TFTP_DATA, i);
		block(w, TFTP_ACK, i);
	}
	assert_int_equal(chain(w, seen, sizeof(seen)), 4 + 3 + 2 * 98);
	assert_string_equal(seen, " >1 <1 >1 <1 >1 <99 >99");
	/* one that comes again is to be seen, and what follows it goes on from there */
	block(w, TFTP_DATA, 98);
	block(w, TFTP_DATA, 99);
	block(w, TFTP_ACK, 99);
	chain(w, seen, sizeof(seen));
	assert_string_equal(seen, " >1 <1 >1 <1 >1 <99 >99 <2 >1");
	story_end(w);
}

static void one_acknowledgement_a_window_is_a_run_too(void **state)
{
	struct story *w = logged();
	char seen[200];

	(void)state;
	begins(w);
	for (uint16_t i = 2; i < 66; i++) {
		block(w, TFTP_DATA, i);
		if (i % 8 == 1)
			block(w, TFTP_ACK, i);
	}
	chain(w, seen, sizeof(seen));
	assert_string_equal(seen, " >1 <1 >1 <1 >1 <65 >9");
	/* one that comes again, or goes back, is to be seen */
	block(w, TFTP_ACK, 65);
	block(w, TFTP_ACK, 60);
	chain(w, seen, sizeof(seen));
	assert_string_equal(seen, " >1 <1 >1 <1 >1 <65 >9 >1 >1");
	story_end(w);
}

static void bursts_are_as_many_blocks_of_a_run(void **state)
{
	uint8_t two[512 + 4 + 16] = { [513] = TFTP_DATA, [515] = 3 };
	struct story *w = logged();
	struct build_ends e = story_ends(pi4, CLIENT, DHCPD, FROM, 40000), back = story_back(&e);
	struct tftp m = { .op = TFTP_DATA, .block = 2 };
	const struct logged *run;
	struct packet p;
	struct frame f;
	char seen[200];
	uint64_t id;

	(void)state;
	begins(w);
	m.data = bytes_of(two, sizeof(two));
	story_tftp(w, &back, &m);
	block(w, TFTP_DATA, 4);
	chain(w, seen, sizeof(seen));
	assert_string_equal(seen, " >1 <1 >1 <1 >1 <3 >1");
	id = frame_log_find(scope_log(w->s), w->number);
	run = frame_log_entry(scope_log(w->s), id);
	assert_int_equal(run->blocks, 4);
	assert_int_equal(run->bytes, 16 + 512 + 16 + 16);
	assert_int_equal(run->id, 4);
	/* one that is sent again is shown as the burst it is */
	story_tftp(w, &back, &m);
	id = frame_log_find(scope_log(w->s), w->number);
	assert_true(frame_log_packet(scope_log(w->s), id, &f, &p));
	assert_int_equal(tftp_blocks(&p.u.tftp), 2);
	story_end(w);
}

static void a_run_is_found_by_the_frames_in_it(void **state)
{
	struct story *w = logged();
	const struct logged *e;

	(void)state;
	begins(w);
	for (uint16_t i = 2; i < 10; i++)
		block(w, TFTP_DATA, i);
	e = frame_log_entry(scope_log(w->s), frame_log_find(scope_log(w->s), w->number - 2));
	assert_non_null(e);
	assert_int_equal(e->record, RECORD_TFTP);
	assert_int_equal(e->frames, 9);
	assert_int_equal(e->last_number, w->number);
	assert_int_equal(e->bytes, 9 * 16);
	story_end(w);
}

static void a_board_that_lives_on_nfs_does_not_push_out_its_boot(void **state)
{
	struct story *w = logged();
	struct rpc m = { .prog = RPC_NFS, .vers = 3, .proc = 3, .known = true };
	char seen[2000];
	uint32_t all;

	(void)state;
	m.handle = bytes_of("handle", 6);
	m.name = bytes_str("etc");
	leases(w, PI4, offering(PI4));
	for (uint32_t i = 0; i < 1000; i++) {
		m.type = RPC_CALL;
		m.xid = i + 1;
		rpc_says(w, true, LOW_PORT, RPC_NFS_PORT, &m);
		m.type = RPC_REPLY;
		m.status_kind = RPC_STATUS_NFS3;
		rpc_says(w, false, LOW_PORT, RPC_NFS_PORT, &m);
	}
	all = chain(w, seen, sizeof(seen));
	assert_int_equal(all, 2004);
	assert_true(frame_log_stats(scope_log(w->s)).held <= 4 + LOG_NFS_SINGLE);
	assert_int_equal(frame_log_find(scope_log(w->s), 1), 1);
	story_end(w);
}

static void without_a_log_there_is_nothing(void **state)
{
	struct story *w = story_begin();

	(void)state;
	leases(w, PI4, offering(PI4));
	assert_null(scope_log(w->s));
	assert_int_equal(frame_log_find(NULL, 1), 0);
	assert_int_equal(frame_log_stats(NULL).messages, 0);
	assert_int_equal(frame_log_last(NULL, &scope_client(w->s, 0)->frames), 0);
	story_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_read_as_their_packets_did),
		cmocka_unit_test(the_oldest_go_first_and_the_rest_hangs_together),
		cmocka_unit_test(blocks_in_order_are_one_entry_each_way),
		cmocka_unit_test(one_acknowledgement_a_window_is_a_run_too),
		cmocka_unit_test(bursts_are_as_many_blocks_of_a_run),
		cmocka_unit_test(a_run_is_found_by_the_frames_in_it),
		cmocka_unit_test(a_board_that_lives_on_nfs_does_not_push_out_its_boot),
		cmocka_unit_test(without_a_log_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
