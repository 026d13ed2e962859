/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "sandbox_parts.h"

#include <errno.h>
#ifdef HAVE_LIBSECCOMP
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <ucontext.h>
#include <unistd.h>

/* Who does it: all who parse, those with screens, with packet sockets, who answer, who answer and
 * write files, who have file systems of clients, the process that makes files, the one that finds
 * them. */
enum {
	PARSE = 1 << 0,
	TERMINAL = 1 << 1,
	PACKETS = 1 << 2,
	HELPER = 1 << 3,
	SERVE = 1 << 4,
	STORE = 1 << 5,
	FILES = 1 << 6,
	OPENER = 1 << 7,
	ALL = PARSE | HELPER | OPENER,
};

/* What each of them does, as a C library may spell it: other numbers on other machines, and times
 * of 64 bits beside those of 32. A name that this machine has no number for is passed over. */
static const struct {
	int nr;
	unsigned who;
} plain[] = {
	{ SCMP_SYS(read), PARSE },
	{ SCMP_SYS(readv), PARSE },
	{ SCMP_SYS(pread64), PARSE },
	{ SCMP_SYS(lseek), PARSE },
	{ SCMP_SYS(_llseek), PARSE },
	{ SCMP_SYS(close), ALL },
	{ SCMP_SYS(fstat), ALL },
	{ SCMP_SYS(fstat64), ALL },
	{ SCMP_SYS(munmap), ALL },
	{ SCMP_SYS(mremap), ALL },
	{ SCMP_SYS(madvise), PARSE },
	{ SCMP_SYS(brk), ALL },
	{ SCMP_SYS(exit), ALL },
	{ SCMP_SYS(exit_group), ALL },
	{ SCMP_SYS(rt_sigreturn), ALL },
	{ SCMP_SYS(sigreturn), ALL },
	{ SCMP_SYS(rt_sigaction), ALL },
	{ SCMP_SYS(rt_sigprocmask), ALL },
	{ SCMP_SYS(restart_syscall), ALL },
	{ SCMP_SYS(clock_gettime), PARSE },
	{ SCMP_SYS(clock_gettime64), PARSE },
	{ SCMP_SYS(gettimeofday), PARSE },
	{ SCMP_SYS(time), PARSE },
	{ SCMP_SYS(getrandom), ALL },
	{ SCMP_SYS(getpid), ALL },
	{ SCMP_SYS(gettid), ALL },
	{ SCMP_SYS(futex), ALL },
	{ SCMP_SYS(futex_time64), ALL },
	{ SCMP_SYS(poll), PARSE },
	{ SCMP_SYS(ppoll), PARSE },
	{ SCMP_SYS(ppoll_time64), PARSE },
	/* Ctrl-Z asks whether it is in the foreground */
	{ SCMP_SYS(getpgrp), TERMINAL },
	{ SCMP_SYS(getpgid), TERMINAL },
	{ SCMP_SYS(select), TERMINAL | PACKETS },
	{ SCMP_SYS(_newselect), TERMINAL | PACKETS },
	{ SCMP_SYS(pselect6), TERMINAL | PACKETS },
	{ SCMP_SYS(pselect6_time64), TERMINAL | PACKETS },
	{ SCMP_SYS(epoll_ctl), PACKETS | SERVE },
	{ SCMP_SYS(epoll_wait), PACKETS | SERVE },
	{ SCMP_SYS(epoll_pwait), PACKETS | SERVE },
	{ SCMP_SYS(epoll_pwait2), PACKETS | SERVE },
	{ SCMP_SYS(timerfd_settime), PACKETS | SERVE },
	{ SCMP_SYS(timerfd_settime64), PACKETS | SERVE },
	{ SCMP_SYS(setitimer), PACKETS },
	{ SCMP_SYS(nanosleep), TERMINAL | PACKETS },
	{ SCMP_SYS(clock_nanosleep), TERMINAL | PACKETS },
	{ SCMP_SYS(clock_nanosleep_time64), TERMINAL | PACKETS },
	{ SCMP_SYS(recvfrom), PACKETS | SERVE },
	{ SCMP_SYS(recv), PACKETS | SERVE },
	{ SCMP_SYS(recvmsg), PACKETS | HELPER | SERVE | OPENER },
	{ SCMP_SYS(renameat), HELPER | STORE | FILES },
	{ SCMP_SYS(renameat2), HELPER | STORE | FILES },
	{ SCMP_SYS(unlinkat), HELPER | STORE | FILES },
	{ SCMP_SYS(bind), PACKETS },
	{ SCMP_SYS(getsockopt), PACKETS | SERVE },
	{ SCMP_SYS(getsockname), PACKETS | SERVE },
	{ SCMP_SYS(fsync), PACKETS | STORE | FILES },
	{ SCMP_SYS(fdatasync), PACKETS | STORE | FILES },
	{ SCMP_SYS(ftruncate), PACKETS | FILES },
	{ SCMP_SYS(ftruncate64), PACKETS | FILES },
	{ SCMP_SYS(recvmmsg), SERVE },
	{ SCMP_SYS(recvmmsg_time64), SERVE },
	{ SCMP_SYS(sendmsg), SERVE },
	{ SCMP_SYS(sendmmsg), SERVE },
	{ SCMP_SYS(sendto), SERVE },
	{ SCMP_SYS(send), SERVE },
	{ SCMP_SYS(accept), SERVE },
	{ SCMP_SYS(accept4), SERVE },
	{ SCMP_SYS(getpeername), SERVE },
	{ SCMP_SYS(shutdown), SERVE },
	{ SCMP_SYS(sendfile), SERVE },
	{ SCMP_SYS(sendfile64), SERVE },
	{ SCMP_SYS(preadv), SERVE },
	/* where it leads is Landlock's matter */
	{ SCMP_SYS(openat2), SERVE },
	{ SCMP_SYS(readlinkat), SERVE },
	/* of a UDP socket: which way and how wide */
	{ SCMP_SYS(connect), SERVE },
	{ SCMP_SYS(linkat), STORE | FILES },
	{ SCMP_SYS(flock), STORE },
	/* which files is Landlock's matter, what may be done with them that of whom a client is */
	{ SCMP_SYS(setfsuid), FILES },
	{ SCMP_SYS(setfsuid32), FILES },
	{ SCMP_SYS(setfsgid), FILES },
	{ SCMP_SYS(setfsgid32), FILES },
	{ SCMP_SYS(setgroups), FILES },
	{ SCMP_SYS(setgroups32), FILES },
	{ SCMP_SYS(name_to_handle_at), FILES },
	{ SCMP_SYS(openat), FILES },
	{ SCMP_SYS(faccessat2), FILES },
	{ SCMP_SYS(newfstatat), FILES },
	{ SCMP_SYS(fstatat64), FILES },
	{ SCMP_SYS(statx), FILES },
	{ SCMP_SYS(fstatfs), FILES },
	{ SCMP_SYS(fstatfs64), FILES },
	{ SCMP_SYS(getdents64), FILES },
	{ SCMP_SYS(symlinkat), FILES },
	{ SCMP_SYS(mkdirat), FILES },
	{ SCMP_SYS(mknodat), FILES },
	{ SCMP_SYS(fchmodat), FILES },
	{ SCMP_SYS(fchownat), FILES },
	{ SCMP_SYS(utimensat), FILES },
	{ SCMP_SYS(utimensat_time64), FILES },
	{ SCMP_SYS(pwrite64), FILES },
	{ SCMP_SYS(pwritev), FILES },
	{ SCMP_SYS(preadv2), FILES },
	{ SCMP_SYS(pwritev2), FILES },
	{ SCMP_SYS(splice), FILES },
	{ SCMP_SYS(syncfs), FILES },
	{ SCMP_SYS(pipe2), FILES },
	{ SCMP_SYS(wait4), FILES },
	/* threads */
	{ SCMP_SYS(set_robust_list), FILES },
	{ SCMP_SYS(rseq), FILES },
	{ SCMP_SYS(sched_yield), FILES },
	{ SCMP_SYS(sched_getaffinity), FILES },
	{ SCMP_SYS(set_tid_address), FILES },
};

