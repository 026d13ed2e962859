/* SPDX-License-Identifier: BSD-2-Clause */
#include "lines.h"
#include "rules.h"

/* How the files of one role fared. */
struct fared {
	uint32_t asked, missing, there;
	const struct transfer *first, *last; /* missing ones */
};

static struct fared role_fared(const struct look *l, enum file_role role)
{
	struct fared f = { 0, 0, 0, NULL, NULL };

	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		if (t->role != role)
			continue;
		f.asked++;
		if (t->outcome == TRANSFER_NOT_FOUND) {
			f.missing++;
			f.first = f.first ? f.first : t;
			f.last = t;
		} else if (t->outcome == TRANSFER_COMPLETE || t->outcome == TRANSFER_PROBE ||
			   t->outcome == TRANSFER_IN_PROGRESS || t->bytes) {
			f.there++;
		}
	}
	return f;
}

static void file_params(const struct look *l, struct finding *f, const struct transfer *t)
{
	finding_set(l->d, f, P_FILE, transfer_name(t));
	finding_set_address(l->d, f, P_SERVER, t->server);
	finding_evidence(f, t->first_frame, "the request");
}

/* Was it asked for because config.txt says so? */
static void config_evidence(const struct look *l, struct finding *f, enum file_role role)
{
	struct config_for board = { l->c->family, l->c->revision, l->c->has_serial, l->c->serial };
	struct config g;
	const struct kept *k = kept_config(l->b, &board, &g);

	if (!k || g.unsure)
		return;
	if ((role == FILE_KERNEL && g.kernel.n) || (role == FILE_INITRAMFS && g.initramfs.n))
		finding_evidence(f, k->frame, "config.txt, which names it");
	else if (role == FILE_KERNEL && g.has_arm_64bit && !g.arm_64bit)
		finding_evidence(f, k->frame,
				 "config.txt, which wants a 32-bit kernel (arm_64bit=0)");
}

static void raise_missing(const struct look *l, enum finding_id id, enum confidence confidence,
			  const struct fared *r)
{
	struct finding *f = raise_finding(l, id, confidence);
	char names[256];
	struct text t = text_init(names, sizeof(names));
	uint32_t n = 0;

	if (!f || !r->first)
		return;
	for (const struct transfer *x = r->first; x && n < 4; x = x->next) {
		if (x->role != r->first->role || x->outcome != TRANSFER_NOT_FOUND)
			continue;
		if (n++)
			text_str(&t, ", ");
		text_safe(&t, transfer_name(x));
	}
	finding_set_text(l->d, f, P_TEXT, names);
	file_params(l, f, r->first);
	finding_evidence(f, r->first->error_frame, "not found");
	if (r->last != r->first)
		finding_evidence(f, r->last->error_frame, "not found either");
	config_evidence(l, f, (enum file_role)r->first->role);
}

bool look_pi_boots(const struct look *l)
{
	return l->c->pi &&
	       (!l->loader || l->loader->agent == AGENT_ROM || l->loader->agent == AGENT_BOOTCODE ||
		l->loader->agent == AGENT_BOOTLOADER);
}

/* What is not below the prefix is asked for in the root next (facts 3.6); a board that did not come
 * to that stopped for another reason, or was switched off. */
static bool asked_in_root(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->role == FILE_START && t->outcome == TRANSFER_NOT_FOUND &&
		    bytes_find(transfer_name(t), bytes_str("/")) == UINT32_MAX)
			return true;
	return false;
}

/* Facts 3.2 to 3.5: what each board cannot do without. */
static void missing_files(const struct look *l)
{
	struct fared bootcode = role_fared(l, FILE_BOOTCODE), start = role_fared(l, FILE_START),
		     config = role_fared(l, FILE_CONFIG), kernel = role_fared(l, FILE_KERNEL),
		     initramfs = role_fared(l, FILE_INITRAMFS);

	if (!l->stuck || !look_pi_boots(l) || l->b->stage > STAGE_TFTP_KERNEL)
		return;
	if (bootcode.missing && !bootcode.there && !start.asked)
		raise_missing(l, F_TFTP_BOOTCODE_NOT_FOUND, CERTAIN, &bootcode);
	else if (start.missing && !start.there)
		raise_missing(l, F_TFTP_FIRMWARE_NOT_FOUND,
			      asked_in_root(l) || start.missing > 2 ? CERTAIN : LIKELY, &start);
	else if (l->c->family == FAMILY_PI5 && config.missing && !config.there && !kernel.there)
		raise_missing(l, F_TFTP_CONFIG_MISSING, CERTAIN, &config);
	else if (kernel.missing && !kernel.there)
		raise_missing(l, F_TFTP_KERNEL_NOT_FOUND, CERTAIN, &kernel);
	else if (initramfs.missing && !initramfs.there)
		raise_missing(l, F_TFTP_INITRAMFS_NOT_FOUND, CERTAIN, &initramfs);
}

