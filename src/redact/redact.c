/* SPDX-License-Identifier: BSD-2-Clause */
#include "redact.h"

#include <string.h>

#include "flow.h"
#include "hash.h"
#include "kept.h"
#include "redact_parts.h"

static size_t aligned(size_t n)
{
	return (n + 63) & ~(size_t)63;
}

size_t redact_size(const struct wire_limits *limits)
{
	return aligned(sizeof(struct redact)) + wire_size(limits);
}

struct bytes redact_held(const struct redact *r, uint32_t at, uint32_t n)
{
	if (at >= r->n)
		return bytes_of(r->in, 0);
	return bytes_of(r->in + at, n < r->n - at ? n : r->n - at);
}

uint8_t redact_u8(const struct redact *r, uint32_t at)
{
	return at < r->n ? r->in[at] : 0;
}

uint16_t redact_be16(const struct redact *r, uint32_t at)
{
	return (uint16_t)((uint32_t)redact_u8(r, at) << 8 | redact_u8(r, at + 1));
}

uint32_t redact_at(const struct redact *r, const void *v)
{
	uintptr_t p = (uintptr_t)v, in = (uintptr_t)r->in;

	return p >= in && p < in + r->n ? (uint32_t)(p - in) : UINT32_MAX;
}

void redact_pass(struct redact *r, uint32_t at, uint32_t n)
{
	struct bytes v = redact_held(r, at, n);

	if (!r->learning && v.n)
		memcpy(r->out + at, v.p, v.n);
}

void redact_mac(struct redact *r, uint32_t at)
{
	struct bytes v = redact_held(r, at, 6);
	struct mac m = { { 0 } };

	memcpy(m.b, v.p, v.n);
	if (r->learning && v.n == 6)
		phrase_saw_mac(&r->phrases, m);
	m = pseudonym_mac(&r->phrases.pseudonym, m,
			  phrase_is_tail(&r->phrases, (uint32_t)(mac_number(m) & 0xffffff)));
	/* of one that is cut in its tail nothing is known: what is left of that is zeros */
	if (!r->learning)
		memcpy(r->out + at, m.b, v.n == 6 ? 6 : v.n < 3 ? v.n : 3);
}

void redact_mac_tail(struct redact *r, uint32_t at)
{
	struct bytes v = redact_held(r, at, 4);
	struct mac m = { { 0 } };

	if (v.n < 4 || r->learning)
		return;
	memcpy(m.b + 2, v.p, 4);
	m = pseudonym_mac(&r->phrases.pseudonym, m, true);
	memcpy(r->out + at, m.b + 2, 4);
}

static void put_be32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* Few addresses are in many packets: each is worked out once, or now and then. */
static uint32_t ip4_cached(struct redact *r, uint32_t v)
{
	struct pair *c = &r->ip4[hash_mix(v) % REDACT_CACHE];

	if (!c->used || c->from != v) {
		c->used = true;
		c->from = v;
		c->to = pseudonym_ip4(&r->phrases.pseudonym, v, 32);
	}
	return c->to;
}

void redact_ip4_prefix(struct redact *r, uint32_t at, uint32_t width)
{
	struct bytes v = redact_held(r, at, (width + 7) / 8);
	uint8_t b[4] = { 0 };
	uint32_t address = 0;

	if (width > 32 || !v.n)
		return;
	memcpy(b, v.p, v.n);
	for (int i = 0; i < 4; i++)
		address = address << 8 | b[i];
	if (r->learning) {
		if (width && width < 32 && v.n * 8 >= width)
			pseudonym_net(&r->phrases.pseudonym, address, UINT32_MAX << (32 - width));
		return;
	}
	if (v.n * 8 < width)
		width = v.n * 8;
	put_be32(b, width == 32 ? ip4_cached(r, address)
				: pseudonym_ip4(&r->phrases.pseudonym, address, width));
	memcpy(r->out + at, b, v.n);
}

void redact_ip4(struct redact *r, uint32_t at)
{
	redact_ip4_prefix(r, at, 32);
}

void redact_ip6(struct redact *r, uint32_t at)
{
	struct bytes v = redact_held(r, at, 16);
	uint8_t b[16] = { 0 }, to[16];

	if (r->learning || !v.n)
		return;
	memcpy(b, v.p, v.n);
	pseudonym_ip6(
		&r->phrases.pseudonym, b, to,
		phrase_is_tail(&r->phrases, (uint32_t)b[13] << 16 | (uint32_t)b[14] << 8 | b[15]));
	memcpy(r->out + at, to, v.n);
}

