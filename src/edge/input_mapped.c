/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "input.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Large enough that remapping costs nothing, small enough that it hardly counts as memory. */
enum { WINDOW = 512 << 10 };

struct mapped {
	int fd;
	uint64_t size, begin; /* of the file; where the window begins */
	uint8_t *window;
	size_t length;
	volatile sig_atomic_t lost; /* pages of the window went away */
};

static const char shrank[] = "the file became shorter while it was read";

/* The handler has to know what is ours: one mapped file is read at a time, or as many as are
 * merged.
 */
enum { GUARDED = 256 };
static struct mapped *volatile guarded[GUARDED];

/* Somebody cut the file while its pages were being read: zeros take the place of what is gone, so
 * that what was read before is still reported. Any other SIGBUS is a bug and ends us. */
static void on_sigbus(int sig, siginfo_t *info, void *context)
{
	uintptr_t at = (uintptr_t)info->si_addr, page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)context;
	for (int i = 0; i < GUARDED; i++) {
		struct mapped *m = guarded[i];

		if (!m || at < (uintptr_t)m->window || at >= (uintptr_t)m->window + m->length)
			continue;
		m->lost = 1;
		if (mmap((void *)(at & ~(page - 1)), page, PROT_READ,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED)
			return;
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

static void guard(struct mapped *m)
{
	struct sigaction act;

	memset(&act, 0, sizeof(act));
	act.sa_sigaction = on_sigbus;
	act.sa_flags = SA_SIGINFO;
	sigaction(SIGBUS, &act, NULL);
	for (int i = 0; i < GUARDED; i++) {
		if (!guarded[i]) {
			guarded[i] = m;
			return;
		}
	}
}

static void mapped_fill(struct input *in, size_t n)
{
	struct mapped *m = in->own;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t begin = in->at & ~(page - 1);
	uint64_t left = m->size - begin;
	size_t want = n + (size_t)(in->at - begin) > WINDOW ? n + (size_t)(in->at - begin) : WINDOW;
	struct stat st;

	if (fstat(m->fd, &st) == 0 && (uint64_t)st.st_size < m->size) {
		in->trouble = shrank;
		m->size = (uint64_t)st.st_size;
		left = m->size > begin ? m->size - begin : 0;
	}
	if (m->lost)
		in->trouble = shrank;
	if (m->window)
		munmap(m->window, m->length);
	m->window = NULL;
	m->begin = begin;
	m->length = want < left ? want : (size_t)left;
	if (m->length) {
		void *w = mmap(NULL, m->length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, m->fd,
			       (off_t)begin);

		if (w == MAP_FAILED) {
			in->trouble = "the file could not be mapped any further";
			m->length = 0;
		} else {
			m->window = w;
			madvise(w, m->length, MADV_SEQUENTIAL);
		}
	}
	in->end = begin + m->length >= m->size || m->length == 0;
	in->p = m->window ? m->window + (in->at - begin) : NULL;
	in->have =
		m->window && m->length > in->at - begin ? m->length - (size_t)(in->at - begin) : 0;
}

static void mapped_close(struct input *in)
{
	struct mapped *m = in->own;

	for (int i = 0; i < GUARDED; i++)
		if (guarded[i] == m)
			guarded[i] = NULL;
	if (m->window)
		munmap(m->window, m->length);
	close(m->fd);
	free(m);
	in->own = NULL;
}

static void mapped_progress(struct input *in, uint64_t *done, uint64_t *all)
{
	const struct mapped *m = in->own;

	*done = in->at;
	*all = m->size;
}

static void mapped_again(struct input *in)
{
	struct mapped *m = in->own;

	if (m->window)
		munmap(m->window, m->length);
	m->window = NULL;
	m->length = 0;
	m->lost = 0;
	input_rewound(in);
}

int input_mapped(int fd, uint64_t size, struct input *out)
{
	struct mapped *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->fd = fd;
	m->size = size;
	*out = (struct input) { .fill = mapped_fill,
				.close = mapped_close,
				.progress = mapped_progress,
				.again = mapped_again,
				.lost = &m->lost,
				.own = m };
	guard(m);
	return 0;
}
