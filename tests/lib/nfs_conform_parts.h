/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef NFS_CONFORM_PARTS_H
#define NFS_CONFORM_PARTS_H

#include "nfs_conform.h"
#include "nfs_talk.h"
#include "unit.h"

/* What the files of the conformance tests share. */
struct conform {
	const struct nfs_place *place;
	struct nfs_fs fs;
	struct talk t;
	struct talk_handle top; /* of export 1 */
};

extern struct conform conform;

int conform_begin(void **state);
int conform_begin2(void **state); /* speaks version 2 */
int conform_end(void **state);

#define CONFORM(f)  cmocka_unit_test_setup_teardown(f, conform_begin, conform_end)
#define CONFORM2(f) cmocka_unit_test_setup_teardown(f, conform_begin2, conform_end)

/* Each file's tests: gives how many. */
uint32_t conform_look(const struct CMUnitTest **out);
uint32_t conform_data(const struct CMUnitTest **out);
uint32_t conform_make(const struct CMUnitTest **out);
uint32_t conform_names(const struct CMUnitTest **out);
uint32_t conform_list(const struct CMUnitTest **out);
uint32_t conform_v2(const struct CMUnitTest **out);

/* A call that has a handle, or one with a name too: gives the status. */
uint32_t conform_on(uint32_t proc, const struct talk_handle *h);
uint32_t conform_named(uint32_t proc, const struct talk_handle *dir, const char *name);
/* As that user, in a group of the same number. */
void conform_as(uint32_t uid);
/* Every name that RFC 1813 3.2 does not allow, in the procedure begun by ask: gives its status. */
void conform_bad_names(uint32_t (*ask)(struct bytes name));

#endif
