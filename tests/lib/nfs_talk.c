/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_talk.h"

#include <stdlib.h>

#include "unit.h"

enum { CALL = NFS_IO_MAX + 4096, REPLY_HEAD = RPC_REPLY_HEAD, REJECTED = 100 };

static void no_news(void *ctx, const struct nfs_news *n)
{
	(void)ctx;
	(void)n;
}

static void nobody(void *ctx, uint32_t ip, struct boot_path_who *out)
{
	(void)ctx;
	(void)ip;
	memset(out, 0, sizeof(*out));
}

static void no_lock(void *ctx, bool lock)
{
	(void)ctx;
	(void)lock;
}

static void export(struct nfs_exports *e, uint16_t id, const char *path, bool writes)
{
	struct nfs_export *x = &e->export[e->n++];

	x->id = id;
	x->path = x->root = path;
	x->n_clients = 1;
	x->client[0].writes = writes;
	x->client[0].squash = SQUASH_NONE;
	x->client[0].anon_uid = x->client[0].anon_gid = 65534;
}

void talk_begin(struct talk *t, const struct nfs_fs *fs)
{
	memset(t, 0, sizeof(*t));
	export(&t->exports, 1, "/a", true);
	export(&t->exports, 2, "/b", true);
	export(&t->exports, 3, "/ro", false);
	t->shared.exports = &t->exports;
	memcpy(t->shared.key.k, "sixteen bytes...", NFS_KEY);
	t->shared.verifier = UINT64_C(0x1122334455667788);
	t->shared.news = no_news;
	t->shared.who = nobody;
	t->shared.lock = no_lock;
	t->server.shared = &t->shared;
	t->server.fs = *fs;
	t->service =
		(struct rpc_service) { RPC_NFS, 2, 3, &t->server, nfs_manner, nfs_serve, NULL };
	t->peer = (struct rpc_peer) { 0x0a000007, 0x0a000001, 700, true };
	t->vers = 3;
	t->flavor = 1;
	t->cap = TALK_ANSWER;
	t->call = malloc(CALL);
	t->answer = malloc(TALK_ANSWER);
	if (!t->call || !t->answer)
		abort();
}

void talk_end(struct talk *t)
{
	free(t->call);
	free(t->answer);
}

struct talk_handle talk_root(struct talk *t, uint16_t id)
{
	struct talk_handle h = { .n = NFS_HANDLE_V2 };
	struct nfs_file f;

	assert_int_equal(t->server.fs.root(t->server.fs.ctx, id, &f), NFS_OK);
	if (t->vers == 2)
		assert_true(nfs_handle_seal_v2(&t->shared.key, &f, h.b));
	else
		h.n = nfs_handle_seal(&t->shared.key, &f, h.b);
	return h;
}

void talk_call(struct talk *t, uint32_t proc)
{
	uint32_t body, at;

	t->proc = proc;
	t->w = writer_init(t->call, CALL);
	writer_be32(&t->w, ++t->xid);
	writer_be32(&t->w, RPC_CALL);
	writer_be32(&t->w, 2);
	writer_be32(&t->w, RPC_NFS);
	writer_be32(&t->w, t->vers);
	writer_be32(&t->w, proc);
	writer_be32(&t->w, t->flavor);
	body = t->w.pos;
	writer_be32(&t->w, 0);
	at = t->w.pos;
	if (t->flavor == 1) {
		writer_be32(&t->w, 7);
		writer_xdr_opaque(&t->w, bytes_str("pi"));
		writer_be32(&t->w, t->who.uid);
		writer_be32(&t->w, t->who.gid);
		writer_be32(&t->w, t->who.n_groups);
		for (uint32_t i = 0; i < t->who.n_groups; i++)
			writer_be32(&t->w, t->who.group[i]);
	}
	writer_put_be32(&t->w, body, t->w.pos - at);
	writer_be64(&t->w, 0);
	t->head = t->w.pos;
}

