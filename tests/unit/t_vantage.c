/* SPDX-License-Identifier: BSD-2-Clause */
#include "vantage.h"

#include <stdlib.h>

#include "advice.h"
#include "audit_mac.h"
#include "scope.h"
#include "unit.h"

enum { SERVER = 0x0a000001, BOARD = 0x0a000064, OTHER = 0x0a0000c8 };

static enum frame_way way;

static bool played; /* boards are those of an audit */

static struct mac mac_of(uint32_t ip)
{
	struct mac m = { { 0xdc, 0xa6, 0x32, 0, 0, (uint8_t)ip } };

	return played && ip == BOARD ? audit_mac(2, ip) : m;
}

static struct scope *begin(void)
{
	return scope_init(calloc(1, scope_size(&scope_default_limits)), &scope_default_limits);
}

static void udp(struct scope *s, uint32_t from, uint32_t to, uint16_t port)
{
	static struct packet p;
	static uint64_t number;

	memset(&p, 0, sizeof(p));
	p.number = ++number;
	p.time_ns = number * 1000000;
	p.ether.has_src = p.ether.has_dst = true;
	p.ether.src = mac_of(from);
	p.ether.outgoing = way == FRAME_OUT;
	p.ether.incoming = way == FRAME_IN;
	p.ether.dst = mac_of(to);
	p.ip.version = 4;
	p.ip.proto = 17;
	p.ip.src = address_ip4(from);
	p.ip.dst = address_ip4(to);
	p.sport = p.dport = port;
	scope_packet(s, &p, NULL);
}

static void discover(struct scope *s, uint32_t board, bool request)
{
	static struct packet p;
	static uint8_t arch[2], class[] = "PXEClient:Arch:00000:UNDI:002001";
	struct mac m = mac_of(board);

	memset(&p, 0, sizeof(p));
	p.number = request ? 2 : 1;
	p.time_ns = p.number * 1000000;
	p.record = RECORD_DHCP;
	p.ether.has_src = p.ether.has_dst = true;
	p.ether.src = m;
	p.ether.outgoing = way == FRAME_OUT;
	p.ether.incoming = way == FRAME_IN;
	memset(p.ether.dst.b, 255, 6);
	p.ip.version = 4;
	p.ip.proto = 17;
	p.ip.dst = address_ip4(0xffffffff);
	p.sport = 68;
	p.dport = 67;
	p.u.dhcp.op = 1;
	p.u.dhcp.hlen = 6;
	p.u.dhcp.type = request ? DHCP_REQUEST : DHCP_DISCOVER;
	p.u.dhcp.xid = 7;
	p.u.dhcp.length = 322;
	p.u.dhcp.chaddr = bytes_of(m.b, 6);
	p.u.dhcp.option[p.u.dhcp.n_options++] =
		(struct dhcp_option) { .code = 60, .v = bytes_of(class, sizeof(class) - 1) };
	p.u.dhcp.option[p.u.dhcp.n_options++] =
		(struct dhcp_option) { .code = 93, .v = bytes_of(arch, 2) };
	scope_packet(s, &p, NULL);
}

static enum vantage_kind kind(struct scope *s)
{
	scope_end(s);
	return scope_vantage(s)->kind;
}

static void what_others_say_to_each_other_is_seen_at_a_mirror_port(void **state)
{
	struct scope *s = begin();

	(void)state;
	discover(s, BOARD, false);
	for (uint32_t i = 0; i < 10; i++)
		udp(s, OTHER + i, OTHER + i + 20, 5000);
	assert_int_equal(kind(s), VANTAGE_FULL);
	assert_true(scope_vantage(s)->third_party);
	free(s);
}

static void one_machine_in_every_frame_is_the_capturing_one(void **state)
{
	struct scope *s = begin();

	(void)state;
	discover(s, BOARD, false);
	for (uint32_t i = 0; i < 10; i++) {
		udp(s, BOARD + i, SERVER, 5000);
		udp(s, SERVER, BOARD + i, 5000);
	}
	assert_int_equal(kind(s), VANTAGE_SERVER);
	assert_true(mac_equal(scope_vantage(s)->own, mac_of(SERVER)));
	free(s);
}

static void a_frame_that_a_switch_floods_does_not_make_a_mirror_port(void **state)
{
	struct scope *s = begin();

	(void)state;
	discover(s, BOARD, false);
	udp(s, OTHER, OTHER + 1, 5000);
	for (uint32_t i = 0; i < 100; i++)
		udp(s, BOARD + i % 20, SERVER, 5000);
	assert_int_equal(kind(s), VANTAGE_SERVER);
	free(s);
}

