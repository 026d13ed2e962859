/* SPDX-License-Identifier: BSD-2-Clause */
#include "tftp_server.h"

#include <string.h>

#include "hash.h"
#include "text.h"
#include "tftp_transfer.h"

enum { NOT_FOUND = 1, ACCESS = 2, ILLEGAL = 4, ETHERNET = 1500, NARROWED_MAX = 4 };

static const uint64_t second = UINT64_C(1000000000);

const struct tftp_limits tftp_default_limits = {
	.transfers = 1024,
	.per_client = 16,
	.blksize_max = 65464,
	.window_max = 64,
	.first_ms = 1000,
	.tries = 6,
};

/* ---- table ---- */

size_t tftp_server_size(const struct tftp_limits *limits)
{
	return sizeof(struct tftp_server) + (limits->transfers + 1) * sizeof(struct tftp_transfer) +
	       (limits->transfers + 1 + hash_buckets(limits->transfers)) * sizeof(uint32_t);
}

struct tftp_server *tftp_server_init(void *mem, const struct tftp_limits *limits,
				     const struct store *store, const struct tftp_out *out,
				     uint64_t seed)
{
	struct tftp_server *s = mem;

	s->limits = *limits;
	s->store = *store;
	s->out = *out;
	s->seed = seed;
	s->n = limits->transfers;
	s->mask = hash_buckets(s->n) - 1;
	s->transfers = (struct tftp_transfer *)(void *)(s + 1);
	s->heads = (uint32_t *)(void *)(s->transfers + s->n + 1);
	s->heap = s->heads + s->mask + 1;
	return s;
}

static uint32_t *head_of(struct tftp_server *s, const struct tftp_peer *p)
{
	return &s->heads[hash_three(s->seed ^ p->ip.hi, p->ip.lo, p->port) & s->mask];
}

static bool same(const struct tftp_peer *a, const struct tftp_peer *b)
{
	return a->port == b->port && address_equal(a->ip, b->ip);
}

static struct tftp_transfer *find(struct tftp_server *s, const struct tftp_peer *p)
{
	uint32_t i = *head_of(s, p);

	while (i && !same(&s->transfers[i].peer, p))
		i = s->transfers[i].next;
	return i ? &s->transfers[i] : NULL;
}

static uint32_t index_of(const struct tftp_server *s, const struct tftp_transfer *t)
{
	return (uint32_t)(t - s->transfers);
}

/* ---- deadlines: a binary heap ---- */

static uint64_t key(const struct tftp_server *s, uint32_t at)
{
	return s->transfers[s->heap[at]].deadline_ns;
}

static void put(struct tftp_server *s, uint32_t at, uint32_t i)
{
	s->heap[at] = i;
	s->transfers[i].at = at;
}

static void settle(struct tftp_server *s, uint32_t at)
{
	uint32_t i = s->heap[at];
	uint64_t ns = s->transfers[i].deadline_ns;

	for (; at && key(s, (at - 1) / 2) > ns; at = (at - 1) / 2)
		put(s, at, s->heap[(at - 1) / 2]);
	for (;;) {
		uint32_t down = 2 * at + 1;

		if (down + 1 < s->heaped && key(s, down + 1) < key(s, down))
			down++;
		if (down >= s->heaped || key(s, down) >= ns)
			break;
		put(s, at, s->heap[down]);
		at = down;
	}
	put(s, at, i);
}

void tftp_due(struct tftp_server *s, struct tftp_transfer *t, uint64_t ns)
{
	t->deadline_ns = ns;
	settle(s, t->at);
}

/* ---- begin and end ---- */

void tftp_news(struct tftp_server *s, const struct tftp_transfer *t, enum tftp_event event,
	       const char *why)
{
	struct tftp_news n = { .event = event,
			       .peer = &t->peer,
			       .path = t->path,
			       .why = why,
			       .writes = t->writes,
			       .blksize = t->blksize,
			       .windowsize = t->window,
			       .bytes = t->bytes,
			       .size = t->size,
			       .resent = t->resent,
			       .begun_ns = t->begun_ns,
			       .turned_away = s->turned_away };

	if (s->out.news && event < TFTP_EVENTS)
		s->out.news(s->out.ctx, &n);
}

