/* SPDX-License-Identifier: BSD-2-Clause */
#include "story.h"

#include "dns.h"
#include "unit.h"

enum { CLIENT = 100, DHCPD = 1, PROXY = 2, OTHER = 101 };

static const uint32_t second = 1000;
static const char x64[] = "PXEClient:Arch:00007:UNDI:003016";
static const char http[] = "HTTPClient:Arch:00016:UNDI:003001";

/* A client's request; an option NULL is left out. */
struct ask {
	struct mac mac;
	uint8_t type, arch;
	const char *class_id;
	bool no_guid;
	uint8_t to; /* 0: everybody */
	uint16_t port;
};

static void ask(struct story *t, struct ask a)
{
	static const uint8_t guid[17] = { 0, 1, 2, 3 };
	uint8_t arch[2] = { 0, a.arch };
	struct build_ends e = story_ends(a.mac, a.to ? CLIENT : 0, a.to ? a.to : STORY_ALL, 68,
					 a.port ? a.port : 67);
	struct dhcp m = { .op = 1, .htype = 1, .hlen = 6, .xid = 0x1234, .type = a.type };

	m.chaddr = bytes_of(a.mac.b, 6);
	m.ciaddr = a.to ? STORY_NET + CLIENT : 0;
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&a.type, 1));
	dhcp_add(&m, DHCP_OPT_ARCH, bytes_of(arch, 2));
	if (!a.no_guid)
		dhcp_add(&m, DHCP_OPT_GUID, bytes_of(guid, 17));
	dhcp_add(&m, DHCP_OPT_CLASS, bytes_str(a.class_id));
	story_dhcp(t, &e, &m);
}

struct answer {
	struct mac mac;
	uint8_t type, from, yiaddr, siaddr;
	const char *class_id, *file;
	struct bytes vendor;
	uint16_t port;
};

static void answer(struct story *t, struct answer a)
{
	static const uint8_t mask[4] = { 255, 255, 255, 0 };
	uint8_t id[4] = { 10, 0, 0, a.from };
	struct build_ends e =
		story_ends(story_mac(a.from), a.from, CLIENT, a.port ? a.port : 67, 68);
	struct dhcp m = { .op = 2, .htype = 1, .hlen = 6, .xid = 0x1234 };

	e.eth_dst = a.mac;
	m.chaddr = bytes_of(a.mac.b, 6);
	m.yiaddr = a.yiaddr ? STORY_NET + a.yiaddr : 0;
	m.siaddr = a.siaddr ? STORY_NET + a.siaddr : 0;
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&a.type, 1));
	dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(id, 4));
	dhcp_add(&m, DHCP_OPT_MASK, bytes_of(mask, 4));
	if (a.class_id)
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str(a.class_id));
	if (a.file)
		dhcp_add(&m, DHCP_OPT_BOOTFILE, bytes_str(a.file));
	if (a.vendor.n)
		dhcp_add(&m, DHCP_OPT_VENDOR, a.vendor);
	story_dhcp(t, &e, &m);
}

static struct ask discover(const char *class_id, uint8_t arch)
{
	return (struct ask) {
		.mac = story_board, .type = DHCP_DISCOVER, .arch = arch, .class_id = class_id
	};
}

static struct answer offer(uint8_t from, uint8_t yiaddr)
{
	return (struct answer) {
		.mac = story_board, .type = DHCP_OFFER, .from = from, .yiaddr = yiaddr
	};
}

static bool end(struct story *t, enum finding_id id)
{
	bool found;

	story_wait(t, 60 * second);
	found = story_found(t, story_board, id);
	story_end(t);
	return found;
}

/* The first exchange of a client that takes what it is offered. */
static struct story *with_address(struct answer o)
{
	struct story *t = story_begin();
	struct ask request = discover(x64, 7);

	story_others(t);
	request.type = DHCP_REQUEST;
	ask(t, discover(x64, 7));
	answer(t, o);
	ask(t, request);
	o.type = DHCP_ACK;
	answer(t, o);
	return t;
}

