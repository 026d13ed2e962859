/* SPDX-License-Identifier: BSD-2-Clause */
#include "vantage.h"

#include <string.h>

#include "model.h"

static const char *const kinds[] = { "unknown", "full",           "server",
				     "client",  "broadcast-only", "one-way" };

const char *vantage_key(enum vantage_kind k)
{
	return (unsigned)k <= VANTAGE_ONE_WAY ? kinds[k] : kinds[0];
}

/* One more frame with m in it. */
static void common_add(struct common_macs *t, struct mac m)
{
	int empty = -1;

	for (int i = 0; i < COMMON_MACS; i++) {
		if (t->row[i].credit && mac_equal(t->row[i].mac, m)) {
			t->row[i].credit++;
			t->row[i].hits++;
			return;
		}
		if (!t->row[i].credit)
			empty = i;
	}
	if (empty >= 0) {
		t->row[empty].mac = m;
		t->row[empty].credit = t->row[empty].hits = 1;
		t->row[empty].since = t->frames;
		return;
	}
	for (int i = 0; i < COMMON_MACS; i++)
		t->row[i].credit--;
}

void vantage_unicast(struct scope *s, const struct ether *e)
{
	common_add(&s->common, e->src);
	common_add(&s->common, e->dst);
	s->common.frames++;
}

/* A machine sees its own unicast only, but for what a switch floods now and then. Who is in nearly
 * all frames is that machine; where nobody is, others' traffic is visible. */
static void judge_own(struct scope *s)
{
	const struct common_macs *t = &s->common;
	struct vantage *v = &s->vantage;
	uint32_t alike = 0;

	memset(&v->own, 0, sizeof(v->own));
	v->third_party = false;
	if (t->frames < 4)
		return;
	for (int i = 0; i < COMMON_MACS; i++) {
		if (t->row[i].credit && t->row[i].hits >= t->frames - t->frames / 20 - 1) {
			v->own = t->row[i].mac;
			alike++;
		}
	}
	v->third_party = alike == 0;
	if (alike != 1) /* two: one conversation, seen at either end or between */
		memset(&v->own, 0, sizeof(v->own));
}

static bool boots(struct scope *s, struct mac m)
{
	const struct slot *c = slot_by_mac(s, m);
	const struct boot *b = c ? slot_boot(c) : NULL;

	return b && !b->os_only;
}

static void judge_one_way(struct vantage *v)
{
	v->kind = VANTAGE_ONE_WAY;
	v->why = v->unicast_from_clients ? "unicast from the boards was seen, none to them"
					 : "unicast to the boards was seen, none from them";
}

/* A board that gets no further than broadcasts looks the same as one seen by a bystander: nothing
 * says that we are one, unless a client acts on answers that were not seen. */
static void judge_broadcasts(struct scope *s, struct vantage *v)
{
	v->kind = VANTAGE_UNKNOWN;
	v->why = "only broadcasts of the boards were seen, and nothing tells whether there was "
		 "more";
	for (uint32_t i = 0; i < s->n_clients; i++) {
		const struct boot *b = slot_boot(&s->slot[s->order[i]]);

		for (const struct exchange *e = b ? b->exchanges : NULL; e; e = e->next)
			if (e->discovers && e->requests && !e->n_replies) {
				v->kind = VANTAGE_BROADCAST_ONLY;
				v->why = "boards take offers that were not seen: this place sees "
					 "broadcasts only";
			}
	}
}

/* Of what was seen: unicast frames of clients, to clients, broadcasts. */
void vantage_judge(struct scope *s)
{
	struct vantage *v = &s->vantage;

	v->cut_frames = s->wire ? wire_stats(s->wire)->cut_frames : 0;
	v->starts_in_middle = false;
	for (uint32_t i = 0; i < s->n_clients; i++) {
		const struct boot *b = client_boot(&s->slot[s->order[i]].c, 0);

		if (b && b->attempt == 1 && b->begun_before && !b->os_only)
			v->starts_in_middle = true;
	}
	judge_own(s);
	if (v->outgoing && (v->incoming || v->outgoing_of_clients)) {
		/* a server may once have asked for its own address */
		bool client = v->outgoing_of_clients > v->outgoing / 2 ||
			      (v->unicast_from_clients && v->unicast_to_clients == 0);

		v->kind = client ? VANTAGE_CLIENT : VANTAGE_SERVER;
		v->why = "the capture marks frames that its own host sent";
	} else if (!mac_none(v->own) && boots(s, v->own)) {
		v->kind = VANTAGE_CLIENT;
		v->why = "all unicast is to or from one board: it was captured there, or for it";
	} else if (!mac_none(v->own)) {
		v->kind = VANTAGE_SERVER;
		v->why = "all unicast is to or from one machine that serves: it was captured "
			 "there, or for it";
	} else if (v->third_party) {
		v->kind = VANTAGE_FULL;
		v->why = "unicast between other machines was seen";
	} else if (v->unicast_from_clients && v->unicast_to_clients) {
		v->kind = VANTAGE_FULL;
		v->why = "unicast to and from the boards was seen";
	} else if (!v->unicast_from_clients && v->unicast_to_clients && !v->answers_to_clients) {
		/* boards that get no further than DHCP and ARP have nothing to send but broadcasts
		 */
		v->kind = VANTAGE_UNKNOWN;
		v->why = "the boards sent broadcasts only, and answers to them were seen";
	} else if (v->unicast_from_clients + v->unicast_to_clients >= 3) {
		judge_one_way(v);
	} else if (v->broadcasts_from_clients) {
		judge_broadcasts(s, v);
	} else {
		v->kind = VANTAGE_UNKNOWN;
		v->why = "no boot traffic was seen";
	}
}
