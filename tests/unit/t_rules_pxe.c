/* SPDX-License-Identifier: BSD-2-Clause */
#include "offers.h"

#include "dns.h"
#include "unit.h"

/* Each finding of rules_pxe.c: a client that raises it, and beside it those that come near. */

enum { PROXY = SECOND_DHCPD };

/* The first exchange of a client that takes what it is offered. */
static struct story *with_address(struct answer o)
{
	struct story *t = mirror();

	leases(t, UEFI, o);
	return t;
}

static struct answer boot_data(const char *file)
{
	struct answer o = offering(UEFI);

	o.from = o.siaddr = PROXY;
	o.address = 0;
	o.file = file;
	return o;
}

static struct answer plain(void)
{
	struct answer o = offering(UEFI);

	o.class_id = NULL;
	return o;
}

static struct answer boot_file(const char *file)
{
	struct answer o = plain();

	o.siaddr = PROXY;
	o.file = file;
	return o;
}

/* --- two offers --- */

static struct story *two_offers(int rounds, bool taken)
{
	struct story *t = mirror();

	for (int i = 0; i < rounds; i++, story_wait(t, 4 * one_second)) {
		asks(t, asking(UEFI));
		answers(t, plain());
		answers(t, boot_data("boot.efi"));
	}
	if (taken)
		asks(t, requesting(UEFI, DHCPD));
	return t;
}

static void two_good_offers_that_are_not_taken_are_a_fault(void **state)
{
	struct story *t;
	struct answer whole = plain();

	(void)state;
	assert_true(raises(two_offers(4, false), pc, F_PXE_CLIENT_IGNORES_PROXY_OFFER));
	assert_false(raises(two_offers(4, true), pc, F_PXE_CLIENT_IGNORES_PROXY_OFFER));
	assert_false(raises(two_offers(1, false), pc, F_PXE_CLIENT_IGNORES_PROXY_OFFER));
	/* the server was mended meanwhile: its offer has it all, and nothing is to be put together
	 */
	whole.file = "boot.efi";
	t = two_offers(4, false);
	answers(t, whole);
	assert_false(raises(t, pc, F_PXE_CLIENT_IGNORES_PROXY_OFFER));
}

/* --- port 4011 --- */

static struct story *at_4011(bool vendor, bool answered)
{
	static const uint8_t control[] = { 6, 1, 0, 255 };
	struct ask a = requesting(UEFI, DHCPD);
	struct answer o = offering(UEFI), boot = boot_data("boot.efi");
	struct story *t;

	o.siaddr = DHCPD;
	if (vendor)
		o.vendor = bytes_of(control, sizeof(control));
	t = with_address(o);
	a.at_4011 = true;
	for (int i = 0; i < 4; i++, story_wait(t, 4 * one_second))
		asks(t, a);
	boot.type = DHCP_ACK;
	boot.from = DHCPD;
	boot.port = 4011;
	if (answered)
		answers(t, boot);
	return t;
}

static void silence_on_port_4011_goes_by_what_the_offer_promised(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(at_4011(false, false), pc, F_PXE_OPT60_WITHOUT_OPT43_4011));
	assert_false(raises(at_4011(true, false), pc, F_PXE_OPT60_WITHOUT_OPT43_4011));
	assert_false(raises(at_4011(false, true), pc, F_PXE_OPT60_WITHOUT_OPT43_4011));
	assert_true(blames(at_4011(true, false), pc, F_PXE_4011_UNANSWERED));
	assert_false(raises(at_4011(false, false), pc, F_PXE_4011_UNANSWERED));
	assert_false(raises(at_4011(true, true), pc, F_PXE_4011_UNANSWERED));
	/* it has its file from elsewhere */
	t = at_4011(true, false);
	fetches(t, pc, DHCPD, bytes_str("boot.efi"), FETCH_WHOLE);
	assert_false(raises(t, pc, F_PXE_4011_UNANSWERED));
}

/* --- a proxy that answers some --- */

static struct story *one_without_guid(bool no_guid, bool proxy_is_here)
{
	struct story *t = mirror();
	struct ask other = asking(UEFI), mine = asking(UEFI);
	struct answer boot = boot_data("boot.efi");

	other.mac = boot.mac = story_mac(101);
	other.xid = boot.xid = 0x99;
	asks(t, other);
	if (proxy_is_here)
		answers(t, boot);
	mine.no_guid = no_guid;
	for (int i = 0; i < 3; i++, story_wait(t, 4 * one_second)) {
		asks(t, mine);
		answers(t, plain());
	}
	return t;
}

