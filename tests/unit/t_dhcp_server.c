/* SPDX-License-Identifier: BSD-2-Clause */
/* The DHCP responder: RFC 2131's dialogues, and what each kind of client is told. */
#include <stdlib.h>

#include "dhcp.h"
#include "dhcp_server.h"
#include "pi_guid.h"
#include "pxe.h"
#include "unit.h"

enum {
	SERVER = 0x0a000001,
	FIRST = 0x0a000064,
	LAST = 0x0a0000c7,
	MASK = 0xffffff00,
	SENT_MAX = 4096
};

static const uint64_t second = 1000000000;

static struct dhcp_config config;
static struct dhcp_host hosts[4];
static struct dhcp_server *server;
static struct leases *leases;
static uint64_t now;

static struct sent {
	struct dhcp_to to;
	uint32_t delay_ms, n;
	uint8_t bytes[1500];
} last;
static uint32_t n_sent, n_probes, n_kept, n_news[DHCP_EVENTS];
static uint32_t probed;
static struct mac probed_by;
static bool disk_full;

static void sends(void *ctx, const struct dhcp_to *to, struct bytes m, uint32_t delay_ms)
{
	(void)ctx;
	assert_true(m.n >= 300 && m.n <= sizeof(last.bytes));
	last.to = *to;
	last.delay_ms = delay_ms;
	last.n = m.n;
	memcpy(last.bytes, m.p, m.n);
	n_sent++;
}

static void probes(void *ctx, uint32_t ip, const struct mac *by)
{
	(void)ctx;
	probed = ip;
	probed_by = by ? *by : (struct mac) { { 0 } };
	n_probes++;
}

static bool keeps(void *ctx, const struct lease *l)
{
	(void)ctx;
	(void)l;
	n_kept++;
	return !disk_full;
}

static void tells(void *ctx, const struct dhcp_news *n)
{
	(void)ctx;
	n_news[n->event]++;
}

static int teardown(void **state)
{
	(void)state;
	free(server);
	free(leases);
	server = NULL;
	leases = NULL;
	return 0;
}

static void start(void)
{
	struct dhcp_out out = { NULL, sends, probes, keeps, tells };

	teardown(NULL);
	leases = leases_init(calloc(1, leases_size(256)), 256, 5);
	server = dhcp_server_init(calloc(1, dhcp_server_size()), &config, leases, &out);
	now = 1700000000 * second;
	n_sent = n_probes = n_kept = 0;
	memset(n_news, 0, sizeof(n_news));
	disk_full = false;
}

static int setup(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	config.mode = DHCP_MODE_FULL;
	config.all_clients = true;
	config.address = SERVER;
	config.mask = MASK;
	config.n_ranges = 1;
	config.range[0] = (struct dhcp_range) { { FIRST, LAST },  MASK, SERVER, { SERVER }, 1,
						bytes_str("lab"), 3600 };
	config.host = hosts;
	start();
	return 0;
}

/* ---- a client ---- */

static struct dhcp q;
static uint8_t chaddr[6];
static struct mac frame_mac; /* of the router that brings it; none: the client itself */
static bool unicast;

static void client(uint32_t number)
{
	static uint8_t type;

	(void)type;
	memset(&q, 0, sizeof(q));
	q.op = 1;
	q.htype = 1;
	q.hlen = 6;
	q.xid = 0x1000 + number;
	chaddr[0] = 0xdc;
	chaddr[1] = 0xa6;
	chaddr[2] = 0x32;
	chaddr[3] = (uint8_t)(number >> 16);
	chaddr[4] = (uint8_t)(number >> 8);
	chaddr[5] = (uint8_t)number;
	q.chaddr = bytes_of(chaddr, 6);
}

static struct bytes u32(uint32_t v, uint8_t *buf)
{
	buf[0] = (uint8_t)(v >> 24);
	buf[1] = (uint8_t)(v >> 16);
	buf[2] = (uint8_t)(v >> 8);
	buf[3] = (uint8_t)v;
	return bytes_of(buf, 4);
}

