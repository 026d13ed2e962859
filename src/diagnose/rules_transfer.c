/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* How single transfers went wrong: one row a fault, the first transfer that shows it is told. */

static const uint64_t second = UINT64_C(1000000000);

static bool done(const struct transfer *t)
{
	return t->outcome == TRANSFER_COMPLETE;
}

static bool fetched_later(const struct look *l, const struct transfer *t)
{
	for (const struct transfer *x = t->next; x; x = x->next)
		if (done(x) && bytes_equal(transfer_name(x), transfer_name(t)))
			return true;
	(void)l;
	return false;
}

/* Nothing but the first packet came, and that in vain. */
static bool in_vain(const struct transfer *t)
{
	return t->kind == TRANSFER_TFTP && !t->write && !t->acks && t->begun && t->blocks <= 1;
}

/* The client's own host refused a packet of the server. */
static bool refused_by_client(const struct transfer *t)
{
	return t->unreachables && !t->unreachable_to_client;
}

/* RFC 1350 4: an answer from elsewhere is none, and gets ERROR 5 at most. Hosts with several
 * addresses, and NAT, answer so. A client that does not care acknowledges it. */
static bool wrong_address(const struct look *l, const struct transfer *t)
{
	bool refused = refused_by_client(t) || (t->error_by_client && t->error_code == 5);

	return in_vain(t) && !done(t) && !address_none(t->answered_by) &&
	       !address_equal(t->answered_by, t->server) && !fetched_later(l, t) &&
	       (refused || (!t->error_by_client && transfer_retransmissions(t) >= 1));
}

/* The client's own address refuses the answer, right after it asked: something in between forgot
 * who asked. A client that was done refuses late DATA too, but has acknowledged some, or waited. */
static bool nat_between(const struct look *l, const struct transfer *t)
{
	return in_vain(t) && !t->error_by_client && address_equal(t->answered_by, t->server) &&
	       refused_by_client(t) && l->c->n_addresses &&
	       address_equal(t->unreachable_from, l->c->address[0]) &&
	       t->answer_ns - t->first_ns < second;
}

/* RFC 2347: the error comes instead of the OACK; RFC 1350 7: an error is not answered. A probe that
 * is fetched afterwards does no harm. */
static bool out_of_order(const struct look *l, const struct transfer *t)
{
	return t->kind == TRANSFER_TFTP &&
	       ((t->error_after_oack && !t->error_by_client && t->error_code == 1 && !t->bytes) ||
		(t->error_to_error && t->error_by_client && !fetched_later(l, t)));
}

/* Once may be a request that the capture lost. */
static bool error_after_oack(const struct look *l, const struct transfer *t)
{
	uint32_t n = 0;

	for (const struct transfer *x = l->b->transfers; x; x = x->next)
		n += out_of_order(l, x);
	return n > 1 && out_of_order(l, t);
}

/* RFC 2347: an OACK holds no option that was not asked for; the client ends it with ERROR 8. */
static bool oack_invalid(const struct look *l, const struct transfer *t)
{
	return t->oack_unrequested && t->error_by_client && !t->bytes && !fetched_later(l, t);
}

/* The big file came as far as the 16 bit block number goes, and no further (facts 9). The highest
 * block is judged by what the wire said last: captures leave bulk out. */
static bool block_rollover(const struct look *l, const struct transfer *t)
{
	/* a block 1 behind 65535 may have been taken: then it goes on, and stops elsewhere */
	bool edge = t->last_block == 0xffff || t->last_block == 0 ||
		    (t->rolled_to_one && t->last_block <= t->windowsize);

	return l->stuck && t->kind == TRANSFER_TFTP && !done(t) && t->bytes && edge &&
	       (!t->has_size || t->size > (uint64_t)t->blksize * 65535) &&
	       (t->has_size || t->blocks >= 0xffff);
}

/* DATA 1 of the agreed size does not arrive, however often it is sent: too large for the way.
 * Blocks of 1024 and less fit into the least MTU of IPv6 (RFC 8200 5), and through any tunnel.
 * Where the server cuts packets, the later pieces may be what is lost: no DATA is whole here. */
