/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef MODEL_H
#define MODEL_H

#include "calls.h"
#include "lines.h"
#include "scope.h"

/* The inside of the model, shared by the files of this folder and by nobody else. */

/* A client and what only the model needs of it. c is first: the accessors go from one to the other.
 */
struct slot {
	struct client c;
	struct boot *boot[CAP_BOOTS]; /* boot n at [n % CAP_BOOTS] */
	uint32_t newer, older;        /* idle order, slot + 1; 0 ends */
	uint64_t idle_ns;             /* when it was last moved to the front */
	bool used;
};

/* From an address or a MAC to a slot. Linear probing; key 0: free. */
struct index_entry {
	uint64_t key;
	uint32_t slot;
};

/* What a flow's user word points to: serial % CAP_LIVE. */
struct live {
	uint32_t serial;
	uint32_t slot;
	struct boot *boot;
	struct transfer *transfer; /* NULL: its boot is gone */
};

/* The MACs that unicast frames have in common: the few most seen, by the scheme of Misra and Gries,
 * each with its frames since it was taken in. */
enum { COMMON_MACS = 4 };

struct common_macs {
	uint64_t frames; /* unicast ones with two MACs */
	struct {
		struct mac mac;
		uint64_t credit, hits, since; /* since: value of frames when taken in */
	} row[COMMON_MACS];
};

/* A machine of which only ARP requests were seen: what it last looked for. */
struct stranger {
	struct mac mac;
	uint32_t target, requests;
	uint64_t first_frame, last_frame, first_ns, last_ns;
	uint64_t answer_frame, answer_ns; /* 0: none */
	uint64_t shortest_ns, longest_ns; /* between two requests */
};

struct scope {
	struct scope_limits limits;
	struct scope_counts counts;
	struct vantage vantage, aside; /* of boards that an audit plays from here */
	struct common_macs common;
	struct wire *wire;
	struct frame_log *log; /* NULL: none */
	struct slot *slot;
	uint32_t *order; /* slots by first appearance */
	uint32_t n_clients, n_slots;
	uint32_t newest, oldest; /* idle order, slot + 1 */
	uint32_t free_slot;      /* left by clients that went, linked by older; slot + 1 */
	struct index_entry *index;
	uint32_t index_mask, index_used;
	struct pool pool; /* of which boots are made */
	struct live *live;
	uint32_t serial;
	uint32_t n_servers, n_bridges, n_ports;
	struct server server[CAP_SERVERS];
	uint32_t n_exports;
	struct export_seen exports[CAP_EXPORTS];
	struct bridge bridge[CAP_BRIDGES];
	struct stranger stranger[CAP_STRANGERS];
	uint32_t next_stranger;
	struct switch_port port[CAP_PORTS];
	bool first_boot_record;
	bool asked; /* by who boots nothing: of that the xid, and from where */
	uint32_t question;
	struct mac asker;
};

/* client.c */
struct slot *slot_by_mac(struct scope *s, struct mac m);
struct slot *slot_by_address(struct scope *s, struct address a);
struct slot *slot_make(struct scope *s, const struct packet *p, struct mac m);
/* The client that sent p, by MAC or address; made when make says so and there is none. */
struct slot *slot_of_sender(struct scope *s, const struct packet *p, bool make);
struct slot *slot_of_receiver(struct scope *s, const struct packet *p);
void slot_address(struct scope *s, struct slot *c, struct address a, const struct packet *p);
void slot_touch(struct scope *s, struct slot *c, uint64_t now);
struct boot *slot_boot(const struct slot *c); /* latest; NULL: none */
struct boot *slot_new_boot(struct scope *s, struct slot *c, const struct packet *p);
struct boot *slot_need_boot(struct scope *s, struct slot *c, const struct packet *p);
/* c said something: after two seconds in which it took nothing of what was sent to it, it is back.
 */
void client_spoke(struct client *c, uint64_t now);
void client_learn_family(struct client *c, enum family f, enum known_by by);
void *boot_get(struct boot *b, uint32_t size); /* zeroed, 8-aligned; NULL: budget spent */
struct bytes boot_keep(struct boot *b, struct bytes v, uint32_t max); /* p NULL stays NULL */
const char *boot_text(struct boot *b, struct bytes v, uint32_t max);
void boot_reach(struct boot *b, enum stage st, const struct packet *p);
void boot_progress(struct boot *b, const struct packet *p);
void boot_judge(struct scope *s, struct slot *c, struct boot *b);

/* server.c */
struct server *server_get(struct scope *s, struct address ip,
			  const struct packet *p); /* NULL: full */
struct server *server_played(struct scope *s, struct address ip, uint32_t role,
			     const struct packet *p);
struct server *server_named(struct scope *s, struct address ip, uint32_t role,
			    const struct packet *p);
struct server *server_find(struct scope *s, struct address ip);

/* exports.c: an answer to MOUNT's EXPORT takes the place of the server's earlier one */
void exports_packet(struct scope *s, const struct packet *p);

/* one for each kind of record */
void exchange_packet(struct scope *s, struct packet *p);
void offer_packet(struct scope *s, struct boot *b, struct exchange *e, struct packet *p);
void transfer_packet(struct scope *s, struct packet *p);
void transfer_http(struct scope *s, struct packet *p);
void transfer_judge(struct boot *b, uint64_t now, bool ended);
void transfer_forget(struct scope *s, struct boot *b);
void rpc_packet(struct scope *s, struct packet *p, const struct call *call);
void nfs_packet(struct scope *s, struct slot *c, struct packet *p, const struct call *call);
void connection_packet(struct scope *s, struct packet *p);
void arp_packet(struct scope *s, struct packet *p);
/* What the client asked by ARP before it was known to be one goes into its first boot. */
void arp_before(struct scope *s, const struct slot *c, struct boot *b);
void icmp_packet(struct scope *s, struct packet *p);
void dns_packet(struct scope *s, struct packet *p);
void dhcp6_packet(struct scope *s, struct packet *p);
void netconsole_packet(struct scope *s, struct packet *p);
void stp_packet(struct scope *s, const struct packet *p);
void lldp_packet(struct scope *s, const struct packet *p);
void vantage_unicast(struct scope *s, const struct ether *e);
void vantage_judge(struct scope *s);
void kept_block(struct boot *b, struct transfer *t, uint32_t block, struct bytes data,
		uint32_t wire_len, bool last, uint64_t frame);
struct kept *kept_open(struct boot *b, const struct transfer *t, enum kept_kind kind);

/* RPC over TCP or UDP refused by ICMP or RST: told to the maps, mounts and NFS uses it concerns. */
void rpc_refused(struct boot *b, struct address server, uint16_t port, bool tcp,
		 const struct packet *p);

#endif
