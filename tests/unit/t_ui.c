/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "capture_file.h"
#include "unit.h"

struct stage_set {
	struct scope *s;
	struct view view;
	struct view_source about;
	struct ui ui;
	struct canvas c;
};

static struct scope *read_capture(const char *name)
{
	struct scope_limits limits = scope_default_limits;
	const char *top = getenv("top_srcdir");
	char path[4096], why[CAPTURE_WHY_MAX];
	struct source source;
	struct frame f;
	struct scope *s;

	limits.clients = 64;
	limits.all_bytes = 8 << 20;
	limits.log_bytes = 1 << 20;
	s = scope_init(calloc(1, scope_size(&limits)), &limits);
	if (!name)
		return s;
	snprintf(path, sizeof(path), "%s/captures/%s.pcap", top ? top : ".", name);
	assert_int_equal(capture_file_open(path, &source, why, sizeof(why)), 0);
	while (source.next(source.ctx, &f) == 1)
		scope_frame(s, &f);
	scope_end(s);
	source.close(source.ctx);
	return s;
}

static struct stage_set *begin(const char *capture)
{
	struct stage_set *t = calloc(1, sizeof(*t));

	assert_non_null(t);
	t->s = read_capture(capture);
	t->about.name = "capture.pcap";
	ui_init(&t->ui, &screen_boards, false);
	return t;
}

static void end(struct stage_set *t)
{
	free(t->c.cell);
	free(t->s);
	free(t);
}

/* Cells of their own, and no more than are needed: what is drawn outside is noticed. */
static void draw(struct stage_set *t, int w, int h)
{
	free(t->c.cell);
	t->c = canvas_init(malloc((size_t)w * (size_t)h * sizeof(struct cell)), w, h, false);
	view_take(&t->view, t->s, &t->about, &t->ui.how);
	ui_draw(&t->ui, &t->view, &t->c);
}

static unsigned press(struct stage_set *t, uint32_t key)
{
	return ui_key(&t->ui, &t->view, (struct press) { .key = key });
}

static void type(struct stage_set *t, const char *keys)
{
	while (*keys)
		press(t, (uint32_t)(unsigned char)*keys++);
}

static void collect(void *ctx, const char *p, uint32_t n)
{
	struct text *t = ctx;

	for (uint32_t i = 0; i < n; i++)
		text_char(t, p[i]);
}

static bool shows(struct stage_set *t, const char *words)
{
	static char buf[65536];
	struct text out = text_init(buf, sizeof(buf));

	draw(t, 80, 24);
	canvas_dump(&t->c, (struct output) { &out, collect });
	return strstr(buf, words);
}

static uint32_t random_next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Whatever is pressed at whatever size: nothing is drawn outside, positions stay within. */
static void storm(const char *capture, uint32_t seed, int steps)
{
	static const uint32_t special[] = {
		PRESS_ENTER,     PRESS_ENTER, PRESS_ENTER,  PRESS_ESC,     PRESS_TAB,
		PRESS_BACKSPACE, PRESS_UP,    PRESS_DOWN,   PRESS_LEFT,    PRESS_RIGHT,
		PRESS_END,       PRESS_HOME,  PRESS_DELETE, PRESS_PAGE_UP, PRESS_PAGE_DOWN,
		0x6f22,          0x301,       21,
	};
	static const struct view_link link[] = { { .name = "eth0", .up = true, .port = 0 },
						 { .name = "br0", .index = 7, .port = -1 },
						 { .name = "eth1", .master = 7, .port = -1 } };
	struct stage_set *t = begin(capture);

	t->about.link = link;
	t->about.ports = 1;
	for (int i = 0; i < steps; i++) {
		uint32_t r = random_next(&seed);
		int w = (int)(r % 7 ? 80 + r % 60 : 1 + r % 150),
		    h = (int)(r % 5 ? 24 + r % 20 : 1 + r % 60);
		struct press p = { .key = ' ' + random_next(&seed) % 95 };

		if (r % 3 == 0)
			p.key = special[random_next(&seed) %
					(sizeof(special) / sizeof(special[0]))];
		if (r % 11 == 0)
			p = (struct press) { PRESS_CLICK + r % 4, (int)(r % 90) - 5,
					     (int)(r % 50) - 5 };
		/* they come and go */
		t->about.n_links = r >> 8 & 3;
		draw(t, w, h);
		ui_key(&t->ui, &t->view, p);
		assert_true(t->ui.depth >= 0 && t->ui.depth < UI_DEPTH);
		assert_true(t->ui.visit[t->ui.depth].pos[0] >= 0);
		assert_true(t->ui.cursor <= strlen(t->ui.line));
	}
	end(t);
}

