/* SPDX-License-Identifier: BSD-2-Clause */
#include "scope.h"

#include "calls.h"
#include "flow.h"
#include "unit.h"

#include <stdlib.h>

/* Records are handed to the model as wire would hand them: what is tested is what it makes of them.
 */

static const struct mac pi4 = { { 0xdc, 0xa6, 0x32, 1, 2, 3 } };
static const struct mac pi3 = { { 0xb8, 0x27, 0xeb, 1, 2, 3 } };
static const struct mac server = { { 2, 0, 0, 0, 0, 1 } };
static const struct mac everybody = { { 255, 255, 255, 255, 255, 255 } };
static const uint64_t ms = 1000000;

enum { SERVER = 0x0a000001, BOARD = 0x0a000064 };

struct world {
	struct scope *s;
	void *mem;
	uint64_t now, number;
	struct flow flow;
};

static struct world begin(uint32_t clients, uint32_t boot_bytes)
{
	struct scope_limits l = scope_default_limits;
	struct world w = { .now = 1000 * 1000 * ms };

	l.clients = clients;
	l.boot_bytes = boot_bytes;
	l.wire =
		(struct wire_limits) { .fragments = 4, .flows = 16, .connections = 4, .calls = 16 };
	w.mem = calloc(1, scope_size(&l));
	w.s = scope_init(w.mem, &l);
	return w;
}

static void end(struct world *w)
{
	free(w->mem);
}

static struct packet packet(struct world *w, bool from_board, struct mac board)
{
	struct packet p;

	memset(&p, 0, sizeof p);
	p.time_ns = w->now;
	p.number = ++w->number;
	p.ether.has_src = p.ether.has_dst = true;
	p.ether.src = from_board ? board : server;
	p.ether.dst = from_board ? server : board;
	p.ip.version = 4;
	p.ip.ttl = 64;
	p.ip.proto = IP_PROTO_UDP;
	p.ip.src = address_ip4(from_board ? BOARD : SERVER);
	p.ip.dst = address_ip4(from_board ? SERVER : BOARD);
	return p;
}

static void give(struct world *w, struct packet *p, const struct call *call)
{
	scope_tick(w->s, w->now);
	scope_packet(w->s, p, call);
}

static void option(struct dhcp *m, uint8_t code, const void *v, uint32_t n)
{
	m->option[m->n_options++] = (struct dhcp_option) { .code = code, .v = { v, n } };
}

static void discover(struct world *w, struct mac m, uint32_t xid, uint32_t length, const char *cls)
{
	struct packet p = packet(w, true, m);
	uint8_t type = DHCP_DISCOVER, arch[2] = { 0, 0 };

	p.record = RECORD_DHCP;
	p.ether.dst = everybody;
	p.ip.src = address_ip4(0);
	p.ip.dst = address_ip4(0xffffffff);
	p.sport = DHCP_CLIENT_PORT;
	p.dport = DHCP_SERVER_PORT;
	p.u.dhcp.op = 1;
	p.u.dhcp.hlen = 6;
	p.u.dhcp.type = type;
	p.u.dhcp.xid = xid;
	p.u.dhcp.length = length;
	p.u.dhcp.chaddr = (struct bytes) { m.b, 6 };
	if (cls) {
		option(&p.u.dhcp, DHCP_OPT_CLASS, cls, (uint32_t)strlen(cls));
		option(&p.u.dhcp, DHCP_OPT_ARCH, arch, 2);
	}
	give(w, &p, NULL);
}

static void reply(struct world *w, struct mac m, uint32_t xid, uint8_t type, const void *vendor,
		  uint32_t n, const char *server66)
{
	struct packet p = packet(w, false, m);

	p.record = RECORD_DHCP;
	p.sport = DHCP_SERVER_PORT;
	p.dport = DHCP_CLIENT_PORT;
	p.u.dhcp.op = 2;
	p.u.dhcp.hlen = 6;
	p.u.dhcp.type = type;
	p.u.dhcp.xid = xid;
	p.u.dhcp.yiaddr = BOARD;
	p.u.dhcp.chaddr = (struct bytes) { m.b, 6 };
	if (vendor)
		option(&p.u.dhcp, DHCP_OPT_VENDOR, vendor, n);
	if (server66)
		option(&p.u.dhcp, DHCP_OPT_TFTP_NAME, server66, (uint32_t)strlen(server66));
	give(w, &p, NULL);
}

static const char pxe_class[] = "PXEClient:Arch:00000:UNDI:002001";

