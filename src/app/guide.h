/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GUIDE_H
#define GUIDE_H

/* Asks on the terminal what is seen, and leads to what it can be. The program's exit status. */
int guide(void);

#endif
