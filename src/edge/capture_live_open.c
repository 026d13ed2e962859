/* SPDX-License-Identifier: BSD-2-Clause */
/* What of a live capture wants privileges, and what is said when they are not there. */
#include "config.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture_live_parts.h"
#include "letters.h"
#include "may_capture.h"
#include "text.h"

/* What a kernel buffer waits for company before it is handed over: short against what a person
 * notices, long enough that a busy wire is read by the buffer and not by the frame. */
enum { GATHER_MS = 20, NAMES_SHOWN = 12 };

static void say(char *why, size_t n, const struct text *t)
{
	snprintf(why, n, "%s", t->buf);
}

/* "eth0 (192.168.1.2), wlan0 (no carrier)" */
static void list_links(const struct link_list *list, struct text *t)
{
	uint32_t shown = 0;

	for (uint32_t i = 0; i < list->n && shown < NAMES_SHOWN; i++) {
		const struct link *l = &list->row[i];

		if (l->loopback)
			continue;
		text_fmt(t, "%s%s (", shown++ ? ", " : "", l->name);
		if (!l->up)
			text_str(t, "down");
		else if (!l->carrier)
			text_str(t, "no carrier");
		else if (l->n_addresses)
			text_address(t, l->address[0]);
		else
			text_str(t, "no address");
		text_char(t, ')');
	}
	if (!shown)
		text_str(t, "none but the loopback");
}

static int no_such(const char *name, const struct link_list *list, char *why, size_t n)
{
	struct bytes v = bytes_of(name, (uint32_t)strlen(name));
	char buf[LIVE_WHY_MAX];
	struct text t = text_init(buf, sizeof(buf));
	const char *near = NULL;
	uint32_t least = v.n / 3 + 2;

	for (uint32_t i = 0; i < list->n; i++) {
		uint32_t apart = words_apart(v, list->row[i].name);

		if (apart < least) {
			least = apart;
			near = list->row[i].name;
		}
	}
	text_str(&t, "there is no interface '");
	text_safe(&t, v);
	text_char(&t, '\'');
	if (near)
		text_fmt(&t, "; did you mean %s?", near);
	text_str(&t, near ? " There are: " : "; there are: ");
	list_links(list, &t);
	say(why, n, &t);
	return -ENODEV;
}

static int refused(int r, pcap_t *p, const char *name, const struct link_list *list, char *why,
		   size_t n)
{
	switch (r) {
	case PCAP_ERROR_NO_SUCH_DEVICE:
		return no_such(name, list, why, n);
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		/* it is asked for before the name is looked at */
		if (!link_by_name(list, name) && strcmp(name, "any") != 0)
			return no_such(name, list, why, n);
		may_capture_words(name, why, n);
		return -EPERM;
	case PCAP_ERROR_IFACE_NOT_UP:
		snprintf(why, n, "%s is down: sudo ip link set %s up", name, name);
		return -ENETDOWN;
	default:
		snprintf(why, n, "%s cannot be captured on: %s", name,
			 p ? pcap_geterr(p) : "memory ran out");
		return -EIO;
	}
}

/* LINKTYPE_ of a DLT_: the same but for raw IP (www.tcpdump.org/linktypes.html). */
static uint32_t linktype(int datalink)
{
	return datalink == DLT_RAW ? 101 : (uint32_t)datalink;
}

/* The loopback's frames come by as they leave and as they arrive; libpcap takes the latter, but
 * when the kernel has copied both. Where it does not know how to leave one out, that is all. */
void live_arriving(int fd, uint16_t hardware)
{
	int on = hardware == ARPHRD_LOOPBACK;

	(void)setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
}

static void note_binding(struct port *port)
{
	struct sockaddr_ll a;
	socklen_t n = sizeof(a);

	memset(&a, 0, sizeof(a));
	if (getsockname(port->fd, (struct sockaddr *)&a, &n) == 0) {
		port->index = a.sll_ifindex;
		port->hardware = a.sll_hatype;
	}
	live_arriving(port->fd, port->hardware);
}

/* 0, and whatever no frame is as long as: all. */
static uint32_t whole(uint32_t snaplen)
{
	return snaplen && snaplen < KEEP_WHOLE ? snaplen : KEEP_WHOLE;
}