static void tftp(struct world *w, bool from_board, struct mac m, const struct tftp *t)
{
	struct packet p = packet(w, from_board, m);

	p.record = RECORD_TFTP;
	p.flow = &w->flow;
	p.sport = from_board ? 5000 : 40000;
	p.dport = from_board ? (t->op == TFTP_RRQ ? TFTP_PORT : 40000) : 5000;
	p.u.tftp = *t;
	w->flow.client = address_ip4(BOARD);
	w->flow.server = address_ip4(SERVER);
	w->flow.client_port = 5000;
	give(w, &p, NULL);
}

static void rrq(struct world *w, struct mac m, const char *file)
{
	struct tftp t = { .op = TFTP_RRQ,
			  .file = { (const uint8_t *)file, (uint32_t)strlen(file) } };

	tftp(w, true, m, &t);
}

static void data(struct world *w, struct mac m, uint16_t block, const char *text, uint32_t n)
{
	struct tftp t = { .op = TFTP_DATA, .block = block, .data_len = n };

	t.data = (struct bytes) { (const uint8_t *)text, text ? (uint32_t)strlen(text) : 0 };
	tftp(w, false, m, &t);
}

static void error(struct world *w, struct mac m, bool from_board, uint16_t code)
{
	struct tftp t = { .op = TFTP_ERROR, .error_code = code };

	tftp(w, from_board, m, &t);
}

static struct boot *last_boot(const struct world *w, struct mac m)
{
	const struct client *c = scope_client_by_mac(w->s, m);

	return c ? client_last_boot(c) : NULL;
}

static void retries_are_one_boot(void **state)
{
	struct world w = begin(8, 16384);

	(void)state;
	for (int i = 0; i < 5; i++, w.now += 5000 * ms)
		discover(&w, pi3, 0x26f30339, 320, pxe_class);
	assert_int_equal(scope_clients(w.s), 1);
	assert_int_equal(scope_client(w.s, 0)->n_boots, 1);
	assert_int_equal(scope_client(w.s, 0)->family, FAMILY_PI3B);
	assert_int_equal(last_boot(&w, pi3)->stage, STAGE_DHCP_DISCOVER);
	assert_int_equal(last_boot(&w, pi3)->exchanges->discovers, 5);
	assert_int_equal(last_boot(&w, pi3)->exchanges->agent, AGENT_ROM);
	scope_end(w.s);
	assert_int_equal(last_boot(&w, pi3)->outcome, OUTCOME_STUCK);
	end(&w);
}

static void starting_over_is_a_new_boot(void **state)
{
	struct world w = begin(8, 16384);

	(void)state;
	for (uint32_t i = 0; i < 6; i++, w.now += 20000 * ms) {
		discover(&w, pi4, 100 + i, 322, pxe_class);
		reply(&w, pi4, 100 + i, DHCP_OFFER, NULL, 0, "10.0.0.1");
		rrq(&w, pi4, "start4.elf");
		error(&w, pi4, false, 1);
	}
	assert_int_equal(scope_client(w.s, 0)->n_boots, 6);
	assert_int_equal(client_boots(scope_client(w.s, 0)), CAP_BOOTS);
	assert_int_equal(client_boot(scope_client(w.s, 0), 0)->attempt, 3);
	assert_int_equal(last_boot(&w, pi4)->transfers->outcome, TRANSFER_NOT_FOUND);
	assert_int_equal(client_boot(scope_client(w.s, 0), 0)->outcome, OUTCOME_STUCK);
	end(&w);
}

static void pi4_takes_option_66_before_all(void **state)
{
	static const char bare[] = "Raspberry Pi Boot";
	struct world w = begin(8, 16384);
	struct boot_params bp;

	(void)state;
	discover(&w, pi4, 7, 322, pxe_class);
	reply(&w, pi4, 7, DHCP_OFFER, bare, sizeof bare - 1, NULL);
	boot_params(scope_client(w.s, 0), last_boot(&w, pi4), &bp);
	assert_int_equal(bp.tftp_server, 0); /* bare text is not enough for a Pi 4 */
	reply(&w, pi4, 7, DHCP_OFFER, NULL, 0, "10.0.0.9");
	boot_params(scope_client(w.s, 0), last_boot(&w, pi4), &bp);
	assert_int_equal(bp.tftp_server, 0x0a000009);
	assert_int_equal(bp.from, FROM_OPTION66);
	end(&w);
}