static void no_storm_of_keys_breaks_it(void **state)
{
	static const char *const captures[] = { "three-pis-denied-and-no-kernel",
						"pi5-healthy-proxy-dhcp", "uefi-x64-healthy-ipxe",
						"pi3-no-offer", NULL };

	(void)state;
	for (uint32_t i = 0; i < 5; i++)
		storm(captures[i], i + 1, 2500);
}

static void the_same_snapshot_is_drawn_the_same(void **state)
{
	struct stage_set *t = begin("pi5-mount-denied");
	struct cell *first;
	size_t n = 80 * 24 * sizeof(*first);

	(void)state;
	for (int i = 0; screens[i]; i++) {
		ui_init(&t->ui, &screen_boards, false);
		draw(t, 80, 24);
		press(t, PRESS_DOWN);
		ui_push(&t->ui, screens[i]);
		draw(t, 80, 24);
		first = malloc(n);
		memcpy(first, t->c.cell, n);
		draw(t, 80, 24);
		assert_memory_equal(first, t->c.cell, n);
		free(first);
	}
	end(t);
}

static bool has(const struct key *keys, uint32_t key, const struct key *but)
{
	for (; keys && keys->act; keys++)
		if (keys != but && (keys->key == key || keys->also == key))
			return true;
	return false;
}

static void no_table_holds_a_key_twice(void **state)
{
	(void)state;
	for (int i = -1; i < 0 || screens[i]; i++) {
		const struct key *table = i < 0 ? ui_keys : screens[i]->keys;

		for (const struct key *k = table; k && k->act; k++) {
			assert_false(has(table, k->key, k));
			assert_false(k->also && has(table, k->also, k));
			assert_true(k->key != 0);
			assert_non_null(k->help);
			if (k->word)
				assert_non_null(k->name);
		}
	}
}

static void h_is_left_and_never_help(void **state)
{
	struct stage_set *t = begin("pi4-no-option43");

	(void)state;
	for (int i = 0; screens[i]; i++) {
		ui_init(&t->ui, &screen_boards, false);
		draw(t, 80, 24);
		ui_push(&t->ui, screens[i]);
		draw(t, 80, 24);
		press(t, 'h');
		assert_ptr_equal(ui_here(&t->ui)->screen, screens[i]);
	}
	end(t);
}

static void every_screen_says_what_it_waits_for(void **state)
{
	struct stage_set *t = begin(NULL);

	(void)state;
	t->about.live = true;
	t->about.name = "eth0";
	t->about.now_ns = UINT64_C(5000000000);
	assert_true(shows(t, "Waiting for a board to ask for an address on eth0."));
	for (int i = 0; screens[i]; i++) {
		ui_init(&t->ui, &screen_boards, false);
		ui_push(&t->ui, screens[i]);
		draw(t, 80, 24);
		assert_int_equal(t->c.cell[0].ch, ' ');
	}
	end(t);
}

static void too_small_says_so(void **state)
{
	struct stage_set *t = begin("pi4-no-option43");

	(void)state;
	draw(t, 39, 24);
	assert_int_equal(t->c.cell[0].ch, 'T');
	draw(t, 1, 1);
	draw(t, 40, 10);
	assert_int_equal(t->c.cell[0].ch, ' ');
	end(t);
}

static void a_line_is_edited_by_characters(void **state)
{
	struct stage_set *t = begin("pi4-no-option43");

	(void)state;
	draw(t, 80, 24);
	type(t, "fabc");
	press(t, 0xe4); /* two bytes of UTF-8 */
	press(t, PRESS_LEFT);
	press(t, PRESS_BACKSPACE);
	assert_string_equal(t->ui.line, "ab\xc3\xa4");
	press(t, PRESS_DELETE);
	assert_string_equal(t->ui.how.filter, "ab");
	type(t, " cd ef");
	press(t, 23);
	assert_string_equal(t->ui.line, "ab cd ");
	press(t, 21);
	assert_string_equal(t->ui.line, "");
	for (int i = 0; i < 2 * UI_LINE; i++)
		press(t, 0x6f22);
	assert_true(strlen(t->ui.line) < UI_LINE);
	press(t, PRESS_ESC);
	assert_string_equal(t->ui.how.filter, "");
	end(t);
}

