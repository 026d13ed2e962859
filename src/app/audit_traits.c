/* SPDX-License-Identifier: BSD-2-Clause */
/* What was tried with a TFTP server, in words. What boards mind is from the facts named. */
#include "config.h"

#include <string.h>

#include "audit_trials.h"
#include "text.h"
#include "tftp.h"

enum { FILE_NOT_FOUND = 1, OPTION_REFUSED = 8 };

static const uint64_t second = 1000000000, millisecond = 1000000, microsecond = 1000;

struct view {
	struct audit_tftp *out;
	const struct audit_trials_server *server;
	const struct tftp_check *check;
	const struct tftp_tried *tried; /* of check */
};

static struct text add(const struct view *v, const char *key, enum audit_grade grade,
		       const char *fix)
{
	struct audit_trait *x = &v->out->trait[v->out->n];

	if (v->out->n + 1 < AUDIT_TRAITS)
		v->out->n++;
	*x = (struct audit_trait) { .key = key, .grade = grade, .fix = fix };
	return text_init(x->words, sizeof(x->words));
}

static void say(const struct view *v, const char *key, enum audit_grade grade, const char *words,
		const char *fix)
{
	struct text t = add(v, key, grade, fix);

	text_str(&t, words);
}

static void value(const struct view *v, uint64_t n)
{
	struct audit_trait *x = &v->out->trait[v->out->n - 1];

	x->has_value = true;
	x->value = n;
}

static bool there(const struct tftp_tried *t)
{
	return t->end == FETCH_THERE || t->end == FETCH_WHOLE || t->end == FETCH_GOES_ON;
}

static void error_words(const struct tftp_tried *t, struct text *words)
{
	text_fmt(words, "error %u", t->error_code);
	if (!t->error[0])
		return;
	text_str(words, " (");
	text_safe(words, bytes_str(t->error));
	text_char(words, ')');
}

/* ---- options ---- */

static void sizes(const struct view *v)
{
	const struct tftp_tried *t = &v->tried[TRIAL_SIZES];

	if (!there(t)) {
		struct text w =
			add(v, "sizes", AUDIT_BAD,
			    "Have the server overlook options that it does not know (RFC "
			    "2347): Raspberry Pi 4 and 5 ask with tsize and blksize, always.");

		text_str(&w, "a request with tsize and blksize ends with ");
		if (t->end == FETCH_REFUSED)
			error_words(t, &w);
		else
			text_str(&w, fetch_end_key(t->end));
	} else if (t->has_size) {
		say(v, "sizes", AUDIT_FINE, "sizes told", NULL);
	} else { /* facts 3.1, fw#1913 */
		say(v, "sizes", AUDIT_REMARK,
		    t->oack ? "sizes are not told" : "sizes are not told (options are ignored)",
		    t->oack ? "Allow the option tsize: PCs ask for the size before they load "
			      "(tftpd-hpa: no --refuse tsize; atftpd: no --no-tsize)."
			    : "Firmware (start.elf) of Raspberry Pi 3 and older is reported not to "
			      "load from a server without options since April 2020: use one that "
			      "has them.");
	}
}

static void blocks(const struct view *v)
{
	static const enum tftp_trial others[] = { TRIAL_1428, TRIAL_1024 };
	static const uint32_t asked[] = { 1428, 1024 };
	const struct tftp_tried *t = &v->tried[TRIAL_SIZES];
	struct text w;

	if (!there(t))
		return;
	if (t->blksize <= TFTP_DEFAULT_BLKSIZE) {
		w = add(v, "blocks", AUDIT_REMARK,
			"Allow the option blksize: with it a file takes a third of the round "
			"trips (dnsmasq: no tftp-no-blocksize; tftpd-hpa: no --refuse blksize; "
			"atftpd: no --no-blksize).");
		text_fmt(&w, "blocks of %u bytes only (blksize 1468 %s)", t->blksize,
			 t->oack ? "is not granted" : "is ignored");
	} else {
		w = add(v, "blocks", AUDIT_FINE, NULL);
		text_fmt(&w, "%u-byte blocks", t->blksize);
	}
	for (int i = 0; i < 2; i++)
		if (v->tried[others[i]].asked && v->tried[others[i]].blksize != asked[i] &&
		    t->blksize >= asked[i])
			text_fmt(&w, ", but %u for %u", v->tried[others[i]].blksize, asked[i]);
	value(v, t->blksize);
}

