/* SPDX-License-Identifier: BSD-2-Clause */
#include "dhcp.h"
#include "pxe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Byte 0: how many bytes the capture cut off. Then a BOOTP message; its option 43, or else the
 * message itself, is read as one as well. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dhcp m;
	static struct pxe menu;
	struct reader r;
	struct bytes v;

	if (size < 1 || size > 65536)
		return 0;
	r = reader_init(data + 1, (uint32_t)size - 1, (uint32_t)size - 1 + data[0]);
	(void)dhcp_decode(&r, &m);
	v = dhcp_option(&m, DHCP_OPT_VENDOR);
	if (!v.p)
		v = bytes_of(data + 1, (uint32_t)size - 1);
	pxe_decode(v, data[0] & 1, &menu);
	(void)pxe_find(&menu, "Raspberry Pi Boot");
	return 0;
}
