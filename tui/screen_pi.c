/* SPDX-License-Identifier: BSD-2-Clause */
#include "screens.h"

#include "explain.h"
#include "page.h"
#include "words.h"

/*
 * The diagnostic screen of a Pi 4 or 5 as it should read now, after what was seen on the wire, so
 * that it can be held beside the real one. What the wire does not tell is a question mark.
 */

enum { LINE = 200, LOG_LINES = 16 };

/* A line of the screen, and below it what it means. */
static void line(struct page *p, const char *words)
{
	struct bytes v = bytes_str(words);
	const struct know *k;
	char buf[LINE * 3];
	struct text t = text_init(buf, sizeof(buf));

	while (v.n && *v.p == ' ') {
		v.p++;
		v.n--;
	}
	k = know_find(KNOW_SCREEN, v);
	page_wrap(p, 3, 2, ROLE_PASTE, words);
	if (!k)
		return;
	text_fmt(&t, "%s. %s", k->title, k->meaning);
	page_wrap(p, 8, 0, ROLE_DIM, buf);
}

static void board_lines(const struct client *c, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	uint32_t memory = c->revision >> 20 & 7;
	bool known = c->revision & 1u << 23;

	text_str(&t, client_model(c));
	if (known && memory >= 2)
		text_fmt(&t, " - %uGB", 1u << (memory - 2));
	line(p, buf);
	text_clear(&t);
	text_str(&t, "  board: rev ");
	if (known)
		text_fmt(&t, "%06x", c->revision);
	else
		text_char(&t, '?');
	text_str(&t, " serial ");
	if (c->has_serial)
		text_fmt(&t, "%08x ", c->serial);
	else
		text_str(&t, "? ");
	text_mac(&t, c->mac);
	line(p, buf);
	line(p, "   boot: mode NETWORK 2 order ? retry ?/? restart ?/?");
}

/* Does a packet to a go there without a router? */
static bool on_link(const struct boot_params *b, uint32_t a)
{
	return (a & b->mask) == (b->address & b->mask);
}

/* The MAC that requests for files go to; zero: ARP was not answered so far. */
static struct mac next_hop(const struct boot *b, const struct boot_params *params)
{
	struct mac none = { { 0 } };
	uint32_t hop = on_link(params, params->tftp_server) ? params->tftp_server : params->router;

	for (const struct arp_ask *a = b->arps; a; a = a->next)
		if (a->target == hop && a->answers)
			return a->answered_mac;
	for (const struct transfer *t = b->transfers; t; t = t->next)
		if (!t->dst_placeholder_aa && !t->dst_placeholder_00 && !mac_none(t->server_mac))
			return t->server_mac;
	return none;
}

static void net_lines(const struct boot *b, const struct boot_params *params, struct page *p)
{
	bool taken = params->address && params->tftp_server;
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));
	struct mac none = { { 0 } };

	text_str(&t, "    net: up ip: ");
	text_ip4(&t, taken ? params->address : 0);
	text_str(&t, " sn: ");
	text_ip4(&t, taken ? params->mask : 0);
	text_str(&t, " gw: ");
	text_ip4(&t, taken && !on_link(params, params->tftp_server) ? params->router : 0);
	line(p, buf);
	text_clear(&t);
	text_str(&t, "   tftp: ");
	text_ip4(&t, taken ? params->tftp_server : 0);
	text_char(&t, ' ');
	text_mac(&t, taken ? next_hop(b, params) : none);
	line(p, buf);
}

/* The log below: only its last lines are on the screen. */
struct story_log {
	uint64_t ns[LOG_LINES];
	char words[LOG_LINES][LINE];
	uint32_t n; /* in all; line i at [i % LOG_LINES] */
};

static struct text log_line(struct story_log *l, uint64_t ns)
{
	uint32_t i = l->n++ % LOG_LINES;

	l->ns[i] = ns;
	return text_init(l->words[i], LINE);
}

