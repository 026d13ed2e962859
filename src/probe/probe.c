/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe.h"

#include <assert.h>
#include <string.h>

#include "hash.h"
#include "lines.h"
#include "probe_state.h"

enum { CYCLES_MAX = 3 }; /* begun anew after a NAK; ours */

static const struct {
	const char *key, *text;
} reasons[REASONS] = {
	[REASON_NONE] = { "none", "" },
	[REASON_TAKEN] = { "taken", "taken: address and boot data" },
	[REASON_ADDRESS_TAKEN] = { "address-taken", "its address is taken" },
	[REASON_BOOT_TAKEN] = { "boot-data-taken", "its boot data are taken" },
	[REASON_BOOT_ONLY] = { "boot-data-only", "boot data, and no offer with an address" },
	[REASON_ANOTHER_TAKEN] = { "another-taken", "good, but another is taken" },
	[REASON_RELAYED] = { "relayed", "came through a relay: this ROM overlooks it" },
	[REASON_NO_ADDRESS] = { "no-address", "no address and nothing to boot from" },
	[REASON_NO_SERVER_ID] = { "no-server-id", "no option 54: nobody to request it from" },
	[REASON_NO_OPTION43] = { "no-option43", "neither option 43 nor option 66" },
	[REASON_OPTION43_TEXT] = { "option43-text", "option 43 without \"Raspberry Pi Boot\"" },
	[REASON_OPTION43_PLACE] = { "option43-place",
				    "\"Raspberry Pi Boot\" not in a menu, or no class PXEClient" },
	[REASON_OPTION66_NAME] = { "option66-name", "option 66 is no address" },
	[REASON_NO_FILE] = { "no-file", "no boot file" },
	[REASON_NO_NEXT_SERVER] = { "no-next-server", "a boot file, but no next server" },
	[REASON_NO_CLASS] = { "no-class", "option 60 is not the one this client wants" },
	[REASON_DONE] = { "done", "all that was asked for came" },
	[REASON_NO_OFFER] = { "no-offer", "nobody answers its DISCOVERs" },
	[REASON_NO_ADDRESS_OFFERED] = { "no-address-offered", "no offer has an address" },
	[REASON_NO_BOOT_DATA] = { "no-boot-data", "no offer has boot data that it takes" },
	[REASON_NO_ACK] = { "no-ack", "its REQUEST is not answered" },
	[REASON_NAK] = { "nak", "its REQUEST is refused" },
	[REASON_NO_BOOT_REPLY] = { "no-boot-reply", "no boot file from port 4011" },
	[REASON_NO_ARP] = { "no-arp", "the boot server does not answer ARP" },
	[REASON_FILE_MISSING] = { "file-missing", "a file that it needs is not there" },
	[REASON_FILE_FAILED] = { "file-failed", "a file that it needs does not come whole" },
	[REASON_FILE_ARCH] = { "file-arch", "the boot file is a program for another machine" },
	[REASON_TOO_LONG] = { "too-long", "not done within ten minutes" },
};

const char *probe_reason_key(enum probe_reason r)
{
	return (unsigned)r < REASONS ? reasons[r].key : reasons[0].key;
}

const char *probe_reason_text(enum probe_reason r)
{
	return (unsigned)r < REASONS ? reasons[r].text : reasons[0].text;
}

uint32_t probe_random(struct probe *p)
{
	p->random = hash_two(p->random + 1, mac_number(p->setup.identity.mac));
	return (uint32_t)(p->random >> 16);
}

void probe_tell(struct probe *p, const struct probe_news *n)
{
	if (p->out.news)
		p->out.news(p->out.ctx, n);
}

static void tell(struct probe *p, enum probe_event e)
{
	struct probe_news n = { .event = e };

	probe_tell(p, &n);
}

void probe_send(struct probe *p, uint32_t dst, uint16_t sport, uint16_t dport, struct bytes data)
{
	struct probe_datagram d = { dst == UINT32_MAX ? 0 : p->result.address,
				    dst,
				    sport,
				    dport,
				    p->profile->ttl,
				    p->profile->no_checksum,
				    p->profile->dont_fragment,
				    data };

	p->out.send(p->out.ctx, &d);
}

void probe_reach(struct probe *p, enum stage s)
{
	if (s > p->result.stage)
		p->result.stage = s;
}

