// SPDX-License-Identifier: GPL-2.0
/* The data plane: joins a client's TCP connection and a backend's by translating headers. See splice/README.md. */
#include "backend.h"
#include "client.h"
#include "connecting.h"
#include "elsewhere.h"
#include "straggler.h"
#include "too_big.h"
#include "unknown.h"

char LICENSE[] SEC("license") = "GPL";

/* Packets of clients, arriving at the front device. */
SEC("tc")
int splice_front_ingress(struct __sk_buff *skb)
{
	struct packet packet = {};
	struct splice_flow *flow;
	struct splice_leg *leg;
	__u32 slot;

	/* Not TCP, or a fragment: nothing of ours, unless it is about a packet of ours. */
	if (!parse(skb, &packet))
		return from_router(skb);
	leg = bpf_map_lookup_elem(&legs, &packet.key);
	if (!leg)
		return unknown_from_client(skb, &packet);
	slot = leg->slot;
	flow = bpf_map_lookup_elem(&flows, &slot);
	/* A leg beyond the end of the flows map: left by a program with a larger one. */
	if (!flow || leg->direction != SPLICE_DIRECTION_IN)
		return drop(SPLICE_DROP_STALE_SLOT);
	/* The peer's flow, which is in the map for the case that its addresses come here. */
	if (!was_here(flow->client_seen_ns) && is_elsewhere(skb, &packet))
		return pass_on(skb, &packet);
	return from_client(skb, &packet, slot, flow);
}

/* Packets of backends, arriving at the back device. */
SEC("tc")
int splice_back_ingress(struct __sk_buff *skb)
{
	struct packet packet = {};
	struct splice_flow *flow;
	struct splice_leg *leg;
	__u32 slot;

	/* Not TCP, or a fragment: nothing of ours. */
	if (!parse(skb, &packet))
		return to_stack();
	leg = bpf_map_lookup_elem(&legs, &packet.key);
	if (!leg)
		return unknown_from_backend(skb, &packet);
	slot = leg->slot;
	flow = bpf_map_lookup_elem(&flows, &slot);
	/* A leg beyond the end of the flows map: left by a program with a larger one. */
	if (!flow || leg->direction != SPLICE_DIRECTION_OUT)
		return drop(SPLICE_DROP_STALE_SLOT);
	/* The peer's flow, which is in the map for the case that its addresses come here. */
	if (!was_here(flow->backend_seen_ns) && is_elsewhere(skb, &packet))
		return pass_on(skb, &packet);
	return from_backend(skb, &packet, slot, flow);
}

/* Packets leaving through the back device: those of connections to backends that are being made. */
SEC("tc")
int splice_back_egress(struct __sk_buff *skb)
{
	struct packet packet = {};

	/* Translated already, or injected by spliced with the numbers it wants. */
	if (skb->mark == SPLICE_MARK)
		return to_stack();
	if (!parse(skb, &packet))
		return to_stack();
	/* From another address of this machine. */
	if (!is_service(packet.key.source_address, 0))
		return to_stack();
	return from_own_socket(skb, &packet);
}

/* Packets leaving through the front device: those of clients' connections that are not spliced, and those of the splice. */
SEC("tc")
int splice_front_egress(struct __sk_buff *skb)
{
	struct packet packet = {};

	/* Translated already, or injected by spliced. */
	if (skb->mark == SPLICE_MARK)
		return to_stack();
	if (!parse(skb, &packet))
		return to_stack();
	return from_clients_socket(&packet);
}
