/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a boot, row by row of the profile, with the names config.txt gives. */
#include <string.h>

#include "boot_names.h"
#include "lines.h"
#include "loader.h"
#include "probe_state.h"
#include "text.h"

enum { ROM_PORT = 49152, IP_DIGITS = 8, OWN_NAME = 64 };

static const struct probe_step *row(const struct probe *p)
{
	return &p->profile->steps[p->step];
}

static enum family family_of(const struct probe *p)
{
	return p->setup.profile->family;
}

static void read_config(const struct probe *p, struct config *g)
{
	const struct config_for board = { family_of(p), probe_revision(p), true,
					  p->setup.identity.serial };

	config_parse(bytes_of(p->config.text, p->config.n), &board, NULL, g);
}

static struct bytes kernel_name(const struct probe *p, const struct config *g)
{
	uint32_t at = boot_kernel(family_of(p), g);

	return boot_name(g->kernel, boot_names(family_of(p))->kernel[at ? at : p->kernel]);
}

static struct bytes initramfs_name(const struct probe *p, const struct config *g)
{
	const struct boot_names *names = boot_names(family_of(p));

	return boot_name(g->initramfs, g->auto_initramfs ? names->initramfs[p->kernel] : NULL);
}

/* Of the address and the MAC, as loaders write them; to holds it. */
static struct bytes own_name(const struct probe *p, char to[OWN_NAME])
{
	const struct probe_step *s = row(p);
	const uint8_t *m = p->setup.identity.mac.b;
	struct text t = text_init(to, OWN_NAME);

	if (s->name)
		text_str(&t, s->name);
	if (s->from == NAME_OF_MAC) {
		text_fmt(&t, "01-%02x-%02x-%02x-%02x-%02x-%02x", m[0], m[1], m[2], m[3], m[4],
			 m[5]);
	} else {
		for (uint32_t i = 0; i < (s->from == NAME_OF_IP ? p->digits : IP_DIGITS); i++)
			text_char(&t, "0123456789ABCDEF"[p->result.address >> (28 - 4 * i) & 15]);
		if (s->from == NAME_IMAGE)
			text_str(&t, ".img");
	}
	return bytes_of(to, t.pos);
}

/* What this row asks for, without the folder; own: holds a name that is made up; prefixed:
 * os_prefix is for it (config_txt/boot.adoc).
 */
static struct bytes base(const struct probe *p, const struct config *g, char own[OWN_NAME],
			 bool *prefixed)
{
	const struct probe_step *s = row(p);

	*prefixed = s->from == NAME_DTB || s->from == NAME_KERNEL || s->from == NAME_INITRAMFS ||
		    s->from == NAME_CMDLINE;
	switch ((enum probe_name)s->from) {
	case NAME_DTB:
		return boot_name(g->device_tree, boot_dtb(probe_revision(p)));
	case NAME_KERNEL:
		return kernel_name(p, g);
	case NAME_INITRAMFS:
		return initramfs_name(p, g);
	case NAME_CMDLINE:
		return boot_name(g->cmdline, s->name);
	case NAME_START:
		return boot_start(family_of(p), g);
	case NAME_FIXUP:
		return boot_fixup(family_of(p), g);
	case NAME_ARMSTUB:
		return boot_name(g->armstub, s->name);
	case NAME_OFFERED:
		return bytes_str(p->file);
	case NAME_IMAGE:
		return p->file[0] ? bytes_of(NULL, 0) : own_name(p, own);
	case NAME_OF_MAC:
	case NAME_OF_IP:
		return own_name(p, own);
	case NAME_FIXED:
		break;
	}
	return bytes_str(s->name);
}

/* False: this row has nothing to ask for. */
static bool name_of_row(struct probe *p, char *to, uint32_t cap)
{
	struct config g;
	struct text t = text_init(to, cap);
	struct bytes name;
	char own[OWN_NAME];
	bool prefixed;

	read_config(p, &g);
	name = base(p, &g, own, &prefixed);
	if (!name.n)
		return false;
	text_str(&t, p->prefix);
	if (row(p)->flags & STEP_SLASH)
		text_char(&t, '/');
	p->os_prefixed = prefixed && g.os_prefix.n && !p->no_os_prefix && name.p[0] != '/';
	if (p->os_prefixed)
		text_safe(&t, g.os_prefix);
	text_safe(&t, name);
	return true;
}

