/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gen_boots BOARDS MEGABYTES > boots.pcap: a made capture for `make bench` of
 * many Pi 4s booting at once (DHCP, ARP, TFTP, kernel DHCP, portmap, MOUNT, NFS v3
 * over TCP) in the middle of traffic that is none of our business. The same
 * arguments give the same bytes. Half of the boards boot whole before the
 * background fills up the size asked for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp.h"
#include "pi_guid.h"
#include "pxe.h"
#include "tftp.h"
#include "writer.h"

enum {
	FRAME_MAX = 1600,
	TFTP_BLOCK = 1468,
	SEGMENT = 1448,
	READ_SIZE = 131072,
	SERVER_IP = 0x0a000001, /* 10.0.0.1 */
	FIRST_BOARD_IP = 0x0a000100,
	NFS_READS = 8,
};

static const uint8_t server_mac[6] = { 0x02, 0, 0, 0, 0, 1 };

static const struct {
	const char *name;
	uint32_t size; /* 0: not there */
} files[] = {
	{ "start4.elf", 451520 },
	{ "config.txt", 1024 },
	{ "pieeprom.sig", 0 },
	{ "recover4.elf", 0 },
	{ "recovery.elf", 0 },
	{ "fixup4.dat", 5446 },
	{ "dt-blob.bin", 0 },
	{ "bootcfg.txt", 0 },
	{ "bcm2711-rpi-4-b.dtb", 55000 },
	{ "overlays/overlay_map.dtb", 5000 },
	{ "cmdline.txt", 120 },
	{ "recovery8.img", 0 },
	{ "kernel8.img", 720000 },
	{ "armstub8-gic.bin", 0 },
};

enum { FILES = sizeof(files) / sizeof(files[0]) };

enum step {
	STEP_DHCP,
	STEP_ARP,
	STEP_TFTP,
	STEP_KERNEL_DHCP,
	STEP_MAP,
	STEP_MOUNT,
	STEP_OPEN,
	STEP_READ,
	STEP_DONE
};

struct board {
	uint8_t mac[6];
	uint32_t ip, serial, xid;
	enum step step;
	uint32_t file, block, port, reads, left;
	uint32_t seq_c, seq_s; /* TCP, next to send */
};

static uint64_t now_us = UINT64_C(1767225600) * 1000000, written;
static uint32_t rng = 1;
static uint8_t filler[SEGMENT];

static uint32_t dice(uint32_t n)
{
	rng = rng * 1664525 + 1013904223;
	return (rng >> 8) % n;
}

static void put(const void *p, size_t n)
{
	if (fwrite(p, 1, n, stdout) != n)
		exit(3);
	written += n;
}

static void emit(const struct writer *w)
{
	uint32_t head[4];

	if (w->err)
		abort();
	now_us += 2 + dice(9);
	head[0] = (uint32_t)(now_us / 1000000);
	head[1] = (uint32_t)(now_us % 1000000);
	head[2] = head[3] = w->pos;
	put(head, sizeof(head));
	put(w->buf, w->pos);
}

struct ends {
	const uint8_t *smac, *dmac;
	uint32_t src, dst;
	uint16_t sport, dport;
};

static void ip_header(struct writer *w, const struct ends *e, uint8_t proto, uint32_t payload)
{
	uint32_t sum = 0, at;

	writer_bytes(w, bytes_of(e->dmac, 6));
	writer_bytes(w, bytes_of(e->smac, 6));
	writer_be16(w, 0x0800);
	at = w->pos;
	writer_be16(w, 0x4500);
	writer_be16(w, (uint16_t)(20 + payload));
	writer_be32(w, 0);
	writer_be32(w, 0x40000000u | (uint32_t)proto << 16);
	writer_be32(w, e->src);
	writer_be32(w, e->dst);
	for (uint32_t i = 0; i < 20; i += 2)
		sum += (uint32_t)w->buf[at + i] << 8 | w->buf[at + i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	writer_put_be16(w, at + 10, (uint16_t) ~(sum + (sum >> 16)));
}

static void udp(const struct ends *e, const struct writer *body)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_init(buf, sizeof(buf));

	if (body->err)
		abort();
	ip_header(&w, e, 17, 8 + body->pos);
	writer_be16(&w, e->sport);
	writer_be16(&w, e->dport);
	writer_be16(&w, (uint16_t)(8 + body->pos));
	writer_be16(&w, 0);
	writer_bytes(&w, writer_done(body));
	emit(&w);
}

