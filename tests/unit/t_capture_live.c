/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames from interfaces that the test makes for itself, and takes away. */
#include "config.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "build.h"
#include "frames.h"
#include "live_net.h"

static void send_frame(const char *name, const uint8_t *frame, uint32_t n)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(name) };

	assert_int_equal(sendto(sender, frame, n, 0, (const struct sockaddr *)&to, sizeof(to)), n);
}

static struct build_ends ends(uint16_t sport, uint16_t dport)
{
	return frame_ends(4, sport, dport);
}

/* A datagram of n bytes of payload leaves by the interface. */
static void send_udp(const char *name, const struct build_ends *e, const uint8_t *payload,
		     uint32_t n)
{
	uint8_t frame[2048];
	struct writer w = writer_init(frame, sizeof(frame));

	build_udp(&w, e, bytes_of(payload, n));
	assert_int_equal(w.err, 0);
	send_frame(name, frame, w.pos);
}

/* The next frame of UDP from that port; the kernel's own frames are passed over. */
static bool look_for(uint16_t sport, struct frame *out, struct packet *p, int rounds)
{
	for (int i = 0; i < rounds; i++) {
		struct pollfd fds[LIVE_PORTS_MAX];
		int fd[LIVE_PORTS_MAX];
		uint32_t n = source.fds(source.ctx, fd, LIVE_PORTS_MAX);
		int r;

		while ((r = source.next(source.ctx, out)) == 1) {
			packet_layers(out, p);
			if (p->ip.version && p->ip.proto == IP_PROTO_UDP && p->sport == sport)
				return true;
		}
		if (r != -EAGAIN)
			return false;
		for (uint32_t k = 0; k < n; k++)
			fds[k] = (struct pollfd) { fd[k], POLLIN, 0 };
		poll(fds, n, 20);
	}
	return false;
}

static bool await_udp(uint16_t sport, struct frame *out, struct packet *p)
{
	return look_for(sport, out, p, 500);
}

static bool none_of(uint16_t sport, struct frame *out, struct packet *p)
{
	return !look_for(sport, out, p, 15);
}

static void frames_come_whole_with_their_time_and_number(void **state)
{
	struct build_ends e = ends(40001, 67);
	uint8_t data[300] = { 1, 1, 6 };
	struct frame f;
	struct packet p;
	uint64_t before;

	(void)state;
	need_net();
	open_one("la");
	before = live_now(live);
	send_udp("lb", &e, data, sizeof(data));
	assert_true(await_udp(40001, &f, &p));
	assert_int_equal(f.wire_len, 342);
	assert_int_equal(f.cap_len, 342);
	assert_int_equal(f.link, LINK_ETHERNET);
	assert_int_equal(f.interface, 0);
	assert_true(f.number >= 1);
	assert_true(f.time_ns >= before && f.time_ns <= live_now(live));
	assert_int_equal(source.dropped(source.ctx), 0);
	assert_int_equal(live_port(live, 0)->state, LIVE_ON);
}

static void tags_that_the_kernel_took_off_are_there(void **state)
{
	struct build_ends e = ends(40002, 67);
	uint8_t data[300] = { 1, 1, 6 };
	struct frame f;
	struct packet p;

	(void)state;
	need_net();
	open_one("la");
	e.n_tags = 1;
	e.tag[0] = 10;
	send_udp("lb", &e, data, sizeof(data));
	assert_true(await_udp(40002, &f, &p));
	assert_int_equal(p.ether.n_tags, 1);
	assert_int_equal(p.ether.tag[0], 10);
	e.n_tags = 2;
	e.tag[1] = 20;
	send_udp("lb", &e, data, sizeof(data));
	assert_true(await_udp(40002, &f, &p));
	assert_int_equal(p.ether.n_tags, 2);
	assert_int_equal(p.ether.tag[1], 20);
}

