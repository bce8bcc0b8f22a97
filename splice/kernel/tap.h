/* SPDX-License-Identifier: GPL-2.0 */
/* Copies payload and news of a flow to spliced through the ring buffer. */
#ifndef SPLICE_TAP_H
#define SPLICE_TAP_H

#include "parse.h"

static __always_inline struct splice_event event_of(__u32 type, __u32 slot, const struct splice_flow *flow, __u32 seq)
{
	struct splice_event event = {
		.type = type,
		.slot = slot,
		.generation = flow->generation,
		.fence = flow->fence,
		.seq = seq,
		.time_ns = bpf_ktime_get_ns(),
	};

	return event;
}

/* News without payload. 0 if it is in the ring. */
static __always_inline int report(__u32 type, __u32 slot, const struct splice_flow *flow, __u32 seq)
{
	struct splice_event event = event_of(type, slot, flow, seq);

	return bpf_ringbuf_output(&events, &event, sizeof(event), 0);
}

/* Linux 6.1 reserves only constant sizes, hence one call for each size class. */
static __always_inline int copy(struct __sk_buff *skb, const struct splice_event *event, __u32 offset, const __u32 bytes_max)
{
	struct splice_event *record = bpf_ringbuf_reserve(&events, sizeof(*event) + bytes_max, 0);
	__u32 length = event->length;

	if (!record)
		return -1;
	__builtin_memcpy(record, event, sizeof(*event));
	/* The compiler knows the bounds from the caller and would leave them out; the verifier needs them here. */
	asm volatile("" : "+r"(length));
	if (length == 0 || length > bytes_max || bpf_skb_load_bytes(skb, offset, record + 1, length)) {
		bpf_ringbuf_discard(record, 0);
		return -1;
	}
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/* 0 if length payload bytes from offset are in the ring. More than 64 KiB (BIG TCP) count as a full ring. */
static __always_inline int tap(struct __sk_buff *skb, struct splice_event *event, __u32 offset, __u32 length)
{
	event->length = length;
	if (length <= 512)
		return copy(skb, event, offset, 512);
	if (length <= 2048)
		return copy(skb, event, offset, 2048);
	if (length <= 8192)
		return copy(skb, event, offset, 8192);
	if (length <= 16384)
		return copy(skb, event, offset, 16384);
	if (length <= 32768)
		return copy(skb, event, offset, 32768);
	return copy(skb, event, offset, 65536);
}

#endif