void probe_end(struct probe *p, enum probe_verdict v, enum probe_reason r)
{
	p->phase = PHASE_OVER;
	p->next_ns = UINT64_MAX;
	p->result.verdict = v;
	p->result.reason = r;
	tell(p, PROBE_ENDS);
}

size_t probe_size(void)
{
	return sizeof(struct probe);
}

struct probe *probe_init(void *mem, const struct probe_setup *setup, const struct probe_out *out)
{
	struct probe *p = mem;

	assert(setup->profile && out->send);
	memset(p, 0, sizeof(*p));
	p->setup = *setup;
	p->out = *out;
	if (!p->setup.hurry)
		p->setup.hurry = 1;
	p->profile = setup->profile;
	p->random = setup->identity.seed;
	p->port = (uint16_t)(p->profile->xid == XID_PI_ROM ? 49152
							   : 49153 + (probe_random(p) & 0xfff));
	p->result.address_offer = p->result.boot_offer = -1;
	p->result.url = p->url;
	p->result.prefix = p->prefix;
	p->result.offers = p->offers;
	p->result.files = p->files;
	return p;
}

/* ---- DHCP ---- */

static bool is_kernel(const struct probe *p)
{
	return p->profile->reading == READS_HOST;
}

/* After the i-th DISCOVER; 0: there is none. */
static uint32_t gap(const struct probe_profile *f, uint32_t i)
{
	uint32_t n = 0;

	while (n < PROBE_GAPS && f->gaps_ms[n])
		n++;
	if (i < n)
		return f->gaps_ms[i];
	return n && i < n + f->last_gap_again ? f->gaps_ms[n - 1] : 0;
}

uint64_t probe_patience_ns(const struct probe_profile *f)
{
	uint64_t all = 0;

	for (uint32_t i = 0; gap(f, i); i++)
		all += gap(f, i);
	return all * 1000000;
}

static void discover(struct probe *p, uint64_t now_ns)
{
	probe_reach(p, is_kernel(p) ? STAGE_KERNEL_DHCP : STAGE_DHCP_DISCOVER);
	ask_discover(p, now_ns);
	p->next_ns = now_ns + probe_wait(p, gap(p->profile, p->tries - 1));
}

static void begin_round(struct probe *p, uint64_t now_ns)
{
	p->phase = PHASE_OFFERS;
	p->tries = 0;
	p->enough = false;
	p->round_ns = now_ns;
	p->result.address = 0;
	discover(p, now_ns);
}

static void no_offer_left(struct probe *p)
{
	bool any = false, address = false;

	for (uint32_t i = 0; i < p->result.n_offers; i++) {
		any |= p->offers[i].round == p->round;
		address |= p->offers[i].round == p->round && p->offers[i].yiaddr;
	}
	probe_end(p, PROBE_FAIL,
		  !any       ? REASON_NO_OFFER
		  : !address ? REASON_NO_ADDRESS_OFFERED
			     : REASON_NO_BOOT_DATA);
}

static void boot_server(struct probe *p, uint64_t now_ns)
{
	p->phase = PHASE_BOOT_SERVER;
	p->tries = 0;
	ask_boot_server(p, now_ns);
	p->next_ns = now_ns + probe_wait(p, p->profile->request_ms);
}

/* The address is its own from here on. */
static void has_address(struct probe *p, uint64_t now_ns)
{
	probe_reach(p, is_kernel(p) ? STAGE_KERNEL_DHCP : STAGE_DHCP_ACK);
	tell(p, PROBE_ADDRESS);
	if (p->boot_server)
		boot_server(p, now_ns);
	else if (p->profile->steps && !p->url[0] && p->setup.until > p->result.stage)
		files_begin(p, now_ns);
	else
		probe_loaded(p, now_ns);
}

/* Asked for: each once, and not any more when it is refused. */
static void lease(struct probe *p, bool held)
{
	struct probe_result *r = &p->result;
	uint32_t i = 0;

	while (i < r->n_leases &&
	       (p->lease[i].address != r->address || p->lease[i].server != r->server_id))
		i++;
	if (!held && i < r->n_leases) {
		p->lease[i] = p->lease[--r->n_leases];
	} else if (held && i == r->n_leases && i < PROBE_LEASES) {
		p->lease[i].address = r->address;
		p->lease[i].server = r->server_id;
		r->n_leases++;
	}
}

