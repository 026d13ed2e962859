/* SPDX-License-Identifier: BSD-2-Clause */
#include "store_cmdline.h"

#include <string.h>

#include "text.h"

enum { MADE = 1 << 28 }; /* handles from here on are ours */

/* ---- the line ---- */

/* One {word} of the path. False: it is not known of this board. */
static bool put_word(struct text *out, const char *word, uint32_t n,
		     const struct boot_path_who *who)
{
	char folder[BOOT_FOLDERS_MAX][BOOT_FOLDER_MAX];
	struct boot_path_who one;

	memset(&one, 0, sizeof(one));
	if (n == 6 && memcmp(word, "serial", n) == 0) {
		one.serial = who->serial;
		one.has_serial = who->has_serial;
	} else if (n == 3 && memcmp(word, "mac", n) == 0) {
		one.mac = who->mac;
	} else if (n == 2 && memcmp(word, "ip", n) == 0) {
		one.ip = who->ip;
	}
	if (!boot_path_folders(&one, folder))
		return false;
	text_str(out, folder[0]);
	return true;
}

static bool put_root(struct text *out, const char *root, const struct boot_path_who *who)
{
	while (*root) {
		const char *end = *root == '{' ? strchr(root, '}') : NULL;

		if (!end) {
			text_char(out, *root++);
			continue;
		}
		if (!put_word(out, root + 1, (uint32_t)(end - root - 1), who))
			return false;
		root = end + 1;
	}
	return true;
}

/* One line: the firmware passes the first on (facts 5.3). A v3 mount over TCP, as distributions'
 * kernels have it; without an initramfs the kernel itself asks for its address. */
static uint32_t line_for(const struct cmdline_options *o, const struct boot_path_who *who,
			 uint8_t out[CMDLINE_MAX])
{
	struct text t = text_init((char *)out, CMDLINE_MAX);

	text_str(&t, "console=serial0,115200 console=tty1 root=/dev/nfs nfsroot=");
	text_address(&t, address_none(o->server) ? who->local : o->server);
	text_char(&t, ':');
	if (!put_root(&t, o->root, who))
		return 0;
	text_str(&t, ",vers=3,tcp rw ip=dhcp rootwait");
	if (o->more && *o->more)
		text_fmt(&t, " %s", o->more);
	text_char(&t, '\n');
	return t.cut ? 0 : t.pos;
}

/* ---- the store ---- */

static int open_behind(void *ctx, const char *path, int *handle, uint64_t *size)
{
	struct store_cmdline *c = ctx;

	return c->behind.open(c->behind.ctx, path, handle, size);
}

static int create_behind(void *ctx, const char *path, int *handle)
{
	struct store_cmdline *c = ctx;

	return c->behind.create(c->behind.ctx, path, handle);
}

static int write_behind(void *ctx, int handle, const uint8_t *from, uint32_t n)
{
	struct store_cmdline *c = ctx;

	return c->behind.write(c->behind.ctx, handle, from, n);
}

static int64_t read_made(void *ctx, int handle, uint64_t offset, uint8_t *to, uint32_t size,
			 uint32_t gap, uint32_t n)
{
	struct store_cmdline *c = ctx;
	int64_t all = 0;

	if (handle < MADE)
		return c->behind.read(c->behind.ctx, handle, offset, to, size, gap, n);
	for (uint32_t i = 0; i < n && offset < c->made[handle - MADE].n; i++) {
		uint64_t left = c->made[handle - MADE].n - offset;
		uint32_t take = left < size ? (uint32_t)left : size;

		memcpy(to + (size_t)i * (size + gap), c->made[handle - MADE].line + offset, take);
		offset += take;
		all += take;
	}
	return all;
}

static int close_made(void *ctx, int handle, int whole)
{
	struct store_cmdline *c = ctx;

	if (handle < MADE)
		return c->behind.close(c->behind.ctx, handle, whole);
	c->made[handle - MADE].n = 0;
	return 0;
}

static int make(void *ctx, const char *path, const struct boot_path_who *who, int *handle,
		uint64_t *size)
{
	struct store_cmdline *c = ctx;
	const char *name = path;
	int i = 0;

	for (const char *p = path; *p; p++)
		name = *p == '/' ? p + 1 : name;
	if (strcmp(name, "cmdline.txt") != 0)
		return c->behind.make ? c->behind.make(c->behind.ctx, path, who, handle, size)
				      : STORE_MISSING;
	while (i < CMDLINES_MAX && c->made[i].n)
		i++;
	if (i == CMDLINES_MAX)
		return STORE_BUSY;
	c->made[i].n = line_for(&c->options, who, c->made[i].line);
	if (!c->made[i].n)
		return STORE_MISSING;
	*handle = MADE + i;
	*size = c->made[i].n;
	return 0;
}

struct store store_cmdline_over(struct store_cmdline *c, const struct store *behind,
				const struct cmdline_options *o)
{
	c->behind = *behind;
	c->options = *o;
	return (struct store) {
		c,         open_behind,  behind->create ? create_behind : NULL,
		read_made, write_behind, close_made,
		make,
	};
}
