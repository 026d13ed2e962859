/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel is asked to hand over: nothing of a boot is lost by it, and bulk is. */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "build.h"
#include "capture_file.h"
#include "frames.h"
#include "json.h"
#include "live_filter.h"
#include "report.h"
#include "scope.h"
#include "unit.h"

static pcap_t *ethernet;
static struct bpf_program program;
static char why[512];

static void compile(const struct live_filter *f)
{
	free(program.bf_insns);
	assert_int_equal(live_filter_compile(ethernet, f, &program, why, sizeof(why)), 0);
}

static int setup(void **state)
{
	static const struct live_filter plain;

	(void)state;
	ethernet = pcap_open_dead(DLT_EN10MB, KEEP_WHOLE);
	if (!ethernet)
		return -1;
	compile(&plain);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(program.bf_insns);
	pcap_close(ethernet);
	return 0;
}

/* Bytes kept of a frame. */
static uint32_t keeps(const uint8_t *frame, uint32_t n)
{
	return bpf_filter(program.bf_insns, frame, n, n);
}

/* Puts tags behind the addresses. */
static uint32_t tagged(const uint8_t *frame, uint32_t n, int tags, uint8_t *out)
{
	memcpy(out, frame, 12);
	for (int i = 0; i < tags; i++) {
		uint8_t tag[4] = { (uint8_t)(tags - i > 1 ? 0x88 : 0x81),
				   (uint8_t)(tags - i > 1 ? 0xa8 : 0), 0, 7 };

		memcpy(out + 12 + 4 * i, tag, 4);
	}
	memcpy(out + 12 + 4 * tags, frame + 12, n - 12);
	return n + 4 * (uint32_t)tags;
}

enum kind { UDP, TCP };

enum { LONGEST = 20000 };

static uint32_t make(enum kind kind, int version, uint16_t sport, uint16_t dport,
		     const uint8_t *payload, uint32_t n, uint8_t *out)
{
	static const struct tcp ack = { .seq = 1000, .ack = 2000, .flags = TCP_ACK };
	struct build_ends e = frame_ends(version, sport, dport);
	struct writer w;

	w = writer_init(out, LONGEST);
	if (kind == UDP)
		build_udp(&w, &e, bytes_of(payload, n));
	else
		build_tcp(&w, &e, &ack, bytes_of(payload, n));
	assert_int_equal(w.err, 0);
	return w.pos;
}

/* What is kept of it bare, behind one tag and behind two is the same. */
static uint32_t kept(enum kind kind, int version, uint16_t sport, uint16_t dport,
		     const void *payload, uint32_t n)
{
	uint8_t bare[LONGEST], with[LONGEST + 8];
	uint32_t len = make(kind, version, sport, dport, payload, n, bare), k = keeps(bare, len);

	for (int tags = 1; tags <= 2; tags++)
		assert_int_equal(keeps(with, tagged(bare, len, tags, with)), k);
	return k;
}

static void udp_of_a_boot_is_whole_on_whichever_port(void **state)
{
	static const uint16_t ports[][2] = { { 68, 67 },     { 67, 68 },     { 4011, 68 },
					     { 546, 547 },   { 2070, 69 },   { 49152, 32768 },
					     { 53, 1024 },   { 6665, 6666 }, { 700, 111 },
					     { 2049, 1000 }, { 20048, 650 }, { 1, 1 } };
	uint8_t data[1200] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		for (int version = 4; version <= 6; version += 2)
			for (uint32_t n = 0; n <= sizeof(data); n += 40)
				assert_int_equal(
					kept(UDP, version, ports[i][0], ports[i][1], data, n),
					KEEP_WHOLE);
}

static void tftp_data_is_whole_where_text_files_are_and_cut_behind(void **state)
{
	uint8_t data[1472] = { 0, 3, 0, 1 };

	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		data[2] = 0;
		for (data[3] = 0; data[3] <= 8; data[3]++)
			assert_int_equal(kept(UDP, version, 69, 2000, data, 1400), KEEP_WHOLE);
		assert_int_equal(kept(UDP, version, 34000, 2000, data, 1400), KEEP_HEAD);
		assert_int_equal(kept(UDP, version, 69, 2000, data, 1400), KEEP_HEAD);
		data[2] = 0xff;
		assert_int_equal(kept(UDP, version, 34000, 2000, data, 1400), KEEP_HEAD);
		/* small ones cost nothing, and must not end the program */
		for (uint32_t n = 0; n < 100; n++)
			assert_int_equal(kept(UDP, version, 34000, 2000, data, n), KEEP_WHOLE);
	}
}