enum { WHOLE = UINT32_MAX };

/* Calls where one argument decides: by a mask, of which nothing else may be set, or by its value.
 */
static const struct {
	int nr;
	unsigned who, arg;
	uint32_t mask, value;
} with[] = {
	{ SCMP_SYS(mmap), ALL, 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mmap2), ALL, 2, PROT_EXEC, 0 },
	{ SCMP_SYS(mprotect), ALL, 2, PROT_EXEC, 0 },
	/* fstat() of today's C libraries; of a name it tells no more than that there is such a file
	 */
	{ SCMP_SYS(newfstatat), ALL, 3, WHOLE, AT_EMPTY_PATH },
	{ SCMP_SYS(fstatat64), ALL, 3, WHOLE, AT_EMPTY_PATH },
	{ SCMP_SYS(statx), ALL, 2, AT_EMPTY_PATH, AT_EMPTY_PATH },
	/* how wide is it, and is it a terminal at all */
	{ SCMP_SYS(ioctl), PARSE, 1, WHOLE, TCGETS },
	{ SCMP_SYS(ioctl), PARSE, 1, WHOLE, TIOCGWINSZ },
	{ SCMP_SYS(ioctl), TERMINAL, 1, WHOLE, TCSETS },
	{ SCMP_SYS(ioctl), TERMINAL, 1, WHOLE, TCSETSW },
	{ SCMP_SYS(ioctl), TERMINAL, 1, WHOLE, TCSETSF },
	{ SCMP_SYS(ioctl), TERMINAL, 1, WHOLE, TCFLSH },
	{ SCMP_SYS(ioctl), TERMINAL, 1, WHOLE, TIOCGPGRP },
	{ SCMP_SYS(ioctl), TERMINAL | PACKETS, 1, WHOLE, FIONREAD },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, FIONREAD },
	{ SCMP_SYS(fcntl), SERVE, 1, WHOLE, F_SETFL },
	{ SCMP_SYS(fcntl64), SERVE, 1, WHOLE, F_SETFL },
	{ SCMP_SYS(fcntl), SERVE, 1, WHOLE, F_SETFD },
	{ SCMP_SYS(fcntl64), SERVE, 1, WHOLE, F_SETFD },
	/* a connection that is ended in the middle of a file is reset */
	{ SCMP_SYS(setsockopt), SERVE, 2, WHOLE, SO_LINGER },
	{ SCMP_SYS(setsockopt), SERVE, 1, WHOLE, IPPROTO_TCP },
	/* datagrams that do not get there whole may go in fragments */
	{ SCMP_SYS(setsockopt), SERVE, 2, WHOLE, IP_MTU_DISCOVER },
	/* addresses may change while we answer */
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGIFFLAGS },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGIFHWADDR },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGIFMTU },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGIFADDR },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGIFNETMASK },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGIFINDEX },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGIFNAME },
	{ SCMP_SYS(ioctl), SERVE, 1, WHOLE, SIOCGARP },
	/* a new file, never one that a link leads to; what stands there already */
	{ SCMP_SYS(openat), STORE, 2, O_CREAT | O_NOFOLLOW, O_CREAT | O_NOFOLLOW },
	{ SCMP_SYS(newfstatat), STORE, 3, WHOLE, AT_SYMLINK_NOFOLLOW },
	{ SCMP_SYS(fstatat64), STORE, 3, WHOLE, AT_SYMLINK_NOFOLLOW },
	{ SCMP_SYS(fcntl), FILES, 1, WHOLE, F_SETPIPE_SZ },
	{ SCMP_SYS(fcntl64), FILES, 1, WHOLE, F_SETPIPE_SZ },
	{ SCMP_SYS(fcntl), FILES, 1, WHOLE, F_DUPFD_CLOEXEC },
	{ SCMP_SYS(fcntl64), FILES, 1, WHOLE, F_DUPFD_CLOEXEC },
	/* to name a file, not to read or write it */
	{ SCMP_SYS(open_by_handle_at), FILES | OPENER, 2, WHOLE, O_PATH | O_CLOEXEC },
	/* a thread, never a process */
	{ SCMP_SYS(clone), FILES, 0, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM },
	{ SCMP_SYS(fcntl), PARSE, 1, WHOLE, F_GETFL },
	{ SCMP_SYS(fcntl64), PARSE, 1, WHOLE, F_GETFL },
	{ SCMP_SYS(fcntl), PACKETS, 1, WHOLE, F_SETFL },
	{ SCMP_SYS(fcntl64), PACKETS, 1, WHOLE, F_SETFL },
	/* libpcap asks whether an interface that fails is down, and lets its ring go at the end */
	{ SCMP_SYS(ioctl), PACKETS, 1, WHOLE, SIOCGIFFLAGS },
	{ SCMP_SYS(setsockopt), PACKETS, 2, WHOLE, PACKET_RX_RING },
	/* how fast is the link; to set anything would need a capability */
	{ SCMP_SYS(ioctl), PACKETS, 1, WHOLE, SIOCETHTOOL },
	/* libpcap: is it up still; and the end of the buffer it shares with the kernel */
	{ SCMP_SYS(ioctl), PACKETS, 1, WHOLE, SIOCGIFFLAGS },
	{ SCMP_SYS(setsockopt), PACKETS, 2, WHOLE, PACKET_RX_RING },
	/* an interface that is back is listened on again, or another in its place */
	{ SCMP_SYS(setsockopt), PACKETS, 2, WHOLE, PACKET_ADD_MEMBERSHIP },
	{ SCMP_SYS(setsockopt), PACKETS, 2, WHOLE, PACKET_DROP_MEMBERSHIP },
	{ SCMP_SYS(setsockopt), PACKETS, 2, WHOLE, PACKET_IGNORE_OUTGOING },
	/* the kernel's filter follows the ports that are learned */
	{ SCMP_SYS(setsockopt), PACKETS, 2, WHOLE, SO_ATTACH_FILTER },
	{ SCMP_SYS(setsockopt), PACKETS, 2, WHOLE, SO_DETACH_FILTER },
};

