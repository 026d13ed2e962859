/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_write.h"
#include "story.h"
#include "unit.h"

enum { BOARD = 23, SERVER = 2, MOUNTD = 20048, EXPORT = 5, CALLIT = 5 };

static struct rpc m;

static void blank(uint32_t prog, uint32_t vers, uint32_t proc)
{
	memset(&m, 0, sizeof(m));
	m.xid = 77;
	m.prog = prog;
	m.vers = vers;
	m.proc = proc;
}

static void list(const char *path, const char *group)
{
	m.exports[m.n_exports++] =
		(struct rpc_export) { bytes_str(path), bytes_str(group), group[0] != 0 };
}

/* A call from the board's address and its answer, by what m says. */
static void exchange(struct story *t, uint16_t port, bool answered)
{
	uint8_t buf[4096];
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = story_ends(pi4, BOARD, SERVER, 700, port), back = story_back(&e);

	m.xid++;
	rpc_write_call(&m, &w);
	story_udp(t, &e, bytes_of(buf, w.pos));
	if (!answered)
		return;
	w = writer_init(buf, sizeof(buf));
	rpc_write_reply(&m, &w);
	assert_int_equal(w.err, ERR_OK);
	story_udp(t, &back, bytes_of(buf, w.pos));
}

static struct address server(void)
{
	return address_ip4((uint32_t)STORY_NET + SERVER);
}

static void keeps_what_a_server_lists(void **state)
{
	struct story *t = story_begin();

	(void)state;
	assert_int_equal(scope_export_listed(t->s, server(), "/srv/pi4"), EXPORTS_UNKNOWN);
	blank(RPC_MOUNT, 3, EXPORT);
	list("/srv/pi4", "10.0.0.0/8");
	list("/srv/pub/", "");
	exchange(t, MOUNTD, true);
	assert_int_equal(scope_exports(t->s), 2);
	assert_string_equal(scope_export(t->s, 0)->group, "10.0.0.0/8");
	assert_int_equal(scope_export_listed(t->s, server(), "/srv/pi4"), EXPORT_LISTED);
	assert_int_equal(scope_export_listed(t->s, server(), "/srv/pi4/"), EXPORT_LISTED);
	assert_int_equal(scope_export_listed(t->s, server(), "/srv/pub/a"), EXPORT_LISTED);
	assert_int_equal(scope_export_listed(t->s, server(), "/srv/pi44"), EXPORT_NOT_LISTED);
	assert_int_equal(scope_export_listed(t->s, server(), "/srv"), EXPORT_NOT_LISTED);
	assert_int_equal(scope_export_listed(t->s, address_ip4(9), "/srv"), EXPORTS_UNKNOWN);
	story_end(t);
}

static void a_later_list_takes_the_place_of_the_earlier(void **state)
{
	struct story *t = story_begin();

	(void)state;
	blank(RPC_MOUNT, 3, EXPORT);
	list("/old", "");
	exchange(t, MOUNTD, true);
	blank(RPC_MOUNT, 1, EXPORT + 1);
	m.xid = 100;
	list("/", "");
	exchange(t, MOUNTD, true);
	assert_int_equal(scope_exports(t->s), 1);
	assert_int_equal(scope_export_listed(t->s, server(), "/new"), EXPORT_LISTED);
	story_end(t);
}

static void a_list_that_is_not_whole_denies_nothing(void **state)
{
	struct story *t = story_begin();
	static char longest[200];

	(void)state;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[0] = '/';
	blank(RPC_MOUNT, 3, EXPORT);
	list("/srv/pi4", "");
	list(longest, "");
	exchange(t, MOUNTD, true);
	assert_int_equal(scope_exports(t->s), 1);
	assert_int_equal(scope_export_listed(t->s, server(), "/srv/pi4"), EXPORT_LISTED);
	assert_int_equal(scope_export_listed(t->s, server(), "/other"), EXPORTS_UNKNOWN);
	story_end(t);
}

static void the_list_has_a_bound(void **state)
{
	struct story *t = story_begin();

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		uint8_t from = (uint8_t)(SERVER + i);
		uint8_t buf[4096];
		struct build_ends e = story_ends(pi4, BOARD, from, 700, MOUNTD),
				  back = story_back(&e);
		struct writer w = writer_init(buf, sizeof(buf));

		blank(RPC_MOUNT, 3, EXPORT);
		m.xid = 1000 + i;
		for (uint32_t k = 0; k < RPC_EXPORTS_MAX; k++)
			list("/srv/pi4", "");
		rpc_write_call(&m, &w);
		story_udp(t, &e, bytes_of(buf, w.pos));
		w = writer_init(buf, sizeof(buf));
		rpc_write_reply(&m, &w);
		story_udp(t, &back, bytes_of(buf, w.pos));
	}
	assert_int_equal(scope_exports(t->s), CAP_EXPORTS);
	story_end(t);
}

/* RFC 1833 2.2.1: a call to be passed on is not answered when it fails, which says nothing of
 * rpcbind. */
static void a_call_to_be_passed_on_is_no_question(void **state)
{
	struct story *t = story_begin();
	const struct client *c;

	(void)state;
	blank(RPC_PORTMAP, 2, CALLIT);
	m.map_prog = RPC_NFS;
	exchange(t, RPC_PORTMAP_PORT, false);
	c = scope_client_by_address(t->s, address_ip4((uint32_t)STORY_NET + BOARD));
	assert_non_null(c);
	assert_null(client_boot(c, 0)->maps);
	blank(RPC_PORTMAP, 2, 3);
	m.map_prog = RPC_NFS;
	exchange(t, RPC_PORTMAP_PORT, false);
	assert_non_null(client_boot(c, 0)->maps);
	story_end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_a_server_lists),
		cmocka_unit_test(a_later_list_takes_the_place_of_the_earlier),
		cmocka_unit_test(a_list_that_is_not_whole_denies_nothing),
		cmocka_unit_test(the_list_has_a_bound),
		cmocka_unit_test(a_call_to_be_passed_on_is_no_question),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