void talk_handle(struct talk *t, const struct talk_handle *h)
{
	if (t->vers == 2)
		writer_fixed(&t->w, bytes_of(h->b, h->n), NFS_HANDLE_V2);
	else
		writer_xdr_opaque(&t->w, bytes_of(h->b, h->n));
}

void talk_name(struct talk *t, const char *name)
{
	writer_xdr_opaque(&t->w, bytes_str(name));
}

static void time_to(struct writer *w, const struct nfs_time *a, uint32_t what, uint32_t given,
		    uint32_t now)
{
	writer_be32(w, what & given ? 2 : what & now ? 1 : 0);
	if (what & given) {
		writer_be32(w, a->s);
		writer_be32(w, a->ns);
	}
}

static void set2(struct writer *w, const struct nfs_set *s)
{
	bool now = s->what & NFS_SET_MTIME_NOW, a = s->what & NFS_SET_ATIME,
	     m = s->what & NFS_SET_MTIME;

	writer_be32(w, s->what & NFS_SET_MODE ? s->mode : UINT32_MAX);
	writer_be32(w, s->what & NFS_SET_UID ? s->uid : UINT32_MAX);
	writer_be32(w, s->what & NFS_SET_GID ? s->gid : UINT32_MAX);
	writer_be32(w, s->what & NFS_SET_SIZE ? (uint32_t)s->size : UINT32_MAX);
	writer_be32(w, a ? s->atime.s : now ? 0 : UINT32_MAX);
	writer_be32(w, a ? s->atime.ns / 1000 : now ? 1000000 : UINT32_MAX);
	writer_be32(w, m ? s->mtime.s : now ? 0 : UINT32_MAX);
	writer_be32(w, m ? s->mtime.ns / 1000 : now ? 1000000 : UINT32_MAX);
}

void talk_set(struct talk *t, const struct nfs_set *s)
{
	struct writer *w = &t->w;

	if (t->vers == 2) {
		set2(w, s);
		return;
	}
	writer_be32(w, (s->what & NFS_SET_MODE) != 0);
	if (s->what & NFS_SET_MODE)
		writer_be32(w, s->mode);
	writer_be32(w, (s->what & NFS_SET_UID) != 0);
	if (s->what & NFS_SET_UID)
		writer_be32(w, s->uid);
	writer_be32(w, (s->what & NFS_SET_GID) != 0);
	if (s->what & NFS_SET_GID)
		writer_be32(w, s->gid);
	writer_be32(w, (s->what & NFS_SET_SIZE) != 0);
	if (s->what & NFS_SET_SIZE)
		writer_be64(w, s->size);
	time_to(w, &s->atime, s->what, NFS_SET_ATIME, NFS_SET_ATIME_NOW);
	time_to(w, &s->mtime, s->what, NFS_SET_MTIME, NFS_SET_MTIME_NOW);
}

/*
 * Results as the RFCs give them (1813 3.3, 1094 2.2), a letter a part: u word, U hyper, b word that
 * is 0 or 1, a fattr3, p post_op_attr, w wcc_data, h nfs_fh3, o post_op_fh3, s string, d data (may
 * be aside), e list of entry3, E of entryplus3, x fattr, f fhandle, y list of entry.
 */
static const struct {
	const char *ok, *failed;
} shapes3[] = { { "", "" },         { "a", "" },     { "w", "w" },        { "hpp", "p" },
		{ "pu", "p" },      { "ps", "p" },   { "pubd", "p" },     { "wuuU", "w" },
		{ "opw", "w" },     { "opw", "w" },  { "opw", "w" },      { "opw", "w" },
		{ "w", "w" },       { "w", "w" },    { "ww", "ww" },      { "pw", "pw" },
		{ "pUeb", "p" },    { "pUEb", "p" }, { "pUUUUUUu", "p" }, { "puuuuuuuUuuu", "p" },
		{ "puubbbb", "p" }, { "wU", "w" } };
static const char *const shapes2[] = { "",   "x", "x", "", "fx", "s",  "xd", "",   "x",
				       "fx", "",  "",  "", "",   "fx", "",   "yb", "uuuuu" };

