/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"

#include "json_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_JANSSON
#include <jansson.h>

#include "seed.h"
#endif

bool json_file_known(void)
{
#ifdef HAVE_JANSSON
	return true;
#else
	return false;
#endif
}

#ifdef HAVE_JANSSON

enum { DEPTH = 32 }; /* as JSON_DEPTH_MAX of those who write */

static void tell(const struct sink *out, const char *key, const json_t *v, int depth)
{
	const char *k;
	json_t *member;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		if (depth == DEPTH)
			break;
		out->open(out->ctx, key, json_is_object(v) ? SINK_OBJECT : SINK_LIST);
		/* one of the two loops has nothing to do; the casts: iterating changes nothing */
		json_object_foreach((json_t *)(uintptr_t)v, k, member)
			tell(out, k, member, depth + 1);
		json_array_foreach(v, i, member) tell(out, NULL, member, depth + 1);
		out->close(out->ctx);
		break;
	case JSON_STRING:
		sink_bytes(out, key,
			   bytes_of(json_string_value(v), (uint32_t)json_string_length(v)));
		break;
	case JSON_INTEGER:
		if (json_integer_value(v) >= 0)
			sink_number(out, key, (uint64_t)json_integer_value(v));
		break;
	case JSON_REAL:
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		sink_bool(out, key, json_is_true(v));
		break;
	case JSON_NULL:
		sink_null(out, key);
		break;
	}
}

int json_file_text(struct bytes text, const struct sink *out, char *why, size_t n)
{
	json_error_t error;
	json_t *root;

	/* by itself it would open a file for that, which the sandbox forbids */
	json_object_seed((size_t)seed_word() | 1);
	root = json_loadb((const char *)text.p, text.n, 0, &error);
	if (!root) {
		if (json_error_code(&error) == json_error_out_of_memory) {
			snprintf(why, n, "is too large for the memory that there is");
			return -ENOMEM;
		}
		snprintf(why, n, "is no JSON, or damaged, in line %d", error.line);
		return -EINVAL;
	}
	tell(out, NULL, root, 0);
	json_decref(root);
	return 0;
}

#else

int json_file_text(struct bytes text, const struct sink *out, char *why, size_t n)
{
	(void)text, (void)out;
	snprintf(why, n,
		 "cannot be read by this build: configure found no jansson (Debian: "
		 "libjansson-dev)");
	return -ENOSYS;
}

#endif

/* One byte more than may be, so that longer ones show. */
static int read_all(int fd, uint8_t *to, uint32_t *used)
{
	for (;;) {
		ssize_t n = read(fd, to + *used, JSON_FILE_MAX + 1 - *used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0 || (*used += (uint32_t)n) > JSON_FILE_MAX)
			return 0;
	}
}

int json_file_read(int fd, const struct sink *out, char *why, size_t n)
{
	uint8_t *text = malloc(JSON_FILE_MAX + 1);
	uint32_t used = 0;
	int r = text ? read_all(fd, text, &used) : -ENOMEM;

	if (r) {
		snprintf(why, n, "cannot be read: %s", strerror(-r));
	} else if (used > JSON_FILE_MAX) {
		r = -EFBIG;
		snprintf(why, n, "is larger than any report: %d MB at most", JSON_FILE_MAX >> 20);
	} else {
		r = json_file_text(bytes_of(text, used), out, why, n);
	}
	free(text);
	return r;
}