static void the_kernel_cuts_bulk_and_leaves_out_what_is_no_boot(void **state)
{
	struct build_ends e = ends(40003, 50000), other = ends(443, 50000), last = ends(40004, 1);
	uint8_t data[1400] = { 0, 3, 0, 200 };
	struct frame f;
	struct packet p;

	(void)state;
	need_net();
	open_one("la");
	for (e.n_tags = 0; e.n_tags <= 2; e.n_tags++) {
		send_udp("lb", &e, data, sizeof(data));
		assert_true(await_udp(40003, &f, &p));
		/* a tag that the card took off stands behind what the filter kept */
		assert_in_range(f.cap_len, 128, 132);
		assert_int_equal(f.wire_len, 1442 + 4 * e.n_tags);
	}
	send_udp("lb", &other, data, sizeof(data));
	send_udp("lb", &last, data, 20);
	assert_true(await_udp(40004, &f, &p));
	assert_true(none_of(443, &f, &p));
}

static void the_users_filter_is_obeyed(void **state)
{
	const char *const names[] = { "la" };
	const struct live_options o = {
		.interface = names, .n_interfaces = 1, .filter = "udp port 40006", .snaplen = 60
	};
	struct build_ends no = ends(40005, 67), yes = ends(40006, 67);
	uint8_t data[300] = { 1 };
	struct frame f;
	struct packet p;

	(void)state;
	need_net();
	assert_int_equal(open_on(&o), 0);
	send_udp("lb", &no, data, sizeof(data));
	send_udp("lb", &yes, data, sizeof(data));
	assert_true(await_udp(40006, &f, &p));
	assert_int_equal(f.number, 1);
	assert_int_equal(f.cap_len, 60);
	assert_int_equal(f.wire_len, 342);
}

static void several_interfaces_are_told_apart_and_come_in_order(void **state)
{
	const char *const names[] = { "la", "lb" };
	const struct live_options o = { .interface = names, .n_interfaces = 2 };
	struct build_ends e = ends(40007, 67);
	uint8_t data[60] = { 0 };
	struct frame f;
	struct packet p;
	uint64_t first;

	(void)state;
	need_net();
	assert_int_equal(open_on(&o), 0);
	send_udp("lb", &e, data, sizeof(data));
	usleep(100000);
	/* it left by the one and came in by the other */
	assert_true(await_udp(40007, &f, &p));
	assert_int_equal(f.interface, 1);
	first = f.number;
	assert_true(await_udp(40007, &f, &p));
	assert_int_equal(f.interface, 0);
	assert_true(f.number > first);
	assert_string_equal(live_port(live, 1)->name, "lb");
}

static void an_interface_set_down_and_up_goes_on(void **state)
{
	struct build_ends e = ends(40008, 67);
	uint8_t data[60] = { 0 };
	struct frame f;
	struct packet p;

	(void)state;
	need_net();
	open_one("la");
	assert_true(netns_ip("link set la down"));
	assert_true(none_of(40008, &f, &p));
	assert_true(live_port(live, 0)->state != LIVE_GONE);
	assert_true(netns_ip("link set la up"));
	usleep(100000);
	send_udp("lb", &e, data, sizeof(data));
	assert_true(await_udp(40008, &f, &p));
	assert_int_equal(live_port(live, 0)->state, LIVE_ON);
}

