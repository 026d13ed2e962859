/* SPDX-License-Identifier: BSD-2-Clause */
/* Portmap and rpcbind as clients ask them. */
#include "nfs_server.h"
#include "nfs_tell.h"
#include "rpc_ask.h"
#include "unit.h"

enum { TCP = 6, UDP = 17 };

static struct nfs_news told;
static uint32_t n_told;

static void news(void *ctx, const struct nfs_news *n)
{
	(void)ctx;
	told = *n;
	n_told++;
}

static uint32_t seconds(void *ctx)
{
	(void)ctx;
	return 1763735000;
}

static struct nfs_shared shared = {
	.nfs_port = 2049, .mount_port = 20048, .udp = true, .news = news, .seconds = seconds
};
static struct nfs_server server = { .shared = &shared };
static const struct rpc_service rows[] = {
	{ RPC_PORTMAP, 2, 4, &server, portmap_manner, portmap_serve, NULL },
	{ RPC_NFS, 2, 3, &server, portmap_manner, portmap_serve, nfs_not_served },
};
static const struct rpc_services services = { rows, 2 };
static struct rpc_ask asking = { .services = &services,
				 .peer = { 0x0a000002, 0xc0a80101, 900, true } };

static int begin(void **state)
{
	(void)state;
	shared.udp = true;
	shared.seconds = seconds;
	asking.peer.tcp = true;
	n_told = 0;
	return 0;
}

static struct rpc question(uint32_t vers, uint32_t proc)
{
	struct rpc c = { .xid = 5, .prog = RPC_PORTMAP, .vers = vers, .proc = proc };

	return c;
}

static struct rpc about(uint32_t vers, uint32_t proc, uint32_t prog, uint32_t of, uint32_t proto)
{
	struct rpc c = question(vers, proc);

	c.map_prog = prog;
	c.map_vers = of;
	c.map_proto = proto;
	return c;
}

static uint32_t getport(uint32_t prog, uint32_t of, uint32_t proto)
{
	struct rpc c = about(2, 3, prog, of, proto);

	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	return asking.reply.map_port;
}

static void getaddr(uint32_t vers, uint32_t proc, uint32_t prog, uint32_t of, uint32_t proto,
		    const char *address)
{
	struct rpc c = about(vers, proc, prog, of, proto);

	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	if (!bytes_is(asking.reply.address, address))
		fail_msg("%.*s", (int)asking.reply.address.n, (const char *)asking.reply.address.p);
}

static void getport_knows_what_is_served(void **state)
{
	(void)state;
	assert_int_equal(getport(RPC_PORTMAP, 2, TCP), 111);
	assert_int_equal(getport(RPC_NFS, 2, TCP), 2049);
	assert_int_equal(getport(RPC_NFS, 3, UDP), 2049);
	assert_int_equal(getport(RPC_MOUNT, 1, UDP), 20048);
	assert_int_equal(getport(RPC_MOUNT, 3, TCP), 20048);
	assert_int_equal(getport(RPC_NLM, 4, UDP), 2049);
	assert_int_equal(getport(RPC_MOUNT, 3, 132), 0);
	assert_int_equal(getport(200000, 1, TCP), 0);
	assert_int_equal(n_told, 0);
	shared.udp = false;
	assert_int_equal(getport(RPC_MOUNT, 3, UDP), 0);
	assert_int_equal(getport(RPC_MOUNT, 3, TCP), 20048);
}

static void getaddr_says_where_on_the_address_that_was_asked(void **state)
{
	(void)state;
	for (uint32_t vers = 3; vers <= 4; vers++) {
		getaddr(vers, 3, RPC_NFS, 3, TCP, "192.168.1.1.8.1");
		getaddr(vers, 3, RPC_MOUNT, 3, UDP, "192.168.1.1.78.80");
		getaddr(vers, 3, RPC_PORTMAP, 4, 0, "192.168.1.1.0.111");
		getaddr(vers, 3, 200000, 3, TCP, "");
	}
	shared.udp = false;
	getaddr(3, 3, RPC_NFS, 3, UDP, "");
	getaddr(3, 3, RPC_NFS, 3, 0, "192.168.1.1.8.1");
	asking.peer.tcp = false;
	getaddr(3, 3, RPC_NFS, 3, 0, "");
}

