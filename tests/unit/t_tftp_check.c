/* SPDX-License-Identifier: BSD-2-Clause */
/* What a TFTP server can is found out by few requests, each broken off; whatever it answers. */
#include "tftp_check.h"

#include <stdlib.h>

#include "text.h"
#include "tftp.h"
#include "unit.h"

enum { OWN = 0x0a090032, SERVER = 0x0a090009, OTHER = 0x0a090008, PORT = 5000, BLOCK = 512 };

static const uint64_t ms = 1000000;

/* A server that does as it is told here. */
static struct server {
	bool silent, no_options, no_sizes, refuses, folds, no_slash, no_slashes, missing_silent;
	bool has_all, single_port, elsewhere, window_of_one, one_by_one, gone;
	uint32_t blksize, window;
	uint64_t size;
	uint16_t behind; /* 65535; 2: nothing */
	uint16_t missing_code;
	uint64_t late_ns;
} s;

static struct tftp_check check;
static uint64_t now;
static uint32_t requests, errors, datagrams;

/* Of the transfer that goes on. */
static struct {
	uint16_t port;
	uint32_t window, blksize;
	uint64_t sent; /* blocks */
} at;

static struct {
	uint8_t data[64 << 10];
	uint32_t n;
	uint64_t at_ns;
	uint16_t sport, dport;
	uint32_t src;
} queue[64];
static uint32_t head, tail;

static void answer(const struct tftp *m)
{
	uint32_t i = tail++ % 64;
	struct writer w = writer_init(queue[i].data, sizeof(queue[i].data));

	tftp_encode(m, &w);
	assert_int_equal(w.err, ERR_OK);
	queue[i].n = w.pos;
	queue[i].at_ns = now + ms / 5 + s.late_ns;
	queue[i].sport = s.single_port ? TFTP_PORT : PORT;
	queue[i].dport = at.port;
	queue[i].src = s.elsewhere ? OTHER : SERVER;
}

static uint16_t number(uint64_t block)
{
	if (block <= 65535)
		return (uint16_t)block;
	return (uint16_t)(s.behind == 1 ? (block - 1) % 65535 + 1 : block);
}

static void send_blocks(void)
{
	static const uint8_t zeros[2048];

	for (uint32_t i = 0; i < at.window; i++) {
		uint64_t from = at.sent * at.blksize;
		uint64_t left = s.size > from ? s.size - from : 0;
		struct tftp m = { .op = TFTP_DATA, .block = number(at.sent + 1) };

		if (from > s.size || (s.behind == 2 && at.sent == 65535))
			return;
		m.data = bytes_of(zeros, left < at.blksize ? (uint32_t)left : at.blksize);
		at.sent++;
		answer(&m);
		if (left < at.blksize || s.one_by_one)
			return;
	}
}

static bool is_there(struct bytes file)
{
	static const char *const names[] = { "0abcde12/kernel8.img", "/0abcde12/kernel8.img",
					     "0abcde12//kernel8.img", "0abcde12/KERNEL8.IMG" };

	if (s.has_all)
		return true;
	for (int i = 0; i < 4; i++)
		if (bytes_is(file, names[i]))
			return i == 0 || (i == 1 ? !s.no_slash : i == 2 ? !s.no_slashes : s.folds);
	return false;
}

static void add_number(struct tftp *m, const char *key, char *buf, uint64_t v)
{
	struct text t = text_init(buf, 21);

	text_u64(&t, v);
	tftp_add(m, key, buf);
}

static uint32_t lower_of(uint64_t asked, uint32_t most)
{
	return asked < most ? (uint32_t)asked : most;
}

static void on_request(const struct tftp *q)
{
	static const char *const no = "no";
	struct tftp m = { .op = TFTP_OACK };
	char size[21], block[21], window[21];

	requests++;
	at.sent = 0;
	at.window = 1;
	at.blksize = BLOCK;
	if (s.silent || (s.missing_silent && !is_there(q->file)))
		return;
	if (!is_there(q->file)) {
		m = (struct tftp) { .op = TFTP_ERROR,
				    .error_code = s.missing_code,
				    .message = bytes_str(no) };
		answer(&m);
		return;
	}
	if (s.refuses && q->n_options) {
		m = (struct tftp) { .op = TFTP_ERROR, .error_code = 8, .message = bytes_str(no) };
		answer(&m);
		return;
	}
	if (q->has & 1u << TFTP_TSIZE && !s.no_sizes)
		add_number(&m, "tsize", size, s.size);
	if (q->has & 1u << TFTP_BLKSIZE && s.blksize) {
		at.blksize = lower_of(q->value[TFTP_BLKSIZE], s.blksize);
		add_number(&m, "blksize", block, at.blksize);
	}
	if (q->has & 1u << TFTP_WINDOWSIZE && s.window) {
		at.window = lower_of(q->value[TFTP_WINDOWSIZE], s.window);
		add_number(&m, "windowsize", window, at.window);
	}
	if (m.n_options && !s.no_options) {
		answer(&m);
		return;
	}
	at.window = 1;
	at.blksize = BLOCK;
	send_blocks();
}

