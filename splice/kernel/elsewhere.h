/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet for an address that another proxy has: a router that spreads packets over all proxies (ECMP) sends it here, or
 * the address has just moved. It is passed on to that proxy as it is. Translating it here would be as easy, but what was
 * sent, acknowledged and tapped of a flow must be known in one place: the input log, handovers and fences rest on it.
 *
 * Where an address is, the routing table knows: from the moment at which keepalived brings it, and whether or not
 * spliced runs. Without forwarding on lo the kernel does not say (see splice/README.md), and every packet counts as ours.
 */
#ifndef SPLICE_ELSEWHERE_H
#define SPLICE_ELSEWHERE_H

#include <linux/if_packet.h>
#include "parse.h"
#include "verdict.h"

#define FAMILY_IPV4 2
#define FAMILY_IPV6 10
#define LOOPBACK_IFINDEX 1 /* in each network namespace */
#define IPV6_HOP_LIMIT_OFFSET (ETH_HLEN + 7)

static __always_inline int is_same_address(const __u32 *left, const __u32 *right)
{
	return left[0] == right[0] && left[1] == right[1] && left[2] == right[2] && left[3] == right[3];
}

/*
 * Whether a packet of the same flow and direction was handled here within this tick of the clock: then so is the next one.
 * The answer costs a third of a translation, and it may be some milliseconds old without harm: both proxies know the flow.
 */
static __always_inline int was_here(__u64 seen_ns)
{
	return seen_ns == bpf_ktime_get_coarse_ns();
}

/* Whether the destination is another machine's address on the network that the packet came from. */
static __noinline int is_elsewhere(struct __sk_buff *skb, const struct packet *packet)
{
	const __u32 *source = (const __u32 *)packet->key.source_address;
	const __u32 *destination = (const __u32 *)packet->key.destination_address;
	struct bpf_fib_lookup route = { .ifindex = LOOPBACK_IFINDEX };
	long result;

	if (packet->ipv6) {
		route.family = FAMILY_IPV6;
		__builtin_memcpy(route.ipv6_src, source, 16);
		__builtin_memcpy(route.ipv6_dst, destination, 16);
	} else {
		route.family = FAMILY_IPV4;
		route.ipv4_src = source[3];
		route.ipv4_dst = destination[3];
	}
	result = bpf_fib_lookup(skb, &route, sizeof(route), 0);
	/* An address of this machine, or no answer. */
	if (result != BPF_FIB_LKUP_RET_SUCCESS && result != BPF_FIB_LKUP_RET_NO_NEIGH)
		return 0;
	/* Behind another network or a router, which may well send it back: not a proxy beside this one. */
	if (route.ifindex != skb->ifindex)
		return 0;
	return packet->ipv6 ? is_same_address(route.ipv6_dst, destination) : route.ipv4_dst == destination[3];
}

/* As any router does: two proxies that take each other for the owner do not keep a packet for ever. 0 if none is left. */
static __always_inline int take_hop(struct __sk_buff *skb, const struct packet *packet)
{
	void *end = (void *)(long)skb->data_end;
	struct ipv6hdr *ipv6 = (void *)(long)skb->data + ETH_HLEN;
	struct iphdr *ipv4 = (void *)ipv6;
	__u32 check;

	if (packet->ipv6) {
		if ((void *)(ipv6 + 1) > end || ipv6->hop_limit <= 1)
			return 0;
		ipv6->hop_limit--;
		/* If the network card has summed up the packet, this header, without a checksum of its own, is in the sum. */
		bpf_csum_update(skb, (__u16)~bpf_htons(1));
		return 1;
	}
	if ((void *)(ipv4 + 1) > end || ipv4->ttl <= 1)
		return 0;
	/* RFC 1141: the word that holds the TTL becomes 0x0100 less, so its sum's complement as much more. */
	check = (__u32)ipv4->check + bpf_htons(0x0100);
	ipv4->check = check + (check >= 0xffff);
	ipv4->ttl--;
	return 1;
}

static __noinline int pass_on(struct __sk_buff *skb, const struct packet *packet)
{
	struct bpf_redir_neigh owner = {};

	/* A bridge that does not know where an address is asks every port: not sent to this machine. */
	if (skb->pkt_type != PACKET_HOST)
		return to_stack();
	if (!take_hop(skb, packet))
		return drop(SPLICE_DROP_NO_HOPS);
	if (packet->ipv6) {
		owner.nh_family = FAMILY_IPV6;
		__builtin_memcpy(owner.ipv6_nh, packet->key.destination_address, 16);
	} else {
		owner.nh_family = FAMILY_IPV4;
		owner.ipv4_nh = *(const __u32 *)&packet->key.destination_address[12];
	}
	return bpf_redirect_neigh(skb->ifindex, &owner, sizeof(owner), 0);
}

#endif