/* Nobody who only reads packets does these, not even by a bug: whoever asks has taken us over. */
static const int fatal[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(bpf),
	SCMP_SYS(mount),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(keyctl),
};

/* What was refused while we report, by number; written by the handler of SIGSYS. */
enum { KINDS = 32 };
static struct {
	int nr;
	unsigned times;
} refused[KINDS];
static volatile sig_atomic_t n_refused;

/* The trapped call did not happen: EPERM takes the place of its result. */
static bool answer(ucontext_t *u)
{
#if defined(__x86_64__)
	u->uc_mcontext.gregs[REG_RAX] = -EPERM;
#elif defined(__i386__)
	u->uc_mcontext.gregs[REG_EAX] = -EPERM;
#elif defined(__aarch64__)
	u->uc_mcontext.regs[0] = (unsigned long long)-EPERM;
#elif defined(__arm__)
	u->uc_mcontext.arm_r0 = (unsigned long)-EPERM;
#elif defined(__riscv)
	u->uc_mcontext.__gregs[10] = (unsigned long)-EPERM;
#else
	(void)u;
	return false;
#endif
	return true;
}

static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	int n = n_refused, i = 0;

	(void)sig;
	if (!answer(context))
		_exit(3);
	while (i < n && refused[i].nr != info->si_syscall)
		i++;
	if (i == KINDS)
		return;
	refused[i].nr = info->si_syscall;
	refused[i].times++;
	if (i == n)
		n_refused = n + 1;
}

