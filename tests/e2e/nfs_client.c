/* SPDX-License-Identifier: BSD-2-Clause */
/* nfs_client SERVER EXPORT UID: libnfs as a client: a line of TAP for each thing it tries, in a
 * folder of its own. With a fourth argument: what was opened before a line comes on standard input
 * goes on behind it. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <utime.h>

#include <nfsc/libnfs.h>

enum { NAMES = 2500, LENGTH = 5000000, PIECE = 300007 };

static struct nfs_context *nfs;
static const char *server, *export;
static int tried, uid;

static bool check(bool good, const char *what, ...) __attribute__((format(printf, 2, 3)));

static bool check(bool good, const char *what, ...)
{
	va_list ap;

	printf("%sok %d - ", good ? "" : "not ", ++tried);
	va_start(ap, what);
	vprintf(what, ap);
	va_end(ap);
	printf("\n");
	if (!good && nfs)
		printf("# %s\n", nfs_get_error(nfs));
	return good;
}

static uint8_t byte(uint64_t i)
{
	return (uint8_t)(i * 7 + i / 4093);
}

static struct nfs_context *mount_it(void)
{
	struct nfs_context *n = nfs_init_context();

	nfs_set_uid(n, uid);
	nfs_set_gid(n, uid);
	if (nfs_mount(n, server, export) == 0)
		return n;
	printf("# %s\n", nfs_get_error(n));
	nfs_destroy_context(n);
	return NULL;
}

static void write_and_read(const char *path, uint64_t at)
{
	uint8_t *data = malloc(LENGTH), *got = calloc(1, LENGTH);
	struct nfs_stat_64 st = { 0 };
	struct nfsfh *f = NULL;
	bool good;

	for (uint32_t i = 0; i < LENGTH; i++)
		data[i] = byte(at + i);
	good = nfs_creat(nfs, path, 0640, &f) == 0;
	for (uint32_t i = 0; good && i < LENGTH; i += PIECE) {
		uint32_t n = LENGTH - i < PIECE ? LENGTH - i : PIECE;

		good = nfs_pwrite(nfs, f, at + i, n, data + i) == (int)n;
	}
	check(good && nfs_fsync(nfs, f) == 0, "%s: written at %llu", path, (unsigned long long)at);
	if (f)
		nfs_close(nfs, f);
	good = nfs_open(nfs, path, O_RDONLY, &f) == 0;
	for (uint32_t i = 0; good && i < LENGTH; i += PIECE) {
		uint32_t n = LENGTH - i < PIECE ? LENGTH - i : PIECE;

		good = nfs_pread(nfs, f, at + i, n, got + i) == (int)n;
	}
	check(good && !memcmp(data, got, LENGTH), "%s: read as it was written", path);
	check(good && nfs_pread(nfs, f, at + LENGTH, 10, got) == 0,
	      "%s: nothing is read behind its end", path);
	if (good)
		nfs_close(nfs, f);
	check(nfs_stat64(nfs, path, &st) == 0 && st.nfs_size == at + LENGTH &&
		      (st.nfs_mode & 07777) == 0640 && (st.nfs_mode & S_IFMT) == S_IFREG &&
		      st.nfs_uid == (uint64_t)uid,
	      "%s: its attributes", path);
	free(data);
	free(got);
}

static void attributes(void)
{
	struct timeval times[2] = { { 1000000000, 0 }, { 1100000000, 250000 } };
	struct nfs_stat_64 st = { 0 };

	check(nfs_chmod(nfs, "/t/big", 0604) == 0 && nfs_stat64(nfs, "/t/big", &st) == 0 &&
		      (st.nfs_mode & 07777) == 0604,
	      "chmod");
	check(nfs_utimes(nfs, "/t/big", times) == 0 && nfs_stat64(nfs, "/t/big", &st) == 0 &&
		      st.nfs_atime == 1000000000 && st.nfs_mtime == 1100000000 &&
		      st.nfs_mtime_nsec == 250000000,
	      "utimes");
	check(nfs_truncate(nfs, "/t/big", 12345) == 0 && nfs_stat64(nfs, "/t/big", &st) == 0 &&
		      st.nfs_size == 12345,
	      "truncate");
	check(nfs_truncate(nfs, "/t/big", 100000) == 0 && nfs_stat64(nfs, "/t/big", &st) == 0 &&
		      st.nfs_size == 100000,
	      "truncate to more than it was");
	check(uid == 0 ? nfs_chown(nfs, "/t/big", 4321, 1234) == 0 &&
				 nfs_stat64(nfs, "/t/big", &st) == 0 && st.nfs_uid == 4321 &&
				 st.nfs_gid == 1234
		       : nfs_chown(nfs, "/t/big", 4321, 1234) == -EPERM,
	      "chown is root's");
}

static void names(void)
{
	char target[256] = "", long_name[280];
	struct nfs_stat_64 st = { 0 }, other = { 0 };

	check(nfs_rename(nfs, "/t/big", "/t/renamed") == 0 &&
		      nfs_stat64(nfs, "/t/big", &st) == -ENOENT &&
		      nfs_stat64(nfs, "/t/renamed", &st) == 0,
	      "rename");
	check(nfs_link(nfs, "/t/renamed", "/t/linked") == 0 &&
		      nfs_stat64(nfs, "/t/linked", &other) == 0 && other.nfs_ino == st.nfs_ino &&
		      other.nfs_nlink == 2,
	      "link");
	check(nfs_symlink(nfs, "../else/where", "/t/soft") == 0 &&
		      nfs_readlink(nfs, "/t/soft", target, sizeof(target)) == 0 &&
		      !strcmp(target, "../else/where"),
	      "symlink: %s", target);
	check(nfs_mkdir2(nfs, "/t/sub", 0750) == 0 && nfs_mkdir(nfs, "/t/sub") == -EEXIST,
	      "mkdir, and not twice");
	check(nfs_rename(nfs, "/t/linked", "/t/sub/moved") == 0 &&
		      nfs_rmdir(nfs, "/t/sub") == -ENOTEMPTY,
	      "rename into a folder, which then is not empty");
	check(nfs_unlink(nfs, "/t/sub/moved") == 0 && nfs_rmdir(nfs, "/t/sub") == 0,
	      "unlink, rmdir");
	check(nfs_unlink(nfs, "/t/nothing") == -ENOENT, "unlink of nothing");
	check(nfs_mknod(nfs, "/t/fifo", S_IFIFO | 0600, 0) == 0 &&
		      nfs_stat64(nfs, "/t/fifo", &st) == 0 && (st.nfs_mode & S_IFMT) == S_IFIFO,
	      "mknod of a fifo");
	check(uid ? nfs_mknod(nfs, "/t/null", S_IFCHR | 0666, (1 << 8) | 3) < 0
		  : nfs_mknod(nfs, "/t/null", S_IFCHR | 0666, (1 << 8) | 3) == 0 &&
			      nfs_stat64(nfs, "/t/null", &st) == 0 &&
			      (st.nfs_mode & S_IFMT) == S_IFCHR,
	      "mknod of a device is root's");
	memset(long_name, 'n', sizeof(long_name));
	memcpy(long_name, "/t/", 3);
	long_name[3 + 255] = 0;
	check(nfs_symlink(nfs, "x", long_name) == 0 && nfs_unlink(nfs, long_name) == 0,
	      "a name of 255 bytes");
	long_name[3 + 255] = 'n';
	long_name[3 + 256] = 0;
	check(nfs_symlink(nfs, "x", long_name) < 0, "no name of 256");
}

/* Files made, listed and removed while they are listed. */
static void folder(void)
{
	struct nfsdir *d = NULL;
	struct nfsdirent *e;
	struct nfs_stat_64 st = { 0 };
	char path[64];
	int seen = 0, first = -1;
	bool good = nfs_mkdir(nfs, "/t/many") == 0;

	for (int i = 0; good && i < NAMES; i++) {
		struct nfsfh *f;

		snprintf(path, sizeof(path), "/t/many/file-%05d", i);
		good = nfs_creat(nfs, path, 0644, &f) == 0;
		if (good)
			nfs_close(nfs, f);
	}
	check(good, "%d files", NAMES);
	good = nfs_opendir(nfs, "/t/many", &d) == 0;
	while (good && (e = nfs_readdir(nfs, d))) {
		first += e->name[0] == '.';
		seen += !strncmp(e->name, "file-", 5) && e->inode;
	}
	check(good && seen == NAMES && first == 1, "all are listed: %d", seen);
	if (d)
		nfs_closedir(nfs, d);
	for (int i = 0; good && i < NAMES; i++) {
		snprintf(path, sizeof(path), "/t/many/file-%05d", i);
		good = nfs_unlink(nfs, path) == 0;
	}
	check(good && nfs_rmdir(nfs, "/t/many") == 0, "all are removed");
	check(nfs_stat64(nfs, "/t/many", &st) == -ENOENT, "and the folder is gone");
}

