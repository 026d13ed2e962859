/* SPDX-License-Identifier: BSD-2-Clause */
/* News: what is told while frames come in adds up to what the model holds in the end. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "capture_file.h"
#include "events.h"
#include "json.h"
#include "offers.h"
#include "unit.h"

enum { CLIENTS = 64, HEARD_MAX = 4096 };

/* What was told. */
struct heard {
	struct news *news;
	uint32_t n;
	struct {
		enum news_kind kind;
		enum stage stage;
		enum finding_id id;
		uint32_t attempt;
		uint64_t mac, time_ns;
	} row[HEARD_MAX];
	char lines[1 << 18];
	struct text text;
	struct json json;
};

static struct heard heard;

static void drop(void *ctx, const char *p, uint32_t n)
{
	uint32_t *depth = ctx;

	for (uint32_t i = 0; i < n; i++)
		*depth += (uint32_t)(p[i] == '{') - (uint32_t)(p[i] == '}');
}

static void hear(void *ctx, const struct news_item *i)
{
	struct heard *h = ctx;
	static uint32_t depth;
	struct json json;

	assert_true(h->n < HEARD_MAX);
	h->row[h->n].kind = i->kind;
	h->row[h->n].stage = i->stage;
	h->row[h->n].id = i->id;
	h->row[h->n].attempt = i->boot->attempt;
	h->row[h->n].mac = mac_number(i->client->mac);
	h->row[h->n].time_ns = i->time_ns;
	h->n++;
	event_line(i, &h->text);
	text_char(&h->text, '\n');
	json_init(&json, (struct output) { &depth, drop }, false);
	event_json(i, &json.sink);
	assert_int_equal(depth, 0);
}

static int begin(void **state)
{
	(void)state;
	heard.n = 0;
	heard.text = text_init(heard.lines, sizeof(heard.lines));
	heard.news = news_init(calloc(1, news_size(CLIENTS)), CLIENTS, 7);
	return 0;
}

static int end(void **state)
{
	(void)state;
	free(heard.news);
	return 0;
}

static void look(const struct scope *s)
{
	news_look(heard.news, s, hear, &heard);
}

static uint32_t count(enum news_kind k)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < heard.n; i++)
		n += heard.row[i].kind == k;
	return n;
}

static void discover(struct story *t, struct mac m)
{
	struct build_ends e = story_ends(m, 0, STORY_ALL, 68, 67);
	static const uint8_t type[] = { 1 };
	struct dhcp d = {
		.op = 1, .htype = 1, .hlen = 6, .xid = 0x1234, .cookie = true, .end = true
	};

	d.chaddr = bytes_of(m.b, 6);
	d.option[d.n_options++] = (struct dhcp_option) { .code = 53, .v = bytes_of(type, 1) };
	story_dhcp(t, &e, &d, 300);
}

static void a_stage_is_told_once(void **state)
{
	struct story *t = story_begin();

	(void)state;
	look(t->s);
	assert_int_equal(heard.n, 0);
	discover(t, pi4);
	scope_tick(t->s, t->now);
	look(t->s);
	assert_int_equal(count(NEWS_BOOT), 1);
	assert_int_equal(count(NEWS_STAGE), 2);
	assert_non_null(strstr(heard.lines, " dc:a6:32:00:00:64 boot 1 "));
	assert_non_null(strstr(heard.lines, " dc:a6:32:00:00:64 stage dhcp-discover"));
	look(t->s);
	assert_int_equal(heard.n, count(NEWS_BOOT) + count(NEWS_STAGE));
	story_end(t);
}

static void a_client_that_gets_no_answer_is_told_to_be_stuck(void **state)
{
	struct story *t = mirror();

	(void)state;
	for (int i = 0; i < 12; i++) {
		discover(t, pi4);
		look(t->s);
		story_wait(t, 5 * one_second);
		look(t->s);
	}
	assert_int_equal(count(NEWS_BOOT), 1);
	assert_true(count(NEWS_OUTCOME) >= 1);
	assert_non_null(strstr(heard.lines, " outcome stuck dhcp-discover"));
	story_end(t);
}

/* As watch does it: after each frame, and each second between two. */
static void walk(const char *path)
{
	struct scope_limits l = scope_default_limits;
	static struct diagnosis d;
	struct scope *s;
	struct source in;
	struct frame f;
	char why[CAPTURE_WHY_MAX];
	uint64_t last = 0;
	void *mem;

	l.clients = CLIENTS;
	l.all_bytes = 4 << 20;
	mem = calloc(1, scope_size(&l));
	assert_non_null(mem);
	s = scope_init(mem, &l);
	assert_int_equal(capture_file_open(path, &in, why, sizeof(why)), 0);
	while (in.next(in.ctx, &f) == 1) {
		for (int i = 0; last && i < 20 && last + 1000000000 < f.time_ns; i++) {
			scope_tick(s, last += 1000000000);
			look(s);
		}
		last = f.time_ns;
		scope_frame(s, &f);
		scope_tick(s, f.time_ns);
		look(s);
	}
	scope_end(s);
	look(s);
	/* each stage of each boot once, none that is not there; findings add up */
	for (uint32_t i = 0; i < scope_clients(s); i++) {
		const struct client *c = scope_client(s, i);
		const struct boot *b = client_last_boot(c);
		int holds[FINDINGS] = { 0 }, told[STAGES] = { 0 };

		if (!b || (b->os_only && !c->pi))
			continue;
		for (uint32_t k = 0; k < heard.n; k++) {
			if (heard.row[k].mac != mac_number(c->mac) ||
			    heard.row[k].attempt != b->attempt)
				continue;
			if (heard.row[k].kind == NEWS_STAGE)
				told[heard.row[k].stage]++;
			if (heard.row[k].kind == NEWS_FINDING)
				holds[heard.row[k].id]++;
			if (heard.row[k].kind == NEWS_CLEARED)
				holds[heard.row[k].id]--;
		}
		for (int st = 0; st < STAGES; st++)
			assert_int_equal(told[st], b->stage_frame[st] != 0);
		diagnose_boot(s, c, b, &d);
		for (uint32_t k = 0; k < d.n; k++)
			holds[d.finding[k].id]--;
		for (int id = 0; id < FINDINGS; id++)
			assert_int_equal(holds[id], 0);
	}
	in.close(in.ctx);
	free(mem);
}