static bool is_over(const struct probe_step *s)
{
	return s->from == NAME_FIXED && !s->name;
}

static void ask(struct probe *p, uint64_t now_ns)
{
	const struct probe_step *s = row(p);
	bool look = s->flags & STEP_LOOK || (s->flags & STEP_TWICE && !p->second);
	char name[FETCH_NAME];

	if (!name_of_row(p, name, sizeof(name))) {
		p->fetching = false;
		return;
	}
	probe_reach(p, STAGE_TFTP_FIRST_FILE);
	fetch_begin(&p->fetch, p->profile, name, look, p->result.tftp_server, p->port++,
		    p->setup.hurry, now_ns);
	if (p->port < ROM_PORT)
		p->port = ROM_PORT;
	if (!look && (s->flags & (STEP_CONFIG | STEP_CMDLINE) || s->from == NAME_OFFERED)) {
		p->fetch.keep = p->incoming;
		p->fetch.cap = sizeof(p->incoming);
	}
	p->fetching = true;
	probe_send(p, p->fetch.server, p->fetch.port, p->fetch.out.port,
		   bytes_of(p->fetch.out.data, p->fetch.out.n));
}

/* The next row that has a name, or the end. */
static void go_on(struct probe *p, uint64_t now_ns)
{
	p->second = false;
	for (; !is_over(row(p)); p->step++) {
		if ((enum stage)row(p)->stage > p->setup.until)
			break;
		ask(p, now_ns);
		if (p->fetching)
			return;
	}
	p->fetching = false;
	probe_loaded(p, now_ns);
}

void files_begin(struct probe *p, uint64_t now_ns)
{
	struct text t = text_init(p->prefix, sizeof(p->prefix));

	p->phase = PHASE_FILES;
	p->step = 0;
	p->kernel = 0;
	p->digits = IP_DIGITS;
	p->server_answered = p->no_os_prefix = false;
	if (p->profile->serial_prefix)
		text_fmt(&t, "%08x/", (unsigned)p->setup.identity.serial);
	go_on(p, now_ns);
}

static struct probe_file *record(struct probe *p, enum fetch_end end, uint64_t now_ns)
{
	const struct fetch *f = &p->fetch;
	struct probe_file *r = &p->files[p->result.n_files];

	if (p->result.n_files == PROBE_FILES) {
		p->result.files_lost++;
		r--; /* the last one is always there */
	} else {
		p->result.n_files++;
	}
	memcpy(r->name, f->name, sizeof(r->name));
	r->server = f->server;
	r->look = f->look;
	r->needed = row(p)->flags & STEP_NEEDED;
	r->end = end;
	r->bytes = f->bytes;
	r->size = f->has_size ? f->size : 0;
	r->blksize = f->blksize;
	r->resent = f->resent;
	r->strangers = f->strangers;
	r->begun_ns = f->begun_ns;
	r->ended_ns = now_ns;
	r->error_code = f->error_code;
	memcpy(r->error, f->error, sizeof(r->error));
	return r;
}

static void keep_text(struct probe *p)
{
	struct kept_file *k = row(p)->flags & STEP_CONFIG ? &p->config : &p->cmdline;

	if (!p->fetch.keep || !(row(p)->flags & (STEP_CONFIG | STEP_CMDLINE)))
		return;
	k->n = p->fetch.bytes < sizeof(k->text) ? (uint32_t)p->fetch.bytes : sizeof(k->text);
	memcpy(k->text, p->incoming, k->n);
	k->has = true;
	k->cut = p->fetch.cut;
}

/* UEFI 2.10, 7.4 (LoadImage): a program of another machine is refused; a ROM's hangs it. */
static bool can_run(const struct probe *p)
{
	uint32_t n = p->fetch.bytes < sizeof(p->incoming) ? (uint32_t)p->fetch.bytes
							  : sizeof(p->incoming);
	uint16_t machine = loader_machine(bytes_of(p->incoming, n));

	return row(p)->from != NAME_OFFERED ||
	       loader_suits(p->profile->arch, loader_arch(machine, bytes_str(p->fetch.name)));
}

