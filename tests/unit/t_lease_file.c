/* SPDX-License-Identifier: BSD-2-Clause */
/* Leases on the disk: what was promised is there after an end at any moment. */
#include "config.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lease_file.h"
#include "unit.h"

enum { FIRST = 0x0a000064, ADDRESSES = 60, CLIENTS = 200, ROWS = 256, ROUNDS = 200 };

static char dir[] = "/tmp/t_lease_file.XXXXXX", path[64], why[256];
static const uint64_t day = 1700000000;

/* In the place of the C library's. */
static uint32_t synced;
static bool broken_disk;

int fdatasync(int fildes)
{
	synced++;
	return broken_disk ? -1 : fsync(fildes);
}

/* What the writer tells its reader, after it is on the disk: an ACK; before: that it will release.
 */
struct word {
	uint32_t ip, client; /* client 0: released */
};

static struct lease_client client_of(uint32_t number)
{
	uint8_t mac[6] = { 0xdc, 0xa6, 0x32, 0, (uint8_t)(number >> 8), (uint8_t)number };
	struct lease_client c;

	lease_client_set(&c, 1, bytes_of(mac, sizeof(mac)), bytes_of(NULL, 0));
	return c;
}

static struct leases *table(void)
{
	return leases_init(calloc(1, leases_size(ROWS)), ROWS, 5);
}

static void tell(int fd, uint32_t ip, uint32_t client)
{
	struct word w = { ip, client };

	if (write(fd, &w, sizeof(w)) != sizeof(w))
		_exit(1);
}

/* Gives addresses away, renews and takes them back, until it is killed. */
static void writer(int fd, unsigned seed)
{
	struct lease_range range = { FIRST, FIRST + ADDRESSES - 1 };
	struct leases *t = table();
	struct lease_file *f;

	if (lease_file_open(path, t, day, false, &f, why, sizeof(why)))
		_exit(2);
	for (uint64_t now = day;; now++) {
		uint32_t number = 1 + (seed = seed * 1103515245 + 12345) / 65536 % CLIENTS;
		struct lease_client c = client_of(number);
		struct lease *l = leases_by_client(t, &c, range.first, range.last);

		if (l && l->state == LEASE_BOUND && seed / 7 % 4 == 0) {
			tell(fd, l->ip, 0);
			l->state = LEASE_FREE;
			l->until = day;
			lease_file_keep(f, l);
			if (!lease_file_write(f))
				_exit(3);
			continue;
		}
		l = leases_by_ip(t, leases_choose(t, &c, &range, 0, day, NULL, NULL));
		if (!l || lease_available(l, &c, day)) {
			uint32_t ip = leases_choose(t, &c, &range, 0, day, NULL, NULL);

			l = ip ? leases_set(t, ip, &c, LEASE_BOUND, day + 1000000, now) : NULL;
		}
		if (l && lease_file_keep(f, l) && lease_file_write(f))
			tell(fd, l->ip, number);
		lease_file_tidy(f, t, day);
	}
}

/* Everything that was promised so far, by address. */
static uint32_t promised[ADDRESSES];

static void hear(int fd)
{
	struct word w;

	while (read(fd, &w, sizeof(w)) == sizeof(w))
		promised[w.ip - FIRST] = w.client;
}

static uint32_t check(void)
{
	struct leases *t = table();
	struct lease_file *f;
	uint32_t n = 0;

	assert_int_equal(lease_file_open(path, t, day, false, &f, why, sizeof(why)), 0);
	for (uint32_t i = 0; i < ADDRESSES; i++) {
		struct lease *l = leases_by_ip(t, FIRST + i);
		struct lease_client c = client_of(promised[i]);

		if (!promised[i])
			continue;
		assert_non_null(l);
		assert_int_equal(l->state, LEASE_BOUND);
		assert_true(lease_same_client(&l->client, &c));
		n++;
	}
	lease_file_free(f, t, day);
	free(t);
	return n;
}

static void what_was_promised_survives_an_end_at_any_moment(void **state)
{
	uint32_t most = 0, lines = 0;

	(void)state;
	memset(promised, 0, sizeof(promised));
	for (unsigned round = 1; round <= ROUNDS; round++) {
		int fd[2], status;
		pid_t pid;
		struct timespec a_while = { 0, (long)(round * 7919 % 40) * 100000 };
		uint32_t n;

		assert_int_equal(pipe(fd), 0);
		pid = fork();
		assert_true(pid >= 0);
		if (!pid) {
			close(fd[0]);
			writer(fd[1], round);
		}
		close(fd[1]);
		nanosleep(&a_while, NULL);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		hear(fd[0]);
		close(fd[0]);
		n = check();
		most = n > most ? n : most;
		lines += n;
	}
	assert_in_range(most, ADDRESSES / 2, ADDRESSES);
	assert_true(lines > ROUNDS);
}

/* ---- the file itself ---- */

