/* SPDX-License-Identifier: BSD-2-Clause */
#include "calls.h"
#include "rpc.h"

#include <stdlib.h>

#include "unit.h"

enum { GSS = 6, LOOKUP = 3 };

static uint8_t buf[512];

/* An NFS3 LOOKUP of "etc" under RPCSEC_GSS. */
static struct bytes gss_call(uint32_t gss_proc, uint32_t service)
{
	struct writer w = writer_init(buf, sizeof(buf));
	const uint32_t head[] = { 0x1a2b, RPC_CALL, 2, RPC_NFS, 3, LOOKUP, GSS, 20,
				  1,      gss_proc, 7, service, 0, 0,      0 };

	for (uint32_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		writer_be32(&w, head[i]);
	if (service == 2) {
		writer_be32(&w, 20);
		writer_be32(&w, 7);
	}
	writer_xdr_opaque(&w, bytes_str("fhfh"));
	writer_xdr_opaque(&w, bytes_str("etc"));
	return writer_done(&w);
}

static struct bytes gss_reply(uint32_t service)
{
	struct writer w = writer_init(buf, sizeof(buf));
	const uint32_t head[] = { 0x1a2b, RPC_REPLY, 0, GSS, 0, RPC_SUCCESS };

	for (uint32_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		writer_be32(&w, head[i]);
	if (service != 1) {
		writer_be32(&w, 12);
		writer_be32(&w, 7);
	}
	writer_be32(&w, 2); /* NFS3ERR_NOENT */
	writer_be32(&w, 0);
	return writer_done(&w);
}

static enum err decode(struct packet *p, struct bytes b, struct calls *t)
{
	struct reader r = reader_init(b.p, b.n, b.n);

	rpc_decode_header(&r, &p->u.rpc);
	if (t && p->u.rpc.type == RPC_REPLY)
		calls_reply(t, p);
	return rpc_decode_body(&r, &p->u.rpc);
}

static void reads_gss_arguments_by_their_service(void **state)
{
	static struct packet p;

	(void)state;
	assert_int_equal(decode(&p, gss_call(0, 1), NULL), ERR_OK);
	assert_true(bytes_is(p.u.rpc.name, "etc"));
	assert_int_equal(decode(&p, gss_call(0, 2), NULL), ERR_OK);
	assert_true(bytes_is(p.u.rpc.name, "etc"));
	assert_int_equal(decode(&p, gss_call(0, 3), NULL), ERR_OK);
	assert_int_equal(p.u.rpc.name.n, 0);
	assert_int_equal(decode(&p, gss_call(1, 1), NULL), ERR_OK);
	assert_int_equal(p.u.rpc.name.n, 0);
}

static void reads_a_gss_reply_as_its_call_was_wrapped(void **state)
{
	static struct packet p;

	(void)state;
	for (uint32_t service = 1; service <= 3; service++) {
		void *mem = calloc(1, calls_size(16));
		struct calls *t = calls_init(mem, 16, 7);

		p.ip.src = address_ip4(0x0a000002);
		p.ip.dst = address_ip4(0x0a000001);
		p.sport = 700;
		p.dport = RPC_NFS_PORT;
		p.number = p.time_ns = 1;
		assert_int_equal(decode(&p, gss_call(0, service), NULL), ERR_OK);
		calls_call(t, &p);
		p.ip.src = address_ip4(0x0a000001);
		p.ip.dst = address_ip4(0x0a000002);
		p.sport = RPC_NFS_PORT;
		p.dport = 700;
		p.number = p.time_ns = 2;
		assert_int_equal(decode(&p, gss_reply(service), t), ERR_OK);
		assert_true(p.u.rpc.known);
		assert_int_equal(p.u.rpc.status_kind,
				 service == 3 ? RPC_STATUS_NONE : RPC_STATUS_NFS3);
		assert_int_equal(p.u.rpc.status, service == 3 ? 0 : 2);
		free(mem);
	}
}

static void tells_every_prefix_of_a_call_as_cut_or_short(void **state)
{
	static struct packet p;
	struct bytes whole = gss_call(0, 2);

	(void)state;
	for (uint32_t n = 0; n < whole.n; n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct reader cut = reader_init(copy, n, whole.n), low = reader_init(copy, n, n);

		assert_non_null(copy);
		memcpy(copy, whole.p, n);
		if (rpc_decode_header(&cut, &p.u.rpc) == ERR_OK)
			rpc_decode_body(&cut, &p.u.rpc);
		assert_int_equal(cut.err, ERR_CUT);
		if (rpc_decode_header(&low, &p.u.rpc) == ERR_OK)
			rpc_decode_body(&low, &p.u.rpc);
		assert_int_equal(low.err, ERR_SHORT);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_gss_arguments_by_their_service),
		cmocka_unit_test(reads_a_gss_reply_as_its_call_was_wrapped),
		cmocka_unit_test(tells_every_prefix_of_a_call_as_cut_or_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
