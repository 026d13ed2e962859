/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* Unpacks as it goes: a bomb costs time, not memory. */
enum { BITE = 64 << 10 };

struct unpack {
	struct input below;
	struct input_room room;
	/* Unpacks from the bytes at hand below into out; used and made are set. False: damaged. */
	bool (*step)(struct unpack *u, uint8_t *out, size_t room, size_t *used, size_t *made);
	void (*reset)(struct unpack *u); /* for another stream */
	void (*stop)(struct unpack *u);
	bool whole; /* the packed stream came to its proper end */
#ifdef HAVE_ZLIB
	z_stream gz;
#endif
#ifdef HAVE_ZSTD
	ZSTD_DCtx *zstd;
#endif
};

static void unpack_fill(struct input *in, size_t n)
{
	struct unpack *u = in->own;

	if (!input_room(in, &u->room, n))
		return;
	while (in->have < n && !in->end) {
		size_t used = 0, made = 0;

		if (!u->below.have)
			(void)input_need(&u->below, 1);
		if (!u->below.have) {
			in->end = true;
			if (!u->whole)
				in->trouble = "the compressed file is cut off";
			break;
		}
		if (!u->step(u, u->room.buf + in->have, u->room.cap - in->have, &used, &made)) {
			in->end = true;
			in->trouble = "the compressed file is damaged";
		}
		input_pass(&u->below, used);
		in->have += made;
	}
}

static void unpack_close(struct input *in)
{
	struct unpack *u = in->own;

	u->stop(u);
	u->below.close(&u->below);
	free(u->room.buf);
	free(u);
	in->own = NULL;
}

static void unpack_again(struct input *in)
{
	struct unpack *u = in->own;

	u->below.again(&u->below);
	u->reset(u);
	u->whole = false;
	input_rewound(in);
}

static void unpack_progress(struct input *in, uint64_t *done, uint64_t *all)
{
	struct unpack *u = in->own;

	u->below.progress(&u->below, done, all);
}

#ifdef HAVE_ZLIB
static void gz_reset(struct unpack *u)
{
	inflateReset(&u->gz);
}

static bool gz_step(struct unpack *u, uint8_t *out, size_t room, size_t *used, size_t *made)
{
	uInt in = u->below.have < BITE ? (uInt)u->below.have : BITE;
	int r;

	if (u->whole) {
		/* a further member follows (RFC 1952 2.2); anything else is padding */
		if (u->below.p[0] != 0x1f) {
			*used = u->below.have;
			return true;
		}
		gz_reset(u);
		u->whole = false;
	}
	u->gz.next_in = (Bytef *)(uintptr_t)u->below.p;
	u->gz.avail_in = in;
	u->gz.next_out = out;
	u->gz.avail_out = room > UINT32_MAX / 2 ? UINT32_MAX / 2 : (uInt)room;
	room = u->gz.avail_out;
	r = inflate(&u->gz, Z_NO_FLUSH);
	*used = in - u->gz.avail_in;
	*made = room - u->gz.avail_out;
	u->whole = r == Z_STREAM_END;
	return r == Z_OK || r == Z_STREAM_END || (r == Z_BUF_ERROR && (*used || *made));
}

static void gz_stop(struct unpack *u)
{
	inflateEnd(&u->gz);
}

static int gz_start(struct unpack *u)
{
	u->step = gz_step;
	u->reset = gz_reset;
	u->stop = gz_stop;
	return inflateInit2(&u->gz, 15 + 16) == Z_OK ? 0 : -ENOMEM;
}
#else
static int gz_start(struct unpack *u)
{
	(void)u;
	return -ENOTSUP;
}
#endif

#ifdef HAVE_ZSTD
static bool zstd_step(struct unpack *u, uint8_t *out, size_t room, size_t *used, size_t *made)
{
	ZSTD_inBuffer in = { u->below.p, u->below.have, 0 };
	ZSTD_outBuffer to = { out, room, 0 };
	size_t r = ZSTD_decompressStream(u->zstd, &to, &in);

	*used = in.pos;
	*made = to.pos;
	u->whole = r == 0;
	return !ZSTD_isError(r) && (in.pos || to.pos);
}

static void zstd_reset(struct unpack *u)
{
	ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
}

static void zstd_stop(struct unpack *u)
{
	ZSTD_freeDCtx(u->zstd);
}

static int zstd_start(struct unpack *u)
{
	u->step = zstd_step;
	u->reset = zstd_reset;
	u->stop = zstd_stop;
	u->zstd = ZSTD_createDCtx();
	if (!u->zstd)
		return -ENOMEM;
	/* windows above 128 MB are for archives, not for captures */
	ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, 27);
	return 0;
}
#else
static int zstd_start(struct unpack *u)
{
	(void)u;
	return -ENOTSUP;
}
#endif

int input_unpack(struct input *in)
{
	static const uint8_t gz_magic[3] = { 0x1f, 0x8b, 8 },
			     zstd_magic[4] = { 0x28, 0xb5, 0x2f, 0xfd };
	struct unpack *u;
	int r;

	bool gz, zstd;

	(void)input_need(in, 4);
	gz = in->have >= 3 && memcmp(in->p, gz_magic, 3) == 0;
	zstd = in->have >= 4 && memcmp(in->p, zstd_magic, 4) == 0;
	if (!gz && !zstd)
		return 0;
	u = calloc(1, sizeof(*u));
	if (!u)
		return -ENOMEM;
	r = gz ? gz_start(u) : zstd_start(u);
	if (r) {
		free(u);
		return r;
	}
	u->below = *in;
	*in = (struct input) {
		.fill = unpack_fill,
		.close = unpack_close,
		.progress = unpack_progress,
		.again = in->again ? unpack_again : NULL,
		.own = u,
	};
	return 0;
}