static void tcp(const struct ends *e, uint32_t seq, uint32_t ack, uint8_t flags, struct bytes a,
		struct bytes b)
{
	uint8_t buf[FRAME_MAX];
	struct writer w = writer_init(buf, sizeof(buf));

	ip_header(&w, e, 6, 20 + a.n + b.n);
	writer_be16(&w, e->sport);
	writer_be16(&w, e->dport);
	writer_be32(&w, seq);
	writer_be32(&w, ack);
	writer_be16(&w, (uint16_t)(0x5000 | flags));
	writer_be16(&w, 65535);
	writer_be32(&w, 0);
	writer_bytes(&w, a);
	writer_bytes(&w, b);
	emit(&w);
}

static struct ends from_board(const struct board *b, uint32_t sport, uint16_t dport)
{
	struct ends e = { b->mac, server_mac, b->ip, SERVER_IP, (uint16_t)sport, dport };

	return e;
}

static struct ends from_server(const struct board *b, uint16_t sport, uint32_t dport)
{
	struct ends e = { server_mac, b->mac, SERVER_IP, b->ip, sport, (uint16_t)dport };

	return e;
}

static void dhcp_message(struct board *b, uint8_t type, bool loader)
{
	static const uint8_t list[14] = { 1,   3,   43,  60,  66,  67,  128,
					  129, 130, 131, 132, 133, 134, 135 };
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	static const uint8_t address[] = { 10, 0, 0, 1 }, mask[] = { 255, 255, 0, 0 };
	static struct dhcp m;
	bool reply = type == DHCP_OFFER || type == DHCP_ACK;
	uint8_t body[1024], guid[17], pxe[64], wanted[4];
	struct writer w = writer_init(body, sizeof(body)), g = writer_init(guid, sizeof(guid)),
		      x = writer_init(pxe, sizeof(pxe)), y = writer_init(wanted, 4);
	struct pi_guid id = {
		.form = PI_GUID_PI4, .reversed = true, .revision = 0xc03112, .serial = b->serial
	};
	struct pxe menu = { .discovery_control = 3, .n_items = 1 };
	struct ends e = { b->mac, broadcast, 0, UINT32_MAX, 68, 67 };

	memset(&m, 0, sizeof(m));
	memcpy(id.mac_tail, b->mac + 2, 4);
	pi_guid_encode(&id, &g);
	menu.prompt = bytes_str("PXE");
	menu.item[0].text = bytes_str("Raspberry Pi Boot");
	pxe_encode(&menu, &x);
	writer_be32(&y, b->ip);
	m.op = reply ? 2 : 1;
	m.htype = 1;
	m.hlen = 6;
	m.xid = b->xid;
	m.chaddr = bytes_of(b->mac, 6);
	m.yiaddr = reply ? b->ip : 0;
	m.siaddr = reply ? SERVER_IP : 0;
	dhcp_add(&m, DHCP_OPT_TYPE, bytes_of(&type, 1));
	if (type != DHCP_DISCOVER)
		dhcp_add(&m, DHCP_OPT_SERVER_ID, bytes_of(address, 4));
	if (type == DHCP_REQUEST)
		dhcp_add(&m, DHCP_OPT_ADDRESS, bytes_of(wanted, 4));
	if (reply)
		dhcp_add(&m, DHCP_OPT_MASK, bytes_of(mask, 4));
	if (reply && loader) {
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str("PXEClient"));
		dhcp_add(&m, DHCP_OPT_VENDOR, writer_done(&x));
	}
	if (!reply && loader) {
		dhcp_add(&m, DHCP_OPT_REQUEST_LIST, bytes_of(list, sizeof(list)));
		dhcp_add(&m, DHCP_OPT_ARCH, bytes_of("\0\0", 2));
		dhcp_add(&m, DHCP_OPT_UNDI, bytes_of("\1\2\1", 3));
		dhcp_add(&m, DHCP_OPT_GUID, writer_done(&g));
		dhcp_add(&m, DHCP_OPT_CLASS, bytes_str("PXEClient:Arch:00000:UNDI:002001"));
	}
	dhcp_encode(&m, loader ? 0 : 548, &w);
	if (reply)
		e = from_server(b, 67, 68);
	udp(&e, &w);
}