static void an_interface_deleted_and_made_again_goes_on(void **state)
{
	struct link_events events = { 0 };
	struct build_ends e = ends(40009, 67);
	uint8_t data[60] = { 0 };
	struct frame f;
	struct packet p;

	(void)state;
	need_net();
	open_one("la");
	assert_true(netns_ip("link del la"));
	assert_true(none_of(40009, &f, &p));
	assert_int_equal(live_port(live, 0)->state, LIVE_GONE);
	assert_non_null(strstr(source.warning(source.ctx), "la is gone"));
	assert_int_equal(links_refresh(links, &events), 0);
	assert_int_equal(live_follow(live, links_list(links)), 0);
	assert_true(netns_ip("link add la type veth peer name lb"));
	assert_true(netns_ip("link set la up"));
	assert_true(netns_ip("link set lb up"));
	assert_int_equal(links_refresh(links, &events), 0);
	assert_int_equal(live_follow(live, links_list(links)), 1);
	send_udp("lb", &e, data, sizeof(data));
	assert_true(await_udp(40009, &f, &p));
	assert_null(source.warning(source.ctx));
	/* the filter is still there, and frames for others still come */
	{
		struct build_ends bulk = ends(40010, 50000);
		uint8_t more[1400] = { 0, 3, 0, 200 };

		send_udp("lb", &bulk, more, sizeof(more));
		assert_true(await_udp(40010, &f, &p));
		assert_in_range(f.cap_len, 128, 132);
	}
}

static void overfill(const struct live_options *o)
{
	struct build_ends e = ends(40011, 67);
	uint8_t data[1400] = { 0 };
	uint64_t dropped, got = 0;
	struct frame f;
	int r;

	assert_int_equal(open_on(o), 0);
	for (int i = 0; i < 3000; i++)
		send_udp("lb", &e, data, sizeof(data));
	usleep(100000);
	while ((r = source.next(source.ctx, &f)) == 1)
		got++;
	assert_int_equal(r, -EAGAIN);
	dropped = source.dropped(source.ctx);
	assert_true(dropped > 0);
	assert_true(got > 0);
	assert_true(got + dropped >= 3000);
	assert_int_equal(source.dropped(source.ctx), dropped); /* not counted twice */
}

/* -ENODEV: the list has none; without libnl it lacks those that have no MAC. */
static int switch_to(const char *name)
{
	struct link_events events = { 0 };
	const struct link *to;

	assert_int_equal(links_refresh(links, &events), 0);
	to = link_by_name(links_list(links), name);
	return to ? live_switch(live, 0, to, why, sizeof(why)) : -ENODEV;
}

static void an_open_capture_goes_on_on_another_interface(void **state)
{
	struct build_ends old = ends(40014, 67), e = ends(40015, 67);
	uint8_t data[60] = { 0 };
	struct frame f;
	struct packet p;

	(void)state;
	need_net();
	open_one("la");
	send_udp("lb", &old, data, sizeof(data));
	assert_true(await_udp(40014, &f, &p));
	assert_true(netns_ip("link add lc type veth peer name ld"));
	assert_true(netns_ip("link set lc up"));
	assert_true(netns_ip("link set ld up"));
	assert_int_equal(switch_to("lc"), 0);
	assert_string_equal(live_port(live, 0)->name, "lc");
	send_udp("lb", &old, data, sizeof(data));
	assert_true(none_of(40014, &f, &p));
	/* for others, too: it is asked for all */
	send_udp("ld", &e, data, sizeof(data));
	assert_true(await_udp(40015, &f, &p));
	assert_int_equal(f.interface, 1);
	assert_int_equal(live_seen_count(live), 2);
	assert_int_equal(live_seen(live, 0)->state, LIVE_LEFT);
	assert_true(live_seen(live, 1)->frames > 0);
	/* and back: it is the interface it was */
	assert_int_equal(switch_to("la"), 0);
	send_udp("lb", &e, data, sizeof(data));
	assert_true(await_udp(40015, &f, &p));
	assert_int_equal(f.interface, 0);
	assert_int_equal(live_seen_count(live), 2);
}