static void a_proxy_that_answers_others_wants_the_guid(void **state)
{
	(void)state;
	assert_true(raises(one_without_guid(true, true), pc, F_PROXYDHCP_NO_ANSWER));
	assert_false(raises(one_without_guid(false, true), pc, F_PROXYDHCP_NO_ANSWER));
	assert_false(raises(one_without_guid(true, false), pc, F_PROXYDHCP_NO_ANSWER));
	{
		struct story *t = one_without_guid(true, true); /* late, but it answers */

		answers(t, boot_data("boot.efi"));
		assert_false(raises(t, pc, F_PROXYDHCP_NO_ANSWER));
	}
}

/* --- HTTP --- */

static struct story *http_offer(const char *class_id, const char *file)
{
	struct story *t = mirror();
	struct answer o = plain();

	o.class_id = class_id;
	o.o67 = bytes_str(file);
	for (int i = 0; i < 4; i++, story_wait(t, 4 * one_second)) {
		asks(t, asking(UEFI_HTTP));
		answers(t, o);
	}
	return t;
}

static void an_http_client_wants_its_class_and_a_url(void **state)
{
	struct story *t;

	(void)state;
	assert_true(blames(http_offer(NULL, "http://10.0.0.1/boot.efi"), pc,
			   F_HTTP_OFFER_WITHOUT_HTTPCLIENT));
	assert_true(
		blames(http_offer("HTTPClient", "boot.efi"), pc, F_HTTP_OFFER_WITHOUT_HTTPCLIENT));
	assert_false(raises(http_offer("HTTPClient", "http://10.0.0.1/boot.efi"), pc,
			    F_HTTP_OFFER_WITHOUT_HTTPCLIENT));
	/* where packets were lost, the right offer may have gone by */
	t = http_offer(NULL, "http://10.0.0.1/boot.efi");
	scope_dropped(t->s, 5);
	assert_false(raises(t, pc, F_HTTP_OFFER_WITHOUT_HTTPCLIENT));
}

static struct story *asked_by_tftp(const char *name, enum fetched how)
{
	struct answer o = plain();
	struct story *t;

	o.siaddr = DHCPD;
	o.o67 = bytes_str(name);
	t = with_address(o);
	fetches(t, pc, DHCPD, bytes_str(name), how);
	return t;
}

static void a_url_is_no_file_name(void **state)
{
	(void)state;
	assert_true(raises(asked_by_tftp("http://10.0.0.1/boot.efi", FETCH_REFUSED), pc,
			   F_PXE_URL_TO_TFTP_CLIENT));
	assert_true(raises(asked_by_tftp("https://boot.example/boot.efi", FETCH_SILENCE), pc,
			   F_PXE_URL_TO_TFTP_CLIENT));
	assert_false(raises(asked_by_tftp("httpd/boot.efi", FETCH_REFUSED), pc,
			    F_PXE_URL_TO_TFTP_CLIENT));
	/* a server that takes it for a name, and has it */
	assert_false(raises(asked_by_tftp("http://10.0.0.1/boot.efi", FETCH_WHOLE), pc,
			    F_PXE_URL_TO_TFTP_CLIENT));
}

enum after { NOTHING, SECURE, SECURE_REFUSED, PLAIN };

static struct story *redirected(const char *status, enum after after)
{
	struct story *t = with_address(plain());
	struct build_ends e = story_ends(pc, CLIENT, DHCPD, 3000, 80), back;
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
		e = story_ends(pc, CLIENT, PROXY, 3001, 443);
		back = story_back(&e);
		story_tcp(t, &e, TCP_SYN, 0, "");
		story_tcp(t, &back, after == SECURE ? TCP_SYN | TCP_ACK : TCP_RST | TCP_ACK, 0, "");
	} else if (after == PLAIN) {
		e = story_ends(pc, CLIENT, PROXY, 3001, 80);
		back = story_back(&e);
		story_tcp(t, &e, TCP_ACK | TCP_PSH, 1,
			  "GET /boot.img HTTP/1.1\r\nHost: 10.0.0.2\r\nUser-Agent: iPXE\r\n\r\n");
		story_tcp(t, &back, TCP_ACK | TCP_PSH, 1,
			  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde");
	}
	return t;
}

static void a_redirect_is_a_fault_where_nobody_follows_it(void **state)
{
	(void)state;
	assert_true(raises(redirected("302 Found", NOTHING), pc, F_HTTP_REDIRECT));
	assert_true(raises(redirected("301 Moved", SECURE_REFUSED), pc, F_HTTP_REDIRECT));
	assert_false(raises(redirected("302 Found", SECURE), pc, F_HTTP_REDIRECT));
	assert_false(raises(redirected("302 Found", PLAIN), pc, F_HTTP_REDIRECT));
	assert_false(raises(redirected("304 Not Modified", NOTHING), pc, F_HTTP_REDIRECT));
	assert_false(raises(redirected("200 OK", NOTHING), pc, F_HTTP_REDIRECT));
}

