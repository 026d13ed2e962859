/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_root.h"

#include <string.h>

#include "cmdline_txt.h"
#include "lines.h"
#include "text.h"

static const struct {
	const char *key, *text, *fix;
} ends[NFS_ROOT_ENDS] = {
	[NFS_ROOT_FOUND] = { "found", "", NULL },
	[NFS_ROOT_NO_CMDLINE] = { "no-cmdline", "cmdline.txt did not come", NULL },
	[NFS_ROOT_ELSEWHERE] = { "no-nfs-root", "cmdline.txt names no NFS root", NULL },
	[NFS_ROOT_NO_IP] = { "no-ip", "cmdline.txt has no ip=: the kernel brings up no network",
			     "Add ip=dhcp to cmdline.txt, on the one line that it has." },
	[NFS_ROOT_NO_SERVER] = { "no-nfs-server",
				 "neither nfsroot= nor DHCP names the server of the root",
				 "Write nfsroot=ADDRESS:PATH,vers=3 in cmdline.txt." },
	[NFS_ROOT_NAMED_SERVER] = { "nfs-server-named",
				    "nfsroot= names its server, and nobody looks names up by then",
				    "Write the server's address in nfsroot=." },
	[NFS_ROOT_NO_HOST] = { "nfs-server-no-host",
			       "the address of the root's server is none that a host has",
			       "Write nfsroot=ADDRESS:PATH,vers=3 in cmdline.txt." },
	[NFS_ROOT_NO_PATH] = { "no-nfs-path",
			       "neither nfsroot= nor DHCP names the path of the root",
			       "Write nfsroot=ADDRESS:PATH,vers=3 in cmdline.txt." },
	[NFS_ROOT_V4_INITRAMFS] = { "nfs-version-4-initramfs",
				    "the initramfs mounts versions 2 and 3 only, and vers=4 is "
				    "asked "
				    "for",
				    "Write vers=3 in nfsroot=, or auto_initramfs=0 in config.txt: "
				    "the "
				    "kernel itself has version 4." },
};

const char *nfs_root_key(enum nfs_root_end e)
{
	return ends[(unsigned)e < NFS_ROOT_ENDS ? e : 0].key;
}

const char *nfs_root_text(enum nfs_root_end e)
{
	return ends[(unsigned)e < NFS_ROOT_ENDS ? e : 0].text;
}

const char *nfs_root_fix(enum nfs_root_end e)
{
	return ends[(unsigned)e < NFS_ROOT_ENDS ? e : 0].fix;
}

static uint16_t number(struct bytes v)
{
	uint32_t out = 0;

	for (uint32_t i = 0; i < v.n && v.p[i] >= '0' && v.p[i] <= '9' && out <= UINT16_MAX; i++)
		out = out * 10 + (uint32_t)(v.p[i] - '0');
	return out <= UINT16_MAX ? (uint16_t)out : 0;
}

/* Later ones win, as in the kernel; so option 17 comes first. */
static void take_options(const struct cmdline *line, struct nfs_root *out)
{
	struct bytes rest = line->nfs_options, v;

	out->version = line->vers ? line->vers : out->version;
	out->udp = line->proto_udp || (out->udp && !line->proto_tcp);
	while (rest.n) {
		uint32_t n = bytes_until(rest, ',');
		struct bytes o = { rest.p, n };

		if (bytes_value(o, "port=", &v))
			out->port = number(v);
		else if (bytes_value(o, "mountport=", &v))
			out->mount_port = number(v);
		n += n < rest.n;
		rest.p += n;
		rest.n -= n;
	}
}

/* What stands in a DHCP option, without what fills it up; n 0: not there. */
static struct bytes option(struct dhcp *m, uint8_t code)
{
	struct bytes v = m && dhcp_has(m, code) ? dhcp_option(m, code) : bytes_of(NULL, 0);

	v.n = v.p ? bytes_until(v, 0) : 0;
	return v;
}

/* Option 17 has the form of nfsroot= ([server:]path[,options]). */
static void read_option17(struct bytes v, uint8_t buf[NFS_ROOT_PATH], struct cmdline *out)
{
	static const char key[] = "nfsroot=";
	uint32_t n = sizeof(key) - 1, room = NFS_ROOT_PATH - n;

	memcpy(buf, key, n);
	v.n = v.n < room ? v.n : room;
	if (v.p && v.n)
		memcpy(buf + n, v.p, v.n);
	cmdline_parse(bytes_of(buf, n + v.n), out);
}

/* fs/nfs/nfsroot.c gives the path to snprintf with the node's name: that of DHCP, else the address
 * (net/ipv4/ipconfig.c). */
