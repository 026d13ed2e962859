/* SPDX-License-Identifier: BSD-2-Clause */
#include "transfer.h"

#include <string.h>

#include "flow.h"
#include "kept.h"
#include "loader.h"
#include "model.h"

static const uint64_t second = UINT64_C(1000000000);
static const uint64_t at_once = UINT64_C(1000000); /* nobody's timer is as short: a copy */

enum { FEED_BLOCKS = 16 }; /* looked into for line feeds */

static const char *const outcomes[] = { "in-progress", "complete", "not-found", "refused",
					"probe",       "stalled",  "cut-off" };

const char *transfer_outcome_key(enum transfer_outcome o)
{
	return (unsigned)o <= TRANSFER_CUT_OFF ? outcomes[o] : outcomes[0];
}

void transfer_forget(struct scope *s, struct boot *b)
{
	for (struct transfer *t = b->transfers; t; t = t->next) {
		struct live *l = &s->live[t->live % CAP_LIVE];

		if (l->transfer == t)
			l->transfer = NULL;
	}
}

static struct live *live_of(struct scope *s, uint32_t serial)
{
	struct live *l = &s->live[serial % CAP_LIVE];

	return serial && l->serial == serial && l->transfer ? l : NULL;
}

/* First words of why a stage is reached: the part that this file plays. */
static void reach_by_role(struct boot *b, const struct transfer *t, enum family f,
			  const struct packet *p)
{
	boot_reach(b, STAGE_TFTP_FIRST_FILE, p);
	switch ((enum file_role)t->role) {
	case FILE_KERNEL:
	case FILE_DTB:
	case FILE_OVERLAY:
	case FILE_CMDLINE:
	case FILE_INITRAMFS:
		boot_reach(b, STAGE_TFTP_KERNEL, p);
		break;
	case FILE_FIXUP:
		boot_reach(b, STAGE_TFTP_FIRMWARE, p);
		break;
	case FILE_START:
	case FILE_CONFIG:
	case FILE_PXE_CONFIG:
	case FILE_BOOTCODE:
	case FILE_OPTIONAL:
	case FILE_BOOT_IMG:
	case FILE_BOOT_SIG:
	case FILE_LOADER:
	case FILE_OTHER:
	case FILE_ROLES:
		break;
	}
	(void)f;
}

static enum agent last_agent(const struct boot *b)
{
	return b->last_exchange ? b->last_exchange->agent : AGENT_UNKNOWN;
}

static void learn_by_file(struct client *c, struct boot *b, const struct transfer *t)
{
	struct bytes n = { (const uint8_t *)t->file, t->file_len };
	bool first = b->n_transfers == 1;

	if (t->role == FILE_BOOTCODE && b->last_exchange && b->last_exchange->agent == AGENT_ROM) {
		client_learn_family(
			c, b->last_exchange->length == 320 ? FAMILY_PI3B : FAMILY_PI3B_PLUS,
			BY_FILES);
	} else if (bytes_hold(n, "start4.elf") || bytes_hold(n, "fixup4.dat")) {
		client_learn_family(c, FAMILY_PI4, BY_FILES);
	} else if (first && t->role == FILE_CONFIG && last_agent(b) == AGENT_BOOTLOADER) {
		client_learn_family(c, FAMILY_PI5, BY_FILES);
	} else if (bytes_hold(n, "bcm2712")) {
		client_learn_family(c, FAMILY_PI5, BY_FILES);
	} else if (bytes_hold(n, "bcm2711-rpi")) {
		client_learn_family(c, FAMILY_PI4, BY_FILES);
	} else if (bytes_hold(n, "rpi-3-b-plus")) {
		client_learn_family(c, FAMILY_PI3B_PLUS, BY_FILES);
	} else if (bytes_hold(n, "rpi-3-b.dtb")) {
		client_learn_family(c, FAMILY_PI3B, BY_FILES);
	} else if (bytes_hold(n, "rpi-2-b")) {
		client_learn_family(c, FAMILY_PI2, BY_FILES);
	} else if (bytes_hold(n, "bcm2708-rpi-b")) {
		client_learn_family(c, FAMILY_PI1, BY_FILES);
	} else if (first && t->role == FILE_START && last_agent(b) == AGENT_ROM) {
		/* no bootcode.bin before it: that was bootcode.bin from an SD card (facts 0) */
		b->last_exchange->agent = AGENT_BOOTCODE;
		if (c->known_by < BY_FILES) {
			c->family = FAMILY_PI;
			c->known_by = BY_FILES;
		}
	}
}

