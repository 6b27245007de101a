/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rare.h - TT_RARE marks a function beside the way of nearly every packet: it is kept out of those that call it, where it would
 * cost every packet the saving of the registers that it alone needs.
 */
#ifndef TCPTALE_RARE_H
#define TCPTALE_RARE_H

#define TT_RARE __attribute__((noinline))

#endif
