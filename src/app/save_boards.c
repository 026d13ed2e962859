/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "save_boards.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "save_pcapng.h"

enum { BUFFER = 1 << 16, BOARDS_MAX = 64 };

struct to_fd {
	int fd, error; /* error: 0, or errno of the first write that failed */
	uint32_t n;
	char buf[BUFFER];
};

static void flush(struct to_fd *t)
{
	for (uint32_t done = 0; done < t->n && !t->error;) {
		ssize_t n = write(t->fd, t->buf + done, t->n - done);

		if (n > 0)
			done += (uint32_t)n;
		else if (n < 0 && errno != EINTR)
			t->error = errno;
	}
	t->n = 0;
}

static void write_buffered(void *ctx, const char *p, uint32_t n)
{
	struct to_fd *t = ctx;

	while (n) {
		uint32_t part = n < BUFFER - t->n ? n : BUFFER - t->n;

		memcpy(t->buf + t->n, p, part);
		t->n += part;
		p += part;
		n -= part;
		if (t->n == BUFFER)
			flush(t);
	}
}

/* The board whose next message is the oldest; -1: there are no more. Ids grow with time. */
static int oldest(const uint64_t *next, int n)
{
	int best = -1;

	for (int i = 0; i < n; i++)
		if (next[i] && (best < 0 || next[i] < next[best]))
			best = i;
	return best;
}

static void save_one(const struct frame_log *log, uint64_t id, struct save_pcapng *save)
{
	const struct logged *e = frame_log_entry(log, id);
	char words[120];
	const char *comment = words;
	struct packet p;
	struct frame f;

	if (!e || !frame_log_packet(log, id, &f, &p))
		return;
	snprintf(words, sizeof(words), "the first of %" PRIu32 " frames, up to frame %" PRIu64,
		 e->frames, e->last_number);
	save_pcapng_frame(save, &f, &comment, e->frames > 1);
}

static void save_all(const struct scope *s, const struct mac *boards, int n,
		     struct save_pcapng *save)
{
	const struct frame_log *log = scope_log(s);
	uint64_t next[BOARDS_MAX], last = 0;

	for (int i = 0; i < n; i++) {
		const struct client *c = scope_client_by_mac(s, boards[i]);

		next[i] = c ? frame_log_first(log, &c->frames) : 0;
	}
	for (int i; (i = oldest(next, n)) >= 0;) {
		const struct logged *e = frame_log_entry(log, next[i]);

		/* several messages of a frame are one packet */
		if (e && e->number != last)
			save_one(log, next[i], save);
		last = e ? e->number : last;
		next[i] = frame_log_next(log, next[i]);
	}
}

bool save_boards(const struct file_helper *helper, const char *name, const struct scope *s,
		 const struct mac *boards, int n, char *said, size_t size)
{
	static struct to_fd to;
	static struct save_pcapng save;

	n = n < BOARDS_MAX ? n : BOARDS_MAX;
	memset(&to, 0, sizeof(to));
	memset(&save, 0, sizeof(save));
	if (strchr(name, '/')) {
		snprintf(said, size, "the name of a file here, without a folder: '/' is not taken");
		return false;
	}
	to.fd = helper->fd < 0 ? -EACCES : file_helper_make(helper, 0, name, false);
	if (to.fd < 0) {
		snprintf(said, size, "%s: %s", name,
			 to.fd == -EEXIST ? "there is such a file; choose another name"
					  : strerror(-to.fd));
		return false;
	}
	save_pcapng_begin(&save, (struct output) { &to, write_buffered }, PACKAGE_STRING,
			  "chosen boards; of bulk transfers the first packet");
	save_all(s, boards, n, &save);
	flush(&to);
	if (close(to.fd) && !to.error)
		to.error = errno;
	if (to.error) {
		snprintf(said, size, "%s: %s", name, strerror(to.error));
		return false;
	}
	snprintf(said, size, "%" PRIu64 " packets of %d board%s written to %s", save.frames, n,
		 n == 1 ? "" : "s", name);
	return true;
}