static void from_check(void *ctx, const struct probe_datagram *d)
{
	struct reader r = reader_init(d->data.p, d->data.n, d->data.n);
	struct tftp m;

	(void)ctx;
	datagrams++;
	assert_int_equal(d->src, OWN);
	assert_int_equal(d->dst, SERVER);
	assert_int_equal(tftp_decode(&r, &m), ERR_OK);
	if (m.op == TFTP_RRQ) {
		assert_int_equal(d->dport, TFTP_PORT);
		if (d->sport == at.port) /* again */
			return;
		at.port = d->sport;
		on_request(&m);
	} else if (m.op == TFTP_ERROR) {
		errors++;
		head = tail; /* it stops */
	} else if (m.op == TFTP_ACK && m.block == number(at.sent)) {
		send_blocks();
	}
}

static void deliver(void)
{
	uint32_t i = head++ % 64;
	struct probe_datagram d = {
		.src = queue[i].src, .dst = OWN, .sport = queue[i].sport, .dport = queue[i].dport
	};
	uint8_t *data = malloc(queue[i].n ? queue[i].n : 1);

	memcpy(data, queue[i].data, queue[i].n);
	d.data = bytes_of(data, queue[i].n);
	now = queue[i].at_ns > now ? queue[i].at_ns : now;
	tftp_check_take(&check, &d, now);
	free(data);
}

static const struct tftp_check_setup usual = {
	.own = OWN,
	.server = SERVER,
	.name = "0abcde12/kernel8.img",
	.rollover_ms = 60000,
	.port = 50000,
};

static void begin(const struct tftp_check_setup *setup)
{
	now = 1000 * ms;
	head = tail = requests = errors = datagrams = 0;
	memset(&at, 0, sizeof(at));
	tftp_check_init(&check, setup, from_check, NULL);
}

static void run(const struct tftp_check_setup *setup)
{
	uint64_t next;

	begin(setup);
	while ((next = tftp_check_next(&check)) != UINT64_MAX) {
		if (head != tail && queue[head % 64].at_ns <= next) {
			deliver();
			continue;
		}
		now = next > now ? next : now;
		tftp_check_tick(&check, now);
		assert_true(now < 600000 * ms);
	}
}

static const struct tftp_tried *tried(enum tftp_trial i)
{
	return &check.tried[i];
}

static int fresh(void **state)
{
	(void)state;
	s = (struct server) { .blksize = 1468, .window = 64, .size = 100000, .missing_code = 1 };
	return 0;
}

/* ---- what is good ---- */

static void a_good_server_is_seen_as_such(void **state)
{
	(void)state;
	run(&usual);
	assert_int_equal(tried(TRIAL_SIZES)->end, FETCH_THERE);
	assert_true(tried(TRIAL_SIZES)->has_size);
	assert_int_equal(tried(TRIAL_SIZES)->size, 100000);
	assert_int_equal(tried(TRIAL_SIZES)->blksize, 1468);
	assert_int_equal(tried(TRIAL_SIZES)->port, PORT);
	assert_int_equal(tried(TRIAL_SIZES)->took_ns, ms / 5);
	assert_int_equal(tried(TRIAL_1428)->blksize, 1428);
	assert_int_equal(tried(TRIAL_1024)->blksize, 1024);
	assert_int_equal(tried(TRIAL_WINDOW)->window, 16);
	assert_int_equal(tried(TRIAL_WINDOW)->burst, 16);
	assert_int_equal(tried(TRIAL_CASE)->end, FETCH_MISSING);
	assert_string_equal(tried(TRIAL_CASE)->name, "0abcde12/KERNEL8.IMG");
	assert_int_equal(tried(TRIAL_SLASH)->end, FETCH_THERE);
	assert_int_equal(tried(TRIAL_SLASHES)->end, FETCH_THERE);
	assert_int_equal(tried(TRIAL_MISSING)->end, FETCH_MISSING);
	assert_false(tried(TRIAL_ROLLOVER)->asked);
	assert_int_equal(check.quickest_ns, ms / 5);
}