static void rom_takes_the_sender_of_the_text(void **state)
{
	static const char bare[] = "Raspberry Pi Boot   ";
	struct world w = begin(8, 16384);
	struct boot_params bp;

	(void)state;
	discover(&w, pi3, 0x26f30339, 320, pxe_class);
	reply(&w, pi3, 0x26f30339, DHCP_OFFER, bare, sizeof bare - 1, NULL);
	boot_params(scope_client(w.s, 0), last_boot(&w, pi3), &bp);
	assert_int_equal(bp.tftp_server, SERVER);
	assert_int_equal(bp.from, FROM_OPTION43);
	assert_int_equal(last_boot(&w, pi3)->exchanges->replies->pi_pad, 3);
	end(&w);
}

static void a_file_is_kept_and_read(void **state)
{
	static const char text[] = "root=/dev/nfs nfsroot=10.0.0.1:/x,vers=3 ip=dhcp";
	struct world w = begin(8, 16384);
	struct cmdline c;
	struct kept *k;

	(void)state;
	rrq(&w, pi4, "cmdline.txt");
	data(&w, pi4, 1, text, sizeof text - 1);
	k = last_boot(&w, pi4)->kept;
	assert_non_null(k);
	assert_true(k->complete);
	cmdline_parse((struct bytes) { k->text, k->n }, &c);
	assert_true(c.root_is_nfs);
	assert_int_equal(last_boot(&w, pi4)->transfers->outcome, TRANSFER_COMPLETE);
	assert_int_equal(last_boot(&w, pi4)->stage, STAGE_TFTP_KERNEL);
	end(&w);
}

static void rollover_goes_to_zero_or_one(void **state)
{
	(void)state;
	for (uint16_t to = 0; to < 2; to++) {
		struct world w = begin(8, 16384);
		struct transfer *t;

		rrq(&w, pi4, "kernel8.img");
		for (uint32_t i = 1; i <= 65535; i++)
			data(&w, pi4, (uint16_t)i, NULL, 512);
		for (uint16_t i = 0; i < 3; i++)
			data(&w, pi4, (uint16_t)(to + i), NULL, i == 2 ? 10 : 512);
		t = last_boot(&w, pi4)->transfers;
		assert_int_equal(t->blocks, 65538);
		assert_int_equal(t->bytes, 65537u * 512 + 10);
		assert_int_equal(t->rolled_to_one, to);
		assert_int_equal(t->outcome, TRANSFER_COMPLETE);
		assert_int_equal(t->gaps, 0);
		end(&w);
	}
}

static void a_missing_middle_is_no_gap(void **state)
{
	struct world w = begin(8, 16384);
	struct transfer *t;

	(void)state;
	rrq(&w, pi4, "kernel8.img");
	data(&w, pi4, 1, NULL, 512);
	data(&w, pi4, 30000, NULL, 512);
	data(&w, pi4, 30001, NULL, 0);
	t = last_boot(&w, pi4)->transfers;
	assert_true(t->hole);
	assert_int_equal(t->gaps, 0);
	assert_int_equal(t->outcome, TRANSFER_COMPLETE);
	end(&w);
}

static void a_probe_is_no_failure(void **state)
{
	struct world w = begin(8, 16384);
	struct tftp oack = { .op = TFTP_OACK, .has = 1u << TFTP_TSIZE };

	(void)state;
	oack.value[TFTP_TSIZE] = 99;
	rrq(&w, pi4, "start4.elf");
	tftp(&w, false, pi4, &oack);
	error(&w, pi4, true, 0);
	assert_int_equal(last_boot(&w, pi4)->transfers->outcome, TRANSFER_PROBE);
	assert_int_equal(last_boot(&w, pi4)->transfers->size, 99);
	rrq(&w, pi4, "start4.elf");
	assert_true(last_boot(&w, pi4)->transfers->fetched_later);
	end(&w);
}

/* blocks of 100 bytes from block on, each but the first behind its header; n bytes in all */
static struct tftp burst(uint16_t block, uint32_t n, uint8_t *held)
{
	struct tftp t = { .op = TFTP_DATA, .block = block, .data_len = n };

	memset(held, 'x', n);
	for (uint32_t at = 100; at + 4 <= n; at += 104) {
		block++;
		held[at] = 0;
		held[at + 1] = TFTP_DATA;
		held[at + 2] = (uint8_t)(block >> 8);
		held[at + 3] = (uint8_t)block;
	}
	t.data = bytes_of(held, n);
	tftp_burst(&t, 100, true);
	return t;
}

