/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "second_pass.h"

#include <stdlib.h>
#include <string.h>

#include "capture_file.h"
#include "concerns.h"
#include "input_files.h"
#include "spool.h"
#include "wire.h"

_Static_assert(sizeof(((struct second_pass *)0)->kept[0]) == SPOOL_NAME_MAX,
	       "names as spool gives");

int second_pass_open(const struct options *o, struct second_pass *out)
{
	char why[CAPTURE_WHY_MAX];

	out->o = *o;
	for (int i = 0; i < o->n_files; i++) {
		if (spool(o->file[i], out->kept[i], why, sizeof(why))) {
			fprintf(stderr, "bootscope: %s\n", why);
			return EXIT_SYSTEM;
		}
		if (out->kept[i][0])
			out->o.file[i] = out->kept[i];
	}
	return input_files_open(&out->o, &out->files);
}

struct reading {
	struct concerned boards; /* all */
	struct exhibits *x;
	bool ours; /* the frame at hand is a board's */
};

static void packet(void *ctx, struct packet *p, const struct call *call)
{
	struct reading *r = ctx;

	(void)call;
	exhibits_packet(r->x, p);
	r->ours = r->ours || concerns_boards(&r->boards, p);
}

enum { COMMENTS_MAX = 16, COMMENT_MAX = 400 };

static void save_frame(struct save_pcapng *save, const struct exhibits *x, const struct frame *f)
{
	char buf[COMMENTS_MAX][COMMENT_MAX];
	const char *comment[COMMENTS_MAX];
	uint32_t n = 0;

	for (const struct exhibit *e = exhibits_at(x, f->number);
	     e && n < COMMENTS_MAX && e < x->row + x->n && e->frame == f->number; e++, n++) {
		struct text t = text_init(buf[n], COMMENT_MAX);

		exhibits_comment(e, &t);
		comment[n] = buf[n];
	}
	save_pcapng_frame(save, f, comment, n);
}

/* The frame with which a capture ends says how long nothing came after the boards' last. It is not
 * theirs, so that no more than its link header is shown. */
enum { END_BYTES = 14 };

struct end {
	struct frame frame;
	uint8_t data[END_BYTES];
};

static void end_keep(struct end *e, const struct frame *f)
{
	e->frame = *f;
	e->frame.cap_len = f->cap_len < END_BYTES ? f->cap_len : END_BYTES;
	if (e->frame.cap_len)
		memcpy(e->data, f->data, e->frame.cap_len);
	e->frame.data = e->data;
}

static void end_save(const struct end *e, struct save_pcapng *save)
{
	static const char *const comment = "the end of the capture (not a packet of the boards; "
					   "cut)";

	if (e->frame.number)
		save_pcapng_frame(save, &e->frame, &comment, 1);
}

int second_pass(struct second_pass *again, const struct scope *s, struct exhibits *x,
		struct save_pcapng *save)
{
	struct reading reading = { .boards = { .s = s }, .x = x };
	struct source source;
	struct frame f;
	struct end end = { .frame = { .number = 0 } };
	struct wire *wire;
	char why[CAPTURE_WHY_MAX];
	int r;

	if (exhibits_done(x, 0) && !save)
		return 0;
	for (int i = 0; i < again->o.n_files; i++)
		if (strcmp(again->o.file[i], "-") == 0)
			spool_rewind();
	r = input_files_begin(&again->files, &source, why, sizeof(why));
	if (r) {
		fprintf(stderr, "bootscope: %s\n", why);
		return r;
	}
	wire = wire_init(calloc(1, wire_size(&wire_default_limits)), &wire_default_limits);
	if (!wire) {
		fprintf(stderr, "bootscope: memory ran out\n");
		source.close(source.ctx);
		return EXIT_SYSTEM;
	}
	for (uint64_t n = 0; n < again->o.count && source.next(source.ctx, &f) == 1; n++) {
		if (!save && exhibits_done(x, f.number))
			break;
		reading.ours = false;
		wire_frame(wire, &f, packet, &reading);
		if (!save)
			continue;
		end_keep(&end, &f);
		if (!reading.ours && !exhibits_at(x, f.number))
			continue;
		save_frame(save, x, &f);
		end.frame.number = 0;
	}
	if (save)
		end_save(&end, save);
	source.close(source.ctx);
	free(wire);
	return 0;
}