static void rpc_over_udp_that_looks_like_tftp_data_is_whole(void **state)
{
	static const uint8_t call[600] = { 0, 3, 9, 9, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0x86, 0xa5 };
	static const uint8_t reply[600] = { 0, 3, 9, 9, 0, 0, 0, 1, 0, 0, 0, 0 };

	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		assert_int_equal(kept(UDP, version, 800, 34000, call, sizeof(call)), KEEP_WHOLE);
		assert_int_equal(kept(UDP, version, 34000, 800, reply, sizeof(reply)), KEEP_WHOLE);
	}
}

static void the_start_is_kept_of_nfs_data_that_no_frame_holds(void **state)
{
	static const uint8_t data[16384] = { 0x80, 2, 0, 0, 1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 0 };

	(void)state;
	for (int version = 4; version <= 6; version += 2) {
		assert_int_equal(kept(TCP, version, 2049, 700, data, 8900), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 2049, 700, data, sizeof(data)), KEEP_START);
		assert_int_equal(kept(TCP, version, 700, 2049, data, sizeof(data)), KEEP_START);
		assert_int_equal(kept(TCP, version, 111, 700, data, sizeof(data)), KEEP_WHOLE);
	}
}

static void tcp_of_a_boot_is_whole_and_other_tcp_is_not_there(void **state)
{
	static const uint8_t call[100] = { 0x80, 0, 0, 96, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 2 };
	static const uint8_t reply[64] = { 0x80, 0, 0, 60, 1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 0 };
	static const char get[] = "GET /kernel8.img HTTP/1.1\r\n", ok[] = "HTTP/1.1 200 OK\r\n";
	uint8_t bulk[1400];

	(void)state;
	memset(bulk, 0x5a, sizeof(bulk));
	for (int version = 4; version <= 6; version += 2) {
		assert_int_equal(kept(TCP, version, 700, 2049, bulk, 1400), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 111, 700, bulk, 0), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 700, 40000, call, sizeof(call)), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 40000, 700, reply, sizeof(reply)), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 50000, 8123, get, sizeof(get)), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 8123, 50000, ok, sizeof(ok)), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 80, 50000, ok, sizeof(ok)), KEEP_WHOLE);
		assert_int_equal(kept(TCP, version, 80, 50000, bulk, 1400), KEEP_HEAD);
		assert_int_equal(kept(TCP, version, 22, 50000, bulk, 1400), KEEP_NOTHING);
		assert_int_equal(kept(TCP, version, 445, 50000, bulk, 1400), KEEP_NOTHING);
		assert_int_equal(kept(TCP, version, 443, 50000, bulk, 0), KEEP_NOTHING);
		assert_int_equal(kept(UDP, version, 443, 50000, bulk, 1200), KEEP_NOTHING);
	}
}

static void connections_that_begin_end_or_are_refused_are_kept(void **state)
{
	static const uint8_t flags[] = { 0x02, 0x12, 0x01, 0x11, 0x04, 0x14 };

	(void)state;
	for (size_t i = 0; i < sizeof(flags); i++)
		for (int version = 4; version <= 6; version += 2) {
			struct build_ends e = frame_ends(version, 50000, 3260);
			struct tcp t = { .seq = 1, .flags = flags[i] };
			uint8_t frame[256];
			struct writer w;

			w = writer_init(frame, sizeof(frame));
			build_tcp(&w, &e, &t, bytes_of(NULL, 0));
			assert_int_equal(keeps(frame, w.pos), KEEP_WHOLE);
		}
}

static void fragments_are_whole(void **state)
{
	uint8_t data[1400] = { 0, 3, 0, 99 }, frame[4096];
	uint32_t n = make(UDP, 4, 34000, 2000, data, sizeof(data), frame);

	(void)state;
	assert_int_equal(keeps(frame, n), KEEP_HEAD);
	frame[14 + 6] = 0x20; /* more follow */
	assert_int_equal(keeps(frame, n), KEEP_WHOLE);
	frame[14 + 6] = 0;
	frame[14 + 7] = 100; /* not the first */
	assert_int_equal(keeps(frame, n), KEEP_WHOLE);
	frame[14 + 9] = 6; /* of TCP too */
	assert_int_equal(keeps(frame, n), KEEP_WHOLE);
}

