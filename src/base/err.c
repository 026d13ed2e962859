/* SPDX-License-Identifier: BSD-2-Clause */
#include "err.h"

#include <stddef.h>

const char *err_key(enum err e)
{
	switch (e) {
	case ERR_OK:
		return NULL;
	case ERR_SHORT:
		return "short";
	case ERR_CUT:
		return "cut";
	case ERR_VALUE:
		return "value";
	case ERR_NOSPC:
		return "nospc";
	case ERR_LIMIT:
		return "limit";
	}
	return NULL;
}