static void boolean(struct reader *r)
{
	assert_in_range(reader_be32(r), 0, 1);
}

static void fattr3(struct reader *r)
{
	assert_in_range(reader_be32(r), NFS_REG, NFS_FIFO);
	assert_in_range(reader_be32(r), 0, 07777);
	reader_skip(r, 52);
	for (int i = 0; i < 3; i++) {
		reader_skip(r, 4);
		assert_in_range(reader_be32(r), 0, 999999999);
	}
}

static bool follows(struct reader *r)
{
	uint32_t v = reader_be32(r);

	assert_in_range(v, 0, 1);
	return v && !r->err;
}

static void fh3(struct reader *r)
{
	assert_in_range(reader_xdr_opaque(r, NFS_HANDLE_MAX).n, 1, NFS_HANDLE_MAX);
}

static void entries(struct reader *r, char which)
{
	while (follows(r)) {
		reader_skip(r, which == 'y' ? 4 : 8);
		assert_in_range(reader_xdr_opaque(r, NFS_NAME_MAX).n, 1, NFS_NAME_MAX);
		if (which == 'y')
			assert_true(reader_be32(r));
		else
			assert_true(reader_be64(r));
		if (which == 'E') {
			if (follows(r))
				fattr3(r);
			if (follows(r))
				fh3(r);
		}
	}
}

static void part(struct reader *r, char c)
{
	switch (c) {
	case 'u':
		reader_skip(r, 4);
		break;
	case 'U':
		reader_skip(r, 8);
		break;
	case 'b':
		boolean(r);
		break;
	case 'a':
		fattr3(r);
		break;
	case 'w':
		if (follows(r))
			reader_skip(r, 24);
		/* fall through */
	case 'p':
		if (follows(r))
			fattr3(r);
		break;
	case 'o':
		if (!follows(r))
			break;
		/* fall through */
	case 'h':
		fh3(r);
		break;
	case 's':
		reader_xdr_opaque(r, NFS_PATH_MAX);
		break;
	case 'x':
		assert_in_range(reader_be32(r), 0, 6);
		reader_skip(r, 64);
		break;
	case 'f':
		reader_skip(r, NFS_HANDLE_V2);
		break;
	default:
		entries(r, c);
		break;
	}
}

static void check_shape(const struct talk *t, struct reader r, uint32_t status)
{
	const char *s = t->vers == 2 ? status ? "" : shapes2[t->proc]
			: status ? shapes3[t->proc].failed
				     : shapes3[t->proc].ok;

	for (; *s; s++)
		if (*s == 'd') {
			uint32_t n = reader_be32(&r);

			if (t->out.behind)
				assert_int_equal(n, t->out.behind);
			else
				reader_skip(&r, (n + 3) & ~3u);
		} else
			part(&r, *s);
	assert_int_equal(r.err, ERR_OK);
	assert_int_equal(reader_left(&r), 0);
}

/* Every word that is said as a status is one of the version's. */
static void check_dissected(const struct talk *t, struct bytes answer, bool has_status,
			    uint32_t status)
{
	static struct rpc m;
	/* what is put aside would follow */
	struct reader r = reader_init(answer.p, answer.n, answer.n + ((t->out.behind + 3) & ~3u));

	assert_int_equal(rpc_decode_header(&r, &m), ERR_OK);
	assert_int_equal(m.type, RPC_REPLY);
	assert_int_equal(m.xid, t->xid);
	m.known = true;
	m.prog = RPC_NFS;
	m.vers = t->vers;
	m.proc = t->proc;
	if (!t->out.behind)
		assert_int_equal(rpc_decode_body(&r, &m), ERR_OK);
	else
		(void)rpc_decode_body(&r, &m);
	if (!has_status)
		return;
	assert_int_equal(m.status, status);
	assert_non_null(rpc_status_name(t->vers == 2 ? RPC_STATUS_NFS2 : RPC_STATUS_NFS3, status));
}