static void a_filter_shows_at_once_what_it_does(void **state)
{
	struct stage_set *t = begin("three-pis-denied-and-no-kernel");

	(void)state;
	draw(t, 80, 24);
	type(t, "fbooted");
	draw(t, 80, 24);
	assert_int_equal(t->view.n, 1);
	press(t, 21);
	type(t, "!booted pi4");
	draw(t, 80, 24);
	assert_int_equal(t->view.n, 1);
	assert_int_equal(t->view.hidden, 2);
	press(t, PRESS_ENTER);
	assert_true(shows(t, "ea3dac31"));
	press(t, PRESS_ESC);
	draw(t, 80, 24);
	assert_int_equal(t->view.n, 3);
	end(t);
}

static void the_selection_stays_with_its_board(void **state)
{
	struct stage_set *t = begin("three-pis-denied-and-no-kernel");
	struct mac was;

	(void)state;
	draw(t, 80, 24);
	press(t, PRESS_DOWN);
	was = t->ui.board;
	for (int i = 0; i < SORTS; i++) {
		press(t, 's');
		draw(t, 80, 24);
		assert_true(mac_equal(was, t->ui.board));
		assert_true(mac_equal(was, t->view.board[ui_here(&t->ui)->pos[0]].c->mac));
	}
	end(t);
}

static void a_click_selects_and_another_opens(void **state)
{
	struct stage_set *t = begin("three-pis-denied-and-no-kernel");

	(void)state;
	draw(t, 80, 24);
	ui_key(&t->ui, &t->view, (struct press) { PRESS_CLICK, 20, 5 });
	assert_int_equal(ui_here(&t->ui)->pos[0], 2);
	draw(t, 80, 24);
	ui_key(&t->ui, &t->view, (struct press) { PRESS_CLICK, 20, 5 });
	assert_ptr_equal(ui_here(&t->ui)->screen, &screen_board);
	press(t, PRESS_ESC);
	/* the footer's first key is Enter */
	draw(t, 80, 24);
	ui_key(&t->ui, &t->view, (struct press) { PRESS_CLICK, 3, 23 });
	assert_ptr_equal(ui_here(&t->ui)->screen, &screen_board);
	end(t);
}

static void an_error_stays_until_the_next_word(void **state)
{
	struct stage_set *t = begin("pi4-no-option43");

	(void)state;
	ui_say(&t->ui, TONE_ERROR, 0, "the interface went away");
	draw(t, 80, 24);
	press(t, PRESS_DOWN);
	press(t, 'v');
	assert_true(shows(t, "! the interface went away"));
	ui_say(&t->ui, TONE_SAID, 0, "and is back");
	assert_true(shows(t, "and is back"));
	press(t, PRESS_DOWN);
	assert_false(shows(t, "and is back"));
	press(t, 'L');
	assert_true(shows(t, "the interface went away"));
	end(t);
}

static void what_is_copied_is_the_fix_that_is_shown(void **state)
{
	struct stage_set *t = begin("pi4-no-option43");

	(void)state;
	draw(t, 80, 24);
	assert_true(press(t, 'y') & UI_COPY);
	assert_non_null(strstr(t->ui.clip, "pxe-service"));
	press(t, ']');
	draw(t, 80, 24);
	assert_true(press(t, 'y') & UI_COPY);
	assert_null(strstr(t->ui.clip, "pxe-service"));
	press(t, '[');
	draw(t, 80, 24);
	press(t, 'y');
	assert_non_null(strstr(t->ui.clip, "pxe-service"));
	end(t);
}

static void chosen_boards_are_the_marked_ones_else_the_selected(void **state)
{
	struct stage_set *t = begin("three-pis-denied-and-no-kernel");
	struct mac m[UI_MARKS];

	(void)state;
	draw(t, 80, 24);
	assert_int_equal(ui_chosen(&t->ui, m, UI_MARKS), 1);
	type(t, "  ");
	assert_int_equal(ui_chosen(&t->ui, m, UI_MARKS), 2);
	type(t, "w");
	assert_string_equal(t->ui.line, "2-boards.pcapng");
	assert_true(press(t, PRESS_ENTER) & UI_SAVE);
	draw(t, 80, 24);
	press(t, PRESS_HOME);
	type(t, " ");
	assert_int_equal(ui_chosen(&t->ui, m, UI_MARKS), 1);
	end(t);
}

