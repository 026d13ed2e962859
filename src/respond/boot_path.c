/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot_path.h"

#include <string.h>

#include "text.h"

static bool is_slash(uint8_t c)
{
	return c == '/' || c == '\\';
}

bool boot_path_clean(struct bytes name, char out[BOOT_PATH_MAX])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < name.n;) {
		uint32_t from = i, len;

		while (i < name.n && !is_slash(name.p[i]))
			if (!name.p[i++])
				return false;
		len = i - from;
		i += i < name.n;
		if (!len || (len == 1 && name.p[from] == '.'))
			continue;
		if (len == 2 && name.p[from] == '.' && name.p[from + 1] == '.') {
			if (!n)
				return false;
			while (n && out[--n] != '/')
				;
			continue;
		}
		if (n + 1 + len >= BOOT_PATH_MAX)
			return false;
		if (n)
			out[n++] = '/';
		memcpy(out + n, name.p + from, len);
		n += len;
	}
	out[n] = 0;
	return n != 0;
}

/* Bytes before the first '/', when they are a board's serial: 8 or 16 hex digits (facts 4.1). */
static uint32_t serial_folder(const char *path)
{
	uint32_t n = 0;

	while ((path[n] >= '0' && path[n] <= '9') || (path[n] >= 'a' && path[n] <= 'f') ||
	       (path[n] >= 'A' && path[n] <= 'F'))
		n++;
	return path[n] == '/' && (n == 8 || n == 16) ? n : 0;
}

static void place(char out[BOOT_PATHS_MAX][BOOT_PATH_MAX], uint32_t *n, const char *folder,
		  const char *path)
{
	struct text t = text_init(out[*n], BOOT_PATH_MAX);

	text_fmt(&t, "%s%s%s", folder, *folder ? "/" : "", path);
	if (!t.cut)
		++*n;
}

uint32_t boot_path_places(const char *path, const struct boot_path_who *who, bool own_folders,
			  char out[BOOT_PATHS_MAX][BOOT_PATH_MAX])
{
	uint32_t n = 0, serial = serial_folder(path);
	char folder[64];
	struct text t = text_init(folder, sizeof(folder));

	if (own_folders && who->has_serial) {
		text_fmt(&t, "%08x", who->serial);
		place(out, &n, folder, path);
	}
	if (own_folders && !mac_none(who->mac)) {
		text_clear(&t);
		text_mac(&t, who->mac);
		for (char *c = folder; *c; c++)
			*c = *c == ':' ? '-' : *c;
		place(out, &n, folder, path);
	}
	if (own_folders && !address_none(who->ip)) {
		text_clear(&t);
		text_address(&t, who->ip);
		place(out, &n, folder, path);
	}
	place(out, &n, "", path);
	if (serial)
		place(out, &n, "", path + serial + 1);
	return n;
}