static bool has_status(const struct talk *t)
{
	return t->proc && (t->vers == 3 || (t->proc != 3 && t->proc != 7));
}

uint32_t talk_send_any(struct talk *t, uint32_t *status)
{
	const struct rpc_services services = { &t->service, 1 };
	/* of its own size, so that what reads behind its end is found */
	uint8_t *call = malloc(t->w.pos ? t->w.pos : 1), *answer = malloc(t->cap ? t->cap : 1);
	struct rpc_call c;
	int manner = -1;
	enum rpc_next next;
	uint32_t accept;

	assert_int_equal(t->w.err, ERR_OK);
	assert_non_null(call);
	assert_non_null(answer);
	memcpy(call, t->call, t->w.pos);
	t->out = (struct rpc_answer) { .w = writer_init(answer, t->cap), .aside = t->aside };
	next = rpc_take(&services, &t->peer, bytes_of(call, t->w.pos), &c, &manner, &t->out);
	if (next == RPC_SERVE) {
		assert_int_equal(manner, t->proc ? nfs_manner(&t->server, t->vers, t->proc) : 0);
		rpc_serve(&services, &c, &t->out);
	}
	assert_int_not_equal(next, RPC_IGNORE);
	assert_int_equal(t->out.w.err, ERR_OK);
	assert_true(t->out.w.pos <= t->cap && t->out.w.pos <= TALK_ANSWER);
	memcpy(t->answer, answer, t->out.w.pos);
	free(call);
	free(answer);
	t->r = reader_init(t->answer, t->out.w.pos, t->out.w.pos);
	reader_skip(&t->r, 8);
	if (reader_be32(&t->r))
		return REJECTED + reader_be32(&t->r);
	reader_skip(&t->r, 8);
	accept = reader_be32(&t->r);
	*status = accept == RPC_SUCCESS && has_status(t) ? reader_be32(&t->r) : 0;
	if (accept == RPC_SUCCESS) {
		check_shape(t, t->r, *status);
		check_dissected(t, bytes_of(t->answer, t->out.w.pos), has_status(t), *status);
	}
	return accept;
}

uint32_t talk_send(struct talk *t)
{
	uint32_t status = 0;

	assert_int_equal(talk_send_any(t, &status), RPC_SUCCESS);
	return status;
}

static struct nfs_time time_of(struct talk *t)
{
	struct nfs_time v;

	v.s = reader_be32(&t->r);
	v.ns = reader_be32(&t->r);
	return v;
}

static void attr3(struct talk *t, struct nfs_attr *a)
{
	a->type = reader_be32(&t->r);
	a->mode = reader_be32(&t->r);
	a->nlink = reader_be32(&t->r);
	a->uid = reader_be32(&t->r);
	a->gid = reader_be32(&t->r);
	a->size = reader_be64(&t->r);
	a->used = reader_be64(&t->r);
	a->major = reader_be32(&t->r);
	a->minor = reader_be32(&t->r);
	reader_skip(&t->r, 8);
	a->fileid = reader_be64(&t->r);
	a->atime = time_of(t);
	a->mtime = time_of(t);
	a->ctime = time_of(t);
}

static void attr2(struct talk *t, struct nfs_attr *a)
{
	memset(a, 0, sizeof(*a));
	a->type = reader_be32(&t->r);
	a->mode = reader_be32(&t->r); /* with the type */
	a->nlink = reader_be32(&t->r);
	a->uid = reader_be32(&t->r);
	a->gid = reader_be32(&t->r);
	a->size = reader_be32(&t->r);
	reader_skip(&t->r, 4);
	a->major = reader_be32(&t->r); /* both */
	a->used = reader_be32(&t->r);  /* in blocks */
	reader_skip(&t->r, 4);
	a->fileid = reader_be32(&t->r);
	a->atime = time_of(t); /* ns: microseconds */
	a->mtime = time_of(t);
	a->ctime = time_of(t);
}

