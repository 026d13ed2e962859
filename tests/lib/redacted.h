/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef REDACTED_H
#define REDACTED_H

/* Frames of one network with one board, and what redact makes of them. */
#include <stdlib.h>

#include "dhcp.h"
#include "frames.h"
#include "pi_guid.h"
#include "redact.h"
#include "tftp.h"
#include "unit.h"
#include "wire.h"

/* Small tables: there is one network with one board. */
static const struct wire_limits limits = {
	.fragments = 2, .flows = 4, .connections = 2, .calls = 8
};

enum { FRAMES_MAX = 8, BYTES_MAX = 4096 };

static struct redact *r;
static struct frame in[FRAMES_MAX], out;
static uint32_t n_in;
static uint8_t buf[BYTES_MAX];
static struct packet was, is;

static inline int setup(void **state)
{
	(void)state;
	n_in = 0;
	r = redact_init(calloc(1, redact_size(&limits)), &limits, UINT64_C(0xb0a710ad));
	return r ? 0 : -1;
}

static inline int teardown(void **state)
{
	(void)state;
	while (n_in)
		frame_drop(&in[--n_in]);
	free(r);
	return 0;
}

static inline void add(const struct writer *w)
{
	assert_int_equal(w->err, ERR_OK);
	assert_true(n_in < FRAMES_MAX);
	in[n_in] = frame_copy(w->buf, w->pos, w->pos, LINK_ETHERNET);
	in[n_in].number = n_in + 1;
	n_in++;
}

static inline void learn(void)
{
	for (uint32_t i = 0; i < n_in; i++)
		redact_learn(r, &in[i]);
	redact_begin(r);
}

/* What becomes of frame i, the ones before it read; both as packets. */
static inline void redact_to(uint32_t i)
{
	learn();
	for (uint32_t k = 0; k <= i; k++)
		redact_frame(r, &in[k], &out);
	assert_int_equal(out.cap_len, in[i].cap_len);
	assert_int_equal(out.wire_len, in[i].wire_len);
	packet_layers(&in[i], &was);
	packet_layers(&out, &is);
	assert_int_equal(is.err, was.err);
}

static inline struct bytes payload(const struct packet *p)
{
	return bytes_of(p->payload.buf + p->payload.pos, reader_left(&p->payload));
}

static inline bool holds(const struct frame *f, struct bytes what)
{
	return bytes_find(bytes_of(f->data, f->cap_len), what) != UINT32_MAX;
}