/* A capture on a host whose card cuts bursts up has them as one datagram. */
static void a_burst_in_one_datagram_is_its_blocks(void **state)
{
	struct tftp oack = { .op = TFTP_OACK,
			     .has = 1u << TFTP_TSIZE | 1u << TFTP_BLKSIZE | 1u << TFTP_WINDOWSIZE };

	(void)state;
	oack.value[TFTP_TSIZE] = 520;
	oack.value[TFTP_BLKSIZE] = 100;
	oack.value[TFTP_WINDOWSIZE] = 4;
	for (int cut = 0; cut < 3; cut++) {
		struct world w = begin(8, 16384);
		uint8_t held[512];
		struct tftp m = burst(1, 4 * 104 - 4, held);
		const struct transfer *t;

		rrq(&w, pi4, "kernel8.img");
		tftp(&w, false, pi4, &oack);
		if (cut == 1)
			m.data.n = 60; /* as a live capture holds it */
		if (cut == 2)
			m.blksize = 0; /* what a server does wrong stays so */
		tftp(&w, false, pi4, &m);
		t = last_boot(&w, pi4)->transfers;
		assert_int_equal(t->blocks, cut == 2 ? 1 : 4);
		m = burst(5, 104 + 20, held);
		if (cut == 1)
			m.data.n = 60;
		tftp(&w, false, pi4, &m);
		if (cut < 2) {
			assert_int_equal(t->blocks, 6);
			assert_int_equal(t->bytes, 520);
			assert_int_equal(t->gaps, 0);
			assert_int_equal(t->outcome, TRANSFER_COMPLETE);
		}
		end(&w);
	}
}

static void servers_are_no_clients(void **state)
{
	struct world w = begin(8, 16384);

	(void)state;
	discover(&w, pi4, 7, 322, pxe_class);
	reply(&w, pi4, 7, DHCP_OFFER, NULL, 0, "10.0.0.1");
	rrq(&w, pi4, "start4.elf");
	data(&w, pi4, 1, NULL, 512);
	assert_int_equal(scope_clients(w.s), 1);
	assert_int_equal(scope_servers(w.s), 1);
	assert_int_equal(scope_server(w.s, 0)->roles, ROLE_DHCP | ROLE_TFTP);
	assert_int_equal(scope_vantage(w.s)->unicast_to_clients, 2);
	end(&w);
}

static void a_flood_of_macs_costs_a_counter(void **state)
{
	struct world w = begin(16, 512);

	(void)state;
	discover(&w, pi4, 7, 322, pxe_class);
	for (uint32_t i = 0; i < 5000; i++) {
		struct mac m = { { 2, 7, 7, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i } };

		w.now += 2000 * ms;
		discover(&w, m, i, 300, NULL);
		rrq(&w, m, "x");
	}
	assert_int_equal(scope_clients(w.s), 16);
	assert_true(scope_counts(w.s)->clients_evicted >= 4985);
	assert_null(scope_client_by_mac(w.s, pi4));
	for (uint32_t i = 0; i < scope_clients(w.s); i++)
		assert_ptr_equal(scope_client_by_mac(w.s, scope_client(w.s, i)->mac),
				 scope_client(w.s, i));
	end(&w);
}

static void rpc(struct world *w, bool from_board, const struct rpc *r, uint16_t port,
		const struct call *call)
{
	struct packet p = packet(w, from_board, pi4);

	p.record = RECORD_RPC;
	p.sport = from_board ? 800 : port;
	p.dport = from_board ? port : 800;
	p.u.rpc = *r;
	give(w, &p, call);
}

static struct call call_of(const struct world *w, const struct rpc *r, uint16_t port)
{
	struct call c = { .client = address_ip4(BOARD),
			  .server = address_ip4(SERVER),
			  .client_port = 800,
			  .times = 1 };

	c.server_port = port;
	c.prog = r->prog;
	c.vers = r->vers;
	c.proc = r->proc;
	c.frame = w->number;
	c.time_ns = w->now;
	return c;
}

static void a_mount_is_told_by_its_last_answer(void **state)
{
	static const struct {
		uint32_t status;
		enum mount_outcome outcome;
	} rows[] = { { 0, MOUNT_OK },
		     { 13, MOUNT_DENIED },
		     { 2, MOUNT_NO_SUCH_EXPORT },
		     { 10006, MOUNT_FAILED } };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world w = begin(8, 16384);
		struct rpc m = { .type = RPC_CALL,
				 .prog = RPC_MOUNT,
				 .vers = 3,
				 .proc = 1,
				 .path = { (const uint8_t *)"/x", 2 } };
		struct call c;

		rpc(&w, true, &m, 20048, NULL);
		assert_int_equal(last_boot(&w, pi4)->mounts->outcome, MOUNT_NO_ANSWER);
		c = call_of(&w, &m, 20048);
		m.type = RPC_REPLY;
		m.status = rows[i].status;
		rpc(&w, false, &m, 20048, &c);
		assert_int_equal(last_boot(&w, pi4)->mounts->outcome, rows[i].outcome);
		assert_string_equal(last_boot(&w, pi4)->mounts->path, "/x");
		assert_int_equal(last_boot(&w, pi4)->stage, STAGE_MOUNT);
		end(&w);
	}
}

