/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a server spends on a load: spent CORES SERVER-COMMAND LOAD-COMMAND. Both commands are the
 * shell's. The server has the first CORES cores (0: all), half a second to start, and is ended
 * after the load. Prints what the load printed, and on the next line, over the server with all its
 * processes: CPU time in ms, kB of memory that are nobody else's before the load and at most,
 * processes at most, and kB of the newest process alone, before and at most. The time is that of
 * the processes which are there at the end, with their threads; with SPENT_GONE in the environment
 * of those too that came and went, and to count so slows all of them.
 */
#include "config.h"

#include <dirent.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 100 };

struct use {
	long kb, processes, newest, newest_kb;
	uint64_t ns;
};

/* Counts CPU time from the start of pid on, of all that it starts. */
static int counter(pid_t pid)
{
	struct perf_event_attr a;

	memset(&a, 0, sizeof(a));
	a.size = sizeof(a);
	a.type = PERF_TYPE_SOFTWARE;
	a.config = PERF_COUNT_SW_TASK_CLOCK;
	a.inherit = 1;
	return (int)syscall(SYS_perf_event_open, &a, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

static uint64_t count(int fd)
{
	uint64_t v = 0;

	return read(fd, &v, sizeof(v)) == sizeof(v) ? v : 0;
}

static pid_t start(const char *command, int cores, int go)
{
	cpu_set_t set;
	pid_t pid = fork();
	char c;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&set);
	for (int i = 0; i < cores; i++)
		CPU_SET((size_t)i, &set);
	if (cores)
		sched_setaffinity(0, sizeof(set), &set);
	if (go >= 0) {
		setsid();
		if (read(go, &c, 1) < 0)
			_exit(3);
	}
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(3);
}

/* The number behind so many words. */
static long number_after(const char *s, int words)
{
	for (int i = 0; i < words && *s; i++) {
		s += strspn(s, " ");
		s += strcspn(s, " ");
	}
	return strtol(s, NULL, 10);
}

static long session_of(const char *process)
{
	char path[300], line[512];
	long session = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/stat", process);
	f = fopen(path, "r");
	/* behind the name: state, parent, group */
	if (f && fgets(line, sizeof(line), f) && strrchr(line, ')'))
		session = number_after(strrchr(line, ')') + 1, 3);
	if (f)
		fclose(f);
	return session;
}

static long private_kb(const char *process)
{
	char path[300], line[256];
	long all = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/smaps_rollup", process);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "Private_Clean:", 14) == 0 ||
		    strncmp(line, "Private_Dirty:", 14) == 0)
			all += number_after(line, 1);
	if (f)
		fclose(f);
	return all;
}

static uint64_t cpu_ns(const char *process)
{
	struct timespec t;
	clockid_t id;

	if (clock_getcpuclockid((pid_t)strtol(process, NULL, 10), &id) || clock_gettime(id, &t))
		return 0;
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static struct use look(pid_t session)
{
	DIR *d = opendir("/proc");
	struct use m = { 0, 0, 0, 0, 0 };
	long kb, pid;

	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		if (e->d_name[0] < '1' || e->d_name[0] > '9' || session_of(e->d_name) != session)
			continue;
		m.ns += cpu_ns(e->d_name);
		kb = private_kb(e->d_name);
		m.kb += kb;
		m.processes++;
		pid = strtol(e->d_name, NULL, 10);
		if (pid > m.newest) {
			m.newest = pid;
			m.newest_kb = kb;
		}
	}
	if (d)
		closedir(d);
	return m;
}

static void end(pid_t session)
{
	kill(session, SIGTERM);
	kill(-session, SIGTERM);
	for (int i = 0; i < 300 && waitpid(session, NULL, WNOHANG) == 0; i++)
		usleep(10000);
	kill(-session, SIGKILL);
}

int main(int argc, char **argv)
{
	int go[2], gone = -1, status = 0;
	struct use before, most, m;
	pid_t server, load;
	uint64_t ns;

	if (argc < 4 || pipe(go)) {
		fprintf(stderr, "spent CORES SERVER-COMMAND LOAD-COMMAND\n");
		return 2;
	}
	server = start(argv[2], (int)strtol(argv[1], NULL, 10), go[0]);
	if (getenv("SPENT_GONE"))
		gone = counter(server);
	if (write(go[1], "", 1) < 0)
		return 3;
	usleep(500000);
	if (waitpid(server, NULL, WNOHANG)) {
		fprintf(stderr, "does not start: %s\n", argv[2]);
		return 3;
	}
	before = most = look(server);
	ns = gone >= 0 ? count(gone) : before.ns;
	load = start(argv[3], 0, -1);
	/* many processes take long to look at: seldom */
	for (int i = 1; waitpid(load, &status, WNOHANG) == 0; i++) {
		usleep(LOOK_MS * 1000);
		if (i > 1 && i % 10)
			continue;
		m = look(server);
		most = m.kb > most.kb ? m : most;
	}
	usleep(50000);
	m = look(server);
	ns = (gone >= 0 ? count(gone) : m.ns) - ns;
	most = m.kb > most.kb ? m : most;
	printf("cpu-ms %.1f kB-before %ld kB-most %ld processes %ld newest-before %ld newest-most "
	       "%ld\n",
	       (double)ns / 1e6, before.kb, most.kb, most.processes, before.newest_kb,
	       most.newest_kb);
	end(server);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