static void exchange(struct board *b, bool loader)
{
	b->xid = (dice(1 << 24) << 8) | dice(256);
	for (int type = DHCP_DISCOVER; type <= DHCP_ACK; type++)
		if (type != DHCP_DECLINE)
			dhcp_message(b, (uint8_t)type, loader);
}

static void arp(const struct board *b, bool reply)
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t buf[64];
	struct writer w = writer_init(buf, sizeof(buf));
	const uint8_t *from = reply ? server_mac : b->mac, *to = reply ? b->mac : broadcast;

	writer_bytes(&w, bytes_of(to, 6));
	writer_bytes(&w, bytes_of(from, 6));
	writer_be16(&w, 0x0806);
	writer_be32(&w, 0x00010800);
	writer_be32(&w, reply ? 0x06040002 : 0x06040001);
	writer_bytes(&w, bytes_of(from, 6));
	writer_be32(&w, reply ? SERVER_IP : b->ip);
	writer_fixed(&w, reply ? bytes_of(b->mac, 6) : bytes_of(NULL, 0), 6);
	writer_be32(&w, reply ? b->ip : SERVER_IP);
	writer_zero(&w, 18);
	emit(&w);
}

/* One request, or one block and its ACK. */
static void tftp_step(struct board *b)
{
	struct ends c = from_board(b, 20000 + b->file + b->serial % 9000, TFTP_PORT);
	struct ends s = from_server(b, (uint16_t)(32768 + b->file), c.sport);
	uint8_t body[FRAME_MAX];
	struct writer w = writer_init(body, sizeof(body)), r = w;
	struct tftp m = { .op = TFTP_RRQ };
	uint32_t size = files[b->file].size, at = b->block * TFTP_BLOCK;
	char name[64], num[16];

	if (b->block == 0) {
		snprintf(name, sizeof(name), "%08x/%s", b->serial, files[b->file].name);
		snprintf(num, sizeof(num), "%u", size);
		m.file = bytes_str(name);
		m.mode = bytes_str("octet");
		tftp_add(&m, "tsize", "0");
		tftp_add(&m, "blksize", "1468");
		tftp_encode(&m, &w);
		udp(&c, &w);
		memset(&m, 0, sizeof(m));
		m.op = size ? TFTP_OACK : TFTP_ERROR;
		m.error_code = 1;
		m.message = bytes_str("file not found");
		if (size) {
			tftp_add(&m, "tsize", num);
			tftp_add(&m, "blksize", "1468");
		}
		tftp_encode(&m, &r);
		udp(&s, &r);
	} else {
		at -= TFTP_BLOCK;
		writer_be16(&w, TFTP_DATA);
		writer_be16(&w, (uint16_t)b->block);
		writer_bytes(
			&w, bytes_of(filler, size - at < TFTP_BLOCK ? size - at : TFTP_BLOCK - 20));
		if (size - at >= TFTP_BLOCK)
			writer_zero(&w, 20);
		udp(&s, &w);
	}
	if (size) {
		c.dport = s.sport;
		r = writer_init(body, sizeof(body));
		writer_be16(&r, TFTP_ACK);
		writer_be16(&r, (uint16_t)b->block);
		udp(&c, &r);
	}
	if (size && b->block * TFTP_BLOCK <= size) {
		b->block++;
		return;
	}
	b->block = 0;
	if (++b->file == FILES)
		b->step = STEP_KERNEL_DHCP;
}

