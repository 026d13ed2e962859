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

static int digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static uint32_t serial_of(const char *path, uint32_t *serial)
{
	uint32_t n = 0, v = 0;

	while (n < 17 && digit(path[n]) >= 0)
		v = v << 4 | (uint32_t)digit(path[n++]);
	*serial = v;
	return path[n] == '/' && (n == 8 || n == 16) ? n : 0;
}

static uint32_t mac_of(const char *path, struct mac *mac)
{
	uint32_t n = 0;

	for (; n < 17; n++) {
		bool dash = n % 3 == 2;

		if (dash ? path[n] != '-' : digit(path[n]) < 0)
			return 0;
		if (!dash)
			mac->b[n / 3] = (uint8_t)(mac->b[n / 3] << 4 | digit(path[n]));
	}
	return path[n] == '/' ? n : 0;
}

uint32_t boot_path_board(const char *path, struct boot_path_who *who)
{
	struct mac mac = { { 0 } };
	uint32_t serial, n = serial_of(path, &serial);

	if (n) {
		if (!who->has_serial)
			who->serial = serial;
		who->has_serial = true;
		return n;
	}
	n = mac_of(path, &mac);
	if (n && mac_none(who->mac))
		who->mac = mac;
	return n;
}

static void place(char out[BOOT_PATHS_MAX][BOOT_PATH_MAX], uint32_t *n, const char *folder,
		  const char *path)
{
	struct text t = text_init(out[*n], BOOT_PATH_MAX);

	text_fmt(&t, "%s%s%s", folder, *folder ? "/" : "", path);
	if (!t.cut)
		++*n;
}

uint32_t boot_path_folders(const struct boot_path_who *who,
			   char out[BOOT_FOLDERS_MAX][BOOT_FOLDER_MAX])
{
	uint32_t n = 0;
	struct text t;

	if (who->has_serial) {
		t = text_init(out[n++], BOOT_FOLDER_MAX);
		text_fmt(&t, "%08x", who->serial);
	}
	if (!mac_none(who->mac)) {
		t = text_init(out[n], BOOT_FOLDER_MAX);
		text_mac(&t, who->mac);
		for (char *c = out[n++]; *c; c++)
			*c = *c == ':' ? '-' : *c;
	}
	if (!address_none(who->ip)) {
		t = text_init(out[n++], BOOT_FOLDER_MAX);
		text_address(&t, who->ip);
	}
	return n;
}

uint32_t boot_path_below(const char *folder, const char *path,
			 char out[BOOT_PATHS_MAX][BOOT_PATH_MAX])
{
	struct boot_path_who ignored = { 0 };
	uint32_t n = 0, board = boot_path_board(path, &ignored);

	place(out, &n, folder, path);
	if (board)
		place(out, &n, folder, path + board + 1);
	return n;
}

uint32_t boot_path_places(const char *path, const struct boot_path_who *who, bool own_folders,
			  char out[BOOT_PATHS_MAX][BOOT_PATH_MAX])
{
	char folder[BOOT_FOLDERS_MAX][BOOT_FOLDER_MAX];
	uint32_t n = 0, own = own_folders ? boot_path_folders(who, folder) : 0;

	for (uint32_t i = 0; i < own; i++)
		place(out, &n, folder[i], path);
	return n + boot_path_below("", path, out + n);
}
