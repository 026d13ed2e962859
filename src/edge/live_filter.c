/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "live_filter.h"

#include <errno.h>
#include <pcap/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/*
 * Why these rows. A filter in the kernel sees one frame and remembers nothing, and a boot goes on
 * where no table of ports reaches: TFTP between two ports of the ends' choice, mountd where
 * rpcbind says, HTTP where the boot file says. So nothing is left out for its port alone:
 *
 * - UDP is all kept (but QUIC). Of TFTP's DATA the head is, from the block on where no text file
 *   that is read (CAP_KEPT_BYTES) can go on, even in blocks of 512 bytes.
 * - What is longer than any frame is a server's own, before the network card cuts it up, or was
 *   joined on its way in: of NFS it is the data of READ and WRITE, up to 64 KiB at a time, and to
 *   copy that costs the server more than to send it. Its start is kept: the head of a message, or
 *   the first names of a folder. (A head that stands behind that is lost: few are, since an answer
 *   is sent when it is made, and the stream is in step again with the next.)
 * - Fragments are whole: what is in them only reassembly tells.
 * - Of TCP are kept: how connections begin and end, the ports of rpcbind and NFS (whole: where a
 *   record begins only the stream before it tells), and on any port a segment that begins as an
 *   RPC message or as HTTP does. What remains is data of connections that are no boot's, and it is
 *   what fills a wire. (Of a long record on a port of its own the segments behind the first go too:
 *   the stream jumps over them, as over payload. Following ports as they are learned would mean to
 *   set another filter while a boot is under way.)
 * - ARP, ICMP, STP, LLDP, and whatever packs frames into frames: whole.
 *
 * A load behind the end of a frame ends the program, the frame left out (bpf(4)): where that would
 * lose one, its length is asked first.
 */
/* clang-format off */
#define TCP_DATA  "((tcp[12] & 0xf0) >> 2)"
#define TCP6_DATA "40 + ((ip6[52] & 0xf0) >> 2)"
#define HTTP_WORD(at) \
	at " = 0x48545450 or " at " = 0x47455420 or " at " = 0x48454144 or " at " = 0x504f5354 or " \
	at " = 0x50555420 or " at " = 0x4f505449"
/* RFC 5531 9: xid, CALL and version 2, or REPLY and accepted or denied */
#define RPC_WORDS(type, next) \
	"(" type " = 0 and " next " = 2) or (" type " = 1 and " next " < 2)"