static void log_reply(struct story_log *l, const struct reply *r)
{
	struct text t = log_line(l, r->first_ns);

	text_str(&t, "DHCP src: ");
	text_mac(&t, r->from_mac);
	text_char(&t, ' ');
	text_address(&t, r->from);
	if (r->yiaddr) {
		t = log_line(l, r->first_ns);
		text_str(&t, "YI_ADDR ");
		text_ip4(&t, r->yiaddr);
	}
	if (r->siaddr) {
		t = log_line(l, r->first_ns);
		text_str(&t, "SI_ADDR ");
		text_ip4(&t, r->siaddr);
	}
	if (r->tftp_name_ip) {
		t = log_line(l, r->first_ns);
		text_str(&t, "[66]: ");
		text_ip4(&t, r->tftp_name_ip);
	}
}

static void log_settled(struct story_log *l, const struct boot *b, const struct boot_params *params,
			uint64_t ns)
{
	struct mac hop = next_hop(b, params);
	struct text t = log_line(l, ns);

	text_str(&t, "NET ");
	text_ip4(&t, params->address);
	text_char(&t, ' ');
	text_ip4(&t, params->mask);
	text_str(&t, " gw ");
	text_ip4(&t, on_link(params, params->tftp_server) ? 0 : params->router);
	text_str(&t, " tftp ");
	text_ip4(&t, params->tftp_server);
	if (mac_none(hop))
		return;
	t = log_line(l, ns);
	text_str(&t, "ARP ");
	text_ip4(&t, params->tftp_server);
	text_char(&t, ' ');
	text_mac(&t, hop);
}

static void log_file(struct story_log *l, const struct transfer *x)
{
	struct text t;

	if (x->outcome == TRANSFER_COMPLETE) {
		t = log_line(l, x->last_ns);
		text_str(&t, "Read ");
		text_safe(&t, transfer_name(x));
		text_fmt(&t, " bytes %llu", (unsigned long long)x->bytes);
	} else if ((x->outcome == TRANSFER_NOT_FOUND || x->outcome == TRANSFER_REFUSED) &&
		   x->has_error && !x->error_by_client && x->kind == TRANSFER_TFTP) {
		t = log_line(l, x->last_ns);
		text_fmt(&t, "TFTP %u: %s", x->error_code,
			 x->error_code == 1   ? "File not found"
			 : x->error_code == 2 ? "Access violation"
					      : "...");
	} else if (x->outcome == TRANSFER_STALLED) {
		t = log_line(l, x->last_ns);
		text_str(&t, "TFTP: disconnect: timeouts");
	}
}

static void log_all(const struct client *c, const struct boot *b, const struct boot_params *params,
		    struct story_log *l)
{
	const struct exchange *last = NULL;
	struct text t = log_line(l, b->started_ns);

	text_str(&t, "NETWORK: ");
	text_mac(&t, c->mac);
	text_str(&t, " wait for link TFTP: 0.0.0.0");
	t = log_line(l, b->started_ns);
	text_str(&t, "Link ready");
	for (const struct exchange *e = b->exchanges; e; e = e->next) {
		if (!agent_is_firmware(e->agent))
			continue;
		for (const struct reply *r = e->replies; r; r = r->next)
			log_reply(l, r);
		last = e->replies ? e : last;
	}
	if (last && params->address && params->tftp_server)
		log_settled(l, b, params, last->last_ns);
	else if (last && b->outcome == OUTCOME_GAVE_UP) {
		t = log_line(l, b->last_ns);
		text_str(&t, "NETBOOT init failed");
	}
	for (const struct transfer *x = b->transfers; x; x = x->next)
		log_file(l, x);
}

static void log_lines(const struct story_log *l, struct page *p)
{
	uint32_t from = l->n > LOG_LINES ? l->n - LOG_LINES : 0;
	const struct know *before = NULL;

	page_head(p, "and in the log below it, last");
	for (uint32_t i = from; i < l->n; i++) {
		const char *words = l->words[i % LOG_LINES];
		const struct know *k = know_find(KNOW_LOG, bytes_str(words));
		int x = page_put(p, 3, ROLE_PASTE, words);

		if (k && k != before) {
			x = x < 44 && p->c->w >= 72 ? 44 : 8;
			if (x == 8)
				page_next(p);
			page_fit(p, x, p->c->w - x - 1, ROLE_DIM, k->title);
		}
		page_next(p);
		before = k;
	}
}

