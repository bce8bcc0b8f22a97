/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A router between proxy and client says that a packet of a flow was too big for its next link (RFC 1191, RFC 8201). The
 * sender is the backend, so it is told, about the packet as it had sent it. Anybody can invent such a message: it must fit
 * what is under way (RFC 5927 section 4), and only what was checked here goes on, in a message that is written anew.
 */
#ifndef SPLICE_TOO_BIG_H
#define SPLICE_TOO_BIG_H

#include "translate.h"
#include "track.h"
#include "verdict.h"

#define ICMP_UNREACHABLE 3
#define ICMP_FRAGMENTATION_NEEDED 4
#define ICMPV6_PACKET_TOO_BIG 2
#define IPPROTO_ICMP_V6 58
#define HOPS 64

/*
 * Every host takes packets of this size (RFC 791, RFC 8200), so no router has to ask for less. The backend's kernel would believe
 * smaller ones down to a floor of its own and keep them for all flows of this inner address: they stop here.
 */
#define MTU_MIN_IPV4 576
#define MTU_MIN_IPV6 1280

struct too_big {
	__u8 type;
	__u8 code;
	__u16 check;
	__be32 mtu; /* in IPv4 the lower half */
};

/* What a router always quotes of TCP (RFC 792). */
struct quoted_tcp {
	__be16 source;
	__be16 destination;
	__be32 seq;
};

struct too_big_ipv4 {
	struct iphdr ip;
	struct too_big icmp;
	struct iphdr quoted;
	struct quoted_tcp tcp;
};

struct too_big_ipv6 {
	struct ipv6hdr ip;
	struct too_big icmp;
	struct ipv6hdr quoted;
	struct quoted_tcp tcp;
};

/* The flow that sent the quoted packet to its client, or NULL. The key's addresses are filled in. */
static __always_inline struct splice_flow *flow_of_quoted(struct splice_leg_key *key, const struct quoted_tcp *tcp)
{
	struct splice_leg *leg;
	__u32 slot;

	key->source_port = tcp->destination;
	key->destination_port = tcp->source;
	leg = bpf_map_lookup_elem(&legs, key);
	if (!leg || leg->direction != SPLICE_DIRECTION_IN)
		return NULL;
	slot = leg->slot;
	return bpf_map_lookup_elem(&flows, &slot);
}

/* Whether a byte with this number has been sent to the client and not been acknowledged, as far as both are known. */
static __always_inline int is_under_way(const struct splice_flow *flow, __u32 seq)
{
	if (!is_tracked(flow, SPLICE_TRACKED_CLIENT) || !is_tracked(flow, SPLICE_TRACKED_BACKEND))
		return 0;
	return !seq_after(flow->client_ack, seq) && seq_after(flow->sent_seq_end, seq);
}

/* The quoted packet as the backend had sent it. */
static __always_inline void translate_quoted(struct quoted_tcp *tcp, const struct splice_flow *flow)
{
	tcp->source = flow->backend_port;
	tcp->destination = flow->inner_port;
	tcp->seq = bpf_htonl(bpf_ntohl(tcp->seq) - flow->seq_delta_out);
}

static __always_inline __u16 checksum(void *from, __u32 bytes, __u32 seed)
{
	return ~fold16(fold16(bpf_csum_diff(NULL, 0, from, bytes, seed)));
}

/* Sends a message of so many bytes in the place of the one that came, to the backend. */
static __always_inline int send_message(struct __sk_buff *skb, void *message, __u32 bytes, const struct splice_flow *flow)
{
	if (bpf_skb_change_tail(skb, ETH_HLEN + bytes, 0) ||
	    bpf_skb_store_bytes(skb, ETH_HLEN, message, bytes, BPF_F_RECOMPUTE_CSUM | BPF_F_INVALIDATE_HASH))
		return drop(SPLICE_DROP_MALFORMED);
	skb->mark = SPLICE_MARK;
	return bpf_redirect_neigh(flow->back_ifindex, NULL, 0, 0);
}

/* TC_ACT_OK if the backend may be told, else the packet has been dropped. */
static __always_inline int judge_too_big(const struct splice_flow *flow, const struct quoted_tcp *tcp, __u32 mtu, __u32 mtu_min)
{
	__u32 state = flow->state;

	/* Its backend sends the packet again, and the router says this again. */
	if (state == SPLICE_STATE_HELD)
		return drop(SPLICE_DROP_HELD);
	/* Nobody is sending. */
	if (state == SPLICE_STATE_ORPHANED)
		return drop(SPLICE_DROP_ORPHANED);
	/* The slot was freed before this leg was removed. */
	if (state != SPLICE_STATE_FORWARD)
		return drop(SPLICE_DROP_STALE_SLOT);
	/* Invented, or late: then what it was about has arrived, or is sent again. */
	if (mtu < mtu_min || !is_under_way(flow, bpf_ntohl(tcp->seq)))
		return drop(SPLICE_DROP_TOO_BIG);
	return TC_ACT_OK;
}

static __always_inline int is_too_big_ipv4(const struct too_big_ipv4 *message)
{
	const struct iphdr *ip = &message->ip, *quoted = &message->quoted;

	if (ip->version != 4 || ip->ihl != 5 || ip->protocol != IPPROTO_ICMP || (ip->frag_off & bpf_htons(IP_MORE_FRAGMENTS_OR_OFFSET)))
		return 0;
	if (message->icmp.type != ICMP_UNREACHABLE || message->icmp.code != ICMP_FRAGMENTATION_NEEDED)
		return 0;
	/* No flow sends options or fragments. */
	if (quoted->version != 4 || quoted->ihl != 5 || quoted->protocol != IPPROTO_TCP ||
	    (quoted->frag_off & bpf_htons(IP_MORE_FRAGMENTS_OR_OFFSET)))
		return 0;
	return quoted->saddr == ip->daddr && bpf_ntohs(ip->tot_len) >= sizeof(*message);
}