static int activate(pcap_t *p, const struct live_options *o)
{
	uint32_t kib = o->buffer_kib ? o->buffer_kib : LIVE_BUFFER_KIB;

	pcap_set_snaplen(p, (int)whole(o->snaplen));
	pcap_set_promisc(p, !o->not_promiscuous);
	pcap_set_timeout(p, GATHER_MS);
	/* libpcap takes the older ring then, of one slot a frame whatever its length */
	pcap_set_immediate_mode(p, o->immediate);
	pcap_set_buffer_size(p, (int)(kib > INT32_MAX >> 10 ? INT32_MAX : kib << 10));
	pcap_set_tstamp_precision(p, PCAP_TSTAMP_PRECISION_NANO);
	return pcap_activate(p);
}

/* The program in the kernel; that of the first interface is kept to be shown. */
static int set_filter(struct live *l, struct port *port, char *why, size_t n)
{
	struct bpf_program program;
	int r = live_filter_compile(port->pcap, &l->how, &program, why, n);

	if (r)
		return r;
	if (pcap_setfilter(port->pcap, &program)) {
		snprintf(why, n, "%s takes no filter: %s", port->told->name,
			 pcap_geterr(port->pcap));
		r = -EIO;
	}
	if (!r && port == &l->port[0])
		l->filter = program;
	else
		free(program.bf_insns);
	return r;
}

static int open_port(struct live *l, const char *name, const struct live_options *o,
		     const struct link_list *list, char *why, size_t n)
{
	struct port *port = &l->port[l->n];
	char trouble[PCAP_ERRBUF_SIZE];
	int r;

	if (l->n == LIVE_PORTS_MAX) {
		snprintf(why, n, "more than %d interfaces at once", LIVE_PORTS_MAX);
		return -E2BIG;
	}
	if (strlen(name) >= LINK_NAME_MAX)
		return no_such(name, list, why, n);
	memset(port, 0, sizeof(*port));
	port->any = strcmp(name, "any") == 0;
	port->promiscuous = !o->not_promiscuous && !port->any;
	port->told = live_row(l, name);
	port->pcap = pcap_create(name, trouble);
	if (!port->pcap)
		return refused(PCAP_ERROR, NULL, name, list, why, n);
	l->n++; /* live_close closes it from here on */
	r = activate(port->pcap, o);
	if (r < 0)
		return refused(r, port->pcap, name, list, why, n);
	port->told->link = linktype(pcap_datalink(port->pcap));
	port->told->snaplen = (uint32_t)pcap_snapshot(port->pcap);
	port->units =
		pcap_get_tstamp_precision(port->pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
	port->fd = pcap_get_selectable_fd(port->pcap);
	note_binding(port);
	r = set_filter(l, port, why, n);
	if (!r && pcap_setnonblock(port->pcap, 1, trouble)) {
		snprintf(why, n, "%s: %s", name, trouble);
		r = -EIO;
	}
	return r;
}

int live_open(const struct live_options *o, const struct links *links, struct live **out, char *why,
	      size_t n)
{
	struct live *l = calloc(1, sizeof(*l));
	int r = 0;

	if (!l || (o->filter && !(l->words = strdup(o->filter)))) {
		free(l);
		snprintf(why, n, "memory ran out");
		return -ENOMEM;
	}
	l->how = (struct live_filter) { .user = l->words,
					.snaplen = o->snaplen ? whole(o->snaplen) : 0,
					.all = o->all };
	live_look(l);
	for (uint32_t i = 0; i < o->n_interfaces && !r; i++)
		r = open_port(l, o->interface[i], o, links_list(links), why, n);
	if (r) {
		live_close(l);
		return r;
	}
	*out = l;
	return 0;
}

int live_choose(const struct links *links, char name[LINK_NAME_MAX], char *why, size_t n)
{
	const struct link_list *list = links_list(links);
	const struct link *best = links_default(links);
	char buf[LIVE_WHY_MAX];
	struct text t = text_init(buf, sizeof(buf));

	/* a port of a bridge sees what passes through it, its bridge what reaches this machine */
	for (uint32_t i = 0; i < list->n && !best; i++)
		if (list->row[i].carrier && !list->row[i].loopback && !list->row[i].master)
			best = &list->row[i];
	if (best) {
		memcpy(name, best->name, LINK_NAME_MAX);
		return 0;
	}
	text_str(&t, "no interface has a carrier to capture on; name one with -i. There are: ");
	list_links(list, &t);
	say(why, n, &t);
	return -ENODEV;
}