const struct filter_row live_filter_rows[] = {
	{ KEEP_WHOLE, false, "arp or rarp or ether proto 0x88cc",
	  "who has which address; LLDP: which switch and port" },
	{ KEEP_WHOLE, true, "llc", "spanning tree" },
	{ KEEP_WHOLE, false, "ip[6:2] & 0x3fff != 0 or ip6[6] = 44", "fragments" },
	{ KEEP_WHOLE, false, "icmp or icmp6", "who was refused what; IPv6 neighbours" },
	{ KEEP_WHOLE, false, "ip6 and (ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 51 or ip6[6] = 60)",
	  "IPv6 with headers between" },
	{ KEEP_HEAD, false, "greater 400 and udp[8:2] = 3 and udp[10:2] > 8 and not port 53 and not port 67"
	  " and not port 4011 and not port 6666 and not (" RPC_WORDS("udp[12:4]", "udp[16:4]") ")",
	  "TFTP DATA behind what any text file holds" },
	{ KEEP_HEAD, false, "greater 400 and ip6[6] = 17 and ip6[48:2] = 3 and ip6[50:2] > 8 and not port 53"
	  " and not port 547 and not (" RPC_WORDS("ip6[52:4]", "ip6[56:4]") ")",
	  "the same over IPv6" },
	{ KEEP_NOTHING, false, "udp port 443", "QUIC" },
	{ KEEP_WHOLE, false, "udp", "DHCP, TFTP, DNS, netconsole, RPC and NFS, on whichever port" },
	{ KEEP_WHOLE, false, "tcp[13] & 7 != 0 or (ip6[6] = 6 and ip6[53] & 7 != 0)",
	  "TCP connections that begin, end or are refused" },
	{ KEEP_START, false, "greater 9217 and tcp port 2049", "what NFS reads and writes, as its server sends it" },
	{ KEEP_WHOLE, false, "tcp port 111 or tcp port 2049", "rpcbind and NFS" },
	{ KEEP_WHOLE, false, "ip proto 4 or ip proto 41 or ip proto 47 or ip proto 51 or ip proto 103",
	  "packets in packets" },
	{ KEEP_WHOLE, false, "ether proto 0x8847 or ether proto 0x8848 or ether proto 0x8864 or "
	  "ether proto 0x88e5 or ether proto 0x8909 or ether proto 0x894f",
	  "packets behind labels and tags: MPLS, PPPoE, MACsec" },
	{ KEEP_WHOLE, false, "tcp[" TCP_DATA ":4] >= 0x80000000 and ("
	  RPC_WORDS("tcp[" TCP_DATA " + 8:4]", "tcp[" TCP_DATA " + 12:4]") ")",
	  "RPC over TCP, on whichever port: mountd" },
	{ KEEP_WHOLE, false, HTTP_WORD("tcp[" TCP_DATA ":4]"), "HTTP heads, on whichever port" },
	{ KEEP_WHOLE, false, "ip6[6] = 6 and ip6[" TCP6_DATA ":4] >= 0x80000000 and ("
	  RPC_WORDS("ip6[" TCP6_DATA " + 8:4]", "ip6[" TCP6_DATA " + 12:4]") ")",
	  "the same over IPv6" },
	{ KEEP_WHOLE, false, "ip6[6] = 6 and (" HTTP_WORD("ip6[" TCP6_DATA ":4]") ")", "the same over IPv6" },
	{ KEEP_HEAD, false, "tcp port 80 or tcp port 8000 or tcp port 8080 or tcp port 8081",
	  "what HTTP carries" },
	{ 0, false, NULL, NULL },
};
/* clang-format on */

/* BPF_MAXINSNS of linux/bpf_common.h, which does not go with pcap/bpf.h. */
enum { EXPRESSION_MAX = 8192, PROGRAM_MAX = 4096 };

bool live_filter_knows(int datalink)
{
	return datalink == DLT_EN10MB || datalink == DLT_LINUX_SLL || datalink == DLT_LINUX_SLL2;
}

/* The same behind one tag and behind two: pcap's word vlan moves what follows it. */
static void with_tags(const char *e, int datalink, struct text *out)
{
	text_clear(out);
	if (datalink == DLT_EN10MB)
		text_fmt(out, "(%s) or (vlan and ((%s) or (vlan and (%s))))", e, e, e);
	else
		text_str(out, e);
}

/* Grows by n instructions; NULL: memory ran out. */
static struct bpf_insn *more(struct bpf_program *p, uint32_t n)
{
	struct bpf_insn *longer = realloc(p->bf_insns, (p->bf_len + n) * sizeof(*longer));

	if (!longer)
		return NULL;
	p->bf_insns = longer;
	return longer + p->bf_len;
}

/*
 * Puts part behind out. A frame that it matches ends with keep bytes, or goes on behind it when
 * that is GO_ON; one that it does not match goes the other way.
 */
enum { GO_ON = -1 };

static int append(struct bpf_program *out, const struct bpf_program *part, int64_t matched,
		  int64_t not_matched)
{
	struct bpf_insn *to = more(out, part->bf_len);

	if (!to)
		return -ENOMEM;
	for (uint32_t i = 0; i < part->bf_len; i++) {
		int64_t then;

		to[i] = part->bf_insns[i];
		if (BPF_CLASS(to[i].code) != BPF_RET)
			continue;
		then = to[i].k ? matched : not_matched;
		to[i].code = then == GO_ON ? BPF_JMP | BPF_JA : BPF_RET | BPF_K;
		to[i].k = then == GO_ON ? part->bf_len - i - 1 : (bpf_u_int32)then;
	}
	out->bf_len += part->bf_len;
	return 0;
}