static void the_link_layer_protocols_are_whole(void **state)
{
	static const uint8_t types[][2] = { { 8, 6 }, { 0x80, 0x35 }, { 0x88, 0xcc }, { 0, 38 } };
	/* STP's LLC, where the type is a length */
	uint8_t frame[60] = { 1, 0x80, 0xc2, [14] = 0x42, 0x42, 3 }, with[80];

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		memcpy(frame + 12, types[i], 2);
		assert_int_equal(keeps(frame, sizeof(frame)), KEEP_WHOLE);
		for (int tags = 1; tags <= 2; tags++)
			assert_int_equal(keeps(with, tagged(frame, sizeof(frame), tags, with)),
					 KEEP_WHOLE);
	}
	frame[12] = 0x88; /* ATA over Ethernet */
	frame[13] = 0xa2;
	assert_int_equal(keeps(frame, sizeof(frame)), KEEP_NOTHING);
}

static void the_users_filter_must_match_too(void **state)
{
	const struct live_filter only = { .user = "host 192.168.1.1 and udp" };
	const struct live_filter other = { .user = "host 10.0.0.1" };
	const struct live_filter plain = { .user = NULL };
	uint8_t data[1400] = { 0, 3, 0, 99 };

	(void)state;
	compile(&only);
	assert_int_equal(kept(UDP, 6, 68, 67, data, 300), KEEP_NOTHING);
	{
		uint8_t frame[4096];
		uint32_t n = make(UDP, 4, 68, 67, data, 300, frame);

		assert_int_equal(keeps(frame, n), KEEP_WHOLE);
		n = make(UDP, 4, 3000, 4000, data, 1400, frame);
		assert_int_equal(keeps(frame, n), KEEP_HEAD);
		n = make(TCP, 4, 2049, 700, data, 300, frame);
		assert_int_equal(keeps(frame, n), KEEP_NOTHING);
		compile(&other);
		n = make(UDP, 4, 68, 67, data, 300, frame);
		assert_int_equal(keeps(frame, n), KEEP_NOTHING);
	}
	compile(&plain);
}

static void a_snap_length_asked_for_is_everybodys(void **state)
{
	const struct live_filter short_one = { .snaplen = 96 }, all = { .snaplen = KEEP_WHOLE },
				 everything = { .all = true }, plain = { .snaplen = 0 };
	uint8_t data[1400] = { 0, 3, 0, 99 };

	(void)state;
	compile(&short_one);
	assert_int_equal(kept(UDP, 4, 68, 67, data, 300), 96);
	assert_int_equal(kept(TCP, 4, 22, 4000, data, 300), KEEP_NOTHING);
	compile(&all);
	assert_int_equal(kept(UDP, 4, 3000, 4000, data, 1400), KEEP_WHOLE);
	compile(&everything);
	assert_int_equal(kept(TCP, 4, 22, 4000, data, 300), KEEP_WHOLE);
	compile(&plain);
}

static void a_filter_that_is_none_is_told(void **state)
{
	const struct live_filter wrong = { .user = "port" };
	struct bpf_program none;

	(void)state;
	assert_int_equal(live_filter_compile(ethernet, &wrong, &none, why, sizeof(why)), -22);
	assert_non_null(strstr(why, "'port'"));
	assert_null(none.bf_insns);
}

static void the_program_leaves_room_in_the_kernel(void **state)
{
	(void)state;
	assert_true(program.bf_len < 2500);
}

static void other_links_keep_everything(void **state)
{
	pcap_t *raw = pcap_open_dead(DLT_RAW, KEEP_WHOLE), *cooked;
	const struct live_filter plain = { .user = NULL };
	struct bpf_program p;

	(void)state;
	assert_false(live_filter_knows(DLT_RAW));
	assert_int_equal(live_filter_compile(raw, &plain, &p, why, sizeof(why)), 0);
	assert_int_equal(p.bf_len, 1);
	assert_int_equal(p.bf_insns[0].k, KEEP_WHOLE);
	free(p.bf_insns);
	pcap_close(raw);
	cooked = pcap_open_dead(DLT_LINUX_SLL, KEEP_WHOLE);
	assert_int_equal(live_filter_compile(cooked, &plain, &p, why, sizeof(why)), 0);
	assert_true(p.bf_len > 50);
	free(p.bf_insns);
	pcap_close(cooked);
	cooked = pcap_open_dead(DLT_LINUX_SLL2, KEEP_WHOLE);
	assert_int_equal(live_filter_compile(cooked, &plain, &p, why, sizeof(why)), 0);
	free(p.bf_insns);
	pcap_close(cooked);
}

struct told {
	char *p;
	size_t n, cap;
};