const char *sandbox_report(void)
{
	static char words[512];
	size_t at = 0;

	for (int i = 0; i < n_refused; i++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, refused[i].nr);

		if (at < sizeof(words))
			at += (size_t)snprintf(words + at, sizeof(words) - at, "%s%s (%u)",
					       at ? ", " : "the sandbox refused: ",
					       name ? name : "a call without a name",
					       refused[i].times);
		free(name);
	}
	return at ? words : NULL;
}

static int rule(scmp_filter_ctx f, uint32_t action, int nr, unsigned n, struct scmp_arg_cmp a)
{
	int r = seccomp_rule_add_array(f, action, nr, n, &a);

	/* the machine has one number for two names */
	return r == -EEXIST ? 0 : r;
}

static const struct scmp_arg_cmp any;

/* Descriptors, requests and flags are numbers of 32 bits: the kernel looks at no more of them, nor
 * may we. */
static struct scmp_arg_cmp is(unsigned arg, uint32_t value)
{
	return (struct scmp_arg_cmp) { arg, SCMP_CMP_MASKED_EQ, UINT32_MAX, value };
}

static int allow_tables(scmp_filter_ctx f, unsigned who)
{
	int r = 0;

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]) && !r; i++)
		if (plain[i].who & who)
			r = rule(f, SCMP_ACT_ALLOW, plain[i].nr, 0, any);
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]) && !r; i++) {
		struct scmp_arg_cmp a = { with[i].arg, SCMP_CMP_MASKED_EQ, with[i].mask,
					  with[i].value };

		if (with[i].who & who)
			r = rule(f, SCMP_ACT_ALLOW, with[i].nr, 1, a);
	}
	return r;
}

