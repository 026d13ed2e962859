/* SPDX-License-Identifier: BSD-2-Clause */
#include "vantage.h"

#include "model.h"

static const char *const kinds[] = { "unknown", "full",           "server",
				     "client",  "broadcast-only", "one-way" };

const char *vantage_key(enum vantage_kind k)
{
	return (unsigned)k <= VANTAGE_ONE_WAY ? kinds[k] : kinds[0];
}

/* Of what was seen: unicast frames of clients, to clients, broadcasts. */
void vantage_judge(struct scope *s)
{
	struct vantage *v = &s->vantage;

	v->cut_frames = s->wire ? wire_stats(s->wire)->cut_frames : 0;
	if (v->outgoing && v->incoming) {
		bool client = v->outgoing && v->unicast_from_clients && v->unicast_to_clients == 0;

		v->kind = client ? VANTAGE_CLIENT : VANTAGE_SERVER;
		v->why = "the capture marks frames that its own host sent";
	} else if (v->unicast_from_clients && v->unicast_to_clients) {
		v->kind = VANTAGE_FULL;
		v->why = "unicast to and from the boards was seen";
	} else if (!v->unicast_from_clients && v->unicast_to_clients &&
		   v->unicast_to_clients == v->dhcp_replies_unicast) {
		/* boards that get no further than DHCP and ARP have nothing to send but broadcasts
		 */
		v->kind = VANTAGE_UNKNOWN;
		v->why = "the boards sent broadcasts only, and answers to them were seen";
	} else if (v->unicast_from_clients + v->unicast_to_clients >= 3) {
		v->kind = VANTAGE_ONE_WAY;
		v->why = v->unicast_from_clients ? "unicast from the boards was seen, none to them"
						 : "unicast to the boards was seen, none from them";
	} else if (v->broadcasts_from_clients) {
		/* a board that gets no further than broadcasts looks the same: nothing says that we
		 * are a bystander, unless a client acts on answers that were not seen */
		v->kind = VANTAGE_UNKNOWN;
		v->why = "only broadcasts of the boards were seen, and nothing tells whether there "
			 "was more";
		for (uint32_t i = 0; i < s->n_clients; i++) {
			const struct boot *b = slot_boot(&s->slot[s->order[i]]);

			for (const struct exchange *e = b ? b->exchanges : NULL; e; e = e->next)
				if (e->discovers && e->requests && !e->n_replies) {
					v->kind = VANTAGE_BROADCAST_ONLY;
					v->why = "boards take offers that were not seen: this "
						 "place sees broadcasts only";
				}
		}
	} else {
		v->kind = VANTAGE_UNKNOWN;
		v->why = "no boot traffic was seen";
	}
}