/* --- loaders --- */

/* shim comes from the proxy; its next file is asked for elsewhere, in vain or not. */
static struct story *after_loader(uint8_t siaddr, uint8_t next_from, enum fetched next)
{
	struct answer o = plain();
	struct story *t;

	o.siaddr = siaddr;
	o.file = "shimx64.efi";
	t = with_address(o);
	fetches(t, pc, PROXY, bytes_str("shimx64.efi"), FETCH_WHOLE);
	story_wait(t, one_second);
	if (next_from)
		fetches(t, pc, next_from, bytes_str("grubx64.efi"), next);
	return t;
}

static void a_loader_that_says_no_more_does_not_run(void **state)
{
	struct ask done = asking(UEFI);
	struct story *t;

	(void)state;
	assert_true(blames(after_loader(PROXY, 0, 0), pc, F_LOADER_SILENT_AFTER_NBP));
	assert_false(
		raises(after_loader(PROXY, PROXY, FETCH_SILENCE), pc, F_LOADER_SILENT_AFTER_NBP));
	t = after_loader(PROXY, 0, 0);
	asks(t, asking(IPXE)); /* it speaks, as iPXE */
	assert_false(raises(t, pc, F_LOADER_SILENT_AFTER_NBP));
	t = after_loader(PROXY, 0, 0);
	done.type = DHCP_RELEASE;
	asks(t, done);
	assert_false(raises(t, pc, F_LOADER_SILENT_AFTER_NBP));
}

/* iPXE came by one interface, and asks on another. */
static struct story *asks_elsewhere(uint8_t guid, bool loads_there, bool asked_before)
{
	struct story *t = mirror();
	struct ask a = asking(IPXE), first = asking(UEFI);

	a.mac = pc_other;
	a.guid = guid;
	if (asked_before)
		asks(t, a);
	first.guid = guid == ALL_ALIKE ? guid : 0;
	asks(t, first);
	answers(t, boot_file("ipxe.efi"));
	takes(t, UEFI, boot_file("ipxe.efi"));
	fetches(t, pc, PROXY, bytes_str("ipxe.efi"), FETCH_WHOLE);
	story_wait(t, one_second);
	for (int i = 0; i < 3 && !asked_before; i++, story_wait(t, 2 * one_second))
		asks(t, a);
	if (loads_there) {
		struct answer o = boot_file("boot.ipxe");

		o.mac = pc_other;
		o.to = IPXE;
		answers(t, o);
		fetches(t, pc_other, PROXY, bytes_str("boot.ipxe"), FETCH_WHOLE);
	}
	return t;
}

static void a_loader_that_asks_on_another_interface_is_told(void **state)
{
	(void)state;
	assert_true(blames(asks_elsewhere(0, false, false), pc, F_IPXE_WRONG_NIC));
	assert_false(raises(asks_elsewhere(9, false, false), pc, F_IPXE_WRONG_NIC));
	assert_false(raises(asks_elsewhere(0, true, false), pc, F_IPXE_WRONG_NIC));
	assert_false(raises(asks_elsewhere(0, false, true), pc, F_IPXE_WRONG_NIC));
	/* a machine id that its vendor gave to all */
	assert_false(raises(asks_elsewhere(ALL_ALIKE, false, false), pc, F_IPXE_WRONG_NIC));
}

static void a_second_stage_may_go_to_the_wrong_host(void **state)
{
	(void)state;
	assert_true(blames(after_loader(DHCPD, DHCPD, FETCH_SILENCE), pc,
			   F_TFTP_WRONG_SERVER_SECOND_STAGE));
	assert_false(raises(after_loader(DHCPD, DHCPD, FETCH_WHOLE), pc,
			    F_TFTP_WRONG_SERVER_SECOND_STAGE));
	assert_false(raises(after_loader(PROXY, PROXY, FETCH_SILENCE), pc,
			    F_TFTP_WRONG_SERVER_SECOND_STAGE));
	/* neither asked nor named by DHCP: its own configuration sends it there */
	assert_false(raises(after_loader(DHCPD, FILES, FETCH_SILENCE), pc,
			    F_TFTP_WRONG_SERVER_SECOND_STAGE));
	/* the same without a next server is that which is missing */
	assert_true(blames(after_loader(0, DHCPD, FETCH_SILENCE), pc, F_DHCP_NEXT_SERVER_MISSING));
	assert_false(raises(after_loader(0, DHCPD, FETCH_SILENCE), pc,
			    F_TFTP_WRONG_SERVER_SECOND_STAGE));
}

static struct story *named(uint8_t siaddr, bool fetched)
{
	struct answer o = plain();
	struct story *t;

	o.siaddr = siaddr;
	o.file = "boot.efi";
	t = with_address(o);
	if (fetched)
		fetches(t, pc, DHCPD, bytes_str("boot.efi"), FETCH_WHOLE);
	return t;
}

