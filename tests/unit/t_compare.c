/* SPDX-License-Identifier: BSD-2-Clause */
#include "compare.h"

#include <stdlib.h>

#include "unit.h"

enum { SERVER = 0x0a000001, SECOND = 1000000000 };

static const char class[] = "PXEClient:Arch:00000:UNDI:002001";
static const char pi43[] = "\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11Raspberry Pi Boot\xff";

struct world {
	struct scope *s;
	struct packet p;
	uint64_t now, number;
};

static struct world *begin(void)
{
	struct world *w = calloc(1, sizeof(*w));

	w->s = scope_init(calloc(1, scope_size(&scope_default_limits)), &scope_default_limits);
	w->now = SECOND;
	return w;
}

static void end(struct world *w)
{
	free(w->s);
	free(w);
}

static struct mac pi4(uint8_t n)
{
	struct mac m = { { 0xdc, 0xa6, 0x32, 0, 0, n } };

	return m;
}

static struct dhcp *dhcp(struct world *w, uint8_t board, bool request, uint8_t type)
{
	static struct mac m;
	struct packet *p = &w->p;

	m = pi4(board);
	memset(p, 0, sizeof(*p));
	p->number = ++w->number;
	p->time_ns = w->now;
	p->record = RECORD_DHCP;
	p->ether.has_src = p->ether.has_dst = true;
	p->ether.src = request ? m : (struct mac) { { 2, 0, 0, 0, 0, 1 } };
	if (request)
		memset(p->ether.dst.b, 255, 6);
	else
		p->ether.dst = m;
	p->ip.version = 4;
	p->ip.proto = 17;
	p->ip.src = address_ip4(request ? 0U : SERVER);
	p->ip.dst = address_ip4(request ? 0xffffffffU : 0x0a000064U + board);
	p->sport = request ? 68 : 67;
	p->dport = request ? 67 : 68;
	p->u.dhcp.op = request ? 1 : 2;
	p->u.dhcp.hlen = 6;
	p->u.dhcp.type = type;
	p->u.dhcp.xid = 0x100u + board;
	p->u.dhcp.length = 322;
	p->u.dhcp.chaddr = bytes_of(m.b, 6);
	return &p->u.dhcp;
}

static void option(struct dhcp *m, uint8_t code, const void *v, uint32_t n)
{
	m->option[m->n_options++] = (struct dhcp_option) { .code = code, .v = bytes_of(v, n) };
}

static void give(struct world *w)
{
	scope_tick(w->s, w->now);
	scope_packet(w->s, &w->p, NULL);
}

static void discover(struct world *w, uint8_t board)
{
	option(dhcp(w, board, true, DHCP_DISCOVER), DHCP_OPT_CLASS, class, sizeof(class) - 1);
	option(&w->p.u.dhcp, DHCP_OPT_ARCH, "\0\0", 2);
	give(w);
}

static void offer(struct world *w, uint8_t board, bool with_43)
{
	struct dhcp *m = dhcp(w, board, false, DHCP_OFFER);

	m->yiaddr = 0x0a000064u + board;
	if (with_43)
		option(m, DHCP_OPT_VENDOR, pi43, sizeof(pi43) - 1);
	give(w);
}

/* The second board gets as far as NFS. */
static void healthy(struct world *w, uint8_t board)
{
	struct packet *p = &w->p;

	discover(w, board);
	offer(w, board, true);
	w->p.u.dhcp.type = DHCP_ACK;
	w->p.number = ++w->number;
	give(w);
	memset(p, 0, sizeof(*p));
	p->number = ++w->number;
	p->time_ns = w->now;
	p->record = RECORD_RPC;
	p->ether.has_src = p->ether.has_dst = true;
	p->ether.src = pi4(board);
	p->ether.dst = (struct mac) { { 2, 0, 0, 0, 0, 1 } };
	p->ip.version = 4;
	p->ip.proto = 17;
	p->ip.src = address_ip4(0x0a000064u + board);
	p->ip.dst = address_ip4(SERVER);
	p->sport = 700;
	p->dport = 111;
	p->u.rpc.type = RPC_CALL;
	p->u.rpc.prog = RPC_PORTMAP;
	p->u.rpc.vers = 2;
	p->u.rpc.proc = 3;
	give(w);
}

static const struct boot *last(struct world *w, uint8_t board, const struct client **c)
{
	*c = scope_client_by_mac(w->s, pi4(board));
	assert_non_null(*c);
	return client_last_boot(*c);
}

/* A board that boots, and one that is offered an address with option 43 or without it, in vain:
 * what is said of the second one beside the first. */
static const char *compared(bool option43)
{
	static char buf[300];
	struct text t = text_init(buf, sizeof(buf));
	struct world *w = begin();
	const struct client *c;
	const struct boot *b;
	bool told;

	healthy(w, 2);
	for (int i = 0; i < 4; i++, w->now += 4ull * SECOND) {
		discover(w, 1);
		offer(w, 1, option43);
	}
	w->now += 90ull * SECOND;
	scope_tick(w->s, w->now);
	scope_end(w->s);
	b = last(w, 1, &c);
	told = compare_text(w->s, c, b, &t);
	assert_int_equal(told, *buf != 0);
	end(w);
	return buf;
}

static void a_board_that_boots_shows_what_the_other_lacks(void **state)
{
	const char *words = compared(false);

	(void)state;
	assert_non_null(strstr(words, "dc:a6:32:00:00:02"));
	assert_non_null(strstr(words, "is sent option 43, this board is not"));
}

static void boards_that_are_told_the_same_are_not_compared(void **state)
{
	(void)state;
	assert_string_equal(compared(true), "");
}

static void a_boot_that_went_well_was_one_attempt(void **state)
{
	struct world *w = begin();
	const struct client *c;
	const struct boot *b;

	(void)state;
	healthy(w, 2);
	scope_end(w->s);
	b = last(w, 2, &c);
	assert_int_equal(compare_attempts(c, b), 1);
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_board_that_boots_shows_what_the_other_lacks),
		cmocka_unit_test(boards_that_are_told_the_same_are_not_compared),
		cmocka_unit_test(a_boot_that_went_well_was_one_attempt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
