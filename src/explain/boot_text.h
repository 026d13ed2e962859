/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BOOT_TEXT_H
#define BOOT_TEXT_H

#include <stdbool.h>

#include "reader.h"
#include "text.h"

/* Does it look like cmdline.txt, like config.txt? */
bool boot_text_is_cmdline(struct bytes text);
bool boot_text_is_config(struct bytes text);

/* What they say of a network boot, and what stands against it. */
void boot_text_cmdline(struct bytes text, struct text *out);
void boot_text_config(struct bytes text, struct text *out);

#endif
