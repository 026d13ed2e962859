/* SPDX-License-Identifier: BSD-2-Clause */
/* The screens that show messages, under keys that nobody would press and over packets that nobody
 * would send. */
#include "screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "capture_file.h"
#include "unit.h"

static struct cell cells[CANVAS_W_MAX * CANVAS_H_MAX];
static struct view view;
static struct ui ui;

static uint32_t state;

static uint32_t any(uint32_t n)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % n;
}

/* A capture, of which one bit in every_bits is turned over; 0: none. */
static struct scope *read_capture(const char *name, uint32_t every_bits, uint32_t log_bytes)
{
	const char *top = getenv("top_srcdir");
	struct scope_limits limits = scope_default_limits;
	char path[512], why[CAPTURE_WHY_MAX];
	struct source src;
	struct scope *s;
	struct frame f;

	limits.clients = 64;
	limits.all_bytes = 4 << 20;
	limits.log_bytes = log_bytes;
	s = scope_init(calloc(1, scope_size(&limits)), &limits);
	snprintf(path, sizeof(path), "%s/captures/%s.pcap", top ? top : "..", name);
	assert_int_equal(capture_file_open(path, &src, why, sizeof(why)), 0);
	while (src.next(src.ctx, &f) == 1) {
		uint8_t *copy = malloc(f.cap_len + 1);

		memcpy(copy, f.data, f.cap_len);
		for (uint32_t i = 14; every_bits && i < f.cap_len; i++)
			if (any(every_bits) == 0)
				copy[i] ^= (uint8_t)(1u << any(8));
		f.data = copy;
		scope_frame(s, &f);
		free(copy);
	}
	src.close(src.ctx);
	scope_end(s);
	return s;
}

/* What is shown stands by itself: of the log, of the tree, in the rows. */
static void sane(const struct scope *s)
{
	const struct messages *m = &ui.messages;

	assert_true(m->n >= 0 && m->n <= MESSAGES_MAX);
	assert_true(m->tree.n <= TREE_ROWS_MAX);
	if (!m->id)
		return;
	assert_non_null(frame_log_entry(scope_log(s), m->id));
	assert_true(m->at < m->n && (m->at >= 0 || m->left_out));
	assert_true(m->field < m->tree.n);
	for (int i = 0; i < m->n; i++) {
		assert_non_null(frame_log_entry(scope_log(s), m->row[i].id));
		assert_true(m->row[i].peer <= PEER_OTHER && m->row[i].times >= 1);
	}
}

static void press_any(struct scope *s, uint32_t n)
{
	static const uint32_t keys[] = {
		'l',
		'd',
		'm',
		'n',
		'p',
		'j',
		'k',
		' ',
		'*',
		'9',
		'0',
		't',
		'g',
		'G',
		':',
		'1',
		'7',
		'/',
		'e',
		'c',
		4,
		PRESS_ENTER,
		PRESS_ESC,
		PRESS_TAB,
		PRESS_UP,
		PRESS_DOWN,
		21,
		'L',
		'y',
		PRESS_LEFT,
		PRESS_RIGHT,
		PRESS_HOME,
		PRESS_END,
		PRESS_PAGE_DOWN,
		PRESS_PAGE_UP,
		PRESS_CLICK,
		PRESS_WHEEL_DOWN,
		PRESS_ENTER,
		PRESS_DOWN,
		'd',
		'l',
	};
	struct view_source about = { .name = "capture.pcap" };

	ui_init(&ui, &screen_boards, false);
	for (uint32_t i = 0; i < n; i++) {
		struct canvas c = canvas_init(cells, 40 + (int)any(120), 10 + (int)any(50), false);
		struct press p = { keys[any(sizeof(keys) / sizeof(keys[0]))], (int)any(160),
				   (int)any(60) };

		view_take(&view, s, &about, &ui.how);
		ui_draw(&ui, &view, &c);
		sane(s);
		ui_key(&ui, &view, p);
	}
}

static const char *const captures[] = {
	"three-pis-denied-and-no-kernel",
	"pi3bplus-healthy",
	"uefi-x64-healthy-ipxe",
	"pi4-option43-wrong-text",
};

enum { CAPTURES = sizeof(captures) / sizeof(captures[0]) };

static void any_key_at_any_size_is_taken(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < CAPTURES; i++) {
		struct scope *s = read_capture(captures[i], 0, 4 << 20);

		state = i;
		press_any(s, 600);
		free(s);
	}
}

static void damaged_packets_are_shown_as_far_as_they_go(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < 2 * CAPTURES; i++) {
		struct scope *s = read_capture(captures[i / 2], i % 2 ? 40 : 400, 4 << 20);

		press_any(s, 250);
		free(s);
	}
}

static void a_log_that_holds_little_shows_the_latest(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < CAPTURES; i++) {
		struct scope *s = read_capture(captures[i], 0, 1);

		press_any(s, 200);
		free(s);
	}
}

static void without_a_log_the_screens_say_so(void **unused)
{
	struct scope *s = read_capture(captures[0], 0, 0);

	(void)unused;
	press_any(s, 200);
	assert_true(ui.messages.id == 0 && ui.messages.n == 0);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_key_at_any_size_is_taken),
		cmocka_unit_test(damaged_packets_are_shown_as_far_as_they_go),
		cmocka_unit_test(a_log_that_holds_little_shows_the_latest),
		cmocka_unit_test(without_a_log_the_screens_say_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