static void collect(void *ctx, const char *p, uint32_t n)
{
	struct told *t = ctx;

	if (t->n + n + 1 > t->cap)
		t->p = realloc(t->p, t->cap = (t->n + n + 1) * 2);
	assert_non_null(t->p);
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = 0;
}

/* The report of a capture as it is, or as the kernel would have handed it over. */
static struct told report_of(const char *path, bool filtered, uint64_t *left, uint64_t *of)
{
	static const struct report_source from = { .n_files = 0 };
	struct told told = { NULL, 0, 0 };
	struct scope_limits limits = scope_default_limits;
	struct scope *scope;
	struct source s;
	struct frame f;
	struct json json;
	void *mem;

	limits.clients = 64;
	limits.all_bytes = 8 << 20;
	mem = calloc(1, scope_size(&limits));
	assert_non_null(mem);
	scope = scope_init(mem, &limits);
	if (capture_file_open(path, &s, why, sizeof(why))) { /* some show how files break */
		free(mem);
		return told;
	}
	while (s.next(s.ctx, &f) == 1) {
		uint32_t keep = filtered && f.link == 1 ? bpf_filter(program.bf_insns, f.data,
								     f.wire_len, f.cap_len)
							: KEEP_WHOLE;

		*of += f.wire_len;
		f.cap_len = keep < f.cap_len ? keep : f.cap_len;
		*left += f.cap_len;
		if (keep)
			scope_frame(scope, &f);
	}
	scope_end(scope);
	json_init(&json, (struct output) { &told, collect }, true);
	report_json(scope, &from, &json.sink);
	s.close(s.ctx);
	free(mem);
	return told;
}

/* Behind the counts of the source, and what it says of the place: frames that are no boot tell of
 * that too. */
static const char *verdict(const struct told *t)
{
	return t->p ? strstr(t->p, "\"clients\"") : "";
}

/* Prints the first line that differs; true when none does. */
static bool same(const char *path, const char *a, const char *b)
{
	while (*a && *b) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

		if (n != m || memcmp(a, b, n) != 0) {
			printf("# %s: '%.*s' became '%.*s'\n", path, (int)n, a, (int)m, b);
			return false;
		}
		a += n + (a[n] != 0);
		b += m + (b[m] != 0);
	}
	return *a == *b;
}

static void every_capture_tells_the_same_through_it(void **state)
{
	const char *top = getenv("top_srcdir"), *extra = getenv("FILTER_CAPTURES");
	char path[1024], folder[400];
	struct dirent *e;
	DIR *d;
	int n = 0, differ = 0;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", extra ? extra : "");
	if (!extra)
		snprintf(folder, sizeof(folder), "%s/captures", top ? top : ".");
	d = opendir(folder);
	while (d && (e = readdir(d))) {
		uint64_t left = 0, of = 0, all = 0;
		struct told whole, through;

		if (!strstr(e->d_name, ".pcap"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		whole = report_of(path, false, &all, &of);
		of = 0;
		through = report_of(path, true, &left, &of);
		if (!whole.p)
			continue;
		if (extra)
			printf("# %s: %llu of %llu bytes\n", e->d_name, (unsigned long long)left,
			       (unsigned long long)of);
		differ += !same(path, verdict(&whole), verdict(&through));
		free(whole.p);
		free(through.p);
		n++;
	}
	if (d)
		closedir(d);
	else
		skip();
	assert_int_equal(differ, 0);
	assert_true(n > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(udp_of_a_boot_is_whole_on_whichever_port),
		cmocka_unit_test(tftp_data_is_whole_where_text_files_are_and_cut_behind),
		cmocka_unit_test(rpc_over_udp_that_looks_like_tftp_data_is_whole),
		cmocka_unit_test(the_start_is_kept_of_nfs_data_that_no_frame_holds),
		cmocka_unit_test(tcp_of_a_boot_is_whole_and_other_tcp_is_not_there),
		cmocka_unit_test(connections_that_begin_end_or_are_refused_are_kept),
		cmocka_unit_test(fragments_are_whole),
		cmocka_unit_test(the_link_layer_protocols_are_whole),
		cmocka_unit_test(the_users_filter_must_match_too),
		cmocka_unit_test(a_snap_length_asked_for_is_everybodys),
		cmocka_unit_test(a_filter_that_is_none_is_told),
		cmocka_unit_test(the_program_leaves_room_in_the_kernel),
		cmocka_unit_test(other_links_keep_everything),
		cmocka_unit_test(every_capture_tells_the_same_through_it),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
