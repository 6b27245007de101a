/* SPDX-License-Identifier: BSD-2-Clause */
/* language.h - the reader's language, character set and time zone. */
#ifndef TCPTALE_CLI_LANGUAGE_H
#define TCPTALE_CLI_LANGUAGE_H

#include <tcptale/text.h>

/* Takes the locale and the zone from the environment: once, before anything is printed. */
void cli_language_init(void);
/* Whether the terminal's character set is UTF-8; what is not gets ASCII and English. */
bool cli_language_utf8(void);
struct tt_tongue cli_language_tongue(void);
struct tt_zone cli_language_zone(void);

#endif
