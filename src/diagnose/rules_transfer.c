/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* How single transfers went wrong: one row a fault, the first transfer that shows it is told. */

static const uint64_t second = UINT64_C(1000000000);

static bool done(const struct transfer *t)
{
	return t->outcome == TRANSFER_COMPLETE;
}

/* Nothing got through, although it was asked for more than once. */
static bool in_vain(const struct transfer *t)
{
	return t->kind == TRANSFER_TFTP && !t->write && !t->acks && !t->error_by_client && t->begun;
}

/* RFC 1350 4: an answer from elsewhere is none. Hosts with several addresses, and NAT, answer so.
 */
static bool wrong_address(const struct look *l, const struct transfer *t)
{
	(void)l;
	return in_vain(t) && !done(t) && !address_none(t->answered_by) &&
	       !address_equal(t->answered_by, t->server) && transfer_retransmissions(t) >= 1;
}

/* The client's own address refuses the answer, right after it asked: something in between forgot
 * who asked. A client that was done refuses late DATA too, but has acknowledged some, or waited. */
static bool nat_between(const struct look *l, const struct transfer *t)
{
	(void)l;
	return in_vain(t) && address_equal(t->answered_by, t->server) && t->unreachables &&
	       !t->unreachable_to_client && l->c->n_addresses &&
	       address_equal(t->unreachable_from, l->c->address[0]) &&
	       t->answer_ns - t->first_ns < second;
}

/* RFC 2347: the error comes instead of the OACK; RFC 1350 7: an error is not answered. */
static bool out_of_order(const struct transfer *t)
{
	return t->kind == TRANSFER_TFTP &&
	       ((t->error_after_oack && !t->error_by_client && t->error_code == 1 && !t->bytes) ||
		(t->error_to_error && !t->error_by_client));
}

/* Once may be a request that the capture lost. */
static bool error_after_oack(const struct look *l, const struct transfer *t)
{
	uint32_t n = 0;

	for (const struct transfer *x = l->b->transfers; x; x = x->next)
		n += out_of_order(x);
	return n > 1 && out_of_order(t);
}

static bool fetched_later(const struct look *l, const struct transfer *t)
{
	for (const struct transfer *x = t->next; x; x = x->next)
		if (done(x) &&
		    bytes_equal(bytes_of(x->file, x->file_len), bytes_of(t->file, t->file_len)))
			return true;
	(void)l;
	return false;
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
	bool edge = t->last_block == 0xffff || t->last_block == 0 || t->rolled_to_one;

	return l->stuck && t->kind == TRANSFER_TFTP && !done(t) && t->bytes && edge &&
	       (!t->has_size || t->size > (uint64_t)t->blksize * 65535) &&
	       (t->has_size || t->blocks >= 0xffff);
}

/* DATA 1 of the agreed size does not arrive, however often it is sent: too large for the way. */
static bool blksize_too_big(const struct look *l, const struct transfer *t)
{
	(void)l;
	return t->kind == TRANSFER_TFTP && !done(t) && t->oack && t->blksize > 512 &&
	       t->blocks == 1 && t->acks && !t->acked_after_data && !t->error_by_client &&
	       t->repeated_data >= 2;
}

/* The bootloader gives a file so long, TFTP_FILE_TIMEOUT (5 s at least, facts 7), and
 * then breaks it off. */
static bool transfer_timeout(const struct look *l, const struct transfer *t)
{
	uint64_t took = t->last_client_ns > t->first_ns ? t->last_client_ns - t->first_ns : 0;

	return family_is_eeprom_pi(l->c->family) && t->error_by_client && t->blocks > 1 &&
	       t->outcome == TRANSFER_REFUSED && took > 4 * second && !fetched_later(l, t);
}

/* The last one of a boot that came to nothing: broken off at its begin, and not asked for again. */
static bool client_aborts(const struct look *l, const struct transfer *t)
{
	return (l->stuck || l->b->done_by_next) && l->b->stage <= STAGE_TFTP_KERNEL && !t->next &&
	       t->kind == TRANSFER_TFTP && t->outcome == TRANSFER_PROBE && t->error_by_client &&
	       !t->oack_unrequested && t->role != FILE_OPTIONAL && !t->write;
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

/* Text mode changes bytes of what is no text (RFC 1350 1). */
static bool text_mode(const struct look *l, const struct transfer *t)
{
	(void)l;
	return t->netascii && t->bytes &&
	       (t->role == FILE_KERNEL || t->role == FILE_INITRAMFS || t->role == FILE_LOADER ||
		t->role == FILE_START);
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
	{ F_TFTP_FILE_CORRUPT, text_mode, LIKELY },
};

static void tell(const struct look *l, enum finding_id id, enum confidence confidence,
		 const struct transfer *t)
{
	struct finding *f = raise_finding(l, id, confidence);
	char buf[64];
	struct text x = text_init(buf, sizeof(buf));

	if (!f)
		return;
	finding_set(l->d, f, P_FILE, bytes_of(t->file, t->file_len));
	finding_set_address(l->d, f, P_SERVER, t->server);
	finding_set_address(l->d, f, P_NEXT, t->answered_by);
	finding_set_number(l->d, f, P_COUNT, t->blksize);
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

/* Copies of one packet at once, from the server alone: where the client's are doubled too, it is
 * the capture (a mirror port of both ways) that sees everything twice. */
static void duplicates(const struct look *l)
{
	const struct transfer *first = NULL;
	uint32_t doubled = 0, server = 0;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->kind != TRANSFER_TFTP || t->write)
			continue;
		server += t->duplicates;
		doubled += t->rrqs > 1 || t->repeated_acks > t->duplicates;
		if (t->duplicates && !first)
			first = t;
	}
	if (first && server && !doubled)
		tell(l, F_TFTP_DUPLICATE_PACKETS, LIKELY, first);
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