/* Credentials: AUTH_SYS, no host name, root, two groups. */
static void rpc_call(struct writer *w, uint32_t xid, uint32_t prog, uint32_t vers, uint32_t proc)
{
	const uint32_t head[] = { xid, 0, 2, prog, vers, proc, 1, 28, 1, 0, 0, 0, 2, 0, 0, 0, 0 };

	for (uint32_t i = 0; i < 17; i++)
		writer_be32(w, head[i]);
}

static void rpc_reply(struct writer *w, uint32_t xid)
{
	const uint32_t head[] = { xid, 1, 0, 0, 0, 0 };

	for (uint32_t i = 0; i < 6; i++)
		writer_be32(w, head[i]);
}

static void rpc_udp(struct board *b, uint16_t port, uint32_t prog, uint32_t vers, uint32_t proc,
		    const uint32_t *arg, uint32_t n_arg, const uint32_t *res, uint32_t n_res)
{
	uint8_t body[512];
	struct writer w = writer_init(body, sizeof(body));
	struct ends c = from_board(b, 900, port), s = from_server(b, port, 900);

	rpc_call(&w, b->xid, prog, vers, proc);
	for (uint32_t i = 0; i < n_arg; i++)
		writer_be32(&w, arg[i]);
	udp(&c, &w);
	w = writer_init(body, sizeof(body));
	rpc_reply(&w, b->xid++);
	for (uint32_t i = 0; i < n_res; i++)
		writer_be32(&w, res[i]);
	udp(&s, &w);
}

static void map_step(struct board *b)
{
	static const uint32_t ask[] = { 100005, 3, 17, 0 }, answer[] = { 20048 };

	rpc_udp(b, 111, 100000, 2, 3, ask, 4, answer, 1);
	b->step = STEP_MOUNT;
}

static void mount_step(struct board *b)
{
	static const uint32_t path[] = { 8, 0x2f73 << 16 | 0x7276,
					 0x2f70 << 16 | 0x6934 }; /* "/srv/pi4" */
	static const uint32_t ok[] = { 0, 16, 1, 2, 3, 4, 1, 1 };

	rpc_udp(b, 20048, 100005, 3, 1, path, 3, ok, 8);
	b->step = STEP_OPEN;
}

static void open_step(struct board *b)
{
	struct ends c = from_board(b, 700, 2049), s = from_server(b, 2049, 700);
	struct bytes none = { NULL, 0 };

	b->seq_c = dice(1 << 24);
	b->seq_s = dice(1 << 24);
	tcp(&c, b->seq_c++, 0, 2, none, none);
	tcp(&s, b->seq_s++, b->seq_c, 18, none, none);
	tcp(&c, b->seq_c, b->seq_s, 16, none, none);
	b->step = STEP_READ;
}

static void read_call(struct board *b)
{
	uint8_t body[256];
	struct writer w = writer_init(body, sizeof(body));
	struct ends c = from_board(b, 700, 2049);
	uint32_t mark = w.pos;

	writer_be32(&w, 0);
	rpc_call(&w, b->xid, 100003, 3, 6);
	writer_be32(&w, 16);
	writer_bytes(&w, bytes_of("\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4", 16));
	writer_be64(&w, (uint64_t)b->reads * READ_SIZE);
	writer_be32(&w, READ_SIZE);
	writer_put_be32(&w, mark, 0x80000000u | (w.pos - 4));
	tcp(&c, b->seq_c, b->seq_s, 24, writer_done(&w), bytes_of(NULL, 0));
	b->seq_c += w.pos;
	b->left = 24 + 4 + 4 + 84 + 12 + READ_SIZE;
}

static void read_head(struct board *b, struct writer *w)
{
	writer_be32(w, 0x80000000u | b->left);
	rpc_reply(w, b->xid++);
	writer_be32(w, 0);
	writer_be32(w, 1);
	writer_be32(w, 1);
	writer_zero(w, 80);
	writer_be32(w, READ_SIZE);
	writer_be32(w, 0);
	writer_be32(w, READ_SIZE);
	b->left -= w->pos - 4;
}