static int allow_on(scmp_filter_ctx f, const struct sandbox *s)
{
	static const int requests[] = { SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(send),
					SCMP_SYS(recvmsg) };
	enum { KINDS_OF = sizeof(requests) / sizeof(requests[0]) };
	uint32_t self = (uint32_t)getpid();
	int r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 0, any);

	if (!r)
		r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(writev), 0, any);
	/* signals to ourselves: abort(), raise(), Ctrl-Z of the screens */
	if (!r)
		r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, is(0, self));
	if (!r)
		r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, is(0, self));
	for (int i = 0; i < s->n_senders * KINDS_OF && !r; i++)
		r = rule(f, SCMP_ACT_ALLOW, requests[i % KINDS_OF], 1,
			 is(0, (uint32_t)s->sender[i / KINDS_OF]));
	return r;
}

static scmp_filter_ctx begin(uint32_t otherwise)
{
	scmp_filter_ctx f = seccomp_init(otherwise);

	if (!f)
		return NULL;
	/* another machine's calls, through which all of this could be passed by */
	(void)seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_NNP, 0); /* is set already */
	/* the guard against reading over a speculated store is for those who run programs of
	 * strangers; it would cost time at each packet */
	(void)seccomp_attr_set(f, SCMP_FLTATR_CTL_SSB, 1);
	return f;
}

static int load(scmp_filter_ctx f, int r)
{
	if (r == 0)
		r = seccomp_load(f);
	seccomp_release(f);
	/* kernels, and emulators of them, without filters */
	return r == -EINVAL || r == -ENOSYS || r == -EFAULT ? -ENOTSUP : r;
}

/* A filter of its own before the other: of two the stricter word counts. */
static int silence(const struct sandbox *s)
{
	static const int calls[] = { SCMP_SYS(write), SCMP_SYS(writev) };
	scmp_filter_ctx f = s->n_silent ? begin(SCMP_ACT_ALLOW) : NULL;
	int r = 0;

	if (!f)
		return s->n_silent ? -ENOTSUP : 0;
	for (int i = 0; i < s->n_silent * 2 && !r; i++)
		r = rule(f, SCMP_ACT_ERRNO(EPERM), calls[i % 2], 1,
			 is(0, (uint32_t)s->silent[i / 2]));
	return load(f, r);
}

static unsigned by_folders(const struct sandbox *s)
{
	unsigned who = 0;

	for (int i = 0; i < s->n_folders; i++)
		who |= (s->folder[i].makes ? (unsigned)STORE : 0) |
		       (s->folder[i].all ? (unsigned)FILES : 0);
	return who;
}

