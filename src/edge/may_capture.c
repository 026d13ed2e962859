/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "may_capture.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_LINUX_CAPABILITY_H
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

enum { COMMAND_MAX = 600, PATH_SHOWN = 400 };

bool may_capture(void)
{
#ifdef HAVE_LINUX_CAPABILITY_H
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[_LINUX_CAPABILITY_U32S_3];

	memset(d, 0, sizeof(d));
	if (syscall(SYS_capget, &h, d) == 0)
		return d[0].effective & 1U << CAP_NET_RAW;
#endif
	return geteuid() == 0;
}

/* Where sudo looks too (its secure_path): there the name alone will do. */
static bool on_the_path(const char *program)
{
	static const char *const folders[] = { "/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/",
					       "/usr/bin/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		size_t n = strlen(folders[i]);

		if (strncmp(program, folders[i], n) == 0 && !strchr(program + n, '/'))
			return true;
	}
	return false;
}

/* Appends a word as a shell takes it. False: no room. */
static bool put_word(char *out, size_t *at, size_t n, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-./:=,+@%";
	size_t begin = *at;
	bool quoted = !*word || strspn(word, plain) != strlen(word);

	if (begin + 4 * strlen(word) + 4 > n)
		return false;
	if (begin)
		out[(*at)++] = ' ';
	if (quoted)
		out[(*at)++] = '\'';
	for (; *word; word++) {
		if ((unsigned char)*word < ' ' || *word == 0x7f)
			out[(*at)++] = '?'; /* not for a terminal */
		else if (*word == '\'') {
			memcpy(out + *at, "'\\''", 4);
			*at += 4;
		} else {
			out[(*at)++] = *word;
		}
	}
	if (quoted)
		out[(*at)++] = '\'';
	out[*at] = 0;
	return true;
}

/* The command as it was typed, by the name that root finds it under. */
static void command_of(const struct may_capture_facts *f, char *out, size_t n)
{
	const char *base = strrchr(f->program, '/');
	size_t at = 0, i = f->n_words ? strnlen(f->words, f->n_words) + 1 : 0;
	bool room = put_word(out, &at, n, on_the_path(f->program) && base ? base + 1 : f->program);

	for (; room && i < f->n_words; i += strnlen(f->words + i, f->n_words - i) + 1)
		room = put_word(out, &at, n, f->words + i);
	if (!room && at + 5 < n)
		memcpy(out + at, " ...", 5);
}

void may_capture_say(const struct may_capture_facts *f, const char *interface, char *why, size_t n)
{
	char command[COMMAND_MAX] = "", what[64] = "packets";
	const char *sudo = f->has_sudo ? "sudo " : "";

	if (interface)
		snprintf(what, sizeof(what), "%.40s", interface);
	command_of(f, command, sizeof(command));
	if (f->root)
		snprintf(why, n,
			 "%s may not be captured on, even by root of this container: start it with "
			 "--cap-add=NET_RAW --cap-add=NET_ADMIN (docker, podman), or run bootscope "
			 "outside of it",
			 what);
	else if (f->hemmed)
		snprintf(why, n,
			 "%s may not be captured on by you, and nothing started from here can get "
			 "the "
			 "right to (no_new_privs): from another shell, type: sudo %s",
			 what, command);
	else
		snprintf(why, n,
			 "%s may not be captured on by you; %stype: %s%s   or, once for all users: "
			 "%ssetcap cap_net_raw,cap_net_admin+ep %.*s",
			 what, f->has_sudo ? "" : "as root, ", sudo, command, sudo, PATH_SHOWN,
			 f->program);
}

static bool has_sudo(void)
{
	return access("/usr/bin/sudo", X_OK) == 0 || access("/usr/local/bin/sudo", X_OK) == 0 ||
	       access("/bin/sudo", X_OK) == 0;
}

static bool hemmed(void)
{
#ifdef HAVE_LINUX_CAPABILITY_H
	return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
#else
	return false;
#endif
}

void may_capture_words(const char *interface, char *why, size_t n)
{
	char program[512], words[2048];
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1), got = -1;
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	struct may_capture_facts f = { .root = geteuid() == 0,
				       .hemmed = hemmed(),
				       .has_sudo = has_sudo(),
				       .program = program,
				       .words = words };

	if (len < 0)
		len = snprintf(program, sizeof(program), "bootscope");
	program[len] = 0;
	if (fd >= 0) {
		got = read(fd, words, sizeof(words) - 1);
		close(fd);
	}
	f.n_words = got < 0 ? 0 : (size_t)got;
	words[f.n_words] = 0;
	may_capture_say(&f, interface, why, n);
}