static void windows(const struct view *v)
{
	const struct tftp_tried *t = &v->tried[TRIAL_WINDOW];
	struct text w;

	if (!t->asked)
		return;
	if (!there(t)) {
		w = add(v, "windows", AUDIT_BAD,
			"Have the server overlook windowsize when it does not know it (RFC 2347): "
			"UEFI asks with it.");
		text_str(&w, "a request with windowsize ends with ");
		if (t->end == FETCH_REFUSED)
			error_words(t, &w);
		else
			text_str(&w, fetch_end_key(t->end));
	} else if (t->window == 1) {
		say(v, "windows", AUDIT_FINE, "no windows", NULL);
	} else if (t->burst < t->window && t->end != FETCH_WHOLE) {
		w = add(v, "windows", AUDIT_REMARK, NULL);
		text_fmt(&w, "windows of %u are agreed on, and %u block%s at once", t->window,
			 t->burst, t->burst == 1 ? " comes" : "s come");
	} else {
		w = add(v, "windows", AUDIT_FINE, NULL);
		text_fmt(&w, "windows of %u", t->window);
	}
	value(v, t->window);
}

/* ---- long files ---- */

static void rolled(const struct view *v, uint16_t next)
{
	if (next == 0)
		say(v, "rollover", AUDIT_FINE, "block 65535 is followed by 0", NULL);
	else
		say(v, "rollover", AUDIT_REMARK, "block 65535 is followed by 1",
		    "Boards that count on with 0 stop there: keep files that are loaded in blocks "
		    "of 512 below 33.5 MB, or take a server that goes on with 0.");
	value(v, next);
}

static void rollover(const struct view *v)
{
	static const char stuck[] = "nothing comes behind block 65535";
	static const char fix[] = "Files of more than 65535 blocks do not load: that are 33.5 MB "
				  "for Raspberry Pi 3 and older, 96 MB for the others.";
	const struct tftp_tried *t = v->check ? &v->tried[TRIAL_ROLLOVER] : NULL;

	if (v->server->rollover == ROLLOVER_DONE)
		rolled(v, 0);
	else if (v->server->rollover == ROLLOVER_STUCK)
		say(v, "rollover", AUDIT_BAD, stuck, fix);
	else if (t && t->asked && t->wrapped)
		rolled(v, t->next);
	else if (t && ((t->asked && t->end == FETCH_GOES_ON) || v->check->too_slow))
		say(v, "rollover", AUDIT_FINE, "what is behind block 65535 takes too long to see",
		    NULL);
	else if (t && t->asked)
		say(v, "rollover", AUDIT_BAD, stuck, fix);
}

/* ---- names ---- */

static void letters(const struct view *v)
{
	const struct tftp_tried *t = &v->tried[TRIAL_CASE];

	if (!t->asked)
		return;
	if (there(t))
		say(v, "case", AUDIT_FINE, "the case of names does not matter (elsewhere it does)",
		    NULL);
	else
		say(v, "case", AUDIT_FINE, "names differ by case", NULL);
}

/* Pi 5 asks for what lies in the root as /config.txt, else as SERIAL//config.txt (facts 3.1). */
static void slashes(const struct view *v)
{
	const struct tftp_tried *one = &v->tried[TRIAL_SLASH], *two = &v->tried[TRIAL_SLASHES];
	struct text w;

	if (one->asked && !there(one)) {
		w = add(v, "slash", AUDIT_REMARK,
			one->name[0] == '/'
				? "Raspberry Pi 5 asks for /config.txt and /cmdline.txt "
				  "where its files are in the root of the server: put "
				  "them into a folder named by its serial number."
				: "Boards ask without a slash in front: let the server "
				  "begin at its root for those.");
		text_safe(&w, bytes_str(one->name));
		text_str(&w, one->name[0] == '/' ? " is not found, which is there without the slash"
						 : " is not found, which is there with a slash");
	} else if (one->asked) {
		say(v, "slash", AUDIT_FINE, "with or without a slash in front", NULL);
	}
	if (two->asked && !there(two)) {
		w = add(v, "slashes", AUDIT_REMARK,
			"Raspberry Pi 5 asks for SERIAL//config.txt and SERIAL//cmdline.txt: use a "
			"server that takes two slashes for one, or put its files into the root.");
		text_safe(&w, bytes_str(two->name));
		text_str(&w, " is not found, which is there with one slash");
	} else if (two->asked) {
		say(v, "slashes", AUDIT_FINE, "two slashes are one", NULL);
	}
}

/* Boards ask for many a file that need not be there, and wait for each answer (facts 3.2 to 3.5).
 */