static void settled(struct probe *p, uint64_t now_ns)
{
	tell(p, PROBE_TAKES);
	if (p->setup.until <= STAGE_DHCP_OFFER) {
		probe_end(p, PROBE_PASS, REASON_DONE);
		return;
	}
	if (!p->profile->request) {
		has_address(p, now_ns);
		return;
	}
	p->phase = PHASE_REQUEST;
	p->tries = 0;
	lease(p, true);
	ask_request(p, now_ns);
	p->next_ns = now_ns + probe_wait(p, p->profile->request_ms);
}

static void take_offer(struct probe *p, const struct probe_datagram *d, struct dhcp *m,
		       uint64_t now_ns)
{
	struct probe_news news = { .event = PROBE_HEARS };

	if (m->type != DHCP_OFFER && m->type != DHCP_BOOTP)
		return;
	if (!is_kernel(p))
		probe_reach(p, STAGE_DHCP_OFFER);
	news.offer = offer_keep(p, d, m, now_ns);
	if (!news.offer)
		return;
	if (offers_settle(p) && !p->enough) {
		uint64_t end = p->sent_ns + probe_wait(p, p->profile->window_ms);

		p->enough = true;
		end = end > now_ns ? end : now_ns;
		p->next_ns = end < p->next_ns ? end : p->next_ns;
	}
	probe_tell(p, &news);
}

static void take_answer(struct probe *p, struct dhcp *m, uint64_t now_ns)
{
	if (m->type == DHCP_NAK) {
		lease(p, false);
		if (++p->cycles >= CYCLES_MAX) {
			probe_end(p, PROBE_FAIL, REASON_NAK);
			return;
		}
		p->round++;
		begin_round(p, now_ns);
	} else if (m->type == DHCP_ACK && m->yiaddr == p->result.address) {
		has_address(p, now_ns);
	}
}

static void take_boot_reply(struct probe *p, const struct probe_datagram *d, struct dhcp *m,
			    uint64_t now_ns)
{
	struct probe_news news = { .event = PROBE_HEARS };
	struct probe_offer *o;

	if ((m->type != DHCP_ACK && m->type != DHCP_OFFER) || d->src != p->boot_server)
		return;
	o = offer_keep(p, d, m, now_ns);
	if (!o)
		return;
	o->reason = offers_settle_boot(p, o) ? REASON_BOOT_TAKEN : REASON_NO_FILE;
	news.offer = o;
	probe_tell(p, &news);
	if (o->reason != REASON_BOOT_TAKEN)
		return;
	tell(p, PROBE_TAKES);
	files_begin(p, now_ns);
}

static void take_dhcp(struct probe *p, const struct probe_datagram *d, uint64_t now_ns)
{
	struct reader r = reader_init(d->data.p, d->data.n, d->data.n);
	struct dhcp m;

	/* what cannot be read to its end may be read far enough: RFC 2131 says nothing, ROMs differ
	 */
	(void)dhcp_decode(&r, &m);
	if (m.op != 2 || m.xid != p->xid || !m.cookie)
		return;
	/* fw#1067: the Pi 3's ROM looks at the xid only, which all of them share */
	if (p->profile->xid != XID_PI_ROM && !mac_equal(dhcp_mac(&m), p->setup.identity.mac))
		return;
	if (p->phase == PHASE_OFFERS)
		take_offer(p, d, &m, now_ns);
	else if (p->phase == PHASE_REQUEST)
		take_answer(p, &m, now_ns);
	else if (p->phase == PHASE_BOOT_SERVER)
		take_boot_reply(p, d, &m, now_ns);
}

static void tick_dhcp(struct probe *p, uint64_t now_ns)
{
	const struct probe_profile *f = p->profile;

	switch (p->phase) {
	case PHASE_OFFERS:
		if (p->enough)
			settled(p, now_ns);
		else if (gap(f, p->tries))
			discover(p, now_ns);
		else
			no_offer_left(p);
		break;
	case PHASE_REQUEST:
	case PHASE_BOOT_SERVER:
		if (p->tries >= f->request_tries) {
			probe_end(p, PROBE_FAIL,
				  p->phase == PHASE_REQUEST ? REASON_NO_ACK : REASON_NO_BOOT_REPLY);
			break;
		}
		if (p->phase == PHASE_REQUEST)
			ask_request(p, now_ns);
		else
			ask_boot_server(p, now_ns);
		p->next_ns = now_ns + probe_wait(p, f->request_ms);
		break;
	case PHASE_BEGIN:
	case PHASE_FILES:
	case PHASE_OVER:
		break;
	}
}

