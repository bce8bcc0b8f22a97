/* SPDX-License-Identifier: GPL-2.0 */
/* Serial number arithmetic (RFC 1982) on TCP sequence numbers in host order, and windows. */
#ifndef SPLICE_SEQUENCE_H
#define SPLICE_SEQUENCE_H

#include <linux/types.h>

#define WINDOW_FIELD_MAX 65535

static __always_inline int seq_after(__u32 a, __u32 b)
{
	return (__s32)(a - b) > 0;
}

static __always_inline __u32 seq_min(__u32 a, __u32 b)
{
	return seq_after(a, b) ? b : a;
}

/*
 * A window of so many bytes as the field of a leg with this scale, rounded down. What is sent into a window that was
 * rounded up is dropped, and then the sender waits for its retransmission timer, even after the window has opened; out
 * of a window of zero it comes as soon as the receiver tells it of a larger one.
 */
static __always_inline __u16 window_field(__u64 bytes, __u8 shift)
{
	__u64 field = bytes >> (shift & 15);

	if (field > WINDOW_FIELD_MAX)
		return WINDOW_FIELD_MAX;
	return field;
}

#endif
