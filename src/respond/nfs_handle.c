/* SPDX-License-Identifier: BSD-2-Clause */
#include "nfs_handle.h"

#include <string.h>

#include "siphash.h"

enum { HANDLE_VERSION = 1, AT_EXPORT = 2, AT_SEAL = 4, SEAL = 8 };

_Static_assert(AT_SEAL + SEAL == NFS_HANDLE_HEAD, "the seal ends the head");
_Static_assert(NFS_HANDLE_HEAD + NFS_ID_MAX == NFS_HANDLE_MAX, "RFC 1813 2.4: NFS3_FHSIZE");
_Static_assert(NFS_HANDLE_HEAD + NFS_ID_V2_MAX == NFS_HANDLE_V2, "RFC 1094 2.3.3: FHSIZE");
_Static_assert(NFS_KEY == (int)SIPHASH_KEY, "one key of it");

/* Of all but itself, so that a file is not found through another export either. */
static void seal_of(const struct nfs_key *key, const struct nfs_file *f, uint8_t seal[SEAL])
{
	uint8_t m[AT_SEAL + NFS_ID_MAX] = { HANDLE_VERSION, f->n, (uint8_t)(f->export >> 8),
					    (uint8_t)f->export };
	uint64_t h;

	memcpy(m + AT_SEAL, f->id, f->n);
	h = siphash(key->k, bytes_of(m, AT_SEAL + (uint32_t)f->n));
	for (int i = 0; i < SEAL; i++)
		seal[i] = (uint8_t)(h >> 8 * i);
}

uint32_t nfs_handle_seal(const struct nfs_key *key, const struct nfs_file *f,
			 uint8_t out[NFS_HANDLE_MAX])
{
	out[0] = HANDLE_VERSION;
	out[1] = f->n;
	out[AT_EXPORT] = (uint8_t)(f->export >> 8);
	out[AT_EXPORT + 1] = (uint8_t)f->export;
	seal_of(key, f, out + AT_SEAL);
	memcpy(out + NFS_HANDLE_HEAD, f->id, f->n);
	return NFS_HANDLE_HEAD + (uint32_t)f->n;
}

bool nfs_handle_seal_v2(const struct nfs_key *key, const struct nfs_file *f,
			uint8_t out[NFS_HANDLE_V2])
{
	uint8_t all[NFS_HANDLE_MAX] = { 0 };

	if (f->n > NFS_ID_V2_MAX)
		return false;
	(void)nfs_handle_seal(key, f, all);
	memcpy(out, all, NFS_HANDLE_V2);
	return true;
}

/* Looks at all of them whatever differs: how long it takes tells nothing of the right ones. */
static bool same_seal(const uint8_t *a, const uint8_t *b)
{
	uint8_t differ = 0;

	for (int i = 0; i < SEAL; i++)
		differ |= a[i] ^ b[i];
	return !differ;
}

/* Its length is what it says, or that of version 2 with zeros behind it. */
static bool ends_well(struct bytes h)
{
	uint32_t n = NFS_HANDLE_HEAD + (uint32_t)h.p[1];

	if (h.n == n)
		return true;
	if (h.n != NFS_HANDLE_V2 || n > h.n)
		return false;
	for (; n < h.n; n++)
		if (h.p[n])
			return false;
	return true;
}

bool nfs_handle_open(const struct nfs_key *key, struct bytes handle, struct nfs_file *out)
{
	uint8_t seal[SEAL];
	struct nfs_file f;

	if (handle.n <= NFS_HANDLE_HEAD || handle.n > NFS_HANDLE_MAX ||
	    handle.p[0] != HANDLE_VERSION || !handle.p[1] || !ends_well(handle))
		return false;
	f.n = handle.p[1];
	f.export = (uint16_t)((uint32_t)handle.p[AT_EXPORT] << 8 | handle.p[AT_EXPORT + 1]);
	memcpy(f.id, handle.p + NFS_HANDLE_HEAD, f.n);
	seal_of(key, &f, seal);
	if (!same_seal(seal, handle.p + AT_SEAL))
		return false;
	*out = f;
	return true;
}
