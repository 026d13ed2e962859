/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sandbox_parts.h"

#include <errno.h>
#ifdef HAVE_LINUX_CAPABILITY_H
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

const uint64_t sandbox_cap_any_file = (uint64_t)1 << CAP_DAC_OVERRIDE;
const uint64_t sandbox_cap_find_file = (uint64_t)1 << CAP_DAC_READ_SEARCH;
const uint64_t sandbox_caps_any_user = (uint64_t)1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH |
				       1 << CAP_CHOWN | 1 << CAP_FOWNER | 1 << CAP_MKNOD |
				       1 << CAP_SETUID | 1 << CAP_SETGID;
const uint64_t sandbox_caps_to_open =
	(uint64_t)1 << CAP_NET_BIND_SERVICE | 1 << CAP_NET_RAW | 1 << CAP_SETUID | 1 << CAP_SETGID |
	1 << CAP_SETPCAP | 1 << CAP_KILL | 1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH;
const uint64_t sandbox_caps_own_network = (uint64_t)1 << CAP_SYS_ADMIN | 1 << CAP_NET_ADMIN;

/* Three system calls: no library is asked, and none loaded at every start. */

void sandbox_caps_bound(void)
{
	/* ends at the first number that this kernel has no capability for */
	for (unsigned long cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
}

void sandbox_caps_keep(void)
{
	(void)prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

static int caps_set(uint64_t keep)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[_LINUX_CAPABILITY_U32S_3], now[_LINUX_CAPABILITY_U32S_3];

	memset(d, 0, sizeof(d));
	if (keep && syscall(SYS_capget, &h, now))
		return -errno;
	for (int i = 0; keep && i < _LINUX_CAPABILITY_U32S_3; i++)
		d[i].effective = d[i].permitted = now[i].permitted & (uint32_t)(keep >> 32 * i);
	return syscall(SYS_capset, &h, d) ? -errno : 0;
}

int sandbox_caps_clear(uint64_t keep)
{
	int r;

	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	r = caps_set(keep);
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		r = -errno;
	return r;
}
#else
const uint64_t sandbox_cap_any_file, sandbox_cap_find_file, sandbox_caps_any_user,
	sandbox_caps_to_open, sandbox_caps_own_network;

void sandbox_caps_bound(void)
{
}

void sandbox_caps_keep(void)
{
}

int sandbox_caps_clear(uint64_t keep)
{
	(void)keep;
	return -ENOTSUP;
}
#endif
