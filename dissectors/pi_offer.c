/* SPDX-License-Identifier: BSD-2-Clause */
#include "pi_offer.h"

#include <string.h>

#include "pxe.h"

const struct pi_wants pi_wants[PI_READERS] = {
	[PI_READER_ROM] = { false, false, false },
	[PI_READER_EEPROM] = { true, true, true },
};

static uint32_t dotted_quad(struct bytes v)
{
	uint32_t ip = 0;

	if (v.n && v.p[v.n - 1] == 0) /* dnsmasq adds it for old ROMs */
		v.n--;
	return v.n && address_parse_ip4(v, &ip) ? ip : 0;
}

/* Where on the wire the option stands first; n_options: nowhere. */
static uint32_t place(const struct dhcp *m, uint8_t code)
{
	uint32_t i = 0;

	while (i < m->n_options && m->option[i].code != code)
		i++;
	return i;
}

void pi_offer_read(struct dhcp *m, uint32_t from, struct pi_offer *out)
{
	bool is_pxe = bytes_starts(dhcp_option(m, DHCP_OPT_CLASS), "PXEClient");
	struct pxe x;

	memset(out, 0, sizeof(*out));
	pxe_decode(dhcp_option(m, DHCP_OPT_VENDOR), true, &x);
	out->text = pxe_find(&x, "Raspberry Pi Boot") != UINT32_MAX;
	for (uint32_t i = 0; i < x.n_subs; i++)
		out->menu |= x.sub[i].code == PXE_BOOT_MENU;
	out->menu &= out->text && is_pxe && x.form != PXE_BARE_TEXT;
	out->text_behind = dhcp_has(m, DHCP_OPT_VENDOR) && dhcp_has(m, DHCP_OPT_TFTP_NAME) &&
			   place(m, DHCP_OPT_VENDOR) > place(m, DHCP_OPT_TFTP_NAME);
	out->option66 = dotted_quad(dhcp_option(m, DHCP_OPT_TFTP_NAME));
	out->siaddr = m->siaddr;
	out->from = from;
}

bool pi_offer_has_text(const struct pi_offer *o, const struct pi_wants *w)
{
	return w->menu ? o->menu : o->text;
}

bool pi_offer_take(const struct pi_offer *o, const struct pi_wants *w, uint32_t *server,
		   enum pi_server_from *from)
{
	bool text = pi_offer_has_text(o, w);

	if (o->option66 && (!text || w->option66_wins || !o->text_behind)) {
		*server = o->option66;
		*from = PI_SERVER_OPTION66;
		return true;
	}
	if (!text || (w->option66_wins && *from == PI_SERVER_OPTION66))
		return false;
	*from = w->siaddr && o->siaddr ? PI_SERVER_SIADDR : PI_SERVER_SENDER;
	*server = *from == PI_SERVER_SIADDR ? o->siaddr : o->from;
	return true;
}