/* A call, or the next segment of its reply. */
static void read_step(struct board *b)
{
	uint8_t head[160];
	struct writer w = writer_init(head, sizeof(head));
	struct ends s = from_server(b, 2049, 700), c = from_board(b, 700, 2049);
	uint32_t n;

	if (b->left == 0) {
		read_call(b);
		read_head(b, &w);
	}
	n = SEGMENT - w.pos < b->left ? SEGMENT - w.pos : b->left;
	tcp(&s, b->seq_s, b->seq_c, 16, writer_done(&w), bytes_of(filler, n));
	b->seq_s += w.pos + n;
	b->left -= n;
	if (dice(2))
		tcp(&c, b->seq_c, b->seq_s, 16, bytes_of(NULL, 0), bytes_of(NULL, 0));
	if (b->left == 0 && ++b->reads == NFS_READS)
		b->step = STEP_DONE;
}

static void board_step(struct board *b)
{
	switch (b->step) {
	case STEP_DHCP:
		exchange(b, true);
		b->step = STEP_ARP;
		break;
	case STEP_ARP:
		arp(b, false);
		arp(b, true);
		b->step = STEP_TFTP;
		break;
	case STEP_TFTP:
		tftp_step(b);
		break;
	case STEP_KERNEL_DHCP:
		exchange(b, false);
		b->step = STEP_MAP;
		break;
	case STEP_MAP:
		map_step(b);
		break;
	case STEP_MOUNT:
		mount_step(b);
		break;
	case STEP_OPEN:
		open_step(b);
		break;
	case STEP_READ:
		read_step(b);
		break;
	case STEP_DONE:
		break;
	}
}

/* Web and media traffic of machines that do not netboot. */
static void background(void)
{
	static const uint8_t router[6] = { 2, 0, 0, 0, 0, 2 };
	uint8_t mac[6] = { 0x3c, 0, 0, 0, 0, (uint8_t)dice(200) };
	uint32_t far = 0xc6336400 | dice(250), near = 0x0a00f000 | mac[5],
		 n = 40 + dice(SEGMENT - 40);
	struct ends e = { router, mac, far, near, 443, (uint16_t)(40000 + dice(5000)) };
	uint8_t body[FRAME_MAX];
	struct writer w = writer_init(body, sizeof(body));

	if (dice(3)) {
		tcp(&e, rng, 1, 16, bytes_of(filler, n), bytes_of(NULL, 0));
	} else {
		writer_u8(&w, 0x40);
		writer_bytes(&w, bytes_of(filler, n - 1));
		udp(&e, &w);
	}
}

static void board_init(struct board *b, uint32_t i)
{
	const uint8_t mac[6] = {
		0xdc, 0xa6, 0x32, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i
	};

	memset(b, 0, sizeof(*b));
	memcpy(b->mac, mac, 6);
	b->ip = FIRST_BOARD_IP + i;
	b->serial = 0x10000000 + i * 7919;
}

int main(int argc, char **argv)
{
	const uint32_t head[6] = { 0xa1b2c3d4, 0x00040002, 0, 0, 262144, 1 };
	uint32_t n = argc == 3 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0, done = 0;
	uint64_t want = argc == 3 ? strtoull(argv[2], NULL, 10) * 1000000 : 0;
	struct board *boards = n && n <= 60000 ? calloc(n, sizeof(*boards)) : NULL;

	if (!boards) {
		fprintf(stderr,
			"usage: gen_boots BOARDS MEGABYTES > boots.pcap (at most 60000 boards)\n");
		return 2;
	}
	for (uint32_t i = 0; i < SEGMENT; i++)
		filler[i] = (uint8_t)(128 + dice(128));
	for (uint32_t i = 0; i < n; i++)
		board_init(&boards[i], i);
	put(head, sizeof(head));
	while (written < want) {
		struct board *b = &boards[dice(n)];

		if (b->step == STEP_DONE) {
			/* it is up: another board's turn, and when all are up this one reads on */
			done++;
			if (done > 4 * n && b->reads % 2 == 0)
				b->step = STEP_READ;
			b->reads = 0;
			background();
			continue;
		}
		for (uint32_t i = 1 + dice(8); i && b->step != STEP_DONE; i--)
			board_step(b);
		if (dice(3) == 0)
			background();
	}
	free(boards);
	return fflush(stdout) ? 3 : 0;
}