static void only_getversaddr_minds_the_version(void **state)
{
	(void)state;
	assert_int_equal(getport(RPC_NFS, 1, TCP), 2049);
	getaddr(4, 3, RPC_NFS, 1, TCP, "192.168.1.1.8.1");
	getaddr(4, 9, RPC_NFS, 1, TCP, "");
	getaddr(4, 9, RPC_NFS, 2, TCP, "192.168.1.1.8.1");
}

static void dump_lists_every_row(void **state)
{
	struct rpc_map maps[22];
	struct rpc c;

	(void)state;
	for (uint32_t vers = 2; vers <= 4; vers++) {
		shared.udp = true;
		c = question(vers, 4);
		rpc_ask(&asking, &c);
		assert_int_equal(asking.reply.maps_total, 22);
		memcpy(maps, asking.reply.maps, sizeof(maps));
		for (uint32_t i = 0; i < 22; i++)
			assert_int_equal(maps[i].port,
					 getport(maps[i].prog, maps[i].vers, maps[i].proto));
		shared.udp = false;
		rpc_ask(&asking, &c);
		assert_int_equal(asking.reply.maps_total, 11);
		for (uint32_t i = 0; i < asking.reply.n_maps; i++)
			assert_int_equal(asking.reply.maps[i].proto, TCP);
		assert_int_equal(asking.reply.maps[3].prog, RPC_NFS);
		assert_int_equal(asking.reply.maps[3].port, 2049);
	}
}

static void nobody_registers_here(void **state)
{
	struct rpc c;

	(void)state;
	for (uint32_t vers = 2; vers <= 4; vers++) {
		for (uint32_t proc = 1; proc <= 2; proc++) {
			c = about(vers, proc, RPC_NLM, 4, TCP);
			c.map_port = 4000;
			rpc_ask(&asking, &c);
			assert_int_equal(asking.reply.accept, RPC_SUCCESS);
			assert_false(asking.reply.result);
		}
	}
	assert_int_equal(n_told, 0);
	assert_int_equal(getport(RPC_NLM, 4, TCP), 2049);
}

static void calls_nothing_for_others(void **state)
{
	static const uint32_t calls[][2] = { { 2, 5 }, { 3, 5 }, { 4, 5 }, { 4, 10 }, { 4, 13 } };

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		struct rpc c = question(calls[i][0], calls[i][1]);

		rpc_ask(&asking, &c);
		assert_int_equal(asking.reply.accept, RPC_PROC_UNAVAIL);
		assert_int_equal(asking.n, RPC_REPLY_HEAD);
	}
}

static void locks_and_newer_versions_are_told(void **state)
{
	struct rpc c = { .prog = RPC_NFS, .vers = 4, .proc = 0, .flavor = 1 };

	(void)state;
	assert_int_equal(getport(RPC_NLM, 4, TCP), 2049); /* it says itself that there are none */
	assert_int_equal(n_told, 0);
	getaddr(3, 3, RPC_NSM, 1, UDP, "");
	assert_int_equal(n_told, 1);
	assert_int_equal(told.event, NFS_LOCKS_WANTED);
	assert_int_equal(told.ip, 0x0a000002);
	c.machine = bytes_str("pi4");
	assert_int_equal(getport(RPC_NFS, 4, TCP), 2049);
	assert_int_equal(told.event, NFS_NEWER_WANTED);
	assert_int_equal(told.version, 4);
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROG_MISMATCH);
	assert_int_equal(asking.reply.high, 3);
	assert_int_equal(n_told, 3);
	c.vers = 1;
	rpc_ask(&asking, &c);
	assert_int_equal(n_told, 3);
}

static void the_time_is_told_where_it_is_known(void **state)
{
	struct rpc c = question(3, 6);

	(void)state;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	assert_memory_equal(asking.answer + RPC_REPLY_HEAD, "\x69\x20\x75\xd8", 4);
	shared.seconds = NULL;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_PROC_UNAVAIL);
}

static void statistics_are_empty_and_whole(void **state)
{
	struct rpc c = question(4, 12);

	(void)state;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	assert_int_equal(asking.n, RPC_REPLY_HEAD + 204);
}

