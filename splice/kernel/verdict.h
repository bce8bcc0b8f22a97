/* SPDX-License-Identifier: GPL-2.0 */
/* What can happen to a packet: it goes to the stack, it is sent out of the other device, or it is dropped for a reason. */
#ifndef SPLICE_VERDICT_H
#define SPLICE_VERDICT_H

#include <linux/pkt_cls.h>
#include "maps.h"

static __always_inline int to_stack(void)
{
	return TC_ACT_OK;
}

static __always_inline void count(__u32 reason)
{
	__u64 *packets = bpf_map_lookup_elem(&drops, &reason);

	if (packets)
		(*packets)++;
}

static __always_inline int drop(__u32 reason)
{
	count(reason);
	return TC_ACT_SHOT;
}

#endif
