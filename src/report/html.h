/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef HTML_H
#define HTML_H

#include "sink.h"
#include "text.h"

/* HTML over an output. Markup is ours and static; everything else goes through html_text or
 * html_wire, the only two ways by which words get onto a page. */
struct html {
	struct output out; /* borrowed */
};

struct html html_init(struct output out);

void html_mark(const struct html *h, const char *markup); /* our own markup, as it is */
void html_text(const struct html *h, const char *words);  /* escaped; NULL writes nothing */
void html_wire(const struct html *h, struct bytes v); /* bytes of the wire: text_safe, escaped */
/* Text of the wire with its line ends kept, tabs as blanks. */
void html_wire_lines(const struct html *h, struct bytes v);
void html_u64(const struct html *h, uint64_t v);
/* words between <tag> and </tag>; attributes are ours, "" none */
void html_element(const struct html *h, const char *tag, const char *attributes, const char *words);

/* The style sheet of the reports. */
extern const char html_style[];

#endif