static bool blksize_too_big(const struct look *l, const struct transfer *t)
{
	if (t->kind != TRANSFER_TFTP || done(t) || !t->oack || t->blksize <= 1024 || !t->acks ||
	    t->acked_after_data || t->error_by_client)
		return false;
	return (t->blocks == 1 && t->repeated_data >= 2) ||
	       (l->stuck && !t->blocks && !t->next && l->b->fragments >= 2);
}

/* The bootloader gives a file so long, TFTP_FILE_TIMEOUT (5 s at least, 30 s unless set; facts 7),
 * and then breaks it off, or says nothing more (facts 9). */
static bool transfer_timeout(const struct look *l, const struct transfer *t)
{
	uint64_t took = t->last_client_ns > t->first_ns ? t->last_client_ns - t->first_ns : 0;

	if (!family_is_eeprom_pi(l->c->family) || t->kind != TRANSFER_TFTP || t->blocks <= 1 ||
	    done(t) || fetched_later(l, t))
		return false;
	if (t->error_by_client)
		return t->outcome == TRANSFER_REFUSED && took > 4 * second;
	/* its last words were an ACK: the server went on, the board did not */
	return l->stuck && !t->next && !t->has_error && t->acked_after_data && took > 25 * second &&
	       t->last_server_ns >= t->last_client_ns && !block_rollover(l, t);
}

/* The last one of a boot that came to nothing: broken off at its begin, and not asked for again. */
static bool client_aborts(const struct look *l, const struct transfer *t)
{
	return (l->stuck || l->b->done_by_next) && !l->loaded && l->b->stage <= STAGE_TFTP_KERNEL &&
	       !t->next && t->kind == TRANSFER_TFTP && t->outcome == TRANSFER_PROBE &&
	       t->error_by_client && !t->oack_unrequested && t->role != FILE_OPTIONAL && !t->write;
}

/* RFC 1350 2: the sender repeats what is not acknowledged. */
static bool no_retransmit(const struct look *l, const struct transfer *t)
{
	return l->stuck && l->sees_replies && !done(t) && t->kind == TRANSFER_TFTP && t->bytes &&
	       !t->error_by_client && !t->has_error && t->repeated_acks >= 2 &&
	       t->last_client_ns > t->last_server_ns + 3 * second && t->repeated_data == 0;
}

/* A Pi wants tsize answered (facts 3.1): DATA at once says that options were not understood. */
static bool no_options(const struct look *l, const struct transfer *t)
{
	return l->stuck && l->c->pi && !t->next && t->kind == TRANSFER_TFTP && t->asked_options &&
	       t->begun && !t->oack && t->blocks <= 1 && !done(t) &&
	       (t->error_by_client || t->repeated_data);
}

/* A text whose line ends somebody made those of Windows has every line feed behind a carriage
 * return; of a program's bytes one in 256. */
static bool rewritten(const struct transfer *t)
{
	return t->feeds >= 24 && t->crlfs == t->feeds;
}

/* Nothing is in it, and somebody was to run it. */
static bool empty(const struct transfer *t)
{
	return !t->bytes && (t->role == FILE_KERNEL || t->role == FILE_LOADER ||
			     t->role == FILE_START || t->role == FILE_BOOTCODE);
}

/* It came to its end with another size than announced (RFC 2349), all of it in the capture; or in
 * text mode, which changes bytes of what is no text (RFC 1350 1), or was made a text before. */
static bool corrupt(const struct look *l, const struct transfer *t)
{
	bool whole = t->begun && !t->hole && !t->gaps && done(t);

	return l->stuck && l->loader && t->kind == TRANSFER_TFTP && !t->write &&
	       transfer_is_program(t) &&
	       ((t->netascii && t->bytes) || rewritten(t) ||
		(whole && (empty(t) || (t->has_size && t->bytes != t->size))));
}

