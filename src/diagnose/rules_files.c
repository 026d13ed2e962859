/* SPDX-License-Identifier: BSD-2-Clause */
#include "rules.h"

/* Which files were asked for, under which names, and what their coming and missing tells. */

static bool done(const struct transfer *t)
{
	return t->outcome == TRANSFER_COMPLETE;
}

/* The firmware is there and runs nowhere: no request follows (facts 9). */
static void silent_after_firmware(const struct look *l)
{
	const struct transfer *start = NULL, *fixup = NULL, *last = l->b->last_transfer;
	struct finding *f;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->role == FILE_START && done(t))
			start = t;
		if (t->role == FILE_FIXUP && done(t))
			fixup = t;
	}
	if (!l->stuck || !l->c->pi || l->b->stage != STAGE_TFTP_FIRMWARE || !start || !fixup ||
	    !last || (last->role != FILE_FIXUP && last->role != FILE_START) || !done(last))
		return;
	f = raise_of_file(l, F_FIRMWARE_SILENT_AFTER_START_ELF, l->sees_replies ? LIKELY : POSSIBLE,
			  last);
	if (f)
		finding_evidence(f, last->last_frame, "the last packet of the board");
}

/* A name that ends like a boot file, but has something other than a slash before it. */
static uint32_t glued_prefix(struct bytes name)
{
	static const char *const files[] = { "start4.elf",   "start.elf",    "config.txt",
					     "recover4.elf", "recovery.elf", "bootcode.bin" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct bytes want = bytes_str(files[i]);
		uint32_t before = name.n - want.n;

		if (name.n > want.n && bytes_equal(bytes_of(name.p + before, want.n), want) &&
		    name.p[before - 1] != '/' && name.p[before - 1] != '\\')
			return before;
	}
	return 0;
}

/* Names of b that begin as first does, with something before them that is no folder; none of them
 * may be there. */
static bool glued_like(const struct boot *b, const struct transfer *first, uint32_t *n)
{
	uint32_t prefix = glued_prefix(transfer_name(first));

	for (const struct transfer *t = b->transfers; t; t = t->next) {
		if (!glued_prefix(transfer_name(t)))
			continue;
		if (t->bytes || t->outcome == TRANSFER_PROBE)
			return false;
		*n += t->outcome == TRANSFER_NOT_FOUND &&
		      glued_prefix(transfer_name(t)) == prefix &&
		      bytes_equal(bytes_of(t->file, prefix), bytes_of(first->file, prefix)) &&
		      !bytes_equal(transfer_name(t), transfer_name(first));
	}
	return true;
}

/* TFTP_PREFIX_STR without its slash: two names at least that begin alike, none of them there. The
 * board's other attempts asked for the same. */
static void prefix_without_slash(const struct look *l)
{
	const struct transfer *first = l->b->transfers;
	uint32_t n = 0;
	struct finding *f;

	while (first &&
	       (first->outcome != TRANSFER_NOT_FOUND || !glued_prefix(transfer_name(first))))
		first = first->next;
	if (!first || !l->stuck || !l->c->pi)
		return;
	for (uint32_t i = 0; i < client_boots(l->c); i++)
		if (!glued_like(client_boot(l->c, i), first, &n))
			return;
	if (!n)
		return;
	f = raise_of_file(l, F_TFTP_PREFIX_WITHOUT_SLASH, CERTAIN, first);
	if (f)
		finding_set(l->d, f, P_TEXT,
			    bytes_of(first->file, glued_prefix(transfer_name(first))));
}

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c == '\\' ? '/' : c;
}

