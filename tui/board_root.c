/* SPDX-License-Identifier: BSD-2-Clause */
#include "board_parts.h"

#include "view.h"
#include "words.h"

enum { LINE = 512, WHEN = BOARD_WHEN, TEXT = WHEN + 3, OPS_SHOWN = 8 };

static void mount_line(const struct ui *ui, const struct boot *b, const struct mount *m,
		       uint64_t *before, struct page *p)
{
	bool ok = m->outcome == MOUNT_OK;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	board_when(ui, b, m->first_ns, before, p);
	page_put(p, WHEN + 1, ok ? ROLE_OK : ROLE_BAD, ok ? "✔" : "✖");
	text_fmt(&t, "%s v%u/%s ", m->path && *m->path ? "mount" : "mountd asked,", m->version,
		 m->tcp ? "tcp" : "udp");
	text_address(&t, m->server);
	if (m->path && *m->path) {
		text_char(&t, ':');
		text_safe(&t, bytes_str(m->path));
	}
	text_fmt(&t, "  %s", mount_outcome_key(m->outcome));
	page_wrap(p, WHEN + 3, 2, ROLE_PLAIN, buf);
}

static void moved(const char *words, uint64_t bytes, uint32_t most, struct text *t)
{
	if (!bytes)
		return;
	text_str(t, words);
	text_bytes_count(t, bytes);
	text_fmt(t, " (up to %u at once)", most);
}

/* Where, how much, how large a piece. */
static void use_line(const struct ui *ui, const struct boot *b, const struct nfs_use *n,
		     uint64_t *before, struct page *p)
{
	const struct mount *m = nfs_use_mount(b, n);
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	board_when(ui, b, n->first_ns, before, p);
	page_put(p, WHEN + 1, n->replies ? ROLE_OK : ROLE_BAD, n->replies ? "✔" : "✖");
	text_fmt(&t, "nfs v%u", n->version);
	if (n->version == 4)
		text_fmt(&t, ".%u", n->minor);
	text_fmt(&t, "/%s ", n->tcp ? "tcp" : "udp");
	text_address(&t, n->server);
	if (m) {
		text_char(&t, ':');
		text_safe(&t, bytes_str(m->path));
	}
	text_str(&t, "  ");
	words_plural(n->calls, "call", "calls", &t);
	if (n->latencies) {
		text_str(&t, ", answered in ");
		text_decimal(&t, n->latency_sum_ns / n->latencies / 1000, 3);
		text_str(&t, " ms");
	}
	moved(", read ", n->read_bytes, n->read_size, &t);
	moved(", written ", n->write_bytes, n->write_size, &t);
	if (n->retransmissions)
		text_fmt(&t, ", %llu sent again", (unsigned long long)n->retransmissions);
	page_wrap(p, TEXT, 2, ROLE_PLAIN, buf);
}

static void rate_line(const struct view *v, const struct nfs_work *w, struct page *p)
{
	uint32_t seconds[CAP_NFS_SECONDS], n = CAP_NFS_SECONDS,
					   tenths = nfs_work_rate(w, v->now_ns);
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	int x;

	if (tenths < 100)
		text_decimal(&t, tenths, 1);
	else
		words_count(tenths / 10, &t);
	text_str(&t, " op/s, ");
	words_count(w->peak, &t);
	text_str(&t, " in the busiest second");
	x = page_put(p, TEXT, ROLE_PLAIN, buf) + 2;
	nfs_work_history(w, v->now_ns, seconds);
	if (p->c->w - x - 1 < (int)n)
		n = p->c->w - x - 1 > 0 ? (uint32_t)(p->c->w - x - 1) : 0;
	canvas_spark(p->c, x, p->y - p->top, seconds + CAP_NFS_SECONDS - n, (int)n);
	page_next(p);
}

static void op_lines(const struct ui *ui, const struct nfs_use *n, struct page *p)
{
	uint32_t shown = ui->how.all ? CAP_NFS_OPS : OPS_SHOWN;
	const struct work_op *o;

	for (uint32_t i = 0; i < shown && (o = nfs_work_op(n->work, i)) != NULL; i++) {
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));

		page_fit(p, TEXT, 20, ROLE_PLAIN, nfs_use_op_name(n, o->op));
		words_count(o->count, &t);
		canvas_right(p->c, TEXT + 20, p->y - p->top, 9, ROLE_PLAIN, buf);
		if (o->timed) {
			text_clear(&t);
			text_decimal(&t, o->sum_ns / o->timed / 1000, 3);
			text_str(&t, " ms");
			if (p->c->w >= 72) {
				text_str(&t, ", at most ");
				text_decimal(&t, o->max_us, 3);
			}
			page_put(p, TEXT + 32, ROLE_DIM, buf);
		}
		page_next(p);
	}
	if (n->work->n_ops > shown)
		page_line(p, TEXT, ROLE_DIM, "and others (a shows them)");
}

static void error_lines(const struct nfs_use *n, struct page *p)
{
	for (const struct nfs_error *e = n->first_error; e; e = e->next) {
		const char *status =
			rpc_status_name((enum rpc_status_kind)e->status_kind, e->status);
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));

		text_fmt(&t, "%s %u×, %s", status ? status : "refused", e->count,
			 nfs_use_op_name(n, e->proc));
		if (e->name && *e->name) {
			text_str(&t, " of ");
			text_safe(&t, bytes_str(e->name));
		}
		text_fmt(&t, " in frame %llu", (unsigned long long)e->frame);
		/* who looks for what need not be there does nothing wrong: NOENT is 2 in all
		 * versions */
		page_wrap(p, TEXT, 2, e->status == 2 ? ROLE_DIM : ROLE_WARN, buf);
	}
}

static void file_lines(const struct ui *ui, const struct boot *b, const struct nfs_use *n,
		       struct page *p)
{
	const struct work_file *f;
	uint64_t before = 0;

	for (uint32_t i = 0; (f = nfs_work_file(n->work, i)) != NULL; i++) {
		char buf[LINE];
		struct text t = text_init(buf, sizeof(buf));
		int x;

		board_when(ui, b, f->time_ns, &before, p);
		x = page_fit(p, TEXT, 12, ROLE_DIM, nfs_use_op_name(n, f->op));
		text_safe(&t, bytes_str(f->path));
		if (f->status)
			text_fmt(&t, "  %s", nfs_use_status(n, f->status));
		canvas_fit_tail(p->c, x, p->y - p->top, p->c->w - x - 1,
				f->status ? ROLE_DIM : ROLE_PLAIN, buf);
		page_next(p);
	}
}

void board_root(const struct ui *ui, const struct view *v, const struct boot *b, struct page *p)
{
	uint64_t before = 0;

	if (!b->mounts && !b->nfs)
		return;
	page_head(p, "Root file system");
	for (const struct mount *m = mount_told(b->mounts); m; m = mount_told(m->next))
		mount_line(ui, b, m, &before, p);
	for (const struct nfs_use *n = b->nfs; n; n = n->next) {
		use_line(ui, b, n, &before, p);
		if (n->work) {
			rate_line(v, n->work, p);
			op_lines(ui, n, p);
		}
		error_lines(n, p);
		if (n->work)
			file_lines(ui, b, n, p);
	}
}
