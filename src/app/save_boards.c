/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "save_boards.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "concerns.h"
#include "room.h"
#include "save_pcapng.h"
#include "seed.h"
#include "wire.h"

enum { BUFFER = 1 << 16, BOARDS_MAX = 64, FRAMES_AT_ONCE = 4096 };

struct to_fd {
	int fd, error; /* error: 0, or errno of the first write that failed */
	uint32_t n;
	char buf[BUFFER];
};

/* A file that is being written, for whom. */
struct saving {
	struct to_fd to;
	struct save_pcapng save;
	char name[FILE_HELPER_NAME];
	struct mac board[BOARDS_MAX];
	int n;
};

struct save_job {
	struct saving file;
	struct source from;
	struct concerned boards;
	struct wire *wire; /* NULL: nothing was read yet */
	uint64_t read;     /* frames */
	bool ours;         /* the frame at hand is a board's */
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

/* False: why not was said. */
static bool begin(struct saving *f, const struct save_what *w, const char *comment)
{
	f->n = w->n < BOARDS_MAX ? w->n : BOARDS_MAX;
	memcpy(f->board, w->boards, (size_t)f->n * sizeof(f->board[0]));
	snprintf(f->name, sizeof(f->name), "%s", w->name);
	f->to.fd = -1;
	if (strchr(w->name, '/')) {
		snprintf(w->said, w->size,
			 "the name of a file here, without a folder: '/' is not taken");
		return false;
	}
	f->to.fd = w->helper->fd < 0 ? -EACCES : file_helper_make(w->helper, 0, w->name, false);
	if (f->to.fd < 0) {
		snprintf(w->said, w->size, "%s: %s", w->name,
			 f->to.fd == -EEXIST ? "there is such a file; choose another name"
					     : strerror(-f->to.fd));
		return false;
	}
	save_pcapng_begin(&f->save, (struct output) { &f->to, write_buffered }, PACKAGE_STRING,
			  comment);
	return true;
}

/* False: it could not be written. One sentence either way; about what is in it, note says more. */
static bool finish(struct saving *f, const char *note, char *said, size_t size)
{
	flush(&f->to);
	if (close(f->to.fd) && !f->to.error)
		f->to.error = errno;
	f->to.fd = -1;
	if (f->to.error)
		snprintf(said, size, "%s: %s", f->name, strerror(f->to.error));
	else
		snprintf(said, size, "%" PRIu64 " packets of %d board%s written to %s%s",
			 f->save.frames, f->n, f->n == 1 ? "" : "s", f->name, note);
	return !f->to.error;
}

bool save_boards(const struct save_what *w)
{
	static struct saving f;

	memset(&f, 0, sizeof(f));
	if (!begin(&f, w, "chosen boards; of bulk transfers the first packet"))
		return false;
	save_all(w->scope, f.board, f.n, &f.save);
	return finish(&f, ", of bulk transfers the first (-w saves all)", w->said, w->size);
}

struct save_job *save_job_new(const struct save_what *w, const struct source *from)
{
	struct save_job *j = calloc(1, sizeof(*j));

	if (!j) {
		snprintf(w->said, w->size, "memory ran out");
		return NULL;
	}
	if (!begin(&j->file, w, "chosen boards")) {
		free(j);
		return NULL;
	}
	j->from = *from;
	j->boards = (struct concerned) { w->scope, j->file.board, j->file.n };
	return j;
}

static void packet(void *ctx, struct packet *p, const struct call *call)
{
	struct save_job *j = ctx;

	(void)call;
	j->ours = j->ours || concerns_boards(&j->boards, p);
}

/* From the first frame on. NULL, or why not. */
static const char *rewind_source(struct save_job *j)
{
	struct wire_limits limits = wire_default_limits;
	void *mem = room(wire_size(&limits));

	if (!mem)
		return "memory ran out";
	limits.seed = seed_word();
	j->wire = wire_init(mem, &limits);
	return j->from.again(j->from.ctx) ? "the capture is no longer what it was" : NULL;
}

static void say_progress(const struct save_job *j, char *said, size_t size)
{
	uint64_t done, all;

	j->from.progress(j->from.ctx, &done, &all);
	snprintf(said, size, "writing %s: %" PRIu64 " %%, %" PRIu64 " packets; Esc gives it up",
		 j->file.name, done / (all / 100 + 1), j->file.save.frames);
}

enum save_step save_job_step(struct save_job *j, uint64_t frames, char *said, size_t size)
{
	const char *why = j->wire ? NULL : rewind_source(j);
	struct frame f;

	if (why) {
		snprintf(said, size, "%s: %s", j->file.name, why);
		return SAVE_FAILED;
	}
	for (int i = 0; i < FRAMES_AT_ONCE && !j->file.to.error; i++) {
		bool all = j->read == frames;

		if (all || j->from.next(j->from.ctx, &f) != 1)
			return finish(&j->file, all ? "" : ": the capture became shorter meanwhile",
				      said, size)
				       ? SAVE_DONE
				       : SAVE_FAILED;
		j->read++;
		j->ours = false;
		wire_frame(j->wire, &f, packet, j);
		if (j->ours)
			save_pcapng_frame(&j->file.save, &f, NULL, 0);
	}
	if (j->file.to.error) {
		(void)finish(&j->file, "", said, size);
		return SAVE_FAILED;
	}
	say_progress(j, said, size);
	return SAVE_MORE;
}

void save_job_end(struct save_job *j)
{
	char said[1];

	if (j->file.to.fd >= 0)
		(void)finish(&j->file, "", said, sizeof(said));
	if (j->wire)
		munmap(j->wire, wire_size(&wire_default_limits));
	free(j);
}

void save_job_stop(struct save_job *j, char *said, size_t size)
{
	(void)finish(&j->file, ", then it was given up", said, size);
	save_job_end(j);
}