int sandbox_seccomp(const struct sandbox *s)
{
	bool report = s->mode == SANDBOX_REPORT;
	int r = silence(s);
	scmp_filter_ctx f = r ? NULL : begin(report ? SCMP_ACT_TRAP : SCMP_ACT_ERRNO(EPERM));

	if (!f)
		return r ? r : -ENOTSUP;
	if (report) {
		struct sigaction act;

		memset(&act, 0, sizeof(act));
		act.sa_sigaction = on_sigsys;
		act.sa_flags = SA_SIGINFO | SA_NODEFER;
		sigaction(SIGSYS, &act, NULL);
	}
	r = allow_tables(f, PARSE | (s->terminal ? (unsigned)TERMINAL : 0) |
				    (s->packets ? (unsigned)PACKETS : 0) |
				    (s->serves ? (unsigned)SERVE : 0) | by_folders(s));
	/* what it clones cannot be looked at: "there is no such call" makes the C library use the
	 * older one */
	if (!r && by_folders(s) & FILES)
		r = rule(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, any);
	if (!r)
		r = allow_on(f, s);
	for (size_t i = 0; !report && i < sizeof(fatal) / sizeof(fatal[0]) && !r; i++)
		r = rule(f, SCMP_ACT_KILL_PROCESS, fatal[i], 0, any);
	return load(f, r);
}

int sandbox_seccomp_helper(int socket)
{
	scmp_filter_ctx f = begin(SCMP_ACT_KILL_PROCESS);
	int r;

	if (!f)
		return -ENOTSUP;
	r = allow_tables(f, HELPER);
	if (!r)
		r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1, is(0, (uint32_t)socket));
	/* it makes files and reads none */
	if (!r)
		r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
			 (struct scmp_arg_cmp) { 2, SCMP_CMP_MASKED_EQ,
						 O_ACCMODE | O_CREAT | O_NOFOLLOW,
						 O_WRONLY | O_CREAT | O_NOFOLLOW });
	return load(f, r);
}

int sandbox_seccomp_opener(int socket)
{
	scmp_filter_ctx f = begin(SCMP_ACT_KILL_PROCESS);
	int r;

	if (!f)
		return -ENOTSUP;
	r = allow_tables(f, OPENER);
	if (!r)
		r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1, is(0, (uint32_t)socket));
	return load(f, r);
}

int sandbox_seccomp_looker(void)
{
	/* what libnfs and resolving an address that is a number take; the rest fails */
	static const int calls[] = {
		SCMP_SYS(bind),    SCMP_SYS(connect),      SCMP_SYS(fcntl),
		SCMP_SYS(fcntl64), SCMP_SYS(getpid),       SCMP_SYS(getsockopt),
		SCMP_SYS(ioctl),   SCMP_SYS(madvise),      SCMP_SYS(poll),
		SCMP_SYS(ppoll),   SCMP_SYS(ppoll_time64), SCMP_SYS(read),
		SCMP_SYS(recv),    SCMP_SYS(recvfrom),     SCMP_SYS(send),
		SCMP_SYS(sendto),  SCMP_SYS(setsockopt),   SCMP_SYS(shutdown),
		SCMP_SYS(write),   SCMP_SYS(writev),
	};
	scmp_filter_ctx f = begin(SCMP_ACT_ERRNO(EPERM));
	int r;

	if (!f)
		return -ENOTSUP;
	r = allow_tables(f, OPENER);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !r; i++)
		r = rule(f, SCMP_ACT_ALLOW, calls[i], 0, any);
	if (!r)
		r = rule(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, is(0, AF_INET));
	return load(f, r);
}

bool sandbox_seccomp_there(void)
{
	/* seccomp(2): no filter at all is a bad address where filters are known */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, NULL, 0, 0) < 0 && errno == EFAULT;
}
#else
int sandbox_seccomp(const struct sandbox *s)
{
	(void)s;
	return -ENOTSUP;
}

int sandbox_seccomp_helper(int socket)
{
	(void)socket;
	return -ENOTSUP;
}

int sandbox_seccomp_opener(int socket)
{
	(void)socket;
	return -ENOTSUP;
}

int sandbox_seccomp_looker(void)
{
	return -ENOTSUP;
}

bool sandbox_seccomp_there(void)
{
	return false;
}

const char *sandbox_report(void)
{
	return NULL;
}
#endif