/* The results of a call whose arguments are given as they are. */
static struct bytes ask_bytes(uint32_t vers, uint32_t proc, struct bytes args)
{
	uint8_t message[400];
	struct writer w = writer_init(message, sizeof(message));
	struct rpc c = question(vers, proc);

	c.prog = 300000; /* not in the tables: the body goes as it is */
	c.body = args;
	rpc_write_call(&c, &w);
	writer_put_be32(&w, 12, RPC_PORTMAP);
	rpc_ask_bytes(&asking, writer_done(&w), ASK_ROOM);
	return bytes_of(asking.answer + RPC_REPLY_HEAD, asking.n - RPC_REPLY_HEAD);
}

static void addresses_go_both_ways(void **state)
{
	static const char *const bad[] = {
		"",           "1.2.3.4",     "1.2.3.4.5.6.7", "1.2.3.4.5.256",
		"1.2.3.4..6", "a.2.3.4.5.6", "1.2.3.4.5.6.",  "::1.0.111"
	};
	static const uint8_t netbuf[] = { 0,  0, 0, 16, 0, 0, 0, 16, 2, 0, 8, 1,
					  10, 0, 0, 1,  0, 0, 0, 0,  0, 0, 0, 0 };
	uint8_t room[64];
	struct writer w = writer_init(room, sizeof(room));
	struct bytes got;

	(void)state;
	writer_xdr_opaque(&w, bytes_str("10.0.0.1.8.1"));
	for (uint32_t vers = 3; vers <= 4; vers++) {
		got = ask_bytes(vers, 7, writer_done(&w));
		assert_int_equal(got.n, sizeof(netbuf));
		assert_memory_equal(got.p, netbuf, sizeof(netbuf));
		got = ask_bytes(vers, 8, bytes_of(netbuf, sizeof(netbuf)));
		assert_int_equal(got.n, w.pos);
		assert_memory_equal(got.p, room, w.pos);
	}
	for (uint32_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		w = writer_init(room, sizeof(room));
		writer_xdr_opaque(&w, bytes_str(bad[i]));
		got = ask_bytes(3, 7, writer_done(&w));
		assert_int_equal(got.n, 8);
		assert_memory_equal(got.p, "\0\0\0\0\0\0\0", 8);
	}
	got = ask_bytes(3, 8, bytes_of("\0\0\0\x10\0\0\0\x04\0\x0a\0\0", 12));
	assert_int_equal(got.n, 4);
	assert_memory_equal(got.p, "\0\0\0", 4);
}

static void the_list_of_addresses_has_every_transport(void **state)
{
	struct rpc c = about(4, 11, RPC_NFS, 3, TCP);

	(void)state;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.reply.accept, RPC_SUCCESS);
	assert_true(bytes_is(asking.reply.address, "192.168.1.1.8.1"));
	/* address, netid, semantics, family, protocol: twice */
	assert_int_equal(asking.n, RPC_REPLY_HEAD + 2 * (4 + 20 + 8 + 4 + 8 + 8) + 4);
	c.map_vers = 5;
	rpc_ask(&asking, &c);
	assert_int_equal(asking.n, RPC_REPLY_HEAD + 4);
}

static void survives_every_prefix_and_flip(void **state)
{
	(void)state;
	for (uint32_t vers = 2; vers <= 4; vers++) {
		for (uint32_t proc = 0; proc <= 13; proc++) {
			struct rpc c = about(vers, proc, RPC_NFS, 3, TCP);

			c.flavor = 1;
			rpc_ask_sweep(&asking, &c);
		}
	}
}

#define TEST(f) cmocka_unit_test_setup(f, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(getport_knows_what_is_served),
		TEST(getaddr_says_where_on_the_address_that_was_asked),
		TEST(only_getversaddr_minds_the_version),
		TEST(dump_lists_every_row),
		TEST(nobody_registers_here),
		TEST(calls_nothing_for_others),
		TEST(locks_and_newer_versions_are_told),
		TEST(the_time_is_told_where_it_is_known),
		TEST(statistics_are_empty_and_whole),
		TEST(addresses_go_both_ways),
		TEST(the_list_of_addresses_has_every_transport),
		TEST(survives_every_prefix_and_flip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