static void put(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static const char *content(void)
{
	static char text[4096];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = 0;
	fclose(f);
	return text;
}

static void a_later_line_counts_and_the_earlier_go(void **state)
{
	struct leases *t = table();
	struct lease_file *f;

	(void)state;
	put("1700009999 dc:a6:32:00:00:01 10.0.0.100 pi4 *\n"
	    "1700009999 dc:a6:32:00:00:02 10.0.0.101 * 01:dc:a6:32:00:00:02\n"
	    "1 dc:a6:32:00:00:02 10.0.0.101 * *\n"
	    "duid 00:01:00:01\n"
	    "1700019999 dc:a6:32:00:00:01 10.0.0.100 pi4 *\n"
	    "17000");
	assert_int_equal(lease_file_open(path, t, day, false, &f, why, sizeof(why)), 0);
	assert_int_equal(leases_by_ip(t, 0x0a000064)->until, 1700019999);
	assert_int_equal(leases_by_ip(t, 0x0a000065)->state, LEASE_FREE);
	assert_string_equal(content(), "1700019999 dc:a6:32:00:00:01 10.0.0.100 pi4 *\n");
	lease_file_free(f, t, day);
	free(t);
}

static void one_server_at_a_time_has_it(void **state)
{
	struct leases *t = table();
	struct lease_file *f, *g;

	(void)state;
	put("");
	assert_int_equal(lease_file_open(path, t, day, false, &f, why, sizeof(why)), 0);
	assert_true(lease_file_open(path, t, day, false, &g, why, sizeof(why)) < 0);
	assert_non_null(strstr(why, "in use by another server"));
	lease_file_free(f, t, day);
	assert_int_equal(lease_file_open(path, t, day, false, &f, why, sizeof(why)), 0);
	lease_file_free(f, NULL, 0);
	free(t);
}

static void a_dry_run_reads_and_leaves_it_alone(void **state)
{
	static const char text[] = "1 dc:a6:32:00:00:02 10.0.0.101 * *\n"
				   "1700009999 dc:a6:32:00:00:01 10.0.0.100 pi4 *\n";
	struct leases *t = table();

	(void)state;
	put(text);
	lease_file_read(path, t, day);
	assert_int_equal(leases_by_ip(t, 0x0a000064)->state, LEASE_BOUND);
	assert_string_equal(content(), text);
	lease_file_read("/nonexistent/file", t, day);
	free(t);
}

static void on_the_disk_when_asked_to_be_once_for_all_that_came_together(void **state)
{
	struct lease_client a = client_of(1), b = client_of(2);

	(void)state;
	for (int sync = 0; sync < 2; sync++) {
		struct leases *t = table();
		struct lease_file *f;

		put("");
		synced = 0;
		assert_int_equal(lease_file_open(path, t, day, sync, &f, why, sizeof(why)), 0);
		assert_true(
			lease_file_keep(f, leases_set(t, FIRST, &a, LEASE_BOUND, day + 9, day)));
		assert_true(lease_file_keep(
			f, leases_set(t, FIRST + 1, &b, LEASE_BOUND, day + 9, day)));
		assert_string_equal(content(), "");
		assert_int_equal(synced, 0);
		assert_true(lease_file_write(f));
		assert_string_equal(content(), "1700000009 dc:a6:32:00:00:01 10.0.0.100 * *\n"
					       "1700000009 dc:a6:32:00:00:02 10.0.0.101 * *\n");
		assert_int_equal(synced, sync);
		assert_true(lease_file_write(f));
		assert_int_equal(synced, sync);
		broken_disk = true;
		lease_file_keep(f, leases_by_ip(t, FIRST));
		assert_int_equal(lease_file_write(f), !sync);
		broken_disk = false;
		lease_file_free(f, t, day);
		free(t);
	}
}

/* The limit of a file's size stands for a disk that is full. */
static void a_line_that_a_full_disk_cut_spoils_no_other(void **state)
{
	struct rlimit small = { 20, RLIM_INFINITY }, large = { RLIM_INFINITY, RLIM_INFINITY };
	struct lease_client a = client_of(1);
	struct leases *t = table();
	struct lease_file *f;

	(void)state;
	put("");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(lease_file_open(path, t, day, false, &f, why, sizeof(why)), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	lease_file_keep(f, leases_set(t, FIRST, &a, LEASE_BOUND, day + 9, day));
	assert_false(lease_file_write(f));
	lease_file_keep(f, leases_by_ip(t, FIRST));
	assert_false(lease_file_write(f));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &large), 0);
	assert_true(lease_file_keep(f, leases_by_ip(t, FIRST)));
	assert_true(lease_file_write(f));
	assert_string_equal(content(), "1700000009 dc:a6:32:\n"
				       "1700000009 dc:a6:32:00:00:01 10.0.0.100 * *\n");
	lease_file_free(f, t, day);
	free(t);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/leases", dir);
	return 0;
}

static int teardown(void **state)
{
	char command[PATH_MAX];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_promised_survives_an_end_at_any_moment),
		cmocka_unit_test(a_later_line_counts_and_the_earlier_go),
		cmocka_unit_test(on_the_disk_when_asked_to_be_once_for_all_that_came_together),
		cmocka_unit_test(a_line_that_a_full_disk_cut_spoils_no_other),
		cmocka_unit_test(one_server_at_a_time_has_it),
		cmocka_unit_test(a_dry_run_reads_and_leaves_it_alone),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
