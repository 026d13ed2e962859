/* SPDX-License-Identifier: BSD-2-Clause */
/* What the DHCP worker says: leases first, then the answers that promise them, then the news. */
#include "config.h"

#include "dhcp_outbox.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

enum { FIRST = 0x0a000064, ROWS = 1024 };

static char dir[] = "/tmp/t_dhcp_outbox.XXXXXX", path[64], why[256];
static struct leases *t;
static struct lease_file *file;
static struct dhcp_outbox *box;
/* what went out, and how long the file was then */
static uint32_t n_sent, n_news[DHCP_EVENTS];
static uint8_t sent[4096];
static long written;

static long size(void)
{
	FILE *f = fopen(path, "r");
	long n;

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	n = ftell(f);
	fclose(f);
	return n;
}

/* In the place of the one that needs an interface. */
void packet_port_send_all(struct packet_port *p, const struct bytes *frame, uint32_t n)
{
	(void)p;
	for (uint32_t i = 0; i < n; i++)
		sent[n_sent++ % sizeof(sent)] = frame[i].p[0];
	written = n ? size() : written;
}

static void news(void *ctx, const struct dhcp_news *n)
{
	(void)ctx;
	n_news[n->event]++;
}

static int setup(void **state)
{
	(void)state;
	(void)remove(path);
	t = leases_init(calloc(1, leases_size(ROWS)), ROWS, 5);
	assert_int_equal(lease_file_open(path, t, 1, false, &file, why, sizeof(why)), 0);
	box = dhcp_outbox_new(&(struct dhcp_outbox_to) { NULL, file, NULL, news });
	n_sent = 0;
	written = 0;
	memset(n_news, 0, sizeof(n_news));
	return box ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	dhcp_outbox_free(box);
	lease_file_free(file, NULL, 0);
	free(t);
	return 0;
}

static void frame(uint8_t first, uint32_t delay_ms)
{
	uint8_t f[300] = { first };

	dhcp_outbox_frame(box, bytes_of(f, sizeof(f)), delay_ms);
}

/* As the server does: the lease, its ACK, the news. */
static bool ack(uint32_t number)
{
	uint8_t mac[6] = { 2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number };
	struct dhcp_news told = { DHCP_ACKED, { { 0 } }, FIRST + number, NULL };
	struct lease_client c;

	lease_client_set(&c, 1, bytes_of(mac, sizeof(mac)), bytes_of(NULL, 0));
	if (!dhcp_outbox_keep(box, leases_set(t, FIRST + number, &c, LEASE_BOUND, 1700000000, 1)))
		return false;
	frame('a', 0);
	dhcp_outbox_news(box, &told);
	return true;
}

static void a_lease_is_written_before_its_answer_goes(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 500; i++) { /* more than there is room for */
		frame('o', 0);
		assert_true(ack(i));
	}
	dhcp_outbox_flush(box);
	assert_int_equal(n_sent, 1000);
	assert_int_equal(n_news[DHCP_ACKED], 500);
	assert_true(written >= 500 * 40);
	assert_int_equal(written, size());
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(sent[i], i % 2 ? 'a' : 'o');
}

static void what_is_not_written_is_not_promised(void **state)
{
	struct rlimit small = { 100, RLIM_INFINITY }, large = { RLIM_INFINITY, RLIM_INFINITY };

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_true(ack(0));
	dhcp_outbox_flush(box);
	assert_int_equal(n_sent, 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (uint32_t i = 1; i < 200; i++) {
		frame('o', 0);
		(void)ack(i);
	}
	dhcp_outbox_flush(box);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &large), 0);
	assert_int_equal(n_sent, 200); /* offers promise nothing yet */
	for (uint32_t i = 1; i < 200; i++)
		assert_int_equal(sent[i], 'o');
	assert_int_equal(n_news[DHCP_ACKED], 1);
	assert_in_range(n_news[DHCP_NOT_KEPT], 1, 10);
	/* there is room again */
	assert_true(ack(300));
	dhcp_outbox_flush(box);
	assert_int_equal(sent[200], 'a');
	assert_int_equal(n_news[DHCP_ACKED], 2);
}

static void wait_ms(long ms)
{
	struct timespec a_while = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&a_while, NULL);
}

static void what_waits_goes_when_it_is_due(void **state)
{
	(void)state;
	assert_true(dhcp_outbox_next(box) == UINT64_MAX);
	frame('l', 20);
	frame('n', 0);
	dhcp_outbox_flush(box);
	assert_int_equal(sent[0], 'n');
	assert_true(n_sent == 2 || dhcp_outbox_next(box) != UINT64_MAX);
	wait_ms(25);
	dhcp_outbox_flush(box);
	assert_int_equal(n_sent, 2);
	assert_int_equal(sent[1], 'l');
	assert_true(dhcp_outbox_next(box) == UINT64_MAX);
	/* with no room to wait they go at once, none is lost */
	for (uint32_t i = 0; i < 600; i++)
		frame('w', 5);
	wait_ms(10);
	dhcp_outbox_flush(box);
	assert_int_equal(n_sent, 602);
}

static void one_kick_is_enough_for_all_of_a_while(void **state)
{
	uint8_t f[60] = { 'k' };

	(void)state;
	for (uint32_t i = 0; i < 1000; i++)
		dhcp_outbox_kick(box, bytes_of(f, sizeof(f)), 10);
	wait_ms(15);
	dhcp_outbox_flush(box);
	assert_in_range(n_sent, 1, 20); /* of a machine that is very slow */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_lease_is_written_before_its_answer_goes, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_is_not_written_is_not_promised, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_waits_goes_when_it_is_due, setup, teardown),
		cmocka_unit_test_setup_teardown(one_kick_is_enough_for_all_of_a_while, setup,
						teardown),
	};
	int r;

	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/leases", dir);
	r = cmocka_run_group_tests(tests, NULL, NULL);
	(void)remove(path);
	(void)rmdir(dir);
	return r;
}