static __noinline int from_router_ipv4(struct __sk_buff *skb)
{
	struct splice_leg_key key = {};
	struct too_big_ipv4 message;
	struct splice_flow *flow;
	int verdict;

	/* Too short, something else, or about something else: nothing of ours. */
	if (bpf_skb_load_bytes(skb, ETH_HLEN, &message, sizeof(message)) || !is_too_big_ipv4(&message))
		return to_stack();
	map_ipv4(key.source_address, message.quoted.daddr);
	map_ipv4(key.destination_address, message.quoted.saddr);
	flow = flow_of_quoted(&key, &message.tcp);
	/* A connection that is not spliced: its socket judges by itself. Without a socket the stack ignores it. */
	if (!flow)
		return to_stack();
	/* The upper half says how much is quoted (RFC 4884), of which the rest is cut off. */
	message.icmp.mtu &= bpf_htonl(0xffff);
	verdict = judge_too_big(flow, &message.tcp, bpf_ntohl(message.icmp.mtu), MTU_MIN_IPV4);
	if (verdict != TC_ACT_OK)
		return verdict;

	translate_quoted(&message.tcp, flow);
	message.quoted.saddr = ((const __u32 *)flow->backend_address)[3];
	message.quoted.daddr = ((const __u32 *)flow->inner_address)[3];
	message.quoted.check = 0;
	message.quoted.check = checksum(&message.quoted, sizeof(message.quoted), 0);
	message.icmp.check = 0;
	message.icmp.check = checksum(&message.icmp, sizeof(message) - sizeof(message.ip), 0);
	/* From the inner address: whether the router's own is believed there depends on the backend's routes. */
	message.ip.saddr = message.quoted.daddr;
	message.ip.daddr = message.quoted.saddr;
	message.ip.tot_len = bpf_htons(sizeof(message));
	message.ip.ttl = HOPS;
	message.ip.check = 0;
	message.ip.check = checksum(&message.ip, sizeof(message.ip), 0);
	return send_message(skb, &message, sizeof(message), flow);
}

static __always_inline int is_too_big_ipv6(const struct too_big_ipv6 *message)
{
	const struct ipv6hdr *ip = &message->ip, *quoted = &message->quoted;

	/* A fragment has a header of its own in between, and no flow sends any. */
	if (ip->version != 6 || ip->nexthdr != IPPROTO_ICMP_V6 || quoted->version != 6 || quoted->nexthdr != IPPROTO_TCP)
		return 0;
	if (message->icmp.type != ICMPV6_PACKET_TOO_BIG || bpf_ntohs(ip->payload_len) < sizeof(*message) - sizeof(*ip))
		return 0;
	for (int i = 0; i < 4; i++) {
		if (quoted->saddr.in6_u.u6_addr32[i] != ip->daddr.in6_u.u6_addr32[i])
			return 0;
	}
	return 1;
}

static __noinline int from_router_ipv6(struct __sk_buff *skb)
{
	const __u32 bytes = sizeof(struct too_big_ipv6) - sizeof(struct ipv6hdr);
	struct splice_leg_key key = {};
	struct too_big_ipv6 message;
	struct splice_flow *flow;
	int verdict;

	/* Too short, something else, or about something else: nothing of ours. */
	if (bpf_skb_load_bytes(skb, ETH_HLEN, &message, sizeof(message)) || !is_too_big_ipv6(&message))
		return to_stack();
	__builtin_memcpy(key.source_address, &message.quoted.daddr, 16);
	__builtin_memcpy(key.destination_address, &message.quoted.saddr, 16);
	flow = flow_of_quoted(&key, &message.tcp);
	/* A connection that is not spliced: its socket judges by itself. Without a socket the stack ignores it. */
	if (!flow)
		return to_stack();
	verdict = judge_too_big(flow, &message.tcp, bpf_ntohl(message.icmp.mtu), MTU_MIN_IPV6);
	if (verdict != TC_ACT_OK)
		return verdict;

	translate_quoted(&message.tcp, flow);
	__builtin_memcpy(&message.quoted.saddr, flow->backend_address, 16);
	__builtin_memcpy(&message.quoted.daddr, flow->inner_address, 16);
	__builtin_memcpy(&message.ip.saddr, flow->inner_address, 16);
	__builtin_memcpy(&message.ip.daddr, flow->backend_address, 16);
	message.ip.payload_len = bpf_htons(bytes);
	message.ip.hop_limit = HOPS;
	message.icmp.code = 0;
	message.icmp.check = 0;
	/* With the pseudo header (RFC 8200 section 8.1): both addresses, the length, the protocol. */
	message.icmp.check = checksum(&message.icmp, bytes,
				      bpf_csum_diff(NULL, 0, (__be32 *)&message.ip.saddr, 32, bpf_htonl(bytes + IPPROTO_ICMP_V6)));
	return send_message(skb, &message, sizeof(message), flow);
}

static __always_inline int from_router(struct __sk_buff *skb)
{
	if (skb->protocol == bpf_htons(ETH_P_IP))
		return from_router_ipv4(skb);
	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return from_router_ipv6(skb);
	return to_stack();
}

#endif
