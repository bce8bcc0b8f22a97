/* SPDX-License-Identifier: GPL-2.0 */
/* A packet of a spliced flow's backend. */
#ifndef SPLICE_BACKEND_H
#define SPLICE_BACKEND_H

#include "tap.h"
#include "track.h"
#include "translate.h"
#include "verdict.h"

#define ANSWER_HEAD_BYTES_MAX 16384

/* The beginning of a plain backend's next answer, in which spliced looks for its length. 0 unless the ring is full. */
static __always_inline int tap_answer(struct __sk_buff *skb, const struct packet *packet, __u32 slot,
				      const struct splice_flow *flow, __u32 seq)
{
	__u32 end = seq + packet->payload_bytes, answer_end = flow->answer_end, skip = 0, length;
	struct splice_event event;

	/* All of it belongs to the answer before, or to the body of this one. */
	if (!seq_after(end, answer_end) || !seq_after(answer_end + ANSWER_HEAD_BYTES_MAX, seq))
		return 0;
	if (seq_after(answer_end, seq))
		skip = answer_end - seq;
	length = packet->payload_bytes - skip;
	if (length > ANSWER_HEAD_BYTES_MAX)
		length = ANSWER_HEAD_BYTES_MAX;
	event = event_of(SPLICE_EVENT_ANSWER_DATA, slot, flow, seq + skip);
	return tap(skb, &event, payload_offset(packet) + skip, length);
}

/* Tells spliced about a FIN, once for each position. 0 unless the ring is full. */
static __always_inline int report_fin(__u32 slot, struct splice_flow *flow, __u32 fin_seq)
{
	if (is_tracked(flow, SPLICE_TRACKED_BACKEND_FIN) && flow->backend_fin_seq == fin_seq)
		return 0;
	if (report(SPLICE_EVENT_BACKEND_FIN, slot, flow, fin_seq))
		return -1;
	flow->backend_fin_seq = fin_seq;
	set_tracked(flow, SPLICE_TRACKED_BACKEND_FIN);
	return 0;
}

static __always_inline int backend_forward(struct __sk_buff *skb, const struct packet *packet, __u32 slot,
					   struct splice_flow *flow)
{
	__u32 flags = flow->flags, logged;
	__u32 seq = packet->seq + flow->seq_delta_out, ack = packet->ack - flow->seq_delta_in;
	__u64 window_bytes = (__u64)packet->window << (flow->backend_shift & 15);
	__u8 released = !!(flags & SPLICE_FLAG_FIN_RELEASED), strip_fin = 0;

	if (packet->flags & TCP_FLAG_RST) {
		report(SPLICE_EVENT_BACKEND_RST, slot, flow, seq);
		/* A crash says reset when request bytes were unread: the flow goes to another backend (invariant I4). */
		if (!released)
			return drop(SPLICE_DROP_RST_HELD);
	} else if (packet->flags & TCP_FLAG_FIN) {
		/*
		 * A held one acknowledges all the same, maybe the client's FIN: spliced says so when it lets this one through.
		 * As the first packet that a proxy sees after a takeover it also says how far the backend came.
		 */
		if (!released && packet->payload_bytes == 0)
			track_backend(flow, packet, flow->sent_seq_end ? flow->sent_seq_end : seq, ack);
		/* If spliced cannot be told, the backend sends its FIN again. */
		if (report_fin(slot, flow, seq + packet->payload_bytes))
			return drop(SPLICE_DROP_RING_FULL);
		/* A crash says FIN politely (invariant I4). */
		if (!released && packet->payload_bytes == 0)
			return drop(SPLICE_DROP_FIN_HELD);
		strip_fin = !released;
	}
	if ((flags & SPLICE_FLAG_PLAIN) && packet->payload_bytes && tap_answer(skb, packet, slot, flow, seq))
		return drop(SPLICE_DROP_RING_FULL);

	track_backend(flow, packet, seq_end(packet) + flow->seq_delta_out - strip_fin, ack);
	logged = *(volatile __u32 *)&flow->logged_seq;
	/* Nothing is acknowledged before it is in the input log (invariant I2). The window keeps its right edge. */
	if (seq_after(ack, logged)) {
		window_bytes += ack - logged;
		ack = logged;
	}

	struct translation to = {
		.source_address = flow->virtual_address,
		.destination_address = flow->client_address,
		.source_port = flow->virtual_port,
		.destination_port = flow->client_port,
		.seq = seq,
		.ack = ack,
		.window = window_field(window_bytes, flow->virtual_shift),
		.strip_fin = strip_fin,
		.ifindex = flow->front_ifindex,
		.sack = {
			.delta = flow->seq_delta_in,
			.allowed = !!(flags & SPLICE_FLAG_SACK),
		},
	};

	flow->packets_out++;
	flow->bytes_out += packet->payload_bytes;
	return send_translated(skb, packet, &to);
}

static __always_inline int from_backend(struct __sk_buff *skb, const struct packet *packet, __u32 slot,
					struct splice_flow *flow)
{
	__u32 state = flow->state;

	/* The slot was freed before this leg was removed, or the leg was installed before its flow. */
	if (state == SPLICE_STATE_FREE)
		return drop(SPLICE_DROP_STALE_SLOT);
	/* A backend that has lost this flow, or a late packet of one. */
	if (state == SPLICE_STATE_ORPHANED)
		return drop(SPLICE_DROP_ORPHANED);
	/* The legs are being frozen or changed: the backend sends again. */
	if (state != SPLICE_STATE_FORWARD)
		return drop(SPLICE_DROP_HELD);
	/* The backend leg was established before the splice. */
	if (packet->flags & TCP_FLAG_SYN)
		return drop(SPLICE_DROP_MALFORMED);
	return backend_forward(skb, packet, slot, flow);
}

#endif