/* "promiscuity 1" of ip(8)'s details */
static bool promiscuous(const char *name)
{
	char command[128], line[4096] = "";
	FILE *f;

	snprintf(command, sizeof(command), "ip -d -o link show dev %s", name);
	f = popen(command, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	pclose(f);
	return strstr(line, "promiscuity 1");
}

static void what_is_left_is_promiscuous_no_more(void **state)
{
	(void)state;
	need_net();
	open_one("la");
	assert_true(promiscuous("la") && !promiscuous("lb"));
	assert_int_equal(switch_to("lb"), 0);
	assert_true(promiscuous("lb") && !promiscuous("la"));
}

static void an_interface_that_does_not_do_is_refused_with_what_to_type(void **state)
{
	struct build_ends e = ends(40016, 67);
	uint8_t data[60] = { 0 };
	struct frame f;
	struct packet p;

	(void)state;
	need_net();
	assert_true(netns_ip("link add lc type dummy") || netns_ip("link add lc type bridge"));
	open_one("la");
	assert_int_equal(switch_to("la"), -EINVAL);
	assert_string_equal(why, "la is captured on already");
	assert_int_equal(switch_to("lc"), -EINVAL);
	assert_string_equal(why, "lc is down: sudo ip link set lc up");
	assert_true(netns_ip("link del lc"));
	if (netns_ip("tuntap add dev lc mode tun") && netns_ip("link set lc up") &&
	    switch_to("lc") != -ENODEV) {
		assert_int_equal(switch_to("lc"), -EINVAL);
		assert_non_null(strstr(why, "lc has frames of another kind than la"));
		assert_non_null(strstr(why, "bootscope -i lc"));
	}
	/* and nothing has changed by it */
	assert_true(promiscuous("la"));
	send_udp("lb", &e, data, sizeof(data));
	assert_true(await_udp(40016, &f, &p));
	assert_int_equal(f.interface, 0);
}

static void frames_beyond_the_buffer_are_counted(void **state)
{
	const char *const names[] = { "la" };

	(void)state;
	need_net();
	overfill(&(const struct live_options) {
		.interface = names, .n_interfaces = 1, .buffer_kib = 512 });
}

/* Of twenty frames, one at a time, how many were there after two milliseconds. */
static int there_at_once(bool immediate)
{
	const char *const names[] = { "la" };
	const struct live_options o = { .interface = names,
					.n_interfaces = 1,
					.immediate = immediate };
	struct build_ends e = ends(40013, 67);
	uint8_t data[60] = { 0 };
	struct frame f;
	struct packet p;
	int n = 0;

	assert_int_equal(open_on(&o), 0);
	for (int i = 0; i < 20; i++) {
		send_udp("lb", &e, data, sizeof(data));
		usleep(2000);
		if (look_for(40013, &f, &p, 1))
			n++;
		else
			assert_true(await_udp(40013, &f, &p));
	}
	live_close(live);
	live = NULL;
	return n;
}

static void frames_come_at_once_when_that_is_asked_for(void **state)
{
	(void)state;
	need_net();
	assert_in_range(there_at_once(true), 15, 20);
	assert_in_range(there_at_once(false), 0, 10);
}

static void frames_beyond_the_older_ring_are_counted_too(void **state)
{
	const char *const names[] = { "la" };

	(void)state;
	need_net();
	overfill(&(const struct live_options) {
		.interface = names, .n_interfaces = 1, .buffer_kib = 512, .immediate = true });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(frames_come_whole_with_their_time_and_number),
		TEST(tags_that_the_kernel_took_off_are_there),
		TEST(the_kernel_cuts_bulk_and_leaves_out_what_is_no_boot),
		TEST(the_users_filter_is_obeyed),
		TEST(several_interfaces_are_told_apart_and_come_in_order),
		TEST(an_interface_set_down_and_up_goes_on),
		TEST(an_interface_deleted_and_made_again_goes_on),
		TEST(an_open_capture_goes_on_on_another_interface),
		TEST(what_is_left_is_promiscuous_no_more),
		TEST(an_interface_that_does_not_do_is_refused_with_what_to_type),
		TEST(frames_beyond_the_buffer_are_counted),
		TEST(frames_come_at_once_when_that_is_asked_for),
		TEST(frames_beyond_the_older_ring_are_counted_too),
	};

	have_net = netns_enter();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
