/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_SERVED_H
#define PROBE_SERVED_H

/* A TFTP server of a test, for a board that has its address. */
#include "probing.h"
#include "tftp.h"

static const struct file {
	const char *name, *text; /* text NULL: 1000 bytes of anything */
} * served;
static uint32_t n_served;
static const char *mute; /* of this file nothing more than its size */
static char asked[8192]; /* names, a blank behind each; of a look with a question mark */

static inline void from_tftpd(const struct sent *to, const struct tftp *m)
{
	uint8_t buf[2048];
	struct writer w = writer_init(buf, sizeof(buf));
	struct probe_datagram d = {
		.src = to->d.dst, .dst = BOARD, .sport = 5000, .dport = to->d.sport
	};

	tftp_encode(m, &w);
	assert_int_equal(w.err, ERR_OK);
	d.data = writer_done(&w);
	probe_take(probe, &d, now);
}

static inline const struct file *file_named(struct bytes name)
{
	for (uint32_t i = 0; i < n_served; i++)
		if (bytes_is(name, served[i].name))
			return &served[i];
	return NULL;
}

static inline void answer_request(const struct sent *s, const struct tftp *q)
{
	struct tftp m = { .op = TFTP_OACK };
	const struct file *f = file_named(q->file);
	char size[16];
	struct text t = text_init(size, sizeof(size));
	uint32_t at = (uint32_t)strlen(asked);
	struct text all = text_init(asked + at, sizeof(asked) - at);

	if (mute && bytes_is(q->file, mute) && strstr(asked, mute))
		return;
	text_safe(&all, q->file);
	text_char(&all, ' ');
	if (!f) {
		m = (struct tftp) { .op = TFTP_ERROR,
				    .error_code = 1,
				    .message = bytes_str("no \x1bsuch file") };
	} else if (q->has & 1u << TFTP_TSIZE) {
		text_fmt(&t, "%u", f->text ? (unsigned)strlen(f->text) : 1000);
		tftp_add(&m, "tsize", size);
		if (q->has & 1u << TFTP_BLKSIZE)
			tftp_add(&m, "blksize", "1400");
	} else if (q->has & 1u << TFTP_BLKSIZE) {
		tftp_add(&m, "blksize", "1400");
	} else {
		static const uint8_t zeros[512];

		m = (struct tftp) { .op = TFTP_DATA, .block = 1, .data = bytes_of(zeros, 100) };
	}
	from_tftpd(s, &m);
}

/* Blocks as that profile negotiated them: 1400, or 512 without. */
static inline void answer_ack(const struct sent *s, const struct tftp *a, const struct file *f,
			      uint32_t size)
{
	static const uint8_t zeros[1400];
	struct bytes all = f->text ? bytes_str(f->text) : bytes_of(zeros, 1000);
	uint32_t at = a->block * size;
	struct tftp m = { .op = TFTP_DATA, .block = (uint16_t)(a->block + 1) };

	if (at > all.n)
		return; /* that was the last */
	m.data = bytes_of(all.p + at, all.n - at < size ? all.n - at : size);
	from_tftpd(s, &m);
}

static inline void serve(const struct file *files, uint32_t n)
{
	const struct file *f = NULL;
	uint32_t size = 512;

	served = files;
	n_served = n;
	asked[0] = 0;
	for (uint32_t i = n_sent - 1; i < n_sent && probe_result(probe)->verdict == PROBE_GOES_ON;
	     i++) {
		struct reader r = reader_init(sent[i].data, sent[i].d.data.n, sent[i].d.data.n);
		struct sent s = sent[i];
		struct tftp m;

		if (s.d.dport == 67)
			break; /* the next program */
		assert_int_equal(tftp_decode(&r, &m), ERR_OK);
		if (m.op == TFTP_RRQ) {
			f = file_named(m.file);
			size = m.has & 1u << TFTP_BLKSIZE ? 1400 : 512;
			answer_request(&s, &m);
		} else if (f && m.op == TFTP_ACK) {
			answer_ack(&s, &m, f, size);
		}
	}
}

static inline void boot_to_files(const char *profile)
{
	start(profile);
	offer((struct offer) {
		.yiaddr = BOARD, .siaddr = TFTPD, .o66 = BYTES("10.9.0.9"), .file = "bootfile.0" });
	settle();
	if (probe_profile_find(profile)->request)
		ack();
}

static inline bool asks_for(const char *name)
{
	return strstr(asked, name) != NULL;
}

/* The folder of the board that has this serial number. */
#define S "5b154510/"

static const struct file pi4_files[] = {
	{ "5b154510/start4.elf", NULL },     { "5b154510/config.txt", "arm_64bit=1\n" },
	{ "5b154510/fixup4.dat", NULL },     { "5b154510/bcm2711-rpi-4-b.dtb", NULL },
	{ "5b154510/cmdline.txt", "ip=on" }, { "5b154510/kernel8.img", NULL },
};

#endif