void redact_serial(struct redact *r, uint32_t at)
{
	struct bytes v = redact_held(r, at, 4);
	uint32_t serial = 0;

	if (v.n < 4)
		return;
	for (int i = 4; i-- > 0;)
		serial = serial << 8 | v.p[i];
	if (r->learning) {
		phrase_saw_serial(&r->phrases, serial);
		return;
	}
	serial = pseudonym_serial(&r->phrases.pseudonym, serial);
	for (int i = 0; i < 4; i++)
		r->out[at + (uint32_t)i] = (uint8_t)(serial >> 8 * i);
}

void redact_opaque(struct redact *r, uint32_t at, uint32_t n)
{
	struct bytes v = redact_held(r, at, n);

	if (!r->learning && v.n)
		pseudonym_bytes(&r->phrases.pseudonym, v, r->out + at);
}

void redact_phrase(struct redact *r, enum phrase_kind kind, uint32_t at, uint32_t n)
{
	struct bytes v = redact_held(r, at, n);

	if (!v.n)
		return;
	if (r->learning)
		phrase_learn(&r->phrases, kind, v);
	else
		phrase_map(&r->phrases, kind, v, r->out + at);
}

/* Wherever a message was put together, its names are learned; replaced they are where they stand.
 */
static void phrase_of(struct redact *r, enum phrase_kind kind, struct bytes v)
{
	uint32_t at = v.n ? redact_at(r, v.p) : UINT32_MAX;

	if (r->learning && v.n)
		phrase_learn(&r->phrases, kind, v);
	else if (at != UINT32_MAX)
		redact_phrase(r, kind, at, v.n);
}

/* A text that is as long as a block or a segment may go on in another. */
static void edges(struct redact *r, uint32_t at, uint32_t n, bool head)
{
	enum { BLOCK_MIN = 512 };
	struct bytes v = redact_held(r, at, n);

	if (!r->learning && (n >= BLOCK_MIN || head) && v.n == n)
		phrase_map_edges(&r->phrases, head, v, r->out + at);
}

/* What the decoder of RPC reads, and what it puts aside to read it later. */
static void rpc_bytes(void *ctx, const uint8_t *p, uint32_t n)
{
	phrase_of(ctx, PHRASE_TEXT, bytes_of(p, n));
}

static void clear(struct redact *r, struct bytes v)
{
	uint32_t at = v.n ? redact_at(r, v.p) : UINT32_MAX;

	if (at != UINT32_MAX && !r->learning)
		memset(r->out + at, 0, redact_held(r, at, v.n).n);
}

static void rpc(struct redact *r, const struct rpc *m)
{
	phrase_of(r, PHRASE_NAME, m->machine);
	phrase_of(r, PHRASE_NAME, m->host);
	for (uint32_t i = 0; i < m->n_exports; i++)
		phrase_of(r, PHRASE_NAME, m->exports[i].group);
	clear(r, m->data);
}

enum { FLOW_TEXT = 1 };

/* Of a loader for UEFI which machine it is for (PE/COFF: "MZ", where its header is, machine). */
static void program_head(struct redact *r, struct bytes v)
{
	enum { HEADER_AT = 0x3c, SIGNATURE = 4, MACHINE = 2 };
	uint32_t at = v.n ? redact_at(r, v.p) : UINT32_MAX, header;

	if (at == UINT32_MAX || v.n < HEADER_AT + 4 || v.p[0] != 'M' || v.p[1] != 'Z')
		return;
	header = v.p[HEADER_AT] | (uint32_t)v.p[HEADER_AT + 1] << 8;
	redact_pass(r, at, 2);
	redact_pass(r, at + HEADER_AT, 4);
	if (header < v.n)
		redact_pass(r, at + header, SIGNATURE + MACHINE);
}

/* Of what is no text no more than what tells that it was taken for one: the line ends at its begin.
 */
static void program(struct redact *r, const struct tftp_block *b)
{
	enum { BLOCKS = 16 };
	uint32_t at = b->data.n ? redact_at(r, b->data.p) : UINT32_MAX;

	if (b->number == 1)
		program_head(r, b->data);
	for (uint32_t i = 0; at != UINT32_MAX && b->number <= BLOCKS && i < b->data.n; i++)
		if (b->data.p[i] == '\n' || b->data.p[i] == '\r')
			redact_pass(r, at + i, 1);
}

/* Blocks of a burst have their headers before them, as long as these are what they have to be:
 * then nothing of a file is in them. */