static bool has_screen(const struct client *c)
{
	return family_is_eeprom_pi(c->family) || family_is_eeprom_pi(c->first_agent_family);
}

static void no_screen(const struct client *c, struct page *p)
{
	char buf[LINE];
	struct text t = text_init(buf, sizeof(buf));

	page_next(p);
	words_name(c, &t);
	text_str(&t, " has no diagnostic screen.");
	page_wrap(p, 3, 0, ROLE_STRONG, buf);
	page_next(p);
	if (family_is_rom_pi(c->family))
		page_wrap(p, 3, 0, ROLE_PLAIN,
			  "Models before the Pi 4 show nothing on HDMI until start.elf runs: first "
			  "a rainbow, then the kernel. Their boot ROM says nothing at all; "
			  "bootcode.bin speaks on the serial port when it is built to. What is "
			  "known of this board is what it sends: Enter shows it.");
	else
		page_wrap(
			p, 3, 0, ROLE_PLAIN,
			"Only the bootloader of a Pi 4 or 5 has one. What this machine's firmware "
			"shows is its maker's.");
}

static void fill(const struct ui *ui, const struct view *v, struct page *p)
{
	const struct board *b = ui_board(ui, v);
	struct boot_params params;
	struct story_log log = { .n = 0 };

	if (!b) {
		page_next(p);
		page_wrap(p, 3, 0, ROLE_PLAIN, "There is no board yet.");
		return;
	}
	if (!has_screen(b->c)) {
		no_screen(b->c, p);
		return;
	}
	if (b->b->stage > STAGE_TFTP_KERNEL || b->b->outcome == OUTCOME_BOOTED)
		page_wrap(
			p, 1, 0, ROLE_WARN,
			"The bootloader has handed over to the kernel: this is how its screen read "
			"just before. Now the kernel writes there.");
	else
		page_wrap(p, 1, 0, ROLE_STRONG,
			  "How the board's HDMI screen should read now, by what was seen on the "
			  "wire. Hold it beside the real one.");
	page_wrap(p, 1, 0, ROLE_DIM,
		  "It comes 5 s after power-on, with lines that the wire does not tell of "
		  "(bootloader, "
		  "SD, part, display): left out here, and ? where a value is one of those.");
	page_next(p);
	boot_params(b->c, b->b, &params);
	board_lines(b->c, p);
	net_lines(b->b, &params, p);
	log_all(b->c, b->b, &params, &log);
	log_lines(&log, p);
	page_head(p, "if the real one reads otherwise");
	page_wrap(p, 3, 2, ROLE_PLAIN,
		  "net: down: the board's link is down now; cable, switch port.");
	page_wrap(p, 3, 2, ROLE_PLAIN,
		  "ip 0.0.0.0 there, an address here: the reply was sent, and did not arrive.");
	page_wrap(p, 3, 2, ROLE_PLAIN,
		  "boot: mode SD or USB: network boot is not in its BOOT_ORDER, or has failed and "
		  "the next mode is tried; net: and tftp: keep their last values then.");
	page_wrap(p, 3, 2, ROLE_PLAIN,
		  "anything else: e, then type the line, and what it means is told.");
}

static unsigned act_open(struct ui *ui)
{
	return ui_push(ui, &screen_board);
}

/* clang-format off */
static const struct key keys[] = {
	{ PRESS_ENTER, 0, "Enter", "board", "all of this board", act_open },
	{ 0, 0, NULL, NULL, NULL, NULL },
};
/* clang-format on */

const struct screen screen_pi = {
	.name = "diagnostic screen",
	.about = "what the Pi 4's or 5's own screen should read now, and what each line means",
	.of_board = true,
	.keys = keys,
	.fill = fill,
};