static void news_of_every_capture_add_up(void **state)
{
	const char *top = getenv("top_srcdir");
	char path[1024], folder[400];
	struct dirent *e;
	DIR *d;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/captures", top ? top : ".");
	d = opendir(folder);
	while (d && (e = readdir(d))) {
		if (!strstr(e->d_name, ".pcap"))
			continue;
		end(NULL);
		begin(NULL);
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		walk(path);
		if (getenv("SHOW_NEWS"))
			printf("# %s\n%s", e->d_name, heard.lines);
	}
	if (d)
		closedir(d);
	else
		skip();
}

static void a_cause_is_told_when_it_holds_for_a_while_and_once(void **state)
{
	const char *top = getenv("top_srcdir"), *line;
	char path[1024];

	(void)state;
	snprintf(path, sizeof(path), "%s/captures/pi4-no-tftp-server.pcap", top ? top : ".");
	if (access(path, R_OK))
		skip();
	walk(path);
	line = strstr(heard.lines, " finding fatal tftp-port-unreachable certain cause: ");
	assert_non_null(line);
	assert_non_null(strstr(heard.lines, " outcome stuck tftp-first-file"));
	/* once a boot, though each request and its refusal look otherwise in between */
	for (uint32_t i = 0; i < heard.n; i++)
		for (uint32_t k = 0; k < i; k++)
			if (heard.row[i].kind == NEWS_FINDING &&
			    heard.row[k].kind == NEWS_FINDING &&
			    heard.row[i].attempt == heard.row[k].attempt)
				assert_true(heard.row[i].id != heard.row[k].id);
	assert_int_equal(count(NEWS_CLEARED), 0);
}

static void clients_that_the_model_let_go_make_room(void **state)
{
	struct story *t = story_begin(); /* knows 8 at once */

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		struct mac m = { { 0xdc, 0xa6, 0x32, 1, (uint8_t)(i >> 8), (uint8_t)i } };

		discover(t, m);
		look(t->s);
		story_wait(t, 50);
	}
	assert_int_equal(count(NEWS_BOOT), 1000);
	story_end(t);
}

/* The model knows eight of them at once. */
static void forge(struct story *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct mac m = { { 0xdc, 0xa6, 0x32, 1, (uint8_t)(i >> 8), (uint8_t)i } };

		discover(t, m);
		scope_tick(t->s, t->now);
		look(t->s);
	}
}

static bool told_of(struct mac m)
{
	for (uint32_t i = 0; i < heard.n; i++)
		if (heard.row[i].kind == NEWS_BOOT && heard.row[i].mac == mac_number(m))
			return true;
	return false;
}

static void forged_clients_are_told_of_a_few_at_a_time(void **state)
{
	struct story *t = story_begin();
	uint32_t known, told;

	(void)state;
	discover(t, pi3);
	look(t->s);
	assert_int_equal(news_held(heard.news), 0);
	forge(t, 1000);
	/* a second's worth, and what may come at once */
	told = count(NEWS_BOOT);
	assert_in_range(told, 128, 160);
	assert_true(news_held(heard.news) >= 6);
	/* a board that got an address among them is told of at once */
	leases(t, PI4, offering(PI4));
	look(t->s);
	assert_true(told_of(pi4));
	/* what is found of it is, too */
	known = count(NEWS_OUTCOME) + count(NEWS_FINDING);
	for (int i = 0; i < 60; i++) {
		forge(t, 2);
		story_wait(t, one_second);
		look(t->s);
	}
	assert_true(count(NEWS_OUTCOME) + count(NEWS_FINDING) > known);
	/* those that are still there are when it is over */
	assert_int_equal(news_held(heard.news), 0);
	story_end(t);
}

static void notices_have_a_line_and_an_object(void **state)
{
	const struct notice n = { .event = "link",
				  .time_ns = UINT64_C(1700000000123456789),
				  .interface = "eth0",
				  .change = "carrier-up" };
	uint32_t depth = 0;
	struct json json;

	(void)state;
	notice_line(&n, &heard.text);
	assert_string_equal(heard.lines, "2023-11-14T22:13:20.123Z eth0 link carrier-up");
	json_init(&json, (struct output) { &depth, drop }, false);
	notice_json(&n, &json.sink);
	assert_int_equal(depth, 0);
}

static void every_kind_has_a_key(void **state)
{
	(void)state;
	for (int k = 0; k < NEWS_KINDS; k++)
		assert_non_null(news_key((enum news_kind)k));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stage_is_told_once),
		TEST(a_client_that_gets_no_answer_is_told_to_be_stuck),
		TEST(news_of_every_capture_add_up),
		TEST(a_cause_is_told_when_it_holds_for_a_while_and_once),
		TEST(clients_that_the_model_let_go_make_room),
		TEST(forged_clients_are_told_of_a_few_at_a_time),
		TEST(notices_have_a_line_and_an_object),
		TEST(every_kind_has_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