static void put_path(struct nfs_root *out, struct bytes path, struct bytes node, uint32_t address)
{
	struct text t = text_init(out->path, sizeof(out->path));
	bool named = false;

	for (uint32_t i = 0; i < path.n; i++) {
		if (named || path.p[i] != '%' || i + 1 == path.n || path.p[i + 1] != 's') {
			text_char(&t, (char)path.p[i]);
			continue;
		}
		named = true;
		i++;
		if (!node.n)
			text_ip4(&t, address);
		for (uint32_t k = 0; node.p && k < node.n; k++)
			text_char(&t, (char)node.p[k]);
	}
}

static void put_init(struct nfs_root *out, struct bytes init)
{
	uint32_t n = init.n < sizeof(out->init) ? init.n : 0;

	if (init.p && n)
		memcpy(out->init, init.p, n);
	out->init[n] = 0;
}

/* Any word but these is a name that the default path ends with (fs/nfs/nfsroot.c). */
static bool is_word(struct bytes nfsroot)
{
	uint8_t c = nfsroot.n ? nfsroot.p[0] : '/';

	return c != '/' && c != ',' && (c < '0' || c > '9');
}

static enum nfs_root_end by_kernel(const struct nfs_root_from *from, const struct cmdline *line,
				   const struct cmdline *told, struct nfs_root *out)
{
	static const char folder[] = "/tftpboot/";
	uint8_t named[NFS_ROOT_PATH];
	struct bytes path = bytes_str("/tftpboot/%s");

	if (!line->has_ip)
		return NFS_ROOT_NO_IP;
	if (is_word(line->nfsroot) && line->nfs_server.n)
		return NFS_ROOT_NAMED_SERVER;
	if (told->nfs_path.n && !bytes_are(told->nfs_path, "default"))
		path = told->nfs_path;
	if (line->nfs_path.n && !bytes_are(line->nfs_path, "default"))
		path = line->nfs_path;
	if (is_word(line->nfsroot) && path.n && path.n < sizeof(named) - sizeof(folder)) {
		memcpy(named, folder, sizeof(folder) - 1);
		memcpy(named + sizeof(folder) - 1, path.p, path.n);
		path = bytes_of(named, (uint32_t)(sizeof(folder) - 1 + path.n));
	}
	out->server = address_read_ip4(line->nfs_server);
	if (!out->server)
		out->server = address_read_ip4(told->nfs_server);
	if (!out->server && from->answer)
		out->server = dhcp_option_ip4(from->answer, DHCP_OPT_SERVER_ID);
	out->version = from->default_version;
	take_options(told, out);
	take_options(line, out);
	put_path(out, path, option(from->answer, DHCP_OPT_HOST_NAME), from->address);
	return out->server ? NFS_ROOT_FOUND : NFS_ROOT_NO_SERVER;
}

/* scripts/nfs of initramfs-tools: DHCP's root path for nfsroot=auto, and for none; DHCP's server
 * where only a path is given. */
static enum nfs_root_end by_initramfs(const struct nfs_root_from *from, const struct cmdline *line,
				      const struct cmdline *told, struct nfs_root *out)
{
	bool by_dhcp = !line->nfsroot.n || bytes_are(line->nfsroot, "auto");
	const struct cmdline *from_line = by_dhcp ? told : line;

	if (!from_line->nfs_path.n)
		return NFS_ROOT_NO_PATH;
	out->server = address_read_ip4(from_line->nfs_server);
	if (from_line->nfs_server.n && !out->server)
		return NFS_ROOT_NAMED_SERVER;
	if (!out->server && from->answer)
		out->server = from->answer->siaddr;
	out->version = 3;
	take_options(from_line, out);
	put_path(out, from_line->nfs_path, bytes_of("%s", 2), 0);
	if (out->version == 4)
		return NFS_ROOT_V4_INITRAMFS;
	return out->server ? NFS_ROOT_FOUND : NFS_ROOT_NO_SERVER;
}

/* RFC 1122 3.2.1.3: this host, this network, groups, everybody. */
static bool is_host(uint32_t ip)
{
	return ip >> 24 != 0 && ip >> 24 != 127 && ip >> 28 < 0xe;
}

enum nfs_root_end nfs_root_find(const struct nfs_root_from *from, struct nfs_root *out)
{
	uint8_t buf[NFS_ROOT_PATH];
	struct cmdline line, told;
	enum nfs_root_end end;

	memset(out, 0, sizeof(*out));
	if (!from->cmdline.p)
		return NFS_ROOT_NO_CMDLINE;
	cmdline_parse(from->cmdline, &line);
	read_option17(option(from->answer, DHCP_OPT_ROOT_PATH), buf, &told);
	put_init(out, line.init);
	/* nfsroot= alone will do for the kernel (facts 5.3) */
	if (!line.root_is_nfs && (from->initramfs || line.root.n || !line.nfsroot.n))
		return NFS_ROOT_ELSEWHERE;
	end = from->initramfs ? by_initramfs(from, &line, &told, out)
			      : by_kernel(from, &line, &told, out);
	return end == NFS_ROOT_FOUND && !is_host(out->server) ? NFS_ROOT_NO_HOST : end;
}