void tftp_end(struct tftp_server *s, struct tftp_transfer *t, enum tftp_event event,
	      const char *why, bool whole)
{
	uint32_t i = index_of(s, t), *at = head_of(s, &t->peer), hole = t->at;

	tftp_news(s, t, event, why);
	if (t->handle >= 0)
		s->store.close(s->store.ctx, t->handle, whole);
	while (*at != i)
		at = &s->transfers[*at].next;
	*at = t->next;
	s->heaped--;
	if (hole != s->heaped) {
		put(s, hole, s->heap[s->heaped]);
		settle(s, hole);
	}
	t->state = TFTP_FREE;
	t->next = s->free;
	s->free = i;
}

/* One more that got no answer. Is it time to tell? Nothing else bounds how many there are. */
static bool turned_away(struct tftp_server *s, uint64_t now_ns)
{
	if (++s->turned_away > 1 && now_ns - s->turned_ns < second)
		return false;
	s->turned_ns = now_ns;
	return true;
}

/* Who was never heard gives way first: forged requests must not lock others out. */
static void make_room(struct tftp_server *s, uint64_t now_ns)
{
	struct tftp_transfer *oldest = NULL;

	for (uint32_t i = 1; i <= s->used; i++) {
		struct tftp_transfer *t = &s->transfers[i];

		if (!t->heard && (!oldest || t->begun_ns < oldest->begun_ns))
			oldest = t;
	}
	if (!oldest)
		return;
	tftp_end(s, oldest, turned_away(s, now_ns) ? TFTP_SILENT : TFTP_EVENTS,
		 "room was needed: many ask and then say nothing", false);
}

static uint32_t of_client(const struct tftp_server *s, const struct tftp_peer *p)
{
	uint32_t n = 0;

	for (uint32_t at = 0; at < s->heaped; at++)
		n += address_equal(s->transfers[s->heap[at]].peer.ip, p->ip);
	return n;
}

static struct tftp_transfer *begin(struct tftp_server *s, const struct tftp_peer *p,
				   uint64_t now_ns)
{
	struct tftp_transfer *t;
	uint32_t i, *head = head_of(s, p);

	if (!s->free && s->used == s->n)
		make_room(s, now_ns);
	if (!s->free && s->used == s->n)
		return NULL;
	i = s->free ? s->free : ++s->used;
	t = &s->transfers[i];
	s->free = t->next;
	memset(t, 0, sizeof(*t));
	t->peer = *p;
	t->handle = -1;
	t->next = *head;
	*head = i;
	t->deadline_ns = UINT64_MAX;
	put(s, s->heaped++, i);
	return t;
}

void tftp_error(struct tftp_server *s, const struct tftp_peer *to, uint16_t code, const char *words)
{
	struct tftp m = { .op = TFTP_ERROR, .error_code = code, .message = bytes_str(words) };
	struct writer w = writer_init(s->buffer, sizeof(s->buffer));

	tftp_encode(&m, &w);
	if (!s->limits.dry)
		s->out.send(s->out.ctx, to, writer_done(&w), w.pos);
}

static void tell_refused(struct tftp_server *s, const struct tftp_peer *to, const struct tftp *m,
			 const char *words)
{
	char name[256];
	uint32_t n = m->file.n < sizeof(name) - 1 ? m->file.n : (uint32_t)sizeof(name) - 1;
	struct tftp_news news = { .event = TFTP_REFUSED,
				  .peer = to,
				  .path = name,
				  .why = words,
				  .writes = m->op == TFTP_WRQ,
				  .turned_away = s->turned_away };

	if (n)
		memcpy(name, m->file.p, n);
	name[n] = 0;
	if (s->out.news)
		s->out.news(s->out.ctx, &news);
}

static void refuse(struct tftp_server *s, const struct tftp_peer *to, const struct tftp *m,
		   uint16_t code, const char *words)
{
	tftp_error(s, to, code, words);
	tell_refused(s, to, m, words);
}

/* ---- requests ---- */

static bool word_is(struct bytes v, const char *word)
{
	uint32_t n = (uint32_t)strlen(word);

	if (v.n != n)
		return false;
	for (uint32_t i = 0; i < n; i++)
		if ((v.p[i] | 0x20) != (uint8_t)word[i])
			return false;
	return true;
}

static void take_option(struct tftp_transfer *t, enum tftp_option_id id, uint64_t v)
{
	struct text x = text_init(t->value[id], sizeof(t->value[id]));

	text_u64(&x, v);
	t->echo[t->n_echo++] =
		(struct tftp_option) { bytes_str(tftp_options[id].key), bytes_str(t->value[id]) };
}