/* config.txt gives files other names. */
static enum file_role role_of(const struct client *c, const struct boot *b, struct bytes file)
{
	struct config_for board = { c->family, c->revision, c->has_serial, c->serial };
	struct config g;

	return c->pi && kept_config(b, &board, &g) ? config_role(&g, file) : file_role(file);
}

static struct transfer *transfer_add(struct scope *s, struct slot *c, struct boot *b,
				     struct bytes file, const struct packet *p)
{
	struct transfer *t;
	struct live *l;
	enum kept_kind kind;

	if (b->n_transfers >= CAP_TRANSFERS || !(t = boot_get(b, sizeof *t))) {
		b->transfers_lost++;
		return NULL;
	}
	t->file = boot_text(b, file, CAP_PATH);
	t->file_len = (uint16_t)strlen(t->file);
	if (b->last_transfer)
		b->last_transfer->next = t;
	else
		b->transfers = t;
	for (struct transfer *o = b->transfers; o != t && o; o = o->next)
		if (o->file_len == t->file_len && memcmp(o->file, t->file, t->file_len) == 0)
			o->fetched_later = true;
	b->last_transfer = t;
	b->n_transfers++;
	t->role = (uint8_t)role_of(&c->c, b, file);
	t->agent = (uint8_t)last_agent(b);
	t->first_frame = t->last_frame = p->number;
	t->first_ns = t->last_ns = p->time_ns;
	t->server = p->ip.dst;
	t->server_mac = p->ether.dst;
	t->client_port = p->sport;
	t->blksize = 512;
	t->windowsize = 1;
	if (++s->serial == 0)
		s->serial = 1;
	l = &s->live[s->serial % CAP_LIVE];
	l->serial = t->live = s->serial;
	l->slot = (uint32_t)(c - s->slot);
	l->boot = b;
	l->transfer = t;
	if (t->role == FILE_CMDLINE)
		t->kept = kept_open(b, t, KEPT_CMDLINE);
	else if (kept_wanted(file, &kind))
		t->kept = kept_open(b, t, kind);
	return t;
}

static bool is_all(struct mac m, uint8_t v)
{
	for (int i = 0; i < 6; i++)
		if (m.b[i] != v)
			return false;
	return true;
}

static bool same_file(const struct transfer *t, struct bytes file)
{
	uint32_t n = file.n < CAP_PATH ? file.n : CAP_PATH;

	return t->file_len == n && (n == 0 || memcmp(t->file, file.p, n) == 0);
}

static void request(struct scope *s, struct packet *p)
{
	const struct tftp *m = &p->u.tftp;
	struct slot *c = slot_of_sender(s, p, true);
	struct live *l = p->flow ? live_of(s, p->flow->user) : NULL;
	struct transfer *t;
	struct server *v;
	struct boot *b;

	if (!c)
		return;
	b = slot_need_boot(s, c, p);
	slot_touch(s, c, p->time_ns);
	slot_address(s, c, p->ip.src, p);
	b->last_ns = p->time_ns;
	b->last_frame = p->number;
	if (l && l->boot == b && same_file(l->transfer, m->file) &&
	    l->transfer->outcome == TRANSFER_IN_PROGRESS && !l->transfer->acks &&
	    !l->transfer->acked_after_data && p->time_ns - l->transfer->first_ns < 120 * second) {
		t = l->transfer;
	} else {
		transfer_judge(b, p->time_ns, false);
		t = transfer_add(s, c, b, m->file, p);
		if (p->flow)
			p->flow->user = t ? t->live : 0;
		if (!t)
			return;
		t->write = m->op == TFTP_WRQ;
		learn_by_file(&c->c, b, t);
		reach_by_role(b, t, c->c.family, p);
	}
	if (t->rrqs && p->time_ns - t->last_client_ns < at_once)
		t->seen_twice = true;
	else
		t->rrqs++;
	t->last_frame = p->number;
	t->last_ns = t->last_client_ns = p->time_ns;
	t->asked_options = m->n_options > 0;
	t->has_tsize_ask = m->has & 1u << TFTP_TSIZE;
	t->has_blksize_ask = m->has & 1u << TFTP_BLKSIZE;
	if (t->has_blksize_ask)
		t->blksize_ask = (uint32_t)m->value[TFTP_BLKSIZE];
	t->netascii = m->mode.n && (m->mode.p[0] | 0x20) == 'n';
	if (p->ether.has_dst) {
		t->dst_placeholder_aa |= is_all(p->ether.dst, 0xaa);
		t->dst_placeholder_00 |= is_all(p->ether.dst, 0);
	}
	v = server_named(s, p->ip.dst, ROLE_TFTP, p);
	if (v)
		v->tftp_requests++;
}

