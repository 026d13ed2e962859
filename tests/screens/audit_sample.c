/* SPDX-License-Identifier: BSD-2-Clause */
#include "audit_sample.h"

#include <string.h>

#include "dhcp.h"
#include "profile.h"
#include "text.h"

enum { SERVER = 0x0a090001, OTHER = 0x0a090002, BOARD = 0x0a090032, SERIAL = 0x0c78ef2a };

static struct audit audit;
static struct view_audit view;

static const char *const lists[AUDIT_CHOICES] = {
	[AUDIT_OF_PIS] = "pi3b pi3b-plus pi4 pi5",
	[AUDIT_OF_USUAL] = "pi3b pi3b-plus pi4 pi5 pxe-bios uefi-x64 uefi-arm64 ipxe u-boot linux",
};

static void list_models(void)
{
	for (int c = 0; c < AUDIT_CHOICES; c++) {
		struct view_models *to = &view.models[c];
		const struct probe_profile *p;

		for (uint32_t i = 0; (p = probe_profile_at(i)) != NULL; i++) {
			if (lists[c] && !strstr(lists[c], p->key))
				continue;
			if (lists[c] && strcmp(p->key, "pi4-2019") == 0)
				continue;
			to->key[to->n] = p->key;
			to->title[to->n++] = p->title;
		}
	}
}

static void words(struct audit_model *m, enum audit_step s, enum audit_state state, const char *v)
{
	struct text t = text_init(m->row[s].words, sizeof(m->row[s].words));

	m->row[s].state = state;
	text_str(&t, v);
}

static void offered(struct audit_model *m, uint32_t from, const char *file, const char *reason)
{
	static const uint8_t type[] = { DHCP_OFFER };
	struct audit_offer *o = &m->offer[m->n_offers++];
	struct dhcp d = { .op = 2, .htype = 1, .hlen = 6, .yiaddr = BOARD, .siaddr = from };
	struct writer w = writer_init(o->message, sizeof(o->message));

	dhcp_add(&d, DHCP_OPT_TYPE, bytes_of(type, 1));
	if (file)
		dhcp_add(&d, DHCP_OPT_BOOTFILE, bytes_str(file));
	dhcp_encode(&d, 300, &w);
	o->from = from;
	o->reason_key = "key";
	o->reason = reason;
	o->n = (uint16_t)writer_done(&w).n;
}

static struct audit_model *begin(void)
{
	struct audit_model *m = &audit.model[audit.n_models];

	m->key = view.models[AUDIT_OF_USUAL].key[audit.n_models];
	m->title = view.models[AUDIT_OF_USUAL].title[audit.n_models];
	m->mac =
		(struct mac) { { 0x02, 0xb5, (uint8_t)(0x10 + audit.n_models), 0x78, 0xef, 0x2a } };
	m->serial = SERIAL;
	audit.n_models++;
	view.done = audit.n_models;
	words(m, AUDIT_LINK, AUDIT_PASSED, "");
	return m;
}

static void passes(void)
{
	struct audit_model *m = begin();

	m->verdict = AUDIT_PASS;
	m->stage = STAGE_TFTP_KERNEL;
	m->reason_key = "done";
	m->reason = "all that it asks for came";
	m->accepted_from = m->tftp_server = SERVER;
	memcpy(m->file, "config.txt", 11);
	words(m, AUDIT_DHCP, AUDIT_PASSED, "10.9.0.50 from 10.9.0.1");
	words(m, AUDIT_ARP, AUDIT_PASSED, "10.9.0.1");
	words(m, AUDIT_FIRST_FILE, AUDIT_PASSED, "config.txt: whole, 116 B");
	words(m, AUDIT_KERNEL, AUDIT_PASSED, "kernel8.img: whole, 9.1 MB, 41 MB/s");
	words(m, AUDIT_CMDLINE, AUDIT_NOT_TRIED, "cmdline.txt: not-found (1: File not found)");
	m->row[AUDIT_CMDLINE].fix = "Put a cmdline.txt beside config.txt: without it the kernel "
				    "has no root.";
	offered(m, SERVER, "pxelinux.0", "taken");
}

