/* SPDX-License-Identifier: BSD-2-Clause */
/* main.c - which command was asked for. */
#include <stdio.h>
#include <tcptale/base.h>

int main(void)
{
    printf("tcptale %s\n", tt_version());
    return 0;
}
