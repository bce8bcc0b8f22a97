/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel program remembers of a flow, in client space. All packets of one direction of a connection come
 * through one receive queue, so plain stores are enough; only tracked_flags is shared by both directions.
 */
#ifndef SPLICE_TRACK_H
#define SPLICE_TRACK_H

#include "parse.h"
#include "sequence.h"

static __always_inline int is_tracked(const struct splice_flow *flow, __u32 flag)
{
	return flow->tracked_flags & flag;
}

static __always_inline void set_tracked(struct splice_flow *flow, __u32 flag)
{
	if (!is_tracked(flow, flag))
		__sync_fetch_and_or(&flow->tracked_flags, flag);
}

static __always_inline void track_client(struct splice_flow *flow, const struct packet *packet)
{
	__u32 end = seq_end(packet), distance;
	int first = !is_tracked(flow, SPLICE_TRACKED_CLIENT);

	/* The clock of the timer tick: its few milliseconds do not matter here, the nanoseconds of the exact one do. */
	flow->client_seen_ns = bpf_ktime_get_coarse_ns();
	/* A reset may carry any numbers, and one without ACK has no ack at all. */
	if ((packet->flags & (TCP_FLAG_RST | TCP_FLAG_ACK)) != TCP_FLAG_ACK)
		return;
	/*
	 * An ack of bytes never sent is forged or broken: believing it would make a handover skip bytes. With the
	 * ceiling on it is expected: the previous backend had sent more than this one has so far. A FIN that was held and
	 * let through by spliced is one more than the backend was seen to send.
	 */
	if (is_tracked(flow, SPLICE_TRACKED_BACKEND) && !(flow->flags & SPLICE_FLAG_ACK_CEILING) &&
	    seq_after(packet->ack, flow->sent_seq_end + !!(flow->flags & SPLICE_FLAG_FIN_RELEASED)))
		return;
	if (first || seq_after(packet->ack, flow->client_ack)) {
		/* The first that a proxy sees after a takeover may be gigabytes ahead of what it knows, or a little behind. */
		distance = packet->ack - (__u32)flow->client_ack64;
		if (first && distance < 0xf0000000)
			flow->client_ack64 += distance;
		else
			flow->client_ack64 += (__s64)(__s32)distance;
		flow->client_ack = packet->ack;
	}
	if (first || seq_after(end, flow->client_seq_end))
		flow->client_seq_end = end;
	flow->client_window = (__u32)packet->window << (flow->client_shift & 15);
	set_tracked(flow, SPLICE_TRACKED_CLIENT);
}

/* sent_end, ack: in client space, of a packet that goes on to the client. */
static __always_inline void track_backend(struct splice_flow *flow, const struct packet *packet, __u32 sent_end, __u32 ack)
{
	int first = !is_tracked(flow, SPLICE_TRACKED_BACKEND);

	flow->backend_seen_ns = bpf_ktime_get_coarse_ns();
	/* A reset says nothing about what was sent, and one without ACK has no ack at all. */
	if ((packet->flags & (TCP_FLAG_RST | TCP_FLAG_ACK)) != TCP_FLAG_ACK)
		return;
	/* spliced gives sent_seq_end its first value; zero is what a cleared slot holds. */
	if ((first && flow->sent_seq_end == 0) || seq_after(sent_end, flow->sent_seq_end))
		flow->sent_seq_end = sent_end;
	/*
	 * The exchange is a full barrier: the caller reads logged_seq after it, spliced writes logged_seq before it reads
	 * backend_ack. So either this packet's ack is not clamped by the old logged_seq, or spliced sees that it was
	 * and sends the client the rest of the acknowledgement.
	 */
	if (first || seq_after(ack, flow->backend_ack))
		__sync_lock_test_and_set(&flow->backend_ack, ack);
	flow->backend_window = (__u32)packet->window << (flow->backend_shift & 15);
	set_tracked(flow, SPLICE_TRACKED_BACKEND);
}

#endif