static void fails(enum finding_id id, const char *file)
{
	struct audit_model *m = begin();
	struct finding *f = &m->found.finding[m->found.n++];

	m->verdict = AUDIT_FAIL;
	m->stage = STAGE_DHCP_OFFER;
	m->reason_key = "no-boot-data";
	m->reason = "no offer tells it where to boot from";
	words(m, AUDIT_DHCP, AUDIT_FAILED, "no offer tells it where to boot from");
	words(m, AUDIT_FIRST_FILE, AUDIT_NOT_TRIED, "");
	f->id = id;
	f->confidence = CERTAIN;
	f->cause = true;
	finding_set_text(&m->found, f, P_CLIENT, "Pi 3B 0c78ef2a");
	finding_set_ip4(&m->found, f, P_DHCP, SERVER);
	finding_set_ip4(&m->found, f, P_SERVER, SERVER);
	finding_set_ip4(&m->found, f, P_TFTP, SERVER);
	finding_evidence(f, 2, "of a frame that no screen has");
	offered(m, SERVER, file, "it has no option 43");
	offered(m, OTHER, file, "it has no address to give");
}

static void state(enum view_audit_state s, uint64_t now_ns)
{
	view.state = s;
	view.began_ns = now_ns - 95000000000;
	view.ended_ns = now_ns - 20000000000;
}

const struct view_audit *audit_sample(const char *name, uint64_t now_ns)
{
	static const char long_words[] =
		"boot/very/deep/folders/of/somebody/who/likes/long/names/and/has/many/of/them/"
		"kernel8-of-the-day-before-yesterday.img: not-found (1: File not found)";

	view.audit = &audit;
	view.choice = AUDIT_OF_USUAL;
	memcpy(view.interface, "eth0", 5);
	memcpy(audit.interface, "eth0", 5);
	list_models();
	if (strcmp(name, "none") == 0)
		return &view;
	if (strcmp(name, "cannot") == 0) {
		view.cannot = "The process that plays boards is gone: start bootscope again.";
		return &view;
	}
	if (strcmp(name, "passed") == 0) {
		while (audit.n_models < view.models[AUDIT_OF_USUAL].n)
			passes();
		state(VIEW_AUDIT_OVER, now_ns);
		return &view;
	}
	fails(F_DHCP_NO_OPTION43, NULL);
	if (strcmp(name, "long") == 0) {
		struct audit_model *m = &audit.model[0];

		memcpy(view.interface, "enp0s31f6abcdef", 16);
		memcpy(audit.interface, "enp0s31f6abcdef", 16);
		words(m, AUDIT_KERNEL, AUDIT_FAILED, long_words);
		memcpy(m->file, long_words, AUDIT_WORDS - 50);
		offered(m, OTHER, long_words, "it has no option 43");
	}
	passes();
	passes();
	state(VIEW_AUDIT_RUNS, now_ns);
	memcpy(view.words, "sends DISCOVER", 15);
	if (strcmp(name, "stopped") == 0) {
		view.words[0] = 0;
		state(VIEW_AUDIT_STOPPED, now_ns);
	} else if (strcmp(name, "broken") == 0) {
		state(VIEW_AUDIT_FAILED, now_ns);
		memcpy(view.words,
		       "eth0 has no carrier: no cable, or what is at its other end is off", 66);
	} else if (strcmp(name, "failures") == 0 || strcmp(name, "long") == 0) {
		while (audit.n_models < view.models[AUDIT_OF_USUAL].n)
			passes();
		state(VIEW_AUDIT_OVER, now_ns);
	} else if (strcmp(name, "runs") != 0) {
		return NULL;
	}
	return &view;
}