static void found(struct probe *p, enum fetch_end end, uint64_t now_ns)
{
	probe_reach(p, (enum stage)row(p)->stage);
	if (end == FETCH_WHOLE && !can_run(p)) {
		probe_end(p, PROBE_FAIL, REASON_FILE_ARCH);
		return;
	}
	if (end == FETCH_WHOLE)
		keep_text(p);
	if (row(p)->flags & STEP_TWICE && !p->second) {
		p->second = true;
		ask(p, now_ns);
		return;
	}
	while (row(p)->flags & STEP_OR) /* the others need not be asked for */
		p->step++;
	p->step++;
	go_on(p, now_ns);
}

/* Not there: is there another place or name for it? */
static bool elsewhere(struct probe *p)
{
	const struct probe_step *s = row(p);

	if (p->os_prefixed && (s->from == NAME_DTB || s->from == NAME_KERNEL)) {
		p->no_os_prefix = true;
		return true;
	}
	if (s->from == NAME_KERNEL && s->flags & STEP_LOOK && p->kernel + 1 < BOOT_KERNELS) {
		struct config g;

		read_config(p, &g);
		p->kernel++;
		return !g.kernel.n && (!g.has_arm_64bit || p->setup.profile->family == FAMILY_PI5);
	}
	if (s->from == NAME_OF_IP && p->digits > 1) {
		p->digits--;
		return true;
	}
	if (s->flags & STEP_AGAIN && p->prefix[0]) {
		p->prefix[0] = 0;
		return true;
	}
	return false;
}

/* RN11 2019-09-25: where start4.elf is there and does not come, start.elf is not tried. */
static bool nothing_instead(const struct probe *p, enum fetch_end end)
{
	return row(p)->from == NAME_START &&
	       (end == FETCH_SILENT || end == FETCH_STALLED || end == FETCH_SLOW);
}

static void not_found(struct probe *p, enum fetch_end end, uint64_t now_ns)
{
	const struct probe_step *s = row(p);

	if (elsewhere(p)) {
		go_on(p, now_ns);
		return;
	}
	if ((s->flags & STEP_NEEDED && !(s->flags & STEP_OR)) || nothing_instead(p, end)) {
		probe_end(p, PROBE_FAIL,
			  end == FETCH_MISSING ? REASON_FILE_MISSING : REASON_FILE_FAILED);
		return;
	}
	if (s->flags & STEP_PREFIX && !(s->flags & STEP_OR))
		p->prefix[0] = 0;
	p->step++;
	go_on(p, now_ns);
}

void files_ended(struct probe *p, enum fetch_end end, uint64_t now_ns)
{
	struct probe_news news = { .event = PROBE_FETCHED };

	if (end == FETCH_WHOLE && !p->fetch.bytes && row(p)->flags & STEP_LARGE)
		end = FETCH_EMPTY;
	p->fetching = false;
	p->server_answered |= p->fetch.answered;
	news.file = record(p, end, now_ns);
	probe_tell(p, &news);
	if (end == FETCH_WHOLE || end == FETCH_THERE)
		found(p, end, now_ns);
	else if (!p->server_answered)
		probe_end(p, PROBE_FAIL, REASON_FILE_FAILED);
	else
		not_found(p, end, now_ns);
}

void files_give_up(struct probe *p, uint64_t now_ns)
{
	struct probe_news news = { .event = PROBE_FETCHED };

	if (p->phase != PHASE_FILES || !p->fetching)
		return;
	p->fetching = false;
	news.file = record(p, FETCH_SLOW, now_ns);
	probe_tell(p, &news);
}

void files_take(struct probe *p, const struct probe_datagram *d, uint64_t now_ns)
{
	enum fetch_end end;
	bool answer;

	if (!p->fetching || d->dport != p->fetch.port)
		return;
	end = fetch_take(&p->fetch, d->src, d->sport, d->data, now_ns, &answer);
	if (answer)
		probe_send(p, p->fetch.server, p->fetch.port, p->fetch.out.port,
			   bytes_of(p->fetch.out.data, p->fetch.out.n));
	if (end != FETCH_GOES_ON)
		files_ended(p, end, now_ns);
}

void files_tick(struct probe *p, uint64_t now_ns)
{
	enum fetch_end end;
	bool again;

	if (!p->fetching)
		return;
	end = fetch_tick(&p->fetch, now_ns, &again);
	if (again)
		probe_send(p, p->fetch.server, p->fetch.port, p->fetch.out.port,
			   bytes_of(p->fetch.out.data, p->fetch.out.n));
	if (end != FETCH_GOES_ON)
		files_ended(p, end, now_ns);
}
