/* SPDX-License-Identifier: GPL-2.0 */
/* A packet of a spliced flow's client. */
#ifndef SPLICE_CLIENT_H
#define SPLICE_CLIENT_H

#include "tap.h"
#include "track.h"
#include "translate.h"
#include "verdict.h"

static __always_inline int client_syn(const struct packet *packet, __u32 slot, struct splice_flow *flow)
{
	struct splice_leg_key back = {
		.source_port = flow->backend_port,
		.destination_port = flow->inner_port,
	};

	/* A duplicate of the SYN that began this flow, late. */
	if (packet->seq == flow->client_isn)
		return drop(SPLICE_DROP_OLD_SYN);
	/* The client uses the port again: for it the flow is over. It sends the SYN again if spliced is not told now. */
	if (report(SPLICE_EVENT_CLIENT_SYN, slot, flow, packet->seq))
		return drop(SPLICE_DROP_RING_FULL);
	__builtin_memcpy(back.source_address, flow->backend_address, 16);
	__builtin_memcpy(back.destination_address, flow->inner_address, 16);
	bpf_map_delete_elem(&legs, &back);
	bpf_map_delete_elem(&legs, &packet->key);
	return to_stack();
}

static __always_inline int tap_client(struct __sk_buff *skb, const struct packet *packet, __u32 slot,
				      const struct splice_flow *flow)
{
	struct splice_event event = event_of(SPLICE_EVENT_CLIENT_DATA, slot, flow, packet->seq);

	return tap(skb, &event, payload_offset(packet), packet->payload_bytes);
}

static __always_inline int client_orphaned(struct __sk_buff *skb, const struct packet *packet, __u32 slot,
					   struct splice_flow *flow)
{
	if (packet->flags & TCP_FLAG_RST) {
		report(SPLICE_EVENT_CLIENT_RST, slot, flow, packet->seq);
		return drop(SPLICE_DROP_ORPHANED);
	}
	if (packet->payload_bytes) {
		if (tap_client(skb, packet, slot, flow))
			return drop(SPLICE_DROP_RING_FULL);
		return drop(SPLICE_DROP_ORPHANED);
	}
	/* It closes: nobody needs a backend for that, spliced answers itself. */
	if (packet->flags & TCP_FLAG_FIN) {
		report(SPLICE_EVENT_CLIENT_FIN, slot, flow, packet->seq);
		set_tracked(flow, SPLICE_TRACKED_CLIENT_FIN);
		return drop(SPLICE_DROP_ORPHANED);
	}
	/* No room for this event is no loss: the client comes back. */
	report(SPLICE_EVENT_CLIENT_WAKES, slot, flow, packet->seq);
	return drop(SPLICE_DROP_ORPHANED);
}

static __always_inline int client_forward(struct __sk_buff *skb, const struct packet *packet, __u32 slot,
					  struct splice_flow *flow)
{
	__u32 ack = packet->ack, window = packet->window;
	__u64 window_bytes = (__u64)window << (flow->client_shift & 15);
	__u8 limited = !!(flow->flags & SPLICE_FLAG_ACK_CEILING);

	/* Log or drop: not logged means that the backend must not see it either; the client sends it again. */
	if (packet->payload_bytes && seq_after(packet->seq + packet->payload_bytes, flow->logged_seq) &&
	    tap_client(skb, packet, slot, flow))
		return drop(SPLICE_DROP_RING_FULL);
	/* A reset is not repeated, so it passes even if there is no room to tell; the idle limit ends the flow then. */
	if (packet->flags & TCP_FLAG_RST)
		report(SPLICE_EVENT_CLIENT_RST, slot, flow, packet->seq);
	else if (packet->flags & TCP_FLAG_FIN) {
		if (report(SPLICE_EVENT_CLIENT_FIN, slot, flow, packet->seq + packet->payload_bytes))
			return drop(SPLICE_DROP_RING_FULL);
		set_tracked(flow, SPLICE_TRACKED_CLIENT_FIN);
	}

	/* What this backend has not sent it would not believe acknowledged. The window keeps its right edge. */
	if (limited && seq_after(ack, flow->sent_seq_end)) {
		window_bytes += ack - flow->sent_seq_end;
		ack = flow->sent_seq_end;
	}

	struct translation to = {
		.source_address = flow->inner_address,
		.destination_address = flow->backend_address,
		.source_port = flow->inner_port,
		.destination_port = flow->backend_port,
		.seq = packet->seq + flow->seq_delta_in,
		.ack = ack - flow->seq_delta_out,
		.window = window_field(window_bytes, flow->inner_shift),
		.ifindex = flow->back_ifindex,
		.sack = {
			.delta = flow->seq_delta_out,
			.ceiling = flow->sent_seq_end,
			.limited = limited,
			.allowed = !!(flow->flags & SPLICE_FLAG_SACK),
		},
	};

	flow->packets_in++;
	flow->bytes_in += packet->payload_bytes;
	return send_translated(skb, packet, &to);
}

static __always_inline int from_client(struct __sk_buff *skb, const struct packet *packet, __u32 slot,
				       struct splice_flow *flow)
{
	__u32 state = flow->state;

	/* The slot was freed before this leg was removed, or the leg was installed before its flow. */
	if (state == SPLICE_STATE_FREE)
		return drop(SPLICE_DROP_STALE_SLOT);
	if (is_pure_syn(packet))
		return client_syn(packet, slot, flow);
	/* A client never answers a SYN here. */
	if (packet->flags & TCP_FLAG_SYN)
		return drop(SPLICE_DROP_MALFORMED);
	track_client(flow, packet);
	if (state == SPLICE_STATE_FORWARD)
		return client_forward(skb, packet, slot, flow);
	if (state == SPLICE_STATE_ORPHANED)
		return client_orphaned(skb, packet, slot, flow);
	/* The legs are being frozen or changed: the client sends again. */
	return drop(SPLICE_DROP_HELD);
}

#endif
