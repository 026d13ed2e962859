/* SPDX-License-Identifier: BSD-2-Clause */
#include "rpc_write.h"

#include <stdlib.h>

#include "rpc_programs.h"
#include "unit.h"

static uint8_t buf[4096];
static struct rpc wrote, got;

static void blank(uint32_t prog, uint32_t vers, uint32_t proc)
{
	memset(&wrote, 0, sizeof(wrote));
	wrote.xid = 0x5b154510;
	wrote.prog = prog;
	wrote.vers = vers;
	wrote.proc = proc;
	wrote.flavor = 1;
	wrote.machine = bytes_str("pi4");
	wrote.gid = 100;
	wrote.handle = bytes_str("sixteen byte fh!");
	wrote.handle2 = bytes_str("another handle, ");
	wrote.name = bytes_str("vmlinuz");
	wrote.name2 = bytes_str("vmlinuz.old");
	wrote.path = bytes_str("/srv/nfs/pi4");
	wrote.offset = UINT64_C(5000000000);
	wrote.count = 5;
	wrote.body = bytes_str("hello");
	wrote.eof = true;
	wrote.file_type = 1;
	wrote.size = UINT64_C(6000000000);
	wrote.map_prog = RPC_MOUNT;
	wrote.map_vers = 3;
	wrote.map_proto = 6;
	wrote.map_port = 20048;
}

static enum err decode(struct bytes b, uint32_t wire)
{
	struct reader r = reader_init(b.p, b.n, wire);
	enum err e = rpc_decode_header(&r, &got);

	if (!e && got.type == RPC_REPLY) {
		got.known = true;
		got.prog = wrote.prog;
		got.vers = wrote.vers;
		got.proc = wrote.proc;
	}
	return e ? e : rpc_decode_body(&r, &got);
}

static struct bytes call(void)
{
	struct writer w = writer_init(buf, sizeof(buf));

	rpc_write_call(&wrote, &w);
	assert_int_equal(w.err, ERR_OK);
	return writer_done(&w);
}

static struct bytes reply(void)
{
	struct writer w = writer_init(buf, sizeof(buf));

	rpc_write_reply(&wrote, &w);
	assert_int_equal(w.err, ERR_OK);
	return writer_done(&w);
}

/* What the decoder reads of a part, it read as it was written. */
static void same_parts(void)
{
	if (got.handle.n)
		assert_true(bytes_equal(got.handle, wrote.handle));
	if (got.handle2.n)
		assert_true(bytes_equal(got.handle2, wrote.handle2));
	if (got.name.n)
		assert_true(bytes_equal(got.name, wrote.name));
	if (got.name2.n)
		assert_true(bytes_equal(got.name2, wrote.name2));
	if (got.path.n)
		assert_true(bytes_equal(got.path, wrote.path));
	if (got.count)
		assert_int_equal(got.count, wrote.count);
	if (got.offset)
		assert_int_equal(got.offset, wrote.offset);
	if (got.file_type)
		assert_true(got.file_type == wrote.file_type && got.size == wrote.size);
}

static void every_nfs3_procedure_comes_back(void **state)
{
	(void)state;
	for (uint32_t proc = 0; proc < 22; proc++) {
		struct bytes b;

		blank(RPC_NFS, 3, proc);
		b = call();
		assert_true(rpc_looks_like_call(b));
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_true(got.xid == wrote.xid && got.prog == RPC_NFS && got.vers == 3 &&
			    got.proc == proc);
		assert_true(bytes_is(got.machine, "pi4") && got.uid == 0 && got.gid == 100);
		assert_true(proc == 0 || got.handle.n);
		same_parts();
		b = reply();
		assert_true(rpc_looks_like_reply(b));
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_true(got.accept == RPC_SUCCESS && got.status == 0);
		assert_int_equal(got.status_kind, proc ? RPC_STATUS_NFS3 : RPC_STATUS_NONE);
		same_parts();
		wrote.status = 2;
		b = reply();
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_int_equal(got.status, proc ? 2 : 0);
	}
}

