/* SPDX-License-Identifier: BSD-2-Clause */
#include "pxe.h"

#include "pi_guid.h"
#include "unit.h"

static struct pxe m;

static enum pxe_form form(const char *p, uint32_t n, bool is_pxe)
{
	pxe_decode(bytes_of(p, n), is_pxe, &m);
	return m.form;
}

#define FORM(s, is_pxe) form(s, sizeof(s) - 1, is_pxe)
#define MENU            "\x09\x14\0\0\x11Raspberry Pi Boot"

/* Facts 2.2, the forms seen in the field. */
static void knows_the_forms_that_boot(void **state)
{
	(void)state;
	assert_int_equal(FORM("\x06\x01\x03\x0a\x04\0PXE" MENU "\xff", true), PXE_ENCAPSULATED);
	assert_true(m.end && m.discovery_control == 3 && m.n_items == 1);
	assert_true(bytes_is(m.prompt, "PXE") && bytes_is(m.item[0].text, "Raspberry Pi Boot"));
	assert_int_equal(pxe_find(&m, "Raspberry Pi Boot"), 0);
	/* without option 60, as misconfigured servers send it */
	assert_int_equal(FORM("\x06\x01\x03\x0a\x04\0PXE" MENU "\xff", false), PXE_ENCAPSULATED);
	assert_int_equal(FORM("\x09\x17\0\0\x14Raspberry Pi Boot   \xff", false), PXE_ENCAPSULATED);
	assert_int_equal(pxe_find(&m, "Raspberry Pi Boot"), 0);
	assert_int_equal(FORM("\x09\x1b\0\0\x18~~Raspberry Pi Boot~~\n  \xff", true),
			 PXE_ENCAPSULATED);
	assert_int_equal(pxe_find(&m, "Raspberry Pi Boot"), 0);
}

static void finds_the_pi_entry_anywhere_in_the_menu(void **state)
{
	(void)state;
	assert_int_equal(FORM("\x09\x1a\0\0\x03x86\0\0\x11Raspberry Pi Boot\xff", true),
			 PXE_ENCAPSULATED);
	assert_int_equal(m.n_items, 2);
	assert_int_equal(pxe_find(&m, "Raspberry Pi Boot"), 1);
}

static void knows_the_forms_that_do_not(void **state)
{
	(void)state;
	pxe_decode(bytes_of(NULL, 0), true, &m);
	assert_int_equal(m.form, PXE_ABSENT);
	assert_int_equal(FORM("", true), PXE_EMPTY);
	assert_int_equal(FORM("Raspberry Pi Boot   ", false), PXE_BARE_TEXT);
	assert_int_equal(pxe_find(&m, "Raspberry Pi Boot"), 0);
	assert_int_equal(FORM("\x06\x01\x08\x0a\x04\0PXE\xff", true), PXE_ENCAPSULATED);
	assert_int_equal(pxe_find(&m, "Raspberry Pi Boot"), UINT32_MAX);
	/* lengths that run out: of the option, of a menu entry */
	assert_int_equal(FORM("\x06\x01\x03\x09\x30\0\0\x11Raspberry", true), PXE_MALFORMED);
	assert_int_equal(FORM("\x06\x01\x03\x09\x06\0\0\x11Ras\xff", true), PXE_MALFORMED);
	assert_int_equal(FORM("\x06\x01\x03" MENU, true), PXE_ENCAPSULATED);
	assert_false(m.end);
}

static void leaves_private_options_of_others_alone(void **state)
{
	(void)state;
	assert_int_equal(FORM("\xf1\x04\xc0\xa8\x01\x02", false),
			 PXE_OTHER); /* CAPWAP controller */
	assert_int_equal(FORM("\xdc\x01\x01\xff", false), PXE_OTHER);
}

static void reads_back_what_it_wrote(void **state)
{
	struct pxe a;
	uint8_t buf[128];
	struct writer w = writer_init(buf, sizeof(buf));

	(void)state;
	memset(&a, 0, sizeof(a));
	a.discovery_control = 3;
	a.prompt = bytes_str("PXE");
	a.n_items = 1;
	a.item[0].text = bytes_str("Raspberry Pi Boot");
	pxe_encode(&a, &w);
	/* dnsmasq's block for one entry is 32 bytes */
	assert_int_equal(w.pos, 32);
	assert_memory_equal(buf, "\x06\x01\x03\x0a\x04\0PXE" MENU "\xff", 32);
}

static void reads_option_97_of_every_board(void **state)
{
	static const struct pi_guid forms[] = {
		{ .form = PI_GUID_ROM },
		{ .form = PI_GUID_SERIAL, .serial = 0x8d8696f5 },
		{ .form = PI_GUID_PI4,
		  .revision = 0xa03111,
		  .serial = 0x5b154510,
		  .mac_tail = { 0x32, 0x2e, 0xf8, 0xed } },
		{ .form = PI_GUID_PI4,
		  .reversed = true,
		  .revision = 0xc03112,
		  .serial = 1,
		  .mac_tail = { 1, 2, 3, 4 } },
		{ .form = PI_GUID_PI5,
		  .reversed = true,
		  .revision = 0xd04170,
		  .serial = 0x7bf18f79,
		  .mac_tail = { 1, 2, 3, 4 } },
		{ .form = PI_GUID_UEFI,
		  .revision = 0xa03111,
		  .mac_tail = { 0x32, 0x2e, 0xf8, 0xed } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		uint8_t buf[17];
		struct writer w = writer_init(buf, sizeof(buf));
		struct pi_guid g;

		pi_guid_encode(&forms[i], &w);
		assert_int_equal(w.pos, 17);
		pi_guid_decode(writer_done(&w), &g);
		assert_int_equal(g.form, forms[i].form);
		assert_int_equal(g.serial, forms[i].serial);
		assert_int_equal(g.revision, forms[i].revision);
		assert_int_equal(g.reversed, forms[i].reversed);
		assert_memory_equal(g.mac_tail, forms[i].mac_tail, 4);
	}
}

static void a_uuid_is_no_pi(void **state)
{
	static const uint8_t uuid[17] = { 0,    0x86, 0x25, 0x7c, 0xde, 0x4e, 0xdc, 0x8a, 0x4e,
					  0x89, 0x40, 0xa4, 0x84, 0x7f, 0x36, 0x2d, 9 };
	static const uint8_t zeros[17];
	struct pi_guid g;

	(void)state;
	pi_guid_decode(bytes_of(uuid, 17), &g);
	assert_int_equal(g.form, PI_GUID_OTHER);
	pi_guid_decode(bytes_of(zeros, 17), &g);
	assert_int_equal(g.form, PI_GUID_OTHER);
	pi_guid_decode(bytes_of(uuid, 16), &g);
	assert_int_equal(g.form, PI_GUID_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_forms_that_boot),
		cmocka_unit_test(finds_the_pi_entry_anywhere_in_the_menu),
		cmocka_unit_test(knows_the_forms_that_do_not),
		cmocka_unit_test(leaves_private_options_of_others_alone),
		cmocka_unit_test(reads_back_what_it_wrote),
		cmocka_unit_test(reads_option_97_of_every_board),
		cmocka_unit_test(a_uuid_is_no_pi),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