/* A file asked for; n bytes of it come, none with n 0. */
static void fetch(struct story *t, uint8_t server, const char *name, uint32_t n)
{
	static uint16_t port = 2000;
	struct build_ends e = story_ends(story_board, CLIENT, server, ++port, 69), back;
	struct tftp rrq = { .op = 1, .file = bytes_str(name), .mode = bytes_str("octet") };
	struct tftp data = { .op = 3, .block = 1, .data_len = n, .data = { NULL, n } };
	struct tftp ack = { .op = 4, .block = 1 };
	static const uint8_t zeros[512];

	story_tftp(t, &e, &rrq);
	if (!n)
		return;
	data.data = bytes_of(zeros, n);
	e.dport = 40000;
	back = story_back(&e);
	story_tftp(t, &back, &data);
	story_tftp(t, &e, &ack);
}

static bool two_offers(int rounds, bool taken)
{
	struct story *t = story_begin();
	struct answer boot = offer(PROXY, 0);
	struct ask request = discover(x64, 7);

	story_others(t);
	boot.file = "boot.efi";
	boot.siaddr = PROXY;
	boot.class_id = "PXEClient";
	request.type = DHCP_REQUEST;
	for (int i = 0; i < rounds; i++, story_wait(t, 4 * second)) {
		ask(t, discover(x64, 7));
		answer(t, offer(DHCPD, CLIENT));
		answer(t, boot);
	}
	if (taken)
		ask(t, request);
	return end(t, F_PXE_CLIENT_IGNORES_PROXY_OFFER);
}

static void two_good_offers_that_are_not_taken_are_a_fault(void **state)
{
	(void)state;
	assert_true(two_offers(4, false));
	assert_false(two_offers(4, true));
	assert_false(two_offers(1, false));
}

static enum finding_id at_4011(bool vendor, bool answered)
{
	static const enum finding_id both[] = { F_PXE_OPT60_WITHOUT_OPT43_4011,
						F_PXE_4011_UNANSWERED };
	static const uint8_t control[] = { 6, 1, 0, 255 };
	struct answer o = offer(DHCPD, CLIENT), boot = offer(DHCPD, 0);
	struct ask request = discover(x64, 7);
	enum finding_id id = FINDINGS;
	struct story *t;

	o.class_id = "PXEClient";
	o.siaddr = DHCPD;
	if (vendor)
		o.vendor = bytes_of(control, sizeof(control));
	t = with_address(o);
	request.type = DHCP_REQUEST;
	request.to = DHCPD;
	request.port = 4011;
	for (int i = 0; i < 4; i++, story_wait(t, 4 * second))
		ask(t, request);
	boot.type = DHCP_ACK;
	boot.port = 4011;
	boot.file = "boot.efi";
	if (answered)
		answer(t, boot);
	story_wait(t, 60 * second);
	for (int i = 0; i < 2; i++)
		if (story_found(t, story_board, both[i]))
			id = both[i];
	story_end(t);
	return id;
}

static void silence_on_port_4011_goes_by_what_the_offer_promised(void **state)
{
	(void)state;
	assert_int_equal(at_4011(false, false), F_PXE_OPT60_WITHOUT_OPT43_4011);
	assert_int_equal(at_4011(true, false), F_PXE_4011_UNANSWERED);
	assert_int_equal(at_4011(false, true), FINDINGS);
	assert_int_equal(at_4011(true, true), FINDINGS);
}

static bool one_without_guid(bool no_guid)
{
	struct story *t = story_begin();
	struct ask other = discover(x64, 7), mine = discover(x64, 7);
	struct answer boot = offer(PROXY, 0);

	story_others(t);
	other.mac = boot.mac = story_mac(OTHER);
	boot.file = "boot.efi";
	boot.siaddr = PROXY;
	ask(t, other);
	answer(t, boot);
	mine.no_guid = no_guid;
	for (int i = 0; i < 3; i++, story_wait(t, 4 * second)) {
		ask(t, mine);
		answer(t, offer(DHCPD, CLIENT));
	}
	return end(t, F_PROXYDHCP_NO_ANSWER);
}

static void a_proxy_that_answers_others_wants_the_guid(void **state)
{
	(void)state;
	assert_true(one_without_guid(true));
	assert_false(one_without_guid(false));
}

static bool http_offer(const char *class_id, const char *file)
{
	struct story *t = story_begin();
	struct answer o = offer(DHCPD, CLIENT);

	story_others(t);
	o.class_id = class_id;
	o.file = file;
	for (int i = 0; i < 4; i++, story_wait(t, 4 * second)) {
		ask(t, discover(http, 16));
		answer(t, o);
	}
	return end(t, F_HTTP_OFFER_WITHOUT_HTTPCLIENT);
}