static void esc_and_q_give_up_long_work_and_other_keys_do_not(void **state)
{
	struct stage_set *t = begin("three-pis-denied-and-no-kernel");

	(void)state;
	draw(t, 80, 24);
	snprintf(t->ui.doing, sizeof(t->ui.doing), "writing x: 34 %%");
	draw(t, 80, 24);
	assert_int_equal(press(t, 'j') & (UI_STOP | UI_QUIT), 0);
	assert_int_equal(press(t, 'q'), UI_STOP);
	assert_int_equal(press(t, PRESS_ESC), UI_STOP);
	/* a line that is typed comes first */
	press(t, '/');
	assert_int_equal(press(t, PRESS_ESC) & UI_STOP, 0);
	t->ui.doing[0] = 0;
	assert_int_equal(press(t, 'q'), UI_QUIT);
	end(t);
}

static void q_asks_while_it_watches(void **state)
{
	struct stage_set *t = begin("pi4-no-option43");

	(void)state;
	draw(t, 80, 24);
	assert_true(press(t, 'q') & UI_QUIT);
	t->about.live = true;
	draw(t, 80, 24);
	assert_false(press(t, 'q') & UI_QUIT);
	assert_false(press(t, 'n') & UI_QUIT);
	press(t, 'q');
	assert_true(press(t, 'y') & UI_QUIT);
	end(t);
}

/* What Enter does on the screen of interfaces: on one that is not captured on, and on others. */
static void enter_on_an_interface_captures_there(void **state)
{
	struct view_link link[] = {
		{ .name = "eth0", .index = 1, .up = true, .carrier = true, .port = 1 },
		{ .name = "eth1", .index = 2, .up = true, .port = -1 },
		{ .name = "eth2", .index = 3, .up = true, .port = 0 },
	};
	struct stage_set *t = begin(NULL);

	(void)state;
	t->about = (struct view_source) {
		.name = "eth2,eth0", .live = true, .link = link, .n_links = 3, .ports = 2
	};
	type(t, "i");
	assert_true(shows(t, "›▶ eth2"));
	press(t, PRESS_UP);
	assert_true(shows(t, "in place of eth2"));
	assert_int_equal(press(t, PRESS_ENTER), UI_DRAW | UI_CAPTURE);
	assert_string_equal(t->ui.link, "eth1");
	assert_int_equal(t->ui.port, 0);
	/* the other one is to give way */
	press(t, PRESS_UP);
	draw(t, 80, 24);
	assert_int_equal(press(t, PRESS_ENTER), UI_DRAW);
	press(t, PRESS_DOWN);
	assert_true(shows(t, "in place of eth0"));
	assert_int_equal(press(t, PRESS_ENTER), UI_DRAW | UI_CAPTURE);
	assert_int_equal(t->ui.port, 1);
	/* one went while nobody looked */
	t->about.ports = 1;
	link[0].port = -1;
	assert_true(shows(t, "in place of eth2"));
	t->about.n_links = 0;
	draw(t, 80, 24);
	assert_int_equal(press(t, PRESS_ENTER), 0);
	end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_storm_of_keys_breaks_it),
		cmocka_unit_test(the_same_snapshot_is_drawn_the_same),
		cmocka_unit_test(no_table_holds_a_key_twice),
		cmocka_unit_test(h_is_left_and_never_help),
		cmocka_unit_test(every_screen_says_what_it_waits_for),
		cmocka_unit_test(too_small_says_so),
		cmocka_unit_test(a_line_is_edited_by_characters),
		cmocka_unit_test(a_filter_shows_at_once_what_it_does),
		cmocka_unit_test(the_selection_stays_with_its_board),
		cmocka_unit_test(a_click_selects_and_another_opens),
		cmocka_unit_test(an_error_stays_until_the_next_word),
		cmocka_unit_test(what_is_copied_is_the_fix_that_is_shown),
		cmocka_unit_test(chosen_boards_are_the_marked_ones_else_the_selected),
		cmocka_unit_test(esc_and_q_give_up_long_work_and_other_keys_do_not),
		cmocka_unit_test(q_asks_while_it_watches),
		cmocka_unit_test(enter_on_an_interface_captures_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
