/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef WRAPPED_H
#define WRAPPED_H

/* Lines indented so far, without '=' first, are to be pasted and stay whole. */
enum { WRAPPED_VERBATIM = 4 };

/* Each line wrapped at blanks to the terminal's width, what goes on indented like its beginning. */
void put_wrapped(const char *s);

#endif
