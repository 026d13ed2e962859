/* SPDX-License-Identifier: BSD-2-Clause */
#include "advice.h"

#include "text.h"

static struct text next(struct advice *a)
{
	return text_init(a->line[a->n++], ADVICE_LINE);
}

/* The machine through which most goes: who serves files, else who offers addresses. */
static const struct server *best_server(const struct scope *s)
{
	static const uint32_t wanted[] = { ROLE_TFTP, ROLE_NFS, ROLE_DHCP | ROLE_PROXY_DHCP };

	for (size_t k = 0; k < sizeof(wanted) / sizeof(wanted[0]); k++)
		for (uint32_t i = 0; i < scope_servers(s); i++)
			if ((scope_server(s, i)->roles | scope_server(s, i)->named) & wanted[k])
				return scope_server(s, i);
	return NULL;
}

/* The board to look at: the first that did not get up. */
static const struct client *stuck_client(const struct scope *s)
{
	for (uint32_t i = 0; i < scope_clients(s); i++) {
		const struct boot *b = client_last_boot(scope_client(s, i));

		if (b && !b->os_only && b->outcome != OUTCOME_BOOTED)
			return scope_client(s, i);
	}
	return NULL;
}

/* Cooked captures of "any" know no Ethernet addresses, so the filter goes by IP. */
static void put_command(const struct scope *s, struct text *t)
{
	const struct server *server = best_server(s);
	const struct client *c = stuck_client(s);

	text_str(t, "ssh root@");
	if (server)
		text_address(t, server->ip);
	else
		text_str(t, "SERVER");
	text_str(t, " tcpdump -i any -U -s 0 -w - \"arp or icmp or udp");
	if (c && c->n_addresses) {
		text_str(t, " or host ");
		text_address(t, c->address[0]);
	} else {
		text_str(t, " or port 111 or port 2049");
	}
	text_str(t, "\" | bootscope analyze -r -");
}

static void place(const struct scope *s, struct advice *a)
{
	const struct vantage *v = scope_vantage(s);
	struct text t;

	if (v->kind != VANTAGE_BROADCAST_ONLY && v->kind != VANTAGE_ONE_WAY &&
	    (v->kind != VANTAGE_UNKNOWN || !stuck_client(s) || v->unicast_to_clients))
		return;
	t = next(a);
	if (v->kind == VANTAGE_ONE_WAY)
		text_str(&t, "Only one direction passes here. ");
	else
		text_str(&t, "What is sent to one board alone may pass this place by. ");
	text_str(&t,
		 "To see both sides capture on the server, or on a mirror port of the switch: ");
	put_command(s, &t);
}

void advice_of(const struct scope *s, struct advice *out)
{
	const struct vantage *v = scope_vantage(s);
	const struct scope_counts *n = scope_counts(s);
	struct text t;

	out->n = 0;
	place(s, out);
	if (v->starts_in_middle && stuck_client(s)) {
		t = next(out);
		text_str(&t, "A boot was under way when the capture began. Start it first, then "
			     "switch the board on.");
	}
	if (v->dropped) {
		t = next(out);
		text_fmt(
			&t,
			"Lost while capturing: %llu frames. So what looks missing may only not "
			"have been seen: capture again with a larger buffer (tcpdump -B 8192) or a "
			"narrower filter.",
			(unsigned long long)v->dropped);
	}
	/* bulk data may be cut, messages not: those fit into the smallest length people choose */
	if (v->cut_frames && n->frames && scope_wire_stats(s)->errors) {
		t = next(out);
		text_fmt(
			&t,
			"Held only in part: %llu of the frames. Messages that could not be read to "
			"their end: %llu. Capture with tcpdump -s 0.",
			(unsigned long long)v->cut_frames,
			(unsigned long long)scope_wire_stats(s)->errors);
	}
}