static void it_is_few_requests_and_each_is_broken_off(void **state)
{
	(void)state;
	run(&usual);
	assert_int_equal(requests, 8);
	assert_int_equal(errors, 6); /* the other two were refused */
	assert_true(datagrams <= 16);
	assert_true(now < 2000 * ms);
}

static void block_numbers_go_on_with_0_or_1_or_not(void **state)
{
	(void)state;
	s.size = 40000000;
	run(&usual);
	assert_true(tried(TRIAL_ROLLOVER)->wrapped);
	assert_int_equal(tried(TRIAL_ROLLOVER)->next, 0);
	assert_true(at.sent < 65536 + 16); /* no more than it takes */
	s.behind = 1;
	s.window = 0;
	run(&usual);
	assert_true(tried(TRIAL_ROLLOVER)->wrapped);
	assert_int_equal(tried(TRIAL_ROLLOVER)->next, 1);
	s.behind = 2;
	run(&usual);
	assert_false(tried(TRIAL_ROLLOVER)->wrapped);
	assert_int_equal(tried(TRIAL_ROLLOVER)->end, FETCH_STALLED);
}

static void a_rollover_that_takes_long_is_left_out(void **state)
{
	struct tftp_check_setup quick = usual, slow = usual, known = usual;

	(void)state;
	s.size = 40000000;
	s.window = 0;
	s.late_ns = 3 * ms;
	run(&usual);
	assert_false(tried(TRIAL_ROLLOVER)->asked);
	assert_true(check.too_slow);
	/* a board had it quicker: it is tried, and no longer than that */
	slow.block_ns = ms / 100;
	slow.rollover_ms = 8000;
	run(&slow);
	assert_true(tried(TRIAL_ROLLOVER)->asked);
	assert_false(tried(TRIAL_ROLLOVER)->wrapped);
	assert_int_equal(tried(TRIAL_ROLLOVER)->end, FETCH_GOES_ON);
	assert_true(check.too_slow);
	assert_true(now < 12000 * ms);
	known.no_rollover = true;
	s.late_ns = 0;
	run(&known);
	assert_false(tried(TRIAL_ROLLOVER)->asked);
	quick.name[0] = 'x';
	s.size = 65535 * 512 - 1; /* block 65535 is the last */
	s.has_all = true;
	run(&quick);
	assert_false(tried(TRIAL_ROLLOVER)->asked);
}

/* ---- what is not ---- */

static void options_may_be_overlooked(void **state)
{
	(void)state;
	s.no_options = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_SIZES)->end, FETCH_THERE);
	assert_false(tried(TRIAL_SIZES)->has_size);
	assert_false(tried(TRIAL_SIZES)->oack);
	assert_int_equal(tried(TRIAL_SIZES)->blksize, 512);
	assert_int_equal(tried(TRIAL_WINDOW)->window, 1);
}

static void options_may_be_granted_in_part(void **state)
{
	(void)state;
	s.no_sizes = true;
	s.blksize = 1400;
	s.window = 4;
	run(&usual);
	assert_false(tried(TRIAL_SIZES)->has_size);
	assert_int_equal(tried(TRIAL_SIZES)->blksize, 1400);
	assert_int_equal(tried(TRIAL_1024)->blksize, 1024);
	assert_int_equal(tried(TRIAL_WINDOW)->window, 4);
	assert_int_equal(tried(TRIAL_WINDOW)->burst, 4);
	s.one_by_one = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_WINDOW)->window, 4);
	assert_int_equal(tried(TRIAL_WINDOW)->burst, 1);
}

static void options_may_be_refused(void **state)
{
	(void)state;
	s.refuses = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_SIZES)->end, FETCH_REFUSED);
	assert_int_equal(tried(TRIAL_SIZES)->error_code, 8);
	assert_int_equal(tried(TRIAL_WINDOW)->end, FETCH_REFUSED);
	assert_int_equal(tried(TRIAL_MISSING)->end, FETCH_MISSING);
}

static void names_may_be_taken_in_other_ways(void **state)
{
	(void)state;
	s.folds = s.no_slash = s.no_slashes = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_CASE)->end, FETCH_THERE);
	assert_int_equal(tried(TRIAL_SLASH)->end, FETCH_MISSING);
	assert_int_equal(tried(TRIAL_SLASHES)->end, FETCH_MISSING);
	s.has_all = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_MISSING)->end, FETCH_THERE);
}

static void missing_files_may_be_met_with_silence_or_another_error(void **state)
{
	(void)state;
	s.missing_silent = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_MISSING)->end, FETCH_SILENT);
	assert_int_equal(tried(TRIAL_MISSING)->resent, 2);
	s.missing_silent = false;
	s.missing_code = 2;
	s.late_ns = 700 * ms;
	run(&usual);
	assert_int_equal(tried(TRIAL_MISSING)->end, FETCH_REFUSED);
	assert_int_equal(tried(TRIAL_MISSING)->error_code, 2);
	assert_true(tried(TRIAL_MISSING)->took_ns >= 700 * ms);
}

