/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of http_worker.c where libevent is not. */
#include "config.h"

#include <errno.h>
#include <stdio.h>

#include "http_worker.h"

const struct http_limits http_limits_usual;

int http_worker_open(const struct http_worker_options *o, struct http_worker **out, char *why,
		     size_t n)
{
	(void)o;
	(void)out;
	snprintf(why, n, "HTTP is not served: this bootscope was built without libevent");
	return -ENOTSUP;
}

void http_worker_run(struct http_worker *w, int stop, int grace_ms)
{
	(void)w;
	(void)stop;
	(void)grace_ms;
}

void http_worker_free(struct http_worker *w)
{
	(void)w;
}

uint16_t http_worker_port(const struct http_worker *w)
{
	(void)w;
	return 0;
}

int http_worker_root(const struct http_worker *w)
{
	(void)w;
	return -1;
}