static void first_answer(struct scope *s, struct transfer *t, const struct packet *p)
{
	struct server *v = server_played(s, p->ip.src, ROLE_TFTP, p);

	t->answered_by = p->ip.src;
	t->server_port = p->sport;
	t->answer_ns = p->time_ns;
	t->answer_frame = p->number;
	t->from_port_69 = p->sport == TFTP_PORT;
	if (v)
		v->tftp_answers++;
}

static bool asked_for(const struct transfer *t, const struct tftp *m)
{
	for (uint32_t i = 0; i < m->n_options; i++) {
		struct bytes k = m->option[i].key;
		bool tsize = k.n == 5 && (k.p[0] | 0x20) == 't' && (k.p[1] | 0x20) == 's';
		bool blk = k.n == 7 && (k.p[0] | 0x20) == 'b';

		if (!t->asked_options || (tsize && !t->has_tsize_ask) ||
		    (blk && !t->has_blksize_ask))
			return false;
	}
	return true;
}

/* Behind the one before without a pause. A request that came again has two of a server's processes
 * answer, each from a port of its own. */
static bool doubled(const struct transfer *t, const struct packet *p)
{
	return p->time_ns - t->last_server_ns < at_once && p->sport == t->last_server_port;
}

static void oack(struct transfer *t, const struct tftp *m, const struct packet *p)
{
	if (t->oacks++) {
		if (doubled(t, p))
			t->duplicates++;
		else
			t->repeated_data++;
	}
	t->oack = t->begun = true;
	if (!asked_for(t, m))
		t->oack_unrequested = true;
	if (m->has & 1u << TFTP_TSIZE) {
		t->has_size = true;
		t->size = m->value[TFTP_TSIZE];
	}
	if (m->has & 1u << TFTP_BLKSIZE && m->value[TFTP_BLKSIZE] >= 8 &&
	    m->value[TFTP_BLKSIZE] <= 65464)
		t->blksize = (uint32_t)m->value[TFTP_BLKSIZE];
	if (m->has & 1u << TFTP_WINDOWSIZE && m->value[TFTP_WINDOWSIZE] &&
	    m->value[TFTP_WINDOWSIZE] <= 65535)
		t->windowsize = (uint32_t)m->value[TFTP_WINDOWSIZE];
}

static void data_complete(struct boot *b, struct transfer *t, const struct packet *p)
{
	t->outcome = TRANSFER_COMPLETE;
	boot_progress(b, p);
}

/* The first blocks tell: compressed or not, a program has line feeds by chance only. One at the
 * block's begin has nothing before it. */
static void count_feeds(struct transfer *t, struct bytes v)
{
	const uint8_t *at = v.p;

	while (v.n > 1 && (at = memchr(at + 1, '\n', (size_t)(v.p + v.n - at - 1))) != NULL) {
		t->feeds++;
		t->crlfs += at[-1] == '\r';
	}
}