static const struct {
	enum finding_id id;
	bool (*holds)(const struct look *l, const struct transfer *t);
	enum confidence confidence;
} rows[] = {
	{ F_TFTP_REPLY_FROM_WRONG_ADDRESS, wrong_address, CERTAIN },
	{ F_TFTP_NAT_BETWEEN, nat_between, LIKELY },
	{ F_TFTP_ERROR_AFTER_OACK, error_after_oack, CERTAIN },
	{ F_TFTP_OACK_INVALID, oack_invalid, CERTAIN },
	{ F_TFTP_BLOCK_ROLLOVER, block_rollover, LIKELY },
	{ F_TFTP_BLKSIZE_TOO_BIG, blksize_too_big, LIKELY },
	{ F_TFTP_TRANSFER_TIMEOUT, transfer_timeout, LIKELY },
	{ F_TFTP_CLIENT_ABORTS, client_aborts, LIKELY },
	{ F_TFTP_NO_RETRANSMIT, no_retransmit, LIKELY },
	{ F_TFTP_SERVER_NO_OPTIONS, no_options, LIKELY },
	{ F_TFTP_FILE_CORRUPT, corrupt, LIKELY },
};

static void tell(const struct look *l, enum finding_id id, enum confidence confidence,
		 const struct transfer *t)
{
	struct finding *f = raise_finding(l, id, confidence);
	char buf[64];
	struct text x = text_init(buf, sizeof(buf));

	if (!f)
		return;
	finding_set(l->d, f, P_FILE, transfer_name(t));
	finding_set_address(l->d, f, P_SERVER, t->server);
	finding_set_address(l->d, f, P_NEXT, t->answered_by);
	finding_set_number(l->d, f, P_COUNT, t->blksize);
	if (id == F_TFTP_FILE_CORRUPT)
		text_str(&x, t->netascii    ? "in text mode (netascii), "
			     : rewritten(t) ? "with the line ends of a text, "
					    : "to its end after ");
	text_bytes_count(&x, t->bytes);
	if (t->has_size) {
		text_str(&x, " of ");
		text_bytes_count(&x, t->size);
	}
	finding_set_text(l->d, f, P_TEXT, buf);
	finding_evidence(f, t->first_frame, "the request");
	finding_evidence(f, t->answer_frame, "the first answer");
	if (t->unreachables)
		finding_evidence(f, t->unreachable_frame, "port unreachable");
	if (t->has_error)
		finding_evidence(f, t->error_frame,
				 t->error_by_client ? "the client breaks off" : "the error");
	else
		finding_evidence(f, t->last_frame, "the last packet of it");
}

/* Copies of one packet at once, from the server alone: where a request is doubled too, it is the
 * capture (a bridge, a mirror port of both ways) that sees everything twice. Most clients cope with
 * them; what counts is the transfer that went no further. */
static void duplicates(const struct look *l)
{
	const struct transfer *victim = NULL;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		bool broken = t->outcome == TRANSFER_STALLED || t->outcome == TRANSFER_CUT_OFF;

		if (t->kind != TRANSFER_TFTP || t->write)
			continue;
		if (t->seen_twice)
			return;
		if (t->duplicates && !victim && (broken || (l->stuck && !t->next && !t->has_error)))
			victim = t;
	}
	if (victim)
		tell(l, F_TFTP_DUPLICATE_PACKETS, LIKELY, victim);
}

/* Repeats in more than a fiftieth of the blocks: the odd one is normal. */
static void packet_loss(const struct look *l)
{
	uint64_t blocks = 0, again = 0;
	const struct transfer *worst = NULL;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		uint32_t n = t->repeated_acks + t->repeated_data;

		if (t->kind != TRANSFER_TFTP || t->write || !t->acked_after_data)
			continue;
		blocks += t->blocks;
		again += n;
		if (!worst || n > worst->repeated_acks + worst->repeated_data)
			worst = t;
	}
	if (worst && again >= 8 && again * 50 > blocks)
		tell(l, F_TFTP_PACKET_LOSS, LIKELY, worst);
}

/* Size and existence are asked for by beginning a transfer and breaking it off (facts 3.1). */
static void early_terminate(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->outcome != TRANSFER_PROBE || !t->error_by_client || !fetched_later(l, t))
			continue;
		tell(l, F_INFO_TFTP_EARLY_TERMINATE, CERTAIN, t);
		return;
	}
}

void rules_transfer(const struct look *l)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (const struct transfer *t = l->b->transfers; t; t = t->next) {
			if (!rows[i].holds(l, t))
				continue;
			tell(l, rows[i].id, rows[i].confidence, t);
			break;
		}
	}
	/* somebody's tftp command is no boot, and its capture may hold anything */
	if (l->loader || l->c->pi) {
		duplicates(l);
		packet_loss(l);
	}
	early_terminate(l);
}
