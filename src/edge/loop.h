/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Waiting for several things at once, in one thread: descriptors, signals, the time. The handful
 * that a watch has is asked for with ppoll(2): no state in the kernel, and nothing to be opened.
 */
enum { LOOP_FDS = 32, LOOP_SIGNALS = 8 };

/* Something came: do a bounded share of it. True: there is more of it at hand. */
typedef bool loop_fn(void *ctx);
/* The time came; gives when to be called next, in nanoseconds of loop_now(); UINT64_MAX: never. */
typedef uint64_t loop_timer_fn(void *ctx, uint64_t now_ns);

struct loop {
	int n_fds, n_signals;
	struct {
		int fd;
		loop_fn *fn;
		void *ctx;
		bool more;
	} fd[LOOP_FDS];
	struct {
		int number;
		loop_fn *fn;
		void *ctx;
	} signal[LOOP_SIGNALS];
	loop_timer_fn *timer;
	void *timer_ctx;
	uint64_t timer_ns;
	bool stop;
};

void loop_init(struct loop *l);
/* fd -1 is left out. 0, or -E2BIG. */
int loop_add(struct loop *l, int fd, loop_fn *fn, void *ctx);
void loop_remove(struct loop *l, int fd); /* also while fn of it runs */
/* From now on the signal comes only while the loop waits. 0, or a negative errno. */
int loop_signal(struct loop *l, int number, loop_fn *fn, void *ctx);
void loop_timer(struct loop *l, uint64_t at_ns, loop_timer_fn *fn, void *ctx);
uint64_t loop_now(void); /* of a clock that only goes forward */
/* Until loop_stop. 0, or a negative errno. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* One turn of it, for who waits in the middle of something else: no longer than ms (-1: until
 * something comes). 1: fd, which nobody added, can be read (-1: none); 0, or a negative errno. */
int loop_turn(struct loop *l, int fd, int ms);

#endif