static void portmap_and_mount_come_back(void **state)
{
	struct bytes b;

	(void)state;
	blank(RPC_PORTMAP, 2, 3);
	b = call();
	assert_int_equal(decode(b, b.n), ERR_OK);
	assert_true(got.map_prog == RPC_MOUNT && got.map_vers == 3 && got.map_proto == 6);
	b = reply();
	assert_int_equal(decode(b, b.n), ERR_OK);
	assert_int_equal(got.map_port, 20048);
	for (uint32_t vers = 1; vers <= 3; vers += 2) {
		blank(RPC_MOUNT, vers, 1);
		b = call();
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_true(bytes_is(got.path, "/srv/nfs/pi4"));
		b = reply();
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_true(got.status_kind == RPC_STATUS_MOUNT && got.status == 0);
		assert_memory_equal(got.handle2.p, wrote.handle2.p, wrote.handle2.n);
		wrote.status = 13;
		b = reply();
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_string_equal(rpc_status_name(got.status_kind, got.status), "MNT3ERR_ACCES");
	}
}

static void every_refusal_comes_back(void **state)
{
	struct bytes b;

	(void)state;
	for (int accept = RPC_PROG_UNAVAIL; accept <= RPC_SYSTEM_ERR; accept++) {
		blank(RPC_NFS, 3, 1);
		wrote.accept = (uint8_t)accept;
		wrote.low = 3;
		wrote.high = 4;
		b = reply();
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_int_equal(got.accept, accept);
		assert_int_equal(got.high, accept == RPC_PROG_MISMATCH ? 4 : 0);
	}
	for (int reject = RPC_MISMATCH; reject <= RPC_AUTH_ERROR; reject++) {
		blank(RPC_NFS, 3, 1);
		wrote.denied = true;
		wrote.reject = (uint8_t)reject;
		wrote.auth_stat = 5;
		wrote.high = 2;
		b = reply();
		assert_int_equal(decode(b, b.n), ERR_OK);
		assert_true(got.denied && got.reject == reject);
		assert_int_equal(got.auth_stat, reject == RPC_AUTH_ERROR ? 5 : 0);
	}
}

static void every_prefix_is_cut_or_enough(void **state)
{
	(void)state;
	for (uint32_t proc = 0; proc < 22; proc++) {
		for (int direction = 0; direction < 2; direction++) {
			struct bytes b;

			blank(RPC_NFS, 3, proc);
			b = direction ? reply() : call();
			for (uint32_t n = 0; n < b.n; n++) {
				uint8_t *copy = malloc(n ? n : 1);
				enum err e;

				memcpy(copy, b.p, n);
				e = decode(bytes_of(copy, n), b.n);
				/* payloads, and what the boot does not care for, need not be held
				 */
				assert_true(e == ERR_CUT || (e == ERR_OK && n >= 24));
				e = decode(bytes_of(copy, n), n);
				assert_true(e == ERR_SHORT || e == ERR_OK);
				free(copy);
			}
		}
	}
}

static void survives_any_flipped_bit(void **state)
{
	(void)state;
	for (uint32_t proc = 0; proc < 22; proc++) {
		struct bytes b;

		blank(RPC_NFS, 3, proc);
		b = call();
		for (uint32_t bit = 0; bit < b.n * 8; bit++) {
			buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
			(void)decode(b, b.n);
			buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

static void the_table_finds_each_row_by_its_numbers(void **state)
{
	(void)state;
	for (uint32_t proc = 0; proc < 22; proc++) {
		const struct rpc_proc *row = rpc_proc_find(RPC_NFS, 3, proc);

		assert_non_null(row);
		assert_true(row->prog == RPC_NFS && row->vers == 3 && row->proc == proc);
	}
	assert_null(rpc_proc_find(RPC_NFS, 3, 22));
	assert_string_equal(rpc_proc_find(RPC_MOUNT, 3, 1)->name, "MNT");
	assert_null(rpc_proc_find(1, 1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_nfs3_procedure_comes_back),
		cmocka_unit_test(portmap_and_mount_come_back),
		cmocka_unit_test(every_refusal_comes_back),
		cmocka_unit_test(every_prefix_is_cut_or_enough),
		cmocka_unit_test(survives_any_flipped_bit),
		cmocka_unit_test(the_table_finds_each_row_by_its_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