/* What fits into one packet all the way: IP, UDP and TFTP have headers (RFC 2348). */
static uint32_t blksize_most(const struct tftp_server *s, const struct tftp_peer *p)
{
	uint32_t mtu = s->out.mtu ? s->out.mtu(s->out.ctx, p) : 0, most;

	most = (mtu ? mtu : ETHERNET) - (address_is_ip4(p->ip) ? 32 : 52);
	if ((mtu && mtu < TFTP_DEFAULT_BLKSIZE + 52) || most < TFTP_DEFAULT_BLKSIZE)
		most = TFTP_DEFAULT_BLKSIZE;
	return most < s->limits.blksize_max ? most : s->limits.blksize_max;
}

/* What was asked for and can be had, in the order of the request (RFC 2347: never anything else).
 */
static void options(const struct tftp_server *s, struct tftp_transfer *t, const struct tftp *m)
{
	uint32_t done = 0, most;

	for (uint32_t i = 0; i < m->n_options && !s->limits.no_options; i++) {
		for (uint32_t id = 0; id < TFTP_KNOWN; id++) {
			const struct tftp_option_row *row = &tftp_options[id];
			uint64_t v = m->value[id];

			if (!(m->has >> id & 1) || done >> id & 1 ||
			    !word_is(m->option[i].key, row->key))
				continue;
			done |= 1u << id;
			if (v < row->lo || v > row->hi)
				continue;
			switch ((enum tftp_option_id)id) {
			case TFTP_BLKSIZE:
				most = blksize_most(s, &t->peer);
				t->blksize = (uint16_t)(v < most ? v : most);
				take_option(t, TFTP_BLKSIZE, t->blksize);
				break;
			case TFTP_WINDOWSIZE:
				if (s->limits.window_max < 2)
					break;
				t->window =
					(uint16_t)(v < s->limits.window_max ? v
									    : s->limits.window_max);
				take_option(t, TFTP_WINDOWSIZE, t->window);
				break;
			case TFTP_TIMEOUT:
				t->fixed_timeout = true;
				t->rto_ns = v * UINT64_C(1000000000);
				take_option(t, TFTP_TIMEOUT, v);
				break;
			case TFTP_TSIZE:
				/* of text it is not known before it is converted */
				if (!t->netascii)
					take_option(t, TFTP_TSIZE, t->writes ? v : t->size);
				break;
			case TFTP_MULTICAST:
			case TFTP_KNOWN:
				break;
			}
		}
	}
}

static void refuse_store(struct tftp_server *s, const struct tftp_peer *from, const struct tftp *m,
			 int r)
{
	switch (r) {
	case STORE_MISSING:
		refuse(s, from, m, NOT_FOUND, "File not found");
		break;
	case STORE_READ_ONLY:
		refuse(s, from, m, ACCESS, "Files are not written here");
		break;
	case STORE_EXISTS:
		refuse(s, from, m, 6, "File already exists");
		break;
	case STORE_FULL:
		refuse(s, from, m, 3, "Disk full");
		break;
	case STORE_FOLDER:
		refuse(s, from, m, ACCESS, "That is a folder");
		break;
	case STORE_OUTSIDE:
		refuse(s, from, m, ACCESS, "That leads out of the folder that is served");
		break;
	case STORE_BUSY:
		refuse(s, from, m, 0, "Too many files are open");
		break;
	default:
		refuse(s, from, m, ACCESS, "The server may not read it");
		break;
	}
}

/* A request that comes again while its answer is on the way; another from the same port takes the
 * place of the transfer (a Pi 4 asks for the next file from the same one). */
static bool came_again(struct tftp_server *s, struct tftp_transfer *t, const struct tftp *m,
		       const char *path, uint64_t now_ns)
{
	const char *end = t->path + strlen(t->path), *name = path + strlen(path);

	while (name > path && end > t->path && end[-1] == name[-1])
		end--, name--;
	if (!t->heard && name == path && t->writes == (m->op == TFTP_WRQ)) {
		/* not as often as a forger likes: the address that gets it may not have asked */
		if (now_ns - t->sent_ns >= TFTP_AGAIN_NS)
			tftp_transfer_again(s, t, now_ns);
		return true;
	}
	tftp_end(s, t, TFTP_ABORTED, "the client began anew from the same port", false);
	return false;
}