static bool fetched_after(const struct look *l, const struct transfer *t)
{
	for (const struct transfer *x = l->b->transfers; x; x = x->next)
		if (x != t && x->outcome == TRANSFER_COMPLETE && x->first_ns >= t->first_ns &&
		    bytes_equal(transfer_name(x), transfer_name(t)))
			return true;
	return false;
}

/* ERROR 2, or what tftpd-hpa 5.2 makes of open()'s EACCES: ERROR 0 with strerror's words. */
static bool denied(const struct transfer *t)
{
	return t->kind == TRANSFER_TFTP && t->has_error && !t->error_by_client &&
	       (t->error_code == 2 || (t->error_code == 0 && t->error &&
				       bytes_hold(bytes_str(t->error), "ermission denied")));
}

/* For a file that the boot needs. */
static void access_violation(const struct look *l)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next) {
		struct finding *f;

		if (!l->stuck || l->b->stage > STAGE_TFTP_KERNEL || !denied(t) ||
		    t->role == FILE_OPTIONAL || t->role == FILE_OTHER || fetched_after(l, t))
			continue;
		f = raise_finding(l, F_TFTP_ACCESS_VIOLATION, CERTAIN);
		if (!f)
			return;
		file_params(l, f, t);
		finding_set_number(l->d, f, P_COUNT, t->error_code);
		finding_set(l->d, f, P_TEXT, bytes_str(t->error ? t->error : "access violation"));
		finding_evidence(f, t->error_frame, "the refusal");
		return;
	}
}

static bool answered_any(const struct look *l, struct address server)
{
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (address_equal(t->server, server) && !address_none(t->answered_by))
			return true;
	return false;
}

/* Requests to one server that nothing came back for. */
static void unanswered(const struct look *l)
{
	const struct transfer *last = NULL;
	uint32_t rrqs = 0;
	struct finding *f;

	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (t->kind == TRANSFER_TFTP && address_none(t->answered_by) &&
		    !answered_any(l, t->server))
			last = t;
	if (!last || !l->stuck || l->misses_replies || l->b->stage > STAGE_TFTP_FIRMWARE ||
	    last->dst_placeholder_aa || last->dst_placeholder_00)
		return;
	for (const struct transfer *t = l->b->transfers; t; t = t->next)
		if (address_equal(t->server, last->server))
			rrqs += t->rrqs;
	if (last->unreachables && last->unreachable_to_client) {
		f = raise_finding(l, F_TFTP_PORT_UNREACHABLE, CERTAIN);
		if (f) {
			file_params(l, f, last);
			finding_evidence(f, last->unreachable_frame, "port unreachable");
		}
		return;
	}
	/* somebody's tftp command is no boot: a request or two say little of it */
	if (rrqs < (l->loader || l->c->pi ? 2u : 4u) || last->unreachables)
		return;
	f = raise_finding(l, F_TFTP_REPLY_BLOCKED, l->sees_replies ? LIKELY : POSSIBLE);
	if (!f)
		return;
	file_params(l, f, last);
	finding_set_number(l->d, f, P_COUNT, rrqs);
	finding_evidence(f, last->last_frame, "asked again, still unanswered");
}

/* PXE, UEFI, iPXE, U-Boot: the file that DHCP named is not there. */
static void bootfile(const struct look *l)
{
	const struct transfer *t = l->b->last_transfer;
	struct finding *f;

	if (!l->stuck || look_pi_boots(l) || !t || t->outcome != TRANSFER_NOT_FOUND ||
	    l->b->stage > STAGE_TFTP_FIRST_FILE || t->role == FILE_PXE_CONFIG)
		return;
	if (!l->params.file.n || !bytes_equal(l->params.file, transfer_name(t)))
		return;
	f = raise_finding(l, F_TFTP_BOOTFILE_NOT_FOUND, CERTAIN);
	if (!f)
		return;
	file_params(l, f, t);
	finding_evidence(f, t->error_frame, "not found");
}

void rules_tftp(const struct look *l)
{
	missing_files(l);
	access_violation(l);
	unanswered(l);
	bootfile(l);
}