static void nfs_root_is_reached_by_an_answer(void **state)
{
	struct world w = begin(8, 16384);
	struct rpc m = { .type = RPC_CALL, .prog = RPC_NFS, .vers = 3, .proc = 3 };
	struct call c;

	(void)state;
	rpc(&w, true, &m, 2049, NULL);
	assert_int_equal(last_boot(&w, pi4)->stage, STAGE_MOUNT);
	c = call_of(&w, &m, 2049);
	memcpy(c.name, "init", 5);
	w.now += 3 * ms;
	m.type = RPC_REPLY;
	rpc(&w, false, &m, 2049, &c);
	assert_int_equal(last_boot(&w, pi4)->stage, STAGE_NFS_ROOT);
	assert_int_equal(last_boot(&w, pi4)->nfs->init_found, 1);
	assert_int_equal(last_boot(&w, pi4)->nfs->latency_max_ns, 3 * ms);
	m.type = RPC_CALL;
	m.vers = 2;
	m.proc = 0;
	rpc(&w, true, &m, 2049, NULL);
	c = call_of(&w, &m, 2049);
	m.type = RPC_REPLY;
	m.accept = RPC_PROG_MISMATCH;
	m.low = 3;
	m.high = 4;
	rpc(&w, false, &m, 2049, &c);
	assert_true(last_boot(&w, pi4)->nfs->next->mismatch);
	assert_int_equal(last_boot(&w, pi4)->nfs->next->low, 3);
	end(&w);
}

/* A whole short boot under every small budget: detail is lost, nothing else. */
static void every_budget_is_survived(void **state)
{
	(void)state;
	for (uint32_t bytes = 0; bytes < 6000; bytes += bytes < 64 ? 1 : 37) {
		struct world w = begin(4, bytes);
		struct rpc m = { .type = RPC_CALL, .prog = RPC_NFS, .vers = 3, .proc = 3 };
		struct call c;

		discover(&w, pi4, 7, 322, pxe_class);
		reply(&w, pi4, 7, DHCP_OFFER, "\x06\x01\x03\xff", 4, "10.0.0.1");
		reply(&w, pi4, 7, DHCP_ACK, NULL, 0, "10.0.0.1");
		rrq(&w, pi4, "config.txt");
		data(&w, pi4, 1, "kernel=x", 8);
		rrq(&w, pi4, "kernel8.img");
		data(&w, pi4, 1, NULL, 512);
		error(&w, pi4, true, 0);
		discover(&w, pi4, 9, 548, NULL);
		c = call_of(&w, &m, 2049);
		memcpy(c.name, "init", 5);
		rpc(&w, true, &m, 2049, NULL);
		m.type = RPC_REPLY;
		rpc(&w, false, &m, 2049, &c);
		scope_end(w.s);
		assert_int_equal(scope_clients(w.s), 1);
		assert_true(last_boot(&w, pi4)->arena.used <= sizeof(struct boot) + bytes);
		if (bytes < 200)
			assert_true(scope_counts(w.s)->details_dropped > 0);
		end(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retries_are_one_boot),
		cmocka_unit_test(starting_over_is_a_new_boot),
		cmocka_unit_test(pi4_takes_option_66_before_all),
		cmocka_unit_test(rom_takes_the_sender_of_the_text),
		cmocka_unit_test(a_file_is_kept_and_read),
		cmocka_unit_test(rollover_goes_to_zero_or_one),
		cmocka_unit_test(a_missing_middle_is_no_gap),
		cmocka_unit_test(a_probe_is_no_failure),
		cmocka_unit_test(a_burst_in_one_datagram_is_its_blocks),
		cmocka_unit_test(servers_are_no_clients),
		cmocka_unit_test(a_flood_of_macs_costs_a_counter),
		cmocka_unit_test(a_mount_is_told_by_its_last_answer),
		cmocka_unit_test(nfs_root_is_reached_by_an_answer),
		cmocka_unit_test(every_budget_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