/* ---- all ---- */

/* The kernel asks by DHCP when its command line says so (facts 5.1). */
static bool kernel_asks(const struct probe *p)
{
	struct cmdline line;

	if (p->setup.until < STAGE_KERNEL_DHCP || !p->cmdline.has)
		return false;
	cmdline_parse(bytes_of(p->cmdline.text, p->cmdline.n), &line);
	return bytes_hold(line.ip, "dhcp") || bytes_are(line.ip, "on") || bytes_are(line.ip, "any");
}

void probe_loaded(struct probe *p, uint64_t now_ns)
{
	const struct probe_profile *then = probe_profile_find(p->profile->then);

	if (!then || (then->reading == READS_HOST && !kernel_asks(p)) ||
	    p->result.stage >= p->setup.until) {
		probe_end(p, PROBE_PASS, REASON_DONE);
		return;
	}
	p->profile = then;
	p->round++;
	tell(p, PROBE_BECOMES);
	begin_round(p, now_ns);
}

static uint64_t longest(const struct probe *p)
{
	return p->begun_ns + (uint64_t)PROBE_LONGEST_S * 1000000000;
}

static bool is_too_long(struct probe *p, uint64_t now_ns)
{
	if (p->phase == PHASE_OVER || p->phase == PHASE_BEGIN || now_ns < longest(p))
		return false;
	files_give_up(p, now_ns);
	probe_end(p, PROBE_FAIL, REASON_TOO_LONG);
	return true;
}

void probe_take(struct probe *p, const struct probe_datagram *d, uint64_t now_ns)
{
	if (p->phase == PHASE_OVER || p->phase == PHASE_BEGIN || is_too_long(p, now_ns))
		return;
	if (d->dport == DHCP_CLIENT_PORT)
		take_dhcp(p, d, now_ns);
	else if (p->phase == PHASE_FILES && d->dst == p->result.address)
		files_take(p, d, now_ns);
}

void probe_port_closed(struct probe *p, uint32_t ip, uint16_t port, uint64_t now_ns)
{
	/* DHCP clients go on asking; of TFTP the Pis' bootloaders are not known to listen to it,
	 * but nothing will come */
	if (p->phase == PHASE_FILES && p->fetching && ip == p->fetch.server &&
	    port == p->fetch.out.port)
		files_ended(p, FETCH_CLOSED, now_ns);
}

void probe_no_arp(struct probe *p, uint32_t ip, uint64_t now_ns)
{
	(void)now_ns;
	if (p->phase == PHASE_FILES && !p->server_answered && p->result.n_files == 0)
		p->result.stage = STAGE_DHCP_ACK; /* what it asked never went out */
	if ((p->phase == PHASE_FILES && ip == p->result.tftp_server) ||
	    (p->phase == PHASE_BOOT_SERVER && ip == p->boot_server))
		probe_end(p, PROBE_FAIL, REASON_NO_ARP);
}

void probe_tick(struct probe *p, uint64_t now_ns)
{
	if (is_too_long(p, now_ns))
		return;
	if (p->phase == PHASE_BEGIN) {
		p->begun_ns = now_ns;
		begin_round(p, now_ns);
	} else if (p->phase == PHASE_FILES) {
		files_tick(p, now_ns);
	} else if (now_ns >= p->next_ns) {
		tick_dhcp(p, now_ns);
	}
}

uint64_t probe_next(const struct probe *p)
{
	uint64_t next = p->phase == PHASE_FILES && p->fetching ? fetch_next(&p->fetch) : p->next_ns;

	if (p->phase == PHASE_OVER || p->phase == PHASE_BEGIN)
		return next;
	return next < longest(p) ? next : longest(p);
}

const struct probe_result *probe_result(struct probe *p)
{
	struct probe_result *r = &p->result;

	r->now = p->profile;
	r->config = p->config.has ? bytes_of(p->config.text, p->config.n) : bytes_of(NULL, 0);
	r->config_cut = p->config.cut;
	r->cmdline = p->cmdline.has ? bytes_of(p->cmdline.text, p->cmdline.n) : bytes_of(NULL, 0);
	r->cmdline_cut = p->cmdline.cut;
	return r;
}