/* Worked out here once more: over the pseudo-header and all of the datagram, 0 when it is right. */
static inline uint32_t plain_sum(const struct packet *p, uint8_t proto)
{
	const uint8_t *at = p->payload.buf + p->transport;
	uint32_t n = p->payload.len - p->transport, sum = proto + n, v4[2];
	uint64_t v6[4] = { p->ip.src.hi, p->ip.src.lo, p->ip.dst.hi, p->ip.dst.lo };

	v4[0] = address_to_ip4(p->ip.src);
	v4[1] = address_to_ip4(p->ip.dst);
	for (int i = 0; i < 2 && p->ip.version == 4; i++)
		sum += (v4[i] >> 16) + (v4[i] & 0xffff);
	for (int i = 0; i < 16 && p->ip.version == 6; i++)
		sum += (uint32_t)(v6[i / 4] >> i % 4 * 16 & 0xffff);
	for (uint32_t i = 0; i < n; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

static inline uint32_t header_sum(const struct packet *p)
{
	const uint8_t *at = p->payload.buf + p->transport - 20;
	uint32_t sum = 0;

	for (uint32_t i = 0; i < 20; i++)
		sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum ^ 0xffff;
}

static const struct mac board = { { 0xdc, 0xa6, 0x32, 0x2e, 0xf8, 0xed } };

/* An OFFER with all in it that tells whose it is. */
static inline void add_offer(bool no_checksum)
{
	static struct dhcp m;
	static uint8_t guid[17], message[1024];
	static const uint8_t pxe[] = "\x06\x01\x03\x0a\x04\x00PXE\x09\x14\x00\x00\x11"
				     "Raspberry Pi Boot\x08\x07\x80\x00\x01\xc0\xa8\x01\x01\xff";
	struct pi_guid g = { .form = PI_GUID_PI4,
			     .revision = 0xc03111,
			     .serial = 0x5b154510,
			     .mac_tail = { 0x32, 0x2e, 0xf8, 0xed } };
	struct writer w = writer_init(buf, sizeof(buf)), gw = writer_init(guid, sizeof(guid)),
		      mw = writer_init(message, sizeof(message));
	struct build_ends e = frame_ends(4, 67, 68);

	e.no_checksum = no_checksum;
	memset(&m, 0, sizeof(m));
	pi_guid_encode(&g, &gw);
	m.op = 2;
	m.htype = 1;
	m.hlen = 6;
	m.xid = 0x26f30339;
	m.yiaddr = 0xc0a80117;
	m.siaddr = 0xc0a80101;
	m.chaddr = bytes_of(board.b, 6);
	m.sname = bytes_str("zeppelin");
	m.file = bytes_str("5b154510/start4.elf");
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of("\2", 1));
	dhcp_add(&m, DHCP_OPT_MASK, bytes_of("\xff\xff\xff\0", 4));
	dhcp_add(&m, DHCP_OPT_ROUTER, bytes_of("\xc0\xa8\1\1", 4));
	dhcp_add(&m, DHCP_OPT_HOST_NAME, bytes_str("graf-zahl"));
	dhcp_add(&m, 15, bytes_str("example-corp.test"));
	dhcp_add(&m, 121, bytes_of("\x18\x0a\x09\x08\xc0\xa8\1\1", 8));
	dhcp_add(&m, DHCP_OPT_CLIENT_ID, bytes_of("\1\xdc\xa6\x32\x2e\xf8\xed", 7));
	dhcp_add(&m, DHCP_OPT_TFTP_NAME, bytes_str("192.168.1.1"));
	dhcp_add(&m, DHCP_OPT_ROOT_PATH, bytes_str("zeppelin:/srv/nfs/graf-zahl"));
	dhcp_add(&m, DHCP_OPT_VENDOR, bytes_of(pxe, sizeof(pxe) - 1));
	dhcp_add(&m, DHCP_OPT_GUID, writer_done(&gw));
	dhcp_add(&m, 125, bytes_of("\0\0\0\x9topsecret", 13));
	dhcp_encode(&m, 300, &mw);
	build_udp(&w, &e, writer_done(&mw));
	add(&w);
}

static inline struct bytes option(struct dhcp *m, const struct packet *p, uint8_t code)
{
	struct reader reader = p->payload;

	assert_int_equal(dhcp_decode(&reader, m), ERR_OK);
	return dhcp_option(m, code);
}

static inline void add_udp(int version, uint16_t sport, uint16_t dport, struct bytes data)
{
	struct writer w = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(version, sport, dport);

	if (version == 6)
		e.src.lo = UINT64_C(0x1234567890abcdef);
	build_udp(&w, &e, data);
	add(&w);
}

/* From the board, 192.168.1.1 in frame_ends. */
static inline void add_request(const char *file)
{
	uint8_t message[256];
	struct tftp m = { .op = TFTP_RRQ, .file = bytes_str(file), .mode = bytes_str("octet") };
	struct writer w = writer_init(message, sizeof(message));

	tftp_add(&m, "tsize", "0");
	tftp_encode(&m, &w);
	add_udp(4, 49152, 69, writer_done(&w));
}

static inline void add_blocks(struct bytes data)
{
	uint8_t message[1400];
	struct tftp m = { .op = TFTP_DATA, .block = 1, .data = data };
	struct writer w = writer_init(message, sizeof(message));
	struct writer f = writer_init(buf, sizeof(buf));
	struct build_ends e = frame_ends(4, 1069, 49152);
	struct address from = e.src;

	e.src = e.dst;
	e.dst = from;
	tftp_encode(&m, &w);
	build_udp(&f, &e, writer_done(&w));
	add(&f);
}

static inline void add_data(const char *text)
{
	add_blocks(bytes_str(text));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