static void request(struct tftp_server *s, const struct tftp_peer *from, const struct tftp *m,
		    uint64_t now_ns)
{
	struct tftp_transfer *t = find(s, from);
	bool text = word_is(m->mode, "netascii"), many;
	char path[BOOT_PATH_MAX];
	int r;

	if (!boot_path_clean(m->file, path)) {
		refuse(s, from, m, ACCESS, "That name cannot be served");
		return;
	}
	if (!text && !word_is(m->mode, "octet")) {
		refuse(s, from, m, ILLEGAL, "Modes octet and netascii are served");
		return;
	}
	if (t && came_again(s, t, m, path, now_ns))
		return;
	if (s->stopped)
		return;
	/* in silence: who needs it asks again when the others are done */
	many = of_client(s, from) >= s->limits.per_client;
	t = many ? NULL : begin(s, from, now_ns);
	if (!t) {
		if (turned_away(s, now_ns))
			tell_refused(s, from, m,
				     many ? "one client asks for too much at once"
					  : "too many transfers at once");
		return;
	}
	t->writes = m->op == TFTP_WRQ;
	t->netascii = text;
	t->blksize = TFTP_DEFAULT_BLKSIZE;
	t->window = 1;
	r = t->writes ? tftp_open_new(s, t, path) : tftp_open_asked(s, t, path);
	if (r) {
		t->handle = -1;
		tftp_end(s, t, TFTP_EVENTS, NULL, false);
		refuse_store(s, from, m, r);
		return;
	}
	options(s, t, m);
	t->begun_ns = now_ns;
	tftp_news(s, t, TFTP_BEGUN, NULL);
	if (s->limits.dry)
		tftp_end(s, t, TFTP_EVENTS, NULL, false);
	else
		tftp_transfer_begin(s, t, now_ns);
}

void tftp_server_request(struct tftp_server *s, const struct tftp_peer *from, struct bytes datagram,
			 uint64_t now_ns)
{
	struct reader r = reader_init(datagram.p, datagram.n, datagram.n);
	struct tftp m;

	if (tftp_decode(&r, &m) || (m.op != TFTP_RRQ && m.op != TFTP_WRQ))
		return; /* never an answer to what is no request: it would be somebody else's echo
			 */
	request(s, from, &m, now_ns);
}

void tftp_server_packet(struct tftp_server *s, const struct tftp_peer *from, struct bytes datagram,
			uint64_t now_ns)
{
	struct tftp_transfer *t = find(s, from);
	struct reader r = reader_init(datagram.p, datagram.n, datagram.n);
	struct tftp m;

	if (tftp_decode(&r, &m))
		return;
	if (m.op == TFTP_RRQ || m.op == TFTP_WRQ) {
		/* where transfers are it is not told which address of ours was asked */
		struct tftp_peer asked = t && address_none(from->local) ? t->peer : *from;

		request(s, &asked, &m, now_ns);
	} else if (t) {
		tftp_transfer_packet(s, t, &m, now_ns);
	}
}

void tftp_server_unreachable(struct tftp_server *s, const struct tftp_peer *peer)
{
	struct tftp_transfer *t = find(s, peer);

	if (t)
		tftp_end(s, t, TFTP_ABORTED, "the client's port is closed", false);
}

/* Many datagrams of a window are turned away at one place: the first to say so is enough. Strangers
 * can say it too, so that it counts a few times only. */
void tftp_server_too_long(struct tftp_server *s, const struct tftp_peer *peer, uint32_t mtu,
			  uint64_t now_ns)
{
	struct tftp_transfer *t = find(s, peer);

	if (!t || t->state != TFTP_SENDS || t->narrowed == NARROWED_MAX ||
	    (t->narrowed && mtu >= t->mtu))
		return;
	t->narrowed++;
	t->mtu = mtu;
	tftp_transfer_again(s, t, now_ns);
}

void tftp_server_tick(struct tftp_server *s, uint64_t now_ns)
{
	/* what is sent again is due later, so this ends */
	while (s->heaped && key(s, 0) <= now_ns)
		tftp_transfer_due(s, &s->transfers[s->heap[0]], now_ns);
}

uint64_t tftp_server_next(const struct tftp_server *s)
{
	return s->heaped ? key(s, 0) : UINT64_MAX;
}

void tftp_server_stop(struct tftp_server *s)
{
	s->stopped = true;
}

uint32_t tftp_server_transfers(const struct tftp_server *s)
{
	return s->heaped;
}