static void missing(const struct view *v)
{
	const struct tftp_tried *t = &v->tried[TRIAL_MISSING];
	bool late = t->took_ns > second / 2;
	struct text w;

	if (!t->asked)
		return;
	if (there(t)) {
		w = add(v, "missing", AUDIT_REMARK,
			"Boards look whether a file is there before they go by it: what is not "
			"should be refused with error 1.");
		text_str(&w, "a file that nobody has is sent all the same");
		return;
	}
	if (t->end == FETCH_MISSING || t->end == FETCH_REFUSED) {
		w = add(v, "missing", late || t->end == FETCH_REFUSED ? AUDIT_REMARK : AUDIT_FINE,
			late ? "Boards ask for a dozen files that need not be there, and wait each "
			       "time: see what keeps the server."
			     : NULL);
		text_str(&w, "missing files are answered ");
		if (late) {
			text_str(&w, "after ");
			text_seconds(&w, t->took_ns, 1);
			text_str(&w, " s");
		} else {
			text_str(&w, "at once");
		}
		if (t->end == FETCH_REFUSED) {
			text_str(&w, ", with ");
			error_words(t, &w);
			text_str(&w, " instead of 1");
		}
		value(v, t->error_code);
		return;
	}
	say(v, "missing", AUDIT_BAD, "missing files get no answer",
	    "Boards ask for a dozen files that need not be there, and wait up to 30 s for each: "
	    "the server should answer with error 1 (is a firewall dropping it?).");
}

/* ---- the way ---- */

static void speed(const struct view *v)
{
	const struct audit_trials_server *s = v->server;
	uint64_t rate, whole;
	struct text w;

	if (!s->bytes)
		return;
	rate = s->bytes * 1000 / (s->ns / millisecond + 1);
	whole = rate ? s->size / rate : 0;
	if (whole >= 15) { /* TFTP_FILE_TIMEOUT, facts 3.1 */
		w = add(v, "speed", AUDIT_REMARK,
			"Raspberry Pi 4 and 5 give a file 30 s: see what slows it down, or set "
			"TFTP_FILE_TIMEOUT in their EEPROM.");
		text_bytes_count(&w, rate);
		text_fmt(&w, "/s, which is %llu s for the largest file", (unsigned long long)whole);
	} else {
		w = add(v, "speed", AUDIT_FINE, NULL);
		if (rate > 100000000) {
			text_str(&w, "over 100 MB/s");
		} else {
			text_bytes_count(&w, rate);
			text_str(&w, "/s");
		}
	}
	value(v, rate);
}

static void round_trip(const struct view *v)
{
	uint64_t us = v->check->quickest_ns / microsecond;
	struct text w = add(v, "round-trip", AUDIT_FINE, NULL);

	text_str(&w, "answers within ");
	text_decimal(&w, us / 100 + 1, 1);
	text_str(&w, " ms");
	value(v, us);
}

static const char answer_as_asked[] =
	"Let the server answer from the address that it is asked at: boards take no other answer.";

static void source(const struct view *v)
{
	const struct tftp_tried *t = &v->tried[TRIAL_SIZES];
	struct text w;

	if (t->stranger) {
		w = add(v, "source", AUDIT_BAD, answer_as_asked);
		text_str(&w, "answers come from ");
		text_ip4(&w, t->stranger);
	} else if (t->port == TFTP_PORT) {
		say(v, "source", AUDIT_FINE, "answers from port 69 itself", NULL);
	}
}

/* ---- all ---- */

/* Why there is no more to say. */
static bool nothing_more(const struct view *v)
{
	const struct tftp_tried *t = v->check ? &v->tried[TRIAL_SIZES] : NULL;

	if (!v->server->answered && v->server->elsewhere)
		say(v, "source", AUDIT_BAD, "answers come from another address than the one asked",
		    answer_as_asked);
	else if (!v->server->answered)
		say(v, "answers", AUDIT_BAD,
		    v->server->closed ? "nobody listens on port 69" : "no answer to any board",
		    NULL);
	else if (!v->server->name[0])
		say(v, "answers", AUDIT_FINE, "none of the files asked for was given", NULL);
	else if (!v->check)
		say(v, "answers", AUDIT_FINE, "not tried: nobody gave an address for it", NULL);
	else if (t->end == FETCH_MISSING)
		say(v, "answers", AUDIT_FINE,
		    "not tried: only the board is given its files (a folder for each?)", NULL);
	else if (t->end == FETCH_SILENT && !t->stranger)
		say(v, "answers", AUDIT_FINE, "not tried: only boards are answered", NULL);
	else
		return false;
	return true;
}

void audit_traits(struct audit_tftp *out, const struct audit_trials_server *s,
		  const struct tftp_check *check)
{
	const struct view v = { out, s, check, check ? check->tried : NULL };

	*out = (struct audit_tftp) { .server = s->ip };
	if (nothing_more(&v)) {
		rollover(&v);
		speed(&v);
		return;
	}
	source(&v);
	if (check->tried[TRIAL_SIZES].end == FETCH_SILENT)
		return;
	sizes(&v);
	blocks(&v);
	windows(&v);
	rollover(&v);
	letters(&v);
	slashes(&v);
	missing(&v);
	speed(&v);
	round_trip(&v);
}