static void space(void)
{
	struct statvfs v;

	check(nfs_statvfs(nfs, "/t", &v) == 0 && v.f_blocks && v.f_bfree <= v.f_blocks &&
		      v.f_bavail,
	      "statvfs");
	check(nfs_get_readmax(nfs) == 1 << 20 && nfs_get_writemax(nfs) == 1 << 20,
	      "1 MiB at a time: %llu, %llu", (unsigned long long)nfs_get_readmax(nfs),
	      (unsigned long long)nfs_get_writemax(nfs));
}

/* What others may not. */
static void permissions(void)
{
	struct nfs_context *own = nfs;
	struct nfsfh *f = NULL;
	int was = uid;

	check(nfs_creat(nfs, "/t/secret", 0600, &f) == 0, "a file of one's own");
	if (f)
		nfs_close(nfs, f);
	uid = 3456;
	nfs = mount_it();
	if (check(nfs != NULL, "somebody else mounts")) {
		check(nfs_open(nfs, "/t/secret", O_RDONLY, &f) < 0,
		      "what is another's is not read");
		check(nfs_unlink(nfs, "/t/secret") == -EACCES, "nor removed");
		check(nfs_mkdir(nfs, "/t/mine") == -EACCES, "nothing is made in another's folder");
		check(nfs_chmod(nfs, "/t/secret", 0666) == -EPERM, "another's mode stays");
		nfs_destroy_context(nfs);
	}
	nfs = own;
	uid = was;
}