static void an_http_client_wants_its_class_and_a_url(void **state)
{
	(void)state;
	assert_true(http_offer(NULL, "http://10.0.0.1/boot.efi"));
	assert_true(http_offer("HTTPClient", "boot.efi"));
	assert_false(http_offer("HTTPClient", "http://10.0.0.1/boot.efi"));
}

/* Where the capture sees no unicast, the right offer may have gone by. */
static void unseen_offers_make_no_finding(void **state)
{
	struct story *t = story_begin();
	struct answer o = offer(DHCPD, CLIENT);

	(void)state;
	o.mac = story_mac(STORY_ALL);
	for (int i = 0; i < 4; i++, story_wait(t, 4 * second)) {
		struct answer here = o;

		ask(t, discover(http, 16));
		here.mac = story_board;
		answer(t, here);
	}
	scope_dropped(t->s, 5);
	story_wait(t, 60 * second);
	assert_false(story_found(t, story_board, F_HTTP_OFFER_WITHOUT_HTTPCLIENT));
	story_end(t);
}

static bool asked_by_tftp(const char *name)
{
	struct answer o = offer(DHCPD, CLIENT);
	struct story *t;

	o.siaddr = DHCPD;
	o.file = name;
	t = with_address(o);
	fetch(t, DHCPD, name, 0);
	return end(t, F_PXE_URL_TO_TFTP_CLIENT);
}

static void a_url_is_no_file_name(void **state)
{
	(void)state;
	assert_true(asked_by_tftp("http://10.0.0.1/boot.efi"));
	assert_true(asked_by_tftp("https://boot.example/boot.efi"));
	assert_false(asked_by_tftp("httpd/boot.efi"));
	assert_false(asked_by_tftp("boot.efi"));
}

enum after { NOTHING, SECURE, SECURE_REFUSED, PLAIN };