static void data(struct boot *b, struct transfer *t, const struct tftp_block *m,
		 const struct packet *p)
{
	uint32_t step = (uint16_t)(m->number - (uint16_t)t->blocks - (t->rolled_to_one ? 1u : 0u));
	bool last = m->len < t->blksize;

	/* 65535 is followed by 0, or by 1 with some servers (facts 3.1) */
	if (t->blocks && (t->blocks & 0xffff) == 0xffff && m->number == 1 && !t->rolled_to_one) {
		t->rolled_to_one = true;
		step = 1;
	}
	if (step == 0 || step > 0x8000) {
		if (t->blocks || t->begun) {
			if (doubled(t, p) && m->number == t->last_block)
				t->duplicates++;
			else
				t->repeated_data++;
		}
		t->last_block = m->number;
		return;
	}
	if (t->blocks == 0 && step > 1 && !t->begun)
		t->hole = true; /* joined in the middle */
	else if (step > 1 && (step > 64 + 2 * t->windowsize || t->windowsize == 1))
		t->hole = true; /* lock-step: the client had them, the capture has not */
	else if (step > 1)
		t->gaps += step - 1;
	if (!t->begun && m->number == 1)
		t->begun = true;
	t->blocks += step;
	if (t->blocks <= FEED_BLOCKS && transfer_is_program(t))
		count_feeds(t, m->data);
	t->last_block = m->number;
	t->bytes += m->len;
	b->tftp_bytes += m->len;
	t->last_data_frame = p->number;
	if (t->kept && (t->kept->next_block || m->number == 1))
		kept_block(b, t, t->blocks, m->data, m->len, last, p->number);
	if (t->role == FILE_START && t->blocks > 1 && b->stage < STAGE_TFTP_FIRMWARE)
		boot_reach(b, STAGE_TFTP_FIRMWARE, p);
	boot_progress(b, p);
	if (last)
		data_complete(b, t, p);
}

static void error(struct scope *s, struct boot *b, struct transfer *t, const struct tftp *m,
		  const struct packet *p, bool from_client)
{
	struct server *v;

	/* a board asks for its next file from the same port: the capture has lost that request */
	if (!from_client && t->outcome == TRANSFER_COMPLETE)
		return;
	if (t->has_error) {
		if (from_client != t->error_by_client)
			t->error_to_error = true;
		return;
	}
	t->has_error = true;
	t->error_by_client = from_client;
	t->error_code = m->error_code;
	t->error_frame = p->number;
	t->error = boot_text(b, m->message, 96);
	if (from_client) {
		if (t->outcome != TRANSFER_COMPLETE)
			t->outcome = t->blocks <= 1 ? TRANSFER_PROBE : TRANSFER_REFUSED;
		return;
	}
	v = server_find(s, p->ip.src);
	if (v)
		v->tftp_errors++;
	t->error_after_oack = t->oack;
	t->outcome = m->error_code == 1 ? TRANSFER_NOT_FOUND : TRANSFER_REFUSED;
}

void transfer_packet(struct scope *s, struct packet *p)
{
	const struct tftp *m = &p->u.tftp;
	struct live *l;
	struct transfer *t;
	struct slot *c;
	bool from_client;

	if (m->op == TFTP_RRQ || m->op == TFTP_WRQ) {
		if (p->dport == TFTP_PORT || p->flow)
			request(s, p);
		return;
	}
	if (!p->flow || !(l = live_of(s, p->flow->user)))
		return;
	t = l->transfer;
	c = &s->slot[l->slot];
	from_client = p->sport == t->client_port && address_equal(p->ip.src, p->flow->client);
	if (p->time_ns - t->last_ns > t->max_gap_ns && p->time_ns > t->last_ns)
		t->max_gap_ns = p->time_ns - t->last_ns;
	if (from_client) {
		c->c.frames_from++;
		c->c.unicast_from++;
		l->boot->last_ns = p->time_ns;
		l->boot->last_frame = p->number;
	} else {
		c->c.frames_to++;
		if (!t->answer_ns)
			first_answer(s, t, p);
	}
	slot_touch(s, c, p->time_ns);
	t->fragmented |= p->reassembled;
	switch (m->op) {
	case TFTP_DATA:
		if (m->block == 1 && t->role == FILE_LOADER)
			t->machine = loader_machine(m->data);
		for (uint32_t i = 0; from_client == t->write && i < tftp_blocks(m); i++) {
			struct tftp_block one = tftp_block(m, i);

			data(l->boot, t, &one, p);
		}
		break;
	case TFTP_ACK:
		if (t->acks++ && m->block == t->last_ack &&
		    p->time_ns - t->last_client_ns >= at_once)
			t->repeated_acks++;
		t->last_ack = m->block;
		if (m->block)
			t->acked_after_data = true;
		break;
	case TFTP_OACK:
		oack(t, m, p);
		break;
	case TFTP_ERROR:
		error(s, l->boot, t, m, p, from_client);
		break;
	default:
		break;
	}
	t->last_frame = p->number;
	t->last_ns = p->time_ns;
	if (from_client) {
		t->last_client_ns = p->time_ns;
		return;
	}
	t->last_server_ns = p->time_ns;
	t->last_server_port = p->sport;
}