static void a_file_needs_a_server(void **state)
{
	(void)state;
	assert_true(raises(named(0, false), pc, F_DHCP_NEXT_SERVER_MISSING));
	assert_false(raises(named(DHCPD, false), pc, F_DHCP_NEXT_SERVER_MISSING));
	assert_false(raises(named(0, true), pc, F_DHCP_NEXT_SERVER_MISSING));
}

/* --- names --- */

enum resolved { NO_ANSWER, NO_SUCH_NAME, RESOLVED };

static void resolve_as(struct story *t, uint8_t server, enum resolved how, const char *name,
		       uint16_t type)
{
	uint8_t buf[256];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = story_ends(pc, CLIENT, server, 4000, 53);
	struct dns m = { .id = 7, .type = type, .questions = 1 };

	memcpy(m.name, name, strlen(name));
	dns_encode(&m, &w);
	story_udp(t, &e, bytes_of(buf, w.pos));
	if (how == NO_ANSWER)
		return;
	m.flags = how == NO_SUCH_NAME ? 0x8003 : 0x8000;
	if (how == RESOLVED)
		m.address[m.n_addresses++] = address_ip4(STORY_NET + PROXY);
	w = writer_init(buf, sizeof(buf));
	dns_encode(&m, &w);
	e = story_back(&e);
	story_udp(t, &e, bytes_of(buf, w.pos));
}

static void resolve(struct story *t, uint8_t server, enum resolved how)
{
	resolve_as(t, server, how, "boot.example", 1);
}

/* Asked times over of the first server, then of a second. */
static struct story *looked_up(enum resolved first, int times, enum resolved second)
{
	struct story *t = with_address(plain());

	for (int i = 0; i < times; i++, story_wait(t, one_second))
		resolve(t, DHCPD, first);
	if (second != NO_ANSWER)
		resolve(t, PROXY, second);
	return t;
}

static void a_name_that_leads_nowhere_is_told_from_a_dead_server(void **state)
{
	struct story *t;

	(void)state;
	assert_true(raises(looked_up(NO_SUCH_NAME, 1, NO_ANSWER), pc, F_DNS_NAME_NOT_RESOLVED));
	assert_false(raises(looked_up(NO_SUCH_NAME, 1, RESOLVED), pc, F_DNS_NAME_NOT_RESOLVED));
	assert_false(raises(looked_up(NO_ANSWER, 4, NO_ANSWER), pc, F_DNS_NAME_NOT_RESOLVED));
	assert_true(raises(looked_up(NO_ANSWER, 4, NO_ANSWER), pc, F_DNS_FIRST_SERVER_DEAD));
	assert_false(raises(looked_up(NO_ANSWER, 1, NO_ANSWER), pc, F_DNS_FIRST_SERVER_DEAD));
	assert_false(raises(looked_up(NO_ANSWER, 4, RESOLVED), pc, F_DNS_FIRST_SERVER_DEAD));
	assert_false(raises(looked_up(NO_SUCH_NAME, 4, NO_ANSWER), pc, F_DNS_FIRST_SERVER_DEAD));
	/* that another name is known does not help */
	t = with_address(plain());
	resolve_as(t, PROXY, RESOLVED, "time.example", 1);
	resolve(t, DHCPD, NO_SUCH_NAME);
	assert_true(raises(t, pc, F_DNS_NAME_NOT_RESOLVED));
	t = with_address(plain()); /* who serves what, not where it is */
	resolve_as(t, DHCPD, NO_SUCH_NAME, "boot.example", 33);
	assert_false(raises(t, pc, F_DNS_NAME_NOT_RESOLVED));
	t = looked_up(NO_ANSWER, 4, NO_ANSWER);
	scope_dropped(t->s, 5);
	assert_false(raises(t, pc, F_DNS_FIRST_SERVER_DEAD));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_good_offers_that_are_not_taken_are_a_fault),
		cmocka_unit_test(silence_on_port_4011_goes_by_what_the_offer_promised),
		cmocka_unit_test(a_proxy_that_answers_others_wants_the_guid),
		cmocka_unit_test(an_http_client_wants_its_class_and_a_url),
		cmocka_unit_test(a_url_is_no_file_name),
		cmocka_unit_test(a_redirect_is_a_fault_where_nobody_follows_it),
		cmocka_unit_test(a_loader_that_says_no_more_does_not_run),
		cmocka_unit_test(a_loader_that_asks_on_another_interface_is_told),
		cmocka_unit_test(a_second_stage_may_go_to_the_wrong_host),
		cmocka_unit_test(a_file_needs_a_server),
		cmocka_unit_test(a_name_that_leads_nowhere_is_told_from_a_dead_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
