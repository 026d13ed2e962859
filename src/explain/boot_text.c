/* SPDX-License-Identifier: BSD-2-Clause */
/* cmdline.txt and config.txt as pasted: what they say, and what stands against a network boot
 * (facts 3.7, 5). */
#include "boot_text.h"

#include "kept.h"
#include "query.h"

static bool begins_one(struct bytes v, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes_starts(v, words[i]))
			return true;
	return false;
}

/* Two words of a kernel's command line, or the one that names the root. */
bool boot_text_is_cmdline(struct bytes text)
{
	static const char *const roots[] = { "root=", "nfsroot=" };
	static const char *const others[] = { "console=", "rootwait",
					      "rootfstype=", "ip=", "fsck." };
	uint32_t n = 0;

	while (text.n) {
		struct query q = query_split(line_next(&text));

		for (uint32_t i = 0; i < q.n; i++) {
			if (begins_one(q.word[i], roots, sizeof(roots) / sizeof(roots[0])))
				return true;
			n += begins_one(q.word[i], others, sizeof(others) / sizeof(others[0]));
		}
	}
	return n > 1;
}

bool boot_text_is_config(struct bytes text)
{
	static const char *const keys[] = {
		"arm_64bit=",  "kernel=",      "initramfs ", "auto_initramfs=",
		"os_prefix=",  "dtoverlay=",   "dtparam=",   "enable_uart=",
		"start_file=", "device_tree=", "cmdline=",   "boot_ramdisk=",
	};

	while (text.n)
		if (begins_one(line_next(&text), keys, sizeof(keys) / sizeof(keys[0])))
			return true;
	return false;
}

static void item(struct text *out, const char *what, struct bytes v)
{
	if (!v.n)
		return;
	text_fmt(out, "  %s: ", what);
	text_safe(out, v);
	text_char(out, '\n');
}

/* Facts 5.3: who mounts with which version. */
static bool nfs_is_fine(const struct cmdline *c, struct text *out)
{
	bool fine = true;

	item(out, "NFS server", c->nfs_server);
	item(out, "path", c->nfs_path);
	item(out, "options", c->nfs_options);
	if (c->nfs_path.n && !c->nfs_server.n) {
		text_str(out,
			 "  nfsroot= names no server: the kernel asks the one of DHCP (option 17, "
			 "or who gave the address).\n");
	} else if (c->nfs_server.n && !word_ip4(c->nfs_server)) {
		text_str(out,
			 "  The server must be an address of four numbers: the kernel looks up no "
			 "name.\n");
		fine = false;
	}
	if (c->nfsroot.n && !c->vers) {
		text_str(out, "  No vers=: Pi kernels then ask for version 2, which servers of "
			      "these days "
			      "refuse; write vers=3 (nfs-v2-default-refused).\n");
		fine = false;
	}
	if (c->vers >= 4)
		text_str(out,
			 "  vers=4: only if the kernel mounts the root itself; the initramfs of "
			 "Raspberry Pi OS cannot (nfs-initramfs-bad-mount-options).\n");
	if (c->proto_udp) {
		text_str(out, "  proto=udp: newer kernels are built without it "
			      "(nfs-client-udp-disabled).\n");
		fine = false;
	}
	return fine;
}

static bool root_is_fine(const struct cmdline *c, struct text *out)
{
	if (c->root_is_device) {
		text_str(out, "  The root is on a card or disk: this is no network boot beyond the "
			      "kernel. "
			      "Write root=/dev/nfs nfsroot=SERVER:/PATH,vers=3 rw ip=dhcp "
			      "(cmdline-root-not-nfs).\n");
		return false;
	}
	if (!c->root.n && !c->nfsroot.n) {
		text_str(out, "  No root is named: the kernel looks for one in vain "
			      "(kernel-without-nfs-root).\n");
		return false;
	}
	return !c->root_is_nfs || nfs_is_fine(c, out);
}