/* One expression compiled and put behind out. -EINVAL: it is none for this link type. */
static int add(pcap_t *p, const char *expression, struct bpf_program *out, int64_t matched,
	       int64_t not_matched)
{
	struct bpf_program part;
	int r;

	if (pcap_compile(p, &part, expression, 1, PCAP_NETMASK_UNKNOWN))
		return -EINVAL;
	r = append(out, &part, matched, not_matched);
	pcap_freecode(&part);
	return r;
}

static int finish(struct bpf_program *out, uint32_t keep)
{
	struct bpf_insn *last = more(out, 1);

	if (!last)
		return -ENOMEM;
	*last = (struct bpf_insn) { BPF_RET | BPF_K, 0, 0, keep };
	out->bf_len++;
	return 0;
}

static uint32_t keep_of(const struct live_filter *f, uint32_t keep)
{
	return f->snaplen && keep ? f->snaplen : keep;
}

static int add_rows(pcap_t *p, const struct live_filter *f, struct bpf_program *out)
{
	int r = 0, link = pcap_datalink(p);

	for (const struct filter_row *row = live_filter_rows; row->expression && !r; row++) {
		char expression[EXPRESSION_MAX];
		struct text e = text_init(expression, sizeof(expression));

		if (row->ethernet && link != DLT_EN10MB)
			continue;
		with_tags(row->expression, link, &e);
		r = e.cut ? -E2BIG : add(p, expression, out, keep_of(f, row->keep), GO_ON);
	}
	return r;
}

int live_filter_compile(pcap_t *p, const struct live_filter *f, struct bpf_program *out, char *why,
			size_t n)
{
	bool rows = !f->all && live_filter_knows(pcap_datalink(p));
	int r = 0;

	memset(out, 0, sizeof(*out));
	if (f->user) {
		r = add(p, f->user, out, GO_ON, KEEP_NOTHING);
		if (r == -EINVAL)
			snprintf(why, n, "the filter '%s' is not one: %s", f->user, pcap_geterr(p));
	}
	if (!r && rows) {
		r = add_rows(p, f, out);
		if (r == -EINVAL)
			snprintf(why, n, "libpcap did not take our filter: %s", pcap_geterr(p));
	}
	if (!r)
		r = finish(out, rows ? KEEP_NOTHING : keep_of(f, KEEP_WHOLE));
	if (!r && out->bf_len > PROGRAM_MAX)
		r = -E2BIG;
	if (r == -E2BIG)
		snprintf(why, n,
			 "the filter is longer than the kernel takes: %u instructions of %d",
			 out->bf_len, PROGRAM_MAX);
	if (r == -ENOMEM)
		snprintf(why, n, "memory ran out");
	if (r) {
		free(out->bf_insns);
		memset(out, 0, sizeof(*out));
	}
	return r;
}

static void line(struct output out, const struct text *t)
{
	out.write(out.ctx, t->buf, t->pos);
	out.write(out.ctx, "\n", 1);
}

void live_filter_show(const struct live_filter *f, int datalink, const struct bpf_program *program,
		      struct output out)
{
	char buf[EXPRESSION_MAX];
	struct text t = text_init(buf, sizeof(buf));

	if (f->user) {
		text_fmt(&t, "# only    %s", f->user);
		line(out, &t);
	}
	for (const struct filter_row *row = live_filter_rows; row->expression; row++) {
		uint32_t keep = keep_of(f, row->keep);

		if (f->all || !live_filter_knows(datalink) ||
		    (row->ethernet && datalink != DLT_EN10MB))
			continue;
		text_clear(&t);
		text_str(&t, "# ");
		if (keep == KEEP_WHOLE)
			text_str(&t, "whole");
		else if (keep == KEEP_NOTHING)
			text_str(&t, "none");
		else
			text_u64(&t, keep);
		text_pad(&t, 10);
		text_fmt(&t, "%s    # %s", row->expression, row->why);
		line(out, &t);
	}
	for (uint32_t i = 0; i < program->bf_len; i++) {
		text_clear(&t);
		text_str(&t, bpf_image(&program->bf_insns[i], (int)i));
		line(out, &t);
	}
}