/* What silence makes of the transfers that have no end yet. */
void transfer_judge(struct boot *b, uint64_t now, bool ended)
{
	for (struct transfer *t = b->transfers; t; t = t->next) {
		uint64_t quiet = now > t->last_ns ? now - t->last_ns : 0;

		if (t->outcome == TRANSFER_STALLED && ended)
			continue;
		if (t->outcome != TRANSFER_IN_PROGRESS)
			continue;
		if (t->kind == TRANSFER_TFTP && t->hole && t->has_size &&
		    t->size <= (uint64_t)t->blocks * t->blksize &&
		    t->size + t->blksize > (uint64_t)t->blocks * t->blksize)
			t->outcome = TRANSFER_COMPLETE;
		else if (quiet > 5 * second || (!t->answer_ns && t->rrqs > 2))
			t->outcome = t->bytes && t->repeated_acks + t->repeated_data == 0 && t->next
					     ? TRANSFER_CUT_OFF
					     : TRANSFER_STALLED;
		else if (t->next && ended)
			t->outcome = t->bytes ? TRANSFER_CUT_OFF : TRANSFER_STALLED;
	}
}

static struct transfer *http_of(struct boot *b, const struct packet *p)
{
	struct transfer *found = NULL;

	for (struct transfer *t = b->transfers; t; t = t->next)
		if (t->kind == TRANSFER_HTTP && address_equal(t->server, p->ip.src) &&
		    t->client_port == p->dport)
			found = t;
	return found;
}

static bool boots_by_http(const struct slot *c, const struct http *m)
{
	return c || bytes_begin(m->user_agent, "iPXE") ||
	       bytes_begin(m->user_agent, "UefiHttpBoot");
}

void transfer_http(struct scope *s, struct packet *p)
{
	const struct http *m = &p->u.http;
	struct slot *c;
	struct boot *b;
	struct transfer *t;
	struct server *v;

	if (!m->response) {
		c = slot_of_sender(s, p, false);
		if (!boots_by_http(c, m))
			return;
		if (!c)
			c = slot_of_sender(s, p, true);
		if (!c)
			return;
		b = slot_need_boot(s, c, p);
		if (b->os_only || b->stage >= STAGE_NFS_ROOT)
			return; /* the OS at work: packages, time, pages */
		t = transfer_add(s, c, b, m->target, p);
		if (!t)
			return;
		t->kind = TRANSFER_HTTP;
		t->rrqs = 1;
		t->host = m->host.n ? boot_text(b, m->host, 96) : NULL;
		t->server_port = p->dport;
		t->last_client_ns = p->time_ns;
		b->last_ns = p->time_ns;
		reach_by_role(b, t, c->c.family, p);
		server_named(s, p->ip.dst, ROLE_HTTP, p);
		return;
	}
	c = slot_of_receiver(s, p);
	b = c ? slot_boot(c) : NULL;
	t = b ? http_of(b, p) : NULL;
	if (!t || t->answer_ns)
		return;
	v = server_played(s, p->ip.src, ROLE_HTTP, p);
	(void)v;
	t->answered_by = p->ip.src;
	t->answer_ns = t->last_ns = t->last_server_ns = p->time_ns;
	t->answer_frame = t->last_frame = p->number;
	t->begun = true;
	t->status = m->status;
	t->has_size = m->has_length;
	t->size = m->content_length;
	if (m->location.n)
		t->location = boot_text(b, m->location, CAP_PATH);
	boot_progress(b, p);
	if (m->status >= 200 && m->status < 300) {
		t->outcome = TRANSFER_COMPLETE; /* the stream behind it is not followed */
		t->bytes = m->has_length ? m->content_length : 0;
	} else {
		t->has_error = true;
		t->error_code = m->status;
		t->error_frame = p->number;
		t->error = m->reason.n ? boot_text(b, m->reason, 64) : NULL;
		t->outcome = m->status == 404 ? TRANSFER_NOT_FOUND : TRANSFER_REFUSED;
	}
}