void talk_attr(struct talk *t, struct nfs_attr *a)
{
	if (t->vers == 2)
		attr2(t, a);
	else
		attr3(t, a);
}

bool talk_post_op(struct talk *t, struct nfs_attr *a)
{
	if (!reader_be32(&t->r))
		return false;
	attr3(t, a);
	return true;
}

void talk_wcc(struct talk *t, struct nfs_wcc *wcc)
{
	memset(wcc, 0, sizeof(*wcc));
	wcc->before = reader_be32(&t->r);
	if (wcc->before) {
		wcc->size = reader_be64(&t->r);
		wcc->mtime = time_of(t);
		wcc->ctime = time_of(t);
	}
	(void)talk_post_op(t, &wcc->after);
}

struct talk_handle talk_handle_of(struct talk *t)
{
	struct talk_handle h = { .n = 0 };
	struct bytes b = t->vers == 2 ? reader_bytes(&t->r, NFS_HANDLE_V2)
				      : reader_xdr_opaque(&t->r, NFS_HANDLE_MAX);

	assert_true(b.n);
	h.n = b.n;
	memcpy(h.b, b.p, b.n);
	return h;
}

struct talk_handle talk_made(struct talk *t)
{
	if (t->vers == 3)
		assert_int_equal(reader_be32(&t->r), 1);
	return talk_handle_of(t);
}

void talk_done(struct talk *t)
{
	assert_int_equal(t->r.err, ERR_OK);
	assert_int_equal(reader_left(&t->r), 0);
}

/* Procedures by version: LOOKUP, CREATE, MKDIR, WRITE. */
static uint32_t number(const struct talk *t, uint32_t v3, uint32_t v2)
{
	return t->vers == 2 ? v2 : v3;
}

struct talk_handle talk_lookup(struct talk *t, const struct talk_handle *dir, const char *name)
{
	talk_call(t, number(t, 3, 4));
	talk_handle(t, dir);
	talk_name(t, name);
	assert_int_equal(talk_send(t), NFS_OK);
	return talk_handle_of(t);
}

static struct talk_handle make(struct talk *t, uint32_t proc, const struct talk_handle *dir,
			       const char *name, uint32_t mode)
{
	const struct nfs_set s = { .what = NFS_SET_MODE, .mode = mode };

	talk_call(t, proc);
	talk_handle(t, dir);
	talk_name(t, name);
	if (t->vers == 3 && proc == 8)
		writer_be32(&t->w, NFS_UNCHECKED);
	talk_set(t, &s);
	assert_int_equal(talk_send(t), NFS_OK);
	return talk_made(t);
}

struct talk_handle talk_create(struct talk *t, const struct talk_handle *dir, const char *name,
			       uint32_t mode)
{
	return make(t, number(t, 8, 9), dir, name, mode);
}

struct talk_handle talk_mkdir(struct talk *t, const struct talk_handle *dir, const char *name,
			      uint32_t mode)
{
	return make(t, number(t, 9, 14), dir, name, mode);
}

void talk_write(struct talk *t, const struct talk_handle *f, uint64_t offset, const char *text)
{
	talk_call(t, number(t, 7, 8));
	talk_handle(t, f);
	if (t->vers == 2) {
		writer_be32(&t->w, 0);
		writer_be32(&t->w, (uint32_t)offset);
		writer_be32(&t->w, 0);
	} else {
		writer_be64(&t->w, offset);
		writer_be32(&t->w, (uint32_t)strlen(text));
		writer_be32(&t->w, NFS_FILE_SYNC);
	}
	writer_xdr_opaque(&t->w, bytes_str(text));
	assert_int_equal(talk_send(t), NFS_OK);
}

struct nfs_attr talk_getattr(struct talk *t, const struct talk_handle *f)
{
	struct nfs_attr a;

	talk_call(t, 1);
	talk_handle(t, f);
	assert_int_equal(talk_send(t), NFS_OK);
	talk_attr(t, &a);
	talk_done(t);
	return a;
}