static void a_board_captured_at_itself_is_told_so(void **state)
{
	struct scope *s = begin();

	(void)state;
	discover(s, BOARD, false);
	for (uint32_t i = 0; i < 10; i++)
		udp(s, BOARD, SERVER + i, 5000);
	assert_int_equal(kind(s), VANTAGE_CLIENT);
	free(s);
}

/* Only broadcasts: which way they went tells that there was no more. */
static void a_capture_that_knows_its_own_frames_is_the_boards_or_the_servers(void **state)
{
	for (uint32_t own = 0; own < 2; own++) {
		struct scope *s = begin();

		(void)state;
		way = own ? FRAME_IN : FRAME_OUT;
		discover(s, BOARD, false);
		way = own ? FRAME_OUT : FRAME_IN;
		udp(s, SERVER, 0xffffffff, 67);
		way = FRAME_WAY_UNKNOWN;
		assert_int_equal(kind(s), own ? VANTAGE_SERVER : VANTAGE_CLIENT);
		free(s);
	}
}

static void a_board_that_nobody_answers_is_not_seen_from_beside(void **state)
{
	struct scope *s = begin();

	(void)state;
	way = FRAME_OUT;
	discover(s, BOARD, false);
	way = FRAME_WAY_UNKNOWN;
	assert_int_equal(kind(s), VANTAGE_CLIENT);
	free(s);
}

static void one_conversation_has_no_owner(void **state)
{
	struct scope *s = begin();

	(void)state;
	discover(s, BOARD, false);
	for (uint32_t i = 0; i < 10; i++) {
		udp(s, BOARD, SERVER, 5000);
		udp(s, SERVER, BOARD, 5000);
	}
	assert_int_equal(kind(s), VANTAGE_FULL);
	assert_true(mac_none(scope_vantage(s)->own));
	free(s);
}

/* From here, over a switch that shows nothing of what real boards say. */
static void boards_of_an_audit_tell_nothing_of_this_place(void **state)
{
	(void)state;
	for (int aside = 0; aside < 2; aside++) {
		struct scope_limits l = scope_default_limits;
		struct scope *s;

		l.audits_aside = aside;
		s = scope_init(calloc(1, scope_size(&l)), &l);
		played = true;
		discover(s, BOARD, false);
		for (uint32_t i = 0; i < 10; i++) {
			udp(s, BOARD, SERVER, 5000);
			udp(s, SERVER, BOARD, 5000);
		}
		played = false;
		assert_int_equal(kind(s), aside ? VANTAGE_UNKNOWN : VANTAGE_FULL);
		free(s);
	}
}

static void a_bystander_is_told_how_to_see_more(void **state)
{
	struct scope *s = begin();
	struct advice a;

	(void)state;
	discover(s, BOARD, false);
	discover(s, BOARD, true);
	assert_int_equal(kind(s), VANTAGE_BROADCAST_ONLY);
	advice_of(s, &a);
	assert_int_equal(a.n, 1);
	assert_non_null(strstr(a.line[0], "mirror port"));
	assert_non_null(strstr(a.line[0], "bootscope analyze -r -"));
	free(s);
}

static void nothing_lost_needs_no_advice(void **state)
{
	struct scope *s = begin();
	struct advice a;

	(void)state;
	discover(s, BOARD, false);
	for (uint32_t i = 0; i < 10; i++)
		udp(s, OTHER + i, OTHER + i + 20, 5000);
	scope_end(s);
	advice_of(s, &a);
	assert_int_equal(a.n, 0);
	scope_dropped(s, 5);
	advice_of(s, &a);
	assert_int_equal(a.n, 1);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_others_say_to_each_other_is_seen_at_a_mirror_port),
		cmocka_unit_test(one_machine_in_every_frame_is_the_capturing_one),
		cmocka_unit_test(a_frame_that_a_switch_floods_does_not_make_a_mirror_port),
		cmocka_unit_test(a_board_captured_at_itself_is_told_so),
		cmocka_unit_test(a_capture_that_knows_its_own_frames_is_the_boards_or_the_servers),
		cmocka_unit_test(a_board_that_nobody_answers_is_not_seen_from_beside),
		cmocka_unit_test(one_conversation_has_no_owner),
		cmocka_unit_test(boards_of_an_audit_tell_nothing_of_this_place),
		cmocka_unit_test(a_bystander_is_told_how_to_see_more),
		cmocka_unit_test(nothing_lost_needs_no_advice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