/* Sends q as a message of the type with up to two options; the reply, if any, is decoded into *out.
 */
static bool say_from(uint8_t type, uint32_t asked, uint32_t id, uint16_t port, uint32_t from,
		     struct dhcp *out)
{
	uint8_t buf[1500], a[4], b[4];
	struct writer w = writer_init(buf, sizeof(buf));
	struct dhcp_in in = { .port = port,
			      .from = from,
			      .now_ns = now,
			      .mac = frame_mac,
			      .from_port = 68,
			      .unicast = unicast };
	struct dhcp m = q;
	struct reader r;

	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	if (asked)
		dhcp_add(&m, DHCP_OPT_ADDRESS, u32(asked, a));
	if (id)
		dhcp_add(&m, DHCP_OPT_SERVER_ID, u32(id, b));
	dhcp_encode(&m, 300, &w);
	assert_int_equal(w.err, ERR_OK);
	in.payload = writer_done(&w);
	n_sent = 0;
	dhcp_server_message(server, &in);
	if (!n_sent)
		return false;
	assert_int_equal(n_sent, 1);
	r = reader_init(last.bytes, last.n, last.n);
	assert_int_equal(dhcp_decode(&r, out), ERR_OK);
	assert_int_equal(out->op, 2);
	assert_int_equal(out->xid, q.xid);
	assert_true(out->end);
	assert_int_equal(dhcp_mac(out).b[5], chaddr[5]);
	assert_int_equal(dhcp_option_ip4(out, DHCP_OPT_SERVER_ID), SERVER);
	return true;
}

static bool say(uint8_t type, uint32_t asked, uint32_t id, struct dhcp *out)
{
	return say_from(type, asked, id, 67, q.ciaddr, out);
}

static uint32_t lease_for(uint32_t number)
{
	static struct dhcp m;
	uint32_t ip;

	client(number);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.type, DHCP_OFFER);
	ip = m.yiaddr;
	assert_true(say(DHCP_REQUEST, ip, SERVER, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.yiaddr, ip);
	return ip;
}

static struct dhcp m;