void boot_text_cmdline(struct bytes text, struct text *out)
{
	struct cmdline c;
	bool fine;

	cmdline_parse(text, &c);
	text_str(out, "A kernel command line (cmdline.txt):\n");
	item(out, "root", c.root);
	fine = root_is_fine(&c, out);
	item(out, "address", c.ip);
	item(out, "first program", c.init);
	if (c.root_is_nfs && !c.has_ip) {
		text_str(out,
			 "  No ip=: the kernel does not bring the network up (cmdline-no-ip); add "
			 "ip=dhcp.\n");
		fine = false;
	}
	if (c.root_is_nfs && c.ro)
		text_str(out,
			 "  ro: the root is mounted read-only at first; rw is usual for NFS.\n");
	if (c.lines > 1) {
		text_fmt(out,
			 "  It has %u lines; only the first counts (cmdline-multiline). Put all on "
			 "one.\n",
			 c.lines);
		fine = false;
	}
	if (bytes_find(c.init, bytes_str("init_resize")) != UINT32_MAX ||
	    bytes_find(c.init, bytes_str("firstboot")) != UINT32_MAX) {
		text_str(out, "  init= prepares a card at the first boot; take it out "
			      "(cmdline-sdcard-init).\n");
		fine = false;
	}
	if (c.encoding != ENCODING_PLAIN) {
		text_str(out, "  It is not plain text (cmdline-not-plain-text).\n");
		fine = false;
	}
	if (fine)
		text_str(out, "  Nothing in it stands against an NFS root.\n");
}

static bool names_a_file(const struct config *g)
{
	return g->kernel.n || g->initramfs.n || g->os_prefix.n || g->cmdline.n ||
	       g->device_tree.n || g->start_file.n || g->fixup_file.n || g->armstub.n ||
	       g->has_arm_64bit || g->boot_ramdisk || g->auto_initramfs;
}

static void config_of(struct bytes text, enum family family, struct text *out)
{
	struct config_for board = { .family = family };
	struct config g;

	config_parse(text, &board, NULL, &g);
	text_fmt(out, "  %s:\n", family_model(family));
	item(out, "  kernel", g.kernel);
	item(out, "  initramfs", g.initramfs);
	item(out, "  os_prefix", g.os_prefix);
	item(out, "  command line", g.cmdline);
	item(out, "  device tree", g.device_tree);
	item(out, "  firmware", g.start_file);
	item(out, "  fixup", g.fixup_file);
	item(out, "  armstub", g.armstub);
	if (g.has_arm_64bit)
		text_fmt(out, "    %s-bit kernel (arm_64bit)\n", g.arm_64bit ? "64" : "32");
	if (g.auto_initramfs)
		text_str(out,
			 "    the initramfs that goes with the kernel's name (auto_initramfs)\n");
	if (g.boot_ramdisk)
		text_str(out, "    boot.img in place of single files (boot_ramdisk)\n");
	if (!names_a_file(&g))
		text_str(out, "    the names that it knows itself\n");
	if (g.os_prefix.n && g.os_prefix.p[g.os_prefix.n - 1] != '/')
		text_str(out, "    os_prefix does not end in a slash: it is glued to the names\n");
	if (g.elsewhere.n) {
		text_str(out, "    not for this board: ");
		text_safe(out, g.elsewhere);
		text_char(out, '\n');
	}
	if (g.unsure)
		text_str(out,
			 "    a name stands below a condition, or in an included file: it may be "
			 "another\n");
}

void boot_text_config(struct bytes text, struct text *out)
{
	text_str(out, "A config.txt. The files that it gives names to, board by board:\n");
	config_of(text, FAMILY_PI3B, out);
	config_of(text, FAMILY_PI4, out);
	config_of(text, FAMILY_PI5, out);
	text_str(
		out,
		"  A name that begins with a slash is asked for without os_prefix. A Pi 5 does not "
		"boot without a config.txt, others do.\n");
}