static void who_does_not_answer_is_asked_once(void **state)
{
	struct tftp_check_setup gone = usual;

	(void)state;
	s.silent = true;
	run(&usual);
	assert_int_equal(requests, 1);
	assert_int_equal(datagrams, 3);
	assert_int_equal(tried(TRIAL_SIZES)->end, FETCH_SILENT);
	assert_false(tried(TRIAL_MISSING)->asked);
	s.silent = false;
	gone.name[0] = 'X';
	run(&gone); /* nothing but what is not there for us */
	assert_int_equal(requests, 1);
	assert_int_equal(tried(TRIAL_SIZES)->end, FETCH_MISSING);
}

static void answers_from_elsewhere_are_no_answers(void **state)
{
	(void)state;
	s.elsewhere = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_SIZES)->end, FETCH_SILENT);
	assert_int_equal(tried(TRIAL_SIZES)->stranger, OTHER);
	assert_int_equal(requests, 1);
	fresh(NULL);
	s.single_port = true;
	run(&usual);
	assert_int_equal(tried(TRIAL_SIZES)->port, TFTP_PORT);
	assert_int_equal(tried(TRIAL_MISSING)->end, FETCH_MISSING);
}

static void a_name_may_have_neither_folder_nor_letters(void **state)
{
	struct tftp_check_setup setup = usual;
	struct text t = text_init(setup.name, sizeof(setup.name));

	(void)state;
	s.has_all = true;
	text_str(&t, "/12");
	run(&setup);
	assert_false(tried(TRIAL_CASE)->asked);
	assert_false(tried(TRIAL_SLASHES)->asked);
	assert_string_equal(tried(TRIAL_SLASH)->name, "12");
	text_clear(&t);
	while (!t.cut)
		text_char(&t, 'a');
	run(&setup); /* no room for one more */
	assert_true(tried(TRIAL_SIZES)->asked);
	assert_false(tried(TRIAL_SLASH)->asked);
	assert_true(tried(TRIAL_CASE)->asked);
}

/* ---- what is hostile ---- */

/* Each answer of a good server cut short or with a byte changed: it ends all the same, in time. */
static void hostile(uint32_t victim, uint32_t n, uint32_t change)
{
	struct tftp_check_setup setup = usual;
	uint32_t seen = 0;
	uint64_t next;

	setup.rollover_ms = 1000;
	begin(&setup);
	while ((next = tftp_check_next(&check)) != UINT64_MAX) {
		if (head != tail && queue[head % 64].at_ns <= next) {
			uint32_t i = head % 64;

			if (seen++ == victim) {
				queue[i].n = n < queue[i].n ? n : queue[i].n;
				if (queue[i].n)
					queue[i].data[change % queue[i].n] ^=
						(uint8_t)(1u << change % 8);
			}
			deliver();
			continue;
		}
		now = next > now ? next : now;
		tftp_check_tick(&check, now);
		assert_true(now < 120000 * ms);
	}
}

static void whatever_is_answered_it_ends(void **state)
{
	(void)state;
	s.size = 5000;
	for (uint32_t victim = 0; victim < 24; victim++)
		for (uint32_t n = 0; n < 60; n++) {
			hostile(victim, n, UINT32_MAX);
			hostile(victim, UINT32_MAX, n);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_good_server_is_seen_as_such, fresh),
		cmocka_unit_test_setup(it_is_few_requests_and_each_is_broken_off, fresh),
		cmocka_unit_test_setup(block_numbers_go_on_with_0_or_1_or_not, fresh),
		cmocka_unit_test_setup(a_rollover_that_takes_long_is_left_out, fresh),
		cmocka_unit_test_setup(options_may_be_overlooked, fresh),
		cmocka_unit_test_setup(options_may_be_granted_in_part, fresh),
		cmocka_unit_test_setup(options_may_be_refused, fresh),
		cmocka_unit_test_setup(names_may_be_taken_in_other_ways, fresh),
		cmocka_unit_test_setup(missing_files_may_be_met_with_silence_or_another_error,
				       fresh),
		cmocka_unit_test_setup(who_does_not_answer_is_asked_once, fresh),
		cmocka_unit_test_setup(answers_from_elsewhere_are_no_answers, fresh),
		cmocka_unit_test_setup(a_name_may_have_neither_folder_nor_letters, fresh),
		cmocka_unit_test_setup(whatever_is_answered_it_ends, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
