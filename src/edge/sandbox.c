/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sandbox_parts.h"

const char *const sandbox_modes[SANDBOX_MODES] = { "on", "report", "off" };

#ifdef NO_SANDBOX
/* Built for a tool that looks into the process while it ends: sanitizers, coverage. */
int sandbox_enter(const struct sandbox *s, char *why, size_t n)
{
	if (!s->insist || s->mode == SANDBOX_OFF)
		return 0;
	snprintf(why, n,
		 "there is no sandbox in this build (sanitizers, coverage or "
		 "--disable-sandbox)");
	return -ENOTSUP;
}

const char *sandbox_words(void)
{
	return "none in this build";
}
#else
static int failed(const char *what, int r, char *why, size_t n)
{
	snprintf(why, n, "the sandbox cannot be entered: %s: %s", what, strerror(-r));
	return r;
}

/* Where the system lacks a part the others still stand, unless somebody insisted on all. */
static int lacks(const struct sandbox *s, const char *what, int r, char *why, size_t n)
{
	if (r == 0 || (r == -ENOTSUP && !s->insist))
		return 0;
	if (r != -ENOTSUP)
		return failed(what, r, why, n);
	snprintf(why, n, "this system has no %s: leave --sandbox=%s away to go without", what,
		 sandbox_modes[s->mode]);
	return r;
}

int sandbox_enter(const struct sandbox *s, char *why, size_t n)
{
	struct sandbox_user user;
	int r = sandbox_user_find(s->user, &user);

	if (r) {
		snprintf(why, n, "-Z: there is no user '%s'", s->user);
		return r;
	}
	sandbox_caps_bound();
	if (s->caps)
		sandbox_caps_keep();
	r = sandbox_user_become(&user);
	if (r)
		return failed("giving up root", r, why, n);
	r = lacks(s, "capabilities", sandbox_caps_clear(s->caps), why, n);
	if (r || s->mode == SANDBOX_OFF)
		return r;
	r = lacks(s, "Landlock", sandbox_landlock(s->folder, s->n_folders), why, n);
	if (!r)
		r = lacks(s, "seccomp filter", sandbox_seccomp(s), why, n);
	return r;
}

const char *sandbox_words(void)
{
	static char words[64];
	int landlock = sandbox_landlock_abi();
	bool seccomp = sandbox_seccomp_there();

	if (landlock)
		snprintf(words, sizeof(words), "%sLandlock %d", seccomp ? "seccomp, " : "",
			 landlock);
	else
		snprintf(words, sizeof(words), "%s", seccomp ? "seccomp" : "root is given up");
	return words;
}
#endif