static void tftp_data(struct redact *r, const struct packet *p, uint32_t at)
{
	enum { HEADER = 4 };
	const struct tftp *m = &p->u.tftp;
	uint32_t n = tftp_blocks(m);

	for (uint32_t i = 0; i < n; i++, at += m->blksize + HEADER) {
		struct tftp_block b = tftp_block(m, i);

		if (i &&
		    (redact_held(r, at, HEADER).n < HEADER || redact_be16(r, at) != TFTP_DATA ||
		     !tftp_follows(b.number, tftp_block(m, i - 1).number)))
			return;
		redact_pass(r, at, HEADER);
		if (p->flow && p->flow->user == FLOW_TEXT) {
			phrase_of(r, PHRASE_TEXT, b.data);
			edges(r, redact_at(r, b.data.p), b.data.n, b.number > 1);
		} else {
			program(r, &b);
		}
	}
}

static void tftp(struct redact *r, const struct packet *p, uint32_t at)
{
	const struct tftp *m = &p->u.tftp;
	enum kept_kind kind;

	switch (m->op) {
	case TFTP_RRQ:
	case TFTP_WRQ:
		if (p->flow)
			p->flow->user = kept_wanted(m->file, &kind) ? FLOW_TEXT : 0;
		redact_pass(r, at, 2);
		phrase_of(r, PHRASE_TEXT, m->file);
		redact_pass(r, redact_at(r, m->mode.p), m->mode.n);
		break;
	case TFTP_DATA:
		tftp_data(r, p, at);
		break;
	case TFTP_ERROR:
		redact_pass(r, at, 4);
		phrase_of(r, PHRASE_TEXT, m->message);
		break;
	case TFTP_OACK:
		redact_pass(r, at, 2);
		break;
	default:
		redact_pass(r, at, 4);
		break;
	}
	for (uint32_t i = 0; i < m->n_options; i++) {
		redact_pass(r, redact_at(r, m->option[i].key.p), m->option[i].key.n);
		/* RFC 2090 has an address in it; of the others all are numbers */
		if (bytes_is(m->option[i].key, "multicast"))
			phrase_of(r, PHRASE_TEXT, m->option[i].value);
		else
			redact_pass(r, redact_at(r, m->option[i].value.p), m->option[i].value.n);
	}
}

/* Headers that booting looks at; of others, cookies and passwords among them, the name is enough.
 */
static bool header_known(struct bytes line)
{
	static const char *const names[] = { "host:",     "user-agent:",   "range:",
					     "location:", "content-type:", "content-length:",
					     "server:" };

	for (uint32_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		uint32_t i = 0;

		while (i < line.n && names[k][i] && (line.p[i] | 0x20) == (names[k][i] | 0x20))
			i++;
		if (!names[k][i])
			return true;
	}
	return false;
}

static void header(struct redact *r, struct bytes line)
{
	const uint8_t *colon = memchr(line.p, ':', line.n);
	uint32_t at = redact_at(r, line.p), n = colon ? (uint32_t)(colon - line.p) + 1 : 0;

	redact_pass(r, at, n);
	for (; n < line.n && at != UINT32_MAX; n++) {
		if (line.p[n] <= ' ')
			redact_pass(r, at + n, 1);
		else if (!r->learning)
			r->out[at + n] = 'x';
	}
}

/* Line by line to the empty one (RFC 9112 2.1); the body is not looked at. */
static void http(struct redact *r, uint32_t at, uint32_t end)
{
	struct bytes all = redact_held(r, at, end - at);
	bool first = true;

	while (all.n && all.p[0] != '\r' && all.p[0] != '\n') {
		const uint8_t *nl = memchr(all.p, '\n', all.n);
		uint32_t n = nl ? (uint32_t)(nl - all.p) + 1 : all.n;

		if (first || header_known(bytes_of(all.p, n)))
			phrase_of(r, PHRASE_TEXT, bytes_of(all.p, n));
		else
			header(r, bytes_of(all.p, n));
		first = false;
		all = bytes_of(all.p + n, all.n - n);
	}
	redact_pass(r, redact_at(r, all.p), all.n < 2 ? all.n : 2);
}

/* Subnets are known by an address and the mask that comes with it. */
static void learn_net(struct redact *r, struct dhcp *m)
{
	uint32_t mask = dhcp_option_ip4(m, DHCP_OPT_MASK);

	if (r->learning && mask && m->yiaddr)
		pseudonym_net(&r->phrases.pseudonym, m->yiaddr, mask);
}

