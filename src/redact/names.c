/* SPDX-License-Identifier: BSD-2-Clause */
#include "names.h"

#include <string.h>

#include "hash.h"

/* What file names, settings and texts of booting are made of; hosts that are called so hide no
 * better under another word. In the order of the alphabet. */
/* clang-format off */
static const char *const common[] = {
	"aa64", "aarch64", "address", "all", "alpine", "amd64", "any", "append", "arch", "archlinux", "arm", "arm64",
	"armhf", "armstub", "armstub7", "armstub8", "arpa", "auto", "autoboot", "autoexec", "backend", "bcm2708", "bcm2709",
	"bcm2710", "bcm2711", "bcm2712", "bin", "bios", "boot", "bootaa64", "bootcfg", "bootcode", "booted", "bootfile",
	"bootia32", "bootloader", "bootp", "bootsig", "bootx64", "broadcast", "busybox", "bzimage", "casper", "cfg",
	"class", "client", "clients", "cloud", "cmdline", "com", "config", "console", "coreos", "custom", "dat", "data",
	"debian", "default", "dev", "device", "devices", "dhcp", "dhcpcd", "disk", "distro", "dnsmasq", "domain", "dt-blob",
	"dtb", "dtbo", "dtbs", "early", "edu", "eeprom", "efi", "efi32", "efi64", "elf", "err", "error", "etc", "eth0",
	"eth1", "exp", "export", "exports", "extlinux", "fedora", "file", "files", "firmware", "firstboot", "fixup",
	"fixup4", "flatcar", "for", "found", "from", "ftp", "generic", "get", "gnu", "gov", "grub", "grubaa64", "grubx64",
	"gz", "hard", "home", "host", "http", "httpclient", "https", "image", "images", "img", "in-addr", "info", "init",
	"initramfs", "initramfs8", "initramfs_2712", "initrd", "inst", "install", "installer", "internal", "intranet",
	"ip6", "ipv4", "ipv6", "ipxe", "ipxe-arm64", "iso", "kea", "kernel", "kernel7", "kernel7l", "kernel8",
	"kernel_2712", "kkpxe", "kpxe", "label", "lan", "ldlinux", "lib", "libcomposite", "libvirt", "linux", "linux16",
	"linuxefi", "live", "loader", "local", "localdomain", "localhost", "localnet", "loop", "lpxelinux", "lts", "ltsp",
	"mac", "master", "media", "memdisk", "menu", "mikrotik", "mil", "mmcblk0", "mnt", "mode", "mount", "name", "nbd",
	"net", "netascii", "netboot", "network", "next", "nfs", "nfs3", "nfs4", "nfsaddrs", "nfsroot", "nfsv3", "nfsv4",
	"nfsvers", "nobody", "nolock", "none", "not", "null", "nvme", "octet", "off", "opt", "options", "org", "os_prefix",
	"other", "overlay", "overlay_map", "overlays", "ovmf", "padding", "partlabel", "partuuid", "path", "permission",
	"pi", "pi0", "pi1", "pi2", "pi3", "pi4", "pi5", "pieeprom", "port", "portmap", "preseed", "probe", "proto", "proxy",
	"pub", "public", "pxe", "pxeboot", "pxeclient", "pxelinux", "raspberry", "raspberrypi", "raspbian", "raspi",
	"raspios", "recover4", "recovery", "rom", "root", "rootfs", "rootwait", "router", "rpi", "rpi-eeprom-config",
	"rpi0", "rpi1", "rpi2", "rpi3", "rpi4", "rpi5", "rpiboot", "rsize", "sbin", "script", "sec", "serial", "serial0",
	"server", "share", "shim", "shimx64", "sig", "slave", "smbios", "snp", "snponly", "soft", "squashfs", "srv",
	"stable", "stage", "start", "start4", "start4cd", "start4db", "start4x", "start_cd", "start_db", "start_x",
	"static", "stub", "subnet", "switch", "sys", "syslinux", "tcp", "test", "text", "tftp", "tftpboot", "tftpd-hpa",
	"tftproot", "the", "tmp", "tty", "tty0", "tty1", "ttyama0", "ttys0", "txt", "u-boot", "ubuntu", "udhcp", "udhcpc",
	"udp", "uefi", "uefihttpboot", "uimage", "undi", "undionly", "unifi", "unknown", "upd", "user", "usr", "uuid",
	"var", "vendor", "vers", "vesamenu", "virt", "vl805", "vmlinux", "vmlinuz", "volume1", "volumes", "wan", "wdsnbp",
	"wimboot", "winload", "workgroup", "wpad", "wsize", "www", "x64", "x86", "x86_64", "zimage",
};
/* clang-format on */

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static bool letter(uint8_t c)
{
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool same(struct bytes v, const char *word)
{
	uint32_t i = 0;

	while (i < v.n && word[i] && lower(v.p[i]) == (uint8_t)word[i])
		i++;
	return i == v.n && !word[i];
}

bool names_common(struct bytes v)
{
	bool named = false;

	for (uint32_t i = 0; i < v.n; i++)
		named = named || letter(v.p[i]);
	if (!named)
		return true;
	for (uint32_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		if (same(v, common[i]))
			return true;
	return false;
}

static struct bytes folded(struct bytes v, uint8_t buf[LABEL_MAX])
{
	for (uint32_t i = 0; i < v.n; i++)
		buf[i] = lower(v.p[i]);
	return bytes_of(buf, v.n);
}

static uint32_t slot(struct bytes v)
{
	return (uint32_t)hash_bytes(0, v) % NAMES_HEADS;
}

static const struct label *find(const struct names *t, struct bytes v)
{
	for (uint16_t i = t->head[slot(v)]; i; i = t->row[i].next)
		if (bytes_equal(bytes_of(t->row[i].from, t->row[i].n), v))
			return &t->row[i];
	return NULL;
}

static bool taken(const struct names *t, struct bytes v)
{
	for (uint16_t i = t->head_to[slot(v)]; i; i = t->row[i].next_to)
		if (bytes_equal(bytes_of(t->row[i].to, t->row[i].n), v))
			return true;
	return names_common(v);
}

void names_learn(struct names *t, struct bytes v)
{
	uint8_t buf[LABEL_MAX];
	struct bytes key;
	struct label *l;

	if (v.n == 0 || v.n > LABEL_MAX || names_common(v))
		return;
	key = folded(v, buf);
	if (find(t, key))
		return;
	if (t->n == NAMES_MAX) {
		t->full = true;
		return;
	}
	l = &t->row[++t->n];
	l->n = (uint8_t)v.n;
	memcpy(l->from, buf, v.n);
	l->next = t->head[slot(key)];
	t->head[slot(key)] = (uint16_t)t->n;
}

/* Letters for letters, digits for digits. */
static void make(const struct pseudonym *p, struct bytes v, uint32_t round, uint8_t *to)
{
	for (uint32_t i = 0; i < v.n; i++) {
		uint64_t w = pseudonym_word(p, v, round * LABEL_MAX + i);

		to[i] = letter(v.p[i])                   ? (uint8_t)('a' + w % 26)
			: v.p[i] >= '0' && v.p[i] <= '9' ? (uint8_t)('0' + w % 10)
							 : v.p[i];
	}
}

void names_settle(struct names *t, const struct pseudonym *p)
{
	enum {
		ROUNDS = 128
	}; /* in the first half none that is somebody's own, where there are few */

	for (uint32_t i = 1; i <= t->n; i++) {
		struct label *l = &t->row[i];
		struct bytes to = bytes_of(l->to, l->n);

		for (uint32_t round = 0; round < ROUNDS; round++) {
			make(p, bytes_of(l->from, l->n), round, l->to);
			if (!taken(t, to) && (round >= ROUNDS / 2 || !find(t, to)))
				break;
		}
		l->next_to = t->head_to[slot(to)];
		t->head_to[slot(to)] = (uint16_t)i;
	}
}

static void put(struct bytes as, const uint8_t *made, uint8_t *to)
{
	for (uint32_t i = 0; i < as.n; i++)
		to[i] = as.p[i] >= 'A' && as.p[i] <= 'Z' && letter(made[i])
				? (uint8_t)(made[i] - 32)
				: made[i];
}

bool names_map(const struct names *t, struct bytes v, uint8_t *to)
{
	uint8_t buf[LABEL_MAX];
	const struct label *l = v.n && v.n <= LABEL_MAX ? find(t, folded(v, buf)) : NULL;

	if (l)
		put(v, l->to, to);
	return l != NULL;
}

bool names_map_part(const struct names *t, bool end, struct bytes v, uint8_t *to)
{
	uint8_t buf[LABEL_MAX];
	struct bytes key;

	if (!v.n || v.n >= LABEL_MAX)
		return false;
	key = folded(v, buf);
	for (uint32_t i = 1; i <= t->n; i++) {
		const struct label *l = &t->row[i];
		uint32_t from = end && l->n > v.n ? l->n - v.n : 0;

		if (l->n <= v.n || memcmp(l->from + from, key.p, v.n) != 0)
			continue;
		put(v, l->to + from, to);
		return true;
	}
	return false;
}

void names_make(const struct names *t, const struct pseudonym *p, struct bytes v, uint8_t *to)
{
	uint8_t buf[LABEL_MAX], made[LABEL_MAX] = { 0 };

	while (v.n) {
		struct bytes part = bytes_of(v.p, v.n < LABEL_MAX ? v.n : LABEL_MAX);

		if (!names_map(t, part, to)) {
			make(p, folded(part, buf), 0, made);
			put(part, names_common(part) ? part.p : made, to);
		}
		v = bytes_of(v.p + part.n, v.n - part.n);
		to += part.n;
	}
}

/* The kind in the two upper bits, which no number here needs: none is 0 that way. */
static uint64_t entry(enum seen kind, uint64_t v)
{
	return (uint64_t)kind << 62 | v;
}

static uint32_t place(const struct names *t, uint64_t e)
{
	uint32_t i = (uint32_t)hash_mix(e) % (2 * SEEN_MAX);

	while (t->seen[i] && t->seen[i] != e)
		i = (i + 1) % (2 * SEEN_MAX);
	return i;
}

void names_saw(struct names *t, enum seen kind, uint64_t v)
{
	uint32_t i = place(t, entry(kind, v));

	if (t->seen[i] || t->n_seen == SEEN_MAX)
		return;
	t->seen[i] = entry(kind, v);
	t->n_seen++;
}

bool names_seen(const struct names *t, enum seen kind, uint64_t v)
{
	return t->seen[place(t, entry(kind, v))] != 0;
}
