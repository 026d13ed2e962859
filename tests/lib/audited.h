/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AUDITED_H
#define AUDITED_H

/* Audits as they could have been, to be changed a little: two models, two servers. */
#include "audit_diff.h"
#include "dhcp.h"
#include "json.h"
#include "unit.h"

enum { ROUTER = 0x0a090001, OTHER = 0x0a090002, LEASE = 0x0a090032, WRITTEN = 1 << 18 };

static char written[WRITTEN];
static uint32_t n_written;

static void keep(void *ctx, const char *p, uint32_t n)
{
	(void)ctx;
	assert_true(n_written + n < sizeof(written));
	memcpy(written + n_written, p, n);
	n_written += n;
	written[n_written] = 0;
}

static const struct output to = { NULL, keep };

/* What an offer says beside an address. */
struct said {
	uint32_t next_server;
	const char *file, *name, *vendor;
	bool no_address;
};

static inline void offered(struct audit_model *m, uint32_t from, const char *result,
			   const struct said *said)
{
	static const uint8_t type[] = { DHCP_OFFER };
	struct audit_offer *o = &m->offer[m->n_offers++];
	struct dhcp d = { .op = 2,
			  .htype = 1,
			  .hlen = 6,
			  .xid = 77 + m->n_offers,
			  .yiaddr = said->no_address ? 0 : LEASE,
			  .siaddr = said->next_server };
	struct writer w = writer_init(o->message, sizeof(o->message));

	dhcp_add(&d, DHCP_OPT_TYPE, bytes_of(type, 1));
	if (said->file)
		dhcp_add(&d, DHCP_OPT_BOOTFILE, bytes_str(said->file));
	if (said->name)
		dhcp_add(&d, DHCP_OPT_TFTP_NAME, bytes_str(said->name));
	if (said->vendor)
		dhcp_add(&d, DHCP_OPT_VENDOR, bytes_str(said->vendor));
	dhcp_encode(&d, 300, &w);
	assert_int_equal(w.err, ERR_OK);
	o->from = from;
	o->reason_key = result;
	o->reason = "as it was said";
	o->n = (uint16_t)writer_done(&w).n;
}

static inline void row(struct audit_model *m, enum audit_step s, enum audit_state state,
		       const char *words)
{
	struct text t = text_init(m->row[s].words, sizeof(m->row[s].words));

	text_str(&t, words);
	m->row[s].state = state;
}

static inline void server(struct audit *a, uint32_t ip)
{
	a->server[a->n_servers++] = (struct audit_server) {
		.ip = ip, .mac = { { 2, 0, 0, 0, 0, (uint8_t)ip } }, .roles = 5
	};
}

static inline struct audit_model *model(struct audit *a, const char *key)
{
	struct audit_model *m = &a->model[a->n_models++];
	struct text t = text_init(m->file, sizeof(m->file));

	m->key = m->title = key;
	m->verdict = AUDIT_PASS;
	m->stage = STAGE_TFTP_KERNEL;
	m->reason_key = "done";
	m->reason = "all that was asked for came";
	m->address = LEASE;
	m->accepted_from = m->boot_from = m->tftp_server = ROUTER;
	text_str(&t, "start4.elf");
	row(m, AUDIT_LINK, AUDIT_PASSED, "");
	row(m, AUDIT_DHCP, AUDIT_PASSED, "10.9.0.50 from 10.9.0.1");
	row(m, AUDIT_FIRST_FILE, AUDIT_PASSED, "start4.elf: it is there");
	row(m, AUDIT_CONFIG, AUDIT_PASSED, "config.txt: complete, 12 B");
	row(m, AUDIT_KERNEL, AUDIT_PASSED, "kernel8.img: complete, 9.1 MB, 20.0 MB/s");
	return m;
}

/* A router that all boot from. */
static inline void usual(struct audit *a)
{
	static const struct said good = { .next_server = ROUTER, .vendor = "Raspberry Pi Boot" };

	memset(a, 0, sizeof(*a));
	memcpy(a->interface, "eth0", 5);
	a->began_ns = 1790000000000000000;
	server(a, ROUTER);
	offered(model(a, "pi4"), ROUTER, "taken", &good);
	offered(model(a, "pi5"), ROUTER, "taken", &good);
}

/* It stops before the first file, as if its offers were useless. */
static inline void fails(struct audit_model *m)
{
	m->verdict = AUDIT_FAIL;
	m->stage = STAGE_DHCP_OFFER;
	m->reason_key = "no-boot-data";
	m->reason = "no offer has boot data";
	m->accepted_from = m->boot_from = m->tftp_server = 0;
	m->file[0] = 0;
	row(m, AUDIT_DHCP, AUDIT_FAILED, "no offer has boot data");
	for (int s = AUDIT_FIRST_FILE; s < AUDIT_STEPS; s++)
		row(m, (enum audit_step)s, AUDIT_NOT_TRIED, "");
	m->found.n = 1;
	m->found.finding[0].id = F_DHCP_NO_OPTION43;
	m->found.finding[0].cause = true;
}

#endif