static void payload(void *ctx, struct packet *p, const struct call *call)
{
	struct redact *r = ctx;
	uint32_t at = p->payload.pos, end = p->payload.len;

	(void)call;
	if (p->payload.buf != r->in && p->record != RECORD_RPC)
		return;
	if (p->ip.version && p->ip.proto == IP_PROTO_TCP && p->payload.buf == r->in) {
		r->segment = at;
		r->segment_n = end > at ? end - at : 0;
	}
	switch (p->record) {
	case RECORD_DHCP:
		learn_net(r, &p->u.dhcp);
		redact_dhcp(r, at, end);
		break;
	case RECORD_DHCP6:
		redact_dhcp6(r, at, end);
		break;
	case RECORD_TFTP:
		tftp(r, p, at);
		break;
	case RECORD_RPC:
		rpc(r, &p->u.rpc);
		break;
	case RECORD_HTTP:
		http(r, at, end);
		if (p->u.http.host.n)
			phrase_of(r, PHRASE_NAME, p->u.http.host);
		break;
	case RECORD_DNS:
		redact_dns(r, at, end);
		break;
	case RECORD_NETCONSOLE:
		redact_phrase(r, PHRASE_TEXT, at, end - at);
		break;
	case RECORD_NONE:
	case RECORD_ARP:
	case RECORD_ICMP:
	case RECORD_STP:
	case RECORD_LLDP:
	case RECORD_TCP:
	case RECORDS:
		break; /* by the layers */
	}
}

/* What is in a fragment is only known from the first one: that is read as if it were all there was,
 * and cut. False: a later one. */
static bool whole_for_once(struct redact *r, const struct frame *f, uint32_t *flags, uint8_t *was)
{
	struct packet p;

	packet_layers(f, &p);
	if (!p.ip.version || !p.ip.fragment || p.err)
		return true;
	if (p.ip.fragment_offset)
		return false;
	for (uint32_t n = 20; p.ip.version == 4 && n <= 60 && n <= p.transport; n += 4) {
		if (r->in[p.transport - n] != (0x40 | n / 4))
			continue;
		*flags = p.transport - n + 6;
		*was = r->in[*flags];
		r->in[*flags] &= 0xdf;
		return true;
	}
	if (p.ip.version == 6 && p.transport >= 8) {
		*flags = p.transport - 5;
		*was = r->in[*flags];
		r->in[*flags] &= 0xfe;
	}
	return true;
}

static void frame(struct redact *r, const struct frame *f)
{
	struct frame own = *f;
	uint32_t flags = UINT32_MAX;
	uint8_t was = 0;

	r->n = f->cap_len < REDACT_FRAME_MAX ? f->cap_len : REDACT_FRAME_MAX;
	r->frame = f;
	r->segment = r->segment_n = 0;
	if (r->n)
		memcpy(r->in, f->data, r->n);
	if (!r->learning)
		memset(r->out, 0, r->n);
	own.data = r->in;
	own.cap_len = r->n;
	if (whole_for_once(r, &own, &flags, &was))
		wire_frame(r->wire, &own, payload, r);
	edges(r, r->segment, r->segment_n, false);
	if (flags != UINT32_MAX)
		r->in[flags] = was;
	redact_layers(r);
}

static void begin(struct redact *r)
{
	void *mem = (uint8_t *)r + aligned(sizeof(*r));

	memset(mem, 0, wire_size(&r->limits));
	r->wire = wire_init(mem, &r->limits);
	wire_watch(r->wire, rpc_bytes, r);
}

struct redact *redact_init(void *mem, const struct wire_limits *limits, uint64_t key)
{
	struct redact *r = mem;

	if (!mem)
		return NULL;
	r->limits = *limits;
	r->limits.seed = key;
	r->learning = true;
	pseudonym_init(&r->phrases.pseudonym, key);
	begin(r);
	return r;
}

void redact_learn(struct redact *r, const struct frame *f)
{
	frame(r, f);
}

void redact_begin(struct redact *r)
{
	begin(r);
	r->learning = false;
	if (!r->settled)
		names_settle(&r->phrases.names, &r->phrases.pseudonym);
	r->settled = true;
}

void redact_frame(struct redact *r, const struct frame *f, struct frame *out)
{
	frame(r, f);
	*out = *f;
	out->data = r->out;
	out->cap_len = r->n;
}

void redact_text(const struct redact *r, struct bytes v, uint8_t *to)
{
	phrase_map(&r->phrases, PHRASE_TEXT, v, to);
}