static void four_messages_make_a_lease(void **state)
{
	static const uint8_t wants[] = { 1, 3, 6, 15, 28, 51 };

	(void)state;
	client(1);
	dhcp_add(&q, DHCP_OPT_REQUEST_LIST, bytes_of(wants, sizeof(wants)));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.type, DHCP_OFFER);
	assert_in_range(m.yiaddr, FIRST, LAST);
	assert_int_equal(dhcp_option_ip4(&m, 1), MASK);
	assert_int_equal(dhcp_option_ip4(&m, 3), SERVER);
	assert_int_equal(dhcp_option_ip4(&m, 6), SERVER);
	assert_int_equal(dhcp_option_ip4(&m, 28), 0x0a0000ff);
	assert_int_equal(dhcp_option_ip4(&m, 51), 3600);
	assert_int_equal(dhcp_option_ip4(&m, 58), 1800);
	assert_int_equal(dhcp_option(&m, 15).n, 3);
	/* to the address that it is about to have, at its hardware address */
	assert_int_equal(last.to.to, m.yiaddr);
	assert_int_equal(last.to.port, 68);
	assert_int_equal(last.to.mac.b[5], 1);
	assert_int_equal(n_kept, 0);
	assert_true(say(DHCP_REQUEST, m.yiaddr, SERVER, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(n_kept, 1);
	/* and the same again */
	assert_int_equal(lease_for(1), m.yiaddr);
}

static void what_is_not_on_the_disk_is_not_promised(void **state)
{
	(void)state;
	client(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	disk_full = true;
	assert_false(say(DHCP_REQUEST, m.yiaddr, SERVER, &m));
}

static void no_address_is_given_twice(void **state)
{
	uint32_t of[512] = { 0 };

	(void)state;
	for (uint32_t i = 1; i <= 100; i++) {
		uint32_t ip = lease_for(i);

		assert_in_range(ip, FIRST, LAST);
		assert_int_equal(of[ip - FIRST], 0);
		of[ip - FIRST] = i;
	}
	client(200);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_news[DHCP_EMPTY], 1);
	/* an hour later all leases are over */
	now += 3601 * second;
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	/* ... and who comes back gets what it had, but for the one that is gone */
	for (uint32_t i = 1; i <= 100; i++) {
		client(i);
		if (of[m.yiaddr - FIRST] == i)
			continue;
	}
}

static void leases_are_renewed_and_not_by_others(void **state)
{
	uint32_t ip = lease_for(1), kept = n_kept;

	(void)state;
	now += 1800 * second;
	client(1);
	q.ciaddr = ip;
	assert_true(say(DHCP_REQUEST, 0, 0, &m)); /* RENEWING */
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.ciaddr, ip);
	assert_int_equal(last.to.to, ip);
	assert_int_equal(n_kept, kept + 1);
	now += 3000 * second;
	assert_non_null(leases_by_ip(leases, ip));
	client(2);
	q.ciaddr = ip;
	assert_true(say(DHCP_REQUEST, 0, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
	assert_int_equal(m.yiaddr, 0);
	assert_int_equal(last.to.to, 0xffffffff);
}

static void a_client_that_comes_back_is_told_by_what_is_known(void **state)
{
	uint32_t ip = lease_for(1);

	(void)state;
	client(1);
	assert_true(say(DHCP_REQUEST, ip, 0, &m)); /* INIT-REBOOT */
	assert_int_equal(m.type, DHCP_ACK);
	client(2);
	assert_true(say(DHCP_REQUEST, ip, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
	client(3); /* never seen, an address of this network: another server may know it */
	assert_false(say(DHCP_REQUEST, LAST, 0, &m));
	assert_true(say(DHCP_REQUEST, 0xc0a80105, 0, &m)); /* of another network */
	assert_int_equal(m.type, DHCP_NAK);
	config.authoritative = true;
	assert_true(say(DHCP_REQUEST, LAST, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
}

static void another_servers_offer_frees_ours(void **state)
{
	uint32_t ip;

	(void)state;
	client(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	ip = m.yiaddr;
	assert_false(say(DHCP_REQUEST, 0x0a000009, 0x0a000002, &m));
	assert_int_equal(leases_by_ip(leases, ip)->state, LEASE_FREE);
}

static void released_and_declined_addresses(void **state)
{
	uint32_t ip = lease_for(1), other;

	(void)state;
	client(1);
	q.ciaddr = ip;
	assert_false(say(DHCP_RELEASE, 0, SERVER, &m));
	assert_int_equal(leases_by_ip(leases, ip)->state, LEASE_FREE);
	assert_int_equal(lease_for(1), ip);
	client(2);
	q.ciaddr = ip;
	assert_false(say(DHCP_RELEASE, 0, SERVER, &m)); /* not its own */
	assert_int_equal(leases_by_ip(leases, ip)->state, LEASE_BOUND);
	client(1);
	assert_false(say(DHCP_DECLINE, ip, SERVER, &m));
	other = lease_for(1);
	assert_int_not_equal(other, ip);
	for (uint32_t i = 2; i <= 99; i++)
		assert_int_not_equal(lease_for(i), ip);
	now += 601 * second;
	assert_int_equal(lease_for(300), ip);
}

static void who_has_an_address_is_told_the_rest(void **state)
{
	(void)state;
	client(1);
	q.ciaddr = 0x0a000032;
	assert_true(say(DHCP_INFORM, 0, 0, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.yiaddr, 0);
	assert_false(dhcp_has(&m, 51));
	assert_int_equal(dhcp_option_ip4(&m, 3), SERVER);
	assert_int_equal(last.to.to, 0x0a000032);
}

static void a_broadcast_is_sent_to_who_asks_for_it(void **state)
{
	(void)state;
	client(1);
	q.flags = 0x8000;
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(last.to.to, 0xffffffff);
	assert_int_equal(m.flags, 0x8000);
}

static void relays_get_back_what_they_sent(void **state)
{
	static const uint8_t circuit[] = { 1, 4, 'p', 'o', 'r', 't' };
	static const uint8_t selection[] = { 5, 4, 10, 0, 9, 0 };

	(void)state;
	config.n_ranges = 2;
	config.range[1] = (struct dhcp_range) {
		{ 0x0a000964, 0x0a000970 }, MASK, 0x0a000901, { 0 }, 0, { NULL, 0 }, 60
	};
	start();
	client(1);
	q.giaddr = 0x0a000901;
	dhcp_add(&q, DHCP_OPT_RELAY, bytes_of(circuit, sizeof(circuit)));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_in_range(m.yiaddr, 0x0a000964, 0x0a000970);
	assert_int_equal(last.to.to, 0x0a000901);
	assert_int_equal(last.to.port, 67);
	assert_int_equal(dhcp_option(&m, DHCP_OPT_RELAY).n, sizeof(circuit));
	assert_int_equal(m.option[m.n_options - 1].code, DHCP_OPT_RELAY);
	assert_int_equal(dhcp_option_ip4(&m, 3), 0x0a000901);
	client(2); /* the relay names the link beside its own address */
	q.giaddr = SERVER + 1;
	dhcp_add(&q, DHCP_OPT_RELAY, bytes_of(selection, sizeof(selection)));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_in_range(m.yiaddr, 0x0a000964, 0x0a000970);
	client(3);
	q.giaddr = 0xac100001; /* a network that nobody configured */
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
}

static void reservations_are_kept(void **state)
{
	(void)state;
	client(7);
	lease_client_set(&hosts[0].client, 1, q.chaddr, bytes_of(NULL, 0));
	hosts[0].ip = FIRST + 3;
	hosts[0].name = bytes_str("bench");
	config.n_hosts = 1;
	start();
	for (uint32_t i = 100; i < 199; i++)
		assert_int_not_equal(lease_for(i), FIRST + 3);
	assert_int_equal(lease_for(7), FIRST + 3);
	client(7);
	assert_true(say(DHCP_DISCOVER, FIRST + 50, 0, &m));
	assert_int_equal(m.yiaddr, FIRST + 3);
	assert_int_equal(dhcp_option(&m, DHCP_OPT_HOST_NAME).n, 5);
}

static void an_address_in_use_is_not_offered(void **state)
{
	uint32_t first;

	(void)state;
	config.probe = true;
	config.probe_ms = 300;
	start();
	client(1);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_probes, 1);
	first = probed;
	assert_false(say(DHCP_DISCOVER, 0, 0, &m)); /* again, while it is asked for */
	assert_int_equal(n_probes, 1);
	now += second / 10;
	dhcp_server_in_use(server, first, now);
	assert_int_equal(n_probes, 2);
	assert_int_not_equal(probed, first);
	now += second / 10;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 0);
	now += second;
	assert_true(dhcp_server_next(server) <= now);
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 1);
	assert_int_equal(last.to.to, probed);
	assert_int_equal(dhcp_server_next(server), UINT64_MAX);
}

static const struct mac router = { { 2, 0, 0, 0, 0, 9 } };

static void far_clients_are_reached_through_who_brought_their_words(void **state)
{
	uint32_t ip;

	(void)state;
	config.n_ranges = 2;
	config.range[1] = (struct dhcp_range) {
		{ 0x0a000964, 0x0a000970 }, MASK, 0x0a000901, { 0 }, 0, { NULL, 0 }, 60
	};
	config.probe = true;
	config.probe_ms = 300;
	config.authoritative = true;
	start();
	frame_mac = router;
	client(1);
	q.giaddr = 0x0a000901;
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_true(mac_equal(probed_by, router)); /* by ICMP: no ARP there */
	now += second;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 1);
	assert_int_equal(last.to.to, 0x0a000901);
	assert_true(mac_equal(last.to.mac, router));
	ip = probed;
	assert_true(say(DHCP_REQUEST, ip, SERVER, &m));
	/* RENEWING: past the relay, over the router */
	q.giaddr = 0;
	q.ciaddr = ip;
	unicast = true;
	assert_true(say(DHCP_REQUEST, 0, 0, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(m.yiaddr, ip);
	assert_int_equal(last.to.to, ip);
	assert_true(mac_equal(last.to.mac, router));
	/* an address of its network that is another's is refused */
	client(2);
	q.ciaddr = ip;
	assert_true(say(DHCP_REQUEST, 0, 0, &m));
	assert_int_equal(m.type, DHCP_NAK);
	unicast = false;
	frame_mac = (struct mac) { { 0 } };
}

static void a_boot_server_answers_the_port_that_asked(void **state)
{
	(void)state;
	config.mode = DHCP_MODE_PROXY;
	start();
	client(1);
	dhcp_add(&q, DHCP_OPT_CLASS, bytes_str("PXEClient:Arch:00000:UNDI:002001"));
	q.ciaddr = 0x0a000077;
	frame_mac = router;
	assert_true(say_from(DHCP_REQUEST, 0, 0, 4011, 0x0a000077, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(last.to.from_port, 4011);
	assert_int_equal(last.to.port, 68);
	assert_true(mac_equal(last.to.mac, router));
	frame_mac = (struct mac) { { 0 } };
}

static void a_client_that_declines_everything_is_not_believed(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		client(1);
		now += second;
		assert_true(say(DHCP_DISCOVER, 0, 0, &m));
		say(DHCP_DECLINE, m.yiaddr, SERVER, &m);
	}
	assert_int_equal(n_news[DHCP_DECLINED_ADDRESS], 60);
	assert_int_equal(n_news[DHCP_EMPTY], 0);
	/* of the 100 the others get what it did not burn */
	for (uint32_t i = 0; i < 92; i++)
		lease_for(100 + i);
}

static void forged_clients_are_told_once_a_second(void **state)
{
	uint32_t sent = 0;

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		client(1000 + i);
		sent += say(DHCP_DISCOVER, 0, 0, &m);
		now += second / 1000;
	}
	assert_int_equal(sent, 100);
	assert_in_range(n_news[DHCP_EMPTY], 4, 6);
	/* what was offered and not taken is free again soon */
	now += 31 * second;
	lease_for(1);
}

static void declined_addresses_are_tried_again_when_there_are_no_others(void **state)
{
	(void)state;
	config.probe = true;
	config.probe_ms = 300;
	start();
	for (uint32_t i = 0; i < 100; i++) {
		client(100 + i);
		assert_false(say(DHCP_DISCOVER, 0, 0, &m));
		assert_false(say(DHCP_DECLINE, probed, SERVER, &m));
	}
	client(1);
	n_probes = 0;
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_probes, 0);
	now += 61 * second;
	dhcp_server_tick(server, now);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_probes, 1);
	now += second;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 1);
}

static void who_asks_too_often_is_not_heard(void **state)
{
	uint32_t sent = 0;

	(void)state;
	client(1);
	for (uint32_t i = 0; i < 1000; i++)
		sent += say(DHCP_DISCOVER, 0, 0, &m);
	assert_int_equal(sent, 50);
	assert_int_equal(n_news[DHCP_TOO_OFTEN], 1);
	now += second;
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
}

static void a_clock_that_is_set_back_holds_nothing_up(void **state)
{
	(void)state;
	config.probe = true;
	config.probe_ms = 300;
	start();
	client(1);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	now -= 3600 * second;
	dhcp_server_tick(server, now);
	assert_int_equal(n_sent, 1);
}

/* ---- what boots ---- */

static const uint8_t pi_wants[] = { 1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t guid_pi4[] = { 0,    '4',  'i',  'P', 'R',  0x12, 0x31, 0xc0, 0,
				    0x79, 0x26, 0xdf, 0,   0xc0, 0x28, 0xc1, 0x38 };

static void pi(uint32_t number)
{
	static const uint8_t arch[] = { 0, 0 };

	client(number);
	dhcp_add(&q, DHCP_OPT_REQUEST_LIST, bytes_of(pi_wants, sizeof(pi_wants)));
	dhcp_add(&q, DHCP_OPT_ARCH, bytes_of(arch, 2));
	dhcp_add(&q, DHCP_OPT_GUID, bytes_of(guid_pi4, sizeof(guid_pi4)));
	dhcp_add(&q, DHCP_OPT_CLASS, bytes_str("PXEClient:Arch:00000:UNDI:002001"));
}

/* What each board wants of an offer: facts 2.1. */
static void accepted_by_a_pi(struct dhcp *o)
{
	struct pxe x;

	pxe_decode(dhcp_option(o, DHCP_OPT_VENDOR), true, &x);
	assert_int_equal(x.form, PXE_ENCAPSULATED);
	assert_true(x.end);
	assert_int_not_equal(pxe_find(&x, "Raspberry Pi Boot"), UINT32_MAX);
	assert_int_equal(dhcp_option(o, DHCP_OPT_CLASS).n, 9);
	assert_int_equal(dhcp_option(o, DHCP_OPT_TFTP_NAME).n, strlen("10.0.0.1"));
	assert_int_equal(o->siaddr, SERVER);
	assert_int_equal(dhcp_option(o, DHCP_OPT_GUID).n, sizeof(guid_pi4));
}

static void a_pi_is_told_in_its_own_way(void **state)
{
	(void)state;
	config.all_clients = false;
	start();
	pi(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	accepted_by_a_pi(&m);
	assert_int_not_equal(m.yiaddr, 0);
	client(2);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(n_news[DHCP_NOT_MEANT], 1);
	client(1); /* its kernel: known by the lease */
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
}

static void who_looks_for_servers_finds_us_unless_we_are_a_proxy(void **state)
{
	(void)state;
	config.all_clients = false;
	start();
	client(2);
	dhcp_add(&q, DHCP_OPT_CLASS, bytes_str(DHCP_QUESTION_CLASS));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_not_equal(m.yiaddr, 0);
	config.mode = DHCP_MODE_PROXY;
	start();
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
}

static void a_proxy_gives_no_address(void **state)
{
	(void)state;
	config.mode = DHCP_MODE_PROXY;
	config.all_clients = false;
	config.delay_ms = 20;
	pi(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.yiaddr, 0);
	assert_false(dhcp_has(&m, 51));
	assert_int_equal(last.to.to, 0xffffffff);
	assert_int_equal(last.delay_ms, 20);
	accepted_by_a_pi(&m);
	assert_false(say(DHCP_REQUEST, FIRST, 0x0a000002, &m));
	client(2);
	assert_false(say(DHCP_DISCOVER, 0, 0, &m));
	/* at 4011, from where it asked */
	pi(1);
	q.ciaddr = 0x0a000033;
	assert_true(say_from(DHCP_REQUEST, 0, 0, 4011, 0x0a000033, &m));
	assert_int_equal(m.type, DHCP_ACK);
	assert_int_equal(last.to.to, 0x0a000033);
	assert_int_equal(last.to.port, 68);
	assert_int_equal(last.to.from_port, 4011);
}

/* The chain of if and else that an ISC dhcpd has for it. */
static void classes_tell_clients_apart(void **state)
{
	static const struct {
		int arch;
		const char *vendor, *user, *file;
	} who[] = { { 7, "PXEClient:Arch:00007:UNDI:003016", NULL, "efi64/ipxe.efi" },
		    { 9, "PXEClient:Arch:00009:UNDI:003016", NULL, "efi64/ipxe.efi" },
		    { 11, "PXEClient:Arch:00011:UNDI:003000", NULL, "arm64/ipxe.efi" },
		    { 0, "PXEClient:Arch:00000:UNDI:002001", NULL, "undionly.kpxe" },
		    { 22, "U-Boot.armv8", NULL, "u-boot/boot.scr" },
		    { 7, "PXEClient:Arch:00007:UNDI:003016", "iPXE", "http://10.0.0.1/boot.ipxe" },
		    { 0, "PXEClient:Arch:00000:UNDI:002001", "\4iPXE",
		      "http://10.0.0.1/boot.ipxe" } };
	struct dhcp_class *k = config.class;

	(void)state;
	k[0].user = bytes_str("iPXE");
	k[0].boot.file = bytes_str("http://10.0.0.1/boot.ipxe");
	k[1] = (struct dhcp_class) { .arch = { 7, 9 }, .n_archs = 2 };
	k[1].boot.file = bytes_str("efi64/ipxe.efi");
	k[2] = (struct dhcp_class) { .arch = { 11 }, .n_archs = 1 };
	k[2].boot.file = bytes_str("arm64/ipxe.efi");
	k[3].vendor = bytes_str("U-Boot");
	k[3].boot.file = bytes_str("u-boot/boot.scr");
	k[3].boot.next = 0x0a000005;
	config.n_classes = 4;
	config.boot.file = bytes_str("undionly.kpxe");
	for (uint32_t i = 0; i < sizeof(who) / sizeof(who[0]); i++) {
		uint8_t arch[2] = { 0, (uint8_t)who[i].arch };

		client(i + 1);
		dhcp_add(&q, DHCP_OPT_ARCH, bytes_of(arch, 2));
		dhcp_add(&q, DHCP_OPT_CLASS, bytes_str(who[i].vendor));
		if (who[i].user)
			dhcp_add(&q, DHCP_OPT_USER_CLASS, bytes_str(who[i].user));
		assert_true(say(DHCP_DISCOVER, 0, 0, &m));
		assert_int_equal(m.file.n, strlen(who[i].file));
		assert_memory_equal(m.file.p, who[i].file, m.file.n);
		assert_int_equal(m.siaddr, i == 4 ? 0x0a000005 : SERVER);
	}
}

/* ---- room ---- */

static void long_answers_spill_into_the_fields(void **state)
{
	static uint8_t big[200];
	static const uint8_t most[] = { 2, 64 };
	struct dhcp_extra *e = config.boot.extra;

	(void)state;
	memset(big, 'x', sizeof(big));
	e[0] = (struct dhcp_extra) { 17, true, bytes_of(big, 100) };
	e[1] = (struct dhcp_extra) { 40, true, bytes_of(big, 90) };
	e[2] = (struct dhcp_extra) { 64, true, bytes_of(big, 50) };
	e[3] = (struct dhcp_extra) { 120, true, bytes_of(big, 60) };
	e[4] = (struct dhcp_extra) { 86, true, bytes_of(big, 59) };
	config.boot.n_extras = 5;
	client(1);
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_true(last.n <= 548);
	assert_int_equal(m.overload, 3);
	assert_int_equal(dhcp_option(&m, 17).n, 100);
	assert_int_equal(dhcp_option(&m, 40).n, 90);
	assert_int_equal(dhcp_option(&m, 64).n, 50);
	assert_int_equal(dhcp_option(&m, 120).n, 60);
	/* who can take more gets it in one piece */
	client(2);
	dhcp_add(&q, DHCP_OPT_MAX_SIZE, bytes_of(most, 2)); /* 576: the least all the same */
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.overload, 3);
	client(3);
	dhcp_add(&q, DHCP_OPT_MAX_SIZE, bytes_of((const uint8_t[]) { 5, 220 }, 2));
	assert_true(say(DHCP_DISCOVER, 0, 0, &m));
	assert_int_equal(m.overload, 0);
	assert_int_equal(dhcp_option(&m, 120).n, 60);
}

/* ---- the file ---- */

static void leases_survive_as_lines(void **state)
{
	static const char *const lines[] = {
		"1700003600 dc:a6:32:00:00:01 10.0.0.101 pi-1 01:dc:a6:32:00:00:01\n",
		"0 dc:a6:32:00:00:02 10.0.0.102 * *\n",
		"1700003600 06-00:11:22:33 10.0.0.103 x ff:01\n",
	};
	char buf[LEASE_LINE_MAX];

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		struct text t = text_init(buf, sizeof(buf));

		assert_true(leases_line(leases, bytes_str(lines[i]), 1700000000));
		lease_line(leases_by_ip(leases, 0x0a000065 + i), &t);
		assert_string_equal(buf, lines[i]);
	}
	assert_false(leases_line(leases, bytes_str("duid 00:01\n"), 0));
	assert_false(leases_line(leases, bytes_str("1 dc:a6 10.0.0.7\n"), 0));
	assert_false(leases_line(leases, bytes_str("1 dc:zz 10.0.0.7 * *\n"), 0));
	for (uint32_t n = 0; n < strlen(lines[0]); n++) /* cut by a crash */
		leases_line(leases, bytes_of(lines[0], n), 0);
}

static void no_message_does_harm(void **state)
{
	uint8_t good[1500], bad[1500];
	struct writer w = writer_init(good, sizeof(good));
	uint8_t type = DHCP_DISCOVER;
	struct dhcp_in in = { .port = 67 };

	(void)state;
	pi(1);
	dhcp_add(&q, DHCP_OPT_TYPE, bytes_of(&type, 1));
	dhcp_add(&q, DHCP_OPT_RELAY, bytes_of((const uint8_t[]) { 5, 4, 10, 0, 0, 0 }, 6));
	dhcp_encode(&q, 0, &w);
	for (uint32_t n = 0; n <= w.pos; n++) {
		uint8_t *cut = malloc(n ? n : 1);

		memcpy(cut, good, n);
		in.payload = bytes_of(cut, n);
		in.now_ns = now += second;
		dhcp_server_message(server, &in);
		free(cut);
	}
	for (uint32_t bit = 0; bit < 8 * w.pos; bit++) {
		memcpy(bad, good, w.pos);
		bad[bit / 8] ^= (uint8_t)(1u << (bit & 7));
		in.payload = bytes_of(bad, w.pos);
		in.now_ns = now += second / 10;
		dhcp_server_message(server, &in);
		dhcp_server_tick(server, now);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(four_messages_make_a_lease),
		TEST(what_is_not_on_the_disk_is_not_promised),
		TEST(no_address_is_given_twice),
		TEST(leases_are_renewed_and_not_by_others),
		TEST(a_client_that_comes_back_is_told_by_what_is_known),
		TEST(another_servers_offer_frees_ours),
		TEST(released_and_declined_addresses),
		TEST(who_has_an_address_is_told_the_rest),
		TEST(a_broadcast_is_sent_to_who_asks_for_it),
		TEST(relays_get_back_what_they_sent),
		TEST(reservations_are_kept),
		TEST(an_address_in_use_is_not_offered),
		TEST(a_clock_that_is_set_back_holds_nothing_up),
		TEST(who_asks_too_often_is_not_heard),
		TEST(declined_addresses_are_tried_again_when_there_are_no_others),
		TEST(forged_clients_are_told_once_a_second),
		TEST(a_client_that_declines_everything_is_not_believed),
		TEST(a_boot_server_answers_the_port_that_asked),
		TEST(far_clients_are_reached_through_who_brought_their_words),
		TEST(a_pi_is_told_in_its_own_way),
		TEST(who_looks_for_servers_finds_us_unless_we_are_a_proxy),
		TEST(a_proxy_gives_no_address),
		TEST(classes_tell_clients_apart),
		TEST(long_answers_spill_into_the_fields),
		TEST(leases_survive_as_lines),
		TEST(no_message_does_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