/* A server that died meanwhile: files that are open stay so, and folders that are known. */
static void across(void)
{
	struct nfsfh *f = NULL;
	uint8_t data[4096], got[4096] = { 0 };
	struct nfs_stat_64 st = { 0 };
	char line[16];
	bool good;

	nfs_set_autoreconnect(nfs, -1);
	for (uint32_t i = 0; i < sizeof(data); i++)
		data[i] = byte(i);
	good = nfs_mkdir(nfs, "/across") == 0 && nfs_chdir(nfs, "/across") == 0 &&
	       nfs_creat(nfs, "/across/file", 0444, &f) == 0 &&
	       nfs_pwrite(nfs, f, 0, sizeof(data), data) == sizeof(data);
	if (!check(good, "a file is open"))
		return;
	printf("ready\n");
	(void)fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		return;
	check(nfs_pwrite(nfs, f, sizeof(data), sizeof(data), data) == sizeof(data) &&
		      nfs_fsync(nfs, f) == 0,
	      "it is written to");
	check(nfs_pread(nfs, f, sizeof(data), sizeof(got), got) == sizeof(got) &&
		      !memcmp(got, data, sizeof(got)),
	      "and read");
	check(nfs_stat64(nfs, "file", &st) == 0 && st.nfs_size == 2 * sizeof(data),
	      "a folder that was known leads to it");
	nfs_close(nfs, f);
	check(nfs_unlink(nfs, "file") == 0 && nfs_chdir(nfs, "/") == 0 &&
		      nfs_rmdir(nfs, "/across") == 0,
	      "what was made before is removed");
}

int main(int argc, char **argv)
{
	if (argc != 4 && argc != 5)
		return 2;
	server = argv[1];
	export = argv[2];
	uid = (int)strtol(argv[3], NULL, 10);
	nfs = mount_it();
	if (!check(nfs != NULL, "mounted as %d", uid)) {
		;
	} else if (argc == 5) {
		across();
	} else if (check(nfs_mkdir2(nfs, "/t", 0755) == 0, "a folder to try things in")) {
		space();
		write_and_read("/t/small", 0);
		write_and_read("/t/big", (UINT64_C(4) << 30) + 17);
		attributes();
		names();
		folder();
		permissions();
	}
	printf("1..%d\n", tried);
	if (nfs)
		nfs_destroy_context(nfs);
	return 0;
}