/* Alike but for case, slashes and a leading one. */
static bool alike(struct bytes a, struct bytes b)
{
	while (a.n && (*a.p == '/' || *a.p == '\\'))
		a = bytes_of(a.p + 1, a.n - 1);
	while (b.n && (*b.p == '/' || *b.p == '\\'))
		b = bytes_of(b.p + 1, b.n - 1);
	if (a.n != b.n)
		return false;
	for (uint32_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

static const struct transfer *there_under_another_name(const struct look *l,
						       const struct transfer *t)
{
	for (uint32_t i = 0; i < scope_clients(l->s) && i < OTHERS_MAX; i++) {
		const struct boot *b = client_last_boot(scope_client(l->s, i));

		for (const struct transfer *x = b ? b->transfers : NULL; x; x = x->next)
			if (done(x) && alike(transfer_name(x), transfer_name(t)) &&
			    !bytes_equal(transfer_name(x), transfer_name(t)))
				return x;
	}
	return NULL;
}

bool transfer_done_after(const struct transfer *t)
{
	for (const struct transfer *x = t->next; x; x = x->next)
		if (done(x) || x->outcome == TRANSFER_IN_PROGRESS)
			return true;
	return false;
}

/* Names are taken letter by letter on most servers; Windows' loader asks with backslashes. */
static void name_case(const struct look *l)
{
	struct bytes backslash = bytes_str("\\");

	if (l->b->stage > STAGE_TFTP_KERNEL || l->b->outcome == OUTCOME_BOOTED)
		return;
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		const struct transfer *other;
		struct finding *f;

		if (t->outcome != TRANSFER_NOT_FOUND || t->role == FILE_OPTIONAL ||
		    transfer_done_after(t))
			continue;
		other = there_under_another_name(l, t);
		if (!other && bytes_find(transfer_name(t), backslash) == UINT32_MAX)
			continue;
		f = raise_of_file(l, F_TFTP_NAME_CASE_OR_BACKSLASH, other ? CERTAIN : LIKELY, t);
		if (f && other)
			finding_evidence(f, other->first_frame, "found under this name");
		return;
	}
}

/* The ladder of names is normal; that not one of them is there is not. */
static void pxelinux_ladder(const struct look *l)
{
	const struct transfer *first = NULL, *last = NULL;
	uint32_t n = 0;
	struct finding *f;
	bool bottom;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->role != FILE_PXE_CONFIG)
			continue;
		if (t->outcome != TRANSFER_NOT_FOUND)
			return;
		first = first ? first : t;
		last = t;
		n++;
	}
	if (!last || n < 3 || transfer_done_after(last) || l->b->stage > STAGE_TFTP_KERNEL)
		return;
	/* "default" is the last of them; with a slow server it takes minutes to get there */
	bottom = bytes_find(transfer_name(last), bytes_str("default")) != UINT32_MAX;
	if (!l->stuck && !bottom)
		return;
	f = raise_of_file(l, F_PXELINUX_CFG_NOT_FOUND, l->stuck && bottom ? CERTAIN : LIKELY,
			  first);
	if (!f)
		return;
	finding_set_number(l->d, f, P_COUNT, n);
	finding_set(l->d, f, P_TEXT, transfer_name(last));
	finding_evidence(f, last->error_frame, "the last name, not found either");
}

/* Signed boot reads boot.sig before anything else (facts 3.8). */
static void boot_sig(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->role == FILE_BOOT_SIG && t->outcome == TRANSFER_NOT_FOUND &&
		    !transfer_done_after(t) && (l->stuck || l->b->done_by_next)) {
			raise_of_file(l, F_SECURE_BOOT_SIG_MISSING, CERTAIN, t);
			return;
		}
}

static void device_tree(const struct look *l)
{
	const struct transfer *missing = NULL;

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->role == FILE_DTB && done(t))
			return;
		if (t->role == FILE_DTB && t->outcome == TRANSFER_NOT_FOUND)
			missing = t;
	}
	if (missing && l->stuck && l->c->pi && l->b->stage <= STAGE_TFTP_KERNEL && !l->loaded)
		raise_of_file(l, F_TFTP_DTB_NOT_FOUND, LIKELY, missing);
}

/* Every name below its own folder was refused, and the same files came from the root. */
static const struct transfer *booted_from_root(const struct client *c, const struct boot *b)
{
	char prefix[16];
	struct text x = text_init(prefix, sizeof(prefix));
	const struct transfer *refused = NULL;
	bool root = false;

	if (!c->has_serial || !b)
		return NULL;
	text_fmt(&x, "%08x/", c->serial);
	for (const struct transfer *t = b->transfers; t; t = t->next) {
		bool own = bytes_starts(transfer_name(t), prefix);

		if (own && t->outcome != TRANSFER_NOT_FOUND)
			return NULL;
		if (own)
			refused = refused ? refused : t;
		root |= !own && done(t) && t->role == FILE_CMDLINE;
	}
	return root ? refused : NULL;
}

/* One board that boots from the root is as it should be; several share one cmdline.txt. */
static void serial_folder(const struct look *l)
{
	const struct transfer *mine = booted_from_root(l->c, l->b);
	uint32_t others = 0;
	struct finding *f;

	if (!mine)
		return;
	for (uint32_t i = 0; i < scope_clients(l->s) && i < OTHERS_MAX; i++) {
		const struct client *o = scope_client(l->s, i);

		others += o != l->c && booted_from_root(o, client_last_boot(o));
	}
	if (!others)
		return;
	f = raise_of_file(l, F_TFTP_SERIAL_DIR_MISSING, LIKELY, mine);
	if (f)
		finding_set_number(l->d, f, P_COUNT, others + 1);
}

void rules_files(const struct look *l)
{
	silent_after_firmware(l);
	prefix_without_slash(l);
	name_case(l);
	pxelinux_ladder(l);
	boot_sig(l);
	device_tree(l);
	serial_folder(l);
}