static bool redirected(const char *status, enum after after)
{
	struct story *t = with_address(offer(DHCPD, CLIENT));
	struct build_ends e = story_ends(story_board, CLIENT, DHCPD, 3000, 80), back;
	char text[256];
	struct text s = text_init(text, sizeof(text));

	back = story_back(&e);
	story_tcp(t, &e, TCP_SYN, 0, "");
	story_tcp(t, &back, TCP_SYN | TCP_ACK, 0, "");
	story_tcp(t, &e, TCP_ACK | TCP_PSH, 1,
		  "GET /boot.img HTTP/1.1\r\nHost: 10.0.0.1\r\nUser-Agent: iPXE/1.21\r\n\r\n");
	text_fmt(&s,
		 "HTTP/1.1 %s\r\nLocation: https://10.0.0.2/boot.img\r\nContent-Length: 0\r\n\r\n",
		 status);
	story_tcp(t, &back, TCP_ACK | TCP_PSH, 1, text);
	if (after == SECURE || after == SECURE_REFUSED) {
		e = story_ends(story_board, CLIENT, PROXY, 3001, 443);
		back = story_back(&e);
		story_tcp(t, &e, TCP_SYN, 0, "");
		story_tcp(t, &back, after == SECURE ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK, 0, "");
	} else if (after == PLAIN) {
		e = story_ends(story_board, CLIENT, PROXY, 3001, 80);
		back = story_back(&e);
		story_tcp(t, &e, TCP_ACK | TCP_PSH, 1,
			  "GET /boot.img HTTP/1.1\r\nHost: 10.0.0.2\r\nUser-Agent: iPXE\r\n\r\n");
		story_tcp(t, &back, TCP_ACK | TCP_PSH, 1,
			  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde");
	}
	return end(t, F_HTTP_REDIRECT);
}

static void a_redirect_is_a_fault_where_nobody_follows_it(void **state)
{
	(void)state;
	assert_true(redirected("302 Found", NOTHING));
	assert_true(redirected("301 Moved Permanently", SECURE_REFUSED));
	assert_false(redirected("302 Found", SECURE));
	assert_false(redirected("302 Found", PLAIN));
	assert_false(redirected("304 Not Modified", NOTHING));
	assert_false(redirected("200 OK", NOTHING));
}

static enum finding_id after_loader(uint8_t siaddr, uint8_t next_from, uint32_t next)
{
	static const enum finding_id ids[] = { F_LOADER_SILENT_AFTER_NBP,
					       F_TFTP_WRONG_SERVER_SECOND_STAGE,
					       F_DHCP_NEXT_SERVER_MISSING };
	struct answer o = offer(DHCPD, CLIENT);
	enum finding_id id = FINDINGS;
	struct story *t;

	o.siaddr = siaddr;
	o.file = "shimx64.efi";
	t = with_address(o);
	fetch(t, PROXY, "shimx64.efi", 100);
	story_wait(t, second);
	if (next_from)
		fetch(t, next_from, "grubx64.efi", next);
	story_wait(t, 60 * second);
	for (int i = 0; i < 3; i++)
		if (story_found(t, story_board, ids[i]))
			id = ids[i];
	story_end(t);
	return id;
}

static void what_a_loader_does_next_tells_what_stops_it(void **state)
{
	(void)state;
	assert_int_equal(after_loader(PROXY, 0, 0), F_LOADER_SILENT_AFTER_NBP);
	assert_int_equal(after_loader(DHCPD, DHCPD, 0), F_TFTP_WRONG_SERVER_SECOND_STAGE);
	assert_int_equal(after_loader(0, DHCPD, 0), F_DHCP_NEXT_SERVER_MISSING);
	assert_int_equal(after_loader(PROXY, PROXY, 0), FINDINGS); /* the server's fault, if any */
	assert_int_equal(after_loader(DHCPD, DHCPD, 100), F_LOADER_SILENT_AFTER_NBP);
}

static bool named(uint8_t siaddr, bool asks)
{
	struct answer o = offer(DHCPD, CLIENT);
	struct story *t;

	o.siaddr = siaddr;
	o.file = "boot.efi";
	t = with_address(o);
	if (asks)
		fetch(t, DHCPD, "boot.efi", 100);
	return end(t, F_DHCP_NEXT_SERVER_MISSING);
}

static void a_file_needs_a_server(void **state)
{
	(void)state;
	assert_true(named(0, false));
	assert_false(named(DHCPD, false));
	assert_false(named(0, true));
}

static void resolve(struct story *t, uint8_t server, uint8_t rcode, bool answered, bool good)
{
	uint8_t buf[256];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = story_ends(story_board, CLIENT, server, 4000, 53);
	struct dns m = { .id = 7, .type = 1, .questions = 1 };

	memcpy(m.name, "boot.example", sizeof("boot.example"));
	dns_encode(&m, &w);
	story_udp(t, &e, bytes_of(buf, w.pos));
	if (!answered)
		return;
	m.flags = (uint16_t)(0x8000 | rcode);
	if (good)
		m.address[m.n_addresses++] = address_ip4(STORY_NET + PROXY);
	w = writer_init(buf, sizeof(buf));
	dns_encode(&m, &w);
	e = story_back(&e);
	story_udp(t, &e, bytes_of(buf, w.pos));
}

static void a_name_that_leads_nowhere_is_told_from_a_dead_server(void **state)
{
	struct story *t = with_address(offer(DHCPD, CLIENT));

	(void)state;
	resolve(t, DHCPD, 3, true, false);
	assert_true(end(t, F_DNS_NAME_NOT_RESOLVED));
	t = with_address(offer(DHCPD, CLIENT));
	for (int i = 0; i < 4; i++, story_wait(t, second))
		resolve(t, DHCPD, 0, false, false);
	assert_true(end(t, F_DNS_FIRST_SERVER_DEAD));
	t = with_address(offer(DHCPD, CLIENT));
	resolve(t, DHCPD, 3, true, false);
	resolve(t, PROXY, 0, true, true);
	assert_false(end(t, F_DNS_NAME_NOT_RESOLVED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_good_offers_that_are_not_taken_are_a_fault),
		cmocka_unit_test(silence_on_port_4011_goes_by_what_the_offer_promised),
		cmocka_unit_test(a_proxy_that_answers_others_wants_the_guid),
		cmocka_unit_test(an_http_client_wants_its_class_and_a_url),
		cmocka_unit_test(unseen_offers_make_no_finding),
		cmocka_unit_test(a_url_is_no_file_name),
		cmocka_unit_test(a_redirect_is_a_fault_where_nobody_follows_it),
		cmocka_unit_test(what_a_loader_does_next_tells_what_stops_it),
		cmocka_unit_test(a_file_needs_a_server),
		cmocka_unit_test(a_name_that_leads_nowhere_is_told_from_a_dead_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
